"""Signing in and out, and what is remembered before it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect

from tests.browser.conftest import DESKTOP, People, Quiet, sign_in


@pytest.fixture
def visitor(people: People, new_context: Callable[..., BrowserContext]) -> Page:
    """A page of somebody who has not signed in."""
    return new_context().new_page()


def test_whoever_asks_for_a_page_signs_in_first_and_gets_it(visitor, people):
    visitor.goto("/sections/economy/?as_of=5")
    expect(visitor).to_have_url("/sign-in/?next=/sections/economy/%3Fas_of%3D5")
    expect(visitor.locator(".secrecy")).to_have_text("非涉密系统，严禁录入、传输涉密信息")

    sign_in(visitor, "leader", people.passwords["leader"])

    expect(visitor).to_have_url("/sections/economy/?as_of=5")
    expect(visitor.locator(".who")).to_have_text("乡领导")


def test_the_first_field_has_the_focus_and_enter_sends_the_form(visitor, people):
    visitor.goto("/sign-in/")
    expect(visitor.locator("[name=username]")).to_be_focused()
    visitor.keyboard.type("leader")
    visitor.keyboard.press("Tab")
    visitor.keyboard.type(people.passwords["leader"])
    visitor.keyboard.press("Enter")
    expect(visitor).to_have_url("/")


def test_a_wrong_password_says_so_and_keeps_the_name(visitor):
    visitor.goto("/sign-in/")
    sign_in(visitor, "leader", "wrong")
    expect(visitor.get_by_role("alert")).to_have_text("用户名或密码不正确，请核对。注意区分大小写。")
    expect(visitor.locator("[name=username]")).to_have_value("leader")


def test_an_unknown_name_says_the_same_as_a_wrong_password(visitor):
    visitor.goto("/sign-in/")
    sign_in(visitor, "nobody-of-this-name", "wrong")
    expect(visitor.get_by_role("alert")).to_have_text("用户名或密码不正确，请核对。注意区分大小写。")


def test_five_wrong_passwords_lock_the_sign_in_and_the_page_says_for_how_long(visitor, people, quiet: Quiet):
    quiet.expect("^429 .*/sign-in/")
    visitor.goto("/sign-in/")
    for _time in range(5):
        sign_in(visitor, "clerk2", "wrong")
    expect(visitor.locator("main")).to_contain_text("半小时")

    visitor.goto("/sign-in/")
    sign_in(visitor, "clerk2", people.passwords["clerk2"])

    expect(visitor.locator("main")).to_contain_text("半小时")


def test_signing_out_ends_it(visitor, people):
    visitor.goto("/sign-in/")
    sign_in(visitor, "auditor", people.passwords["auditor"])
    visitor.get_by_role("button", name="退出").click()
    expect(visitor).to_have_url("/sign-in/")

    visitor.goto("/indicators/")

    expect(visitor).to_have_url("/sign-in/?next=/indicators/")


def test_the_language_chosen_before_signing_in_is_that_of_the_browser_afterwards(visitor):
    visitor.goto("/sign-in/")
    expect(visitor.locator("html")).to_have_attribute("lang", "zh-CN")

    visitor.get_by_role("button", name="English").click()

    expect(visitor.locator("html")).to_have_attribute("lang", "en")
    visitor.goto("/sign-in/?next=/method/")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Sign in")


@pytest.fixture
def remembering(browser_type: BrowserType, browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    """A browser that keeps the pages left behind for the way back, as everybody's does; Playwright's keeps none."""
    browser = browser_type.launch(
        **browser_type_launch_args,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    browser.close()


def test_after_signing_out_the_way_back_shows_no_figures(remembering, people, server):
    left_behind = ("/", "/indicators/", "/indicators/E06/", "/indicators/E06/chart.json", "/second-half/", "/reports/")
    visitor = remembering.new_context(base_url=server, viewport=DESKTOP, locale="en-GB").new_page()
    visitor.goto("/sign-in/")
    sign_in(visitor, "leader", people.passwords["leader"])
    visitor.locator(".menu").wait_for()
    for address in left_behind[1:]:
        visitor.goto(address)
        expect(visitor.locator("body")).to_contain_text(re.compile(r"\d"))
    visitor.goto("/method/")
    visitor.get_by_role("button", name="退出").click()
    expect(visitor).to_have_url("/sign-in/")

    for address in ("/method/", *reversed(left_behind)):
        visitor.evaluate("history.back()")
        expect(visitor).to_have_url(f"/sign-in/?next={address}")
        expect(visitor.locator("[name=password]")).to_be_visible()
        expect(visitor.locator(".who")).to_have_count(0)
