"""The course of an indicator through the year: actual against the plan path."""

from fractions import Fraction

from django.utils.translation import gettext as _

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
    mark_waiting,
    new_figure,
    picture_name,
    plotted,
    with_waiting,
)
from targets.summaries.indicator import IndicatorCourse, TrendPoint


def indicator_chart(page: IndicatorCourse, thresholds: Thresholds) -> Chart:
    """Actual as a line with a point per answer (runs of months as level pieces), the plan path dashed."""
    indicator = page.row.indicator
    unit = display.unit_of_measure(indicator)
    labels = [display.month_short(point.month) for point in page.trend]
    figure = new_figure(height=360, hovermode="x unified")
    steps = any(target.interpolation == Interpolation.STEP for target in page.row.targets)
    figure.add_scatter(
        x=labels,
        y=[plotted(point.expected) for point in page.trend],
        name=_("Allowance") if indicator.direction == Direction.AT_MOST else _("Plan path"),
        mode="lines",
        line={"color": ORANGE, "width": 2, "dash": "dash", "shape": "hv" if steps else "linear"},
        connectgaps=False,
        customdata=[[display.amount(point.expected, indicator)] for point in page.trend],
        hovertemplate="%{customdata[0]}",
    )
    marked = [point for point in page.trend if point.checkpoint is not None]
    checkpoints = [point.checkpoint for point in marked]
    if marked:
        figure.add_scatter(
            x=[display.month_short(point.month) for point in marked],
            y=[plotted(point.checkpoint) for point in marked],
            name=_("Checkpoint"),
            mode="markers",
            marker={"symbol": "diamond-open", "size": 11, "color": ORANGE, "line": {"width": 2}},
            customdata=[[display.typed_amount(point.checkpoint, indicator)] for point in marked],
            hovertemplate="%{customdata[0]}",
        )
    if any(point.last_year is not None for point in page.trend):
        figure.add_scatter(
            x=labels,
            y=[plotted(point.last_year) for point in page.trend],
            name=_("Last year"),
            mode="lines+markers",
            line={"color": MUTED, "width": 1.5},
            marker={"size": 5, "symbol": "square"},
            connectgaps=False,
            customdata=[[display.amount(point.last_year, indicator)] for point in page.trend],
            hovertemplate="%{customdata[0]}",
        )
    outlook = page.outlook
    if outlook is not None and outlook.forecast is not None:
        last = [point for point in page.trend if point.actual is not None][-1]
        figure.add_scatter(
            x=[display.month_short(last.month), labels[-1]],
            y=[plotted(last.actual), plotted(outlook.forecast)],
            name=_("Forecast"),
            mode="lines",
            line={"color": BLUE, "width": 1.5, "dash": "dot"},
            customdata=[[display.amount(last.actual, indicator)], [display.amount(outlook.forecast, indicator)]],
            hovertemplate="%{customdata[0]}",
        )
    figure.add_scatter(
        x=labels,
        y=[plotted(point.actual) for point in page.trend],
        name=_("Actual"),
        mode="lines+markers",
        line={"color": BLUE, "width": 3},
        # A month of which answers are missing is hollow: it is less than the whole.
        marker={
            "size": 8,
            "color": [PAPER if point.is_partial else BLUE for point in page.trend],
            "line": {"color": BLUE, "width": 2},
        },
        connectgaps=False,
        customdata=[[_actual(page, point, checkpoints)] for point in page.trend],
        hovertemplate="%{customdata[0]}",
    )
    for point in page.trend:
        if point.actual is not None and point.from_month < point.month:
            # An answer for a run of months: a level piece over the months it covers.
            figure.add_scatter(
                x=[display.month_short(month) for month in range(point.from_month, point.month + 1)],
                y=[plotted(point.actual)] * (point.month - point.from_month + 1),
                mode="lines",
                line={"color": BLUE, "width": 3, "dash": "dot"},
                showlegend=False,
                hoverinfo="skip",
            )
    figure.update_xaxes(categoryorder="array", categoryarray=labels, type="category")
    figure.update_yaxes(title={"text": unit}, rangemode="tozero" if indicator.accumulation == "flow" else "normal")
    figure.update_layout(shapes=[_cut_off(page)])
    mark_waiting(figure, page.selection)
    name = picture_name(display.name(indicator), page.selection)
    return Chart(figure, with_waiting(sentence(page, thresholds), page.selection), name)


def _actual(page: IndicatorCourse, point: TrendPoint, checkpoints: list[Fraction | None]) -> str:
    text = display.amount(point.actual, page.row.indicator, never_reach=(point.expected, *checkpoints))
    text = display.approximate(text, point.reported_as)
    return f"{text} ({display.partial()})" if point.is_partial else text


def _cut_off(page: IndicatorCourse) -> dict[str, object]:
    """A fine line behind the last month that counts."""
    place = page.selection.month - 0.5
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
