"""Names and lists in the reader's language."""

from types import SimpleNamespace

from django.utils.translation import override

from targets import display


def test_an_english_name_stands_in_where_it_is_filled():
    road = SimpleNamespace(name="道路", name_en="Road")
    lane = SimpleNamespace(name="小路", name_en="")
    assert (display.name(road), display.name(lane)) == ("Road", "小路")
    with override("zh-hans"):
        assert (display.name(road), display.name(lane)) == ("道路", "小路")


def test_lists_are_joined_in_the_readers_language():
    assert display.joined(["a", "b"]) == "a, b"
    with override("zh-hans"):
        assert display.joined(["甲", "乙"]) == "甲、乙"
