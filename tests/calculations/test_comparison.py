"""Year on year (rule 3.6)."""

from decimal import Decimal

import pytest

from targets.calculations import comparison
from targets.calculations.answers import reported
from targets.calculations.comparison import Course, NoComparison, YearOnYear, conversion, scaled, year_on_year

from .builders import (
    CEILING,
    FLOW,
    RATE,
    RATE_CEILING,
    STOCK,
    TASK,
    F,
    each,
    no_change,
    not_applicable,
    share,
    total,
    value,
)

NO_LAST_YEAR, NO_COMMON_MONTH, NO_BASE = (
    NoComparison.NO_LAST_YEAR,
    NoComparison.NO_COMMON_MONTH,
    NoComparison.NO_BASE,
)


def compare(indicator, this, last, baseline=None):
    return year_on_year(indicator, reported(indicator, baseline, this), reported(indicator, baseline, last))


@pytest.mark.parametrize(
    ("this", "last", "amounts", "months", "change"),
    [
        (each(10, 20), each(8, 16), (30, 24), (1, 2), F(1, 4)),  # 6/24
        (each(10, 20), each(20, 20), (30, 40), (1, 2), F(-1, 4)),
        (each(10, 20), each(10, 20), (30, 30), (1, 2), 0),
        (each(1), each("0.5"), (1, F(1, 2)), (1,), 1),  # a small base is one
        (each(0), each(8), (0, 8), (1,), -1),  # a reported zero is compared
        ((value(1, 10), no_change(2)), each(10, 10), (10, 20), (1, 2), F(-1, 2)),
        # Over the months answered in both.
        (each(10, 20, 30), each(8, None, 32), (40, 40), (1, 3), 0),
        (each(10, None, 30), each(8, 99, 32), (40, 40), (1, 3), 0),
        (each(10, 20), each(*[5] * 12), (30, 10), (1, 2), 2),
        ((value(1, 10), not_applicable(2)), each(5, 50), (10, 5), (1,), 1),
        # Runs and months that cover the same.
        ((value(3, 60, since=1),), each(10, 20, 20), (60, 50), (1, 2, 3), F(1, 5)),
        (each(10, 20, 20), (value(3, 40, since=1),), (50, 40), (1, 2, 3), F(1, 4)),
        # 10 + 30 against 20 + 15: the runs differ, what they cover together does not.
        ((value(1, 10), value(3, 30, since=2)), (value(2, 20, since=1), value(3, 15)), (40, 35), (1, 2, 3), F(1, 7)),
        # The second quarter of this year has not ended.
        (
            (value(3, 60, since=1), value(4, 9)),
            (value(3, 50, since=1), value(6, 50, since=4)),
            (60, 50),
            (1, 2, 3),
            F(1, 5),
        ),
        # Typed totals.
        ((total(2, 30),), each(10, 15), (30, 25), (1, 2), F(1, 5)),
        ((value(1, 10), total(2, 30)), each(None, 10), (20, 10), (2,), 1),  # 30 − 10 in February
        ((value(1, 10), total(4, 50)), each(5, 5, 5, 5), (50, 20), (1, 2, 3, 4), F(3, 2)),
        ((total(1, 50), total(2, 40)), each(None, 5), (-10, 5), (2,), -3),  # a total that fell
    ],
)
def test_flows_are_compared_over_the_months_answered_in_both_years(this, last, amounts, months, change):
    now, then = amounts
    assert compare(FLOW, this, last) == YearOnYear(now, then, months, change)


@pytest.mark.parametrize(
    ("this", "last", "reason"),
    [
        ((), each(1, 2), NO_COMMON_MONTH),
        (each(1, 2), (), NO_LAST_YEAR),  # a base that is missing
        (each(1, None), each(None, 2), NO_COMMON_MONTH),
        (each(1, 2), (value(3, 6, since=1),), NO_COMMON_MONTH),  # a run is never split
        # Each run reaches into a month that the other year has not answered.
        ((value(1, 1), value(3, 2, since=2)), (value(2, 2, since=1),), NO_COMMON_MONTH),
        ((not_applicable(1),), each(5), NO_COMMON_MONTH),
    ],
)
def test_without_a_month_answered_in_both_years_nothing_is_compared(this, last, reason):
    assert compare(FLOW, this, last) == YearOnYear(reason=reason)


@pytest.mark.parametrize("base", [(0,), (-8,), (5, -5), (5, -6)])
def test_a_base_of_zero_or_less_gives_no_growth(base):
    found = compare(FLOW, each(*[10] * len(base)), each(*base))
    assert (found.this, found.last, found.change) == (10 * len(base), sum(base), None)
    assert found.reason is NO_BASE


def test_correcting_a_month_changes_the_comparison_but_not_a_typed_total():
    last = each(10, 10, 10, 10)
    assert compare(FLOW, (*each(10, 10, 10), total(4, 50)), last).this == 50
    assert compare(FLOW, (*each(10, 10, 30), total(4, 50)), last).this == 50


@pytest.mark.parametrize(
    ("this", "last", "expected"),
    [
        (each(100, 110), each(90, 100), YearOnYear(F(110), F(100), (2,), F(1, 10))),
        (each(100, 90), each(90, 100), YearOnYear(F(90), F(100), (2,), F(-1, 10))),
        # The latest month answered in both: March of the two.
        (each(100, 110, 120, 130), each(90, None, 100, None, 140), YearOnYear(F(120), F(100), (3,), F(1, 5))),
        ((value(3, 120, since=1),), each(90, 95, 100), YearOnYear(F(120), F(100), (3,), F(1, 5))),
        (each(1), each("0.5"), YearOnYear(F(1), F(1, 2), (1,), F(1))),
        (each(100), each(0), YearOnYear(F(100), F(0), (1,), reason=NO_BASE)),
        (each(100), each(-5), YearOnYear(F(100), F(-5), (1,), reason=NO_BASE)),
        (each(0), each(50), YearOnYear(F(0), F(50), (1,), F(-1))),
        (each(100), each(None, 50), YearOnYear(reason=NO_COMMON_MONTH)),
        (each(100), (), YearOnYear(reason=NO_LAST_YEAR)),
    ],
)
def test_stocks_are_compared_at_the_latest_month_answered_in_both_years(this, last, expected):
    assert compare(STOCK, this, last) == expected


def test_a_stock_with_no_change_is_compared_at_its_level():
    assert compare(STOCK, (no_change(1),), each(80), Decimal(100)) == YearOnYear(F(100), F(80), (1,), F(1, 4))


@pytest.mark.parametrize(
    ("this", "last", "change"),
    [
        ((value(6, "92.5"),), (value(6, 90),), F(5, 2)),
        ((value(6, 90),), (value(6, "92.5"),), F(-5, 2)),
        ((share(6, 3, 4),), (share(6, 1, 2),), 25),  # 75 % − 50 %, not 50 % more
        ((value(6, -2),), (value(6, 3),), -5),
        ((value(6, 90),), (value(5, 80),), None),
        ((share(6, 0, 0),), (value(6, 80),), None),
    ],
)
def test_rates_differ_by_percentage_points(this, last, change):
    assert compare(RATE, this, last).change == change


@pytest.mark.parametrize(
    ("indicator", "official", "change"),
    [
        (FLOW, "6.5", F("0.065")),  # entered in percent
        (FLOW, "-2", F("-0.02")),
        (FLOW, "0", 0),  # an official standstill is no missing one
        (STOCK, "6.5", F("0.065")),
        (RATE, "1.5", F(3, 2)),  # entered in percentage points
    ],
)
def test_an_official_growth_rate_stands_instead_of_the_computed_one(indicator, official, change):
    this, last = (reported(indicator, None, each(amount)) for amount in (60, 40))
    found = year_on_year(indicator, this, last, official=Decimal(official))
    assert found == YearOnYear(F(60), F(40), (1,), change, is_official=True)


def test_an_official_growth_rate_stands_where_none_can_be_computed():
    found = year_on_year(FLOW, reported(FLOW, None, each(60)), (), official=Decimal(5))
    assert (found.last, found.change, found.is_official) == (None, F(1, 20), True)


def test_a_computed_growth_is_not_called_official():
    assert not compare(FLOW, each(60), each(40)).is_official


# --- sums: the same units and months in both years ------------------------------------------------


def lines(indicator, **units):
    """Answers by unit; with ``(answers, first, last)`` those of a unit that is there from one month to another."""
    found: dict[str, list[Course]] = {}
    for name, given in units.items():
        given, first, last = given if len(given) == 3 and isinstance(given[1], int) else (given, 1, 12)
        line = name.rstrip("2")  # W2 goes on with what W did
        there = range(first, last + 1)
        found.setdefault(line, []).append(Course(reported(indicator, None, given, there), there))
    return found


TEN, TWELVE = each(*[10] * 12), each(*[12] * 12)


@pytest.mark.parametrize(
    ("this", "last", "amounts", "months", "change", "reason"),
    [
        # 2 × 6 × 12 against 2 × 6 × 10.
        ({"E": TWELVE[:6], "W": TWELVE[:6]}, {"E": TEN, "W": TEN}, (144, 120), 6, F(1, 5), None),
        # W owes June: May is the last month of both, in both years.
        ({"E": TWELVE[:6], "W": TWELVE[:5]}, {"E": TEN, "W": TEN}, (120, 100), 5, F(1, 5), None),
        ({"E": TWELVE[:6], "W": TWELVE[:6]}, {"E": TEN, "W": TEN[:3]}, (72, 60), 3, F(1, 5), None),
        # W is silent: East alone is not the township.
        ({"E": TWELVE[:6], "W": ()}, {"E": TEN, "W": TEN}, (None, None), 0, None, NO_COMMON_MONTH),
        ({"E": TWELVE[:6]}, {"E": TEN, "W": TEN}, (None, None), 0, None, NoComparison.OTHER_UNITS),
        ({"E": TWELVE[:6], "N": TWELVE[:6]}, {"E": TEN}, (None, None), 0, None, NoComparison.OTHER_UNITS),
        # W ended in June and nobody carries it on: July to December have no counterpart.
        ({"E": TWELVE, "W": (TWELVE[:6], 1, 6)}, {"E": TEN, "W": TEN}, (144, 120), 6, F(1, 5), None),
        # W2 carries it on from July.
        (
            {"E": TWELVE[:9], "W": (TWELVE[:6], 1, 6), "W2": (TWELVE[6:9], 7, 12)},
            {"E": TEN, "W": TEN},
            (216, 180),
            9,
            F(1, 5),
            None,
        ),
        ({"W": (TWELVE[:6], 1, 6), "W2": ((), 7, 12)}, {"W": TEN}, (72, 60), 6, F(1, 5), None),
        # A run of one of them is split for none.
        (
            {"E": TWELVE[:6], "W": (value(6, 72, since=1),)},
            {"E": TEN, "W": TEN[:5]},
            (None, None),
            0,
            None,
            NO_COMMON_MONTH,
        ),
    ],
)
def test_a_sum_is_compared_over_the_same_units_and_months(this, last, amounts, months, change, reason):
    found = comparison.compare(FLOW, lines(FLOW, **this), lines(FLOW, **last))
    assert (found.this, found.last) == amounts
    assert (found.months, found.change, found.reason) == (tuple(range(1, months + 1)), change, reason)


def test_a_sum_of_stocks_is_compared_at_the_latest_month_of_all():
    found = comparison.compare(
        STOCK, lines(STOCK, E=each(100, 110, 120), W=each(50, 60)), lines(STOCK, E=each(90, 100), W=each(40, 50, 60))
    )
    assert found == YearOnYear(F(170), F(150), (2,), F(2, 15))  # (110 + 60) against (100 + 50)


def test_a_sum_of_stocks_after_a_merger_is_compared_with_both_before():
    # East reports both from July on: 330 against 200 + 100.
    east = Course(reported(STOCK, None, (value(7, 330),)))
    west = Course(reported(STOCK, None, (value(6, 110),)), range(1, 7))
    last = [Course(reported(STOCK, None, (value(7, amount),))) for amount in (200, 100)]
    assert comparison.compare(STOCK, {"E": [east, west]}, {"E": last}) == YearOnYear(F(330), F(300), (7,), F(1, 10))


def test_a_sum_of_rates_is_compared_by_numerators_over_denominators():
    # 45/50 and 180/250: 225/300 = 75 %; 40/50 and 170/250: 210/300 = 70 %.
    this = lines(RATE, A=(share(6, 45, 50),), B=(share(6, 180, 250),))
    last = lines(RATE, A=(share(6, 40, 50),), B=(share(6, 170, 250),))
    assert comparison.compare(RATE, this, last) == YearOnYear(F(75), F(70), (6,), F(5))
    bare = lines(RATE, A=(value(6, 80),), B=(share(6, 170, 250),))
    assert comparison.compare(RATE, this, bare).reason is NO_COMMON_MONTH


# --- across a successor ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "times"),
    [
        ((FLOW, "元"), (FLOW, "万元"), F(1, 10_000)),
        ((FLOW, "亿元"), (FLOW, "万元"), 10_000),
        ((FLOW, "米"), (FLOW, "公里"), F(1, 1_000)),
        ((STOCK, "公顷"), (STOCK, "亩"), 15),
        ((FLOW, "公斤"), (FLOW, "吨"), F(1, 1_000)),
        ((FLOW, "万人次"), (FLOW, "人次"), 10_000),
        ((FLOW, "万元"), (FLOW, "万元"), 1),
        ((FLOW, "千米"), (CEILING, "公里"), 1),  # the direction says nothing about the amounts
        ((FLOW, "户"), (FLOW, "户次"), None),
        ((FLOW, "人"), (FLOW, "万元"), None),
        ((FLOW, "万元"), (STOCK, "万元"), None),
        ((FLOW, "%"), (RATE, "%"), None),
        ((RATE, "%"), (RATE_CEILING, "%"), 1),
        ((RATE, "‰"), (RATE, "%"), None),  # both are kept in percent
        ((TASK, ""), (FLOW, "个"), None),
    ],
)
def test_figures_are_converted_where_that_is_certain(old, new, times):
    assert conversion(old, new) == times


def test_converted_amounts_are_exact():
    (one,) = scaled(reported(FLOW, None, each(100_001)), F(1, 10_000))
    assert (one.level, one.added) == (F(100_001, 10_000), F(100_001, 10_000))
