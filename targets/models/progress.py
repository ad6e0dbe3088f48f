from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from targets.querysets.progress import ProgressEntryQuerySet

from .fields import AmountField, MonthField
from .plans import Approximation, Milestone, Provenance, Target
from .units import Unit


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")
    SUPERSEDED = "superseded", _("superseded")


#: States of the one row that a person can still work on.
OPEN_STATES = [State.DRAFT, State.SUBMITTED, State.RETURNED]
#: States of a row that counts or once counted.
SETTLED_STATES = [State.APPROVED, State.SUPERSEDED]


class VersionedEntry(models.Model):
    """What entries and steps share: a version passes draft, submitted, returned, approved, superseded.

    A correction is a new open row; approving it supersedes the approved one in the same transaction.
    ``approved_at`` and ``superseded_at`` make any past state a query.
    """

    version = models.PositiveIntegerField(_("version"), default=1)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    note = models.TextField(_("note"), blank=True)
    note_en = models.TextField(_("English note"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    on_behalf = models.BooleanField(_("entered on behalf"), default=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_at = models.DateTimeField(auto_now_add=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    return_reason = models.TextField(_("reason for return"), blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    superseded_at = models.DateTimeField(_("superseded at"), null=True, blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class ProgressEntry(VersionedEntry):
    """One target's answer for the months ``from_month`` to ``month`` 填报记录, as it was typed.

    ``typed_as`` says whether ``value`` is that of the months or the running total 累计 at their end; the other is
    always derived. ``value`` is in the indicator's unit of measure (rates: percent); numerator and denominator of a
    rate are year to date. ``official_growth`` is the growth over the same months of last year, in percent, as the
    statistics department published it; it stands instead of the computed one.
    """

    class Answer(models.TextChoices):
        VALUE = "value", _("value")
        NO_CHANGE = "no_change", _("no change")
        NOT_APPLICABLE = "not_applicable", _("not applicable")

    class TypedAs(models.TextChoices):
        MONTH = "month", _("this month")
        CUMULATIVE = "cumulative", _("running total")

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="entries")
    from_month = MonthField(_("from month"))
    month = MonthField(_("month"))
    answer = models.CharField(_("answer"), max_length=16, choices=Answer.choices, default=Answer.VALUE)
    typed_as = models.CharField(_("typed as"), max_length=12, choices=TypedAs.choices, blank=True)
    value = AmountField(_("value"), null=True, blank=True)
    numerator = AmountField(_("numerator"), null=True, blank=True)
    denominator = AmountField(_("denominator"), null=True, blank=True)
    official_growth = AmountField(_("official growth rate"), null=True, blank=True)
    approximation = models.CharField(_("approximate"), max_length=8, choices=Approximation.choices, blank=True)
    provenance = models.CharField(_("provenance"), max_length=16, choices=Provenance.choices, blank=True)

    objects = ProgressEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress entry")
        verbose_name_plural = _("progress entries")
        ordering = ["target_id", "month", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "month"],
                condition=Q(state=State.APPROVED),
                name="entry_one_approved",
                violation_error_message=_("This month already has an approved figure. Correct that one."),
            ),
            models.UniqueConstraint(
                fields=["target", "month"],
                condition=Q(state__in=OPEN_STATES),
                name="entry_one_open",
                violation_error_message=_("This month already has a figure in progress. Continue with that one."),
            ),
            models.UniqueConstraint(
                fields=["target", "month", "version"],
                name="entry_version_once",
                violation_error_message=_("Somebody else has just saved this month. Load the page again."),
            ),
            models.CheckConstraint(
                condition=Q(from_month__gte=1) & Q(from_month__lte=F("month")) & Q(month__lte=12),
                name="entry_months_in_order",
                violation_error_message=_("The months of an entry run forward from 1 to 12. Check both."),
            ),
            models.CheckConstraint(
                condition=(Q(answer="value") & (Q(value__isnull=False) | Q(numerator__isnull=False)) & ~Q(typed_as=""))
                | (~Q(answer="value") & Q(value__isnull=True, numerator__isnull=True, denominator__isnull=True)),
                name="entry_value_fits_answer",
                violation_error_message=_(
                    'A value needs a figure; "no change" and "not applicable" carry none. Type one or the other.'
                ),
            ),
            models.CheckConstraint(
                # Both spelt out: a comparison with NULL is no violation, so a lone numerator would pass.
                condition=(
                    Q(numerator__isnull=True, denominator__isnull=True)
                    | Q(numerator__isnull=False, denominator__isnull=False, denominator__gt=0)
                    | Q(numerator__isnull=False, denominator__isnull=False, numerator=0, denominator=0)
                ),
                name="entry_rate_has_two_numbers",
                violation_error_message=_(
                    "A rate needs numerator and denominator together, and a denominator above zero. "
                    "Where there was no case at all, type 0 and 0."
                ),
            ),
            models.CheckConstraint(
                condition=Q(state__in=SETTLED_STATES, approved_at__isnull=False)
                | (~Q(state__in=SETTLED_STATES) & Q(approved_at__isnull=True)),
                name="entry_approved_has_time",
                violation_error_message=_("An approved figure carries the time of its approval, and no other does."),
            ),
        ]
        indexes = [models.Index(fields=["state", "month"], name="entry_state_month")]

    def __str__(self) -> str:
        return f"{self.target} · {self.from_month}–{self.month} · v{self.version}"


class MilestoneEntry(VersionedEntry):
    """What was reported about one step: done or not, and when.

    ``recorded_month`` is the month in which it was reported; a done step without ``done_on`` counts from then.
    """

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="entries")
    done = models.BooleanField(_("done"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    recorded_month = MonthField(_("recorded in month"))

    class Meta:
        verbose_name = _("milestone entry")
        verbose_name_plural = _("milestone entries")
        ordering = ["milestone_id", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["milestone"],
                condition=Q(state=State.APPROVED),
                name="milestone_entry_one_approved",
                violation_error_message=_("This step already has an approved report. Correct that one."),
            ),
            models.UniqueConstraint(
                fields=["milestone"],
                condition=Q(state__in=OPEN_STATES),
                name="milestone_entry_one_open",
                violation_error_message=_("This step already has a report in progress. Continue with that one."),
            ),
            models.UniqueConstraint(
                fields=["milestone", "version"],
                name="milestone_entry_version_once",
                violation_error_message=_("Somebody else has just saved this step. Load the page again."),
            ),
            models.CheckConstraint(
                condition=Q(done=True) | Q(done_on__isnull=True),
                name="milestone_entry_date_when_done",
                violation_error_message=_("A step that is not done has no date on which it was done."),
            ),
            models.CheckConstraint(
                condition=Q(recorded_month__range=(1, 12)),
                name="milestone_entry_month_of_year",
                violation_error_message=_("A month is a number from 1 to 12."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=SETTLED_STATES, approved_at__isnull=False)
                | (~Q(state__in=SETTLED_STATES) & Q(approved_at__isnull=True)),
                name="milestone_entry_approved_has_time",
                violation_error_message=_("An approved report carries the time of its approval, and no other does."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone} · v{self.version}"


class UnitMonth(models.Model):
    """One unit's month: the row that submitting, approving and closing lock first."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="months")
    year = models.PositiveSmallIntegerField(_("year"))
    month = MonthField(_("month"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("month of a unit")
        verbose_name_plural = _("months of units")
        ordering = ["year", "month", "unit_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year", "month"],
                name="unit_month_once",
                violation_error_message=_("This unit's month exists already."),
            ),
            models.CheckConstraint(
                condition=Q(month__range=(1, 12)),
                name="unit_month_of_year",
                violation_error_message=_("A month is a number from 1 to 12."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.year}-{self.month:02d}"


class Attachment(models.Model):
    """A file that supports a target's month. The stored name is random; the original one is only shown."""

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="attachments")
    month = MonthField(_("month"))
    stored_name = models.CharField(max_length=64, unique=True)
    original_name = models.CharField(_("file name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    detected_type = models.CharField(_("type"), max_length=100)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.original_name
