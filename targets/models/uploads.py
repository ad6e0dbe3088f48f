from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from targets.querysets.uploads import UploadQuerySet

from .units import Unit


class Purpose(models.TextChoices):
    PLAN = "plan", _("plan")
    PROGRESS = "progress", _("progress")


class Upload(models.Model):
    """A spreadsheet that somebody brought in: kept from the first look until it is taken.

    The stored name is random and the original one only shown. ``choices`` is JSON text of what the person chose on
    the way: sheet, heading rows, which column is what, answers to questions.
    """

    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    stored_name = models.CharField(max_length=64, unique=True)
    original_name = models.CharField(_("file name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    detected_type = models.CharField(_("type"), max_length=100)
    choices = models.TextField(blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.original_name
