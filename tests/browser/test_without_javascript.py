"""Without JavaScript: every figure is there, and every choice is a form or a link."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageAs

FIRST_HALF = "year=2023&period=H1&as_of=6&unit=DC"


@pytest.fixture
def plain(page_as: PageAs) -> Page:
    """A leader whose browser runs no scripts."""
    return page_as("leader", java_script_enabled=False)


def test_the_overview_has_its_figures_and_bars(plain):
    plain.goto(f"/?{FIRST_HALF}")
    total = plain.locator("table.groups").first.locator("tfoot tr")
    expect(total.locator("td.strong")).to_have_text("93.2%")
    counts = dict(
        zip(
            ["已完成", "超进度", "达进度", "略欠进度", "欠进度", "未到节点", "未报", "监测"],
            total.locator("td.count").all_inner_texts(),
            strict=True,
        )
    )
    assert counts["已完成"] == "42"
    assert counts["欠进度"] == "7"
    expect(plain.locator("table.groups").first.locator("svg.bar")).to_have_count(6)
    expect(plain.locator("main")).to_contain_text("634.29 / 800.00 万元 · 79.3%")


def test_the_pickers_work_by_their_button(plain):
    plain.goto(f"/sections/economy/?{FIRST_HALF}")
    plain.select_option("[name=status]", "behind")
    plain.select_option("[name=as_of]", "5")
    plain.get_by_role("button", name="查看").click()
    expect(plain.locator("h1 small")).to_have_text("上半年 · 2023年5月")
    shown = plain.locator("table.indicators td.status").all_inner_texts()
    assert shown
    assert set(shown) == {"欠进度"}


def test_headings_sort_by_a_link(plain):
    plain.goto(f"/indicators/?{FIRST_HALF}")
    plain.get_by_role("link", name="状态", exact=True).click()
    expect(plain.locator("table.indicators td.status").first).to_have_text("欠进度")


def test_language_and_size_are_chosen_by_forms(plain):
    plain.goto(f"/?{FIRST_HALF}")
    plain.get_by_role("button", name="English").click()
    expect(plain.locator("h1")).to_contain_text("Dachong Township")
    plain.get_by_role("button", name="Large text").click()
    expect(plain.locator("html")).to_have_class("large")


@pytest.mark.parametrize("address", ["/sections/economy/", "/indicators/E06/"])
def test_a_chart_says_where_its_figures_are(plain, address):
    plain.goto(f"{address}?{FIRST_HALF}")
    expect(plain.locator("figure.chart figcaption")).to_have_text("图表需启用浏览器脚本；数据见表格。")


def test_the_course_of_an_indicator_stands_in_its_table(plain):
    plain.goto(f"/indicators/E06/?{FIRST_HALF}")
    june = plain.locator("table.trend tbody tr").nth(5)
    assert june.locator("td").all_inner_texts() == ["6月", "118.20", "634.29", "800.00", "800.00"]
    expect(plain.locator(".figures-row").first).to_contain_text("634.29 万元")


def test_files_are_made_of_what_is_chosen(plain):
    plain.goto(f"/sections/economy/?{FIRST_HALF}&status=behind")
    with plain.expect_download() as download:
        plain.get_by_role("button", name="CSV").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert sum("欠进度" in line for line in lines) == 2
