"""Completion against schedule of a section's indicators: a bar for what is done, a mark for what is expected."""

from fractions import Fraction

from django.utils.translation import gettext as _

from targets import display
from targets.calculations.facts import Thresholds
from targets.calculations.terms import Status
from targets.charts.base import (
    INK,
    STATUS_COLOURS,
    Chart,
    mark_waiting,
    new_figure,
    picture_name,
    plotted,
    with_waiting,
)
from targets.summaries.rows import Group, IndicatorRow
from targets.summaries.selection import Selection

#: Bars end here: a completion of 900 % would push all others to nothing. The text beside keeps the number.
LONGEST_BAR = Fraction(3, 2)
#: Heights come in steps, so that the stylesheet can know each of them.
BARS_PER_STEP = 5


def height(bars: int) -> int:
    """The height of the figure in pixels."""
    return 120 + 30 * -(-max(bars, 1) // BARS_PER_STEP) * BARS_PER_STEP


def plot_class(bars: int) -> str:
    """The class that keeps the figure's place free before it is drawn, so that nothing jumps."""
    return f"plot-{height(bars)}"


def section_chart(selection: Selection, group: Group, title: str, thresholds: Thresholds) -> Chart:
    """The judged indicators of a section, top to bottom as in the table."""
    judged = [row for row in group.rows if row.standing.completion is not None]
    figure = new_figure(height=height(len(judged)), barmode="overlay", bargap=0.35)
    # Places by code: two indicators may bear the same name.
    codes = [row.indicator.code for row in judged]
    names = [display.name(row.indicator) for row in judged]
    figure.add(
        "bar",
        orientation="h",
        x=[plotted(_bar(row)) for row in judged],
        y=codes,
        name=_("Completion"),
        marker={"color": [STATUS_COLOURS[display.LIGHTS[row.status].colour] for row in judged]},
        customdata=[
            [_label(row, thresholds), display.status(row.standing, selection.period), display.name(row.indicator)]
            for row in judged
        ],
        hovertemplate="%{customdata[2]}<br>%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
    )
    figure.add(
        "scatter",
        mode="markers",
        x=[plotted(row.standing.schedule_share) for row in judged],
        y=codes,
        name=_("Expected by schedule"),
        marker={"symbol": "line-ns", "size": 20, "line": {"width": 3, "color": INK}},
        customdata=[[display.percent(row.standing.schedule_share)] for row in judged],
        hovertemplate=_("Expected by schedule: %(share)s") % {"share": "%{customdata[0]}"} + "<extra></extra>",
    )
    # Colour never stands alone: the status is a word behind bar and mark.
    figure.add(
        "scatter",
        mode="text",
        x=[plotted(max(_bar(row), row.standing.schedule_share or Fraction(0))) for row in judged],
        y=codes,
        text=[f" {_label(row, thresholds)} {display.status(row.standing, selection.period)}" for row in judged],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
    figure.update(
        "xaxis",
        range=[0, float(LONGEST_BAR) + 0.25],
        tickvals=[0, 0.25, 0.5, 0.75, 1, 1.25, 1.5],
        ticktext=["0%", "25%", "50%", "75%", "100%", "125%", "≥150%"],
        title={"text": _("Share of the %(target)s") % {"target": display.period_target(selection.period)}},
        rangemode="tozero",
    )
    figure.update("yaxis", autorange="reversed", showgrid=False, type="category", tickvals=codes, ticktext=names)
    mark_waiting(figure, selection)
    return Chart(figure, with_waiting(sentence(selection, group, title), selection), picture_name(title, selection))


def _bar(row: IndicatorRow) -> Fraction:
    return min(row.standing.completion or Fraction(0), LONGEST_BAR)


def _label(row: IndicatorRow, thresholds: Thresholds) -> str:
    return display.completion(row.standing, thresholds)


def sentence(selection: Selection, group: Group, title: str) -> str:
    """What the chart shows, in a sentence."""
    counts = group.mean.counts
    behind = counts[Status.BEHIND] + counts[Status.SLIGHTLY_BEHIND]
    return _(
        "%(title)s, %(period)s as of %(as_of)s: of %(judged)d indicators judged, %(completed)d are completed and "
        "%(behind)d lag behind schedule; mean completion %(completion)s, by schedule %(schedule)s."
    ) % {
        "title": title,
        "period": display.period(selection.period),
        "as_of": display.as_of(selection.year.year, selection.month),
        "judged": group.mean.judged,
        "completed": counts[Status.COMPLETED],
        "behind": behind,
        "completion": display.percent(group.mean.completion, (Fraction(1),)),
        "schedule": display.percent(group.mean.schedule, (Fraction(1),)),
    }
