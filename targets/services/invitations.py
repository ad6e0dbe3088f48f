"""Invitations: the first password, and a new one after it was forgotten, is chosen by the person alone.

An invitation is a code that works once and for some days. Whoever invites sees it once, in the answer; kept is only
its digest. A code has some 79 bits, so that neither guessing it nor a slow hash need be thought of.
"""

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.utils import reset as forget_failed_sign_ins
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import User
from targets.permissions import may_change_own_account
from targets.querysets.people import invited_by
from targets.services.base import Author, record, refuse, verb
from targets.services.people import create_person, require_managed

#: Without what is mistaken for something else when it is read out: 0 and o, 1, i and l.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LENGTH = 4, 4
VALID_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Invitation:
    """What a person is invited with. The code stands here and nowhere else."""

    person: User
    code: str
    until: datetime


def made_code() -> str:
    """A code to be read out or typed: four groups of four."""
    return "-".join("".join(secrets.choice(LETTERS) for _letter in range(GROUP_LENGTH)) for _group in range(GROUPS))


def digest_of(code: str) -> str:
    """What is kept of a code, however it was typed: in capitals, full-width, with blanks or without hyphens."""
    typed = unicodedata.normalize("NFKC", code).lower()
    return hashlib.sha256(re.sub(r"[\s\-‐-―−_.]", "", typed).encode("utf-8", "replace")).hexdigest()


@verb
def add_person(by: Author, *, username: str, full_name: str, email: str = "") -> Invitation:
    """A new account without a role and without a password, and the invitation to choose one."""
    user = create_person(by, username=username, full_name=full_name, email=email)
    return _invite(by, user)


@verb
def invite_person(by: Author, *, user: User) -> Invitation:
    """Invite the owner of an account to choose a password. One in use stops working, and open sessions end.

    Raises:
        PermissionDenied: the author does not manage the account.
        ValidationError: the account is one's own, disabled, or that of the technical administrator.
    """
    require_managed(by, user)
    if by.user is not None and by.user.pk == user.pk:
        raise refuse(_("Change your own password on your own page."))
    if user.is_superuser:
        raise refuse(_("The technical administrator's password is changed on the server: manage.py changepassword."))
    if not user.is_active:
        raise refuse(_("This account is disabled. Enable it first."))
    return _invite(by, user)


def _invite(by: Author, user: User) -> Invitation:
    """A new invitation; an earlier one is closed by it."""
    code, until = made_code(), timezone.now() + VALID_FOR
    user.password, user.invitation, user.invited_until = make_password(None), digest_of(code), until
    User.objects.filter(pk=user.pk).update(
        password=user.password, invitation=user.invitation, invited_until=user.invited_until
    )
    record(by, "person.invite", user, after={"username": user.username})
    return Invitation(user, code, until)


def invited_person(code: str) -> User:
    """Who chooses a password with a code.

    Raises:
        ValidationError: it opens nothing. Whether it is wrong, used, replaced or has run out is not told.
    """
    user = invited_by(digest_of(code), timezone.now()).first()
    if user is None:
        raise refuse(_not_valid())
    return user


@verb
def accept_invitation(by: Author, *, user: User, code: str, password_hash: str) -> None:
    """The person chose a password: the invitation is closed, and failed sign-ins are forgotten.

    Raises:
        PermissionDenied: the author is somebody else.
        ValidationError: the code opens nothing, or not any more.
    """
    by.require(may_change_own_account, by.user.pk if by.user is not None else None, user.pk)
    open_still = invited_by(digest_of(code), timezone.now()).filter(pk=user.pk)
    if not open_still.update(password=password_hash, invitation="", invited_until=None):
        raise refuse(_not_valid())
    forget_failed_sign_ins(username=user.username)
    record(by, "person.password", user, after={"username": user.username})


def _not_valid() -> str:
    return _(
        "This invitation opens nothing: the code is mistyped, was used or replaced, or has run out. "
        "Check it; if it stays like this, ask your security administrator for a new invitation."
    )
