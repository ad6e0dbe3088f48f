"""A plan that comes as a file: what each row would do, and all of it at once or nothing."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import count as count_from
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from targets.models import (
    Indicator,
    IndicatorCheck,
    Milestone,
    MilestoneEntry,
    Section,
    Target,
    TargetRevision,
    Unit,
    UnitKind,
    Upload,
    Year,
)
from targets.permissions import may_manage_plan, may_manage_unit
from targets.services.base import Author, ConflictError, RowError, refuse, verb
from targets.services.planning import StepLine, change_target, has_approved, plan_targets
from targets.services.plans import NewTarget, create_check, create_indicators, free_codes, last_position
from targets.services.units import create_section, create_unit
from targets.services.uploads import taken
from targets.services.years import create_year

#: A step of a task: name, due day, weight; ``None`` where it is not said.
_Step = tuple[str, date | None, Decimal | None]


class StepsSaid(StrEnum):
    """What a row says of the steps of its task.

    Attributes:
        ALL: it lists them.
        SOME: the cells of some quarters or months word one each; of the others it is silent.
        NONE: nothing; its one step is what is usual for a new task.
    """

    ALL = "all"
    SOME = "some"
    NONE = "none"


@dataclass(frozen=True)
class PlannedTarget:
    """One row of a plan, for one unit. Of a target that stands, what the row does not speak of stays.

    ``indicator`` is ``None`` for a new one, made of ``nature``; rows with the same ``new_key`` share it under the first
    one's ``new_name``. ``details`` are fields of the target; one that the file does not speak of is not in it.
    ``checkpoints`` are by month; those of other months stay, but for the months in ``without``, and for all of them
    where the file keeps the target ``in_words_only``. ``steps`` (name, due day, weight) are those of a task, said as
    ``said_steps`` tells; a weight is ``None`` where none was given, and ``due`` is the day of the task where one is
    said. ``supporting`` is ``None`` where the file says nothing of them. ``wording`` is that of a new target.
    """

    line: int
    unit: Unit
    indicator: Indicator | None
    new_name: str = ""
    nature: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    checkpoints: Mapping[int, Decimal] = field(default_factory=dict)
    in_words_only: bool = False
    without: frozenset[int] = frozenset()
    steps: tuple[_Step, ...] = ()
    said_steps: StepsSaid = StepsSaid.ALL
    due: date | None = None
    supporting: tuple[Unit, ...] | None = None
    new_key: str = ""
    wording: str = ""

    @property
    def name(self) -> str:
        return self.indicator.name if self.indicator is not None else self.new_name

    @property
    def all_details(self) -> Mapping[str, Any]:
        """The fields of a new target."""
        return {**({"wording": self.wording} if self.wording else {}), **self.details}


@dataclass(frozen=True)
class PlannedRelation:
    """A relation to be declared between the indicators of rows, by their lines."""

    whole: int
    operator: str
    parts: tuple[int, ...]


class Outcome(StrEnum):
    """What taking a row would do."""

    NEW_INDICATOR = "new_indicator"
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    ADJUST = "adjust"
    ARCHIVED = "archived"

    @property
    def is_taken(self) -> bool:
        """Whether something would be written."""
        return self in (Outcome.NEW_INDICATOR, Outcome.NEW, Outcome.CHANGED)

    @property
    def stands_in_the_way(self) -> bool:
        """Whether the row cannot be taken as it is."""
        return self in (Outcome.ADJUST, Outcome.ARCHIVED)


@dataclass(frozen=True)
class Planned:
    """A row beside the target that stands; ``changed`` are fields with before and after."""

    row: PlannedTarget
    outcome: Outcome
    target: Target | None = None
    changed: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)

    def after(self, name: str) -> Any:
        """What the target has once the row is taken, whether the file speaks of it or not."""
        if name in self.changed:
            return self.changed[name][1]
        if self.target is not None:
            return _stands(self.target, name)
        own = {
            "checkpoints": dict(self.row.checkpoints),
            "steps": self.row.steps,
            "supporting_units": sorted(unit.code for unit in self.row.supporting or ()),
            **self.row.all_details,
        }
        return own[name] if name in own else getattr(Target(), name)


def compare_plan(year: int, rows: Sequence[PlannedTarget]) -> tuple[Planned, ...]:
    """What taking each row would do, whatever their number in the same few queries."""
    indicators = {row.indicator.pk for row in rows if row.indicator is not None}
    standing: dict[tuple[int, int], Target] = {}
    in_force, archived = Target.objects.in_force(year), Target.objects.archived(year)
    targets = (in_force | archived).filter(indicator__in=indicators).select_related("indicator", "unit")
    for target in targets.prefetch_related(
        "revisions__checkpoints",
        "supporting_units",
        Prefetch("milestones", Milestone.objects.filter(archived_at__isnull=True)),
    ).order_by("-archived_at"):  # the one in force last, so that it is the one that stands
        key = (target.indicator_id, target.unit_id)
        if key not in standing or target.archived_at is None:
            standing[key] = target
    return tuple(_planned(row, standing) for row in rows)


def reported_by_nobody(year: int, compared: Sequence[Planned]) -> tuple[Planned, ...]:
    """The rows of targets that are the sum of the units below, where no unit below has such a target: two queries.

    Those of the file count as if they were taken.
    """
    sums = [one for one in compared if one.target is not None and one.target.figures == Target.Figures.SUM]
    if not sums:
        return ()
    indicators = {one.target.indicator_id for one in sums if one.target is not None}
    below: dict[int, set[int]] = {}
    for indicator, unit in (
        Target.objects.in_force(year).filter(indicator__in=indicators).values_list("indicator_id", "unit_id")
    ):
        below.setdefault(indicator, set()).add(unit)
    for one in compared:
        if one.row.indicator is not None:
            below.setdefault(one.row.indicator.pk, set()).add(one.row.unit.pk)
    tree = Unit.objects.all().tree()
    return tuple(
        one
        for one in sums
        if one.row.indicator is not None
        and not (set(tree.below(one.row.unit.pk)) - {one.row.unit.pk}) & below[one.row.indicator.pk]
    )


def _planned(row: PlannedTarget, standing: Mapping[tuple[int, int], Target]) -> Planned:
    if row.indicator is None:
        return Planned(row, Outcome.NEW_INDICATOR)
    target = standing.get((row.indicator.pk, row.unit.pk))
    if target is None:
        return Planned(row, Outcome.NEW)
    if target.archived_at is not None:
        return Planned(row, Outcome.ARCHIVED, target)
    changed = _changed(row, target)
    revisions = list(target.revisions.all())
    is_adjusted = len(revisions) > 1
    if is_adjusted and "checkpoints" in changed and _merged(row, first := _points(revisions[0])) == first:
        # The file holds the plan as it was set. The document that adjusted it since then stands.
        del changed["checkpoints"]
    if not changed:
        return Planned(row, Outcome.SAME, target)
    judged = {"checkpoints", "baseline", "steps"} & changed.keys()
    if ("checkpoints" in changed and is_adjusted) or (judged and has_approved(target)):
        return Planned(row, Outcome.ADJUST, target, changed)
    return Planned(row, Outcome.CHANGED, target, changed)


def _changed(row: PlannedTarget, target: Target) -> dict[str, tuple[Any, Any]]:
    new: dict[str, Any] = {**row.details, "checkpoints": _merged(row, _stands(target, "checkpoints"))}
    if row.steps:
        new["steps"] = _merged_steps(row, _stands(target, "steps"))
    if row.supporting is not None:
        new["supporting_units"] = sorted(unit.code for unit in row.supporting)
    changed = {name: (_stands(target, name), value) for name, value in new.items()}
    return {
        name: (before, after)
        for name, (before, after) in changed.items()
        if not (_same_steps(after, before) if name == "steps" else after == before)
    }


def _stands(target: Target, name: str) -> Any:
    """What a target has: one of its fields, its checkpoints by month, its steps, or its supporting units by code."""
    if name == "checkpoints":
        revisions = list(target.revisions.all())
        return _points(revisions[-1]) if revisions else {}
    if name == "steps":
        return tuple((step.name, step.due, step.weight) for step in target.milestones.all())
    if name == "supporting_units":
        return sorted(unit.code for unit in target.supporting_units.all())
    return getattr(target, name)


def _merged(row: PlannedTarget, standing: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """The checkpoints that stand with those of a row in their place."""
    if row.in_words_only and not row.checkpoints:
        return {}
    said = dict(row.checkpoints)
    last = max(standing, default=12)
    if 12 in said and last < 12 and not {*said, *row.without} & set(range(last, 12)):
        # The annual target is due by then, and the file names no other day.
        said[last] = said.pop(12)
    kept = {month: value for month, value in standing.items() if month not in row.without}
    return dict(sorted({**kept, **said}.items()))


def _merged_steps(row: PlannedTarget, standing: Sequence[_Step]) -> tuple[_Step, ...]:
    """The steps that stand with those of a row in their place. A day or a weight that is not said stays."""
    if not standing:
        return row.steps
    if row.said_steps is StepsSaid.NONE:
        name, due, weight = standing[0]
        return tuple(standing) if len(standing) > 1 else ((name, row.due or due, weight),)
    if row.said_steps is StepsSaid.ALL:
        days = {name: due for name, due, _weight in standing}
        return tuple((name, due or days.get(name), weight) for name, due, weight in row.steps)
    merged = list(standing)
    for name, due, weight in row.steps:
        # Of its name, else the one of the same quarter or month.
        places = [place for place, step in enumerate(merged) if step[0] == name]
        places += [place for place, step in enumerate(merged) if due and step[1] and _month(step[1]) == _month(due)]
        if places:
            before = merged[places[0]]
            # A cell that names no day means the end of its month: not in place of a day within it.
            is_end = due is not None and before[1] is not None and _month(due) == _month(before[1]) and _is_last(due)
            merged[places[0]] = (name, before[1] if is_end else due, weight)
        else:
            merged.append((name, due, weight))
    return tuple(merged)


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _is_last(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _points(revision: TargetRevision) -> dict[int, Decimal]:
    return {point.month: point.value for point in revision.checkpoints.all()}


def token_of(compared: Sequence[Planned]) -> str:
    """Stands for exactly what was shown of a plan: its rows, and what stood beside them."""
    said = [
        (
            one.row.line, one.outcome.value, one.row.name, one.row.unit.pk, one.target.pk if one.target else None,
            sorted(one.row.nature.items(), key=str), sorted(one.row.details.items(), key=str),
            sorted(one.row.checkpoints.items()), one.row.steps, [unit.pk for unit in one.row.supporting or ()],
            sorted(one.changed.items(), key=str),
        )
        for one in compared
    ]  # fmt: skip
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _same_steps(given: Sequence[tuple[Any, ...]], standing: Sequence[tuple[Any, ...]]) -> bool:
    """A weight that was not given says nothing, and steps keep their numbers whatever the order in the file."""
    pairs = zip(*(sorted(steps, key=lambda step: step[0]) for steps in (given, standing)), strict=False)
    return len(given) == len(standing) and all(
        one[:2] == other[:2] and one[2] in (None, other[2]) for one, other in pairs
    )


@dataclass(frozen=True)
class Missing:
    """A section or unit that a plan names and that does not exist. ``what``: section or unit; ``kind`` that of a unit.

    Without a ``code`` the next free one is taken.
    """

    what: str
    name: str
    kind: str = ""
    code: str = ""


@verb
def make_missing(by: Author, *, listed: Iterable[Missing], parent: Unit) -> int:
    """Make the sections and units that a plan names, the units below ``parent``. Returns how many.

    Raises:
        PermissionDenied: the author does not manage the unit above.
    """
    by.require(may_manage_unit, parent.pk)
    count = 0
    for one in listed:
        if one.what == "section":
            codes = set(Section.objects.values_list("code", flat=True))
            code = one.code if one.code and one.code not in codes else _free_code("s", codes)
            create_section(by, code=code, name=one.name, position=_last(Section.objects.all()) + 1)
        else:
            letter = "V" if one.kind == UnitKind.VILLAGE else "O"
            codes = set(Unit.objects.values_list("code", flat=True))
            code = _free_code(f"{parent.code}-{letter}", codes)
            create_unit(
                by, code=code, name=one.name, kind=one.kind, parent=parent, position=_last(Unit.objects.all()) + 1
            )
        count += 1
    return count


def _free_code(start: str, taken: set[str]) -> str:
    return next(code for number in count_from(1) if (code := f"{start}{number}") not in taken)


def _last(rows: QuerySet[Any]) -> int:
    return rows.order_by("-position").values_list("position", flat=True).first() or 0


@verb
def import_plan(
    by: Author,
    *,
    upload: Upload,
    year: int,
    rows: Iterable[PlannedTarget],
    relations: Iterable[PlannedRelation] = (),
    shown: str | None = None,
) -> tuple[int, int]:
    """Take a plan, all of it or nothing. A year that does not exist yet is opened.

    What a file does not speak of stays: no target is ever removed by an import. ``relations`` between the rows are
    declared unless there is one of the same whole and parts. ``shown`` is the token of what the
    person looked at, where somebody did.

    Returns:
        How many targets were made and how many changed. What stands already is left alone, so a second time
        writes nothing.

    Raises:
        PermissionDenied: the author does not manage the plan.
        ValidationError: a row cannot be taken; the message names it.
        ConflictError: something else stands now than what was shown.
    """
    by.require(may_manage_plan)
    listed = list(rows)
    compared = compare_plan(year, listed)
    new_names = {one.row.new_name for one in compared if one.outcome is Outcome.NEW_INDICATOR}
    made_meanwhile = Indicator.objects.filter(archived_at__isnull=True, name__in=new_names).exists()
    if made_meanwhile or (shown is not None and shown != token_of(compared)):
        raise ConflictError(_("What stands has changed since you looked. Look at the rows again; nothing was written."))
    if not Year.objects.filter(year=year).exists():
        create_year(by, year=year)
    new = [one.row for one in compared if one.outcome in (Outcome.NEW, Outcome.NEW_INDICATOR)]
    with _naming(new):
        indicators = _indicators(by, new)
        plan_targets(by, [_new_target(year, row, indicator) for row, indicator in zip(new, indicators, strict=True)])
    changed = 0
    for one in compared:
        if one.outcome is Outcome.CHANGED or one.outcome.stands_in_the_way:
            with _naming([one.row]):
                _change(by, upload, one)
            changed += 1
    by_line = {one.row.line: (one.row, one.row.indicator) for one in compared}
    by_line |= {row.line: (row, indicator) for row, indicator in zip(new, indicators, strict=True)}
    for relation in relations:
        with _naming([by_line[relation.whole][0]]):
            _relate(by, relation, {line: indicator for line, (_row, indicator) in by_line.items() if indicator})
    taken(by, upload)
    return len(new), changed


def _relate(by: Author, relation: PlannedRelation, indicators: Mapping[int, Indicator]) -> None:
    whole, parts = indicators[relation.whole], [indicators[line] for line in relation.parts]
    if (whole.pk, frozenset(part.pk for part in parts)) not in IndicatorCheck.objects.in_use().wholes_and_parts():
        create_check(by, left=whole, operator=relation.operator, right=parts)


@contextmanager
def _naming(rows: Sequence[PlannedTarget]) -> Iterator[None]:
    """What is refused of one of these rows names it."""
    try:
        yield
    except (ValidationError, PermissionDenied) as error:
        if not rows:
            raise
        row = rows[error.place if isinstance(error, RowError) else 0]
        reasons = error.messages if isinstance(error, ValidationError) else [str(error)]
        raise refuse(
            _("Row %(line)d, %(indicator)s: %(reason)s")
            % {"line": row.line, "indicator": row.name, "reason": " ".join(reasons)}
        ) from error


def _indicators(by: Author, rows: Sequence[PlannedTarget]) -> list[Indicator]:
    """The indicator of each row. Those that do not exist are made, one for all rows with the same new name."""
    firsts: dict[str, int] = {}
    for place, row in enumerate(rows):
        if row.indicator is None:
            firsts.setdefault(row.new_key or row.new_name, place)
    given = {rows[place].nature["code"] for place in firsts.values() if rows[place].nature.get("code")}
    codes: dict[str, Iterator[str]] = {}
    positions: dict[int, int] = {}
    new = []
    for place in firsts.values():
        row = rows[place]
        section: Section = row.nature["section"]
        letter = section.code[:1].upper()
        if letter not in codes:
            codes[letter] = free_codes(section)
        positions[section.pk] = positions.get(section.pk) or last_position(section)
        positions[section.pk] += 1
        code = row.nature.get("code") or next(code for code in codes[letter] if code not in given)
        new.append({**row.nature, "name": row.new_name, "code": code, "position": positions[section.pk]})
    try:
        made = dict(zip(firsts, create_indicators(by, new), strict=True))
    except RowError as error:
        raise RowError(error, list(firsts.values())[error.place]) from error
    return [row.indicator or made[row.new_key or row.new_name] for row in rows]


def _new_target(year: int, row: PlannedTarget, indicator: Indicator) -> NewTarget:
    steps = tuple(
        {"name": name, "weight": Decimal(1) if weight is None else weight, "due": due}
        for name, due, weight in row.steps
    )
    return NewTarget(indicator, row.unit, year, row.checkpoints, steps, row.supporting or (), row.all_details)


def _change(by: Author, upload: Upload, one: Planned) -> None:
    assert one.target is not None
    if one.outcome is Outcome.ADJUST:
        raise refuse(_("Figures were already approved on this target. Adjust it on its page, with the document."))
    changed = dict(one.changed)
    supporting = one.row.supporting if changed.pop("supporting_units", None) else None
    points = changed.pop("checkpoints")[1] if "checkpoints" in changed else None
    steps = _steps(one) if changed.pop("steps", None) else None
    change_target(
        by,
        target=one.target,
        lock_version=one.target.lock_version,
        reason=upload.original_name[:200],
        checkpoints=points,
        steps=steps,
        supporting_units=supporting,
        **{name: after for name, (_before, after) in changed.items()},
    )


def _steps(one: Planned) -> list[StepLine]:
    """The steps of the file in place of those that stand.

    A step goes on under its number where its name stands in the file. What is left is matched in order, but never with
    a step on which somebody reported: its report would tell of another step.
    """
    assert one.target is not None
    standing = list(one.target.milestones.filter(archived_at__isnull=True))
    reported = set(MilestoneEntry.objects.filter(milestone__in=standing).values_list("milestone_id", flat=True))
    wanted = one.after("steps")
    names = {name for name, _due, _weight in wanted}
    by_name = {step.name: step for step in reversed(standing) if step.name in names}
    free = iter([step for step in standing if step.name not in names and step.pk not in reported])
    lines, going_on = [], set()
    for name, due, given in wanted:
        step = by_name.pop(name, None) or next(free, None)
        if step is not None:
            going_on.add(step.pk)
        weight = given if given is not None else step.weight if step is not None else Decimal(1)
        lines.append(StepLine(name, weight, due, step))
    return lines + [
        StepLine(step.name, step.weight, step.due, step, drop=True) for step in standing if step.pk not in going_on
    ]
