"""Plan management 目标管理: the year's targets listed, searched, and changed or archived many at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from targets import display
from targets.forms.plan import (
    BulkForm,
    PlanFilterForm,
)
from targets.models import Section, Target, Year
from targets.models.indicators import Kind as KindChoices
from targets.permissions import Scope
from targets.services import planning
from targets.services.base import ConflictError
from targets.summaries.plan import PlanFilter, PlanList, PlanRow, with_warnings
from targets.summaries.rolling_over import compare_plans, dropped_from
from targets.views.base import Request, author_of
from targets.views.choosing import Choice, asked_unit, found_units, unit_picker
from targets.views.plan_guard import (
    act_of,
    confirm,
    guard_many,
    managed,
    year_asked,
    years_by_number,
)

PER_PAGE = 50
#: How many targets are looked through at a time for warnings: what is a slip only the rules know.
LOOKED_THROUGH = 2000


# The list


@managed
def plan_list(request: Request) -> HttpResponse:
    """The year's targets by section; the ticked ones are changed or archived together."""
    years = years_by_number()
    if not years:
        return render(request, "targets/no_plan.html")
    if (found := found_units(request)) is not None:
        return found
    year = year_asked(request, years)
    if request.method == "POST":
        return _change_many(request, years, year)
    return _list(request, years, year)


def _list(
    request: Request,
    years: dict[int, Year],
    year: Year,
    *,
    bulk: BulkForm | None = None,
    failed: str = "",
    status: int = 200,
) -> HttpResponse:
    filter_form = PlanFilterForm(request.GET)
    filter_form.is_valid()
    asked = filter_form.cleaned_data
    scope, unit = request.scope, asked_unit(request, request.scope)
    chosen = PlanFilter(
        asked.get("q", ""),
        asked.get("section", ""),
        unit=asked.get("unit", ""),
        lead=asked.get("lead", ""),
        kind=asked.get("kind", ""),
        warnings=asked.get("warnings", False),
        archived=asked.get("archived", False),
    )
    plan = PlanList(scope, year, chosen)
    query = request.GET.copy()
    query["year"] = str(year.year)
    for name in ("page", "after"):
        query.pop(name, None)
    page, looked = None, None
    if chosen.warnings:
        after = request.GET.get("after", "")
        looked = _looked_through(plan, int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0)
        rows = looked.rows
    else:
        page = Paginator(plan, PER_PAGE).get_page(request.GET.get("page"))
        rows = list(page.object_list)
    marks, dropped = _beside_last_year(scope, years, year, rows)
    return render(
        request,
        "targets/plan.html",
        {
            "year": year,
            "filter": chosen,
            "sensitive": plan.sensitive,
            "groups": _by_section(rows, plan.weight_by_section, marks),
            "count": len(plan),
            "dropped": dropped,
            "last_year": year.year - 1,
            "rows_page": page,
            "looked": looked,
            "query": query.urlencode(),
            "ticked": set(request.POST.getlist("target")),
            "years": [Choice(str(number), str(number), number == year.year) for number in years],
            "sections": choices([(one.code, display.name(one)) for one in plan.sections], chosen.section),
            "units": unit_picker(scope, scope.unit_ids, unit, year.year, everything=_("All")),
            "leads": choices(
                [(one.lead_leader, display.localized(one, "lead_leader")) for one in plan.leads], chosen.lead
            ),
            "kinds": choices(list(KindChoices.choices), chosen.kind),
            "bulk": bulk or BulkForm(),
            "failed": failed,
        },
        status=status,
    )


@dataclass(frozen=True)
class Looked:
    """The rows with warnings among those looked through: the targets from the place after ``start`` to ``end``."""

    rows: list[PlanRow]
    start: int
    end: int
    is_last: bool

    @property
    def first(self) -> int:
        return self.start + 1


def _looked_through(plan: PlanList, start: int) -> Looked:
    rows, end = with_warnings(plan, start, most=PER_PAGE, looked_through=LOOKED_THROUGH)
    return Looked(rows, start, end, end >= len(plan))


def choices(values: Iterable[tuple[str, Any]], chosen: str) -> list[Choice]:
    return [Choice("", _("All"), not chosen), *(Choice(value, str(word), value == chosen) for value, word in values)]


def _beside_last_year(
    scope: Scope, years: dict[int, Year], year: Year, rows: Iterable[PlanRow]
) -> tuple[dict[int, str], int]:
    """Of a draft: the rows that are new or differ from last year's, by target id, and how many targets were dropped."""
    before = years.get(year.year - 1)
    if not year.is_draft or before is None:
        return {}, 0
    keys = [(row.target.pk, row.indicator.pk, row.unit.pk) for row in rows]
    compared = compare_plans(scope, before, year, among=keys)
    marks = {target.pk: _("new") for target in compared.new}
    marks |= {one.new.pk: _("changed") for one in compared.changed}
    return marks, dropped_from(scope, before, year)


def _by_section(
    rows: Iterable[PlanRow], weights: Any, marks: dict[int, str]
) -> list[tuple[Section, str, list[tuple[PlanRow, str]]]]:
    found: dict[int, list[PlanRow]] = {}
    for row in rows:
        found.setdefault(row.indicator.section_id, []).append(row)
    return [
        (
            listed[0].indicator.section,
            display.weight(weights[section_id]),
            [(row, marks.get(row.target.pk, "")) for row in listed],
        )
        for section_id, listed in found.items()
    ]


def _change_many(request: Request, years: dict[int, Year], year: Year) -> HttpResponse:
    form = BulkForm(request.POST)
    chosen = _ticked(request, year)
    act = act_of(request)
    if act == "edit":
        return _list(request, years, year, bulk=form)
    if not chosen:
        return _list(request, years, year, bulk=form, failed=_("Tick at least one target."), status=422)
    if not form.is_valid():
        return _list(request, years, year, bulk=form, failed=_("Nothing was changed."), status=422)
    values, reason = form.values(), form.cleaned_data["reason"]
    if act == "save" and not values:
        failed = _("Fill in what is to be set for the ticked targets.")
        return _list(request, years, year, bulk=form, failed=failed, status=422)
    if act == "archive" and not reason:
        return _list(request, years, year, bulk=form, failed=_("Say why they are archived."), status=422)
    guard = guard_many(request, year, [target for target, _seen in chosen], values if act == "save" else None)
    back = f"{reverse('plan')}?{request.GET.urlencode()}"
    if not guard.lets_pass(request):
        return confirm(request, guard, year, _("Change the ticked targets"), back)
    try:
        if act == "archive":
            count = planning.archive_targets(author_of(request), chosen, reason=reason)
            done = ngettext("%(count)d target archived.", "%(count)d targets archived.", count)
        else:
            count = planning.change_targets(author_of(request), chosen, reason=reason, **values)
            done = ngettext("%(count)d target changed.", "%(count)d targets changed.", count)
    except ValidationError as error:
        return _list(request, years, year, bulk=form, failed=" ".join(error.messages), status=422)
    except ConflictError as error:
        return _list(request, years, year, bulk=form, failed=str(error), status=409)
    messages.success(request, done % {"count": count})
    return HttpResponseRedirect(back)


def _ticked(request: Request, year: Year) -> list[tuple[Target, int]]:
    """The ticked targets with the lock version that each was shown with; what is not visible is none."""
    seen: dict[int, int] = {}
    for key in request.POST.getlist("target"):
        pk, _separator, version = key.partition("-")
        if all(part.isascii() and part.isdigit() and len(part) < 19 for part in (pk, version)):
            seen[int(pk)] = int(version)
    targets = Target.objects.visible_to(request.scope).filter(year=year.year, pk__in=seen)
    return [(target, seen[target.pk]) for target in targets.select_related("indicator", "unit").order_by("pk")]
