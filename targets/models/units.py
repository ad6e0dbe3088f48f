from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from targets.querysets.units import UnitQuerySet, months_there

from .fields import MonthField


class UnitKind(models.TextChoices):
    COUNTY = "county", _("county")
    TOWNSHIP = "township", _("township")
    VILLAGE = "village", _("village")
    OFFICE = "office", _("office")


class Unit(models.Model):
    """A reporting unit 单位 in a tree: county, township, village or office.

    A unit with entries is never re-parented: it ends in a month and a successor begins, which ``succeeds`` it, or it
    is ``merged_into`` one that exists. ``first_month`` and ``last_month`` are those of the first and the last year;
    without such a year they say nothing.
    """

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=150, blank=True)
    kind = models.CharField(_("kind of unit"), max_length=16, choices=UnitKind.choices)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    first_year = models.PositiveSmallIntegerField(_("first year"), null=True, blank=True)
    first_month = MonthField(_("first month"), default=1)
    last_year = models.PositiveSmallIntegerField(_("last year"), null=True, blank=True)
    last_month = MonthField(_("last month"), default=12)
    succeeds = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("successor of"),
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="unit_is_not_its_own_parent",
                violation_error_message=_("A unit cannot be its own parent. Choose another unit or none."),
            ),
            models.CheckConstraint(
                condition=Q(first_year__isnull=True)
                | Q(last_year__isnull=True)
                | Q(first_year__lt=F("last_year"))
                | Q(first_year=F("last_year"), first_month__lte=F("last_month")),
                name="unit_months_in_order",
                violation_error_message=_("A unit cannot end before it begins. Check when it begins and ends."),
            ),
            models.CheckConstraint(
                condition=Q(first_month__range=(1, 12), last_month__range=(1, 12)),
                name="unit_ends_in_a_month",
                violation_error_message=_("A month is a number from 1 to 12."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="unit_is_not_merged_into_itself",
                violation_error_message=_("A unit cannot be merged into itself. Choose another one or none."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def has_words(self, words: str) -> bool:
        """Whether its code or its names hold all of the words, in whatever capitals."""
        text = f"{self.code} {self.name} {self.name_en}".lower()
        return all(word in text for word in words.lower().split())

    def months_in(self, year: int) -> range:
        """The months of a year in which the unit exists."""
        return months_there(year, (self.first_year, self.first_month), (self.last_year, self.last_month))

    def exists_in(self, year: int) -> bool:
        """Whether the unit is there in a year; ``UnitQuerySet.in_year`` asks the same of the database."""
        return bool(self.months_in(year))

    def is_in_use(self, year: int) -> bool:
        """Whether the unit is there in a year and was not archived."""
        return self.archived_at is None and self.exists_in(year)
