"""Numbers of headings, and where signature and date stand."""

import pytest
from django.utils.translation import override

from reports.document import Heading, Paragraph, Run, Signature, chinese, numbered, signature_indents, width_of


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (9, "九"),
        (10, "十"),
        (11, "十一"),
        (19, "十九"),
        (20, "二十"),
        (21, "二十一"),
        (90, "九十"),
        (99, "九十九"),
    ],
)
def test_numbers_in_chinese(number, text):
    assert chinese(number) == text


def test_headings_are_numbered_by_level_and_anew_under_each_heading_above():
    levels = [1, 2, 2, 3, 3, 4, 1, 2, 3]
    blocks = [Heading("题", level) for level in levels]
    with override("zh-hans"):
        assert [number for number, _block in numbered(blocks)] == [
            "一、", "（一）", "（二）", "1.", "2.", "（1）", "二、", "（一）", "1.",
        ]  # fmt: skip
    with override("en"):
        assert [number for number, _block in numbered(blocks)] == [
            "I. ", "A. ", "B. ", "1. ", "2. ", "(1) ", "II. ", "A. ", "1. ",
        ]  # fmt: skip


def test_only_headings_have_numbers():
    with override("zh-hans"):
        assert [number for number, _block in numbered([Paragraph((Run("字"),)), Heading("题")])] == ["", "一、"]


def test_a_digit_takes_half_of_a_character():
    # Four digits are 2, 年 1, one digit 0.5, 月 1, one digit 0.5, 日 1.
    assert width_of("2023年7月8日") == 6


def test_the_date_begins_two_characters_right_of_the_signature():
    # 七 characters two from the margin begin at 28 − 2 − 7 = 19; the date of 6 begins at 21 and ends at 27.
    assert signature_indents(Signature("大崇乡人民政府", "2023年7月8日")) == (2, 1)


def test_a_date_longer_than_the_signature_stands_two_from_the_margin():
    # The date of 6 begins at 28 − 2 − 6 = 20; the signature of 3 begins at 18, ends at 21 and leaves 7.
    assert signature_indents(Signature("大崇乡", "2023年7月8日")) == (7, 2)
