"""How a year's target is laid over the months, and what such a layout is called.

A layout turns an annual target, and where it needs one a half-year target, into checkpoints: cumulative values by
month. The way runs from the start (a flow: 0, a stock or rate: its baseline) to the annual target, and a share of
the way is due by a month:

* ``even``      均衡推进: the annual target in December and a straight line to it;
* ``monthly``   按月平均: a twelfth of the way more with every month;
* ``quarterly`` 按季: shares of the way by March, June, September and December, such as 20/50/75/100 %;
* ``halves``    半年＋全年: the half-year target in June and the annual target in December;
* ``year_end``  年末一次: the annual target in December and nothing before it (a path in steps).

Shares of a stock or a rate need a baseline: a fifth of 10,000 mu of farmland is no plan for March. Without one they
are refused. Values are exact; whoever fills a box rounds to the indicator's decimals.
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from .facts import Measure, Plan
from .paths import Checkpoints, opening
from .periods import MONTHS
from .terms import Interpolation

QUARTERS = (3, 6, 9, 12)
#: Published practice: 一季度 20 %, 二季度 50 %, 三季度 75 %, 四季度 100 %.
USUAL_SHARES = (Fraction(20, 100), Fraction(50, 100), Fraction(75, 100), Fraction(1))


class Layout(StrEnum):
    """A way of laying a target over the months."""

    EVEN = "even"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALVES = "halves"
    YEAR_END = "year_end"


class Shape(StrEnum):
    """What a plan path looks like."""

    NONE = "none"
    EVEN = "even"
    HALVES = "halves"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"
    STEPS = "steps"
    YEAR_END = "year_end"


class NoLayout(ValueError):
    """A layout cannot be made. ``lacks`` names what is missing: annual, half_year or baseline."""

    def __init__(self, lacks: str) -> None:
        super().__init__(f"the layout lacks its {lacks}")
        self.lacks = lacks


def lay_out(
    layout: Layout,
    measure: Measure,
    *,
    annual: Decimal | None,
    half_year: Decimal | None = None,
    baseline: Decimal | None = None,
    shares: Sequence[Fraction] = USUAL_SHARES,
) -> dict[int, Fraction]:
    """The checkpoints of a layout by month, exact.

    A half-year target that is given stands in June of an even layout as well.

    Raises:
        NoLayout: there is no annual target, no half-year target where the layout is made of one, or no baseline
            where shares of a stock or rate are asked for.
    """
    if annual is None:
        raise NoLayout("annual")
    goal = Fraction(annual)
    if layout is Layout.HALVES and half_year is None:
        raise NoLayout("half_year")
    if layout in (Layout.EVEN, Layout.HALVES):
        june = {} if half_year is None else {6: Fraction(half_year)}
        return {**june, 12: goal}
    if layout is Layout.YEAR_END:
        return {12: goal}
    level = opening(measure, Plan(baseline=baseline))
    if level is None:
        raise NoLayout("baseline")
    if layout is Layout.MONTHLY:
        return {month: level + (goal - level) * Fraction(month, 12) for month in MONTHS}
    return {month: level + (goal - level) * share for month, share in zip(QUARTERS, shares, strict=True)}


def shape(measure: Measure, plan: Plan, checkpoints: Checkpoints) -> Shape:
    """What a path looks like. A straight line to December is even, whatever points are named on it."""
    months = tuple(month for month, _value in checkpoints)
    if not months:
        return Shape.NONE
    if plan.interpolation is Interpolation.STEP:
        return Shape.YEAR_END if months == (12,) else Shape.STEPS
    level = opening(measure, plan)
    last_month, last = checkpoints[-1]
    if last_month == 12 and _is_straight(level, Fraction(last), checkpoints):
        return Shape.EVEN
    if months == (6, 12):
        return Shape.HALVES
    return Shape.QUARTERLY if set(months) <= set(QUARTERS) else Shape.MONTHLY


def _is_straight(level: Fraction | None, goal: Fraction, checkpoints: Checkpoints) -> bool:
    if level is None:
        return len(checkpoints) == 1
    return all(Fraction(value) == level + (goal - level) * Fraction(month, 12) for month, value in checkpoints)
