"""The record of changes: the auditor reads what happened in the words of the pages."""

import json
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.utils.translation import override

from targets import display


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (
            {"checkpoints": {"12": "10", "6": "5"}},
            {"checkpoints": {"6": "5.0000", "12": "8.5000"}},
            "阶段目标：6月 5、12月 10 → 6月 5、12月 8.5",
        ),
        ({}, {"figures": "own", "interpolation": "step"}, "数据汇总方式：本单位填报；阶段目标之间：分段推进"),
        ({"supporting_units": []}, {"supporting_units": ["P", "V"]}, "配合单位：P、V"),
        ({"slightly_behind_ratio": "0.8000"}, {"slightly_behind_ratio": "0.4"}, "略欠进度起点：0.8000 → 0.4"),
        ({}, {"role": "auditor"}, "角色：审计员"),
        ({}, {"kind": "village", "name": "东村"}, "类别：村；名称：东村"),
        ({"direction": "at_most"}, {"direction": "monitor"}, "方向：上限控制 → 只监测不评价"),
        ({}, {"never_heard_of": "x"}, "never_heard_of：x"),
    ],
)
def test_fields_and_values_have_their_words(before, after, words):
    with override("zh-hans"):
        assert display.changed_values(json.dumps(before), json.dumps(after)) == words


def test_no_field_of_the_plan_keeps_the_name_that_it_has_in_the_code():
    """Whatever a verb records of these models is named."""
    told = ("year", "unit", "section", "indicator", "target", "targetrevision", "milestone")
    fields = {
        field.name
        for model in apps.get_app_config("targets").get_models()
        if model._meta.model_name in told
        for field in model._meta.get_fields()
        if field.concrete and not field.is_relation
    }
    with override("zh-hans"):
        bare = {name for name in fields if display.changed_values("", json.dumps({name: "x"})).startswith(name)}
    # Never recorded but for the names in a second language: keys, versions, and when it was made.
    assert {name for name in bare if not name.endswith("_en")} <= {
        "id",
        "lock_version",
        "created_at",
        "accounts_version",
    }


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("/plan/", "/plan/"),
        ("分解表.xlsx sha256:920a0b88d981", "分解表.xlsx sha256:920a0b88d981"),
        (f"sample, SHA-256 920a0b88d981{'b' * 52}", "sample, SHA-256 920a0b88d981…"),
    ],
)
def test_a_digest_is_told_as_far_as_it_tells_files_apart(source, told):
    assert display.short_source(source) == told


def test_a_loaded_target_is_told_with_its_plan_and_what_came_with_it():
    after = {"checkpoints": {"6": "5.0000", "12": "10.0000"}, "weight": "1.0000", "baseline": None, "entries": 11}
    indicator = SimpleNamespace(kind="quantity", decimals=0, unit_of_measure="个", unit_of_measure_en="")
    with override("zh-hans"):
        told = [words for words, _typed in display.changed_figure("", json.dumps(after), indicator)]
    assert told == ["6月：5", "12月：10", "权重：1", "数据条数：11"]
