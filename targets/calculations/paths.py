"""The plan path: what the plan asks for by the end of a month.

A checkpoint 阶段目标 is the cumulative value to be reached by the end of a month. A flow starts at (month 0, 0),
a stock or rate at (month 0, baseline); without a baseline the stretch before the first checkpoint is flat at its
value. Between checkpoints the path is straight (``linear``) or holds (``step``):

* a step path asks nothing (none, not zero) of an ``at_least`` target before its first checkpoint and then
  holds each value until the next: harvests, tasks of the year's end;
* the step allowance of a ceiling is the value of the next checkpoint at or after the month.

After the last checkpoint the path keeps its value. The path of a unit that begins within the year starts at the end
of the month before its first; checkpoints before that ask nothing. Expected 序时应完成 is taken at the latest month in
which an answer fell due, by the revision in force then; before the first it is empty. The target of the first half is
the checkpoint of June, else the path's value there; the target of the year is the last checkpoint. Where the unit
ends before the period does, its target is what was expected in its last due month.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from .answers import Account
from .facts import Measure, Plan
from .periods import MONTHS, interval, last_month, latest_due_month
from .terms import Direction, Interpolation, Period

Checkpoints = tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True, slots=True)
class PeriodTarget:
    """The target of a period. ``derived`` says that it was read off the path (按进度推算), not set.

    Raises:
        ValueError: derived, though there is no value.
    """

    value: Fraction | None
    derived: bool = False

    def __post_init__(self) -> None:
        if self.derived and self.value is None:
            raise ValueError("a target that is not there was not read off the path")


class Aims(NamedTuple):
    """What a plan asks for, with where its way begins. Amounts are in the unit of measure."""

    expected: Fraction | None
    target: Fraction | None
    target_derived: bool
    start: Fraction
    opening: Fraction | None
    path_start: Fraction | None


def aims(measure: Measure, plan: Plan, period: Period, month: int, due_by: int) -> Aims:
    """What a plan asks for at ``month``; answers fell due until ``due_by``."""
    goal = period_target(measure, plan, period, month)
    return Aims(
        expected=expected(measure, plan, due_by),
        target=goal.value,
        target_derived=goal.derived,
        start=start(measure, plan),
        opening=opening(measure, plan),
        path_start=path_start(measure, plan, month),
    )


def opening(measure: Measure, plan: Plan) -> Fraction | None:
    """The level at month 0: a flow's is 0, that of a stock or rate its baseline; ``None`` where none was set."""
    if measure.is_flow:
        return Fraction(0)
    return None if plan.baseline is None else Fraction(plan.baseline)


def start(measure: Measure, plan: Plan) -> Fraction:
    """Where the way begins from which completion is counted: the baseline of a stock or rate, else 0."""
    return opening(measure, plan) or Fraction(0)


def path_start(measure: Measure, plan: Plan, month: int) -> Fraction | None:
    """Where the path itself begins: a flow at 0, else the baseline, else the first checkpoint in force."""
    level = opening(measure, plan)
    if level is not None:
        return level
    checkpoints = _asked(plan, plan.checkpoints(month))
    return Fraction(checkpoints[0][1]) if checkpoints else None


def _asked(plan: Plan, checkpoints: Checkpoints) -> Checkpoints:
    """The checkpoints without those before the unit began."""
    first = plan.months.start
    return checkpoints if first == 1 else tuple(point for point in checkpoints if point[0] >= first)


def path_value(measure: Measure, plan: Plan, checkpoints: Checkpoints, month: int) -> Fraction | None:
    """The path's value at the end of ``month`` through the given checkpoints; ``None`` where it asks nothing.

    After the last month of the unit it keeps its value.
    """
    month = min(month, plan.months.stop - 1)
    checkpoints = _asked(plan, checkpoints)
    if not checkpoints or month < plan.months.start:
        return None
    final_month, final_value = checkpoints[-1]
    if month >= final_month:
        return Fraction(final_value)
    if plan.interpolation is Interpolation.STEP:
        return _step_value(measure.direction, checkpoints, month)
    return _linear_value((plan.months.start - 1, opening(measure, plan)), checkpoints, month)


def _step_value(direction: Direction, checkpoints: Checkpoints, month: int) -> Fraction | None:
    if direction is Direction.AT_MOST:
        return next(Fraction(value) for at, value in checkpoints if at >= month)
    reached = [Fraction(value) for at, value in checkpoints if at <= month]
    return reached[-1] if reached else None


def _linear_value(opened: tuple[int, Fraction | None], checkpoints: Checkpoints, month: int) -> Fraction:
    """Between the checkpoints around a month before the last one; ``opened``: where the path starts, and at what."""
    first, level = opened
    start: tuple[int, Fraction | Decimal] = (first, checkpoints[0][1] if level is None else level)
    one, other = next((one, other) for one, other in pairwise((start, *checkpoints)) if month <= other[0])
    before, after = Fraction(one[1]), Fraction(other[1])
    if month == other[0]:
        return after
    return before + (after - before) * Fraction(month - one[0], other[0] - one[0])


def expected(measure: Measure, plan: Plan, month: int) -> Fraction | None:
    """序时应完成 at ``month``; ``None`` before the first due month or while the path asks nothing."""
    due_month = latest_due_month(measure.frequency, month, plan.months)
    if due_month is None:
        return None
    return path_value(measure, plan, plan.checkpoints(due_month), due_month)


def presumed(measure: Measure, plan: Plan, account: Account, month: int) -> Fraction:
    """What the missing answers would have brought by ``month``, had they brought what the plan asks for.

    Of a flow the way of each missing month; of a level the way since the last answered month, where the latest is
    missing. 0 where nothing is missing or no checkpoints are in force.
    """
    if not account.missing or not plan.checkpoints(month):
        return Fraction(0)

    def asked(at: int) -> Fraction:
        value = expected(measure, plan, at)
        return start(measure, plan) if value is None else value

    if measure.is_flow:
        # Of a run of missing months what the plan asks for between its ends: the months within cancel each other out.
        step, ends = interval(measure.frequency), set(account.missing)
        befores = {at - step for at in ends}
        return sum((asked(at) for at in ends - befores), Fraction(0)) - sum(
            (asked(at) for at in befores - ends), Fraction(0)
        )
    if account.missing[-1] != account.due[-1]:
        return Fraction(0)
    return asked(month) - asked(max(account.answered, default=0))


def period_target(measure: Measure, plan: Plan, period: Period, month: int) -> PeriodTarget:
    """The target of the period by the revision in force at ``month``."""
    if plan.months.stop <= last_month(period):
        return _final_target(measure, plan, month)
    checkpoints = _asked(plan, plan.checkpoints(month))
    if not checkpoints:
        return PeriodTarget(None)
    if period is Period.YEAR:
        return PeriodTarget(Fraction(checkpoints[-1][1]))
    for at, value in checkpoints:
        if at == 6:
            return PeriodTarget(Fraction(value))
    value_in_june = path_value(measure, plan, checkpoints, 6)
    return PeriodTarget(value_in_june, derived=value_in_june is not None)


def _final_target(measure: Measure, plan: Plan, month: int) -> PeriodTarget:
    """What was expected in the last due month of a unit that ends before the period does."""
    due_month = latest_due_month(measure.frequency, MONTHS[-1], plan.months)
    if due_month is None:
        return PeriodTarget(None)
    checkpoints = _asked(plan, plan.checkpoints(min(month, due_month)))
    value = path_value(measure, plan, checkpoints, due_month)
    is_set = any(at == due_month for at, _value in checkpoints)
    return PeriodTarget(value, derived=value is not None and not is_set)


def path(measure: Measure, plan: Plan, month: int) -> tuple[Interpolation, Decimal | None, Checkpoints, Checkpoints]:
    """What makes the path at ``month``: two plans ask the same where it is equal."""
    due_month = latest_due_month(measure.frequency, month) or month
    return plan.interpolation, plan.baseline, plan.checkpoints(month), plan.checkpoints(due_month)
