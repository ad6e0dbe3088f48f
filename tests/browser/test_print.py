"""On paper: what is for the screen stays there, charts are whole, and headings stand with what follows them.

What lies where is read from the PDF that the browser prints, from the window of an office and of a wall.
"""

import io
import re
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, WALL, PageAs, draw_chart

FIRST_HALF = "year=2023&period=H1&as_of=6&unit=DC"
#: Who prints which page.
PAGES = {
    "overview": ("leader", f"/?{FIRST_HALF}"),
    "section": ("leader", f"/sections/rural/?{FIRST_HALF}"),
    "indicator": ("leader", f"/indicators/E06/?{FIRST_HALF}"),
    "missing": ("reviewer", "/missing/?year=2023&as_of=7&unit=DC"),
    "second half": ("leader", f"/second-half/?{FIRST_HALF}"),
    "month": ("office", "/month/?year=2023&as_of=7"),
    "review": ("reviewer", "/review/"),
    "plan": ("admin", "/plan/?year=2023"),
}
#: A4 on its side, in points, and its margins of 12 mm.
WIDTH, MARGIN = 842, 34
WINDOWS = pytest.mark.parametrize("viewport", [DESKTOP, WALL], ids=["1366", "1920"])

Line = tuple[float, float, str]


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    draw_chart(page)
    return page


def printed(page: Page) -> list[list[Line]]:
    """The lines of each sheet from top to bottom: how far from the top, where they begin, and their text."""
    sheets = []
    for sheet in pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages:
        assert (round(sheet.mediabox.width), round(sheet.mediabox.height)) == (WIDTH, 595)
        pieces: list[Line] = []

        def note(text: str, cm: Any, tm: Any, _font: Any, _size: Any, pieces: list[Line] = pieces) -> None:
            if text.strip():
                x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                pieces.append((595 - y, x, text.strip()))

        sheet.extract_text(visitor_text=note)
        lines: list[Line] = []
        for down, along, text in sorted(pieces, key=lambda piece: (round(piece[0]), piece[1])):
            if lines and abs(lines[-1][0] - down) < 3:
                lines[-1] = (*lines[-1][:2], lines[-1][2] + text)
            else:
                lines.append((down, along, text))
        sheets.append(lines)
    return sheets


def bare(text: str) -> str:
    return "".join(text.split())


@WINDOWS
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_printed_whole_and_without_its_controls(page_as: PageAs, name: str, viewport):
    person, address = PAGES[name]
    page = opened(page_as(person, viewport=viewport), address)
    headings = {bare(text) for text in page.locator("main h2, main h3, tr.group th").all_inner_texts()}
    sheets = printed(page)
    assert 1 <= len(sheets) <= 8
    for number, lines in enumerate(sheets, start=1):
        last = bare(lines[-1][2])
        assert not any(heading and last.startswith(heading) for heading in headings), (number, last)
        # No sheet for a line alone.
        assert len(lines) > 1, number
        # Nothing begins beyond the margins.
        assert all(MARGIN - 6 <= along < WIDTH - MARGIN for _down, along, _text in lines), number
    # What the figures are is printed with them.
    assert "以统计部门公布为准" in bare(sheets[0][0][2])
    page.emulate_media(media="print")
    controls = ".pickers, .person, .menu, .chapters, .files, .skip, .modebar, button, .bulk, .copy"
    for found in page.locator(controls).all():
        expect(found).to_be_hidden()
    for found in page.locator("input[type=checkbox], input[type=radio], input[type=file]").all():
        expect(found).to_be_hidden()
    # What was typed is text: no box around it, and none that is empty.
    boxes = page.locator("input, select, textarea").evaluate_all(
        """boxes => boxes.filter(box => box.getClientRects().length)
            .map(box => [getComputedStyle(box).borderTopWidth, getComputedStyle(box).appearance])"""
    )
    assert {tuple(box) for box in boxes} <= {("0px", "none")}
    if name not in ("month", "review"):
        assert boxes == []


def test_the_form_for_an_instruction_is_not_printed(page_as: PageAs):
    page = opened(page_as("leader"), f"/indicators/E06/?{FIRST_HALF}")
    expect(page.get_by_role("heading", name="批示")).to_be_visible()
    assert "批示" not in "".join(text for lines in printed(page) for _down, _along, text in lines)


@WINDOWS
@pytest.mark.parametrize(
    ("address", "texts"),
    [
        (f"/indicators/E06/?{FIRST_HALF}", ["年初", *(f"{month}月" for month in range(1, 13)), "累计完成"]),
        (f"/sections/economy/?{FIRST_HALF}", ["100.0%已完成上半年目标", "序时应完成", "125%", "≥150%"]),
    ],
    ids=["course", "bars"],
)
def test_a_chart_is_whole_on_one_sheet(page_as: PageAs, address: str, texts: list[str], viewport):
    page = opened(page_as("leader", viewport=viewport), address)
    drawn = page.locator(".plot text").all_text_contents()
    sentence = bare(page.locator("figcaption").inner_text())[:20]
    sheets = printed(page)
    [sheet] = [lines for lines in sheets if any(sentence in bare(text) for _down, _along, text in lines)]
    shown = bare("".join(text for _down, _along, text in sheet))
    for text in [*texts, *drawn]:
        assert bare(text) in shown, text


@WINDOWS
def test_a_chart_is_as_wide_as_the_sheet(page_as: PageAs, viewport):
    page = opened(page_as("leader", viewport=viewport), f"/sections/economy/?{FIRST_HALF}")
    before = page.locator(".main-svg").first.bounding_box()
    # The width between the margins of a sheet: 273 mm.
    page.set_viewport_size({"width": 1032, "height": 700})
    page.emulate_media(media="print")
    box, parent = page.locator(".main-svg").first.bounding_box(), page.locator("main").bounding_box()
    assert before is not None
    assert box is not None
    assert parent is not None
    assert box["x"] + box["width"] <= parent["x"] + parent["width"] + 1
    assert box["width"] > parent["width"] * 0.9


def test_a_long_table_has_its_headings_on_every_sheet(page_as: PageAs):
    page = opened(page_as("admin"), "/plan/?year=2023")
    sheets = printed(page)
    assert len(sheets) > 1
    for lines in sheets:
        assert any(re.search("责任单位.*全年目标", bare(text)) for _down, _along, text in lines)
