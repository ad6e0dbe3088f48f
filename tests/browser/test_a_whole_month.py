"""A whole month in a browser: typed, pasted, corrected, handed in, returned, mended, approved, seen by the leader.

The connection drops in the middle, the session ends in the middle, and somebody else types into the same row; nothing
that was typed is lost. The tests are one story and run in their order, each from where the one before it ended.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django.plugin import DjangoDbBlocker

from targets.models import ProgressEntry, Target
from tests.browser.conftest import PHONE, PageAs, People, Quiet, house, sign_in
from tests.browser.test_entering import OFFLINE, cell, is_saved, paste, row, saving
from tests.builders import PASSWORD, Builder
from tests.cast import make_cast

MONTH = 7
ADDRESS = f"/month/?unit=T-E&year=2023&as_of={MONTH}"
REVIEW = f"/review/?year=2023&unit=T-E&month={MONTH}"


@dataclass
class Village:
    """What the eastern village reports, in the order of its rows."""

    roads: Target
    bridges: Target
    share: Target
    farmland: Target
    wells: Target
    trees: Target

    def state(self) -> dict[str, str]:
        entries = ProgressEntry.objects.filter(target__unit__code="T-E", month=MONTH).exclude(state="superseded")
        return dict(entries.values_list("target__indicator__code", "state"))


@pytest.fixture(scope="module")
def village(server: str, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[People, Village]]:
    with house(django_db_blocker):
        build = Builder()
        cast = make_cast(build)
        build.person("east2", "clerk", cast.east)

        def target(code: str, name: str, end: int, **fields: Any) -> Target:
            baseline = fields.pop("baseline", None)
            indicator = build.indicator(code, cast.economy, name=name, **fields)
            return build.target(indicator, cast.east, {12: end}, baseline=baseline)

        found = Village(
            roads=cast.east_target,
            bridges=target("BRIDGES", "新修桥梁", 60, decimals=0, unit_of_measure="座"),
            share=target("SHARE", "达标率", 80, kind="rate", accumulation="latest", unit_of_measure="%"),
            farmland=target("LAND", "耕地保有量", 2500, accumulation="stock", baseline=2500, decimals=0),
            wells=target("WELLS", "新打机井", 24, decimals=0),
            trees=target("TREES", "植树", 1200, decimals=0),
        )
        yield People(dict.fromkeys(("east", "east2", "reviewer", "leader"), PASSWORD)), found


@pytest.fixture(scope="module")
def people(village: tuple[People, Village]) -> People:
    return village[0]


@pytest.fixture
def east(village: tuple[People, Village]) -> Village:
    return village[1]


def opened(page: Page, address: str = ADDRESS) -> Page:
    page.goto(address)
    return page


def entry(target: Target) -> ProgressEntry:
    return ProgressEntry.objects.exclude(state="superseded").get(target=target, month=MONTH)


def waiting(page: Page, target: Target) -> Locator:
    """The figure's row in the review."""
    return page.locator("table.reviewing tbody tr", has=page.locator("th a", has_text=target.indicator.name))


def test_1_the_clerk_types_pastes_and_gives_the_other_answers(page_as: PageAs, east: Village):
    page = opened(page_as("east"))
    cell(page, east.roads).fill("1.2")
    page.keyboard.press("Enter")
    is_saved(page, east.roads)
    expect(row(page, east.roads).locator("[data-part=other]")).to_contain_text("4.90")  # 3.7 + 1.2
    # Six of the ten kilometres were due by June, and 5 + 5/6 by July: 4.9 is 84 %.
    expect(row(page, east.roads).locator("[data-part=light]")).to_contain_text("略欠进度")

    expect(cell(page, east.bridges)).to_be_focused()
    paste(page, cell(page, east.bridges), "指标\t本月\n新修桥梁\t４０座\n达标率\t45/50\n新修机场\t1\n")
    preview = page.locator("#paste tbody tr")
    expect(preview).to_have_count(2)
    expect(preview.nth(0)).to_contain_text("—")  # what stood there
    expect(page.locator("#paste [data-part=left]")).to_contain_text("新修机场")
    page.locator("#paste [data-act=take]").click()
    is_saved(page, east.bridges)
    is_saved(page, east.share)
    expect(page.locator("#paste-left")).to_contain_text("新修机场")
    assert entry(east.bridges).value == 40
    assert (entry(east.share).numerator, entry(east.share).denominator) == (45, 50)

    cell(page, east.farmland).focus()
    page.keyboard.press("=")
    is_saved(page, east.farmland)
    cell(page, east.wells).focus()
    page.keyboard.press("/")
    is_saved(page, east.wells)
    cell(page, east.trees).focus()
    page.keyboard.type("0")
    page.keyboard.press("Enter")
    is_saved(page, east.trees)
    answers = [(entry(target).answer, entry(target).value) for target in (east.farmland, east.wells, east.trees)]
    assert answers == [("no_change", None), ("not_applicable", None), ("value", 0)]
    expect(page.locator("#answered")).to_have_text("6/6")
    assert set(east.state().values()) == {"draft"}


def test_2_the_clerk_corrects_while_the_connection_drops(page_as: PageAs, east: Village, quiet: Quiet):
    quiet.expect(OFFLINE)
    page = opened(page_as("east"))
    page.context.set_offline(True)
    cell(page, east.bridges).fill("4")
    cell(page, east.bridges, "note").fill("另有两座在建")
    cell(page, east.trees).fill("300")
    page.keyboard.press("Enter")
    expect(saving(page, east.bridges)).to_have_class(re.compile("failed"))
    expect(page.locator("#entering-notice")).to_be_visible()
    assert entry(east.bridges).value == 40

    page.context.set_offline(False)
    is_saved(page, east.bridges)
    is_saved(page, east.trees)
    expect(page.locator("#entering-notice")).to_be_hidden()
    assert (entry(east.bridges).value, entry(east.bridges).note, entry(east.trees).value) == (4, "另有两座在建", 300)


def test_3_the_session_ends_while_the_clerk_types(people, east: Village, new_context, quiet: Quiet):
    quiet.expect("^403 .*/month/row/")  # the token of the page is that of the session that ended
    context: BrowserContext = new_context()
    page = opened(context.new_page())
    sign_in(page, "east", PASSWORD)
    page.locator("#entering-hint").wait_for()  # shown by the script: before, Enter would send the form
    context.clear_cookies(name="sessionid")
    cell(page, east.roads).fill("1.3")
    cell(page, east.roads, "note").fill("两段完工")
    page.keyboard.press("Enter")
    link = page.locator("#entering-notice a")
    expect(link).to_be_visible()
    with context.expect_page() as other:
        link.click()
    sign_in(other.value, "east", PASSWORD)
    other.value.locator(".menu").wait_for()
    other.value.close()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    is_saved(page, east.roads)
    assert (entry(east.roads).value, entry(east.roads).note) == (Decimal("1.3"), "两段完工")


def test_4_two_clerks_meet_in_a_row_and_the_second_chooses(page_as: PageAs, east: Village, quiet: Quiet):
    quiet.expect("^409 .*/month/row/")
    first, second = opened(page_as("east2")), opened(page_as("east"))
    cell(first, east.trees).fill("310")
    first.keyboard.press("Enter")
    is_saved(first, east.trees)
    cell(second, east.trees).fill("320")
    second.keyboard.press("Enter")
    box = row(second, east.trees).locator("[data-part=errors]")
    expect(box).to_contain_text("310")
    expect(box).to_contain_text("320")
    expect(box).to_contain_text("人员east2")
    assert entry(east.trees).value == 310
    box.locator("button").first.click()
    is_saved(second, east.trees)
    assert entry(east.trees).value == 320


def test_5_the_clerk_says_why_something_lags_and_submits(page_as: PageAs, east: Village):
    page = opened(page_as("east"))
    box = page.locator(f"[data-row=r{east.bridges.pk}]")  # 4 of 35 that were due
    box.locator("summary").click()
    page.locator(f"[name=r{east.bridges.pk}-cause]").fill("汛期停工")
    page.locator("button[name=submit]").click()
    expect(page.locator(".notice.done").first).to_be_visible()
    assert east.state() == dict.fromkeys(("ROADS", "BRIDGES", "SHARE", "LAND", "WELLS", "TREES"), "submitted")
    line = page.locator(f"#t{east.roads.pk}")
    expect(line).to_contain_text("人员east")
    expect(line.locator("input[type=text]")).to_have_count(0)


def test_6_the_reviewer_returns_one_and_approves_the_rest(page_as: PageAs, east: Village):
    page = opened(page_as("reviewer"), REVIEW)
    expect(page.locator("table.reviewing tbody tr")).to_have_count(6)
    expect(waiting(page, east.bridges)).to_contain_text("汛期停工")
    line = waiting(page, east.roads)
    line.locator("summary").click()
    line.locator("td.return input[type=text]").fill("与验收单不符，请核对")
    line.locator("td.return button").click()
    expect(page.locator("table.reviewing tbody tr")).to_have_count(5)
    for tick in page.locator("table.reviewing input[type=checkbox]").all():
        tick.check()
    page.locator("button[name=approve]").first.click()
    expect(page.locator(".empty-state")).to_be_visible()
    assert east.state() == {
        "ROADS": "returned",
        "BRIDGES": "approved",
        "SHARE": "approved",
        "LAND": "approved",
        "WELLS": "approved",
        "TREES": "approved",
    }


def test_7_the_clerk_meets_the_reason_mends_and_submits_on_the_phone(page_as: PageAs, east: Village):
    page = opened(page_as("east", viewport=PHONE))
    top = page.locator("section[aria-labelledby=returned-title]")
    expect(top).to_contain_text("与验收单不符，请核对")
    top.locator("a").click()
    expect(row(page, east.roads)).to_contain_text("与验收单不符，请核对")
    expect(row(page, east.roads)).to_be_in_viewport()
    expect(cell(page, east.roads)).to_have_value("1.3")
    cell(page, east.roads).fill("2.1")
    page.locator("button[name=submit]").click()
    expect(page.locator(".notice.done").first).to_be_visible()
    expect(top).to_have_count(0)
    assert (entry(east.roads).state, entry(east.roads).value) == ("submitted", Decimal("2.1"))


def test_8_the_leader_sees_the_figure_once_it_is_approved(page_as: PageAs, east: Village):
    figure = "/indicators/ROADS/?unit=T-E&year=2023&as_of=7&period=Y"
    overview = "/?unit=T-E&year=2023&as_of=7&period=Y"
    leader = opened(page_as("leader"), figure)
    expect(leader.locator("main")).not_to_contain_text("5.80")
    opened(leader, overview)
    before = leader.locator("main").inner_text()

    page = opened(page_as("reviewer"), REVIEW)
    # 2.1 in a month, where 3.7 in six months make 0.617 a usual one.
    expect(waiting(page, east.roads).locator(".missing")).to_contain_text(re.compile(r"2\.10.*0\.62"))
    waiting(page, east.roads).locator("input[type=checkbox]").check()
    page.locator("button[name=approve]").first.click()
    expect(page.locator(".empty-state")).to_be_visible()
    assert entry(east.roads).state == "approved"

    opened(leader, figure)
    expect(leader.locator("main")).to_contain_text("5.80")  # 3.7 + 2.1
    opened(leader, overview)
    assert leader.locator("main").inner_text() != before
