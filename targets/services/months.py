"""Closing and reopening units' months. A closed month takes corrections with a reason, and nothing else."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import MilestoneEntry, ProgressEntry, State, Unit, UnitMonth
from targets.permissions import may_close
from targets.services.base import Author, change, record_all, refuse, verb


class WaitingError(ValidationError):
    """Figures of ``units`` still wait for review, so that no month is closed."""

    def __init__(self, units: Sequence[Unit]) -> None:
        super().__init__(
            _("Figures of this month wait for review. Approve or return them first, then close the month.")
        )
        self.units = tuple(units)


@verb
def close_month(by: Author, *, unit: Unit, year: int, month: int) -> UnitMonth:
    """Close a unit's month; of one that is closed already nothing is recorded.

    Raises:
        WaitingError: figures of the month still wait for review.
    """
    _close(by, [unit], year, month)
    return UnitMonth.objects.get(unit=unit, year=year, month=month)


@verb
def close_months(by: Author, *, units: Iterable[Unit], year: int, month: int) -> tuple[Unit, ...]:
    """Close the month of several units at once, and give back those that were open.

    Raises:
        WaitingError: figures of some of them still wait for review. Then none is closed.
        ValidationError: none of them was open.
    """
    closed = _close(by, units, year, month)
    if not closed:
        raise refuse(_("Nothing was closed: the month of these units is closed already."))
    return closed


@verb
def reopen_month(by: Author, *, unit: Unit, year: int, month: int, reason: str) -> UnitMonth:
    """Reopen a closed month, with a reason; of one that is open nothing is recorded."""
    _reopen(by, [unit], year, month, reason)
    return UnitMonth.objects.get(unit=unit, year=year, month=month)


@verb
def reopen_months(by: Author, *, units: Iterable[Unit], year: int, month: int, reason: str) -> tuple[Unit, ...]:
    """Reopen the month of several units at once, with a reason, and give back those that were closed.

    Raises:
        ValidationError: no reason was given, or none of them was closed.
    """
    reopened = _reopen(by, units, year, month, reason)
    if not reopened:
        raise refuse(_("Nothing was reopened: the month of these units is open."))
    return reopened


def _close(by: Author, units: Iterable[Unit], year: int, month: int) -> tuple[Unit, ...]:
    rows = _lock(by, units, year, month)
    open_ = [row for row in rows if row.closed_at is None]
    waiting = _waiting(open_, year, month)
    if waiting:
        raise WaitingError(waiting)
    now = timezone.now()
    for row in open_:
        row.closed_at = now
    UnitMonth.objects.bulk_update(open_, ["closed_at"])
    record_all(change(by, "month.close", row, unit=row.unit, month=month, after={"year": year}) for row in open_)
    return tuple(row.unit for row in open_)


def _reopen(by: Author, units: Iterable[Unit], year: int, month: int, reason: str) -> tuple[Unit, ...]:
    if not reason.strip():
        raise refuse(_("Say why the month is reopened."), "reason")
    closed = [row for row in _lock(by, units, year, month) if row.closed_at is not None]
    for row in closed:
        row.closed_at = None
    UnitMonth.objects.bulk_update(closed, ["closed_at"])
    record_all(
        change(by, "month.reopen", row, unit=row.unit, month=month, after={"year": year}, reason=reason)
        for row in closed
    )
    return tuple(row.unit for row in closed)


def _lock(by: Author, units: Iterable[Unit], year: int, month: int) -> list[UnitMonth]:
    """The rows of the month, locked by unit in the order in which those who submit and approve lock them."""
    in_order = sorted({unit.pk: unit for unit in units}.values(), key=lambda unit: unit.pk)
    for unit in in_order:
        by.require(may_close, unit.pk)
    locked = lock_months((unit.pk, year, month) for unit in in_order)
    for unit in in_order:
        locked[(unit.pk, year, month)].unit = unit
    return list(locked.values())


def lock_months(keys: Iterable[tuple[int, int, int]]) -> dict[tuple[int, int, int], UnitMonth]:
    """Lock the rows of units' months by unit, year and month; what has none yet gets one. Three statements at most.

    Always in the order of the keys: who closes, submits or approves at the same time waits for the other.
    """
    wanted = sorted(set(keys))
    units: dict[tuple[int, int], list[int]] = defaultdict(list)
    for unit_id, year, month in wanted:
        units[(year, month)].append(unit_id)
    chosen = Q(pk__in=[])
    for (year, month), unit_ids in units.items():
        chosen |= Q(year=year, month=month, unit__in=unit_ids)
    rows = UnitMonth.objects.filter(chosen).order_by("unit_id", "year", "month")
    there = set(rows.values_list("unit_id", "year", "month"))
    made = [UnitMonth(unit_id=key[0], year=key[1], month=key[2]) for key in wanted if key not in there]
    UnitMonth.objects.bulk_create(made, ignore_conflicts=True)
    return {(row.unit_id, row.year, row.month): row for row in rows.select_for_update()}


def _waiting(rows: Iterable[UnitMonth], year: int, month: int) -> list[Unit]:
    """The units of which figures or reports on steps of the month wait for review."""
    units = [row.unit for row in rows]
    entries = ProgressEntry.objects.filter(
        target__unit__in=units, target__year=year, month=month, state=State.SUBMITTED
    ).values_list("target__unit_id", flat=True)
    reports = MilestoneEntry.objects.filter(
        milestone__target__unit__in=units, milestone__target__year=year, recorded_month=month, state=State.SUBMITTED
    ).values_list("milestone__target__unit_id", flat=True)
    waiting = {*entries.distinct(), *reports.distinct()}
    return [unit for unit in units if unit.pk in waiting]
