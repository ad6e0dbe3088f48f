"""Progress from a spreadsheet: both shapes, what words mean, and every error with its place."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from targets.importers.files.grid import Cell, Sheet, Workbook
from targets.importers.problems import Severity
from targets.importers.progress.months import months_of
from targets.importers.progress.sheet import read_progress


def workbook(*rows, name="填报表"):
    """A workbook with one sheet; numbers are Decimals as a reader gives them."""
    cells = {}
    for row, values in enumerate(rows, start=1):
        for column, value in enumerate(values, start=1):
            if value not in (None, ""):
                exact = Decimal(str(value)) if isinstance(value, int | float) else value
                cells[row, column] = Cell(row, column, exact)
    return Workbook("file.xlsx", "xlsx", (Sheet(name, cells),))


@pytest.fixture
def targets(cast):
    return [cast.east_target, cast.office_target]


def read(targets, *rows, **options):
    return read_progress(workbook(*rows), targets, **options)


def failed(found):
    """Row and column of everything that is wrong."""
    return [(problem.row, problem.letter) for problem in found.of(Severity.ERROR)]


def left_out(found):
    """Why rows are left out, by row."""
    return {problem.row: problem.reason for problem in found.of(Severity.NOTE)}


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("1月", (1, 1)), ("12月份", (12, 12)), ("十一月", (11, 11)), ("June", (6, 6)),
        ("1-4月", (1, 4)), ("１－６月", (1, 6)), ("1月至6月累计", (1, 6)), ("上半年", (1, 6)),
        ("全年（万元）", (1, 12)),
        ("二季度", (4, 6)), ("Q4", (10, 12)),
        ("前三季度", (1, 9)), ("前两季度", (1, 6)), ("前3季度累计", (1, 9)), ("1-9月", (1, 9)), ("二季度末", (1, 6)),
        ("3月累计", (1, 3)), ("三月份累计数", (1, 3)), ("3月累计完成", (1, 3)), ("6月末累计", (1, 6)),
        ("6月末", (1, 6)),
        ("6月底", (1, 6)), ("截至9月", (1, 9)), ("截至十一月底", (1, 11)), ("前十个月", (1, 10)),
        ("3月完成数", (3, 3)), ("上半年完成情况", (1, 6)), ("1-6月累计完成", (1, 6)),
        ("上半年目标", None), ("上半年（目标）", None), ("全年目标", None), ("1-6月（上年同期）", None),
        ("全年(计划)", None),
        ("1-6月增速", None), ("13月累计", None), ("前5季度", None),
        ("13月", None), ("0月", None), ("6-4月", None), ("指标", None), ("", None),
    ],
)  # fmt: skip
def test_headings_name_months(text, span):
    found = months_of(text)
    assert (found and found[:2]) == span


def test_a_long_sheet_gives_one_answer_for_each_row(cast, targets):
    found = read(
        targets,
        ["青山乡进度填报表"],
        ["代码", "指标", "月份", "填报方式", "数值", "备注"],
        ["ROADS", "新修道路", 7, "累计", 4.2, "雨"],
        ["VISITS", "", 7, "", "", ""],
    )
    (answer,) = found.answers
    assert (answer.line, answer.target, answer.month) == (3, cast.east_target, 7)
    assert (answer.typed_as, answer.value, answer.note) == ("cumulative", Decimal("4.2"), "雨")
    assert list(left_out(found)) == [4]
    assert failed(found) == []


def test_words_stand_for_answers_and_zero_is_a_figure(targets):
    found = read(
        targets,
        ["指标", "月份", "数值", "填报情况"],
        ["新修道路", "7月", "", "本月无新增"],
        ["入户走访", "7月", 0, ""],
    )
    assert [(a.answer, a.value) for a in found.answers] == [("no_change", None), ("value", Decimal(0))]


def test_a_wide_sheet_gives_one_answer_for_each_month(targets):
    found = read(targets, ["指标", "1月", "2月", "3月"], ["新修道路", 1, None, "本月不涉及"])
    assert [(a.from_month, a.month, a.answer, a.value) for a in found.answers] == [
        (1, 1, "value", Decimal(1)),
        (3, 3, "not_applicable", None),
    ]


def test_a_bare_half_year_is_one_run_of_months(targets):
    found = read(targets, ["指标名称", "上半年", "下半年"], ["新修道路", 3.5, 4])
    assert [(a.from_month, a.month, a.typed_as, a.value) for a in found.answers] == [
        (1, 6, "month", Decimal("3.5")),
        (7, 12, "month", Decimal(4)),
    ]


def test_a_total_beside_all_its_months_is_not_counted_again(targets):
    found = read(targets, ["指标", "1月", "2月", "3月", "一季度"], ["新修道路", 1, 2, 3, 6])
    assert [a.month for a in found.answers] == [1, 2, 3]


def test_running_totals_of_statistics_give_what_lies_between_them(targets):
    # 1-2月 5, 1-3月 9: the second is a running total that answers March.
    found = read(targets, ["指标", "1-2月", "1-3月"], ["新修道路", 5, 9])
    assert [(a.from_month, a.month, a.typed_as, a.value) for a in found.answers] == [
        (1, 2, "month", Decimal(5)),
        (3, 3, "cumulative", Decimal(9)),
    ]


@pytest.mark.parametrize(
    ("headings", "values", "expected"),
    [
        (
            ["一季度", "上半年", "前三季度", "全年"],
            [10, 25, 70, 100],
            [(1, 3, "month", 10), (4, 6, "cumulative", 25), (7, 9, "cumulative", 70), (10, 12, "cumulative", 100)],
        ),
        (
            ["1月", "2月", "3月累计", "6月末累计"],
            [10, 25, 70, 100],
            [(1, 1, "month", 10), (2, 2, "month", 25), (3, 3, "cumulative", 70), (4, 6, "cumulative", 100)],
        ),
        (["截至9月"], [70], [(1, 9, "month", 70)]),
    ],
)
def test_running_totals_begin_in_january_however_they_are_named(targets, headings, values, expected):
    found = read(targets, ["指标", *headings], ["新修道路", *values])
    assert [(a.from_month, a.month, a.typed_as, a.value) for a in found.answers] == expected
    assert (found.left_out, found.problems) == ((), ())


def test_filled_columns_that_nothing_is_taken_from_are_listed(targets):
    found = read(
        targets,
        ["序号", "指标", "计量单位", "全年目标", "上半年目标", "1月", "2月", "累计", "同比增速", "责任领导"],
        [1, "新修道路", "千米", 100, 40, 3, 4, 7, 8.2, ""],
    )
    assert [(a.month, a.value) for a in found.answers] == [(1, 3), (2, 4)]
    assert found.left_out == ("全年目标", "上半年目标", "同比增速")


def test_a_total_beside_months_may_follow_january_and_february_in_one(targets):
    found = read(targets, ["指标", "1-2月", "3月", "累计"], ["新修道路", 3, 4, 7])
    assert {(a.from_month, a.month, a.value) for a in found.answers} == {(1, 2, 3), (3, 3, 4)}
    assert (found.left_out, found.problems) == ((), ())


def test_of_two_columns_that_hold_the_same_the_second_is_listed(targets):
    found = read(targets, ["指标", "月份", "完成数", "本期数"], ["新修道路", 7, 3, 4])
    assert [a.value for a in found.answers] == [3]
    assert found.left_out == ("本期数",)


@pytest.mark.parametrize(
    "headings", [["全年目标", "上半年", "完成数"], ["全年目标", "上半年", "累计完成"], ["全年目标", "1月", "完成数"]]
)
def test_what_was_done_is_not_guessed_among_months_and_figures(targets, headings):
    with pytest.raises(ValidationError) as error:
        read(targets, ["指标", *headings], ["新修道路", 100, 40, 45])
    assert headings[1] in str(error.value)
    assert headings[2] in str(error.value)


def test_planned_halves_are_never_what_was_done(targets):
    found = read(targets, ["指标", "月份", "全年目标", "上半年目标", "完成数"], ["新修道路", 6, 100, 40, 45])
    assert [(a.from_month, a.month, a.value) for a in found.answers] == [(6, 6, 45)]
    found = read(targets, ["指标", "上半年(目标)", "上半年(完成)"], ["新修道路", 40, 45])
    assert [(a.from_month, a.month, a.value) for a in found.answers] == [(1, 6, 45)]


@pytest.mark.parametrize(
    ("month", "run"), [("1-6月", (1, 6)), ("上半年", (1, 6)), ("6月末累计", (1, 6)), ("6月", (6, 6))]
)
def test_a_row_may_name_a_run_of_months(targets, month, run):
    (answer,) = read(targets, ["指标", "月份", "数值"], ["新修道路", month, 3]).answers
    assert (answer.from_month, answer.month) == run


def test_months_given_in_part_twice_are_refused(targets):
    found = read(targets, ["指标", "2月", "二季度", "2-5月"], ["新修道路", 1, 5, 9])
    assert failed(found) == [(2, "D")]


def test_two_rows_for_one_month_are_refused(targets):
    found = read(targets, ["代码", "月份", "数值"], ["ROADS", 7, 1], ["ROADS", 7, 2])
    assert [row for row, _column in failed(found)] == [3]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (["ROADS", 13, "", 1, ""], "B"),
        (["ROADS", "七", "", 1, ""], "B"),
        (["ROADS", 7, "每周", 1, ""], "C"),
        (["ROADS", 7, "", "很多", ""], "D"),
        (["ROADS", 7, "", "=1+1", ""], "D"),
        (["ROADS", 7, "", "12亩", ""], "D"),
        (["ROADS", 7, "", 1, "也许"], "E"),
        (["ROADS", 7, "", 1, "本月不涉及"], "E"),
        (["ROADS", 7, "", "", "数值"], "E"),
    ],
)
def test_every_error_names_its_cell_and_the_others_are_still_read(targets, row, column):
    found = read(targets, ["代码", "月份", "填报方式", "数值", "填报情况"], row, ["VISITS", 7, "", 5, ""])
    assert failed(found) == [(2, column)]
    assert [answer.line for answer in found.answers] == [3]


@pytest.mark.parametrize("shape", [["月份", "数值"], ["7月"]])
@pytest.mark.parametrize("heading", ["备注", "原因"])
def test_a_text_that_is_too_long_is_named_in_its_own_column(targets, shape, heading):
    values = [7, 1] if len(shape) == 2 else [1]
    found = read(targets, ["代码", heading, *shape], ["ROADS", "长" * 501, *values], ["VISITS", "长" * 500, *values])
    assert failed(found) == [(2, "B")]
    assert [answer.line for answer in found.answers] == [3]


def test_both_texts_that_are_too_long_are_named(targets):
    found = read(targets, ["代码", "月份", "数值", "备注", "原因"], ["ROADS", 7, 1, "长" * 501, "长" * 501])
    assert failed(found) == [(2, "D"), (2, "E")]


def test_what_matches_nothing_is_listed_and_a_note_without_figure_is_not(targets):
    found = read(
        targets, ["指标", "月份", "数值"], ["不存在的指标", 7, 3], ["填表人：党政办", "", ""], ["新修道路", 7, 1]
    )
    assert left_out(found) == {
        2: "“不存在的指标” is no indicator that is asked for here.",
        3: "No figure is given.",
    }
    assert len(found.answers) == 1


def test_a_name_of_several_units_needs_the_unit(cast):
    both = [cast.east_target, cast.west_target]
    assert list(left_out(read(both, ["指标", "月份", "数值"], ["新修道路", 7, 1]))) == [2]
    (answer,) = read(both, ["指标", "填报单位", "月份", "数值"], ["新修道路", "西村", 7, 1]).answers
    assert answer.target == cast.west_target


def test_a_rate_takes_both_numbers(cast, build):
    rate = build.target(build.indicator("RATE", kind="rate", accumulation="latest"), cast.office, {12: 90})
    (apart,) = read([rate], ["代码", "月份", "数值", "分子", "分母"], ["RATE", 6, "", 9, 10]).answers
    (together,) = read([rate], ["代码", "6月"], ["RATE", "9/10"]).answers
    for answer in (apart, together):
        assert (answer.value, answer.numerator, answer.denominator) == (None, Decimal(9), Decimal(10))


def test_an_official_growth_rate_comes_along(targets):
    (answer,) = read(targets, ["代码", "月份", "数值", "同比增速（%）"], ["ROADS", 6, 5, "8.2%"]).answers
    assert answer.official_growth == Decimal("8.2")


def test_a_growth_rate_without_its_figure_is_named(targets):
    found = read(targets, ["代码", "月份", "数值", "同比增速"], ["ROADS", 6, "", 8.2], ["VISITS", 6, 5, ""])
    assert failed(found) == [(2, "D")]
    assert [answer.official_growth for answer in found.answers] == [None]


def test_a_sheet_without_headings_is_refused_in_a_sentence(targets):
    with pytest.raises(ValidationError, match=r"form|填报表"):
        read(targets, ["甲", "乙"], ["1", "2"])


def test_a_row_without_a_unit_means_the_one_whose_page_it_is(cast, build, targets):
    whole = build.target(cast.roads, cast.township, {12: 22})
    rows = (["代码", "数值"], ["ROADS", 2])
    (answer,) = read([*targets, whole], *rows, month=7, unit=cast.township).answers
    assert answer.target == whole
    # The township itself has none: two villages have, and neither is guessed.
    found = read([*targets, cast.west_target], *rows, month=7, unit=cast.township)
    assert found.answers == ()
    assert ["several units" in reason for reason in left_out(found).values()] == [True]
