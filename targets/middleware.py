"""Request concerns: compression, what browsers keep, the person's language, what they may see, wrong addresses."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from targets.permissions import NotVisibleError, scope_of
from targets.services.base import coming_from


class CompressionMiddleware(GZipMiddleware):
    """Pages, data and CSV are sent compressed. Workbooks, papers and pictures are compressed already.

    What an attacker may learn from the length of a compressed answer (BREACH) is worth nothing here: Django masks the
    CSRF token anew in every answer, the nonce of the styles is new as well, the session is no part of a page, and
    cookies with SameSite=Lax do not come along with requests that another site makes in the background. Django
    lengthens every answer by up to 100 random bytes besides.
    """

    KINDS = frozenset({"text/html", "text/csv", "text/plain", "application/json"})

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return super().process_response(request, response) if kind in self.KINDS else response


class NotKeptMiddleware:
    """No page, file or piece of data is kept by a browser: after sign-out the way back shows nothing.

    Static files are answered before it and are kept for long. What has an ETag (``views.unchanged``), which is no page
    by itself, is kept and asked for again each time.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Cache-Control"] = "private, no-cache" if response.has_header("ETag") else "private, no-store"
        return response


class LanguageMiddleware:
    """The person's own choice, before sign-in that of the cookie, else Chinese. The browser is not asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.user.language if request.user.is_authenticated else None
        chosen = chosen or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if chosen not in dict(settings.LANGUAGES):
            chosen = settings.LANGUAGE_CODE
        translation.activate(chosen)
        request.LANGUAGE_CODE = chosen
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", chosen)
        return response


class ScopeMiddleware:
    """``request.scope``: what the signed-in person may see, computed at most once per request.

    What is written meanwhile is recorded with the address from which the request came.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.scope = SimpleLazyObject(lambda: scope_of(request.user))  # type: ignore[attr-defined, arg-type]
        with coming_from(request.META.get("REMOTE_ADDR", "")):
            return self.get_response(request)


class AddressMiddleware:
    """An address with a NUL in it leads nowhere: PostgreSQL would refuse it in the middle of a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise NotVisibleError(_("There is no page at this address. Check it, or begin at the overview."))
        return self.get_response(request)
