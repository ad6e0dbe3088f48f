"""What is shown where a page cannot be: a wrong address, no right, a database that is busy or away, our faults."""

import errno
import sys

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import Error as DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import resolve
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from targets.models import User
from targets.permissions import NotVisibleError
from targets.services.auditing import note_refusal
from targets.services.base import Author

#: Seconds after which a browser tries again.
AGAIN = 10

#: Addresses where passwords and codes are typed: nothing of them is offered again.
SECRET = ("sign_in", "own_password", "invitation", "invitation_code")

TOKEN = "csrfmiddlewaretoken"

#: What SQLite names by these numbers (and more in their higher bits): busy and locked; full; cannot be read or written.
_SQLITE = {5: "busy", 6: "busy", 13: "full", 8: "away", 10: "away", 14: "away", 15: "away"}
#: What PostgreSQL names by the beginning of these codes; the first that fits counts.
_POSTGRESQL = {
    "53100": "full",
    "53": "busy",
    "55P03": "busy",
    "57014": "busy",
    "40": "busy",
    "08": "away",
    "57P": "away",
}


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A sentence of our own, in the reader's language: what Django says of a missing row is English."""
    message = str(exception) if isinstance(exception, NotVisibleError) else ""
    return render(request, "404.html", {"message": message}, status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """413 with what to do where more was sent than is taken at once; else 400."""
    sentence = _too_much(exception)
    if not sentence:
        return HttpResponse(render_to_string("400.html"), status=400)
    return render(request, "413.html", {"sentence": sentence}, status=413)


def _too_much(error: Exception) -> str:
    """What was too much, and how it is sent all the same; empty where it was not that."""
    if isinstance(error, TooManyFieldsSent):
        return _(
            "More than %(most)s fields and ticks were sent at once. Go back, show fewer rows (of one section or unit),"
            " and save them in parts."
        ) % {"most": f"{settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,}"}
    if isinstance(error, TooManyFilesSent):
        return _("More than %(most)s files were sent at once. Go back and send them in parts.") % {
            "most": settings.DATA_UPLOAD_MAX_NUMBER_FILES
        }
    if isinstance(error, RequestDataTooBig):
        return _("More than %(most)s MB of text was sent at once. Go back and save it in parts.") % {
            "most": settings.DATA_UPLOAD_MAX_MEMORY_SIZE >> 20
        }
    return ""


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The reason, in the reader's language. That somebody signed in was refused is recorded."""
    reason = str(exception)
    if isinstance(request.user, User):
        note_refusal(Author.of(request.user, source=request.path[:300]), user=request.user, reason=reason)
    return render(request, "403.html", {"reason": reason}, status=403)


def failed(request: HttpRequest) -> HttpResponse:
    """503 where trying again helps, with what was typed; else 500."""
    trouble = trouble_of(sys.exc_info()[1])
    if trouble is None:
        return server_error(request)
    language = getattr(request, "LANGUAGE_CODE", None) or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    with translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        sentence = _sentences()[trouble]
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"message": sentence}, status=503, headers={"Retry-After": str(AGAIN)})
        page = render_to_string("503.html", {"sentence": sentence, "again": AGAIN, **_offered(request)})
    return HttpResponse(page, status=503, headers={"Retry-After": str(AGAIN)})


def trouble_of(error: BaseException | None) -> str | None:
    """``busy``, ``away`` or ``full`` for what passes without anybody mending the product; None for everything else."""
    if isinstance(error, OSError):
        return "full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else None
    if not isinstance(error, DatabaseError):
        return None
    cause = error.__cause__
    number, code = getattr(cause, "sqlite_errorcode", None), getattr(cause, "pgcode", None)
    if number is not None:
        return _SQLITE.get(number & 0xFF)
    if code is not None:
        return next((trouble for beginning, trouble in _POSTGRESQL.items() if code.startswith(beginning)), None)
    # Without a code the server was not reached, or the connection was lost on the way.
    return "away" if type(cause).__name__ in ("OperationalError", "InterfaceError") else None


def _sentences() -> dict[str, str]:
    return {
        "busy": _("The system is busy at this moment."),
        "away": _("The database cannot be reached at this moment."),
        "full": _("The disk of the server is full, so nothing can be saved. Tell the system administrator."),
    }


def _offered(request: HttpRequest) -> dict[str, object]:
    """What the page offers: to read again, to send again what was typed, or the way back.

    ``fields`` are names with values; ``words`` those values that a person can make sense of by themselves.
    """
    address = request.get_full_path()
    if request.method in ("GET", "HEAD"):
        return {"address": address, "is_read": True}
    came_from = request.headers.get("Referer", "")
    offered: dict[str, object] = {
        "back": came_from if url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()}) else "/"
    }
    if _may_be_sent_again(request):
        fields = [(name, value) for name, values in request.POST.lists() if name != TOKEN for value in values]
        offered |= {
            "address": address,
            "fields": fields,
            "words": [value for _name, value in fields if not value.isascii() or " " in value.strip()],
            "is_whole": not request.FILES,
            "csrf_token": get_token(request),
        }
    return offered


def _may_be_sent_again(request: HttpRequest) -> bool:
    """Whether it came from a page of ours, and no secret was typed there.

    The database may fail before Django has looked at the token: what another site sent must not be given ours.
    """
    try:
        match = resolve(request.path_info)
        if request.method != "POST" or match.url_name in SECRET or match.namespace:
            return False
        return _Token(lambda _request: HttpResponse()).process_view(request, failed, (), {}) is None
    except (Http404, BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return False


class _Token(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        """Without the page that says why, which would ask the database."""
        return HttpResponse(status=403)
