"""The page for an address that leads nowhere."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from targets.permissions import NotVisibleError


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A sentence of our own, in the reader's language: what Django says of a missing row is English."""
    message = str(exception) if isinstance(exception, NotVisibleError) else ""
    return render(request, "404.html", {"message": message}, status=404)
