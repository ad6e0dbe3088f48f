"""What is still open of a month, unit by unit, before it is closed."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from targets.calculations.deadlines import clock
from targets.calculations.terms import Period
from targets.models import Indicator, Milestone, MilestoneEntry, ProgressEntry, State, Target, Unit, UnitMonth
from targets.summaries.missing import missing_units
from targets.summaries.selection import Selection


@dataclass(frozen=True)
class ClosingUnit:
    """The month of one unit.

    Attributes:
        closed_at: since when it is closed; ``None`` while it is open.
        open: indicators of which nothing was handed in for the month.
        returned: indicators that were handed back and not handed in again.
        steps: steps that are due by the end of the month and were not reported as done.
        waiting: how many figures and reports on steps wait for review.
    """

    unit: Unit
    closed_at: datetime | None
    open: tuple[Indicator, ...]
    returned: tuple[Indicator, ...]
    steps: tuple[Milestone, ...]
    waiting: int

    @property
    def still_open(self) -> tuple[tuple[Indicator, ...] | tuple[Milestone, ...], ...]:
        return self.open, self.returned, self.steps

    @property
    def is_settled(self) -> bool:
        """Nothing of it is open, and nothing waits."""
        return not (self.waiting or any(self.still_open))

    @property
    def can_close(self) -> bool:
        return self.closed_at is None and not self.waiting


@dataclass(frozen=True)
class Closing:
    """The month of a unit and of those below that report. ``selection`` is at that month."""

    selection: Selection
    units: tuple[ClosingUnit, ...]

    @property
    def fingerprint(self) -> str:
        """Tells what was shown from anything else: what was seen is what is closed."""
        text = repr(
            [
                (one.unit.pk, one.closed_at, one.waiting, *([row.pk for row in rows] for rows in one.still_open))
                for one in self.units
            ]
        )
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def closing(selection: Selection, today: date) -> Closing:
    """What is still open of the month ``selection.as_of`` at the viewed unit and below; no units before it opens."""
    at = selection.at(period=Period.YEAR, waiting=False, lead="")
    year, month = at.year.year, at.as_of
    if month > clock(year, at.year.opening_day, today).opened:
        return Closing(at, ())
    reporting = set(
        at.targets().filter(figures=Target.Figures.OWN).order_by().values_list("unit_id", flat=True).distinct()
    )
    owed = {one.unit.pk: one for one in missing_units(at, today)}
    closed = dict(
        UnitMonth.objects.filter(unit__in=reporting, year=year, month=month).values_list("unit_id", "closed_at")
    )
    waits = {"state": State.SUBMITTED}
    waiting = Counter(
        ProgressEntry.objects.filter(target__unit__in=reporting, target__year=year, month=month, **waits).values_list(
            "target__unit_id", flat=True
        )
    )
    waiting.update(
        MilestoneEntry.objects.filter(
            milestone__target__unit__in=reporting, milestone__target__year=year, recorded_month=month, **waits
        ).values_list("milestone__target__unit_id", flat=True)
    )
    found = []
    for unit_id in at.tree.below(at.unit.pk):
        unit = at.tree.units[unit_id]
        if unit_id not in reporting or month not in unit.months_in(year):
            continue
        missing = owed.get(unit_id)
        rows, steps = (missing.rows, missing.steps) if missing is not None else ((), ())
        found.append(
            ClosingUnit(
                unit,
                closed.get(unit_id),
                tuple(row.indicator for row in rows if month in row.months),
                tuple(row.indicator for row in rows if month in row.returned),
                tuple(step.milestone for step in steps if step.is_owed),
                waiting[unit_id],
            )
        )
    return Closing(at, tuple(found))
