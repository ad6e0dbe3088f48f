"""What other settings of a year would do to the statuses on show, before anything is saved."""

import hashlib
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from targets.calculations.periods import last_month
from targets.calculations.rollup import Standing
from targets.calculations.terms import Period
from targets.models import Year
from targets.permissions import Scope
from targets.summaries.current_month import default_as_of
from targets.summaries.rows import IndicatorRow, rows
from targets.summaries.selection import Selection


@dataclass(frozen=True)
class Move:
    """Indicators that go from one status to another, with the standings of the first of them for the two lights."""

    before: Standing[int]
    after: Standing[int]
    rows: tuple[IndicatorRow, ...]


@dataclass(frozen=True)
class Effect:
    """What changes at the viewed unit and month."""

    selection: Selection
    moves: tuple[Move, ...]

    @property
    def count(self) -> int:
        return sum(len(move.rows) for move in self.moves)

    @property
    def fingerprint(self) -> str:
        """Tells this effect from any other: what was shown is what is confirmed."""
        text = repr(
            [
                (move.before.status, move.after.status, move.after.exceeded, [row.indicator.pk for row in move.rows])
                for move in self.moves
            ]
        )
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def with_settings(year: Year, values: Mapping[str, Any]) -> Year:
    """The year as it would be; nothing is saved."""
    changed = copy(year)
    for name, value in values.items():
        setattr(changed, name, value)
    return changed


def current_view(scope: Scope, year: Year, today: date) -> Selection:
    """What the overview shows by itself: the highest visible unit, its month, the period of that."""
    unit = scope.tree.units[scope.top_units[0]]
    as_of = default_as_of(scope, year, unit, today)
    period = Period.FIRST_HALF if as_of <= last_month(Period.FIRST_HALF) else Period.YEAR
    return Selection(scope, year, period, as_of, unit, today=today)


def effect_of(selection: Selection, changed: Year) -> Effect:
    """Which statuses are others under the changed settings, by the same rules on the same facts."""
    facts = selection.facts()
    before, after = rows(selection, facts), rows(selection.at(year=changed), facts)
    found: dict[tuple[object, ...], list[tuple[IndicatorRow, IndicatorRow]]] = {}
    for old, new in zip(before, after, strict=True):
        key = (old.status, old.standing.exceeded, new.status, new.standing.exceeded)
        if key[:2] != key[2:]:
            found.setdefault(key, []).append((old, new))
    moves = tuple(
        Move(pairs[0][0].standing, pairs[0][1].standing, tuple(new for _old, new in pairs)) for pairs in found.values()
    )
    return Effect(selection, moves)
