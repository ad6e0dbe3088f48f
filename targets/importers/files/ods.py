"""OpenDocument spreadsheets, of LibreOffice and WPS. The archive was checked before (``bounds.check_parts``).

Read here and not by a library, since one that builds the grid can be made to fill the memory by a few bytes: a row may
say that it stands there a million times.
"""

import zipfile
from datetime import date
from io import BytesIO
from xml.etree import ElementTree

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from targets.importers.files.grid import Cell, Merge, Sheet, clean, number, typed
from targets.importers.files.limits import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, too_large

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def read(content: bytes) -> list[Sheet]:
    """All sheets.

    Raises:
        ValidationError: encrypted, or larger than a plan.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        if "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in archive.read(
            "META-INF/manifest.xml"
        ):
            raise ValidationError(_("The file is protected by a password. Remove the password and save it again."))
        with archive.open("content.xml") as stream:
            root = ElementTree.parse(stream).getroot()
    tables = root.findall(f"./{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table")
    if not tables:
        raise ValidationError(_("This is no spreadsheet. Upload a file saved as .xlsx, .xls, .ods or .csv."))
    return [_Table(table).sheet() for table in tables]


class _Table:
    def __init__(self, table: ElementTree.Element) -> None:
        self.table = table
        self.cells: dict[tuple[int, int], Cell] = {}
        self.merges: list[Merge] = []
        self.hidden_rows: set[int] = set()

    def sheet(self) -> Sheet:
        row = 1
        # Rows may lie within groups and heading rows: whatever the depth, in the order of the document.
        for element in self.table.iter(f"{_TABLE}table-row"):
            times = _times(element, "number-rows-repeated")
            self.read_row(element, row, times)
            row += times
        return Sheet(
            name=self.table.get(f"{_TABLE}name", ""),
            cells=self.cells,
            merges=tuple(self.merges),
            hidden_rows=frozenset(self.hidden_rows),
        )

    def read_row(self, element: ElementTree.Element, row: int, times: int) -> None:
        if element.get(f"{_TABLE}visibility", "visible") != "visible":
            self.hidden_rows.update(range(row, row + min(times, MOST_ROWS)))
        column = 1
        for child in element:
            if child.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            across = _times(child, "number-columns-repeated")
            cell = _cell(child, row, column)
            # What a merged range covers is not seen, even where something was left standing there.
            if cell is not None and child.tag == f"{_TABLE}table-cell":
                self.repeat(cell, times, across)
                self.merge(child, row, column)
            column += across

    def repeat(self, cell: Cell, down: int, across: int) -> None:
        if cell.row + down - 1 > MOST_ROWS or cell.column + across - 1 > MOST_COLUMNS:
            raise too_large()
        if len(self.cells) + down * across > MOST_CELLS:
            raise too_large()
        for row in range(cell.row, cell.row + down):
            for column in range(cell.column, cell.column + across):
                self.cells[row, column] = Cell(
                    row, column, cell.value, cell.percent, cell.suffix, cell.formula, cell.error, cell.uncalculated
                )

    def merge(self, element: ElementTree.Element, row: int, column: int) -> None:
        down = _times(element, "number-rows-spanned")
        across = _times(element, "number-columns-spanned")
        if down > 1 or across > 1:
            self.merges.append(Merge(row, column, row + down - 1, column + across - 1))


def _times(element: ElementTree.Element, name: str) -> int:
    text = element.get(f"{_TABLE}{name}", "1")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _cell(element: ElementTree.Element, row: int, column: int) -> Cell | None:
    kind = element.get(f"{_OFFICE}value-type", "")
    formula = element.get(f"{_TABLE}formula") is not None
    text = clean("\n".join(_paragraph(part) for part in element if part.tag == f"{_TEXT}p"))
    if text.startswith(("#DIV", "#N/A", "#NAME", "#NULL", "#NUM", "#REF", "#VALUE", "Err:")):
        return Cell(row, column, "", error=text, formula=formula)
    stored = element.get(f"{_OFFICE}value", "")
    if kind in ("float", "percentage", "currency") and stored:
        value = float(stored)
        if kind == "percentage":
            return Cell(row, column, number(value) * 100, percent=True, formula=formula)
        return typed(row, column, int(value) if value.is_integer() else value, formula=formula)
    if kind == "date":
        try:
            return Cell(row, column, date.fromisoformat(element.get(f"{_OFFICE}date-value", "")[:10]), formula=formula)
        except ValueError:
            return typed(row, column, text, formula=formula)
    if kind == "boolean":
        return Cell(row, column, element.get(f"{_OFFICE}boolean-value") == "true", formula=formula)
    if formula and not text and not kind:
        return Cell(row, column, "", formula=True, uncalculated=True)
    return typed(row, column, text, formula=formula)


def _paragraph(element: ElementTree.Element) -> str:
    """The text of a paragraph; blanks and line breaks are elements of their own in this format."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == f"{_TEXT}s":
            parts.append(" ")
        elif child.tag == f"{_TEXT}line-break":
            parts.append("\n")
        elif child.tag == f"{_TEXT}tab":
            parts.append(" ")
        else:
            parts.append(_paragraph(child))
        parts.append(child.tail or "")
    return "".join(parts)
