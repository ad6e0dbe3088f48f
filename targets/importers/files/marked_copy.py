"""An uploaded file given back with its faults marked where they are: filled cells, comments, and a sheet of them all.

The copy is always xlsx. One of an xlsx file keeps its look and its formulas; of other formats, and of an xlsx file
that cannot be written again, the cells are laid out anew. Macros and links to other files are never in it.
"""

import warnings
from collections import defaultdict
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook as Spreadsheet
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import save_workbook

from targets.importers.files.grid import CellValue, Sheet, Workbook, clean
from targets.importers.problems import Problem, Severity, in_order

#: Red, yellow and blue as spreadsheets know them for bad, doubtful and told. The comment says the word.
FILLS = {Severity.ERROR: "FFC7CE", Severity.QUESTION: "FFEB9C", Severity.NOTE: "DDEBF7"}
_GRAVEST = (Severity.ERROR, Severity.QUESTION, Severity.NOTE)
_COMMENT_WIDTH, _COMMENT_HEIGHT = 360, 140
_WIDTHS = (10, 14, 8, 10, 30, 60, 40)
_LONGEST_SHEET_NAME = 31


def faulty_copy(content: bytes, workbook: Workbook, problems: Iterable[Problem]) -> bytes:
    """The file as xlsx with its problems marked and listed. ``content`` is the file that ``workbook`` was read from."""
    listed = in_order(problems)
    if workbook.kind == "xlsx":
        try:
            return _written(_marked(_original(content), workbook, listed))
        # Some files can be read and not be written again: then what was read is laid out anew.
        except Exception:
            return _written(_marked(_anew(workbook), workbook, listed))
    return _written(_marked(_anew(workbook), workbook, listed))


def _original(content: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_workbook(BytesIO(content), keep_vba=False, keep_links=False, rich_text=True)


def _anew(workbook: Workbook) -> Any:
    """The cells and merged ranges of what was read, without a look of their own."""
    book = Spreadsheet()
    book.remove(book.active)
    for number, sheet in enumerate(workbook.sheets, start=1):
        page = book.create_sheet(_sheet_name(sheet.name or str(number)))
        for cell in sheet.cells.values():
            _put(
                page.cell(cell.row, cell.column), cell.text if cell.percent or cell.suffix else cell.value or cell.text
            )
        for merge in sheet.merges:
            bottom, right = min(merge.bottom, sheet.last_row), min(merge.right, sheet.last_column)
            if bottom > merge.top or right > merge.left:
                page.merge_cells(start_row=merge.top, start_column=merge.left, end_row=bottom, end_column=right)
    return book


def _sheet_name(name: str) -> str:
    kept = "".join(" " if letter in r"[]:*?/\'" else letter for letter in clean(name)).strip()
    return kept[:_LONGEST_SHEET_NAME] or _("Sheet")


def _put(cell: Any, value: CellValue) -> None:
    """Write a value; text stays text, also where it begins like a formula."""
    cell.value = clean(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"


def _marked(book: Any, workbook: Workbook, problems: tuple[Problem, ...]) -> Any:
    pages = dict(zip((sheet.name for sheet in workbook.sheets), book.worksheets, strict=False))
    sheets = {sheet.name: sheet for sheet in workbook.sheets}
    by_place: dict[tuple[str, int, int], list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.row and problem.sheet in pages:
            place = _place(sheets[problem.sheet], problem)
            by_place[problem.sheet, *place].append(problem)
    for (name, row, column), found in by_place.items():
        _mark(pages[name].cell(row, column), found)
    _list(book, problems)
    return book


def _place(sheet: Sheet, problem: Problem) -> tuple[int, int]:
    """Where a problem is marked: its cell, the first of a merged range, the first one filled of a row."""
    column = problem.column or next((cell.column for cell in sheet.row(problem.row)), 1)
    merge = sheet.merge(problem.row, column)
    return (merge.top, merge.left) if merge is not None else (problem.row, column)


def _mark(cell: Any, problems: list[Problem]) -> None:
    gravest = min((Severity(problem.severity) for problem in problems), key=_GRAVEST.index)
    cell.fill = PatternFill("solid", start_color=FILLS[gravest])
    texts = [cell.comment.text] if cell.comment is not None else []
    texts += [f"{Severity(problem.severity).label}: {_sentence(problem)}" for problem in problems]
    comment = Comment(clean("\n".join(texts)), str(_("Import")))
    comment.width, comment.height = _COMMENT_WIDTH, _COMMENT_HEIGHT
    cell.comment = comment


def _sentence(problem: Problem) -> str:
    return " ".join(part for part in (problem.reason, problem.advice) if part)


def _list(book: Any, problems: tuple[Problem, ...]) -> None:
    page = book.create_sheet(_sheet_name(_("Problems")))
    book.active = len(book.worksheets) - 1
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is page
    headings = (_("Level"), _("Sheet"), _("Row"), _("Column"), _("In the cell"), _("What is wrong"), _("What to do"))
    rows: list[tuple[CellValue | int, ...]] = [headings]
    rows += [
        (
            str(Severity(problem.severity).label),
            problem.sheet,
            problem.row or "",
            problem.letter,
            problem.value,
            problem.reason,
            problem.advice,
        )
        for problem in problems
    ]
    for number, values in enumerate(rows, start=1):
        for column, value in enumerate(values, start=1):
            cell = page.cell(number, column)
            _put(cell, value)  # type: ignore[arg-type]
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
    for column, width in enumerate(_WIDTHS, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    page.freeze_panes = "A2"


def _written(book: Any) -> bytes:
    stream = BytesIO()
    save_workbook(book, stream)
    return stream.getvalue()
