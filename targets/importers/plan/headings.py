"""Where a sheet's heading is, and what its columns probably mean.

Above the heading stand titles and a line 单位：万元, below the table totals, notes and signatures. A heading has up to
three rows: 目标值 over 上半年 and 全年. A column gets its meaning from the words of its heading, where these say too
little (单位, 目标任务) from what stands below, and no two columns get the same one: the second is named as a clash and
stays without until a person chooses.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from targets.calculations import units_of_measure
from targets.importers.files.grid import Sheet, Workbook, column_letter
from targets.importers.plan import heading_words
from targets.importers.plan.meanings import (
    ANNUAL,
    BRACKETS,
    YEAR,
    Confidence,
    Field,
    Meaning,
    Reading,
    plain,
    read_label,
)

#: A heading further down than this is not looked for.
DEEPEST_HEADING = 40
HIGHEST_HEADING = 3
SAMPLE_ROWS = 200


@dataclass(frozen=True)
class Column:
    """A column of the table: its heading, what it is taken for, and how sure that is.

    ``meaning`` is ``None`` where nothing is known or wanted of it; ``unused`` tells that the heading is known and that
    a plan does not keep such a column. ``unit_of_measure`` is what the heading gives in brackets. ``hidden``: who opens
    the sheet does not see it.
    """

    column: int
    label: str
    meaning: Meaning | None
    confidence: Confidence
    unused: bool = False
    unit_of_measure: str = ""
    year: int | None = None
    samples: tuple[str, ...] = ()
    hidden: bool = False

    @property
    def letter(self) -> str:
        return column_letter(self.column)


@dataclass(frozen=True)
class Clash:
    """Columns whose headings mean the same. The first has the meaning, the others have none until someone chooses."""

    meaning: Meaning
    columns: tuple[int, ...]


@dataclass(frozen=True)
class Heading:
    """The heading of a sheet. ``title`` is what stands above, ``unit_of_measure`` that of a line 单位：万元.

    ``year`` is the one that the title names.
    """

    sheet: str
    first_row: int
    last_row: int
    columns: tuple[Column, ...]
    clashes: tuple[Clash, ...] = ()
    title: str = ""
    unit_of_measure: str = ""
    year: int | None = None

    @cached_property
    def mapping(self) -> dict[int, Meaning]:
        """Column to meaning, as guessed: what a person may change and give to ``read_plan``."""
        return {column.column: column.meaning for column in self.columns if column.meaning is not None}

    @cached_property
    def plain_labels(self) -> frozenset[str]:
        return frozenset(plain(column.label) for column in self.columns)

    def column(self, number: int) -> Column | None:
        return next((column for column in self.columns if column.column == number), None)


def find_table(workbook: Workbook, *, plan_year: int | None = None) -> tuple[Sheet, Heading] | None:
    """The sheet that most looks like a plan, with its heading; ``None`` where none does. Hidden sheets come last."""
    best: tuple[tuple[bool, int], Sheet, Heading] | None = None
    for sheet in workbook.sheets:
        heading = find_heading(sheet, plan_year=plan_year)
        if heading is not None:
            rank = (not sheet.hidden, _score(heading))
            if best is None or rank > best[0]:
                best = rank, sheet, heading
    return (best[1], best[2]) if best is not None else None


def find_heading(sheet: Sheet, *, plan_year: int | None = None) -> Heading | None:
    """The likeliest heading of a sheet; ``None`` where no row names an indicator or a target.

    ``plan_year``: the year that is planned; without it the one that the title names.
    """
    deepest = min(sheet.last_row, DEEPEST_HEADING)
    best: tuple[int, Heading] | None = None
    for first in range(1, deepest + 1):
        for height in range(1, HIGHEST_HEADING + 1):
            last = first + height - 1
            if last >= sheet.last_row:
                break
            if not _could_be_heading(sheet, first, last):
                continue
            heading = heading_at(sheet, first, last, plan_year=plan_year)
            score = _score(heading)
            if score and (best is None or score > best[0]):
                best = score, heading
    return best[1] if best is not None else None


def heading_at(sheet: Sheet, first_row: int, last_row: int, *, plan_year: int | None = None) -> Heading:
    """The heading in rows that a person chose, with the meanings guessed from it."""
    title, year, unit_of_measure = _above(sheet, first_row)
    width = sheet.last_column
    labels = {column: _labels(sheet, first_row, last_row, column, width) for column in range(1, width + 1)}
    named = plan_year or year or _planned_year(labels.values())
    drafts = [_draft(sheet, column, texts, last_row, named) for column, texts in labels.items() if texts]
    columns, clashes = _settled(drafts)
    return Heading(sheet.name, first_row, last_row, columns, clashes, title, unit_of_measure, year)


def _planned_year(labels: Iterable[Sequence[str]]) -> int | None:
    """The year that a heading names beside a word for targets: 2024年目标 beside 2023年完成."""
    texts = [plain(" ".join(label)) for label in labels]
    years = [
        int(match[1])
        for text in texts
        if any(word in text for word in heading_words.TARGET)
        for match in YEAR.finditer(text)
    ]
    return max(years, default=None)


def _above(sheet: Sheet, first_row: int) -> tuple[str, int | None, str]:
    """Title, year and unit of measure from what stands above the heading."""
    texts: list[str] = []
    unit_of_measure = ""
    above = (cell for row, cells in sheet.rows.items() if row < first_row for cell in cells)
    for cell in above:
        text = cell.text
        match = re.search(r"(?:^|[\s,，;；(（])(?:计量|金额)?单位\s*[:：]\s*([^\s,，;；)）]{1,12})", text)
        if match and units_of_measure.is_known(match[1]):
            unit_of_measure = units_of_measure.normal(match[1])
        else:
            texts.append(text)
    title = max(texts, key=len, default="")[:200]
    years = [int(match[1]) for text in [title, sheet.name, *texts] for match in YEAR.finditer(plain(text))]
    return title, years[0] if years else None, unit_of_measure


def _could_be_heading(sheet: Sheet, first: int, last: int) -> bool:
    """Whether rows hold words only, cut no merged range: a number that is no year, or a date, is contents."""
    filled = 0
    for row in range(first, last + 1):
        for column in range(1, sheet.last_column + 1):
            merge = sheet.merge(row, column)
            if merge is not None and (merge.top < first or merge.bottom > last):
                return False
        for cell in sheet.row(row):
            if isinstance(cell.value, date | bool):
                return False
            if cell.is_number and not YEAR.fullmatch(cell.text):
                return False
            filled += row == last
    return filled > 0


def _labels(sheet: Sheet, first: int, last: int, column: int, width: int) -> tuple[str, ...]:
    """The texts over a column from top to bottom, each merged one once; titles over the whole table are none."""
    texts: list[str] = []
    for row in range(first, last + 1):
        merge = sheet.merge(row, column)
        if merge is not None and merge.width > max(3, width * 3 // 4):
            continue
        cell = sheet.covering(row, column)
        text = cell.text if cell is not None else ""
        if not text and row < last:
            text = _to_the_left(sheet, row, last, column)
        if text and text not in texts:
            texts.append(text)
    return tuple(texts)


def _to_the_left(sheet: Sheet, row: int, last: int, column: int) -> str:
    """In files without merged cells the upper heading stands over the first of its columns only."""
    if not sheet.text(last, column) or sheet.merges:
        return ""
    for left in range(column - 1, 0, -1):
        if not sheet.text(last, left):
            return ""
        if sheet.text(row, left):
            return sheet.text(row, left)
    return ""


@dataclass(frozen=True)
class _Draft:
    column: Column
    options: tuple[Meaning, ...]


def _draft(sheet: Sheet, column: int, texts: Sequence[str], last_row: int, plan_year: int | None) -> _Draft:
    whole = " ".join(texts)
    years = [int(match[1]) for match in YEAR.finditer(plain(whole))]
    year = years[-1] if years else None
    reading = _read_texts(texts, year, plan_year)
    values = _values(sheet, column, last_row)
    options = _by_contents(reading.options, plain(whole), values)
    first = options[0] if options else None
    return _Draft(
        Column(
            column=column,
            label=whole.replace("\n", ""),
            meaning=first,
            confidence=reading.confidence,
            unused=reading.unused,
            unit_of_measure=_unit_in(whole),
            year=year,
            samples=tuple(values[:3]),
            hidden=column in sheet.hidden_columns,
        ),
        options,
    )


def _read_texts(texts: Sequence[str], year: int | None, plan_year: int | None) -> Reading:
    """What the texts over a column say: the whole, else the lowest alone, else, less surely, the uppermost."""
    readings = [read_label(text, year, plan_year) for text in dict.fromkeys(("".join(texts), texts[-1]))]
    if len(texts) > 1:
        upper = read_label(texts[0], year, plan_year)
        readings.append(replace(upper, confidence=min(upper.confidence, Confidence.LIKELY)))
    return max(readings, key=lambda reading: reading.confidence)


def _values(sheet: Sheet, column: int, last_row: int) -> list[str]:
    rows = range(last_row + 1, min(sheet.last_row, last_row + SAMPLE_ROWS) + 1)
    return [text for row in rows if (text := sheet.text(row, column))]


def _unit_in(label: str) -> str:
    for match in BRACKETS.finditer(unicodedata.normalize("NFKC", label)):
        text = match[1].removeprefix("单位:").strip()
        if units_of_measure.is_known(text):
            return units_of_measure.normal(text)
    return ""


def _by_contents(options: tuple[Meaning, ...], label: str, values: Sequence[str]) -> tuple[Meaning, ...]:
    """The options of an ambiguous heading with that first which its column looks like."""
    if len(options) < 2 or not values:
        return options
    if label.endswith("单位"):
        of_measure = sum(units_of_measure.is_known(value) for value in values)
        likely = Meaning(Field.UNIT_OF_MEASURE) if of_measure * 2 >= len(values) else Meaning(Field.UNIT)
    elif ANNUAL in options:
        figures = sum(re.fullmatch(r"[<>≤≥]?[\d.,%]+[^\d]{0,4}", plain(value)) is not None for value in values)
        likely = ANNUAL if figures * 2 >= len(values) else Meaning(Field.WORDING)
    elif set(options) == {Meaning(Field.NAME), Meaning(Field.SECTION)}:
        # A section stands over several rows, a name is its row's own.
        likely = Meaning(Field.NAME) if len(set(values)) * 3 > len(values) * 2 else Meaning(Field.SECTION)
    else:
        return options
    return tuple(sorted(options, key=lambda option: option != likely))


def _settled(drafts: Iterable[_Draft]) -> tuple[tuple[Column, ...], tuple[Clash, ...]]:
    """Give every column the best meaning that no surer column has.

    Each column asks for its options in turn; a meaning goes to the visible column, of two to the surer one, of two
    equally sure ones to the left one, and the other asks for its next. What is left over is a clash.
    """

    def rank(column: Column) -> tuple[bool, Confidence, int]:
        return not column.hidden, column.confidence, -column.column

    listed = list(drafts)
    holders: dict[Meaning, _Draft] = {}
    turn = {draft.column.column: 0 for draft in listed}
    refused: dict[Meaning, set[int]] = {}
    waiting = [draft for draft in listed if draft.options]
    while waiting:
        draft = waiting.pop()
        number = draft.column.column
        if turn[number] >= len(draft.options):
            refused.setdefault(draft.options[0], set()).add(number)
            continue
        wanted = draft.options[turn[number]]
        turn[number] += 1
        holder = holders.get(wanted)
        if holder is None or rank(draft.column) > rank(holder.column):
            holders[wanted] = draft
            if holder is not None:
                waiting.append(holder)
        else:
            waiting.append(draft)
    _name_something(listed, holders)
    given = {draft.column.column: meaning for meaning, draft in holders.items()}
    columns = tuple(_with(draft.column, given.get(draft.column.column), first=draft.options[:1]) for draft in listed)
    clashes = tuple(
        Clash(meaning, tuple(sorted({holders[meaning].column.column, *numbers})))
        for meaning, numbers in sorted(refused.items())
        if meaning in holders
    )
    return columns, clashes


def _name_something(drafts: Sequence[_Draft], holders: dict[Meaning, _Draft]) -> None:
    """Without a column of names, one that could be that is: 目标任务 beside nothing else names the task."""
    name = Meaning(Field.NAME)
    if name in holders:
        return
    for draft in drafts:
        held = next((meaning for meaning, holder in holders.items() if holder is draft), None)
        if name in draft.options and held is not None:
            del holders[held]
            holders[name] = draft
            return


def _with(column: Column, meaning: Meaning | None, *, first: Sequence[Meaning]) -> Column:
    confidence = column.confidence
    if meaning is None and not column.unused:
        confidence = Confidence.NONE
    elif meaning is not None and meaning not in first:
        confidence = Confidence.LIKELY
    return replace(column, meaning=meaning, confidence=confidence)


def _score(heading: Heading) -> int:
    """How much a heading looks like one; 0 where it names nothing that a plan is made of."""
    meanings = set(heading.mapping.values())
    if Meaning(Field.NAME) not in meanings or len(meanings) < 2:
        return 0
    known = sum(int(column.confidence) * 3 for column in heading.columns)
    strange = sum(1 for column in heading.columns if not column.confidence)
    return max(known - strange - (heading.last_row - heading.first_row), 1)
