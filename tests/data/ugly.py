"""Makes the small ugly files that lie beside it: `.venv/bin/python -m tests.data.ugly`. README.md tells of each."""

import io
import os
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import django
import openpyxl
import xlsxwriter
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

FOLDER = Path(__file__).parent
HEADING = ("板块", "指标名称", "计量单位", "责任单位", "上年实绩", "6月底目标", "全年目标", "完成时限")
ROWS: tuple[tuple[Any, ...], ...] = (
    ("经济发展", "招商引资", "万元", "平安办", 100, 50, 120, ""),
    ("经济发展", "植树造林", "亩", "平安办", 80.5, 40, 90, ""),
    ("社会治理", "新修道路", "公里", "平安办", 3, 1, 5, ""),
)


def of_openpyxl() -> tuple[openpyxl.Workbook, Any]:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADING)
    for row in ROWS:
        sheet.append(row)
    return book, sheet


def merged_cells() -> openpyxl.Workbook:
    book, sheet = of_openpyxl()
    sheet.insert_rows(1)
    sheet["A1"] = "2023年度目标任务分解表"
    sheet.merge_cells("A1:XFD1")
    sheet["A4"] = None
    sheet.merge_cells("A3:A4")
    sheet.merge_cells("D3:D5")
    return book


def hidden_rows() -> openpyxl.Workbook:
    book, sheet = of_openpyxl()
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["E"].hidden = True
    book.create_sheet("旧表").sheet_state = "hidden"
    return book


def dates_as_numbers() -> openpyxl.Workbook:
    book, sheet = of_openpyxl()
    sheet["H2"] = 45260  # 30 November 2023, in a cell that was never formatted as a date
    sheet["H3"] = date(2023, 11, 30)
    sheet["F3"] = date(2023, 6, 30)  # a figure that Excel took for a date
    sheet["H4"] = 2958466  # one day after the last that Excel knows
    sheet["H4"].number_format = "yyyy-mm-dd"
    return book


def numbers_as_text() -> openpyxl.Workbook:
    book, sheet = of_openpyxl()
    for place, text in {"F2": "50", "G2": "1,200.50", "F3": " 40 ", "G3": "90亩", "F4": "1e0", "G4": "'5"}.items():
        sheet[place] = text
    return book


def full_width_digits() -> openpyxl.Workbook:
    book, sheet = of_openpyxl()
    for place, text in {
        "F2": "５０",
        "G2": "１，２００．５",
        "F3": "４０　",
        "G3": "９０％",
        "F4": "一",
        "G4": "５公里",
    }.items():
        sheet[place] = text
    return book


def notes_in_cells() -> openpyxl.Workbook:
    book, sheet = of_openpyxl()
    sheet["G2"].comment = Comment("县里会上说还要加码", "某人")
    sheet["B3"].comment = Comment("换行\n与 <b>标记</b>", "")
    return book


def marked_up() -> openpyxl.Workbook:
    """What stands beside figures: a comment, a part struck out, a whole row struck out, a hidden column and row."""
    book, sheet = of_openpyxl()
    sheet["G2"].comment = Comment("已调为150，待行文", "某人")
    sheet["G3"] = CellRichText(TextBlock(InlineFont(strike=True), "85"), TextBlock(InlineFont(), " 90"))
    sheet.append(("社会治理", "旧库房拆除", "间", "平安办", 0, 1, 2, ""))
    sheet["B5"].font = Font(strike=True)
    sheet.column_dimensions["E"].hidden = True
    sheet.row_dimensions[4].hidden = True
    return book


def trailing_blanks() -> openpyxl.Workbook:
    book, sheet = of_openpyxl()
    for row in range(2, 5):
        for column in (1, 2, 3, 4):
            cell = sheet.cell(row, column)
            cell.value = f"\u3000{cell.value} \u00a0\n"
    for row in range(5, 1000):
        sheet.cell(row, 1, "  " if row % 2 else None).number_format = "0.00"
    return book


def empty_sheet() -> openpyxl.Workbook:
    return openpyxl.Workbook()


def empty_sheet_first() -> openpyxl.Workbook:
    book, _sheet = of_openpyxl()
    book.create_sheet("空表", 0)
    return book


def formulas(path: Path) -> None:
    """With values that the file holds beside them, one that is an error, and one that was never calculated."""
    with xlsxwriter.Workbook(path, {"in_memory": True}) as book:
        sheet = book.add_worksheet("目标")
        sheet.write_row(0, 0, HEADING)
        for number, row in enumerate(ROWS, start=1):
            sheet.write_row(number, 0, row)
        sheet.write_formula("G2", "=F2*2.4", None, 120)
        sheet.write_formula("G3", "=F3/0", None, "#DIV/0!")
        sheet.write_formula("G4", '=HYPERLINK("http://example.invalid/","5")', None, "")
        sheet.write_formula("E2", "=NOW()", None, 45260.5)


def formula_as_text(path: Path) -> None:
    with xlsxwriter.Workbook(path, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("目标")
        for number, row in enumerate((HEADING, *ROWS)):
            sheet.write_row(number, 0, row)
        sheet.write_string("G2", "=SUM(F2:F4)")
        sheet.write_string("B3", "=cmd|' /C calc'!A0")
        sheet.write_string("D4", "@SUM(1)")


def external_links(content: bytes) -> bytes:
    """What Excel writes of a workbook that takes its figures out of another one."""
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = (
        '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook xmlns:r="'
        f'{relation}" r:id="rId1"><sheetNames><sheetName val="汇总"/></sheetNames></externalBook></externalLink>'
    )
    path = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{relation}/externalLinkPath" Target="file:///\\\\server.invalid\\share\\汇总.xlsx" '
        'TargetMode="External"/></Relationships>'
    )
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in source.infolist():
            text = source.read(part)
            if part.filename == "xl/_rels/workbook.xml.rels":
                place = "externalLinks/externalLink1.xml"
                one = f'<Relationship Id="rId99" Type="{relation}/externalLink" Target="{place}"/>'
                text = text.replace(b"</Relationships>", one.encode() + b"</Relationships>")
            elif part.filename == "xl/workbook.xml":
                one = f'<externalReferences><externalReference xmlns:r="{relation}" r:id="rId99"/></externalReferences>'
                text = text.replace(b"</sheets>", b"</sheets>" + one.encode())
            elif part.filename.startswith("xl/worksheets/sheet"):
                text = text.replace(b"<v>120</v>", "<f>[1]汇总!$B$7</f><v>120</v>".encode())
            archive.writestr(zipfile.ZipInfo(part.filename), text, zipfile.ZIP_DEFLATED)
        archive.writestr(zipfile.ZipInfo("xl/externalLinks/externalLink1.xml"), link)
        archive.writestr(zipfile.ZipInfo("xl/externalLinks/_rels/externalLink1.xml.rels"), path)
    return target.getvalue()


def zip_bomb(content: bytes) -> bytes:
    """A workbook whose sheet unpacks to 30 MB of empty rows."""
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for part in source.infolist():
            text = source.read(part)
            if part.filename.startswith("xl/worksheets/sheet"):
                text = text.replace(b"</sheetData>", b"<row/>" * 5_000_000 + b"</sheetData>")
            archive.writestr(zipfile.ZipInfo(part.filename), text, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def old_workbook(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("目标", cell_overwrite_ok=True)
    for number, row in enumerate((HEADING, *ROWS)):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    sheet.write(1, 7, date(2023, 11, 30), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    book.save(str(path))


def open_document() -> bytes:
    from tests.importers.sheets import ods

    rows = "".join(
        "<table:table-row>" + "".join(_ods_cell(value) for value in row) + "</table:table-row>"
        for row in (HEADING, *ROWS)
    )
    rest = (
        '<table:table-row table:number-rows-repeated="1048572"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    return ods(rows + rest)


def _ods_cell(value: Any) -> str:
    kind = (
        'office:value-type="string"' if isinstance(value, str) else f'office:value-type="float" office:value="{value}"'
    )
    return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"


def text(separator: str = ",") -> str:
    return "".join(separator.join(map(str, row)) + "\r\n" for row in (HEADING, *ROWS))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "township.settings")
    django.setup()
    for make in (
        merged_cells, hidden_rows, dates_as_numbers, numbers_as_text, full_width_digits, notes_in_cells,
        marked_up, trailing_blanks, empty_sheet, empty_sheet_first,
    ):  # fmt: skip
        make().save(FOLDER / f"{make.__name__}.xlsx")
    formulas(FOLDER / "formulas.xlsx")
    formula_as_text(FOLDER / "formula_as_text.xlsx")
    buffer = io.BytesIO()
    of_openpyxl()[0].save(buffer)
    (FOLDER / "external_links.xlsx").write_bytes(external_links(buffer.getvalue()))
    (FOLDER / "zip_bomb.xlsx").write_bytes(zip_bomb(buffer.getvalue()))
    old_workbook(FOLDER / "old_workbook.xls")
    (FOLDER / "open_document.ods").write_bytes(open_document())
    (FOLDER / "text_with_mark.csv").write_bytes(text().encode("utf-8-sig"))
    (FOLDER / "text_in_gb18030.csv").write_bytes(text("\t").encode("gb18030"))
    (FOLDER / "renamed_pdf.xlsx").write_bytes(
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
    )


if __name__ == "__main__":
    main()
