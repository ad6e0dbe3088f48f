"""Indicators of the plan: changed, succeeded, and broken down to the units below."""

from fractions import Fraction

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from targets import display
from targets.calculations.breakdowns import Misfit, misfits, total
from targets.calculations.facts import Plan, Revision, TargetFacts
from targets.calculations.terms import Figures, Interpolation
from targets.forms.entering import LineField
from targets.forms.plan import IndicatorForm, PartForm, ReasonForm
from targets.models import Indicator, IndicatorCheck, Target, Unit, Year
from targets.models.indicators import Kind as KindChoices
from targets.permissions import NotVisibleError, Scope, may_manage_indicator
from targets.querysets.plans import IndicatorFacts, measure_of
from targets.services import planning, plans
from targets.services.base import ConflictError
from targets.services.planning import Part
from targets.summaries.plan import (
    BreakdownPage,
    PartPlan,
    breakdown_page,
    indicators_like,
)
from targets.summaries.plan_effect import (
    PlanEffect,
    effect,
    facts_of,
    replanned,
    with_measure,
    with_target,
)
from targets.summaries.relations import relations
from targets.views.base import Request, author_of
from targets.views.choosing import Choice, found_units, unit_picker
from targets.views.plan_guard import (
    Guard,
    act_of,
    all_valid,
    confirm,
    current_month,
    managed,
    sections_in_use,
    units_in_use,
    year_asked,
    year_row,
    years_by_number,
)

#: How many targets of an indicator a page lists.
PER_PAGE = 50

# Indicators


@managed
def plan_indicator(request: Request, code: str) -> HttpResponse:
    """An indicator across the years. With an approved figure its nature stays, and a successor is offered."""
    scope = request.scope
    indicator = _indicator(code)
    fixed = plans.has_settled_entries(indicator)
    form = _indicator_form(request, indicator, fixed)
    failed, status = "", 200
    if request.method == "POST" and act_of(request) in ("archive", "restore"):
        answer = _archive_or_restore(request, indicator)
        if isinstance(answer, HttpResponse):
            return answer
        failed, status = answer
        indicator = _indicator(code)
        form = _indicator_form(request, indicator, fixed, bound=False)
    elif request.method == "POST" and act_of(request) == "save":
        if form.is_valid():
            try:
                guard = _guard_indicator(scope, indicator, form)
                if not guard.lets_pass(request):
                    year = year_row(timezone.localdate().year)
                    return confirm(request, guard, year, display.name(indicator), request.get_full_path())
                seen, reason = form.cleaned_data["lock_version"], form.cleaned_data["reason"]
                changed = {name: value for name, value in form.values().items() if value != getattr(indicator, name)}
                for name in ("unit_of_measure", "definition", "source"):
                    if name in changed and getattr(indicator, f"{name}_en"):
                        changed[f"{name}_en"] = ""  # it was said of the words before
                if changed:
                    plans.change_indicator(
                        author_of(request), indicator=indicator, lock_version=seen, reason=reason, **changed
                    )
                messages.success(request, _("The indicator is saved."))
                return HttpResponseRedirect(reverse("plan_indicator", args=[indicator.code]))
            except ValidationError as error:
                failed, status = " ".join(error.messages), 422
            except ConflictError as error:
                failed, status = str(error), 409
            indicator = _indicator(code)
        else:
            status = 422
    targets = Target.objects.visible_to(scope).filter(indicator=indicator).select_related("unit")
    return render(
        request,
        "targets/plan_indicator.html",
        {
            "indicator": indicator,
            "form": form,
            "fixed": fixed,
            "failed": failed,
            "may_change": may_manage_indicator(scope, set(indicator.targets.values_list("unit_id", flat=True))),
            "alike": []
            if indicator.archived_at
            else indicators_like(indicator.name, indicator.definition, but=indicator),
            "rows_page": Paginator(targets.order_by("-year", "unit__position", "unit_id"), PER_PAGE).get_page(
                request.GET.get("page")
            ),
            "years": list(years_by_number().values()),
            "successors": indicator.successors.all(),
            "relations": relations(scope, IndicatorCheck.objects.in_use().between(indicator)),
        },
        status=status,
    )


def _indicator(code: str) -> Indicator:
    found: Indicator = get_object_or_404(Indicator.objects.select_related("section", "succeeds"), code=code)
    return found


def _archive_or_restore(request: Request, indicator: Indicator) -> HttpResponse | tuple[str, int]:
    """Done, or the refusal and its status."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _("Say why."), 422
    act = planning.archive_indicator if act_of(request) == "archive" else planning.restore_indicator
    try:
        act(author_of(request), indicator=indicator, **form.cleaned_data)
    except ValidationError as error:
        return " ".join(error.messages), 422
    except ConflictError as error:
        return str(error), 409
    messages.success(request, _("The indicator is saved."))
    return HttpResponseRedirect(reverse("plan_indicator", args=[indicator.code]))


def _indicator_form(request: Request, indicator: Indicator, fixed: bool, *, bound: bool = True) -> IndicatorForm:
    data = request.POST if request.method == "POST" and bound else None
    sections = sections_in_use()
    if indicator.section not in sections:
        sections.append(indicator.section)
    form = IndicatorForm(data, sections=sections, indicator=indicator)
    form.fields["code"].disabled = True
    if fixed:
        for name in IndicatorForm.FIXED:
            form.fields[name].disabled = True
    return form


def _guard_indicator(scope: Scope, indicator: Indicator, form: IndicatorForm) -> Guard:
    """What another nature, direction or frequency does in every year in which the indicator has targets."""
    new = form.measure()
    alike: tuple[Indicator, ...] = ()
    if form.cleaned_data["name"] != indicator.name:
        alike = indicators_like(form.cleaned_data["name"], form.cleaned_data["definition"], but=indicator)
    if new == measure_of(indicator):
        return Guard(alike=alike)
    found = []
    for number in sorted(set(indicator.targets.values_list("year", flat=True))):
        year = year_row(number)
        group = facts_of(scope, year, [indicator]).get(indicator.pk)
        if group is not None:
            after = with_measure(group, new)
            found.append(effect(scope, year, current_month(scope, year), group, after, list(group.facts)))
    return Guard(tuple(found), alike)


@managed
def plan_successor(request: Request, code: str) -> HttpResponse:
    """An indicator that succeeds one whose nature is fixed."""
    indicator = _indicator(code)
    data = request.POST if request.method == "POST" else None
    form = IndicatorForm(data, sections=sections_in_use(), indicator=indicator)
    form.initial["code"] = ""
    failed, status = "", 200
    if data is not None:
        if form.is_valid():
            values = form.values()
            try:
                successor = planning.succeed_indicator(
                    author_of(request),
                    indicator=indicator,
                    code=form.cleaned_data["code"] or plans.next_code(values["section"]),
                    **values,
                )
            except ValidationError as error:
                failed, status = " ".join(error.messages), 422
            else:
                messages.success(request, _("The successor is made. Now give it its targets."))
                return HttpResponseRedirect(f"{reverse('plan_targets')}?indicator={successor.code}")
        else:
            status = 422
    context = {"indicator": indicator, "form": form, "failed": failed, "is_successor": True}
    return render(request, "targets/plan_indicator.html", context, status=status)


# Breaking down


@managed
def plan_breakdown(request: Request, code: str) -> HttpResponse:
    """The targets of one indicator for a unit and all units below it, with the check that the parts make the whole.

    Of many units below those of one page are typed, and the others count as they stand.
    """
    if (found_page := found_units(request)) is not None:
        return found_page
    scope = request.scope
    years = years_by_number()
    if not years:
        return render(request, "targets/no_plan.html")
    year = year_asked(request, years)
    indicator = _indicator(code)
    if indicator.kind == KindChoices.MILESTONE:
        raise NotVisibleError(_("A task made of steps is planned unit by unit."))
    unit = _whole(scope, year, request.GET.get("unit", ""))
    data = request.POST if request.method == "POST" else None
    page = breakdown_page(scope, year, indicator, unit, with_answers=data is not None)
    parts_page = Paginator(page.rows[1:], PER_PAGE).get_page(request.GET.get("page"))
    shown = {unit.pk, *(part.unit.pk for part in parts_page)}
    rows = [
        (part, _part_form(data, part, indicator) if part.is_open and part.unit.pk in shown else None)
        for part in page.rows
    ]
    failed, status, found = "", 200, page.misfits
    reason = LineField(required=False).clean(request.POST.get("reason", ""))[:500]
    if data is not None:
        asked = [form for _part, form in rows if form is not None]
        if not all_valid(asked):
            status = 422
        else:
            found = _typed_misfits(page, rows)
            if act_of(request) == "save":
                answer = _break_down(request, page, rows, reason)
                if isinstance(answer, HttpResponse):
                    return answer
                failed, status = answer
    return render(
        request,
        "targets/plan_breakdown.html",
        {
            "indicator": indicator,
            "year": year,
            "years": [Choice(str(number), str(number), number == year.year) for number in years],
            "unit": unit,
            "units": unit_picker(
                scope,
                [one.pk for one in units_in_use(scope, year.year) if scope.tree.children.get(one.pk)],
                unit,
                year.year,
            ),
            "rows": [(part, form) for part, form in rows if part.unit.pk in shown],
            "rows_page": parts_page,
            "misfits": found,
            "totals": _totals(indicator, rows),
            "asks_baseline": indicator.accumulation != "flow",
            "is_rate": indicator.kind == KindChoices.RATE,
            "reason": reason,
            "checked": data is not None,
            "failed": failed,
        },
        status=status,
    )


def _whole(scope: Scope, year: Year, code: str) -> Unit:
    """The unit that is broken down: the one asked for, else the first one with units below it."""
    asked = scope.tree.by_code.get(code)
    if code and (asked is None or asked.pk not in scope.unit_ids):
        raise NotVisibleError(_("There is no such unit that you may see."))
    if asked is not None:
        return asked
    units = units_in_use(scope, year.year)
    # The county above has one township below it: what is broken down are the villages.
    many = [one for one in units if len(scope.tree.children.get(one.pk, ())) > 1]
    if not units:
        raise NotVisibleError(_("There is no such unit that you may see."))
    return (many or units)[0]


def _part_form(data: QueryDict | None, part: PartPlan, indicator: Indicator) -> PartForm:
    return PartForm(
        data,
        unit=part.unit,
        target=part.target,
        checkpoints=part.checkpoints,
        unit_of_measure=indicator.unit_of_measure,
        asks_baseline=indicator.accumulation != "flow",
    )


Rows = list[tuple[PartPlan, PartForm | None]]


def _typed_plan(part: PartPlan, form: PartForm | None) -> Plan:
    checkpoints = tuple(part.checkpoints) if form is None else tuple(sorted(form.checkpoints().items()))
    baseline = part.target.baseline if form is None and part.target is not None else None
    if form is not None:
        baseline = form.cleaned_data["baseline"]
    path = Interpolation(part.target.interpolation) if part.target is not None else Interpolation.LINEAR
    return Plan(path, baseline, (Revision(1, checkpoints),) if checkpoints else ())


def _totals(indicator: Indicator, rows: Rows) -> tuple[Fraction | None, Fraction | None]:
    """What the parts add up to in June and in December, as they are typed or stand; nothing while a box is wrong."""
    if any(form is not None and form.is_bound and form.errors for _part, form in rows):
        return None, None
    measure = measure_of(indicator)
    plans_below = [
        _typed_plan(part, form) if form is not None and form.is_bound else _typed_plan(part, None)
        for part, form in rows[1:]
    ]
    return total(measure, plans_below, 6), total(measure, plans_below, 12)


def _typed_misfits(page: BreakdownPage, rows: Rows) -> tuple[Misfit, ...]:
    """Where what is typed does not make a whole: of the units that have a target."""
    whole, *parts = [(part, _typed_plan(part, form)) for part, form in rows]
    planned = [plan for _part, plan in parts if plan.revisions]
    return misfits(measure_of(page.indicator), whole[1], planned, 12) if whole[1].revisions else ()


def _break_down(request: Request, page: BreakdownPage, rows: Rows, reason: str) -> HttpResponse | tuple[str, int]:
    """Save what was typed, or say what it does first; else the refusal and its status."""
    scope, year = request.scope, page.year
    parts = [
        Part(
            unit=part.unit,
            checkpoints=form.checkpoints(),
            baseline=form.cleaned_data["baseline"],
            target=part.target,
            lock_version=form.cleaned_data["lock_version"],
        )
        for part, form in rows
        if form is not None
    ]
    title = _("Breakdown: %(name)s") % {"name": display.name(page.indicator)}
    if page.group is not None:
        guard = Guard((_breakdown_effect(scope, year, page.group, parts),))
        if not guard.lets_pass(request):
            return confirm(request, guard, year, title, request.get_full_path())
    try:
        count = planning.break_down(
            author_of(request), indicator=page.indicator, year=year.year, parts=parts, reason=reason
        )
    except ValidationError as error:
        return " ".join(error.messages), 422
    except ConflictError as error:
        return str(error), 409
    done = ngettext("%(count)d target set.", "%(count)d targets set.", count)
    messages.success(request, done % {"count": count})
    return HttpResponseRedirect(request.get_full_path())


def _breakdown_effect(scope: Scope, year: Year, group: IndicatorFacts, parts: list[Part]) -> PlanEffect:
    after = group
    for part in parts:
        known = group.facts.get(part.unit.pk)
        if known is None and not part.checkpoints:
            continue
        facts = known or TargetFacts(figures=Figures.OWN)
        after = with_target(after, part.unit.pk, replanned(facts, checkpoints=part.checkpoints, baseline=part.baseline))
    return effect(scope, year, current_month(scope, year), group, after, [part.unit.pk for part in parts])
