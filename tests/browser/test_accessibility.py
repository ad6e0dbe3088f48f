"""axe-core finds nothing on any page, in two sizes."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, PageAs, People, Quiet, draw_chart, sign_in

FIRST_HALF = "year=2023&period=H1&as_of=6&unit=DC"
PAGES = {
    "overview": f"/?{FIRST_HALF}",
    "overview of a village": "/?year=2023&period=Y&as_of=6&unit=DC-V1",
    "indicators": f"/indicators/?{FIRST_HALF}",
    "indicators without a hit": f"/indicators/?{FIRST_HALF}&status=not_reported",
    "section": f"/sections/livelihood/?{FIRST_HALF}",
    "section, sorted and filtered": f"/sections/economy/?{FIRST_HALF}&status=behind&sort=-completion",
    "quantity": f"/indicators/E06/?{FIRST_HALF}",
    "quantity with months missing": f"/indicators/R12/?{FIRST_HALF}",
    "rate": f"/indicators/R04/?{FIRST_HALF}",
    "milestones": f"/indicators/L18/?{FIRST_HALF}",
    "ceiling": f"/indicators/G13/?{FIRST_HALF}",
    "second half": f"/second-half/?{FIRST_HALF}",
    "second half by section": f"/second-half/?{FIRST_HALF}&by=section",
    "method": "/method/",
    "nothing at a unit": "/sections/conduct/?year=2023&period=H1&as_of=6&unit=DC-V3",
    "a wrong address put right": "/?year=1999&period=Q9&as_of=13",
}


def violations(page: Page) -> list[str]:
    """What axe-core objects to, in both sizes: rule, what is wrong, where."""
    found = []
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        for rule in Axe().run(page).response["violations"]:
            places = [node["html"][:160] for node in rule["nodes"][:3]]
            found.append(f"{size['width']}: {rule['id']} ({rule['help']}): {places}")
    return found


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    draw_chart(page)


def test_no_page_has_violations(page_as: PageAs):
    page = page_as("leader")
    found = {}
    for name, address in PAGES.items():
        open_page(page, address)
        found[name] = violations(page)
    assert {name: rules for name, rules in found.items() if rules} == {}


def test_neither_have_pages_in_english(page_as: PageAs):
    page = page_as("leader", "en")
    found = {}
    for name in ("overview", "section", "quantity", "method"):
        open_page(page, PAGES[name])
        found[name] = violations(page)
    assert {name: rules for name, rules in found.items() if rules} == {}


#: The pages of the plan, which its administrator opens.
PLAN_PAGES = {
    "plan": "/plan/?year=2023",
    "plan with warnings": "/plan/?year=2023&warnings=1",
    "a new target": "/plan/targets/?year=2023",
    "a new target of a task": "/plan/targets/?year=2023&indicator=L18",
    "an indicator": "/plan/indicators/E06/",
    "its successor": "/plan/indicators/E06/successor/",
    "by unit": "/plan/indicators/R15/units/?year=2023",
}


def test_neither_have_the_pages_of_the_plan(page_as: PageAs, quiet: Quiet):
    quiet.expect("^422 ")
    page = page_as("admin")
    found = {}
    for name, address in PLAN_PAGES.items():
        open_page(page, address)
        found[name] = violations(page)
    page.goto("/plan/?year=2023&q=E06")
    page.locator("table.plan th.name a").first.click()
    found["a target"] = violations(page)
    for box, text in (("#id_p-m6", "1"), ("#id_p-m12", "2"), ("#id_reason", "试算")):
        page.locator(box).fill(text)
    page.locator("#plan-form button.primary").click()
    expect(page.locator("table.effect")).to_be_visible()
    found["before it is saved"] = violations(page)
    page.locator("button[value=edit]").click()
    page.locator("#id_weight").fill("-1")
    page.locator("#plan-form button.primary").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    found["a target with errors"] = violations(page)
    page.locator("a[href$='/adjustment/']").click()
    found["an adjustment"] = violations(page)
    assert {name: rules for name, rules in found.items() if rules} == {}


def test_neither_has_the_sign_in_before_and_after_an_error_and_when_locked(people: People, new_context, quiet: Quiet):
    quiet.expect("^429 ")
    page = new_context().new_page()
    page.goto("/sign-in/")
    assert violations(page) == []
    sign_in(page, "clerk2", "wrong")
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    for _time in range(4):
        sign_in(page, "clerk2", "wrong")
    expect(page.locator("main")).to_contain_text("半小时")
    assert violations(page) == []


@pytest.mark.parametrize(
    ("username", "address", "status"), [("security", "/", 403), ("leader", "/indicators/NOTHING/", 404)]
)
def test_neither_have_refusals(page_as: PageAs, quiet: Quiet, username: str, address: str, status: int):
    quiet.expect(f"^{status} ")
    page = page_as(username)
    response: Any = page.goto(address)
    assert response.status == status
    assert violations(page) == []
