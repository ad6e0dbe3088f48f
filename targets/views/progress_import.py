"""Progress by file: bring a spreadsheet in, look at what it would change, then take all of it or nothing."""

import hashlib
from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from targets import display
from targets.importers.files.workbook import read_workbook
from targets.importers.form_mark import FormMark
from targets.importers.progress import ProgressSheet, read_progress
from targets.models import Target, Unit, Upload
from targets.models.indicators import Kind
from targets.models.uploads import Purpose
from targets.permissions import NotVisibleError, Scope, may_enter_for
from targets.services import progress_import, uploads
from targets.services.base import Author, ConflictError
from targets.services.progress_import import Filing, Outcome
from targets.views.selecting import NoPlanYet, Page, read_page, with_month_to_enter


@require_http_methods(["GET", "HEAD", "POST"])
@with_month_to_enter
def file_page(request: HttpRequest, page: Page) -> HttpResponse:
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


def _refused(request: HttpRequest, page: Page, failed: str) -> HttpResponse:
    selection = page.selection
    may = may_enter_for(selection.scope, selection.unit.pk)
    context = {"page": page, "selection": selection, "may": may, "failed": failed}
    return render(request, "targets/file.html", context, status=422)


def _keep(request: HttpRequest, page: Page) -> Upload:
    """Read the file once before it is kept: what cannot be read at all is not."""
    selection = page.selection
    given = request.FILES.get("file")
    if given is None:
        raise ValidationError(_("Choose a file first."))
    content, name = given.read(), given.name or ""
    workbook = read_workbook(content, name)
    _require_own_form(page, read_progress(workbook, [], month=selection.as_of).mark)
    by = Author.person(request.user, selection.scope, source=request.path)  # type: ignore[arg-type]
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


@require_http_methods(["GET", "HEAD", "POST"])
def filed_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What a file that was brought in would change; taken on POST, if that is still what was shown."""
    try:
        page = read_page(request)
    except NoPlanYet as error:
        raise NotVisibleError from error
    selection = page.selection
    upload = Upload.objects.of(request.user).filter(pk=pk, purpose=Purpose.PROGRESS).first()  # type: ignore[arg-type]
    if upload is None or upload.unit_id != selection.unit.pk or upload.year != selection.year.year:
        raise NotVisibleError
    may_enter_for(selection.scope, selection.unit.pk).require()
    by = Author.person(request.user, selection.scope, source=uploads.source_of(upload))  # type: ignore[arg-type]
    try:
        sheet = _read(upload, page)
    except FileNotFoundError as error:
        raise NotVisibleError from error
    except ValidationError as error:  # it was kept when more was taken for a figure than now
        return _refused(request, page, " ".join(error.messages))
    filings = progress_import.compare(by, sheet.answers)
    # Taken already, and the answer loaded again: everything stands.
    brings_nothing = not sheet.errors and all(one.outcome is Outcome.SAME for one in filings)
    if request.method != "POST" or brings_nothing:
        return _shown(request, page, upload, sheet, filings)
    if sheet.errors or any(one.outcome.stands_in_the_way for one in filings):
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


def _read(upload: Upload, page: Page) -> ProgressSheet:
    workbook = read_workbook(uploads.content_of(upload), upload.original_name)
    targets = _targets(page.selection.scope, upload.year, page.selection.unit)
    return read_progress(workbook, targets, month=page.selection.as_of, unit=page.selection.unit)


def _targets(scope: Scope, year: int, unit: Unit) -> list[Target]:
    """What figures may come for: the unit's own targets and those below it, without tasks and sums."""
    targets = Target.objects.visible_to(scope).in_force(year).filter(unit__in=list(scope.tree.below(unit.pk)))
    own = targets.filter(figures=Target.Figures.OWN).exclude(indicator__kind=Kind.MILESTONE)
    return list(own.select_related("unit", "indicator__section"))


def _shown(
    request: HttpRequest,
    page: Page,
    upload: Upload,
    sheet: ProgressSheet,
    filings: Sequence[Filing],
    *,
    failed: str = "",
    status: int = 200,
) -> HttpResponse:
    taken = [one for one in filings if one.outcome.is_taken]
    hindered = [one for one in filings if one.outcome.stands_in_the_way]
    return render(
        request,
        "targets/filed.html",
        {
            "page": page,
            "selection": page.selection,
            "upload": upload,
            "sheet": sheet,
            "token": _token(filings),
            "taken": taken,
            "hindered": hindered,
            "same": len(filings) - len(taken) - len(hindered),
            "with_units": len({one.answer.target.unit_id for one in filings}) > 1,
            "may_take": bool(taken) and not sheet.errors and not hindered,
            "failed": failed,
        },
        status=status,
    )
