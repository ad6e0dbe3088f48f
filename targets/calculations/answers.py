"""Answers and actual: what a target has reported by the end of a month.

A month's answer is a value, "no change" 本月无变化, "not applicable" 本月不涉及, or nothing yet. An answer for a
run of months is seen once its last month has ended, never before.

* A flow adds up. A typed running total 累计 stands for everything up to its month: what was answered before it
  is contained in it, the months before it are not missing, and only what comes after is added. So a later
  correction of March changes what April brought in itself, never what was typed for April. "No change" is 0.
* Of a stock or a rate the latest level counts. "No change" repeats the level before it, or the baseline;
  where there is neither, it answers nothing.
* "Not applicable", and a rate of 0/0, leaves the sum and what is due, but not the calendar.
* Numerator and denominator of a rate are year to date: they are taken together with the level, never added.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .facts import Answer, Measure
from .periods import MONTHS, due_months
from .terms import AnswerKind, TypedAs


@dataclass(frozen=True, slots=True)
class Account:
    """What one target has reported by a month.

    Attributes:
        actual: in the unit of measure (rates: percent); ``None`` when nothing was reported.
        numerator, denominator: of a rate, year to date; ``None`` where only a percentage is known.
        due: months in which an answer fell due, without those that were not applicable.
        answered: those of them that were answered.
        not_applicable: due months answered as not applicable.
    """

    actual: Fraction | None
    numerator: Fraction | None
    denominator: Fraction | None
    due: tuple[int, ...]
    answered: tuple[int, ...]
    not_applicable: tuple[int, ...]

    @property
    def missing(self) -> tuple[int, ...]:
        """Due months without an answer, to be named beside the light (缺6月)."""
        return tuple(month for month in self.due if month not in self.answered)

    @property
    def all_not_applicable(self) -> bool:
        """Answers fell due, and every one of them was not applicable."""
        return bool(self.not_applicable) and not self.due

    @property
    def last_due_settled(self) -> bool:
        """The last month in which an answer fell due has one, be it "not applicable"."""
        latest = max(self.due + self.not_applicable, default=None)
        return latest is not None and (latest in self.answered or latest in self.not_applicable)


@dataclass(frozen=True, slots=True)
class Reported:
    """The running level right after one answer.

    Attributes:
        from_month, month: the months that the answer reported, for a typed total all since the answer before.
        added: what these months brought: for a flow the difference of the running totals, ``None`` for levels.
        level: the running total of a flow, the level of a stock or rate.
        numerator, denominator: of a rate; ``None`` where only a percentage is known.
    """

    from_month: int
    month: int
    added: Fraction | None
    level: Fraction
    numerator: Fraction | None = None
    denominator: Fraction | None = None


def reported(
    measure: Measure, baseline: Decimal | None, answers: Iterable[Answer], there: range = MONTHS
) -> tuple[Reported, ...]:
    """The running level after each answer that reports something, by month.

    ``there``: the months in which the unit exists; a running total counts from the first of them.
    """
    in_order = sorted(answers, key=lambda answer: answer.month)
    if measure.is_flow:
        return _flow(in_order, there.start)
    return _levels(baseline, in_order)


def later_total(measure: Measure, answers: Iterable[Answer], month: int) -> Reported | None:
    """The next typed running total after ``month``, which an answer for ``month`` can lie above; ``None`` where there
    is none, and for levels. Its ``added`` is below zero where the answers before it come to more.
    """
    given = list(answers)
    totals = [
        answer.month
        for answer in given
        if answer.month > month and answer.kind is AnswerKind.VALUE and answer.typed_as is TypedAs.CUMULATIVE
    ]
    if not measure.is_flow or not totals:
        return None
    return next(level for level in reported(measure, None, given) if level.month == min(totals))


def _flow(in_order: list[Answer], first_month: int) -> tuple[Reported, ...]:
    result: list[Reported] = []
    total = Fraction(0)
    last = first_month - 1
    for answer in in_order:
        if answer.is_not_applicable:
            continue
        first = answer.from_month
        before = total
        if answer.kind is AnswerKind.VALUE and answer.value is not None:
            if answer.typed_as is TypedAs.CUMULATIVE:
                total = Fraction(answer.value)
                first = min(last + 1, first)
            else:
                total += Fraction(answer.value)
        result.append(Reported(first, answer.month, total - before, total))
        last = answer.month
    return tuple(result)


def _levels(baseline: Decimal | None, in_order: list[Answer]) -> tuple[Reported, ...]:
    result: list[Reported] = []
    level = None if baseline is None else Fraction(baseline)
    numerator = denominator = None
    for answer in in_order:
        if answer.is_not_applicable:
            continue
        if answer.kind is AnswerKind.VALUE:
            if answer.numerator is not None and answer.denominator is not None:
                numerator, denominator = Fraction(answer.numerator), Fraction(answer.denominator)
                level = numerator / denominator * 100
            elif answer.value is not None:
                numerator = denominator = None
                level = Fraction(answer.value)
        if level is not None:
            result.append(Reported(answer.from_month, answer.month, None, level, numerator, denominator))
    return tuple(result)


def wording(measure: Measure, answers: Iterable[Answer], month: int) -> str:
    """With which word the actual by the end of ``month`` was reported: ``over``, ``nearly`` or plainly (empty).

    Of a level it is the word of the latest value. Of a flow it is that of all values since the latest running total,
    where they agree: over 10 and 5 are over 15, over 10 and nearly 5 are neither.
    """
    latest_first = sorted(answers, key=lambda answer: answer.month, reverse=True)
    seen = [answer for answer in latest_first if answer.month <= month and not answer.is_not_applicable]
    values = [answer for answer in seen if answer.kind is AnswerKind.VALUE]
    counting = values[:1]
    if measure.is_flow:
        total = next((place for place, one in enumerate(values) if one.typed_as is TypedAs.CUMULATIVE), len(values))
        counting = values[: total + 1]
    words = {answer.approximation for answer in counting if answer.approximation}
    return words.pop() if len(words) == 1 else ""


def account(
    measure: Measure,
    baseline: Decimal | None,
    answers: Iterable[Answer],
    month: int,
    opened: int = 12,
    there: range = MONTHS,
    levels: Sequence[Reported] | None = None,
) -> Account:
    """What was reported by the end of ``month``. ``levels`` are those of all answers, where they are known already.

    ``baseline`` is ``None`` when none was set; a flow never begins at it. ``opened`` is the latest month that is open
    for entry: nothing after it is due yet, though what was given early counts. ``there``: the months in which the
    unit exists; in the others nothing falls due.
    """
    seen = [answer for answer in answers if answer.month <= month]
    if levels is None:
        levels = reported(measure, baseline, seen, there)
    else:
        levels = [level for level in levels if level.month <= month]
    latest = levels[-1] if levels else None

    excused = {m for a in seen if a.is_not_applicable for m in range(a.from_month, a.month + 1)}
    told = {m for level in levels for m in range(level.from_month, level.month + 1)}
    if measure.is_flow:
        totals = [a.month for a in seen if a.kind is AnswerKind.VALUE and a.typed_as is TypedAs.CUMULATIVE]
        told.update(range(1, max(totals, default=0) + 1))
    calendar = due_months(measure.frequency, min(month, opened), there)
    due = tuple(m for m in calendar if m not in excused)
    return Account(
        actual=latest.level if latest else None,
        numerator=latest.numerator if latest else None,
        denominator=latest.denominator if latest else None,
        due=due,
        answered=tuple(m for m in due if m in told),
        not_applicable=tuple(m for m in calendar if m in excused),
    )
