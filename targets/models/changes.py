from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from targets.querysets.changes import AppendOnlyError, ChangeQuerySet

from .plans import Target
from .units import Unit


class Change(models.Model):
    """Who changed what from what to what, when, why and from where. Append-only.

    ``before`` and ``after`` are JSON texts with decimals as strings, empty where there was nothing. ``source`` is
    the page, or the file's name and digest; ``batch`` ties together what was written by one act.
    """

    at = models.DateTimeField(_("time"), auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor_label = models.CharField(_("by"), max_length=160)
    action = models.CharField(_("action"), max_length=60)
    object_type = models.CharField(_("what"), max_length=40)
    object_id = models.BigIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    target = models.ForeignKey(Target, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    month = models.PositiveSmallIntegerField(_("month"), null=True, blank=True)
    before = models.TextField(_("before"), blank=True)
    after = models.TextField(_("after"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    batch = models.CharField(max_length=36, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["target", "month"], name="change_target_month"),
            models.Index(fields=["unit", "at"], name="change_unit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_label} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Inserts only."""
        if not self._state.adding:
            raise AppendOnlyError("changes are append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("changes are append-only")
