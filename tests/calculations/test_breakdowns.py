"""Whether the parts of a plan make the whole (calculations.breakdowns)."""

from decimal import Decimal

import pytest

from targets.calculations.breakdowns import Misfit, misfits, total
from targets.calculations.facts import Plan, Revision
from targets.calculations.terms import Interpolation

from .builders import CEILING, FLOW, RATE, STOCK, TASK, F


def plan(checkpoints, baseline=None, interpolation=Interpolation.LINEAR):
    points = tuple((month, Decimal(str(value))) for month, value in checkpoints.items())
    return Plan(
        interpolation, None if baseline is None else Decimal(baseline), (Revision(1, points),) if points else ()
    )


@pytest.mark.parametrize(
    ("indicator", "whole", "parts", "expected"),
    [
        (FLOW, {6: 50, 12: 100}, [{6: 20, 12: 40}, {6: 30, 12: 60}], ()),
        # June: 20 + 30 = 50. December: 40 + 55 = 95 of 100.
        (FLOW, {6: 50, 12: 100}, [{6: 20, 12: 40}, {6: 30, 12: 55}], (Misfit(12, F(100), F(95)),)),
        # A part without a June checkpoint lies on its line in June: half of 60 is 30.
        (FLOW, {6: 50, 12: 100}, [{6: 20, 12: 40}, {12: 60}], ()),
        # The whole has no June checkpoint, so June is not compared.
        (FLOW, {12: 100}, [{6: 50, 12: 40}, {6: 50, 12: 60}], ()),
        (FLOW, {12: 100}, [{12: "40.5"}, {12: "59.6"}], (Misfit(12, F(100), F("100.1")),)),
        (FLOW, {12: 0}, [{12: 0}, {12: 3}], (Misfit(12, F(0), F(3)),)),
        (FLOW, {12: 100}, [], ()),
        (FLOW, {}, [{12: 3}], ()),
        # A part that is not planned yet leaves nothing to compare.
        (FLOW, {12: 100}, [{12: 40}, {}], ()),
        (CEILING, {12: 10}, [{12: 4}, {12: 4}], (Misfit(12, F(10), F(8)),)),
        (STOCK, {12: 10}, [{12: 4}, {12: 6}], ()),
        (RATE, {12: 98}, [{12: 98}, {12: 98}], ()),
        (TASK, {}, [], ()),
    ],
)
def test_parts_are_held_against_the_whole(indicator, whole, parts, expected):
    assert misfits(indicator, plan(whole), [plan(part) for part in parts], 12) == expected


def test_a_part_in_steps_asks_nothing_before_its_first_checkpoint():
    step = plan({12: 60}, interpolation=Interpolation.STEP)
    assert misfits(FLOW, plan({6: 50, 12: 100}), [plan({6: 20, 12: 40}), step], 12) == ()


def test_the_adjusted_plan_counts_from_its_month_on():
    adjusted = Plan(
        revisions=(Revision(1, ((12, Decimal(60)),)), Revision(8, ((12, Decimal(50)),))),
    )
    whole, other = plan({12: 100}), plan({12: 40})
    assert misfits(FLOW, whole, [other, adjusted], 7) == ()
    assert misfits(FLOW, whole, [other, adjusted], 8) == (Misfit(12, F(100), F(90)),)


def test_the_total_is_of_the_parts_that_ask_something():
    # June: 20 and half of 60 are 50. December: 40 + 60.
    parts = [plan({6: 20, 12: 40}), plan({12: 60}), plan({})]
    assert total(FLOW, parts, 6) == 50
    assert total(FLOW, parts, 12) == 100
    assert total(FLOW, [plan({})], 12) is None
    assert total(FLOW, [plan({12: 0})], 12) == 0
    assert total(RATE, [plan({12: 98})], 12) is None
