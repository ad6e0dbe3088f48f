"""Remedies 整改措施: stated by the unit, carried on from month to month, closed 销号 and reopened by the reviewer."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import Remedy, Target, Year
from targets.permissions import may_enter, may_review
from targets.services.base import Author, ConflictError, create, record, refuse, snapshot, update, verb

_FIELDS = ("cause", "measure", "responsible", "deadline")


@verb
def state_remedy(
    by: Author,
    *,
    target: Target,
    month: int,
    cause: str,
    measure: str = "",
    responsible: str = "",
    deadline: date | None = None,
    lock_version: int | None = None,
) -> Remedy:
    """Say why a target lags and what is done about it: a new remedy, or the open one in other words.

    Raises:
        ValidationError: no cause is given, or the target is not, or no longer, in a plan that is in force.
        ConflictError: somebody else changed the open remedy first.
    """
    by.require(may_enter, target)
    _require_in_force(target)
    values = {"cause": cause.strip(), "measure": measure.strip(), "responsible": responsible.strip()}
    remedy = target.remedies.filter(closed_at__isnull=True).first()
    if remedy is None:
        if not values["cause"]:
            raise refuse(_("Say in a line why the target lags."), "cause")
        remedy = Remedy(target=target, month=month, deadline=deadline, entered_by=by.user, **values)
        create(by, "remedy.create", remedy, *_FIELDS, target=target, month=month)
        return remedy
    before = snapshot(remedy, *_FIELDS)
    after = {**values, "deadline": deadline}
    if before != after:
        if lock_version is None and (by.user is not None or remedy.entered_by is not None):
            # The person saw no remedy: what was stated meanwhile, in another window too, must not be lost.
            raise ConflictError(_("A remedy has been stated in the meantime. Load the page again."))
        update(remedy, lock_version, **after)
        record(by, "remedy.change", remedy, target=target, month=month, before=before, after=after)
    return remedy


def _require_in_force(target: Target) -> None:
    """What is no part of the plan lags behind nothing."""
    if target.archived_at is not None:
        raise refuse(_("This target was archived, so nothing is reported on it any more. Ask the administrator."))
    if Year.objects.filter(year=target.year, is_draft=True).exists():
        raise refuse(_("The plan of %(year)s is still a draft. Ask the administrator.") % {"year": target.year})


@verb
def close_remedy(by: Author, remedy: Remedy, *, month: int | None = None) -> None:
    """销号: the reviewer accepts that it is done, by the end of ``month``; of the remedy's own where none is said."""
    by.require(may_review, remedy.target)
    if remedy.closed_at is not None:
        raise refuse(_("This remedy is closed already."))
    update(remedy, closed_at=timezone.now(), closed_by=by.user)
    record(by, "remedy.close", remedy, target=remedy.target, month=_not_before(remedy, month))


def _not_before(remedy: Remedy, month: int | None) -> int:
    """The month that an act belongs to: none before the one for which the remedy was stated."""
    return max(month or 0, remedy.month)


@verb
def reopen_remedy(by: Author, remedy: Remedy, *, reason: str, month: int | None = None) -> None:
    """回头看: a closed remedy did not hold, seen in ``month``; in the remedy's own where none is said.

    Raises:
        ValidationError: no reason, or another remedy of the target is open.
    """
    by.require(may_review, remedy.target)
    if not reason.strip():
        raise refuse(_("Say why the remedy is reopened."), "reason")
    if remedy.closed_at is None or remedy.target.remedies.filter(closed_at__isnull=True).exists():
        raise refuse(_("This target has an open remedy already. Continue with that one."))
    update(remedy, closed_at=None, closed_by=None)
    month = _not_before(remedy, month)
    record(by, "remedy.reopen", remedy, target=remedy.target, month=month, reason=reason)
