"""The course of an indicator through the year: actual against the plan path."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from targets import display
from targets.calculations.facts import Thresholds
from targets.calculations.terms import Direction, Interpolation
from targets.charts.base import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    Chart,
    mark_amounts,
    mark_waiting,
    new_figure,
    picture_name,
    plotted,
    with_waiting,
)
from targets.summaries.indicator import IndicatorCourse, TrendPoint


def indicator_chart(page: IndicatorCourse, thresholds: Thresholds) -> Chart:
    """Actual as a line from the opening through every answer, the plan path dashed, last year as a line behind.

    What an answer covers is passed through, so a running total or a quarter is one point. A month that fell due and
    was not answered breaks the line.
    """
    indicator = page.row.indicator
    labels = [_at_start(), *(display.month_short(point.month) for point in page.trend)]
    figure = new_figure(height=360, hovermode="x unified")
    steps = any(target.interpolation == Interpolation.STEP for target in page.row.targets)
    # Between two due months nothing is expected anew: the path runs from one to the next.
    planned = [(point.month, point.expected) for point in page.trend if point.is_due]
    if not steps:
        planned.insert(0, (0, page.opening))
    figure.add(
        "scatter",
        x=[labels[month] for month, _expected in planned],
        y=[plotted(expected) for _month, expected in planned],
        name=_("Allowance") if indicator.direction == Direction.AT_MOST else _("Plan path"),
        mode="lines",
        line={"color": ORANGE, "width": 2, "dash": "dash", "shape": "hv" if steps else "linear"},
        connectgaps=False,
        customdata=[[display.amount(expected, indicator)] for _month, expected in planned],
        hovertemplate="%{customdata[0]}",
    )
    marked = [point for point in page.trend if point.checkpoint is not None]
    checkpoints = [point.checkpoint for point in marked]
    if marked:
        figure.add(
            "scatter",
            x=[labels[point.month] for point in marked],
            y=[plotted(point.checkpoint) for point in marked],
            name=_("Checkpoint"),
            mode="markers",
            marker={"symbol": "diamond-open", "size": 11, "color": ORANGE, "line": {"width": 2}},
            cliponaxis=False,
            customdata=[[display.typed_amount(point.checkpoint, indicator)] for point in marked],
            hovertemplate="%{customdata[0]}",
        )
    if any(point.last_year is not None for point in page.trend):
        levels = {point.month: point.last_year for point in page.trend}
        before = _course(page.before, page.opening_before, levels)
        figure.add(
            "scatter",
            x=[labels[month] for month, _level in before],
            y=[plotted(level) for _month, level in before],
            name=_("Last year"),
            mode="lines+markers",
            line={"color": MUTED, "width": 1.5},
            marker={"size": [5 * bool(month) for month, _level in before], "opacity": 1, "symbol": "square"},
            connectgaps=False,
            customdata=[[display.amount(level, indicator)] for _month, level in before],
            hovertemplate="%{customdata[0]}",
        )
    outlook = page.outlook
    if outlook is not None and outlook.forecast is not None:
        last = [point for point in page.trend if point.actual is not None][-1]
        figure.add(
            "scatter",
            x=[labels[last.month], labels[-1]],
            y=[plotted(last.actual), plotted(outlook.forecast)],
            name=_("Forecast"),
            mode="lines",
            line={"color": BLUE, "width": 1.5, "dash": "dot"},
            customdata=[[display.amount(last.actual, indicator)], [display.amount(outlook.forecast, indicator)]],
            hovertemplate="%{customdata[0]}",
        )
    points = {point.month: point for point in page.trend}
    course = _course(page.trend, page.opening, {month: point.actual for month, point in points.items()})
    figure.add(
        "scatter",
        x=[labels[month] for month, _level in course],
        y=[plotted(level) for _month, level in course],
        name=_("Actual"),
        mode="lines+markers",
        line={"color": BLUE, "width": 3},
        # The opening is no answer and has no mark. A month of which answers are missing is hollow: it is less than
        # the whole.
        marker={
            "size": [8 * bool(month) for month, _level in course],
            "opacity": 1,
            "color": [PAPER if month and points[month].is_partial else BLUE for month, _level in course],
            "line": {"color": BLUE, "width": 2},
        },
        cliponaxis=False,
        connectgaps=False,
        customdata=[
            [_actual(page, points[month], checkpoints) if month else display.amount(level, indicator)]
            for month, level in course
        ],
        hovertemplate="%{customdata[0]}",
    )
    figure.update("xaxis", categoryorder="array", categoryarray=labels, type="category", range=[-0.3, 12.3])
    shown = [page.opening, outlook.forecast if outlook is not None else None]
    for point in page.trend:
        shown += [point.expected, point.checkpoint, point.last_year, point.actual]
    mark_amounts(figure, shown, indicator)
    figure.layout["shapes"] = [_cut_off(page)]
    mark_waiting(figure, page.selection)
    name = picture_name(display.name(indicator), page.selection)
    return Chart(figure, with_waiting(sentence(page, thresholds), page.selection), name)


def _at_start() -> str:
    """The name of the place before January."""
    return pgettext("place on an axis, before January", "Start")


def _course(
    points: Sequence[TrendPoint], opening: Fraction | None, levels: Mapping[int, Fraction | None]
) -> list[tuple[int, Fraction | None]]:
    """The months of a line with their levels, the opening as month 0; a month that is missing breaks it (``None``)."""
    course: list[tuple[int, Fraction | None]] = [] if opening is None else [(0, opening)]
    for point in points:
        if levels[point.month] is not None or point.is_missing:
            course.append((point.month, levels[point.month]))
    return course


def _actual(page: IndicatorCourse, point: TrendPoint, checkpoints: list[Fraction | None]) -> str:
    text = display.amount(point.actual, page.row.indicator, never_reach=(point.expected, *checkpoints))
    text = display.approximate(text, point.reported_as)
    return f"{text} ({display.partial()})" if point.is_partial else text


def _cut_off(page: IndicatorCourse) -> dict[str, object]:
    """A fine line behind the last month that counts."""
    place = page.selection.month + 0.5
    return {
        "type": "line", "x0": place, "x1": place, "y0": 0, "y1": 1, "yref": "paper",
        "line": {"color": INK, "width": 1, "dash": "dot"},
    }  # fmt: skip


def sentence(page: IndicatorCourse, thresholds: Thresholds) -> str:
    """What the chart shows, in a sentence."""
    standing, indicator, selection = page.row.standing, page.row.indicator, page.selection
    values = {
        "name": display.name(indicator),
        "as_of": display.as_of(selection.year.year, selection.month),
        "actual": display.with_unit(display.reported(page.row), indicator),
        "expected": display.with_unit(display.amount(standing.expected, indicator), indicator),
        "status": display.status(standing, selection.period),
    }
    if standing.actual is None:
        return _("%(name)s: nothing was reported as of %(as_of)s (%(status)s).") % values
    if standing.expected is None:
        return _("%(name)s as of %(as_of)s: %(actual)s (%(status)s).") % values
    return _("%(name)s as of %(as_of)s: %(actual)s against %(expected)s expected by schedule (%(status)s).") % values
