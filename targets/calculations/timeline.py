"""The steps of a task on the line of the year: where each stands, and what is with it.

A step stands on the day on which it was done, else on its due date. One that was done without a date stands at the
end of the month in which it was recorded. An open step without a due date stands nowhere: it is due on 31 December
by rule, but nobody promised that day. What lies outside the year stands nowhere on it either.

Done, overdue, open or undated is said as of the end of the month that is judged, as the status is; today has its own
line, and only in its own year.
"""

from datetime import date
from enum import StrEnum
from fractions import Fraction

from .facts import Step
from .milestones import is_done
from .periods import month_end


class StepState(StrEnum):
    """What is with a step, from what needs somebody to what needs nobody."""

    OVERDUE = "overdue"
    OPEN = "open"
    UNDATED = "undated"
    DONE = "done"


def step_state(step: Step, year: int, month: int, latest: date | None = None) -> StepState:
    """What is with a step at the end of ``month`` of ``year``; nothing due after ``latest`` is overdue yet."""
    if is_done(step, year, month):
        return StepState.DONE
    if step.due is None:
        return StepState.UNDATED
    return StepState.OVERDUE if step.due <= min(month_end(year, month), latest or date.max) else StepState.OPEN


def day_of(step: Step, year: int, month: int) -> date | None:
    """The day on which a step stands; ``None`` where nobody knows one."""
    if not is_done(step, year, month):
        return step.due
    if step.done_on is not None:
        return step.done_on
    return month_end(year, step.recorded_month) if step.recorded_month is not None else None


def place_of(day: date, year: int) -> Fraction | None:
    """How much of the year has passed at the end of ``day``, 1 for all of it; ``None`` for a day of another year."""
    if day.year != year:
        return None
    return Fraction((day - date(year, 1, 1)).days + 1, (date(year, 12, 31) - date(year, 1, 1)).days + 1)
