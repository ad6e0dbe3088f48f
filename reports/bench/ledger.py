"""How long a ledger of 20,000 lines takes and what memory it needs, its writing beside a bare writer of the same cells.

    .venv/bin/python -m reports.bench.ledger            200 units × 100 indicators
    .venv/bin/python -m reports.bench.ledger 20 10      fewer

It makes a database of its own in a temporary folder. Rules (facts read and judged), texts (numbers and words printed)
and writing are measured apart, and the file as a whole in a process of its own, since memory that was once taken is
not given back. Wanted: writing at most twice the time of the bare writer, and under 100 MiB more memory.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

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


def used() -> int:
    """The peak of memory so far, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def timed(make: Callable[[], object]) -> float:
    begin = time.perf_counter()
    make()
    return time.perf_counter() - begin


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
    begin = time.perf_counter()
    seen = overview(selection, compared=False)
    whole = time.perf_counter() - begin
    lines = timed(lambda: [sum(1 for _line in ledger_lines(selection, row)) for row in seen.total.rows])
    sys.stdout.write(f"rules: {whole + lines:.2f} s (the overview {whole:.2f} s, the lines {lines:.2f} s)\n")


def measure_cells() -> None:
    """Rules and texts: every cell, nothing written. Then the same cells written, bare and as a ledger."""
    from reports.writers.workbook_xlsx import write_workbook

    begin = time.perf_counter()
    book = _book()
    sheets = [list(sheet.rows) for sheet in book.sheets]
    cells = sum(len(row) for rows in sheets for row in rows)
    sys.stdout.write(f"rules and texts: {time.perf_counter() - begin:.2f} s, {cells} cells\n")
    ready = replace(
        book, sheets=tuple(replace(sheet, rows=rows) for sheet, rows in zip(book.sheets, sheets, strict=True))
    )
    # By turns, so that what warms up or slows down does so for both.
    turns = [(timed(lambda: _bare(sheets)), timed(lambda: write_workbook(ready))) for _turn in range(3)]
    bare, laid_out = (min(seconds) for seconds in zip(*turns, strict=True))
    sys.stdout.write(f"bare writer of these cells: {bare:.2f} s\n")
    sys.stdout.write(f"writing of the ledger: {laid_out:.2f} s, {laid_out / bare:.2f} × the bare writer\n")


def measure_file() -> None:
    """The file as a person gets it, everything included, and the memory that it takes."""
    from reports.writers.workbook_xlsx import write_workbook

    before = used()
    begin = time.perf_counter()
    size = len(write_workbook(_book()))
    seconds = time.perf_counter() - begin
    sys.stdout.write(f"whole file: {seconds:.2f} s, {(used() - before) / 1024:.0f} MiB more, {size} bytes\n")
    sheets = [list(sheet.rows) for sheet in _book().sheets]
    bare = min(timed(lambda: _bare(sheets)) for _turn in range(3))
    sys.stdout.write(f"with rules and texts {seconds / bare:.2f} × the bare writer of its cells, {bare:.2f} s\n")


STEPS = {"rules": measure_rules, "cells": measure_cells, "file": measure_file}


def main() -> None:
    arguments = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    units, indicators = arguments or (200, 100)
    step = os.environ.get("LEDGER_BENCH", "")
    if step:
        import django

        django.setup()
        if step == "load":
            load(units, indicators)
        else:
            STEPS[step]()
        return
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "VAR_DIR": folder,
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "township.settings",
        }
        again = [sys.executable, "-m", "reports.bench.ledger", str(units), str(indicators)]
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0", "--skip-checks"], env=environment, check=True)
        for step in ("load", *STEPS):
            subprocess.run(again, env={**environment, "LEDGER_BENCH": step}, check=True)


if __name__ == "__main__":
    main()
