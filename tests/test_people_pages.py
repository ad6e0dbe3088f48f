"""People: accounts and roles through their pages, one's own account, invitations, and the first administrator."""

import io
import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from targets.models import Change, Membership, Unit, User
from targets.services import invitations, people
from targets.services.base import verb
from tests.builders import PASSWORD
from tests.pages import read


@pytest.fixture
def security(cast, signed_in):
    return signed_in(cast.security_administrator, "en")


def listed(client, query=""):
    page = read(client.get(f"/people/{query}"))
    return [row["User name"].text for row in page.table("people").rows] if page.has_table("people") else []


def fail_to_sign_in(username, times):
    for _ in range(times):
        Client().post("/sign-in/", {"username": username, "password": "wrong"})


# The list


def test_the_list_shows_names_and_roles_and_no_figures(cast, security):
    page = read(security.get("/people/"))
    row = page.table("people").row("User name", "governance")
    assert row["Roles"].text == "leader · Qingshan Township (Governance)"
    assert page.table("people").row("User name", "stranger")["Roles"].text == "No role yet"
    assert "Roads" not in page.text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=EAST", ["east"]),
        ("?q=人员west", ["west"]),
        ("?role=leader", ["governance", "leader"]),
        ("?role=clerk&unit={east}", ["east"]),
        ("?unit={east}", ["east"]),
        ("?unit={township}&role=clerk", ["east", "office", "west"]),
        ("?state=disabled", ["gone"]),
        ("?state=all&q=o", ["auditor", "governance", "office", "gone"]),
        ("?state=locked", ["west"]),
        ("?q=nobody", []),
        ("?role=king&unit=999999&q=east", ["east"]),
    ],
)
def test_people_are_searched_and_filtered(cast, build, security, query, names):
    people.disable_person(build.by, user=build.person("gone"))
    fail_to_sign_in("west", 5)
    fail_to_sign_in("east", 4)
    query = query.format(east=cast.east.pk, township=cast.township.pk)
    if "gone" in names:
        assert set(listed(security, query)) >= set(names)
    else:
        assert listed(security, query) == names


def test_a_village_administrator_sees_own_people_and_whom_they_added(cast, build, signed_in):
    local = build.person("local", "security_administrator", cast.east)
    client = signed_in(local, "en")
    # Who was invited by the township and has no role yet is nobody's to invite again but the township's.
    assert listed(client) == ["east", "local"]
    assert client.get(f"/people/{cast.stranger.pk}/").status_code == 404
    add(client, username="mine")
    assert listed(client) == ["east", "local", "mine"]
    # A role elsewhere takes a person out of reach, also after it ended; one in the own village does not.
    for username, unit in (("once-here", cast.east), ("once-there", cast.west)):
        role = build.role(build.person(username), "clerk", unit)
        people.end_role(build.by, role)
    assert listed(client) == ["east", "local", "mine", "once-here"]
    assert client.get(f"/people/{cast.west_clerk.pk}/").status_code == 404
    units = [label.strip() for _value, label in client.get("/people/").context["form"].fields["unit"].widget.choices]
    assert units == ["All", "East Village"]


def test_whom_the_township_has_just_invited_a_village_cannot_invite_again(cast, build):
    from targets.permissions import scope_of
    from targets.services.base import Author

    local = build.person("local", "security_administrator", cast.east)
    by = Author.person(local, scope_of(local))
    with override("en"), pytest.raises(PermissionDenied, match="added by somebody else"):
        invitations.invite_person(by, user=cast.stranger)


# Adding


def add(client, **changes):
    return client.post("/people/new/", {"username": "wang", "full_name": "新人", "email": ""} | changes)


OWN = "a long password of my own"


def choose(client, code, password=OWN):
    return client.post("/invitation/", {"code": code, "new": password, "again": password})


def test_an_invitation_is_shown_once_and_its_owner_chooses_the_password(cast, security):
    answer = add(security, email="wang@example.org")
    invitation, address = answer.context["slip"]
    assert address == f"http://testserver/invitation/{invitation.code}/"
    for shown in (address, f"<code>{invitation.code}</code>", "新人", "wang"):
        assert shown in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert invitation.code not in "".join(str(cookie) for cookie in security.cookies.values())
    person = User.objects.get(username="wang")
    assert (person.full_name, person.email, person.has_usable_password()) == ("新人", "wang@example.org", False)
    assert invitation.code not in security.get(f"/people/{person.pk}/").content.decode()

    visitor = Client()
    assert "新人" in visitor.get(address).content.decode()
    assert choose(visitor, invitation.code)["Location"] == "/sign-in/"
    assert visitor.post("/sign-in/", {"username": "wang", "password": OWN})["Location"] == "/"
    assert visitor.get("/me/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"username": "EAST"}, "username", "is taken"),
        ({"username": "two words"}, "username", "valid username"),
        ({"username": ""}, "username", "required"),
        ({"full_name": ""}, "full_name", "required"),
        ({"email": "nonsense"}, "email", "valid email"),
    ],
)
def test_what_is_refused_stands_beside_its_field(cast, security, changes, field, words):
    before = User.objects.count()
    answer = add(security, **({"email": "kept@example.org"} | changes))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert words in " ".join(answer.context["form"].errors[field])
    assert User.objects.count() == before
    if "email" not in changes:
        assert "kept@example.org" in answer.content.decode()


# One person


def act(client, person, name, **sent):
    return client.post(f"/people/{person.pk}/", {"act": name} | sent)


def test_a_role_is_given_and_ended_with_date_and_who(cast, security):
    sent = {"role-role": "leader", "role-unit": cast.east.pk, "role-sections": [cast.economy.pk]}
    assert act(security, cast.stranger, "role", **sent).status_code == 302
    membership = cast.stranger.memberships.get()
    assert [section.code for section in membership.sections.all()] == ["economy"]
    page = read(security.get(f"/people/{cast.stranger.pk}/"))
    row = page.table("people").rows[0]
    assert row["Role"].text == "leader · East Village (Economy)"
    assert row["Given"].text.endswith("· 人员security")
    assert act(security, cast.stranger, f"end-{membership.pk}").status_code == 302
    ended = read(security.get(f"/people/{cast.stranger.pk}/")).table("people").rows[0]
    assert ended["Ended"].text.endswith("· 人员security")
    assert act(security, cast.stranger, f"end-{membership.pk}").status_code == 404


def test_no_role_is_given_in_a_unit_that_has_ended(cast, build, security):
    gone = build.unit("GONE", cast.township, last_year=2020)
    assert "Unit GONE" not in read(security.get(f"/people/{cast.east_clerk.pk}/")).text
    answer = act(security, cast.east_clerk, "role", **{"role-role": "clerk", "role-unit": gone.pk})
    assert answer.status_code == 422
    assert not Membership.objects.filter(unit=gone).exists()


def test_a_refused_role_says_why_and_stays_as_chosen(cast, security):
    answer = act(security, cast.east_clerk, "role", **{"role-role": "clerk", "role-unit": cast.east.pk})
    assert answer.status_code == 422
    assert "already has this role in this unit" in read(answer).text
    assert answer.context["forms"]["role"]["unit"].value() == str(cast.east.pk)


def test_nobody_gives_a_role_to_themselves_by_a_forged_form(cast, security):
    own = f"/people/{cast.security_administrator.pk}/"
    assert "Give a role" not in read(security.get(own)).text
    answer = security.post(own, {"act": "role", "role-role": "leader", "role-unit": cast.east.pk})
    assert answer.status_code == 403
    assert cast.security_administrator.memberships.count() == 1


def test_the_last_security_administrator_neither_goes_nor_loses_the_role(cast, security):
    role = cast.security_administrator.memberships.get()
    answer = act(security, cast.security_administrator, f"end-{role.pk}")
    assert answer.status_code == 422
    assert "last active security administrator of 青山乡" in read(answer).text
    assert Membership.objects.get(pk=role.pk).ended_at is None


def test_an_account_is_disabled_with_a_reason_and_opened_again(cast, security):
    assert act(security, cast.east_clerk, "disable").status_code == 422
    assert act(security, cast.east_clerk, "disable", **{"disable-reason": "调离"}).status_code == 302
    visitor = Client()
    visitor.post("/sign-in/", {"username": "east", "password": PASSWORD})
    assert visitor.get("/")["Location"].startswith("/sign-in/")
    assert Change.objects.get(action="person.disable").reason == "调离"
    act(security, cast.east_clerk, "enable")
    assert User.objects.get(username="east").is_active


def test_a_locked_account_is_unlocked(cast, security):
    fail_to_sign_in("east", 5)
    right = {"username": "east", "password": PASSWORD}
    assert Client().post("/sign-in/", right).status_code == 429
    assert "Locked" in read(security.get("/people/?q=east")).text
    assert "Unlock now" in read(security.get(f"/people/{cast.east_clerk.pk}/")).text
    act(security, cast.east_clerk, "unlock")
    assert Client().post("/sign-in/", right).status_code == 302
    assert Change.objects.filter(action="person.unlock", object_id=cast.east_clerk.pk).exists()


def test_an_account_that_is_guessed_at_from_many_addresses_is_listed_and_unlocked(cast, security):
    for number in range(25):
        Client(REMOTE_ADDR=f"10.1.0.{number}").post("/sign-in/", {"username": "east", "password": "wrong"})
    assert listed(security, "?state=locked") == ["east"]
    act(security, cast.east_clerk, "unlock")
    assert listed(security, "?state=locked") == []
    assert Client().post("/sign-in/", {"username": "east", "password": PASSWORD}).status_code == 302


def test_enabling_an_account_revives_no_session(cast, security):
    visitor, other = Client(), Client()
    visitor.force_login(cast.east_clerk)
    other.force_login(cast.west_clerk)
    act(security, cast.east_clerk, "disable", **{"disable-reason": "调离"})
    act(security, cast.east_clerk, "enable")
    assert visitor.get("/")["Location"].startswith("/sign-in/")
    assert other.get("/").status_code == 200


def test_a_lock_that_ran_out_is_none(cast, security):
    fail_to_sign_in("east", 5)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
    assert listed(security, "?state=locked") == []


def test_who_forgot_the_password_is_invited_anew_and_open_sessions_end(cast, security):
    visitor = Client()
    visitor.force_login(cast.east_clerk)
    answer = act(security, cast.east_clerk, "invite")
    assert answer.status_code == 200
    assert visitor.get("/me/")["Location"].startswith("/sign-in/")
    again = act(security, cast.east_clerk, "invite").context["slip"][0]
    assert choose(Client(), answer.context["slip"][0].code).status_code == 422
    choose(Client(), again.code)
    assert User.objects.get(username="east").check_password(OWN)


def test_who_is_not_invited_by_a_forged_form(cast, security, build):
    for person, words in ((cast.security_administrator, "on your own page"), (cast.west_clerk, "is disabled")):
        if person == cast.west_clerk:
            people.disable_person(build.by, user=person)
        assert "Invite" not in read(security.get(f"/people/{person.pk}/")).text
        answer = act(security, person, "invite")
        assert answer.status_code == 422
        assert words in read(answer).text
        assert not User.objects.get(pk=person.pk).invitation


def test_the_list_tells_who_has_not_come_yet_and_whose_invitation_ran_out(cast, build, security):
    for username in ("invited", "late", "closed", "gone"):
        made = invitations.add_person(build.by, username=username, full_name=username)
        if username in ("closed", "gone"):
            people.disable_person(build.by, user=made.person)
    people.enable_person(build.by, user=User.objects.get(username="closed"))
    verb(User.objects.filter(username="late").update)(invited_until=timezone.now() - timedelta(seconds=1))
    assert listed(security, "?state=waiting") == ["closed", "invited", "late"]
    assert listed(security, "?state=uninvited") == ["closed", "late"]
    table = read(security.get("/people/?state=all")).table("people")
    said = {name: table.row("User name", name)["Account"].text for name in ("closed", "late", "gone", "east")}
    assert said == {"closed": "Not invited", "late": "Invitation ran out", "gone": "Disabled", "east": ""}
    assert table.row("User name", "invited")["Account"].text.startswith("Invited until ")
    page = read(security.get(f"/people/{User.objects.get(username='late').pk}/")).text
    assert "No password has been chosen yet. Invitation ran out" in " ".join(page.split())
    assert "Invite again" in page


@pytest.mark.parametrize("name", ["", "delete", "end-", "end-x", "end-0", "end-{other}"])
def test_a_forged_act_does_nothing(cast, security, name):
    name = name.format(other=cast.west_clerk.memberships.get().pk)
    before = Change.objects.count()
    assert act(security, cast.east_clerk, name).status_code == 404
    assert Change.objects.count() == before


def test_pages_ask_the_same_number_of_queries_for_few_and_many_people(cast, build, security, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for address in ("/people/", f"/people/{cast.east_clerk.pk}/"):
        with CaptureQueriesContext(connection) as few:
            security.get(address)
        for number in range(8):
            build.person(f"more-{number}-{address.count('/')}", "clerk", cast.west, cast.economy)
            build.role(cast.east_clerk, "leader", build.unit(f"U-{number}-{len(address)}", cast.township))
        with django_assert_num_queries(len(few)):
            security.get(address)


# One's own account


@pytest.mark.parametrize("who", ["east_clerk", "security_administrator", "stranger"])
def test_everybody_changes_their_own_mail_and_looks_and_nobody_their_name(cast, signed_in, who):
    person = getattr(cast, who)
    client = signed_in(person, "en")
    sent = {"full_name": "改名", "email": "me@example.org", "language": "zh-hans", "large_text": "on"}
    assert client.post("/me/", sent).status_code == 302
    name = person.full_name
    person.refresh_from_db()
    seen = (person.full_name, person.email, person.language, person.large_text)
    assert seen == (name, "me@example.org", "zh-hans", True)


def test_ones_roles_stand_on_ones_own_page(cast, signed_in):
    assert "clerk · East Village" in read(signed_in(cast.east_clerk, "en").get("/me/")).text
    assert "You have no role yet" in read(signed_in(cast.stranger, "en").get("/me/")).text


@pytest.mark.parametrize(
    ("old", "new", "again", "field"),
    [
        ("wrong", "a new long password", "a new long password", "old"),
        (PASSWORD, "a new long password", "another long one", "again"),
        (PASSWORD, "short", "short", "new"),
        (PASSWORD, PASSWORD, PASSWORD, "new"),
        ("", "a new long password", "a new long password", "old"),
    ],
)
def test_a_password_is_changed_by_who_knows_the_old_one(cast, signed_in, old, new, again, field):
    client = signed_in(cast.east_clerk, "en")
    answer = client.post("/me/password/", {"old": old, "new": new, "again": again})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert User.objects.get(username="east").check_password(PASSWORD)
    assert f'value="{new}"' not in answer.content.decode()


@pytest.mark.parametrize(
    ("username", "asked", "lands"),
    [
        ("security", "", "/people/"),
        ("security", "/", "/people/"),
        ("security", "/method/", "/method/"),
        ("east", "", "/"),
    ],
)
def test_who_sees_no_figures_begins_at_the_people(cast, client, username, asked, lands):
    answer = client.post("/sign-in/", {"username": username, "password": PASSWORD, "next": asked})
    assert answer["Location"] == lands


# The first administrator of a house


def first(*arguments):
    out = io.StringIO()
    call_command("first_administrator", *arguments, stdout=out)
    return out.getvalue()


def code_in(out):
    return re.findall(r"code: +(\S+)", out)[0]


def test_a_house_is_set_up_through_the_pages_from_nothing(db, client):
    """After the command nothing but pages: people, a system administrator, units, a section, a year."""
    out = first("anquan", "--unit", "青山乡", "--unit-code", "QS")
    assert f"address: /invitation/{code_in(out)}/ " in out
    choose(client, code_in(out))
    client.post("/sign-in/", {"username": "anquan", "password": OWN})
    made = client.post("/people/new/", {"username": "xitong", "full_name": "系统管理员"})
    top = Unit.objects.get(code="QS")
    system = User.objects.get(username="xitong")
    given = {"act": "role", "role-role": "system_administrator", "role-unit": top.pk}
    assert client.post(f"/people/{system.pk}/", given).status_code == 302

    choose(client, made.context["slip"][0].code)
    client.post("/sign-in/", {"username": "xitong", "password": OWN})
    assert client.get("/").status_code == 200  # there is no plan yet, which the page says
    unit = {"code": "QS-V1", "name": "东村", "kind": "village", "parent": top.pk}
    assert client.post("/setup/units/new/", unit).status_code == 302
    assert client.post("/setup/sections/new/", {"code": "economy", "name": "经济发展"}).status_code == 302
    page = client.get("/setup/years/new/")
    sent = {field.html_name: field.value() for field in page.context["form"] if field.value() not in (None, False)}
    assert client.post("/setup/years/new/", sent).status_code == 302
    assert client.get("/").status_code == 200
    assert client.get("/indicators/").status_code == 200


def test_the_command_takes_an_account_that_exists_and_keeps_its_password(build):
    build.unit("T", kind="township", name="青山乡")
    person = build.person("wang")
    assert first("wang") == "wang is security administrator of 青山乡.\n"
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert not person.invitation
    assert person.memberships.get().role == "security_administrator"


def test_the_command_invites_again_who_never_chose_a_password(db):
    lost = code_in(first("anquan", "--unit", "青山乡"))
    verb(User.objects.update)(invited_until=timezone.now() - timedelta(days=1))
    with pytest.raises(CommandError, match="anquan is security administrator already"):
        first("another")
    code = code_in(first("anquan"))
    assert choose(Client(), lost).status_code == 422
    assert choose(Client(), code).status_code == 302
    assert Unit.objects.count() == Membership.objects.count() == 1
    with pytest.raises(CommandError, match="anquan is security administrator already"):
        first("anquan")
    assert User.objects.get(username="anquan").check_password(OWN)


def test_the_command_says_what_it_lacks_and_is_no_back_door(cast, build):
    with pytest.raises(CommandError, match="security is security administrator already"):
        first("somebody")
    assert not User.objects.filter(username="somebody").exists()


def test_the_command_needs_a_unit_and_an_open_account(db, build):
    with pytest.raises(CommandError, match="name the township"):
        first("wang")
    people.disable_person(build.by, user=build.person("gone"))
    with pytest.raises(CommandError, match="is disabled"):
        first("gone", "--unit", "青山乡")
    with pytest.raises(CommandError, match="valid username"):
        first("two words", "--unit", "青山乡")
    assert not Unit.objects.exists()
