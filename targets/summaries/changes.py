"""What the record of changes speaks of by its key."""

from collections.abc import Mapping
from typing import Any

from targets.models import Indicator, Section, Unit, User
from targets.permissions import Scope


def spoken_of(scope: Scope) -> Mapping[str, Mapping[int, Any]]:
    """What a record may hold the key of and the reader may see, by field and key.

    Four queries; a township has some hundreds of each. Of accounts all: a record that names one is readable as a whole.
    """
    units = Unit.objects.visible_to(scope).in_bulk()
    indicators = Indicator.objects.visible_to(scope).in_bulk()
    return {
        "unit": units,
        "parent": units,
        "merged_into": units,
        "user": User.objects.in_bulk(),
        "indicator": indicators,
        "left": indicators,
        "succeeds": indicators,
        "section": Section.objects.visible_to(scope).in_bulk(),
    }
