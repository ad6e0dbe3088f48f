"""Houses with little in them: every page says what to do next, and axe-core finds nothing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from pytest_django.plugin import DjangoDbBlocker

from tests.browser.conftest import PageAs, People, draw_chart, house
from tests.browser.test_accessibility import violations
from tests.builders import PASSWORD, Builder

#: The house is emptied within the test, past the services.
pytestmark = pytest.mark.unguarded

AS_OF_JUNE = "year=2023&period=H1&as_of=6"


@pytest.fixture
def build(server: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Builder]:
    """A township with a leader and nothing else."""
    with house(django_db_blocker):
        build = Builder()
        township = build.unit("T", kind="township", name="青山乡")
        build.unit("T-E", township, name="东村")
        build.person("leader", "leader", township)
        yield build


@pytest.fixture
def people(build: Builder) -> People:
    return People({"leader": PASSWORD})


def test_before_the_first_plan(build, page_as: PageAs):
    page = page_as("leader")
    for address in ("/", "/indicators/"):
        page.goto(address)
        expect(page.locator(".empty-state")).to_contain_text("系统管理员")
    assert violations(page) == []


def test_a_new_year_without_targets(build, page_as: PageAs):
    build.year(2023)
    page = page_as("leader")
    for address in ("/", "/indicators/"):
        page.goto(f"{address}?{AS_OF_JUNE}")
        expect(page.locator(".empty-state")).to_contain_text("系统管理员")
    assert violations(page) == []


def test_a_unit_without_targets(build, page_as: PageAs):
    from targets.models import Unit

    build.target(build.indicator("ROADS"), Unit.objects.get(code="T"), {6: 5, 12: 10})
    page = page_as("leader")
    for address in ("/", "/indicators/", "/sections/economy/"):
        page.goto(f"{address}?{AS_OF_JUNE}&unit=T-E")
        expect(page.locator(".empty-state")).to_contain_text("单位")
        assert violations(page) == []


def test_nothing_reported_yet(build, page_as: PageAs):
    from targets.models import Unit

    build.target(build.indicator("ROADS", name="新修道路"), Unit.objects.get(code="T-E"), {6: 5, 12: 10})
    page = page_as("leader")
    page.goto(f"/?{AS_OF_JUNE}")
    expect(page.locator("main")).to_contain_text("东村 未报（1月至6月）")
    expect(page.locator("table.groups").first.locator("tfoot")).to_contain_text("0/1")
    assert violations(page) == []
    page.goto(f"/indicators/ROADS/?{AS_OF_JUNE}")
    expect(page.locator(".figures-row .light").first).to_have_text("未报")
    draw_chart(page)
    assert violations(page) == []


def test_everything_completed(build, page_as: PageAs):
    from targets.models import Unit

    target = build.target(build.indicator("ROADS", name="新修道路"), Unit.objects.get(code="T-E"), {6: 5, 12: 10})
    build.approved(target, 6, 5, from_month=1)
    page = page_as("leader")
    page.goto(f"/?{AS_OF_JUNE}")
    expect(page.locator("main")).to_contain_text("没有欠进度的指标")
    expect(page.locator("main")).to_contain_text("应报数据已全部填报")
    assert violations(page) == []
