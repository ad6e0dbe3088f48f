"""What the plan asks for by the end of a month (rule 3.3)."""

import pytest

from targets.calculations.paths import (
    PeriodTarget,
    expected,
    opening,
    path,
    path_start,
    path_value,
    period_target,
    start,
)
from targets.calculations.periods import MONTHS

from .builders import (
    CEILING,
    FLOW,
    H1,
    NO_PLAN,
    QUARTERLY,
    RATE,
    RATE_CEILING,
    STOCK,
    STOCK_CEILING,
    F,
    Y,
    measure,
    plan,
    revised,
)

HALVES = plan({6: 50, 12: 110})
FARMLAND = plan({12: 10500}, baseline=10000)


def at(indicator, promised, month):
    return path_value(indicator, promised, promised.checkpoints(month), month)


@pytest.mark.parametrize(
    ("indicator", "promised", "month", "value"),
    [
        # A flow starts at (month 0, 0).
        (FLOW, HALVES, 1, F(25, 3)),  # 50 × 1/6
        (FLOW, HALVES, 3, 25),  # 50 × 3/6
        (FLOW, HALVES, 6, 50),
        (FLOW, HALVES, 9, 80),  # 50 + (110 − 50) × 3/6
        (FLOW, HALVES, 12, 110),
        (FLOW, plan({12: 1200}), 5, 500),  # 1200 × 5/12
        (FLOW, plan({3: 10, 12: 100}), 6, 40),  # 10 + (100 − 10) × 3/9
        (FLOW, plan({3: 0, 6: 60}), 2, 0),
        (FLOW, plan({3: 0, 6: 60}), 4, 20),  # 0 + 60 × 1/3
        (FLOW, plan({12: -120}), 6, -60),
        (FLOW, plan({6: 60}, baseline=30), 3, 30),  # 60 × 3/6: a flow has no use for a baseline
        # A stock or rate starts at (month 0, baseline) ...
        (STOCK, FARMLAND, 6, 10250),  # 10000 + 500 × 6/12
        (STOCK, FARMLAND, 1, F(120500, 12)),  # 10000 + 500 × 1/12
        (STOCK, plan({12: 40}, baseline=100), 6, 70),  # 100 − 60 × 6/12, a level allowed to fall
        (STOCK, plan({6: 100, 12: 100}, baseline=100), 4, 100),  # a level to be kept
        (STOCK, plan({12: 120}, baseline=0), 6, 60),  # a baseline of zero is one
        (RATE, plan({12: 95}, baseline=80), 4, 85),  # 80 + 15 × 4/12
        (RATE, plan({6: 2, 12: 8}, baseline=-4), 2, -2),  # −4 + 6 × 2/6
        # ... and without one the stretch before the first checkpoint is flat.
        (STOCK, plan({6: 100, 12: 160}), 3, 100),
        (STOCK, plan({6: 100, 12: 160}), 9, 130),  # 100 + 60 × 3/6
        (RATE, plan({12: 95}), 1, 95),
        # After the last checkpoint the path keeps its value.
        (FLOW, plan({6: 50}), 7, 50),
        (FLOW, plan({6: 50}), 12, 50),
        (STOCK, plan({4: 80}, baseline=60), 5, 80),
        (CEILING, plan({6: 5, 12: 10}), 3, F(5, 2)),  # 5 × 3/6: a ceiling's allowance grows with the months
    ],
)
def test_a_linear_path_runs_straight_between_checkpoints(indicator, promised, month, value):
    assert at(indicator, promised, month) == value


@pytest.mark.parametrize(
    ("indicator", "promised", "values"),
    [
        # Of an at_least target nothing (none, not zero) before the first checkpoint; then each holds.
        (FLOW, plan({6: 50, 12: 110}, step=True), [None] * 5 + [50] * 6 + [110]),
        (FLOW, plan({12: 110}, step=True), [None] * 11 + [110]),
        (FLOW, plan({3: 0, 9: 7}, step=True), [None] * 2 + [0] * 6 + [7] * 4),
        (STOCK, plan({6: 50}, baseline=10, step=True), [None] * 5 + [50] * 7),  # nor the baseline
        (RATE, plan({1: 90, 10: 95}, step=True), [90] * 9 + [95] * 3),
        # The allowance of a ceiling is the next checkpoint at or after the month.
        (CEILING, plan({6: 3, 12: 5}, step=True), [3] * 6 + [5] * 6),
        (CEILING, plan({6: 3}, step=True), [3] * 12),  # kept after the last
        (STOCK_CEILING, plan({3: 90, 9: 80}, baseline=100, step=True), [90] * 3 + [80] * 9),
        (RATE_CEILING, plan({12: 0}, step=True), [0] * 12),
    ],
)
def test_a_step_path_holds(indicator, promised, values):
    assert [at(indicator, promised, month) for month in MONTHS] == values


def test_a_path_without_checkpoints_asks_nothing():
    assert [at(FLOW, NO_PLAN, month) for month in MONTHS] == [None] * 12


YEAR_OF_120 = plan({12: 120})


@pytest.mark.parametrize(
    ("frequency", "by_month"),
    [
        ("month", [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120]),
        ("quarter", [None, None, 30, 30, 30, 60, 60, 60, 90, 90, 90, 120]),
        ("half_year", [None] * 5 + [60] * 6 + [120]),
        ("year", [None] * 11 + [120]),
    ],
)
def test_expected_is_taken_at_the_latest_month_in_which_an_answer_fell_due(frequency, by_month):
    indicator = measure("flow", frequency=frequency)
    assert [expected(indicator, YEAR_OF_120, month) for month in MONTHS] == by_month


ADJUSTED = revised({1: {12: 120}, 5: {12: 60}})


def test_expected_follows_the_revision_in_force():
    # 120 × 3/12, 120 × 4/12; from May on 60 × 5/12, 60 × 6/12
    assert [expected(FLOW, ADJUSTED, month) for month in (3, 4, 5, 6)] == [30, 40, 25, 30]


def test_expected_follows_the_revision_in_force_when_the_answer_fell_due():
    assert expected(QUARTERLY, ADJUSTED, 5) == 30  # due in March, of 120: 120 × 3/12
    assert expected(QUARTERLY, ADJUSTED, 6) == 30  # due in June, of 60: 60 × 6/12
    assert expected(QUARTERLY, revised({1: {12: 120}, 5: {12: 240}}), 6) == 120  # 240 × 6/12


def test_nothing_was_expected_while_nothing_was_promised():
    late = revised({5: {12: 60}})
    assert [expected(FLOW, late, month) for month in (4, 5)] == [None, 25]  # 60 × 5/12
    assert expected(QUARTERLY, late, 5) is None  # due in March, before the promise


@pytest.mark.parametrize(
    ("indicator", "promised", "first_half", "derived", "year"),
    [
        (FLOW, HALVES, 50, False, 110),
        (FLOW, plan({12: 120}), 60, True, 120),  # 120 × 6/12
        (FLOW, plan({3: 30, 9: 90}), 60, True, 90),  # 30 + 60 × 3/6; the last checkpoint is of September
        (FLOW, plan({3: 30}), 30, True, 30),  # kept after the last
        (FLOW, plan({6: 0, 12: 9}), 0, False, 9),  # zero was set, not derived
        (STOCK, FARMLAND, 10250, True, 10500),  # 10000 + 500 × 6/12
        (STOCK, plan({12: 40}), 40, True, 40),  # flat without a baseline
        (FLOW, plan({3: 20, 12: 110}, step=True), 20, True, 110),
        (CEILING, plan({12: 5}, step=True), 5, True, 5),
        (RATE, plan({6: 90, 12: 95}), 90, False, 95),
    ],
)
def test_the_target_of_the_first_half_is_junes_checkpoint_or_read_off_the_path(
    indicator, promised, first_half, derived, year
):
    assert period_target(indicator, promised, H1, 6) == PeriodTarget(first_half, derived)
    assert period_target(indicator, promised, Y, 6) == PeriodTarget(year)


def test_a_target_that_is_not_there_was_not_read_off_the_path():
    later = period_target(FLOW, plan({9: 60}, step=True), H1, 6)
    assert (later.value, later.derived) == (None, False)
    with pytest.raises(ValueError, match="read off the path"):
        PeriodTarget(None, derived=True)


@pytest.mark.parametrize(
    ("indicator", "baseline", "level", "begin"),
    [
        (FLOW, None, 0, 0),
        (FLOW, 50, 0, 0),  # a flow never begins at a baseline
        (STOCK, 50, 50, 50),
        (STOCK, 0, 0, 0),  # a zero was set
        (STOCK, None, None, 0),
        (RATE, None, None, 0),
    ],
)
def test_the_level_at_month_0_is_known_where_a_baseline_was_set(indicator, baseline, level, begin):
    promised = plan({12: 100}, baseline)
    assert (opening(indicator, promised), start(indicator, promised)) == (level, begin)


def test_a_step_path_that_begins_later_gives_the_first_half_no_target():
    assert period_target(FLOW, plan({12: 110}, step=True), H1, 6).value is None


def test_without_checkpoints_there_is_no_target():
    assert period_target(FLOW, NO_PLAN, H1, 6) == period_target(FLOW, NO_PLAN, Y, 6) == PeriodTarget(None)


def test_the_target_is_that_of_the_revision_in_force():
    assert [period_target(FLOW, ADJUSTED, Y, month).value for month in (4, 5)] == [120, 60]
    assert [period_target(FLOW, ADJUSTED, H1, month).value for month in (4, 5)] == [60, 30]
    # The target changes with its month, whichever month was the last in which an answer fell due.
    assert period_target(QUARTERLY, ADJUSTED, Y, 5).value == 60


@pytest.mark.parametrize(
    ("indicator", "promised", "way", "path"),
    [
        (FLOW, plan({12: 120}, baseline=30), 0, 0),
        (STOCK, FARMLAND, 10000, 10000),
        (STOCK, plan({12: 5}, baseline=0), 0, 0),
        (STOCK, plan({6: 80, 12: 90}), 0, 80),  # the way counts from 0, the path is flat at 80
        (RATE, plan({12: 8}, baseline="-4.5"), F(-9, 2), F(-9, 2)),
        (STOCK, NO_PLAN, 0, None),
        (FLOW, NO_PLAN, 0, 0),
    ],
)
def test_the_way_starts_at_the_baseline_of_a_stock_or_rate_else_at_zero(indicator, promised, way, path):
    assert (start(indicator, promised), path_start(indicator, promised, 6)) == (way, path)


def test_the_path_without_a_baseline_starts_at_the_first_checkpoint_in_force():
    promised = revised({1: {12: 90}, 4: {6: 70, 12: 80}})
    assert [path_start(STOCK, promised, month) for month in (3, 4)] == [90, 70]


@pytest.mark.parametrize(
    ("other", "expected_same"),
    [
        (plan({6: 90, 12: 95}, baseline=80), True),
        (plan({6: "90.0", 12: "95.00"}, baseline="80.0"), True),
        (plan({6: 90, 12: 96}, baseline=80), False),
        (plan({5: 90, 12: 95}, baseline=80), False),
        (plan({12: 95}, baseline=80), False),
        (plan({6: 90, 12: 95}, baseline=80, step=True), False),
        (plan({6: 90, 12: 95}, baseline=81), False),
        (plan({6: 90, 12: 95}), False),
        (revised({1: {12: 95}, 4: {6: 90, 12: 95}}, baseline=80), True),  # the same since April
        (revised({1: {6: 90, 12: 95}, 7: {12: 99}}, baseline=80), True),  # the same still
        (revised({1: {6: 90, 12: 95}, 6: {12: 99}}, baseline=80), False),
    ],
)
def test_paths_are_the_same_by_checkpoints_interpolation_and_baseline(other, expected_same):
    promised = path(RATE, plan({6: 90, 12: 95}, baseline=80), 6)
    assert (promised == path(RATE, other, 6)) is expected_same


def test_paths_are_the_same_only_if_they_also_were_when_the_answer_fell_due():
    quarterly = measure("latest", frequency="quarter")
    promised = plan({12: 95})
    differed_in_march = revised({1: {12: 90}, 4: {12: 95}})
    differs_in_may = revised({1: {12: 95}, 5: {12: 99}})
    assert path(quarterly, promised, 5) != path(quarterly, differed_in_march, 5)
    assert path(quarterly, promised, 5) != path(quarterly, differs_in_may, 5)
    assert path(quarterly, promised, 6) == path(quarterly, differed_in_march, 6)
    assert path(quarterly, promised, 4) == path(quarterly, differs_in_may, 4)
    # Before the first due month there is only what is promised now.
    assert path(quarterly, promised, 2) == path(quarterly, revised({1: {12: 90}, 2: {12: 95}}), 2)
    assert path(quarterly, promised, 2) != path(quarterly, revised({1: {12: 95}, 2: {12: 90}}), 2)
