"""The outlook of a township whose villages report a stock one after the other."""

from fractions import Fraction

import pytest

from targets.calculations.outlook import NoForecast
from targets.calculations.terms import Period
from targets.permissions import scope_of
from targets.summaries.indicator import indicator_page
from targets.summaries.selection import Selection

pytestmark = pytest.mark.django_db


@pytest.fixture
def forests(cast, build):
    """A stock in both villages: East 100, 110, 120, 130 from January to April, West 200, but not in March."""
    stock = build.indicator("FOREST", cast.economy, accumulation="stock", decimals=0)
    east = build.target(stock, cast.east, {12: 200}, baseline=90)
    west = build.target(stock, cast.west, {12: 200}, baseline=200)
    for month, value in enumerate((100, 110, 120, 130), start=1):
        build.approved(east, month, value)
        if month != 3:
            build.approved(west, month, 200)
    return stock


def page(cast, build, stock, month):
    person = scope_of(cast.leader)
    selection = Selection(person, build.year(), Period.YEAR, month, cast.township)
    (group,) = selection.facts(indicators=[stock])
    return indicator_page(selection, group)


def test_a_month_without_one_of_them_is_no_level_of_the_whole(cast, build, forests):
    # Wholes: January 300, February 310, April 330. From the start, 90 + 200 = 290, to April: (330 − 290) ÷ 4 = 10.
    outlook = page(cast, build, forests, 4).outlook
    assert outlook.recent_per_month == Fraction(10)
    # 330 + 10 × 8 = 410.
    assert outlook.forecast == Fraction(410)
    # 400 are asked for, 330 are there: 70 in eight months.
    assert (outlook.remaining, outlook.needed_per_month) == (Fraction(70), Fraction(70, 8))


def test_in_the_month_itself_the_last_whole_stands(cast, build, forests):
    # March lacks West. The last whole is February: 310; the pace (310 − 290) ÷ 2 = 10; 310 + 10 × 10 = 410.
    outlook = page(cast, build, forests, 3).outlook
    assert (outlook.recent_per_month, outlook.forecast) == (Fraction(10), Fraction(410))
    # What remains is counted from what the page shows, the latest of each: 120 + 200 = 320; 400 − 320 = 80.
    assert outlook.remaining == Fraction(80)


def test_a_silent_part_stands_at_its_start_and_is_the_reason(cast, build):
    """East 130 of 140, West silent; both began with 100 and are to have 140."""
    stock = build.indicator("POND", cast.economy, accumulation="stock", decimals=0)
    east, west = (build.target(stock, unit, {12: 140}, baseline=100) for unit in (cast.east, cast.west))
    build.approved(east, 6, 130, from_month=6)
    shown = page(cast, build, stock, 6)
    outlook = shown.outlook
    # 280 − (130 + 100) = 50, as completion has it: (230 − 200) ÷ (280 − 200) = 37.5 %. In six months 50 ÷ 6.
    assert (outlook.remaining, outlook.needed_per_month) == (Fraction(50), Fraction(50, 6))
    assert (outlook.forecast, outlook.no_forecast) == (None, NoForecast.PARTIAL)
    assert west.pk in {target.pk for target in shown.row.targets}
