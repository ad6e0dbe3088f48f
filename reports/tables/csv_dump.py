"""A whole house as plain tables: what ``export_csv`` writes and ``import_csv`` reads again.

Numbers are unrounded and plain, empty for none, 1 for 100 %; rates are in percent. The tables are for machines
and for moving house, so they hold every target whatever a person may see, and no rounding of ``display``. Rows are
fetched while they are written, and the summary is made indicator by indicator: a county is not held in memory.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

from django.db.models import Q, QuerySet

from reports.writers.house_csv import CsvTable
from targets.calculations.terms import Period
from targets.display import spreadsheet_text
from targets.importers.csv_dump import BETWEEN_CODES, FURTHER
from targets.models import (
    Checkpoint,
    Indicator,
    IndicatorCheck,
    Milestone,
    ProgressEntry,
    Section,
    State,
    Target,
    TargetRevision,
    Unit,
    Year,
)
from targets.querysets.units import UnitTree
from targets.summaries.selection import roll_up

#: Digits of a number that has no end in decimals, such as a third.
ENDLESS_DIGITS = 24
#: How many rows are fetched at a time.
AT_A_TIME = 2000

Cell = str | int | bool | Decimal | Fraction | date | None


def house_tables(year: Year, as_of: int) -> list[CsvTable]:
    """The tables of a year, judged at ``as_of``."""
    tree = Unit.objects.all().tree()
    return [
        _table("sections.csv", "code name", _sections()),
        _table("units.csv", "code name kind parent", _units(tree)),
        _table(
            "indicators.csv",
            "code section name unit kind accumulation direction decimals frequency",
            _indicators(year),
        ),
        _table("targets.csv", "unit indicator year baseline weight interpolation figures", _targets(year)),
        _table("checkpoints.csv", "unit indicator year month value", _checkpoints(year, as_of)),
        _table(
            "milestones.csv",
            "unit indicator year step name weight due done done_on recorded_month",
            _milestones(year),
        ),
        _table(
            "entries.csv",
            "unit indicator year from_month month answer typed_as value numerator denominator state",
            _entries(year),
        ),
        _table("checks.csv", "code left operator right meaning", _checks(year)),
        _table(
            "summary.csv",
            "unit indicator year period as_of actual expected target completion schedule_ratio gap status answered due",
            _summary(tree, year, as_of),
        ),
    ]


def _table(name: str, heading: str, rows: Iterator[tuple[Cell, ...]]) -> CsvTable:
    columns = [*heading.split(), *FURTHER.get(name, ())]
    return CsvTable(name, columns, ([plain(cell) for cell in row] for row in rows))


def plain(cell: Cell) -> str:
    """A value as plain text: no exponent, no trailing zeros, yes and no, ISO dates, empty for none."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, Fraction):
        with localcontext() as context:
            context.prec = ENDLESS_DIGITS
            return plain(Decimal(cell.numerator) / Decimal(cell.denominator))
    if isinstance(cell, Decimal):
        text = format(cell, "f")
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return "0" if text == "-0" else text
    return spreadsheet_text(str(cell))


def _units(tree: UnitTree) -> Iterator[tuple[Cell, ...]]:
    for unit in tree.units.values():
        parent = tree.units.get(unit.parent_id) if unit.parent_id else None
        yield (
            unit.code,
            unit.name,
            unit.kind,
            parent.code if parent else None,
            unit.name_en,
            unit.first_year,
            unit.first_month if unit.first_year is not None else None,
            unit.last_year,
            unit.last_month if unit.last_year is not None else None,
            *(tree.units[pk].code if pk is not None else None for pk in (unit.merged_into_id, unit.succeeds_id)),
        )


def _sections() -> Iterator[tuple[Cell, ...]]:
    yield from Section.objects.order_by("position", "id").values_list(
        "code", "name", "name_en", "report_heading", "report_heading_en"
    )


def _checks(year: Year) -> Iterator[tuple[Cell, ...]]:
    """Those between indicators that are listed, without what has ended."""
    codes = set(_listed(year).values_list("code", flat=True))
    checks = IndicatorCheck.objects.in_use().order_by("code")
    for check in checks.select_related("left").prefetch_related("right"):
        right = [indicator.code for indicator in check.right.all()]
        if {check.left.code, *right} <= codes:
            yield check.code, check.left.code, check.operator, " + ".join(right), check.meaning, check.meaning_en


def _indicators(year: Year) -> Iterator[tuple[Cell, ...]]:
    """Those in use, and those archived since that the year's plan still names; a succession only between these."""
    rows = list(
        _listed(year)
        .order_by("section__position", "position", "id")
        .values_list(
            "code",
            "section__code",
            "name",
            "unit_of_measure",
            "kind",
            "accumulation",
            "direction",
            "decimals",
            "frequency",
            "name_en",
            "unit_of_measure_en",
            "definition",
            "definition_en",
            "source",
            "source_en",
            "sensitive",
            "succeeds__code",
        )
    )
    codes = {row[0] for row in rows}
    for row in rows:
        yield *row[:-1], row[-1] if row[-1] in codes else None


def _listed(year: Year) -> QuerySet[Indicator]:
    planned = Target.objects.in_force(year.year).order_by().values("indicator")
    return Indicator.objects.filter(Q(archived_at__isnull=True) | Q(pk__in=planned))


def _targets(year: Year) -> Iterator[tuple[Cell, ...]]:
    further = FURTHER["targets.csv"][:-1]
    rows = Target.objects.in_force(year.year).select_related("unit", "indicator").prefetch_related("supporting_units")
    for target in rows.iterator(chunk_size=AT_A_TIME):
        yield (
            target.unit.code,
            target.indicator.code,
            target.year,
            target.baseline,
            target.weight,
            target.interpolation,
            target.figures,
            *(getattr(target, name) for name in further),
            BETWEEN_CODES.join(sorted(unit.code for unit in target.supporting_units.all())),
        )


def _checkpoints(year: Year, as_of: int) -> Iterator[tuple[Cell, ...]]:
    in_force: dict[int, int] = {}
    revisions = TargetRevision.objects.filter(target__in=Target.objects.in_force(year.year), effective_month__lte=as_of)
    for target_id, pk in revisions.order_by("effective_month").values_list("target_id", "pk"):
        in_force[target_id] = pk
    chosen = set(in_force.values())
    rows = (
        Checkpoint.objects.filter(revision__target__year=year.year, revision__target__archived_at__isnull=True)
        .order_by(
            "revision__target__indicator__section__position",
            "revision__target__indicator__position",
            "revision__target__unit__position",
            "month",
        )
        .values_list(
            "revision_id",
            "revision__target__unit__code",
            "revision__target__indicator__code",
            "revision__target__year",
            "month",
            "value",
        )
    )
    for revision_id, unit, indicator, target_year, month, value in rows.iterator(chunk_size=AT_A_TIME):
        if revision_id in chosen:
            yield unit, indicator, target_year, month, value


def _milestones(year: Year) -> Iterator[tuple[Cell, ...]]:
    rows = (
        Milestone.objects.filter(target__in=Target.objects.in_force(year.year), archived_at__isnull=True)
        .order_by(
            "target__indicator__section__position", "target__indicator__position", "target__unit__position", "step"
        )
        .select_related("target__unit", "target__indicator")
        .prefetch_related("entries")
    )
    for milestone in rows.iterator(chunk_size=AT_A_TIME):
        report = next((entry for entry in milestone.entries.all() if entry.state == State.APPROVED), None)
        yield (
            milestone.target.unit.code,
            milestone.target.indicator.code,
            milestone.target.year,
            milestone.step,
            milestone.name,
            milestone.weight,
            milestone.due,
            report is not None and report.done,
            report.done_on if report is not None else None,
            report.recorded_month if report is not None and report.done else None,
            milestone.name_en,
            milestone.note,
            milestone.note_en,
        )


def _entries(year: Year) -> Iterator[tuple[Cell, ...]]:
    rows = ProgressEntry.objects.filter(target__in=Target.objects.in_force(year.year)).order_by(
        "target__indicator__section__position",
        "target__indicator__position",
        "target__unit__position",
        "month",
        "version",
    )
    yield from rows.values_list(
        "target__unit__code",
        "target__indicator__code",
        "target__year",
        "from_month",
        "month",
        "answer",
        "typed_as",
        "value",
        "numerator",
        "denominator",
        "state",
        *FURTHER["entries.csv"],
    ).iterator(chunk_size=AT_A_TIME)


def _summary(tree: UnitTree, year: Year, as_of: int) -> Iterator[tuple[Cell, ...]]:
    targets = Target.objects.in_force(year.year)
    in_order = Indicator.objects.filter(pk__in=targets.order_by().values("indicator"))
    keys = list(in_order.order_by("section__position", "position", "id").values_list("pk", flat=True))
    for group in (group for key in keys for group in targets.filter(indicator=key).facts()):
        for period in Period:
            standings = roll_up(group, tree, year, period, as_of)
            for unit_id, unit in tree.units.items():
                if unit_id not in group.facts and not standings.has_own_below(unit_id):
                    continue
                standing = standings.standing(unit_id)
                if standing is None:
                    continue
                yield (
                    unit.code,
                    group.indicator.code,
                    year.year,
                    period,
                    as_of,
                    standing.actual,
                    standing.expected,
                    standing.target,
                    standing.completion,
                    standing.schedule_ratio,
                    standing.gap,
                    standing.status,
                    standing.answered,
                    standing.due,
                )
