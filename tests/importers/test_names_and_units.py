"""Names of sections and units, and units of measure: what is the same, and what only looks so."""

from fractions import Fraction
from time import perf_counter

import pytest

from targets.calculations import units_of_measure
from targets.importers.names import Known, find, nearest
from targets.importers.plan.words import unit_names

UNITS = [
    Known("O1", "党政办公室"),
    Known("O2", "经济发展办公室"),
    Known("O3", "农业农村办"),
    Known("O4", "农业综合服务中心"),
    Known("O5", "财政所", ("财政办",)),
    Known("V1", "东村"),
    Known("V2", "西村村民委员会"),
]


class TestNames:
    @pytest.mark.parametrize(
        ("text", "code", "exact"),
        [
            ("党政办公室", "O1", True),
            (" 党政 办公室 ", "O1", True),
            ("一、党政办公室", "O1", True),
            ("党政办公室（牵头）", "O1", True),
            ("O2", "O2", True),
            ("o2", "O2", True),
            ("财政办", "O5", True),
            ("东村村委会", "V1", True),
            ("西村", "V2", True),
            ("党政办", "O1", False),
            ("经发办", "O2", False),
            ("农业农村办公室", "O3", False),
            ("农业办", "O3", False),
            ("农业中心", "O4", False),
        ],
    )
    def test_found(self, text, code, exact):
        match = find(text, UNITS)
        assert match.found is not None
        assert (match.found.code, match.exact) == (code, exact)

    @pytest.mark.parametrize("text", ["", "宣传办", "各村", "农业", "经发局"])
    def test_not_found(self, text):
        assert find(text, UNITS).found is None

    def test_an_abbreviation_of_two_is_none(self):
        known = [Known("A", "经济发展办公室"), Known("B", "经济发改办公室")]
        match = find("经发办", known)
        assert match.found is None
        assert [entry.code for entry in match.nearest] == ["A", "B"]

    def test_the_nearest_come_first(self):
        assert nearest("财政站", UNITS)[0].code == "O5"


class TestUnitsOfMeasure:
    @pytest.mark.parametrize(
        ("text", "normal"),
        [
            ("公里", "千米"),
            ("km", "千米"),
            ("Ｋｍ", "千米"),
            ("公斤", "千克"),
            ("万公斤", "万千克"),
            ("㎡", "平方米"),
            ("％", "%"),
            ("（万元）", "万元"),
            ("人 次", "人次"),
            ("人", "人"),
            ("元/人", "元/人"),
            ("某某", "某某"),
        ],
    )
    def test_one_spelling(self, text, normal):
        assert units_of_measure.normal(text) == normal
        assert units_of_measure.normal(normal) == normal

    def test_what_counts_different_things_is_not_the_same(self):
        assert not units_of_measure.same("人", "人次")
        assert not units_of_measure.same("户", "户次")
        assert not units_of_measure.same("元", "万元")
        assert units_of_measure.same("公里", "千米")

    @pytest.mark.parametrize(
        ("old", "new", "factor"),
        [
            ("亿元", "万元", 10_000),
            ("公顷", "亩", 15),
            # 1 亩 = 1/1,500 平方公里.
            ("亩", "平方公里", Fraction(1, 1500)),
            ("吨", "公斤", 1000),
            ("斤", "千克", Fraction(1, 2)),
            ("人", "人次", None),
            ("某某", "某某", 1),
        ],
    )
    def test_how_many_one_is_of_the_other(self, old, new, factor):
        assert units_of_measure.factor(old, new) == factor

    def test_rates(self):
        assert units_of_measure.is_share("％")
        assert not units_of_measure.is_share("百分点")
        assert units_of_measure.is_known("万公斤")
        assert not units_of_measure.is_known("经发办")


def test_a_cell_made_to_take_hours_is_read_at_once():
    begun = perf_counter()
    assert unit_names("和" * 32_000) == ["和" * 32_000]
    assert perf_counter() - begun < 1
    assert unit_names("经发办和财政所") == ["经发办", "财政所"]
