"""The ledger 台账: every indicator at the viewed unit with its annual target, and each part that it is made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from targets.calculations.rollup import RollUp
from targets.calculations.terms import Period
from targets.models import Target, Unit
from targets.summaries.rows import IndicatorRow, row_at
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
        return self.row.single_target


def ledger_lines(selection: Selection, row: IndicatorRow) -> Iterator[LedgerLine]:
    """The lines of an indicator, the whole before its parts. Made one by one: a ledger is long."""
    periods = {period: row.rolled.in_period(period) for period in Period if period is not selection.period}
    periods[selection.period] = row.rolled
    yield _line(row, periods, selection.unit.pk)
    if len(row.units) > 1:
        for unit in row.units:
            part = row_at(selection, row.facts, row.rolled, unit.pk)
            if part is not None:
                yield _line(part, periods, unit.pk, unit)


def _line(row: IndicatorRow, periods: dict[Period, RollUp[int]], unit_id: int, unit: Unit | None = None) -> LedgerLine:
    return LedgerLine(row, periods[Period.FIRST_HALF].target(unit_id), periods[Period.YEAR].target(unit_id), unit)
