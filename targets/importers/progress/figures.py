"""The figures in the cells of a sheet of progress.

A cell is read as it is shown, by the one reader of typed amounts. What it holds besides, a line through it, a unit of
measure beside it or above it, or an amount that can be two things, is asked about.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from targets.calculations import units_of_measure
from targets.forms.amounts import (
    ANSWER_WORDS,
    AmountError,
    read_amount,
    read_figure,
    read_fraction,
    read_number,
    unit_asked,
)
from targets.importers.files.grid import Cell, Sheet, address, shown
from targets.importers.progress.headings import Table
from targets.importers.progress.notes import LEAVE, Notes
from targets.models import ProgressEntry, Target
from targets.models.indicators import Kind

#: What may stand in place of a figure, and the word of our own form that says there is one.
ANSWERS = {
    "": "",
    "数值": "value",
    "填数值": "value",
    "a figure": "value",
    "value": "value",
    # = and / are keys of a page; in a table / may be no more than a dash.
    **{word: answer for word, answer in ANSWER_WORDS.items() if len(word) > 1},
}
#: A number without a word before or behind it.
_BARE = re.compile(r"[-+\d.,\s]+")

#: The entries that stand, by target and month.
Standing = Mapping[int, Mapping[int, ProgressEntry]]


class Amount(NamedTuple):
    """What a cell says was done; ``word`` is what stands instead of a figure."""

    value: Decimal | None = None
    approximation: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    word: str = ""


class Figures:
    """Reads the cells of a sheet; what is wrong or open with them is noted."""

    def __init__(self, sheet: Sheet, notes: Notes, standing: Standing) -> None:
        self.sheet, self.notes, self.standing = sheet, notes, standing

    def amount(self, table: Table, line: int, column: int, target: Target, name: str, month: int) -> Amount | None:
        """What a cell says was done by the end of a month; ``None`` for nothing, and where something is wrong or open.

        ``name`` is what the column holds: the value, the running total, numerator or denominator.
        """
        cell = self.sheet.cell(line, column)
        if self._is_shared(table, line, column) or cell is None or not cell.text.strip():
            return None
        is_of_indicator = name in ("value", "cumulative")
        word = ANSWERS.get(cell.text.strip().lower(), "") if is_of_indicator else ""
        if word in ("no_change", "not_applicable"):
            return Amount(word=word)
        meant = self._as_meant(line, cell)
        if meant is None:
            return None
        if not is_of_indicator:
            return self._read(line, meant)
        entry = self.standing.get(target.pk, {}).get(month)
        if entry is not None and meant.value == entry.value and meant.text == shown(meant.value):
            # As it stands: 0.95 % is no share then.
            return Amount(entry.value, entry.approximation)
        if target.indicator.kind == Kind.RATE and (fraction := read_fraction(meant.text)) is not None:
            parts = [self._read(line, Cell(line, column, part)) for part in fraction]
            values = [part.value for part in parts if part is not None]
            return Amount(numerator=values[0], denominator=values[1]) if len(values) == 2 else None
        measure = self._measure(table, line, meant, target)
        if measure is None:
            return None
        return self._read(line, replace(meant, suffix=measure) if measure else meant, target)

    def growth(self, line: int, column: int, target: Target) -> Decimal | None:
        """An official growth rate in percent; ``None`` as for an amount."""
        cell = self.sheet.cell(line, column)
        text = cell.text.strip() if cell is not None else ""
        if cell is None or not text:
            return None
        stands = [one.official_growth for one in self.standing.get(target.pk, {}).values()]
        if text in map(shown, stands):
            return Decimal(text)
        try:
            number = _plain_number(cell)
            return read_figure(text, "%") if number is None else read_number(number, "%")
        except AmountError as error:
            return read_figure(self._meant(line, cell, error, is_answer=False), "%")

    def _is_shared(self, table: Table, line: int, column: int) -> bool:
        """Whether one figure reaches over several rows or months: nobody can say whose it is."""
        merge = self.sheet.merge(line, column)
        if merge is None or self.sheet.covering(line, column) is None:
            return False
        of = [table.columns[name] for name in ("code", "indicator", "unit", "month") if name in table.columns]
        rows = range(merge.top, min(merge.bottom, self.sheet.last_row) + 1)
        named = {tuple(cell and cell.address for cell in (self.sheet.covering(row, one) for one in of)) for row in rows}
        columns = [one for one in table.amounts if merge.left <= one <= merge.right]
        if len(named) == 1 and len(columns) == 1:
            return False
        cells = f"{address(merge.top, merge.left)}:{address(merge.bottom, merge.right)}"
        reason = _("The figure in %(cells)s reaches over several rows or months. Give each its own.")
        self.notes.fail(line, merge.left, reason % {"cells": cells})
        return True

    def _as_meant(self, line: int, cell: Cell) -> Cell | None:
        """The cell as a person means it, where it holds something else than it shows; ``None`` for left out or open."""
        place = {"cell": cell.address}
        if cell.struck or cell.struck_out:
            reason = _("%(cell)s is struck through.") % place
            if not self.notes.is_meant("struck", "", line, cell.column, reason, at=cell.address):
                return None
        if cell.is_unseen:
            reason = _("%(cell)s holds %(held)s and shows nothing.") % {**place, "held": shown(cell.value)}
            taken = self.notes.is_meant("unseen", cell.column, line, cell.column, reason, at=cell.address)
            return replace(cell, stored=None) if taken else None
        if cell.stored is None or not cell.is_number:
            return cell
        both = {"shown": cell.text, "held": shown(cell.stored)}
        reason = _("%(cell)s shows %(shown)s and holds %(held)s.") % {**place, **both}
        answer = self.notes.ask("scaled", cell.column, line, cell.column, reason, list(both.items()), at=cell.address)
        if answer == "held":
            return Cell(cell.row, cell.column, cell.stored)
        return replace(cell, stored=None) if answer == "shown" else None

    def _measure(self, table: Table, line: int, cell: Cell, target: Target) -> str | None:
        """The unit of measure in which a bare number is, where it has to be converted; empty where it has not.

        The row says it, else the heading, else what stands above the table. ``None`` where that is left out or open.
        """
        indicator = target.indicator
        asked = unit_asked(indicator)
        if not asked or not _BARE.fullmatch(cell.text):
            return ""
        in_row, in_heading = "", table.measures.get(cell.column, "")
        if "unit_of_measure" in table.columns:
            beside = self.sheet.covering(line, table.columns["unit_of_measure"])
            in_row = beside.text.strip() if beside is not None else ""
        said = in_row or in_heading or table.measure
        if not said or units_of_measure.same(said, asked) or said.lower() == indicator.unit_of_measure_en.lower():
            return ""
        if units_of_measure.factor(said, asked) is not None:
            return units_of_measure.normal(said)
        if not in_row and not in_heading:
            return ""  # 单位：万元 above a table is said of its money
        reason = _("The figure is in %(said)s, and “%(name)s” is in %(asked)s.")
        answer = self.notes.ask(
            "measure",
            (said, asked),
            line,
            cell.column,
            reason % {"said": said, "name": indicator.name, "asked": asked},
            [("asked", _("It is in %(asked)s") % {"asked": asked})],
            at=cell.address,
        )
        return "" if answer == "asked" else None

    def _read(self, line: int, cell: Cell, target: Target | None = None) -> Amount | None:
        """The amount in a cell, of an indicator or a plain one; ``None`` where it is none, left out or open."""
        asked = ("", "") if target is None else (unit_asked(target.indicator), target.indicator.unit_of_measure_en)
        try:
            number = _plain_number(cell)
            return Amount(*read_amount(cell.text, *asked)) if number is None else Amount(read_number(number, asked[0]))
        except AmountError as error:
            text = self._meant(line, cell, error, is_answer=target is not None)
        if text in ANSWERS.values():
            return Amount(word=text) if text else None
        return Amount(*read_amount(text, *asked))

    def _meant(self, line: int, cell: Cell, error: AmountError, *, is_answer: bool) -> str:
        """What an uncertain text was chosen to mean; empty for nothing, and while that is open."""
        text, reason = cell.text.strip(), " ".join(error.messages)
        if error.code == "no_figure" and is_answer:
            readings = [(LEAVE, _("Not reported")), ("0", "0"), ("not_applicable", _("Not applicable"))]
        elif error.readings:
            readings = [(str(place), reading) for place, reading in enumerate(error.readings)]
        else:
            self.notes.fail(line, cell.column, reason)
            return ""
        # A whole column is of shares, or has its signs in brackets: one answer is for all of it.
        group = cell.column if error.code in ("share", "sign") else (cell.column, text)
        kind = str(error.code).replace("_", "")
        answer = self.notes.ask(kind, group, line, cell.column, reason, readings, at=cell.address)
        if answer in ("", LEAVE):
            return ""
        return answer if error.code == "no_figure" else error.readings[int(answer)]


def _plain_number(cell: Cell) -> Decimal | None:
    """The number that a cell holds, where its format adds nothing to it."""
    return cell.value if isinstance(cell.value, Decimal) and cell.text == shown(cell.value) else None
