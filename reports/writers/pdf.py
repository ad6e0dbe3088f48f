"""A document as PDF, laid out as the Word file is: typst sets it, with its fonts embedded and its text as text.

Where a typeface of official papers is not on the machine an open font stands in, in a weight that keeps title,
headings and text apart; the page says so, the paper does not.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

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
    numbered,
    signature_indents,
)
from reports.writers import official
from reports.writers.columns import fitted
from reports.writers.official import Face
from reports.writers.picture import draw, words_of
from reports.writers.typesetting import chain_of, lacking, pages_of, require_printable, stands_in, typeset
from targets import display

CONTENT_TYPE = "application/pdf"

POINTS_A_MM = 72 / 25.4
#: What a cell keeps free on both sides together, as the template sets it.
CELL_PADDING_PT = 6

#: Where an official paper keeps to its sizes, a sheet for a meeting is made smaller until it fits one page.
SMALLEST = 0.7
STEP = 0.06


@cache
def _template() -> bytes:
    return Path(__file__).with_name("paper.typ").read_bytes()


def write_pdf(document: Document) -> bytes:
    """The whole file. A sheet is set smaller, within what can be read, until it fits one page.

    Raises:
        UnprintableError: no font of this machine has one of its characters.
    """
    require_printable(_texts(document))
    scale, _pages = laid_out(document)
    return typeset(_template(), _values(document, scale))


def unprintable(document: Document) -> str:
    """The characters of a paper that no font of this machine has."""
    return lacking(_texts(document))


def _texts(document: Document) -> Iterator[str]:
    """Every text that is set, in the order of reading."""
    yield from (*document.title, *document.above)
    for number, block in numbered(document.blocks):
        if isinstance(block, Heading):
            yield number + block.text
        elif isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Grid):
            yield block.caption
            yield from (column.title for column in block.columns)
            yield from (cell.text for row in block.rows for cell in row)
            yield from block.notes
        elif isinstance(block, Facts):
            for name, cell in block.pairs:
                yield from (name, cell.text)
        elif isinstance(block, Signature):
            yield from (block.name, block.day)
        else:
            yield from words_of(block)
    yield from document.notes


def laid_out(document: Document) -> tuple[float, int]:
    """How much smaller a sheet is set to fit one page, 1 for not at all, and how many pages the paper has.

    An official paper keeps to its sizes.
    """
    scale = 1.0
    pages = pages_of(_template(), _values(document, scale))
    while document.layout is Layout.SHEET and pages > 1 and scale - STEP >= SMALLEST:
        scale -= STEP
        pages = pages_of(_template(), _values(document, scale))
    return scale, pages


def unprintable_notice(characters: str) -> str:
    """That some characters cannot be shown, and what can be done; empty where there are none."""
    if not characters:
        return ""
    return _(
        "No font on this server has these characters, so the file would show empty boxes for them: %(characters)s. "
        "Install a font that has them on the server, such as SimSun-ExtB. The text of a Word file shows them wherever "
        "such a font is installed."
    ) % {"characters": display.joined(characters)}


def font_notice() -> str:
    """That an open font stands in for those of official papers, and which; empty where none is missing."""
    stand_in = stands_in(official.BODY)
    if not stand_in:
        return ""
    return _("%(face)s is not installed on this server; %(font)s stands in.") % {
        "face": official.BODY.name,
        "font": stand_in,
    }


def _values(document: Document, scale: float) -> dict[str, Any]:
    """The document as the template takes it: plain texts and lengths. ``scale`` makes a sheet smaller."""
    is_official = document.layout is Layout.OFFICIAL
    wide, high = official.PAGE_MM
    if document.landscape:
        wide, high = high, wide
    margins, sizes = _margins(is_official), _sizes(is_official, scale)
    room = (wide - margins["left"] - margins["right"]) * POINTS_A_MM
    # The typesetter takes it for Greenwich time.
    made_at = timezone.now()
    return {
        "language": "en" if (get_language() or "").startswith("en") else "zh",
        "official": is_official,
        "title": list(document.title),
        "author": [document.author] if document.author else [],
        "made": [getattr(made_at, part) for part in ("year", "month", "day", "hour", "minute", "second")],
        "above": list(document.above),
        "notes": [document.annotation] if is_official and document.notes else list(document.notes),
        "blocks": [_block(number, block, room, sizes["table"]) for number, block in numbered(document.blocks)],
        "faces": _faces(),
        "page": {"width": wide, "height": high, **margins},
        "sizes": sizes,
    }


def _margins(is_official: bool) -> dict[str, float]:
    """Lengths in mm; ``number`` is from the text to the dash of the page number."""
    if not is_official:
        margin = official.SHEET_MARGIN_MM
        return {"top": margin, "bottom": margin, "left": margin, "right": margin, "number": 5}
    return {
        "top": official.TOP_MM,
        "bottom": official.BOTTOM_MM,
        "left": official.LEFT_MM,
        "right": official.RIGHT_MM,
        "number": 7,
    }


def _sizes(is_official: bool, scale: float) -> dict[str, float]:
    """Sizes of type in points."""
    if is_official:
        return {
            "text": official.CHARACTER_PT,
            "line": official.LINE_PT,
            "title": official.TITLE_PT,
            "title-line": official.LINE_PT + official.TITLE_PT - official.CHARACTER_PT,
            "table": official.TABLE_PT,
            "note": official.NOTE_PT,
            "number": official.PAGE_NUMBER_PT,
            "inset": 3,
        }
    text = official.SHEET_TEXT_PT * scale
    return {
        "text": text,
        "line": official.SHEET_LINE_PT * scale,
        "title": official.SHEET_TITLE_PT * scale,
        "title-line": official.SHEET_TITLE_PT * scale * 1.4,
        "table": text - 2 * scale,
        "note": text - 3 * scale,
        "number": 9,
        "inset": 3 * scale,
    }


def _faces() -> dict[str, dict[str, Any]]:
    """The fonts of each typeface. Its weight counts only where one open font stands in for several of them."""
    named = {"title": official.TITLE, "body": official.BODY, "second": official.SECOND, "number": official.NUMBER}
    named |= {"first": official.FIRST, **{f"level{level}": face for level, face in official.LEVELS.items()}}
    return {name: {"fonts": chain_of(face), "weight": _weight(face)} for name, face in named.items()}


def _weight(face: Face) -> int:
    return face.weight if stands_in(face) else 400


def _cell(cell: Cell) -> dict[str, Any]:
    ground, ink = official.STATUS_COLOURS.get(cell.colour, ("", ""))
    is_number = cell.value is not None or cell.text == "—"
    return {"text": cell.text, "number": is_number, "ground": ground, "ink": ink, "level": cell.level}


def _block(number: str, block: Block, room: float, table: float) -> dict[str, Any]:
    """A block as the template takes it. ``room`` is the width of the text, ``table`` the size of tables, in points."""
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "text": number + block.text}
    if isinstance(block, Paragraph):
        runs = [run.text for run in block.runs]
        return {"kind": "paragraph", "flush": block.flush, "lead": block.lead, "runs": runs}
    if isinstance(block, Grid):
        size, widths = fitted(block, room, table, CELL_PADDING_PT)
        return {
            "kind": "grid",
            "caption": block.caption,
            "size": size,
            "widths": widths,
            "head": [_cell(Cell(column.title)) for column in block.columns],
            "rows": [{"cells": [_cell(cell) for cell in row], "note": note} for row, note in block.noted_rows],
        }
    if isinstance(block, Facts):
        return {"kind": "facts", "pairs": [[name, _cell(cell)] for name, cell in block.pairs]}
    if isinstance(block, BarChart | DividedBar):
        return {"kind": "chart", "svg": draw(block), "sentence": block.sentence}
    assert isinstance(block, Signature)
    return {"kind": "signature", "name": block.name, "day": block.day, "indents": signature_indents(block)}
