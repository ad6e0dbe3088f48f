"""The cells of an Excel sheet: real numbers with formats, statuses as coloured words."""

import xlsxwriter

from reports.document import Cell
from reports.writers.official import STATUS_COLOURS

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

BORDER = {"border": 1, "border_color": "#aab5c0", "valign": "vcenter"}


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
    elif not cell.text:
        sheet.write_blank(row, column, None, look)
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
