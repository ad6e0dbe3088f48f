"""A workbook as an Excel file: a sheet after the other, row by row, so that a long ledger needs no memory.

The cells and their formats are those of a single table; charts are Excel's own and follow the cells.
"""

import io
import re
from collections.abc import Iterable, Iterator

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from reports.document import Sheet, SheetChart, Workbook
from reports.writers.table_xlsx import BORDER, CONTENT_TYPE, Formats, write_cell

__all__ = ["CONTENT_TYPE", "write_workbook"]

A4, A3 = 9, 8
#: Title, line under it, heading.
HEAD = 2
FIRST = HEAD + 1
#: A chart in pixels: two stand side by side.
WIDTH, HEIGHT = 500, 320
#: What a chart is filled with. Blue against orange keeps its difference for colour-blind readers.
SERIES = ("#0a5fa3", "#b35900")
FILLS = {"green": "#1f7a4d", "yellow": "#b07a00", "red": "#b3261e", "grey": "#6b7785", "none": "#aab5c0"}
#: Statuses of one colour differ by their pattern: a chart may be printed without colour.
PATTERNS = ("solid", "wide_upward_diagonal", "dotted_grid", "light_horizontal")


def write_workbook(workbook: Workbook) -> bytes:
    """The whole file."""
    buffer = io.BytesIO()
    # Strings stay strings: nothing typed by a person becomes a formula or a link.
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        formats = Formats(book)
        for name, sheet in zip(tab_names(workbook.sheets), workbook.sheets, strict=True):
            made = book.add_worksheet(name)
            count = _write_sheet(made, sheet, formats)
            for place, chart in enumerate(sheet.charts):
                drawn = _chart(book, name, chart, sheet)
                made.insert_chart(FIRST + count + len(sheet.below) + 1, 0, drawn, {"x_offset": (WIDTH + 10) * place})
    return buffer.getvalue()


def tab_names(sheets: Iterable[Sheet]) -> Iterator[str]:
    """Names that Excel takes: no more than 31 characters, none of []:*?/\\, no quote at an end, each once."""
    used: set[str] = set()
    for sheet in sheets:
        plain = re.sub(r"[\[\]:*?/\\]+", "-", sheet.name).strip("' ")[:31] or "-"
        name, number = plain, 2
        while name.lower() in used:
            name = f"{plain[: 30 - len(str(number))]} {number}"
            number += 1
        used.add(name.lower())
        yield name


def _write_sheet(made: Worksheet, sheet: Sheet, formats: Formats) -> int:
    """Title, heading, rows and notes, in their order: with constant memory a row cannot be gone back to."""
    last = len(sheet.columns) - 1
    for place, column in enumerate(sheet.columns):
        made.set_column(place, place, column.width)
    made.merge_range(0, 0, 0, last, sheet.title, formats.of(bold=True, font_size=14, align="center"))
    _write_above(made, sheet, formats, last)
    heading = formats.of(**BORDER, bold=True, text_wrap=True, bg_color="#e6eef6", align="center")
    for place, column in enumerate(sheet.columns):
        made.write_string(HEAD, place, column.title, heading)
    count = 0
    for row in sheet.rows:
        for place, cell in enumerate(row):
            write_cell(made, FIRST + count, place, cell, formats)
        count += 1
    end = FIRST + count
    for offset, note in enumerate(sheet.below):
        made.write_string(end + offset, 0, note)
    if sheet.signing:
        made.write_string(end + len(sheet.below) + 1, 0, sheet.signing)
    made.freeze_panes(FIRST, sheet.fixed)
    if count and not sheet.is_text:
        made.autofilter(HEAD, 0, end - 1, last)
    made.repeat_rows(HEAD)
    made.set_landscape()
    made.set_paper(A3 if sheet.wide else A4)
    made.fit_to_pages(1, 0)
    made.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    made.set_footer("&C&P / &N")
    return count


def _write_above(made: Worksheet, sheet: Sheet, formats: Formats, last: int) -> None:
    """Left, middle and right of one line; where a sheet is narrow they take a column each."""
    left, middle, right = sheet.above
    third = max((last + 1) // 3, 1)
    bounds = ((0, third - 1), (third, max(last - third, third)), (max(last - third, third) + 1, last))
    for text, side, (begin, end) in zip((left, middle, right), ("left", "center", "right"), bounds, strict=True):
        style = formats.of(align=side)
        if end > begin:
            made.merge_range(1, begin, 1, end, text, style)
        elif begin <= last:
            made.write_string(1, begin, text, style)


def _chart(book: xlsxwriter.Workbook, name: str, chart: SheetChart, sheet: Sheet) -> object:
    """Columns of the sheet beside or on top of one another, with the numbers of the cells."""
    made = book.add_chart({"type": "column", "subtype": "stacked"} if chart.stacked else {"type": "column"})
    end = FIRST + chart.rows - 1
    seen: dict[str, int] = {}
    for place, column in enumerate(chart.columns):
        colour = chart.colours[place] if chart.colours else ""
        fill = FILLS[colour] if colour else SERIES[place % len(SERIES)]
        series: dict[str, object] = {
            "name": [name, HEAD, column],
            "categories": [name, FIRST, 0, end, 0],
            "values": [name, FIRST, column, end, column],
            "border": {"color": fill},
        }
        repeated = seen.get(colour, 0) if colour else 0
        seen[colour] = repeated + 1
        if repeated:
            pattern = PATTERNS[repeated % len(PATTERNS)]
            series["pattern"] = {"pattern": pattern, "fg_color": fill, "bg_color": "#ffffff"}
        else:
            series["fill"] = {"color": fill}
        if not chart.stacked:
            series["data_labels"] = {"value": True, "font": {"size": 9}}
        made.add_series(series)
    made.set_title({"name": chart.title, "name_font": {"size": 12}})
    made.set_y_axis({"min": 0, "num_format": "0%" if chart.is_percent else "0", "major_gridlines": {"visible": True}})
    made.set_legend({"position": "bottom"})
    made.set_size({"width": WIDTH, "height": HEIGHT})
    return made
