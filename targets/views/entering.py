"""My month 我的填报: one unit's answers for one month, as a plain form that needs no script."""

from collections.abc import Iterable
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from targets.forms import AnswerForm, StepForm
from targets.models import MilestoneEntry, ProgressEntry, Year
from targets.permissions import Decision, Scope, may_close, may_enter, may_enter_for
from targets.services import months, progress
from targets.services.writing import Author, ConflictError
from targets.summaries.instructions import instructions_for_month
from targets.summaries.month import MonthGrid, month_grid
from targets.summaries.selection import default_as_of
from targets.views.selecting import NoPlanYet, Page, read_page

RowForm = AnswerForm | StepForm


@never_cache  # the way back shows what stands, not what stood
@require_http_methods(["GET", "HEAD", "POST"])
def month_page(request: HttpRequest) -> HttpResponse:
    """Show the month, or take what was typed: valid rows are saved, the others stay with the reason beside them."""
    try:
        page = read_page(request, default_month=_month_to_enter, default_unit=_unit_to_enter)
    except NoPlanYet:
        return render(request, "targets/no_plan.html")
    selection = page.selection
    may = may_enter_for(selection.scope, selection.unit.pk)
    grid = month_grid(selection.scope, selection.year, selection.unit, selection.as_of)
    if request.method != "POST":
        return _shown(request, page, grid, _forms(selection.scope, grid, None), may)
    if "close" in request.POST or "reopen" in request.POST:
        return _close_or_reopen(request, page, grid, may)
    may.require()
    forms = _forms(selection.scope, grid, request.POST)
    by = Author.person(request.user, selection.scope, source=request.path)  # type: ignore[arg-type]
    saved, submitted = _take(by, grid, forms, submit="submit" in request.POST)
    if saved:
        messages.success(
            request, ngettext("%(count)d answer saved.", "%(count)d answers saved.", saved) % {"count": saved}
        )
    if submitted:
        messages.success(
            request,
            ngettext("%(count)d answer submitted.", "%(count)d answers submitted.", submitted) % {"count": submitted},
        )
    if any(form.errors for form in forms.values()):
        # What was saved is read again; what was refused stays as it was typed.
        fresh = month_grid(selection.scope, selection.year, selection.unit, selection.as_of)
        refused = {prefix: form for prefix, form in forms.items() if form.errors}
        return _shown(request, page, fresh, _forms(selection.scope, fresh, None) | refused, may, status=422)
    return HttpResponseRedirect(f"{reverse('month')}?{page.query}")


def _close_or_reopen(request: HttpRequest, page: Page, grid: MonthGrid, may: Decision) -> HttpResponse:
    by = Author.person(request.user, page.selection.scope, source=request.path)  # type: ignore[arg-type]
    try:
        if "close" in request.POST:
            months.close_month(by, unit=grid.unit, year=grid.year.year, month=grid.month)
            messages.success(request, _("The month is closed."))
        else:
            reason = request.POST.get("reason", "")[:500]
            months.reopen_month(by, unit=grid.unit, year=grid.year.year, month=grid.month, reason=reason)
            messages.success(request, _("The month is open again."))
    except ValidationError as error:
        forms = _forms(page.selection.scope, grid, None)
        return _shown(request, page, grid, forms, may, failed=" ".join(error.messages), status=422)
    return HttpResponseRedirect(f"{reverse('month')}?{page.query}")


def _shown(
    request: HttpRequest,
    page: Page,
    grid: MonthGrid,
    forms: dict[str, RowForm],
    may: Decision,
    *,
    failed: str = "",
    status: int = 200,
) -> HttpResponse:
    sections = [
        (
            section.section,
            [(row, forms.get(f"t{row.target.pk}")) for row in section.rows],
            [(step, forms.get(f"s{step.milestone.pk}")) for step in section.steps],
        )
        for section in grid.sections
    ]
    return render(
        request,
        "targets/month.html",
        {
            "page": page,
            "selection": page.selection,
            "grid": grid,
            "sections": sections,
            "may": may,
            "may_close": may_close(page.selection.scope, grid.unit.pk),
            "failed": failed,
            "instructions": instructions_for_month(
                page.selection,
                {row.target.indicator_id for row in grid.rows},
                {section.section.pk for section in grid.sections},
            ),
            "has_errors": any(form.errors for form in forms.values() if form.is_bound),
            "before": page.query_with(as_of=grid.month - 1) if grid.month > 1 else "",
            "after": page.query_with(as_of=grid.month + 1) if grid.month < 12 else "",
        },
        status=status,
    )


def _forms(scope: Scope, grid: MonthGrid, data: QueryDict | None) -> dict[str, RowForm]:
    """A form for every row that the person can type into, by the prefix of its fields."""
    found: dict[str, RowForm] = {}
    if grid.is_closed:
        return found
    for row in grid.rows:
        if row.is_open and may_enter(scope, row.target):
            found[f"t{row.target.pk}"] = AnswerForm(data, row=row)
    for step in grid.steps:
        if step.is_open and may_enter(scope, step.milestone.target):
            found[f"s{step.milestone.pk}"] = StepForm(data, step=step)
    return found


def _take(by: Author, grid: MonthGrid, forms: dict[str, RowForm], *, submit: bool) -> tuple[int, int]:
    """Save every valid row by itself, then submit the chosen ones; what is refused is noted in its form."""
    saved = submitted = 0
    for form in forms.values():
        if not form.is_valid():
            continue
        try:
            entry, is_new = save_row(by, grid.month, form)
            saved += is_new
            if submit and entry is not None and form.cleaned_data["chosen"]:
                progress.submit(by, entry)
                submitted += 1
        except ValidationError as error:
            note_refusal(form, error)
        except ConflictError as error:
            form.add_error(None, str(error))
    return saved, submitted


def save_row(by: Author, month: int, form: RowForm) -> tuple[ProgressEntry | MilestoneEntry | None, bool]:
    """The open version that the row now has, and whether something was written.

    Raises:
        ValidationError: the row breaks a rule.
        ConflictError: somebody else saved it since it was shown.
    """
    entry = form.row.entry if isinstance(form, AnswerForm) else form.step.entry
    seen = form.cleaned_data.get("lock_version")
    if form.is_blank:
        # A row that was empty when it was shown says nothing about what somebody else has typed since.
        if entry is not None and seen is not None:
            progress.discard(by, entry, lock_version=seen)
            return None, True
        return None, False
    if not form.says_something_new:
        return entry, False
    if isinstance(form, AnswerForm):
        target = form.row.target
        return progress.record_progress(by, target=target, month=month, **form.values()), True
    return progress.record_step(by, milestone=form.step.milestone, month=month, **form.values()), True


def note_refusal(form: RowForm, error: ValidationError) -> None:
    """Put what a service refused beside the field it names, or above the row."""
    if hasattr(error, "error_dict"):
        for name, errors in error.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, error)


def _month_to_enter(scope: Scope, year: Year, today: date) -> int:
    """The month that is open for entry: this one from its opening day on, else the one before.

    For a year that is over, the month after the latest reviewed one.
    """
    if today.year == year.year:
        return today.month if today.day >= year.opening_day else max(today.month - 1, 1)
    return min(default_as_of(scope, year, today) + 1, 12)


def _unit_to_enter(scope: Scope) -> Iterable[int]:
    """The units that the person enters for, own ones first."""
    return (*scope.units_with({"clerk"}), *scope.top_units)
