"""Units and sections: make, rename, put in order, move, end with a successor, take out of use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from targets.models import Indicator, MilestoneEntry, ProgressEntry, Section, State, Target, Unit
from targets.permissions import may_manage_plan, may_manage_sections, may_manage_unit
from targets.querysets.units import UnitTree
from targets.services.base import Author, create, record, refuse, snapshot, update, verb

Placed = TypeVar("Placed", Unit, Section)

#: What of a unit and of a section is changed by renaming it.
UNIT_FIELDS = ("name", "name_en", "kind", "first_year", "first_month")
SECTION_FIELDS = ("name", "name_en", "report_heading", "report_heading_en")


@dataclass(frozen=True)
class Successor:
    """The unit that begins in the month after another ended. ``parent`` is ``None`` at the top of the tree."""

    code: str
    name: str
    parent: Unit | None
    name_en: str = ""


@verb
def create_unit(by: Author, *, code: str, name: str, kind: str, parent: Unit | None = None, **fields: Any) -> Unit:
    by.require(may_manage_plan)
    if parent is not None:
        by.require(may_manage_unit, parent.pk)
    unit = Unit(code=code, name=name, kind=kind, parent=parent, **fields)
    create(by, "unit.create", unit, "code", "name", "kind", "parent")
    return unit


@verb
def create_section(by: Author, *, code: str, name: str, **fields: Any) -> Section:
    by.require(may_manage_sections)
    section = Section(code=code, name=name, **fields)
    create(by, "section.create", section, "code", "name")
    return section


@verb
def change_unit(by: Author, *, unit: Unit, lock_version: int | None = None, **values: Any) -> Unit:
    """Change name, English name, kind or first month of a unit.

    Raises:
        ValidationError: it has targets in a year, or figures in a month, before the new first one.
        ConflictError: somebody was faster.
    """
    by.require(may_manage_unit, unit.pk)
    first_year = values.get("first_year", unit.first_year)
    first_month = values.get("first_month", unit.first_month)
    if first_year is not None and unit.targets.filter(year__lt=first_year).exists():
        raise refuse(
            _("This unit has targets in an earlier year. Choose a first year that is not later."), "first_year"
        )
    earlier = ProgressEntry.objects.filter(target__unit=unit, target__year=first_year or 0, from_month__lt=first_month)
    if earlier.exclude(state=State.SUPERSEDED).exists():
        raise refuse(
            _("This unit has figures in an earlier month. Choose a first month that is not later."), "first_month"
        )
    return _change(
        by, "unit.change", unit, lock_version, {name: values[name] for name in UNIT_FIELDS if name in values}
    )


@verb
def change_section(by: Author, *, section: Section, lock_version: int | None = None, **values: Any) -> Section:
    """Change the names of a section, and what the half-year report calls it.

    Raises:
        ConflictError: somebody was faster.
    """
    by.require(may_manage_sections)
    chosen = {name: values[name] for name in SECTION_FIELDS if name in values}
    return _change(by, "section.change", section, lock_version, chosen)


def _change(by: Author, action: str, instance: Placed, lock_version: int | None, values: Mapping[str, Any]) -> Placed:
    """Nothing new writes nothing; the record keeps what is other than before."""
    before = snapshot(instance, *values)
    new = {name: value for name, value in values.items() if value != before[name]}
    if new:
        update(instance, lock_version, **new)
        record(by, action, instance, before={name: before[name] for name in new}, after=new, **_about(instance))
    return instance


def _about(instance: Unit | Section) -> dict[str, Unit]:
    """The unit that the record of a change belongs to."""
    return {"unit": instance} if isinstance(instance, Unit) else {}


@verb
def place_unit(by: Author, *, unit: Unit, place: int) -> None:
    """Put a unit in a place among its siblings: 1 is the first; beyond the last is the last."""
    by.require(may_manage_unit, unit.pk)
    _place(by, "unit.place", unit, list(Unit.objects.select_for_update().filter(parent=unit.parent_id)), place)


@verb
def place_section(by: Author, *, section: Section, place: int) -> None:
    """Put a section in a place: 1 is the first; beyond the last is the last."""
    by.require(may_manage_sections)
    listed = Section.objects.select_for_update().filter(archived_at__isnull=True)
    _place(by, "section.place", section, list(listed), place)


def _place(by: Author, action: str, instance: Placed, listed: Sequence[Placed], place: int) -> None:
    """Positions are handed round among the listed rows, so that others keep their places between them."""
    order = sorted(listed, key=lambda one: (one.position, one.pk))
    before = next(number for number, one in enumerate(order) if one.pk == instance.pk)
    after = min(max(place - 1, 0), len(order) - 1)
    if after == before:
        return
    positions = [one.position for one in order]
    if len(set(positions)) < len(positions):
        positions = list(range(positions[0] + 1, positions[0] + 1 + len(positions)))
    order.insert(after, order.pop(before))
    for one, position in zip(order, positions, strict=True):
        if one.position != position:
            update(one, position=position)
    record(by, action, instance, before={"place": before + 1}, after={"place": after + 1}, **_about(instance))


@verb
def move_unit(by: Author, *, unit: Unit, parent: Unit | None, lock_version: int | None = None) -> Unit:
    """Hang a unit under another one, or at the top. A unit with entries stays where it is, for good.

    Raises:
        ValidationError: it or a unit below it has entries, or ``parent`` lies below it.
        ConflictError: somebody was faster.
    """
    by.require(may_manage_unit, unit.pk)
    if parent is not None:
        by.require(may_manage_unit, parent.pk)
    tree = Unit.objects.select_for_update().all().tree()
    below = set(tree.below(unit.pk))
    if parent is not None and parent.pk in below:
        raise refuse(_("A unit cannot hang under itself or under a unit below it. Choose another one."), "parent")
    if has_entries(below):
        raise refuse(
            _(
                "This unit, or one below it, already has figures, and figures of the past stay where they were "
                "reported. End the unit in a year and begin a successor under the other unit instead."
            ),
            "parent",
        )
    before = snapshot(unit, "parent")
    if before["parent"] == (parent.pk if parent is not None else None):
        return unit
    update(unit, lock_version, parent=parent)
    record(by, "unit.move", unit, unit=unit, before=before, after=snapshot(unit, "parent"))
    return unit


def has_entries(unit_ids: set[int]) -> bool:
    """Whether anything was ever reported at one of the units."""
    return (
        ProgressEntry.objects.filter(target__unit__in=unit_ids).exists()
        or MilestoneEntry.objects.filter(milestone__target__unit__in=unit_ids).exists()
    )


@verb
def end_unit(
    by: Author,
    *,
    unit: Unit,
    last_year: int,
    last_month: int = 12,
    reason: str,
    successor: Successor | None = None,
    merged_into: Unit | None = None,
    lock_version: int | None = None,
) -> Unit | None:
    """A unit ends with a month; its figures stay, and nothing falls due of it any more.

    A successor, where one is named, begins in the next month. ``merged_into``: a unit that exists and goes on with
    what this one did. An end can be corrected by another one.

    Raises:
        ValidationError: no reason; targets, figures or units below that go on after that month; a successor whose
            code is taken or that would hang under the ended unit; a unit to be merged into that lies below it or
            does not go on itself; both.
        ConflictError: somebody was faster.
    """
    by.require(may_manage_unit, unit.pk)
    if not reason.strip():
        raise refuse(_("Say why the unit ends."), "reason")
    tree = Unit.objects.select_for_update().all().tree()
    end = (last_year, last_month)
    _check_end(tree, unit, end)
    begins = (last_year, last_month + 1) if last_month < 12 else (last_year + 1, 1)
    started = list(unit.successors.order_by("pk"))
    if any((one.first_year, one.first_month) != begins for one in started):
        raise refuse(
            _("Its successor begins in another month: %(names)s. Change when that one begins first.")
            % {"names": _listed(started)},
            "last_month",
        )
    later = Target.objects.filter(unit=unit, year__gt=last_year, archived_at__isnull=True).count()
    if later:
        raise refuse(
            ngettext(
                "This unit has %(count)d target after %(year)s. Archive it first, or choose a later year.",
                "This unit has %(count)d targets after %(year)s. Archive them first, or choose a later year.",
                later,
            )
            % {"count": later, "year": last_year},
            "last_year",
        )
    if successor is not None and successor.parent is not None and successor.parent.pk == unit.pk:
        raise refuse(_("The successor cannot hang under the unit that ends. Choose another one."), "parent")
    if merged_into is not None:
        _check_merger(tree, unit, merged_into, end, successor)
    values = {"last_year": last_year, "last_month": last_month, "merged_into": merged_into}
    before = snapshot(unit, *values)
    update(unit, lock_version, **values)
    after = snapshot(unit, *values)
    changed = [name for name in values if name == "last_year" or before[name] != after[name]]
    record(
        by,
        "unit.end",
        unit,
        unit=unit,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
        reason=reason,
    )
    if successor is None:
        return None
    return create_unit(
        by,
        code=successor.code,
        name=successor.name,
        name_en=successor.name_en,
        kind=unit.kind,
        parent=successor.parent,
        position=unit.position,
        first_year=begins[0],
        first_month=begins[1],
        succeeds=unit,
    )


def _check_end(tree: UnitTree, unit: Unit, end: tuple[int, int]) -> None:
    """Nothing of the unit, and no unit below it, goes on after the last month."""
    year, month = end
    going_on = [tree.units[pk] for pk in tree.children.get(unit.pk, ()) if _goes_on(tree.units[pk], end)]
    if going_on:
        raise refuse(
            _("Units below this one go on after %(year)s: %(names)s. End or move them first.")
            % {"year": _end_in_words(end), "names": _listed(going_on)},
            "last_year",
        )
    later = (
        ProgressEntry.objects.filter(target__unit=unit, target__year=year, month__gt=month)
        .exclude(state=State.SUPERSEDED)
        .select_related("target__indicator")
        .order_by("month", "pk")
    )
    steps = (
        MilestoneEntry.objects.filter(
            milestone__target__unit=unit, milestone__target__year=year, recorded_month__gt=month
        )
        .exclude(state=State.SUPERSEDED)
        .select_related("milestone__target__indicator")
        .order_by("recorded_month", "pk")
    )
    if later or steps:
        told = dict.fromkeys(
            [f"{entry.target.indicator.name} {entry.month}" for entry in later]
            + [f"{entry.milestone.target.indicator.name} {entry.recorded_month}" for entry in steps]
        )
        raise refuse(
            _("Figures were entered for months after that: %(figures)s. Choose a later month, or discard them first.")
            % {"figures": pgettext("between the parts of a list", ", ").join(list(told)[:10])},
            "last_month",
        )


def _check_merger(tree: UnitTree, unit: Unit, other: Unit, end: tuple[int, int], successor: Successor | None) -> None:
    if successor is not None:
        raise refuse(
            _("A unit is merged into another one or has a successor, not both. Leave one empty."), "merged_into"
        )
    if other.pk in set(tree.below(unit.pk)) or not _goes_on(tree.units[other.pk], end):
        raise refuse(
            _("A unit is merged into one that goes on, and not into itself. Choose another one."), "merged_into"
        )


def _end_in_words(end: tuple[int, int]) -> str:
    year, month = end
    return str(year) if month == 12 else _("month %(month)d of %(year)d") % {"month": month, "year": year}


def _listed(units: Sequence[Unit]) -> str:
    return pgettext("between the parts of a list", ", ").join(one.name for one in units[:10])


def _goes_on(unit: Unit, end: tuple[int, int]) -> bool:
    """Whether a unit exists after a month."""
    return unit.archived_at is None and (unit.last_year is None or (unit.last_year, unit.last_month) > end)


@verb
def continue_unit(by: Author, *, unit: Unit, lock_version: int | None = None) -> None:
    """Undo an end that was a mistake.

    Raises:
        ValidationError: a successor has begun.
        ConflictError: somebody was faster.
    """
    by.require(may_manage_unit, unit.pk)
    if unit.successors.exists():
        raise refuse(_("This unit has a successor, so it stays ended."))
    open_end = {"last_year": None, "last_month": 12, "merged_into": None}
    before = snapshot(unit, *open_end)
    if before["last_year"] is None:
        return
    update(unit, lock_version, **open_end)
    changed = [name for name, value in open_end.items() if before[name] != value]
    record(
        by,
        "unit.continue",
        unit,
        unit=unit,
        before={name: before[name] for name in changed},
        after={name: open_end[name] for name in changed},
    )


@verb
def archive_section(by: Author, *, section: Section, reason: str, lock_version: int | None = None) -> None:
    """Take a section out of use; the past keeps it.

    Raises:
        ValidationError: no reason, or indicators in use in it.
        ConflictError: somebody was faster.
    """
    by.require(may_manage_sections)
    if not reason.strip():
        raise refuse(_("Say why it is archived."), "reason")
    count = Indicator.objects.filter(section=section, archived_at__isnull=True).count()
    if count:
        raise refuse(
            ngettext(
                "%(count)d indicator of this section is in use. Archive it or move it to another section first.",
                "%(count)d indicators of this section are in use. Archive them or move them to another section first.",
                count,
            )
            % {"count": count}
        )
    before = snapshot(section, "archived_at")
    update(section, lock_version, archived_at=timezone.now())
    record(by, "section.archive", section, before=before, after=snapshot(section, "archived_at"), reason=reason)


@verb
def restore_section(by: Author, *, section: Section, lock_version: int | None = None) -> None:
    """Bring an archived section back into use.

    Raises:
        ConflictError: somebody was faster.
    """
    by.require(may_manage_sections)
    before = snapshot(section, "archived_at")
    update(section, lock_version, archived_at=None)
    record(by, "section.restore", section, before=before, after={"archived_at": None})
