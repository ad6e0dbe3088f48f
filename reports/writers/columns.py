"""How wide the columns of a paper's table are, and in which size it is set.

A number is never broken and a word of letters neither: a column is at least as wide as the longest of its figures
and words, whatever else has to give way. Chinese breaks anywhere, so a column of it keeps a few characters; what room
is left goes to the columns whose texts would fold, and to headings last. Where even the least that all columns need is
too much, the whole table is set smaller.
"""

import re
from collections.abc import Sequence
from unicodedata import east_asian_width

from reports.document import Cell, Column, Grid

#: What is never broken: letters, digits and signs without a blank or a Chinese character between them.
_UNBROKEN = re.compile(r"[^\s\u2e80-\u9fff\uf900-\uffef]+")
#: So many characters of a Chinese text stand beside one another at least, and of a heading.
LEAST_TEXT, LEAST_HEADING = 4.0, 2.0
#: The longest figure that is kept in one piece with the words around it, such as 2500余.
MOST_FIGURE = 14.0
#: So many characters more go to every column that wants them, before the long texts get their share.
A_LITTLE = 3.0
#: No table is set smaller than this; each step is half a point.
SMALLEST_PT, STEP_PT = 6.0, 0.5


def room_of(text: str) -> float:
    """The room that a text takes in one line, in its own size.

    A digit of the fonts of official papers is half as wide as a character; those that stand in are as wide as this.
    """
    return sum(_room(letter) for letter in text)


def _room(letter: str) -> float:
    if east_asian_width(letter) in "WF" or letter in "%‰%—…“”‘’":
        return 1.0
    if letter in ".,;:'|!il":
        return 0.35
    return 0.85 if letter.isupper() or letter in "−+" else 0.65


def fitted(grid: Grid, room: float, size: float, padding: float) -> tuple[float, list[float]]:
    """The size of type and the width of every column, in points; the widths add up to ``room``.

    ``size`` is the size that the table has where it fits, ``padding`` what a cell keeps free on both sides together.
    """
    columns = list(zip(grid.columns, *grid.rows, strict=True))
    least = [max(_least_of_heading(head), *(_least(cell) for cell in cells), 0.0) for head, *cells in columns]
    while size > SMALLEST_PT and sum(least) * size + len(columns) * padding > room:
        size = max(SMALLEST_PT, size - STEP_PT)
    texts = [max([width, *map(_whole, cells)]) for width, (_head, *cells) in zip(least, columns, strict=True)]
    heads = [max(width, room_of(head.title)) for width, (head, *_cells) in zip(texts, columns, strict=True)]
    widths = _shared(least, texts, (room - len(columns) * padding) / size)
    widths = _shared(widths, heads, (room - len(columns) * padding) / size)
    over = max(0.0, room / size - sum(widths) - len(columns) * padding / size)
    weights = [column.width for column in grid.columns]
    return size, [
        (width + over * weight / sum(weights)) * size + padding for width, weight in zip(widths, weights, strict=True)
    ]


def _least_of_heading(column: Column) -> float:
    return max([min(room_of(column.title), LEAST_HEADING), *map(room_of, _UNBROKEN.findall(column.title))])


def _least(cell: Cell) -> float:
    whole = room_of(cell.text)
    if cell.value is not None and whole <= MOST_FIGURE:
        return whole
    return max([min(whole, LEAST_TEXT), *map(room_of, _UNBROKEN.findall(cell.text))]) + cell.level


def _whole(cell: Cell) -> float:
    return room_of(cell.text) + cell.level


def _shared(least: Sequence[float], wanted: Sequence[float], room: float) -> list[float]:
    """What each column gets of the room: the least, then a little to whom that is enough, then by what is missing.

    So a text does not fold for the sake of a character or two, and the longest ones get the most. Where there is not
    even room for the least, each gets its part of what there is.
    """
    left = room - sum(least)
    if left < 0:
        return [width * room / sum(least) for width in least]
    widths = list(least)
    missing = sorted((want - width, place) for place, (want, width) in enumerate(zip(wanted, least, strict=True)))
    for number, (need, place) in enumerate(missing):
        more = min(need, A_LITTLE, left / (len(missing) - number))
        widths[place] += more
        left -= more
    needs = [want - width for want, width in zip(wanted, widths, strict=True)]
    met = min(1.0, left / sum(needs)) if sum(needs) > 0 else 0.0
    return [width + met * need for width, need in zip(widths, needs, strict=True)]
