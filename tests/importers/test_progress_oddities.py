"""Sheets of progress as offices keep them: merged names, dated headings, totals beside months, what is not certain.

Every row ends as answers, an error, a question, or left out with a reason; the counts add up to the rows of the file.
"""

import itertools
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from targets.importers.files.grid import Cell, Merge, Sheet, Workbook
from targets.importers.problems import Severity
from targets.importers.progress.months import months_of
from targets.importers.progress.sheet import RowOutcome, outcomes, read_progress
from targets.services.base import Author
from targets.services.progress_import import compare, standing
from tests.importers.test_progress_sheet import failed, left_out

D = Decimal


def sheet_of(*rows, merges=(), hidden_rows=(), hidden_columns=(), name="填报表"):
    """A sheet; a value may be a cell, of which only the place is set."""
    cells = {}
    for row, values in enumerate(rows, start=1):
        for column, value in enumerate(values, start=1):
            if isinstance(value, Cell):
                cells[row, column] = Cell(row, column, **{
                    field: getattr(value, field) for field in Cell.__slots__ if field not in ("row", "column")
                })  # fmt: skip
            elif value not in (None, ""):
                cells[row, column] = Cell(row, column, D(str(value)) if isinstance(value, int | float) else value)
    return Sheet(
        name, cells, tuple(merges), hidden_rows=frozenset(hidden_rows), hidden_columns=frozenset(hidden_columns)
    )


@pytest.fixture
def people(cast, build):
    """Training of the two villages, in persons."""
    indicator = build.indicator(
        "POP", cast.economy, name="培训人次", name_en="Training", unit_of_measure="人次", decimals=0
    )
    return [build.target(indicator, unit, {12: 120}) for unit in (cast.east, cast.west)]


@pytest.fixture
def read(cast, people):
    """Read rows for the township, July 2023."""

    def do(*rows, chosen=None, sheets=(), **look):
        targets = [*people, cast.east_target, cast.west_target]
        workbook = Workbook("file.xlsx", "xlsx", (sheet_of(*rows, **look), *sheets))
        return read_progress(
            workbook, targets, year=2023, month=7, unit=cast.township, standing=standing(targets), chosen=chosen
        )

    return do


def answers(found):
    """Unit, months, form and value of every answer."""
    return [
        (one.target.unit.name, one.from_month, one.month, one.typed_as, one.value)
        for one in sorted(found.answers, key=lambda one: (one.line, one.month))
    ]


def asked(found):
    """The open questions: key and what can be answered."""
    return [(one.key, [value for value, _words in one.proposals]) for one in found.of(Severity.QUESTION)]


HEADINGS = ["指标名称", "填报单位", "7月", "8月"]
BOTH = [("东村", 7, 7, "month", 5), ("东村", 8, 8, "month", 6), ("西村", 7, 7, "month", 7), ("西村", 8, 8, "month", 8)]


class TestNames:
    def test_a_merged_name_is_that_of_all_its_rows(self, read):
        rows = (HEADINGS, ["培训人次", "东村", 5, 6], [None, "西村", 7, 8])
        assert answers(read(*rows, merges=[Merge(2, 1, 3, 1)])) == BOTH
        assert answers(read(*rows)) == BOTH  # written once, meant for all

    def test_a_merged_unit_and_code_are_those_of_all_their_rows(self, read):
        headings = ["填报单位", "代码", "7月"]
        rows = (headings, ["东村", "POP", 5], [None, "ROADS", 1.5])
        for merges in ((), [Merge(2, 1, 3, 1)]):
            found = read(*rows, merges=merges)
            assert answers(found) == [("东村", 7, 7, "month", 5), ("东村", 7, 7, "month", D("1.5"))]
        found = read(["代码", "填报单位", "7月"], ["POP", "东村", 5], [None, "西村", 7], merges=[Merge(2, 1, 3, 1)])
        assert [one.value for one in found.answers] == [5, 7]

    @pytest.mark.parametrize(
        ("rows", "line", "why"),
        [
            # A blank row ends what was written once.
            ([["培训人次", "东村", 5], [], [None, "西村", 7]], 4, "names no indicator"),
            ([["培训人次", "东村", 5], [None, None, 7]], 3, "names no indicator"),
            ([["培训人次", "东村", 5], [None, "合计", 7]], 3, "“合计” is no unit"),
            ([["合计", None, 5]], 2, "“合计” is no indicator"),
            ([["培训人次", "南村", 5]], 2, "“南村” is no unit that is asked for “培训人次” here."),
            ([["培训人次", None, 5]], 2, "reported by several units"),
        ],
    )
    def test_figures_of_nobody_are_left_out_with_the_reason(self, read, rows, line, why):
        found = read(["指标名称", "填报单位", "7月"], *rows)
        assert why in left_out(found)[line]
        assert line not in {one.line for one in found.answers}

    def test_a_unit_may_be_written_in_full_and_a_name_with_its_number(self, read):
        found = read(
            ["指标名称", "填报单位", "7月"], ["1、培训人次", "东村村民委员会", 5], ["（二）培训人次", "T-W", 6]
        )
        assert [(one.target.unit.name, one.value) for one in found.answers] == [("东村", 5), ("西村", 6)]

    def test_a_code_that_is_not_of_the_name_is_asked(self, read):
        rows = (["编号", "指标名称", "填报单位", "7月"], ["ROADS", "培训人次", "东村", 5], ["3", "培训人次", "西村", 6])
        found = read(*rows)
        assert asked(found) == [("code-2-1", ["code", "name", "leave"])]
        assert [one.line for one in found.answers] == [3]  # its own numbering: the name decides
        for answer, code in (("code", "ROADS"), ("name", "POP")):
            chosen = read(*rows, chosen={"code-2-1": answer})
            assert chosen.answers[0].target.indicator.code == code
        assert left_out(read(*rows, chosen={"code-2-1": "leave"})) == {2: "Left out as chosen."}

    def test_one_figure_over_two_rows_is_nobodys(self, read):
        rows = (HEADINGS, ["培训人次", "东村", 5, 6], ["培训人次", "西村", None, 8])
        assert failed(read(*rows, merges=[Merge(2, 3, 3, 3)])) == [(2, "C"), (3, "C")]
        assert failed(read(*rows, merges=[Merge(2, 3, 2, 4)])) == [(2, "C")]


class TestMonths:
    @pytest.mark.parametrize(
        "heading",
        [
            date(2023, 7, 1), date(2023, 7, 31), "2023年7月", "2023年7月份", "2023年07月", "23年7月", "2023.7",
            "2023.07", "2023-07", "2023-7", "2023/7", "2023/7/1", "202307", "二〇二三年七月",
            "2023年7月完成数", "本年7月",
            "七月", "7月份", "７月", "July 2023", "Jul-23", "7月当月完成", "7月（实际）",
        ],
    )  # fmt: skip
    def test_july_is_named_in_many_ways(self, read, heading):
        found = read(["指标名称", "填报单位", heading], ["培训人次", "东村", 5])
        assert answers(found) == [("东村", 7, 7, "month", 5)]

    @pytest.mark.parametrize(
        ("heading", "run"),
        [
            ("2023年1-7月", (1, 7)), ("2023年上半年", (1, 6)), ("2023年一季度", (1, 3)), ("一月至七月", (1, 7)),
            ("2023年7月累计", (1, 7)), ("2023年度上半年完成情况", (1, 6)), ("2023.7累计", (1, 7)),
        ],
    )  # fmt: skip
    def test_runs_carry_the_year_as_well(self, heading, run):
        found = months_of(heading)
        assert (found and found[:2]) == run

    @pytest.mark.parametrize("heading", ["2023年", "2023年目标", "2022年同期", "2023年7月增速", "7月15日", "2023.13"])
    def test_what_names_no_months(self, heading):
        assert months_of(heading) is None

    @pytest.mark.parametrize("heading", [date(2022, 7, 1), "2022年7月", "2022.7"])
    def test_another_year_is_refused_by_name(self, read, heading):
        with pytest.raises(ValidationError, match=r"are of 2022, and this page is for 2023"):
            read(["指标名称", "填报单位", heading], ["培训人次", "东村", 5])
        found = read(["指标名称", "填报单位", heading, "2023年7月"], ["培训人次", "东村", 5, 6])
        assert (answers(found), len(found.left_out)) == ([("东村", 7, 7, "month", 6)], 1)

    def test_a_day_within_a_month_may_be_two_numbers(self, read):
        # 1-7 typed into a spreadsheet becomes 7 January.
        with pytest.raises(ValidationError, match="No sheet has the headings"):
            read(["指标名称", "填报单位", date(2023, 1, 7)], ["培训人次", "东村", 5])

    def test_a_number_of_october_looks_like_january(self, read):
        found = read(["指标名称", "填报单位", 2023.1, 2023.9], ["培训人次", "东村", 5, 6])
        assert (answers(found), found.left_out) == ([("东村", 9, 9, "month", 6)], ("2023.1",))

    @pytest.mark.parametrize("said", [date(2023, 6, 1), "2023年6月", "2023-06", 6, "6", "六月"])
    def test_a_row_names_its_month_as_headings_do(self, read, said):
        found = read(["指标名称", "填报单位", "月份", "数值"], ["培训人次", "东村", said, 5])
        assert answers(found) == [("东村", 6, 6, "month", 5)]

    @pytest.mark.parametrize(
        ("headings", "row"),
        [
            (["指标名称", "填报单位", "月份", "数值"], ["培训人次", "东村", "2022年6月", 5]),
            (["指标名称", "填报单位", "月份", "数值"], ["培训人次", "东村", date(2022, 6, 1), 5]),
            (["指标名称", "填报单位", "年份", "月份", "数值"], ["培训人次", "东村", 2022, 6, 5]),
        ],
    )
    def test_a_row_of_another_year_is_left_out(self, read, headings, row):
        found = read(headings, row)
        assert left_out(found)[2].startswith("It is of 2022, and this page is for 2023.")
        assert found.answers == ()

    def test_a_day_is_no_month(self, read):
        found = read(["指标名称", "填报单位", "月份", "数值"], ["培训人次", "东村", date(2023, 1, 7), 5])
        assert failed(found) == [(2, "C")]

    def test_a_title_of_another_year_is_said(self, read):
        title = ["青山乡2022年重点指标完成情况"]
        (remark,) = read(title, HEADINGS, ["培训人次", "东村", 5, 6]).remarks
        assert remark == "The title speaks of 2022, and the figures would be taken for 2023."
        assert read(["青山乡2023年重点指标"], HEADINGS, ["培训人次", "东村", 5, 6]).remarks == ()


class TestTwoRowsOfHeadings:
    @pytest.mark.parametrize("with_merges", [True, False])
    @pytest.mark.parametrize("name_row", [0, 1])
    def test_months_stand_above_what_was_done(self, read, with_merges, name_row):
        names = ["指标名称", "填报单位"]
        above = [*(names if name_row == 0 else ["", ""]), "6月", "", "7月", ""]
        below = [*(names if name_row == 1 else ["", ""]), "目标", "完成", "目标", "完成"]
        merges = [Merge(1, 3, 1, 4), Merge(1, 5, 1, 6)]
        if name_row == 0:
            merges += [Merge(1, 1, 2, 1), Merge(1, 2, 2, 2)]
        found = read(above, below, ["培训人次", "东村", 50, 4, 60, 5], merges=merges if with_merges else ())
        assert answers(found) == [("东村", 6, 6, "month", 4), ("东村", 7, 7, "month", 5)]
        assert len(found.left_out) == 2
        assert found.rows == (3,)

    def test_the_month_and_the_total_below_it(self, read):
        above = ["指标名称", "填报单位", "7月", ""]
        below = ["", "", "本月", "累计"]
        merges = [Merge(1, 1, 2, 1), Merge(1, 2, 2, 2), Merge(1, 3, 1, 4)]
        (one,) = read(above, below, ["培训人次", "东村", 5, 65], merges=merges).answers
        # January to June are not reported: the total covers them.
        assert (one.from_month, one.month, one.value) == (7, 7, 65)
        assert "7月" in one.remark or "July alone is left out: 5" in one.remark

    def test_the_year_stands_above_its_months(self, read):
        found = read(["指标名称", "填报单位", "2023年", ""], ["", "", "6月", "7月"], ["培训人次", "东村", 4, 5],
                     merges=[Merge(1, 1, 2, 1), Merge(1, 2, 2, 2), Merge(1, 3, 1, 4)])  # fmt: skip
        assert [(one.month, one.value) for one in found.answers] == [(6, 4), (7, 5)]

    @pytest.mark.parametrize("with_merges", [True, False])
    def test_another_year_above_the_months_is_refused(self, read, with_merges):
        rows = (["", "", "2022年", ""], ["指标名称", "填报单位", "6月", "7月"], ["培训人次", "东村", 4, 5])
        with pytest.raises(ValidationError, match="are of 2022"):
            read(*rows, merges=[Merge(1, 3, 1, 4)] if with_merges else [])

    def test_a_second_table_is_read_by_its_own_headings(self, read):
        found = read(
            ["指标名称", "填报单位", "6月"],
            ["培训人次", "东村", 4],
            ["指标名称", "填报单位", "7月"],
            ["培训人次", "东村", 5],
        )
        assert answers(found) == [("东村", 6, 6, "month", 4), ("东村", 7, 7, "month", 5)]
        assert left_out(found) == {3: "The headings of the table."}


class TestTotals:
    """The month and the running total side by side. East reported nothing before, or 60 by June."""

    LONG = ["指标名称", "填报单位", "本月数", "累计数"]

    def test_without_the_months_before_the_total_counts(self, read):
        (one,) = read(self.LONG, ["培训人次", "东村", 5, 65]).answers
        assert (one.from_month, one.month, one.typed_as, one.value) == (7, 7, "cumulative", 65)
        assert one.remark.startswith("The running total counts")

    def test_what_agrees_is_taken_as_the_month(self, read, build, people):
        build.draft(people[0], 6, 60, typed_as="cumulative")
        found = read(self.LONG, ["培训人次", "东村", 5, 65])  # 60 + 5 = 65
        assert answers(found) == [("东村", 7, 7, "month", 5)]
        assert found.problems == ()

    def test_what_contradicts_is_asked(self, read, build, people):
        build.draft(people[0], 6, 60, typed_as="cumulative")
        rows = (self.LONG, ["培训人次", "东村", 5, 66])
        found = read(*rows)
        assert (asked(found), found.answers) == ([("total-2-4", ["others", "claim", "leave"])], ())
        (problem,) = found.of(Severity.QUESTION)
        assert problem.reason == "D2 says 66, and by C2 it is 65."
        key = {"total-2-4": "others"}
        assert answers(read(*rows, chosen=key)) == [("东村", 7, 7, "month", 5)]
        key["total-2-4"] = "claim"
        assert answers(read(*rows, chosen=key)) == [("东村", 7, 7, "cumulative", 66)]
        key["total-2-4"] = "leave"
        assert answers(read(*rows, chosen=key)) == []
        assert list(left_out(read(*rows, chosen=key))) == [2]

    def test_a_total_below_its_month_is_asked(self, read):
        assert asked(read(self.LONG, ["培训人次", "东村", 65, 5])) == [("total-2-4", ["others", "claim", "leave"])]

    def test_columns_of_months_with_their_total(self, read, build, people):
        headings = ["指标名称", "填报单位", "7月", "1-7月"]
        build.draft(people[0], 6, 60, typed_as="cumulative")
        assert answers(read(headings, ["培训人次", "东村", 5, 65])) == [("东村", 7, 7, "month", 5)]
        assert asked(read(headings, ["培训人次", "东村", 5, 66]))[0][0] == "total-2-4"
        # A total alone follows what stands.
        found = read(["指标名称", "填报单位", "1-7月"], ["培训人次", "东村", 65], ["培训人次", "西村", 65])
        assert answers(found) == [("东村", 7, 7, "cumulative", 65), ("西村", 1, 7, "month", 65)]

    def test_a_half_year_beside_its_months_is_checked(self, read):
        headings = ["指标名称", "填报单位", "1月", "2月", "3月", "一季度"]
        assert len(read(headings, ["培训人次", "东村", 1, 2, 3, 6]).answers) == 3
        # 1 + 2 + 3 is 6 and not 7.
        found = read(headings, ["培训人次", "东村", 1, 2, 3, 7])
        assert found.of(Severity.QUESTION)[0].reason == "F2 says 7, and by C2, D2, E2 it is 6."
        chosen = read(headings, ["培训人次", "东村", 1, 2, 3, 7], chosen={"total-2-6": "claim"})
        assert answers(chosen) == [("东村", 1, 3, "month", 7)]

    def test_a_total_beside_all_months_is_checked(self, read):
        headings = ["指标名称", "填报单位", "1月", "2月", "累计"]
        assert read(headings, ["培训人次", "东村", 1, 2, 3]).problems == ()
        assert asked(read(headings, ["培训人次", "东村", 1, 2, 4]))[0][0] == "total-2-5"
        assert left_out(read(headings, ["培训人次", "东村", None, None, 4]))[2] == "The running total names no month."

    def test_the_same_months_twice(self, read):
        headings = ["指标名称", "填报单位", "7月", "七月"]
        assert answers(read(headings, ["培训人次", "东村", 5, 5])) == [("东村", 7, 7, "month", 5)]
        assert asked(read(headings, ["培训人次", "东村", 5, 6]))[0][0] == "total-2-4"

    def test_two_rows_that_say_the_same(self, read):
        found = read(HEADINGS, ["培训人次", "东村", 5, 6], ["培训人次", "东村", 5, None])
        assert len(found.answers) == 2
        assert left_out(found) == {3: "It says the same as row 2."}


class TestFigures:
    def one(self, read, value, heading="7月", **options):
        return read(["指标名称", "填报单位", heading], ["培训人次", "东村", value], **options)

    def test_a_formula_without_a_value_is_named_by_its_cell(self, read):
        formula = Cell(0, 0, "", formula=True, uncalculated=True)
        found = self.one(read, formula)
        assert failed(found) == [(2, "C")]
        assert "C2 holds a formula" in str(found.problems[0])
        named = read(["指标名称", "填报单位", "7月"], [formula, "东村", 5])
        assert failed(named) == [(2, "A")]

    def test_an_error_of_a_formula_is_no_figure(self, read):
        assert failed(self.one(read, Cell(0, 0, "", error="#DIV/0!"))) == [(2, "C")]

    @pytest.mark.parametrize(
        ("text", "value", "word"), [("700余", 700, "over"), ("近1.2万", 12000, "nearly"), ("1,234人次", 1234, "")]
    )
    def test_amounts_are_read_as_everywhere(self, read, text, value, word):
        (one,) = self.one(read, text).answers
        assert (one.value, one.approximation) == (value, word)

    def test_two_figures_in_a_cell_are_refused(self, read):
        for text in ("3\n5", "12 18"):
            assert failed(self.one(read, text)) == [(2, "C")]

    @pytest.mark.parametrize(
        ("cell", "key", "answer", "value"),
        [
            (Cell(0, 0, D("1.2"), stored=D(12000)), "scaled-2-3", "shown", D("1.2")),
            (Cell(0, 0, D("1.2"), stored=D(12000)), "scaled-2-3", "held", 12000),
            (Cell(0, 0, D(7), stored=D(7)), "unseen-2-3", "take", 7),
            (Cell(0, 0, D(7), struck=True), "struck-2-3", "take", 7),
            (Cell(0, 0, "(7)"), "sign-2-3", "0", -7),
            (Cell(0, 0, "约700"), "approximate-2-3", "0", 700),
            (Cell(0, 0, "—"), "nofigure-2-3", "0", 0),
        ],
    )
    def test_what_can_be_two_things_is_asked(self, read, cell, key, answer, value):
        found = self.one(read, cell)
        assert ([one for one, _choices in asked(found)], found.answers) == ([key], ())
        assert [one.value for one in self.one(read, cell, chosen={key: answer}).answers] == [value]
        left = self.one(read, cell, chosen={key: "leave"})
        assert (left.answers, left.is_complete, list(left_out(left))) == ((), True, [2])
        assert left.questions[0].value == "leave"

    def test_a_question_of_a_column_is_asked_once(self, read, cast, build):
        rate = build.indicator("RATE", kind="rate", accumulation="latest", unit_of_measure="%", name="参保率")
        targets = [build.target(rate, unit, {12: 90}) for unit in (cast.east, cast.west)]
        rows = sheet_of(["代码", "填报单位", "6月"], ["RATE", "东村", 0.95], ["RATE", "西村", 0.5])

        def read_rates(**chosen):
            return read_progress(Workbook("f", "xlsx", (rows,)), targets, year=2023, chosen=chosen)

        assert asked(read_rates()) == [("share-2-3", ["0", "1", "leave"])] * 2
        assert [one.value for one in read_rates(**{"share-2-3": "0"}).answers] == [95, 50]
        assert [one.value for one in read_rates(**{"share-2-3": "1"}).answers] == [D("0.95"), D("0.5")]

    @pytest.mark.parametrize(
        ("title", "headings", "row", "value"),
        [
            # 12,300 元 are 1.23 万元.
            ([], ["指标", "计量单位", "7月"], ["MONEY", "元", 12300], D("1.23")),
            ([], ["指标", "计量单位", "7月"], ["MONEY", "万元", 12300], 12300),
            ([], ["指标", "单位", "7月"], ["MONEY", "元", "12,300"], D("1.23")),
            ([], ["指标", "计量单位", "7月"], ["MONEY", "元", "3万元"], 3),  # the cell's own unit counts
            ([], ["指标", "7月（元）"], ["MONEY", 12300], D("1.23")),
            (["单位：元"], ["指标", "7月"], ["MONEY", 12300], D("1.23")),
            (["单位：公里"], ["指标", "7月"], ["MONEY", 12300], 12300),
        ],
    )
    def test_the_unit_of_measure_beside_a_figure_counts(self, cast, build, title, headings, row, value):
        money = build.target(build.indicator("MONEY", name="MONEY"), cast.east, {12: 9})
        rows = sheet_of(*([title] if title else []), headings, row)
        found = read_progress(Workbook("f", "xlsx", (rows,)), [money], year=2023)
        assert [one.value for one in found.answers] == [value]

    def test_a_unit_of_measure_that_does_not_convert_is_asked(self, read):
        rows = (["指标名称", "填报单位", "计量单位", "7月"], ["培训人次", "东村", "公里", 5])
        assert asked(read(*rows)) == [("measure-2-4", ["asked", "leave"])]
        assert [one.value for one in read(*rows, chosen={"measure-2-4": "asked"}).answers] == [5]


class TestHidden:
    ROWS = (HEADINGS, ["培训人次", "东村", 5, 6], ["培训人次", "西村", 7, 8])

    def test_a_hidden_row_is_asked(self, read):
        found = read(*self.ROWS, hidden_rows=[3])
        assert (asked(found), len(found.answers)) == ([("hidden-3-0", ["take", "leave"])], 2)
        assert len(read(*self.ROWS, hidden_rows=[3], chosen={"hidden-3-0": "take"}).answers) == 4

    def test_a_hidden_column_gives_way_to_a_visible_one(self, read):
        found = read(["指标名称", "填报单位", "7月", "7月"], ["培训人次", "东村", 5, 6], hidden_columns=[3])
        assert (answers(found), found.left_out) == ([("东村", 7, 7, "month", 6)], ("7月",))

    def test_figures_in_hidden_columns_alone_are_asked(self, read):
        found = read(HEADINGS, ["培训人次", "东村", 5, None], hidden_columns=[3])
        assert asked(found) == [("hidden-2-0", ["take", "leave"])]


def test_other_sheets_are_named(read):
    other = sheet_of(["随便"], name="西村")
    (remark,) = read(HEADINGS, ["培训人次", "东村", 5, 6], sheets=[other]).remarks
    assert remark == "Only the sheet “填报表” is read. Nothing is taken from: 西村."


def test_a_hidden_sheet_is_named_where_it_holds_a_table(read):
    lists = replace(sheet_of(["东村"], ["西村"], name="列表"), hidden=True)
    table = replace(sheet_of(HEADINGS, ["培训人次", "西村", 7, 8], name="旧表"), hidden=True)
    (remark,) = read(HEADINGS, ["培训人次", "东村", 5, 6], sheets=[lists, table]).remarks
    assert remark == "Only the sheet “填报表” is read. Nothing is taken from: 旧表."


def test_a_filled_column_without_a_heading_is_named(read):
    found = read(HEADINGS, ["培训人次", "东村", 5, 6, 7])
    assert found.left_out == ("column E, without a heading",)


PIECES = {
    "name": st.sampled_from([None, "培训人次", "POP", "新修道路", "合计", "南瓜", "指标名称"]),
    "unit": st.sampled_from([None, "东村", "西村", "T-E", "合计"]),
    "figure": st.sampled_from(
        [None, 0, 5, -3, 0.5, "5", "700余", "(5)", "—", "很多", "无新增", "不涉及", "1 2", "3万", "2023.7", "#REF!"]
    ),
}
ROW = st.tuples(PIECES["name"], PIECES["unit"], *[PIECES["figure"]] * 3)
TOPS = [
    ["指标名称", "填报单位", "7月", "8月", "1-8月"],
    ["指标名称", "填报单位", "本月数", "累计数", "备注"],
    ["代码", "填报单位", "1月", "2月", "累计"],
    ["指标名称", "单位", "月份", "数值", "填报情况"],
]


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(top=st.sampled_from(TOPS), rows=st.lists(ROW, max_size=6), hidden=st.booleans(), answer=st.integers(0, 2))
def test_the_counts_add_up_to_the_rows_of_any_sheet(read, top, rows, hidden, answer):
    """Also once every question is answered, whatever the answers are."""
    look = {"hidden_rows": [3] if hidden else []}
    filled = {place for place, row in enumerate(rows, start=2) if any(value is not None for value in row)}
    chosen: dict[str, str] = {}
    for _round in itertools.repeat(None, 8):
        found = read(top, *rows, chosen=chosen, **look)
        assert set(found.rows) == filled
        counted = outcomes(found, compare(Author.system("test"), found.answers))
        assert Counter(row for lines in counted.values() for row in lines) == Counter(found.rows)
        said = {problem.row for problem in found.of(Severity.NOTE)}
        assert set(counted[RowOutcome.LEFT_OUT]) <= said  # each with its reason
        stopped = {problem.row for problem in found.problems if problem.blocks}
        assert not stopped & {one.line for one in found.answers}
        open_questions = found.of(Severity.QUESTION)
        if not open_questions:
            return
        for problem in open_questions:
            chosen[problem.key] = problem.proposals[min(answer, len(problem.proposals) - 1)][0]
    raise AssertionError("questions without an end")
