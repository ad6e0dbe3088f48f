"""What a spreadsheet of whatever format is once it was read: sheets of typed cells with their addresses."""

import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from targets.importers.csv_table import UNPRINTABLE
from targets.importers.files.number_format import DASHES, PLAIN, look_of, shows_no_day, without_day

#: Text, an exact number, a date, yes or no; ``None`` is an empty cell.
CellValue = str | Decimal | date | bool | None

#: A few bytes of a file can claim any number of merged ranges, one over the other.
MOST_MERGED = 200_000
LONGEST_COMMENT = 500


def column_letter(column: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = string.ascii_uppercase[rest] + letters
    return letters


def address(row: int, column: int) -> str:
    """Where a cell is as a spreadsheet names it: row 7, column 2 is B7."""
    return f"{column_letter(column)}{row}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that holds something. ``row`` and ``column`` count from 1.

    ``value`` is the number as it is shown, with all its decimals: 95 where the file stores 0.95 and shows 95%;
    ``percent`` says so. ``prefix`` and ``suffix`` are what the cell's format writes around the number (500 shown as
    500万元). ``stored`` is the number that the file holds where the format scales it, hides its sign, or hides it
    altogether (then it is ``value`` as well, and ``is_unseen``); else ``None``. ``error`` is what a formula came to
    instead of a value (#DIV/0!). ``uncalculated``: a formula whose value the file does not hold. ``struck``: written
    with a line through it; ``struck_out`` is the part of a text that is, and that ``value`` leaves out.
    """

    row: int
    column: int
    value: CellValue
    percent: bool = False
    prefix: str = ""
    suffix: str = ""
    stored: Decimal | None = None
    formula: bool = False
    error: str = ""
    uncalculated: bool = False
    struck: bool = False
    struck_out: str = ""

    @property
    def address(self) -> str:
        return address(self.row, self.column)

    @property
    def text(self) -> str:
        """The cell as a person reads it; numbers with all the decimals they have."""
        if self.error:
            return self.error
        text = self.value if isinstance(self.value, str) else shown(self.value)
        return f"{self.prefix}{text}{'%' if self.percent else ''}{self.suffix}"

    @property
    def is_number(self) -> bool:
        return isinstance(self.value, Decimal)

    @property
    def is_unseen(self) -> bool:
        """Whether the cell holds a number and shows nothing."""
        return self.stored is not None and self.stored == self.value


@dataclass(frozen=True, slots=True)
class Merge:
    """A range of merged cells, bounds included. Its value stands in the first cell."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        return self.right - self.left + 1


@dataclass(frozen=True)
class Sheet:
    """The cells of a sheet by (row, column); an empty cell has no entry. ``comments`` are those of people on cells."""

    name: str
    cells: Mapping[tuple[int, int], Cell]
    merges: tuple[Merge, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden: bool = False
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)
    #: Every cell of a merged range, to its range.
    _merged: dict[tuple[int, int], Merge] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        # A merged range may reach far beyond the table (a title over 16,384 columns): only what the table covers.
        last_row, last_column = self.last_row, self.last_column
        places = 0
        for merge in self.merges:
            bottom, right = min(merge.bottom, last_row), min(merge.right, last_column)
            places += max(bottom - merge.top + 1, 0) * max(right - merge.left + 1, 0) + 1
            if places > MOST_MERGED:
                raise ValueError("more merged cells than a table can have")
            for row in range(merge.top, bottom + 1):
                for column in range(merge.left, right + 1):
                    self._merged[row, column] = merge

    @cached_property
    def last_row(self) -> int:
        """The number of the last row that holds something; 0 where nothing does."""
        return max((row for row, _column in self.cells), default=0)

    @cached_property
    def last_column(self) -> int:
        return max((column for _row, column in self.cells), default=0)

    def cell(self, row: int, column: int) -> Cell | None:
        return self.cells.get((row, column))

    def text(self, row: int, column: int) -> str:
        """What stands in a cell, empty where nothing does."""
        cell = self.cells.get((row, column))
        return cell.text if cell else ""

    def merge(self, row: int, column: int) -> Merge | None:
        """The merged range that a cell belongs to."""
        return self._merged.get((row, column))

    def covering(self, row: int, column: int) -> Cell | None:
        """The cell a reader sees here: the first one of the merged range, where there is one."""
        merge = self.merge(row, column)
        return self.cells.get((merge.top, merge.left)) if merge else self.cells.get((row, column))

    def row(self, row: int) -> Iterator[Cell]:
        """What stands in a row, from left to right."""
        return iter(self.rows.get(row, ()))

    @cached_property
    def rows(self) -> dict[int, list[Cell]]:
        """The rows that hold something, from top to bottom, each from left to right."""
        rows: dict[int, list[Cell]] = {}
        for place in sorted(self.cells):
            rows.setdefault(place[0], []).append(self.cells[place])
        return rows


@dataclass(frozen=True)
class Workbook:
    """A file that was read. ``kind`` is what its content is (xlsx, xls, ods, csv), whatever its name says.

    ``remarks`` are sentences about the file as a whole that a person should know.
    """

    name: str
    kind: str
    sheets: tuple[Sheet, ...]
    remarks: tuple[str, ...] = ()


def shown(value: CellValue) -> str:
    """A value as plain text: numbers without exponent and without zeros at the end, dates as 2023-06-30."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, date):
        return value.isoformat()
    return value


def number(value: float | int) -> Decimal:
    """A stored number as its author sees it.

    Spreadsheets calculate in binary and show 15 digits: what the file holds as 0.30000000000000004 is 0.3.
    """
    if isinstance(value, int):
        return Decimal(value)
    return Decimal(f"{value:.15g}")


def clean(text: str) -> str:
    """A text without control characters and without blanks around it."""
    if text.isprintable() and "_x000D_" not in text:
        return text.strip()  # as nearly every cell
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")).strip(
        string.whitespace + "\u3000\u00a0\ufeff\u200b"
    )


def commented(text: str) -> str:
    """What a person wrote on a cell, as it is kept."""
    # Newer programs put a sentence to older ones in front of what was written.
    text = re.sub(r"^\[(?:Threaded comment|线程批注)\].*?\n(?:Comment|注释|批注)[:：]\s", "", text, flags=re.DOTALL)
    return " ".join(clean(text).split())[:LONGEST_COMMENT]


def without_zero(cell: Cell) -> Cell:
    """A cell of a sheet that shows no zeros."""
    return replace(cell, stored=cell.value) if isinstance(cell.value, Decimal) and cell.value == 0 else cell


def typed(
    row: int,
    column: int,
    value: object,
    *,
    number_format: str = "",
    formula: bool = False,
    struck: bool = False,
    struck_out: str = "",
) -> Cell | None:
    """A cell of what a reader found, as it is shown; ``None`` where it is empty.

    A date with a time of day keeps its date only, and one that is shown as its month or year is a text that says so.
    What is neither text, number, date nor yes or no is kept as text.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return Cell(row, column, value, formula=formula, struck=struck)
    if isinstance(value, int | float):
        if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
            return Cell(row, column, "", error="#NUM!", formula=formula, struck=struck)
        return _number_cell(row, column, number(value), number_format, formula=formula, struck=struck)
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        text_or_day = without_day(day, number_format) if shows_no_day(number_format) else day
        return Cell(row, column, text_or_day, formula=formula, struck=struck)
    text = clean(str(value))
    return Cell(row, column, text, formula=formula, struck=struck, struck_out=struck_out) if text else None


def _number_cell(row: int, column: int, value: Decimal, number_format: str, *, formula: bool, struck: bool) -> Cell:
    look = PLAIN if number_format in ("", "General") else look_of(number_format, value)
    if look is PLAIN:
        return Cell(row, column, value, formula=formula, struck=struck)
    if look.constant is not None:
        # A dash in place of zero is how accounts write it; other words in place of a number are what is read.
        is_number = not look.constant or (value == 0 and look.constant in DASHES)
        return Cell(
            row,
            column,
            value if is_number else clean(look.constant),
            stored=None if is_number and look.constant else value,
            formula=formula,
            struck=struck,
        )
    if look.parts:
        return Cell(row, column, clean(look.laid_out(value)), stored=value, formula=formula, struck=struck)
    result = look.times(value)
    is_scaled = result != value * (100 if look.percent else 1)
    if look.unsigned:
        result, is_scaled = abs(result), True
    return Cell(
        row,
        column,
        result,
        percent=look.percent,
        prefix=clean(look.prefix),
        suffix=clean(look.suffix),
        stored=value if is_scaled else None,
        formula=formula,
        struck=struck,
    )
