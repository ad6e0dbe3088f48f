"""Progress by file: bring a spreadsheet in, look at what it would change, then take all of it or nothing."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from targets import display
from targets.importers.files.workbook import read_workbook
from targets.importers.problems import Problem, Severity
from targets.importers.progress.form_mark import FormMark
from targets.importers.progress.sheet import ProgressSheet, RowOutcome, outcomes, read_progress
from targets.models import Target, Unit, Upload
from targets.models.indicators import Kind
from targets.models.uploads import Purpose
from targets.permissions import NotVisibleError, Scope, may_enter_for
from targets.services import progress_import, uploads
from targets.services.base import ConflictError
from targets.services.progress_import import Filing, Outcome
from targets.views.base import METHODS, Request, author_of
from targets.views.selecting import NoPlanYet, Page, read_page, with_month_to_enter


@require_http_methods(METHODS)
@with_month_to_enter
def file_page(request: Request, page: Page) -> HttpResponse:
    """The form to download, and the place to bring it in again."""
    selection = page.selection
    may = may_enter_for(selection.scope, selection.unit.pk)
    if request.method != "POST":
        return render(request, "targets/file.html", {"page": page, "selection": selection, "may": may})
    may.require()
    try:
        upload = _keep(request, page)
    except ValidationError as error:
        return _refused(request, page, " ".join(error.messages))
    return HttpResponseRedirect(f"{reverse('filed', args=[upload.pk])}?{page.query}")


def _refused(request: Request, page: Page, failed: str) -> HttpResponse:
    selection = page.selection
    may = may_enter_for(selection.scope, selection.unit.pk)
    context = {"page": page, "selection": selection, "may": may, "failed": failed}
    return render(request, "targets/file.html", context, status=422)


def _keep(request: Request, page: Page) -> Upload:
    """Read the file once before it is kept: what cannot be read at all is not."""
    selection = page.selection
    given = request.FILES.get("file")
    if given is None:
        raise ValidationError(_("Choose a file first."))
    content, name = given.read(), given.name or ""
    workbook = read_workbook(content, name)
    _require_own_form(page, read_progress(workbook, [], year=selection.year.year, month=selection.as_of).mark)
    by = author_of(request)
    return uploads.keep_upload(
        by,
        purpose=Purpose.PROGRESS,
        year=selection.year.year,
        unit=selection.unit,
        name=name,
        content=content,
        detected_type=workbook.kind,
    )


def _require_own_form(page: Page, mark: FormMark | None) -> None:
    """A form that was prefilled for another unit or month looks like this one's once its title is out of sight."""
    selection = page.selection
    if mark is None or mark.is_of(selection.unit, selection.year.year, selection.as_of):
        return
    scope = selection.scope
    names = {unit.code: display.name(unit) for unit in scope.tree.units.values() if unit.pk in scope.unit_ids}
    raise ValidationError(
        _(
            "This form is for %(unit)s, %(month)s, and this page is that of %(here)s, %(here_month)s. "
            "Choose the form's unit, year and month above and bring it in there, or download the form of this page."
        )
        % {
            "unit": names.get(mark.unit, mark.unit),
            "month": display.as_of(mark.year, mark.month),
            "here": display.name(selection.unit),
            "here_month": display.as_of(selection.year.year, selection.as_of),
        }
    )


@require_http_methods(METHODS)
def filed_page(request: Request, pk: int) -> HttpResponse:
    """What a file that was brought in would change; taken on POST, if that is still what was shown."""
    try:
        page = read_page(request)
    except NoPlanYet as error:
        raise NotVisibleError from error
    selection = page.selection
    upload = Upload.objects.of(request.user).filter(pk=pk, purpose=Purpose.PROGRESS).first()
    if upload is None or upload.unit_id != selection.unit.pk or upload.year != selection.year.year:
        raise NotVisibleError
    may_enter_for(selection.scope, selection.unit.pk).require()
    by = author_of(request, uploads.source_of(upload))
    try:
        sheet = _read(upload, page, _chosen(request))
    except FileNotFoundError as error:
        raise NotVisibleError from error
    except ValidationError as error:  # it was kept when more was taken for a figure than now
        return _refused(request, page, " ".join(error.messages))
    filings = progress_import.compare(by, sheet.answers)
    # Taken already, and the answer loaded again: everything stands.
    brings_nothing = sheet.is_complete and all(one.outcome is Outcome.SAME for one in filings)
    if request.method != "POST" or brings_nothing or "look" in request.POST:
        return _shown(request, page, upload, sheet, filings)
    if not sheet.is_complete or any(one.outcome.stands_in_the_way for one in filings):
        return _shown(request, page, upload, sheet, filings, status=422)
    if request.POST.get("shown") != _token(filings):
        failed = _("What stands has changed since you looked. Look at the figures again.")
        return _shown(request, page, upload, sheet, filings, failed=failed, status=409)
    try:
        count = progress_import.file_progress(
            by, upload=upload, unit=selection.unit, answers=sheet.answers, submit="submit" in request.POST
        )
    except ValidationError as error:
        return _shown(request, page, upload, sheet, filings, failed=" ".join(error.messages), status=422)
    except ConflictError as error:
        return _shown(request, page, upload, sheet, filings, failed=str(error), status=409)
    said = ngettext("%(count)d answer taken from the file.", "%(count)d answers taken from the file.", count)
    messages.success(request, said % {"count": count})
    return HttpResponseRedirect(f"{reverse('month')}?{page.query}")


def _token(filings: Sequence[Filing]) -> str:
    """Stands for exactly what was shown: every answer, and the version of what stood beside it."""
    said = [
        (
            one.answer.line, one.answer.target.pk, one.answer.month, one.outcome, one.answer.values, one.answer.reason,
            one.entry and (one.entry.pk, one.entry.lock_version),
        )
        for one in filings
    ]  # fmt: skip
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _chosen(request: Request) -> dict[str, str]:
    """The answers to questions by their keys."""
    return {name.removeprefix("q-"): str(value) for name, value in request.POST.items() if name.startswith("q-")}


def _read(upload: Upload, page: Page, chosen: Mapping[str, str]) -> ProgressSheet:
    workbook = read_workbook(uploads.content_of(upload), upload.original_name)
    selection = page.selection
    targets = _targets(selection.scope, upload.year, selection.unit)
    return read_progress(
        workbook,
        targets,
        year=upload.year,
        month=selection.as_of,
        unit=selection.unit,
        standing=progress_import.standing(targets),
        chosen=chosen,
    )


def _targets(scope: Scope, year: int, unit: Unit) -> list[Target]:
    """What figures may come for: the unit's own targets and those below it, without tasks and sums."""
    targets = Target.objects.visible_to(scope).in_force(year).filter(unit__in=list(scope.tree.below(unit.pk)))
    own = targets.filter(figures=Target.Figures.OWN).exclude(indicator__kind=Kind.MILESTONE)
    return list(own.select_related("unit", "indicator__section"))


def _shown(
    request: Request,
    page: Page,
    upload: Upload,
    sheet: ProgressSheet,
    filings: Sequence[Filing],
    *,
    failed: str = "",
    status: int = 200,
) -> HttpResponse:
    selection = page.selection
    taken = [one for one in filings if one.outcome.is_taken]
    hindered = [one for one in filings if one.outcome.stands_in_the_way]
    rows = outcomes(sheet, filings)
    left_out = set(rows[RowOutcome.LEFT_OUT])
    notes = sheet.of(Severity.NOTE)
    return render(
        request,
        "targets/filed.html",
        {
            "page": page,
            "selection": selection,
            "upload": upload,
            "sheet": sheet,
            "counts": [(display.row_outcome(outcome), len(found)) for outcome, found in rows.items()],
            "errors": sheet.of(Severity.ERROR),
            "questions": _questions(sheet.questions),
            "is_open": bool(sheet.of(Severity.QUESTION)),
            "left_out": _by_reason(note for note in notes if note.row in left_out),
            "partly": _by_reason(note for note in notes if note.row not in left_out),
            "token": _token(filings),
            "taken": taken,
            "hindered": hindered,
            "with_units": len({one.answer.target.unit_id for one in filings}) > 1,
            "may_take": bool(taken) and sheet.is_complete and not hindered,
            "failed": failed,
        },
        status=status,
    )


def _questions(asked: Iterable[Problem]) -> list[tuple[Problem, str]]:
    """Each question once, with the other rows that its answer is for."""
    found: dict[str, list[Problem]] = {}
    for problem in asked:
        found.setdefault(problem.key, []).append(problem)
    return [(first, display.rows(one.row for one in others)) for first, *others in found.values()]


def _by_reason(notes: Iterable[Problem]) -> list[tuple[str, str]]:
    """The rows with a note, by what it says."""
    found: dict[str, list[int]] = {}
    for note in notes:
        found.setdefault(note.reason, []).append(note.row)
    return [(display.rows(rows), reason) for reason, rows in found.items()]
