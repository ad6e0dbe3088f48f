"""The ledger as Excel and CSV: numbers as numbers, words as words, ready to print, and what stays out."""

import csv
import io
import re
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.utils import timezone

from reports.document import Cell, Column, Sheet, Workbook
from reports.writers.workbook_xlsx import tab_names, write_workbook
from targets.models import User
from targets.permissions import scope_of
from targets.services import remedies
from targets.services.base import Author
from tests.copies import copied
from tests.reports.readers import as_shown, sheet_of, sheet_rows, word_xml, workbook

pytestmark = pytest.mark.once

CHOSEN = "year=2023&period=H1&as_of=6"


def make(client, what, query=CHOSEN, **form):
    answer = client.post(f"/reports/?{query}", {"make": what, "day": "2023-07-08", **form})
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content


@pytest.fixture
@copied
def township(cast, build):
    """Roads of two villages (3.7 of 5 and 8.9 of 6), a rate, a ceiling, a task, a sensitive one, one without report."""
    rate = build.indicator(
        "RATE", cast.economy, name="参保率", name_en="Coverage rate", kind="rate", accumulation="latest",
        unit_of_measure="%", unit_of_measure_en="%", decimals=1,
    )  # fmt: skip
    target = build.target(rate, cast.office, {6: 90, 12: 95})
    build.approved(target, 6, None, from_month=1, numerator=Decimal(900), denominator=Decimal(1000))
    cap = build.indicator("CAP", cast.economy, name="事故", name_en="Accidents", direction="at_most", decimals=0)
    build.approved(build.target(cap, cast.office, {6: 2, 12: 4}), 6, 0, from_month=1)
    silent = build.indicator("SILENT", cast.economy, name="未报的", name_en="Silent")
    build.target(silent, cast.office, {6: 10, 12: 20})
    task = build.indicator(
        "TASK", cast.governance, name="建广场", name_en="Square", kind="milestone", accumulation="", unit_of_measure=""
    )
    build.target(task, cast.office, steps=[{"name": "开工", "due": date(2023, 5, 1)}])
    secret = build.indicator("SECRET", cast.governance, name="=敏感", name_en="=Secret", sensitive=True)
    build.approved(build.target(secret, cast.office, {6: 10, 12: 20}), 6, 4, from_month=1)
    return cast


@pytest.fixture
def leader(township, signed_in):
    return signed_in(township.leader, "en")


@pytest.fixture
def book(leader):
    return workbook(make(leader, "ledger.xlsx"))


def row(book, sheet, indicator):
    return next(one for one in sheet_rows(sheet_of(book, sheet)) if one["Indicator"].value == indicator)


def test_there_is_a_sheet_for_each_section_between_overview_and_notes(book):
    # A tab says what, of which year, whose.
    tabs = [f"{name} 2023, Qingshan" for name in ("Overview", "Economy", "Governance", "Notes")]
    assert [name[: len(tab)] for name, tab in zip(book.sheetnames, tabs, strict=True)] == tabs


def test_a_number_is_a_number_with_its_format(book):
    # East 3.7 and West 8.9 of 5 and 6: 12.6 of 11 is 1.14545..., so 114.5 %; 12.6 − 11 = +1.6.
    cells = row(book, "Economy", "Roads built")
    shown = {
        name: (cells[name].value, cells[name].number_format) for name in ("Actual", "First-half target", "Completion")
    }
    assert shown == {
        "Actual": (12.6, "#,##0.00"),
        "First-half target": (11, "#,##0.00"),
        "Completion": (1.145, "0.0%"),
    }
    assert cells["Annual target"].value == 22
    assert cells["Gap to schedule"].value == 1.6
    assert cells["Status"].value == "Exceeded"
    assert cells["Status"].fill.fgColor.rgb == "FFE3F2EA"


def test_the_parts_of_a_sum_stand_under_it(book):
    names = [one["Indicator"].value for one in sheet_rows(sheet_of(book, "Economy"))]
    assert names[:3] == ["Roads built", "Roads built (East Village)", "Roads built (West Village)"]
    east = row(book, "Economy", "Roads built (East Village)")
    # 3.7 of 5 is 74 %.
    assert (east["Actual"].value, east["Completion"].value, east["Status"].value) == (3.7, 0.74, "Behind")
    assert [one["Number"].value for one in sheet_rows(sheet_of(book, "Economy"))] == [1, None, None, 2, 3, 4]


def test_a_reported_zero_is_0_and_no_report_a_dash(book):
    zero, silent = row(book, "Economy", "Accidents"), row(book, "Economy", "Silent")
    assert (zero["Actual"].value, zero["Actual"].data_type) == (0, "n")
    assert (silent["Actual"].value, silent["Completion"].value) == ("—", "—")
    assert silent["Status"].value == "Not reported"
    assert (silent["Expected by schedule"].value, silent["Answered"].value) == (10, "0/6")


def test_a_rate_is_in_percent_of_its_own_and_a_task_has_no_amounts(book):
    rate, task = row(book, "Economy", "Coverage rate"), row(book, "Governance", "Square")
    assert (rate["Actual"].value, rate["Unit of measure"].value) == (90, "%")
    assert [task[name].value for name in ("Actual", "Annual target", "Baseline")] == ["—"] * 3
    # Its step fell due on 1 May and is not done.
    assert task["Status"].value == "Behind"


def test_a_sensitive_indicator_is_there_only_when_chosen_by_name(leader, book):
    assert not [one for one in sheet_rows(sheet_of(book, "Governance")) if "Secret" in one["Indicator"].value]
    texts = [cell.value for cells in sheet_of(book, "Overview").iter_rows() for cell in cells]
    assert "1 sensitive indicator was left out." in texts
    chosen = workbook(make(leader, "ledger.xlsx", include="SECRET"))
    cells = row(chosen, "Governance", "=Secret")
    assert cells["Actual"].value == 4
    # What begins like a formula is text.
    assert cells["Indicator"].data_type == "s"


def test_the_overview_holds_the_means_of_the_page_and_two_charts(leader, book):
    page = leader.get(f"/?{CHOSEN}").content.decode()
    totals = {cells["Section"].value: cells for cells in sheet_rows(sheet_of(book, "Overview"))}
    assert set(totals) == {"Economy", "Governance", "Total"}
    assert "73.3%" in page
    # Roads, visits, rate and ceiling 1 each, the sensitive one 4 ÷ 10, the task 0: 4.4 ÷ 6 = 0.7333... of six judged.
    assert totals["Total"]["Completion"].value == 0.733
    assert totals["Total"]["Indicators"].value == 7
    assert totals["Total"]["Coverage"].value == "6/7"
    assert len(sheet_of(book, "Overview")._charts) == 2
    with zipfile.ZipFile(io.BytesIO(make(leader, "ledger.xlsx"))) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 2
    assert "'!$C$4:$C$5" in charts[0]
    # Completion as columns with their numbers in them, the schedule as a mark across; whole numbers of indicators.
    assert ("<c:barChart>" in charts[0], "<c:lineChart>" in charts[0]) == (True, True)
    assert [charts[0].count('formatCode="0%"'), charts[1].count('formatCode="#,##0"')] == [1, 1]
    # Printed at nine tenths the type is still of 9 points; nothing stretches a chart with the columns.
    assert min(int(size) for chart in charts for size in re.findall(r'\bsz="(\d+)"', chart)) >= 1000
    with zipfile.ZipFile(io.BytesIO(make(leader, "ledger.xlsx"))) as archive:
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
    assert drawing.count('editAs="oneCell"') == 2


def test_a_sheet_is_ready_for_screen_and_printer(book):
    for name in ("Overview", "Economy", "Governance"):
        sheet = sheet_of(book, name)
        assert sheet.freeze_panes in ("B4", "D4")
        assert sheet.auto_filter.ref
        assert sheet.print_title_rows == "$3:$3"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet_of(book, "Economy").page_setup.paperSize == 8
    assert sheet_of(book, "Overview").page_setup.paperSize == 9


def test_who_reports_the_cut_off_and_the_unit_stand_under_the_title(book):
    line = [cell.value for cell in sheet_of(book, "Economy")[2] if cell.value]
    assert line[0] == "Reported by: Qingshan Township"
    assert "Data as of June 2023" in line[1]
    assert line[2] == "Unit: see “Unit of measure”"
    texts = [cell.value for cells in sheet_of(book, "Economy").iter_rows() for cell in cells if cell.value]
    assert any("Filled in by" in str(text) for text in texts)


def test_the_notes_say_what_the_words_mean_with_the_thresholds_of_the_year(book):
    notes = {cells[0].value: cells[1].value for cells in sheet_of(book, "Notes").iter_rows(min_row=4, max_col=2)}
    assert notes["Slightly behind"] == "Schedule ratio from 80.0% and below 100.0%."


def test_cause_and_measure_are_there_only_for_what_was_ticked(leader, township):
    by = Author.person(township.reviewer, scope_of(township.reviewer))
    remedies.state_remedy(by, target=township.east_target, month=6, cause="Rain in the east.")
    assert "Cause" not in [cell.value for cell in sheet_of(workbook(make(leader, "ledger.xlsx")), "Economy")[3]]
    east = f"{CHOSEN}&unit=T-E"
    ticked = workbook(make(leader, "ledger.xlsx", east, tick="ROADS"))
    assert row(ticked, "Economy", "Roads built")["Cause"].value == "Rain in the east."
    # What does not lag, or is not there, cannot be ticked.
    other = workbook(make(leader, "ledger.xlsx", east, tick=["VISITS", "NOTHING"]))
    assert "Cause" not in [cell.value for cell in sheet_of(other, "Economy")[3]]


def test_each_part_of_a_sum_says_what_it_said_itself(leader, township, build):
    silent = build.indicator("WELLS", township.economy, name="水井", name_en="Wells", decimals=0)
    for unit, value, cause in ((township.east, 9, "Rain"), (township.west, 1, "Money")):
        target = build.target(silent, unit, {6: 10, 12: 20})
        build.approved(target, 6, value, from_month=1)
        remedies.state_remedy(build.by, target=target, month=6, cause=cause)
    book = workbook(make(leader, "ledger.xlsx", tick="WELLS"))
    names = ("Wells", "Wells (East Village)", "Wells (West Village)")
    causes = [row(book, "Economy", name)["Cause"].value for name in names]
    assert causes == ["Rain (East Village); Money (West Village)", "Rain", "Money"]


def test_the_csv_has_the_same_rows(leader, book):
    content = make(leader, "ledger.csv")
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    heads = lines[1]
    rows = [dict(zip(heads, line, strict=True)) for line in lines[2:] if len(line) == len(heads)]
    economy = [one for one in rows if one["Section"] == "Economy"]
    assert [one["Indicator"] for one in economy] == [
        one["Indicator"].value for one in sheet_rows(sheet_of(book, "Economy"))
    ]
    assert (economy[0]["Actual"], economy[0]["Completion"]) == ("12.60", "114.5%")
    accidents = next(one for one in rows if one["Indicator"] == "Accidents")
    assert accidents["Actual"] == "0"
    assert next(one for one in rows if one["Indicator"] == "Silent")["Actual"] == "—"


def test_a_formula_in_a_name_stays_text_in_the_csv(leader):
    content = make(leader, "ledger.csv", include="SECRET").decode("utf-8-sig")
    assert ",'=Secret," in content


def test_a_formula_in_a_name_stays_text_in_the_workbook(leader):
    found = row(workbook(make(leader, "ledger.xlsx", include="SECRET")), "Governance", "=Secret")
    assert (found["Indicator"].data_type, found["Indicator"].value) == ("s", "=Secret")


def test_a_status_is_a_word_on_its_colour(book):
    lines = [*sheet_rows(sheet_of(book, "Economy")), *sheet_rows(sheet_of(book, "Governance"))]
    grounds = {line["Status"].value: line["Status"].fill.fgColor.rgb[-6:] for line in lines}
    # Green, red, grey.
    expected = {"Exceeded": "E3F2EA", "Behind": "FBE7E5", "Not reported": "ECEFF2"}
    assert {word: grounds.get(word) for word in expected} == expected


def test_no_two_columns_have_one_heading(leader):
    content = make(leader, "ledger.csv", f"{CHOSEN}&unit=T-E", tick="ROADS").decode("utf-8-sig")
    heads = list(csv.reader(io.StringIO(content)))[1]
    assert len(heads) == len(set(heads)) == 24
    # A sheet leaves out what is empty: nobody stated a cause and nobody is responsible.
    book = workbook(make(leader, "ledger.xlsx", f"{CHOSEN}&unit=T-E", tick="ROADS"))
    shown = [cell.value for cell in sheet_of(book, "Economy")[3]]
    assert shown == [head for head in heads if head in shown]
    assert {"Cause", "Measure", "Deadline", "Responsible person"} <= set(heads) - set(shown)


def test_a_village_clerk_takes_the_ledger_of_the_own_village_only(township, signed_in):
    book = workbook(make(signed_in(township.east_clerk, "en"), "ledger.xlsx"))
    texts = [str(cell.value) for sheet in book for cells in sheet.iter_rows() for cell in cells]
    assert any("East Village" in text for text in texts)
    assert not any("West" in text or text == "8.9" for text in texts)


def test_names_of_tabs_are_those_that_excel_takes():
    def sheet(name):
        return Sheet(name, name, ("", "", ""), (Column("一"),), ())

    names = list(tab_names(map(sheet, ("a/b:c*[d]?", "x" * 40, "X" * 31, "'quoted'", "", "概况", "概况"))))
    assert names == ["a-b-c-d-", "x" * 31, "X" * 29 + " 2", "quoted", "-", "概况", "概况 2"]


def test_rows_are_read_once_and_need_not_be_held():
    rows = ((Cell(f"{number}", Decimal(number)), Cell("字")) for number in range(3))
    sheet = Sheet("表", "表", ("左", "中", "右"), (Column("一"), Column("二")), rows)
    found = openpyxl.load_workbook(io.BytesIO(write_workbook(Workbook((sheet,), "表"))))["表"]
    assert [cell.value for cell in found["A"]][3:] == [0, 1, 2]


def test_the_sample_holds_every_figure_of_the_pages(sample, signed_in):
    """Each indicator of the sample: the cell's text is that of the list file, which is tested against the pages."""
    client = signed_in(User.objects.get(username="leader"), "en")
    book = workbook(make(client, "ledger.xlsx"))
    listed = client.get(f"/files/indicators.csv?{CHOSEN}").content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(listed.partition("\n")[2])))
    by_code = {line["Code"]: line for line in lines if line["Status"]}
    found = {}
    for sheet in book.sheetnames[1:-1]:
        for cells in sheet_rows(book[sheet]):
            if cells["Number"].value is not None:
                found[cells["Code"].value] = cells
    assert set(found) == set(by_code)
    assert len(found) == 71
    names = ("Actual", "Completion", "Expected by schedule", "Schedule ratio", "Gap to schedule", "Status")
    for code, cells in found.items():
        for name in names:
            # In a CSV stands no grouping and the plain minus.
            shown = as_shown(cells[name]).replace(",", "").replace("−", "-")
            assert shown == by_code[code][name], (code, name)


@pytest.mark.parametrize(
    "address", ["ledger", "/files/indicators.xlsx", "/files/second-half.xlsx", "/files/month.xlsx", "/files/plan.xlsx"]
)
def test_the_properties_of_a_workbook_are_true(township, signed_in, address):
    person = township.system_administrator if "plan" in address else township.reviewer
    client = signed_in(person)
    if address == "ledger":
        content = client.post("/reports/?year=2023&as_of=6", {"make": "ledger.xlsx"}).content
    else:
        content = client.get(f"{address}?year=2023&as_of=6").content
    properties = workbook(content).properties
    assert properties.creator == properties.lastModifiedBy == "青山乡"
    assert properties.title
    assert abs((timezone.now().replace(tzinfo=None) - properties.created).total_seconds()) < 600
    extended = {one.tag.partition("}")[2]: one.text for one in word_xml(content, "docProps/app.xml")}
    assert extended == {"Application": "乡镇目标任务管理", "Company": "青山乡"}
