"""What entries and reports on steps have in common: whose they are, what a record keeps, how a saved draft is recorded.

Both pass the same states; the verbs are those of ``progress``.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from targets.models import Change, MilestoneEntry, ProgressEntry, Target
from targets.services.base import Author, change, record_all, snapshot

Entry = ProgressEntry | MilestoneEntry

ENTRY_FIELDS = (
    "from_month",
    "month",
    "answer",
    "typed_as",
    "value",
    "numerator",
    "denominator",
    "approximation",
    "official_growth",
    "note",
    "reason",
)
STEP_FIELDS = ("done", "done_on", "recorded_month", "note", "reason")

#: For so long after a record the same person's further saves of a draft belong to it.
ONE_RECORD = timedelta(minutes=10)


def target_of(entry: Entry) -> Target:
    return entry.target if isinstance(entry, ProgressEntry) else entry.milestone.target


def month_of(entry: Entry) -> int:
    """The month that it answers, or in which the step was reported."""
    return entry.month if isinstance(entry, ProgressEntry) else entry.recorded_month


def kind_of(entry: Entry) -> str:
    """What its actions begin with in the record of changes."""
    return "entry" if isinstance(entry, ProgressEntry) else "step"


def fields_of(entry: Entry) -> tuple[str, ...]:
    """What a record keeps of an entry."""
    return ENTRY_FIELDS if isinstance(entry, ProgressEntry) else STEP_FIELDS


def state_of(entry: Entry) -> dict[str, Any]:
    return snapshot(entry, "state")


def moved(entry: Entry, before: dict[str, Any]) -> dict[str, Any]:
    """What the record says of an entry that passed from one state to the next."""
    return {
        "target": target_of(entry),
        "month": month_of(entry),
        "before": before,
        "after": state_of(entry),
    }


def record_save(by: Author, entry: Entry, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Record that an open version was saved again, unless it only goes on with the person's last record.

    A page saves while a person types. What one person saves of one draft within ten minutes of a record is part of
    it: the next record, by whoever it is, starts from the recorded values. Records are never altered, so what a
    person went on to type is recorded at the latest when the draft is submitted, discarded or taken over.
    """
    last = last_save(entry)
    if last is not None and by.user is not None and last.actor_id == by.user.pk:
        if timezone.now() - last.at < ONE_RECORD:
            return
        before = json.loads(last.after)
    else:
        settle(by, entry, last, before)
    record_all([_saved(by, entry, before, after)])


def settle(by: Author, entry: Entry, last: Change | None, now: Mapping[str, Any]) -> None:
    """Record what the author of the last record saved after it, so that nobody else appears to have typed it."""
    record_all(unrecorded(by, entry, last, now))


def unrecorded(by: Author, entry: Entry, last: Change | None, now: Mapping[str, Any]) -> list[Change]:
    """The record, not yet saved, of what the author of the last one saved after it; empty where that is nothing."""
    if last is None:
        return []
    recorded = json.loads(last.after)
    fields = {name: entry._meta.get_field(name) for name in recorded if name in now}
    if all(field.to_python(recorded[name]) == now[name] for name, field in fields.items()):  # type: ignore[union-attr]
        return []
    typist = replace(by, user=last.actor, label=last.actor_label, source=last.source, address=last.address)
    return [_saved(typist, entry, recorded, now)]


def last_saves(entries: Iterable[Entry]) -> dict[Entry, Change]:
    """The last record of each entry where it is about its values; what a change of state left is settled.

    One query for figures and one for steps, however many.
    """
    found: dict[Entry, Change] = {}
    for kind in (ProgressEntry, MilestoneEntry):
        of = {entry.pk: entry for entry in entries if isinstance(entry, kind)}
        if not of:
            continue
        records = Change.objects.filter(
            target__in={target_of(entry).pk for entry in of.values()},
            object_type=kind._meta.model_name,
            object_id__in=of,
        )
        latest = records.order_by().values("object_id").annotate(latest=Max("pk")).values("latest")
        for record in Change.objects.filter(pk__in=latest).select_related("actor"):
            entry = of[record.object_id]
            if record.action in (f"{kind_of(entry)}.create", f"{kind_of(entry)}.save"):
                found[entry] = record
    return found


def last_save(entry: Entry) -> Change | None:
    """The last record of one entry where it is about its values."""
    return last_saves([entry]).get(entry)


def _saved(by: Author, entry: Entry, before: Mapping[str, Any], after: Mapping[str, Any]) -> Change:
    return change(
        by,
        f"{kind_of(entry)}.save",
        entry,
        target=target_of(entry),
        month=month_of(entry),
        before=before,
        after=after,
        reason=after["reason"],
    )
