"""What the cells of a plan show is what is taken, or it is asked: never what nobody read."""

import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from targets.importers.files.workbook import read_workbook
from targets.importers.plan.rows import Step
from targets.importers.plan.sheet import read_plan
from tests.importers.sheets import heading_of, xlsx
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
        ("H2", ("words", "It has no day"))
    ]
    row, read = target("完成", name="冬修水利", deadline="按县要求", answers={"H2": "words"})
    assert ([step.due for step in row.steps], read.blocking) == ([date(2024, 12, 31)], ())
