"""What is noted of the rows of a file while it is read: errors, questions, and why a row is left out."""

from collections import defaultdict
from collections.abc import Mapping

from django.utils.translation import gettext as _

from targets.importers.problems import Problem, Proposals, Severity, in_order, settled

#: The answer by which a cell or row is left out.
LEAVE = "leave"


class Notes:
    """The problems of a sheet by row. ``chosen`` are the answers to questions by their keys."""

    def __init__(self, sheet_name: str, chosen: Mapping[str, str]) -> None:
        self.sheet_name, self.chosen = sheet_name, chosen
        self.by_row: dict[int, list[Problem]] = defaultdict(list)
        self._keys: dict[tuple[str, object], str] = {}
        self._questions: list[Problem] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        return in_order(problem for found in self.by_row.values() for problem in found)

    @property
    def questions(self) -> tuple[Problem, ...]:
        """All that is asked, answered or not, in the order of the sheet; an answer is the ``value`` of its problem."""
        return in_order(self._questions)

    def is_stopped(self, line: int) -> bool:
        """Whether something is wrong or open in a row."""
        return any(problem.blocks for problem in self.by_row[line])

    def leave_out(self, line: int, reason: str) -> None:
        self.by_row[line].append(Problem(Severity.NOTE, self.sheet_name, line, 0, "", reason))

    def fail(self, line: int, column: int | None, reason: str) -> None:
        self.by_row[line].append(Problem(Severity.ERROR, self.sheet_name, line, column or 0, "", reason))

    def ask(
        self, kind: str, group: object, line: int, column: int, reason: str, proposals: Proposals, *, at: str = ""
    ) -> str:
        """The answer to a question, empty while there is none; all of one ``kind`` and ``group`` have one answer.

        Where it is to be left out, that is noted; ``at`` is the cell concerned, empty for the whole row.
        """
        key = self._keys.setdefault((kind, group), f"{kind}-{line}-{column}")
        listed = (*proposals, (LEAVE, _("Leave it out"))) if LEAVE not in dict(proposals) else proposals
        answer = settled(self.chosen.get(key, ""), listed)
        answer = answer if answer in dict(listed) else ""
        shown = tuple((value, str(words)) for value, words in listed)
        question = Problem(Severity.QUESTION, self.sheet_name, line, column, answer, reason, key=key, proposals=shown)
        self._questions.append(question)
        if not answer:
            self.by_row[line].append(question)
        if answer == LEAVE:
            self.leave_out(line, _("%(cell)s: left out as chosen.") % {"cell": at} if at else _("Left out as chosen."))
        return answer

    def is_meant(self, kind: str, group: object, line: int, column: int, reason: str, *, at: str = "") -> bool:
        """Whether a person wants what looks as if it were not meant."""
        return self.ask(kind, group, line, column, reason, [("take", _("Take it"))], at=at) == "take"
