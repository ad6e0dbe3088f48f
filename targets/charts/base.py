"""What all figures share: template, palette, and how a figure travels to the page."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from targets import display
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
