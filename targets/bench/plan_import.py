"""How long a plan of 10,000 rows takes to be read and to be written, beside what nobody can do without.

    .venv/bin/python -m targets.bench.plan_import            10,000 rows
    .venv/bin/python -m targets.bench.plan_import 1000       fewer

Reading is measured beside openpyxl loading the same file, writing beside bare inserts of the same rows, three times by
turns in one run; each ratio is that of the shortest. Wanted: at most 5 of each.

It writes into the database of DATABASE_URL, which must be empty, and takes everything back: both are rolled back.
Without one it makes a database of SQLite in a temporary folder.
"""

import os
import sys
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from targets.bench.measuring import run_apart, shortest_by_turns

if TYPE_CHECKING:
    from targets.services.plan_import import PlannedTarget

YEAR = 2024
VILLAGES = 100
HEADING = (
    *("编码", "板块", "指标名称", "计量单位", "累计方式", "责任单位", "分管领导"),
    *("上年实绩", "6月底目标", "全年目标", "权重"),
)


def workbook(rows: int) -> bytes:
    """A plan in which every village has every indicator."""
    import xlsxwriter

    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("目标任务分解表")
        sheet.write_row(0, 0, HEADING)
        for row in range(rows):
            indicator, village = divmod(row, VILLAGES)
            words = (f"N{indicator:03}", "经济发展", f"指标{indicator:03}", "万元", "累计", f"V{village:03}", "副乡长")
            sheet.write_row(row + 1, 0, (*words, row % 90 + 0.5, row % 90 + 10, row % 90 + 20.25, 1))
    return buffer.getvalue()


def measure(rows: int) -> None:
    from django.db import transaction

    from targets.models import Target

    if Target.objects.exists():
        sys.exit("The database holds targets. Measure in an empty one.")
    with transaction.atomic():
        _measure(rows)
        transaction.set_rollback(True)


def _measure(rows: int) -> None:
    import openpyxl

    from targets.importers.files.workbook import read_workbook
    from targets.importers.plan.headings import find_heading
    from targets.importers.plan.sheet import read_plan
    from targets.importers.plan.upload import names_in_use, planned_targets
    from targets.models import Unit
    from targets.services.base import Author
    from targets.services.loading import House, load_house
    from targets.services.plan_import import compare_plan
    from targets.views.plan_preview import preview_rows

    villages = [
        ({"code": f"V{number:03}", "name": f"村{number:03}", "kind": "village"}, "T") for number in range(VILLAGES)
    ]
    load_house(
        Author.system("bench"),
        House(
            sections=[{"code": "economy", "name": "经济发展"}],
            units=[({"code": "T", "name": "青山乡", "kind": "township"}, ""), *villages],
        ),
    )
    content = workbook(rows)

    def preview() -> "tuple[PlannedTarget, ...]":
        (sheet,) = read_workbook(content, "plan.xlsx").sheets
        heading = find_heading(sheet, plan_year=YEAR)
        assert heading is not None
        plan = read_plan(sheet, heading, names_in_use(Unit.objects.all(), YEAR), year=YEAR)
        planned = planned_targets(plan.rows)
        preview_rows(plan, compare_plan(YEAR, planned))
        if len(planned) != rows:
            sys.exit(f"Only {len(planned)} of {rows} rows can be taken: {plan.blocking[0]}")
        return planned

    def load() -> object:
        return openpyxl.load_workbook(BytesIO(content), data_only=True)

    _say("read", "with the preview", shortest_by_turns(load, preview))
    planned = preview()
    turns = shortest_by_turns(lambda: _undone(lambda: _bare(planned)), lambda: _undone(lambda: _take(planned)))
    _say("write", "taken", turns)


def _say(what: str, how: str, seconds: list[float]) -> None:
    bare, whole = seconds
    sys.stdout.write(f"{what}: {bare:.2f} s bare, {whole:.2f} s {how}, ratio {whole / bare:.1f}\n")


def _undone(work: Callable[[], object]) -> None:
    from django.db import transaction

    with transaction.atomic():
        work()
        transaction.set_rollback(True)


def _bare(planned: "Sequence[PlannedTarget]") -> None:
    """The same rows, neither checked nor recorded."""
    from targets.models import Checkpoint, Indicator, Target, TargetRevision, Year
    from targets.services.base import verb

    @verb
    def insert() -> None:
        Year.objects.create(year=YEAR)
        natures = {row.new_name: row.nature for row in planned}
        made = {
            name: Indicator(name=name, position=place, **nature) for place, (name, nature) in enumerate(natures.items())
        }
        Indicator.objects.bulk_create(made.values(), batch_size=500)
        targets = [Target(indicator=made[row.new_name], unit=row.unit, year=YEAR, **row.details) for row in planned]
        Target.objects.bulk_create(targets, batch_size=500)
        revisions = [TargetRevision(target=target, effective_month=1) for target in targets]
        TargetRevision.objects.bulk_create(revisions, batch_size=500)
        points = [
            Checkpoint(revision=revision, month=month, value=value)
            for row, revision in zip(planned, revisions, strict=True)
            for month, value in row.checkpoints.items()
        ]
        Checkpoint.objects.bulk_create(points, batch_size=500)

    insert()


def _take(planned: "Sequence[PlannedTarget]") -> None:
    from targets.models import Upload
    from targets.services.base import Author
    from targets.services.plan_import import import_plan

    upload = Upload.objects.create(
        purpose="plan",
        year=YEAR,
        stored_name="bench",
        original_name="plan.xlsx",
        size=1,
        sha256="0" * 64,
        detected_type="xlsx",
    )
    import_plan(Author.system("bench"), upload=upload, year=YEAR, rows=planned)


def main() -> None:
    if sys.argv[1:2] == ["measure"]:
        import django

        django.setup()
        measure(int(sys.argv[2]))
        return
    rows = next((argument for argument in sys.argv[1:] if argument.isdigit()), "10000")
    run_apart("targets.bench.plan_import", "measure", arguments=[rows], database=os.environ.get("DATABASE_URL", ""))


if __name__ == "__main__":
    main()
