"""What the record of changes speaks of by its key."""

from collections.abc import Mapping
from typing import Any

from targets.models import Indicator, Section, Unit, User

#: The fields of a record that hold the key of something else.
FIELDS: Mapping[type, tuple[str, ...]] = {
    Unit: ("unit", "parent"),
    User: ("user",),
    Indicator: ("indicator", "left", "succeeds"),
    Section: ("section",),
}


def spoken_of() -> Mapping[str, Mapping[int, Any]]:
    """Whatever a record may hold the key of, by field and key: four queries. A township has some hundreds of each."""
    found: dict[str, Mapping[int, Any]] = {}
    for model, fields in FIELDS.items():
        found |= dict.fromkeys(fields, model._default_manager.in_bulk())  # type: ignore[attr-defined]
    return found
