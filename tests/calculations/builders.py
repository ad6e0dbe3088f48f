"""Terse builders: a case of a rule fits on a line or two.

Amounts are written as numbers or as text ("634.29") and arrive as the ``Decimal`` that the rules receive; what is
expected of the rules is a ``Fraction``. Units are letters, and a tree says who is directly below whom.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from targets.calculations.deadlines import clock
from targets.calculations.facts import Answer, Measure, Plan, Revision, Step, TargetFacts, Thresholds
from targets.calculations.rollup import RollUp, Standing
from targets.calculations.terms import (
    Accumulation,
    AnswerKind,
    Direction,
    Figures,
    Frequency,
    Interpolation,
    Kind,
    Period,
    TypedAs,
)

Amount = int | str | Decimal
F = Fraction

YEAR = 2023
H1, Y = Period.FIRST_HALF, Period.YEAR

KINDS = {"flow": Kind.QUANTITY, "stock": Kind.QUANTITY, "latest": Kind.RATE, "": Kind.MILESTONE}


def measure(accumulation: str = "flow", direction: str = "at_least", frequency: str = "month") -> Measure:
    return Measure(KINDS[accumulation], Accumulation(accumulation), Direction(direction), Frequency(frequency))


FLOW = measure("flow")
STOCK = measure("stock")
RATE = measure("latest")
TASK = measure("")
CEILING = measure("flow", "at_most")
STOCK_CEILING = measure("stock", "at_most")
RATE_CEILING = measure("latest", "at_most")
QUARTERLY = measure("flow", frequency="quarter")


def decimal(amount: Amount) -> Decimal:
    return Decimal(str(amount))


# --- answers: ``since`` is the first month of a run -----------------------------------------------


def value(month: int, amount: Amount, since: int | None = None) -> Answer:
    return Answer(since or month, month, AnswerKind.VALUE, value=decimal(amount))


def total(month: int, amount: Amount, since: int | None = None) -> Answer:
    """A typed running total."""
    return Answer(since or month, month, AnswerKind.VALUE, TypedAs.CUMULATIVE, value=decimal(amount))


def share(month: int, numerator: Amount, denominator: Amount, since: int | None = None) -> Answer:
    """A rate by its two numbers, year to date."""
    return Answer(
        since or month,
        month,
        AnswerKind.VALUE,
        numerator=decimal(numerator),
        denominator=decimal(denominator),
    )


def no_change(month: int, since: int | None = None) -> Answer:
    return Answer(since or month, month, AnswerKind.NO_CHANGE)


def not_applicable(month: int, since: int | None = None) -> Answer:
    return Answer(since or month, month, AnswerKind.NOT_APPLICABLE)


def each(*amounts: Amount | None) -> tuple[Answer, ...]:
    """A value for January, February ...; ``None`` leaves the month without an answer."""
    return tuple(value(month, amount) for month, amount in enumerate(amounts, 1) if amount is not None)


# --- plans and targets ----------------------------------------------------------------------------


def revised(
    revisions: Mapping[int, Mapping[int, Amount]], baseline: Amount | None = None, *, step: bool = False
) -> Plan:
    """A plan by effective month, each with its checkpoints by month."""
    return Plan(
        Interpolation.STEP if step else Interpolation.LINEAR,
        None if baseline is None else decimal(baseline),
        tuple(
            Revision(effective, tuple((month, decimal(amount)) for month, amount in checkpoints.items()))
            for effective, checkpoints in revisions.items()
        ),
    )


def plan(checkpoints: Mapping[int, Amount], baseline: Amount | None = None, *, step: bool = False) -> Plan:
    """A plan that was never adjusted; without checkpoints it promises nothing."""
    return revised({1: checkpoints} if checkpoints else {}, baseline, step=step)


NO_PLAN = plan({})


def own(promised: Plan, *answers: Answer) -> TargetFacts:
    return TargetFacts(promised, Figures.OWN, answers)


def sum_of(promised: Plan = NO_PLAN) -> TargetFacts:
    return TargetFacts(promised, Figures.SUM)


def step(
    due: str = "", done: str = "", recorded: int | None = None, weight: Amount = 1, *, undone: bool = False
) -> Step:
    """A step; done where a date or a month of record is given (unless it was taken back)."""
    return Step(
        decimal(weight),
        date.fromisoformat(due) if due else None,
        bool(done or recorded) and not undone,
        date.fromisoformat(done) if done else None,
        recorded,
    )


def task(*steps: Step) -> TargetFacts:
    return TargetFacts(steps=steps)


# --- standings ------------------------------------------------------------------------------------


def roll_up(
    indicator: Measure,
    targets: Mapping[str, TargetFacts],
    tree: Mapping[str, Sequence[str]] | None = None,
    *,
    as_of: int = 6,
    period: Period = Y,
    thresholds: Thresholds | None = None,
    today: date | None = None,
) -> RollUp:
    """By default a township T over the villages A, B, C and D. ``today``: months open on the 25th."""
    return RollUp(
        indicator,
        targets,
        {"T": "ABCD"} if tree is None else tree,
        year=YEAR,
        period=period,
        as_of=as_of,
        thresholds=thresholds,
        clock=clock(YEAR, 25, today) if today is not None else None,
    )


def standing(
    indicator: Measure,
    targets: Mapping[str, TargetFacts],
    tree: Mapping[str, Sequence[str]] | None = None,
    *,
    unit: str = "T",
    as_of: int = 6,
    period: Period = Y,
    thresholds: Thresholds | None = None,
    today: date | None = None,
) -> Standing:
    """The standing at a unit that has one."""
    rolled = roll_up(indicator, targets, tree, as_of=as_of, period=period, thresholds=thresholds, today=today)
    found = rolled.standing(unit)
    assert found is not None
    return found


def alone(
    indicator: Measure,
    promised: Plan,
    *answers: Answer,
    as_of: int = 6,
    period: Period = Y,
    thresholds: Thresholds | None = None,
    today: date | None = None,
) -> Standing:
    """The standing of one target with entries of its own."""
    targets = {"A": own(promised, *answers)}
    return standing(indicator, targets, unit="A", as_of=as_of, period=period, thresholds=thresholds, today=today)
