"""Checks between indicators, and of a breakdown 分解 against its whole. Warnings, never obstacles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from .periods import due_months
from .terms import Frequency


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
