"""Charts draw the figures of the pages, leave gaps where nothing was reported, and say in a sentence what they show."""

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
from django.utils.translation import override
from plotly import graph_objects

from targets import display
from targets.calculations.terms import Period
from targets.charts.base import plotted, ticks
from targets.charts.indicator import indicator_chart
from targets.charts.section import section_chart
from targets.models import Year
from targets.permissions import everything
from targets.summaries import rows
from targets.summaries.indicator import indicator_page
from targets.summaries.selection import Selection, thresholds_of
from tests.copies import copied

pytestmark = pytest.mark.once

CHARTS_JS = Path(__file__).parent.parent / "static" / "js" / "charts.js"


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def selection(unit, as_of=6, period=Period.FIRST_HALF, **fields):
    tree = type(unit).objects.all().tree()
    return Selection(everything(tree), Year.objects.get(year=2023), period, as_of, unit, **fields)


def page_of(unit, indicator, **fields):
    chosen = selection(unit, **fields)
    return indicator_page(chosen, chosen.facts(indicators=[indicator])[0])


def chart_of(page):
    return indicator_chart(page, thresholds_of(page.selection.year))


def trace(chart, name):
    return next(trace for trace in chart.as_json()["data"] if trace.get("name") == name)


def section_of(unit, section, **fields):
    chosen = selection(unit, **fields)
    group = rows.Group(rows.rows(chosen, chosen.facts(section=section)), section)
    return group, section_chart(chosen, group, section.name_en, thresholds_of(chosen.year))


@pytest.fixture
@copied
def road(build):
    """A village's road: 6 km by June, 12 by December; 1 in January, 2 in March to May, nothing in February."""
    township = build.unit("T", kind="township", name_en="Qingshan")
    village = build.unit("T-E", township, name_en="East Village")
    indicator = build.indicator("ROADS", name_en="Roads built", unit_of_measure_en="km")
    target = build.target(indicator, village, {6: 6, 12: 12})
    build.approved(target, 1, 1)
    build.approved(target, 5, 2, from_month=3)
    return target


def line(chart, name):
    """The places of a line with what is drawn there."""
    drawn = trace(chart, name)
    return list(zip(drawn["x"], drawn["y"], strict=True))


def test_the_course_holds_the_figures_of_the_summary(road):
    page = page_of(road.unit, road.indicator)
    chart = chart_of(page)
    reported = {point.month: point.actual for point in page.trend if point.actual is not None}
    assert reported == {1: 1, 5: 3}
    # 6 km in six months, 6 more in the next six: 1 a month, from the start.
    months = ["Start", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    assert line(chart, "Plan path") == list(zip(months, map(float, range(13)), strict=True))
    assert list(trace(chart, "Checkpoint")["y"]) == [6.0, 12.0]
    assert list(trace(chart, "Checkpoint")["x"]) == ["Jun", "Dec"]


def test_a_month_that_is_missing_breaks_the_line(road):
    # February was not reported, March and April are covered by the answer that ends in May: 1 + 2 = 3. June is open.
    chart = chart_of(page_of(road.unit, road.indicator))
    assert line(chart, "Actual") == [("Start", 0.0), ("Jan", 1.0), ("Feb", None), ("May", 3.0), ("Jun", None)]
    actual = trace(chart, "Actual")
    assert actual["connectgaps"] is False
    assert [text for [text] in actual["customdata"]] == ["0.00", "1.00", "—", "3.00 (incomplete)", "—"]
    # The start is no answer: it has no mark.
    assert list(actual["marker"]["size"]) == [0, 8, 8, 8, 8]


def test_a_reported_zero_is_a_point_and_no_gap(build, road):
    build.approved(road, 2, 0)
    chart = chart_of(page_of(road.unit, road.indicator))
    assert line(chart, "Actual") == [("Start", 0.0), ("Jan", 1.0), ("Feb", 1.0), ("May", 3.0), ("Jun", None)]


@pytest.mark.parametrize(
    ("fields", "plan", "answers", "points"),
    [
        # Running totals of March and June: one line from 0 through both, no month between them is missing.
        pytest.param(
            {},
            {"checkpoints": {6: 600}},
            [(3, 400, {"typed_as": "cumulative"}), (6, 500, {"typed_as": "cumulative"})],
            [("Start", 0.0), ("Mar", 400.0), ("Jun", 500.0)],
            id="running totals",
        ),
        # 90 in the first quarter, 120 in the second: 90, 210.
        pytest.param(
            {"frequency": "quarter"},
            {"checkpoints": {6: 200}},
            [(3, 90, {"from_month": 1}), (6, 120, {"from_month": 4})],
            [("Start", 0.0), ("Mar", 90.0), ("Jun", 210.0)],
            id="quarters",
        ),
        # The first quarter was not reported: the line does not pass it.
        pytest.param(
            {"frequency": "quarter"},
            {"checkpoints": {6: 200}},
            [(6, 120, {"from_month": 4})],
            [("Start", 0.0), ("Mar", None), ("Jun", 120.0)],
            id="a quarter missing",
        ),
        # A stock begins at its baseline.
        pytest.param(
            {"accumulation": "stock", "frequency": "half_year"},
            {"checkpoints": {6: 10500}, "baseline": 10000},
            [(6, 10050, {})],
            [("Start", 10000.0), ("Jun", 10050.0)],
            id="a stock from its baseline",
        ),
        pytest.param(
            {"accumulation": "stock", "frequency": "half_year"},
            {"checkpoints": {6: 10500}},
            [(6, 10050, {})],
            [("Jun", 10050.0)],
            id="a stock without a baseline",
        ),
        # A monitored indicator has an opening as well.
        pytest.param(
            {"direction": "monitor", "accumulation": "stock", "frequency": "half_year"},
            {"baseline": 40},
            [(6, 50, {})],
            [("Start", 40.0), ("Jun", 50.0)],
            id="monitored",
        ),
        # 1 in January, nothing to report in February (not applicable), 2 in March to June.
        pytest.param(
            {},
            {"checkpoints": {6: 600}},
            [(1, 1, {}), (2, None, {"answer": "not_applicable"}), (6, 2, {"from_month": 3})],
            [("Start", 0.0), ("Jan", 1.0), ("Jun", 3.0)],
            id="not applicable",
        ),
    ],
)
def test_a_line_runs_from_the_start_through_every_answer(build, road, fields, plan, answers, points):
    indicator = build.indicator("COURSE", **fields)
    target = build.target(indicator, road.unit, plan.get("checkpoints"), baseline=plan.get("baseline"))
    for month, value, further in answers:
        build.approved(target, month, value, **further)
    assert line(chart_of(page_of(road.unit, indicator)), "Actual") == points


def test_the_plan_path_of_quarters_runs_from_quarter_to_quarter(build, road):
    # Between two quarters nothing falls due, so the path has no stairs.
    indicator = build.indicator("QUARTERS", frequency="quarter")
    build.target(indicator, road.unit, {3: 100, 6: 200, 9: 300, 12: 450})
    assert line(chart_of(page_of(road.unit, indicator)), "Plan path") == [
        ("Start", 0.0),
        ("Mar", 100.0),
        ("Jun", 200.0),
        ("Sep", 300.0),
        ("Dec", 450.0),
    ]


def test_last_year_is_a_line_through_its_own_answers(build, road):
    build.year(2022)
    then = build.target(road.indicator, road.unit, {12: 12}, year=2022)
    for month, value in ((3, 2), (6, 5), (12, 11)):
        build.approved(then, month, value, typed_as="cumulative")
    chart = chart_of(page_of(road.unit, road.indicator))
    assert line(chart, "Last year") == [("Start", 0.0), ("Mar", 2.0), ("Jun", 5.0), ("Dec", 11.0)]
    assert "lines" in trace(chart, "Last year")["mode"]


def test_no_piece_of_the_course_lies_level_over_the_months_of_a_run(road):
    names = [one.get("name") for one in chart_of(page_of(road.unit, road.indicator)).as_json()["data"]]
    assert names == ["Plan path", "Checkpoint", "Forecast", "Actual"]


def test_nothing_is_drawn_behind_the_cut_off(build, road):
    build.approved(road, 8, 4, from_month=6)
    chart = chart_of(page_of(road.unit, road.indicator, as_of=6))
    assert [place for place, _level in line(chart, "Actual")][-1] == "Jun"


@pytest.mark.parametrize(
    ("language", "unit", "amount", "marks"),
    [
        # Twelve times the amount in the plan: 0 to 12,000 at steps of 2,000.
        ("zh-hans", "元", 1000, ["0", "0.2万", "0.4万", "0.6万", "0.8万", "1万", "1.2万"]),
        ("en", "yuan", 1000, ["0", "2000", "4000", "6000", "8000", "10,000", "12,000"]),
        ("zh-hans", "万元", 25000, ["0", "5万", "10万", "15万", "20万", "25万", "30万"]),
        ("en", "10,000 yuan", 25000, ["0", "50,000", "100,000", "150,000", "200,000", "250,000", "300,000"]),
        ("zh-hans", "元", 25_000_000, ["0", "0.5亿", "1亿", "1.5亿", "2亿", "2.5亿", "3亿"]),
        ("zh-hans", "户", 50, ["0", "100", "200", "300", "400", "500", "600"]),
    ],
)
def test_an_axis_counts_in_wan_and_yi_and_never_in_k_and_m(build, road, language, unit, amount, marks):
    indicator = build.indicator("LARGE", unit_of_measure=unit, unit_of_measure_en=unit)
    target = build.target(indicator, road.unit, {12: amount * 12})
    build.approved(target, 1, amount)
    with override(language):
        layout = chart_of(page_of(road.unit, indicator)).as_json()["layout"]
    assert list(layout["yaxis"]["ticktext"]) == marks
    assert not re.search("[kMGμ]", "".join(marks))
    # The unit of measure stands level above the axis, not turned along it.
    assert "title" not in layout["yaxis"]
    said = {"en": f"Unit: {unit}", "zh-hans": f"单位：{unit}"}[language]
    assert [note["text"] for note in layout["annotations"]] == [said]


def test_marks_close_together_are_written_out():
    with override("zh-hans"):
        assert display.axis([10000, 10200, 10400]) == ["10,000", "10,200", "10,400"]
        assert display.axis([-20000, -10000, 0]) == ["−2万", "−1万", "0"]


def test_what_is_counted_whole_is_marked_whole():
    assert ticks([Fraction(0)], from_zero=True, decimals=0) == (0, 1)
    assert ticks([Fraction(2)], from_zero=True, decimals=0) == (0, 1, 2)


@pytest.mark.parametrize(
    ("values", "from_zero", "marks"),
    [
        ([7], True, [0, 2, 4, 6, 8]),
        ([12], True, [0, 2, 4, 6, 8, 10, 12]),
        ([100], True, [0, 20, 40, 60, 80, 100]),
        ([1234], True, [0, 250, 500, 750, 1000, 1250]),
        ([Fraction(3, 100)], True, [Fraction(place, 200) for place in range(7)]),
        ([-3, 3], True, [-3, -2, -1, 0, 1, 2, 3]),
        ([0], True, [0, Fraction(1, 5), Fraction(2, 5), Fraction(3, 5), Fraction(4, 5), 1]),
        # A level need not be shown from 0.
        ([990, 1000], False, [990, 992, 994, 996, 998, 1000]),
        ([1000], False, [900, 950, 1000, 1050, 1100]),
        ([], False, [0, Fraction(1, 5), Fraction(2, 5), Fraction(3, 5), Fraction(4, 5), 1]),
    ],
)
def test_an_axis_has_easy_steps_around_its_values(values, from_zero, marks):
    assert list(ticks([Fraction(value) for value in values], from_zero=from_zero)) == [Fraction(one) for one in marks]


def test_a_ceiling_has_an_allowance_and_no_plan(build, road):
    indicator = build.indicator("CASES", direction="at_most", decimals=0)
    target = build.target(indicator, road.unit, {6: 3, 12: 6})
    build.approved(target, 6, 1, from_month=1)
    names = [trace.get("name") for trace in chart_of(page_of(road.unit, indicator)).as_json()["data"]]
    assert "Allowance" in names
    assert "Plan path" not in names


def test_a_plan_in_steps_is_drawn_in_steps(build, road):
    harvest = build.indicator("RICE", decimals=0)
    target = build.target(harvest, road.unit, {6: 0, 12: 44}, interpolation="step")
    path = trace(chart_of(page_of(target.unit, harvest)), "Plan path")
    assert path["line"]["shape"] == "hv"


def test_the_sentence_says_what_the_course_shows(road):
    # 3 of 6 km: 50 %, behind.
    sentence = chart_of(page_of(road.unit, road.indicator)).sentence
    assert sentence == "Roads built as of June 2023: 3.00 km against 6.00 km expected by schedule (Behind)."


def test_the_sentence_says_that_nothing_was_reported(build, road):
    empty = build.target(build.indicator("NEW", name_en="New thing"), road.unit, {6: 6})
    sentence = chart_of(page_of(road.unit, empty.indicator)).sentence
    assert sentence == "New thing: nothing was reported as of June 2023 (Not reported)."


def test_the_bars_hold_the_figures_of_the_summary(build, road):
    canals = build.target(build.indicator("CANALS", name_en="Canals"), road.unit, {6: 15, 12: 30})
    build.approved(canals, 6, "18.85", from_month=1)
    build.target(build.indicator("NEW", name_en="New thing"), road.unit, {6: 6})
    group, chart = section_of(road.unit, road.indicator.section)
    bars, marks, words = chart.as_json()["data"]
    # 3 ÷ 6 = 50 %; 18.85 ÷ 15 = 125.7 %; what was not reported has no bar.
    assert list(bars["y"]) == ["ROADS", "CANALS"]
    assert list(chart.as_json()["layout"]["yaxis"]["ticktext"]) == ["Roads built", "Canals"]
    assert list(bars["x"]) == [plotted(row.standing.completion) for row in group.rows[:2]]
    assert [list(texts) for texts in bars["customdata"]] == [
        ["50.0%", "Behind", "Roads built"],
        ["125.7%", "Exceeded", "Canals"],
    ]
    assert list(marks["x"]) == [1.0, 1.0]
    # Status as a word, behind the bar or the mark, whichever ends later.
    assert list(words["text"]) == [" 50.0% Behind", " 125.7% Exceeded"]
    assert list(words["x"]) == [1.0, plotted(Fraction(1885, 1500))]


def test_a_very_long_bar_is_cut_and_its_text_is_not(build, road):
    giant = build.target(build.indicator("GIANT", name_en="Giant"), road.unit, {6: 1, 12: 2})
    build.approved(giant, 6, 9, from_month=1)
    _group, chart = section_of(road.unit, giant.indicator.section)
    bars = chart.as_json()["data"][0]
    # 9 ÷ 1 = 900 %, drawn to 150 %.
    place = list(bars["y"]).index("GIANT")
    assert bars["x"][place] == 1.5
    assert list(bars["customdata"][place]) == ["900.0%", "Exceeded", "Giant"]


def test_two_indicators_of_one_name_keep_a_bar_each(build, road):
    for code in ("TWIN-A", "TWIN-B"):
        target = build.target(build.indicator(code, name_en="Twin"), road.unit, {6: 2})
        build.approved(target, 6, 1, from_month=1)
    _group, chart = section_of(road.unit, road.indicator.section)
    places = chart.as_json()["data"][0]["y"]
    assert len(set(places)) == len(places) == 3


def test_the_sentence_counts_what_the_section_shows(build, road):
    canals = build.target(build.indicator("CANALS", name_en="Canals"), road.unit, {6: 15, 12: 30})
    build.approved(canals, 6, "18.85", from_month=1)
    _group, chart = section_of(road.unit, road.indicator.section)
    # Completion (50 + min(125.7, 100)) ÷ 2 = 75 %, by schedule 100 %.
    assert chart.sentence == (
        "Section economy, First half as of June 2023: of 2 indicators judged, 1 are completed and "
        "1 lag behind schedule; mean completion 75.0%, by schedule 100.0%."
    )


def test_what_waits_is_said_in_the_sentence_of_what_counts_it(build, road):
    build.submitted(road, 6, 3)
    sentence = chart_of(page_of(road.unit, road.indicator, waiting=True)).sentence
    assert "6.00 km against 6.00 km" in sentence
    assert "wait" in sentence


@pytest.mark.parametrize("waiting", [False, True])
def test_the_library_knows_every_attribute(road, waiting):
    """It would pass over a misspelt one in the browser; its package for Python refuses it."""
    _group, bars = section_of(road.unit, road.indicator.section)
    for chart in (bars, chart_of(page_of(road.unit, road.indicator, waiting=waiting))):
        drawn = chart.as_json()
        graph_objects.Figure(data=drawn["data"], layout=drawn["layout"])
        assert len(json.dumps(drawn)) < 10_000


def test_a_picture_is_named_for_what_it_shows(road):
    course = chart_of(page_of(road.unit, road.indicator, as_of=5))
    _group, bars = section_of(road.unit, road.indicator.section, period=Period.YEAR, as_of=9)
    assert all(part in course.file_name for part in ("Roads-built", "First-half", "May-2023"))
    assert all(part in bars.file_name for part in ("economy", "Whole-year", "September-2023"))
    with override("zh-hans"):
        chinese = chart_of(page_of(road.unit, road.indicator)).file_name
    assert all(part in chinese for part in ("指标ROADS", "上半年", "2023年6月"))


@pytest.mark.parametrize("name", ["a/b", 'q"uote', "两 字", "x" * 150])
def test_a_pictures_name_is_one_that_a_file_system_takes(build, road, name):
    target = build.target(build.indicator("ODD", name=name[:120], name_en=name), road.unit, {6: 6})
    file_name = chart_of(page_of(road.unit, target.indicator)).file_name
    assert not re.search(r'[\\/:*?"<>|\s]', file_name)


def test_the_page_offers_no_way_out_of_the_house():
    script = CHARTS_JS.read_text(encoding="utf-8")
    assert re.search(r"showSendToCloud:\s*false", script)
    assert re.search(r'plotlyServerURL:\s*""', script)
    assert re.search(r"displaylogo:\s*false", script)
    assert re.search(r'modeBarButtons:\s*\[\["toImage"\]\]', script)


# A picture leaves the page alone.


def test_a_picture_that_counts_what_waits_says_so_in_its_name_and_on_it(road, build):
    build.submitted(road, 6, 1)
    shown, counted = (page_of(road.unit, road.indicator, waiting=waiting) for waiting in (False, True))
    plain, with_it = chart_of(shown).as_json(), chart_of(counted).as_json()
    assert "waits" not in plain["fileName"]
    assert "title" not in plain["layout"]["xaxis"]
    assert with_it["fileName"].endswith("with-what-waits-for-review")
    assert with_it["layout"]["xaxis"]["title"]["text"] == "Shown as if what waits for review were approved."


def test_a_section_chart_that_counts_what_waits_says_so_as_well(road):
    _group, chart = section_of(road.unit.parent, road.indicator.section, waiting=True)
    assert chart.file_name.endswith("with-what-waits-for-review")
    text = chart.as_json()["layout"]["xaxis"]["title"]["text"]
    assert text.startswith("Share of the ")
    assert text.endswith("<br>Shown as if what waits for review were approved.")


def test_a_month_in_which_a_village_is_missing_is_hollow_and_called_incomplete(road, build):
    from targets.charts.base import BLUE, PAPER

    township, indicator = road.unit.parent, road.indicator
    west = build.target(indicator, build.unit("T-W", township, name_en="West Village"), {6: 6, 12: 12})
    build.approved(west, 5, 1, from_month=1)
    # East answered January and March to May, West January to May by one figure in May. By the end of January West is
    # missing; from March on East's February is.
    page = page_of(township, indicator)
    partial = {point.month for point in page.trend if point.is_partial}
    answered = {point.month for point in page.trend if point.actual is not None}
    assert partial == answered
    actual = trace(chart_of(page), "Actual")
    assert actual["marker"]["color"][1] == PAPER
    assert actual["customdata"][1][0].endswith("(incomplete)")
    # The rest is answered: nothing is missing at the end of May.
    build.approved(road, 2, 1)
    page = page_of(township, indicator)
    assert {point.month for point in page.trend if point.is_partial} == {1, 2}
    may = trace(chart_of(page), "Actual")
    assert may["marker"]["color"][list(may["x"]).index("May")] == BLUE
