"""The pages on which an invited person chooses a password: open to everybody, telling nobody anything."""

import logging

import pytest
from django.test import Client

from targets.models import Change, User
from targets.services import invitations, people
from tests.builders import PASSWORD
from tests.pages import read
from tests.services.conftest import author

OWN = "a long password of my own"
REFUSED = {
    "en": "This invitation opens nothing: the code is mistyped, was used or replaced, or has run out.",
    "zh-hans": "邀请码无效：可能输入有误，或者已经用过、已被新的代替、已过期。",
}


@pytest.fixture(params=["en", "zh-hans"])
def language(request):
    return request.param


@pytest.fixture
def visitor(language):
    """A browser in which nobody is signed in."""
    client = Client()
    client.post("/appearance/", {"language": language})
    return client


@pytest.fixture
def invitation(cast):
    return invitations.invite_person(author(cast.security_administrator), user=cast.east_clerk)


def choose(client, code, new=OWN, again=None):
    return client.post("/invitation/", {"code": code, "new": new, "again": new if again is None else again})


def test_the_address_and_the_typed_code_lead_to_the_same(visitor, invitation):
    by_address = visitor.get(f"/invitation/{invitation.code}/")
    by_code = visitor.post("/invitation/", {"code": f" {invitation.code.upper()} "})
    for answer in (by_address, by_code):
        assert answer.status_code == 200
        assert answer.context["person"].username == "east"
        text = read(answer).text
        assert "人员east" in text
        assert "no-store" in answer["Cache-Control"]
        # The address goes no further, and the form is still sent with its origin.
        assert answer["Referrer-Policy"] == "strict-origin"
    assert not Change.objects.filter(action="person.password").exists()  # looking uses nothing up


def test_the_chosen_password_signs_in_and_the_code_is_used_up(visitor, invitation, language):
    answer = choose(visitor, invitation.code)
    assert answer["Location"] == "/sign-in/"
    said = {"en": "Your password is set. Sign in with it and the user name east.", "zh-hans": "用户名：east。"}[
        language
    ]
    assert said in read(visitor.get("/sign-in/")).text
    assert visitor.post("/sign-in/", {"username": "east", "password": OWN}).status_code == 302
    again = choose(Client(), invitation.code, "another long password")
    assert again.status_code == 422
    assert User.objects.get(username="east").check_password(OWN)


def test_whatever_is_wrong_with_a_code_the_page_says_the_same(visitor, invitation, cast, language):
    """Wrong, replaced, and of a disabled account: one sentence with what to do, and no name."""
    newer = invitations.invite_person(author(cast.security_administrator), user=cast.east_clerk)
    gone = invitations.invite_person(author(cast.security_administrator), user=cast.west_clerk)
    people.disable_person(author(cast.security_administrator), user=cast.west_clerk)
    for code in ("abcd-efgh-jkmn-pqrs", invitation.code, gone.code):
        answers = [
            (visitor.get(f"/invitation/{code}/"), 200),
            (visitor.post("/invitation/", {"code": code}), 422),
            (choose(visitor, code), 422),
        ]
        for answer, status in answers:
            assert answer.status_code == status
            assert REFUSED[language] in read(answer).text
            assert "人员" not in read(answer).text
            assert "person" not in answer.context
    assert visitor.get(f"/invitation/{newer.code}/").context["person"].username == "east"


@pytest.mark.parametrize(
    ("new", "again", "field", "words"),
    [
        ("short", "short", "new", {"en": "too short", "zh-hans": "密码太短，至少10个字符。"}),
        ("qwertyuiop", "qwertyuiop", "new", {"en": "too common", "zh-hans": "常见"}),
        ("1234567890123", "1234567890123", "new", {"en": "entirely numeric", "zh-hans": "数字"}),
        (OWN, "another long one", "again", {"en": "not the same", "zh-hans": "两次输入的新密码不一致"}),
        (OWN, "", "again", {"en": "required", "zh-hans": "必填"}),
        ("", "", "new", {"en": "required", "zh-hans": "必填"}),
    ],
)
def test_a_refused_password_says_why_and_uses_nothing_up(visitor, invitation, language, new, again, field, words):
    answer = choose(visitor, invitation.code, new, again)
    assert answer.status_code == 422
    assert words[language] in " ".join(answer.context["form"].errors[field])
    assert not new or f'value="{new}"' not in answer.content.decode()
    assert choose(visitor, invitation.code).status_code == 302


def test_whoever_is_signed_in_here_is_named_and_signed_out(cast, signed_in, invitation):
    client = signed_in(cast.west_clerk, "en")
    assert "In this browser 人员west is signed in" in read(client.get(f"/invitation/{invitation.code}/")).text
    assert choose(client, invitation.code)["Location"] == "/sign-in/"
    assert client.get("/me/")["Location"].startswith("/sign-in/")
    assert User.objects.get(username="west").check_password(PASSWORD)


def test_a_locked_account_is_open_again_after_a_new_password(visitor, cast):
    for _try in range(5):
        visitor.post("/sign-in/", {"username": "east", "password": "wrong"})
    made = invitations.invite_person(author(cast.security_administrator), user=cast.east_clerk)
    choose(visitor, made.code)
    assert visitor.post("/sign-in/", {"username": "east", "password": OWN}).status_code == 302


def test_the_sign_in_leads_to_the_invitation(visitor, db):
    assert 'href="/invitation/"' in visitor.get("/sign-in/").content.decode()
    assert visitor.get("/invitation/").status_code == 200


@pytest.mark.parametrize("code", ["x" * 5000, "²", "%00", "<b>", "a/b"])
def test_nonsense_is_no_code(visitor, db, code):
    assert visitor.post("/invitation/", {"code": code}).status_code == 422
    assert visitor.get(f"/invitation/{code}/").status_code in (200, 404)


def test_nothing_that_is_logged_holds_a_code(visitor, invitation, caplog):
    """Django logs the address of every answer from 400 on."""
    with caplog.at_level(logging.INFO):
        visitor.get(f"/invitation/{invitation.code}/")
        visitor.get("/invitation/abcd-efgh-jkmn-pqrs/")
        choose(visitor, invitation.code, "short")
        choose(visitor, "abcd-efgh-jkmn-pqrs")
        choose(visitor, invitation.code)
    assert "/invitation/" in caplog.text  # refusals are logged
    assert invitation.code not in caplog.text
    assert "abcd-efgh" not in caplog.text
    recorded = "".join(f"{one.before}{one.after}{one.source}" for one in Change.objects.all())
    assert invitation.code not in recorded


def test_the_form_is_refused_without_its_token(invitation):
    client = Client(enforce_csrf_checks=True)
    assert choose(client, invitation.code).status_code == 403
