"""The plan of a year as it is set: every target with its path, and what in it is worth a second look."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, overload

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from targets.calculations.breakdowns import Misfit, misfits
from targets.calculations.facts import Step, TargetFacts
from targets.calculations.layouts import Shape, shape
from targets.calculations.likeness import alike, alike_among, same_definition
from targets.calculations.paths import PeriodTarget, period_target
from targets.calculations.rollup import RollUp
from targets.calculations.slips import Slip, slips
from targets.calculations.terms import Figures, Kind, Period
from targets.models import Indicator, Milestone, Section, Target, TargetRevision, Unit, Year
from targets.models.fields import as_amount
from targets.permissions import Scope
from targets.querysets.plans import IndicatorFacts, TargetQuerySet
from targets.querysets.units import UnitTree

DECEMBER = 12


@dataclass(frozen=True)
class PlanRow:
    """A target as it is set.

    Amounts are in the unit of measure, by the checkpoints in force in December.

    Attributes:
        depth: how many units above it have a target of the same indicator in the plan.
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
    """What is kept; an empty field keeps everything. ``section``, ``indicator`` and ``unit`` are codes."""

    words: str = ""
    section: str = ""
    indicator: str = ""
    unit: str = ""
    lead: str = ""
    kind: str = ""
    warnings: bool = False
    archived: bool = False

    @property
    def is_active(self) -> bool:
        return any((self.words, self.section, self.indicator, self.unit, self.lead, self.kind, self.warnings))

    def apply(self, targets: TargetQuerySet) -> TargetQuerySet:
        """The targets that are kept, but for ``warnings``, which only the rules know."""
        if self.section:
            targets = targets.filter(indicator__section__code=self.section)
        if self.indicator:
            targets = targets.filter(indicator__code=self.indicator)
        if self.unit:
            helping = Target.supporting_units.through.objects.filter(target=OuterRef("pk"), unit__code=self.unit)
            targets = targets.filter(Q(unit__code=self.unit) | Exists(helping))
        if self.lead:
            targets = targets.filter(lead_leader=self.lead)
        if self.kind:
            targets = targets.filter(indicator__kind=self.kind)
        for word in self.words.split():
            targets = targets.filter(
                _holding(word, "lead_leader", "responsible_person", "wording")
                | Q(indicator__in=Indicator.objects.filter(_holding(word, "code", "name", "name_en")))
                | Q(unit__in=Unit.objects.filter(_holding(word, "name", "name_en")))
            )
        return targets


def _holding(word: str, *fields: str) -> Q:
    """One of the fields contains the word, in whatever capitals."""
    condition = Q()
    for field in fields:
        condition |= Q(**{f"{field}__icontains": word})
    return condition


def targets_of(scope: Scope, year: Year, *, archived: bool = False) -> TargetQuerySet:
    """The targets of a year that the person sees; with ``archived`` those that were taken out of it."""
    visible: TargetQuerySet = Target.objects.visible_to(scope)
    return visible.archived(year.year) if archived else visible.in_force(year.year)


#: A target with its indicator and its unit.
Key = tuple[int, int, int]


def at_and_below(tree: UnitTree, targets: TargetQuerySet, keys: Iterable[Key]) -> TargetQuerySet:
    """What the rules need to know of these targets: they, and those of the same indicators below their units."""
    listed = list(keys)
    near = targets.filter(indicator__in={indicator_id for _pk, indicator_id, _unit in listed})
    below = {pk for unit_id in {unit_id for _pk, _indicator, unit_id in listed} for pk in tree.below(unit_id)}
    return near if len(below) == len(tree.units) else near.filter(unit__in=below)


class PlanList(Sequence[PlanRow]):
    """The plan of a year as far as the person sees it, filtered: by section, indicator and the tree of units.

    Only what a slice shows is read, in as many queries whatever the size of the plan. ``warnings`` of the filter is
    not asked here: see ``with_warnings``.
    """

    def __init__(self, scope: Scope, year: Year, chosen: PlanFilter) -> None:
        self.scope = scope
        self.year = year
        self.whole = targets_of(scope, year, archived=chosen.archived)
        self.kept = chosen.apply(self.whole)
        grouped = self.whole.order_by().values_list("indicator", "lead_leader")
        led = list(grouped.annotate(Max("lead_leader_en"), Count("pk"), Sum("weight")))
        found = Indicator.objects.select_related("section").in_bulk({row[0] for row in led})
        #: Every indicator of the year's plan, whatever the filter keeps.
        self.indicators = sorted(found.values(), key=lambda one: (one.section.position, one.position, one.pk))
        places = {one.pk: place for place, one in enumerate(self.indicators)}
        self._led = sorted(led, key=lambda row: (places[row[0]], row[1]))
        counts: dict[int, int] = {}
        for indicator_id, _lead, _lead_en, count, _weight in led:
            counts[indicator_id] = counts.get(indicator_id, 0) + count
        if chosen != PlanFilter(warnings=chosen.warnings, archived=chosen.archived):
            counts = dict(self.kept.order_by().values_list("indicator").annotate(Count("pk")))
        #: How many targets of each indicator are kept.
        self.counts = counts
        self._places = {unit_id: place for place, unit_id in enumerate(in_tree_order(scope.tree))}

    def __len__(self) -> int:
        return sum(self.counts.values())

    @property
    def sections(self) -> tuple[Section, ...]:
        return tuple({one.section_id: one.section for one in self.indicators}.values())

    @property
    def sensitive(self) -> tuple[Indicator, ...]:
        return tuple(one for one in self.indicators if one.sensitive)

    @property
    def weight_by_section(self) -> Mapping[int, Decimal]:
        """The weights that stand in each section, added up."""
        section_of = {one.pk: one.section_id for one in self.indicators}
        found: dict[int, Decimal] = {}
        for indicator_id, _lead, _lead_en, _count, weight in self._led:
            section_id = section_of[indicator_id]
            found[section_id] = found.get(section_id, Decimal(0)) + weight
        return {section_id: as_amount(Fraction(weight)) for section_id, weight in found.items()}

    @property
    def leads(self) -> tuple[Target, ...]:
        """One target for each lead leader, as far as its names go, in the order of the indicators."""
        found: dict[str, str] = {}
        for _indicator, lead, lead_en, _count, _weight in self._led:
            if lead:
                found.setdefault(lead, lead_en)
        return tuple(Target(lead_leader=lead, lead_leader_en=lead_en) for lead, lead_en in found.items())

    @overload
    def __getitem__(self, wanted: int) -> PlanRow: ...

    @overload
    def __getitem__(self, wanted: slice) -> Sequence[PlanRow]: ...

    def __getitem__(self, wanted: int | slice) -> PlanRow | Sequence[PlanRow]:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        first, last, _step = wanted.indices(len(self))
        shown = self.keys(first, last)
        if not shown:
            return []
        # What lies below says whether the parts make the whole, what lies above how far a row is indented.
        tree = self.scope.tree
        groups = {group.indicator.pk: group for group in at_and_below(tree, self.whole, shown).plans()}
        above = {pk for _pk, _indicator, unit_id in shown for pk in tree.above(unit_id)}
        near = self.whole.filter(indicator__in=groups, unit__in=above).order_by()
        planned = set(near.values_list("indicator", "unit"))
        likes = _alike(self.indicators)
        supporting = supporting_units(self.scope, [pk for pk, _indicator, _unit in shown])
        rows = []
        for pk, indicator_id, unit_id in shown:
            group = groups[indicator_id]
            if group.targets[unit_id].pk != pk:  # archived more than once
                (group,) = self.whole.filter(pk=pk).plans()
            depth = sum((indicator_id, one) in planned for one in tree.above(unit_id)) - 1
            rows.append(_row(tree, self.year, group, unit_id, depth, likes, supporting))
        return rows

    def keys(self, first: int, last: int) -> list[Key]:
        """The targets from one place to another. One query."""
        passed, wanted = 0, []
        for one in self.indicators:
            count = self.counts.get(one.pk, 0)
            if passed < last and passed + count > first:
                wanted.append((one.pk, passed))
            passed += count
        rows: dict[int, list[Key]] = {pk: [] for pk, _passed in wanted}
        for row in self.kept.filter(indicator__in=rows).order_by("pk").values_list("pk", "indicator", "unit"):
            rows[row[1]].append(row)
        shown = []
        for pk, before in wanted:
            in_order = sorted(rows[pk], key=lambda row: self._places.get(row[2], 0))
            shown += in_order[max(first - before, 0) : last - before]
        return shown


def with_warnings(plan: PlanList, start: int, *, most: int, looked_through: int) -> tuple[list[PlanRow], int]:
    """The rows from the place ``start`` on that are worth a second look, and the place up to which was looked.

    At most ``most`` rows are given back and ``looked_through`` looked at: what is a slip only the rules know.
    """
    found = []
    rows = plan[start : start + looked_through]
    for place, row in enumerate(rows, start):
        if row.has_warnings:
            found.append(row)
            if len(found) == most:
                return found, place + 1
    return found, start + len(rows)


@dataclass(frozen=True)
class WholePlan:
    """Every target of a year that the person sees, as a file holds it, with its indicator, section and unit.

    ``checkpoints`` are those in force in December by month; they, ``steps`` and ``supporting`` are by target id.
    """

    year: Year
    targets: tuple[Target, ...]
    checkpoints: Mapping[int, Mapping[int, Decimal]]
    steps: Mapping[int, Sequence[Milestone]]
    supporting: Mapping[int, tuple[Unit, ...]]


def checkpoints_in_force(targets: TargetQuerySet) -> dict[int, dict[int, Decimal]]:
    """The checkpoints in force in December, by month and target id. One query."""
    found: dict[int, tuple[int, dict[int, Decimal]]] = {}
    revisions = TargetRevision.objects.filter(target__in=targets.order_by().values("pk"))
    rows = revisions.values_list("target_id", "effective_month", "checkpoints__month", "checkpoints__value")
    for target_id, begins, month, value in rows.order_by("effective_month", "checkpoints__month"):
        if found.get(target_id, (0, {}))[0] != begins:
            found[target_id] = (begins, {})
        if month is not None:
            found[target_id][1][month] = value
    return {target_id: points for target_id, (_begins, points) in found.items()}


def whole_plan(scope: Scope, year: Year) -> WholePlan:
    """The plan of a year in the order of the pages. Five queries, whatever its size."""
    targets = targets_of(scope, year)
    listed = list(targets.order_by("pk"))
    indicators = Indicator.objects.select_related("section").in_bulk({target.indicator_id for target in listed})
    places = {unit_id: place for place, unit_id in enumerate(in_tree_order(scope.tree))}
    for target in listed:
        target.indicator = indicators[target.indicator_id]
        target.unit = scope.tree.units[target.unit_id]

    def place(target: Target) -> tuple[int, ...]:
        one = target.indicator
        return (one.section.position, one.position, one.pk, places[target.unit_id])

    steps: dict[int, list[Milestone]] = {}
    milestones = Milestone.objects.filter(target__in=targets.order_by().values("pk"), archived_at__isnull=True)
    for milestone in milestones.order_by("target_id", "step"):
        steps.setdefault(milestone.target_id, []).append(milestone)
    return WholePlan(
        year,
        tuple(sorted(listed, key=place)),
        checkpoints_in_force(targets),
        steps,
        supporting_units(scope, targets.order_by().values("pk")),
    )


def in_tree_order(tree: UnitTree) -> Iterable[int]:
    """Every unit, each before those below it."""
    for root in tree.roots:
        yield from tree.below(root)


def _row(
    tree: UnitTree,
    year: Year,
    group: IndicatorFacts,
    unit_id: int,
    depth: int,
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
        depth=depth,
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
    whole = RollUp(group.measure, group.facts, tree.children, year=year.year, period=Period.YEAR, as_of=DECEMBER)
    return whole.parts(unit_id)


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


def _alike(listed: Iterable[Indicator]) -> dict[int, tuple[Indicator, ...]]:
    indicators = {one.pk: one for one in listed}
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


def supporting_units(scope: Scope, target_ids: Iterable[int] | QuerySet[Any]) -> dict[int, tuple[Unit, ...]]:
    """The supporting units of targets by target id. One query."""
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


def breakdown_page(
    scope: Scope, year: Year, indicator: Indicator, unit: Unit, *, with_answers: bool = False
) -> BreakdownPage:
    """The targets of an indicator at a unit and directly below it, in the year's units.

    What was answered, everywhere, is only needed to say what another plan would change.
    """
    targets = targets_of(scope, year)
    if with_answers:
        groups = targets.filter(indicator=indicator).facts()
    else:
        groups = at_and_below(scope.tree, targets, [(0, indicator.pk, unit.pk)]).plans()
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
