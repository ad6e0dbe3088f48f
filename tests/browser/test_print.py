"""On paper: what is for the screen stays there, and the pages become a PDF."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PageAs

PAGES = {"overview": "/", "section": "/sections/economy/", "indicator": "/indicators/E06/"}


@pytest.mark.parametrize("address", PAGES.values(), ids=list(PAGES))
def test_a_page_is_printed_without_its_controls(page_as: PageAs, address: str):
    page = page_as("leader")
    page.goto(f"{address}?year=2023&period=H1&as_of=6&unit=DC")
    if page.locator("[data-chart]").count():
        page.locator("[data-drawn=yes]").wait_for()
    page.emulate_media(media="print")
    for control in (".pickers", ".person", ".menu", ".chapters", ".files", ".skip"):
        for found in page.locator(control).all():
            expect(found).to_be_hidden()
    # What the figures are and where they end is printed with them.
    expect(page.locator("h1")).to_contain_text("2023年6月")
    expect(page.locator(".notice.sample")).to_be_visible()
    expect(page.locator(".bottom")).to_contain_text("工作调度数据，以统计部门公布为准")

    pdf = page.pdf(format="A4", landscape=True)

    assert pdf.startswith(b"%PDF")
    sheets = len(re.findall(rb"/Type\s*/Page\b", pdf))
    assert 1 <= sheets <= 4
