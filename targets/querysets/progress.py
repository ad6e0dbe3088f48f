from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import models

from targets.calculations.facts import Answer
from targets.calculations.terms import AnswerKind, TypedAs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from targets.models import ProgressEntry
    from targets.permissions import Scope


class ProgressEntryQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: "Scope") -> "ProgressEntryQuerySet":
        return self.filter(scope.target_filter("target__"))

    def approved(self) -> "ProgressEntryQuerySet":
        return self.filter(state="approved")

    def reported(self) -> "ProgressEntryQuerySet":
        """What counts, and what waits for review."""
        return self.filter(state__in=["approved", "submitted"])


def courses(entries: "Iterable[ProgressEntry]") -> dict[int, dict[int, Answer]]:
    """By target and month what is answered: approved, or submitted and about to replace it."""
    found: dict[int, dict[int, Answer]] = defaultdict(dict)
    reported = [entry for entry in entries if entry.state in ("approved", "submitted")]
    for entry in sorted(reported, key=lambda entry: entry.state):
        found[entry.target_id][entry.month] = as_answer(entry)
    return found


def as_answer(entry: "ProgressEntry") -> Answer:
    """An entry as the rules see it, whatever its state."""
    return Answer(
        entry.from_month,
        entry.month,
        AnswerKind(entry.answer),
        TypedAs(entry.typed_as or TypedAs.MONTH),
        entry.value,
        entry.numerator,
        entry.denominator,
        entry.approximation,
        entry.official_growth,
    )
