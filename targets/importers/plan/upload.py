"""From rows of a sheet to what the services take: codes become what they stand for."""

from collections.abc import Iterable, Mapping
from typing import Any

from targets.importers import names
from targets.importers.names import Known, KnownIndicator, Names
from targets.importers.plan.rows import PlanRow
from targets.models import Indicator, Section, Target, Unit
from targets.models.indicators import Accumulation, Kind
from targets.services.plan_import import PlannedTarget


def names_in_use(units: Iterable[Unit], year: int) -> Names:
    """What the house knows, for reading a sheet. ``units`` are those that the person plans for. Four queries."""
    return Names(
        sections=[
            Known(section.code, section.name, tuple(name for name in (section.report_heading, section.name_en) if name))
            for section in Section.objects.filter(archived_at__isnull=True)
        ],
        units=[Known(unit.code, unit.name, (unit.name_en,) if unit.name_en else ()) for unit in units],
        indicators=[
            KnownIndicator(
                indicator.code,
                indicator.name,
                (indicator.name_en,) if indicator.name_en else (),
                indicator.unit_of_measure,
                indicator.kind,
                indicator.accumulation,
                indicator.direction,
                indicator.decimals,
                indicator.section.code,
            )
            for indicator in Indicator.objects.filter(archived_at__isnull=True).select_related("section")
        ],
        codes=frozenset(Indicator.objects.values_list("code", flat=True)),
        targets=frozenset(Target.objects.in_force(year).values_list("indicator__code", "unit__code")),
    )


def planned_targets(rows: Iterable[PlanRow]) -> tuple[PlannedTarget, ...]:
    """The rows that are ready. Three queries."""
    sections = {section.code: section for section in Section.objects.all()}
    units = {unit.code: unit for unit in Unit.objects.all()}
    indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}
    found = []
    for row in rows:
        if not row.ready:
            continue
        indicator = indicators.get(row.indicator) if row.indicator else None
        found.append(
            PlannedTarget(
                line=row.row,
                unit=units[row.unit],
                indicator=indicator,
                new_name=row.name,
                new_key=names.plain(row.name),
                nature={} if indicator is not None else _nature(row, sections[row.section]),
                details=_details(row),
                checkpoints=row.checkpoints,
                without=row.without,
                steps=tuple((step.name, step.due, step.weight) for step in row.steps),
                said_steps=row.said_steps,
                due=row.due,
                supporting=_supporting(row, units),
                in_words_only=row.in_words_only,
                wording=row.wording if row.wording_is_name else "",
            )
        )
    return tuple(found)


def _supporting(row: PlanRow, units: Mapping[str, Unit]) -> tuple[Unit, ...] | None:
    if not row.supporting and "supporting" not in row.cleared:
        return None
    return tuple(units[code] for code in row.supporting)


def _nature(row: PlanRow, section: Section) -> dict[str, Any]:
    return {
        "section": section,
        "code": row.code,
        "unit_of_measure": row.unit_of_measure,
        "kind": row.kind,
        "accumulation": Accumulation(row.accumulation) if row.kind != Kind.MILESTONE else "",
        "direction": row.direction,
        "decimals": row.decimals,
        "frequency": row.frequency,
        "definition": row.definition,
        "source": row.source,
    }


def _details(row: PlanRow) -> dict[str, Any]:
    """Of the target what the sheet speaks of; an empty cell says nothing."""
    texts = {
        "lead_leader": row.lead_leader,
        "responsible_person": row.responsible_person,
        "wording": "" if row.wording_is_name else row.wording,
        "definition": row.definition,
        "approximation": row.approximation,
        "interpolation": row.interpolation,
    }
    details: dict[str, Any] = {name: text for name, text in texts.items() if text or name in row.cleared}
    if row.baseline is not None or "baseline" in row.cleared:
        details["baseline"] = row.baseline
    if "weight" not in row.assumed:
        details["weight"] = row.weight
    return details
