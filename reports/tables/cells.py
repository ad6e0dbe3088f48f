"""From summaries to documents. Every figure is the one that the page prints."""

from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.document import Cell, Column, Table
from targets import display
from targets.calculations.facts import Thresholds
from targets.models import Indicator
from targets.summaries.overview import Overview
from targets.summaries.rows import Group, IndicatorRow
from targets.summaries.selection import Selection, thresholds_of


def figure(text: str) -> Cell:
    """A cell for a printed figure."""
    value = display.as_number(text)
    if value is None:
        return Cell(text)
    digits = text.rstrip("%").partition(".")[2]
    return Cell(text, value, text.endswith("%"), len(digits))


def target_figure(amount: display.Amount | None, indicator: Indicator, approximation: str) -> Cell:
    """A target as its document words it, such as 2500余: still a number."""
    return _worded(display.typed_amount(amount, indicator), display.worded_amount(amount, indicator, approximation))


def actual_figure(row: IndicatorRow) -> Cell:
    """An actual as it was reported, such as 30余: still a number."""
    return _worded(display.actual(row.standing, row.indicator), display.reported(row))


def _worded(plain: str, text: str) -> Cell:
    """A cell for a figure with words around it."""
    before, _number, after = text.partition(plain)
    return figure(plain)._replace(text=text, around=(before, after))


def titled(title: str, selection: Selection) -> str:
    """The title of a table: what, whose, of which year."""
    return title_of(title, display.name(selection.unit), selection.year.year)


def title_of(title: str, unit: str, year: int) -> str:
    return _("%(unit)s: %(title)s %(year)s") % {"unit": unit, "year": year, "title": title}


#: Excel takes no longer name on a tab.
LONGEST_TAB = 31


def tab(title: str, unit: str, year: int) -> str:
    """The name of a sheet: what, whose, of which year. Of a long name the unit's is cut, which the title has whole."""
    values = {"unit": unit, "year": year, "title": title}
    text = _("%(title)s %(year)s, %(unit)s") % values
    over = len(text) - LONGEST_TAB
    return _("%(title)s %(year)s, %(unit)s") % {**values, "unit": f"{unit[: -over - 1]}…"} if over > 0 else text


def indicator_table(selection: Selection, group: Group, title: str, chosen: Collection[str] = ()) -> Table:
    """The indicators of a list as they are seen. Sensitive ones stay out unless chosen by their code."""
    rows, thresholds = kept_rows(group.rows, chosen), thresholds_of(selection.year)
    statistics, *sample = closing_notes(selection)
    below = [statistics, *limits(selection), *left_out_notice(len(group.rows) - len(rows)), *sample]
    period, cut_off = display.period(selection.period), display.as_of(selection.year.year, selection.month)
    unit = display.name(selection.unit)
    # A list of one section bears its name already.
    sections = sections_of(selection, group.rows) if group.section is None else ""
    return Table(
        title=titled(title, selection),
        name=tab(title, unit, selection.year.year),
        above=(unit, period, *cut_off_notes(selection)),
        columns=(
            Column(_("Code"), 8),
            Column(_("Section"), 12),
            Column(_("Indicator"), 26),
            Column(_("Unit of measure"), 10),
            Column(display.period_target(selection.period), 12),
            *standing_columns(),
            Column(_("Reporting unit"), 16),
            Column(_("Lead leader"), 16),
        ),
        rows=tuple(_row(selection, row, thresholds) for row in rows),
        below=tuple(below),
        file_name=display.file_name(title, sections, unit, period, cut_off),
    )


def _row(selection: Selection, row: IndicatorRow, thresholds: Thresholds) -> tuple[Cell, ...]:
    standing, indicator = row.standing, row.indicator
    return (
        Cell(indicator.code),
        Cell(display.name(indicator.section)),
        Cell(display.name(indicator)),
        Cell(display.unit_of_measure(indicator)),
        target_figure(standing.target, indicator, row.approximation),
        *standing_cells(selection, row, thresholds),
        Cell(display.units_in_short(row)),
        Cell(display.joined(display.localized(target, "lead_leader") for target in row.leads)),
    )


def standing_cells(selection: Selection, row: IndicatorRow, thresholds: Thresholds) -> tuple[Cell, ...]:
    """How a row stands, in the order of ``standing_columns``. ``thresholds`` are those of the year, read once."""
    standing, indicator = row.standing, row.indicator
    return (
        actual_figure(row),
        figure(display.completion(standing, thresholds)),
        figure(display.amount(standing.expected, indicator)),
        figure(display.schedule_ratio(standing, thresholds)),
        figure(display.gap(standing, indicator)),
        Cell(display.status(standing, selection.period), colour=display.LIGHTS[standing.status].colour),
        *answered_cells(row),
    )


def answered_cells(row: IndicatorRow) -> tuple[Cell, Cell]:
    """How many of the due answers are in a figure, and whose are not: what is incomplete is not taken for the whole."""
    missing = display.joined(
        display.months(item.months)
        if row.unit_count == 1
        else f"{display.name(item.unit)} {display.months(item.months)}"
        for item in row.first_missing
    )
    if row.missing_count > len(row.first_missing):
        missing += "…"
    return Cell(display.share(row.standing.answered, row.standing.due)), Cell(missing)


def standing_columns() -> tuple[Column, ...]:
    """The columns that say how a row stands."""
    return (
        Column(_("Actual"), 12),
        Column(_("Completion"), 10),
        Column(_("Expected by schedule"), 12),
        Column(_("Schedule ratio"), 10),
        Column(_("Gap to schedule"), 12),
        Column(_("Status"), 12),
        Column(_("Answered"), 10),
        Column(_("Missing"), 16),
    )


def kept_rows(rows: Iterable[IndicatorRow], chosen: Collection[str]) -> list[IndicatorRow]:
    """The rows of a file: sensitive ones stay out unless chosen by their code."""
    return [row for row in rows if not row.indicator.sensitive or row.indicator.code in chosen]


def left_out_notice(count: int) -> list[str]:
    """That sensitive indicators stay out, and how many; nothing where none does."""
    if not count:
        return []
    return [
        ngettext("%(count)d sensitive indicator was left out.", "%(count)d sensitive indicators were left out.", count)
        % {"count": count}
    ]


#: A file name and a line name so many sections; more of them are counted.
NAMED_SECTIONS = 3


def is_limited(selection: Selection) -> bool:
    """Whether the person sees some sections of the unit only, so that whatever is made of it is not the whole."""
    return selection.scope.sections_at(selection.unit.pk) is not None


def limits(selection: Selection) -> list[str]:
    """That a person who sees some sections only made a paper or a file of these."""
    return [_("Only the sections that the author may see are in it.")] if is_limited(selection) else []


def chosen_sections(overview: Overview) -> tuple[str, ...]:
    """The sections of a report that holds only some of the unit's, by name; none where it holds all."""
    if len(overview.sections) == len(overview.all_sections) and not is_limited(overview.selection):
        return ()
    return tuple(display.name(group.section) for group in overview.sections if group.section is not None)


def sections_notice(overview: Overview) -> list[str]:
    """That a report holds some sections only, and which; nothing where it holds all."""
    names = chosen_sections(overview)
    return [_("Only these sections: %(sections)s") % {"sections": display.joined(names)}] if names else []


def file_name(overview: Overview, title: str) -> str:
    """What, of which sections where not of all, whose, and when."""
    selection = overview.selection
    cut_off = display.as_of(selection.year.year, selection.month)
    sections = _in_short(chosen_sections(overview))
    return display.file_name(title, sections, display.name(selection.unit), display.period(selection.period), cut_off)


def sections_of(selection: Selection, rows: Iterable[IndicatorRow]) -> str:
    """The sections of a list, for its file's name, where the person sees some only; empty for who sees all."""
    if not is_limited(selection):
        return ""
    sections = {row.indicator.section_id: row.indicator.section for row in rows}
    return _in_short([display.name(section) for section in sections.values()])


def _in_short(sections: Sequence[str]) -> str:
    """Sections by name; many are counted."""
    if len(sections) > NAMED_SECTIONS:
        return ngettext("%(count)d section", "%(count)d sections", len(sections)) % {"count": len(sections)}
    return display.joined(sections)


def cut_off_notes(selection: Selection) -> list[str]:
    """How far the figures of a table go, and whether what waits is among them."""
    notes = [_("Data as of %(as_of)s") % {"as_of": display.as_of(selection.year.year, selection.month)}]
    if selection.waiting:
        notes.append(_("Shown as if what waits for review were approved."))
    return notes


def closing_notes(selection: Selection) -> list[str]:
    """What every file says of its figures."""
    notes = [display.statistics_prevail()]
    if selection.year.is_sample:
        notes.append(display.sample_notice())
    return notes
