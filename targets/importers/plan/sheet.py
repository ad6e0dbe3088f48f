"""A sheet with its heading read as a plan: every row as it will be stored, and all problems at once.

Nothing is guessed in silence. What is not certain is a question with its cell; the answers are given back and the sheet
is read again. An answer is what the cell should have said (12000, 2024-11-30, the code of a unit), one of a question's
proposals, or ``WORDS_ONLY`` for a target that is kept in words and not judged.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets import display
from targets.calculations import units_of_measure
from targets.forms.amounts import read_figure
from targets.importers import names
from targets.importers.files.grid import Sheet, address, column_letter
from targets.importers.names import Known, KnownIndicator, Names
from targets.importers.plan import heading_words, words
from targets.importers.plan.cells import PlanReading, RowCells
from targets.importers.plan.figures import Figures
from targets.importers.plan.headings import Heading
from targets.importers.plan.lines import Line, RowKind, lines
from targets.importers.plan.meanings import ANNUAL, Field, Meaning, plain
from targets.importers.plan.rows import (
    ALONE,
    ANNOUNCED,
    HIDDEN,
    KEEP,
    LEAVE_OUT,
    LONGEST,
    MOST_TARGETS,
    NEW,
    PHASES,
    RUNNING,
    THIS,
    UNIT,
    PlanRow,
    PlanRows,
)
from targets.importers.problems import Proposals, Severity, in_order, settled
from targets.models.indicators import Accumulation, Frequency, Kind

_PHASES: Proposals = ((ALONE, gettext_lazy("each for itself")), (RUNNING, gettext_lazy("counted from January")))
_TARGET_OR_NOT: Proposals = ((KEEP, gettext_lazy("It is")), (LEAVE_OUT, gettext_lazy("Leave it out")))
_MOST_SHOWN = 4


def read_plan(
    sheet: Sheet,
    heading: Heading,
    names: Names,
    *,
    year: int,
    mapping: Mapping[int, Meaning] | None = None,
    answers: Mapping[str, str] | None = None,
) -> PlanRows:
    """Read the rows below a heading.

    ``mapping`` is column to meaning as a person settled it; without it as the heading was understood. ``answers`` are
    by ``Problem.key``. The same arguments always give the same result.
    """
    return SheetReader(
        sheet, heading, names, year, heading.mapping if mapping is None else mapping, answers or {}
    ).read()


class SheetReader(PlanReading):
    """The sheet as a whole."""

    def read(self) -> PlanRows:
        self.settle_columns()
        listed = lines(self.sheet, self.heading, self.mapping)
        if Meaning(Field.NAME) not in self.columns:
            self.note(
                Severity.ERROR, 0, 0, "", _("No column is the indicator."), advice=_("Choose the column of the names.")
            )
            return PlanRows(self.sheet.name, (), in_order(self.problems), ())
        targets = sum(line.kind == RowKind.DATA for line in listed)
        if targets > MOST_TARGETS:
            self.note(
                Severity.ERROR,
                0,
                0,
                str(targets),
                _("The sheet has %(count)d rows of targets; more than %(most)d are no plan.")
                % {"count": targets, "most": MOST_TARGETS},
                advice=_("Check that it is the right sheet."),
            )
            return PlanRows(self.sheet.name, (), in_order(self.problems), ())
        data = [line.row for line in listed if line.kind == RowKind.DATA]
        self.settle_phases(data)
        self.announce(data)
        rows: list[PlanRow] = []
        left_out: list[Line] = []
        for line in listed:
            if line.kind == RowKind.DATA:
                row = RowReader(self, line.row).read()
                if row is not None:
                    rows.append(row)
            else:
                left_out.append(line)
                self.leave_out(line)
        rows = self.without_twins(rows)
        if not rows:
            self.note(Severity.ERROR, 0, 0, "", _("Below the heading there is no target."))
        whole = 0 in self.blocked
        ready = tuple(replace(row, ready=not whole and row.row not in self.blocked) for row in rows)
        return PlanRows(self.sheet.name, ready, in_order(self.problems), tuple(left_out))

    def settle_columns(self) -> None:
        for column in sorted(self.mapping):
            meaning = self.mapping[column]
            if meaning in self.columns:
                self.note(
                    Severity.ERROR,
                    self.heading.last_row,
                    column,
                    meaning.label,
                    _("Two columns are “%(meaning)s”: %(first)s and %(second)s.")
                    % {
                        "meaning": meaning.label,
                        "first": address(self.heading.last_row, self.columns[meaning]),
                        "second": address(self.heading.last_row, column),
                    },
                    advice=_("Choose one of them."),
                )
            else:
                self.columns[meaning] = column
        self.fields = {meaning.field: column for meaning, column in self.columns.items() if not meaning.month}
        self.target_columns = sorted(one for one in self.columns.items() if one[0].month)

    def announce(self, rows: Sequence[int]) -> None:
        """What stands in the sheet and is not taken, or is not seen: columns, and comments on the heading."""
        known = {column.column: column for column in self.heading.columns}
        for number in range(1, self.sheet.last_column + 1):
            column = known.get(number)
            label = column.label if column is not None else ""
            if number in self.mapping:
                if number in self.sheet.hidden_columns:
                    reason = _("Column %(column)s “%(label)s” is hidden in the sheet, and was read.")
                    self.tell(number, label, reason % {"column": column_letter(number), "label": label[:60]})
                continue
            held = self.held(number, rows)
            if not held or plain(label) in heading_words.NUMBERING:
                continue
            said = {"column": column_letter(number), "label": label[:60], "held": display.joined(held)}
            reason = _("Column %(column)s “%(label)s” is not used. It holds %(held)s.") if label else ""
            reason = (reason or _("Column %(column)s has no heading and is not used. It holds %(held)s.")) % said
            clash = next((one for one in self.heading.clashes if number in one.columns), None)
            other = self.columns.get(clash.meaning) if clash is not None else None
            if clash is not None and other is not None:
                reason += " " + _("It may be the %(meaning)s, which is read from column %(other)s.") % {
                    "meaning": clash.meaning.label,
                    "other": column_letter(other),
                }
            self.tell(number, label, reason)
        for (row, number), comment in sorted(self.sheet.comments.items()):
            if row <= self.heading.last_row:
                place = address(row, number)
                self.tell(number, place, _("%(cell)s, comment: %(text)s") % {"cell": place, "text": comment})

    def tell(self, column: int, value: str, reason: str) -> None:
        key = f"{ANNOUNCED}{len(self.problems)}"
        self.note(Severity.NOTE, self.heading.last_row, column, value, reason, key=key)

    def held(self, column: int, rows: Sequence[int]) -> list[str]:
        """The first figures, days and units that a column holds; none where it only numbers the rows or talks."""
        cells = [cell for row in rows if (cell := self.sheet.cell(row, column)) is not None and cell.text]
        if [cell.value for cell in cells] == list(range(1, len(cells) + 1)) and len(cells) > 1:
            return []
        texts = [
            cell.text[:20]
            for cell in cells
            if not isinstance(cell.value, str) or re.search(r"\d", cell.text) or self.names.unit(cell.text).exact
        ]
        return [*dict.fromkeys(texts)][:_MOST_SHOWN] + (["…"] if len({*texts}) > _MOST_SHOWN else [])

    def settle_phases(self, rows: Sequence[int]) -> None:
        """Whether columns of quarters or months stand for themselves: by the figures, else by asking."""
        phases = sorted(
            (meaning.month, column) for meaning, column in self.columns.items() if meaning.field == Field.PHASE
        )
        if not any(re.search(r"\d", self.sheet.text(row, column)) for _month, column in phases for row in rows):
            return
        answer = settled(self.answers.get(PHASES, "").strip(), _PHASES)
        if answer in (ALONE, RUNNING):
            self.phases_alone = answer == ALONE
            return
        alone, running = self.evidence(rows, [column for _month, column in phases])
        if alone and not running:
            self.phases_alone = True
            reason = _("The columns of quarters or months add up to the annual target: each stands for itself.")
        elif running and not alone:
            reason = _("The last of the quarters or months equals the annual target: they count from January.")
        else:
            self.note(
                Severity.QUESTION,
                0,
                0,
                "",
                _("Do the columns of quarters or months stand for themselves, or count from January?"),
                key=PHASES,
                proposals=_PHASES,
            )
            return
        self.note(Severity.NOTE, self.heading.last_row, phases[0][1], "", reason, key=PHASES)

    def evidence(self, rows: Sequence[int], columns: Sequence[int]) -> tuple[int, int]:
        """How many rows say that phases add up to the annual target, and how many that the last equals it."""
        alone = running = 0
        annual_column = self.columns.get(ANNUAL)
        unit_column = self.columns.get(Meaning(Field.UNIT_OF_MEASURE), 0)
        for row in rows:
            shown_unit = self.sheet.covering(row, unit_column)
            if shown_unit is not None and units_of_measure.is_share(shown_unit.text):
                # Rates never add up, whatever the columns mean.
                continue
            if self.is_stock(row):
                continue
            amounts = [cell.value for column in columns if (cell := self.sheet.cell(row, column)) and cell.is_number]
            annual = self.sheet.cell(row, annual_column) if annual_column else None
            if len(amounts) != len(columns) or len(columns) < 2 or annual is None or not annual.is_number:
                continue
            total = sum(amount for amount in amounts if isinstance(amount, Decimal))
            alone += total == annual.value and amounts[-1] != annual.value
            running += amounts[-1] == annual.value and total != annual.value
        return alone, running

    def is_stock(self, row: int) -> bool:
        """Whether the latest figure counts, by the row itself or by the indicator that it means."""
        stated = self.sheet.covering(row, self.fields.get(Field.ACCUMULATION, 0))
        if stated is not None and any(
            word in stated.text for word, value in words.ACCUMULATIONS.items() if value == Accumulation.STOCK
        ):
            return True
        name = self.sheet.covering(row, self.fields[Field.NAME])
        known = self.names.indicators_named(name.text) if name is not None else ()
        return any(entry.accumulation == Accumulation.STOCK for entry in known)

    def leave_out(self, line: Line) -> None:
        if line.kind == RowKind.GROUP:
            numbered = next(iter(self.sheet.row(line.row))).text
            rank = words.rank_of_heading(numbered)
            # （一）招商引资 below 一、经济发展 names no section of its own; 二、生态建设 does, known or not.
            is_section = not self.section or rank <= self.section_rank
            if is_section or self.names.section(line.text).found is not None:
                self.section, self.section_rank = line.text, rank
            return
        reason = {
            RowKind.TOTAL: _("This is a total and was left out; the system adds up by itself."),
            RowKind.REPEATED: _("This repeats the heading and was left out."),
            RowKind.NOTE: _("This stands below the table and was left out."),
        }[line.kind]
        self.note(Severity.NOTE, line.row, 0, line.text, reason)

    def without_twins(self, rows: Sequence[PlanRow]) -> list[PlanRow]:
        """Name the rows that say the same target twice, or one indicator in two ways."""
        seen: dict[tuple[str, str], PlanRow] = {}
        natures: dict[str, PlanRow] = {}
        for row in rows:
            name = row.indicator or names.plain(row.name)
            column = self.columns[Meaning(Field.NAME)]
            first = seen.setdefault((name, row.unit), row)
            if first is not row:
                self.note(
                    Severity.ERROR,
                    row.row,
                    column,
                    row.name,
                    _("This unit already has this indicator in row %(row)d.") % {"row": first.row},
                    advice=_("Delete one of the rows, or tell them apart by their names."),
                )
                continue
            other = natures.setdefault(name, row)
            if row.section != other.section and not row.indicator and row.section and other.section:
                self.note(
                    Severity.ERROR,
                    row.row,
                    column,
                    row.name,
                    _("Row %(row)d has the same indicator in another section.") % {"row": other.row},
                    advice=_("Make them agree, or tell them apart by their names."),
                )
            nature = (row.unit_of_measure, row.kind, row.accumulation, row.direction)
            if nature != (other.unit_of_measure, other.kind, other.accumulation, other.direction):
                self.note(
                    Severity.ERROR,
                    row.row,
                    column,
                    row.name,
                    _("Row %(row)d has the same indicator with another unit of measure, kind or direction.")
                    % {"row": other.row},
                    advice=_("Make them agree, or tell them apart by their names."),
                )
        return list(rows)


class RowReader(RowCells):
    """One row."""

    def read(self) -> PlanRow | None:
        if self.is_left_out():
            return None
        name = self.text(Field.NAME)
        whole_name = self.sheet.covering(self.row, self.name_column)
        if not name:
            self.report(
                Severity.ERROR,
                self.name_column,
                "",
                _("This row has no name of an indicator."),
                advice=_("Type one, or empty the row."),
                key=self.key(self.name_column),
            )
        spelled, unit_in_name = _without_unit(" ".join(name.split()))
        numbered = _NUMBERED.sub("", spelled)
        existing, name = self.existing(spelled), names.AMONG.sub("", numbered)
        self.name = names.plain(name)
        unit, supporting = self.units()
        self.stands = existing is not None and (existing.code, unit) in self.reader.names.targets
        figures = Figures(self, name, existing, unit_in_name)
        worded_apart = bool(self.column(Field.WORDING))
        wording = self.text(Field.WORDING) if worded_apart else figures.words
        whole = whole_name.text if whole_name is not None else ""
        wording_is_name = (
            not wording
            and not worded_apart
            and (len(whole) > LONGEST[Field.NAME] or re.search(r"\d", name) is not None)
        )
        if existing is not None:
            self.compare(existing, figures.unit_of_measure)
        return PlanRow(
            row=self.row,
            section=self.section(existing),
            name=name,
            unit=unit,
            kind=figures.kind,
            accumulation=figures.accumulation,
            direction=figures.direction,
            code=self.own_code(existing),
            indicator=existing.code if existing is not None else "",
            unit_of_measure=figures.unit_of_measure,
            decimals=figures.decimals,
            frequency=self.choice(Field.FREQUENCY, words.FREQUENCIES) or self.assume("frequency", Frequency.MONTH),
            interpolation=self.choice(Field.PATH, words.PATHS) if figures.kind != Kind.MILESTONE else "",
            supporting=supporting,
            lead_leader=self.text(Field.LEAD_LEADER),
            responsible_person=self.text(Field.RESPONSIBLE_PERSON),
            baseline=figures.baseline,
            checkpoints=figures.checkpoints,
            steps=figures.steps,
            approximation=figures.approximation,
            weight=self.weight(),
            wording=whole if wording_is_name else wording,
            definition=self.text(Field.DEFINITION),
            source=self.text(Field.SOURCE),
            assumed=frozenset(self.assumed),
            in_words_only=figures.in_words_only and not figures.checkpoints and not figures.steps,
            cleared=frozenset(self.cleared),
            without=frozenset(figures.without),
            said_steps=figures.said_steps,
            due=figures.due,
            wording_is_name=wording_is_name,
            remarks=self.remarks(),
            is_among=name != numbered,
        )

    def is_left_out(self) -> bool:
        """A row struck through may be a target that was taken back, a hidden one too: asked, never decided here."""
        cell = self.sheet.covering(self.row, self.name_column)
        if cell is not None and cell.struck:
            return not self.is_target("struck", cell.text, _("This row is struck through. Is it still a target?"))
        if self.row in self.sheet.hidden_rows:
            return not self.is_target(HIDDEN, "", _("This row is hidden in the sheet. Is it a target?"))
        return False

    def is_target(self, aspect: str, text: str, question: str) -> bool:
        key = self.key(self.name_column, aspect)
        answer = settled(self.answer(key), _TARGET_OR_NOT)
        if answer not in (KEEP, LEAVE_OUT):
            self.report(Severity.QUESTION, self.name_column, text, question, key=key, proposals=_TARGET_OR_NOT)
        return answer != LEAVE_OUT

    def remarks(self) -> tuple[str, ...]:
        """What stands beside the figures of the row: comments, and what was struck out within a cell."""
        found = [
            _("%(cell)s, struck out: %(text)s") % {"cell": cell.address, "text": cell.struck_out}
            for cell in self.sheet.row(self.row)
            if cell.struck_out
        ]
        for column in range(1, self.sheet.last_column + 1) if self.sheet.comments else ():
            merge = self.sheet.merge(self.row, column)
            place = (merge.top, merge.left) if merge is not None else (self.row, column)
            if (comment := self.sheet.comments.get(place)) and (merge is None or merge.left == column):
                found.append(_("%(cell)s, comment: %(text)s") % {"cell": address(*place), "text": comment})
        if note := self.text(Field.NOTE):
            found.append(_("note: %(text)s") % {"text": note[:200]})
        return tuple(found)

    def section(self, existing: KnownIndicator | None) -> str:
        """The code of the section: that of an indicator which exists already, whatever the sheet has it under."""
        column = self.column(Field.SECTION)
        own = self.text(Field.SECTION)
        if own:
            self.reader.section = own
        wanted = own or self.reader.section
        place = column or self.name_column
        answer = self.answer_at(place, "section")
        match = self.reader.names.section(answer or wanted)
        if existing is not None and existing.section:
            if wanted and (match.found is None or match.found.code != existing.section):
                names = {entry.code: entry.name for entry in self.reader.names.sections}
                self.report(
                    Severity.NOTE,
                    place,
                    wanted,
                    _("The sheet has it under “%(sheet)s”; the indicator %(code)s stays under “%(own)s”.")
                    % {
                        "sheet": wanted[:60],
                        "code": existing.code,
                        "own": names.get(existing.section, existing.section),
                    },
                )
            return existing.section
        if match.found is not None:
            if not match.exact:
                self.taken_as(place, wanted, match.found)
            return match.found.code
        rest = [entry for entry in self.reader.names.sections if entry not in match.nearest]
        self.report(
            Severity.ERROR,
            place,
            wanted,
            _("There is no section “%(name)s”.") % {"name": wanted[:60]} if wanted else _("This row has no section."),
            advice=_("Choose one.") if rest or match.nearest else _("Make it first."),
            key=self.key(place) if column else self.key(place, "section"),
            proposals=[(entry.code, entry.name) for entry in (*match.nearest, *rest)],
            missing="section" if wanted and not match.nearest else "",
        )
        return ""

    def taken_as(self, column: int, text: str, found: Known) -> None:
        self.report(
            Severity.NOTE,
            column,
            text,
            _("“%(text)s” was read as “%(name)s”.") % {"text": text[:60], "name": found.name},
        )

    def units(self) -> tuple[str, tuple[str, ...]]:
        """The code of the unit that reports, and those of the units that support it."""
        column = self.column(Field.UNIT)
        parts = words.unit_names(self.text(Field.UNIT)) if column else []
        if not parts:
            parts = [self.answer(UNIT)] if self.answer(UNIT) else []
        lead = self.lead(parts[0] if parts else "", column)
        others = [(name, column) for name in parts[1:]]
        others += [(name, self.column(Field.SUPPORTING)) for name in words.unit_names(self.text(Field.SUPPORTING))]
        codes: list[str] = []
        for name, place in others:
            match = self.reader.names.unit(name)
            if match.found is None:
                self.report(
                    Severity.NOTE,
                    place,
                    name,
                    _("There is no unit “%(name)s”. It was left out of the supporting units.") % {"name": name[:60]},
                    missing="" if words.EVERYONE.search(name) else "unit",
                )
            elif match.found.code != lead:
                if not match.exact:
                    self.taken_as(place, name, match.found)
                codes.append(match.found.code)
        return lead, tuple(dict.fromkeys(codes))

    def lead(self, name: str, column: int) -> str:
        if not column and not name:
            self.reader.note(
                Severity.QUESTION,
                0,
                0,
                "",
                _("No column names the responsible unit. Which unit reports these targets?"),
                key=UNIT,
                proposals=[(entry.code, entry.name) for entry in self.reader.names.units],
            )
            return ""
        match = self.reader.names.unit(name)
        if match.found is not None:
            if not match.exact and column:
                self.taken_as(column, name, match.found)
            return match.found.code
        rest = [entry for entry in self.reader.names.units if entry not in match.nearest]
        if not name:
            reason = _("This row has no responsible unit.")
        elif words.EVERYONE.search(name):
            reason = _("“%(name)s” are several units. A target has one that reports.") % {"name": name[:60]}
        else:
            reason = _("There is no unit “%(name)s”.") % {"name": name[:60]}
        self.report(
            Severity.ERROR,
            column,
            name,
            reason,
            advice=_("Choose a unit, or make it first."),
            key=self.key(column) if column else UNIT,
            proposals=[(entry.code, entry.name) for entry in (*match.nearest, *rest)],
            missing="unit" if name and not words.EVERYONE.search(name) else "",
        )
        return ""

    def existing(self, name: str) -> KnownIndicator | None:
        """The indicator that this row means, where there already is one."""
        known = self.reader.names
        found = self.meant(name, known.indicators_named(name)) or self.of_its_code(name)
        if found is None:
            near = known.indicators_alike.nearest(name, alike=names.NEARLY_THE_SAME)
            if near:
                self.report(
                    Severity.NOTE,
                    self.name_column,
                    name,
                    _("There are indicators of nearly this name: %(names)s. If one of them is meant, use its name.")
                    % {"names": display.joined(f"{entry.name} ({entry.code})" for entry in near)},
                )
            return None
        self.report(
            Severity.NOTE,
            self.name_column,
            name,
            _("This is the existing indicator %(code)s, “%(name)s”.") % {"code": found.code, "name": found.name},
        )
        return found

    def meant(self, name: str, listed: Sequence[KnownIndicator]) -> KnownIndicator | None:
        """Of several indicators of one name the one in the row's unit of measure, then the one that has its code, that
        is spelled so, that is in its section."""
        if len(listed) < 2:
            return listed[0] if listed else None
        section = self.reader.names.section(self.text(Field.SECTION) or self.reader.section).found
        code, own, unit = section.code if section else "", self.text(Field.CODE), self.text(Field.UNIT_OF_MEASURE)
        return max(
            listed,
            key=lambda entry: (
                not unit or units_of_measure.same(entry.unit_of_measure, unit),
                entry.code == own,
                entry.name == name,
                entry.section == code,
            ),
        )

    def of_its_code(self, name: str) -> KnownIndicator | None:
        """An indicator of another name that has the code of the row: a sheet may number as the house does, so that
        nothing but the name says which one is meant."""
        code = self.text(Field.CODE)
        found = self.reader.names.indicators_by_code.get(code) if code else None
        if found is None or not name:
            return None
        if names.plain(name) in map(names.plain, found.aliases):
            return found
        offered: Proposals = (
            (THIS, _("It is %(code)s, “%(name)s”") % {"code": found.code, "name": found.name}),
            (NEW, gettext_lazy("It is a new one, with another code")),
        )
        key = self.key(self.column(Field.CODE), "indicator")
        answer = settled(self.answer(key), offered)
        if answer not in (THIS, NEW):
            self.report(
                Severity.QUESTION,
                self.column(Field.CODE),
                code,
                _("The code %(code)s belongs to “%(own)s” (%(own_unit)s), and this row is “%(name)s” (%(unit)s).")
                % {
                    "code": code,
                    "own": found.name,
                    "own_unit": found.unit_of_measure or "—",
                    "name": name[:60],
                    "unit": self.text(Field.UNIT_OF_MEASURE) or "—",
                },
                key=key,
                proposals=offered,
            )
        return found if answer == THIS else None

    def own_code(self, existing: KnownIndicator | None) -> str:
        """The code that the sheet gives to a new indicator; empty where another one has it already."""
        code = self.text(Field.CODE)
        if existing is not None or not code:
            return code
        first = self.reader.codes.setdefault(code, self.name)
        if first == self.name and code not in self.reader.names.codes:
            return code
        self.report(
            Severity.NOTE,
            self.column(Field.CODE),
            code,
            _("The code %(code)s is taken; the new indicator gets the next free one.") % {"code": code},
        )
        return ""

    def compare(self, existing: KnownIndicator, unit_of_measure: str) -> None:
        """An indicator keeps its unit of measure: figures in another one are not taken for it."""
        if unit_of_measure and existing.unit_of_measure:
            if units_of_measure.same(unit_of_measure, existing.unit_of_measure):
                return
            self.report(
                Severity.ERROR,
                self.column(Field.UNIT_OF_MEASURE) or self.name_column,
                unit_of_measure,
                _("The indicator %(code)s is in %(old)s, and the sheet in %(new)s.")
                % {"code": existing.code, "old": existing.unit_of_measure, "new": unit_of_measure},
                advice=_("Type another name, or correct the unit of measure and the figures in the file."),
                key=self.key(self.name_column),
            )

    def weight(self) -> Decimal:
        column = self.column(Field.WEIGHT)
        text = self.text(Field.WEIGHT)
        if not text:
            if Field.WEIGHT.value not in self.cleared:
                self.assume("weight", "")
            return Decimal(1)
        try:
            value = read_figure(re.sub(r"[分%％]$", "", text.strip()))
        except ValidationError:
            value = None
        if value is None or value < 0:
            self.report(
                Severity.ERROR,
                column,
                text,
                _("“%(text)s” is not a weight. A weight is zero or more.") % {"text": text[:60]},
                key=self.key(column),
            )
            return Decimal(1)
        return value


#: A number in front of a name is that of the row: 1、油茶种植, (2)油茶种植, ③油茶种植.
_NUMBERED = re.compile(r"^(?:\d{1,3}\s*[、．.](?!\d)|[(（]\d{1,3}[)）]|[①-⑳])\s*(?=\S)")
_PLACES = ("村", "所", "月", "天", "度", "分", "口", "位")


def _without_unit(name: str) -> tuple[str, str]:
    """A name that carries its unit of measure, 固定资产投资（万元）, as both; else the name and nothing."""
    match = re.fullmatch(r"(.+?)\s*[(（]\s*(?:单位\s*[:：])?\s*([^()（）]{1,8})[)）]", name)
    # 农村公路（村） says where, not how many villages.
    if match is None or match[2] in _PLACES or not units_of_measure.is_known(match[2]):
        return name, ""
    return match[1], units_of_measure.normal(match[2])
