"""One row of my month, saved while the person goes on typing. The page itself needs no script: this is for the one
that has it."""

import re
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
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
    MonthAnswer,
    MonthLine,
    MonthRemedy,
    MonthRow,
    MonthStep,
    judged_row,
    month_count,
    month_line,
    reported_step,
)
from targets.summaries.selection import Selection
from targets.views.base import Request, author_of
from targets.views.entering import RowForm, Version, note_refusal, save_row
from targets.views.selecting import NoPlanYet, read_page
from targets.widgets import light

#: Of the tables on the page: a remedy stands below its row, across all of them.
COLUMNS, STEP_COLUMNS = 8, 5

_ROW = re.compile(r"([tsr])(\d{1,18})")

Row = MonthAnswer | MonthStep | MonthRemedy


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
    line = _read(selection, name)
    row = line.row
    may_enter(selection.scope, line.target).require()
    if line.is_closed and (isinstance(row, MonthRemedy) or not row.is_correction):
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
        version, _is_new = save_row(by, selection.as_of, form)
    except ValidationError as error:
        note_refusal(form, error)
        return _refused(_errors(form))
    except ConflictError:
        stands = _read(selection, name).row
        return _conflict(stands, _saved_meanwhile(stands, request))
    return JsonResponse(_saved(selection, line, version))


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


def _read(selection: Selection, name: str) -> MonthLine:
    """The line by the prefix of its fields: ``t`` and a target, ``s`` and a step, ``r`` and the target of a remedy.

    Raises:
        Http404: no line of this unit and month has that name, or the person may not see it.
    """
    found = _ROW.fullmatch(name)
    if found is None or not name.isascii():
        raise Http404
    line = month_line(selection.scope, selection.year, selection.unit, selection.as_of, kind=found[1], pk=int(found[2]))
    if line is None:
        raise Http404
    return line


def _has_version(row: Row) -> bool:
    """Whether there is something that the person could be saving over."""
    return (row.open if isinstance(row, MonthRemedy) else row.entry) is not None


def _form(row: Row, request: Request) -> RowForm:
    if isinstance(row, MonthAnswer):
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


def _saved(selection: Selection, line: MonthLine, version: Version | None) -> dict[str, Any]:
    """What stands now of a line that was saved as ``version``, and of what beside it depends on it."""
    found: dict[str, Any] = {"lock_version": None if version is None else version.lock_version}
    if isinstance(line.row, MonthRemedy):
        return found
    place = (selection.scope, selection.year, selection.unit, selection.as_of)
    if isinstance(line.row, MonthStep):
        assert version is None or isinstance(version, MilestoneEntry)
        step = reported_step(*place, line, version)
        return found | {"state": display.state(step), "remedy": _remedy(selection, step)}
    assert version is None or isinstance(version, ProgressEntry)
    row, checks = judged_row(*place, replace(line.row, entry=version))
    standing = row.shown_standing
    return found | {
        "state": display.state(row),
        "remedy": _remedy(selection, row),
        "light": light(standing, selection.period) if standing is not None else "",
        "needed": display.still_needed(row.outlook, row.target.indicator),
        "gap": display.gap_to_schedule(standing, row.target.indicator),
        "other": display.other_form(row),
        "warnings": [display.oddity(odd, row.target.indicator) for odd in row.odd],
        "checks": {
            f"t{target.pk}": [display.broken_check(check) for check in broken] for target, broken in checks.items()
        },
        "answered": display.share(*month_count(*place)),
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
    version: Version | None
    if isinstance(row, MonthRemedy):
        version = row.open
        form: RowForm = MonthRemedyForm(None, remedy=row)
    elif isinstance(row, MonthAnswer):
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


def _value(version: Version) -> str:
    if isinstance(version, ProgressEntry):
        return display.answer(version)
    if isinstance(version, Remedy):
        return version.cause
    return display.report(version)


def _plain(value: Any) -> Any:
    """A field's value as the page's script sets it."""
    return value if isinstance(value, bool) else "" if value is None else str(value)
