from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from targets.querysets.plans import TargetQuerySet, YearQuerySet

from .fields import AmountField, MonthField
from .indicators import Indicator
from .units import Unit

DAY_OF_MONTH = [MinValueValidator(1), MaxValueValidator(28)]


class Year(models.Model):
    """The settings of a year: thresholds, calendar, and whether its figures are a sample.

    A draft is a plan in the making: who manages the plan sees it, and nobody reports on it yet.
    ``accounts_version`` says by which rules its monthly accounts were made; by others than those in use they are not
    read, and every figure is computed from the answers.
    Ratios: 1 is 100 %. Points: percentage points. A month opens on ``opening_day``; due, review and closing
    day fall in the month after it.
    """

    class Basis(models.TextChoices):
        RATIO = "ratio", _("schedule ratio")
        POINTS = "points", _("percentage points")

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    is_sample = models.BooleanField(_("sample"), default=False)
    is_draft = models.BooleanField(_("draft"), default=False)
    basis = models.CharField(_("judged by"), max_length=8, choices=Basis.choices, default=Basis.RATIO)
    ahead_ratio = AmountField(_("ahead from"), default=Decimal("1.1"))
    on_schedule_ratio = AmountField(_("on schedule from"), default=Decimal("1"))
    slightly_behind_ratio = AmountField(_("slightly behind from"), default=Decimal("0.8"))
    ahead_points = AmountField(_("ahead from (points)"), default=Decimal("10"))
    on_schedule_points = AmountField(_("on schedule from (points)"), default=Decimal("0"))
    slightly_behind_points = AmountField(_("slightly behind above (points)"), default=Decimal("-30"))
    exceeded_ratio = AmountField(_("exceeded from"), default=Decimal("1.1"))
    two_slightly_behind_is_behind = models.BooleanField(_("two yellow months are red"), default=False)
    opening_day = models.PositiveSmallIntegerField(_("opening day"), default=25, validators=DAY_OF_MONTH)
    due_day = models.PositiveSmallIntegerField(_("due day"), default=5, validators=DAY_OF_MONTH)
    review_day = models.PositiveSmallIntegerField(_("review day"), default=8, validators=DAY_OF_MONTH)
    closing_day = models.PositiveSmallIntegerField(_("closing day"), default=15, validators=DAY_OF_MONTH)
    review_required = models.BooleanField(_("figures are reviewed"), default=True)
    own_entry_approved_by_another = models.BooleanField(_("entered on behalf: another approves"), default=True)
    remedy_required = models.BooleanField(_("what is behind needs a remedy"), default=False)
    rankings = models.BooleanField(_("rankings"), default=False)
    accounts_version = models.PositiveSmallIntegerField(default=0, editable=False)
    lock_version = models.PositiveIntegerField(default=0)

    objects = YearQuerySet.as_manager()

    class Meta:
        verbose_name = _("year")
        verbose_name_plural = _("years")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ahead_ratio__gte=models.F("on_schedule_ratio"))
                & Q(on_schedule_ratio__gte=models.F("slightly_behind_ratio")),
                name="year_ratios_fall",
                violation_error_message=_(
                    "The thresholds must fall from ahead over on schedule to slightly behind. Correct the order."
                ),
            ),
            models.CheckConstraint(
                condition=Q(ahead_points__gte=models.F("on_schedule_points"))
                & Q(on_schedule_points__gte=models.F("slightly_behind_points")),
                name="year_points_fall",
                violation_error_message=_(
                    "The thresholds in points must fall from ahead over on schedule to slightly behind. "
                    "Correct the order."
                ),
            ),
            models.CheckConstraint(
                condition=Q(due_day__lte=models.F("review_day")) & Q(review_day__lte=models.F("closing_day")),
                name="year_calendar_in_order",
                violation_error_message=_("Due day, review day and closing day must follow one another."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


class Provenance(models.TextChoices):
    """Where a figure of a sample comes from. An office's own figures carry none."""

    PUBLISHED = "published", _("published")
    DERIVED = "derived", _("derived from published figures")
    ILLUSTRATIVE = "illustrative", _("for illustration")


class Approximation(models.TextChoices):
    """How a document words an approximate figure."""

    OVER = "over", _("more than")
    NEARLY = "nearly", _("nearly")


class Target(models.Model):
    """An indicator assigned to a unit for a year 目标任务: it says who reports.

    ``baseline`` is ``None`` where none was set. ``wording`` is that of the original document, ``definition``
    the one in force in that year. ``supporting_units`` 配合单位 help and report nothing. ``discarded``: it was of a
    draft that was undone, and is kept for the record of changes alone.
    """

    class Interpolation(models.TextChoices):
        LINEAR = "linear", _("evenly")
        STEP = "step", _("in steps")

    class Figures(models.TextChoices):
        OWN = "own", _("its own entries")
        SUM = "sum", _("the sum of the units below")

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="targets")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="targets")
    year = models.PositiveSmallIntegerField(_("year"))
    figures = models.CharField(_("figures"), max_length=4, choices=Figures.choices, default=Figures.OWN)
    interpolation = models.CharField(
        _("plan path"), max_length=8, choices=Interpolation.choices, default=Interpolation.LINEAR
    )
    baseline = AmountField(_("baseline"), null=True, blank=True)
    weight = AmountField(_("weight"), default=Decimal(1))
    approximation = models.CharField(_("approximate"), max_length=8, choices=Approximation.choices, blank=True)
    provenance = models.CharField(_("provenance"), max_length=16, choices=Provenance.choices, blank=True)
    lead_leader = models.CharField(_("lead leader"), max_length=60, blank=True)
    lead_leader_en = models.CharField(_("lead leader in English"), max_length=120, blank=True)
    responsible_person = models.CharField(_("responsible person"), max_length=60, blank=True)
    wording = models.TextField(_("original wording"), blank=True)
    wording_en = models.TextField(_("original wording in English"), blank=True)
    definition = models.TextField(_("definition"), blank=True)
    supporting_units = models.ManyToManyField(
        Unit, related_name="supported_targets", blank=True, verbose_name=_("supporting units")
    )
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    discarded = models.BooleanField(_("gone with its draft"), default=False)
    lock_version = models.PositiveIntegerField(default=0)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["year", "indicator__section__position", "indicator__position", "unit__position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "unit", "year"],
                condition=Q(archived_at__isnull=True),
                name="target_once_per_unit_and_year",
                violation_error_message=_("This unit already has a target for this indicator in this year."),
            ),
            models.CheckConstraint(
                condition=Q(discarded=False) | Q(archived_at__isnull=False),
                name="target_discarded_is_archived",
                violation_error_message=_("Only an archived target has gone with its draft."),
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=0),
                name="target_weight_not_negative",
                violation_error_message=_("A weight is zero or more."),
            ),
        ]
        indexes = [models.Index(fields=["year", "unit"], name="target_year_unit")]

    def __str__(self) -> str:
        return f"{self.indicator} · {self.unit} · {self.year}"


class TargetRevision(models.Model):
    """The checkpoints in force from a month on 目标调整. The first revision is the plan as set."""

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="revisions")
    effective_month = MonthField(_("in force from"))
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    document_date = models.DateField(_("document date"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("target revision")
        verbose_name_plural = _("target revisions")
        ordering = ["target_id", "effective_month"]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "effective_month"],
                name="revision_once_per_month",
                violation_error_message=_("The target was already adjusted from this month on."),
            ),
            models.CheckConstraint(
                condition=Q(effective_month__range=(1, 12)),
                name="revision_month_of_year",
                violation_error_message=_("A month is a number from 1 to 12."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} · {self.effective_month}"


class Checkpoint(models.Model):
    """阶段目标: the cumulative value to be reached by the end of a month."""

    revision = models.ForeignKey(TargetRevision, on_delete=models.PROTECT, related_name="checkpoints")
    month = MonthField(_("month"))
    value = AmountField(_("value"))

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        ordering = ["revision_id", "month"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "month"],
                name="checkpoint_once_per_month",
                violation_error_message=_("There is already a checkpoint for this month."),
            ),
            models.CheckConstraint(
                condition=Q(month__range=(1, 12)),
                name="checkpoint_month_of_year",
                violation_error_message=_("A month is a number from 1 to 12."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month}: {self.value}"


class Milestone(models.Model):
    """A step 工作节点 of a milestone task. What was done about it is in its entries."""

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="milestones")
    step = models.PositiveSmallIntegerField(_("step"))
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=300, blank=True)
    weight = AmountField(_("weight"), default=Decimal(1))
    due = models.DateField(_("due"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    note_en = models.TextField(_("English note"), blank=True)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["target_id", "step"]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "step"],
                name="milestone_step_once",
                violation_error_message=_("This task already has a step with this number."),
            ),
            models.CheckConstraint(
                condition=Q(weight__gt=0),
                name="milestone_weight_positive",
                violation_error_message=_("A step's weight is above zero."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
