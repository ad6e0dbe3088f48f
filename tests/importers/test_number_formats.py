"""What a sheet shows is what is read: one table of number formats, in every kind of file."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from targets.importers.files.workbook import read_workbook
from tests.importers.sheets import ods, ods_cell, saved, xlsx
from tests.importers.test_workbook import only_sheet, xls

DATA = Path(__file__).parents[1] / "data"
SAME = None
#: Format, what the file holds, what is shown with all its decimals, and what it holds where that is another number.
SHOWN = [
    # A comma behind the last digit divides by a thousand: 23450000 / 1000 = 23450.
    ("#,##0,", 23450000, "23450", "23450000"),
    ("0.0,,", 23450000, "23.45", "23450000"),
    ('0,"千元"', 23450000, "23450千元", "23450000"),
    ('#,##0.0,"千元"', 12345, "12.345千元", "12345"),
    # A point put in moves the digits behind it: 23450000 / 1000 / 10 = 2345.0.
    (r"0\.0,", 23450000, "2345", "23450000"),
    ('0"."0,', 23450000, "2345", "23450000"),
    ('0"."0,"万元"', 12345, "1.2345万元", "12345"),
    ('0"."0000', 23450000, "2345", "23450000"),
    ('0"."0,', -23450000, "-2345", "-23450000"),
    # By the section that is for the number.
    ('[>=10000]0"."0,"万";0', 23450000, "2345万", "23450000"),
    ('[>=10000]0"."0,"万";0', 950, "950", SAME),
    ('[>=100000000]0.00,,,"十亿";[>=10000]0"."0,"万";0', 20000000, "2000万", "20000000"),
    # Percent: of the format, as a letter, and hidden by a line break (× 100 / 1000 / 1000).
    ("0%", 0.95, "95%", SAME),
    ("0.0%", 0.285, "28.5%", SAME),
    ('0.0"%"', 95, "95%", SAME),
    (r"0\%", 95, "95%", SAME),
    ('0.0"%";-0.0"%"', -2.5, "-2.5%", SAME),
    ('0.00,,"万"\n%', 23450000, "2345万", "23450000"),
    ('0.00"‰"', 3.5, "3.5‰", SAME),
    # Words around a number, and signs that say nothing else.
    ('"约"0"亩"', 500, "约500亩", SAME),
    ('"≥"0.0', 95, "≥95", SAME),
    ('General"万元"', 500, "500万元", SAME),
    ("¥#,##0.00", 2345, "2345", SAME),
    ("[$¥-804]#,##0.00", 2345, "2345", SAME),
    ("+0.0;-0.0", -5, "-5", SAME),
    ("0_);[Red](0)", -5, "-5", SAME),
    ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', 0, "0", SAME),
    ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', 2345.5, "2345.5", SAME),
    ('_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', 0, "0", SAME),
    # A sign that is not shown: who reads it reads 5.
    ("0;0", -5, "5", "-5"),
    ("0.0;[Red]0.0", -5, "5", "-5"),
    ("0;0", 5, "5", SAME),
    # Rounding, grouping, fractions and exponents leave a number what it is.
    ("0", 2.6, "2.6", SAME),
    ("#,##0", 1234.56, "1234.56", SAME),
    ("# ##0", 23450, "23450", SAME),
    ("# ?/?", 0.5, "0.5", SAME),
    ("0.00E+00", 23450000, "23450000", SAME),
    ("[DBNum1]General", 1234, "1234", SAME),
    ("@", 1234, "1234", SAME),
    # Letters between the digits: no number any more.
    ('0"年"00"月"', 202307, "2023年07月", "202307"),
    ("000-0000", 5551234, "555-1234", "5551234"),
    # Nothing is shown.
    (";;;", 5, "5", "5"),
]
#: What LibreOffice takes otherwise: to Excel and WPS a ! says that the next letter is one.
MARKED = [
    ('0!.0,"万元"', 23450000, "2345万元", "23450000"),
    ("0!.0000", 23450000, "2345", "23450000"),
    ("0!.0,", 12345, "1.2345", "12345"),
    ("0,.0", 23450000, "23450", "23450000"),
    ('[>=10000]0!.0,"万";0', 12345, "1.2345万", "12345"),
]
#: Format, a day, and what is shown of it.
DAYS = [
    ("yyyy-mm-dd", date(2023, 7, 15)),
    ('m"月"d"日"', date(2023, 7, 15)),
    ("yyyy/m/d h:mm", date(2023, 7, 15)),
    ('yyyy"年"m"月"', "2023年7月"),
    ('m"月"', "2023年7月"),
    ("mmm-yy", "2023年7月"),
    ("yyyy", "2023年"),
]


def looks(sheet, column=1):
    return [
        (cell.text, None if cell.stored is None else format(cell.stored, "f"))
        for row in range(1, sheet.last_row + 1)
        if (cell := sheet.cell(row, column)) is not None
    ]


def expected(table):
    return [(text, stored) for _format, _value, text, stored in table]


def test_formats_in_xlsx():
    table = SHOWN + MARKED
    content = xlsx(
        [[value] for _format, value, _text, _stored in table],
        formats={f"A{row}": number_format for row, (number_format, *_rest) in enumerate(table, start=1)},
    )
    assert looks(only_sheet(content)) == expected(table)


def test_formats_in_xls():
    table = SHOWN + MARKED
    content = xls(
        [[value] for _format, value, _text, _stored in table],
        formats={(row, 0): number_format for row, (number_format, *_rest) in enumerate(table)},
    )
    assert looks(only_sheet(content, "plan.xls")) == expected(table)


def test_formats_in_ods_as_libreoffice_writes_them():
    (sheet,) = read_workbook((DATA / "number_formats.ods").read_bytes(), "number_formats.ods").sheets
    rows = [(sheet.text(row, 1), sheet.text(row, 2)) for row in range(1, sheet.last_row + 1)]
    assert rows == [(number_format.strip(), str(value)) for number_format, value, _text, _stored in SHOWN]
    assert looks(sheet, 3) == expected(SHOWN)


@pytest.mark.parametrize(("number_format", "shown"), DAYS)
def test_days_are_read_as_far_as_they_are_shown(number_format, shown):
    day = date(2023, 7, 15)
    assert only_sheet(xlsx([[day]], formats={"A1": number_format})).cell(1, 1).value == shown
    assert only_sheet(xls([[day]], formats={(0, 0): number_format}), "plan.xls").cell(1, 1).value == shown


def test_days_in_ods_are_read_as_far_as_they_are_shown():
    styles = (
        '<number:date-style style:name="N1"><number:year number:style="long"/><number:text>年</number:text>'
        "<number:month/><number:text>月</number:text></number:date-style>"
        '<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>'
    )
    day = 'office:value-type="date" office:date-value="2023-07-15"'
    row = ods_cell("2023年7月", attributes=f'{day} table:style-name="ce1"') + ods_cell("x", attributes=day)
    sheet = only_sheet(ods(f"<table:table-row>{row}</table:table-row>", styles=styles), "plan.ods")
    assert [cell.value for cell in sheet.row(1)] == ["2023年7月", date(2023, 7, 15)]


def test_zeros_that_nobody_sees_are_empty_cells_and_are_counted():
    content = xlsx([["甲", 0, 5], ["乙", 0, 0]], formats={"B1": "0;-0;;@", "B2": "0", "C2": "0;;"})
    book = read_workbook(content, "plan.xlsx")
    (sheet,) = book.sheets
    assert [cell.address for cell in sheet.cells.values()] == ["A1", "C1", "A2", "B2"]
    assert book.remarks == ("Sheet “Sheet” shows nothing where it holds a zero: 2 such cells count as empty.",)


def test_a_sheet_that_shows_no_zeros():
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["甲", 0, 5])
    book.active.sheet_view.showZeros = False
    found = read_workbook(saved(book), "plan.xlsx")
    assert [cell.value for cell in found.sheets[0].row(1)] == ["甲", Decimal(5)]
    assert "1 such cells count as empty" in found.remarks[0]
