"""Settings of the whole product. What an office may change comes from the environment: see `env.SETTINGS`."""

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.core.management.utils import get_random_secret_key

from township.env import SettingError, check_secret_key, is_loopback, read_environment, stored_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent

# Under pytest: cheap passwords, plain static files, no log file, and no .env of the person who runs it.
TESTING = "pytest" in sys.modules

env = read_environment(None if TESTING else BASE_DIR / ".env")

# Everything the product writes lies below VAR_DIR.
VAR_DIR: Path = BASE_DIR / env("VAR_DIR")
LOG_DIR = VAR_DIR / "log"
MEDIA_ROOT = VAR_DIR / "uploads"  # Never given a URL: files go out through a view that asks visible_to first.
STATIC_ROOT = VAR_DIR / "static"
SAMPLE_ACCOUNTS_FILE = VAR_DIR / "sample-accounts.txt"
# Nothing has been written there yet. `start` asks it.
IS_FIRST_START = not any(path.is_file() for path in VAR_DIR.rglob("*"))
for folder in (VAR_DIR, LOG_DIR, MEDIA_ROOT):
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"VAR_DIR must be a folder that can be written; for {folder} the system says: {error.strerror} "
            "(for example VAR_DIR=/srv/township/var)."
        ) from None

# Who may reach it
DEBUG: bool = env("DEBUG")
HOST: str = env("HOST")
PORT: int = env("PORT")
WORKERS: int = env("WORKERS")
ALLOWED_HOSTS: list[str] = env("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS: list[str] = env("CSRF_TRUSTED_ORIGINS") or []

# Open to others than this machine: then nothing is left to convenience. `start` asks it as well.
EXPOSED = not all(is_loopback(name) for name in [*ALLOWED_HOSTS, HOST])
if EXPOSED:
    SECRET_KEY = check_secret_key(env("SECRET_KEY"))
    if DEBUG:
        raise SettingError(
            "DEBUG must be off when ALLOWED_HOSTS or HOST reaches beyond this machine (for example DEBUG=off)."
        )
else:
    SECRET_KEY = env("SECRET_KEY") or stored_secret_key(VAR_DIR / "secret-key", get_random_secret_key)

ROOT_URLCONF = "township.urls"
WSGI_APPLICATION = "township.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tables2",
    "django_htmx",
    "axes",
    "targets",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "targets.middleware.CompressionMiddleware",
    "targets.middleware.NotKeptMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # In place of LocaleMiddleware, which would follow the browser: the person's choice counts, else Chinese.
    "targets.middleware.LanguageMiddleware",
    "targets.middleware.ScopeMiddleware",
    "targets.middleware.AddressMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Last: it answers a locked sign-in after the view has run.
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

FORM_RENDERER = "targets.forms.drawing.PlainRenderer"

# Database
DATABASE: dict[str, Any] = env("DATABASE_URL") or {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": VAR_DIR / "township.sqlite3",
}
if DATABASE["ENGINE"].endswith("sqlite3"):
    DATABASE["NAME"] = BASE_DIR / DATABASE["NAME"]
    DATABASE["OPTIONS"] = {
        # A transaction that reads first and writes later would fail at once, whatever the timeout.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Django's own default, NORMAL under WAL, may lose the last commits when the power fails.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    if TESTING:
        # A file, as in use: a database in memory has neither WAL nor locks. One per process, so that two runs
        # in one folder do not delete each other's (--reuse-db therefore has no effect).
        DATABASE["TEST"] = {"NAME": VAR_DIR / f"test-{os.getpid()}.sqlite3"}
else:
    DATABASE["OPTIONS"].setdefault("connect_timeout", "10")
    # In tests a connection kept by a server thread would prevent the test database from being dropped.
    DATABASE["CONN_MAX_AGE"] = 0 if TESTING else 60
    DATABASE["CONN_HEALTH_CHECKS"] = True
    # A cursor of the server would outlive the transaction, and the connection with it belongs to somebody else by then.
    DATABASE["DISABLE_SERVER_SIDE_CURSORS"] = env("PGBOUNCER")
# Services open their own transactions; a page that only reads needs none.
DATABASE["ATOMIC_REQUESTS"] = False
DATABASES = {"default": DATABASE}
if REPLICA := env("REPLICA_URL"):
    if not DATABASE["ENGINE"].endswith("postgresql"):
        raise SettingError(
            "REPLICA_URL needs a DATABASE_URL of PostgreSQL (for example "
            "DATABASE_URL=postgres://user:password@127.0.0.1:5432/township)."
        )
    # One that does not answer must not hold up a page.
    REPLICA["OPTIONS"] = {"connect_timeout": "2", "tcp_user_timeout": "5000", **REPLICA["OPTIONS"]}
    REPLICA |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "TEST": {"MIRROR": "default"}}
    # It may stand behind a pgbouncer as well.
    REPLICA["DISABLE_SERVER_SIDE_CURSORS"] = True
    DATABASES["replica"] = REPLICA
    DATABASE_ROUTERS = ["township.replica.Router"]
    MIDDLEWARE.append("township.replica.ReplicaMiddleware")

# Signing in
AUTH_USER_MODEL = "targets.User"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "sign_in"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # First: it refuses before a password is looked at.
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "targets.forms.passwords.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_HANDLER = "targets.lockout.SignInHandler"
AXES_FAILURE_LIMIT = 5
ACCOUNT_FAILURE_LIMIT = 20  # From all addresses together; then only those from which the person has signed in are open.
AXES_COOLOFF_TIME = timedelta(minutes=30)
# By the pair: a whole office behind one address is not locked out by one colleague, and nobody can lock
# another person's name from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# Else every try during the lock would start the half hour again.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_TEMPLATE = "targets/locked_out.html"

# Sessions end with the browser or after a working day. Saving them on every request would write to SQLite on
# every page.
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 60 * 60

# Transport. HTTPS is ended by a proxy in front (TLS_PROXY); without one the product speaks plain HTTP.
TLS_PROXY: str | None = env("TLS_PROXY")
SECURE_COOKIES: bool | None = env("SECURE_COOKIES")
if SECURE_COOKIES is None:
    SECURE_COOKIES = TLS_PROXY is not None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS: int = env("HSTS_SECONDS")
SECURE_SSL_REDIRECT = TLS_PROXY is not None
if TLS_PROXY is not None:
    # `start` lets waitress drop this header unless it comes from TLS_PROXY; another WSGI server must do the
    # same, or anyone can claim to have come by HTTPS.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        # The nonce is for the one style element that plotly fills: without it charts fall apart.
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}

# A month's grid of 200 targets has more fields than Django's default of 1000.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# What the server takes at all, files included.
MAX_REQUEST_BYTES = 50 * 1024 * 1024

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Mail: what `remind` sends. Nothing else does.
EMAIL_HOST: str = env("EMAIL_HOST") or ""
EMAIL_PORT: int = env("EMAIL_PORT")
EMAIL_HOST_USER: str = env("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD: str = env("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS: bool = env("EMAIL_USE_TLS")
EMAIL_USE_SSL: bool = env("EMAIL_USE_SSL")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL: str = env("DEFAULT_FROM_EMAIL") or EMAIL_HOST_USER
if EMAIL_USE_TLS and EMAIL_USE_SSL:
    raise SettingError("EMAIL_USE_TLS and EMAIL_USE_SSL must not both be on (for example EMAIL_USE_TLS=off).")
if EMAIL_HOST and "@" not in DEFAULT_FROM_EMAIL:
    raise SettingError(
        "DEFAULT_FROM_EMAIL must be set with EMAIL_HOST (for example DEFAULT_FROM_EMAIL=township@example.gov.cn)."
    )

# Static files
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "township.plotly_finder.PlotlyFinder",
]
# The manifest exists only after collectstatic, so neither development nor tests can use it.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG or TESTING
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# In tests straight from the sources; scanning STATIC_ROOT for every test client would be slow.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or TESTING

# Logs: to stderr, and to a file that rotates and that several processes may share.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "file": {
            "class": "township.logs.SharedFileHandler",
            "filename": LOG_DIR / "township.log",
            "maxBytes": 5 * 1024 * 1024,
            "backupCount": 5,
            "encoding": "utf-8",
            "delay": True,
            "formatter": "line",
        },
    },
    "root": {"handlers": ["console", "file"], "level": "WARNING"},
    "loggers": {
        # Django's own configuration gives this logger a mail handler; replace it.
        "django": {"handlers": ["console", "file"], "level": "INFO", "propagate": False},
        "targets": {"level": "INFO"},
        "reports": {"level": "INFO"},
    },
}
LOGGING_CONFIG: str | None = "logging.config.dictConfig"
if TESTING:
    # pytest collects log records itself; a handler would write to streams that pytest has closed.
    LOGGING_CONFIG = None
