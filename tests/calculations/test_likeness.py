"""When two indicators are probably the same thing (calculations.likeness)."""

from fractions import Fraction

import pytest

from targets.calculations.likeness import alike, alike_among, likeness, plain_name, same_definition


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("新修道路", "新修道路"),
        (" 新修　道路（公里） ", "新修道路"),
        ("乡村公里数", "乡村千米数"),
        ("道路（新增）", "道路新增"),  # brackets with more than a unit of measure stay
        ("完成植树造林任务", "植树造林"),
        ("ＧＤＰ　总量", "gdp总量"),
        ("工作任务", "工作任务"),  # a name made of nothing else keeps its words
        ("", ""),
    ],
)
def test_a_name_without_its_form(name, plain):
    assert plain_name(name) == plain


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("新修道路", "新修 道路", 1),
        ("道路（公里）", "道路", 1),
        ("道路公里", "道路·千米", 1),
        # 新修 修道 道路 | 新修 修乡 乡村 村道 道路: 2 of both, 2×2 ÷ (3+5)
        ("新修道路", "新修乡村道路", Fraction(4, 8)),
        # 高标 标准 准农 农田 田建 建设 | the same and 设面 面积: 6 shared, 12 ÷ 14
        ("高标准农田建设", "高标准农田建设面积", Fraction(12, 14)),
        # 12 characters, 11 pairs each; 民养/民医 养老/医疗 老保/疗保 differ: 8 shared, 16 ÷ 22
        ("城乡居民养老保险参保人数", "城乡居民医疗保险参保人数", Fraction(16, 22)),
        ("60岁以上老人体检", "80岁以上老人体检", 0),
        ("税", "费", 0),
        ("", "道路", 0),
    ],
)
def test_how_much_two_names_share(one, other, share):
    assert likeness(one, other) == likeness(other, one) == share


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("高标准农田建设", "高标准农田建设面积", True),  # 86 %
        ("城乡居民养老保险参保人数", "城乡居民医疗保险参保人数", False),  # 73 %
        ("新增就业人数", "减少就业人数", False),  # 3 of 5 pairs, 60 %
        ("Roads built", "roads-built", True),
    ],
)
def test_names_are_alike_from_four_fifths_on(one, other, expected):
    assert alike(one, other) is expected


def test_definitions_are_the_same_without_their_form_and_not_when_short():
    assert same_definition("当年新修并通车的道路里程。", "当年新修并通车的道路里程")
    assert not same_definition("按实际数", "按实际数")
    assert not same_definition("", "")


def test_among_many_each_is_told_its_likes_by_name_or_by_definition():
    named = {
        "A": ("新修道路", "当年新修并通车的道路里程"),
        "B": ("植树造林", ""),
        "C": ("新修道路（完成情况）", ""),
        "D": ("通车里程", "当年新修并通车的道路里程。"),
        "E": ("2023年植树造林", ""),
    }
    assert alike_among(named) == {"A": ("C", "D"), "C": ("A",), "D": ("A",)}


def test_among_many_finds_what_each_couple_finds():
    names = ["新修道路", "新修道路里程", "高标准农田建设", "高标准农田建设面积", "税", "税", "新增就业", "农田"]
    named = {place: (name, "") for place, name in enumerate(names)}
    couples = {
        one: tuple(other for other in named if other != one and alike(names[one], names[other])) for one in named
    }
    assert alike_among(named) == {one: others for one, others in couples.items() if others}
