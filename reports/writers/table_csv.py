"""A table as CSV for Excel and WPS: UTF-8 with a byte order mark, numbers as numbers."""

import csv
import io

from reports.document import Cell, Table
from targets.display import spreadsheet_text

CONTENT_TYPE = "text/csv; charset=utf-8"


def write_csv(table: Table) -> bytes:
    """The whole file: title and notes in lines of their own, then heading and rows."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(map(spreadsheet_text, [table.title, *table.above]))
    writer.writerow([spreadsheet_text(column.title) for column in table.columns])
    for row in table.rows:
        writer.writerow([_text(cell) for cell in row])
    for note in table.below:
        writer.writerow([spreadsheet_text(note)])
    return stream.getvalue().encode("utf-8-sig")


def _text(cell: Cell) -> str:
    """Numbers without grouping, and text that no spreadsheet takes for a formula."""
    if cell.value is not None:
        return cell.text.replace(",", "").replace("−", "-").lstrip("+")
    return spreadsheet_text(cell.text)
