"""Not reported 未报情况: what is open where, with a text ready to copy for each unit."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from targets.explanations import reminder
from targets.permissions import may_review_some
from targets.summaries.missing import missing_units
from targets.views.pages import figures, shown
from targets.views.selecting import Page


@figures
def missing_page(request: HttpRequest, page: Page) -> HttpResponse:
    units = missing_units(page.selection, timezone.localdate())
    return shown(
        request,
        "targets/missing.html",
        page,
        units=[(unit, reminder(page.selection, unit)) for unit in units if unit.rows],
        # Completeness compares units, so it is for those who answer for all of them.
        completeness=units if may_review_some(page.selection.scope) else (),
    )
