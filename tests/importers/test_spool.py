"""Rows that wait in a temporary file."""

import pytest

from targets.importers import spool
from targets.importers.spool import Spool


@pytest.mark.parametrize("small", [0, spool.SMALL])
@pytest.mark.parametrize("count", [0, 1, 999, 1000, 2500])
def test_rows_come_in_their_order_as_often_as_needed(monkeypatch, count, small):
    monkeypatch.setattr(spool, "SMALL", small)
    rows: Spool[tuple[int, str]] = Spool()
    for number in range(count):
        rows.append((number, "村"))
    expected = [(number, "村") for number in range(count)]
    assert len(rows) == count
    assert list(rows) == list(rows) == expected
    # Two at a time do not disturb each other.
    assert list(zip(rows, rows, strict=True)) == list(zip(expected, expected, strict=True))
