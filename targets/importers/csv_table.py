"""A CSV file read strictly: every cell becomes a typed value or an error with file, line, column and reason."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from targets.display import from_spreadsheet
from targets.models.fields import AMOUNT_DECIMALS, AMOUNT_DIGITS

if TYPE_CHECKING:
    import _csv

#: A cell longer than this is no figure and no name of ours.
LONGEST_CELL = 4000
#: PostgreSQL refuses the first of them, spreadsheets and documents refuse them all.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True)
class CellError:
    """One thing that is wrong in a file. ``line`` is that of the file, 1 for the heading."""

    file: str
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        where = _("%(file)s, line %(line)d") % {"file": self.file, "line": self.line}
        if self.column:
            where = _("%(where)s, column %(column)s") % {"where": where, "column": self.column}
        return _("%(where)s: %(reason)s") % {"where": where, "reason": self.reason}


class FileErrors(Exception):
    """Everything that is wrong in a set of files. Nothing was loaded."""

    def __init__(self, errors: Sequence[CellError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = tuple(errors)


@dataclass
class Row:
    """One line. A getter that cannot read its cell notes an error and gives back ``None`` or an empty text."""

    file: str
    line: int
    cells: dict[str, str]
    errors: list[CellError]

    def fail(self, column: str, reason: str) -> None:
        self.errors.append(CellError(self.file, self.line, column, reason))

    def text(self, column: str, *, required: bool = False, longest: int = LONGEST_CELL) -> str:
        value = self.cells.get(column, "").strip()
        if required and not value:
            self.fail(column, _("This must not be empty."))
        if len(value) > longest:
            self.fail(column, _("This is longer than %(longest)d characters.") % {"longest": longest})
            return ""
        if UNPRINTABLE.search(value):
            self.fail(column, _("This holds a character that is not text. Remove it."))
            return ""
        return value

    def choice(self, column: str, choices: Sequence[str], *, default: str | None = None) -> str:
        value = self.text(column)
        if not value and default is not None:
            return default
        if value not in choices:
            listed = ", ".join(choice or "(empty)" for choice in choices)
            self.fail(
                column,
                _("“%(value)s” is not one of: %(choices)s.") % {"value": value[:60], "choices": listed},
            )
            return choices[0]
        return value

    def yes_no(self, column: str) -> bool:
        return self.choice(column, ("yes", "no"), default="no") == "yes"

    def amount(self, column: str, *, required: bool = False) -> Decimal | None:
        """A plain decimal number that the database keeps exactly."""
        value = self.text(column, required=required, longest=40)
        if not value:
            return None
        # Decimal() alone would also take NaN, 1_000, full-width digits, and 1.2E+11, in which a spreadsheet has
        # already dropped digits.
        match = re.fullmatch(r"[+-]?([0-9]*)(?:\.([0-9]*))?", value)
        if match is None or not (match[1] or match[2]):
            self.fail(
                column,
                _("“%(value)s” is not a number. Write plain digits, such as 634.29.") % {"value": value},
            )
            return None
        # Counted in the text: arithmetic rounds to 28 digits and would hide the last ones.
        if len((match[2] or "").rstrip("0")) > AMOUNT_DECIMALS:
            self.fail(column, _("“%(value)s” has more than four decimals.") % {"value": value})
            return None
        if len(match[1].lstrip("0")) > AMOUNT_DIGITS - AMOUNT_DECIMALS:
            self.fail(column, _("“%(value)s” has more than eleven digits before the point.") % {"value": value})
            return None
        return Decimal(value)

    def whole(self, column: str, lowest: int, highest: int, *, required: bool = True) -> int | None:
        value = self.text(column, required=required, longest=12)
        if not value:
            return None
        if not value.isascii() or not value.isdigit() or not lowest <= int(value) <= highest:
            self.fail(
                column,
                _("“%(value)s” is not a whole number from %(lowest)d to %(highest)d.")
                % {"value": value, "lowest": lowest, "highest": highest},
            )
            return None
        return int(value)

    def date(self, column: str) -> date | None:
        value = self.text(column, longest=20)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(column, _("“%(value)s” is not a date. Write it as 2023-06-30.") % {"value": value})
            return None


@dataclass
class Table:
    """The rows of one file. ``is_read`` is false where it could not be read: what stands in it is not known."""

    file: str
    rows: list[Row] = field(default_factory=list)
    is_read: bool = True

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


def read_table(
    directory: Path,
    file: str,
    required: Sequence[str],
    errors: list[CellError],
    *,
    optional_file: bool = False,
) -> Table:
    """Read ``directory/file``. Unknown columns are ignored; a missing file, heading or cell is an error."""
    path = directory / file
    if not path.exists():
        if not optional_file:
            errors.append(CellError(file, 1, "", _("The file is missing.")))
        return Table(file, is_read=optional_file)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return _read(stream, file, required, errors)
    except UnicodeDecodeError:
        errors.append(CellError(file, 1, "", _("The file is not encoded in UTF-8. Save it as CSV UTF-8.")))
    except OSError as error:
        errors.append(CellError(file, 1, "", _("The file cannot be read: %(error)s") % {"error": error}))
    return Table(file, is_read=False)


def _read(stream: "Iterator[str]", file: str, required: Sequence[str], errors: list[CellError]) -> Table:
    reader = csv.reader(stream, strict=True)
    try:
        return _rows(reader, file, required, errors)
    except csv.Error as error:
        errors.append(CellError(file, reader.line_num, "", _("The file cannot be read: %(error)s") % {"error": error}))
    return Table(file, is_read=False)


def _rows(reader: "_csv.Reader", file: str, required: Sequence[str], errors: list[CellError]) -> Table:
    heading = [name.strip() for name in next(reader, [])]
    for name in required:
        if name not in heading:
            errors.append(CellError(file, 1, name, _("This column is missing.")))
    if any(name not in heading for name in required):
        return Table(file, is_read=False)
    table = Table(file)
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        row = Row(file, reader.line_num, dict(zip(heading, map(from_spreadsheet, cells), strict=False)), errors)
        if len(cells) != len(heading):
            row.fail(
                "",
                _("The line has %(found)d cells, the heading %(expected)d.")
                % {"found": len(cells), "expected": len(heading)},
            )
            continue
        table.rows.append(row)
    return table


def unique(row: Row, column: str, key: object, seen: set[object]) -> bool:
    """Note an error when ``key`` was seen before in the file."""
    if key in seen:
        row.fail(column, _("This stands twice in the file."))
        return False
    seen.add(key)
    return True
