"""What the record holds beside changes: sign-ins and failures, refusals, and every file that was downloaded."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from hashlib import sha256

from django.utils import timezone

from targets.models import Change, Unit, User
from targets.permissions import may_audit, may_issue, may_see_figures
from targets.services.base import Author, record, verb

#: A refusal, a lock or a failure under a name that nobody has is recorded once in so long for one address: whoever
#: repeats it without end fills no disk.
QUIET = timedelta(minutes=10)


@verb
def note_sign_in(by: Author, *, user: User) -> None:
    """Record that a person signed in."""
    record(by, "account.sign_in", user, after={"username": user.username})


@verb
def note_sign_out(by: Author, *, user: User) -> None:
    """Record that a person signed out."""
    record(by, "account.sign_out", user, after={"username": user.username})


@verb
def note_failed_sign_in(by: Author, *, username: str, locked: bool) -> None:
    """Record a wrong password, or with ``locked`` that further tries are refused for now.

    A name that no account has is not kept: people type passwords into the wrong box.
    """
    user = User.objects.filter(username=username).first()
    action = "account.lock" if locked else "account.fail"
    if (locked or user is None) and _is_noted(by, action, user.pk if user else 0):
        return
    record(by, action, user or User(pk=0), after={"username": user.username} if user else None)


@verb
def note_refusal(by: Author, *, user: User, reason: str) -> None:
    """Record that a person was refused a page or an act, which is the author's source."""
    if not _is_noted(by, "account.refuse", user.pk, source=by.source):
        record(by, "account.refuse", user, reason=reason)


def _is_noted(by: Author, action: str, object_id: int, **more: str) -> bool:
    since = timezone.now() - QUIET
    noted = Change.objects.filter(action=action, object_id=object_id, address=by.address, at__gte=since, **more)
    return noted.exists()


@verb
def note_changes_export(by: Author, *, user: User, rows: int, asked: Mapping[str, object]) -> None:
    """Record that an auditor took a file of the record. ``asked`` is the filter, ``rows`` how many changes fit it."""
    by.require(may_audit)
    record(by, "changes.export", user, after={"rows": rows, **asked})


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
    """Record that a person downloaded a report.

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


@verb
def note_file(
    by: Author, *, unit: Unit, name: str, content: bytes, month: int | None = None, included: Iterable[str] = ()
) -> None:
    """Record that a person downloaded a table or a form. ``included``: see ``note_report``."""
    after = {"file": name, "sha256": sha256(content).hexdigest(), "included": sorted(included)}
    record(by, "file.export", unit, unit=unit, month=month, after=after)
