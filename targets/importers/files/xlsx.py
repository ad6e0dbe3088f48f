"""Workbooks of Excel 2007 and later, and of WPS. The archive was checked before (``limits.check_parts``)."""

import re
import warnings
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock

from targets.importers.files.grid import Cell, Merge, Sheet, clean, commented, typed, without_zero

#: Also in UTF-16, where a zero byte stands beside each letter; what looks alike and is none costs a second look.
_FORMULA = re.compile(rb"[<:]\x00?f[\x00\s/>]")


def read(content: bytes) -> list[Sheet]:
    """All sheets with cells; sheets that are only a chart are left out."""
    content = _transitional(content)
    values = _load(content, values=True)
    # That a cell is a formula is only in a second look: the first has its stored value, and none where none was stored.
    formulas = _load(content, values=False) if _has_formulas(content) else None
    return [_sheet(sheet, formulas[sheet.title]._cells if formulas else {}) for sheet in values.worksheets]


#: The names of ISO 29500 Strict, and those of the format that everybody reads.
_STRICT = b"http://purl.oclc.org/ooxml/"
_NAMES = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/",
        b"http://schemas.openxmlformats.org/officeDocument/2006/",
    ),
)


def _transitional(content: bytes) -> bytes:
    """A workbook saved as Strict Open XML under the names that the reader knows; any other as it is."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        if _STRICT not in archive.read("xl/workbook.xml" if "xl/workbook.xml" in archive.namelist() else "_rels/.rels"):
            return content
        renamed = BytesIO()
        with zipfile.ZipFile(renamed, "w", zipfile.ZIP_DEFLATED) as copy:
            for part in archive.infolist():
                text = archive.read(part)
                for strict, usual in _NAMES if part.filename.lower().endswith((".xml", ".rels")) else ():
                    text = text.replace(strict, usual)
                copy.writestr(part.filename, text)
    return renamed.getvalue()


def _has_formulas(content: bytes) -> bool:
    """Whether a second look is worth its time: a sheet holds an element f, under whatever prefix."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return any(
            _FORMULA.search(archive.read(part)) is not None
            for part in archive.infolist()
            if part.filename.lower().endswith(".xml") and "sharedstrings" not in part.filename.lower()
        )


def _load(content: bytes, *, values: bool) -> Any:
    with warnings.catch_warnings():
        # On what it leaves out: validations, extensions, headers.
        warnings.simplefilter("ignore")
        return load_workbook(BytesIO(content), data_only=values, keep_vba=False, keep_links=False, rich_text=values)


def _sheet(values: Any, formulas: Mapping[tuple[int, int], Any]) -> Sheet:
    cells: dict[tuple[int, int], Cell] = {}
    comments: dict[tuple[int, int], str] = {}
    shows_zeros = values.sheet_view.showZeros is not False
    for (row, column), found in sorted(values._cells.items()):
        original = formulas.get((row, column))
        cell = _cell(row, column, found, is_formula=original is not None and original.data_type == "f")
        if cell is not None:
            cells[row, column] = cell if shows_zeros else without_zero(cell)
        if (comment := getattr(found, "comment", None)) is not None:
            comments[row, column] = commented(comment.text)
    return Sheet(
        name=values.title,
        cells=cells,
        merges=tuple(
            sorted(
                (Merge(merge.min_row, merge.min_col, merge.max_row, merge.max_col) for merge in values.merged_cells),
                key=lambda merge: (merge.top, merge.left),
            )
        ),
        hidden_rows=frozenset(row for row, look in values.row_dimensions.items() if look.hidden),
        hidden_columns=frozenset(
            column
            for look in values.column_dimensions.values()
            if look.hidden
            for column in range(look.min or 0, min(look.max or 0, 1000) + 1)
        ),
        hidden=values.sheet_state != "visible",
        comments=comments,
    )


def _cell(row: int, column: int, found: Any, *, is_formula: bool) -> Cell | None:
    # A cell within a merged range has no type of its own.
    kind = getattr(found, "data_type", "n")
    struck = bool(found.has_style and found.font and found.font.strike)
    if kind == "e":
        return Cell(row, column, "", error=str(found.value), formula=is_formula, struck=struck)
    if is_formula and found.value is None:
        return Cell(row, column, "", formula=True, uncalculated=True, struck=struck)
    value, struck_out = found.value, ""
    if isinstance(value, CellRichText):
        value, struck_out = _runs(value)
        struck = struck or not clean(value)
        value = value if clean(value) else struck_out
    return typed(
        row,
        column,
        value,
        number_format=found.number_format if kind in "nd" and found.has_style else "",
        formula=is_formula,
        struck=struck,
        struck_out="" if struck else clean(struck_out),
    )


def _runs(text: CellRichText) -> tuple[str, str]:
    """A text whose letters differ in look: what stands, and what has a line through it."""
    stands: list[str] = []
    struck: list[str] = []
    for run in text:
        is_struck = isinstance(run, TextBlock) and bool(run.font and run.font.strike)
        (struck if is_struck else stands).append(str(run))
    return "".join(stands), "".join(struck)
