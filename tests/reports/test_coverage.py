"""Which characters a font has: as an independent reader of fonts says it, of every font on this machine."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from reports.writers import typesetting
from reports.writers.coverage import Coverage, read_coverage


def test_it_is_what_the_fonts_say():
    files = {Path(path): number for path, number in typesetting._files()}
    assert any("NotoSansSC" in path.name for path in files)
    for path, number in files.items():
        with TTFont(path, fontNumber=number, lazy=True) as font:
            assert set(read_coverage(path, number)) == set(font.getBestCmap()), path


def test_a_character_lies_in_a_range_or_not():
    known = Coverage([(5, 7), (8, 8), (20, 30), (25, 28)])
    assert [letter for letter in range(40) if letter in known] == [*range(5, 9), *range(20, 31)] == list(known)
    assert 0 not in Coverage()


@pytest.mark.parametrize("content", [b"", b"ttcf", b"OTTO" + b"\xff" * 40, b"\0\1\0\0\0\1" + b"\0" * 200])
def test_what_is_no_font_has_none(tmp_path, content):
    path = tmp_path / "broken.ttf"
    path.write_bytes(content)
    assert list(read_coverage(path)) == []
    assert list(read_coverage(tmp_path / "nowhere.ttf")) == []
