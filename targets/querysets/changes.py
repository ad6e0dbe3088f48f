from typing import TYPE_CHECKING, Any, NoReturn

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from targets.permissions import Scope


class AppendOnlyError(TypeError):
    """A record of what was done is never altered or removed."""


class ChangeQuerySet(models.QuerySet[Any]):
    def auditable_by(self, scope: "Scope") -> "ChangeQuerySet":
        """What an auditor may read: the changes of the own units, and those that belong to no unit."""
        return self.filter(Q(unit__in=scope.units_with({"auditor"})) | Q(unit__isnull=True))

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("changes are append-only")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("changes are append-only")

    def delete(self) -> NoReturn:
        raise AppendOnlyError("changes are append-only")
