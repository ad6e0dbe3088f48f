"""Text tables: comma, semicolon or tab; UTF-8, UTF-16 with its mark, or GB18030 as Excel writes it in China.

Every cell stays text: what 0.95 or 2023.6 means is for the one who reads the column.
"""

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from targets.display import from_spreadsheet
from targets.importers.files.grid import Cell, Sheet, clean
from targets.importers.files.limits import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, too_large

if TYPE_CHECKING:
    import _csv

_SEPARATORS = ",;\t，；"
_SAMPLE_LINES = 60


def is_text(content: bytes) -> bool:
    """Whether the content is text of a kind that is read here."""
    try:
        text = _decode(content)
    except UnicodeDecodeError:
        return False
    sample = text[:20_000]
    strange = sum(1 for letter in sample if not letter.isprintable() and letter not in "\r\n\t\u3000\ufeff")
    # GB18030 gives a letter to nearly every pair of bytes: much that cannot be printed is no text.
    return strange * 50 <= len(sample)


def read(content: bytes) -> list[Sheet]:
    """One sheet without a name.

    Raises:
        ValidationError: broken quotation marks, or larger than a plan.
    """
    text = _decode(content).replace("\x00", "")
    cells: dict[tuple[int, int], Cell] = {}
    try:
        for row, line in enumerate(_lines(text, _separator(text)), start=1):
            for column, value in enumerate(line, start=1):
                plain = from_spreadsheet(clean(value))
                if plain:
                    cells[row, column] = Cell(row, column, plain)
                    if row > MOST_ROWS or column > MOST_COLUMNS or len(cells) > MOST_CELLS:
                        raise too_large()
    except csv.Error as error:
        raise ValidationError(
            _("The file cannot be read as a table. Open it in WPS or Excel and save it as .xlsx.")
        ) from error
    return [Sheet("", cells)]


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _lines(text: str, separator: str) -> "_csv.Reader":
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _separator(text: str) -> str:
    """The one that cuts most of the first lines into equally many cells."""
    head = "".join(text.splitlines(keepends=True)[:_SAMPLE_LINES])
    best, most = ",", 0
    for separator in _SEPARATORS:
        try:
            widths = Counter(len(line) for line in _lines(head, separator) if len(line) > 1)
        except csv.Error:
            continue
        agreeing = max((width * count for width, count in widths.items()), default=0)
        if agreeing > most:
            best, most = separator, agreeing
    return best
