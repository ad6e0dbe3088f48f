"""Django's own signals of signing in and out, put into the record of changes."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from targets.models import User
from targets.services import auditing
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
