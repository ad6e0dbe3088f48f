"""An indicator at a unit, and groups of them, from the answers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from targets.calculations import answers
from targets.calculations.comparison import official_growth
from targets.calculations.completeness import Completeness
from targets.calculations.means import Mean, mean
from targets.calculations.rollup import RollUp, Standing
from targets.calculations.terms import Figures, Status
from targets.models import Section, Target, Unit
from targets.querysets.plans import IndicatorFacts
from targets.summaries.selection import Selection

#: From what a leader must see first to what needs nobody.
URGENCY = (
    Status.BEHIND,
    Status.SLIGHTLY_BEHIND,
    Status.NOT_REPORTED,
    Status.ON_SCHEDULE,
    Status.AHEAD,
    Status.COMPLETED,
    Status.NOT_DUE,
    Status.MONITORED,
)

#: From best to worst, among the statuses that say how things go.
GOODNESS = (
    Status.COMPLETED,
    Status.AHEAD,
    Status.ON_SCHEDULE,
    Status.SLIGHTLY_BEHIND,
    Status.BEHIND,
    Status.NOT_REPORTED,
)


#: So many units are named of an indicator where a row is told in short; the others are counted.
NAMED = 4


@dataclass(frozen=True)
class MissingMonths:
    """What one unit still owes of an indicator; ``is_silent``: something is expected of it and nothing was reported."""

    unit: Unit
    months: tuple[int, ...]
    is_silent: bool = False


class Lead(NamedTuple):
    """A lead leader who answers for an indicator."""

    lead_leader: str
    lead_leader_en: str


class IndicatorRow:
    """An indicator at the viewed unit.

    Attributes:
        own_target: the unit's own target, where it has one.
        facts, rolled: what the standing was made of, and where those of further units are asked for.
    """

    def __init__(
        self,
        selection: Selection,
        standing: Standing[int],
        own_target: Target | None,
        facts: IndicatorFacts,
        rolled: RollUp[int],
    ) -> None:
        self.selection, self.standing, self.own_target = selection, standing, own_target
        self.indicator, self.facts, self.rolled = facts.indicator, facts, rolled

    @property
    def status(self) -> Status:
        return self.standing.status

    def standing_at(self, as_of: int) -> Standing[int] | None:
        """Where it stood at the unit by another month."""
        return self.selection.roll_up(self.facts, as_of=as_of).standing(self.standing.unit)

    def is_made_of(self, unit: Unit) -> bool:
        """Whether the unit is one of those it is made of."""
        return unit in self.units

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The units it is made of: the unit itself, or its parts."""
        return self._named(self.standing.parts)

    @property
    def unit_count(self) -> int:
        return len(self.standing.parts)

    @property
    def named_units(self) -> tuple[Unit, ...]:
        """The units where they are few, to be named; else none."""
        return self.units if self.unit_count <= NAMED else ()

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """The targets it is made of: the unit's own, or those of the parts."""
        return tuple(self.facts.targets[part] for part in self.standing.parts if part in self.facts.targets)

    @property
    def single_target(self) -> Target | None:
        """The one target that reports here; ``None`` where several add up."""
        return self.targets[0] if len(self.targets) == 1 else None

    @cached_property
    def missing(self) -> tuple[MissingMonths, ...]:
        """The due months nobody answered, by unit."""
        units, silent = self.selection.tree.units, self.standing.silent
        return tuple(
            MissingMonths(units[owing.unit], owing.months, owing.unit in silent) for owing in self.standing.owing
        )

    @property
    def missing_count(self) -> int:
        """Of how many units months are missing."""
        return len(self.standing.owing)

    @property
    def first_missing(self) -> tuple[MissingMonths, ...]:
        """What a few of them owe."""
        return self.missing[:NAMED]

    @property
    def silent(self) -> tuple[Unit, ...]:
        """The parts of which something is expected and that reported nothing, at whatever depth."""
        return self._named(self.standing.silent)

    @property
    def left_out(self) -> tuple[Unit, ...]:
        return self._named(self.standing.left_out)

    @property
    def unplanned(self) -> tuple[Unit, ...]:
        return self._named(self.standing.unplanned)

    @property
    def carried_on(self) -> tuple[Unit, ...]:
        """Units that ended and whose level stands in that of another one by now."""
        ended = [pk for pk, facts in self.facts.facts.items() if facts.carried_on_by and self.rolled.is_carried_on(pk)]
        tree, here = self.selection.tree, self.standing.unit
        return self._named(pk for pk in ended if here in tree.above(pk) and pk != here)

    @property
    def waiting(self) -> int:
        """How many submitted answers at the unit and below wait for review."""
        return sum(self.facts.waiting.values())

    @property
    def ended(self) -> tuple[tuple[Unit, int], ...]:
        """The units it is made of that ended before the month that is judged, each with its last month."""
        ends = ((unit, self.facts.facts[unit.pk].plan.months.stop - 1) for unit in self.units)
        return tuple((unit, last) for unit, last in ends if last < self.standing.month)

    @property
    def weight(self) -> Decimal:
        """Its weight in the section's mean: 1 where it has no target at the unit."""
        return self.own_target.weight if self.own_target is not None else Decimal(1)

    @cached_property
    def leads(self) -> tuple[Lead, ...]:
        """Who answers for it: the lead leader of its own target, else those of the nearest targets that name one."""
        return tuple(sorted(set(self._leads(self.standing.unit))))

    def _leads(self, unit_id: int) -> Iterator[Lead]:
        target = self.facts.targets.get(unit_id)
        if target is not None and target.lead_leader:
            yield Lead(target.lead_leader, target.lead_leader_en)
        elif target is None or target.figures == Target.Figures.SUM:
            for child in self.selection.tree.children.get(unit_id, ()):
                yield from self._leads(child)

    @property
    def remedy_targets(self) -> tuple[Target, ...]:
        """The targets whose remedies are about this: the unit's own before those that it is made of."""
        own = self.own_target
        return (own, *self.targets) if own is not None and own not in self.targets else self.targets

    @property
    def is_of_one(self) -> bool:
        """Whether one target alone can say why it lags."""
        return len(self.remedy_targets) <= 1

    @property
    def approximation(self) -> str:
        """How the published target is worded, where there is exactly one."""
        return self.single_target.approximation if self.single_target is not None else ""

    @property
    def official_growth(self) -> Decimal | None:
        """The published growth of the actual, in percent, where one reporting unit makes the whole."""
        unit: int = self.standing.unit
        standing: Standing[int] | None = self.standing
        while standing is not None and len(standing.parts) == 1 and not standing.unplanned:
            (unit,) = standing.parts
            facts = self.facts.facts[unit]
            if facts.figures is Figures.OWN:
                return official_growth(facts.answers, standing.month)
            standing = self.rolled.standing(unit)
        return None

    @property
    def reported_as(self) -> str:
        """With which word the actual was reported: ``over``, ``nearly`` or plainly (empty)."""
        return self.reported_by(self.standing.month)

    def reported_by(self, month: int) -> str:
        """The same of the actual by the end of a month. A sum of several is told plainly."""
        if len(self.targets) != 1:
            return ""
        facts = self.facts.facts[self.targets[0].unit_id]
        return answers.wording(self.facts.measure, facts.answers, month)

    def _named(self, ids: Iterable[int]) -> tuple[Unit, ...]:
        return tuple(self.selection.tree.units[unit_id] for unit_id in ids)


@dataclass(frozen=True)
class Group:
    """Rows with their mean: a section, or the whole unit."""

    rows: tuple[IndicatorRow, ...]
    section: Section | None = None

    @cached_property
    def mean(self) -> Mean:
        return mean((row.standing, row.weight) for row in self.rows)

    @cached_property
    def waiting(self) -> int:
        return sum(row.waiting for row in self.rows)

    def with_status(self, *statuses: Status) -> tuple[IndicatorRow, ...]:
        return tuple(row for row in self.rows if row.status in statuses)

    @cached_property
    def behind(self) -> tuple[IndicatorRow, ...]:
        """What is behind, also with everything reported that the plan asks for."""
        return tuple(row for row in self.with_status(Status.BEHIND) if not row.standing.is_late)

    @cached_property
    def late(self) -> tuple[IndicatorRow, ...]:
        """What is behind for want of reports alone."""
        return tuple(row for row in self.rows if row.standing.is_late)

    @cached_property
    def not_reported(self) -> tuple[IndicatorRow, ...]:
        """未报: something is expected and no approved answer is in."""
        return self.with_status(Status.NOT_REPORTED)

    @cached_property
    def missing(self) -> tuple[IndicatorRow, ...]:
        """缺报: due months are missing of what is otherwise reported, or of what nothing is expected yet."""
        return tuple(row for row in self.rows if row.missing_count and row.status is not Status.NOT_REPORTED)

    @cached_property
    def completeness(self) -> Completeness:
        """How many answers fell due in the last month that counts, and how many are in."""
        return Completeness(
            sum(row.standing.month_due for row in self.rows), sum(row.standing.month_answered for row in self.rows)
        )

    @cached_property
    def by_urgency(self) -> tuple[IndicatorRow, ...]:
        order = {status: number for number, status in enumerate(URGENCY)}
        return tuple(sorted(self.rows, key=lambda row: order[row.status]))


def indicator_row(selection: Selection, group: IndicatorFacts, *, as_of: int | None = None) -> IndicatorRow | None:
    """The row of one indicator; ``None`` where the unit and those below have no target for it."""
    return row_at(selection, group, selection.roll_up(group, as_of=as_of), selection.unit.pk)


def row_at(selection: Selection, group: IndicatorFacts, rolled: RollUp[int], unit_id: int) -> IndicatorRow | None:
    """The row of a unit, which may lie below the viewed one; ``None`` where it and those below have no target."""
    standing = rolled.standing(unit_id)
    if standing is None:
        return None
    return IndicatorRow(selection, standing, group.targets.get(unit_id), group, rolled)


def rows(selection: Selection, groups: Iterable[IndicatorFacts]) -> tuple[IndicatorRow, ...]:
    """The rows of all indicators that the unit or those below have a target for."""
    found = (indicator_row(selection, group) for group in groups)
    return tuple(row for row in found if row is not None)
