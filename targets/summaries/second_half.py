"""The second half 下半年安排: what the rest of the year asks of every target, and what is arranged for it.

Whatever period is viewed, it is about the annual target and the status in the whole year. Its figures are those of
the outlook on the indicator's page, asked for all indicators at once.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from targets.calculations.difficulty import WITHOUT_PACE, Allowance, NoPace, Prospect, allowance, hardness, prospect
from targets.calculations.outlook import NoForecast, Outlook
from targets.calculations.periods import month_end
from targets.calculations.rollup import Standing
from targets.calculations.terms import Direction, Kind, Period, Status
from targets.calculations.timeline import StepState, day_of, place_of, step_state
from targets.models import Indicator, Milestone, Remedy, Section, Target, Unit
from targets.querysets.plans import IndicatorFacts
from targets.summaries.accounts import with_accounts
from targets.summaries.courses import last_year, levels, year_before
from targets.summaries.filters import RowFilter
from targets.summaries.indicator import milestones_of, outlook_of, steps_of
from targets.summaries.overview import led_by
from targets.summaries.rows import URGENCY, Group, IndicatorRow, indicator_row
from targets.summaries.selection import Selection


@dataclass(frozen=True)
class Arrangement:
    """A remedy that was open at the cut-off, in the words of then; ``is_past``: its deadline has gone by today."""

    remedy: Remedy
    target: Target
    unit: Unit
    is_past: bool


@dataclass(frozen=True)
class TimedStep:
    """A step on the line of the year.

    Attributes:
        day: on which it stands, ``None`` where nobody knows one.
        place: how much of the year has passed by then; ``None`` where it stands nowhere on the line.
        is_recorded_only: done without a date: the day is the end of the month in which it was recorded.
    """

    unit: Unit
    milestone: Milestone
    state: StepState
    day: date | None
    place: Fraction | None
    is_recorded_only: bool = False

    @property
    def due(self) -> date | None:
        return self.milestone.due


@dataclass(frozen=True)
class RemainingRow:
    """What the rest of the year asks of one indicator at the viewed unit.

    Attributes:
        row: with its standing in the whole year.
        outlook: of what is to be reached, ``None`` for what has none.
        allowance: of a ceiling.
        steps: of a task, in the order of the plan.
        reason: why there is no pace or no forecast; ``None`` where there is one.
    """

    row: IndicatorRow
    prospect: Prospect
    outlook: Outlook | None = None
    allowance: Allowance | None = None
    steps: tuple[TimedStep, ...] = ()
    reason: NoForecast | NoPace | None = None
    arrangements: tuple[Arrangement, ...] = ()

    @property
    def indicator(self) -> Indicator:
        return self.row.indicator

    @property
    def standing(self) -> Standing[int]:
        return self.row.standing

    @property
    def is_task(self) -> bool:
        return self.row.indicator.kind == Kind.MILESTONE

    @property
    def has_pace(self) -> bool:
        """Whether needed and recent amounts per month say anything about it."""
        return self.outlook is not None and self.outlook.no_forecast not in WITHOUT_PACE

    @property
    def has_difficulty(self) -> bool:
        return self.prospect in (Prospect.FASTER, Prospect.STEADY)

    @property
    def is_finished(self) -> bool:
        return self.prospect is Prospect.FINISHED

    @property
    def responsible(self) -> tuple[str, ...]:
        """The responsible persons, each once."""
        return tuple(dict.fromkeys(one.responsible_person for one in self.row.targets if one.responsible_person))

    def with_state(self, *states: StepState) -> tuple[TimedStep, ...]:
        return tuple(step for step in self.steps if step.state in states)

    @property
    def open_steps(self) -> tuple[TimedStep, ...]:
        """What is still to be done, the earliest first, the undated at the end."""
        still = self.with_state(StepState.OVERDUE, StepState.OPEN, StepState.UNDATED)
        return tuple(sorted(still, key=lambda step: step.due or date.max))

    @property
    def in_order(self) -> tuple[TimedStep, ...]:
        """The steps as a reader needs them: what is still to be done, then what was done, as it was done."""
        done = sorted(self.with_state(StepState.DONE), key=lambda step: step.day or date.min)
        return (*self.open_steps, *done)


@dataclass(frozen=True)
class RemainingGroup:
    """Rows in the order of their difficulty: a section, or all; tasks apart, since steps have no pace."""

    rows: tuple[RemainingRow, ...]
    section: Section | None = None

    @cached_property
    def targets(self) -> tuple[RemainingRow, ...]:
        return tuple(row for row in self.rows if not row.is_task)

    @cached_property
    def tasks(self) -> tuple[RemainingRow, ...]:
        return tuple(row for row in self.rows if row.is_task)

    @cached_property
    def counts(self) -> Mapping[Prospect, int]:
        """How many targets of each prospect there are, without tasks; 0 where there is none."""
        return {value: sum(1 for row in self.targets if row.prospect is value) for value in Prospect}

    @cached_property
    def step_counts(self) -> Mapping[StepState, int]:
        steps = [step for row in self.tasks for step in row.steps]
        return {value: sum(1 for step in steps if step.state is value) for value in StepState}


@dataclass(frozen=True)
class SecondHalf:
    """What the rest of the year asks of the viewed unit.

    Attributes:
        selection: in the whole year.
        whole: all rows, for what may be chosen.
        total: what is judged, as far as it is kept, hardest first.
        monitored: what is watched and not judged, as far as it is kept.
        today: its place on the line of the year, ``None`` in another year.
        cut_off: the place of the last day that counts.
    """

    selection: Selection
    whole: Group
    total: RemainingGroup
    monitored: tuple[IndicatorRow, ...]
    today: Fraction | None
    cut_off: Fraction | None

    @property
    def rows(self) -> tuple[IndicatorRow, ...]:
        """All that is kept, the monitored last."""
        return (*(row.row for row in self.total.rows), *self.monitored)

    @property
    def sections(self) -> tuple[RemainingGroup, ...]:
        """The same by section, in the order of the sections."""
        found: dict[int, list[RemainingRow]] = defaultdict(list)
        for row in self.total.rows:
            found[row.indicator.section_id].append(row)
        groups = (RemainingGroup(tuple(rows), rows[0].indicator.section) for rows in found.values())
        return tuple(sorted(groups, key=lambda group: (group.section.position, group.section.pk)))  # type: ignore[union-attr]


def second_half(selection: Selection, *, today: date, row_filter: RowFilter | None = None) -> SecondHalf:
    """The rest of the year at the viewed unit: a number of queries that does not depend on how much there is."""
    chosen = selection.at(period=Period.YEAR)
    facts = {group.indicator.pk: group for group in with_accounts(chosen, chosen.facts())}
    found = (indicator_row(chosen, group) for group in facts.values())
    whole = Group(tuple(row for row in found if row is not None))
    kept = (row_filter or RowFilter()).apply(led_by(whole, chosen.lead))
    judged = [row for row in kept.rows if row.status is not Status.MONITORED]
    look = _Looking(chosen, facts, today)
    rows = sorted((look.at(row) for row in judged), key=_difficulty)
    return SecondHalf(
        selection=chosen,
        whole=whole,
        total=RemainingGroup(tuple(rows)),
        monitored=tuple(row for row in kept.rows if row.status is Status.MONITORED),
        today=place_of(today, chosen.year.year),
        cut_off=place_of(month_end(chosen.year.year, chosen.month), chosen.year.year),
    )


def _difficulty(row: RemainingRow) -> tuple[int, Fraction, date, int]:
    """Hardest first; of those without a pace the next step that is open, then what is behind. Else the plan's order."""
    dated = [step.due for step in row.open_steps if step.due is not None]
    return (*hardness(row.prospect, row.outlook), min(dated, default=date.max), URGENCY.index(row.standing.status))


class _Looking:
    """What all rows share, asked once: last year's facts, the steps, the open remedies."""

    def __init__(self, selection: Selection, facts: Mapping[int, IndicatorFacts], today: date) -> None:
        self.selection = selection
        self.facts = facts
        self.today = today
        self.then = year_before(selection)
        self.before = {group.indicator.pk: group for group in with_accounts(self.then, self.then.facts())}
        targets = selection.targets().order_by()
        self.milestones = milestones_of(targets.filter(indicator__kind=Kind.MILESTONE))
        self.remedies: dict[int, Remedy] = Remedy.objects.filter(target__in=targets.values("pk")).open_at(
            selection.month
        )

    def at(self, row: IndicatorRow) -> RemainingRow:
        group, arrangements = self.facts[row.indicator.pk], self._arrangements(row)
        if group.measure.kind is Kind.MILESTONE:
            return RemainingRow(row, prospect(row.status, None), steps=self._steps(row), arrangements=arrangements)
        if row.standing.all_not_applicable:
            return RemainingRow(row, Prospect.NO_PACE, reason=NoPace.NOT_APPLICABLE, arrangements=arrangements)
        month = self.selection.month
        if group.measure.direction is Direction.AT_MOST and row.standing.target is not None:
            return RemainingRow(
                row,
                prospect(row.status, None),
                allowance=allowance(
                    group.measure,
                    row.standing.target,
                    levels(self.selection, group, range(1, month + 1), partial_flows=True),
                    month,
                ),
                reason=NoPace.CEILING,
                arrangements=arrangements,
            )
        before = last_year(self.then, group, self.before)
        outlook = outlook_of(self.selection, group, row, before, row.standing)
        return RemainingRow(
            row,
            prospect(row.status, outlook),
            outlook=outlook,
            reason=outlook.no_forecast if outlook is not None else NoForecast.NO_TARGET,
            arrangements=arrangements,
        )

    def _steps(self, row: IndicatorRow) -> tuple[TimedStep, ...]:
        year, month = self.selection.year.year, self.selection.month
        latest = self.selection.clock.day if self.selection.clock is not None else None
        found = []
        for own, shown in zip(row.standing.steps, steps_of(row, self.milestones), strict=True):
            day = day_of(own.step, year, month)
            place = place_of(day, year) if day is not None else None
            state = step_state(own.step, year, month, latest)
            only_recorded = state is StepState.DONE and own.step.done_on is None
            found.append(TimedStep(shown.unit, shown.milestone, state, day, place, only_recorded))
        return tuple(found)

    def _arrangements(self, row: IndicatorRow) -> tuple[Arrangement, ...]:
        found = ((target, self.remedies[target.pk]) for target in row.remedy_targets if target.pk in self.remedies)
        units = self.selection.tree.units
        return tuple(
            Arrangement(
                remedy, target, units[target.unit_id], remedy.deadline is not None and remedy.deadline < self.today
            )
            for target, remedy in found
        )
