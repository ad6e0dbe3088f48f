"""Closing and reopening a unit's month. A closed month takes corrections with a reason, and nothing else."""

from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import MilestoneEntry, ProgressEntry, State, Unit, UnitMonth
from targets.permissions import may_close
from targets.services.base import Author, record, refuse, verb


@verb
def close_month(by: Author, *, unit: Unit, year: int, month: int) -> UnitMonth:
    """Close a unit's month.

    Raises:
        ValidationError: figures of the month still wait for review.
    """
    by.require(may_close, unit.pk)
    row = _lock(unit, year, month)
    if row.closed_at is not None:
        return row
    waits = {"state": State.SUBMITTED}
    if (
        ProgressEntry.objects.filter(target__unit=unit, target__year=year, month=month, **waits).exists()
        or MilestoneEntry.objects.filter(
            milestone__target__unit=unit, milestone__target__year=year, recorded_month=month, **waits
        ).exists()
    ):
        raise refuse(_("Figures of this month wait for review. Approve or return them first, then close the month."))
    row.closed_at = timezone.now()
    row.save(update_fields=["closed_at"])
    record(by, "month.close", row, unit=unit, month=month, after={"year": year})
    return row


@verb
def reopen_month(by: Author, *, unit: Unit, year: int, month: int, reason: str) -> UnitMonth:
    """Reopen a closed month, with a reason."""
    by.require(may_close, unit.pk)
    if not reason.strip():
        raise refuse(_("Say why the month is reopened."), "reason")
    row = _lock(unit, year, month)
    if row.closed_at is not None:
        row.closed_at = None
        row.save(update_fields=["closed_at"])
        record(by, "month.reopen", row, unit=unit, month=month, after={"year": year}, reason=reason)
    return row


def _lock(unit: Unit, year: int, month: int) -> UnitMonth:
    row, _created = UnitMonth.objects.get_or_create(unit=unit, year=year, month=month)
    return UnitMonth.objects.select_for_update().get(pk=row.pk)
