"""Where a sheet's heading is, and what its columns probably mean.

Above the heading stand titles and a line 单位：万元, below the table totals, notes and signatures. A heading has up to
three rows: 目标值 over 上半年 and 全年. A column gets its meaning from the words of its heading, where these say too
little (单位, 目标任务) from what stands below, and no two columns get the same one: the second is named as a clash and
stays without until a person chooses.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from functools import cached_property, lru_cache

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.importers import heading_words, units_of_measure
from targets.importers.grid import Sheet, Workbook, column_letter

#: A heading further down than this is not looked for.
DEEPEST_HEADING = 40
HIGHEST_HEADING = 3
SAMPLE_ROWS = 200
LAST_MONTH, HALF_YEAR = 12, 6


class Field(models.TextChoices):
    """What a column can be of a target."""

    CODE = "code", gettext_lazy("code")
    SECTION = "section", gettext_lazy("section")
    NAME = "name", gettext_lazy("indicator")
    UNIT_OF_MEASURE = "unit_of_measure", gettext_lazy("unit of measure")
    KIND = "kind", gettext_lazy("kind")
    ACCUMULATION = "accumulation", gettext_lazy("accumulation")
    DIRECTION = "direction", gettext_lazy("direction")
    UNIT = "unit", gettext_lazy("responsible unit")
    SUPPORTING = "supporting", gettext_lazy("supporting units")
    LEAD_LEADER = "lead_leader", gettext_lazy("lead leader")
    RESPONSIBLE_PERSON = "responsible_person", gettext_lazy("responsible person")
    BASELINE = "baseline", gettext_lazy("last year's result")
    CHECKPOINT = "checkpoint", gettext_lazy("target by the end of a month")
    PHASE = "phase", gettext_lazy("target of a quarter or month")
    WEIGHT = "weight", gettext_lazy("weight")
    DEADLINE = "deadline", gettext_lazy("deadline")
    STEPS = "steps", gettext_lazy("steps of a task")
    WORDING = "wording", gettext_lazy("original wording")
    DEFINITION = "definition", gettext_lazy("definition")
    SOURCE = "source", gettext_lazy("data source")
    FREQUENCY = "frequency", gettext_lazy("reported")
    NOTE = "note", gettext_lazy("note")


WITH_MONTH = (Field.CHECKPOINT, Field.PHASE)


class Confidence(IntEnum):
    """How sure a guess is."""

    NONE = 0
    LIKELY = 1
    CERTAIN = 2


@dataclass(frozen=True, order=True)
class Meaning:
    """What one column is.

    ``month`` is that of a checkpoint (6: the first-half target, 12: the annual one), or the last one of a phase;
    0 for all else. A checkpoint counts from January. The heading of a phase (二季度, 5月) leaves open whether it
    does or stands for that quarter or month alone; ``plan_sheet`` tells by the figures or asks.
    """

    field: Field
    month: int = 0

    def __post_init__(self) -> None:
        if (self.field in WITH_MONTH) != (1 <= self.month <= LAST_MONTH):
            raise ValueError("A checkpoint or a phase has a month from 1 to 12, and nothing else has one.")

    @property
    def key(self) -> str:
        """The meaning as a form's choice: ``name``, ``checkpoint-6``."""
        return f"{self.field.value}-{self.month}" if self.month else str(self.field.value)

    @property
    def label(self) -> str:
        if self.field == Field.PHASE:
            return _("Target of the quarter or month that ends with month %(month)d") % {"month": self.month}
        if self.field != Field.CHECKPOINT:
            return str(self.field.label)
        if self.month == LAST_MONTH:
            return _("Annual target")
        if self.month == HALF_YEAR:
            return _("First-half target")
        return _("Target by the end of month %(month)d") % {"month": self.month}

    @classmethod
    def of(cls, key: str) -> "Meaning":
        """The meaning of a form's choice.

        Raises:
            ValueError: there is no such meaning.
        """
        name, _dash, month = key.partition("-")
        return cls(Field(name), int(month) if month else 0)


ANNUAL, HALF = Meaning(Field.CHECKPOINT, LAST_MONTH), Meaning(Field.CHECKPOINT, HALF_YEAR)


def choices() -> list[tuple[str, str]]:
    """Everything that a column can be, for a form: keys and labels, the common ones first."""
    meanings = [Meaning(field) for field in Field if field not in WITH_MONTH]
    months = range(1, LAST_MONTH + 1)
    meanings += [HALF, ANNUAL]
    meanings += [Meaning(Field.CHECKPOINT, month) for month in months if month not in (HALF_YEAR, LAST_MONTH)]
    meanings += [Meaning(Field.PHASE, month) for month in months]
    return [(meaning.key, meaning.label) for meaning in meanings]


# The words of headings

_CHINESE_NUMBERS = {
    "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "十一": 11, "十二": 12,
}  # fmt: skip
_MONTH = re.compile(
    r"(?:(?:1|一)(?:月份?)?[-~至到—－～])?(1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月份?(底|末|累计)?"
)
_QUARTER = re.compile(r"(?:第)?([1-4一二三四])(?:个)?季度?(?:末|底|累计)?|[Qq]([1-4])")
_FIRST_QUARTERS = {"前两季度": 6, "前二季度": 6, "前2季度": 6, "前三季度": 9, "前3季度": 9}
_BRACKETS = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
_YEAR = re.compile(r"(19[5-9][0-9]|20[0-9]{2}|21[0-9]{2})年?(度)?")


# Every cell of a sheet is compared with the words of its heading.
@lru_cache(maxsize=16_384)
def plain(text: str) -> str:
    """A heading's text for comparison: half-width, without blanks, small letters, without a colon behind."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).strip(":*").lower()


@dataclass(frozen=True)
class Reading:
    """What a heading's words say. ``options`` are what they can mean, the likeliest first."""

    options: tuple[Meaning, ...] = ()
    confidence: Confidence = Confidence.NONE
    unused: bool = False


def read_label(text: str, year: int | None = None, plan_year: int | None = None) -> Reading:
    """What the words of one heading say, without looking at its column.

    ``year``: the one the heading names; a result of a year before the plan's is the baseline.
    """
    whole = _YEAR.sub("", plain(text))
    label = _BRACKETS.sub("", whole).strip(":-、.")
    if not label and not whole:
        return Reading()
    for candidate in dict.fromkeys((whole, label)):
        for field, words in heading_words.FIELDS.items():
            if candidate in words:
                return Reading((Meaning(Field(field)),), Confidence.CERTAIN)
        if candidate in heading_words.AMBIGUOUS:
            return Reading(tuple(Meaning.of(key) for key in heading_words.AMBIGUOUS[candidate]), Confidence.LIKELY)
    earlier = year is not None and plan_year is not None and year < plan_year
    if label in heading_words.UNUSED and not earlier:
        return Reading(confidence=Confidence.CERTAIN, unused=True)
    if (reading := _comparison(label, earlier)) is not None:
        return reading
    if (reading := _checkpoint(whole, label, planned=year is not None and year == plan_year)) is not None:
        return reading
    return _containing(label)


def _comparison(label: str, earlier: bool) -> Reading | None:
    """A result of last year, or one of this year, which a plan does not keep."""
    if any(word in label for word in heading_words.LAST_YEAR) and not any(
        word in label for word in ("目标", "任务", "增", "比")
    ):
        return Reading((Meaning(Field.BASELINE),), Confidence.LIKELY)
    is_actual = any(word in label for word in heading_words.RESULT) and not any(
        word in label for word in heading_words.TARGET
    )
    if earlier and (is_actual or not label):
        return Reading((Meaning(Field.BASELINE),), Confidence.CERTAIN if is_actual else Confidence.LIKELY)
    if is_actual and not any(word in label for word in ("时限", "时间", "期限", "日期", "单位", "部门", "完成人")):
        return Reading(confidence=Confidence.LIKELY, unused=True)
    return None


def _checkpoint(whole: str, label: str, *, planned: bool) -> Reading | None:
    """A target by the end of a month, a quarter, the half-year or the year."""
    month, running = _month_of(whole)
    is_target = any(word in whole for word in heading_words.TARGET)
    if month:
        rest = re.sub(r"[0-9一二三四五六七八九十第前个月份季度半年全上底末累计至到~～—－\-q()]", "", whole)
        if is_target or len(rest) <= 1:
            certain = is_target or (running and month in (HALF_YEAR, LAST_MONTH))
            meaning = Meaning(Field.CHECKPOINT if running else Field.PHASE, month)
            return Reading((meaning,), Confidence.CERTAIN if certain else Confidence.LIKELY)
        return None
    if label in heading_words.ANNUAL:
        return Reading((ANNUAL,), Confidence.CERTAIN if planned else Confidence.LIKELY)
    return None


def _month_of(text: str) -> tuple[int, bool]:
    """The month with which a heading's target ends, 0 for none, and whether it surely counts from January."""
    if any(word in text for word in ("上半年", "半年")) and "下半年" not in text:
        return HALF_YEAR, True
    if any(word in text for word in ("全年", "年度", "年底", "年末", "年终", "本年", "当年")):
        return LAST_MONTH, True
    for words, month in _FIRST_QUARTERS.items():
        if words in text:
            return month, True
    if (quarter := _QUARTER.search(text)) is not None:
        number = _number(quarter[1] or quarter[2])
        return number * 3, re.search(r"季度?[末底累]", text) is not None
    if (named := _MONTH.search(text)) is not None:
        number = _number(named[1])
        from_january = re.search(r"(?:^|[^0-9一二三四五六七八九十])(?:1|一)(?:月份?)?[-~至到—－～]", text) is not None
        return number, from_january or bool(named[2])
    return 0, False


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _CHINESE_NUMBERS.get(text, 0)


def _containing(label: str) -> Reading:
    """The longest known word that the label ends with, else the longest that it holds."""
    found: list[tuple[bool, int, Reading]] = []
    for field, words in heading_words.FIELDS.items():
        for word in words:
            if len(word) > 1 and word in label:
                reading = Reading((Meaning(Field(field)),), Confidence.LIKELY)
                found.append((label.endswith(word), len(word), reading))
    for word in heading_words.UNUSED:
        if len(word) > 1 and word in label:
            found.append((label.endswith(word), len(word), Reading(confidence=Confidence.LIKELY, unused=True)))
    for word in heading_words.ANNUAL:
        if len(word) > 2 and label.endswith(word):
            found.append((True, len(word), Reading((ANNUAL,), Confidence.LIKELY)))
    for word, keys in heading_words.AMBIGUOUS.items():
        if len(word) > 2 and label.endswith(word):
            options = tuple(Meaning.of(key) for key in keys)
            found.append((True, len(word), Reading(options, Confidence.LIKELY)))
    # A sentence that happens to hold a word of ours is no heading.
    if not found or len(label) > 16:
        return Reading()
    return max(found, key=lambda entry: entry[:2])[2]


# Columns and headings


@dataclass(frozen=True)
class Column:
    """A column of the table: its heading, what it is taken for, and how sure that is.

    ``meaning`` is ``None`` where nothing is known or wanted of it; ``unused`` tells that the heading is known and that
    a plan does not keep such a column. ``unit_of_measure`` is what the heading gives in brackets.
    """

    column: int
    label: str
    meaning: Meaning | None
    confidence: Confidence
    unused: bool = False
    unit_of_measure: str = ""
    year: int | None = None
    samples: tuple[str, ...] = ()

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
        for match in _YEAR.finditer(text)
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
    years = [int(match[1]) for text in [title, sheet.name, *texts] for match in _YEAR.finditer(plain(text))]
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
            if cell.is_number and not _YEAR.fullmatch(cell.text):
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
    years = [int(match[1]) for match in _YEAR.finditer(plain(whole))]
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
    for match in _BRACKETS.finditer(unicodedata.normalize("NFKC", label)):
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

    Each column asks for its options in turn; a meaning goes to the surer column, of two equally sure ones to the left
    one, and the other asks for its next. What is left over is a clash.
    """
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
        if holder is None or (draft.column.confidence, -number) > (holder.column.confidence, -holder.column.column):
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


# Rows below the heading


class RowKind(models.TextChoices):
    DATA = "data", gettext_lazy("target")
    GROUP = "group", gettext_lazy("name of a section")
    TOTAL = "total", gettext_lazy("total")
    NOTE = "note", gettext_lazy("note below the table")
    REPEATED = "repeated", gettext_lazy("heading repeated")


@dataclass(frozen=True)
class Line:
    """A row below the heading. ``text`` is the name that a group row gives, or what made it no target."""

    row: int
    kind: RowKind
    text: str = ""


_NUMERAL = r"[一二三四五六七八九十]{1,3}"
_NUMBERED = re.compile(
    rf"(?:第?{_NUMERAL}(?:部分|章|类)?[、.．:：\s]|[(（]{_NUMERAL}[)）]|第{_NUMERAL}(?:部分|章|类))\s*(.+)", re.S
)
_TOTAL = re.compile(r".{0,12}?(合计|总计|小计|共计|总分|合计分|总得分)(\(.*\))?")
_NOTE = re.compile(
    r"(备注|注|说明|附注|填表人|制表人?|审核人?|单位负责人|负责人|填报人|联系电话|联系人|报出日期|填报日期|填表日期|填报单位|制表单位|"
    r"主要领导|分管领导|签字|盖章|填表说明|统计负责人)(\([^)]*\))?[:\d、.]"
)


def lines(sheet: Sheet, heading: Heading, mapping: Mapping[int, Meaning]) -> list[Line]:
    """The rows below the heading that hold something, each with what it is."""
    found: list[Line] = []
    below = False
    for row, cells in sheet.rows.items():
        if row <= heading.last_row:
            continue
        line = _line(sheet, heading, mapping, row, [cell.text for cell in cells if cell.text], below=below)
        if line is not None:
            found.append(line)
            below = below or line.kind == RowKind.NOTE
    return found


def _line(
    sheet: Sheet, heading: Heading, mapping: Mapping[int, Meaning], row: int, texts: list[str], *, below: bool
) -> Line | None:
    if not texts:
        # Only faults of formulas and uncalculated ones: a row all the same.
        return Line(row, RowKind.DATA) if any(mapping.get(cell.column) for cell in sheet.row(row)) else None
    if len(texts) > 1 and all(any(plain(text) in label for label in heading.plain_labels) for text in texts):
        return Line(row, RowKind.REPEATED, texts[0])
    first = texts[0]
    used = [number for number in mapping if sheet.text(row, number)]
    words = re.sub(r"\s", "", unicodedata.normalize("NFKC", first))
    if len(used) < 4 and (_NOTE.match(words) or (len(texts) == 1 and _NOTE.match(f"{words}:"))):
        return Line(row, RowKind.NOTE, first)
    if any(_TOTAL.fullmatch(plain(text)) for text in texts[:3]):
        return Line(row, RowKind.TOTAL, next(text for text in texts[:3] if _TOTAL.fullmatch(plain(text))))
    group = _group(sheet, mapping, row, texts)
    if group:
        return Line(row, RowKind.GROUP, group)
    if below and len(used) < 3:
        return Line(row, RowKind.NOTE, first)
    if not used:
        # A number in front of an empty row, or a remark beside the table.
        return None
    return Line(row, RowKind.DATA)


def _group(sheet: Sheet, mapping: Mapping[int, Meaning], row: int, texts: Sequence[str]) -> str:
    """The section that a row names for those below it, empty where it is a target's row."""
    beside = {Field.SECTION, Field.NAME, Field.WEIGHT}
    cells = list(sheet.row(row))
    if any(
        (meaning := mapping.get(cell.column)) is not None
        and meaning.field not in beside
        and not _spans(sheet, row, cell.column)
        for cell in cells[1:]
    ):
        return ""
    numeral = re.fullmatch(rf"[(（]?{_NUMERAL}[)）]?[、.]?", plain(texts[0]))
    if numeral and len(texts) > 1 and len(texts) < 4:
        return texts[1]
    match = _NUMBERED.fullmatch(texts[0].strip())
    if match:
        return match[1].strip()
    if len(texts) == 1 and _spans(sheet, row, cells[0].column):
        return texts[0]
    return ""


def _spans(sheet: Sheet, row: int, column: int) -> bool:
    """Whether a cell is merged over several columns."""
    merge = sheet.merge(row, column)
    return merge is not None and merge.width > 2
