"""A made file as the answer to a request, recorded."""

import re
from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from targets.models import Unit
from targets.permissions import Scope
from targets.services.auditing import note_file, note_report
from targets.views.base import Request, author_of

#: What a page's script sends along, to learn from a cookie that its file has come.
MARK = re.compile(r"[0-9]{1,20}")


def download_report(
    request: Request,
    scope: Scope,
    content: bytes,
    content_type: str,
    name: str,
    *,
    unit: Unit,
    month: int,
    names_what_lags: bool,
    ticked: Iterable[str],
    included: Iterable[str],
) -> HttpResponse:
    """A report saved under ``name``, with the mark that the page waits for."""
    note_report(
        author_of(request),
        unit=unit,
        month=month,
        name=name,
        content=content,
        names_what_lags=names_what_lags,
        ticked=ticked,
        included=included,
    )
    response = _attached(content, content_type, name)
    mark = request.POST.get("mark", "")
    if MARK.fullmatch(mark):
        response.set_cookie("made", mark, max_age=60, secure=request.is_secure(), samesite="Lax")
    return response


def download_file(
    request: Request,
    scope: Scope,
    content: bytes,
    content_type: str,
    name: str,
    *,
    unit: Unit,
    month: int | None = None,
    included: Iterable[str] = (),
) -> HttpResponse:
    """A table or a form saved under ``name``. Who only asks for its size (HEAD) took nothing."""
    if request.method != "HEAD":
        by = author_of(request)
        note_file(by, unit=unit, name=name, content=content, month=month, included=included)
    return _attached(content, content_type, name)


def _attached(content: bytes, content_type: str, name: str) -> HttpResponse:
    disposition = content_disposition_header(True, name) or ""
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})
