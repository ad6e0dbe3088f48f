"""The plan as a spreadsheet of the shape that the import reads: what goes out comes back in unchanged.

It is the office's own table 目标任务分解表, in Chinese whatever the language of the pages.
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from reports.document import Cell, Column, Table
from reports.tables.cells import left_out_notice, tab, title_of
from targets import display
from targets.importers.plan.heading_words import heading_of
from targets.importers.plan.words import (
    ACCUMULATIONS,
    DIRECTIONS,
    FREQUENCIES,
    KINDS,
    PATHS,
    steps_in_words,
    word_of,
)
from targets.models import Indicator, Milestone, Target, Unit
from targets.models.indicators import Kind
from targets.summaries.plan import WholePlan

#: The columns before and behind the checkpoints, by the field's code, with their widths.
FIRST = (
    ("code", 9), ("section", 12), ("name", 26), ("kind", 9), ("accumulation", 9), ("direction", 9),
    ("unit_of_measure", 9), ("unit", 16), ("supporting", 16), ("lead_leader", 16), ("responsible_person", 12),
    ("baseline", 12),
)  # fmt: skip
LAST = (
    ("path", 9),
    ("weight", 8),
    ("steps", 40),
    ("wording", 40),
    ("definition", 30),
    ("source", 18),
    ("frequency", 9),
)
HALF_YEAR, ANNUAL = 6, 12
#: What the import knows a note by: without it the line would be a target without a name.
NOTE = "注："


def plan_table(plan: WholePlan, *, title: str, unit: str, chosen: Collection[str] = ()) -> Table:
    """The targets of a year. Sensitive indicators stay out unless chosen by their code."""
    left_out = {target.indicator.code for target in plan.targets if target.indicator.sensitive} - set(chosen)
    targets = [target for target in plan.targets if target.indicator.code not in left_out]
    leading = {one.pk: _leading(one) for one in {target.indicator for target in targets}}
    has_sums = any(target.figures == Target.Figures.SUM for target in targets)
    sums = [_("Sums of the units below are left out of this table.")] if has_sums else []
    planned = (plan.checkpoints.get(target.pk, {}) for target in targets)
    months = sorted({HALF_YEAR, ANNUAL, *(month for points in planned for month in points)})
    columns = [*FIRST, *((f"checkpoint-{month}", 12) for month in months), *LAST]
    return Table(
        title=title_of(title, unit, plan.year.year),
        name=tab(title, unit, plan.year.year),
        keeps_empty=True,
        above=(unit, str(plan.year.year)),
        columns=tuple(Column(heading_of(key), width) for key, width in columns),
        rows=tuple(
            leading[target.indicator_id]
            + _row(
                target,
                months,
                plan.checkpoints.get(target.pk, {}),
                plan.steps.get(target.pk, ()),
                plan.supporting.get(target.pk, ()),
            )
            for target in targets
            if target.figures == Target.Figures.OWN
        ),
        below=tuple(f"{NOTE}{text}" for text in (*sums, *left_out_notice(len(left_out)))),
        file_name=display.file_name(title, unit, str(plan.year.year)),
    )


def _leading(indicator: Indicator) -> tuple[Cell, ...]:
    """What stands in front in every row of an indicator."""
    return (
        Cell(indicator.code),
        Cell(indicator.section.name),
        Cell(indicator.name),
        Cell(word_of(KINDS, indicator.kind)),
        Cell(word_of(ACCUMULATIONS, indicator.accumulation)),
        Cell(word_of(DIRECTIONS, indicator.direction)),
        Cell(indicator.unit_of_measure),
    )


def _row(
    target: Target,
    months: Sequence[int],
    points: Mapping[int, Decimal],
    steps: Sequence[Milestone],
    supporting: Sequence[Unit],
) -> tuple[Cell, ...]:
    indicator = target.indicator
    listed = steps_in_words((step.name, step.due, step.weight) for step in steps)
    return (
        Cell(target.unit.name),
        Cell("、".join(unit.name for unit in supporting)),
        Cell(target.lead_leader),
        Cell(target.responsible_person),
        _amount(target.baseline),
        *(_amount(points.get(month), target.approximation) for month in months),
        Cell(word_of(PATHS, target.interpolation) if indicator.kind != Kind.MILESTONE else ""),
        _amount(target.weight),
        Cell(listed),
        Cell(target.wording),
        Cell(target.definition),
        Cell(indicator.source),
        Cell(word_of(FREQUENCIES, indicator.frequency)),
    )


def _amount(value: Decimal | None, approximation: str = "") -> Cell:
    """A number as it is stored; an approximate one in the words of its document."""
    if value is None:
        return Cell("")
    text = display.plain_amount(value)
    if approximation:
        return Cell({"over": f"{value.normalize():f}余", "nearly": f"近{value.normalize():f}"}[approximation])
    return Cell(text, value, decimals=display.decimals_of(value, 0))
