"""People: accounts, roles, and what they choose for themselves."""

import json

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from targets.models import Change, Membership, User
from targets.permissions import scope_of
from targets.services import invitations, people
from targets.services.base import verb
from tests.builders import PASSWORD
from tests.services.conftest import author, who_may

REASON = "Only a security administrator changes people and roles. Ask the administrator."


def test_only_a_security_administrator_makes_accounts_and_gives_roles(cast):
    may, reasons = who_may(
        cast, lambda by: people.create_person(by, username="new", full_name="新人", password_hash=make_password("x"))
    )
    assert (may, reasons) == ({"security administrator"}, {REASON})
    may, reasons = who_may(cast, lambda by: people.grant_role(by, user=cast.stranger, unit=cast.east, role="clerk"))
    assert (may, reasons) == ({"security administrator"}, {REASON})


def test_nobody_gives_a_role_to_themselves(cast):
    for person in (cast.system_administrator, cast.reviewer, cast.stranger):
        with pytest.raises(PermissionDenied, match="Only a security administrator"):
            people.grant_role(author(person), user=person, unit=cast.township, role="leader")
        assert not person.memberships.filter(role="leader").exists()


def test_an_account_signs_in_with_its_password_and_sees_nothing_yet(build):
    user = build.person("wang")
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert (user.is_active, user.is_staff, user.is_superuser, user.is_sample) == (True, False, False, False)
    assert not scope_of(user).unit_ids


def test_the_record_of_an_account_holds_no_password(build):
    user = build.person("wang")
    change = Change.objects.get(action="person.create")
    assert json.loads(change.after) == {"username": "wang", "full_name": "人员wang", "is_sample": False}
    assert user.password not in change.after


def test_a_name_is_taken_once(build):
    build.person("wang")
    with pytest.raises(ValidationError, match="A user with that username already exists"):
        build.person("wang")
    assert User.objects.count() == 1


def test_a_role_reaches_the_unit_and_what_is_below_it(build, cast):
    person = build.person("new", "clerk", cast.township)
    assert scope_of(person).unit_ids == {cast.township.pk, cast.east.pk, cast.west.pk, cast.office.pk}
    change = Change.objects.filter(action="membership.create").first()
    assert change is not None
    assert (change.unit, json.loads(change.after)) == (
        cast.township,
        {"user": person.pk, "unit": cast.township.pk, "role": "clerk"},
    )


def test_a_role_may_be_for_some_sections_only(build, cast):
    person = build.person("new", "leader", cast.township, cast.economy)
    scope = scope_of(person)
    assert (scope.all_sections, scope.section_ids) == (False, {cast.economy.pk})
    change = Change.objects.filter(action="membership.sections", unit=cast.township).first()
    assert change is not None
    assert json.loads(change.after) == {"sections": ["economy"]}


def test_a_person_has_several_roles_in_several_units(build, cast):
    person = build.person("new", "clerk", cast.east)
    build.role(person, "leader", cast.east)
    build.role(person, "clerk", cast.west)
    assert scope_of(person).unit_ids == {cast.east.pk, cast.west.pk}


def test_the_same_role_is_given_once_and_again_after_it_ended(build, cast):
    with pytest.raises(ValidationError) as refusal:
        build.role(cast.east_clerk, "clerk", cast.east)
    assert refusal.value.messages == ["This person already has this role in this unit."]

    verb(Membership.objects.filter(user=cast.east_clerk).update)(ended_at=timezone.now())
    assert not scope_of(cast.east_clerk).unit_ids
    build.role(cast.east_clerk, "clerk", cast.east)
    assert scope_of(cast.east_clerk).unit_ids == {cast.east.pk}


def test_an_unknown_role_is_refused(build, cast):
    with pytest.raises(ValidationError, match="is not a valid choice"):
        build.role(cast.stranger, "king", cast.east)
    assert not cast.stranger.memberships.exists()


def test_a_person_chooses_how_the_pages_look_and_it_is_recorded_once(cast):
    by = author(cast.auditor)
    for _ in range(2):
        people.choose_appearance(by, user=cast.auditor, language="en")
    cast.auditor.refresh_from_db()
    assert cast.auditor.language == "en"
    change = Change.objects.get(action="person.appearance")
    assert (change.actor, json.loads(change.before), json.loads(change.after)) == (
        cast.auditor,
        {"language": "zh-hans"},
        {"language": "en"},
    )


def test_a_language_that_is_not_there_is_refused(cast):
    with pytest.raises(ValidationError, match="is not a valid choice"):
        people.choose_appearance(author(cast.auditor), user=cast.auditor, language="fr")
    cast.auditor.refresh_from_db()
    assert cast.auditor.language == "zh-hans"


# Accounts and roles as a security administrator changes them.

ACTS = {
    "change": lambda by, who: people.change_person(by, user=who, full_name="改名"),
    "disable": lambda by, who: people.disable_person(by, user=who),
    "enable": lambda by, who: people.enable_person(by, user=who),
    "invitation": lambda by, who: invitations.invite_person(by, user=who),
    "unlock": lambda by, who: people.unlock_person(by, user=who),
    "end of a role": lambda by, who: people.end_role(by, who.memberships.get()),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_only_a_security_administrator_changes_accounts(cast, act):
    may, reasons = who_may(cast, lambda by: act(by, cast.east_clerk))
    assert (may, reasons) == ({"security administrator"}, {REASON})


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_a_village_administrator_reaches_nobody_with_a_role_elsewhere(cast, build, act):
    by = author(build.person("local", "security_administrator", cast.east))
    act(by, build.person("own", "clerk", cast.east))
    for other in (cast.west_clerk, cast.security_administrator, cast.leader):
        with pytest.raises(PermissionDenied, match="a unit that you do not manage"):
            act(by, other)
    with pytest.raises(PermissionDenied, match="a unit that you do not manage"):
        people.grant_role(by, user=cast.stranger, unit=cast.township, role="leader")


def test_not_even_a_security_administrator_gives_a_role_to_themselves(cast):
    with pytest.raises(PermissionDenied, match="Nobody gives a role to themselves"):
        people.grant_role(
            author(cast.security_administrator), user=cast.security_administrator, unit=cast.east, role="leader"
        )


def test_the_last_security_administrator_stays(cast, build):
    """Of the township; the one of East may go as long as there is one above."""
    role = cast.security_administrator.memberships.get()
    with pytest.raises(ValidationError, match="last active security administrator of 青山乡"):
        people.end_role(build.by, role)
    local = build.person("local", "security_administrator", cast.east)
    for act in (
        lambda: people.end_role(build.by, role),
        lambda: people.disable_person(build.by, user=cast.security_administrator),
    ):
        with pytest.raises(ValidationError, match="last active security administrator of 青山乡"):
            act()
    people.end_role(build.by, local.memberships.get())

    second = build.person("second", "security_administrator", cast.township)
    people.disable_person(build.by, user=second)
    with pytest.raises(ValidationError, match="last active security administrator"):
        people.disable_person(build.by, user=cast.security_administrator)  # the second is disabled
    people.enable_person(build.by, user=second)
    people.disable_person(build.by, user=cast.security_administrator)
    assert not User.objects.get(username="security").is_active


def test_nobody_disables_their_own_account(cast, build):
    build.person("second", "security_administrator", cast.township)
    with pytest.raises(ValidationError, match="your own account"):
        people.disable_person(author(cast.security_administrator), user=cast.security_administrator)


def test_a_disabled_person_keeps_what_they_did_and_gets_no_role(cast, build):
    people.disable_person(build.by, user=cast.east_clerk, reason="调离")
    change = Change.objects.get(action="person.disable")
    assert (change.reason, json.loads(change.before)) == ("调离", {"is_active": True})
    assert User.objects.get(username="east").memberships.filter(ended_at__isnull=True).count() == 1
    with pytest.raises(ValidationError, match=r"is disabled\. Enable it first"):
        people.grant_role(build.by, user=cast.east_clerk, unit=cast.west, role="clerk")


def test_a_role_ends_once_and_tells_who_ended_it(cast):
    role = cast.east_clerk.memberships.get()
    people.end_role(author(cast.security_administrator), role, reason="调离")
    assert not scope_of(cast.east_clerk).unit_ids
    change = Change.objects.get(action="membership.end")
    assert (change.actor, change.unit, change.reason) == (cast.security_administrator, cast.east, "调离")
    with pytest.raises(ValidationError, match="has ended already"):
        people.end_role(author(cast.security_administrator), Membership.objects.get(pk=role.pk))


@pytest.mark.parametrize(
    "act",
    [
        lambda by, who: people.change_own_password(by, user=who, password_hash="!"),
        lambda by, who: people.change_own_account(by, user=who, email="", language="en", large_text=False),
        lambda by, who: people.choose_appearance(by, user=who, language="en"),
    ],
)
def test_only_its_owner_changes_an_own_account(cast, act):
    for person in (cast.security_administrator, cast.system_administrator, cast.west_clerk):
        with pytest.raises(PermissionDenied, match="Only the owner"):
            act(author(person), cast.east_clerk)
