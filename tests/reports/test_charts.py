"""Charts of papers hold what the charts of the pages hold."""

from fractions import Fraction

import pytest
from django.utils.translation import override

from reports.notices.charts import axis, course_chart, section_chart, sections_chart, status_chart
from reports.writers.picture import draw
from targets.calculations.terms import Period
from targets.models import User, Year
from targets.permissions import scope_of
from targets.summaries.indicator import indicator_page
from targets.summaries.rows import group, overview
from targets.summaries.selection import Selection, thresholds_of

CHOSEN = "year=2023&period=H1&as_of=6&unit=DC"


@pytest.fixture
def selection(sample):
    scope = scope_of(User.objects.get(username="leader"))
    return Selection(scope, Year.objects.get(year=2023), Period.FIRST_HALF, 6, scope.tree.by_code["DC"])


@pytest.fixture
def client(sample, signed_in):
    return signed_in(User.objects.get(username="leader"), "en")


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([7], [0, 2, 4, 6, 8]),
        ([12], [0, Fraction(5, 2), 5, Fraction(15, 2), 10, Fraction(25, 2)]),
        ([100], [0, 20, 40, 60, 80, 100]),
        ([1234], [0, 250, 500, 750, 1000, 1250]),
        ([Fraction(3, 100)], [0, Fraction(1, 100), Fraction(2, 100), Fraction(3, 100)]),
        ([-3, 3], [-4, -2, 0, 2, 4]),
        ([0], [0, Fraction(1, 5), Fraction(2, 5), Fraction(3, 5), Fraction(4, 5), 1]),
        ([], [0, Fraction(1, 5), Fraction(2, 5), Fraction(3, 5), Fraction(4, 5), 1]),
    ],
)
def test_an_axis_has_easy_steps_around_its_values(values, ticks):
    assert list(axis([Fraction(value) for value in values])) == [Fraction(tick) for tick in ticks]


@pytest.mark.parametrize("code", ["economy", "livelihood"])
def test_a_section_has_the_bars_and_the_sentence_of_its_page(client, selection, code):
    page = client.get(f"/sections/{code}/chart.json?{CHOSEN}").json()
    section = next(one.section for one in overview(selection).sections if one.section.code == code)
    with override("en"):
        title = section.name_en
        chart = section_chart(selection, group(selection, section), title, thresholds_of(selection.year))
    bars, marks = page["data"][0], page["data"][1]
    assert [bar.label for bar in chart.bars] == [one[2] for one in bars["customdata"]]
    assert [bar.text for bar in chart.bars] == [f"{one[0]} {one[1]}" for one in bars["customdata"]]
    assert [min(bar.share or 0.0, 1.5) for bar in chart.bars] == bars["x"]
    assert [bar.mark for bar in chart.bars] == marks["x"]
    assert chart.sentence == page["sentence"]
    assert all(f">{bar.text}<" in draw(chart) for bar in chart.bars)


@pytest.mark.parametrize("code", ["E06", "R12", "G13"])
def test_a_course_has_the_points_and_the_sentence_of_its_page(client, selection, code):
    page = client.get(f"/indicators/{code}/chart.json?{CHOSEN}").json()
    facts = next(one for one in selection.facts() if one.indicator.code == code)
    detail = indicator_page(selection, facts)
    assert detail is not None
    with override("en"):
        chart = course_chart(detail, thresholds_of(selection.year))
    shown = {trace.get("name"): trace for trace in page["data"] if trace.get("name")}
    for line in chart.lines:
        values = [value for value in line.values if value is not None] if line.bridges else list(line.values)
        assert values == shown[line.label]["y"], line.label
    assert {line.label for line in chart.lines} <= set(shown)
    assert chart.sentence == page["sentence"]
    assert len(chart.labels) == 12
    highest = max(value for line in chart.lines for value in line.values if value is not None)
    assert chart.ticks[-1][0] >= highest


def test_sections_and_statuses_hold_the_means_and_counts_of_the_overview(selection):
    whole = overview(selection)
    with override("en"):
        bars, pieces = sections_chart(whole), status_chart(whole.total.mean, "")
    # As on the overview of the sample: 93.1, 90.5, 95.2, 94.3 and 100 %.
    assert [bar.text for bar in bars.bars] == ["93.1%", "90.5%", "95.2%", "94.3%", "100.0%"]
    assert {piece.label: piece.count for piece in pieces.pieces} == {
        "Completed": 42,
        "Slightly behind": 8,
        "Behind": 7,
        "Not due": 8,
        "Monitored": 15,
    }
    assert "by schedule 100.0%." in bars.sentence
