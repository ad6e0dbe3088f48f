"""Independent readers of what is written: openpyxl for workbooks, python-docx and the XML for Word, pypdf for PDF."""

import csv
import io
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

import docx
import openpyxl
import pypdf

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


def workbook(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


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
