"""Milestone tasks 节点任务: made of steps, judged by what is done of those that count.

A step is done from its done date, or from the month in which it was recorded when undated. The steps that count
are those due by the end of the period viewed; an undated one counts in the whole year only, as due on
31 December. Every step done, or every counting step done = completed; no counting step = not due; a counting
step that fell due by the end of ``as_of`` and is not done is overdue: slightly behind in the month it fell due,
behind from the next month on; at least one counting step done and none overdue = on schedule; else not due.
A task without steps is not due. No step is overdue before its day has come or its month is open for entry. A step that
falls due after the last month of its unit is dropped unless it was done. No step is done on a day that has not come or
lies after the month it is reported in; one done before its year is asked about.

Completion = weight of the counting steps done ÷ weight of the counting steps; 1 where every step is done and none
counts, ``None`` where none counts and some are open. The steps of several targets combine as one task.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from .facts import Step
from .periods import MONTHS, last_month, month_end
from .terms import Period, Status


class DayDoubt(StrEnum):
    """Why a day on which a step was done may be a slip."""

    NOT_COME = "not_come"
    AFTER_THE_MONTH = "after_the_month"
    BEFORE_THE_YEAR = "before_the_year"


def doubtful_day(done_on: date | None, year: int, month: int, today: date | None = None) -> DayDoubt | None:
    """What is doubtful about the day of a step that is reported in ``month`` of ``year``; ``None`` where nothing is,
    and for a step without a day. Without ``today`` it is held against the month alone.
    """
    if done_on is None:
        return None
    if today is not None and done_on > today:
        return DayDoubt.NOT_COME
    if done_on > month_end(year, month):
        return DayDoubt.AFTER_THE_MONTH
    return DayDoubt.BEFORE_THE_YEAR if done_on.year < year else None


class StepCounts(NamedTuple):
    """What the judgement of a task asks of its steps: of several targets together, the sum of each.

    Attributes:
        steps, done: all of them, and those done by the end of the month.
        counting: those due by the end of the period; ``counting_done``, ``overdue``: of these.
        long_overdue: overdue, and due before the month began.
        weight: of the counting steps; ``done_weight``, ``due_weight``: of those done, and of those due by now.
    """

    steps: int = 0
    done: int = 0
    counting: int = 0
    counting_done: int = 0
    overdue: int = 0
    long_overdue: int = 0
    weight: Fraction = Fraction(0)
    done_weight: Fraction = Fraction(0)
    due_weight: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Task:
    """The judgement of a milestone task.

    ``completion`` and ``schedule_share`` are ``None`` where no step counts and some are open. ``overdue``, ``done`` and
    ``counting`` are indexes into the steps as they were given, where the steps themselves were.
    """

    status: Status
    completion: Fraction | None
    schedule_share: Fraction | None
    counts: StepCounts
    counting: tuple[int, ...] = ()
    done: tuple[int, ...] = ()
    overdue: tuple[int, ...] = ()


def is_done(step: Step, year: int, month: int) -> bool:
    """Whether the step counts as done by the end of ``month``."""
    if not step.done:
        return False
    if step.done_on is not None:
        return step.done_on <= month_end(year, month)
    return step.recorded_month is not None and step.recorded_month <= month


def due_date(step: Step, year: int) -> date:
    """When the step is due: an undated one at the year's end."""
    return step.due or date(year, 12, 31)


def is_dropped(step: Step, year: int, there: range) -> bool:
    """Whether an open step falls due after its unit has ended; ``there``: the months in which the unit exists."""
    return there.stop in MONTHS and not step.done and due_date(step, year) >= date(year, there.stop, 1)


def judge_steps(steps: Iterable[Step], year: int, period: Period, month: int, latest: date | None = None) -> Task:
    """Judge a task at the end of ``month`` of ``year`` in the period viewed.

    No step that is due after ``latest`` is overdue yet; ``None`` where the month is over.
    """
    in_order = tuple(steps)
    today = min(month_end(year, month), latest or date.max)
    period_end = month_end(year, last_month(period))
    due = [due_date(step, year) for step in in_order]
    done = tuple(i for i, step in enumerate(in_order) if is_done(step, year, month))
    counting = tuple(i for i, day in enumerate(due) if day <= period_end)
    overdue = tuple(i for i in counting if i not in done and due[i] <= today)

    def weight(indexes: Iterable[int]) -> Fraction:
        return sum((Fraction(in_order[i].weight) for i in indexes), Fraction(0))

    counting_done = [i for i in counting if i in done]
    counts = StepCounts(
        steps=len(in_order),
        done=len(done),
        counting=len(counting),
        counting_done=len(counting_done),
        overdue=len(overdue),
        long_overdue=sum(1 for i in overdue if due[i] < date(year, month, 1)),
        weight=weight(counting),
        done_weight=weight(counting_done),
        due_weight=weight(i for i in counting if due[i] <= today),
    )
    return replace(judge_counts(counts), counting=counting, done=done, overdue=overdue)


def judge_counts(counts: StepCounts) -> Task:
    """Judge a task of which the steps are counted."""
    all_done = bool(counts.steps) and counts.done == counts.steps
    if counts.counting:
        completion: Fraction | None = counts.done_weight / counts.weight
        schedule_share: Fraction | None = counts.due_weight / counts.weight
    else:
        completion = schedule_share = Fraction(1) if all_done else None
    if all_done or (counts.counting and completion == 1):
        status = Status.COMPLETED
    elif counts.overdue:
        status = Status.BEHIND if counts.long_overdue else Status.SLIGHTLY_BEHIND
    elif counts.counting_done:
        status = Status.ON_SCHEDULE
    else:
        status = Status.NOT_DUE
    return Task(status, completion, schedule_share, counts)
