"""Year on year 同比: this year against the same months of last year.

Year on year = (this − same months last year) ÷ same months last year, over the months answered in both years.
Answers for runs of months are compared only where both years' runs end together: a run is never split. Stocks are
compared at the latest month answered in both. Differences of rates are percentage points 个百分点. A base that is
missing or not above 0 gives ``None``, printed as —. An official growth rate stands instead of the computed one
where one was entered.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from .answers import Reported
from .facts import Measure


@dataclass(frozen=True, slots=True)
class YearOnYear:
    """A comparison with last year.

    Attributes:
        this, last: the amounts compared, in the unit of measure.
        months: the months that were compared.
        change: the growth, 1 for 100 %; of a rate the difference in percentage points. ``None`` prints —.
        is_official: ``change`` was published and not computed.
    """

    this: Fraction | None = None
    last: Fraction | None = None
    months: tuple[int, ...] = ()
    change: Fraction | None = None
    is_official: bool = False


def year_on_year(
    measure: Measure, this: Sequence[Reported], last: Sequence[Reported], *, official: Decimal | None = None
) -> YearOnYear:
    """Compare the levels reported this year with those of last year.

    ``official`` is the published growth in percent (of a rate: in percentage points), ``None`` where there is none.
    """
    computed = _flows(this, last) if measure.is_flow else _latest(measure, this, last)
    if official is None:
        return computed
    change = Fraction(official) if measure.is_rate else Fraction(official) / 100
    return replace(computed, change=change, is_official=True)


def _flows(this: Sequence[Reported], last: Sequence[Reported]) -> YearOnYear:
    months = _common_months(this, last)
    if not months:
        return YearOnYear()
    now, then = _amount(this, months), _amount(last, months)
    return YearOnYear(now, then, tuple(sorted(months)), (now - then) / then if then > 0 else None)


def _amount(answers: Sequence[Reported], months: set[int]) -> Fraction:
    return sum((a.added for a in answers if a.month in months and a.added is not None), Fraction(0))


def _runs(answers: Sequence[Reported]) -> dict[int, set[int]]:
    return {m: set(range(a.from_month, a.month + 1)) for a in answers for m in range(a.from_month, a.month + 1)}


def _common_months(this: Sequence[Reported], last: Sequence[Reported]) -> set[int]:
    """The months answered in both years, without runs that reach beyond what the other year answered."""
    ours, theirs = _runs(this), _runs(last)
    common = set(ours) & set(theirs)
    while True:
        whole = {m for m in common if ours[m] <= common and theirs[m] <= common}
        if whole == common:
            return common
        common = whole


def _latest(measure: Measure, this: Sequence[Reported], last: Sequence[Reported]) -> YearOnYear:
    then_by_month = {answer.month: answer.level for answer in last}
    for answer in reversed(this):
        if answer.month in then_by_month:
            then = then_by_month[answer.month]
            if measure.is_rate:
                change: Fraction | None = answer.level - then
            else:
                change = (answer.level - then) / then if then > 0 else None
            return YearOnYear(answer.level, then, (answer.month,), change)
    return YearOnYear()
