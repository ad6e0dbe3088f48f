"""The form that goes out and comes in again, through the pages, in both languages."""

import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from targets.models import ProgressEntry, Upload
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


def the_row(sheet):
    return next(row for row in sheet.iter_rows() if row[0].value == "ROADS")


def test_the_form_holds_what_is_due_and_only_the_answer_can_be_typed(clerk, cast):
    sheet = form(clerk).active
    row = the_row(sheet)
    assert sheet.protection.sheet
    assert [cell.protection.locked for cell in row] == [
        True, True, True, True, True, True, False, False, True, True, False, False, False, True,
    ]  # fmt: skip
    assert len(sheet.data_validations.dataValidation) == 2


def test_a_filled_form_becomes_drafts_after_a_look(clerk, cast):
    workbook = form(clerk)
    row = the_row(workbook.active)
    row[7].value, row[11].value = 1.25, "雨"
    preview = bring_in(clerk, workbook)
    assert "1.25" in read(preview).text
    assert not ProgressEntry.objects.filter(month=7).exists()  # nothing is written by looking
    address = preview.redirect_chain[-1][0]
    clerk.post(address, {"take": "1"})
    entry = ProgressEntry.objects.get(month=7)
    assert (entry.target, entry.value, entry.note, entry.state) == (cast.east_target, Decimal("1.25"), "雨", "draft")


@pytest.mark.parametrize("place", [0, 1])
def test_the_words_of_the_drop_downs_come_in_again(clerk, cast, place):
    workbook = form(clerk)
    sheet = workbook.active
    row = the_row(sheet)
    forms, answers = (validation.formula1.strip('"').split(",") for validation in sheet.data_validations.dataValidation)
    row[10].value = answers[place]
    address = bring_in(clerk, workbook).redirect_chain[-1][0]
    clerk.post(address, {"submit": "1"})
    entry = ProgressEntry.objects.get(month=7)
    assert (entry.answer, entry.state) == (("no_change", "not_applicable")[place], "submitted")
    assert len(forms) == 2


def test_a_running_total_comes_in_as_one(clerk, cast):
    workbook = form(clerk)
    row = the_row(workbook.active)
    row[6].value = workbook.active.data_validations.dataValidation[0].formula1.strip('"').split(",")[1]
    row[7].value = 5
    clerk.post(bring_in(clerk, workbook).redirect_chain[-1][0], {"take": "1"})
    entry = ProgressEntry.objects.get(month=7)
    assert (entry.typed_as, entry.value) == ("cumulative", 5)


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
    refused = clerk.post(preview.redirect_chain[-1][0], {"take": "1"})
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
    client.post(preview.redirect_chain[-1][0], {"take": "1"})
    assert ProgressEntry.objects.get(month=7).target == whole


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
    clerk.post(preview.redirect_chain[-1][0], {"take": "1"})
    drafts = ProgressEntry.objects.filter(month=7).order_by("target__indicator__code")
    fields = ("target__indicator__code", "answer", "typed_as", "value", "numerator", "denominator", "note", "state")
    assert list(drafts.values_list(*fields)) == [
        ("LAND", "no_change", "", None, None, None, "", "draft"),
        ("ROADS", "value", "cumulative", Decimal("4.75"), None, None, "含通组路", "draft"),
        ("SHARE", "value", "month", None, Decimal(45), Decimal(50), "", "draft"),
        ("TREES", "value", "month", Decimal(0), None, None, "", "draft"),
        ("WELLS", "not_applicable", "", None, None, None, "", "draft"),
    ]
