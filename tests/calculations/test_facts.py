"""The facts refuse nonsense when they are made."""

from dataclasses import FrozenInstanceError
from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from targets.calculations.facts import Answer, Measure, Plan, Revision, Step, Thresholds
from targets.calculations.terms import (
    Accumulation,
    AnswerKind,
    Basis,
    Direction,
    Frequency,
    Interpolation,
    Kind,
    TypedAs,
)

from .builders import FLOW, RATE, STOCK, TASK, F, not_applicable, plan, revised, share, value

D = Decimal
FITTING = {
    (Kind.QUANTITY, Accumulation.FLOW),
    (Kind.QUANTITY, Accumulation.STOCK),
    (Kind.RATE, Accumulation.LATEST),
    (Kind.MILESTONE, Accumulation.NONE),
}


@pytest.mark.parametrize(("kind", "accumulation"), list(product(Kind, Accumulation)))
def test_each_kind_accumulates_in_its_own_way_only(kind, accumulation):
    if (kind, accumulation) in FITTING:
        assert Measure(kind, accumulation, Direction.AT_LEAST, Frequency.MONTH).kind is kind
    else:
        with pytest.raises(ValueError, match="cannot accumulate"):
            Measure(kind, accumulation, Direction.AT_LEAST, Frequency.MONTH)


def test_a_measure_knows_flows_and_rates():
    assert [(m.is_flow, m.is_rate) for m in (FLOW, STOCK, RATE, TASK)] == [
        (True, False),
        (False, False),
        (False, True),
        (False, False),
    ]


@pytest.mark.parametrize(("first", "last"), [(0, 1), (5, 3), (12, 13), (13, 13), (-1, 2)])
def test_an_answer_covers_a_run_of_months_of_one_year(first, last):
    with pytest.raises(ValueError, match="no run of months"):
        Answer(first, last, AnswerKind.NO_CHANGE)


@pytest.mark.parametrize(("first", "last"), [(1, 1), (1, 12), (7, 12), (12, 12)])
def test_an_answer_may_cover_any_run_of_months(first, last):
    assert (Answer(first, last, AnswerKind.NO_CHANGE).month) == last


@pytest.mark.parametrize(
    ("kind", "amounts"),
    [
        (AnswerKind.VALUE, {}),
        (AnswerKind.NO_CHANGE, {"value": D(0)}),  # no change is never stored as a number
        (AnswerKind.NOT_APPLICABLE, {"value": D(5)}),
        (AnswerKind.NO_CHANGE, {"numerator": D(1), "denominator": D(2)}),
        (AnswerKind.NOT_APPLICABLE, {"numerator": D(0), "denominator": D(0)}),
    ],
)
def test_a_value_and_only_a_value_carries_an_amount(kind, amounts):
    with pytest.raises(ValueError, match="carries an amount"):
        Answer(1, 1, kind, TypedAs.MONTH, **amounts)


@pytest.mark.parametrize("amounts", [{"numerator": D(1)}, {"denominator": D(1)}])
def test_numerator_and_denominator_come_together(amounts):
    with pytest.raises(ValueError, match="come together"):
        Answer(1, 1, AnswerKind.VALUE, value=D(1), **amounts)


@pytest.mark.parametrize(("numerator", "denominator"), [(3, 0), (-3, 0), ("0.0001", 0), (1, -4), (0, -4)])
def test_a_numerator_over_zero_is_refused(numerator, denominator):
    with pytest.raises(ValueError, match="denominator is above zero"):
        share(1, numerator, denominator)


def test_any_numerator_may_stand_over_something():
    assert [share(1, numerator, 4).numerator for numerator in (3, 0, -3, 5)] == [3, 0, -3, 5]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (share(1, 0, 0), True),
        (not_applicable(1), True),
        (share(1, 0, 4), False),  # nothing of four is 0 %, a reported zero
        (value(1, 0), False),
        (value(1, -5), False),
    ],
)
def test_zero_over_zero_counts_as_not_applicable(answer, expected):
    assert answer.is_not_applicable is expected


@pytest.mark.parametrize("months", [(6, 3), (6, 6), (0,), (13,), (6, 12, 9)])
def test_checkpoints_have_rising_months_of_a_year(months):
    with pytest.raises(ValueError, match="rising months"):
        Revision(1, tuple((month, D(1)) for month in months))


def test_a_checkpoint_may_stand_at_any_month():
    assert [month for month, _ in plan({1: 1, 12: 9}).checkpoints(1)] == [1, 12]


@pytest.mark.parametrize("effective", [(1, 1), (5, 3)])
def test_revisions_have_rising_effective_months(effective):
    with pytest.raises(ValueError, match="rising effective months"):
        Plan(revisions=tuple(Revision(month, ()) for month in effective))


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        (1, ()),  # nothing was promised yet
        (2, ((12, D(120)),)),
        (4, ((12, D(120)),)),
        (5, ((6, D(40)), (12, D(90)))),
        (8, ((6, D(40)), (12, D(90)))),
        (9, ()),  # the promise was taken back
        (12, ()),
    ],
)
def test_a_revision_is_in_force_from_its_effective_month(month, expected):
    assert revised({2: {12: 120}, 5: {6: 40, 12: 90}, 9: {}}).checkpoints(month) == expected


def test_a_plan_without_revisions_promises_nothing():
    empty = Plan()
    assert empty.checkpoints(12) == ()
    assert empty.interpolation is Interpolation.LINEAR
    assert empty.baseline is None


def test_a_baseline_of_zero_is_a_baseline():
    assert plan({12: 5}, baseline=0).baseline == 0
    assert plan({12: 5}).baseline is None


@pytest.mark.parametrize("weight", [D(0), D("-0.5")])
def test_a_step_weighs_something(weight):
    with pytest.raises(ValueError, match="weight is above zero"):
        Step(weight)


def test_a_done_step_says_when():
    with pytest.raises(ValueError, match="a date or the month"):
        Step(D(1), done=True)
    assert Step(D(1), done=True, recorded_month=4).done
    assert Step(D(1), done=True, done_on=date(2023, 4, 24)).done
    assert not Step(D(1)).done


@pytest.mark.parametrize(
    "bounds",
    [
        {"ahead_ratio": F(99, 100)},
        {"slightly_behind_ratio": F(101, 100)},
        {"ahead_points": F(-1)},
        {"slightly_behind_points": F(1, 2)},
    ],
)
def test_thresholds_fall_from_ahead_to_slightly_behind(bounds):
    with pytest.raises(ValueError, match="fall from ahead"):
        Thresholds(**bounds)


def test_the_default_thresholds_are_those_of_the_rules():
    default = Thresholds()
    assert default.basis is Basis.RATIO
    assert (default.ahead_ratio, default.on_schedule_ratio, default.slightly_behind_ratio) == (
        F("1.1"),
        F(1),
        F("0.8"),
    )
    assert (default.ahead_points, default.on_schedule_points, default.slightly_behind_points) == (10, 0, -30)
    assert default.exceeded_ratio == F("1.1")
    assert default.two_slightly_behind_is_behind is False


def test_thresholds_may_coincide():
    assert Thresholds(ahead_ratio=F(1), slightly_behind_ratio=F(1)).ahead_ratio == 1
    assert Thresholds(ahead_points=F(0), slightly_behind_points=F(0)).ahead_points == 0


def test_facts_cannot_be_altered():
    answer = value(3, 10)
    with pytest.raises(FrozenInstanceError):
        answer.value = D(11)  # type: ignore[misc]
