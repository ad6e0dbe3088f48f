"""What the units reported in the course of a year, and the same a year before: what comparison and outlook are made of.

The year before is that of the same indicator, or of the one that it succeeds where figures of the one can stand beside
those of the other.
"""

from collections.abc import Container, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from targets.calculations.answers import Reported
from targets.calculations.comparison import (
    Course,
    Lines,
    NoComparison,
    YearOnYear,
    compare,
    conversion,
    is_same_whole,
    scaled,
    with_official,
)
from targets.calculations.facts import TargetFacts
from targets.calculations.periods import MONTHS
from targets.calculations.rollup import RollUp, Standing
from targets.calculations.terms import Figures, Period
from targets.models import Year
from targets.querysets.plans import IndicatorFacts
from targets.summaries.accounts import standing_by
from targets.summaries.selection import Selection


@dataclass(frozen=True)
class LastYear:
    """An indicator a year before.

    Attributes:
        selection: the same view of that year as a whole.
        group: its facts, of the indicator itself or of the one that it succeeds; ``None`` where there are none.
        times: what its amounts are multiplied by to stand beside this year's; ``None`` where they cannot.
    """

    selection: Selection
    group: IndicatorFacts | None
    times: Fraction | None


def year_before(selection: Selection) -> Selection:
    """The same view of the whole year before."""
    return selection.at(year=Year(year=selection.year.year - 1), period=Period.YEAR, as_of=MONTHS[-1])


def last_year(then: Selection, group: IndicatorFacts, before: Mapping[int, IndicatorFacts]) -> LastYear:
    """An indicator among the facts of the year before, which are by indicator."""
    new = group.indicator
    threads = (new.pk, new.succeeds_id)
    found = next((before[pk] for pk in threads if pk is not None and pk in before), None)
    if found is None:
        return LastYear(then, None, None)
    old = found.indicator
    times = conversion((found.measure, old.unit_of_measure), (group.measure, new.unit_of_measure))
    return LastYear(then, found, times)


def growth(
    selection: Selection, group: IndicatorFacts, before: LastYear, official: Decimal | None = None
) -> YearOnYear:
    """Year on year at the cut-off. ``official`` is the published growth, in percent or percentage points."""
    if before.group is None:
        found = YearOnYear(reason=NoComparison.NO_LAST_YEAR)
    elif before.times is None:
        found = YearOnYear(reason=NoComparison.OTHER_NATURE)
    else:
        this = _lines(selection, group, selection.month)
        last = _lines(before.selection, before.group, selection.month, before.times)
        others = _unplanned(selection, group) - this.keys()
        found = compare(group.measure, this, {line: last[line] for line in last if line not in others})
    return with_official(group.measure, found, official)


def shape(selection: Selection, group: IndicatorFacts, before: LastYear, months: Container[int]) -> list[Reported]:
    """The running levels of the year before in some months, in this year's unit of measure; none of another whole."""
    if before.group is None or before.times is None:
        return []
    this, last = (_lines(view, one, MONTHS[-1]) for view, one in ((selection, group), (before.selection, before.group)))
    if not is_same_whole(this, last):
        return []
    return list(scaled(levels(before.selection, before.group, months), before.times))


def pace_levels(selection: Selection, group: IndicatorFacts, months: Container[int]) -> list[Reported] | None:
    """The running levels of the units that go on to the year's end, where some ended and nobody carries them on.

    ``None`` where all go on; empty where none does.
    """
    if all(facts.plan.months.stop > MONTHS[-1] for facts in group.facts.values()):
        return None
    rolled = _roll_up(selection, group, selection.month)
    line_of = selection.tree.lines
    reporting = _reporting_units(rolled, selection.unit.pk)
    there = {pk: group.facts[pk].plan.months for pk in reporting}
    going_on = {line_of[pk] for pk in reporting if MONTHS[-1] in there[pk]}
    ended = {pk for pk in reporting if line_of[pk] not in going_on and there[pk].stop <= selection.month + 1}
    if ended and len(ended) == len(reporting):
        return []
    if not ended or not group.measure.is_flow:
        return None
    kept = {pk: facts for pk, facts in group.facts.items() if pk not in ended}
    return levels(selection, replace(group, facts=kept, account=None), months)


def _lines(selection: Selection, group: IndicatorFacts, month: int, times: Fraction = Fraction(1)) -> Lines:
    """The courses up to a month of the units whose own entries make up the actual, by line."""
    found: dict[Hashable, list[Course]] = {}
    for pk in _reporting_units(_roll_up(selection, group, month), selection.unit.pk):
        facts = group.facts[pk]
        so_far = [level for level in group.levels(facts) if level.month <= month]
        found.setdefault(selection.tree.lines[pk], []).append(Course(scaled(so_far, times), facts.plan.months))
    return found


def _unplanned(selection: Selection, group: IndicatorFacts) -> set[int]:
    """The lines that stay out of the judged sum because they have no checkpoints."""
    standing = _roll_up(selection, group, selection.month).standing(selection.unit.pk)
    return {selection.tree.lines[pk] for pk in standing.unplanned} if standing is not None else set()


def _roll_up(selection: Selection, group: IndicatorFacts, month: int) -> RollUp[int]:
    return selection.at(today=None).roll_up(group, as_of=month, period=Period.YEAR)


def _reporting_units(rolled: RollUp[int], unit_id: int) -> list[int]:
    """The units whose own entries make up a unit's actual at the month of the roll-up."""
    target = rolled.targets.get(unit_id)
    if target is not None and target.figures is Figures.OWN:
        return [unit_id]
    standing = rolled.standing(unit_id)
    parts = standing.parts if standing is not None else ()
    return [pk for part in parts for pk in _reporting_units(rolled, part)]


def levels(
    selection: Selection, group: IndicatorFacts, months: Container[int], *, partial_flows: bool = False
) -> list[Reported]:
    """The running levels in those of ``months`` in which an answer ended; of a sum the whole ones.

    A month of a sum of which a part is missing is none: the part that comes late would look like growth.
    ``partial_flows``: what adds up over the months is told all the same.
    """
    selection = selection.at(today=None)
    reporting = reporting_facts(selection, group, selection.unit.pk)
    if len(reporting) == 1:
        return [level for level in group.levels(reporting[0]) if level.month in months]
    found: list[Reported] = []
    before = Fraction(0)
    for month, from_month in sorted(runs_of(group, reporting).items()):
        if month not in months:
            continue
        standing = standing_by(selection, group, month)
        if standing is not None and standing.actual is not None:
            if is_partial(group, standing) and not (partial_flows and group.measure.is_flow):
                continue
            added = standing.actual - before if group.measure.is_flow else None
            found.append(Reported(from_month, month, added, standing.actual))
            before = standing.actual
    return found


def is_partial(group: IndicatorFacts, standing: Standing[int]) -> bool:
    """Of a flow any answer that is missing is missing in the sum, else only that of the month itself."""
    if group.measure.is_flow:
        return standing.answered < standing.due
    return standing.month_answered < standing.month_due


def runs_of(group: IndicatorFacts, reporting: Iterable[TargetFacts]) -> dict[int, int]:
    """The months in which an answer ended, each with the first month that it covers."""
    runs: dict[int, int] = {}
    for facts in reporting:
        for level in group.levels(facts):
            runs[level.month] = min(runs.get(level.month, level.from_month), level.from_month)
    return runs


def reporting_facts(selection: Selection, group: IndicatorFacts, unit_id: int) -> list[TargetFacts]:
    """The facts of the targets whose own entries make up the unit's actual."""
    own = group.facts.get(unit_id)
    if own is not None and own.figures is Figures.OWN:
        return [own]
    found = []
    for part in selection.roll_up(group).parts(unit_id):
        found.extend(reporting_facts(selection, group, part))
    return found
