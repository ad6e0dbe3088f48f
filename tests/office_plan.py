"""A 目标任务分解表 as a township's office keeps it: everything in one file that a plan of its own never has."""

import io

import openpyxl
from openpyxl.styles import Alignment, Font

SHEET = "2023年目标任务"
#: Rows of the sheet, from 1: two of titles, two of headings.
HEADING = (3, 4)
HEADINGS = (
    ("序号", "任务指标", "计量单位", "2022年实绩", "目标值", None, "责任单位", "分管领导", "完成时限", "备注"),
    (None, None, None, None, "上半年", "全年", None, None, None, None),
)
#: A row of one text is the name of the section of those below it.
ROWS: tuple[tuple[object, ...], ...] = (
    ("一、经济发展",),
    (1, "招商引资到位资金", "万元", 1200.5, 800, 1500, "平安办", "乡长", None, None),
    (2, "油茶种植面积", "亩", 2300, 2400, "2500余亩", "东村、西村", "副乡长", None, "含低产林改造"),
    (3, "通村公路", None, None, "完成路基", "11月底前通车", "东村", "副乡长", None, None),
    ("二、社会治理",),
    (4, "城镇登记失业率", "%", 4.3, None, "低于4.1", "平安办", "副书记", None, None),
    (5, "养老保险参保率", "%", 0.985, 0.99, "100%", "平安办", "副书记", None, None),
    (6, "群众满意度", "%", None, None, "年终根据全省平均水平确定", "平安办", "副书记", None, None),
    (7, "较大以上安全事故", "起", 0, None, "不发生", "平安办、派出所", "副书记", None, None),
    (8, "矛盾纠纷排查", "次", 24, 12, 24, "南岭村", "副书记", None, None),
)
TOTALS: tuple[tuple[object, ...], ...] = (
    (None, "合计", None, None, None, None, None, None, None, None),
    ("备注：以上指标以统计部门公布为准。",),
    ("填表人：　　　　　　审核人：",),
)


def office_plan() -> openpyxl.Workbook:
    """A sheet of explanations first, then the table: titles, a heading of two rows, sections as rows, totals below."""
    book = openpyxl.Workbook()
    words = book.active
    words.title = "填表说明"
    words.append(["一、本表由党政办牵头填写。"])
    words.append(["二、目标值以县下达文件为准。"])
    sheet = book.create_sheet(SHEET)
    sheet.append(["青山乡2023年度目标任务分解表"])
    sheet.append(["填报单位：青山乡人民政府"])
    for row in (*HEADINGS, *ROWS, *TOTALS):
        sheet.append(list(row))
    for merged in ("A1:J1", "A2:J2", "E3:F3", *(f"{letter}3:{letter}4" for letter in "ABCDGHIJ")):
        sheet.merge_cells(merged)
    for cells in sheet.iter_rows(min_row=HEADING[1] + 1):
        if cells[0].value is not None and cells[1].value is None:
            sheet.merge_cells(start_row=cells[0].row, end_row=cells[0].row, start_column=1, end_column=10)
    sheet["A1"].font, sheet["A1"].alignment = Font(size=18, bold=True), Alignment(horizontal="center")
    for place in ("D11", "E11"):
        sheet[place].number_format = "0.0%"
    return book


def as_bytes(book: openpyxl.Workbook) -> bytes:
    """The file that saving the workbook gives."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
