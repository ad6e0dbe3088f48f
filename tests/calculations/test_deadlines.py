"""The days of a month's work."""

from datetime import date

import pytest

from targets.calculations.deadlines import (
    Calendar,
    Clock,
    Delay,
    calendar,
    clock,
    collected_month,
    day_after_month,
    days_left,
    delay,
)


@pytest.mark.parametrize(
    ("year", "month", "day", "expected"),
    [
        (2023, 6, 5, date(2023, 7, 5)),
        (2023, 1, 28, date(2023, 2, 28)),
        (2023, 11, 5, date(2023, 12, 5)),
        (2023, 12, 5, date(2024, 1, 5)),  # of December in the next year
    ],
)
def test_a_month_is_due_in_the_month_after_it(year, month, day, expected):
    assert day_after_month(year, month, day) == expected


@pytest.mark.parametrize(
    ("month", "today", "expected"),
    [
        (6, date(2023, 7, 4), 0),
        (6, date(2023, 7, 5), 0),  # on the due day it is not overdue
        (6, date(2023, 7, 6), 1),
        (6, date(2023, 8, 5), 31),
        (6, date(2023, 6, 30), 0),
        (12, date(2023, 12, 31), 0),
        (12, date(2024, 1, 8), 3),
        (5, date(2024, 6, 5), 366),  # a leap year later
    ],
)
def test_answers_are_overdue_from_the_day_after_the_due_day(month, today, expected):
    due = day_after_month(2023, month, 5)
    assert delay(due, today) == (Delay(due, expected) if expected else None)


@pytest.mark.parametrize(
    ("year", "month", "expected"),
    [
        (2023, 7, Calendar(date(2023, 7, 25), date(2023, 8, 5), date(2023, 8, 8), date(2023, 8, 15))),
        (2023, 12, Calendar(date(2023, 12, 25), date(2024, 1, 5), date(2024, 1, 8), date(2024, 1, 15))),
    ],
)
def test_a_month_opens_within_it_and_is_due_reviewed_and_closed_in_the_next(year, month, expected):
    assert calendar(year, month, opening_day=25, due_day=5, review_day=8, closing_day=15) == expected


def test_every_month_has_the_latest_day_that_a_calendar_may_name():
    assert calendar(2023, 2, opening_day=28, due_day=28, review_day=28, closing_day=28).opens == date(2023, 2, 28)


@pytest.mark.parametrize(
    ("today", "expected"),
    [(date(2023, 7, 31), 5), (date(2023, 8, 4), 1), (date(2023, 8, 5), 0), (date(2023, 8, 6), -1)],
)
def test_the_days_left_count_down_to_the_day_itself(today, expected):
    assert days_left(date(2023, 8, 5), today) == expected


@pytest.mark.parametrize(
    ("opening_days", "today", "expected"),
    [
        ({2023: 25, 2024: 25}, date(2023, 7, 24), (2023, 6)),
        ({2023: 25, 2024: 25}, date(2023, 7, 25), (2023, 7)),
        ({2023: 25, 2024: 25}, date(2024, 1, 3), (2023, 12)),
        ({2023: 25, 2024: 20}, date(2024, 1, 19), (2023, 12)),
        ({2023: 25, 2024: 20}, date(2024, 1, 20), (2024, 1)),  # by the new year's own opening day
        ({2023: 25}, date(2024, 1, 3), (2023, 12)),  # the plan of the new year is not there yet
        ({2023: 25}, date(2024, 1, 24), (2023, 12)),
        ({2023: 25}, date(2024, 1, 25), (2024, 1)),
        ({2024: 25}, date(2024, 1, 3), (2023, 12)),  # nothing is collected in the first year before its first opening
        ({2023: 25, 2024: 25}, date(2024, 2, 29), (2024, 2)),
    ],
)
def test_the_month_that_is_collected_across_the_years_end(opening_days, today, expected):
    assert collected_month(opening_days, today) == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2022, 12, 31), Clock(0, date(2022, 12, 31))),
        (date(2023, 1, 24), Clock(0, date(2023, 1, 24))),
        (date(2023, 1, 25), Clock(1, date(2023, 1, 31))),  # a step due on the 28th is asked for with its month
        (date(2023, 7, 24), Clock(6, date(2023, 7, 24))),  # one due on the 20th is overdue
        (date(2023, 12, 25), Clock(12, date(2023, 12, 31))),
        (date(2024, 1, 3), Clock(12, date(2024, 1, 3))),
        (date(2026, 11, 30), Clock(12, date(2026, 11, 30))),
    ],
)
def test_how_far_a_year_has_come(today, expected):
    assert clock(2023, 25, today) == expected
