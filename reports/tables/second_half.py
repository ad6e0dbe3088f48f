"""The second half as a table: every figure is the one that the page prints."""

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from reports.document import Cell, Column, Table
from reports.notices.sentences import remedied
from reports.tables.cells import (
    actual_figure,
    answered_cells,
    closing_notes,
    cut_off_notes,
    figure,
    left_out_notice,
    limits,
    sections_of,
    tab,
    target_figure,
    titled,
)
from targets import display
from targets.calculations.terms import Period
from targets.summaries.rows import IndicatorRow
from targets.summaries.second_half import RemainingGroup, RemainingRow, SecondHalf


def second_half_table(half: SecondHalf, groups: Iterable[RemainingGroup], chosen: Collection[str] = ()) -> Table:
    """The rest of the year as it is seen, the monitored last. Sensitive ones stay out unless chosen by their code."""
    rows = [(one.row, _row(one)) for group in groups for one in (*group.targets, *group.tasks)]
    rows += [(one, _monitored(one)) for one in half.monitored]
    kept = [cells for row, cells in rows if not row.indicator.sensitive or row.indicator.code in chosen]
    selection = half.selection
    statistics, *sample = closing_notes(selection)
    title, unit = _("Second half"), display.name(selection.unit)
    cut_off = display.as_of(selection.year.year, selection.month)
    return Table(
        title=titled(title, selection),
        name=tab(title, unit, selection.year.year),
        above=(unit, _("What remains of the year"), *cut_off_notes(selection)),
        columns=(
            Column(_("Code"), 8),
            Column(_("Section"), 12),
            Column(_("Indicator"), 26),
            Column(_("Unit of measure"), 10),
            Column(_("Annual target"), 12),
            Column(_("Actual"), 12),
            Column(_("Remaining"), 12),
            Column(_("Needed per month"), 12),
            Column(_("Recently per month"), 12),
            Column(_("Difficulty"), 10),
            Column(_("What the rest of the year asks"), 16),
            Column(_("Forecast for the year's end"), 12),
            Column(_("How it was forecast, or why not"), 24),
            Column(_("Status"), 12),
            Column(_("Answered"), 10),
            Column(_("Missing"), 16),
            Column(_("Steps"), 34),
            Column(_("Cause"), 24),
            Column(_("Measure"), 24),
            Column(_("Responsible"), 16),
            Column(_("Deadline"), 16),
            Column(_("Reporting unit"), 16),
            Column(_("Lead leader"), 16),
            Column(_("Responsible person"), 16),
        ),
        rows=tuple(kept),
        below=(statistics, *limits(selection), *left_out_notice(len(rows) - len(kept)), *sample),
        file_name=display.file_name(title, sections_of(selection, half.rows), unit, cut_off),
    )


def _row(one: RemainingRow) -> tuple[Cell, ...]:
    indicator, outlook, standing = one.indicator, one.outlook, one.standing
    if one.allowance is not None:
        left = display.allowance(one.allowance, indicator)
        needed, recent = one.allowance.per_month, one.allowance.recent_per_month
        each, of_late = display.pace(needed, indicator), display.pace(recent, indicator)
    else:
        left = display.remaining(outlook, indicator)
        paced = outlook if one.has_pace else None
        each = display.needed(paced.needed_per_month if paced is not None else None, indicator)
        of_late = display.pace(paced.recent_per_month if paced is not None else None, indicator)
    forecast = display.forecast(outlook, standing.target, indicator)
    how = ""
    if outlook is not None and outlook.method is not None:
        short = display.shortfall(outlook, standing.target, indicator)
        how = display.between_clauses().join(part for part in (display.forecast_method(outlook), short) if part)
    elif one.reason is not None:
        how = display.no_pace(one.reason)
    return (
        *_named(one.row),
        figure(display.NONE) if one.is_task else target_figure(standing.target, indicator, one.row.approximation),
        figure(display.NONE) if one.is_task else actual_figure(one.row),
        figure(left),
        figure(each),
        figure(of_late),
        Cell(display.difficulty(outlook) if one.has_difficulty else display.NONE),
        Cell(display.NONE if one.is_task else display.prospect(one.prospect)),
        figure(forecast),
        Cell(how),
        _status(one.row),
        *answered_cells(one.row),
        Cell("\n".join(display.step(step) for step in one.in_order)),
        *_arranged(one),
        *_who(one.row, one.responsible),
    )


def _arranged(one: RemainingRow) -> tuple[Cell, ...]:
    """Cause, measure, responsible and deadline of the open remedies."""
    is_past = {arranged.remedy: arranged.is_past for arranged in one.arrangements}
    said = remedied(one.row, list(is_past))
    deadline = display.told(one.row, is_past, lambda remedy: display.deadline(remedy.deadline, is_past[remedy]))
    return Cell(said.cause), Cell(said.measure), Cell(said.responsible), Cell(deadline)


def _monitored(row: IndicatorRow) -> tuple[Cell, ...]:
    is_task = row.indicator.kind == "milestone"
    actual = figure(display.NONE) if is_task else actual_figure(row)
    return (
        *_named(row),
        Cell(display.NONE),
        actual,
        *[Cell(display.NONE)] * 4,
        Cell(""),
        Cell(display.NONE),
        Cell(""),
        _status(row),
        *answered_cells(row),
        *[Cell("")] * 5,
        *_who(row, ()),
    )


def _named(row: IndicatorRow) -> tuple[Cell, ...]:
    return (
        Cell(row.indicator.code),
        Cell(display.name(row.indicator.section)),
        Cell(display.name(row.indicator)),
        Cell(display.unit_of_measure(row.indicator)),
    )


def _status(row: IndicatorRow) -> Cell:
    return Cell(display.status(row.standing, Period.YEAR), colour=display.LIGHTS[row.standing.status].colour)


def _who(row: IndicatorRow, persons: Iterable[str]) -> tuple[Cell, ...]:
    return (
        Cell(display.joined(display.name(unit) for unit in row.units)),
        Cell(display.joined(display.localized(target, "lead_leader") for target in row.leads)),
        Cell(display.joined(persons)),
    )
