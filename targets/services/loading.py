"""Loading a whole house at once: units, indicators, the plan and its entries, in one transaction.

What is loaded was validated before (``targets.importers``); the constraints of the database hold the rest. An
office moves house with it, the sample township comes in by it.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import (
    Change,
    Indicator,
    IndicatorCheck,
    MilestoneEntry,
    ProgressEntry,
    Section,
    State,
    Target,
    Unit,
    Year,
)
from targets.permissions import may_manage_plan
from targets.services.base import Author, change, record_all, refuse, update, verb
from targets.services.plans import MadeTarget, NewTarget, create_check, create_targets

BATCH = 500

#: What an indicator is, beside its name: what its figures mean and when they fall due.
NATURE = ("kind", "accumulation", "direction", "unit_of_measure", "frequency")

#: A target by the codes of its unit and indicator, and its year.
TargetKey = tuple[str, str, int]


@dataclass(frozen=True)
class CheckpointRow:
    target: TargetKey
    month: int
    value: Decimal


@dataclass(frozen=True)
class MilestoneRow:
    """A step and what is known about it; ``report`` is ``None`` where nothing was reported."""

    target: TargetKey
    fields: dict[str, Any]
    done: bool = False
    done_on: date | None = None
    recorded_month: int | None = None


@dataclass(frozen=True)
class EntryRow:
    target: TargetKey
    fields: dict[str, Any]


@dataclass
class House:
    """Everything that is loaded, by code. ``fields`` are those of the models."""

    sections: list[dict[str, Any]] = field(default_factory=list)
    units: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    indicators: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    targets: list[tuple[TargetKey, dict[str, Any]]] = field(default_factory=list)
    checkpoints: list[CheckpointRow] = field(default_factory=list)
    milestones: list[MilestoneRow] = field(default_factory=list)
    entries: list[EntryRow] = field(default_factory=list)
    #: A unit, ``succeeds`` or ``merged_into``, and the unit that this names.
    unit_links: list[tuple[str, str, str]] = field(default_factory=list)
    #: An indicator and the one that it succeeds; a target and the units that support it.
    successions: list[tuple[str, str]] = field(default_factory=list)
    supporting: list[tuple[TargetKey, list[str]]] = field(default_factory=list)
    checks: list[tuple[dict[str, Any], str, list[str]]] = field(default_factory=list)

    @property
    def years(self) -> list[int]:
        return sorted({year for (_unit, _indicator, year), _fields in self.targets})


def reported_by_nobody(house: House) -> list[TargetKey]:
    """The targets that are the sum of the units below, where no unit below has such a target."""
    children: dict[str, list[str]] = defaultdict(list)
    for fields, parent in house.units:
        children[parent].append(fields["code"])
    planned = {key for key, _fields in house.targets}

    def has_below(unit: str, indicator: str, year: int) -> bool:
        return any((one, indicator, year) in planned or has_below(one, indicator, year) for one in children[unit])

    sums = [key for key, fields in house.targets if fields["figures"] == Target.Figures.SUM]
    return [key for key in sums if not has_below(*key)]


def has_plans() -> bool:
    """Whether the database already holds a plan."""
    return Target.objects.exists()


@verb
def load_house(by: Author, house: House, *, is_sample: bool = False) -> None:
    """Load a house into a database without plans. Units, sections and indicators that exist by code are kept.

    Raises:
        ValidationError: the database already holds a plan, an indicator of the same code and another nature, or a
            unit of the same code and another kind or in another place.
    """
    by.require(may_manage_plan)
    if has_plans():
        raise refuse(_("The database already holds a plan. Load into one without plans, so that nothing mixes."))
    _refuse_other_nature(house)
    _refuse_other_units(house)
    loader = _Loader(by)
    for year in house.years:
        row, created = Year.objects.get_or_create(year=year, defaults={"is_sample": is_sample})
        if created:
            loader.note("year.create", row, after={"year": year, "is_sample": is_sample})
    sections = loader.by_code(Section, house.sections)
    units = loader.units(house.units)
    loader.unit_links(house.unit_links, units)
    indicators = loader.by_code(
        Indicator, [{**fields, "section": sections[section]} for fields, section in house.indicators]
    )
    loader.successions(house.successions, indicators)
    targets = loader.targets(house, units, indicators)
    loader.entries(house.entries, targets)
    for fields, left, right in house.checks:
        _load_check(by, fields, indicators[left], [indicators[code] for code in right])
    loader.record()


def _load_check(by: Author, fields: dict[str, Any], left: Indicator, right: list[Indicator]) -> None:
    """A relation that the database has is kept; a code that another one has is no reason to lose it."""
    if (left.pk, frozenset(part.pk for part in right)) in IndicatorCheck.objects.in_use().wholes_and_parts():
        return
    if IndicatorCheck.objects.filter(code=fields["code"]).exists():
        fields = {**fields, "code": ""}
    create_check(by, left=left, right=right, **fields)


def _refuse_other_nature(house: House) -> None:
    """An indicator that is kept must be the one that the file speaks of, or its figures would mean something else."""
    known = {indicator.code: indicator for indicator in Indicator.objects.all()}
    differing = [
        _("Indicator “%(code)s”: %(field)s is “%(here)s” in the database and “%(there)s” in the file.")
        % {
            "code": fields["code"],
            "field": Indicator._meta.get_field(name).verbose_name,  # type: ignore[union-attr]
            "here": getattr(known[fields["code"]], name),
            "there": fields[name],
        }
        for fields, _section in house.indicators
        if fields["code"] in known
        for name in NATURE
        if name in fields and getattr(known[fields["code"]], name) != fields[name]
    ]
    if differing:
        raise ValidationError(differing)


def _refuse_other_units(house: House) -> None:
    """A unit that is kept must be the one that the file speaks of, or its figures would add up elsewhere."""
    known = {unit.code: unit for unit in Unit.objects.select_related("parent")}
    differing = []
    for fields, parent in house.units:
        unit = known.get(fields["code"])
        if unit is None:
            continue
        above = unit.parent.code if unit.parent is not None else ""
        for what, here, there in ((_("kind of unit"), unit.kind, fields["kind"]), (_("unit above"), above, parent)):
            if here != there:
                differing.append(
                    _("Unit “%(code)s”: %(field)s is “%(here)s” in the database and “%(there)s” in the file.")
                    % {"code": unit.code, "field": what, "here": here, "there": there}
                )
    if differing:
        raise ValidationError(differing)


class _Loader:
    """Bulk inserts that keep a record of every row."""

    def __init__(self, by: Author) -> None:
        self.by = by
        self.now = timezone.now()
        self.changes: list[Change] = []

    def note(self, action: str, instance: models.Model, **details: Any) -> None:
        self.changes.append(change(self.by, action, instance, **details))

    def record(self) -> None:
        """Record what was noted so far: before services that record by themselves, so that the order is kept."""
        record_all(self.changes)
        self.changes = []

    def by_code(self, model: Any, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """Insert rows whose code is new; give back all by code."""
        known = {instance.code: instance for instance in model.objects.all()}
        position = max((instance.position for instance in known.values()), default=0)
        new = []
        for fields in rows:
            if fields["code"] not in known:
                position += 1
                new.append(model(position=position, **fields))
        model.objects.bulk_create(new, batch_size=BATCH)
        for instance in new:
            known[instance.code] = instance
            self.note(
                f"{model._meta.model_name}.create",
                instance,
                after={"code": instance.code, "name": instance.name},
            )
        return known

    def units(self, rows: list[tuple[dict[str, Any], str]]) -> dict[str, Unit]:
        """Insert units level by level: a parent may stand after its children in the file."""
        known: dict[str, Unit] = {unit.code: unit for unit in Unit.objects.all()}
        positions = {fields["code"]: number for number, (fields, _parent) in enumerate(rows, start=1)}
        waiting = [(fields, parent) for fields, parent in rows if fields["code"] not in known]
        while waiting:
            ready = [(fields, parent) for fields, parent in waiting if not parent or parent in known]
            new = [
                Unit(parent=known.get(parent), position=positions[fields["code"]], **fields) for fields, parent in ready
            ]
            Unit.objects.bulk_create(new, batch_size=BATCH)
            for unit in new:
                known[unit.code] = unit
                self.note("unit.create", unit, unit=unit, after={"code": unit.code, "name": unit.name})
            done = {unit.code for unit in new}
            waiting = [(fields, parent) for fields, parent in waiting if fields["code"] not in done]
        return known

    def unit_links(self, links: list[tuple[str, str, str]], units: dict[str, Unit]) -> None:
        """What a unit succeeds or was merged into; what the database says already is kept."""
        for code, name, other in links:
            unit = units[code]
            if getattr(unit, f"{name}_id") is None:
                named: dict[str, Any] = {name: units[other]}
                update(unit, **named)
                self.note("unit.change", unit, unit=unit, before={name: None}, after={name: other})

    def targets(
        self, house: House, units: dict[str, Unit], indicators: dict[str, Indicator]
    ) -> dict[TargetKey, Target]:
        """Insert the targets with their checkpoints, supporting units and steps, and what is known about the steps."""
        checkpoints: dict[TargetKey, dict[int, Decimal]] = defaultdict(dict)
        for point in house.checkpoints:
            checkpoints[point.target][point.month] = point.value
        steps: dict[TargetKey, list[MilestoneRow]] = defaultdict(list)
        for step in house.milestones:
            steps[step.target].append(step)
        supporting = dict(house.supporting)
        self.record()
        made = create_targets(
            self.by,
            [
                NewTarget(
                    indicators[key[1]],
                    units[key[0]],
                    key[2],
                    checkpoints.get(key, {}),
                    [step.fields for step in steps.get(key, ())],
                    [units[code] for code in supporting.get(key, ())],
                    fields,
                )
                for key, fields in house.targets
            ],
        )
        for (key, _fields), one in zip(house.targets, made, strict=True):
            self.reports(one, steps.get(key, []))
        return {key: one.target for (key, _fields), one in zip(house.targets, made, strict=True)}

    def reports(self, made: MadeTarget, rows: list[MilestoneRow]) -> None:
        """What is known about the steps of a task."""
        reports = [
            MilestoneEntry(
                milestone=step,
                done=True,
                done_on=row.done_on,
                recorded_month=row.recorded_month or _month_within(made.target.year, row.done_on),
                state=State.APPROVED,
                approved_at=self.now,
            )
            for row, step in zip(rows, made.steps, strict=True)
            if row.done
        ]
        MilestoneEntry.objects.bulk_create(reports, batch_size=BATCH)
        for report in reports:
            self.note(
                "step.approve",
                report,
                target=made.target,
                month=report.recorded_month,
                after={"done": True, "done_on": report.done_on},
            )

    def successions(self, rows: list[tuple[str, str]], indicators: dict[str, Indicator]) -> None:
        for code, before in rows:
            indicator = indicators[code]
            if indicator.succeeds_id is None:
                update(indicator, succeeds=indicators[before])
                self.note("indicator.change", indicator, before={"succeeds": None}, after={"succeeds": before})

    def entries(self, rows: list[EntryRow], targets: dict[TargetKey, Target]) -> None:
        versions: dict[tuple[TargetKey, int], int] = defaultdict(int)
        made = []
        for row in rows:
            versions[(row.target, row.fields["month"])] += 1
            entry = ProgressEntry(
                target=targets[row.target], version=versions[(row.target, row.fields["month"])], **row.fields
            )
            if entry.state in (State.APPROVED, State.SUPERSEDED):
                entry.approved_at = self.now
            if entry.state == State.SUPERSEDED:
                entry.superseded_at = self.now
            if entry.state == State.SUBMITTED:
                entry.submitted_at = self.now
            made.append(entry)
        ProgressEntry.objects.bulk_create(made, batch_size=BATCH)
        for row, entry in zip(rows, made, strict=True):
            self.note("entry.load", entry, target=entry.target, month=entry.month, after=row.fields)


def _month_within(year: int, done_on: date | None) -> int:
    """The month of a year's plan in which a step came to be recorded that was done on a day, before the year maybe."""
    if done_on is None:
        return 12
    return done_on.month if done_on.year == year else 1
