"""Audit 操作日志: who changed what, when and why. Read, and taken along as a file; nothing else."""

import csv
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from targets import display
from targets.forms.entering import ChangeFilterForm
from targets.models import Change
from targets.permissions import Scope, may_audit
from targets.querysets.changes import ChangeQuerySet
from targets.services import auditing
from targets.summaries.changes import spoken_of
from targets.tables import ChangeTable
from targets.views.base import Request, author_of

#: So many rows are fetched at once while a file is written: the whole record never stands in memory.
CHUNK = 2000

#: More changes than these are not counted: the record only grows.
MOST_COUNTED = 1000


@require_safe
def change_list(request: Request) -> HttpResponse:
    scope = request.scope
    may_audit(scope).require()
    form = ChangeFilterForm(request.GET)
    changes = _found(scope, form)
    return render(
        request,
        "targets/changes.html",
        {
            "form": form,
            "table": ChangeTable(changes, partial(spoken_of, scope), number=request.GET.get("page")),
            "total": changes.order_by()[: MOST_COUNTED + 1].count(),
            "most": MOST_COUNTED,
            "query": request.GET.urlencode(),
        },
    )


@require_POST
def change_file(request: Request) -> StreamingHttpResponse:
    """The changes that the filter in the address keeps, as CSV. That they were taken is recorded first."""
    scope = request.scope
    may_audit(scope).require()
    form = ChangeFilterForm(request.GET)
    found = _found(scope, form)
    newest = found.order_by("-pk").values_list("pk", flat=True).first() or 0
    # What is written while the file is made, the record of itself included, is not in it.
    found = found.filter(pk__lte=newest)
    by = author_of(request)
    auditing.note_changes_export(by, user=request.user, rows=found.count(), asked=form.asked())
    name = display.file_name(_("Audit"), f"{timezone.localdate():%Y-%m-%d}")
    return StreamingHttpResponse(
        _file(scope, found, translation.get_language() or ""),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"{name}.csv") or ""},
    )


def _found(scope: Scope, form: ChangeFilterForm) -> ChangeQuerySet:
    changes: ChangeQuerySet = form.apply(Change.objects.auditable_by(scope))
    return changes.select_related("unit", "target__indicator", "actor")


class _Line:
    """A file of one line: what the writer writes is given back."""

    def write(self, text: str) -> str:
        return text


def _file(scope: Scope, changes: ChangeQuerySet, language: str) -> Iterator[bytes]:
    """The file line by line, with the byte order mark by which Excel and WPS know UTF-8.

    It is read after the request's own language has been put away, so the language comes along.
    """
    writer = csv.writer(_Line())
    with translation.override(language):
        heading = [
            _("Time"),
            _("By"),
            _("What was done"),
            _("Unit"),
            _("Indicator"),
            _("Month"),
            _("From what to what"),
            _("Reason"),
            _("Source"),
            _("Address"),
        ]
        yield b"\xef\xbb\xbf" + writer.writerow(heading).encode()
        last = [display.statistics_prevail()]
        things = spoken_of(scope)
    for change in _in_chunks(changes):
        with translation.override(language):
            cells = [display.spreadsheet_text(cell) for cell in _cells(change, things)]
        yield writer.writerow(cells).encode()
    yield writer.writerow(last).encode()


def _in_chunks(changes: ChangeQuerySet) -> Iterator[Change]:
    """All of them, newest first. No cursor stays open meanwhile, which a pool of connections could not keep."""
    chunk: list[Change] = list(changes.order_by("-pk")[:CHUNK])
    while chunk:
        yield from chunk
        chunk = list(changes.filter(pk__lt=chunk[-1].pk).order_by("-pk")[:CHUNK]) if len(chunk) == CHUNK else []


def _cells(change: Change, things: Mapping[str, Mapping[int, Any]]) -> list[str]:
    return [
        f"{timezone.localtime(change.at):%Y-%m-%d %H:%M:%S}",
        display.actor(change),
        display.action(change.action),
        display.name(change.unit) if change.unit is not None else "",
        display.name(change.target.indicator) if change.target is not None else "",
        str(change.month or ""),
        display.changed_values(change.before, change.after, things),
        change.reason,
        change.source,
        change.address or "",
    ]
