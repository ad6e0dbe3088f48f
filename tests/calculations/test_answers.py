"""What one target has reported by a month (rules 3.1 and 3.2)."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest

from targets.calculations.answers import Reported, account, reported, wording
from targets.calculations.terms import TypedAs

from .builders import (
    FLOW,
    QUARTERLY,
    RATE,
    STOCK,
    F,
    each,
    measure,
    no_change,
    not_applicable,
    share,
    total,
    value,
)


def actual(indicator, *answers, month=12, baseline=None):
    return account(indicator, baseline, answers, month).actual


# --- a flow adds up -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "month", "expected"),
    [
        ((), 6, None),  # nothing was reported, which is no zero
        (each(0), 6, 0),  # a reported zero
        ((no_change(1),), 6, 0),  # 本月无新增: nothing was added
        (each(10, 20, 30), 3, 60),  # 10 + 20 + 30
        (each(10, 20, 30), 2, 30),  # 10 + 20; March is not seen in February
        (each(10, None, 30), 3, 40),  # 10 + 30; February is missing, not zero
        ((value(1, 10), no_change(2), value(3, 5)), 3, 15),  # 10 + 0 + 5
        ((value(1, 10), not_applicable(2), value(3, 5)), 3, 15),  # 10 + 5
        ((not_applicable(1),), 1, None),
        (each(10, -4), 2, 6),  # 10 − 4, a refund
        (each("0.1", "0.2"), 2, F(3, 10)),  # 1/10 + 2/10, exactly
        (each("99999999999.9999", "0.0001"), 2, 100_000_000_000),
    ],
)
def test_months_of_a_flow_add_up(answers, month, expected):
    assert actual(FLOW, *answers, month=month) == expected


@pytest.mark.parametrize(
    ("answers", "month", "expected"),
    [
        ((total(4, 100),), 4, 100),
        ((total(4, 0),), 4, 0),
        ((total(4, 100),), 3, None),  # typed for April: nothing is known of March
        ((total(4, 100), value(5, 7)), 5, 107),  # 100 + 7
        ((*each(10, 20), total(3, 50)), 3, 50),  # contains the 30 before it
        ((total(1, 50), total(2, 40)), 2, 40),  # a total that falls stands as typed
        ((total(1, 50), total(2, 40), value(3, 5)), 3, 45),  # 40 + 5
        ((total(1, 50), total(2, -3)), 2, -3),
        ((total(3, 30), no_change(4), total(5, 45)), 5, 45),
        ((total(1, 10), not_applicable(2), total(3, 25)), 3, 25),
        ((total(6, 70, since=4), value(7, 5)), 7, 75),  # typed for April to June, a total all the same
    ],
)
def test_a_typed_total_stands_for_everything_up_to_its_month(answers, month, expected):
    assert actual(FLOW, *answers, month=month) == expected


def test_a_flow_never_begins_at_a_baseline():
    assert actual(FLOW, value(1, 5), baseline=Decimal(100)) == 5
    assert actual(FLOW, no_change(1), baseline=Decimal(100)) == 0
    assert actual(FLOW, baseline=Decimal(100)) is None


@pytest.mark.parametrize("indicator", [FLOW, STOCK, RATE])
@pytest.mark.parametrize("month", [1, 2, 3, 4])
def test_a_run_is_seen_only_when_it_has_ended(indicator, month):
    quarter = value(3, 30, since=1)
    assert actual(indicator, quarter, month=month) == (None if month < 3 else 30)


def test_runs_and_months_add_up_together():
    # 30 for January to March + 8 for April + 20 for May to August
    answers = (value(3, 30, since=1), value(4, 8), value(8, 20, since=5))
    assert [actual(FLOW, *answers, month=month) for month in (2, 3, 4, 7, 8)] == [None, 30, 38, 38, 58]


# --- a late correction ----------------------------------------------------------------------------

APRIL = total(4, 100)


def reports_of_april(march):
    return {report.month: report for report in reported(FLOW, None, (*each(10, 20, march), APRIL))}


def test_correcting_march_never_alters_the_total_that_april_typed():
    for march in (30, 5, 500):
        assert actual(FLOW, *each(10, 20, march), APRIL, month=4) == 100


def test_correcting_march_changes_what_april_brought():
    assert reports_of_april(30)[4].added == 40  # 100 − (10 + 20 + 30)
    assert reports_of_april(5)[4].added == 65  # 100 − (10 + 20 + 5)
    assert reports_of_april(80)[4].added == -10  # 100 − (10 + 20 + 80)


def test_correcting_march_changes_the_running_total_of_an_april_typed_as_a_month():
    assert actual(FLOW, *each(10, 20, 30, 40), month=4) == 100  # 10 + 20 + 30 + 40
    assert actual(FLOW, *each(10, 20, 5, 40), month=4) == 75  # 10 + 20 + 5 + 40
    corrected = reported(FLOW, None, each(10, 20, 5, 40))
    assert corrected[3].added == 40  # what April typed


# --- what a month brought -------------------------------------------------------------------------


def test_a_typed_total_tells_what_came_since_the_answer_before():
    assert reported(FLOW, None, (value(1, 10), total(4, 50))) == (
        Reported(1, 1, F(10), F(10)),
        Reported(2, 4, F(40), F(50)),  # February to April: 50 − 10
    )


def test_a_first_typed_total_tells_all_months_from_january():
    assert reported(FLOW, None, (total(4, 50),)) == (Reported(1, 4, F(50), F(50)),)


def test_a_falling_total_takes_something_away():
    assert [report.added for report in reported(FLOW, None, (total(1, 50), total(2, 40)))] == [50, -10]


def test_not_applicable_reports_no_level():
    assert [report.month for report in reported(FLOW, None, (value(1, 1), not_applicable(2), value(3, 1)))] == [
        1,
        3,
    ]


def test_no_change_of_a_flow_reports_that_nothing_was_added():
    assert reported(FLOW, None, (value(1, 10), no_change(2))) == (
        Reported(1, 1, F(10), F(10)),
        Reported(2, 2, F(0), F(10)),
    )


def test_levels_add_nothing():
    assert reported(STOCK, Decimal(100), (value(2, 110, since=1), no_change(3))) == (
        Reported(1, 2, None, F(110)),
        Reported(3, 3, None, F(110)),
    )


# --- of a stock or a rate the latest counts -------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "baseline", "expected"),
    [
        (each(100, 120, 90), None, 90),
        (each(100, None), None, 100),
        (each(100, 0), None, 0),  # the level fell to zero
        ((value(1, 100), no_change(2)), None, 100),  # as before
        ((value(1, 0), no_change(2)), 70, 0),  # as before, and before was zero
        ((no_change(1),), 80, 80),  # as at the start
        ((no_change(1),), 0, 0),  # a baseline of zero is one
        ((no_change(1),), None, None),  # neither: it answers nothing
        ((no_change(1), value(2, 50)), None, 50),
        ((not_applicable(1), no_change(2)), None, None),
        ((value(1, 100), not_applicable(2)), None, 100),  # the latest that was reported
        ((value(1, 100), not_applicable(2), no_change(3)), None, 100),
        ((value(4, 130, since=1), value(5, 140)), 100, 140),
        ((), 100, None),  # the baseline itself reports nothing
    ],
)
def test_of_a_stock_the_latest_level_counts(answers, baseline, expected):
    start = None if baseline is None else Decimal(baseline)
    assert actual(STOCK, *answers, baseline=start) == expected


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ((share(1, 1, 4),), (25, 1, 4)),
        ((share(1, 0, 4),), (0, 0, 4)),  # nothing of four: a reported 0 %
        # Year to date: 30 of 40 is 75 %, not (10 + 30) of (20 + 40), nor the mean of 50 % and 75 %.
        ((share(1, 10, 20), share(2, 30, 40)), (75, 30, 40)),
        ((share(1, 1, 3),), (F(100, 3), 1, 3)),
        ((value(1, "92.5"),), (F("92.5"), None, None)),
        ((share(1, 1, 2), value(2, 60)), (60, None, None)),  # only the latest counts
        ((value(1, 60), share(2, 1, 2)), (50, 1, 2)),
        ((share(1, 1, 2), no_change(2)), (50, 1, 2)),
        ((share(1, 1, 2), share(2, 0, 0)), (50, 1, 2)),  # 0/0 is not applicable
        ((share(1, 0, 0),), (None, None, None)),
        ((share(1, 6, 5),), (120, 6, 5)),
    ],
)
def test_of_a_rate_the_latest_two_numbers_count_and_are_never_summed(answers, expected):
    found = account(RATE, None, answers, 12)
    assert (found.actual, found.numerator, found.denominator) == expected


def test_no_change_of_a_rate_may_repeat_the_baseline_as_a_bare_percentage():
    found = account(RATE, Decimal(88), (no_change(1),), 1)
    assert (found.actual, found.numerator, found.denominator) == (88, None, None)


# --- what was due, answered and missing -----------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "month", "answered", "missing"),
    [
        ((), 3, (), (1, 2, 3)),
        (each(1, 0, 2), 3, (1, 2, 3), ()),  # zero is an answer
        (each(1, None, 2), 3, (1, 3), (2,)),
        ((no_change(1),), 2, (1,), (2,)),
        ((total(4, 100),), 6, (1, 2, 3, 4), (5, 6)),  # covers the months before it
        ((total(4, 100),), 3, (), (1, 2, 3)),  # not yet
        ((value(3, 10), total(5, 50)), 5, (1, 2, 3, 4, 5), ()),  # also those missing before an earlier answer
        ((total(2, 10), value(4, 5), total(6, 50)), 7, (1, 2, 3, 4, 5, 6), (7,)),
        ((value(4, 100),), 4, (4,), (1, 2, 3)),  # April alone covers nothing
        ((value(4, 10, since=1),), 6, (1, 2, 3, 4), (5, 6)),
        ((value(1, 1), not_applicable(2), value(3, 1)), 3, (1, 3), ()),  # out of what is due
        ((not_applicable(2), total(4, 9)), 4, (1, 3, 4), ()),  # not counted though covered
        ((value(1, 1), total(2, 5), value(4, 2)), 5, (1, 2, 4), (3, 5)),
        # A refund leaves the months before the total covered.
        ((total(3, 5), total(5, 4)), 6, (1, 2, 3, 4, 5), (6,)),
    ],
)
def test_the_months_of_a_flow_that_are_answered_and_missing(answers, month, answered, missing):
    found = account(FLOW, None, answers, month)
    assert (found.answered, found.missing) == (answered, missing)


def test_only_a_total_that_was_typed_covers_the_months_before_it():
    unchanged = replace(no_change(4), typed_as=TypedAs.CUMULATIVE)
    assert account(FLOW, None, (unchanged,), 4).missing == (1, 2, 3)


def test_no_change_without_a_level_before_it_leaves_the_month_missing():
    found = account(STOCK, None, (no_change(1), value(2, 50), no_change(3)), 3)
    assert (found.answered, found.missing) == ((2, 3), (1,))


def test_no_change_from_the_baseline_answers_the_month():
    assert account(STOCK, Decimal(50), (no_change(1),), 1).answered == (1,)


def test_a_level_covers_its_own_months_only():
    assert account(STOCK, None, (value(4, 50),), 4).missing == (1, 2, 3)


@pytest.mark.parametrize(
    ("answers", "month", "seen", "due", "answered"),
    [
        (each(5), 2, 5, (), ()),  # given early: counts at once, is not due
        ((value(3, 30, since=1),), 5, 30, (3,), (3,)),
        (each(5, 6), 3, 11, (3,), ()),  # the due month itself is open
        ((value(3, 7),), 3, 7, (3,), (3,)),
        ((value(3, 30, since=1), value(4, 8)), 6, 38, (3, 6), (3,)),
        ((value(3, 30, since=1), total(6, 50)), 6, 50, (3, 6), (3, 6)),
        ((total(6, 50),), 6, 50, (3, 6), (3, 6)),
        ((not_applicable(3, since=1), value(6, 9, since=4)), 6, 9, (6,), (6,)),
    ],
)
def test_a_quarterly_answer_is_due_with_its_quarter(answers, month, seen, due, answered):
    found = account(QUARTERLY, None, answers, month)
    assert (found.actual, found.due, found.answered) == (seen, due, answered)


@pytest.mark.parametrize(
    ("indicator", "answers", "month", "excused", "all_excused"),
    [
        (FLOW, (not_applicable(1), not_applicable(2)), 2, (1, 2), True),
        (FLOW, (not_applicable(2, since=1),), 2, (1, 2), True),
        (FLOW, (not_applicable(1),), 2, (1,), False),  # February is due
        (FLOW, (not_applicable(2, since=1),), 1, (), False),  # the run has not ended
        (FLOW, (), 2, (), False),
        (RATE, (share(1, 0, 0), not_applicable(2)), 2, (1, 2), True),
        (QUARTERLY, (value(1, 5), not_applicable(3, since=2)), 3, (3,), True),  # every due answer
        (QUARTERLY, (not_applicable(1),), 2, (), False),  # nothing was due yet
        (measure("stock", frequency="year"), (not_applicable(12),), 12, (12,), True),
    ],
)
def test_not_applicable_leaves_what_is_due(indicator, answers, month, excused, all_excused):
    found = account(indicator, None, answers, month)
    assert (found.not_applicable, found.all_not_applicable) == (excused, all_excused)


@pytest.mark.parametrize(
    ("answers", "month", "expected"),
    [
        (each(1, 2), 2, True),
        (each(1, None), 2, False),
        (each(None, 2), 2, True),  # only the last due month is asked about
        ((value(1, 1), not_applicable(2)), 2, True),  # not applicable is an answer
        ((), 2, False),
        ((total(2, 2),), 2, True),
    ],
)
def test_the_last_due_month_is_settled_by_any_answer(answers, month, expected):
    assert account(FLOW, None, answers, month).last_due_settled is expected


def test_nothing_is_settled_before_the_first_due_month():
    assert account(QUARTERLY, None, each(1, 2), 2).last_due_settled is False


# --- order ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "answers"),
    [
        (FLOW, (value(1, 10), total(3, 35), no_change(4), value(5, 5))),
        (STOCK, (value(1, 10), no_change(2), not_applicable(3), value(5, 5, since=4))),
        (RATE, (share(1, 1, 2), share(2, 0, 0), value(3, 60), share(4, 2, 3))),
    ],
)
def test_the_order_in_which_answers_arrive_does_not_matter(indicator, answers):
    in_order = account(indicator, None, answers, 5)
    for shuffled in permutations(answers):
        assert account(indicator, None, shuffled, 5) == in_order


# --- with which word it was reported --------------------------------------------------------------


def over(answer):
    return replace(answer, approximation="over")


def nearly(answer):
    return replace(answer, approximation="nearly")


@pytest.mark.parametrize(
    ("indicator", "answers", "month", "expected"),
    [
        (FLOW, (), 6, ""),
        (FLOW, each(10, 5), 6, ""),
        (FLOW, (over(value(1, 10)), value(2, 5)), 6, "over"),  # over 10 and 5 are over 15
        (FLOW, (value(1, 10), over(value(2, 5))), 1, ""),  # February is not seen in January
        (FLOW, (over(value(1, 10)), nearly(value(2, 5))), 6, ""),  # neither over nor nearly 15
        (FLOW, (over(value(1, 10)), total(2, 15)), 6, ""),  # the total says all that was before it
        (FLOW, (value(1, 10), nearly(total(2, 15)), value(3, 2)), 6, "nearly"),
        (FLOW, (over(value(1, 10)), no_change(2), not_applicable(3)), 6, "over"),
        (STOCK, (over(value(1, 10)), value(2, 12)), 6, ""),  # the latest level alone
        (STOCK, (value(1, 10), over(value(2, 12)), no_change(3)), 6, "over"),
        (RATE, (over(value(1, 10)), share(2, 9, 10)), 6, ""),
        (RATE, (over(value(1, 10)), share(2, 0, 0)), 6, "over"),  # 0/0 is not applicable
    ],
)
def test_an_actual_keeps_the_word_with_which_it_was_reported(indicator, answers, month, expected):
    assert all(wording(indicator, listed, month) == expected for listed in permutations(answers))
