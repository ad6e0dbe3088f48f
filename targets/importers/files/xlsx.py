"""Workbooks of Excel 2007 and later, and of WPS. The archive was checked before (``bounds.check_parts``)."""

import re
import warnings
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from targets.importers.files.grid import Cell, Merge, Sheet, typed

#: Also in UTF-16, where a zero byte stands beside each letter; what looks alike and is none costs a second look.
_FORMULA = re.compile(rb"[<:]\x00?f[\x00\s/>]")


def read(content: bytes) -> list[Sheet]:
    """All sheets with cells; sheets that are only a chart are left out."""
    values = _load(content, values=True)
    # That a cell is a formula is only in a second look: the first has its stored value, and none where none was stored.
    formulas = _load(content, values=False) if _has_formulas(content) else None
    return [_sheet(sheet, formulas[sheet.title]._cells if formulas else {}) for sheet in values.worksheets]


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
        return load_workbook(BytesIO(content), data_only=values, keep_vba=False, keep_links=False)


def _sheet(values: Any, formulas: Mapping[tuple[int, int], Any]) -> Sheet:
    cells: dict[tuple[int, int], Cell] = {}
    for (row, column), found in sorted(values._cells.items()):
        original = formulas.get((row, column))
        cell = _cell(row, column, found, is_formula=original is not None and original.data_type == "f")
        if cell is not None:
            cells[row, column] = cell
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
    )


def _cell(row: int, column: int, found: Any, *, is_formula: bool) -> Cell | None:
    # A cell within a merged range has no type of its own.
    kind = getattr(found, "data_type", "n")
    struck = bool(found.has_style and found.font and found.font.strike)
    if kind == "e":
        return Cell(row, column, "", error=str(found.value), formula=is_formula, struck=struck)
    if is_formula and found.value is None:
        return Cell(row, column, "", formula=True, uncalculated=True, struck=struck)
    return typed(
        row,
        column,
        found.value,
        number_format=found.number_format if kind == "n" and found.has_style else "",
        formula=is_formula,
        struck=struck,
    )
