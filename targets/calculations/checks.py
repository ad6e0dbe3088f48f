"""Checks between indicators, and of a breakdown 分解 against its whole. Warnings, never obstacles.

A check holds the figure of a whole against the sum of its parts. It takes figures that can be added up: parts of the
same kind and accumulation as their whole, in its unit of measure or in one that converts exactly (元 and 万元). A whole
is no part of itself, neither at once nor through its parts, and no two checks relate the same whole to the same parts.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from . import units_of_measure
from .periods import due_months
from .terms import Frequency, Kind

Key = TypeVar("Key", bound=Hashable)


class Operator(StrEnum):
    """The relation of the left figure to the sum of the right ones."""

    EQUAL = "="
    AT_LEAST = ">="
    AT_MOST = "<="


@dataclass(frozen=True, slots=True)
class CheckResult:
    """``holds`` is ``None`` while a figure is missing: an unreported part proves nothing."""

    left: Fraction | None
    right: Fraction | None
    holds: bool | None


def check(left: Fraction | None, operator: Operator, right: Sequence[Fraction | None]) -> CheckResult:
    """Compare ``left`` with the sum of ``right``."""
    if left is None or not right or any(amount is None for amount in right):
        return CheckResult(left, None, None)
    total = sum((amount for amount in right if amount is not None), Fraction(0))
    holds = {
        Operator.EQUAL: left == total,
        Operator.AT_LEAST: left >= total,
        Operator.AT_MOST: left <= total,
    }[operator]
    return CheckResult(left, total, holds)


def common_month(frequencies: Iterable[Frequency], month: int) -> int | None:
    """The latest month at or before ``month`` in which answers of all ``frequencies`` fell due.

    A monthly figure of May and a quarterly one of March cannot be compared; both of March can. ``None`` where there
    was no such month yet.
    """
    shared = set.intersection(*(set(due_months(frequency, month)) for frequency in frequencies))
    return max(shared, default=None)


@dataclass(frozen=True, slots=True)
class Measured:
    """What has to agree between a whole and its parts."""

    kind: str
    accumulation: str
    unit_of_measure: str


class Fault(StrEnum):
    """Why a whole and its parts cannot be held against each other."""

    NO_PART = "no_part"
    TASK = "task"
    OTHER_KIND = "other_kind"
    OTHER_MEASURE = "other_measure"
    CIRCLE = "circle"
    REPEATED = "repeated"
    TWICE = "twice"


def fault(
    whole: Key, parts: Sequence[Key], indicators: Mapping[Key, Measured], others: Iterable[tuple[Key, Collection[Key]]]
) -> tuple[Fault, Key] | None:
    """What is wrong with a check between indicators, and the key of the indicator at fault; ``None`` for nothing.

    ``indicators`` are whole and parts by key, ``others`` the whole and the parts of every other check in use.
    """
    if not parts:
        return Fault.NO_PART, whole
    repeated = next((part for place, part in enumerate(parts) if part in parts[:place]), None)
    if repeated is not None:
        return Fault.REPEATED, repeated
    if indicators[whole].kind == Kind.MILESTONE:
        return Fault.TASK, whole
    others = list(others)
    for part in parts:
        if (wrong := misfit(indicators[whole], indicators[part])) is not None:
            return wrong, part
        if part == whole or whole in _within(part, others):
            return Fault.CIRCLE, part
    if any(other == whole and set(other_parts) == set(parts) for other, other_parts in others):
        return Fault.TWICE, whole
    return None


def misfit(whole: Measured, part: Measured) -> Fault | None:
    """Why the figures of one cannot be part of the figures of the other; ``None`` where they can."""
    if Kind.MILESTONE in (whole.kind, part.kind):
        return Fault.TASK
    if (whole.kind, whole.accumulation) != (part.kind, part.accumulation):
        return Fault.OTHER_KIND
    if units_of_measure.factor(part.unit_of_measure, whole.unit_of_measure) is None:
        return Fault.OTHER_MEASURE
    return None


def _within(whole: Key, checks: Sequence[tuple[Key, Collection[Key]]]) -> set[Key]:
    """The parts of a whole, their parts, and so on."""
    found: set[Key] = set()
    waiting = [whole]
    while waiting:
        current = waiting.pop()
        new = {part for other, parts in checks if other == current for part in parts} - found
        found |= new
        waiting.extend(new)
    return found
