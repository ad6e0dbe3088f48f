"""The pages with figures: overview, section, indicator, and how it is calculated."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from targets import display
from targets.calculations.terms import Status
from targets.charts.base import Chart
from targets.charts.indicator import indicator_chart
from targets.charts.section import plot_class, section_chart
from targets.explanations import how_complete, state_of_things, why
from targets.models import Change, Indicator, Instruction, Remedy, Section, Target
from targets.permissions import NotVisibleError, may_close_instruction, may_enter, may_instruct, may_review
from targets.querysets.plans import IndicatorFacts
from targets.summaries.filters import parts_by_name, reporting_units, worst_first
from targets.summaries.indicator import (
    IndicatorPage,
    PartRow,
    entries_of,
    indicator_course,
    indicator_page,
    reporting_targets,
)
from targets.summaries.instructions import instructions_about
from targets.summaries.overview import by_lead, group, led_by, overview
from targets.summaries.rows import IndicatorRow
from targets.summaries.selection import Selection, thresholds_of
from targets.tables import (
    ROWS_PER_PAGE,
    EntryTable,
    HistoryTable,
    IndicatorTable,
    PartTable,
    StepTable,
    TrendTable,
)
from targets.views.base import Request
from targets.views.selecting import Page, office_choices, read_filter, status_choices, with_page
from targets.views.unchanged import while_unchanged


def figures(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page with figures, which are only looked at."""
    return require_safe(with_page(view))


def shown(request: Request, template: str, page: Page, **context: Any) -> HttpResponse:
    """Render a page with figures: what they all share, and the sections that lead to the others."""
    shared: dict[str, Any] = {
        "page": page,
        "selection": page.selection,
        "thresholds": thresholds_of(page.selection.year),
    }
    if "navigation" not in context:
        with_targets = page.selection.targets().order_by().values("indicator__section")
        shared["navigation"] = list(Section.objects.filter(pk__in=with_targets))
    return render(request, template, {**shared, **context})


@figures
def overview_page(request: Request, page: Page) -> HttpResponse:
    whole = overview(page.selection)
    return shown(
        request,
        "targets/overview.html",
        page,
        navigation=whole.all_sections,
        overview=whole,
        leads=page.lead_choices(lead.lead for lead in whole.leads),
        sentence=state_of_things(whole),
        complete=how_complete(page.selection, whole.total.completeness),
    )


@figures
def indicator_list(request: Request, page: Page, code: str = "") -> HttpResponse:
    """The indicators of a section, or of all where no section is named, as far as the filter keeps them."""
    section = _section(page, code) if code else None
    whole = group(page.selection, section)
    row_filter = read_filter(request)
    kept = row_filter.apply(led_by(whole, page.selection.lead))
    return shown(
        request,
        "targets/indicators.html",
        page,
        section=section,
        whole=whole,
        group=kept,
        filter=row_filter,
        statuses=status_choices(row_filter.status),
        offices=office_choices(reporting_units(page.selection, section), row_filter.office),
        leads=page.lead_choices(lead.lead for lead in by_lead(whole)),
        instructions=follow_up(page.selection, request, section=section) if section is not None else [],
        may_instruct=section is not None and may_instruct(page.selection.scope, page.selection.unit.pk, section.pk),
        sensitive=[row for row in kept.rows if row.indicator.sensitive],
        complete=how_complete(page.selection, kept.completeness),
        table=IndicatorTable(kept.rows, viewed=page, request=request),
        file_query=[*query_pairs(request), *([("section", section.code)] if section is not None else [])],
        chart_url=f"{reverse('section_chart', args=[code])}?{request.GET.urlencode()}" if code else "",
        plot_class=plot_class(sum(1 for row in kept.rows if row.standing.completion is not None)),
    )


def query_pairs(request: Request) -> list[tuple[str, str]]:
    """The page's query for the form that leads to its files."""
    return [(name, value) for name, values in request.GET.lists() for value in values if name != "page"]


@while_unchanged
@figures
def section_chart_data(request: Request, page: Page, code: str) -> JsonResponse:
    section = _section(page, code)
    kept = read_filter(request).apply(led_by(group(page.selection, section), page.selection.lead))
    chart = section_chart(page.selection, kept, display.name(section), thresholds_of(page.selection.year))
    return chart_data(chart, is_sensitive=any(row.indicator.sensitive for row in kept.rows))


@figures
def indicator_detail(request: Request, page: Page, code: str) -> HttpResponse:
    detail, facts = _indicator(page, code)
    targets = reporting_targets(detail.row, facts)
    # Read only, and as far as the page's own targets go.
    history = Change.objects.of_figures(target.pk for target in targets).select_related("unit")
    words = request.GET.get("unit_name", "").strip()[:60]
    thresholds = thresholds_of(page.selection.year)
    return shown(
        request,
        "targets/indicator.html",
        page,
        detail=detail,
        row=detail.row,
        indicator=detail.row.indicator,
        why=why(detail.row, page.selection.period, thresholds),
        trend_table=TrendTable(detail.trend, indicator=detail.row.indicator),
        part_table=PartTable(_parts(detail, words), viewed=page, number=request.GET.get("parts")),
        part_words=words,
        # The form of the search sends what else the address chooses.
        part_query=[pair for pair in query_pairs(request) if pair[0] not in ("unit_name", "parts")],
        step_table=StepTable(detail.steps, number=request.GET.get("steps")),
        entry_table=EntryTable(entries_of(targets), number=request.GET.get("entries")),
        history_table=HistoryTable(history, indicator=detail.row.indicator, number=request.GET.get("history")),
        origins=_origins(detail.row),
        history_open="history" in request.GET,
        instructions=follow_up(page.selection, request, indicator=detail.row.indicator),
        may_instruct=may_instruct(page.selection.scope, page.selection.unit.pk, detail.row.indicator.section_id),
        **_remedies(page.selection, detail, request),
        chart_url=f"{reverse('indicator_chart', args=[code])}?{page.query}",
        plot_class="plot-course",
    )


def _parts(detail: IndicatorPage, words: str) -> tuple[PartRow, ...]:
    """The units with these words in their name: where there are many, what needs somebody first."""
    parts = parts_by_name(detail.parts, words)
    return worst_first(parts) if len(detail.parts) > ROWS_PER_PAGE else parts


def _origins(row: IndicatorRow) -> list[Target]:
    """Of the targets that are worded alike and come from the same place the first."""
    found: dict[tuple[str, str], Target] = {}
    for target in row.targets:
        if target.wording or target.provenance:
            found.setdefault((target.wording, target.provenance), target)
    return list(found.values())


@while_unchanged
@figures
def indicator_chart_data(request: Request, page: Page, code: str) -> JsonResponse:
    # The course alone: the rest of the page is not looked up for a picture of it.
    course = indicator_course(page.selection, _facts(page, code))
    if course is None:
        raise _no_target(page, code)
    chart = indicator_chart(course, thresholds_of(page.selection.year))
    return chart_data(chart, is_sensitive=course.row.indicator.sensitive)


def chart_data(chart: Chart, *, is_sensitive: bool) -> JsonResponse:
    return JsonResponse(chart.as_json(), headers={"Cache-Control": "no-store"} if is_sensitive else None)


@require_safe
def method_page(request: Request) -> HttpResponse:
    """计算口径. It holds no figures, so everybody who is signed in may read it."""
    return render(request, "targets/method.html")


def follow_up(
    selection: Selection, request: Request, *, indicator: Indicator | None = None, section: Section | None = None
) -> list[tuple[Instruction, bool]]:
    """The instructions on an indicator or a section, and whether the person may close each."""
    found = instructions_about(selection, indicator=indicator, section=section)
    return [
        (one, one.closed_at is None and bool(may_close_instruction(selection.scope, one, request.user.pk)))
        for one in found
    ]


def _remedies(selection: Selection, detail: IndicatorPage, request: Request) -> dict[str, Any]:
    """The remedies known at the cut-off, and the one that the person may state or put in other words now.

    One is closed or reopened where it stands as it stood then.
    """
    row = detail.row
    target = row.targets[0] if len(row.targets) == 1 and may_enter(selection.scope, row.targets[0]) else None
    open_ = target.remedies.filter(closed_at__isnull=True).first() if target is not None else None
    lags = row.status in (Status.BEHIND, Status.SLIGHTLY_BEHIND)

    def may_close(remedy: Remedy, is_open: bool) -> bool:
        return is_open == (remedy.closed_at is None) and bool(may_review(selection.scope, remedy.target))

    shown = Paginator(detail.remedies, ROWS_PER_PAGE).get_page(request.GET.get("remedies"))
    return {
        "remedies": [(remedy, is_open, may_close(remedy, is_open)) for remedy, is_open in shown],
        "remedy_pages": shown,
        "remedy_target": target if lags or open_ is not None else None,
        "open": open_,
    }


def _section(page: Page, code: str) -> Section:
    section = Section.objects.visible_to(page.selection.scope).filter(code=code).first()
    if section is None:
        raise NotVisibleError(_("There is no section “%(code)s” that you may see.") % {"code": code[:40]})
    return section


def _indicator(page: Page, code: str) -> tuple[IndicatorPage, IndicatorFacts]:
    facts = _facts(page, code)
    detail = indicator_page(page.selection, facts)
    if detail is None:
        raise _no_target(page, code)
    return detail, facts


def _facts(page: Page, code: str) -> IndicatorFacts:
    indicator = Indicator.objects.visible_to(page.selection.scope).filter(code=code).first()
    groups = page.selection.facts(indicators=[indicator]) if indicator is not None else []
    if not groups:
        raise _no_target(page, code)
    return groups[0]


def _no_target(page: Page, code: str) -> NotVisibleError:
    return NotVisibleError(
        _("There is no indicator “%(code)s” with a target for %(unit)s in %(year)s that you may see.")
        % {
            "code": code[:40],
            "unit": display.name(page.selection.unit),
            "year": page.selection.year.year,
        }
    )
