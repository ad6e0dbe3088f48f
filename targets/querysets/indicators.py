from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from targets.permissions import Scope


class SectionQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: "Scope") -> "SectionQuerySet":
        """Sections in which the person may see something."""
        return self if scope.all_sections else self.filter(pk__in=scope.section_ids)


class IndicatorQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: "Scope") -> "IndicatorQuerySet":
        """Indicators of which the person may see at least one target."""
        return self.filter(scope.target_filter("targets__")).distinct()
