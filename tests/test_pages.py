"""Addresses typed wrong, empty houses, language, sign-in, and what every page must carry and must never carry."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.test import Client
from django.utils import timezone

from targets.models import Change, User
from tests.builders import PASSWORD
from tests.pages import read

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent

WITH_FIGURES = ["/", "/indicators/", "/sections/economy/", "/indicators/ROADS/", "/second-half/"]
DATA = [
    "/sections/economy/chart.json",
    "/indicators/ROADS/chart.json",
    "/files/indicators.csv",
    "/files/second-half.csv",
    "/files/second-half.xlsx",
    "/files/indicators.xlsx",
]

NONSENSE = [
    "XX",
    "h1",
    "0",
    "13",
    "-1",
    "1.5",
    "1e3",
    "abc",
    "６",
    "²",
    "٣",
    "null",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "%s",
    "%(asked)s",
    "../../etc/passwd",
    "\r\nSet-Cookie: x=1",
    "\u202e",
    "🚜",
    "9" * 400,
    "长" * 3000,
]


@pytest.fixture
def leader(cast, signed_in):
    return signed_in(cast.leader, "en")


# Bad addresses


NAMES = ("period", "as_of", "year", "waiting", "page", "per_page", "sort", "lead", "status", "office", "q", "include")


#: A page of each kind, and a file. What is wrong in every choice at once is tried on every address in test_hostile.
CHOOSING = [
    "/", "/sections/economy/", "/indicators/", "/indicators/ROADS/", "/second-half/", "/files/indicators.csv",
]  # fmt: skip


@pytest.mark.parametrize("address", CHOOSING)
def test_no_choice_in_an_address_breaks_a_page(leader, address):
    """All choices wrong at once, in every way; then each by itself in the worst ways."""
    queries = ["&".join(f"{name}={quote(value)}" for name in NAMES) for value in NONSENSE]
    queries += [f"{name}={quote(value)}" for name in NAMES for value in ("-1", "\x01", "9" * 400)]
    broken = {query[:60]: leader.get(f"{address}?{query}").status_code for query in queries}
    assert set(broken.values()) == {200}, broken


@pytest.mark.parametrize(
    "address",
    [
        "/indicators/%00/",
        "/indicators/RO%00ADS/chart.json",
        "/sections/%00/",
        "/?unit=%00",
        "/?lead=%00",
        "/?%00=1",
        "/files/indicators.csv?section=%00",
        "/sign-in/?next=%00",
    ],
)
def test_an_address_with_a_nul_is_a_helpful_404(leader, address):
    response = leader.get(address)
    assert response.status_code == 404
    assert "There is no page at this address." in read(response).text


def test_a_unit_that_does_not_exist_is_a_helpful_404(leader):
    for value in NONSENSE:
        response = leader.get(f"/?unit={quote(value)}")
        assert response.status_code == 404
        assert "Choose one of your own units." in read(response).text
        assert "To the overview" in read(response).text


@pytest.mark.parametrize(
    "place", ["/sections/{}/", "/sections/{}/chart.json", "/indicators/{}/", "/indicators/{}/chart.json"]
)
def test_a_section_or_indicator_that_does_not_exist_is_a_404(leader, place):
    for value in NONSENSE:
        assert leader.get(place.format(quote(value, safe=""))).status_code == 404, value


def test_what_was_typed_is_shown_as_text_and_shortened(leader):
    page = leader.get(f"/?period={quote('<script>alert(1)</script>')}").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "长" * 21 not in leader.get(f"/?year={quote('长' * 3000)}").content.decode().replace("%", "")


@pytest.mark.parametrize(
    ("query", "note", "shown"),
    [
        ("period=XX", "The period “XX” is not known", "First half"),
        ("as_of=13", "“13” is not a month from 1 to 12", None),
        ("as_of=0", "“0” is not a month from 1 to 12", None),
        ("as_of=６", "“６” is not a month from 1 to 12", None),
        ("year=1999", "There is no plan for the year “1999”; 2023 is shown.", "2023"),
        ("year=abc", "There is no plan for the year “abc”; 2023 is shown.", "2023"),
        ("year=99999", "There is no plan for the year “99999”; 2023 is shown.", "2023"),
    ],
)
def test_what_was_put_right_is_said(leader, query, note, shown):
    page = read(leader.get(f"/?as_of=6&{query}" if "as_of" not in query else f"/?{query}"))
    assert note in page.text
    assert shown is None or shown in page.text


def test_what_is_right_carries_no_note(leader):
    assert "is not" not in read(leader.get("/?year=2023&period=Y&as_of=06&unit=T")).text.split("Qingshan")[0]


@pytest.mark.parametrize("number", ["999", "0", "-1", "abc", "9" * 400])
@pytest.mark.parametrize("per_page", ["", "&per_page=0", "&per_page=-1", "&per_page=abc"])
def test_a_page_number_out_of_range_shows_the_nearest_page(leader, number, per_page):
    response = leader.get(f"/sections/economy/?year=2023&as_of=6&page={number}{per_page}")
    assert response.status_code == 200
    assert read(response).table("indicators").row("Indicator", "Roads built")


def test_an_address_that_does_not_exist_says_where_to_begin(leader):
    response = leader.get("/nowhere/")
    assert response.status_code == 404
    assert "There is no page at this address. Check it, or begin at the overview." in read(response).text


def test_a_page_that_does_not_exist_tells_who_is_not_signed_in_nothing(client, db):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "menu" not in response.content.decode().split("<main")[0].split("<header")[1].replace("menu.svg", "")


# Empty houses


def test_without_any_plan_the_pages_say_so(build, signed_in):
    person = build.person("leader", "leader", build.unit("T", kind="township"))
    client = signed_in(person, "en")
    for address in ("/", "/indicators/", "/sections/economy/", "/indicators/ROADS/"):
        page = read(client.get(address))
        assert "There is no plan yet" in page.text
        assert "No year has been opened in this database." in page.text


def test_without_any_unit_nobody_has_a_role(build, signed_in):
    response = signed_in(build.person("first"), "en").get("/")
    assert response.status_code == 403
    assert "Ask the security administrator" in read(response).text


def test_a_year_without_targets_shows_an_empty_state(build, signed_in):
    build.year(2023)
    client = signed_in(build.person("leader", "leader", build.unit("T", kind="township")), "en")
    assert "There are no targets for this unit in this year." in read(client.get("/")).text
    assert "There are no targets for this unit in this year." in read(client.get("/indicators/")).text


def test_a_unit_without_targets_shows_an_empty_state(cast, build, signed_in):
    build.unit("T-N", cast.township, name="新村", name_en="New Village")
    client = signed_in(cast.leader, "en")
    assert "There are no targets for this unit in this year." in read(client.get("/?unit=T-N")).text
    assert "This unit has no targets in this section." in read(client.get("/sections/economy/?unit=T-N")).text
    assert client.get("/sections/economy/chart.json?unit=T-N").status_code == 200
    assert client.get("/indicators/ROADS/?unit=T-N").status_code == 404
    assert client.get("/files/indicators.xlsx?unit=T-N").status_code == 200


def test_a_section_without_targets_shows_an_empty_state(cast, build, signed_in):
    build.section("conduct", name="干部作风", name_en="Conduct")
    client = signed_in(cast.leader, "en")
    assert "This unit has no targets in this section." in read(client.get("/sections/conduct/")).text
    assert client.get("/sections/conduct/chart.json").status_code == 200


def test_a_filter_that_keeps_nothing_shows_an_empty_table(leader):
    page = read(leader.get("/indicators/?q=nothing+of+the+kind"))
    assert "There is nothing to show here." in page.text or not page.has_table("indicators")


@pytest.mark.parametrize("code", ["GDP/人", "a b", "经济", "50%", "q?x#y", "..", "ＲＯＡＤ", "A&B"])
def test_an_indicator_of_an_unusual_code_has_a_page_or_is_refused(cast, build, signed_in, code):
    from django.core.exceptions import ValidationError

    try:
        target = build.target(build.indicator(code, cast.economy, name_en="Unusual"), cast.east, {6: 5})
    except ValidationError:
        return
    build.approved(target, 6, 1, from_month=1)
    client = signed_in(cast.leader, "en")
    row = read(client.get("/sections/economy/?year=2023&as_of=6")).table("indicators").row("Indicator", "Unusual")
    assert client.get(row["Indicator"].links[0]).status_code == 200


# Language


def test_chinese_comes_first(client, db):
    response = client.get("/sign-in/")
    assert response["Content-Language"] == "zh-hans"
    assert '<html lang="zh-CN"' in response.content.decode()
    assert "登录" in read(response).text


@pytest.mark.parametrize("header", ["en", "en-GB,en;q=0.9", "de", "zh-TW"])
def test_the_language_of_the_browser_is_not_asked(client, db, header):
    assert client.get("/sign-in/", headers={"accept-language": header})["Content-Language"] == "zh-hans"


def test_a_choice_before_sign_in_is_kept_in_a_cookie(client, db):
    response = client.post("/appearance/", {"language": "en", "next": "/sign-in/"})
    assert (response.status_code, response["Location"]) == (302, "/sign-in/")
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME]["httponly"]
    assert client.get("/sign-in/")["Content-Language"] == "en"


def test_a_choice_is_remembered_with_the_person_and_recorded(cast, signed_in):
    client = signed_in(cast.leader)
    client.post("/appearance/", {"language": "en", "next": "/"})
    assert User.objects.get(pk=cast.leader.pk).language == "en"
    assert (Change.objects.first().actor, Change.objects.first().object_type) == (cast.leader, "user")
    other_browser = Client()
    other_browser.force_login(cast.leader)
    assert other_browser.get("/")["Content-Language"] == "en"


def test_the_persons_own_choice_counts_before_the_cookie(cast, signed_in):
    client = signed_in(cast.leader, "zh-hans")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert client.get("/")["Content-Language"] == "zh-hans"


@pytest.mark.parametrize("cookie", ["de", "", "../..", "x" * 5000])
def test_a_language_that_does_not_exist_in_a_cookie_is_chinese(client, db, cookie):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    assert client.get("/sign-in/")["Content-Language"] == "zh-hans"


@pytest.mark.parametrize("language", ["de", "zh", "x" * 5000, "\x00"])
def test_a_language_that_does_not_exist_is_refused(cast, signed_in, language):
    response = signed_in(cast.leader).post("/appearance/", {"language": language})
    assert response.status_code == 400
    assert User.objects.get(pk=cast.leader.pk).language == "zh-hans"


FOREIGN = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "http:evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "https://testserver.evil.example/",
    "\x00//evil.example",
    " //evil.example",
    "",
]


@pytest.mark.parametrize("back", FOREIGN)
def test_a_choice_of_language_leads_nowhere_else(client, db, back):
    assert client.post("/appearance/", {"language": "en", "next": back})["Location"] == "/"


@pytest.mark.parametrize("back", FOREIGN)
def test_a_sign_in_leads_nowhere_else(cast, client, back):
    response = client.post("/sign-in/", {"username": "leader", "password": PASSWORD, "next": back})
    assert response["Location"] == "/"


# Signing in


def test_a_sign_in_leads_to_the_page_that_was_asked_for(cast, client):
    asked = client.get("/sections/economy/?unit=T-E")["Location"]
    assert asked == "/sign-in/?next=/sections/economy/%3Funit%3DT-E"
    form = {"username": "leader", "password": PASSWORD, "next": "/sections/economy/?unit=T-E"}
    assert client.post("/sign-in/", form)["Location"] == "/sections/economy/?unit=T-E"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "User name or password is wrong."), ("zh-hans", "用户名或密码")],
)
@pytest.mark.parametrize("username", ["leader", "nobody of this name"])
def test_a_wrong_password_and_a_wrong_name_are_told_the_same(cast, client, language, sentence, username):
    client.post("/appearance/", {"language": language})
    response = client.post("/sign-in/", {"username": username, "password": "wrong"})
    assert response.status_code == 200
    assert sentence in read(response).text
    assert "_auth_user_id" not in client.session


def test_the_fifth_wrong_password_locks_the_sign_in(cast, client):
    statuses = [client.post("/sign-in/", {"username": "leader", "password": "wrong"}).status_code for _try in range(6)]
    assert statuses == [200, 200, 200, 200, 429, 429]
    locked = client.post("/sign-in/", {"username": "leader", "password": PASSWORD})
    assert locked.status_code == 429
    assert "锁" in read(locked).text
    assert "_auth_user_id" not in client.session


def test_a_lock_of_one_name_does_not_lock_out_a_colleague(cast, client):
    for _try in range(6):
        client.post("/sign-in/", {"username": "leader", "password": "wrong"})
    assert client.post("/sign-in/", {"username": "reviewer", "password": PASSWORD}).status_code == 302


def sign_in_from(address, password="wrong", username="leader"):
    return Client(REMOTE_ADDR=address).post("/sign-in/", {"username": username, "password": password}).status_code


def test_guesses_from_many_addresses_lock_the_account_but_not_where_its_owner_signs_in(cast):
    """Four at each of 30 addresses: 20 are tried at the first five, and none after."""
    assert sign_in_from("10.0.0.1", PASSWORD) == 302
    guesses = [sign_in_from(f"10.1.0.{number}") for number in range(30) for _try in range(4)]
    assert guesses == [200] * 19 + [429] * 101
    assert sign_in_from("10.2.0.1", PASSWORD) == 429
    assert sign_in_from("10.0.0.1", PASSWORD) == 302
    assert sign_in_from("10.1.0.1", PASSWORD, "reviewer") == 302


def test_where_the_owner_signs_in_five_wrong_passwords_lock_as_ever(cast):
    assert sign_in_from("10.0.0.1", PASSWORD) == 302
    assert [sign_in_from("10.0.0.1") for _try in range(6)] == [200, 200, 200, 200, 429, 429]


def test_the_lock_of_an_account_ends_by_itself_and_an_address_is_forgotten(cast):
    assert sign_in_from("10.0.0.1", PASSWORD) == 302
    for number in range(30):
        sign_in_from(f"10.1.0.{number}")
    AccessLog.objects.update(attempt_time=timezone.now() - timedelta(days=91))
    assert sign_in_from("10.0.0.1", PASSWORD) == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
    assert sign_in_from("10.0.0.1", PASSWORD) == 302


def test_a_sign_in_sets_the_count_of_wrong_passwords_back(cast, client):
    for _try in range(4):
        client.post("/sign-in/", {"username": "leader", "password": "wrong"})
    assert client.post("/sign-in/", {"username": "leader", "password": PASSWORD}).status_code == 302
    client.post("/sign-out/")
    assert client.post("/sign-in/", {"username": "leader", "password": "wrong"}).status_code == 200


@pytest.mark.parametrize("username", ["\x00", "x" * 10_000, "' OR 1=1 --", "🚜", ""])
def test_no_user_name_breaks_the_sign_in(db, client, username):
    assert client.post("/sign-in/", {"username": username, "password": "x"}).status_code == 200


def test_signing_out_takes_a_post(cast, signed_in):
    client = signed_in(cast.leader)
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/").status_code == 200
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/").status_code == 302


def test_a_form_without_its_token_is_refused_with_words(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.leader)
    response = client.post("/appearance/", {"language": "en"})
    assert response.status_code == 403
    assert "重新" in read(response).text or "load the page again" in read(response).text
    assert User.objects.get(pk=cast.leader.pk).language == "zh-hans"


def test_the_session_cookie_is_out_of_reach_of_scripts(cast, client):
    client.post("/sign-in/", {"username": "leader", "password": PASSWORD})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"]  # it ends with the browser


# What every page carries

ALL_PAGES = [
    *WITH_FIGURES,
    "/indicators/VISITS/?unit=T",
    "/method/",
    "/nowhere/",
    "/?unit=nope",
    "/sections/governance/",
]


#: What `pages` gives, rendered once: the tests only look.
SEEN: dict[str, Any] = {}


@pytest.fixture
def pages(cast, client, build, signed_in):
    """Every kind of page with its address: signed out, refused, not found, with figures, with steps."""
    if not SEEN:
        task = build.indicator("TASK", cast.economy, kind="milestone", accumulation="", name_en="Task")
        build.target(task, cast.east, steps=[{"name": "Begin", "due": "2023-04-24"}])
        SEEN["/sign-in/"] = client.get("/sign-in/")
        SEEN["refused"] = signed_in(cast.security_administrator).get("/")
        for language in ("zh-hans", "en"):
            leader = signed_in(cast.leader, language)
            for address in [
                *ALL_PAGES,
                "/indicators/TASK/",
                "/?waiting=1&year=1999",
                "/indicators/?q=road&status=behind",
            ]:
                SEEN[f"{address} {language}"] = leader.get(address)
    return SEEN


def test_every_page_says_that_the_statistics_prevail(pages):
    for address, response in pages.items():
        text = read(response).text
        assert "以统计部门公布为准" in text or "published by the statistics department prevail" in text, address


def test_the_sign_in_warns_of_secrets(client, db):
    assert "严禁录入、传输涉密信息" in read(client.get("/sign-in/")).text
    client.post("/appearance/", {"language": "en"})
    assert "not for classified information" in read(client.get("/sign-in/")).text


def test_every_page_carries_the_headers_that_protect_it(pages):
    for address, response in pages.items():
        policy = response["Content-Security-Policy"]
        assert "unsafe-inline" not in policy, address
        assert "unsafe-eval" not in policy, address
        assert "default-src 'self'" in policy
        assert "script-src 'self'" in policy
        assert "object-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "http" not in policy, address  # no other host
        assert response["X-Frame-Options"] == "DENY"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"


def test_data_and_files_carry_the_headers_as_well(leader):
    for address in DATA:
        response = leader.get(address)
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "unsafe" not in response["Content-Security-Policy"]


def test_no_page_styles_or_scripts_itself(pages):
    for address, response in pages.items():
        html = response.content.decode()
        for tag, attributes in read(response).tags:
            assert "style" not in attributes, f"{address}: <{tag} style>"
            handlers = [name for name in attributes if name.startswith("on")]
            assert handlers == [], f"{address}: <{tag} {handlers}>"
            assert not any(value.strip().lower().startswith("javascript:") for value in attributes.values()), address
        scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", html, re.DOTALL)
        assert all("src=" in attributes and not body.strip() for attributes, body in scripts), address
        # The style elements that the chart library fills are empty and carry the nonce of the policy.
        for attributes, body in re.findall(r"<style\b([^>]*)>(.*?)</style>", html, re.DOTALL):
            assert not body.strip()
            nonce = re.search(r'nonce="([^"]+)"', attributes)
            assert nonce is not None
            assert nonce[1] in response["Content-Security-Policy"]


OTHER_HOST = re.compile(r"""(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+(?:\.[a-z0-9-]+)+""", re.IGNORECASE)


def test_no_page_names_another_host(pages):
    for address, response in pages.items():
        assert OTHER_HOST.findall(response.content.decode()) == [], address


def test_no_style_or_script_of_ours_names_another_host():
    files = [path for path in (ROOT / "static").rglob("*") if path.suffix in (".css", ".js", ".svg", ".html")]
    assert len(files) >= 6
    for path in files:
        assert OTHER_HOST.findall(path.read_text(encoding="utf-8")) == [], path
    for path in (ROOT / "templates").rglob("*.html"):
        assert OTHER_HOST.findall(path.read_text(encoding="utf-8")) == [], path


def test_everything_that_a_page_loads_is_served_by_the_product(pages):
    loaded: set[str] = set()
    for response in pages.values():
        for tag, attributes in read(response).tags:
            if tag in ("script", "link", "img"):
                loaded.add(attributes.get("src") or attributes.get("href") or "")
    assert loaded
    assert all(address.startswith("/static/") for address in loaded)
    served = Client()
    assert {address: served.get(address).status_code for address in loaded} == dict.fromkeys(loaded, 200)


def test_a_page_names_its_language_and_its_title(pages):
    for address, response in pages.items():
        html = response.content.decode()
        language = "en" if response["Content-Language"] == "en" else "zh-CN"
        assert f'<html lang="{language}"' in html, address
        assert re.search(r"<title>[^<]+</title>", html), address
        assert html.count("<h1") == 1, address
        assert '<meta name="viewport"' in html, address


def test_every_field_has_a_label(pages):
    for address, response in pages.items():
        html = response.content.decode()
        labels = re.findall(r"<label\b.*?</label>", html, re.DOTALL)
        for field in re.findall(r"<(?:input|select|textarea)\b[^>]*>", html):
            if 'type="hidden"' in field:
                continue
            identity = re.search(r'\bid="([^"]+)"', field)
            named = any(field in label for label in labels) or (identity and f'for="{identity[1]}"' in html)
            assert named or "aria-label" in field, f"{address}: {field}"


def test_an_error_of_ours_is_said_in_both_languages_and_leads_back():
    page = (ROOT / "templates" / "500.html").read_text(encoding="utf-8")
    assert "系统出错了" in page
    assert "Something went wrong" in page
    assert 'href="/"' in page


def test_figures_of_a_person_are_not_kept_by_caches_in_between(leader):
    for address in WITH_FIGURES + DATA:
        assert "Cookie" in leader.get(address)["Vary"], address
