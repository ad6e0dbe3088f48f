"""The office's own spreadsheet of targets: bring it in, settle what it means, look at every row, take all of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from targets import display
from targets.importers.files.grid import Sheet, Workbook
from targets.importers.files.workbook import read_workbook
from targets.importers.plan import headings, meanings
from targets.importers.plan.headings import Heading
from targets.importers.plan.meanings import Meaning
from targets.importers.plan.relations import suggested_relations
from targets.importers.plan.rows import NO_DAY, PHASES, UNIT, WORDS_ONLY, PlanRows
from targets.importers.plan.sheet import read_plan
from targets.importers.plan.upload import names_in_use, planned_targets
from targets.models import Section, Unit, UnitKind, Upload, Year
from targets.models.uploads import Purpose
from targets.permissions import NotVisibleError, Scope, may_manage_every_unit, may_manage_plan, units_managed_in
from targets.services import plan_import, uploads
from targets.services.base import Author, ConflictError
from targets.services.plan_import import Missing, Planned
from targets.views.base import METHODS, Request, author_of
from targets.views.choosing import Choice
from targets.views.plan_guard import units_in_use
from targets.views.plan_preview import (
    SHOWN,
    Question,
    answered,
    chosen_missing,
    facets_of,
    missing_in,
    preview_rows,
    questions_of,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST_YEAR, LAST_YEAR = 1990, 2200
#: Rows, questions, errors and notes on one page; more would neither be read nor fit into one form.
PER_PAGE = 200


@require_http_methods(METHODS)
def import_page(request: Request) -> HttpResponse:
    """Where a plan is brought in, for a year that exists or begins with it."""
    scope = request.scope
    may_manage_plan(scope).require()
    years = sorted({*Year.objects.values_list("year", flat=True), timezone.localdate().year})
    context: dict[str, Any] = {"years": years, "chosen_year": request.POST.get("year", str(years[-1]))}
    if request.method == "POST":
        try:
            upload = _keep(request, scope)
        except ValidationError as error:
            context["failed"] = " ".join(error.messages)
            return render(request, "targets/import.html", context, status=422)
        return HttpResponseRedirect(reverse("imported", args=[upload.pk]))
    context["recent"] = list(Upload.objects.of(request.user).filter(purpose=Purpose.PLAN)[:5])
    return render(request, "targets/import.html", context)


def _keep(request: Request, scope: Scope) -> Upload:
    asked = request.POST.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValidationError(_("“%(asked)s” is no year. Write four digits, such as 2024.") % {"asked": asked[:20]})
    given = request.FILES.get("file")
    if given is None:
        raise ValidationError(_("Choose a file first."))
    content, name = given.read(), given.name or ""
    workbook = read_workbook(content, name)
    by = author_of(request)
    return uploads.keep_upload(
        by, purpose=Purpose.PLAN, year=year, name=name, content=content, detected_type=workbook.kind
    )


@dataclass(frozen=True)
class Reading:
    """A kept file as it is understood so far. ``heading`` is ``None`` where none was found or chosen."""

    workbook: Workbook
    sheet: Sheet
    heading: Heading | None
    mapping: Mapping[int, Meaning]
    answers: Mapping[str, str]
    plan: PlanRows | None
    remembered: bool = False


@require_http_methods(METHODS)
def imported_page(request: Request, pk: int) -> HttpResponse:
    """A file that was brought in: what its columns are, what it asks, and every row as it would be stored."""
    scope, upload = _upload(request, pk)
    if request.method == "POST" and ("settle" in request.POST or "make" in request.POST):
        by = author_of(request, uploads.source_of(upload))
        try:
            reading = _read(scope, upload)
            uploads.choose(by, upload, _settled(request, reading))
            if "make" in request.POST:
                _make(request, scope, by, reading)
        except ValidationError as error:
            return _shown(request, scope, upload, failed=" ".join(error.messages), status=422)
        except PermissionDenied as error:
            return _shown(request, scope, upload, failed=str(error), status=403)
        except ConflictError as error:
            return _shown(request, scope, upload, failed=str(error), status=409)
        return HttpResponseRedirect(reverse("imported", args=[pk]))
    if request.method == "POST":
        return _take(request, scope, upload)
    return _shown(request, scope, upload)


@require_safe
def marked_file(request: Request, pk: int) -> HttpResponse:
    """The file back, with the faulty cells marked and every problem listed."""
    scope, upload = _upload(request, pk)
    reading = _read(scope, upload)
    if reading.plan is None:
        raise NotVisibleError(_("This sheet has no heading yet, so there is nothing to mark."))
    # With a library that is large and needed for this alone.
    from targets.importers.files.marked_copy import faulty_copy

    content = faulty_copy(uploads.content_of(upload), reading.workbook, reading.plan.problems)
    name = display.file_name(upload.original_name.rpartition(".")[0], _("to correct"))
    headers = {"Content-Disposition": content_disposition_header(True, f"{name}.xlsx") or ""}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _upload(request: Request, pk: int) -> tuple[Scope, Upload]:
    scope = request.scope
    may_manage_plan(scope).require()
    upload = Upload.objects.of(request.user).filter(pk=pk, purpose=Purpose.PLAN).first()
    if upload is None:
        raise NotVisibleError
    return scope, upload


def _read(scope: Scope, upload: Upload) -> Reading:
    """Read the file again as it was settled; what was not settled is guessed, or remembered of an earlier one."""
    try:
        workbook = read_workbook(uploads.content_of(upload), upload.original_name)
    except FileNotFoundError as error:
        raise NotVisibleError(_("The file is no longer kept. Bring it in again.")) from error
    chosen = uploads.choices_of(upload) or _of_the_same_file(upload)
    sheet = _sheet(workbook, chosen.get("sheet", ""), upload.year)
    heading = _heading(sheet, chosen, upload.year)
    if heading is None:
        return Reading(workbook, sheet, None, {}, {}, None)
    remembered = None if "mapping" in chosen else _remembered(upload, heading)
    stored = chosen.get("mapping") or remembered
    mapping = _mapping(stored, heading) if stored is not None else heading.mapping
    answers = {str(key): str(value) for key, value in chosen.get("answers", {}).items()}
    managed = set(units_managed_in(scope))
    units = [unit for unit in units_in_use(scope, upload.year) if unit.pk in managed]
    plan = read_plan(
        sheet, heading, names_in_use(units, upload.year), year=upload.year, mapping=mapping, answers=answers
    )
    return Reading(workbook, sheet, heading, mapping, answers, plan, remembered is not None)


def _of_the_same_file(upload: Upload) -> dict[str, Any]:
    """What was settled and answered when the very same file was taken for the same year."""
    same = Upload.objects.filter(
        purpose=Purpose.PLAN, taken_at__isnull=False, sha256=upload.sha256, year=upload.year
    ).exclude(pk=upload.pk)
    earlier = same.order_by("-taken_at").first()
    return uploads.choices_of(earlier) if earlier is not None else {}


def _sheet(workbook: Workbook, name: str, year: int) -> Sheet:
    """The sheet chosen by its name; else the first visible one with a heading."""
    for sheet in workbook.sheets:
        if sheet.name == name:
            return sheet
    visible = [sheet for sheet in workbook.sheets if not sheet.hidden] or list(workbook.sheets)
    return next((sheet for sheet in visible if headings.find_heading(sheet, plan_year=year)), visible[0])


def _unread(reading: Reading, year: int) -> str:
    """A sentence that names the other sheets; a hidden one may hold no more than lists to choose from."""
    others = [
        sheet.name
        for sheet in reading.workbook.sheets
        if sheet is not reading.sheet
        and (headings.find_heading(sheet, plan_year=year) if sheet.hidden else sheet.cells)
    ]
    if not others:
        return ""
    return _("Only the sheet “%(sheet)s” is read. Nothing is taken from: %(others)s.") % {
        "sheet": reading.sheet.name,
        "others": "、".join(others),
    }


def _heading(sheet: Sheet, chosen: Mapping[str, Any], year: int) -> Heading | None:
    rows = chosen.get("rows")
    if rows and rows[0] <= rows[1] < sheet.last_row:
        return headings.heading_at(sheet, *rows, plan_year=year)
    return headings.find_heading(sheet, plan_year=year)


def _signature(heading: Heading) -> str:
    """What two files share that were made of one template: the words over their columns."""
    return "|".join(f"{column.column}:{meanings.plain(column.label)}" for column in heading.columns)


def _remembered(upload: Upload, heading: Heading) -> dict[str, str] | None:
    """The columns as somebody settled them for the latest file with the same headings that was taken."""
    signature = _signature(heading)
    earlier = Upload.objects.filter(purpose=Purpose.PLAN, taken_at__isnull=False).exclude(pk=upload.pk)
    for one in earlier.order_by("-taken_at")[:50]:
        chosen = uploads.choices_of(one)
        if chosen.get("signature") == signature and chosen.get("mapping"):
            return dict(chosen["mapping"])
    return None


def _mapping(stored: Mapping[str, str], heading: Heading) -> dict[int, Meaning]:
    columns = {str(column.column) for column in heading.columns}
    found = {}
    for column, key in stored.items():
        try:
            if column in columns and key:
                found[int(column)] = Meaning.of(key)
        except ValueError:
            continue
    return found


def _settled(request: Request, reading: Reading) -> dict[str, Any]:
    """What the form says: another sheet or heading begins anew, else columns and answers as typed."""
    posted = request.POST
    chosen: dict[str, Any] = {"sheet": posted.get("sheet", reading.sheet.name)[:100]}
    first, last = posted.get("first_row", ""), posted.get("last_row", "")
    if all(text.isascii() and text.isdigit() and len(text) <= 5 for text in (first, last)) and int(first) >= 1:
        chosen["rows"] = [int(first), max(int(first), int(last))]
    heading = reading.heading
    as_before = heading is not None and (chosen["sheet"], chosen.get("rows")) == (
        reading.sheet.name,
        [heading.first_row, heading.last_row],
    )
    if heading is None or not as_before:
        if chosen["sheet"] != reading.sheet.name:
            chosen.pop("rows", None)
        return chosen
    chosen["relations"] = [key[:200] for key in posted.getlist("relation")]
    chosen["signature"] = _signature(heading)
    chosen["mapping"] = {
        str(column.column): posted.get(f"column-{column.column}", "")[:40] for column in heading.columns
    }
    asked = questions_of(reading.plan, reading.mapping, reading.answers) if reading.plan else []
    chosen["answers"] = answered(asked, posted.dict(), reading.answers)
    return chosen


def _make(request: Request, scope: Scope, by: Author, reading: Reading) -> None:
    wanted = chosen_missing(reading.plan, request.POST.dict()) if reading.plan else []
    if not wanted:
        raise ValidationError(_("Tick what is to be made."))
    managed = units_managed_in(scope)
    top = next(scope.tree.units[pk] for pk in scope.tree.units if pk in managed)
    made = plan_import.make_missing(by, listed=wanted, parent=top)
    messages.success(request, ngettext("%(count)d was made.", "%(count)d were made.", made) % {"count": made})


def _take(request: Request, scope: Scope, upload: Upload) -> HttpResponse:
    reading = _read(scope, upload)
    if reading.plan is None or not reading.plan.is_ready:
        failed = _("Answer the questions and mend the errors first. Nothing was taken.")
        return _shown(request, scope, upload, failed=failed, status=422)
    by = author_of(request, uploads.source_of(upload))
    try:
        if "mapping" not in uploads.choices_of(upload) and reading.heading is not None:
            uploads.choose(by, upload, _as_guessed(reading, reading.heading))
        created, changed = plan_import.import_plan(
            by,
            upload=upload,
            year=upload.year,
            rows=planned_targets(reading.plan.rows),
            relations=[
                plan_import.PlannedRelation(one.whole.row, one.operator, tuple(part.row for part in one.parts))
                for one in suggested_relations(reading.plan.rows)
                if one.key in request.POST.getlist("relation")
            ],
            shown=request.POST.get("shown"),
        )
    except ValidationError as error:
        return _shown(request, scope, upload, failed=" ".join(error.messages), status=422)
    except ConflictError as error:
        return _shown(request, scope, upload, failed=str(error), status=409)
    messages.success(
        request,
        _("The plan is in: %(created)d targets made, %(changed)d changed.") % {"created": created, "changed": changed},
    )
    return HttpResponseRedirect(f"{reverse('plan')}?year={upload.year}")


def _as_guessed(reading: Reading, heading: Heading) -> dict[str, Any]:
    """The guess that was taken unchanged, so that it is remembered as well."""
    return {
        "sheet": reading.sheet.name,
        "rows": [heading.first_row, heading.last_row],
        "signature": _signature(heading),
        "mapping": {str(column): meaning.key for column, meaning in reading.mapping.items()},
        "answers": dict(reading.answers),
    }


def _shown(request: Request, scope: Scope, upload: Upload, *, failed: str = "", status: int = 200) -> HttpResponse:
    reading = _read(scope, upload)
    planned: tuple[Planned, ...] = ()
    if reading.plan is not None:
        planned = plan_import.compare_plan(upload.year, planned_targets(reading.plan.rows))
    taken = [one for one in planned if one.outcome.is_taken]
    hindered = [one for one in planned if one.outcome.stands_in_the_way]
    asked = questions_of(reading.plan, reading.mapping, reading.answers) if reading.plan else []
    unreported = plan_import.reported_by_nobody(upload.year, planned)
    rows = preview_rows(reading.plan, planned, unreported) if reading.plan else []
    given = _given(reading, asked)
    errors = [problem for problem in reading.plan.blocking if not problem.key] if reading.plan else []
    notes = reading.plan.notes if reading.plan else ()
    is_new_year, may_open = not Year.objects.filter(year=upload.year).exists(), may_manage_every_unit(scope)
    show = request.GET.get("show", "all")
    show = show if show in SHOWN else "all"
    return render(
        request,
        "targets/imported.html",
        {
            "upload": upload,
            "reading": reading,
            "sheets": [
                Choice(sheet.name, sheet.name, sheet.name == reading.sheet.name) for sheet in reading.workbook.sheets
            ],
            "unread": _unread(reading, upload.year),
            "columns": _columns(reading),
            "relations": suggested_relations(reading.plan.rows) if reading.plan else (),
            "ticked": set(uploads.choices_of(upload).get("relations", ())),
            "errors": errors[:PER_PAGE],
            "questions": asked[:PER_PAGE],
            "how_many": {"errors": len(errors), "questions": len(asked), "notes": len(notes), "answers": len(given)},
            "per_page": PER_PAGE,
            "words_for_rest": sum(question.keeps_words for question in asked) > 1,
            "answers": given[:PER_PAGE],
            "missing": [(*one, _kinds(one[0])) for one in missing_in(reading.plan)] if reading.plan else [],
            "notes": notes[:PER_PAGE],
            "rows": Paginator([row for row in rows if row.fits(show)], PER_PAGE).get_page(request.GET.get("page")),
            "show": show,
            "any_rows": bool(rows),
            "facets": facets_of(rows, show),
            "any_assumed": any(row.any_assumed for row in rows),
            "months": sorted({month for row in rows for month in row.checkpoints}),
            "taken": taken,
            "hindered": hindered,
            "same": len(planned) - len(taken) - len(hindered),
            "may_take": bool(taken)
            and not hindered
            and reading.plan is not None
            and reading.plan.is_ready
            and (not is_new_year or bool(may_open)),
            "token": plan_import.token_of(planned),
            "is_new_year": is_new_year,
            "may_open": may_open,
            "failed": failed,
        },
        status=status,
    )


def _given(reading: Reading, asked: list[Question]) -> list[tuple[str, str, str, str]]:
    """What was answered and is settled: key, cell, answer and, for a code or a word of choice, what it says."""
    still_open = {key for question in asked for key in question.keys}
    names = {unit.code: display.name(unit) for unit in Unit.objects.all()}
    names |= {section.code: display.name(section) for section in Section.objects.all()}
    names |= {WORDS_ONLY: _("Keep the words alone"), NO_DAY: _("It has no day")}
    return [
        (key, _cell(key), answer, names.get(answer, ""))
        for key, answer in reading.answers.items()
        if key not in still_open
    ]


def _cell(key: str) -> str:
    """Where an answer belongs, as it is shown: its cell, or what it is about for the sheet as a whole."""
    return {PHASES: _("Quarters or months"), UNIT: _("Reporting unit")}.get(key, key.partition("/")[0])


def _kinds(one: Missing) -> list[Choice]:
    kinds = (UnitKind.OFFICE, UnitKind.VILLAGE) if one.what == "unit" else ()
    return [Choice(kind.value, str(kind.label), kind == one.kind) for kind in kinds]


def _columns(reading: Reading) -> list[tuple[headings.Column, list[Choice]]]:
    """Every column with what it can be."""
    if reading.heading is None:
        return []
    offered = [("", _("not used")), *meanings.choices()]
    found = []
    for column in reading.heading.columns:
        meaning = reading.mapping.get(column.column)
        key = meaning.key if meaning is not None else ""
        found.append((column, [Choice(value, label, value == key) for value, label in offered]))
    return found
