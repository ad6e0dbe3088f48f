"""Behind for want of reports alone: it would not be, had the missing answers brought what the plan asks for.

Behind is below 80 % of the schedule. Of an annual 120 in even steps 10 a month are asked.
"""

import pytest

from targets.calculations.terms import Status

from .builders import (
    CEILING,
    FLOW,
    NO_PLAN,
    QUARTERLY,
    RATE,
    STOCK,
    STOCK_CEILING,
    alone,
    each,
    not_applicable,
    own,
    plan,
    share,
    standing,
    sum_of,
    total,
    value,
)

EVEN = plan({12: 120})

#: (answers by the end of June, is it late): 60 are expected, so that below 48 it is behind.
FLOWS = [
    ((total(4, 40),), True),  # May and June missing: 40 + 20 = 60
    ((total(4, 28),), True),  # 28 + 20 = 48, which is 80 %
    ((total(4, 27),), False),  # 27 + 20 = 47: behind in any case
    ((total(6, 40),), False),  # nothing is missing
    (each(None, 6, 6, 6, 6, 6), False),  # January missing: 30 + 10 = 40
    (each(None, 8, 8, 7, 7, 8), True),  # 38 + 10 = 48
    (each(8, 8, 8, 8, 8), True),  # June missing: 40 + 10 = 50
]


@pytest.mark.parametrize(("answers", "expected"), FLOWS)
def test_a_flow_without_some_months(answers, expected):
    found = alone(FLOW, EVEN, *answers)
    assert (found.status, found.is_late) == (Status.BEHIND, expected)


def test_what_is_not_behind_is_not_late():
    found = alone(FLOW, EVEN, total(5, 50))
    assert (found.status, found.is_late) == (Status.SLIGHTLY_BEHIND, False)  # 50 of 60 is 83.3 %


def test_not_reported_is_not_late():
    found = alone(FLOW, EVEN)
    assert (found.status, found.is_late) == (Status.NOT_REPORTED, False)


def test_a_month_that_does_not_apply_brings_nothing():
    """April missing, May and June not applicable: 27 + 10 of 60 is behind in any case."""
    found = alone(FLOW, EVEN, total(3, 27), not_applicable(6, since=5))
    assert (found.status, found.is_late) == (Status.BEHIND, False)


def test_a_quarter_brings_what_its_three_months_ask():
    """30 a quarter: the first brought 30, the second is missing, 60 are expected."""
    assert alone(QUARTERLY, EVEN, total(3, 30)).is_late
    assert not alone(QUARTERLY, EVEN, total(3, 17)).is_late  # 17 + 30 = 47


#: 1,000 are to become 1,120: 10 a month, 60 of the way by June; behind below 48 of the way.
STOCKS = [
    ((value(5, 1045),), True),  # 1,045 is 75 % of the way; with June's 10 it is 1,055
    ((value(5, 1037),), False),  # 1,047: 47 of 60
    ((value(6, 1045),), False),  # June itself is in, whatever is missing before
    ((value(2, 1008),), True),  # 8 + 40 = 48
]


@pytest.mark.parametrize(("answers", "expected"), STOCKS)
def test_a_level_goes_on_from_its_latest_answer(answers, expected):
    found = alone(STOCK, plan({12: 1120}, 1000), *answers)
    assert (found.status, found.is_late) == (Status.BEHIND, expected)


@pytest.mark.parametrize(
    ("of_b", "expected"),
    [
        ((total(6, 15),), True),  # 12 + 15 + 30 = 57 of 60
        ((total(6, 2),), False),  # 12 + 2 + 30 = 44 of 60
        ((total(5, 13),), True),  # B lacks June's 20/6: 12 + 13 + 3.33 + 30 = 58.33
    ],
)
def test_a_silent_village_of_three(of_b, expected):
    """10, 20 and 30 are expected by June; A reports 12, C nothing. The example of the page that explains the rules."""
    targets = {
        "A": own(plan({6: 10, 12: 20}), total(6, 12)),
        "B": own(plan({6: 20, 12: 40}), *of_b),
        "C": own(plan({6: 30, 12: 60})),
    }
    found = standing(FLOW, targets)
    assert (found.status, found.is_late) == (Status.BEHIND, expected)


@pytest.mark.parametrize(("reported", "expected"), [(50, True), (40, False)])
def test_parts_without_a_plan_bring_their_share_of_the_whole(reported, expected):
    """The township asks 120 by June of A and B without plans. B is silent: 6 of 12 answers, half of 120.

    50 + 60 = 110 is 91.7 %; 40 + 60 = 100 would be 83.3 %, so that 30 is the case that stays behind.
    """
    answers = total(6, reported if expected else 30)
    targets = {"T": sum_of(plan({6: 120, 12: 240})), "A": own(NO_PLAN, answers), "B": own(NO_PLAN)}
    found = standing(FLOW, targets)
    assert (found.status, found.is_late) == (Status.BEHIND, expected)


def test_a_rate_goes_on_from_its_latest_answer():
    """From 0 to 96: 8 a month, 48 by June. 36 in May is 75 %; with June's 8 it is 44, 91.7 %."""
    promised = plan({12: 96}, 0)
    assert alone(RATE, promised, share(5, 36, 100)).is_late
    assert not alone(RATE, promised, share(6, 36, 100)).is_late


def test_a_ceiling_is_never_passed_for_want_of_reports():
    found = alone(CEILING, EVEN, total(5, 130))
    assert (found.status, found.is_late) == (Status.BEHIND, False)


def test_a_task_of_reduction_may_be():
    """A backlog falls from 120 to 0, 10 a month: 60 are allowed in June. 70 in May was on the path."""
    found = alone(STOCK_CEILING, plan({12: 0}, 120), value(5, 70))
    assert (found.status, found.is_late) == (Status.BEHIND, True)
    found = alone(STOCK_CEILING, plan({12: 0}, 120), value(5, 80))
    assert (found.status, found.is_late) == (Status.BEHIND, False)


def test_the_last_month_alone_is_counted():
    targets = {"A": own(EVEN, total(6, 60)), "B": own(EVEN, total(5, 50)), "C": own(EVEN, not_applicable(6))}
    found = standing(FLOW, targets)
    assert (found.month_answered, found.month_due) == (1, 2)
