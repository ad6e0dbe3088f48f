"""What the cells of a plan show is what is taken, or it is asked: never what nobody read."""

import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from targets.importers.files.workbook import read_workbook
from targets.importers.names import KnownIndicator
from targets.importers.plan.rows import Step
from targets.importers.plan.sheet import read_plan
from tests.importers.sheets import heading_of, saved, xlsx
from tests.importers.test_plan_sheet import NAMES, target

HEADING = ["板块", "指标名称", "计量单位", "责任单位", "上年实绩", "上半年目标", "全年目标"]
DATA = Path(__file__).parents[1] / "data"


def formatted(unit, number_format, *values, answers=None):
    """The plan of one row whose figures are shown by a format."""
    rows = [HEADING, ["经济发展", "指标甲", unit, "O2", *values]]
    content = xlsx(rows, formats={f"{letter}2": number_format for letter in "EFG"})
    (sheet,) = read_workbook(content, "plan.xlsx").sheets
    read = read_plan(sheet, heading_of(sheet, plan_year=2024), NAMES, year=2024, answers=answers)
    (row,) = read.rows
    return row, read


def asked(read):
    return [(one.address, [answer for answer, _words in one.proposals][:2]) for one in read.blocking]


def figures(row):
    return row.baseline, row.checkpoints.get(6), row.checkpoints.get(12)


HELD = (23450000, 12000000, 25000000)
SHOWN = (Decimal(2345), Decimal(1200), Decimal(2500))  # HELD / 10000


@pytest.mark.parametrize(
    ("unit", "number_format"),
    [
        ("万元", '0!.0,"万元"'),
        ("万元", "0!.0000"),
        ("万元", "0!.0,"),
        ("万元", '0!.0,"万"'),
        ("", '0!.0,"万元"'),
        ("万元", '0.00,,"万"\n%'),
        ("万元", '[>=10000]0"."0,"万元";0"元"'),
    ],
)
def test_a_figure_that_is_shown_in_the_unit_of_its_row_is_taken_as_shown(unit, number_format):
    row, read = formatted(unit, number_format, *HELD)
    assert (row.unit_of_measure, figures(row), read.blocking) == ("万元", SHOWN, ())


def test_thousands_shown_in_a_row_of_thousands():
    row, read = formatted("千元", "#,##0,", *HELD)
    assert (figures(row), read.blocking) == ((Decimal(23450), Decimal(12000), Decimal(25000)), ())


def test_a_format_of_ten_thousands_in_a_row_that_counts_single_ones():
    row, read = formatted("元", '0!.0,"万"', *HELD)
    assert (figures(row), read.blocking) == (tuple(map(Decimal, HELD)), ())


@pytest.mark.parametrize(("unit", "number_format"), [("万元", "#,##0,"), ("元", "0!.0,"), ("人", "0,"), ("", "0!.0,")])
def test_a_scaled_figure_that_names_no_unit_is_asked(unit, number_format):
    row, read = formatted(unit, number_format, None, None, 25000000)
    shown = {"#,##0,": "25000", "0!.0,": "2500", "0,": "25000"}[number_format]
    assert asked(read) == [("G2", [f"{shown}{unit}", f"25000000{unit}"])]
    assert not row.ready
    row, read = formatted(unit, number_format, None, None, 25000000, answers={"G2": f"{shown}{unit}"})
    assert (row.checkpoints[12], read.blocking) == (Decimal(shown), ())


def test_a_figure_shown_in_another_unit_than_its_row_is_asked():
    _row, read = formatted("万元", '#,##0,"千元"', None, None, 25000000)
    # 25000 千元 are 2500 万元.
    assert asked(read) == [("G2", ["2500万元", "words"])]


@pytest.mark.parametrize(
    ("number_format", "value", "answers"),
    [("0;0", -5, ["5个", "-5个"]), ("0;[Red]0", -5, ["5个", "-5个"]), (";;;", 5, ["5个", "words"])],
)
def test_a_figure_that_is_shown_otherwise_than_it_is_stored_is_asked(number_format, value, answers):
    _row, read = formatted("个", number_format, None, None, value)
    assert asked(read) == [("G2", answers)]


@pytest.mark.parametrize(
    ("number_format", "value", "expected"),
    [
        ("0", 2.6, "2.6"), ("# ?/?", 0.5, "0.5"), ("0.0E+00", 12345, "12345"), ("0_);(0)", 7, "7"),
        ('_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', 1200, "1200"), ("@", 12, "12"), ("[DBNum1]General", 12, "12"),
    ],
)  # fmt: skip
def test_rounding_and_spelling_change_no_figure(number_format, value, expected):
    row, read = formatted("个", number_format, None, None, value)
    assert (row.checkpoints, read.blocking) == ({12: Decimal(expected)}, ())


def test_a_month_is_due_at_its_end_however_its_day_is_stored():
    rows = [[*HEADING, "完成时限"], ["经济发展", "修桥", "", "O2", None, None, "完成", date(2024, 7, 1)]]
    (sheet,) = read_workbook(xlsx(rows, formats={"H2": 'yyyy"年"m"月"'}), "plan.xlsx").sheets
    read = read_plan(sheet, heading_of(sheet, plan_year=2024), NAMES, year=2024)
    assert [step.due for step in read.rows[0].steps] == [date(2024, 7, 31)]


@pytest.mark.parametrize("text", ["0.95", "1", ".5", "0.95以上", "不低于0.95", "≥0.95"])
def test_a_share_in_words_is_asked_in_a_row_of_percent(text):
    row, read = target(text, unit="%", name="案件办结率")
    (problem,) = read.blocking
    value = Decimal("0.95") if "95" in text else Decimal(text)
    assert problem.proposals[0][0] == f"{(value * 100).normalize():f}%"
    assert not row.ready


@pytest.mark.parametrize(("text", "value"), [("0.95%", "0.95"), ("95", "95"), ("95%以上", "95"), ("0", "0")])
def test_what_is_percent_beyond_doubt_is_not_asked(text, value):
    row, read = target(text, unit="%", name="案件办结率", half=90)
    assert row.checkpoints[12] == Decimal(value)
    assert [problem.column for problem in read.blocking if problem.column == 6] == []


@pytest.mark.parametrize("name", ["marked_up.xlsx", "marked_up.xls", "marked_up.ods"])
def test_what_is_struck_out_in_a_cell_is_no_part_of_its_figure(name):
    (sheet,) = read_workbook((DATA / name).read_bytes(), name).sheets
    assert (sheet.cell(3, 7).text, sheet.cell(3, 7).struck_out) == ("90", "85")
    assert (sheet.cell(5, 2).struck, sheet.cell(2, 2).struck) == (True, False)
    assert sheet.comments == {(2, 7): "已调为150，待行文"}
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({4}, {5})


@pytest.mark.parametrize(
    ("deadline", "offered"),
    [
        ("明年1月底", ["2025-01-31"]),
        ("次年1月15日前", ["2025-01-15"]),
        ("2025年1月", ["2025-01-31", "2024-01-31"]),
        (date(2025, 1, 31), ["2025-01-31", "2024-01-31"]),
        (date(2023, 9, 30), ["2023-09-30", "2024-09-30"]),
        ("春节前", []),
    ],
)
def test_a_deadline_outside_the_year_is_asked(deadline, offered):
    row, read = target("完成", name="冬修水利", deadline=deadline)
    (problem,) = read.blocking
    assert (problem.address, [answer for answer, _words in problem.proposals][:-1]) == ("H2", offered)
    assert [step.due for step in row.steps if step.due and step.due.year == 2024 and step.due.month < 12] == []
    for answer in offered:
        row, read = target("完成", name="冬修水利", deadline=deadline, answers={"H2": answer})
        assert ([step.due for step in row.steps], read.blocking) == ([date.fromisoformat(answer)], ())
        told = [problem.reason for problem in read.notes if "does not lie in 2024" in problem.reason]
        assert bool(told) == (not answer.startswith("2024"))


def test_an_amount_due_in_another_year_counts_for_the_end_of_this_one_once_that_is_said():
    row, read = target("500", unit="亩", deadline="翌年2月底前")
    assert [problem.address for problem in read.blocking] == ["H2"]
    row, read = target("500", unit="亩", deadline="翌年2月底前", answers={"H2": "2025-02-28"})
    assert (row.checkpoints, read.blocking) == ({12: Decimal(500)}, ())
    assert any("counts for the end of the year" in problem.reason for problem in read.notes)


def test_a_listed_step_of_another_year_is_asked_and_kept_as_it_stands():
    heading = ["板块", "指标名称", "责任单位", "工作节点"]
    steps = "开工（2024-03-31，权重2）；验收（明年1月底）"
    rows = [heading, ["经济发展", "办公楼改造", "O2", steps]]
    sheet = read_workbook(xlsx(rows), "plan.xlsx").sheets[0]
    read = read_plan(sheet, heading_of(sheet), NAMES, year=2024)
    (problem,) = read.blocking
    assert (problem.address, problem.proposals[0][0]) == ("D2", steps)
    read = read_plan(sheet, heading_of(sheet), NAMES, year=2024, answers={"D2": steps})
    assert read.blocking == ()
    assert read.rows[0].steps == (Step("开工", date(2024, 3, 31), Decimal(2)), Step("验收", date(2025, 1, 31)))


def test_many_blanks_in_a_list_of_steps_take_no_time():
    heading = ["板块", "指标名称", "责任单位", "工作节点"]
    rows = [heading, ["经济发展", "办公楼改造", "O2", "开工" + " " * 1900 + "（2024-03-31" + " " * 1900 + "，权重2）"]]
    sheet = read_workbook(xlsx(rows), "plan.xlsx").sheets[0]
    begun = time.thread_time()
    (row,) = read_plan(sheet, heading_of(sheet), NAMES, year=2024).rows
    assert row.steps == (Step("开工", date(2024, 3, 31), Decimal(2)),)
    assert time.thread_time() - begun < 0.2  # 0.7 s where every blank was tried with every other


@pytest.mark.parametrize("text", ["3\n5", "3 5", "12 18", "35亩\n40亩"])
def test_two_figures_in_one_cell_are_asked(text):
    row, read = target(text, unit="亩")
    assert [problem.address for problem in read.blocking] == ["F2"]
    assert "several figures" in read.blocking[0].reason
    assert row.checkpoints == {}


def test_a_deadline_that_is_no_day_can_be_answered_so():
    row, read = target("完成", name="冬修水利", deadline="按县要求")
    assert [(problem.address, problem.proposals[-1]) for problem in read.blocking] == [
        ("H2", ("no_day", "It has no day"))
    ]
    row, read = target("完成", name="冬修水利", deadline="按县要求", answers={"H2": "no_day"})
    assert ([step.due for step in row.steps], read.blocking) == ([date(2024, 12, 31)], ())


def sheet_of(rows, *, hidden_columns="", hidden_rows=(), comments=None, struck=()):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for letter in hidden_columns:
        book.active.column_dimensions[letter].hidden = True
    for row in hidden_rows:
        book.active.row_dimensions[row].hidden = True
    for place, text in (comments or {}).items():
        book.active[place].comment = Comment(text, "某人")
    for place in struck:
        book.active[place].font = Font(strike=True)
    return read_workbook(saved(book), "plan.xlsx").sheets[0]


def plan_of(sheet, **more):
    return read_plan(sheet, heading_of(sheet, plan_year=2024), NAMES, year=2024, **more)


UNITS = ["板块", "指标名称", "计量单位", "责任单位（原）", "责任单位", "全年目标"]


def test_a_hidden_column_gives_way_to_a_visible_one():
    row = ["经济发展", "指标甲", "个", "O4", "O2", 5]
    read = plan_of(sheet_of([UNITS, row], hidden_columns="D"))
    assert (read.rows[0].unit, read.blocking) == ("O2", ())
    (told,) = read.announced
    assert told.reason == (
        "Column D “责任单位（原）” is not used. It holds O4. "
        "It may be the responsible unit, which is read from column E."
    )
    # Both visible: the left one, and the other is said.
    read = plan_of(sheet_of([UNITS, row]))
    assert read.rows[0].unit == "O4"
    assert "Column E “责任单位” is not used. It holds O2." in read.announced[0].reason


@pytest.mark.parametrize(
    ("first", "second"),
    [("全年目标", "2024年目标"), ("目标值", "全年目标"), ("全年目标", "目标"), ("2023年实绩", "上年完成")],
)
def test_a_hidden_figure_gives_way_to_a_visible_one(first, second):
    heading = ["板块", "指标名称", "计量单位", "责任单位", "全年目标", first, second]
    heading = heading[:4] + heading[5:] if "目标" in first else heading
    rows = [heading, ["经济发展", "指标甲", "个", "O2", *([9] if "目标" not in first else []), 5, 7]]
    letters = "EF" if "目标" in first else "FG"
    for hidden, value in ((letters[0], 7), (letters[1], 5)):
        (row,) = plan_of(sheet_of(rows, hidden_columns=hidden)).rows
        assert (row.checkpoints[12] if "目标" in first else row.baseline) == value


def test_the_only_column_of_its_kind_is_read_though_hidden_and_that_is_said():
    heading = ["板块", "指标名称", "计量单位", "责任单位", "上年实绩", "全年目标"]
    read = plan_of(sheet_of([heading, ["经济发展", "指标甲", "个", "O2", 4, 5]], hidden_columns="E"))
    assert read.rows[0].baseline == 4
    assert [(one.letter, one.reason) for one in read.announced] == [
        ("E", "Column E “上年实绩” is hidden in the sheet, and was read.")
    ]


def test_columns_that_hold_figures_days_or_units_and_are_not_used_are_announced():
    heading = [
        "序号",
        "板块",
        "指标名称",
        "计量单位",
        "责任单位",
        "全年目标",
        "东村",
        "3月底完成比例",
        None,
        "完成情况",
        "2025年目标",
        "感想",
    ]
    rows = [
        heading,
        [1, "经济发展", "指标甲", "个", "O2", 5, 2, 0.1, date(2024, 5, 1), 3, 8, "好"],
        [2, "经济发展", "指标乙", "个", "O2", 6, 3, 0.2, None, None, 9, "很好"],
    ]
    told = {one.letter: one.reason for one in plan_of(sheet_of(rows)).announced}
    assert told == {
        "G": "Column G “东村” is not used. It holds 2, 3.",
        "H": "Column H “3月底完成比例” is not used. It holds 0.1, 0.2.",
        "I": "Column I has no heading and is not used. It holds 2024-05-01.",
        "J": "Column J “完成情况” is not used. It holds 3.",
        "K": "Column K “2025年目标” is not used. It holds 8, 9.",
    }


@pytest.mark.parametrize("later", ["2025年目标", "2025年1月底目标", "明年目标", "次年计划", "下一年度目标"])
def test_a_target_of_a_later_year_is_none_of_this_one(later):
    heading = ["板块", "指标名称", "计量单位", "责任单位", later, "全年目标"]
    (row,) = plan_of(sheet_of([heading, ["经济发展", "指标甲", "个", "O2", 9, 5]])).rows
    assert row.checkpoints == {12: Decimal(5)}


def test_comments_and_what_is_struck_out_stand_beside_the_row():
    heading = ["板块", "指标名称", "计量单位", "责任单位", "全年目标"]
    rows = [heading, ["经济发展", "指标甲", "个", "O2", 300], ["经济发展", "指标乙", "个", "O2", 5]]
    read = plan_of(sheet_of(rows, comments={"E2": "已调为350，待行文", "E1": "单位：元"}))
    assert [row.remarks for row in read.rows] == [("E2, comment: 已调为350，待行文",), ()]
    assert [one.reason for one in read.announced] == ["E1, comment: 单位：元"]
    for name in ("marked_up.xlsx", "marked_up.xls", "marked_up.ods"):
        (sheet,) = read_workbook((DATA / name).read_bytes(), name).sheets
        found = {row.row: row.remarks for row in plan_of(sheet).rows}
        assert found[2] == ("G2, comment: 已调为150，待行文",)
        assert found[3] == ("G3, struck out: 85",)


def test_a_figure_that_is_struck_through_is_asked():
    heading = ["板块", "指标名称", "计量单位", "责任单位", "全年目标"]
    sheet = sheet_of([heading, ["经济发展", "指标甲", "个", "O2", 300]], struck=["E2"])
    read = plan_of(sheet)
    assert asked(read) == [("E2", ["300", "words"])]
    read = plan_of(sheet, answers={"E2": "350"})
    assert (read.rows[0].checkpoints, read.blocking) == ({12: Decimal(350)}, ())


CODES = ["编号", "板块", "指标名称", "计量单位", "责任单位", "全年目标"]
HOUSE = replace(
    NAMES,
    indicators=[
        KnownIndicator("E01", "招商引资签约项目", ("Projects signed",), unit_of_measure="个", section="economy"),
        KnownIndicator("E02", "固定资产投资", unit_of_measure="万元", section="economy"),
        KnownIndicator(
            "E03", "固定资产投资", unit_of_measure="%", kind="rate", accumulation="latest", section="economy"
        ),
    ],
    codes=frozenset({"E01", "E02", "E03", "E09"}),
)


def coded(*rows, answers=None):
    sheet = sheet_of([CODES, *rows])
    return read_plan(sheet, heading_of(sheet, plan_year=2024), HOUSE, year=2024, answers=answers)


@pytest.mark.parametrize("unit", ["个", "万元"])
def test_a_code_of_the_sheet_never_decides_against_the_name(unit):
    row = ["E01", "经济发展", "夜市摊位", unit, "O2", 30]
    read = coded(row)
    (problem,) = read.blocking
    assert (problem.address, problem.key, [answer for answer, _words in problem.proposals]) == (
        "A2", "A2/indicator", ["this", "new"],
    )  # fmt: skip
    assert "“招商引资签约项目” (个)" in problem.reason
    assert f"“夜市摊位” ({unit})" in problem.reason
    new = coded(row, answers={"A2/indicator": "new"})
    assert ([(one.indicator, one.code, one.name) for one in new.rows], new.blocking) == ([("", "", "夜市摊位")], ())
    this = coded(row, answers={"A2/indicator": "this"})
    assert this.rows[0].indicator == "E01"
    # In another unit of measure it is still no figure of that indicator.
    assert [one.column for one in this.blocking] == ([] if unit == "个" else [4])


@pytest.mark.parametrize(
    ("code", "name", "unit", "indicator"),
    [
        ("E01", "招商引资签约项目", "个", "E01"),
        ("E02", "招商引资签约项目", "个", "E01"),
        ("E77", "招商引资签约项目", "个", "E01"),
        ("E01", "Projects signed", "个", "E01"),
        ("E03", "固定资产投资", "万元", "E02"),
        ("E02", "固定资产投资", "%", "E03"),
        ("E03", "固定资产投资", None, "E03"),
    ],
)
def test_name_and_unit_of_measure_say_which_indicator_a_row_is(code, name, unit, indicator):
    assert [row.indicator for row in coded([code, "经济发展", name, unit, "O2", 30]).rows] == [indicator]


def test_new_indicators_get_a_free_code_where_the_one_of_the_sheet_is_taken():
    read = coded(
        ["1", "经济发展", "甲", "个", "O2", 3],
        ["1", "经济发展", "乙", "个", "O2", 3],
        ["1", "经济发展", "甲", "个", "O3", 3],
        ["E09", "经济发展", "丙", "个", "O2", 3],
    )
    assert ([row.code for row in read.rows], read.blocking) == (["1", "", "1", ""], ())
    assert [one.address for one in read.notes if "is taken" in one.reason] == ["A3", "A5"]


def test_the_way_out_of_another_unit_of_measure_is_another_name():
    row = ["", "经济发展", "招商引资签约项目", "万元", "O2", 30]
    (problem,) = coded(row).blocking
    assert (problem.address, problem.key) == ("D2", "C2")
    read = coded(row, answers={"C2": "招商引资签约金额"})
    assert ([(one.indicator, one.name) for one in read.rows], read.blocking) == ([("", "招商引资签约金额")], ())


QUARTERS = ["板块", "指标名称", "计量单位", "责任单位", "一季度", "二季度", "三季度", "四季度", "全年目标"]


def test_words_with_a_figure_in_one_quarter_are_asked_once_and_can_be_the_steps_of_a_task():
    row = ["经济发展", "新客运站", None, "O2", "完成征地20亩", "主体封顶", "竣工", "投入使用", None]
    phases = {"phases": "alone"}
    read = plan_of(sheet_of([QUARTERS, row]), answers=phases)
    (problem,) = read.blocking
    assert (problem.key, [answer for answer, _words in problem.proposals]) == (
        "B2/kind", ["milestone", "quantity", "rate"],
    )  # fmt: skip
    read = plan_of(sheet_of([QUARTERS, row]), answers=phases | {"B2/kind": "milestone"})
    (task,) = read.rows
    assert read.blocking == ()
    assert (task.kind, task.checkpoints) == ("milestone", {})
    assert task.steps == (
        Step("完成征地20亩", date(2024, 3, 31)),
        Step("主体封顶", date(2024, 6, 30)),
        Step("竣工", date(2024, 9, 30)),
        Step("投入使用", date(2024, 12, 31)),
    )
    # As an amount each cell of words is asked: 20 亩 are not the target of the year.
    read = plan_of(sheet_of([QUARTERS, row]), answers=phases | {"B2/kind": "quantity"})
    assert len(read.blocking) == 3


def test_a_note_of_the_sheet_stands_beside_its_row():
    heading = ["板块", "指标名称", "计量单位", "责任单位", "全年目标", "备注"]
    read = plan_of(sheet_of([heading, ["经济发展", "指标甲", "个", "O2", 5, "含通组路3条"]]))
    assert (read.rows[0].remarks, read.announced) == (("note: 含通组路3条",), ())


def test_a_name_as_long_as_a_page_is_compared_with_nothing():
    heading = ["板块", "指标名称", "计量单位", "责任单位", "全年目标"]
    rows = [heading, ["经济发展", "指标甲", "个", "办" * 4000, 5], ["展" * 4000, "指" * 4000, "个", "O2", 5]]
    sheet = sheet_of(rows)
    begun = time.thread_time()
    read = plan_of(sheet)
    assert time.thread_time() - begun < 1  # tens of seconds where each letter was compared with each
    assert {problem.address for problem in read.blocking} == {"D2", "A3", "B3"}
