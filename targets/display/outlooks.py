"""What the rest of the year asks of a target, where it leads, and how it compares with last year."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from targets.calculations.comparison import NoComparison, YearOnYear
from targets.calculations.difficulty import Allowance, NoPace, Prospect
from targets.calculations.outlook import ForecastMethod, NoForecast, Outlook
from targets.calculations.periods import MONTHS

from .amounts import amount, pace, pace_decimals, typed_amount, with_unit
from .dates import month, months
from .language import NONE, comma
from .numbers import PERCENT_DECIMALS, decimals_of, number, points, rounded_up


def still_needed(outlook: Outlook | None, indicator: Any) -> str:
    """What remains of the annual target and what that asks for each month, as a sentence; empty where there is none.

    Rounded up: who follows it reaches the target.
    """
    if outlook is None or outlook.remaining is None:
        return ""
    if outlook.remaining == 0:
        return _("The annual target is reached.")
    amount_left = remaining(outlook, indicator)
    if indicator.kind == "rate":
        needed = _("%(points)s percentage points") % {"points": amount_left}
    else:
        needed = with_unit(amount_left, indicator)
    has_pace = outlook.no_forecast not in (NoForecast.RATE, NoForecast.STEP_TARGET)
    if outlook.needed_per_month is None or not has_pace or outlook.months_left == 1:
        return _("%(amount)s still needed this year") % {"amount": needed}
    each = rounded_up(outlook.needed_per_month, pace_decimals(indicator))
    return _("%(amount)s still needed this year, %(pace)s a month") % {
        "amount": needed,
        "pace": number(each, decimals_of(each, indicator.decimals)),
    }


def remaining(outlook: Outlook | None, indicator: Any) -> str:
    """What remains of the annual target, rounded up: never shown as nothing while something remains."""
    if outlook is None or outlook.remaining is None:
        return NONE
    return typed_amount(rounded_up(outlook.remaining, decimals_of(outlook.remaining, indicator.decimals)), indicator)


def needed(value: Fraction | None, indicator: Any) -> str:
    """What is needed each month, rounded up: who follows it reaches the target."""
    return NONE if value is None else pace(rounded_up(value, pace_decimals(indicator)), indicator)


def forecast(outlook: Outlook | None, target: Fraction | None, indicator: Any) -> str:
    """The forecast for the year's end, never shown as reaching a target that it is below."""
    return NONE if outlook is None else amount(outlook.forecast, indicator, never_reach=(target,))


def forecast_method(outlook: Outlook) -> str:
    """How a forecast was made, and from which month where that is not the one that is judged; empty where none was."""
    if outlook.method is None or outlook.base_month is None:
        return ""
    how = {
        ForecastMethod.RECENT_PACE: _("at the pace of the last three due months"),
        ForecastMethod.LAST_YEARS_SHAPE: _("by the course of last year"),
    }[outlook.method]
    if outlook.base_month == MONTHS[-1] - outlook.months_left:
        return how
    since = _("from the figures up to %(month)s") % {"month": month(outlook.base_month)}
    return f"{how}{comma()}{since}"


def forecast_base(method: ForecastMethod) -> str:
    """How a forecast was made, in a word or two for a narrow column; ``forecast_method`` says it in full."""
    return {
        ForecastMethod.RECENT_PACE: _("by the recent pace"),
        ForecastMethod.LAST_YEARS_SHAPE: _("by last year's course"),
    }[method]


def no_forecast(reason: NoForecast) -> str:
    """Why there is no forecast."""
    return {
        NoForecast.YEAR_ENDED: _("The year has ended."),
        NoForecast.STEP_TARGET: _("The target falls due in steps, so a pace says nothing."),
        NoForecast.RATE: _("A rate has no pace that could be carried on."),
        NoForecast.UNIT_ENDED: _("The unit has ended."),
        NoForecast.NOT_REPORTED: _("Nothing was reported yet."),
        NoForecast.PARTIAL: _("Some units have not reported, so the whole is not known."),
        NoForecast.NO_PACE: _("Too few due months were answered to know a pace."),
        NoForecast.NO_TARGET: _("There is no annual target."),
    }[reason]


def no_pace(reason: NoForecast | NoPace) -> str:
    """Why there is no pace or no forecast."""
    if isinstance(reason, NoForecast):
        return no_forecast(reason)
    return {
        NoPace.CEILING: _("A ceiling is kept to, not reached."),
        NoPace.NOT_APPLICABLE: _("It did not apply in any month so far."),
    }[reason]


def shortfall(outlook: Outlook | None, target: Fraction | None, indicator: Any) -> str:
    """By how much the forecast misses the annual target, as a phrase; empty where it does not."""
    if outlook is None or outlook.forecast is None or target is None or outlook.forecast >= target:
        return ""
    text = amount(rounded_up(target - outlook.forecast, indicator.decimals), indicator)
    return _("%(amount)s short of the target") % {"amount": text}


def difficulty(outlook: Outlook | None) -> str:
    """Needed ÷ recent in times, never shown as a pace that is enough where it is not, nor the other way round."""
    if outlook is None or outlook.difficulty is None:
        return NONE
    if outlook.difficulty > 99:
        return _(">99×")
    if outlook.difficulty < Fraction(1, 10):
        return _("<0.1×")
    bounds = (Fraction(1),)
    times = number(outlook.difficulty, 1, never_reach=bounds, never_within=bounds)
    return _("%(number)s×") % {"number": times}


def prospect(value: Prospect) -> str:
    """What the rest of the year asks of a target, in a word or two."""
    return {
        Prospect.STALLED: _("Stalled"),
        Prospect.FASTER: _("Has to go faster"),
        Prospect.STEADY: _("Recent pace is enough"),
        Prospect.NO_PACE: _("Pace says nothing"),
        Prospect.FINISHED: _("Finished"),
    }[value]


def allowance(value: Allowance, indicator: Any) -> str:
    """What is left of a ceiling, or by how much the actual lies above it."""
    if value.left is None:
        return NONE
    decimals = decimals_of(value.left, indicator.decimals)
    if value.left >= 0:
        return number(value.left, decimals)
    return _("%(amount)s above the ceiling") % {"amount": number(rounded_up(-value.left, decimals), decimals)}


def no_growth(reason: NoComparison) -> str:
    """Why there is no year on year."""
    return {
        NoComparison.NO_LAST_YEAR: _("There are no figures of last year."),
        NoComparison.OTHER_NATURE: _("Last year it was counted otherwise or in another unit of measure."),
        NoComparison.OTHER_UNITS: _("Last year other units reported it."),
        NoComparison.NO_COMMON_MONTH: _("No month was answered in both years by every unit."),
        NoComparison.NO_BASE: _("Last year's figure is not above 0."),
    }[reason]


def comparison_note(comparison: YearOnYear, indicator: Any, cut_off: int) -> str:
    """What must be known of a year on year: that it was published, of which months it is, or why there is none."""
    if comparison.is_official:
        return _("official")
    if comparison.reason is not None:
        return no_growth(comparison.reason)
    is_flow = indicator.accumulation == "flow"
    usual = tuple(range(1, cut_off + 1)) if is_flow else (cut_off,)
    return "" if comparison.months == usual else months(comparison.months)


def growth(comparison: YearOnYear, indicator: Any) -> str:
    """同比 with its sign: in percent, of a rate in percentage points."""
    if comparison.change is None:
        return NONE
    if indicator.kind == "rate":
        return points(comparison.change)
    return f"{number(comparison.change * 100, PERCENT_DECIMALS, signed=True)}%"


def official_growth(entry: Any) -> str:
    """What an entry says of the published growth; empty where it says nothing, and of no entry."""
    value = getattr(entry, "official_growth", None)
    return _("Official growth rate %(rate)s") % {"rate": growth_rate(value)} if value is not None else ""


def growth_rate(value: Decimal) -> str:
    """An official growth rate, stored in percent, as it was typed."""
    return f"{number(value, decimals_of(value, 1), signed=True)}%"
