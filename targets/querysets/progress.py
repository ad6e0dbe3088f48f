from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from targets.permissions import Scope


class ProgressEntryQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: "Scope") -> "ProgressEntryQuerySet":
        return self.filter(scope.target_filter("target__"))

    def approved(self) -> "ProgressEntryQuerySet":
        return self.filter(state="approved")
