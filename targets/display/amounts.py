"""Amounts of an indicator: in its decimals, with or without its unit of measure."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import pgettext

from targets.calculations.terms import Direction

from .language import NONE, localized
from .numbers import Amount, decimals_of, number


def unit_of_measure(indicator: Any) -> str:
    return localized(indicator, "unit_of_measure")


def with_unit(text: str, indicator: Any) -> str:
    """A printed amount with the unit of measure."""
    if text == NONE:
        return text
    unit = unit_of_measure(indicator)
    if unit in ("%", "‰", ""):
        return text + unit
    return pgettext("amount and unit of measure", "%(amount)s %(unit)s") % {"amount": text, "unit": unit}


def approximate(text: str, approximation: str) -> str:
    """An amount as its document words it: 2500余, 近7000."""
    if approximation == "over":
        return pgettext("approximate amount", "over %(amount)s") % {"amount": text}
    if approximation == "nearly":
        return pgettext("approximate amount", "nearly %(amount)s") % {"amount": text}
    return text


def amount(
    value: Amount | None, indicator: Any, *, signed: bool = False, never_reach: Iterable[Amount | None] = ()
) -> str:
    """An amount in the indicator's decimals, without its unit of measure (it stands in the heading or beside).

    Below a bound of ``never_reach`` it is never shown as reaching it, nor above a ceiling as staying within.
    """
    bounds = tuple(never_reach)
    ceilings = bounds if indicator.direction == Direction.AT_MOST else ()
    return number(value, indicator.decimals, signed=signed, never_reach=bounds, never_within=ceilings)


def typed_amount(value: Amount | None, indicator: Any) -> str:
    """A figure as it was typed or set: with all the decimals it has."""
    return number(value, decimals_of(value, indicator.decimals))


def worded_amount(value: Amount | None, indicator: Any, approximation: str) -> str:
    """A target as its document words it, with all the decimals it has: 2500余."""
    text = typed_amount(value, indicator)
    return text if value is None else approximate(text, approximation)


def pace_decimals(indicator: Any) -> int:
    """How finely an amount a month is told: one decimal more than the amount, as long as that makes two at most."""
    return max(indicator.decimals, min(indicator.decimals + 1, 2))


def pace(value: Amount | None, indicator: Any) -> str:
    """An amount per month, which falls between counts."""
    return number(value, pace_decimals(indicator))
