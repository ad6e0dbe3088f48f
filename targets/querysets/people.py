from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Q, Sum

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from targets.models import User
    from targets.permissions import Scope


def sample_accounts_active() -> bool:
    """Whether somebody could sign in with a sample account."""
    from targets.models import User

    return User.objects.filter(is_sample=True, is_active=True).exists()


def people_managed_by(scope: "Scope", author: "User | None") -> "QuerySet[User]":
    """People whose roles in force all lie in the units that the person manages, and some of those without a role.

    Without one in force, an account is managed by who manages all units, by who added it, and by who manages all
    units in which it ever had a role: else anybody could invite again, and so take over, whom the township has just
    invited.
    """
    from targets.models import Change, Membership, User
    from targets.permissions import manages_people_in

    unit_ids = list(manages_people_in(scope))
    people = User.objects.order_by("-is_active", "username")
    if len(unit_ids) == len(scope.tree.units):
        return people
    ever = Membership.objects.filter(user=OuterRef("pk"))
    elsewhere = ever.exclude(unit__in=unit_ids)
    in_force = {"ended_at__isnull": True}
    added = Change.objects.filter(
        action="person.create", object_type="user", object_id=OuterRef("pk"), actor=author, actor__isnull=False
    )
    return people.filter(
        ~Exists(elsewhere.filter(**in_force)),
        Exists(ever.filter(**in_force)) | Exists(added) | (Exists(ever) & ~Exists(elsewhere)),
    )


def without_password() -> Q:
    """The condition for accounts with which nobody can sign in before an invitation was taken up."""
    return Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)


def invited_by(digest: str, now: datetime) -> "QuerySet[User]":
    """The account that the invitation with this digest opens at a moment; none where it opens nothing.

    Who has got a password otherwise meanwhile (``manage.py changepassword``) is not invited any more.
    """
    from targets.models import User

    return User.objects.filter(without_password(), invitation=digest, invited_until__gt=now, is_active=True)


def locked_usernames(limit: int, account_limit: int, since: datetime) -> set[str]:
    """The names under which sign-ins failed since a moment: ``limit`` times from one address, or ``account_limit``
    times from all.

    As typed, so that there may be names nobody has.
    """
    failed = _failures(since)
    failures = Sum("failures_since_start")
    at_one = failed.values("username", "ip_address").annotate(failures=failures).filter(failures__gte=limit)
    altogether = failed.values("username").annotate(failures=failures).filter(failures__gte=account_limit)
    return {one["username"] for one in (*at_one, *altogether)}


def failures_of(username: str, since: datetime) -> int:
    """How many sign-ins under a name failed since a moment, from whichever addresses."""
    return _failures(since).filter(username=username).aggregate(failures=Sum("failures_since_start"))["failures"] or 0


def _failures(since: datetime) -> "QuerySet[Any]":
    from axes.models import AccessAttempt

    found: QuerySet[Any] = AccessAttempt.objects.filter(attempt_time__gte=since, username__isnull=False).order_by()
    return found
