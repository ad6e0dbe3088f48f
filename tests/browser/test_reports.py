"""材料生成 in a browser: choose, tick, take the file along, with and without JavaScript."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, PageAs, Quiet
from tests.reports.readers import pdf_text, word_text, workbook

ADDRESS = "/reports/?year=2023&period=H1&as_of=6&unit=DC"


def taken(page: Page, make: str) -> tuple[str, bytes]:
    """Press a button and take the file: its name and its bytes."""
    with page.expect_download() as started:
        page.locator(f"button[value='{make}']").click()
    return started.value.suggested_filename, started.value.path().read_bytes()


def listen(page: Page, make: str) -> None:
    """Note in ``window.said`` what a button says from the press to the file."""
    page.evaluate(
        """make => {
            window.said = [];
            const button = document.querySelector(`button[value="${make}"]`);
            new MutationObserver(() => window.said.push(button.textContent)).observe(button, {childList: true});
        }""",
        make,
    )


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_ticked_is_in_the_file(page_as: PageAs, scripts: bool):
    page = page_as("reviewer", "en", java_script_enabled=scripts)
    page.goto(ADDRESS)
    page.locator("input[name=tick][value=E06]").check()
    name, content = taken(page, "bulletin.docx")
    assert name == "Bulletin_Dachong-Township_First-half_June-2023.docx"
    text = word_text(content)
    assert "634.29 CNY 10k" in text
    assert "79.3%" in text
    assert "Soybean" not in text
    _name, content = taken(page, "list.pdf")
    assert "634.29" in pdf_text(content)
    _name, content = taken(page, "ledger.xlsx")
    assert workbook(content).sheetnames[0].startswith("Overview 2023")


def test_all_that_is_red_is_ticked_by_a_link(page_as: PageAs):
    page = page_as("reviewer", java_script_enabled=False)
    page.goto(ADDRESS)
    expect(page.locator("input[name=tick]:checked")).to_have_count(0)
    page.locator("a[href*='tick=red']").click()
    expect(page.locator("input[name=tick]:checked")).to_have_count(7)
    page.locator("a[href*='tick=all']").click()
    expect(page.locator("input[name=tick]:checked")).to_have_count(15)


def test_a_list_of_nothing_is_refused_where_one_stands(page_as: PageAs, quiet: Quiet):
    quiet.expect("^422 ")
    page = page_as("reviewer", "en")
    page.goto(ADDRESS)
    page.locator("button[value='list.pdf']").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick at least one indicator that lags")
    # The pickers lead on from here.
    page.select_option("[name=as_of]", "5")
    expect(page.locator("h1 small")).to_contain_text("May 2023")


def test_return_in_a_field_makes_nothing(page_as: PageAs):
    page = page_as("reviewer", "en")
    page.goto(ADDRESS)
    page.locator("[name=signature]").press("Enter")
    expect(page).to_have_url(re.compile(re.escape(ADDRESS) + "$"))
    expect(page.get_by_role("alert")).to_have_count(0)


def test_who_took_what_along_is_listed(page_as: PageAs):
    page = page_as("reviewer", "en")
    page.goto(ADDRESS)
    name, _content = taken(page, "ledger.csv")
    page.goto(ADDRESS)
    expect(page.locator("table.exports tbody tr").first).to_contain_text(name)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_stands_in_anybodys_way(page_as: PageAs, size):
    page = page_as("reviewer", "zh-hans")
    page.set_viewport_size(size)
    page.goto(f"{ADDRESS}&tick=red")
    assert [rule["id"] for rule in Axe().run(page).response["violations"]] == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("kind", ["bulletin", "list", "briefing"])
def test_a_paper_is_looked_at_changed_and_taken(page_as: PageAs, kind: str, scripts: bool):
    page = page_as("reviewer", "en", java_script_enabled=scripts)
    page.goto(ADDRESS)
    page.locator("input[name=tick][value=E06]").check()
    page.locator("[name=signature]").fill("Office of the township")
    page.locator("input[name=section][value=rural]").uncheck()
    page.locator(f"button[value='{kind}.preview']").click()
    expect(page.locator("article.paper")).to_contain_text("634.29")
    page.locator("button[value=edit]").click()
    # What was ticked and typed is still there.
    expect(page.locator("input[name=tick][value=E06]")).to_be_checked()
    expect(page.locator("[name=signature]")).to_have_value("Office of the township")
    expect(page.locator("input[name=section][value=rural]")).not_to_be_checked()
    expect(page.locator("input[name=section][value=economy]")).to_be_checked()
    page.locator(f"button[value='{kind}.preview']").click()
    name, content = taken(page, f"{kind}.docx")
    assert "_4-sections_" in name
    assert "634.29" in word_text(content)
    name, content = taken(page, f"{kind}.pdf")
    assert "_4-sections_" in name
    assert "634.29" in pdf_text(content)


def test_a_ledger_of_one_section(page_as: PageAs):
    page = page_as("clerk", "en", java_script_enabled=False)
    page.goto("/reports/?year=2023&period=H1&as_of=6")
    boxes = page.locator("input[name=section]")
    expect(page.locator("input[name=section]:checked")).to_have_count(boxes.count())
    for place in range(1, boxes.count()):
        boxes.nth(place).uncheck()
    _name, content = taken(page, "ledger.xlsx")
    assert len(workbook(content).sheetnames) == 3


def test_a_button_says_that_its_file_is_being_made_and_can_be_pressed_again(page_as: PageAs):
    page = page_as("reviewer", "en")
    page.goto(ADDRESS)
    listen(page, "ledger.xlsx")
    taken(page, "ledger.xlsx")
    button = page.locator("button[value='ledger.xlsx']")
    expect(button).to_be_enabled()
    expect(button).to_have_text("Excel")
    assert page.evaluate("window.said") == ["Being made…", "Excel"]
    taken(page, "ledger.xlsx")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("kind", ["bulletin", "list", "briefing"])
def test_a_preview_stands_in_nobodys_way(page_as: PageAs, size, kind):
    page = page_as("reviewer", "zh-hans")
    page.set_viewport_size(size)
    page.goto(f"{ADDRESS}&tick=red")
    page.locator(f"button[value='{kind}.preview']").click()
    expect(page.locator("article.paper")).to_be_visible()
    assert [rule["id"] for rule in Axe().run(page).response["violations"]] == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    # Charts are shown, not blocked.
    sizes = page.evaluate("[...document.querySelectorAll('.paper img')].map(one => one.naturalWidth)")
    assert all(sizes)
    assert len(sizes) == (2 if kind == "briefing" else 0)
