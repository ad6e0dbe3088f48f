"""Tallies: what a sum needs to know of its parts, as sums and counts, so that many parts have the form of one.

The tally of one part holds everything that its position holds, and two tallies add up field by field. So a part passes
up unchanged, the parts of a sum can be counted once and kept, and a part that changes is taken out and put in again.
How a sum is made of its parts is said in ``rollup``; ``combine`` is that rule.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from .facts import Measure
from .standings import Position
from .terms import Direction, Period

#: Every amount of a tally is a whole number of these: four decimals, and of a straight path the twelfth, the eleventh …
#: of a way between two months.
SCALE = 10_000 * 27_720


class Enters(StrEnum):
    """How a part enters a sum: with a plan, without one, or not at all, since every due answer was not applicable."""

    PLANNED = "planned"
    UNPLANNED = "unplanned"
    LEFT_OUT = "left_out"


class Part(NamedTuple):
    """A part as a sum takes it. ``has_begun``: its unit exists by the month that is judged."""

    position: Position
    has_begun: bool = True
    owing: int = 0
    is_partial: bool = False
    nobody_reports: bool = False
    own_plan: bool = False

    @property
    def is_silent(self) -> bool:
        return self.position.actual is None and not self.position.percentage_only

    @property
    def enters(self) -> Enters:
        if self.position.all_not_applicable:
            return Enters.LEFT_OUT
        return Enters.PLANNED if self.position.has_plan else Enters.UNPLANNED


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums and counts over parts; of one part, that part.

    Amounts are in the unit of measure (rates: percent). ``counted``, ``expected`` and ``target`` hold the start of a
    part that has none of its own. What else is not said here is the number of parts of which it is true.

    Attributes:
        parts: how many there are.
        reported: they have an actual; ``numbered``: with numerator and denominator; ``percentage_only``: as in
            ``Position``.
        with_expected, with_target, with_opening, with_path_start: they have one.
        derived: their target was read off the path.
        planned: they have checkpoints in force.
        not_begun: their unit does not exist yet; ``settled``: their last due month was answered; ``unsettled``: they
            have begun and it was not.
        asked: they have begun and something other than 0 is expected; ``asked_silent``, ``begun_silent``: and nothing
            was reported.
        is_due, is_silent, nobody_reports, own_plan: as in ``Position`` and ``Standing``.
        short_unplanned: answers of theirs are missing, and they have no plan that would say what these would have
            brought.
        owing: targets of which months are missing, at whatever depth.
        partial: their unit, or one below, begins or ends within the year.
    """

    actual: Fraction = Fraction(0)
    counted: Fraction = Fraction(0)
    expected: Fraction = Fraction(0)
    target: Fraction = Fraction(0)
    start: Fraction = Fraction(0)
    path_start: Fraction = Fraction(0)
    numerator: Fraction = Fraction(0)
    denominator: Fraction = Fraction(0)
    presumed: Fraction = Fraction(0)
    parts: int = 0
    reported: int = 0
    numbered: int = 0
    percentage_only: int = 0
    with_expected: int = 0
    with_target: int = 0
    with_opening: int = 0
    with_path_start: int = 0
    derived: int = 0
    planned: int = 0
    not_begun: int = 0
    settled: int = 0
    unsettled: int = 0
    asked: int = 0
    asked_silent: int = 0
    begun_silent: int = 0
    is_due: int = 0
    is_silent: int = 0
    nobody_reports: int = 0
    own_plan: int = 0
    answered: int = 0
    due: int = 0
    month_answered: int = 0
    month_due: int = 0
    short_unplanned: int = 0
    owing: int = 0
    partial: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        if not other.parts:
            return self
        if not self.parts:
            return other
        return Tally(*(getattr(self, name) + getattr(other, name) for name in NAMES))

    @property
    def begun(self) -> int:
        return self.parts - self.not_begun


NAMES = tuple(field.name for field in fields(Tally))
#: The fields that are amounts; the others are counts.
AMOUNTS = NAMES[: NAMES.index("parts")]
NOTHING = Tally()


class Aims(NamedTuple):
    """What one plan asks for, in place of what the parts ask for together."""

    expected: Fraction | None
    target: Fraction | None
    target_derived: bool
    start: Fraction
    opening: Fraction | None
    path_start: Fraction | None


def tally(parts: Iterable[Part]) -> Tally:
    """The tally of parts."""
    found = [(part, part.position) for part in parts]
    if not found:
        return NOTHING
    begun = [(part, one) for part, one in found if part.has_begun]
    is_rate = found[0][1].measure.is_rate
    return Tally(
        actual=_sum_of(one.actual for _, one in found if one.actual is not None and one.numerator is None),
        counted=Fraction(0) if is_rate else _sum_of(_or(one.counted, one.start) for _, one in found),
        expected=_sum_of(_or(one.expected, one.start) for _, one in found),
        target=_sum_of(_or(one.target, one.start) for _, one in found),
        start=_sum_of(one.start for _, one in found),
        path_start=_sum_of(one.path_start for _, one in found if one.path_start is not None),
        numerator=_sum_of(one.numerator for _, one in found if one.numerator is not None),
        denominator=_sum_of(one.denominator for _, one in found if one.denominator is not None),
        # What is silent among rates is no part of their mean.
        presumed=_sum_of(one.presumed for _, one in found if not is_rate or one.actual is not None),
        parts=len(found),
        reported=sum(one.actual is not None for _, one in found),
        numbered=sum(one.numerator is not None for _, one in found),
        percentage_only=sum(one.percentage_only for _, one in found),
        with_expected=sum(one.expected is not None for _, one in found),
        with_target=sum(one.target is not None for _, one in found),
        with_opening=sum(one.opening is not None for _, one in found),
        with_path_start=sum(one.path_start is not None for _, one in found),
        derived=sum(one.target_derived for _, one in found),
        planned=sum(one.has_plan for _, one in found),
        not_begun=len(found) - len(begun),
        settled=sum(one.last_due_settled for _, one in found),
        unsettled=sum(not one.last_due_settled for _, one in begun),
        asked=sum(bool(one.expected) for _, one in begun),
        asked_silent=sum(bool(one.expected) and part.is_silent for part, one in begun),
        begun_silent=sum(part.is_silent for part, _ in begun),
        is_due=sum(one.is_due for _, one in found),
        is_silent=sum(one.is_silent for _, one in found),
        nobody_reports=sum(part.nobody_reports for part, _ in found),
        own_plan=sum(part.own_plan for part, _ in found),
        answered=sum(one.answered for _, one in found),
        due=sum(one.due for _, one in found),
        month_answered=sum(one.month_answered for _, one in found),
        month_due=sum(one.month_due for _, one in found),
        short_unplanned=sum(one.answered < one.due and not one.has_plan for _, one in found),
        owing=sum(part.owing for part, _ in found),
        partial=sum(part.is_partial for part, _ in found),
    )


def entering(measure: Measure, parts: Mapping[Enters, Tally], *, own: bool) -> Tally:
    """The tally of the parts that enter a sum; ``own``: the unit's own checkpoints judge it."""
    planned, unplanned = parts.get(Enters.PLANNED, NOTHING), parts.get(Enters.UNPLANNED, NOTHING)
    if planned.parts and not (own or measure.is_rate or measure.direction is Direction.MONITOR):
        # One part alone passes up as it is, with a plan or without.
        return planned
    return planned + unplanned


def combine(
    measure: Measure,
    period: Period,
    month: int,
    parts: Mapping[Enters, Tally],
    *,
    own: Aims | None = None,
    common: Aims | None = None,
) -> Position:
    """The position of a sum. ``month`` is the last one in which answers fell due.

    ``own`` is what the unit's own checkpoints ask for, ``common`` what the one path asks for that all parts of a rate
    share.
    """
    left_out = parts.get(Enters.LEFT_OUT, NOTHING)
    live = parts.get(Enters.PLANNED, NOTHING).parts + parts.get(Enters.UNPLANNED, NOTHING).parts
    taken = entering(measure, parts, own=own is not None)
    if own is None and live == 1:
        return single(measure, period, month, taken, all_not_applicable=False)
    if own is None and not live and left_out.parts == 1:
        return single(measure, period, month, left_out, all_not_applicable=True)
    aims = own or (common if measure.is_rate else None)
    every_part_is_due = own is not None or measure.direction is Direction.AT_MOST
    due_parts = taken.begun if every_part_is_due else taken.asked
    silent_parts = taken.begun_silent if every_part_is_due else taken.asked_silent
    numerator = denominator = None
    if measure.is_rate:
        actual = None
        if taken.parts == 1:
            actual = _rate(taken)
        if taken.numbered and not taken.percentage_only:
            numerator, denominator = taken.numerator, taken.denominator
            actual = _rate(taken)
        counted = actual
    else:
        actual = taken.actual if taken.reported else None
        counted = taken.counted if taken.reported else None
    if aims is None:
        has_plan = bool(taken.parts) and not measure.is_rate and taken.planned == taken.parts
        aims = Aims(
            expected=taken.expected if taken.with_expected else None,
            target=taken.target if taken.with_target else None,
            target_derived=bool(taken.derived),
            start=taken.start,
            opening=taken.start if taken.with_opening == taken.parts else None,
            path_start=taken.path_start if taken.with_path_start else None,
        )
    else:
        has_plan = True
    nobody_reports = own is not None and not live and not left_out.parts
    is_asked = nobody_reports and bool(aims.expected)
    all_left_out = bool(left_out.parts) and not live
    if all_left_out:
        # Something was planned and does not apply: that is "not due", not "monitored".
        has_plan = own is not None or bool(left_out.planned)
    return Position(
        measure=measure,
        period=period,
        month=month,
        actual=actual,
        counted=counted,
        **aims._asdict(),
        has_plan=has_plan and (all_left_out or not (taken.percentage_only and actual is None)),
        is_due=bool(due_parts) or is_asked,
        is_silent=(bool(due_parts) and silent_parts == due_parts) or is_asked,
        all_not_applicable=all_left_out,
        last_due_settled=bool(taken.parts) and not taken.unsettled,
        answered=taken.answered,
        due=taken.due,
        numerator=numerator,
        denominator=denominator,
        percentage_only=bool(taken.percentage_only),
        month_answered=taken.month_answered,
        month_due=taken.month_due,
        presumed=_presumed(measure, taken, (aims.expected or aims.start) - aims.start),
    )


def single(measure: Measure, period: Period, month: int, one: Tally, *, all_not_applicable: bool) -> Position:
    """The position of the one part that a tally is of."""
    actual = (_rate(one) if measure.is_rate else one.actual) if one.reported else None
    return Position(
        measure=measure,
        period=period,
        month=month,
        actual=actual,
        counted=actual if measure.is_rate or actual is None else one.counted,
        expected=one.expected if one.with_expected else None,
        target=one.target if one.with_target else None,
        target_derived=bool(one.derived),
        start=one.start,
        opening=one.start if one.with_opening else None,
        path_start=one.path_start if one.with_path_start else None,
        has_plan=bool(one.planned),
        is_due=bool(one.is_due),
        is_silent=bool(one.is_silent),
        all_not_applicable=all_not_applicable,
        last_due_settled=bool(one.settled),
        answered=one.answered,
        due=one.due,
        numerator=one.numerator if one.numbered else None,
        denominator=one.denominator if one.numbered else None,
        percentage_only=bool(one.percentage_only),
        month_answered=one.month_answered,
        month_due=one.month_due,
        presumed=one.presumed,
    )


def _rate(taken: Tally) -> Fraction | None:
    """In percent: of its two numbers, else as the one part gave it."""
    if taken.numbered:
        return (taken.numerator / taken.denominator if taken.denominator else taken.numerator) * 100
    return taken.actual if taken.reported else None


def _presumed(measure: Measure, taken: Tally, way: Fraction) -> Fraction:
    """What the missing answers of the parts would have brought the whole, rounded down to what a tally can hold.

    Where a part with answers missing has no plan, the share of the missing ones of the ``way`` that is asked of the
    whole. Of rates the mean over the parts that reported: they do not add up.
    """
    if measure.is_rate:
        found = taken.presumed / (taken.reported or 1)
    elif not taken.short_unplanned:
        return taken.presumed
    else:
        found = way * Fraction(taken.due - taken.answered, taken.due or 1)
    return Fraction(found * SCALE // 1, SCALE)


def _or(amount: Fraction | None, other: Fraction) -> Fraction:
    return other if amount is None else amount


def _sum_of(amounts: Iterable[Fraction]) -> Fraction:
    """Summed by denominators, of which amounts have few: fractions added one by one are reduced every time."""
    over: dict[int, int] = {}
    for amount in amounts:
        over[amount.denominator] = over.get(amount.denominator, 0) + amount.numerator
    return sum((Fraction(numerator, denominator) for denominator, numerator in over.items()), Fraction(0))
