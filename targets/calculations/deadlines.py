"""The days of a month's work, and how far the calendar has come.

A month opens on a day within it; due, review and closing day fall in the next month. Before its opening day nobody
owes a month: on 3 January it is December that is collected. A step of a task is owed from its own due date on, or
from the day on which its month opens.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .periods import month_end


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the figures of a month are entered, due, reviewed and closed."""

    opens: date
    due: date
    review: date
    closing: date


def calendar(year: int, month: int, *, opening_day: int, due_day: int, review_day: int, closing_day: int) -> Calendar:
    """The days of ``month``; the year's settings keep every day between 1 and 28, so that each month has it."""
    return Calendar(
        date(year, month, opening_day),
        day_after_month(year, month, due_day),
        day_after_month(year, month, review_day),
        day_after_month(year, month, closing_day),
    )


def day_after_month(year: int, month: int, day: int) -> date:
    """A day of the month after ``month``: of December in January of the next year."""
    return date(year + 1, 1, day) if month == 12 else date(year, month + 1, day)


def opened_month(today: date, opening_day: int) -> tuple[int, int]:
    """Year and month of the latest month that is open for entry: this one from its opening day on, else the last."""
    if today.day >= opening_day:
        return today.year, today.month
    return (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)


def collected_month(opening_days: Mapping[int, int], today: date) -> tuple[int, int]:
    """Year and month that are being collected. ``opening_days`` are those of the years in force, by year.

    A year without a plan opens as the year before it does: in early January December is collected, whether the new
    year's plan is there or not.
    """
    before = opening_days.get(today.year - 1, 1)
    return opened_month(today, opening_days.get(today.year, before))


@dataclass(frozen=True, slots=True)
class Clock:
    """How far a year has come on some day. What lies beyond is owed by nobody.

    Attributes:
        opened: the latest month that is open for entry, 0 before the first, 12 once the year is over.
        day: steps due after this day are not overdue: that day itself, or the end of the latest open month.
    """

    opened: int
    day: date


def clock(year: int, opening_day: int, today: date) -> Clock:
    """How far ``year`` has come ``today``."""
    opened_year, month = opened_month(today, opening_day)
    opened = month if opened_year == year else 12 if opened_year > year else 0
    return Clock(opened, max(today, month_end(year, opened)) if opened else today)


def days_left(until: date, today: date) -> int:
    """How many days remain until a day, 0 on that day itself; below 0 once it has passed."""
    return (until - today).days


@dataclass(frozen=True, slots=True)
class Delay:
    """When something fell due that is still open, and how many days ago: 1 or more."""

    due: date
    days: int


def delay(due: date, today: date) -> Delay | None:
    """How late it is; ``None`` on the due day and before."""
    days = -days_left(due, today)
    return Delay(due, days) if days > 0 else None
