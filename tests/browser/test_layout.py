"""Sizes: nothing sticks out, nothing jumps, and the first view is light."""

import gzip
from typing import Any

import pytest
from playwright.sync_api import Page, Response

from tests.browser.conftest import DESKTOP, PHONE, WALL, PageAs, People, Quiet, draw_chart

FIRST_HALF = "year=2023&period=H1&as_of=6&unit=DC"
PAGES = (
    "/",
    "/indicators/",
    "/sections/economy/",
    "/sections/livelihood/",
    "/indicators/E06/",
    "/indicators/R04/",
    "/indicators/R12/",
    "/indicators/L18/",
    "/second-half/",
    "/method/",
)
#: How far the page can be scrolled to the side, and what sticks out.
SIDEWAYS = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((found) => found.getBoundingClientRect().right > width + 1)
    .filter((found) => !found.closest(".scroller:not(.fits), .menu, .chapters, svg"))
    .slice(0, 5).map((found) => found.localName + "." + found.className)
    .concat(["page: " + document.documentElement.scrollWidth + " of " + width]);
}"""


def drawn(page: Page, address: str) -> None:
    page.goto(address)
    draw_chart(page)


def sticking_out(page: Page) -> dict[tuple[int, str], list[str]]:
    """What sticks out in three sizes of window and two of text. The size of text is a class of the root."""
    found = {}
    for size in (DESKTOP, PHONE, WALL):
        page.set_viewport_size(size)
        for text in ("", "large"):
            page.evaluate("text => { document.documentElement.className = text }", text)
            if culprits := page.evaluate(SIDEWAYS):
                found[size["width"], text] = culprits
    page.set_viewport_size(DESKTOP)
    return found


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_is_wider_than_its_window(page_as: PageAs, language: str):
    page = page_as("leader", language)
    found = {}
    for address in PAGES:
        drawn(page, f"{address}?{FIRST_HALF}")
        if culprits := sticking_out(page):
            found[address] = culprits
    assert found == {}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_neither_are_sign_in_and_refusals(people: People, page_as: PageAs, new_context, quiet: Quiet, language: str):
    quiet.expect("^403 ", "^404 ")
    visitor = new_context().new_page()
    visitor.goto("/sign-in/")
    if language == "en":
        visitor.get_by_role("button", name="English").click()
    assert visitor.locator("html").get_attribute("lang") == language
    assert sticking_out(visitor) == {}
    code = "en" if language == "en" else "zh-hans"
    for username, address in (("security", "/"), ("leader", "/indicators/NOTHING/")):
        page = page_as(username, code)
        page.goto(address)
        assert sticking_out(page) == {}


#: Shifts are counted only where they are seen: the chart is brought into sight before it is drawn.
WATCH_SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!entry.hadRecentInput) window.shifts.push(entry.value);
    }
  }).observe({ type: "layout-shift", buffered: true });
  document.addEventListener("DOMContentLoaded", () => {
    const chart = document.querySelector("figure.chart");
    if (chart) chart.scrollIntoView({ block: "center" });
  });
"""


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_jumps_while_a_page_loads(page_as: PageAs, viewport: Any):
    page = page_as("leader", viewport=viewport)
    page.add_init_script(WATCH_SHIFTS)
    found = {}
    for address in ("/", "/sections/economy/", "/indicators/E06/", "/indicators/R12/"):
        drawn(page, f"{address}?{FIRST_HALF}")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        found[address] = page.evaluate("window.shifts.reduce((sum, shift) => sum + shift, 0)")
    assert {address: shift for address, shift in found.items() if shift >= 0.01} == {}


def on_the_wire(response: Response) -> int:
    """Bytes of an answer's body as the product sends it in use: compressed, the static files as whitenoise does it."""
    return len(gzip.compress(response.body()))


def test_the_first_view_of_the_overview_is_under_60_kilobytes(page_as: PageAs):
    page = page_as("leader")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"/?{FIRST_HALF}", wait_until="networkidle")
    sizes = {answer.url: on_the_wire(answer) for answer in answers}
    assert len(sizes) > 5
    assert sum(sizes.values()) < 60 * 1024, sizes
