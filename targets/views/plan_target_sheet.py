"""Everything that is typed about one target, before it is written: forms, what they would make of it, filled boxes."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _

from targets.calculations.facts import Measure, TargetFacts
from targets.calculations.terms import Kind
from targets.forms.plan import CheckpointForm, IndicatorForm, NewTargetForm, StepLineForm, TargetForm
from targets.models import Indicator, Milestone, Target
from targets.querysets.plans import measure_of
from targets.services.planning import StepLine
from targets.summaries.plan_effect import replanned, replanned_steps
from targets.views.base import Request
from targets.views.plan_guard import all_valid


@dataclass
class Sheet:
    """Everything that is typed about one target."""

    form: TargetForm
    boxes: CheckpointForm
    steps: list[StepLineForm]
    indicator_form: IndicatorForm | None = None
    #: Whether what is wrong is shown: not while a layout is filled in or a row is added.
    checked: bool = False
    boxes_checked: bool = False
    failed: list[str] = field(default_factory=list)

    @property
    def all_forms(self) -> list[forms.Form]:
        return [
            self.form,
            self.boxes,
            *self.steps,
            *([self.indicator_form] if self.indicator_form is not None else []),
        ]

    def unchecked(self) -> "Sheet":
        """The same with nothing said about what is wrong yet: it is not finished."""
        for one in self.all_forms:
            one._errors, one.cleaned_data = ErrorDict(), {}  # type: ignore[attr-defined]
        return self

    def is_valid(self, *, is_task: bool) -> bool:
        self.checked = self.boxes_checked = True
        asked: list[forms.Form] = [self.form, *(self.steps if is_task else [self.boxes])]
        if self.indicator_form is not None:
            asked.append(self.indicator_form)
        return all_valid(asked)

    def note(self, error: ValidationError) -> None:
        """Put what a service refused beside the field it names, or above the form."""
        if not hasattr(error, "error_dict"):
            self.failed += error.messages
            return
        for name, errors in error.error_dict.items():
            places = [self.form, *([self.indicator_form] if self.indicator_form is not None else [])]
            place = next((one for one in places if name in one.fields), None)
            if place is None:
                self.failed += ValidationError(errors).messages
            else:
                place.add_error(name, errors)

    def lines(self) -> list[StepLine]:
        return [_line(row) for row in self.steps if not row.is_blank]


def _line(row: StepLineForm) -> StepLine:
    """A row as a line of the plan; of one that is taken out nothing else counts."""
    typed, milestone = row.cleaned_data, row.milestone
    drop = typed["drop"]
    if milestone is not None and drop:
        return StepLine(milestone.name, milestone.weight, milestone.due, milestone, drop=True)
    if drop:
        return StepLine("", drop=True)
    return StepLine(typed["name"], typed["weight"], typed["due"], milestone)


def new_form(sheet: Sheet) -> NewTargetForm:
    assert isinstance(sheet.form, NewTargetForm)
    return sheet.form


class KnownTargetForm(TargetForm):
    """The form of a target that exists; it knows the indicator."""

    indicator: Indicator | None = None


def filled_sheet(
    request: Request,
    act: str,
    sheet: Sheet,
    again: Callable[[QueryDict, int], Sheet],
    measure: Measure | None = None,
) -> Sheet:
    """The same sheet with the boxes filled or a row added; nothing is checked and nothing is written."""
    data = request.POST.copy()
    if act != "fill":
        return again(data, 3 if act == "add_step" else 0).unchecked()
    if sheet.indicator_form is not None:
        sheet.indicator_form.is_valid()
        known = sheet.indicator_form.cleaned_data
        if not {"nature", "direction", "frequency"} <= set(known):
            sheet.failed.append(_("Choose kind and direction of the indicator first."))
            return sheet.unchecked()
        measure, decimals = sheet.indicator_form.measure(), known.get("decimals") or 0
    else:
        indicator = sheet.form.indicator if isinstance(sheet.form, KnownTargetForm) else None
        chosen = indicator or new_form(sheet).indicator_chosen
        assert chosen is not None
        measure, decimals = measure_of(chosen), chosen.decimals
    if measure.kind is Kind.MILESTONE:
        return again(data, 0).unchecked()
    sheet.form.is_valid()
    boxes = sheet.boxes.fill(measure, decimals, sheet.form.cleaned_data.get("baseline"))
    if not boxes:
        lacking = sheet.boxes.errors
        sheet.unchecked().boxes._errors = lacking  # type: ignore[attr-defined]
        sheet.boxes_checked = True
        return sheet
    for name, text in boxes.items():
        data[name] = text
    if data.get("p-layout") == "year_end":
        data["interpolation"] = Target.Interpolation.STEP
    elif data.get("p-layout") in ("even", "monthly", "quarterly", "halves"):
        data["interpolation"] = Target.Interpolation.LINEAR
    return again(data, 0).unchecked()


def proposed(facts: TargetFacts, sheet: Sheet, is_task: bool, milestones: list[Milestone]) -> TargetFacts:
    """A target as the sheet would have it, with what was answered."""
    values = sheet.form.values()
    steps = None
    if is_task:
        lines = [(line.milestone, line.weight, line.due) for line in sheet.lines() if not line.drop]
        steps = replanned_steps(facts, milestones, lines)
    return replanned(
        facts,
        interpolation=values["interpolation"],
        figures=values["figures"],
        baseline=values["baseline"],
        checkpoints=None if is_task else sheet.boxes.checkpoints(),
        steps=steps,
    )
