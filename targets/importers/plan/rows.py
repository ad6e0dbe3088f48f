"""What an imported sheet comes to: targets as they will be stored, and everything that stands in the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from targets.importers.plan.lines import Line
from targets.importers.plan.meanings import Field
from targets.importers.problems import Problem
from targets.models import Indicator, Milestone, Section, Target, Unit
from targets.models.fields import longest
from targets.services.plan_import import StepsSaid

#: The answer that keeps a target in words, without a figure; it is then monitored.
WORDS_ONLY = "words"
#: The answer that a task has no day by which it is due.
NO_DAY = "no_day"
#: Answers to whether the columns of quarters or months stand for themselves or count from January.
ALONE, RUNNING = "alone", "running"
#: Answers to whether a row that is struck through or hidden is a target.
KEEP, LEAVE_OUT = "keep", "leave_out"
#: Answers to whether a row is the indicator that has its code, or a new one.
THIS, NEW = "this", "new"
#: Of the key of a question: the row is hidden; and of a note: it is said where everybody sees it.
HIDDEN, ANNOUNCED = "hidden", "announced-"
#: The keys of answers that concern the whole sheet.
PHASES, UNIT = "phases", "unit"

#: What a cell says in place of nothing.
NOTHING = {"", "-", "--", "—", "——", "－", "/", "\\", "无", "暂无", "…", "***"}
#: The longest texts, as they are kept.
LONGEST = {
    Field.NAME: longest(Indicator, "name"),
    Field.CODE: longest(Indicator, "code"),
    Field.UNIT_OF_MEASURE: longest(Indicator, "unit_of_measure"),
    Field.SOURCE: longest(Indicator, "source"),
    Field.LEAD_LEADER: longest(Target, "lead_leader"),
    Field.RESPONSIBLE_PERSON: longest(Target, "responsible_person"),
    Field.WORDING: longest(Target, "wording"),
    Field.DEFINITION: longest(Target, "definition"),
}
LONGEST_STEP = longest(Milestone, "name")
#: Of what a sheet names and the house has not.
LONGEST_NAMES = {"section": longest(Section, "name"), "unit": longest(Unit, "name")}
#: The words that take away what stands; silence does not.
CLEARING = frozenset({"清除", "清空", "删除", "clear"})
MOST_DECIMALS = 4
#: More targets than any township has: such a sheet is no plan.
MOST_TARGETS = 10_000


@dataclass(frozen=True)
class Step:
    """A step of a task. ``due`` is ``None`` where no day was given, ``weight`` where none was."""

    name: str
    due: date | None = None
    weight: Decimal | None = None


@dataclass(frozen=True)
class PlanRow:
    """One row of the sheet as a target of one unit.

    ``section``, ``unit`` and ``supporting`` are codes of what exists, ``indicator`` that of an indicator which exists
    already (empty: a new one; else ``section`` is its own), ``code`` the one the sheet gives. ``baseline`` is ``None``
    where none was given. The values of ``checkpoints`` count from January to the end of their month. ``assumed`` names
    the fields that the sheet leaves open and that were filled by what is usual. ``in_words_only``: the target is kept
    in words alone, without checkpoints and steps. ``ready``: nothing is left to correct or to answer.

    Of a target that stands, what the row does not speak of stays. ``cleared`` names the fields that a word takes away,
    ``without`` the months whose checkpoints go. ``due`` is the day of a task where one is said. A wording that is only
    the row's name (``wording_is_name``) is for new targets. ``remarks`` are comments of the sheet, and what is struck
    out in it. ``is_among``: its name says 其中, so that it is part of a row above.
    """

    row: int
    section: str
    name: str
    unit: str
    kind: str
    accumulation: str
    direction: str
    code: str = ""
    indicator: str = ""
    unit_of_measure: str = ""
    decimals: int = 0
    frequency: str = ""
    interpolation: str = ""
    supporting: tuple[str, ...] = ()
    lead_leader: str = ""
    responsible_person: str = ""
    baseline: Decimal | None = None
    checkpoints: Mapping[int, Decimal] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    approximation: str = ""
    weight: Decimal = Decimal(1)
    wording: str = ""
    definition: str = ""
    source: str = ""
    assumed: frozenset[str] = frozenset()
    in_words_only: bool = False
    cleared: frozenset[str] = frozenset()
    without: frozenset[int] = frozenset()
    said_steps: StepsSaid = StepsSaid.ALL
    due: date | None = None
    wording_is_name: bool = False
    remarks: tuple[str, ...] = ()
    is_among: bool = False
    ready: bool = True


@dataclass(frozen=True)
class PlanRows:
    """A sheet read as a plan. ``left_out`` are the rows below the heading that are no targets."""

    sheet: str
    rows: tuple[PlanRow, ...]
    problems: tuple[Problem, ...]
    left_out: tuple[Line, ...] = ()

    @property
    def blocking(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.blocks)

    @property
    def notes(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.problems if not one.blocks and not one.key.startswith(ANNOUNCED))

    @property
    def announced(self) -> tuple[Problem, ...]:
        """What of the sheet as a whole is not taken or not seen: said where everybody reads it."""
        return tuple(problem for problem in self.problems if problem.key.startswith(ANNOUNCED))

    @property
    def is_ready(self) -> bool:
        """Whether every row can be stored."""
        return bool(self.rows) and not self.blocking
