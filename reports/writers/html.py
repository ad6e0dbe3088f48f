"""A document as it reads in a browser: the same texts in the same order, charts as pictures, no page of its own.

It is a part of a page, so it brings neither scripts nor styles: the style sheet of the page knows its classes.
"""

from base64 import b64encode
from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from reports.document import (
    BarChart,
    Block,
    Cell,
    DividedBar,
    Document,
    Facts,
    Grid,
    Heading,
    Layout,
    Paragraph,
    Signature,
    legible,
    numbered,
)
from reports.writers.picture import draw

BREAK, NUMBERS = SafeString("<br>"), SafeString(' class="num"')
NONE = "—"


def write_html(document: Document) -> SafeString:
    """The paper as an ``article``. Its title is a heading of the second level: the page has one of its own."""
    language = "en" if (get_language() or "").startswith("en") else "zh-CN"
    return format_html(
        '<article class="paper {}" lang="{}" aria-labelledby="paper">{}{}{}{}</article>',
        document.layout,
        language,
        format_html('<h2 class="title" id="paper">{}</h2>', _lines(document.title)),
        format_html('<p class="above">{}</p>', "　".join(document.above)) if document.above else "",
        format_html_join("\n", "{}", ((_block(number, block),) for number, block in numbered(document.blocks))),
        _notes(document),
    )


def _notes(document: Document) -> SafeString:
    if document.layout is Layout.OFFICIAL and document.notes:
        return format_html('<p class="text">{}</p>', legible(document.annotation))
    return format_html_join("", '<p class="note">{}</p>', ((legible(note),) for note in document.notes))


def _lines(lines: tuple[str, ...]) -> SafeString:
    return format_html_join(BREAK, "{}", ((legible(line),) for line in lines))


def _block(number: str, block: Block) -> SafeString:
    if isinstance(block, Heading):
        return format_html('<h{0} class="level-{1}">{2}</h{0}>', block.level + 2, block.level, number + block.text)
    if isinstance(block, Paragraph):
        return _paragraph(block)
    if isinstance(block, Grid):
        return _grid(block)
    if isinstance(block, Facts):
        pairs = ((legible(name), _ground(cell), legible(cell.text)) for name, cell in block.pairs)
        return format_html(
            '<dl class="facts">{}</dl>', format_html_join("", "<div><dt>{}</dt><dd{}>{}</dd></div>", pairs)
        )
    if isinstance(block, BarChart | DividedBar):
        picture = b64encode(draw(block).encode()).decode()
        return format_html(
            '<p class="picture"><img src="data:image/svg+xml;base64,{}" alt="{}"></p>', picture, legible(block.sentence)
        )
    assert isinstance(block, Signature)
    return format_html('<p class="signature">{}<br>{}</p>', legible(block.name), legible(block.day))


def _paragraph(block: Paragraph) -> SafeString:
    lead = format_html("<b>{}</b>", legible(block.lead)) if block.lead else ""
    text = legible("".join(run.text for run in block.runs))
    return format_html('<p class="{}">{}{}</p>', "flush" if block.flush else "text", lead, text)


def _grid(block: Grid) -> SafeString:
    """A table that scrolls by itself where the page is narrow."""
    caption = format_html("<caption>{}</caption>", legible(block.caption)) if block.caption else ""
    heads = format_html_join(
        "",
        '<th scope="col"{}>{}</th>',
        (
            (_side(row[place] for row in block.rows), legible(column.title))
            for place, column in enumerate(block.columns)
        ),
    )
    rows = format_html_join("\n", "{}", ((_row(row, note),) for row, note in block.noted_rows))
    return format_html(
        '<div class="scroller" tabindex="0"><table class="table">{}<thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>",
        caption,
        heads,
        rows,
    )


def _row(row: tuple[Cell, ...], note: str) -> SafeString:
    """A row, with what stands below it across all columns."""
    cells = format_html_join("", "<td{}>{}</td>", ((_ground(cell), legible(cell.text)) for cell in row))
    below = format_html('\n<tr class="below"><td colspan="{}">{}</td></tr>', len(row), legible(note)) if note else ""
    return format_html("<tr>{}</tr>{}", cells, below)


def _side(cells: Iterable[Cell]) -> SafeString | str:
    """The class of a heading: it stands on the side of the numbers under it."""
    under = [cell for cell in cells if cell.text]
    return NUMBERS if under and all(_is_number(cell) for cell in under) else ""


def _is_number(cell: Cell) -> bool:
    return cell.value is not None or cell.text == NONE


def _ground(cell: Cell) -> SafeString | str:
    """The class of a cell: a number, and the colour of a status, whose word stands in the text."""
    names = [
        *(["num"] if _is_number(cell) else []),
        *([f"is-{cell.colour}"] if cell.colour else []),
    ]
    return format_html(' class="{}"', " ".join(names)) if names else ""
