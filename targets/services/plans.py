"""The year's plan: indicators, and targets with checkpoints and steps."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.calculations import checks
from targets.models import (
    Change,
    Checkpoint,
    Indicator,
    IndicatorCheck,
    Milestone,
    MilestoneEntry,
    ProgressEntry,
    Section,
    Target,
    TargetRevision,
    Unit,
)
from targets.models.indicators import Kind
from targets.models.progress import OPEN_STATES, SETTLED_STATES
from targets.permissions import may_manage_indicator, may_manage_plan, may_manage_unit
from targets.querysets.indicators import measured
from targets.services.base import (
    AT_ONCE,
    Author,
    change,
    insert_all,
    of_row,
    record,
    record_all,
    refuse,
    snapshot,
    update,
    verb,
)

#: What an indicator with an approved entry keeps for good.
FIXED_ONCE_APPROVED = ("kind", "accumulation", "direction", "unit_of_measure")


def next_code(section: Section) -> str:
    """The first free code of a section: its first letter and a number."""
    return next(free_codes(section))


def free_codes(section: Section) -> Iterator[str]:
    """The codes that are free, in order. Sections that begin with the same letter share them."""
    letter = section.code[:1].upper()
    taken = set(Indicator.objects.filter(code__startswith=letter).values_list("code", flat=True))
    return (code for number in count(1) if (code := f"{letter}{number:02d}") not in taken)


def last_position(section: Section) -> int:
    """The position behind which a new indicator of the section stands."""
    return section.indicators.order_by("-position").values_list("position", flat=True).first() or 0


@verb
def create_indicator(by: Author, *, section: Section, code: str, name: str, **fields: Any) -> Indicator:
    (indicator,) = create_indicators(by, [{"section": section, "code": code, "name": name, **fields}])
    return indicator


@verb
def create_indicators(by: Author, new: Iterable[Mapping[str, Any]]) -> list[Indicator]:
    """New indicators, each from its fields.

    Raises:
        RowError: a code is taken or cannot stand in an address, or the kind does not fit the accumulation.
    """
    by.require(may_manage_plan)
    made = [Indicator(**fields) for fields in new]
    for place, indicator in enumerate(made):
        if "/" in indicator.code:
            with of_row(place):
                raise refuse(_("A code stands in an address and has no “/”."), "code")
    insert_all(made)
    kept = ("code", "name", *FIXED_ONCE_APPROVED, "decimals", "frequency")
    record_all(change(by, "indicator.create", one, after=snapshot(one, *kept)) for one in made)
    return made


def require_all_of(by: Author, indicator: Indicator) -> None:
    """What an indicator is concerns every unit that ever had a target of it."""
    by.require(may_manage_indicator, set(indicator.targets.order_by().values_list("unit_id", flat=True)))


@verb
def change_indicator(
    by: Author, *, indicator: Indicator, reason: str = "", lock_version: int | None = None, **values: Any
) -> Indicator:
    """Change an indicator. With an approved entry its nature stays; make one that succeeds it instead.

    Raises:
        PermissionDenied: the author does not manage every unit that has targets of it.
        ValidationError: a fixed field would change, or a relation to another indicator would compare unlike figures.
        ConflictError: somebody was faster.
    """
    require_all_of(by, indicator)
    before = snapshot(indicator, *values)
    fixed = [name for name in FIXED_ONCE_APPROVED if name in values and values[name] != before[name]]
    if fixed and has_settled_entries(indicator):
        raise refuse(
            _(
                "This indicator already has approved figures, so its kind, accumulation, direction and unit of "
                "measure stay. Create an indicator that succeeds it instead."
            ),
            fixed[0],
        )
    update(indicator, lock_version, **values)
    if any(values[name] != before[name] for name in values.keys() & set(FIXED_ONCE_APPROVED)):
        _refuse_breaking_checks(indicator)
    record(by, "indicator.change", indicator, before=before, after=snapshot(indicator, *values), reason=reason)
    return indicator


def has_settled_entries(indicator: Indicator) -> bool:
    """Whether figures of the indicator were ever approved: then its nature is fixed (decision 4)."""
    return (
        ProgressEntry.objects.filter(target__indicator=indicator, state__in=SETTLED_STATES).exists()
        or MilestoneEntry.objects.filter(milestone__target__indicator=indicator, state__in=SETTLED_STATES).exists()
    )


@verb
def create_check(
    by: Author,
    *,
    left: Indicator,
    operator: str,
    right: Iterable[Indicator],
    code: str = "",
    meaning: str = "",
    **fields: Any,
) -> IndicatorCheck:
    """Declare how an indicator and its parts are related. Without a ``code`` the first free one is taken.

    Raises:
        PermissionDenied: the author does not manage every unit that has targets of one of the indicators.
        ValidationError: the figures cannot be held against each other.
    """
    parts = list(right)
    check = IndicatorCheck(code=code or _free_check_code(), left=left, operator=operator, meaning=meaning, **fields)
    _require_all_related(by, [left, *parts])
    _refuse_faulty(check, parts)
    check.full_clean()
    check.save(force_insert=True)
    check.right.set(parts)
    record(by, "check.create", check, after=_recorded_check(check))
    return check


@verb
def change_check(
    by: Author,
    *,
    check: IndicatorCheck,
    operator: str,
    right: Iterable[Indicator],
    meaning: str,
    reason: str = "",
    lock_version: int | None = None,
) -> IndicatorCheck:
    """Relate the same whole in another way or to other parts.

    Raises:
        PermissionDenied: the author does not manage every unit that has targets of one of the indicators.
        ValidationError: the relation has ended, or the figures cannot be held against each other.
        ConflictError: somebody was faster.
    """
    parts = list(right)
    _require_all_related(by, [check.left, *check.right.all(), *parts])
    _refuse_ended(check)
    _refuse_faulty(check, parts)
    before = _recorded_check(check)
    update(check, lock_version, operator=operator, meaning=meaning)
    check.right.set(parts)
    record(by, "check.change", check, before=before, after=_recorded_check(check), reason=reason)
    return check


@verb
def end_check(by: Author, *, check: IndicatorCheck, reason: str, lock_version: int | None = None) -> IndicatorCheck:
    """Hold the figures against each other no longer; the relation stays in the record.

    Raises:
        PermissionDenied: the author does not manage every unit that has targets of one of the indicators.
        ValidationError: it has ended already, or no reason is given.
        ConflictError: somebody was faster.
    """
    _require_all_related(by, [check.left, *check.right.all()])
    _refuse_ended(check)
    if not reason.strip():
        raise refuse(_("Say why."), "reason")
    before = snapshot(check, "archived_at")
    update(check, lock_version, archived_at=timezone.now())
    record(by, "check.end", check, before=before, after=snapshot(check, "archived_at"), reason=reason)
    return check


def _require_all_related(by: Author, indicators: Iterable[Indicator]) -> None:
    for indicator in {one.pk: one for one in indicators}.values():
        require_all_of(by, indicator)


def _refuse_ended(check: IndicatorCheck) -> None:
    if check.archived_at is not None:
        raise refuse(_("This relation has ended. Declare a new one."))


def _free_check_code() -> str:
    taken = set(IndicatorCheck.objects.values_list("code", flat=True))
    return next(code for number in count(1) if (code := f"V{number:02d}") not in taken)


def _recorded_check(check: IndicatorCheck) -> dict[str, Any]:
    parts = sorted(indicator.name for indicator in check.right.all())
    return {**snapshot(check, "code", "left", "operator", "meaning"), "right": parts}


def _refuse_faulty(check: IndicatorCheck, parts: Sequence[Indicator]) -> None:
    named = {one.pk: one for one in (check.left, *parts)}
    out_of_use = next((one for one in named.values() if one.archived_at is not None), None)
    if out_of_use is not None:
        raise refuse(_("“%(name)s” is archived. Bring it back first.") % {"name": out_of_use.name}, "right")
    found = checks.fault(
        check.left.pk,
        [one.pk for one in parts],
        {pk: measured(one) for pk, one in named.items()},
        IndicatorCheck.objects.in_use().exclude(pk=check.pk).wholes_and_parts(),
    )
    if found is not None:
        raise refuse(check_fault(found[0], whole=check.left.name, at=named[found[1]].name), "right")


def check_fault(found: checks.Fault, *, whole: str, at: str) -> str:
    """Why figures cannot be held against each other, in the reader's language; ``at`` is the indicator at fault."""
    return {
        checks.Fault.NO_PART: _("Name at least one part of “%(whole)s”."),
        checks.Fault.TASK: _("“%(at)s” is a task made of steps: it has no figures to compare."),
        checks.Fault.OTHER_KIND: _(
            "“%(at)s” and “%(whole)s” are counted differently (kind, accumulation): their figures do not add up."
        ),
        checks.Fault.OTHER_MEASURE: _(
            "“%(at)s” and “%(whole)s” have units of measure that do not convert into each other."
        ),
        checks.Fault.CIRCLE: _("“%(at)s” is “%(whole)s” itself or contains it. A whole is not part of itself."),
        checks.Fault.REPEATED: _("“%(at)s” is named twice among the parts."),
        checks.Fault.TWICE: _("There is a relation between “%(whole)s” and these parts already. Change that one."),
    }[found] % {"whole": whole, "at": at}


def _refuse_breaking_checks(indicator: Indicator) -> None:
    """Figures that are held against each other stay of one kind and measure.

    Raises:
        ValidationError: the indicator, as it is now, no longer fits a relation that it has a part in.
    """
    related = IndicatorCheck.objects.in_use().between(indicator).select_related("left").prefetch_related("right")
    for check in related:
        for part in check.right.all():
            whole, other = (indicator if one.pk == indicator.pk else one for one in (check.left, part))
            found = checks.misfit(measured(whole), measured(other))
            if found is not None:
                said = check_fault(found, whole=whole.name, at=other.name)
                raise refuse(_("%(reason)s End the relation between them first.") % {"reason": said})


@dataclass(frozen=True)
class NewTarget:
    """A target to be made, with its checkpoints by month or the steps of its task, each from its fields.

    ``fields`` are those of the target. Without a ``definition`` among them the one in force is kept on the target, so
    that a later rewording does not rewrite the past.
    """

    indicator: Indicator
    unit: Unit
    year: int
    checkpoints: Mapping[int, Decimal] = field(default_factory=dict)
    steps: Sequence[Mapping[str, Any]] = ()
    supporting_units: Sequence[Unit] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class MadeTarget:
    """What was made of it; ``revision`` is ``None`` without checkpoints."""

    target: Target
    revision: TargetRevision | None
    steps: tuple[Milestone, ...]


@verb
def create_target(
    by: Author,
    *,
    indicator: Indicator,
    unit: Unit,
    year: int,
    checkpoints: Mapping[int, Decimal] | None = None,
    steps: Iterable[Mapping[str, Any]] = (),
    supporting_units: Iterable[Unit] = (),
    **fields: Any,
) -> Target:
    """Assign an indicator to a unit for a year: ``create_targets`` for one."""
    new = NewTarget(indicator, unit, year, checkpoints or {}, tuple(steps), tuple(supporting_units), fields)
    (made,) = create_targets(by, [new])
    return made.target


@verb
def create_targets(by: Author, new: Iterable[NewTarget]) -> list[MadeTarget]:
    """Assign indicators to units, however many in the same few statements.

    Raises:
        PermissionDenied: the author does not manage one of the units.
        RowError: a unit has a target of its indicator in that year already or would support itself, only tasks have
            steps and only other targets checkpoints, or a field breaks a rule.
    """
    listed = list(new)
    for unit_id in {one.unit.pk for one in listed}:
        by.require(may_manage_unit, unit_id)
    for place, one in enumerate(listed):
        with of_row(place):
            _require_own_kind(one.indicator, checkpoints=bool(one.checkpoints), steps=bool(one.steps))
            require_other_units(one.unit.pk, one.supporting_units)
    targets = [
        Target(
            indicator=one.indicator,
            unit=one.unit,
            year=one.year,
            **{"definition": one.indicator.definition, **one.fields},
        )
        for one in listed
    ]
    insert_all(targets)
    planned = {place: one.checkpoints for place, one in enumerate(listed) if one.checkpoints}
    revisions = {place: TargetRevision(target=targets[place], effective_month=1) for place in planned}
    _insert_revisions(revisions, planned)
    steps = {
        place: tuple(
            Milestone(target=targets[place], **{"step": number, **fields})
            for number, fields in enumerate(one.steps, start=1)
        )
        for place, one in enumerate(listed)
        if one.steps
    }
    numbered = [(place, step) for place, those in steps.items() for step in those]
    insert_all([step for _place, step in numbered], [place for place, _step in numbered])
    helping = Target.supporting_units.through
    helping._default_manager.bulk_create(
        [
            helping(target=targets[place], unit=unit)
            for place, one in enumerate(listed)
            for unit in one.supporting_units
        ],
        batch_size=AT_ONCE,
    )
    made = [MadeTarget(target, revisions.get(place), steps.get(place, ())) for place, target in enumerate(targets)]
    record_all(done for one, what in zip(listed, made, strict=True) for done in _making(by, one, what))
    return made


def _making(by: Author, new: NewTarget, made: MadeTarget) -> Iterator[Change]:
    """The record of one new target."""
    target = made.target
    kept = ("indicator", "unit", "year", "figures", "interpolation", "baseline", "weight")
    yield change(by, "target.create", target, target=target, after=snapshot(target, *kept))
    if made.revision is not None:
        yield change(by, "target.plan", made.revision, target=target, month=1, after=by_month(new.checkpoints))
    for step in made.steps:
        after = snapshot(step, "step", "name", "weight", "due")
        yield change(by, "milestone.create", step, target=target, after=after)
    if new.supporting_units:
        after = {"supporting_units": sorted(unit.code for unit in new.supporting_units)}
        yield change(by, "target.support", target, target=target, after=after)


def _require_own_kind(indicator: Indicator, *, checkpoints: bool, steps: bool) -> None:
    """A task is judged by its steps, everything else by checkpoints."""
    is_task = indicator.kind == Kind.MILESTONE
    if checkpoints and is_task:
        raise refuse(_("A milestone task is judged by its steps and has no checkpoints."))
    if steps and not is_task:
        raise refuse(_("Only a milestone task has steps."))


def require_other_units(unit_id: int, supporting: Iterable[Unit]) -> None:
    """Who reports is not among those who support it.

    Raises:
        ValidationError: it is.
    """
    if any(unit.pk == unit_id for unit in supporting):
        raise refuse(_("The unit that reports does not support itself. Untick it."), "supporting_units")


@verb
def adjust_target(
    by: Author,
    *,
    target: Target,
    effective_month: int,
    checkpoints: Mapping[int, Decimal],
    reason: str,
    document_number: str = "",
    document_date: date | None = None,
    lock_version: int | None = None,
) -> TargetRevision:
    """目标调整: other checkpoints from a month on. What was judged before stays judged by the earlier path.

    Raises:
        ValidationError: no reason, the target was already adjusted from that month on, or it is archived.
        ConflictError: somebody was faster.
    """
    by.require(may_manage_unit, target.unit_id)
    if target.archived_at is not None:
        raise refuse(_("This target is archived. Bring it back before you change it."))
    if not reason.strip():
        raise refuse(_("Say why the target is adjusted, or name the document that does."), "reason")
    if lock_version is not None:
        update(target, lock_version)
    return revise(
        by,
        target,
        effective_month,
        checkpoints,
        reason=reason,
        document_number=document_number,
        document_date=document_date,
    )


def revise(
    by: Author, target: Target, effective_month: int, checkpoints: Mapping[int, Decimal], **fields: Any
) -> TargetRevision:
    """Insert and record the checkpoints in force from a month on. For verbs: it asks nobody's permission.

    Raises:
        ValidationError: the target is a milestone task, or its checkpoints break a rule.
    """
    _require_own_kind(target.indicator, checkpoints=True, steps=False)
    earlier = target.revisions.filter(effective_month__lt=effective_month).last() if effective_month > 1 else None
    before = dict(earlier.checkpoints.values_list("month", "value")) if earlier is not None else {}
    revision = TargetRevision(target=target, effective_month=effective_month, **fields)
    _insert_revisions({0: revision}, {0: checkpoints})
    record(
        by,
        "target.adjust" if effective_month > 1 else "target.plan",
        revision,
        target=target,
        month=effective_month,
        before=by_month(before),
        after=by_month(checkpoints),
        reason=fields.get("reason", ""),
    )
    return revision


def _insert_revisions(
    revisions: Mapping[int, TargetRevision], checkpoints: Mapping[int, Mapping[int, Decimal]]
) -> None:
    """Both by the place of the row that they belong to."""
    insert_all(list(revisions.values()), list(revisions))
    points = [
        (place, Checkpoint(revision=revision, month=month, value=value))
        for place, revision in revisions.items()
        for month, value in sorted(checkpoints[place].items())
    ]
    insert_all([point for _place, point in points], [place for place, _point in points])


def by_month(checkpoints: Mapping[int, Decimal]) -> dict[str, Any]:
    """Checkpoints as the record of a change keeps them."""
    return {"checkpoints": {str(month): value for month, value in sorted(checkpoints.items())}} if checkpoints else {}


@verb
def archive(
    by: Author, instance: Unit | Section | Indicator | Target, *, reason: str, lock_version: int | None = None
) -> None:
    """Take something out of use. Nothing is deleted; the past keeps it.

    Raises:
        ValidationError: no reason, or a target that still has figures in progress.
        ConflictError: somebody was faster.
    """
    by.require(may_manage_plan)
    if isinstance(instance, Indicator):
        require_all_of(by, instance)
    if not reason.strip():
        raise refuse(_("Say why it is archived."), "reason")
    if isinstance(instance, Target) and _has_open_entries(instance):
        raise refuse(_("This target has figures in progress. Approve or return them first, then archive it."))
    before = snapshot(instance, "archived_at")
    update(instance, lock_version, archived_at=timezone.now())
    target = instance if isinstance(instance, Target) else None
    after = snapshot(instance, "archived_at")
    record(by, f"{_name(instance)}.archive", instance, target=target, before=before, after=after, reason=reason)


def _has_open_entries(target: Target) -> bool:
    return (
        target.entries.filter(state__in=OPEN_STATES).exists()
        or MilestoneEntry.objects.filter(milestone__target=target, state__in=OPEN_STATES).exists()
    )


def _name(instance: models.Model) -> str:
    return instance._meta.model_name or ""
