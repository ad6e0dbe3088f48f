"""Half-year report 上半年工作总结及下半年目标任务和工作安排: begin, write, keep and take along.

Everything on the page is one form: whatever button is pressed, what was typed is saved first and then done with.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from reports.document import Document, Heading, words_in
from reports.downloads import download_report
from reports.forms import HalfYearForm, VersionForm
from reports.half_year import services
from reports.half_year.content import Content, Part, content_of, differences, names_of, parts_of, texts_of
from reports.half_year.draft import LANGUAGE, Draft, Wishes, draft
from reports.half_year.editor import (
    Row,
    anchor_of,
    arranged,
    as_typed,
    heading_numbers,
    next_own,
    rows_as_typed,
    rows_of,
    typed_in,
)
from reports.half_year.length import GENERAL, SPECIAL
from reports.models import Report, ReportVersion
from reports.notices.papers import default_day
from reports.writers import pdf, word
from reports.writers.typesetting import UnprintableError
from targets.calculations.terms import Period
from targets.models import Indicator, Year
from targets.permissions import NotVisibleError, Scope, may_prepare_report, may_see_figures
from targets.services.base import ConflictError
from targets.summaries.half_year import HalfYear, half_year
from targets.summaries.selection import Selection
from targets.views.base import METHODS, Request, author_of
from targets.views.pages import shown
from targets.views.selecting import Page, with_page

WRITERS: dict[str, tuple[Callable[[Document], bytes], str]] = {
    "docx": (word.write_docx, word.CONTENT_TYPE),
    "pdf": (pdf.write_pdf, pdf.CONTENT_TYPE),
}
#: Ids beyond this are none: a database would not even look for them.
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Open:
    """A report with all that it is made of."""

    report: Report
    page: Page
    half: HalfYear
    draft: Draft
    parts: tuple[Part, ...]

    @property
    def scope(self) -> Scope:
        return self.page.selection.scope

    def refusal(self) -> str:
        """Why the report cannot leave the house as it is; empty where it can."""
        for part in self.parts:
            reason = "" if part.left_out else self._refusal_of(part)
            if reason:
                return reason
        if not self.half.rows:
            return _nothing_to_report()
        return ""

    def _refusal_of(self, part: Part) -> str:
        unticked = part.unticked(self.draft)
        if part.is_without_tick(self.draft):
            return _problem_without_tick(unticked[0])
        if unticked:
            return _(
                "A paragraph tells of %(name)s, which lags or was not reported and is not ticked as what may be named. "
                "Tick it, change the paragraph or leave it out."
            ) % {"name": unticked[0]}
        sensitive = part.sensitive(self.draft)
        if sensitive:
            return _(
                "A paragraph names %(name)s, which is sensitive and was not chosen by name. Choose it, change the "
                "paragraph or leave it out."
            ) % {"name": sensitive[0]}
        gone = part.unknown(self.draft)
        if gone:
            return _(
                "A paragraph holds the figure {{%(name)s}}, which is not there: its indicator was archived or no "
                "longer has this figure, it is sensitive and was not chosen by name, or the name is mistyped. Change "
                "the paragraph or leave it out."
            ) % {"name": gone[0]}
        return ""

    def content(self) -> Content:
        return content_of(self.report, self.parts, self.draft)


def _problem_without_tick(name: str) -> str:
    return _(
        "The paragraph on %(name)s stands among the problems, but %(name)s is not ticked as what may be named, or lags "
        "no longer. Tick it or leave the paragraph out."
    ) % {"name": name}


def _refusal_of_version(content: Content, made: Draft) -> str:
    """Why a kept version cannot leave the house: by what it said when it was kept, and by what is sensitive now.

    Its words are looked at as those of the report are.
    """
    for name in names_of(content.unticked, made):
        return _("This version says that %(name)s lags, which was not ticked when it was kept. Keep a new version.") % {
            "name": name
        }
    for name in names_of(content.sensitive(made.guard), made):
        return _(
            "This version names %(name)s, which is sensitive and was not chosen by name when it was kept. Choose "
            "it in the report, or change the report, and keep a new version."
        ) % {"name": name}
    for name in names_of(content.lagging(made.guard), made):
        return _(
            "This version tells of %(name)s, which lags or was not reported and was not ticked when it was kept. Tick "
            "it in the report, or change the report, and keep a new version."
        ) % {"name": name}
    return ""


def _nothing_to_report() -> str:
    return _("There are no targets for this unit in this year, so there is nothing to make a report of.")


# The list


@require_http_methods(METHODS)
@with_page
def half_year_reports(request: Request, page: Page) -> HttpResponse:
    """The reports of the viewed unit, and the beginning of a new one."""
    first_half = page.selection.at(period=Period.FIRST_HALF, waiting=False, lead="")
    selection = first_half.at(as_of=first_half.month)
    page = Page(selection, page.years, page.notes)
    if request.method == "POST":
        return _begin(request, selection)
    found = Report.objects.visible_to(selection.scope).filter(unit=selection.unit, year=selection.year.year)
    return shown(
        request,
        "reports/half_year_reports.html",
        page,
        reports=found.select_related("created_by"),
        may_prepare=may_prepare_report(selection.scope, selection.unit.pk),
        is_whole=selection.scope.sections_at(selection.unit.pk) is None,
    )


def _begin(request: Request, selection: Selection) -> HttpResponse:
    may_prepare_report(selection.scope, selection.unit.pk).require()
    today = timezone.localdate()
    half = half_year(selection, today=today)
    if not half.rows:
        messages.error(request, _nothing_to_report())
        return HttpResponseRedirect(request.get_full_path())
    made = draft(half, Wishes())
    report = services.prepare_report(
        author_of(request),
        unit=selection.unit,
        year=selection.year.year,
        as_of=selection.as_of,
        title="\n".join(made.title),
        addressees=made.addressees,
        signature=made.signature,
        day=default_day(selection, today),
    )
    return HttpResponseRedirect(reverse("half_year_report", args=[report.pk]))


# One report


@require_http_methods(METHODS)
def half_year_report(request: Request, pk: int) -> HttpResponse:
    """Write the report; who does not prepare it reads it. ``read`` in the address shows it as it reads."""
    opened = _open(request, pk)
    if request.method == "POST":
        may_prepare_report(opened.scope, opened.report.unit_id).require()
        return _act(request, opened)
    may_prepare = may_prepare_report(opened.scope, opened.report.unit_id)
    if may_prepare and opened.report.archived_at is None and "read" not in request.GET:
        return _writing(request, opened, HalfYearForm.of(opened.report), _rows(opened))
    return _reading(request, opened)


def _open(request: Request, pk: int) -> Open:
    """A report of a unit that the person sees in all sections; any other looks as if it did not exist."""
    scope = request.scope
    may_see_figures(scope).require()
    report = Report.objects.visible_to(scope).filter(pk=min(pk, LARGEST_ID)).select_related("unit").first()
    year = Year.objects.visible_to(scope).filter(year=report.year).first() if report is not None else None
    if report is None or year is None:
        raise NotVisibleError(_("There is no such report that you may see."))
    unit, today = scope.tree.units[report.unit_id], timezone.localdate()
    selection = Selection(scope, year, Period(report.period), report.as_of, unit, today=today)
    half = half_year(selection, today=today)
    made = draft(half, Wishes(report.ticked_codes, report.included_codes), Indicator.objects.order_by("code"))
    parts = parts_of(report.paragraphs.all(), made)
    return Open(report, Page(half.selection, (year.year,), ()), half, made, parts)


def _rows(opened: Open) -> list[Row]:
    return rows_of(opened.parts, opened.draft)


def _writing(
    request: Request, opened: Open, form: HalfYearForm, rows: Sequence[Row], *, error: str = "", status: int = 200
) -> HttpResponse:
    report, refusal = opened.report, opened.refusal()
    ticked, included = set(report.ticked_codes), set(report.included_codes)
    if request.method == "POST":
        # What was refused comes back as it was sent.
        ticked, included = set(request.POST.getlist("tick")), set(request.POST.getlist("include"))
    words = opened.content().words if not refusal else None
    response = shown(
        request,
        "reports/half_year_report.html",
        opened.page,
        report=report,
        form=form,
        rows=rows,
        error=error,
        refusal=refusal,
        words=words,
        other_words=_other_words(opened) if words is not None else 0,
        special=SPECIAL,
        general=GENERAL,
        problems=[(row.row, row.code in ticked) for row in opened.half.rows if row.may_be_named],
        sensitive=[(row.row, row.code in included) for row in opened.half.rows if row.indicator.sensitive],
        versions=report.versions.select_related("made_by"),
        version_form=VersionForm(initial={"note": request.POST.get("note", "")}),
        take=request.GET.get("take", "") if request.GET.get("take") in WRITERS else "",
        font_notice=pdf.font_notice(),
        **_nameable(opened),
    )
    response.status_code = status
    return response


def _other_words(opened: Open) -> int:
    """字数 of what stands in no box: what the script adds to what it counts in the boxes."""
    around = replace(opened.content(), paragraphs=()).words
    return around + sum(words_in(number) for number in heading_numbers(opened.parts))


def _nameable(opened: Open) -> dict[str, Any]:
    """The figures that own paragraphs may be bound to."""
    figures = opened.draft.figures
    return {"figures": [(name, figures[name], opened.draft.names.get(name, "")) for name in figures]}


def _reading(request: Request, opened: Open) -> HttpResponse:
    refusal = opened.refusal()
    return shown(
        request,
        "reports/half_year_reading.html",
        opened.page,
        report=opened.report,
        content=None if refusal else opened.content(),
        text=[] if refusal else _lines(opened.content()),
        refusal=refusal,
        may_prepare=may_prepare_report(opened.scope, opened.report.unit_id),
        versions=opened.report.versions.select_related("made_by"),
    )


def _lines(content: Content) -> list[tuple[int, str]]:
    """The paper line by line with the level of each, for reading on the screen."""
    levels = [block.level if isinstance(block, Heading) else 0 for block in content.document.blocks]
    # A signature is two lines.
    levels += [0] * (len(texts_of(content.document)) - len(levels))
    return list(zip(levels, texts_of(content.document), strict=True))


# What is done with it


def _act(request: Request, opened: Open) -> HttpResponse:
    act, _separator, key = request.POST.get("act", "save").partition(":")
    if opened.report.archived_at is not None or act == "archive":
        return _put_away(request, opened, act)
    typed = typed_in(request.POST)
    parts = tuple(as_typed(part, typed, opened.draft) for part in opened.parts)
    form = HalfYearForm(request.POST)
    rows = rows_as_typed(_rows(opened), parts, typed)
    if not form.is_valid():
        error = _("Something in the form is not filled in as it should be. See below.")
        return _writing(request, opened, form, rows, error=error, status=422)
    in_order = arranged(parts, act, key, opened.draft)
    moved = [part.key for part in in_order] != [part.key for part in opened.parts]
    try:
        changed = services.change_report(
            author_of(request),
            opened.report,
            in_order,
            moved=moved,
            lock_version=form.cleaned_data["lock_version"],
            ticked=_codes(request, "tick", (row.code for row in opened.half.rows if row.may_be_named)),
            included=_codes(request, "include", (row.code for row in opened.half.rows if row.indicator.sensitive)),
            **form.head(),
        )
    except ValidationError as error:
        return _writing(request, opened, form, rows, error=" ".join(error.messages), status=422)
    except ConflictError as error:
        # Saving once more is then a choice: the form holds the version that stands now.
        stands = _open(request, opened.report.pk)
        form = HalfYearForm.again(request.POST, stands.report)
        return _writing(
            request, stands, form, rows_as_typed(_rows(stands), parts, typed), error=_in_conflict(error), status=409
        )
    about = next_own(parts) if act == "add" else key
    return _done(request, opened.report.pk, act, about, changed=changed)


def _in_conflict(error: ConflictError) -> str:
    return f"{error} " + _("What you typed is still here. Save again to put it in place of what stands now.")


def _put_away(request: Request, opened: Open, act: str) -> HttpResponse:
    """Archive a report, or take it up again."""
    by, report = author_of(request), opened.report
    number = request.POST.get("lock_version", "")
    seen = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None
    try:
        if act == "archive":
            services.archive_report(by, report, lock_version=seen)
        elif act == "restore":
            services.restore_report(by, report, lock_version=seen)
        else:
            messages.error(request, _("This report is archived. Bring it back before you change it."))
    except (ConflictError, ValidationError) as error:
        messages.error(request, str(error) if isinstance(error, ConflictError) else " ".join(error.messages))
    return HttpResponseRedirect(reverse("half_year_report", args=[report.pk]))


def _codes(request: Request, name: str, known: Any) -> str:
    asked = set(request.POST.getlist(name))
    return "\n".join(code for code in known if code in asked)


def _done(request: Request, pk: int, act: str, key: str, *, changed: bool) -> HttpResponse:
    """After saving: to the paragraph it was about, to the kept version, or the file."""
    address = reverse("half_year_report", args=[pk])
    if act in WRITERS:
        if changed:
            # The page that is open would be out of date once the file came: it is shown anew, and offers the file.
            messages.success(request, _("Saved. Take the file along below."))
            return HttpResponseRedirect(f"{address}?take={act}#take")
        return _take(request, _open(request, pk), act)
    if act == "keep":
        return _keep(request, _open(request, pk))
    if act == "save":
        messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
    return HttpResponseRedirect(f"{address}#{anchor_of(key)}" if key else address)


def _take(request: Request, opened: Open, form: str) -> HttpResponse:
    refusal = opened.refusal()
    if refusal:
        return _writing(request, opened, HalfYearForm.of(opened.report), _rows(opened), error=refusal, status=422)
    try:
        return _file(request, opened, opened.content(), form)
    except UnprintableError as error:
        text = pdf.unprintable_notice(error.characters)
        return _writing(request, opened, HalfYearForm.of(opened.report), _rows(opened), error=text, status=422)


def _keep(request: Request, opened: Open) -> HttpResponse:
    report, refusal = opened.report, opened.refusal()
    form = VersionForm(request.POST)
    if refusal or not form.is_valid():
        error = refusal or _("A note has at most 200 characters.")
        return _writing(request, opened, HalfYearForm.of(report), _rows(opened), error=error, status=422)
    try:
        version = services.keep_version(
            author_of(request),
            report,
            content=opened.content().as_json(),
            note=form.cleaned_data["note"],
            lock_version=report.lock_version,
        )
    except (ConflictError, ValidationError) as error:
        text = str(error) if isinstance(error, ConflictError) else " ".join(error.messages)
        return _writing(
            request, _open(request, report.pk), HalfYearForm.of(report), _rows(opened), error=text, status=409
        )
    messages.success(request, _("Version %(number)d is kept.") % {"number": version.number})
    return HttpResponseRedirect(reverse("half_year_report", args=[report.pk]) + "#versions")


def _file(request: Request, opened: Open, content: Content, form: str, suffix: str = "") -> HttpResponse:
    """The paper as a file, in Chinese whatever the reader's language, and recorded."""
    write, content_type = WRITERS[form]
    with translation.override(LANGUAGE):
        made = write(content.document)
    name = f"{content.file_name}{suffix}.{form}"
    report = opened.report
    return download_report(
        request,
        opened.scope,
        made,
        content_type,
        name,
        unit=report.unit,
        month=report.as_of,
        names_what_lags=True,
        ticked=content.ticked,
        included=content.included,
    )


# A kept version


@require_http_methods(METHODS)
def half_year_version(request: Request, pk: int, number: int) -> HttpResponse:
    """A kept version: as it read, and what reads otherwise now."""
    opened = _open(request, pk)
    version = ReportVersion.objects.filter(report=opened.report, number=min(number, LARGEST_ID)).first()
    if version is None:
        raise NotVisibleError(_("There is no such version of this report."))
    content, error = Content.from_json(version.content), ""
    if request.method == "POST":
        may_prepare_report(opened.scope, opened.report.unit_id).require()
        form = request.POST.get("make", "")
        if form not in WRITERS:
            raise NotVisibleError(_("There is no such report."))
        error = _refusal_of_version(content, opened.draft)
        try:
            if not error:
                return _file(request, opened, content, form, f"_第{version.number}版")
        except UnprintableError as lacking:
            error = pdf.unprintable_notice(lacking.characters)
    refusal = opened.refusal()
    response = shown(
        request,
        "reports/half_year_version.html",
        opened.page,
        report=opened.report,
        version=version,
        content=content,
        text=_lines(content),
        error=error,
        refusal=refusal,
        differences=() if refusal else differences(content, opened.content()),
        may_prepare=may_prepare_report(opened.scope, opened.report.unit_id),
    )
    response.status_code = 422 if error else 200
    return response
