"""What the record of changes speaks of by its key."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from targets.models import Change, Indicator, Section, Unit, User
from targets.permissions import Scope

#: What a field of a record may hold the key of.
_MODELS: dict[str, type[Model]] = {
    "unit": Unit,
    "parent": Unit,
    "merged_into": Unit,
    "user": User,
    "indicator": Indicator,
    "left": Indicator,
    "succeeds": Indicator,
    "section": Section,
}


def spoken_of(scope: Scope, changes: Iterable[Change] | None = None) -> Mapping[str, Mapping[int, Any]]:
    """What some changes hold the key of and the reader may see, by field and key; ``None`` asks for all there is.

    Four queries at most. Of accounts all may be read: a record that names one is readable as a whole.
    """
    keys = None if changes is None else _keys(changes)
    readable = {
        Unit: Unit.objects.visible_to(scope),
        Indicator: Indicator.objects.visible_to(scope),
        Section: Section.objects.visible_to(scope),
        User: User.objects.all(),
    }
    found = {model: rows.in_bulk(None if keys is None else keys[model]) for model, rows in readable.items()}
    return {field: found[model] for field, model in _MODELS.items()}


def _keys(changes: Iterable[Change]) -> Mapping[type, set[int]]:
    keys: dict[type, set[int]] = defaultdict(set)
    for text in (text for change in changes for text in (change.before, change.after) if text):
        values = json.loads(text)
        for field, value in values.items() if isinstance(values, dict) else ():
            if field in _MODELS and isinstance(value, int):
                keys[_MODELS[field]].add(value)
    return keys
