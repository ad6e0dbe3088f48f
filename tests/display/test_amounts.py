"""Amounts of an indicator with their decimals and units of measure."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils.translation import override

from targets import display

from .builders import indicator


def test_a_plan_is_shown_with_the_decimals_it_has():
    # 2.5 must not become 3 where the indicator counts whole things.
    assert display.typed_amount(Decimal("2.5"), indicator(0)) == "2.5"
    assert display.typed_amount(Decimal("2.5000"), indicator(0)) == "2.5"
    assert display.typed_amount(Decimal("2"), indicator(0)) == "2"
    assert display.typed_amount(Decimal("2"), indicator(2)) == "2.00"
    assert display.typed_amount(Fraction(1, 3), indicator(2)) == "0.33"


def test_units_of_measure_follow_their_amounts():
    assert display.with_unit("8.00", indicator()) == "8.00 CNY 10k"
    assert display.with_unit("8.0", indicator(unit="%", unit_en="%")) == "8.0%"
    assert display.with_unit("8", indicator(unit="", unit_en="")) == "8"
    with override("zh-hans"):
        assert display.with_unit("8.00", indicator()) == "8.00 万元"


@pytest.mark.parametrize(
    ("word", "english", "chinese"),
    [("", "2500", "2500"), ("over", "over 2500", "2500余"), ("nearly", "nearly 2500", "近2500")],
)
def test_an_approximate_amount_is_worded_as_in_its_document(word, english, chinese):
    assert display.approximate("2500", word) == english
    with override("zh-hans"):
        assert display.approximate("2500", word) == chinese
