"""Settings from the environment: read strictly, a slip names itself, a secret is never repeated."""

import errno
import io
import json
import os
import stat
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from township.env import (
    SETTINGS,
    Environment,
    SettingError,
    check_secret_key,
    is_loopback,
    parse_database_url,
    parse_dotenv,
    read_environment,
    stored_secret_key,
)

BASE_DIR = Path(__file__).resolve().parent.parent
KEY = "k3y-" + "abcdefghij" * 6


def read(name, text):
    return Environment({name: text})(name)


def problem(name, text):
    """The sentence about a value that cannot be used."""
    with pytest.raises(SettingError) as refusal:
        read(name, text)
    return str(refusal.value)


class TestValues:
    @pytest.mark.parametrize(
        ("name", "text", "value"),
        [
            ("DEBUG", "on", True),
            ("DEBUG", "True", True),
            ("DEBUG", "1", True),
            ("DEBUG", "YES", True),
            ("DEBUG", "off", False),
            ("DEBUG", "False", False),
            ("DEBUG", "0", False),
            ("PORT", "8123", 8123),
            ("PORT", " 8123 ", 8123),
            ("PORT", "1", 1),
            ("PORT", "65535", 65535),
            ("WORKERS", "4", 4),
            ("HOST", "0.0.0.0", "0.0.0.0"),
            ("HOST", "::1", "::1"),
            ("ALLOWED_HOSTS", "targets.example.gov.cn, 10.1.2.3 ,", ["targets.example.gov.cn", "10.1.2.3"]),
            ("ALLOWED_HOSTS", "*", ["*"]),
            ("ALLOWED_HOSTS", ".example.gov.cn,[::1]", [".example.gov.cn", "[::1]"]),
            ("CSRF_TRUSTED_ORIGINS", "https://a.cn,http://b.cn:8000", ["https://a.cn", "http://b.cn:8000"]),
            ("TLS_PROXY", "127.0.0.1", "127.0.0.1"),
            ("TLS_PROXY", "::1", "::1"),
            ("SECURE_COOKIES", "on", True),
            ("HSTS_SECONDS", "31536000", 31536000),
            ("VAR_DIR", "/srv/var", Path("/srv/var")),
            ("SECRET_KEY", KEY, KEY),
        ],
    )
    def test_a_value_is_read(self, name, text, value):
        assert read(name, text) == value

    @pytest.mark.parametrize(
        ("name", "text", "reason"),
        [
            ("DEBUG", "maybe", "must be on or off, not 'maybe'"),
            ("DEBUG", "2", "must be on or off, not '2'"),
            ("PORT", "http", "must be a whole number from 1 to 65535, not 'http'"),
            ("WORKERS", "0", "must be a whole number from 1 to 64, not '0'"),
            ("PORT", "0", "must be a whole number from 1 to 65535, not '0'"),
            ("PORT", "65536", "must be a whole number from 1 to 65535"),
            ("PORT", "8_000", "must be a whole number from 1 to 65535, not '8_000'"),
            ("PORT", "８０００", "must be a whole number from 1 to 65535"),
            ("PORT", "-1", "must be a whole number from 1 to 65535"),
            ("PORT", "80.0", "must be a whole number from 1 to 65535"),
            ("HOST", "http://0.0.0.0", "must be one address or name of this machine"),
            ("HOST", "a, b", "must be one address or name of this machine"),
            ("ALLOWED_HOSTS", "https://a.cn", "without scheme, port and path, not 'https://a.cn'"),
            ("ALLOWED_HOSTS", "good.cn,a.cn:8000", "without scheme, port and path, not 'a.cn:8000'"),
            ("ALLOWED_HOSTS", "a.cn/path", "without scheme, port and path"),
            ("CSRF_TRUSTED_ORIGINS", "a.cn", "must be addresses with http:// or https:// and without a path"),
            ("CSRF_TRUSTED_ORIGINS", "https://a.cn/", "without a path, not 'https://a.cn/'"),
            ("TLS_PROXY", "proxy", "must be one IP address, not 'proxy'"),
            ("TLS_PROXY", "127.0.0.1:80", "must be one IP address"),
            ("SECURE_COOKIES", "ja", "must be on or off, not 'ja'"),
            ("HSTS_SECONDS", "1 year", "must be a whole number from 0 to 63072000, not '1 year'"),
            ("DATABASE_URL", "mysql://localhost/x", "must start with sqlite:/// or postgres://"),
            ("DATABASE_URL", "township.sqlite3", "must start with sqlite:/// or postgres://"),
            ("REPLICA_URL", "sqlite:///var/copy.sqlite3", "must start with postgres://"),
        ],
    )
    def test_a_malformed_value_names_itself_and_an_example(self, name, text, reason):
        sentence = problem(name, text)
        (setting,) = (setting for setting in SETTINGS if setting.name == name)
        assert sentence.startswith(f"{name} ")
        assert reason in sentence
        assert sentence.endswith(f"(for example {name}={setting.example}).")
        assert "\n" not in sentence

    def test_every_example_and_every_default_can_be_read(self):
        for setting in SETTINGS:
            setting.parse(setting.example)
            if setting.default:
                setting.parse(setting.default)

    def test_every_setting_says_what_it_is_for_and_what_stands_without_it(self):
        for setting in SETTINGS:
            assert setting.meaning
            assert setting.shown_default

    @pytest.mark.parametrize("text", ["", "   "])
    def test_empty_counts_as_not_set(self, text):
        environment = Environment({"PORT": text, "TLS_PROXY": text})
        assert environment("PORT") == 8000
        assert environment("TLS_PROXY") is None

    def test_without_anything_the_server_stays_on_this_machine(self):
        environment = Environment({})
        assert environment("HOST") == "127.0.0.1"
        assert environment("ALLOWED_HOSTS") == ["localhost", "127.0.0.1", "[::1]"]
        assert environment("DEBUG") is False
        assert environment("SECRET_KEY") is None
        assert environment("DATABASE_URL") is None
        assert environment("SECURE_COOKIES") is None

    def test_a_name_that_is_no_setting_cannot_be_asked_for(self):
        with pytest.raises(KeyError):
            Environment({})("ALOWED_HOSTS")


class TestDatabaseUrl:
    @pytest.mark.parametrize(
        ("url", "name"),
        [
            ("sqlite:///var/data.sqlite3", "var/data.sqlite3"),
            ("sqlite:////srv/township/data.sqlite3", "/srv/township/data.sqlite3"),
            ("sqlite:///C:/township/data.sqlite3", "C:/township/data.sqlite3"),
            ("sqlite:///var/my%20data.sqlite3", "var/my data.sqlite3"),
            ("sqlite:///var/数据.sqlite3", "var/数据.sqlite3"),
        ],
    )
    def test_sqlite_names_a_file(self, url, name):
        assert parse_database_url(url) == {"ENGINE": "django.db.backends.sqlite3", "NAME": name}

    @pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite://data.sqlite3"])
    def test_sqlite_is_never_in_memory(self, url):
        assert "must name a file after sqlite:///" in problem("DATABASE_URL", url)

    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("postgres://u:p@db:5433/township", ("township", "u", "p", "db", "5433", {})),
            ("postgresql://u:p@db/township", ("township", "u", "p", "db", "", {})),
            ("postgres://db/township", ("township", "", "", "db", "", {})),
            ("postgres:///township", ("township", "", "", "", "", {})),
            ("postgres://u@[::1]:5432/township", ("township", "u", "", "::1", "5432", {})),
            ("postgres://u:a%2Fb%23c%3Fd%40e%3A@db/x", ("x", "u", "a/b#c?d@e:", "db", "", {})),
            ("postgres://u:p%25@db/x", ("x", "u", "p%", "db", "", {})),
            ("postgres://u:p@ss@db/x", ("x", "u", "p@ss", "db", "", {})),
            ("postgres://u@%2Frun%2FPostgreSQL/x", ("x", "u", "", "/run/PostgreSQL", "", {})),
            ("postgres:///x?host=/run/postgresql", ("x", "", "", "/run/postgresql", "", {})),
            (
                "postgres://u:p@db/x?sslmode=verify-full&connect_timeout=3",
                ("x", "u", "p", "db", "", {"sslmode": "verify-full", "connect_timeout": "3"}),
            ),
            ("postgres://db/%E4%B9%A1%E9%95%87", ("乡镇", "", "", "db", "", {})),
        ],
    )
    def test_postgres_names_a_server(self, url, expected):
        found = parse_database_url(url)
        assert found["ENGINE"] == "django.db.backends.postgresql"
        parts = tuple(found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS"))
        assert parts == expected

    @pytest.mark.parametrize(
        ("url", "reason"),
        [
            ("postgres://u:hunter2@db:port/x", "has a port that is not a number"),
            ("postgres://u:hunter2@db:0/x", "has a port beyond 1 to 65535"),
            ("postgres://u:hunter2@db:65536/x", "has a port beyond 1 to 65535"),
            ("postgres://u:hunter2@db", "must end with /name of the database"),
            ("postgres://u:hunter2@db/", "must end with /name of the database"),
            ("postgres://u:hunter2@db/x/y", "must end with /name of the database"),
            ("postgres://u:hunter2@db/x#y", "has a # in it, which must be written %23"),
            ("postgres://u:hunter2@db/x?colour=red", "has an unknown option (known: host, application_name,"),
            ("postgres://u:hunter2/rest@db/x", "/ # ? in the password not as %2F %23 %3F"),
            ("postgres://u:hunter2@[::1/x", "is not a well-formed address"),
            ("mysql://u:hunter2@db/x", "must start with sqlite:/// or postgres://"),
        ],
    )
    def test_a_slip_is_named_and_the_password_never_repeated(self, url, reason):
        with pytest.raises(SettingError) as refusal:
            read("DATABASE_URL", url)
        assert reason in str(refusal.value)
        assert "hunter2" not in str(refusal.value)
        # Nor where a traceback is logged: neither in a cause nor in what it shows of one.
        assert refusal.value.__cause__ is None
        assert refusal.value.__suppress_context__
        assert "hunter2" not in "".join(traceback.format_exception(refusal.value))


class TestDotenv:
    def write(self, tmp_path, text, encoding="utf-8"):
        path = tmp_path / ".env"
        path.write_bytes(text.encode(encoding))
        return path

    def test_lines_comments_quotes_and_blanks(self, tmp_path):
        path = self.write(
            tmp_path, "\ufeff# 注释\n\nPORT=8123\n HOST = 0.0.0.0 \nDEBUG='on'\r\nSECRET_KEY=\"a=b # c\"\nVAR_DIR=\n"
        )
        assert parse_dotenv(path) == {
            "PORT": "8123",
            "HOST": "0.0.0.0",
            "DEBUG": "on",
            "SECRET_KEY": "a=b # c",
            "VAR_DIR": "",
        }

    def test_a_misspelt_name_is_refused(self, tmp_path):
        path = self.write(tmp_path, "PORT=8123\nALOWED_HOSTS=a.cn\n")
        with pytest.raises(SettingError) as refusal:
            parse_dotenv(path)
        assert str(refusal.value).startswith(f"{path}, line 2: ALOWED_HOSTS is not a setting; known are ALLOWED_HOSTS,")

    def test_a_line_without_a_value_is_refused_without_repeating_it(self, tmp_path):
        path = self.write(tmp_path, "SECRET_KEY hunter2\n")
        with pytest.raises(SettingError) as refusal:
            parse_dotenv(path)
        assert str(refusal.value) == f"{path}, line 1, must read NAME=value (for example PORT=8123)."

    def test_another_encoding_is_said(self, tmp_path):
        path = self.write(tmp_path, "# 注释\n", "gbk")
        with pytest.raises(SettingError, match=r"cannot be read as UTF-8 text \(UnicodeDecodeError\)"):
            parse_dotenv(path)

    def test_the_environment_wins_over_the_file_unless_it_says_nothing(self, tmp_path, monkeypatch):
        path = self.write(tmp_path, "PORT=8001\nHSTS_SECONDS=7\n")
        monkeypatch.setenv("PORT", "8002")
        monkeypatch.setenv("HSTS_SECONDS", " ")
        environment = read_environment(path)
        assert (environment("PORT"), environment("HSTS_SECONDS")) == (8002, 7)

    def test_without_a_file_the_environment_counts(self, tmp_path, monkeypatch):
        monkeypatch.setenv("PORT", "8002")
        assert read_environment(tmp_path / ".env")("PORT") == 8002
        assert read_environment(None)("PORT") == 8002


class TestThisMachine:
    @pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.8.8.8", "::1", "[::1]"])
    def test_loopback(self, host):
        assert is_loopback(host)

    @pytest.mark.parametrize(
        "host",
        [
            "0.0.0.0",
            "::",
            "*",
            "10.1.2.3",
            "192.168.1.1",
            "example.cn",
            ".localhost.cn",
            "localhost.cn",
            "127.0.0.1.cn",
        ],
    )
    def test_beyond(self, host):
        assert not is_loopback(host)


class TestSecretKey:
    def test_a_good_key_is_taken(self):
        assert check_secret_key(KEY) == KEY

    @pytest.mark.parametrize("key", ["hunter2", "hunter2" * 6 + "hunter", "a" * 60, "abcd" * 15])
    def test_a_weak_key_is_refused_and_not_repeated(self, key):
        with pytest.raises(SettingError) as refusal:
            check_secret_key(key)
        assert str(refusal.value).startswith("SECRET_KEY must have at least 50 random characters")
        assert key not in str(refusal.value)

    def test_none_is_refused_with_a_line_that_makes_one(self):
        with pytest.raises(SettingError, match=r"SECRET_KEY must be set .*secrets\.token_urlsafe\(64\)"):
            check_secret_key(None)

    def test_one_is_made_once_and_kept_for_this_account_only(self, tmp_path):
        path = tmp_path / "secret-key"
        assert stored_secret_key(path, lambda: KEY) == KEY
        assert stored_secret_key(path, lambda: pytest.fail("made twice")) == KEY
        if os.name == "posix":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_on_a_full_disk_no_empty_file_stays_in_the_place_of_the_key(self, tmp_path, monkeypatch):
        class Full(io.StringIO):
            def close(self) -> None:
                raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("township.env.os.fdopen", lambda *_, **__: Full())
        with pytest.raises(SettingError, match=r"cannot be made \(No space left on device\)"):
            stored_secret_key(tmp_path / "secret-key", lambda: KEY)
        assert list(tmp_path.iterdir()) == []

    def test_a_file_that_holds_no_key_is_said(self, tmp_path, monkeypatch):
        monkeypatch.setattr("time.sleep", lambda seconds: None)
        path = tmp_path / "secret-key"
        path.write_text("hunter2")
        with pytest.raises(SettingError) as refusal:
            stored_secret_key(path, lambda: KEY)
        assert str(refusal.value) == (f"{path} does not hold a key of 50 characters; remove it to have it made anew.")
        path.write_bytes(b"\xff" * 60)
        with pytest.raises(SettingError, match="remove it to have it made anew"):
            stored_secret_key(path, lambda: KEY)

    def test_a_folder_that_is_not_there_is_said(self, tmp_path):
        with pytest.raises(SettingError, match=r"SECRET_KEY is not set and .* cannot be made"):
            stored_secret_key(tmp_path / "nowhere" / "secret-key", lambda: KEY)


# The settings module reads the environment when it is imported, so it is asked in processes of its own. The .env of
# the person who runs the tests is left out.
ASK = """
import json, os
import township.env as env
env.read_environment = lambda dotenv: env.Environment(os.environ)
try:
    from township import settings
except env.SettingError as refusal:
    print(json.dumps({"refused": str(refusal)}))
else:
    names = [name for name in dir(settings) if name.isupper()]
    print(json.dumps({name: getattr(settings, name) for name in names}, default=str))
"""


def ask(var_dir: Path, **variables: str) -> dict:
    own = {setting.name for setting in SETTINGS}
    clean = {name: text for name, text in os.environ.items() if name not in own}
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=BASE_DIR,
        env={**clean, "VAR_DIR": str(var_dir), **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    answer: dict = json.loads(done.stdout)
    return answer


class TestTheWholeModule:
    def test_by_default_it_is_closed_and_makes_its_own_key(self, tmp_path):
        found = ask(tmp_path / "var")
        assert found["EXPOSED"] is False
        assert found["SECRET_KEY"] == (tmp_path / "var" / "secret-key").read_text()
        assert found["DATABASE"]["NAME"] == str(tmp_path / "var" / "township.sqlite3")
        assert found["DATABASE"]["ATOMIC_REQUESTS"] is False
        assert found["DATABASE"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        assert found["SESSION_COOKIE_SECURE"] is False
        assert found["SECURE_SSL_REDIRECT"] is False
        assert found["SESSION_SAVE_EVERY_REQUEST"] is False
        if os.name == "posix":
            for folder in (tmp_path / "var", tmp_path / "var" / "uploads"):
                assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    @pytest.mark.parametrize("variables", [{"HOST": "0.0.0.0"}, {"ALLOWED_HOSTS": "localhost,targets.example.cn"}])
    def test_open_to_others_it_wants_a_key_of_its_own(self, tmp_path, variables):
        found = ask(tmp_path / "var", **variables)
        assert found["refused"].startswith("SECRET_KEY must be set when ALLOWED_HOSTS or HOST reaches beyond")
        assert not (tmp_path / "var" / "secret-key").exists()
        assert ask(tmp_path / "var", **variables, SECRET_KEY=KEY)["EXPOSED"] is True

    def test_open_to_others_it_shows_no_errors_in_full(self, tmp_path):
        found = ask(tmp_path / "var", HOST="0.0.0.0", SECRET_KEY=KEY, DEBUG="on")
        assert found["refused"] == (
            "DEBUG must be off when ALLOWED_HOSTS or HOST reaches beyond this machine (for example DEBUG=off)."
        )
        assert ask(tmp_path / "var", DEBUG="on")["DEBUG"] is True

    def test_behind_a_proxy_that_ends_tls_everything_is_https(self, tmp_path):
        found = ask(tmp_path / "var", TLS_PROXY="127.0.0.1")
        assert found["SECURE_SSL_REDIRECT"] is True
        assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is True
        assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]

    def test_a_sqlite_file_is_relative_to_the_project(self, tmp_path):
        found = ask(tmp_path / "var", DATABASE_URL="sqlite:///var/other.sqlite3")
        assert found["DATABASE"]["NAME"] == str(BASE_DIR / "var" / "other.sqlite3")

    def test_postgres_is_not_waited_for_for_ever(self, tmp_path):
        found = ask(tmp_path / "var", DATABASE_URL="postgres://u:p@db/x?sslmode=require")
        assert found["DATABASE"]["OPTIONS"] == {"sslmode": "require", "connect_timeout": "10"}
        assert found["DATABASE"]["ATOMIC_REQUESTS"] is False

    def test_a_replica_is_one_of_postgresql(self, tmp_path):
        found = ask(tmp_path / "var", REPLICA_URL="postgres://u:p@other/x")
        assert "REPLICA_URL needs a DATABASE_URL of PostgreSQL" in found["refused"]

    def test_a_folder_that_cannot_be_made_is_said(self, tmp_path):
        (tmp_path / "var").write_text("a file")
        assert "VAR_DIR must be a folder that can be written" in ask(tmp_path / "var")["refused"]

    def test_the_command_line_says_one_sentence(self, tmp_path):
        done = subprocess.run(
            [sys.executable, "manage.py", "check"],
            cwd=BASE_DIR,
            env={**os.environ, "VAR_DIR": str(tmp_path / "var"), "PORT": "http"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 1
        assert done.stderr == ("PORT must be a whole number from 1 to 65535, not 'http' (for example PORT=8123).\n")
