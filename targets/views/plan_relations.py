"""Relations between indicators 指标关系: listed by section, declared, changed, and ended."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from targets import display
from targets.forms.plan import ReasonForm, RelationForm
from targets.models import IndicatorCheck, Section
from targets.permissions import NotVisibleError
from targets.services import plans
from targets.summaries.relations import Relation, possible_parts, possible_wholes, relations
from targets.views.base import Request, attempt, author_of
from targets.views.choosing import Choice
from targets.views.plan_guard import act_of, managed
from targets.views.planning import choices


@require_safe
@managed
def relation_list(request: Request) -> HttpResponse:
    """The relations in use, or those that have ended."""
    ended = request.GET.get("ended") == "1"
    asked = IndicatorCheck.objects.filter(archived_at__isnull=not ended)
    rows = relations(request.scope, asked)
    sections = {row.check.left.section.code: row.check.left.section for row in rows}
    chosen = request.GET.get("section", "")
    groups: dict[int, tuple[Section, list[Relation]]] = {}
    for row in rows:
        section = row.check.left.section
        if chosen in ("", section.code):
            groups.setdefault(section.pk, (section, []))[1].append(row)
    context = {
        "groups": list(groups.values()),
        "sections": choices([(code, display.name(one)) for code, one in sections.items()], chosen),
        "ended": ended,
        "chosen": chosen,
    }
    return render(request, "targets/plan_relations.html", context)


@managed
def new_relation(request: Request) -> HttpResponse:
    """First the whole is chosen, then its parts among the indicators whose figures can be added up to it."""
    wholes = possible_wholes()
    asked = request.GET.get("whole", "")
    whole = next((one for one in wholes if one.code == asked), None)
    if asked and whole is None:
        raise NotVisibleError(_("There is no such indicator in use."))
    choices_of: dict[Section, list[Choice]] = {}
    for one in wholes:
        choices_of.setdefault(one.section, []).append(Choice(one.code, display.name(one), one.code == asked))
    context = {"whole": whole, "wholes": list(choices_of.items())}
    if whole is None:
        return render(request, "targets/plan_relation.html", context, status=422 if request.method == "POST" else 200)
    form = RelationForm(request.POST or None, parts=possible_parts(whole))
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: plans.create_check(author_of(request), left=whole, **form.values()))
    if status == 302:
        messages.success(request, _("The relation is saved."))
        return HttpResponseRedirect(reverse("plan_relations"))
    return render(request, "targets/plan_relation.html", {**context, "form": form}, status=status)


@managed
def plan_relation(request: Request, pk: int) -> HttpResponse:
    """One relation: related in another way or to other parts, or ended."""
    scope = request.scope
    check = get_object_or_404(IndicatorCheck.objects.select_related("left__section"), pk=pk)
    (relation,) = relations(scope, IndicatorCheck.objects.filter(pk=pk))
    act = act_of(request) if request.method == "POST" else ""
    form = RelationForm(
        request.POST if act == "save" else None, parts=possible_parts(check.left, check=check), check=relation.check
    )
    ending = ReasonForm(request.POST if act == "end" else None, initial={"lock_version": check.lock_version})
    status = 200
    if act == "save":
        typed = form.cleaned_data if form.is_valid() else {}
        seen = {"reason": typed.get("reason", ""), "lock_version": typed.get("lock_version")}
        status = attempt(form, lambda: plans.change_check(author_of(request), check=check, **form.values(), **seen))
    elif act == "end":
        status = attempt(ending, lambda: plans.end_check(author_of(request), check=check, **ending.cleaned_data))
    elif act:
        status = 422
    if status == 302:
        messages.success(request, _("The relation has ended.") if act == "end" else _("The relation is saved."))
        return HttpResponseRedirect(reverse("plan_relations"))
    context = {"relation": relation, "whole": relation.check.left, "form": form, "ending": ending}
    return render(request, "targets/plan_relation.html", context, status=status)
