"""Relations between indicators in a real browser: declared by the keyboard alone, and fit for every window."""

import pytest
from playwright.sync_api import expect

from targets.models import IndicatorCheck
from tests.browser.conftest import PageAs
from tests.browser.test_accessibility import violations
from tests.browser.test_layout import sticking_out


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_sticks_out_or_has_violations(page_as: PageAs, language: str):
    page = page_as("admin", language)
    check = IndicatorCheck.objects.get(code="V01")
    found = {}
    for address in (
        "/plan/relations/", "/plan/relations/?ended=1", "/plan/relations/new/", "/plan/relations/new/?whole=R08",
        f"/plan/relations/{check.pk}/", "/plan/indicators/R08/",
    ):  # fmt: skip
        page.goto(address)
        if wrong := (sticking_out(page), violations(page)):
            found[address] = wrong
    assert {address: wrong for address, wrong in found.items() if any(wrong)} == {}


def test_a_relation_is_declared_and_ended_by_keyboard(page_as: PageAs):
    page = page_as("admin", "en")
    page.goto("/plan/relations/new/?whole=E01")
    page.locator("[name=operator]").first.focus()
    page.keyboard.press("ArrowDown")
    boxes = page.locator("[name=right]")
    code = boxes.first.get_attribute("value")
    boxes.first.focus()
    page.keyboard.press("Space")
    page.locator("[name=meaning]").focus()
    page.keyboard.type("Form T1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The relation is saved.")).to_be_visible()
    check = IndicatorCheck.objects.latest("pk")
    assert (check.left.code, check.operator, check.meaning) == ("E01", ">=", "Form T1")
    assert [part.code for part in check.right.all()] == [code]

    page.locator(f'a[href="/plan/relations/{check.pk}/"]').click()
    page.locator("section [name=reason]").fill("A trial.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The relation has ended.")).to_be_visible()
    check.refresh_from_db()
    assert check.archived_at is not None
