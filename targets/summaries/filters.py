"""Keeping some of the rows: by status, reporting unit, and words in name or code."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from targets.calculations.terms import Status
from targets.models import Section, Unit
from targets.summaries.indicator import PartRow
from targets.summaries.rows import URGENCY, Group, IndicatorRow
from targets.summaries.selection import Selection


@dataclass(frozen=True)
class RowFilter:
    """What is kept; an empty field keeps everything. ``office`` is a reporting unit."""

    status: Status | None = None
    office: Unit | None = None
    words: str = ""

    @property
    def is_active(self) -> bool:
        return bool(self.status or self.office or self.words)

    def keeps(self, row: IndicatorRow) -> bool:
        if self.status is not None and row.status is not self.status:
            return False
        if self.office is not None and not row.is_made_of(self.office):
            return False
        text = f"{row.indicator.code} {row.indicator.name} {row.indicator.name_en}".lower()
        return all(word in text for word in self.words.lower().split())

    def apply(self, group: Group) -> Group:
        """The group with the kept rows; its mean is that of the kept rows."""
        return Group(tuple(row for row in group.rows if self.keeps(row)), group.section)


#: Of more units nobody chooses one from a list: they are found by their own pages.
MOST_UNITS = 100


def reporting_units(selection: Selection, section: Section | None = None) -> tuple[Unit, ...]:
    """The units at the viewed one and below that have targets, in display order; none where they are too many."""
    below = list(islice(selection.tree.below(selection.unit.pk), MOST_UNITS + 1))
    if len(below) > MOST_UNITS:
        return ()
    targets = selection.targets().order_by()
    if section is not None:
        targets = targets.filter(indicator__section=section)
    units = selection.tree.units
    found = (units[pk] for pk in targets.values_list("unit", flat=True).distinct())
    return tuple(sorted(found, key=lambda unit: (unit.position, unit.pk)))


def parts_by_name(parts: Iterable[PartRow], words: str) -> tuple[PartRow, ...]:
    """The units whose code or name holds all of the words."""
    return tuple(part for part in parts if part.unit.has_words(words))


def worst_first(parts: Iterable[PartRow]) -> tuple[PartRow, ...]:
    """By status, what needs somebody first, then by schedule ratio; what is alike stays in display order."""

    def need(part: PartRow) -> tuple[int, bool, Fraction]:
        ratio = part.row.standing.schedule_ratio
        return URGENCY.index(part.row.status), ratio is None, Fraction(0) if ratio is None else ratio

    return tuple(sorted(parts, key=need))
