"""The plan of a year as it is set: every target with its path, and what in it is worth a second look."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from targets.calculations.breakdowns import Misfit, misfits
from targets.calculations.facts import Step, TargetFacts
from targets.calculations.layouts import Shape, shape
from targets.calculations.likeness import alike, alike_among, same_definition
from targets.calculations.paths import PeriodTarget, period_target
from targets.calculations.slips import Slip, slips
from targets.calculations.terms import Figures, Kind, Period
from targets.models import Indicator, Milestone, Section, Target, TargetRevision, Unit, Year
from targets.permissions import Scope
from targets.querysets.plans import IndicatorFacts
from targets.querysets.units import UnitTree
from targets.summaries.selection import roll_up

DECEMBER = 12


@dataclass(frozen=True)
class PlanRow:
    """A target as it is set.

    Amounts are in the unit of measure, by the checkpoints in force in December.

    Attributes:
        depth: how many units above it have a target of the same indicator among the rows.
        adjusted_from: the month from which the latest adjustment counts; ``None`` where there is none.
        steps: how many steps a task has.
        misfits: where the targets below do not make this one.
        alike: other indicators of the year with nearly the same name, or the same definition.
        supporting: the supporting units.
    """

    target: Target
    indicator: Indicator
    unit: Unit
    depth: int
    half_year: PeriodTarget
    annual: PeriodTarget
    shape: Shape
    adjusted_from: int | None
    steps: int
    slips: tuple[Slip, ...]
    misfits: tuple[Misfit, ...]
    alike: tuple[Indicator, ...]
    supporting: tuple[Unit, ...]

    @property
    def has_warnings(self) -> bool:
        return bool(self.slips or self.misfits or self.alike)

    @property
    def is_task(self) -> bool:
        return self.indicator.kind == Kind.MILESTONE

    @property
    def key(self) -> str:
        """The target and the lock version that it is shown with: what a tick sends back."""
        return f"{self.target.pk}-{self.target.lock_version}"

    @property
    def indents(self) -> range:
        return range(self.depth)


@dataclass(frozen=True)
class PlanFilter:
    """What is kept; an empty field keeps everything. ``section`` and ``unit`` are codes."""

    words: str = ""
    section: str = ""
    unit: str = ""
    lead: str = ""
    kind: str = ""
    warnings: bool = False
    archived: bool = False

    @property
    def is_active(self) -> bool:
        return any((self.words, self.section, self.unit, self.lead, self.kind, self.warnings))

    def keeps(self, row: PlanRow) -> bool:
        if self.section and row.indicator.section.code != self.section:
            return False
        if self.unit and self.unit not in {row.unit.code, *(unit.code for unit in row.supporting)}:
            return False
        if self.lead and row.target.lead_leader != self.lead:
            return False
        if self.kind and row.indicator.kind != self.kind:
            return False
        if self.warnings and not row.has_warnings:
            return False
        return all(word in _searched(row) for word in self.words.casefold().split())


def _searched(row: PlanRow) -> str:
    indicator, target = row.indicator, row.target
    texts = (indicator.code, indicator.name, indicator.name_en, row.unit.name, row.unit.name_en)
    return " ".join((*texts, target.lead_leader, target.responsible_person, target.wording)).casefold()


@dataclass(frozen=True)
class Plan:
    """The targets of a year, in force or archived, by section, indicator and the tree of units."""

    year: Year
    rows: tuple[PlanRow, ...]

    @property
    def sections(self) -> tuple[Section, ...]:
        return tuple({row.indicator.section_id: row.indicator.section for row in self.rows}.values())

    @property
    def units(self) -> tuple[Unit, ...]:
        found = {unit.pk: unit for row in self.rows for unit in (row.unit, *row.supporting)}
        return tuple(sorted(found.values(), key=lambda unit: (unit.position, unit.pk)))

    @property
    def leads(self) -> tuple[Target, ...]:
        """One target for each lead leader, in the order of the rows."""
        found: dict[str, Target] = {}
        for row in self.rows:
            if row.target.lead_leader:
                found.setdefault(row.target.lead_leader, row.target)
        return tuple(found.values())

    @property
    def with_warnings(self) -> int:
        return sum(row.has_warnings for row in self.rows)

    @property
    def weight_by_section(self) -> Mapping[int, Decimal]:
        """The weights that stand in each section, added up."""
        found: dict[int, Decimal] = {}
        for row in self.rows:
            found[row.indicator.section_id] = found.get(row.indicator.section_id, Decimal(0)) + row.target.weight
        return found


def plan_of(scope: Scope, year: Year, *, archived: bool = False) -> Plan:
    """The plan of a year as far as the person sees it; with ``archived`` what was taken out of it instead.

    Seven queries at most, whatever its size.
    """
    visible = Target.objects.visible_to(scope)
    targets = visible.archived(year.year) if archived else visible.in_force(year.year)
    groups = targets.facts()
    likes = _alike(groups)
    supporting = _supporting(scope, [target.pk for group in groups for target in group.targets.values()])
    order = {unit_id: place for place, unit_id in enumerate(_in_tree_order(scope.tree))}
    rows = []
    for group in groups:
        for unit_id in sorted(group.targets, key=lambda unit_id: order.get(unit_id, 0)):
            rows.append(_row(scope.tree, year, group, unit_id, likes, supporting))
    return Plan(year, tuple(rows))


def checkpoints_of(plan: Plan) -> dict[int, dict[int, Decimal]]:
    """The checkpoints in force in December, by month and target id. Two queries."""
    found: dict[int, dict[int, Decimal]] = {}
    revisions = TargetRevision.objects.filter(target__in=[row.target.pk for row in plan.rows])
    for revision in revisions.order_by("target_id", "effective_month").prefetch_related("checkpoints"):
        found[revision.target_id] = {point.month: point.value for point in revision.checkpoints.all()}
    return found


def steps_of(plan: Plan) -> dict[int, list[Milestone]]:
    """The steps of tasks in order, by target id. One query."""
    found: dict[int, list[Milestone]] = {}
    milestones = Milestone.objects.filter(target__in=[row.target.pk for row in plan.rows], archived_at__isnull=True)
    for milestone in milestones.order_by("target_id", "step"):
        found.setdefault(milestone.target_id, []).append(milestone)
    return found


def _in_tree_order(tree: UnitTree) -> Iterable[int]:
    for root in tree.roots:
        yield from tree.below(root)


def _row(
    tree: UnitTree,
    year: Year,
    group: IndicatorFacts,
    unit_id: int,
    likes: Mapping[int, tuple[Indicator, ...]],
    supporting: Mapping[int, tuple[Unit, ...]],
) -> PlanRow:
    target, facts = group.targets[unit_id], group.facts[unit_id]
    checkpoints = facts.plan.checkpoints(DECEMBER)
    revisions = facts.plan.revisions
    adjusted = [revision.effective_month for revision in revisions if revision.effective_month > 1]
    return PlanRow(
        target=target,
        indicator=group.indicator,
        unit=tree.units[unit_id],
        depth=sum(above in group.targets for above in tree.above(unit_id)) - 1,
        half_year=period_target(group.measure, facts.plan, Period.FIRST_HALF, DECEMBER),
        annual=period_target(group.measure, facts.plan, Period.YEAR, DECEMBER),
        shape=shape(group.measure, facts.plan, checkpoints),
        adjusted_from=adjusted[-1] if adjusted else None,
        steps=len(facts.steps),
        slips=slips_at(tree, year, group, unit_id),
        misfits=misfits_at(tree, year, group, unit_id),
        alike=likes.get(group.indicator.pk, ()),
        supporting=supporting.get(target.pk, ()),
    )


def slips_at(tree: UnitTree, year: Year, group: IndicatorFacts, unit_id: int) -> tuple[Slip, ...]:
    """What in the target of a unit is probably a slip."""
    facts = group.facts[unit_id]
    return slips(
        group.measure,
        facts.plan.checkpoints(DECEMBER),
        figures=facts.figures,
        has_parts=bool(_parts_at(tree, year, group, unit_id)),
        steps=_all_steps(group, facts, tree, unit_id),
    )


def _parts_at(tree: UnitTree, year: Year, group: IndicatorFacts, unit_id: int) -> tuple[int, ...]:
    return roll_up(group, tree, year, Period.YEAR, DECEMBER).parts(unit_id)


def _all_steps(group: IndicatorFacts, facts: TargetFacts, tree: UnitTree, unit_id: int) -> list[Step]:
    """The steps of a task; a sum has those of the units below."""
    if facts.figures is Figures.OWN:
        return list(facts.steps)
    return [step for below in tree.below(unit_id) if below in group.facts for step in group.facts[below].steps]


def misfits_at(tree: UnitTree, year: Year, group: IndicatorFacts, unit_id: int) -> tuple[Misfit, ...]:
    """Where the checkpoints of a unit's target and those of the targets below it do not make a whole."""
    own = group.facts.get(unit_id)
    if own is None or group.measure.kind is not Kind.QUANTITY:
        return ()
    parts = _parts_at(tree, year, group, unit_id)
    return misfits(group.measure, own.plan, [group.facts[part].plan for part in parts], DECEMBER)


def _alike(groups: Iterable[IndicatorFacts]) -> dict[int, tuple[Indicator, ...]]:
    indicators = {group.indicator.pk: group.indicator for group in groups}
    found = alike_among({pk: (one.name, one.definition) for pk, one in indicators.items()})
    # What succeeds another is meant to be like it.
    return {
        pk: tuple(
            indicators[other]
            for other in others
            if indicators[other].succeeds_id != pk and indicators[pk].succeeds_id != other
        )
        for pk, others in found.items()
    }


def _supporting(scope: Scope, target_ids: list[int]) -> dict[int, tuple[Unit, ...]]:
    rows = (
        Target.supporting_units.through.objects.filter(target__in=target_ids)
        .order_by("unit__position", "unit_id")
        .values_list("target_id", "unit_id")
    )
    found: dict[int, list[Unit]] = {}
    for target_id, unit_id in rows:
        found.setdefault(target_id, []).append(scope.tree.units[unit_id])
    return {target_id: tuple(units) for target_id, units in found.items()}


def indicators_like(name: str, definition: str = "", *, but: Indicator | None = None) -> tuple[Indicator, ...]:
    """The indicators in use whose name is nearly this one, or whose definition is the same."""
    others = Indicator.objects.filter(archived_at__isnull=True).select_related("section")
    if but is not None:
        others = others.exclude(pk=but.pk)
    return tuple(one for one in others if alike(one.name, name) or same_definition(one.definition, definition))


@dataclass(frozen=True)
class RevisionRow:
    """The checkpoints of a revision 目标调整 and the months that it judged: both values stay.

    Attributes:
        months: the first and the last month of the year that it judges.
        is_latest: it is the one in force at the year's end.
    """

    revision: TargetRevision
    checkpoints: tuple[tuple[int, Decimal], ...]
    months: tuple[int, int]
    half_year: PeriodTarget
    annual: Fraction | None
    is_latest: bool


def revisions_of(
    group: IndicatorFacts, target: Target, revisions: Sequence[TargetRevision] | None = None
) -> tuple[RevisionRow, ...]:
    """Every revision of a target with the months that it judges, in their order.

    One query, unless its ``revisions`` are given in the order of their months.
    """
    listed = list(target.revisions.order_by("effective_month")) if revisions is None else list(revisions)
    facts = group.facts[target.unit_id]
    found = []
    for place, revision in enumerate(listed):
        month = revision.effective_month
        last = listed[place + 1].effective_month - 1 if place + 1 < len(listed) else DECEMBER
        found.append(
            RevisionRow(
                revision=revision,
                checkpoints=facts.plan.checkpoints(month),
                months=(month, last),
                half_year=period_target(group.measure, facts.plan, Period.FIRST_HALF, month),
                annual=period_target(group.measure, facts.plan, Period.YEAR, month).value,
                is_latest=place + 1 == len(listed),
            )
        )
    return tuple(found)


@dataclass(frozen=True)
class Adjusted:
    """A target that was adjusted, with the plan as set and every adjustment."""

    target: Target
    revisions: tuple[RevisionRow, ...]


def adjusted(group: IndicatorFacts, targets: Iterable[Target]) -> tuple[Adjusted, ...]:
    """Those of the targets that were adjusted in the course of the year. One query."""
    by_target: dict[int, list[TargetRevision]] = {target.pk: [] for target in targets}
    rows = TargetRevision.objects.filter(target__in=list(by_target)).order_by("target_id", "effective_month")
    for revision in rows:
        by_target[revision.target_id].append(revision)
    known = {target.pk: target for target in group.targets.values()}
    return tuple(
        Adjusted(known[pk], revisions_of(group, known[pk], listed))
        for pk, listed in by_target.items()
        if any(revision.effective_month > 1 for revision in listed)
    )


@dataclass(frozen=True)
class PartPlan:
    """A unit in the breakdown of an indicator: the viewed one, or one directly below it.

    Attributes:
        target: its target; ``None`` where it has none.
        checkpoints: those in force in December.
        is_open: its half-year and annual target are set here. One adjusted in the course of the year, or with other
            checkpoints, is changed on its own page.
    """

    unit: Unit
    target: Target | None
    checkpoints: tuple[tuple[int, Decimal], ...]
    is_open: bool
    is_whole: bool = False


@dataclass(frozen=True)
class BreakdownPage:
    """One indicator at a unit and the units directly below it."""

    indicator: Indicator
    year: Year
    unit: Unit
    group: IndicatorFacts | None
    rows: tuple[PartPlan, ...]
    misfits: tuple[Misfit, ...]


def breakdown_page(scope: Scope, year: Year, indicator: Indicator, unit: Unit) -> BreakdownPage:
    """The targets of an indicator at a unit and directly below it, in the year's units."""
    targets = Target.objects.visible_to(scope).in_force(year.year).filter(indicator=indicator)
    groups = targets.facts()
    group = groups[0] if groups else None
    below = [scope.tree.units[pk] for pk in scope.tree.children.get(unit.pk, ())]
    rows = [_part(group, unit, is_whole=True)]
    rows += [_part(group, one) for one in below if one.pk in scope.unit_ids and one.is_in_use(year.year)]
    return BreakdownPage(
        indicator,
        year,
        unit,
        group,
        tuple(rows),
        misfits_at(scope.tree, year, group, unit.pk) if group is not None else (),
    )


def _part(group: IndicatorFacts | None, unit: Unit, *, is_whole: bool = False) -> PartPlan:
    target = group.targets.get(unit.pk) if group is not None else None
    if group is None or target is None:
        return PartPlan(unit, None, (), is_open=True, is_whole=is_whole)
    plan = group.facts[unit.pk].plan
    checkpoints = plan.checkpoints(DECEMBER)
    simple = len(plan.revisions) <= 1 and {month for month, _value in checkpoints} <= {6, DECEMBER}
    return PartPlan(unit, target, checkpoints, is_open=simple, is_whole=is_whole)
