"""A database that is busy for a while: the page waits with the person and goes on by itself."""

import re

import pytest
from playwright.sync_api import expect

from targets.models import Instruction
from tests.browser.conftest import PageAs, Quiet
from tests.test_failing import busy


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr("targets.views.errors.AGAIN", 2)


def test_a_form_is_kept_and_sent_again_until_it_is_saved(page_as: PageAs, quiet: Quiet, monkeypatch):
    quiet.expect("^503 .*/instructions/")
    page = page_as("leader")
    page.goto("/indicators/E06/")
    with monkeypatch.context() as patched:
        patched.setattr("targets.services.instructions.give_instruction", busy)
        page.fill("[name=text]", "为何滞后？周五前说明 <原因>")
        page.get_by_role("button", name="批示").click()
        expect(page.get_by_role("alert")).to_have_text("系统正忙。")
        expect(page.locator("main")).to_contain_text("自动重新提交")
        page.locator("summary").click()
        expect(page.locator("details")).to_contain_text("为何滞后？周五前说明 <原因>")
        assert not Instruction.objects.filter(text__startswith="为何滞后").exists()
    expect(page).to_have_url(re.compile("/indicators/E06/"))
    expect(page.locator("main")).to_contain_text("为何滞后？周五前说明 <原因>")
    assert Instruction.objects.filter(text__startswith="为何滞后").count() == 1


def test_a_page_that_could_not_be_read_comes_by_itself(page_as: PageAs, quiet: Quiet, monkeypatch):
    quiet.expect("^503 .*/second-half/")
    page = page_as("leader")
    page.goto("/method/")
    with monkeypatch.context() as patched:
        patched.setattr("targets.permissions.Scope.__init__", busy)
        page.goto("/second-half/?period=Y")
        expect(page.get_by_role("alert")).to_have_text("系统正忙。")
    expect(page.locator("h1")).to_contain_text("下半年")
    expect(page).to_have_url(re.compile(r"/second-half/\?period=Y"))
