"""Progress that comes as a file: every answer is a draft of its month, as if it had been typed there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from targets.models import ProgressEntry, State, Target, Unit, UnitMonth, Upload
from targets.models.progress import OPEN_STATES
from targets.permissions import may_enter, may_enter_for
from targets.querysets.progress import as_answer
from targets.services import progress
from targets.services.base import Author, refuse, verb
from targets.services.entries import Entry
from targets.services.progress import RefusedEntryError
from targets.services.uploads import taken

__all__ = ["FiledAnswer", "Filing", "Outcome", "as_answer", "compare", "file_progress", "standing"]


@dataclass(frozen=True)
class FiledAnswer:
    """One answer of a file. ``line`` is its row in the sheet; ``official_growth`` is in percent.

    ``remark`` is what a person should know who looks at it; it is not stored.
    """

    line: int
    target: Target
    from_month: int
    month: int
    answer: str = ProgressEntry.Answer.VALUE
    typed_as: str = ProgressEntry.TypedAs.MONTH
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    official_growth: Decimal | None = None
    note: str = ""
    reason: str = ""
    approximation: str = ""
    remark: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """What is stored of it."""
        return {
            "from_month": self.from_month,
            "answer": self.answer,
            "typed_as": self.typed_as if self.answer == ProgressEntry.Answer.VALUE else "",
            "value": self.value,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "approximation": self.approximation,
            "official_growth": self.official_growth,
            "note": self.note,
        }


class Outcome(StrEnum):
    """What taking an answer would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    CLOSED = "closed"
    FORBIDDEN = "forbidden"

    @property
    def is_taken(self) -> bool:
        """Whether something would be written."""
        return self in (Outcome.NEW, Outcome.CHANGED)

    @property
    def stands_in_the_way(self) -> bool:
        """Whether the answer cannot be taken as it is."""
        return self in (Outcome.SUBMITTED, Outcome.APPROVED, Outcome.CLOSED, Outcome.FORBIDDEN)


@dataclass(frozen=True)
class Filing:
    """An answer of a file beside what stands: the open version, else the approved one."""

    answer: FiledAnswer
    outcome: Outcome
    entry: ProgressEntry | None


def standing(targets: Iterable[Target]) -> dict[int, dict[int, ProgressEntry]]:
    """The open version of each month, else the approved one, by target and month. One query."""
    found: dict[int, dict[int, ProgressEntry]] = {}
    entries = ProgressEntry.objects.filter(target__in=[target.pk for target in targets])
    entries = entries.exclude(state=State.SUPERSEDED).select_related("target__indicator", "entered_by")
    for entry in sorted(entries, key=lambda entry: entry.state in OPEN_STATES):
        found.setdefault(entry.target_id, {})[entry.month] = entry
    return found


def compare(by: Author, answers: Sequence[FiledAnswer]) -> tuple[Filing, ...]:
    """What taking each answer would do. Two queries, whatever their number."""
    targets = {answer.target.pk: answer.target for answer in answers}
    stands = standing(targets.values())
    closed = set(
        UnitMonth.objects.filter(
            unit__in={target.unit_id for target in targets.values()},
            year__in={target.year for target in targets.values()},
            closed_at__isnull=False,
        ).values_list("unit_id", "year", "month")
    )
    found = []
    for answer in answers:
        entry = stands.get(answer.target.pk, {}).get(answer.month)
        key = (answer.target.unit_id, answer.target.year, answer.month)
        found.append(Filing(answer, _outcome(by, answer, entry, key in closed), entry))
    return tuple(found)


def _outcome(by: Author, answer: FiledAnswer, entry: ProgressEntry | None, is_closed: bool) -> Outcome:
    if by.scope is not None and not may_enter(by.scope, answer.target):
        return Outcome.FORBIDDEN
    if entry is not None and all(getattr(entry, name) == value for name, value in _compared(answer).items()):
        return Outcome.SAME
    if entry is not None and entry.state == State.SUBMITTED:
        return Outcome.SUBMITTED
    if entry is not None and entry.state == State.APPROVED:
        return Outcome.APPROVED
    if is_closed:
        return Outcome.CLOSED
    return Outcome.NEW if entry is None else Outcome.CHANGED


def _compared(answer: FiledAnswer) -> Mapping[str, Any]:
    """A file without a note or a growth rate says nothing about them."""
    silent = {name for name in ("note", "official_growth") if not answer.values[name] and answer.values[name] != 0}
    return {name: value for name, value in answer.values.items() if name not in silent}


@verb
def file_progress(by: Author, *, upload: Upload, unit: Unit, answers: Iterable[FiledAnswer], submit: bool) -> int:
    """Take what a file brings, all of it or nothing; with ``submit`` it is handed in at once.

    Returns:
        How many answers were written. What stands already is left alone, so a second time writes nothing.

    Raises:
        PermissionDenied: the author may not enter for the unit.
        ValidationError: an answer cannot be taken; the message names its row.
    """
    by.require(may_enter_for, unit.pk)
    written: dict[Entry, FiledAnswer] = {}
    for filing in compare(by, list(answers)):
        if not filing.outcome.is_taken and not filing.outcome.stands_in_the_way:
            continue
        written[_take(by, filing)] = filing.answer
    if submit:
        try:
            progress.submit(by, *written)
        except RefusedEntryError as error:
            raise _refused_row(written[error.entry], error.messages) from error
    taken(by, upload)
    return len(written)


def _take(by: Author, filing: Filing) -> ProgressEntry:
    answer = filing.answer
    silent = answer.values.keys() - _compared(answer).keys()
    values = {name: value for name, value in answer.values.items() if name not in silent}
    if filing.entry is not None:
        values = {**{name: getattr(filing.entry, name) for name in silent}, **values}
    values.pop("from_month")
    seen = filing.entry.lock_version if filing.entry is not None and filing.entry.state in OPEN_STATES else None
    try:
        return progress.record_progress(
            by,
            target=answer.target,
            month=answer.month,
            from_month=answer.from_month,
            reason=answer.reason,
            lock_version=seen,
            **values,
        )
    except (ValidationError, PermissionDenied) as error:
        reasons = error.messages if isinstance(error, ValidationError) else [str(error)]
        raise _refused_row(answer, reasons) from error


def _refused_row(answer: FiledAnswer, reasons: Sequence[str]) -> ValidationError:
    values = {"line": answer.line, "indicator": answer.target.indicator.name, "reason": " ".join(reasons)}
    return refuse(_("Row %(line)d, %(indicator)s: %(reason)s") % values)
