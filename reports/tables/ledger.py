"""The ledger 台账 as a workbook: an overview with charts, a sheet for each section, and what the figures mean.

``ticked`` are the codes of those that lag and of which the cause and what is done about it may leave the house:
nothing of that does unless a person chose it. ``chosen`` are the sensitive indicators that were chosen by name.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.document import Cell, Column, Sheet, SheetChart, Table, Workbook
from reports.notices.sentences import remedied
from reports.tables.cells import (
    closing_notes,
    figure,
    file_name,
    kept_rows,
    left_out_notice,
    limits,
    sections_notice,
    standing_cells,
    standing_columns,
    tab,
    target_figure,
    titled,
)
from targets import display
from targets.calculations.facts import Thresholds
from targets.calculations.means import Mean
from targets.calculations.terms import Basis, Kind, Status
from targets.models import Remedy, Section
from targets.summaries.ledger import LedgerLine, ledger_lines
from targets.summaries.overview import Overview
from targets.summaries.rows import NAMED, IndicatorRow
from targets.summaries.selection import Selection, thresholds_of

Remedies = Mapping[int, tuple[Remedy, ...]]
Row = tuple[Cell, ...]

NOTHING = Cell("")
#: Of every status, in the order of the overview's columns.
STATUSES = tuple(Status)


def ledger(
    overview: Overview, remedies: Remedies, *, ticked: Collection[str] = (), chosen: Collection[str] = ()
) -> Workbook:
    """The ledger of the viewed unit; ``remedies`` are the open ones by indicator."""
    selection = overview.selection
    kept = {code for code in ticked if code}
    title = _("Ledger of targets")
    sections = [
        _section_sheet(selection, group.section, group.rows, remedies, kept, chosen)
        for group in overview.sections
        if group.section is not None
    ]
    return Workbook(
        sheets=(_overview_sheet(overview, chosen), *sections, _notes_sheet(overview, chosen)),
        file_name=file_name(overview, title),
        author=display.name(selection.unit),
    )


def ledger_table(
    overview: Overview, remedies: Remedies, *, ticked: Collection[str] = (), chosen: Collection[str] = ()
) -> Table:
    """The same rows as one table, each beginning with its section: for a file without sheets."""
    selection = overview.selection
    rows: list[Row] = []
    for group in overview.sections:
        if group.section is not None:
            name = Cell(display.name(group.section))
            rows += [(name, *row) for row in _rows(selection, group.rows, remedies, ticked, chosen)]
    title, unit = _("Ledger of targets"), display.name(selection.unit)
    return Table(
        title=titled(title, selection),
        name=tab(title, unit, selection.year.year),
        above=_above(selection),
        columns=(Column(_("Section")), *_columns(ticked)),
        rows=tuple(rows),
        below=tuple(_below(overview, chosen)),
        file_name=file_name(overview, title),
    )


def _above(selection: Selection, unit: str = "") -> tuple[str, str, str]:
    """The line under the title: who reports, the cut-off, the unit of measure."""
    cut_off = display.as_of(selection.year.year, selection.month)
    middle = _("Data as of %(as_of)s") % {"as_of": cut_off}
    if selection.waiting:
        middle = f"{middle} ({_('Shown as if what waits for review were approved.')})"
    return (
        _("Reported by: %(unit)s") % {"unit": display.name(selection.unit)},
        f"{display.period(selection.period)} · {middle}",
        unit or _("Unit: see “Unit of measure”"),
    )


def _below(overview: Overview, chosen: Collection[str]) -> list[str]:
    statistics, *sample = closing_notes(overview.selection)
    left_out = len(overview.total.rows) - len(kept_rows(overview.total.rows, chosen))
    return [statistics, *sections_notice(overview), *limits(overview.selection), *left_out_notice(left_out), *sample]


# The overview


def _overview_sheet(overview: Overview, chosen: Collection[str]) -> Sheet:
    """Sections and whole, with completion against schedule and the statuses as charts."""
    selection = overview.selection
    rows = [
        (Cell(display.name(group.section)), *_mean_cells(group.mean))
        for group in overview.sections
        if group.section is not None
    ]
    whole = (Cell(_("Total")), *_mean_cells(overview.total.mean))
    first_status, year = 5, selection.year.year
    return Sheet(
        name=tab(_("Overview"), display.name(selection.unit), year),
        title=_("%(unit)s: ledger of targets %(year)s") % {"unit": display.name(selection.unit), "year": year},
        above=_above(selection, _("Unit: indicators, percent")),
        columns=(
            Column(_("Section"), 16),
            Column(_("Indicators"), 9),
            Column(_("Completion"), 11),
            Column(_("By schedule"), 11),
            Column(_("Coverage"), 9),
            *(Column(display.status_word(status), 10) for status in STATUSES),
        ),
        rows=(*rows, whole),
        below=(
            *_below(overview, chosen),
            _("Means and counts are those of all indicators, as on the pages; the mean of the whole is that over all."),
        ),
        charts=(
            SheetChart(_("Completion against schedule by section"), (2, 3), len(rows), is_percent=True),
            SheetChart(
                _("Statuses by section"),
                tuple(first_status + place for place in range(len(STATUSES))),
                len(rows),
                colours=tuple(display.LIGHTS[status].colour for status in STATUSES),
                stacked=True,
            ),
        ),
        fixed=1,
    )


def _mean_cells(mean: Mean) -> Row:
    return (
        figure(display.number(mean.total)),
        figure(display.mean_percent(mean.completion)),
        figure(display.mean_percent(mean.schedule)),
        Cell(display.share(mean.judged, mean.due)),
        *(figure(display.number(mean.counts[status])) for status in STATUSES),
    )


# A section


def _section_sheet(
    selection: Selection,
    section: Section,
    rows: Iterable[IndicatorRow],
    remedies: Remedies,
    ticked: Collection[str],
    chosen: Collection[str],
) -> Sheet:
    name = display.name(section)
    year, unit = selection.year.year, display.name(selection.unit)
    return Sheet(
        name=tab(name, unit, year),
        title=_("%(unit)s: ledger of targets %(year)s, %(section)s") % {"unit": unit, "year": year, "section": name},
        above=_above(selection),
        columns=_columns(ticked),
        rows=_rows(selection, rows, remedies, ticked, chosen),
        below=(display.statistics_prevail(),),
        signing="　　　　　　　　".join(
            display.labelled(label, "").rstrip()
            for label in (_("Responsible for the unit"), _("Filled in by"), _("Telephone"), _("Date"))
        ),
        fixed=3,
        wide=True,
    )


def _columns(ticked: Collection[str]) -> tuple[Column, ...]:
    columns = [
        Column(_("Number"), 5),
        Column(_("Code"), 7),
        Column(_("Indicator"), 26),
        Column(_("Unit of measure"), 8),
        Column(_("Kind"), 9),
        Column(_("Baseline"), 10),
        Column(_("First-half target"), 11),
        Column(_("Annual target"), 11),
        *standing_columns(),
        Column(_("Reporting unit"), 16),
        Column(_("Lead leader"), 16),
        Column(_("Responsible person"), 10),
    ]
    if ticked:
        columns += [
            Column(_("Cause"), 28),
            Column(_("Measure"), 28),
            Column(_("Responsible for the measure"), 12),
            Column(_("Deadline"), 13),
        ]
    return tuple(columns)


def _rows(
    selection: Selection,
    rows: Iterable[IndicatorRow],
    remedies: Remedies,
    ticked: Collection[str],
    chosen: Collection[str],
) -> Iterator[Row]:
    thresholds = thresholds_of(selection.year)
    for number, row in enumerate(kept_rows(rows, chosen), start=1):
        # What is the same in all lines of an indicator is printed once.
        code, name, *nature = _indicator_cells(row)
        for line in ledger_lines(selection, row):
            yield (
                figure(display.number(number)) if line.unit is None else NOTHING,
                code,
                name if line.unit is None else Cell(display.bracketed(name.text, display.name(line.unit)), level=1),
                *nature,
                *_plan_cells(line),
                *_standing(selection, line, thresholds),
                *_people_cells(line),
                *(_remedy_cells(line, remedies, ticked) if ticked else ()),
            )


def _indicator_cells(row: IndicatorRow) -> Row:
    indicator = row.indicator
    texts = (indicator.code, display.name(indicator), display.unit_of_measure(indicator))
    return tuple(Cell(text) for text in (*texts, indicator.get_kind_display()))


def _plan_cells(line: LedgerLine) -> Row:
    """What is planned; nothing of a task, which has steps."""
    indicator, target = line.row.indicator, line.target
    if indicator.kind == Kind.MILESTONE:
        return (Cell(display.NONE),) * 3
    return (
        figure(display.typed_amount(target.baseline if target is not None else None, indicator)),
        *(target_figure(amount, indicator, line.row.approximation) for amount in (line.half_year, line.annual)),
    )


def _standing(selection: Selection, line: LedgerLine, thresholds: Thresholds) -> Row:
    """How a line stands. Where many units owe answers the whole counts them: their own lines name the months."""
    cells = standing_cells(selection, line.row, thresholds)
    owing = line.row.missing_count
    if line.unit is None and owing > NAMED:
        return (*cells[:-1], Cell(ngettext("%(count)d unit", "%(count)d units", owing) % {"count": owing}))
    return cells


def _people_cells(line: LedgerLine) -> Row:
    row = line.row
    return (
        Cell(display.units_in_short(row)),
        Cell(display.joined(display.localized(target, "lead_leader") for target in row.leads)),
        Cell(line.target.responsible_person if line.target is not None else ""),
    )


def _remedy_cells(line: LedgerLine, remedies: Remedies, ticked: Collection[str]) -> Row:
    """Why it lags and what is done, where a person ticked it and somebody said so: of a part what the part said."""
    row = line.row
    if row.indicator.code not in ticked:
        return (NOTHING,) * 4
    targets = {target.pk for target in row.remedy_targets}
    told = remedied(row, [remedy for remedy in remedies.get(row.indicator.pk, ()) if remedy.target_id in targets])
    return Cell(told.cause), Cell(told.measure), Cell(told.responsible), Cell(told.deadline)


# What the figures mean


def _notes_sheet(overview: Overview, chosen: Collection[str]) -> Sheet:
    selection = overview.selection
    rows = [*_meanings(selection), *_definitions(kept_rows(overview.total.rows, chosen))]
    return Sheet(
        name=tab(_("Notes"), display.name(selection.unit), selection.year.year),
        title=titled(_("What the figures mean"), selection),
        above=_above(selection, " "),
        columns=(Column(_("Term or indicator"), 24), Column(_("Meaning"), 70), Column(_("Data source"), 24)),
        rows=tuple(rows),
        below=tuple(closing_notes(selection)),
        is_text=True,
    )


def _meanings(selection: Selection) -> Iterator[Row]:
    """The words of the columns, with the thresholds of the year."""
    thresholds = thresholds_of(selection.year)
    target = display.period_target(selection.period)
    if thresholds.basis is Basis.POINTS:
        ahead = display.points(thresholds.ahead_points)
        on_schedule = display.points(thresholds.on_schedule_points)
        slightly = display.points(thresholds.slightly_behind_points)
        measure = _("Gap to schedule")
    else:
        ahead = display.percent(thresholds.ahead_ratio)
        on_schedule = display.percent(thresholds.on_schedule_ratio)
        slightly = display.percent(thresholds.slightly_behind_ratio)
        measure = _("Schedule ratio")
    values = {"ahead": ahead, "on_schedule": on_schedule, "slightly": slightly, "measure": measure}
    texts = (
        (
            _("Completion"),
            _("Actual ÷ %(target)s: from the start where the target lies above it, else by level.")
            % {"target": target.lower()},
        ),
        (_("Expected by schedule"), _("What the plan asks for by the end of the cut-off month.")),
        (
            _("Schedule ratio"),
            _("Actual ÷ expected by schedule: from the start where expected lies above it, else by level."),
        ),
        (_("Gap to schedule"), _("Actual − expected by schedule, in the unit of measure.")),
        (display.status_word(Status.AHEAD), _("%(measure)s from %(ahead)s on.") % values),
        (display.status_word(Status.ON_SCHEDULE), _("%(measure)s from %(on_schedule)s on.") % values),
        (
            display.status_word(Status.SLIGHTLY_BEHIND),
            _("%(measure)s from %(slightly)s and below %(on_schedule)s.") % values,
        ),
        (display.status_word(Status.BEHIND), _("%(measure)s below %(slightly)s.") % values),
        (display.status_word(Status.NOT_DUE), _("Nothing is expected yet.")),
        (display.status_word(Status.NOT_REPORTED), _("Something is expected and no approved answer is in.")),
        (display.status_word(Status.MONITORED), _("Shown and not judged.")),
        (_("Answered"), _("Months with an approved answer out of the months that fell due.")),
        (f"“{display.NONE}”", _("There is no figure. A reported zero is shown as 0.")),
    )
    for term, meaning in texts:
        yield Cell(term), Cell(meaning), Cell("")


def _definitions(rows: list[IndicatorRow]) -> Iterator[Row]:
    for row in rows:
        definition, source = (display.localized(row.indicator, name) for name in ("definition", "source"))
        if definition or source:
            yield Cell(display.name(row.indicator)), Cell(definition), Cell(source)
