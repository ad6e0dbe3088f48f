"""People, their roles, and the choices they make for themselves.

Passwords come as hashes: hashing is slow on purpose, and happens before a transaction opens.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from axes.utils import reset as forget_failed_sign_ins
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import Membership, Role, Section, Unit, User
from targets.permissions import (
    may_change_own_account,
    may_give_role_to,
    may_manage_people,
    may_manage_people_of,
)
from targets.querysets.people import people_managed_by
from targets.services.base import Author, create, record, refuse, snapshot, verb


@verb
def create_person(
    by: Author, *, username: str, full_name: str, password_hash: str = "", email: str = "", is_sample: bool = False
) -> User:
    """A new account without a role. Without ``password_hash`` nobody can sign in with it before an invitation."""
    by.require(may_manage_people)
    user = User(
        username=username,
        full_name=full_name,
        password=password_hash or make_password(None),
        email=email,
        is_sample=is_sample,
    )
    create(by, "person.create", user, "username", "full_name", "is_sample")
    return user


@verb
def change_person(by: Author, *, user: User, full_name: str, email: str = "") -> None:
    """Correct somebody's full name and e-mail address; the user name stays, the record speaks of it."""
    require_managed(by, user)
    _save(by, "person.change", user, {"full_name": full_name, "email": email})


@verb
def disable_person(by: Author, *, user: User, reason: str = "") -> None:
    """Close an account, its sessions and the invitation that may be open.

    What the person did keeps its name: nothing is deleted.

    Raises:
        ValidationError: it is one's own account, or that of a unit's last security administrator.
    """
    require_managed(by, user)
    if by.user is not None and by.user.pk == user.pk:
        raise refuse(_("You cannot disable your own account. Ask another security administrator."))
    _keep_a_security_administrator(user.memberships.filter(ended_at__isnull=True))
    _save(by, "person.disable", user, {"is_active": False}, reason)
    User.objects.filter(pk=user.pk).update(invitation="", invited_until=None)
    _end_sessions(user)


def _end_sessions(user: User) -> None:
    """Open sessions would go on once the account is enabled again."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()


@verb
def enable_person(by: Author, *, user: User) -> None:
    """Open a disabled account again, with the roles that were not ended."""
    require_managed(by, user)
    _save(by, "person.enable", user, {"is_active": True})


@verb
def unlock_person(by: Author, *, user: User) -> None:
    """Forget the failed sign-ins of an account, so that its owner can try again at once."""
    require_managed(by, user)
    forget_failed_sign_ins(username=user.username)
    record(by, "person.unlock", user, after={"username": user.username})


@verb
def grant_role(by: Author, *, user: User, unit: Unit, role: str, sections: Iterable[Section] = ()) -> Membership:
    """Give a person a role in a unit, in all sections or in the named ones.

    Raises:
        PermissionDenied: to oneself, or in a unit that the author does not manage.
        ValidationError: the account is disabled, or has this role in this unit already.
    """
    by.require(may_give_role_to, by.user.pk if by.user is not None else None, user.pk)
    by.require(may_manage_people_of, [unit.pk])
    if not user.is_active:
        raise refuse(_("This account is disabled. Enable it first."))
    membership = Membership(user=user, unit=unit, role=role)
    create(by, "membership.create", membership, "user", "unit", "role", unit=unit)
    chosen = list(sections)
    if chosen:
        membership.sections.set(chosen)
        record(by, "membership.sections", membership, unit=unit, after={"sections": [s.code for s in chosen]})
    return membership


@verb
def end_role(by: Author, membership: Membership, *, reason: str = "") -> None:
    """End a role from now on. It stays in the record, and may be given again.

    Raises:
        ValidationError: it has ended already, or is that of a unit's last security administrator.
    """
    by.require(may_manage_people_of, [membership.unit_id])
    _keep_a_security_administrator([membership])
    ended_at = timezone.now()
    if not Membership.objects.filter(pk=membership.pk, ended_at__isnull=True).update(ended_at=ended_at):
        raise refuse(_("This role has ended already."))
    membership.ended_at = ended_at
    after = {"user": membership.user_id, "unit": membership.unit_id, "role": membership.role, "ended_at": ended_at}
    record(by, "membership.end", membership, unit=membership.unit, after=after, reason=reason)


@verb
def change_own_account(by: Author, *, user: User, email: str, language: str, large_text: bool) -> None:
    """A person's own e-mail address, and how the pages look. The full name is changed by ``change_person``."""
    by.require(may_change_own_account, by.user.pk if by.user is not None else None, user.pk)
    _save(by, "person.change", user, {"email": email})
    _save(by, "person.appearance", user, {"language": language, "large_text": large_text})


@verb
def change_own_password(by: Author, *, user: User, password_hash: str) -> None:
    """A password that only its owner knows. The old one was asked for before."""
    by.require(may_change_own_account, by.user.pk if by.user is not None else None, user.pk)
    User.objects.filter(pk=user.pk).update(password=password_hash)
    user.password = password_hash
    record(by, "person.password", user, after={"username": user.username})


@verb
def choose_appearance(by: Author, *, user: User, **chosen: str | bool) -> None:
    """Remember how a person wants the pages: ``language``, ``large_text``. Choosing the same again changes nothing."""
    by.require(may_change_own_account, by.user.pk if by.user is not None else None, user.pk)
    _save(by, "person.appearance", user, chosen)


def _save(by: Author, action: str, user: User, values: Mapping[str, Any], reason: str = "") -> None:
    """Validate, save and record what is new of an account; the same again writes nothing."""
    before = snapshot(user, *values)
    new = {name: value for name, value in values.items() if value != before[name]}
    if not new:
        return
    for name, value in new.items():
        setattr(user, name, value)
    user.clean_fields(exclude=["password"])
    User.objects.filter(pk=user.pk).update(**new)
    record(by, action, user, before={name: before[name] for name in new}, after=new, reason=reason)


def require_managed(by: Author, user: User) -> None:
    """Raises:
    PermissionDenied: the author does not manage this account, or not all units in which it has a role.
    """
    held = user.memberships.filter(ended_at__isnull=True).values_list("unit_id", flat=True)
    by.require(may_manage_people_of, list(held))
    if by.scope is not None and not people_managed_by(by.scope, by.user).filter(pk=user.pk).exists():
        raise PermissionDenied(
            _("This account has no role and was added by somebody else. Ask that person, or who manages all units.")
        )


def _keep_a_security_administrator(leaving: Iterable[Membership]) -> None:
    """Refuse to leave a unit without a security administrator of its own or above it.

    The roles are locked first: of two last ones who leave at the same moment, the second is refused.
    """
    gone = [one for one in leaving if one.role == Role.SECURITY_ADMINISTRATOR and one.ended_at is None]
    if not gone:
        return
    held = list(
        Membership.objects.select_for_update()
        .filter(role=Role.SECURITY_ADMINISTRATOR, ended_at__isnull=True)
        .order_by("pk")
    )
    active = set(User.objects.filter(pk__in=[one.user_id for one in held], is_active=True).values_list("pk", flat=True))
    ids = {one.pk for one in gone}
    staying = {one.unit_id for one in held if one.pk not in ids and one.user_id in active}
    tree = Unit.objects.all().tree()
    for one in gone:
        if not staying & set(tree.above(one.unit_id)):
            raise refuse(
                _("This is the last active security administrator of %(unit)s. Give the role to another person first.")
                % {"unit": tree.units[one.unit_id].name}
            )
