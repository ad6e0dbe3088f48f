"""One unit's month: what is due, what was typed, and what it would mean."""

from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Q

from targets.calculations import answers
from targets.calculations.answers import Reported
from targets.calculations.facts import Answer, Measure
from targets.calculations.oddities import Oddity, oddities
from targets.calculations.outlook import Outlook, outlook
from targets.calculations.periods import due_months
from targets.calculations.rollup import Standing
from targets.calculations.terms import AnswerKind, Direction, Interpolation, Kind, Period, TypedAs
from targets.models import Milestone, MilestoneEntry, ProgressEntry, Section, State, Target, Unit, UnitMonth, Year
from targets.models.progress import OPEN_STATES
from targets.permissions import Scope
from targets.querysets.plans import IndicatorFacts, TargetQuerySet
from targets.summaries.selection import Selection


@dataclass(frozen=True)
class MonthRow:
    """One target in one month.

    Attributes:
        entry: the open version, that somebody can still work on.
        approved: the version that counts.
        before: what was reported last before this month.
        now: what the open version brings; ``None`` for "not applicable".
        standing: judged at this month on approved figures.
        expected_standing: the same with what waits or is drafted, as if it were approved.
        outlook: what remains of the annual target, and the pace it needs.
        odd: what about the open version is odd.
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
    odd: tuple[Oddity, ...]

    @property
    def is_open(self) -> bool:
        """Whether it can be typed into: nothing is approved, and nothing waits for review."""
        waits = self.entry is not None and self.entry.state == State.SUBMITTED
        return not waits and (self.approved is None or self.entry is not None)


@dataclass(frozen=True)
class MonthStep:
    """One step of a milestone task, as far as it is known in this month."""

    milestone: Milestone
    entry: MilestoneEntry | None
    approved: MilestoneEntry | None

    @property
    def is_done(self) -> bool:
        return self.approved is not None and self.approved.done

    @property
    def is_open(self) -> bool:
        waits = self.entry is not None and self.entry.state == State.SUBMITTED
        return not waits and not self.is_done


@dataclass(frozen=True)
class MonthSection:
    """The due rows and steps of a section."""

    section: Section
    rows: tuple[MonthRow, ...]
    steps: tuple[MonthStep, ...]


@dataclass(frozen=True)
class MonthGrid:
    """Everything that one unit is asked for in one month."""

    unit: Unit
    year: Year
    month: int
    is_closed: bool
    sections: tuple[MonthSection, ...]

    @property
    def rows(self) -> tuple[MonthRow, ...]:
        return tuple(row for section in self.sections for row in section.rows)

    @property
    def steps(self) -> tuple[MonthStep, ...]:
        return tuple(step for section in self.sections for step in section.steps)

    @property
    def answered(self) -> int:
        return sum(1 for row in self.rows if row.entry is not None or row.approved is not None)


def month_grid(scope: Scope, year: Year, unit: Unit, month: int, among: Q | None = None) -> MonthGrid:
    """What ``unit`` is asked for in ``month``: targets with figures of their own, where an answer falls due.

    ``among`` keeps some of the targets: a single row is read without the others.
    """
    period = Period.FIRST_HALF if month <= 6 else Period.YEAR
    selection = Selection(scope, year, period, month, unit)
    targets = selection.targets().filter(among or Q(), unit=unit, figures=Target.Figures.OWN)
    groups = targets.facts()
    open_, approved = _entries(targets, month)
    steps = _steps(targets)
    sections: dict[int, tuple[Section, list[MonthRow], list[MonthStep]]] = {}
    for group in groups:
        target = group.targets[unit.pk]
        _section, rows, task = sections.setdefault(group.indicator.section_id, (group.indicator.section, [], []))
        if group.measure.kind is Kind.MILESTONE:
            task.extend(steps.get(target.pk, []))
        elif month in due_months(group.measure.frequency, month) or target.pk in open_:
            rows.append(_row(selection, group, open_.get(target.pk), approved.get(target.pk)))
    closed = UnitMonth.objects.filter(unit=unit, year=year.year, month=month, closed_at__isnull=False).exists()
    return MonthGrid(
        unit,
        year,
        month,
        closed,
        tuple(
            MonthSection(section, tuple(rows), tuple(task)) for section, rows, task in sections.values() if rows or task
        ),
    )


def _entries(targets: TargetQuerySet, month: int) -> tuple[dict[int, ProgressEntry], dict[int, ProgressEntry]]:
    found = ProgressEntry.objects.filter(target__in=targets, month=month).exclude(state=State.SUPERSEDED)
    open_: dict[int, ProgressEntry] = {}
    approved: dict[int, ProgressEntry] = {}
    for entry in found.select_related("entered_by", "target__indicator"):
        (open_ if entry.state in OPEN_STATES else approved)[entry.target_id] = entry
    return open_, approved


def _steps(targets: TargetQuerySet) -> dict[int, list[MonthStep]]:
    found: dict[int, list[MonthStep]] = {}
    milestones = Milestone.objects.filter(target__in=targets, archived_at__isnull=True)
    milestones = milestones.select_related("target__unit", "target__indicator").prefetch_related("entries")
    for milestone in milestones.order_by("target_id", "step"):
        entries = list(milestone.entries.all())
        found.setdefault(milestone.target_id, []).append(
            MonthStep(
                milestone,
                next((entry for entry in entries if entry.state in OPEN_STATES), None),
                next((entry for entry in entries if entry.state == State.APPROVED), None),
            )
        )
    return found


def _row(
    selection: Selection, group: IndicatorFacts, entry: ProgressEntry | None, approved: ProgressEntry | None
) -> MonthRow:
    unit_id = selection.unit.pk
    facts = group.facts[unit_id]
    measure, month = group.measure, selection.as_of
    earlier = [answer for answer in facts.answers if answer.month < month]
    levels = answers.reported(measure, facts.plan.baseline, earlier)
    standing = selection.roll_up(group).standing(unit_id)
    assert standing is not None  # the unit has the target itself
    expected_standing: Standing[int] | None = None
    odd: tuple[Oddity, ...] = ()
    now: Reported | None = None
    if entry is not None:
        answer = as_answer(entry)
        others = [given for given in facts.answers if given.month != entry.month]
        with_entry = group.with_answers(unit_id, (*others, answer))
        expected_standing = selection.roll_up(with_entry).standing(unit_id)
        with_it = answers.reported(measure, facts.plan.baseline, [*earlier, answer])
        now = with_it[-1] if with_it and with_it[-1].month == month else None
        if now is not None and expected_standing is not None:
            odd = oddities(
                measure,
                levels,
                now,
                typed=entry.value,
                decimals=group.indicator.decimals,
                target=expected_standing.target,
            )
    return MonthRow(
        target=group.targets[unit_id],
        measure=measure,
        entry=entry,
        approved=approved,
        before=levels[-1] if levels else None,
        now=now,
        standing=standing,
        expected_standing=expected_standing,
        outlook=_outlook(group, facts.plan.interpolation, levels, standing, month),
        odd=odd,
    )


def _outlook(
    group: IndicatorFacts,
    interpolation: Interpolation,
    levels: tuple[Reported, ...],
    standing: Standing[int],
    month: int,
) -> Outlook | None:
    """Before this month is typed: what remains from the end of the month before."""
    if group.measure.direction is not Direction.AT_LEAST or standing.target is None:
        return None
    return outlook(
        group.measure, interpolation, standing.target, levels, start=standing.start or Fraction(0), month=month - 1
    )


def as_answer(entry: ProgressEntry) -> Answer:
    """An entry as the rules see it, whatever its state."""
    return Answer(
        entry.from_month,
        entry.month,
        AnswerKind(entry.answer),
        TypedAs(entry.typed_as or TypedAs.MONTH),
        entry.value,
        entry.numerator,
        entry.denominator,
    )
