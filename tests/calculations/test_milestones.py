"""Tasks made of steps (rule 3.4, milestone indicators)."""

import pytest

from targets.calculations.milestones import is_done, judge_steps
from targets.calculations.terms import Status

from .builders import H1, YEAR, F, Y, step

COMPLETED, ON_SCHEDULE = Status.COMPLETED, Status.ON_SCHEDULE
SLIGHTLY_BEHIND, BEHIND, NOT_DUE = Status.SLIGHTLY_BEHIND, Status.BEHIND, Status.NOT_DUE


def judged(steps, period, month):
    task = judge_steps(steps, YEAR, period, month)
    return task.status, task.completion, task.schedule_share


@pytest.mark.parametrize(
    ("one", "done_from"),
    [
        (step(), None),
        (step("2023-03-10"), None),
        (step("2023-03-10", "2023-04-24"), 4),
        (step("2023-03-10", "2023-04-30"), 4),  # the last day of the month counts
        (step("2023-03-10", "2023-05-01"), 5),
        (step("2023-03-10", "2022-11-02"), 1),  # done last year
        (step("2023-03-10", recorded=5), 5),  # undated: from the month in which it was recorded
        (step("2023-03-10", "2023-03-09", recorded=5), 3),  # the date counts, not when it was recorded
        (step("2023-03-10", "2023-03-09", undone=True), None),
    ],
)
def test_a_step_is_done_from_its_date_or_the_month_of_its_record(one, done_from):
    months = [month for month in range(1, 13) if is_done(one, YEAR, month)]
    assert months == ([] if done_from is None else list(range(done_from, 13)))


@pytest.mark.parametrize(
    ("month", "expected_status"),
    [(4, NOT_DUE), (5, SLIGHTLY_BEHIND), (6, BEHIND), (7, BEHIND), (12, BEHIND)],
)
@pytest.mark.parametrize("due", ["2023-05-01", "2023-05-15", "2023-05-31"])
def test_an_open_step_is_yellow_in_the_month_it_fell_due_and_red_from_the_next(due, month, expected_status):
    assert judge_steps([step(due)], YEAR, Y, month).status is expected_status


def test_a_step_that_fell_due_last_year_is_red():
    assert judge_steps([step("2022-12-20")], YEAR, Y, 1).status is BEHIND
    assert judge_steps([step("2022-01-20")], YEAR, Y, 1).status is BEHIND  # the same month of another year


def test_a_step_done_late_is_overdue_until_then():
    late = [step("2023-03-31", "2023-05-02"), step("2023-11-30")]
    found = [judge_steps(late, YEAR, Y, month).status for month in (2, 3, 4, 5, 10, 11, 12)]
    assert found == [NOT_DUE, SLIGHTLY_BEHIND, BEHIND, ON_SCHEDULE, ON_SCHEDULE, SLIGHTLY_BEHIND, BEHIND]


@pytest.mark.parametrize(
    ("steps", "month", "expected_status"),
    [
        ((step("2023-04-10"), step("2023-05-10")), 5, BEHIND),  # the earlier one decides
        ((step("2023-05-10"), step("2023-04-10")), 5, BEHIND),  # in whatever order
        ((step("2023-05-10"), step("2023-05-20")), 5, SLIGHTLY_BEHIND),
        ((step("2023-05-10"), step("2023-05-20")), 6, BEHIND),
        ((step("2023-04-10", "2023-04-10"), step("2023-05-10")), 5, SLIGHTLY_BEHIND),  # one done helps nothing
    ],
)
def test_of_several_overdue_steps_the_earliest_decides(steps, month, expected_status):
    assert judge_steps(steps, YEAR, Y, month).status is expected_status


ROAD = (step("2023-04-24", "2023-04-24"), step("2023-11-30"))


@pytest.mark.parametrize(
    ("steps", "period", "month", "expected"),
    [
        # The class III road: work began on 24 April, opening is due in November.
        (ROAD, H1, 6, (COMPLETED, 1, 1)),  # the one step that counts is done
        (ROAD, Y, 6, (ON_SCHEDULE, F(1, 2), F(1, 2))),
        (ROAD, Y, 4, (ON_SCHEDULE, F(1, 2), F(1, 2))),
        (ROAD, Y, 3, (NOT_DUE, 0, 0)),
        (ROAD, Y, 11, (SLIGHTLY_BEHIND, F(1, 2), 1)),
        (ROAD, Y, 12, (BEHIND, F(1, 2), 1)),
        # A task without steps is not due.
        ((), H1, 6, (NOT_DUE, None, None)),
        ((), Y, 12, (NOT_DUE, None, None)),
        # An undated step counts in the whole year only, as due on 31 December.
        ((step(),), H1, 6, (NOT_DUE, None, None)),
        ((step(),), Y, 6, (NOT_DUE, 0, 0)),
        ((step(),), Y, 12, (SLIGHTLY_BEHIND, 0, 1)),
        ((step(recorded=5), step()), H1, 6, (NOT_DUE, None, None)),
        ((step(recorded=5), step()), Y, 6, (ON_SCHEDULE, F(1, 2), 0)),
        # Every step done is completed, even where none counts.
        ((step(recorded=5),), H1, 6, (COMPLETED, 1, 1)),
        ((step(recorded=5),), H1, 4, (NOT_DUE, None, None)),
        ((step("2023-10-01", "2023-05-20"),), H1, 6, (COMPLETED, 1, 1)),
        ((step("2023-10-01", "2023-05-20"),), Y, 6, (COMPLETED, 1, 0)),
        # Due by the end of June, done or not.
        ((step("2023-06-30"),), H1, 6, (SLIGHTLY_BEHIND, 0, 1)),
        ((step("2023-07-01"),), H1, 6, (NOT_DUE, None, None)),
        ((step("2023-06-30", "2023-06-30"),), H1, 6, (COMPLETED, 1, 1)),
        ((step("2023-06-30", "2023-07-02"),), H1, 6, (SLIGHTLY_BEHIND, 0, 1)),  # not seen before July
        # Done ahead of its due date.
        ((step("2023-05-31", "2023-02-01"), step("2023-06-30")), H1, 2, (ON_SCHEDULE, F(1, 2), 0)),
        # Done, but it does not count in the period.
        ((step("2023-06-30"), step("2023-10-01", "2023-02-01")), H1, 2, (NOT_DUE, 0, 0)),
        # Not every step is done, but every one that counts is.
        ((step("2023-03-31", "2023-03-31"), step("2023-06-30", recorded=4), step()), H1, 5, (COMPLETED, 1, F(1, 2))),
        # By weight: 3 of 3 + 1, of which 3 was due.
        (
            (step("2023-03-31", "2023-03-31", weight=3), step("2023-12-01", weight=1)),
            Y,
            6,
            (ON_SCHEDULE, F(3, 4), F(3, 4)),
        ),
        (
            (step("2023-03-31", weight="0.5"), step("2023-12-01", "2023-01-05", weight=2)),
            Y,
            3,
            (SLIGHTLY_BEHIND, F(4, 5), F(1, 5)),  # 2/2.5 done, 0.5/2.5 due
        ),
    ],
)
def test_a_task_is_judged_by_the_steps_that_count(steps, period, month, expected):
    assert judged(steps, period, month) == expected


def test_the_judgement_names_the_steps():
    steps = (
        step("2023-11-30"),
        step("2023-03-31"),
        step("2023-04-30", "2023-04-02"),
        step("2023-08-31", recorded=2),
        step("2023-06-30"),
    )
    task = judge_steps(steps, YEAR, H1, 5)
    assert (task.counting, task.done, task.overdue) == ((1, 2, 4), (2, 3), (1,))


def test_the_order_of_steps_changes_no_judgement():
    steps = (step("2023-04-10"), step("2023-05-10", weight=2), step("2023-03-01", "2023-03-01"))
    assert judged(steps, Y, 5) == judged(steps[::-1], Y, 5) == (BEHIND, F(1, 4), 1)  # 1 of 1 + 2 + 1
