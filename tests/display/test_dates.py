"""Periods, months and dates in both languages."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from targets import display
from targets.calculations.deadlines import Delay

from .builders import H1, YEAR


@pytest.mark.parametrize(
    ("months", "english", "chinese"),
    [
        ([], "", ""),
        ([6], "June", "6月"),
        ([5, 6], "May, June", "5月、6月"),
        ([1, 2, 3, 4], "January to April", "1月至4月"),
        ([4, 2, 3, 1], "January to April", "1月至4月"),
        ([1, 2, 3, 6], "January to March, June", "1月至3月、6月"),
        ([1, 3, 5], "January, March, May", "1月、3月、5月"),
        ([10, 11, 12], "October to December", "10月至12月"),
    ],
)
def test_months_in_a_row_are_a_run(months, english, chinese):
    assert display.months(months) == english
    with override("zh-hans"):
        assert display.months(months) == chinese


def test_missing_months_are_named():
    assert display.missing([5, 6]) == "missing: May, June"
    assert display.missing([]) == ""
    with override("zh-hans"):
        assert display.missing([5, 6]) == "缺5月、6月"
        assert display.missing([6]) == "缺6月"


def test_the_months_of_an_entry_are_one_or_a_run():
    assert (display.month_run(6, 6), display.month_run(1, 4)) == ("June", "January to April")
    with override("zh-hans"):
        assert (display.month_run(6, 6), display.month_run(1, 4)) == ("6月", "1月至4月")
        assert display.month_short(6) == "6月"
    assert display.month_short(9) == "Sep"


def test_dates_have_no_leading_zeros():
    assert display.day(date(2023, 4, 5)) == "5 April 2023"
    assert display.as_of(2023, 6) == "June 2023"
    with override("zh-hans"):
        assert display.day(date(2023, 4, 5)) == "2023年4月5日"
        assert display.as_of(2023, 6) == "2023年6月"


def test_a_moment_is_that_of_the_office():
    # 30 June 2023, 17:05 in UTC is 1 July, 01:05 in China.
    moment = datetime(2023, 6, 30, 17, 5, tzinfo=UTC)
    assert display.moment(moment) == "1 July 2023 01:05"
    with override("zh-hans"):
        assert display.moment(moment) == "2023年7月1日 01:05"


def test_the_period_names_its_target():
    assert [display.period(period) for period in (H1, YEAR)] == ["First half", "Whole year"]
    assert [display.period_target(period) for period in (H1, YEAR)] == ["First-half target", "Annual target"]
    with override("zh-hans"):
        assert [display.period_target(period) for period in (H1, YEAR)] == ["上半年目标", "全年目标"]


@pytest.mark.parametrize(
    ("days", "text"), [(2, "2 days left"), (1, "1 day left"), (0, "today is the last day"), (-1, "")]
)
def test_the_days_left_are_said_until_they_have_run_out(days, text):
    assert display.days_left(days) == text


@pytest.mark.parametrize(
    ("days", "beside_the_day", "alone"),
    [
        (1, "1 day overdue", "1 day overdue"),
        (60, "60 days overdue", "60 days overdue"),
        (61, "overdue", "was due on 5 July 2023"),
        (1274, "overdue", "was due on 5 July 2023"),
    ],
)
def test_days_are_counted_for_two_months_and_then_the_day_is_named(days, beside_the_day, alone):
    assert display.days_overdue(days) == beside_the_day
    assert display.delay(Delay(date(2023, 7, 5), days)) == alone


def test_what_is_not_late_says_nothing():
    assert display.days_overdue(0) == display.days_overdue(-3) == display.delay(None) == ""
