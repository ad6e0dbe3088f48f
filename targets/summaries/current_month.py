"""Which year and month a page shows by itself: the one that is judged, or the one that is being collected."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Count, Max, Q

from targets.calculations.completeness import Completeness, latest_complete
from targets.calculations.deadlines import clock, collected_month, opened_month
from targets.calculations.periods import MONTHS, due_months
from targets.calculations.terms import AnswerKind, Frequency, Kind, Period
from targets.models import ProgressEntry, Target, Unit, Year
from targets.permissions import Scope
from targets.summaries import accounts
from targets.summaries.selection import Selection


def current_year(years: Iterable[Year], today: date) -> Year:
    """The year of the month that is being collected, else the nearest; a draft only where nothing is in force."""
    listed = list(years)
    known = {year.year: year for year in listed if not year.is_draft} or {year.year: year for year in listed}
    collected, _month = collected_month({number: year.opening_day for number, year in known.items()}, today)
    return known[min(known, key=lambda number: (abs(number - collected), -number))]


def month_to_enter(scope: Scope, year: Year, unit: Unit, today: date) -> int:
    """The month of ``year`` that is being collected.

    For a year that is over, the month after the one that its pages show; for one that has not begun, January.
    """
    opened = clock(year.year, year.opening_day, today).opened
    if opened < MONTHS[-1] or opened_month(today, year.opening_day) == (year.year, opened):
        return max(opened, 1)
    return min(default_as_of(scope, year, unit, today) + 1, MONTHS[-1])


def default_as_of(scope: Scope, year: Year, unit: Unit, today: date) -> int:
    """The month that pages show by themselves: the latest that is at least half complete at the unit.

    Where there is none, the latest with an approved answer; without any, the latest month that is open for entry.
    """
    half_complete, answered = _half_complete_and_answered(scope, year, unit, today)
    opened = clock(year.year, year.opening_day, today).opened
    return half_complete or answered or max(opened, 1)


def year_to_show(scope: Scope, years: Iterable[Year], unit: Unit, today: date) -> Year:
    """The year that pages show by themselves: the one that is being collected.

    Until one of its months is half complete it is the year before, where that has such a month: at the end of January
    nobody is led from a whole December to an empty January.
    """
    listed = list(years)
    year = current_year(listed, today)
    before = next((one for one in listed if one.year == year.year - 1 and not one.is_draft), None)
    if before is None or _half_complete_and_answered(scope, year, unit, today)[0] is not None:
        return year
    return before if _half_complete_and_answered(scope, before, unit, today)[0] is not None else year


def _half_complete_and_answered(scope: Scope, year: Year, unit: Unit, today: date) -> tuple[int | None, int | None]:
    """The latest month that is half complete, and the latest with an approved answer."""
    selection = Selection(scope, year, Period.YEAR, MONTHS[-1], unit)
    opened = clock(year.year, year.opening_day, today).opened
    if accounts.is_current(year):
        by_month = accounts.completeness_by_month(selection)
        half_complete = latest_complete({month: by_month[month] for month in MONTHS[:opened]})
        if half_complete is not None:
            return half_complete, half_complete
        answers_given = ProgressEntry.objects.approved().filter(target__in=selection.targets().order_by().values("pk"))
        return None, answers_given.aggregate(latest=Max("month"))["latest"]
    whole, breakdown = _reporting(selection)
    answers = _answers(selection, breakdown)
    by_month = {month: _completeness(whole, answers, month) for month in MONTHS[:opened]}
    return latest_complete(by_month), max((month for month, *_rest in answers), default=None)


def latest_answered(scope: Scope, year: Year) -> int:
    """The latest month with an approved answer that the person sees, 0 before the first."""
    targets = Target.objects.visible_to(scope).in_force(year.year).order_by().values("pk")
    answered = ProgressEntry.objects.approved().filter(target__in=targets).aggregate(latest=Max("month"))
    return answered["latest"] or 0


#: Targets by how often they are reported, and in which months their unit exists.
Reporting = Counter[tuple[Frequency, range]]

#: Approved answers by the month in which they end, how often they fall due, and whether they apply.
Answers = Mapping[tuple[int, Frequency, bool], int]


def _reporting(selection: Selection) -> tuple[Reporting, list[int]]:
    """The targets whose answers make up the whole, and those that only break one of them down."""
    own = selection.targets().filter(figures=Target.Figures.OWN).exclude(indicator__kind=Kind.MILESTONE).order_by()
    listed = list(own.values_list("pk", "indicator_id", "unit_id", "indicator__frequency"))
    holders = {(indicator, unit) for _pk, indicator, unit, _frequency in listed}
    whole: Reporting = Counter()
    breakdown = []
    for pk, indicator, unit, frequency in listed:
        above = (one for one in selection.tree.above(unit) if one != unit)
        if any((indicator, one) in holders for one in above):
            breakdown.append(pk)
        else:
            whole[(Frequency(frequency), selection.tree.units[unit].months_in(selection.year.year))] += 1
    return whole, breakdown


def _answers(selection: Selection, breakdown: Iterable[int]) -> Answers:
    entries = ProgressEntry.objects.approved().filter(target__in=selection.targets().order_by().values("pk"))
    counted = (
        entries.exclude(target__in=breakdown)
        .order_by()
        .values_list("month", "target__indicator__frequency", "answer")
        .annotate(number=Count("pk"), excused=Count("pk", filter=Q(denominator=0)))
    )
    found: Counter[tuple[int, Frequency, bool]] = Counter()
    for month, frequency, answer, number, excused in counted:
        applies = answer != AnswerKind.NOT_APPLICABLE
        found[(month, Frequency(frequency), False)] += excused if applies else number
        found[(month, Frequency(frequency), True)] += number - excused if applies else 0
    return found


def _completeness(whole: Reporting, answers: Answers, month: int) -> Completeness:
    """An answer that ends in the month; a later running total is not seen yet by its end."""
    asked = [(frequency, there) for frequency, there in whole if month in due_months(frequency, month, there)]
    due = {frequency for frequency, _there in asked}
    excused = sum(answers.get((month, frequency, False), 0) for frequency in due)
    return Completeness(
        sum(whole[one] for one in asked) - excused,
        sum(answers.get((month, frequency, True), 0) for frequency in due),
    )
