"""The cells of a plan with what was answered for them: what reads a row stands on this.

A problem is noted once, under the key that its answer is given back with.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from targets.importers import names
from targets.importers.files.grid import Cell, Sheet, address
from targets.importers.names import Names
from targets.importers.plan.headings import Heading
from targets.importers.plan.meanings import Field, Meaning
from targets.importers.plan.rows import CLEARING, LONGEST, NOTHING
from targets.importers.problems import Problem, Proposals, Severity, settled

_CLEARABLE = (
    Field.LEAD_LEADER,
    Field.RESPONSIBLE_PERSON,
    Field.WORDING,
    Field.DEFINITION,
    Field.SUPPORTING,
    Field.WEIGHT,
)


class PlanReading:
    """A sheet that is read as a plan: what was settled about it, and what was found so far."""

    def __init__(
        self,
        sheet: Sheet,
        heading: Heading,
        names: Names,
        year: int,
        mapping: Mapping[int, Meaning],
        answers: Mapping[str, str],
    ) -> None:
        self.sheet = sheet
        self.heading = heading
        self.names = names
        self.year = year
        self.mapping = dict(mapping)
        self.answers = answers
        self.problems: list[Problem] = []
        #: The rows that cannot be stored as they are; 0 for the sheet as a whole.
        self.blocked: set[int] = set()
        #: The keys of the problems so far: of a merged range each of its rows would ask again.
        self.asked: set[str] = set()
        #: The codes that new indicators get from the sheet, with the name of the first row that has each.
        self.codes: dict[str, str] = {}
        self.columns: dict[Meaning, int] = {}
        #: The columns that mean something else than a target by month, by what they mean.
        self.fields: dict[Field, int] = {}
        #: The columns of targets by month.
        self.target_columns: list[tuple[Meaning, int]] = []
        #: The section named last, by a group row or in its column, and where.
        self.section = ""
        #: How the group row that named it is numbered (``plan_words.rank_of_heading``).
        self.section_rank = 0
        self.phases_alone = False

    def note(
        self,
        severity: Severity,
        row: int,
        column: int,
        value: str,
        reason: str,
        *,
        advice: str = "",
        key: str = "",
        proposals: Proposals = (),
        missing: str = "",
    ) -> None:
        if severity != Severity.NOTE:
            self.blocked.add(row)
        if key and key in self.asked:
            return
        self.asked.add(key)
        said = tuple((answer, str(words)) for answer, words in proposals)
        self.problems.append(
            Problem(severity, self.sheet.name, row, column, value[:200], reason, advice, key, said, missing)
        )


class RowCells:
    """The cells of one row."""

    def __init__(self, reader: PlanReading, row: int) -> None:
        self.reader = reader
        self.sheet = reader.sheet
        self.row = row
        self.assumed: set[str] = set()
        #: The fields that a word of the sheet takes away.
        self.cleared: set[str] = set()
        #: Whether there is a target of this indicator and unit already.
        self.stands = False
        #: The name of the indicator, for comparison.
        self.name = ""
        self.name_column = reader.fields[Field.NAME]

    def column(self, field: Field) -> int:
        return self.reader.fields.get(field, 0)

    def key(self, column: int, aspect: str = "") -> str:
        """Under what an answer is given for a cell. A merged range is asked once for its rows, unless of figures."""
        meaning = self.reader.mapping.get(column)
        is_figure = meaning is not None and meaning.field in (Field.BASELINE, Field.CHECKPOINT, Field.PHASE)
        merge = self.sheet.merge(self.row, column) if not aspect and not is_figure else None
        place = address(merge.top, merge.left) if merge is not None else address(self.row, column)
        return f"{place}/{aspect}" if aspect else place

    def answer(self, key: str) -> str:
        return self.reader.answers.get(key, "").strip()

    def answer_at(self, column: int, aspect: str = "") -> str:
        """What was answered for a cell; empty where nothing was."""
        # Of ten thousand rows few are asked about: without any answer no key is made.
        return self.answer(self.key(column, aspect)) if self.reader.answers else ""

    def report(self, severity: Severity, column: int, value: str, reason: str, **more: object) -> None:
        self.reader.note(severity, self.row, column, value, reason, **more)  # type: ignore[arg-type]

    def text(self, field: Field) -> str:
        """What a column of words says here: the answer given for it, the cell, or the merged range it lies in."""
        column = self.column(field)
        if not column:
            return ""
        answer = self.answer_at(column)
        if answer:
            text = answer
        else:
            cell = self.sheet.covering(self.row, column)
            if cell is None or self.is_faulty(cell):
                return ""
            text = cell.text
        if text in NOTHING:
            return ""
        if field in _CLEARABLE and text.lower() in CLEARING:
            self.cleared.add(field.value)
            return ""
        if field == Field.CODE and "/" in text:
            self.report(
                Severity.ERROR,
                column,
                text,
                _("A code stands in an address and has no “/”."),
                key=self.key(column),
            )
        longest = LONGEST.get(field)
        if longest is not None and len(text) > longest:
            self.report(
                Severity.ERROR,
                column,
                text,
                _("This is longer than %(longest)d characters.") % {"longest": longest},
                advice=_("Type a shorter one; the whole text is kept as the original wording.")
                if field == Field.NAME
                else "",
                key=self.key(column),
            )
            return text[:longest]
        return text

    def clears(self, column: int, field: Field | None = None) -> bool:
        """Whether a cell, or the answer for it, says by a word that what stands is taken away."""
        cell = self.sheet.covering(self.row, column)
        text = self.answer_at(column) or (cell.text if cell is not None else "")
        if text.lower() not in CLEARING:
            return False
        if field is not None:
            self.cleared.add(field.value)
        return True

    def is_faulty(self, cell: Cell) -> bool:
        """Report a cell that holds no value: an error of a formula, or one that was never calculated."""
        if cell.error:
            reason = _("The formula in this cell came to %(error)s.") % {"error": cell.error}
        elif cell.uncalculated:
            reason = _("The formula in this cell was never calculated.")
        else:
            return False
        self.report(
            Severity.ERROR,
            cell.column,
            cell.error,
            reason,
            advice=_("Open the file in WPS or Excel, save it and upload it again, or type the value here."),
            key=self.key(cell.column),
        )
        return True

    def choice(self, field: Field, words: Mapping[str, str], proposals: Proposals = ()) -> str:
        """One of the models' values, by the words that plans use; an answer may be the value itself."""
        answer = settled(self.answer_at(self.name_column, field.value), proposals)
        if answer and (answer in words or answer in words.values()):
            return words.get(answer, answer)
        text = names.plain(self.text(field))
        if not text:
            return ""
        found = words.get(text) or next((value for word, value in words.items() if word in text), None)
        if found is None:
            self.report(
                Severity.NOTE,
                self.column(field),
                text,
                _("“%(text)s” is not known here and was passed over.") % {"text": text[:60]},
            )
        return found or ""

    def assume(self, field: str, value: str) -> str:
        self.assumed.add(field)
        return value
