"""Reports that are written over days: the half-year report with what a person changed in it, and its kept versions."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from targets.models import Unit
from targets.models.fields import MonthField

if TYPE_CHECKING:
    from targets.permissions import Scope


class ReportQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: "Scope") -> "ReportQuerySet":
        """A report is of the whole unit: who sees some sections of it only does not see the report."""
        units = [unit_id for unit_id in scope.unit_ids if scope.sections_at(unit_id) is None]
        return self.filter(unit__in=units)


class Report(models.Model):
    """A report of a unit 材料 in the making: what it is about, how it begins and ends, and what may be named.

    Its paragraphs are generated from the figures whenever it is shown; what a person changed is in ``paragraphs``.
    ``ticked`` and ``included`` are codes of indicators, one a line: what lags and may be named, and what is sensitive
    and may be named. ``title`` has a line for each line of the title.
    """

    class Kind(models.TextChoices):
        HALF_YEAR = "half_year", _("half-year report")

    class Period(models.TextChoices):
        FIRST_HALF = "H1", _("First half")
        YEAR = "Y", _("Whole year")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="reports")
    year = models.PositiveSmallIntegerField(_("year"))
    period = models.CharField(_("period"), max_length=2, choices=Period.choices, default=Period.FIRST_HALF)
    as_of = MonthField(_("as of"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.HALF_YEAR)
    title = models.TextField(_("title"), max_length=200)
    addressees = models.CharField(_("addressees"), max_length=120, blank=True)
    signature = models.CharField(_("signed by"), max_length=60, blank=True)
    day = models.DateField(_("date of the paper"))
    ticked = models.TextField(_("what lags and is named"), blank=True)
    included = models.TextField(_("sensitive and named"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-year", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(as_of__range=(1, 12)),
                name="report_month_of_year",
                violation_error_message=_("A month is a number from 1 to 12."),
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="report_has_a_title",
                violation_error_message=_("A report needs a title."),
            ),
        ]

    def __str__(self) -> str:
        return self.title.replace("\n", "")

    @property
    def ticked_codes(self) -> tuple[str, ...]:
        return tuple(self.ticked.split("\n")) if self.ticked else ()

    @property
    def included_codes(self) -> tuple[str, ...]:
        return tuple(self.included.split("\n")) if self.included else ()


class ReportParagraph(models.Model):
    """What a person made of a paragraph: its place, its words, or that it is left out.

    Attributes:
        key: that of the generated paragraph, such as ``done:economy``; ``own:1`` of one that a person added.
        level: 0 of text, 1 and 2 of headings.
        text: with placeholders for figures, empty where it is as generated.
        figures: JSON text of the bound figures as the person saw them.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="paragraphs")
    position = models.PositiveIntegerField(_("position"))
    key = models.CharField(_("key"), max_length=80)
    level = models.PositiveSmallIntegerField(_("level"), default=0)
    text = models.TextField(_("text"), blank=True)
    figures = models.TextField(_("figures"), blank=True)
    left_out = models.BooleanField(_("left out"), default=False)

    class Meta:
        verbose_name = _("paragraph")
        verbose_name_plural = _("paragraphs")
        ordering = ["report_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "key"],
                name="paragraph_once",
                violation_error_message=_("This paragraph is in the report already."),
            ),
            models.CheckConstraint(
                condition=Q(level__lte=2),
                name="paragraph_level_at_most_two",
                violation_error_message=_("A report has headings of two levels."),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class ReportVersion(models.Model):
    """What a report said when somebody kept it: its whole content as JSON text, figures as printed. Never changed."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    content = models.TextField(_("content"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("version of a report")
        verbose_name_plural = _("versions of reports")
        ordering = ["report_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"],
                name="report_version_once",
                violation_error_message=_("Somebody else has just kept a version. Load the page again."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} · {self.number}"
