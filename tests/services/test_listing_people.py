"""People from a list: what each row would do, what refuses it, all of it or nothing, and twice the same is nothing."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from targets.models import Change, Membership, User
from targets.services import people, people_import
from targets.services.people_import import ListedRole, Outcome, compare_people, take_people
from tests.services.conftest import author, who_may


@pytest.fixture
def security(cast):
    return author(cast.security_administrator)


def row(line, unit, role="clerk", *, name="王一", username="wangyi", sections=(), email=""):
    return ListedRole(line, name, username, unit, role, tuple(sections), email)


def outcomes(by, *rows):
    return [str(one.outcome) for one in compare_people(by, rows)]


def refusals(by, *rows):
    return [(one.row.line, found.field, found.reason) for one in compare_people(by, rows) for found in one.hindrances]


def test_only_a_security_administrator_takes_a_list(cast):
    may, reasons = who_may(cast, lambda by: take_people(by, rows=[row(2, cast.east)]))
    assert may == {"security administrator"}
    assert reasons == {"Only a security administrator changes people and roles. Ask the administrator."}


def test_a_list_makes_people_and_gives_all_their_roles(cast, security):
    rows = [
        row(2, cast.east),
        row(3, cast.west, "leader", sections=[cast.economy, cast.governance]),
        row(4, cast.office, name="李二", username="lier", email="li@example.org"),
        row(5, cast.west, name="人员east", username="east"),
    ]
    assert outcomes(security, *rows) == ["new_person", "new_role", "new_person", "new_role"]
    taken = take_people(security, rows=rows)
    assert [(one.person.username, one.person.full_name) for one in taken.invitations] == [
        ("wangyi", "王一"),
        ("lier", "李二"),
    ]
    assert taken.roles == 4
    held = {
        (one.user.username, one.unit.code, one.role, *(section.code for section in one.sections.all()))
        for one in Membership.objects.filter(user__username__in=["wangyi", "lier", "east"])
    }
    assert held == {
        ("wangyi", "T-E", "clerk"),
        ("wangyi", "T-W", "leader", "economy", "governance"),
        ("lier", "T-O", "clerk"),
        ("east", "T-E", "clerk"),
        ("east", "T-W", "clerk"),
    }
    assert User.objects.get(username="lier").email == "li@example.org"
    assert User.objects.get(username="east").has_usable_password()  # no invitation for who has come already
    assert {change.batch for change in Change.objects.filter(actor=cast.security_administrator)} == {security.batch}


def test_the_same_list_twice_changes_nothing(cast, security):
    rows = [row(2, cast.east), row(3, cast.west, "leader", sections=[cast.economy])]
    take_people(security, rows=rows)
    before = Change.objects.count()
    assert outcomes(security, *rows) == ["same", "same"]
    again = take_people(security, rows=rows)
    assert (again.invitations, again.roles) == ((), 0)
    assert Change.objects.count() == before


def test_a_row_that_stands_twice_is_taken_once(cast, security):
    rows = [row(2, cast.east), row(3, cast.east)]
    assert outcomes(security, *rows) == ["new_person", "same"]
    assert take_people(security, rows=rows).roles == 1


def test_an_email_in_any_row_is_the_persons(cast, security):
    take_people(security, rows=[row(2, cast.east), row(3, cast.west, email="wang@example.org")])
    assert User.objects.get(username="wangyi").email == "wang@example.org"


@pytest.mark.parametrize("username", ["east", "East", "EAST"])
def test_a_user_name_of_somebody_else_is_refused_as_a_shared_account(cast, security, username):
    found = refusals(security, row(2, cast.west, name="别人", username=username))
    assert found == [(2, "full_name", "The account “east” is that of “人员east”.")]


def test_capitals_do_not_make_another_account(cast, security):
    take_people(security, rows=[row(2, cast.west, name="人员east", username="EAST")])
    assert User.objects.filter(username__iexact="east").count() == 1
    assert cast.east_clerk.memberships.count() == 2
    rows = [row(2, cast.east), row(3, cast.west, username="WangYi")]
    assert outcomes(security, *rows) == ["new_person", "new_role"]
    take_people(security, rows=rows)
    assert User.objects.get(username__iexact="wangyi").username == "wangyi"


def test_one_user_name_with_two_names_or_addresses_is_refused(cast, security):
    found = refusals(
        security,
        row(2, cast.east, email="a@example.org"),
        row(3, cast.west, name="王二", email="b@example.org"),
    )
    assert found == [
        (3, "full_name", "Row 2 gives this user name to “王一”."),
        (3, "email", "Row 2 names another e-mail address of this person."),
    ]


def test_a_role_for_other_sections_than_it_is_held_for_is_refused(cast, security):
    assert refusals(security, row(2, cast.east, name="人员east", username="east", sections=[cast.economy])) == [
        (2, "sections", "The person has this role already, for other sections.")
    ]
    rows = [row(2, cast.east, sections=[cast.economy]), row(3, cast.east, sections=[cast.governance])]
    assert refusals(security, *rows) == [(3, "sections", "Row 2 gives this role for other sections.")]


def test_nobody_gives_a_role_to_themselves_by_a_list(cast, security):
    me = {"name": "人员security", "username": "security"}
    assert refusals(security, row(2, cast.east, **me)) == [
        (2, "username", "Nobody gives a role to themselves. Ask another security administrator.")
    ]
    # The own row of the list of everybody is no such thing.
    assert outcomes(security, row(2, cast.township, "security_administrator", **me)) == ["same"]


def test_a_disabled_account_is_refused(cast, security):
    people.disable_person(security, user=cast.east_clerk)
    assert refusals(security, row(2, cast.west, name="人员east", username="east")) == [
        (2, "username", "This account is disabled.")
    ]


def test_a_village_administrator_reaches_the_own_village_only(cast, build):
    by = author(build.person("local", "security_administrator", cast.east))
    assert outcomes(by, row(2, cast.east)) == ["new_person"]
    assert refusals(by, row(2, cast.west)) == [(2, "unit", "You do not give roles in this unit.")]
    # Not even the name of somebody elsewhere is told.
    assert refusals(by, row(2, cast.east, name="某人", username="west")) == [
        (2, "username", "This user name is taken by somebody whom you do not manage.")
    ]


def test_one_refused_row_refuses_all(cast, security):
    before = (User.objects.count(), Membership.objects.count(), Change.objects.count())
    with pytest.raises(ValidationError, match=r"Row 3: The account “east” is that of “人员east”\."):
        take_people(security, rows=[row(2, cast.east), row(3, cast.west, name="别人", username="east")])
    assert (User.objects.count(), Membership.objects.count(), Change.objects.count()) == before


def test_what_fails_in_the_middle_leaves_nothing(cast, security, monkeypatch):
    def fail(*_given, **_named):
        raise PermissionDenied("no")

    monkeypatch.setattr(people_import, "grant_role", fail)
    before = (User.objects.count(), Change.objects.count())
    with pytest.raises(PermissionDenied):
        take_people(security, rows=[row(2, cast.east)])
    assert (User.objects.count(), Change.objects.count()) == before


def test_comparing_asks_the_same_number_of_queries_for_few_and_many(cast, security, django_assert_num_queries):
    for count in (1, 40):
        rows = [row(line, cast.east, username=f"new{line}") for line in range(count)]
        rows += [row(line, cast.west, name="人员east", username="east") for line in range(count)]
        with django_assert_num_queries(4):
            assert len(compare_people(security, rows)) == 2 * count


def test_outcomes_that_write():
    assert [one for one in Outcome if one.is_taken] == [Outcome.NEW_PERSON, Outcome.NEW_ROLE]
