"""OpenDocument spreadsheets, of LibreOffice and WPS. The archive was checked before (``bounds.check_parts``).

Read here and not by a library, since one that builds the grid can be made to fill the memory by a few bytes: a row may
say that it stands there a million times.
"""

import re
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from io import BytesIO
from xml.etree import ElementTree

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from targets.importers.files.grid import Cell, Merge, Sheet, clean, commented, typed, without_zero
from targets.importers.files.limits import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, too_large

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_NUMBER = "{urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0}"
_NO_ZEROS = re.compile(rb'config:name="ShowZeroValues"[^>]*>\s*false')
#: A style stands on another, and that on a third; a circle of them ends here.
_DEEPEST_STYLE = 10


def read(content: bytes) -> list[Sheet]:
    """All sheets.

    Raises:
        ValidationError: encrypted, or larger than a plan.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = set(archive.namelist())
        if "META-INF/manifest.xml" in parts and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise ValidationError(_("The file is protected by a password. Remove the password and save it again."))
        with archive.open("content.xml") as stream:
            root = ElementTree.parse(stream).getroot()
        roots = [root]
        if "styles.xml" in parts:
            with archive.open("styles.xml") as stream:
                roots.append(ElementTree.parse(stream).getroot())
        shows_zeros = "settings.xml" not in parts or not _NO_ZEROS.search(archive.read("settings.xml"))
    tables = root.findall(f"./{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table")
    if not tables:
        raise ValidationError(_("This is no spreadsheet. Upload a file saved as .xlsx, .xls, .ods or .csv."))
    styles = _Styles(roots)
    return [_Table(table, styles, shows_zeros=shows_zeros).sheet() for table in tables]


class _Styles:
    """What the styles of a file say of the cells that have them."""

    def __init__(self, roots: Iterable[ElementTree.Element]) -> None:
        self.looks: dict[tuple[str, str], ElementTree.Element] = {}
        self.formats: dict[str, ElementTree.Element] = {}
        for root in roots:
            for element in root.iter():
                name = element.get(f"{_STYLE}name", "")
                if element.tag == f"{_STYLE}style":
                    self.looks.setdefault((element.get(f"{_STYLE}family", ""), name), element)
                elif element.tag.startswith(_NUMBER) and element.tag.endswith("-style"):
                    self.formats.setdefault(name, element)
        self.codes: dict[str, str] = {}
        self.lines: dict[tuple[str, str], bool] = {}

    def hides(self, family: str, name: str) -> bool:
        """Whether a table has a style that hides it."""
        return any(part.get(f"{_TABLE}display") == "false" for look in self.chain(family, name) for part in look)

    def is_struck(self, family: str, name: str) -> bool:
        """Whether letters have a line through them."""
        if (family, name) not in self.lines:
            kinds = (
                part.get(f"{_STYLE}text-line-through-style", part.get(f"{_STYLE}text-line-through-type"))
                for look in self.chain(family, name)
                for part in look
            )
            self.lines[family, name] = next((kind for kind in kinds if kind is not None), "none") != "none"
        return self.lines[family, name]

    def chain(self, family: str, name: str) -> list[ElementTree.Element]:
        """A style and those that it stands on, from the nearest."""
        found: list[ElementTree.Element] = []
        while (look := self.looks.get((family, name))) is not None and len(found) < _DEEPEST_STYLE:
            found.append(look)
            name = look.get(f"{_STYLE}parent-style-name", "")
        return found

    def code(self, name: str) -> str:
        """The number format of a cell's style, as other spreadsheets write it."""
        if name not in self.codes:
            used = (look.get(f"{_STYLE}data-style-name", "") for look in self.chain("table-cell", name))
            self.codes[name] = self.written(next((style for style in used if style), ""))
        return self.codes[name]

    def written(self, name: str) -> str:
        style = self.formats.get(name)
        if style is None:
            return ""
        sections = []
        for element in style.iter(f"{_STYLE}map"):
            condition = element.get(f"{_STYLE}condition", "").replace("value()", "").replace("!=", "<>")
            other = self.formats.get(element.get(f"{_STYLE}apply-style-name", ""))
            sections.append(f"[{condition}]{_code(other) if other is not None else ''}")
        return ";".join([*sections, _code(style)])


_DATES = {
    "year": "yyyy",
    "month": "m",
    "day": "d",
    "hours": "h",
    "minutes": ":m",
    "seconds": "s",
    "day-of-week": "aaaa",
}


def _code(style: ElementTree.Element) -> str:
    """One number style as a section of a number format: 0"."0,"万元"."""
    parts = []
    for element in style:
        name = element.tag.removeprefix(_NUMBER)
        if name in ("text", "currency-symbol"):
            text = "".join(element.itertext())
            # The sign of percent is a letter like others, and means a hundredfold in a style of its kind.
            is_percent = text.endswith("%") and style.tag == f"{_NUMBER}percentage-style"
            parts.append(_quoted(text[:-1]) + "%" if is_percent else _quoted(text))
        elif name == "number":
            parts.append(_digits(element))
        elif name == "scientific-number":
            parts.append("0E+0")
        elif name == "fraction":
            parts.append("# ?/?")
        elif name in _DATES:
            parts.append(_DATES[name])
    return "".join(parts)


def _digits(element: ElementTree.Element) -> str:
    letters = {
        _count(part, "position"): "".join(part.itertext()) for part in element if part.tag == f"{_NUMBER}embedded-text"
    }
    places = ["0"] * max(_count(element, "min-integer-digits"), 1, *(position + 1 for position in letters))
    whole = ""
    for at, place in enumerate(places):
        whole += place + (_quoted(letters[left]) if (left := len(places) - at - 1) in letters else "")
    decimals = _count(element, "decimal-places")
    factor = element.get(f"{_NUMBER}display-factor", "1").partition(".")[0]
    thousands = (len(factor) - 1) // 3 if factor.rstrip("0") == "1" else 0
    return whole + ("." + "0" * decimals if decimals else "") + "," * thousands


def _quoted(text: str) -> str:
    return f'"{text}"' if '"' not in text else "".join(f"\\{letter}" for letter in text)


def _count(element: ElementTree.Element, name: str) -> int:
    text = element.get(f"{_NUMBER}{name}", "0")
    return min(int(text), 30) if text.isascii() and text.isdigit() else 0


class _Table:
    def __init__(self, table: ElementTree.Element, styles: _Styles, *, shows_zeros: bool) -> None:
        self.table = table
        self.styles = styles
        self.shows_zeros = shows_zeros
        self.cells: dict[tuple[int, int], Cell] = {}
        self.comments: dict[tuple[int, int], str] = {}
        self.merges: list[Merge] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        #: The style of a column, for cells without one: its first column, and the name.
        self.column_styles: list[tuple[int, str]] = []

    def sheet(self) -> Sheet:
        self.read_columns()
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
            hidden_columns=frozenset(self.hidden_columns),
            hidden=self.styles.hides("table", self.table.get(f"{_TABLE}style-name", "")),
            comments=self.comments,
        )

    def read_columns(self) -> None:
        column = 1
        for element in self.table.iter(f"{_TABLE}table-column"):
            times = _times(element, "number-columns-repeated")
            if element.get(f"{_TABLE}visibility", "visible") != "visible":
                self.hidden_columns.update(range(column, min(column + times, MOST_COLUMNS + 1)))
            self.column_styles.append((column, element.get(f"{_TABLE}default-cell-style-name", "")))
            column += times

    def style_at(self, column: int) -> str:
        return next((style for first, style in reversed(self.column_styles) if first <= column), "")

    def read_row(self, element: ElementTree.Element, row: int, times: int) -> None:
        if element.get(f"{_TABLE}visibility", "visible") != "visible":
            self.hidden_rows.update(range(row, row + min(times, MOST_ROWS)))
        column = 1
        row_style = element.get(f"{_TABLE}default-cell-style-name", "")
        for child in element:
            if child.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            across = _times(child, "number-columns-repeated")
            style = child.get(f"{_TABLE}style-name", "") or row_style or self.style_at(column)
            cell = _cell(child, row, column, style, self.styles)
            if (comment := child.find(f"./{_OFFICE}annotation")) is not None and row <= MOST_ROWS:
                paragraphs = (_paragraph(part) for part in comment.iter(f"{_TEXT}p"))
                self.comments[row, column] = commented("\n".join(paragraphs))
            # What a merged range covers is not seen, even where something was left standing there.
            if cell is not None and child.tag == f"{_TABLE}table-cell":
                self.repeat(cell if self.shows_zeros else without_zero(cell), times, across)
                self.merge(child, row, column)
            column += across

    def repeat(self, cell: Cell, down: int, across: int) -> None:
        if cell.row + down - 1 > MOST_ROWS or cell.column + across - 1 > MOST_COLUMNS:
            raise too_large()
        if len(self.cells) + down * across > MOST_CELLS:
            raise too_large()
        for row in range(cell.row, cell.row + down):
            for column in range(cell.column, cell.column + across):
                self.cells[row, column] = replace(cell, row=row, column=column)

    def merge(self, element: ElementTree.Element, row: int, column: int) -> None:
        down = _times(element, "number-rows-spanned")
        across = _times(element, "number-columns-spanned")
        if down > 1 or across > 1:
            self.merges.append(Merge(row, column, row + down - 1, column + across - 1))


def _times(element: ElementTree.Element, name: str) -> int:
    text = element.get(f"{_TABLE}{name}", "1")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _cell(element: ElementTree.Element, row: int, column: int, style: str, styles: _Styles) -> Cell | None:
    kind = element.get(f"{_OFFICE}value-type", "")
    formula = element.get(f"{_TABLE}formula") is not None
    paragraphs = [part for part in element if part.tag == f"{_TEXT}p"]
    text = clean("\n".join(map(_paragraph, paragraphs)))
    if text.startswith(("#DIV", "#N/A", "#NAME", "#NULL", "#NUM", "#REF", "#VALUE", "Err:")):
        return Cell(row, column, "", error=text, formula=formula)
    if not kind and not paragraphs and not formula:
        return None
    struck = styles.is_struck("table-cell", style)
    stored = element.get(f"{_OFFICE}value", "")
    if kind in ("float", "percentage", "currency") and stored:
        value = float(stored)
        number = int(value) if value.is_integer() else value
        code = styles.code(style)
        code = "0%" if kind == "percentage" and "%" not in code else code
        return typed(row, column, number, number_format=code, formula=formula, struck=struck)
    if kind == "date":
        try:
            day = date.fromisoformat(element.get(f"{_OFFICE}date-value", "")[:10])
            return typed(row, column, day, number_format=styles.code(style), formula=formula, struck=struck)
        except ValueError:
            return typed(row, column, text, formula=formula, struck=struck)
    if kind == "boolean":
        return Cell(row, column, element.get(f"{_OFFICE}boolean-value") == "true", formula=formula, struck=struck)
    if formula and not text and not kind:
        return Cell(row, column, "", formula=True, uncalculated=True)
    stands = clean("\n".join(_paragraph(part, styles, struck=False) for part in paragraphs))
    gone = clean("\n".join(_paragraph(part, styles, struck=True) for part in paragraphs)) if stands != text else ""
    struck = struck or (bool(gone) and not stands)
    return typed(
        row, column, text if struck else stands, formula=formula, struck=struck, struck_out="" if struck else gone
    )


def _paragraph(
    element: ElementTree.Element, styles: _Styles | None = None, *, struck: bool = False, within: bool = False
) -> str:
    """The text of a paragraph; blanks and line breaks are elements of their own in this format.

    With ``styles`` only that which has a line through it, or only that which has none.
    """
    is_wanted = styles is None or struck == within
    parts = [element.text or ""] if is_wanted else []
    for child in element:
        if child.tag == f"{_TEXT}line-break":
            parts.append("\n" if is_wanted else "")
        elif child.tag in (f"{_TEXT}s", f"{_TEXT}tab"):
            parts.append(" " if is_wanted else "")
        else:
            inside = within or (styles is not None and styles.is_struck("text", child.get(f"{_TEXT}style-name", "")))
            parts.append(_paragraph(child, styles, struck=struck, within=inside))
        parts.append((child.tail or "") if is_wanted else "")
    return "".join(parts)
