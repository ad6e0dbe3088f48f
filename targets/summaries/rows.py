"""One indicator at the viewed unit, and groups of them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from targets.calculations import answers
from targets.calculations.comparison import official_growth
from targets.calculations.completeness import Completeness
from targets.calculations.means import Mean, mean
from targets.calculations.rollup import RollUp, Standing
from targets.calculations.terms import Figures, Status
from targets.models import Indicator, Remedy, Section, Target, Unit
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


@dataclass(frozen=True)
class MissingMonths:
    """What one unit still owes of an indicator."""

    unit: Unit
    months: tuple[int, ...]


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator at the viewed unit.

    Attributes:
        targets: the targets it is made of: the unit's own, or those of the parts.
        own_target: the viewed unit's own target, where it has one.
        facts, rolled: what the standing was made of, and where those of further units are asked for.
        missing: the due months nobody answered, by unit.
        carried_on: units that ended and whose level stands in that of another one by now.
    """

    indicator: Indicator
    standing: Standing[int]
    targets: tuple[Target, ...]
    own_target: Target | None
    units: tuple[Unit, ...]
    facts: IndicatorFacts = field(repr=False)
    rolled: RollUp[int] = field(repr=False)
    missing: tuple[MissingMonths, ...] = ()
    silent: tuple[Unit, ...] = ()
    left_out: tuple[Unit, ...] = ()
    unplanned: tuple[Unit, ...] = ()
    carried_on: tuple[Unit, ...] = ()

    @property
    def status(self) -> Status:
        return self.standing.status

    @property
    def waiting(self) -> int:
        """How many submitted answers at the viewed unit and below wait for review."""
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

    @property
    def leads(self) -> tuple[Target, ...]:
        """One target for each lead leader, in order: who answers for this indicator."""
        found: dict[str, Target] = {}
        for target in self.targets:
            if target.lead_leader:
                found.setdefault(target.lead_leader, target)
        return tuple(found.values())

    @property
    def remedy_targets(self) -> tuple[Target, ...]:
        """The targets whose remedies are about this: the unit's own before those that it is made of."""
        own = self.own_target
        return (own, *self.targets) if own is not None and own not in self.targets else self.targets

    @property
    def approximation(self) -> str:
        """How the published target is worded, where there is exactly one."""
        return self.targets[0].approximation if len(self.targets) == 1 else ""

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
        return tuple(row for row in self.rows if row.missing and row.status is not Status.NOT_REPORTED)

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


@dataclass(frozen=True)
class StatusChange:
    """An indicator whose status is another than a month before."""

    row: IndicatorRow
    before: Standing[int]

    @property
    def is_better(self) -> bool:
        return GOODNESS.index(self.row.status) < GOODNESS.index(self.before.status)


@dataclass(frozen=True)
class LeadGroup:
    """The indicators of one lead leader. ``lead`` is a target that names the person or post."""

    lead: Target
    group: Group


@dataclass(frozen=True)
class Overview:
    """What a unit looks like as a whole: the mean over all its indicators, its sections, its lead leaders.

    ``changes`` are against the month before, empty in January. ``leads`` and ``all_sections`` are those of the
    whole, whatever lead leader is chosen. ``remedies`` are the open ones of what is behind, by indicator; several
    where several units have one.
    """

    selection: Selection
    total: Group
    sections: tuple[Group, ...]
    all_sections: tuple[Section, ...]
    leads: tuple[LeadGroup, ...]
    changes: tuple[StatusChange, ...]
    remedies: Mapping[int, tuple[Remedy, ...]]

    @property
    def worsened(self) -> tuple[StatusChange, ...]:
        return tuple(change for change in self.changes if not change.is_better)

    @property
    def improved(self) -> tuple[StatusChange, ...]:
        return tuple(change for change in self.changes if change.is_better)


def indicator_row(selection: Selection, group: IndicatorFacts, *, as_of: int | None = None) -> IndicatorRow | None:
    """The row of one indicator; ``None`` where the unit and those below have no target for it."""
    return row_at(selection, group, selection.roll_up(group, as_of=as_of), selection.unit.pk)


def row_at(selection: Selection, group: IndicatorFacts, rolled: RollUp[int], unit_id: int) -> IndicatorRow | None:
    """The row of a unit, which may lie below the viewed one; ``None`` where it and those below have no target."""
    standing = rolled.standing(unit_id)
    if standing is None:
        return None
    units = selection.tree.units

    def named(ids: Iterable[int]) -> tuple[Unit, ...]:
        return tuple(units[unit_id] for unit_id in ids)

    return IndicatorRow(
        indicator=group.indicator,
        standing=standing,
        targets=tuple(group.targets[part] for part in standing.parts if part in group.targets),
        own_target=group.targets.get(standing.unit),
        units=named(standing.parts),
        facts=group,
        rolled=rolled,
        missing=tuple(MissingMonths(units[owing.unit], owing.months) for owing in standing.owing),
        silent=named(standing.silent),
        left_out=named(standing.left_out),
        unplanned=named(standing.unplanned),
        carried_on=named(_carried_on(selection, group, rolled, unit_id)),
    )


def _carried_on(selection: Selection, group: IndicatorFacts, rolled: RollUp[int], unit_id: int) -> Iterable[int]:
    ended = [pk for pk, facts in group.facts.items() if facts.carried_on_by and rolled.is_carried_on(pk)]
    return [pk for pk in ended if unit_id in selection.tree.above(pk) and pk != unit_id]


def rows(selection: Selection, groups: Iterable[IndicatorFacts]) -> tuple[IndicatorRow, ...]:
    """The rows of all indicators that the unit or those below have a target for."""
    found = (indicator_row(selection, group) for group in groups)
    return tuple(row for row in found if row is not None)


def group(selection: Selection, section: Section | None = None) -> Group:
    """A section at the viewed unit, or all its indicators, of all lead leaders."""
    return Group(rows(selection, selection.facts(section=section)), section)


def led_by(group: Group, lead: str) -> Group:
    """The indicators of one lead leader; all where none is named."""
    if not lead:
        return group
    kept = (row for row in group.rows if any(target.lead_leader == lead for target in row.leads))
    return Group(tuple(kept), group.section)


def overview(selection: Selection, *, compared: bool = True) -> Overview:
    """The viewed unit as a whole, or what one lead leader answers for in it.

    ``compared`` says whether ``changes`` are asked for, which judges everything a second time; else there are none.
    """
    facts = selection.facts()
    whole = Group(rows(selection, facts))
    total = led_by(whole, selection.lead)
    return Overview(
        selection,
        total,
        sections=_by_section(total),
        all_sections=tuple(group.section for group in _by_section(whole) if group.section is not None),
        leads=by_lead(whole),
        changes=_changes(selection, facts, total) if compared else (),
        remedies=open_remedies(total.with_status(Status.BEHIND), selection.month),
    )


def open_remedies(rows: Iterable[IndicatorRow], month: int) -> dict[int, tuple[Remedy, ...]]:
    """Why each of the rows lags, of every unit that said so, in their order, by indicator: what was known by ``month``.

    Of a cut-off in the past these are the remedies that were open then, in the words of then.
    """
    targets = {target.pk: row.indicator.pk for row in rows for target in row.remedy_targets}
    by_target = Remedy.objects.filter(target__in=list(targets)).select_related("target__unit").open_at(month)
    found: dict[int, tuple[Remedy, ...]] = {}
    for target, indicator in targets.items():
        if target in by_target:
            found[indicator] = (*found.get(indicator, ()), by_target[target])
    return found


def within(overview: Overview, sections: Collection[str]) -> Overview:
    """The same unit, of some sections only, by their codes. ``all_sections`` stay those of the whole."""

    def kept(row: IndicatorRow) -> bool:
        return row.indicator.section.code in sections

    total = Group(tuple(row for row in overview.total.rows if kept(row)))
    return replace(
        overview,
        total=total,
        sections=tuple(group for group in overview.sections if group.section and group.section.code in sections),
        leads=by_lead(total),
        changes=tuple(change for change in overview.changes if kept(change.row)),
    )


def _by_section(total: Group) -> tuple[Group, ...]:
    sections: dict[int, list[IndicatorRow]] = {}
    for row in total.rows:
        sections.setdefault(row.indicator.section_id, []).append(row)
    return tuple(Group(tuple(listed), listed[0].indicator.section) for listed in sections.values())


def by_lead(total: Group) -> tuple[LeadGroup, ...]:
    """An indicator of two leads stands under both."""
    leads: dict[str, tuple[Target, list[IndicatorRow]]] = {}
    for row in total.rows:
        for target in row.leads:
            leads.setdefault(target.lead_leader, (target, []))[1].append(row)
    return tuple(LeadGroup(target, Group(tuple(listed))) for target, listed in leads.values())


def _changes(selection: Selection, facts: Iterable[IndicatorFacts], total: Group) -> tuple[StatusChange, ...]:
    """What changed its status since the month before, the worsened first."""
    if selection.month == 1:
        return ()
    shown = {row.indicator.pk: row for row in total.rows}
    found = []
    for one in facts:
        row = shown.get(one.indicator.pk)
        before = selection.roll_up(one, as_of=selection.month - 1).standing(selection.unit.pk)
        if row is None or before is None or before.status == row.status:
            continue
        if before.status in GOODNESS and row.status in GOODNESS:
            found.append(StatusChange(row, before))
    return tuple(sorted(found, key=lambda change: change.is_better))
