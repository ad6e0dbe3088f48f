"""The units and sections as their administrator sees them: in order, with what hangs on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from django.db.models import Count

from targets.models import Indicator, Membership, ProgressEntry, Section, State, Target, Unit
from targets.querysets.units import UnitTree

#: Which units are shown: those that go on, those that ended, or all.
STATES = ("current", "ended", "all")


@dataclass(frozen=True)
class UnitFilter:
    """``kind`` is empty for all; ``year`` is the one in which a unit counts as current."""

    year: int
    words: str = ""
    kind: str = ""
    state: str = "current"

    @property
    def is_flat(self) -> bool:
        """Whether single units are looked for: they are then listed without the tree."""
        return bool(self.words or self.kind or self.state == "ended")

    def keeps(self, unit: Unit) -> bool:
        has_ended = ended(unit, self.year)
        if (self.state == "current" and has_ended) or (self.state == "ended" and not has_ended):
            return False
        if self.kind and unit.kind != self.kind:
            return False
        return unit.has_words(self.words)


@dataclass(frozen=True)
class UnitRow:
    """A unit of the tree.

    Attributes:
        depth: how deep below the first shown unit, 0 in a flat list.
        targets: its targets in the year; ``people``: those with a role in it, not below it.
        up, down: the place among all its siblings that one step up or down leads to; ``None`` at the end.
    """

    unit: Unit
    depth: int
    parent: Unit | None
    targets: int
    people: int
    has_ended: bool
    up: int | None
    down: int | None


def ended(unit: Unit, year: int) -> bool:
    """Whether a unit is no more in a year."""
    return unit.archived_at is not None or (unit.last_year is not None and unit.last_year < year)


def reported_until(unit: Unit) -> tuple[int, int] | None:
    """Year and month of the latest figure of a unit; ``None`` where there is none."""
    entries = ProgressEntry.objects.filter(target__unit=unit).exclude(state=State.SUPERSEDED)
    latest = entries.order_by("-target__year", "-month").values_list("target__year", "month").first()
    return (latest[0], latest[1]) if latest is not None else None


def cut_targets(unit: Unit) -> tuple[Target, ...]:
    """The targets of a unit that asked something for months after its end."""
    if unit.last_year is None:
        return ()
    later = Target.objects.in_force(unit.last_year).filter(unit=unit, revisions__checkpoints__month__gt=unit.last_month)
    return tuple(Target.objects.filter(pk__in=later.values("pk")).select_related("indicator"))


class UnitList(Sequence[UnitRow]):
    """The managed units that the filter keeps, parents first. What a slice shows takes two queries."""

    def __init__(self, tree: UnitTree, managed: tuple[int, ...], chosen: UnitFilter) -> None:
        self.tree = tree
        self.chosen = chosen
        self._managed = frozenset(managed)
        self.shown = [pk for pk in _in_order(self.tree, managed) if chosen.keeps(self.tree.units[pk])]
        self._siblings: dict[int | None, list[int]] = {}
        for pk in self.shown:
            self._siblings.setdefault(self.tree.parent(pk), []).append(pk)

    def __len__(self) -> int:
        return len(self.shown)

    @overload
    def __getitem__(self, wanted: int) -> UnitRow: ...

    @overload
    def __getitem__(self, wanted: slice) -> Sequence[UnitRow]: ...

    def __getitem__(self, wanted: int | slice) -> UnitRow | Sequence[UnitRow]:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        shown = self.shown[wanted]
        targets = _counted(Target.objects.in_force(self.chosen.year).filter(unit__in=shown))
        in_force = Membership.objects.filter(unit__in=shown, ended_at__isnull=True, user__is_active=True)
        people = _counted(in_force, "user", distinct=True)
        families = {parent: _places(_family(self.tree, parent)) for parent in map(self.tree.parent, shown)}
        listed = {parent: _places(self._siblings[parent]) for parent in families}
        rows = []
        for pk in shown:
            parent = self.tree.parent(pk)
            number, near, places = listed[parent][pk], self._siblings[parent], families[parent]
            rows.append(
                UnitRow(
                    self.tree.units[pk],
                    depth=0 if self.chosen.is_flat else len(self.above(pk)),
                    parent=self.tree.units.get(parent) if parent is not None else None,
                    targets=targets.get(pk, 0),
                    people=people.get(pk, 0),
                    has_ended=ended(self.tree.units[pk], self.chosen.year),
                    up=places[near[number - 2]] if number > 1 and not self.chosen.is_flat else None,
                    down=places[near[number]] if number < len(near) and not self.chosen.is_flat else None,
                )
            )
        return rows

    def above(self, unit_id: int) -> list[Unit]:
        """The managed units above one, from the top down."""
        return [self.tree.units[pk] for pk in self.tree.above(unit_id) if pk in self._managed and pk != unit_id][::-1]

    def page_of(self, unit_id: int, size: int) -> int:
        """The number of the page of so many rows on which a unit stands; 1 where it is not listed."""
        return self.shown.index(unit_id) // size + 1 if unit_id in self.shown else 1


def _places(unit_ids: Sequence[int]) -> dict[int, int]:
    """The place of each, beginning with 1."""
    return {pk: place for place, pk in enumerate(unit_ids, 1)}


def _in_order(tree: UnitTree, managed: tuple[int, ...]) -> list[int]:
    """The managed units, each after the one it hangs under."""
    kept = set(managed)
    return [pk for root in tree.roots for pk in tree.below(root) if pk in kept]


def _family(tree: UnitTree, parent: int | None) -> list[int]:
    """All units directly below one, or at the top, in display order."""
    return list(tree.roots if parent is None else tree.children.get(parent, ()))


def place_of(tree: UnitTree, unit: Unit) -> int:
    """The place of a unit among its siblings: 1 is the first."""
    return _family(tree, unit.parent_id).index(unit.pk) + 1


def _counted(rows: object, what: str = "pk", *, distinct: bool = False) -> Mapping[int, int]:
    counted = rows.order_by().values("unit_id").annotate(count=Count(what, distinct=distinct))  # type: ignore[attr-defined]
    return dict(counted.values_list("unit_id", "count"))


@dataclass(frozen=True)
class SectionRow:
    """A section with how many of its indicators are in use. ``up`` and ``down`` as in ``UnitRow``."""

    section: Section
    indicators: int
    up: int | None
    down: int | None


def section_rows() -> tuple[SectionRow, ...]:
    """All sections, those out of use last: two queries."""
    sections = sorted(Section.objects.all(), key=lambda one: (one.archived_at is not None, one.position, one.pk))
    in_use = Indicator.objects.filter(archived_at__isnull=True).order_by().values("section_id")
    counts = dict(in_use.annotate(count=Count("pk")).values_list("section_id", "count"))
    current = sum(1 for one in sections if one.archived_at is None)
    return tuple(
        SectionRow(
            section,
            counts.get(section.pk, 0),
            up=number if 0 < number < current else None,
            down=number + 2 if number < current - 1 else None,
        )
        for number, section in enumerate(sections)
    )
