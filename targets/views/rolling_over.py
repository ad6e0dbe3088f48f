"""Roll-over: last year's plan as the draft of the next, what differs, and the way into force or back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from targets.calculations.terms import Period
from targets.models import Indicator, Year
from targets.permissions import Scope, may_manage_every_unit, may_manage_plan
from targets.services import rolling_over
from targets.services.base import Author, ConflictError
from targets.services.rolling_over import Continued
from targets.summaries.plan import Key, PlanFilter, PlanList
from targets.summaries.rolling_over import (
    Carried,
    Choice,
    compare_plans,
    indicators_to_carry,
    is_incomplete,
    to_carry,
)
from targets.views.base import METHODS, Request, author_of

PER_PAGE = 50


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


@dataclass(frozen=True)
class Ticks:
    """What of the old year's plan a page lists with ticks, and the choice before they were sent.

    Attributes:
        indicator: the one whose targets are listed; ``None`` for all: the indicators, or of few targets these.
        number: the page of the list.
    """

    plan: PlanList
    choice: Choice
    indicator: Indicator | None = None
    number: str = ""

    @property
    def lists_targets(self) -> bool:
        return self.indicator is not None or len(self.plan) <= PER_PAGE

    def page(self) -> Page[Any]:
        """The page of keys of targets, or of indicators with how much of each goes on."""
        if not self.lists_targets:
            return Paginator(indicators_to_carry(self.plan, self.choice), PER_PAGE).get_page(self.number)
        chosen = self.plan
        if self.indicator is not None:
            chosen = PlanList(chosen.scope, chosen.year, PlanFilter(indicator=self.indicator.code))
        return Paginator(_Keys(chosen), PER_PAGE).get_page(self.number)

    def rows(self, page: Page[Any]) -> list[tuple[Carried, bool]]:
        """The targets of a page, each with whether it goes on."""
        listed = to_carry(self.plan.scope, self.plan.year, page.object_list)
        return [(row, self._goes_on(row)) for row in listed]

    def _goes_on(self, row: Carried) -> bool:
        return self.choice.goes_on(row.target.pk, row.target.indicator_id, by_default=row.ending is None)

    def taken(self, sent: QueryDict) -> Choice:
        """The choice with the ticks of the page that was sent."""
        choice, page = self.choice, self.page()
        if self.lists_targets:
            ticked = set(sent.getlist("target"))
            for row, goes_on in self.rows(page):
                if (str(row.target.pk) in ticked) != goes_on:
                    choice = choice.with_other(row.target.pk, row.target.indicator_id)
        else:
            ticked = set(sent.getlist("indicator"))
            for one in page:
                if (str(one.indicator.pk) in ticked) != bool(one.going_on):
                    choice = choice.with_all(one.indicator.pk, going_on=not one.going_on)
        return choice


class _Keys(Sequence[Key]):
    """The keys of a plan's targets, page by page."""

    def __init__(self, plan: PlanList) -> None:
        self.plan = plan

    def __len__(self) -> int:
        return len(self.plan)

    def __getitem__(self, wanted: Any) -> Any:
        return self.plan.keys(wanted.start, wanted.stop)


def _ticks(plan: PlanList, choice: Choice, place: str) -> Ticks:
    """A list by its place: the key of an indicator, or nothing for all, and the page."""
    indicator, _separator, number = place.partition(":")
    found = next((one for one in plan.indicators if str(one.pk) == indicator), None)
    return Ticks(plan, choice, found, number)


def _shown(
    request: Request,
    scope: Scope,
    source: Year,
    draft: Year | None,
    *,
    choice: Choice | None = None,
    place: str = "",
    failed: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "source": source,
        "next_year": source.year + 1,
        "draft": draft,
        "years": [year for year in Year.objects.all() if not year.is_draft],
        "whole_year": Period.YEAR,
        "past_year": source.year - 1,
        "has_past": Year.objects.filter(year=source.year - 1).exists(),
        "failed": failed,
        "may_open": may_manage_every_unit(scope),
    }
    more = _compared(request, scope, source, draft) if draft is not None else _listed(scope, source, choice, place)
    return render(request, "targets/roll_over.html", context | more, status=status)


def _listed(scope: Scope, source: Year, choice: Choice | None, place: str) -> dict[str, Any]:
    """What of the old year goes on: indicators or targets, page by page."""
    plan = PlanList(scope, source, PlanFilter())
    ticks = _ticks(plan, choice or Choice(), place)
    page = ticks.page()
    whole = page.paginator.object_list if not ticks.lists_targets else indicators_to_carry(plan, ticks.choice)
    return {
        "count": len(plan),
        "going_on": sum(one.going_on for one in whole),
        "indicator": ticks.indicator,
        "by_target": ticks.lists_targets,
        "rows": ticks.rows(page) if ticks.lists_targets else (),
        "rows_page": page,
        "place": f"{ticks.indicator.pk if ticks.indicator is not None else ''}:{page.number}",
        "pages": f"{ticks.indicator.pk if ticks.indicator is not None else ''}:",
        "choice": str(ticks.choice),
        "incomplete": is_incomplete(scope, source),
    }


def _compared(request: Request, scope: Scope, source: Year, draft: Year) -> dict[str, Any]:
    """What the two years differ in: of the three lists the one asked for, else the first that is not empty."""
    comparison = compare_plans(scope, source, draft)
    lists = {"changed": comparison.changed, "new": comparison.new, "dropped": comparison.dropped}
    first = next((name for name, listed in lists.items() if listed), "changed")
    asked = request.GET.get("list", "")
    name = asked if asked in lists else first
    return {
        "comparison": comparison,
        "list": name,
        "rows_page": Paginator(lists[name], PER_PAGE).get_page(request.GET.get("page")),
        "query": urlencode({"from": source.year, "list": name}),
    }


def _act(request: Request, scope: Scope, source: Year, draft: Year | None) -> HttpResponse:
    by = author_of(request)
    choice, place = Choice(), ""
    try:
        if draft is None and ("make" in request.POST or "to" in request.POST):
            place = request.POST.get("place", "")
            plan = PlanList(scope, source, PlanFilter())
            choice = _ticks(plan, Choice.read(request.POST.get("choice", "")), place).taken(request.POST)
        if "to" in request.POST and draft is None:
            return _shown(request, scope, source, draft, choice=choice, place=request.POST["to"])
        if "make" in request.POST:
            count = _make(by, scope, source, choice)
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
        said = " ".join(error.messages)
        return _shown(request, scope, source, draft, choice=choice, place=place, failed=said, status=422)
    except ConflictError as error:
        return _shown(request, scope, source, draft, choice=choice, place=place, failed=str(error), status=409)
    return HttpResponseRedirect(f"{reverse('roll_over')}?from={source.year}")


def _make(by: Author, scope: Scope, source: Year, choice: Choice) -> int:
    continued = [
        Continued(row.target, row.baseline, row.checkpoints, row.open_steps)
        for row in to_carry(scope, source)
        if choice.goes_on(row.target.pk, row.target.indicator_id, by_default=row.ending is None)
    ]
    rolling_over.roll_over(by, source=source, year=source.year + 1, continued=continued)
    return len(continued)
