"""Which characters a font has, as ranges."""

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from reports.writers import typesetting
from reports.writers.typesetter import _characters

#: 5 to 8, a gap of one, 10 alone, and two beyond the characters of four digits.
LETTERS = [5, 6, 7, 8, 10, 0x20000, 0x20001]
RANGES = [(5, 8), (10, 10), (0x20000, 0x20001)]


@pytest.fixture
def font(tmp_path):
    names = [".notdef", *(f"u{letter:05X}" for letter in LETTERS)]
    builder = FontBuilder(1000)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(dict(zip(LETTERS, names[1:], strict=True)))
    builder.setupGlyf({name: TTGlyphPen(None).glyph() for name in names})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (500, 0)))
    path = tmp_path / "small.ttf"
    builder.font.save(path)
    return str(path)


def test_characters_that_follow_one_another_are_a_range(font):
    assert _characters(font, 0) == RANGES


def test_a_character_is_shown_if_it_lies_in_a_range(font):
    shown = [letter for letter in [*range(12), 0x1FFFF, 0x20000, 0x20001, 0x20002]
             if typesetting._shows(font, 0, chr(letter))]  # fmt: skip
    assert shown == LETTERS


def test_the_product_s_own_font_comes_first_and_is_read_whole():
    path, number = typesetting._files()[0]
    assert "NotoSansSC" in path
    with TTFont(path, fontNumber=number, lazy=True) as font:
        known = set(font.getBestCmap())
    assert len(known) > 30_000
    assert {letter for first, last in _characters(path, number) for letter in range(first, last + 1)} == known


@pytest.mark.parametrize("content", [b"", b"ttcf", b"OTTO" + b"\xff" * 40, b"\0\1\0\0\0\1" + b"\0" * 200])
def test_what_is_no_font_has_none(tmp_path, content):
    path = tmp_path / "broken.ttf"
    path.write_bytes(content)
    assert _characters(str(path), 0) == []
    assert _characters(str(tmp_path / "nowhere.ttf"), 0) == []
