"""Material 材料生成: what can be made of the figures, chosen on one page and handed out as files."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reports.document import Document
from reports.downloads import download_report
from reports.forms import PaperForm
from reports.notices import papers
from reports.notices.history import exports
from reports.notices.papers import Wishes, lagging
from reports.tables.ledger import ledger, ledger_table
from reports.writers import pdf, table_csv, word, workbook_xlsx
from reports.writers.html import write_html
from reports.writers.typesetting import UnprintableError
from targets.models import Remedy
from targets.permissions import NotVisibleError, may_compare_units, may_issue, may_prepare_report
from targets.summaries.missing import MissingUnit, missing_units
from targets.summaries.overview import Overview, open_remedies, overview, within
from targets.summaries.ranking import RankedUnit, ranked_units
from targets.summaries.rows import IndicatorRow
from targets.views.base import METHODS, Request
from targets.views.pages import shown
from targets.views.selecting import Page, with_page


@dataclass(frozen=True)
class Chosen:
    """What a person asked for, within what they may see.

    Attributes:
        whole: the unit with all its sections, to choose from.
        overview: of the chosen sections only.
        rows: what lags and was ticked, in the chosen sections.
        included: the sensitive ones by code.
        ticks: every code that was ticked, to be ticked again when the page is shown again.
    """

    whole: Overview
    overview: Overview
    rows: tuple[IndicatorRow, ...]
    included: tuple[str, ...]
    form: PaperForm
    remedies: dict[int, tuple[Remedy, ...]] = field(default_factory=dict)
    ticks: frozenset[str] = frozenset()

    @property
    def sections(self) -> frozenset[int]:
        """The chosen sections."""
        return frozenset(group.section.pk for group in self.overview.sections if group.section is not None)

    @property
    def ticked(self) -> tuple[str, ...]:
        return tuple(row.indicator.code for row in self.rows)


@dataclass(frozen=True)
class Made:
    """A file: its name without ending, and its bytes."""

    name: str
    content: bytes


# What can be made


def _ledger_xlsx(chosen: Chosen) -> Made:
    book = ledger(chosen.overview, chosen.remedies, ticked=chosen.ticked, chosen=chosen.included)
    return Made(book.file_name, workbook_xlsx.write_workbook(book))


def _ledger_csv(chosen: Chosen) -> Made:
    table = ledger_table(chosen.overview, chosen.remedies, ticked=chosen.ticked, chosen=chosen.included)
    return Made(table.file_name, table_csv.write_csv(table))


def _wishes(chosen: Chosen) -> Wishes:
    """What the form says; who has not reported and the ranking only where they may be said."""
    selection, said = chosen.overview.selection, chosen.form.cleaned_data
    compares = bool(may_compare_units(selection.scope, selection.unit.pk, selection.year))
    return Wishes(
        day=said["day"],
        signature=said["signature"],
        addressees=said["addressees"],
        title=chosen.form.title_lines(),
        ticked=chosen.rows,
        requests=chosen.form.request_lines(),
        missing=_missing(chosen) if compares and said["missing"] else (),
        ranked=_ranked(chosen) if compares and said["ranking"] else (),
        remedies=chosen.remedies,
    )


def _missing(chosen: Chosen) -> tuple[MissingUnit, ...]:
    """Who has not reported, in the chosen sections and by the cut-off of the paper."""
    selection = chosen.overview.selection
    return tuple(
        replace(
            unit,
            rows=tuple(row for row in unit.rows if row.indicator.section_id in chosen.sections),
            steps=tuple(step for step in unit.steps if step.milestone.target.indicator.section_id in chosen.sections),
        )
        for unit in missing_units(selection.at(as_of=selection.month), timezone.localdate())
    )


def _ranked(chosen: Chosen) -> tuple[RankedUnit, ...]:
    """The units by what they completed in the chosen sections."""
    selection = chosen.overview.selection
    return ranked_units(selection, [one for one in selection.facts() if one.indicator.section_id in chosen.sections])


def _paper(
    make: Callable[[Overview, Wishes], Document], write: Callable[[Document], bytes]
) -> Callable[[Chosen], Made]:
    def run(chosen: Chosen) -> Made:
        document = make(chosen.overview, _wishes(chosen))
        return Made(document.file_name, write(document))

    return run


@dataclass(frozen=True)
class Kind:
    """A kind of report: its forms with their writers, and whether it names what lags.

    ``document`` makes what is shown before it is taken along, where it is a paper.
    """

    code: str
    title: object
    meaning: object
    forms: dict[str, tuple[object, str, Callable[[Chosen], Made]]]
    names_what_lags: bool = True
    needs_ticks: bool = False
    document: Callable[[Overview, Wishes], Document] | None = None

    @property
    def has_preview(self) -> bool:
        return self.document is not None


def _word_and_pdf(
    make: Callable[[Overview, Wishes], Document],
) -> dict[str, tuple[object, str, Callable[[Chosen], Made]]]:
    return {
        "docx": ("Word", word.CONTENT_TYPE, _paper(make, word.write_docx)),
        "pdf": ("PDF", pdf.CONTENT_TYPE, _paper(make, pdf.write_pdf)),
    }


KINDS = {
    kind.code: kind
    for kind in (
        Kind(
            "ledger",
            gettext_lazy("Ledger"),
            gettext_lazy(
                "Every indicator with its plan and figures: a sheet for each section, an overview with charts."
            ),
            {
                "xlsx": ("Excel", workbook_xlsx.CONTENT_TYPE, _ledger_xlsx),
                "csv": ("CSV", table_csv.CONTENT_TYPE, _ledger_csv),
            },
            names_what_lags=False,
        ),
        Kind(
            "bulletin",
            gettext_lazy("Bulletin"),
            gettext_lazy("How things stand as a whole and by section, what lags as ticked, and what is asked."),
            _word_and_pdf(papers.bulletin),
            document=papers.bulletin,
        ),
        Kind(
            "list",
            gettext_lazy("Red-and-yellow list"),
            gettext_lazy("What lags as ticked, with cause and measure, on one page."),
            _word_and_pdf(papers.red_and_yellow_list),
            needs_ticks=True,
            document=papers.red_and_yellow_list,
        ),
        Kind(
            "briefing",
            gettext_lazy("Briefing"),
            gettext_lazy("One page for leaders, with charts."),
            _word_and_pdf(papers.briefing),
            document=papers.briefing,
        ),
    )
}


# Page and files


@require_http_methods(METHODS)
@with_page
def reports_page(request: Request, page: Page) -> HttpResponse:
    """What can be made of the selection, and the file that was asked for.

    ``tick`` in the address ticks all that lags, or what is red.
    """
    page = _of_all_leads(page)
    if request.method == "POST":
        return _answer(request, page)
    whole = overview(page.selection, compared=False)
    form = PaperForm.with_defaults(page.selection, timezone.localdate())
    # Sensitive ones are ticked by name only.
    statuses = {"red": papers.LAGGING[:1], "all": papers.LAGGING}.get(request.GET.get("tick", ""), ())
    rows = tuple(row for row in lagging(whole.total) if row.status in statuses and not row.indicator.sensitive)
    return _page(request, page, Chosen(whole, whole, rows, (), form, ticks=_codes(rows)))


def _of_all_leads(page: Page) -> Page:
    """A report is one of the unit, not of a lead leader's part."""
    return Page(page.selection.at(lead=""), page.years, page.notes)


def _page(request: Request, page: Page, chosen: Chosen, error: str = "") -> HttpResponse:
    selection = page.selection
    whole = chosen.whole
    response = shown(
        request,
        "reports/reports.html",
        page,
        overview=whole,
        navigation=whole.all_sections,
        sections=[(section, section.pk in chosen.sections) for section in whole.all_sections],
        kinds=KINDS.values(),
        may_issue=may_issue(selection.scope, selection.unit.pk),
        may_prepare=may_prepare_report(selection.scope, selection.unit.pk),
        sees_whole=selection.scope.sections_at(selection.unit.pk) is None,
        may_compare=may_compare_units(selection.scope, selection.unit.pk, selection.year),
        lagging=[(row, row.indicator.code in chosen.ticks) for row in lagging(whole.total)],
        sensitive=[(row, row.indicator.code in chosen.included) for row in whole.total.rows if row.indicator.sensitive],
        form=chosen.form,
        error=error,
        font_notice=pdf.font_notice(),
        exports=exports(selection, request.user),
    )
    response.status_code = 422 if error else 200
    return response


#: What is asked for instead of a file: the paper as it reads, and the page again with what was chosen.
PREVIEW = "preview"
EDIT = "edit"


def _answer(request: Request, page: Page) -> HttpResponse:
    """The file that was asked for, a look at it, or the page with what was chosen."""
    if request.POST.get("make") == EDIT:
        return _page(request, page, _chosen(request, page))
    code, _point, form = request.POST.get("make", "").partition(".")
    asked = KINDS.get(code)
    if asked is None or (form not in asked.forms and (form != PREVIEW or not asked.has_preview)):
        raise NotVisibleError(_("There is no such report."))
    selection = page.selection
    if asked.names_what_lags:
        may_issue(selection.scope, selection.unit.pk).require()
    chosen = _chosen(request, page)
    error = _refusal(asked, chosen)
    if error:
        return _page(request, page, chosen, error)
    if form == PREVIEW:
        return _preview(request, page, asked, chosen)
    try:
        return _file(request, page, asked, form, chosen)
    except UnprintableError as lacking:
        return _page(request, page, chosen, pdf.unprintable_notice(lacking.characters))


def _preview(request: Request, page: Page, asked: Kind, chosen: Chosen) -> HttpResponse:
    """The paper as it reads. What was chosen and typed goes along, so that the file is made of the same."""
    assert asked.document is not None
    kept = ("tick", "include", "section", "sections", *chosen.form.fields)
    document = asked.document(chosen.overview, _wishes(chosen))
    return shown(
        request,
        "reports/preview.html",
        page,
        navigation=chosen.whole.all_sections,
        kind=asked,
        sent=[(name, value) for name in kept for value in request.POST.getlist(name)],
        paper=write_html(document),
        unprintable=pdf.unprintable_notice(pdf.unprintable(document)),
    )


def _file(request: Request, page: Page, asked: Kind, form: str, chosen: Chosen) -> HttpResponse:
    """Make one file of what was chosen, and record that it was taken along."""
    selection = page.selection
    _label, content_type, make = asked.forms[form]
    made = make(chosen)
    name = f"{made.name}.{form}"
    return download_report(
        request,
        selection.scope,
        made.content,
        content_type,
        name,
        unit=selection.unit,
        month=selection.month,
        names_what_lags=asked.names_what_lags,
        ticked=chosen.ticked,
        included=chosen.included,
    )


def _codes(rows: tuple[IndicatorRow, ...]) -> frozenset[str]:
    return frozenset(row.indicator.code for row in rows)


def _chosen(request: Request, page: Page) -> Chosen:
    """What was ticked, of what the person may see; a code that is not there is left out."""
    whole = overview(page.selection, compared=False)
    # A browser says nothing of boxes without a tick: that sections were offered is said beside them.
    offered = "sections" in request.POST or "section" in request.POST
    part = within(whole, request.POST.getlist("section")) if offered else whole
    ticked, included = frozenset(request.POST.getlist("tick")), set(request.POST.getlist("include"))
    rows = tuple(row for row in lagging(part.total) if row.indicator.code in ticked)
    sensitive = tuple(
        row.indicator.code for row in whole.total.rows if row.indicator.sensitive and row.indicator.code in included
    )
    remedies = open_remedies(rows, page.selection.month)
    return Chosen(whole, part, rows, sensitive, PaperForm(request.POST), remedies, ticked)


def _refusal(asked: Kind, chosen: Chosen) -> str:
    """Why the file cannot be made of what was chosen; empty where it can."""
    if not chosen.whole.total.rows:
        return _("There are no targets for this unit in this year, so there is nothing to make a report of.")
    if not chosen.overview.total.rows:
        return _("Choose at least one section that has targets here: without one there is nothing to make a report of.")
    if not chosen.form.is_valid() and asked.names_what_lags:
        return _("Something in the form is not filled in as it should be. See below.")
    if asked.needs_ticks and not chosen.rows:
        return _("Tick at least one indicator that lags: nothing about what lags is named by itself.")
    return ""
