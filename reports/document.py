"""A report without a format: plain values that a writer lays out.

A ``Table`` is a list as it is seen; a ``Workbook`` some sheets of them with charts; a ``Document`` is a paper of
headings, paragraphs, tables and charts. Every text was printed by ``targets.display``: writers lay out, and compute
and format no number of their own.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from unicodedata import east_asian_width

from django.utils.translation import get_language


class Cell(NamedTuple):
    """A cell as it is read. A tuple, since a ledger has some hundred thousand.

    Attributes:
        text: as the page prints it.
        value: the number that the text shows, a percentage as its share of 1; ``None`` for words.
        is_percent: whether ``value`` is to be shown as a percentage.
        decimals: of the number as shown (of a percentage: after the point of the percentage).
        colour: of a status; the word stands in the text.
        level: how far below the row it belongs to, 0 for a row of its own.
        around: the words before and after the number in the text: 余 of 2500余.
    """

    text: str
    value: Decimal | None = None
    is_percent: bool = False
    decimals: int = 0
    colour: str = ""
    level: int = 0
    around: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Column:
    """A column of a table. ``width`` is in characters."""

    title: str
    width: int = 12


@dataclass(frozen=True)
class Table:
    """A table with its title, what stands above it (the unit whose it is, period, cut-off) and below it.

    Attributes:
        name: on the tab of its sheet.
        fixed: how many columns stay in sight when it is scrolled, and lead every printed page.
        keeps_empty: its empty columns are to be filled in: a sheet keeps them, behind the others, and does not print
            them. Of others a sheet leaves them out; a file for machines has them always.
    """

    title: str
    above: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    below: tuple[str, ...]
    file_name: str
    name: str
    fixed: int = 3
    keeps_empty: bool = False


# A workbook


@dataclass(frozen=True)
class SheetChart:
    """A native chart over columns of a sheet, the first column naming the rows.

    Attributes:
        columns: the places of the columns that are drawn.
        colours: of a status, one for each column; empty for the writer's own.
        stacked: bars on top of one another instead of beside.
        rows: how many rows from the first on are drawn.
    """

    title: str
    columns: tuple[int, ...]
    rows: int
    colours: tuple[str, ...] = ()
    stacked: bool = False
    is_percent: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook.

    Attributes:
        name: on its tab.
        above: left, middle and right of the line under the title: who reports, the cut-off, the unit of measure.
        rows: may be read only once: a ledger of many units is never held as a whole.
        signing: what is filled in by hand under a printed sheet; empty for none.
        fixed: how many columns stay in sight when it is scrolled, and lead every printed page.
        keeps_empty: empty columns are to be filled in: they stand behind the others and are not printed.
        wide: A3 instead of A4.
        is_text: lines to be read, not a list to be filtered.
    """

    name: str
    title: str
    above: tuple[str, str, str]
    columns: tuple[Column, ...]
    rows: Iterable[tuple[Cell, ...]]
    below: tuple[str, ...] = ()
    signing: str = ""
    fixed: int = 0
    keeps_empty: bool = False
    wide: bool = False
    is_text: bool = False
    charts: tuple[SheetChart, ...] = ()


@dataclass(frozen=True)
class Workbook:
    """Sheets in one file. ``author`` is the unit whose it is."""

    sheets: tuple[Sheet, ...]
    file_name: str
    author: str = ""


# A paper


class Layout(StrEnum):
    """How a document is laid out: as an official paper by GB/T 9704, or as one sheet for a meeting."""

    OFFICIAL = "official"
    SHEET = "sheet"


@dataclass(frozen=True)
class Run:
    """A piece of a paragraph. A figure carries what it is a figure of, such as ``FARM.actual``; words carry none."""

    text: str
    figure: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 4 without its number: the number comes from ``numbered``."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. ``flush`` begins at the margin (the addressees); ``lead`` stands before it in the second font."""

    runs: tuple[Run, ...]
    flush: bool = False
    lead: str = ""

    @property
    def text(self) -> str:
        return "".join([self.lead, *(run.text for run in self.runs)])


@dataclass(frozen=True)
class Grid:
    """A table within a document. ``notes`` stand below each row, across all columns; an empty one does not."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    notes: tuple[str, ...] = ()

    @property
    def noted_rows(self) -> list[tuple[tuple[Cell, ...], str]]:
        """The rows, each with what stands below it."""
        return list(zip(self.rows, self.notes or [""] * len(self.rows), strict=True))


@dataclass(frozen=True)
class Bar:
    """A bar of a chart: its length and mark as shares of 1, cut at the chart's longest; the text keeps the number.

    ``mark`` is ``None`` where there is none, ``share`` where nothing was reported.
    """

    label: str
    share: float | None
    text: str
    colour: str = ""
    mark: float | None = None


@dataclass(frozen=True)
class BarChart:
    """Bars with a mark each. ``sentence`` says what the chart shows; ``keys`` name bar and mark."""

    title: str
    bars: tuple[Bar, ...]
    keys: tuple[str, str]
    sentence: str


@dataclass(frozen=True)
class Piece:
    """A piece of a divided bar: so many of the whole, in words and in a colour."""

    label: str
    count: int
    colour: str


@dataclass(frozen=True)
class DividedBar:
    """One bar divided by status, with words and numbers in it."""

    title: str
    pieces: tuple[Piece, ...]
    sentence: str


@dataclass(frozen=True)
class Facts:
    """Figures with their names, side by side: what a leader must see first."""

    pairs: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True)
class Signature:
    """Who signs, and the day as printed."""

    name: str
    day: str


Chart = BarChart | DividedBar
Block = Heading | Paragraph | Grid | BarChart | DividedBar | Facts | Signature


@dataclass(frozen=True)
class Document:
    """A paper: its title by lines, its blocks, and what its reader must know of the figures.

    ``title`` is broken by meaning: one text for a line. ``notes`` end it, in an official paper as its 附注.
    ``author`` is the unit whose paper it is.
    """

    title: tuple[str, ...]
    blocks: tuple[Block, ...]
    file_name: str
    notes: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    layout: Layout = Layout.OFFICIAL
    landscape: bool = False
    author: str = ""

    @property
    def annotation(self) -> str:
        """The notes as the 附注 below the date: in one pair of brackets (GB/T 9704-2012, 7.3.6)."""
        if not self.notes:
            return ""
        is_english = (get_language() or "").startswith("en")
        (opening, closing), between = ("()", "; ") if is_english else ("（）", "；")
        return f"{opening}{between.join(note.rstrip('。.') for note in self.notes)}{closing}"

    @property
    def figures(self) -> tuple[str, ...]:
        """What its paragraphs print figures of."""
        return tuple(
            run.figure for block in self.blocks if isinstance(block, Paragraph) for run in block.runs if run.figure
        )


def numbered(blocks: Iterable[Block]) -> list[tuple[str, Block]]:
    """The blocks, each heading with its number: 一、 （一） 1. （1）, in English I. A. 1. (1). Others with none.

    A number begins anew under each heading of the level above (GB/T 9704-2012, 7.3.3).
    """
    counts = [0, 0, 0, 0]
    found = []
    for block in blocks:
        number = ""
        if isinstance(block, Heading):
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (len(counts) - block.level)
            number = heading_number(block.level, counts[block.level - 1])
        found.append((number, block))
    return found


CHINESE_DIGITS = "零一二三四五六七八九"
ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")


def heading_number(level: int, place: int) -> str:
    """The number before a heading with what parts it from the words. ``place`` is 1 to 99."""
    if (get_language() or "").startswith("en"):
        roman = "X" * (place // 10) + ROMAN[place % 10]
        return (f"{roman}. ", f"{chr(64 + place)}. ", f"{place}. ", f"({place}) ")[level - 1]
    return (f"{chinese(place)}、", f"（{chinese(place)}）", f"{place}.", f"（{place}）")[level - 1]


def chinese(number: int) -> str:
    """A number from 1 to 99 in Chinese: 十, 十一, 二十, 二十一."""
    tens, ones = divmod(number, 10)
    text = CHINESE_DIGITS[tens] * (tens > 1) + "十" * (tens > 0)
    return text + (CHINESE_DIGITS[ones] if ones else "")


#: What XML, and so Word and SVG, cannot hold: control characters that came along when a text was pasted.
_ILLEGIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legible(text: str) -> str:
    """A text without the characters that nobody sees and no file may hold."""
    return _ILLEGIBLE.sub("", text)


def width_of(text: str) -> float:
    """The width of a text in Chinese characters: a digit or letter takes half of one."""
    return sum(1.0 if east_asian_width(letter) in "WFA" else 0.5 for letter in text)


#: Chinese characters and full-width marks count one each; letters, digits and signs without a blank count one together.
_WIDE = r"\u2e80-\u2fff\u3001-\u9fff\uf900-\ufaff\uff00-\uffef\u2014\u2018\u2019\u201c\u201d\u2026\U00020000-\U0003ffff"
_COUNTED = re.compile(rf"[{_WIDE}]|[^\s{_WIDE}]+")


def words_in(text: str) -> int:
    """字数 of a text, as Word counts them."""
    return sum(1 for _found in _COUNTED.finditer(text))


def signature_indents(signature: Signature) -> tuple[float, float]:
    """How far signature and date stand from the right margin, in characters (GB/T 9704-2012, 7.3.5.2).

    The signature two from the margin and the date's first character two right of the signature's first; where the
    date is the longer one it stands two from the margin, and the signature's first character two left of it.
    """
    name, day = width_of(signature.name), width_of(signature.day)
    if day > name:
        return 4 + day - name, 2.0
    return 2.0, name - day
