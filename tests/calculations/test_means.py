"""Sections and the township (rule 3.5)."""

from decimal import Decimal

import pytest

from targets.calculations.means import Mean, mean
from targets.calculations.rollup import Standing
from targets.calculations.terms import Status

from .builders import CEILING, FLOW, STOCK, TASK, F, alone, plan, standing, step, task, total, value

BEHIND, NOT_DUE, NOT_REPORTED, MONITORED = (
    Status.BEHIND,
    Status.NOT_DUE,
    Status.NOT_REPORTED,
    Status.MONITORED,
)


def judged(done, schedule=1, status=BEHIND):
    return Standing(
        "T",
        6,
        status,
        completion=None if done is None else F(done),
        schedule_share=None if schedule is None else F(schedule),
    )


NOTHING_JUDGED = [Standing("T", 6, NOT_DUE), Standing("T", 6, MONITORED), Standing("T", 6, NOT_REPORTED)]


def mean_of(*weighted):
    return mean((one, Decimal(str(weight))) for one, weight in weighted)


@pytest.mark.parametrize(
    ("weighted", "completion"),
    [
        ([("0.5", 1), ("1", 1)], F(3, 4)),
        ([("0.5", 1), ("1", 3)], F(7, 8)),  # (0.5 × 1 + 1 × 3)/4
        ([("0.5", "0.5"), ("1", "0.25")], F(2, 3)),  # (0.25 + 0.25)/0.75
        ([("0", 1), ("1", 1)], F(1, 2)),  # a zero counts
        ([("1.5", 1), ("0.5", 1)], F(3, 4)),  # what is above 100 % makes up for nothing
        ([("1/3", 1), ("1/3", 1), ("1/3", 1)], F(1, 3)),
        ([("0.7928625", 1)], F("0.7928625")),
    ],
)
def test_completion_is_the_weighted_mean_of_at_most_100_percent_each(weighted, completion):
    assert mean_of(*((judged(done), weight) for done, weight in weighted)).completion == completion


@pytest.mark.parametrize(
    ("weighted", "schedule"),
    [
        ([("0.5", 1), ("1", 3)], F(7, 8)),
        ([("1.2", 1), ("0.4", 1)], F(7, 10)),  # (1 + 0.4)/2
        ([("-0.5", 1), ("1", 1)], F(1, 4)),  # (−0.5 + 1)/2: a path below its start
    ],
)
def test_the_schedule_is_the_weighted_mean_of_what_was_due(weighted, schedule):
    assert mean_of(*((judged(1, share), weight) for share, weight in weighted)).schedule == schedule


def test_monitored_and_not_due_do_not_count():
    found = mean_of((judged("0.5"), 1), (judged(None, "0.5", NOT_DUE), 9), (judged(None, None, MONITORED), 9))
    assert (found.completion, found.schedule) == (F(1, 2), 1)
    assert (found.judged, found.due, found.total) == (1, 1, 3)


def test_not_reported_is_left_out_of_the_mean_and_shown_in_the_coverage():
    found = mean_of((judged("0.5"), 1), (judged("1"), 1), (judged(None, "0.5", NOT_REPORTED), 9))
    assert (found.completion, found.schedule) == (F(3, 4), 1)
    assert (found.judged, found.due) == (2, 3)


@pytest.mark.parametrize("standings", [[], NOTHING_JUDGED])
def test_where_nothing_is_judged_there_is_no_mean(standings):
    found = mean_of(*((one, 1) for one in standings))
    assert (found.completion, found.schedule, found.judged) == (None, None, 0)


def test_a_township_of_one_zero_is_zero_and_not_nothing():
    assert mean_of((judged(0, 0), 1)) == Mean(F(0), F(0), 1, 1, 1, {status: int(status is BEHIND) for status in Status})


def test_the_township_is_the_mean_over_its_indicators_and_not_over_its_sections():
    economy = [(judged(1), 1)] * 3
    conduct = [(judged(0), 1)]
    assert mean_of(*economy, *conduct).completion == F(3, 4)  # 3 of 4; of the sections 1 of 2
    assert (mean_of(*economy).completion, mean_of(*conduct).completion) == (1, 0)


def test_every_status_is_counted_also_those_that_do_not_occur():
    found = mean_of(*((one, 1) for one in [*NOTHING_JUDGED, judged(1), judged(0)]))
    assert found.counts == {
        Status.COMPLETED: 0,
        Status.AHEAD: 0,
        Status.ON_SCHEDULE: 0,
        Status.SLIGHTLY_BEHIND: 0,
        BEHIND: 2,
        NOT_DUE: 1,
        NOT_REPORTED: 1,
        MONITORED: 1,
    }


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.AHEAD, Status.ON_SCHEDULE, Status.SLIGHTLY_BEHIND, BEHIND])
def test_every_judged_status_enters(status):
    assert mean_of((judged("0.5", 1, status), 1)).completion == F(1, 2)


def test_a_judged_indicator_without_a_completion_leaves_the_mean_with_its_weight():
    negative = alone(FLOW, plan({12: -100}), total(6, -40))  # on schedule: −40 ≥ −50, but of nothing
    assert (negative.status, negative.completion) == (Status.ON_SCHEDULE, None)
    found = mean_of((negative, 5), (judged("0.5", "0.5"), 1))
    assert (found.completion, found.schedule) == (F(1, 2), F(1, 2))
    assert (found.judged, found.due) == (2, 2)


def test_a_section_of_every_kind():
    section = [
        (alone(FLOW, plan({12: 100}), total(6, 40)), 1),  # 40/100; due 50/100
        (alone(STOCK, plan({12: 10500}, baseline=10000), value(6, 10050)), 2),  # 50/500; due 250/500
        (alone(STOCK, plan({12: 95}, baseline=95), value(6, 93)), 1),  # a level kept: 93/95; due 1
        (alone(CEILING, plan({12: 10}), total(6, 20)), 1),  # 10/20; due 1
        (standing(TASK, {"T": task(step("2023-03-01", recorded=3, weight=3), step("2023-11-01"))}), 1),  # 3/4; 3/4
        (alone(FLOW, plan({12: 100}), total(6, 150)), 2),  # completed: at most 1; due 50/100
        (alone(FLOW, plan({12: 100})), 4),  # not reported
        (alone(FLOW, plan({12: 100}, step=True), value(3, 5)), 4),  # not due
        (alone(FLOW, plan({}), value(3, 5)), 4),  # monitored
    ]
    found = mean_of(*section)
    # (0.4 + 2 × 0.1 + 93/95 + 0.5 + 0.75 + 2 × 1)/8 = (3.85 + 93/95)/8
    assert found.completion == (F("3.85") + F(93, 95)) / 8
    assert found.schedule == F("0.65625")  # (0.5 + 2 × 0.5 + 1 + 1 + 0.75 + 2 × 0.5)/8 = 5.25/8
    assert (found.judged, found.due, found.total) == (6, 7, 9)
