"""A whole sheet as a plan: rows as they will be stored, and every problem with its cell, reason and answer."""

import copy
import io
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook as OpenpyxlWorkbook
from openpyxl.styles import Font

from targets.importers import names
from targets.importers.files.workbook import read_workbook
from targets.importers.names import Known, KnownIndicator, Names
from targets.importers.plan.headings import find_table
from targets.importers.plan.meanings import Field, Meaning
from targets.importers.plan.rows import ALONE, KEEP, LEAVE_OUT, RUNNING, WORDS_ONLY, Step
from targets.importers.plan.sheet import read_plan
from targets.importers.problems import Severity
from tests.importers.sheets import PLAN, PLAN_MERGES, grid, heading_of, ods, ods_cell, plain_sheet, saved, xlsx

NAMES = Names(
    sections=[Known("economy", "经济发展"), Known("rural", "乡村振兴"), Known("governance", "社会治理")],
    units=[
        Known("O1", "党政办公室"),
        Known("O2", "经济发展办公室"),
        Known("O3", "农业农村办"),
        Known("O4", "财政所"),
        Known("V1", "东村", ("东村村委会",)),
    ],
    indicators=[
        KnownIndicator("R1", "农村公路养护", unit_of_measure="千米", decimals=2, section="rural"),
        KnownIndicator("R2", "家庭农场", unit_of_measure="个", accumulation="stock", section="rural"),
        KnownIndicator("G1", "信访积案", unit_of_measure="件", direction="at_most", section="governance"),
        KnownIndicator("G2", "登记失业人员", unit_of_measure="人", direction="monitor", section="governance"),
        KnownIndicator("T1", "办公楼改造", kind="milestone", accumulation="", section="governance"),
    ],
)
HEADING = ["板块", "指标名称", "计量单位", "上年实绩", "上半年目标", "全年目标", "责任单位", "完成时限"]


def plan(rows, merges=(), *, names=NAMES, **more):
    sheet = grid(rows, merges)
    return read_plan(sheet, heading_of(sheet, plan_year=2024), names, year=2024, **more)


def row_of(*cells, answers=None, heading=HEADING, names=NAMES):
    """The plan of one row with the usual heading; cells beyond those given are empty."""
    read = plan([heading, [*cells, *[None] * (len(heading) - len(cells))]], answers=answers, names=names)
    (row,) = read.rows
    return row, read


def target(annual, *, unit="", name="指标甲", half=None, baseline=None, deadline=None, answers=None):
    return row_of("经济发展", name, unit, baseline, half, annual, "O2", deadline, answers=answers)


def open_problems(read):
    return [(problem.severity, problem.address, problem.key) for problem in read.blocking]


class TestARealSheet:
    def test_every_row_as_it_will_be_stored(self):
        read = plan(PLAN, PLAN_MERGES)
        assert [(row.section, row.name, row.unit_of_measure, row.unit) for row in read.rows] == [
            ("economy", "招商引资到位资金", "万元", "O2"),
            ("economy", "固定资产投资", "万元", "O2"),
            ("rural", "新修农村公路", "千米", "O3"),
            ("rural", "高标准农田", "亩", "O3"),
        ]
        first, second, third, _fourth = read.rows
        assert (first.kind, first.accumulation, first.direction, first.decimals) == ("quantity", "flow", "at_least", 2)
        assert first.baseline == Decimal("1200.5")
        assert first.checkpoints == {6: Decimal(800), 12: Decimal(1500)}
        assert first.lead_leader == "副乡长"
        assert first.ready
        assert second.supporting == ("O4",)
        # The unit of 固定资产投资 is that of the line above the table.
        assert "unit_of_measure" in second.assumed
        assert "unit_of_measure" not in first.assumed
        assert third.remarks == ("note: 含通组路",)

    def test_what_stands_already_and_grows_is_asked_whether_it_adds_up(self):
        read = plan(PLAN, PLAN_MERGES)
        assert open_problems(read) == [(Severity.QUESTION, "C8", "C8/accumulation")]
        assert not read.rows[3].ready
        assert not read.is_ready

    @pytest.mark.parametrize("answer", ["stock", "时点", "the latest figure counts"])
    def test_answered_it_is_ready(self, answer):
        read = plan(PLAN, PLAN_MERGES, answers={"C8/accumulation": answer})
        assert read.is_ready
        assert read.rows[3].accumulation == "stock"

    def test_totals_notes_and_signatures_are_left_out_and_told(self):
        read = plan(PLAN, PLAN_MERGES)
        told = [(problem.row, problem.reason) for problem in read.notes if problem.row > 8]
        assert told == [
            (9, "This is a total and was left out; the system adds up by itself."),
            (10, "This stands below the table and was left out."),
            (11, "This stands below the table and was left out."),
        ]
        assert [line.row for line in read.left_out] == [9, 10, 11]

    def test_a_problem_says_where_it_is(self):
        problem = plan(PLAN, PLAN_MERGES).blocking[0]
        assert (problem.row, problem.letter, problem.value) == (8, "C", "高标准农田")
        assert str(problem) == "Row 8, column C: Do the months add up, or does the latest figure count?"
        assert [value for value, _words in problem.proposals] == ["stock", "flow"]

    def test_reading_twice_gives_the_same_and_changes_nothing(self):
        sheet = grid(PLAN, PLAN_MERGES)
        before = copy.deepcopy(sheet)
        heading = heading_of(sheet, plan_year=2024)
        assert read_plan(sheet, heading, NAMES, year=2024) == read_plan(sheet, heading, NAMES, year=2024)
        assert sheet == before


class TestFigures:
    @pytest.mark.parametrize(
        ("annual", "unit", "kind", "direction", "value", "unit_of_measure"),
        [
            (500, "亩", "quantity", "at_least", "500", "亩"),
            ("500万元", "", "quantity", "at_least", "500", "万元"),
            ("≥95%", "", "rate", "at_least", "95", "%"),
            ("低于4.1", "%", "rate", "at_most", "4.1", "%"),
            ("不发生", "起", "quantity", "at_most", "0", "起"),
            ("1.2万亩", "亩", "quantity", "at_least", "12000", "亩"),
            ("2500余亩", "", "quantity", "at_least", "2500", "亩"),
        ],
    )
    def test_numbers_and_words(self, annual, unit, kind, direction, value, unit_of_measure):
        row, read = target(annual, unit=unit)
        assert (row.kind, row.direction, row.unit_of_measure) == (kind, direction, unit_of_measure)
        assert row.checkpoints == {12: Decimal(value)}
        assert read.is_ready

    def test_the_words_are_kept(self):
        assert target("2500余亩")[0].wording == "2500余亩"
        assert target("2500余亩")[0].approximation == "over"
        assert target(2500, unit="亩")[0].wording == ""

    def test_percent_is_read_as_it_is_seen(self):
        content = xlsx(
            [HEADING, ["经济发展", "参保率", "%", None, 0.9, 0.95, "O2"]], formats={"E2": "0%", "F2": "0.0%"}
        )
        sheet = read_workbook(content, "plan.xlsx").sheets[0]
        (row,) = read_plan(sheet, heading_of(sheet), NAMES, year=2024).rows
        assert row.checkpoints == {6: Decimal(90), 12: Decimal(95)}
        assert (row.kind, row.accumulation, row.decimals) == ("rate", "latest", 1)

    def test_percent_in_a_row_of_permille_is_asked_with_what_it_comes_to(self):
        content = xlsx([HEADING, ["经济发展", "出生率", "‰", None, None, 0.005, "O2"]], formats={"F2": "0.0%"})
        sheet = read_workbook(content, "plan.xlsx").sheets[0]
        read = read_plan(sheet, heading_of(sheet), NAMES, year=2024)
        assert read.rows[0].checkpoints == {}
        assert open_problems(read) == [(Severity.QUESTION, "F2", "F2")]
        assert read.blocking[0].proposals[0] == ("5‰", "5‰")
        (row,) = read_plan(sheet, heading_of(sheet), NAMES, year=2024, answers={"F2": "5‰"}).rows
        assert (row.checkpoints, row.unit_of_measure) == ({12: Decimal(5)}, "‰")

    @pytest.mark.parametrize(("text", "amount"), [("1亿", 10_000), ("5000万", 5_000), ("12万", 12)])
    def test_multiples_below_a_line_of_units_are_of_the_money_itself(self, text, amount):
        rows = [["目标分解表（单位：万元）"], HEADING, ["经济发展", "投资", None, None, None, text, "O2"]]
        read = plan(rows)
        assert open_problems(read) == []
        assert read.rows[0].checkpoints == {12: Decimal(amount)}

    def test_multiples_that_can_be_meant_in_two_ways_are_asked(self):
        rows = [["目标分解表（单位：亿元）"], HEADING, ["经济发展", "投资", None, None, None, "5000万", "O2"]]
        read = plan(rows)
        assert open_problems(read) == [(Severity.QUESTION, "F3", "F3")]
        assert [value for value, _words in read.blocking[0].proposals[:2]] == ["0.5亿元", "50000000亿元"]
        (row,) = plan(rows, answers={"F3": "0.5亿元"}).rows
        assert row.checkpoints == {12: Decimal("0.5")}

    def test_multiples_of_last_years_figure_are_understood_alike(self):
        row, read = target(100, unit="万元", baseline="1亿")
        assert (read.blocking, row.baseline) == ((), 10_000)

    def test_a_small_number_in_a_row_of_percent_is_asked(self):
        row, read = target(0.95, unit="%")
        assert row.checkpoints == {}
        assert open_problems(read) == [(Severity.QUESTION, "F2", "F2")]
        assert [value for value, _words in read.blocking[0].proposals] == ["95%", "0.95%", WORDS_ONLY]
        assert target(0.95, unit="%", answers={"F2": "95%"})[0].checkpoints == {12: Decimal(95)}

    def test_a_rate_by_its_name_counts_in_percent(self):
        row, read = target(0.98, name="信访事项化解率")
        assert (row.unit_of_measure, row.kind) == ("%", "rate")
        assert "unit_of_measure" in row.assumed
        assert [problem.key for problem in read.blocking] == ["F2"]
        assert target(95, name="工作效率提升次数")[0].unit_of_measure == ""

    def test_too_many_decimals_are_asked_with_the_rounded_figure(self):
        # 100 ÷ 3 = 33.3333…, of which 15 digits are stored.
        _row, read = target(100 / 3, unit="亩")
        assert read.blocking[0].proposals[0] == ("33.3333", "33.3333")

    def test_growth_is_asked_and_answered(self):
        _row, read = target("增长8%", unit="万元", baseline=500)
        assert open_problems(read) == [(Severity.QUESTION, "F2", "F2")]
        assert read.blocking[0].proposals[0] == ("540", "540")
        row, read = target("增长8%", unit="万元", baseline=500, answers={"F2": "540"})
        assert row.checkpoints == {12: Decimal(540)}
        assert row.wording == "增长8%"
        assert read.is_ready

    def test_words_that_are_kept_alone_are_monitored(self):
        row, read = target("年终根据全省平均", unit="%", answers={"F2": WORDS_ONLY})
        assert (row.direction, row.checkpoints, row.wording) == ("monitor", {}, "年终根据全省平均")
        assert row.in_words_only
        assert not target(95, unit="%")[0].in_words_only
        assert read.is_ready

    def test_words_may_hold_the_half_year_too(self):
        row, read = target("上半年3个、全年6个")
        assert row.checkpoints == {6: Decimal(3), 12: Decimal(6)}
        assert read.is_ready
        _row, read = target("上半年3个、全年6个", half=2)
        assert read.blocking[0].reason == "By the end of month 6 this makes 3, and another column says 2."

    def test_an_answer_that_is_no_answer_is_asked_again(self):
        _row, read = target("3-5个", answers={"F2": "4至6个"})
        assert read.blocking[0].value == "4至6个"

    def test_no_target_at_all_is_asked(self):
        _row, read = target(None, unit="亩")
        assert read.blocking[0].reason == "This row has no target."
        assert read.blocking[0].key == "F2"

    def test_a_date_in_place_of_a_figure_is_asked(self):
        _row, read = target(date(2024, 3, 5), unit="个")
        assert read.blocking[0].reason.startswith("This cell is a date.")

    def test_a_figure_merged_over_rows_is_not_taken_for_each(self):
        rows = [
            HEADING,
            ["经济发展", "甲", "个", None, None, 5, "O2"],
            ["经济发展", "乙", "个", None, None, None, "O2"],
        ]
        read = plan(rows, ["F2:F3"])
        reason = "This figure is merged over rows 2 to 3. Type the one of this row."
        assert [(problem.key, problem.reason) for problem in read.blocking] == [("F2", reason), ("F3", reason)]
        answered = plan(rows, ["F2:F3"], answers={"F2": "2", "F3": "3"})
        assert [row.checkpoints[12] for row in answered.rows] == [2, 3]

    def test_a_formula_without_a_value_and_a_broken_one(self):
        _row, read = target("=1+1", unit="个")
        assert read.blocking[0].reason == "The formula in this cell was never calculated."
        row, read = target("=1+1", unit="个", answers={"F2": "2"})
        assert row.checkpoints == {12: Decimal(2)}

    def test_zero_is_a_figure(self):
        row, _read = target(5, unit="个", half=0)
        assert row.checkpoints == {6: Decimal(0), 12: Decimal(5)}
        row, _read = row_of("经济发展", "甲", "个", 0, None, 5, "O2")
        assert row.baseline == 0

    @pytest.mark.parametrize("nothing", ["-", "—", "/", "无"])
    def test_what_says_nothing_is_nothing(self, nothing):
        row, read = row_of("经济发展", "甲", "个", nothing, nothing, 5, "O2")
        assert (row.baseline, row.checkpoints) == (None, {12: Decimal(5)})
        assert read.is_ready

    def test_a_target_of_accidents_is_asked_whether_it_is_a_ceiling(self):
        _row, read = target(2, unit="起", name="一般生产安全事故")
        assert open_problems(read) == [(Severity.QUESTION, "B2", "B2/direction")]
        row, read = target(2, unit="起", name="一般生产安全事故", answers={"B2/direction": "at_most"})
        assert (row.direction, read.is_ready) == ("at_most", True)
        assert target("95%", name="信访事项化解率")[0].direction == "at_least"

    def test_targets_that_fall_are_told(self):
        _row, read = target(300, half=500, unit="亩")
        assert any("fall in the course of the year" in problem.reason for problem in read.notes)

    def test_an_annual_target_due_earlier_counts_from_then(self):
        row, read = target(500, unit="亩", deadline="10月底")
        assert row.checkpoints == {10: Decimal(500)}
        assert read.is_ready
        assert target(500, unit="亩", deadline="12月底")[0].checkpoints == {12: Decimal(500)}
        assert target(500, unit="亩", half=200, deadline="3月底")[0].checkpoints == {6: Decimal(200), 12: Decimal(500)}


class TestTasks:
    @pytest.mark.parametrize(
        ("annual", "deadline", "step"),
        [
            ("11月底前通车", None, Step("11月底前通车", date(2024, 11, 30))),
            ("完成方案编制", "6月底前", Step("完成方案编制", date(2024, 6, 30))),
            (None, date(2024, 9, 30), Step("指标甲", date(2024, 9, 30))),
            ("2024-11-30", None, Step("指标甲", date(2024, 11, 30))),
        ],
    )
    def test_a_task_has_a_step_with_its_day(self, annual, deadline, step):
        row, read = target(annual, deadline=deadline)
        assert (row.kind, row.accumulation, row.steps, row.checkpoints) == ("milestone", "", (step,), {})
        assert read.is_ready

    def test_words_in_the_columns_of_quarters_are_steps(self):
        heading = ["板块", "任务名称", "一季度", "二季度", "三季度", "四季度", "责任单位"]
        row, _read = row_of(
            "乡村振兴", "办公楼改造", "完成设计", "5月底开工", None, "竣工验收", "O1",
            heading=heading, answers={"phases": RUNNING},
        )  # fmt: skip
        assert row.kind == "milestone"
        assert row.steps == (
            Step("完成设计", date(2024, 3, 31)),
            Step("5月底开工", date(2024, 5, 31)),
            Step("竣工验收", date(2024, 12, 31)),
        )

    def test_a_task_without_a_day_is_told(self):
        heading = ["板块", "任务名称", "完成时限", "责任单位"]
        row, read = row_of("经济发展", "创建卫生乡镇", "持续推进", "O1", heading=heading)
        assert row.steps == (Step("创建卫生乡镇", None),)
        assert any("no day by which it is due" in problem.reason for problem in read.notes)

    def test_a_name_that_forbids_is_a_ceiling_of_zero(self):
        heading = ["板块", "任务名称", "完成时限", "责任单位"]
        row, _read = row_of("经济发展", "防止发生规模性返贫", "全年", "O1", heading=heading)
        assert (row.kind, row.direction, row.checkpoints) == ("quantity", "at_most", {12: Decimal(0)})

    def test_a_day_that_could_be_two_is_asked(self):
        _row, read = target("11月前完成")
        assert open_problems(read) == [(Severity.QUESTION, "F2", "F2")]


class TestPhases:
    HEADING = ["板块", "指标名称", "计量单位", "全年目标", "一季度", "二季度", "三季度", "四季度", "责任单位"]

    def read(self, *figures, answers=None, unit="万元"):
        return plan([self.HEADING, ["经济发展", "投资", unit, *figures, "O2"]], answers=answers)

    def test_quarters_that_add_up_to_the_year_stand_for_themselves(self):
        # 100 + 80 + 120 + 100 = 400.
        read = self.read(400, 100, 80, 120, 100)
        assert read.rows[0].checkpoints == {3: Decimal(100), 6: Decimal(180), 9: Decimal(300), 12: Decimal(400)}
        assert read.is_ready

    def test_quarters_that_end_at_the_annual_target_count_from_january(self):
        read = self.read(400, 100, 180, 300, 400)
        assert read.rows[0].checkpoints == {3: Decimal(100), 6: Decimal(180), 9: Decimal(300), 12: Decimal(400)}

    def test_otherwise_it_is_asked_once(self):
        read = self.read(None, 100, 180, 300, 400)
        assert open_problems(read) == [(Severity.QUESTION, "", "phases")]
        assert not read.rows[0].ready
        assert self.read(None, 100, 180, 300, 400, answers={"phases": RUNNING}).rows[0].checkpoints[12] == 400
        assert self.read(None, 100, 180, 300, 400, answers={"phases": ALONE}).rows[0].checkpoints[12] == 980

    def test_a_contradiction_is_an_error(self):
        read = self.read(500, 100, 80, 120, 100, answers={"phases": ALONE})
        assert read.blocking[0].reason == "By the end of month 12 this makes 400, and another column says 500."

    def test_what_stands_already_is_never_added_up(self):
        heading = [*self.HEADING[:3], *self.HEADING[4:], "累计方式"]
        cells = ("乡村振兴", "示范农场", "个", 100, 100, 100, 100, "O2")
        same = dict.fromkeys((3, 6, 9, 12), Decimal(100))
        row, read = row_of(*cells, "时点", heading=heading, answers={"phases": ALONE})
        assert (row.accumulation, row.checkpoints, read.is_ready) == ("stock", same, True)
        row, _read = row_of("乡村振兴", "家庭农场", *cells[2:], heading=heading, answers={"phases": ALONE})
        assert (row.indicator, row.checkpoints) == ("R2", same)
        row, _read = row_of(*cells, "累计", heading=heading, answers={"phases": ALONE})
        assert row.checkpoints[12] == 400

    def test_answered_to_be_standing_it_is_not_added_up(self):
        heading = [*self.HEADING[:3], *self.HEADING[4:]]
        cells = ("乡村振兴", "示范农场总数", "个", 100, 100, 100, 100, "O2")
        answers = {"phases": ALONE, "B2/accumulation": "stock"}
        assert row_of(*cells, heading=heading, answers=answers)[0].checkpoints[12] == 100
        assert row_of(*cells, heading=heading, answers={**answers, "B2/accumulation": "flow"})[0].checkpoints[12] == 400

    @pytest.mark.parametrize("name", ["家庭农场", "示范农场"])
    def test_what_stands_already_says_nothing_of_the_columns(self, name):
        rows = [
            [*self.HEADING, "累计方式"],
            ["经济发展", "投资", "万元", 400, 100, 80, 120, 100, "O2", None],
            ["乡村振兴", name, "个", 100, 90, 95, 100, 100, "O3", "时点"],
        ]
        read = plan(rows)
        assert read.is_ready
        assert [row.checkpoints[6] for row in read.rows] == [Decimal(180), Decimal(95)]

    def test_rates_are_never_added_up(self):
        read = self.read(95, 80, 85, 90, 95, unit="%")
        assert read.rows[0].checkpoints == {3: Decimal(80), 6: Decimal(85), 9: Decimal(90), 12: Decimal(95)}


class TestNames:
    @pytest.mark.parametrize(
        ("text", "code", "supporting"),
        [
            ("经济发展办公室", "O2", ()),
            ("O2", "O2", ()),
            ("经发办", "O2", ()),
            ("东村村委会", "V1", ()),
            ("经发办、财政所", "O2", ("O4",)),
            ("经发办（牵头），财政所（配合）", "O2", ("O4",)),
            ("牵头单位：经发办\n配合单位：财政所、党政办", "O2", ("O4", "O1")),
        ],
    )
    def test_units_by_code_name_alias_or_abbreviation(self, text, code, supporting):
        row, read = row_of("经济发展", "甲", "个", None, None, 5, text)
        assert (row.unit, row.supporting) == (code, supporting)
        assert read.is_ready

    def test_an_abbreviation_is_told(self):
        _row, read = row_of("经济发展", "甲", "个", None, None, 5, "经发办")
        assert [problem.reason for problem in read.notes] == ["“经发办” was read as “经济发展办公室”."]

    def test_an_unknown_unit_is_an_error_with_the_nearest_names(self):
        _row, read = row_of("经济发展", "甲", "个", None, None, 5, "财政办公所")
        (problem,) = read.blocking
        assert (problem.severity, problem.address, problem.key) == (Severity.ERROR, "G2", "G2")
        assert problem.proposals[0] == ("O4", "财政所")
        assert row_of("经济发展", "甲", "个", None, None, 5, "财政办公所", answers={"G2": "O4"})[0].unit == "O4"

    def test_every_village_is_no_unit(self):
        _row, read = row_of("经济发展", "甲", "个", None, None, 5, "各村")
        assert read.blocking[0].reason == "“各村” are several units. A target has one that reports."

    def test_no_column_of_units_is_asked_once(self):
        rows = [["板块", "指标名称", "全年目标"], ["经济发展", "甲", 5], ["经济发展", "乙", 6]]
        assert [problem.key for problem in plan(rows).blocking] == ["unit"]
        assert [row.unit for row in plan(rows, answers={"unit": "O1"}).rows] == ["O1", "O1"]

    def test_a_section_written_once_counts_for_the_rows_below(self):
        rows = [HEADING[:7], ["经济发展", "甲", "个", None, None, 5, "O2"], [None, "乙", "个", None, None, 6, "O2"]]
        assert [row.section for row in plan(rows).rows] == ["economy", "economy"]

    def test_a_row_names_the_section_of_those_below(self):
        rows = [
            ["序号", "指标名称", "计量单位", "全年目标", "责任单位"],
            ["一、经济发展"],
            ["（一）", "招商引资"],
            [1, "甲", "个", 5, "O2"],
            ["二", "乡村振兴"],
            [2, "乙", "个", 6, "O2"],
        ]
        assert [row.section for row in plan(rows).rows] == ["economy", "rural"]

    @pytest.mark.parametrize(
        ("first", "below", "second"),
        [("一、经济发展", "（一）招商引资", "二、生态建设"), ("（一）经济发展", "1.招商引资", "（二）生态建设")],
    )
    def test_an_unknown_section_of_the_same_rank_ends_the_one_above(self, first, below, second):
        rows = [
            ["序号", "指标名称", "计量单位", "全年目标", "责任单位"],
            [first],
            [below],
            [1, "甲", "个", 5, "O2"],
            [second],
            [2, "乙", "个", 6, "O2"],
        ]
        read = plan(rows, ["A2:E2", "A3:E3", "A5:E5"])
        assert [row.section for row in read.rows] == ["economy", ""]
        (problem,) = read.blocking
        assert (problem.row, problem.missing, names.bare(problem.value)) == (6, "section", "生态建设")

    def test_without_any_section_yet_only_the_first_rank_is_to_be_made(self):
        rows = [
            ["序号", "指标名称", "计量单位", "全年目标", "责任单位"],
            ["一、经济发展"],
            ["（一）招商引资"],
            [1, "甲", "个", 5, "O2"],
            ["二、乡村振兴"],
            ["（一）农田"],
            [2, "乙", "个", 6, "O2"],
        ]
        read = plan(rows, names=Names(units=NAMES.units))
        assert [names.bare(problem.value) for problem in read.blocking] == ["经济发展", "乡村振兴"]

    def test_an_unknown_section_is_an_error_and_one_answer_serves_the_rows_below(self):
        rows = [HEADING[:7], ["党的建设", "甲", "个", None, None, 5, "O2"], [None, "乙", "个", None, None, 6, "O2"]]
        read = plan(rows, ["A2:A3"])
        assert open_problems(read) == [(Severity.ERROR, "A2", "A2")]
        assert [row.ready for row in read.rows] == [False, False]
        assert [row.section for row in plan(rows, ["A2:A3"], answers={"A2": "governance"}).rows] == ["governance"] * 2

    def test_an_existing_indicator_is_told_and_keeps_its_nature(self):
        row, read = row_of("乡村振兴", "农村公路养护", "公里", None, None, 5, "O3")
        assert (row.indicator, row.decimals, row.unit_of_measure) == ("R1", 2, "千米")
        assert read.is_ready
        assert "existing indicator R1" in read.notes[0].reason

    def test_its_figures_in_another_unit_of_measure_are_an_error(self):
        _row, read = row_of("乡村振兴", "农村公路养护", "处", None, None, 5, "O3")
        assert read.blocking[0].reason == "The indicator R1 is in 千米, and the sheet in 处."

    def test_one_of_nearly_the_same_name_is_told(self):
        row, read = row_of("乡村振兴", "农村公路养护里程", "千米", None, None, 5, "O3")
        assert row.indicator == ""
        assert "农村公路养护 (R1)" in read.notes[0].reason

    def test_one_target_twice_is_an_error_and_one_indicator_of_two_units_is_none(self):
        same = ["经济发展", "甲", "个", None, None, 5]
        read = plan([HEADING[:7], [*same, "O2"], [*same, "V1"], [*same, "O2"]])
        assert [(problem.row, problem.reason) for problem in read.blocking] == [
            (4, "This unit already has this indicator in row 2.")
        ]

    def test_one_indicator_in_two_units_of_measure_is_an_error(self):
        rows = [
            HEADING[:7],
            ["经济发展", "甲", "个", None, None, 5, "O2"],
            ["经济发展", "甲", "亩", None, None, 5, "V1"],
        ]
        assert plan(rows).blocking[0].row == 3


class TestWhatContradictsAnIndicator:
    """An indicator that exists keeps its nature, and what the sheet says otherwise stands in the way."""

    ADVICE = "Correct the sheet, give it another name, or make an indicator that succeeds the old one."
    NATURES: ClassVar[list[str]] = [*HEADING, "指标类型", "累计方式", "方向"]

    def read(self, name, annual, *, unit=None, deadline=None, answers=None, natures=(None, None, None), section=None):
        cells = (section or "乡村振兴", name, unit, None, None, annual, "O3", deadline, *natures)
        return row_of(*cells, heading=self.NATURES, answers=answers)

    @pytest.mark.parametrize(
        ("name", "annual", "said", "own"),
        [
            ("农村公路养护", "控制在16以内", "at most", "at least"),
            ("农村公路养护", "减至16千米", "at most", "at least"),
            ("农村公路养护", "0千米", "at most", "at least"),
            ("信访积案", "不少于5件", "at least", "at most"),
            ("登记失业人员", "不超过5人", "at most", "monitored only"),
        ],
    )
    def test_another_direction_in_words(self, name, annual, said, own):
        row, read = self.read(name, annual)
        (problem,) = read.blocking
        assert (problem.severity, problem.key, problem.advice) == (Severity.ERROR, "B2/direction", self.ADVICE)
        assert problem.reason == f"The sheet says “{said}”, and the indicator {row.indicator} is “{own}”."
        ((keeps, words),) = problem.proposals
        assert words == "As the indicator is"
        answered, read = self.read(name, annual, answers={"B2/direction": keeps})
        assert (answered.direction, read.is_ready) == (keeps, True)

    @pytest.mark.parametrize(
        ("name", "annual"),
        [("农村公路养护", "达到16千米以上"), ("农村公路养护", 16), ("信访积案", "不超过5件"), ("信访积案", "5件")],
    )
    def test_the_same_direction_or_none_stands_in_no_way(self, name, annual):
        assert self.read(name, annual)[1].is_ready

    def test_nothing_by_june_is_no_ceiling(self):
        row, read = row_of("乡村振兴", "农村公路养护", None, None, "0千米", "5千米", "O3")
        assert (row.checkpoints, row.direction, read.is_ready) == ({6: Decimal(0), 12: Decimal(5)}, "at_least", True)
        row, read = target("5个", half="0个")
        assert (row.direction, read.is_ready) == ("at_least", True)

    @pytest.mark.parametrize(
        ("name", "natures", "key"),
        [
            ("农村公路养护", ("定性", None, None), "B2/kind"),
            ("农村公路养护", ("比率", None, None), "B2/kind"),
            ("农村公路养护", (None, "时点", None), "B2/accumulation"),
            ("家庭农场", (None, "累计", None), "B2/accumulation"),
            ("农村公路养护", (None, None, "逆向"), "B2/direction"),
            ("信访积案", (None, None, "监测"), "B2/direction"),
        ],
    )
    def test_another_nature_in_its_column(self, name, natures, key):
        _row, read = self.read(name, 5, natures=natures)
        assert [(problem.severity, problem.key) for problem in read.blocking] == [(Severity.ERROR, key)]
        keeps = read.blocking[0].proposals[0][0]
        assert self.read(name, 5, natures=natures, answers={key: keeps})[1].is_ready

    def test_the_nature_it_has_stands_in_no_way(self):
        assert self.read("农村公路养护", 5, natures=("定量", "累计", "正向"))[1].is_ready
        assert self.read("信访积案", 5, natures=("定量", "累计", "上限"))[1].is_ready

    def test_a_day_alone_of_what_is_counted_is_asked(self):
        _row, read = self.read("农村公路养护", "11月底前通车")
        (problem,) = read.blocking
        assert (problem.severity, problem.key, problem.value) == (Severity.QUESTION, "F2", "11月底前通车")
        assert problem.reason == "“11月底前通车” is a day, and this row counts amounts."
        row, read = self.read("农村公路养护", "11月底前通车", answers={"F2": "5"})
        assert (row.checkpoints, row.wording, read.is_ready) == ({12: Decimal(5)}, "11月底前通车", True)
        row, read = self.read("农村公路养护", "11月底前通车", answers={"F2": WORDS_ONLY})
        assert (row.checkpoints, row.in_words_only, read.is_ready) == ({}, True, True)

    def test_a_day_alone_in_a_column_of_words_is_asked_there(self):
        heading = ["板块", "指标名称", "目标任务", "责任单位"]
        cells = ("乡村振兴", "农村公路养护", "11月底前通车", "O3")
        _row, read = row_of(*cells, heading=heading)
        assert [problem.key for problem in read.blocking] == ["C2/target"]
        row, read = row_of(*cells, heading=heading, answers={"C2/target": "5"})
        assert (row.checkpoints, read.is_ready) == ({12: Decimal(5)}, True)

    def test_a_day_alone_of_a_new_quantity_is_asked_as_well(self):
        _row, read = self.read("新指标", "11月底前通车", natures=("定量", None, None))
        assert [problem.key for problem in read.blocking] == ["F2"]

    def test_figures_of_a_task_are_not_dropped(self):
        _row, read = self.read("办公楼改造", 300)
        (problem,) = read.blocking
        assert (problem.key, problem.advice) == ("B2/kind", self.ADVICE)
        assert problem.reason == "The indicator T1 is a task, and the sheet has figures for it: 300."
        assert [value for value, _words in problem.proposals] == ["milestone"]
        row, read = self.read("办公楼改造", 300, deadline="10月底", answers={"B2/kind": "milestone"})
        assert (row.steps, row.checkpoints) == ((Step("办公楼改造", date(2024, 10, 31)),), {})
        assert read.is_ready
        assert self.read("办公楼改造", 300, natures=("定性", None, None))[1].blocking[0].key == "B2/kind"

    def test_it_stays_in_its_section_and_the_sheets_is_told(self):
        row, read = self.read("农村公路养护", 5, section="社会治理")
        assert (row.section, read.is_ready) == ("rural", True)
        assert "The sheet has it under “社会治理”; the indicator R1 stays under “乡村振兴”." in [
            problem.reason for problem in read.notes
        ]
        row, read = self.read("农村公路养护", 5, section="没有的板块")
        assert (row.section, read.is_ready) == ("rural", True)
        assert not any("stays under" in note.reason for note in self.read("农村公路养护", 5)[1].notes)

    def test_of_two_of_one_name_the_one_in_the_section_is_meant(self):
        listed = [
            KnownIndicator("E9", "培训人数", section="economy"),
            KnownIndicator("G9", "培训人数", section="governance"),
        ]
        names = Names(sections=NAMES.sections, units=NAMES.units, indicators=listed)
        rows: list[list[object]] = [list(HEADING[:7])]
        rows += [[section, "培训人数", None, None, None, 5, "O2"] for section in ("社会治理", "经济发展")]
        assert [row.indicator for row in plan(rows, names=names).rows] == ["G9", "E9"]

    def test_of_two_that_differ_in_their_numbers_the_one_spelled_so_is_meant(self):
        listed = [KnownIndicator(f"E{n}", f"{n}、油茶种植", section="economy") for n in (1, 2)]
        names = Names(sections=NAMES.sections, units=NAMES.units, indicators=listed)
        rows = [HEADING[:7], *[["经济发展", f"{n}、油茶种植", None, None, None, 5, "O2"] for n in (2, 1)]]
        assert [row.indicator for row in plan(rows, names=names).rows] == ["E2", "E1"]

    def test_its_section_in_the_sheet_still_counts_for_the_rows_below(self):
        rows = [
            HEADING[:7],
            ["社会治理", "农村公路养护", None, None, None, 5, "O2"],
            [None, "乙", "个", None, None, 6, "O2"],
        ]
        assert [row.section for row in plan(rows).rows] == ["rural", "governance"]


class TestOtherColumns:
    def test_a_name_may_carry_its_unit_of_measure(self):
        row, read = target(500, name="固定资产投资（万元）")
        assert (row.name, row.unit_of_measure) == ("固定资产投资", "万元")
        assert target(5, name="低保人数（城市）")[0].name == "低保人数（城市）"
        assert read.is_ready

    def test_what_stands_in_brackets_tells_indicators_apart(self):
        rows = [HEADING[:7], ["经济发展", "低保人数（城市）", "人", None, None, 5, "O2"]]
        assert plan([*rows, ["经济发展", "低保人数（农村）", "人", None, None, 5, "O2"]]).is_ready

    def test_a_row_with_nothing_but_a_number_in_front_is_none(self):
        rows = [["序号", *HEADING[:7]], [1, "经济发展", "甲", "个", None, None, 5, "O2"], [2], [3]]
        read = plan(rows)
        assert [row.row for row in read.rows] == [2]
        assert read.is_ready

    def test_half_a_year_alone_is_told(self):
        row, read = target(None, half=5, unit="个")
        assert row.checkpoints == {6: Decimal(5)}
        assert any("no annual target" in problem.reason for problem in read.notes)

    def test_all_of_them(self):
        heading = [
            "编号", "板块", "指标名称", "计量单位", "指标类型", "累计方式", "方向", "全年目标", "分值", "责任单位",
            "配合单位", "分管领导", "责任人", "目标原文", "口径说明", "数据来源", "填报频率", "备注",
        ]  # fmt: skip
        row, read = row_of(
            "E01", "经济发展", "登记失业率", "%", "比率", None, "上限", 4.5, "5分", "O2", "财政所",
            "副乡长", "经发办主任", "控制在4.5%以内", "城镇登记", "人社局", "每季度", "注",
            heading=heading,
        )  # fmt: skip
        assert read.is_ready
        assert (row.code, row.kind, row.accumulation, row.direction) == ("E01", "rate", "latest", "at_most")
        assert (row.weight, row.frequency, row.supporting) == (Decimal(5), "quarter", ("O4",))
        assert (row.lead_leader, row.responsible_person) == ("副乡长", "经发办主任")
        assert (row.wording, row.definition, row.source, row.remarks) == (
            "控制在4.5%以内",
            "城镇登记",
            "人社局",
            ("note: 注",),
        )
        assert row.assumed == {"decimals"}

    KINDS: ClassVar[list[str]] = ["板块", "指标名称", "计量单位", "指标类型", "全年目标", "责任单位"]

    def test_a_rate_is_called_quantitative_as_well(self):
        row, _read = row_of("经济发展", "参保率", "%", "定量", 95, "O2", heading=self.KINDS)
        assert (row.kind, row.accumulation) == ("rate", "latest")

    @pytest.mark.parametrize(
        ("answer", "kind", "checkpoints"), [("quantity", "quantity", {12: 5}), ("milestone",) * 2 + ({},)]
    )
    def test_figures_of_a_task_are_never_dropped_unasked(self, answer, kind, checkpoints):
        cells = ("经济发展", "甲", "个", "定性", 5, "O2")
        _row, read = row_of(*cells, heading=self.KINDS)
        assert open_problems(read) == [(Severity.QUESTION, "B2", "B2/kind")]
        row, read = row_of(*cells, heading=self.KINDS, answers={"B2/kind": answer})
        assert (row.kind, row.checkpoints, read.is_ready) == (kind, checkpoints, True)

    def test_a_code_that_no_address_could_hold(self):
        _row, read = row_of(
            "E/1", "经济发展", "甲", 5, "O2", heading=["编号", "板块", "指标名称", "全年目标", "责任单位"]
        )
        assert open_problems(read) == [(Severity.ERROR, "A2", "A2")]

    def test_a_sheet_of_more_targets_than_a_township_has(self, monkeypatch):
        monkeypatch.setattr("targets.importers.plan.sheet.MOST_TARGETS", 2)
        read = plan([HEADING[:7], *[["经济发展", f"指标{n}", "个", None, None, 5, "O2"] for n in range(3)]])
        assert read.blocking[0].reason == "The sheet has 3 rows of targets; more than 2 are no plan."

    def test_the_wording_alone_gives_the_target(self):
        heading = ["项目", "分值", "目标任务", "监考单位", "板块", "责任单位"]
        rows = [
            heading,
            ["登记失业率", 5, "低于4.1%", "人社局", "经济发展", "O2"],
            ["粮食面积", 5, "根据全省平均", "农业局", "乡村振兴", "O3"],
        ]
        read = plan(rows)
        assert (read.rows[0].direction, read.rows[0].checkpoints) == ("at_most", {12: Decimal("4.1")})
        assert [problem.key for problem in read.blocking] == ["C3/target"]
        answered = plan(rows, answers={"C3/target": "1200亩"})
        assert (answered.rows[1].checkpoints, answered.rows[1].wording) == ({12: Decimal(1200)}, "根据全省平均")

    @pytest.mark.parametrize(("weight", "value"), [("5分", 5), (10, 10), ("0", 0), (None, 1)])
    def test_weights(self, weight, value):
        heading = ["板块", "指标名称", "全年目标", "责任单位", "权重"]
        assert row_of("经济发展", "甲", 5, "O2", weight, heading=heading)[0].weight == value

    @pytest.mark.parametrize("weight", ["-1", "高"])
    def test_a_weight_that_is_none(self, weight):
        heading = ["板块", "指标名称", "全年目标", "责任单位", "权重"]
        _row, read = row_of("经济发展", "甲", 5, "O2", weight, heading=heading)
        assert open_problems(read) == [(Severity.ERROR, "E2", "E2")]

    def test_a_name_that_is_too_long_may_be_shortened_and_is_kept_as_wording(self):
        name = "推进" * 70
        _row, read = row_of("经济发展", name, "个", None, None, 5, "O2")
        assert open_problems(read) == [(Severity.ERROR, "B2", "B2")]
        row, read = row_of("经济发展", name, "个", None, None, 5, "O2", answers={"B2": "推进"})
        assert (row.name, row.wording, read.is_ready) == ("推进", name, True)

    def test_a_mapping_that_a_person_settled_counts(self):
        rows = [["甲列", "指标名称", "乙列", "板块", "责任单位"], [7, "甲", 5, "经济发展", "O2"]]
        settled = {
            1: Meaning(Field.CHECKPOINT, 12),
            2: Meaning(Field.NAME),
            4: Meaning(Field.SECTION),
            5: Meaning(Field.UNIT),
        }
        assert plan(rows, mapping=settled).rows[0].checkpoints == {12: Decimal(7)}

    def test_two_columns_of_one_meaning_are_an_error(self):
        settled = {2: Meaning(Field.NAME), 5: Meaning(Field.CHECKPOINT, 12), 6: Meaning(Field.CHECKPOINT, 12)}
        read = plan([HEADING, ["经济发展", "甲", "个", None, 4, 5, "O2"]], mapping=settled)
        assert (Severity.ERROR, "F1", "") in open_problems(read)
        assert not read.rows[0].ready

    def test_without_names_nothing_is_read(self):
        read = plan([HEADING, ["经济发展", "甲"]], mapping={1: Meaning(Field.SECTION)})
        assert (read.rows, read.blocking[0].reason) == ((), "No column is the indicator.")


class TestCancelledRows:
    def sheet(self):
        book = OpenpyxlWorkbook()
        page = book.active
        for cells in (
            HEADING,
            ["经济发展", "甲", "个", None, None, 5, "O2"],
            ["经济发展", "乙", "个", None, None, 6, "O2"],
        ):
            page.append(cells)
        page["B3"].font = Font(strike=True)
        page.row_dimensions[2].hidden = True
        return find_table(read_workbook(saved(book), "plan.xlsx"), plan_year=2024)

    def test_a_row_struck_through_and_a_hidden_one_are_asked(self):
        sheet, heading = self.sheet()
        read = read_plan(sheet, heading, NAMES, year=2024)
        assert open_problems(read) == [
            (Severity.QUESTION, "B2", "B2/hidden"),
            (Severity.QUESTION, "B3", "B3/struck"),
        ]
        left = read_plan(sheet, heading, NAMES, year=2024, answers={"B3/struck": LEAVE_OUT, "B2/hidden": KEEP})
        assert ([row.name for row in left.rows], left.blocking) == (["甲"], ())
        other = read_plan(sheet, heading, NAMES, year=2024, answers={"B3/struck": KEEP, "B2/hidden": LEAVE_OUT})
        assert ([row.name for row in other.rows], other.blocking) == (["乙"], ())


CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "经济发展",
            "合计",
            "备注：",
            "一、经济发展",
            "万元",
            "%",
            "增长8%",
            "3-5个",
            "11月前",
            "不发生",
            "500万元",
            "O2",
            "各村",
            "无",
        ]
    ),
    st.text(max_size=8),
    st.integers(-5, 5000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(2000, 1, 1), date(2040, 1, 1)),
    st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(CELLS, max_size=8), max_size=5),
    st.dictionaries(st.sampled_from(["F2", "B2", "phases", "unit", "B2/direction"]), st.text(max_size=6)),
)
def test_any_rows_are_read_alike_each_time_and_what_is_ready_can_be_stored(rows, answers):
    sheet = plain_sheet([HEADING, ["经济发展", "甲", "个", None, 1, 2, "O2"], *rows])
    heading = heading_of(sheet, plan_year=2024)
    read = read_plan(sheet, heading, NAMES, year=2024, answers=answers)
    assert read == read_plan(sheet, heading, NAMES, year=2024, answers=answers)
    for row in read.rows:
        if not row.ready:
            continue
        assert row.section in {"economy", "rural", "governance"}
        assert row.unit in {unit.code for unit in NAMES.units}
        assert row.name
        assert row.checkpoints or row.steps or row.direction == "monitor"
        assert {"quantity": ("flow", "stock"), "rate": ("latest",), "milestone": ("",)}[row.kind].count(
            row.accumulation
        )
        assert all(1 <= month <= 12 for month in row.checkpoints)


class TestFormats:
    """The same plan, whatever it was saved as."""

    ROWS: ClassVar[list[Any]] = [
        ["青山乡2024年目标任务分解表"],
        ["板块", "指标名称", "计量单位", "目标值", None, "责任单位"],
        [None, None, None, "上半年", "全年", None],
        ["经济发展", "投资", "万元", 2600.5, 5600, "经发办"],
        ["乡村振兴", "公路", "公里", None, 4.2, "农业农村办"],
    ]

    def read(self, content, name):
        found = find_table(read_workbook(content, name), plan_year=2024)
        assert found is not None
        return read_plan(*found, NAMES, year=2024).rows

    def test_xlsx_xls_ods_and_csv_give_the_same_rows(self):
        expected = self.read(xlsx(self.ROWS, ["D2:E2"]), "plan.xlsx")
        assert [(row.name, row.checkpoints) for row in expected] == [
            ("投资", {6: Decimal("2600.5"), 12: Decimal(5600)}),
            ("公路", {12: Decimal("4.2")}),
        ]
        book = xlwt.Workbook(encoding="utf-8")
        page = book.add_sheet("Sheet")
        lines = []
        table = ""
        for number, cells in enumerate(self.ROWS):
            texts = ["" if cell is None else str(cell) for cell in cells]
            lines.append(",".join([*texts, *[""] * (6 - len(texts))]))
            table += f"<table:table-row>{''.join(ods_cell(text) for text in texts)}</table:table-row>"
            for column, cell in enumerate(cells):
                page.write(number, column, cell)
        stream = io.BytesIO()
        book.save(stream)
        assert self.read(stream.getvalue(), "plan.xls") == expected
        assert self.read("\n".join(lines).encode("gb18030"), "plan.csv") == self.read(ods(table), "plan.ods")
        read = self.read("\n".join(lines).encode(), "plan.csv")
        assert [(row.name, row.checkpoints) for row in read] == [(row.name, row.checkpoints) for row in expected]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("1、油茶种植", "油茶种植"),
        ("12．油茶种植", "油茶种植"),
        ("3. 油茶种植", "油茶种植"),
        ("（4）油茶种植", "油茶种植"),
        ("⑤油茶种植", "油茶种植"),
        ("2.5万亩油茶种植", "2.5万亩油茶种植"),
        ("110报警处置", "110报警处置"),
        ("5A级景区创建", "5A级景区创建"),
    ],
)
def test_the_number_of_a_row_is_no_part_of_its_name(written, name):
    row, _read = target(500, unit="亩", name=written)
    assert row.name == name


def test_one_indicator_in_two_sections_is_an_error():
    rows: list[list[object]] = [list(HEADING)]
    rows += [
        ["经济发展", "培训", "人", None, None, 5, "O2"],
        ["社会治理", "1、培训", "人", None, None, 5, "O3"],
    ]
    read = plan([[*row, *[None] * (len(HEADING) - len(row))] for row in rows])
    assert "Row 2 has the same indicator in another section." in [problem.reason for problem in read.blocking]
