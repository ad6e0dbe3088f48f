"""What in a plan is probably a slip. Warnings when a plan is set; they never block.

Checkpoints that fall on an ``at_least`` target, a half-year above the annual target, a target that is to be judged and
has no checkpoints (a sum expects what its parts expect and needs none), a sum with nothing below it to be added up
(nobody reports it), a milestone task without steps, parts that do not make the whole.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from .facts import Measure, Step
from .paths import Checkpoints
from .terms import Direction, Figures, Kind


class Slip(StrEnum):
    """A thing worth a second look."""

    FALLING_CHECKPOINTS = "falling_checkpoints"
    HALF_YEAR_ABOVE_YEAR = "half_year_above_year"
    NO_CHECKPOINTS = "no_checkpoints"
    NO_STEPS = "no_steps"
    NOBODY_REPORTS = "nobody_reports"
    PARTS_ARE_NOT_THE_WHOLE = "parts_are_not_the_whole"


def slips(
    measure: Measure,
    checkpoints: Checkpoints,
    *,
    figures: Figures = Figures.OWN,
    has_parts: bool = True,
    steps: Sequence[Step] = (),
    whole: Decimal | None = None,
    parts: Iterable[Decimal | None] = (),
) -> tuple[Slip, ...]:
    """The slips of a plan as set.

    ``has_parts``: of a sum, whether a target below it can be added up.
    ``whole`` and ``parts`` are the annual targets of a unit and of those below it, where there are any; a part
    without a target (``None``) makes the comparison meaningless and leaves it out.
    """
    found = []
    values = [value for _, value in checkpoints]
    if measure.kind is Kind.MILESTONE:
        return () if steps else (Slip.NO_STEPS,)
    if not checkpoints and figures is Figures.OWN and measure.direction is not Direction.MONITOR:
        found.append(Slip.NO_CHECKPOINTS)
    if figures is Figures.SUM and not has_parts:
        found.append(Slip.NOBODY_REPORTS)
    if measure.direction is Direction.AT_LEAST:
        if any(later < earlier for earlier, later in pairwise(values)):
            found.append(Slip.FALLING_CHECKPOINTS)
        half_year = next((value for month, value in checkpoints if month == 6), None)
        if half_year is not None and half_year > values[-1]:
            found.append(Slip.HALF_YEAR_ABOVE_YEAR)
    listed = list(parts)
    present = [Fraction(part) for part in listed if part is not None]
    adds_up = not measure.is_rate and whole is not None and listed and len(present) == len(listed)
    if adds_up and whole is not None and sum(present, Fraction(0)) != Fraction(whole):
        found.append(Slip.PARTS_ARE_NOT_THE_WHOLE)
    return tuple(found)
