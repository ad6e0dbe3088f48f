"""Why a status is what it is: the sentences name the numbers that decided, and of what a ratio was taken."""

import pytest
from django.utils.translation import override

from targets.calculations.terms import Period
from targets.explanations import why
from targets.models import Year
from targets.permissions import everything
from targets.summaries.indicator import indicator_page
from targets.summaries.selection import Selection, thresholds_of

FROM_START, BY_LEVEL = "起点", "按水平计算"


def sentences(unit, indicator, period=Period.FIRST_HALF, as_of=6):
    tree = type(unit).objects.all().tree()
    chosen = Selection(everything(tree), Year.objects.get(year=2023), period, as_of, unit)
    page = indicator_page(chosen, chosen.facts(indicators=[indicator])[0])
    assert page is not None
    with override("zh-hans"):
        found = why(page.row, period, thresholds_of(chosen.year))
    return [sentence for sentence in found if FROM_START in sentence or BY_LEVEL in sentence]


@pytest.fixture
def house(build):
    township = build.unit("T", kind="township")
    return {code: build.unit(code, township) for code in ("E", "W")}


@pytest.mark.parametrize(
    ("plan", "baseline", "actual", "period", "expected"),
    [
        # Kept at 1,000: 990 ÷ 1,000, whatever the baseline.
        pytest.param({6: 1000, 12: 1000}, 1000, 990, "H1", ["完成率、序时完成率按水平计算：990 ÷ 1000。"], id="kept"),
        # Allowed to fall from 1,000 to 900.
        pytest.param({6: 900, 12: 800}, 1000, 890, "H1", ["完成率、序时完成率按水平计算：890 ÷ 900。"], id="falling"),
        # 10,000 to 10,500: 50 of 500.
        pytest.param(
            {6: 10500, 12: 11000}, 10000, 10050, "H1", ["完成率、序时完成率自起点10,000 亩起算。"], id="growing"
        ),
        # Kept until June, to grow by December: the two ratios of the year differ.
        pytest.param(
            {6: 1000, 12: 1100},
            1000,
            990,
            "Y",
            ["完成率自起点1000 亩起算。", "序时完成率按水平计算：990 ÷ 1000。"],
            id="kept, then growing",
        ),
        # Completed: only completion and its target count, by level.
        pytest.param(
            {6: 1000, 12: 1000}, 1000, 1010, "H1", ["完成率、序时完成率按水平计算：1010 ÷ 1000。"], id="above"
        ),
        # Without a baseline there is no start.
        pytest.param({6: 1000, 12: 1000}, None, 990, "H1", [], id="no baseline"),
        pytest.param({6: 1000, 12: 1000}, 0, 990, "H1", [], id="from 0"),
        # Just below the level: not shown as reaching it.
        pytest.param(
            {6: 1000, 12: 1000}, 1000, "999.9", "H1", ["完成率、序时完成率按水平计算：999 ÷ 1000。"], id="just below"
        ),
    ],
)
def test_it_says_of_what_each_ratio_was_taken(build, house, plan, baseline, actual, period, expected):
    land = build.indicator("LAND", accumulation="stock", unit_of_measure="亩", decimals=0)
    target = build.target(land, house["E"], plan, baseline=baseline)
    build.approved(target, 6, actual)
    assert sentences(house["E"], land, Period(period)) == expected


def test_a_flow_has_no_start(build, house):
    road = build.indicator("ROAD")
    build.approved(build.target(road, house["E"], {6: 6}), 6, 3)
    assert sentences(house["E"], road) == []


def test_a_sum_says_it_of_its_parts_together(build, house):
    # 1,000 and 2,000 to be kept; 990 and 1,995 in: 2,985 ÷ 3,000.
    land = build.indicator("LAND", accumulation="stock", unit_of_measure="亩", decimals=0)
    east, west = (
        build.target(land, house[code], {6: level}, baseline=level) for code, level in (("E", 1000), ("W", 2000))
    )
    build.approved(east, 6, 990)
    township = house["E"].parent
    # West is silent and stands at its start in the ratio: 990 + 2,000.
    assert sentences(township, land) == ["完成率、序时完成率按水平计算：2990 ÷ 3000。"]
    build.approved(west, 6, 1995)
    assert sentences(township, land) == ["完成率、序时完成率按水平计算：2985 ÷ 3000。"]


def test_a_ceiling_has_no_such_ratio(build, house):
    cases = build.indicator("CASES", accumulation="stock", direction="at_most", decimals=0)
    build.approved(build.target(cases, house["E"], {6: 80, 12: 60}, baseline=100), 6, 82)
    assert sentences(house["E"], cases) == []


def test_by_percentage_points_it_is_said_as_well(build, house):
    build.year(2023, basis="points")
    land = build.indicator("LAND", accumulation="stock", unit_of_measure="亩", decimals=0)
    build.approved(build.target(land, house["E"], {6: 1000, 12: 1000}, baseline=1000), 6, 990)
    assert sentences(house["E"], land) == ["完成率、序时完成率按水平计算：990 ÷ 1000。"]
