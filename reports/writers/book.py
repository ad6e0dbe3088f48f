"""A new Excel workbook: what a person typed stays text, and its properties say whose it is and what made it."""

import io
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.packager import Packager

from reports.document import legible
from targets import display


class _Packager(Packager):
    """Names the program that wrote the file; the library would name Excel."""

    def _write_app_file(self) -> None:
        path = self._filename("docProps/app.xml")
        company = escape(self.workbook.doc_properties.get("company", ""))
        text = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="http://schemas.openxmlformats.org/'
            f'officeDocument/2006/extended-properties"><Application>{escape(display.program_name())}</Application>'
            f"<Company>{company}</Company></Properties>"
        )
        if isinstance(path, io.StringIO):
            path.write(text)
        else:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)


class _Book(xlsxwriter.Workbook):
    def _get_packager(self) -> Packager:
        return _Packager()


def new_book(buffer: io.BytesIO, title: str, author: str, **options: Any) -> xlsxwriter.Workbook:
    """A workbook to be closed by its context; ``author`` is the unit whose it is. Created and modified are now."""
    kept_as_text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = _Book(buffer, {**kept_as_text, **options})
    author = legible(author)
    book.set_properties({"title": legible(title), "author": author, "company": author})
    return book
