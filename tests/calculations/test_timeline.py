"""Where a step stands on the line of the year, and what is with it."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from targets.calculations.facts import Step
from targets.calculations.timeline import StepState, day_of, place_of, step_state


def step(due=None, **fields):
    return Step(Decimal(1), due, **fields)


@pytest.mark.parametrize(
    ("one", "month", "state", "day"),
    [
        (step(date(2023, 6, 30)), 5, StepState.OPEN, date(2023, 6, 30)),
        (step(date(2023, 6, 30)), 6, StepState.OVERDUE, date(2023, 6, 30)),  # due on the last day that counts
        (step(date(2023, 7, 1)), 6, StepState.OPEN, date(2023, 7, 1)),
        (step(), 12, StepState.UNDATED, None),  # nobody promised 31 December
        (step(date(2022, 12, 31)), 1, StepState.OVERDUE, date(2022, 12, 31)),
        # Done early, late, without a date, and not yet by the month that is looked at.
        (step(date(2023, 6, 30), done=True, done_on=date(2023, 4, 2)), 6, StepState.DONE, date(2023, 4, 2)),
        (step(date(2023, 3, 31), done=True, done_on=date(2023, 6, 9)), 6, StepState.DONE, date(2023, 6, 9)),
        (step(done=True, recorded_month=2), 6, StepState.DONE, date(2023, 2, 28)),
        (step(date(2023, 3, 31), done=True, done_on=date(2023, 6, 9)), 5, StepState.OVERDUE, date(2023, 3, 31)),
        (step(date(2023, 9, 30), done=True, recorded_month=7), 6, StepState.OPEN, date(2023, 9, 30)),
    ],
)
def test_what_is_with_a_step_at_the_end_of_a_month(one, month, state, day):
    assert (step_state(one, 2023, month), day_of(one, 2023, month)) == (state, day)


@pytest.mark.parametrize(
    ("day", "year", "place"),
    [
        (date(2023, 1, 1), 2023, Fraction(1, 365)),
        (date(2023, 6, 30), 2023, Fraction(181, 365)),  # 31 + 28 + 31 + 30 + 31 + 30
        (date(2024, 6, 30), 2024, Fraction(182, 366)),  # a leap year
        (date(2023, 12, 31), 2023, Fraction(1)),
        (date(2022, 12, 31), 2023, None),
        (date(2024, 1, 1), 2023, None),
    ],
)
def test_a_day_has_its_place_in_its_own_year_alone(day, year, place):
    assert place_of(day, year) == place
