"""Uploaded spreadsheets of every format read as one kind of grid, and uploads that mean harm turned away."""

import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
import xlwt
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook as OpenpyxlWorkbook
from openpyxl.styles import Font

from targets.importers.files import limits
from targets.importers.files.grid import Merge, Sheet, column_letter, number
from targets.importers.files.workbook import read_workbook
from tests.importers.sheets import PLAN, PLAN_MERGES, ods, ods_cell, saved, xlsx

EMPTY_MANIFEST = "<manifest/>"


def refusal(content, name="plan.xlsx"):
    with pytest.raises(ValidationError) as caught:
        read_workbook(content, name)
    (message,) = caught.value.messages
    return message


def only_sheet(content, name="plan.xlsx"):
    (sheet,) = read_workbook(content, name).sheets
    return sheet


def xls(rows, merges=(), *, formats=None):
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("表一")
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            number_format = (formats or {}).get((row, column))
            style = xlwt.easyxf(num_format_str=number_format) if number_format else xlwt.Style.default_style
            if value is not None:
                sheet.write(row, column, value, style)
    for top, bottom, left, right in merges:
        sheet.merge(top, bottom, left, right)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def archive(parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return stream.getvalue()


def _csv(rows):
    return "\n".join(",".join(row) for row in rows).encode()


def _ods(rows):
    return ods("".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows))


class TestXlsx:
    def test_cells_keep_their_addresses_types_and_exact_numbers(self):
        sheet = only_sheet(xlsx(PLAN, PLAN_MERGES, title="分解表"))
        assert sheet.name == "分解表"
        assert sheet.cell(5, 5).value == Decimal("1200.5")
        assert sheet.cell(5, 5).address == "E5"
        assert sheet.text(7, 7) == "4.2"
        assert sheet.cell(6, 2) is None
        assert sheet.covering(6, 2).text == "经济发展"
        assert sheet.merge(6, 2) == Merge(5, 2, 6, 2)
        assert (sheet.last_row, sheet.last_column) == (11, 10)

    def test_a_number_has_no_noise_of_binary_arithmetic(self):
        sheet = only_sheet(xlsx([[0.1 + 0.2, 1.1 * 3, 1e-7, 100000000.0, 3]]))
        assert [cell.text for cell in sheet.row(1)] == ["0.3", "3.3", "0.0000001", "100000000", "3"]

    def test_percent_and_unit_of_a_number_format_are_read_as_they_are_seen(self):
        sheet = only_sheet(
            xlsx([[0.95, 0.285, 500, 0.5]], formats={"A1": "0%", "B1": "0.0%", "C1": '#,##0"万元"', "D1": '0.0"%"'})
        )
        assert sheet.cell(1, 1).value == Decimal(95)
        assert sheet.cell(1, 1).percent
        assert [cell.text for cell in sheet.row(1)] == ["95%", "28.5%", "500万元", "0.5%"]
        assert not sheet.cell(1, 4).percent

    def test_dates_and_yes_or_no(self):
        sheet = only_sheet(xlsx([[date(2024, 11, 30), datetime(2024, 6, 30, 12, 30), True]]))
        assert [cell.value for cell in sheet.row(1)] == [date(2024, 11, 30), date(2024, 6, 30), True]

    def test_a_formula_gives_its_stored_value_and_says_when_it_has_none(self):
        content = xlsx([["=1+1"]])
        cell = only_sheet(content).cell(1, 1)
        assert cell.uncalculated
        assert cell.text == ""
        with_value = archive(
            {
                name: text.replace("<v></v>", "<v>2</v>").replace("<v />", "<v>2</v>").replace("<v/>", "<v>2</v>")
                if name.endswith("sheet1.xml")
                else text
                for name, text in parts_of(content).items()
            }
        )
        cell = only_sheet(with_value).cell(1, 1)
        assert (cell.value, cell.formula, cell.uncalculated) == (Decimal(2), True, False)

    def test_errors_lines_through_and_hidden_rows_are_told(self):
        book = OpenpyxlWorkbook()
        sheet = book.active
        sheet["A1"] = "#DIV/0!"
        sheet["A1"].data_type = "e"
        sheet["A2"] = "取消"
        sheet["A2"].font = Font(strike=True)
        sheet.row_dimensions[2].hidden = True
        book.create_sheet("旧").sheet_state = "hidden"
        read = read_workbook(saved(book), "plan.xlsx").sheets
        assert read[0].cell(1, 1).error == "#DIV/0!"
        assert read[0].cell(2, 1).struck
        assert read[0].hidden_rows == {2}
        assert read[1].hidden

    def test_what_cannot_be_printed_is_taken_out(self):
        sheet = only_sheet(xlsx([[" 名\u3000称\u200b ", "一行\n二行"]]))
        assert [cell.text for cell in sheet.row(1)] == ["名\u3000称", "一行\n二行"]

    def test_macros_are_said_and_never_kept(self):
        parts = parts_of(xlsx(PLAN)) | {"xl/vbaProject.bin": "x"}
        assert read_workbook(archive(parts), "plan.xlsm").remarks == (
            "The file carries macros. They were not run and are not kept.",
        )

    def test_the_content_decides_what_a_file_is(self):
        read = read_workbook(xlsx(PLAN), "plan.xls")
        assert read.kind == "xlsx"
        assert read.remarks == ("The file ends in .xls and is in truth xlsx; it was read as that.",)


def parts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


STRICT = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/drawingml/2006/": "http://purl.oclc.org/ooxml/drawingml/",
    "http://schemas.openxmlformats.org/officeDocument/2006/": "http://purl.oclc.org/ooxml/officeDocument/",
}


class TestStrict:
    """Saved as Strict Open XML: the same table under other names, and days as text."""

    def test_it_is_read_like_any_other(self):
        parts = parts_of(xlsx(PLAN, PLAN_MERGES, formats={"E5": '0!.0,"万元"'}))
        for usual, strict in STRICT.items():
            parts = {name: text.replace(usual, strict) for name, text in parts.items()}
        read, plain = read_workbook(archive(parts), "plan.xlsx"), read_workbook(xlsx(PLAN, PLAN_MERGES), "plan.xlsx")
        assert read.remarks == ()
        assert read.sheets[0].merges == plain.sheets[0].merges
        texts = {place: cell.text for place, cell in plain.sheets[0].cells.items()}
        # 1200.5 / 1000 / 10, shown as 0.1万元.
        assert {place: cell.text for place, cell in read.sheets[0].cells.items()} == texts | {(5, 5): "0.12005万元"}

    def test_days_stand_as_text_in_it(self):
        parts = parts_of(xlsx([[date(2024, 11, 30)]]))
        sheet = "xl/worksheets/sheet1.xml"
        parts[sheet] = re.sub(r't="n"><v>\d+</v>', 't="d"><v>2024-11-30</v>', parts[sheet])
        for usual, strict in STRICT.items():
            parts = {name: text.replace(usual, strict) for name, text in parts.items()}
        assert only_sheet(archive(parts)).cell(1, 1).value == date(2024, 11, 30)


class TestXls:
    def test_cells_merges_percent_and_dates(self):
        content = xls(
            [["指标", "目标"], ["参保率", 0.95], ["通车", datetime(2024, 11, 30)], ["投资", 0.1 + 0.2]],
            merges=[(4, 4, 0, 1)],
            formats={(1, 1): "0%", (2, 1): "yyyy-mm-dd"},
        )
        read = read_workbook(content, "plan.xls")
        (sheet,) = read.sheets
        assert (read.kind, read.remarks, sheet.name) == ("xls", (), "表一")
        assert (sheet.cell(2, 2).value, sheet.cell(2, 2).percent) == (Decimal(95), True)
        assert sheet.cell(3, 2).value == date(2024, 11, 30)
        assert sheet.text(4, 2) == "0.3"
        assert sheet.merges == (Merge(5, 1, 5, 2),)

    def test_a_damaged_file_is_said_to_be_so(self):
        content = xls([["指标"]])
        assert refusal(content[:600], "plan.xls").startswith("The file is damaged")

    def test_a_workbook_protected_by_a_password_is_said_to_be_so(self):
        content = bytes.fromhex("D0CF11E0A1B11AE1") + b"\x00" * 500 + "EncryptedPackage".encode("utf-16-le")
        assert refusal(content) == "The file is protected by a password. Remove the password and save it again."

    def test_a_word_document_is_named(self):
        content = bytes.fromhex("D0CF11E0A1B11AE1") + b"\x00" * 500 + "WordDocument".encode("utf-16-le")
        assert refusal(content).startswith("This is a Word document.")


class TestOds:
    def test_cells_of_every_type(self):
        rows = (
            "<table:table-row>"
            + ods_cell("指标", attributes='office:value-type="string" table:number-columns-spanned="2"')
            + "<table:covered-table-cell/>"
            + ods_cell("95%", attributes='office:value-type="percentage" office:value="0.95"')
            + ods_cell("0.3", attributes='office:value-type="float" office:value="0.30000000000000004"')
            + ods_cell("30/11/24", attributes='office:value-type="date" office:date-value="2024-11-30T00:00:00"')
            + ods_cell("#DIV/0!", attributes='office:value-type="string" table:formula="of:=1/0"')
            + ods_cell("", attributes='table:formula="of:=1+1"')
            + "</table:table-row>"
            + '<table:table-row table:number-rows-repeated="2" table:visibility="collapse">'
            + ods_cell("重复", attributes='office:value-type="string" table:number-columns-repeated="2"')
            + "</table:table-row>"
            + '<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
            + 'table:number-columns-repeated="16384"/></table:table-row>'
        )
        read = read_workbook(ods(rows), "plan.ods")
        (sheet,) = read.sheets
        assert read.kind == "ods"
        assert [cell.text for cell in sheet.row(1)] == ["指标", "95%", "0.3", "2024-11-30", "#DIV/0!", ""]
        assert sheet.cell(1, 7).uncalculated
        assert sheet.merges == (Merge(1, 1, 1, 2),)
        assert [sheet.text(row, column) for row in (2, 3) for column in (1, 2)] == ["重复"] * 4
        assert sheet.hidden_rows == {2, 3}
        assert sheet.last_row == 3

    def test_a_row_that_claims_to_stand_there_a_million_times_is_refused(self):
        row = '<table:table-row table:number-rows-repeated="1048576">' + ods_cell("x") + "</table:table-row>"
        assert refusal(ods(row), "plan.ods").startswith("The file holds more cells than a plan can have.")

    def test_an_encrypted_file_is_said_to_be_so(self):
        content = ods("", manifest="<m><encryption-data/></m>")
        assert refusal(content, "plan.ods").startswith("The file is protected by a password.")


class TestCsv:
    TEXT = '指标,单位,目标\n投资,万元,"1,500"\n参保率,%,95%\n'

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    def test_encodings_and_separators(self, encoding, separator):
        text = self.TEXT if separator == "," else self.TEXT.replace('"1,500"', "1500").replace(",", separator)
        sheet = only_sheet(text.encode(encoding), "plan.csv")
        assert [cell.text for cell in sheet.row(1)] == ["指标", "单位", "目标"]
        assert sheet.text(2, 3).replace(",", "") == "1500"
        assert sheet.text(3, 3) == "95%"

    def test_a_cell_stays_text(self):
        assert only_sheet("代码,目标\n007,2023.10\n".encode(), "plan.csv").text(2, 1) == "007"


class TestRefused:
    @pytest.mark.parametrize(
        ("content", "start"),
        [
            (b"", "The file is empty."),
            (b"%PDF-1.7\n", "This is a PDF."),
            (
                b"<html><table><tr><td>1</td></tr></table></html>",
                "This is a web page with the ending of a spreadsheet.",
            ),
            (b'<?xml version="1.0"?><Workbook/>', "This is an XML file."),
            (
                b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook '
                b'xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
                "This is an XML spreadsheet of Excel 2003.",
            ),
            (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "This is a web page with the ending"),
            (bytes(range(256)) * 40, "This is no spreadsheet."),
            (b"PK\x03\x04" + b"\x00" * 100, "The file is cut off: its end is missing."),
            (xlsx(PLAN)[:-200], "The file is cut off: its end is missing."),
            (xlsx(PLAN)[:3000], "The file is cut off: its end is missing."),
            (xls([["指标", "目标"], ["道路", 5]])[:2000], "The file is damaged or of an unknown version."),
            (b"\xff\xd8\xff\xe0\x00\x10JFIF", "This is a picture."),
            (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "This is a picture."),
            (b"BM\x36\x00\x00\x00\x00\x00\x00\x006", "This is a picture."),
            (b"Rar!\x1a\x07\x01\x00", "This is a packed file."),
            (archive({"目标.xlsx": "PK"}), "This is a packed file."),
            (archive({"word/document.xml": "<w/>"}), "This is a Word document."),
            (archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}), "This is a Word"),
            (archive({"ppt/presentation.xml": "<p/>"}), "This is a presentation."),
            (archive({"OFD.xml": "<OFD/>"}), "This is an OFD document."),
            (archive({"Index/Document.iwa": ""}), "This is a table of Apple Numbers."),
            (rb"{\rtf1\ansi 1}", "This is a Word document."),
            (b"\x09\x08\x08\x00\x00\x05\x10\x00", "This is a workbook of Excel 95 or older."),
            (b" \n\n", "No sheet of the file holds anything."),
        ],
    )
    def test_what_is_no_spreadsheet(self, content, start):
        assert refusal(content).startswith(start)

    @pytest.mark.parametrize("make", [lambda rows: xlsx(rows), lambda rows: xls(rows), _csv, _ods])
    def test_a_cell_longer_than_any_text_by_its_address(self, make):
        rows = [["指标", "目标"], ["道路", "修" * limits.LONGEST_CELL]]
        assert only_sheet(make(rows)).cell(2, 2).value == rows[1][1]
        rows[1][1] += "好"
        assert re.fullmatch(
            r"Sheet “.+”, cell B2: 4001 characters stand in one cell, and at most 4000 are read. .*",
            refusal(make(rows)),
        )

    def test_an_empty_workbook(self):
        assert refusal(xlsx([])) == "No sheet of the file holds anything. Check that it is the right file."

    def test_a_file_that_is_too_large(self, monkeypatch):
        monkeypatch.setattr("targets.importers.files.workbook.LARGEST_FILE", 1024 * 1024)
        assert refusal(b"a" * (1024 * 1024 + 1)).startswith("The file is larger than 1 MB.")

    def test_a_file_that_would_inflate_beyond_measure(self):
        parts = {"[Content_Types].xml": "<a/>", "xl/workbook.xml": "<a/>", "xl/media/a.bin": "0" * 70_000_000}
        content = archive(parts)
        assert len(content) < 200_000
        assert refusal(content).startswith("The file holds more cells than a plan can have.")

    def test_a_sheet_of_more_cells_than_a_plan_has(self, monkeypatch):
        monkeypatch.setattr(limits, "MOST_CELLS", 50)
        assert refusal(xlsx([["a"] * 10] * 6)).startswith("The file holds more cells than a plan can have.")

    def test_a_merged_range_over_the_whole_sheet_is_not_unfolded(self):
        parts = parts_of(xlsx([["a"]]))
        name = "xl/worksheets/sheet1.xml"
        parts[name] = parts[name].replace(
            "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        )
        assert refusal(archive(parts)).startswith("The file holds more cells than a plan can have.")

    def test_a_cell_at_the_far_end_of_the_sheet(self):
        assert refusal(xlsx([["a"]] + [[]] * 30_000 + [["b"]])).startswith("The file holds more cells")

    def test_a_small_file_of_very_many_styles(self):
        parts = parts_of(xlsx([["a"]]))
        rules = '<conditionalFormatting sqref="A1"><cfRule type="expression" priority="1"/></conditionalFormatting>'
        name = "xl/worksheets/sheet1.xml"
        parts[name] = parts[name].replace("</sheetData>", "</sheetData>" + rules * 40_000)
        content = archive(parts)
        assert len(content) < 100_000
        assert refusal(content).startswith("The file holds more cells than a plan can have.")

    def test_a_document_type_is_refused_before_it_is_expanded(self):
        parts = parts_of(xlsx([["a"]]))
        parts["xl/workbook.xml"] = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
        assert refusal(archive(parts)).startswith("The file holds a document type")

    def test_a_packed_file_protected_by_a_password(self):
        content = bytearray(xlsx([["a"]]))
        with zipfile.ZipFile(io.BytesIO(bytes(content))) as packed:
            offset = packed.infolist()[0].header_offset
        content[offset + 6] |= 1
        central = bytes(content).index(b"PK\x01\x02")
        content[central + 8] |= 1
        assert refusal(bytes(content)).startswith("The file is protected by a password.")

    @pytest.mark.parametrize(
        ("part", "start"),
        [("xl/workbook.bin", "This is a binary workbook"), ("word/document.xml", "This is a Word document.")],
    )
    def test_other_office_files(self, part, start):
        assert refusal(archive({"[Content_Types].xml": "<a/>", part: "<a/>"})).startswith(start)

    def test_merged_ranges_one_over_the_other_are_refused(self):
        with pytest.raises(ValueError, match="more merged cells"):
            Sheet("", only_sheet(xlsx([["a"] * 20] * 100)).cells, tuple(Merge(1, 1, 5000, 300) for _ in range(200)))


class TestNeverCrashes:
    """Whatever is uploaded: a grid, or one sentence."""

    @settings(max_examples=60, deadline=None)
    @given(st.binary(max_size=3000))
    def test_any_bytes(self, content):
        self.read(content)

    @settings(max_examples=40, deadline=None)
    @given(st.data())
    def test_a_workbook_with_a_few_bytes_changed(self, data):
        content = bytearray(self.CONTENTS[data.draw(st.sampled_from(sorted(self.CONTENTS)))])
        for _ in range(data.draw(st.integers(1, 5))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        self.read(bytes(content))

    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=400))
    def test_any_text(self, text):
        self.read(text.encode("utf-8", errors="surrogatepass"))

    CONTENTS = {
        "xlsx": xlsx(PLAN, PLAN_MERGES),
        "xls": xls([["指标", "目标"], ["参保率", 0.95]]),
        "ods": ods("<table:table-row>" + ods_cell("指标") + "</table:table-row>"),
    }

    def read(self, content):
        first, again = self.outcome(content), self.outcome(content)
        assert first == again

    @staticmethod
    def outcome(content):
        try:
            return read_workbook(content, "plan")
        except ValidationError as error:
            return error.messages


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_a_number_is_what_fifteen_digits_show(value):
    assert abs(number(value) - Decimal(value)) <= abs(Decimal(value)) * Decimal("1e-14")


@pytest.mark.parametrize(("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")])
def test_columns_are_named_as_in_a_spreadsheet(column, letters):
    assert column_letter(column) == letters
