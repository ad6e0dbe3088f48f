"""Closing a month: of a unit and of all that report below it, after what is still open was named."""

from collections.abc import Iterable
from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page as Turned
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from targets import display
from targets.forms.entering import ReasonForm
from targets.models import Unit
from targets.permissions import NotVisibleError, may_close
from targets.services import months
from targets.summaries.closing import Closing, ClosingUnit, closing
from targets.tables import ROWS_PER_PAGE
from targets.views.base import METHODS, Request, author_of
from targets.views.selecting import Page, with_month_collected


@never_cache
@require_http_methods(METHODS)
@with_month_collected
def closing_page(request: Request, page: Page) -> HttpResponse:
    """The units of the month with what is open of each; the ticked ones are closed, or reopened with a reason.

    Of many units a page at a time: what was seen is what is closed.
    """
    may_close(page.selection.scope, page.selection.unit.pk).require()
    found = closing(page.selection, timezone.localdate())
    turned = Paginator(found.units, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    found = replace(found, units=tuple(turned))
    if request.method != "POST":
        return _shown(request, page, found, turned)
    if page.notes:
        raise NotVisibleError(_("Nothing is closed in a month that was not asked for. Open the page again."))
    ticked = set(request.POST.getlist("unit"))
    units = [one.unit for one in found.units if one.unit.code in ticked]
    try:
        if not units:
            raise ValidationError(_("Choose at least one unit."))
        if "reopen" in request.POST:
            _reopen(request, page, units)
        elif request.POST.get("shown") != found.fingerprint:
            changed = _("Something changed since the page was loaded, and nothing was closed. Look at it again.")
            return _shown(request, page, found, turned, ticked, failed=changed, status=409)
        else:
            _close(request, page, units)
    except months.WaitingError as error:
        words = _(
            "Figures of these units wait for review: %(units)s. Approve or return them first; nothing was closed."
        )
        failed = words % {"units": _named_units(error.units)}
        return _shown(request, page, found, turned, ticked, failed=failed, status=422)
    except ValidationError as error:
        return _shown(request, page, found, turned, ticked, failed=" ".join(error.messages), status=422)
    number = f"&page={turned.number}" if turned.number > 1 else ""
    return HttpResponseRedirect(f"{reverse('closing')}?{page.query}{number}")


def _close(request: Request, page: Page, units: list[Unit]) -> None:
    selection = page.selection
    by = author_of(request)
    closed = months.close_months(by, units=units, year=selection.year.year, month=selection.as_of)
    words = ngettext("Closed for %(count)d unit: %(units)s.", "Closed for %(count)d units: %(units)s.", len(closed))
    messages.success(request, words % {"count": len(closed), "units": _named_units(closed)})


def _reopen(request: Request, page: Page, units: list[Unit]) -> None:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise ValidationError(_("Say in a line of at most 500 characters why the month is reopened."))
    selection = page.selection
    by = author_of(request)
    reopened = months.reopen_months(
        by, units=units, year=selection.year.year, month=selection.as_of, reason=form.cleaned_data["reason"]
    )
    words = ngettext("Open again for %(count)d unit: %(units)s.", "Open again for %(count)d units: %(units)s.",
                     len(reopened))  # fmt: skip
    messages.success(request, words % {"count": len(reopened), "units": _named_units(reopened)})


def _named_units(units: Iterable[Unit]) -> str:
    return display.first_of((display.name(unit) for unit in units), 8)


def _shown(
    request: Request,
    page: Page,
    found: Closing,
    turned: Turned[ClosingUnit],
    ticked: set[str] | None = None,
    *,
    failed: str = "",
    status: int = 200,
) -> HttpResponse:
    """By itself everything is ticked that can be closed."""
    chosen = {one.unit.code for one in found.units if one.can_close} if ticked is None else ticked
    return render(
        request,
        "targets/closing.html",
        {
            "page": page,
            "selection": page.selection,
            "found": found,
            "pages": turned,
            "units": [(one, one.unit.code in chosen) for one in found.units],
            "can_close": any(one.can_close for one in found.units),
            "some_closed": any(one.closed_at is not None for one in found.units),
            "failed": failed,
            "reason": request.POST.get("reason", ""),
        },
        status=status,
    )
