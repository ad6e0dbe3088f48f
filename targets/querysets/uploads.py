from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from targets.models import User


class UploadQuerySet(models.QuerySet[Any]):
    def of(self, person: "User") -> "UploadQuerySet":
        """What a person brought in: nobody else looks into it."""
        return self.filter(uploaded_by=person)
