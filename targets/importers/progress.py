"""Progress from a spreadsheet: our own form filled offline, or last year's months as an office keeps them.

Two shapes are understood, with headings in Chinese or English. Long: one row for an indicator's answer, with columns
for month and figure. Wide: one row for an indicator, a column for each month or run of months (上半年, 1-4月, 一季度).
Every row is read and every error listed before anything is written.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from targets.forms.amounts import read_figure, read_fraction, read_number, unit_asked
from targets.importers.csv_table import CellError
from targets.importers.files.grid import Sheet, Workbook, column_letter
from targets.importers.form_mark import FormMark
from targets.models import ProgressEntry, Target, Unit
from targets.services.progress_import import FiledAnswer

#: How far down the headings are looked for, below titles and hints.
HEADINGS_WITHIN = 30
LONGEST_NOTE = 500

#: Column headings, without blanks and brackets, in lower case.
WORDS: Mapping[str, frozenset[str]] = {
    name: frozenset(words)
    for name, words in {
        "code": {"代码", "指标代码", "指标编码", "编码", "code", "indicatorcode"},
        "indicator": {"指标", "指标名称", "任务指标", "任务", "目标任务", "任务/指标名称", "项目", "indicator"},
        "unit": {"填报单位", "责任单位", "单位名称", "reportingunit", "unit"},
        "from_month": {"起始月", "起始月份", "起月", "frommonth"},
        "month": {"月份", "截止月", "截止月份", "止月", "month"},
        "typed_as": {"填报方式", "填报口径", "typedas"},
        "value": {"数值", "本期数", "完成数", "本月完成", "本月数", "value", "figure"},
        "cumulative": {"累计", "累计数", "累计完成", "本年累计", "runningtotal"},
        "numerator": {"分子", "numerator"},
        "denominator": {"分母", "denominator"},
        "answer": {"填报情况", "情况", "不填数值的情形", "answer", "insteadofafigure"},
        "official_growth": {
            "同比增速",
            "公布的同比增速",
            "官方同比",
            "官方增速",
            "同比",
            "officialgrowth",
            "officialgrowthrate",
        },
        "note": {"备注", "说明", "note"},
        "reason": {"原因", "更正原因", "reason"},
    }.items()
}
#: Columns that say what was done in a row of a long sheet.
AMOUNTS = frozenset({"value", "cumulative", "numerator", "denominator"})
FIGURES = AMOUNTS | {"from_month", "month", "typed_as", "answer", "official_growth"}
#: Columns that stand together in our own form alone.
OF_THE_FORM = {"code", "month", "typed_as", "value", "numerator", "denominator", "answer"}
ANSWERS = {
    "": "",
    "数值": "value",
    "填数值": "value",
    "a figure": "value",
    "value": "value",
    "本月无新增": "no_change",
    "无新增": "no_change",
    "本月无变化": "no_change",
    "无变化": "no_change",
    "nothing new": "no_change",
    "no change": "no_change",
    "本月不涉及": "not_applicable",
    "不涉及": "not_applicable",
    "not applicable": "not_applicable",
}
FORMS = {
    "": "",
    "本月": "month",
    "本月数": "month",
    "本月完成": "month",
    "当月": "month",
    "this month": "month",
    "month": "month",
    "累计": "cumulative",
    "累计数": "cumulative",
    "累计完成": "cumulative",
    "running total": "cumulative",
    "cumulative": "cumulative",
}
#: Columns that are understood and hold nothing to be taken.
_NOT_TAKEN = frozenset(
    {
        "序号",
        "no",
        "no.",
        "板块",
        "section",
        "计量单位",
        "unitofmeasure",
        "上次填报",
        "lastreported",
        "审核状态",
        "state",
    }
)
_SPANS = {
    "上半年": (1, 6), "下半年": (7, 12), "全年": (1, 12), "上半年累计": (1, 6), "全年累计": (1, 12),
    "firsthalf": (1, 6), "secondhalf": (7, 12), "wholeyear": (1, 12),
    "q1": (1, 3), "q2": (4, 6), "q3": (7, 9), "q4": (10, 12),
    "january": (1, 1), "february": (2, 2), "march": (3, 3), "april": (4, 4), "may": (5, 5), "june": (6, 6),
    "july": (7, 7), "august": (8, 8), "september": (9, 9), "october": (10, 10), "november": (11, 11),
    "december": (12, 12),
}  # fmt: skip
_DIGITS = {"十一": 11, "十二": 12, "十": 10, "两": 2}
_DIGITS |= {sign: number for number, sign in enumerate("一二三四五六七八九", start=1)}
#: Numbers in words, where a month or a quarter follows.
_IN_WORDS = re.compile(rf"({'|'.join(_DIGITS)})(?=个?月|个?季度)")
#: What a heading may add without meaning other months. 累计 does mean others, so it stays: 3月累计 begins in January.
_ENDING = re.compile(r"(?:实际)?(?:完成)?(?:数|值|情况)?$")
_RUN = re.compile(r"(\d{1,2})月?[-~—–至到](\d{1,2})月份?(?:累计|合计)?")
_MONTH = re.compile(r"(\d{1,2})月份?")
#: From January to the end of a month or quarter: 3月累计, 6月末, 截至9月, 前三季度, 二季度末.
_TO_MONTH = re.compile(r"(?:截至|截止到?)?(?P<last>\d{1,2})月份?(?:末|底|止)?(?:累计)?")
_FIRST_MONTHS = re.compile(r"前(?P<last>\d{1,2})个?月")
_QUARTER = re.compile(r"(前)?第?([1-4])个?季度(末|底)?(累计)?")
#: In a heading or its brackets: figures that are planned, of another year, or derived, and no actual ones.
_NO_ACTUAL = re.compile(r"目标|计划|任务数|上年|去年|同期|增速|增幅|增长|比重|占比|完成率|target|plan|lastyear|growth")


@dataclass(frozen=True)
class ProgressSheet:
    """What a file brings for one unit and year. ``errors`` stand in the way; ``unknown`` are rows without a match.

    ``empty`` counts the indicators whose row says nothing: they stay as they are. ``mark`` says what our own form was
    made for; ``None`` for a table of one's own. ``left_out`` are the headings of filled columns that nothing is taken
    from.
    """

    answers: tuple[FiledAnswer, ...]
    errors: tuple[CellError, ...]
    unknown: tuple[CellError, ...]
    empty: int
    mark: FormMark | None = None
    left_out: tuple[str, ...] = ()


def read_progress(
    workbook: Workbook, targets: Iterable[Target], *, month: int | None = None, unit: Unit | None = None
) -> ProgressSheet:
    """Read the first visible sheet that has the headings.

    ``targets`` are those that figures may come for, with indicator and unit; ``month`` is that of a long row which
    names none (in a form of ours, the month it was made for counts), ``unit`` that of a row which names none while
    units below it have the indicator as well.

    Raises:
        ValidationError: no sheet has headings that are understood, or two kinds of columns say what was done.
    """
    for sheet in workbook.sheets:
        found = None if sheet.hidden else _headings(sheet)
        if found is not None:
            mark = FormMark.of_sheet(sheet, found.row, by_title=found.columns.keys() >= OF_THE_FORM)
            month = mark.month if mark is not None else month
            left_out = tuple(text for column, text in found.others.items() if _is_filled(sheet, found.row, column))
            return replace(_Reader(sheet, found, list(targets), month, unit).read(), mark=mark, left_out=left_out)
    raise ValidationError(
        _(
            "No sheet has the headings that are needed: the indicator's code or name, and a figure or months. "
            "Download the form and fill that in, or name the columns as it does."
        )
    )


def _plain(text: str) -> str:
    """A heading as it is compared: without blanks, and without what stands in brackets (units, hints)."""
    text = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"\s", "", re.sub(r"\(.*?\)|[*:]", "", text))


def _name(text: str) -> str:
    """A name as it is compared: brackets belong to it."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text).lower())


def span_of(text: str) -> tuple[int, int] | None:
    """The months that a column heading names; ``None`` where it names none, or not what was done in them."""
    if _NO_ACTUAL.search(_name(text)):
        return None
    plain = _IN_WORDS.sub(lambda found: str(_DIGITS[found[1]]), _plain(text))
    span = _span(plain) or _span(_ENDING.sub("", plain))
    return span if span is not None and 1 <= span[0] <= span[1] <= 12 else None


def _span(plain: str) -> tuple[int, int] | None:
    if plain in _SPANS:
        return _SPANS[plain]
    if run := _RUN.fullmatch(plain):
        return int(run[1]), int(run[2])
    if one := _MONTH.fullmatch(plain):
        return int(one[1]), int(one[1])
    if quarter := _QUARTER.fullmatch(plain):
        last = 3 * int(quarter[2])
        return (1 if quarter[1] or quarter[3] or quarter[4] else last - 2), last
    if run := _TO_MONTH.fullmatch(plain) or _FIRST_MONTHS.fullmatch(plain):
        return 1, int(run["last"])
    return None


@dataclass(frozen=True)
class _Headings:
    """Where the headings are, the columns by what they hold, and the months of columns that name some.

    ``others`` are the columns that nothing is taken from although a person may mean it, with their headings.
    """

    row: int
    columns: dict[str, int]
    spans: dict[int, tuple[int, int]]
    others: dict[int, str]


def _headings(sheet: Sheet) -> _Headings | None:
    for row in range(1, min(sheet.last_row, HEADINGS_WITHIN) + 1):
        named: dict[str, int] = {}
        spans: dict[int, tuple[int, int]] = {}
        others: dict[int, str] = {}
        for cell in sheet.row(row):
            plain = _plain(cell.text)
            name = next((name for name, words in WORDS.items() if plain in words), None)
            if name in AMOUNTS and _NO_ACTUAL.search(_name(cell.text)):
                name = None
            if name is not None and name not in named:
                named[name] = cell.column
            elif name is None and (span := span_of(cell.text)) is not None:
                spans[cell.column] = span
            elif plain not in _NOT_TAKEN:
                others[cell.column] = cell.text
        has_figure = spans or {"value", "cumulative", "numerator", "answer"} & named.keys()
        if {"code", "indicator"} & named.keys() and has_figure:
            return _settled(sheet, _Headings(row, named, spans, others))
    return None


def _settled(sheet: Sheet, found: _Headings) -> _Headings:
    """With columns of months, those alone hold the figures: whatever else could is refused or set aside.

    Raises:
        ValidationError: nobody can say whether the months or another column are what was done.
    """
    if not found.spans:
        return found
    # Statistics often give January and February in one.
    months_alone = all(first == last or (first, last) == (1, 2) for first, last in found.spans.values())
    # 累计 beside 1月 … 12月 is their total; beside 上半年 it may be what was done of a target called 上半年.
    for name in ("value",) if months_alone else ("value", "cumulative"):
        if name in found.columns and _is_filled(sheet, found.row, found.columns[name]):
            raise ValidationError(
                _(
                    "The columns %(months)s and %(other)s both seem to hold what was done, and only one can count. "
                    "Take the other out of the file, or name it as what it is, such as 上半年目标."
                )
                % {
                    "months": "、".join(sheet.text(found.row, column) for column in sorted(found.spans)),
                    "other": sheet.text(found.row, found.columns[name]),
                }
            )
    set_aside = {column: sheet.text(found.row, column) for name, column in found.columns.items() if name in FIGURES}
    return replace(found, others=dict(sorted({**found.others, **set_aside}.items())))


def _is_filled(sheet: Sheet, heading_row: int, column: int) -> bool:
    return any(sheet.text(row, column).strip() for row in range(heading_row + 1, sheet.last_row + 1))


class _Reader:
    def __init__(
        self,
        sheet: Sheet,
        headings: _Headings,
        targets: Sequence[Target],
        month: int | None,
        unit: Unit | None,
    ) -> None:
        self.sheet, self.heading_row = sheet, headings.row
        self.columns, self.spans = headings.columns, headings.spans
        self.targets, self.month, self.unit = targets, month, unit
        self.answers: list[FiledAnswer] = []
        self.errors: list[CellError] = []
        self.unknown: list[CellError] = []
        self.empty = 0

    def read(self) -> ProgressSheet:
        for line in range(self.heading_row + 1, self.sheet.last_row + 1):
            target = self._target(line)
            if target is None:
                continue
            before = len(self.answers) + len(self.errors)
            if self.spans:
                self._wide(line, target)
            else:
                self._long(line, target)
            self.empty += before == len(self.answers) + len(self.errors)
        self._refuse_twice()
        return ProgressSheet(tuple(self.answers), tuple(self.errors), tuple(self.unknown), self.empty)

    def text(self, line: int, name: str) -> str:
        return self.sheet.text(line, self.columns[name]).strip() if name in self.columns else ""

    def fail(self, line: int, column: int | None, reason: str) -> None:
        self.errors.append(CellError(self.sheet.name, line, column_letter(column) if column else "", reason))

    def _target(self, line: int) -> Target | None:
        """The target that a row is about; rows that are not about one (totals, notes, empty ones) are told apart."""
        code, name, unit = (self.text(line, part) for part in ("code", "indicator", "unit"))
        if not code and not name:
            return None
        found = [
            target
            for target in self.targets
            if (code and target.indicator.code == code)
            or (not code and _name(name) in {_name(target.indicator.name), _name(target.indicator.name_en)} - {""})
        ]
        if unit:
            found = [t for t in found if unit in (t.unit.code, t.unit.name, t.unit.name_en)]
        elif self.unit is not None:
            found = [t for t in found if t.unit_id == self.unit.pk] or found
        if len(found) == 1:
            return found[0]
        figures = [
            *self.spans,
            *(self.columns[key] for key in ("value", "cumulative", "answer") if key in self.columns),
        ]
        if any(self.sheet.text(line, column).strip() for column in figures):
            said = " ".join(part for part in (code, name, unit) if part)[:60]
            if not found:
                reason = _("“%(text)s” is no indicator that is asked for here.") % {"text": said}
            elif len({target.indicator_id for target in found}) > 1:
                reason = _("“%(text)s” fits several indicators. Give the code.") % {"text": said}
            else:
                reason = _("“%(text)s” is reported by several units. Name the unit in a column of its own.") % {
                    "text": said
                }
            self.unknown.append(CellError(self.sheet.name, line, "", reason))
        return None

    def _long(self, line: int, target: Target) -> None:
        given = self._word(line, "answer", ANSWERS)
        form = self._word(line, "typed_as", FORMS)
        if given is None or form is None:
            return
        column = "cumulative" if self.text(line, "cumulative") and not self.text(line, "value") else "value"
        numerator, denominator = self.text(line, "numerator"), self.text(line, "denominator")
        typed = self.text(line, column)
        if given in ("no_change", "not_applicable"):
            if typed or numerator or denominator:
                self.fail(line, self.columns["answer"], _("Either give a figure, or choose one of these; not both."))
                return
        elif not typed and not numerator and not denominator:
            if given == "value":
                self.fail(line, self.columns["answer"], _("This says “a figure”, and there is none."))
            elif self.text(line, "official_growth"):
                self.fail(
                    line,
                    self.columns["official_growth"],
                    _("A growth rate comes with the figure of the same months. Give that as well."),
                )
            return
        months = self._months(line)
        if months is None:
            return
        is_total = column == "cumulative" or form == "cumulative"
        self._add(
            line,
            target,
            *months,
            given or "value",
            "cumulative" if is_total and target.indicator.accumulation == "flow" else "month",
            {
                "value": (self.columns.get(column), typed),
                "numerator": (self.columns.get("numerator"), numerator),
                "denominator": (self.columns.get("denominator"), denominator),
            },
        )

    def _months(self, line: int) -> tuple[int, int] | None:
        last = self._month(line, "month", (self.month, self.month) if self.month is not None else None)
        if last is None:
            return None
        first = self._month(line, "from_month", last)
        if first is None:
            return None
        if first[0] > last[1]:
            self.fail(
                line, self.columns["from_month"], _("The months of an entry run forward from 1 to 12. Check both.")
            )
            return None
        return first[0], last[1]

    def _month(self, line: int, name: str, default: tuple[int, int] | None) -> tuple[int, int] | None:
        """The months that a cell names: 7, 7月, or a run of them such as 1-6月."""
        text = self.text(line, name)
        if not text and default is not None:
            return default
        span = span_of(text) or (
            (int(text), int(text)) if text.isascii() and text.isdigit() and len(text) < 3 else None
        )
        if span is None or not 1 <= span[1] <= 12:
            self.fail(line, self.columns.get(name), _("“%(text)s” is no month. Write 1 to 12.") % {"text": text[:20]})
            return None
        return span

    def _wide(self, line: int, target: Target) -> None:
        given = {column: self.sheet.text(line, column).strip() for column in self.spans}
        filled = sorted((self.spans[column], column) for column, text in given.items() if text)
        months: set[int] = set()
        for (first, last), column in sorted(filled, key=lambda item: (item[0][1] - item[0][0], item[0])):
            covered = set(range(first, last + 1))
            typed_as = "month"
            if covered <= months:
                continue  # a half-year or year beside all its months only repeats them
            if covered & months:
                # 1-6月 beside 1-5月 is a running total, which says what the months between them brought.
                if first != 1 or max(months) >= last:
                    self.fail(line, column, _("These months are partly given in other columns. Keep one of them."))
                    return
                first = max(months) + 1
                typed_as = "cumulative" if target.indicator.accumulation == "flow" else "month"
            months |= covered
            word = ANSWERS.get(given[column].lower(), "")
            if word and word != "value":
                self._add(line, target, first, last, word, "month", {})
            else:
                self._add(line, target, first, last, "value", typed_as, {"value": (column, given[column])})

    def _word(self, line: int, name: str, known: Mapping[str, str]) -> str | None:
        text = self.text(line, name)
        if text.lower() in known:
            return known[text.lower()]
        listed = "、".join(word for word in known if word and not word.isascii())
        self.fail(
            line,
            self.columns[name],
            _("“%(value)s” is not one of: %(choices)s.") % {"value": text[:60], "choices": listed},
        )
        return None

    def _add(
        self,
        line: int,
        target: Target,
        first: int,
        last: int,
        answer: str,
        typed_as: str,
        typed: Mapping[str, tuple[int | None, str]],
    ) -> None:
        typed = dict(typed)
        fraction = read_fraction(typed["value"][1]) if "value" in typed else None
        if fraction is not None:
            column = typed.pop("value")[0]
            typed["numerator"], typed["denominator"] = (column, fraction[0]), (column, fraction[1])
        figures: dict[str, Decimal | None] = {}
        for name, (column, text) in typed.items():
            figures[name] = self._figure(line, column, text, target if name == "value" else None)
        growth_column = self.columns.get("official_growth")
        growth = self.text(line, "official_growth").rstrip("%％") if not self.spans else ""
        for name in ("note", "reason"):
            if len(self.text(line, name)) > LONGEST_NOTE:
                self.fail(
                    line,
                    self.columns[name],
                    _("This is longer than %(longest)d characters.") % {"longest": LONGEST_NOTE},
                )
        if any(error.line == line for error in self.errors):
            return
        if answer == ProgressEntry.Answer.VALUE and figures.get("value") is None and figures.get("numerator") is None:
            return
        self.answers.append(
            FiledAnswer(
                line,
                target,
                first,
                last,
                answer,
                typed_as,
                figures.get("value"),
                figures.get("numerator"),
                figures.get("denominator"),
                self._figure(line, growth_column, growth, None) if growth else None,
                self.text(line, "note"),
                self.text(line, "reason"),
            )
        )

    def _figure(self, line: int, column: int | None, text: str, target: Target | None) -> Decimal | None:
        cell = self.sheet.cell(line, column) if column is not None else None
        unit, english = (
            ("", "") if target is None else (unit_asked(target.indicator), target.indicator.unit_of_measure_en)
        )
        try:
            if cell is not None and isinstance(cell.value, Decimal) and not cell.percent and not cell.suffix:
                return read_number(cell.value, unit)
            return read_figure(text, unit, english)
        except ValidationError as error:
            self.fail(line, column, " ".join(error.messages))
            return None

    def _refuse_twice(self) -> None:
        """Two rows for one month of one target: nobody can say which is meant."""
        months: dict[tuple[int, int], set[int]] = defaultdict(set)
        for answer in self.answers:
            for month in range(answer.from_month, answer.month + 1):
                months[(answer.target.pk, month)].add(answer.line)
        said = set()
        for (_target, _month), lines in sorted(months.items()):
            if len(lines) > 1 and tuple(sorted(lines)) not in said:
                said.add(tuple(sorted(lines)))
                first, *others = sorted(lines)
                for line in others:
                    self.fail(line, None, _("Row %(line)d already gives these months.") % {"line": first})
