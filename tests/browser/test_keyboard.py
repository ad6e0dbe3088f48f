"""Everything by keyboard alone: the skip link first, every control in the order of the page, the focus in sight."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageAs, draw_chart

SECTION = "/sections/economy/?year=2023&period=H1&as_of=6&unit=DC"

#: What has the focus: its place among all that can have it, and how that is seen.
FOCUSED = """() => {
  const found = document.activeElement;
  if (found === document.body) return null;
  const style = getComputedStyle(found);
  const box = found.getBoundingClientRect();
  const all = [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")];
  return {
    place: all.indexOf(found),
    seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    onScreen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    name: found.getAttribute("aria-label") || found.name || found.textContent.trim(),
    tag: found.localName,
  };
}"""
#: All that can have the focus and is there to be used.
ALL = """() => [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
  .map((found, place) => [place, found])
  .filter(([, found]) => found.type !== "hidden" && found.checkVisibility() && !found.closest("[inert]"))
  .map(([place]) => place)"""


def walk(page: Page) -> list[dict[str, Any]]:
    """Press Tab from the beginning until the browser has gone through the page."""
    stops: list[dict[str, Any]] = []
    for _press in range(400):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None or (stops and stop["place"] == stops[0]["place"]):
            return stops
        stops.append(stop)
    raise AssertionError("Tab does not come to an end.")


def test_the_skip_link_comes_first_is_seen_and_leads_past_the_menu(page_as: PageAs):
    page = page_as("leader")
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    expect(skip).to_have_text("跳到正文")

    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".pickers [name=unit]")).to_be_focused()


@pytest.mark.parametrize("address", ["/", SECTION, "/indicators/E06/", "/indicators/L18/", "/method/"])
def test_tab_goes_through_everything_in_the_order_of_the_page_and_is_seen(page_as: PageAs, address: str):
    page = page_as("leader")
    page.goto(address)
    draw_chart(page)
    stops = walk(page)
    assert [stop["place"] for stop in stops] == page.evaluate(ALL)
    assert [stop for stop in stops if not stop["seen"]] == []
    assert [stop for stop in stops if not stop["onScreen"]] == []
    assert [stop for stop in stops if not stop["name"]] == []


def test_a_picker_is_changed_and_the_list_filtered_without_a_mouse(page_as: PageAs):
    page = page_as("leader", "en")
    page.goto(SECTION)
    page.focus(".pickers [name=status]")
    page.keyboard.press("b")  # the choice that begins with it: Behind
    page.wait_for_url(lambda address: "status=behind" in address)
    expect(page.locator("table.indicators tbody tr")).to_have_count(2)
    expect(page.locator(".pickers [name=status]")).to_be_focused()

    page.keyboard.press("Tab")

    expect(page.locator(".pickers [name=office]")).to_be_focused()


def test_the_picture_of_a_chart_is_downloaded_by_enter(page_as: PageAs):
    page = page_as("leader")
    page.goto(SECTION)
    draw_chart(page)
    button = page.get_by_role("button", name="下载图片（PNG）")
    button.focus()
    expect(button).to_be_focused()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "经济发展_上半年_2023年6月.png"


def test_a_wide_table_is_scrolled_by_the_arrow_keys(page_as: PageAs):
    page = page_as("leader", viewport={"width": 700, "height": 900})
    page.goto(SECTION)
    region = page.locator(".scroller").first
    region.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    # Not wait_for_function, which the page's policy refuses: it evaluates text.
    for _try in range(100):
        if page.evaluate("document.activeElement.scrollLeft > 0"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("The table does not move.")
