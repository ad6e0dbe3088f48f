from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .indicators import Indicator, Section
from .units import Unit


class Instruction(models.Model):
    """批示: what a leader asks about an indicator or a section at a unit, in a year.

    It stands at the top of the month of every unit below that reports the indicator (or any of the section) until
    it is closed by who gave it or by the reviewer.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="instructions")
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, null=True, blank=True, related_name="instructions"
    )
    section = models.ForeignKey(Section, on_delete=models.PROTECT, null=True, blank=True, related_name="instructions")
    year = models.PositiveSmallIntegerField(_("year"))
    text = models.TextField(_("instruction"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    given_at = models.DateTimeField(auto_now_add=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("instruction")
        verbose_name_plural = _("instructions")
        ordering = ["closed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(indicator__isnull=False, section__isnull=True)
                | Q(indicator__isnull=True, section__isnull=False),
                name="instruction_is_about_one_thing",
                violation_error_message=_("An instruction is about one indicator or one section."),
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="instruction_says_something",
                violation_error_message=_("Write what is asked."),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
