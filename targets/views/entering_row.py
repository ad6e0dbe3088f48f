"""One row of my month, saved while the person goes on typing. The page itself needs no script: this is for the one
that has it."""

import re
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from targets import display
from targets.forms.amounts import AmountError, read_cell
from targets.forms.entering import AnswerForm, MonthRemedyForm, StepForm
from targets.models import Indicator, MilestoneEntry, ProgressEntry, Remedy, Target
from targets.permissions import may_enter, may_enter_for
from targets.services.base import ConflictError
from targets.summaries.month import (
    MonthGrid,
    MonthRemedy,
    MonthRow,
    MonthStep,
    checks_beside,
    month_count,
    month_grid,
)
from targets.summaries.selection import Selection
from targets.views.base import Request, author_of
from targets.views.entering import RowForm, note_refusal, save_row
from targets.views.selecting import NoPlanYet, read_page
from targets.widgets import light

#: Of the tables on the page: a remedy stands below its row, across all of them.
COLUMNS, STEP_COLUMNS = 8, 5

_ROW = re.compile(r"([tsr])(\d{1,18})")

Row = MonthRow | MonthStep | MonthRemedy


@require_POST
def month_row(request: Request) -> JsonResponse:
    """Save the row named in ``row`` as a draft, or the remedy of one.

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
    may_enter(selection.scope, _target_of(row)).require()
    if grid.is_closed and (isinstance(row, MonthRemedy) or not row.is_correction):
        return _refused(
            {"": [_("This month is closed. A figure can only be corrected, with a reason; ask the reviewer.")]}
        )
    begins = not isinstance(row, MonthRemedy) and row.can_correct and f"{name}-corrects" in request.POST
    if not isinstance(row, MonthRemedy) and not row.is_open and not begins:
        return _conflict(row, _("It was submitted or approved in the meantime and can no longer be typed over."))
    form = _form(row, request)
    if not form.is_valid():
        return _refused(_errors(form), _readings(form))
    if _has_version(row) and form.is_blank and form.cleaned_data["lock_version"] is None:
        return _conflict(row, _saved_meanwhile(row, request))
    by = author_of(request)
    try:
        save_row(by, grid.month, form)
    except ValidationError as error:
        note_refusal(form, error)
        return _refused(_errors(form))
    except ConflictError:
        stands = _read(selection, name)[1]
        return _conflict(stands, _saved_meanwhile(stands, request))
    return JsonResponse(_saved(selection, _read(selection, name)[1]))


@require_POST
def month_paste(request: Request) -> JsonResponse:
    """What pasted cells would put into the boxes of their rows; nothing is saved.

    Takes ``row``, ``box`` and ``text``, as often as there are cells. Gives for each what the ``boxes`` are filled with,
    or the ``error`` with the ``readings`` to choose from.
    """
    try:
        selection = read_page(request).selection
    except NoPlanYet as error:
        raise Http404 from error
    may_enter_for(selection.scope, selection.unit.pk).require()
    names, boxes, texts = (request.POST.getlist(name) for name in ("row", "box", "text"))
    found = [_ROW.fullmatch(name) for name in names]
    if not len(names) == len(boxes) == len(texts) or not all(found) or not set(boxes) <= set(AnswerForm.AMOUNTS):
        raise Http404
    keys = [int(one[2]) for one in found if one is not None]
    targets = Target.objects.visible_to(selection.scope).filter(pk__in=set(keys), unit=selection.unit)
    indicators = {target.pk: target.indicator for target in targets.select_related("indicator")}
    if not indicators.keys() >= set(keys):
        raise Http404
    cells = zip(keys, boxes, texts, strict=True)
    return JsonResponse({"cells": [_pasted(text, indicators[key], box) for key, box, text in cells]})


def _pasted(text: str, indicator: Indicator, box: str) -> dict[str, Any]:
    try:
        return {"boxes": read_cell(text, indicator, box), "error": "", "readings": []}
    except AmountError as error:
        readings = [{"text": reading, "boxes": read_cell(reading, indicator, box)} for reading in error.readings]
        return {"boxes": None, "error": " ".join(error.messages), "readings": readings}


def _read(selection: Selection, name: str) -> tuple[MonthGrid, Row]:
    """The row by the prefix of its fields: ``t`` and a target, ``s`` and a step, ``r`` and the target of a remedy.

    Raises:
        Http404: no row of this unit and month has that name, or the person may not see it.
    """
    found = _ROW.fullmatch(name)
    if found is None or not name.isascii():
        raise Http404
    kind, pk = found[1], int(found[2])
    among = Q(milestones=pk) if kind == "s" else Q(pk=pk)
    grid = month_grid(selection.scope, selection.year, selection.unit, selection.as_of, among)
    rows: list[Row] = []
    if kind == "t":
        rows = list(grid.rows)
    elif kind == "s":
        rows = [step for step in grid.steps if step.milestone.pk == pk]
    elif grid.rows or grid.steps:
        # Not behind any more is no reason to lose what was typed about it.
        target = grid.rows[0].target if grid.rows else grid.steps[0].milestone.target
        rows = [*grid.remedies, MonthRemedy(target, None, False)]
    if not rows:
        raise Http404
    return grid, rows[0]


def _target_of(row: Row) -> Target:
    return row.milestone.target if isinstance(row, MonthStep) else row.target


def _has_version(row: Row) -> bool:
    """Whether there is something that the person could be saving over."""
    return (row.open if isinstance(row, MonthRemedy) else row.entry) is not None


def _form(row: Row, request: Request) -> RowForm:
    if isinstance(row, MonthRow):
        return AnswerForm(request.POST, row=row)
    if isinstance(row, MonthStep):
        return StepForm(request.POST, step=row)
    return MonthRemedyForm(request.POST, remedy=row)


def _errors(form: RowForm) -> dict[str, list[str]]:
    """Why the row was refused, by field; what belongs to the whole row under an empty name."""
    return {"" if name == "__all__" else name: [str(error) for error in errors] for name, errors in form.errors.items()}


def _readings(form: RowForm) -> dict[str, list[str]]:
    """What a box that can mean two things may be filled with instead, by field."""
    found = {
        name: [reading for error in errors for reading in getattr(error, "readings", ())]
        for name, errors in form.errors.as_data().items()
    }
    return {name: readings for name, readings in found.items() if readings}


def _refused(errors: dict[str, list[str]], readings: dict[str, list[str]] | None = None) -> JsonResponse:
    return JsonResponse({"errors": errors, "readings": readings or {}}, status=422)


def _saved(selection: Selection, row: Row) -> dict[str, Any]:
    """What stands now, of this row and of what beside it depends on it."""
    if isinstance(row, MonthRemedy):
        return {"lock_version": None if row.open is None else row.open.lock_version}
    entry = row.entry
    found: dict[str, Any] = {
        "lock_version": None if entry is None else entry.lock_version,
        "state": display.state(row),
        "remedy": _remedy(selection, row),
    }
    if isinstance(row, MonthStep):
        return found
    unit, year, month = selection.unit, selection.year, selection.as_of
    standing = row.shown_standing
    checks = checks_beside(selection.scope, year, unit, month, row.target.indicator)
    return found | {
        "light": light(standing, selection.period) if standing is not None else "",
        "needed": display.still_needed(row.outlook, row.target.indicator),
        "gap": display.gap_to_schedule(standing, row.target.indicator),
        "other": display.other_form(row),
        "warnings": [display.oddity(odd, row.target.indicator) for odd in row.odd],
        "checks": {
            f"t{target.pk}": [display.broken_check(check) for check in broken] for target, broken in checks.items()
        },
        "answered": display.share(*month_count(selection.scope, year, unit, month)),
    }


def _remedy(selection: Selection, row: MonthRow | MonthStep) -> str:
    """The line that invites a remedy; empty where none is asked for."""
    if row.remedy is None:
        return ""
    shown = {
        "remedy": row.remedy,
        "remedy_form": MonthRemedyForm(None, remedy=row.remedy),
        "year": selection.year,
        "columns": COLUMNS if isinstance(row, MonthRow) else STEP_COLUMNS,
    }
    return render_to_string("targets/_month_remedy.html", shown)


def _saved_meanwhile(row: Row, request: Request) -> str:
    version = row.open if isinstance(row, MonthRemedy) else row.entry or row.approved
    if version is not None and version.entered_by_id == request.user.pk:
        return _("You have saved this row in another window or on another device.")
    return _("Somebody else has just saved this row.")


def _conflict(row: Row, message: str) -> JsonResponse:
    """What stands, whose it is and since when, and the fields as that person typed them."""
    version: Any
    if isinstance(row, MonthRemedy):
        version = row.open
        form: RowForm = MonthRemedyForm(None, remedy=row)
    elif isinstance(row, MonthRow):
        version = row.entry or row.approved
        form = AnswerForm(None, row=replace(row, entry=version))
    else:
        version = row.entry or row.approved
        form = StepForm(None, step=replace(row, entry=version))
    conflict: dict[str, Any] = {
        "message": message,
        "may_keep": isinstance(row, MonthRemedy) or row.is_open,
        "lock_version": None if version is None else version.lock_version,
        "who": "",
        "when": "",
        "value": _("Nothing yet"),
        "fields": {},
    }
    if version is not None:
        conflict |= {
            "who": str(version.entered_by) if version.entered_by is not None else _("the system"),
            "when": display.moment(version.entered_at),
            "value": _value(version),
            "fields": {
                name: _plain(form[name].value())
                for name in form.fields
                if name not in ("lock_version", "corrects", "chosen")
            },
        }
    return JsonResponse({"conflict": conflict}, status=409)


def _value(version: ProgressEntry | MilestoneEntry | Remedy) -> str:
    if isinstance(version, ProgressEntry):
        return display.answer(version)
    if isinstance(version, Remedy):
        return version.cause
    return display.report(version)


def _plain(value: Any) -> Any:
    """A field's value as the page's script sets it."""
    return value if isinstance(value, bool) else "" if value is None else str(value)
