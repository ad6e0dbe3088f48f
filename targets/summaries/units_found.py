"""The choice of a unit where there are many: what lies near the one on show, and a search among all."""

from collections.abc import Iterable

from django.db.models import Q

from targets.models import Unit
from targets.permissions import Scope
from targets.querysets.units import UnitQuerySet

#: Up to so many units are listed one below the other; of more, those near the chosen one.
ALL_UP_TO = 30
#: How many units directly below the chosen one are listed.
BELOW = 50


def units_near(scope: Scope, unit_ids: Iterable[int], chosen: Unit | None, year: int) -> tuple[tuple[Unit, int], ...]:
    """The units that a picker lists, each with how deep it lies below the highest of them; no query.

    Of few units all that exist in the year. Of many the way to the chosen one, itself and those directly below it;
    where none is chosen the highest ones.
    """
    tree, allowed = scope.tree, set(unit_ids)
    tops = [pk for pk in tree.units if pk in allowed and tree.parent(pk) not in allowed]
    if len(allowed) <= ALL_UP_TO:
        listed = [pk for top in tops for pk in tree.below(top) if pk in allowed]
    elif chosen is None:
        listed = tops[:BELOW]
        if len(tops) == 1:
            listed += _in_year(scope, tree.children.get(tops[0], ()), year)[:BELOW]
    else:
        listed = [pk for pk in reversed(list(tree.above(chosen.pk))) if pk in allowed]
        listed += _in_year(scope, (pk for pk in tree.children.get(chosen.pk, ()) if pk in allowed), year)[:BELOW]
    least = min((tree.depth(pk) for pk in tops), default=0)
    kept = chosen.pk if chosen is not None else None
    return tuple(
        (tree.units[pk], tree.depth(pk) - least) for pk in listed if pk == kept or tree.units[pk].exists_in(year)
    )


def _in_year(scope: Scope, unit_ids: Iterable[int], year: int) -> list[int]:
    return [pk for pk in unit_ids if scope.tree.units[pk].exists_in(year)]


def units_called(units: UnitQuerySet, words: str) -> UnitQuerySet:
    """The units whose code or name holds every word; one whose code it is stands alone."""
    exact: UnitQuerySet = units.filter(code=words.strip())
    if exact.exists():
        return exact
    for word in words.split():
        units = units.filter(Q(code__icontains=word) | Q(name__icontains=word) | Q(name_en__icontains=word))
    return units.order_by("position", "id")
