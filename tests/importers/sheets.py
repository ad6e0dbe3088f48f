"""Spreadsheets as offices make them, built for tests: titles, merged headings, a line of units, totals and notes."""

import io
import zipfile
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook as OpenpyxlWorkbook

from targets.importers.files.grid import Cell, Sheet, typed
from targets.importers.files.workbook import read_workbook
from targets.importers.plan.headings import Heading, find_heading

#: The table that most tests start from: title, unit line, two-row heading, sections merged, totals, notes.
PLAN = [
    ["青山乡2024年度目标任务分解表"],
    ["填报单位：青山乡人民政府", None, None, None, None, None, None, None, None, "单位：万元"],
    ["序号", "板块", "指标名称", "计量单位", "2023年实绩", "目标值", None, "责任单位", "分管领导", "备注"],
    [None, None, None, None, None, "上半年", "全年", None, None, None],
    [1, "经济发展", "招商引资到位资金", "万元", 1200.5, 800, 1500, "经发办", "副乡长", None],
    [2, None, "固定资产投资", None, 5000, 2600, 5600, "经发办、财政所", "副乡长", None],
    [3, "乡村振兴", "新修农村公路", "公里", None, 2, 4.2, "农业农村办", None, "含通组路"],
    [4, None, "高标准农田", "亩", 10000, 10200, 10500, "农业农村办", None, None],
    [None, "合计", None, None, None, None, None, None, None, None],
    ["备注：以上指标以统计部门公布为准。"],
    ["填表人：　　　审核人："],
]
PLAN_MERGES = [
    "A1:J1", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:E4", "F3:G3", "H3:H4", "I3:I4", "J3:J4",
    "B5:B6", "B7:B8", "B9:C9", "A10:J10", "A11:J11",
]  # fmt: skip


def xlsx(rows: Iterable[Any], merges: Iterable[str] = (), *, title: str = "Sheet", formats: Any = None) -> bytes:
    """A workbook with one sheet. ``formats`` are number formats by address."""
    book = OpenpyxlWorkbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for merge in merges:
        sheet.merge_cells(merge)
    for place, number_format in (formats or {}).items():
        sheet[place].number_format = number_format
    return saved(book)


def saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def grid(rows: Iterable[Any], merges: Iterable[str] = ()) -> Sheet:
    """The sheet as read from an xlsx file."""
    return read_workbook(xlsx(rows, merges), "plan.xlsx").sheets[0]


def heading_of(sheet: Sheet, **known: Any) -> Heading:
    """The heading of a sheet that has one."""
    heading = find_heading(sheet, **known)
    assert heading is not None
    return heading


def plain_sheet(rows: Iterable[Any]) -> Sheet:
    """A sheet without a file around it."""
    cells: dict[tuple[int, int], Cell] = {}
    for row, values in enumerate(rows, start=1):
        for column, value in enumerate(values, start=1):
            cell = typed(row, column, value)
            if cell is not None:
                cells[row, column] = cell
    return Sheet("", cells)


def ods(cells: str, *, manifest: str = "", styles: str = "") -> bytes:
    """An OpenDocument file around the rows of one table, as XML."""
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
        for name, space in (
            ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("number", "datastyle"),
        )
    )  # fmt: skip
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        if manifest:
            archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces}>'
            f"<office:automatic-styles>{styles}</office:automatic-styles><office:body>"
            "<office:spreadsheet>"
            f'<table:table table:name="表一">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return stream.getvalue()


def ods_cell(text: str = "", *, attributes: str = "") -> str:
    inner = f"<text:p>{escape(text)}</text:p>" if text else ""
    return f"<table:table-cell {attributes}>{inner}</table:table-cell>"
