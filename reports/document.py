"""A report without a format: plain values that a writer lays out."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Cell:
    """A cell as it is read.

    Attributes:
        text: as the page prints it.
        value: the number that the text shows, a percentage as its share of 1; ``None`` for words.
        is_percent: whether ``value`` is to be shown as a percentage.
        decimals: of the number as shown (of a percentage: after the point of the percentage).
        colour: of a status; the word stands in the text.
    """

    text: str
    value: Decimal | None = None
    is_percent: bool = False
    decimals: int = 0
    colour: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table. ``width`` is in characters."""

    title: str
    width: int = 12


@dataclass(frozen=True)
class Table:
    """A table with its title, what stands above it (unit, period, cut-off) and below it."""

    title: str
    above: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    below: tuple[str, ...]
    file_name: str
