"""Not reported 未报情况: what is open where, with a text ready to copy for each unit."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from targets.explanations import reminder
from targets.permissions import may_enter_for, may_review_some
from targets.summaries.missing import MissingUnit, missing_units
from targets.views.base import Request
from targets.views.pages import shown
from targets.views.selecting import Page, with_month_collected


@dataclass(frozen=True)
class OpenUnit:
    """What one unit owes, the text to copy, and the months in which the person may enter it: number and address."""

    owed: MissingUnit
    text: str
    enter: list[tuple[int, str]]


@require_safe
@with_month_collected
def missing_page(request: Request, page: Page) -> HttpResponse:
    units = missing_units(page.selection, timezone.localdate())
    return shown(
        request,
        "targets/missing.html",
        page,
        units=[
            OpenUnit(unit, reminder(page.selection, unit), _enter(page, unit)) for unit in units if not unit.is_complete
        ],
        # Completeness compares units, so it is for those who answer for all of them.
        completeness=units if may_review_some(page.selection.scope) else (),
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
