"""Numbers and percentages: rounded once, half up, and never up to a bound that is not reached."""

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from targets import display

from .builders import indicator


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("0.5", 0, "1"),  # half up, not to the even neighbour
        ("2.5", 0, "3"),
        ("1.5", 0, "2"),
        ("0.49", 0, "0"),
        ("-0.5", 0, "−1"),  # half away from zero
        ("-0.4", 0, "0"),  # no minus before a zero
        ("1.005", 2, "1.01"),  # exact, where a float would hold 1.00499…
        ("2.675", 2, "2.68"),
        ("0.00005", 4, "0.0001"),
        ("99999999999.9999", 4, "99,999,999,999.9999"),
        ("99999999999.9999", 0, "100,000,000,000"),
    ],
)
def test_rounding_is_half_up_and_exact(value, decimals, text):
    assert display.number(Fraction(value), decimals) == text
    assert display.number(Decimal(value), decimals) == text


def test_a_third_is_rounded_only_when_it_is_printed():
    # 1 ÷ 3 × 3 is 1 again; 2 ÷ 3 = 0.666…, so 0.67.
    assert display.number(Fraction(1, 3) * 3, 2) == "1.00"
    assert display.number(Fraction(2, 3), 2) == "0.67"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1000"),
        (9999, "9999"),
        (10000, "10,000"),
        (1234567, "1,234,567"),
        (-10000, "−10,000"),
    ],
)
def test_digits_are_grouped_from_five_on(value, text):
    assert display.number(value) == text


def test_what_rounds_to_five_digits_is_grouped():
    assert display.number(Fraction("9999.995"), 2) == "10,000.00"


def test_nothing_is_a_dash_and_zero_is_zero():
    assert display.number(None) == "—"
    assert display.number(0) == "0"
    assert display.number(Decimal("0.00"), 2) == "0.00"
    assert display.percent(None) == "—"
    assert display.percent(Fraction(0)) == "0.0%"
    assert display.amount(None, indicator()) == "—"
    assert display.with_unit(display.amount(None, indicator()), indicator()) == "—"
    assert display.points(None) == "—"
    assert display.day(None) == "—"
    assert display.moment(None) == "—"


def as_defined(value, decimals, never_reach, never_within):
    """Half up by the definition, away from bounds, in fractions throughout."""
    exact, unit = Fraction(value), Fraction(1, 10**decimals)
    steps = floor(abs(exact) / unit + Fraction(1, 2)) * (-1 if exact < 0 else 1)
    for bound in never_reach:
        if bound is not None and exact < Fraction(bound) <= steps * unit:
            steps = floor(exact / unit)
    for bound in never_within:
        if bound is not None and steps * unit <= Fraction(bound) < exact:
            steps = ceil(exact / unit)
    return steps * unit


FRACTIONS = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6)


AMOUNTS = FRACTIONS | st.decimals(-(10**6), 10**6, places=4) | st.integers(-(10**12), 10**12)


NEAR = st.sampled_from([Fraction(0), Fraction(1, 200), Fraction(-1, 200), Fraction(1, 1000), Fraction(-1, 1000)])


@given(
    value=AMOUNTS,
    decimals=st.integers(0, 4),
    offsets=st.lists(NEAR, max_size=2),
    others=st.lists(AMOUNTS | st.none(), max_size=1),
)
def test_rounding_is_the_definition_for_any_number_and_any_bound(value, decimals, offsets, others):
    # Bounds close by are what matters: those far away never do anything.
    bounds = [*(Fraction(value) + offset for offset in offsets), *others]
    reach, within = bounds[::2], bounds[1::2]
    found = display.rounded(value, decimals, reach, within)
    assert Fraction(found) == as_defined(value, decimals, reach, within)
    assert found.as_tuple().exponent == -decimals


@given(value=AMOUNTS, at_least=st.integers(0, 4))
def test_the_decimals_of_an_amount_are_the_fewest_that_show_it_whole(value, at_least):
    enough = [decimals for decimals in range(at_least, 5) if (Fraction(value) * 10**decimals).denominator == 1]
    assert display.decimals_of(value, at_least) == (enough[0] if enough else at_least)


@pytest.mark.parametrize(("value", "text"), [(2, "+2"), (0, "0"), (-2, "−2"), (Fraction("-0.2"), "0")])
def test_a_sign_stands_before_a_difference(value, text):
    assert display.number(value, signed=True) == text


@pytest.mark.parametrize(
    ("actual", "bound", "decimals", "text"),
    [
        ("7.996", 8, 2, "7.99"),  # rounded it would be 8.00
        ("7.994", 8, 2, "7.99"),
        ("8", 8, 2, "8.00"),
        ("8.004", 8, 2, "8.00"),
        ("7.6", 8, 0, "7"),
        ("-0.4", 0, 0, "−1"),
        ("7.996", 9, 2, "8.00"),  # 8 is no bound here
    ],
)
def test_an_amount_below_a_bound_never_looks_as_if_it_reached_it(actual, bound, decimals, text):
    assert display.number(Fraction(actual), decimals, never_reach=(bound, None)) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [("-0.0001", "<0"), ("-5", "<0"), ("0", "0.0%"), ("9.99", "999.0%"), ("9.9901", ">999%"), ("1000000", ">999%")],
)
def test_a_ratio_is_bounded_at_both_ends(ratio, text):
    assert display.percent(Fraction(ratio)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1.25", "+1.3 percentage points"),
        ("-30", "−30.0 percentage points"),
        ("0", "0.0 percentage points"),
    ],
)
def test_points_carry_sign_and_name(value, text):
    assert display.points(Fraction(value)) == text


def test_points_below_a_threshold_never_look_as_if_they_reached_it():
    # −0.04 points are slightly behind, 0 points on schedule.
    assert display.points(Fraction("-0.04"), (0,)) == "−0.1 percentage points"
    assert display.points(Fraction("9.96"), (0, 10)) == "+9.9 percentage points"


def test_a_count_of_indicators_has_singular_and_plural():
    assert [display.count_of_indicators(count) for count in (0, 1, 2)] == [
        "0 indicators",
        "1 indicator",
        "2 indicators",
    ]
