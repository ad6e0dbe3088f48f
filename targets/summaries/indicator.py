"""One indicator at the viewed unit in full: its course through the year, its parts, its steps, its entries."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from targets.calculations import answers, paths
from targets.calculations.answers import Reported
from targets.calculations.comparison import YearOnYear, year_on_year
from targets.calculations.facts import TargetFacts
from targets.calculations.outlook import Outlook, outlook
from targets.calculations.periods import MONTHS, latest_due_month
from targets.calculations.rollup import Standing
from targets.calculations.terms import Direction, Figures, Interpolation, Kind, Period
from targets.models import (
    Indicator,
    Milestone,
    MilestoneEntry,
    ProgressEntry,
    Remedy,
    State,
    Target,
    Unit,
    Year,
)
from targets.querysets.plans import IndicatorFacts
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
    year_standing: Standing[int] | None
    outlook: Outlook | None


@dataclass(frozen=True)
class IndicatorPage(IndicatorCourse):
    """Everything the indicator page shows. ``remedies`` are those known at the cut-off, with whether each was open."""

    parts: tuple[PartRow, ...]
    steps: tuple[StepRow, ...]
    entries: tuple[ProgressEntry, ...]
    adjusted: tuple[Adjusted, ...]
    remedies: tuple[tuple[Remedy, bool], ...]
    year_on_year: YearOnYear


def indicator_course(selection: Selection, group: IndicatorFacts) -> IndicatorCourse | None:
    """The course of one indicator; ``None`` where the unit and those below have no target for it."""
    row = indicator_row(selection, group)
    if row is None:
        return None
    is_task = group.measure.kind is Kind.MILESTONE
    year_standing = selection.roll_up(group, as_of=selection.month, period=Period.YEAR).standing(selection.unit.pk)
    points = () if is_task else trend(selection, group, row)
    before, opening_before = ((), None) if is_task else _last_year(selection, group.indicator)
    return IndicatorCourse(
        selection=selection,
        row=row,
        trend=_beside(points, before),
        before=before,
        opening=_opening(selection, group, row),
        opening_before=opening_before,
        year_standing=year_standing,
        outlook=None
        if is_task
        else outlook_of(group, row, _levels(points), _levels(before), year_standing, selection.month),
    )


def indicator_page(selection: Selection, group: IndicatorFacts) -> IndicatorPage | None:
    """The page of one indicator; ``None`` where the unit and those below have no target for it."""
    course = indicator_course(selection, group)
    if course is None:
        return None
    targets = reporting_targets(course.row, group)
    entries = _entries(targets)
    return IndicatorPage(
        selection=selection,
        row=course.row,
        trend=course.trend,
        before=course.before,
        opening=course.opening,
        opening_before=course.opening_before,
        year_standing=course.year_standing,
        outlook=course.outlook,
        parts=_parts(selection, group),
        steps=steps_of(course.row, milestones_of(course.row.targets)) if group.measure.kind is Kind.MILESTONE else (),
        entries=entries,
        adjusted=adjusted(group, targets),
        remedies=tuple(
            sorted(
                Remedy.objects.filter(target__in=targets)
                .select_related("target__unit", "target__indicator")
                .stated_by(selection.month),
                key=lambda stated: not stated[1],
            )
        ),
        year_on_year=year_on_year(
            group.measure,
            _levels(course.trend),
            [level for level in _levels(course.before) if level.month <= selection.month],
            official=_official_growth(selection, entries),
        ),
    )


def reporting_targets(row: IndicatorRow, group: IndicatorFacts) -> list[Target]:
    """The targets whose entries the page lists: those the row is made of, else all that there are."""
    return list(row.targets) or list(group.targets.values())


def _levels(points: Iterable[TrendPoint]) -> list[Reported]:
    """The course as the rules of outlook and comparison take it.

    Without what is no whole: a village that reports a stock late would look like growth of the township.
    """
    return [
        Reported(point.from_month, point.month, point.added, point.actual)
        for point in points
        if point.actual is not None and not (point.is_partial and point.added is None)
    ]


def _opening(selection: Selection, group: IndicatorFacts, row: IndicatorRow) -> Fraction | None:
    """The level at which the course begins; of what is monitored that of its only part."""
    if group.measure.is_flow or row.standing.opening is not None:
        return row.standing.opening or Fraction(0)
    reporting = _reporting(selection, group, selection.unit.pk)
    return paths.opening(group.measure, reporting[0].plan) if len(reporting) == 1 else None


def _last_year(selection: Selection, indicator: Indicator) -> tuple[tuple[TrendPoint, ...], Fraction | None]:
    """The course of the year before with its opening, of the indicator or of the one that it succeeds."""
    then = selection.at(year=Year(year=selection.year.year - 1), period=Period.YEAR, as_of=12)
    threads = [pk for pk in (indicator.pk, indicator.succeeds_id) if pk is not None]
    targets = then.targets().filter(indicator__in=threads)
    groups = {group.indicator.pk: group for group in targets.facts(waiting=selection.waiting)}
    group = groups.get(indicator.pk) or next(iter(groups.values()), None)
    row = indicator_row(then, group) if group is not None else None
    if group is None or row is None:
        return (), None
    return trend(then, group, row), _opening(then, group, row)


def _beside(points: tuple[TrendPoint, ...], before: tuple[TrendPoint, ...]) -> tuple[TrendPoint, ...]:
    levels = {point.month: point.actual for point in before}
    return tuple(replace(point, last_year=levels.get(point.month)) for point in points)


def _official_growth(selection: Selection, entries: Iterable[ProgressEntry]) -> Decimal | None:
    """The growth published for the cut-off month, where the viewed unit is the one that reports."""
    for entry in entries:
        counts = entry.state == State.APPROVED and entry.month == selection.month
        if counts and entry.official_growth is not None and entry.target.unit_id == selection.unit.pk:
            return entry.official_growth
    return None


def outlook_of(
    group: IndicatorFacts,
    row: IndicatorRow,
    levels: Sequence[Reported],
    last_year: Sequence[Reported],
    standing: Standing[int] | None,
    month: int,
) -> Outlook | None:
    """The outlook of what is judged as "at least"; a ceiling is not to be reached.

    ``levels`` and ``last_year`` are the running levels of the row and of the year before, ``standing`` that in the
    whole year.
    """
    if standing is None or standing.target is None or group.measure.direction is not Direction.AT_LEAST:
        return None
    steps = any(target.interpolation == Interpolation.STEP for target in row.targets)
    return outlook(
        group.measure,
        Interpolation.STEP if steps else Interpolation.LINEAR,
        standing.target,
        levels,
        opening=standing.opening,
        month=month,
        last_year=last_year,
        counted=standing.counted,
    )


def trend(selection: Selection, group: IndicatorFacts, row: IndicatorRow) -> tuple[TrendPoint, ...]:
    """The course through the year: expected for every month, actual up to the cut-off."""
    # The plan path goes on to December, whatever the calendar has reached.
    selection = selection.at(today=None)
    unit_id = selection.unit.pk
    reporting = _reporting(selection, group, unit_id)
    runs = _runs(group, reporting)
    there = {month for facts in reporting for month in facts.plan.months}
    missing = {month for owing in row.missing for month in owing.months}
    checkpoints = _checkpoints(selection, group, row)
    points: list[TrendPoint] = []
    before: Fraction | None = None
    for month in MONTHS:
        standing = selection.roll_up(group, as_of=month, period=Period.YEAR).standing(unit_id)
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
                is_partial=actual is not None and standing is not None and _is_partial(group, standing, month),
                reported_as=row.reported_by(month) if actual is not None else "",
            )
        )
    return tuple(points)


def _is_partial(group: IndicatorFacts, standing: Standing[int], month: int) -> bool:
    """Of a flow any answer that is missing is missing in the sum, else only that of the month itself."""
    return any(group.measure.is_flow or month in owing.months for owing in standing.owing)


def levels(selection: Selection, group: IndicatorFacts, months: Container[int]) -> list[Reported]:
    """The running levels of the trend alone, of those of ``months`` in which an answer ended; of levels the whole ones.

    A stock of which a part is missing in a month is no level: the part that comes late would look like growth.
    """
    selection = selection.at(today=None)
    unit_id = selection.unit.pk
    reporting = _reporting(selection, group, unit_id)
    if len(reporting) == 1:
        only = answers.reported(group.measure, reporting[0].plan.baseline, reporting[0].answers)
        return [level for level in only if level.month in months]
    found: list[Reported] = []
    before = Fraction(0)
    for month, from_month in sorted(_runs(group, reporting).items()):
        if month not in months:
            continue
        standing = selection.roll_up(group, as_of=month, period=Period.YEAR).standing(unit_id)
        if standing is not None and standing.actual is not None:
            if not group.measure.is_flow and _is_partial(group, standing, month):
                continue
            added = standing.actual - before if group.measure.is_flow else None
            found.append(Reported(from_month, month, added, standing.actual))
            before = standing.actual
    return found


def _runs(group: IndicatorFacts, reporting: Iterable[TargetFacts]) -> dict[int, int]:
    """The months in which an answer ended, each with the first month that it covers."""
    runs: dict[int, int] = {}
    for facts in reporting:
        for level in answers.reported(group.measure, facts.plan.baseline, facts.answers, facts.plan.months):
            runs[level.month] = min(runs.get(level.month, level.from_month), level.from_month)
    return runs


def _reporting(selection: Selection, group: IndicatorFacts, unit_id: int) -> list[TargetFacts]:
    """The facts of the targets whose own entries make up the unit's actual."""
    own = group.facts.get(unit_id)
    if own is not None and own.figures is Figures.OWN:
        return [own]
    found = []
    for part in selection.roll_up(group).parts(unit_id):
        found.extend(_reporting(selection, group, part))
    return found


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


def _entries(targets: list[Target]) -> tuple[ProgressEntry, ...]:
    """Every entry of the targets but drafts, latest month first, newest version first."""
    return tuple(
        ProgressEntry.objects.filter(target__in=targets)
        .exclude(state=State.DRAFT)
        .select_related("target__unit", "target__indicator", "entered_by", "reviewed_by")
        .order_by("-month", "target__unit__position", "-version")
    )
