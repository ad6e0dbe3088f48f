"""Up the tree: from the targets of one indicator to the standing of any unit.

A target says where its figures come from. ``own``: its own entries are the whole, and figures of its descendants
are a breakdown, checked against it and never added. ``sum``: the unit enters nothing. Seen from above, a unit
with an ``own`` target, or with a ``sum`` target that has checkpoints, stands as one part for everything below it.
A unit without a target, or with a ``sum`` target, adds up the nearest parts below it; a ``sum`` target without
checkpoints expects what its parts expect, one with checkpoints is always judged by them, with its own baseline
as start.

* One part only, and no checkpoints of the unit's own: everything passes up unchanged.
* A part whose every due answer is not applicable is no part.
* A unit that begins within the year owes nothing before its first month, one that ends nothing after its last: what
  it gave and what was expected of it in its last due month stay in the sums. A level (stock or rate) is not counted
  twice: once a unit that carries it on, its successor or the one it was merged into, has reported for a later month,
  the ended unit is no part of it any more. Until then it and the successor that begins right after it are one part:
  the level is that of the ended one, and once the successor has begun its path asks. A unit that has not begun is no
  due part.
* Flows and stocks add up. Only parts with checkpoints enter a judged sum, unless the unit's own checkpoints
  judge it: then, and in a monitored sum, all parts enter.
* A part is due when something other than 0 is expected of it (under the unit's own checkpoints and for ceilings:
  every part). The sum is not due when no part is, and not reported exactly when all its due parts are silent. One with
  checkpoints of its own and no part at all is not reported once something other than 0 is expected of it.
  Silent parts are expected as well. Who is silent or not applicable is named at whatever depth, unless all of a
  part is.
* Each part brings its own start. A part of which nothing is expected yet is expected at its start, and in the two
  ratios a silent part stands at its start, at whatever depth; not in the actual shown, nor in the gap.
* Rates: all parts enter, as Σ numerator ÷ Σ denominator over those that reported, never as a mean of percentages.
  They are judged by the unit's own checkpoints, or where all parts have the same path; otherwise monitored. When one
  of several parts gave only a percentage, the actual of the whole is empty and it is monitored; a single part passes
  up what it gave, a percentage too.
* Milestone tasks combine by their steps, without those that were open and fell due after the last month of a unit.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, Generic, TypeVar

from . import answers, paths
from .deadlines import Clock
from .facts import Measure, Plan, Step, TargetFacts, Thresholds
from .milestones import Task, is_dropped, judge_steps
from .paths import Aims
from .periods import MONTHS, cut_off, due_months, last_month
from .standings import Position, completion, gap, gap_points, is_late, judge, schedule_ratio, schedule_share
from .tallies import Enters, Part, combine, entering, tally
from .terms import JUDGED, Direction, Figures, Kind, Period, Status

#: A unit is any hashable key: the rules only compare it.
Unit = TypeVar("Unit", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Owing(Generic[Unit]):
    """What one reporting unit still owes: the ``months`` that fell due and were not answered."""

    unit: Unit
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class UnitStep(Generic[Unit]):
    """A step and the unit whose task it belongs to; ``index`` is its place in that target's steps."""

    unit: Unit
    index: int
    step: Step


@dataclass(frozen=True, slots=True)
class Standing(Generic[Unit]):
    """Where an indicator stands at a unit, judged.

    Amounts are in the unit of measure (rates: percent), ratios are 1 for 100 %, ``None`` is "there is none".

    Attributes:
        month: the last month that counts.
        parts: the units whose targets it is made of (the unit itself for its own target).
        owing: reporting units with due months missing: the light is hatched and names them.
        opening: the level at month 0, ``None`` where a stock or rate has no baseline.
        counted: the actual as completion takes it, with a part of a sum that is silent at its start.
        silent: parts of which something is expected and that reported nothing, at whatever depth.
        left_out: parts that are none because every due answer was "not applicable", at whatever depth.
        unplanned: parts without checkpoints, which stay out of a judged sum.
        month_answered, month_due: answers that fell due in ``month`` itself, and those of them that are in.
        is_late: behind for want of reports alone.
        own_plan: judged by checkpoints of the unit's own target, not by those of a part that passes up.
        all_not_applicable: not due, because every due answer was "not applicable".
        task, steps: of a milestone task.
        nobody_reports: a sum with checkpoints of its own and nothing below it that could be added up.
    """

    unit: Unit
    month: int
    status: Status
    actual: Fraction | None = None
    expected: Fraction | None = None
    target: Fraction | None = None
    target_derived: bool = False
    start: Fraction | None = None
    opening: Fraction | None = None
    counted: Fraction | None = None
    completion: Fraction | None = None
    schedule_ratio: Fraction | None = None
    schedule_share: Fraction | None = None
    gap: Fraction | None = None
    gap_points: Fraction | None = None
    exceeded: bool = False
    answered: int = 0
    due: int = 0
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    percentage_only: bool = False
    all_not_applicable: bool = False
    month_answered: int = 0
    month_due: int = 0
    is_late: bool = False
    own_plan: bool = False
    parts: tuple[Unit, ...] = ()
    owing: tuple[Owing[Unit], ...] = ()
    silent: tuple[Unit, ...] = ()
    left_out: tuple[Unit, ...] = ()
    unplanned: tuple[Unit, ...] = ()
    task: Task | None = None
    steps: tuple[UnitStep[Unit], ...] = ()
    nobody_reports: bool = False

    @property
    def is_judged(self) -> bool:
        """It enters the mean of its section."""
        return self.status in JUDGED

    @property
    def is_hatched(self) -> bool:
        """Judged, though answers that fell due are missing."""
        return self.is_judged and self.answered < self.due


def judged_task(unit: Unit, month: int, measure: Measure, task: Task) -> Standing[Unit]:
    """How a task stands, without the names of the units and the steps that it is made of."""
    if measure.direction is Direction.MONITOR:
        return Standing(unit, month, Status.MONITORED)
    return Standing(unit, month, task.status, completion=task.completion, schedule_share=task.schedule_share, task=task)


#: What is said of the parts of a monitored figure as well.
_OF_MONITORED = frozenset({"parts", "owing", "left_out"})


def judged(
    unit: Unit, month: int, position: Position, status: Status, thresholds: Thresholds, **of_parts: Any
) -> Standing[Unit]:
    """How a position stands; ``of_parts`` are the fields that say what it is made of.

    ``month`` is the last one that counts; answers fell due until that of the position.
    """
    found: dict[str, Any] = {
        "actual": position.actual,
        "answered": position.answered,
        "due": position.due,
        "numerator": position.numerator,
        "denominator": position.denominator,
        "percentage_only": position.percentage_only,
        "month_answered": position.month_answered,
        "month_due": position.month_due,
    }
    if status is Status.MONITORED:
        kept = {name: value for name, value in of_parts.items() if name in _OF_MONITORED}
        return Standing(unit, month, status, **found, **kept)
    done = completion(position, status)
    return Standing(
        unit,
        month,
        status,
        **found,
        **of_parts,
        expected=position.expected,
        target=position.target,
        target_derived=position.target_derived,
        start=position.start,
        opening=position.opening,
        counted=position.counted if position.actual is not None else None,
        completion=done,
        schedule_ratio=schedule_ratio(position, status),
        schedule_share=schedule_share(position),
        gap=gap(position),
        gap_points=gap_points(position, status),
        exceeded=(
            status is Status.COMPLETED
            and position.measure.direction is Direction.AT_LEAST
            and done is not None
            and done >= thresholds.exceeded_ratio
        ),
        all_not_applicable=position.all_not_applicable,
        is_late=status is Status.BEHIND and is_late(position, thresholds),
    )


@dataclass(frozen=True)
class _Node(Generic[Unit]):
    """A position in the tree before it is judged."""

    unit: Unit
    position: Position
    plan: Plan
    own_plan: bool = False
    parts: tuple[Unit, ...] = ()
    owing: tuple[Owing[Unit], ...] = ()
    silent: tuple[Unit, ...] = ()
    left_out: tuple[Unit, ...] = ()
    unplanned: tuple[Unit, ...] = ()
    has_begun: bool = True
    is_partial: bool = False
    nobody_reports: bool = False
    #: The other units of one level that is handed on: one part with this one.
    with_units: tuple[Unit, ...] = ()

    @cached_property
    def as_part(self) -> Part:
        """As a sum above takes it."""
        return Part(
            self.position,
            has_begun=self.has_begun,
            owing=len(self.owing),
            made_of=len(self.parts),
            is_partial=self.is_partial,
            nobody_reports=self.nobody_reports,
            own_plan=self.own_plan,
        )


class RollUp(Generic[Unit]):
    """All standings of one indicator in one period at one ``as_of``, each part computed once.

    ``targets`` are the indicator's targets of the year by unit, ``children`` the units directly below each unit
    in display order; units may be missing from either. ``levels`` are their running levels through the year, where
    they are known already. ``clock`` says how far the year has come: what lies beyond is
    not due yet. Without it the year is over.
    """

    def __init__(
        self,
        measure: Measure,
        targets: Mapping[Unit, TargetFacts],
        children: Mapping[Unit, Sequence[Unit]],
        *,
        year: int,
        period: Period,
        as_of: int,
        thresholds: Thresholds | None = None,
        clock: Clock | None = None,
        levels: Mapping[Unit, Sequence[answers.Reported]] | None = None,
    ) -> None:
        self.measure = measure
        self.targets = targets
        self.children = children
        self.year = year
        self.period = period
        self.month = cut_off(period, as_of)
        self.thresholds = thresholds or Thresholds()
        self.clock = clock
        self.levels = levels or {}
        #: The last month in which answers fell due, as far as the calendar has come: 0 before the first.
        self.due_by = min(self.month, clock.opened) if clock is not None else self.month
        self._nodes: dict[Unit, _Node[Unit]] = {}
        self._twin: RollUp[Unit] | None = None

    def in_period(self, period: Period) -> "RollUp[Unit]":
        """The same facts viewed in another period, which ends here as well if it does not end before."""
        other = RollUp(
            self.measure,
            self.targets,
            self.children,
            year=self.year,
            period=period,
            as_of=self.month,
            thresholds=self.thresholds,
            clock=self.clock,
        )
        if other.month == self.month:
            other._twin = self
        return other

    def target(self, unit: Unit) -> Fraction | None:
        """The target of the period at ``unit`` as its standing has it, without asking how it stands."""
        if self.measure.kind is Kind.MILESTONE or (unit not in self.targets and not self.parts(unit)):
            return None
        position = self._node(unit).position
        return None if position.is_monitored else position.target

    def standing(self, unit: Unit) -> Standing[Unit] | None:
        """The standing at ``unit``; ``None`` where neither it nor a unit below has a target."""
        if unit not in self.targets and not self.parts(unit):
            return None
        if self.measure.kind is Kind.MILESTONE:
            return self._task(unit)
        node = self._node(unit)
        status = self._status(node)
        return judged(
            unit,
            self.month,
            node.position,
            status,
            self.thresholds,
            parts=node.parts,
            owing=node.owing,
            left_out=node.left_out,
            own_plan=node.own_plan,
            silent=node.silent,
            unplanned=node.unplanned,
            nobody_reports=node.nobody_reports,
        )

    def part(self, unit: Unit) -> Part:
        """The unit as a sum above takes it; not of a task."""
        return self._node(unit).as_part

    def owing(self, unit: Unit) -> tuple[Owing[Unit], ...]:
        """What the unit and those below it owe; not of a task."""
        return self._node(unit).owing

    def parts(self, unit: Unit) -> tuple[Unit, ...]:
        """The nearest parts below a unit: own targets, and sums with checkpoints of their own.

        Without those whose level is carried on by another one.
        """
        found: list[Unit] = []
        for child in self.children.get(unit, ()):
            target = self.targets.get(child)
            if target is not None and self._stands_alone(target):
                if not self.is_carried_on(child):
                    found.append(child)
            else:
                found.extend(self.parts(child))
        return tuple(found)

    def is_carried_on(self, unit: Unit) -> bool:
        """Whether the level of a unit that ended stands in that of another one, which reported for a later month."""
        target = self.targets.get(unit)
        if target is None or not target.carried_on_by or self.measure.is_flow:
            return False
        later = range(target.plan.months.stop, self.month + 1)
        followers = [facts for one, facts in self.targets.items() if one in target.carried_on_by]
        return any(
            answer.month in later and not answer.is_not_applicable for facts in followers for answer in facts.answers
        )

    def has_own_below(self, unit: Unit) -> bool:
        """Whether the unit or one below it has a target with figures of its own."""
        target = self.targets.get(unit)
        if target is not None and target.figures is Figures.OWN:
            return True
        return any(self.has_own_below(child) for child in self.children.get(unit, ()))

    def _stands_alone(self, target: TargetFacts) -> bool:
        return target.figures is Figures.OWN or bool(target.plan.checkpoints(self.month))

    def _status(self, node: _Node[Unit]) -> Status:
        status = judge(node.position, self.thresholds)
        if status is Status.SLIGHTLY_BEHIND and self.thresholds.two_slightly_behind_is_behind:
            earlier = due_months(self.measure.frequency, self.due_by, node.plan.months)[:-1]
            if earlier and self._at(earlier[-1])._judged(node.unit) is Status.SLIGHTLY_BEHIND:
                return Status.BEHIND
        return status

    def _judged(self, unit: Unit) -> Status:
        return judge(self._node(unit).position, self.thresholds)

    def _at(self, month: int) -> "RollUp[Unit]":
        return RollUp(
            self.measure,
            self.targets,
            self.children,
            year=self.year,
            period=self.period,
            as_of=month,
            thresholds=self.thresholds,
            clock=self.clock,
        )

    def _node(self, unit: Unit) -> _Node[Unit]:
        if unit not in self._nodes:
            target = self.targets.get(unit)
            if target is not None and target.figures is Figures.OWN:
                self._nodes[unit] = self._own(unit, target)
            else:
                self._nodes[unit] = self._sum(unit, target)
        return self._nodes[unit]

    def _own(self, unit: Unit, target: TargetFacts) -> _Node[Unit]:
        plan, measure, month = target.plan, self.measure, self.month
        if self._twin is not None:
            # By the same month the same was answered and expected, whatever the period.
            goal = paths.period_target(measure, plan, self.period, month)
            node = self._twin._node(unit)
            position = replace(node.position, period=self.period, target=goal.value, target_derived=goal.derived)
            return replace(node, position=position)
        account = answers.account(
            measure, plan.baseline, target.answers, month, self.due_by, plan.months, self.levels.get(unit)
        )
        position = Position(
            measure=measure,
            period=self.period,
            month=self.due_by,
            actual=account.actual,
            counted=account.actual,
            **self._aims(plan)._asdict(),
            has_plan=bool(plan.checkpoints(month)),
            is_due=True,
            is_silent=account.actual is None,
            all_not_applicable=account.all_not_applicable,
            last_due_settled=account.last_due_settled,
            answered=len(account.answered),
            due=len(account.due),
            numerator=account.numerator,
            denominator=account.denominator,
            percentage_only=measure.is_rate and account.actual is not None and account.numerator is None,
            month_answered=int(month in account.answered),
            month_due=int(month in account.due),
            presumed=paths.presumed(measure, plan, account, self.due_by),
        )
        owing = (Owing(unit, account.missing),) if account.missing else ()
        return _Node(
            unit,
            position,
            plan,
            own_plan=position.has_plan,
            parts=(unit,),
            owing=owing,
            has_begun=plan.months.start <= max(self.due_by, 1),
            is_partial=plan.months != MONTHS,
        )

    def _sum(self, unit: Unit, target: TargetFacts | None) -> _Node[Unit]:
        own_plan = target.plan if target is not None and target.plan.checkpoints(self.month) else None
        parts = self._handed_on([self._node(part) for part in self.parts(unit)])
        if own_plan is None and len(parts) == 1:
            return replace(parts[0], unit=unit, own_plan=False)
        live = [part for part in parts if not part.position.all_not_applicable]
        left_out = tuple(name for part in parts for name in _left_out(part))
        if own_plan is None and len(live) == 1:
            return replace(live[0], unit=unit, own_plan=False, left_out=left_out)
        tallies = {enters: tally(part.as_part for part in parts if part.as_part.enters is enters) for enters in Enters}
        common = self._common_plan(live) if self.measure.is_rate and own_plan is None else None
        plan = own_plan or common
        aims = self._aims(plan) if plan is not None else None
        position = combine(
            self.measure,
            self.period,
            self.due_by,
            tallies,
            own=aims if own_plan is not None else None,
            common=aims if common is not None else None,
        )
        taken = entering(self.measure, tallies, own=own_plan is not None)
        unplanned = [part for part in live if not part.position.has_plan] if taken.parts < len(live) else []
        among = [part for part in live if part.position.has_plan] if unplanned else live
        every_part_is_due = own_plan is not None or self.measure.direction is Direction.AT_MOST
        due_parts = [part for part in among if part.has_begun and (every_part_is_due or part.position.expected)]
        return _Node(
            unit,
            position,
            plan or Plan(),
            own_plan=own_plan is not None,
            parts=tuple(name for part in among for name in (part.unit, *part.with_units)),
            owing=tuple(owing for part in among for owing in part.owing),
            silent=tuple(
                name for part in due_parts for name in ((part.unit,) if part.as_part.is_silent else part.silent)
            ),
            left_out=left_out,
            unplanned=tuple(part.unit for part in unplanned),
            has_begun=not parts or any(part.has_begun for part in parts),
            is_partial=any(part.is_partial for part in parts),
            nobody_reports=own_plan is not None and not parts,
        )

    def _aims(self, plan: Plan) -> Aims:
        return paths.aims(self.measure, plan, self.period, self.month, self.due_by)

    def _handed_on(self, parts: list[_Node[Unit]]) -> list[_Node[Unit]]:
        """The parts, with a level that ends and the one of its successor, which has reported nothing yet, as one."""
        if self.measure.is_flow:
            return parts
        found = {part.unit: part for part in parts}
        for old in sorted(parts, key=lambda part: part.plan.months.stop):
            target = self.targets.get(old.unit)
            for unit in target.carried_on_by if target is not None else ():
                new = next((part for part in parts if part.unit == unit), None)
                if new is not None and old.unit in found and _hands_on(found[old.unit], new):
                    found[new.unit] = self._as_one(found.pop(old.unit), new)
        return [found[part.unit] for part in parts if part.unit in found]

    def _as_one(self, old: _Node[Unit], new: _Node[Unit]) -> _Node[Unit]:
        now, then = new.position, old.position
        asks = now if new.has_begun and now.expected is not None else then
        aims = now if new.plan.months.start <= last_month(self.period) and now.target is not None else then
        last = now if now.due else then
        position = replace(
            then,
            expected=asks.expected,
            presumed=asks.presumed,
            target=aims.target,
            target_derived=aims.target_derived,
            last_due_settled=last.last_due_settled,
            answered=then.answered + now.answered,
            due=then.due + now.due,
            month_answered=then.month_answered + now.month_answered,
            month_due=then.month_due + now.month_due,
        )
        named, other = (new, old) if new.has_begun else (old, new)
        return replace(
            named,
            position=position,
            parts=(*old.parts, *new.parts),
            owing=old.owing + new.owing,
            has_begun=old.has_begun,
            with_units=(*old.with_units, other.unit),
        )

    def _common_plan(self, parts: Sequence[_Node[Unit]]) -> Plan | None:
        """The path that all parts share, by which a rate of several may be judged; else ``None``."""
        if not parts or not all(part.position.has_plan for part in parts):
            return None
        # Who began later or ended sooner was asked the same: the path is that of those who are there all the time.
        months = range(min(part.plan.months.start for part in parts), max(part.plan.months.stop for part in parts))
        plans = [replace(part.plan, months=months) for part in parts]
        first = plans[0]
        same = len({paths.path(self.measure, plan, self.month) for plan in plans}) == 1
        return first if same else None

    def _task(self, unit: Unit) -> Standing[Unit]:
        target = self.targets.get(unit)
        owners = (unit,) if target is not None and target.figures is Figures.OWN else self.parts(unit)
        steps = tuple(
            UnitStep(owner, index, step)
            for owner in owners
            for index, step in enumerate(self.targets[owner].steps)
            if not is_dropped(step, self.year, self.targets[owner].plan.months)
        )
        latest = self.clock.day if self.clock is not None else None
        task = judge_steps([own.step for own in steps], self.year, self.period, self.month, latest)
        return replace(judged_task(unit, self.month, self.measure, task), parts=owners, steps=steps)


def _hands_on(old: _Node[Unit], new: _Node[Unit]) -> bool:
    """Whether the level of a unit that ended stands for its successor, which begins right after it and is silent."""
    then, now = old.position, new.position
    return (
        new.plan.months.start == old.plan.months.stop
        and new.as_part.is_silent
        and then.has_plan == now.has_plan
        and not (then.all_not_applicable or now.all_not_applicable)
    )


def _left_out(part: _Node[Unit]) -> tuple[Unit, ...]:
    """What of a part is left out: all of it, or what it leaves out itself."""
    return (part.unit,) if part.position.all_not_applicable else part.left_out
