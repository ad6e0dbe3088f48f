"""Django's own signals: of signing in and out, which is recorded, of a new connection, and of a migration."""

import sqlite3
import sys
from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.apps.registry import Apps
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.http import HttpRequest

from targets.models import User
from targets.services import accounts, auditing
from targets.services.base import Author


def _source(request: HttpRequest | None) -> str:
    return request.path if request is not None else ""


@receiver(user_logged_in)
def note_sign_in(user: User, request: HttpRequest | None = None, **_kwargs: Any) -> None:
    auditing.note_sign_in(Author.of(user, source=_source(request)), user=user)


@receiver(user_logged_out)
def note_sign_out(user: User | None, request: HttpRequest | None = None, **_kwargs: Any) -> None:
    if user is not None:
        auditing.note_sign_out(Author.of(user, source=_source(request)), user=user)


@receiver(user_login_failed)
def note_failed_sign_in(credentials: dict[str, Any], request: HttpRequest | None = None, **_kwargs: Any) -> None:
    # The receiver of axes stands before this one and has decided whether the account is locked here.
    locked = bool(getattr(request, "axes_locked_out", False))
    username = str(credentials.get("username") or "")
    auditing.note_failed_sign_in(Author.nobody(source=_source(request)), username=username, locked=locked)


@receiver(connection_created)
def take_what_sqlite_takes(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    """Fill statements as far as this SQLite allows: Django keeps to the 999 values of old ones, some fifty rows."""
    if connection.vendor == "sqlite":
        limit = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        connection.features.max_query_params = limit


@receiver(post_migrate)
def follow_the_rules(sender: AppConfig, apps: Apps = installed, verbosity: int = 1, **_kwargs: Any) -> None:
    """Make the accounts anew that were made by other rules. Pages do without them meanwhile."""
    if sender.name != "targets" or ("targets", "monthlyaccount") not in {
        (model._meta.app_label, model._meta.model_name) for model in apps.get_models()
    }:
        return  # migrated back to before there were accounts

    def tell(year: int, done: int, of: int) -> None:
        if verbosity and (done == of or done % 10 == 0):
            sys.stdout.write(f"  Monthly accounts of {year}: {done} of {of} indicators\n")

    accounts.rebuild_outdated(tell)
