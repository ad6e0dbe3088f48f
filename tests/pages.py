"""Reading pages as a person does: tables by their headings, facts by their names, text without tags."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class Cell:
    text: str = ""
    links: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)


@dataclass
class Table:
    """``rows`` are cells by the heading of their column."""

    classes: list[str]
    headings: list[str] = field(default_factory=list)
    rows: list[dict[str, Cell]] = field(default_factory=list)

    def row(self, heading: str, text: str) -> dict[str, Cell]:
        """The row whose cell under ``heading`` begins with ``text``."""
        return next(row for row in self.rows if row[heading].text.startswith(text))


@dataclass
class Page:
    """A parsed page. ``facts`` are the pairs of its definition lists, ``listed`` the items of its lists."""

    text: str = ""
    tables: list[Table] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    listed: list[Cell] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def table(self, name: str) -> Table:
        """The table with a class."""
        return next(table for table in self.tables if name in table.classes)

    def has_table(self, name: str) -> bool:
        return any(name in table.classes for table in self.tables)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.cells: list[Cell] = []
        self.open: dict[str, Cell] = {}
        self.term = ""
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.page.tags.append((tag, values))
        self.page.text += " "  # what stands in two cells is not one number
        classes = values.get("class", "").split()
        for cell in self.open.values():
            cell.classes += classes
            if tag == "a":
                cell.links.append(values.get("href", ""))
        if tag == "table":
            self.page.tables.append(Table(classes))
        elif tag == "tr":
            self.cells = []
        elif tag in ("td", "th", "dt", "dd", "li"):
            self.open[tag] = Cell(classes=list(classes))
        elif tag in ("script", "style", "head"):
            self.hidden += 1

    def handle_endtag(self, tag: str) -> None:
        self.page.text += " "
        cell = self.open.pop(tag, None)
        if cell is not None:
            cell.text = " ".join(cell.text.split())
        if tag in ("td", "th") and cell is not None:
            self.cells.append(cell)
        elif tag == "tr" and self.page.tables:
            table = self.page.tables[-1]
            if not table.headings:
                table.headings = [cell.text for cell in self.cells]
            elif len(self.cells) == len(table.headings):
                table.rows.append(dict(zip(table.headings, self.cells, strict=True)))
        elif tag == "dt" and cell is not None:
            self.term = cell.text
        elif tag == "dd" and cell is not None:
            self.page.facts.setdefault(self.term, cell.text)
        elif tag == "li" and cell is not None:
            self.page.listed.append(cell)
        elif tag in ("script", "style", "head"):
            self.hidden -= 1

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        self.page.text += data
        for cell in self.open.values():
            cell.text += data


def read(response: Any) -> Page:
    """A response as its reader sees it."""
    reader = _Reader()
    reader.feed(response.content.decode())
    reader.page.text = " ".join(reader.page.text.split())
    return reader.page


#: Days and times of the clock: today's 21st is no figure.
MOMENTS = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|\d{1,2} [A-Z][a-z]+ \d{4}|\d{1,2}:\d{2}")


def shows(text: str, number: str) -> bool:
    """Whether a number stands in a text as a number of its own, with or without zeros at its end: 8.9, 8.90."""
    text = MOMENTS.sub(" ", text)
    return re.search(rf"(?<![\d.,]){re.escape(number)}0*(?![\d.,]*\d)", text) is not None
