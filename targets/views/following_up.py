"""What follows a figure: remedies stated and closed, instructions given, answered and closed.

Each act is a form of its own on the indicator's page or on top of the month, and leads back to where it stood.
"""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from targets.calculations.periods import MONTHS
from targets.forms.entering import AnswerInstructionForm, InstructionForm, ReasonForm, RemedyForm
from targets.models import Indicator, Instruction, Remedy, Section, Target, Year
from targets.permissions import NotVisibleError, may_answer, may_enter, may_instruct, may_review
from targets.services import instructions, remedies
from targets.services.base import Author, ConflictError
from targets.views.base import Request, author_of


def _act(request: Request, act: Callable[[Author], object], done: str) -> HttpResponse:
    """Do one thing, say that it is done or why not, and go back."""
    by = author_of(request)
    try:
        act(by)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except ConflictError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    return HttpResponseRedirect(back)


def _refused(form: object) -> ValidationError:
    errors = [error for listed in form.errors.values() for error in listed]  # type: ignore[attr-defined]
    return ValidationError(errors)


@require_POST
def state_remedy(request: Request, target: int) -> HttpResponse:
    scope = request.scope
    years = Year.objects.visible_to(scope).values("year")
    targets = Target.objects.visible_to(scope).filter(year__in=years)
    found = get_object_or_404(targets.select_related("indicator"), pk=target)
    may_enter(scope, found).require()
    form = RemedyForm(request.POST)

    def act(by: Author) -> None:
        if not form.is_valid():
            raise _refused(form)
        remedies.state_remedy(by, target=found, **form.cleaned_data)

    return _act(request, act, _("The remedy is saved."))


@require_POST
def close_remedy(request: Request, pk: int) -> HttpResponse:
    remedy = _remedy(request, pk)
    month = _month(request)
    return _act(request, lambda by: remedies.close_remedy(by, remedy, month=month), _("The remedy is closed."))


@require_POST
def reopen_remedy(request: Request, pk: int) -> HttpResponse:
    remedy = _remedy(request, pk)
    may_review(request.scope, remedy.target).require()
    form = ReasonForm(request.POST)

    def act(by: Author) -> None:
        if not form.is_valid():
            raise _refused(form)
        remedies.reopen_remedy(by, remedy, reason=form.cleaned_data["reason"], month=_month(request))

    return _act(request, act, _("The remedy is open again."))


@require_POST
def give_instruction(request: Request) -> HttpResponse:
    scope = request.scope
    unit = scope.tree.by_code.get(request.POST.get("unit", ""))
    if unit is None or unit.pk not in scope.unit_ids:
        raise NotVisibleError(_("There is no such unit that you may see."))
    indicator = Indicator.objects.visible_to(scope).filter(code=_code(request, "indicator")).first()
    section = Section.objects.visible_to(scope).filter(code=_code(request, "section")).first()
    if indicator is None and section is None:
        raise NotVisibleError(_("There is no such indicator or section that you may see."))
    about_section = indicator.section_id if indicator is not None else section.pk if section is not None else 0
    may_instruct(scope, unit.pk, about_section).require()
    form = InstructionForm(request.POST)

    def act(by: Author) -> None:
        if not form.is_valid():
            raise _refused(form)
        about = {"indicator": indicator} if indicator is not None else {"section": section}
        instructions.give_instruction(by, unit=unit, **about, **form.cleaned_data)

    return _act(request, act, _("The instruction is given."))


@require_POST
def answer_instruction(request: Request, pk: int) -> HttpResponse:
    scope = request.scope
    instruction = _instruction(request, pk)
    unit = scope.tree.by_code.get(request.POST.get("unit", ""))
    if unit is None or unit.pk not in scope.unit_ids:
        raise NotVisibleError(_("There is no such unit that you may see."))
    may_answer(scope, unit.pk).require()
    form = AnswerInstructionForm(request.POST)

    def act(by: Author) -> None:
        if not form.is_valid():
            raise _refused(form)
        instructions.answer_instruction(by, instruction, unit=unit, answer=form.cleaned_data["answer"])

    return _act(request, act, _("The answer is saved."))


@require_POST
def close_instruction(request: Request, pk: int) -> HttpResponse:
    instruction = _instruction(request, pk)
    return _act(request, lambda by: instructions.close_instruction(by, instruction), _("The instruction is closed."))


def _month(request: Request) -> int | None:
    """The month that was looked at; ``None`` where the form says none."""
    text = request.POST.get("month", "")
    return int(text) if text in map(str, MONTHS) else None


def _code(request: Request, name: str) -> str:
    """A code from the form; a NUL, which PostgreSQL refuses to compare with, makes it nobody's."""
    code = request.POST.get(name, "")
    return "" if "\x00" in code else code


def _remedy(request: Request, pk: int) -> Remedy:
    targets = Target.objects.visible_to(request.scope)
    return get_object_or_404(
        Remedy.objects.filter(target__in=targets).select_related("target__unit", "target__indicator"), pk=pk
    )


def _instruction(request: Request, pk: int) -> Instruction:
    """An instruction about what the person sees, at a unit that the person sees or above one of them."""
    scope = request.scope
    near = {above for unit_id in scope.unit_ids for above in scope.tree.above(unit_id)}
    about = Q(indicator__in=Indicator.objects.visible_to(scope)) | Q(section__in=Section.objects.visible_to(scope))
    return get_object_or_404(Instruction.objects.filter(about, unit__in=near), pk=pk)
