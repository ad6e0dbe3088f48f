"""What all figures share: template, palette, and how a figure travels to the page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

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


@dataclass
class Figure:
    """What plotly.js draws, as plain data; its reference names every attribute.

    The figures of plotly's own package would check each attribute of each chart, which takes longer than everything
    else that a chart needs, and memory besides. A test lets it check them once.
    """

    layout: dict[str, Any]
    data: list[dict[str, Any]] = field(default_factory=list)

    def add(self, kind: str, **trace: Any) -> None:
        """Another trace, drawn above those before it."""
        self.data.append({"type": kind, **trace})

    def update(self, part: str, **values: Any) -> None:
        """Set attributes of a part of the layout, such as an axis; its others remain."""
        self.layout.setdefault(part, {}).update(values)


def with_waiting(sentence: str, selection: Selection) -> str:
    """The sentence of a chart, which says so where it counts what waits for review."""
    if not selection.waiting:
        return sentence
    return f"{sentence} {_('Shown as if what waits for review were approved.')}"


def mark_waiting(figure: Figure, selection: Selection) -> None:
    """The picture leaves the page without its sentence, so it says by itself that it counts what waits."""
    if selection.waiting:
        said = figure.layout["xaxis"].get("title", {}).get("text")
        note = _("Shown as if what waits for review were approved.")
        figure.update("xaxis", title={"text": f"{said}<br>{note}" if said else note, "font": {"size": 12}})


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


def mark_amounts(figure: Figure, values: Iterable[Fraction | None], indicator: Any) -> None:
    """The upright axis: its marks as the product prints numbers, the unit of measure above it, to be read level."""
    is_flow = indicator.accumulation == Accumulation.FLOW
    marks = ticks(values, from_zero=is_flow, decimals=indicator.decimals)
    margin = float(marks[-1] - marks[0]) / 40
    figure.update(
        "yaxis",
        tickvals=[plotted(mark) for mark in marks],
        ticktext=display.axis(marks),
        range=[float(marks[0]) - margin, float(marks[-1]) + margin],
    )
    unit = display.unit_of_measure(indicator)
    if unit:
        said = display.labelled(pgettext("unit of measure of a chart", "Unit"), unit)
        place = {"x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "bottom"}
        figure.layout["annotations"] = [{"text": said, "showarrow": False, **place}]
        figure.update("legend", y=1.08)


@dataclass(frozen=True)
class Chart:
    """A figure with the sentence that says what it shows and the name of its picture file."""

    figure: Figure
    sentence: str
    file_name: str

    def as_json(self) -> dict[str, Any]:
        """What ``charts.js`` draws."""
        return {
            "data": self.figure.data,
            "layout": self.figure.layout,
            "sentence": self.sentence,
            "fileName": self.file_name,
        }


def plotted(value: Fraction | None) -> float | None:
    """A coordinate: only the place of a mark, never a printed number. ``None`` leaves a gap."""
    return None if value is None else float(value)


def new_figure(*, height: int, **layout: Any) -> Figure:
    """An empty figure in the product's style."""
    axis = {"gridcolor": GRID, "zerolinecolor": MUTED, "linecolor": MUTED, "automargin": True, "fixedrange": True}
    return Figure(
        {
            "height": height,
            "font": {"family": FONT, "size": 13, "color": INK},
            "paper_bgcolor": PAPER,
            "plot_bgcolor": PAPER,
            "margin": {"l": 8, "r": 16, "t": 8, "b": 8},
            "hoverlabel": {"font": {"family": FONT, "size": 13}},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "xaxis": dict(axis),
            "yaxis": dict(axis),
            **layout,
        }
    )
