"""Months and periods.

Months are numbers from 1 to 12 within the target's year. Viewing the first half, everything uses the smaller
of ``as_of`` and 6. How often an indicator is reported decides in which months an answer falls due: every
month, 3/6/9/12, 6/12, or 12; of a unit that begins or ends within the year only those in which it is there.
"""

from calendar import monthrange
from datetime import date

from .terms import Frequency, Period

MONTHS = range(1, 13)

_LAST_MONTH = {Period.FIRST_HALF: 6, Period.YEAR: 12}
_INTERVAL = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.HALF_YEAR: 6, Frequency.YEAR: 12}


def last_month(period: Period) -> int:
    """The month with which the period ends: 6 or 12."""
    return _LAST_MONTH[period]


def cut_off(period: Period, as_of: int) -> int:
    """The last month that counts in the period viewed: ``as_of``, in the first half at most 6."""
    return min(as_of, last_month(period))


def interval(frequency: Frequency) -> int:
    """How many months lie from one due month to the next."""
    return _INTERVAL[frequency]


def due_months(frequency: Frequency, month: int, there: range = MONTHS) -> tuple[int, ...]:
    """The months up to and including ``month`` in which an answer falls due. Empty before the first.

    ``there``: the months of the year in which the unit exists.
    """
    interval = _INTERVAL[frequency]
    due = range(interval, month + 1, interval)
    return tuple(due) if there == MONTHS else tuple(one for one in due if one in there)


def latest_due_month(frequency: Frequency, month: int, there: range = MONTHS) -> int | None:
    """The latest month at or before ``month`` in which an answer fell due; ``None`` before the first."""
    interval = _INTERVAL[frequency]
    latest = min(month, there.stop - 1) // interval * interval
    return latest if latest >= there.start else None


def due_within(frequency: Frequency, first: int, last: int) -> tuple[int, ...]:
    """The months of a run in which an answer falls due."""
    return tuple(month for month in due_months(frequency, last) if month >= first)


def stands_for(frequency: Frequency, first: int, last: int) -> range:
    """The months that an answer for a run stands for: with a due month in it, also those since the due month before."""
    due = due_within(frequency, first, last)
    return range(min(first, due[0] - _INTERVAL[frequency] + 1) if due else first, last + 1)


def month_end(year: int, month: int) -> date:
    """The last day of a month: a month counts in full or not at all, never up to today."""
    return date(year, month, monthrange(year, month)[1])
