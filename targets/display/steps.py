"""Steps of tasks."""

from typing import Any

from django.utils.translation import gettext as _

from targets.calculations.milestones import DayDoubt
from targets.calculations.timeline import StepState

from .dates import day, day_of_year, month
from .language import name
from .statuses import Light


def step_state(value: StepState) -> str:
    """What is with a step."""
    return {
        StepState.OVERDUE: _("Overdue"),
        StepState.OPEN: _("Open"),
        StepState.UNDATED: _("Not dated"),
        StepState.DONE: _("Done"),
    }[value]


STEP_LIGHTS = {
    StepState.OVERDUE: Light("red", "half"),
    StepState.OPEN: Light("grey", "clock"),
    StepState.UNDATED: Light("none", "question"),
    StepState.DONE: Light("green", "check"),
}


def step(value: Any) -> str:
    """A step of a task in words: what is with it, its name, its day."""
    return " ".join(part for part in (step_state(value.state), name(value.milestone), step_day(value)) if part)


def step_day(value: Any) -> str:
    """When a step was done or is due, with the year where it is another; empty where nobody knows."""
    if value.day is None:
        return ""
    if value.is_recorded_only:
        return month(value.day.month)
    return day_of_year(value.day) if value.place is not None else day(value.day)


def day_doubt(value: DayDoubt) -> str:
    """What is doubtful about the day on which a step was done."""
    return {
        DayDoubt.NOT_COME: _("The day on which it was done has not come yet."),
        DayDoubt.AFTER_THE_MONTH: _("It was done after the month that is reported."),
        DayDoubt.BEFORE_THE_YEAR: _("It was done before the year of this plan."),
    }[value]
