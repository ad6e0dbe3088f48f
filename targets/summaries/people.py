"""People and their roles as a security administrator sees them. No business figure is asked for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Prefetch, Q, QuerySet

from targets.models import Change, Membership, User
from targets.permissions import Scope
from targets.querysets.people import people_managed_by, without_password


class Awaited(StrEnum):
    """Of an open account without a password: whether its owner can choose one."""

    INVITED = "invited"
    RUN_OUT = "run_out"
    NOT_INVITED = "not_invited"


def awaited(person: User, now: datetime) -> Awaited | None:
    """How the invitation of a person stands who has no password yet; ``None`` where nobody is waited for."""
    if not person.is_active or person.has_usable_password():
        return None
    if person.invited_until is None:
        return Awaited.NOT_INVITED
    return Awaited.INVITED if person.invited_until > now else Awaited.RUN_OUT


@dataclass(frozen=True)
class PeopleFilter:
    """``unit_ids`` are a unit and what is below it; ``None`` for all. An empty field keeps everybody.

    ``state``: ``active``, ``disabled``, ``locked`` or ``all``; ``waiting`` for those without a password, and
    ``uninvited`` for those of them whose invitation ran out or was closed.
    """

    words: str = ""
    role: str = ""
    unit_ids: tuple[int, ...] | None = None
    state: str = "active"


@dataclass(frozen=True)
class PersonRow:
    """A person with the roles in force. ``is_locked``: too many sign-ins failed a short while ago."""

    person: User
    roles: tuple[Membership, ...]
    is_locked: bool
    awaited: Awaited | None


def people_rows(
    scope: Scope, author: User, locked: Collection[str], chosen: PeopleFilter, now: datetime
) -> tuple[PersonRow, ...]:
    """The people whom a security administrator manages, by user name: three queries."""
    people = people_managed_by(scope, author).prefetch_related(
        Prefetch("memberships", _in_force().select_related("unit").prefetch_related("sections"), to_attr="in_force")
    )
    for word in chosen.words.split():
        people = people.filter(Q(username__icontains=word) | Q(full_name__icontains=word) | Q(email__icontains=word))
    if chosen.state == "locked":
        people = people.filter(username__in=locked)
    elif chosen.state in ("waiting", "uninvited"):
        people = people.filter(without_password(), is_active=True)
        if chosen.state == "uninvited":
            people = people.exclude(invited_until__gt=now)
    elif chosen.state != "all":
        people = people.filter(is_active=chosen.state == "active")
    held = _in_force()
    if chosen.role:
        held = held.filter(role=chosen.role)
    if chosen.unit_ids is not None:
        held = held.filter(unit__in=chosen.unit_ids)
    if chosen.role or chosen.unit_ids is not None:
        people = people.filter(pk__in=held.values("user"))
    return tuple(
        PersonRow(person, tuple(person.in_force), person.username in locked, awaited(person, now)) for person in people
    )


def _in_force() -> QuerySet[Membership]:
    return Membership.objects.filter(ended_at__isnull=True)


@dataclass(frozen=True)
class RoleRow:
    """One role of a person, past or in force, with who gave and who ended it. ``None`` where no record tells."""

    membership: Membership
    given_at: datetime | None
    given_by: str
    ended_by: str


def role_rows(person: User, managed: Collection[int]) -> tuple[RoleRow, ...]:
    """All roles that a person has or had in the managed units, those in force first: three queries."""
    memberships = list(person.memberships.filter(unit__in=managed).select_related("unit").prefetch_related("sections"))
    said = {
        (change.object_id, change.action): change
        for change in Change.objects.filter(
            object_type="membership",
            object_id__in=[one.pk for one in memberships],
            action__in=("membership.create", "membership.end"),
        )
    }
    found = []
    for one in sorted(memberships, key=lambda one: (one.ended_at is not None, one.pk)):
        given, ended = said.get((one.pk, "membership.create")), said.get((one.pk, "membership.end"))
        found.append(
            RoleRow(
                one,
                given.at if given is not None else None,
                given.actor_label if given is not None else "",
                ended.actor_label if ended is not None else "",
            )
        )
    return tuple(found)
