"""The form that goes out and comes in again, through the pages, in both languages."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlwt
from django.core.files.uploadedfile import SimpleUploadedFile

from targets.importers.files.workbook import read_workbook
from targets.importers.progress.form_mark import FormMark
from targets.importers.progress.sheet import read_progress
from targets.models import ProgressEntry, Upload
from targets.services import progress
from tests.pages import read

DATA = Path(__file__).parent / "data"
MONTH = "unit=T-E&year=2023&as_of=7&period=Y"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(params=["zh-hans", "en"])
def clerk(request, client, cast):
    client.force_login(cast.east_clerk)
    client.post("/appearance/", {"language": request.param})
    return client


def form(client):
    answer = client.get(f"/files/month.xlsx?{MONTH}")
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def bring_in(client, workbook, name="七月.xlsx"):
    buffer = io.BytesIO()
    workbook.save(buffer)
    file = SimpleUploadedFile(name, buffer.getvalue())
    return client.post(f"/month/file/?{MONTH}", {"file": file}, follow=True)


def take(client, preview, how="take"):
    """Press a button of the preview, as a browser does: with all that the form holds."""
    values = [values for tag, values in read(preview).tags if tag == "input" and values.get("name") == "shown"]
    shown = {"shown": values[0]["value"]} if values else {}
    return client.post(preview.redirect_chain[-1][0], {how: "1", **shown})


def the_row(sheet):
    return next(row for row in sheet.iter_rows() if row[0].value == "ROADS")


def test_the_form_holds_what_is_due_and_only_the_answer_can_be_typed(clerk, cast):
    sheet = form(clerk).active
    row = the_row(sheet)
    assert sheet.protection.sheet
    assert [cell.protection.locked for cell in row] == [
        True, True, True, True, True, True, False, False, True, True, False, False, False, False, True,
    ]  # fmt: skip
    assert len(sheet.data_validations.dataValidation) == 2


def test_a_filled_form_becomes_drafts_after_a_look(clerk, cast):
    workbook = form(clerk)
    row = the_row(workbook.active)
    row[7].value, row[12].value = 1.25, "雨"
    preview = bring_in(clerk, workbook)
    assert "1.25" in read(preview).text
    assert not ProgressEntry.objects.filter(month=7).exists()  # nothing is written by looking
    take(clerk, preview)
    entry = ProgressEntry.objects.get(month=7)
    assert (entry.target, entry.value, entry.note, entry.state) == (cast.east_target, Decimal("1.25"), "雨", "draft")


@pytest.mark.parametrize("place", [0, 1])
def test_the_words_of_the_drop_downs_come_in_again(clerk, cast, place):
    workbook = form(clerk)
    sheet = workbook.active
    row = the_row(sheet)
    forms, answers = (validation.formula1.strip('"').split(",") for validation in sheet.data_validations.dataValidation)
    row[10].value = answers[place]
    take(clerk, bring_in(clerk, workbook), "submit")
    entry = ProgressEntry.objects.get(month=7)
    assert (entry.answer, entry.state) == (("no_change", "not_applicable")[place], "submitted")
    assert len(forms) == 2


def test_a_running_total_comes_in_as_one(clerk, cast):
    workbook = form(clerk)
    row = the_row(workbook.active)
    row[6].value = workbook.active.data_validations.dataValidation[0].formula1.strip('"').split(",")[1]
    row[7].value = 5
    take(clerk, bring_in(clerk, workbook))
    entry = ProgressEntry.objects.get(month=7)
    assert (entry.typed_as, entry.value) == ("cumulative", 5)


@pytest.mark.parametrize("typed", ["8.2", "8.2%", 8.2])
def test_an_official_growth_rate_is_asked_for_shown_and_prefilled(clerk, cast, typed):
    workbook = form(clerk)
    row = the_row(workbook.active)
    assert row[11].number_format == "@"
    row[7].value, row[11].value = 1.25, typed
    preview = bring_in(clerk, workbook)
    assert "8.2%" in read(preview).text
    take(clerk, preview)
    assert ProgressEntry.objects.get(month=7).official_growth == Decimal("8.2")

    workbook = form(clerk)
    row = the_row(workbook.active)
    assert row[11].value == "8.2"
    row[11].value = "7.9"
    preview = bring_in(clerk, workbook)
    assert "8.2%" in read(preview).text
    assert "7.9%" in read(preview).text
    take(clerk, preview)
    assert ProgressEntry.objects.get(month=7).official_growth == Decimal("7.9")


def test_only_quantities_are_asked_for_a_growth_rate(clerk, cast, july):
    rows = {row[0].value: row for row in form(clerk).active.iter_rows()}
    assert {code: rows[code][11].protection.locked for code in ("ROADS", "LAND", "SHARE")} == {
        "ROADS": False, "LAND": False, "SHARE": True,
    }  # fmt: skip


def test_an_untouched_form_changes_nothing_and_says_so(clerk, cast, build):
    build.draft(cast.east_target, 7, "1.5", typed_as="cumulative", reason="复测")
    preview = bring_in(clerk, form(clerk))
    page = read(preview)
    assert not [values for tag, values in page.tags if tag == "button" and values.get("name") == "take"]


def test_errors_are_listed_and_nothing_can_be_taken(clerk, cast):
    workbook = form(clerk)
    the_row(workbook.active)[7].value = "很多"
    preview = bring_in(clerk, workbook)
    page = read(preview)
    assert any("很多" in item.text for item in page.listed)
    refused = take(clerk, preview)
    assert refused.status_code == 422
    assert not ProgressEntry.objects.filter(month=7).exists()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x00\x01\x02\x03", b"PK\x03\x04broken"])
def test_what_is_no_spreadsheet_is_refused_in_a_sentence(clerk, cast, content):
    answer = clerk.post(f"/month/file/?{MONTH}", {"file": SimpleUploadedFile("a.xlsx", content)})
    assert answer.status_code == 422
    assert not Upload.objects.exists()


def test_nobody_else_looks_into_an_upload(clerk, client, cast):
    address = bring_in(clerk, form(clerk)).redirect_chain[-1][0]
    client.force_login(cast.reviewer)
    assert client.get(address).status_code == 404
    client.force_login(cast.west_clerk)
    assert client.get(address).status_code == 404


def test_the_address_cannot_turn_a_file_to_another_unit_or_year(clerk, client, cast, build):
    build.role(cast.east_clerk, "clerk", cast.west)
    address = bring_in(clerk, form(clerk)).redirect_chain[-1][0].partition("?")[0]
    assert clerk.get(f"{address}?unit=T-W&year=2023&as_of=7").status_code == 404


def test_the_form_of_a_unit_above_others_comes_back_to_it(client, cast, build):
    """The villages have a target of the same indicator; the township's own form names no unit."""
    whole = build.target(cast.roads, cast.township, {12: 22})
    build.role(cast.east_clerk, "clerk", cast.township)
    client.force_login(cast.east_clerk)
    address = MONTH.replace("T-E", "T")
    workbook = openpyxl.load_workbook(io.BytesIO(client.get(f"/files/month.xlsx?{address}").content))
    the_row(workbook.active)[7].value = 9
    buffer = io.BytesIO()
    workbook.save(buffer)
    file = SimpleUploadedFile("七月.xlsx", buffer.getvalue())
    preview = client.post(f"/month/file/?{address}", {"file": file}, follow=True)
    take(client, preview)
    assert ProgressEntry.objects.get(month=7).target == whole


def resaved(content, ending):
    """The same table as an old program would save it: hidden rows stay, names and properties are gone."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = [["" if value is None else str(value) for value in row] for row in book.active.iter_rows(values_only=True)]
    if ending == "csv":
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        return text.getvalue().encode()
    old = xlwt.Workbook()
    sheet = old.add_sheet("Sheet1")
    for place, values in enumerate(rows):
        for column, value in enumerate(values):
            sheet.write(place, column, value)
    buffer = io.BytesIO()
    old.save(buffer)
    return buffer.getvalue()


def post_file(client, query, content, name="七月.xlsx"):
    return client.post(f"/month/file/?{query}", {"file": SimpleUploadedFile(name, content)}, follow=True)


OTHERS = [("T-W", 2023, 7), ("T-E", 2024, 7), ("T-E", 2023, 6)]


@pytest.mark.parametrize("ending", ["xlsx", "xls", "csv"])
@pytest.mark.parametrize(("unit", "year", "month"), OTHERS)
def test_the_form_of_another_unit_year_or_month_is_refused(clerk, cast, build, unit, year, month, ending):
    build.role(cast.east_clerk, "clerk", cast.west)
    build.year(2024)
    build.target(cast.roads, cast.east, {12: 10}, year=2024)
    content = clerk.get(f"/files/month.xlsx?{MONTH}").content
    if ending != "xlsx":
        content = resaved(content, ending)
    answer = post_file(clerk, f"unit={unit}&year={year}&as_of={month}&period=Y", content, f"七月.{ending}")
    assert answer.status_code == 422
    said = read(answer).text
    assert "This form is for East Village, July 2023" in said or "这份填报表是东村2023年7月的" in said
    assert not Upload.objects.exists()
    # And on its own page it is taken.
    assert post_file(clerk, MONTH, content, f"七月.{ending}").redirect_chain


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
@pytest.mark.parametrize("stem", ["progress_of_libreoffice", "progress_of_libreoffice_marked"])
@pytest.mark.parametrize(("unit", "year", "month"), OTHERS)
def test_what_libreoffice_saved_is_told_by_its_mark_and_an_older_form_by_its_title(
    clerk, cast, build, unit, year, month, stem, ending
):
    name = f"{stem}.{ending}"
    build.role(cast.east_clerk, "clerk", cast.west)
    build.year(2024)
    build.target(cast.roads, cast.east, {12: 10}, year=2024)
    query = f"unit={unit}&year={year}&as_of={month}&period=Y"
    assert post_file(clerk, query, (DATA / name).read_bytes(), name).status_code == 422
    assert not Upload.objects.exists()
    assert post_file(clerk, MONTH, (DATA / name).read_bytes(), name).redirect_chain


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_the_mark_counts_and_not_the_title(ending):
    name = f"progress_of_libreoffice_marked.{ending}"
    mark = read_progress(read_workbook((DATA / name).read_bytes(), name), []).mark
    assert mark == FormMark("T-E", 2023, 7)


def test_a_table_of_ones_own_is_taken_whatever_its_title(clerk, cast):
    book = table(["西村2024年7月进度填报表"], ["代码", "月份", "数值"], ["ROADS", 7, 1.5])
    assert bring_in(clerk, book).redirect_chain


def table(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


@pytest.mark.parametrize("how", ["take", "submit"])
@pytest.mark.parametrize("standing", [None, "1.5"])
def test_what_somebody_saved_since_the_look_is_not_overwritten(clerk, cast, build, standing, how):
    entry = build.draft(cast.east_target, 7, standing) if standing else None
    preview = bring_in(clerk, table(["代码", "月份", "数值"], ["ROADS", 7, 5]))
    seen = {"lock_version": entry.lock_version} if entry else {}
    progress.record_progress(build.by, target=cast.east_target, month=7, value=Decimal(99), **seen)
    refused = take(clerk, preview, how)
    assert refused.status_code == 409
    assert "99" in read(refused).text
    assert ProgressEntry.objects.get(month=7).value == 99
    # The new preview was looked at, and may be taken.
    again = clerk.get(preview.redirect_chain[-1][0], follow=True)
    again.redirect_chain = preview.redirect_chain
    take(clerk, again)
    assert ProgressEntry.objects.get(month=7).value == 5


def test_taking_needs_what_was_shown(clerk, cast):
    preview = bring_in(clerk, table(["代码", "月份", "数值"], ["ROADS", 7, 5]))
    assert clerk.post(preview.redirect_chain[-1][0], {"take": "1"}).status_code == 409
    assert not ProgressEntry.objects.filter(month=7).exists()


def test_a_file_that_was_taken_is_not_taken_again(clerk, cast):
    preview = bring_in(clerk, table(["代码", "月份", "数值"], ["ROADS", 7, 5]))
    assert take(clerk, preview).status_code == 302
    assert take(clerk, preview).status_code == 200
    assert ProgressEntry.objects.filter(month=7).count() == 1


def test_columns_that_nothing_is_taken_from_are_named(clerk, cast):
    page = read(bring_in(clerk, table(["代码", "上半年目标", "1月", "2月"], ["ROADS", 40, 1, 2])))
    assert [item.text for item in page.listed if "目标" in item.text] == ["上半年目标"]


def test_a_file_with_two_columns_of_what_was_done_is_not_kept(clerk, cast):
    answer = bring_in(clerk, table(["代码", "全年目标", "上半年", "完成数"], ["ROADS", 100, 40, 45]))
    assert answer.status_code == 422
    assert "完成数" in read(answer).text
    assert not Upload.objects.exists()


@pytest.fixture
def july(cast, build):
    """What the forms in tests/data ask of the eastern village: something of every kind."""
    land = build.indicator(
        "LAND", cast.economy, name="耕地保有量", accumulation="stock", unit_of_measure="亩", decimals=0
    )
    share = build.indicator(
        "SHARE", cast.economy, name="参保率", kind="rate", accumulation="latest", unit_of_measure="%", decimals=1
    )
    trees = build.indicator("TREES", cast.economy, name="植树", unit_of_measure="株", decimals=0)
    wells = build.indicator("WELLS", cast.economy, name="新打机井", unit_of_measure="眼", decimals=0)
    build.target(land, cast.east, {12: 2500}, baseline=2400)
    build.target(share, cast.east, {12: 95})
    build.target(trees, cast.east, {12: 1200})
    build.target(wells, cast.east, {12: 24})


@pytest.mark.parametrize("name", ["progress_of_libreoffice.xlsx", "progress_of_libreoffice.ods"])
def test_a_form_that_libreoffice_filled_and_saved_becomes_drafts(clerk, cast, july, name):
    file = SimpleUploadedFile(name, (DATA / name).read_bytes())
    preview = clerk.post(f"/month/file/?{MONTH}", {"file": file}, follow=True)
    assert preview.status_code == 200
    take(clerk, preview)
    drafts = ProgressEntry.objects.filter(month=7).order_by("target__indicator__code")
    fields = ("target__indicator__code", "answer", "typed_as", "value", "numerator", "denominator", "note", "state")
    assert list(drafts.values_list(*fields)) == [
        ("LAND", "no_change", "", None, None, None, "", "draft"),
        ("ROADS", "value", "cumulative", Decimal("4.75"), None, None, "含通组路", "draft"),
        ("SHARE", "value", "month", None, Decimal(45), Decimal(50), "", "draft"),
        ("TREES", "value", "month", Decimal(0), None, None, "", "draft"),
        ("WELLS", "not_applicable", "", None, None, None, "", "draft"),
    ]


def counts(page):
    """The counts above the preview, by their words."""
    found = page.text.partition("行数 ")[2] or page.text.partition("Rows of the file ")[2]
    return [int(word) for word in found.split()[:40] if word.isdigit()]


def answered(client, preview, how, **answers):
    """Press a button with answers to the questions."""
    tokens = [values for tag, values in read(preview).tags if tag == "input" and values.get("name") == "shown"]
    shown = {"shown": tokens[0]["value"]} if tokens else {}
    address = preview.redirect_chain[-1][0]
    answer = client.post(address, {how: "1", **shown, **{f"q-{key}": value for key, value in answers.items()}})
    answer.redirect_chain = preview.redirect_chain
    return answer


def test_a_question_is_answered_beside_the_preview(clerk, cast):
    preview = bring_in(clerk, table(["代码", "7月", "8月"], ["ROADS", "约2", 3]))
    page = read(preview)
    assert [values["value"] for tag, values in page.tags if values.get("name") == "q-approximate-2-2"] == ["0", "leave"]
    assert not [1 for tag, values in page.tags if tag == "button" and values.get("name") == "take"]
    assert answered(clerk, preview, "take").status_code == 422
    looked = answered(clerk, preview, "look", **{"approximate-2-2": "0"})
    assert looked.status_code == 200
    ticked = [values["value"] for tag, values in read(looked).tags if "checked" in values]
    assert ticked == ["0"]
    assert not ProgressEntry.objects.filter(month__gte=7).exists()
    # Another answer than the one that was looked at is looked at first.
    assert answered(clerk, looked, "take", **{"approximate-2-2": "leave"}).status_code == 409
    assert answered(clerk, looked, "take", **{"approximate-2-2": "0"}).status_code == 302
    assert list(ProgressEntry.objects.filter(month__gte=7).values_list("value", flat=True)) == [2, 3]


def test_the_counts_on_the_page_add_up_to_the_rows_of_the_file(clerk, cast, build):
    visits = build.target(cast.visits, cast.east, {12: 9})
    build.submitted(visits, 7, 4)
    build.draft(build.target(build.indicator("STANDS"), cast.east, {12: 9}), 7, 1)
    build.target(build.indicator("WRONG"), cast.east, {12: 9})
    build.target(build.indicator("ASKED"), cast.east, {12: 9})
    rows = [
        ["ROADS", 5], ["VISITS", 5], ["STANDS", 1], ["WRONG", "很多"], ["ASKED", "(5)"], ["合计", 16],
        ["填表人：党政办"],
    ]  # fmt: skip
    page = read(bring_in(clerk, table(["代码", "7月"], *rows)))
    # All seven: an error, a question, one that is submitted, one to be taken, one as it stands, two left out.
    assert counts(page)[:7] == [7, 1, 1, 1, 1, 1, 2]
    assert any("合计" in item.text for item in page.listed)


def test_rows_below_a_merged_name_are_taken(client, cast, build):
    build.role(cast.east_clerk, "clerk", cast.township)
    client.force_login(cast.east_clerk)
    book = table(["指标名称", "填报单位", "7月", "8月"], ["新修道路", "东村", 5, 6], [None, "西村", 7, 8])
    book.active.merge_cells("A2:A3")
    buffer = io.BytesIO()
    book.save(buffer)
    preview = post_file(client, "unit=T&year=2023&as_of=8&period=Y", buffer.getvalue())
    take(client, preview)
    found = ProgressEntry.objects.filter(month__gte=7).order_by("target__unit", "month")
    assert list(found.values_list("target__unit__name", "month", "value")) == [
        ("东村", 7, 5), ("东村", 8, 6), ("西村", 7, 7), ("西村", 8, 8),
    ]  # fmt: skip


def test_an_approximate_figure_goes_out_and_comes_in_as_one(clerk, cast, build):
    build.draft(cast.east_target, 7, 700, approximation="over")
    workbook = form(clerk)
    assert the_row(workbook.active)[7].value in ("700余", "over 700")
    assert take(clerk, bring_in(clerk, workbook)).status_code == 200  # everything stands
    the_row(workbook.active)[7].value = "近800"
    take(clerk, bring_in(clerk, workbook))
    entry = ProgressEntry.objects.get(month=7)
    assert (entry.value, entry.approximation) == (800, "nearly")
