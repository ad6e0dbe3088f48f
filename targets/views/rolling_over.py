"""Roll-over: last year's plan as the draft of the next, what differs, and the way into force or back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from targets.calculations.terms import Period
from targets.models import Year
from targets.permissions import Scope, may_manage_every_unit, may_manage_plan
from targets.services import rolling_over
from targets.services.base import Author, ConflictError
from targets.services.rolling_over import Continued
from targets.summaries.rolling_over import Carried, compare_plans, to_carry
from targets.views.base import METHODS, Request, author_of


@require_http_methods(METHODS)
def roll_over_page(request: Request) -> HttpResponse:
    """What the year ``from`` would hand on to the year after it; once that exists, how the two differ."""
    scope = request.scope
    may_manage_plan(scope).require()
    years = {year.year: year for year in Year.objects.all()}
    if not years:
        return render(request, "targets/no_plan.html")
    asked = request.GET.get("from", "")
    source = years.get(int(asked)) if asked.isascii() and asked.isdigit() and len(asked) == 4 else None
    source = source or years[_latest_in_force(years)]
    draft = years.get(source.year + 1)
    if request.method == "POST":
        return _act(request, scope, source, draft)
    return _shown(request, scope, source, draft)


def _latest_in_force(years: dict[int, Year]) -> int:
    return max((year for year, row in years.items() if not row.is_draft), default=max(years))


def _shown(
    request: Request, scope: Scope, source: Year, draft: Year | None, *, failed: str = "", status: int = 200
) -> HttpResponse:
    chosen = set(request.POST.getlist("target")) if request.method == "POST" else None
    rows = [] if draft is not None else [(row, _is_ticked(row, chosen)) for row in to_carry(scope, source)]
    return render(
        request,
        "targets/roll_over.html",
        {
            "source": source,
            "next_year": source.year + 1,
            "draft": draft,
            "rows": rows,
            "years": [year for year in Year.objects.all() if not year.is_draft],
            "comparison": compare_plans(scope, source, draft) if draft is not None else None,
            "incomplete": any(row.baseline_month is not None and not row.is_result for row, _ticked in rows),
            "whole_year": Period.YEAR,
            "past_year": source.year - 1,
            "has_past": Year.objects.filter(year=source.year - 1).exists(),
            "failed": failed,
            "may_open": may_manage_every_unit(scope),
        },
        status=status,
    )


def _is_ticked(row: Carried, chosen: set[str] | None) -> bool:
    return row.ending is None if chosen is None else str(row.target.pk) in chosen


def _act(request: Request, scope: Scope, source: Year, draft: Year | None) -> HttpResponse:
    by = author_of(request)
    try:
        if "make" in request.POST:
            count = _make(by, request, scope, source)
            messages.success(
                request,
                ngettext(
                    "The draft has %(count)d target. It becomes the plan when you put it in force.",
                    "The draft has %(count)d targets. It becomes the plan when you put it in force.",
                    count,
                )
                % {"count": count},
            )
        elif "past" in request.POST:
            past = rolling_over.open_past_year(by, source=source)
            messages.success(request, _("%(year)s is open for figures. Bring them in by file.") % {"year": past.year})
        elif "force" in request.POST and draft is not None:
            rolling_over.put_in_force(by, draft)
            messages.success(request, _("The plan of %(year)s is in force.") % {"year": draft.year})
        elif "discard" in request.POST and draft is not None:
            rolling_over.discard_draft(by, draft)
            messages.success(request, _("The draft of %(year)s is undone.") % {"year": draft.year})
    except ValidationError as error:
        return _shown(request, scope, source, draft, failed=" ".join(error.messages), status=422)
    except ConflictError as error:
        return _shown(request, scope, source, draft, failed=str(error), status=409)
    return HttpResponseRedirect(f"{reverse('roll_over')}?from={source.year}")


def _make(by: Author, request: Request, scope: Scope, source: Year) -> int:
    chosen = set(request.POST.getlist("target"))
    continued = [
        Continued(row.target, row.baseline, row.checkpoints, row.open_steps)
        for row in to_carry(scope, source)
        if str(row.target.pk) in chosen
    ]
    rolling_over.roll_over(by, source=source, year=source.year + 1, continued=continued)
    return len(continued)
