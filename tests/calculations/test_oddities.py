"""What about a typed figure is odd enough to be named."""

from decimal import Decimal

import pytest

from targets.calculations.answers import later_total, reported
from targets.calculations.oddities import Oddity, falls, oddities

from .builders import CEILING, FLOW, QUARTERLY, RATE, STOCK, F, each, measure, share, total, value

FALLS, UNUSUAL = Oddity.TOTAL_FALLS, Oddity.UNUSUAL_MONTH
FAR_ABOVE, DECIMALS = Oddity.FAR_ABOVE_TARGET, Oddity.TOO_MANY_DECIMALS
BELOW_ZERO, ABOVE_HUNDRED = Oddity.BELOW_ZERO, Oddity.ABOVE_HUNDRED
JUMPS, COLLAPSES = Oddity.LEVEL_JUMPS, Oddity.LEVEL_COLLAPSES


def found(indicator, *answers, target=None, typed=None, decimals=4, baseline=None):
    """The oddities of the last answer, after those before it, with their figures."""
    base = None if baseline is None else Decimal(baseline)
    *before, now = reported(indicator, base, answers)
    return oddities(
        indicator,
        before,
        now,
        typed=None if typed is None else Decimal(typed),
        decimals=decimals,
        target=None if target is None else F(target),
        baseline=base,
    )


def late(*answers, of=FLOW, at):
    """Where the running total falls with the answer for month ``at``, typed when the others stood already."""
    given = next(one for one in answers if one.month == at)
    now = reported(of, None, [one for one in answers if one.month <= at])[-1]
    assert now.month == given.month
    return [(odd.kind, odd.figure, odd.against, odd.month) for odd in falls(now, later_total(of, answers, at))]


def test_a_late_month_may_lie_above_a_total_that_was_typed_later():
    # 55 by March, and 40 by April cannot both be.
    assert late(value(3, 55), total(4, 40), at=3) == [(Oddity.LATER_TOTAL_FALLS, 40, 55, 4)]
    assert late(total(3, 55), total(4, 40), at=3) == [(Oddity.LATER_TOTAL_FALLS, 40, 55, 4)]
    # 20 by January, 35 in March, 3 in April: 58 before the total of May.
    assert late(value(1, 20), value(3, 35), value(4, 3), total(5, 57), at=3) == [(Oddity.LATER_TOTAL_FALLS, 57, 58, 5)]
    # Exactly the later total is possible, and what is below it.
    assert late(value(1, 20), value(3, 20), total(4, 40), at=3) == []
    # The next total alone binds: it stands for all before it, and June falls below May whatever March was.
    assert late(value(3, 55), total(5, 60), total(6, 50), at=3) == []
    # Months that add up bind nothing.
    assert late(value(3, 55), value(4, 40), at=3) == []
    # Levels have no running total.
    assert later_total(STOCK, [value(3, 55), value(4, 40)], 3) is None
    # Both at once: March below January, and above April.
    assert late(value(1, 60), value(3, -5), total(4, 40), at=3) == [
        (Oddity.TOTAL_FALLS, 55, 60, None),
        (Oddity.LATER_TOTAL_FALLS, 40, 55, 4),
    ]


def of(indicator, *answers, **given):
    """The oddities alone."""
    return tuple(odd.kind for odd in found(indicator, *answers, **given))


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
    assert of(STOCK, value(1, 10), value(2, 12), value(3, 20)) == ()  # 8 after 2


@pytest.mark.parametrize(
    ("levels", "baseline", "expected"),
    [
        ((2500, 5), None, (COLLAPSES,)),  # 5 · 3 = 15 < 2500
        ((5, 2500), None, (JUMPS,)),
        ((30, 10), None, ()),  # a third is not below a third
        ((30, "9.9999"), None, (COLLAPSES,)),
        ((30, 90), None, ()),  # three times is not above three times
        ((30, "90.0001"), None, (JUMPS,)),
        ((30, 0), None, (COLLAPSES,)),
        ((30, -1), None, (COLLAPSES, BELOW_ZERO)),
        ((0, 500), None, ()),  # of nothing there is no triple
        ((-1, 500), None, ()),
        ((500,), None, ()),  # nothing is known before it
        ((5,), 2500, (COLLAPSES,)),
        ((2500,), 5, (JUMPS,)),
        ((2500,), 2400, ()),
        ((2500, 2500, 5), None, (COLLAPSES,)),  # nothing changed so far
        ((2500, 2510, 5), None, (COLLAPSES,)),  # 2505 at once, where the largest change was 10
        ((30, 12, 2), None, ()),  # 10 at once, where the largest change was 18
        ((30, 20, 0), None, ()),  # 20 is within 3 · 10
        ((31, 22, 2), None, ()),  # 20 is within 3 · 9
        ((100, 91, 29), None, (COLLAPSES,)),  # 62 is above 3 · 9 = 27, and 29 · 3 = 87 < 91
        ((50, 20, 90), None, ()),  # 70 is within 3 · 30 = 90
        ((25, 20, 70), None, (JUMPS,)),  # 50 is above 3 · 5 = 15
        ((20, 70), 35, (JUMPS,)),  # the baseline is a level: 50 is above 3 · 15 = 45, and 70 is above 60
        ((20, 70), 40, ()),  # 50 is within 3 · 20 = 60
        ((10, 2, 2, 7), None, ()),  # 5 is within 3 · 8 = 24
    ],
)
def test_a_stock_that_collapses_or_jumps_is_odd_unless_it_always_leaps(levels, baseline, expected):
    given = [value(month, level) for month, level in enumerate(levels, start=1)]
    assert of(STOCK, *given, baseline=baseline) == expected


def test_only_a_stock_leaps():
    assert of(RATE, value(1, 5), value(2, 90)) == of(RATE, value(1, 90), value(2, 5)) == ()
    assert of(FLOW, value(1, 10), value(2, 1)) == ()


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
    odd = of(FLOW, *each(10, 10, 10), value(4, "300.55"), target=100, typed="300.55", decimals=1)
    assert odd == (UNUSUAL, FAR_ABOVE, DECIMALS)


@pytest.mark.parametrize(
    ("odd", "expected"),
    [
        (found(FLOW, total(1, 5), total(2, 3)), (FALLS, 3, 5)),
        (found(FLOW, value(1, 5), value(2, -2)), (FALLS, 3, 5)),  # 5 − 2, after 5
        (found(FLOW, *each(3, "3.2", "3.4", 12)), (UNUSUAL, 12, F("3.2"))),  # (3 + 3.2 + 3.4)/3
        (found(FLOW, value(1, 10), value(3, 70, since=2)), (UNUSUAL, 35, 10)),  # 70 in two months
        (found(FLOW, value(1, 10), total(3, 80)), (UNUSUAL, 35, 10)),  # (80 − 10)/2
        (found(STOCK, value(1, 2500), value(2, 5)), (COLLAPSES, 5, 2500)),
        (found(STOCK, value(1, 2500), baseline=5), (JUMPS, 2500, 5)),
        (found(FLOW, value(1, 150), value(2, 151), target=150), (FAR_ABOVE, 301, 150)),  # the running total
        (found(FLOW, value(1, "2.345"), typed="2.345", decimals=2), (DECIMALS, F("2.345"), 2)),
        (found(STOCK, value(1, -4)), (BELOW_ZERO, -4, 0)),
        (found(RATE, share(1, 5, 4)), (ABOVE_HUNDRED, 125, 100)),
    ],
)
def test_an_oddity_carries_its_figures(odd, expected):
    assert [(one.kind, one.figure, one.against) for one in odd] == [expected]
