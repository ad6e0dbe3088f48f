"""People: accounts, roles, and what they choose for themselves."""

import json

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from targets.models import Change, Membership, User
from targets.permissions import scope_of
from targets.services import people
from targets.services.writing import verb
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
