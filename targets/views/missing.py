"""Not reported 未报情况: what is open where, with a text ready to copy for each unit."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from targets.explanations import reminder
from targets.permissions import may_enter_for, may_review_some
from targets.summaries.missing import (
    MissingRow,
    MissingStep,
    MissingUnit,
    latest_first,
    least_complete_first,
    missing_units,
)
from targets.tables import ROWS_PER_PAGE
from targets.views.base import Request
from targets.views.pages import query_pairs, shown
from targets.views.selecting import Page, with_month_collected

#: A page with more lines than this shows the first of each unit, and the others on the page of the unit.
MOST_LINES = 300
LINES_PER_UNIT = 5


@dataclass(frozen=True)
class OpenUnit:
    """What one unit owes.

    Attributes:
        rows, steps: the lines that are shown; ``left`` says how many are not.
        waiting: what was handed in and is named; the others are counted.
        text: to be copied; empty where not all lines are shown.
        enter: the months in which the person may enter it: number and address.
    """

    owed: MissingUnit
    rows: Sequence[MissingRow]
    steps: Sequence[MissingStep]
    left: int
    waiting: Sequence[MissingRow]
    text: str
    enter: list[tuple[int, str]]


@require_safe
@with_month_collected
def missing_page(request: Request, page: Page) -> HttpResponse:
    units = missing_units(page.selection, timezone.localdate())
    words = request.GET.get("unit_name", "").strip()[:60]
    open_ = [unit for unit in units if not unit.is_complete]
    many = len(open_) > ROWS_PER_PAGE
    found = [unit for unit in open_ if unit.unit.has_words(words)]
    turned = Paginator(latest_first(found) if many else found, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    lines = sum(len(unit.rows) + len(unit.steps) for unit in turned)
    most = LINES_PER_UNIT if lines > MOST_LINES and len(turned) > 1 else lines
    # Completeness compares units, so it is for those who answer for all of them.
    compared = units if may_review_some(page.selection.scope) else ()
    return shown(
        request,
        "targets/missing.html",
        page,
        pages=turned,
        units=[_open(page, unit, most) for unit in turned],
        unit_words=words,
        is_searched=many or bool(words),
        # The form of the search sends what else the address chooses.
        unit_query=[(name, value) for name, value in query_pairs(request) if name != "unit_name"],
        completeness=Paginator(
            least_complete_first(compared) if len(compared) > ROWS_PER_PAGE else compared, ROWS_PER_PAGE
        ).get_page(request.GET.get("completeness")),
    )


def _open(page: Page, unit: MissingUnit, most: int) -> OpenUnit:
    rows = [row for row in unit.rows if row.months or row.returned]
    shown_rows = rows[:most]
    steps = unit.steps[: most - len(shown_rows)]
    left = len(rows) + len(unit.steps) - len(shown_rows) - len(steps)
    return OpenUnit(
        owed=unit,
        rows=shown_rows,
        steps=steps,
        left=left,
        waiting=unit.waiting[:most],
        text="" if left else reminder(page.selection, unit),
        enter=_enter(page, unit),
    )


def _enter(page: Page, unit: MissingUnit) -> list[tuple[int, str]]:
    """Where the person types for the unit: own figures, or those that it phoned in 代填. Empty where they may not."""
    if not may_enter_for(page.selection.scope, unit.unit.pk):
        return []
    months = unit.months or ((page.selection.as_of,) if unit.steps else ())
    return [
        (month, f"{reverse('month')}?{page.query_with(unit=unit.unit, as_of=month, waiting=False, lead='')}")
        for month in months
    ]
