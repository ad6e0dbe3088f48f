"""The pages for an address that leads nowhere, and for what a person may not do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from targets.models import User
from targets.permissions import NotVisibleError
from targets.services.auditing import note_refusal
from targets.services.base import Author


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A sentence of our own, in the reader's language: what Django says of a missing row is English."""
    message = str(exception) if isinstance(exception, NotVisibleError) else ""
    return render(request, "404.html", {"message": message}, status=404)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The reason, in the reader's language. That somebody signed in was refused is recorded."""
    reason = str(exception)
    if isinstance(request.user, User):
        note_refusal(Author.of(request.user, source=request.path[:300]), user=request.user, reason=reason)
    return render(request, "403.html", {"reason": reason}, status=403)
