"""What about a typed figure is odd enough to be named."""

from decimal import Decimal

import pytest

from targets.calculations.answers import reported
from targets.calculations.oddities import Oddity, oddities

from .builders import CEILING, FLOW, QUARTERLY, RATE, STOCK, F, each, measure, share, total, value

FALLS, UNUSUAL = Oddity.TOTAL_FALLS, Oddity.UNUSUAL_MONTH
FAR_ABOVE, DECIMALS = Oddity.FAR_ABOVE_TARGET, Oddity.TOO_MANY_DECIMALS
BELOW_ZERO, ABOVE_HUNDRED = Oddity.BELOW_ZERO, Oddity.ABOVE_HUNDRED


def of(indicator, *answers, target=None, typed=None, decimals=4):
    """The oddities of the last answer, after those before it."""
    *before, now = reported(indicator, None, answers)
    return oddities(
        indicator,
        before,
        now,
        typed=None if typed is None else Decimal(typed),
        decimals=decimals,
        target=None if target is None else F(target),
    )


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ((total(1, 50), total(2, 50)), ()),
        ((total(1, 50), total(2, "49.9999")), (FALLS,)),
        ((value(1, 10), total(3, 9)), (FALLS,)),
        ((value(1, 10), value(2, -1)), (FALLS,)),  # however it was typed
        ((total(1, -5),), (FALLS, BELOW_ZERO)),
    ],
)
def test_a_running_total_that_falls_is_odd(answers, expected):
    assert of(FLOW, *answers) == expected


def test_a_level_that_falls_is_not():
    assert of(STOCK, value(1, 50), value(2, 40)) == of(RATE, value(1, 50), value(2, 40)) == ()


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (each(10, 30), ()),  # three times is not more than three times
        (each(10, "30.0001"), (UNUSUAL,)),
        (each(10, 20, 30, 61), (UNUSUAL,)),  # usual is (10 + 20 + 30)/3
        (each(10, 20, 30, 60), ()),
        (each(500, 10, 10, 10, 40), (UNUSUAL,)),  # January is past
        (each(100), ()),  # nothing to compare with
        (each(0, 100), ()),
        ((value(1, 10), value(4, 90, since=2)), ()),  # 30 in each of three months
        ((value(1, 10), value(4, 91, since=2)), (UNUSUAL,)),
        ((value(3, 30, since=1), value(4, 31)), (UNUSUAL,)),  # usual is 10 a month
        ((value(1, 10), total(3, 71)), (UNUSUAL,)),  # 61 in two months
    ],
)
def test_a_month_of_more_than_three_times_the_usual_one_is_odd(answers, expected):
    assert of(FLOW, *answers) == expected


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ((value(3, 30), value(6, 90)), ()),  # 10 a month before, 30 a month now
        ((value(3, 30), value(6, 91)), (UNUSUAL,)),
        ((*each(10, 10, 10, 30), value(6, 61)), (UNUSUAL,)),  # 61 in May and June
        ((*each(10, 10, 10, 30), value(6, 60)), ()),
        (each(10, 10, 100), ()),  # no quarter to compare with
    ],
)
def test_the_usual_month_of_a_quarterly_figure_is_a_third_of_its_quarter(answers, expected):
    assert of(QUARTERLY, *answers) == expected


def test_a_stock_has_no_usual_month():
    assert of(STOCK, value(1, 10), value(2, 1000)) == ()


@pytest.mark.parametrize(
    ("indicator", "level", "target", "expected"),
    [
        (FLOW, 200, 100, ()),
        (FLOW, "200.0001", 100, (FAR_ABOVE,)),
        (STOCK, 201, 100, (FAR_ABOVE,)),
        (FLOW, 2, "0.5", (FAR_ABOVE,)),
        (FLOW, 201, None, ()),
        (FLOW, 201, 0, ()),
        (FLOW, 1, -1, ()),
        (CEILING, 201, 100, ()),  # its light says so
        (measure("flow", "monitor"), 201, 100, ()),
        (RATE, 201, 100, (ABOVE_HUNDRED,)),  # 100 % is its bound
    ],
)
def test_a_level_above_twice_the_target_is_odd(indicator, level, target, expected):
    assert of(indicator, value(1, level), target=target) == expected


@pytest.mark.parametrize(
    ("typed", "decimals", "expected"),
    [
        ("12.34", 2, ()),
        ("12.345", 2, (DECIMALS,)),
        ("12.300", 1, ()),  # zeros at the end are no decimals
        ("12.5", 0, (DECIMALS,)),
        ("12", 0, ()),
        ("-0.0001", 4, ()),
        ("-0.0001", 3, (DECIMALS,)),
        (None, 0, ()),
    ],
)
def test_more_decimals_than_the_indicator_has_are_odd(typed, decimals, expected):
    assert of(FLOW, value(1, "0.5"), typed=typed, decimals=decimals) == expected


@pytest.mark.parametrize(
    ("indicator", "level", "target", "expected"),
    [
        (RATE, 100, 90, ()),
        (RATE, "100.0001", 90, (ABOVE_HUNDRED,)),
        (RATE, "100.0001", None, (ABOVE_HUNDRED,)),
        (RATE, 120, 105, ()),  # a growth or a completion, whose target is above 100 % itself
        (RATE, 0, 90, ()),
        (RATE, "-0.0001", 90, (BELOW_ZERO,)),
        (STOCK, 0, 5, ()),
        (STOCK, "-0.0001", 5, (BELOW_ZERO,)),
    ],
)
def test_a_level_beyond_what_it_can_usually_be_is_odd(indicator, level, target, expected):
    assert of(indicator, value(1, level), target=target) == expected


def test_a_fraction_above_one_is_odd():
    assert of(RATE, share(1, 5, 4), target=90) == (ABOVE_HUNDRED,)


def test_a_rate_of_two_numbers_is_not_judged_by_its_decimals():
    assert of(RATE, share(1, 1, 3), decimals=1) == ()


def test_every_oddity_is_named():
    found = of(FLOW, *each(10, 10, 10), value(4, "300.55"), target=100, typed="300.55", decimals=1)
    assert found == (UNUSUAL, FAR_ABOVE, DECIMALS)
