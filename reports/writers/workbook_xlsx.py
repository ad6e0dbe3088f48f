"""A workbook as an Excel file: a sheet after the other, row by row, so that a long ledger needs no memory.

The cells and their formats are those of a single table; charts are Excel's own and follow the cells.
"""

import io
import re
from collections.abc import Iterable, Iterator

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from reports.document import Sheet, SheetChart, Table, Workbook
from reports.writers.book import new_book
from reports.writers.cells_xlsx import BORDER, CONTENT_TYPE, Formats, write_cell
from reports.writers.paper_xlsx import SIZE, Laid, height, lay, paper_of, set_up

__all__ = ["CONTENT_TYPE", "write_table", "write_workbook"]

#: Title, line under it, heading.
HEAD = 2
FIRST = HEAD + 1
#: A chart in pixels: two stand side by side.
WIDTH, HEIGHT = 460, 320
#: Points: a sheet may be printed at nine tenths of its size.
CHART_TYPE = 10
#: What a chart is filled with. Blue against orange keeps its difference for colour-blind readers.
SERIES = ("#0a5fa3", "#b35900")
FILLS = {"green": "#1f7a4d", "yellow": "#b07a00", "red": "#b3261e", "grey": "#6b7785", "none": "#aab5c0"}
#: Statuses of one colour differ by their pattern: a chart may be printed without colour.
PATTERNS = ("solid", "wide_upward_diagonal", "dotted_grid", "light_horizontal")


def write_workbook(workbook: Workbook) -> bytes:
    """The whole file."""
    buffer = io.BytesIO()
    with new_book(buffer, workbook.sheets[0].title, workbook.author, constant_memory=True) as book:
        formats = Formats(book)
        for name, sheet in zip(tab_names(workbook.sheets), workbook.sheets, strict=True):
            made = book.add_worksheet(name)
            count = _write_sheet(made, sheet, formats)
            for place, chart in enumerate(sheet.charts):
                drawn = _chart(book, name, chart, sheet)
                # Moved with the cells and never stretched: other programs have wider columns.
                where = {"x_offset": (WIDTH + 10) * place, "object_position": 2}
                made.insert_chart(FIRST + count + len(sheet.below) + 1, 0, drawn, where)
    return buffer.getvalue()


def write_table(table: Table) -> bytes:
    """A table as a workbook of one sheet."""
    left, *rest = table.above
    sheet = Sheet(
        name=table.name,
        title=table.title,
        above=(left, "　".join(rest), ""),
        columns=table.columns,
        rows=table.rows,
        below=table.below,
        fixed=table.fixed,
        keeps_empty=table.keeps_empty,
    )
    return write_workbook(Workbook((sheet,), table.file_name, author=left))


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
    laid = lay(sheet)
    last, single = len(laid.places) - 1, len(laid.groups) == 1
    for place, width in enumerate(laid.widths):
        made.set_column(place, place, width)
    # In groups of columns the title stands over the leading ones, which are on every page.
    whole = (0, laid.printed - 1 if single else max(laid.fixed - 1, 0))
    _span(made, 0, whole, sheet.title, laid, formats, bold=True, font_size=14, align="center" if single else "left")
    _write_above(made, sheet, laid, formats)
    heading = formats.of(**BORDER, bold=True, text_wrap=True, bg_color="#e6eef6", align="center")
    titles = [sheet.columns[place].title for place in laid.places]
    made.set_row(HEAD, height((title, width - 2) for title, width in zip(titles, laid.widths, strict=True)))
    for place, title in enumerate(titles):
        made.write_string(HEAD, place, title, heading)
    count = 0
    for row in laid.rows:
        cells = [row[place] for place in laid.places]
        wrapped = ((cell.text, width) for cell, width in zip(cells, laid.widths, strict=True) if cell.value is None)
        made.set_row(FIRST + count, height(wrapped))
        for place, cell in enumerate(cells):
            write_cell(made, FIRST + count, place, cell, formats)
        count += 1
    end = FIRST + count
    for offset, note in enumerate(sheet.below):
        _span(made, end + offset, whole, note, laid, formats)
    if sheet.signing:
        first, last_of_group = laid.groups[0]
        signed = whole if single else (first, last_of_group)
        _span(made, end + len(sheet.below) + 1, signed, sheet.signing, laid, formats)
    made.freeze_panes(FIRST, laid.fixed)
    if count and not sheet.is_text:
        made.autofilter(HEAD, 0, end - 1, last)
    set_up(made, laid.widths[: laid.printed], fixed=laid.fixed, head=HEAD, paper=paper_of(sheet))
    if laid.printed <= last:
        made.print_area(0, 0, end + len(sheet.below) - 1, laid.printed - 1)
    return count


def _span(
    made: Worksheet, row: int, columns: tuple[int, int], text: str, laid: Laid, formats: Formats, **look: object
) -> None:
    """A text over several columns, in as many lines as it needs."""
    first, last = columns
    width = sum(laid.widths[first : last + 1])
    size = look.get("font_size", SIZE)
    assert isinstance(size, int)
    made.set_row(row, height([(text, width)], size))
    style = formats.of(**look, text_wrap=True, valign="vcenter")
    if last > first:
        made.merge_range(row, first, row, last, text, style)
    else:
        made.write_string(row, first, text, style)


def _write_above(made: Worksheet, sheet: Sheet, laid: Laid, formats: Formats) -> None:
    """Left, middle and right of one line; in groups of columns the left over the leading ones, the rest over each."""
    left, middle, right = sheet.above
    if len(laid.groups) > 1:
        rest = "　".join(text for text in (middle, right) if text)
        spans = [(left, "left", 0, max(laid.fixed - 1, 0)), *((rest, "left", *group) for group in laid.groups)]
    else:
        last = laid.printed - 1
        third = max((last + 1) // 3, 1)
        spans = [
            (left, "left", 0, third - 1),
            (middle, "center", third, max(last - third, third)),
            (right, "right", max(last - third, third) + 1, last),
        ]
    for text, side, begin, end in spans:
        style = formats.of(align=side)
        if end > begin:
            made.merge_range(1, begin, 1, end, text, style)
        elif begin == end:
            made.write_string(1, begin, text, style)


def _chart(book: xlsxwriter.Workbook, name: str, chart: SheetChart, sheet: Sheet) -> object:
    """Columns of the sheet on top of one another, or the first with the others as marks across it."""
    made = book.add_chart({"type": "column", "subtype": "stacked"} if chart.stacked else {"type": "column"})
    marks = None if chart.stacked else book.add_chart({"type": "line"})
    end = FIRST + chart.rows - 1
    seen: dict[str, int] = {}
    for place, column in enumerate(chart.columns):
        colour = chart.colours[place] if chart.colours else ""
        fill = FILLS[colour] if colour else SERIES[place % len(SERIES)]
        series: dict[str, object] = {
            "name": [name, HEAD, column],
            "categories": [name, FIRST, 0, end, 0],
            "values": [name, FIRST, column, end, column],
        }
        if marks is not None and place:
            dash = {"type": "long_dash", "size": 16, "fill": {"color": fill}, "border": {"color": fill}}
            marks.add_series({**series, "line": {"none": True}, "marker": dash})
            continue
        repeated = seen.get(colour, 0) if colour else 0
        seen[colour] = repeated + 1
        series["border"] = {"color": fill}
        if repeated:
            pattern = PATTERNS[repeated % len(PATTERNS)]
            series["pattern"] = {"pattern": pattern, "fg_color": fill, "bg_color": "#ffffff"}
        else:
            series["fill"] = {"color": fill}
        if marks is not None:
            # Within the column: above it they would stand on the mark.
            font = {"size": CHART_TYPE, "color": "#ffffff", "bold": True}
            series |= {"gap": 60, "data_labels": {"value": True, "position": "inside_end", "font": font}}
        made.add_series(series)
    if marks is not None:
        made.combine(marks)
    made.set_title({"name": chart.title, "name_font": {"size": 12}})
    small = {"size": CHART_TYPE}
    made.set_x_axis({"num_font": small})
    shown = "0%" if chart.is_percent else "#,##0"
    made.set_y_axis({"min": 0, "num_format": shown, "num_font": small, "major_gridlines": {"visible": True}})
    made.set_legend({"position": "bottom", "font": small})
    made.set_size({"width": WIDTH, "height": HEIGHT})
    return made
