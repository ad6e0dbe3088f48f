"""One unit's month: what is due, what was typed, and what it would mean.

What waits for review counts here as if it were approved: the clerk goes on from what was handed in, and a running
total that left out a submitted month would mislead.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from targets.calculations import answers
from targets.calculations.answers import Reported
from targets.calculations.deadlines import Calendar, calendar
from targets.calculations.facts import Answer, Measure, Plan, Step
from targets.calculations.milestones import is_dropped
from targets.calculations.oddities import Odd, oddities
from targets.calculations.outlook import Outlook, outlook
from targets.calculations.periods import due_months
from targets.calculations.rollup import RollUp, Standing
from targets.calculations.terms import Direction, Figures, Frequency, Kind, Period, Status
from targets.models import (
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
from targets.querysets.plans import IndicatorFacts, TargetQuerySet, measure_of
from targets.querysets.progress import as_answer
from targets.summaries.checks import BrokenCheck, relations
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
class MonthAnswer:
    """What was said about one target in one month.

    Attributes:
        entry: the open version, that somebody can still work on.
        approved: the version that counts.
    """

    target: Target
    measure: Measure
    entry: ProgressEntry | None
    approved: ProgressEntry | None

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


@dataclass(frozen=True)
class MonthRow(MonthAnswer):
    """One target in one month, and what the answer means.

    Attributes:
        before: what was reported last before this month.
        now: what the open version brings, else the one that counts; ``None`` for "not applicable" and without both.
        standing: judged at this month, with what waits as if it were approved.
        expected_standing: the same with what is drafted; ``None`` without an open version.
        outlook: what remains of the annual target, and its pace, with this month where it is answered.
        odd: what about the open version is odd.
        remedy: ``None`` where the target neither lags nor has an open remedy.
    """

    before: Reported | None
    now: Reported | None
    standing: Standing[int]
    expected_standing: Standing[int] | None
    outlook: Outlook | None
    odd: tuple[Odd, ...]
    remedy: MonthRemedy | None

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
class MonthLine:
    """One line of a month by itself, as far as it takes to save it: what it would mean is not asked.

    ``task`` are all steps of the task that a step belongs to.
    """

    row: MonthAnswer | MonthStep | MonthRemedy
    is_closed: bool
    task: tuple[MonthStep, ...] = ()

    @property
    def target(self) -> Target:
        return self.row.milestone.target if isinstance(self.row, MonthStep) else self.row.target


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


def month_grid(scope: Scope, year: Year, unit: Unit, month: int) -> MonthGrid:
    """What ``unit`` is asked for in ``month``: targets with figures of their own, where an answer falls due."""
    selection = Selection(scope, year, period_of(month), month, unit)
    targets = _targets(selection)
    held = relations(scope, year, [unit.pk], own=True)
    groups = [group for group in held.groups.values() if _has_own(group, unit)]
    own = [group.targets[unit.pk] for group in groups]
    for target in own:
        target.unit = unit
    open_, approved, returned = _entries(scope, own, month, "entered_by", "submitted_by", "reviewed_by")
    has_tasks = any(group.measure.kind is Kind.MILESTONE for group in groups)
    steps = _steps(scope, targets) if has_tasks else {}
    remedies = {remedy.target_id: remedy for remedy in _remedies(targets)}
    sections: dict[int, tuple[Section, list[MonthRow], list[MonthStep]]] = {}
    for group in groups:
        target = group.targets[unit.pk]
        _section, rows, task = sections.setdefault(group.indicator.section_id, (group.indicator.section, [], []))
        entry, settled, remedy = open_.get(target.pk), approved.get(target.pk), remedies.get(target.pk)
        if group.measure.kind is Kind.MILESTONE:
            task.extend(_task(selection, group, steps.get(target.pk, []), remedy))
        elif entry is not None or settled is not None or _is_due(selection, group.measure):
            rows.append(_row(selection, group, MonthAnswer(target, group.measure, entry, settled), remedy))
    closed_at = _month_of(selection).values_list("closed_at", flat=True).first()
    return MonthGrid(
        unit,
        year,
        month,
        closed_at,
        _reviewers(scope, unit) if closed_at is not None else (),
        tuple(
            MonthSection(section, tuple(rows), tuple(task)) for section, rows, task in sections.values() if rows or task
        ),
        held.with_drafts(_drafts(open_.values())).broken(month),
        returned,
    )


def month_line(scope: Scope, year: Year, unit: Unit, month: int, kind: str, pk: int) -> MonthLine | None:
    """The answer of a target (``kind`` t), a step (s) or the remedy of a target (r), by its key.

    ``None`` where the month of the unit has no such line, or the person may not see it. Four queries at most.
    """
    selection = Selection(scope, year, period_of(month), month, unit)
    closed_at = Subquery(_month_of(selection).order_by().values("closed_at"))
    asked = _targets(selection).filter(Q(milestones=pk) if kind == "s" else Q(pk=pk))
    target = asked.select_related("indicator__section", "unit").annotate(closed_at=closed_at).first()
    if target is None:
        return None
    measure = measure_of(target.indicator)
    is_closed = target.closed_at is not None
    if measure.kind is Kind.MILESTONE:
        there = unit.months_in(year.year)
        task = _steps(scope, [target]).get(target.pk, [])
        steps = [step for step in task if not _is_dropped(step, year.year, there)]
        if kind == "s":
            found = next((step for step in steps if step.milestone.pk == pk), None)
            return MonthLine(found, is_closed, tuple(task)) if found is not None else None
        if kind == "t" or not steps:
            return None
    else:
        open_, approved, _returned = _entries(scope, [target], month)
        answer = MonthAnswer(target, measure, open_.get(target.pk), approved.get(target.pk))
        if answer.entry is None and answer.approved is None and not _is_due(selection, measure):
            return None
        if kind == "t":
            return MonthLine(answer, is_closed)
    # Not behind any more is no reason to lose what was typed about it.
    return MonthLine(MonthRemedy(target, _remedies([target]).first(), False), is_closed)


def judged_row(
    scope: Scope, year: Year, unit: Unit, month: int, answer: MonthAnswer
) -> tuple[MonthRow, dict[Target, tuple[BrokenCheck, ...]]]:
    """What an answer means, and what does not hold of its figure and of those it is compared with, by target.

    Evaluated with what is drafted of them; whatever the size of the grid, only they are read.
    """
    selection = Selection(scope, year, period_of(month), month, unit)
    target = answer.target
    held = relations(scope, year, [unit.pk], beside=target.indicator_id, own=True)
    near = [group.targets[unit.pk] for pk, group in held.groups.items() if pk in held.near and _has_own(group, unit)]
    others = [other for other in near if other.pk != target.pk]
    drafts = _drafts(_entries(scope, others, month)[0].values() if others else ())
    if answer.entry is not None:
        drafts[target.pk] = [as_answer(answer.entry)]
    broken = held.with_drafts(drafts).broken(month)
    row = _row(selection, held.groups[target.indicator_id], answer, _remedies([target]).first())
    return row, {one: tuple(check for check in broken if check.concerns(one.indicator_id, unit.pk)) for one in near}


def reported_step(
    scope: Scope, year: Year, unit: Unit, month: int, line: MonthLine, entry: MilestoneEntry | None
) -> MonthStep:
    """The step of a line with what was reported on it by now, and the remedy of its task where it is the last one."""
    assert isinstance(line.row, MonthStep)
    selection = Selection(scope, year, period_of(month), month, unit)
    reported = replace(line.row, entry=entry)
    steps = [reported if step.milestone.pk == line.row.milestone.pk else step for step in line.task]
    (group,) = _targets(selection).filter(pk=line.target.pk).facts(waiting=True, steps=False)
    task = _task(selection, group, steps, _remedies([line.target]).first())
    return next((step for step in task if step.milestone.pk == line.row.milestone.pk), reported)


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


def _targets(selection: Selection) -> TargetQuerySet:
    targets: TargetQuerySet = selection.targets().filter(unit=selection.unit, figures=Target.Figures.OWN)
    return targets


def _has_own(group: IndicatorFacts, unit: Unit) -> bool:
    """Whether the unit itself reports on the indicator."""
    return unit.pk in group.facts and group.facts[unit.pk].figures is Figures.OWN


def _is_due(selection: Selection, measure: Measure) -> bool:
    there = selection.unit.months_in(selection.year.year)
    return selection.as_of in due_months(measure.frequency, selection.as_of, there)


def _month_of(selection: Selection) -> QuerySet[UnitMonth]:
    return UnitMonth.objects.filter(unit=selection.unit, year=selection.year.year, month=selection.as_of)


def _remedies(targets: TargetQuerySet | Iterable[Target]) -> QuerySet[Remedy]:
    """The open ones, of which a target has one at most."""
    return Remedy.objects.filter(target__in=targets, closed_at__isnull=True).select_related("entered_by")


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
    scope: Scope, targets: Iterable[Target], month: int, *people: str
) -> tuple[dict[int, ProgressEntry], dict[int, ProgressEntry], tuple[ProgressEntry, ...]]:
    """The open and the approved versions of the month by target, and what was returned in other months.

    With those of the ``people`` who entered, submitted and reviewed it.
    """
    target_of = {target.pk: target for target in targets}
    asked = Q(month=month) | Q(state=State.RETURNED)
    found = ProgressEntry.objects.filter(asked, _known(scope, "target__"), target__in=list(target_of))
    found = found.exclude(state=State.SUPERSEDED)
    open_: dict[int, ProgressEntry] = {}
    approved: dict[int, ProgressEntry] = {}
    returned = []
    for entry in found.select_related(*people) if people else found:
        entry.target = target_of[entry.target_id]
        if entry.month != month:
            returned.append(entry)
        else:
            (open_ if entry.state in OPEN_STATES else approved)[entry.target_id] = entry
    return open_, approved, tuple(returned)


def _steps(scope: Scope, targets: TargetQuerySet | Iterable[Target]) -> dict[int, list[MonthStep]]:
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
    reported = replace(facts, steps=tuple(_reported(step) for step in steps))
    group = replace(group, facts={**group.facts, unit_id: reported})
    found = _remedy(group.targets[unit_id], selection.roll_up(group).standing(unit_id), remedy)
    shown = [step for step in steps if not _is_dropped(step, selection.year.year, facts.plan.months)]
    return [*shown[:-1], replace(shown[-1], remedy=found)] if shown else []


def _is_dropped(step: MonthStep, year: int, there: range) -> bool:
    """Whether nothing was said of a step that the unit did not live to see."""
    is_silent = step.entry is None and not step.is_done
    return is_silent and is_dropped(Step(step.milestone.weight, step.milestone.due), year, there)


def _reported(step: MonthStep) -> Step:
    """A step as the rules see it, with what is drafted or waits as if it were approved."""
    of_plan, said = Step(step.milestone.weight, step.milestone.due), step.entry or step.approved
    if said is None:
        return of_plan
    return replace(of_plan, done=said.done, done_on=said.done_on, recorded_month=said.recorded_month)


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


def _row(selection: Selection, group: IndicatorFacts, answer: MonthAnswer, remedy: Remedy | None) -> MonthRow:
    entry, approved = answer.entry, answer.approved
    unit_id = selection.unit.pk
    facts = group.facts[unit_id]
    measure, month = group.measure, selection.as_of
    earlier = [given for given in facts.answers if given.month < month]
    levels = answers.reported(measure, facts.plan.baseline, earlier, facts.plan.months)
    rolled = selection.roll_up(group)
    standing = rolled.standing(unit_id)
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
        target=answer.target,
        measure=measure,
        entry=entry,
        approved=approved,
        before=levels[-1] if levels else None,
        now=now,
        standing=standing,
        expected_standing=expected_standing,
        outlook=_outlook(rolled, group.facts[unit_id].plan, standing, levels, now),
        odd=odd,
        # Before anything is typed, the missing month alone would make it red.
        remedy=_remedy(answer.target, expected_standing or (standing if approved else None), remedy),
    )


def _outlook(
    rolled: RollUp[int], plan: Plan, standing: Standing[int], before: tuple[Reported, ...], now: Reported | None
) -> Outlook | None:
    """What remains of the year: from the end of this month where it is answered, else from that of the month before.

    In December always the latter: it says what December still has to bring.
    """
    if rolled.measure.direction is not Direction.AT_LEAST:
        return None
    is_year = rolled.period is Period.YEAR
    year = standing if is_year else rolled.in_period(Period.YEAR).standing(standing.unit)
    if year is None or year.target is None:
        return None
    month = rolled.month
    levels = before
    if now is not None and month < 12:
        levels = (*before, now)
    else:
        month -= 1
    return outlook(rolled.measure, plan.interpolation, year.target, levels, opening=year.opening, month=month)
