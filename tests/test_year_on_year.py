"""Year on year, last year's course and the forecast by it: across a successor, and of sums of the same units."""

from datetime import date
from fractions import Fraction

import pytest

from targets.calculations.comparison import NoComparison
from targets.calculations.outlook import ForecastMethod, NoForecast
from targets.calculations.terms import Period
from targets.permissions import scope_of
from targets.services import units
from targets.summaries.half_year import half_year
from targets.summaries.indicator import indicator_page
from targets.summaries.second_half import second_half
from targets.summaries.selection import Selection
from tests.copies import copied
from tests.pages import read

TODAY = date(2023, 7, 10)


def selection(cast, build, month=6, unit=None):
    return Selection(scope_of(cast.leader), build.year(), Period.YEAR, month, unit or cast.township)


def page(cast, build, indicator, month=6, unit=None):
    chosen = selection(cast, build, month, unit)
    (group,) = chosen.facts(indicators=[indicator])
    return indicator_page(chosen, group)


def monthly(build, target, amounts, first=1):
    for month, amount in enumerate(amounts, start=first):
        build.approved(target, month, amount)


def succeeded(cast, build, before, after, *, first=100_000, now=11, **changes):
    """The income of East: last year ``first`` a month in one unit of measure, this year ``now`` in another."""
    old = build.indicator("INV-OLD", cast.economy, unit_of_measure=before)
    new = build.indicator("INV", cast.economy, unit_of_measure=after, succeeds=old, **changes)
    monthly(build, build.target(old, cast.east, {12: 12 * first}, year=2022), [first] * 12)
    monthly(build, build.target(new, cast.east, {6: 60, 12: 130}), [now] * 6)
    return new


@pytest.mark.parametrize(
    ("before", "after", "first", "now"),
    [("元", "万元", 100_000, 11), ("万元", "元", 10, 110_000), ("米", "公里", 10_000, 11), ("公顷", "亩", 2, 33)],
)
def test_a_successor_in_another_unit_of_measure_is_compared_after_conversion(cast, build, before, after, first, now):
    found = page(cast, build, succeeded(cast, build, before, after, first=first, now=now))
    assert found.year_on_year.change == Fraction(1, 10)  # 66 against 60
    assert found.trend[5].last_year == found.year_on_year.last
    assert found.year_on_year.this == 6 * now
    # 66 × 12/6 of last year's months.
    assert (found.outlook.forecast, found.outlook.method) == (12 * now, ForecastMethod.LAST_YEARS_SHAPE)


def test_the_page_and_the_half_year_report_say_the_same(cast, build, signed_in):
    new = succeeded(cast, build, "元", "万元")
    client = signed_in(cast.leader)
    shown = read(client.get("/indicators/INV/?unit=T-E&year=2023&period=H1&as_of=6"))
    assert shown.facts["同比"] == "+10.0%"
    assert "600,000" not in shown.text
    (row,) = (row for row in half_year(selection(cast, build), today=TODAY).rows if row.indicator == new)
    assert row.growth.change == Fraction(1, 10)
    (rest,) = (row for row in second_half(selection(cast, build), today=TODAY).total.rows if row.indicator == new)
    assert rest.outlook.forecast == 132


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [("户", "万元", {}), ("万元", "万元", {"accumulation": "stock"}), ("人", "人次", {})],
)
def test_a_successor_of_another_nature_is_not_compared_and_the_page_says_why(
    cast, build, signed_in, before, after, changes
):
    found = page(cast, build, succeeded(cast, build, before, after, **changes))
    assert (found.year_on_year.change, found.year_on_year.reason) == (None, NoComparison.OTHER_NATURE)
    assert found.before == ()
    assert {point.last_year for point in found.trend} == {None}
    assert found.outlook.method is ForecastMethod.RECENT_PACE
    shown = read(signed_in(cast.leader).get("/indicators/INV/?unit=T-E&year=2023&period=H1&as_of=6"))
    assert shown.facts["同比"] == "— 上年的口径或计量单位不同，不能比较。"


def test_a_growth_in_percent_is_no_rate(cast, build):
    old = build.indicator("OLD", cast.economy, unit_of_measure="%", accumulation="stock")
    new = build.indicator("NEW", cast.economy, unit_of_measure="%", kind="rate", accumulation="latest", succeeds=old)
    build.approved(build.target(old, cast.east, {12: 9}, year=2022), 6, 8)
    build.approved(build.target(new, cast.east, {12: 9}), 6, 9)
    assert page(cast, build, new).year_on_year.reason is NoComparison.OTHER_NATURE


# --- sums ------------------------------------------------------------------------------------------


@pytest.fixture
@copied
def trained(cast, build):
    """Last year 10 a month in each village; targets of 150 this year."""
    found = build.indicator("POP", cast.economy, name="培训人次", unit_of_measure="人次", decimals=0)
    for unit in (cast.east, cast.west):
        monthly(build, build.target(found, unit, {12: 120}, year=2022), [10] * 12)
        build.target(found, unit, {12: 150})
    return found


def report(build, indicator, unit, amounts, first=1):
    monthly(build, indicator.targets.get(unit=unit, year=2023), amounts, first)


def test_a_whole_sum_is_compared_and_forecast_by_last_year(cast, build, trained):
    for unit in (cast.east, cast.west):
        report(build, trained, unit, [12] * 6)
    found = page(cast, build, trained)
    assert (found.year_on_year.change, found.year_on_year.months) == (Fraction(1, 5), (1, 2, 3, 4, 5, 6))
    assert (found.outlook.forecast, found.outlook.method) == (288, ForecastMethod.LAST_YEARS_SHAPE)  # 144 × 240/120


def test_a_month_that_one_unit_owes_is_left_out_of_both_years(cast, build, trained, signed_in):
    report(build, trained, cast.east, [12] * 6)
    report(build, trained, cast.west, [12] * 5)
    found = page(cast, build, trained)
    assert (found.year_on_year.this, found.year_on_year.last) == (120, 100)
    assert found.year_on_year.months == (1, 2, 3, 4, 5)
    assert (found.outlook.forecast, found.outlook.base_month) == (288, 5)  # 120 × 240/100
    shown = read(signed_in(cast.leader).get("/indicators/POP/?unit=T&year=2023&period=Y&as_of=6"))
    assert shown.facts["同比"] == "+20.0% 1月至5月"
    assert "从截至5月的数推算" in shown.facts["全年预计"]


def test_a_silent_unit_leaves_nothing_to_compare_or_forecast_and_both_say_so(cast, build, trained, signed_in):
    report(build, trained, cast.east, [12] * 6)
    found = page(cast, build, trained)
    assert (found.year_on_year.change, found.year_on_year.reason) == (None, NoComparison.NO_COMMON_MONTH)
    assert (found.outlook.forecast, found.outlook.no_forecast) == (None, NoForecast.PARTIAL)
    assert found.outlook.remaining == 228  # 300 − 72
    (row,) = (row for row in half_year(selection(cast, build), today=TODAY).rows if row.indicator == trained)
    assert row.growth.change is None
    client = signed_in(cast.leader)
    shown = read(client.get("/indicators/POP/?unit=T&year=2023&period=Y&as_of=6"))
    assert shown.facts["同比"] == "— 没有各单位两年都已填报的月份。"
    assert "有单位未报" in shown.facts["全年预计"]
    assert "有单位未报" in client.get("/files/second-half.csv?unit=T&year=2023&as_of=6").content.decode()
    # East by itself is a whole.
    assert page(cast, build, trained, unit=cast.east).year_on_year.change == Fraction(1, 5)


def test_other_units_than_last_year_are_not_compared(cast, build, trained):
    for unit in (cast.east, cast.west, cast.office):
        if unit == cast.office:
            build.target(trained, unit, {12: 100})
        report(build, trained, unit, [12] * 6)
    found = page(cast, build, trained)
    assert found.year_on_year.reason is NoComparison.OTHER_UNITS
    assert (found.outlook.forecast, found.outlook.method) == (432, ForecastMethod.RECENT_PACE)  # 216 + 36 × 6


def test_a_unit_that_stays_out_of_the_sum_leaves_both_years(cast, build, trained):
    report(build, trained, cast.east, [12] * 6)
    west = trained.targets.get(unit=cast.west, year=2023)
    from targets.services import planning

    planning.change_target(build.by, target=west, checkpoints={})
    found = page(cast, build, trained)
    assert (found.year_on_year.this, found.year_on_year.last) == (72, 60)


def test_a_merger_is_compared_as_a_whole(cast, build, trained):
    """East does the work of both from July on: 24 a month."""
    report(build, trained, cast.east, [12] * 6 + [24] * 3)
    report(build, trained, cast.west, [12] * 6)
    merged = {"last_year": 2023, "last_month": 6, "reason": "并入东村", "merged_into": cast.east}
    units.end_unit(build.by, unit=cast.west, **merged)
    found = page(cast, build, trained, 9)
    assert (found.year_on_year.this, found.year_on_year.last) == (216, 180)
    assert found.outlook.recent_per_month == 24


def test_without_a_successor_the_months_after_the_end_are_not_compared_and_no_pace(cast, build, trained):
    report(build, trained, cast.east, [12] * 7)
    report(build, trained, cast.west, [12] * 6)
    units.end_unit(build.by, unit=cast.west, last_year=2023, last_month=6, reason="撤销")
    found = page(cast, build, trained, 7)
    assert (found.year_on_year.this, found.year_on_year.last) == (144, 120)
    assert found.year_on_year.months == (1, 2, 3, 4, 5, 6)
    # 84 + 72 = 156, and East goes on at 12 a month.
    assert (found.outlook.recent_per_month, found.outlook.forecast) == (12, 216)
    alone = page(cast, build, trained, 7, cast.west)
    assert (alone.outlook.forecast, alone.outlook.no_forecast) == (None, NoForecast.UNIT_ENDED)
