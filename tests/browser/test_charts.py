"""Charts as they are drawn: what stands in them, their one button, the file it makes, and what a failure says."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response, Route, expect

from tests.browser.conftest import DESKTOP, PHONE, PageAs, Quiet, draw_chart

FIRST_HALF = "year=2023&period=H1&as_of=6&unit=DC"
SECTIONS = ["economy", "rural", "livelihood", "governance", "conduct"]


def drawn(page: Page, address: str) -> Page:
    page.goto(f"{address}?{FIRST_HALF}")
    draw_chart(page)
    return page


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_section_has_a_bar_for_every_judged_row(page_as: PageAs, viewport):
    page = page_as("leader", viewport=viewport)
    for section in SECTIONS:
        drawn(page, f"/sections/{section}/")
        rows = page.locator("table.indicators tbody tr").all()
        judged = [row for row in rows if row.locator("td:nth-child(5)").inner_text().strip() != "—"]
        assert page.locator(".plot .barlayer .point").count() == len(judged), section
        # Completion, and the status as a word: colour never stands alone.
        texts = page.locator(".plot .textpoint, .plot .annotation-text").all_text_contents()
        for text, row in zip(texts, judged, strict=True):
            completion, status = text.split()
            assert completion == row.locator("td:nth-child(5)").inner_text().strip(), section
            assert status in row.inner_text(), section
        names = [row.locator("th, td").first.inner_text() for row in judged]
        ticks = page.locator(".plot .ytick text").all_text_contents()
        assert len(ticks) == len(names), section
        for tick, name in zip(sorted(ticks), sorted(names), strict=True):
            assert name.startswith(tick.rstrip("…")), section


def test_an_indicator_has_a_point_for_every_month_reported_and_every_checkpoint(page_as: PageAs):
    page = drawn(page_as("leader"), "/indicators/E06/")
    assert page.locator(".plot .scatterlayer .point").count() == 6 + 2 + 1  # the opening has none to be seen
    assert page.locator(".plot .legendtext").all_text_contents() == ["序时计划", "阶段目标", "全年预计", "累计完成"]


def test_a_course_names_its_months_and_on_a_phone_every_third(page_as: PageAs):
    whole = ["年初", *(f"{month}月" for month in range(1, 13))]
    page = drawn(page_as("leader"), "/indicators/E06/")
    assert page.locator(".plot .xtick text").all_text_contents() == whole
    page = drawn(page_as("leader", viewport=PHONE), "/indicators/E06/")
    assert page.locator(".plot .xtick text").all_text_contents() == whole[::3]


@pytest.mark.parametrize(
    ("language", "title"),
    [("zh-hans", "下载图片（PNG）"), ("en", "Download plot as a PNG")],
    ids=["Chinese", "English"],
)
def test_the_only_button_downloads_the_picture(page_as: PageAs, language: str, title: str):
    page = drawn(page_as("leader", language), "/indicators/E06/")
    buttons = page.locator(".modebar-btn")
    expect(buttons).to_have_count(1)
    expect(buttons).to_have_attribute("data-title", title)
    expect(page.get_by_role("button", name=title)).to_have_count(1)
    # No share, upload or logo: nothing on the page leads to another host.
    assert page.locator("a[href^='http']").count() == 0
    assert page.locator(".modebar-btn--logo").count() == 0


@pytest.mark.parametrize(
    ("language", "address", "name"),
    [
        ("zh-hans", "/indicators/E06/", "高标准农田建设投入_上半年_2023年6月.png"),
        ("en", "/indicators/E06/", "High-standard-farmland-investment_First-half_June-2023.png"),
        ("zh-hans", "/sections/rural/", "乡村振兴_上半年_2023年6月.png"),
    ],
    ids=["indicator", "indicator in English", "section"],
)
def test_the_name_of_the_picture_says_what_it_shows(page_as: PageAs, language: str, address: str, name: str):
    page = drawn(page_as("leader", language), address)
    with page.expect_download() as download:
        page.locator(".modebar-btn").click()
    assert download.value.suggested_filename == name
    picture = download.value.path().read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 10_000


def test_a_sentence_says_what_is_drawn_to_eyes_and_ears(page_as: PageAs):
    page = drawn(page_as("leader"), "/indicators/E06/")
    sentence = "高标准农田建设投入：截至2023年6月累计完成634.29 万元，序时应完成800.00 万元（欠进度）。"
    expect(page.locator("figure.chart figcaption")).to_have_text(sentence)
    expect(page.locator("figure.chart")).to_have_attribute("aria-label", sentence)


def test_a_tool_tip_has_the_words_and_units_of_the_page(page_as: PageAs):
    page = drawn(page_as("leader"), "/indicators/E06/")
    plot = page.locator(".plot .nsewdrag")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    # The axis runs from −0.3 (month 0 is the start) to 12.3.
    june = (6.3 / 12.6) * box["width"]
    page.mouse.move(box["x"] + june, box["y"] + 40)
    page.mouse.move(box["x"] + june + 2, box["y"] + 44)
    expect(page.locator(".hoverlayer")).to_contain_text("634.29")
    expect(page.locator(".hoverlayer")).to_contain_text("6月")


def test_a_chart_that_cannot_be_loaded_says_where_its_figures_are(page_as: PageAs, quiet: Quiet):
    quiet.expect("^failed: .*chart.json")
    page = page_as("leader")
    page.route("**/chart.json*", lambda route: route.abort())
    page.goto(f"/indicators/E06/?{FIRST_HALF}")
    page.locator("[data-chart]").scroll_into_view_if_needed()
    page.locator("[data-drawn=failed]").wait_for()
    expect(page.locator("figure.chart figcaption")).to_have_text("图表未能加载；数据见表格。")
    expect(page.locator("table.trend tbody tr")).to_have_count(12)


def asked_by(page: Page) -> list[str]:
    """The paths that the page asks for from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    return asked


LIBRARY, DATA = "/static/vendor/plotly.min.js", "/sections/economy/chart.json"


def test_the_chart_library_is_loaded_when_a_chart_comes_into_view(page_as: PageAs):
    page = page_as("leader")
    asked = asked_by(page)
    for address in ("/", "/indicators/", "/indicators/L18/", "/method/", "/sections/economy/"):
        page.goto(f"{address}?{FIRST_HALF}", wait_until="networkidle")
    assert [path for path in asked if "plotly" in path or "chart.json" in path] == []
    expect(page.locator("figure.chart figcaption")).to_have_text("图表滚动到此处时显示；数据见表格。")
    draw_chart(page)
    assert asked.count(LIBRARY) == asked.count(DATA) == 1


def test_a_choice_draws_the_chart_anew_with_the_library_that_is_there(page_as: PageAs):
    page = drawn(page_as("leader"), "/sections/economy/")
    asked = asked_by(page)
    page.select_option(".pickers [name=as_of]", "5")
    page.wait_for_url("**as_of=5**")
    draw_chart(page)
    assert DATA in asked
    assert LIBRARY not in asked


def test_data_and_library_are_fetched_side_by_side(page_as: PageAs):
    """Each waits until the other has been asked for."""
    page = page_as("leader")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)
        if len(held) == 2:
            for one in held:
                one.continue_()

    for address in (LIBRARY, DATA):
        page.route(f"**{address}*", hold)
    drawn(page, "/sections/economy/")


def test_a_library_that_does_not_come_is_said_and_asked_for_again(page_as: PageAs, quiet: Quiet):
    quiet.expect("^failed: .*plotly.min.js")
    page = page_as("leader")
    page.route(f"**{LIBRARY}", lambda route: route.abort(), times=1)
    page.goto(f"/sections/economy/?{FIRST_HALF}")
    page.locator("[data-chart]").scroll_into_view_if_needed()
    page.locator("[data-drawn=failed]").wait_for()
    page.select_option(".pickers [name=as_of]", "5")
    page.wait_for_url("**as_of=5**")
    draw_chart(page)


def test_a_browser_that_cannot_tell_what_is_seen_draws_at_once(page_as: PageAs):
    page = page_as("leader")
    page.add_init_script("delete window.IntersectionObserver")
    page.goto(f"/sections/economy/?{FIRST_HALF}")
    page.locator("[data-drawn=yes]").wait_for()


def test_printing_draws_what_was_not_seen(page_as: PageAs):
    """Not for this sheet, which has the table and says so, but for the next."""
    page = page_as("leader")
    page.goto(f"/sections/economy/?{FIRST_HALF}", wait_until="networkidle")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.locator("[data-drawn=yes]").wait_for()


def test_a_chart_that_did_not_change_is_not_sent_again(page_as: PageAs):
    page = page_as("leader")
    answers: list[tuple[int, int]] = []

    def note(response: Response) -> None:
        if "chart.json" in response.url:
            answers.append((response.status, response.request.sizes()["responseBodySize"]))

    drawn(page, "/sections/economy/")
    sentence = page.locator("figure.chart figcaption").inner_text()
    page.on("response", note)
    drawn(page, "/sections/economy/")
    expect(page.locator("figure.chart figcaption")).to_have_text(sentence)
    assert [size for _status, size in answers] == [0]
