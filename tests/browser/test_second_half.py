"""The second half in a browser: plain forms, a heading that stays, a line of the year, and paper."""

import re

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.conftest import PHONE, PageAs

ADDRESS = "/second-half/?year=2023&as_of=6&unit=DC"


def box_of(element: Locator) -> FloatRect:
    box = element.bounding_box()
    assert box is not None  # it is shown
    return box


@pytest.fixture
def plain(page_as: PageAs) -> Page:
    """A reviewer whose browser runs no scripts."""
    return page_as("reviewer", java_script_enabled=False)


def test_measures_are_planned_and_closed_without_a_script(plain: Page):
    plain.goto(ADDRESS)
    plan = plain.locator("table.remaining tr.arrangement").first
    expect(plan.locator("[name=cause]")).to_be_hidden()
    plan.locator("summary").click()
    plan.locator("[name=cause]").fill("施工队伍不足")
    plan.locator("[name=measure]").fill("再请一支施工队")
    plan.locator("[name=deadline]").fill("2023-09-30")
    plan.locator("form.actions button").click()
    expect(plain).to_have_url(re.compile(re.escape(ADDRESS)))
    expect(plan.locator("p")).to_contain_text("施工队伍不足 → 再请一支施工队")
    expect(plan.locator("p")).to_contain_text("2023年9月30日")
    plan.locator(".plan > form button").click()
    expect(plain.locator("table.remaining tr.arrangement p")).to_have_count(0)


def test_the_order_is_chosen_by_the_button(plain: Page):
    plain.goto(ADDRESS)
    expect(plain.locator("table.remaining")).to_have_count(1)
    plain.select_option("[name=by]", "section")
    plain.locator(".pickers button").click()
    expect(plain.locator("table.remaining")).to_have_count(4)  # the conduct of cadres has tasks alone


def test_the_heading_of_the_table_stays_in_sight(page_as: PageAs):
    page = page_as("leader")
    page.goto(ADDRESS)
    page.mouse.wheel(0, 1500)
    # Not wait_for_function, which the page's policy refuses: it evaluates text.
    for _try in range(100):
        if page.evaluate("window.scrollY") > 1000:
            break
        page.wait_for_timeout(50)
    assert box_of(page.locator("table.remaining thead th").first)["y"] == pytest.approx(0, abs=1)


def test_the_marks_stand_where_the_months_are(page_as: PageAs):
    page = page_as("leader")
    page.goto(f"{ADDRESS}&q=L18")
    line, ring = page.locator("svg.timeline:not(.scale)"), page.locator(".mark.open circle")
    box, mark = box_of(line), box_of(ring)
    # Due on 30 November, day 334 of 365, on a line that is drawn in by 2 % at both ends
    place = (mark["x"] + mark["width"] / 2 - box["x"]) / box["width"]
    assert place == pytest.approx(0.02 + 334 / 365 * 0.96, abs=0.005)
    page.set_viewport_size(PHONE)
    expect(line).to_be_visible()
    assert box_of(line)["width"] > 300


def test_on_paper_stand_the_figures_and_not_the_forms(page_as: PageAs):
    page = page_as("reviewer")
    page.goto(ADDRESS)
    page.emulate_media(media="print")
    for form in page.locator("main form").all():
        expect(form).to_be_hidden()
    expect(page.locator("table.remaining thead th").first).to_be_visible()
    expect(page.locator("svg.timeline .mark").first).to_be_visible()
    sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", landscape=True)))
    assert 1 <= sheets <= 8
