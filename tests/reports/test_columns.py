"""Tables of papers: no figure is broken or printed over another, however long the figures and the causes are."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from reports.document import Cell, Column, Document, Grid, Layout
from reports.notices import papers
from reports.notices.papers import Wishes, lagging
from reports.tables.cells import figure
from reports.writers.columns import SMALLEST_PT, fitted, room_of
from reports.writers.docx import write_docx
from reports.writers.pdf import write_pdf
from targets.calculations.terms import Period
from targets.models import Remedy, Year
from targets.permissions import scope_of
from targets.summaries.overview import Overview, open_remedies, overview
from targets.summaries.selection import Selection
from tests.reports.readers import W, overprints, pdf_pages, pdf_runs, word_tables, word_xml

pytestmark = pytest.mark.once

#: Sixty characters, and figures of eleven digits.
CAUSE = (
    "受连续强降雨影响，三个标段五月份才完成招投标，征地拆迁尚未全部完成，"
    + "施工单位人员设备没有按照合同足额进场，二季度工期不足"
)
LONG = ("12345678901", "10987654321")


def grid(*rows, titles=("序号", "指标", "目标", "完成", "完成率")):
    return Grid(tuple(Column(title) for title in titles), tuple(tuple(figure(text) for text in row) for row in rows))


def test_the_room_of_a_text_is_that_of_the_wider_faces():
    # Seven digits, two commas, a point and a minus: 7 × 0.65 + 3 × 0.35 + 0.85; a character and per cent take one each.
    assert room_of("−1,234,567.") == pytest.approx(6.45)
    assert room_of("欠") == room_of("%") == 1


def test_the_widths_make_the_room_and_hold_the_figures():
    size, widths = fitted(grid(("1", "新修道路", "12,345,678,901", "10,987,654,321.00", "89.0%")), 442, 10.5, 6)
    assert size == 10.5
    assert sum(widths) == pytest.approx(442)
    for width, text in zip(widths, ("1", "新修道路", "12,345,678,901", "10,987,654,321.00", "89.0%"), strict=True):
        assert width - 6 >= room_of(text) * 10.5


def test_a_name_gives_way_before_a_figure_does():
    name = "大豆玉米带状复合种植面积和机械化收割作业面积"
    _size, (_number, named, target, *_rest) = fitted(grid(("1", name, *["12,345,678,901"] * 2, "89.0%")), 300, 10.5, 6)
    assert target - 6 >= room_of("12,345,678,901") * 10.5
    assert named - 6 < room_of(name) * 10.5


def test_what_is_too_wide_even_so_is_set_smaller():
    figures = ["12,345,678,901.00"] * 4
    size, widths = fitted(grid(figures, titles=("一", "二", "三", "四")), 300, 10.5, 6)
    # Each takes 13 × 0.65 + 4 × 0.35 = 9.85; 4 × 9.85 × 7 + 4 × 6 = 299.8, and of 7.5 points it would be 319.5.
    assert size == 7.0
    assert all(width - 6 >= 9.85 * size for width in widths)
    size, widths = fitted(grid(figures * 4, titles=("一",) * 16), 300, 10.5, 6)
    assert size == SMALLEST_PT
    assert sum(widths) == pytest.approx(300)


def test_a_word_of_letters_and_a_code_are_not_broken():
    _size, (code, _text) = fitted(grid(("ROADS-2023-A", "文字" * 60), titles=("Code", "文")), 200, 10, 6)
    assert code - 6 >= room_of("ROADS-2023-A") * 10


def test_an_empty_table_has_widths():
    # A heading of one character each takes 10 points and 3 of padding; the other 80 go by the weights of 1 and 3.
    assert fitted(Grid((Column("一", 1), Column("二", 3)), ()), 106, 10, 3)[1] == pytest.approx([33, 73])


@pytest.fixture
def wishes(cast, build):
    """Five that lag, with figures of eleven digits and causes of sixty characters."""
    assert len(CAUSE) == 60
    for number in range(5):
        indicator = build.indicator(f"L{number}", cast.economy, name=f"固定资产投资完成额之{number}", decimals=2)
        target = build.target(indicator, cast.office, {6: LONG[0], 12: "99999999999"})
        build.approved(target, 6, "2345678901.25", from_month=1)
    selection = Selection(scope_of(cast.leader), Year.objects.get(year=2023), Period.FIRST_HALF, 6, cast.township)
    whole = overview(selection)
    rows = tuple(row for row in lagging(whole.total) if row.indicator.code.startswith("L"))
    said: dict[int, tuple[Remedy, ...]] = {
        row.indicator.pk: (
            Remedy(
                target=row.targets[0],
                cause=CAUSE,
                measure="成立专班倒排工期",
                responsible="分管领导",
                deadline=date(2023, 9, 30),
            ),
        )
        for row in rows
    }
    assert open_remedies(rows, 6) == {}
    return whole, Wishes(day=date(2023, 7, 8), signature="青山乡人民政府", ticked=rows, remedies=said)


MAKERS: dict[str, Callable[[Overview, Wishes], Document]] = {
    "bulletin": papers.bulletin,
    "list": papers.red_and_yellow_list,
    "briefing": papers.briefing,
}


@pytest.mark.parametrize("name", MAKERS)
def test_no_figure_of_a_pdf_is_broken_or_printed_over(wishes, name):
    content = write_pdf(MAKERS[name](*wishes))
    lines = [line for page in pdf_pages(content) for line in page.splitlines()]
    for text in ("12,345,678,901.00", "2,345,678,901.25", "19.0%", "−9,999,999,999.75"):
        assert sum(text in line for line in lines) == 5, text
    assert overprints(content, 10.5) == []
    edges = [side for page in pdf_runs(content) for start, end, _line, _size in page for side in (start, end)]
    # 28 mm and 156 mm more of an official paper; 15 mm on either side of a sheet of 210 or 297 mm.
    left, right = {"bulletin": (79.3, 521.7), "list": (42.5, 799.4), "briefing": (42.5, 552.8)}[name]
    assert left - 1 <= min(edges)
    assert max(edges) <= right + 9  # a comma at the end of a line hangs over by half of its width


def test_the_briefing_keeps_to_its_page_with_causes(wishes):
    whole, chosen = wishes
    some = Wishes(day=chosen.day, ticked=chosen.ticked[:3], remedies=chosen.remedies)
    assert len(pdf_pages(write_pdf(papers.briefing(whole, some)))) == 1


@pytest.mark.parametrize("name", MAKERS)
def test_every_column_of_a_word_file_holds_its_longest_figure(wishes, name):
    content = write_docx(MAKERS[name](*wishes))
    for table, texts in zip(word_xml(content).iter(f"{W}tbl"), word_tables(content), strict=True):
        widths = [int(column.attrib[f"{W}w"]) / 20 for column in table.iter(f"{W}gridCol")]
        size = table_size(content, table)
        for row in texts:
            if len(row) != len(widths):
                continue
            for width, text in zip(widths, row, strict=True):
                if text[:1] in "−0123456789" and text[-1:] in "%0123456789":
                    # A digit of 仿宋_GB2312 takes half of its size; the cell keeps 3 points free on both sides.
                    assert width - 6 >= len(text) * size * 0.5, (text, width)


def table_size(content, table):
    """The size of type in a table, in points: of its runs, else of its style."""
    sizes = {int(size.attrib[f"{W}val"]) / 2 for size in table.iter(f"{W}sz")}
    if sizes:
        (size,) = sizes
        return size
    styles = word_xml(content, "word/styles.xml")
    style = next(one for one in styles.iter(f"{W}style") if one.get(f"{W}styleId") == "TableText")
    return int(next(style.iter(f"{W}sz")).attrib[f"{W}val"]) / 2


def test_causes_stand_below_their_rows(wishes):
    document = papers.bulletin(*wishes)
    (table,) = [block for block in document.blocks if isinstance(block, Grid) and block.notes]
    assert [title.title for title in table.columns][-1] == "责任单位"
    assert (
        table.notes == (f"原因：{CAUSE}。整改措施：成立专班倒排工期。责任人：分管领导。完成时限：2023年9月30日。",) * 5
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_row_and_what_stands_below_it_stay_on_one_page(language):
    rows = tuple((Cell(f"第{number}行"), Cell("1", Decimal(1))) for number in range(60))
    table = Grid((Column("指标"), Column("数")), rows, notes=tuple(f"原因{number}号" for number in range(60)))
    with override(language):
        pages = pdf_pages(write_pdf(Document(("题",), (table,), "题", layout=Layout.SHEET)))
    assert len(pages) > 1
    for number in range(60):
        (page,) = [page for page in pages if f"第{number}行" in page]
        assert f"原因{number}号" in page
