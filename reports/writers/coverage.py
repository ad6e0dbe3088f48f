"""Which characters a font file can show, read from the table (``cmap``) in which it says so.

Kept as ranges: a Chinese font has tens of thousands of characters, and a set of them or of the names of their glyphs
takes as much memory as the rest of the product.
"""

import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path

#: By platform and encoding: the tables that speak of Unicode, those that know the most first.
_TABLES = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))


class Coverage:
    """The characters of a font, as ranges that do not touch one another."""

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        self._first, self._last = array("L"), array("L")
        for first, last in sorted(ranges):
            if self._last and first <= self._last[-1] + 1:
                self._last[-1] = max(self._last[-1], last)
            else:
                self._first.append(first)
                self._last.append(last)

    def __contains__(self, letter: int) -> bool:
        place = bisect_right(self._first, letter) - 1
        return place >= 0 and letter <= self._last[place]

    def __iter__(self) -> Iterator[int]:
        for first, last in zip(self._first, self._last, strict=True):
            yield from range(first, last + 1)


def read_coverage(path: Path, number: int = 0) -> Coverage:
    """Of the font with this number in its file; of one that cannot be read, nothing."""
    try:
        return Coverage(_ranges(_table(path, number, b"cmap")))
    except (OSError, struct.error, IndexError):
        return Coverage()


def _table(path: Path, number: int, wanted: bytes) -> bytes:
    with path.open("rb") as file:
        start = 0
        if file.read(4) == b"ttcf":
            file.seek(12 + 4 * number)
            (start,) = struct.unpack(">L", file.read(4))
        file.seek(start + 4)
        (count,) = struct.unpack(">H6x", file.read(8))
        for _turn in range(count):
            name, place, length = struct.unpack(">4s4xLL", file.read(16))
            if name == wanted:
                file.seek(place)
                return file.read(length)
    return b""


def _ranges(table: bytes) -> Iterator[tuple[int, int]]:
    (count,) = struct.unpack_from(">2xH", table)
    records = struct.iter_unpack(">HHL", table[4 : 4 + 8 * count])
    places = {(platform, encoding): place for platform, encoding, place in records}
    best = next((places[kind] for kind in _TABLES if kind in places), None)
    if best is None:
        return
    (form,) = struct.unpack_from(">H", table, best)
    if form == 4:
        yield from _segments(table[best:])
    elif form == 12:
        (groups,) = struct.unpack_from(">L", table, best + 12)
        for first, last, _glyph in struct.iter_unpack(">LLL", table[best + 16 : best + 16 + 12 * groups]):
            yield first, last


def _segments(table: bytes) -> Iterator[tuple[int, int]]:
    """Format 4: characters of up to four digits. Glyph 0 is the empty box."""
    (twice,) = struct.unpack_from(">6xH", table)
    # Two bytes are kept free after the last letters.
    begins = (14, 16 + twice, 16 + 2 * twice, 16 + 3 * twice)
    columns = [struct.unpack_from(f">{twice // 2}H", table, begin) for begin in begins]
    for segment, (last, first, delta, offset) in enumerate(zip(*columns, strict=True)):
        # Where glyphs are listed, the offset counts from its own place.
        listed = begins[3] + 2 * segment + offset
        for letter in range(first, min(last, 0xFFFE) + 1):
            glyph = struct.unpack_from(">H", table, listed + 2 * (letter - first))[0] if offset else letter
            if (glyph or not offset) and (glyph + delta) % 0x10000:
                yield letter, letter
