"""Outlook: what remains of the year, the pace it needs, and where the year is heading.

Remaining = max(annual target − actual, 0). Needed per month = remaining ÷ months left after the month that is judged:
a month that has passed without an answer is no time in which anything can still be done. Recent = what the last three
due months that were answered brought, per month: an answer in a due month stands for the months since the due month
before, so a quarter reported in one figure, in three, or in its last month alone has the same pace, and what is
reported before its due month counts in the actual and not yet in the pace. The pace of a stock is the change between
answers, the first against the baseline; without a baseline the first answer gives no pace, and while nothing was
reported nothing is known to remain.

A sum is forecast over the same units and months: its levels are those of the months that all parts have answered, the
pace is that of the units that go on, and last year's shape is taken where the same units stood in it all the year.

Forecast for the year's end = actual + recent × months left after the latest answer, since the actual is that of its
month and not of one that passed in silence; or by last year's shape (actual × last year's total ÷ last year's amount
by the month of the latest answer) where last year's months exist. Step targets and rates get no forecast, nothing is
shown at month 12, and each missing forecast says why. Difficulty = needed ÷ recent; a recent of 0 comes first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from .answers import Reported
from .facts import Measure
from .periods import due_within, stands_for
from .terms import Frequency, Interpolation

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
    UNIT_ENDED = "unit_ended"
    NOT_REPORTED = "not_reported"
    PARTIAL = "partial"
    NO_PACE = "no_pace"
    NO_TARGET = "no_target"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What lies ahead of one target. Amounts in the unit of measure; ``None`` where there is none.

    ``months_left`` are those after the month that is judged. ``base_month`` is the month of the latest answer, of a sum
    the latest that all parts have answered, from which the forecast goes on. ``difficulty`` is ``None`` where nothing
    remains or no pace is known; ``stalled`` says that something remains and the recent pace is zero or less, which is
    the most difficult of all.
    """

    remaining: Fraction | None = None
    months_left: int = 0
    needed_per_month: Fraction | None = None
    recent_per_month: Fraction | None = None
    forecast: Fraction | None = None
    method: ForecastMethod | None = None
    base_month: int | None = None
    no_forecast: NoForecast | None = None
    difficulty: Fraction | None = None
    stalled: bool = False


def recent_per_month(measure: Measure, levels: Sequence[Reported], opening: Fraction | None) -> Fraction | None:
    """The pace of the last three answers in a due month, in the unit of measure per month.

    Of a flow it is what they brought, over the months that they stand for. Of a stock it is the change of the level
    since the answer in a due month before them, or since ``opening`` at month 0; ``opening`` is ``None`` where no
    baseline was set. ``None`` while no due month was answered, and of a stock where there is nothing to have changed
    from.
    """
    frequency = measure.frequency
    in_due_month = [i for i, level in enumerate(levels) if due_within(frequency, level.from_month, level.month)]
    if not in_due_month:
        return None
    begin = in_due_month[-RECENT_ANSWERS - 1] + 1 if len(in_due_month) > RECENT_ANSWERS else 0
    earlier, recent = levels[:begin], levels[begin : in_due_month[-1] + 1]
    latest = recent[-1]
    if measure.is_flow:
        months = len(months_of(recent, frequency) - months_of(earlier, frequency))
        return (latest.level - (earlier[-1].level if earlier else 0)) / months
    if earlier:
        month_before, level_before = earlier[-1].month, earlier[-1].level
    elif opening is not None:
        month_before, level_before = 0, opening
    else:
        first = levels[in_due_month[0]]
        month_before, level_before = first.month, first.level
    return (latest.level - level_before) / (latest.month - month_before) if latest.month > month_before else None


def months_of(levels: Sequence[Reported], frequency: Frequency) -> set[int]:
    """The months that answers stand for together."""
    return {month for level in levels for month in stands_for(frequency, level.from_month, level.month)}


def outlook(
    measure: Measure,
    interpolation: Interpolation,
    annual_target: Fraction | None,
    levels: Sequence[Reported],
    *,
    opening: Fraction | None,
    month: int,
    last_year: Sequence[Reported] = (),
    counted: Fraction | None = None,
    going_on: Sequence[Reported] | None = None,
) -> Outlook:
    """The outlook of a target at the end of ``month``.

    ``levels`` are its reported levels by then, ``last_year`` those of the same indicator a year before. ``opening`` is
    the level at month 0: 0 of a flow, the baseline of a stock or rate, ``None`` where none was set. ``counted`` is
    the level as completion takes it, silent parts of a sum at their start; ``None`` where the latest level says it.
    ``going_on`` are the levels of those that go on where some units ended, empty where all did: theirs is the pace.
    """
    months_left = MONTHS_OF_YEAR - month
    if months_left <= 0:
        return Outlook(no_forecast=NoForecast.YEAR_ENDED)
    if annual_target is None:
        return Outlook(months_left=months_left, no_forecast=NoForecast.NO_TARGET)
    if going_on is not None and not going_on:
        return Outlook(no_forecast=NoForecast.UNIT_ENDED)
    level = counted
    if level is None:
        level = levels[-1].level if levels else opening
    remaining = None if level is None else max(annual_target - level, Fraction(0))
    needed = None if remaining is None else remaining / months_left
    if measure.is_rate:
        return Outlook(remaining, months_left, no_forecast=NoForecast.RATE)
    recent = recent_per_month(measure, levels if going_on is None else going_on, opening)
    forecast, method, reason = _forecast(measure, interpolation, levels, recent, last_year)
    if reason is NoForecast.NOT_REPORTED and counted is not None:
        reason = NoForecast.PARTIAL
    return Outlook(
        remaining=remaining,
        months_left=months_left,
        needed_per_month=needed,
        recent_per_month=recent,
        forecast=forecast,
        method=method,
        base_month=levels[-1].month if forecast is not None else None,
        no_forecast=reason,
        difficulty=needed / recent if needed is not None and recent is not None and needed > 0 and recent > 0 else None,
        stalled=needed is not None and recent is not None and needed > 0 >= recent,
    )


def _forecast(
    measure: Measure,
    interpolation: Interpolation,
    levels: Sequence[Reported],
    recent: Fraction | None,
    last_year: Sequence[Reported],
) -> tuple[Fraction | None, ForecastMethod | None, NoForecast | None]:
    if interpolation is Interpolation.STEP:
        return None, None, NoForecast.STEP_TARGET
    if not levels:
        return None, None, NoForecast.NOT_REPORTED
    latest = levels[-1]
    if measure.is_flow and last_year and last_year[-1].month == MONTHS_OF_YEAR:
        by_then = [answer.level for answer in last_year if answer.month == latest.month]
        if by_then and by_then[0] > 0:
            return latest.level * last_year[-1].level / by_then[0], ForecastMethod.LAST_YEARS_SHAPE, None
    if recent is None:
        return None, None, NoForecast.NO_PACE
    return latest.level + recent * (MONTHS_OF_YEAR - latest.month), ForecastMethod.RECENT_PACE, None
