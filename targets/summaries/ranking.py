"""Units beside one another. Only where the year's setting allows rankings, and never of persons."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from targets.calculations.means import Mean
from targets.models import Unit
from targets.querysets.plans import IndicatorFacts
from targets.summaries.rows import Group, rows
from targets.summaries.selection import Selection


@dataclass(frozen=True)
class RankedUnit:
    """A unit directly below the viewed one. Units of the same mean completion have the same ``place``."""

    place: int
    unit: Unit
    mean: Mean


def ranked_units(selection: Selection, facts: Iterable[IndicatorFacts]) -> tuple[RankedUnit, ...]:
    """The units with something judged, by their mean completion, the highest first."""
    groups = tuple(facts)
    found: list[tuple[Fraction, Unit, Mean]] = []
    for unit_id in selection.tree.children.get(selection.unit.pk, ()):
        unit = selection.tree.units[unit_id]
        mean = Group(rows(selection.at(unit=unit), groups)).mean
        if mean.completion is not None:
            found.append((mean.completion, unit, mean))
    found.sort(key=lambda one: -one[0])
    completions = [completion for completion, _unit, _mean in found]
    return tuple(RankedUnit(completions.index(completion) + 1, unit, mean) for completion, unit, mean in found)
