"""Rows that were read and are not yet written: a house has more of them than should be held in memory."""

import pickle
import tempfile
import zlib
from collections.abc import Collection, Iterator
from typing import TypeVar

T = TypeVar("T")

#: So many rows are packed at a time.
BATCH = 1000
#: What is packed in less than this stays in memory.
SMALL = 4 * 1024 * 1024


class Spool(Collection[T]):
    """Rows in a temporary file of this process, to be gone through as often as needed, in the order they came in."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=SMALL)  # noqa: SIM115 it lives as long as the spool
        self._sizes: list[int] = []
        self._last: list[T] = []

    def append(self, row: T) -> None:
        self._last.append(row)
        if len(self._last) == BATCH:
            packed = zlib.compress(pickle.dumps(self._last, pickle.HIGHEST_PROTOCOL), 1)
            self._file.seek(sum(self._sizes))
            self._file.write(packed)
            self._sizes.append(len(packed))
            self._last = []

    def __iter__(self) -> Iterator[T]:
        place = 0
        for size in self._sizes:
            self._file.seek(place)
            yield from pickle.loads(zlib.decompress(self._file.read(size)))
            place += size
        yield from self._last

    def __len__(self) -> int:
        return len(self._sizes) * BATCH + len(self._last)

    def __contains__(self, row: object) -> bool:
        return any(row == one for one in self)
