"""The form that is filled offline, as an Excel workbook: only what is to be typed can be typed into."""

import io
from decimal import Decimal

import xlsxwriter

from reports.tables.progress_form import FormRow, FormSheet
from reports.writers.book import new_book
from reports.writers.cells_xlsx import BORDER, CONTENT_TYPE, Formats
from reports.writers.paper_xlsx import height, set_up
from targets.forms.amounts import plain_figure

__all__ = ["CONTENT_TYPE", "write_form"]

WIDTHS = (9, 12, 30, 9, 16, 6, 10, 13, 13, 13, 14, 14, 26, 22, 10)
#: So many columns lead, on screen and on every page: code, section, indicator.
FIXED = 3
OPEN = {**BORDER, "locked": False, "bg_color": "#ffffff"}
SHUT = {**BORDER, "bg_color": "#eceff2"}
#: The number as it was typed, with at most the decimals that are kept.
AMOUNT = "#,##0.####"


def write_form(form: FormSheet) -> bytes:
    """The whole workbook: headings frozen and locked, choices from drop-downs, ready to print."""
    buffer = io.BytesIO()
    with new_book(buffer, form.title, form.author, in_memory=True) as workbook:
        sheet = workbook.add_worksheet()
        formats = Formats(workbook)
        last = len(form.headings) - 1
        sheet.merge_range(0, 0, 0, last, form.title, formats.of(bold=True, font_size=14, align="center"))
        for number, hint in enumerate(form.hints, start=1):
            sheet.write_string(number, 0, hint)
        # In a row, hidden: names and properties of a workbook do not outlive every program that saves it again.
        marked = len(form.hints) + 1
        sheet.write_string(marked, 0, form.mark)
        sheet.set_row(marked, None, None, {"hidden": True})
        head = marked + 1
        heading = formats.of(**BORDER, bold=True, text_wrap=True, bg_color="#e6eef6", align="center")
        sheet.set_row(head, 32)
        for place, title in enumerate(form.headings):
            sheet.set_column(place, place, WIDTHS[place])
            sheet.write_string(head, place, title, heading)
        for number, row in enumerate(form.rows, start=head + 1):
            _write(sheet, number, row, formats)
        # Without a password: it keeps headings from slipping and hides nothing.
        sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})
        sheet.freeze_panes(head + 1, FIXED)
        set_up(sheet, WIDTHS[: len(form.headings)], fixed=FIXED, head=head)
        # On paper the title stands above every page, and how to fill it in on the screen stays there.
        sheet.set_header(f"&L&B{form.title.replace('&', '&&')}"[:255], {"scale_with_doc": False})
        sheet.print_area(head, 0, head + len(form.rows), last)
    return buffer.getvalue()


def _write(sheet: xlsxwriter.worksheet.Worksheet, number: int, row: FormRow, formats: Formats) -> None:
    shut = formats.of(**SHUT, text_wrap=True)
    given = (row.code, row.section, row.indicator, row.unit_of_measure, row.last_reported)
    texts = (*enumerate(given), (12, row.note), (13, row.reason), (14, row.state))
    sheet.set_row(number, height((text, WIDTHS[place]) for place, text in texts))
    for place, text in enumerate(given):
        sheet.write_string(number, place, text, shut)
    sheet.write_number(number, 5, row.month, shut)
    style = OPEN if row.is_open else SHUT
    words, amounts = formats.of(**style, text_wrap=True), formats.of(**style, num_format=AMOUNT)
    _choice(sheet, number, 6, row.typed_as, row.forms, words if row.forms else shut, row.is_open)
    if row.approximation:
        sheet.write_string(number, 7, plain_figure(row.value, approximation=row.approximation), amounts)
    else:
        _amount(sheet, number, 7, row.value, amounts)
    fraction = amounts if row.takes_fraction else formats.of(**SHUT)
    _amount(sheet, number, 8, row.numerator, fraction)
    _amount(sheet, number, 9, row.denominator, fraction)
    _choice(sheet, number, 10, row.answer, row.choices, words, row.is_open)
    # As text: 8.2% typed into a cell for numbers is stored as 0.082.
    growth = formats.of(**(style if row.takes_growth else SHUT), num_format="@", align="right")
    sheet.write_string(number, 11, plain_figure(row.official_growth), growth)
    sheet.write_string(number, 12, row.note, words)
    sheet.write_string(number, 13, row.reason, words)
    sheet.write_string(number, 14, row.state, shut)


def _amount(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, amount: Decimal | None, style: object
) -> None:
    if amount is None:
        sheet.write_blank(row, column, None, style)
    else:
        sheet.write_number(row, column, float(amount), style)


def _choice(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    column: int,
    text: str,
    choices: tuple[str, ...],
    style: object,
    is_open: bool,
) -> None:
    sheet.write_string(row, column, text, style)
    if choices and is_open:
        sheet.data_validation(row, column, row, column, {"validate": "list", "source": list(choices)})
