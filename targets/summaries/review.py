"""What waits for review: each submitted figure with what was before it and the status that it would give."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from targets.calculations import answers
from targets.calculations.answers import Reported
from targets.calculations.facts import Answer
from targets.calculations.milestones import DayDoubt, doubtful_day
from targets.calculations.oddities import Odd
from targets.calculations.rollup import Standing
from targets.calculations.terms import Period, Status
from targets.models import MilestoneEntry, ProgressEntry, Remedy, Section, State, Target, Unit, Year
from targets.permissions import Scope, needs_another_reviewer
from targets.querysets.plans import IndicatorFacts, places_of_steps
from targets.querysets.progress import as_answer
from targets.summaries.checks import BrokenCheck, relations
from targets.summaries.month import what_is_odd
from targets.summaries.selection import Selection

#: So many figures stand on one page; the others follow once these are dealt with, or by choosing a unit.
MOST_ROWS = 300

#: What goes well.
GREEN = (Status.COMPLETED, Status.AHEAD, Status.ON_SCHEDULE)


@dataclass(frozen=True)
class ReviewFilter:
    """What is looked at. ``None`` is all; a unit stands for everything below it as well."""

    unit: Unit | None = None
    section: Section | None = None
    month: int | None = None


@dataclass(frozen=True)
class ReviewRow:
    """A submitted figure.

    Attributes:
        approved: the figure that it would supersede; ``None`` for a first one.
        before: what was reported last before its month; ``before_waits`` where that waits for review itself.
        now: what it would bring; ``None`` for "not applicable".
        period: the one that the standings are judged in.
        standing: as judged now; ``would_be`` as judged with it.
        broken: relations between figures that do not hold and that it has a part in.
        remedy: the open remedy of its target.
        needs_another: the person entered it on behalf of the unit, so another reviewer approves it.
    """

    entry: ProgressEntry
    approved: ProgressEntry | None
    before: Reported | None
    before_waits: bool
    now: Reported | None
    period: Period
    standing: Standing[int]
    would_be: Standing[int]
    odd: tuple[Odd, ...]
    broken: tuple[BrokenCheck, ...]
    remedy: Remedy | None
    needs_another: bool

    @property
    def target(self) -> Target:
        return self.entry.target

    @property
    def month(self) -> int:
        return self.entry.month

    @property
    def change(self) -> Fraction | None:
        """The level against the one before, in the unit of measure."""
        if self.now is None or self.before is None:
            return None
        return self.now.level - self.before.level

    @property
    def is_correction(self) -> bool:
        return self.approved is not None

    @property
    def turns_red(self) -> bool:
        """What goes well would be behind with it: news, or a slip of the pen."""
        return self.would_be.status is Status.BEHIND and self.standing.status in GREEN

    @property
    def has_warnings(self) -> bool:
        return bool(self.odd or self.broken or self.turns_red)


@dataclass(frozen=True)
class ReviewStep:
    """A submitted report about a step of a task: what counts now, and how the task would stand with it."""

    entry: MilestoneEntry
    approved: MilestoneEntry | None
    period: Period
    standing: Standing[int]
    would_be: Standing[int]
    remedy: Remedy | None
    needs_another: bool

    @property
    def target(self) -> Target:
        return self.entry.milestone.target

    @property
    def month(self) -> int:
        return self.entry.recorded_month

    @property
    def is_correction(self) -> bool:
        """Whether it corrects a step that was approved as done."""
        return self.approved is not None and self.approved.done

    @property
    def reopens(self) -> bool:
        """A step that was done is reported as open again."""
        return self.is_correction and not self.entry.done

    @property
    def doubt(self) -> DayDoubt | None:
        """What is doubtful about the day on which it was done."""
        return doubtful_day(self.entry.done_on, self.target.year, self.month)

    @property
    def has_warnings(self) -> bool:
        return self.reopens or self.doubt is not None


Waiting = ReviewRow | ReviewStep


@dataclass(frozen=True)
class ReviewGroup:
    """What waits of one unit, or of one section."""

    heading: Unit | Section
    rows: tuple[ReviewRow, ...]
    steps: tuple[ReviewStep, ...]


@dataclass(frozen=True)
class ReviewCounts:
    """How many answers wait, each counted within the rest of the filter."""

    units: tuple[tuple[Unit, int], ...]
    sections: tuple[tuple[Section, int], ...]
    months: tuple[tuple[int, int], ...]
    total: int


@dataclass(frozen=True)
class ReviewQueue:
    """What waits in the units that the person reviews. ``unseen`` answers fit the filter and not on the page."""

    groups: tuple[ReviewGroup, ...]
    counts: ReviewCounts
    unseen: int

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        found: list[Waiting] = []
        for group in self.groups:
            found += [*group.rows, *group.steps]
        return tuple(found)


def review_queue(
    scope: Scope,
    year: Year,
    kept: ReviewFilter = ReviewFilter(),
    *,
    person_id: int | None = None,
    by_section: bool = False,
) -> ReviewQueue:
    """What waits for review in the units that the person reviews, by unit or by section in display order."""
    targets = Target.objects.in_force(year.year).filter(scope.target_filter(roles={"reviewer"}))
    counts = _counts(scope, targets, kept)
    chosen = targets
    if kept.unit is not None:
        chosen = chosen.filter(unit__in=list(scope.tree.below(kept.unit.pk)))
    if kept.section is not None:
        chosen = chosen.filter(indicator__section=kept.section)
    entries, reports = _waiting(chosen, kept.month)
    seen_entries = entries[:MOST_ROWS]
    seen_reports = reports[: MOST_ROWS - len(seen_entries)]
    rows = _rows(scope, year, seen_entries, seen_reports, person_id)
    return ReviewQueue(
        _by_section(rows) if by_section else _by_unit(scope, rows),
        counts,
        len(entries) + len(reports) - len(rows),
    )


def _waiting(targets: Iterable[Target], month: int | None) -> tuple[list[ProgressEntry], list[MilestoneEntry]]:
    in_month = {"month": month} if month is not None else {}
    recorded = {"recorded_month": month} if month is not None else {}
    entries = (
        ProgressEntry.objects.filter(target__in=targets, state=State.SUBMITTED, **in_month)
        .select_related("target__unit", "target__indicator__section", "submitted_by")
        .order_by("target__indicator__section__position", "target__indicator__position", "target__unit_id", "month")
    )
    reports = (
        MilestoneEntry.objects.filter(milestone__target__in=targets, state=State.SUBMITTED, **recorded)
        .select_related("milestone__target__unit", "milestone__target__indicator__section", "submitted_by")
        .order_by("milestone__target__indicator__position", "milestone__target__unit_id", "milestone__step")
    )
    return list(entries), list(reports)


def _counts(scope: Scope, targets: Iterable[Target], kept: ReviewFilter) -> ReviewCounts:
    """Counted from where each answer belongs: two queries, however many wait."""
    found = [
        *ProgressEntry.objects.filter(target__in=targets, state=State.SUBMITTED).values_list(
            "target__unit_id", "target__indicator__section_id", "month"
        ),
        *MilestoneEntry.objects.filter(milestone__target__in=targets, state=State.SUBMITTED).values_list(
            "milestone__target__unit_id", "milestone__target__indicator__section_id", "recorded_month"
        ),
    ]
    near = set(scope.tree.below(kept.unit.pk)) if kept.unit is not None else None
    units: Counter[int] = Counter()
    sections: Counter[int] = Counter()
    months: Counter[int] = Counter()
    for unit_id, section_id, month in found:
        in_unit = near is None or unit_id in near
        in_section = kept.section is None or section_id == kept.section.pk
        in_month = kept.month is None or month == kept.month
        units[unit_id] += in_section and in_month
        sections[section_id] += in_unit and in_month
        months[month] += in_unit and in_section
    named = {section.pk: section for section in Section.objects.filter(pk__in=sections)} if sections else {}
    in_order = sorted(named.values(), key=lambda section: (section.position, section.pk))
    return ReviewCounts(
        tuple((unit, units[pk]) for pk, unit in scope.tree.units.items() if pk in units),
        tuple((section, sections[section.pk]) for section in in_order),
        tuple(sorted(months.items())),
        len(found),
    )


def _by_unit(scope: Scope, rows: list[Waiting]) -> tuple[ReviewGroup, ...]:
    of: dict[int, list[Waiting]] = defaultdict(list)
    for row in rows:
        of[row.target.unit_id].append(row)
    return tuple(_group(unit, of[pk]) for pk, unit in scope.tree.units.items() if pk in of)


def _by_section(rows: list[Waiting]) -> tuple[ReviewGroup, ...]:
    of: dict[int, list[Waiting]] = defaultdict(list)
    sections: dict[int, Section] = {}
    for row in rows:
        section = row.target.indicator.section
        sections[section.pk] = section
        of[section.pk].append(row)
    in_order = sorted(sections.values(), key=lambda section: (section.position, section.pk))
    return tuple(_group(section, of[section.pk]) for section in in_order)


def _group(heading: Unit | Section, rows: Iterable[Waiting]) -> ReviewGroup:
    listed = list(rows)
    return ReviewGroup(
        heading,
        tuple(row for row in listed if isinstance(row, ReviewRow)),
        tuple(row for row in listed if isinstance(row, ReviewStep)),
    )


def _rows(
    scope: Scope, year: Year, entries: list[ProgressEntry], reports: list[MilestoneEntry], person_id: int | None
) -> list[Waiting]:
    target_ids = {entry.target_id for entry in entries} | {report.milestone.target_id for report in reports}
    if not target_ids:
        return []
    groups = {
        (unit_id, group.indicator.pk): group
        for group in Target.objects.filter(pk__in=target_ids).facts()
        for unit_id in group.facts
    }
    remedies = {
        remedy.target_id: remedy
        for remedy in Remedy.objects.filter(target__in=target_ids, closed_at__isnull=True).select_related("entered_by")
    }
    found: list[Waiting] = []
    if entries:
        approved = {
            (entry.target_id, entry.month): entry
            for entry in ProgressEntry.objects.filter(target__in=target_ids)
            .approved()
            .select_related("target__indicator")
        }
        waiting: dict[int, list[Answer]] = defaultdict(list)
        for entry in entries:
            waiting[entry.target_id].append(as_answer(entry))
        broken = _broken(scope, year, entries)
        for entry in entries:
            found.append(
                _row(
                    scope,
                    year,
                    groups[(entry.target.unit_id, entry.target.indicator_id)],
                    entry,
                    approved=approved.get((entry.target_id, entry.month)),
                    waiting=waiting[entry.target_id],
                    broken=broken[entry.month],
                    remedy=remedies.get(entry.target_id),
                    person_id=person_id,
                )
            )
    if reports:
        found.extend(_steps(scope, year, groups, reports, remedies, person_id))
    return found


def _broken(scope: Scope, year: Year, entries: list[ProgressEntry]) -> dict[int, tuple[BrokenCheck, ...]]:
    """The relations that do not hold, by the month in which they were looked at."""
    if not entries:
        return {}
    held = relations(
        scope,
        year,
        {entry.target.unit_id for entry in entries},
        indicators={entry.target.indicator_id for entry in entries},
    )
    return {month: held.broken(month) for month in {entry.month for entry in entries}}


def _row(
    scope: Scope,
    year: Year,
    group: IndicatorFacts,
    entry: ProgressEntry,
    *,
    approved: ProgressEntry | None,
    waiting: list[Answer],
    broken: tuple[BrokenCheck, ...],
    remedy: Remedy | None,
    person_id: int | None,
) -> ReviewRow:
    unit = entry.target.unit
    selection = _selection(scope, year, unit, entry.month)
    facts, measure = group.facts[unit.pk], group.measure
    # A figure of an earlier month that waits as well is approved before this one: it is what was before.
    ahead = {answer.month: answer for answer in waiting if answer.month < entry.month}
    others = [answer for answer in facts.answers if answer.month != entry.month and answer.month not in ahead]
    others = sorted([*others, *ahead.values()], key=lambda answer: answer.month)
    given = as_answer(entry)
    # Whichever of several months is approved first: they are looked at together.
    beside = {answer.month: answer for answer in [*facts.answers, *waiting] if answer.month != entry.month}
    earlier = [answer for answer in others if answer.month < entry.month]
    before = answers.reported(measure, facts.plan.baseline, earlier, facts.plan.months)
    after = answers.reported(measure, facts.plan.baseline, [*earlier, given], facts.plan.months)
    now = after[-1] if after and after[-1].month == entry.month else None
    standing = selection.roll_up(group).standing(unit.pk)
    would_be = selection.roll_up(group.with_answers(unit.pk, (*others, given))).standing(unit.pk)
    assert standing is not None  # the unit has the target itself
    assert would_be is not None
    return ReviewRow(
        entry=entry,
        approved=approved,
        before=before[-1] if before else None,
        before_waits=bool(before) and before[-1].month in ahead,
        now=now,
        period=selection.period,
        standing=standing,
        would_be=would_be,
        odd=what_is_odd(group, entry, before, now, beside.values(), would_be) if now is not None else (),
        broken=tuple(one for one in broken if one.concerns(entry.target.indicator_id, unit.pk)),
        remedy=remedy,
        needs_another=needs_another_reviewer(entry, person_id, year),
    )


def _steps(
    scope: Scope,
    year: Year,
    groups: Mapping[tuple[int, int], IndicatorFacts],
    reports: list[MilestoneEntry],
    remedies: Mapping[int, Remedy],
    person_id: int | None,
) -> Iterable[ReviewStep]:
    target_ids = {report.milestone.target_id for report in reports}
    places = places_of_steps(target_ids)
    approved = {
        report.milestone_id: report
        for report in MilestoneEntry.objects.filter(milestone__target__in=target_ids, state=State.APPROVED)
    }
    for report in reports:
        if report.milestone_id not in places:
            continue  # the step was given up since
        target = report.milestone.target
        group = groups[(target.unit_id, target.indicator_id)]
        selection = _selection(scope, year, target.unit, report.recorded_month)
        standing = selection.roll_up(group).standing(target.unit_id)
        would_be = selection.roll_up(group.with_entry(target.unit_id, report, places)).standing(target.unit_id)
        assert standing is not None  # the unit has the target itself
        assert would_be is not None
        yield ReviewStep(
            entry=report,
            approved=approved.get(report.milestone_id),
            period=selection.period,
            standing=standing,
            would_be=would_be,
            remedy=remedies.get(target.pk),
            needs_another=needs_another_reviewer(report, person_id, year),
        )


def _selection(scope: Scope, year: Year, unit: Unit, month: int) -> Selection:
    period = Period.FIRST_HALF if month <= 6 else Period.YEAR
    return Selection(scope, year, period, month, unit)
