from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NoReturn

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from targets.permissions import Scope


class AppendOnlyError(TypeError):
    """A record of what was done is never altered or removed."""


class ChangeQuerySet(models.QuerySet[Any]):
    def auditable_by(self, scope: "Scope") -> "ChangeQuerySet":
        """What an auditor may read: the changes of the own units.

        What belongs to no unit (sections, indicators, years, accounts, sign-ins) is for the auditor of all units and
        sections: it names what lies outside of any smaller scope. An auditor of some sections reads of a unit only
        what was done about targets in them: a report or an instruction may speak of any.
        """
        grants = [grant for grant in scope.grants if grant.role == "auditor"]
        whole = {pk for grant in grants if grant.section_ids is None for pk in grant.unit_ids}
        readable = Q(unit__in=sorted(whole))
        if whole >= set(scope.tree.units):
            readable |= Q(unit__isnull=True)
        if any(grant.section_ids is not None for grant in grants):
            readable |= Q(pk__in=self.model.objects.filter(scope.target_filter("target__", {"auditor"})).values("pk"))
        return self.filter(readable)

    def of_figures(self, target_ids: Iterable[int]) -> "ChangeQuerySet":
        """What was done about targets and their figures, newest first. A draft is known to who types it alone."""
        from targets.models import MilestoneEntry, ProgressEntry

        ids = list(target_ids)
        entries = ProgressEntry.objects.filter(target__in=ids).exclude(state="draft")
        reports = MilestoneEntry.objects.filter(milestone__target__in=ids).exclude(state="draft")
        return self.filter(
            ~Q(object_type__in=["progressentry", "milestoneentry"])
            | Q(object_type="progressentry", object_id__in=entries.values("pk"))
            | Q(object_type="milestoneentry", object_id__in=reports.values("pk")),
            target__in=ids,
        ).order_by("-id")

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("changes are append-only")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("changes are append-only")

    def delete(self) -> NoReturn:
        raise AppendOnlyError("changes are append-only")
