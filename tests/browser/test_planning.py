"""Changing the plan in a real browser: with and without scripts, and nothing saved before it was confirmed."""

import re

import pytest
from playwright.sync_api import Page, expect

from targets.models import Target
from tests.browser.conftest import PageAs, Quiet


def target_of(code: str) -> Target:
    return Target.objects.get(indicator__code=code, year=2023)


def december(code: str) -> str:
    points = target_of(code).revisions.get().checkpoints
    return format(points.get(month=12).value.normalize(), "f")


def open_target(page: Page, code: str) -> None:
    page.goto(f"/plan/?year=2023&q={code}")
    page.locator("table.plan th.name a").first.click()
    expect(page.locator("#plan-form")).to_be_visible()


def test_a_layout_is_filled_in_and_a_status_confirmed(page_as: PageAs) -> None:
    page = page_as("admin", "en")
    open_target(page, "E01")
    page.locator("#id_p-m6").fill("")
    page.locator("#id_p-m12").fill("100")
    page.locator("#id_p-layout").select_option("quarterly")
    page.get_by_role("button", name="Fill the boxes").click()
    assert [page.locator(f"#id_p-m{month}").input_value() for month in (3, 6, 9, 12)] == ["20", "50", "75", "100"]

    page.locator("#id_reason").fill("A trial.")
    page.locator("#plan-form button.primary").click()
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
    assert december("E01") == "6"

    page.get_by_role("button", name="Back, and change it").click()
    expect(page.locator("#id_p-m9")).to_have_value("75")
    expect(page.locator("#id_reason")).to_have_value("A trial.")
    page.locator("#plan-form button.primary").click()
    page.get_by_role("button", name="Save it all the same").click()
    expect(page.get_by_text("The target is saved.")).to_be_visible()
    assert december("E01") == "100"


def test_all_rows_are_ticked_at_once(page_as: PageAs) -> None:
    page = page_as("admin", "en")
    page.goto("/plan/?year=2023&section=conduct")
    page.locator("#tick-all").check()
    page.locator("details.bulk summary").click()
    page.locator("details.bulk #id_responsible_person").fill("责任人甲")
    page.get_by_role("button", name="Set for the ticked targets").click()
    expect(page.get_by_text(re.compile(r"^4 targets changed"))).to_be_visible()
    expect(page.locator("td", has_text="责任人甲")).to_have_count(4)


def test_enter_in_a_box_saves_and_never_only_fills(page_as: PageAs) -> None:
    page = page_as("admin", "en")
    open_target(page, "C01")
    page.locator("#id_lead_leader").fill("党委书记")
    page.locator("#id_lead_leader").press("Enter")
    expect(page.get_by_text("The target is saved.")).to_be_visible()


@pytest.mark.parametrize("code", ["R15"])
def test_a_chosen_indicator_is_taken_over_at_once(page_as: PageAs, quiet: Quiet, code: str) -> None:
    page = page_as("admin", "en")
    page.goto("/plan/targets/?year=2023")
    expect(page.get_by_text("The new indicator")).to_be_visible()
    page.locator("#id_indicator").select_option(code)
    expect(page.get_by_text("The new indicator")).to_have_count(0)
    expect(page.locator("#id_p-m12")).to_be_visible()
