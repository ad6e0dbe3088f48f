"""One unit's month: what is due, what was typed, and what it would mean.

What waits for review counts here as if it were approved: the clerk goes on from what was handed in, and a running
total that left out a submitted month would mislead.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from targets.calculations import answers
from targets.calculations.answers import Reported
from targets.calculations.deadlines import Calendar, calendar
from targets.calculations.facts import Answer, Measure, Step
from targets.calculations.milestones import is_dropped
from targets.calculations.oddities import Odd, oddities
from targets.calculations.outlook import Outlook, outlook
from targets.calculations.periods import due_months
from targets.calculations.rollup import Standing
from targets.calculations.terms import Direction, Frequency, Kind, Period, Status
from targets.models import (
    Indicator,
    IndicatorCheck,
    Membership,
    Milestone,
    MilestoneEntry,
    ProgressEntry,
    Remedy,
    Role,
    Section,
    State,
    Target,
    Unit,
    UnitMonth,
    User,
    Year,
)
from targets.models.progress import OPEN_STATES
from targets.permissions import Scope
from targets.querysets.plans import IndicatorFacts, TargetQuerySet
from targets.querysets.progress import as_answer
from targets.summaries.checks import BrokenCheck, broken_checks
from targets.summaries.selection import Selection


@dataclass(frozen=True)
class MonthRemedy:
    """What is done about a target that lags.

    Attributes:
        open: the remedy that was stated and not closed yet, in whichever month; ``None`` where nobody said why.
        is_behind: red with what waits or is drafted, so that a remedy is asked for.
    """

    target: Target
    open: Remedy | None
    is_behind: bool


@dataclass(frozen=True)
class MonthRow:
    """One target in one month.

    Attributes:
        entry: the open version, that somebody can still work on.
        approved: the version that counts.
        before: what was reported last before this month.
        now: what the open version brings, else the one that counts; ``None`` for "not applicable" and without both.
        standing: judged at this month, with what waits as if it were approved.
        expected_standing: the same with what is drafted; ``None`` without an open version.
        outlook: what remains of the annual target, and its pace, with this month where it is answered.
        odd: what about the open version is odd.
        remedy: ``None`` where the target neither lags nor has an open remedy.
    """

    target: Target
    measure: Measure
    entry: ProgressEntry | None
    approved: ProgressEntry | None
    before: Reported | None
    now: Reported | None
    standing: Standing[int]
    expected_standing: Standing[int] | None
    outlook: Outlook | None
    odd: tuple[Odd, ...]
    remedy: MonthRemedy | None

    @property
    def waits(self) -> bool:
        """Whether it is submitted and not reviewed yet."""
        return self.entry is not None and self.entry.state == State.SUBMITTED

    @property
    def is_open(self) -> bool:
        """Whether it can be typed into: nothing is approved, and nothing waits for review."""
        return not self.waits and (self.approved is None or self.entry is not None)

    @property
    def is_correction(self) -> bool:
        """Whether what is typed corrects an approved figure, so that a reason is asked for."""
        return self.approved is not None

    @property
    def can_correct(self) -> bool:
        """Whether a correction can be begun."""
        return self.approved is not None and self.entry is None

    @property
    def shown_standing(self) -> Standing[int] | None:
        """What the month gives with what is in it; ``None`` while nothing is."""
        return self.expected_standing or (self.standing if self.approved is not None else None)


@dataclass(frozen=True)
class MonthStep:
    """One step of a milestone task, as far as it is known in this month. The last one carries the task's remedy."""

    milestone: Milestone
    entry: MilestoneEntry | None
    approved: MilestoneEntry | None
    remedy: MonthRemedy | None = None

    @property
    def is_done(self) -> bool:
        return self.approved is not None and self.approved.done

    @property
    def waits(self) -> bool:
        return self.entry is not None and self.entry.state == State.SUBMITTED

    @property
    def is_open(self) -> bool:
        return not self.waits and (self.entry is not None or not self.is_done)

    @property
    def is_correction(self) -> bool:
        """Whether what is said corrects an approved "done", so that a reason is asked for."""
        return self.is_done

    @property
    def can_correct(self) -> bool:
        return self.is_done and self.entry is None


@dataclass(frozen=True)
class MonthSection:
    """The due rows and steps of a section."""

    section: Section
    rows: tuple[MonthRow, ...]
    steps: tuple[MonthStep, ...]


@dataclass(frozen=True)
class MonthGrid:
    """Everything that one unit is asked for in one month.

    ``reviewers`` can reopen it, once it is closed. ``checks`` are the relations that do not hold.
    ``returned_elsewhere`` are figures of other months of the year that the reviewer handed back.
    """

    unit: Unit
    year: Year
    month: int
    closed_at: datetime | None
    reviewers: tuple[User, ...]
    sections: tuple[MonthSection, ...]
    checks: tuple[BrokenCheck, ...] = ()
    returned_elsewhere: tuple[ProgressEntry, ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether the unit exists in the month."""
        return self.month in self.unit.months_in(self.year.year)

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def period(self) -> Period:
        """The period that the month is judged in: the first half until June."""
        return period_of(self.month)

    @property
    def calendar(self) -> Calendar:
        return calendar(
            self.year.year,
            self.month,
            opening_day=self.year.opening_day,
            due_day=self.year.due_day,
            review_day=self.year.review_day,
            closing_day=self.year.closing_day,
        )

    @property
    def rows(self) -> tuple[MonthRow, ...]:
        return tuple(row for section in self.sections for row in section.rows)

    @property
    def steps(self) -> tuple[MonthStep, ...]:
        return tuple(step for section in self.sections for step in section.steps)

    @property
    def lines(self) -> tuple[MonthRow | MonthStep, ...]:
        """Rows and steps alike."""
        return (*self.rows, *self.steps)

    @property
    def remedies(self) -> tuple[MonthRemedy, ...]:
        return tuple(row.remedy for row in self.lines if row.remedy is not None)

    @property
    def waiting(self) -> tuple[ProgressEntry | MilestoneEntry, ...]:
        """What was submitted and can still be withdrawn."""
        return tuple(row.entry for row in self.lines if row.entry is not None and row.waits)

    @property
    def returned(self) -> tuple[ProgressEntry | MilestoneEntry, ...]:
        """What the reviewer handed back and nobody has submitted again: of this month, then of the others."""
        here = [row.entry for row in self.lines if row.entry is not None and row.entry.state == State.RETURNED]
        return (*here, *self.returned_elsewhere)

    @property
    def answered(self) -> int:
        return sum(1 for row in self.rows if row.entry is not None or row.approved is not None)

    @property
    def is_handed_in(self) -> bool:
        """Whether every figure that is asked for waits for review or is approved."""
        return all(row.waits or row.approved is not None for row in self.rows)

    def checks_of(self, target: Target) -> tuple[BrokenCheck, ...]:
        """The relations that do not hold and that a target's figure has a part in."""
        return tuple(check for check in self.checks if check.concerns(target.indicator_id, target.unit_id))


def period_of(month: int) -> Period:
    return Period.FIRST_HALF if month <= 6 else Period.YEAR


def month_grid(scope: Scope, year: Year, unit: Unit, month: int, among: Q | None = None) -> MonthGrid:
    """What ``unit`` is asked for in ``month``: targets with figures of their own, where an answer falls due.

    ``among`` keeps some of the targets: a single row is read without the others, and without the checks.
    """
    selection = Selection(scope, year, period_of(month), month, unit)
    targets = _targets(selection).filter(among or Q())
    groups = targets.facts(waiting=True)
    open_, approved, returned = _entries(scope, targets, month)
    steps = _steps(scope, targets)
    remedies = {
        remedy.target_id: remedy
        for remedy in Remedy.objects.filter(target__in=targets, closed_at__isnull=True).select_related("entered_by")
    }
    sections: dict[int, tuple[Section, list[MonthRow], list[MonthStep]]] = {}
    there = unit.months_in(year.year)
    for group in groups:
        target = group.targets[unit.pk]
        _section, rows, task = sections.setdefault(group.indicator.section_id, (group.indicator.section, [], []))
        entry, settled, remedy = open_.get(target.pk), approved.get(target.pk), remedies.get(target.pk)
        if group.measure.kind is Kind.MILESTONE:
            task.extend(_task(selection, group, steps.get(target.pk, []), remedy))
        elif month in due_months(group.measure.frequency, month, there) or entry is not None or settled is not None:
            rows.append(_row(selection, group, entry, settled, remedy))
    closed_at = (
        UnitMonth.objects.filter(unit=unit, year=year.year, month=month).values_list("closed_at", flat=True).first()
    )
    return MonthGrid(
        unit,
        year,
        month,
        closed_at,
        _reviewers(scope, unit) if closed_at is not None else (),
        tuple(
            MonthSection(section, tuple(rows), tuple(task)) for section, rows, task in sections.values() if rows or task
        ),
        () if among is not None else broken_checks(scope, year, [unit.pk], month, drafts=_drafts(open_.values())),
        returned,
    )


def month_count(scope: Scope, year: Year, unit: Unit, month: int) -> tuple[int, int]:
    """How many figures of the month are answered, and how many are asked for: one query, one row."""
    given = ProgressEntry.objects.filter(target=OuterRef("pk"), month=month).exclude(state=State.SUPERSEDED)
    there = unit.months_in(year.year)
    due = [frequency for frequency in Frequency if month in due_months(frequency, month, there)]
    counts = (
        _targets(Selection(scope, year, period_of(month), month, unit))
        .exclude(indicator__kind=Kind.MILESTONE)
        .annotate(is_answered=Exists(given))
        .filter(Q(indicator__frequency__in=due) | Q(is_answered=True))
        .order_by()
        .aggregate(answered=Count("pk", filter=Q(is_answered=True)), asked=Count("pk"))
    )
    return counts["answered"], counts["asked"]


def checks_beside(
    scope: Scope, year: Year, unit: Unit, month: int, indicator: Indicator
) -> dict[Target, tuple[BrokenCheck, ...]]:
    """What does not hold for an indicator's figure and for those it is compared with, by target of the unit.

    Evaluated with what is drafted of them; whatever the size of the grid, only they are read.
    """
    checks = IndicatorCheck.objects.in_use().between(indicator)
    near = Q(indicator=indicator) | Q(indicator__checks__in=checks) | Q(indicator__part_of_checks__in=checks)
    selection = Selection(scope, year, period_of(month), month, unit)
    # By key first: the joins to the checks would give a target several times.
    targets = list(_targets(selection).filter(pk__in=_targets(selection).filter(near).values("pk")))
    open_, _approved, _returned = _entries(scope, targets, month)
    members = {target.indicator_id for target in targets}
    broken = broken_checks(scope, year, [unit.pk], month, indicators=members, drafts=_drafts(open_.values()))
    return {
        target: tuple(check for check in broken if check.concerns(target.indicator_id, unit.pk)) for target in targets
    }


def _targets(selection: Selection) -> TargetQuerySet:
    targets: TargetQuerySet = selection.targets().filter(unit=selection.unit, figures=Target.Figures.OWN)
    return targets


def _drafts(entries: Iterable[ProgressEntry]) -> dict[int, list[Answer]]:
    return {entry.target_id: [as_answer(entry)] for entry in entries}


def _reviewers(scope: Scope, unit: Unit) -> tuple[User, ...]:
    """Who reviews the unit in all its sections, each once."""
    held = Membership.objects.filter(role=Role.REVIEWER, ended_at__isnull=True, user__is_active=True)
    held = held.filter(unit__in=list(scope.tree.above(unit.pk)), sections__isnull=True)
    held = held.select_related("user").order_by("pk")
    return tuple({membership.user_id: membership.user for membership in held}.values())


def _known(scope: Scope, prefix: str) -> Q:
    """What may be shown of reports: a draft is known to who enters the figures, and to nobody else."""
    return ~Q(state=State.DRAFT) | scope.target_filter(prefix, {Role.CLERK, Role.REVIEWER})


def _entries(
    scope: Scope, targets: TargetQuerySet | Iterable[Target], month: int
) -> tuple[dict[int, ProgressEntry], dict[int, ProgressEntry], tuple[ProgressEntry, ...]]:
    """The open and the approved versions of the month by target, and what was returned in other months."""
    asked = Q(month=month) | Q(state=State.RETURNED)
    found = ProgressEntry.objects.filter(asked, _known(scope, "target__"), target__in=targets)
    found = found.exclude(state=State.SUPERSEDED)
    open_: dict[int, ProgressEntry] = {}
    approved: dict[int, ProgressEntry] = {}
    returned = []
    for entry in found.select_related("entered_by", "submitted_by", "reviewed_by", "target__indicator", "target__unit"):
        if entry.month != month:
            returned.append(entry)
        else:
            (open_ if entry.state in OPEN_STATES else approved)[entry.target_id] = entry
    return open_, approved, tuple(returned)


def _steps(scope: Scope, targets: TargetQuerySet) -> dict[int, list[MonthStep]]:
    found: dict[int, list[MonthStep]] = {}
    reports = MilestoneEntry.objects.filter(_known(scope, "milestone__target__")).exclude(state=State.SUPERSEDED)
    reports = reports.select_related("entered_by", "submitted_by", "reviewed_by")
    milestones = Milestone.objects.filter(target__in=targets, archived_at__isnull=True)
    milestones = milestones.select_related("target__unit", "target__indicator")
    for milestone in milestones.prefetch_related(Prefetch("entries", reports)).order_by("target_id", "step"):
        entries = list(milestone.entries.all())
        found.setdefault(milestone.target_id, []).append(
            MonthStep(
                milestone,
                next((entry for entry in entries if entry.state in OPEN_STATES), None),
                next((entry for entry in entries if entry.state == State.APPROVED), None),
            )
        )
    return found


def _task(
    selection: Selection, group: IndicatorFacts, steps: list[MonthStep], remedy: Remedy | None
) -> list[MonthStep]:
    """The steps of a task, with its remedy on the last."""
    if not steps:
        return []
    unit_id = selection.unit.pk
    facts = group.facts[unit_id]
    # Both are the steps that are not archived, in their order.
    reported = [_reported(fact, step.entry) for fact, step in zip(facts.steps, steps, strict=True)]
    group = replace(group, facts={**group.facts, unit_id: replace(facts, steps=tuple(reported))})
    found = _remedy(group.targets[unit_id], selection.roll_up(group).standing(unit_id), remedy)
    year, there = selection.year.year, facts.plan.months
    shown = [
        step
        for fact, step in zip(facts.steps, steps, strict=True)
        if step.entry is not None or not is_dropped(fact, year, there)
    ]
    return [*shown[:-1], replace(shown[-1], remedy=found)] if shown else []


def _reported(step: Step, entry: MilestoneEntry | None) -> Step:
    if entry is None:
        return step
    return replace(step, done=entry.done, done_on=entry.done_on, recorded_month=entry.recorded_month)


def _remedy(target: Target, standing: Standing[int] | None, remedy: Remedy | None) -> MonthRemedy | None:
    is_behind = standing is not None and standing.status is Status.BEHIND
    return MonthRemedy(target, remedy, is_behind) if is_behind or remedy is not None else None


def what_is_odd(
    group: IndicatorFacts,
    entry: ProgressEntry,
    before: Sequence[Reported],
    now: Reported,
    others: Iterable[Answer],
    standing: Standing[int],
) -> tuple[Odd, ...]:
    """What is odd about a typed figure, beside what was reported before it and the answers of ``others`` months.

    ``standing``: as judged with it.
    """
    return oddities(
        group.measure,
        before,
        now,
        answers.later_total(group.measure, [*others, as_answer(entry)], entry.month),
        typed=entry.value,
        decimals=group.indicator.decimals,
        target=standing.target,
        baseline=group.facts[standing.unit].plan.baseline,
    )


def _row(
    selection: Selection,
    group: IndicatorFacts,
    entry: ProgressEntry | None,
    approved: ProgressEntry | None,
    remedy: Remedy | None,
) -> MonthRow:
    unit_id = selection.unit.pk
    facts = group.facts[unit_id]
    measure, month = group.measure, selection.as_of
    earlier = [answer for answer in facts.answers if answer.month < month]
    levels = answers.reported(measure, facts.plan.baseline, earlier, facts.plan.months)
    standing = selection.roll_up(group).standing(unit_id)
    assert standing is not None  # the unit has the target itself
    expected_standing: Standing[int] | None = None
    odd: tuple[Odd, ...] = ()
    now: Reported | None = None
    version = entry or approved
    if version is not None:
        with_it = answers.reported(measure, facts.plan.baseline, [*earlier, as_answer(version)], facts.plan.months)
        now = with_it[-1] if with_it and with_it[-1].month == month else None
    if entry is not None:
        others = [given for given in facts.answers if given.month != entry.month]
        with_entry = group.with_answers(unit_id, (*others, as_answer(entry)))
        expected_standing = selection.roll_up(with_entry).standing(unit_id)
        if now is not None and expected_standing is not None:
            odd = what_is_odd(group, entry, levels, now, others, expected_standing)
    return MonthRow(
        target=group.targets[unit_id],
        measure=measure,
        entry=entry,
        approved=approved,
        before=levels[-1] if levels else None,
        now=now,
        standing=standing,
        expected_standing=expected_standing,
        outlook=_outlook(selection, group, levels, now),
        odd=odd,
        # Before anything is typed, the missing month alone would make it red.
        remedy=_remedy(group.targets[unit_id], expected_standing or (standing if approved else None), remedy),
    )


def _outlook(
    selection: Selection, group: IndicatorFacts, before: tuple[Reported, ...], now: Reported | None
) -> Outlook | None:
    """What remains of the year: from the end of this month where it is answered, else from that of the month before.

    In December always the latter: it says what December still has to bring.
    """
    if group.measure.direction is not Direction.AT_LEAST:
        return None
    year = selection.roll_up(group, period=Period.YEAR).standing(selection.unit.pk)
    if year is None or year.target is None:
        return None
    interpolation = group.facts[selection.unit.pk].plan.interpolation
    month = selection.as_of
    levels = before
    if now is not None and month < 12:
        levels = (*before, now)
    else:
        month -= 1
    return outlook(group.measure, interpolation, year.target, levels, opening=year.opening, month=month)
