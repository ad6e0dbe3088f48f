"""Signing in, and how a person wants the pages to look."""

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from targets.forms.entering import AppearanceForm, SignInForm
from targets.permissions import may_manage_people, may_see_figures, scope_of
from targets.services import people
from targets.services.base import Author


class SignIn(auth_views.LoginView):
    """Open to all. The page says that nothing secret belongs into the system."""

    template_name = "targets/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_success_url(self) -> str:
        """Where the person was going; who manages people and sees no figures begins at the people."""
        going = super().get_success_url()
        scope = scope_of(self.request.user)  # type: ignore[arg-type]
        if going == reverse("overview") and not may_see_figures(scope) and may_manage_people(scope):
            return reverse("people")
        return going


@login_not_required
@require_POST
def choose_appearance(request: HttpRequest) -> HttpResponse:
    """Switch language or size of text and come back. Signed in, it is remembered with the person."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    form = AppearanceForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("This choice is not available."), status=400, content_type="text/plain; charset=utf-8")
    chosen = form.chosen()
    if request.user.is_authenticated:
        by = Author.person(request.user, request.scope, source=request.path)  # type: ignore[attr-defined]
        people.choose_appearance(by, user=request.user, **chosen)
    response = HttpResponseRedirect(back)
    if "language" in chosen:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            str(chosen["language"]),
            max_age=365 * 24 * 60 * 60,
            secure=bool(settings.LANGUAGE_COOKIE_SECURE),
            httponly=True,
            samesite="Lax",
        )
    return response
