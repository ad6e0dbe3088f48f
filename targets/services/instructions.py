"""Instructions 批示: given by a leader, answered by the unit, closed by who gave it or by the reviewer."""

from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import Indicator, Instruction, Section, Unit, Year
from targets.permissions import may_answer, may_close_instruction, may_instruct
from targets.services.base import Author, create, record, refuse, snapshot, update, verb


@verb
def give_instruction(
    by: Author,
    *,
    unit: Unit,
    year: int,
    text: str,
    indicator: Indicator | None = None,
    section: Section | None = None,
) -> Instruction:
    """Ask something about an indicator or a section of a unit.

    Raises:
        PermissionDenied: the author is no leader of the unit for this section.
        ValidationError: nothing is asked, or the year has no plan in force.
    """
    about = indicator.section_id if indicator is not None else section.pk if section is not None else 0
    by.require(may_instruct, unit.pk, about)
    if not Year.objects.in_force().filter(year=year).exists():
        raise refuse(_("There is no plan in force for %(year)s.") % {"year": year})
    instruction = Instruction(
        unit=unit, year=year, text=text.strip(), indicator=indicator, section=section, given_by=by.user
    )
    create(by, "instruction.create", instruction, "text", "indicator", "section", unit=unit)
    return instruction


@verb
def answer_instruction(by: Author, instruction: Instruction, *, unit: Unit, answer: str) -> None:
    """Answer for a unit that reports what the instruction is about; a later answer stands beside the earlier ones.

    Raises:
        ValidationError: the answer is empty, or the instruction is closed.
    """
    by.require(may_answer, unit.pk)
    if instruction.closed_at is not None:
        raise refuse(_("This instruction is closed already."))
    if not answer.strip():
        raise refuse(_("Write the answer."), "answer")
    before = snapshot(instruction, "answer")
    line = f"{unit.name}：{answer.strip()}"
    update(
        instruction,
        answer="\n".join(part for part in (instruction.answer, line) if part),
        answered_by=by.user,
        answered_at=timezone.now(),
    )
    record(
        by,
        "instruction.answer",
        instruction,
        unit=unit,
        before=before,
        after=snapshot(instruction, "answer"),
    )


@verb
def close_instruction(by: Author, instruction: Instruction) -> None:
    """Close an instruction: its giver is content, or the reviewer has seen to it."""
    by.require(may_close_instruction, instruction, by.user.pk if by.user is not None else None)
    if instruction.closed_at is not None:
        raise refuse(_("This instruction is closed already."))
    update(instruction, closed_at=timezone.now(), closed_by=by.user)
    record(by, "instruction.close", instruction, unit=instruction.unit)
