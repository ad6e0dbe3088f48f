from django.db import models
from django.utils.translation import gettext_lazy as _

from .fields import SheetField
from .indicators import Indicator
from .plans import Target
from .units import Unit


class MonthlyAccount(models.Model):
    """The monthly account 月度账 of one indicator at one unit in a year: figures of its own or of what is below, kept.

    Made from the answers by ``calculations.accounts`` whenever a service changes what they say, and by
    ``manage.py check_figures --rebuild``; read by the pages, so that these cost the same however much lies below.

    Attributes:
        target: the unit's own target, where it has one.
        handed_to: the unit above whose account holds what this one hands up; ``None`` at the top.
        alone: the months in which the unit stands as one part for everything below it: bit ``month`` is set.
        below: what was handed to it; ``up``: what it hands up itself. The same with what waits for review in
            ``…_waiting``, ``None`` where that changes nothing.
        owing: ``owing_marks`` of what it hands up.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="accounts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="accounts")
    year = models.PositiveSmallIntegerField(_("year"))
    target = models.ForeignKey(Target, on_delete=models.PROTECT, null=True, blank=True, related_name="accounts")
    handed_to = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    alone = models.PositiveSmallIntegerField(default=0)
    below = SheetField(default=dict)
    up = SheetField(default=dict)
    below_waiting = SheetField(null=True, blank=True)
    up_waiting = SheetField(null=True, blank=True)
    owing = models.CharField(max_length=12, default="." * 12)
    owing_waiting = models.CharField(max_length=12, default="." * 12)

    class Meta:
        verbose_name = _("monthly account")
        verbose_name_plural = _("monthly accounts")
        ordering = ["indicator_id", "unit_id", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "unit", "year"],
                name="account_once",
                violation_error_message=_("There is already an account of this indicator at this unit."),
            )
        ]
        indexes = [
            models.Index(fields=["unit", "year"], name="account_unit_year"),
            models.Index(fields=["handed_to", "year"], name="account_handed_to_year"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} · {self.unit} · {self.year}"
