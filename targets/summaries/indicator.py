"""One indicator at the viewed unit in full: its course through the year, its parts, its steps, its entries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from django.db.models import QuerySet

from targets.calculations import paths
from targets.calculations.comparison import NoComparison, YearOnYear
from targets.calculations.outlook import Outlook, outlook
from targets.calculations.periods import MONTHS, latest_due_month
from targets.calculations.rollup import Standing
from targets.calculations.terms import Direction, Interpolation, Kind, Period
from targets.models import (
    Milestone,
    MilestoneEntry,
    ProgressEntry,
    Remedy,
    State,
    Target,
    Unit,
)
from targets.querysets.plans import IndicatorFacts
from targets.summaries.accounts import standing_by, with_accounts
from targets.summaries.courses import (
    LastYear,
    growth,
    is_partial,
    last_year,
    levels,
    pace_levels,
    reporting_facts,
    runs_of,
    shape,
    year_before,
)
from targets.summaries.plan import Adjusted, adjusted
from targets.summaries.rows import IndicatorRow, indicator_row
from targets.summaries.selection import Selection


@dataclass(frozen=True)
class TrendPoint:
    """One month of an indicator's course.

    Amounts are in the unit of measure; ``None`` is "nothing there".

    Attributes:
        expected: what the plan asks for by the end of the month.
        actual: the running level, where an answer ended in this month; a gap stays a gap.
        from_month: the first month that this answer covers.
        added: what a flow brought in those months.
        is_partial: the level leaves out what fell due and was not answered by then, so it is less than the whole.
        is_due: an answer falls due in this month.
        is_missing: it fell due by the cut-off and somebody has not answered it.
        checkpoint: a checkpoint of the unit's own plan, or of the only part, lies here.
        reported_as: with which word the level was reported, ``over`` or ``nearly``; empty where plainly.
        last_year: the running level a year before, where an answer ended in that month.
    """

    month: int
    expected: Fraction | None
    actual: Fraction | None
    from_month: int
    added: Fraction | None
    is_due: bool
    is_missing: bool
    is_counted: bool
    checkpoint: Fraction | None
    is_partial: bool = False
    reported_as: str = ""
    last_year: Fraction | None = None


@dataclass(frozen=True)
class PartRow:
    """A part below the viewed unit, or the breakdown of an own target."""

    unit: Unit
    row: IndicatorRow


@dataclass(frozen=True)
class StepRow:
    """A step of a milestone task with what was reported about it."""

    unit: Unit
    milestone: Milestone
    report: MilestoneEntry | None
    counts: bool
    done: bool
    overdue: bool


@dataclass(frozen=True)
class IndicatorCourse:
    """What the chart of an indicator shows: where it stands, its course, and where that leads.

    ``year_standing`` is the standing in the whole year, whose target the outlook is about. ``before`` is the course
    of the year before. ``opening`` and ``opening_before`` are the levels at which the two courses begin, in the unit
    of measure: 0 of a flow, the baseline of a stock or rate, ``None`` where none was set.
    """

    selection: Selection
    row: IndicatorRow
    trend: tuple[TrendPoint, ...]
    before: tuple[TrendPoint, ...]
    opening: Fraction | None
    opening_before: Fraction | None
    last_year: LastYear
    year_standing: Standing[int] | None
    outlook: Outlook | None


@dataclass(frozen=True)
class IndicatorPage(IndicatorCourse):
    """Everything the indicator page shows. ``remedies`` are those known at the cut-off, with whether each was open."""

    parts: tuple[PartRow, ...]
    steps: tuple[StepRow, ...]
    adjusted: tuple[Adjusted, ...]
    remedies: tuple[tuple[Remedy, bool], ...]
    year_on_year: YearOnYear

    @property
    def is_compared(self) -> bool:
        """Whether there is a year before, even where it cannot be compared."""
        return self.year_on_year.reason is not NoComparison.NO_LAST_YEAR


def indicator_course(selection: Selection, group: IndicatorFacts) -> IndicatorCourse | None:
    """The course of one indicator; ``None`` where the unit and those below have no target for it."""
    (group,) = with_accounts(selection, [group])
    row = indicator_row(selection, group)
    if row is None:
        return None
    is_task = group.measure.kind is Kind.MILESTONE
    year_standing = selection.roll_up(group, as_of=selection.month, period=Period.YEAR).standing(selection.unit.pk)
    points = () if is_task else trend(selection, group, row)
    last = LastYear(selection, None, None) if is_task else _last_year(selection, group)
    before, opening_before = _course_of(last)
    return IndicatorCourse(
        selection=selection,
        row=row,
        trend=_beside(points, before),
        before=before,
        opening=_opening(selection, group, row),
        opening_before=opening_before,
        last_year=last,
        year_standing=year_standing,
        outlook=None if is_task else outlook_of(selection, group, row, last, year_standing),
    )


def indicator_page(selection: Selection, group: IndicatorFacts) -> IndicatorPage | None:
    """The page of one indicator; ``None`` where the unit and those below have no target for it."""
    course = indicator_course(selection, group)
    if course is None:
        return None
    targets = reporting_targets(course.row, group)
    return IndicatorPage(
        selection=selection,
        row=course.row,
        trend=course.trend,
        before=course.before,
        opening=course.opening,
        opening_before=course.opening_before,
        last_year=course.last_year,
        year_standing=course.year_standing,
        outlook=course.outlook,
        parts=_parts(selection, group),
        steps=steps_of(course.row, milestones_of(course.row.targets)) if group.measure.kind is Kind.MILESTONE else (),
        adjusted=adjusted(group, targets),
        remedies=tuple(
            sorted(
                Remedy.objects.filter(target__in=targets)
                .select_related("target__unit", "target__indicator")
                .stated_by(selection.month),
                key=lambda stated: not stated[1],
            )
        ),
        year_on_year=growth(selection, group, course.last_year, course.row.official_growth),
    )


def reporting_targets(row: IndicatorRow, group: IndicatorFacts) -> list[Target]:
    """The targets whose entries the page lists: those the row is made of, else all that there are."""
    return list(row.targets) or list(group.targets.values())


def _opening(selection: Selection, group: IndicatorFacts, row: IndicatorRow) -> Fraction | None:
    """The level at which the course begins; of what is monitored that of its only part."""
    if group.measure.is_flow or row.standing.opening is not None:
        return row.standing.opening or Fraction(0)
    reporting = reporting_facts(selection, group, selection.unit.pk)
    return paths.opening(group.measure, reporting[0].plan) if len(reporting) == 1 else None


def _last_year(selection: Selection, group: IndicatorFacts) -> LastYear:
    """The indicator a year before, or the one that it succeeds: a fixed number of queries."""
    then = year_before(selection)
    threads = [pk for pk in (group.indicator.pk, group.indicator.succeeds_id) if pk is not None]
    targets = then.targets().filter(indicator__in=threads)
    facts = with_accounts(then, targets.facts(waiting=selection.waiting))
    return last_year(then, group, {one.indicator.pk: one for one in facts})


def _course_of(before: LastYear) -> tuple[tuple[TrendPoint, ...], Fraction | None]:
    """The course of the year before with its opening, in this year's unit of measure; none where it is another."""
    then, group, times = before.selection, before.group, before.times
    row = indicator_row(then, group) if group is not None and times is not None else None
    if group is None or times is None or row is None:
        return (), None
    opening = _opening(then, group, row)
    return (
        tuple(_scaled(point, times) for point in trend(then, group, row)),
        None if opening is None else opening * times,
    )


def _scaled(point: TrendPoint, times: Fraction) -> TrendPoint:
    def amount(value: Fraction | None) -> Fraction | None:
        return None if value is None else value * times

    return replace(
        point,
        expected=amount(point.expected),
        actual=amount(point.actual),
        added=amount(point.added),
        checkpoint=amount(point.checkpoint),
    )


def _beside(points: tuple[TrendPoint, ...], before: tuple[TrendPoint, ...]) -> tuple[TrendPoint, ...]:
    levels = {point.month: point.actual for point in before}
    return tuple(replace(point, last_year=levels.get(point.month)) for point in points)


def outlook_of(
    selection: Selection, group: IndicatorFacts, row: IndicatorRow, before: LastYear, standing: Standing[int] | None
) -> Outlook | None:
    """The outlook of what is judged as "at least"; a ceiling is not to be reached.

    ``standing`` is that in the whole year.
    """
    if standing is None or standing.target is None or group.measure.direction is not Direction.AT_LEAST:
        return None
    steps = any(target.interpolation == Interpolation.STEP for target in row.targets)
    so_far = range(1, selection.month + 1)
    found = levels(selection, group, so_far)
    latest = found[-1].month if found else MONTHS[-1]
    return outlook(
        group.measure,
        Interpolation.STEP if steps else Interpolation.LINEAR,
        standing.target,
        found,
        opening=standing.opening,
        month=selection.month,
        last_year=shape(selection, group, before, {latest, MONTHS[-1]}),
        counted=standing.counted,
        going_on=pace_levels(selection, group, so_far),
    )


def trend(selection: Selection, group: IndicatorFacts, row: IndicatorRow) -> tuple[TrendPoint, ...]:
    """The course through the year: expected for every month, actual up to the cut-off."""
    # The plan path goes on to December, whatever the calendar has reached.
    selection = selection.at(today=None)
    reporting = reporting_facts(selection, group, selection.unit.pk)
    runs = runs_of(group, reporting)
    there = {month for facts in reporting for month in facts.plan.months}
    missing = {month for owing in row.missing for month in owing.months}
    checkpoints = _checkpoints(selection, group, row)
    points: list[TrendPoint] = []
    before: Fraction | None = None
    for month in MONTHS:
        standing = standing_by(selection, group, month)
        counted = month <= selection.month
        told = counted and month in runs
        actual = standing.actual if standing is not None and told else None
        added = None
        if group.measure.is_flow and actual is not None:
            added = actual - (before or Fraction(0))
        if actual is not None:
            before = actual
        points.append(
            TrendPoint(
                month=month,
                expected=standing.expected if standing is not None else None,
                actual=actual,
                from_month=runs.get(month, month),
                added=added,
                is_due=month in there and latest_due_month(group.measure.frequency, month) == month,
                is_missing=counted and month in missing,
                is_counted=counted,
                checkpoint=checkpoints.get(month),
                is_partial=actual is not None and standing is not None and is_partial(group, standing),
                reported_as=row.reported_by(month) if actual is not None else "",
            )
        )
    return tuple(points)


def _checkpoints(selection: Selection, group: IndicatorFacts, row: IndicatorRow) -> dict[int, Fraction]:
    """The checkpoints in force of the one plan that judges the row; none where several plans add up."""
    plans = [row.own_target] if row.own_target is not None else []
    if not plans and len(row.targets) == 1:
        plans = [row.targets[0]]
    if not plans:
        return {}
    plan = group.facts[plans[0].unit_id].plan
    return {month: Fraction(value) for month, value in plan.checkpoints(selection.month)}


def _parts(selection: Selection, group: IndicatorFacts) -> tuple[PartRow, ...]:
    """The next level below: every child of the viewed unit that has something of this indicator."""
    found = []
    for child_id in selection.tree.children.get(selection.unit.pk, ()):
        child = selection.tree.units[child_id]
        row = indicator_row(selection.at(unit=child), group)
        if row is not None:
            found.append(PartRow(child, row))
    return tuple(found)


def milestones_of(targets: Iterable[Target]) -> dict[tuple[int, int], Milestone]:
    """The steps of tasks by target and place among its steps, the order in which standings hold them: two queries."""
    found: dict[tuple[int, int], Milestone] = {}
    places: dict[int, int] = {}
    for milestone in (
        Milestone.objects.filter(target__in=targets, archived_at__isnull=True)
        .select_related("target__unit")
        .prefetch_related("entries")
        .order_by("target_id", "step")
    ):
        place = places.get(milestone.target_id, 0)
        places[milestone.target_id] = place + 1
        found[(milestone.target_id, place)] = milestone
    return found


def steps_of(row: IndicatorRow, milestones: Mapping[tuple[int, int], Milestone]) -> tuple[StepRow, ...]:
    """The steps in the order of the standing's own, so that its indexes name them."""
    target_ids = {target.unit_id: target.pk for target in row.targets}
    task = row.standing.task
    found = []
    for place, step in enumerate(row.standing.steps):
        milestone = milestones[(target_ids[step.unit], step.index)]
        report = next((entry for entry in milestone.entries.all() if entry.state == State.APPROVED), None)
        found.append(
            StepRow(
                unit=milestone.target.unit,
                milestone=milestone,
                report=report,
                counts=task is not None and place in task.counting,
                done=task is not None and place in task.done,
                overdue=task is not None and place in task.overdue,
            )
        )
    return tuple(found)


def entries_of(targets: Iterable[Target]) -> QuerySet[ProgressEntry]:
    """Every entry of the targets but drafts, latest month first, newest version first."""
    return (
        ProgressEntry.objects.filter(target__in=targets)
        .exclude(state=State.DRAFT)
        .select_related("target__unit", "target__indicator", "entered_by")
        .order_by("-month", "target__unit__position", "target_id", "-version")
    )
