"""How large an uploaded spreadsheet may be: checked before it is unpacked, and again on what came out.

A plan is a few hundred rows, that of a district's villages ten thousand. The bounds lie above that, so that no honest
file meets them and a file made to fill the memory is turned away by what it claims.
"""

import re
import zipfile
from collections.abc import Iterable
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from targets.importers.files.grid import Cell, Sheet

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_UNPACKED = 64 * 1024 * 1024
#: One part of the file: pictures are not unpacked, but the styles of a spoilt file are.
LARGEST_PART = 32 * 1024 * 1024
MOST_PARTS = 2_000
MOST_SHEETS = 60
#: Of all sheets together, with those that are only formatted.
MOST_CELLS = 400_000
#: Of the XML that is cheap to read: cells and their texts.
MOST_ELEMENTS = 2_000_000
#: Of all other XML: rows, styles, rules, comments. A reader builds objects of these, slowly, and they pack to nothing.
MOST_OTHER_ELEMENTS = 60_000
#: A cell further down or to the right than this is no part of a plan.
MOST_ROWS, MOST_COLUMNS = 20_000, 300
#: Of the letters of one cell, whatever it is for; fields have limits of their own.
LONGEST_CELL = 4_000
_MOST_NAMED = 5
_CHUNK = 256 * 1024
#: Cells, values, formulas and texts of xlsx; cells and paragraphs of ods.
_CHEAP = frozenset({"c", "v", "f", "is", "t", "si", "r", "rPr", "table-cell", "covered-table-cell", "p", "span", "s"})
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")


def too_large() -> ValidationError:
    return ValidationError(
        _(
            "The file holds more cells than a plan can have. Delete the formatted empty rows and columns around the "
            "table, or copy the table into a new file."
        )
    )


def check_cells(sheets: Iterable[Sheet]) -> None:
    """Refuse sheets that are larger than a plan, by the cells that hold something.

    Raises:
        ValidationError: too many sheets or cells, a cell too far out, or one with too long a text, by its address.
    """
    listed = list(sheets)
    if len(listed) > MOST_SHEETS:
        raise ValidationError(
            _("The file has more than %(count)d sheets. Save the sheet with the targets alone.")
            % {"count": MOST_SHEETS}
        )
    if sum(len(sheet.cells) for sheet in listed) > MOST_CELLS:
        raise too_large()
    if any(sheet.last_row > MOST_ROWS or sheet.last_column > MOST_COLUMNS for sheet in listed):
        raise too_large()
    too_long = [(sheet, cell) for sheet in listed for cell in sheet.cells.values() if _length(cell) > LONGEST_CELL]
    if too_long:
        sheet, cell = too_long[0]
        places = ", ".join(one.address for _sheet, one in too_long[:_MOST_NAMED] if _sheet is sheet)
        raise ValidationError(
            _(
                "Sheet “%(sheet)s”, cell %(cells)s: %(length)d characters stand in one cell, and at most %(longest)d "
                "are read. Shorten the text and upload the file again."
            )
            % {"sheet": sheet.name or "1", "cells": places, "length": _length(cell), "longest": LONGEST_CELL}
        )


def _length(cell: Cell) -> int:
    return len(cell.value) if isinstance(cell.value, str) else 0


def check_parts(archive: zipfile.ZipFile) -> None:
    """Refuse a packed file that would inflate beyond measure, or whose XML is made to.

    What a part claims as its size is all that ``zipfile`` ever unpacks of it, so the claims can be added up.

    Raises:
        ValidationError: too large, too many cells, a document type (it could define entities), or no XML at all.
    """
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise too_large()
    counter = _Counter()
    for part in parts:
        name = part.filename.lower()
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        if part.file_size > LARGEST_PART:
            raise too_large()
        counter.read(archive, part, strict=not name.endswith(".vml"))


class _Counter:
    """Counts what the parts of a file would become, without building any of it."""

    def __init__(self) -> None:
        self.elements = 0
        self.others = 0
        self.cells = 0

    def read(self, archive: zipfile.ZipFile, part: zipfile.ZipInfo, *, strict: bool) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self.element
        parser.StartDoctypeDeclHandler = self.document_type
        try:
            with archive.open(part) as stream:
                while chunk := stream.read(_CHUNK):
                    parser.Parse(chunk, False)
                parser.Parse(b"", True)
        except expat.ExpatError as error:
            # Old drawings of comments are not always well-formed, and nobody reads them here.
            if strict:
                raise ValidationError(
                    _("The file is damaged or protected by a password. Open it and save it again as .xlsx.")
                ) from error

    def document_type(self, *_details: object) -> None:
        raise ValidationError(_("The file holds a document type, which no spreadsheet needs. Save it again as .xlsx."))

    def element(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        kind = name.rpartition(":")[2]
        if kind == "c":
            self.cells += 1
        elif kind == "mergeCell":
            # Readers make a cell of every place in a merged range.
            self.cells += area(attributes.get("ref", ""))
        if kind not in _CHEAP:
            self.others += 1
        if self.elements > MOST_ELEMENTS or self.cells > MOST_CELLS or self.others > MOST_OTHER_ELEMENTS:
            raise too_large()


def area(reference: str) -> int:
    """How many cells a range such as A1:C4 has; 1 for what is no range."""
    match = _RANGE.fullmatch(reference.upper())
    if match is None or match[3] is None:
        return 1
    width = abs(_column(match[3]) - _column(match[1])) + 1
    return width * (abs(int(match[4]) - int(match[2])) + 1)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
