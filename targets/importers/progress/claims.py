"""What a file says of one target, made into answers that agree with each other.

A month, a run of months and a running total may all be given of the same target. What only repeats the others is no
answer of its own; a total beside months that it does not agree with is a question, and a total that reaches further
than the months beside it says what the months between them brought.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from targets.calculations.answers import account, reported
from targets.calculations.facts import Answer, Measure
from targets.calculations.terms import AnswerKind, TypedAs
from targets.importers.progress.notes import LEAVE


@dataclass(frozen=True)
class Claim:
    """What the cells of one answer say. ``is_total``: a running total of the year by the end of ``last``."""

    line: int
    column: int
    first: int
    last: int
    answer: str
    value: Decimal | None = None
    approximation: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    is_total: bool = False

    @property
    def covered(self) -> range:
        """The months that it speaks of."""
        return range(1 if self.is_total else self.first, self.last + 1)

    @property
    def amount(self) -> Fraction | None:
        """The amount of a flow; ``None`` where it is not exact."""
        if self.answer != AnswerKind.VALUE:
            return Fraction(0)
        return None if self.approximation or self.value is None else Fraction(self.value)


@dataclass(frozen=True)
class Taken:
    """A claim as it is answered. ``instead_of`` is the figure of the month that a total stands for."""

    claim: Claim
    first: int
    typed_as: str
    instead_of: Claim | None = None

    @property
    def last(self) -> int:
        return self.claim.last

    def as_answer(self) -> Answer:
        claim = self.claim
        return Answer(self.first, self.last, AnswerKind(claim.answer), TypedAs(self.typed_as), claim.value)


@dataclass(frozen=True)
class Conflict:
    """A figure that does not agree with others of the same months. ``against`` is what these come to."""

    claim: Claim
    others: tuple[Claim, ...]
    against: Fraction | None


@dataclass
class Settled:
    """``repeated`` are claims that others say already, each with one of them; ``torn`` overlap others in part."""

    taken: list[Taken] = field(default_factory=list)
    repeated: list[tuple[Claim, Claim]] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    torn: list[tuple[Claim, Claim]] = field(default_factory=list)
    dropped: list[Claim] = field(default_factory=list)


#: Answers to a conflict beside leaving all out: the others, or the one that does not agree with them.
OTHERS, CLAIM = "others", "claim"


def settle(
    measure: Measure, claims: Iterable[Claim], standing: Sequence[Answer], chosen: Mapping[tuple[int, int], str]
) -> Settled:
    """Make answers of the claims about one target.

    ``standing`` are its answers by now, ``chosen`` how conflicts were decided, by line and column of their claim.
    """
    found = Settled()
    if not measure.is_flow:
        _settle_levels(found, claims, chosen)
        return found
    for claim in sorted(claims, key=lambda one: (one.is_total, one.last - one.first, one.first, one.line)):
        _settle_flow(found, measure, claim, standing, chosen)
    return found


def _settle_levels(found: Settled, claims: Iterable[Claim], chosen: Mapping[tuple[int, int], str]) -> None:
    """Of a level only the end of its months matters."""
    for claim in sorted(claims, key=lambda one: (one.last, one.is_total, one.last - one.first, one.line)):
        near = [one for one in found.taken if one.last == claim.last]
        if near:
            _decide(found, claim, near, None, chosen, is_same=_said(claim) == _said(near[0].claim))
        else:
            before = max((one.last for one in found.taken), default=0)
            found.taken.append(Taken(claim, max(claim.first, before + 1), TypedAs.MONTH))


def _said(claim: Claim) -> tuple[object, ...]:
    return claim.answer, claim.value, claim.numerator, claim.denominator


def _settle_flow(
    found: Settled, measure: Measure, claim: Claim, standing: Sequence[Answer], chosen: Mapping[tuple[int, int], str]
) -> None:
    near = [one for one in found.taken if one.first <= claim.last and claim.covered.start <= one.last]
    if not near:
        found.taken.append(_begun(claim, standing))
        return
    given = {month for one in near for month in range(one.first, one.last + 1)}
    if given - set(claim.covered) or not (claim.covered.start == 1 or given == set(claim.covered)):
        found.torn.append((claim, near[0].claim))
        return
    amounts = [one.claim.amount for one in near]
    if given == set(claim.covered) and TypedAs.CUMULATIVE not in {one.typed_as for one in near}:
        against = None if None in amounts else sum((amount for amount in amounts if amount is not None), Fraction(0))
        is_same = against is None or claim.amount is None or against == claim.amount
        _decide(found, claim, near, against, chosen, is_same=is_same)
        return
    if max(given) < claim.last:
        found.taken.append(Taken(claim, max(given) + 1, TypedAs.CUMULATIVE if claim.answer == "value" else "month"))
        return
    answers = _overlaid(standing, found.taken)
    if account(measure, None, answers, claim.last).missing:
        _stand_in(found, claim, near, chosen)
        return
    level = next((one.level for one in reversed(reported(measure, None, answers)) if one.month <= claim.last), None)
    is_inexact = claim.amount is None or None in amounts
    _decide(found, claim, near, level, chosen, is_same=is_inexact or level == claim.amount)


def _begun(claim: Claim, standing: Sequence[Answer]) -> Taken:
    """A total from January on follows the answers that stand already."""
    if claim.is_total:
        return Taken(claim, claim.first, TypedAs.CUMULATIVE)
    if claim.first > 1 or claim.last == 1 or claim.answer != AnswerKind.VALUE:
        return Taken(claim, claim.first, TypedAs.MONTH)
    same = next((one for one in standing if one.month == claim.last), None)
    before = max((one.month for one in standing if one.month < claim.last), default=0)
    first = same.from_month if same is not None else before + 1
    return Taken(claim, first, TypedAs.MONTH if first == 1 else TypedAs.CUMULATIVE)


def _overlaid(standing: Iterable[Answer], taken: Sequence[Taken]) -> list[Answer]:
    """What would stand with the answers that are taken."""
    months = {month for one in taken for month in range(one.first, one.last + 1)}
    kept = [one for one in standing if not months & set(range(one.from_month, one.month + 1))]
    return sorted([*kept, *(one.as_answer() for one in taken)], key=lambda one: one.month)


def _stand_in(found: Settled, claim: Claim, near: list[Taken], chosen: Mapping[tuple[int, int], str]) -> None:
    """Where the months before are not known, the total says more than the month: it covers them."""
    known = sum((one.claim.amount or Fraction(0) for one in near if one.typed_as == TypedAs.MONTH), Fraction(0))
    if claim.amount is not None and claim.amount < known:
        _decide(found, claim, near, known, chosen, is_same=False)
        return
    last = max(near, key=lambda one: one.last)
    found.taken[found.taken.index(last)] = Taken(claim, last.first, TypedAs.CUMULATIVE, instead_of=last.claim)


def _decide(
    found: Settled,
    claim: Claim,
    near: list[Taken],
    against: Fraction | None,
    chosen: Mapping[tuple[int, int], str],
    *,
    is_same: bool,
) -> None:
    """Keep what stands beside a claim where both agree; else as was chosen, or ask."""
    others = tuple(one.claim for one in near)
    if is_same:
        found.repeated.append((claim, others[0]))
        return
    if len(others) == 1 and others[0].line != claim.line and others[0].covered == claim.covered:
        found.torn.append((claim, others[0]))
        return
    choice = chosen.get((claim.line, claim.column), "")
    if choice not in (OTHERS, CLAIM, LEAVE):
        found.conflicts.append(Conflict(claim, others, against))
        return
    if choice != OTHERS:
        found.taken = [one for one in found.taken if one not in near]
        found.dropped.extend(others)
    if choice == CLAIM:
        typed_as = TypedAs.CUMULATIVE if claim.is_total else TypedAs.MONTH
        first = claim.first if claim.is_total else claim.covered.start
        found.taken.append(Taken(claim, first, typed_as))
    else:
        found.dropped.append(claim)
