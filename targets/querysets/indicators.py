from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from targets.calculations.checks import Measured

if TYPE_CHECKING:
    from targets.models import Indicator
    from targets.permissions import Scope


class SectionQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: "Scope") -> "SectionQuerySet":
        """Sections in which the person may see something."""
        return self if scope.all_sections else self.filter(pk__in=scope.section_ids)


class IndicatorQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: "Scope") -> "IndicatorQuerySet":
        """Indicators of which the person may see at least one target."""
        from targets.models import Target

        return self.filter(Exists(Target.objects.visible_to(scope).filter(indicator=OuterRef("pk"))))


class IndicatorCheckQuerySet(models.QuerySet[Any]):
    def in_use(self) -> "IndicatorCheckQuerySet":
        """Without those that have ended."""
        return self.filter(archived_at__isnull=True)

    def between(self, indicator: "Indicator") -> "IndicatorCheckQuerySet":
        """Those in which the indicator is the whole or a part."""
        return self.filter(Q(left=indicator) | Q(right=indicator)).distinct()

    def wholes_and_parts(self) -> list[tuple[int, frozenset[int]]]:
        """The keys of the whole and of its parts, of each. Two queries."""
        return [(one.left_id, frozenset(part.pk for part in one.right.all())) for one in self.prefetch_related("right")]


def measured(indicator: "Indicator") -> Measured:
    """What has to agree where figures are held against each other."""
    return Measured(indicator.kind, indicator.accumulation, indicator.unit_of_measure)
