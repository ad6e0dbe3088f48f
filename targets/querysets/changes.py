from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NoReturn

from django.db import connections, models
from django.db.models import Func, Q

if TYPE_CHECKING:
    from targets.permissions import Scope


class AppendOnlyError(TypeError):
    """A record of what was done is never altered or removed."""


class _Snapshot(Func):
    template = "pg_current_snapshot()::text"
    output_field = models.TextField()


class _IsStandby(Func):
    template = "pg_is_in_recovery()"
    output_field = models.BooleanField()


class ChangeQuerySet(models.QuerySet[Any]):
    def version(self) -> str | None:
        """What the house holds, as a text: equal only where nothing was recorded in between, in every process.

        Saving a draft again within ten minutes is no record: what shows drafts may not rely on it. The newest record
        says it all where writes follow one another, as on SQLite. On PostgreSQL one with a smaller number may become
        visible later, so the transactions that were running belong to it. A standby does not name them: ``None``
        while there are any.
        """
        newest = self.order_by("-pk").values_list("pk", "at")
        if connections[self.db].vendor != "postgresql":
            return str(newest.first())
        found = newest.annotate(snapshot=_Snapshot(), is_standby=_IsStandby()).first()
        if found is None:
            return None
        number, at, snapshot, is_standby = found
        oldest, next_one, running = snapshot.split(":")
        if is_standby and oldest != next_one:
            return None
        return f"{number} {at} {running}"

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
