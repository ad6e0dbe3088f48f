"""How complete a month is, and which month a page shows by itself.

The month shown is the latest of which at least half of the due answers at the viewed unit are approved. One figure
that comes early never moves the page. "Not applicable" is not due.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many answers fell due in one month, and how many of them are in."""

    due: int
    answered: int

    @property
    def missing(self) -> int:
        return self.due - self.answered


def latest_complete(by_month: Mapping[int, Completeness]) -> int | None:
    """The latest month with at least half of its due answers; ``None`` where no month has."""
    return max((month for month, one in by_month.items() if one.due and 2 * one.answered >= one.due), default=None)
