"""Amounts as people write them: each text with the one reading that is right, or the reason why there is none."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from targets.forms.amounts import (
    AmountError,
    plain_figure,
    read_amount,
    read_amount_of,
    read_figure,
    read_fraction,
    read_number,
)


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


#: The text, the unit of measure asked for, the amount in it.
CERTAIN = [
    # Nothing, zero, plain numbers
    ("", "亩", None),
    (" \u3000\n", "亩", None),
    ("0", "亩", "0"),
    ("-0", "亩", "0"),
    ("0.00", "%", "0"),
    ("634.29", "万元", "634.29"),
    (".5", "亩", "0.5"),
    ("5.", "亩", "5"),
    ("007", "亩", "7"),
    ("'35", "亩", "35"),  # as spreadsheets mark a text
    ("35。", "亩", "35"),
    ("99999999999.9999", "", "99999999999.9999"),
    ("1.50000000", "亩", "1.5"),
    # Full width and separators
    ("１２３．５", "亩", "123.5"),
    ("９５％", "%", "95"),
    ("12,345.6", "", "12345.6"),
    ("1，234", "亩", "1234"),
    ("1 234", "亩", "1234"),
    ("12 345 678", "元", "12345678"),
    ("1\u00a0234.5", "亩", "1234.5"),
    ("1\u3000234", "亩", "1234"),
    # Signs
    ("-0.0001", "亩", "-0.0001"),
    ("+5", "亩", "5"),
    ("＋5", "亩", "5"),
    ("\u22125", "亩", "-5"),
    ("－5", "亩", "-5"),
    ("–5", "亩", "-5"),
    ("﹣5", "亩", "-5"),
    ("- 5", "亩", "-5"),
    ("负5", "亩", "-5"),
    ("负12.5万元", "万元", "-12.5"),
    ("(-5)", "亩", "-5"),
    # The unit of measure, by any name
    ("5亩", "亩", "5"),
    ("5 亩", "亩", "5"),
    ("35\n亩", "亩", "35"),
    ("35(亩)", "亩", "35"),
    ("35（亩）", "亩", "35"),
    ("1.5公里", "千米", "1.5"),
    ("1.5 KM", "千米", "1.5"),
    ("20平方", "平方米", "20"),
    ("20㎡", "平方米", "20"),
    ("20m²", "平方米", "20"),
    ("3公斤", "千克", "3"),
    ("95%", "%", "95"),
    ("5万亩", "万亩", "5"),
    ("700人次", "人次", "700"),
    ("6月", "月", "6"),
    # 万 and 亿
    ("12万", "人", "120000"),
    ("2万", "千克", "20000"),
    ("1.2亿", "元", "120000000"),
    ("5万亩", "亩", "50000"),
    ("1.2亿元", "元", "120000000"),
    ("2万千米", "千米", "20000"),
    ("3千", "人", "3000"),
    ("5百人", "人", "500"),
    ("2千万元", "万元", "2000"),
    ("300万", "", "3000000"),
    # … where the unit itself counts in them
    ("12万", "万元", "12"),
    ("1亿", "万元", "10000"),
    ("5000万", "万元", "5000"),
    ("1亿", "万吨", "10000"),
    ("3亿", "亿元", "3"),
    ("1亿2000万", "万元", "12000"),
    ("1亿2000万元", "亿元", "1.2"),
    ("1亿2千万", "万元", "12000"),
    ("1亿2千万元", "元", "120000000"),
    ("1亿2千万", "", "120000000"),
    ("3千500万", "万元", "3500"),
    ("3万5千", "人", "35000"),
    ("3万5000人", "人", "35000"),
    ("3万5000", "万元", "3.5"),
    # Another unit that converts exactly
    ("1.5公里", "米", "1500"),
    ("1500米", "千米", "1.5"),
    ("3亿元", "万元", "30000"),
    ("5000元", "万元", "0.5"),
    ("5000亩", "万亩", "0.5"),
    ("2公顷", "亩", "30"),
    ("30亩", "公顷", "2"),
    ("3吨", "千克", "3000"),
    ("500斤", "千克", "250"),
    ("1.2万人", "人", "12000"),
    ("5‰", "%", "0.5"),
    ("0.5%", "‰", "5"),
    # In words
    ("零", "件", "0"),
    ("〇", "件", "0"),
    ("五", "件", "5"),
    ("两", "件", "2"),
    ("十", "件", "10"),
    ("十二", "件", "12"),
    ("二十", "件", "20"),
    ("一百零五", "件", "105"),
    ("一百一十二", "件", "112"),
    ("三千五百", "件", "3500"),
    ("一万二千", "人", "12000"),
    ("十二万", "人", "120000"),
    ("十二万元", "万元", "12"),
    ("十二万", "万元", "12"),
    ("一点五万", "人", "15000"),
    ("三点一四", "", "3.14"),
    ("两千件", "件", "2000"),
    ("五千克", "千克", "5"),
    ("负三", "件", "-3"),
    ("百分之九十五", "%", "95"),
    ("百分之95", "%", "95"),
    # Percent: with its sign, or above 1, it is certain
    ("0.95%", "%", "0.95"),
    ("1%", "%", "1"),
    ("1.01", "%", "1.01"),
    ("100", "%", "100"),
    ("-3.2", "%", "-3.2"),
    ("0.95", "亩", "0.95"),
    ("0.95", "百分点", "0.95"),
    # A month? Not with separator or unit, nor in other years.
    ("2,023.6", "万元", "2023.6"),
    ("2023.15", "万元", "2023.15"),
    ("1823.6", "万元", "1823.6"),
    ("2023", "个", "2023"),
]


@pytest.mark.parametrize(("text", "unit", "value"), CERTAIN)
def test_what_is_certain_is_understood(text, unit, value):
    amount = read_amount(text, unit)
    assert amount == (None if value is None else Decimal(value), "")


@pytest.mark.parametrize(
    ("text", "unit", "value", "approximation"),
    [
        ("700余", "人次", "700", "over"),
        ("700多", "人次", "700", "over"),
        ("700余人次", "人次", "700", "over"),
        ("700多人", "人", "700", "over"),
        ("5000余米", "米", "5000", "over"),
        ("5000余米", "千米", "5", "over"),
        ("1.2万余人", "人", "12000", "over"),
        ("1.2万余人", "万人", "1.2", "over"),
        ("700余万元", "万元", "700", "over"),
        ("700余万元", "元", "7000000", "over"),
        ("2500余亩", "亩", "2500", "over"),
        ("十余", "户", "10", "over"),
        ("超过700", "人", "700", "over"),
        ("逾700人", "人", "700", "over"),
        ("over 700", "人", "700", "over"),
        ("More than 1,200", "人", "1200", "over"),
        ("近700", "人", "700", "nearly"),
        ("近1.2万人", "人", "12000", "nearly"),
        ("将近 700", "人", "700", "nearly"),
        ("nearly 700", "人", "700", "nearly"),
        ("近95%", "%", "95", "nearly"),
    ],
)
def test_over_and_nearly_are_kept_with_the_amount(text, unit, value, approximation):
    assert read_amount(text, unit) == (Decimal(value), approximation)


#: The text, the unit asked for, why it is none, the texts that would be certain.
UNCERTAIN = [
    ("12 18", "人次", "two_figures", ()),
    ("3\n5", "千米", "two_figures", ()),
    ("12\t18", "人次", "two_figures", ()),
    ("100\n200", "人次", "two_figures", ()),
    ("三\r\n五", "千米", "two_figures", ()),
    ("1 23", "亩", "two_figures", ()),
    ("12 3456", "亩", "two_figures", ()),
    ("0 123", "亩", "two_figures", ()),
    ("12、18", "人次", "two_figures", ()),
    ("12;18", "人次", "two_figures", ()),
    ("1, 234", "亩", "two_figures", ()),
    ("12人18户", "人", "two_figures", ()),
    ("3-5", "个", "range", ()),
    ("3~5个", "个", "range", ()),
    ("3至5", "个", "range", ()),
    ("3—5", "个", "range", ()),
    ("50%-60%", "%", "range", ()),
    ("6-30", "个", "range", ()),
    ("2023-06-30", "个", "range", ()),
    ("6月30日", "个", "date", ()),
    ("2023年6月", "个", "date", ()),
    ("2023.6.30", "个", "date", ()),
    ("2023/6/30", "个", "date", ()),
    ("2023.6", "万元", "date", ("2,023.6",)),
    ("2023.06", "万元", "date", ("2,023.06",)),
    ("12/15", "个", "fraction", ()),
    ("½", "个", "fraction", ()),
    ("⑫x", "个", "other_unit", ()),
    ("1,23", "亩", "separators", ()),
    ("1,2345", "亩", "separators", ()),
    ("12,34,567", "亩", "separators", ()),
    ("12,18", "亩", "separators", ()),
    ("(123)", "万元", "sign", ("-123", "123")),
    ("（1,234.5）", "万元", "sign", ("-1234.5", "1234.5")),
    ("123-", "万元", "sign", ("-123", "123")),
    ("123－", "万元", "sign", ("-123", "123")),
    ("△123", "万元", "sign", ("-123", "123")),
    ("▲ 123", "万元", "sign", ("-123", "123")),
    ("↓3.2", "%", "sign", ("-3.2", "3.2")),
    ("—5", "亩", "sign", ("-5", "5")),
    ("(0.5%)", "%", "sign", ("-0.5%", "0.5%")),
    ("0.95", "%", "share", ("95%", "0.95%")),
    ("０．９５", "％", "share", ("95%", "0.95%")),
    ("1", "%", "share", ("100%", "1%")),
    ("-0.5", "%", "share", ("-50%", "-0.5%")),
    ("0.005", "%", "share", ("0.5%", "0.005%")),
    ("0.95余", "%", "share", ("95%", "0.95%")),
    ("约700", "人", "approximate", ("700",)),
    ("700左右", "人", "approximate", ("700",)),
    ("700人左右", "人", "approximate", ("700",)),
    ("700以上", "人", "approximate", ("700", "over 700")),
    ("700+", "人", "approximate", ("700", "over 700")),
    ("≥95%", "%", "approximate", ("95", "over 95")),
    ("至少700", "人", "approximate", ("700", "over 700")),
    ("不足700", "人", "approximate", ("700", "nearly 700")),
    ("about 700", "人", "approximate", ("700",)),
    ("-5余", "人", "approximate", ("-5",)),
    ("2万", "千元", "multiple", ("20", "20000")),
    ("2万", "百万元", "multiple", ("0.02", "20000")),
    ("1万", "亿元", "multiple", ("0.0001", "10000")),
    ("5千", "万元", "multiple", ("0.5", "5000")),
    ("12公里", "亩", "other_unit", ()),
    ("12个", "%", "other_unit", ()),
    ("12人次", "人", "other_unit", ()),
    ("5万公里", "亩", "other_unit", ()),
    ("12%", "亩", "other_unit", ()),
    ("12%", "", "other_unit", ()),
    ("5个百分点", "%", "other_unit", ()),
    ("1亩", "公顷", "too_many_decimals", ()),
    ("1e5", "元", "exponent", ()),
    ("1.2E+05", "元", "exponent", ()),
    ("１e５", "", "exponent", ()),
    ("1e999999999", "", "exponent", ()),
    ("=1+1", "亩", "formula", ()),
    ("#DIV/0!", "亩", "formula", ()),
    ("#N/A", "亩", "formula", ()),
    ("########", "亩", "formula", ()),
    ("—", "亩", "no_figure", ()),
    ("-", "亩", "no_figure", ()),
    ("－", "亩", "no_figure", ()),
    ("/", "亩", "no_figure", ()),
    ("无", "亩", "no_figure", ()),
    ("N/A", "亩", "no_figure", ()),
    ("…", "亩", "no_figure", ()),
    ("1.23456", "", "too_many_decimals", ()),
    ("0.00001", "", "too_many_decimals", ()),
    ("0.5元", "万元", "too_many_decimals", ()),
    ("100000000000", "", "too_many_digits", ()),
    ("99999亿", "", "too_many_digits", ()),
    ("9" * 41, "", "too_long", ()),
    ("9" * 10_000, "", "too_long", ()),
    ("9" * 10_000 + "公里", "", "too_long", ()),
    *(
        (text, unit, "not_a_number", ())
        for unit in ("", "亩")
        for text in (
            "abc", "NaN", "nan", "Infinity", "-Infinity", "inf", "<b>1</b>", "1.2.3", "--1", "+-1", "+", ".",
            "0x10", "1_000", "12\x07", "1+1", "3×5", "万", "亿", "几十", "十几", "三五", "一万五", "3万5",
            "1亿2千500万", "1亿2百万", "1亿20百万",
            "二〇二三", "一般", "同上", "已完成", "两会", "٣",
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "unit", "code", "readings"), UNCERTAIN)
def test_what_is_not_certain_is_asked_or_refused_with_a_code(text, unit, code, readings):
    with pytest.raises(AmountError) as caught:
        read_amount(text, unit)
    assert (caught.value.code, caught.value.readings) == (code, readings)
    assert caught.value.messages[0].endswith((".", "it is.", "meant."))
    for reading in readings:
        assert read_amount(reading, unit).value is not None


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("12 18", "人次", "holds two figures"),
        ("0.95", "%", "Is this 95% or 0.95%"),
        ("(123)", "亩", "can be -123 or 123"),
        ("700以上", "人", "Type 700 or over 700, or the exact figure"),
        ("12公里", "亩", "“公里” was typed, and the indicator is in 亩"),
        ("12 km", "亩", "“km” was typed, and the indicator is in 亩"),
        ("5万公里", "亩", "“万公里” was typed"),
        ("2万", "千元", "can be 20 or 20000, counted in 千元"),
        ("1.23456", "", "more than four decimals"),
        ("9" * 12, "", "more than eleven digits"),
    ],
)
def test_the_reason_is_a_sentence_that_says_what_to_do(text, unit, words):
    with pytest.raises(ValidationError, match=words):
        read_amount(text, unit)


def test_the_unit_may_be_the_english_one():
    assert read_amount("5 km", "千米", "km") == read_amount("5千米", "千米", "km") == (5, "")
    assert read_amount("5 10,000 yuan", "万元", "10,000 yuan") == (5, "")
    assert read_amount("12 18", "千米", "18") == (12, "")


def test_the_amount_of_an_indicator_is_in_its_unit_and_a_rate_in_percent():
    road = SimpleNamespace(unit_of_measure="千米", unit_of_measure_en="km", kind="quantity")
    rate = SimpleNamespace(unit_of_measure="", unit_of_measure_en="", kind="rate")
    assert read_amount_of("1500米", road) == (Decimal("1.5"), "")
    assert read_amount_of("95%", rate) == (95, "")
    with pytest.raises(AmountError, match="Is this 95% or"):
        read_amount_of("0.95", rate)


def test_where_no_mark_is_kept_an_approximate_amount_is_refused_with_what_to_type():
    assert read_figure("700", "人") == 700
    with pytest.raises(AmountError, match="Type 700, or the exact one") as caught:
        read_figure("700余人", "人")
    assert caught.value.readings == ("700",)


def test_a_number_of_a_file_is_no_month_and_still_may_be_a_share():
    assert read_number(Decimal("2023.6"), "万元") == Decimal("2023.6")
    assert read_number(Decimal("0.95"), "亩") == Decimal("0.95")
    with pytest.raises(AmountError) as caught:
        read_number(Decimal("0.95"), "%")
    assert (caught.value.code, caught.value.readings) == ("share", ("95%", "0.95%"))
    with pytest.raises(AmountError, match="more than four decimals"):
        read_number(Decimal("0.00001"), "亩")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("approximation", ["", "over", "nearly"])
@pytest.mark.parametrize("unit", ["", "亩", "%", "万元", "‰"])
@pytest.mark.parametrize(
    "value", ["0", "1", "0.95", "0.0001", "95", "2023.6", "2023.12", "1234567.8901", "99999999999.9999"]
)
def test_what_is_printed_into_a_box_is_read_back_as_it_is(value, unit, approximation, language):
    if value == "0" and approximation:
        return
    with override(language):
        printed = plain_figure(Decimal(value), unit, approximation)
        assert read_amount(printed, unit) == (Decimal(value), approximation)


def test_an_amount_is_printed_into_a_box_as_it_would_be_typed():
    assert plain_figure(None, "亩") == ""
    assert plain_figure(Decimal("1200.5000"), "亩") == "1200.5"
    assert plain_figure(Decimal("-0.5000"), "%") == "-0.5%"
    assert plain_figure(Decimal("100.0000"), "%") == "100"
    with override("zh-hans"):
        assert plain_figure(Decimal("700.0000"), "人次", "over") == "700余"
        assert plain_figure(Decimal("700.0000"), "人次", "nearly") == "近700"


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
