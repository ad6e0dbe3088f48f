"""Workbooks of Excel 97 to 2003 and old WPS.

Read by xlrd and not by a faster reader, since it tells how a number is shown: 95% is stored as 0.95.
"""

from io import StringIO
from typing import Any

import xlrd
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from xlrd.xldate import XLDateError, xldate_as_datetime

from targets.importers.files.grid import Cell, Merge, Sheet, clean, commented, typed, without_zero


def read(content: bytes) -> list[Sheet]:
    """All sheets of cells.

    Raises:
        ValidationError: the workbook is protected by a password.
    """
    try:
        # It tells its doubts to a log, and the pages have no use for them.
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, ragged_rows=True, logfile=StringIO())
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise ValidationError(
                _("The file is protected by a password. Remove the password and save it again.")
            ) from error
        raise
    return [_sheet(book, sheet) for sheet in book.sheets()]


def _sheet(book: Any, sheet: Any) -> Sheet:
    cells: dict[tuple[int, int], Cell] = {}
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            cell = _cell(book, sheet, row, column)
            if cell is not None:
                cells[row + 1, column + 1] = cell if sheet.show_zero_values else without_zero(cell)
    return Sheet(
        name=sheet.name,
        cells=cells,
        merges=tuple(
            sorted(
                (Merge(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells),
                key=lambda merge: (merge.top, merge.left),
            )
        ),
        hidden_rows=frozenset(row + 1 for row, look in sheet.rowinfo_map.items() if look.hidden),
        hidden_columns=frozenset(column + 1 for column, look in sheet.colinfo_map.items() if look.hidden),
        hidden=sheet.visibility != 0,
        comments={(row + 1, column + 1): commented(note.text) for (row, column), note in sheet.cell_note_map.items()},
    )


def _cell(book: Any, sheet: Any, row: int, column: int) -> Cell | None:
    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    look = book.xf_list[sheet.cell_xf_index(row, column)]
    struck = bool(book.font_list[look.font_index].struck_out)
    if kind == xlrd.XL_CELL_ERROR:
        return Cell(row + 1, column + 1, "", error=xlrd.error_text_from_code.get(value, "#VALUE!"), struck=struck)
    if kind == xlrd.XL_CELL_BOOLEAN:
        value = bool(value)
    elif kind == xlrd.XL_CELL_DATE:
        try:
            value = xldate_as_datetime(value, book.datemode)
        except (XLDateError, OverflowError, ValueError):
            kind = xlrd.XL_CELL_NUMBER
    number_format = ""
    if kind != xlrd.XL_CELL_TEXT and look.format_key in book.format_map:
        number_format = book.format_map[look.format_key].format_str
    struck_out = ""
    if kind == xlrd.XL_CELL_TEXT and (runs := sheet.rich_text_runlist_map.get((row, column))):
        stands, struck_out = _runs(book, value, [(0, look.font_index), *runs])
        struck = not clean(stands)
        value = stands if clean(stands) else value
    return typed(
        row + 1,
        column + 1,
        value,
        number_format=number_format,
        struck=struck,
        struck_out="" if struck else clean(struck_out),
    )


def _runs(book: Any, text: str, runs: list[tuple[int, int]]) -> tuple[str, str]:
    """A text whose letters differ in look: what stands, and what has a line through it. ``runs`` begin with a font."""
    stands, struck = "", ""
    ends = [*(at for at, _font in runs[1:]), len(text)]
    for (begin, font), end in zip(runs, ends, strict=True):
        if book.font_list[font].struck_out:
            struck += text[begin:end]
        else:
            stands += text[begin:end]
    return stands, struck
