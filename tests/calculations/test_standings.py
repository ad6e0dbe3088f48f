"""Actual against plan, for one position (rules 3.3 and 3.4)."""

import pytest

from targets.calculations.facts import Thresholds
from targets.calculations.standings import (
    Position,
    completion,
    gap,
    gap_points,
    judge,
    schedule_ratio,
    schedule_share,
    way,
)
from targets.calculations.terms import Basis, Status

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
    alone,
    each,
    measure,
    no_change,
    not_applicable,
    plan,
    revised,
    share,
    total,
    value,
)

COMPLETED, AHEAD, ON_SCHEDULE = Status.COMPLETED, Status.AHEAD, Status.ON_SCHEDULE
SLIGHTLY_BEHIND, BEHIND = Status.SLIGHTLY_BEHIND, Status.BEHIND
NOT_DUE, NOT_REPORTED, MONITORED = Status.NOT_DUE, Status.NOT_REPORTED, Status.MONITORED

BY_RATIO = Thresholds()
BY_POINTS = Thresholds(basis=Basis.POINTS)


def fraction(amount):
    return None if amount is None else F(amount)


def position(
    indicator, actual, expected, target, *, start=0, path_start=0, period=Y, month=6, answered=6, due=6, **facts
):
    """A target of which something is due, with its amounts as numbers or text."""
    plain = {
        "target_derived": False,
        "has_plan": True,
        "is_due": True,
        "is_silent": actual is None,
        "all_not_applicable": False,
        "last_due_settled": True,
    }
    return Position(
        measure=indicator,
        period=period,
        month=month,
        actual=fraction(actual),
        counted=fraction(facts.pop("counted", actual)),
        expected=fraction(expected),
        target=fraction(target),
        start=F(start),
        opening=F(start),
        path_start=fraction(path_start),
        answered=answered,
        due=due,
        **(plain | facts),
    )


def status_of(where, thresholds=BY_RATIO):
    return judge(where, thresholds)


# --- at least, by the schedule ratio --------------------------------------------------------------


@pytest.mark.parametrize(
    ("actual", "expected_status"),
    [
        ("200", COMPLETED),  # the target itself
        ("250", COMPLETED),
        ("199.9999", AHEAD),  # 1.999999 of the schedule
        ("110", AHEAD),  # 110/100, exactly on the bound
        ("109.9999", ON_SCHEDULE),  # 1.099999
        ("100", ON_SCHEDULE),
        ("99.9999", SLIGHTLY_BEHIND),  # 0.999999 is not rounded up to 1
        ("80", SLIGHTLY_BEHIND),
        ("79.9999", BEHIND),  # 0.799999
        ("0", BEHIND),  # a reported zero
        ("-5", BEHIND),
        (None, NOT_REPORTED),
    ],
)
def test_the_schedule_ratio_decides_and_nothing_is_rounded(actual, expected_status):
    assert status_of(position(FLOW, actual, 100, 200)) is expected_status


@pytest.mark.parametrize(
    ("where", "expected_status"),
    [
        # Monitored comes first.
        (position(measure("flow", "monitor"), 300, 100, 200), MONITORED),
        (position(FLOW, 300, None, None, has_plan=False), MONITORED),
        (position(FLOW, None, 100, 200, has_plan=False), MONITORED),
        # Completed comes before not due: done early is done.
        (position(FLOW, 200, None, 200), COMPLETED),
        (position(FLOW, 200, 0, 200), COMPLETED),
        (position(FLOW, 200, 100, 200, is_due=False), COMPLETED),
        (position(FLOW, 200, -5, 200), COMPLETED),
        (position(STOCK, 200, 100, 200, is_silent=True), COMPLETED),  # early parts alone reached it
        (position(FLOW, 1, "0.5", 1), COMPLETED),  # one of one
        # A target of zero or less is never completed.
        (position(FLOW, 0, 0, 0), NOT_DUE),
        (position(FLOW, 5, -10, -2), ON_SCHEDULE),
        # Not due comes before not reported ...
        (position(FLOW, 5, None, 200), NOT_DUE),
        (position(FLOW, 5, 0, 200), NOT_DUE),
        (position(FLOW, 5, 10, 0), NOT_DUE),
        (position(FLOW, 5, 10, None), NOT_DUE),
        (position(FLOW, None, 0, 200), NOT_DUE),
        (position(FLOW, None, 100, 200, all_not_applicable=True), NOT_DUE),
        (position(FLOW, None, 100, 200, is_due=False), NOT_DUE),
        (position(FLOW, 5, -10, 0), NOT_DUE),
        # ... and not reported before the judgement.
        (position(FLOW, 90, 100, 200, is_silent=True), NOT_REPORTED),
        (position(FLOW, None, -10, 200), NOT_REPORTED),
        # Negative: expected is reached or not.
        (position(FLOW, -10, -10, 200), ON_SCHEDULE),
        (position(FLOW, "-9.9999", -10, 200), ON_SCHEDULE),
        (position(FLOW, "-10.0001", -10, 200), BEHIND),
        (position(FLOW, 150, -10, 200), ON_SCHEDULE),  # at most on schedule
        (position(RATE, -3, -2, 4, start=-4), BEHIND),
        # What is expected may be small and is positive all the same: 0.4/0.5.
        (position(FLOW, "0.4", "0.5", 2), SLIGHTLY_BEHIND),
    ],
)
def test_the_statuses_of_at_least_come_in_their_order(where, expected_status):
    assert status_of(where) is expected_status


@pytest.mark.parametrize(
    ("actual", "expected_status"),
    [("60", ON_SCHEDULE), ("59.9999", SLIGHTLY_BEHIND), ("40", SLIGHTLY_BEHIND), ("39.9999", BEHIND), ("70", AHEAD)],
)
def test_the_thresholds_are_settings_of_the_year(actual, expected_status):
    lenient = Thresholds(ahead_ratio=F("0.7"), on_schedule_ratio=F("0.6"), slightly_behind_ratio=F("0.4"))
    assert status_of(position(FLOW, actual, 100, 200), lenient) is expected_status


# --- rates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "month", "settled", "expected", "expected_status"),
    [
        (H1, 6, True, 90, COMPLETED),
        (H1, 6, False, 90, ON_SCHEDULE),  # June is missing: 96/90 = 1.067 of the schedule
        (H1, 5, True, 90, ON_SCHEDULE),  # a rate can fall again
        (H1, 5, True, 80, AHEAD),  # 96/80 = 1.2: at most ahead
        (Y, 6, True, 90, ON_SCHEDULE),
        (Y, 11, True, 80, AHEAD),
        (Y, 12, True, 90, COMPLETED),
        (Y, 12, False, 90, ON_SCHEDULE),
    ],
)
def test_a_rate_is_completed_only_in_the_last_month_with_its_last_answer_in(
    period, month, settled, expected, expected_status
):
    where = position(RATE, 96, expected, 95, period=period, month=month, last_due_settled=settled)
    assert status_of(where) is expected_status


def test_a_quantity_is_completed_in_any_month():
    assert status_of(position(STOCK, 96, 90, 95, month=2, last_due_settled=False)) is COMPLETED


# --- at least, by percentage points ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "points", "expected_status"),
    [
        # target 200: a gap of 1 is half a point
        (position(FLOW, 120, 100, 200), 10, AHEAD),  # (120 − 100)/200 × 100
        (position(FLOW, "119.9998", 100, 200), F("9.9999"), ON_SCHEDULE),
        (position(FLOW, 100, 100, 200), 0, ON_SCHEDULE),
        (position(FLOW, "99.9998", 100, 200), F("-0.0001"), SLIGHTLY_BEHIND),
        (position(FLOW, "40.0002", 100, 200), F("-29.9999"), SLIGHTLY_BEHIND),  # yellow above −30
        (position(FLOW, 40, 100, 200), -30, BEHIND),  # exactly −30 is not above it
        (position(FLOW, 0, 100, 200), -50, BEHIND),
        # Counted from the start: (140 − 150)/(200 − 100) × 100
        (position(STOCK, 140, 150, 200, start=100), -10, SLIGHTLY_BEHIND),
        # A target not above the start: (140 − 160)/150 × 100
        (position(STOCK, 140, 160, 150, start=200), F(-40, 3), SLIGHTLY_BEHIND),
        (position(STOCK, 95, 100, 110, start=110), F(-50, 11), SLIGHTLY_BEHIND),  # −5/110 × 100
        (position(FLOW, "0.1", "0.25", "0.5"), -30, BEHIND),  # −0.15/0.5 × 100
        # Rates: the difference of the percentages, whatever the way: 85 − 90
        (position(RATE, 85, 90, 95, start=80), -5, SLIGHTLY_BEHIND),
        (position(RATE, 60, 90, 95, start=80), -30, BEHIND),
        (position(RATE, 100, 90, 110, start=80), 10, AHEAD),
        # The order before the judgement is the same.
        (position(FLOW, 200, 100, 200), 50, COMPLETED),
        (position(FLOW, None, 100, 200), None, NOT_REPORTED),
        (position(FLOW, 10, 0, 200), None, NOT_DUE),
        (position(FLOW, 10, 5, -20), None, NOT_DUE),  # no target that a point could be a hundredth of
    ],
)
def test_at_least_may_be_judged_by_percentage_points(where, points, expected_status):
    status = status_of(where, BY_POINTS)
    assert (gap_points(where, status), status) == (points, expected_status)


@pytest.mark.parametrize(
    ("where", "expected_status"),
    [
        (position(FLOW, 10, 0, 200), NOT_DUE),
        # The early 5 of one part while the part that is due is silent.
        (position(FLOW, 5, 50, 200, is_silent=True), NOT_REPORTED),
        (position(CEILING, 5, 4, 8), SLIGHTLY_BEHIND),
        (position(CEILING, 4, 4, 8), ON_SCHEDULE),
    ],
)
def test_points_mean_nothing_of_a_ceiling_or_while_nothing_is_judged(where, expected_status):
    status = status_of(where)
    assert (gap_points(where, status), status) == (None, expected_status)


def test_other_bounds_in_points():
    strict = Thresholds(basis=Basis.POINTS, ahead_points=F(5), on_schedule_points=F(-2), slightly_behind_points=F(-10))
    # 200 × points/100 below or above the expected 100
    by_actual = {"110": AHEAD, "109.9": ON_SCHEDULE, "96": ON_SCHEDULE, "95.9": SLIGHTLY_BEHIND, "80": BEHIND}
    assert {a: status_of(position(FLOW, a, 100, 200), strict) for a in by_actual} == by_actual


def test_points_do_not_judge_ceilings():
    assert status_of(position(CEILING, 3, F(5, 2), 5), BY_POINTS) is SLIGHTLY_BEHIND


# --- ceilings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actual", "month", "answered", "expected_status"),
    [
        # allowance 2.5 in March, period's ceiling 5
        ("0", 3, 3, ON_SCHEDULE),
        ("2.5", 3, 3, ON_SCHEDULE),  # on the bound is within
        ("2.5001", 3, 3, SLIGHTLY_BEHIND),
        ("5", 3, 3, SLIGHTLY_BEHIND),
        ("5.0001", 3, 3, BEHIND),
        (None, 3, 0, NOT_REPORTED),
    ],
)
def test_a_ceiling_is_judged_by_its_allowance_and_then_by_the_periods_ceiling(actual, month, answered, expected_status):
    where = position(CEILING, actual, "2.5", 5, period=H1, month=month, answered=answered, due=month)
    assert status_of(where) is expected_status


@pytest.mark.parametrize(
    ("period", "month", "answered", "due", "expected_status"),
    [
        (H1, 6, 6, 6, COMPLETED),
        (H1, 6, 5, 6, ON_SCHEDULE),  # a month is missing
        (H1, 6, 5, 5, COMPLETED),  # not applicable is an answer: it is not due
        (H1, 5, 5, 5, ON_SCHEDULE),  # the period has not ended
        (Y, 6, 6, 6, ON_SCHEDULE),
        (Y, 12, 12, 12, COMPLETED),
        (Y, 12, 11, 12, ON_SCHEDULE),
    ],
)
def test_a_ceiling_is_completed_in_the_last_month_once_every_due_month_is_answered(
    period, month, answered, due, expected_status
):
    where = position(CEILING, 5, 5, 5, period=period, month=month, answered=answered, due=due)
    assert status_of(where) is expected_status


@pytest.mark.parametrize(
    ("where", "expected_status", "expected_completion"),
    [
        # Monitored, not due, not reported, in this order; none has a completion.
        (position(measure("flow", "monitor"), 3, 2, 5), MONITORED, None),
        (position(CEILING, 3, None, None, has_plan=False), MONITORED, None),
        (position(CEILING, 3, None, 5), NOT_DUE, None),  # before the first due month
        (position(CEILING, None, 2, 5, all_not_applicable=True), NOT_DUE, None),
        (position(CEILING, None, 2, 5), NOT_REPORTED, None),
        # An allowance of zero is due all the same.
        (position(CEILING, None, 0, 5), NOT_REPORTED, None),
        (position(CEILING, 1, 0, 5), SLIGHTLY_BEHIND, 1),
        # Completion is 1 up to the ceiling, beyond it ceiling ÷ actual.
        (position(CEILING, 0, 2, 5), ON_SCHEDULE, 1),  # the best value divides by nothing
        (position(CEILING, 5, 2, 5), SLIGHTLY_BEHIND, 1),
        (position(CEILING, 6, 2, 5), BEHIND, F(5, 6)),
        # A ceiling of zero is a pass or a fail.
        (position(CEILING, 0, 0, 0), ON_SCHEDULE, 1),
        (position(CEILING, 1, 0, 0), BEHIND, 0),
        (position(CEILING, "0.0001", 0, 0), BEHIND, 0),
        (position(CEILING, 0, -1, 0), BEHIND, 1),  # no yellow between an allowance of −1 and a ceiling of 0
        (position(CEILING, 2, "0.5", 1), BEHIND, F(1, 2)),
        # An allowance above the period's ceiling: up to the larger of the two, beyond it ceiling ÷ actual.
        (position(CEILING, 10, 10, 8), ON_SCHEDULE, 1),
        (position(CEILING, 11, 10, 8), BEHIND, F(8, 11)),
        (position(CEILING, 3, 5, 0), ON_SCHEDULE, 1),
        (position(CEILING, 6, 5, 0), BEHIND, 0),
        # A reduction from 100 to 80: the ceiling is the allowance, 90 by now; no yellow.
        (position(STOCK_CEILING, 90, 90, 80, start=100, path_start=100), ON_SCHEDULE, 1),
        (position(STOCK_CEILING, 91, 90, 80, start=100, path_start=100), BEHIND, F(90, 91)),
        (position(STOCK_CEILING, 79, 90, 80, start=100, path_start=100), ON_SCHEDULE, 1),
        (position(RATE_CEILING, 3, 2, 1, path_start=4), BEHIND, F(2, 3)),
        # A flow that must fall below zero.
        (position(CEILING, -3, "-2.5", -5), ON_SCHEDULE, 1),
        (position(CEILING, -2, "-2.5", -5), BEHIND, 0),
        # A level to be kept is no reduction.
        (position(STOCK_CEILING, 95, 90, 100, start=100, path_start=100), SLIGHTLY_BEHIND, 1),
    ],
)
def test_the_statuses_of_at_most_come_in_their_order(where, expected_status, expected_completion):
    status = status_of(where)
    assert (status, completion(where, status)) == (expected_status, expected_completion)
    assert schedule_ratio(where, status) is None


# --- the way from the start -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actual", "goal", "start", "expected"),
    [
        (50, 200, 0, F(1, 4)),
        (10050, 10250, 10000, F(1, 5)),  # 50 of 250, a fifth
        (9950, 10250, 10000, F(-1, 5)),
        (0, 50, -50, F(1, 2)),  # 50 of 100
        (95, 100, 100, F(19, 20)),  # a level to be kept: 95/100
        (F(1, 2), 1, 1, F(1, 2)),
        (950, 900, 1000, F(19, 18)),  # one allowed to fall: 950/900
    ],
)
def test_the_way_is_counted_from_the_start_where_the_goal_lies_above_it(actual, goal, start, expected):
    assert way(F(actual), F(goal), F(start)) == expected


@pytest.mark.parametrize(
    ("where", "done", "ratio", "difference"),
    [
        (position(FLOW, 90, 100, 200), F(9, 20), F(9, 10), -10),  # 90/200, 90/100
        (position(FLOW, 0, 100, 200), 0, 0, -100),
        (position(FLOW, -5, 50, 100), 0, F(-1, 10), -55),  # completion has a floor, the ratio none
        (position(STOCK, 10050, 10250, 10500, start=10000), F(1, 10), F(1, 5), -200),  # 50/500, 50/250
        (position(STOCK, 9000, 10250, 10500, start=10000), 0, -4, -1250),  # −1000/250
        # A level to be kept at 100, from 100.
        (position(STOCK, 95, 100, 100, start=100), F(19, 20), F(19, 20), -5),
        # The target lies above the start, what is expected by now below it.
        (position(STOCK, 85, 90, 120, start=100), 0, F(17, 18), -5),  # −15/20 → 0, 85/90
        # The target lies below the start, what is expected by now above it.
        (position(STOCK, 85, 120, 90, start=100), F(17, 18), F(-3, 4), -35),  # 85/90, −15/20
        # Completed before anything was expected: no ratio.
        (position(FLOW, 250, None, 200), F(5, 4), None, None),
        (position(FLOW, 250, 0, 200), F(5, 4), None, 250),
        (position(STOCK, 20, 0, 10, start=-10), F(3, 2), None, 20),  # 30/20
        # Small numbers divide like others.
        (position(FLOW, "0.4", "0.5", "0.8"), F(1, 2), F(4, 5), F("-0.1")),
        # Negative expected: no ratio.
        (position(FLOW, -4, -5, 10), 0, None, 1),
        (position(RATE, 0, -2, 10, start=-10), F(1, 2), None, 2),  # 10/20
        # A target below zero: no completion.
        (position(FLOW, -4, -5, -10), None, None, 1),
        (position(FLOW, -6, -5, -10), None, None, -1),
        (position(STOCK, -6, -8, -5, start=-10), None, None, 2),  # also where it lies above the start
        # While it is not due or not reported both are empty; the gap is there where both sides are.
        (position(FLOW, 5, 0, 200), None, None, 5),
        (position(FLOW, 5, None, 200), None, None, None),
        (position(FLOW, None, 100, 200), None, None, None),
        (position(FLOW, 40, 100, 200, is_silent=True), None, None, -60),
        (position(CEILING, 2, 5, 8), 1, None, -3),
        # Monitored: nothing but the actual.
        (position(measure("flow", "monitor"), 90, 100, 200), None, None, None),
        # In a sum the ratios count silent parts at their start, the gap does not.
        (
            position(STOCK, 160, 240, 330, start=150, counted=210),
            F(1, 3),  # (210 − 150)/(330 − 150)
            F(2, 3),  # (210 − 150)/(240 − 150)
            -80,  # 160 − 240
        ),
    ],
)
def test_completion_schedule_ratio_and_gap(where, done, ratio, difference):
    status = status_of(where)
    assert (completion(where, status), schedule_ratio(where, status), gap(where)) == (done, ratio, difference)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (position(FLOW, 90, 100, 200), F(1, 2)),
        (position(FLOW, 90, 250, 200), 1),  # at most all of it
        (position(FLOW, 250, None, 200), 0),  # nothing is asked yet
        (position(STOCK, 10050, 10250, 10500, start=10000), F(1, 2)),  # 250/500
        (position(STOCK, 95, 100, 100, start=100), 1),  # a level to be kept
        (position(STOCK, 85, 95, 90, start=100), 1),  # one allowed to fall
        (position(STOCK, 85, 90, 120, start=100), F(-1, 2)),  # (90 − 100)/(120 − 100)
        (position(CEILING, 2, 1, 8), 1),  # a ceiling
    ],
)
def test_what_the_schedule_asks_of_the_completion(where, expected):
    assert schedule_share(where) == expected


# --- one target with its answers ------------------------------------------------------------------


def test_farmland_of_634_29_of_800_is_behind():
    promised = plan({6: 800, 12: 1200})
    half = alone(FLOW, promised, total(6, "634.29"), period=H1)
    assert half.status is BEHIND
    assert half.completion == half.schedule_ratio == F("0.7928625")  # 634.29/800
    assert half.gap == F("-165.71")
    year = alone(FLOW, promised, total(6, "634.29"))
    assert (year.status, year.expected, year.target) == (BEHIND, 800, 1200)
    assert (year.completion, year.schedule_ratio) == (F("0.528575"), F("0.7928625"))  # 634.29/1200


def test_canals_of_18_85_of_15_are_completed_and_exceeded():
    promised = plan({6: 15, 12: 30})
    half = alone(FLOW, promised, *each("1.65", "1.2", "3.9", "4.75", "4.1", "3.25"), period=H1)
    assert (half.actual, half.status, half.exceeded) == (F("18.85"), COMPLETED, True)
    assert half.completion == F(377, 300)  # 1885/1500
    year = alone(FLOW, promised, total(6, "18.85"))
    assert (year.status, year.exceeded, year.completion) == (AHEAD, False, F(377, 600))  # 1885/3000


def test_no_drug_users_of_at_most_none_is_completed():
    promised = plan({6: 0, 12: 0})
    quiet = (no_change(1), value(2, 0), no_change(3), value(4, 0), no_change(5), value(6, 0))
    half = alone(CEILING, promised, *quiet, period=H1)
    assert (half.status, half.actual, half.completion, half.schedule_ratio) == (COMPLETED, 0, 1, None)
    assert not half.exceeded
    assert alone(CEILING, promised, *quiet).status is ON_SCHEDULE  # the year has not ended
    assert alone(CEILING, promised, *quiet[:5], period=H1).status is ON_SCHEDULE  # June is missing
    assert alone(CEILING, promised, *quiet[:5], value(6, 1), period=H1).status is BEHIND


def test_four_months_in_one_answer_are_judged_with_may_and_june_missing():
    found = alone(FLOW, plan({6: 8, 12: 24}), value(4, 10, since=1))
    assert (found.status, found.actual, found.schedule_ratio) == (AHEAD, 10, F(5, 4))  # 10/8
    assert (found.answered, found.due, found.owing[0].months) == (4, 6, (5, 6))
    assert found.is_hatched


def test_farmland_a_fifth_of_the_way_is_behind_though_the_level_is_98_percent():
    found = alone(STOCK, plan({12: 10500}, baseline=10000), value(6, 10050))
    # (10050 − 10000)/(10250 − 10000) and /(10500 − 10000); 10050 − 10250
    assert (found.status, found.schedule_ratio, found.completion, found.gap) == (
        BEHIND,
        F(1, 5),
        F(1, 10),
        -200,
    )
    assert (found.start, found.actual, found.expected, found.target) == (10000, 10050, 10250, 10500)


@pytest.mark.parametrize(("actual", "exceeded"), [("110", True), ("109.9999", False), ("100", False), ("300", True)])
def test_from_110_percent_on_a_target_is_exceeded(actual, exceeded):
    assert alone(FLOW, plan({12: 100}), value(6, actual)).exceeded is exceeded


def test_only_a_completed_target_is_exceeded():
    before_the_end = alone(RATE, plan({12: 50}), *(value(month, 90) for month in range(1, 7)))
    assert (before_the_end.status, before_the_end.completion) == (AHEAD, F(9, 5))  # 90/50
    assert not before_the_end.exceeded


def test_the_bound_of_exceeded_is_a_setting():
    generous = Thresholds(exceeded_ratio=F(12, 10))
    assert not alone(FLOW, plan({12: 100}), value(6, 119), thresholds=generous).exceeded
    assert alone(FLOW, plan({12: 100}), value(6, 120), thresholds=generous).exceeded


@pytest.mark.parametrize(
    ("indicator", "answers"),
    [
        (FLOW, tuple(not_applicable(month) for month in range(1, 7))),
        (RATE, tuple(share(month, 0, 0) for month in range(1, 7))),
        (CEILING, (not_applicable(6, since=1),)),
    ],
)
def test_every_due_answer_not_applicable_is_not_due_and_worded_so(indicator, answers):
    found = alone(indicator, plan({12: 100}), *answers)
    assert (found.status, found.all_not_applicable, found.actual) == (NOT_DUE, True, None)
    assert (found.answered, found.due, found.owing) == (0, 0, ())


def test_a_ceiling_is_never_exceeded():
    at_once = Thresholds(exceeded_ratio=F(1))
    kept = alone(CEILING, plan({6: 5}), total(6, 5), period=H1, thresholds=at_once)
    assert (kept.status, kept.completion, kept.exceeded) == (COMPLETED, 1, False)
    assert alone(FLOW, plan({6: 5}), total(6, 5), period=H1, thresholds=at_once).exceeded


def test_a_month_not_applicable_changes_neither_the_path_nor_the_calendar():
    found = alone(FLOW, plan({12: 120}), *each(10, 10, 10, 10, 10), not_applicable(6))
    assert (found.status, found.expected, found.actual) == (SLIGHTLY_BEHIND, 60, 50)  # 50/60 = 0.83
    assert (found.answered, found.due, found.is_hatched) == (5, 5, False)


def test_a_zero_and_no_report_are_not_the_same():
    zero = alone(FLOW, plan({12: 120}), value(6, 0))
    silent = alone(FLOW, plan({12: 120}))
    assert (zero.status, zero.actual, zero.completion, zero.gap) == (BEHIND, 0, 0, -60)
    assert (silent.status, silent.actual, silent.completion, silent.gap) == (NOT_REPORTED, None, None, None)
    assert silent.expected == 60  # silence is expected of as well


def test_a_harvest_is_not_due_before_its_month_and_then_due_in_full():
    harvest = plan({9: 500}, step=True)
    assert [alone(FLOW, harvest, as_of=month).status for month in (1, 8, 9, 12)] == [
        NOT_DUE,
        NOT_DUE,
        NOT_REPORTED,
        NOT_REPORTED,
    ]
    early = alone(FLOW, harvest, value(8, 400), as_of=8)
    assert (early.status, early.actual, early.expected, early.completion) == (NOT_DUE, 400, None, None)
    assert alone(FLOW, harvest, value(8, 400), as_of=9).schedule_ratio == F(4, 5)
    assert alone(FLOW, harvest, value(8, 500), as_of=8).status is COMPLETED


def test_a_status_is_there_before_the_period_has_ended():
    assert alone(FLOW, plan({12: 120}), value(1, 10), as_of=1).status is ON_SCHEDULE


def test_a_quarterly_target_is_not_due_before_march_and_judged_by_march_until_june():
    quarters = (value(3, 30, since=1), value(4, 1))
    found = [alone(QUARTERLY, plan({12: 120}), *quarters, as_of=month) for month in (2, 3, 5)]
    assert [one.status for one in found] == [NOT_DUE, ON_SCHEDULE, ON_SCHEDULE]
    assert [one.expected for one in found] == [None, 30, 30]
    assert [one.actual for one in found] == [None, 30, 31]  # an answer given early counts at once


def test_an_earlier_month_is_judged_by_the_earlier_path():
    adjusted = revised({1: {12: 120}, 5: {12: 60}})
    months = each(5, 5, 5, 5, 5)
    assert alone(FLOW, adjusted, *months, as_of=4).schedule_ratio == F(1, 2)  # 20 of 40
    assert alone(FLOW, adjusted, *months, as_of=5).schedule_ratio == 1  # 25 of 25


def test_an_adjustment_of_july_does_not_touch_the_first_half():
    adjusted = revised({1: {6: 50, 12: 100}, 7: {6: 20, 12: 40}})
    half = alone(FLOW, adjusted, value(6, 40), value(7, 9), as_of=9, period=H1)
    assert (half.month, half.actual, half.expected, half.target) == (6, 40, 50, 50)
    assert alone(FLOW, adjusted, value(6, 40), value(7, 9), as_of=9).target == 40


def test_a_derived_target_says_so():
    assert alone(FLOW, plan({12: 120}), value(1, 60), period=H1).target_derived
    assert not alone(FLOW, plan({6: 60, 12: 120}), value(1, 60), period=H1).target_derived
    assert not alone(FLOW, plan({12: 120}), value(1, 60)).target_derived


def test_a_ceiling_of_a_year_is_allowed_in_shares():
    promised = plan({12: 12})
    found = {month: alone(CEILING, promised, total(month, month + 1), as_of=month) for month in (3, 11, 12)}
    assert [found[month].expected for month in (3, 11, 12)] == [3, 11, 12]
    assert [found[month].status for month in (3, 11, 12)] == [SLIGHTLY_BEHIND, SLIGHTLY_BEHIND, BEHIND]
    assert found[12].completion == F(12, 13)


def test_a_reduction_task_has_no_yellow():
    promised = plan({6: 80, 12: 60}, baseline=100)
    found = [alone(STOCK_CEILING, promised, value(3, level), as_of=3) for level in (90, 95, 101)]
    assert [one.status for one in found] == [ON_SCHEDULE, BEHIND, BEHIND]  # 100 − 20 × 3/6 = 90
    assert [one.completion for one in found] == [1, F(90, 95), F(90, 101)]


def test_a_reduction_without_a_baseline_begins_at_its_first_checkpoint():
    promised = plan({3: 100, 12: 60})
    assert alone(STOCK_CEILING, promised, value(9, 75), as_of=9).status is BEHIND  # 100 − 40 × 6/9 = 73⅓
    assert alone(STOCK_CEILING, promised, value(9, 73), as_of=9).status is ON_SCHEDULE


def test_the_thresholds_themselves_are_met_exactly_through_the_path():
    # 120 × 7/12 = 70; 56/70 = 0.8 and 77/70 = 1.1, which binary fractions would miss
    assert alone(FLOW, plan({12: 120}), total(7, 56), as_of=7).status is SLIGHTLY_BEHIND
    assert alone(FLOW, plan({12: 120}), total(7, 77), as_of=7).status is AHEAD
    assert alone(FLOW, plan({12: 120}), total(7, "55.9999"), as_of=7).status is BEHIND
    assert alone(FLOW, plan({12: 120}), total(7, "76.9999"), as_of=7).status is ON_SCHEDULE


def test_a_target_without_checkpoints_is_monitored_with_its_actual_and_coverage():
    found = alone(FLOW, NO_PLAN, *each(3, 0, 4), as_of=4)
    assert (found.status, found.actual, found.answered, found.due) == (MONITORED, 7, 3, 4)
    assert (found.expected, found.target, found.completion, found.gap) == (None, None, None, None)
    assert not found.is_judged
    assert not found.is_hatched
