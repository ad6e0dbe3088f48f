"""Actual, completion, schedule ratio and gap: never printed as if a bound were reached that is not."""

from fractions import Fraction

import pytest

from targets import display
from targets.calculations.facts import Thresholds

from .builders import THRESHOLDS, indicator, standing


def test_an_actual_never_looks_as_if_it_reached_target_or_expectation():
    below_target = standing(actual=Fraction("7.996"), target=Fraction(8), expected=Fraction(4))
    below_expected = standing(actual=Fraction("3.999"), target=Fraction(8), expected=Fraction(4))
    assert display.actual(below_target, indicator()) == "7.99"
    assert display.actual(below_expected, indicator()) == "3.99"
    assert display.actual(standing(actual=Fraction(0)), indicator()) == "0.00"
    assert display.actual(standing(), indicator()) == "—"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("8.004", 2, "8.01"),  # rounded it would be 8.00, within a ceiling of 8
        ("8.006", 2, "8.01"),
        ("8", 2, "8.00"),
        ("7.994", 2, "7.99"),
        ("8.4", 0, "9"),
        ("4.004", 2, "4.01"),  # above the allowance
        ("9.004", 2, "9.00"),  # 9 is no bound here
    ],
)
def test_an_exceeded_ceiling_never_looks_as_if_it_was_kept(value, decimals, text):
    found = standing(actual=Fraction(value), target=Fraction(8), expected=Fraction(4))
    assert display.actual(found, indicator(decimals, direction="at_most")) == text


def test_a_ceiling_below_zero_is_a_bound_as_well():
    found = standing(actual=Fraction("-0.4"), target=Fraction(-1), expected=Fraction(-1))
    assert display.actual(found, indicator(0, direction="at_most")) == "0"  # −1 would be within
    found = standing(actual=Fraction("-0.6"), target=Fraction(-1), expected=Fraction(-1))
    assert display.actual(found, indicator(0, direction="at_most")) == "0"


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        ("0.7996", "79.9%"),  # below 80 %: slightly behind begins there
        ("0.8", "80.0%"),
        ("0.9999", "99.9%"),  # below 100 %
        ("1", "100.0%"),
        ("1.0996", "109.9%"),  # below 110 %
        ("1.1", "110.0%"),
        ("0.7928625", "79.3%"),
        ("0.50049", "50.0%"),
        ("0.5005", "50.1%"),
    ],
)
def test_a_schedule_ratio_never_looks_as_if_it_reached_a_threshold_above_it(ratio, text):
    assert display.schedule_ratio(standing(schedule_ratio=Fraction(ratio)), THRESHOLDS) == text


@pytest.mark.parametrize(("ratio", "text"), [("0.99999", "99.9%"), ("1", "100.0%"), ("1.09999", "109.9%")])
def test_a_completion_never_looks_as_if_the_target_was_reached(ratio, text):
    assert display.completion(standing(completion=Fraction(ratio)), THRESHOLDS) == text


def test_other_thresholds_of_a_year_are_bounds_as_well():
    strict = Thresholds(slightly_behind_ratio=Fraction(90, 100))
    below = standing(schedule_ratio=Fraction("0.89999"))
    assert display.schedule_ratio(below, strict) == "89.9%"
    assert display.schedule_ratio(below, THRESHOLDS) == "90.0%"


@pytest.mark.parametrize(
    ("gap", "decimals", "text"),
    [
        ("-165.71", 2, "−165.71"),
        ("1.6", 2, "+1.60"),
        ("0", 2, "0.00"),
        ("-0.4", 0, "−0.4"),  # a decimal more rather than 0
        ("-0.04", 0, "−0.04"),
        ("-0.0004", 2, "−0.0004"),
        ("-1/30000", 2, "−0.0001"),  # a shortfall of 0.00003
        ("-1/30000000", 0, "−0.0001"),
        ("0.3", 0, "+0.3"),
    ],
)
def test_a_shortfall_is_never_printed_as_zero(gap, decimals, text):
    assert display.gap(standing(gap=Fraction(gap)), indicator(decimals)) == text


def test_no_gap_is_a_dash():
    assert display.gap(standing(), indicator()) == "—"


def test_a_gap_to_schedule_is_a_phrase_or_nothing():
    found = standing(actual=Fraction(1), expected=Fraction(3), gap=Fraction(-2))
    assert display.gap_to_schedule(found, indicator(1, "千米", "km")) == "−2.0 km against schedule"
    assert display.gap_to_schedule(standing(), indicator()) == display.gap_to_schedule(None, indicator()) == ""
