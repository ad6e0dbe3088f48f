"""Reports leaving the house: who took which one, of what, with its digest."""

from collections.abc import Iterable
from hashlib import sha256

from targets.models import Unit
from targets.permissions import may_issue, may_see_figures
from targets.services.base import Author, record, verb


@verb
def note_report(
    by: Author,
    *,
    unit: Unit,
    month: int,
    name: str,
    content: bytes,
    names_what_lags: bool,
    ticked: Iterable[str] = (),
    included: Iterable[str] = (),
) -> None:
    """Record that a person took a report along.

    ``name`` is that of the file; ``ticked`` are the codes of what lags and was named, ``included`` of what is
    sensitive and was chosen by name.

    Raises:
        PermissionDenied: the person sees no figures, or may not issue papers that name what lags.
    """
    by.require(may_see_figures)
    if names_what_lags:
        by.require(may_issue, unit.pk)
    after = {
        "file": name,
        "sha256": sha256(content).hexdigest(),
        "ticked": sorted(ticked),
        "included": sorted(included),
    }
    record(by, "report.export", unit, unit=unit, month=month, after=after)
