"""Ugly files end in a preview or in one clear sentence, in little memory. tests/data/README.md tells of each."""

import resource
import tracemalloc
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from targets.importers.files.workbook import read_workbook
from targets.importers.names import Known, Names
from targets.importers.plan.headings import find_heading
from targets.importers.plan.sheet import read_plan
from targets.importers.problems import Severity
from targets.models import Change, Target, Upload
from tests.pages import read
from tests.test_plan_file import plan  # noqa: F401

DATA = Path(__file__).parent / "data"
MEBIBYTE = 1024 * 1024
NAMES = Names(
    sections=[Known("economy", "经济发展"), Known("governance", "社会治理")], units=[Known("PEACE", "平安办")]
)
#: What the table says, by row of the sheet: baseline and checkpoints.
PLAIN = {
    2: ("100", {6: "50", 12: "120"}),
    3: ("80.5", {6: "40", 12: "90"}),
    4: ("3", {6: "1", 12: "5"}),
}
REFUSED = {
    "empty_sheet.xlsx": "No sheet of the file holds anything",
    "password.xlsx": "protected by a password",
    "renamed_pdf.xlsx": "This is a PDF",
    "zip_bomb.xlsx": "more cells than a plan can have",
}
#: What differs from the plain table; the cells that ask something or are wrong.
READ = {
    "dates_as_numbers.xlsx": ({3: ("80.5", {11: "90"})}, ["H2", "F3", "H4"]),
    "empty_sheet_first.xlsx": ({}, []),
    "external_links.xlsx": ({}, []),
    "formula_as_text.xlsx": ({2: ("100", {6: "50"})}, ["G2", "D4"]),
    "formulas.xlsx": ({2: ("45260.5", {6: "50", 12: "120"}), 3: ("80.5", {6: "40"}), 4: ("3", {6: "1"})}, ["G3", "G4"]),
    # 90% of 亩 and a figure in words are asked about.
    "full_width_digits.xlsx": (
        {2: ("100", {6: "50", 12: "1200.5"}), 3: ("80.5", {6: "40"}), 4: ("3", {12: "5"})},
        ["G3", "F4"],
    ),
    "hidden_rows.xlsx": ({}, ["B3"]),
    "marked_up.ods": ({5: ("0", {6: "1", 12: "2"})}, ["B4", "B5"]),
    "marked_up.xls": ({5: ("0", {6: "1", 12: "2"})}, ["B4", "B5"]),
    "marked_up.xlsx": ({5: ("0", {6: "1", 12: "2"})}, ["B4", "B5"]),
    "notes_in_cells.xlsx": ({}, []),
    # 1e0 may be what is left of a figure with more digits.
    "numbers_as_text.xlsx": ({2: ("100", {6: "50", 12: "1200.5"}), 4: ("3", {12: "5"})}, ["F4"]),
    "old_workbook.xls": ({2: ("100", {6: "50", 11: "120"})}, []),
    "open_document.ods": ({}, []),
    "text_in_gb18030.csv": ({}, []),
    "text_with_mark.csv": ({}, []),
    "trailing_blanks.xlsx": ({}, []),
}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with translation.override("en"):
        yield


@pytest.fixture
def admin(client, cast):
    client.force_login(cast.system_administrator)
    client.post("/appearance/", {"language": "en"})
    return client


def understood(name):
    workbook = read_workbook((DATA / name).read_bytes(), name)
    sheet, heading = next((s, h) for s in workbook.sheets if (h := find_heading(s, plan_year=2023)))
    return read_plan(sheet, heading, NAMES, year=2023)


def figures(rows):
    return {
        row.row: (str(row.baseline), {month: str(value) for month, value in row.checkpoints.items()}) for row in rows
    }


def bring_in(client, name):
    return client.post(
        "/plan/import/",
        {"year": "2023", "file": SimpleUploadedFile(name, (DATA / name).read_bytes())},
        follow=True,
    )


def test_every_file_has_its_case_and_its_line():
    files = {path.name for path in DATA.iterdir() if path.suffix in (".xlsx", ".xls", ".ods", ".csv", ".et")}
    saved = {name for name in files if name.startswith(("plan_of_", "progress_of_"))}
    assert files - saved == {*REFUSED, *READ, "merged_cells.xlsx", "number_formats.ods"}
    told = (DATA / "README.md").read_text(encoding="utf-8")
    assert [name for name in files - saved if f"`{name}`" not in told] == []
    assert [name for name in files if (DATA / name).stat().st_size > 100_000] == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_in_one_sentence(name):
    with pytest.raises(ValidationError) as caught:
        read_workbook((DATA / name).read_bytes(), name)
    (sentence,) = caught.value.messages
    assert REFUSED[name] in sentence


@pytest.mark.parametrize("name", READ)
def test_what_can_be_read_is_what_the_table_says(name):
    differing, places = READ[name]
    found = understood(name)
    assert figures(found.rows) == PLAIN | differing
    assert [problem.address for problem in found.problems if problem.severity != Severity.NOTE] == places
    assert {row.row for row in found.rows if not row.ready} == {int(place[1:]) for place in places}
    assert all("\u3000" not in row.name and row.name == row.name.strip() for row in found.rows)


def test_merged_cells_speak_for_the_rows_that_they_cover():
    found = understood("merged_cells.xlsx")
    assert found.is_ready
    assert figures(found.rows) == {row + 1: one for row, one in PLAIN.items()}
    assert [(row.section, row.unit) for row in found.rows] == [
        ("economy", "PEACE"),
        ("economy", "PEACE"),
        ("governance", "PEACE"),
    ]


@pytest.mark.parametrize("name", [*REFUSED, *READ, "merged_cells.xlsx"])
def test_a_small_file_takes_little_memory(name):
    tracemalloc.start()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        read_workbook((DATA / name).read_bytes(), name)
    except ValidationError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 40 * MEBIBYTE
    # Beyond what Python counts, in KiB.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


@pytest.mark.parametrize("name", REFUSED)
def test_the_page_says_the_sentence_and_keeps_nothing(admin, name):
    answer = bring_in(admin, name)
    assert answer.status_code == 422
    assert REFUSED[name] in answer.content.decode()
    assert not Upload.objects.exists()


@pytest.mark.parametrize("name", [*READ, "merged_cells.xlsx"])
def test_the_page_previews_the_file(admin, name):
    before = Target.objects.count()
    answer = bring_in(admin, name)
    assert answer.status_code == 200
    assert answer.redirect_chain
    text = read(answer).text
    assert "植树造林" in text or name == "formula_as_text.xlsx"
    assert Target.objects.count() == before


def test_a_formula_as_text_stays_a_text_in_every_file_that_goes_out(admin, cast, build):
    build.target(build.indicator("ATTACK", cast.economy, name="=cmd|' /C calc'!A0"), cast.office, {12: 1})
    lines = admin.get("/files/plan.csv?year=2023").content.decode("utf-8-sig").splitlines()
    cells = [cell for line in lines for cell in line.split(",")]
    assert not [cell for cell in cells if cell.strip('"').startswith("=")]
    assert [cell for cell in cells if "=cmd" in cell]


@pytest.mark.parametrize(
    "name",
    ["plan_of_xlsxwriter.xlsx", "plan_of_openpyxl.xlsx", "plan_of_libreoffice.xlsx", "plan_of_libreoffice.ods"],
)
def test_whatever_program_saved_it_the_plan_comes_back_unchanged(admin, plan, name):  # noqa: F811
    before = Change.objects.exclude(action__startswith="upload.").count()
    page = read(bring_in(admin, name))
    assert [v for tag, v in page.tags if tag == "input" and v.get("name", "").startswith("answer-")] == [], page.text
    assert "brings nothing new" in page.text, page.text
    assert Change.objects.exclude(action__startswith="upload.").count() == before
