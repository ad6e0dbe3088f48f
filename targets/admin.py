"""Django's admin shows the business and changes none of it: every write is a verb of ``targets.services``."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from targets import models


class ReadOnlyAdmin(admin.ModelAdmin):
    """Look, but change nothing."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Not even the hash of a password is shown."""
        return [field.name for field in self.opts.fields if field.name == "password"]


for name in models.__all__:
    model = getattr(models, name)
    if hasattr(model, "_meta"):
        admin.site.register(model, ReadOnlyAdmin)
