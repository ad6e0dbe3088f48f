"""Charts as drawings for Word and PDF: SVG of our own, with words in the picture, drawn without a browser.

Blue against orange keeps its difference for colour-blind readers; a status stands as a word beside its colour.
"""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from reports.document import Bar, BarChart, Chart, DividedBar, legible, width_of

#: The width of every drawing, in its own units; 620 of them are 156 mm, so 13 is about the small type of a table.
WIDTH = 620
SIZE = 13
FAMILY = "Noto Sans SC"
#: At 400 the variable font is drawn in its lightest weight; from 500 on it is drawn as asked.
WEIGHT = 500
BLUE, INK, SOFT, GRID = "#0a5fa3", "#1d2733", "#4d5a67", "#d5dce3"
FILLS = {"green": "#1f7a4d", "yellow": "#b07a00", "red": "#b3261e", "grey": "#6b7785", "none": "#aab5c0", "": BLUE}
ROW = 30


def draw(chart: Chart) -> str:
    """The chart as the text of an SVG."""
    height, parts = _bars(chart) if isinstance(chart, BarChart) else _divided(chart)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'font-family={quoteattr(FAMILY)} font-size="{SIZE}" font-weight="{WEIGHT}" fill="{INK}">'
    )
    return "".join([head, *parts, "</svg>"])


def words_of(chart: Chart) -> Iterator[str]:
    """The words that a drawing shows."""
    yield chart.title
    if isinstance(chart, BarChart):
        yield from chart.keys
        for bar in chart.bars:
            yield from (bar.label, bar.text)
    else:
        yield from (piece.label for piece in chart.pieces)


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: int = SIZE, **colours: str) -> str:
    more = "".join(f" {name.replace('_', '-')}={quoteattr(value)}" for name, value in colours.items())
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"{more}>{escape(legible(text))}</text>'
    )


def _box(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}" fill="{fill}"/>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def _title(text: str) -> str:
    return _text(0, 16, text, size=15, font_weight="600") if text else ""


def _wide(text: str, size: int = SIZE) -> float:
    return width_of(text) * size


def _bars(chart: BarChart) -> tuple[int, list[str]]:
    left = min(max((_wide(bar.label) for bar in chart.bars), default=0) + 12, WIDTH * 0.45)
    right = max((_wide(bar.text) for bar in chart.bars), default=0) + 26
    longest = 1.5 if any(share > 1 for share in _shares(chart.bars)) else 1.0
    scale = (WIDTH - left - right) / longest
    top = 52
    height = top + ROW * len(chart.bars) + 24
    bottom = height - 22
    parts = [_title(chart.title), *_keys(chart.keys)]
    for quarter in range(int(longest * 4) + 1):
        x = left + scale * quarter / 4
        parts.append(_line(x, top - 6, x, bottom, GRID))
        parts.append(_text(x, height - 6, f"{quarter * 25}%", anchor="middle", size=11, fill=SOFT))
    for place, bar in enumerate(chart.bars):
        y = top + ROW * place
        parts.append(_text(left - 8, y + 16, _cut(bar.label, left - 12), anchor="end"))
        end = left
        if bar.share is not None:
            end = left + scale * min(max(bar.share, 0), longest)
            parts.append(_box(left, y + 3, max(end - left, 1.5), 17, FILLS[bar.colour]))
        if bar.mark is not None:
            x = left + scale * min(max(bar.mark, 0), longest)
            parts.append(_box(x - 2, y - 1, 4, 25, INK))
            end = max(end, x + 2)
        parts.append(_text(end + 6, y + 16, bar.text))
    return height, parts


def _shares(bars: Iterable[Bar]) -> Iterator[float]:
    for bar in bars:
        yield from (share for share in (bar.share, bar.mark) if share is not None)


def _keys(keys: tuple[str, str]) -> list[str]:
    """What the bar and the mark mean."""
    bar, mark = keys
    beside = 22 + _wide(bar) + 24
    return [
        _box(0, 27, 16, 10, BLUE),
        _text(22, 37, bar, fill=SOFT),
        _box(beside, 24, 4, 16, INK),
        _text(beside + 10, 37, mark, fill=SOFT),
    ]


def _cut(text: str, space: float) -> str:
    """A label no longer than its place."""
    while text and _wide(text) > space:
        text = text[:-2] + "…"
    return text


def _divided(chart: DividedBar) -> tuple[int, list[str]]:
    whole = sum(piece.count for piece in chart.pieces) or 1
    top, thick = 26 if chart.title else 4, 26
    parts = [_title(chart.title)]
    x = 0.0
    for piece in chart.pieces:
        wide = WIDTH * piece.count / whole
        parts.append(_box(x, top, wide - 1.5, thick, FILLS[piece.colour]))
        if wide > 22:
            parts.append(_text(x + wide / 2, top + 18, str(piece.count), anchor="middle", fill="#ffffff"))
        x += wide
    x, y = 0.0, top + thick + 20
    for piece in chart.pieces:
        label = f"{piece.label} {piece.count}"
        wide = 18 + _wide(label) + 20
        if x and x + wide > WIDTH:
            x, y = 0.0, y + 22
        parts.append(_box(x, y - 11, 13, 13, FILLS[piece.colour]))
        parts.append(_text(x + 18, y, label))
        x += wide
    return int(y + 8), parts
