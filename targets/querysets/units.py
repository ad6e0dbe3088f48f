from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from targets.models import Unit
    from targets.permissions import Scope


def months_there(year: int, first: tuple[int | None, int], last: tuple[int | None, int]) -> range:
    """The months of ``year`` in which a unit exists that begins in the first and ends in the last month.

    Each is a year and a month; a year of ``None`` is no bound. Empty in a year in which it does not exist.
    """
    first_year, last_year = first[0], last[0]
    if (first_year is not None and year < first_year) or (last_year is not None and year > last_year):
        return range(1, 1)
    return range(first[1] if year == first_year else 1, (last[1] if year == last_year else 12) + 1)


@dataclass(frozen=True)
class UnitTree:
    """All units of a year with their places, read by one query. Order is ``position``, never collation."""

    units: Mapping[int, "Unit"]

    @cached_property
    def children(self) -> dict[int, tuple[int, ...]]:
        """The ids directly below each unit, in display order."""
        found: dict[int, list[int]] = {}
        for unit in self.units.values():
            if unit.parent_id is not None and unit.parent_id in self.units:
                found.setdefault(unit.parent_id, []).append(unit.pk)
        return {parent: tuple(ids) for parent, ids in found.items()}

    @cached_property
    def roots(self) -> tuple[int, ...]:
        return tuple(unit.pk for unit in self.units.values() if unit.parent_id not in self.units)

    @cached_property
    def by_code(self) -> dict[str, "Unit"]:
        return {unit.code: unit for unit in self.units.values()}

    @cached_property
    def lines(self) -> dict[int, int]:
        """Each unit with one that stands for its line: those that carry one another on have the same."""
        found = {pk: pk for pk in self.units}
        for unit in self.units.values():
            for other in (unit.succeeds_id, unit.merged_into_id):
                if other in found:
                    one, kept = found[unit.pk], found[other]
                    found = {pk: kept if line == one else line for pk, line in found.items()} if one != kept else found
        return found

    def below(self, unit_id: int) -> Iterator[int]:
        """The unit itself and everything below it, parents first."""
        if unit_id not in self.units:
            return
        yield unit_id
        for child in self.children.get(unit_id, ()):
            yield from self.below(child)

    def above(self, unit_id: int) -> Iterator[int]:
        """The unit itself and everything above it, up to the root."""
        current: int | None = unit_id
        while current is not None and current in self.units:
            yield current
            current = self.units[current].parent_id

    def depth(self, unit_id: int) -> int:
        return sum(1 for _ in self.above(unit_id)) - 1


class UnitQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: "Scope") -> "UnitQuerySet":
        return self.filter(pk__in=scope.unit_ids)

    def in_year(self, year: int) -> "UnitQuerySet":
        """Units that existed in a year; those that ended before or began after are not there."""
        return self.filter(
            Q(first_year__isnull=True) | Q(first_year__lte=year),
            Q(last_year__isnull=True) | Q(last_year__gte=year),
        )

    def tree(self) -> UnitTree:
        """The tree of the units in this queryset, read by one query."""
        return UnitTree({unit.pk: unit for unit in self.order_by("position", "id")})
