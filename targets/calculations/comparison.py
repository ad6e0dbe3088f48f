"""Year on year 同比: this year against the same months of last year.

Year on year = (this − same months last year) ÷ same months last year, over the months answered in both years.
Answers for runs of months are compared only where both years' runs end together: a run is never split. Stocks are
compared at the latest month answered in both. Differences of rates are percentage points 个百分点. A base that is
missing or not above 0 gives ``None``, printed as —. An official growth rate stands instead of the computed one
where one was entered: that of the answer with which the actual ends. It is of the year to date, so that an earlier
one says nothing of a later actual, and holds for every unit whose actual is that of this one part.

A sum is compared over the same units and the same months in both years. A month counts where every unit that was there
answered it, in both years; a unit that ended and the one that carries it on are one line, and lines that were there in
one year alone give no comparison. Rates need the numerators and denominators of all. Across a successor only what is
of the same kind and accumulation is compared, in one unit of measure or in units that convert exactly.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from .answers import Reported
from .facts import Answer, Measure
from .periods import MONTHS
from .terms import Kind
from .units_of_measure import factor, same


class NoComparison(StrEnum):
    """Why there is none."""

    NO_LAST_YEAR = "no_last_year"
    OTHER_NATURE = "other_nature"
    OTHER_UNITS = "other_units"
    NO_COMMON_MONTH = "no_common_month"
    NO_BASE = "no_base"


@dataclass(frozen=True, slots=True)
class YearOnYear:
    """A comparison with last year.

    Attributes:
        this, last: the amounts compared, in the unit of measure.
        months: the months that were compared.
        change: the growth, 1 for 100 %; of a rate the difference in percentage points. ``None`` prints —.
        is_official: ``change`` was published and not computed.
        reason: why there is no change; ``None`` where there is one.
    """

    this: Fraction | None = None
    last: Fraction | None = None
    months: tuple[int, ...] = ()
    change: Fraction | None = None
    is_official: bool = False
    reason: NoComparison | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """What one unit reported in a year: its levels, and the months in which it was there."""

    levels: tuple[Reported, ...]
    there: range = MONTHS


#: The courses of a year by line: a unit, with those that carry it on or that it carries on.
Lines = Mapping[Hashable, Sequence[Course]]


def conversion(old: tuple[Measure, str], new: tuple[Measure, str]) -> Fraction | None:
    """By how much figures of an indicator are multiplied to stand beside those of another; ``None`` where they cannot.

    Each is given by its nature and its unit of measure.
    """
    (before, unit_before), (now, unit_now) = old, new
    if (before.kind, before.accumulation) != (now.kind, now.accumulation):
        return None
    if same(unit_before, unit_now):
        return Fraction(1)
    return factor(unit_before, unit_now) if now.kind is Kind.QUANTITY else None


def scaled(levels: Iterable[Reported], times: Fraction) -> tuple[Reported, ...]:
    """The same amounts in another unit of measure; a percentage, and its two numbers, stay."""
    if times == 1:
        return tuple(levels)
    return tuple(
        replace(one, level=one.level * times, added=None if one.added is None else one.added * times) for one in levels
    )


def year_on_year(
    measure: Measure, this: Sequence[Reported], last: Sequence[Reported], *, official: Decimal | None = None
) -> YearOnYear:
    """Compare the levels that one unit reported this year with those of last year.

    ``official`` is the published growth in percent (of a rate: in percentage points), ``None`` where there is none.
    """
    return with_official(measure, compare(measure, {"": [Course(tuple(this))]}, {"": [Course(tuple(last))]}), official)


def with_official(measure: Measure, computed: YearOnYear, official: Decimal | None) -> YearOnYear:
    """The comparison with the published growth in place of the computed one, where there is one."""
    if official is None:
        return computed
    change = Fraction(official) if measure.is_rate else Fraction(official) / 100
    return replace(computed, change=change, is_official=True, reason=None)


def official_growth(answers: Iterable[Answer], month: int) -> Decimal | None:
    """The growth published with the answer with which the actual by the end of ``month`` ends; ``None`` without."""
    seen = [answer for answer in answers if answer.month <= month and not answer.is_not_applicable]
    return max(seen, key=lambda answer: answer.month).official_growth if seen else None


def compare(measure: Measure, this: Lines, last: Lines) -> YearOnYear:
    """Compare a sum of this year with that of last year, both by line."""
    if not any(course.levels for courses in last.values() for course in courses):
        return YearOnYear(reason=NoComparison.NO_LAST_YEAR)
    if this.keys() != last.keys():
        return YearOnYear(reason=NoComparison.OTHER_UNITS)
    ours, theirs = _courses(this), _courses(last)
    months = _whole_months(this) & _whole_months(last) - _months_of_other_lines(this, last)
    if measure.is_flow:
        months = _unsplit(months, [*ours, *theirs])
        amounts = [_added(courses, months) for courses in (ours, theirs)] if months else []
    else:
        months = {month for month in months if _has_levels(ours, month) and _has_levels(theirs, month)}
        months = {max(months)} if months else set()
        amounts = [_level(measure, courses, month) for courses in (ours, theirs) for month in months]
    if not amounts or any(amount is None for amount in amounts):
        return YearOnYear(reason=NoComparison.NO_COMMON_MONTH)
    return _grown(measure, amounts, months)


def is_same_whole(this: Lines, last: Lines) -> bool:
    """Whether both years are of the same lines, there in the same months: what one leads to, the other may as well."""
    return this.keys() == last.keys() and not _months_of_other_lines(this, last)


def _grown(measure: Measure, amounts: Sequence[Fraction | None], months: set[int]) -> YearOnYear:
    now, then = (amount or Fraction(0) for amount in amounts)
    told = tuple(sorted(months))
    if measure.is_rate:
        return YearOnYear(now, then, told, now - then)
    if then <= 0:
        return YearOnYear(now, then, told, reason=NoComparison.NO_BASE)
    return YearOnYear(now, then, told, (now - then) / then)


def _courses(lines: Lines) -> list[Course]:
    return [course for courses in lines.values() for course in courses]


def _months_of_other_lines(this: Lines, last: Lines) -> set[int]:
    """The months in which a line was there in one of the years alone."""
    return {
        month
        for line in this.keys() & last.keys()
        for month in MONTHS
        if _is_there(this[line], month) != _is_there(last[line], month)
    }


def _is_there(courses: Sequence[Course], month: int) -> bool:
    return any(month in course.there for course in courses)


def _whole_months(lines: Lines) -> set[int]:
    """The months that every unit which was there answered."""
    courses = _courses(lines)
    told = [_runs(course.levels) for course in courses]
    return {
        month
        for month in MONTHS
        if all(month in runs for course, runs in zip(courses, told, strict=True) if month in course.there)
        and any(month in runs for runs in told)
    }


def _runs(answers: Sequence[Reported]) -> dict[int, set[int]]:
    return {m: set(range(a.from_month, a.month + 1)) for a in answers for m in range(a.from_month, a.month + 1)}


def _unsplit(months: set[int], courses: Sequence[Course]) -> set[int]:
    """The months without runs that reach beyond them."""
    runs = [_runs(course.levels) for course in courses]
    while True:
        whole = {month for month in months if all(one.get(month, set()) <= months for one in runs)}
        if whole == months:
            return months
        months = whole


def _added(courses: Sequence[Course], months: set[int]) -> Fraction | None:
    amounts = (a.added for course in courses for a in course.levels if a.month in months and a.added is not None)
    return sum(amounts, Fraction(0))


def _has_levels(courses: Sequence[Course], month: int) -> bool:
    """Whether every unit that was there gave a level at the end of the month."""
    there = [course for course in courses if month in course.there]
    return bool(there) and all(any(one.month == month for one in course.levels) for course in there)


def _level(measure: Measure, courses: Sequence[Course], month: int) -> Fraction | None:
    found = [one for course in courses if month in course.there for one in course.levels if one.month == month]
    if not measure.is_rate or len(found) == 1:
        return sum((one.level for one in found), Fraction(0))
    numerators = [one.numerator for one in found if one.numerator is not None]
    denominators = [one.denominator for one in found if one.denominator is not None]
    if len(denominators) < len(found) or not sum(denominators):
        return None
    return Fraction(sum(numerators), sum(denominators)) * 100
