"""Pickers, filters, sorting, language and size of text, as htmx swaps them: what is shown and what the address says."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PageAs, Quiet, draw_chart

FIRST_HALF = "year=2023&period=H1&as_of=6&unit=DC"


def chosen(page: Page) -> dict[str, str]:
    """The query of the address in the bar."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def rows(page: Page) -> int:
    return page.locator("table.indicators tbody tr").count()


def bars(page: Page) -> int:
    return page.locator("table.indicators svg.bar").count()


def choose(page: Page, name: str, value: str) -> None:
    """Change a picker and wait until what it leads to is shown, without a new page."""
    page.evaluate("window.samePage = true")
    with page.expect_response(lambda response: f"{name}={value}" in response.url and "chart.json" not in response.url):
        page.select_option(f".pickers [name={name}]", value)
    expect(page.locator(f".pickers [name={name}]")).to_have_value(value)
    page.wait_for_url(lambda address: f"{name}={value}" in address)
    assert page.evaluate("window.samePage")


@pytest.fixture
def section(page_as: PageAs) -> Page:
    """A leader on the economy section, first half as of June."""
    page = page_as("leader")
    page.goto(f"/sections/economy/?{FIRST_HALF}")
    draw_chart(page)
    return page


def drawn_bars(page: Page) -> int:
    draw_chart(page)
    return page.locator(".plot .barlayer .point").count()


def test_a_status_keeps_its_rows_its_bars_and_its_part_of_the_chart(section):
    assert (rows(section), bars(section), drawn_bars(section)) == (22, 15, 15)

    choose(section, "status", "behind")

    assert (rows(section), bars(section), drawn_bars(section)) == (2, 2, 2)
    assert section.locator("td.status").all_inner_texts() == ["欠进度", "欠进度"]
    assert chosen(section) == {"unit": "DC", "year": "2023", "period": "H1", "as_of": "6", "status": "behind"}

    choose(section, "status", "not_due")

    assert (rows(section), bars(section)) == (7, 0)
    assert drawn_bars(section) == 0


def test_every_count_of_the_overview_leads_to_as_many_rows(page_as):
    page = page_as("leader")
    page.goto(f"/?{FIRST_HALF}")
    links = page.locator("table.groups").first.locator("tbody tr:first-child td.count a, tfoot td.count a")
    found = {str(link.get_attribute("href")): int(link.inner_text()) for link in links.all()}
    assert len(found) == 9
    counted = {}
    for address in found:
        page.goto(address)
        counted[address] = rows(page)
    assert counted == found


def test_office_and_words_narrow_the_list_further(section):
    choose(section, "office", "DC-O2")
    assert (rows(section), set(section.locator("td.units").all_inner_texts())) == (10, {"经济发展办"})

    section.fill(".pickers [name=q]", "招商")
    with section.expect_response(lambda response: "q=" in response.url):
        section.keyboard.press("Enter")

    expect(section.locator("table.indicators tbody tr")).to_have_count(3)
    assert chosen(section)["office"] == "DC-O2"


def test_without_a_hit_the_page_says_so_and_leads_back(section):
    section.fill(".pickers [name=q]", "没有这个指标")
    section.keyboard.press("Enter")
    expect(section.locator(".empty-state")).to_contain_text("取消筛选")
    section.locator(".empty-state a").click()
    expect(section.locator("table.indicators tbody tr")).to_have_count(22)


def test_period_month_and_unit_are_chosen_one_after_the_other(section):
    choose(section, "period", "Y")
    expect(section.locator("h1 small")).to_have_text("全年 · 2023年6月")
    choose(section, "as_of", "5")
    expect(section.locator("h1 small")).to_have_text("全年 · 2023年5月")
    expect(section.locator(".bottom")).to_contain_text("2023年5月")
    choose(section, "unit", "DC-V1")
    expect(section.locator("h1")).to_contain_text("石板桥村")

    assert rows(section) == 1
    assert chosen(section) == {"unit": "DC-V1", "year": "2023", "period": "Y", "as_of": "5"}


def test_what_is_waiting_is_included_on_demand_and_the_page_says_so(section):
    section.check(".pickers [name=waiting]")
    expect(section.locator(".notice[role=status]")).to_be_visible()
    assert chosen(section)["waiting"] == "1"
    section.uncheck(".pickers [name=waiting]")
    expect(section.locator(".notice[role=status]")).to_have_count(0)
    assert "waiting" not in chosen(section)


def test_the_address_in_the_bar_shows_the_same_when_it_is_opened_afresh(section, page_as):
    choose(section, "period", "Y")
    choose(section, "status", "slightly_behind")
    section.get_by_role("link", name="完成率", exact=True).click()
    section.wait_for_url(lambda address: "sort=" in address)

    other = page_as("leader")
    other.goto(section.url)

    assert drawn_bars(other) == drawn_bars(section) > 0
    assert other.locator("#main").inner_text() == section.locator("#main").inner_text()


def test_the_menu_keeps_what_was_chosen(section):
    choose(section, "as_of", "4")
    section.locator(".chapters").get_by_role("link", name="乡村振兴").click()
    expect(section.locator("h1")).to_contain_text("乡村振兴")
    expect(section.locator("h1 small")).to_contain_text("2023年4月")


def test_back_and_forward_show_what_was_there(section):
    choose(section, "status", "behind")
    choose(section, "as_of", "5")
    section.go_back()
    expect(section.locator(".pickers [name=as_of]")).to_have_value("6")
    expect(section.locator("table.indicators tbody tr")).to_have_count(2)
    section.go_back()
    expect(section.locator(".pickers [name=status]")).to_have_value("")
    expect(section.locator("table.indicators tbody tr")).to_have_count(22)
    assert drawn_bars(section) == 15
    section.go_forward()
    expect(section.locator("table.indicators tbody tr")).to_have_count(2)


def test_a_heading_sorts_up_and_then_down_with_what_has_no_figure_last(section):
    def shown() -> list[str]:
        return [text.strip() for text in section.locator("table.indicators tbody td:nth-child(5)").all_inner_texts()]

    def sort() -> list[float]:
        before = section.url
        section.get_by_role("link", name="完成率", exact=True).click()
        section.wait_for_url(lambda address: address != before)
        section.locator("th[aria-sort]").wait_for()
        figures = [text for text in shown() if text != "—"]
        assert shown()[: len(figures)] == figures
        return [float(text.rstrip("%")) for text in figures]

    up = sort()
    expect(section.locator("th[aria-sort]")).to_have_attribute("aria-sort", "ascending")
    assert up == sorted(up)
    down = sort()
    expect(section.locator("th[aria-sort]")).to_have_attribute("aria-sort", "descending")
    assert down == sorted(up, reverse=True)


def test_the_picker_that_was_used_keeps_the_focus(section):
    section.focus(".pickers [name=as_of]")
    choose(section, "as_of", "5")
    expect(section.locator(".pickers [name=as_of]")).to_be_focused()


def test_the_language_changes_on_the_spot_and_back(section):
    choose(section, "status", "behind")
    there = section.url
    section.get_by_role("button", name="English").click()
    expect(section.locator("html")).to_have_attribute("lang", "en")
    expect(section.locator("h1")).to_contain_text("Economy · Dachong Township")
    assert section.url == there
    assert (rows(section), drawn_bars(section)) == (2, 2)

    section.get_by_role("button", name="中文").click()

    expect(section.locator("h1")).to_contain_text("经济发展 · 大崇乡")
    assert section.url == there


def test_large_text_is_remembered_with_the_person(section, people, new_context):
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    normal = section.evaluate(size)
    section.get_by_role("button", name="大字").click()
    expect(section.locator("html")).to_have_class("large")
    assert section.evaluate(size) > normal * 1.2

    elsewhere = new_context(storage_state=people.signed_in["leader"]).new_page()
    elsewhere.goto("/method/")

    expect(elsewhere.locator("html")).to_have_class("large")
    elsewhere.get_by_role("button", name="标准字").click()
    expect(elsewhere.locator("html")).not_to_have_class("large")


@pytest.fixture
def cut(section: Page) -> Callable[[], object]:
    """Cut the line to the server."""

    def abort(route: Route) -> None:
        route.abort()

    return lambda: section.context.route("**/*", abort)


def test_when_the_server_is_away_the_page_says_so_and_keeps_what_it_shows(section, cut, quiet: Quiet):
    quiet.expect("^failed: .*as_of=5", "htmx:sendError", "htmx:afterRequest")
    cut()
    section.select_option(".pickers [name=as_of]", "5")

    expect(section.locator("#offline")).to_have_text("无法连接服务器，页面内容未更新，请稍后再试。")

    expect(section.locator("#offline")).to_have_attribute("role", "alert")
    expect(section.locator("h1 small")).to_have_text("上半年 · 2023年6月")
    assert (rows(section), drawn_bars(section)) == (22, 15)
    assert chosen(section)["as_of"] == "6"


def test_the_notice_goes_when_the_server_is_back(section, cut, quiet: Quiet):
    quiet.expect("^failed: .*as_of=5", "htmx:sendError", "htmx:afterRequest")
    cut()
    section.select_option(".pickers [name=as_of]", "5")
    section.locator("#offline").wait_for()
    section.context.unroute("**/*")
    choose(section, "as_of", "4")
    expect(section.locator("#offline")).to_have_count(0)


def test_an_address_that_is_refused_meanwhile_is_opened_as_a_page_that_says_why(section, quiet: Quiet):
    quiet.expect("^404 .*unit=DC-X", "htmx:responseError|Response Status Error Code 404")
    option = "document.querySelector('[name=unit] option:last-child').value = 'DC-X'"
    section.evaluate(option)
    section.select_option(".pickers [name=unit]", "DC-X")
    expect(section.locator("h1")).to_have_text("未找到")
    expect(section.locator("main")).to_contain_text("DC-X")
