"""A CSV file read strictly: every cell becomes a typed value or an error with file, line, column and reason."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from targets.display import from_spreadsheet
from targets.models.fields import AMOUNT_DECIMALS, AMOUNT_DIGITS

#: A cell longer than this is no figure and no name of ours.
LONGEST_CELL = 4000
#: PostgreSQL refuses the first of them, spreadsheets and documents refuse them all.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
#: Digits before the point, and behind it.
PLAIN_NUMBER = re.compile(r"[+-]?(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?")


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


class Row:
    """One line. A getter that cannot read its cell notes an error and gives back ``None`` or an empty text.

    A house has them by the million: ``columns``, the place of each heading, is shared by all of a file.
    """

    __slots__ = ("_is_printable", "cells", "columns", "errors", "file", "line")

    def __init__(
        self, file: str, line: int, cells: Sequence[str], columns: Mapping[str, int], errors: list[CellError]
    ) -> None:
        self.file, self.line, self.cells, self.columns, self.errors = file, line, cells, columns, errors
        self._is_printable = UNPRINTABLE.search("".join(cells)) is None

    def raw(self, column: str) -> str:
        """The cell as it stands there; empty where there is no such column."""
        place = self.columns.get(column)
        return "" if place is None else self.cells[place]

    def fail(self, column: str, reason: str) -> None:
        self.errors.append(CellError(self.file, self.line, column, reason))

    def text(self, column: str, *, required: bool = False, longest: int = LONGEST_CELL) -> str:
        value = self.raw(column).strip()
        if required and not value:
            self.fail(column, _("This must not be empty."))
        if len(value) > longest:
            self.fail(column, _("This is longer than %(longest)d characters.") % {"longest": longest})
            return ""
        if not self._is_printable and UNPRINTABLE.search(value):
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
        number = _plain_number(value)
        if number is None:
            self.fail(column, _why_no_number(value))
        return number

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


@lru_cache(maxsize=1 << 16)
def _plain_number(text: str) -> Decimal | None:
    """A plain decimal number that the database keeps exactly; ``None`` where the text is none."""
    # Decimal() alone would also take NaN, 1_000, full-width digits, and 1.2E+11, in which a spreadsheet has already
    # dropped digits.
    match = PLAIN_NUMBER.fullmatch(text)
    if match is None:
        return None
    # Counted in the text: arithmetic rounds to 28 digits and would hide the last ones.
    too_fine = len((match[2] or "").rstrip("0")) > AMOUNT_DECIMALS
    too_long = len(match[1].lstrip("0")) > AMOUNT_DIGITS - AMOUNT_DECIMALS
    return None if too_fine or too_long else Decimal(text)


def _why_no_number(text: str) -> str:
    match = PLAIN_NUMBER.fullmatch(text)
    if match is None:
        return _("“%(value)s” is not a number. Write plain digits, such as 634.29.") % {"value": text}
    if len((match[2] or "").rstrip("0")) > AMOUNT_DECIMALS:
        return _("“%(value)s” has more than four decimals.") % {"value": text}
    return _("“%(value)s” has more than eleven digits before the point.") % {"value": text}


class Table:
    """The rows of one file, read while one goes through them, once.

    Unknown columns are ignored; a missing file or heading is an error, and so is a line with too many or too few cells.
    ``is_read`` is false where the file could not be read: what stands in it is not known.
    """

    def __init__(
        self,
        directory: Path,
        file: str,
        required: Sequence[str],
        errors: list[CellError],
        *,
        is_optional: bool = False,
    ) -> None:
        self.file, self._path, self._errors = file, directory / file, errors
        self.is_read = True
        self._is_there = self._path.exists()
        if not self._is_there:
            if not is_optional:
                self._fail(_("The file is missing."))
            return
        heading = next(self._lines(), (1, []))[1]
        for name in required:
            if name not in heading and self.is_read:
                errors.append(CellError(file, 1, name, _("This column is missing.")))
        if any(name not in heading for name in required):
            self.is_read = False

    def _fail(self, reason: str, line: int = 1) -> None:
        self._errors.append(CellError(self.file, line, "", reason))
        self.is_read = False

    def __iter__(self) -> Iterator[Row]:
        if not (self._is_there and self.is_read):
            return
        lines = self._lines()
        heading = next(lines, (1, []))[1]
        columns = {name: place for place, name in enumerate(heading)}
        for line, cells in lines:
            row = Row(self.file, line, cells, columns, self._errors)
            if len(cells) == len(heading):
                yield row
            else:
                row.fail(
                    "",
                    _("The line has %(found)d cells, the heading %(expected)d.")
                    % {"found": len(cells), "expected": len(heading)},
                )

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        """Number and cells of every line that has any; the heading first, its names without blanks around them."""
        line = 0
        try:
            with self._path.open(encoding="utf-8-sig", newline="") as stream:
                reader = csv.reader(stream, strict=True)
                try:
                    for cells in reader:
                        if line == 0:
                            cells = [name.strip() for name in cells]
                        elif not any(map(str.strip, cells)):
                            continue
                        line = reader.line_num
                        yield line, [from_spreadsheet(cell) for cell in cells]
                except csv.Error as error:
                    self._fail(_("The file cannot be read: %(error)s") % {"error": error}, reader.line_num)
        except UnicodeDecodeError:
            self._fail(_("The file is not encoded in UTF-8. Save it as CSV UTF-8."))
        except OSError as error:
            self._fail(_("The file cannot be read: %(error)s") % {"error": error})


def unique(row: Row, column: str, key: object, seen: set[object]) -> bool:
    """Note an error when ``key`` was seen before in the file."""
    if key in seen:
        repeated(row, column)
        return False
    seen.add(key)
    return True


def repeated(row: Row, column: str) -> None:
    row.fail(column, _("This stands twice in the file."))
