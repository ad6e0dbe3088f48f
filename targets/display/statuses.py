"""Statuses as word and light, and the thresholds that divide them."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from targets.calculations.rollup import Standing
from targets.calculations.terms import Basis, Period, Status

from .numbers import decimals_of, number


@dataclass(frozen=True)
class Light:
    """How a status looks: never by colour alone. ``colour`` and ``icon`` are names that the style knows."""

    colour: str
    icon: str


LIGHTS = {
    Status.COMPLETED: Light("green", "check"),
    Status.AHEAD: Light("green", "up"),
    Status.ON_SCHEDULE: Light("green", "dot"),
    Status.SLIGHTLY_BEHIND: Light("yellow", "half"),
    Status.BEHIND: Light("red", "down"),
    Status.NOT_DUE: Light("grey", "clock"),
    Status.NOT_REPORTED: Light("grey", "question"),
    Status.MONITORED: Light("none", "eye"),
}


STATUS_WORDS = {
    Status.COMPLETED: gettext_noop("Completed"),
    Status.AHEAD: gettext_noop("Ahead of schedule"),
    Status.ON_SCHEDULE: gettext_noop("On schedule"),
    Status.SLIGHTLY_BEHIND: gettext_noop("Slightly behind"),
    Status.BEHIND: gettext_noop("Behind"),
    Status.NOT_DUE: gettext_noop("Not due"),
    Status.NOT_REPORTED: gettext_noop("Not reported"),
    Status.MONITORED: gettext_noop("Monitored"),
}


def status_word(status: Status) -> str:
    """The plain word of a status, for counts and filters."""
    return _(STATUS_WORDS[status])


def status(standing: Standing, period: Period) -> str:
    """The word of a standing, in the period viewed."""
    if standing.status is Status.COMPLETED:
        if standing.exceeded:
            return _("Exceeded")
        if period is Period.FIRST_HALF:
            return _("First-half target completed")
    if standing.status is Status.NOT_DUE and standing.all_not_applicable:
        return _("Not applicable")
    return status_word(standing.status)


def thresholds(year: Any) -> str:
    """The thresholds in force in a year, from best to worst: 110 % / 100 % / 80 %, or in points."""
    if year.basis == Basis.POINTS:
        levels = (year.ahead_points, year.on_schedule_points, year.slightly_behind_points)
        return " / ".join(number(level, decimals_of(level, 0), signed=True) for level in levels)
    ratios = (year.ahead_ratio, year.on_schedule_ratio, year.slightly_behind_ratio)
    return " / ".join(f"{number(ratio * 100, decimals_of(ratio * 100, 0))} %" for ratio in ratios)
