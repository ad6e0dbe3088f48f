"""Which instructions a unit or a page is concerned with.

An instruction to a whole township is answered by each village for itself: who does not see the township reads of the
answers only those of the units that they see.
"""

from collections.abc import Iterable

from django.db.models import Q

from targets.models import Indicator, Instruction, Section
from targets.permissions import Scope
from targets.summaries.selection import Selection


def instructions_about(
    selection: Selection, *, indicator: Indicator | None = None, section: Section | None = None
) -> tuple[Instruction, ...]:
    """The instructions on an indicator or a section, at the viewed unit or one above it, the open ones first."""
    about = Q(indicator=indicator) if indicator is not None else Q(section=section)
    found = Instruction.objects.filter(
        about, year=selection.year.year, unit__in=list(selection.tree.above(selection.unit.pk))
    ).select_related("unit", "given_by", "indicator", "section")
    return tuple(_as_seen(selection.scope, one) for one in found)


def instructions_for_month(
    selection: Selection, indicators: Iterable[int], sections: Iterable[int]
) -> tuple[Instruction, ...]:
    """The open instructions that a unit has to answer: on what it reports, given to it or to a unit above it."""
    about = Q(indicator__in=list(indicators)) | Q(section__in=list(sections))
    found = Instruction.objects.filter(
        about,
        year=selection.year.year,
        closed_at__isnull=True,
        unit__in=list(selection.tree.above(selection.unit.pk)),
    ).select_related("unit", "given_by", "indicator", "section")
    return tuple(_as_seen(selection.scope, one) for one in found)


def _as_seen(scope: Scope, instruction: Instruction) -> Instruction:
    """The instruction, to be shown and never saved, without the answers of units that the person may not see."""
    if instruction.answer and instruction.unit_id not in scope.unit_ids:
        hidden = {unit.name for unit in scope.tree.units.values() if unit.pk not in scope.unit_ids}
        seen = {scope.tree.units[pk].name for pk in scope.unit_ids} - hidden
        said = instruction.answer.split("\n")
        # Each answer is a line that its unit begins; what no known unit begins is nobody's to read.
        instruction.answer = "\n".join(line for line in said if line.partition("：")[0] in seen)
    return instruction
