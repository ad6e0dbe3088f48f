"""What was exported at a unit, by whom: read back from the record of changes."""

import json
from dataclasses import dataclass
from datetime import datetime

from targets.models import Change, User
from targets.permissions import may_issue
from targets.summaries.selection import Selection

SHOWN = 20


@dataclass(frozen=True)
class Export:
    """One file that left the house. ``digest`` is the SHA-256 of its bytes."""

    at: datetime
    by: str
    file_name: str
    digest: str


def exports(selection: Selection, user: User) -> tuple[Export, ...]:
    """The latest exports of the viewed unit: all for who issues papers there, else the person's own."""
    changes = Change.objects.filter(action="report.export", unit=selection.unit)
    if not may_issue(selection.scope, selection.unit.pk):
        changes = changes.filter(actor=user)
    return tuple(_export(change) for change in changes[:SHOWN])


def _export(change: Change) -> Export:
    after = json.loads(change.after)
    return Export(change.at, change.actor_label, after["file"], after["sha256"])
