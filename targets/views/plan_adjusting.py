"""目标调整: other checkpoints in the course of the year, by a document; the earlier ones stay."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from targets.forms.plan import AdjustForm, CheckpointForm
from targets.models import Target, Year
from targets.models.indicators import Kind as KindChoices
from targets.permissions import NotVisibleError, Scope
from targets.services import plans
from targets.services.base import ConflictError
from targets.summaries.plan import revisions_of
from targets.summaries.plan_effect import effect, facts_of, replanned, with_target
from targets.views.base import Request, author_of
from targets.views.plan_guard import (
    Guard,
    act_of,
    all_valid,
    confirm,
    current_month,
    managed,
    target_in,
    year_row,
)


@managed
def plan_adjustment(request: Request, pk: int) -> HttpResponse:
    """目标调整: other checkpoints from a month on, by a document and with a reason; the earlier ones stay."""
    scope = request.scope
    target = target_in(scope, pk)
    if target.indicator.kind == KindChoices.MILESTONE:
        raise NotVisibleError(_("A task made of steps has no checkpoints to adjust. Change the dates of its steps."))
    year = year_row(target.year)
    (group,) = Target.objects.filter(pk=target.pk).facts()
    facts = group.facts[target.unit_id]
    data = request.POST if request.method == "POST" else None
    taken = [revision.effective_month for revision in facts.plan.revisions]
    next_month = min(max([current_month(scope, year) + 1, *(month + 1 for month in taken), 2]), 12)
    form = AdjustForm(data, taken=taken, initial={"effective_month": next_month, "lock_version": target.lock_version})
    unit_of_measure = target.indicator.unit_of_measure
    boxes = CheckpointForm(data, checkpoints=facts.plan.checkpoints(12), unit_of_measure=unit_of_measure)
    failed = ""
    status = 200
    checked = False
    if data is not None and act_of(request) == "fill":
        typed = boxes.fill(group.measure, target.indicator.decimals, facts.plan.baseline)
        if typed:
            filled = data.copy()
            for name, text in typed.items():
                filled[name] = text
            boxes = CheckpointForm(filled, unit_of_measure=unit_of_measure)
    elif data is not None and act_of(request) == "save":
        checked = True
        if all_valid([form, boxes]):
            try:
                guard = _guard_adjustment(scope, year, target, form, boxes)
                if not guard.lets_pass(request):
                    return confirm(request, guard, year, _("Adjust the target"), request.get_full_path())
                plans.adjust_target(
                    author_of(request), target=target, checkpoints=boxes.checkpoints(), **form.cleaned_data
                )
            except ValidationError as error:
                failed, status = " ".join(error.messages), 422
            except ConflictError as error:
                failed, status = str(error), 409
            else:
                messages.success(request, _("The target is adjusted. Both plans stay, each with the months it judges."))
                return HttpResponseRedirect(reverse("plan_target", args=[pk]))
        else:
            status = 422
    return render(
        request,
        "targets/plan_adjustment.html",
        {
            "target": target,
            "indicator": target.indicator,
            "year": year,
            "form": form,
            "boxes": boxes,
            "checked": checked,
            "failed": failed,
            "revisions": revisions_of(group, target),
        },
        status=status,
    )


def _guard_adjustment(scope: Scope, year: Year, target: Target, form: AdjustForm, boxes: CheckpointForm) -> Guard:
    group = facts_of(scope, year, [target.indicator]).get(target.indicator_id)
    month = form.cleaned_data["effective_month"]
    if group is None or target.unit_id not in group.facts:
        return Guard()
    after = replanned(group.facts[target.unit_id], checkpoints=boxes.checkpoints(), effective_month=month)
    changed = with_target(group, target.unit_id, after)
    return Guard((effect(scope, year, current_month(scope, year), group, changed, [target.unit_id]),))
