"""An office's table becomes the year's plan in a browser: looked at, corrected, answered, taken, and taken again.

The tests are one story and run in their order, each from where the one before it ended.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.plugin import DjangoDbBlocker

from targets.models import Change, Indicator, Milestone, Target, Unit, Upload, Year
from tests.browser.conftest import PHONE, PageAs, People, house
from tests.browser.test_accessibility import violations
from tests.builders import PASSWORD, Builder
from tests.office_plan import SHEET, as_bytes, office_plan

NAME = "青山乡2023年目标任务分解表.xlsx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def people(server: str, django_db_blocker: DjangoDbBlocker) -> Iterator[People]:
    """A township with an office and two villages, its sections, and nothing planned yet."""
    with house(django_db_blocker):
        build = Builder()
        township = build.unit("T", kind="township", name="青山乡")
        build.unit("T-O", township, kind="office", name="平安办")
        build.unit("T-E", township, name="东村")
        build.unit("T-W", township, name="西村")
        build.section("economy", name="经济发展")
        build.section("governance", name="社会治理")
        build.person("admin", "system_administrator", township)
        build.person("auditor", "auditor", township)
        yield People(dict.fromkeys(("admin", "auditor"), PASSWORD))


@pytest.fixture(autouse=True, scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Uploads of this story lie in a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.MEDIA_ROOT", tmp_path_factory.mktemp("uploads"))
        yield


#: The file of the story, saved once: every saving gives other bytes.
CONTENT = as_bytes(office_plan())


def bring_in(page: Page, content: bytes) -> None:
    page.goto("/plan/import/")
    page.fill("[name=year]", "2023")
    page.set_input_files("[name=file]", {"name": NAME, "mimeType": XLSX, "buffer": content})
    page.get_by_role("button", name="预览").click()
    expect(page.locator("h1")).to_contain_text(NAME)


def opened(page: Page) -> Page:
    """The preview of the file that was brought in first."""
    upload = Upload.objects.order_by("pk").first()
    assert upload is not None
    page.goto(f"/plan/import/{upload.pk}/")
    return page


def counted(page: Page, what: str) -> Locator:
    return page.locator(".facts span", has_text=what).locator("b")


def in_preview(page: Page, name: str) -> Locator:
    return page.locator("table.preview tbody tr", has=page.locator("th", has_text=name))


def question(page: Page, cell: str) -> Locator:
    return page.locator("tbody tr", has=page.get_by_role("link", name=cell, exact=True))


def settle(page: Page) -> None:
    page.get_by_role("button", name="重新识别").click()
    page.wait_for_load_state()


def test_1_the_sheet_with_the_table_is_found_and_nothing_is_written(page_as: PageAs):
    page = page_as("admin")
    bring_in(page, CONTENT)
    page.get_by_text("工作表与列").click()
    expect(page.locator("[name=sheet]")).to_have_value(SHEET)
    expect(page.locator("[name=first_row]")).to_have_value("3")
    expect(page.locator("[name=last_row]")).to_have_value("4")
    expect(page.locator("#column-5")).to_have_value("checkpoint-6")
    expect(page.locator("#column-6")).to_have_value("checkpoint-12")
    expect(page.locator("[role=note]", has_text="2023年尚未建立")).to_be_visible()
    expect(page.locator("table.preview tbody tr")).to_have_count(8)
    expect(page.get_by_role("button", name="导入计划")).to_have_count(0)
    assert not Target.objects.exists()
    assert not Year.objects.exists()


def test_2_words_are_read_as_what_they_mean(page_as: PageAs):
    page = opened(page_as("admin"))
    expect(in_preview(page, "城镇登记失业率")).to_contain_text("上限控制")
    expect(in_preview(page, "城镇登记失业率")).to_contain_text("低于4.1")
    expect(in_preview(page, "较大以上安全事故")).to_contain_text("上限控制")
    expect(in_preview(page, "养老保险参保率").locator("[data-label=基数]")).to_have_text("98.5")
    expect(in_preview(page, "通村公路")).to_contain_text("11月底前通车 · 2023年11月30日")
    expect(in_preview(page, "油茶种植面积").locator("[data-label=全年目标]")).to_have_text("2500余")
    notes = page.locator("details", has_text="说明").last
    notes.locator("summary").click()
    expect(notes).to_contain_text("合计")
    expect(notes).to_contain_text("派出所")
    assert violations(page) == []


def test_3_another_sheet_has_no_heading_and_the_first_choice_comes_back(page_as: PageAs):
    page = opened(page_as("admin"))
    page.get_by_text("工作表与列").click()
    page.select_option("[name=sheet]", "填表说明")
    settle(page)
    expect(page.locator(".empty-state")).to_contain_text("未找到表头")
    page.select_option("[name=sheet]", SHEET)
    settle(page)
    expect(page.locator("table.preview tbody tr")).to_have_count(8)


def test_4_a_heading_that_is_chosen_counts(page_as: PageAs):
    page = opened(page_as("admin"))
    page.get_by_text("工作表与列").click()
    page.fill("[name=last_row]", "3")
    settle(page)
    # The second row of the heading is then the first of the targets, and asks for much.
    expect(in_preview(page, "任务指标")).to_contain_text("没有“责任单位”这个单位。")
    expect(page.locator("table.preview tbody tr")).to_have_count(9)
    page.get_by_text("工作表与列").click()
    page.fill("[name=last_row]", "4")
    settle(page)
    expect(page.locator("table.preview tbody tr")).to_have_count(8)
    expect(in_preview(page, "招商引资").locator("[data-label=上半年目标]")).to_have_text("800")


def test_5_what_a_column_is_taken_for_is_changed(page_as: PageAs):
    page = opened(page_as("admin"))
    page.get_by_text("工作表与列").click()
    page.select_option("#column-8", "responsible_person")
    page.select_option("#column-10", "definition")
    settle(page)
    expect(in_preview(page, "招商引资").locator("[data-label=责任人]")).to_have_text("乡长")
    expect(in_preview(page, "招商引资").locator("[data-label=分管领导]")).to_have_count(0)


def test_6_the_marked_file_names_what_is_open(page_as: PageAs, tmp_path: Path):
    page = opened(page_as("admin"))
    with page.expect_download() as download:
        page.get_by_role("link", name="下载标注").click()
    download.value.save_as(tmp_path / "marked.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "marked.xlsx")[SHEET]
    marked = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment is not None}
    assert {"B7", "F12", "G14"} <= marked
    assert "南岭村" in sheet["G14"].comment.text


def test_7_the_missing_unit_is_made_and_the_questions_are_answered(page_as: PageAs):
    page = opened(page_as("admin"))
    missing = page.locator("section", has=page.locator("#missing-title"))
    expect(missing.locator("tbody tr")).to_have_count(2)
    # The one that only supports others is offered, the one that reports is ticked.
    expect(missing.get_by_label("派出所", exact=True)).not_to_be_checked()
    expect(missing.get_by_label("南岭村", exact=True)).to_be_checked()
    question(page, "F12").get_by_role("radio", name="只保留文字").check()
    page.get_by_role("button", name="新建勾选项").click()
    expect(page.locator(".notice.done")).to_contain_text("已新建1项")
    village = Unit.objects.get(name="南岭村")
    assert (village.kind, village.parent and village.parent.code) == ("village", "T")

    # The answer that was given beside the making is kept; one is left.
    expect(counted(page, "问题")).to_have_text("1")
    question(page, "B7").get_by_role("radio", name="时点").check()
    settle(page)
    expect(counted(page, "问题")).to_have_text("0")
    expect(counted(page, "将导入")).to_have_text("8")
    expect(in_preview(page, "群众满意度")).to_contain_text("只监测不评价")


def test_8_the_plan_is_taken_and_stands(page_as: PageAs):
    page = opened(page_as("admin"))
    assert not Target.objects.exists()
    page.get_by_role("button", name="导入计划").click()
    expect(page.get_by_text("目标计划已导入：新增8项，变更0项。")).to_be_visible()
    rows = page.locator("table.plan tbody tr:not(.group)")
    expect(rows).to_have_count(8)
    expect(rows.filter(has_text="城镇登记失业率").locator("td.strong")).to_have_text("4.1")
    expect(rows.filter(has_text="通村公路")).to_contain_text("2个节点")
    expect(rows.filter(has_text="油茶")).to_contain_text("配合： 西村")

    target = Target.objects.get(indicator__name="油茶种植面积")
    assert (target.approximation, target.wording, target.definition) == ("over", "2500余亩", "含低产林改造")
    assert dict(target.revisions.get().checkpoints.values_list("month", "value")) == {6: 2400, 12: 2500}
    ceiling = Target.objects.get(indicator__name="较大以上安全事故")
    assert (ceiling.indicator.direction, ceiling.revisions.get().checkpoints.get().value) == ("at_most", 0)
    share = Target.objects.get(indicator__name="养老保险参保率")
    assert (share.indicator.kind, share.baseline) == ("rate", Decimal("98.5"))
    assert Indicator.objects.get(name="群众满意度").direction == "monitor"
    assert [str(step.due) for step in Milestone.objects.order_by("step")] == ["2023-06-30", "2023-11-30"]
    assert {one.responsible_person for one in Target.objects.all()} == {"乡长", "副乡长", "副书记"}


def test_9_the_source_of_every_figure_is_the_file(page_as: PageAs):
    upload = Upload.objects.get(taken_at__isnull=False)
    source = f"{NAME} sha256:{upload.sha256[:12]}"
    made = Change.objects.filter(action="target.create")
    assert made.count() == 8
    (batch,) = set(made.values_list("batch", flat=True))
    assert set(Change.objects.filter(batch=batch).values_list("source", flat=True)) == {source}
    page = page_as("auditor")
    page.goto("/changes/")
    expect(page.locator("tbody tr", has_text="油茶种植面积").filter(has_text=source).first).to_be_visible()


def test_10_the_same_file_again_changes_nothing_and_says_so(page_as: PageAs):
    before = Change.objects.exclude(action__startswith="upload.").count()
    page = page_as("admin")
    bring_in(page, CONTENT)
    expect(page.get_by_text("文件中没有新内容：数据均与现有一致。")).to_be_visible()
    expect(counted(page, "与现有一致")).to_have_text("8")
    expect(counted(page, "问题")).to_have_text("0")
    expect(page.get_by_role("button", name="导入计划")).to_have_count(0)
    assert Change.objects.exclude(action__startswith="upload.").count() == before


def test_11_one_cell_of_the_file_changed_is_one_target_changed(page_as: PageAs):
    book = office_plan()
    book[SHEET]["F6"] = 1600
    page = page_as("admin", viewport=PHONE)
    bring_in(page, as_bytes(book))
    # Another file asks anew what no plan can say.
    question(page, "F12").get_by_role("radio", name="只保留文字").check()
    settle(page)
    expect(counted(page, "将导入")).to_have_text("1")
    expect(counted(page, "与现有一致")).to_have_text("7")
    expect(in_preview(page, "招商引资")).to_contain_text("1500")
    assert violations(page) == []
    page.get_by_role("button", name="导入计划").click()
    expect(page.get_by_text("目标计划已导入：新增0项，变更1项。")).to_be_visible()
    changed = Target.objects.get(indicator__name="招商引资到位资金")
    assert changed.revisions.get().checkpoints.get(month=12).value == 1600
