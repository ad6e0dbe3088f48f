from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from targets.querysets.remedies import RemedyQuerySet

from .fields import MonthField
from .plans import Target


class Remedy(models.Model):
    """整改措施: why a target lags, what is done about it, by whom and until when.

    One model for entry, the second half and the reports. It belongs to the month that it was stated for, and carries
    into the following months until closed 销号; ``Remedy.objects.open_at`` says what was known at a cut-off.
    """

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="remedies")
    month = MonthField(_("since month"))
    cause = models.TextField(_("cause"))
    measure = models.TextField(_("measure"), blank=True)
    responsible = models.CharField(_("responsible"), max_length=100, blank=True)
    deadline = models.DateField(_("deadline"), null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lock_version = models.PositiveIntegerField(default=0)

    objects = RemedyQuerySet.as_manager()

    class Meta:
        verbose_name = _("remedy")
        verbose_name_plural = _("remedies")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["target"],
                condition=Q(closed_at__isnull=True),
                name="remedy_one_open",
                violation_error_message=_("This target has an open remedy already. Continue with that one."),
            ),
            models.CheckConstraint(
                condition=~Q(cause=""),
                name="remedy_names_a_cause",
                violation_error_message=_("Say in a line why the target lags."),
            ),
            models.CheckConstraint(
                condition=Q(month__range=(1, 12)),
                name="remedy_month_of_year",
                violation_error_message=_("A month is a number from 1 to 12."),
            ),
        ]

    def __str__(self) -> str:
        return self.cause
