"""The choice of a unit in the head of a page: a list of the near ones and, where there are many, a search."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from targets import display
from targets.models import Unit
from targets.permissions import Scope, manages_people_in
from targets.summaries.units_found import ALL_UP_TO, units_called, units_near
from targets.views.base import Request

PER_PAGE = 50
SUGGESTED = 20


@dataclass(frozen=True)
class Choice:
    """One option of a picker."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class UnitPicker:
    """What the picker of a unit lists, and whether there are so many that it also searches."""

    choices: tuple[Choice, ...]
    searches: bool
    year: int


def unit_picker(
    scope: Scope, unit_ids: Iterable[int], chosen: Unit | None, year: int, *, everything: str = ""
) -> UnitPicker:
    """A picker among units; with ``everything``, the word for it, none need be chosen."""
    ids = set(unit_ids)
    listed = [
        Choice(unit.code, "\u2003" * depth + display.name(unit), chosen is not None and unit.pk == chosen.pk)
        for unit, depth in units_near(scope, ids, chosen, year)
    ]
    first = [Choice("", everything, chosen is None)] if everything else []
    return UnitPicker((*first, *listed), len(ids) > ALL_UP_TO, year)


def asked_unit(request: Request, scope: Scope, name: str = "unit") -> Unit | None:
    """The visible unit whose code the address gives; ``None`` where it gives none."""
    unit = scope.tree.by_code.get(request.GET.get(name, ""))
    return unit if unit is not None and unit.pk in scope.unit_ids | set(manages_people_in(scope)) else None


def found_units(request: Request) -> HttpResponse | None:
    """What was typed into the search of a picker: the page of the only unit that fits, else a list of those that do.

    ``None`` where nothing was typed.
    """
    words = request.GET.get("find", "").strip()[:60]
    if not words:
        return None
    rest = request.GET.copy()
    for name in ("find", "page", "unit"):
        rest.pop(name, None)
    units = units_called(_choosable(request.scope), words)
    listed = Paginator(units, PER_PAGE).get_page(request.GET.get("page"))

    def address(unit: Unit) -> str:
        query = rest.copy()
        query["unit"] = unit.code
        return f"{request.path}?{query.urlencode()}"

    if listed.paginator.count == 1:
        return HttpResponseRedirect(address(listed[0]))
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "targets/units_found.html",
        {
            "words": words,
            "kept": [(name, value) for name, values in rest.lists() for value in values],
            "rows": [(unit, _above(request.scope, unit), address(unit)) for unit in listed],
            "rows_page": listed,
            "query": query.urlencode(),
            "back": f"{request.path}?{rest.urlencode()}",
        },
    )


@require_safe
def unit_suggestions(request: Request) -> JsonResponse:
    """At most twenty units whose code or name holds what was typed, for the search of a picker."""
    words = request.GET.get("q", "").strip()[:60]
    units: Iterable[Any] = units_called(_choosable(request.scope), words)[:SUGGESTED] if words else ()
    found = [
        {
            "code": unit.code,
            "name": display.name(unit),
            "above": " › ".join(map(display.name, _above(request.scope, unit))),
        }
        for unit in units
    ]
    return JsonResponse({"units": found})


def _choosable(scope: Scope) -> Any:
    """The units that the person may choose at all: those with figures or people of theirs."""
    ids = scope.unit_ids | set(manages_people_in(scope))
    return Unit.objects.all() if len(ids) == len(scope.tree.units) else Unit.objects.filter(pk__in=ids)


def _above(scope: Scope, unit: Unit) -> list[Unit]:
    """The visible units above one, from the top down."""
    visible = scope.unit_ids | set(manages_people_in(scope))
    return [scope.tree.units[pk] for pk in scope.tree.above(unit.pk) if pk in visible and pk != unit.pk][::-1]
