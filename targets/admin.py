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
        """Not even the hash of a password or the digest of an invitation is shown."""
        return [field.name for field in self.opts.fields if field.name in ("password", "invitation")]


# What others register as writable, groups and the record of sign-ins among it: unlocking an account is a verb of
# people, or `manage.py axes_reset`. The apps stand before this one in INSTALLED_APPS, so they have registered.
for registered in list(admin.site._registry):
    admin.site.unregister(registered)
    admin.site.register(registered, ReadOnlyAdmin)

for name in models.__all__:
    model = getattr(models, name)
    if hasattr(model, "_meta"):
        admin.site.register(model, ReadOnlyAdmin)
