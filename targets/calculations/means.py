"""Sections and the township: one completion, its counterpart by schedule, and how much stands behind them.

Completion = weighted mean of min(completion, 1) over the indicators that are judged at the viewed unit, each once.
Schedule = weighted mean of min((expected − start) ÷ (target − start), 1) over the same (ceilings and levels to be
kept: 1; milestone tasks: weight due by ``as_of`` ÷ weight of the counting steps). Monitored and not due do not
count. Not reported is left out of the mean and shown in the coverage, judged ÷ due. The township is the mean over
all its indicators, never over its sections.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .rollup import Standing
from .terms import Status


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of a group of standings.

    ``completion`` and ``schedule`` are ``None`` where nothing is judged. ``judged`` ÷ ``due`` is the coverage.
    """

    completion: Fraction | None
    schedule: Fraction | None
    judged: int
    due: int
    total: int
    counts: Mapping[Status, int]

    def share(self, *statuses: Status) -> Fraction | None:
        """The share of all indicators that have one of the statuses; ``None`` where there is no indicator."""
        return Fraction(sum(self.counts[status] for status in statuses), self.total) if self.total else None


def mean(weighted: Iterable[tuple[Standing, Decimal]]) -> Mean:
    """The mean over (standing, weight); the weight of an indicator without a target at the unit is 1."""
    listed = list(weighted)
    counts = Counter(standing.status for standing, _ in listed)
    judged = [(standing, Fraction(weight)) for standing, weight in listed if standing.is_judged]
    return Mean(
        completion=_weighted((standing.completion, weight) for standing, weight in judged),
        schedule=_weighted(
            (standing.schedule_share, weight) for standing, weight in judged if standing.completion is not None
        ),
        judged=len(judged),
        due=len(judged) + counts[Status.NOT_REPORTED],
        total=len(listed),
        counts={status: counts[status] for status in Status},
    )


def _weighted(pairs: Iterable[tuple[Fraction | None, Fraction]]) -> Fraction | None:
    """A completion may be undefined (a target of zero or less): it leaves the mean with its weight."""
    present = [(min(share, Fraction(1)), weight) for share, weight in pairs if share is not None]
    total = sum((weight for _, weight in present), Fraction(0))
    if not total:
        return None
    return sum((share * weight for share, weight in present), Fraction(0)) / total
