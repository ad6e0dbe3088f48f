"""Finding the heading of a real sheet, and what its columns are taken for."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targets.importers.files.grid import Workbook
from targets.importers.plan.headings import Clash, find_heading, find_table, heading_at
from targets.importers.plan.lines import RowKind, lines
from targets.importers.plan.meanings import Confidence, Field, Meaning, choices, read_label
from tests.importers.sheets import PLAN, PLAN_MERGES, grid, heading_of, plain_sheet


def mapping(heading):
    """Column letters to the keys of their meanings."""
    return {column.letter: column.meaning.key for column in heading.columns if column.meaning is not None}


def meanings(*labels, rows=(("a", "b"),)):
    """What each of some headings in one row is taken for."""
    heading = heading_at(plain_sheet([labels, *rows]), 1, 1)
    return [column.meaning.key if column.meaning else "" for column in heading.columns]


def test_a_heading_of_two_rows_below_a_title_and_a_line_of_units():
    heading = find_heading(grid(PLAN, PLAN_MERGES))
    assert (heading.first_row, heading.last_row) == (3, 4)
    assert (heading.title, heading.year, heading.unit_of_measure) == ("青山乡2024年度目标任务分解表", 2024, "万元")
    assert mapping(heading) == {
        "B": "section", "C": "name", "D": "unit_of_measure", "E": "baseline", "F": "checkpoint-6",
        "G": "checkpoint-12", "H": "unit", "I": "lead_leader", "J": "note",
    }  # fmt: skip
    assert heading.column(1).unused
    assert heading.column(6).label == "目标值 上半年"
    assert heading.clashes == ()


def test_the_same_heading_without_merged_cells_as_in_a_csv_file():
    rows = [
        ["青山乡2024年度目标任务分解表"],
        ["板块", "指标名称", "单位", "目标值", "", "责任单位"],
        ["", "", "", "上半年", "全年", ""],
        ["经济发展", "投资", "万元", "2600", "5600", "经发办"],
    ]
    heading = find_heading(plain_sheet(rows))
    assert (heading.first_row, heading.last_row) == (2, 3)
    assert mapping(heading) == {
        "A": "section", "B": "name", "C": "unit_of_measure", "D": "checkpoint-6", "E": "checkpoint-12", "F": "unit",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("指标名称", "name"),
        ("指 标\n名 称", "name"),
        ("计量单位", "unit_of_measure"),
        ("责任站所", "unit"),
        ("牵头单位（责任单位）", "unit"),
        ("配合单位", "supporting"),
        ("牵头（分管）领导", "lead_leader"),
        ("责任人", "responsible_person"),
        ("上年实绩", "baseline"),
        ("上半年目标", "checkpoint-6"),
        ("1-6月目标", "checkpoint-6"),
        ("6月底目标", "checkpoint-6"),
        ("年度目标（万元）", "checkpoint-12"),
        ("全年目标任务", "checkpoint-12"),
        ("一季度", "phase-3"),
        ("第二季度目标", "phase-6"),
        ("Q3", "phase-9"),
        ("1-3月", "checkpoint-3"),
        ("3月底", "checkpoint-3"),
        ("前三季度", "checkpoint-9"),
        ("10月", "phase-10"),
        ("分值", "weight"),
        ("完成时限", "deadline"),
        ("目标原文", "wording"),
        ("口径说明", "definition"),
        ("监考单位", "source"),
        ("填报频率", "frequency"),
        ("备注", "note"),
    ],
)
def test_headings_as_offices_write_them(label, key):
    reading = read_label(label)
    assert reading.options[0].key == key
    assert reading.confidence > Confidence.NONE


@pytest.mark.parametrize(
    "label", ["序号", "完成率", "序时进度", "进展情况", "存在问题", "自评分", "本月完成", "1-5月完成"]
)
def test_what_a_plan_does_not_keep_is_known_and_unused(label):
    reading = read_label(label)
    assert reading.unused
    assert reading.options == ()


def test_a_result_of_an_earlier_year_is_the_baseline():
    assert meanings("指标", "2023年完成数", "2024年目标", "2024年完成数") == ["name", "baseline", "checkpoint-12", ""]


def test_unit_alone_is_settled_by_what_stands_below():
    rows = [["投资", "万元", "经发办"], ["公路", "公里", "村建办"]]
    assert meanings("指标", "单位", "单位", rows=rows) == ["name", "unit_of_measure", "unit"]


def test_a_column_of_figures_called_tasks_is_the_annual_target():
    assert meanings("项目", "目标任务", rows=[["GDP", "186"], ["投资", "100"]]) == ["name", "checkpoint-12"]
    assert meanings("项目", "目标任务", rows=[["失业率", "低于4.1"], ["GDP", "根据全省平均"]]) == ["name", "wording"]
    assert meanings("目标任务", "责任单位", rows=[["修路", "村建办"]]) == ["name", "unit"]


def test_of_item_and_contents_the_repeated_one_is_the_section():
    rows = [["经济", "投资"], ["经济", "招商"], ["经济", "财政"], ["民生", "就业"]]
    assert meanings("考核项目", "考核内容", rows=rows) == ["section", "name"]


def test_two_columns_never_get_one_meaning_silently():
    heading = heading_at(plain_sheet([["指标", "年度目标", "全年目标"], ["a", "1", "2"]]), 1, 1)
    assert mapping(heading) == {"A": "name", "B": "checkpoint-12"}
    assert heading.clashes == (Clash(Meaning(Field.CHECKPOINT, 12), (2, 3)),)


def test_the_surer_column_has_the_meaning():
    heading = heading_at(plain_sheet([["指标", "目标", "全年目标"], ["a", "1", "2"]]), 1, 1)
    assert mapping(heading) == {"A": "name", "C": "checkpoint-12"}
    assert heading.column(2).confidence == Confidence.NONE


def test_the_unit_in_brackets_belongs_to_the_column():
    heading = heading_at(plain_sheet([["指标", "全年目标（万元）"], ["a", "1"]]), 1, 1)
    assert heading.column(2).unit_of_measure == "万元"


@pytest.mark.parametrize(
    "rows",
    [
        [["a", "b"], ["c", "d"]],
        [["指标名称", "责任单位"]],
        [[1, 2], [3, 4]],
        [["会议记录"], ["内容很多"], ["责任单位说明"]],
    ],
)
def test_a_sheet_without_a_heading(rows):
    assert find_heading(plain_sheet(rows)) is None


def test_the_sheet_that_looks_like_a_plan_is_found():
    cover = plain_sheet([["封面"], ["说明"]])
    plan = grid(PLAN, PLAN_MERGES)
    found = find_table(Workbook("plan.xlsx", "xlsx", (cover, plan)))
    assert found is not None
    assert found[0] is plan
    assert find_table(Workbook("plan.xlsx", "xlsx", (cover,))) is None


def test_what_a_person_chooses_is_a_meaning():
    for key, label in choices():
        assert Meaning.of(key).key == key
        assert label
    assert len(dict(choices())) == len(choices())
    for wrong in ("", "checkpoint", "checkpoint-13", "name-3", "checkpoint-x", "nonsense"):
        with pytest.raises(ValueError):  # noqa: PT011
            Meaning.of(wrong)


class TestLines:
    def kinds(self, rows, merges=()):
        sheet = grid(rows, merges)
        heading = heading_of(sheet)
        return [(line.row, line.kind, line.text) for line in lines(sheet, heading, heading.mapping)]

    def test_totals_and_what_stands_below_are_no_targets(self):
        kinds = self.kinds(PLAN, PLAN_MERGES)
        assert [kind for _row, kind, _text in kinds] == [RowKind.DATA] * 4 + [RowKind.TOTAL, RowKind.NOTE, RowKind.NOTE]

    HEADING = ["序号", "指标名称", "计量单位", "分值", "全年目标", "责任单位"]
    ROW = [1, "投资", "万元", 5, 500, "经发办"]

    @pytest.mark.parametrize(
        ("cells", "text"),
        [
            (["一、经济发展"], "经济发展"),
            (["一", "经济发展"], "经济发展"),
            (["（一）", "经济发展"], "经济发展"),
            (["一、经济发展（30分）", None, None, 30], "经济发展（30分）"),
            ([None, "二、乡村振兴"], "乡村振兴"),
        ],
    )
    def test_a_row_that_names_a_section(self, cells, text):
        assert self.kinds([self.HEADING, cells, self.ROW])[0] == (2, RowKind.GROUP, text)

    def test_a_merged_row_names_a_section_without_a_number(self):
        assert self.kinds([self.HEADING, ["经济发展"], self.ROW], ["A2:F2"])[0] == (2, RowKind.GROUP, "经济发展")

    @pytest.mark.parametrize("cells", [["合 计"], [None, "小计", None, 10], ["经济发展小计", None, None, 5, 300]])
    def test_totals(self, cells):
        assert self.kinds([self.HEADING, self.ROW, cells])[1][1] == RowKind.TOTAL

    @pytest.mark.parametrize(
        "cells",
        [
            ["备注：以统计为准"],
            ["注:1.本表"],
            ["填表人：", None, "审核人："],
            ["单位负责人:", None, None, "联系电话："],
        ],
    )
    def test_notes_and_signatures(self, cells):
        assert self.kinds([self.HEADING, self.ROW, cells])[1][1] == RowKind.NOTE

    def test_a_heading_repeated_on_the_next_page(self):
        assert self.kinds([self.HEADING, self.ROW, self.HEADING, self.ROW])[1][1] == RowKind.REPEATED

    def test_an_indicator_that_only_sounds_like_a_note_is_a_target(self):
        row = [2, "备注册商标", "个", 5, 3, "经发办"]
        assert self.kinds([self.HEADING, row])[0][1] == RowKind.DATA


CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["指标名称", "单位", "目标值", "上半年", "全年", "责任单位", "合计", "备注：", "一、经济", "万元", "2023年完成"]
    ),
    st.text(max_size=8),
    st.integers(-5, 5000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(2000, 1, 1), date(2040, 1, 1)),
    st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=7), max_size=9))
def test_any_sheet_is_understood_alike_each_time_and_no_meaning_is_given_twice(rows):
    sheet = plain_sheet(rows)
    heading = find_heading(sheet)
    assert heading == find_heading(sheet)
    if heading is not None:
        given_away = list(heading.mapping.values())
        assert len(given_away) == len(set(given_away))
        below = lines(sheet, heading, heading.mapping)
        assert all(line.row > heading.last_row for line in below)
