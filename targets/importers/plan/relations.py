"""Relations between indicators that a plan suggests: 其中 below a whole.

A row whose name begins with 其中 is a part of the row above it. Rows that follow may be further parts, written without
the word: they are where the annual targets then add up to that of the whole. Nothing is declared unless a person ticks
it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from targets.calculations.checks import Measured, Operator, misfit
from targets.importers.plan.rows import PlanRow

DECEMBER = 12


@dataclass(frozen=True)
class SuggestedRelation:
    """A whole and its parts, as rows of the sheet."""

    whole: PlanRow
    operator: Operator
    parts: tuple[PlanRow, ...]

    @property
    def key(self) -> str:
        """What a tick sends back: it stands for exactly what was shown."""
        return f"{self.whole.row}{self.operator}{'+'.join(str(part.row) for part in self.parts)}"


def suggested_relations(rows: Sequence[PlanRow]) -> tuple[SuggestedRelation, ...]:
    """The relations of a sheet, from top to bottom."""
    found = []
    for place, row in enumerate(rows):
        if row.is_among or place + 1 == len(rows) or not rows[place + 1].is_among:
            continue
        following = []
        for part in rows[place + 1 :]:
            if part.unit != row.unit or misfit(_measured(row), _measured(part)) is not None:
                break
            following.append(part)
        certain = next((number for number, part in enumerate(following) if not part.is_among), len(following))
        if certain:
            found.append(_suggested(row, following, certain))
    return tuple(found)


def _suggested(whole: PlanRow, following: Sequence[PlanRow], certain: int) -> SuggestedRelation:
    """With as many rows as add up to the whole; where none do, with those that say 其中."""
    total = whole.checkpoints.get(DECEMBER)
    for number in range(certain, len(following) + 1):
        amounts = [part.checkpoints.get(DECEMBER) for part in following[:number]]
        if None not in amounts and sum(amount for amount in amounts if amount is not None) == total:
            return SuggestedRelation(whole, Operator.EQUAL, tuple(following[:number]))
    return SuggestedRelation(whole, Operator.AT_LEAST, tuple(following[:certain]))


def _measured(row: PlanRow) -> Measured:
    return Measured(row.kind, row.accumulation, row.unit_of_measure)
