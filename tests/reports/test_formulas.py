"""No CSV file gives a spreadsheet a formula: not in a cell, a title, a note or a heading."""

import csv
import re
from io import StringIO

import pytest
from django.core.management import call_command

from reports.document import Cell, Column, Table
from reports.writers.table_csv import write_csv
from targets.importers.files import csv_text
from targets.models import Indicator, Section, Unit
from targets.services.base import verb

pytestmark = pytest.mark.once

EVIL = '=HYPERLINK("http://x")'


def cells_of(content: bytes) -> list[str]:
    return [cell for line in csv.reader(StringIO(content.decode("utf-8-sig"))) for cell in line]


def formulas(cells: list[str]) -> list[str]:
    """What a spreadsheet would compute; a plain number it would not."""
    return [
        cell
        for cell in cells
        if re.match(r"\s*[=+\-@＝＋－＠]", cell) and any(letter.isalnum() for letter in cell)
        if not re.fullmatch(r"-?[\d.]+%?", cell)
    ]


def test_every_place_of_a_table_is_kept_text():
    table = Table(
        name="x",
        file_name="x",
        title=EVIL,
        above=(EVIL, "@now"),
        columns=(Column(EVIL),),
        rows=((Cell(EVIL),),),
        below=(EVIL,),
    )
    cells = cells_of(write_csv(table))
    assert formulas(cells) == []
    assert cells == [f"'{EVIL}", f"'{EVIL}", "'@now", f"'{EVIL}", f"'{EVIL}", f"'{EVIL}"]


@pytest.fixture
def evil(cast):
    """Units, sections and indicators named so: all are made from imported sheets."""
    for model, fields in ((Unit, {"name": EVIL}), (Section, {"name": EVIL}), (Indicator, {"name": EVIL})):
        verb(model.objects.update)(**fields)
    return cast


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "method", "address"),
    [
        ("leader", "get", "/files/indicators.csv"),
        ("leader", "get", "/files/indicators.csv?section=economy"),
        ("leader", "get", "/files/second-half.csv"),
        ("system_administrator", "get", "/files/plan.csv?year=2023"),
        ("leader", "post", "/reports/"),
        ("auditor", "post", "/changes.csv"),
    ],
)
def test_no_file_holds_a_formula(evil, signed_in, who, method, address):
    client = signed_in(getattr(evil, who))
    answer = getattr(client, method)(address, *([{"make": "ledger.csv"}] if method == "post" else []))
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200
    assert "HYPERLINK" in content.decode("utf-8-sig")
    assert formulas(cells_of(content)) == []


@pytest.mark.django_db
def test_a_house_that_moves_holds_none_and_keeps_its_names(evil, tmp_path):
    call_command("export_csv", tmp_path / "first", year=2023, as_of=6, stdout=StringIO())
    files = {path.name: path.read_bytes() for path in (tmp_path / "first").iterdir()}
    assert {name: formulas(cells_of(content)) for name, content in files.items()} == {name: [] for name in files}
    assert f"'{EVIL}" in cells_of(files["units.csv"])


def test_a_file_that_comes_back_is_read_as_it_was():
    (sheet,) = csv_text.read("\ufeff指标,单位\r\n'=1+1,'-2\r\n''=1+1,'桥\r\n".encode())
    assert [cell.value for cell in sheet.cells.values()] == ["指标", "单位", "=1+1", "-2", "'=1+1", "'桥"]
