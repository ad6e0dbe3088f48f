"""Whose form a filled-in file is: a row that nobody sees says the unit, the year and the month it was made for."""

import re
from dataclasses import dataclass
from typing import Self

from targets.display import MONTH_NAMES
from targets.importers.files.grid import Sheet
from targets.models import Unit

_MARK = re.compile(r"progress-form/1 (.+) (\d{4})-(\d{2})")
#: Forms made before there were marks say it in their title alone.
_CHINESE_TITLE = re.compile(r"(.+?)(\d{4})年(\d{1,2})月进度填报表")
_ENGLISH_TITLE = re.compile(rf"Progress of (.+), ({'|'.join(MONTH_NAMES)}) (\d{{4}})")


@dataclass(frozen=True)
class FormMark:
    """What a form was made for. ``unit`` is the unit's code, or its name where only a title says it."""

    unit: str
    year: int
    month: int

    @property
    def text(self) -> str:
        """As it stands in the form. One text in one cell: what saves the file again leaves that as it is."""
        return f"progress-form/1 {self.unit} {self.year}-{self.month:02d}"

    def is_of(self, unit: Unit, year: int, month: int) -> bool:
        """Whether the form was made for just these."""
        return self.unit in (unit.code, unit.name, unit.name_en) and (self.year, self.month) == (year, month)

    @classmethod
    def of_sheet(cls, sheet: Sheet, heading_row: int, *, by_title: bool) -> Self | None:
        """The mark above the headings; ``None`` for a table of one's own.

        ``by_title``: the headings are those of the form, so that without a mark its title counts.
        """
        texts = [cell.text for row in range(1, heading_row) for cell in sheet.row(row)]
        for text in texts:
            if found := _MARK.fullmatch(text):
                return cls(found[1], int(found[2]), int(found[3]))
        for text in texts if by_title else ():
            if found := _CHINESE_TITLE.fullmatch(text):
                return cls(found[1], int(found[2]), int(found[3]))
            if found := _ENGLISH_TITLE.fullmatch(text):
                return cls(found[1], int(found[3]), MONTH_NAMES.index(found[2]) + 1)
        return None
