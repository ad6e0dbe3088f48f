"""What the sample township must show: 2023, first half, as of June."""

from fractions import Fraction

import pytest

from targets.calculations.checks import Operator, check
from targets.calculations.terms import Period
from targets.models import IndicatorCheck, Target, Unit, User, Year
from targets.permissions import everything
from targets.summaries.selection import Selection, roll_up
from tests.pages import read

CHOSEN = "year=2023&period=H1&as_of=6"

COUNTS = {
    "Completed": 42,
    "Ahead of schedule": 0,
    "On schedule": 0,
    "Slightly behind": 8,
    "Behind": 7,
    "Not due": 8,
    "Not reported": 0,
    "Monitored": 15,
}


@pytest.fixture
def leader(sample, signed_in):
    return signed_in(User.objects.get(username="leader"), "en")


def row(client, section, name, query=CHOSEN):
    return read(client.get(f"/sections/{section}/?{query}")).table("indicators").row("Indicator", name)


def cells(row, *names):
    return [row[name].text for name in names]


def test_eighty_indicators_stand_as_the_report_says(leader):
    # 42 + 8 + 7 + 8 + 15 = 80.
    table = read(leader.get(f"/?{CHOSEN}")).table("groups")
    whole = next(row for row in table.rows if next(iter(row.values())).text.startswith("All indicators"))
    assert next(iter(whole.values())).text == "All indicators 80"
    assert {word: int(whole[word].text) for word in COUNTS} == COUNTS


def test_the_sections_add_up_to_the_whole(leader):
    table = read(leader.get(f"/?{CHOSEN}")).table("groups")
    sections = [row for row in table.rows if not next(iter(row.values())).text.startswith("All indicators")]
    assert len(sections) == 5
    assert {word: sum(int(row[word].text) for row in sections) for word in COUNTS} == COUNTS


def test_coverage_counts_what_is_judged_and_due(leader):
    # 42 + 8 + 7 = 57 are judged, none is unreported.
    table = read(leader.get(f"/?{CHOSEN}")).table("groups")
    whole = next(row for row in table.rows if next(iter(row.values())).text.startswith("All indicators"))
    assert whole["Coverage"].text == "57/57"


def test_farmland_is_red(leader):
    # 634.29 ÷ 800 = 79.286 %.
    found = row(leader, "economy", "High-standard farmland investment")
    assert cells(found, "Actual", "Target", "Completion", "Status") == ["634.29", "800.00", "79.3%", "Behind"]
    assert "red" in found["Status"].classes
    behind = [cell.text for cell in read(leader.get(f"/?{CHOSEN}")).listed if "farmland" in cell.text]
    assert any("634.29 / 800.00" in text and "79.3%" in text for text in behind)


def test_canals_are_exceeded(leader):
    # 18.85 ÷ 15 = 125.67 %: from 110 % on exceeded.
    found = row(leader, "economy", "Small and medium canals built")
    assert cells(found, "Actual", "Target", "Completion", "Status") == ["18.85", "15.00", "125.7%", "Exceeded"]


def test_a_chinese_reader_sees_the_canals_exceeded(sample, signed_in):
    client = signed_in(User.objects.get(username="leader"), "zh-hans")
    table = read(client.get(f"/sections/economy/?{CHOSEN}")).table("indicators")
    shown = next(row for row in table.rows if next(iter(row.values())).text.startswith("新建中小渠"))
    assert {"18.85", "125.7%", "超额完成"} <= {cell.text for cell in shown.values()}


def test_rice_is_not_due_before_the_harvest(leader):
    found = row(leader, "economy", "Quality rice output")
    assert cells(found, "Actual", "Completion", "Status") == ["—", "—", "Not due"]


def test_the_road_is_done_for_the_half_year_and_on_schedule_for_the_year(leader):
    half = read(leader.get(f"/sections/livelihood/?{CHOSEN}")).table("indicators")
    road = next(found for found in half.rows if "/indicators/L18/" in found["Indicator"].links[0])
    assert road["Status"].text == "First-half target completed"
    year = read(leader.get("/sections/livelihood/?year=2023&period=Y&as_of=6")).table("indicators")
    road = next(found for found in year.rows if "/indicators/L18/" in found["Indicator"].links[0])
    # One of two steps is done, the other due in November: 1 ÷ 2.
    assert cells(road, "Completion", "Status") == ["50.0%", "On schedule"]


def test_no_new_drug_users_is_completed(leader):
    found = row(leader, "governance", "Growth in the number of drug users")
    assert cells(found, "Actual", "Target", "Completion", "Status") == [
        "0",
        "0",
        "100.0%",
        "First-half target completed",
    ]


def test_pest_control_is_judged_on_january_to_april(leader):
    # One answer for January to April: 10 of 8 visits, 10 ÷ 8 = 125 %. May and June are open.
    found = row(leader, "rural", "Field guidance on pest control")
    assert cells(found, "Actual", "Completion", "Status") == ["over 10 missing: May, June", "125.0%", "Exceeded"]
    assert "hatched" in found["Status"].classes
    page = read(leader.get(f"/indicators/R12/?{CHOSEN}"))
    assert page.facts["Answered"] == "4/6"
    trend = [(month["Month"].text, month["Actual"].text) for month in page.table("trend").rows[:6]]
    assert trend == [
        ("January", "—"),
        ("February", "—"),
        ("March", "—"),
        ("January to April", "over 10"),
        ("May", "Not reported"),
        ("June", "Not reported"),
    ]
    missing = [cell.text for cell in read(leader.get(f"/?{CHOSEN}")).listed if "pest control" in cell.text]
    assert any("missing: May, June" in text for text in missing)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("Sample data", "published", "for illustration")), ("zh-hans", ("示例数据", "公开", "真实乡镇"))],
)
def test_every_page_says_that_it_is_a_sample(sample, signed_in, language, words):
    client = signed_in(User.objects.get(username="leader"), language)
    for address in (
        "/",
        "/?unit=DC-V1&period=Y",
        "/sections/economy/",
        "/sections/conduct/",
        "/indicators/E06/",
        "/indicators/L18/",
        "/indicators/E06/?unit=DC-O3",
        "/method/",
    ):
        shown = read(client.get(address)).text
        assert all(word in shown for word in words), address


def test_an_office_with_figures_of_its_own_is_no_sample(cast, signed_in):
    assert "Sample data" not in read(signed_in(cast.leader, "en").get("/")).text


def test_every_account_of_the_sample_sees_its_pages(sample, signed_in):
    seen = {}
    for person in User.objects.filter(is_sample=True):
        seen[person.username] = signed_in(person).get("/").status_code
    assert seen == {
        "clerk": 200,
        "clerk2": 200,
        "office": 200,
        "reviewer": 200,
        "leader": 200,
        "economy-leader": 200,
        "admin": 200,
        "security": 403,
        "auditor": 200,
    }


@pytest.mark.parametrize("month", range(1, 7))
def test_the_published_relations_hold_in_every_month(sample, month):
    tree = Unit.objects.all().tree()
    year = Year.objects.get(year=2023)
    township = tree.by_code["DC"]
    selection = Selection(everything(tree), year, Period.YEAR, month, township)
    actuals: dict[str, Fraction | None] = {}
    for group in Target.objects.in_force(2023).facts():
        standing = roll_up(group, tree, year, Period.YEAR, selection.month).standing(township.pk)
        actuals[group.indicator.code] = standing.actual if standing else None
    results = {
        one.code: check(
            actuals[one.left.code],
            Operator(one.operator),
            [actuals[part.code] for part in one.right.all()],
        )
        for one in IndicatorCheck.objects.all()
    }
    assert set(results) == {"V01", "V02", "V03"}
    # None: a part has no figure yet, which proves nothing.
    assert all(result.holds is not False for result in results.values()), results
    if month == 6:
        # 153 + 50 = 203; 2 + 3 = 5; 5208.7 is at least the sum of its parts.
        assert all(result.holds for result in results.values()), results
        assert (results["V01"].left, results["V02"].left) == (203, 5)
        assert results["V03"].left == Fraction("5208.7")
