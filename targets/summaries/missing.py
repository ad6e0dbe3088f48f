"""What is open where: due answers that nobody has handed in, by unit."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from targets.calculations import answers
from targets.calculations.deadlines import days_overdue
from targets.calculations.terms import Figures, Kind
from targets.models import Indicator, ProgressEntry, State, Target, Unit
from targets.summaries.selection import Selection


@dataclass(frozen=True)
class MissingRow:
    """An indicator that a unit has not answered. ``submitted`` are missing months that wait for review."""

    indicator: Indicator
    months: tuple[int, ...]
    submitted: tuple[int, ...]
    days_overdue: int


@dataclass(frozen=True)
class MissingUnit:
    """What one unit owes. ``answered`` ÷ ``due`` counts months with an approved answer."""

    unit: Unit
    rows: tuple[MissingRow, ...]
    answered: int
    due: int

    @property
    def days_overdue(self) -> int:
        return max((row.days_overdue for row in self.rows), default=0)


def missing_units(selection: Selection, today: date) -> tuple[MissingUnit, ...]:
    """The units at the viewed one and below with targets of their own, by unit in display order."""
    waiting: dict[int, set[int]] = defaultdict(set)
    targets = selection.targets().filter(figures=Target.Figures.OWN)
    for target_id, month in ProgressEntry.objects.filter(target__in=targets, state=State.SUBMITTED).values_list(
        "target_id", "month"
    ):
        waiting[target_id].add(month)
    rows: dict[int, list[MissingRow]] = defaultdict(list)
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    year = selection.year
    for group in selection.facts():
        if group.measure.kind is Kind.MILESTONE:
            continue
        for unit_id, facts in group.facts.items():
            if facts.figures is not Figures.OWN:
                continue
            account = answers.account(group.measure, facts.plan.baseline, facts.answers, selection.as_of)
            counts[unit_id][0] += len(account.answered)
            counts[unit_id][1] += len(account.due)
            submitted = waiting[group.targets[unit_id].pk]
            open_ = tuple(month for month in account.missing if month not in submitted)
            if account.missing:
                first = open_[0] if open_ else account.missing[0]
                overdue = days_overdue(year.year, first, year.due_day, today) if open_ else 0
                rows[unit_id].append(
                    MissingRow(group.indicator, open_, tuple(m for m in account.missing if m in submitted), overdue)
                )
    return tuple(
        MissingUnit(selection.tree.units[unit_id], tuple(rows[unit_id]), *counts[unit_id])
        for unit_id in selection.tree.below(selection.unit.pk)
        if unit_id in counts
    )
