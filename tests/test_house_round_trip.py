"""A house that moves: what was exported comes back the same, and the summary is what the rules say.

``tests.oracle`` reads the same rules a second time and shares no code with the product.
"""

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import translation

from reports.tables.csv_dump import plain
from targets.importers.csv_dump import FILES
from targets.models import Change, Indicator, ProgressEntry, Target, Unit, Year
from targets.sample.loader import load_sample
from targets.services import planning, plans, progress
from targets.services.base import verb
from tests.oracle.random_plans import write_random_plan
from tests.oracle.recompute import differences

pytestmark = pytest.mark.django_db

SEEDS = range(1, 9)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@contextmanager
def an_empty_database() -> Iterator[None]:
    """Nothing that is written stays."""
    assert not Unit.objects.exists()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def export(directory: Path, as_of: int, year: int = 2023) -> dict[str, bytes]:
    """The exported files by name."""
    call_command("export_csv", directory, year=year, as_of=as_of, stdout=StringIO())
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir())}


def load(directory: Path) -> None:
    call_command("import_csv", directory, stdout=StringIO())


def rows(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(files[name].decode("utf-8").splitlines()))


def moved(directory: Path, as_of: int, target: Path) -> dict[str, bytes]:
    """The export of a house that was loaded from ``directory``."""
    with an_empty_database():
        load(directory)
        return export(target, as_of)


def as_a_newcomer_reads_it(found: dict[str, bytes]) -> dict[str, list[str]]:
    """Text by line, so that a failing comparison shows the line that differs."""
    return {name: text.decode("utf-8").splitlines() for name, text in found.items()}


class TestTheSample:
    @pytest.mark.parametrize("as_of", [3, 6])
    def test_it_comes_back_byte_for_byte(self, tmp_path, as_of):
        with an_empty_database():
            load_sample(tmp_path / "sample-accounts.txt")
            first = export(tmp_path / "first", as_of)
        second = moved(tmp_path / "first", as_of, tmp_path / "second")

        assert set(first) == {*FILES, "sections.csv", "checks.csv", "summary.csv"}
        assert as_a_newcomer_reads_it(second) == as_a_newcomer_reads_it(first)
        assert second == first

    def test_its_summary_is_what_the_rules_say_in_every_month(self, sample, tmp_path):
        for as_of in range(1, 13):
            export(tmp_path / str(as_of), as_of)
            assert differences(tmp_path / str(as_of), as_of, 2023) == []

    def test_it_moves_with_corrections_that_wait_and_that_were_made(self, tmp_path, build):
        with an_empty_database():
            load_sample(tmp_path / "sample-accounts.txt")
            farmland = Target.objects.get(indicator__code="E06")
            for value in ("118.3", "118.4"):
                correction = progress.correct_progress(
                    build.by, target=farmland, month=6, value=Decimal(value), reason="重算"
                )
                progress.submit(build.by, correction)
                progress.approve(build.by, correction)
            progress.correct_progress(build.by, target=farmland, month=6, value=Decimal(9), reason="待核")
            build.submitted(farmland, 7, "12.5")
            first = export(tmp_path / "first", 6)
        june = [row for row in rows(first, "entries.csv") if (row["indicator"], row["month"]) == ("E06", "6")]
        assert [(row["value"], row["state"]) for row in june] == [
            ("118.2", "superseded"),
            ("118.3", "superseded"),
            ("118.4", "approved"),
            ("9", "draft"),
        ]
        assert moved(tmp_path / "first", 6, tmp_path / "second") == first
        assert differences(tmp_path / "second", 6, 2023) == []

    def test_names_that_a_spreadsheet_would_compute_come_back(self, tmp_path):
        with an_empty_database():
            load_sample(tmp_path / "sample-accounts.txt")
            for code, name in (("E01", "=1+1"), ("E04", "'=1+1"), ("E06", "-2℃以下"), ("R01", "'桥'")):
                verb(Indicator.objects.filter(code=code).update)(name=name)
            first = export(tmp_path / "first", 6)
        assert moved(tmp_path / "first", 6, tmp_path / "second") == first
        assert {"'=1+1", "''=1+1", "'-2℃以下", "'桥'"} <= {row["name"] for row in rows(first, "indicators.csv")}


class TestRandomPlans:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_the_summary_is_what_the_rules_say(self, tmp_path, seed):
        write_random_plan(tmp_path / "plan", seed)
        load(tmp_path / "plan")
        for as_of in (3, 6, 12):
            export(tmp_path / str(as_of), as_of)
            assert differences(tmp_path / str(as_of), as_of, 2023) == []

    @pytest.mark.parametrize("seed", SEEDS)
    def test_what_was_exported_comes_back_the_same(self, tmp_path, seed):
        write_random_plan(tmp_path / "plan", seed)
        first = moved(tmp_path / "plan", 6, tmp_path / "first")
        second = moved(tmp_path / "first", 6, tmp_path / "second")
        assert as_a_newcomer_reads_it(second) == as_a_newcomer_reads_it(first)
        assert second == first

    @pytest.mark.parametrize("seed", SEEDS)
    def test_nothing_of_what_was_typed_is_lost(self, tmp_path, seed):
        write_random_plan(tmp_path / "plan", seed)
        written = {path.name: path.read_bytes() for path in (tmp_path / "plan").iterdir()}
        exported = moved(tmp_path / "plan", 12, tmp_path / "first")
        for name in FILES:
            assert self.comparable(exported, name) == self.comparable(written, name), name

    def comparable(self, files, name):
        """Rows without their order, amounts without the zeros that say nothing."""
        numbers = {"baseline", "weight", "value", "numerator", "denominator"}
        return sorted(
            tuple(
                plain(Decimal(cell)) if column in numbers and cell else cell
                for column, cell in row.items()
                if column in FILES[name]
            )
            for row in rows(files, name)
        )

    def test_the_plans_hold_something_of_everything(self, tmp_path):
        found: dict[str, set[str]] = {}
        for seed in SEEDS:
            write_random_plan(tmp_path / str(seed), seed)
            for name in FILES:
                text = (tmp_path / str(seed) / name).read_bytes()
                for row in rows({name: text}, name):
                    for column, cell in row.items():
                        found.setdefault(column, set()).add(cell)
        assert found["accumulation"] == {"flow", "stock", "latest", ""}
        assert found["direction"] == {"at_least", "at_most", "monitor"}
        assert found["frequency"] == {"month", "quarter", "half_year", "year"}
        assert found["answer"] == {"value", "no_change", "not_applicable"}
        assert {"month", "cumulative"} <= found["typed_as"]
        assert found["state"] == {"draft", "submitted", "returned", "approved"}
        assert found["figures"] == {"own", "sum"}
        assert found["interpolation"] == {"linear", "step"}
        assert found["done"] == {"yes", "no"}


class TestWhatMovesAlong:
    def test_names_with_commas_quotes_and_lines_come_back(self, build, tmp_path):
        name = '东村，"第一"组, 与\n西村'
        with an_empty_database():
            build.target(build.indicator("FLOW", name=name), build.unit("V", name=name), {12: 1})
            first = export(tmp_path / "first", 6)
        assert moved(tmp_path / "first", 6, tmp_path / "second") == first
        with an_empty_database():
            load(tmp_path / "first")
            assert Unit.objects.get().name == Indicator.objects.get().name == name

    def test_units_and_indicators_come_back_in_their_order(self, build, tmp_path):
        with an_empty_database():
            for code, position in (("A", 3), ("B", 1), ("C", 2)):
                unit = build.unit(code, position=position)
                build.target(build.indicator(f"I{code}", position=position), unit, {12: 1})
            first = export(tmp_path / "first", 6)
        assert [row["code"] for row in rows(first, "units.csv")] == ["B", "C", "A"]
        assert [row["code"] for row in rows(first, "indicators.csv")] == ["IB", "IC", "IA"]
        assert moved(tmp_path / "first", 6, tmp_path / "second") == first

    def test_the_steps_of_several_units_come_back_in_their_order(self, build, tmp_path):
        with an_empty_database():
            indicator = build.indicator("TASK", kind="milestone", accumulation="")
            # The target that is made first belongs to the unit that stands last.
            for code, position in (("V2", 2), ("V1", 1)):
                steps = [{"name": "开工", "due": date(2023, 4, 30)}, {"name": "完工"}]
                build.target(indicator, build.unit(code, position=position), steps=steps)
            first = export(tmp_path / "first", 6)
        assert [row["unit"] for row in rows(first, "milestones.csv")] == ["V1", "V1", "V2", "V2"]
        assert moved(tmp_path / "first", 6, tmp_path / "second") == first

    def test_an_indicator_archived_since_moves_with_the_plan_that_names_it(self, build, tmp_path):
        with an_empty_database():
            target = build.target(build.indicator("FLOW"), build.unit("V"), {12: 10})
            build.approved(target, 6, 5)
            plans.archive(build.by, build.indicator("IDLE"), reason="停用")
            plans.archive(build.by, target.indicator, reason="停用")
            first = export(tmp_path / "first", 6)
        assert [row["code"] for row in rows(first, "indicators.csv")] == ["FLOW"]
        assert moved(tmp_path / "first", 6, tmp_path / "second") == first

    def test_an_archived_target_stays_behind(self, build, tmp_path):
        target = build.target(build.indicator("FLOW"), build.unit("V"), {12: 10})
        build.approved(target, 6, 5)
        plans.archive(build.by, target, reason="取消")
        found = export(tmp_path / "first", 6)
        for name in ("targets.csv", "checkpoints.csv", "entries.csv", "summary.csv"):
            assert rows(found, name) == []

    @pytest.mark.parametrize(("as_of", "december"), [(3, "120"), (4, "240"), (12, "240")])
    def test_the_checkpoints_are_those_in_force(self, build, tmp_path, as_of, december):
        target = build.target(build.indicator("FLOW"), build.unit("V"), {6: 60, 12: 120})
        build.approved(target, 3, 30, typed_as="cumulative")
        plans.adjust_target(
            build.by,
            target=target,
            effective_month=4,
            checkpoints={6: Decimal(120), 12: Decimal(240)},
            reason="调整",
        )
        found = export(tmp_path / "first", as_of)
        assert [row["value"] for row in rows(found, "checkpoints.csv") if row["month"] == "12"] == [december]
        assert differences(tmp_path / "first", as_of, 2023) == []

    def test_another_year_is_another_export(self, build, tmp_path):
        indicator, unit = build.indicator("FLOW"), build.unit("V")
        build.target(indicator, unit, {12: 10}, year=2023)
        build.target(indicator, unit, {12: 20}, year=2024)
        assert [row["value"] for row in rows(export(tmp_path / "a", 6, 2023), "checkpoints.csv")] == ["10"]
        assert [row["value"] for row in rows(export(tmp_path / "b", 6, 2024), "checkpoints.csv")] == ["20"]

    def test_the_files_are_utf_8_with_plain_lines(self, sample, tmp_path):
        for name, text in export(tmp_path / "first", 6).items():
            assert not text.startswith(b"\xef\xbb\xbf"), name
            assert b"\r" not in text, name
            assert text.endswith(b"\n"), name
            text.decode("utf-8")


class TestNumbersAreWrittenPlain:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (None, ""),
            (Decimal("0.0000"), "0"),
            (Decimal("-0.0000"), "0"),
            (Decimal("12.5000"), "12.5"),
            (Decimal("100.0000"), "100"),
            (Decimal("1E+3"), "1000"),
            (Decimal("1E-4"), "0.0001"),
            (Decimal("99999999999.9999"), "99999999999.9999"),
            (Decimal("-99999999999.9999"), "-99999999999.9999"),
            (Fraction(1, 2), "0.5"),
            (Fraction(0), "0"),
            (Fraction(999999999999999, 10000), "99999999999.9999"),
            # Without end: 24 digits.
            (Fraction(1, 3), "0.333333333333333333333333"),
            (Fraction(-200, 3), "-66.6666666666666666666667"),
            (True, "yes"),
            (False, "no"),
            (0, "0"),
            (date(2023, 6, 30), "2023-06-30"),
        ],
    )
    def test_a_value_as_text(self, value, text):
        assert plain(value) == text

    def test_a_reported_zero_is_zero_and_no_report_is_empty(self, build, tmp_path):
        indicator = build.indicator("FLOW")
        zero = build.target(indicator, build.unit("V1"), {6: 60, 12: 120})
        build.target(indicator, build.unit("V2"), {6: 60, 12: 120})
        build.approved(zero, 6, 0, typed_as="cumulative")
        found = {
            row["unit"]: (row["actual"], row["completion"], row["gap"], row["status"])
            for row in rows(export(tmp_path / "first", 6), "summary.csv")
            if row["period"] == "H1"
        }
        # 0 - 60 = -60
        assert found == {"V1": ("0", "0", "-60", "behind"), "V2": ("", "", "", "not_reported")}


class TestRefused:
    def message(self, *args, **options):
        with pytest.raises(CommandError) as refusal:
            call_command(*args, **options)
        return str(refusal.value)

    def test_a_house_is_not_loaded_beside_a_plan(self, sample, tmp_path):
        files = export(tmp_path / "first", 6)
        before = [model.objects.count() for model in (Unit, Indicator, Target, ProgressEntry, Year, Change)]
        assert self.message("import_csv", tmp_path / "first") == (
            "The database already holds a plan. Load into one without plans, so that nothing mixes."
        )
        assert [model.objects.count() for model in (Unit, Indicator, Target, ProgressEntry, Year, Change)] == before
        assert export(tmp_path / "second", 6) == files

    def test_a_plan_of_another_year_is_a_plan(self, build, tmp_path):
        write_random_plan(tmp_path / "plan", 1)
        build.target(build.indicator("FLOW"), build.unit("V"), {12: 10}, year=2022)
        assert "already holds a plan" in self.message("import_csv", tmp_path / "plan")
        assert Unit.objects.count() == 1

    @pytest.mark.parametrize("as_of", [-1, 0, 13])
    def test_a_month_that_is_none(self, build, tmp_path, as_of):
        build.year()
        assert self.message("export_csv", tmp_path / "x", year=2023, as_of=as_of) == (
            f"--as-of is a month from 1 to 12, not {as_of}."
        )
        assert not (tmp_path / "x").exists()

    def test_a_month_that_is_no_number(self, tmp_path):
        message = self.message("export_csv", str(tmp_path / "x"), "--year", "2023", "--as-of", "June")
        assert "invalid int value: 'June'" in message

    def test_a_year_that_is_not_there(self, build, tmp_path):
        build.year(2023)
        build.year(2022)
        assert self.message("export_csv", tmp_path / "x", year=2021, as_of=6) == (
            "There is no year 2021. Years in the database: 2022, 2023."
        )
        assert not (tmp_path / "x").exists()

    def test_no_year_at_all(self, tmp_path):
        assert self.message("export_csv", tmp_path / "x", year=2023, as_of=6) == (
            "There is no year 2023. Years in the database: none."
        )

    def test_a_file_in_place_of_the_directory(self, build, tmp_path):
        build.year()
        (tmp_path / "x").write_text("mine")
        for place in (tmp_path / "x", tmp_path / "x" / "below"):
            assert self.message("export_csv", place, year=2023, as_of=6).startswith(f"{place} cannot be written: ")
        assert (tmp_path / "x").read_text() == "mine"

    @pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write anywhere")
    def test_a_directory_that_may_not_be_written(self, build, tmp_path):
        build.year()
        (tmp_path / "x").mkdir(mode=0o500)
        message = self.message("export_csv", tmp_path / "x", year=2023, as_of=6)
        assert message == f"{tmp_path / 'x'} cannot be written: Permission denied."

    def test_a_directory_in_place_of_a_file(self, build, tmp_path):
        build.year()
        (tmp_path / "x" / "units.csv").mkdir(parents=True)
        assert "cannot be written" in self.message("export_csv", tmp_path / "x", year=2023, as_of=6)


class TestEverythingOfThePlanMovesAlong:
    """What stands behind the fixed columns: words, sources, who leads and helps, and how long a unit exists."""

    def plan(self, build) -> None:
        section = build.section(
            "water", name="水利", name_en="Water", report_heading="抓水利", report_heading_en="Water"
        )
        lead = build.unit("O", name="水务站", name_en="Water station", kind="office", first_year=2020, last_year=2030)
        helper = build.unit("V", name="东村", kind="village", first_year=2023, first_month=7, succeeds=lead)
        build.unit("W", kind="village", last_year=2023, last_month=6, merged_into=helper)
        old = build.indicator("W0", section)
        words = {"definition": "含在建", "definition_en": "with those under way", "source": "水务站", "source_en": "WS"}
        new = build.indicator("W1", section, sensitive=True, succeeds=old, **words)
        build.year(2023)
        target = planning.plan_target(
            build.by,
            indicator=new,
            unit=lead,
            year=2023,
            checkpoints={6: Decimal(5), 12: Decimal(10)},
            supporting_units=[helper],
            lead_leader="副乡长",
            lead_leader_en="Deputy head",
            responsible_person="站长",
            wording="全年10处，\n其中上半年5处",
            wording_en="10 places",
            approximation="over",
            provenance="published",
            definition="只含完工",
        )
        build.approved(target, 6, 5)

    def test_it_comes_back(self, build, tmp_path):
        with an_empty_database():
            self.plan(build)
            first = export(tmp_path / "first", 6)
        assert "只含完工" in first["targets.csv"].decode()
        with an_empty_database():
            load(tmp_path / "first")
            target = Target.objects.select_related("indicator__succeeds", "unit").get()
            assert [unit.code for unit in target.supporting_units.all()] == ["V"]
            assert target.indicator.succeeds.code == "W0"
            assert (target.unit.first_year, target.unit.last_year) == (2020, 2030)
            village, merged = Unit.objects.get(code="V"), Unit.objects.get(code="W")
            assert (village.first_year, village.first_month, village.succeeds) == (2023, 7, target.unit)
            assert (merged.last_year, merged.last_month, merged.merged_into) == (2023, 6, village)
            assert target.wording == "全年10处，\n其中上半年5处"
            assert (target.definition, target.indicator.definition) == ("只含完工", "含在建")
            assert target.indicator.section.name == "水利"
            second = export(tmp_path / "second", 6)
        assert second == first

    def test_the_fixed_columns_stand_first(self, build, tmp_path):
        with an_empty_database():
            self.plan(build)
            files = export(tmp_path / "first", 6)
        for name, columns in FILES.items():
            assert files[name].decode().splitlines()[0].split(",")[: len(columns)] == list(columns), name

    @pytest.mark.parametrize("fields", [{"kind": "village"}, {"kind": "office", "parent": "T"}])
    def test_a_unit_of_another_kind_or_place_is_not_taken_for_the_one_in_the_file(self, build, tmp_path, fields):
        with an_empty_database():
            self.plan(build)
            export(tmp_path / "first", 6)
        with an_empty_database():
            parent = build.unit("T") if "parent" in fields else None
            build.unit("O", **{**fields, "parent": parent})
            with pytest.raises(CommandError, match="Unit “O”"):
                load(tmp_path / "first")
            assert not Target.objects.exists()
