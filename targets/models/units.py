from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from targets.querysets.units import UnitQuerySet


class UnitKind(models.TextChoices):
    COUNTY = "county", _("county")
    TOWNSHIP = "township", _("township")
    VILLAGE = "village", _("village")
    OFFICE = "office", _("office")


class Unit(models.Model):
    """A reporting unit 单位 in a tree: county, township, village or office.

    A unit with entries is never re-parented: it ends in a year and a successor begins, which ``succeeds`` it.
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
    last_year = models.PositiveSmallIntegerField(_("last year"), null=True, blank=True)
    succeeds = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("successor of"),
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
                condition=Q(first_year__isnull=True) | Q(last_year__isnull=True) | Q(first_year__lte=F("last_year")),
                name="unit_years_in_order",
                violation_error_message=_("A unit cannot end before it begins. Check its first and last year."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def exists_in(self, year: int) -> bool:
        """Whether the unit is there in a year; ``UnitQuerySet.in_year`` asks the same of the database."""
        return (self.first_year is None or self.first_year <= year) and (
            self.last_year is None or self.last_year >= year
        )

    def is_in_use(self, year: int) -> bool:
        """Whether the unit is there in a year and was not archived."""
        return self.archived_at is None and self.exists_in(year)
