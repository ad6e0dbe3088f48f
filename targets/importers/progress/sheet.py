"""Progress as a file says it, row by row: every row ends as answers, an error, a question, or left out with a reason.

Nothing is taken that the file does not say for certain. What can mean two things is asked; the answers are given back
to ``read_progress``, which then reads the file by them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from targets.calculations.facts import Measure
from targets.calculations.terms import Accumulation, Direction, Frequency, Kind
from targets.display import approximate, month_run, plain_amount
from targets.importers.files.grid import Sheet, Workbook, address, shown
from targets.importers.names import Known, bare, find
from targets.importers.names import plain as plain_name
from targets.importers.problems import Problem, Severity
from targets.importers.progress.claims import CLAIM, OTHERS, Claim, Conflict, Taken, settle
from targets.importers.progress.figures import ANSWERS, Amount, Figures, Standing
from targets.importers.progress.form_mark import FormMark
from targets.importers.progress.headings import OF_THE_FORM, Table, left_out, tables_of
from targets.importers.progress.months import Months, months_in
from targets.importers.progress.notes import LEAVE, Notes
from targets.models import Target, Unit
from targets.services.progress_import import FiledAnswer, Filing, as_answer

LONGEST_NOTE = 500
#: How much of a cell or name a sentence repeats.
_SHOWN = 60
FORMS = {
    "": "",
    "本月": "month",
    "本月数": "month",
    "本月完成": "month",
    "当月": "month",
    "this month": "month",
    "month": "month",
    "累计": "cumulative",
    "累计数": "cumulative",
    "累计完成": "cumulative",
    "running total": "cumulative",
    "cumulative": "cumulative",
}
_AMOUNTS = ("value", "cumulative", "numerator", "denominator")
_TITLE_YEAR = re.compile(r"(?<!\d)(20\d{2})\s*年")


@dataclass(frozen=True)
class ProgressSheet:
    """What a file brings for one unit and year.

    ``rows`` are the numbers of all rows below the first headings that hold something. Every one of them has answers,
    or a problem: an error or a question stands in the way, a note says why a row is left out. ``questions`` are those
    with an answer as well. ``mark`` says what our own form was made for; ``None`` for a table of one's own.
    ``left_out`` are the headings of filled columns that nothing is taken from, ``remarks`` what a person should know of
    the file as a whole.
    """

    answers: tuple[FiledAnswer, ...]
    problems: tuple[Problem, ...]
    rows: tuple[int, ...]
    questions: tuple[Problem, ...] = ()
    mark: FormMark | None = None
    left_out: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def of(self, severity: Severity) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == severity)

    @property
    def is_complete(self) -> bool:
        """Whether nothing stands in the way."""
        return not any(problem.blocks for problem in self.problems)


class RowOutcome(StrEnum):
    """What becomes of a row of a file; the first that fits."""

    ERROR = "error"
    QUESTION = "question"
    HINDERED = "hindered"
    TAKEN = "taken"
    SAME = "same"
    LEFT_OUT = "left_out"


def outcomes(sheet: ProgressSheet, filings: Sequence[Filing]) -> dict[RowOutcome, tuple[int, ...]]:
    """The rows of a file by what becomes of them, each once."""
    lines: dict[RowOutcome, set[int]] = {
        RowOutcome.ERROR: {problem.row for problem in sheet.of(Severity.ERROR)},
        RowOutcome.QUESTION: {problem.row for problem in sheet.of(Severity.QUESTION)},
        RowOutcome.HINDERED: {one.answer.line for one in filings if one.outcome.stands_in_the_way},
        RowOutcome.TAKEN: {one.answer.line for one in filings if one.outcome.is_taken},
        RowOutcome.SAME: {one.answer.line for one in filings},
        RowOutcome.LEFT_OUT: set(sheet.rows),
    }
    found: dict[RowOutcome, tuple[int, ...]] = {}
    seen: set[int] = set()
    for outcome, rows in lines.items():
        found[outcome] = tuple(sorted(rows - seen))
        seen |= rows
    return found


def read_progress(
    workbook: Workbook,
    targets: Iterable[Target],
    *,
    year: int | None = None,
    month: int | None = None,
    unit: Unit | None = None,
    standing: Standing | None = None,
    chosen: Mapping[str, str] | None = None,
) -> ProgressSheet:
    """Read the first visible sheet that has the headings.

    ``targets`` are those that figures may come for, with indicator and unit, all of ``year``; ``month`` is that of a
    long row which names none (in a form of ours, the month it was made for counts), ``unit`` that of a row which names
    none while units below it have the indicator as well. ``standing`` are the entries by target and month, ``chosen``
    the answers to questions by their keys.

    Raises:
        ValidationError: no sheet has headings that are understood, two kinds of columns say what was done, or all
            months are those of another year.
    """
    for sheet in workbook.sheets:
        tables = [] if sheet.hidden else tables_of(sheet, year)
        if not tables:
            continue
        mark = FormMark.of_sheet(sheet, tables[0].top, by_title=tables[0].columns.keys() >= OF_THE_FORM)
        asked = mark.month if mark else month
        reader = _Reader(sheet, tables, list(targets), asked, unit, year, standing or {}, chosen or {})
        found = reader.read()
        return replace(
            found,
            mark=mark,
            left_out=tuple(dict.fromkeys(text for table in tables for text in left_out(sheet, table))),
            remarks=(*workbook.remarks, *_remarks(workbook, sheet, tables[0], year, mark)),
        )
    raise ValidationError(
        _(
            "No sheet has the headings that are needed: the indicator's code or name, and a figure or months. "
            "Download the form and fill that in, or name the columns as it does."
        )
    )


def _remarks(workbook: Workbook, sheet: Sheet, table: Table, year: int | None, mark: FormMark | None) -> Iterable[str]:
    others = [
        other.name
        for other in workbook.sheets
        # A hidden one may hold no more than lists to choose from.
        if other is not sheet and (tables_of(other, year) if other.hidden else other.cells)
    ]
    if others:
        yield _("Only the sheet “%(sheet)s” is read. Nothing is taken from: %(others)s.") % {
            "sheet": sheet.name,
            "others": "、".join(others),
        }
    titles = " ".join(cell.text for row in range(1, table.top) for cell in sheet.row(row))
    years = {int(found) for found in _TITLE_YEAR.findall(titles)}
    if mark is None and year is not None and years and year not in years:
        yield _("The title speaks of %(years)s, and the figures would be taken for %(here)d.") % {
            "years": "、".join(str(one) for one in sorted(years)),
            "here": year,
        }


class _Words(NamedTuple):
    """What a row says beside its figures."""

    note: str
    reason: str
    growth: Decimal | None


class _Reader:
    def __init__(
        self,
        sheet: Sheet,
        tables: Sequence[Table],
        targets: Sequence[Target],
        month: int | None,
        unit: Unit | None,
        year: int | None,
        standing: Standing,
        chosen: Mapping[str, str],
    ) -> None:
        self.sheet, self.tables = sheet, tables
        self.month, self.unit, self.year = month, unit, year
        self.standing, self.chosen = standing, chosen
        self.targets: dict[int, Target] = {target.pk: target for target in targets}
        self.by_code: dict[str, list[Target]] = defaultdict(list)
        self.by_name: dict[str, list[Target]] = defaultdict(list)
        for target in targets:
            self.by_code[plain_name(target.indicator.code)].append(target)
            for name in {plain_name(target.indicator.name), plain_name(target.indicator.name_en)} - {""}:
                self.by_name[name].append(target)
        self.rows: list[int] = []
        self.notes = Notes(sheet.name, chosen)
        self.figures = Figures(sheet, self.notes, standing)
        self.claims: dict[int, list[Claim]] = defaultdict(list)
        self.words: dict[int, _Words] = {}
        self.table = tables[0]
        #: What rows above say for those below that leave it out: code, name and unit, and in which row.
        self.above = ("", "", "")
        self.above_line = 0

    def read(self) -> ProgressSheet:
        """Everything that the sheet says."""
        places = iter(self.tables[1:])
        following = next(places, None)
        for line in range(self.tables[0].heading + 1, self.sheet.last_row + 1):
            if not any(cell.text.strip() or cell.uncalculated for cell in self.sheet.row(line)):
                continue
            self.rows.append(line)
            if following is not None and line >= following.top:
                self.notes.leave_out(line, _("The headings of the table."))
                if line >= following.heading:
                    self.table, following = following, next(places, None)
                    self.above = ("", "", "")
                continue
            self._row(line)
        answers = [answer for pk, claims in self.claims.items() for answer in self._settled(self.targets[pk], claims)]
        kept = sorted(
            (one for one in answers if not self.notes.is_stopped(one.line)), key=lambda one: (one.line, one.month)
        )
        answered = {one.line for one in kept}
        for line in self.rows:
            if line not in answered and not self.notes.by_row[line]:
                self.notes.leave_out(line, _("No figure is given."))
        return ProgressSheet(tuple(kept), self.notes.problems, tuple(self.rows), self.notes.questions)

    # Rows

    def _row(self, line: int) -> None:
        filled = [column for column in self.table.amounts if self._is_filled(line, column)]
        self._refuse_uncalculated(line, filled)
        if self.notes.is_stopped(line):
            return
        target = self._target(line, bool(filled))
        if target is None or not self._is_of_year(line) or not self._is_wanted(line, filled):
            return
        words = self._words(line, target)
        claims = self._wide(line, target) if self.table.months else self._long(line, target)
        if not claims and words.growth is not None and not self.notes.is_stopped(line):
            self.notes.fail(
                line,
                self.table.columns["official_growth"],
                _("A growth rate comes with the figure of the same months. Give that as well."),
            )
        if not self.notes.is_stopped(line):
            self.words[line] = words
            self.claims[target.pk].extend(claims)

    def _is_filled(self, line: int, column: int) -> bool:
        cell = self.sheet.cell(line, column)
        return cell is not None and bool(cell.text.strip() or cell.uncalculated)

    def _refuse_uncalculated(self, line: int, filled: Iterable[int]) -> None:
        """A cell that says something holds a formula, and the file does not hold what it comes to."""
        named = self.table.columns.values()
        cells = [self.sheet.covering(line, column) for column in sorted({*named, *filled, *self.table.months})]
        for cell in {cell.address: cell for cell in cells if cell is not None and cell.uncalculated}.values():
            self.notes.fail(
                line,
                cell.column,
                _(
                    "%(cell)s holds a formula, and the file does not hold what it comes to. Open the file in Excel or "
                    "WPS, save it, and bring it in again."
                )
                % {"cell": cell.address},
            )

    def text(self, line: int, name: str) -> str:
        """What a row says under a heading, be it in a cell that reaches over several rows."""
        if name not in self.table.columns:
            return ""
        cell = self.sheet.covering(line, self.table.columns[name])
        return cell.text.strip() if cell is not None else ""

    def _is_of_year(self, line: int) -> bool:
        said = self.text(line, "year")
        found = re.search(r"20\d{2}", said)
        if found is None or self.year is None or int(found[0]) == self.year:
            return True
        self._of_another_year(line, int(found[0]))
        return False

    def _of_another_year(self, line: int, year: int) -> None:
        self.notes.leave_out(
            line,
            _("It is of %(year)d, and this page is for %(here)d. Choose that year above.")
            % {"year": year, "here": self.year},
        )

    def _target(self, line: int, has_figures: bool) -> Target | None:
        """The target that a row is about; why there is none is noted where it holds figures."""
        code, name, unit = self._identity(line, has_figures)
        if not has_figures and not self.text(line, "official_growth"):
            return None
        said = " ".join(part for part in (code, name, unit) if part)[:_SHOWN]
        if not code and not name:
            self.notes.leave_out(line, _("The row has figures and names no indicator."))
            return None
        found = self._indicators(line, code, name)
        if self.notes.by_row[line]:
            return None  # it is asked, or left out
        if not found:
            self.notes.leave_out(line, _("“%(text)s” is no indicator that is asked for here.") % {"text": said})
            return None
        if len({target.indicator_id for target in found}) > 1:
            self.notes.leave_out(line, _("“%(text)s” fits several indicators. Give the code.") % {"text": said})
            return None
        found = self._of_unit(found, unit)
        if len(found) == 1:
            return found[0]
        if not found:
            reason = _("“%(unit)s” is no unit that is asked for “%(name)s” here.") % {
                "unit": unit[:_SHOWN],
                "name": name or code,
            }
        else:
            reason = _("“%(text)s” is reported by several units. Name the unit in a column of its own.") % {
                "text": said
            }
        self.notes.leave_out(line, reason)
        return None

    def _identity(self, line: int, has_figures: bool) -> tuple[str, str, str]:
        """Code, name and unit of a row. Rows below one that names them leave them out: written once, meant for all."""
        code, name, unit = (self.text(line, part) for part in ("code", "indicator", "unit"))
        follows = self.above_line == line - 1
        if not code and not name and unit and has_figures and follows:
            code, name = self.above[:2]
        if code or name:
            if not unit and "unit" in self.table.columns and has_figures and follows:
                unit = self._unit_above(code, name)
            self.above, self.above_line = (code, name, unit or (self.above[2] if follows else "")), line
        return code, name, unit

    def _unit_above(self, code: str, name: str) -> str:
        """The unit of the rows above, where it is asked for this indicator and the page's own unit is not."""
        named = (
            [*self.by_code.get(plain_name(code), ()), *self.by_name.get(plain_name(name), ())] if self.above[2] else []
        )
        if self.unit is not None and any(target.unit_id == self.unit.pk for target in named):
            return ""
        return self.above[2] if self._of_unit(named, self.above[2]) else ""

    def _indicators(self, line: int, code: str, name: str) -> list[Target]:
        """The targets that a row may be about. Where its code is one indicator and its name is none, it is asked."""
        by_code = self.by_code.get(plain_name(code), []) if code else []
        by_name = self.by_name.get(plain_name(name), []) if name else []
        if not by_code or not name:
            return by_code or by_name
        both = [target for target in by_code if target in by_name]
        if both:
            return both
        house = by_code[0].indicator
        proposals = [("code", _("It is “%(name)s”") % {"name": house.name})]
        if by_name:
            other = by_name[0].indicator
            proposals.append(("name", _("It is “%(name)s”") % {"name": f"{other.name} {other.code}"}))
        reason = _("The code %(code)s is that of “%(house)s”, and the row says “%(name)s”.")
        answer = self.notes.ask(
            "code",
            (code, name),
            line,
            self.table.columns["code"],
            reason % {"code": code, "house": house.name, "name": name[:_SHOWN]},
            proposals,
        )
        return by_name if answer == "name" else by_code

    def _of_unit(self, found: list[Target], unit: str) -> list[Target]:
        if not unit:
            own = [target for target in found if self.unit is not None and target.unit_id == self.unit.pk]
            return own or found
        known = [
            Known(str(target.unit_id), target.unit.name, (target.unit.code, target.unit.name_en)) for target in found
        ]
        match = find(unit, {one.code: one for one in known}.values())
        if match.found is None or not match.exact or not bare(unit):
            return []
        return [target for target in found if str(target.unit_id) == match.found.code]

    def _is_wanted(self, line: int, filled: Sequence[int]) -> bool:
        """Whether a hidden row or figures in hidden columns are meant, which is asked."""
        if line in self.sheet.hidden_rows:
            return self.notes.is_meant("hidden", "row", line, 0, _("The row is hidden, and holds figures."))
        if filled and all(column in self.sheet.hidden_columns for column in filled):
            reason = _("All figures of the row are in hidden columns.")
            return self.notes.is_meant("hidden", "column", line, 0, reason)
        return True

    # What a row says

    def _words(self, line: int, target: Target) -> _Words:
        for name in ("note", "reason"):
            if len(self.text(line, name)) > LONGEST_NOTE:
                self.notes.fail(
                    line,
                    self.table.columns[name],
                    _("This is longer than %(longest)d characters.") % {"longest": LONGEST_NOTE},
                )
        growth = None
        if "official_growth" in self.table.columns:
            growth = self.figures.growth(line, self.table.columns["official_growth"], target)
        return _Words(self.text(line, "note"), self.text(line, "reason"), growth)

    def _long(self, line: int, target: Target) -> list[Claim]:
        """What a row with columns for month and figure says; nothing where something is wrong with it."""
        given, form = self._word(line, "answer", ANSWERS), self._word(line, "typed_as", FORMS)
        columns = self.table.columns
        filled = [name for name in _AMOUNTS if name in columns and self._is_filled(line, columns[name])]
        if given in ("no_change", "not_applicable") and filled:
            self.notes.fail(line, columns["answer"], _("Either give a figure, or choose one of these; not both."))
        elif given == "value" and not filled:
            self.notes.fail(line, columns["answer"], _("This says “a figure”, and there is none."))
        months = self._months(line) if filled or given else None
        if months is None:
            return []
        amounts = {
            name: self.figures.amount(self.table, line, columns[name], target, name, months[1]) for name in filled
        }
        typed = {name: amount for name, amount in amounts.items() if amount is not None}
        if self.notes.is_stopped(line) or (filled and not typed):
            return []
        if not typed:
            return [Claim(line, columns["answer"], *months, given or "value")]
        if "numerator" in typed or "denominator" in typed:
            column = columns["numerator" if "numerator" in typed else "denominator"]
            numerator, denominator = (typed.get(name, Amount()).value for name in ("numerator", "denominator"))
            both = Amount(typed.get("value", Amount()).value, "", numerator, denominator)
            return [self._claim(line, column, *months, both)]
        is_flow = target.indicator.accumulation == Accumulation.FLOW
        return [
            replace(
                self._claim(line, columns[name], *months, amount),
                is_total=is_flow and not amount.word and (name == "cumulative" or form == "cumulative"),
            )
            for name, amount in typed.items()
        ]

    def _wide(self, line: int, target: Target) -> list[Claim]:
        found = []
        for column, months in sorted(self.table.months.items()):
            amount = self.figures.amount(self.table, line, column, target, "value", months.last)
            if amount is not None:
                found.append(self._claim(line, column, months.first, months.last, amount))
        column = self.table.columns.get("cumulative", 0)
        reach = max((claim.last for claim in found), default=12)
        total = self.figures.amount(self.table, line, column, target, "cumulative", reach) if column else None
        if total is None or total.word:
            return found
        if not found:
            self.notes.leave_out(line, _("The running total names no month."))
            return []
        # A total beside the months reaches as far as they do.
        is_flow = target.indicator.accumulation == Accumulation.FLOW
        return [*found, replace(self._claim(line, column, reach, reach, total), is_total=is_flow)]

    def _claim(self, line: int, column: int, first: int, last: int, amount: Amount) -> Claim:
        return Claim(line, column, first, last, amount.word or "value", *amount[:4])

    def _months(self, line: int) -> tuple[int, int] | None:
        """The months of a long row; ``None`` where they cannot be read, or are those of another year."""
        own = Months(self.month, self.month) if self.month is not None else None
        last = self._month(line, "month", own)
        first = self._month(line, "from_month", last) if last is not None else None
        if last is None or first is None:
            return None
        for months in (last, first):
            if months.year is not None and self.year is not None and months.year != self.year:
                self._of_another_year(line, months.year)
                return None
        if first.first > last.last:
            column = self.table.columns["from_month"]
            self.notes.fail(line, column, _("The months of an entry run forward from 1 to 12. Check both."))
            return None
        return first.first, last.last

    def _month(self, line: int, name: str, default: Months | None) -> Months | None:
        """The months that a cell names: 7, 7月, 2023年7月, a run of them such as 1-6月, or a date."""
        column = self.table.columns.get(name)
        cell = self.sheet.covering(line, column) if column is not None else None
        text = cell.text.strip() if cell is not None else ""
        if cell is None or not text:
            if default is None:
                self.notes.fail(line, column, _("The row names no month."))
            return default
        found = months_in(cell)
        if found is None and text.isascii() and text.isdigit() and len(text) < 3 and 1 <= int(text) <= 12:
            found = Months(int(text), int(text))
        if found is None:
            self.notes.fail(line, column, _("“%(text)s” is no month. Write 1 to 12.") % {"text": text[:20]})
        return found

    def _word(self, line: int, name: str, known: Mapping[str, str]) -> str:
        """What a word of our own form means; empty where there is none, or it is not known, which is noted."""
        text = self.text(line, name)
        if text.lower() not in known:
            listed = "、".join(word for word in known if word and not word.isascii())
            self.notes.fail(
                line,
                self.table.columns[name],
                _("“%(value)s” is not one of: %(choices)s.") % {"value": text[:_SHOWN], "choices": listed},
            )
        return known.get(text.lower(), "")

    # Answers

    def _settled(self, target: Target, claims: Sequence[Claim]) -> list[FiledAnswer]:
        """The answers about one target, and what becomes of the cells that give none."""
        indicator = target.indicator
        measure = Measure(
            Kind(indicator.kind), Accumulation(indicator.accumulation), Direction(indicator.direction),
            Frequency(indicator.frequency),
        )  # fmt: skip
        standing = [as_answer(entry) for entry in self.standing.get(target.pk, {}).values()]
        chosen = {
            (claim.line, claim.column): self.notes.chosen.get(f"total-{claim.line}-{claim.column}", "")
            for claim in claims
        }
        found = settle(measure, claims, standing, chosen)
        for conflict in found.conflicts:
            self._ask_which(conflict)
        for claim, other in found.torn:
            if claim.line != other.line and claim.covered == other.covered:
                reason = _("Row %(line)d already gives these months.") % {"line": other.line}
            else:
                reason = _("These months are partly given in other columns. Keep one of them.")
            self.notes.fail(claim.line, claim.column, reason)
        lines = {one.claim.line for one in found.taken}
        for claim, other in found.repeated:
            if claim.line not in lines:
                self.notes.leave_out(claim.line, _("It says the same as row %(line)d.") % {"line": other.line})
        for claim in found.dropped:
            if claim.line not in lines and not self.notes.by_row[claim.line]:
                self.notes.leave_out(claim.line, _("Left out as chosen."))
        return [self._answer(target, one) for one in found.taken]

    def _ask_which(self, conflict: Conflict) -> None:
        claim, other = conflict.claim, conflict.others[0]
        cells = ", ".join(address(one.line, one.column) for one in conflict.others)
        against = _said(other) if conflict.against is None else plain_amount(conflict.against)
        said = {"cell": address(claim.line, claim.column), "figure": _said(claim), "cells": cells, "against": against}
        self.notes.ask(
            "total",
            (claim.line, claim.column),
            claim.line,
            claim.column,
            _("%(cell)s says %(figure)s, and by %(cells)s it is %(against)s.") % said,
            [
                (OTHERS, _("%(against)s, by %(cells)s") % said),
                (CLAIM, _("%(figure)s, by %(cell)s") % said),
                (LEAVE, _("Leave both out")),
            ],
            at=address(claim.line, claim.column),
        )

    def _answer(self, target: Target, one: Taken) -> FiledAnswer:
        claim = one.claim
        words = self.words[claim.line]
        remarks = [self.sheet.comments.get((claim.line, claim.column), "")]
        if one.instead_of is not None:
            remarks.append(
                _(
                    "The running total counts, since months before are not reported. "
                    "%(months)s alone is left out: %(figure)s."
                )
                % {"months": month_run(one.first, one.last), "figure": _said(one.instead_of)}
            )
        return FiledAnswer(
            line=claim.line,
            target=target,
            from_month=one.first,
            month=one.last,
            answer=claim.answer,
            typed_as=one.typed_as,
            value=claim.value,
            numerator=claim.numerator,
            denominator=claim.denominator,
            official_growth=words.growth,
            note=words.note,
            reason=words.reason,
            approximation=claim.approximation,
            remark=" ".join(remark for remark in remarks if remark),
        )


def _said(claim: Claim) -> str:
    """A figure as it stands in a sentence."""
    if claim.numerator is not None:
        return f"{shown(claim.numerator)}/{shown(claim.denominator)}"
    if claim.value is None:
        return _("Nothing new") if claim.answer == "no_change" else _("Not applicable")
    return approximate(plain_amount(claim.value), claim.approximation)
