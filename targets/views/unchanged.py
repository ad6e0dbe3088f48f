"""Charts that did not change are not computed and sent again (304).

A page holds a token and a nonce of its own and is kept by no browser, so that the way back after sign-out shows
nothing; what is taken along as a file is recorded, however often. What is left are the data that a chart is drawn
from: the browser keeps them, and asks each time whether they are still true. Those with something sensitive in them
it does not keep.
"""

import hashlib
from collections.abc import Callable
from functools import cache, wraps

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from targets.models import Change
from targets.views.base import Request


def while_unchanged(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 304 to a script that has what the view would answer. One that says no-store by itself has no tag."""

    @wraps(view)
    def answer(request: Request, **kwargs: str) -> HttpResponse:
        # Whoever opens the address by itself would find it on the way back.
        tag = _tag(request) if request.headers.get("Accept") == "application/json" else None
        if tag is None:
            return view(request, **kwargs)
        if tag in parse_etags(request.headers.get("If-None-Match", "")):
            response: HttpResponse = HttpResponseNotModified()
        else:
            response = view(request, **kwargs)
        if not response.has_header("Cache-Control"):
            response.headers["ETag"] = tag
            patch_vary_headers(response, ("Accept", "Cookie"))
        return response

    return answer


def _tag(request: Request) -> str | None:
    """One for all answers that are alike: what is asked, by whom, in which language, of which figures, on which day.

    Weak: what is compressed has another length each time. ``None`` where the version of the figures is not known.
    It is asked before the figures are: what is written in between makes the answer newer than its tag, which is then
    asked for once more.
    """
    version = Change.objects.version()
    if version is None:
        return None
    parts = (
        request.get_full_path(),
        request.user.pk,
        request.LANGUAGE_CODE,
        version,
        timezone.localdate(),
        _program(),
    )
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


@cache
def _program() -> float:
    """The age of the program: another version may say the same figures in other words."""
    folders = [settings.BASE_DIR / name for name in ("targets", "reports", "township", "locale")]
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in (".py", ".mo")]
    return max(path.stat().st_mtime for path in [*files, settings.BASE_DIR / "requirements.txt"])
