"""The half-year report's facts: every indicator in the first half and in the whole year, side by side.

Nothing is judged here: the standings, the outlook and the comparison are those of the pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from targets.calculations.comparison import YearOnYear
from targets.calculations.terms import Kind, Period, Status
from targets.models import Indicator, Section
from targets.querysets.plans import IndicatorFacts
from targets.summaries.courses import growth, last_year, levels, year_before
from targets.summaries.rows import Group, IndicatorRow, rows
from targets.summaries.second_half import RemainingRow, second_half
from targets.summaries.selection import Selection

LAGGING = (Status.BEHIND, Status.SLIGHTLY_BEHIND)


@dataclass(frozen=True)
class HalfYearRow:
    """An indicator in the report.

    Attributes:
        row: in the first half.
        remaining: in the whole year, with what is still to be done; ``None`` where nobody judges it.
        growth: against the same months of last year.
        latest: the month of the latest answer that counts, where one unit reports; else ``None``.
    """

    row: IndicatorRow
    remaining: RemainingRow | None
    growth: YearOnYear
    latest: int | None = None

    @property
    def approximation(self) -> str:
        """How the figure that counts was reported: ``over``, ``nearly`` or plainly (empty)."""
        return self.row.reported_as

    @property
    def indicator(self) -> Indicator:
        return self.row.indicator

    @property
    def code(self) -> str:
        return self.row.indicator.code

    @property
    def is_task(self) -> bool:
        return self.row.indicator.kind == Kind.MILESTONE

    @property
    def lags(self) -> bool:
        """It is red or yellow, in the half or in the year: nothing of that is said unless somebody chose it."""
        statuses = [self.row.status, *([self.remaining.row.status] if self.remaining is not None else [])]
        return any(status in LAGGING for status in statuses)

    @property
    def may_be_named(self) -> bool:
        """Whether it stands among what a person may tick as a problem."""
        return self.lags or self.row.status is Status.NOT_REPORTED


@dataclass(frozen=True)
class HalfYear:
    """What the report of a unit is made of. ``selection`` is of the first half, ``rows`` in the order of the plan."""

    selection: Selection
    total: Group
    rows: tuple[HalfYearRow, ...]
    hardest_first: tuple[HalfYearRow, ...]

    @property
    def sections(self) -> tuple[Section, ...]:
        return tuple({row.indicator.section_id: row.indicator.section for row in self.rows}.values())

    def of(self, section: Section) -> tuple[HalfYearRow, ...]:
        return tuple(row for row in self.rows if row.indicator.section_id == section.pk)

    def hardest_of(self, section: Section) -> tuple[HalfYearRow, ...]:
        return tuple(row for row in self.hardest_first if row.indicator.section_id == section.pk)

    def group_of(self, section: Section) -> Group:
        return Group(tuple(row.row for row in self.of(section)), section)


def half_year(selection: Selection, *, today: date) -> HalfYear:
    """The first half of the viewed unit and what the rest of the year asks: a fixed number of queries."""
    chosen = selection.at(period=Period.FIRST_HALF, waiting=False, lead="")
    chosen = chosen.at(as_of=chosen.month)
    facts = {group.indicator.pk: group for group in chosen.facts()}
    found = rows(chosen, facts.values())
    rest = second_half(chosen, today=today).total.rows
    remaining = {row.indicator.pk: row for row in rest}
    official = {row.indicator.pk: row.official_growth for row in found if row.official_growth is not None}
    growths = _growths(chosen, facts, official)
    made = {
        row.indicator.pk: HalfYearRow(
            row,
            remaining.get(row.indicator.pk),
            growths[row.indicator.pk],
            _latest(chosen, row, facts[row.indicator.pk]),
        )
        for row in found
    }
    return HalfYear(
        chosen,
        Group(found),
        tuple(made.values()),
        tuple(made[row.indicator.pk] for row in rest if row.indicator.pk in made),
    )


def _latest(selection: Selection, row: IndicatorRow, group: IndicatorFacts) -> int | None:
    if group.measure.kind is Kind.MILESTONE or len(row.units) != 1:
        return None
    so_far = levels(selection, group, range(1, selection.month + 1))
    return so_far[-1].month if so_far else None


def _growths(
    selection: Selection, facts: Mapping[int, IndicatorFacts], official: Mapping[int, Decimal]
) -> dict[int, YearOnYear]:
    """Year on year of every indicator, or of the one it succeeds; an official rate stands before a computed one."""
    then = year_before(selection)
    before = {group.indicator.pk: group for group in then.facts()}
    return {
        pk: growth(selection, group, last_year(then, group, before), official.get(pk)) for pk, group in facts.items()
    }
