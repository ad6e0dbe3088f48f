"""How long a ledger of 20,000 lines takes and what memory it needs, its writing beside a bare writer of the same cells.

    .venv/bin/python -m reports.bench.ledger            200 units × 100 indicators
    .venv/bin/python -m reports.bench.ledger 20 10      fewer

It makes a database of its own in a temporary folder. Rules (facts read and judged), texts (numbers and words printed)
and writing are measured apart, and the file as a whole in a process of its own, since memory that was once taken is
not given back. Wanted: writing at most twice the time of the bare writer, and under 100 MiB more memory.
"""

import sys
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

from targets.bench.measuring import run_apart, shortest_by_turns, timed, used

if TYPE_CHECKING:
    from reports.document import Cell, Workbook


def load(units: int, indicators: int) -> None:
    """A township with villages; every village reports every indicator once, up to June."""
    from targets.services.base import Author
    from targets.services.loading import CheckpointRow, EntryRow, House, load_house

    villages = [f"V-{number:03}" for number in range(units)]
    codes = [f"I-{number:03}" for number in range(indicators)]
    keys = [(village, code, 2023) for code in codes for village in villages]
    shared = {"kind": "quantity", "accumulation": "flow", "direction": "at_least", "unit_of_measure": "万元"}
    months = ((6, Decimal(60)), (12, Decimal(120)))
    typed = {"from_month": 1, "month": 6, "answer": "value", "typed_as": "cumulative", "state": "approved"}
    load_house(
        Author.system("bench"),
        House(
            sections=[{"code": f"s{number}", "name": f"板块{number}"} for number in range(5)],
            units=[
                ({"code": "T", "name": "青山乡", "kind": "township"}, ""),
                *(({"code": village, "name": f"村{village}", "kind": "village"}, "T") for village in villages),
            ],
            indicators=[
                ({"code": code, "name": f"指标{code}", "decimals": 2, **shared}, f"s{place % 5}")
                for place, code in enumerate(codes)
            ],
            targets=[(key, {"lead_leader": "分管副乡长"}) for key in keys],
            checkpoints=[CheckpointRow(key, month, value) for key in keys for month, value in months],
            entries=[
                EntryRow(key, {**typed, "value": Decimal(place % 100) + Decimal("0.25")})
                for place, key in enumerate(keys)
            ],
        ),
    )


def _book() -> "Workbook":
    from reports.tables.ledger import ledger
    from targets.calculations.terms import Period
    from targets.models import Unit, Year
    from targets.permissions import everything
    from targets.summaries.rows import overview
    from targets.summaries.selection import Selection

    scope = everything(Unit.objects.all().tree())
    year = Year.objects.get(year=2023)
    return ledger(overview(Selection(scope, year, Period.FIRST_HALF, 6, scope.tree.by_code["T"]), compared=False), {})


def _with_rows(book: "Workbook") -> "tuple[Workbook, list[list[tuple[Cell, ...]]]]":
    return book, [list(sheet.rows) for sheet in book.sheets]


def _bare(sheets: list[list[tuple["Cell", ...]]]) -> int:
    """The same cells as numbers and words with a border and nothing else: what a file costs at the least."""
    import xlsxwriter

    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True}) as book:
        words, number = book.add_format({"border": 1}), book.add_format({"border": 1, "num_format": "#,##0.00"})
        for rows in sheets:
            sheet = book.add_worksheet()
            for place, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell.value is not None:
                        sheet.write_number(place, column, float(cell.value), number)
                    else:
                        sheet.write_string(place, column, cell.text, words)
    return len(buffer.getvalue())


def measure_rules() -> None:
    """Facts read and judged: the lines as values, before any text."""
    from targets.calculations.terms import Period
    from targets.models import Unit, Year
    from targets.permissions import everything
    from targets.summaries.ledger import ledger_lines
    from targets.summaries.rows import overview
    from targets.summaries.selection import Selection

    scope = everything(Unit.objects.all().tree())
    selection = Selection(scope, Year.objects.get(year=2023), Period.FIRST_HALF, 6, scope.tree.by_code["T"])
    whole, seen = timed(lambda: overview(selection, compared=False))
    lines, _counts = timed(lambda: [sum(1 for _line in ledger_lines(selection, row)) for row in seen.total.rows])
    sys.stdout.write(f"rules: {whole + lines:.2f} s (the overview {whole:.2f} s, the lines {lines:.2f} s)\n")


def measure_cells() -> None:
    """Rules and texts: every cell, nothing written. Then the same cells written, bare and as a ledger."""
    from reports.writers.workbook_xlsx import write_workbook

    seconds, (book, sheets) = timed(lambda: _with_rows(_book()))
    cells = sum(len(row) for rows in sheets for row in rows)
    sys.stdout.write(f"rules and texts: {seconds:.2f} s, {cells} cells\n")
    ready = replace(
        book, sheets=tuple(replace(sheet, rows=rows) for sheet, rows in zip(book.sheets, sheets, strict=True))
    )
    bare, laid_out = shortest_by_turns(lambda: _bare(sheets), lambda: write_workbook(ready))
    sys.stdout.write(f"bare writer of these cells: {bare:.2f} s\n")
    sys.stdout.write(f"writing of the ledger: {laid_out:.2f} s, {laid_out / bare:.2f} × the bare writer\n")


def measure_file() -> None:
    """The file as a person gets it, everything included, and the memory that it takes."""
    from reports.writers.workbook_xlsx import write_workbook

    before = used()
    seconds, size = timed(lambda: len(write_workbook(_book())))
    sys.stdout.write(f"whole file: {seconds:.2f} s, {(used() - before) / 1024:.0f} MiB more, {size} bytes\n")
    _same, sheets = _with_rows(_book())
    (bare,) = shortest_by_turns(lambda: _bare(sheets))
    sys.stdout.write(f"with rules and texts {seconds / bare:.2f} × the bare writer of its cells, {bare:.2f} s\n")


STEPS = {"rules": measure_rules, "cells": measure_cells, "file": measure_file}


def main() -> None:
    step = sys.argv[1] if sys.argv[1:] else ""
    if step == "load" or step in STEPS:
        import django

        django.setup()
        if step == "load":
            load(*map(int, sys.argv[2:]))
        else:
            STEPS[step]()
        return
    run_apart("reports.bench.ledger", "load", *STEPS, arguments=sys.argv[1:] or ["200", "100"])


if __name__ == "__main__":
    main()
