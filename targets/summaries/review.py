"""What waits for review: each submitted figure with what was before it and the status that it would give."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Max, QuerySet, When

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

Entry = ProgressEntry | MilestoneEntry

#: So many answers stand on one page.
ROWS_PER_PAGE = 50

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
    """What waits of one unit, or of one section: what has warnings first."""

    heading: Unit | Section
    rows: tuple[ReviewRow, ...]
    steps: tuple[ReviewStep, ...]


@dataclass(frozen=True)
class ReviewCounts:
    """How many answers wait, each counted within the rest of the filter.

    ``newest`` is when the latest of those that fit the filter was submitted; ``None`` where none does.
    """

    units: tuple[tuple[Unit, int], ...]
    sections: tuple[tuple[Section, int], ...]
    months: tuple[tuple[int, int], ...]
    total: int
    newest: datetime | None


@dataclass(frozen=True)
class ReviewQueue:
    """One page of what waits in the units that the person reviews, and where it stands in all that fits the filter."""

    groups: tuple[ReviewGroup, ...]
    counts: ReviewCounts
    page: Page[int]

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        found: list[Waiting] = []
        for group in self.groups:
            found += [*group.rows, *group.steps]
        return tuple(found)


@dataclass(frozen=True)
class _Answers:
    """What waits of one kind of answer: the queryset, and the way from an answer to its target and its month."""

    found: QuerySet[Any]
    target: str
    month: str

    def counted(self) -> Iterable[tuple[int, int, int, int, datetime]]:
        """Unit, section, month, how many wait there, and when the last of them was submitted. One query."""
        places = (f"{self.target}unit_id", f"{self.target}indicator__section_id", self.month)
        return self.found.order_by().values_list(*places).annotate(Count("pk"), Max("submitted_at"))

    def kept(self, scope: Scope, kept: ReviewFilter) -> QuerySet[Any]:
        """Those that fit a filter, with what a page says of them."""
        found = self.found
        if kept.unit is not None:
            found = found.filter(**{f"{self.target}unit__in": list(scope.tree.below(kept.unit.pk))})
        if kept.section is not None:
            found = found.filter(**{f"{self.target}indicator__section": kept.section})
        if kept.month is not None:
            found = found.filter(**{self.month: kept.month})
        return found.select_related(
            f"{self.target}unit", f"{self.target}indicator__section", "submitted_by", "reviewed_by"
        )

    def in_order(self, found: QuerySet[Any], group: str, keys: Iterable[int]) -> QuerySet[Any]:
        """Those of some units or sections: in the order of these, then of the indicators."""
        listed = list(keys)
        name = f"{self.target}{group}"
        place = Case(*(When(**{name: key}, then=number) for number, key in enumerate(listed)))
        indicator = f"{self.target}indicator__"
        return found.filter(**{f"{name}__in": listed}).order_by(
            place, f"{indicator}section__position", f"{indicator}position", f"{self.target}unit_id", self.month, "pk"
        )


def _waiting(scope: Scope, year: Year) -> tuple[_Answers, _Answers]:
    """Figures and reports on steps that wait in the units that the person reviews."""
    targets = Target.objects.in_force(year.year).filter(scope.target_filter(roles={"reviewer"}))
    return (
        _Answers(ProgressEntry.objects.filter(target__in=targets, state=State.SUBMITTED), "target__", "month"),
        _Answers(
            MilestoneEntry.objects.filter(milestone__target__in=targets, state=State.SUBMITTED),
            "milestone__target__",
            "recorded_month",
        ),
    )


def review_queue(
    scope: Scope,
    year: Year,
    kept: ReviewFilter = ReviewFilter(),
    *,
    person_id: int | None = None,
    by_section: bool = False,
    number: str | None = None,
) -> ReviewQueue:
    """A page of what waits for review, by unit or by section in display order; ``number`` is that of the page.

    However much waits, only what stands on the page is loaded and judged.
    """
    kinds = _waiting(scope, year)
    counted = [list(kind.counted()) for kind in kinds]
    counts = _counts(scope, [place for places in counted for place in places], kept)
    near = set(scope.tree.below(kept.unit.pk)) if kept.unit is not None else None
    sizes: list[Counter[int]] = [Counter(), Counter()]
    for size, places in zip(sizes, counted, strict=True):
        for unit_id, section_id, month, count, _newest in places:
            if _fits(kept, near, unit_id, section_id, month):
                size[section_id if by_section else unit_id] += count
    order = [section.pk for section, _count in counts.sections] if by_section else scope.tree.units
    keys = [key for key in order if any(size[key] for size in sizes)]
    page = Paginator(range(sum(size.total() for size in sizes)), ROWS_PER_PAGE).get_page(number)
    first = max(page.start_index() - 1, 0)
    chosen, parts = _window(keys, sizes, first, page.end_index())
    waiting: list[Any] = []
    for kind, part in zip(kinds, parts, strict=True):
        in_order = kind.in_order(kind.kept(scope, kept), "indicator__section" if by_section else "unit", chosen)
        waiting += in_order[part]
    rows = review_rows(scope, year, waiting, person_id)
    return ReviewQueue(_by_section(rows) if by_section else _by_unit(scope, rows), counts, page)


def review_rows(scope: Scope, year: Year, waiting: Iterable[Entry], person_id: int | None) -> list[Waiting]:
    """What waits, with what was before it and what it would bring; what has warnings first."""
    listed = list(waiting)
    entries = [one for one in listed if isinstance(one, ProgressEntry)]
    reports = [one for one in listed if isinstance(one, MilestoneEntry)]
    return sorted(_rows(scope, year, entries, reports, person_id), key=lambda row: not row.has_warnings)


def still_waiting(scope: Scope, year: Year, kept: ReviewFilter, keys: Iterable[Iterable[int]]) -> list[Entry]:
    """What waits and fits the filter of some figures and some reports on steps, by their keys. Two queries."""
    found: list[Entry] = []
    for kind, pks in zip(_waiting(scope, year), keys, strict=True):
        found += kind.kept(scope, kept).filter(pk__in=list(pks))
    return found


def arrived_since(scope: Scope, year: Year, kept: ReviewFilter, moment: datetime) -> int:
    """How many of the answers that wait and fit the filter were submitted after a moment."""
    return sum(
        kind.kept(scope, kept).filter(submitted_at__gt=moment).order_by().count() for kind in _waiting(scope, year)
    )


def _fits(kept: ReviewFilter, near: Collection[int] | None, unit_id: int, section_id: int, month: int) -> bool:
    return (
        (near is None or unit_id in near)
        and (kept.section is None or section_id == kept.section.pk)
        and (kept.month is None or month == kept.month)
    )


def _window(keys: Iterable[int], sizes: Sequence[Counter[int]], first: int, last: int) -> tuple[list[int], list[slice]]:
    """The groups of which a page from ``first`` to before ``last`` shows something, in order.

    A group is all of its figures, then all of its reports: of each kind the page shows a run, counted from the first
    of these groups.
    """
    chosen: list[int] = []
    starts, lengths = [0] * len(sizes), [0] * len(sizes)
    offset = 0
    for key in keys:
        begins = offset
        offset += sum(size[key] for size in sizes)
        if offset <= first or begins >= last:
            continue
        for kind, size in enumerate(sizes):
            low, high = (min(max(edge - begins, 0), size[key]) for edge in (first, last))
            if not chosen:
                starts[kind] = low
            lengths[kind] += high - low
            begins += size[key]
        chosen.append(key)
    return chosen, [slice(start, start + length) for start, length in zip(starts, lengths, strict=True)]


def _counts(scope: Scope, places: Iterable[tuple[int, int, int, int, datetime]], kept: ReviewFilter) -> ReviewCounts:
    near = set(scope.tree.below(kept.unit.pk)) if kept.unit is not None else None
    units: Counter[int] = Counter()
    sections: Counter[int] = Counter()
    months: Counter[int] = Counter()
    total = 0
    newest: datetime | None = None
    for unit_id, section_id, month, count, latest in places:
        in_unit = near is None or unit_id in near
        in_section = kept.section is None or section_id == kept.section.pk
        in_month = kept.month is None or month == kept.month
        units[unit_id] += count * (in_section and in_month)
        sections[section_id] += count * (in_unit and in_month)
        months[month] += count * (in_unit and in_section)
        total += count
        if in_unit and in_section and in_month and latest is not None:
            newest = latest if newest is None else max(newest, latest)
    named = {section.pk: section for section in Section.objects.filter(pk__in=sections)} if sections else {}
    in_order = sorted(named.values(), key=lambda section: (section.position, section.pk))
    return ReviewCounts(
        tuple((scope.tree.units[pk], units[pk]) for pk in scope.tree.units if pk in units),
        tuple((section, sections[section.pk]) for section in in_order),
        tuple(sorted(months.items())),
        total,
        newest,
    )


def _by_unit(scope: Scope, rows: list[Waiting]) -> tuple[ReviewGroup, ...]:
    of: dict[int, list[Waiting]] = defaultdict(list)
    for row in rows:
        of[row.target.unit_id].append(row)
    return tuple(_group(scope.tree.units[pk], of[pk]) for pk in scope.tree.units if pk in of)


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
        # Also what waits of other months and does not stand on the page.
        for entry in ProgressEntry.objects.filter(target__in=target_ids, state=State.SUBMITTED).order_by("month"):
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
