"""What is looked at: a year, a period, a cut-off and a unit, within what the person may see."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from targets.calculations.deadlines import Clock, clock
from targets.calculations.periods import cut_off
from targets.calculations.rollup import RollUp
from targets.calculations.terms import Period
from targets.models import Indicator, Section, Target, Unit, Year
from targets.permissions import Scope
from targets.querysets.plans import IndicatorFacts, TargetQuerySet
from targets.querysets.plans import thresholds_of as thresholds_of
from targets.querysets.units import UnitTree


def roll_up(
    group: IndicatorFacts, tree: UnitTree, year: Year, period: Period, as_of: int, clock: Clock | None = None
) -> RollUp[int]:
    """The standings of one indicator at the units of a tree."""
    return RollUp(
        group.measure,
        group.facts,
        tree.children,
        year=year.year,
        period=period,
        as_of=as_of,
        thresholds=thresholds_of(year),
        clock=clock,
    )


@dataclass(frozen=True)
class Selection:
    """What a page shows.

    ``waiting`` counts what waits for review as if it were approved. ``lead`` keeps the indicators of one lead
    leader; empty for all. ``today`` decides what is due by now; without it all of the year is.
    """

    scope: Scope
    year: Year
    period: Period
    as_of: int
    unit: Unit
    waiting: bool = False
    lead: str = ""
    today: date | None = None

    @property
    def clock(self) -> Clock | None:
        """How far the year has come; ``None`` where nobody asks."""
        return clock(self.year.year, self.year.opening_day, self.today) if self.today is not None else None

    @property
    def tree(self) -> UnitTree:
        return self.scope.tree

    @property
    def month(self) -> int:
        """The last month that counts: in the first half at most June."""
        return cut_off(self.period, self.as_of)

    def at(self, **changes: object) -> "Selection":
        """The same with something else chosen."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def targets(self) -> TargetQuerySet:
        """The visible targets at the unit and below. A section is there only where all of the unit may be seen."""
        targets = (
            Target.objects.visible_to(self.scope)
            .in_force(self.year.year)
            .filter(unit__in=list(self.tree.below(self.unit.pk)))
        )
        sections = self.scope.sections_at(self.unit.pk)
        return targets if sections is None else targets.filter(indicator__section__in=sections)

    def facts(self, *, section: Section | None = None, indicators: Iterable[Indicator] = ()) -> list[IndicatorFacts]:
        """The facts at the unit and below, of one section or of some indicators where named."""
        targets = self.targets()
        if section is not None:
            targets = targets.filter(indicator__section=section)
        chosen = list(indicators)
        if chosen:
            targets = targets.filter(indicator__in=chosen)
        return targets.facts(waiting=self.waiting)

    def roll_up(self, group: IndicatorFacts, *, as_of: int | None = None, period: Period | None = None) -> RollUp[int]:
        return roll_up(group, self.tree, self.year, period or self.period, as_of or self.as_of, self.clock)
