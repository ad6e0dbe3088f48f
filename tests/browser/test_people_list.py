"""People from a pasted list, all the way to their own first sign-in; the slips on paper."""

import re

import pytest
from playwright.sync_api import Page, expect

from targets.models import User
from tests.browser.conftest import PHONE, PageAs, Quiet, sign_in
from tests.browser.test_accessibility import violations
from tests.browser.test_layout import sticking_out

HEADINGS = "姓名\t用户名\t单位\t角色\t板块\t邮箱"
OWN = "a long password of my own"


def a_list(*names: str) -> str:
    rows = [f"{name}\t{name}\tDC-V1\tclerk\t\t" for name in names]
    return "\n".join([HEADINGS, *rows])


def paste(page: Page, text: str) -> None:
    page.goto("/people/list/")
    page.locator("textarea[name=text]").fill(text)
    page.get_by_role("button", name=re.compile("^(Preview|预览)$")).click()


def wrong(page: Page) -> list[object]:
    """What sticks out, and what axe-core finds."""
    return [*sticking_out(page).items(), *violations(page)]


def test_a_pasted_list_becomes_people_who_choose_their_passwords(page_as: PageAs, new_context, quiet: Quiet):
    quiet.expect("^422 .*/invitation/$")
    page = page_as("security", "en")
    paste(page, f"{HEADINGS}\n新填报人\tnewclerk\t石板桥村\t填报人\t\t\n别人\tclerk\tDC\t领导\t\t")
    expect(page.locator(".notice.error")).to_contain_text("Accounts are not shared.")
    expect(page.get_by_role("button", name="Add these people")).to_have_count(0)
    assert wrong(page) == []

    # Mended in place.
    box = page.locator("textarea[name=text]")
    box.fill(box.input_value().replace("别人\tclerk", "新领导\tnewleader"))
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(page.locator("table.listed")).to_contain_text("Shibanqiao Village")
    assert wrong(page) == []
    assert not User.objects.filter(username="newclerk").exists()

    page.get_by_role("button", name="Add these people and give the roles").click()
    expect(page.locator(".slips li")).to_have_count(2)
    assert wrong(page) == []
    address = page.locator(".slips .address").first.inner_text()
    code = page.locator(".slips code").nth(1).inner_text()

    visitor = new_context(viewport=PHONE).new_page()
    visitor.goto(address)
    expect(visitor.locator(".who-invited")).to_contain_text("newclerk")
    assert violations(visitor) == []
    for value in ("another", OWN):
        visitor.locator("[name=new]").fill(OWN)
        visitor.locator("[name=again]").fill(value)
        visitor.locator("[name=again]").press("Enter")
    expect(visitor).to_have_url(re.compile("/sign-in/$"))
    sign_in(visitor, "newclerk", OWN)
    expect(visitor.locator(".who")).to_have_text("新填报人")

    # The other one types the code.
    other = new_context().new_page()
    other.goto("/sign-in/")
    other.get_by_role("link", name="邀请码").click()
    other.locator("[name=code]").fill(code.upper().replace("-", " "))
    other.locator("[name=code]").press("Enter")
    expect(other.locator(".who-invited")).to_contain_text("newleader")
    assert wrong(other) == []

    page.goto("/people/?state=waiting")
    expect(page.locator("table.people tbody tr")).to_have_count(1)
    expect(page.locator("table.people")).to_contain_text("newleader")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_eight_slips_stand_on_a_page_and_nothing_else(page_as: PageAs, language: str):
    page = page_as("security", language)
    names = [f"slip-{language[:2]}-{number}" for number in range(10)]
    paste(page, a_list(*names))
    page.locator("button[name=take]").click()
    expect(page.locator(".slips li")).to_have_count(len(names))
    page.emulate_media(media="print")
    for screen_only in (".top", ".shown-once", ".bottom"):
        expect(page.locator(screen_only)).to_be_hidden()
    cut = page.evaluate(
        "() => [...document.querySelectorAll('.slips li')].filter((one) => one.scrollHeight > one.clientHeight).length"
    )
    assert cut == 0
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2


def test_the_pages_work_without_javascript(page_as: PageAs):
    page = page_as("security", "en", java_script_enabled=False)
    paste(page, a_list("scriptless"))
    page.get_by_role("button", name="Add these people and give the roles").click()
    expect(page.locator(".slips li")).to_have_count(1)
