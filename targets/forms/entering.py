"""Forms return domain values; importers reuse them."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets.forms.amounts import plain_figure, read_amount_of, read_figure, read_fraction, read_word, unit_asked
from targets.models import Indicator, ProgressEntry, Target
from targets.models.people import Language
from targets.querysets.changes import ChangeQuerySet
from targets.summaries.month import MonthAnswer, MonthRemedy, MonthStep

_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class TextField(forms.CharField):
    """Words as a person types or pastes them. Control characters go: nobody sees them, and no NUL can be stored."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


class LineField(TextField):
    """A single line: line breaks and tabs become blanks."""

    def to_python(self, value: Any) -> str:
        return super().to_python(_BREAKS.sub(" ", value) if isinstance(value, str) else value)


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
    """One target's answer for a month, as one row of the grid. An empty row answers nothing yet.

    Where a figure is approved, what is typed corrects it: it begins with the approved figure and asks for a reason.
    """

    AMOUNTS = ("value", "numerator", "denominator")
    VALUES = ("answer", *AMOUNTS, "approximation", "official_growth", "note", "reason")

    answer = forms.ChoiceField(
        choices=[("", ""), *ProgressEntry.Answer.choices], required=False, label=_("Instead of a figure")
    )
    typed_as = forms.ChoiceField(choices=ProgressEntry.TypedAs.choices, required=False, label=_("Typed as"))
    value = forms.CharField(required=False, label=_("Value"))
    numerator = forms.CharField(required=False, label=_("Numerator"))
    denominator = forms.CharField(required=False, label=_("Denominator"))
    official_growth = forms.CharField(
        required=False,
        max_length=40,
        label=_("Official growth rate (%)"),
        widget=forms.TextInput(attrs={"size": 7, "inputmode": "decimal"}),
    )
    note = LineField(required=False, max_length=500, label=_("Note"))
    reason = LineField(required=False, max_length=500, label=_("Reason"))
    lock_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    corrects = forms.IntegerField(required=False, widget=forms.HiddenInput)
    chosen = forms.BooleanField(required=False, label=_("Submit"))

    def __init__(self, data: QueryDict | None, *, row: MonthAnswer) -> None:
        self.row = row
        entry, approved = row.entry, row.approved
        if entry is None and approved is not None:
            shown = _typed(approved, row.target.indicator) | {"reason": "", "lock_version": None}
        else:
            shown = _typed(entry, row.target.indicator)
        if approved is not None:
            shown["corrects"] = approved.version
        super().__init__(data, prefix=f"t{row.target.pk}", initial=shown)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self._read_amounts(cleaned)
        typed = any(cleaned[name] is not None for name in self.AMOUNTS)
        given = cleaned.get("answer") or ""
        if given in ("no_change", "not_applicable") and typed:
            self.add_error("answer", _("Either type a figure, or choose one of these; not both."))
        cleaned["answer"] = given or ("value" if typed else "")
        if not cleaned["answer"] and cleaned.get("note", "") and not self.errors:
            self.add_error("note", _("A note is saved together with an answer. Type a figure or choose an answer."))
        self._read_growth(cleaned)
        self._clean_correction(cleaned)
        return cleaned

    def _read_growth(self, cleaned: dict[str, Any]) -> None:
        """A growth rate comes with the figure of the same months. A page that does not ask for it leaves it alone."""
        version = self.row.entry or self.row.approved
        if self.add_prefix("official_growth") not in self.data:
            cleaned["official_growth"] = version.official_growth if version is not None else None
            return
        try:
            cleaned["official_growth"] = read_figure(cleaned.get("official_growth", ""), "%")
        except forms.ValidationError as error:
            self.add_error("official_growth", error)
            cleaned["official_growth"] = None
        if cleaned["official_growth"] is not None and not cleaned["answer"]:
            self.add_error(
                "official_growth", _("A growth rate comes with the figure of the same months. Give that as well.")
            )

    def _read_amounts(self, cleaned: dict[str, Any]) -> None:
        word = read_word(cleaned.get("value", ""))  # = or /, which the page's script turns into the choice beside it
        if word:
            cleaned |= {"value": "", "answer": cleaned.get("answer") or word}
        if self.row.measure.is_rate and not cleaned.get("numerator") and not cleaned.get("denominator"):
            fraction = read_fraction(cleaned.get("value", ""))  # 12/15, typed into the one box
            if fraction is not None:
                cleaned |= {"value": "", "numerator": fraction[0], "denominator": fraction[1]}
        cleaned["approximation"] = ""
        for name in self.AMOUNTS:
            text = cleaned.get(name, "")
            try:
                if name == "value":
                    cleaned["value"], cleaned["approximation"] = read_amount_of(text, self.row.target.indicator)
                else:
                    cleaned[name] = read_figure(text)
            except forms.ValidationError as error:
                self.add_error(name, error)
                cleaned[name] = None
            if name != "value" and cleaned[name] is not None and cleaned[name] < 0:
                self.add_error(name, _("Numerator and denominator count something: neither is below zero."))
                cleaned[name] = None

    def _clean_correction(self, cleaned: dict[str, Any]) -> None:
        approved = self.row.approved
        if approved is None:
            return
        if cleaned.get("corrects") != approved.version:
            self.add_error(None, _("The approved figure has changed since it was shown. Load the page again."))
        elif cleaned["answer"] and not cleaned.get("reason") and not self.errors and self.says_something_new:
            self.add_error("reason", _("Say why the approved figure is corrected."))

    @property
    def is_blank(self) -> bool:
        """Nothing was typed and nothing chosen."""
        return not self.cleaned_data.get("answer")

    def values(self) -> dict[str, Any]:
        """What ``services.progress.record_progress`` takes."""
        version = self.row.entry or self.row.approved
        return {name: self.cleaned_data.get(name) for name in (*self.VALUES, "lock_version")} | {
            "typed_as": self.cleaned_data.get("typed_as") or ProgressEntry.TypedAs.MONTH,
            # A figure for a run of months stays one.
            "from_month": version.from_month if version is not None else None,
        }

    @property
    def says_something_new(self) -> bool:
        """Whether the row differs from the version it was shown with; a reason alone corrects nothing."""
        entry = self.row.entry or self.row.approved
        if entry is None:
            return True
        values = self.values()
        typed_as = values["typed_as"] if values["answer"] == "value" else ""
        names = self.VALUES if entry is self.row.entry else self.VALUES[:-1]
        return typed_as != entry.typed_as or any(values[name] != getattr(entry, name) for name in names)


def _typed(entry: ProgressEntry | None, indicator: Indicator) -> dict[str, Any]:
    """A version as the person typed it."""
    if entry is None:
        return {}
    return {
        "value": plain_figure(entry.value, unit_asked(indicator), entry.approximation),
        "numerator": plain_figure(entry.numerator),
        "denominator": plain_figure(entry.denominator),
        "answer": "" if entry.answer == "value" else entry.answer,
        "typed_as": entry.typed_as,
        "official_growth": plain_figure(entry.official_growth, "%"),
        "note": entry.note,
        "reason": entry.reason,
        "lock_version": entry.lock_version,
    }


class StepForm(forms.Form):
    """What is reported about one step of a task: done, and when. What was approved as done is corrected."""

    SAID = ("done", "done_on", "note")

    done = forms.BooleanField(required=False, label=_("Done"))
    done_on = forms.DateField(
        required=False, label=_("Done on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = LineField(required=False, max_length=500, label=_("Note"))
    reason = LineField(required=False, max_length=500, label=_("Reason"))
    lock_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    corrects = forms.IntegerField(required=False, widget=forms.HiddenInput)
    chosen = forms.BooleanField(required=False, label=_("Submit"))

    def __init__(self, data: QueryDict | None, *, step: MonthStep) -> None:
        self.step = step
        version = step.entry or (step.approved if step.is_correction else None)
        shown: dict[str, Any] = {}
        if version is not None:
            shown = {name: getattr(version, name) for name in self.SAID}
        if step.entry is not None:
            shown |= {"reason": step.entry.reason, "lock_version": step.entry.lock_version}
        if step.is_correction and step.approved is not None:
            shown["corrects"] = step.approved.version
        super().__init__(data, prefix=f"s{step.milestone.pk}", initial=shown)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("done_on") and not cleaned.get("done"):
            self.add_error("done_on", _("A step that is not done has no date on which it was done."))
        if self.step.is_correction and self.step.approved is not None:
            if cleaned.get("corrects") != self.step.approved.version:
                self.add_error(None, _("The approved report has changed since it was shown. Load the page again."))
            elif not cleaned.get("reason") and not self.errors and not self.is_blank and self.says_something_new:
                self.add_error("reason", _("Say why the approved report is corrected."))
        return cleaned

    @property
    def is_blank(self) -> bool:
        """Neither done nor a word about it: what is open without a report stays so, and a draft goes.

        A correction that says what is approved already goes as well.
        """
        if self.step.entry is not None and self.step.entry.state != "draft":
            return False
        if self.step.is_correction:
            return all(self.cleaned_data.get(name) == getattr(self.step.approved, name) for name in self.SAID)
        return not self.cleaned_data.get("done") and not self.cleaned_data.get("note", "")

    def values(self) -> dict[str, Any]:
        """What ``services.progress.record_step`` takes."""
        return {name: self.cleaned_data.get(name) for name in (*self.SAID, "reason", "lock_version")}

    @property
    def says_something_new(self) -> bool:
        entry = self.step.entry
        return entry is None or any(
            self.cleaned_data.get(name) != getattr(entry, name) for name in (*self.SAID, "reason")
        )


class ReasonForm(forms.Form):
    """Why something is undone: a month reopened, a remedy reopened."""

    reason = LineField(max_length=500, label=_("Reason"))


class ReturnForm(forms.Form):
    """Why a figure is handed back."""

    reason = LineField(max_length=500, label=_("Reason"))


#: Days that have a moment in every time zone: the ends of the calendar have none.
_COUNTED = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(9000, 1, 1))]


class ChangeFilterForm(forms.Form):
    """Which changes are shown. Every field may stay empty; what cannot be read is said and filters nothing."""

    person = forms.CharField(required=False, max_length=60, label=_("By (name or user name)"))
    unit = forms.CharField(required=False, max_length=32, label=_("Unit (code)"))
    indicator = forms.CharField(required=False, max_length=32, label=_("Indicator (code)"))
    month = forms.IntegerField(required=False, min_value=1, max_value=12, label=_("Month"))
    since = forms.DateField(
        required=False, label=_("From"), widget=forms.DateInput(attrs={"type": "date"}), validators=_COUNTED
    )
    until = forms.DateField(
        required=False, label=_("To"), widget=forms.DateInput(attrs={"type": "date"}), validators=_COUNTED
    )

    def asked(self) -> dict[str, str]:
        """What the readable fields ask for, as text by the name of the field."""
        self.is_valid()
        return {name: str(value) for name, value in self.cleaned_data.items() if value not in (None, "")}

    def apply(self, changes: ChangeQuerySet) -> ChangeQuerySet:
        """The changes that the readable fields keep."""
        self.is_valid()
        for name, condition in (("unit", "unit__code"), ("month", "month")):
            value = self.cleaned_data.get(name)
            if value not in (None, ""):
                changes = changes.filter(**{condition: value})
        if person := self.cleaned_data.get("person"):
            by_user_name = Q(actor__username__icontains=person)
            changes = changes.filter(Q(actor_label__icontains=person) | by_user_name)
        if self.cleaned_data.get("indicator"):
            # By the targets themselves, which the index of the record begins with.
            changes = changes.filter(target__in=Target.objects.filter(indicator__code=self.cleaned_data["indicator"]))
        # As moments: a function of the time would go past the index.
        if self.cleaned_data.get("since"):
            changes = changes.filter(at__gte=_beginning(self.cleaned_data["since"]))
        if self.cleaned_data.get("until"):
            changes = changes.filter(at__lt=_beginning(self.cleaned_data["until"] + timedelta(days=1)))
        return changes


def _beginning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class RemedyForm(forms.Form):
    """Why a target lags and what is done about it; one line is enough."""

    SAID = ("cause", "measure", "responsible", "deadline")

    cause = LineField(max_length=500, label=_("Cause"))
    measure = LineField(max_length=500, required=False, label=_("Measure"))
    responsible = LineField(max_length=100, required=False, label=_("Responsible"))
    deadline = forms.DateField(
        required=False, label=_("Deadline"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    month = forms.IntegerField(min_value=1, max_value=12, widget=forms.HiddenInput)
    lock_version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class MonthRemedyForm(RemedyForm):
    """The remedy of a row of my month: it begins with the open one, and left empty it states none."""

    month = None  # type: ignore[assignment]  # that of the page

    def __init__(self, data: QueryDict | None, *, remedy: MonthRemedy) -> None:
        self.remedy = remedy
        shown = {name: getattr(remedy.open, name) for name in (*self.SAID, "lock_version")} if remedy.open else {}
        super().__init__(data, prefix=f"r{remedy.target.pk}", initial=shown)
        self.fields["cause"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        said = any(cleaned.get(name) for name in self.SAID)
        if not cleaned.get("cause") and (said or self.remedy.open is not None) and "cause" not in self.errors:
            self.add_error("cause", _("Say in a line why the target lags."))
        return cleaned

    @property
    def is_blank(self) -> bool:
        return not self.cleaned_data.get("cause")

    @property
    def says_something_new(self) -> bool:
        stated = self.remedy.open
        return stated is None or any(self.cleaned_data.get(name) != getattr(stated, name) for name in self.SAID)

    def values(self) -> dict[str, Any]:
        """What ``services.remedies.state_remedy`` takes."""
        return {name: self.cleaned_data.get(name) for name in (*self.SAID, "lock_version")}


class InstructionForm(forms.Form):
    """What a leader asks."""

    text = TextField(max_length=1000, label=_("Instruction"))
    year = forms.IntegerField(min_value=1990, max_value=2200, widget=forms.HiddenInput)


class AnswerInstructionForm(forms.Form):
    """What a unit answers: one line, so that the answers of several units stay apart."""

    answer = LineField(max_length=1000, label=_("Answer"))
