"""How an indicator stands: actual, completion and schedule ratio, and the gap to schedule."""

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from targets.calculations.facts import Thresholds
from targets.calculations.rollup import Standing
from targets.calculations.terms import Status

from .amounts import amount, approximate, with_unit, worded_amount
from .dates import missing, not_reported
from .language import NONE, bracketed, joined, name
from .numbers import number, percent, rounded


def actual(standing: Standing, indicator: Any) -> str:
    """What was done, never shown as reaching a target or an expectation that it is below, or within a ceiling."""
    return amount(standing.actual, indicator, never_reach=(standing.target, standing.expected))


def reported(row: Any) -> str:
    """The actual of a row as it was reported: 30余, 近7000. Pages, labels of charts, files and papers tell it so."""
    text = actual(row.standing, row.indicator)
    return text if text == NONE else approximate(text, row.reported_as)


def units_in_short(row: Any) -> str:
    """Who reports: by name where they are few. A sum over all villages would fill the page."""
    if row.unit_count and not row.named_units:
        return ngettext("%(count)d unit", "%(count)d units", row.unit_count) % {"count": row.unit_count}
    return joined(name(unit) for unit in row.named_units)


def owed(row: Any, owing: Any) -> str:
    """What a unit owes of a row: months missing 缺6月, or not reported 未报 where nothing that is expected came."""
    is_silent = row.status is Status.NOT_REPORTED or owing.is_silent
    return not_reported(owing.months) if is_silent else missing(owing.months)


def target(row: Any) -> str:
    """The target of a row as its document words it."""
    return worded_amount(row.standing.target, row.indicator, row.approximation)


def partial() -> str:
    """What a level is called that leaves out answers which were due."""
    return _("incomplete")


def marked_partial(text: str, *, is_partial: bool) -> str:
    """A printed level, and that it is incomplete where it leaves out answers which were due."""
    if not is_partial or text == NONE:
        return text
    return bracketed(text, partial())


def completion(standing: Standing, thresholds: Thresholds) -> str:
    """完成率, never shown as 100 % below it."""
    return percent(standing.completion, (Fraction(1), thresholds.exceeded_ratio))


def schedule_ratio(standing: Standing, thresholds: Thresholds) -> str:
    """序时完成率, never shown as reaching a threshold that it is below."""
    bounds = (thresholds.slightly_behind_ratio, thresholds.on_schedule_ratio, thresholds.ahead_ratio)
    return percent(standing.schedule_ratio, bounds)


def mean_percent(ratio: Fraction | None) -> str:
    """The mean of a section or of the whole, never shown as 100 % below it."""
    return percent(ratio, (Fraction(1),))


def gap(standing: Standing, indicator: Any) -> str:
    """与序时差距 with its sign, in the indicator's decimals; a shortfall is never shown as 0."""
    if standing.gap is None:
        return NONE
    decimals = indicator.decimals
    while decimals < 4 and standing.gap != 0 and rounded(standing.gap, decimals) == 0:
        decimals += 1
    return number(standing.gap, decimals, signed=True, never_reach=(0,))


def gap_with_unit(standing: Standing, indicator: Any) -> str:
    """与序时差距 with its unit of measure; between two rates it is percentage points, never percent."""
    text = gap(standing, indicator)
    if indicator.kind == "rate" and text != NONE:
        return _("%(points)s percentage points") % {"points": text}
    return with_unit(text, indicator)


def gap_to_schedule(standing: Standing | None, indicator: Any) -> str:
    """与序时差距 as a phrase beside a light; empty where there is none."""
    if standing is None or standing.gap is None:
        return ""
    return _("%(gap)s against schedule") % {"gap": gap_with_unit(standing, indicator)}
