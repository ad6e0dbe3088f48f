"""Standings: actual against plan, for one target or for a sum, always by the same rules.

**The way from the start.** The start is the baseline of a stock or rate where one is set, else 0.
Completion 完成率 = (actual − start) ÷ (target − start), floored at 0; schedule ratio 序时完成率 =
(actual − start) ÷ (expected − start). Where target or expected does not lie above the start (a level to be
kept, or one allowed to fall), that ratio is taken of the levels. The gap 与序时差距 is actual − expected; in
percentage points of the way to the target it is given for judged ``at_least`` targets alone.

**At least.** Monitored; completed (actual ≥ target > 0; a rate only in the period's last month with its last due
month answered, in a sum by every part); not due (nothing or 0 expected, a target of 0, every due answer not
applicable); not reported; then by the schedule ratio. Where expected is negative: on schedule or behind.

**At most.** Monitored; not due; not reported; within the allowance (expected): on schedule, and completed in the
period's last month with every due month answered; within the period's ceiling: slightly behind; else behind.
Where the ceiling lies below the path's start (a reduction task) the allowance is the ceiling. Completion is 1
up to the larger of allowance and ceiling, beyond it ceiling ÷ actual, 0 for an exceeded ceiling of 0 or less.

**Late.** What is behind with answers missing is behind for want of reports alone where it would not be behind, had
the missing answers brought what the plan asks for. The status stays; pages keep such a row apart from what lags.

Everything is judged unrounded.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from .facts import Measure, Thresholds
from .periods import last_month
from .terms import Basis, Direction, Period, Status


@dataclass(frozen=True, slots=True)
class Position:
    """Where one target, or a sum of parts, is: what ``judge`` and the ratios are taken of.

    Amounts are in the unit of measure (rates: percent), ``None`` where there is none.

    Attributes:
        month: the last month in which answers fell due: the one that is viewed, unless the calendar is not there yet.
        actual: what was reported, as shown.
        counted: what the ratios of the way are taken of: ``actual``, with the silent parts of a sum at their start.
        expected, target: what the plan asks for by ``month`` and by the period's end.
        target_derived: the target was read off the path, not set.
        start: from where the way is counted.
        opening: the level at month 0, of which a pace is taken: 0 of a flow, the baseline of a stock or rate; ``None``
            where none was set (of a sum: by one of the parts).
        path_start: where the path begins; tells a reduction task.
        has_plan: checkpoints are in force.
        is_due: something is asked of it (of a sum: of at least one part).
        is_silent: what is asked of it was not answered at all (of a sum: by no due part).
        all_not_applicable: every due answer was "not applicable".
        last_due_settled: the last due month was answered (of a sum: by every part).
        answered, due: months answered and months due, without those not applicable.
        numerator, denominator: of a rate, year to date.
        percentage_only: a rate that was reported, in a sum by at least one part, without its two numbers.
        month_answered, month_due: of the last month alone: how many answers fell due in it, and how many are in.
        presumed: what the missing answers would have brought, had they brought what the plan asks for.
    """

    measure: Measure
    period: Period
    month: int
    actual: Fraction | None
    counted: Fraction | None
    expected: Fraction | None
    target: Fraction | None
    target_derived: bool
    start: Fraction
    opening: Fraction | None
    path_start: Fraction | None
    has_plan: bool
    is_due: bool
    is_silent: bool
    all_not_applicable: bool
    last_due_settled: bool
    answered: int
    due: int
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    percentage_only: bool = False
    month_answered: int = 0
    month_due: int = 0
    presumed: Fraction = Fraction(0)

    @property
    def is_monitored(self) -> bool:
        return self.measure.direction is Direction.MONITOR or not self.has_plan

    @property
    def is_last_month(self) -> bool:
        return self.month == last_month(self.period)

    @property
    def ceiling(self) -> Fraction | None:
        """What an ``at_most`` actual may reach in the period; of a reduction task the allowance."""
        if self.target is None or (self.path_start is not None and self.target < self.path_start):
            return self.expected
        return self.target


def is_way(goal: Fraction, start: Fraction) -> bool:
    """Whether a ratio is taken of the way from ``start`` to ``goal``, not of the levels. From 0 both are one."""
    return start != 0 and goal > start


def way(actual: Fraction, goal: Fraction, start: Fraction) -> Fraction:
    """How much of the way from ``start`` to ``goal`` (above 0) is done; of the levels where goal is not above start."""
    # From nothing, as every flow begins, both are one: what is most frequent is spared the subtractions.
    return (actual - start) / (goal - start) if is_way(goal, start) else actual / goal


def gap(position: Position) -> Fraction | None:
    """与序时差距 in the unit of measure (rates: percentage points); ``None`` unless both sides are there."""
    if position.is_monitored or position.actual is None or position.expected is None:
        return None
    return position.actual - position.expected


def gap_points(position: Position, status: Status) -> Fraction | None:
    """The gap in percentage points; ``None`` for ceilings, while not judged, and where there is no target above 0."""
    if position.measure.direction is not Direction.AT_LEAST or not _has_ratios(status):
        return None
    return _gap_points(position)


def _gap_points(position: Position) -> Fraction | None:
    """Of the way to the target, or of a target that does not lie above the start; of a rate the plain difference."""
    if position.counted is None or position.expected is None or position.target is None:
        return None
    difference = position.counted - position.expected
    if position.measure.is_rate:
        return difference
    distance = position.target
    if is_way(distance, position.start):
        distance -= position.start
    return difference / distance * 100 if distance > 0 else None


def schedule_ratio(position: Position, status: Status) -> Fraction | None:
    """序时完成率; ``None`` for ceilings, while not judged, and where expected is not above 0."""
    if position.measure.direction is not Direction.AT_LEAST or not _has_ratios(status):
        return None
    if position.counted is None or position.expected is None or position.expected <= 0:
        return None
    return way(position.counted, position.expected, position.start)


def completion(position: Position, status: Status) -> Fraction | None:
    """完成率, at least 0; ``None`` while not judged, and for ``at_least`` where the target is not above 0."""
    if not _has_ratios(status) or position.counted is None or position.actual is None or position.target is None:
        return None
    if position.measure.direction is Direction.AT_MOST:
        return _ceiling_completion(position, position.actual)
    if position.target <= 0:
        return None
    return max(way(position.counted, position.target, position.start), Fraction(0))


def _ceiling_completion(position: Position, actual: Fraction) -> Fraction | None:
    ceiling, allowance = position.ceiling, position.expected
    assert ceiling is not None
    assert allowance is not None  # a ceiling without an allowance is not due
    if actual <= max(ceiling, allowance):
        return Fraction(1)
    return ceiling / actual if ceiling > 0 else Fraction(0)


def _has_ratios(status: Status) -> bool:
    return status not in (Status.MONITORED, Status.NOT_DUE, Status.NOT_REPORTED)


def schedule_share(position: Position) -> Fraction:
    """The counterpart of completion: how much of the way to the target the plan asks for by now, at most 1.

    1 for ceilings and for levels to be kept; 0 while the path asks nothing yet.
    """
    if position.measure.direction is Direction.AT_MOST or position.target is None:
        return Fraction(1)
    if position.target <= position.start:
        return Fraction(1)
    if position.expected is None:
        return Fraction(0)
    return min(way(position.expected, position.target, position.start), Fraction(1))


def judge(position: Position, thresholds: Thresholds) -> Status:
    """The status of a position."""
    if position.is_monitored:
        return Status.MONITORED
    if position.measure.direction is Direction.AT_MOST:
        return _judge_ceiling(position)
    return _judge_at_least(position, thresholds)


def is_late(position: Position, thresholds: Thresholds) -> bool:
    """Behind for want of reports alone: it would not be, had the missing answers brought what the plan asks for."""
    if position.actual is None or position.counted is None or not position.presumed:
        return False
    presumed = replace(
        position, actual=position.actual + position.presumed, counted=position.counted + position.presumed
    )
    return judge(position, thresholds) is Status.BEHIND and judge(presumed, thresholds) is not Status.BEHIND


def _judge_at_least(position: Position, thresholds: Thresholds) -> Status:
    actual, expected, target = position.actual, position.expected, position.target
    if actual is not None and target is not None and actual >= target > 0 and _may_complete(position):
        return Status.COMPLETED
    if not position.is_due or not expected or not target or position.all_not_applicable:
        return Status.NOT_DUE
    if position.is_silent or actual is None or position.counted is None:
        return Status.NOT_REPORTED
    if expected < 0:
        return Status.ON_SCHEDULE if actual >= expected else Status.BEHIND
    if thresholds.basis is Basis.POINTS:
        return _by_points(_gap_points(position), thresholds)
    return _by_ratio(way(position.counted, expected, position.start), thresholds)


def _may_complete(position: Position) -> bool:
    """A rate can fall again: it is completed only once the period has ended and the last answer is in."""
    return not position.measure.is_rate or (position.is_last_month and position.last_due_settled)


def _by_ratio(ratio: Fraction, thresholds: Thresholds) -> Status:
    if ratio >= thresholds.ahead_ratio:
        return Status.AHEAD
    if ratio >= thresholds.on_schedule_ratio:
        return Status.ON_SCHEDULE
    if ratio >= thresholds.slightly_behind_ratio:
        return Status.SLIGHTLY_BEHIND
    return Status.BEHIND


def _by_points(points: Fraction | None, thresholds: Thresholds) -> Status:
    if points is None:
        return Status.NOT_DUE
    if points >= thresholds.ahead_points:
        return Status.AHEAD
    if points >= thresholds.on_schedule_points:
        return Status.ON_SCHEDULE
    # Yellow is above its bound, red on it: a gap of exactly −30 points is behind.
    if points > thresholds.slightly_behind_points:
        return Status.SLIGHTLY_BEHIND
    return Status.BEHIND


def _judge_ceiling(position: Position) -> Status:
    if position.expected is None or not position.is_due or position.all_not_applicable:
        return Status.NOT_DUE
    if position.is_silent or position.actual is None:
        return Status.NOT_REPORTED
    if position.actual <= position.expected:
        all_answered = position.answered == position.due
        return Status.COMPLETED if position.is_last_month and all_answered else Status.ON_SCHEDULE
    # A ceiling of zero is a pass or a fail: there is nothing between allowance and ceiling to be yellow in.
    if position.ceiling and position.actual <= position.ceiling:
        return Status.SLIGHTLY_BEHIND
    return Status.BEHIND
