"""What a web server calls. `manage.py start` serves it with waitress; any other WSGI server can."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.template.loader import render_to_string
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "township.settings")

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def is_utf8(content_type: str) -> bool:
    """Whether a Content-Type can be read and names UTF-8 or no charset. Django refuses the spelling utf8 in forms."""
    try:
        parameters = parse_header_parameters(content_type)[1]
    except (LookupError, ValueError):
        return False
    return bool(parameters.get("charset", "utf-8").lower() == "utf-8")


def in_utf8(application: Application) -> Application:
    """Answer 400 to a request in another charset: Django fails at some of them before its middleware runs."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if is_utf8(environ.get("CONTENT_TYPE", "")):
            return application(environ, start_response)
        page = render_to_string("400.html").encode()
        start_response(
            "400 Bad Request",
            [
                ("Content-Type", "text/html; charset=utf-8"),
                ("Content-Length", str(len(page))),
                ("Cache-Control", "no-store"),
            ],
        )
        return [page]

    return answer


def without_body_for_head(application: Application) -> Application:
    """Send nothing after the headers of an answer to HEAD.

    On a connection that is kept, a body would be read as the beginning of the next answer: behind a proxy,
    of an answer to somebody else. The length of the headers stays that of GET.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = application(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return body
        close = getattr(body, "close", None)
        if close is not None:
            close()
        return []

    return answer


application = without_body_for_head(in_utf8(get_wsgi_application()))
