"""The file given back: opened and read again, with every problem where it belongs and nothing that runs."""

import io
from pathlib import Path

from openpyxl import Workbook as OpenpyxlWorkbook
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from targets.importers.files.marked_copy import FILLS, faulty_copy
from targets.importers.files.workbook import read_workbook
from targets.importers.problems import Problem, Severity
from tests.importers.sheets import PLAN, PLAN_MERGES, saved, xlsx


def problem(row, column, reason="Wrong.", severity=Severity.ERROR, sheet="Sheet", value="x", advice="Correct it."):
    return Problem(severity, sheet, row, column, value, reason, advice)


def copied(content, name, *problems):
    return load_workbook(io.BytesIO(faulty_copy(content, read_workbook(content, name), problems)))


def colour(cell):
    return cell.fill.start_color.rgb[-6:] if cell.fill.fill_type else ""


def rows_of(page):
    return [[cell or "" for cell in row] for row in page.iter_rows(values_only=True)]


def test_faulty_cells_are_filled_and_say_why_and_the_rest_keeps_its_look():
    book = OpenpyxlWorkbook()
    page = book.active
    for cells in PLAN:
        page.append(cells)
    for merge in PLAN_MERGES:
        page.merge_cells(merge)
    page["C5"].font = Font(bold=True, name="仿宋")
    page["E5"].number_format = '#,##0.0"万元"'
    page.column_dimensions["C"].width = 33
    page["G5"] = "=1+1"
    copy = copied(
        saved(book),
        "plan.xlsx",
        problem(5, 3, "The name is odd."),
        problem(5, 3, "Seen before.", Severity.NOTE),
        problem(7, 7, severity=Severity.QUESTION),
    )
    sheet = copy.worksheets[0]
    assert colour(sheet["C5"]) == FILLS[Severity.ERROR]
    assert colour(sheet["G7"]) == FILLS[Severity.QUESTION]
    assert colour(sheet["D5"]) == ""
    assert sheet["C5"].comment.text == "error: The name is odd. Correct it.\nhint: Seen before. Correct it."
    assert (sheet["C5"].font.bold, sheet["C5"].font.name) == (True, "仿宋")
    assert sheet["E5"].number_format == '#,##0.0"万元"'
    assert sheet.column_dimensions["C"].width == 33
    assert sheet["G5"].value == "=1+1"
    assert "A1:J1" in {str(merge) for merge in sheet.merged_cells.ranges}


def test_a_sheet_lists_all_problems():
    copy = copied(xlsx(PLAN, PLAN_MERGES), "plan.xlsx", problem(7, 7, value="3-5个"), problem(0, 0, "No unit."))
    assert copy.active.title == "Problems"
    assert rows_of(copy.active) == [
        ["Level", "Sheet", "Row", "Column", "In the cell", "What is wrong", "What to do"],
        ["error", "Sheet", "", "", "x", "No unit.", "Correct it."],
        ["error", "Sheet", 7, "G", "3-5个", "Wrong.", "Correct it."],
    ]


def test_a_problem_of_a_merged_cell_or_of_a_row_is_marked_where_it_can_be_seen():
    copy = copied(xlsx(PLAN, PLAN_MERGES), "plan.xlsx", problem(6, 2), problem(8, 0))
    assert colour(copy.worksheets[0]["B5"]) == FILLS[Severity.ERROR]
    assert colour(copy.worksheets[0]["A8"]) == FILLS[Severity.ERROR]


def test_a_comment_that_was_there_stays():
    book = OpenpyxlWorkbook()
    book.active["A1"] = "a"
    book.active["A1"].comment = Comment("Ask first.", "office")
    copy = copied(saved(book), "plan.xlsx", problem(1, 1))
    assert copy.worksheets[0]["A1"].comment.text == "Ask first.\nerror: Wrong. Correct it."


def test_text_that_begins_like_a_formula_stays_text():
    text = "=cmd|' /C calc'!A0"
    content = f'指标,目标\n"{text}",+1\n'.encode()
    copy = copied(content, "plan.csv", problem(2, 1, sheet="", value=text))
    for page in copy.worksheets:
        for row in page.iter_rows():
            assert [cell.data_type for cell in row if cell.value is not None and cell.data_type == "f"] == []
    assert copy.worksheets[0]["A2"].value == text
    book = OpenpyxlWorkbook()
    book.active["A1"] = text
    book.active["A1"].data_type = "s"
    assert copied(saved(book), "plan.xlsx").worksheets[0]["A1"].data_type == "s"


def test_other_formats_come_back_as_xlsx_with_their_cells():
    copy = copied("指标,目标\n投资,500\n参保率,95%\n".encode("gb18030"), "plan.csv", problem(2, 2, sheet=""))
    sheet = copy.worksheets[0]
    assert rows_of(sheet) == [["指标", "目标"], ["投资", "500"], ["参保率", "95%"]]
    assert colour(sheet["B2"]) == FILLS[Severity.ERROR]


def test_the_copy_can_be_read_again():
    content = xlsx(PLAN, PLAN_MERGES)
    first = read_workbook(content, "plan.xlsx")
    again = read_workbook(faulty_copy(content, first, [problem(5, 3)]), "plan.xlsx")
    assert {place: cell.value for place, cell in again.sheets[0].cells.items()} == {
        place: cell.value for place, cell in first.sheets[0].cells.items()
    }
    assert again.sheets[0].merges == first.sheets[0].merges


def test_what_is_struck_out_in_a_cell_stays_struck_out():
    name = "marked_up.xlsx"
    content = (Path(__file__).parents[1] / "data" / name).read_bytes()
    marked = faulty_copy(content, read_workbook(content, name), [])
    cell = read_workbook(marked, name).sheets[0].cell(3, 7)
    assert (cell.text, cell.struck_out) == ("90", "85")
