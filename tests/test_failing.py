"""When the database is busy, away or full: a sentence, what was typed, and another try. Our own faults stay faults."""

import errno
import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError, ProgrammingError, connection, connections, transaction
from django.test import Client

from targets.models import Remedy
from targets.views.errors import SECRET, trouble_of
from tests.test_access import ROLES, client_of, lines, names

__all__ = ["names"]  # the fixture

CAUSE = '连续降雨，<路基>塌方 "二标段" & 桥'


class Driver(Exception):
    """What a driver raises: the name of its class, and a number or code."""


def failure(kind: type[Exception], driver: str = "OperationalError", **marks: Any) -> Exception:
    error = kind("what the driver said")
    error.__cause__ = type(driver, (Driver,), marks)()
    return error


#: The numbers are SQLite's, the codes PostgreSQL's.
TROUBLES: list[tuple[BaseException | None, str | None]] = [
    (failure(OperationalError, sqlite_errorcode=5), "busy"),  # SQLITE_BUSY, database is locked
    (failure(OperationalError, sqlite_errorcode=517), "busy"),  # SQLITE_BUSY_SNAPSHOT = 5 + 2 * 256
    (failure(OperationalError, sqlite_errorcode=6), "busy"),  # SQLITE_LOCKED
    (failure(OperationalError, sqlite_errorcode=13), "full"),  # SQLITE_FULL
    (failure(OperationalError, sqlite_errorcode=14), "away"),  # SQLITE_CANTOPEN
    (failure(OperationalError, sqlite_errorcode=778), "away"),  # SQLITE_IOERR_WRITE = 10 + 3 * 256
    (failure(OperationalError, sqlite_errorcode=1), None),  # SQLITE_ERROR: no such column
    (failure(OperationalError, pgcode=None), "away"),  # connection refused
    (failure(InterfaceError, "InterfaceError", pgcode=None), "away"),  # connection already closed
    (failure(OperationalError, pgcode="57P01"), "away"),  # admin_shutdown
    (failure(OperationalError, pgcode="57P03"), "away"),  # cannot_connect_now
    (failure(OperationalError, pgcode="08006"), "away"),  # connection_failure
    (failure(OperationalError, pgcode="53300"), "busy"),  # too_many_connections
    (failure(OperationalError, pgcode="53100"), "full"),  # disk_full
    (failure(OperationalError, pgcode="55P03"), "busy"),  # lock_not_available
    (failure(OperationalError, pgcode="40P01"), "busy"),  # deadlock_detected
    (failure(ProgrammingError, "ProgrammingError", pgcode="42703"), None),  # undefined_column
    (OSError(errno.ENOSPC, "No space left on device"), "full"),
    (OSError(errno.EACCES, "Permission denied"), None),
    (ValueError("ours"), None),
    (None, None),
]


@pytest.mark.parametrize(("error", "trouble"), TROUBLES)
def test_what_passes_by_itself_is_told_from_what_does_not(error, trouble):
    assert trouble_of(error) == trouble


@contextmanager
def failing(error: BaseException | None, where: str = "") -> Iterator[None]:
    """Every statement with ``where`` in it fails."""

    def fail(execute: Any, sql: str, *rest: Any) -> Any:
        if error is not None and where in sql:
            raise error
        return execute(sql, *rest)

    with connection.execute_wrapper(fail):
        yield


AWAY, BUSY = TROUBLES[7][0], TROUBLES[0][0]


def busy(*_arguments: Any, **_options: Any) -> None:
    """Stands in for what cannot write at this moment."""
    raise failure(OperationalError, sqlite_errorcode=5)


def asking(person: Any = None, **options: Any) -> Client:
    client = Client(raise_request_exception=False, **options)
    if person is not None:
        client.force_login(person)
    return client


def fields_in(page: str) -> dict[str, str]:
    """The hidden fields of the form that sends again."""
    return {
        unescape(name): unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    }


@contextmanager
def held() -> Iterator[None]:
    """Somebody else writes and does not come to an end; our connection waits a tenth of a second for it."""
    begun, end = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                if connection.vendor == "postgresql":
                    connection.cursor().execute("LOCK TABLE targets_remedy IN ACCESS EXCLUSIVE MODE")
                begun.set()
                end.wait(60)
        finally:
            connections.close_all()

    wait = {"sqlite": "PRAGMA busy_timeout = 100", "postgresql": "SET lock_timeout = 100"}[connection.vendor]
    connection.cursor().execute(wait)
    holder = threading.Thread(target=hold)
    holder.start()
    assert begun.wait(60)
    try:
        yield
    finally:
        end.set()
        holder.join(60)
        connection.close()


@pytest.mark.django_db(transaction=True)
class TestForReal:
    def test_a_form_sent_while_somebody_holds_the_database_is_kept_and_sent_again(self, cast):
        client = asking(cast.reviewer)
        address = f"/targets/{cast.east_target.pk}/remedy/"
        with held():
            answer = client.post(address, {"month": "6", "cause": CAUSE})
        page = answer.content.decode()

        assert answer.status_code == 503
        assert answer["Retry-After"] == "10"
        assert "系统正忙" in page
        assert "尚未保存" in page
        assert f'action="{address}"' in page
        assert not Remedy.objects.exists()

        kept = fields_in(page)
        assert {"month": "6", "cause": CAUSE}.items() <= kept.items()
        assert client.post(address, kept).status_code == 302
        assert Remedy.objects.get().cause == CAUSE

    def test_a_connection_that_was_cut_is_made_anew(self, cast):
        """A restart of PostgreSQL. SQLite has no connection that could be cut."""
        if connection.vendor != "postgresql":
            pytest.skip("SQLite is a file")
        client = asking(cast.leader)
        connection.ensure_connection()
        with closing(connection.copy()) as other:
            other.cursor().execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
        assert client.get("/").status_code == 503
        connection.close_if_unusable_or_obsolete()  # as at the end of every request; the test client leaves it open
        assert client.get("/").status_code == 200


@pytest.mark.django_db
class TestPages:
    def test_a_page_asks_again_by_itself(self, cast):
        client = asking(cast.leader)
        with failing(AWAY):
            answer = client.get("/indicators/?as_of=5&q=%3Ci%3E")
        page = answer.content.decode()
        assert answer.status_code == 503
        assert answer["Retry-After"] == "10"
        assert answer["Cache-Control"] == "private, no-store"
        assert '<meta http-equiv="refresh" content="10">' in page
        assert 'href="/indicators/?as_of=5&amp;q=%3Ci%3E"' in page
        assert "数据库暂时连接不上" in page
        assert client.get("/indicators/?as_of=5").status_code == 200

    @pytest.mark.parametrize(("language", "sentence"), [("en", "The system is busy"), ("zh-hans", "系统正忙")])
    def test_it_speaks_the_language_of_the_person(self, cast, signed_in, language, sentence):
        client = signed_in(cast.reviewer, language)
        client.raise_request_exception = False
        with failing(BUSY, "targets_remedy"):
            page = client.post(f"/targets/{cast.east_target.pk}/remedy/", {"month": "6", "cause": "Rain."})
        assert page.status_code == 503
        assert sentence in page.content.decode()

    @pytest.mark.parametrize(("cookie", "lang"), [("en", "en"), ("zh-hans", "zh-CN"), ("xx", "zh-CN"), (None, "zh-CN")])
    def test_where_nobody_can_be_asked_who_it_is_the_cookie_says(self, db, settings, cookie, lang):
        client = asking()
        client.cookies["sessionid"] = "x" * 32
        if cookie:
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
        with failing(AWAY):
            page = client.get("/")
        assert page.status_code == 503
        assert f'<html lang="{lang}">' in page.content.decode()

    @pytest.mark.parametrize("address", ["/indicators/ROADS/chart.json", "/sections/economy/chart.json"])
    def test_a_script_reads_a_sentence(self, cast, address):
        client = asking(cast.leader)
        with failing(AWAY):
            answer = client.get(address, headers={"accept": "application/json"})
        assert answer.status_code == 503
        assert answer.json() == {"message": "数据库暂时连接不上。"}

    def test_a_full_disk_is_named(self, cast, monkeypatch):
        client = asking(cast.leader)
        with failing(TROUBLES[3][0]):
            page = client.get("/")
        assert page.status_code == 503
        assert "服务器磁盘已满" in page.content.decode()

    def test_a_fault_of_ours_stays_one(self, cast):
        client = asking(cast.leader)
        with failing(TROUBLES[6][0]):
            page = client.get("/")
        assert page.status_code == 500
        assert "系统出错了" in page.content.decode()

    def test_every_address_says_so_and_none_breaks(self, cast, names):
        """Read and written, with the database gone before the person is known."""
        client = client_of(cast, "reviewer")
        client.raise_request_exception = False
        found = {}
        with failing(AWAY):
            for _name, method, address, _statuses in lines():
                answer = (
                    client.post(address.format(**names)) if method == "POST" else client.get(address.format(**names))
                )
                found[f"{method} {address}"] = answer.status_code
        assert set(found.values()) == {503}


@pytest.mark.django_db
class TestWhatIsOfferedAgain:
    def test_a_file_is_not_but_the_words_beside_it_are_shown(self, cast):
        client = asking(cast.east_clerk)
        with failing(AWAY):
            page = client.post(
                "/month/file/",
                {"file": SimpleUploadedFile("月报.xlsx", b"x"), "note": "补报五月数据"},
                headers={"referer": "http://testserver/month/file/?unit=T-E"},
            ).content.decode()
        assert "<form" not in page
        assert "补报五月数据" in page
        assert 'href="http://testserver/month/file/?unit=T-E"' in page

    @pytest.mark.parametrize(
        ("address", "secret"),
        [
            ("/sign-in/", {"username": "leader", "password": "hunter2-hunter2"}),
            ("/me/password/", {"old": "hunter2-hunter2", "new": "hunter2-hunter2", "again": "hunter2-hunter2"}),
            ("/invitation/", {"code": "hunter2-hunter2", "new": "hunter2-hunter2"}),
            ("/admin/login/", {"username": "leader", "password": "hunter2-hunter2"}),
        ],
    )
    def test_no_secret_is(self, cast, address, secret):
        client = asking(cast.leader)
        with failing(AWAY):
            page = client.post(address, secret)
        assert page.status_code == 503
        assert "hunter2" not in page.content.decode()
        assert "<form" not in page.content.decode()

    def test_every_page_with_a_box_for_a_password_keeps_it_secret(self, cast, names):
        found = set()
        for role in ("nobody", "no role", "security administrator", "system administrator"):
            client = client_of(cast, role)
            for name, method, address, statuses in lines():
                if method == "GET" and statuses[ROLES.index(role)] == 200:
                    page = client.get(address.format(**names))
                    if b'type="password"' in getattr(page, "content", b""):
                        found.add(name)
        assert found
        assert found <= set(SECRET)

    def test_nothing_that_another_site_sent_is(self, cast):
        """The database fails before the token was looked at: the page must not hand one out."""
        client = asking(cast.leader, enforce_csrf_checks=True)
        with failing(AWAY):
            page = client.post("/instructions/", {"unit": "T-E", "text": "Whatever they like."})
        assert page.status_code == 503
        assert "Whatever" not in page.content.decode()
        assert "csrfmiddlewaretoken" not in page.content.decode()

    def test_with_the_right_token_it_is(self, cast):
        client = asking(cast.leader, enforce_csrf_checks=True)
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/").content.decode())[0]
        with failing(AWAY):
            page = client.post("/instructions/", {"text": "为何滞后？", "csrfmiddlewaretoken": token})
        kept = fields_in(page.content.decode())
        assert kept["text"] == "为何滞后？"
        with failing(AWAY):  # the token on the page is one that counts
            assert "为何滞后？" in client.post("/instructions/", kept).content.decode()

    @pytest.mark.parametrize("came_from", ["http://elsewhere.example/", "javascript:alert(1)", "//elsewhere.example"])
    def test_the_way_back_stays_in_the_house(self, cast, came_from):
        client = asking(cast.leader)
        with failing(AWAY):
            page = client.post("/me/password/", {}, headers={"referer": came_from})
        assert 'href="/"' in page.content.decode()
        assert came_from not in page.content.decode()
