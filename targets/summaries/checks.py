"""Relations between figures that do not hold: checks between indicators, and breakdowns 分解 against their whole.

Warnings for whoever enters and whoever reviews; they name the figures and never block.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from django.db.models import Q

from targets.calculations import units_of_measure
from targets.calculations.checks import Operator, check, common_month
from targets.calculations.facts import Answer
from targets.calculations.terms import Figures, Kind, Period
from targets.models import Indicator, IndicatorCheck, Target, Unit, Year
from targets.permissions import Scope
from targets.querysets.plans import IndicatorFacts, TargetQuerySet
from targets.summaries.selection import roll_up


@dataclass(frozen=True)
class Figure:
    """The actual of an indicator at a unit, in the unit of measure."""

    indicator: Indicator
    unit: Unit
    amount: Fraction


@dataclass(frozen=True)
class BrokenCheck:
    """A relation that does not hold at a unit at the end of ``month``.

    Attributes:
        check: the check between indicators; ``None`` for a breakdown, whose ``right`` are the parts of ``left``.
        total: the sum of ``right`` in the unit of measure of ``left``.
    """

    check: IndicatorCheck | None
    unit: Unit
    month: int
    operator: Operator
    left: Figure
    right: tuple[Figure, ...]
    total: Fraction

    def concerns(self, indicator_id: int, unit_id: int) -> bool:
        """Whether a figure of this indicator at this unit has a part in it."""
        figures = (self.left, *self.right)
        units = {figure.unit.pk for figure in figures} | {self.unit.pk}
        return unit_id in units and indicator_id in {figure.indicator.pk for figure in figures}


@dataclass(frozen=True)
class Relations:
    """Everything that is held against each other at some units, read once and asked for any month.

    ``nodes`` are the units and those above them as far as the person sees, ``chosen`` the indicators that matter;
    ``None`` for all. ``groups`` are their facts by indicator, in display order, at the nodes and below; what waits
    for review counts as if it were approved.
    """

    scope: Scope
    year: Year
    nodes: tuple[int, ...]
    checks: tuple[IndicatorCheck, ...]
    groups: Mapping[int, IndicatorFacts]
    chosen: frozenset[int] | None

    @property
    def near(self) -> frozenset[int]:
        """The indicators that matter."""
        return frozenset(self.groups) if self.chosen is None else self.chosen

    def with_drafts(self, drafts: Mapping[int, Iterable[Answer]]) -> "Relations":
        """The same as if the ``drafts`` had been reported: answers by target id, each in place of that of its month."""
        groups = dict(self.groups)
        for pk, group in self.groups.items():
            for unit_id, target in group.targets.items():
                given = {answer.month: answer for answer in drafts.get(target.pk, ())}
                if given:
                    kept = [answer for answer in groups[pk].facts[unit_id].answers if answer.month not in given]
                    in_order = sorted([*kept, *given.values()], key=lambda answer: answer.month)
                    groups[pk] = groups[pk].with_answers(unit_id, tuple(in_order))
        return replace(self, groups=groups)

    def broken(self, month: int) -> tuple[BrokenCheck, ...]:
        """What does not hold at the end of ``month``."""
        found: list[BrokenCheck] = []
        for unit_id in self.nodes:
            sections = self.scope.sections_at(unit_id)
            seen = {
                pk: group
                for pk, group in self.groups.items()
                if sections is None or group.indicator.section_id in sections
            }
            found.extend(_between_indicators(self, unit_id, month, seen))
            found.extend(_breakdowns(self, unit_id, month, seen.values()))
        return tuple(found)


def relations(
    scope: Scope,
    year: Year,
    units: Collection[int],
    *,
    indicators: Iterable[int] | None = None,
    beside: int | None = None,
    own: bool = False,
) -> Relations:
    """The relations at the units, and above them as far as the person sees. Seven queries at most.

    With ``indicators`` only what they have a part in; with ``beside`` what an indicator, or one that it is compared
    with, has a part in. With ``own`` the facts include all that the units themselves report of the indicators that
    matter, also what is held against nothing. Steps of tasks are no part of any relation and are not read.
    """
    in_use = tuple(IndicatorCheck.objects.in_use().prefetch_related("right"))
    chosen = None if indicators is None else frozenset(indicators)
    if beside is not None:
        chosen = frozenset({beside}).union(*(_members(one) for one in in_use if beside in _members(one)))
    checks = tuple(one for one in in_use if chosen is None or chosen & _members(one))
    tree = scope.tree
    wanted = {up for unit in units for up in tree.above(unit)} & scope.unit_ids
    nodes = tuple(unit for unit in tree.units if unit in wanted)
    targets = _held(scope, year, nodes, chosen, checks, units if own else ())
    groups = {group.indicator.pk: group for group in targets.facts(waiting=True, steps=False)}
    return Relations(scope, year, nodes, checks, groups, chosen)


def broken_checks(
    scope: Scope,
    year: Year,
    units: Collection[int],
    month: int,
    *,
    indicators: Iterable[int] | None = None,
    drafts: Mapping[int, Iterable[Answer]] | None = None,
) -> tuple[BrokenCheck, ...]:
    """What does not hold at the end of one month, with ``drafts`` as if they had been reported; see ``relations``."""
    return relations(scope, year, units, indicators=indicators).with_drafts(drafts or {}).broken(month)


def _held(
    scope: Scope,
    year: Year,
    nodes: Iterable[int],
    chosen: frozenset[int] | None,
    checks: Iterable[IndicatorCheck],
    own: Iterable[int],
) -> TargetQuerySet:
    """The targets that are held against each other, and at the units of ``own`` all that matter.

    A unit with nothing below it has no breakdown: what is held against nothing is not read there.
    """
    targets: TargetQuerySet = Target.objects.visible_to(scope).in_force(year.year)
    matter = Q() if chosen is None else Q(indicator__in=chosen)
    wholes = targets.filter(
        matter,
        unit__in=[node for node in nodes if node in scope.tree.children],
        figures=Target.Figures.OWN,
        indicator__kind=Kind.QUANTITY,
    )
    related = set(wholes.values_list("indicator", flat=True)).union(*(_members(one) for one in checks))
    below = {unit for node in nodes for unit in scope.tree.below(node)}
    return targets.filter((matter & Q(unit__in=own)) | Q(unit__in=below, indicator__in=related))


def _members(check: IndicatorCheck) -> set[int]:
    return {check.left_id, *(indicator.pk for indicator in check.right.all())}


def _between_indicators(
    held: Relations, unit_id: int, month: int, groups: Mapping[int, IndicatorFacts]
) -> Iterable[BrokenCheck]:
    for one in held.checks:
        if not _members(one) <= set(groups):
            continue
        left, right = groups[one.left_id], [groups[indicator.pk] for indicator in one.right.all()]
        at = common_month([group.measure.frequency for group in (left, *right)], month)
        if at is None:
            continue
        figures = [_figure(held.scope, held.year, group, unit_id, at) for group in (left, *right)]
        yield from _compared(one, held.scope.tree.units[unit_id], at, Operator(one.operator), figures)


def _breakdowns(held: Relations, unit_id: int, month: int, groups: Iterable[IndicatorFacts]) -> Iterable[BrokenCheck]:
    """The unit's own figure against the sum of the parts below it. Percentages do not add up."""
    scope, year = held.scope, held.year
    for group in groups:
        own = group.facts.get(unit_id)
        if own is None or own.figures is not Figures.OWN or group.measure.kind is not Kind.QUANTITY:
            continue
        if held.chosen is not None and group.indicator.pk not in held.chosen:
            continue
        at = common_month([group.measure.frequency], month)
        if at is None:
            continue
        parts = roll_up(group, scope.tree, year, Period.YEAR, at).parts(unit_id)
        if parts:
            figures = [_figure(scope, year, group, one, at) for one in (unit_id, *parts)]
            yield from _compared(None, scope.tree.units[unit_id], at, Operator.EQUAL, figures)


def _figure(scope: Scope, year: Year, group: IndicatorFacts, unit_id: int, month: int) -> Figure | None:
    """The figure; ``None`` while an answer is missing that it needs: of a flow any, else that of ``month``."""
    standing = roll_up(group, scope.tree, year, Period.YEAR, month).standing(unit_id)
    if standing is None or standing.actual is None:
        return None
    if any(group.measure.is_flow or month in owing.months for owing in standing.owing):
        return None
    return Figure(group.indicator, scope.tree.units[unit_id], standing.actual)


def _in_measure_of(part: Figure, whole: Figure) -> Fraction | None:
    """The amount of a part in the unit of measure of its whole; ``None`` where it does not convert."""
    factor = units_of_measure.factor(part.indicator.unit_of_measure, whole.indicator.unit_of_measure)
    return None if factor is None else part.amount * factor


def _compared(
    one: IndicatorCheck | None, unit: Unit, month: int, operator: Operator, figures: list[Figure | None]
) -> Iterable[BrokenCheck]:
    whole, *parts = figures
    result = check(
        None if whole is None else whole.amount,
        operator,
        [None if whole is None or part is None else _in_measure_of(part, whole) for part in parts],
    )
    if result.holds is False:
        present = [figure for figure in figures if figure is not None]
        assert result.right is not None  # it was compared
        yield BrokenCheck(one, unit, month, operator, present[0], tuple(present[1:]), result.right)
