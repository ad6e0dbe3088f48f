"""My month in a browser: saved as typed, moved by keyboard, pasted, cut off, and met by somebody else.

Every test types into cells of its own, by month and row.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Dialog, Locator, Page, Route, expect
from pytest_django.plugin import DjangoDbBlocker

from targets.models import ProgressEntry, Remedy, Target
from tests.browser.conftest import PageAs, People, Quiet, house, sign_in
from tests.builders import PASSWORD, Builder
from tests.cast import make_cast
from tests.test_failing import busy

OFFLINE = "failed: .* net::ERR_INTERNET_DISCONNECTED"


@dataclass
class Grid:
    """The rows of the eastern village, in the order in which they stand on the page."""

    roads: Target
    bridges: Target
    share: Target
    wells: Target


@pytest.fixture(scope="module")
def village(server: str, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[People, Grid]]:
    with house(django_db_blocker):
        build = Builder()
        cast = make_cast(build)
        build.person("east2", "clerk", cast.east)

        def target(code: str, name: str, **fields: Any) -> Target:
            return build.target(build.indicator(code, cast.economy, name=name, **fields), cast.east, {12: 60})

        grid = Grid(
            roads=cast.east_target,
            bridges=target("BRIDGES", "新修桥梁"),
            share=target("SHARE", "达标率", kind="rate", accumulation="latest", unit_of_measure="%"),
            wells=target("WELLS", "新打机井"),
        )
        names = ("east", "east2", "west", "reviewer")
        yield People(dict.fromkeys(names, PASSWORD)), grid


@pytest.fixture(scope="module")
def people(village: tuple[People, Grid]) -> People:
    return village[0]


@pytest.fixture
def grid(village: tuple[People, Grid]) -> Grid:
    return village[1]


@pytest.fixture
def open_month(page_as: PageAs) -> Callable[..., Page]:
    def open_page(month: int, username: str = "east", **options: Any) -> Page:
        page = page_as(username, **options)
        page.goto(f"/month/?unit=T-E&year=2023&as_of={month}")
        return page

    return open_page


def cell(page: Page, target: Target, name: str = "value") -> Locator:
    return page.locator(f"[name=t{target.pk}-{name}]")


def row(page: Page, target: Target) -> Locator:
    return page.locator(f"[data-row=t{target.pk}]")


def saving(page: Page, target: Target) -> Locator:
    """What the row says about its own saving."""
    return row(page, target).locator("[data-part=saving]")


def is_saved(page: Page, target: Target) -> None:
    expect(saving(page, target)).to_have_class(re.compile(r"\bsaved\b"))


def entry(target: Target, month: int) -> ProgressEntry:
    return ProgressEntry.objects.get(target=target, month=month)


def paste(page: Page, place: Locator, block: str) -> None:
    """What the browser does with a copied block."""
    place.focus()
    place.evaluate(
        """(box, block) => {
            const data = new DataTransfer();
            data.setData("text/plain", block);
            box.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        block,
    )


class TestSaving:
    def test_a_row_is_saved_when_it_is_left_and_says_what_it_would_give(self, open_month, grid):
        page = open_month(7)
        cell(page, grid.roads).fill("1.2")
        cell(page, grid.bridges).focus()
        is_saved(page, grid.roads)
        expect(row(page, grid.roads).locator("[data-part=other]")).to_contain_text("4.90")  # 3.7 + 1.2
        expect(row(page, grid.roads).locator("[data-part=light] .light")).to_be_visible()
        assert entry(grid.roads, 7).value == Decimal("1.2")

        cell(page, grid.roads, "typed_as").select_option("cumulative")
        cell(page, grid.roads).fill("5")
        expect(row(page, grid.roads).locator("[data-part=other]")).to_contain_text("1.30")
        assert (entry(grid.roads, 7).value, entry(grid.roads, 7).typed_as) == (5, "cumulative")

    def test_a_growth_rate_waits_for_its_figure_and_is_saved_with_it(self, open_month, grid, quiet: Quiet):
        quiet.expect("^422 .*/month/row/")
        page = open_month(9)
        row(page, grid.wells).locator("summary").click()
        cell(page, grid.wells, "official_growth").fill("5.5%")
        cell(page, grid.wells).fill("6")
        cell(page, grid.bridges).focus()
        is_saved(page, grid.wells)
        assert (entry(grid.wells, 9).value, entry(grid.wells, 9).official_growth) == (6, Decimal("5.5"))

        cell(page, grid.wells, "official_growth").fill("5500")
        cell(page, grid.bridges).focus()
        expect(row(page, grid.wells).locator("[data-part=errors]")).to_contain_text("同比增速应在-100%至1000%之间")
        expect(cell(page, grid.wells, "official_growth")).to_have_value("5500")
        assert entry(grid.wells, 9).official_growth == Decimal("5.5")

    def test_the_other_form_shows_while_typing(self, open_month, grid):
        page = open_month(7)
        cell(page, grid.wells).press_sequentially("8")
        expect(row(page, grid.wells).locator("[data-part=other]")).to_contain_text("8.00")
        expect(cell(page, grid.wells)).to_be_focused()

    def test_what_is_refused_says_why_and_stays(self, open_month, grid, quiet: Quiet):
        quiet.expect("^422 .*/month/row/")
        page = open_month(7)
        cell(page, grid.bridges).fill("十二座")
        cell(page, grid.bridges).press("Enter")
        expect(row(page, grid.bridges).locator("[data-part=errors]")).to_contain_text("十二座")
        expect(cell(page, grid.bridges)).to_have_attribute("aria-invalid", "true")
        expect(cell(page, grid.bridges)).to_have_value("十二座")
        cell(page, grid.bridges).fill("12")
        cell(page, grid.bridges).press("Enter")
        is_saved(page, grid.bridges)
        expect(row(page, grid.bridges).locator("[data-part=errors]")).to_be_empty()

    def test_a_falling_total_opens_the_box_for_the_reason(self, open_month, grid, quiet: Quiet):
        quiet.expect("^422 .*/month/row/")
        page = open_month(8)
        cell(page, grid.roads, "typed_as").select_option("cumulative")
        cell(page, grid.roads).fill("3")
        cell(page, grid.roads).press("Enter")
        cell(page, grid.roads, "reason").fill("复测核减")
        cell(page, grid.roads, "reason").press("Enter")
        is_saved(page, grid.roads)
        assert entry(grid.roads, 8).reason == "复测核减"

    def test_between_numerator_and_denominator_nothing_is_refused(self, open_month, grid):
        page = open_month(8)
        cell(page, grid.share, "numerator").fill("45")
        cell(page, grid.share, "numerator").press("Tab")
        cell(page, grid.share, "denominator").fill("50")
        cell(page, grid.share, "denominator").press("Enter")
        is_saved(page, grid.share)
        expect(row(page, grid.share).locator("[data-part=other]")).to_contain_text("90")

    def test_without_a_script_it_is_a_plain_form(self, open_month, grid):
        page = open_month(9, java_script_enabled=False)
        cell(page, grid.wells).fill("3")
        page.locator("button[name=save]").click()
        expect(cell(page, grid.wells)).to_have_value("3")
        assert entry(grid.wells, 9).state == "draft"

    def test_submitting_waits_for_what_is_not_saved_yet(self, open_month, grid):
        page = open_month(9)
        cell(page, grid.bridges).fill("2")
        page.locator("button[name=submit]").click()
        expect(page.locator(".notice.done").first).to_be_visible()
        assert entry(grid.bridges, 9).state == "submitted"


class TestKeyboard:
    def test_enter_and_the_arrows_go_from_row_to_row(self, open_month, grid):
        page = open_month(1)
        cell(page, grid.roads).focus()
        for key, target in [("Enter", grid.bridges), ("ArrowDown", grid.share), ("ArrowUp", grid.bridges)]:
            page.keyboard.press(key)
            expect(cell(page, target)).to_be_focused()
        page.keyboard.press("Shift+Enter")
        expect(cell(page, grid.roads)).to_be_focused()
        cell(page, grid.roads, "note").focus()
        page.keyboard.press("Enter")
        expect(cell(page, grid.bridges, "note")).to_be_focused()
        assert page.url.endswith("as_of=1"), "the form was not sent"

    def test_escape_brings_back_what_stood_in_the_box(self, open_month, grid):
        page = open_month(1)
        cell(page, grid.roads).fill("3")
        cell(page, grid.roads).press("Enter")
        is_saved(page, grid.roads)
        cell(page, grid.roads).focus()
        page.keyboard.type("99")
        page.keyboard.press("Escape")
        expect(cell(page, grid.roads)).to_have_value("3")
        page.keyboard.press("Enter")
        expect(saving(page, grid.roads)).not_to_have_class(re.compile("waiting"))
        assert entry(grid.roads, 1).value == 3

    @pytest.mark.parametrize(
        ("month", "key", "answer"), [(2, "=", "no_change"), (3, "/", "not_applicable"), (4, "、", "not_applicable")]
    )
    def test_one_keystroke_answers_without_a_figure(self, open_month, grid, month, key, answer):
        page = open_month(month)
        cell(page, grid.wells).focus()
        page.keyboard.insert_text(key)
        is_saved(page, grid.wells)
        expect(cell(page, grid.wells)).to_have_value("")
        expect(cell(page, grid.wells, "answer")).to_have_value(answer)
        assert entry(grid.wells, month).answer == answer

        page.keyboard.type("7")
        page.keyboard.press("Enter")
        expect(cell(page, grid.wells, "answer")).to_have_value("")
        expect(row(page, grid.wells).locator("[data-part=other]")).to_contain_text("7.00")

    @pytest.mark.parametrize(("month", "mark", "answer"), [(2, "=", "no_change"), (3, "/", "not_applicable")])
    def test_one_click_answers_without_a_figure(self, open_month, grid, month, mark, answer):
        page = open_month(month)
        row(page, grid.bridges).locator(".marks button", has_text=mark).click()
        is_saved(page, grid.bridges)
        expect(cell(page, grid.bridges, "answer")).to_have_value(answer)
        assert entry(grid.bridges, month).answer == answer

    def test_a_negative_number_is_no_answer_and_asks_for_a_reason(self, open_month, grid, quiet: Quiet):
        quiet.expect("^422 .*/month/row/")
        page = open_month(2)
        cell(page, grid.roads).press_sequentially("-2")
        cell(page, grid.roads).press("Enter")
        expect(row(page, grid.roads).locator("[data-part=errors]")).to_contain_text("累计数")
        cell(page, grid.roads, "reason").fill("核减")
        cell(page, grid.roads, "reason").press("Enter")
        is_saved(page, grid.roads)
        assert entry(grid.roads, 2).value == -2


class TestPasting:
    def test_a_column_is_shown_first_and_then_taken_by_position(self, open_month, grid):
        page = open_month(10)
        cell(page, grid.bridges).fill("1")
        cell(page, grid.bridges).press("Enter")
        is_saved(page, grid.bridges)

        paste(page, cell(page, grid.roads), "本月完成\r\n1.5\r\n2\r\n\r\n3\r\n4\r\n")
        preview = page.locator("#paste")
        expect(preview.locator("tbody tr")).to_have_count(3)
        lines = [" ".join(text.split()) for text in preview.locator("tbody tr").all_inner_texts()]
        assert [line.split()[0] for line in lines] == ["新修道路", "新修桥梁", "新打机井"]
        assert lines[1].split()[1].startswith("1")
        left = preview.locator("[data-part=left] li").all_inner_texts()
        assert [text.split(" — ")[0] for text in left] == ["本月完成", "4"]
        assert not ProgressEntry.objects.filter(target=grid.roads, month=10).exists()

        preview.locator("[data-act=take]").click()
        for target in (grid.roads, grid.bridges, grid.wells):
            is_saved(page, target)
        assert [entry(one, 10).value for one in (grid.roads, grid.bridges, grid.wells)] == [Decimal("1.5"), 2, 3]
        expect(page.locator("#paste-left")).to_contain_text("4")

    def test_a_table_is_matched_by_name_or_code_whatever_its_order(self, open_month, grid):
        page = open_month(11)
        block = (
            "指标\t单位\t上月\t本月\n"
            "2.新打机井（眼）\t眼\t1\t/\n"
            "ROADS\t千米\t2\t１．２万\n"
            "新修桥梁\t座\t3\t本月无新增\n"
            "不存在的指标\t个\t4\t5\n"
        )
        paste(page, cell(page, grid.wells), block)
        preview = page.locator("#paste")
        expect(preview.locator("tbody tr")).to_have_count(3)
        assert len(preview.locator("[data-part=left] li").all()) == 2  # the heading and the unknown one
        expect(preview.locator("[data-part=columns] option")).to_have_text(["上月", "本月"])

        preview.locator("[data-act=take]").click()
        for target in (grid.roads, grid.bridges, grid.wells):
            is_saved(page, target)
        assert entry(grid.roads, 11).value == 12000
        assert (entry(grid.bridges, 11).answer, entry(grid.wells, 11).answer) == ("no_change", "not_applicable")

    def test_a_column_of_running_totals_is_not_taken_for_the_months_figures(self, open_month, grid):
        page = open_month(6)
        paste(page, cell(page, grid.bridges), "指标\t本月\t全年累计\n新修桥梁\t9\t30\n达标率\t91\t92\n")
        preview = page.locator("#paste")
        expect(preview.locator("[data-part=forms] select")).to_have_value("cumulative")
        preview.locator("[data-part=columns] select").select_option(label="本月")
        expect(preview.locator("[data-part=forms] select")).to_have_value("month")
        preview.locator("[data-part=columns] select").select_option(label="全年累计")
        preview.locator("[data-act=take]").click()
        is_saved(page, grid.bridges)
        is_saved(page, grid.share)
        assert (entry(grid.bridges, 6).value, entry(grid.bridges, 6).typed_as) == (30, "cumulative")
        assert entry(grid.share, 6).value == 92

    def test_a_cell_with_two_figures_is_never_one_number(self, open_month, grid):
        page = open_month(8)
        paste(page, cell(page, grid.bridges), '指标\t本月\n新修桥梁\t"3\n5"\n新打机井\t"12\n18"\n')
        left = page.locator("#paste [data-part=left] li")
        expect(left).to_have_count(3)  # the heading and both rows
        expect(left.nth(1)).to_contain_text("“3 5”中有两个数")
        expect(left.nth(2)).to_contain_text("“12 18”中有两个数")
        expect(page.locator("#paste tbody tr")).to_have_count(0)
        expect(page.locator("#paste [data-act=take]")).to_be_disabled()
        page.locator("#paste [data-act=cancel]").click()
        assert not ProgressEntry.objects.filter(target__in=[grid.bridges, grid.wells], month=8).exists()

    def test_what_is_taken_is_shown_as_it_is_read_and_what_is_not_is_listed(self, open_month, grid):
        page = open_month(10)
        wells = cell(page, grid.wells).input_value()
        block = "指标\t本月\t备注\n新修道路\t\t见附表3\n新修桥梁\t1.2亿\t\n新打机井\t—\t\n达标率\t0.95\t\n"
        paste(page, cell(page, grid.bridges), block)
        preview = page.locator("#paste")
        preview.locator("[data-part=columns] select").select_option(label="本月")
        left = preview.locator("[data-part=left] li")
        expect(left).to_have_count(3)
        expect(left.nth(1)).to_contain_text("新修道路 见附表3 — 所选列中没有数据")
        expect(left.nth(2)).to_contain_text("新打机井 — — “—”不是数字")
        lines = preview.locator("tbody tr")
        expect(lines).to_have_count(2)
        expect(lines.nth(0)).to_contain_text("12000")  # of 万元
        expect(lines.nth(0)).to_contain_text("1.2亿")
        expect(lines.nth(1)).to_contain_text("是95%还是0.95%")
        lines.nth(1).locator("select").select_option(label="95%")
        preview.locator("[data-act=take]").click()
        is_saved(page, grid.bridges)
        is_saved(page, grid.share)
        assert (entry(grid.bridges, 10).value, entry(grid.share, 10).value) == (12000, 95)
        expect(cell(page, grid.wells)).to_have_value(wells)

    def test_what_is_not_chosen_is_left_and_said(self, open_month, grid):
        page = open_month(5)
        paste(page, cell(page, grid.share), "达标率\t0.95\n新修桥梁\t700余\n")
        expect(page.locator("#paste tbody tr")).to_have_count(2)
        page.locator("#paste [data-act=take]").click()
        is_saved(page, grid.bridges)
        expect(cell(page, grid.bridges)).to_have_value("700余")
        expect(page.locator("#paste-left")).to_contain_text("达标率 0.95 — 是95%还是0.95%")
        assert (entry(grid.bridges, 5).value, entry(grid.bridges, 5).approximation) == (700, "over")
        assert not ProgressEntry.objects.filter(target=grid.share, month=5).exists()

    def test_cancelled_it_changes_nothing(self, open_month, grid):
        page = open_month(12)
        paste(page, cell(page, grid.roads), "8\n9")
        page.keyboard.press("Escape")
        expect(page.locator("#paste")).to_be_hidden()
        expect(cell(page, grid.roads)).to_have_value("")
        expect(cell(page, grid.roads)).to_be_focused()
        assert not ProgressEntry.objects.filter(target=grid.roads, month=12).exists()


class TestFractions:
    def test_two_columns_pasted_at_the_numerator_are_numerator_and_denominator(self, open_month, grid):
        page = open_month(8)
        paste(page, cell(page, grid.share, "numerator"), "12\t15\n")
        expect(page.locator("#paste tbody tr td").last).to_contain_text("12/15")
        page.locator("#paste [data-act=take]").click()
        is_saved(page, grid.share)
        assert (entry(grid.share, 8).numerator, entry(grid.share, 8).denominator) == (12, 15)
        expect(row(page, grid.share).locator("[data-part=other]")).to_contain_text("80.0")

    def test_one_cell_or_a_heading_says_it_as_well(self, open_month, grid):
        page = open_month(4)
        paste(page, cell(page, grid.share), "达标率\t3/4\n新修桥梁\t2\n")
        page.locator("#paste [data-act=take]").click()
        is_saved(page, grid.share)
        is_saved(page, grid.bridges)
        assert (entry(grid.share, 4).numerator, entry(grid.share, 4).denominator) == (3, 4)
        paste(page, cell(page, grid.share), "指标\t分子\t分母\n达标率\t9\t10\n")
        page.locator("#paste [data-act=take]").click()
        expect(cell(page, grid.share, "denominator")).to_have_value("10")
        expect(row(page, grid.share).locator("[data-part=other]")).to_contain_text("90.0")
        assert (entry(grid.share, 4).numerator, entry(grid.share, 4).denominator) == (9, 10)


class TestRemedy:
    def test_a_figure_that_turns_red_asks_for_one_and_it_is_saved_as_it_is_typed(self, open_month, grid):
        page = open_month(6)
        box = page.locator(f"[data-row=r{grid.wells.pk}]")
        expect(box).to_have_count(0)
        before = page.locator("#answered").inner_text()
        cell(page, grid.wells).fill("0.1")
        cell(page, grid.wells).press("Enter")
        is_saved(page, grid.wells)
        expect(page.locator("#answered")).not_to_have_text(before)
        box.locator("summary").click()
        cause = page.locator(f"[name=r{grid.wells.pk}-cause]")
        cause.fill("雨季停工")
        cause.press("Tab")
        page.keyboard.type("增加机械")
        cell(page, grid.share).focus()
        expect(box.locator("[data-part=saving]")).to_have_class(re.compile(r"\bsaved\b"))
        kept = Remedy.objects.get(target=grid.wells)
        assert (kept.cause, kept.measure, kept.month) == ("雨季停工", "增加机械", 6)

    def test_one_that_nothing_was_said_in_goes_again(self, open_month, grid):
        page = open_month(11)
        box = page.locator(f"[data-row=r{grid.bridges.pk}]")
        cell(page, grid.bridges).fill("0.1")
        cell(page, grid.bridges).press("Enter")
        expect(box).to_have_count(1)
        cell(page, grid.bridges).fill("90")
        cell(page, grid.bridges).press("Enter")
        expect(box).to_have_count(0)
        cell(page, grid.bridges).fill("")
        cell(page, grid.bridges).press("Enter")
        is_saved(page, grid.bridges)


class TestSubmitted:
    def test_what_was_submitted_is_withdrawn_and_what_was_typed_meanwhile_is_kept(self, open_month, grid):
        page = open_month(1)
        cell(page, grid.wells).fill("3")
        page.locator("button[name=submit]").click()
        button = page.locator(f"button[name=withdraw][value=t{grid.wells.pk}]")
        expect(button).to_be_visible()
        cell(page, grid.bridges).fill("7")
        button.click()
        expect(cell(page, grid.wells)).to_have_value("3")
        expect(cell(page, grid.bridges)).to_have_value("7")
        assert (entry(grid.wells, 1).state, entry(grid.bridges, 1).value) == ("draft", 7)

    def test_a_correction_waits_for_its_reason(self, open_month, grid):
        page = open_month(6)
        page.locator(f"a[href*='correct=t{grid.roads.pk}']").click()
        expect(cell(page, grid.roads)).to_have_value("3.7")
        cell(page, grid.roads).fill("3.9")
        cell(page, grid.roads, "reason").focus()
        page.wait_for_timeout(300)
        expect(row(page, grid.roads).locator("[data-part=errors]")).to_be_empty()
        cell(page, grid.roads, "reason").fill("复测")
        cell(page, grid.wells).focus()
        is_saved(page, grid.roads)
        correction = ProgressEntry.objects.get(target=grid.roads, month=6, state="draft")
        assert (correction.value, correction.reason) == (Decimal("3.9"), "复测")
        expect(row(page, grid.roads)).to_contain_text("3.70")


class TestCutOff:
    def test_a_dropped_connection_loses_nothing(self, open_month, grid, quiet: Quiet):
        quiet.expect(OFFLINE)
        page = open_month(12)
        page.context.set_offline(True)
        cell(page, grid.roads).fill("1")
        cell(page, grid.roads).press("Enter")
        page.keyboard.type("2")
        page.keyboard.press("Enter")
        expect(saving(page, grid.roads)).to_have_class(re.compile("failed"))
        expect(page.locator("#entering-notice")).to_be_visible()
        page.locator("button[name=submit]").click()
        expect(cell(page, grid.roads)).to_have_value("1")

        page.context.set_offline(False)
        is_saved(page, grid.roads)
        is_saved(page, grid.bridges)
        expect(page.locator("#entering-notice")).to_be_hidden()
        assert (entry(grid.roads, 12).value, entry(grid.bridges, 12).value) == (1, 2)
        assert entry(grid.roads, 12).state == "draft"

    def test_a_busy_database_loses_nothing(self, open_month, grid, quiet: Quiet, monkeypatch):
        quiet.expect("^503 .*/month/row/")
        page = open_month(11)
        with monkeypatch.context() as patched:
            patched.setattr("targets.views.entering_row.save_row", busy)
            cell(page, grid.share).fill("91")
            cell(page, grid.share).press("Enter")
            expect(saving(page, grid.share)).to_have_text(re.compile("系统正忙"))
            expect(page.locator("#entering-notice")).to_contain_text("系统正忙")
        assert not ProgressEntry.objects.filter(target=grid.share, month=11).exists()

        is_saved(page, grid.share)  # by itself
        expect(page.locator("#entering-notice")).to_be_hidden()
        assert entry(grid.share, 11).value == 91

    def test_leaving_with_unsaved_figures_asks_first(self, open_month, grid, quiet: Quiet):
        quiet.expect(OFFLINE)
        page = open_month(12)
        page.context.set_offline(True)
        cell(page, grid.wells).fill("6")
        cell(page, grid.wells).press("Enter")
        expect(saving(page, grid.wells)).to_have_class(re.compile("failed"))
        asked: list[str] = []

        def stay(dialog: Dialog) -> None:
            asked.append(dialog.type)
            dialog.dismiss()

        page.on("dialog", stay)
        page.evaluate("window.location.assign('/')")
        page.wait_for_timeout(500)
        assert asked == ["beforeunload"]
        expect(cell(page, grid.wells)).to_have_value("6")

    def test_after_the_session_ended_signing_in_elsewhere_is_enough(self, people, grid, new_context, quiet):
        quiet.expect("^403 .*/month/row/")  # the token of the page is that of the session that ended
        context: BrowserContext = new_context()
        page = context.new_page()
        page.goto("/month/?unit=T-E&year=2023&as_of=5")
        sign_in(page, "east", people.passwords["east"])
        page.locator("#entering-hint").wait_for()  # shown by the script: before, Enter would send the form
        context.clear_cookies(name="sessionid")

        cell(page, grid.roads).fill("0.1")
        cell(page, grid.roads).press("Enter")
        notice = page.locator("#entering-notice")
        expect(notice.locator("a")).to_be_visible()
        page.locator("button[name=submit]").click()
        expect(cell(page, grid.roads)).to_have_value("0.1")

        with context.expect_page() as opened:
            notice.locator("a").click()
        sign_in(opened.value, "east", people.passwords["east"])
        opened.value.locator(".menu").wait_for()
        opened.value.close()
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        is_saved(page, grid.roads)
        expect(notice).to_be_hidden()
        assert entry(grid.roads, 5).value == Decimal("0.1")

    def test_what_can_mean_two_things_is_chosen_beside_it(self, open_month, grid, quiet):
        quiet.expect("^422 .*/month/row/")
        page = open_month(9)
        cell(page, grid.share).fill("0.95")
        cell(page, grid.share).press("Enter")
        errors = row(page, grid.share).locator("[data-part=errors]")
        expect(errors).to_contain_text("是95%还是0.95%")
        assert not ProgressEntry.objects.filter(target=grid.share, month=9).exists()
        errors.get_by_role("button", name="0.95%", exact=True).click()
        is_saved(page, grid.share)
        assert entry(grid.share, 9).value == Decimal("0.95")
        page.reload()
        expect(cell(page, grid.share)).to_have_value("0.95%")

    def test_figures_are_never_saved_under_the_name_of_who_signed_in_after(self, people, grid, new_context, quiet):
        quiet.expect("^403 .*/month/row/")
        context: BrowserContext = new_context()
        page = context.new_page()
        page.goto("/month/?unit=T-E&year=2023&as_of=5")
        sign_in(page, "east", people.passwords["east"])
        page.locator("#entering-hint").wait_for()
        other = context.new_page()
        other.goto("/")
        context.clear_cookies(name="sessionid")
        other.goto("/sign-in/")
        sign_in(other, "east2", people.passwords["east2"])
        other.locator(".menu").wait_for()

        cell(page, grid.wells).fill("5")
        cell(page, grid.wells).press("Enter")
        expect(saving(page, grid.wells)).to_have_class(re.compile("failed"))
        page.locator("button[name=save]").click()
        expect(cell(page, grid.wells)).to_have_value("5")
        assert not ProgressEntry.objects.filter(target=grid.wells, month=5).exists()


class TestTwoWindows:
    def test_one_person_in_two_windows_chooses_as_two_people_do(self, open_month, grid, quiet):
        quiet.expect("^409 .*/month/row/")
        first, second = open_month(12), open_month(12)
        cell(first, grid.wells).fill("7")
        cell(first, grid.wells).press("Enter")
        is_saved(first, grid.wells)
        # One's own next save is no conflict.
        cell(first, grid.wells).fill("8")
        cell(first, grid.wells).press("Enter")
        is_saved(first, grid.wells)

        cell(second, grid.wells).fill("9")
        cell(second, grid.wells).press("Enter")
        box = row(second, grid.wells).locator("[data-part=errors]")
        expect(box).to_contain_text("您已在另一窗口或另一设备上保存过本行")
        expect(box).to_contain_text("8.00")
        assert entry(grid.wells, 12).value == 8
        box.locator("button").nth(0).click()
        is_saved(second, grid.wells)
        assert entry(grid.wells, 12).value == 9

    def test_a_save_whose_answer_was_lost_is_no_conflict_with_what_is_typed_next(self, open_month, grid, quiet):
        quiet.expect("failed: .* net::ERR_FAILED")
        page = open_month(12)

        def lose(route: Route) -> None:
            route.fetch()
            route.abort()

        page.route("**/month/row/*", lose, times=1)
        cell(page, grid.bridges).fill("4")
        cell(page, grid.bridges).press("Enter")
        expect(saving(page, grid.bridges)).to_have_class(re.compile("failed"))
        assert entry(grid.bridges, 12).value == 4
        cell(page, grid.bridges).fill("5")
        cell(page, grid.bridges).press("Enter")
        is_saved(page, grid.bridges)
        expect(row(page, grid.bridges).locator("[data-part=errors]")).to_be_empty()
        assert entry(grid.bridges, 12).value == 5


class TestTwoPeople:
    @pytest.mark.parametrize(("month", "choice", "stands"), [(3, 0, "0.1"), (4, 1, "0.2")])
    def test_the_second_sees_both_values_and_chooses(self, open_month, grid, quiet, month, choice, stands):
        quiet.expect("^409 .*/month/row/")
        first, second = open_month(month, "east2"), open_month(month, "east")
        cell(first, grid.roads).fill("0.2")
        cell(first, grid.roads).press("Enter")
        is_saved(first, grid.roads)

        cell(second, grid.roads).fill("0.1")
        cell(second, grid.roads).press("Enter")
        box = row(second, grid.roads).locator("[data-part=errors]")
        expect(box).to_contain_text("0.20")
        expect(box).to_contain_text("人员east2")
        assert entry(grid.roads, month).value == Decimal("0.2")

        box.locator("button").nth(choice).click()
        is_saved(second, grid.roads)
        expect(cell(second, grid.roads)).to_have_value(stands)
        expect(box).to_be_empty()
        assert entry(grid.roads, month).value == Decimal(stands)
