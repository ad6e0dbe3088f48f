"""The forms of the plan: a target with its checkpoints and steps, an indicator, many targets at once."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from targets import display
from targets.calculations import terms
from targets.calculations.checks import Operator
from targets.calculations.facts import Measure
from targets.calculations.layouts import Layout, NoLayout, lay_out
from targets.calculations.periods import MONTHS
from targets.forms.amounts import plain_figure, read_figure
from targets.forms.entering import LineField, TextField
from targets.forms.units import UnitChoices, UnitField, UnitsField
from targets.models import Indicator, IndicatorCheck, Milestone, Section, Target, Unit
from targets.models.indicators import Direction, Frequency
from targets.models.indicators import Kind as KindChoices
from targets.models.plans import Approximation

JUNE, DECEMBER = 6, 12
DATE = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
#: Rows of steps that stand ready for typing on a new task, and how many a page takes.
READY_STEPS, MOST_STEPS = 4, 60

#: What is counted and how, as one choice: kind and accumulation.
NATURES: dict[str, tuple[str, str]] = {
    "flow": (terms.Kind.QUANTITY, terms.Accumulation.FLOW),
    "stock": (terms.Kind.QUANTITY, terms.Accumulation.STOCK),
    "rate": (terms.Kind.RATE, terms.Accumulation.LATEST),
    "task": (terms.Kind.MILESTONE, terms.Accumulation.NONE),
}
NATURE_CHOICES = [
    ("flow", _("Quantity that adds up over the months")),
    ("stock", _("Quantity whose latest value counts")),
    ("rate", _("Rate")),
    ("task", _("Task made of steps")),
]


def nature_of(indicator: Indicator) -> str:
    """The one choice that stands for kind and accumulation."""
    return next(name for name, pair in NATURES.items() if pair == (indicator.kind, indicator.accumulation))


class FigureField(forms.CharField):
    """A figure as it is typed; ``None`` for an empty box. ``unit_of_measure`` may stand behind the number."""

    unit_of_measure = ""

    def to_python(self, value: Any) -> Any:
        return read_figure(super().to_python(value) or "", self.unit_of_measure)

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Length and the like are those of the number, which was read already."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or "") != (data or ""))


def figure_field(label: Any, *, required: bool = False) -> FigureField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return FigureField(label=label, required=required, widget=widget)


class PlanFilterForm(forms.Form):
    """Which targets of the plan are listed; what cannot be read keeps everything."""

    q = LineField(required=False, max_length=60, label=_("Search"))
    section = LineField(required=False, max_length=32, label=_("Section"))
    unit = LineField(required=False, max_length=32, label=_("Unit"))
    lead = LineField(required=False, max_length=60, label=_("Lead leader"))
    kind = forms.ChoiceField(required=False, choices=[("", _("All")), *KindChoices.choices], label=_("Kind"))
    warnings = forms.BooleanField(required=False, label=_("With warnings"))
    archived = forms.BooleanField(required=False, label=_("Archived"))


class IndicatorForm(forms.Form):
    """An indicator. ``code`` may stay empty: then the next one of the section is taken."""

    section = forms.ChoiceField(label=_("Section"))
    name = LineField(max_length=120, label=_("Name of the indicator"))
    code = LineField(max_length=32, required=False, label=_("Code"))
    nature = forms.ChoiceField(choices=NATURE_CHOICES, label=_("Kind"))
    direction = forms.ChoiceField(choices=Direction.choices, label=_("Direction"))
    unit_of_measure = LineField(max_length=20, required=False, label=_("Unit of measure"))
    decimals = forms.IntegerField(min_value=0, max_value=4, initial=0, label=_("Decimals"))
    frequency = forms.ChoiceField(choices=Frequency.choices, initial=Frequency.MONTH, label=_("Reported"))
    definition = TextField(
        required=False, max_length=2000, label=_("Definition"), widget=forms.Textarea(attrs={"rows": 2})
    )
    source = LineField(max_length=120, required=False, label=_("Data source"))
    sensitive = forms.BooleanField(required=False, label=_("Sensitive: stays off projection and files"))
    name_en = LineField(max_length=200, required=False, label=_("English name"))
    reason = LineField(max_length=500, required=False, label=_("Reason"))
    lock_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    FIELDS = (
        "name", "name_en", "unit_of_measure", "direction", "decimals", "frequency", "definition", "source",
        "sensitive",
    )  # fmt: skip
    FIXED = ("nature", "direction", "unit_of_measure")

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        sections: Iterable[Section],
        indicator: Indicator | None = None,
        prefix: str | None = None,
    ) -> None:
        shown: dict[str, Any] = {}
        if indicator is not None:
            shown = {name: getattr(indicator, name) for name in (*self.FIELDS, "code", "lock_version")}
            shown |= {"nature": nature_of(indicator), "section": indicator.section.code}
        super().__init__(data, prefix=prefix, initial=shown)
        self.sections = {section.code: section for section in sections}
        choices = [(code, display.name(section)) for code, section in self.sections.items()]
        self.fields["section"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "/" in (cleaned.get("code") or ""):
            self.add_error("code", _("A code stands in an address and has no “/”."))
        if cleaned.get("nature") == "task" and cleaned.get("unit_of_measure"):
            self.add_error("unit_of_measure", _("A task made of steps has no unit of measure. Leave it empty."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The fields of an indicator, with its section."""
        cleaned = self.cleaned_data
        kind, accumulation = NATURES[cleaned["nature"]]
        section = self.sections[cleaned["section"]]
        found = {name: cleaned[name] for name in self.FIELDS}
        return {**found, "section": section, "kind": str(kind), "accumulation": str(accumulation)}

    def measure(self) -> Measure:
        """The nature as the rules see it."""
        kind, accumulation = NATURES[self.cleaned_data["nature"]]
        return Measure(
            terms.Kind(kind),
            terms.Accumulation(accumulation),
            terms.Direction(self.cleaned_data["direction"]),
            terms.Frequency(self.cleaned_data["frequency"]),
        )


class TargetForm(forms.Form):
    """What a target is beside its checkpoints and steps."""

    figures = forms.ChoiceField(choices=Target.Figures.choices, label=_("Figures"), initial=Target.Figures.OWN)
    interpolation = forms.ChoiceField(
        choices=Target.Interpolation.choices, label=_("Between the checkpoints"), initial=Target.Interpolation.LINEAR
    )
    baseline = figure_field(_("Baseline"))
    weight = figure_field(_("Weight"), required=True)
    approximation = forms.ChoiceField(
        choices=[("", _("exact")), *Approximation.choices], required=False, label=_("The document words it as")
    )
    lead_leader = LineField(max_length=60, required=False, label=_("Lead leader"))
    responsible_person = LineField(max_length=60, required=False, label=_("Responsible person"))
    supporting_units = UnitsField(required=False, label=_("Supporting units"))
    wording = TextField(
        required=False, max_length=2000, label=_("Original wording"), widget=forms.Textarea(attrs={"rows": 2})
    )
    definition = TextField(
        required=False, max_length=2000, label=_("Definition"), widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = LineField(max_length=500, required=False, label=_("Reason for the change"))
    lock_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    FIELDS = (
        "figures", "interpolation", "baseline", "weight", "approximation", "lead_leader", "responsible_person",
        "wording", "definition",
    )  # fmt: skip

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        units: UnitChoices,
        target: Target | None = None,
        supporting: Iterable[Unit] = (),
        unit_of_measure: str = "",
    ) -> None:
        shown: dict[str, Any] = {"weight": "1"}
        if target is not None:
            shown = {name: getattr(target, name) for name in (*self.FIELDS, "lock_version")}
            shown |= {
                "baseline": plain_figure(target.baseline, unit_of_measure),
                "weight": plain_figure(target.weight),
            }
            shown["supporting_units"] = [unit.pk for unit in supporting]
        super().__init__(data, initial=shown)
        self.fields["supporting_units"].offer(units)  # type: ignore[attr-defined]
        self.fields["baseline"].unit_of_measure = unit_of_measure  # type: ignore[attr-defined]

    def clean_weight(self) -> Decimal:
        weight: Decimal = self.cleaned_data["weight"]
        if weight < 0:
            raise forms.ValidationError(_("A weight is zero or more."))
        return weight

    def values(self) -> dict[str, Any]:
        """The fields of a target."""
        return {name: self.cleaned_data[name] for name in self.FIELDS}


class NewTargetForm(TargetForm):
    """A target that does not exist yet: of which indicator, and which unit reports it."""

    indicator = forms.ChoiceField(required=False, label=_("Indicator"))
    unit = UnitField(label=_("Reporting unit"))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        units: UnitChoices,
        indicators: Iterable[Indicator],
        chosen: str = "",
        **known: Any,
    ) -> None:
        super().__init__(data, units=units, **known)
        self.indicators = {one.code: one for one in indicators}
        listed = [(code, f"{display.name(one)} ({code})") for code, one in self.indicators.items()]
        self.fields["indicator"].choices = [("", _("A new indicator")), *listed]  # type: ignore[attr-defined]
        self.fields["unit"].offer(units, str(_("Choose a unit")))  # type: ignore[attr-defined]
        self.initial["indicator"] = chosen

    @property
    def indicator_chosen(self) -> Indicator | None:
        """The existing indicator that is chosen now, valid or not; ``None`` for a new one."""
        return self.indicators.get(self["indicator"].value() or "")


class CheckpointForm(forms.Form):
    """Twelve boxes, one for each month: the cumulative value to be reached by its end. December is the annual target.

    A layout fills them, and each may be changed by hand afterwards. An empty box is no checkpoint.
    """

    layout = forms.ChoiceField(required=False, label=_("Layout"))
    shares = forms.CharField(required=False, max_length=40, label=_("Shares by quarter (%)"))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        checkpoints: Iterable[tuple[int, Decimal]] = (),
        unit_of_measure: str = "",
        prefix: str = "p",
    ) -> None:
        shown: dict[str, Any] = {f"m{month}": plain_figure(value, unit_of_measure) for month, value in checkpoints}
        super().__init__(data, prefix=prefix, initial={"layout": Layout.EVEN, "shares": "20/50/75/100", **shown})
        self.unit_of_measure = unit_of_measure
        self.fields["layout"].choices = [  # type: ignore[attr-defined]
            (layout, display.layout(layout)) for layout in Layout
        ]
        for month in MONTHS:
            field = figure_field(display.month(month))
            field.unit_of_measure = unit_of_measure
            self.fields[f"m{month}"] = field

    @property
    def boxes(self) -> list[tuple[int, forms.BoundField]]:
        return [(month, self[f"m{month}"]) for month in MONTHS]

    def checkpoints(self) -> dict[int, Decimal]:
        """What the boxes say, by month. After ``is_valid``."""
        boxes = {month: self.cleaned_data.get(f"m{month}") for month in MONTHS}
        return {month: value for month, value in boxes.items() if value is not None}

    def fill(self, measure: Measure, decimals: int, baseline: Decimal | None) -> dict[str, str]:
        """The boxes as the chosen layout fills them, as posted text. What is missing for it becomes an error."""
        self.is_valid()
        annual, half_year = self.cleaned_data.get("m12"), self.cleaned_data.get("m6")
        layout = Layout(self.cleaned_data.get("layout") or Layout.EVEN)
        try:
            shares = _read_shares(self.cleaned_data.get("shares") or "20/50/75/100")
            laid = lay_out(layout, measure, annual=annual, half_year=half_year, baseline=baseline, shares=shares)
        except NoLayout as lack:
            self.add_error(*_lacks(lack.lacks))
            return {}
        except forms.ValidationError as error:
            self.add_error("shares", error)
            return {}
        # What was typed is never rounded: more decimals in it are decimals of every box.
        places = max(display.decimals_of(typed, decimals) for typed in (annual, half_year) if typed is not None)
        values = {month: display.rounded(value, places) for month, value in laid.items()}
        return {self.add_prefix(f"m{month}"): plain_figure(values.get(month), self.unit_of_measure) for month in MONTHS}


def _lacks(what: str) -> tuple[str | None, str]:
    """Beside which box, and the sentence."""
    return {
        "annual": ("m12", _t("Type the annual target into the box of December first.")),
        "half_year": ("m6", _t("Type the half-year target into the box of June first.")),
        "baseline": (
            None,
            _t("Shares of a level need a baseline to begin from. Type the baseline, or choose another layout."),
        ),
    }[what]


def _read_shares(text: str) -> list[Fraction]:
    """Four rising percentages that end at 100, such as 20/50/75/100; as shares of 1."""
    plain = unicodedata.normalize("NFKC", text).replace("%", "")
    for separator in ("、", ",", " "):
        plain = plain.replace(separator, "/")
    parts = [read_figure(part) for part in plain.split("/") if part.strip()]
    shares = [Fraction(part) / 100 for part in parts if part is not None]
    if len(shares) != 4 or shares != sorted(shares) or shares[-1] != 1 or shares[0] < 0:
        raise forms.ValidationError(_t("Type four rising percentages that end at 100, such as 20/50/75/100."))
    return shares


def _name_boxes(form: forms.Form, row: str) -> None:
    """In a table the heading of the column names a box to the eye; this names it to readers of the screen."""
    for field in form.fields.values():
        field.widget.attrs["aria-label"] = f"{field.label}: {row}"


class StepLineForm(forms.Form):
    """A step of a task as the plan has it. An empty row is none."""

    name = LineField(max_length=200, required=False, label=_("Step"))
    weight = figure_field(_("Weight"))
    due = forms.DateField(required=False, label=_("Due"), **DATE)  # type: ignore[arg-type]
    drop = forms.BooleanField(required=False, label=_("Take out"))

    def __init__(
        self, data: QueryDict | None = None, *, place: str, year: int, milestone: Milestone | None = None
    ) -> None:
        shown: dict[str, Any] = {"weight": "1"}
        if milestone is not None:
            shown = {"name": milestone.name, "weight": plain_figure(milestone.weight), "due": milestone.due}
        self.milestone, self.year = milestone, year
        super().__init__(data, prefix=f"s{place}", initial=shown)
        _name_boxes(self, display.name(milestone) if milestone is not None else _t("new step"))

    @property
    def is_blank(self) -> bool:
        return self.milestone is None and not self.cleaned_data.get("name") and not self.cleaned_data.get("due")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("drop") or (self.milestone is None and not cleaned.get("name") and not cleaned.get("due")):
            return cleaned
        if not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", _("Name the step, or tick “Take out”."))
        weight = cleaned.get("weight")
        if weight is None and "weight" not in self.errors:
            cleaned["weight"] = Decimal(1)
        elif weight is not None and weight <= 0:
            self.add_error("weight", _("A step's weight is above zero."))
        due = cleaned.get("due")
        if due is not None and due.year != self.year:
            self.add_error("due", _("The step is due in %(year)s.") % {"year": self.year})
        return cleaned


def step_forms(
    data: QueryDict | None, milestones: Sequence[Milestone], year: int, *, more: int = 0
) -> list[StepLineForm]:
    """A row for every step, and rows for new ones: as many as were shown, and ``more``."""
    rows = [StepLineForm(data, place=f"m{one.pk}", year=year, milestone=one) for one in milestones]
    shown = data.get("new_steps", "") if data is not None else ""
    count = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 4 else 0
    if data is None:
        count = 1 if milestones else READY_STEPS
    count = min(count + more, MOST_STEPS)
    return rows + [StepLineForm(data, place=f"n{place}", year=year) for place in range(count)]


class AdjustForm(forms.Form):
    """目标调整: from which month other checkpoints count, by which document and why."""

    effective_month = forms.TypedChoiceField(coerce=int, label=_("In force from"))
    document_number = LineField(max_length=60, required=False, label=_("Document number"))
    document_date = forms.DateField(required=False, label=_("Document date"), **DATE)  # type: ignore[arg-type]
    reason = TextField(
        max_length=500,
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why.")},
    )
    lock_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict | None = None, *, taken: Iterable[int] = (), initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        gone = set(taken)
        months = [(month, display.month(month)) for month in MONTHS if month > 1 and month not in gone]
        self.fields["effective_month"].choices = months  # type: ignore[attr-defined]


class BulkForm(forms.Form):
    """What is set for the ticked targets: only what is filled in."""

    lead_leader = LineField(max_length=60, required=False, label=_("Lead leader"))
    responsible_person = LineField(max_length=60, required=False, label=_("Responsible person"))
    weight = figure_field(_("Weight"))
    interpolation = forms.ChoiceField(
        choices=[("", _("as it is")), *Target.Interpolation.choices], required=False, label=_("Between the checkpoints")
    )
    reason = LineField(max_length=500, required=False, label=_("Reason"))

    def clean_weight(self) -> Decimal | None:
        weight: Decimal | None = self.cleaned_data["weight"]
        if weight is not None and weight < 0:
            raise forms.ValidationError(_("A weight is zero or more."))
        return weight

    def values(self) -> dict[str, Any]:
        """What is to be set, by the names of the target's fields."""
        names = ("lead_leader", "responsible_person", "weight", "interpolation")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name] not in (None, "")}


class PartForm(forms.Form):
    """The half-year and annual target of one unit in a breakdown, and its baseline."""

    baseline = figure_field(_("Baseline"))
    m6 = figure_field(_("Half-year target"))
    m12 = figure_field(_("Annual target"))
    lock_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        unit: Unit,
        target: Target | None,
        checkpoints: Iterable[tuple[int, Decimal]],
        unit_of_measure: str,
        asks_baseline: bool = True,
    ) -> None:
        shown: dict[str, Any] = {f"m{month}": plain_figure(value, unit_of_measure) for month, value in checkpoints}
        if target is not None:
            shown |= {
                "baseline": plain_figure(target.baseline, unit_of_measure),
                "lock_version": target.lock_version,
            }
        super().__init__(data, prefix=f"u{unit.pk}", initial=shown)
        for name in ("baseline", "m6", "m12"):
            self.fields[name].unit_of_measure = unit_of_measure  # type: ignore[attr-defined]
        _name_boxes(self, display.name(unit))
        # A flow begins at 0: its baseline is not asked for here, and what stands on its own page stays.
        self.fields["baseline"].disabled = not asks_baseline

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        without = cleaned.get("m6") is None and cleaned.get("m12") is None and not self.errors
        if without and cleaned.get("baseline") is not None and cleaned.get("lock_version") is None:
            self.add_error("baseline", _("A baseline alone is no target. Type the half-year or annual target."))
        return cleaned

    def checkpoints(self) -> dict[int, Decimal]:
        boxes = {JUNE: self.cleaned_data.get("m6"), DECEMBER: self.cleaned_data.get("m12")}
        return {month: value for month, value in boxes.items() if value is not None}


class RelationForm(forms.Form):
    """How an indicator is related to its parts."""

    operator = forms.ChoiceField(label=_("Relation"), initial=Operator.EQUAL, widget=forms.RadioSelect)
    right = forms.MultipleChoiceField(label=_("Parts"), widget=forms.CheckboxSelectMultiple)
    meaning = LineField(max_length=200, required=False, label=_("What it rests on"))
    reason = LineField(max_length=500, required=False, label=_("Reason for the change"))
    lock_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict | None = None, *, parts: Iterable[Indicator], check: IndicatorCheck | None = None
    ) -> None:
        shown: dict[str, Any] = {}
        if check is not None:
            shown = {name: getattr(check, name) for name in ("operator", "meaning", "lock_version")}
            shown["right"] = [part.code for part in check.right.all()]
        super().__init__(data, initial=shown)
        self.parts = {part.code: part for part in parts}
        self.fields["operator"].choices = [(one, display.relation(one)) for one in Operator]  # type: ignore[attr-defined]
        choices = [(code, _with_measure(part)) for code, part in self.parts.items()]
        self.fields["right"].choices = choices  # type: ignore[attr-defined]
        self.fields["right"].error_messages["required"] = _t("Tick at least one part.")

    def boxes(self) -> list[tuple[Section, list[Any]]]:
        """The boxes of the parts by section."""
        found: dict[int, tuple[Section, list[Any]]] = {}
        for box, part in zip(self["right"], self.parts.values(), strict=True):
            found.setdefault(part.section_id, (part.section, []))[1].append(box)
        return list(found.values())

    def values(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "operator": cleaned["operator"],
            "right": [self.parts[code] for code in cleaned["right"]],
            "meaning": cleaned["meaning"],
        }


def _with_measure(indicator: Indicator) -> str:
    measure = display.unit_of_measure(indicator)
    return f"{display.name(indicator)} ({measure})" if measure else display.name(indicator)


class ReasonForm(forms.Form):
    """Why something is archived or brought back."""

    reason = LineField(max_length=500, label=_("Reason"), error_messages={"required": _("Say why.")})
    lock_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
