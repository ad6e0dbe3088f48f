"""Progress by file in a browser: the form of a month filled and taken, last year's halves, a year begun in its middle.

The tests are one story and run in their order, each from where the one before it ended.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from pytest_django.plugin import DjangoDbBlocker

from targets.models import Change, ProgressEntry, Target, Upload
from targets.services.uploads import content_of
from tests.browser.conftest import PHONE, PageAs, People, house
from tests.browser.test_accessibility import violations
from tests.browser.test_bringing_a_plan_in import XLSX, counted
from tests.builders import PASSWORD, Builder
from tests.cast import make_cast
from tests.office_plan import as_bytes

JULY = "unit=T-E&year=2023&as_of=7&period=Y"


@pytest.fixture(scope="module")
def people(server: str, django_db_blocker: DjangoDbBlocker) -> Iterator[People]:
    with house(django_db_blocker):
        build = Builder()
        cast = make_cast(build)
        land = build.indicator("LAND", cast.economy, name="耕地保有量", accumulation="stock", unit_of_measure="亩")
        share = build.indicator(
            "SHARE", cast.economy, name="参保率", kind="rate", accumulation="latest", unit_of_measure="%", decimals=1
        )
        trees = build.indicator("TREES", cast.economy, name="植树", unit_of_measure="株", decimals=0)
        build.target(land, cast.east, {12: 2500}, baseline=2400)
        build.target(share, cast.east, {12: 95})
        build.target(trees, cast.east, {6: 500, 12: 1200})
        yield People(dict.fromkeys(("east", "system", "reviewer"), PASSWORD))


@pytest.fixture(autouse=True, scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.MEDIA_ROOT", tmp_path_factory.mktemp("uploads"))
        yield


def table(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return as_bytes(book)


def bring_in(page: Page, content: bytes, query: str = JULY, name: str = "进度.xlsx") -> None:
    page.goto(f"/month/file/?{query}")
    page.set_input_files("[name=file]", {"name": name, "mimeType": XLSX, "buffer": content})
    page.get_by_role("button", name="预览").click()
    expect(page.locator("h1")).to_contain_text(name)


def entries(code: str, year: int = 2023) -> list[tuple[Any, ...]]:
    found = ProgressEntry.objects.filter(target__indicator__code=code, target__unit__code="T-E", target__year=year)
    return list(
        found.exclude(state="superseded")
        .order_by("month")
        .values_list("from_month", "month", "typed_as", "value", "state")
    )


def test_1_the_form_is_taken_filled_looked_at_and_taken_as_drafts(page_as: PageAs, tmp_path: Path):
    page = page_as("east")
    page.goto(f"/month/?{JULY}")
    page.get_by_role("link", name="导入表格").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="本月填报表").click()
    download.value.save_as(tmp_path / "form.xlsx")
    book = openpyxl.load_workbook(tmp_path / "form.xlsx")
    sheet = book.active
    heading = next(line for line in sheet.iter_rows() if line[0].value == "编码")
    place = {cell.value: cell.column for cell in heading}
    lines = {line[0].value: line[0].row for line in sheet.iter_rows(min_row=heading[0].row + 1) if line[0].value}
    assert set(lines) == {"ROADS", "LAND", "SHARE", "TREES"}

    def write(code: str, column: str, value: Any) -> None:
        sheet.cell(lines[code], place[column]).value = value

    write("ROADS", "数值", 4.5)
    write("ROADS", "填报方式", "累计完成")
    write("ROADS", "备注", "含通组路")
    write("LAND", "无数可填的情形", "本月无新增")
    write("SHARE", "分子", 45)
    write("SHARE", "分母", 50)
    write("TREES", "数值", 0)
    bring_in(page, as_bytes(book), name="七月.xlsx")
    expect(counted(page, "将导入")).to_have_text("4")
    expect(page.get_by_role("row", name="新修道路")).to_contain_text("4.50（累计）")
    assert violations(page) == []
    assert not ProgressEntry.objects.filter(month=7).exists()
    page.get_by_role("button", name="导入为草稿").click()

    expect(page.get_by_text("已从文件导入4条数据。")).to_be_visible()
    target = Target.objects.get(indicator__code="ROADS", unit__code="T-E")
    roads = page.locator("table tbody tr", has=page.locator("th", has_text="新修道路"))
    expect(roads.locator("input[name$=value]").first).to_have_value("4.5")
    expect(roads).to_contain_text("草稿")
    assert entries("ROADS")[-1] == (7, 7, "cumulative", 4.5, "draft")
    assert entries("TREES") == [(7, 7, "month", 0, "draft")]
    share = ProgressEntry.objects.get(target__indicator__code="SHARE")
    assert (share.numerator, share.denominator, share.value) == (45, 50, None)
    upload = Upload.objects.latest("pk")
    source = Change.objects.filter(target=target, month=7).latest("pk").source
    assert source == f"七月.xlsx sha256:{upload.sha256[:12]}"


def test_2_the_same_file_again_brings_nothing_new(page_as: PageAs):
    page = page_as("east")
    bring_in(page, content_of(Upload.objects.latest("pk")), name="七月.xlsx")
    expect(page.get_by_text("文件中没有新内容：数据均与现有一致。")).to_be_visible()
    expect(page.get_by_role("button", name="导入为草稿")).to_have_count(0)


def test_3_last_years_halves_come_in_as_two_runs(page_as: PageAs):
    page = page_as("system")
    page.goto("/plan/roll-over/?from=2023")
    page.get_by_role("button", name="开放2022年数据").click()
    expect(page.get_by_text("2022年已开放填报，请通过文件导入数据。")).to_be_visible()

    page = page_as("east", viewport=PHONE)
    halves = table(["2022年完成情况"], ["指标名称", "上半年", "下半年"], ["新修道路", 3.2, 4], ["植树", 400, 500])
    bring_in(page, halves, "unit=T-E&year=2022&as_of=12&period=Y", "去年.xlsx")
    expect(counted(page, "将导入")).to_have_text("2")  # rows, with two figures each
    expect(page.get_by_role("row", name="新修道路").first).to_contain_text("1月至6月")
    page.get_by_role("button", name="导入并提交").click()
    expect(page.get_by_text("已从文件导入4条数据。")).to_be_visible()
    assert [one[:2] for one in entries("ROADS", 2022)] == [(1, 6), (7, 12)]
    assert {one[-1] for one in entries("ROADS", 2022)} == {"submitted"}


def test_4_a_year_begins_in_its_middle_with_one_figure(page_as: PageAs):
    page = page_as("east")
    bring_in(page, table(["指标", "1-6月"], ["植树", 620]), "unit=T-E&year=2023&as_of=6&period=Y", "半年.xlsx")
    expect(page.get_by_role("row", name="植树")).to_contain_text("1月至6月")
    page.get_by_role("button", name="导入并提交").click()
    expect(page.get_by_text("已从文件导入1条数据。")).to_be_visible()
    assert entries("TREES")[0] == (1, 6, "month", 620, "submitted")

    reviewer = page_as("reviewer")
    reviewer.goto("/review/?year=2023&unit=T-E&month=6")
    line = reviewer.locator("tbody tr", has=reviewer.locator("th", has_text="植树"))
    expect(line).to_contain_text("620")
    reviewer.get_by_role("button", name="通过无提示的").click()
    assert entries("TREES")[0][-1] == "approved"
    # One figure answers six months: none of them is missing, and 620 of the 500 are there.
    reviewer.goto("/indicators/TREES/?unit=T-E&year=2023&period=H1&as_of=6")
    facts = reviewer.locator(".figures-row > div")
    expect(facts.filter(has=reviewer.get_by_text("已报/应报", exact=True)).locator("dd")).to_have_text("6/6")
    expect(facts.first).to_contain_text("超额完成")


def test_5_what_is_wrong_in_the_file_is_named_and_nothing_is_taken(page_as: PageAs):
    before = ProgressEntry.objects.count()
    page = page_as("east")
    bring_in(page, table(["指标", "7月", "8月"], ["新修道路", "很多", 1], ["新修机场", 1, 1]), name="错.xlsx")
    errors = page.locator(".notice.error")
    expect(errors).to_contain_text("很多")
    expect(page.locator("section", has=page.locator("#rows-title"))).to_contain_text("新修机场")
    expect(page.get_by_role("button", name="导入为草稿")).to_have_count(0)
    assert ProgressEntry.objects.count() == before
