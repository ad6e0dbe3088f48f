"""A table as an Excel workbook: real numbers with formats, statuses as coloured words, ready to print."""

import io

import xlsxwriter

from reports.document import Cell, Table
from reports.writers.official import STATUS_COLOURS

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

BORDER = {"border": 1, "border_color": "#aab5c0", "valign": "vcenter"}


def write_xlsx(table: Table) -> bytes:
    """The whole workbook, with the heading frozen, filtered and repeated on every printed page."""
    buffer = io.BytesIO()
    # Strings stay strings: nothing typed by a person becomes a formula or a link.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as workbook:
        sheet = workbook.add_worksheet()
        formats = Formats(workbook)
        last = len(table.columns) - 1
        sheet.merge_range(0, 0, 0, last, table.title, formats.of(bold=True, font_size=14, align="center"))
        sheet.write_string(1, 0, "　".join(table.above))
        heading = formats.of(**BORDER, bold=True, text_wrap=True, bg_color="#e6eef6", align="center")
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(2, place, column.title, heading)
        for number, row in enumerate(table.rows, start=3):
            for place, cell in enumerate(row):
                write_cell(sheet, number, place, cell, formats)
        end = len(table.rows) + 3
        for offset, note in enumerate(table.below):
            sheet.write_string(end + offset, 0, note)
        sheet.freeze_panes(3, 3)
        if table.rows:
            sheet.autofilter(2, 0, end - 1, last)
        sheet.repeat_rows(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")
    return buffer.getvalue()


class Formats:
    """Each format is made once: a workbook with a format per cell is slow to open."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, object], ...], object] = {}
        self._looks: dict[tuple[object, ...], object] = {}

    def of(self, **properties: object) -> object:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]

    def of_cell(self, cell: Cell) -> object:
        """What a cell looks like. Looked up by what tells cells apart: a long ledger has some hundred thousand."""
        look = (
            cell.value is None,
            cell.is_percent,
            cell.decimals,
            cell.colour,
            cell.text == "—",
            cell.level,
            cell.around,
        )
        if look not in self._looks:
            self._looks[look] = self.of(**_properties(cell))
        return self._looks[look]


def write_cell(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, formats: Formats) -> None:
    look = formats.of_cell(cell)
    if cell.value is not None:
        sheet.write_number(row, column, float(cell.value), look)
    else:
        sheet.write_string(row, column, cell.text, look)


def _properties(cell: Cell) -> dict[str, object]:
    if cell.value is not None:
        shown = "0" + ("." + "0" * cell.decimals if cell.decimals else "")
        shown = f"{shown}%" if cell.is_percent else shown.replace("0", "#,##0", 1)
        # A quote cannot stand within a quoted piece of a format.
        before, after = (f'"{words}"' if words else "" for words in (part.replace('"', "") for part in cell.around))
        return {**BORDER, "num_format": before + shown + after}
    properties: dict[str, object] = {**BORDER, "text_wrap": True}
    if cell.colour:
        ground, ink = STATUS_COLOURS[cell.colour]
        properties |= {"bg_color": ground, "font_color": ink}
    if cell.text == "—":
        properties["align"] = "right"
    if cell.level:
        properties["indent"] = cell.level
    return properties
