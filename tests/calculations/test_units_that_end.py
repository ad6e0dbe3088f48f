"""Units that end or begin within the year (rules 3.2 and 3.3): what is due, expected and summed."""

from dataclasses import replace

import pytest

from targets.calculations import answers
from targets.calculations.paths import expected, period_target
from targets.calculations.terms import Period, Status

from .builders import (
    CEILING,
    FLOW,
    H1,
    QUARTERLY,
    RATE,
    STOCK,
    TASK,
    F,
    Y,
    each,
    measure,
    no_change,
    not_applicable,
    own,
    plan,
    share,
    standing,
    step,
    sum_of,
    task,
    total,
    value,
)

YEARLY = measure("flow", frequency="year")
HUNDRED_TWENTY = plan({6: 60, 12: 120})


def within(facts, first=1, last=12, **more):
    """The same target of a unit that exists from one month to another."""
    return replace(facts, plan=replace(facts.plan, months=range(first, last + 1)), **more)


@pytest.mark.parametrize(
    ("indicator", "first", "last", "month", "due"),
    [
        (FLOW, 1, 6, 12, (1, 2, 3, 4, 5, 6)),
        (FLOW, 1, 6, 4, (1, 2, 3, 4)),
        (FLOW, 7, 12, 6, ()),
        (FLOW, 7, 12, 9, (7, 8, 9)),
        (QUARTERLY, 1, 5, 12, (3,)),  # the quarter that was under way is not owed
        (QUARTERLY, 8, 12, 12, (9, 12)),
        (YEARLY, 1, 6, 12, ()),
    ],
)
def test_nothing_falls_due_outside_the_months_of_a_unit(indicator, first, last, month, due):
    assert answers.account(indicator, None, (), month, there=range(first, last + 1)).due == due


@pytest.mark.parametrize(
    ("indicator", "promised", "first", "last", "month", "asked"),
    [
        (FLOW, HUNDRED_TWENTY, 1, 6, 12, 60),  # it stays at June
        (FLOW, HUNDRED_TWENTY, 1, 4, 12, 40),  # 60 × 4/6
        (QUARTERLY, HUNDRED_TWENTY, 1, 5, 12, 30),  # March was the last due month: 60 × 3/6
        (YEARLY, HUNDRED_TWENTY, 1, 6, 12, None),
        (FLOW, plan({12: 60}), 7, 12, 6, None),
        (FLOW, plan({12: 60}), 7, 12, 7, 10),  # 60 over July to December
        (FLOW, plan({12: 60}), 7, 12, 9, 30),
        (FLOW, plan({6: 50, 12: 60}), 7, 12, 9, 30),  # the checkpoint of June asks nothing of it
        (STOCK, plan({12: 160}, baseline=100), 7, 12, 9, 130),  # 100 at the end of June
        (STOCK, plan({12: 160}), 7, 12, 7, 160),
        (FLOW, plan({12: 60}, step=True), 1, 6, 12, None),  # a harvest that it never saw
        (CEILING, plan({12: 12}), 1, 6, 12, 6),
        (CEILING, plan({6: 5, 12: 12}, step=True), 7, 12, 8, 12),
    ],
)
def test_the_path_begins_and_ends_with_the_unit(indicator, promised, first, last, month, asked):
    promised = replace(promised, months=range(first, last + 1))
    assert expected(indicator, promised, month) == asked


@pytest.mark.parametrize(
    ("promised", "first", "last", "period", "goal", "derived"),
    [
        (HUNDRED_TWENTY, 1, 6, Y, 60, False),
        (HUNDRED_TWENTY, 1, 6, H1, 60, False),
        (HUNDRED_TWENTY, 1, 4, H1, 40, True),
        (HUNDRED_TWENTY, 1, 9, Y, 90, True),
        (HUNDRED_TWENTY, 1, 9, H1, 60, False),
        (plan({12: 60}), 7, 12, H1, None, False),
        (plan({12: 60}), 7, 12, Y, 60, False),
        (plan({3: 5}), 7, 12, Y, None, False),
    ],
)
def test_the_target_of_a_unit_that_ends_is_what_was_expected_last(promised, first, last, period, goal, derived):
    found = period_target(FLOW, replace(promised, months=range(first, last + 1)), period, 12)
    assert (found.value, found.derived) == (goal, derived)


def test_what_it_gave_stays_in_the_sum_and_nothing_more_is_expected_of_it():
    # West: 6 × 10 = 60 of 60 by June, then merged. East: 12 × 10 = 120 of 120.
    west = within(own(HUNDRED_TWENTY, *each(*[10] * 6)), last=6)
    found = standing(FLOW, {"A": own(HUNDRED_TWENTY, *each(*[10] * 12)), "B": west}, as_of=12)
    assert (found.actual, found.expected, found.target) == (180, 180, 180)
    assert (found.answered, found.due, found.owing) == (18, 18, ())
    assert found.status is Status.COMPLETED


def test_a_month_that_it_left_open_stays_missing():
    west = within(own(HUNDRED_TWENTY, *each(10, 10, 10, 10, 10)), last=6)
    found = standing(FLOW, {"B": west}, as_of=12)
    assert [one.months for one in found.owing] == [(6,)]
    assert (found.actual, found.expected) == (50, 60)


def test_one_that_never_reported_is_not_reported_still():
    found = standing(FLOW, {"B": within(own(HUNDRED_TWENTY), last=6)}, as_of=12)
    assert (found.status, found.expected) == (Status.NOT_REPORTED, 60)


@pytest.mark.parametrize("indicator", [FLOW, CEILING])
def test_a_unit_that_has_not_begun_is_not_silent(indicator):
    new = within(own(plan({12: 60})), first=7)
    targets = {"A": own(HUNDRED_TWENTY, total(6, 60)), "B": new}
    found = standing(indicator, targets)
    assert (found.expected, found.target, found.silent, found.owing) == (60, 180, (), ())
    assert (found.answered, found.due) == (6, 6)
    under_own_checkpoints = standing(indicator, targets | {"T": sum_of(plan({6: 60, 12: 180}))})
    assert under_own_checkpoints.silent == ()
    later = standing(indicator, targets, as_of=7)
    assert later.silent == ("B",)
    assert later.expected == 80  # 60 + 60/6, and 60/6 of the new one


def test_before_it_begins_a_unit_by_itself_is_not_due():
    found = standing(FLOW, {"B": within(own(plan({12: 60})), first=7)}, as_of=6)
    assert (found.status, found.due) == (Status.NOT_DUE, 0)


def test_a_running_total_counts_from_the_first_month():
    (only,) = answers.reported(FLOW, None, [total(8, 20)], range(7, 13))
    assert (only.from_month, only.month, only.added) == (7, 8, 20)


# --- levels are not counted twice -----------------------------------------------------------------

LAND = plan({12: 1000}, baseline=1000)


def merged(*east):
    """West ended in June at 300 and went to East, whose answers are given."""
    west = within(own(plan({12: 300}, baseline=300), value(6, 300)), last=6, carried_on_by=("A",))
    return {"A": own(LAND, value(6, 1000), *east), "B": west}


@pytest.mark.parametrize(
    ("east", "month", "actual", "parts"),
    [
        ((), 6, 1300, ("A", "B")),
        ((), 8, 1300, ("A", "B")),  # East has not said yet what it has with West's
        ((value(7, 1300),), 8, 1300, ("A",)),
        ((value(7, 1300),), 6, 1300, ("A", "B")),
        ((no_change(7),), 7, 1000, ("A",)),
        ((not_applicable(7),), 7, 1300, ("A", "B")),  # that is no level
    ],
)
def test_a_level_leaves_the_sum_when_another_unit_carries_it_on(east, month, actual, parts):
    found = standing(STOCK, merged(*east), as_of=month)
    assert (found.actual, found.parts) == (actual, parts)


@pytest.mark.parametrize(
    ("new", "period", "month", "actual", "expected", "target", "missing"),
    [
        ((), Period.YEAR, 6, 90, 90, 110, ()),  # B has not begun: June stays what it was
        ((), Period.FIRST_HALF, 6, 90, 90, 90, ()),
        ((), Period.YEAR, 9, 90, 100, 110, (7, 8, 9)),  # it is silent: the level of the old one stands, its path asks
        ((value(8, 95),), Period.YEAR, 9, 95, 100, 110, (7, 9)),
    ],
)
def test_a_level_and_that_of_a_successor_are_one(new, period, month, actual, expected, target, missing):
    answers_of_all = [value(one, 90) for one in range(1, 7)]
    old = within(own(plan({12: 100}, baseline=80), *answers_of_all), last=6, carried_on_by=("B",))
    targets = {"A": old, "B": within(own(plan({12: 110}, baseline=90), *new), first=7)}
    found = standing(STOCK, targets, as_of=month, period=period)
    assert (found.actual, found.expected, found.target) == (actual, expected, target)
    assert [owing.months for owing in found.owing] == ([missing] if missing else [])


def test_a_level_that_nobody_carries_on_stays():
    targets = merged(value(7, 1000))
    targets["B"] = replace(targets["B"], carried_on_by=())
    assert standing(STOCK, targets, as_of=8).actual == 1300


def test_what_adds_up_over_the_months_stays_whoever_carries_it_on():
    west = within(own(HUNDRED_TWENTY, total(6, 60)), last=6, carried_on_by=("A",))
    found = standing(FLOW, {"A": own(HUNDRED_TWENTY, total(7, 80)), "B": west}, as_of=7)
    assert found.actual == 140


def test_a_rate_is_judged_by_the_path_of_those_who_go_on():
    insured = plan({6: 95, 12: 96})
    west = within(own(insured, share(6, 95, 100)), last=6)
    found = standing(RATE, {"A": own(insured, share(12, 194, 200)), "B": west}, as_of=12)
    assert found.expected == 96
    assert found.actual == F(289, 3)  # 289/300


# --- steps ----------------------------------------------------------------------------------------


def test_open_steps_after_the_end_are_dropped():
    west = within(task(step("2023-05-31", "2023-05-20"), step("2023-11-30"), step()), last=6)
    found = standing(TASK, {"B": west}, as_of=12)
    assert (found.status, found.completion) == (Status.COMPLETED, 1)
    assert [one.index for one in found.steps] == [0]


def test_an_open_step_before_the_end_stays_overdue():
    west = within(task(step("2023-05-31"), step("2023-11-30", "2023-08-01")), last=6)
    found = standing(TASK, {"B": west}, as_of=12)
    assert (found.status, len(found.steps)) == (Status.BEHIND, 2)
