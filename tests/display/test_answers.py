"""Entries as they were typed, and what is odd about them."""

from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest

from targets import display
from targets.calculations.oddities import Odd, Oddity

from .builders import indicator


@pytest.mark.parametrize(
    ("values", "accumulation", "text"),
    [
        ({"answer": "value", "value": Decimal("3.7000")}, "flow", "3.70"),
        ({"answer": "value", "value": Decimal("0")}, "flow", "0.00"),
        ({"answer": "value", "value": Decimal("3.7"), "typed_as": "cumulative"}, "flow", "3.70 (running total)"),
        ({"answer": "value", "value": Decimal("2500"), "approximation": "over"}, "stock", "over 2500.00"),
        ({"answer": "value", "numerator": Decimal("3"), "denominator": Decimal("4")}, "latest", "3.00/4.00"),
        ({"answer": "no_change"}, "flow", "Nothing new"),
        ({"answer": "no_change"}, "stock", "No change"),
        ({"answer": "not_applicable"}, "flow", "Not applicable"),
    ],
)
def test_an_answer_reads_as_it_was_typed(values, accumulation, text):
    blank = {"typed_as": "month", "value": None, "numerator": None, "denominator": None, "approximation": ""}
    entry = SimpleNamespace(
        target=SimpleNamespace(indicator=indicator(accumulation=accumulation)), **{**blank, **values}
    )
    assert display.answer(entry) == text


@pytest.mark.parametrize(
    ("kind", "figure", "against", "decimals", "text"),
    [
        (Oddity.TOTAL_FALLS, 3, 5, 1, "The running total falls from 5.0 km to 3.0 km."),
        # (3 + 3.2 + 3.4)/3 is 3.2; a mean of months has one decimal more than the indicator.
        (Oddity.UNUSUAL_MONTH, 12, "3.2", 0, "12 km in a month: more than three times the usual 3.2 km."),
        (Oddity.LEVEL_JUMPS, 2500, 5, 0, "It jumps from 5 km to 2500 km: more than three times as much."),
        (Oddity.LEVEL_COLLAPSES, 5, 2500, 0, "It collapses from 2500 km to 5 km: less than a third."),
        (Oddity.FAR_ABOVE_TARGET, 301, 150, 0, "301 km is more than twice the target of the period, 150 km."),
        (Oddity.TOO_MANY_DECIMALS, "12.345", 2, 2, "12.345 has more decimals than this indicator (2)."),
        (Oddity.BELOW_ZERO, -4, 0, 0, "−4 km is below zero."),
    ],
)
def test_an_oddity_names_its_figures(kind, figure, against, decimals, text):
    odd = Odd(kind, Fraction(figure), Fraction(against))
    assert display.oddity(odd, indicator(decimals, "千米", "km")) == text


def test_a_percentage_that_is_odd_is_never_rounded_to_one_that_is_not():
    rate = indicator(1, "%", "%", accumulation="latest")
    # 3001/3000 is 100.0333… %, −1/3000 is −0.0333… %.
    above = Odd(Oddity.ABOVE_HUNDRED, Fraction(3001, 30), Fraction(100))
    below = Odd(Oddity.BELOW_ZERO, Fraction(-1, 30), Fraction(0))
    assert display.oddity(above, rate) == "100.1% is above 100%."
    assert display.oddity(below, rate) == "−0.1% is below zero."
