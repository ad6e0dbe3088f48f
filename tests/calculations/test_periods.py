from datetime import date

import pytest

from targets.calculations.periods import (
    MONTHS,
    cut_off,
    due_months,
    due_within,
    last_month,
    latest_due_month,
    month_end,
    stands_for,
)
from targets.calculations.terms import Frequency

from .builders import H1, Y


def test_the_first_half_ends_in_june_and_the_year_in_december():
    assert (last_month(H1), last_month(Y)) == (6, 12)


@pytest.mark.parametrize(
    ("period", "as_of", "expected"),
    [
        (H1, 1, 1),
        (H1, 5, 5),
        (H1, 6, 6),
        (H1, 7, 6),  # the first half is over: July does not enter it
        (H1, 12, 6),
        (Y, 1, 1),
        (Y, 7, 7),
        (Y, 12, 12),
    ],
)
def test_the_first_half_counts_to_june_at_most(period, as_of, expected):
    assert cut_off(period, as_of) == expected


@pytest.mark.parametrize(
    ("frequency", "month", "expected"),
    [
        (Frequency.MONTH, 1, (1,)),
        (Frequency.MONTH, 4, (1, 2, 3, 4)),
        (Frequency.MONTH, 12, tuple(range(1, 13))),
        (Frequency.QUARTER, 2, ()),
        (Frequency.QUARTER, 3, (3,)),
        (Frequency.QUARTER, 8, (3, 6)),
        (Frequency.QUARTER, 12, (3, 6, 9, 12)),
        (Frequency.HALF_YEAR, 5, ()),
        (Frequency.HALF_YEAR, 6, (6,)),
        (Frequency.HALF_YEAR, 11, (6,)),
        (Frequency.HALF_YEAR, 12, (6, 12)),
        (Frequency.YEAR, 11, ()),
        (Frequency.YEAR, 12, (12,)),
    ],
)
def test_how_often_an_indicator_is_reported_decides_when_an_answer_falls_due(frequency, month, expected):
    assert due_months(frequency, month) == expected


@pytest.mark.parametrize(
    ("frequency", "by_month"),
    [
        (Frequency.MONTH, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
        (Frequency.QUARTER, [None, None, 3, 3, 3, 6, 6, 6, 9, 9, 9, 12]),
        (Frequency.HALF_YEAR, [None, None, None, None, None, 6, 6, 6, 6, 6, 6, 12]),
        (Frequency.YEAR, [None] * 11 + [12]),
    ],
)
def test_the_latest_due_month_is_at_or_before_the_month_and_none_before_the_first(frequency, by_month):
    assert [latest_due_month(frequency, month) for month in MONTHS] == by_month


@pytest.mark.parametrize("frequency", Frequency)
def test_both_ways_to_ask_for_due_months_agree(frequency):
    for month in MONTHS:
        assert latest_due_month(frequency, month) == max(due_months(frequency, month), default=None)


@pytest.mark.parametrize(
    ("year", "month", "expected"),
    [
        (2023, 2, date(2023, 2, 28)),
        (2024, 2, date(2024, 2, 29)),  # a leap year
        (2023, 4, date(2023, 4, 30)),
        (2023, 12, date(2023, 12, 31)),
    ],
)
def test_a_month_ends_with_its_last_day(year, month, expected):
    assert month_end(year, month) == expected


@pytest.mark.parametrize(
    ("frequency", "run", "due", "months"),
    [
        (Frequency.MONTH, (4, 4), (4,), [4]),
        (Frequency.MONTH, (2, 4), (2, 3, 4), [2, 3, 4]),
        (Frequency.QUARTER, (6, 6), (6,), [4, 5, 6]),
        (Frequency.QUARTER, (5, 6), (6,), [4, 5, 6]),
        (Frequency.QUARTER, (1, 6), (3, 6), [1, 2, 3, 4, 5, 6]),
        (Frequency.QUARTER, (3, 4), (3,), [1, 2, 3, 4]),
        (Frequency.QUARTER, (4, 5), (), [4, 5]),  # before its due month it stands for itself
        (Frequency.HALF_YEAR, (12, 12), (12,), [7, 8, 9, 10, 11, 12]),
        (Frequency.YEAR, (11, 11), (), [11]),
        (Frequency.YEAR, (12, 12), (12,), list(range(1, 13))),
    ],
)
def test_an_answer_in_a_due_month_stands_for_the_months_since_the_one_before(frequency, run, due, months):
    assert due_within(frequency, *run) == due
    assert list(stands_for(frequency, *run)) == months
