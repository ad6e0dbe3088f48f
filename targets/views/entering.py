"""My month 我的填报: one unit's answers for one month, as a plain form that needs no script."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from targets import display
from targets.calculations.deadlines import days_left
from targets.forms.entering import AnswerForm, MonthRemedyForm, ReasonForm, StepForm
from targets.models import MilestoneEntry, ProgressEntry, Remedy, Target, Year
from targets.permissions import Decision, NotVisibleError, Scope, may_close, may_enter, may_enter_for
from targets.services import months, progress, remedies
from targets.services.base import Author, ConflictError
from targets.summaries.closing import closing
from targets.summaries.instructions import instructions_for_month
from targets.summaries.month import MonthGrid, MonthRow, MonthStep, month_grid
from targets.views.base import METHODS, Request, author_of
from targets.views.selecting import Page, with_month_to_enter

RowForm = AnswerForm | StepForm | MonthRemedyForm
Version = ProgressEntry | MilestoneEntry | Remedy


@dataclass
class Taken:
    """How many answers and remedies were saved, submitted, withdrawn."""

    saved: int = 0
    remedies: int = 0
    submitted: int = 0
    withdrawn: int = 0


@require_http_methods(METHODS)
@with_month_to_enter
def month_page(request: Request, page: Page) -> HttpResponse:
    """Show the month, or take what was typed: valid rows are saved, the others stay with the reason beside them."""
    selection = page.selection
    may = may_enter_for(selection.scope, selection.unit.pk)
    grid = month_grid(selection.scope, selection.year, selection.unit, selection.as_of)
    if request.method != "POST":
        return _shown(request, page, grid, _forms(request, page, grid, None), may)
    is_closing = "close" in request.POST or "reopen" in request.POST
    (may_close(selection.scope, grid.unit.pk) if is_closing else may).require()
    if page.notes:
        raise NotVisibleError(_("Nothing is saved into a month that was not asked for. Open the page again."))
    if is_closing:
        return _close_or_reopen(request, page, grid, may)
    forms = _forms(request, page, grid, request.POST)
    by = author_of(request)
    taken = _take(by, grid, forms, submit="submit" in request.POST)
    failed = _lost(grid, forms, request.POST)
    if "withdraw" in request.POST:
        failed += _withdraw(by, grid, request.POST["withdraw"], taken)
    _say(request, taken)
    if failed or any(form.errors for form in forms.values()):
        # What was saved is read again; what was refused stays as it was typed.
        fresh = month_grid(selection.scope, selection.year, selection.unit, selection.as_of)
        refused = {prefix: form for prefix, form in forms.items() if form.errors}
        shown = _forms(request, page, fresh, None) | refused
        return _shown(request, page, fresh, shown, may, failed=" ".join(failed), status=422)
    return HttpResponseRedirect(f"{reverse('month')}?{page.query}")


def _say(request: Request, taken: Taken) -> None:
    if taken.saved:
        words = ngettext("%(count)d answer saved.", "%(count)d answers saved.", taken.saved)
        messages.success(request, words % {"count": taken.saved})
    if taken.remedies:
        words = ngettext("%(count)d remedy saved.", "%(count)d remedies saved.", taken.remedies)
        messages.success(request, words % {"count": taken.remedies})
    if taken.submitted:
        words = ngettext("%(count)d answer submitted.", "%(count)d answers submitted.", taken.submitted)
        messages.success(request, words % {"count": taken.submitted})
    if taken.withdrawn:
        words = ngettext("%(count)d answer withdrawn.", "%(count)d answers withdrawn.", taken.withdrawn)
        messages.success(request, words % {"count": taken.withdrawn})


def _close_or_reopen(request: Request, page: Page, grid: MonthGrid, may: Decision) -> HttpResponse:
    by = author_of(request)
    try:
        if "close" in request.POST:
            found = closing(page.selection, timezone.localdate()).units
            if [one.unit for one in found] != [grid.unit] or not found[0].is_settled:
                # What is still open is named first, also of the units below.
                return HttpResponseRedirect(f"{reverse('closing')}?{page.query}")
            months.close_months(by, units=[grid.unit], year=grid.year.year, month=grid.month)
            messages.success(request, _("The month is closed."))
        else:
            form = ReasonForm(request.POST)
            if not form.is_valid():
                raise ValidationError(_("Say in a line of at most 500 characters why the month is reopened."))
            months.reopen_month(
                by, unit=grid.unit, year=grid.year.year, month=grid.month, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("The month is open again."))
    except ValidationError as error:
        forms = _forms(request, page, grid, None)
        return _shown(request, page, grid, forms, may, failed=" ".join(error.messages), status=422)
    return HttpResponseRedirect(f"{reverse('month')}?{page.query}")


def _shown(
    request: Request,
    page: Page,
    grid: MonthGrid,
    forms: dict[str, RowForm],
    may: Decision,
    *,
    failed: str = "",
    status: int = 200,
) -> HttpResponse:
    scope = page.selection.scope
    today = timezone.localdate()
    left = days_left(grid.calendar.due, today)
    return render(
        request,
        "targets/month.html",
        {
            "page": page,
            "selection": page.selection,
            "grid": grid,
            "sections": [
                (
                    section.section,
                    [_cells(scope, grid, row, forms) for row in section.rows],
                    [_cells(scope, grid, step, forms) for step in section.steps],
                )
                for section in grid.sections
            ],
            "may": may,
            "may_type": bool(forms),
            "may_withdraw": any(may_enter(scope, _target_of(entry)) for entry in grid.waiting),
            "may_close": may_close(scope, grid.unit.pk),
            "left": display.days_left(left) or display.days_overdue(0 if grid.is_handed_in else -left),
            "failed": failed,
            "returned": [(_place_of(page, grid, entry), entry) for entry in grid.returned],
            "instructions": instructions_for_month(
                page.selection,
                {row.target.indicator_id for row in grid.rows},
                {section.section.pk for section in grid.sections},
            ),
            "has_errors": any(form.errors for form in forms.values() if form.is_bound),
            "is_early": today < grid.calendar.opens,
            "before": _month_beside(page, grid.month - 1),
            "after": _month_beside(page, grid.month + 1),
        },
        status=status,
    )


def _month_beside(page: Page, month: int) -> str:
    """The query of the month before or after, across the year's end as well; empty where that year has no plan."""
    year = page.selection.year.year + (-1 if month < 1 else 1 if month > 12 else 0)
    return page.query_with(year=Year(year=year), as_of=(month - 1) % 12 + 1) if year in page.years else ""


def _cells(scope: Scope, grid: MonthGrid, row: MonthRow | MonthStep, forms: dict[str, RowForm]) -> dict[str, Any]:
    """A row with what can be done in it."""
    target = row.target if isinstance(row, MonthRow) else row.milestone.target
    prefix = prefix_of(row)
    return {
        "row": row,
        "prefix": prefix,
        "form": forms.get(prefix),
        "remedy": row.remedy,
        "remedy_form": forms.get(f"r{target.pk}") if row.remedy is not None else None,
        "checks": grid.checks_of(target) if isinstance(row, MonthRow) else (),
        "may_enter": bool(may_enter(scope, target)),
    }


def prefix_of(row: MonthRow | MonthStep) -> str:
    """What the names of a row's fields begin with."""
    return f"t{row.target.pk}" if isinstance(row, MonthRow) else f"s{row.milestone.pk}"


def _forms(request: Request, page: Page, grid: MonthGrid, data: QueryDict | None) -> dict[str, RowForm]:
    """A form for every row that the person can type into, by the prefix of its fields.

    An approved row is there where its correction was begun: by the address, or by the fields that were sent.
    """
    scope = page.selection.scope
    begun = request.GET.get("correct", "")
    found: dict[str, RowForm] = {}
    for row in grid.lines:
        prefix = prefix_of(row)
        target = row.target if isinstance(row, MonthRow) else row.milestone.target
        corrects = row.can_correct and (begun == prefix if data is None else f"{prefix}-corrects" in data)
        if not (row.is_open or corrects) or (grid.is_closed and not row.is_correction) or not may_enter(scope, target):
            continue
        found[prefix] = AnswerForm(data, row=row) if isinstance(row, MonthRow) else StepForm(data, step=row)
    for remedy in grid.remedies:
        if not grid.is_closed and may_enter(scope, remedy.target):
            prefix = f"r{remedy.target.pk}"
            # A remedy that came up since the page was shown was not typed into.
            was_shown = data is None or f"{prefix}-cause" in data
            found[prefix] = MonthRemedyForm(data if was_shown else None, remedy=remedy)
    return found


def _take(by: Author, grid: MonthGrid, forms: dict[str, RowForm], *, submit: bool) -> Taken:
    """Save every valid row by itself, then submit the chosen ones; what is refused is noted in its form.

    The remedies first: a figure may be submitted only with one.
    """
    taken = Taken()
    chosen: dict[ProgressEntry | MilestoneEntry, RowForm] = {}
    for form in sorted(forms.values(), key=lambda form: not isinstance(form, MonthRemedyForm)):
        if not form.is_bound or not form.is_valid():
            continue
        try:
            entry, is_new = save_row(by, grid.month, form)
            if isinstance(form, MonthRemedyForm):
                taken.remedies += is_new
                continue
            taken.saved += is_new
            if submit and entry is not None and form.cleaned_data["chosen"]:
                chosen[entry] = form  # type: ignore[index]
        except (ValidationError, ConflictError) as error:
            note_refusal(form, error)
    refused = progress.submit_each(by, *chosen) if chosen else {}
    for entry, reason in refused.items():
        note_refusal(chosen[entry], reason)
    taken.submitted = len(chosen) - len(refused)
    return taken


def _lost(grid: MonthGrid, forms: dict[str, RowForm], data: QueryDict) -> list[str]:
    """What was typed into rows that were submitted or approved since the page was shown."""
    lost = [
        row.target.indicator
        for row in grid.rows
        if prefix_of(row) not in forms
        and any(data.get(f"{prefix_of(row)}-{name}", "").strip() for name in (*AnswerForm.AMOUNTS, "answer"))
    ]
    if not lost:
        return []
    words = _("Submitted, approved or closed in the meantime, so that what you typed was not saved: %(names)s.")
    return [words % {"names": display.joined(display.name(indicator) for indicator in lost)}]


def _withdraw(by: Author, grid: MonthGrid, which: str, taken: Taken) -> list[str]:
    """Take back one row, or all of them; why it was not done, where it was not."""
    assert by.scope is not None  # a person
    chosen = [
        row.entry for row in grid.lines if row.waits and row.entry is not None and which in ("all", prefix_of(row))
    ]
    if which == "all":
        chosen = [entry for entry in chosen if may_enter(by.scope, _target_of(entry))]
    if not chosen:
        return [_("Nothing of this waits for review any more. It was reviewed or withdrawn in the meantime.")]
    try:
        progress.withdraw(by, *chosen)
    except ValidationError as error:
        return list(error.messages)
    except ConflictError as error:
        return [str(error)]
    taken.withdrawn = len(chosen)
    return []


def _place_of(page: Page, grid: MonthGrid, entry: ProgressEntry | MilestoneEntry) -> str:
    """The address of a version's row: on this page, or on that of its month. A step has its row in every month."""
    if isinstance(entry, MilestoneEntry):
        return f"#s{entry.milestone_id}"
    place = f"#t{entry.target_id}"
    return place if entry.month == grid.month else f"?{page.query_with(as_of=entry.month)}{place}"


def _target_of(entry: ProgressEntry | MilestoneEntry) -> Target:
    return entry.target if isinstance(entry, ProgressEntry) else entry.milestone.target


def save_row(by: Author, month: int, form: RowForm) -> tuple[Version | None, bool]:
    """The open version that the row now has (of a remedy: the open one), and whether something was written.

    Raises:
        ValidationError: the row breaks a rule.
        ConflictError: somebody else saved it since it was shown.
    """
    if isinstance(form, MonthRemedyForm):
        if form.is_blank or not form.says_something_new:
            return form.remedy.open, False
        return remedies.state_remedy(by, target=form.remedy.target, month=month, **form.values()), True
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
        verb = progress.correct_progress if form.row.is_correction else progress.record_progress
        return verb(by, target=form.row.target, month=month, **form.values()), True
    return progress.record_step(by, milestone=form.step.milestone, month=month, **form.values()), True


def note_refusal(form: RowForm, error: ValidationError | ConflictError) -> None:
    """Put what a service refused beside the field it names, or above the row."""
    if isinstance(error, ConflictError):
        form.add_error(None, str(error))
    elif hasattr(error, "error_dict"):
        for name, errors in error.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, error)
