"""Review in a browser without scripts: everything is a form or a link, and Enter decides nothing by accident."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django.plugin import DjangoDbBlocker

from targets.models import ProgressEntry
from tests.browser.conftest import PageAs, People, Quiet, house
from tests.browser.test_accessibility import violations
from tests.browser.test_layout import drawn, sticking_out
from tests.builders import PASSWORD, Builder
from tests.cast import make_cast

ADDRESS = "/review/?year=2023"


@pytest.fixture(scope="module")
def people(server: str, django_db_blocker: DjangoDbBlocker) -> Iterator[People]:
    with house(django_db_blocker):
        build = Builder()
        cast = make_cast(build)
        for month in range(7, 13):
            build.submitted(cast.east_target, month, "0.8")
            build.submitted(cast.west_target, month, "0.8")
        yield People({person.username: PASSWORD for person in cast.people.values()})


@pytest.fixture
def page(page_as: PageAs) -> Page:
    return page_as("reviewer", java_script_enabled=False)


def states(unit: str) -> dict[int, str]:
    entries = ProgressEntry.objects.filter(target__unit__code=unit, month__gt=6)
    return dict(entries.values_list("month", "state"))


def row(page: Page, month: int):
    return page.locator("table.reviewing tbody tr", has=page.locator("td", has_text=re.compile(rf"^{month}月$")))


def test_enter_in_a_reason_returns_that_row_and_approves_nothing(page):
    page.goto(f"{ADDRESS}&unit=T-E&month=7")
    row(page, 7).locator("summary").click()
    reason = row(page, 7).locator("td.return input[type=text]")
    reason.fill("与验收单不符")
    reason.press("Enter")
    expect(page.locator(".notice.done")).to_be_visible()
    assert states("T-E") == {
        7: "returned",
        8: "submitted",
        9: "submitted",
        10: "submitted",
        11: "submitted",
        12: "submitted",
    }


def test_enter_on_a_tick_decides_nothing(page, quiet: Quiet):
    quiet.expect("^422 ")
    page.goto(f"{ADDRESS}&unit=T-E&month=8")
    tick = row(page, 8).locator("input[type=checkbox]")
    tick.check()
    tick.press("Enter")
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(row(page, 8).locator("input[type=checkbox]")).to_be_checked()
    assert states("T-E")[8] == "submitted"


def test_a_return_without_a_reason_is_refused_in_its_row_and_the_ticks_stay(page, quiet: Quiet):
    quiet.expect("^422 ")
    page.goto(f"{ADDRESS}&unit=T-E")
    row(page, 9).locator("input[type=checkbox]").check()
    row(page, 10).locator("summary").click()
    row(page, 10).get_by_role("button").click()
    expect(row(page, 10).locator("[role=alert]")).to_be_visible()
    expect(row(page, 9).locator("input[type=checkbox]")).to_be_checked()
    assert states("T-E")[9] == states("T-E")[10] == "submitted"


@pytest.mark.parametrize(
    ("username", "address"),
    [
        ("reviewer", ADDRESS),
        ("reviewer", f"{ADDRESS}&by=section&unit=T-W"),
        ("reviewer", "/missing/?year=2023&as_of=12"),
        ("auditor", "/changes/"),
        ("leader", "/indicators/ROADS/?year=2023&as_of=12&history=1"),
    ],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_of_who_reviews_fit_and_can_be_read_by_everybody(page_as: PageAs, username, address, language):
    page = page_as(username, language)
    drawn(page, address)
    page.eval_on_selector_all("details", "all => all.forEach((one) => { one.open = true })")
    assert sticking_out(page) == {}
    assert violations(page) == []


def test_ticked_rows_are_approved(page):
    page.goto(f"{ADDRESS}&unit=T-E")
    row(page, 11).locator("input[type=checkbox]").check()
    page.locator("button[name=approve]").first.click()
    expect(page.locator(".notice.done")).to_be_visible()
    assert states("T-E")[11] == "approved"
    assert states("T-E")[12] == "submitted"


def test_all_without_warnings_are_approved_by_one_button_within_the_filter(page):
    page.goto(ADDRESS)
    page.locator(".facets a", has_text="西村").click()
    expect(page.locator("table.reviewing tbody tr")).to_have_count(6)
    page.locator("button[name=approve_clean]").click()
    expect(page.locator(".notice.done")).to_be_visible()
    assert set(states("T-W").values()) == {"approved"}
    assert states("T-E")[12] == "submitted"
