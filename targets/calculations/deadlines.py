"""The days of a month's work. A month opens on a day within it; due, review and closing day fall in the next month."""

from datetime import date


def day_after_month(year: int, month: int, day: int) -> date:
    """A day of the month after ``month``: of December in January of the next year."""
    return date(year + 1, 1, day) if month == 12 else date(year, month + 1, day)


def days_overdue(year: int, month: int, due_day: int, today: date) -> int:
    """How many days the answers of a month are overdue; 0 on the due day and before."""
    return max((today - day_after_month(year, month, due_day)).days, 0)
