"""What remains, the pace it needs, the forecast (rule 3.6)."""

import pytest

from targets.calculations.answers import reported
from targets.calculations.outlook import ForecastMethod, NoForecast, Outlook, outlook, recent_per_month
from targets.calculations.paths import opening
from targets.calculations.terms import Interpolation

from .builders import (
    FLOW,
    QUARTERLY,
    RATE,
    STOCK,
    F,
    each,
    measure,
    no_change,
    not_applicable,
    plan,
    share,
    total,
    value,
)

LINEAR, STEP = Interpolation.LINEAR, Interpolation.STEP


def at_month_0(indicator, baseline):
    return opening(indicator, plan({}, baseline))


def look(target, *answers, month, indicator=FLOW, interpolation=LINEAR, baseline=None, last_year=()):
    return outlook(
        indicator,
        interpolation,
        None if target is None else F(target),
        reported(indicator, plan({}, baseline).baseline, answers),
        opening=at_month_0(indicator, baseline),
        month=month,
        last_year=reported(indicator, None, last_year),
    )


def recent(*answers, indicator=FLOW, baseline=None):
    levels = reported(indicator, plan({}, baseline).baseline, answers)
    return recent_per_month(indicator, levels, at_month_0(indicator, baseline))


# --- the recent pace ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "pace"),
    [
        ((), None),
        (each(8), 8),
        (each(8, 12), 10),
        (each(100, 3, 6, 9), 6),  # (3 + 6 + 9)/3: January is past
        (each(5, 0, 0, 0), 0),
        (each(5, -1, -1, -1), -1),
        (each(10, None, 20, None, 30), 20),  # (10 + 20 + 30)/3, over the months answered
        ((value(1, 30), not_applicable(2), value(3, 10), value(4, 20)), 20),
        ((value(1, 30), no_change(2), value(3, 9)), 13),  # (30 + 0 + 9)/3
        ((total(4, 40), value(5, 20), value(6, 30)), 15),  # 90 in the six months they tell
        ((value(1, 10), total(3, 40), total(4, 45), total(5, 57)), F(47, 4)),  # (30 + 5 + 12)/(2 + 1 + 1)
        ((value(3, 30, since=1), value(6, 60, since=4)), 15),  # 90/6, per month and not per quarter
        ((value(3, 1, since=1), value(6, 27, since=4), value(9, 36, since=7), value(12, 27, since=10)), 10),
        ((total(1, 50), total(2, 40)), 20),  # (50 − 10)/2
    ],
)
def test_the_recent_pace_of_a_flow_is_the_mean_of_the_last_three_answers_per_month(answers, pace):
    assert recent(*answers) == pace


@pytest.mark.parametrize(
    ("answers", "pace"),
    [
        ((), None),
        (each(110), 10),  # 110 − 100
        (each(110, 130), 15),  # (130 − 100)/2
        (each(110, 130, 145, 150), F(40, 3)),  # (150 − 110)/3
        (each(110, 90), -5),  # (90 − 100)/2
        ((value(4, 140),), 10),  # (140 − 100)/4: nothing else is known of January to March
        (each(110, None, None, 140), 10),  # (140 − 100)/4
        (each(110, None, 120, 130, 140), F(15, 2)),  # (140 − 110)/4: from January to May
        ((value(3, 130, since=1), value(6, 160, since=4)), 10),  # (160 − 100)/6
        ((no_change(1), no_change(2), value(3, 106)), 2),  # (106 − 100)/3
    ],
)
def test_the_recent_pace_of_a_stock_is_the_change_of_its_level_per_month(answers, pace):
    assert recent(*answers, indicator=STOCK, baseline=100) == pace


@pytest.mark.parametrize(
    ("answers", "pace"),
    [
        (each(100), None),  # nothing to have changed from
        (each(100, 101), 1),
        (each(100, 101, 102), 1),  # (102 − 100)/2, not 102/3
        (each(100, 104, 105, 110), F(10, 3)),  # (110 − 100)/3, as with a baseline
        (each(90, 100, 104, 105, 110), F(10, 3)),  # (110 − 100)/3: January is past
        ((value(3, 100), value(6, 94)), -2),  # (94 − 100)/3
        (each(100, 100), 0),
    ],
)
def test_without_a_baseline_the_pace_of_a_stock_begins_at_the_first_answer(answers, pace):
    assert recent(*answers, indicator=STOCK) == pace


@pytest.mark.parametrize(
    ("frequency", "answers", "pace"),
    [
        # A quarter reported in its last month, as a run, as a running total, or month by month.
        ("quarter", (value(3, 30), value(6, 60)), 15),  # 90/6
        ("quarter", (value(3, 30, since=1), value(6, 60, since=4)), 15),
        ("quarter", (total(3, 30), total(6, 90)), 15),
        ("quarter", each(10, 10, 10, 20, 20, 20), 15),
        ("quarter", each(None, 10, 20, None, None, 60), 15),  # January was not due: the quarter has brought 30
        # The last three due months, not the last three answers: (60 + 30 + 90)/9, the first quarter is past.
        ("quarter", each(100, 100, 100, 20, 20, 20, 10, 10, 10, 0, 0, 90), 20),
        # What comes after the last due month is not in the pace yet.
        ("quarter", each(10, 10, 10, 50), 10),
        ("quarter", each(10, 10), None),
        ("quarter", (value(4, 40, since=1), value(6, 20, since=5)), 10),  # 60/6: March is told in April
        ("quarter", (value(3, 30), value(9, 60)), 15),  # 90/6: the second quarter was not answered
        ("half_year", each(10, 10, 10, 10, 10, 70, 500), 20),  # 120/6
        ("year", each(10, 10, 10, 10), None),
    ],
)
def test_the_recent_pace_is_that_of_the_last_three_due_months(frequency, answers, pace):
    assert recent(*answers, indicator=measure("flow", frequency=frequency)) == pace


@pytest.mark.parametrize(
    ("answers", "baseline", "pace"),
    [
        (each(110, 120, 130, 190), 100, 10),  # (130 − 100)/3
        (each(110, 120, 130, 140, 150, 190), None, 20),  # (190 − 130)/3
        (each(110, 120, 130, 140, 150), None, None),
        ((value(3, 100), value(6, 200), value(9, 230), value(12, 280)), None, 20),  # (280 − 100)/9
    ],
)
def test_the_pace_of_a_quarterly_stock_is_that_between_due_months(answers, baseline, pace):
    assert recent(*answers, indicator=measure("stock", frequency="quarter"), baseline=baseline) == pace


# --- remaining, needed, forecast, difficulty ------------------------------------------------------


def test_half_way_at_an_even_pace():
    assert look(120, *each(10, 10, 10, 10, 10, 10), month=6) == Outlook(
        remaining=F(60),
        months_left=6,
        needed_per_month=F(10),
        recent_per_month=F(10),
        forecast=F(120),  # 60 + 10 × 6
        method=ForecastMethod.RECENT_PACE,
        base_month=6,
        no_forecast=None,
        difficulty=F(1),
        stalled=False,
    )


@pytest.mark.parametrize(
    ("answers", "month", "remaining", "needed", "forecast", "difficulty"),
    [
        (each(8), 1, 112, F(112, 11), 96, F(14, 11)),  # 8 + 8 × 11; 112/11 ÷ 8
        (each(30, 0, 3, 3), 4, 84, F(21, 2), 52, F(21, 4)),  # 36 + 2 × 8; 10.5/2
        (each(30, 30, 30, 30), 4, 0, 0, 360, None),  # finished: nothing remains to be difficult
        (each(50, 50, 50), 3, 0, 0, 600, None),  # and never less than nothing
        (each(9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9), 11, 21, 21, 108, F(7, 3)),  # one month left: 99 + 9
        # However little remains and is done: 119.5 + 0.5 × 8; 0.0625/0.5
        (each(118, "0.5", "0.5", "0.5"), 4, F(1, 2), F(1, 16), F("123.5"), F(1, 8)),
        ((value(3, 30, since=1), value(6, 30, since=4)), 6, 60, 10, 120, 1),  # 60 + 10 × 6
        ((total(6, "634.29"),), 6, 0, 0, F("1268.58"), None),  # 634.29 + 105.715 × 6
    ],
)
def test_what_remains_the_pace_it_needs_and_where_the_year_is_heading(
    answers, month, remaining, needed, forecast, difficulty
):
    found = look(120, *answers, month=month)
    assert (found.remaining, found.needed_per_month, found.forecast, found.difficulty) == (
        remaining,
        needed,
        forecast,
        difficulty,
    )
    assert (found.method, found.no_forecast, found.stalled) == (ForecastMethod.RECENT_PACE, None, False)


def test_a_stock_is_forecast_by_the_change_of_its_level():
    found = look(300, *each(110, 130, 145, 150), month=4, indicator=STOCK, baseline=100)
    assert (found.remaining, found.needed_per_month) == (150, F(75, 4))
    assert found.forecast == F(770, 3)  # 150 + 40/3 × 8
    assert found.difficulty == F(45, 32)  # 18.75 ÷ 40/3


def test_a_stock_without_a_baseline_is_forecast_by_the_change_between_its_answers():
    found = look(120, *each(100, 101, 102), month=3, indicator=STOCK)
    assert (found.recent_per_month, found.forecast) == (1, 111)  # (102 − 100)/2, 102 + 1 × 9; not 34 and 408
    assert (found.remaining, found.needed_per_month, found.difficulty) == (18, 2, 2)


def test_the_first_level_without_a_baseline_gives_no_pace():
    found = look(120, *each(100), month=1, indicator=STOCK)
    assert (found.recent_per_month, found.forecast, found.no_forecast) == (None, None, NoForecast.NO_PACE)
    assert (found.remaining, found.needed_per_month, found.difficulty) == (20, F(20, 11), None)
    assert not found.stalled


def test_of_a_stock_without_baseline_and_answer_nothing_is_known_to_remain():
    found = look(120, month=4, indicator=STOCK)
    assert (found.remaining, found.needed_per_month, found.no_forecast) == (None, None, NoForecast.NOT_REPORTED)
    known = look(120, month=4, indicator=STOCK, baseline=100)
    assert (known.remaining, known.needed_per_month) == (20, F(5, 2))


# --- months that passed in silence ----------------------------------------------------------------


def test_the_forecast_goes_on_from_the_month_of_the_latest_answer():
    found = look(120, *each(10, 10, 10, 10), month=6)  # May and June are missing
    assert (found.recent_per_month, found.forecast) == (10, 120)  # 40 + 10 × 8, not 40 + 10 × 6
    assert (found.months_left, found.remaining, found.needed_per_month) == (6, 80, F(40, 3))
    assert found.difficulty == F(4, 3)


def test_a_stock_goes_on_from_the_month_of_its_latest_answer():
    found = look(300, *each(110, 120), month=5, indicator=STOCK, baseline=100)
    assert (found.forecast, found.needed_per_month) == (220, F(180, 7))  # 120 + 10 × 10


def test_a_quarterly_figure_goes_on_from_the_end_of_its_quarter():
    assert look(120, value(3, 30), month=5, indicator=QUARTERLY).forecast == 120  # 30 + 10 × 9


def test_what_came_before_its_due_month_is_in_the_actual():
    assert look(120, *each(10, 10, 10, 30), month=4, indicator=QUARTERLY).forecast == 140  # 60 + 10 × 8


@pytest.mark.parametrize(
    ("answers", "forecast"),
    [
        (each(20, 0, 0, 0), 20),  # 20 + 0 × 8
        (each(20, 0, -1, 0), F(49, 3)),  # 19 − 1/3 × 8
        (each("119.5", 0, 0, 0), F("119.5")),  # however little remains
    ],
)
def test_a_target_that_no_longer_moves_is_stalled(answers, forecast):
    found = look(120, *answers, month=4)
    assert (found.stalled, found.difficulty, found.forecast) == (True, None, forecast)


def test_a_finished_target_is_not_stalled():
    assert not look(20, *each(20, 0, 0, 0), month=4).stalled


# --- last year's shape ----------------------------------------------------------------------------

SPRING_YEAR = each(30, 20, 10, 0, 0, 0, 0, 0, 0, 0, 20, 40)  # 60 by June, 120 in all


def test_a_seasonal_flow_is_forecast_by_last_years_shape():
    found = look(100, *each(20, 15, 10), month=3, last_year=SPRING_YEAR)
    assert (found.forecast, found.method) == (90, ForecastMethod.LAST_YEARS_SHAPE)  # 45 × 120/60
    assert (found.remaining, found.recent_per_month) == (55, 15)


def test_the_shape_is_that_of_the_same_months():
    assert look(100, *each(20), month=1, last_year=SPRING_YEAR).forecast == 80  # 20 × 120/30


def test_the_shape_is_that_of_the_months_by_the_latest_answer():
    found = look(100, *each(20, 15), month=3, last_year=SPRING_YEAR)  # March is missing
    assert found.forecast == 84  # 35 × 120/50, not 35 × 120/60


def test_a_shape_needs_no_pace():
    yearly = measure("flow", frequency="year")
    found = look(100, *each(20, 15, 10), month=3, indicator=yearly, last_year=SPRING_YEAR)
    assert (found.recent_per_month, found.forecast) == (None, 90)
    assert look(100, *each(20), month=1, indicator=yearly).no_forecast is NoForecast.NO_PACE


@pytest.mark.parametrize(
    "last_year",
    [
        (),
        SPRING_YEAR[:11],  # no December
        SPRING_YEAR[5:],  # nothing by March
        (value(2, 0), value(3, 0), value(12, 90)),  # a zero to divide by
        (value(3, -5), value(12, 90)),
        (value(4, 60, since=1), value(12, 60, since=5)),  # one run over March and April
    ],
)
def test_where_last_years_months_do_not_exist_the_recent_pace_forecasts(last_year):
    found = look(100, *each(20, 15, 10), month=3, last_year=last_year)
    assert (found.forecast, found.method) == (180, ForecastMethod.RECENT_PACE)  # 45 + 15 × 9


def test_last_year_in_quarters_has_a_shape_at_the_end_of_a_quarter():
    quarters = (value(3, 30, since=1), value(6, 30, since=4), value(12, 60, since=7))
    found = look(100, value(3, 20, since=1), month=3, indicator=QUARTERLY, last_year=quarters)
    assert found.forecast == 80  # 20 × 120/30


def test_a_small_amount_of_last_year_has_a_shape():
    found = look(100, each(20)[0], month=1, last_year=(value(1, "0.5"), value(12, "1.5")))
    assert found.forecast == 80  # 20 × 2/0.5


def test_a_stock_has_no_shape():
    found = look(300, *each(110, 120), month=2, indicator=STOCK, baseline=100, last_year=each(*range(90, 102)))
    assert (found.forecast, found.method) == (220, ForecastMethod.RECENT_PACE)  # 120 + 10 × 10


# --- no forecast, and why -------------------------------------------------------------------------


def test_nothing_is_shown_at_month_12():
    assert look(120, *each(*[10] * 12), month=12) == Outlook(no_forecast=NoForecast.YEAR_ENDED)


def test_without_a_target_nothing_remains_to_be_said():
    found = look(None, *each(10), month=6)
    assert (found.no_forecast, found.remaining, found.needed_per_month, found.forecast) == (
        NoForecast.NO_TARGET,
        None,
        None,
        None,
    )


def test_a_step_target_has_a_pace_and_no_forecast():
    found = look(120, *each(10, 20), month=2, interpolation=STEP)
    assert (found.forecast, found.method, found.no_forecast) == (None, None, NoForecast.STEP_TARGET)
    assert (found.remaining, found.needed_per_month, found.recent_per_month) == (90, 9, 15)
    assert found.difficulty == F(3, 5)


def test_a_rate_has_no_forecast():
    found = look(95, share(5, 80, 100), share(6, 90, 100), month=6, indicator=RATE, baseline=70)
    assert (found.remaining, found.forecast, found.no_forecast) == (5, None, NoForecast.RATE)


@pytest.mark.parametrize("answers", [(), (not_applicable(1),)])
def test_what_was_not_reported_has_no_forecast_and_all_of_it_remains(answers):
    found = look(120, *answers, month=4)
    assert (found.forecast, found.no_forecast) == (None, NoForecast.NOT_REPORTED)
    assert (found.remaining, found.needed_per_month, found.recent_per_month) == (120, 15, None)
    assert (found.difficulty, found.stalled) == (None, False)


def test_a_reported_zero_has_a_forecast():
    found = look(120, value(1, 0), month=1)
    assert (found.forecast, found.no_forecast, found.stalled) == (0, None, True)
