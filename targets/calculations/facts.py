"""What the rules receive: the facts of one indicator and of the targets it was assigned as.

Every class refuses nonsense when it is made, so that no rule has to think of it.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from .periods import MONTHS
from .terms import (
    Accumulation,
    AnswerKind,
    Basis,
    Direction,
    Figures,
    Frequency,
    Interpolation,
    Kind,
    TypedAs,
)


@dataclass(frozen=True, slots=True)
class Measure:
    """The nature of an indicator, as far as the rules need it."""

    kind: Kind
    accumulation: Accumulation
    direction: Direction
    frequency: Frequency

    def __post_init__(self) -> None:
        fits = {
            Kind.QUANTITY: {Accumulation.FLOW, Accumulation.STOCK},
            Kind.RATE: {Accumulation.LATEST},
            Kind.MILESTONE: {Accumulation.NONE},
        }
        if self.accumulation not in fits[self.kind]:
            raise ValueError(f"a {self.kind} cannot accumulate as {self.accumulation or 'nothing'!r}")

    @property
    def is_flow(self) -> bool:
        return self.accumulation is Accumulation.FLOW

    @property
    def is_rate(self) -> bool:
        return self.kind is Kind.RATE


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer for the months ``from_month`` to ``month``, as it was typed.

    ``value`` is in the indicator's unit of measure (rates: percent). A rate may carry ``numerator`` and
    ``denominator``, year to date, and then needs no value. ``approximation`` is the word with which a value was
    reported, ``over`` 余 or ``nearly`` 近, else empty: it is told with the figure and changes nothing else.

    ``official_growth`` is the published growth over the same months of last year, from January to ``month``, in
    percent (of a rate: in percentage points); ``None`` where none was given.

    Raises:
        ValueError: months out of order, a value without an amount, an amount without a value, a
            denominator of zero under a numerator that is not.
    """

    from_month: int
    month: int
    kind: AnswerKind
    typed_as: TypedAs = TypedAs.MONTH
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    approximation: str = ""
    official_growth: Decimal | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.from_month <= self.month <= 12:
            raise ValueError(f"months {self.from_month} to {self.month} are no run of months of a year")
        if (self.numerator is None) != (self.denominator is None):
            raise ValueError("numerator and denominator come together")
        has_amount = self.value is not None or self.numerator is not None
        if has_amount != (self.kind is AnswerKind.VALUE):
            raise ValueError("a value, and only a value, carries an amount")
        if self.denominator is not None and (self.denominator < 0 or (self.denominator == 0 and self.numerator != 0)):
            raise ValueError("a denominator is above zero, or zero under a numerator of zero")

    @property
    def is_not_applicable(self) -> bool:
        """本月不涉及, which 0/0 counts as."""
        return self.kind is AnswerKind.NOT_APPLICABLE or (self.denominator is not None and self.denominator == 0)


@dataclass(frozen=True, slots=True)
class Revision:
    """The checkpoints in force from ``effective_month`` on, as (month, cumulative value)."""

    effective_month: int
    checkpoints: tuple[tuple[int, Decimal], ...]

    def __post_init__(self) -> None:
        before = 0
        for month, _ in self.checkpoints:
            if not before < month <= 12:
                raise ValueError("checkpoints have rising months from 1 to 12")
            before = month


@dataclass(frozen=True, slots=True)
class Plan:
    """What was promised: revisions of the checkpoints, how to run between them, and where it began.

    ``baseline`` is ``None`` when none was set. ``revisions`` rise by effective month. ``months`` are those of the
    year in which the unit exists.
    """

    interpolation: Interpolation = Interpolation.LINEAR
    baseline: Decimal | None = None
    revisions: tuple[Revision, ...] = ()
    months: range = MONTHS

    def __post_init__(self) -> None:
        if any(one.effective_month >= other.effective_month for one, other in pairwise(self.revisions)):
            raise ValueError("revisions have rising effective months")

    def checkpoints(self, month: int) -> tuple[tuple[int, Decimal], ...]:
        """The checkpoints in force at ``month``; empty when nothing was promised."""
        in_force: tuple[tuple[int, Decimal], ...] = ()
        for revision in self.revisions:
            if revision.effective_month > month:
                break
            in_force = revision.checkpoints
        return in_force


@dataclass(frozen=True, slots=True)
class Step:
    """One step 工作节点 of a milestone task.

    ``due`` is ``None`` for an undated step. A done step counts from ``done_on``, or from the month
    in which it was recorded when undated.
    """

    weight: Decimal
    due: date | None = None
    done: bool = False
    done_on: date | None = None
    recorded_month: int | None = None

    def __post_init__(self) -> None:
        if self.weight <= 0:
            raise ValueError("a step's weight is above zero")
        if self.done and self.done_on is None and self.recorded_month is None:
            raise ValueError("a done step has a date or the month in which it was recorded")


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """One target 目标任务: an indicator assigned to a unit for a year, with all it was answered.

    ``answers`` may come in any order. A target whose figures are the sum of those below it has none.
    ``carried_on_by``: the units that went on with what this one did, where it ended within the year.
    """

    plan: Plan = field(default_factory=Plan)
    figures: Figures = Figures.OWN
    answers: tuple[Answer, ...] = ()
    steps: tuple[Step, ...] = ()
    carried_on_by: tuple[Hashable, ...] = ()


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The thresholds of a year. Ratios: 1 is 100 %. Points: percentage points 个百分点.

    The published practice differs from place to place, so all of them are settings; the defaults are
    110/100/80 % of the schedule, or +10/0/−30 points.
    """

    basis: Basis = Basis.RATIO
    ahead_ratio: Fraction = Fraction(110, 100)
    on_schedule_ratio: Fraction = Fraction(1)
    slightly_behind_ratio: Fraction = Fraction(80, 100)
    ahead_points: Fraction = Fraction(10)
    on_schedule_points: Fraction = Fraction(0)
    slightly_behind_points: Fraction = Fraction(-30)
    exceeded_ratio: Fraction = Fraction(110, 100)
    two_slightly_behind_is_behind: bool = False

    def __post_init__(self) -> None:
        if not self.ahead_ratio >= self.on_schedule_ratio >= self.slightly_behind_ratio:
            raise ValueError("the ratios fall from ahead to slightly behind")
        if not self.ahead_points >= self.on_schedule_points >= self.slightly_behind_points:
            raise ValueError("the points fall from ahead to slightly behind")
