"""Forms of the pages for units, sections, years, people and the own account. They return domain values."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from targets import display
from targets.calculations.facts import Thresholds
from targets.forms.amounts import read_figure
from targets.forms.entering import LineField
from targets.forms.units import UnitChoices, UnitField
from targets.models import Membership, Role, Section, Unit, UnitKind, User, Year
from targets.models.people import Language

#: The names of the published thresholds of ``calculations.presets``, in the order in which they are offered.
PRESET_NAMES = {
    "default": _("Product default: 100 / 80 %"),
    "yinchuan": _("Yinchuan 2025: points 0 / −30"),
    "sanya": _("Sanya 2022: 100 / 50 %"),
    "sanya_two": _("Sanya 2022, districts: two months"),
    "xinhuang": _("Xinhuang 2015: 80 / 60 %"),
}


def plain(amount: Decimal | Fraction | None) -> str:
    """An amount as a person would type it: no zeros at its end."""
    if amount is None:
        return ""
    number = Decimal(amount.numerator) / amount.denominator if isinstance(amount, Fraction) else amount
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def take_over(form: forms.Form, error: ValidationError) -> None:
    """Put what a verb refused beside the fields that it names, the rest on top of the form."""
    listed = error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
    for name, errors in listed.items():
        form.add_error(name if name in form.fields else None, ValidationError(errors))


class DenseForm(forms.Form):
    """No colon behind a label: it stands above its field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class UnitFilterForm(DenseForm):
    """Which units are listed."""

    q = forms.CharField(
        required=False, max_length=60, label=_("Name or code"), widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = forms.ChoiceField(required=False, label=_("kind of unit"))
    state = forms.ChoiceField(
        required=False, label=_("Show"), choices=[("", _("In use")), ("ended", _("Ended")), ("all", _("All"))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All")), *UnitKind.choices]  # type: ignore[attr-defined]


class UnitForm(DenseForm):
    """What a unit is called. Its code is chosen once: files and addresses speak of it."""

    name = LineField(max_length=100, label=_("name"))
    name_en = LineField(max_length=150, required=False, label=_("English name"))
    kind = forms.ChoiceField(choices=UnitKind.choices, label=_("kind of unit"))
    first_year = forms.IntegerField(
        required=False,
        min_value=1990,
        max_value=2200,
        label=_("first year"),
        help_text=_("Empty: it has always been there."),
    )
    first_month = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=12,
        label=_("first month"),
        help_text=_("Of its first year; empty: January. Nothing is asked for the months before."),
    )
    lock_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, unit: Unit) -> dict[str, Any]:
        """A unit as the form shows it."""
        shown = {name: getattr(unit, name) for name in ("name", "name_en", "kind", "first_year", "lock_version")}
        return shown | {"first_month": unit.first_month if unit.first_year is not None else None}

    def clean_first_month(self) -> int:
        if not self.cleaned_data["first_month"]:
            return 1
        if "first_year" in self.cleaned_data and self.cleaned_data["first_year"] is None:
            raise ValidationError(_("Say in which year it begins as well."))
        month: int = self.cleaned_data["first_month"]
        return month


class NewUnitForm(UnitForm):
    """A unit that does not exist yet."""

    code = forms.CharField(
        max_length=32,
        label=_("code"),
        help_text=_("Short, such as QS-V12; it stands in files and addresses and stays."),
    )
    parent = UnitField(required=False, label=_("Hangs under"))
    lock_version = None  # type: ignore[assignment]
    field_order = ["parent", "kind", "code", "name", "name_en", "first_year", "first_month"]

    def __init__(self, *args: Any, choices: UnitChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].required = bool(choices.ids)
        self.fields["parent"].offer(choices)  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if Unit.objects.filter(code=code).exists():
            raise ValidationError(_("There is a unit with this code already. Choose another one."))
        return code


class PlaceForm(DenseForm):
    """The place among siblings."""

    place = forms.IntegerField(min_value=1, max_value=9999, label=_("Place among its siblings"))


class MoveUnitForm(DenseForm):
    """Another unit to hang under."""

    parent = UnitField(required=False, label=_("Hangs under"))
    lock_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: UnitChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].offer(choices)  # type: ignore[attr-defined]


class EndUnitForm(DenseForm):
    """The last month of a unit, why, and what takes its place. A successor needs both code and name."""

    last_year = forms.IntegerField(min_value=1990, max_value=2200, label=_("last year"))
    last_month = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=12,
        label=_("last month"),
        help_text=_("Nothing is asked for the months after; empty: December."),
    )
    reason = LineField(max_length=500, label=_("Reason"))
    merged_into = UnitField(
        required=False, label=_("Merged into"), help_text=_("A unit that exists and goes on with what this one did.")
    )
    code = forms.CharField(max_length=32, required=False, label=_("Successor: code"))
    name = LineField(max_length=100, required=False, label=_("Successor: name"))
    name_en = LineField(max_length=150, required=False, label=_("Successor: English name"))
    parent = UnitField(required=False, label=_("Successor: hangs under"))
    lock_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: UnitChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].offer(choices)  # type: ignore[attr-defined]
        self.fields["merged_into"].offer(choices, gettext("Into none"))  # type: ignore[attr-defined]

    def clean_last_month(self) -> int:
        return self.cleaned_data["last_month"] or 12

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if code and Unit.objects.filter(code=code).exists():
            raise ValidationError(_("There is a unit with this code already. Choose another one."))
        return code

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if (cleaned.get("name") or cleaned.get("name_en")) and "code" in cleaned and not cleaned["code"]:
            self.add_error("code", _("A successor needs a code of its own."))
        if cleaned.get("code") and not cleaned.get("name"):
            self.add_error("name", _("Say what the successor is called."))
        return cleaned


class SectionForm(DenseForm):
    """What a section is called, on pages and in reports."""

    name = LineField(max_length=60, label=_("name"))
    name_en = LineField(max_length=100, required=False, label=_("English name"))
    report_heading = LineField(max_length=100, required=False, label=_("heading in reports"))
    report_heading_en = LineField(max_length=150, required=False, label=_("English heading in reports"))
    lock_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, section: Section) -> dict[str, Any]:
        """A section as the form shows it."""
        return {name: getattr(section, name) for name in cls.base_fields}


class NewSectionForm(SectionForm):
    """A section that does not exist yet."""

    code = forms.SlugField(
        max_length=32, label=_("code"), help_text=_("Latin letters and hyphens; it stands in addresses and stays.")
    )
    lock_version = None  # type: ignore[assignment]
    field_order = ["code", "name", "name_en", "report_heading", "report_heading_en"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if Section.objects.filter(code=code).exists():
            raise ValidationError(_("There is a section with this code already. Choose another one."))
        return code


class ReasonForm(DenseForm):
    """Why something is done."""

    reason = LineField(max_length=500, label=_("Reason"))


class FigureField(forms.CharField):
    """A number as people type it, full-width digits and all."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return read_figure(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if isinstance(value, Decimal | Fraction) else value


class PercentField(FigureField):
    """A ratio typed in percent: 110 is 1.1. Two decimals of a percent are kept."""

    def clean(self, value: Any) -> Any:
        percent = super().clean(str(value or "").strip().rstrip("%％"))
        if percent is None:
            return None
        if not 0 <= percent <= 1000:
            raise ValidationError(_("Type a percentage from 0 to 1000, such as 80."))
        if percent.normalize().as_tuple().exponent < -2:
            raise ValidationError(_("Two decimals of a percent are kept. Round it."))
        return percent / 100

    def prepare_value(self, value: Any) -> Any:
        return plain(value * 100) if isinstance(value, Decimal | Fraction) else value


class YearForm(DenseForm):
    """The settings of a year. Ratios are typed in percent, points in percentage points."""

    basis = forms.ChoiceField(choices=Year.Basis.choices, widget=forms.RadioSelect, label=_("judged by"))
    ahead_ratio = PercentField(label=_("ahead from"))
    on_schedule_ratio = PercentField(label=_("on schedule from"))
    slightly_behind_ratio = PercentField(label=_("slightly behind from"))
    ahead_points = FigureField(label=_("ahead from"))
    on_schedule_points = FigureField(label=_("on schedule from"))
    slightly_behind_points = FigureField(label=_("slightly behind above"))
    exceeded_ratio = PercentField(label=_("exceeded from"), help_text=_("Percent of the target."))
    two_slightly_behind_is_behind = forms.BooleanField(required=False, label=_("two yellow months are red"))
    opening_day = forms.IntegerField(
        min_value=1, max_value=28, label=_("opening day"), help_text=_("Of the month itself.")
    )
    due_day = forms.IntegerField(min_value=1, max_value=28, label=_("due day"), help_text=_("Of the next month."))
    review_day = forms.IntegerField(
        min_value=1,
        max_value=28,
        label=_("review day"),
        help_text=_("Of the next month; from then on the pages show the month."),
    )
    closing_day = forms.IntegerField(
        min_value=1, max_value=28, label=_("closing day"), help_text=_("Of the next month.")
    )
    review_required = forms.BooleanField(
        required=False, label=_("figures are reviewed"), help_text=_("Otherwise what is submitted counts at once.")
    )
    own_entry_approved_by_another = forms.BooleanField(
        required=False,
        label=_("own figures: another approves"),
        help_text=_("Who entered or submitted a figure does not approve it, whatever their roles."),
    )
    remedy_required = forms.BooleanField(
        required=False,
        label=_("what is behind needs a remedy"),
        help_text=_("Nothing that is behind is submitted without a cause."),
    )
    rankings = forms.BooleanField(
        required=False,
        label=_("rankings"),
        help_text=_("Of units, for reviewers and leaders only. Persons are never ranked."),
    )
    lock_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    RATIOS = ("ahead_ratio", "on_schedule_ratio", "slightly_behind_ratio")
    POINTS = ("ahead_points", "on_schedule_points", "slightly_behind_points")
    CALENDAR = ("opening_day", "due_day", "review_day", "closing_day")
    SWITCHES = ("review_required", "own_entry_approved_by_another", "remedy_required", "rankings")

    @classmethod
    def of(cls, year: Year) -> dict[str, Any]:
        """The settings of a year as the form shows them."""
        return {name: getattr(year, name) for name in cls.base_fields}

    def settings(self) -> dict[str, Any]:
        """What was typed, by the names of the year's fields."""
        return {name: self.cleaned_data[name] for name in YearForm.base_fields if name != "lock_version"}


class NewYearForm(YearForm):
    """A year that is not open yet."""

    year = forms.IntegerField(min_value=1990, max_value=2200, label=_("year"))
    lock_version = None  # type: ignore[assignment]

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if Year.objects.filter(year=year).exists():
            raise ValidationError(_("This year is open already."))
        return year


def as_typed(thresholds: Thresholds, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, with the thresholds of a preset in their place."""
    new = dict(typed)
    for name in YearForm.RATIOS:
        new[name] = plain(getattr(thresholds, name) * 100)
    for name in YearForm.POINTS:
        new[name] = plain(getattr(thresholds, name))
    new["exceeded_ratio"] = plain(thresholds.exceeded_ratio * 100)
    new["basis"] = str(thresholds.basis)
    new.pop("two_slightly_behind_is_behind", None)
    if thresholds.two_slightly_behind_is_behind:
        new["two_slightly_behind_is_behind"] = "on"
    return new


class PeopleFilterForm(DenseForm):
    """Which people are listed."""

    q = forms.CharField(
        required=False, max_length=60, label=_("Name"), widget=forms.TextInput(attrs={"type": "search"})
    )
    role = forms.ChoiceField(required=False, label=_("role"))
    unit = UnitField(required=False, label=_("Unit"))
    state = forms.ChoiceField(
        required=False,
        label=_("Show"),
        choices=[
            ("", _("Active")),
            ("waiting", _("No password yet")),
            ("uninvited", _("No valid invitation")),
            ("locked", _("Locked")),
            ("disabled", _("Disabled")),
            ("all", _("All")),
        ],
    )

    def __init__(self, *args: Any, choices: UnitChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("All")), *Role.choices]  # type: ignore[attr-defined]
        self.fields["unit"].offer(choices, str(_("All")))  # type: ignore[attr-defined]


class AccountForm(DenseForm):
    """What a person is called, and where mail reaches them."""

    full_name = LineField(max_length=60, label=_("full name"))
    email = forms.EmailField(max_length=254, required=False, label=_("E-mail"))


class NewPersonForm(AccountForm):
    """An account that does not exist yet. Its owner chooses the password, by invitation."""

    username = forms.CharField(
        max_length=150,
        label=_("User name"),
        help_text=_("What the person signs in with; it stays."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ["username", "full_name", "email"]

    def clean_username(self) -> str:
        username: str = User.normalize_username(self.cleaned_data["username"].strip())
        # Two names that differ in capitals only would be taken for one another.
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("This user name is taken. Choose another one."))
        User._meta.get_field("username").run_validators(username)
        return username


class RoleForm(DenseForm):
    """A role to give: in a unit and below it, in all sections or in some."""

    role = forms.ChoiceField(choices=Role.choices, label=_("role"))
    unit = UnitField(label=_("Unit, and what is below it"))
    sections = forms.ModelMultipleChoiceField(
        queryset=Section.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Sections"),
        help_text=_("None ticked: all sections."),
    )

    def __init__(self, *args: Any, choices: UnitChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(choices)  # type: ignore[attr-defined]
        sections = self.fields["sections"]
        sections.queryset = Section.objects.filter(archived_at__isnull=True)  # type: ignore[attr-defined]
        sections.label_from_instance = display.name  # type: ignore[attr-defined]


class OwnAccountForm(AccountForm):
    """One's own e-mail, and how the pages look. The name, by which the record speaks, is the administrator's."""

    full_name = None  # type: ignore[assignment]  # Django's way to leave an inherited field out
    language = forms.ChoiceField(choices=Language.choices, label=_("language"))
    large_text = forms.BooleanField(required=False, label=_("large text"))

    @classmethod
    def of(cls, person: User) -> dict[str, Any]:
        """An account as the form shows it."""
        return {name: getattr(person, name) for name in cls.base_fields}


class ChosenPasswordForm(DenseForm):
    """A new password that a person chooses, typed twice."""

    new = forms.CharField(
        strip=False,
        max_length=128,
        label=_("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        strip=False,
        max_length=128,
        label=_("New password again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)

    def rules(self) -> Collection[str]:
        """What a password must be, in the reader's language."""
        return [*password_validators_help_texts()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        new = cleaned.get("new")
        if new:
            try:
                validate_password(new, self.person)
            except ValidationError as error:
                self.add_error("new", error)
        if new and cleaned.get("again") and cleaned["again"] != new:
            self.add_error("again", _("The two are not the same. Type the new password twice."))
        return cleaned


class OwnPasswordForm(ChosenPasswordForm):
    """The password in use, and a new one, twice."""

    old = forms.CharField(
        strip=False,
        max_length=128,
        label=_("Password in use"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["old", "new", "again"]

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if not self.person.check_password(old):
            raise ValidationError(_("This is not the password in use. Capital letters count."))
        return old

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        new = cleaned.get("new")
        if new and new == cleaned.get("old"):
            self.add_error("new", _("This is the password in use. Choose another one."))
        return cleaned


class InvitationForm(DenseForm):
    """The code of an invitation, as it is read from a slip of paper."""

    code = LineField(
        max_length=100,
        label=_("Invitation code"),
        help_text=_("Four groups of four letters and digits. Capitals, blanks and hyphens do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class PeopleListForm(DenseForm):
    """People from a list: a file, or a table copied from one."""

    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        label=_("File (xlsx, xls, ods or csv)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.et,.ods,.csv,.txt"}),
    )
    # Blank lines in front count: errors name the row.
    text = forms.CharField(
        required=False,
        strip=False,
        max_length=300_000,
        label=_("Or the table itself, copied from Excel or WPS with its headings"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("file") and not cleaned.get("text", "").strip():
            raise ValidationError(_("Choose a file or paste a table first."))
        return cleaned


def role_in_force(memberships: Iterable[Membership], value: str) -> Membership | None:
    """The role in force whose id was sent; ``None`` where there is none."""
    return next((one for one in memberships if str(one.pk) == value and one.ended_at is None), None)
