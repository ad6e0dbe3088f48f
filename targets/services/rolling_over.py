"""Roll-over: last year's plan as the draft of the next, put in force, or undone as one step."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import (
    Instruction,
    Milestone,
    MilestoneEntry,
    ProgressEntry,
    Remedy,
    Target,
    Unit,
    Year,
)
from targets.models.indicators import Kind
from targets.permissions import may_manage_every_unit, may_manage_plan
from targets.services.accounts import rebuild
from targets.services.base import Author, change, record, record_all, refuse, snapshot, update, verb
from targets.services.plans import NewTarget, create_targets
from targets.services.years import SETTINGS, create_year

#: What a target takes over. Not provenance: the new plan is the office's own.
_KEPT = (
    "figures",
    "interpolation",
    "weight",
    "approximation",
    "lead_leader",
    "lead_leader_en",
    "responsible_person",
    "wording",
    "wording_en",
)


@dataclass(frozen=True)
class Continued:
    """A target that goes on: with the new ``baseline``, the ``checkpoints`` to begin with, and its open steps."""

    target: Target
    baseline: Decimal | None
    checkpoints: Mapping[int, Decimal]
    open_steps: tuple[Milestone, ...] = ()


@verb
def roll_over(by: Author, *, source: Year, year: int, continued: Iterable[Continued]) -> Year:
    """Begin a year as a draft: the settings of ``source`` and the targets that go on.

    Dates of steps are not taken over: they lie in the old year.

    Raises:
        PermissionDenied: the author does not manage the plan.
        ValidationError: the year exists already, is not after ``source``, or nothing would go on.
    """
    by.require(may_manage_plan)
    listed = list(continued)
    if year <= source.year:
        raise refuse(_("A plan is rolled over to a later year than %(year)s.") % {"year": source.year}, "year")
    if Year.objects.filter(year=year).exists():
        raise refuse(_("There is a plan for %(year)s already. Continue with that one.") % {"year": year}, "year")
    if not listed:
        raise refuse(_("Choose at least one target that goes on."))
    draft = create_year(by, year=year, is_draft=True, **snapshot(source, *SETTINGS))
    # As they are now: the targets may have been read before a unit ended.
    units = Unit.objects.in_bulk({one.target.unit_id for one in listed})
    if any(not unit.is_in_use(year) for unit in units.values()):
        raise refuse(_("One of the units is not in use in %(year)s any more. Leave its targets out.") % {"year": year})
    if any(one.target.year != source.year for one in listed):
        raise refuse(_("A target of another year cannot be taken over. Load the page again."))
    helping = _helping([one.target for one in listed], year)
    create_targets(
        by,
        [
            NewTarget(
                one.target.indicator,
                units[one.target.unit_id],
                year,
                one.checkpoints,
                [
                    {"name": step.name, "name_en": step.name_en, "weight": step.weight, "note": step.note}
                    for step in one.open_steps
                ],
                helping.get(one.target.pk, ()),
                {"baseline": one.baseline, **snapshot(one.target, *_KEPT)},
            )
            for one in listed
        ],
    )
    rebuild(draft)
    return draft


def _helping(targets: Iterable[Target], year: int) -> dict[int, list[Unit]]:
    """The supporting units that are in use in a year, by target."""
    wanted = {target.pk: target for target in targets}
    years = {target.year for target in wanted.values()}
    rows = Target.supporting_units.through.objects.filter(target__year__in=years).select_related("unit")
    found: dict[int, list[Unit]] = {}
    for row in rows.order_by("unit__position", "unit_id"):
        if row.target_id in wanted and row.unit.is_in_use(year):
            found.setdefault(row.target_id, []).append(row.unit)
    return found


@verb
def open_past_year(by: Author, *, source: Year) -> Year:
    """The year before ``source``, to hold its figures for year on year: the same targets without checkpoints.

    Of the units that existed then.

    Nothing is judged in it, since nothing is known of what was planned.

    Raises:
        PermissionDenied: the author does not manage the plan.
        ValidationError: the year exists already, or ``source`` has no targets.
    """
    by.require(may_manage_plan)
    year = source.year - 1
    if Year.objects.filter(year=year).exists():
        raise refuse(_("There is a plan for %(year)s already. Continue with that one.") % {"year": year}, "year")
    targets = Target.objects.in_force(source.year).exclude(indicator__kind=Kind.MILESTONE)
    listed = [target for target in targets.select_related("indicator", "unit") if target.unit.exists_in(year)]
    if not listed:
        raise refuse(_("The plan of %(year)s has no targets yet.") % {"year": source.year})
    past = create_year(by, year=year, **snapshot(source, *SETTINGS))
    create_targets(
        by,
        [NewTarget(target.indicator, target.unit, year, fields={"figures": target.figures}) for target in listed],
    )
    return past


@verb
def put_in_force(by: Author, year: Year) -> None:
    """The draft becomes the plan: everybody sees it, and figures are reported on it.

    Raises:
        PermissionDenied: the author does not manage every unit.
        ValidationError: it is in force already, or has no target.
    """
    by.require(may_manage_every_unit)
    if not year.is_draft:
        raise refuse(_("The plan of %(year)s is in force already.") % {"year": year.year})
    if not Target.objects.in_force(year.year).exists():
        raise refuse(_("The plan of %(year)s has no targets yet.") % {"year": year.year})
    before = snapshot(year, "is_draft")
    update(year, is_draft=False)
    record(by, "year.force", year, before=before, after=snapshot(year, "is_draft"))


@verb
def discard_draft(by: Author, year: Year) -> None:
    """Undo a roll-over as one step: the year is gone, and its targets are archived.

    Raises:
        PermissionDenied: the author does not manage every unit.
        ValidationError: the plan is in force, or something was already entered for it.
    """
    by.require(may_manage_every_unit)
    if not Year.objects.select_for_update().get(pk=year.pk).is_draft:
        raise refuse(_("The plan of %(year)s is in force. Archive single targets instead.") % {"year": year.year})
    targets = Target.objects.filter(year=year.year, discarded=False)
    entered = (
        ProgressEntry.objects.filter(target__in=targets).exists()
        or MilestoneEntry.objects.filter(milestone__target__in=targets).exists()
        or Remedy.objects.filter(target__in=targets).exists()
        or Instruction.objects.filter(year=year.year).exists()
    )
    if entered:
        raise refuse(_("Something was already entered for %(year)s, so its plan stays.") % {"year": year.year})
    now = timezone.now()
    gone = list(targets.filter(archived_at__isnull=True).select_related("unit"))
    record_all(change(by, "target.archive", one, target=one, after={"archived_at": now}) for one in gone)
    record(by, "year.discard", year, before={"year": year.year, "targets": len(gone)})
    # What was already taken out of the draft goes with it as well.
    targets.filter(archived_at__isnull=True).update(archived_at=now)
    targets.update(discarded=True)
    year.delete()
