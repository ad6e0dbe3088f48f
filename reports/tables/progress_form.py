"""The form 填报表 that a unit fills offline: the rows of its month, prefilled with what stands."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from targets import display
from targets.calculations import terms
from targets.importers.progress.form_mark import FormMark
from targets.models import ProgressEntry
from targets.summaries.month import MonthGrid, MonthRow


@dataclass(frozen=True)
class FormRow:
    """One indicator. ``is_open`` is false where what stands can no longer be typed over from a file.

    ``approximation`` is the word with which the value was reported. ``choices`` are what may stand instead of a
    figure, ``forms`` how a figure may be typed; empty where there is only one way. ``official_growth`` is in percent,
    asked for where ``takes_growth``.
    """

    code: str
    section: str
    indicator: str
    unit_of_measure: str
    last_reported: str
    month: int
    forms: tuple[str, ...]
    typed_as: str
    value: Decimal | None
    approximation: str
    numerator: Decimal | None
    denominator: Decimal | None
    takes_fraction: bool
    choices: tuple[str, ...]
    answer: str
    official_growth: Decimal | None
    takes_growth: bool
    note: str
    reason: str
    is_open: bool
    state: str


@dataclass(frozen=True)
class FormSheet:
    """The form of one unit and month. ``headings`` are those that the import knows again, ``mark`` says to it what
    the form was made for.
    """

    title: str
    mark: str
    hints: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[FormRow, ...]
    file_name: str
    author: str = ""


def progress_form(grid: MonthGrid) -> FormSheet:
    """The form of a month. Steps of tasks are not in it: they are reported on the page."""
    unit, as_of = display.name(grid.unit), display.as_of(grid.year.year, grid.month)
    title = _("Progress of %(unit)s, %(as_of)s") % {"unit": unit, "as_of": as_of}
    return FormSheet(
        title=title,
        mark=FormMark(grid.unit.code, grid.year.year, grid.month).text,
        hints=(
            _(
                "Fill in the white cells: the figure, or what stands instead of one. Empty rows stay as they are. "
                "Then bring the file in on the page “My month”."
            ),
            _(
                "This system is not for classified information: "
                "entering or transmitting state secrets is strictly forbidden."
            ),
        ),
        headings=(
            _("Code"),
            _("Section"),
            _("Indicator"),
            _("Unit of measure"),
            _("Last reported"),
            _("Month"),
            _("Typed as"),
            _("Value"),
            _("Numerator"),
            _("Denominator"),
            _("Instead of a figure"),
            _("Official growth rate (%)"),
            _("Note"),
            _("Reason"),
            _("State"),
        ),
        rows=tuple(_row(grid, row) for row in grid.rows),
        file_name=display.file_name(_("Progress form"), unit, as_of),
        author=unit,
    )


def _row(grid: MonthGrid, row: MonthRow) -> FormRow:
    indicator, entry = row.target.indicator, row.entry or row.approved
    is_flow = row.measure.is_flow
    forms = {"month": _("this month"), "cumulative": _("running total")} if is_flow else {}
    choices = {
        "no_change": _("Nothing new") if is_flow else _("No change"),
        "not_applicable": _("Not applicable"),
    }
    last = ""
    if row.before is not None:
        level = display.typed_amount(row.before.level, indicator)
        last = f"{level} ({display.month(row.before.month)})"
    return FormRow(
        code=indicator.code,
        section=display.name(indicator.section),
        indicator=display.name(indicator),
        unit_of_measure=display.unit_of_measure(indicator),
        last_reported=last,
        month=grid.month,
        forms=tuple(forms.values()),
        typed_as=forms.get(entry.typed_as or ProgressEntry.TypedAs.MONTH, "")
        if entry
        else next(iter(forms.values()), ""),
        value=entry.value if entry else None,
        approximation=entry.approximation if entry else "",
        numerator=entry.numerator if entry else None,
        denominator=entry.denominator if entry else None,
        takes_fraction=row.measure.is_rate,
        choices=tuple(choices.values()),
        answer=choices.get(entry.answer, "") if entry else "",
        official_growth=entry.official_growth if entry else None,
        takes_growth=row.measure.kind is terms.Kind.QUANTITY,
        note=entry.note if entry else "",
        reason=entry.reason if entry else "",
        is_open=row.is_open and not grid.is_closed,
        state=display.state(row),
    )
