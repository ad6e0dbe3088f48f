"""Loading a whole house at once: units, indicators, the plan and its entries, in one transaction.

What is loaded was validated before (``targets.importers``); the constraints of the database hold the rest. An
office moves house with it, the sample township comes in by it.

A county has entries by the million, so targets and what hangs on them are written as plain rows, some thousand with one
statement, and gone through one by one. Of each target one record is kept, with the plan as it was loaded and how many
figures came with it: an entry itself says what was loaded, and every later change of it is recorded as usual.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import (
    Change,
    Checkpoint,
    Indicator,
    IndicatorCheck,
    Milestone,
    MilestoneEntry,
    ProgressEntry,
    Section,
    State,
    Target,
    TargetRevision,
    Unit,
    Year,
)
from targets.models.progress import SETTLED_STATES
from targets.permissions import may_manage_plan
from targets.services.accounts import rebuild
from targets.services.base import Author, as_text, change, record_all, refuse, update, verb
from targets.services.plans import by_month, create_check, require_other_units

#: So many rows go with one statement, and are held at a time.
BATCH = 2000

#: What an indicator is, beside its name: what its figures mean and when they fall due.
NATURE = ("kind", "accumulation", "direction", "unit_of_measure", "frequency")

#: What a file says of targets, steps and entries, beside what they belong to.
TARGET_FIELDS = (
    *("figures", "interpolation", "baseline", "weight", "approximation", "provenance", "lead_leader"),
    *("lead_leader_en", "responsible_person", "wording", "wording_en"),
)
STEP_FIELDS = ("step", "name", "name_en", "weight", "due", "note", "note_en")
ENTRY_FIELDS = (
    *("from_month", "month", "answer", "typed_as", "value", "numerator", "denominator", "state", "approximation"),
    *("provenance", "official_growth", "note", "note_en", "reason"),
)

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
    targets: Collection[tuple[TargetKey, dict[str, Any]]] = ()
    checkpoints: Collection[CheckpointRow] = ()
    milestones: Collection[MilestoneRow] = ()
    entries: Collection[EntryRow] = ()
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
    parents = {fields["code"]: parent for fields, parent in house.units}
    has_below: set[TargetKey] = set()
    for (unit, indicator, year), _fields in house.targets:
        above = parents[unit]
        while above and (above, indicator, year) not in has_below:
            has_below.add((above, indicator, year))
            above = parents[above]
    sums = [key for key, fields in house.targets if fields["figures"] == Target.Figures.SUM]
    return [key for key in sums if key not in has_below]


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
    loader.record()
    _load_plan(by, house, units, indicators)
    for fields, left, right in house.checks:
        _load_check(by, fields, indicators[left], [indicators[code] for code in right])
    for opened in Year.objects.filter(year__in=house.years):
        rebuild(opened)


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

    def successions(self, rows: list[tuple[str, str]], indicators: dict[str, Indicator]) -> None:
        for code, before in rows:
            indicator = indicators[code]
            if indicator.succeeds_id is None:
                update(indicator, succeeds=indicators[before])
                self.note("indicator.change", indicator, before={"succeeds": None}, after={"succeeds": before})


# The plan and its entries


def _load_plan(by: Author, house: House, units: Mapping[str, Unit], indicators: Mapping[str, Indicator]) -> None:
    """Targets, checkpoints, steps and entries, row by row: nothing of them is held but the keys of the targets."""
    now = timezone.now()
    keys = _insert_targets(house, units, indicators)
    _insert_supporting(house, keys, units)
    _insert_checkpoints(house, keys, now)
    _insert_steps(house, keys, now)
    _insert_entries(house, keys, now)
    _record_targets(by, now)


def _insert_targets(
    house: House, units: Mapping[str, Unit], indicators: Mapping[str, Indicator]
) -> dict[TargetKey, int]:
    """The id of each target."""
    usual = _defaults(Target, TARGET_FIELDS)

    def row(key: TargetKey, fields: Mapping[str, Any]) -> tuple[Any, ...]:
        unit, indicator, year = key
        # The definition in force is kept, so that a later rewording does not rewrite the past.
        definition = fields.get("definition", indicators[indicator].definition)
        values = (fields.get(name, usual[name]) for name in TARGET_FIELDS)
        return units[unit].pk, indicators[indicator].pk, year, definition, *values

    insert_rows(
        Target,
        ("unit_id", "indicator_id", "year", "definition", *TARGET_FIELDS),
        (row(key, fields) for key, fields in house.targets),
    )
    unit_codes = {unit.pk: code for code, unit in units.items()}
    indicator_codes = {indicator.pk: code for code, indicator in indicators.items()}
    made = Target.objects.order_by("pk").values_list("pk", "unit_id", "indicator_id", "year")
    return {
        (unit_codes[unit_id], indicator_codes[indicator_id], year): pk
        for pk, unit_id, indicator_id, year in made.iterator(chunk_size=BATCH)
    }


def _insert_supporting(house: House, keys: Mapping[TargetKey, int], units: Mapping[str, Unit]) -> None:
    for (unit, _indicator, _year), codes in house.supporting:
        require_other_units(units[unit].pk, [units[code] for code in codes])
    insert_rows(
        Target.supporting_units.through,
        ("target_id", "unit_id"),
        ((keys[key], units[code].pk) for key, codes in house.supporting for code in dict.fromkeys(codes)),
    )


def _insert_checkpoints(house: House, keys: Mapping[TargetKey, int], now: datetime) -> None:
    """The plan as set: one revision from January on for every target that has checkpoints."""
    planned = dict.fromkeys(keys[point.target] for point in house.checkpoints)
    insert_rows(TargetRevision, ("target_id", "effective_month", "created_at"), ((pk, 1, now) for pk in planned))
    revisions = dict(TargetRevision.objects.values_list("target_id", "pk").iterator(chunk_size=BATCH))
    insert_rows(
        Checkpoint,
        ("revision_id", "month", "value"),
        ((revisions[keys[point.target]], point.month, point.value) for point in house.checkpoints),
    )


def _insert_steps(house: House, keys: Mapping[TargetKey, int], now: datetime) -> None:
    """The steps of tasks, and what is known about them."""
    usual = _defaults(Milestone, STEP_FIELDS)
    insert_rows(
        Milestone,
        ("target_id", *STEP_FIELDS),
        ((keys[row.target], *(row.fields.get(name, usual[name]) for name in STEP_FIELDS)) for row in house.milestones),
    )
    made = Milestone.objects.values_list("target_id", "step", "pk")
    steps = {(target_id, step): pk for target_id, step, pk in made.iterator(chunk_size=BATCH)}
    insert_rows(
        MilestoneEntry,
        ("milestone_id", "done", "done_on", "recorded_month", "state", "approved_at", "entered_at"),
        (
            (
                steps[keys[row.target], row.fields["step"]],
                True,
                row.done_on,
                row.recorded_month or _month_within(row.target[2], row.done_on),
                State.APPROVED.value,
                now,
                now,
            )
            for row in house.milestones
            if row.done
        ),
    )


def _month_within(year: int, done_on: date | None) -> int:
    """The month of a year's plan in which a step came to be recorded that was done on a day, before the year maybe."""
    if done_on is None:
        return 12
    return done_on.month if done_on.year == year else 1


def _insert_entries(house: House, keys: Mapping[TargetKey, int], now: datetime) -> None:
    usual = _defaults(ProgressEntry, ENTRY_FIELDS)
    #: Of each target the months that have a row, in bits, and of those that have several how many.
    seen: dict[int, int] = defaultdict(int)
    several: dict[tuple[int, int], int] = {}

    def row(entry: EntryRow) -> tuple[Any, ...]:
        pk, month, state = keys[entry.target], entry.fields["month"], entry.fields["state"]
        version = 1
        if seen[pk] & 1 << month:
            version = several[pk, month] = several.get((pk, month), 1) + 1
        seen[pk] |= 1 << month
        return (
            pk,
            version,
            now,
            now if state in SETTLED_STATES else None,
            now if state == State.SUPERSEDED else None,
            now if state == State.SUBMITTED else None,
            *(entry.fields.get(name, usual[name]) for name in ENTRY_FIELDS),
        )

    insert_rows(
        ProgressEntry,
        ("target_id", "version", "entered_at", "approved_at", "superseded_at", "submitted_at", *ENTRY_FIELDS),
        map(row, house.entries),
    )


def _record_targets(by: Author, now: datetime) -> None:
    """One record of each target: the plan as it was loaded, and how many steps and entries came with it.

    A draft is known to who types it alone, and is not counted.
    """
    kept = ("indicator_id", "unit_id", "year", "figures", "interpolation", "baseline", "weight")
    entries = _count(ProgressEntry.objects.exclude(state=State.DRAFT))
    steps = _count(Milestone.objects.all())
    points = Checkpoint.objects.order_by("revision__target_id", "month")
    plans = _by_target(points.values_list("revision__target_id", "month", "value"))
    helpers = Target.supporting_units.through._default_manager.order_by("target_id", "unit__code")
    supporting = _by_target(helpers.values_list("target_id", "unit__code"))

    def row(pk: int, *values: Any) -> tuple[Any, ...]:
        after = dict(zip((name.removesuffix("_id") for name in kept), values, strict=True))
        planned, helping = plans(pk), supporting(pk)
        more = {
            **by_month({month: value for _pk, month, value in planned}),
            "supporting_units": [code for _pk, code in helping],
            "steps": steps.get(pk),
            "entries": entries.get(pk),
        }
        return pk, pk, after["unit"], as_text(after | {name: value for name, value in more.items() if value})

    insert_rows(
        Change,
        ("object_id", "target_id", "unit_id", "after"),
        (row(*values) for values in Target.objects.order_by("pk").values_list("pk", *kept).iterator(chunk_size=BATCH)),
        at=now,
        actor_id=by.user.pk if by.user is not None else None,
        actor_label=by.label,
        action="target.load",
        object_type="target",
        source=by.source,
        batch=by.batch,
        address=by.address,
    )


def _count(rows: models.QuerySet[Any]) -> dict[int, int]:
    """How many rows each target has."""
    counted = rows.order_by().values_list("target_id").annotate(models.Count("pk"))
    return dict(counted.iterator(chunk_size=BATCH))


def _by_target(rows: models.QuerySet[Any, Any]) -> Callable[[int], list[tuple[Any, ...]]]:
    """The rows of a target, which they begin with. They come in the order of the targets, and so must one ask."""
    groups = groupby(rows.iterator(chunk_size=BATCH), itemgetter(0))
    next_one = next(groups, None)

    def of(pk: int) -> list[tuple[Any, ...]]:
        nonlocal next_one
        if next_one is None or next_one[0] != pk:
            return []
        found = list(next_one[1])
        next_one = next(groups, None)
        return found

    return of


# Plain rows


def _defaults(model: type[models.Model], names: Iterable[str]) -> dict[str, Any]:
    return {name: model._meta.get_field(name).get_default() for name in names}  # type: ignore[union-attr]


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], **same: Any) -> None:
    """Insert rows of plain values, as many with one statement as the database takes, and no object for each.

    Args:
        columns: the attributes that the values of a row are for, foreign keys as ids.
        same: attributes that have one value in all rows. What is named nowhere has its default.

    Nothing is checked but by the constraints of the database.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields if not field.primary_key}
    others = {name: same[name] if name in same else field.get_default() for name, field in fields.items()}
    constants = [
        (fields[name], fields[name].get_db_prep_save(value, connection))
        for name, value in others.items()
        if name not in columns
    ]
    varying = [fields[name] for name in columns]
    prepared = [
        field.get_db_prep_save if isinstance(field, models.DecimalField | models.DateTimeField) else None
        for field in varying
    ]
    quote = connection.ops.quote_name
    into = ", ".join(quote(str(field.column)) for field in (*varying, *(field for field, _value in constants)))
    start = f"INSERT INTO {quote(model._meta.db_table)} ({into}) VALUES "
    ends = [value for _field, value in constants if value is not None]
    marks = ["%s"] * len(varying) + ["NULL" if value is None else "%s" for _field, value in constants]
    places = f"({', '.join(marks)})"
    rows = iter(rows)
    with connection.cursor() as cursor:
        while batch := list(islice(rows, min(BATCH, _most_parameters() // len(fields)))):
            values: list[Any] = []
            for row in batch:
                for value, prepare in zip(row, prepared, strict=True):
                    values.append(value if value is None or prepare is None else prepare(value, connection))
                values += ends
            cursor.execute(start + ", ".join([places] * len(batch)), values)


def _most_parameters() -> int:
    """How many parameters a statement may have. Django counts with the 999 of an old SQLite."""
    if connection.vendor != "sqlite":
        return (1 << 16) - 1
    return connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
