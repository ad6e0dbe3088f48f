"""What about a typed figure is odd enough to be named. Soft warnings: they never block.

A running total that falls, a month of more than three times the usual one, a level above twice the target of the
period, more decimals than the indicator has, a level below zero, a rate above 100 % where its target is not. A growth
rate may fall below zero and net figures too, so even these are named and not refused.
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from .answers import Reported
from .facts import Measure
from .outlook import months_of, recent_per_month
from .terms import Direction

TIMES_THE_USUAL_MONTH = 3
SHARE_OF_TARGET = 2
WHOLE = 100


class Oddity(StrEnum):
    """A thing worth a second look before it is submitted."""

    TOTAL_FALLS = "total_falls"
    UNUSUAL_MONTH = "unusual_month"
    FAR_ABOVE_TARGET = "far_above_target"
    TOO_MANY_DECIMALS = "too_many_decimals"
    BELOW_ZERO = "below_zero"
    ABOVE_HUNDRED = "above_hundred"


def oddities(
    measure: Measure,
    before: Sequence[Reported],
    now: Reported,
    *,
    typed: Decimal | None,
    decimals: int,
    target: Fraction | None,
) -> tuple[Oddity, ...]:
    """The oddities of ``now``, given the answers ``before`` it and the ``target`` of the period."""
    found = []
    if measure.is_flow and now.added is not None and now.added < 0:
        found.append(Oddity.TOTAL_FALLS)
    usual = recent_per_month(measure, before, Fraction(0)) if measure.is_flow else None
    months = len(months_of([*before, now], measure.frequency) - months_of(before, measure.frequency))
    if usual is not None and usual > 0 and now.added is not None and now.added / months > TIMES_THE_USUAL_MONTH * usual:
        found.append(Oddity.UNUSUAL_MONTH)
    is_reached = measure.direction is Direction.AT_LEAST and not measure.is_rate
    if is_reached and target is not None and target > 0 and now.level > SHARE_OF_TARGET * target:
        found.append(Oddity.FAR_ABOVE_TARGET)
    if typed is not None and (Fraction(typed) * 10**decimals).denominator != 1:
        found.append(Oddity.TOO_MANY_DECIMALS)
    if now.level < 0:
        found.append(Oddity.BELOW_ZERO)
    if measure.is_rate and now.level > WHOLE and (target is None or target <= WHOLE):
        found.append(Oddity.ABOVE_HUNDRED)
    return tuple(found)
