"""Tallies: what a sum needs to know of its parts, as sums and counts, so that many parts have the form of one.

The tally of one part holds everything that its position holds, and two tallies add up field by field. So a part passes
up unchanged, the parts of a sum can be counted once and kept, and a part that changes is taken out and put in again.
How a sum is made of its parts is said in ``rollup``; ``combine`` is that rule.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple

from .facts import Measure
from .paths import Aims
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
    """A part as a sum takes it.

    Attributes:
        has_begun: its unit exists by the month that is judged.
        owing: how many targets of it have months missing.
        made_of: how many parts it has itself; 1 for a target with figures of its own.
        is_partial: its unit, or one below, begins or ends within the year.
        nobody_reports, own_plan: as in ``Standing``.
        path: a number that stands for its plan path; needed of rates that are kept as tallies.
        word: with which it was reported, ``over``, ``nearly`` or plainly (empty).
    """

    position: Position
    has_begun: bool = True
    owing: int = 0
    made_of: int = 1
    is_partial: bool = False
    nobody_reports: bool = False
    own_plan: bool = False
    path: int = 0
    word: str = ""

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
        made_of: the parts of these parts.
        partial: their unit, or one below, begins or ends within the year.
        over, nearly: their actual was reported with this word.
        path, path_squares: the sum of the numbers of their paths, and of the squares of these.
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
    made_of: int = 0
    partial: int = 0
    over: int = 0
    nearly: int = 0
    path: int = 0
    path_squares: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        if not other.parts:
            return self
        if not self.parts:
            return other
        return Tally(*(getattr(self, name) + getattr(other, name) for name in NAMES))

    @property
    def units(self) -> int:
        """How many units the whole is made of: one part alone passes up what it is made of itself."""
        return self.made_of if self.parts == 1 else self.parts

    @property
    def word(self) -> str:
        """The word with which the actual was reported, where one part makes the whole; a sum is told plainly."""
        if self.parts != 1:
            return ""
        return "over" if self.over else "nearly" if self.nearly else ""

    @property
    def begun(self) -> int:
        return self.parts - self.not_begun

    @property
    def common_aims(self) -> Aims | None:
        """What the one path asks for that all parts share; ``None`` where they do not, or one has none.

        Numbers are all equal exactly where the square of their sum is their count times the sum of their squares.
        """
        count = self.parts
        if not count or self.planned < count or self.path**2 != count * self.path_squares:
            return None
        return Aims(
            expected=self.expected / count if self.with_expected else None,
            target=self.target / count if self.with_target else None,
            target_derived=bool(self.derived),
            start=self.start / count,
            opening=self.start / count if self.with_opening else None,
            path_start=self.path_start / count if self.with_path_start else None,
        )


NAMES = tuple(field.name for field in fields(Tally))
#: The fields that are amounts; the others are counts.
AMOUNTS = frozenset(NAMES[: NAMES.index("parts")])
NOTHING = Tally()


def tally_of_one(part: Part) -> dict[str, Fraction | int]:
    """The fields of the tally of one part that are not zero."""
    one = part.position
    is_silent, is_begun, is_asked = part.is_silent, part.has_begun, part.has_begun and bool(one.expected)
    is_rate = one.measure.is_rate
    found = {
        # The level of a rate is that of its two numbers, which add up; a bare percentage stands for itself alone.
        "actual": one.actual if one.numerator is None else None,
        "counted": None if is_rate else one.start if one.counted is None else one.counted,
        "expected": one.start if one.expected is None else one.expected,
        "target": one.start if one.target is None else one.target,
        "start": one.start,
        "path_start": one.path_start,
        "numerator": one.numerator,
        "denominator": one.denominator,
        # What is silent among rates is no part of their mean.
        "presumed": None if is_rate and one.actual is None else one.presumed,
        "parts": 1,
        "reported": one.actual is not None,
        "numbered": one.numerator is not None,
        "percentage_only": one.percentage_only,
        "with_expected": one.expected is not None,
        "with_target": one.target is not None,
        "with_opening": one.opening is not None,
        "with_path_start": one.path_start is not None,
        "derived": one.target_derived,
        "planned": one.has_plan,
        "not_begun": not is_begun,
        "settled": one.last_due_settled,
        "unsettled": is_begun and not one.last_due_settled,
        "asked": is_asked,
        "asked_silent": is_asked and is_silent,
        "begun_silent": is_begun and is_silent,
        "is_due": one.is_due,
        "is_silent": one.is_silent,
        "nobody_reports": part.nobody_reports,
        "own_plan": part.own_plan,
        "answered": one.answered,
        "due": one.due,
        "month_answered": one.month_answered,
        "month_due": one.month_due,
        "short_unplanned": one.answered < one.due and not one.has_plan,
        "owing": part.owing,
        "made_of": part.made_of,
        "partial": part.is_partial,
        "over": part.word == "over",
        "nearly": part.word == "nearly",
        "path": part.path,
        "path_squares": part.path**2,
    }
    return {name: int(value) if value is True else value for name, value in found.items() if value}


def tally(parts: Iterable[Part]) -> Tally:
    """The tally of parts."""
    sums: dict[str, Any] = {}
    # Summed by denominators, of which amounts have few: fractions added one by one are reduced every time.
    amounts: dict[str, dict[int, int]] = {}
    for part in parts:
        for name, value in tally_of_one(part).items():
            if name in AMOUNTS:
                over = amounts.setdefault(name, {})
                over[value.denominator] = over.get(value.denominator, 0) + value.numerator
            else:
                sums[name] = sums.get(name, 0) + value
    for name, over in amounts.items():
        sums[name] = sum((Fraction(numerator, denominator) for denominator, numerator in over.items()), Fraction(0))
    return Tally(**sums)


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
