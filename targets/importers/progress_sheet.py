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

from targets.importers.csv_table import CellError
from targets.importers.form_mark import FormMark
from targets.importers.grid import Sheet, Workbook, column_letter
from targets.models import ProgressEntry, Target, Unit
from targets.services.filing import FiledAnswer
from targets.typed_figures import read_figure, read_fraction

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
        "official_growth": {"同比增速", "官方同比", "官方增速", "同比", "officialgrowth", "officialgrowthrate"},
        "note": {"备注", "说明", "note"},
        "reason": {"原因", "更正原因", "reason"},
    }.items()
}
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
_SPANS = {
    "上半年": (1, 6), "下半年": (7, 12), "全年": (1, 12), "全年累计": (1, 12), "上半年累计": (1, 6),
    "firsthalf": (1, 6), "secondhalf": (7, 12), "wholeyear": (1, 12),
    "一季度": (1, 3), "二季度": (4, 6), "三季度": (7, 9), "四季度": (10, 12),
    "第一季度": (1, 3), "第二季度": (4, 6), "第三季度": (7, 9), "第四季度": (10, 12),
    "1季度": (1, 3), "2季度": (4, 6), "3季度": (7, 9), "4季度": (10, 12),
    "q1": (1, 3), "q2": (4, 6), "q3": (7, 9), "q4": (10, 12),
    "一月": (1, 1), "二月": (2, 2), "三月": (3, 3), "四月": (4, 4), "五月": (5, 5), "六月": (6, 6),
    "七月": (7, 7), "八月": (8, 8), "九月": (9, 9), "十月": (10, 10), "十一月": (11, 11), "十二月": (12, 12),
    "january": (1, 1), "february": (2, 2), "march": (3, 3), "april": (4, 4), "may": (5, 5), "june": (6, 6),
    "july": (7, 7), "august": (8, 8), "september": (9, 9), "october": (10, 10), "november": (11, 11),
    "december": (12, 12),
}  # fmt: skip
_RUN = re.compile(r"(\d{1,2})月?[-~—–至到](\d{1,2})月份?(?:累计|合计)?")
_MONTH = re.compile(r"(\d{1,2})月份?")


@dataclass(frozen=True)
class ProgressSheet:
    """What a file brings for one unit and year. ``errors`` stand in the way; ``unknown`` are rows without a match.

    ``empty`` counts the indicators whose row says nothing: they stay as they are. ``mark`` says what our own form was
    made for; ``None`` for a table of one's own.
    """

    answers: tuple[FiledAnswer, ...]
    errors: tuple[CellError, ...]
    unknown: tuple[CellError, ...]
    empty: int
    mark: FormMark | None = None


def read_progress(
    workbook: Workbook, targets: Iterable[Target], *, month: int | None = None, unit: Unit | None = None
) -> ProgressSheet:
    """Read the first visible sheet that has the headings.

    ``targets`` are those that figures may come for, with indicator and unit; ``month`` is that of a long row which
    names none (in a form of ours, the month it was made for counts), ``unit`` that of a row which names none while
    units below it have the indicator as well.

    Raises:
        ValidationError: no sheet has headings that are understood.
    """
    for sheet in workbook.sheets:
        found = None if sheet.hidden else _headings(sheet)
        if found is not None:
            row, columns, _spans = found
            mark = FormMark.of_sheet(sheet, row, by_title=columns.keys() >= OF_THE_FORM)
            month = mark.month if mark is not None else month
            return replace(_Reader(sheet, *found, list(targets), month, unit).read(), mark=mark)
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
    """The months that a column heading names; ``None`` where it names none."""
    plain = _plain(text)
    if plain in _SPANS:
        return _SPANS[plain]
    if (run := _RUN.fullmatch(plain)) and 1 <= int(run[1]) <= int(run[2]) <= 12:
        return int(run[1]), int(run[2])
    if (one := _MONTH.fullmatch(plain)) and 1 <= int(one[1]) <= 12:
        return int(one[1]), int(one[1])
    return None


def _headings(sheet: Sheet) -> tuple[int, dict[str, int], dict[int, tuple[int, int]]] | None:
    """The row of the headings, the columns by what they hold, and the months of columns that name some."""
    for row in range(1, min(sheet.last_row, HEADINGS_WITHIN) + 1):
        named: dict[str, int] = {}
        spans: dict[int, tuple[int, int]] = {}
        for cell in sheet.row(row):
            plain = _plain(cell.text)
            name = next((name for name, words in WORDS.items() if plain in words), None)
            if name is not None:
                named.setdefault(name, cell.column)
            elif (span := span_of(cell.text)) is not None:
                spans[cell.column] = span
        has_figure = spans or {"value", "cumulative", "numerator", "answer"} & named.keys()
        if {"code", "indicator"} & named.keys() and has_figure:
            return row, named, spans
    return None


class _Reader:
    def __init__(
        self,
        sheet: Sheet,
        heading_row: int,
        columns: dict[str, int],
        spans: dict[int, tuple[int, int]],
        targets: Sequence[Target],
        month: int | None,
        unit: Unit | None,
    ) -> None:
        self.sheet, self.heading_row, self.columns, self.spans = sheet, heading_row, columns, spans
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
        last = self._month(line, "month", self.month)
        if last is None:
            return None
        first = self._month(line, "from_month", last)
        if first is None:
            return None
        if first > last:
            self.fail(
                line, self.columns["from_month"], _("The months of an entry run forward from 1 to 12. Check both.")
            )
            return None
        return first, last

    def _month(self, line: int, name: str, default: int | None) -> int | None:
        text = self.text(line, name)
        if not text and default is not None:
            return default
        span = span_of(text) or (
            (int(text), int(text)) if text.isascii() and text.isdigit() and len(text) < 3 else None
        )
        if span is None or not 1 <= span[1] <= 12:
            self.fail(line, self.columns.get(name), _("“%(text)s” is no month. Write 1 to 12.") % {"text": text[:20]})
            return None
        return span[0] if name == "from_month" else span[1]

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
        note = self.text(line, "note")
        if max(len(note), len(self.text(line, "reason"))) > LONGEST_NOTE:
            self.fail(
                line, self.columns["note"], _("This is longer than %(longest)d characters.") % {"longest": LONGEST_NOTE}
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
                note,
                self.text(line, "reason"),
            )
        )

    def _figure(self, line: int, column: int | None, text: str, target: Target | None) -> Decimal | None:
        indicator = target.indicator if target is not None else None
        try:
            if indicator is None:
                return read_figure(text)
            return read_figure(text, indicator.unit_of_measure, indicator.unit_of_measure_en)
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
