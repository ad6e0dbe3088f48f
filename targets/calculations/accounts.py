"""Monthly accounts 月度账: what the rules say of one indicator at one unit by the end of every month, kept.

A sheet holds the tallies of twelve months by how the parts enter a sum, as whole numbers: amounts in units of
1 ÷ ``SCALE``, which every amount of the rules is a multiple of, so that sums stay exact however many parts there are.
Each unit keeps the sheet of what was handed to it from below and hands up a sheet of its own: with an own target that
target alone, as a sum with checkpoints in force itself as one part, else what it was handed. When a target changes,
only the difference travels up.

Kept are the accounts of a year of which every month is over. What had not fallen due on the day of a view, and levels
of units that begin or end within the year, are computed from the answers.
"""

import hashlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, TypeVar

from . import paths
from .answers import Reported, reported, wording
from .completeness import Completeness
from .facts import Measure, TargetFacts, Thresholds
from .milestones import StepCounts, is_dropped, judge_counts, judge_steps
from .periods import MONTHS, cut_off, due_months
from .rollup import RollUp, Standing, judged, judged_task
from .standings import Position, judge
from .tallies import AMOUNTS, NAMES, NOTHING, SCALE, Enters, Part, Tally, combine, entering, tally_of_one
from .terms import Figures, Kind, Period, Status

Unit = TypeVar("Unit", bound=Hashable)

#: Raised with every change of a rule or of what a tally holds: accounts made by other rules are made anew.
VERSION = 1

#: Values of a field for the twelve months, by field, by how the parts enter a sum. What is zero all year is left out.
Sheet = dict[str, dict[str, list[int]]]

#: Beside the tallies of an own target: its missing months, as a number of which each bit is a month.
OWN = "own"
#: Beside the tallies: the steps of tasks, counted by period.
STEPS = "steps"
_WEIGHTS = frozenset({"weight", "done_weight", "due_weight"})
#: Beside the tallies: the lead leaders who answer for it, each with how many targets; and how many answers wait.
LEADS = "leads"
WAITING = "waiting"
_HALF = ("target", "with_target", "derived")


def hand_up(
    measure: Measure,
    year: int,
    target: TargetFacts | None,
    below: Sheet,
    lead: tuple[str, str] = ("", ""),
    waiting: int = 0,
) -> tuple[Sheet, int]:
    """What a unit hands up, from its own target and what it was handed; and the months in which it stands alone.

    These are a number of which bit ``month`` is set. ``lead`` names the lead leader of the own target, also in English;
    where there is none, those below go on answering. ``waiting``: how many of its own answers wait for review.
    """
    if target is None:
        return below, 0
    sheet: Sheet = {}
    alone = 0
    if waiting or WAITING in below:
        sheet[WAITING] = {"answers": [waiting + answers_waiting(below)]}
    if lead[0]:
        sheet[LEADS] = {"\n".join(lead): [1]}
    elif target.figures is Figures.SUM and LEADS in below:
        sheet[LEADS] = below[LEADS]
    levels = reported(measure, target.plan.baseline, target.answers, target.plan.months)
    is_task, is_own = measure.kind is Kind.MILESTONE, target.figures is Figures.OWN
    for month in MONTHS:
        if not is_own and (is_task or not target.plan.checkpoints(month)):
            _copy(sheet, below, month)
            continue
        alone |= 1 << month
        if is_task:
            _write_steps(sheet, target, year, month)
            continue
        found = _own(measure, target, month, sheet, levels) if is_own else _sum(measure, target, month, below)
        for part, names in found:
            _write(sheet, part, month, names)
    return _without_zeros(sheet), alone


def _own(
    measure: Measure, target: TargetFacts, month: int, sheet: Sheet, levels: Sequence[Reported]
) -> Iterable[tuple[Part, Mapping[str, str]]]:
    rolled = RollUp(measure, {0: target}, {}, year=0, period=Period.YEAR, as_of=month, levels={0: levels})
    for owing in rolled.owing(0):
        _row(sheet, OWN, "missing")[month - 1] = sum(1 << one for one in owing.months)
    word = wording(measure, target.answers, month)
    path = _path(measure, target, month)
    part = rolled.part(0)._replace(word=word, path=path)
    yield part, _YEAR_NAMES
    if month == cut_off(Period.FIRST_HALF, month):
        goal = paths.period_target(measure, target.plan, Period.FIRST_HALF, month)
        position = replace(part.position, target=goal.value, target_derived=goal.derived)
        yield part._replace(position=position), _HALF_NAMES


def _sum(measure: Measure, target: TargetFacts, month: int, below: Sheet) -> Iterable[tuple[Part, Mapping[str, str]]]:
    for period, names in ((Period.YEAR, _YEAR_NAMES), (Period.FIRST_HALF, _HALF_NAMES)):
        if month != cut_off(period, month):
            continue
        parts = parts_at(below, month, period)
        aims = paths.aims(measure, target.plan, period, month, month)
        every, taken = sum(parts.values(), NOTHING), entering(measure, parts, own=True)
        yield (
            Part(
                combine(measure, period, month, parts, own=aims),
                has_begun=not every.parts or every.not_begun < every.parts,
                owing=taken.owing,
                made_of=taken.parts,
                is_partial=bool(every.partial),
                nobody_reports=not every.parts,
                own_plan=True,
                path=_path(measure, target, month),
                word=taken.word,
            ),
            names,
        )


_BY_MONTH = frozenset((*Enters, STEPS))
_YEAR_NAMES = {name: name for name in NAMES}
_HALF_NAMES = {name: f"half_{name}" for name in _HALF}
_NAMES_READ = {
    Period.YEAR: _YEAR_NAMES,
    Period.FIRST_HALF: {name: name for name in NAMES if name not in _HALF} | {f"half_{name}": name for name in _HALF},
}


def _path(measure: Measure, target: TargetFacts, month: int) -> int:
    """A number for the plan path, of which only rates are asked whether all parts share it."""
    if not measure.is_rate:
        return 0
    interpolation, baseline, *checkpoints = paths.path(measure, target.plan, month)
    points = [[(at, str(Fraction(value))) for at, value in listed] for listed in checkpoints]
    asked = (str(interpolation), None if baseline is None else str(Fraction(baseline)), points)
    digest = hashlib.sha256(repr(asked).encode()).digest()
    return int.from_bytes(digest[:6], "big")


def _write_steps(sheet: Sheet, target: TargetFacts, year: int, month: int) -> None:
    """The steps of a task, counted for both periods; as a part it enters with a plan."""
    for name in ("parts", "made_of"):
        _row(sheet, Enters.PLANNED, name)[month - 1] = 1
    steps = [step for step in target.steps if not is_dropped(step, year, target.plan.months)]
    for period in Period:
        if month == cut_off(period, month):
            for name, value in judge_steps(steps, year, period, month).counts._asdict().items():
                whole = int(value * SCALE) if name in _WEIGHTS else value
                _row(sheet, STEPS, f"{period} {name}")[month - 1] = whole


def _row(sheet: Sheet, enters: str, name: str) -> list[int]:
    return sheet.setdefault(enters, {}).setdefault(name, [0] * 12)


def _write(sheet: Sheet, part: Part, month: int, names: Mapping[str, str]) -> None:
    fields = sheet.setdefault(part.enters, {})
    for name, value in tally_of_one(part).items():
        written = names.get(name)
        if written is not None:
            # Of a count the denominator is 1.
            times, rest = divmod(SCALE if name in AMOUNTS else 1, value.denominator)
            assert not rest
            fields.setdefault(written, [0] * 12)[month - 1] = value.numerator * times


def _copy(sheet: Sheet, other: Sheet, month: int) -> None:
    for enters, fields in other.items():
        if enters not in _BY_MONTH:
            continue
        for name, values in fields.items():
            if values[month - 1]:
                _row(sheet, enters, name)[month - 1] = values[month - 1]


def _without_zeros(sheet: Sheet) -> Sheet:
    kept = {
        enters: {name: values for name, values in fields.items() if any(values)} for enters, fields in sheet.items()
    }
    return {enters: fields for enters, fields in kept.items() if fields}


def add(sheet: Sheet, other: Sheet, times: int = 1) -> Sheet:
    """A sheet with what is handed up in it, or with ``times`` −1 taken out of it."""
    found = {enters: dict(fields) for enters, fields in sheet.items()}
    for enters, fields in other.items():
        if enters == OWN:
            continue
        mine = found.setdefault(enters, {})
        for name, values in fields.items():
            before = mine.get(name)
            mine[name] = (
                [times * value for value in values]
                if before is None
                else [one + times * value for one, value in zip(before, values, strict=True)]
            )
    return _without_zeros(found)


def parts_at(sheet: Sheet, month: int, period: Period) -> dict[Enters, Tally]:
    """The tallies of a sheet at a month, in the period viewed."""
    return {
        enters: _tally(sheet[enters], month, period)
        for enters in Enters
        if enters in sheet and _value(sheet[enters], "parts", month)
    }


def _tally(fields: Mapping[str, list[int]], month: int, period: Period) -> Tally:
    found: dict[str, Any] = {}
    for written, values in fields.items():
        name = _NAMES_READ[period].get(written)
        if name is not None and values[month - 1]:
            found[name] = Fraction(values[month - 1], SCALE) if name in AMOUNTS else values[month - 1]
    return Tally(**found)


def _value(fields: Mapping[str, list[int]], name: str, month: int) -> int:
    values = fields.get(name)
    return values[month - 1] if values is not None else 0


def answers_waiting(sheet: Sheet) -> int:
    """How many answers at the unit and below wait for review."""
    return sheet[WAITING]["answers"][0] if WAITING in sheet else 0


def completeness(sheet: Sheet, month: int) -> Completeness:
    """How many answers of one month fell due at the unit and below, and how many are in."""
    due, answered = (
        sum(_value(sheet[enters], name, month) for enters in Enters if enters in sheet)
        for name in ("month_due", "month_answered")
    )
    return Completeness(due, answered)


def leads(sheet: Sheet) -> list[tuple[str, str]]:
    """The lead leaders who answer for it, each with the name in English."""
    return [(name, english) for name, _, english in (key.partition("\n") for key in sorted(sheet.get(LEADS, {})))]


def owing_marks(sheet: Sheet) -> str:
    """By month: ``p`` where answers are missing of what enters with a plan, ``n`` where only of others, else a dot."""
    planned, others = (sheet.get(enters, {}).get("owing", [0] * 12) for enters in (Enters.PLANNED, Enters.UNPLANNED))
    return "".join("p" if one else "n" if other else "." for one, other in zip(planned, others, strict=True))


def missing_months(sheet: Sheet, month: int) -> tuple[int, ...]:
    """The due months up to ``month`` that an own target has not answered."""
    bits = _value(sheet.get(OWN, {}), "missing", month)
    return tuple(one for one in MONTHS if bits >> one & 1)


def whole_of(measure: Measure, parts: Mapping[Enters, Tally]) -> Tally:
    """The tally of what the figure of a unit that hands up these parts is made of."""
    if len(parts) == 1:
        return next(iter(parts.values()))
    return entering(measure, parts, own=False)


def position_of(measure: Measure, parts: Mapping[Enters, Tally], month: int, period: Period) -> Position:
    """The position of a unit that hands up these parts; of none that of a sum without parts."""
    common = entering(measure, parts, own=False).common_aims if measure.is_rate else None
    return combine(measure, period, month, parts, common=common)


def is_exact(measure: Measure, sheet: Sheet, thresholds: Thresholds) -> bool:
    """Whether the account says all that the answers say.

    The level of a unit that ends is carried on by another one, by what that one reported for later months; and which
    due month came before the last one depends on when the unit began.
    """
    if measure.is_flow and not thresholds.two_slightly_behind_is_behind:
        return True
    return not any("partial" in sheet[enters] for enters in Enters if enters in sheet)


def standing_at(
    unit: Unit, measure: Measure, sheet: Sheet, month: int, period: Period, thresholds: Thresholds, *, alone: bool
) -> Standing[Unit]:
    """The standing of a unit that hands up this sheet, without the names of what it is made of.

    ``month`` is the last one that counts, in the first half at most June; ``alone``: the unit stands alone in it.
    """
    if measure.kind is Kind.MILESTONE:
        counted: dict[str, Any] = {
            name: Fraction(value, SCALE) if name in _WEIGHTS else value
            for name in StepCounts._fields
            if (value := _value(sheet.get(STEPS, {}), f"{period} {name}", month))
        }
        return judged_task(unit, month, measure, judge_counts(StepCounts(**counted)))
    parts = parts_at(sheet, month, period)
    position = position_of(measure, parts, month, period)
    status = judge(position, thresholds)
    if status is Status.SLIGHTLY_BEHIND and thresholds.two_slightly_behind_is_behind:
        earlier = due_months(measure.frequency, month)[-2:-1]
        if any(
            judge(position_of(measure, parts_at(sheet, at, period), at, period), thresholds) is status for at in earlier
        ):
            status = Status.BEHIND
    whole = whole_of(measure, parts)
    return judged(
        unit,
        month,
        position,
        status,
        thresholds,
        own_plan=alone and bool(whole.own_plan),
        nobody_reports=whole.parts == 1 and bool(whole.nobody_reports),
    )
