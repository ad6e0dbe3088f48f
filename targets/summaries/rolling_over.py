"""Last year's plan as the beginning of the next: what would be carried on, and what two plans differ in."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from django.db.models import Count, Exists, OuterRef, Q

from targets.calculations.answers import account
from targets.calculations.comparison import conversion
from targets.calculations.facts import TargetFacts
from targets.calculations.rollup import Standing
from targets.calculations.terms import Kind, Period
from targets.models import Indicator, Milestone, MilestoneEntry, ProgressEntry, State, Target, Year
from targets.models.fields import as_amount
from targets.permissions import Scope
from targets.querysets.plans import IndicatorFacts, TargetQuerySet, measure_of, portions
from targets.summaries.plan import Key, PlanList, at_and_below, checkpoints_in_force, in_tree_order, targets_of
from targets.summaries.selection import roll_up

T = TypeVar("T")

DECEMBER = 12

#: How many targets are carried on at a time.
AT_ONCE = 5000


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


def to_carry(scope: Scope, year: Year, keys: Iterable[Key] | None = None) -> Iterator[Carried]:
    """Some targets of a year in the order given; without ``keys`` every one that the person sees, by indicator.

    What the facts of an indicator need is read for several indicators at once, so that of however many targets
    only some thousand are in memory, and seven queries are asked for each five thousand.
    """
    targets = targets_of(scope, year)
    if keys is None:
        counts = dict(targets.order_by().values_list("indicator").annotate(Count("pk")))
        for indicators in portions(counts, AT_ONCE):
            yield from _carried_of(scope, year, targets.filter(indicator__in=indicators))
        return
    listed = list(keys)
    found = {one.target.pk: one for one in _carried_of(scope, year, at_and_below(scope.tree, targets, listed), listed)}
    yield from (found[pk] for pk, _indicator, _unit in listed if pk in found)


def _carried_of(
    scope: Scope, year: Year, targets: TargetQuerySet, keys: Iterable[Key] | None = None
) -> Iterator[Carried]:
    wanted = None if keys is None else {pk for pk, _indicator, _unit in keys}
    done = {"entries__state": State.APPROVED, "entries__done": True}
    steps: dict[int, list[tuple[Milestone, bool]]] = {}
    milestones = Milestone.objects.filter(target__in=targets.order_by().values("pk"), archived_at__isnull=True)
    finished = set(milestones.filter(**done).values_list("pk", flat=True))
    for step in milestones.order_by("target_id", "step"):
        steps.setdefault(step.target_id, []).append((step, step.pk in finished))
    for group in targets.facts():
        rolled = roll_up(group, scope.tree, year, Period.YEAR, DECEMBER)
        for unit_id, target in group.targets.items():
            if wanted is not None and target.pk not in wanted:
                continue
            standing = rolled.standing(unit_id)
            if standing is not None:
                target.unit = scope.tree.units[unit_id]
                yield _carried(year, group, target, standing, steps.get(target.pk, []))


def _carried(
    year: Year,
    group: IndicatorFacts,
    target: Target,
    standing: Standing[int],
    steps: Sequence[tuple[Milestone, bool]],
) -> Carried:
    facts = group.facts[target.unit_id]
    open_steps = tuple(step for step, is_done in steps if not is_done)
    ending = None
    if target.unit.last_year is not None and target.unit.last_year <= year.year:
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


# What goes on


@dataclass(frozen=True)
class Choice:
    """Which targets go on: all but those with an ``Ending``, unless a person chose otherwise.

    Attributes:
        whole: by indicator, that all of its targets go on, or that none does.
        others: the targets of which the opposite holds, with their indicators.
    """

    whole: Mapping[int, bool] = field(default_factory=dict)
    others: Mapping[int, int] = field(default_factory=dict)

    def goes_on(self, target_id: int, indicator_id: int, *, by_default: bool) -> bool:
        return self.whole.get(indicator_id, by_default) != (target_id in self.others)

    def with_all(self, indicator_id: int, *, going_on: bool) -> "Choice":
        """The same, but all targets of an indicator go on, or none."""
        others = {target: indicator for target, indicator in self.others.items() if indicator != indicator_id}
        return Choice({**self.whole, indicator_id: going_on}, others)

    def with_other(self, target_id: int, indicator_id: int) -> "Choice":
        """The same, but for one target the other way."""
        others = dict(self.others)
        if others.pop(target_id, None) is None:
            others[target_id] = indicator_id
        return Choice(self.whole, others)

    def __str__(self) -> str:
        """The choice in one field of a form, however many targets it is about."""
        whole = (f"{indicator}{'+' if going_on else '-'}" for indicator, going_on in self.whole.items())
        return " ".join((*whole, *(f"{indicator}.{target}" for target, indicator in self.others.items())))

    @classmethod
    def read(cls, text: str) -> "Choice":
        """The choice of a form; what is no choice is passed over."""
        whole, others = {}, {}
        for indicator, sign, target in re.findall(r"(?<!\S)([0-9]{1,18})([-+.])([0-9]{0,18})(?!\S)", text):
            if sign == "." and target:
                others[int(target)] = int(indicator)
            elif sign != "." and not target:
                whole[int(indicator)] = sign == "+"
        return cls(whole, others)


@dataclass(frozen=True)
class IndicatorToCarry:
    """An indicator of the old year: how many targets it has there, and how many of them go on."""

    indicator: Indicator
    count: int
    going_on: int


def indicators_to_carry(plan: PlanList, choice: Choice) -> tuple[IndicatorToCarry, ...]:
    """Every indicator of a plan with how much of it goes on. One query."""
    ending: dict[int, set[int]] = {}
    for pk, indicator_id in _with_an_ending(plan.whole, plan.year).order_by().values_list("pk", "indicator"):
        ending.setdefault(indicator_id, set()).add(pk)
    others: dict[int, set[int]] = {}
    for pk, indicator_id in choice.others.items():
        others.setdefault(indicator_id, set()).add(pk)
    found = []
    for one in plan.indicators:
        count, opposite = plan.counts[one.pk], others.get(one.pk, set())
        going_on = count - len(ending.get(one.pk, set()) ^ opposite)
        if one.pk in choice.whole:
            going_on = count - len(opposite) if choice.whole[one.pk] else len(opposite)
        found.append(IndicatorToCarry(one, count, going_on))
    return tuple(found)


def _with_an_ending(targets: TargetQuerySet, year: Year) -> TargetQuerySet:
    """The targets that would not go on by themselves: the same as ``Carried.ending``, asked of the database."""
    steps = Milestone.objects.filter(target=OuterRef("pk"), archived_at__isnull=True)
    done = MilestoneEntry.objects.filter(milestone=OuterRef("pk"), state=State.APPROVED, done=True)
    return targets.filter(
        Q(unit__last_year__lte=year.year)
        | Q(indicator__archived_at__isnull=False)
        | Q(Exists(steps)) & ~Q(Exists(steps.filter(~Exists(done))))
    )


def is_incomplete(scope: Scope, year: Year) -> bool:
    """Whether some figures do not reach December: a target was reported on, and not for December. One query."""
    entries = ProgressEntry.objects.approved().filter(target=OuterRef("pk"))
    own = targets_of(scope, year).filter(figures=Target.Figures.OWN).exclude(indicator__kind=Kind.MILESTONE)
    goes_on = own.exclude(unit__last_year=year.year, unit__last_month__lt=DECEMBER)
    return bool(goes_on.filter(Exists(entries), ~Exists(entries.filter(month=DECEMBER))).order_by().exists())


# What two plans differ in


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


def compare_plans(scope: Scope, old: Year, new: Year, *, among: Iterable[Key] | None = None) -> PlanComparison:
    """What is new, dropped and changed between two years, as far as the person sees them.

    Six queries, whatever the size of the plans. With ``among`` for these targets of the new year alone, and nothing
    is said of what was dropped.
    """
    before_of, after_of = targets_of(scope, old), targets_of(scope, new)
    if among is not None:
        listed = list(among)
        after_of = after_of.filter(pk__in=[pk for pk, _indicator, _unit in listed])
        before_of = before_of.filter(unit__in={unit for _pk, _indicator, unit in listed})
    before, after = _terms(scope, before_of), _terms(scope, after_of)
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
    return PlanComparison(tuple(added), dropped if among is None else (), tuple(changed), same)


def dropped_from(scope: Scope, old: Year, new: Year) -> int:
    """How many targets of a year are continued by none of another one. One query."""
    there = targets_of(scope, new).filter(unit=OuterRef("unit"))
    same = there.filter(indicator=OuterRef("indicator"))
    succeeding = there.filter(indicator__succeeds=OuterRef("indicator"))
    return targets_of(scope, old).filter(~Exists(same), ~Exists(succeeding)).count()


#: What two plans are compared by, beside the checkpoints.
_COMPARED = ("pk", "unit_id", "indicator_id", "figures", "weight", "lead_leader", "responsible_person")


def _terms(scope: Scope, targets: TargetQuerySet) -> dict[tuple[int, int | None], tuple[Target, Mapping[int, Decimal]]]:
    """The terms of targets in display order, by unit and indicator: no more of each than is compared."""
    points = checkpoints_in_force(targets)
    rows = list(targets.order_by("pk").values_list(*_COMPARED))
    indicators = Indicator.objects.select_related("section").in_bulk({row[2] for row in rows})
    places = {unit_id: place for place, unit_id in enumerate(in_tree_order(scope.tree))}

    def place(row: tuple[Any, ...]) -> tuple[int, ...]:
        one = indicators[row[2]]
        return (one.section.position, one.position, one.pk, places[row[1]])

    found: dict[tuple[int, int | None], tuple[Target, Mapping[int, Decimal]]] = {}
    for row in sorted(rows, key=place):
        target = Target(**dict(zip(_COMPARED, row, strict=True)))
        target.indicator, target.unit = indicators[target.indicator_id], scope.tree.units[target.unit_id]
        found[(target.unit_id, target.indicator_id)] = (target, points.get(target.pk, {}))
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
