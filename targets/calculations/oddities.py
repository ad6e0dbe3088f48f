"""What about a typed figure is odd enough to be named. Soft warnings: they never block.

A running total that falls: below the months before it, or, after a late month, where a total that was typed for a
later month lies below what is before it (55 by March, 40 by April). Both ask for a reason as well. A month of more
than three times the usual one, a level above twice the target of the period, more decimals than the indicator has, a
level below zero, a rate above 100 % where its target is not. A growth rate may fall below zero and net figures too, so
even these are named and not refused.

A stock that collapses or jumps: below a third of the level before, or above three times it (2,500 km, then 5), where
"before" is the last level reported, else the baseline. Levels of zero or less before have no third and no triple. What
moves by leaps is left in peace: a change of at most three times the largest one so far in the year, counted from the
baseline where there is one, is no news (30 cases open, then 12, then 2). Rates climb from little to nearly all in a
good month, so only their bounds are looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from .answers import Reported
from .facts import Measure
from .outlook import months_of, recent_per_month
from .terms import Direction

TIMES_THE_USUAL_MONTH = 3
TIMES_THE_LEVEL_BEFORE = 3
TIMES_THE_LARGEST_CHANGE = 3
SHARE_OF_TARGET = 2
WHOLE = 100


class Oddity(StrEnum):
    """A thing worth a second look before it is submitted."""

    TOTAL_FALLS = "total_falls"
    LATER_TOTAL_FALLS = "later_total_falls"
    UNUSUAL_MONTH = "unusual_month"
    LEVEL_JUMPS = "level_jumps"
    LEVEL_COLLAPSES = "level_collapses"
    FAR_ABOVE_TARGET = "far_above_target"
    TOO_MANY_DECIMALS = "too_many_decimals"
    BELOW_ZERO = "below_zero"
    ABOVE_HUNDRED = "above_hundred"


@dataclass(frozen=True, slots=True)
class Odd:
    """An oddity with the figures that make it one.

    Attributes:
        figure: in the unit of measure: the running total or level; of an unusual month what it brought, of a run of
            months what each brought on average; of too many decimals what was typed.
        against: what it is held against: the running total or level before, the usual month, the target of the
            period, 0, 100; of too many decimals how many the indicator has.
        month: of the running total reported later, its month; else ``None``.
    """

    kind: Oddity
    figure: Fraction
    against: Fraction
    month: int | None = None


def oddities(
    measure: Measure,
    before: Sequence[Reported],
    now: Reported,
    later: Reported | None = None,
    *,
    typed: Decimal | None,
    decimals: int,
    target: Fraction | None,
    baseline: Decimal | None,
) -> tuple[Odd, ...]:
    """The oddities of ``now``, given the answers ``before`` it, the next running total ``later`` and the ``target`` of
    the period.

    ``typed`` is the figure as it was typed, ``None`` where none was (no change, numerator and denominator);
    ``baseline`` and ``target`` are ``None`` where none was set.
    """
    found = falls(now, later)
    usual = recent_per_month(measure, before, Fraction(0)) if measure.is_flow else None
    if usual is not None and usual > 0 and now.added is not None:
        months = len(months_of([*before, now], measure.frequency) - months_of(before, measure.frequency))
        if now.added / months > TIMES_THE_USUAL_MONTH * usual:
            found.append(Odd(Oddity.UNUSUAL_MONTH, now.added / months, usual))
    if not measure.is_flow and not measure.is_rate:
        found += _leap(before, now, baseline)
    is_reached = measure.direction is Direction.AT_LEAST and not measure.is_rate
    if is_reached and target is not None and target > 0 and now.level > SHARE_OF_TARGET * target:
        found.append(Odd(Oddity.FAR_ABOVE_TARGET, now.level, target))
    if typed is not None and (Fraction(typed) * 10**decimals).denominator != 1:
        found.append(Odd(Oddity.TOO_MANY_DECIMALS, Fraction(typed), Fraction(decimals)))
    if now.level < 0:
        found.append(Odd(Oddity.BELOW_ZERO, now.level, Fraction(0)))
    if measure.is_rate and now.level > WHOLE and (target is None or target <= WHOLE):
        found.append(Odd(Oddity.ABOVE_HUNDRED, now.level, Fraction(WHOLE)))
    return tuple(found)


def falls(now: Reported, later: Reported | None) -> list[Odd]:
    """Where the running total falls: at ``now``, and at the next total that was typed for a later month."""
    found = []
    if now.added is not None and now.added < 0:
        found.append(Odd(Oddity.TOTAL_FALLS, now.level, now.level - now.added))
    if later is not None and later.added is not None and later.added < 0:
        found.append(Odd(Oddity.LATER_TOTAL_FALLS, later.level, later.level - later.added, later.month))
    return found


def _leap(before: Sequence[Reported], now: Reported, baseline: Decimal | None) -> list[Odd]:
    """Whether a stock collapses or jumps; nothing where no level is known before it, or none above zero."""
    levels = [*([] if baseline is None else [Fraction(baseline)]), *(one.level for one in before)]
    if not levels or levels[-1] <= 0:
        return []
    last = levels[-1]
    largest = max((abs(later - earlier) for earlier, later in pairwise(levels)), default=Fraction(0))
    if largest and abs(now.level - last) <= TIMES_THE_LARGEST_CHANGE * largest:
        return []
    if now.level > TIMES_THE_LEVEL_BEFORE * last:
        return [Odd(Oddity.LEVEL_JUMPS, now.level, last)]
    if now.level * TIMES_THE_LEVEL_BEFORE < last:
        return [Odd(Oddity.LEVEL_COLLAPSES, now.level, last)]
    return []
