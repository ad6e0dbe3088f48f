"""Last year's plan as the beginning of the next: what would be carried on, and what two plans differ in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from targets.calculations.answers import account
from targets.calculations.comparison import conversion
from targets.calculations.facts import TargetFacts
from targets.calculations.rollup import Standing
from targets.calculations.terms import Kind, Period
from targets.models import Milestone, State, Target, Year
from targets.models.fields import as_amount
from targets.permissions import Scope
from targets.querysets.plans import IndicatorFacts, measure_of
from targets.summaries.selection import roll_up

T = TypeVar("T")

DECEMBER = 12


class Ending(StrEnum):
    """Why a target would not be carried on by itself."""

    UNIT_ENDED = "unit_ended"
    INDICATOR_ARCHIVED = "indicator_archived"
    ALL_STEPS_DONE = "all_steps_done"


@dataclass(frozen=True)
class Carried:
    """One target of the old year and what the new year would begin with.

    Attributes:
        standing: at the end of the old year.
        baseline: the year's last figure; ``None`` where nothing was reported, and for tasks.
        baseline_month: the month that it is of; before December the year's result is not known yet.
        checkpoints: those in force in December, by month.
        open_steps: steps of a task that were not done.
        ending: why it would be dropped unless ticked; ``None`` where it goes on.
    """

    target: Target
    standing: Standing[int]
    baseline: Decimal | None
    baseline_month: int | None
    checkpoints: Mapping[int, Decimal]
    open_steps: tuple[Milestone, ...]
    ending: Ending | None

    @property
    def is_result(self) -> bool:
        """Whether the baseline is the result of the whole year."""
        return self.baseline_month == DECEMBER


def to_carry(scope: Scope, year: Year) -> tuple[Carried, ...]:
    """Every target of a year that the person sees, in display order."""
    targets = Target.objects.visible_to(scope).in_force(year.year)
    done = _done_steps(year)
    steps: dict[int, list[Milestone]] = {}
    for step in Milestone.objects.filter(target__in=targets, archived_at__isnull=True).order_by("target_id", "step"):
        steps.setdefault(step.target_id, []).append(step)
    found = []
    for group in targets.facts():
        for unit_id, target in group.targets.items():
            standing = roll_up(group, scope.tree, year, Period.YEAR, DECEMBER).standing(unit_id)
            if standing is not None:
                listed = steps.get(target.pk, [])
                open_steps = tuple(step for step in listed if step.pk not in done)
                found.append(_carried(scope, year, group, target, standing, tuple(listed), open_steps))
    return tuple(found)


def _done_steps(year: Year) -> set[int]:
    approved = {"entries__state": State.APPROVED, "entries__done": True}
    return set(Milestone.objects.filter(target__year=year.year, **approved).values_list("pk", flat=True))


def _carried(
    scope: Scope,
    year: Year,
    group: IndicatorFacts,
    target: Target,
    standing: Standing[int],
    steps: tuple[Milestone, ...],
    open_steps: tuple[Milestone, ...],
) -> Carried:
    facts = group.facts[target.unit_id]
    unit = scope.tree.units[target.unit_id]
    ending = None
    if unit.last_year is not None and unit.last_year <= year.year:
        ending = Ending.UNIT_ENDED
    elif group.indicator.archived_at is not None:
        ending = Ending.INDICATOR_ARCHIVED
    elif steps and not open_steps:
        ending = Ending.ALL_STEPS_DONE
    is_task = group.measure.kind is Kind.MILESTONE
    return Carried(
        target=target,
        standing=standing,
        baseline=None if is_task or standing.actual is None else as_amount(standing.actual),
        baseline_month=None if is_task or standing.actual is None else _last_month(group, standing),
        checkpoints=_checkpoints(facts),
        open_steps=open_steps,
        ending=ending,
    )


def _last_month(group: IndicatorFacts, standing: Standing[int]) -> int:
    """The latest month that the figure contains; of a sum the earliest of its parts' latest ones."""
    months = []
    for part in standing.parts:
        facts = group.facts[part]
        found = account(group.measure, facts.plan.baseline, facts.answers, DECEMBER, there=facts.plan.months)
        latest = max(found.answered, default=0)
        # Of a unit that ended within the year its last due month is the whole.
        has_ended = facts.plan.months.stop <= DECEMBER and latest == max(found.due, default=0)
        months.append(DECEMBER if has_ended else latest)
    return min(months, default=0)


def _checkpoints(facts: TargetFacts) -> Mapping[int, Decimal]:
    return dict(facts.plan.checkpoints(DECEMBER))


@dataclass(frozen=True)
class PlanChange:
    """A target of both years whose terms differ; each pair is before and after.

    Amounts are in the new unit of measure; where the old ones do not convert (``is_comparable``), in their own.
    """

    old: Target
    new: Target
    annual: tuple[Fraction | None, Fraction | None]
    half_year: tuple[Fraction | None, Fraction | None]
    is_comparable: bool = True
    weight: tuple[Decimal, Decimal] | None = None
    lead: tuple[str, str] | None = None
    responsible: tuple[str, str] | None = None
    figures: tuple[str, str] | None = None

    @property
    def is_changed(self) -> bool:
        amounts = self.annual[0] != self.annual[1] or self.half_year[0] != self.half_year[1]
        others = (self.weight, self.lead, self.responsible, self.figures)
        return amounts or not self.is_comparable or any(pair is not None for pair in others)


@dataclass(frozen=True)
class PlanComparison:
    """How the plan of a year differs from that of the year before.

    A target continues the one of the same unit whose indicator is the same, or is succeeded by its own.
    """

    new: tuple[Target, ...] = ()
    dropped: tuple[Target, ...] = ()
    changed: tuple[PlanChange, ...] = ()
    same: int = field(default=0)


def compare_plans(scope: Scope, old: Year, new: Year) -> PlanComparison:
    """What is new, dropped and changed between two years, as far as the person sees them."""
    before, after = _terms(scope, old), _terms(scope, new)
    added, changed, same = [], [], 0
    continued = set()
    for target, points in after.values():
        keys = [(target.unit_id, target.indicator_id), (target.unit_id, target.indicator.succeeds_id)]
        key = next((key for key in keys if key in before), None)
        if key is None:
            added.append(target)
            continue
        continued.add(key)
        one = _change(*before[key], target, points)
        if one.is_changed:
            changed.append(one)
        else:
            same += 1
    dropped = tuple(target for key, (target, _points) in before.items() if key not in continued)
    return PlanComparison(tuple(added), dropped, tuple(changed), same)


def _terms(scope: Scope, year: Year) -> dict[tuple[int, int | None], tuple[Target, Mapping[int, Decimal]]]:
    found: dict[tuple[int, int | None], tuple[Target, Mapping[int, Decimal]]] = {}
    for group in Target.objects.visible_to(scope).in_force(year.year).facts():
        for unit_id, target in group.targets.items():
            found[(unit_id, group.indicator.pk)] = (target, _checkpoints(group.facts[unit_id]))
    return found


def _change(old: Target, before: Mapping[int, Decimal], new: Target, after: Mapping[int, Decimal]) -> PlanChange:
    natures = [(measure_of(one.indicator), one.indicator.unit_of_measure) for one in (old, new)]
    times = conversion(*natures)
    return PlanChange(
        old,
        new,
        annual=(_times(before.get(12), times or 1), _times(after.get(12), 1)),
        half_year=(_times(before.get(6), times or 1), _times(after.get(6), 1)),
        is_comparable=times is not None or old.indicator.kind == new.indicator.kind == Kind.MILESTONE,
        weight=_pair(old.weight, new.weight),
        lead=_pair(old.lead_leader, new.lead_leader),
        responsible=_pair(old.responsible_person, new.responsible_person),
        figures=_pair(old.figures, new.figures),
    )


def _times(amount: Decimal | None, times: Fraction | int) -> Fraction | None:
    return None if amount is None else Fraction(amount) * times


def _pair(before: T, after: T) -> tuple[T, T] | None:
    return None if before == after else (before, after)
