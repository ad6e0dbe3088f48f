"""How an Excel sheet is laid on paper: legible first, then on few sheets of paper.

What is printed is never smaller than ``LEAST_SCALE`` of its type. A sheet that would have to be smaller is printed in
groups of columns on several pages, each with the headings and the leading columns again. Excel keeps to breaks only
at a scale that is set, and to a width only without breaks; so a sheet has the one or the other.

Widths are in characters, as Excel counts them: a digit of the standard type is one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from math import ceil
from unicodedata import east_asian_width

from xlsxwriter.worksheet import Worksheet

from reports.document import Cell, Sheet

#: The size of the standard type in points, and the least percentage of it: 8 points and some room to spare.
SIZE, LEAST_SCALE = 11, 75
#: Pixels, of which an inch has 96. A character has 7 in Calibri and 9.4 in DejaVu, the widest type that programs put in
#: its place: what fits with the one and is cut off with the other fits nobody.
CHARACTER, INCH = 9.4, 96
#: What a column has around its text, in characters.
PADDING = 0.72
#: Excel's number of a paper and its width in inches, upright side down.
A4, A3 = (9, 11.69), (8, 16.54)
MARGIN = 0.5
#: Points: of a line, around the lines of a row, of the highest row that Excel takes.
LINE, AROUND, HIGHEST = 15.5, 3, 409
#: So many lines are looked at to find the columns and their widths: more are never printed, and never held at once.
LOOKED_AT = 2000
#: Headings are broken into so many lines.
HEADING_LINES = 2

#: A Chinese character may stand at the end of a line, of other words only a whole one.
_PIECES = re.compile(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+")

Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Laid:
    """A sheet as it is laid on paper.

    Attributes:
        places: the columns of the sheet that are written, in their order.
        widths: of these columns.
        printed: so many of them are printed; what is behind them is empty, to be filled in.
        fixed: so many lead, on screen and on every page.
        groups: the first and the last column of each group besides the leading ones, one where all fit on a page.
        rows: the rows with all their cells, to be read once.
    """

    places: tuple[int, ...]
    widths: tuple[float, ...]
    printed: int
    fixed: int
    groups: tuple[tuple[int, int], ...]
    rows: Iterable[Row]


def lay(sheet: Sheet) -> Laid:
    """The columns that hold something, as wide as they need to be, in groups that fit on the paper."""
    rows = iter(sheet.rows)
    head = list(islice(rows, LOOKED_AT))
    later = next(rows, None)
    places = list(range(len(sheet.columns)))
    empty = []
    if later is None and head and not sheet.charts:
        empty = [place for place in places if not any(row[place].text for row in head)]
    filled = [place for place in places if place not in empty]
    places = [*filled, *empty] if sheet.keeps_empty else filled
    widths = tuple(
        max(_width(sheet, place, [row[place] for row in head]), sheet.columns[place].width * (later is not None))
        for place in places
    )
    fixed = sum(1 for place in filled if place < sheet.fixed)
    shown = widths[: len(filled)]
    return Laid(
        places=tuple(places),
        widths=widths,
        printed=len(filled),
        fixed=fixed,
        groups=groups(shown, fixed, paper_of(sheet)),
        rows=head if later is None else _chained(head, later, rows),
    )


def _chained(head: list[Row], later: Row, rows: Iterable[Row]) -> Iterable[Row]:
    while head:
        yield head.pop(0)
    yield later
    yield from rows


def paper_of(sheet: Sheet) -> tuple[int, float]:
    return A3 if sheet.wide else A4


def _width(sheet: Sheet, place: int, cells: Sequence[Cell]) -> float:
    """As wide as its longest figure, and as its words up to the width that was given."""
    column = sheet.columns[place]
    numbers = max((wide(cell.text) + 1 for cell in cells if cell.value is not None), default=0)
    words = max((wide(line) + 1 for cell in cells if cell.value is None for line in cell.text.split("\n")), default=0)
    # Bold, and a button of the filter beside it. Words are not broken, Chinese is.
    heading = max(
        wide(column.title) / HEADING_LINES,
        max((wide(piece.strip()) for piece in _PIECES.findall(column.title)), default=0),
    )
    # A little more room rather than a second line.
    words = words if words <= column.width * 1.25 else column.width
    return max(numbers, heading * 1.05 + 1, words, 4)


def wide(text: str) -> float:
    """The width of a text in characters: Chinese ones are a little wider than two digits."""
    return sum(2.1 if east_asian_width(letter) in "WF" else 1.0 for letter in text)


def pixels(width: float) -> float:
    """A column at full size."""
    return (width + PADDING) * CHARACTER


def capacity(paper: tuple[int, float]) -> float:
    """Pixels between the margins at full size."""
    return (paper[1] - 2 * MARGIN) * INCH


def groups(widths: Sequence[float], fixed: int, paper: tuple[int, float]) -> tuple[tuple[int, int], ...]:
    """The columns besides the leading ones, in as few groups as fit and of about one width."""
    last = len(widths) - 1
    space = capacity(paper) * 100 / LEAST_SCALE
    if sum(map(pixels, widths)) <= space or last <= fixed:
        return ((fixed, last),)
    space -= sum(map(pixels, widths[:fixed]))
    found = _cut(widths, fixed, space)
    while space > 0:
        tighter = _cut(widths, fixed, space - 10)
        if len(tighter) > len(found):
            break
        found, space = tighter, space - 10
    return found


def _cut(widths: Sequence[float], fixed: int, space: float) -> tuple[tuple[int, int], ...]:
    """Groups from left to right, each of at least a column."""
    found: list[tuple[int, int]] = []
    first, taken = fixed, 0.0
    for place in range(fixed, len(widths)):
        if place > first and taken + pixels(widths[place]) > space:
            found.append((first, place - 1))
            first, taken = place, 0.0
        taken += pixels(widths[place])
    return (*found, (first, len(widths) - 1))


def set_up(made: Worksheet, widths: Sequence[float], *, fixed: int, head: int, paper: tuple[int, float] = A4) -> None:
    """Paper, headings and leading columns on every page, breaks or a width. ``head`` is the row of the headings."""
    made.set_landscape()
    made.set_paper(paper[0])
    made.set_margins(left=MARGIN, right=MARGIN, top=0.6, bottom=0.6)
    # Not scaled with the sheet: it is to be read as well.
    made.set_footer("&C&P / &N", {"scale_with_doc": False})
    made.repeat_rows(head)
    found = groups(widths, fixed, paper)
    if len(found) == 1:
        made.fit_to_pages(1, 0)
        return
    leading = sum(map(pixels, widths[:fixed]))
    widest = leading + max(sum(map(pixels, widths[first : last + 1])) for first, last in found)
    made.set_print_scale(max(min(int(capacity(paper) * 100 / widest), 100), 10))
    made.set_v_pagebreaks([first for first, _last in found[1:]])
    made.print_across()
    if fixed:
        made.repeat_columns(0, fixed - 1)


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a column."""
    if "\n" not in text and len(text) * 2.1 <= width:
        return 1
    return sum(_lines(line, width * 0.95) for line in text.split("\n"))


def _lines(line: str, width: float) -> int:
    count, used = 1, 0.0
    for piece in _PIECES.findall(line):
        needed = wide(piece.rstrip())
        if used and used + needed > width:
            count, used = count + 1, 0.0
        if needed > width:
            count += ceil(needed / width) - 1
            used = needed % width
        else:
            used += wide(piece)
    return count


def height(texts: Iterable[tuple[str, float]], size: float = SIZE) -> float | None:
    """The height of a row of texts, each with its width; ``None`` for one line, which every program finds itself.

    Set by us: not every program sets the height of a row by its lines, and then they are printed over each other.
    """
    scale = size / SIZE
    most = max((lines(text, width / scale) for text, width in texts), default=1)
    return None if most == 1 and scale == 1 else min((most * LINE + AROUND) * scale, HIGHEST)
