"""Figures as people type and paste them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from targets.forms.fields import read_figure, read_fraction


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("", "亩", None),
        ("  ", "亩", None),
        ("0", "亩", "0"),
        ("-0.0001", "亩", "-0.0001"),
        (".5", "亩", "0.5"),
        ("5.", "亩", "5"),
        ("5亩", "亩", "5"),
        ("5 亩", "亩", "5"),
        ("5万亩", "亩", "50000"),
        ("5万亩", "万亩", "5"),
        ("1.2亿元", "元", "120000000"),
        ("2万", "千克", "20000"),
        ("2万千米", "千米", "20000"),
        ("９５％", "%", "95"),
        ("12,345.6", "", "12345.6"),
        ("99999999999.9999", "", "99999999999.9999"),
    ],
)
def test_what_is_certain_is_understood(text, unit, value):
    assert read_figure(text, unit) == (None if value is None else Decimal(value))


def test_the_unit_may_be_the_english_one():
    assert read_figure("5 km", "千米", "km") == read_figure("5千米", "千米", "km") == 5


@pytest.mark.parametrize(
    ("text", "unit", "typed"),
    [
        ("12公里", "亩", "公里"),
        ("12 km", "亩", "km"),
        ("5000亩", "万亩", "亩"),  # ten thousand times less
        ("3亿元", "万元", "亿元"),
        ("5万公里", "亩", "万公里"),
        ("12个", "%", "个"),
        ("1亿", "万元", "亿"),
        ("5000万", "万元", "万"),
        ("1亿", "万吨", "亿"),
        ("2万", "千元", "万"),
        ("2万", "百万元", "万"),
        ("1万", "亿元", "万"),
        ("1亿万元", "万元", "亿"),
    ],
)
def test_another_unit_of_measure_is_refused_and_named(text, unit, typed):
    with pytest.raises(ValidationError, match=f"“{typed}” was typed, and the indicator is in {unit}"):
        read_figure(text, unit)


@pytest.mark.parametrize(
    "text",
    [
        "abc", "1e5", "1E5", "1e999999999", "NaN", "nan", "Infinity", "-Infinity", "inf", "=1+1", "1+1", "<b>1</b>",
        "1,23", "1,2345", "12,34,567", "1.2.3", "--1", "+-1", "+", "-", ".", "½", "一百", "0x10", "1_000", "１e５",
        "12\x07", "12 亩 左右？", "12/15", "⑫x",
    ],
)  # fmt: skip
@pytest.mark.parametrize("unit", ["", "亩"])
def test_what_is_no_number_is_refused(text, unit):
    with pytest.raises(ValidationError):
        read_figure(text, unit)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1.23456", "more than four decimals"),
        ("0.00001", "more than four decimals"),
        ("100000000000", "more than eleven digits"),
        ("1亿亿", "is not a number"),
        ("99999亿", "more than eleven digits"),
        ("9" * 41, "too long"),
        ("9" * 10_000, "too long"),
        ("9" * 10_000 + "公里", "too long"),
    ],
)
def test_what_cannot_be_kept_as_it_is_says_why(text, reason):
    with pytest.raises(ValidationError, match=reason):
        read_figure(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("12/15", ("12", "15")),
        (" 12 ／ 15 ", ("12", "15")),
        ("1,200/1,500", ("1,200", "1,500")),
        ("0/0", ("0", "0")),
        ("12", None),
        ("/", None),
        ("12/", None),
        ("2023/6/30", None),
        ("", None),
        ("9" * 10_000, None),
        ("/" * 10_000, None),
    ],
)
def test_a_fraction_is_two_numbers(text, parts):
    assert read_fraction(text) == parts
