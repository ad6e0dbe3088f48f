from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from targets.querysets.indicators import IndicatorCheckQuerySet, IndicatorQuerySet, SectionQuerySet


class Kind(models.TextChoices):
    QUANTITY = "quantity", _("quantity")
    RATE = "rate", _("rate")
    MILESTONE = "milestone", _("milestone task")


class Accumulation(models.TextChoices):
    FLOW = "flow", _("adds up over the months")
    STOCK = "stock", _("the latest value counts")
    LATEST = "latest", _("the latest rate counts")


class Direction(models.TextChoices):
    AT_LEAST = "at_least", _("at least")
    AT_MOST = "at_most", _("at most")
    MONITOR = "monitor", _("monitored only")


class Frequency(models.TextChoices):
    MONTH = "month", _("monthly")
    QUARTER = "quarter", _("quarterly")
    HALF_YEAR = "half_year", _("half-yearly")
    YEAR = "year", _("yearly")


class Section(models.Model):
    """A chapter of work 板块. ``report_heading`` is what the half-year report calls it."""

    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    report_heading = models.CharField(_("heading in reports"), max_length=100, blank=True)
    report_heading_en = models.CharField(_("English heading in reports"), max_length=150, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    objects = SectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Indicator(models.Model):
    """What is measured 指标. It lives across years.

    With an approved entry it keeps kind, accumulation, direction and unit of measure for good: a change makes
    an indicator that ``succeeds`` it, and year on year follows that link.
    """

    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="indicators")
    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    unit_of_measure = models.CharField(_("unit of measure"), max_length=20, blank=True)
    unit_of_measure_en = models.CharField(_("English unit of measure"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    accumulation = models.CharField(_("accumulation"), max_length=8, choices=Accumulation.choices, blank=True)
    direction = models.CharField(_("direction"), max_length=12, choices=Direction.choices)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=0, validators=[MaxValueValidator(4)])
    frequency = models.CharField(_("reported"), max_length=12, choices=Frequency.choices, default=Frequency.MONTH)
    definition = models.TextField(_("definition"), blank=True)
    definition_en = models.TextField(_("English definition"), blank=True)
    source = models.CharField(_("data source"), max_length=120, blank=True)
    source_en = models.CharField(_("English data source"), max_length=200, blank=True)
    sensitive = models.BooleanField(_("sensitive"), default=False)
    succeeds = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("succeeds"),
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["section__position", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(kind=Kind.QUANTITY, accumulation__in=[Accumulation.FLOW, Accumulation.STOCK])
                    | Q(kind=Kind.RATE, accumulation=Accumulation.LATEST)
                    | Q(kind=Kind.MILESTONE, accumulation="")
                ),
                name="indicator_kind_fits_accumulation",
                violation_error_message=_(
                    "A quantity adds up (flow) or stands (stock), a rate counts by its latest value, and a "
                    "milestone task has no accumulation. Choose an accumulation that fits the kind."
                ),
            ),
            models.CheckConstraint(
                condition=Q(decimals__lte=4),
                name="indicator_decimals_at_most_four",
                violation_error_message=_("An indicator keeps at most four decimals."),
            ),
            models.CheckConstraint(
                condition=Q(succeeds__isnull=True) | ~Q(succeeds=F("id")),
                name="indicator_does_not_succeed_itself",
                violation_error_message=_("An indicator cannot succeed itself. Choose another one or none."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IndicatorCheck(models.Model):
    """A relation 指标关系 that should hold between figures: the whole ``left`` against the sum of its parts ``right``.

    Only ever a warning. One that has ended is archived.
    """

    class Operator(models.TextChoices):
        EQUAL = "=", "="
        AT_LEAST = ">=", "≥"
        AT_MOST = "<=", "≤"

    code = models.CharField(_("code"), max_length=32, unique=True)
    left = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="checks")
    operator = models.CharField(_("relation"), max_length=2, choices=Operator.choices)
    right = models.ManyToManyField(Indicator, related_name="part_of_checks")
    meaning = models.CharField(_("meaning"), max_length=200, blank=True)
    meaning_en = models.CharField(_("English meaning"), max_length=300, blank=True)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    objects = IndicatorCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check between indicators")
        verbose_name_plural = _("checks between indicators")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code
