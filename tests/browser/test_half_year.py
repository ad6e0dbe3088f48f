"""The half-year report in a browser: begun, written, kept and taken along, with and without scripts."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageAs
from tests.browser.test_accessibility import violations
from tests.browser.test_layout import sticking_out
from tests.browser.test_reports import listen, taken
from tests.reports.readers import pdf_text, word_text

LIST = "/reports/half-year/?year=2023&period=H1&as_of=6&unit=DC"


def begin(page: Page) -> str:
    """Begin a report; its address."""
    page.goto(LIST)
    page.locator("main form[method=post] button.primary").click()
    page.locator("#report").wait_for()
    return page.url.partition("?")[0].partition("#")[0]


def press(page: Page, act: str) -> None:
    with page.expect_navigation():
        page.locator(f'#report button[value="{act}"]').click()


def test_a_report_is_written_without_scripts(page_as: PageAs):
    page = page_as("leader", "en", java_script_enabled=False)
    begin(page)
    economy = page.locator("#p-done-economy textarea")
    text = economy.input_value()
    assert "新建中小渠（沟）累计完成〖18.85千米〗，占年度目标的〖62.8%〗，〖超序时进度12.8个百分点〗。" in text
    economy.fill(f"深入实施项目带动。{text}")
    press(page, "add:opening")
    page.locator("#p-own-1 textarea").fill("总体要求是稳中求进。")
    page.locator("[name=tick][value=E06]").check()
    press(page, "save")
    expect(page.locator("#p-lags-E06 textarea")).to_have_value(
        "高标准农田建设投入累计完成〖634.29万元〗，占年度目标的〖52.9%〗，〖低于年度序时进度13.8个百分点〗。"
    )
    press(page, "up:own:1")
    assert page.locator(".part").first.get_attribute("id") == "p-own-1"
    for form, reader in (("docx", word_text), ("pdf", pdf_text)):
        with page.expect_download() as download:
            page.locator(f'#report button[value="{form}"]').click()
        content = download.value.path().read_bytes()
        for words in ("深入实施项目带动。", "总体要求是稳中求进。", "低于年度序时进度13.8个百分点。", "大崇乡人民政府"):
            assert words in reader(content)
    press(page, "keep")
    page.locator("#versions a").click()
    expect(page.locator("main")).to_contain_text("the report reads today as it was kept")


def test_the_length_follows_what_is_typed(page_as: PageAs):
    page = page_as("leader", "en")
    begin(page)
    shown = page.locator(".length b")
    before = int(shown.inner_text())
    box = page.locator("#p-opening textarea")
    box.fill(f"{box.input_value()}字字字 abc 12.5%")
    expect(shown).to_have_text(str(before + 5))
    # The rest of the sample's report has between 2,000 and 3,000 characters.
    box.fill("字" * 2000)
    expect(page.locator(".length .over-special")).to_be_visible()
    box.fill("字" * 5000)
    expect(page.locator(".length .over-general")).to_be_visible()
    expect(page.locator(".length .over-special")).to_be_hidden()


def test_what_the_server_counts_is_what_the_script_counts(page_as: PageAs):
    page = page_as("leader", "en")
    begin(page)
    shown = page.locator(".length b")
    before = shown.inner_text()
    page.locator("#p-opening textarea").dispatch_event("input")
    expect(shown).to_have_text(before)


@pytest.mark.parametrize(("form", "label"), [("docx", "Word"), ("pdf", "PDF")])
def test_its_buttons_say_that_a_file_is_being_made_and_can_be_pressed_again(page_as: PageAs, form: str, label: str):
    page = page_as("leader", "en")
    address = begin(page)
    press(page, "keep")
    for place in (address, f"{address}versions/1/"):
        page.goto(place)
        listen(page, form)
        taken(page, form)
        button = page.locator(f"button[value='{form}']")
        expect(button).to_be_enabled()
        expect(button).to_have_text(label)
        assert page.evaluate("window.said") == ["Being made…", label]
        taken(page, form)


def test_a_button_is_itself_again_where_the_page_is_saved_instead(page_as: PageAs):
    page = page_as("leader", "en")
    begin(page)
    page.locator("#p-opening textarea").fill("今年以来，全乡稳中求进。")
    press(page, "pdf")
    expect(page.locator("main")).to_contain_text("Saved. Take the file along below.")
    expect(page.locator("button[value=pdf]")).to_have_text("PDF")
    expect(page.locator("button[value=pdf]")).to_be_enabled()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_its_pages_have_no_violations_and_fit_their_window(page_as: PageAs, language: str):
    page = page_as("leader", language)
    address = begin(page)
    press(page, "keep")
    found = {}
    for place in (LIST, address, f"{address}?read=1", f"{address}versions/1/"):
        page.goto(place)
        found[place] = (violations(page), sticking_out(page))
    assert {place: what for place, what in found.items() if any(what)} == {}
