"""Remedies as they were at a cut-off.

A remedy belongs to the month that it was stated for, whenever it was typed: what is said of June is typed in July. By
the end of a month are known the remedies stated for it or for an earlier one, in the words last stated for it or for
an earlier one; those closed for it or for an earlier one are closed. What was stated, put in other words, closed or
reopened for a later month was not known then. The record of changes holds all of it.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models


class RemedyQuerySet(models.QuerySet[Any]):
    def stated_by(self, month: int) -> list[tuple[Any, bool]]:
        """The remedies known by the end of ``month``, newest first, each with whether it was open then.

        Two queries, one where there are none. Their words are those of then: read them, never save them.
        """
        from targets.models import Change

        remedies = list(self.filter(month__lte=month).order_by("-id"))
        if not remedies:
            return []
        changes: dict[int, list[Any]] = defaultdict(list)
        recorded = Change.objects.filter(target__in={remedy.target_id for remedy in remedies}, object_type="remedy")
        for change in recorded.order_by("id"):
            changes[change.object_id].append(change)
        return [(remedy, _as_of(remedy, changes[remedy.pk], month)) for remedy in remedies]

    def open_at(self, month: int) -> dict[int, Any]:
        """The remedy of each target that was open at the end of ``month``, by the target's id."""
        found: dict[int, Any] = {}
        for remedy, is_open in self.stated_by(month):
            if is_open:
                found.setdefault(remedy.target_id, remedy)
        return found


def _as_of(remedy: Any, changes: Iterable[Any], month: int) -> bool:
    """Give a remedy the words of then, and say whether it was open then."""
    is_open, words = remedy.closed_at is None, None
    for number, change in enumerate(changes):
        is_known = change.month is None or change.month <= month
        if number == 0:
            is_open = True
        if change.action == "remedy.change":
            words = words or change.before
            words = change.after if is_known else words
        elif is_known and change.action in ("remedy.close", "remedy.reopen"):
            is_open = change.action == "remedy.reopen"
    for name, value in json.loads(words or "{}").items():
        setattr(remedy, name, date.fromisoformat(value) if name == "deadline" and value else value)
    return is_open
