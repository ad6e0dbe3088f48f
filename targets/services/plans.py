"""The year's plan: indicators, and targets with checkpoints and steps."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import (
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
from targets.services.writing import Author, create, record, refuse, snapshot, update, verb

#: What an indicator with an approved entry keeps for good.
FIXED_ONCE_APPROVED = ("kind", "accumulation", "direction", "unit_of_measure")


def next_code(section: Section) -> str:
    """The first free code of a section: its first letter and a number."""
    letter = section.code[:1].upper()
    taken = set(Indicator.objects.filter(code__startswith=letter).values_list("code", flat=True))
    return next(code for number in range(1, 10_000) if (code := f"{letter}{number:02d}") not in taken)


@verb
def create_indicator(by: Author, *, section: Section, code: str, name: str, **fields: Any) -> Indicator:
    by.require(may_manage_plan)
    if "/" in code:
        raise refuse(_("A code stands in an address and has no “/”."), "code")
    indicator = Indicator(section=section, code=code, name=name, **fields)
    create(by, "indicator.create", indicator, "code", "name", *FIXED_ONCE_APPROVED, "decimals", "frequency")
    return indicator


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
        ValidationError: a fixed field would change.
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
    code: str,
    left: Indicator,
    operator: str,
    right: Iterable[Indicator],
    meaning: str,
    **fields: Any,
) -> IndicatorCheck:
    by.require(may_manage_plan)
    check = IndicatorCheck(code=code, left=left, operator=operator, meaning=meaning, **fields)
    create(by, "check.create", check, "code", "left", "operator", "meaning")
    check.right.set(right)
    return check


@verb
def create_target(
    by: Author,
    *,
    indicator: Indicator,
    unit: Unit,
    year: int,
    checkpoints: Mapping[int, Decimal] | None = None,
    steps: Iterable[Mapping[str, Any]] = (),
    **fields: Any,
) -> Target:
    """Assign an indicator to a unit for a year, with its checkpoints by month or the steps of its task.

    The definition in force is kept on the target, so that a later rewording does not rewrite the past.
    """
    by.require(may_manage_unit, unit.pk)
    fields.setdefault("definition", indicator.definition)
    target = Target(indicator=indicator, unit=unit, year=year, **fields)
    create(
        by,
        "target.create",
        target,
        "indicator",
        "unit",
        "year",
        "figures",
        "baseline",
        "weight",
        target=target,
    )
    if checkpoints:
        revise(by, target, 1, checkpoints)
    listed = list(steps)
    if listed and indicator.kind != Kind.MILESTONE:
        raise refuse(_("Only a milestone task has steps."))
    for number, step in enumerate(listed, start=1):
        milestone = Milestone(target=target, step=number, **step)
        create(by, "milestone.create", milestone, "step", "name", "weight", "due", target=target)
    return target


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
    if target.indicator.kind == Kind.MILESTONE:
        raise refuse(_("A milestone task is judged by its steps and has no checkpoints."))
    earlier = target.revisions.filter(effective_month__lt=effective_month).last() if effective_month > 1 else None
    before = dict(earlier.checkpoints.values_list("month", "value")) if earlier is not None else {}
    revision = TargetRevision(target=target, effective_month=effective_month, **fields)
    revision.full_clean()
    revision.save(force_insert=True)
    for month, value in sorted(checkpoints.items()):
        checkpoint = Checkpoint(revision=revision, month=month, value=value)
        checkpoint.full_clean()
        checkpoint.save(force_insert=True)
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
