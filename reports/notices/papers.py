"""Papers for a meeting: the bulletin 通报, the red-and-yellow list 红黄清单, the one-page briefing 简报.

All are made of the overview that the pages show. Of what lags, only what a person ticked is named; who has not
reported and how units rank only where the year's setting and the person's role allow it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext as _

from reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Facts,
    Grid,
    Heading,
    Layout,
    Paragraph,
    Run,
    Signature,
    heading_number,
    width_of,
)
from reports.notices.charts import sections_chart, status_chart
from reports.notices.sentences import Remedied, how_it_stands, joined, remedied, remedy_sentences, sentence
from reports.tables.cells import (
    actual_figure,
    chosen_sections,
    closing_notes,
    cut_off_notes,
    figure,
    file_name,
    limits,
    sections_notice,
    target_figure,
)
from targets import display
from targets.calculations.deadlines import day_after_month
from targets.calculations.means import Mean
from targets.calculations.terms import Status
from targets.explanations import state_of_things
from targets.models import Remedy
from targets.summaries.missing import MissingUnit
from targets.summaries.overview import Overview
from targets.summaries.ranking import RankedUnit
from targets.summaries.rows import Group, IndicatorRow
from targets.summaries.selection import Selection, thresholds_of

LAGGING = (Status.BEHIND, Status.SLIGHTLY_BEHIND)
#: So many that lag have a paragraph each in a bulletin; of more it has a table, or it grows beyond its two pages.
MOST_IN_WORDS = 4


def lagging(group: Group) -> tuple[IndicatorRow, ...]:
    """What may be ticked: red before yellow, each in the order of the plan."""
    return tuple(row for row in group.by_urgency if row.status in LAGGING)


@dataclass(frozen=True)
class Wishes:
    """What a person chose for a paper.

    Attributes:
        title: of a bulletin by lines; empty for the usual one.
        ticked: the rows of what lags that are to be named.
        requests: what is asked, a paragraph for each line.
        missing: who has not reported; empty where it is not to be said.
        ranked: the units by completion; empty where it is not to be said.
        remedies: the open ones, by indicator.
    """

    day: date
    signature: str = ""
    addressees: str = ""
    title: tuple[str, ...] = ()
    ticked: tuple[IndicatorRow, ...] = ()
    requests: tuple[str, ...] = ()
    missing: tuple[MissingUnit, ...] = ()
    ranked: tuple[RankedUnit, ...] = ()
    remedies: dict[int, tuple[Remedy, ...]] = field(default_factory=dict)

    def remedied(self, row: IndicatorRow) -> Remedied:
        """Why a row lags and what is done about it."""
        return remedied(row, self.remedies.get(row.indicator.pk, ()))


def default_signature(selection: Selection) -> str:
    """Who signs, unless told otherwise."""
    name = display.name(selection.unit)
    if selection.unit.kind == "township" and not display.is_english() and not name.endswith("政府"):
        return f"{name}人民政府"
    return name


def default_day(selection: Selection, today: date) -> date:
    """The date of a paper, unless told otherwise: today, but of a month whose work is over its closing day."""
    year = selection.year
    return min(today, day_after_month(year.year, selection.month, year.closing_day))


def bulletin_title(selection: Selection, signature: str) -> tuple[str, ...]:
    """The title of a bulletin by lines: who issues it, what it is about, and what it is (公文处理工作条例, 9)."""
    covered = display.period_covered(selection.year.year, selection.period, selection.month)
    subject = _("Bulletin on the targets of %(period)s") % {"period": covered}
    return (subject,) if display.is_english() or not signature else (signature, subject)


def _author(overview: Overview, wishes: Wishes) -> str:
    """Whose paper it is: who signs it, else the unit."""
    return wishes.signature or default_signature(overview.selection)


def default_requests() -> str:
    """What is asked, for a person to change: a paragraph for each line."""
    return "\n".join(
        (
            _("Find the causes. Every unit goes through its targets against the schedule and names what holds it up."),
            _("Take hold. For what lags, measures, who is responsible and the deadline are set and kept to."),
            _("Report on time. Figures are checked and submitted by the due day of each month."),
        )
    )


# Bulletin


def bulletin(overview: Overview, wishes: Wishes) -> Document:
    """通报: how things stand as a whole and by section, what lags as ticked, and what is asked."""
    selection = overview.selection
    covered = display.period_covered(selection.year.year, selection.period, selection.month)
    blocks: list[Block] = []
    if wishes.addressees:
        blocks.append(Paragraph((Run(wishes.addressees),), flush=True))
    opening = _("How the targets of %(period)s stand is made known as follows.") % {"period": covered}
    blocks += [Paragraph((Run(opening),)), *_as_a_whole(overview), *_by_section(overview)]
    blocks += _what_lags(selection, wishes)
    blocks += _missing(overview, wishes.missing)
    blocks += _ranking(wishes.ranked)
    if wishes.requests:
        blocks.append(Heading(_("What is asked")))
        blocks += [_asked(place, text) for place, text in enumerate(wishes.requests, 1)]
    if wishes.signature:
        blocks.append(Signature(wishes.signature, display.day(wishes.day)))
    return Document(
        title=wishes.title or bulletin_title(selection, wishes.signature),
        blocks=tuple(blocks),
        notes=_notes(overview),
        file_name=file_name(overview, _("Bulletin")),
        author=_author(overview, wishes),
    )


#: A sentence longer than this is no heading.
LONGEST_HEADING = 20


def _asked(place: int, text: str) -> Paragraph:
    """One thing that is asked. A short first sentence is its heading, of the second level, run in."""
    stop = ". " if display.is_english() else "。"
    first, found, rest = text.partition(stop)
    if found and rest and width_of(first) <= LONGEST_HEADING:
        return Paragraph((Run(rest),), lead=f"{heading_number(2, place)}{first}{stop}")
    return Paragraph((Run(text),), lead=heading_number(2, place))


def _notes(overview: Overview) -> tuple[str, ...]:
    """What the reader must know of the figures."""
    selection = overview.selection
    until = display.joined(cut_off_notes(selection))
    return (until, *sections_notice(overview), *limits(selection), *closing_notes(selection))


def _as_a_whole(overview: Overview) -> list[Block]:
    selection, mean = overview.selection, overview.total.mean

    def total(name: str, text: str) -> Run:
        return Run(display.in_paper(text), f"total.{name}")

    counts = [
        sentence(
            _("%(status)s %(count)s (%(share)s)"),
            status=display.status_word(status),
            count=total(str(status), display.number(mean.counts[status])),
            share=total(f"{status}.share", display.percent(mean.share(status))),
        )
        for status in Status
        if mean.counts[status]
    ]
    sections = chosen_sections(overview)
    opening = _("As of the end of %(as_of)s, %(unit)s has %(total)s targets: ")
    if sections:
        opening = _("As of the end of %(as_of)s, %(unit)s has %(total)s targets in %(sections)s: ")
    runs = sentence(
        opening,
        sections=display.joined(sections),
        as_of=display.as_of(selection.year.year, selection.month),
        unit=display.name(selection.unit),
        total=total("indicators", display.number(mean.total)),
    )
    runs += (*joined(counts, display.between_clauses()), Run(display.full_stop()))
    if mean.completion is not None:
        runs += sentence(
            _(" The %(judged)s judged have a mean completion of %(completion)s against %(schedule)s by schedule."),
            judged=total("judged", display.number(mean.judged)),
            completion=total("completion", display.mean_percent(mean.completion)),
            schedule=total("schedule", display.mean_percent(mean.schedule)),
        )
    return [Heading(_("As a whole")), Paragraph(runs)]


def _by_section(overview: Overview) -> list[Block]:
    return [
        Heading(_("How each section stands")),
        Paragraph((Run(_("How the sections stand is shown in the table.")),)),
        _section_grid(overview),
    ]


#: The statuses of a narrow table, side by side.
COLUMNS = (
    (Status.COMPLETED,),
    (Status.AHEAD, Status.ON_SCHEDULE),
    (Status.SLIGHTLY_BEHIND,),
    (Status.BEHIND,),
    (Status.NOT_REPORTED,),
    (Status.NOT_DUE,),
    (Status.MONITORED,),
)


def _section_grid(overview: Overview) -> Grid:
    """Counts by status, completion and schedule of every section and of the whole."""
    heads = [display.status_word(statuses[-1]) for statuses in COLUMNS]
    heads[1] = _("On or ahead of schedule")
    return Grid(
        columns=(
            Column(_("Section"), 11),
            Column(_("Indicators"), 6),
            # The one heading of two words needs a line more than the others, not three.
            *(Column(head, 9 if place == 1 else 6) for place, head in enumerate(heads)),
            Column(_("Completion"), 10),
            Column(_("By schedule"), 10),
        ),
        rows=(
            *(
                (Cell(display.name(group.section)), *_mean_cells(group.mean))
                for group in overview.sections
                if group.section is not None
            ),
            (Cell(_("Total")), *_mean_cells(overview.total.mean)),
        ),
    )


def _mean_cells(mean: Mean) -> tuple[Cell, ...]:
    return (
        figure(display.number(mean.total)),
        *(figure(display.number(sum(mean.counts[status] for status in statuses))) for statuses in COLUMNS),
        figure(display.mean_percent(mean.completion)),
        figure(display.mean_percent(mean.schedule)),
    )


def _what_lags(selection: Selection, wishes: Wishes) -> list[Block]:
    """The ticked ones with figures, cause and what is done: a paragraph each, many as a table."""
    if not wishes.ticked:
        return []
    if len(wishes.ticked) > MOST_IN_WORDS:
        return [Heading(_("What lags")), _lags_in_short(wishes.ticked), _lagging_grid(selection, wishes)]
    thresholds = thresholds_of(selection.year)
    blocks: list[Block] = [Heading(_("What lags"))]
    for place, row in enumerate(wishes.ticked, 1):
        values = {
            "name": display.name(row.indicator),
            "units": display.units_in_short(row),
            "status": display.status(row.standing, selection.period),
        }
        lead = heading_number(2, place) + _("%(name)s (%(units)s, %(status)s).") % values
        remedy = remedy_sentences(wishes.remedied(row))
        stands = how_it_stands(row, selection.period, thresholds)
        runs = (*stands, *((Run(remedy),) if remedy else ()))
        blocks.append(Paragraph(runs, lead=lead))
    return blocks


def _lags_in_short(rows: Sequence[IndicatorRow]) -> Paragraph:
    """How many of each status stand in the table that follows."""
    counts = Counter(row.status for row in rows)
    listed = display.joined(
        _("%(count)s %(status)s") % {"count": display.number(counts[status]), "status": display.status_word(status)}
        for status in LAGGING
        if counts[status]
    )
    return Paragraph(
        sentence(
            _("%(count)s indicators are named (%(listed)s). Their figures stand in the table."),
            count=display.number(len(rows)),
            listed=listed,
        )
    )


def _missing(overview: Overview, units: Sequence[MissingUnit]) -> list[Block]:
    """Who has not reported, and of whom months are missing: in the words of the table of this paper.

    Not reported is what the table counts so; of everything else that is owed months are missing. Who waits for review
    has done its part and is not named.
    """
    if not units:
        return []
    silent = {row.indicator.pk for row in overview.total.not_reported}
    owed = {unit.unit.pk: [row for row in unit.rows if row.owed] for unit in units}
    waiting = silent - {row.indicator.pk for rows in owed.values() for row in rows}

    def named(label: str, name: str, counted: Iterable[tuple[MissingUnit, int, str]]) -> list[Paragraph]:
        listed = [
            sentence(
                _("%(unit)s (%(count)s)"),
                unit=display.name(unit.unit),
                count=Run(text, f"{unit.unit.code}.{name}"),
            )
            for unit, count, text in counted
            if count
        ]
        runs = (Run(label), *joined(listed, display.separator()), Run(display.full_stop()))
        return [Paragraph(runs)] if listed else []

    def rows(*, are_silent: bool) -> Iterator[tuple[MissingUnit, int, str]]:
        for unit in units:
            count = sum((row.indicator.pk in silent) is are_silent for row in owed[unit.unit.pk])
            yield unit, count, display.count_of_indicators(count)

    steps = ((unit, sum(step.is_owed for step in unit.steps)) for unit in units)
    paragraphs = [
        *named(_("Not reported: "), "not_reported", rows(are_silent=True)),
        *named(_("Months missing: "), "missing", rows(are_silent=False)),
        *named(
            _("Steps due and not reported as done: "),
            "steps",
            ((unit, count, display.count_of_steps(count)) for unit, count in steps),
        ),
    ]
    if waiting:
        number = Run(display.count_of_indicators(len(waiting)), "total.waiting")
        paragraphs.append(
            Paragraph(sentence(_("Counted as not reported, handed in and not reviewed yet: %(count)s."), count=number))
        )
    return [Heading(_("Not reported and months missing")), *paragraphs] if paragraphs else []


def _ranking(ranked: Sequence[RankedUnit]) -> list[Block]:
    if not ranked:
        return []
    columns = (
        Column(_("Place"), 6),
        Column(_("Unit"), 20),
        Column(_("Completion"), 10),
        Column(_("By schedule"), 10),
        Column(_("Coverage"), 10),
    )
    rows = tuple(
        (
            figure(display.number(one.place)),
            Cell(display.name(one.unit)),
            figure(display.mean_percent(one.mean.completion)),
            figure(display.mean_percent(one.mean.schedule)),
            Cell(display.share(one.mean.judged, one.mean.due)),
        )
        for one in ranked
    )
    return [Heading(_("Units by completion")), Grid(columns, rows)]


# Red-and-yellow list


def red_and_yellow_list(overview: Overview, wishes: Wishes) -> Document:
    """红黄清单: the ticked ones on one page, red before yellow."""
    selection = overview.selection
    covered = display.period_covered(selection.year.year, selection.period, selection.month)
    return Document(
        title=(
            _("%(unit)s: red-and-yellow list of the targets of %(period)s")
            % {"unit": display.name(selection.unit), "period": covered},
        ),
        above=_above(overview),
        blocks=(_full_grid(selection, wishes),) if wishes.ticked else (_nothing_ticked(),),
        notes=(*limits(selection), *closing_notes(selection)),
        layout=Layout.SHEET,
        landscape=True,
        file_name=file_name(overview, _("Red-and-yellow list")),
        author=_author(overview, wishes),
    )


def _above(overview: Overview) -> tuple[str, ...]:
    selection = overview.selection
    return (display.period(selection.period), *cut_off_notes(selection), *sections_notice(overview))


def _nothing_ticked() -> Paragraph:
    return Paragraph((Run(_("Nothing that lags was chosen.")),), flush=True)


def _lagging_grid(selection: Selection, wishes: Wishes) -> Grid:
    """The ticked ones as a table, with cause and what is done below each: beside its figures they would crowd them."""
    rows = tuple(_lagging_cells(selection, place, row) for place, row in enumerate(wishes.ticked, 1))
    notes = tuple(remedy_sentences(wishes.remedied(row)) for row in wishes.ticked)
    return Grid(_lagging_columns(selection), rows, notes=notes)


def _full_grid(selection: Selection, wishes: Wishes) -> Grid:
    """The ticked ones as a table of a wide page, with cause, measure, who and until when in columns of their own."""
    columns = (
        *_lagging_columns(selection),
        Column(_("Cause"), 17),
        Column(_("Measure"), 17),
        Column(_("Responsible"), 9),
        Column(_("Deadline"), 11),
        Column(_("Lead leader"), 24),
    )
    rows = []
    for place, row in enumerate(wishes.ticked, 1):
        told = wishes.remedied(row)
        leads = display.joined(display.localized(target, "lead_leader") for target in row.leads)
        said = (told.cause, told.measure, told.responsible, told.deadline, leads)
        rows.append((*_lagging_cells(selection, place, row), *map(Cell, said)))
    return Grid(columns, tuple(rows))


def _lagging_columns(selection: Selection) -> tuple[Column, ...]:
    return (
        Column(_("Number"), 5),
        Column(_("Status"), 9),
        Column(_("Indicator"), 20),
        Column(_("Unit of measure"), 6),
        Column(display.period_target(selection.period), 9),
        Column(_("Actual"), 9),
        Column(_("Completion"), 8),
        Column(_("Gap to schedule"), 9),
        Column(_("Reporting unit"), 11),
    )


def _lagging_cells(selection: Selection, place: int, row: IndicatorRow) -> tuple[Cell, ...]:
    standing, indicator = row.standing, row.indicator
    actual = actual_figure(row)
    return (
        figure(display.number(place)),
        Cell(display.status(standing, selection.period), colour=display.LIGHTS[standing.status].colour),
        Cell(display.name(indicator)),
        Cell(display.unit_of_measure(indicator)),
        target_figure(standing.target, indicator, row.approximation),
        actual._replace(text=display.marked_partial(actual.text, is_partial=bool(row.missing_count))),
        figure(display.completion(standing, thresholds_of(selection.year))),
        figure(display.gap(standing, indicator)),
        Cell(display.units_in_short(row)),
    )


# Briefing


def briefing(overview: Overview, wishes: Wishes) -> Document:
    """简报: one page for leaders, with the figures that matter, two charts, and what lags as ticked."""
    selection = overview.selection
    covered = display.period_covered(selection.year.year, selection.period, selection.month)
    state = state_of_things(overview)
    blocks: list[Block] = [
        Paragraph((Run(state),), flush=True),
        _facts(overview.total.mean),
        status_chart(overview.total.mean, state),
        sections_chart(overview),
        _section_grid(overview),
    ]
    if wishes.ticked:
        blocks.append(replace(_lagging_grid(selection, wishes), caption=_("What lags")))
    return Document(
        title=(
            _("%(unit)s: briefing on the targets of %(period)s")
            % {"unit": display.name(selection.unit), "period": covered},
        ),
        above=_above(overview),
        blocks=tuple(blocks),
        notes=(*limits(selection), *closing_notes(selection)),
        layout=Layout.SHEET,
        file_name=file_name(overview, _("Briefing")),
        author=_author(overview, wishes),
    )


def _facts(mean: Mean) -> Facts:
    counted = (
        (_("Indicators"), mean.total, ""),
        (_("Completed"), mean.counts[Status.COMPLETED], "green"),
        (
            _("On or ahead of schedule"),
            mean.counts[Status.ON_SCHEDULE] + mean.counts[Status.AHEAD],
            "green",
        ),
        (_("Slightly behind"), mean.counts[Status.SLIGHTLY_BEHIND], "yellow"),
        (_("Behind"), mean.counts[Status.BEHIND], "red"),
        (_("Not reported"), mean.counts[Status.NOT_REPORTED], "grey"),
    )
    return Facts(
        (
            *((name, figure(display.number(count))._replace(colour=colour)) for name, count, colour in counted),
            (_("Completion"), figure(display.mean_percent(mean.completion))),
            (_("By schedule"), figure(display.mean_percent(mean.schedule))),
        )
    )
