"""`manage.py start`: what can go wrong is one sentence, and what it starts answers in a browser's words."""

import errno
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from targets.management.commands import start
from targets.models import User
from targets.services.base import verb
from tests.running import BASE_DIR, a_free_port, database_of, environment, passwords_of, running


def sentence(function: Any, *arguments: Any) -> str:
    """What the person who starts the product reads."""
    with pytest.raises(CommandError) as refusal:
        function(*arguments)
    return str(refusal.value)


@contextmanager
def a_taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


class TestPort:
    def test_a_free_port_is_let_go_again(self):
        port = a_free_port()
        start.check_port("127.0.0.1", port)
        start.check_port("127.0.0.1", port)

    def test_a_taken_port_names_the_next_one(self):
        with a_taken_port() as port:
            assert sentence(start.check_port, "127.0.0.1", port) == (
                f"Port {port} is taken; choose another: make run PORT={port + 1}."
            )

    def test_the_last_port_has_no_next_one(self):
        error = OSError(errno.EADDRINUSE, "in use")
        assert start.bind_problem("127.0.0.1", 65535, error).endswith("make run PORT=8001.")

    @pytest.mark.parametrize(
        ("number", "text"),
        [
            (errno.EACCES, "Port 80 may not be used by this account; choose one above 1023: make run PORT=8000."),
            (errno.EADDRNOTAVAIL, "HOST=10.9.8.7 is not an address of this machine."),
            (errno.EIO, "The server cannot listen on 10.9.8.7, port 80: [Errno 5] broken."),
        ],
    )
    def test_other_troubles_are_told_apart(self, number, text):
        assert start.bind_problem("10.9.8.7", 80, OSError(number, "broken")) == text

    def test_a_host_that_is_not_of_this_machine(self):
        assert sentence(start.check_port, "192.0.2.1", a_free_port()) == (
            "HOST=192.0.2.1 is not an address of this machine."
        )

    def test_a_name_that_nobody_knows(self, monkeypatch):
        def unknown(*arguments: Any, **options: Any) -> Any:
            raise socket.gaierror(-2, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        assert sentence(start.check_port, "nowhere", 8000) == (
            "HOST=nowhere is not an address or name of this machine."
        )

    @pytest.mark.parametrize(
        ("host", "address"),
        [
            ("127.0.0.1", "http://127.0.0.1:8000/"),
            ("localhost", "http://localhost:8000/"),
            ("0.0.0.0", "http://127.0.0.1:8000/"),
            ("::", "http://[::1]:8000/"),
            ("::1", "http://[::1]:8000/"),
            ("10.1.2.3", "http://10.1.2.3:8000/"),
        ],
    )
    def test_the_address_is_one_to_click(self, host, address):
        assert start.address(host, 8000) == address


class TestDatabase:
    def unreachable(self, error: Exception, **settings: Any) -> SimpleNamespace:
        def fail() -> None:
            raise error

        database = {"NAME": "township", "HOST": "", "PORT": "", "USER": "u", "PASSWORD": "hunter2", **settings}
        return SimpleNamespace(
            ensure_connection=fail, settings_dict=database, vendor=settings.pop("vendor", "postgresql")
        )

    @pytest.mark.parametrize(
        ("place", "text"),
        [
            ({"HOST": "db", "PORT": "5433"}, "township at db, port 5433"),
            ({"HOST": "db"}, "township at db"),
            ({}, "township at the default socket"),
            ({"vendor": "sqlite", "NAME": "/srv/township.sqlite3"}, "/srv/township.sqlite3"),
        ],
    )
    def test_one_that_cannot_be_reached_is_named_without_its_password(self, monkeypatch, place, text):
        vendor = place.pop("vendor", "postgresql")
        stand_in = self.unreachable(OperationalError("connection refused.\nIs the server running?"), **place)
        stand_in.vendor = vendor
        monkeypatch.setattr(start, "connection", stand_in)
        found = sentence(start.check_database)
        assert found == f"The database {text} cannot be used: connection refused."
        assert "hunter2" not in found

    @pytest.mark.django_db
    def test_the_one_at_hand_is_used(self):
        start.check_database()
        start.refuse_newer_database()

    @pytest.mark.django_db
    @pytest.mark.parametrize("app", ["targets", "reports"])
    def test_one_from_a_newer_version_is_refused(self, app):
        MigrationRecorder(connection).record_applied(app, "9999_of_tomorrow")
        assert sentence(start.refuse_newer_database) == (
            "The database was made by a newer version (9999_of_tomorrow); it has not been touched."
        )

    @pytest.mark.django_db
    def test_what_another_app_left_behind_is_not_ours_to_judge(self):
        MigrationRecorder(connection).record_applied("some_tool", "9999_of_tomorrow")
        start.refuse_newer_database()

    @pytest.mark.django_db
    def test_a_newer_one_is_refused_before_anything_is_done_to_it(self, monkeypatch, settings):
        settings.PORT = a_free_port()
        MigrationRecorder(connection).record_applied("targets", "9999_of_tomorrow")
        monkeypatch.setattr(start, "call_command", lambda *_, **__: pytest.fail("touched"))
        assert "made by a newer version" in sentence(start.Command().handle)

    @pytest.mark.parametrize(
        ("error", "text"),
        [
            (OperationalError("disk I/O error\nmore"), "It could not be done: disk I/O error."),
            (
                OSError(errno.ENOSPC, "No space left on device"),
                "It could not be done: [Errno 28] No space left on device.",
            ),
            (OperationalError(""), "It could not be done: OperationalError."),
        ],
    )
    def test_what_the_database_or_the_disk_refuses_is_one_sentence(self, error, text):
        def act() -> None:
            with start.one_sentence("It could not be done"):
                raise error

        assert sentence(act) == text


class TestFullDisk:
    FULL = OSError(errno.ENOSPC, "No space left on device")

    @pytest.fixture
    def house(self, settings, tmp_path, monkeypatch):
        """A folder in which a start fails while it collects the static files."""
        for name in ("township.sqlite3", "township.sqlite3-wal", "secret-key", "static/css/base.css", "log/a.log"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("cut off")
        settings.VAR_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
        database = SimpleNamespace(close=lambda: None, settings_dict={"NAME": tmp_path / "township.sqlite3"})
        monkeypatch.setattr(start, "connection", database)

        def fail(_command: Any) -> None:
            with start.one_sentence("The static files could not be collected"):
                raise self.FULL

        monkeypatch.setattr(start.Command, "prepare", fail)
        return tmp_path

    def test_a_first_start_leaves_nothing_behind(self, house, settings):
        settings.IS_FIRST_START = True
        assert sentence(start.Command().handle) == (
            "The static files could not be collected: [Errno 28] No space left on device. "
            "The disk is full; free some space and start again."
        )
        assert [path for path in house.rglob("*") if path.is_file()] == []

    def test_a_later_one_keeps_the_data_and_collects_the_static_files_anew(self, house, settings):
        settings.IS_FIRST_START = False
        assert "The disk is full" in sentence(start.Command().handle)
        assert (house / "township.sqlite3").exists()
        assert (house / "secret-key").exists()
        assert not (house / "static").exists()

    def test_a_database_elsewhere_keeps_its_sign_ins(self, house, settings, monkeypatch):
        """It holds the sample already, whose passwords stand nowhere else."""
        settings.IS_FIRST_START = True
        database = SimpleNamespace(close=lambda: None, settings_dict={"NAME": "township"})
        monkeypatch.setattr(start, "connection", database)
        assert "The disk is full" in sentence(start.Command().handle)
        assert (house / "secret-key").exists()

    def test_other_troubles_leave_everything(self, house, settings, monkeypatch):
        settings.IS_FIRST_START = True
        monkeypatch.setattr(TestFullDisk, "FULL", OSError(errno.EACCES, "Permission denied"))
        assert "The disk is full" not in sentence(start.Command().handle)
        assert (house / "static" / "css" / "base.css").exists()

    @pytest.mark.once
    @pytest.mark.parametrize("size", ["8k", "1500k", "6m"])
    def test_a_real_one(self, tmp_path, size):
        """Before the first table, in the middle of the tables, in the middle of the static files."""
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", tmp_path]).returncode != 0:
            pytest.skip("only root can make a small disk")
        try:
            line = refused_start(tmp_path / "var", a_free_port())
            assert line.endswith("The disk is full; free some space and start again.")
            assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
        finally:
            subprocess.run(["umount", tmp_path], check=True)


@pytest.mark.django_db
class TestSampleAccounts:
    REFUSAL = (
        "Sample accounts are active, so the server does not start while HOST or ALLOWED_HOSTS reaches beyond this "
        "machine; deactivate them first, or start with the defaults."
    )

    def test_while_one_is_active_the_server_stays_on_this_machine(self, sample, settings):
        settings.EXPOSED = False
        start.refuse_exposed_sample()
        settings.EXPOSED = True
        assert sentence(start.refuse_exposed_sample) == self.REFUSAL

        first = User.objects.order_by("pk")[0]
        verb(User.objects.exclude(pk=first.pk).update)(is_active=False)
        assert sentence(start.refuse_exposed_sample) == self.REFUSAL

        verb(User.objects.update)(is_active=False)
        start.refuse_exposed_sample()

    def test_other_people_do_not_keep_it_there(self, build, settings):
        settings.EXPOSED = True
        build.person("wang")
        start.refuse_exposed_sample()

    def test_into_an_open_house_the_sample_is_not_loaded(self, settings, monkeypatch):
        settings.EXPOSED = True
        monkeypatch.setattr(start, "call_command", lambda *_, **__: pytest.fail("loaded"))
        found = sentence(start.Command().load_sample)
        assert found.startswith("The database has no users yet, and the sample is not loaded while HOST")
        assert "python manage.py first_administrator" in found

    def test_where_people_are_the_sample_is_not_loaded(self, build, monkeypatch):
        build.person("wang")
        monkeypatch.setattr(start, "call_command", lambda *_, **__: pytest.fail("loaded"))
        start.Command().load_sample()


class TestServer:
    def test_forwarded_headers_of_strangers_are_dropped(self, settings):
        settings.TLS_PROXY = None
        options = start.server_options()
        assert options["clear_untrusted_proxy_headers"] is True
        assert "trusted_proxy" not in options
        assert options["ident"] is None
        assert options["max_request_body_size"] == settings.MAX_REQUEST_BYTES

    def test_those_of_the_proxy_are_believed(self, settings):
        settings.TLS_PROXY = "127.0.0.1"
        options = start.server_options()
        assert options["trusted_proxy"] == "127.0.0.1"
        assert options["trusted_proxy_headers"] == {"x-forwarded-for", "x-forwarded-proto"}

    @pytest.mark.parametrize(
        ("exposed", "secure_cookies", "warns"), [(False, False, False), (True, False, True), (True, True, False)]
    )
    def test_it_warns_where_passwords_travel_unencrypted(self, settings, exposed, secure_cookies, warns):
        settings.EXPOSED, settings.SECURE_COOKIES = exposed, secure_cookies
        said, warned = StringIO(), StringIO()
        start.Command(stdout=said, stderr=warned, no_color=True).announce()
        assert "Ready: http://" in said.getvalue()
        assert ("plain HTTP" in warned.getvalue()) is warns
        assert ("TLS_PROXY" in warned.getvalue()) is warns

    def test_a_path_in_the_project_is_shown_from_there(self, tmp_path):
        assert start.shown_path(BASE_DIR / "var" / "x.txt") == os.path.join("var", "x.txt")
        assert start.shown_path(tmp_path / "x.txt") == str(tmp_path / "x.txt")


# From here on the product runs as an office starts it: a process of its own, a folder of its own.


def refused_start(var_dir: Path, port: int, **variables: str) -> str:
    """What `start` says when it does not start: one line, no traceback."""
    done = subprocess.run(
        [sys.executable, "manage.py", "start"],
        cwd=BASE_DIR,
        env=environment(var_dir, port, **variables),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "Ready" not in done.stdout
    (line,) = done.stderr.splitlines()
    return line


def dump(var_dir: Path) -> list[str]:
    """Everything of ours in the database."""
    with database_of(var_dir) as database:
        return [line for line in database.iterdump() if '"targets_' in line or '"reports_' in line]


@dataclass
class Started:
    """What was seen of a first start, and the folder it left behind."""

    var_dir: Path
    output: str = ""
    exit_code: int | None = None
    sign_in: tuple[str, bytes, Any] = ("", b"", None)
    overview: tuple[str, bytes, Any] = ("", b"", None)
    static: dict[str, tuple[str, bytes, Any]] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Started:
    """The product is started in an empty folder, looked at, and stopped."""
    if os.name != "posix":
        pytest.skip("Ctrl-C is sent in the way of POSIX")
    seen = Started(tmp_path_factory.mktemp("first-start"))
    with running(seen.var_dir) as product:
        seen.sign_in = product.get("/")
        manifest = json.loads((seen.var_dir / "static" / "staticfiles.json").read_text("utf-8"))["paths"]
        for name in ("css/tokens.css", "css/base.css", "vendor/plotly.min.js"):
            seen.static[name] = product.get(f"/static/{manifest[name]}")
        seen.overview = product.sign_in("leader", passwords_of(seen.var_dir)["leader"])
        seen.exit_code = product.stop()
        seen.output = product.output
    seen.data = dump(seen.var_dir)
    return seen


@pytest.mark.once
class TestFirstStart:
    def test_it_says_where_it_is_and_where_the_sign_ins_are(self, started):
        lines = started.output.splitlines()
        assert lines[0] == "Preparing the database ..."
        assert "Loading the sample township ..." in lines
        assert any(re.fullmatch(r"Ready: http://127\.0\.0\.1:\d+/", line) for line in lines)
        assert f"Sample sign-ins: {started.var_dir / 'sample-accounts.txt'}" in lines
        assert "Stop with Ctrl-C." in lines

    def test_a_stranger_is_led_to_the_sign_in_page(self, started):
        path, page, headers = started.sign_in
        assert path == "/sign-in/"
        assert headers.get_content_type() == "text/html"
        assert "非涉密系统，严禁录入、传输涉密信息" in page.decode()

    def test_styles_are_served_from_the_house_and_kept_by_the_browser(self, started):
        page = started.sign_in[1].decode()
        assert re.search(r'href="/static/css/[\w.-]+\.[0-9a-f]{12}\.css"', page)
        assert not re.search(r'(src|href)="(https?:)?//', page)
        for name in ("css/tokens.css", "css/base.css"):
            _path, text, headers = started.static[name]
            assert headers.get_content_type() == "text/css"
            assert b"{" in text
            assert "immutable" in headers["Cache-Control"]

    def test_plotly_is_served_from_the_house(self, started):
        _path, script, headers = started.static["vendor/plotly.min.js"]
        assert headers.get_content_type() in ("text/javascript", "application/javascript")
        assert len(script) > 1_000_000
        assert b"plotly.js v" in script[:200]

    def test_a_sample_account_signs_in_to_the_sample_township(self, started):
        path, page, _headers = started.overview
        assert path == "/"
        assert "大崇乡" in page.decode()

    def test_ctrl_c_ends_it_without_ado(self, started):
        assert started.exit_code == 0
        assert started.output.splitlines()[-1] == "Stopped."
        assert "Traceback" not in started.output
        assert "KeyboardInterrupt" not in started.output

    def test_everything_it_wrote_lies_in_its_folder(self, started):
        found = {path.name for path in started.var_dir.iterdir()}
        assert {"log", "sample-accounts.txt", "secret-key", "static", "township.sqlite3", "uploads"} <= found
        assert found <= {
            "log",
            "sample-accounts.txt",
            "secret-key",
            "static",
            "township.sqlite3",
            "township.sqlite3-shm",
            "township.sqlite3-wal",
            "uploads",
        }

    def test_a_second_start_keeps_the_data_and_the_sign_ins(self, started):
        before = {name: (started.var_dir / name).read_bytes() for name in ("secret-key", "sample-accounts.txt")}
        with running(started.var_dir) as product:
            path, page, _headers = product.sign_in("clerk", passwords_of(started.var_dir)["clerk"])
            assert path != "/sign-in/"
            assert "石板桥村" in page.decode()
            assert product.stop() == 0
        assert "Loading the sample township" not in product.output
        assert {name: (started.var_dir / name).read_bytes() for name in before} == before
        changed = [line for line in set(dump(started.var_dir)) ^ set(started.data) if '"targets_user"' not in line]
        # That somebody signed in is recorded, and nothing else.
        assert [line for line in changed if "'account.sign_in'" not in line] == []
        assert len(changed) == 1


@pytest.mark.once
@pytest.mark.skipif(os.name != "posix", reason="ports are shared in another way on Windows")
class TestRefusedStarts:
    def test_a_taken_port_is_said_before_anything_is_touched(self, tmp_path):
        with a_taken_port() as port:
            assert refused_start(tmp_path / "var", port) == (
                f"CommandError: Port {port} is taken; choose another: make run PORT={port + 1}."
            )
        assert not (tmp_path / "var" / "township.sqlite3").exists()

    def test_a_database_that_does_not_answer(self, tmp_path):
        closed = a_free_port()
        line = refused_start(
            tmp_path / "var", a_free_port(), DATABASE_URL=f"postgres://township:hunter2@127.0.0.1:{closed}/township"
        )
        assert line.startswith(f"CommandError: The database township at 127.0.0.1, port {closed} cannot be used: ")
        assert "hunter2" not in line

    def test_a_database_file_in_a_folder_that_is_not_there(self, tmp_path):
        place = tmp_path / "nowhere" / "data.sqlite3"
        line = refused_start(tmp_path / "var", a_free_port(), DATABASE_URL=f"sqlite:///{place}")
        assert line == f"CommandError: The database {place} cannot be used: unable to open database file."

    def test_a_file_that_is_no_database(self, tmp_path):
        place = tmp_path / "data.sqlite3"
        place.write_bytes(b"these are no rows " * 100)
        line = refused_start(tmp_path / "var", a_free_port(), DATABASE_URL=f"sqlite:///{place}")
        assert line == f"CommandError: The database {place} cannot be used: file is not a database."
        assert place.read_bytes() == b"these are no rows " * 100

    def test_a_database_of_a_newer_version_is_not_touched(self, started):
        with database_of(started.var_dir) as database:
            database.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('targets', '9999_of_tomorrow', ?)",
                ["2030-01-01 00:00:00"],
            )
        before = dump(started.var_dir)
        try:
            assert refused_start(started.var_dir, a_free_port()) == (
                "CommandError: The database was made by a newer version (9999_of_tomorrow); it has not been touched."
            )
            assert dump(started.var_dir) == before
        finally:
            with database_of(started.var_dir) as database:
                database.execute("DELETE FROM django_migrations WHERE name = '9999_of_tomorrow'")

    def test_with_sample_accounts_the_server_does_not_open_to_others(self, started):
        line = refused_start(
            started.var_dir, a_free_port(), ALLOWED_HOSTS="targets.example.cn", SECRET_KEY="k3y-" + "abcdefghij" * 6
        )
        assert line.startswith("CommandError: Sample accounts are active, so the server does not start while HOST")

    def test_an_open_house_without_people_gets_no_sample(self, tmp_path):
        line = refused_start(tmp_path / "var", a_free_port(), HOST="0.0.0.0", SECRET_KEY="k3y-" + "abcdefghij" * 6)
        assert line.startswith("CommandError: The database has no users yet, and the sample is not loaded")
        assert not (tmp_path / "var" / "sample-accounts.txt").exists()
