"""Whether the parts of a plan make the whole 分解: checkpoints of a unit against those below it.

At every month in which the whole has a checkpoint, the parts are taken at their path's value there and added up.
Percentages do not add up and are left out, and so is a month at which a part asks nothing (``None``): what is not
planned yet cannot be short.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .facts import Measure, Plan
from .paths import path_value
from .terms import Kind


@dataclass(frozen=True, slots=True)
class Misfit:
    """The whole and the sum of its parts at the end of a month, in the unit of measure, where they differ."""

    month: int
    whole: Fraction
    parts: Fraction


def misfits(measure: Measure, whole: Plan, parts: Sequence[Plan], month: int) -> tuple[Misfit, ...]:
    """Where the parts do not make the whole, by the checkpoints in force at ``month``, in the order of the months."""
    if measure.kind is not Kind.QUANTITY or not parts:
        return ()
    found = []
    for at, value in whole.checkpoints(month):
        amounts = [path_value(measure, part, part.checkpoints(month), at) for part in parts]
        present = [amount for amount in amounts if amount is not None]
        if len(present) == len(amounts) and sum(present, Fraction(0)) != Fraction(value):
            found.append(Misfit(at, Fraction(value), sum(present, Fraction(0))))
    return tuple(found)


def total(measure: Measure, parts: Sequence[Plan], month: int) -> Fraction | None:
    """What the parts that ask something by the end of ``month`` add up to; ``None`` where none does, and for rates."""
    if measure.kind is not Kind.QUANTITY:
        return None
    amounts = [path_value(measure, part, part.checkpoints(12), month) for part in parts]
    present = [amount for amount in amounts if amount is not None]
    return sum(present, Fraction(0)) if present else None
