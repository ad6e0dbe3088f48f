"""Strict readers of the environment.

`SETTINGS` declares every setting once; the README's table is held against it by a test. A value that cannot
be read stops the start with one sentence that names the variable, what is wrong and an example. Values of
secret settings are never repeated in a message.
"""

import ipaddress
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


class SettingError(ImproperlyConfigured):
    """One sentence for the person who starts the product; manage.py prints it without a traceback."""


@dataclass(frozen=True)
class Setting:
    """`default` is read like a value from the environment; an empty one is explained by `default_text`."""

    name: str
    default: str
    meaning: str
    example: str
    parse: Callable[[str], Any]
    default_text: str = ""

    @property
    def shown_default(self) -> str:
        return self.default_text or self.default


# The parsers raise ValueError with what follows the variable's name in the sentence.


def parse_text(text: str) -> str:
    return text


def parse_flag(text: str) -> bool:
    word = text.lower()
    if word in ("1", "true", "yes", "on"):
        return True
    if word in ("0", "false", "no", "off"):
        return False
    raise ValueError(f"must be on or off, not {text!r}")


def whole_number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        # int() alone would also take "8_000", " 8000" and full-width digits.
        if not re.fullmatch(r"[0-9]{1,12}", text) or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}, not {text!r}")
        return int(text)

    return parse


def parse_list(text: str) -> list[str]:
    return [item for item in (part.strip() for part in text.split(",")) if item]


def parse_hosts(text: str) -> list[str]:
    hosts = parse_list(text)
    for host in hosts:
        if host != "*" and not re.fullmatch(r"\[[0-9A-Fa-f:.]+\]|\.?[\w-]+(\.[\w-]+)*\.?", host):
            raise ValueError(f"must be names or addresses without scheme, port and path, not {host!r}")
    return hosts


def parse_origins(text: str) -> list[str]:
    origins = parse_list(text)
    for origin in origins:
        if not re.fullmatch(r"https?://[^/\s?#@]+", origin):
            raise ValueError(f"must be addresses with http:// or https:// and without a path, not {origin!r}")
    return origins


def parse_host(text: str) -> str:
    if not re.fullmatch(r"[\w.:-]+", text):
        raise ValueError(f"must be one address or name of this machine, not {text!r}")
    return text


def parse_ip_address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError(f"must be one IP address, not {text!r}") from None


def parse_path(text: str) -> Path:
    return Path(text).expanduser()


def parse_address(text: str) -> str:
    # Also "Name <address>"; a line break would let further headers in.
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+|[^<>\r\n]* <[^@\s<>]+@[^@\s<>]+>", text):
        raise ValueError(f"must be one mail address, not {text!r}")
    return text


# What libpq understands and a township may need; anything else is more likely a slip than a wish.
POSTGRES_OPTIONS = (
    "application_name",
    "connect_timeout",
    "options",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "target_session_attrs",
)


def parse_database_url(text: str) -> dict[str, Any]:
    """The part of a DATABASES entry that the address says. Never quotes the text: it may hold a password."""
    scheme, separator, _ = text.partition("://")
    if separator and scheme == "sqlite":
        return _parse_sqlite(text)
    if separator and scheme in ("postgres", "postgresql"):
        return _parse_postgres(text)
    raise ValueError("must start with sqlite:/// or postgres://")


def parse_replica_url(text: str) -> dict[str, Any]:
    """As ``parse_database_url``, of PostgreSQL alone."""
    database = parse_database_url(text)
    if not database["ENGINE"].endswith("postgresql"):
        raise ValueError("must start with postgres://")
    return database


def _parse_sqlite(text: str) -> dict[str, Any]:
    path = text.removeprefix("sqlite://")
    if not path.startswith("/") or path in ("/", "/:memory:"):
        raise ValueError("must name a file after sqlite:/// (a database in memory would be another one per thread)")
    # sqlite:///var/x is relative to the project, sqlite:////srv/x and sqlite:///C:/x are absolute.
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": unquote(path[1:])}


def _parse_postgres(text: str) -> dict[str, Any]:
    try:
        parts = urlsplit(text)
    except ValueError:
        # Its own message quotes the address, password and all.
        raise ValueError("is not a well-formed address") from None
    # Not parts.hostname: it lower-cases, which breaks the path of a unix socket; and a percent-encoded socket
    # (%2Frun%2Fpostgresql) stands where a host stands.
    credentials, _, place = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    match = re.fullmatch(r"(?P<host>\[[^\]]*\]|[^:]*)(:(?P<port>[0-9]*))?", place)
    if match is None:
        raise ValueError("has a port that is not a number, or / # ? in the password not as %2F %23 %3F")
    port = match["port"] or ""
    if port and not 1 <= int(port) <= 65535:
        raise ValueError("has a port beyond 1 to 65535")
    name = unquote(parts.path.removeprefix("/"))
    if not name or "/" in name:
        raise ValueError("must end with /name of the database")
    if parts.fragment:
        raise ValueError("has a # in it, which must be written %23")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    host = options.pop("host", "") or unquote(match["host"].strip("[]"))
    for option in options:
        if option not in POSTGRES_OPTIONS:
            raise ValueError(f"has an unknown option (known: host, {', '.join(POSTGRES_OPTIONS)})")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(user),
        "PASSWORD": unquote(password),
        "HOST": host,
        "PORT": port,
        "OPTIONS": options,
    }


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "SECRET_KEY",
        "",
        "Signs sessions; required, with at least 50 characters, once ALLOWED_HOSTS or HOST reaches beyond this machine",
        "b3hL...",
        parse_text,
        default_text="made once and kept in var/secret-key",
    ),
    Setting(
        "DEBUG",
        "off",
        "Shows errors in full, for development; refused once ALLOWED_HOSTS or HOST reaches beyond this machine",
        "on",
        parse_flag,
    ),
    Setting(
        "ALLOWED_HOSTS",
        "localhost,127.0.0.1,[::1]",
        "Names and addresses under which the product is opened, separated by commas",
        "targets.example.gov.cn,10.1.2.3",
        parse_hosts,
    ),
    Setting(
        "CSRF_TRUSTED_ORIGINS",
        "",
        "Addresses whose forms are accepted; needed behind a proxy that changes the host name",
        "https://targets.example.gov.cn",
        parse_origins,
        default_text="none",
    ),
    Setting(
        "DATABASE_URL",
        "",
        "Where the data is: sqlite:///path (relative to the project) or "
        "postgres://user:password@host:5432/name; a unix socket as postgres://user@%2Frun%2Fpostgresql/name "
        "or postgres:///name?host=/run/postgresql",
        "postgres://user:password@127.0.0.1:5432/township",
        parse_database_url,
        default_text="var/township.sqlite3",
    ),
    Setting(
        "PGBOUNCER",
        "off",
        "Says that DATABASE_URL leads to a pgbouncer in transaction mode",
        "on",
        parse_flag,
    ),
    Setting(
        "REPLICA_URL",
        "",
        "A streaming replica of the PostgreSQL of DATABASE_URL, from which pages that only look are read",
        "postgres://user:password@10.1.2.4:5432/township",
        parse_replica_url,
        default_text="none",
    ),
    Setting("HOST", "127.0.0.1", "Address on which the server listens", "0.0.0.0", parse_host),
    Setting("PORT", "8000", "Port on which the server listens", "8123", whole_number(1, 65535)),
    Setting(
        "WORKERS",
        "1",
        "Processes that serve, on Linux and macOS; about one for each processor, each of up to 150 MB",
        "4",
        whole_number(1, 64),
    ),
    Setting(
        "VAR_DIR",
        "var",
        "Folder for everything the product writes: database, uploads, static files, secret key, logs",
        "/srv/township/var",
        parse_path,
    ),
    Setting(
        "TLS_PROXY",
        "",
        "IP address of the proxy in front that ends TLS; its X-Forwarded-For and X-Forwarded-Proto are "
        "believed, and plain HTTP is redirected to HTTPS",
        "127.0.0.1",
        parse_ip_address,
        default_text="none",
    ),
    Setting(
        "SECURE_COOKIES",
        "",
        "Sends cookies over HTTPS only; sign-in over plain HTTP then no longer works",
        "on",
        parse_flag,
        default_text="on with TLS_PROXY, else off",
    ),
    Setting(
        "HSTS_SECONDS",
        "0",
        "How long browsers may insist on HTTPS for this host; cannot be taken back before it has run out",
        "31536000",
        whole_number(0, 63_072_000),
    ),
    Setting(
        "EMAIL_HOST",
        "",
        "Mail server through which `manage.py remind` sends; without it reminders are printed",
        "smtp.example.gov.cn",
        parse_host,
        default_text="none",
    ),
    Setting("EMAIL_PORT", "25", "Port of the mail server", "465", whole_number(1, 65535)),
    Setting(
        "EMAIL_HOST_USER",
        "",
        "Name under which the mail server is signed in to",
        "township@example.gov.cn",
        parse_text,
        default_text="none",
    ),
    Setting(
        "EMAIL_HOST_PASSWORD",
        "",
        "Password or authorization code for the mail server",
        "...",
        parse_text,
        default_text="none",
    ),
    Setting("EMAIL_USE_TLS", "off", "Encrypts after connecting (STARTTLS, mostly port 587)", "on", parse_flag),
    Setting("EMAIL_USE_SSL", "off", "Encrypts from the start (mostly port 465)", "on", parse_flag),
    Setting(
        "DEFAULT_FROM_EMAIL",
        "",
        "Sender of the reminders; required with EMAIL_HOST unless EMAIL_HOST_USER is an address",
        "township@example.gov.cn",
        parse_address,
        default_text="EMAIL_HOST_USER",
    ),
)


class Environment:
    """Settings read from one mapping: `env("PORT")` is the parsed value, None where nothing says it."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._settings = {setting.name: setting for setting in SETTINGS}

    def __call__(self, name: str) -> Any:
        setting = self._settings[name]
        # Empty counts as not set: compose files and unit files pass unset variables on as empty ones.
        text = self._variables.get(name, "").strip() or setting.default
        if not text:
            return None
        try:
            return setting.parse(text)
        except ValueError as problem:
            # "from None": the parser's frames hold the value, and a traceback may be logged.
            raise SettingError(f"{name} {problem} (for example {name}={setting.example}).") from None


def read_environment(dotenv: Path | None) -> Environment:
    """The process's environment over the lines of the .env file, if there is one."""
    if dotenv is None or not dotenv.is_file():
        return Environment(os.environ)
    return Environment({**parse_dotenv(dotenv), **{name: text for name, text in os.environ.items() if text.strip()}})


def parse_dotenv(path: Path) -> dict[str, str]:
    """NAME=value lines. A name that is no setting is refused: a misspelt one would have no effect, unseen."""
    known = {setting.name for setting in SETTINGS}
    variables: dict[str, str] = {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{path} cannot be read as UTF-8 text ({type(error).__name__}).") from None
    for number, line in enumerate(lines, start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, equals, text = (part.strip() for part in line.partition("="))
        if not equals:
            raise SettingError(f"{path}, line {number}, must read NAME=value (for example PORT=8123).")
        if name not in known:
            raise SettingError(f"{path}, line {number}: {name} is not a setting; known are {', '.join(sorted(known))}.")
        if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
            text = text[1:-1]
        variables[name] = text
    return variables


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only be reached from this machine."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def check_secret_key(key: str | None) -> str:
    """The key given explicitly, good enough for an open network."""
    example = """(for example the output of: python -c "import secrets; print(secrets.token_urlsafe(64))")"""
    if key is None:
        raise SettingError(f"SECRET_KEY must be set when ALLOWED_HOSTS or HOST reaches beyond this machine {example}.")
    if len(key) < 50 or len(set(key)) < 5:
        raise SettingError(
            "SECRET_KEY must have at least 50 random characters when ALLOWED_HOSTS or HOST reaches beyond "
            f"this machine {example}."
        )
    return key


def stored_secret_key(path: Path, new_key: Callable[[], str]) -> str:
    """The key in the file, which is made on first need and only ever by one of several processes."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_secret_key(path)
    except OSError as error:
        raise SettingError(f"SECRET_KEY is not set and {path} cannot be made ({error.strerror}).") from None
    key = new_key()
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key)
    except OSError as error:
        # A full disk: an empty file would be taken for the key from now on.
        path.unlink()
        raise SettingError(f"SECRET_KEY is not set and {path} cannot be made ({error.strerror}).") from None
    return key


def _read_secret_key(path: Path) -> str:
    # The process that made the file may not have written it yet.
    for _ in range(40):
        try:
            key = path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingError(
                f"{path} cannot be read ({type(error).__name__}); remove it to have it made anew."
            ) from None
        if len(key) >= 50:
            return key
        time.sleep(0.05)
    raise SettingError(f"{path} does not hold a key of 50 characters; remove it to have it made anew.")
