"""A file that brings a plan up to date: what it does not speak of stays, a word takes away, the preview shows both."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from targets.models import Milestone, Target
from tests.pages import read


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def admin(client, cast):
    client.force_login(cast.system_administrator)
    client.post("/appearance/", {"language": "en"})
    return client


BEFORE = {
    "baseline": Decimal(1000),
    "weight": Decimal(3),
    "lead_leader": "分管农业领导",
    "responsible_person": "老张",
    "wording": "油菜面积稳定在1200亩",
    "definition": "播种面积",
    "interpolation": "step",
    "approximation": "over",
}


@pytest.fixture
def rape(cast, build):
    """Of 油菜面积 in the eastern village everything that a target can hold."""
    indicator = build.indicator(
        "KEEP1", cast.economy, name="油菜面积", unit_of_measure="亩", accumulation="stock", decimals=0
    )
    return build.target(indicator, cast.east, {6: 1100, 12: 1200}, supporting_units=[cast.office], **BEFORE)


HEADING = ["板块", "指标名称", "计量单位", "责任单位"]
ROW = ["经济发展", "油菜面积", "亩", "东村"]


def bring(client, *rows, year="2023"):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    file = SimpleUploadedFile("更新.xlsx", buffer.getvalue())
    return client.post("/plan/import/", {"year": year, "file": file}, follow=True)


def take(client, preview):
    return client.post(preview.redirect_chain[-1][0], {"take": "1"})


def standing(target):
    target = Target.objects.get(pk=target.pk)
    return (
        {name: getattr(target, name) for name in BEFORE},
        dict(target.revisions.last().checkpoints.values_list("month", "value")),
        [unit.code for unit in target.supporting_units.all()],
    )


def preview_cells(preview):
    (row,) = read(preview).table("preview").rows
    return [cell.text for cell in row.values()]


def said(client, heading, row):
    """The update of 油菜面积 by further columns, taken."""
    preview = bring(client, [*HEADING, *heading], [*ROW, *row])
    taken = take(client, preview)
    return preview, taken.status_code


AS_IT_STANDS = (BEFORE, {6: Decimal(1100), 12: Decimal(1200)}, ["T-O"])


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        (["全年目标"], [1200]),
        (["上半年目标", "全年目标"], [None, 1200]),
        (["上半年目标", "全年目标"], ["—", 1200]),
        (["一季度", "二季度", "三季度", "四季度", "全年目标"], [None, None, None, None, 1200]),
        (["上年实绩", "权重", "分管领导", "责任人", "目标原文", "口径", "配合单位", "推进方式"], [None] * 8),
        (["全年目标", "备注"], [None, "见附件"]),
        (["责任人"], ["老张"]),
        ([], []),
    ],
)
def test_an_absent_or_empty_column_changes_nothing(admin, cast, rape, heading, row):
    preview, _taken = said(admin, heading, row)
    assert "brings nothing new" in read(preview).text
    assert standing(rape) == AS_IT_STANDS


def test_the_preview_shows_what_will_be_stored(admin, rape):
    preview, _taken = said(admin, ["全年目标"], [1200])
    text = " ".join(preview_cells(preview))
    for kept in ("1000", "1100", "over 1200", "3", "分管农业领导", "老张", "油菜面积稳定在1200亩", "supported by"):
        assert kept in text
    assert "*" not in text
    assert "filled in as usual" not in read(preview).text


@pytest.mark.parametrize(
    ("heading", "row", "points"),
    [
        (["全年目标"], [1300], {6: 1100, 12: 1300}),
        (["上半年目标"], [1150], {6: 1150, 12: 1200}),
        (["3月底目标", "全年目标"], [1050, 1200], {3: 1050, 6: 1100, 12: 1200}),
        (["上半年目标", "全年目标"], ["清除", 1200], {12: 1200}),
        (["上半年目标"], ["删除"], {12: 1200}),
        # Due by the end of October: the checkpoint of December goes with it.
        (["全年目标", "完成时限"], [1300, "10月底"], {6: 1100, 10: 1300}),
    ],
)
def test_what_the_file_says_of_a_month_changes_that_month(admin, rape, heading, row, points):
    preview, status = said(admin, heading, row)
    assert status == 302, read(preview).text
    details, checkpoints, supporting = standing(rape)
    assert checkpoints == {month: Decimal(value) for month, value in points.items()}
    assert (details | {"approximation": "over"}, supporting) == (BEFORE, ["T-O"])
    cells = " ".join(preview_cells(preview))
    assert all(str(value) in cells for value in points.values())


@pytest.mark.parametrize(
    ("heading", "name", "after"),
    [
        ("上年实绩", "baseline", None),
        ("权重", "weight", Decimal(1)),
        ("分管领导", "lead_leader", ""),
        ("责任人", "responsible_person", ""),
        ("目标原文", "wording", ""),
        ("口径", "definition", ""),
    ],
)
def test_a_word_takes_away_what_stands(admin, rape, heading, name, after):
    preview, status = said(admin, [heading], ["清除"])
    assert status == 302, read(preview).text
    details, checkpoints, supporting = standing(rape)
    assert details == BEFORE | {name: after}
    assert (checkpoints, supporting) == AS_IT_STANDS[1:]


def test_a_word_takes_away_the_supporting_units(admin, rape):
    preview, status = said(admin, ["配合单位"], ["清除"])
    assert (status, standing(rape)) == (302, (BEFORE, AS_IT_STANDS[1], [])), read(preview).text


def test_a_name_with_a_number_is_the_wording_of_a_new_target_only(admin, cast, build):
    indicator = build.indicator("N", cast.economy, name="建设5个示范点", unit_of_measure="个", decimals=0)
    target = build.target(indicator, cast.east, {12: 5}, wording="建成示范点5个以上")
    preview = bring(admin, [*HEADING, "全年目标"], ["经济发展", "建设5个示范点", "个", "东村", 6])
    take(admin, preview)
    target.refresh_from_db()
    assert target.wording == "建成示范点5个以上"
    assert dict(target.revisions.last().checkpoints.values_list("month", "value")) == {12: 6}


def test_an_annual_target_that_is_due_earlier_keeps_its_day(admin, cast, build):
    indicator = build.indicator("H", cast.economy, name="秋收", unit_of_measure="吨", decimals=0)
    target = build.target(indicator, cast.east, {10: 44})
    row = ["经济发展", "秋收", "吨", "东村"]
    assert "brings nothing new" in read(bring(admin, [*HEADING, "全年目标"], [*row, 44])).text
    take(admin, bring(admin, [*HEADING, "全年目标"], [*row, 50]))
    assert dict(target.revisions.last().checkpoints.values_list("month", "value")) == {10: 50}


STEPS = [("立项", date(2023, 3, 15)), ("开工", date(2023, 6, 30)), ("完工", date(2023, 11, 30))]


@pytest.fixture
def task(cast, build):
    indicator = build.indicator(
        "TASK", cast.economy, name="车站", kind="milestone", accumulation="", unit_of_measure=""
    )
    steps = [{"name": name, "due": due, "weight": Decimal(2)} for name, due in STEPS]
    return build.target(indicator, cast.east, steps=steps)


def steps_of(target):
    listed = Milestone.objects.filter(target=target, archived_at__isnull=True).order_by("step")
    return list(listed.values_list("name", "due", "weight"))


@pytest.mark.parametrize(
    ("heading", "row", "expected"),
    [
        (["全年目标"], ["完成"], STEPS),
        (["全年目标", "完成时限"], ["完成", "2023年10月底"], STEPS),
        (["责任人"], ["老李"], STEPS),
        (["二季度"], ["开工"], STEPS),
        (["二季度"], ["桩基开工"], [STEPS[0], ("桩基开工", date(2023, 6, 30)), STEPS[2]]),
        (["三季度"], ["主体封顶"], [*STEPS, ("主体封顶", date(2023, 9, 30))]),
        (["工作节点"], ["立项；开工；完工"], STEPS),
        (["工作节点"], ["立项；开工（2023-07-15）"], [STEPS[0], ("开工", date(2023, 7, 15))]),
    ],
)
def test_steps_that_the_file_does_not_name_stay(admin, task, heading, row, expected):
    preview = bring(admin, [*HEADING, *heading], ["经济发展", "车站", "", "东村", *row])
    take(admin, preview)
    found = steps_of(task)
    assert [(name, due) for name, due, _weight in found] == expected, read(preview).text
    assert [weight for _name, _due, weight in found[:2]] == [2, 2]


def test_the_one_step_of_a_task_gets_the_day_that_is_said(admin, cast, build):
    indicator = build.indicator("ONE", cast.economy, name="通车", kind="milestone", accumulation="", unit_of_measure="")
    target = build.target(indicator, cast.east, steps=[{"name": "全线通车", "due": date(2023, 9, 30)}])
    row = ["经济发展", "通车", "", "东村"]
    take(admin, bring(admin, [*HEADING, "责任人"], [*row, "老李"]))
    assert steps_of(target) == [("全线通车", date(2023, 9, 30), 1)]
    take(admin, bring(admin, [*HEADING, "完成时限"], [*row, "11月底"]))
    assert steps_of(target) == [("全线通车", date(2023, 11, 30), 1)]


def test_the_steps_of_a_task_are_not_taken_away_by_a_word(admin, task):
    preview = bring(admin, [*HEADING, "工作节点"], ["经济发展", "车站", "", "东村", "清除"])
    assert "keeps at least one step" in read(preview).text
    assert take(admin, preview).status_code == 422
    assert [(name, due) for name, due, _weight in steps_of(task)] == STEPS
