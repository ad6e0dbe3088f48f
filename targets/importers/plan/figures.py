"""The figures of one row of a plan: what its target cells, words and dates come to."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets import display
from targets.calculations import units_of_measure
from targets.forms.amounts import AmountError, read_figure, read_number
from targets.importers.files.grid import Cell, shown
from targets.importers.names import KnownIndicator
from targets.importers.plan import words
from targets.importers.plan.cells import RowCells
from targets.importers.plan.meanings import ANNUAL, HALF_YEAR, LAST_MONTH, Field, Meaning
from targets.importers.plan.rows import (
    CLEARING,
    LONGEST,
    LONGEST_STEP,
    MOST_DECIMALS,
    NO_DAY,
    NOTHING,
    WORDS_ONLY,
    Step,
)
from targets.importers.plan.wordings import Context, Wording, read_date, read_wording, tells_a_target
from targets.importers.problems import Proposals, Severity
from targets.models.fields import AMOUNT_DECIMALS
from targets.models.indicators import Accumulation, Direction, Kind
from targets.services.plan_import import StepsSaid

_MULTIPLE = re.compile(r"[万亿]")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9,.]+[%％]?")
_WEIGHT = re.compile(r"[,、]?\s*(?:权重|weight)\s*([0-9.]+)\s*$", re.IGNORECASE)

#: Longer ones are not given back by the form.
LONGEST_ANSWER = 300
_KEEP_WORDS = gettext_lazy("Keep the words alone")
_NO_DAY = (NO_DAY, gettext_lazy("It has no day"))
_WORDS: Proposals = ((WORDS_ONLY, _KEEP_WORDS),)
_AS_IT_IS = gettext_lazy("As the indicator is")
_KINDS: Proposals = (
    (Kind.QUANTITY.value, gettext_lazy("an amount")),
    (Kind.RATE.value, gettext_lazy("a rate")),
    (Kind.MILESTONE.value, gettext_lazy("a task; the figures are left out")),
)
_DIRECTIONS: Proposals = (
    (Direction.AT_LEAST.value, gettext_lazy("to be reached")),
    (Direction.AT_MOST.value, gettext_lazy("not to be exceeded")),
    (Direction.MONITOR.value, gettext_lazy("monitored only")),
)
_ACCUMULATIONS: Proposals = (
    (Accumulation.STOCK.value, gettext_lazy("the latest figure counts")),
    (Accumulation.FLOW.value, gettext_lazy("the months add up")),
)


def _step(text: str) -> tuple[str, str]:
    """A step in a cell that lists several: its name, and from the brackets behind it its day, its weight, or both."""
    name, bracket, more = text.rpartition("(")
    if bracket and name.strip() and more.endswith(")") and ")" not in more[:-1]:
        return name.strip(), more[:-1]
    return text, ""


class Figures:
    """What a row's figures, words and dates come to: kind, unit of measure, checkpoints or steps."""

    def __init__(self, row: RowCells, name: str, existing: KnownIndicator | None, unit_in_name: str) -> None:
        self.row = row
        self.reader = row.reader
        self.name = name
        #: The indicator that the row means, where there already is one: its nature is settled.
        self.existing = existing
        self.unit_in_name = unit_in_name
        self.words = ""
        #: What the target cells say, by (whether a phase, month), with their columns.
        self.found: dict[Meaning, tuple[Wording, int]] = {}
        self.in_words_only = False
        #: The months whose targets the sheet takes away: by a word, or since the target is due earlier.
        self.without: set[int] = set()
        self.steps: tuple[Step, ...] = ()
        self.said_steps = StepsSaid.ALL
        #: The day by which a task is due, where the sheet says one.
        self.due: date | None = None
        self.checkpoints: dict[int, Decimal] = {}
        self.unit_of_measure = self.stated_unit()
        self.baseline = self.read_baseline()
        self.read_cells()
        self.settle_unit()
        self.kind = self.settle_kind()
        if self.kind == Kind.MILESTONE:
            self.checkpoints, self.steps = {}, self.settle_steps()
        else:
            self.settle_checkpoints()
            self.report_questions(self.found.values())
        self.direction = self.settle_direction()
        self.accumulation = self.settle_accumulation()
        self.decimals = self.settle_decimals()
        self.report_slips()

    # Units and baseline

    def stated_unit(self) -> str:
        """The unit of measure of the row: its own, that of the target's heading, or that of the line above all."""
        own = self.row.text(Field.UNIT_OF_MEASURE)
        if own:
            return units_of_measure.normal(own)[: LONGEST[Field.UNIT_OF_MEASURE]]
        if self.unit_in_name:
            return self.unit_in_name
        for _meaning, number in self.reader.target_columns:
            column = self.reader.heading.column(number)
            if column is not None and column.unit_of_measure:
                return column.unit_of_measure
        if self.existing is not None:
            return units_of_measure.normal(self.existing.unit_of_measure)
        if words.RATES.search(self.name):
            return self.row.assume("unit_of_measure", "%")
        return ""

    def context(self, *, with_baseline: bool = True, answered: bool = False) -> Context:
        return Context(
            year=self.reader.year,
            unit_of_measure=self.unit_of_measure,
            baseline=self.baseline if with_baseline else None,
            measures_growth=re.search(r"增速|增幅|增长率|增长", self.name) is not None,
            answered=answered,
        )

    def read_baseline(self) -> Decimal | None:
        self.baseline = None
        column = self.row.column(Field.BASELINE)
        if not column or self.row.clears(column, Field.BASELINE):
            return None
        wording = self.read_cell(column)
        if wording is None:
            return None
        self.report_questions([(wording, column)])
        return None if wording.question else wording.amount

    # Cells

    def read_cells(self) -> None:
        for meaning, column in self.reader.target_columns:
            if self.row.clears(column):
                self.without.add(meaning.month)
                continue
            wording = self.read_cell(column)
            if wording is not None:
                self.found[meaning] = (wording, column)
        self.words = self.words_of_the_target()
        if not self.found and not self.in_words_only and not self.is_monitored and not self.without:
            self.read_words()

    def read_words(self) -> None:
        """Without a figure in its columns, what the wording says, or the name itself, is the annual target."""
        for field in (Field.WORDING, Field.NAME):
            column = self.row.column(field)
            text = self.row.answer_at(column, "target") if column else ""
            is_answer = bool(text)
            if not text and column:
                cell = self.row.sheet.covering(self.row.row, column)
                text = cell.text if cell is not None and (field == Field.WORDING or tells_a_target(cell.text)) else ""
            if self.keeps_words(text):
                self.in_words_only = True
                return
            # Of a target that stands neither its name nor words without a figure say anything new.
            is_news = is_answer or not self.row.stands or (field == Field.WORDING and re.search(r"\d", text))
            if text and text not in NOTHING and text.lower() not in CLEARING and is_news:
                self.found[ANNUAL] = (self.in_percent(read_wording(text, self.context(answered=is_answer))), column)
                return

    @staticmethod
    def keeps_words(answer: str) -> bool:
        return bool(answer) and answer in (WORDS_ONLY, _KEEP_WORDS)

    def words_of_the_target(self) -> str:
        """How the annual target is worded in its cell, whatever was answered for it; empty for a plain number."""
        column = self.reader.columns.get(ANNUAL)
        cell = self.row.sheet.cell(self.row.row, column) if column is not None else None
        if cell is None or not isinstance(cell.value, str) or cell.text in NOTHING:
            return ""
        # In a csv a number is text as well.
        return "" if _PLAIN_NUMBER.fullmatch(cell.text) else cell.text

    def read_cell(self, column: int) -> Wording | None:
        """What a cell of figures says; ``None`` where it is empty."""
        answer = self.row.answer_at(column)
        if self.keeps_words(answer):
            self.in_words_only = True
            return None
        if answer:
            # A typed answer is final: of last year's figure nothing more is asked.
            return self.in_percent(read_wording(answer, self.context(with_baseline=False, answered=True)))
        merge = self.row.sheet.merge(self.row.row, column)
        if merge is not None and merge.height > 1 and (covering := self.row.sheet.covering(self.row.row, column)):
            return Wording(
                covering.text,
                question=_("This figure is merged over rows %(first)d to %(last)d. Type the one of this row.")
                % {"first": merge.top, "last": merge.bottom},
            )
        cell = self.row.sheet.cell(self.row.row, column)
        if cell is None or self.row.is_faulty(cell) or cell.text in NOTHING:
            return None
        if cell.struck:
            return Wording(
                cell.text,
                question=_("This figure is struck through. Which one counts?"),
                proposals=(cell.text,) if tells_a_target(cell.text) else (),
            )
        return self.read_value(cell)

    def read_value(self, cell: Cell) -> Wording:
        value = cell.value
        if isinstance(value, bool):
            return Wording(cell.text, question=_("This cell holds yes or no, not a figure. Type the figure."))
        if isinstance(value, date):
            return Wording(
                cell.text,
                question=_("This cell is a date. Is the task due on that day, or was a figure turned into a date?"),
                proposals=(value.isoformat(),),
            )
        if isinstance(value, Decimal) and cell.stored is not None and not self.is_meant_as_shown(cell, value):
            return self.shown_otherwise(cell, value, cell.stored)
        if isinstance(value, Decimal) and not cell.prefix and not cell.suffix:
            return self.read_number(cell, value)
        return self.in_percent(read_wording(cell.text, self.context()))

    def is_meant_as_shown(self, cell: Cell, value: Decimal) -> bool:
        """Whether a figure that is shown scaled is one of its row's unit of measure: 2345.0 of 23450000 in 万元."""
        assert cell.stored is not None
        if cell.is_unseen or (value < 0) != (cell.stored < 0):
            return False
        if cell.suffix:
            return cell.suffix in ("万", "亿") or units_of_measure.is_known(cell.suffix)
        times, _counted = units_of_measure.without_multiple(self.unit_of_measure)
        return times > 1 and value * times == cell.stored

    def shown_otherwise(self, cell: Cell, value: Decimal, stored: Decimal) -> Wording:
        unit = "" if cell.suffix or cell.percent else self.unit_of_measure
        if cell.is_unseen:
            question = _("This cell holds %(stored)s and shows nothing. Is that the figure?")
        else:
            question = _("This cell shows %(shown)s and holds %(stored)s. Which figure is meant?")
        proposals = [f"{shown(stored)}{self.unit_of_measure}"]
        return Wording(
            cell.text,
            question=question % {"shown": cell.text, "stored": shown(stored)},
            proposals=tuple(proposals if cell.is_unseen else [f"{cell.text}{unit}", *proposals]),
        )

    def in_percent(self, wording: Wording) -> Wording:
        """A figure in words, in a row of %: 0.95 may be meant as a share."""
        amount = wording.amount
        if amount is None or wording.question or self.unit_of_measure != "%" or re.search("[%％]|百分", wording.text):
            return wording
        try:
            read_number(amount, "%")
        except AmountError as error:
            return Wording(wording.text, question=" ".join(error.messages), proposals=error.readings)
        return wording

    def read_number(self, cell: Cell, value: Decimal) -> Wording:
        is_share = units_of_measure.is_share(self.unit_of_measure)
        if cell.percent and self.unit_of_measure and not is_share:
            return Wording(
                cell.text,
                question=_("This cell is shown in percent, and the row counts in %(unit)s. Type the figure.")
                % {"unit": self.unit_of_measure},
                proposals=(shown(value), shown(value / 100)),
            )
        if cell.percent and self.unit_of_measure == "‰":
            return read_wording(f"{shown(value)}%", self.context())
        try:
            amount = read_number(value, "" if cell.percent else self.unit_of_measure)
        except AmountError as error:
            proposals = error.readings or (shown(display.rounded(value, AMOUNT_DECIMALS)),)
            return Wording(cell.text, question=" ".join(error.messages), proposals=proposals)
        unit = "%" if cell.percent else self.unit_of_measure
        return Wording(cell.text, amount=amount, unit=unit, is_rate=units_of_measure.is_share(unit))

    # What it comes to

    def wordings(self) -> list[Wording]:
        return [wording for wording, _column in self.found.values()]

    def settle_unit(self) -> None:
        if self.unit_of_measure:
            return
        units = {wording.unit for wording in self.wordings() if wording.unit and wording.amount is not None}
        if len(units) == 1:
            self.unit_of_measure = units.pop()
        elif len(units) > 1:
            self.row.report(
                Severity.ERROR,
                self.row.name_column,
                self.name,
                _("The figures of this row are in several units of measure: %(units)s.")
                % {"units": display.joined(sorted(units))},
                advice=_("Write them in one."),
            )
        elif any(wording.amount is not None for wording in self.wordings()) and self.reader.heading.unit_of_measure:
            self.unit_of_measure = self.row.assume("unit_of_measure", self.reader.heading.unit_of_measure)
            self.read_multiples_again()

    def read_multiples_again(self) -> None:
        """1亿 was read without a unit of measure: below a line that says 万元 it is not 100,000,000 of them."""
        for meaning, (wording, column) in self.found.items():
            if wording.amount is not None and _MULTIPLE.search(wording.text):
                self.found[meaning] = (read_wording(wording.text, self.context(with_baseline=False)), column)
        self.baseline = self.read_baseline()

    def settle_kind(self) -> str:
        stated = self.row.choice(Field.KIND, words.KINDS, _KINDS)
        wordings = self.wordings()
        if self.existing is not None:
            self.compare_kind(self.existing, stated)
            return self.existing.kind
        if stated == Kind.MILESTONE and not self.is_mixed:
            self.ask_about_figures_of_a_task(wordings)
        if stated:
            # 定量 and 定性 are what tables tell apart: a rate is 定量 as well.
            is_rate = stated == Kind.QUANTITY and units_of_measure.is_share(self.unit_of_measure)
            return Kind.RATE if is_rate else stated
        if any(wording.amount is not None for wording in wordings):
            if self.is_mixed and not self.row.text(Field.UNIT_OF_MEASURE) and not self.unit_in_name:
                return self.ask_whether_a_task(wordings)
            is_rate = units_of_measure.is_share(self.unit_of_measure)
            return self.row.assume("kind", Kind.RATE if is_rate else Kind.QUANTITY)
        if any(wording.due is not None for wording in wordings):
            return self.row.assume("kind", Kind.MILESTONE)
        # Words without a figure, due on a day: a task. The same words without a day are asked.
        plainly_words = wordings and all(not re.search(r"\d", wording.text) for wording in wordings)
        asked_of_others = any(wording.growth is not None for wording in wordings)
        may_be_task = (plainly_words and not asked_of_others) or not wordings
        if may_be_task and self.row.text(Field.DEADLINE) and not self.unit_of_measure and not self.in_words_only:
            return self.row.assume("kind", Kind.MILESTONE)
        is_rate = units_of_measure.is_share(self.unit_of_measure)
        return self.row.assume("kind", Kind.RATE if is_rate else Kind.QUANTITY)

    @property
    def is_mixed(self) -> bool:
        """Whether some cells are words alone beside others with figures: 完成征地20亩, 主体封顶, 竣工."""
        return any(
            wording.text and wording.amount is None and wording.growth is None and not re.search(r"\d", wording.text)
            for wording in self.wordings()
        )

    def ask_whether_a_task(self, wordings: Iterable[Wording]) -> str:
        """Figures in some of the cells and words alone in others: steps of a task, or amounts that are missing."""
        self.row.report(
            Severity.QUESTION,
            self.row.name_column,
            self.name,
            _("Some of its cells hold figures and others words alone: %(cells)s. What is it?")
            % {"cells": display.joined(wording.text[:30] for wording in wordings)},
            key=self.row.key(self.row.name_column, Field.KIND.value),
            proposals=(
                (Kind.MILESTONE.value, _("a task; each cell is a step")),
                (Kind.QUANTITY.value, _("an amount")),
                (Kind.RATE.value, _("a rate")),
            ),
        )
        return Kind.MILESTONE

    def compare_kind(self, existing: KnownIndicator, stated: str) -> None:
        """An indicator keeps its kind: what the sheet says otherwise is neither dropped nor made to fit."""
        # 定量 is said of rates as well.
        if stated and stated != existing.kind and (stated, existing.kind) != (Kind.QUANTITY, Kind.RATE):
            self.contradicts(existing, Field.KIND, Kind(stated).label, Kind(existing.kind).label, existing.kind)
        elif existing.kind == Kind.MILESTONE:
            self.ask_about_figures_of_a_task(self.wordings())

    def contradicts(self, existing: KnownIndicator, field: Field, said: object, own: object, keeps: str) -> None:
        """What the sheet says of an indicator that exists is another than it is; ``keeps`` is what it is."""
        self.row.report(
            Severity.ERROR,
            self.row.name_column,
            self.name,
            _("The sheet says “%(said)s”, and the indicator %(code)s is “%(own)s”.")
            % {"said": said, "code": existing.code, "own": own},
            advice=_("Correct the sheet, give it another name, or make an indicator that succeeds the old one."),
            key=self.row.key(self.row.name_column, field.value),
            proposals=((keeps, _AS_IT_IS),),
        )

    def ask_about_figures_of_a_task(self, wordings: Iterable[Wording]) -> None:
        """A task has no amounts: they are not dropped without a question."""
        amounts = [wording.text for wording in wordings if wording.amount is not None]
        key = self.row.key(self.row.name_column, Field.KIND.value)
        if amounts and not self.row.answer(key):
            self.row.report(
                Severity.QUESTION,
                self.row.name_column,
                self.name,
                _("The table calls this a task, and it has figures: %(figures)s. What is it?")
                % {"figures": display.joined(amounts)}
                if self.existing is None
                else _("The indicator %(code)s is a task, and the sheet has figures for it: %(figures)s.")
                % {"code": self.existing.code, "figures": display.joined(amounts)},
                advice=""
                if self.existing is None
                else _("Correct the sheet, give it another name, or make an indicator that succeeds the old one."),
                key=key,
                proposals=_KINDS if self.existing is None else _KINDS[-1:],
            )

    def deadline(self) -> date | None:
        column = self.row.column(Field.DEADLINE)
        if not column:
            return None
        if self.row.answer_at(column) in (NO_DAY, _NO_DAY[1]):
            return None
        text = self.row.text(Field.DEADLINE)
        cell = self.row.sheet.covering(self.row.row, column)
        is_answer = bool(self.row.answer_at(column))
        wording = read_date(text, self.reader.year, answered=is_answer)
        if not is_answer and cell is not None and cell.is_number and text.endswith(".1"):
            # As a number October is January: 2024.10 is kept as 2024.1.
            both = tuple(self.end_of(month).isoformat() for month in (1, 10))
            wording = Wording(text, question=_("Is this January or October?"), proposals=both)
        if wording.question:
            self.report_questions([(wording, column)], otherwise=[_NO_DAY])
        elif wording.remark:
            self.row.report(Severity.NOTE, column, text, wording.remark)
        return wording.due

    def settle_steps(self) -> tuple[Step, ...]:
        """The steps that are listed; else one for each cell that words one, else the task itself, due on its day."""
        deadline = self.deadline()
        steps = self.listed_steps()
        if steps:
            self.tell_of_other_years(steps)
            return tuple(steps)
        # Figures of a task are left out when that was answered; beside words they are words as well.
        found = {
            meaning: (wording, column)
            for meaning, (wording, column) in self.found.items()
            if wording.amount is None or wording.due is not None or self.is_mixed
        }
        listed = sorted(found.items(), key=lambda entry: (entry[0].month, entry[0].field))
        for meaning, (wording, column) in listed:
            if self.is_of_dates(wording):
                self.report_questions([(wording, column)])
            last = date(self.reader.year, 12, 31) if meaning.month == LAST_MONTH else self.end_of(meaning.month)
            alone = len(listed) == 1 and meaning == ANNUAL
            due = wording.due or (deadline if alone or meaning == ANNUAL else None) or last
            named = (wording.amount is None or self.is_mixed) and re.search(r"[^\d\s.\-/年月日号前底末]", wording.text)
            steps.append(Step(self.step_name(wording.text if named else self.name, column), due))
        self.said_steps = StepsSaid.SOME if any(meaning != ANNUAL for meaning, _found in listed) else StepsSaid.NONE
        self.due = next((wording.due for _meaning, (wording, _column) in listed if wording.due), deadline)
        if not steps:
            steps.append(Step(self.step_name(self.name, self.row.name_column), deadline))
        if any(step.due is None for step in steps):
            self.row.report(
                Severity.NOTE,
                self.row.column(Field.DEADLINE) or self.row.name_column,
                self.name,
                _("This task has no day by which it is due. It counts for the whole year only."),
            )
        self.tell_of_other_years(steps)
        return tuple(steps)

    def tell_of_other_years(self, steps: Iterable[Step]) -> None:
        for due in sorted({step.due for step in steps if step.due is not None and step.due.year != self.reader.year}):
            self.row.report(
                Severity.NOTE,
                self.row.column(Field.DEADLINE) or self.row.name_column,
                due.isoformat(),
                _("%(day)s does not lie in %(year)d; a step due on it does not count in the plan of that year.")
                % {"day": display.day(due), "year": self.reader.year},
            )

    def listed_steps(self) -> list[Step]:
        """The steps of a cell that lists them, each with its day and weight: 开工（2024-03-31，权重2）；完工."""
        column = self.row.column(Field.STEPS)
        steps: list[Step] = []
        if column and self.row.clears(column):
            self.row.report(
                Severity.ERROR,
                column,
                self.row.sheet.text(self.row.row, column),
                _("A task keeps at least one step. List those that are left, or leave the cell empty."),
                key=self.row.key(column),
            )
            return []
        for part in re.split(r"[；;\n]", self.row.text(Field.STEPS) if column else ""):
            name, more = _step(" ".join(unicodedata.normalize("NFKC", part).split()))
            if not name:
                continue
            due, weight = None, None
            if (weighed := _WEIGHT.search(more)) is not None:
                weight, more = read_figure(weighed[1]), more[: weighed.start()]
            if more.strip():
                wording = read_date(more.strip(), self.reader.year, answered=bool(self.row.answer_at(column)))
                due = wording.due
                if due is None:
                    # The answer stands for the whole cell: as it is, or with every day in the plan's year.
                    whole = self.row.text(Field.STEPS)
                    moved = re.sub(r"20[0-9]{2}(?=[-./年])", str(self.reader.year), whole)
                    fits = bool(wording.proposals) and len(whole) <= LONGEST_ANSWER
                    offered = tuple(dict.fromkeys((whole, moved))) if fits else ()
                    self.report_questions([(replace(wording, proposals=offered), column)], otherwise=[])
            steps.append(Step(self.step_name(name, column), due, weight))
        return steps

    def is_of_dates(self, wording: Wording) -> bool:
        """Whether a question is about the day, which a task needs, and not about a figure, which it does not."""
        return bool(wording.question) and re.search(r"\d", wording.text) is not None and wording.due is None

    def end_of(self, month: int) -> date:
        found = read_date(f"{month}月底", self.reader.year).due
        assert found is not None
        return found

    def step_name(self, text: str, column: int) -> str:
        name = " ".join(text.split())
        if len(name) > LONGEST_STEP:
            self.row.report(
                Severity.ERROR,
                column,
                text,
                _("This is longer than %(longest)d characters.") % {"longest": LONGEST_STEP},
                advice=_("Type a shorter one; the whole text is kept as the original wording."),
                key=self.row.key(column, "target") if column == self.row.name_column else self.row.key(column),
            )
        return name[:LONGEST_STEP]

    def settle_checkpoints(self) -> None:
        amounts = {
            meaning: wording.amount
            for meaning, (wording, _column) in self.found.items()
            if wording.amount is not None and not wording.question
        }
        self.checkpoints = {
            meaning.month: amount for meaning, amount in amounts.items() if meaning.field == Field.CHECKPOINT
        }
        self.add_phases({meaning.month: amount for meaning, amount in amounts.items() if meaning.field == Field.PHASE})
        if ANNUAL in self.found:
            wording, column = self.found[ANNUAL]
            for month, amount in wording.checkpoints:
                self.add(month, amount, column, wording.text)
        self.move_to_deadline()
        is_asked = any(wording.question for wording in self.wordings())
        is_said = self.checkpoints or is_asked or self.in_words_only or self.without
        # Of a target that stands an empty cell says nothing, and the figures of words alone say nothing new.
        if not is_said and not self.is_monitored and not (self.row.stands and not self.found):
            self.no_target()

    def no_target(self) -> None:
        """Neither a figure nor words; or a day alone, of something that is counted."""
        column, text = self.reader.columns.get(ANNUAL, self.row.name_column), ""
        for wording, place in self.found.values():
            column, text = place, wording.text
        self.row.report(
            Severity.QUESTION,
            column,
            text,
            _("“%(text)s” is a day, and this row counts amounts.") % {"text": text[:60]}
            if text
            else _("This row has no target."),
            advice=_("Type the annual target, or keep the words alone: it is then monitored only."),
            key=self.key_of_target(column),
            proposals=((WORDS_ONLY, _KEEP_WORDS),),
        )

    def add_phases(self, phases: Mapping[int, Decimal]) -> None:
        """Quarters or months as checkpoints: added up where each stands for itself."""
        accumulates = (
            self.kind == Kind.QUANTITY and self.reader.phases_alone and self.stated_accumulation != Accumulation.STOCK
        )
        total = Decimal(0)
        for month, amount in sorted(phases.items()):
            total += amount
            value = total if accumulates else amount
            self.add(month, value, self.reader.columns[Meaning(Field.PHASE, month)], shown(amount))

    def add(self, month: int, value: Decimal, column: int, text: str) -> None:
        """A checkpoint from another place than its column; one that the column contradicts is an error."""
        other = self.checkpoints.setdefault(month, value)
        if other != value:
            self.row.report(
                Severity.ERROR,
                column,
                text,
                _("By the end of month %(month)d this makes %(value)s, and another column says %(other)s.")
                % {"month": month, "value": shown(value), "other": shown(other)},
                advice=_("Correct one of them."),
                key=self.row.key(column),
            )

    def move_to_deadline(self) -> None:
        """An annual target that is due before December is reached by then."""
        wording, column = self.found.get(ANNUAL, (None, 0))
        due = wording.due if wording is not None else None
        place = column
        if due is None:
            due, place = self.deadline(), self.row.column(Field.DEADLINE)
        if due is None or LAST_MONTH not in self.checkpoints:
            return
        if due.year != self.reader.year:
            self.row.report(
                Severity.NOTE,
                place,
                due.isoformat(),
                _("%(day)s does not lie in %(year)d; the target counts for the end of the year.")
                % {"day": display.day(due), "year": self.reader.year},
            )
        elif due.month < LAST_MONTH:
            earlier = [month for month in self.checkpoints if month != LAST_MONTH]
            if not earlier or max(earlier) < due.month:
                self.checkpoints[due.month] = self.checkpoints.pop(LAST_MONTH)
                self.without.update(range(due.month + 1, LAST_MONTH + 1))
                self.row.report(
                    Severity.NOTE,
                    place,
                    due.isoformat(),
                    _("The annual target is due by %(day)s and counts from the end of that month.")
                    % {"day": display.day(due)},
                )

    @property
    def approximation(self) -> str:
        wording = self.found[ANNUAL][0] if ANNUAL in self.found else None
        return wording.approximation if wording is not None and self.kind != Kind.MILESTONE else ""

    @cached_property
    def stated_direction(self) -> str:
        """What the sheet or an answer says of the direction; empty where neither does."""
        return self.row.choice(Field.DIRECTION, words.DIRECTIONS, _DIRECTIONS)

    @property
    def is_monitored(self) -> bool:
        """Whether it is plainly said that nothing is asked of it, so that it needs no target."""
        if self.existing is not None:
            return self.existing.direction == Direction.MONITOR
        return self.stated_direction == Direction.MONITOR

    def settle_direction(self) -> str:
        row, stated = self.row, self.stated_direction
        if self.existing is not None:
            self.compare_direction(self.existing, stated)
            return self.existing.direction
        if stated:
            return stated
        if self.kind == Kind.MILESTONE:
            return row.assume("direction", Direction.AT_LEAST)
        if not self.checkpoints and self.in_words_only:
            return row.assume("direction", Direction.MONITOR)
        said = self.worded_directions()
        if len(said) == 1:
            return said.pop()
        final = self.final
        may_be_ceiling = words.CEILINGS.search(self.name) and not words.NO_CEILINGS.search(self.name)
        if len(said) > 1 or final == 0 or (may_be_ceiling and final is not None):
            row.report(
                Severity.QUESTION,
                row.name_column,
                self.name,
                _("Is the target to be reached, or not to be exceeded?"),
                key=row.key(row.name_column, Field.DIRECTION.value),
                proposals=_DIRECTIONS,
            )
            return Direction.AT_MOST
        return row.assume("direction", Direction.AT_LEAST)

    @property
    def final(self) -> Decimal | None:
        """The last target of the year; ``None`` where there is none."""
        return self.checkpoints[max(self.checkpoints)] if self.checkpoints else None

    def worded_directions(self) -> set[str]:
        """What the words of the figures say. 0个 by June is no ceiling where 5个 are to be reached by December."""
        return {
            wording.direction
            for wording in self.wordings()
            if wording.direction and (wording.amount != 0 or self.final in (None, 0))
        }

    def compare_direction(self, existing: KnownIndicator, stated: str) -> None:
        """An indicator keeps its direction: 控制在16以内 is not made at least 16."""
        if existing.kind == Kind.MILESTONE:
            return
        is_answered = bool(self.row.answer_at(self.row.name_column, Field.DIRECTION.value))
        worded = self.worded_directions() if self.checkpoints and not is_answered else set()
        others = (worded | {stated}) - {"", existing.direction}
        if others:
            own = Direction(existing.direction).label
            said = display.joined(str(Direction(one).label) for one in sorted(others))
            self.contradicts(existing, Field.DIRECTION, said, own, existing.direction)

    @cached_property
    def stated_accumulation(self) -> str:
        """What the indicator that exists, the sheet or an answer says of it; empty where none does."""
        if self.existing is not None:
            return self.existing.accumulation
        return self.row.choice(Field.ACCUMULATION, words.ACCUMULATIONS, _ACCUMULATIONS)

    def compare_accumulation(self, existing: KnownIndicator) -> None:
        """An indicator keeps whether its months add up."""
        stated = self.row.choice(Field.ACCUMULATION, words.ACCUMULATIONS, _ACCUMULATIONS)
        if existing.kind == Kind.QUANTITY and stated not in ("", existing.accumulation):
            own = Accumulation(existing.accumulation).label
            self.contradicts(existing, Field.ACCUMULATION, Accumulation(stated).label, own, existing.accumulation)

    def settle_accumulation(self) -> str:
        if self.existing is not None:
            self.compare_accumulation(self.existing)
            return self.existing.accumulation
        if self.kind == Kind.MILESTONE:
            return ""
        if self.kind == Kind.RATE:
            return Accumulation.LATEST
        row = self.row
        stated = self.stated_accumulation
        if stated in (Accumulation.FLOW, Accumulation.STOCK):
            return stated
        half, final = self.checkpoints.get(HALF_YEAR), self.checkpoints.get(LAST_MONTH)
        stands = words.STOCKS.search(self.name) is not None
        if half is not None and final is not None and self.baseline is not None:
            # From 10,000 to 10,200 in June and 10,500 in December: farmland that is there, not farmland that is added.
            stands = stands or (half >= self.baseline > 0 and half * 5 >= final * 4)
        if stands:
            row.report(
                Severity.QUESTION,
                row.name_column,
                self.name,
                _("Do the months add up, or does the latest figure count?"),
                key=row.key(row.name_column, Field.ACCUMULATION.value),
                proposals=_ACCUMULATIONS,
            )
            return Accumulation.STOCK
        return row.assume("accumulation", Accumulation.FLOW)

    def settle_decimals(self) -> int:
        """As many as the figures have, and what is usual for rates (1) and for money above 元 (2)."""
        if self.existing is not None:
            return self.existing.decimals
        if self.kind == Kind.MILESTONE:
            return 0
        usual = 1 if self.kind == Kind.RATE else 2 if self.unit_of_measure in ("万元", "亿元") else 0
        amounts = [*self.checkpoints.values(), *([self.baseline] if self.baseline is not None else [])]
        needed = max((len(shown(amount).partition(".")[2]) for amount in amounts), default=0)
        self.row.assumed.add("decimals")
        return min(max(usual, needed), MOST_DECIMALS)

    # Problems

    def key_of_target(self, column: int) -> str:
        """Under what a target is answered for; one that stands in words or in the name beside what its cell says."""
        is_words = column in (self.row.column(Field.WORDING), self.row.name_column)
        return self.row.key(column, "target") if is_words else self.row.key(column)

    def report_questions(self, found: Iterable[tuple[Wording, int]], *, otherwise: Proposals = _WORDS) -> None:
        for wording, column in found:
            if wording.question:
                self.row.report(
                    Severity.QUESTION,
                    column,
                    wording.text,
                    wording.question,
                    key=self.key_of_target(column),
                    proposals=[
                        *((text, text) for text in wording.proposals),
                        *otherwise,
                    ],
                )
            elif wording.remark:
                self.row.report(Severity.NOTE, column, wording.text, wording.remark)

    def report_slips(self) -> None:
        values = [value for _month, value in sorted(self.checkpoints.items())]
        falls = any(later < earlier for earlier, later in pairwise(values))
        if falls and self.direction == Direction.AT_LEAST:
            self.row.report(
                Severity.NOTE,
                self.row.name_column,
                self.name,
                _("The targets of this row fall in the course of the year. Check that they are in the right columns."),
            )
        if self.checkpoints and max(self.checkpoints) < LAST_MONTH and ANNUAL not in self.found:
            self.row.report(
                Severity.NOTE,
                self.reader.columns.get(ANNUAL, self.row.name_column),
                "",
                _("This row has no annual target; the last one counts for the rest of the year."),
            )
        if self.checkpoints and not self.unit_of_measure:
            self.row.report(Severity.NOTE, self.row.name_column, self.name, _("This row has no unit of measure."))
