"""Independent readers of what is written: openpyxl for workbooks, python-docx and the XML for Word, pypdf for PDF."""

import csv
import io
import itertools
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

import docx
import openpyxl
import pypdf
from pypdf.generic import ContentStream

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def word_xml(content: bytes, part: str = "word/document.xml") -> ElementTree.Element:
    """A part of a Word file as it lies in the archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return ElementTree.fromstring(archive.read(part))


def word_text(content: bytes) -> str:
    """Everything that stands in a Word file, paragraphs before tables."""
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def word_paragraphs(content: bytes) -> list[tuple[str, str]]:
    """The paragraphs outside of tables: the name of the style, and the text."""
    return [(one.style.name, one.text) for one in docx.Document(io.BytesIO(content)).paragraphs]


def pdf_pages(content: bytes) -> list[str]:
    """The text of each page as a reader searches it."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def pdf_text(content: bytes) -> str:
    """All text, without the line breaks of the layout and without page numbers."""
    return re.sub(r"—\d+—", "", "".join("".join(page.split()) for page in pdf_pages(content)))


def _glyph_widths(font: Any) -> tuple[dict[int, float], float]:
    """How wide each glyph of a font is, in thousandths of its size, and those that are not listed."""
    descendant = font["/DescendantFonts"][0].get_object()
    listed, found, place = [one.get_object() for one in descendant.get("/W", ())], {}, 0
    while place < len(listed):
        first, second = int(listed[place]), listed[place + 1]
        if isinstance(second, list):
            found.update({first + number: float(width) for number, width in enumerate(second)})
            place += 2
        else:
            found.update(dict.fromkeys(range(first, int(second) + 1), float(listed[place + 2])))
            place += 3
    return found, float(descendant.get("/DW", 1000))


def pdf_runs(content: bytes) -> list[list[tuple[float, float, float, float]]]:
    """Where each piece of text lies on each page: left and right end, the height of its line and its size, in points.

    Measured by the widths of its glyphs, as a printer draws them.
    """
    reader = pypdf.PdfReader(io.BytesIO(content))
    pages = []
    for page in reader.pages:
        resources: Any = page["/Resources"]
        fonts = {name: _glyph_widths(font.get_object()) for name, font in resources.get("/Font", {}).items()}
        runs, stack = [], []
        left = top = 0.0
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator == b"q":
                stack.append((left, top))
            elif operator == b"Q":
                left, top = stack.pop()
            elif operator == b"cm":
                # The writer turns the page upside down and moves: it neither scales nor slants.
                left, top = left + float(operands[4]), float(operands[5]) + (-top if float(operands[3]) > 0 else top)
            elif operator == b"Tf":
                (widths, other), size = fonts[operands[0]], float(operands[1])
            elif operator == b"Tm":
                start, height = left + float(operands[4]), top - float(operands[5])
            elif operator in (b"Tj", b"TJ"):
                end = start
                for piece in operands[0] if operator == b"TJ" else operands:
                    if isinstance(piece, int | float):
                        end -= float(piece) * size / 1000
                        continue
                    codes = piece.original_bytes if hasattr(piece, "original_bytes") else bytes(piece)
                    glyphs = [codes[place] * 256 + codes[place + 1] for place in range(0, len(codes) - 1, 2)]
                    end += sum(widths.get(glyph, other) for glyph in glyphs) * size / 1000
                runs.append((start, end, round(height, 1), size))
        pages.append(runs)
    return pages


def overprints(content: bytes, largest: float) -> list[tuple[float, float]]:
    """Where a piece of text begins before the one on its left has ended, in type of a size up to ``largest``.

    Larger type is that of sentences, whose commas and brackets are set into one another.
    """
    found = []
    for runs in pdf_runs(content):
        small = sorted((line, start, end) for start, end, line, size in runs if size <= largest)
        for (line, _start, end), (next_line, start, _end) in itertools.pairwise(small):
            if line == next_line and start < end - 0.5:
                found.append((end, start))
    return found


def workbook(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def sheet_of(book: Any, name: str) -> Any:
    """The sheet of a part of the ledger, whose tab goes on with the year and the unit."""
    return next(sheet for sheet in book if sheet.title.startswith(f"{name} 2023"))


def sheet_rows(sheet: Any) -> list[dict[str, Any]]:
    """The rows under the heading in the third line, by heading, up to the first empty one or a note."""
    heads = [cell.value for cell in sheet[3]]
    rows = []
    for row in sheet.iter_rows(min_row=4):
        if row[1].value is None:
            break
        rows.append(dict(zip(heads, row, strict=True)))
    return rows


def csv_rows(content: bytes) -> list[dict[str, str]]:
    """The rows under the heading in the second line, by heading, up to the notes below them."""
    _title, heads, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    return [dict(zip(heads, line, strict=True)) for line in lines if len(line) == len(heads)]


def word_tables(content: bytes) -> list[list[list[str]]]:
    """The tables of a Word file: rows of texts."""
    return [
        [
            ["".join(text.text or "" for text in cell.iter(f"{W}t")) for cell in row.iter(f"{W}tc")]
            for row in table.iter(f"{W}tr")
        ]
        for table in word_xml(content).findall(f".//{W}tbl")
    ]


def as_shown(cell):
    """What a spreadsheet shows of a cell, by its number format."""
    value, shown = cell.value, cell.number_format
    if not isinstance(value, int | float):
        return value
    before, pattern, after = re.fullmatch(r'(?:"(.*?)")?([^"]+)(?:"(.*?)")?', shown).groups()
    decimals = len(pattern.rstrip("%").partition(".")[2])
    scaled = value * 100 if pattern.endswith("%") else value
    text = f"{abs(scaled):.{decimals}f}"
    grouped = f"{abs(scaled):,.{decimals}f}" if abs(scaled) >= 10000 else text
    return f"{before or ''}{'−' if value < 0 else ''}{grouped}{'%' if pattern.endswith('%') else ''}{after or ''}"
