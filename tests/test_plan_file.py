"""The plan goes out as a spreadsheet and comes back in unchanged."""

import codecs
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from targets.models import Change, Milestone, Target, User
from tests.pages import read
from tests.test_plan_import import current_form


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(params=["zh-hans", "en"])
def admin(request, client, cast):
    client.force_login(cast.system_administrator)
    client.post("/appearance/", {"language": request.param})
    return client


def go_out(client, form="xlsx"):
    answer = client.get(f"/files/plan.{form}?year=2023")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def come_back(client, content, name="目标管理.xlsx", year="2023"):
    file = SimpleUploadedFile(name, content)
    return client.post("/plan/import/", {"year": year, "file": file}, follow=True)


@pytest.fixture
def plan(cast, build):
    """Something of every kind."""
    build.target(
        build.indicator("RATE", cast.governance, kind="rate", accumulation="latest", unit_of_measure="%", decimals=1),
        cast.office,
        {6: 90, 12: "95.5"},
        weight=Decimal("2.5"),
    )
    build.target(
        build.indicator("CEILING", cast.governance, direction="at_most", unit_of_measure="起", decimals=0),
        cast.office,
        {12: 3},
        lead_leader="副乡长",
        responsible_person="平安办主任",
    )
    build.target(
        build.indicator("STOCK", cast.economy, accumulation="stock", unit_of_measure="亩", frequency="quarter"),
        cast.east,
        {3: 100, 6: 110, 9: 120, 12: 130},
        baseline=Decimal("99.5"),
        wording="森林面积稳中有升",
    )
    build.target(
        build.indicator("TASK", cast.economy, kind="milestone", accumulation="", unit_of_measure=""),
        cast.east,
        steps=[
            {"name": "开工", "due": date(2023, 3, 31), "weight": Decimal(1)},
            {"name": "完工", "due": date(2023, 11, 30), "weight": Decimal("2.5")},
            {"name": "验收"},
        ],
    )
    build.target(
        build.indicator("OVER", cast.economy, unit_of_measure="亩", decimals=0),
        cast.east,
        {12: 2500},
        approximation="over",
    )
    build.target(
        build.indicator("HARVEST", cast.economy, unit_of_measure="吨", decimals=0),
        cast.east,
        {10: 44},
        interpolation="step",
    )
    build.target(build.indicator("WATCH", cast.governance, direction="monitor", unit_of_measure="人"), cast.office)


def test_what_went_out_comes_back_in_and_changes_nothing(admin, plan):
    content = go_out(admin)
    before = Change.objects.exclude(action__startswith="upload.").count()
    page = read(come_back(admin, content))
    assert not [v for tag, v in page.tags if tag == "input" and v.get("name", "").startswith("answer-")], page.text
    facts = page.text
    assert ("brings nothing new" in facts) or ("没有新内容" in facts), facts
    assert Change.objects.exclude(action__startswith="upload.").count() == before


def test_the_csv_comes_back_as_well(admin, plan):
    content = go_out(admin, "csv")
    assert content.startswith(codecs.BOM_UTF8)
    page = read(come_back(admin, content, "plan.csv"))
    assert ("brings nothing new" in page.text) or ("没有新内容" in page.text), page.text


def test_another_year_gets_the_same_plan(admin, plan):
    preview = come_back(admin, go_out(admin), year="2024")
    # The days of the steps lie in the year that went out: kept so, as the first answer says.
    page = read(preview)
    (days, *_moved) = [v for tag, v in page.tags if tag == "input" and v.get("name", "").startswith("answer-")]
    assert days["value"] == "开工（2023-03-31）；完工（2023-11-30，权重2.5）；验收"
    assert [v["value"] for v in _moved] == ["开工（2024-03-31）；完工（2024-11-30，权重2.5）；验收"]
    place = preview.redirect_chain[-1][0]
    admin.post(place, {"settle": "1", **current_form(page), days["name"]: days["value"]})
    preview = admin.get(place, follow=True)
    preview.redirect_chain.append((place, 302))
    assert admin.post(preview.redirect_chain[-1][0], {"take": "1"}).status_code == 302
    for old in Target.objects.filter(year=2023):
        new = Target.objects.get(year=2024, indicator=old.indicator, unit=old.unit)
        for name in (
            "baseline",
            "weight",
            "lead_leader",
            "responsible_person",
            "wording",
            "approximation",
            "interpolation",
        ):
            assert getattr(new, name) == getattr(old, name), (old, name)
        points = [
            list(one.revisions.order_by("checkpoints__month").values_list("checkpoints__month", "checkpoints__value"))
            for one in (old, new)
        ]
        assert points[0] == points[1], old
    weights = Milestone.objects.filter(target__year=2024).order_by("step").values_list("name", "weight")
    assert list(weights) == [("开工", 1), ("完工", Decimal("2.5")), ("验收", 1)]


def test_numbers_are_numbers_and_the_page_is_ready_to_print(admin, plan):
    sheet = openpyxl.load_workbook(io.BytesIO(go_out(admin))).active
    heading = [cell.value for cell in sheet[3]]
    row = next(row for row in sheet.iter_rows(min_row=4) if row[0].value == "STOCK")
    assert row[heading.index("上年实绩")].value == 99.5
    assert row[heading.index("9月底目标")].value == 120
    assert sheet.freeze_panes is not None
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.page_setup.orientation == "landscape"


@pytest.mark.parametrize("year", ["", "1999", "abcd", "²⁰²³"])
def test_a_year_without_a_plan_is_not_found(admin, year):
    assert admin.get(f"/files/plan.xlsx?year={year}").status_code == 404


def test_the_plan_of_a_whole_township_comes_back_unchanged(sample, signed_in):
    client = signed_in(User.objects.get(username="admin"), "en")
    page = read(come_back(client, go_out(client)))
    asked = [v["name"] for tag, v in page.tags if tag == "input" and v.get("name", "").startswith("answer-")]
    assert asked == []
    assert "brings nothing new" in page.text, page.text[page.text.index("To be taken") :][:200]


def test_what_is_sensitive_stays_out_unless_it_is_chosen_by_name(admin, cast, build):
    drugs = build.indicator("DRUGS", cast.governance, name="涉毒人员", name_en="Drug cases", sensitive=True)
    build.target(drugs, cast.office, {9: 2, 12: 3})
    file = go_out(admin, "csv").decode("utf-8-sig")
    assert "涉毒人员" not in file
    assert "新修道路" in file
    assert "9月" not in file, "nor do its checkpoints show in the heading"
    assert "注：" in file.splitlines()[-1]
    assert 'value="DRUGS"' in admin.get("/plan/?year=2023").content.decode()
    chosen = admin.get("/files/plan.csv?year=2023&include=DRUGS").content.decode("utf-8-sig")
    assert "涉毒人员" in chosen
    # The file without it is taken in again, and changes nothing: what a file does not speak of stays.
    page = read(come_back(admin, go_out(admin)))
    assert not [v for tag, v in page.tags if tag == "input" and v.get("name", "").startswith("answer-")]


def test_the_notes_below_the_table_are_read_as_notes(admin, cast, build):
    build.target(cast.roads, cast.township, {12: 22}, figures="sum")
    page = read(come_back(admin, go_out(admin)))
    assert not [v for tag, v in page.tags if tag == "input" and v.get("name", "").startswith("answer-")]
