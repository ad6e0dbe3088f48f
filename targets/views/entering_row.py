"""One row of my month, saved while the person goes on typing. The page itself needs no script: this is for the one
that has it."""

import re
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from targets import display
from targets.forms import AnswerForm, StepForm
from targets.models import MilestoneEntry, ProgressEntry
from targets.permissions import may_enter, may_enter_for
from targets.services.writing import Author, ConflictError
from targets.summaries.month import MonthGrid, MonthRow, MonthStep, month_grid
from targets.summaries.selection import Selection
from targets.views.entering import RowForm, note_refusal, save_row
from targets.views.selecting import NoPlanYet, read_page
from targets.widgets import light

_ROW = re.compile(r"([ts])(\d{1,18})")

Row = MonthRow | MonthStep


@require_POST
def month_row(request: HttpRequest) -> JsonResponse:
    """Save the row named in ``row`` as a draft.

    200: what stands now. 422: why it was refused, by field. 409: what somebody else has saved since the row was
    shown. 403 and 404 as on the page.
    """
    try:
        page = read_page(request)
    except NoPlanYet as error:
        raise Http404 from error
    selection = page.selection
    may_enter_for(selection.scope, selection.unit.pk).require()
    if page.notes or not {"unit", "year", "as_of"} <= set(request.GET):
        raise Http404  # nothing is saved into a month that was not asked for
    name = request.POST.get("row", "")
    grid, row = _read(selection, name)
    may_enter(selection.scope, row.target if isinstance(row, MonthRow) else row.milestone.target).require()
    if grid.is_closed:
        return _refused(
            {"": [_("This month is closed. A figure can only be corrected, with a reason; ask the reviewer.")]}
        )
    if not row.is_open:
        return _conflict(row, _("It was submitted or approved in the meantime and can no longer be typed over."))
    form = AnswerForm(request.POST, row=row) if isinstance(row, MonthRow) else StepForm(request.POST, step=row)
    if not form.is_valid():
        return _refused(_errors(form))
    if row.entry is not None and form.is_blank and form.cleaned_data["lock_version"] is None:
        return _conflict(row, _("Somebody else has just saved this row."))
    by = Author.person(request.user, selection.scope, source=request.path)  # type: ignore[arg-type]
    try:
        save_row(by, grid.month, form)
    except ValidationError as error:
        note_refusal(form, error)
        return _refused(_errors(form))
    except ConflictError:
        return _conflict(_read(selection, name)[1], _("Somebody else has just saved this row."))
    return JsonResponse(_saved(selection, _read(selection, name)[1]))


def _read(selection: Selection, name: str) -> tuple[MonthGrid, Row]:
    """The row by the prefix of its fields: ``t`` and a target, or ``s`` and a step.

    Raises:
        Http404: no row of this unit and month has that name, or the person may not see it.
    """
    found = _ROW.fullmatch(name)
    if found is None or not name.isascii():
        raise Http404
    kind, pk = found[1], int(found[2])
    among = Q(pk=pk) if kind == "t" else Q(milestones=pk)
    grid = month_grid(selection.scope, selection.year, selection.unit, selection.as_of, among)
    rows: list[Row] = list(grid.rows) if kind == "t" else [step for step in grid.steps if step.milestone.pk == pk]
    if not rows:
        raise Http404
    return grid, rows[0]


def _errors(form: RowForm) -> dict[str, list[str]]:
    """Why the row was refused, by field; what belongs to the whole row under an empty name."""
    return {"" if name == "__all__" else name: [str(error) for error in errors] for name, errors in form.errors.items()}


def _refused(errors: dict[str, list[str]]) -> JsonResponse:
    return JsonResponse({"errors": errors}, status=422)


def _saved(selection: Selection, row: Row) -> dict[str, Any]:
    entry = row.entry
    standing = row.expected_standing if isinstance(row, MonthRow) else None
    return {
        "lock_version": None if entry is None else entry.lock_version,
        "state": display.state(row),
        "light": light(standing, selection.period) if standing is not None else "",
        "other": display.other_form(row) if isinstance(row, MonthRow) else "",
        "warnings": [display.oddity(odd) for odd in row.odd] if isinstance(row, MonthRow) else [],
    }


def _conflict(row: Row, message: str) -> JsonResponse:
    """What stands, whose it is and since when, and the fields as that person typed them."""
    entry: Any = row.entry or row.approved
    if isinstance(row, MonthRow):
        form: RowForm = AnswerForm(None, row=replace(row, entry=entry))
    else:
        form = StepForm(None, step=replace(row, entry=entry))
    conflict: dict[str, Any] = {
        "message": message,
        "may_keep": row.is_open,
        "lock_version": None if entry is None else entry.lock_version,
        "who": "",
        "when": "",
        "value": _("Nothing yet"),
        "fields": {},
    }
    if entry is not None:
        conflict |= {
            "who": str(entry.entered_by) if entry.entered_by is not None else _("the system"),
            "when": display.moment(entry.entered_at),
            "value": _value(entry),
            "fields": {
                name: _plain(form[name].value()) for name in form.fields if name not in ("lock_version", "chosen")
            },
        }
    return JsonResponse({"conflict": conflict}, status=409)


def _value(entry: ProgressEntry | MilestoneEntry) -> str:
    if isinstance(entry, ProgressEntry):
        return display.answer(entry)
    if entry.done_on is not None:
        return _("Done on %(day)s") % {"day": display.day(entry.done_on)}
    return _("Done") if entry.done else _("Open")


def _plain(value: Any) -> Any:
    """A field's value as the page's script sets it."""
    return value if isinstance(value, bool) else "" if value is None else str(value)
