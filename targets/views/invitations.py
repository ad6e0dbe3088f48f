"""Invited people choose their password: open to everybody who has a code, signed in or not."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from targets.forms.setup import ChosenPasswordForm, InvitationForm, take_over
from targets.models import User
from targets.permissions import scope_of
from targets.services import invitations
from targets.services.base import Author
from targets.views.base import METHODS


@login_not_required
@sensitive_variables("code", "typed")
@require_safe
def invitation_code(request: HttpRequest, code: str) -> HttpResponse:
    """The address that was sent. Opening it changes nothing: a preview of the link uses nothing up.

    It is answered with 200 also where the code opens nothing, since the log keeps the addresses of refusals.
    """
    typed, person = _found(code)
    return _ask_code(request, typed) if person is None else _ask_password(request, code, person)


@login_not_required
@sensitive_post_parameters()
@sensitive_variables("code", "typed", "form")
@require_http_methods(METHODS)
def invitation_page(request: HttpRequest) -> HttpResponse:
    """Where a code is typed and then, twice, the password. The code is sent along and stands in no address."""
    if request.method != "POST":
        return _ask_code(request, InvitationForm())
    code = request.POST.get("code", "")
    typed, person = _found(code)
    if person is None:
        return _ask_code(request, typed, status=422)
    if "new" not in request.POST:
        return _ask_password(request, code, person)
    form = ChosenPasswordForm(request.POST, person=person)
    if not form.is_valid():
        return _ask_password(request, code, person, form)
    by = Author.person(person, scope_of(person), source=request.path)
    password_hash = make_password(form.cleaned_data["new"])
    try:
        invitations.accept_invitation(by, user=person, code=code, password_hash=password_hash)
    except ValidationError as error:
        take_over(typed, error)
        return _ask_code(request, typed, status=422)
    # Whoever was signed in here may be somebody else. The person signs in, and so learns that it works.
    logout(request)
    said = _("Your password is set. Sign in with it and the user name %(username)s.")
    messages.success(request, said % {"username": person.username})
    return HttpResponseRedirect(reverse("sign_in"))


@sensitive_variables("code", "typed")
def _found(code: str) -> tuple[InvitationForm, User | None]:
    """The code as it was typed, and who is invited by it: nobody where the form says what is wrong."""
    typed = InvitationForm({"code": code})
    if typed.is_valid():
        try:
            return typed, invitations.invited_person(code)
        except ValidationError as error:
            take_over(typed, error)
    return typed, None


def _ask_code(request: HttpRequest, typed: InvitationForm, status: int = 200) -> HttpResponse:
    return _guarded(render(request, "targets/invitation.html", {"form": typed}, status=status))


def _ask_password(
    request: HttpRequest, code: str, person: User, refused: ChosenPasswordForm | None = None
) -> HttpResponse:
    form = refused or ChosenPasswordForm(person=person)
    context = {"form": form, "person": person, "code": code}
    status = 422 if refused is not None else 200
    return _guarded(render(request, "targets/invitation_password.html", context, status=status))


def _guarded(response: HttpResponse) -> HttpResponse:
    """The address may hold the code, which must not go on as a referrer.

    Not "no-referrer": the form would then be sent without its origin, and be refused.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    return response
