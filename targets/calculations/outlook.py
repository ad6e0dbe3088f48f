"""Outlook: what remains of the year, the pace it needs, and where the year is heading.

Remaining = max(annual target − actual, 0); needed per month = remaining ÷ months left; recent = what the last three
due months that were answered brought, per month they cover; forecast for the year's end = actual + recent × months
left, or by last year's shape (actual × last year's total ÷ last year's amount by the same month) where last year's
months exist. Step targets and rates get no forecast, nothing is shown at month 12, and each missing forecast says
why. Difficulty = needed ÷ recent; a recent of 0 comes first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from .answers import Reported
from .facts import Measure
from .terms import Interpolation

MONTHS_OF_YEAR = 12
RECENT_ANSWERS = 3


class ForecastMethod(StrEnum):
    """How a forecast was made."""

    RECENT_PACE = "recent_pace"
    LAST_YEARS_SHAPE = "last_years_shape"


class NoForecast(StrEnum):
    """Why there is none."""

    YEAR_ENDED = "year_ended"
    STEP_TARGET = "step_target"
    RATE = "rate"
    NOT_REPORTED = "not_reported"
    NO_TARGET = "no_target"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What lies ahead of one target. Amounts in the unit of measure; ``None`` where there is none.

    ``difficulty`` is ``None`` where nothing remains or no pace is known; ``stalled`` says that something
    remains and the recent pace is zero or less, which is the most difficult of all.
    """

    remaining: Fraction | None = None
    months_left: int = 0
    needed_per_month: Fraction | None = None
    recent_per_month: Fraction | None = None
    forecast: Fraction | None = None
    method: ForecastMethod | None = None
    no_forecast: NoForecast | None = None
    difficulty: Fraction | None = None
    stalled: bool = False


def recent_per_month(measure: Measure, levels: Sequence[Reported], start: Fraction) -> Fraction | None:
    """The pace of the last three answers per month they cover; ``None`` while nothing was reported.

    Of a stock it is the change of the level since the answer before them, or since ``start`` at month 0. Of a flow
    (which starts at 0) only the months that were answered count.
    """
    if not levels:
        return None
    earlier, recent = levels[:-RECENT_ANSWERS], levels[-RECENT_ANSWERS:]
    month_before, level_before = (earlier[-1].month, earlier[-1].level) if earlier else (0, start)
    if measure.is_flow:
        months = sum(answer.month - answer.from_month + 1 for answer in recent)
    else:
        months = recent[-1].month - month_before
    return (recent[-1].level - level_before) / months


def outlook(
    measure: Measure,
    interpolation: Interpolation,
    annual_target: Fraction | None,
    levels: Sequence[Reported],
    *,
    start: Fraction,
    month: int,
    last_year: Sequence[Reported] = (),
) -> Outlook:
    """The outlook of a target at the end of ``month``.

    ``levels`` are its reported levels by then, ``last_year`` those of the same indicator a year before.
    """
    months_left = MONTHS_OF_YEAR - month
    if months_left <= 0:
        return Outlook(no_forecast=NoForecast.YEAR_ENDED)
    if annual_target is None:
        return Outlook(months_left=months_left, no_forecast=NoForecast.NO_TARGET)
    actual = levels[-1].level if levels else None
    remaining = max(annual_target - (actual if actual is not None else start), Fraction(0))
    needed = remaining / months_left
    if measure.is_rate:
        return Outlook(remaining, months_left, no_forecast=NoForecast.RATE)
    recent = recent_per_month(measure, levels, start)
    forecast, method, reason = _forecast(measure, interpolation, actual, recent, months_left, month, last_year)
    stalled = remaining > 0 and recent is not None and recent <= 0
    return Outlook(
        remaining=remaining,
        months_left=months_left,
        needed_per_month=needed,
        recent_per_month=recent,
        forecast=forecast,
        method=method,
        no_forecast=reason,
        difficulty=needed / recent if recent is not None and recent > 0 and remaining > 0 else None,
        stalled=stalled,
    )


def _forecast(
    measure: Measure,
    interpolation: Interpolation,
    actual: Fraction | None,
    recent: Fraction | None,
    months_left: int,
    month: int,
    last_year: Sequence[Reported],
) -> tuple[Fraction | None, ForecastMethod | None, NoForecast | None]:
    if interpolation is Interpolation.STEP:
        return None, None, NoForecast.STEP_TARGET
    if actual is None or recent is None:
        return None, None, NoForecast.NOT_REPORTED
    if measure.is_flow and last_year and last_year[-1].month == MONTHS_OF_YEAR:
        by_now = [answer.level for answer in last_year if answer.month == month]
        if by_now and by_now[0] > 0:
            return actual * last_year[-1].level / by_now[0], ForecastMethod.LAST_YEARS_SHAPE, None
    return actual + recent * months_left, ForecastMethod.RECENT_PACE, None
