from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from targets.permissions import Scope


class ProgressEntryQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: "Scope") -> "ProgressEntryQuerySet":
        return self.filter(scope.target_filter("target__"))

    def approved(self) -> "ProgressEntryQuerySet":
        return self.filter(state="approved")

    def approved_months(self, year: int) -> list[int]:
        """The months of a year that have an approved answer, latest first."""
        months = self.approved().filter(target__year=year, target__archived_at__isnull=True)
        return list(months.order_by("-month").values_list("month", flat=True).distinct())


def latest_reviewed_month(year: int, review_day: int, today: date) -> int:
    """The latest month of ``year`` whose review day (in the month after it) has passed; 0 before the first."""
    months = (today.year - year) * 12 + today.month - 1
    if today.day <= review_day:
        months -= 1
    return max(0, min(months, 12))
