"""What a change of the plan would do to statuses, before anything is written.

The facts are taken as they are, the plan in them is replaced, and the rules are asked twice: the same functions
that judge every page. Both periods are asked, since one page may show either.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

from targets.calculations.facts import Measure, Plan, Revision, Step, TargetFacts
from targets.calculations.rollup import Standing
from targets.calculations.terms import Figures, Interpolation, Period
from targets.models import Indicator, Milestone, Target, Unit, Year
from targets.permissions import Scope
from targets.querysets.plans import IndicatorFacts
from targets.summaries.selection import roll_up


@dataclass(frozen=True)
class StatusEffect:
    """A status that would be another one. ``after`` is ``None`` where nothing of the indicator would be left."""

    indicator: Indicator
    unit: Unit
    period: Period
    before: Standing[int]
    after: Standing[int] | None


@dataclass(frozen=True)
class PlanEffect:
    """Every status that a change would turn into another one, at the unit and above it, at the end of ``as_of``."""

    as_of: int
    changes: tuple[StatusEffect, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What stands for exactly these changes: what was confirmed must be what is done."""
        lines = [
            f"{one.indicator.pk} {one.unit.pk} {one.period} {one.before.status} {one.after and one.after.status}"
            for one in self.changes
        ]
        return sha256("\n".join([str(self.as_of), *lines]).encode()).hexdigest()[:16]

    def __add__(self, other: "PlanEffect") -> "PlanEffect":
        return PlanEffect(self.as_of, (*self.changes, *other.changes))


def facts_of(scope: Scope, year: Year, indicators: Iterable[Indicator]) -> dict[int, IndicatorFacts]:
    """The facts of indicators in a year by indicator id, as far as the person sees them. Four queries."""
    targets = Target.objects.visible_to(scope).in_force(year.year).filter(indicator__in=list(indicators))
    return {group.indicator.pk: group for group in targets.facts()}


def with_target(group: IndicatorFacts, unit_id: int, facts: TargetFacts | None) -> IndicatorFacts:
    """The indicator as if the target of a unit were this; ``None`` takes it out of the plan."""
    others = {unit: known for unit, known in group.facts.items() if unit != unit_id}
    return replace(group, facts=others if facts is None else {**others, unit_id: facts})


def with_measure(group: IndicatorFacts, measure: Measure) -> IndicatorFacts:
    """The indicator as if it were of another nature."""
    return replace(group, measure=measure)


def replanned(
    facts: TargetFacts,
    *,
    interpolation: str | None = None,
    figures: str | None = None,
    checkpoints: Mapping[int, Decimal] | None = None,
    effective_month: int | None = None,
    steps: tuple[Step, ...] | None = None,
    **terms: Decimal | None,
) -> TargetFacts:
    """A target with another plan and the same answers. What is not given stays; ``baseline=None`` takes it away.

    ``checkpoints`` replace those of the latest revision, or, with ``effective_month``, come into force then.
    """
    revisions = facts.plan.revisions
    if checkpoints is not None:
        latest = revisions[-1].effective_month if revisions else 1
        month = latest if effective_month is None else effective_month
        kept = [revision for revision in revisions if revision.effective_month != month]
        drawn = Revision(month, tuple(sorted(checkpoints.items())))
        revisions = tuple(sorted([*kept, drawn], key=lambda revision: revision.effective_month))
    return replace(
        facts,
        plan=Plan(
            Interpolation(interpolation) if interpolation is not None else facts.plan.interpolation,
            terms.get("baseline", facts.plan.baseline),
            revisions,
        ),
        figures=Figures(figures) if figures is not None else facts.figures,
        steps=facts.steps if steps is None else steps,
    )


def replanned_steps(
    facts: TargetFacts,
    milestones: Iterable[Milestone],
    lines: Iterable[tuple[Milestone | None, Decimal, date | None]],
) -> tuple[Step, ...]:
    """The steps as ``lines`` (milestone, weight, due) would have them; what was reported stays with its step.

    ``milestones`` are those in use in the order of their steps, which is the order of the facts.
    """
    known = {milestone.pk: step for milestone, step in zip(milestones, facts.steps, strict=True)}
    return tuple(
        Step(weight, due) if milestone is None else replace(known[milestone.pk], weight=weight, due=due)
        for milestone, weight, due in lines
    )


def effect(
    scope: Scope, year: Year, as_of: int, before: IndicatorFacts, after: IndicatorFacts, units: Iterable[int]
) -> PlanEffect:
    """What a change at some units does to the statuses of one indicator there and above.

    Where there was nothing to see before, nothing changes: a new target is no change of its own unit's status.
    Nothing is judged in a draft.
    """
    if year.is_draft:
        return PlanEffect(as_of)
    tree = scope.tree
    concerned = {above for unit in units for above in tree.above(unit) if above in scope.unit_ids}
    found = []
    for period in Period:
        rolled = [roll_up(group, tree, year, period, as_of) for group in (before, after)]
        for unit_id in (unit for unit in tree.units if unit in concerned):
            old, new = (one.standing(unit_id) for one in rolled)
            if old is not None and (new is None or new.status is not old.status):
                found.append(StatusEffect(before.indicator, tree.units[unit_id], period, old, new))
    return PlanEffect(as_of, tuple(found))
