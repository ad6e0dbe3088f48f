"""The ledger 台账: every indicator at the viewed unit with its annual target, and each part that it is made of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from targets.calculations.rollup import RollUp
from targets.calculations.terms import Period
from targets.models import Section, Target, Unit
from targets.querysets.plans import IndicatorFacts
from targets.summaries.rows import IndicatorRow, row_of
from targets.summaries.selection import Selection


@dataclass(frozen=True)
class LedgerLine:
    """One line of the ledger.

    Attributes:
        row: the indicator at the viewed unit, or at a part of it.
        half_year: the target of the first half, ``None`` where there is none.
        annual: the target of the year, likewise.
        unit: of a part of the line above it; ``None`` for the whole.
    """

    row: IndicatorRow
    half_year: Fraction | None
    annual: Fraction | None
    unit: Unit | None = None

    @property
    def target(self) -> Target | None:
        """The one target that reports here; ``None`` where several add up."""
        return self.row.targets[0] if len(self.row.targets) == 1 else None


def ledger_lines(selection: Selection, section: Section) -> Iterator[LedgerLine]:
    """The lines of a section, each indicator before its parts. Made one by one: a ledger is long."""
    yield from lines_of(selection, selection.facts(section=section))


def lines_of(selection: Selection, groups: Iterable[IndicatorFacts]) -> Iterator[LedgerLine]:
    """The lines of some indicators."""
    for group in groups:
        periods = {period: selection.roll_up(group, as_of=selection.month, period=period) for period in Period}
        whole = _line(selection, group, periods, selection.unit.pk)
        if whole is None:
            continue
        yield whole
        if len(whole.row.units) > 1:
            for unit in whole.row.units:
                part = _line(selection, group, periods, unit.pk)
                if part is not None:
                    yield replace(part, unit=unit)


def _line(
    selection: Selection, group: IndicatorFacts, periods: dict[Period, RollUp[int]], unit_id: int
) -> LedgerLine | None:
    standings = {period: rolled.standing(unit_id) for period, rolled in periods.items()}
    standing = standings[selection.period]
    if standing is None:
        return None
    targets = {period: there.target if there is not None else None for period, there in standings.items()}
    return LedgerLine(row_of(selection, group, standing), targets[Period.FIRST_HALF], targets[Period.YEAR])
