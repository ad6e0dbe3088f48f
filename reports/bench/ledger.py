"""How long a ledger of 20,000 lines takes and what memory it needs, beside a bare writer of the same cells.

    .venv/bin/python -m reports.bench.ledger            200 units × 100 indicators
    .venv/bin/python -m reports.bench.ledger 20 10      fewer

It makes a database of its own in a temporary folder. Each measurement runs in a process of its own, since memory that
was once taken is not given back. Wanted: at most twice the time of the bare writer, and under 100 MiB more memory.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO


def load(units: int, indicators: int) -> None:
    """A township with villages; every village reports every indicator once, up to June."""
    from targets.services.loading import CheckpointRow, EntryRow, House, load_house
    from targets.services.writing import Author

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


def measured(make: Callable[[], int]) -> None:
    """Run and print seconds, the peak of memory before and after in MiB, and the size of the file in bytes."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.perf_counter()
    size = make()
    seconds = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(f"{seconds:.2f} {(after - before) / 1024:.0f} {size}\n")


def _ledger(*, writes: bool) -> Callable[[], int]:
    """The whole file, or only what stands in it: facts, rules and texts of every cell."""
    from reports.ledger import ledger
    from reports.writers.workbook_xlsx import write_workbook
    from targets.calculations.terms import Period
    from targets.models import Unit, Year
    from targets.permissions import everything
    from targets.summaries.rows import overview
    from targets.summaries.selection import Selection

    scope = everything(Unit.objects.all().tree())
    year = Year.objects.get(year=2023)
    selection = Selection(scope, year, Period.FIRST_HALF, 6, scope.tree.by_code["T"])
    if writes:
        return lambda: len(write_workbook(ledger(overview(selection), {})))
    return lambda: sum(1 for sheet in ledger(overview(selection), {}).sheets for _row in sheet.rows)


def _bare(lines: int) -> Callable[[], int]:
    """As many cells of the same kinds, without anything computed."""
    import xlsxwriter

    def make() -> int:
        buffer = BytesIO()
        with xlsxwriter.Workbook(buffer, {"constant_memory": True}) as book:
            sheet = book.add_worksheet()
            words, number = book.add_format({"border": 1}), book.add_format({"border": 1, "num_format": "#,##0.00"})
            for row in range(lines):
                for column in range(19):
                    if column % 2:
                        sheet.write_number(row, column, row + 0.25, number)
                    else:
                        sheet.write_string(row, column, f"村{row} 指标{column}", words)
        return len(buffer.getvalue())

    return make


def main() -> None:
    arguments = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    units, indicators = arguments or (200, 100)
    what = os.environ.get("LEDGER_BENCH", "")
    if what == "bare":
        measured(_bare(units * indicators))
        return
    if what:
        import django

        django.setup()
        if what == "load":
            load(units, indicators)
        else:
            measured(_ledger(writes=what == "ledger"))
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
        for step in ("load", "bare", "rows", "ledger"):
            done = subprocess.run(
                again, env={**environment, "LEDGER_BENCH": step}, check=True, capture_output=True, text=True
            )
            if done.stdout:
                seconds, memory, size = done.stdout.split()
                what = "rows" if step == "rows" else "bytes"
                sys.stdout.write(f"{step}: {seconds} s, {memory} MiB more, {size} {what}\n")


if __name__ == "__main__":
    main()
