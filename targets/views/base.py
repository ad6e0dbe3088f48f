"""What every page shares: whose request it is, the author of a write, and one attempt at a form."""

from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from targets.forms.setup import take_over
from targets.models import User
from targets.permissions import Scope
from targets.services.base import Author, ConflictError

METHODS = ["GET", "HEAD", "POST"]


class Request(HttpRequest):
    """A request of somebody signed in, with the ``scope`` that ``ScopeMiddleware`` adds. For types alone."""

    user: User
    scope: Scope


def author_of(request: Request, source: str = "") -> Author:
    """Whoever sent the request, writing from its page or from a named file."""
    return Author.person(request.user, request.scope, source=source or request.path)


def attempt(form: forms.Form, act: Callable[[], object]) -> int:
    """Check what was typed and do one thing: 302 when it is done, else the status of the refused form."""
    if not form.is_valid():
        return 422
    try:
        act()
    except ValidationError as error:
        take_over(form, error)
        return 422
    except ConflictError as error:
        form.add_error(None, str(error))
        return 409
    return 302
