"""A made file as the answer to a request."""

import re

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

#: What a page's script sends along, to learn from a cookie that its file has come.
MARK = re.compile(r"[0-9]{1,20}")


def handed_out(request: HttpRequest, content: bytes, content_type: str, name: str) -> HttpResponse:
    """The file to be saved under ``name``, with the mark that the page waits for."""
    response = HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": content_disposition_header(True, name) or ""},
    )
    mark = request.POST.get("mark", "")
    if MARK.fullmatch(mark):
        response.set_cookie("made", mark, max_age=60, secure=request.is_secure(), samesite="Lax")
    return response
