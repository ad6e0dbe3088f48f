"""Setting up and people in a real browser: nothing sticks out, axe-core finds nothing, Enter does what is meant."""

import pytest
from playwright.sync_api import Page, expect

from targets.models import Section, Unit, User, Year
from tests.browser.conftest import PageAs, sign_in
from tests.browser.test_accessibility import violations
from tests.browser.test_layout import sticking_out


def pages(username: str) -> list[str]:
    """The pages of an account of the sample."""
    own = ["/me/", "/me/password/"]
    if username == "security":
        clerk = User.objects.get(username="clerk").pk
        return ["/people/", "/people/?q=nobody", "/people/new/", "/people/list/", f"/people/{clerk}/", *own]
    unit, section = Unit.objects.get(code="DC-O3").pk, Section.objects.get(code="economy").pk
    return [
        "/setup/units/",
        "/setup/units/?kind=village",
        "/setup/units/new/",
        f"/setup/units/{unit}/",
        "/setup/sections/",
        "/setup/sections/new/",
        f"/setup/sections/{section}/",
        "/setup/years/",
        "/setup/years/new/",
        "/setup/years/2023/",
        *own,
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("username", ["admin", "security"])
def test_no_page_sticks_out_or_has_violations(page_as: PageAs, username: str, language: str):
    page = page_as(username, language)
    found = {}
    for address in pages(username):
        page.goto(address)
        if wrong := (sticking_out(page), violations(page)):
            found[address] = wrong
    assert {address: wrong for address, wrong in found.items() if any(wrong)} == {}


def typed(page: Page, name: str, value: str) -> None:
    page.locator(f"[name={name}]").fill(value)


def test_thresholds_are_saved_after_a_look_at_what_they_change(page_as: PageAs):
    page = page_as("admin", "en")
    page.goto("/setup/years/2023/")
    page.get_by_role("button", name="Xinhuang 2015").click()
    expect(page.get_by_role("status")).to_contain_text("Nothing is saved yet")
    expect(page.locator("[name=on_schedule_ratio]")).to_have_value("80")
    page.locator("[name=due_day]").press("Enter")
    expect(page.locator(".effect")).to_be_visible()
    assert violations(page) == []
    assert sticking_out(page) == {}
    assert str(Year.objects.get(year=2023).on_schedule_ratio) == "1.0000"
    page.get_by_role("button", name="Save, with these changes").click()
    expect(page.get_by_role("status")).to_contain_text("The settings are saved.")
    assert str(Year.objects.get(year=2023).on_schedule_ratio) == "0.8000"


def test_enter_saves_and_never_fills_in_a_preset(page_as: PageAs):
    page = page_as("admin", "en")
    page.goto("/setup/years/2023/")
    typed(page, "closing_day", "16")
    page.locator("[name=closing_day]").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The settings are saved.")
    assert Year.objects.get(year=2023).closing_day == 16


def test_a_new_person_gets_an_invitation_and_a_role_and_chooses_a_password(page_as: PageAs, new_context):
    page = page_as("security", "en")
    page.goto("/people/new/")
    typed(page, "username", "newcomer")
    typed(page, "full_name", "新填报人")
    page.get_by_role("button", name="Add").click()
    address = page.locator(".slip .address").inner_text()
    assert violations(page) == []
    page.locator("[name=role-unit]").select_option(label="\u2003Shibanqiao Village")
    page.get_by_role("button", name="Give the role").click()
    expect(page.locator("table.people")).to_contain_text("clerk · Shibanqiao Village")

    visitor = new_context().new_page()
    visitor.goto(address)
    own = "a long password of my own"
    for name in ("new", "again"):
        typed(visitor, name, own)
    visitor.locator(".form button.primary").click()
    sign_in(visitor, "newcomer", own)
    expect(visitor.locator(".who")).to_have_text("新填报人")
    visitor.goto("/month/")
    expect(visitor.locator("h1")).to_be_visible()
    assert visitor.url.endswith("/month/")
