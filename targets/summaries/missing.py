"""What is open where: due answers that nobody has handed in and what was returned, by unit."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Prefetch, Q

from targets.calculations import answers
from targets.calculations.deadlines import Delay, clock, day_after_month, delay
from targets.calculations.facts import Step
from targets.calculations.milestones import is_dropped
from targets.calculations.periods import month_end
from targets.calculations.rollup import RollUp
from targets.calculations.terms import Figures, Kind, Period, Status
from targets.models import Indicator, Milestone, MilestoneEntry, ProgressEntry, State, Target, Unit
from targets.summaries.selection import Selection


@dataclass(frozen=True)
class MissingRow:
    """An indicator that a unit has not answered.

    Attributes:
        months: missing months that nobody handed in.
        submitted: missing months that wait for review.
        returned: months that were handed back, a correction of an approved one as well.
        owed: missing months in which an answer is still to be typed: open, or handed back before any was approved.
        delay: of the first month in which something is to be typed.
        is_silent: 未报: something is expected of the unit and no approved answer is in; else months are missing 缺报.
    """

    indicator: Indicator
    months: tuple[int, ...]
    submitted: tuple[int, ...]
    returned: tuple[int, ...]
    owed: tuple[int, ...]
    delay: Delay | None
    is_silent: bool = False


@dataclass(frozen=True)
class MissingStep:
    """A step of a task that fell due and was not reported as done, or whose report was handed back.

    ``is_owed`` says that it fell due and is not done: what was handed back may have been early, or a correction.
    """

    milestone: Milestone
    is_returned: bool
    is_owed: bool
    delay: Delay | None


@dataclass(frozen=True)
class MissingUnit:
    """What one unit owes. ``answered`` ÷ ``due`` counts months with an approved answer."""

    unit: Unit
    rows: tuple[MissingRow, ...]
    steps: tuple[MissingStep, ...]
    answered: int
    due: int

    @property
    def delay(self) -> Delay | None:
        """The longest one."""
        delays = [row.delay for row in self.rows] + [step.delay for step in self.steps]
        return max((found for found in delays if found is not None), key=lambda found: found.days, default=None)

    @property
    def months(self) -> tuple[int, ...]:
        """The months in which something is to be typed."""
        return tuple(sorted({month for row in self.rows for month in (*row.months, *row.returned)}))

    @property
    def waiting(self) -> tuple[MissingRow, ...]:
        """Rows of which everything missing waits for review: the unit has done its part."""
        return tuple(row for row in self.rows if not row.months and not row.returned)

    @property
    def is_complete(self) -> bool:
        return not self.rows and not self.steps


def latest_first(units: Iterable[MissingUnit]) -> list[MissingUnit]:
    """Who is longest late first, then who owes most; units that are alike stay in display order."""

    def need(unit: MissingUnit) -> tuple[int, int]:
        late = unit.delay
        return -late.days if late is not None else 0, -len(unit.rows) - len(unit.steps)

    return sorted(units, key=need)


def least_complete_first(units: Iterable[MissingUnit]) -> list[MissingUnit]:
    """By the share of due months that have an approved answer; units that owe nothing last."""
    return sorted(units, key=lambda unit: Fraction(unit.answered, unit.due) if unit.due else Fraction(2))


def missing_units(selection: Selection, today: date) -> tuple[MissingUnit, ...]:
    """The units at the viewed one and below with targets of their own, by unit in display order.

    Nobody owes a month before its opening day.
    """
    opened = clock(selection.year.year, selection.year.opening_day, today).opened
    handed: dict[tuple[int, str], set[int]] = defaultdict(set)
    targets = selection.targets().filter(figures=Target.Figures.OWN)
    for target_id, state, month in ProgressEntry.objects.filter(
        target__in=targets, state__in=[State.SUBMITTED, State.RETURNED], month__lte=selection.as_of
    ).values_list("target_id", "state", "month"):
        handed[(target_id, state)].add(month)
    rows: dict[int, list[MissingRow]] = defaultdict(list)
    steps = _steps(selection, today)
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    year = selection.year
    looked_at = selection.at(today=today, period=Period.YEAR)
    for group in selection.facts():
        if group.measure.kind is Kind.MILESTONE:
            continue
        rolled = looked_at.roll_up(group)
        for unit_id, facts in group.facts.items():
            if facts.figures is not Figures.OWN:
                continue
            account = answers.account(
                group.measure, facts.plan.baseline, facts.answers, selection.as_of, opened, facts.plan.months
            )
            counts[unit_id][0] += len(account.answered)
            counts[unit_id][1] += len(account.due)
            target_id = group.targets[unit_id].pk
            submitted, returned = handed[(target_id, State.SUBMITTED)], handed[(target_id, State.RETURNED)]
            if not account.missing and not returned:
                continue
            open_ = tuple(month for month in account.missing if month not in submitted and month not in returned)
            owed = tuple(sorted({*open_, *(month for month in account.missing if month in returned)}))
            rows[unit_id].append(
                MissingRow(
                    group.indicator,
                    open_,
                    tuple(month for month in account.missing if month in submitted),
                    tuple(sorted(returned)),
                    owed,
                    delay(day_after_month(year.year, owed[0], year.due_day), today) if owed else None,
                    account.actual is None and _is_not_reported(rolled, unit_id),
                )
            )
    return tuple(
        MissingUnit(selection.tree.units[unit_id], tuple(rows[unit_id]), tuple(steps[unit_id]), *counts[unit_id])
        for unit_id in selection.tree.below(selection.unit.pk)
        if unit_id in counts or unit_id in steps
    )


def _is_not_reported(rolled: RollUp[int], unit_id: int) -> bool:
    standing = rolled.standing(unit_id)
    return standing is not None and standing.status is Status.NOT_REPORTED


def _steps(selection: Selection, today: date) -> dict[int, list[MissingStep]]:
    """The open steps by unit: two queries. What waits for review is not open."""
    found: dict[int, list[MissingStep]] = defaultdict(list)
    year = selection.year
    end = min(month_end(year.year, selection.as_of), clock(year.year, year.opening_day, today).day)
    targets = selection.targets().filter(figures=Target.Figures.OWN, indicator__kind=Kind.MILESTONE)
    milestones = (
        Milestone.objects.filter(target__in=targets, archived_at__isnull=True)
        .filter(Q(due__lte=end) | Q(entries__state=State.RETURNED))
        .distinct()
        .select_related("target__indicator", "target__unit")
        .prefetch_related(
            Prefetch("entries", MilestoneEntry.objects.exclude(state__in=[State.SUPERSEDED, State.DRAFT]))
        )
        .order_by("target__indicator__section__position", "target__indicator__position", "target_id", "step")
    )
    for milestone in milestones:
        reports = {report.state: report for report in milestone.entries.all()}
        approved = reports.get(State.APPROVED)
        is_done = approved is not None and approved.done
        is_returned = State.RETURNED in reports
        if State.SUBMITTED in reports or (is_done and not is_returned):
            continue
        step = Step(milestone.weight, milestone.due)
        there = milestone.target.unit.months_in(selection.year.year)
        if not is_done and not is_returned and is_dropped(step, selection.year.year, there):
            continue
        owed_since = milestone.due if not is_done and milestone.due is not None and milestone.due <= end else None
        late = delay(owed_since, today) if owed_since is not None else None
        found[milestone.target.unit_id].append(MissingStep(milestone, is_returned, owed_since is not None, late))
    return found
