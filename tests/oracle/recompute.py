"""A second, independent reading of the rules: every row of summary.csv from the other files.

It shares no code with the product. It follows the written rules (design, section 3) clause by clause,
with exact fractions, and judges by the default thresholds (schedule ratio 110 / 100 / 80 %, or percentage
points +10 / 0 / −30):

    python -m tests.oracle.recompute DIR --year 2023 --as-of 6

prints every difference between DIR/summary.csv and what the other files of DIR say.
Completion and schedule ratio are shares (1 is 100 %); figures of rates are in percent.
"""

import argparse
import csv
import sys
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

Row = dict[str, object]
Key = tuple[str, str, str]

PERIODS = {"H1": 6, "Y": 12}  # period viewed -> its last month
DUE_EVERY = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
AHEAD, ON_SCHEDULE, SLIGHTLY_BEHIND = Fraction(11, 10), Fraction(1), Fraction(8, 10)
AHEAD_POINTS, ON_SCHEDULE_POINTS, SLIGHTLY_BEHIND_POINTS = 10, 0, -30
NUMBERS = ("actual", "expected", "target", "completion", "schedule_ratio", "gap")
COUNTS = ("answered", "due")


@dataclass(frozen=True)
class Settings:
    """What a year may choose: judging by percentage points, and counting two yellow due months in a row as red."""

    by_points: bool = False
    two_yellows_are_red: bool = False


DEFAULT = Settings()


# --- What the files say ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Indicator:
    """What is measured and how often it is reported."""

    kind: str
    accumulation: str
    direction: str
    frequency: str
    section: str = ""

    @property
    def is_flow(self) -> bool:
        """Months add up."""
        return self.accumulation == "flow"

    @property
    def is_rate(self) -> bool:
        """Combined by numerator and denominator only."""
        return self.kind == "rate"


@dataclass(frozen=True)
class Target:
    """An indicator assigned to a unit for the year."""

    baseline: Fraction | None
    interpolation: str
    figures: str
    weight: Fraction = Fraction(1)


@dataclass(frozen=True)
class Unit:
    """When a unit is there in the year, and which units go on with what it did."""

    first: int = 1
    last: int = 12
    carried_on_by: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Step:
    """One step of a milestone target."""

    weight: Fraction
    due: date | None
    done: bool
    done_on: date | None
    recorded_month: int | None


@dataclass(frozen=True)
class Entry:
    """One approved answer for a run of months."""

    first: int
    last: int
    answer: str
    typed_as: str
    value: Fraction | None
    numerator: Fraction | None
    denominator: Fraction | None


@dataclass
class Plan:
    """One year's plan and its approved answers; target keys are (unit, indicator)."""

    year: int
    children: dict[str, list[str]] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    targets: dict[tuple[str, str], Target] = field(default_factory=dict)
    #: By the month from which they are in force, each with its checkpoints.
    revisions: dict[tuple[str, str], dict[int, dict[int, Fraction]]] = field(default_factory=dict)
    steps: dict[tuple[str, str], list[Step]] = field(default_factory=dict)
    entries: dict[tuple[str, str], list[Entry]] = field(default_factory=dict)

    def has_own(self, unit: str, code: str) -> bool:
        """Whether the unit or one below it has an own target."""
        target = self.targets.get((unit, code))
        if target is not None and target.figures == "own":
            return True
        return any(self.has_own(child, code) for child in self.children[unit])

    def in_force(self, key: tuple[str, str], month: int) -> dict[int, Fraction]:
        """The checkpoints in force at a month; none before the first revision."""
        revisions = self.revisions.get(key, {})
        effective = [at for at in revisions if at <= month]
        return revisions[max(effective)] if effective else {}


def read_rows(path: Path) -> list[dict[str, str]]:
    """All rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> Fraction | None:
    """An exact number; empty is none, and "0" is a zero."""
    return Fraction(text.strip()) if text.strip() else None


def day(text: str) -> date | None:
    """An ISO date or none."""
    return date.fromisoformat(text.strip()) if text.strip() else None


def load(directory: Path, year: int) -> Plan:
    """The plan of one year."""
    plan = Plan(year)
    units = read_rows(directory / "units.csv")
    for row in units:
        plan.children.setdefault(row["code"], [])
        plan.children.setdefault(row["parent"], []).append(row["code"])
        plan.units[row["code"]] = read_unit(row, units, year)
    for row in read_rows(directory / "indicators.csv"):
        facts = (row["kind"], row["accumulation"], row["direction"], row["frequency"], row["section"])
        plan.indicators[row["code"]] = Indicator(*facts)

    def of_year(name: str) -> Iterable[tuple[tuple[str, str], dict[str, str]]]:
        for row in read_rows(directory / name):
            if int(row["year"]) == year:
                yield (row["unit"], row["indicator"]), row

    for key, row in of_year("targets.csv"):
        weight = number(row["weight"])
        plan.targets[key] = Target(
            number(row["baseline"]), row["interpolation"], row["figures"], Fraction(1) if weight is None else weight
        )
    for key, row in of_year("checkpoints.csv"):
        plan.revisions.setdefault(key, {}).setdefault(1, {})[int(row["month"])] = Fraction(row["value"])
    if (directory / "revisions.csv").exists():  # Adjustments; an export holds what is in force alone.
        for key, row in of_year("revisions.csv"):
            adjusted = plan.revisions.setdefault(key, {}).setdefault(int(row["effective_month"]), {})
            adjusted[int(row["month"])] = Fraction(row["value"])
    for key, row in of_year("milestones.csv"):
        weight = number(row["weight"])
        recorded = int(row["recorded_month"]) if row["recorded_month"] else None
        step = Step(
            weight=Fraction(1) if weight is None else weight,
            due=day(row["due"]),
            done=row["done"] == "yes",
            done_on=day(row["done_on"]),
            recorded_month=recorded,
        )
        plan.steps.setdefault(key, []).append(step)
    for key, row in of_year("entries.csv"):
        if row["state"] != "approved":  # Judged on approved figures only.
            continue
        entry = Entry(
            first=int(row["from_month"]),
            last=int(row["month"]),
            answer=row["answer"],
            typed_as=row["typed_as"],
            value=number(row["value"]),
            numerator=number(row["numerator"]),
            denominator=number(row["denominator"]),
        )
        plan.entries.setdefault(key, []).append(entry)
    return plan


def read_unit(row: dict[str, str], rows: list[dict[str, str]], year: int) -> Unit:
    """The months of the year in which a unit is there; files without the columns know no ends."""
    first = int(row.get("first_month") or 1) if row.get("first_year") == str(year) else 1
    last = int(row.get("last_month") or 12) if row.get("last_year") == str(year) else 12
    carried = {other["code"] for other in rows if other.get("succeeds") == row["code"]}
    if row.get("merged_into"):
        carried.add(row["merged_into"])
    return Unit(first, last, frozenset(carried))


# --- 3.1 and 3.2: answers and the actual of one target --------------------------------------------


@dataclass
class Answers:
    """What one target's approved answers amount to at a month."""

    actual: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    answered: set[int] = field(default_factory=set)
    not_applicable: set[int] = field(default_factory=set)


def read_answers(indicator: Indicator, baseline: Fraction | None, entries: list[Entry], month: int) -> Answers:
    """Resolve the answers that end at or before the month; a run that ends later is not seen yet."""
    found = Answers()
    for entry in sorted(entries, key=lambda one: one.last):
        if entry.last > month:
            continue
        run = set(range(entry.first, entry.last + 1))
        if entry.answer == "not_applicable":
            found.not_applicable |= run
        elif indicator.is_flow:
            add_up(found, entry, run)
        else:
            take_latest(found, entry, run, baseline)
    # A month said not to apply stays out of the count even where a later running total covers it.
    found.answered -= found.not_applicable
    return found


def add_up(found: Answers, entry: Entry, run: set[int]) -> None:
    """One more answer of a flow."""
    so_far = Fraction(0) if found.actual is None else found.actual
    if entry.answer == "no_change":  # Of a flow: nothing was added, which is a reported zero.
        found.actual = so_far
    elif entry.typed_as == "cumulative":
        # A typed running total stands as typed whatever happens to earlier months, and covers them:
        # they are not missing.
        found.actual = entry.value
        run = set(range(1, entry.last + 1))
    else:
        found.actual = so_far + (entry.value or Fraction(0))
    found.answered |= run


def take_latest(found: Answers, entry: Entry, run: set[int], baseline: Fraction | None) -> None:
    """One more answer of a stock or rate, which replaces the one before."""
    if entry.answer == "no_change":
        # As before, or the baseline; with neither it is refused and answers nothing.
        if found.actual is None and baseline is None:
            return
        found.actual = baseline if found.actual is None else found.actual
    elif entry.denominator is None:
        found.actual, found.numerator, found.denominator = entry.value, None, None
    elif entry.denominator == 0:
        if entry.numerator == 0:  # 0/0 counts as not applicable ...
            found.not_applicable |= run
        return  # ... and any other numerator over 0 is refused.
    else:
        found.numerator, found.denominator = entry.numerator or Fraction(0), entry.denominator
        found.actual = found.numerator / found.denominator * 100
    found.answered |= run


# --- 3.3: the path --------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlanPath:
    """The checkpoints in force with the way they are joined."""

    direction: str
    is_flow: bool
    interpolation: str
    baseline: Fraction | None
    checkpoints: tuple[tuple[int, Fraction], ...]
    #: The checkpoints that were in force in the latest due month, by which expected is taken.
    then: tuple[tuple[int, Fraction], ...] = ()
    #: The months in which the unit is there.
    first: int = 1
    last_month: int = 12

    @property
    def terms(self) -> tuple[object, ...]:
        """What all parts of a rate must share."""
        return self.interpolation, self.baseline, self.checkpoints, self.then

    @property
    def asked(self) -> tuple[tuple[int, Fraction], ...]:
        """What was to be reached before the unit was there asks nothing of it."""
        return tuple(point for point in self.checkpoints if point[0] >= self.first)

    @property
    def way_start(self) -> Fraction:
        """Where ratios count from: the baseline of a stock or rate where one is set, else 0."""
        return Fraction(0) if self.is_flow or self.baseline is None else self.baseline

    @property
    def path_start(self) -> Fraction:
        """Month 0 of the path: a flow starts at 0, else the baseline, else flat at the first checkpoint."""
        if self.is_flow:
            return Fraction(0)
        if self.baseline is None:
            return self.asked[0][1] if self.asked else Fraction(0)
        return self.baseline

    @property
    def last(self) -> Fraction | None:
        """The target of the whole year is the last checkpoint, whichever month it stands at."""
        return self.asked[-1][1] if self.asked else None

    def at(self, month: int) -> Fraction | None:
        """What the plan asks for by the end of the month; the last checkpoint's value is kept after it."""
        if month < self.first:
            return None
        reached = [value for at, value in self.asked if at <= month]
        ahead = [(at, value) for at, value in self.asked if at >= month]
        if not ahead:
            return self.last
        if self.interpolation == "step":
            if self.direction == "at_most":  # The allowance is the next checkpoint at or after the month.
                return ahead[0][1]
            return reached[-1] if reached else None  # Nothing is expected before the first: none, not 0.
        points = [(self.first - 1, self.path_start), *self.asked]
        left, low = max(point for point in points if point[0] <= month)
        right, high = ahead[0]
        return high if right == month else low + (high - low) * Fraction(month - left, right - left)


# --- 3.2: the figure of a target, or of a sum up the tree -----------------------------------------


@dataclass(frozen=True)
class View:
    """One indicator seen in one period at one `as_of`."""

    indicator: Indicator
    period: str
    month: int
    settings: Settings = DEFAULT

    @property
    def in_last_month(self) -> bool:
        """Whether the period has come to its end."""
        return self.month == PERIODS[self.period]

    def due_months(self, first: int = 1, last: int = 12) -> list[int]:
        """Months up to now in which an answer fell due: nothing before a unit is there, nothing after it ended."""
        every = DUE_EVERY[self.indicator.frequency]
        return [month for month in range(first, min(last, self.month) + 1) if month % every == 0]

    def expected(self, path: PlanPath) -> Fraction | None:
        """Taken at the latest month in which an answer fell due, by the revision then; before the first none."""
        due = self.due_months(path.first, path.last_month)
        return replace(path, checkpoints=path.then).at(due[-1]) if due and path.then else None

    def target(self, path: PlanPath) -> Fraction | None:
        """First half: the checkpoint at month 6, else the path's value there. Year: the last checkpoint.

        Of a unit that ends before the period does: what is expected in its last due month.
        """
        if path.last_month < PERIODS[self.period]:
            due = replace(self, month=12).due_months(path.first, path.last_month)
            if not due:
                return None
            known = path.checkpoints if due[-1] > self.month else path.then
            return replace(path, checkpoints=known).at(due[-1])
        return path.at(6) if self.period == "H1" else path.last


@dataclass(frozen=True)
class Figure:
    """A figure with everything its judgement and the sums above it need."""

    actual: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    level: Fraction | None = None  # the actual with silent parts at their start, for the two ratios
    only_percent: bool = False  # a percentage came without its numerator and denominator
    path: PlanPath | None = None  # one path that holds for the whole figure; a sum of paths has none
    judged: bool = False  # there are checkpoints to judge by
    expected: Fraction | None = None
    target: Fraction | None = None
    start: Fraction = Fraction(0)
    path_start: Fraction = Fraction(0)
    answered: int = 0
    due: int = 0
    not_applicable: bool = False  # every due answer is "not applicable"
    something_due: bool = False  # something is expected of it, or of one of its parts
    silent: bool = True  # nothing came from anything that is due
    last_answered: bool = False  # the latest due month is answered, "not applicable" included
    all_answered: bool = False  # every due month is
    begun: bool = True  # the unit, or one of the parts, is there by now

    @property
    def expects_something(self) -> bool:
        """A part is due when something other than 0 is expected of it."""
        return self.expected is not None and self.expected != 0

    @property
    def standing(self) -> Fraction:
        """Where a part stands in the ratios: a silent one at its start."""
        return self.start if self.actual is None or self.level is None else self.level


def total(values: Iterable[Fraction | None]) -> Fraction | None:
    """The sum of what is there; none when nothing is."""
    present = [value for value in values if value is not None]
    return sum(present, Fraction(0)) if present else None


class Tree:
    """Figures of a plan for one period and month."""

    def __init__(self, plan: Plan, period: str, as_of: int, settings: Settings = DEFAULT) -> None:
        self.plan = plan
        self.period = period
        self.month = min(as_of, PERIODS[period])  # In the first half everything uses min(as_of, 6).
        self.settings = settings

    def path(self, unit: str, code: str) -> PlanPath | None:
        """A target's own path, none without checkpoints in force."""
        key, there = (unit, code), self.plan.units[unit]
        target, checkpoints = self.plan.targets[key], self.plan.in_force(key, self.month)
        if not checkpoints:
            return None
        indicator = self.plan.indicators[code]
        due = View(indicator, self.period, self.month).due_months(there.first, there.last)
        then = self.plan.in_force(key, due[-1]) if due else checkpoints
        return PlanPath(
            indicator.direction,
            indicator.is_flow,
            target.interpolation,
            target.baseline,
            tuple(sorted(checkpoints.items())),
            tuple(sorted(then.items())),
            there.first,
            there.last,
        )

    def is_carried_on(self, unit: str, code: str) -> bool:
        """A level that another unit has reported for a month after this one ended is not counted twice."""
        if self.plan.indicators[code].is_flow or self.plan.indicators[code].kind == "milestone":
            return False
        later = range(self.plan.units[unit].last + 1, self.month + 1)
        return any(
            entry.last in later and entry.answer != "not_applicable" and entry.denominator != 0
            for other in self.plan.units[unit].carried_on_by
            for entry in self.plan.entries.get((other, code), [])
        )

    def is_part(self, unit: str, code: str) -> bool:
        """Seen from above, an own target, or a sum with checkpoints, hides everything below it."""
        target = self.plan.targets.get((unit, code))
        return target is not None and (target.figures == "own" or self.path(unit, code) is not None)

    def parts_below(self, unit: str, code: str) -> list[str]:
        """The units of the nearest parts below; a sum without checkpoints is looked through."""
        found = []
        for child in self.plan.children[unit]:
            if not self.is_part(child, code):
                found += self.parts_below(child, code)
            elif not self.is_carried_on(child, code):
                found.append(child)
        return found

    def figure(self, unit: str, code: str) -> Figure:
        """A unit's figure: its own target, or what its nearest parts make together."""
        view = View(self.plan.indicators[code], self.period, self.month)
        target = self.plan.targets.get((unit, code))
        if target is not None and target.figures == "own":
            return self.own_figure(unit, code, view)  # Targets below are a breakdown, never added.
        path = None if target is None else self.path(unit, code)
        parts = self.handed_on(self.parts_below(unit, code), code, view)
        if path is not None and target is not None:
            return judged_by_own_path(view, path, parts)
        if len(parts) == 1:
            return parts[0]  # One part only: everything passes up unchanged.
        # A part whose every due answer is "not applicable" is no part, whatever is asked about parts.
        present = [part for part in parts if not part.not_applicable]
        if len(present) == 1:
            return present[0]
        if not present:
            judged = any(part.judged for part in parts)
            return Figure(judged=judged, not_applicable=bool(parts), last_answered=True, all_answered=True)
        return sum_of_rates(view, present) if view.indicator.is_rate else sum_of_amounts(view, present)

    def handed_on(self, units: list[str], code: str, view: View) -> list[Figure]:
        """The figures of the parts; a unit that ended and its silent successor share one level."""
        figures = {unit: self.figure(unit, code) for unit in units}
        if view.indicator.is_flow:
            return list(figures.values())
        silent = {unit for unit, found in figures.items() if found.actual is None and not found.only_percent}
        for unit in sorted(units, key=lambda one: self.plan.units[one].last):
            there = self.plan.units[unit]
            for other in there.carried_on_by & silent:
                old, new = figures[unit], figures[other]
                follows = self.plan.units[other].first == there.last + 1
                if follows and old.judged == new.judged and not old.not_applicable and not new.not_applicable:
                    figures[other] = self.shared(old, new, self.plan.units[other].first, view)
                    del figures[unit]
                    break
        return [figures[unit] for unit in units if unit in figures]

    def shared(self, old: Figure, new: Figure, first: int, view: View) -> Figure:
        """The old level on the new path, each of what it asks from when it is there."""
        expected = new.expected if new.begun and new.expected is not None else old.expected
        asked = old.something_due or new.something_due
        return replace(
            old,
            path=new.path if new.begun else old.path,
            expected=expected,
            target=new.target if first <= PERIODS[self.period] and new.target is not None else old.target,
            answered=old.answered + new.answered,
            due=old.due + new.due,
            something_due=asked if view.indicator.direction == "at_most" else expected not in (None, 0),
            last_answered=new.last_answered if new.due else old.last_answered,
            all_answered=old.all_answered and new.all_answered,
        )

    def own_figure(self, unit: str, code: str, view: View) -> Figure:
        """The figure of a target that reports for itself."""
        key, there = (unit, code), self.plan.units[unit]
        baseline, path = self.plan.targets[key].baseline, self.path(unit, code)
        found = read_answers(view.indicator, baseline, self.plan.entries.get(key, []), self.month)
        months = view.due_months(there.first, there.last)
        settled = found.answered | found.not_applicable
        counted = [month for month in months if month not in found.not_applicable]
        expected = None if path is None else view.expected(path)
        ceiling = view.indicator.direction == "at_most"
        plain_start = Fraction(0) if view.indicator.is_flow or baseline is None else baseline
        return Figure(
            actual=found.actual,
            numerator=found.numerator,
            denominator=found.denominator,
            level=found.actual,
            only_percent=view.indicator.is_rate and found.actual is not None and found.denominator is None,
            path=path,
            judged=path is not None,
            expected=expected,
            target=None if path is None else view.target(path),
            start=plain_start,
            path_start=Fraction(0) if path is None else path.path_start,
            answered=sum(month in found.answered for month in counted),
            due=len(counted),
            not_applicable=bool(months) and not counted,
            something_due=bool(months) and (ceiling or expected not in (None, 0)),
            silent=found.actual is None,
            last_answered=bool(months) and months[-1] in settled,
            all_answered=all(month in settled for month in months),
            begun=there.first <= self.month,
        )

    def steps(self, unit: str, code: str) -> list[Step]:
        """Milestone targets combine by their steps: a unit's own, or those of the nearest parts."""
        target = self.plan.targets.get((unit, code))
        if target is not None and target.figures == "own":
            # What is open and falls due after the unit has ended is asked of nobody.
            end = date(self.plan.year, self.plan.units[unit].last, 28)
            year_end = date(self.plan.year, 12, 31)
            return [
                step
                for step in self.plan.steps.get((unit, code), [])
                if step.done or end.month == 12 or (step.due or year_end).replace(day=1) <= end
            ]
        return [step for part in self.parts_below(unit, code) for step in self.steps(part, code)]

    def row(self, unit: str, code: str) -> Row:
        """The row of summary.csv."""
        indicator = self.plan.indicators[code]
        if indicator.kind == "milestone":
            steps = self.steps(unit, code)
            return judge_milestones(steps, indicator.direction, self.plan.year, self.period, self.month)
        view = View(indicator, self.period, self.month, self.settings)
        row = judge(view, self.figure(unit, code))
        if row["status"] == "slightly_behind" and self.settings.two_yellows_are_red:
            due = self.due_months_at(unit, code, view)[:-1]
            if due and self.at(due[-1]).judged(unit, code) == "slightly_behind":
                row["status"] = "behind"
        return row

    def at(self, month: int) -> "Tree":
        """The same an earlier month."""
        return Tree(self.plan, self.period, month, self.settings)

    def judged(self, unit: str, code: str) -> object:
        """The status of the month alone, whatever the month before was."""
        view = View(self.plan.indicators[code], self.period, self.month, self.settings)
        return judge(view, self.figure(unit, code))["status"]

    def due_months_at(self, unit: str, code: str, view: View) -> list[int]:
        """The due months of a figure: those of the only unit that it is of, else of the calendar."""
        path = self.figure(unit, code).path
        return view.due_months() if path is None else view.due_months(path.first, path.last_month)


def together(parts: list[Figure]) -> Figure:
    """What any sum of parts carries: months approved and due, what is in, and not yet any amount."""
    return Figure(
        answered=sum(part.answered for part in parts),
        due=sum(part.due for part in parts),
        silent=all(part.actual is None for part in parts),
        last_answered=all(part.last_answered for part in parts if part.begun),
        all_answered=all(part.all_answered for part in parts),
        begun=not parts or any(part.begun for part in parts),
    )


def ratio_of_sums(parts: list[Figure]) -> Figure:
    """Numerators over denominators of the parts that reported; empty when one of several gave a bare percentage."""
    figure = replace(together(parts), only_percent=any(part.only_percent for part in parts))
    if len(parts) == 1:  # A single part passes up what it gave.
        return replace(
            figure,
            actual=parts[0].actual,
            level=parts[0].level,
            numerator=parts[0].numerator,
            denominator=parts[0].denominator,
        )
    numerator = total(part.numerator for part in parts)
    denominator = total(part.denominator for part in parts)
    if figure.only_percent or numerator is None or not denominator:
        return figure
    actual = numerator / denominator * 100
    return replace(figure, actual=actual, level=actual, numerator=numerator, denominator=denominator)


def sum_of_rates(view: View, parts: list[Figure]) -> Figure:
    """All parts enter; judged only where all have the same checkpoints, interpolation and baseline."""
    figure, path = ratio_of_sums(parts), parts[0].path
    if path is None or any(part.path is None or part.path.terms != path.terms for part in parts):
        return figure
    # Units that came later or ended sooner share the path of those that are there all the time.
    paths = [part.path for part in parts if part.path is not None]
    path = replace(path, first=min(one.first for one in paths), last_month=max(one.last_month for one in paths))
    return with_path(view, figure, path)


def judged_by_own_path(view: View, path: PlanPath, parts: list[Figure]) -> Figure:
    """A sum with checkpoints of its own is always judged by them, and then every part enters and is due."""
    present = [part for part in parts if not part.not_applicable]
    if not parts:  # Nobody reports it: it is due once something other than 0 is expected, and silent.
        figure = with_path(view, replace(together(parts), last_answered=False), path)
        return replace(figure, something_due=figure.expects_something)
    if not present:
        return replace(with_path(view, together(parts), path), not_applicable=True)
    if view.indicator.is_rate:
        return with_path(view, ratio_of_sums(present), path)
    actual = total(part.actual for part in present)
    level = sum((part.standing for part in present), Fraction(0))
    return with_path(view, replace(together(present), actual=actual, level=level), path)


def with_path(view: View, figure: Figure, path: PlanPath) -> Figure:
    """The same figure judged by one path, of which every part is due once an answer fell due.

    Of several parts a bare percentage leaves the whole unjudged, whatever checkpoints there are.
    """
    return replace(
        figure,
        path=path,
        judged=not figure.only_percent or figure.actual is not None,
        expected=view.expected(path),
        target=view.target(path),
        start=path.way_start,
        path_start=path.path_start,
        something_due=bool(view.due_months(path.first, path.last_month)) and figure.begun,
    )


def sum_of_amounts(view: View, parts: list[Figure]) -> Figure:
    """Flows and stocks add up; where some parts have checkpoints, only these enter and are judged."""
    planned = [part for part in parts if part.judged]
    if view.indicator.direction == "monitor" or not planned:
        return replace(together(parts), actual=total(part.actual for part in parts))  # All parts enter.
    if view.indicator.direction == "at_most":  # For ceilings every part is due.
        due = [part for part in planned if part.begun] if view.due_months() else []
    else:
        due = [part for part in planned if part.expects_something]

    def added(values: list[Fraction | None]) -> Fraction | None:
        # A part of which nothing is asked yet is asked for its start; the whole for nothing when no
        # part is asked for anything.
        if all(value is None for value in values):
            return None
        asked = zip(values, planned, strict=True)
        return sum((part.start if value is None else value for value, part in asked), Fraction(0))

    return replace(
        together(planned),
        actual=total(part.actual for part in planned),  # Also what parts gave that are not due yet.
        level=sum((part.standing for part in planned), Fraction(0)),
        judged=True,
        expected=added([part.expected for part in planned]),  # Silent parts are expected as well.
        target=added([part.target for part in planned]),
        start=sum((part.start for part in planned), Fraction(0)),
        path_start=sum((part.path_start for part in planned), Fraction(0)),
        something_due=bool(due),
        silent=all(part.actual is None for part in due),
    )


# --- 3.3 and 3.4: ratios and status ---------------------------------------------------------------


def share(level: Fraction | None, start: Fraction, goal: Fraction) -> Fraction | None:
    """The share of the way from the start; of the levels where the goal does not lie above the start."""
    if level is None:
        return None
    return (level - start) / (goal - start) if goal > start else level / goal


def judge(view: View, figure: Figure) -> Row:
    """The row of a quantity or rate."""
    counted: Row = {"answered": figure.answered, "due": figure.due}
    if view.indicator.direction == "monitor" or not figure.judged:
        # A monitored row carries its actual and answered / due only.
        unjudged = dict.fromkeys((*NUMBERS, "gap_points", "schedule_share"))
        return unjudged | {"actual": figure.actual, "status": "monitored"} | counted
    decide = at_most if view.indicator.direction == "at_most" else at_least
    status, completion, ratio = decide(view, figure)
    both = figure.actual is not None and figure.expected is not None
    has_points = view.indicator.direction == "at_least" and status not in ("not_due", "not_reported")
    return {
        "actual": figure.actual,
        "expected": figure.expected,
        "target": figure.target,
        "completion": completion,
        "schedule_ratio": ratio,
        "gap": figure.actual - figure.expected if both else None,  # type: ignore[operator]
        "gap_points": points_of(view, figure) if has_points else None,
        "schedule_share": share_by_now(view, figure),
        "status": status,
    } | counted


def points_of(view: View, figure: Figure) -> Fraction | None:
    """The gap in percentage points of the way to the target, or of a target that does not lie above the start.

    Of the way, so a silent part stands at its start; of a rate the plain difference. Nothing is a share of a target
    that is not above 0.
    """
    if figure.level is None or figure.expected is None or figure.target is None:
        return None
    gap = figure.level - figure.expected
    if view.indicator.is_rate:
        return gap
    way = figure.target - figure.start if figure.target > figure.start else figure.target
    return gap / way * 100 if way > 0 else None


def share_by_now(view: View, figure: Figure) -> Fraction:
    """How much of the way is asked for by now; all of a ceiling, or of a level to be kept."""
    if view.indicator.direction == "at_most" or figure.target is None or figure.target <= figure.start:
        return Fraction(1)
    if figure.expected is None:
        return Fraction(0)
    return min(share(figure.expected, figure.start, figure.target) or Fraction(0), Fraction(1))


def at_least(view: View, figure: Figure) -> tuple[str, Fraction | None, Fraction | None]:
    """Status, completion and schedule ratio of what is to be reached."""
    actual, expected, target = figure.actual, figure.expected, figure.target
    # Completion is empty where the target, the ratio where expected is not above 0.
    completion = share(figure.level, figure.start, target) if target is not None and target > 0 else None
    if completion is not None:
        completion = max(completion, Fraction(0))
    ratio = share(figure.level, figure.start, expected) if expected is not None and expected > 0 else None

    # A rate may fall again: it is completed in the period's last month only, with its last due month in.
    final = not view.indicator.is_rate or (view.in_last_month and figure.last_answered)
    reached = actual is not None and target is not None and actual >= target > 0
    if reached and final:
        return "completed", completion, ratio
    if expected is None or expected == 0 or not target or figure.not_applicable or not figure.something_due:
        return "not_due", None, None
    # All that is due is silent; what others gave early is shown all the same.
    if figure.silent or actual is None:
        return "not_reported", None, None
    if expected < 0:
        return ("on_schedule" if actual >= expected else "behind"), completion, None
    if view.settings.by_points:
        points = points_of(view, figure)
        if points is None:  # There is nothing to take a share of.
            return "not_due", None, None
        # Green from 0, yellow above −30, red below; ahead from +10.
        status = by_bounds(points, AHEAD_POINTS, ON_SCHEDULE_POINTS)
        if status == "":
            status = "slightly_behind" if points > SLIGHTLY_BEHIND_POINTS else "behind"
        return status, completion, ratio
    assert ratio is not None
    status = by_bounds(ratio, AHEAD, ON_SCHEDULE)
    if status == "":
        status = "slightly_behind" if ratio >= SLIGHTLY_BEHIND else "behind"
    return status, completion, ratio


def by_bounds(value: Fraction, ahead: Fraction | int, on_schedule: Fraction | int) -> str:
    """The green statuses; empty below them."""
    if value >= ahead:
        return "ahead"
    return "on_schedule" if value >= on_schedule else ""


def at_most(view: View, figure: Figure) -> tuple[str, Fraction | None, Fraction | None]:
    """Status and completion of a ceiling; its schedule ratio is empty."""
    actual, allowance, ceiling = figure.actual, figure.expected, figure.target
    if allowance is None or ceiling is None or figure.not_applicable or not figure.something_due:
        return "not_due", None, None
    if actual is None:
        return "not_reported", None, None
    if ceiling < figure.path_start:  # A reduction task: the ceiling is what is allowed by now.
        ceiling = allowance
    if actual <= max(allowance, ceiling):
        completion = Fraction(1)
    else:
        completion = ceiling / actual if ceiling > 0 else Fraction(0)
    if actual <= allowance:
        finished = view.in_last_month and figure.all_answered
        return ("completed" if finished else "on_schedule"), completion, None
    # A ceiling of zero is a pass or a fail: there is no yellow under it.
    if actual <= ceiling and ceiling != 0:
        return "slightly_behind", completion, None
    return "behind", completion, None


def judge_milestones(steps: list[Step], direction: str, year: int, period: str, month: int) -> Row:
    """The row of a milestone indicator: no actual, expected or target, and no months to answer."""
    row: Row = dict.fromkeys((*NUMBERS, "gap_points", "schedule_share"))
    row |= {"status": "not_due", "answered": 0, "due": 0}
    if direction == "monitor":
        return row | {"status": "monitored"}
    if not steps:
        return row  # A target without steps is not due.
    now = date(year, month, monthrange(year, month)[1])
    period_end = date(year, 6, 30) if period == "H1" else date(year, 12, 31)

    def is_done(step: Step) -> bool:
        # From its done date, or from the month in which it was recorded when undated.
        if not step.done:
            return False
        if step.done_on is not None:
            return step.done_on <= now
        return step.recorded_month is not None and step.recorded_month <= month

    counting: list[tuple[Step, date]] = []
    for step in steps:
        # An undated step counts in the whole year only, as due on its last day.
        due = step.due or (date(year, 12, 31) if period == "Y" else None)
        if due is not None and due <= period_end:
            counting.append((step, due))
    open_dues = [due for step, due in counting if not is_done(step)]
    overdue = [due for due in open_dues if due <= now]
    if counting:
        weight = sum((step.weight for step, _ in counting), Fraction(0))
        done_weight = sum((step.weight for step, _ in counting if is_done(step)), Fraction(0))
        row["completion"] = done_weight / weight if weight else None
        due_weight = sum((step.weight for step, due in counting if due <= now), Fraction(0))
        row["schedule_share"] = due_weight / weight if weight else None
    elif all(map(is_done, steps)):
        row["completion"] = row["schedule_share"] = Fraction(1)

    if all(map(is_done, steps)) or (counting and not open_dues):
        row["status"] = "completed"
    elif overdue:
        # Slightly behind in the month it fell due, behind from the next month on; the worst step decides.
        late = any((due.year, due.month) < (year, month) for due in overdue)
        row["status"] = "behind" if late else "slightly_behind"
    elif len(open_dues) < len(counting):
        row["status"] = "on_schedule"
    return row


# --- All rows, and the comparison -----------------------------------------------------------------


def recompute(directory: Path, as_of: int, year: int, settings: Settings = DEFAULT) -> dict[Key, Row]:
    """Every row that summary.csv should hold, keyed by unit, indicator and period."""
    return recompute_plan(load(directory, year), as_of, settings)


def recompute_plan(plan: Plan, as_of: int, settings: Settings = DEFAULT) -> dict[Key, Row]:
    """The same of a plan that was loaded."""
    rows: dict[Key, Row] = {}
    for period in PERIODS:
        tree = Tree(plan, period, as_of, settings)
        for unit in (unit for unit in plan.children if unit):
            for code in plan.indicators:
                # A row for every unit that has the target itself or an own target at or below it.
                if (unit, code) in plan.targets or plan.has_own(unit, code):
                    rows[unit, code, period] = tree.row(unit, code)
    return rows


JUDGED = ("completed", "ahead", "on_schedule", "slightly_behind", "behind")


def means(plan: Plan, rows: dict[Key, Row]) -> dict[Key, Row]:
    """Completion, schedule and coverage (3.5), keyed by unit, section ("" for all indicators) and period."""
    found: dict[Key, Row] = {}
    for unit in (unit for unit in plan.children if unit):
        for period in PERIODS:
            for section in {"", *(indicator.section for indicator in plan.indicators.values())}:
                of_section = {
                    code: rows[unit, code, period]
                    for code, indicator in plan.indicators.items()
                    if (unit, code, period) in rows and section in ("", indicator.section)
                }
                if of_section:
                    found[unit, section, period] = mean_of(plan, unit, of_section)
    return found


def mean_of(plan: Plan, unit: str, rows: dict[str, Row]) -> Row:
    """The weighted means over the judged indicators of one unit. What is not reported is due and not in the mean."""
    weighted: list[tuple[Fraction, Fraction, Fraction]] = []
    judged = [(code, row) for code, row in rows.items() if row["status"] in JUDGED]
    for code, row in judged:
        target = plan.targets.get((unit, code))
        weight = Fraction(1) if target is None else target.weight
        completion, schedule = row["completion"], row["schedule_share"]
        if isinstance(completion, Fraction) and isinstance(schedule, Fraction):
            weighted.append((weight, min(completion, Fraction(1)), schedule))
    whole = sum((weight for weight, _, _ in weighted), Fraction(0))
    return {
        "completion": sum((w * done for w, done, _ in weighted), Fraction(0)) / whole if whole else None,
        "schedule": sum((w * asked for w, _, asked in weighted), Fraction(0)) / whole if whole else None,
        "judged": len(judged),
        "due": len(judged) + sum(row["status"] == "not_reported" for row in rows.values()),
    }


def agree(left: object, right: object) -> bool:
    """Equal, numbers within 1e-9 of each other relatively."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return abs(left - right) <= max(abs(left), abs(right), Fraction(1, 1000)) / 10**9
    return left == right


def figure_or_text(text: str) -> object:
    """A number, none, or the text itself where it is neither: never equal to what is expected."""
    try:
        return number(text)
    except ValueError:
        return repr(text)


def plain(value: object) -> str:
    """A value for a message."""
    if isinstance(value, Fraction):
        return f"{float(value):.12g}"
    return "empty" if value is None else str(value)


def differences(directory: Path, as_of: int, year: int) -> list[str]:
    """Sentences on what in summary.csv differs from the recomputed rows."""
    expected = recompute(directory, as_of, year)
    found: list[str] = []
    seen: set[Key] = set()
    for row in read_rows(directory / "summary.csv"):
        key = (row["unit"], row["indicator"], row["period"])
        name = " ".join(key)
        # A first-half row may name the month that counts in it.
        if row["as_of"] not in (str(as_of), str(min(as_of, PERIODS.get(row["period"], as_of)))):
            found.append(f"{name}: as_of is {row['as_of']}, should be {as_of}")
        if key in seen:
            found.append(f"{name}: the row is there twice")
        seen.add(key)
        if key not in expected:
            found.append(f"{name}: the row should not be there")
            continue
        values: Row = {column: figure_or_text(row[column]) for column in NUMBERS + COUNTS}
        values["status"] = row["status"]
        for column, value in values.items():
            if not agree(value, expected[key][column]):
                found.append(f"{name}: {column} is {plain(value)}, should be {plain(expected[key][column])}")
    found += [f"{' '.join(key)}: the row is missing" for key in expected if key not in seen]
    return found


def main() -> int:
    """Compare a directory's summary.csv with its other files."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--year", type=int, required=True)
    parser.add_argument("--as-of", type=int, required=True, choices=range(1, 13))
    options = parser.parse_args()
    found = differences(options.directory, options.as_of, options.year)
    for line in found:
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"{len(found)} differences\n" if found else "no differences\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
