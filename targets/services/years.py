"""The settings of a year: thresholds, calendar, switches."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from targets.models import Year
from targets.permissions import may_manage_every_unit
from targets.services.accounts import rebuild
from targets.services.base import Author, ConflictError, create, record, snapshot, update, verb

#: What is not a setting: a plan is put in force by its own verb, and a sample stays one.
NO_SETTINGS = frozenset({"id", "year", "is_sample", "is_draft", "accounts_version", "lock_version"})
SETTINGS = tuple(field.name for field in Year._meta.fields if field.name not in NO_SETTINGS)


@verb
def create_year(by: Author, *, year: int, **settings: Any) -> Year:
    """Open a year with its thresholds and calendar; what is not given keeps its default.

    Raises:
        PermissionDenied: the author does not manage the plan of all units: a year is one plan.
        ConflictError: somebody opened it at the same moment.
    """
    by.require(may_manage_every_unit)
    row = Year(year=year, **settings)
    try:
        with transaction.atomic():
            create(by, "year.create", row, "year", "is_sample")
    except IntegrityError as error:
        raise ConflictError(
            _("Somebody else opened %(year)s at this moment. Load the page again.") % {"year": year}
        ) from error
    # Of a draft of this year that was undone accounts may be left.
    rebuild(row)
    return row


@verb
def change_year(by: Author, *, year: Year, lock_version: int | None = None, **values: Any) -> Year:
    """Change settings of a year. Every status is computed when it is shown, so the change holds at once.

    Raises:
        ValidationError: the thresholds do not fall, or the days do not follow one another.
        PermissionDenied: the author does not manage the plan of all units.
        ConflictError: somebody was faster.
    """
    by.require(may_manage_every_unit)
    before = snapshot(year, *SETTINGS)
    new = {name: value for name, value in values.items() if name in SETTINGS and value != before[name]}
    if new:
        update(year, lock_version, **new)
        record(by, "year.change", year, before={name: before[name] for name in new}, after=new)
    return year
