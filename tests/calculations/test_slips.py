"""What in a plan is probably a slip (rule 3.3)."""

from decimal import Decimal

import pytest

from targets.calculations.slips import Slip, slips
from targets.calculations.terms import Figures

from .builders import CEILING, FLOW, RATE, STOCK, TASK, measure, plan, step

FALLING, HALF_ABOVE = Slip.FALLING_CHECKPOINTS, Slip.HALF_YEAR_ABOVE_YEAR
NO_CHECKPOINTS, NO_STEPS, PARTS = Slip.NO_CHECKPOINTS, Slip.NO_STEPS, Slip.PARTS_ARE_NOT_THE_WHOLE


def of(indicator, checkpoints, **facts):
    return slips(indicator, plan(checkpoints).checkpoints(12), **facts)


@pytest.mark.parametrize(
    ("indicator", "checkpoints", "expected"),
    [
        (FLOW, {6: 50, 12: 100}, ()),
        (FLOW, {6: 50, 12: 50}, ()),  # nothing more to do in the second half
        (FLOW, {12: 100}, ()),
        (FLOW, {3: 30, 6: 20, 12: 100}, (FALLING,)),
        (STOCK, {3: 30, 9: 20}, (FALLING,)),
        (FLOW, {6: 100, 12: 50}, (FALLING, HALF_ABOVE)),
        (RATE, {6: 96, 12: 95}, (FALLING, HALF_ABOVE)),
        (FLOW, {6: 60, 9: 80, 12: 60}, (FALLING,)),  # the half-year is not above the year
        (FLOW, {6: -5, 12: -4}, ()),
        # A ceiling may fall: a reduction task.
        (CEILING, {6: 100, 12: 50}, ()),
        (measure("flow", "monitor"), {6: 100, 12: 50}, ()),
    ],
)
def test_checkpoints_of_at_least_are_expected_to_rise(indicator, checkpoints, expected):
    assert of(indicator, checkpoints) == expected


@pytest.mark.parametrize("indicator", [FLOW, STOCK, RATE, CEILING])
def test_a_target_without_anything_to_judge_it_by_is_probably_a_slip(indicator):
    assert of(indicator, {}) == (NO_CHECKPOINTS,)
    assert of(indicator, {}, figures=Figures.SUM) == ()  # its parts are judged by theirs
    assert of(indicator, {12: 0}) == ()  # a zero is a target


def test_what_is_only_monitored_needs_no_checkpoints():
    assert of(measure("flow", "monitor"), {}) == ()


def test_a_task_without_steps_is_probably_a_slip():
    assert of(TASK, {}) == (NO_STEPS,)
    assert of(TASK, {}, steps=[step("2023-06-30")]) == ()


@pytest.mark.parametrize(
    ("indicator", "whole", "parts", "expected"),
    [
        (FLOW, 100, (40, 60), ()),
        (FLOW, 100, (40, 59), (PARTS,)),
        (FLOW, 100, (40, 61), (PARTS,)),
        (STOCK, 100, (40, 61), (PARTS,)),
        (CEILING, 100, (40, 61), (PARTS,)),
        (FLOW, "0.3", ("0.1", "0.2"), ()),  # exactly
        (FLOW, 0, (0, 0), ()),
        (FLOW, 1, (0,), (PARTS,)),  # a zero is a target
        (FLOW, 100, (40, None), ()),  # not every part has one
        (FLOW, None, (40, 60), ()),
        (FLOW, 100, (), ()),
        (RATE, 95, (95, 90), ()),  # rates do not add up
    ],
)
def test_parts_are_expected_to_make_the_whole(indicator, whole, parts, expected):
    def decimal(amount):
        return None if amount is None else Decimal(str(amount))

    assert of(indicator, {12: 1}, whole=decimal(whole), parts=map(decimal, parts)) == expected


def test_every_slip_of_a_plan_is_named():
    found = of(FLOW, {6: 100, 12: 50}, whole=Decimal(50), parts=[Decimal(20), Decimal(20)])
    assert found == (FALLING, HALF_ABOVE, PARTS)


@pytest.mark.parametrize(
    ("checkpoints", "facts", "expected"),
    [
        ({12: 100}, {"figures": Figures.SUM, "has_parts": False}, (Slip.NOBODY_REPORTS,)),
        ({}, {"figures": Figures.SUM, "has_parts": False}, (Slip.NOBODY_REPORTS,)),
        ({12: 100}, {"figures": Figures.SUM, "has_parts": True}, ()),
        ({12: 100}, {"figures": Figures.OWN, "has_parts": False}, ()),
    ],
)
def test_a_sum_of_nothing_is_reported_by_nobody(checkpoints, facts, expected):
    for indicator in (FLOW, STOCK, RATE, CEILING):
        assert of(indicator, checkpoints, **facts) == expected
