"""Sheets on paper: from the numbers of the file itself, how large its type is printed and what stands on each page."""

import math
from decimal import Decimal
from itertools import pairwise

import pytest
from django.utils.translation import override
from openpyxl.utils import range_boundaries

from reports.document import Cell, Column, Sheet, Table, Workbook
from reports.tables.cells import LONGEST_TAB, tab
from reports.writers.paper_xlsx import LOOKED_AT, groups, lines
from reports.writers.workbook_xlsx import write_table, write_workbook
from targets.models import User
from tests.reports.readers import workbook

pytestmark = pytest.mark.once

CHOSEN = "year=2023&period=H1&as_of=6&unit=DC"
#: Points that may be read on paper.
LEAST = 8
#: Inches between the edges of a sheet of paper that lies on its side.
PAPERS = {9: 11.69, 8: 16.54}
#: Pixels of a digit of the standard type: in Calibri, and in DejaVu where there is no Calibri.
DIGITS = (7, 9.34)


def widths(sheet):
    """The width of each column in characters of the standard type, its margins with it."""
    found = {}
    for dimension in sheet.column_dimensions.values():
        found.update(dict.fromkeys(range(dimension.min, dimension.max + 1), dimension.width))
    # What was not set has the width that Excel gives.
    return [found.get(place, 9.14) for place in range(1, sheet.max_column + 1)]


def pages(sheet):
    """The columns that stand side by side on a page, for each page of the width."""
    last = sheet.max_column
    if sheet.print_area:
        last = range_boundaries(sheet.print_area.split("!")[-1].replace("$", ""))[2]
    leading = 0
    if sheet.print_title_cols:
        leading = range_boundaries(sheet.print_title_cols.replace("$", "").replace("A:", "A1:") + "1")[2]
    starts = [1, *(one.id + 1 for one in sheet.col_breaks.brk), last + 1]
    every = list(range(1, leading + 1))
    return [[*(every if first > leading else []), *range(first, after)] for first, after in pairwise(starts)]


def smallest(sheet, digit):
    """The smallest type of the sheet as printed, in points; 0 where a page is too narrow for its columns."""
    margins, paper = sheet.page_margins, PAPERS[sheet.page_setup.paperSize]
    space = (paper - margins.left - margins.right) * 96
    widest = max(sum(widths(sheet)[place - 1] for place in page) * digit for page in pages(sheet))
    if sheet.sheet_properties.pageSetUpPr and sheet.sheet_properties.pageSetUpPr.fitToPage:
        assert not sheet.col_breaks.brk
        scale = min(1, space / widest)
    else:
        scale = (sheet.page_setup.scale or 100) / 100
        if widest * scale > space + 1:
            return 0
    sizes = [cell.font.size for row in sheet.iter_rows() for cell in row if cell.value is not None]
    return min(sizes) * scale


def check(book):
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows
        for digit in DIGITS:
            assert smallest(sheet, digit) >= LEAST, (sheet.title, digit)
        # Every column stands on some page, none on two but the leading ones.
        shown = [place for page in pages(sheet) for place in page]
        leading = set.intersection(*map(set, pages(sheet))) if len(pages(sheet)) > 1 else set()
        assert len([place for place in shown if place not in leading]) == len(set(shown) - leading)


@pytest.fixture
def take(sample, signed_in):
    def file(person, language, address, **post):
        client = signed_in(User.objects.get(username=person), language)
        answer = client.post(address, post) if post else client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return workbook(answer.content)

    return file


LEDGER = {"make": "ledger.xlsx", "day": "2023-07-08"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_workbook_is_legible_on_its_paper(take, language):
    books = {
        "ledger": take("reviewer", language, f"/reports/?{CHOSEN}", **LEDGER),
        "indicators": take("reviewer", language, f"/files/indicators.xlsx?{CHOSEN}"),
        "second half": take("reviewer", language, f"/files/second-half.xlsx?{CHOSEN}"),
        "plan": take("admin", language, "/files/plan.xlsx?year=2023"),
        "month": take("reviewer", language, "/files/month.xlsx?year=2023&as_of=6&unit=DC-O3"),
        "people": take("security", language, "/files/people.xlsx"),
    }
    for book in books.values():
        check(book)
    # Twenty columns are printed in groups, with the name of the indicator in each.
    for name, column in (("second half", 3), ("plan", 3)):
        [sheet] = books[name]
        assert len(pages(sheet)) > 1, name
        assert all(column in page for page in pages(sheet)), name
        assert sheet.page_setup.pageOrder == "overThenDown"


@pytest.mark.parametrize(
    ("language", "unit", "title"),
    [
        ("zh-hans", "大崇乡2023年", "大崇乡2023年下半年安排"),
        ("en", "2023, Dac", "Dachong Township: Second half 2023"),
    ],
    ids=["Chinese", "English"],
)
def test_tabs_and_titles_say_whose_and_of_which_year(take, language, unit, title):
    book = take("reviewer", language, f"/files/second-half.xlsx?{CHOSEN}")
    assert book.worksheets[0]["A1"].value == title
    ledger = take("reviewer", language, f"/reports/?{CHOSEN}", **LEDGER)
    for sheet in (*book, *ledger):
        assert unit in sheet.title
        assert "2023" in sheet["A1"].value
        assert len(sheet.title) <= LONGEST_TAB


def test_a_long_name_of_a_unit_is_cut_on_the_tab():
    with override("zh-hans"):
        name = tab("经济发展", "湘西土家族苗族自治州某某县某某某某某某镇人民政府", 2023)
    assert name == "湘西土家族苗族自治州某某县某某某某某某镇人…2023年经济发展"
    assert len(name) == LONGEST_TAB


def table(columns, rows, **fields):
    return Table(
        title="题",
        name="题",
        above=("乡", "2023"),
        columns=columns,
        rows=rows,
        below=("说明",),
        file_name="题",
        **fields,
    )


def test_empty_columns_are_left_out_and_a_reported_zero_is_none():
    columns = tuple(Column(name) for name in ("编码", "指标", "原因", "完成", "措施"))
    rows = ((Cell("A"), Cell("路"), Cell(""), Cell("0", Decimal(0)), Cell("")),)
    [sheet] = workbook(write_table(table(columns, rows, fixed=2)))
    assert [cell.value for cell in sheet[3]] == ["编码", "指标", "完成"]
    assert sheet["C4"].value == 0
    # To be filled in they stay, behind the others and off the paper.
    [sheet] = workbook(write_table(table(columns, rows, fixed=2, keeps_empty=True)))
    assert [cell.value for cell in sheet[3]] == ["编码", "指标", "完成", "原因", "措施"]
    assert pages(sheet) == [[1, 2, 3]]


def test_a_table_without_rows_keeps_its_columns():
    [sheet] = workbook(write_table(table((Column("编码"), Column("指标")), ())))
    assert [cell.value for cell in sheet[3]] == ["编码", "指标"]


def test_a_column_is_as_wide_as_its_longest_figure():
    # Eleven digits and two decimals with their groups: 18 characters in a column that was given 10.
    figure = Decimal("12345678901.25")
    columns = (Column("编码", 8), Column("指标", 20), Column("完成", 10))
    row = (Cell("A"), Cell("路"), Cell("12,345,678,901.25", figure, decimals=2))
    [sheet] = workbook(write_table(table(columns, (row,), fixed=2)))
    assert widths(sheet)[2] >= len("12,345,678,901.25") + 1


def test_causes_of_sixty_characters_have_rows_of_their_height():
    cause = "因连续降雨施工受阻，项目用地手续尚未批复，专项资金未按期拨付，" * 2
    columns = (Column("编码", 8), Column("指标", 20), Column("原因", 24), *(Column(f"数{n}", 12) for n in range(20)))
    row = (Cell("A"), Cell("路"), Cell(cause[:60]), *(Cell("12,345,678,901", Decimal(12345678901)) for _ in range(20)))
    book = workbook(write_table(table(columns, (row, row))))
    check(book)
    [sheet] = book
    assert len(pages(sheet)) > 1
    # 60 characters of two digits in a column of 24 are five lines at the least, of 14 points each.
    assert sheet.row_dimensions[4].height >= math.ceil(60 * 2 / 24) * 14


def test_lines_of_a_cell_are_counted():
    assert lines("", 10) == lines("路", 10) == 1
    assert lines("一\n二\n三", 10) == 3
    assert lines("十个字" * 10, 20) >= 3
    # English is broken between words only.
    assert lines("construction construction", 14) == 2


def test_columns_are_laid_in_few_groups_of_about_one_width():
    a4 = (9, 11.69)
    assert groups([10] * 5, 2, a4) == ((2, 4),)
    # 40 columns of 10: leading 2, the rest in groups of at most ten that differ by one at the most.
    found = groups([10] * 40, 2, a4)
    sizes = [last - first + 1 for first, last in found]
    assert sum(sizes) == 38
    assert max(sizes) - min(sizes[:-1]) <= 1
    # What is wider than the paper is a group of its own.
    assert groups([10, 10, 400, 10], 1, a4) == ((1, 1), (2, 2), (3, 3))


def test_a_long_sheet_is_not_held_and_keeps_all_columns():
    def rows():
        for number in range(LOOKED_AT + 5):
            yield (Cell(str(number), Decimal(number)), Cell(""), Cell("路"))

    sheet = Sheet("长", "长", ("", "", ""), (Column("序号", 5), Column("空", 9), Column("指标", 9)), rows(), fixed=1)
    [made] = workbook(write_workbook(Workbook((sheet,), "长")))
    assert [cell.value for cell in made[3]] == ["序号", "空", "指标"]
    assert made.max_row == 3 + LOOKED_AT + 5
    assert [made.cell(row, 1).value for row in (4, made.max_row)] == [0, LOOKED_AT + 4]
