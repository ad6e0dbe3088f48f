"""What files make of a printed text."""

from decimal import Decimal

import pytest

from targets import display


@pytest.mark.parametrize("part", ["a/b", "a\\b", 'a"b', "a  b", "a:b", "a\nb", "<a>?*|b"])
def test_a_file_name_is_one_that_a_file_system_takes(part):
    assert display.file_name(part, "", "上半年") == "a-b_上半年"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("634.29", Decimal("634.29")),
        ("−165.71", Decimal("-165.71")),
        ("+1,234.50", Decimal("1234.50")),
        ("79.3%", Decimal("0.793")),
        ("0", Decimal("0")),
        ("—", None),
        (">999%", None),
        ("<0", None),
        ("Behind", None),
    ],
)
def test_a_file_takes_the_number_that_the_page_shows(text, value):
    assert display.as_number(text) == value


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_what_a_spreadsheet_takes_for_a_formula_is_kept_text(sign):
    assert display.spreadsheet_text(f"{sign}1+1") == f"'{sign}1+1"
    assert display.spreadsheet_text(f"  {sign}1+1") == f"'  {sign}1+1"
    assert display.spreadsheet_text(f"1{sign}1") == f"1{sign}1"


@pytest.mark.parametrize(
    "text", ["=1+1", "'=1+1", "''=1+1", "'桥", "'", "''", "-", "=", ">=", "", " ", "－２", "a=b", "\t@x", "桥"]
)
def test_what_was_kept_text_is_read_as_it_was(text):
    assert display.from_spreadsheet(display.spreadsheet_text(text)) == text


def test_a_sign_alone_is_no_formula():
    """The operator of a relation, and the dash of a cell without a value."""
    assert [display.spreadsheet_text(sign) for sign in ("=", "-", "＝")] == ["=", "-", "＝"]
