"""Which instructions a unit or a page is concerned with."""

from collections.abc import Iterable

from django.db.models import Q

from targets.models import Indicator, Instruction, Section
from targets.summaries.selection import Selection


def instructions_about(
    selection: Selection, *, indicator: Indicator | None = None, section: Section | None = None
) -> tuple[Instruction, ...]:
    """The instructions on an indicator or a section, at the viewed unit or one above it, the open ones first."""
    about = Q(indicator=indicator) if indicator is not None else Q(section=section)
    return tuple(
        Instruction.objects.filter(
            about, year=selection.year.year, unit__in=list(selection.tree.above(selection.unit.pk))
        ).select_related("unit", "given_by", "indicator", "section")
    )


def instructions_for_month(
    selection: Selection, indicators: Iterable[int], sections: Iterable[int]
) -> tuple[Instruction, ...]:
    """The open instructions that a unit has to answer: on what it reports, given to it or to a unit above it."""
    about = Q(indicator__in=list(indicators)) | Q(section__in=list(sections))
    return tuple(
        Instruction.objects.filter(
            about,
            year=selection.year.year,
            closed_at__isnull=True,
            unit__in=list(selection.tree.above(selection.unit.pk)),
        ).select_related("unit", "given_by", "indicator", "section")
    )
