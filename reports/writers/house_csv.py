"""CSV: plain values, UTF-8, a heading line."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class CsvTable:
    """One file: its name, heading and rows of ready texts."""

    name: str
    heading: Sequence[str]
    rows: Iterable[Sequence[str]]


def write_tables(directory: Path, tables: Iterable[CsvTable]) -> dict[str, int]:
    """Write each table into ``directory`` and give back the number of its rows.

    A file appears whole or not at all: it is written beside its place and moved there.
    """
    directory.mkdir(parents=True, exist_ok=True)
    counts = {}
    for table in tables:
        beside = directory / f".{table.name}.part"
        count = 0
        with beside.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(table.heading)
            for row in table.rows:
                writer.writerow(row)
                count += 1
        beside.replace(directory / table.name)
        counts[table.name] = count
    return counts
