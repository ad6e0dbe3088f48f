from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from targets.models import Unit
    from targets.permissions import Scope

K = TypeVar("K")


def months_there(year: int, first: tuple[int | None, int], last: tuple[int | None, int]) -> range:
    """The months of ``year`` in which a unit exists that begins in the first and ends in the last month.

    Each is a year and a month; a year of ``None`` is no bound. Empty in a year in which it does not exist.
    """
    first_year, last_year = first[0], last[0]
    if (first_year is not None and year < first_year) or (last_year is not None and year > last_year):
        return range(1, 1)
    return range(first[1] if year == first_year else 1, (last[1] if year == last_year else 12) + 1)


class _Units(Mapping[K, "Unit"]):
    """The units of a tree by id or code, each made from its row when it is first asked for."""

    def __init__(self, rows: Mapping[K, tuple[Any, ...]], make: Callable[[tuple[Any, ...]], "Unit"]) -> None:
        self._rows = rows
        self._make = make
        self._made: dict[K, Unit] = {}

    def __getitem__(self, key: K) -> "Unit":
        if key not in self._made:
            self._made[key] = self._make(self._rows[key])
        return self._made[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows


class UnitTree:
    """Units with their places, read by one query. Order is ``position``, never collation.

    Most requests need of most units no more than where they hang, and making model objects takes far longer than
    reading their rows: ``units`` makes them one by one.
    """

    def __init__(self, queryset: "UnitQuerySet") -> None:
        names = [field.attname for field in queryset.model._meta.concrete_fields]
        rows = {row[0]: row for row in queryset.order_by("position", "id").values_list(*names)}
        place = {name: names.index(name) for name in ("code", "parent_id", "succeeds_id", "merged_into_id")}
        self.units = _Units(rows, lambda row: queryset.model.from_db(queryset.db, names, row))
        self.by_code = _Units({row[place["code"]]: row for row in rows.values()}, lambda row: self.units[row[0]])
        self._parents: dict[int, int | None] = {pk: row[place["parent_id"]] for pk, row in rows.items()}
        self._carried_on = [
            (pk, row[place[name]])
            for pk, row in rows.items()
            for name in ("succeeds_id", "merged_into_id")
            if row[place[name]] in rows
        ]

    @cached_property
    def children(self) -> dict[int, tuple[int, ...]]:
        """The ids directly below each unit, in display order."""
        found: dict[int, list[int]] = {}
        for pk, parent_id in self._parents.items():
            if parent_id is not None and parent_id in self._parents:
                found.setdefault(parent_id, []).append(pk)
        return {parent: tuple(ids) for parent, ids in found.items()}

    @cached_property
    def roots(self) -> tuple[int, ...]:
        return tuple(pk for pk, parent_id in self._parents.items() if parent_id not in self._parents)

    @cached_property
    def lines(self) -> dict[int, int]:
        """Each unit with one that stands for its line: those that carry one another on have the same."""
        found = {pk: pk for pk in self._parents}
        for pk, other in self._carried_on:
            one, kept = found[pk], found[other]
            if one != kept:
                found = {unit: kept if line == one else line for unit, line in found.items()}
        return found

    def parent(self, unit_id: int) -> int | None:
        """The unit directly above, also where it is not in the tree; ``None`` at the top."""
        return self._parents[unit_id]

    def below(self, unit_id: int) -> Iterator[int]:
        """The unit itself and everything below it, parents first."""
        waiting = [unit_id] if unit_id in self._parents else []
        while waiting:
            current = waiting.pop()
            yield current
            waiting.extend(reversed(self.children.get(current, ())))

    def above(self, unit_id: int) -> Iterator[int]:
        """The unit itself and everything above it, up to the root."""
        current: int | None = unit_id
        while current is not None and current in self._parents:
            yield current
            current = self._parents[current]

    def depth(self, unit_id: int) -> int:
        return sum(1 for _ in self.above(unit_id)) - 1


class UnitQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: "Scope") -> "UnitQuerySet":
        return self if len(scope.unit_ids) == len(scope.tree.units) else self.filter(pk__in=scope.unit_ids)

    def in_year(self, year: int) -> "UnitQuerySet":
        """Units that existed in a year; those that ended before or began after are not there."""
        return self.filter(
            Q(first_year__isnull=True) | Q(first_year__lte=year),
            Q(last_year__isnull=True) | Q(last_year__gte=year),
        )

    def tree(self) -> UnitTree:
        """The tree of the units in this queryset, read by one query."""
        return UnitTree(self)
