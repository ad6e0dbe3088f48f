"""Nobody owes a month before its opening day, whatever month is looked at. Months open on the 25th."""

from datetime import date

import pytest

from targets.calculations.completeness import Completeness, latest_complete
from targets.calculations.terms import Status

from .builders import (
    CEILING,
    FLOW,
    H1,
    QUARTERLY,
    RATE,
    TASK,
    F,
    alone,
    each,
    own,
    plan,
    share,
    standing,
    step,
    task,
    total,
    value,
)

HUNDRED_AND_TWENTY = plan({12: 120})  # 10 a month


@pytest.mark.parametrize(
    ("today", "status", "due", "expected"),
    [
        (date(2023, 1, 3), Status.NOT_DUE, 0, None),
        (date(2023, 1, 24), Status.NOT_DUE, 0, None),
        (date(2023, 1, 25), Status.NOT_REPORTED, 1, F(10)),
        (date(2022, 11, 30), Status.NOT_DUE, 0, None),
        (date(2024, 1, 3), Status.NOT_REPORTED, 1, F(10)),
        (None, Status.NOT_REPORTED, 1, F(10)),
    ],
)
def test_january_is_owed_from_its_opening_day_on(today, status, due, expected):
    found = alone(FLOW, HUNDRED_AND_TWENTY, as_of=1, today=today)
    assert (found.status, found.due, found.expected) == (status, due, expected)


@pytest.mark.parametrize(("today", "months"), [(date(2023, 7, 24), ()), (date(2023, 7, 25), (7,))])
def test_a_month_that_is_not_open_is_not_missing(today, months):
    """60 by June is what was asked; July is looked at and asks nothing more until it opens."""
    found = alone(FLOW, HUNDRED_AND_TWENTY, total(6, 60), as_of=7, today=today)
    assert [one for owing in found.owing for one in owing.months] == list(months)
    assert found.expected == (70 if months else 60)
    assert found.status == (Status.SLIGHTLY_BEHIND if months else Status.ON_SCHEDULE)  # 60 of 70 is 85.7 %


def test_what_was_given_early_counts_at_once():
    found = alone(FLOW, HUNDRED_AND_TWENTY, total(6, 60), value(7, 12), as_of=7, today=date(2023, 7, 10))
    assert (found.actual, found.expected, found.answered, found.due) == (72, 60, 6, 6)


def test_a_sum_of_villages_is_not_hatched_by_a_month_to_come():
    villages = {"A": own(HUNDRED_AND_TWENTY, total(6, 60)), "B": own(HUNDRED_AND_TWENTY, total(6, 60))}
    found = standing(FLOW, villages, as_of=7, today=date(2023, 7, 3))
    assert (found.owing, found.expected, found.status) == ((), 120, Status.ON_SCHEDULE)


def test_a_quarter_is_owed_once_its_last_month_opens():
    promised = plan({12: 40})
    assert alone(QUARTERLY, promised, as_of=3, today=date(2023, 3, 24)).status is Status.NOT_DUE
    assert alone(QUARTERLY, promised, as_of=3, today=date(2023, 3, 25)).status is Status.NOT_REPORTED


def test_a_ceiling_is_not_kept_for_the_half_year_before_june_has_come():
    """0 of 12 allowed by May: nothing may be said of June yet, so that it is not completed."""
    answers = each(0, 0, 0, 0, 0)
    early = alone(CEILING, plan({12: 24}), *answers, as_of=6, period=H1, today=date(2023, 6, 20))
    assert (early.status, early.due) == (Status.ON_SCHEDULE, 5)
    late = alone(CEILING, plan({12: 24}), *answers, value(6, 0), as_of=6, period=H1, today=date(2023, 6, 26))
    assert late.status is Status.COMPLETED


def test_a_rate_is_not_completed_before_the_period_has_ended():
    found = alone(RATE, plan({6: 90, 12: 95}), *(share(m, 95, 100) for m in range(1, 6)), as_of=6, period=H1,
                  today=date(2023, 6, 20))  # fmt: skip
    assert found.status is not Status.COMPLETED


@pytest.mark.parametrize(
    ("today", "status"),
    [
        (date(2023, 7, 3), Status.NOT_DUE),  # the step of 20 July
        (date(2023, 7, 20), Status.SLIGHTLY_BEHIND),  # its own day has come, though July opens on the 25th
        (date(2023, 8, 1), Status.SLIGHTLY_BEHIND),
    ],
)
def test_a_step_is_overdue_from_its_own_day(today, status):
    found = standing(TASK, {"A": task(step("2023-07-20"), step("2023-12-31"))}, unit="A", as_of=7, today=today)
    assert found.status is status


def test_a_step_late_in_an_open_month_is_asked_for_with_it():
    found = standing(TASK, {"A": task(step("2023-07-28"))}, unit="A", as_of=7, today=date(2023, 7, 25))
    assert found.status is Status.SLIGHTLY_BEHIND


@pytest.mark.parametrize(
    ("by_month", "expected"),
    [
        ({}, None),
        ({1: Completeness(0, 0)}, None),  # nothing falls due: not complete, there is nothing to show
        ({6: Completeness(67, 61), 7: Completeness(67, 1)}, 6),
        ({6: Completeness(67, 61), 7: Completeness(67, 34)}, 7),  # 34 of 67 is more than half
        ({6: Completeness(67, 61), 7: Completeness(67, 33)}, 6),  # 33 of 67 is less
        ({6: Completeness(4, 2)}, 6),  # exactly half
        ({3: Completeness(4, 4), 4: Completeness(0, 0)}, 3),  # a quarterly plan
        ({1: Completeness(4, 1), 2: Completeness(4, 1)}, None),
    ],
)
def test_the_latest_month_with_half_of_its_answers(by_month, expected):
    assert latest_complete(by_month) == expected
