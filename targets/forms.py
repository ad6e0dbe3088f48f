"""Forms return domain values; importers reuse them."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.validators import MaxLengthValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from targets.models import ProgressEntry
from targets.models.people import Language
from targets.querysets.changes import ChangeQuerySet
from targets.summaries.month import MonthRow, MonthStep
from targets.typed_figures import read_figure


class SignInForm(AuthenticationForm):
    """User name and password. The refusal says the same whichever of the two was wrong."""

    error_messages = {
        "invalid_login": _("User name or password is wrong. Check both; capital letters count."),
        "inactive": _("This account is disabled. Ask the security administrator."),
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["username"].label = _("User name")
        # Django only tells the browser; a longer name would not fit where failed sign-ins are noted.
        self.fields["username"].validators.append(MaxLengthValidator(self.username_field.max_length or 150))
        self.fields["password"].label = _("Password")


class AppearanceForm(forms.Form):
    """One choice of how the pages look: a language, or the size of the text."""

    language = forms.ChoiceField(choices=Language.choices, required=False)
    large_text = forms.ChoiceField(choices=[("yes", ""), ("no", "")], required=False)

    def chosen(self) -> dict[str, str | bool]:
        """What was chosen, by the names of the person's fields."""
        found: dict[str, str | bool] = {}
        if self.cleaned_data["language"]:
            found["language"] = self.cleaned_data["language"]
        if self.cleaned_data["large_text"]:
            found["large_text"] = self.cleaned_data["large_text"] == "yes"
        return found


class AnswerForm(forms.Form):
    """One target's answer for a month, as one row of the grid. An empty row answers nothing yet."""

    AMOUNTS = ("value", "numerator", "denominator")

    answer = forms.ChoiceField(
        choices=[("", ""), *ProgressEntry.Answer.choices], required=False, label=_("Instead of a figure")
    )
    typed_as = forms.ChoiceField(choices=ProgressEntry.TypedAs.choices, required=False, label=_("Typed as"))
    value = forms.CharField(required=False, label=_("Value"))
    numerator = forms.CharField(required=False, label=_("Numerator"))
    denominator = forms.CharField(required=False, label=_("Denominator"))
    note = forms.CharField(required=False, max_length=500, label=_("Note"))
    reason = forms.CharField(required=False, max_length=500, label=_("Reason"))
    lock_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    chosen = forms.BooleanField(required=False, label=_("Submit"))

    def __init__(self, data: QueryDict | None, *, row: MonthRow) -> None:
        self.row = row
        super().__init__(data, prefix=f"t{row.target.pk}", initial=_typed(row.entry))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in self.AMOUNTS:
            text = cleaned.get(name, "")
            try:
                cleaned[name] = read_figure(text, self.row.target.indicator.unit_of_measure)
            except forms.ValidationError as error:
                self.add_error(name, error)
                cleaned[name] = None
        typed = any(cleaned[name] is not None for name in self.AMOUNTS)
        given = cleaned.get("answer") or ""
        if given in ("no_change", "not_applicable") and typed:
            self.add_error("answer", _("Either type a figure, or choose one of these; not both."))
        cleaned["answer"] = given or ("value" if typed else "")
        if not cleaned["answer"] and cleaned.get("note", "").strip() and not self.errors:
            self.add_error("note", _("A note is saved together with an answer. Type a figure or choose an answer."))
        return cleaned

    @property
    def is_blank(self) -> bool:
        """Nothing was typed and nothing chosen."""
        return not self.cleaned_data.get("answer")

    def values(self) -> dict[str, Any]:
        """What ``services.progress.record_progress`` takes."""
        names = ("answer", "value", "numerator", "denominator", "note", "reason", "lock_version")
        return {name: self.cleaned_data.get(name) for name in names} | {
            "typed_as": self.cleaned_data.get("typed_as") or ProgressEntry.TypedAs.MONTH
        }

    @property
    def says_something_new(self) -> bool:
        """Whether the row differs from the open version it was shown with."""
        entry = self.row.entry
        if entry is None:
            return True
        names = ("answer", "value", "numerator", "denominator", "note", "reason")
        values = self.values()
        typed_as = values["typed_as"] if values["answer"] == "value" else ""
        return typed_as != entry.typed_as or any(values[name] != getattr(entry, name) for name in names)


def _typed(entry: ProgressEntry | None) -> dict[str, Any]:
    """An open version as the person typed it."""
    if entry is None:
        return {}
    shown = {name: _plain(getattr(entry, name)) for name in AnswerForm.AMOUNTS}
    return shown | {
        "answer": "" if entry.answer == "value" else entry.answer,
        "typed_as": entry.typed_as,
        "note": entry.note,
        "reason": entry.reason,
        "lock_version": entry.lock_version,
    }


def _plain(amount: Any) -> str:
    if amount is None:
        return ""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class StepForm(forms.Form):
    """What is reported about one step of a task: done, and when."""

    done = forms.BooleanField(required=False, label=_("Done"))
    done_on = forms.DateField(
        required=False, label=_("Done on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(required=False, max_length=500, label=_("Note"))
    lock_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    chosen = forms.BooleanField(required=False, label=_("Submit"))

    def __init__(self, data: QueryDict | None, *, step: MonthStep) -> None:
        self.step = step
        entry = step.entry
        shown = (
            {"done": entry.done, "done_on": entry.done_on, "note": entry.note, "lock_version": entry.lock_version}
            if entry is not None
            else {}
        )
        super().__init__(data, prefix=f"s{step.milestone.pk}", initial=shown)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("done_on") and not cleaned.get("done"):
            self.add_error("done_on", _("A step that is not done has no date on which it was done."))
        return cleaned

    @property
    def is_blank(self) -> bool:
        """Neither done nor a word about it: what is open without a report stays so, and a draft goes."""
        said = self.cleaned_data.get("done") or self.cleaned_data.get("note", "").strip()
        return not said and (self.step.entry is None or self.step.entry.state == "draft")

    def values(self) -> dict[str, Any]:
        """What ``services.progress.record_step`` takes."""
        return {name: self.cleaned_data.get(name) for name in ("done", "done_on", "note", "lock_version")}

    @property
    def says_something_new(self) -> bool:
        entry = self.step.entry
        return entry is None or any(
            self.cleaned_data.get(name) != getattr(entry, name) for name in ("done", "done_on", "note")
        )


class ReturnForm(forms.Form):
    """Why a figure is handed back."""

    reason = forms.CharField(max_length=500, label=_("Reason"))


class ChangeFilterForm(forms.Form):
    """Which changes are shown. Every field may stay empty; what cannot be read is said and filters nothing."""

    person = forms.CharField(required=False, max_length=60, label=_("By"))
    unit = forms.CharField(required=False, max_length=32, label=_("Unit (code)"))
    indicator = forms.CharField(required=False, max_length=32, label=_("Indicator (code)"))
    month = forms.IntegerField(required=False, min_value=1, max_value=12, label=_("Month"))
    since = forms.DateField(required=False, label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label=_("To"), widget=forms.DateInput(attrs={"type": "date"}))

    def apply(self, changes: ChangeQuerySet) -> ChangeQuerySet:
        """The changes that the readable fields keep."""
        self.is_valid()
        conditions = {
            "person": "actor_label__icontains",
            "unit": "unit__code",
            "indicator": "target__indicator__code",
            "month": "month",
            "since": "at__date__gte",
            "until": "at__date__lte",
        }
        for name, condition in conditions.items():
            value = self.cleaned_data.get(name)
            if value not in (None, ""):
                changes = changes.filter(**{condition: value})
        return changes


class RemedyForm(forms.Form):
    """Why a target lags and what is done about it; one line is enough."""

    cause = forms.CharField(max_length=500, label=_("Cause"))
    measure = forms.CharField(max_length=500, required=False, label=_("Measure"))
    responsible = forms.CharField(max_length=100, required=False, label=_("Responsible"))
    deadline = forms.DateField(required=False, label=_("Deadline"))
    month = forms.IntegerField(min_value=1, max_value=12, widget=forms.HiddenInput)
    lock_version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class InstructionForm(forms.Form):
    """What a leader asks."""

    text = forms.CharField(max_length=1000, label=_("Instruction"))
    year = forms.IntegerField(min_value=1990, max_value=2200, widget=forms.HiddenInput)


class AnswerInstructionForm(forms.Form):
    """What a unit answers."""

    answer = forms.CharField(max_length=1000, label=_("Answer"))
