"""The plan in the product's own pages: targets with their checkpoints, steps and units, changed as one act.

``plans`` creates, adjusts and archives; here a target is changed as a whole, many at once, and broken down to the
units below. Whatever was reported keeps its target: what would orphan a figure is refused with the reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import Checkpoint, Indicator, Milestone, MilestoneEntry, Target, Unit, Year
from targets.models.indicators import Kind
from targets.models.progress import OPEN_STATES, SETTLED_STATES
from targets.permissions import may_manage_plan, may_manage_unit
from targets.services.base import Author, create, of_row, record, refuse, snapshot, update, verb
from targets.services.plans import (
    NewTarget,
    archive,
    by_month,
    create_indicator,
    create_targets,
    last_position,
    require_all_of,
    require_other_units,
    revise,
)

#: What of a target is changed by itself. What judges it asks for a reason once figures were approved.
TERMS = ("figures", "interpolation", "baseline")
DETAILS = ("weight", "approximation", "lead_leader", "responsible_person", "wording", "definition")
TRANSLATED = ("lead_leader", "wording")
#: What is set for many targets at once.
SHARED = ("lead_leader", "responsible_person", "weight", "interpolation")


@dataclass(frozen=True)
class StepLine:
    """A step as the plan should have it. ``milestone`` is ``None`` for a new one; ``drop`` takes it out."""

    name: str
    weight: Decimal = Decimal(1)
    due: date | None = None
    milestone: Milestone | None = None
    drop: bool = False


@dataclass(frozen=True)
class Part:
    """The target of one unit in a breakdown. ``target`` is ``None`` where the unit has none yet.

    ``checkpoints`` replace those of the plan as set; ``baseline`` is ``None`` where none is set.
    """

    unit: Unit
    checkpoints: Mapping[int, Decimal]
    baseline: Decimal | None = None
    target: Target | None = None
    lock_version: int | None = None


@verb
def plan_target(
    by: Author,
    *,
    indicator: Indicator | Mapping[str, Any],
    unit: Unit,
    year: int,
    checkpoints: Mapping[int, Decimal],
    steps: Iterable[StepLine] = (),
    supporting_units: Iterable[Unit] = (),
    **fields: Any,
) -> Target:
    """A new target, of an indicator that exists or of one made with it (its fields, with its ``section``).

    Raises:
        ValidationError: the unit or the indicator is out of use, the unit does not exist in that year, it has a
            target of this indicator already, or it would support itself.
    """
    by.require(may_manage_unit, unit.pk)
    _require_in_use(unit, year)
    if not isinstance(indicator, Indicator):
        indicator = create_indicator(by, **_with_position(indicator))
    lines = tuple({"name": step.name, "weight": step.weight, "due": step.due} for step in steps if not step.drop)
    new = NewTarget(indicator, unit, year, checkpoints, lines, tuple(supporting_units), fields)
    (target,) = plan_targets(by, [new])
    return target


@verb
def plan_targets(by: Author, new: Sequence[NewTarget]) -> list[Target]:
    """New targets, however many in the same few statements.

    Raises:
        PermissionDenied: the author does not manage one of the units.
        RowError: what ``plan_target`` refuses, of one of them.
    """
    before = Target.objects.filter(
        indicator__in={one.indicator.pk for one in new}, year__in={one.year for one in new}, discarded=False
    ).values_list("indicator_id", "unit_id", "year", "archived_at")
    archived = {tuple(key) for *key, archived_at in before if archived_at is not None}
    archived -= {tuple(key) for *key, archived_at in before if archived_at is None}
    for place, one in enumerate(new):
        with of_row(place):
            _require_in_use(one.unit, one.year)
            if one.indicator.archived_at is not None:
                raise refuse(
                    _("This indicator is archived. Choose another one, or make one that succeeds it."), "indicator"
                )
            if (one.indicator.pk, one.unit.pk, one.year) in archived:
                raise refuse(
                    _("This unit has an archived target for this indicator in this year. Bring that one back."), "unit"
                )
    return [made.target for made in create_targets(by, new)]


def _with_position(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A new indicator stands at the end of its section."""
    return {"position": last_position(fields["section"]) + 1, **fields}


def _require_in_use(unit: Unit, year: int) -> None:
    if not unit.is_in_use(year):
        raise refuse(_("This unit is not in use in %(year)s. Choose another one.") % {"year": year}, "unit")


@verb
def change_target(
    by: Author,
    *,
    target: Target,
    lock_version: int | None = None,
    reason: str = "",
    checkpoints: Mapping[int, Decimal] | None = None,
    steps: Sequence[StepLine] | None = None,
    supporting_units: Iterable[Unit] | None = None,
    **values: Any,
) -> Target:
    """Change a target as a whole. ``None`` leaves checkpoints, steps or supporting units as they are.

    ``checkpoints`` replace those of the latest revision: the plan as set, or its last adjustment. To change what
    is asked from a month on and keep what was judged before, adjust the target (``plans.adjust_target``).

    Raises:
        ValidationError: it is archived; what it is judged by would change without a reason though figures were
            approved; its own figures would be lost to a sum; a step with a report in progress would go.
        ConflictError: somebody was faster.
    """
    by.require(may_manage_unit, target.unit_id)
    if target.archived_at is not None:
        raise refuse(_("This target is archived. Bring it back before you change it."))
    new = {name: value for name, value in values.items() if value != getattr(target, name)}
    for name in TRANSLATED:
        # What was said in English was said of the words before.
        if name in new and getattr(target, f"{name}_en"):
            new.setdefault(f"{name}_en", "")
    before = snapshot(target, *new)
    in_force = _checkpoints_in_force(target)
    redrawn = checkpoints is not None and dict(checkpoints) != in_force
    if new.get("figures") == Target.Figures.SUM and target.entries.exists():
        raise refuse(
            _("Figures were entered for this target. As a sum it would have none of its own, so they would be lost."),
            "figures",
        )
    if not reason.strip() and needs_reason(target, checkpoints=checkpoints, **values):
        raise refuse(reason_wanted(), "reason")
    steps_change = steps is not None and _steps_differ(target, steps)
    listed = None if supporting_units is None else list(supporting_units)
    supports_change = listed is not None and {unit.pk for unit in listed} != _supporting_ids(target)
    if new or redrawn or steps_change or supports_change:
        # One lock for the whole: whoever changes only a step is in conflict with who changes only a checkpoint.
        update(target, lock_version, **new)
    if new:
        record(
            by,
            "target.change",
            target,
            target=target,
            before=before,
            after=snapshot(target, *new),
            reason=reason,
        )
    if redrawn and checkpoints is not None:
        _redraw(by, target, in_force, checkpoints, reason)
    if steps_change and steps is not None:
        _set_steps(by, target, steps, reason)
    if supports_change and listed is not None:
        support(by, target, listed)
    return target


def needs_reason(target: Target, *, checkpoints: Mapping[int, Decimal] | None = None, **values: Any) -> bool:
    """Whether a change of a target wants a reason: it changes what judges figures that were approved."""
    redrawn = checkpoints is not None and dict(checkpoints) != _checkpoints_in_force(target)
    changed = any(name in values and values[name] != getattr(target, name) for name in TERMS)
    return (redrawn or changed) and has_approved(target)


def reason_wanted() -> str:
    """The sentence that asks for it."""
    return _("Figures were already approved on this plan. Say why it is changed.")


def has_approved(target: Target) -> bool:
    """Whether a figure or a step of the target was ever approved."""
    return (
        target.entries.filter(state__in=SETTLED_STATES).exists()
        or MilestoneEntry.objects.filter(milestone__target=target, state__in=SETTLED_STATES).exists()
    )


def _checkpoints_in_force(target: Target) -> dict[int, Decimal]:
    latest = target.revisions.last()
    return dict(latest.checkpoints.values_list("month", "value")) if latest is not None else {}


def _redraw(
    by: Author, target: Target, before: Mapping[int, Decimal], after: Mapping[int, Decimal], reason: str
) -> None:
    """Correct the latest revision in place: the checkpoints that went, those that changed, those that came."""
    revision = target.revisions.last()
    if revision is None:
        revise(by, target, 1, after, reason=reason)
        return
    revision.checkpoints.exclude(month__in=list(after)).delete()
    for month, value in sorted(after.items()):
        if month in before and before[month] == value:
            continue
        checkpoint = Checkpoint(revision=revision, month=month, value=value)
        if month in before:
            checkpoint.clean_fields(exclude=["revision"])
            revision.checkpoints.filter(month=month).update(value=value)
        else:
            checkpoint.full_clean()
            checkpoint.save(force_insert=True)
    record(
        by,
        "target.redraw",
        revision,
        target=target,
        month=revision.effective_month,
        before=by_month(before),
        after=by_month(after),
        reason=reason,
    )


def _supporting_ids(target: Target) -> set[int]:
    return set(target.supporting_units.values_list("pk", flat=True))


def support(by: Author, target: Target, units: Iterable[Unit]) -> None:
    """Set the supporting units, recorded by their codes. For verbs: it asks nobody's permission."""
    chosen = list(units)
    require_other_units(target.unit_id, chosen)
    before = sorted(target.supporting_units.values_list("code", flat=True))
    after = sorted(unit.code for unit in chosen)
    if before == after:
        return
    target.supporting_units.set(chosen)
    record(
        by,
        "target.support",
        target,
        target=target,
        before={"supporting_units": before},
        after={"supporting_units": after},
    )


def _steps_differ(target: Target, lines: Sequence[StepLine]) -> bool:
    return any(
        line.milestone is None
        or line.drop
        or (line.name, line.weight, line.due) != (line.milestone.name, line.milestone.weight, line.milestone.due)
        for line in lines
        if not (line.milestone is None and line.drop)
    )


def _set_steps(by: Author, target: Target, lines: Sequence[StepLine], reason: str) -> None:
    """New steps come at the end, changed ones keep their number, dropped ones go or are archived."""
    if target.indicator.kind != Kind.MILESTONE:
        raise refuse(_("Only a milestone task has steps."))
    last = target.milestones.order_by("-step").values_list("step", flat=True).first() or 0
    for line in lines:
        milestone = line.milestone
        if milestone is None:
            if not line.drop:
                last += 1
                milestone = Milestone(target=target, step=last, name=line.name, weight=line.weight, due=line.due)
                create(by, "milestone.create", milestone, "step", "name", "weight", "due", target=target)
        elif line.drop:
            _drop(by, target, milestone, reason)
        else:
            wanted: dict[str, Any] = {"name": line.name, "weight": line.weight, "due": line.due}
            new = {name: value for name, value in wanted.items() if value != getattr(milestone, name)}
            if new:
                before = snapshot(milestone, *new)
                update(milestone, **new)
                record(by, "milestone.change", milestone, target=target, before=before, after=new, reason=reason)


def _drop(by: Author, target: Target, milestone: Milestone, reason: str) -> None:
    """A step that nobody reported on is removed; one with an approved report is archived, and says why."""
    if milestone.entries.filter(state__in=OPEN_STATES).exists():
        raise refuse(
            _("The step “%(name)s” has a report in progress. Approve or return it first, then take it out.")
            % {"name": milestone.name},
            "steps",
        )
    kept = snapshot(milestone, "step", "name", "weight", "due")
    if not milestone.entries.exists():
        record(by, "milestone.remove", milestone, target=target, before=kept, reason=reason)
        milestone.delete()
        return
    if not reason.strip():
        raise refuse(
            _("The step “%(name)s” has an approved report, so it is archived. Say why.") % {"name": milestone.name},
            "reason",
        )
    before = snapshot(milestone, "archived_at")
    update(milestone, archived_at=timezone.now())
    record(
        by,
        "milestone.archive",
        milestone,
        target=target,
        before=before,
        after=snapshot(milestone, "archived_at"),
        reason=reason,
    )


@verb
def change_targets(by: Author, chosen: Iterable[tuple[Target, int]], *, reason: str = "", **values: Any) -> int:
    """Set the same for many targets, each as (target, lock version seen); how many changed.

    All or nothing: what one refuses changes none.

    Raises:
        ValidationError: something other than what is shared would be set, or one of them refuses.
        ConflictError: somebody was faster with one of them.
    """
    by.require(may_manage_plan)
    if not values or not set(values) <= set(SHARED):
        raise refuse(_("Choose what is to be set for the ticked targets."))
    changed = 0
    for target, lock_version in chosen:
        if any(getattr(target, name) != value for name, value in values.items()):
            change_target(by, target=target, lock_version=lock_version, reason=reason, **values)
            changed += 1
    return changed


@verb
def archive_targets(by: Author, chosen: Iterable[tuple[Target, int]], *, reason: str) -> int:
    """Take targets out of the plan, each as (target, lock version seen); how many. All or nothing.

    Raises:
        ValidationError: no reason, or one of them still has figures in progress.
        ConflictError: somebody was faster with one of them.
    """
    by.require(may_manage_plan)
    count = 0
    for target, lock_version in chosen:
        if target.archived_at is None:
            by.require(may_manage_unit, target.unit_id)
            archive(by, target, reason=reason, lock_version=lock_version)
            count += 1
    return count


@verb
def restore_target(by: Author, *, target: Target, lock_version: int | None = None, reason: str) -> Target:
    """Bring an archived target back into the plan, with everything that was reported on it.

    Raises:
        ValidationError: no reason, it is not archived, or its unit or indicator is out of use.
        ConflictError: somebody was faster.
    """
    by.require(may_manage_unit, target.unit_id)
    if not reason.strip():
        raise refuse(_("Say why it is brought back."), "reason")
    if target.archived_at is None:
        raise refuse(_("This target is in the plan already."))
    if target.discarded:
        raise refuse(_("This target has gone with its draft. Make a new one."))
    _require_in_use(target.unit, target.year)
    if target.indicator.archived_at is not None:
        raise refuse(_("Its indicator is archived. Make a target of the one that succeeds it."))
    before = snapshot(target, "archived_at")
    update(target, lock_version, archived_at=None)
    record(
        by,
        "target.restore",
        target,
        target=target,
        before=before,
        after=snapshot(target, "archived_at"),
        reason=reason,
    )
    return target


@verb
def break_down(by: Author, *, indicator: Indicator, year: int, parts: Iterable[Part], reason: str = "") -> int:
    """Set the targets of one indicator for many units at once; how many were made or changed. All or nothing.

    A part without checkpoints and without a target stays without one.

    Raises:
        ValidationError: a unit is out of use, or a target refuses the change.
        ConflictError: somebody was faster with one of them.
    """
    by.require(may_manage_plan)
    count = 0
    for part in parts:
        if part.target is None:
            if part.checkpoints:
                plan_target(
                    by,
                    indicator=indicator,
                    unit=part.unit,
                    year=year,
                    checkpoints=part.checkpoints,
                    baseline=part.baseline,
                )
                count += 1
            continue
        differs = dict(part.checkpoints) != _checkpoints_in_force(part.target)
        if differs or part.baseline != part.target.baseline:
            change_target(
                by,
                target=part.target,
                lock_version=part.lock_version,
                reason=reason,
                checkpoints=part.checkpoints,
                baseline=part.baseline,
            )
            count += 1
    return count


@verb
def archive_indicator(by: Author, *, indicator: Indicator, lock_version: int | None = None, reason: str) -> None:
    """Take an indicator out of use: no new targets are made of it, and its past stays.

    Raises:
        ValidationError: no reason, or it still has targets in the latest plan in force or in a draft.
        ConflictError: somebody was faster.
    """
    require_all_of(by, indicator)
    latest = Year.objects.filter(is_draft=False).aggregate(latest=Max("year"))["latest"] or 0
    if indicator.targets.filter(archived_at__isnull=True, year__gte=latest).exists():
        raise refuse(_("This indicator still has targets in the plan. Archive these first."))
    archive(by, indicator, reason=reason, lock_version=lock_version)


@verb
def restore_indicator(by: Author, *, indicator: Indicator, lock_version: int | None = None, reason: str) -> None:
    """Take an archived indicator into use again.

    Raises:
        ValidationError: no reason, or it is in use.
        ConflictError: somebody was faster.
    """
    require_all_of(by, indicator)
    if not reason.strip():
        raise refuse(_("Say why it is brought back."), "reason")
    if indicator.archived_at is None:
        raise refuse(_("This indicator is in use already."))
    before = snapshot(indicator, "archived_at")
    update(indicator, lock_version, archived_at=None)
    after = snapshot(indicator, "archived_at")
    record(by, "indicator.restore", indicator, before=before, after=after, reason=reason)


@verb
def succeed_indicator(by: Author, *, indicator: Indicator, **fields: Any) -> Indicator:
    """A new indicator that succeeds one whose nature is fixed; year on year follows the link.

    What is not given is taken over. The old one stays, with its figures and its targets.

    Raises:
        PermissionDenied: a unit that the author does not manage has the indicator as well.
        ValidationError: the code is taken, or the kind does not fit the accumulation.
    """
    require_all_of(by, indicator)
    taken_over = ("name", "unit_of_measure", "kind", "accumulation", "direction", "decimals", "frequency")
    kept = {name: getattr(indicator, name) for name in (*taken_over, "definition", "source", "sensitive")}
    section = fields.pop("section", indicator.section)
    return create_indicator(
        by, section=section, succeeds=indicator, **{**kept, "position": indicator.position, **fields}
    )
