"""What waits for review: each submitted figure with what was before it and the status that it would give."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from targets.calculations import answers
from targets.calculations.answers import Reported
from targets.calculations.oddities import Oddity, oddities
from targets.calculations.rollup import Standing
from targets.calculations.terms import Period
from targets.models import MilestoneEntry, ProgressEntry, State, Target, Unit, Year
from targets.permissions import Scope
from targets.querysets.plans import IndicatorFacts
from targets.summaries.month import as_answer
from targets.summaries.selection import Selection


@dataclass(frozen=True)
class ReviewRow:
    """A submitted figure.

    Attributes:
        approved: the figure that it would supersede; ``None`` for a first one.
        before: what was reported last before its month.
        now: what it would bring; ``None`` for "not applicable".
        standing: as judged now; ``would_be`` as judged with it.
    """

    entry: ProgressEntry
    approved: ProgressEntry | None
    before: Reported | None
    now: Reported | None
    standing: Standing[int]
    would_be: Standing[int]
    odd: tuple[Oddity, ...]

    @property
    def change(self) -> Fraction | None:
        """The level against the one before, in the unit of measure."""
        if self.now is None or self.before is None:
            return None
        return self.now.level - self.before.level


@dataclass(frozen=True)
class ReviewUnit:
    """What one unit submitted."""

    unit: Unit
    rows: tuple[ReviewRow, ...]
    steps: tuple[MilestoneEntry, ...]


def review_queue(scope: Scope, year: Year) -> tuple[ReviewUnit, ...]:
    """What waits for review in the units that the person reviews, by unit in display order."""
    targets = Target.objects.in_force(year.year).filter(scope.target_filter(roles={"reviewer"}))
    entries = list(
        ProgressEntry.objects.filter(target__in=targets, state=State.SUBMITTED)
        .select_related("target__unit", "target__indicator__section", "submitted_by")
        .order_by("target__indicator__section__position", "target__indicator__position", "month")
    )
    approved = {
        (entry.target_id, entry.month): entry
        for entry in ProgressEntry.objects.filter(target__in=[entry.target_id for entry in entries])
        .approved()
        .select_related("target__indicator")
    }
    facts = {
        (unit_id, group.indicator.pk): group
        for group in Target.objects.filter(pk__in=[entry.target_id for entry in entries]).facts()
        for unit_id in group.facts
    }
    rows: dict[int, list[ReviewRow]] = defaultdict(list)
    for entry in entries:
        group = facts[(entry.target.unit_id, entry.target.indicator_id)]
        rows[entry.target.unit_id].append(_row(scope, year, group, entry, approved.get((entry.target_id, entry.month))))
    steps: dict[int, list[MilestoneEntry]] = defaultdict(list)
    for report in (
        MilestoneEntry.objects.filter(milestone__target__in=targets, state=State.SUBMITTED)
        .select_related("milestone__target__unit", "milestone__target__indicator", "submitted_by")
        .order_by("milestone__target__indicator__position", "milestone__step")
    ):
        steps[report.milestone.target.unit_id].append(report)
    return tuple(
        ReviewUnit(scope.tree.units[unit_id], tuple(rows[unit_id]), tuple(steps[unit_id]))
        for unit_id in scope.tree.units
        if unit_id in rows or unit_id in steps
    )


def _row(
    scope: Scope, year: Year, group: IndicatorFacts, entry: ProgressEntry, approved: ProgressEntry | None
) -> ReviewRow:
    unit = entry.target.unit
    period = Period.FIRST_HALF if entry.month <= 6 else Period.YEAR
    selection = Selection(scope, year, period, entry.month, unit)
    facts, measure = group.facts[unit.pk], group.measure
    others = [answer for answer in facts.answers if answer.month != entry.month]
    given = as_answer(entry)
    before = answers.reported(measure, facts.plan.baseline, [a for a in others if a.month < entry.month])
    after = answers.reported(measure, facts.plan.baseline, [*(a for a in others if a.month < entry.month), given])
    now = after[-1] if after and after[-1].month == entry.month else None
    standing = selection.roll_up(group).standing(unit.pk)
    would_be = selection.roll_up(group.with_answers(unit.pk, (*others, given))).standing(unit.pk)
    assert standing is not None  # the unit has the target itself
    assert would_be is not None
    odd: tuple[Oddity, ...] = ()
    if now is not None:
        odd = oddities(
            measure,
            before,
            now,
            typed=entry.value,
            decimals=group.indicator.decimals,
            target=would_be.target,
        )
    return ReviewRow(entry, approved, before[-1] if before else None, now, standing, would_be, odd)
