"""Tables are declarations: what stands in which column. Every printed value comes from ``display``."""

from collections.abc import Callable, Mapping
from typing import Any

import django_tables2 as tables
from django.core.paginator import EmptyPage, Page, Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tables2.config import RequestConfig
from django_tables2.data import TableListData
from django_tables2.paginators import LazyPaginator

from targets import display
from targets.calculations.rollup import Standing
from targets.calculations.terms import Period
from targets.models import Indicator
from targets.summaries.indicator import PartRow, StepRow, TrendPoint
from targets.summaries.rows import URGENCY, IndicatorRow
from targets.summaries.selection import thresholds_of
from targets.widgets import actual_with_missing, bar, light

#: Longer lists are turned over by pages, so that no page grows without bound.
ROWS_PER_PAGE = 50
INDICATORS_PER_PAGE = 80
HISTORY_PER_PAGE = 20
NUMERIC = {"th": {"class": "num"}, "td": {"class": "num"}}


def _sorted_by(key: Any) -> Any:
    """Sort by a key, with what has none always last."""

    def order(self: Any, rows: Any, is_descending: bool) -> tuple[Any, bool]:
        present = [row for row in rows if key(row) is not None]
        absent = [row for row in rows if key(row) is None]
        return sorted(present, key=key, reverse=is_descending) + absent, True

    return order


class SortedRows(TableListData):
    """Rows in memory that a table's own ``order_...`` methods sort: the library asks them for querysets only."""

    data: Any

    def order_by(self, aliases: Any) -> None:
        for alias in reversed(aliases):
            self.data, _done = self.table.columns[alias.lstrip("-")].order(self.data, alias.startswith("-"))


class UncountedPaginator(LazyPaginator):
    """Pages of a list that nobody counts: one row more than fits says whether another page follows."""

    is_uncounted = True
    #: No database takes a number of any length.
    MOST_PAGES = 10_000_000

    def get_page(self, number: Any) -> Page:
        """The page of this number; beyond the end the last one, the first where it is no number."""
        text = str(number)
        asked = (int(text) if len(text) < 8 else self.MOST_PAGES) if text.isdecimal() else 1
        try:
            return self.page(max(asked, 1))
        except EmptyPage:
            return self.page(max(-(-len(self.object_list) // self.per_page), 1))


class PageTable(tables.Table):
    """A table in the product's own markup. A page number out of range shows the nearest page."""

    #: The id of what its links to other pages lead to: nobody is thrown back to the top by turning over.
    place = ""

    def turn_to(
        self, number: str | None, per_page: int = ROWS_PER_PAGE, paginator: type[Paginator] = Paginator
    ) -> None:
        """Show one page, of the number that an address asks for.

        Not by ``RequestConfig``, which takes the length of a page from the address as well.
        """
        self.paginator = paginator(self.rows, per_page)
        self.page = self.paginator.get_page(number)

    class Meta:
        template_name = "targets/_table.html"
        attrs = {"class": "table"}
        orderable = False
        empty_text = gettext_lazy("There is nothing to show here.")


class IndicatorTable(PageTable):
    """The indicators of a section, a row each. Its heading stays in sight."""

    fits = True

    name = tables.Column(gettext_lazy("Indicator"), accessor="indicator", attrs={"td": {"class": "name"}})
    unit = tables.Column(gettext_lazy("Unit of measure"), accessor="indicator", attrs={"td": {"class": "unit"}})
    target = tables.Column(gettext_lazy("Target"), accessor="standing", attrs=NUMERIC)
    actual = tables.Column(gettext_lazy("Actual"), accessor="standing", attrs=NUMERIC)
    completion = tables.Column(gettext_lazy("Completion"), accessor="standing", attrs=NUMERIC, orderable=True)
    bar = tables.Column(
        gettext_lazy("Completion against schedule"), accessor="standing", attrs={"td": {"class": "bar"}}
    )
    expected = tables.Column(gettext_lazy("Expected by schedule"), accessor="standing", attrs=NUMERIC)
    schedule_ratio = tables.Column(gettext_lazy("Schedule ratio"), accessor="standing", attrs=NUMERIC, orderable=True)
    gap = tables.Column(gettext_lazy("Gap to schedule"), accessor="standing", attrs=NUMERIC)
    status = tables.Column(
        gettext_lazy("Status"), accessor="standing", attrs={"td": {"class": "status"}}, orderable=True
    )
    units = tables.Column(gettext_lazy("Reporting unit"), accessor="unit_count", attrs={"td": {"class": "units"}})

    class Meta(PageTable.Meta):
        attrs = {"class": "table indicators"}

    def __init__(self, rows: Any, *, viewed: Any, request: HttpRequest) -> None:
        self.viewed = viewed
        self.period: Period = viewed.selection.period
        self.thresholds = thresholds_of(viewed.selection.year)
        super().__init__(SortedRows(list(rows)), order_by_field="sort", page_field="page")
        RequestConfig(request, paginate=False).configure(self)
        self.turn_to(request.GET.get(self.page_field), INDICATORS_PER_PAGE)

    order_completion = _sorted_by(lambda row: row.standing.completion)
    order_schedule_ratio = _sorted_by(lambda row: row.standing.schedule_ratio)
    order_status = _sorted_by(lambda row: URGENCY.index(row.status))

    def render_name(self, record: IndicatorRow) -> SafeString:
        return indicator_link(record.indicator, self.viewed.query)

    def render_unit(self, record: IndicatorRow) -> str:
        return display.unit_of_measure(record.indicator)

    def render_target(self, record: IndicatorRow) -> str:
        return display.target(record)

    def render_actual(self, record: IndicatorRow) -> SafeString | str:
        return actual_with_missing(record)

    def render_completion(self, value: Standing) -> str:
        return display.completion(value, self.thresholds)

    def render_bar(self, value: Standing) -> SafeString:
        return bar(value.completion, value.schedule_share, display.LIGHTS[value.status].colour)

    def render_expected(self, record: IndicatorRow) -> str:
        return display.amount(record.standing.expected, record.indicator)

    def render_schedule_ratio(self, value: Standing) -> str:
        return display.schedule_ratio(value, self.thresholds)

    def render_gap(self, record: IndicatorRow) -> str:
        return display.gap(record.standing, record.indicator)

    def render_status(self, value: Standing) -> SafeString:
        return light(value, self.period)

    def render_units(self, record: IndicatorRow) -> str:
        return display.units_in_short(record)


def indicator_link(indicator: Indicator, query: str) -> SafeString:
    """The indicator's name as a link to its page, with the same selection."""
    address = f"{reverse('indicator', args=[indicator.code])}?{query}"
    sensitive = format_html(' <span class="tag">{}</span>', _("Sensitive")) if indicator.sensitive else ""
    return format_html('<a href="{}">{}</a>{}', address, display.name(indicator), sensitive)


class TrendTable(PageTable):
    """The course through the year: the chart's figures."""

    month = tables.Column(gettext_lazy("Month"))
    added = tables.Column(gettext_lazy("Added"), attrs=NUMERIC, empty_values=())
    actual = tables.Column(gettext_lazy("Actual"), attrs=NUMERIC, empty_values=())
    expected = tables.Column(gettext_lazy("Plan path"), attrs=NUMERIC, empty_values=())
    checkpoint = tables.Column(gettext_lazy("Checkpoint"), attrs=NUMERIC, empty_values=())
    last_year = tables.Column(gettext_lazy("Last year"), attrs=NUMERIC, empty_values=())

    class Meta(PageTable.Meta):
        attrs = {"class": "table compact trend"}

    def __init__(self, points: Any, *, indicator: Indicator) -> None:
        self.indicator = indicator
        self.checkpoints = [point.checkpoint for point in points]
        has_last_year = any(point.last_year is not None for point in points)
        super().__init__(points, exclude=() if has_last_year else ("last_year",))

    def render_month(self, record: TrendPoint) -> str:
        if record.actual is not None:
            return display.month_run(record.from_month, record.month)
        return display.month(record.month)

    def render_added(self, record: TrendPoint) -> str:
        return display.amount(record.added, self.indicator)

    def render_actual(self, record: TrendPoint) -> SafeString | str:
        if record.is_missing and record.actual is None:
            return format_html('<span class="missing">{}</span>', _("Not reported"))
        text = display.amount(record.actual, self.indicator, never_reach=(record.expected, *self.checkpoints))
        text = display.approximate(text, record.reported_as)
        if record.is_partial:
            return format_html('{} <small class="missing">{}</small>', text, display.partial())
        return text

    def render_expected(self, record: TrendPoint) -> str:
        return display.amount(record.expected, self.indicator)

    def render_last_year(self, record: TrendPoint) -> str:
        return display.amount(record.last_year, self.indicator)

    def render_checkpoint(self, record: TrendPoint) -> str:
        return display.typed_amount(record.checkpoint, self.indicator)


class PartTable(PageTable):
    """The next level below the viewed unit."""

    unit = tables.Column(gettext_lazy("Unit"), accessor="unit", attrs={"td": {"class": "name"}})
    target = tables.Column(gettext_lazy("Target"), accessor="row", attrs=NUMERIC)
    actual = tables.Column(gettext_lazy("Actual"), accessor="row", attrs=NUMERIC)
    completion = tables.Column(gettext_lazy("Completion"), accessor="row", attrs=NUMERIC)
    schedule_ratio = tables.Column(gettext_lazy("Schedule ratio"), accessor="row", attrs=NUMERIC)
    gap = tables.Column(gettext_lazy("Gap to schedule"), accessor="row", attrs=NUMERIC)
    answered = tables.Column(gettext_lazy("Answered"), accessor="row", attrs=NUMERIC)
    status = tables.Column(gettext_lazy("Status"), accessor="row", attrs={"td": {"class": "status"}})

    place = "parts-title"

    class Meta(PageTable.Meta):
        attrs = {"class": "table parts"}

    def __init__(self, parts: Any, *, viewed: Any, number: str | None) -> None:
        self.viewed = viewed
        self.thresholds = thresholds_of(viewed.selection.year)
        super().__init__(parts, page_field="parts")
        self.turn_to(number)

    def render_unit(self, record: PartRow) -> SafeString:
        query = self.viewed.query_with(unit=record.unit)
        address = f"{reverse('indicator', args=[record.row.indicator.code])}?{query}"
        return format_html('<a href="{}">{}</a>', address, display.name(record.unit))

    def render_target(self, value: IndicatorRow) -> str:
        return display.target(value)

    def render_actual(self, value: IndicatorRow) -> SafeString | str:
        return actual_with_missing(value)

    def render_completion(self, value: IndicatorRow) -> str:
        return display.completion(value.standing, self.thresholds)

    def render_schedule_ratio(self, value: IndicatorRow) -> str:
        return display.schedule_ratio(value.standing, self.thresholds)

    def render_gap(self, value: IndicatorRow) -> str:
        return display.gap(value.standing, value.indicator)

    def render_answered(self, value: IndicatorRow) -> str:
        return display.share(value.standing.answered, value.standing.due)

    def render_status(self, value: IndicatorRow) -> SafeString:
        return light(value.standing, self.viewed.selection.period)


class StepTable(PageTable):
    """The steps of a milestone task."""

    unit = tables.Column(gettext_lazy("Unit"), accessor="unit")
    step = tables.Column(gettext_lazy("Step"), accessor="milestone", attrs={"td": {"class": "name"}})
    weight = tables.Column(gettext_lazy("Weight"), accessor="milestone__weight", attrs=NUMERIC)
    due = tables.Column(gettext_lazy("Due"), accessor="milestone", attrs={"td": {"class": "date"}})
    done = tables.Column(gettext_lazy("Status"), accessor="done")
    note = tables.Column(gettext_lazy("Note"), accessor="milestone")

    place = "steps-title"

    class Meta(PageTable.Meta):
        attrs = {"class": "table steps"}

    def __init__(self, steps: Any, *, number: str | None) -> None:
        super().__init__(steps, page_field="steps")
        self.turn_to(number)

    def render_unit(self, record: StepRow) -> str:
        return display.name(record.unit)

    def render_step(self, record: StepRow) -> str:
        return display.name(record.milestone)

    def render_weight(self, record: StepRow) -> str:
        return display.number(record.milestone.weight, display.decimals_of(record.milestone.weight, 0))

    def render_due(self, record: StepRow) -> str:
        return display.day(record.milestone.due) if record.milestone.due else _("Not dated")

    def render_done(self, record: StepRow) -> SafeString:
        if record.done:
            done_on = record.report.done_on if record.report is not None else None
            if done_on is not None:
                return format_html('<span class="light green">{}</span> {}', _("Done"), display.day(done_on))
            return format_html('<span class="light green">{}</span>', _("Done"))
        if record.overdue:
            return format_html('<span class="light red">{}</span>', _("Overdue"))
        if not record.counts:
            return format_html('<span class="light grey">{}</span>', _("Not in this period"))
        return format_html('<span class="light grey">{}</span>', _("Open"))

    def render_note(self, record: StepRow) -> str:
        return display.localized(record.milestone, "note")


class EntryTable(PageTable):
    """Entries with their versions: as each was typed, who and when."""

    months = tables.Column(gettext_lazy("Months"), accessor="month")
    unit = tables.Column(gettext_lazy("Unit"), accessor="target__unit")
    answer = tables.Column(gettext_lazy("As typed"), accessor="answer", attrs=NUMERIC)
    state = tables.Column(gettext_lazy("State"), accessor="state")
    version = tables.Column(gettext_lazy("Version"), attrs=NUMERIC)
    person = tables.Column(gettext_lazy("Entered"), accessor="entered_at", attrs={"td": {"class": "date"}})
    note = tables.Column(gettext_lazy("Note"), accessor="note", empty_values=())

    place = "entries-title"

    class Meta(PageTable.Meta):
        attrs = {"class": "table entries"}

    def __init__(self, entries: Any, *, number: str | None) -> None:
        super().__init__(entries, page_field="entries")
        self.turn_to(number, paginator=UncountedPaginator)

    def render_months(self, record: Any) -> str:
        return display.month_run(record.from_month, record.month)

    def render_unit(self, record: Any) -> str:
        return display.name(record.target.unit)

    def render_answer(self, record: Any) -> str:
        return display.answer(record)

    def render_state(self, record: Any) -> str:
        return str(record.get_state_display())

    def render_person(self, record: Any) -> str:
        who = str(record.entered_by) if record.entered_by_id else _("from a file")
        return f"{who} · {display.moment(record.entered_at)}"

    def render_note(self, record: Any) -> SafeString:
        notes = [display.official_growth(record), display.localized(record, "note"), record.reason]
        if record.provenance:
            notes.insert(0, str(record.get_provenance_display()))
        return format_html_join("；" if not display.is_english() else "; ", "{}", ((n,) for n in notes if n))


def as_typed(text: str) -> SafeString | str:
    """Words that a person typed: on an English page marked as Chinese where they are, and so read aloud."""
    if display.is_english() and not text.isascii():
        return format_html('<span lang="zh-CN">{}</span>', text)
    return text


class HistoryTable(PageTable):
    """What was done about an indicator's figures and targets: the newest first, a page at a time."""

    at = tables.Column(gettext_lazy("Time"), attrs={"td": {"class": "date"}})
    actor_label = tables.Column(gettext_lazy("By"))
    months = tables.Column(gettext_lazy("Month"), accessor="month")
    unit = tables.Column(gettext_lazy("Unit"), accessor="unit")
    action = tables.Column(gettext_lazy("What was done"))
    values = tables.Column(gettext_lazy("From what to what"), accessor="after", empty_values=())
    reason = tables.Column(gettext_lazy("Reason"))
    source = tables.Column(gettext_lazy("From where"))

    place = "history"

    class Meta(PageTable.Meta):
        attrs = {"class": "table history"}

    def __init__(self, changes: Any, *, indicator: Indicator, number: str | None) -> None:
        self.indicator = indicator
        super().__init__(changes, page_field="history")
        self.turn_to(number, HISTORY_PER_PAGE, UncountedPaginator)

    def render_at(self, record: Any) -> str:
        return display.moment(record.at)

    def render_actor_label(self, record: Any) -> str:
        return str(record.actor_label) if record.actor_id else _("from a file")

    def render_months(self, record: Any) -> str:
        return display.month(record.month)

    def render_unit(self, record: Any) -> str:
        return display.name(record.unit)

    def render_action(self, record: Any) -> str:
        return display.action(record.action)

    def render_values(self, record: Any) -> SafeString | str:
        parts = display.changed_figure(record.before, record.after, self.indicator)
        if not parts:
            return display.NONE
        return format_html_join(
            display.between_clauses(), "{}", ((as_typed(text) if typed else text,) for text, typed in parts)
        )

    def render_reason(self, value: str) -> SafeString | str:
        return as_typed(value)

    def render_source(self, record: Any) -> str:
        return display.source(record.source)


class ChangeTable(PageTable):
    """Who changed what from what to what, when, why and from where."""

    at = tables.Column(gettext_lazy("Time"), attrs={"td": {"class": "date"}})
    actor_label = tables.Column(gettext_lazy("By"))
    action = tables.Column(gettext_lazy("What was done"))
    subject = tables.Column(gettext_lazy("Unit and indicator"), accessor="pk", attrs={"td": {"class": "name"}})
    month = tables.Column(gettext_lazy("Month"))
    values = tables.Column(gettext_lazy("From what to what"), accessor="after", empty_values=())
    reason = tables.Column(gettext_lazy("Reason"))
    source = tables.Column(
        gettext_lazy("Source"), attrs={"td": {"class": "units", "title": lambda record: record.source or None}}
    )
    address = tables.Column(gettext_lazy("Address"), attrs={"td": {"class": "units"}})

    class Meta(PageTable.Meta):
        attrs = {"class": "table changes"}

    def __init__(
        self, changes: Any, spoken_of: Callable[[list[Any]], Mapping[str, Mapping[int, Any]]], *, number: str | None
    ) -> None:
        super().__init__(changes, page_field="page")
        self.turn_to(number, paginator=UncountedPaginator)
        self.things = spoken_of([row.record for row in self.paginated_rows])

    def render_at(self, record: Any) -> str:
        return display.moment(record.at)

    def render_actor_label(self, record: Any) -> str:
        return display.actor(record)

    def render_action(self, record: Any) -> str:
        return display.action(record.action)

    def render_subject(self, record: Any) -> str:
        parts = [display.name(record.unit)] if record.unit_id else []
        if record.target_id:
            parts.append(display.name(record.target.indicator))
        return " · ".join(parts) or display.NONE

    def render_month(self, record: Any) -> str:
        return display.month(record.month)

    def render_values(self, record: Any) -> str:
        return display.changed_values(record.before, record.after, self.things)

    def render_source(self, record: Any) -> str:
        return display.short_source(record.source)
