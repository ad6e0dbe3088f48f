"""The days of a month's work. A month opens on a day within it; due, review and closing day fall in the next month."""

from dataclasses import dataclass
from datetime import date


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
