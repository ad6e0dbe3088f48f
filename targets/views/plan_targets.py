"""One target of the plan: made, changed, archived and brought back.

Nothing that would turn a status into another one is written before the person has seen which and confirmed it;
the confirmation carries everything typed, and holds only for exactly those changes.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from targets import display
from targets.calculations.facts import TargetFacts
from targets.calculations.terms import Kind
from targets.forms.plan import CheckpointForm, IndicatorForm, NewTargetForm, ReasonForm, step_forms
from targets.forms.units import UnitChoices
from targets.models import Indicator, Milestone, Target, Unit, Year
from targets.models.indicators import Kind as KindChoices
from targets.permissions import Scope
from targets.services import planning
from targets.services.base import ConflictError
from targets.services.plans import next_code
from targets.summaries.plan import indicators_like, misfits_at, revisions_of, slips_at
from targets.summaries.plan_effect import effect, facts_of, with_target
from targets.views.base import Request, author_of
from targets.views.plan_guard import (
    Guard,
    act_of,
    confirm,
    current_month,
    guard_many,
    managed,
    sections_in_use,
    target_in,
    units_in_use,
    year_asked,
    year_row,
    years_by_number,
)
from targets.views.plan_target_sheet import KnownTargetForm, Sheet, filled_sheet, new_form, proposed


@managed
def plan_target_new(request: Request) -> HttpResponse:
    """A new target, of an indicator that exists or of one made on the same page."""
    years = years_by_number()
    if not years:
        return render(request, "targets/no_plan.html")
    year = year_asked(request, years)
    sheet = _new_sheet(request, year, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _show_new(request, year, sheet)
    act = act_of(request)
    if act != "save":
        return _show_new(
            request,
            year,
            filled_sheet(request, act, sheet, lambda data, more: _new_sheet(request, year, data, more=more)),
        )
    indicator = new_form(sheet).indicator_chosen
    is_task = _is_task(sheet)
    if not sheet.is_valid(is_task=is_task):
        return _show_new(request, year, sheet, status=422)
    unit = sheet.form.cleaned_data["unit"]
    guard = _guard_new(request, year, sheet, indicator, unit)
    if not guard.lets_pass(request):
        return confirm(request, guard, year, _("New target"), request.get_full_path())
    values = sheet.form.values()
    if not values["definition"]:
        del values["definition"]  # that of the indicator is kept
    try:
        target = planning.plan_target(
            author_of(request),
            indicator=indicator if indicator is not None else _new_indicator(sheet),
            unit=unit,
            year=year.year,
            checkpoints={} if is_task else sheet.boxes.checkpoints(),
            steps=sheet.lines() if is_task else [],
            supporting_units=sheet.form.cleaned_data["supporting_units"],
            **values,
        )
    except ValidationError as error:
        sheet.note(error)
        return _show_new(request, year, sheet, status=422)
    messages.success(request, _("The target is in the plan."))
    return HttpResponseRedirect(reverse("plan_target", args=[target.pk]))


def _new_sheet(request: Request, year: Year, data: QueryDict | None, *, more: int = 0) -> Sheet:
    scope = request.scope
    units = UnitChoices(scope.tree, [unit.pk for unit in units_in_use(scope, year.year)], by_code=True)
    indicators = Indicator.objects.filter(archived_at__isnull=True).select_related("section")
    form = NewTargetForm(data, indicators=indicators, chosen=request.GET.get("indicator", ""), units=units)
    indicator = form.indicator_chosen
    indicator_form = None
    measured_in = indicator.unit_of_measure if indicator is not None else ""
    if indicator is None:
        indicator_form = IndicatorForm(data, sections=sections_in_use(), prefix="i")
        measured_in = indicator_form["unit_of_measure"].value() or ""
    form.fields["baseline"].unit_of_measure = measured_in  # type: ignore[attr-defined]
    return Sheet(
        form,
        CheckpointForm(data, unit_of_measure=measured_in),
        step_forms(data, [], year.year, more=more),
        indicator_form,
    )


def _is_task(sheet: Sheet) -> bool:
    """Whether the target is a task made of steps, as far as it is chosen yet."""
    if sheet.indicator_form is not None:
        return bool(sheet.indicator_form["nature"].value() == "task")
    chosen = new_form(sheet).indicator_chosen
    return chosen is not None and chosen.kind == KindChoices.MILESTONE


def _new_indicator(sheet: Sheet) -> dict[str, Any]:
    assert sheet.indicator_form is not None
    values = sheet.indicator_form.values()
    code = sheet.indicator_form.cleaned_data["code"] or next_code(values["section"])
    return {**values, "code": code}


def _guard_new(request: Request, year: Year, sheet: Sheet, indicator: Indicator | None, unit: Unit) -> Guard:
    scope = request.scope
    if indicator is None:
        assert sheet.indicator_form is not None
        typed = sheet.indicator_form.cleaned_data
        return Guard(alike=indicators_like(typed["name"], typed["definition"]))
    group = facts_of(scope, year, [indicator]).get(indicator.pk)
    if group is None or unit.pk in group.facts:
        return Guard()  # nothing to change, or to be refused
    is_task = group.measure.kind is Kind.MILESTONE
    new = proposed(TargetFacts(), sheet, is_task, [])
    return Guard((effect(scope, year, current_month(scope, year), group, with_target(group, unit.pk, new), [unit.pk]),))


def _show_new(request: Request, year: Year, sheet: Sheet, *, status: int = 200) -> HttpResponse:
    form = new_form(sheet)
    chosen = form.indicator_chosen
    return _show(
        request,
        sheet,
        year,
        status,
        title=_("New target"),
        indicator=chosen,
        is_new=True,
        is_task=_is_task(sheet),
        # Before a new indicator is described, both kinds of plan are offered.
        asks_boxes=not _is_task(sheet),
        asks_steps=_is_task(sheet) or (chosen is None and not form.is_bound),
    )


def _show(request: Request, sheet: Sheet, year: Year, status: int, **context: Any) -> HttpResponse:
    leads = Target.objects.visible_to(request.scope).in_force(year.year).order_by("lead_leader")
    return render(
        request,
        "targets/plan_target.html",
        {
            "sheet": sheet,
            "form": sheet.form,
            "year": year,
            "new_steps": sum(row.milestone is None for row in sheet.steps),
            "leads": [name for name in leads.values_list("lead_leader", flat=True).distinct() if name],
            **context,
        },
        status=status,
    )


@managed
def plan_target(request: Request, pk: int) -> HttpResponse:
    """One target: what it is, its checkpoints or steps, and every adjustment with the months it judged."""
    scope = request.scope
    target = target_in(scope, pk)
    year = year_row(target.year)
    if request.method == "POST" and act_of(request) in ("archive", "restore"):
        return _archive_or_restore(request, target, year)
    if request.method == "POST" and act_of(request) == "edit" and "weight" not in request.POST:
        return HttpResponseRedirect(reverse("plan_target", args=[pk]))  # back from archiving: nothing was typed
    sheet = _sheet(scope, target, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _show_target(request, target, year, sheet)
    act = act_of(request)
    if act != "save":
        filled = filled_sheet(request, act, sheet, lambda data, more: _sheet(scope, target, data, more=more))
        return _show_target(request, target, year, filled)
    is_task = target.indicator.kind == KindChoices.MILESTONE
    if not sheet.is_valid(is_task=is_task):
        return _show_target(request, target, year, sheet, status=422)
    drawn = None if is_task else sheet.boxes.checkpoints()
    if not sheet.form.cleaned_data["reason"] and planning.needs_reason(
        target, checkpoints=drawn, **sheet.form.values()
    ):
        sheet.form.add_error("reason", planning.reason_wanted())
        return _show_target(request, target, year, sheet, status=422)
    guard = _guard_target(scope, year, target, sheet, is_task)
    if not guard.lets_pass(request):
        return confirm(request, guard, year, display.name(target.indicator), request.get_full_path())
    try:
        planning.change_target(
            author_of(request),
            target=target,
            lock_version=sheet.form.cleaned_data["lock_version"],
            reason=sheet.form.cleaned_data["reason"],
            checkpoints=drawn,
            steps=sheet.lines() if is_task else None,
            supporting_units=sheet.form.cleaned_data["supporting_units"],
            **sheet.form.values(),
        )
    except ValidationError as error:
        sheet.note(error)
        return _show_target(request, target_in(scope, pk), year, sheet, status=422)
    except ConflictError as error:
        sheet.failed.append(str(error))
        return _show_target(request, target_in(scope, pk), year, sheet, status=409)
    messages.success(request, _("The target is saved."))
    return HttpResponseRedirect(reverse("plan_target", args=[pk]))


def _milestones(target: Target) -> list[Milestone]:
    return list(target.milestones.filter(archived_at__isnull=True).order_by("step"))


def _sheet(scope: Scope, target: Target, data: QueryDict | None, *, more: int = 0) -> Sheet:
    indicator = target.indicator
    supporting = list(target.supporting_units.all())
    ids = {unit.pk for unit in (*units_in_use(scope, target.year), *supporting)} - {target.unit_id}
    units = UnitChoices(scope.tree, ids, by_code=True)
    form = KnownTargetForm(
        data, units=units, target=target, supporting=supporting, unit_of_measure=indicator.unit_of_measure
    )
    form.indicator = indicator
    is_task = indicator.kind == KindChoices.MILESTONE
    latest = target.revisions.last()
    checkpoints = list(latest.checkpoints.values_list("month", "value")) if latest is not None else []
    return Sheet(
        form,
        CheckpointForm(data, checkpoints=checkpoints, unit_of_measure=indicator.unit_of_measure),
        step_forms(data, _milestones(target), target.year, more=more) if is_task else [],
    )


def _guard_target(scope: Scope, year: Year, target: Target, sheet: Sheet, is_task: bool) -> Guard:
    group = facts_of(scope, year, [target.indicator]).get(target.indicator_id)
    if group is None or target.unit_id not in group.facts:
        return Guard()
    after = proposed(group.facts[target.unit_id], sheet, is_task, _milestones(target))
    changed = with_target(group, target.unit_id, after)
    return Guard((effect(scope, year, current_month(scope, year), group, changed, [target.unit_id]),))


def _show_target(
    request: Request,
    target: Target,
    year: Year,
    sheet: Sheet,
    *,
    ending: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    scope = request.scope
    is_task = target.indicator.kind == KindChoices.MILESTONE
    (group,) = Target.objects.filter(pk=target.pk).facts()
    whole = facts_of(scope, year, [target.indicator]).get(target.indicator_id)
    revisions = revisions_of(group, target)
    return _show(
        request,
        sheet,
        year,
        status,
        title=display.name(target.indicator),
        target=target,
        indicator=target.indicator,
        is_new=False,
        is_task=is_task,
        asks_boxes=not is_task,
        asks_steps=is_task,
        revisions=revisions,
        is_adjusted=len(revisions) > 1,
        # An archived target is no longer among those of its indicator.
        slips=slips_at(scope.tree, year, whole if whole and target.unit_id in whole.facts else group, target.unit_id),
        misfits=misfits_at(scope.tree, year, whole, target.unit_id) if whole is not None else (),
        has_approved=planning.has_approved(target),
        ending=ending or ReasonForm(initial={"lock_version": target.lock_version}),
        archived_steps=target.milestones.filter(archived_at__isnull=False).order_by("step"),
    )


def _archive_or_restore(request: Request, target: Target, year: Year) -> HttpResponse:
    scope = request.scope
    form = ReasonForm(request.POST)
    sheet = _sheet(scope, target, None)
    if not form.is_valid():
        return _show_target(request, target, year, sheet, ending=form, status=422)
    seen, reason = form.cleaned_data["lock_version"], form.cleaned_data["reason"]
    try:
        if act_of(request) == "archive":
            guard = guard_many(request, year, [target], None)
            if not guard.lets_pass(request):
                title = _("Archive: %(name)s") % {"name": display.name(target.indicator)}
                return confirm(request, guard, year, title, request.get_full_path())
            chosen = [(target, target.lock_version if seen is None else seen)]
            planning.archive_targets(author_of(request), chosen, reason=reason)
            messages.success(request, _("The target is archived; what was reported on it stays."))
        else:
            planning.restore_target(author_of(request), target=target, lock_version=seen, reason=reason)
            messages.success(request, _("The target is in the plan again."))
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _show_target(request, target_in(scope, target.pk), year, sheet, ending=form, status=422)
    except ConflictError as error:
        form.add_error(None, str(error))
        return _show_target(request, target_in(scope, target.pk), year, sheet, ending=form, status=409)
    return HttpResponseRedirect(reverse("plan_target", args=[target.pk]))
