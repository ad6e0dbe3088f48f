"""Second half 下半年安排: what the rest of the year asks of every target, and the remedies planned for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.calculations.terms import Period
from targets.models import Remedy, Target
from targets.permissions import may_enter, may_review
from targets.summaries.filters import reporting_units
from targets.summaries.overview import by_lead
from targets.summaries.second_half import Arrangement, RemainingGroup, RemainingRow, SecondHalf, second_half
from targets.views.base import Request
from targets.views.choosing import Choice
from targets.views.pages import figures, query_pairs, shown
from targets.views.selecting import Page, office_choices, read_filter, status_choices

BY_SECTION = "section"


@dataclass(frozen=True)
class PlannedRow:
    """A row with what the person may do about it.

    Attributes:
        arrangements: the open remedies, each with "may close".
        target: whose remedy the person may state here; ``None`` where the row is made of several.
        open: the remedy that is put in other words, as it stands now; ``None`` where the first one is stated.
    """

    remaining: RemainingRow
    arrangements: tuple[tuple[Arrangement, bool], ...]
    target: Target | None
    open: Remedy | None


@dataclass(frozen=True)
class PlannedGroup:
    """A section, or all: what has figures, and the tasks."""

    group: RemainingGroup
    targets: tuple[PlannedRow, ...]
    tasks: tuple[PlannedRow, ...]

    @property
    def key(self) -> str:
        """What tells its headings from those of the others."""
        return self.group.section.code if self.group.section is not None else "all"


def read_half(request: Request, page: Page) -> SecondHalf:
    """The rest of the year as the address asks for it."""
    return second_half(page.selection, today=timezone.localdate(), row_filter=read_filter(request))


def groups_of(request: Request, half: SecondHalf) -> tuple[RemainingGroup, ...]:
    """In one list by difficulty, or by section."""
    return half.sections if request.GET.get("by") == BY_SECTION else (half.total,)


@figures
def second_half_page(request: Request, page: Page) -> HttpResponse:
    row_filter = read_filter(request)
    half = read_half(request, page)
    by_section = request.GET.get("by") == BY_SECTION
    return shown(
        request,
        "targets/second_half.html",
        page,
        # Everything here is of the whole year, whatever period is viewed elsewhere.
        selection=half.selection,
        year_query=page.query_with(period=Period.YEAR),
        half=half,
        groups=[_planned_group(half, group, _open(half)) for group in groups_of(request, half)],
        by_section=by_section,
        orders=[
            Choice("", _("Hardest first"), not by_section),
            Choice(BY_SECTION, _("By section"), by_section),
        ],
        filter=row_filter,
        statuses=status_choices(row_filter.status),
        offices=office_choices(reporting_units(page.selection), row_filter.office),
        leads=page.lead_choices(lead.lead for lead in by_lead(half.whole)),
        sensitive=[row for row in half.rows if row.indicator.sensitive],
        file_query=query_pairs(request),
        today=timezone.localdate() if half.today is not None else None,
    )


def _open(half: SecondHalf) -> dict[int, Remedy]:
    """The remedies that are open now, by target: what is put in other words, also where an earlier month is viewed."""
    targets = [target.pk for row in half.total.rows for target in row.row.targets]
    return {one.target_id: one for one in Remedy.objects.filter(target__in=targets, closed_at__isnull=True)}


def _planned_group(half: SecondHalf, group: RemainingGroup, now: Mapping[int, Remedy]) -> PlannedGroup:
    return PlannedGroup(
        group,
        tuple(_planned(half, row, now) for row in group.targets),
        tuple(_planned(half, row, now) for row in group.tasks),
    )


def _planned(half: SecondHalf, row: RemainingRow, now: Mapping[int, Remedy]) -> PlannedRow:
    """What is finished needs no new remedy; an open one is still closed here."""
    scope = half.selection.scope
    targets = row.row.targets
    target = targets[0] if len(targets) == 1 and may_enter(scope, targets[0]) else None
    open_ = now.get(target.pk) if target is not None else None
    return PlannedRow(
        row,
        tuple((one, one.remedy.closed_at is None and bool(may_review(scope, one.target))) for one in row.arrangements),
        target if open_ is not None or not row.is_finished else None,
        open_,
    )
