"""What the page of an imported plan shows: questions with their choices, what is not there yet, and every row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from targets import display
from targets.calculations.slips import Slip
from targets.importers import names
from targets.importers.csv_dump import USUAL_SECTIONS
from targets.importers.plan.meanings import Field, Meaning
from targets.importers.plan.rows import HIDDEN, LONGEST_NAMES, WORDS_ONLY, PlanRow, PlanRows
from targets.importers.problems import Problem
from targets.models import Section, Target, Unit, UnitKind
from targets.models.indicators import Accumulation, Direction, Frequency, Kind
from targets.services.plan_import import Missing, Planned
from targets.views.choosing import Choice

#: So many choices stand open beside a question; more of them in a list.
MOST_OPEN = 4
#: What the rows may be narrowed to.
SHOWN = ("all", "open", "taken", "same")


@dataclass(frozen=True)
class Question:
    """One thing to answer, for one cell or for all cells that name the same unit or section."""

    problem: Problem
    cells: tuple[tuple[str, int], ...]
    keys: tuple[str, ...]
    given: str
    choices: tuple[Choice, ...]
    #: The indicator of the row, where the cell does not say it itself.
    indicator: str = ""

    @property
    def key(self) -> str:
        return self.keys[0]

    @property
    def typed(self) -> str:
        """What was typed beside the choices."""
        return "" if any(choice.chosen for choice in self.choices) else self.given

    @property
    def is_long(self) -> bool:
        return len(self.choices) > MOST_OPEN

    @property
    def keeps_words(self) -> bool:
        return any(choice.value == WORDS_ONLY for choice in self.choices)


def questions_of(plan: PlanRows, mapping: Mapping[int, Meaning], answers: Mapping[str, str]) -> list[Question]:
    """What is open, by place in the sheet. A name that is not known is asked about once, however often it stands."""
    found: dict[tuple[Any, ...], Question] = {}
    names = {row.row: row.name for row in plan.rows}
    for problem in plan.blocking:
        if not problem.key:
            continue
        meaning = mapping.get(problem.column)
        of_column = meaning is not None and meaning.field in (Field.UNIT, Field.SECTION)
        # The section that a row above names has no column: its question stands at the name of the indicator.
        is_name = problem.value and (of_column or problem.key.endswith("/section"))
        group: tuple[Any, ...] = (problem.column, problem.value, problem.reason) if is_name else (problem.key,)
        if problem.key.endswith(f"/{HIDDEN}"):
            group = (HIDDEN,)
        cell = (problem.address, problem.row)
        if group in found:
            earlier = found[group]
            named = earlier.indicator
            if not is_name and len(earlier.cells) < MOST_OPEN:
                named = display.joined((named, names.get(problem.row, "")))
            elif not is_name and not named.endswith("…"):
                named += "…"
            found[group] = replace(
                earlier, cells=(*earlier.cells, cell), keys=(*earlier.keys, problem.key), indicator=named
            )
            continue
        given = answers.get(problem.key, "")
        choices = tuple(Choice(value, words, given in (value, words)) for value, words in problem.proposals)
        name = names.get(problem.row, "")
        shown = name if not is_name and name != problem.value else ""
        found[group] = Question(problem, (cell,), (problem.key,), given, choices, shown)
    return list(found.values())


def answered(questions: Iterable[Question], posted: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """Every answer so far with what the form says. What was typed stands before what was ticked."""
    answers = dict(before)
    for kind in ("answer-", "typed-"):
        for name, text in posted.items():
            if name.startswith(kind):
                key, text = name[len(kind) :], text.strip()[:300]
                if text:
                    answers[key] = text
                elif (kind == "typed-" and f"answer-{key}" not in posted) or kind == "answer-":
                    answers.pop(key, None)
    for question in questions:
        if posted.get("words_for_rest") and question.keeps_words:
            answers.setdefault(question.key, WORDS_ONLY)
        if question.key in answers:
            answers |= dict.fromkeys(question.keys, answers[question.key])
    return answers


def missing_in(plan: PlanRows) -> list[tuple[Missing, bool, str]]:
    """The sections and units that the sheet names and that do not exist, with whether it is likely that they are meant
    so (nothing of nearly the name exists), and the cells."""
    found: dict[tuple[str, str], list[Problem]] = {}
    for problem in plan.problems:
        if problem.missing:
            name = names.bare(problem.value)
            if len(name) > LONGEST_NAMES[problem.missing]:
                continue
            found.setdefault((problem.missing, name), []).append(problem)
    listed = []
    for (what, name), problems in sorted(found.items(), key=lambda one: one[0][0]):
        kind = ""
        if what == "unit":
            kind = UnitKind.VILLAGE if name.endswith(("村", "社区")) else UnitKind.OFFICE
        likely = any(problem.blocks and not _has_near(problem) for problem in problems)
        cells = display.joined(dict.fromkeys(problem.address for problem in problems[:5]))
        listed.append((Missing(what, name, kind), likely, cells + (" …" if len(problems) > 5 else "")))
    return listed


def _has_near(problem: Problem) -> bool:
    known = [names.Known(value, words) for value, words in problem.proposals]
    return bool(names.nearest(problem.value, known))


def chosen_missing(plan: PlanRows, posted: Mapping[str, str]) -> list[Missing]:
    """What was ticked to be made, of what the sheet names."""
    kinds = (UnitKind.OFFICE.value, UnitKind.VILLAGE.value)
    made = []
    for number, (one, _likely, _cells) in enumerate(missing_in(plan)):
        if posted.get(f"make-{number}") == one.name:
            kind = posted.get(f"kind-{number}", one.kind)
            code = next((code for code, names in USUAL_SECTIONS.items() if one.name in names), "")
            made.append(replace(one, kind=kind if kind in kinds else one.kind, code=code))
    return made


@dataclass(frozen=True)
class PreviewRow:
    """A row as it would be stored, in words: with what stands where the file is silent."""

    row: PlanRow
    one: Planned | None
    section: str
    unit: str
    supporting: tuple[str, ...]
    problems: tuple[Problem, ...] = field(default=())
    is_unreported: bool = False

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a person should see beside the row."""
        values = [value for _month, value in sorted(self.checkpoints.items())]
        own = [value for _month, value in sorted(self.row.checkpoints.items())]
        falls = any(later < earlier for earlier, later in pairwise(values))
        remarks = self.row.remarks
        if self.is_unreported:
            remarks = (*remarks, display.slip(Slip.NOBODY_REPORTS))
        if not falls or any(later < earlier for earlier, later in pairwise(own)):
            return remarks
        if self.row.direction != Direction.AT_LEAST:
            return remarks
        return (*remarks, _("With what stands of it, the targets fall in the course of the year."))

    def stored(self, name: str) -> Any:
        """A field once the row is taken; as the row says it while something is open."""
        return self.one.after(name) if self.one is not None else getattr(self.row, name)

    @property
    def checkpoints(self) -> Mapping[int, Any]:
        found: Mapping[int, Any] = self.stored("checkpoints")
        return found

    @property
    def approximation(self) -> str:
        return str(self.stored("approximation"))

    @property
    def baseline(self) -> Any:
        return self.stored("baseline")

    @property
    def weight(self) -> Any:
        return self.stored("weight")

    @property
    def lead_leader(self) -> str:
        return str(self.stored("lead_leader"))

    @property
    def responsible_person(self) -> str:
        return str(self.stored("responsible_person"))

    @property
    def wording(self) -> str:
        return str(self.stored("wording"))

    @property
    def steps(self) -> list[tuple[str, Any]]:
        """The names of the steps, each with its day."""
        if self.one is not None:
            return [(name, due) for name, due, _weight in self.one.after("steps")]
        return [(step.name, step.due) for step in self.row.steps]

    @property
    def nature(self) -> tuple[tuple[str, bool], ...]:
        """What the indicator is, in words, each with whether it was assumed."""
        row = self.row
        words = [("kind", Kind(row.kind).label)]
        if row.kind == Kind.QUANTITY:
            words.append(("accumulation", Accumulation(row.accumulation).label))
        words.append(("direction", Direction(row.direction).label))
        if not row.indicator and row.kind != Kind.MILESTONE:
            words.append(("frequency", Frequency(row.frequency).label))
        if self.stored("interpolation") == Target.Interpolation.STEP:
            words.append(("interpolation", Target.Interpolation.STEP.label))
        return tuple((str(word), name in row.assumed) for name, word in words)

    @property
    def is_open(self) -> bool:
        return self.one is None or self.one.outcome.stands_in_the_way

    @property
    def any_assumed(self) -> bool:
        """Whether something is marked as filled in as usual."""
        return self.weight_is_assumed or self.unit_is_assumed or any(assumed for _word, assumed in self.nature)

    @property
    def weight_is_assumed(self) -> bool:
        return "weight" in self.row.assumed and (self.one is None or self.one.target is None)

    @property
    def unit_is_assumed(self) -> bool:
        return "unit_of_measure" in self.row.assumed

    def fits(self, wanted: str) -> bool:
        if wanted == "open":
            return self.is_open
        if wanted == "taken":
            return self.one is not None and self.one.outcome.is_taken
        if wanted == "same":
            return self.one is not None and not self.one.outcome.is_taken and not self.is_open
        return True


def preview_rows(plan: PlanRows, planned: Sequence[Planned], unreported: Iterable[Planned] = ()) -> list[PreviewRow]:
    """Every row: those in which something is open first, else as in the sheet. Two queries.

    ``unreported`` are the sums that nobody below reports.
    """
    lines = {one.row.line for one in unreported}
    by_line = {one.row.line: one for one in planned}
    sections = {section.code: display.name(section) for section in Section.objects.all()}
    units = {unit.code: display.name(unit) for unit in Unit.objects.all()}
    problems: dict[int, list[Problem]] = {}
    for problem in plan.blocking:
        problems.setdefault(problem.row, []).append(problem)
    rows = [
        PreviewRow(
            row,
            by_line.get(row.row),
            sections.get(row.section, row.section),
            units.get(row.unit, row.unit),
            tuple(units.get(code, code) for code in _supporting(row, by_line.get(row.row))),
            tuple(problems.get(row.row, ())),
            row.row in lines,
        )
        for row in plan.rows
    ]
    return sorted(rows, key=lambda one: not one.is_open)


def _supporting(row: PlanRow, one: Planned | None) -> Sequence[str]:
    found: Sequence[str] = row.supporting if one is None else one.after("supporting_units")
    return found


def facets_of(rows: Sequence[PreviewRow], wanted: str) -> list[tuple[str, str, int, bool]]:
    """What the rows may be narrowed to: value, words, how many, and whether it is."""
    words = {"all": _("All"), "open": _("open"), "taken": _("To be taken"), "same": _("As it stands")}
    return [(value, words[value], sum(row.fits(value) for row in rows), value == wanted) for value in SHOWN]
