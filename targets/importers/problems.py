"""What a person should know about a cell of an imported sheet: where it is, what is wrong, and what to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.importers.files.grid import address, column_letter

#: Answers to choose from, each with what a person reads.
Proposals = Sequence[tuple[str, "str | Promise"]]


class Severity(models.TextChoices):
    """An error or an open question keeps its row out; a note does not."""

    ERROR = "error", gettext_lazy("error")
    QUESTION = "question", gettext_lazy("question")
    NOTE = "note", gettext_lazy("hint")


@dataclass(frozen=True)
class Problem:
    """One thing to correct, to answer or to know.

    ``row`` 0: the sheet as a whole; ``column`` 0: the row as a whole. ``key`` is under what an answer is given back to
    ``read_plan``; empty where there is nothing to answer. ``proposals`` are answers to choose from, each with what a
    person reads; any other answer may be typed. ``missing`` is ``"section"`` or ``"unit"`` where ``value`` names one
    that does not exist.
    """

    severity: Severity
    sheet: str
    row: int
    column: int
    value: str
    reason: str
    advice: str = ""
    key: str = ""
    proposals: tuple[tuple[str, str], ...] = ()
    missing: str = ""

    @property
    def blocks(self) -> bool:
        return self.severity != Severity.NOTE

    @property
    def letter(self) -> str:
        return column_letter(self.column)

    @property
    def address(self) -> str:
        """The cell (B7), the row's number alone, or nothing."""
        return address(self.row, self.column) if self.row and self.column else str(self.row or "")

    def __str__(self) -> str:
        text = " ".join(part for part in (self.reason, self.advice) if part)
        if self.row and self.column:
            return _("Row %(row)d, column %(column)s: %(reason)s") % {
                "row": self.row,
                "column": self.letter,
                "reason": text,
            }
        if self.row:
            return _("Row %(row)d: %(reason)s") % {"row": self.row, "reason": text}
        return text


def settled(answer: str, proposals: Proposals) -> str:
    """The proposal that an answer chooses, by its value or by the words beside it; else the answer as typed."""
    if not answer:
        return ""
    return next((value for value, words in proposals if answer in (value, words)), answer)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each once, by place in the sheet; what concerns it as a whole first."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.row, problem.column, problem.key)))
