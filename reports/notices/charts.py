"""From summaries to the charts of papers: the same figures and sentences as the charts of the pages."""

from collections.abc import Iterable
from fractions import Fraction

from django.utils.translation import gettext as _

from reports.document import Bar, BarChart, CourseChart, DividedBar, Line, Piece
from targets import display
from targets.calculations.facts import Thresholds
from targets.calculations.means import Mean
from targets.calculations.terms import Direction, Status
from targets.charts import indicator as indicator_figure
from targets.charts import section as section_figure
from targets.charts.base import BLUE, MUTED, ORANGE, plotted, with_waiting
from targets.summaries.indicator import IndicatorPage
from targets.summaries.rows import Group, Overview
from targets.summaries.selection import Selection

#: The steps of an axis that are easy to read, of a power of ten.
STEPS = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5), Fraction(10))
#: So many steps an axis has at the most.
MOST_STEPS = 5


def status_chart(mean: Mean, sentence: str) -> DividedBar:
    """All indicators by status, from best to unjudged."""
    pieces = tuple(
        Piece(display.status_word(status), mean.counts[status], display.LIGHTS[status].colour)
        for status in Status
        if mean.counts[status]
    )
    return DividedBar(_("Indicators by status"), pieces, sentence)


def sections_chart(overview: Overview) -> BarChart:
    """Completion of every section with a mark at its schedule; a section without a mean keeps its place."""
    bars, sentences = [], []
    for group in overview.sections:
        if group.section is None:
            continue
        mean, name = group.mean, display.name(group.section)
        completion, schedule = display.mean_percent(mean.completion), display.mean_percent(mean.schedule)
        bars.append(Bar(name, plotted(mean.completion), completion, mark=plotted(mean.schedule)))
        sentences.append(
            _("%(section)s: completion %(completion)s, by schedule %(schedule)s")
            % {"section": name, "completion": completion, "schedule": schedule}
        )
    sentence = display.between_clauses().join(sentences) + display.full_stop()
    keys = (_("Completion"), _("By schedule"))
    return BarChart(
        _("Completion against schedule by section"), tuple(bars), keys, with_waiting(sentence, overview.selection)
    )


def section_chart(selection: Selection, group: Group, title: str, thresholds: Thresholds) -> BarChart:
    """The judged indicators of a section, as on its page: status by colour, completion as a number."""
    bars = tuple(
        Bar(
            display.name(row.indicator),
            plotted(row.standing.completion),
            f"{display.completion(row.standing, thresholds)} {display.status(row.standing, selection.period)}",
            display.LIGHTS[row.status].colour,
            plotted(row.standing.schedule_share),
        )
        for row in group.rows
        if row.standing.completion is not None
    )
    keys = (_("Completion"), _("Expected by schedule"))
    return BarChart(title, bars, keys, with_waiting(section_figure.sentence(selection, group, title), selection))


def course_chart(page: IndicatorPage, thresholds: Thresholds) -> CourseChart:
    """The course of an indicator through the year against its plan path, as on its page."""
    indicator, outlook, points = page.row.indicator, page.outlook, page.trend
    plan = _("Allowance") if indicator.direction == Direction.AT_MOST else _("Plan path")
    courses = [
        (plan, [point.expected for point in points], ORANGE, True),
        (_("Last year"), [point.last_year for point in points], MUTED, False),
        (_("Actual"), [point.actual for point in points], BLUE, False),
    ]
    told = [point for point in points if point.actual is not None]
    if outlook is not None and outlook.forecast is not None and told:
        forecast: list[Fraction | None] = [None] * len(points)
        forecast[told[-1].month - 1], forecast[-1] = told[-1].actual, outlook.forecast
        courses.append((_("Forecast"), forecast, BLUE, True))
    lines = tuple(
        Line(
            label,
            tuple(plotted(value) for value in values),
            colour,
            dashed,
            display.reported(page.row) if label == _("Actual") and told else "",
            bridges=label == _("Forecast"),
        )
        for label, values, colour, dashed in courses
        if any(value is not None for value in values)
    )
    title = display.name(indicator)
    unit = display.unit_of_measure(indicator)
    sentence = with_waiting(indicator_figure.sentence(page, thresholds), page.selection)
    labels = tuple(display.month_short(point.month) for point in points)
    ticks = axis(value for _label, values, _colour, _dashed in courses for value in values if value is not None)
    texts = tuple((float(tick), display.number(tick, display.decimals_of(tick, 0))) for tick in ticks)
    return CourseChart(f"{title}（{unit}）" if unit else title, labels, lines, texts, sentence)


def axis(values: Iterable[Fraction]) -> tuple[Fraction, ...]:
    """The ticks of an axis from 0, or from below it, to above the highest value, at easy steps."""
    listed = [Fraction(value) for value in values]
    low, high = min([Fraction(0), *listed]), max([Fraction(0), *listed])
    if low == high:
        high = low + 1
    power = Fraction(1)
    while power * 10 * MOST_STEPS < high - low:
        power *= 10
    while power * MOST_STEPS > high - low:
        power /= 10
    step = next(power * step for step in STEPS if power * step * MOST_STEPS >= high - low)
    first, last = low // step, -(-high // step)
    return tuple(step * place for place in range(int(first), int(last) + 1))
