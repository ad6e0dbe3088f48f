"""How hard the rest of the year is: the order in which targets are planned for the second half.

Difficulty = needed per month ÷ recent per month. What remains while the recent pace is zero or less is stalled and
comes first, then the harder before the easier: above 1 it has to go faster than of late, up to 1 the recent pace is
enough. Then what has no pace, each with its reason: a step target or a rate, whatever was answered so far (a harvest
that is not due has brought nothing yet and is not stalled), what was never reported, what does not apply, a ceiling.
What is finished comes last.

A ceiling is kept to and not reached: what is left of its allowance = ceiling − actual, below zero where the actual
lies above it. Of a flow that leaves left ÷ months left for each month, set against the recent pace; a level uses
nothing up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from .answers import Reported
from .facts import Measure
from .outlook import MONTHS_OF_YEAR, NoForecast, Outlook, recent_per_month
from .terms import Status


class Prospect(StrEnum):
    """What the rest of the year asks of a target, from the hardest to what asks nothing more."""

    STALLED = "stalled"
    FASTER = "faster"
    STEADY = "steady"
    NO_PACE = "no_pace"
    FINISHED = "finished"


class NoPace(StrEnum):
    """Why a target without an outlook has no pace; what has one says so by its ``NoForecast``."""

    CEILING = "ceiling"
    NOT_APPLICABLE = "not_applicable"


#: What a pace says nothing about.
WITHOUT_PACE = frozenset({NoForecast.STEP_TARGET, NoForecast.RATE})

_ORDER = {prospect: place for place, prospect in enumerate(Prospect)}


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a ceiling. Amounts in the unit of measure; ``None`` where there is none.

    ``left`` is below zero where the actual lies above the ceiling: exceeded, or still to be reduced. ``per_month`` and
    ``recent_per_month`` are of flows alone.
    """

    left: Fraction | None
    months_left: int
    per_month: Fraction | None = None
    recent_per_month: Fraction | None = None


def allowance(measure: Measure, ceiling: Fraction, levels: Sequence[Reported], month: int) -> Allowance:
    """What is left of a ceiling at the end of ``month``. ``levels`` are the reported ones by then.

    Of a flow that was not reported all is left; of a level that was not reported nothing is known.
    """
    months_left = MONTHS_OF_YEAR - month
    if not measure.is_flow:
        return Allowance(ceiling - levels[-1].level if levels else None, months_left)
    left = ceiling - (levels[-1].level if levels else 0)
    return Allowance(
        left,
        months_left,
        per_month=left / months_left if months_left and left >= 0 else None,
        recent_per_month=recent_per_month(measure, levels, Fraction(0)),
    )


def prospect(status: Status, outlook: Outlook | None) -> Prospect:
    """What the rest of the year asks of a target. ``status`` is that of the whole year.

    ``outlook`` is ``None`` where there is none: a ceiling, a task, what does not apply.
    """
    if status is Status.COMPLETED:
        return Prospect.FINISHED
    if outlook is None or outlook.no_forecast in WITHOUT_PACE:
        return Prospect.NO_PACE
    if outlook.stalled:
        return Prospect.STALLED
    if outlook.difficulty is not None:
        return Prospect.FASTER if outlook.difficulty > 1 else Prospect.STEADY
    # A target of nothing is not reached before anybody said so.
    is_reached = outlook.remaining == 0 and outlook.no_forecast is not NoForecast.NOT_REPORTED
    return Prospect.FINISHED if is_reached else Prospect.NO_PACE


def hardness(value: Prospect, outlook: Outlook | None) -> tuple[int, Fraction]:
    """The key by which targets are ordered, hardest first."""
    difficulty = outlook.difficulty if outlook is not None and value in (Prospect.FASTER, Prospect.STEADY) else None
    return _ORDER[value], -(difficulty or Fraction(0))
