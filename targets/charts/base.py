"""What all figures share: template, palette, and how a figure travels to the page."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from targets import display
from targets.calculations.terms import Accumulation
from targets.summaries.selection import Selection

# Blue against orange keeps its difference for colour-blind readers. The status colours match static/css/tokens.css.
BLUE, ORANGE, INK, MUTED, GRID, PAPER = "#0a5fa3", "#b35900", "#1d2733", "#5b6875", "#dde3e8", "#ffffff"
STATUS_COLOURS = {
    "green": "#1f7a4d",
    "yellow": "#b07a00",
    "red": "#b3261e",
    "grey": "#6b7785",
    "none": "#6b7785",
}

FONT = "'Microsoft YaHei', 'PingFang SC', 'Noto Sans CJK SC', 'WenQuanYi Micro Hei', sans-serif"


def with_waiting(sentence: str, selection: Selection) -> str:
    """The sentence of a chart, which says so where it counts what waits for review."""
    if not selection.waiting:
        return sentence
    return f"{sentence} {_('Shown as if what waits for review were approved.')}"


def mark_waiting(figure: go.Figure, selection: Selection) -> None:
    """The picture leaves the page without its sentence, so it says by itself that it counts what waits."""
    if selection.waiting:
        said = figure.layout.xaxis.title.text
        note = _("Shown as if what waits for review were approved.")
        figure.update_xaxes(title={"text": f"{said}<br>{note}" if said else note, "font": {"size": 12}})


def picture_name(what: str, selection: Selection) -> str:
    """The name of a picture's file: what, which period, as of when, and whether it counts what waits."""
    cut_off = display.as_of(selection.year.year, selection.month)
    waiting = _("with what waits for review") if selection.waiting else ""
    return display.file_name(what, display.period(selection.period), cut_off, waiting)


#: The steps of an axis that are easy to read, of a power of ten.
STEPS = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5), Fraction(10))
#: So many steps an axis has at the most.
MOST_STEPS = 6


def ticks(values: Iterable[Fraction | None], *, from_zero: bool, decimals: int = 4) -> tuple[Fraction, ...]:
    """The marks of an axis around the values, at easy steps no finer than ``decimals``; ``from_zero`` takes 0 in."""
    listed = [value for value in values if value is not None] + [Fraction(0)] * from_zero
    low, high = min(listed, default=Fraction(0)), max(listed, default=Fraction(0))
    if low == high:
        # A level that does not move stands in the middle.
        low, high = low - abs(low) / 10, high + (abs(high) / 10 or 1)
    power = Fraction(1)
    while power * 10 * MOST_STEPS < high - low:
        power *= 10
    while power * MOST_STEPS > high - low:
        power /= 10
    step = next(power * step for step in STEPS if power * step * MOST_STEPS >= high - low)
    step = max(step, Fraction(1, 10**decimals))
    return tuple(step * place for place in range(int(low // step), int(-(-high // step)) + 1))


def mark_amounts(figure: go.Figure, values: Iterable[Fraction | None], indicator: Any) -> None:
    """The upright axis: its marks as the product prints numbers, the unit of measure above it, to be read level."""
    is_flow = indicator.accumulation == Accumulation.FLOW
    marks = ticks(values, from_zero=is_flow, decimals=indicator.decimals)
    margin = float(marks[-1] - marks[0]) / 40
    figure.update_yaxes(
        tickvals=[plotted(mark) for mark in marks],
        ticktext=display.axis(marks),
        range=[float(marks[0]) - margin, float(marks[-1]) + margin],
    )
    unit = display.unit_of_measure(indicator)
    if unit:
        said = display.labelled(pgettext("unit of measure of a chart", "Unit"), unit)
        figure.add_annotation(
            text=said, x=0, xref="paper", xanchor="left", y=1, yref="paper", yanchor="bottom", showarrow=False
        )
        figure.update_layout(legend={"y": 1.08})


@dataclass(frozen=True)
class Chart:
    """A figure with the sentence that says what it shows and the name of its picture file."""

    figure: go.Figure
    sentence: str
    file_name: str

    def as_json(self) -> dict[str, Any]:
        """What ``charts.js`` draws. The library's own theme stays out: it is large and not ours."""
        data = self.figure.to_plotly_json()
        data["layout"].pop("template", None)
        return {
            "data": data["data"],
            "layout": data["layout"],
            "sentence": self.sentence,
            "fileName": self.file_name,
        }


def plotted(value: Fraction | None) -> float | None:
    """A coordinate: only the place of a mark, never a printed number. ``None`` leaves a gap."""
    return None if value is None else float(value)


def new_figure(*, height: int, **layout: Any) -> go.Figure:
    """An empty figure in the product's style."""
    figure = go.Figure()
    figure.update_layout(
        template=None,
        height=height,
        font={"family": FONT, "size": 13, "color": INK},
        paper_bgcolor=PAPER,
        plot_bgcolor=PAPER,
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
        hoverlabel={"font": {"family": FONT, "size": 13}},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        **layout,
    )
    figure.update_xaxes(gridcolor=GRID, zerolinecolor=MUTED, linecolor=MUTED, automargin=True, fixedrange=True)
    figure.update_yaxes(gridcolor=GRID, zerolinecolor=MUTED, linecolor=MUTED, automargin=True, fixedrange=True)
    return figure
