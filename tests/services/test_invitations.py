"""Invitations: whoever has the code chooses the password, once, for some days, and nobody else ever knows it."""

import hashlib
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from targets.models import Change, User
from targets.services import invitations, people
from targets.services.base import verb
from tests.builders import PASSWORD
from tests.services.conftest import author

NOT_VALID = "This invitation opens nothing"
OWN = "a long password of my own"


@pytest.fixture
def security(cast):
    return author(cast.security_administrator)


@pytest.fixture
def invited(cast, security):
    """A clerk who is invited anew."""
    return invitations.invite_person(security, user=cast.east_clerk)


def accept(invitation, code=None, password=OWN):
    person = User.objects.get(pk=invitation.person.pk)
    invitations.accept_invitation(
        author(person), user=person, code=code or invitation.code, password_hash=make_password(password)
    )


def test_a_new_person_has_no_password_and_a_code_that_is_kept_as_a_digest_only(cast, security):
    made = invitations.add_person(security, username="wang", full_name="新人", email="wang@example.org")
    person = User.objects.get(username="wang")
    assert not person.has_usable_password()
    assert (person.full_name, person.email) == ("新人", "wang@example.org")
    assert person.invitation == hashlib.sha256(made.code.replace("-", "").encode()).hexdigest()
    assert person.invited_until == made.until
    assert timedelta(days=7) - (made.until - timezone.now()) < timedelta(minutes=1)
    recorded = "".join(f"{change.before}{change.after}{change.reason}" for change in Change.objects.all())
    assert made.code not in recorded
    assert person.invitation not in recorded
    assert list(Change.objects.filter(object_id=person.pk, object_type="user").values_list("action", flat=True)) == [
        "person.invite",
        "person.create",
    ]


def test_who_has_the_code_chooses_the_password_once(invited):
    assert invitations.invited_person(invited.code) == invited.person
    accept(invited)
    person = User.objects.get(pk=invited.person.pk)
    assert person.check_password(OWN)
    assert (person.invitation, person.invited_until) == ("", None)
    change = Change.objects.get(action="person.password")
    assert (change.actor, change.object_id) == (person, person.pk)
    with pytest.raises(ValidationError, match=NOT_VALID):
        accept(invited, password="another long password")
    assert User.objects.get(pk=invited.person.pk).check_password(OWN)


@pytest.mark.parametrize(
    "typed",
    [str.upper, lambda code: code.replace("-", ""), lambda code: code.replace("-", "  "), lambda code: f" {code}\n"],
)
def test_a_code_is_understood_however_it_is_typed(invited, typed):
    assert invitations.invited_person(typed(invited.code)) == invited.person


def test_a_code_is_understood_in_full_width(invited):
    wide = "".join("－" if letter == "-" else chr(ord(letter) + 0xFEE0) for letter in invited.code)
    assert invitations.invited_person(wide) == invited.person


def test_an_invitation_ends_the_password_in_use(cast, invited):
    clerk = User.objects.get(pk=cast.east_clerk.pk)
    assert not clerk.check_password(PASSWORD)
    assert not clerk.has_usable_password()
    assert clerk.get_session_auth_hash() != cast.west_clerk.get_session_auth_hash()


def run_out(cast, security, invited):
    verb(User.objects.filter(pk=invited.person.pk).update)(invited_until=timezone.now() - timedelta(seconds=1))


def replace(cast, security, invited):
    invitations.invite_person(security, user=cast.east_clerk)


def disable(cast, security, invited):
    people.disable_person(security, user=cast.east_clerk, reason="调离")


def disable_and_enable(cast, security, invited):
    people.disable_person(security, user=cast.east_clerk, reason="调离")
    people.enable_person(security, user=cast.east_clerk)


def give_a_password_on_the_server(cast, security, invited):
    """``manage.py changepassword``."""
    verb(User.objects.filter(pk=invited.person.pk).update)(password=make_password(PASSWORD))


CLOSED = [run_out, replace, disable, disable_and_enable, give_a_password_on_the_server]


@pytest.mark.parametrize("close", CLOSED)
def test_a_closed_invitation_opens_nothing_and_does_not_tell_why(cast, security, invited, close):
    with pytest.raises(ValidationError) as wrong:
        invitations.invited_person("abcd-efgh-jkmn-pqrs")
    close(cast, security, invited)
    before = User.objects.get(pk=invited.person.pk).password
    with pytest.raises(ValidationError) as closed:
        invitations.invited_person(invited.code)
    with pytest.raises(ValidationError) as refused:
        accept(invited)
    assert wrong.value.messages == closed.value.messages == refused.value.messages
    assert User.objects.get(pk=invited.person.pk).password == before


@pytest.mark.parametrize("code", ["", "-", " ", "x" * 10_000, "\ud800"])
def test_no_account_is_opened_by_nothing(cast, code):
    """Accounts without an invitation hold an empty digest, which no code has."""
    with pytest.raises(ValidationError, match=NOT_VALID):
        invitations.invited_person(code)


def test_a_code_is_for_its_person_alone(cast, security, invited):
    other = invitations.invite_person(security, user=cast.west_clerk)
    with pytest.raises(ValidationError, match=NOT_VALID):
        accept(other, code=invited.code)
    with pytest.raises(PermissionDenied, match="Only the owner"):
        invitations.accept_invitation(security, user=cast.east_clerk, code=invited.code, password_hash="!")
    assert invitations.invited_person(invited.code) == cast.east_clerk


def test_failed_sign_ins_are_forgotten_when_the_password_is_chosen(cast, invited):
    AccessAttempt.objects.create(username="east", ip_address="127.0.0.1", failures_since_start=5)
    AccessAttempt.objects.create(username="west", ip_address="127.0.0.1", failures_since_start=5)
    accept(invited)
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["west"]


def test_whom_nobody_invites(cast, security):
    people.disable_person(security, user=cast.east_clerk)
    technician = verb(User.objects.create_superuser)("technician", password=PASSWORD)
    for person, words in (
        (cast.security_administrator, "on your own page"),
        (User.objects.get(pk=cast.east_clerk.pk), "is disabled"),
        (technician, r"manage\.py changepassword"),
    ):
        with pytest.raises(ValidationError, match=words):
            invitations.invite_person(security, user=person)
        assert not User.objects.get(pk=person.pk).invitation


def test_codes_differ_and_are_read_out_easily():
    made = {invitations.made_code() for _ in range(50)}
    assert len(made) == 50
    for code in made:
        assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
        assert not set("0oO1il") & set(code)
