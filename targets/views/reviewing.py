"""Review 审核: what was submitted, to approve one, many or all, or to return one with a reason."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from targets.forms import ReturnForm
from targets.models import MilestoneEntry, ProgressEntry, State, Target
from targets.permissions import may_review_some
from targets.services import progress
from targets.services.writing import Author, ConflictError
from targets.summaries.review import review_queue
from targets.summaries.selection import thresholds_of
from targets.views.selecting import NoPlanYet, Page, read_page

Entry = ProgressEntry | MilestoneEntry


@require_http_methods(["GET", "HEAD", "POST"])
def review_page(request: HttpRequest) -> HttpResponse:
    try:
        page = read_page(request)
    except NoPlanYet:
        return render(request, "targets/no_plan.html")
    may_review_some(page.selection.scope).require()
    if request.method == "POST":
        return _decide(request, page)
    return _shown(request, page)


def _shown(request: HttpRequest, page: Page, failed: str = "", reason: str = "", status: int = 200) -> HttpResponse:
    return render(
        request,
        "targets/review.html",
        {
            "page": page,
            "selection": page.selection,
            "thresholds": thresholds_of(page.selection.year),
            "units": review_queue(page.selection.scope, page.selection.year),
            "failed": failed,
            "typed_reason": reason,
        },
        status=status,
    )


def _decide(request: HttpRequest, page: Page) -> HttpResponse:
    by = Author.person(request.user, page.selection.scope, source=request.path)  # type: ignore[arg-type]
    try:
        if "return" in request.POST:
            form = ReturnForm(request.POST)
            if not form.is_valid():
                failed = _("Say why the figure is returned, so that the unit can mend it.")
                return _shown(request, page, failed, status=422)
            progress.return_entry(by, _entry(page, request.POST["return"]), reason=form.cleaned_data["reason"])
            messages.success(request, _("The figure was returned."))
        else:
            chosen = [_entry(page, key) for key in request.POST.getlist("entry")]
            if not chosen:
                return _shown(request, page, _("Choose at least one figure to approve."), status=422)
            progress.approve(by, *chosen)
            messages.success(
                request,
                ngettext("%(count)d answer approved.", "%(count)d answers approved.", len(chosen))
                % {"count": len(chosen)},
            )
    except ValidationError as error:
        return _shown(request, page, " ".join(error.messages), request.POST.get("reason", ""), status=422)
    except ConflictError as error:
        return _shown(request, page, str(error), request.POST.get("reason", ""), status=409)
    return HttpResponseRedirect(f"{reverse('review')}?{page.query}")


def _entry(page: Page, key: str) -> Entry:
    """A submitted version by its key on the page, within what the person may see; else there is none."""
    kind, _separator, number = key.partition("-")
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    targets = Target.objects.visible_to(page.selection.scope)
    if kind == "step":
        steps = MilestoneEntry.objects.filter(milestone__target__in=targets, state=State.SUBMITTED)
        return get_object_or_404(steps.select_related("milestone__target__unit"), pk=pk)
    entries = ProgressEntry.objects.visible_to(page.selection.scope).filter(state=State.SUBMITTED)
    found: ProgressEntry = get_object_or_404(entries.select_related("target__unit", "target__indicator"), pk=pk)
    return found
