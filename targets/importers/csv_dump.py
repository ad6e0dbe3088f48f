"""A whole house from a directory of CSV files: what ``export_csv`` writes, and what the sample is made of.

``units.csv``, ``indicators.csv``, ``targets.csv``, ``checkpoints.csv``, ``milestones.csv`` and ``entries.csv`` are
needed; ``sections.csv`` and ``checks.csv`` may be there. Sections that are only named by indicators are made.
"""

import hashlib
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.calculations.checks import Measured, fault
from targets.calculations.facts import Answer
from targets.calculations.milestones import DayDoubt, doubtful_day
from targets.calculations.terms import AnswerKind, TypedAs
from targets.importers.csv_table import CellError, FileErrors, Row, Table, repeated, unique
from targets.importers.spool import Spool
from targets.models import Indicator, Milestone, ProgressEntry, Section, State, Target, Unit, UnitKind
from targets.models.fields import longest
from targets.models.indicators import Accumulation, Direction, Frequency, IndicatorCheck, Kind
from targets.models.plans import Approximation, Provenance
from targets.services.loading import CheckpointRow, EntryRow, House, MilestoneRow, TargetKey
from targets.services.plans import check_fault

#: The five chapters as every township knows them, for files that only name their codes.
USUAL_SECTIONS = {
    "economy": ("经济发展", "Economy"),
    "rural": ("乡村振兴", "Rural revitalization"),
    "livelihood": ("民生保障", "Livelihood"),
    "governance": ("社会治理", "Governance"),
    "conduct": ("干部作风", "Cadre conduct"),
}

FILES = {
    "units.csv": ("code", "name", "kind", "parent"),
    "indicators.csv": (
        "code", "section", "name", "unit", "kind", "accumulation", "direction", "decimals", "frequency",
    ),
    "targets.csv": ("unit", "indicator", "year", "baseline", "weight", "interpolation", "figures"),
    "checkpoints.csv": ("unit", "indicator", "year", "month", "value"),
    "milestones.csv": (
        "unit", "indicator", "year", "step", "name", "weight", "due", "done", "done_on", "recorded_month",
    ),
    "entries.csv": (
        "unit", "indicator", "year", "from_month", "month", "answer", "typed_as", "value", "numerator",
        "denominator", "state",
    ),
}  # fmt: skip
#: What may follow the columns of each file; an export writes it, and an import does without.
FURTHER = {
    "units.csv": ("name_en", "first_year", "first_month", "last_year", "last_month", "merged_into", "succeeds"),
    "indicators.csv": (
        "name_en", "unit_en", "definition", "definition_en", "source", "source_en", "sensitive", "succeeds",
    ),
    "targets.csv": (
        "lead_leader", "lead_leader_en", "responsible_person", "wording", "wording_en", "approximation", "provenance",
        "definition", "supporting",
    ),
    "milestones.csv": ("name_en", "note", "note_en"),
    "entries.csv": ("approximation", "provenance", "official_growth", "note", "note_en", "reason"),
    "sections.csv": ("name_en", "report_heading", "report_heading_en"),
    "checks.csv": ("meaning_en",),
}  # fmt: skip
#: Between the codes of several units in one cell.
BETWEEN_CODES = ";"
OPTIONAL_FILES = {
    "sections.csv": ("code", "name"),
    "checks.csv": ("code", "left", "operator", "right", "meaning"),
}
EARLIEST_YEAR, LATEST_YEAR = 1990, 2200
#: What of an entry takes few values.
_FORM = ("from_month", "month", "answer", "typed_as", "state", "approximation", "provenance")


def read_house(directory: Path) -> House:
    """Read and validate all files.

    Raises:
        FileErrors: with every error of every file; nothing is loaded.
    """
    reader = _HouseReader(directory)
    if reader.errors:
        raise FileErrors(reader.errors)
    return reader.house


def digest(directory: Path) -> str:
    """The SHA-256 over the files, by which a record names what it came from."""
    total = hashlib.sha256()
    for name in sorted({**FILES, **OPTIONAL_FILES}):
        path = directory / name
        if path.exists():
            total.update(name.encode())
            with path.open("rb") as stream:
                while block := stream.read(1 << 20):
                    total.update(block)
    return total.hexdigest()


class _Known:
    """What the reader remembers of a target, in bits: bit 3 is March."""

    __slots__ = ("approved", "is_sum", "open", "planned")

    def __init__(self, is_sum: bool) -> None:
        self.is_sum = is_sum
        #: The months that have a checkpoint, that are answered by an approved row, and that have a row in progress.
        self.planned = self.approved = self.open = 0


class _HouseReader:
    """Goes through the files once. Of the rows that come by the thousand only what others need is kept in memory."""

    def __init__(self, directory: Path) -> None:
        self.errors: list[CellError] = []
        self.checkpoints: Spool[CheckpointRow] = Spool()
        self.milestones: Spool[MilestoneRow] = Spool()
        self.entries: Spool[EntryRow] = Spool()
        self.planned: Spool[tuple[TargetKey, dict[str, Any]]] = Spool()
        self.house = House(
            targets=self.planned, checkpoints=self.checkpoints, milestones=self.milestones, entries=self.entries
        )
        self.tables = {name: Table(directory, name, columns, self.errors) for name, columns in FILES.items()}
        self.tables |= {
            name: Table(directory, name, columns, self.errors, is_optional=True)
            for name, columns in OPTIONAL_FILES.items()
        }
        self.sections: set[str] = set()
        self.units: dict[str, Unit] = {}
        self.indicators: dict[str, dict[str, Any]] = {}
        self.targets: dict[TargetKey, _Known] = {}
        self.read_sections()
        self.read_units()
        self.read_indicators()
        self.read_targets()
        self.read_checkpoints()
        self.read_milestones()
        self.read_entries()
        self.read_checks()

    def read_sections(self) -> None:
        seen: set[object] = set()
        for row in self.tables["sections.csv"]:
            code = section_code(row, "code")
            if unique(row, "code", code, seen):
                self.sections.add(code)
                self.house.sections.append(
                    {
                        "code": code,
                        "name": row.text("name", required=True, longest=longest(Section, "name")),
                        "name_en": row.text("name_en", longest=longest(Section, "name_en")),
                        "report_heading": row.text("report_heading", longest=longest(Section, "report_heading")),
                        "report_heading_en": row.text(
                            "report_heading_en", longest=longest(Section, "report_heading_en")
                        ),
                    }
                )

    def read_units(self) -> None:
        parents: dict[str, str] = {}
        rows: dict[str, Row] = {}
        seen: set[object] = set()
        for row in self.tables["units.csv"]:
            code = row.text("code", required=True, longest=longest(Unit, "code"))
            if not unique(row, "code", code, seen):
                continue
            parents[code], rows[code] = row.text("parent", longest=longest(Unit, "code")), row
            fields = {
                "code": code,
                "name": row.text("name", required=True, longest=longest(Unit, "name")),
                "name_en": row.text("name_en", longest=longest(Unit, "name_en")),
                "kind": row.choice("kind", UnitKind.values),
                "first_year": row.whole("first_year", EARLIEST_YEAR, LATEST_YEAR, required=False),
                "first_month": row.whole("first_month", 1, 12, required=False) or 1,
                "last_year": row.whole("last_year", EARLIEST_YEAR, LATEST_YEAR, required=False),
                "last_month": row.whole("last_month", 1, 12, required=False) or 12,
            }
            first = (fields["first_year"], fields["first_month"])
            last = (fields["last_year"], fields["last_month"])
            if first[0] is not None and last[0] is not None and first > last:
                row.fail("last_year", _("A unit cannot end before it begins. Check when it begins and ends."))
            self.house.units.append((fields, parents[code]))
        self.units = {fields["code"]: Unit(**fields) for fields, _parent in self.house.units}
        for code, row in rows.items():
            for column in ("merged_into", "succeeds"):
                other = row.text(column, longest=longest(Unit, "code"))
                if other and (other not in parents or other == code):
                    row.fail(column, _("There is no unit with the code “%(code)s”.") % {"code": other})
                elif other:
                    self.house.unit_links.append((code, column, other))
        for code, parent in parents.items():
            if parent and parent not in parents:
                rows[code].fail("parent", _("There is no unit with the code “%(code)s”.") % {"code": parent})
            elif _is_circular(code, parents):
                rows[code].fail("parent", _("The units above this one run in a circle."))

    def read_indicators(self) -> None:
        seen: set[object] = set()
        accumulations = {
            Kind.QUANTITY: (Accumulation.FLOW.value, Accumulation.STOCK.value),
            Kind.RATE: (Accumulation.LATEST.value,),
        }
        succeeding: list[tuple[Row, str, str]] = []
        for row in self.tables["indicators.csv"]:
            code = row.text("code", required=True, longest=longest(Indicator, "code"))
            if not unique(row, "code", code, seen):
                continue
            if "/" in code:
                row.fail("code", _("A code stands in an address and has no “/”."))
            section = section_code(row, "section")
            if section not in self.sections:
                name, name_en = USUAL_SECTIONS.get(section, (section, ""))
                self.house.sections.append({"code": section, "name": name, "name_en": name_en})
                self.sections.add(section)
            kind = row.choice("kind", Kind.values)
            # A task has nothing to accumulate: whatever stands there says nothing.
            is_task = kind == Kind.MILESTONE
            fields = {
                "code": code,
                "name": row.text("name", required=True, longest=longest(Indicator, "name")),
                "name_en": row.text("name_en", longest=longest(Indicator, "name_en")),
                "unit_of_measure": row.text("unit", longest=longest(Indicator, "unit_of_measure")),
                "unit_of_measure_en": row.text("unit_en", longest=longest(Indicator, "unit_of_measure_en")),
                "kind": kind,
                "accumulation": "" if is_task else row.choice("accumulation", accumulations[Kind(kind)]),
                "direction": row.choice("direction", Direction.values, default="at_least" if is_task else None),
                "decimals": row.whole("decimals", 0, 4) or 0,
                "frequency": row.choice("frequency", Frequency.values, default=Frequency.MONTH.value),
                "definition": row.text("definition"),
                "definition_en": row.text("definition_en"),
                "source": row.text("source", longest=longest(Indicator, "source")),
                "source_en": row.text("source_en", longest=longest(Indicator, "source_en")),
                "sensitive": row.yes_no("sensitive"),
            }
            self.indicators[code] = fields
            self.house.indicators.append((fields, section))
            before = row.text("succeeds", longest=longest(Indicator, "code"))
            if before:
                succeeding.append((row, code, before))
        for row, code, before in succeeding:
            if before not in self.indicators or before == code:
                row.fail("succeeds", _("There is no indicator with the code “%(code)s”.") % {"code": before})
            self.house.successions.append((code, before))

    def _target(self, row: Row) -> TargetKey | None:
        """The target that a row names, or an error in the row."""
        unit = row.text("unit", required=True)
        indicator = row.text("indicator", required=True)
        year = row.whole("year", EARLIEST_YEAR, LATEST_YEAR)
        # Of a file that could not be read one sentence says enough: not every row that names something in it.
        if unit not in self.units and self.tables["units.csv"].is_read:
            row.fail("unit", _("There is no unit with the code “%(code)s”.") % {"code": unit})
        if indicator not in self.indicators and self.tables["indicators.csv"].is_read:
            row.fail("indicator", _("There is no indicator with the code “%(code)s”.") % {"code": indicator})
        if year is None or unit not in self.units or indicator not in self.indicators:
            return None
        return (unit, indicator, year)

    def _known_target(self, row: Row) -> TargetKey | None:
        key = self._target(row)
        if key is None or key in self.targets:
            return key
        if self.tables["targets.csv"].is_read:
            row.fail("indicator", _("This unit has no target for this indicator in this year."))
        return None

    def read_targets(self) -> None:
        for row in self.tables["targets.csv"]:
            key = self._target(row)
            if key is not None and key in self.targets:
                repeated(row, "indicator")
                continue
            if key is None:
                continue
            weight = row.amount("weight")
            if weight is not None and weight < 0:
                row.fail("weight", _("A weight is zero or more."))
            fields = {
                "baseline": row.amount("baseline"),
                "weight": 1 if weight is None else weight,
                "interpolation": row.choice("interpolation", Target.Interpolation.values, default="linear"),
                "figures": row.choice("figures", Target.Figures.values, default="own"),
                "lead_leader": row.text("lead_leader", longest=longest(Target, "lead_leader")),
                "lead_leader_en": row.text("lead_leader_en", longest=longest(Target, "lead_leader_en")),
                "responsible_person": row.text("responsible_person", longest=longest(Target, "responsible_person")),
                "wording": row.text("wording"),
                "wording_en": row.text("wording_en"),
                "approximation": row.choice("approximation", ("", *Approximation.values)),
                "provenance": row.choice("provenance", ("", *Provenance.values)),
            }
            if "definition" in row.columns:
                fields["definition"] = row.text("definition")
            supporting = [code.strip() for code in row.text("supporting").split(BETWEEN_CODES) if code.strip()]
            for code in supporting:
                if code not in self.units and self.tables["units.csv"].is_read:
                    row.fail("supporting", _("There is no unit with the code “%(code)s”.") % {"code": code})
            if supporting:
                self.house.supporting.append((key, supporting))
            self.targets[key] = _Known(fields["figures"] == Target.Figures.SUM)
            self.planned.append((key, fields))

    def read_checkpoints(self) -> None:
        for row in self.tables["checkpoints.csv"]:
            key = self._known_target(row)
            month = row.whole("month", 1, 12)
            value = row.amount("value", required=True)
            if key is not None and self.indicators[key[1]]["kind"] == Kind.MILESTONE:
                row.fail("indicator", _("A milestone task is judged by its steps and has no checkpoints."))
            if key is None or not month or value is None:
                continue
            known = self.targets[key]
            if known.planned & 1 << month:
                repeated(row, "month")
                continue
            known.planned |= 1 << month
            self.checkpoints.append(CheckpointRow(key, month, value))

    def read_milestones(self) -> None:
        seen: set[object] = set()
        for row in self.tables["milestones.csv"]:
            key = self._known_target(row)
            step = row.whole("step", 1, 999)
            weight = row.amount("weight")
            done = row.yes_no("done")
            done_on, recorded_month = row.date("done_on"), row.whole("recorded_month", 1, 12, required=False)
            fields = {
                "step": step,
                "name": row.text("name", required=True, longest=longest(Milestone, "name")),
                "name_en": row.text("name_en", longest=longest(Milestone, "name_en")),
                "weight": 1 if weight is None else weight,
                "due": row.date("due"),
                "note": row.text("note"),
                "note_en": row.text("note_en"),
            }
            if weight is not None and weight <= 0:
                row.fail("weight", _("A step's weight is above zero."))
            if done and done_on is None and recorded_month is None:
                row.fail("done_on", _("A step that is done needs a date or the month in which it was recorded."))
            if done_on is not None and not done:
                row.fail("done_on", _("A step that is not done has no date on which it was done."))
            if key is not None:
                doubt = doubtful_day(done_on, key[2], recorded_month or 12, timezone.localdate())
                if doubt is DayDoubt.NOT_COME:
                    row.fail("done_on", _("This day has not come yet."))
                elif doubt is DayDoubt.AFTER_THE_MONTH:
                    row.fail("done_on", _("This day is after the month in which the step was recorded."))
            if key is None or step is None or not unique(row, "step", (key, step), seen):
                continue
            if self.indicators[key[1]]["kind"] != Kind.MILESTONE:
                row.fail("indicator", _("Only a milestone task has steps."))
            self.milestones.append(MilestoneRow(key, fields, done, done_on, recorded_month))

    def read_entries(self) -> None:
        # Most rows differ in nothing but target and amount.
        forms: dict[tuple[str, ...], dict[str, Any]] = {}
        for row in self.tables["entries.csv"]:
            key = self._known_target(row)
            fields = self._entry_fields(row, forms)
            if key is None or fields is None:
                continue
            if self.indicators[key[1]]["kind"] == Kind.MILESTONE:
                row.fail("indicator", _("A milestone task is reported by its steps, not by a monthly figure."))
                continue
            if self.targets[key].is_sum:
                row.fail("unit", _("The figures of this target are the sum of the units below. Enter them there."))
                continue
            there = self.units[key[0]].months_in(key[2])
            if fields["from_month"] not in there or fields["month"] not in there:
                row.fail("month", _("The unit does not exist in these months."))
                continue
            self._check_form(row, key, fields)
            self._check_taken(row, self.targets[key], fields)
            self.entries.append(EntryRow(key, fields))

    def _entry_fields(self, row: Row, forms: dict[tuple[str, ...], dict[str, Any]]) -> dict[str, Any] | None:
        errors_before = len(self.errors)
        cells = tuple(map(row.raw, _FORM))
        form = forms.get(cells)
        if form is None:
            form = self._entry_form(row)
            if len(self.errors) == errors_before:
                forms[cells] = form
        fields = {
            **form,
            "value": row.amount("value"),
            "numerator": row.amount("numerator"),
            "denominator": row.amount("denominator"),
            "official_growth": row.amount("official_growth"),
            "note": row.text("note"),
            "note_en": row.text("note_en"),
            "reason": row.text("reason"),
        }
        # What an unreadable cell would say is not known, so nothing more is said about it.
        if len(self.errors) > errors_before:
            return None
        first, last, answer = form["from_month"], form["month"], form["answer"]
        try:
            Answer(
                first,
                last,
                AnswerKind(answer),
                TypedAs(form["typed_as"] or TypedAs.MONTH),
                fields["value"],
                fields["numerator"],
                fields["denominator"],
            )
        except ValueError:
            row.fail(*_answer_error(first, last, answer, fields))
            return None
        return fields

    def _entry_form(self, row: Row) -> dict[str, Any]:
        """What many rows have in common."""
        form: dict[str, Any] = {
            "from_month": row.whole("from_month", 1, 12),
            "month": row.whole("month", 1, 12),
            "answer": row.choice("answer", ProgressEntry.Answer.values),
            "typed_as": row.choice("typed_as", ("", *ProgressEntry.TypedAs.values)),
            "state": row.choice("state", State.values),
            "approximation": row.choice("approximation", ("", *Approximation.values)),
            "provenance": row.choice("provenance", ("", *Provenance.values)),
        }
        if form["answer"] == ProgressEntry.Answer.VALUE:
            form["typed_as"] = form["typed_as"] or ProgressEntry.TypedAs.MONTH.value
        return form

    def _check_form(self, row: Row, key: TargetKey, fields: dict[str, Any]) -> None:
        """An amount in a form that the indicator does not have would count as nothing.

        A running total of a stock or a rate is none: a level is the same in either form.
        """
        indicator = self.indicators[key[1]]
        if fields["numerator"] is not None and indicator["kind"] != Kind.RATE:
            row.fail("numerator", _("Only a rate has numerator and denominator. Type the value instead."))

    def _check_taken(self, row: Row, known: _Known, fields: dict[str, Any]) -> None:
        """Approved runs never overlap; beside them each month has at most one open row."""
        state, first, last = fields["state"], fields["from_month"], fields["month"]
        if state == State.APPROVED:
            run = (2 << last) - (1 << first)
            if known.approved & run:
                row.fail("from_month", _("These months are already answered by another approved row."))
            known.approved |= run
        elif state != State.SUPERSEDED:
            if known.open & 1 << last:
                row.fail("month", _("This month already has a row in progress."))
            known.open |= 1 << last

    def read_checks(self) -> None:
        seen: set[object] = set()
        others: list[tuple[str, list[str]]] = []
        for row in self.tables["checks.csv"]:
            code = row.text("code", required=True, longest=longest(IndicatorCheck, "code"))
            left = row.text("left", required=True)
            right = [part.strip() for part in row.text("right", required=True).split("+")]
            named = [("left", left), *(("right", name) for name in right)]
            unknown = [(column, name) for column, name in named if name not in self.indicators]
            for column, name in unknown if self.tables["indicators.csv"].is_read else ():
                row.fail(column, _("There is no indicator with the code “%(code)s”.") % {"code": name})
            if not unknown:
                measured = {
                    one["code"]: Measured(one["kind"], one["accumulation"], one["unit_of_measure"])
                    for one in (self.indicators[name] for _column, name in named)
                }
                if (found := fault(left, right, measured, others)) is not None:
                    row.fail("right", check_fault(found[0], whole=left, at=found[1]))
                others.append((left, right))
            if unique(row, "code", code, seen):
                fields = {
                    "code": code,
                    "operator": row.choice("operator", IndicatorCheck.Operator.values),
                    "meaning": row.text("meaning", longest=longest(IndicatorCheck, "meaning")),
                    "meaning_en": row.text("meaning_en", longest=longest(IndicatorCheck, "meaning_en")),
                }
                self.house.checks.append((fields, left, right))


def section_code(row: Row, column: str) -> str:
    """The code of a section, which stands in the address of its page."""
    code = row.text(column, required=True, longest=longest(Section, "code"))
    if code:
        try:
            validate_slug(code)
        except ValidationError as error:
            row.fail(column, error.messages[0])
    return code


def _is_circular(code: str, parents: dict[str, str]) -> bool:
    seen = set()
    current = code
    while current:
        if current in seen:
            return True
        seen.add(current)
        current = parents.get(current, "")
    return False


def _answer_error(first: int, last: int, answer: str, fields: dict[str, Any]) -> tuple[str, str]:
    """Which column is wrong about an answer that the rules refuse, and why."""
    if first > last:
        return "from_month", _("The months of an entry run forward. Check both.")
    if (fields["numerator"] is None) != (fields["denominator"] is None):
        return "numerator", _("Numerator and denominator come together.")
    has_amount = fields["value"] is not None or fields["numerator"] is not None
    if answer == ProgressEntry.Answer.VALUE and not has_amount:
        return "value", _("A value needs a figure.")
    if answer != ProgressEntry.Answer.VALUE and has_amount:
        return "value", _("“No change” and “not applicable” carry no figure.")
    return "denominator", _("A denominator is above zero, or zero under a numerator of zero.")
