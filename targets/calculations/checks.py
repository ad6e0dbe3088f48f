"""Checks between indicators, and of a breakdown 分解 against its whole. Warnings, never obstacles."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


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
