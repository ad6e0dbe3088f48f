"""What a unit looks like as a whole, by section and by lead leader."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from targets.calculations.rollup import Standing
from targets.calculations.terms import Status
from targets.models import Remedy, Section
from targets.summaries import accounts
from targets.summaries.rows import GOODNESS, Group, IndicatorRow, Lead, rows
from targets.summaries.selection import Selection


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
    """The indicators of one lead leader."""

    lead: Lead
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


def group(selection: Selection, section: Section | None = None) -> Group:
    """A section at the viewed unit, or all its indicators, of all lead leaders."""
    if accounts.are_kept(selection):
        return Group(accounts.rows(selection, section), section)
    return Group(rows(selection, selection.facts(section=section)), section)


def led_by(group: Group, lead: str) -> Group:
    """The indicators of one lead leader; all where none is named."""
    if not lead:
        return group
    kept = (row for row in group.rows if any(one.lead_leader == lead for one in row.leads))
    return Group(tuple(kept), group.section)


def overview(selection: Selection, *, compared: bool = True) -> Overview:
    """The viewed unit as a whole, or what one lead leader answers for in it.

    ``compared`` says whether ``changes`` are asked for, which judges everything a second time; else there are none.
    """
    whole = group(selection)
    total = led_by(whole, selection.lead)
    return Overview(
        selection,
        total,
        sections=_by_section(total),
        all_sections=tuple(group.section for group in _by_section(whole) if group.section is not None),
        leads=by_lead(whole),
        changes=_changes(selection, total) if compared else (),
        remedies=open_remedies(total.with_status(Status.BEHIND), selection.month),
    )


def open_remedies(rows: Iterable[IndicatorRow], month: int) -> dict[int, tuple[Remedy, ...]]:
    """Why each of the rows lags, of every unit that said so, in their order, by indicator: what was known by ``month``.

    Of a cut-off in the past these are the remedies that were open then, in the words of then.
    """
    listed = list(rows)
    kept = [row for row in listed if isinstance(row, accounts.AccountRow)]
    targets = {
        target.pk: row.indicator.pk
        for row in listed
        if not isinstance(row, accounts.AccountRow)
        for target in row.remedy_targets
    }
    targets |= accounts.targets_with_remedies(kept)
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
    leads: dict[str, tuple[Lead, list[IndicatorRow]]] = {}
    for row in total.rows:
        for lead in row.leads:
            leads.setdefault(lead.lead_leader, (lead, []))[1].append(row)
    return tuple(LeadGroup(lead, Group(tuple(listed))) for lead, listed in leads.values())


def _changes(selection: Selection, total: Group) -> tuple[StatusChange, ...]:
    """What changed its status since the month before, the worsened first."""
    if selection.month == 1:
        return ()
    found = []
    for row in total.rows:
        before = row.standing_at(selection.month - 1)
        if before is not None and before.status != row.status and {before.status, row.status} <= set(GOODNESS):
            found.append(StatusChange(row, before))
    return tuple(sorted(found, key=lambda change: change.is_better))
