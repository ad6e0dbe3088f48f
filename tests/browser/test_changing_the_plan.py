"""The plan over two years in a browser: a slip corrected, a target adjusted, the plan rolled over, undone and put in
force.

The tests are one story and run in their order, each from where the one before it ended.
"""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.plugin import DjangoDbBlocker

from targets.models import Change, Target, Year
from tests.browser.conftest import PHONE, PageAs, People, Quiet, house
from tests.browser.test_accessibility import violations
from tests.builders import PASSWORD, Builder
from tests.cast import make_cast

REFUSED = r"^422 .*/plan/"


@pytest.fixture(scope="module")
def people(server: str, django_db_blocker: DjangoDbBlocker) -> Iterator[People]:
    """East village has built 3.7 of the 5 km of its half-year, and 4.2 km by July; both are approved."""
    with house(django_db_blocker):
        build = Builder()
        cast = make_cast(build)
        build.approved(cast.east_target, 7, "0.5")
        yield People(dict.fromkeys(("system", "leader", "east", "reviewer"), PASSWORD))


def roads(year: int = 2023) -> Target:
    return Target.objects.get(indicator__code="ROADS", unit__code="T-E", year=year)


def points(target: Target) -> list[dict[int, str]]:
    """The checkpoints of each version of the plan, as short as they were typed."""
    return [
        {point.month: f"{point.value.normalize():f}" for point in revision.checkpoints.order_by("month")}
        for revision in target.revisions.order_by("effective_month")
    ]


def opened(page: Page, target: Target) -> Page:
    page.goto(f"/plan/targets/{target.pk}/")
    return page


def save(page: Page) -> None:
    page.locator(".plan-form button.primary").first.click()


def effect(page: Page, period: str) -> Locator:
    return page.locator("table.effect tbody tr", has=page.get_by_role("cell", name=period, exact=True))


def versions(page: Page) -> list[list[str]]:
    return [row.locator("th, td").all_inner_texts() for row in page.locator("table.revisions tbody tr").all()]


def test_1_a_slip_is_corrected_with_a_reason_and_the_statuses_are_seen_before(page_as: PageAs, quiet: Quiet):
    quiet.expect(REFUSED)
    page = opened(page_as("system"), roads())
    page.locator("#id_p-m6").fill("3.6")
    save(page)
    # Figures were approved against the old one: nothing is saved without a reason, and what was typed is still there.
    expect(page.locator(".field", has=page.locator("#id_reason")).locator(".error")).to_contain_text("请说明修改原因")
    expect(page.locator("#id_p-m6")).to_have_value("3.6")
    page.locator("#id_reason").fill("录入错误，文件为3.6千米")
    save(page)

    expect(page.get_by_text("尚未保存。")).to_be_visible()
    lights = effect(page, "上半年").locator(".light")
    expect(lights).to_have_count(2)
    expect(lights.nth(0)).to_contain_text("欠进度")
    expect(lights.nth(1)).to_contain_text("已完成")
    assert points(roads()) == [{6: "5", 12: "10"}]
    page.get_by_role("button", name="仍然保存").click()
    expect(page.get_by_text("目标已保存。")).to_be_visible()
    assert points(roads()) == [{6: "3.6", 12: "10"}]
    change = Change.objects.filter(action="target.redraw").latest("pk")
    assert change.reason == "录入错误，文件为3.6千米"


def test_2_a_mid_year_adjustment_keeps_both_plans_with_their_months(page_as: PageAs, quiet: Quiet):
    page = opened(page_as("system"), roads())
    page.get_by_role("link", name="年中调整目标").click()
    page.get_by_label("执行起始月").select_option("7")
    page.get_by_label("文号").fill("青政发〔2023〕15号")
    page.get_by_label("发文日期").fill("2023-07-05")
    page.get_by_label("原因").fill("县里年中调减")
    page.locator("#id_p-m12").fill("6")
    save(page)

    # July was 90 % of what the old plan asked for, and is 105 % of what the new one does; June stays.
    expect(page.locator("table.effect tbody tr")).to_have_count(1)
    lights = effect(page, "全年").locator(".light")
    expect(lights.nth(0)).to_contain_text("略欠进度")
    expect(lights.nth(1)).to_contain_text("达进度")
    assert violations(page) == []
    assert points(roads()) == [{6: "3.6", 12: "10"}]
    page.get_by_role("button", name="返回修改").click()
    expect(page.get_by_label("文号")).to_have_value("青政发〔2023〕15号")
    expect(page.locator("#id_p-m12")).to_have_value("6")
    save(page)
    page.get_by_role("button", name="仍然保存").click()

    expect(page.get_by_text("目标已调整。调整前后的计划均保留，各自评价所属月份。")).to_be_visible()
    assert points(roads()) == [{6: "3.6", 12: "10"}, {6: "3.6", 12: "6"}]
    first, second = versions(page)
    assert first[:4] == ["原定计划", "1月至6月", "3.60", "10.00"]
    assert [second[0].split()[0], *second[1:4]] == ["调整后", "7月至12月", "3.60", "6.00"]
    assert second[5:] == ["青政发〔2023〕15号 2023年7月5日", "县里年中调减"]


@pytest.mark.parametrize(("month", "annual", "expected"), [(6, "10.00", "3.60"), (7, "6.00", "4.00")])
def test_3_every_month_is_judged_by_the_plan_of_its_time(page_as: PageAs, month: int, annual: str, expected: str):
    page = page_as("leader")
    page.goto(f"/indicators/ROADS/?unit=T-E&year=2023&period=Y&as_of={month}")
    facts = page.locator(".figures-row > div")
    expect(facts.filter(has=page.get_by_text("全年目标", exact=True)).locator("dd").first).to_have_text(
        f"{annual} 千米"
    )
    expect(facts.filter(has_text="序时应完成").locator("dd")).to_have_text(f"{expected} 千米")
    assert [row[1] for row in versions(page)] == ["1月至6月", "7月至12月"]


def roll_over(page: Page) -> Page:
    page.goto("/plan/roll-over/?from=2023")
    return page


def test_4_last_years_plan_becomes_a_draft_without_what_is_unticked(page_as: PageAs):
    page = roll_over(page_as("system"))
    east = page.get_by_role("row", name="新修道路").filter(has_text="东村")
    expect(east).to_contain_text("4.20")
    expect(east).to_contain_text("7月")  # not yet the year's result
    page.get_by_label("结转: 入户走访 平安办").uncheck()
    page.get_by_role("button", name="生成2024年草稿").click()
    expect(page.get_by_text("草稿已生成，共2项目标，启用后正式生效。")).to_be_visible()
    expect(page.get_by_role("link", name="取消 1")).to_be_visible()
    expect(page.locator("section", has=page.locator("#list-title"))).to_contain_text("入户走访 · 平安办")
    assert Year.objects.get(year=2024).is_draft
    assert points(roads(2024)) == [{6: "3.6", 12: "6"}]
    assert roads(2024).baseline == Decimal("4.2")
    page.goto("/plan/?year=2024")
    expect(page.locator("table.plan tr", has_text="东村").locator("[data-label=基数]")).to_have_text("4.20")


def test_5_the_draft_is_changed_and_shows_what_differs(page_as: PageAs):
    page = roll_over(page_as("system"))
    page.get_by_role("link", name="目标管理 2024").click()
    expect(page.locator("h1 .tag")).to_have_text("草稿")
    expect(page.get_by_text("上年有1项目标任务未延续。")).to_be_visible()
    page.locator("table.plan tr", has_text="东村").locator("th a").click()
    page.locator("#id_p-m12").fill("8")
    save(page)
    expect(page.get_by_text("目标已保存。")).to_be_visible()
    page.goto("/plan/targets/?year=2024")
    page.get_by_label("指标名称").fill("新修桥梁")
    page.get_by_label("计量单位").fill("座")
    page.get_by_label("责任单位").select_option(label="东村")
    page.locator("#id_p-m12").fill("2")
    save(page)
    expect(page.get_by_text("目标已列入计划。")).to_be_visible()

    roll_over(page)
    differing = page.get_by_role("navigation", name="两年计划的差异")
    assert " ".join(differing.inner_text().split()) == "新增 1 变更 1 取消 1 不变 1"
    differing.get_by_role("link", name="变更").click()
    changed = page.locator("section", has=page.locator("#list-title")).get_by_role("row", name="新修道路")
    expect(changed).to_contain_text("6.00 → 8.00")
    assert violations(page) == []
    page.goto("/plan/?year=2024")
    expect(page.locator("table.plan tr", has_text="新修桥梁").locator(".tag")).to_have_text("新增")
    expect(page.locator("table.plan tr", has_text="东村").filter(has_text="新修道路").locator(".tag")).to_have_text(
        "变更"
    )


@pytest.mark.parametrize("person", ["leader", "reviewer", "east"])
def test_6_nobody_else_sees_the_draft(page_as: PageAs, quiet: Quiet, person: str):
    page = page_as(person)
    for address in ("/", "/indicators/"):
        page.goto(f"{address}?year=2024&period=Y")
        expect(page.locator("[name=year] option")).to_have_text(["2023"])
        expect(page.locator("main")).not_to_contain_text("新修桥梁")
    quiet.expect(r"^403 .*/plan/roll-over/")
    page.goto("/plan/roll-over/?from=2023")


def test_7_the_roll_over_is_undone_as_one_step(page_as: PageAs):
    page = roll_over(page_as("system", viewport=PHONE))
    page.get_by_role("button", name="撤销结转").click()
    expect(page.get_by_role("button", name="生成2024年草稿")).to_be_visible()
    assert not Target.objects.in_force(2024).exists()
    assert not Year.objects.filter(year=2024).exists()
    assert points(roads()) == [{6: "3.6", 12: "10"}, {6: "3.6", 12: "6"}]


def test_8_done_again_and_put_in_force_it_is_the_plan(page_as: PageAs):
    page = roll_over(page_as("system"))
    page.get_by_role("button", name="生成2024年草稿").click()
    page.get_by_role("button", name="启用2024年目标计划").click()
    expect(page.get_by_text("2024年目标计划已启用。").first).to_be_visible()
    expect(page.get_by_role("button", name="撤销结转")).to_have_count(0)
    page.goto("/plan/?year=2024")
    expect(page.locator("table.plan tbody tr:not(.group)")).to_have_count(3)
    expect(page.locator("h1 .tag")).to_have_count(0)

    page = page_as("leader")
    page.goto("/indicators/?year=2024&period=Y")
    expect(page.locator("[name=year] option")).to_have_text(["2024", "2023"])
    expect(page.locator("main")).to_contain_text("新修道路")
