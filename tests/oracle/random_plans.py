"""Random but valid plans, written as the files that `tests.oracle.recompute` reads.

A plan of values drawn blindly would be red or green throughout. Here each target has a path, and its
answers follow that path more or less closely, so that every status and most clauses of the rules occur
often, at every level of the tree. Units end, begin and join others within the year, sums have one part
or none, and plans are adjusted. The same seed always writes the same files.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random

COLUMNS = {
    "units": [
        "code",
        "name",
        "kind",
        "parent",
        "first_year",
        "first_month",
        "last_year",
        "last_month",
        "merged_into",
        "succeeds",
    ],
    "indicators": [
        "code",
        "section",
        "name",
        "unit",
        "kind",
        "accumulation",
        "direction",
        "decimals",
        "frequency",
    ],
    "targets": ["unit", "indicator", "year", "baseline", "weight", "interpolation", "figures"],
    "checkpoints": ["unit", "indicator", "year", "month", "value"],
    "revisions": ["unit", "indicator", "year", "effective_month", "month", "value"],
    "milestones": [
        "unit",
        "indicator",
        "year",
        "step",
        "name",
        "weight",
        "due",
        "done",
        "done_on",
        "recorded_month",
    ],
    "entries": [
        "unit",
        "indicator",
        "year",
        "from_month",
        "month",
        "answer",
        "typed_as",
        "value",
        "numerator",
        "denominator",
        "state",
    ],
}
SECTIONS = ("economy", "rural", "livelihood", "governance", "conduct")
OPEN_STATES = ("draft", "submitted", "returned")
LIMIT = Decimal("99999999999")  # eleven digits before the point
LEVEL_KINDS: dict[int, list[tuple[str, ...]]] = {
    1: [("township",)],
    2: [("township",), ("village", "office")],
    3: [("township",), ("village", "office"), ("office",)],
    4: [("county",), ("township",), ("village", "office"), ("office",)],
}
DUE_EVERY = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
# How closely the answers follow the path: the share of the way that was gone.
FACTORS = {
    "at_least": ("0", "0.5", "0.7", "0.8", "0.85", "0.95", "1", "1", "1.02", "1.05", "1.1", "1.15", "1.3"),
    "at_most": ("0", "0.5", "0.9", "1", "1", "1", "1.02", "1.1", "1.5"),
    "monitor": ("0.5", "1", "1.2"),
}


@dataclass
class Unit:
    """A reporting unit of the tree."""

    code: str
    level: int
    kind: str
    parent: "Unit | None"
    children: list["Unit"] = field(default_factory=list)
    first: int = 1
    last: int = 12
    merged_into: str = ""
    succeeds: str = ""

    def below(self) -> Iterable["Unit"]:
        """All units below it."""
        for child in self.children:
            yield child
            yield from child.below()


@dataclass
class Habit:
    """How an indicator, or one of its targets, is planned and reported."""

    months: list[int]
    interpolation: str
    shape: str
    power: Decimal
    factor: Decimal
    noise: int  # per mille
    reporting: str
    segments: str
    horizon: int


@dataclass
class Course:
    """Where a target starts, where it is to end, and the values set on the way."""

    begin: Decimal
    goal: Decimal
    checkpoints: dict[int, Decimal]

    def at(self, month: int) -> Decimal:
        """The plan's value at a month, straight between the values set."""
        points = {0: self.begin} | (self.checkpoints or {12: self.goal})
        if month in points:
            return points[month]
        left = max(at for at in points if at < month)
        later = [at for at in points if at > month]
        if not later:
            return points[left]
        right = min(later)
        return points[left] + (points[right] - points[left]) * (month - left) / (right - left)


@dataclass
class Measure:
    """An indicator with what its targets have in common."""

    code: str
    kind: str
    accumulation: str
    direction: str
    decimals: int
    frequency: str
    scale: Decimal
    begin: Decimal
    goal: Decimal
    habit: Habit
    one_path: bool
    rate_form: str

    @property
    def is_flow(self) -> bool:
        """Months add up."""
        return self.accumulation == "flow"


def text(value: Decimal) -> str:
    """A plain number without exponent."""
    return format(value, "f")


class Writer:
    """Draws one plan and collects its rows."""

    def __init__(self, seed: int, year: int) -> None:
        self.random = Random(seed)
        self.year = year
        self.rows: dict[str, list[Sequence[object]]] = {name: [] for name in COLUMNS}
        self.units: list[Unit] = []

    # --- small draws ---

    def chance(self, percent: float) -> bool:
        """True in so many of a hundred cases."""
        return self.random.random() * 100 < percent

    def pick(self, weights: dict[str, int]) -> str:
        """One of the keys by weight."""
        return self.random.choices(list(weights), list(weights.values()))[0]

    def between(self, low: int, high: int) -> Decimal:
        """A share in per mille, as a number."""
        return Decimal(self.random.randint(low, high)) / 1000

    def rounded(self, value: Decimal, decimals: int) -> Decimal:
        """A value that fits what can be typed."""
        bounded = max(-LIMIT, min(LIMIT, value))
        return bounded.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0

    # --- units ---

    def draw_units(self, count: int | None) -> None:
        """A tree of two to four levels; one chain of units reaches its depth."""
        depth = self.random.choice((2, 3, 3, 4))
        count = self.random.randint(depth + 1, 14) if count is None else max(count, 1)
        depth = min(depth, count)
        kinds = LEVEL_KINDS[depth]
        for index in range(count):
            if index < depth:
                parent = self.units[-1] if self.units else None
            else:
                # Units gather under few parents, so that sums have several parts.
                candidates = [unit for unit in self.units[: depth + 3] if unit.level < depth - 1]
                parent = self.random.choice(candidates) if candidates else None
            level = 0 if parent is None else parent.level + 1
            unit = Unit(f"U{index + 1:02d}", level, self.random.choice(kinds[level]), parent)
            self.units.append(unit)
            if parent is not None:
                parent.children.append(unit)
        self.end_some()
        for index, unit in enumerate(self.units):
            row = [unit.code, f"{unit.kind.capitalize()} {index + 1:02d}", unit.kind]
            row += [unit.parent.code if unit.parent else ""]
            row += [str(self.year), str(unit.first)] if unit.first > 1 else ["", ""]
            row += [str(self.year), str(unit.last)] if unit.last < 12 else ["", ""]
            self.rows["units"].append([*row, unit.merged_into, unit.succeeds])

    def end_some(self) -> None:
        """Some units without others below them end within the year: merged, succeeded, or carried on by nobody."""
        for unit in self.units:
            if unit.children or unit.parent is None or unit.first > 1 or not self.chance(12):
                continue
            unit.last = self.random.randint(1, 11)
            beside = [other for other in self.units if not other.children and other.parent is unit.parent]
            whole = [other for other in beside if other.first == 1 and other.last == 12]
            fate = self.pick({"merged": 45, "succeeded": 35, "gone": 20})
            if not whole or fate == "gone":
                continue
            other = self.random.choice(whole)
            if fate == "merged":
                unit.merged_into = other.code
            else:
                other.first, other.succeeds = unit.last + 1, unit.code

    # --- indicators ---

    def draw_habit(self, direction: str) -> Habit:
        """How a target may be planned and reported."""
        months = self.pick({"none": 7, "12": 14, "6 12": 32, "3 6 9 12": 14, "all": 10, "6": 4, "9 12": 5, "some": 14})
        if months == "all":
            chosen = list(range(1, 13))
        elif months == "some":
            chosen = sorted(self.random.sample(range(1, 13), self.random.randint(1, 5)))
        else:
            chosen = [] if months == "none" else [int(month) for month in months.split()]
        return Habit(
            months=chosen,
            interpolation=self.pick({"linear": 70, "step": 30}),
            shape=self.pick(
                {"rising": 68, "kept": 6, "falling": 7, "zero": 5, "zero first": 7, "negative": 4, "dip": 3}
            ),
            power=self.random.choice([Decimal(1)] * 5 + [Decimal(2), Decimal(3)]),
            factor=Decimal(self.random.choice(FACTORS[direction])),
            noise=self.random.choice((0, 0, 0, 10, 60)),
            reporting=self.pick({"full": 40, "some missing": 36, "sparse": 8, "silent": 8, "not applicable": 8}),
            segments=self.pick({"months": 50, "due": 30, "runs": 20}),
            horizon=12 if self.chance(65) else self.random.randint(1, 11),
        )

    def draw_measure(self, index: int) -> Measure:
        """An indicator with its habits, and its row."""
        flavour = self.pick({"flow": 38, "stock": 22, "latest": 24, "": 16})
        kind = {"latest": "rate", "": "milestone"}.get(flavour, "quantity")
        direction = self.pick({"at_least": 66, "at_most": 24, "monitor": 10})
        if kind == "milestone" and direction == "at_most":
            direction = "at_least"
        decimals = 0 if kind == "milestone" else self.random.choice((0, 0, 1, 2, 2, 3, 4))
        scale = Decimal(self.random.choice((12, 60, 240, 600, 1200, 36000, 2400000)))
        if self.chance(6):
            scale = Decimal(36) * 10**9 / len(self.units)
        begin, goal = self.draw_ends(flavour, direction, scale)
        measure = Measure(
            code=f"I{index + 1:03d}",
            kind=kind,
            accumulation=flavour,
            direction=direction,
            decimals=decimals,
            frequency=self.pick({"month": 50, "quarter": 20, "half_year": 15, "year": 15}),
            scale=scale,
            begin=begin,
            goal=goal,
            habit=self.draw_habit(direction),
            one_path=self.chance(65),
            rate_form=self.pick({"fraction": 58, "percent": 24, "mixed": 18}),
        )
        unit = {"latest": "%", "": ""}.get(flavour, self.random.choice(("个", "亩", "万元")))
        self.rows["indicators"].append(
            [
                measure.code,
                self.random.choice(SECTIONS),
                f"Indicator {index + 1:03d}",
                unit,
                kind,
                flavour,
                direction,
                decimals,
                measure.frequency,
            ]
        )
        return measure

    def draw_ends(self, flavour: str, direction: str, scale: Decimal) -> tuple[Decimal, Decimal]:
        """Where the year starts and where it is to end."""
        if flavour == "flow":
            return Decimal(0), scale * self.random.choice((1, 1, 2, 3)) / 2
        if flavour == "latest":
            if direction == "at_most":
                begin = Decimal(self.random.randint(2, 20))
                return begin, begin * self.random.choice((Decimal("0.8"), Decimal(1), Decimal("1.2")))
            if self.chance(8):  # A growth rate may begin below zero.
                return Decimal(-4), Decimal(self.random.choice((-2, 4, 8)))
            return Decimal(self.random.randint(30, 85)), Decimal(self.random.choice((88, 90, 95, 100)))
        if self.chance(6):
            return -scale / 10, self.random.choice((scale / 2, -scale / 20))
        if direction == "at_most" and self.chance(50):
            return scale, scale * self.between(600, 950)
        return scale, scale * self.random.choice((Decimal("1.05"), Decimal("1.2"), Decimal("1.5")))

    # --- targets ---

    def draw_roles(self) -> dict[str, str]:
        """Which units hold a target of one indicator, and whether it is own or sum."""
        pattern = self.pick({"one": 10, "one and sums": 12, "leaves": 45, "mixed": 23, "top": 10})
        roles: dict[str, str] = {}
        for unit in self.units:
            if pattern == "leaves":
                chances = {"own": 85, "": 15} if not unit.children else {"sum": 45, "": 55}
            elif pattern == "one":
                chances = {"": 1}
            elif pattern == "one and sums":
                chances = {"sum": 60, "": 40} if unit.children else {"": 1}
            elif pattern == "top" and unit.parent is None:
                chances = {"own": 1}
            elif not unit.children:
                chances = {"own": 75, "": 25}
            else:
                chances = {"own": 20, "sum": 45, "": 35}
            roles[unit.code] = self.pick(chances)
        if "own" not in roles.values():
            leaves = [unit for unit in self.units if not unit.children]
            roles[self.random.choice(leaves if pattern != "one" else self.units).code] = "own"
        for unit in self.units:  # A sum has something to add up, or is one that nobody reports.
            if roles[unit.code] == "sum" and all(roles[below.code] != "own" for below in unit.below()):
                roles[unit.code] = "own" if self.chance(60) else "sum"
        return {code: role for code, role in roles.items() if role}

    def draw_targets(self, measure: Measure) -> None:
        """All targets of one indicator, from the lowest level up, with their rows."""
        roles = self.draw_roles()
        courses: dict[str, Course] = {}
        for unit in sorted(self.units, key=lambda one: -one.level):
            role = roles.get(unit.code, "")
            if not role:
                continue
            habit = self.habit_of(measure)
            if measure.kind == "milestone":
                self.add_target(unit, measure, habit, None, role)
                if role == "own":
                    self.draw_steps(unit, measure, habit)
                continue
            if role == "sum":
                course = self.course_of_sum(measure, habit, self.nearest(unit, courses))
            else:
                course = self.course_of_own(measure, habit)
            courses[unit.code] = course
            known = self.chance(25 if measure.is_flow else 72)
            if measure.one_path and measure.kind == "rate":
                known = (measure.scale % 5 == 0) != self.chance(3)  # Nearly always in all parts or in none.
            start = Decimal(self.random.randint(1, 500)) if measure.is_flow else course.begin
            self.add_target(unit, measure, habit, start if known else None, role)
            for month, value in sorted(course.checkpoints.items()):
                self.rows["checkpoints"].append([unit.code, measure.code, self.year, month, text(value)])
            self.draw_revision(unit, measure, course)
            if role == "own":
                self.draw_entries(unit, measure, habit, course)

    def draw_revision(self, unit: Unit, measure: Measure, course: Course) -> None:
        """An adjustment from a month on, up or down, or the first checkpoints of what was only watched before."""
        if not self.chance(18):
            return
        effective = self.random.randint(2, 12)
        months = sorted({*course.checkpoints, 12}) if self.chance(70) else [self.random.randint(1, 12)]
        times = self.between(700, 1300)
        for month in months:
            value = self.rounded(course.at(month) * times, measure.decimals)
            self.rows["revisions"].append([unit.code, measure.code, self.year, effective, month, text(value)])

    def add_target(self, unit: Unit, measure: Measure, habit: Habit, baseline: Decimal | None, role: str) -> None:
        """One row of targets."""
        weight = self.random.choice(("1", "1", "2", "3", "0.5"))
        baseline_text = "" if baseline is None else text(baseline)
        row = [unit.code, measure.code, self.year, baseline_text, weight, habit.interpolation, role]
        self.rows["targets"].append(row)

    def habit_of(self, measure: Measure) -> Habit:
        """The indicator's habit, or in some points one of the target's own."""
        common, own = measure.habit, self.draw_habit(measure.direction)
        same_path = measure.one_path or self.chance(50)
        wobble = self.random.choice((0, 0, -50, 50))
        return Habit(
            months=common.months if same_path else own.months,
            interpolation=common.interpolation if same_path or self.chance(60) else own.interpolation,
            shape=common.shape if same_path or self.chance(60) else own.shape,
            power=common.power if same_path else own.power,
            factor=common.factor + Decimal(wobble) / 1000 if self.chance(75) else own.factor,
            noise=common.noise,
            reporting=common.reporting if self.chance(75) else own.reporting,
            segments=common.segments if self.chance(75) else own.segments,
            horizon=common.horizon if self.chance(80) else own.horizon,
        )

    def nearest(self, unit: Unit, courses: dict[str, Course]) -> list[Course]:
        """The courses of the nearest targets below."""
        found = []
        for child in unit.children:
            found += [courses[child.code]] if child.code in courses else self.nearest(child, courses)
        return found

    def course_of_own(self, measure: Measure, habit: Habit) -> Course:
        """An own target's course."""
        size = Decimal(1)
        if not (measure.one_path and measure.kind == "rate"):
            size = self.random.choice((Decimal(1), Decimal("0.5"), Decimal("1.5"), self.between(300, 1500)))
        if measure.kind == "rate" and size != 1:
            return self.course(measure, habit, measure.begin, measure.goal - self.random.randint(0, 5))
        return self.course(measure, habit, measure.begin * size, measure.goal * size)

    def course_of_sum(self, measure: Measure, habit: Habit, parts: list[Course]) -> Course:
        """A sum's course: what its parts make, or checkpoints of its own near that."""
        as_measured = measure.kind == "rate" or not parts
        begin = measure.begin if as_measured else sum((part.begin for part in parts), Decimal(0))
        goal = measure.goal if as_measured else sum((part.goal for part in parts), Decimal(0))
        if self.chance(50):
            return Course(begin, goal, {})
        if self.chance(40):
            goal *= self.between(900, 1050)
        return self.course(measure, habit, begin, goal)

    def course(self, measure: Measure, habit: Habit, begin: Decimal, goal: Decimal) -> Course:
        """Values at the habit's months, in the habit's shape."""
        begin = self.rounded(begin, measure.decimals)
        shape = habit.shape
        if shape == "kept":
            goal = begin or goal
        elif shape == "falling" and not measure.is_flow:
            goal = begin * Decimal("0.9")
        checkpoints: dict[int, Decimal] = {}
        for month in habit.months:
            share = (Decimal(month) / 12) ** habit.power
            checkpoints[month] = begin + (goal - begin) * share
        last = max(checkpoints, default=12)
        for month in checkpoints:
            if shape == "zero" or (shape == "zero first" and month == min(checkpoints) and month != 12):
                checkpoints[month] = Decimal(0)
            elif shape == "negative" and (month != last or measure.scale == 12):
                checkpoints[month] = -abs(checkpoints[month]) / 4
            elif shape == "kept" and measure.is_flow:
                checkpoints[month] = goal / 2
            elif shape == "falling" and measure.is_flow and month == last:
                checkpoints[month] = checkpoints[month] / 2
            elif shape == "dip" and month == last and len(checkpoints) > 1:
                checkpoints[month] = Decimal(0)
        rounded = {month: self.rounded(value, measure.decimals) for month, value in checkpoints.items()}
        return Course(begin, goal, rounded)

    # --- entries ---

    def draw_segments(self, measure: Measure, habit: Habit) -> list[tuple[int, int]]:
        """The runs of months in which a target answers; they never overlap."""
        every = DUE_EVERY[measure.frequency]
        runs: list[tuple[int, int]] = []
        first = 1
        while first <= habit.horizon:
            if habit.segments == "months":
                last = first
            elif habit.segments == "runs" or every == 1:
                last = first + self.random.randint(0, 3)
            else:
                last = (first + every - 1) // every * every
            last = min(last, 12)
            start = last if habit.segments == "due" and self.chance(40) else first
            if last <= habit.horizon or self.chance(50):
                runs.append((start, last))
            first = last + 1
        return runs

    def wanted(self, measure: Measure, habit: Habit, course: Course, month: int) -> Decimal:
        """What was really reached by the end of a month."""
        plan = course.at(month)
        way = plan - course.begin
        if measure.is_flow:
            reached = plan * habit.factor
        elif way > 0:
            reached = course.begin + way * habit.factor
        else:
            # A level to be kept or let down: a little beside it.
            reached = plan * (1 + (habit.factor - 1) / 4)
        if plan == 0 and measure.direction == "at_most" and habit.factor > 1:
            reached = Decimal(1)
        if habit.noise:
            reached *= 1 + self.between(-habit.noise, habit.noise)
        return reached

    def draw_entries(self, unit: Unit, measure: Measure, habit: Habit, course: Course) -> None:
        """All answers of one target."""
        missing = {"full": 0, "some missing": 14, "sparse": 60, "silent": 100, "not applicable": 0}
        total = Decimal(0)
        for first, last in self.draw_segments(measure, habit):
            if first < unit.first or last > unit.last:  # Nothing is reported for months in which it did not exist.
                continue
            if self.chance(missing[habit.reporting]):
                if self.chance(40):  # What waits is no approved answer.
                    fields = self.draw_answer(measure, habit, course, first, last, total)
                    self.add_entry(unit, measure, first, last, fields, self.random.choice(OPEN_STATES))
                continue
            fields = self.draw_answer(measure, habit, course, first, last, total)
            if measure.is_flow and fields[0] == "value":
                total = Decimal(fields[2]) + (total if fields[1] == "month" else 0)
            self.add_entry(unit, measure, first, last, fields, "approved")
            if self.chance(8):  # A correction waits beside the approved answer.
                fields = self.draw_answer(measure, habit, course, first, last, total)
                self.add_entry(unit, measure, first, last, fields, self.random.choice(OPEN_STATES))

    def add_entry(self, unit: Unit, measure: Measure, first: int, last: int, fields: list[str], state: str) -> None:
        """One row of entries."""
        row = [unit.code, measure.code, self.year, first, last, *fields, state]
        self.rows["entries"].append(row)

    def draw_answer(
        self, measure: Measure, habit: Habit, course: Course, first: int, last: int, total: Decimal
    ) -> list[str]:
        """Answer, form, value, numerator and denominator of one run of months."""
        if habit.reporting == "not applicable" or self.chance(4):
            return ["not_applicable", "", "", "", ""]
        if self.chance(6):
            return ["no_change", "", "", "", ""]
        reached = self.wanted(measure, habit, course, last)
        if measure.kind == "rate":
            return self.draw_rate(measure, reached)
        if not measure.is_flow:
            return ["value", "month", text(self.rounded(reached, measure.decimals)), "", ""]
        typed_as = self.pick({"month": 60, "cumulative": 40})
        value = reached
        if typed_as == "month":
            before = self.wanted(measure, habit, course, first - 1)
            value = reached - (total if self.chance(70) else before)
        elif self.chance(4):
            value = total - self.between(0, 300) * abs(total)  # A running total that falls.
        if self.chance(2):
            value = self.random.choice((Decimal(0), -abs(value)))
        return ["value", typed_as, text(self.rounded(value, measure.decimals)), "", ""]

    def draw_rate(self, measure: Measure, reached: Decimal) -> list[str]:
        """A rate's value: as numerator and denominator, or as a bare percentage."""
        bare = measure.rate_form == "percent" or (measure.rate_form == "mixed" and self.chance(15))
        if bare:
            return ["value", "month", text(self.rounded(reached, measure.decimals)), "", ""]
        if self.chance(4):
            return ["value", "month", "", "0", "0"]
        below = Decimal(self.random.choice((20, 37, 50, 100, 200, 240, 1000)))
        above = self.rounded(reached * below / 100, min(measure.decimals, 1))
        return ["value", "month", "", text(above), text(below)]

    # --- milestones ---

    def draw_steps(self, unit: Unit, measure: Measure, habit: Habit) -> None:
        """The steps of one milestone target."""
        mood = self.pick({"all done": 15, "in time": 35, "late": 30, "open": 20})
        for step in range(1, self.random.choice((0, 1, 1, 2, 3, 3, 4, 5)) + 1):
            due = None
            if not self.chance(20):
                due = date(self.year, 1, 1) + timedelta(days=self.random.randint(0, 364))
                if self.chance(30):  # The last day of a month.
                    due = due.replace(month=due.month % 12 + 1, day=1) - timedelta(days=1)
                    due = due.replace(year=self.year)
            done = self.chance({"all done": 100, "in time": 85, "late": 60, "open": 5}[mood])
            done_on: date | None = None
            recorded = 0
            if done:
                about = due or date(self.year, self.random.randint(1, 12), 15)
                shift = self.random.randint(-60, 0) if mood != "late" else self.random.randint(-20, 70)
                when = min(max(about + timedelta(days=shift), date(self.year, 1, 1)), date(self.year, 12, 31))
                recorded = min(12, when.month + self.random.choice((0, 0, 1, 2)))
                done_on = when if self.chance(65) else None
            self.rows["milestones"].append(
                [
                    unit.code,
                    measure.code,
                    self.year,
                    step,
                    f"Step {step}",
                    self.random.choice(("1", "1", "2", "3", "0.5")),
                    due.isoformat() if due else "",
                    "yes" if done else "no",
                    done_on.isoformat() if done_on else "",
                    recorded or "",
                ]
            )


def write_random_plan(
    directory: Path, seed: int, *, year: int = 2023, units: int | None = None, indicators: int | None = None
) -> None:
    """Write units, indicators, targets, checkpoints, milestones and entries of a random plan."""
    writer = Writer(seed, year)
    writer.draw_units(units)
    count = writer.random.randint(8, 20) if indicators is None else indicators
    for index in range(count):
        writer.draw_targets(writer.draw_measure(index))
    directory.mkdir(parents=True, exist_ok=True)
    for name, rows in writer.rows.items():
        with (directory / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(COLUMNS[name])
            table.writerows(rows)
