"""The headings of a sheet of progress: which row they are in, and what each column holds.

Two shapes are understood, with headings in Chinese or English. Long: one row for an indicator's answer, with columns
for month and figure. Wide: one row for an indicator, a column for each month or run of months (上半年, 1-4月, 一季度).
Headings may take two rows: months above, 本月 and 累计 below them. A sheet may hold several tables below each other.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from targets.calculations import units_of_measure
from targets.importers.files.grid import Cell, Sheet, column_letter
from targets.importers.progress.months import Months, is_no_actual, months_in, months_of, plain

#: How far down the first headings are looked for, below titles and hints.
HEADINGS_WITHIN = 30

#: Column headings, without blanks and brackets, in lower case.
WORDS: Mapping[str, frozenset[str]] = {
    name: frozenset(words)
    for name, words in {
        "code": {"代码", "指标代码", "指标编码", "编码", "编号", "指标编号", "code", "indicatorcode"},
        "indicator": {
            "指标", "指标名称", "任务指标", "任务", "目标任务", "任务/指标名称", "项目", "项目名称", "indicator",
        },
        "unit": {"填报单位", "责任单位", "单位名称", "村", "村名", "村别", "办所", "reportingunit", "unit"},
        "unit_of_measure": {"计量单位", "单位", "unitofmeasure"},
        "year": {"年份", "年度", "年", "year"},
        "from_month": {"起始月", "起始月份", "起月", "frommonth"},
        "month": {"月份", "填报月份", "所属月份", "数据月份", "统计月份", "截止月", "截止月份", "止月", "month"},
        "typed_as": {"填报方式", "填报口径", "typedas"},
        "value": {
            "数值", "本期数", "完成数", "本月完成", "本月数", "当月完成", "当月数", "本月", "当月", "value", "figure",
        },
        "cumulative": {"累计", "累计数", "累计完成", "累计完成数", "本年累计", "runningtotal"},
        "numerator": {"分子", "numerator"},
        "denominator": {"分母", "denominator"},
        "answer": {"填报情况", "情况", "不填数值的情形", "无数可填的情形", "answer", "insteadofafigure"},
        "official_growth": {
            "同比增速", "公布的同比增速", "官方同比", "官方增速", "同比", "officialgrowth", "officialgrowthrate",
        },
        "note": {"备注", "说明", "note"},
        "reason": {"原因", "更正原因", "reason"},
    }.items()
}  # fmt: skip
_WORD_OF = {word: name for name, words in WORDS.items() for word in words}
#: What names the indicator of a row.
_KEYS = frozenset({"code", "indicator"})
#: Columns that say what was done in a row of a long sheet.
AMOUNTS = frozenset({"value", "cumulative", "numerator", "denominator"})
FIGURES = AMOUNTS | {"from_month", "month", "typed_as", "answer", "official_growth"}
#: Columns that stand together in our own form alone.
OF_THE_FORM = {"code", "month", "typed_as", "value", "numerator", "denominator", "answer"}
#: Columns that are understood and hold nothing to be taken.
_NOT_TAKEN = frozenset({"序号", "no", "no.", "板块", "section", "上次填报", "lastreported", "审核状态", "state"})
#: 单位：万元, above a table.
_MEASURE_LINE = re.compile(r"(?:计量|金额)?单位[:：]\s*([^\s,，;；、()（）]+)")
_YEAR_ALONE = re.compile(r"20\d{2}年度?")
_FIGURE = re.compile(r"[-+]?[\d.,]+%?")
_BRACKETS = re.compile(r"[(（]([^()（）]*)[)）]")


@dataclass(frozen=True)
class Table:
    """Where a table lies, and its columns.

    Attributes:
        top, heading: the first and the last row of its headings.
        last: its last row.
        columns: by what they hold, those that are named by a word.
        months: those that are named by months.
        others: those that nothing is taken from although a person may mean it, with their headings.
        measures: the units of measure that headings name, by column.
        measure: the unit of measure that stands above the table; empty where none does.
    """

    top: int
    heading: int
    last: int
    columns: dict[str, int]
    months: dict[int, Months]
    others: dict[int, str]
    measures: dict[int, str] = field(default_factory=dict)
    measure: str = ""

    @property
    def amounts(self) -> tuple[int, ...]:
        """The columns whose figures are answers."""
        named = ("value", "cumulative", "numerator", "denominator", "answer") if not self.months else ("cumulative",)
        return tuple(sorted({*self.months, *(self.columns[name] for name in named if name in self.columns)}))


def tables_of(sheet: Sheet, year: int | None) -> list[Table]:
    """The tables of a sheet, from top to bottom; none where there are no headings that are understood.

    ``year`` is the one that figures may be of; ``None`` for any.

    Raises:
        ValidationError: nobody can say which column is what was done, or all months are those of another year.
    """
    found: list[Table] = []
    row = 1
    while row <= (sheet.last_row if found else min(sheet.last_row, HEADINGS_WITHIN)):
        table = _table_at(sheet, row)
        if table is not None:
            if found:
                found[-1] = replace(found[-1], last=row - 1)
            found.append(table)
            row = table.heading
        row += 1
    return [_settled(sheet, _of_year(sheet, table, year)) for table in found]


def _table_at(sheet: Sheet, row: int) -> Table | None:
    """The table whose headings begin in a row."""
    last = row + 1 if _has_second_row(sheet, row) else row
    if not any(word_of(cell.text) in _KEYS for line in range(row, last + 1) for cell in sheet.row(line)):
        return None
    named: dict[str, int] = {}
    months: dict[int, Months] = {}
    others: dict[int, str] = {}
    measures: dict[int, str] = {}
    # A hidden column gives way to a visible one that holds the same.
    for column in sorted(range(1, sheet.last_column + 1), key=lambda one: (one in sheet.hidden_columns, one)):
        cells = _heading_cells(sheet, row, last, column)
        if not cells:
            continue
        text = "".join(cell.text for cell in cells)
        name, found = _name_of(cells), _months_of(cells)
        gives_way = column in sheet.hidden_columns and found in months.values()
        if name is not None and name not in named:
            named[name] = column
        elif name is None and found is not None and not gives_way:
            months[column] = found
        elif plain(text) not in _NOT_TAKEN:
            others[column] = text
        for bracket in _BRACKETS.findall(text):
            if units_of_measure.is_known(bracket):
                measures[column] = units_of_measure.normal(bracket)
    if not _KEYS & named.keys() or not (months or {"value", "cumulative", "numerator", "answer"} & named.keys()):
        return None
    return _which_unit(
        sheet, Table(row, last, sheet.last_row, named, months, others, measures, _measure_above(sheet, row))
    )


def word_of(text: str) -> str | None:
    """What a column with such a heading holds; ``None`` where the heading is no word that is known."""
    return _WORD_OF.get(plain(text))


def _has_second_row(sheet: Sheet, row: int) -> bool:
    """Whether the row below holds headings as well: 本月 and 累计, 目标 and 完成, below the months."""
    below = sheet.rows.get(row + 1, [])
    above = sheet.rows.get(row, [])
    if not above or not below or any(_is_figure(cell) for cell in (*above, *below)):
        return False
    if any((merge := sheet.merge(row, cell.column)) is not None and merge.bottom > row for cell in above):
        return True
    keys = {cell.column for cell in above if word_of(cell.text) in _KEYS}
    if any(cell.column in keys for cell in below):
        return False
    if any(months_in(cell) is not None for cell in above):
        return any(word_of(cell.text) or is_no_actual(cell.text) for cell in below)
    months = [cell for cell in below if months_in(cell) is not None]
    headed = [_heading_cells(sheet, row, row + 1, cell.column)[0] for cell in months]
    return any(cell.row == row and word_of(cell.text) is None for cell in headed)


def _is_group(cell: Cell) -> bool:
    """Whether what stands below it is of its months, or of its year."""
    return months_in(cell) is not None or _YEAR_ALONE.fullmatch(plain(cell.text)) is not None


def _is_figure(cell: Cell) -> bool:
    """Whether a cell holds a figure and no month."""
    return months_in(cell) is None and (cell.is_number or _FIGURE.fullmatch(cell.text) is not None)


def _heading_cells(sheet: Sheet, top: int, last: int, column: int) -> list[Cell]:
    """What stands above a column, each cell once: a heading over several columns is above each of them.

    In a table without merged cells the months stand above the first of their columns.
    """
    if last == top:
        # Over several columns of a single row nobody can say which of them is meant: the first one is.
        cell = sheet.cell(top, column)
        return [cell] if cell is not None and cell.text.strip() else []
    above, below = sheet.covering(top, column), sheet.covering(last, column)
    if above is None and below is not None:
        left = next((cell for place in range(column - 1, 0, -1) if (cell := sheet.cell(top, place)) is not None), None)
        above = left if left is not None and _is_group(left) else None
    found = [cell for cell in dict.fromkeys((above, below)) if cell is not None]
    return [cell for cell in found if cell.text.strip()]


def _which_unit(sheet: Sheet, table: Table) -> Table:
    """单位 may be the unit of measure or who reports: what stands below it tells."""
    column = table.columns.get("unit_of_measure")
    if column is None or "unit" in table.columns:
        return table
    said = {sheet.text(row, column) for row in range(table.heading + 1, table.last + 1)} - {""}
    if not said or any(units_of_measure.is_known(text) for text in said):
        return table
    columns = {name: place for name, place in table.columns.items() if name != "unit_of_measure"}
    return replace(table, columns={**columns, "unit": column})


def _name_of(cells: list[Cell]) -> str | None:
    """What a column holds by the word in its heading, the lower one first."""
    text = "".join(cell.text for cell in cells)
    for said in (text, *(cell.text for cell in reversed(cells))):
        name = word_of(said)
        if name is None or (name in AMOUNTS and is_no_actual(text)):
            continue
        # 本月 and 累计 below 7月 are months of their own.
        if name in ("value", "cumulative") and any(months_in(cell) is not None for cell in cells):
            return None
        return name
    return None


def _months_of(cells: list[Cell]) -> Months | None:
    if len(cells) == 1:
        return months_in(cells[0])
    if any(is_no_actual(cell.text) for cell in cells):
        return None
    found = months_of("".join(cell.text for cell in cells))
    if found is not None:
        return found
    named = [months for cell in cells if (months := months_in(cell)) is not None]
    if len(named) != 1:
        return None
    said = "".join(plain(cell.text) for cell in cells if months_in(cell) is None)
    if said in WORDS["cumulative"]:
        return named[0]._replace(first=1)
    year = re.search(r"(20\d{2})年", said)
    return named[0]._replace(year=int(year[1])) if year and named[0].year is None else named[0]


def _measure_above(sheet: Sheet, row: int) -> str:
    """The unit of measure that stands above the headings, where one does."""
    texts = [cell.text for above in range(1, row) for cell in sheet.row(above)]
    found = {units_of_measure.normal(said[1]) for text in texts if (said := _MEASURE_LINE.search(text))}
    known = {unit for unit in found if units_of_measure.is_known(unit)}
    return known.pop() if len(known) == 1 else ""


def _of_year(sheet: Sheet, table: Table, year: int | None) -> Table:
    """Without the months of another year.

    Raises:
        ValidationError: there are no others.
    """
    strange = {column: found for column, found in table.months.items() if year and found.year not in (None, year)}
    if not strange:
        return table
    names = {column: _heading(sheet, table, column) for column in strange}
    kept = {column: found for column, found in table.months.items() if column not in strange}
    if not kept and not AMOUNTS & table.columns.keys():
        raise ValidationError(
            _("The months of this file (%(months)s) are of %(year)d, and this page is for %(here)d. Choose that year.")
            % {"months": "、".join(names.values()), "year": next(iter(strange.values())).year, "here": year}
        )
    return replace(table, months=kept, others=dict(sorted({**table.others, **names}.items())))


def _heading(sheet: Sheet, table: Table, column: int) -> str:
    return " ".join(cell.text for cell in _heading_cells(sheet, table.top, table.heading, column))


def _settled(sheet: Sheet, table: Table) -> Table:
    """With columns of months, those alone hold the figures: whatever else could is refused or set aside.

    Raises:
        ValidationError: nobody can say whether the months or another column are what was done.
    """
    if not table.months:
        return table
    # Statistics often give January and February in one.
    alone = all(first == last or (first, last) == (1, 2) for first, last, _year in table.months.values())
    # 累计 beside 1月 … 12月 is their total; beside 上半年 it may be what was done of a target called 上半年.
    for name in ("value",) if alone else ("value", "cumulative"):
        if name in table.columns and is_filled(sheet, table, table.columns[name]):
            raise ValidationError(
                _(
                    "The columns %(months)s and %(other)s both seem to hold what was done, and only one can count. "
                    "Take the other out of the file, or name it as what it is, such as 上半年目标."
                )
                % {
                    "months": "、".join(_heading(sheet, table, column) for column in sorted(table.months)),
                    "other": _heading(sheet, table, table.columns[name]),
                }
            )
    aside = {name: column for name, column in table.columns.items() if name in FIGURES - {"cumulative"}}
    others = {column: _heading(sheet, table, column) for column in aside.values()}
    return replace(
        table,
        columns={name: column for name, column in table.columns.items() if name not in aside},
        others=dict(sorted({**table.others, **others}.items())),
    )


def is_filled(sheet: Sheet, table: Table, column: int) -> bool:
    return any(
        (cell := sheet.cell(row, column)) is not None and (cell.text.strip() or cell.uncalculated)
        for row in range(table.heading + 1, table.last + 1)
    )


def left_out(sheet: Sheet, table: Table) -> Iterator[str]:
    """The headings of filled columns that nothing is taken from; by its letter a column without any."""
    used = {*table.columns.values(), *table.months}
    for column in range(1, sheet.last_column + 1):
        if column in used or not is_filled(sheet, table, column):
            continue
        if column in table.others:
            yield table.others[column]
        elif not _heading_cells(sheet, table.top, table.heading, column):
            yield _("column %(letter)s, without a heading") % {"letter": column_letter(column)}


def squeezed(text: str) -> str:
    """A text as names are compared: brackets belong to it."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text).lower())
