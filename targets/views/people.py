"""People 人员: accounts and roles, for security administrators; and one's own account, for everybody."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from targets.forms.setup import (
    AccountForm,
    NewPersonForm,
    OwnAccountForm,
    OwnPasswordForm,
    PeopleFilterForm,
    ReasonForm,
    RoleForm,
    role_in_force,
)
from targets.forms.units import UnitChoices
from targets.models import User
from targets.permissions import NotVisibleError, Scope, manages_people_in, may_manage_people
from targets.querysets.people import locked_usernames, people_managed_by
from targets.services import invitations, people
from targets.services.base import Author
from targets.services.invitations import Invitation
from targets.summaries.people import PeopleFilter, awaited, people_rows, role_rows
from targets.views.base import METHODS, Request, attempt, author_of

PEOPLE_PER_PAGE = 100


def _scope(request: Request) -> Scope:
    """The scope of a person who manages people.

    Raises:
        PermissionDenied: the person does not.
    """
    scope = request.scope
    may_manage_people(scope).require()
    return scope


def _role_units(scope: Scope) -> UnitChoices:
    """Where roles are given: the managed units that are in use this year."""
    year = timezone.localdate().year
    return UnitChoices(scope.tree, [pk for pk in manages_people_in(scope) if scope.tree.units[pk].is_in_use(year)])


def _locked() -> set[str]:
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    return locked_usernames(settings.AXES_FAILURE_LIMIT, settings.ACCOUNT_FAILURE_LIMIT, since)


@require_safe
def people_list(request: Request) -> HttpResponse:
    """Accounts with their roles, to search and filter."""
    scope = _scope(request)
    managed = manages_people_in(scope)
    form = PeopleFilterForm(request.GET, choices=UnitChoices(scope.tree, managed))
    form.is_valid()
    typed = form.cleaned_data
    unit = typed.get("unit")
    chosen = PeopleFilter(
        typed.get("q", ""),
        typed.get("role", ""),
        tuple(scope.tree.below(unit.pk)) if unit is not None else None,
        typed.get("state") or "active",
    )
    rows = people_rows(scope, request.user, _locked(), chosen, timezone.now())
    listed = Paginator(rows, PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "targets/people.html", {"tab": "people", "form": form, "rows": listed})


@require_http_methods(METHODS)
def new_person(request: Request) -> HttpResponse:
    """Add an account. The invitation of its owner is shown in the answer, once."""
    _scope(request)
    form = NewPersonForm(request.POST or None)
    if request.method != "POST":
        return _new_person(request, form)
    made: list[Invitation] = []
    if attempt(form, lambda: made.append(invitations.add_person(author_of(request), **form.cleaned_data))) != 302:
        return _new_person(request, form, status=422)
    note = _("The account is made. Now give it a role.")
    return _person(request, made[0].person, invitation=made[0], note=note)


def _new_person(request: Request, form: forms.Form, status: int = 200) -> HttpResponse:
    return render(
        request, "targets/people_new.html", {"tab": "people", "title": _("Add a person"), "form": form}, status=status
    )


def _managed(request: Request, scope: Scope, pk: int) -> User:
    """A person whom the security administrator manages; any other looks as if there were none."""
    found: User = get_object_or_404(people_managed_by(scope, request.user), pk=pk)
    return found


@require_http_methods(METHODS)
def person_page(request: Request, pk: int) -> HttpResponse:
    """One person: name, roles, and whether the account is open. Each act is a form of its own."""
    scope = _scope(request)
    person = _managed(request, scope, pk)
    if request.method != "POST":
        return _person(request, person)
    by, act = author_of(request), request.POST.get("act", "")
    if act == "change":
        form: forms.Form = AccountForm(request.POST, prefix="change")
        done = attempt(form, lambda: people.change_person(by, user=person, **form.cleaned_data)) == 302
    elif act == "role":
        form = RoleForm(request.POST, prefix="role", choices=_role_units(scope))
        done = attempt(form, lambda: people.grant_role(by, user=person, **form.cleaned_data)) == 302
    elif act == "invite":
        return _invite(request, person)
    elif act == "disable":
        form = ReasonForm(request.POST, prefix="disable")
        done = attempt(form, lambda: people.disable_person(by, user=person, **form.cleaned_data)) == 302
    elif act in _PLAIN_ACTS:
        form = forms.Form(request.POST)
        done = attempt(form, lambda: _PLAIN_ACTS[act](by, person)) == 302
    elif act.startswith("end-"):
        membership = role_in_force(person.memberships.select_related("unit"), act.removeprefix("end-"))
        if membership is None:
            raise NotVisibleError(_("There is no such role in force."))
        form = forms.Form(request.POST)
        done = attempt(form, lambda: people.end_role(by, membership)) == 302
    else:
        raise Http404
    if not done:
        return _person(request, _managed(request, scope, pk), refused={act: form}, status=422)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("person", args=[person.pk]))


_PLAIN_ACTS: dict[str, Callable[[Author, User], None]] = {
    "enable": lambda by, person: people.enable_person(by, user=person),
    "unlock": lambda by, person: people.unlock_person(by, user=person),
}


def _invite(request: Request, person: User) -> HttpResponse:
    """A new invitation, shown in the answer, once."""
    form, made = forms.Form(request.POST), list[Invitation]()
    if attempt(form, lambda: made.append(invitations.invite_person(author_of(request), user=person))) != 302:
        return _person(request, person, refused={"invite": form}, status=422)
    return _person(request, person, invitation=made[0])


def address_of(request: Request, invitation: Invitation) -> str:
    """Where an invited person chooses a password, as others reach this server."""
    return request.build_absolute_uri(reverse("invitation_code", args=[invitation.code]))


def _person(
    request: Request,
    person: User,
    *,
    refused: dict[str, forms.Form] | None = None,
    invitation: Invitation | None = None,
    note: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a person. ``refused`` holds the form that was sent, by the act; the others are fresh."""
    scope = request.scope
    managed = manages_people_in(scope)
    shown: dict[str, Any] = {
        "change": AccountForm(initial={"full_name": person.full_name, "email": person.email}, prefix="change"),
        "role": RoleForm(prefix="role", choices=_role_units(scope)),
        "disable": ReasonForm(prefix="disable"),
    }
    shown |= refused or {}
    general = [error for form in (refused or {}).values() for error in form.non_field_errors()]
    return render(
        request,
        "targets/people_person.html",
        {
            "tab": "people",
            "person": person,
            "roles": role_rows(person, managed),
            "is_locked": person.username in _locked(),
            "is_self": person.pk == request.user.pk,
            "forms": shown,
            "opened": next(iter(refused or {}), ""),
            "general": general,
            "awaited": awaited(person, timezone.now()),
            "slip": (invitation, address_of(request, invitation)) if invitation is not None else None,
            "note": note,
        },
        status=status,
    )


# One's own account


@require_http_methods(METHODS)
def own_account(request: Request) -> HttpResponse:
    """E-mail, language and size of text of whoever is signed in, and the roles they have."""
    person = request.user
    form = OwnAccountForm(request.POST or None, initial=OwnAccountForm.of(person))
    status = 200
    if request.method == "POST":
        if form.is_valid():
            by = author_of(request)
            again = User.objects.get(pk=person.pk)
            if attempt(form, lambda: people.change_own_account(by, user=again, **form.cleaned_data)) == 302:
                messages.success(request, _("Saved."))
                return HttpResponseRedirect(reverse("own_account"))
        status = 422
    roles = person.memberships.filter(ended_at__isnull=True).select_related("unit").prefetch_related("sections")
    return render(request, "targets/people_own.html", {"tab": "own", "form": form, "roles": roles}, status=status)


@sensitive_post_parameters()
@require_http_methods(METHODS)
def own_password(request: Request) -> HttpResponse:
    """Change one's own password."""
    person = request.user
    form = OwnPasswordForm(request.POST or None, person=person)
    if request.method == "POST":
        if form.is_valid():
            password_hash = make_password(form.cleaned_data["new"])
            if (
                attempt(
                    form,
                    lambda: people.change_own_password(author_of(request), user=person, password_hash=password_hash),
                )
                == 302
            ):
                # The session goes on; sessions elsewhere end.
                update_session_auth_hash(request, person)
                messages.success(request, _("Your password is changed."))
                return HttpResponseRedirect(reverse("own_account"))
        return render(request, "targets/people_password.html", {"tab": "own", "form": form}, status=422)
    return render(request, "targets/people_password.html", {"tab": "own", "form": form})
