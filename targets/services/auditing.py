"""The record of changes leaving the house: who took which part of it, and how much."""

from collections.abc import Mapping

from targets.models import User
from targets.permissions import may_audit
from targets.services.base import Author, record, verb


@verb
def note_export(by: Author, *, user: User, rows: int, asked: Mapping[str, object]) -> None:
    """Record that an auditor took a file of the record. ``asked`` is the filter, ``rows`` how many changes fit it."""
    by.require(may_audit)
    record(by, "changes.export", user, after={"rows": rows, **asked})
