"""An empty form as an Excel workbook: headings, rows to fill in, and the choices on a sheet of their own."""

import io

from xlsxwriter.utility import xl_range_abs

from reports.tables.people_form import BlankForm
from reports.writers.book import new_book
from reports.writers.cells_xlsx import BORDER, CONTENT_TYPE, Formats
from reports.writers.paper_xlsx import set_up

__all__ = ["CONTENT_TYPE", "write_blank"]


def write_blank(form: BlankForm) -> bytes:
    """The whole workbook. Every cell is text: a user name 007 stays as it is typed."""
    buffer = io.BytesIO()
    with new_book(buffer, form.title, "", in_memory=True) as workbook:
        sheet, listed = workbook.add_worksheet(form.name), workbook.add_worksheet(form.choices_name)
        formats = Formats(workbook)
        last = len(form.columns) - 1
        sheet.merge_range(0, 0, 0, last, form.title, formats.of(bold=True, font_size=14, align="center"))
        for number, hint in enumerate(form.hints, start=1):
            sheet.write_string(number, 0, hint)
        head = len(form.hints) + 1
        heading = formats.of(**BORDER, bold=True, text_wrap=True, bg_color="#e6eef6", align="center")
        cell = formats.of(**BORDER, num_format="@")
        end = head + form.rows
        for place, column in enumerate(form.columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(head, place, column.title, heading)
            if not column.choices:
                continue
            listed.set_column(place, place, column.width)
            listed.write_string(0, place, column.title, heading)
            for number, choice in enumerate(column.choices, start=1):
                listed.write_string(number, place, choice)
            # A list within the rule itself may have 255 characters only.
            source = f"='{form.choices_name}'!{xl_range_abs(1, place, len(column.choices), place)}"
            rule = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(head + 1, place, end, place, rule)
        for row in range(head + 1, end + 1):
            for place in range(last + 1):
                sheet.write_blank(row, place, None, cell)
        sheet.freeze_panes(head + 1, 0)
        widths = [column.width for column in form.columns]
        set_up(sheet, widths, fixed=0, head=head)
        set_up(listed, widths, fixed=0, head=0)
    return buffer.getvalue()
