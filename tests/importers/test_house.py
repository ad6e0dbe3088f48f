"""A house read from files: what is taken, and that what is broken is named with file, line, column and reason."""

import dataclasses
import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from targets.importers.csv_dump import FILES, digest, read_house
from targets.importers.csv_table import FileErrors
from targets.models import (
    Change,
    Indicator,
    IndicatorCheck,
    Milestone,
    ProgressEntry,
    Section,
    Target,
    Unit,
    Year,
)
from targets.services.base import Author
from targets.services.loading import load_house
from targets.services.progress import record_progress
from tests.importers.conftest import HOUSE, Files

PLAIN = "is not a number. Write plain digits, such as 634.29."


def errors_of(files):
    """Everything that is wrong, as (file, line, column, reason)."""
    with pytest.raises(FileErrors) as refusal:
        read_house(files.directory)
    return [(error.file, error.line, error.column, error.reason) for error in refusal.value.errors]


def only_error(files):
    (error,) = errors_of(files)
    return error


def load(files):
    house = read_house(files.directory)
    load_house(Author.system("house"), house)
    return house


class TestBrokenCells:
    @pytest.mark.parametrize(
        ("file", "line", "column", "value", "reason"),
        [
            ("units.csv", 3, "name", "", "This must not be empty."),
            ("units.csv", 3, "name", "村" * 101, "This is longer than 100 characters."),
            ("units.csv", 3, "kind", "hamlet", "“hamlet” is not one of: county, township, village, office."),
            ("units.csv", 3, "kind", "", "“” is not one of: county, township, village, office."),
            ("units.csv", 3, "parent", "X", "There is no unit with the code “X”."),
            ("units.csv", 3, "parent", "V", "The units above this one run in a circle."),
            ("units.csv", 3, "name", "东\x00村", "This holds a character that is not text. Remove it."),
            ("units.csv", 3, "name", "东\x08村", "This holds a character that is not text. Remove it."),
            ("indicators.csv", 2, "section", "", "This must not be empty."),
            (
                "indicators.csv",
                2,
                "section",
                "经济 发展",
                "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
            ),
            ("indicators.csv", 2, "name", "", "This must not be empty."),
            ("indicators.csv", 2, "unit", "千" * 21, "This is longer than 20 characters."),
            ("indicators.csv", 2, "kind", "ratio", "“ratio” is not one of: quantity, rate, milestone."),
            ("indicators.csv", 2, "accumulation", "latest", "“latest” is not one of: flow, stock."),
            ("indicators.csv", 4, "accumulation", "flow", "“flow” is not one of: latest."),
            ("indicators.csv", 2, "direction", "up", "“up” is not one of: at_least, at_most, monitor."),
            ("indicators.csv", 2, "decimals", "5", "“5” is not a whole number from 0 to 4."),
            ("indicators.csv", 2, "decimals", "", "This must not be empty."),
            ("indicators.csv", 2, "frequency", "week", "“week” is not one of: month, quarter, half_year, year."),
            ("targets.csv", 3, "unit", "X", "There is no unit with the code “X”."),
            ("targets.csv", 3, "indicator", "X", "There is no indicator with the code “X”."),
            ("targets.csv", 3, "year", "23", "“23” is not a whole number from 1990 to 2200."),
            ("targets.csv", 5, "baseline", "ten", f"“ten” {PLAIN}"),
            ("targets.csv", 2, "weight", "-1", "A weight is zero or more."),
            ("targets.csv", 2, "interpolation", "curve", "“curve” is not one of: linear, step."),
            ("targets.csv", 2, "figures", "mean", "“mean” is not one of: own, sum."),
            ("checkpoints.csv", 2, "month", "13", "“13” is not a whole number from 1 to 12."),
            ("checkpoints.csv", 2, "month", "0", "“0” is not a whole number from 1 to 12."),
            ("checkpoints.csv", 2, "month", "6.0", "“6.0” is not a whole number from 1 to 12."),
            ("checkpoints.csv", 2, "month", "６", "“６” is not a whole number from 1 to 12."),
            ("checkpoints.csv", 2, "value", "", "This must not be empty."),
            ("checkpoints.csv", 2, "value", "five", f"“five” {PLAIN}"),
            ("milestones.csv", 2, "step", "0", "“0” is not a whole number from 1 to 999."),
            ("milestones.csv", 2, "name", "", "This must not be empty."),
            ("milestones.csv", 2, "weight", "0", "A step's weight is above zero."),
            ("milestones.csv", 2, "due", "2023-02-30", "“2023-02-30” is not a date. Write it as 2023-06-30."),
            ("milestones.csv", 2, "due", "30/4/2023", "“30/4/2023” is not a date. Write it as 2023-06-30."),
            ("milestones.csv", 2, "done_on", "24 April", "“24 April” is not a date. Write it as 2023-06-30."),
            ("milestones.csv", 2, "done_on", "9999-12-31", "This day has not come yet."),
            (
                "milestones.csv",
                2,
                "done_on",
                "2023-05-01",
                "This day is after the month in which the step was recorded.",
            ),
            ("milestones.csv", 2, "recorded_month", "13", "“13” is not a whole number from 1 to 12."),
            ("milestones.csv", 3, "done_on", "2023-05-01", "A step that is not done has no date on which it was done."),
            ("entries.csv", 2, "from_month", "4", "The months of an entry run forward. Check both."),
            ("entries.csv", 2, "answer", "yes", "“yes” is not one of: value, no_change, not_applicable."),
            ("entries.csv", 2, "typed_as", "total", "“total” is not one of: (empty), month, cumulative."),
            ("entries.csv", 2, "value", "3.7.1", f"“3.7.1” {PLAIN}"),
            ("entries.csv", 2, "value", "", "A value needs a figure."),
            ("entries.csv", 3, "value", "0", "“No change” and “not applicable” carry no figure."),
            ("entries.csv", 7, "value", "0", "“No change” and “not applicable” carry no figure."),
            (
                "entries.csv",
                2,
                "state",
                "open",
                "“open” is not one of: draft, submitted, returned, approved, superseded.",
            ),
            ("entries.csv", 6, "denominator", "-20", "A denominator is above zero, or zero under a numerator of zero."),
            ("entries.csv", 6, "denominator", "0", "A denominator is above zero, or zero under a numerator of zero."),
        ],
    )
    def test_a_broken_cell_is_named_with_file_line_column_and_reason(self, files, file, line, column, value, reason):
        files.change(file, line, column, value)
        assert (file, line, column, reason) in errors_of(files)

    def test_a_level_is_taken_in_either_form(self, files):
        files.change("entries.csv", 5, "typed_as", "cumulative")
        read_house(files.directory)

    def test_the_sentence_stands_as_a_person_reads_it(self, files):
        files.change("entries.csv", 4, "value", "1e5")
        with pytest.raises(FileErrors) as refusal:
            read_house(files.directory)
        assert str(refusal.value) == f"entries.csv, line 4, column value: “1e5” {PLAIN}"

    def test_a_done_step_says_when(self, files):
        files.change("milestones.csv", 2, "done_on", "")
        files.change("milestones.csv", 2, "recorded_month", "")
        assert only_error(files) == (
            "milestones.csv",
            2,
            "done_on",
            "A step that is done needs a date or the month in which it was recorded.",
        )

    def test_a_task_accumulates_nothing_whatever_stands_there(self, files):
        files.change("indicators.csv", 5, "accumulation", "flow")
        files.change("indicators.csv", 5, "direction", "")
        fields, _section = read_house(files.directory).indicators[3]
        assert (fields["accumulation"], fields["direction"]) == ("", "at_least")

    def test_done_is_yes_or_no(self, files):
        files.change("milestones.csv", 3, "done", "maybe")
        assert ("milestones.csv", 3, "done", "“maybe” is not one of: yes, no.") in errors_of(files)

    @pytest.mark.parametrize(("numerator", "denominator"), [("17", ""), ("", "20")])
    def test_a_rate_comes_as_two_numbers(self, files, numerator, denominator):
        files.change("entries.csv", 6, "numerator", numerator)
        files.change("entries.csv", 6, "denominator", denominator)
        assert only_error(files) == ("entries.csv", 6, "numerator", "Numerator and denominator come together.")

    def test_only_a_rate_has_numerator_and_denominator(self, files):
        # It would count as nothing: a reported zero that nobody reported.
        files.change("entries.csv", 4, "value", "")
        files.change("entries.csv", 4, "numerator", "3")
        files.change("entries.csv", 4, "denominator", "4")
        assert only_error(files) == (
            "entries.csv",
            4,
            "numerator",
            "Only a rate has numerator and denominator. Type the value instead.",
        )


class TestNumbers:
    @pytest.mark.parametrize(
        "value",
        [
            "1e5",
            "1E+05",
            "1.2E-3",
            "NaN",
            "nan",
            "sNaN",
            "Infinity",
            "-inf",
            "1_000",
            "1 000",
            "１２",
            "−3",
            "3%",
            "0x10",
            "--3",
            "-",
            ".",
            "3,5",
        ],
    )
    def test_only_plain_digits_are_a_number(self, files, value):
        files.change("entries.csv", 4, "value", "@")
        lines = [line.replace("@", f'"{value}"') for line in files.lines("entries.csv")]
        files.write("entries.csv", "\n".join(lines))
        assert ("entries.csv", 4, "value", f"“{value}” {PLAIN}") in errors_of(files)

    @pytest.mark.parametrize(
        ("value", "number"),
        [
            ("0", "0"),
            ("-0", "0"),
            ("-3", "-3"),
            ("+3", "3"),
            ("007", "7"),
            (".5", "0.5"),
            ("5.", "5"),
            (" 3.5 ", "3.5"),
            ("1.250000", "1.25"),
            ("0.0001", "0.0001"),
            ("99999999999.9999", "99999999999.9999"),
            ("-99999999999.9999", "-99999999999.9999"),
            ("00000000000000099999999999.9999", "99999999999.9999"),
        ],
    )
    def test_plain_digits_are_read_exactly(self, files, value, number):
        files.change("entries.csv", 4, "value", value)
        entry = list(read_house(files.directory).entries)[2]
        assert entry.fields["value"] == Decimal(number)

    @pytest.mark.parametrize(
        ("value", "reason"),
        [
            ("1.00001", "has more than four decimals."),
            # 34 digits: more than arithmetic keeps, so the last one must not go under in rounding.
            ("12345678901.00000000000000000000001", "has more than four decimals."),
            ("100000000000", "has more than eleven digits before the point."),
            ("-100000000000.5", "has more than eleven digits before the point."),
        ],
    )
    def test_what_the_database_cannot_keep_exactly_is_refused(self, files, value, reason):
        files.change("entries.csv", 4, "value", value)
        assert ("entries.csv", 4, "value", f"“{value}” {reason}") in errors_of(files)

    def test_the_same_holds_for_every_column_of_amounts(self, files):
        for file, line, column in (
            ("targets.csv", 2, "baseline"),
            ("targets.csv", 2, "weight"),
            ("checkpoints.csv", 2, "value"),
            ("milestones.csv", 2, "weight"),
            ("entries.csv", 6, "numerator"),
            ("entries.csv", 6, "denominator"),
        ):
            files.change(file, line, column, "NaN")
        found = {(file, line, column) for file, line, column, reason in errors_of(files) if reason.endswith(PLAIN)}
        assert found == {
            ("targets.csv", 2, "baseline"),
            ("targets.csv", 2, "weight"),
            ("checkpoints.csv", 2, "value"),
            ("milestones.csv", 2, "weight"),
            ("entries.csv", 6, "numerator"),
            ("entries.csv", 6, "denominator"),
        }

    def test_an_empty_amount_is_none_and_a_zero_is_zero(self, files):
        files.change("targets.csv", 6, "baseline", "0")
        house = read_house(files.directory)
        baselines = {key[:2]: fields["baseline"] for key, fields in house.targets}
        assert baselines["V", "COVER"] == 0
        assert baselines["V", "ROADS"] is None


class TestRowsThatContradictEachOther:
    @pytest.mark.parametrize(
        ("file", "column", "row"),
        [
            ("units.csv", "code", "V,另一东村,village,T"),
            ("indicators.csv", "code", "ROADS,economy,道路,千米,quantity,flow,at_least,2,month"),
            ("targets.csv", "indicator", "V,ROADS,2023,,1,linear,own"),
            ("checkpoints.csv", "month", "V,ROADS,2023,6,5"),
            ("milestones.csv", "step", "V,TASK,2023,2,验收,1,,no,,"),
        ],
    )
    def test_a_row_stands_once(self, files, file, column, row):
        files.add(file, row)
        line = len(HOUSE[file].splitlines()) + 1
        assert (file, line, column, "This stands twice in the file.") in errors_of(files)

    def test_units_do_not_run_in_a_circle(self, files):
        files.change("units.csv", 2, "parent", "W")
        reason = "The units above this one run in a circle."
        assert errors_of(files) == [("units.csv", line, "parent", reason) for line in (2, 3, 4)]

    def test_a_unit_has_no_figures_for_months_in_which_it_did_not_exist(self, files):
        heading = "code,name,kind,parent,first_year,first_month,last_year,last_month,merged_into,succeeds"
        units = "T,青山乡,township,,,,,,,\nV,东村,village,T,2023,2,2023,11,,\nW,西村,village,T,,,2023,6,V,\n"
        files.write("units.csv", f"{heading}\n{units}")
        assert errors_of(files) == [
            ("entries.csv", line, "month", "The unit does not exist in these months.") for line in (2, 7)
        ]

    @pytest.mark.parametrize(
        ("unit", "column", "reason"),
        [
            (
                "W,西村,village,T,2023,7,2023,6,,",
                "last_year",
                "A unit cannot end before it begins. Check when it begins and ends.",
            ),
            ("W,西村,village,T,,,2023,13,,", "last_month", "“13” is not a whole number from 1 to 12."),
            ("W,西村,village,T,,,2023,6,X,", "merged_into", "There is no unit with the code “X”."),
            ("W,西村,village,T,,,2023,6,W,", "merged_into", "There is no unit with the code “W”."),
            ("W,西村,village,T,2023,7,,,,X", "succeeds", "There is no unit with the code “X”."),
        ],
    )
    def test_the_months_of_a_unit_fit_together(self, files, unit, column, reason):
        heading = "code,name,kind,parent,first_year,first_month,last_year,last_month,merged_into,succeeds"
        files.write("units.csv", f"{heading}\nT,青山乡,township,,,,,,,\nV,东村,village,T,,,,,,\n{unit}\n")
        assert only_error(files) == ("units.csv", 4, column, reason)

    @pytest.mark.parametrize("file", ["checkpoints.csv", "milestones.csv", "entries.csv"])
    def test_what_belongs_to_a_target_needs_the_target(self, files, file):
        files.write("targets.csv", HOUSE["targets.csv"].replace("V,", "W,").replace("W,ROADS,2023,,2,step,own\n", ""))
        found = [error for error in errors_of(files) if error[0] == file]
        assert ("indicator", "This unit has no target for this indicator in this year.") in {
            error[2:] for error in found
        }

    @pytest.mark.parametrize("run", ["1,1", "2,3", "3,3", "3,6", "1,12"])
    def test_approved_runs_never_overlap(self, files, run):
        files.add("entries.csv", f"V,ROADS,2023,{run},value,month,1,,,approved")
        assert only_error(files) == (
            "entries.csv",
            8,
            "from_month",
            "These months are already answered by another approved row.",
        )

    def test_approved_runs_may_follow_one_another(self, files):
        files.add("entries.csv", "V,ROADS,2023,5,8,value,month,1,,,approved")
        assert len(read_house(files.directory).entries) == 7

    @pytest.mark.parametrize("state", ["draft", "submitted", "returned"])
    def test_a_month_has_one_open_row(self, files, state):
        files.add("entries.csv", f"V,ROADS,2023,5,5,value,month,2,,,{state}")
        assert only_error(files) == ("entries.csv", 8, "month", "This month already has a row in progress.")

    def test_a_correction_waits_beside_what_it_corrects(self, files):
        files.add(
            "entries.csv",
            "V,ROADS,2023,1,3,value,cumulative,3.9,,,returned",
            "V,ROADS,2023,1,3,value,cumulative,3.5,,,superseded",
            "V,ROADS,2023,1,3,value,cumulative,3.6,,,superseded",
        )
        assert len(read_house(files.directory).entries) == 9

    def test_a_sum_has_no_entries_of_its_own(self, files):
        files.add("entries.csv", "T,ROADS,2023,1,1,value,month,1,,,approved")
        assert only_error(files) == (
            "entries.csv",
            8,
            "unit",
            "The figures of this target are the sum of the units below. Enter them there.",
        )

    def test_only_a_milestone_task_has_steps(self, files):
        files.add("milestones.csv", "V,ROADS,2023,1,开工,1,,no,,")
        assert only_error(files) == ("milestones.csv", 4, "indicator", "Only a milestone task has steps.")

    def test_a_milestone_task_has_no_checkpoints(self, files):
        files.add("checkpoints.csv", "V,TASK,2023,6,1")
        assert only_error(files) == (
            "checkpoints.csv",
            7,
            "indicator",
            "A milestone task is judged by its steps and has no checkpoints.",
        )

    def test_a_milestone_task_has_no_monthly_figure(self, files):
        files.add("entries.csv", "V,TASK,2023,1,1,value,month,1,,,approved")
        assert only_error(files) == (
            "entries.csv",
            8,
            "indicator",
            "A milestone task is reported by its steps, not by a monthly figure.",
        )

    def test_a_code_that_stands_in_an_address_has_no_slash(self, files):
        for name in FILES:
            files.write(name, "\n".join(files.lines(name)).replace("ROADS", "ROADS/1"))
        assert only_error(files) == (
            "indicators.csv",
            2,
            "code",
            "A code stands in an address and has no “/”.",
        )

    def test_a_check_names_indicators_that_are_there(self, files):
        files.write("checks.csv", "code,left,operator,right,meaning\nV1,ROADS,<,FARMS + X,相等\n")
        assert errors_of(files) == [
            ("checks.csv", 2, "right", "There is no indicator with the code “X”."),
            ("checks.csv", 2, "operator", "“<” is not one of: =, >=, <=."),
        ]

    def test_everything_wrong_is_named_at_once(self, files):
        for file, line, column, value in (
            ("units.csv", 4, "kind", "hamlet"),
            ("indicators.csv", 3, "decimals", "many"),
            ("targets.csv", 2, "baseline", "NaN"),
            ("targets.csv", 5, "weight", "-1"),
            ("checkpoints.csv", 6, "month", "13"),
            ("milestones.csv", 3, "due", "soon"),
            ("entries.csv", 2, "value", "1e5"),
            ("entries.csv", 5, "state", "open"),
        ):
            files.change(file, line, column, value)
        assert [error[:3] for error in errors_of(files)] == [
            ("units.csv", 4, "kind"),
            ("indicators.csv", 3, "decimals"),
            ("targets.csv", 2, "baseline"),
            ("targets.csv", 5, "weight"),
            ("checkpoints.csv", 6, "month"),
            ("milestones.csv", 3, "due"),
            ("entries.csv", 2, "value"),
            ("entries.csv", 5, "state"),
        ]


class TestFiles:
    def same_as_whole(self, files, tmp_path):
        houses = (read_house(files.directory), read_house(Files(tmp_path / "whole").directory))
        one, whole = ([list(getattr(house, field.name)) for field in dataclasses.fields(house)] for house in houses)
        return one == whole

    @pytest.mark.parametrize("name", FILES)
    def test_a_missing_file_is_named(self, files, name):
        (files.directory / name).unlink()
        # One sentence: what names something in it is not named as well.
        assert only_error(files) == (name, 1, "", "The file is missing.")

    @pytest.mark.parametrize("name", FILES)
    def test_a_file_that_cannot_be_read_is_named_once(self, files, name):
        (files.directory / name).write_bytes("编码\n".encode("gb18030"))
        assert only_error(files) == (name, 1, "", "The file is not encoded in UTF-8. Save it as CSV UTF-8.")

    def test_beside_a_missing_file_what_else_is_wrong_is_named(self, files):
        (files.directory / "units.csv").unlink()
        files.write("checks.csv", "code,left,operator,right,meaning\nV1,ROADS,=,FARMS + X,等于\n")
        files.change("entries.csv", 4, "value", "1e5")
        assert errors_of(files) == [
            ("units.csv", 1, "", "The file is missing."),
            ("entries.csv", 4, "value", f"“1e5” {PLAIN}"),
            ("checks.csv", 2, "right", "There is no indicator with the code “X”."),
        ]

    @pytest.mark.parametrize(("name", "column"), [(name, columns[-1]) for name, columns in FILES.items()])
    def test_a_missing_column_is_named(self, files, name, column):
        files.write(name, files.directory.joinpath(name).read_text("utf-8").replace(column, "other", 1))
        assert only_error(files) == (name, 1, column, "This column is missing.")

    def test_an_empty_file_lacks_its_heading(self, files):
        files.write("checkpoints.csv", "")
        assert errors_of(files) == [
            ("checkpoints.csv", 1, column, "This column is missing.") for column in FILES["checkpoints.csv"]
        ]

    def test_only_a_heading_is_no_rows(self, files):
        for name in ("checkpoints.csv", "milestones.csv", "entries.csv"):
            files.write(name, files.lines(name)[0] + "\n")
        house = read_house(files.directory)
        assert [len(rows) for rows in (house.checkpoints, house.milestones, house.entries)] == [0, 0, 0]

    def test_a_byte_order_mark_is_no_part_of_the_heading(self, files, tmp_path):
        for name in FILES:
            (files.directory / name).write_text(HOUSE[name], encoding="utf-8-sig")
        assert self.same_as_whole(files, tmp_path)

    def test_lines_may_end_as_on_windows(self, files, tmp_path):
        for name in FILES:
            files.write(name, HOUSE[name].replace("\n", "\r\n"))
        assert self.same_as_whole(files, tmp_path)

    def test_blank_lines_and_lines_of_commas_are_no_rows(self, files, tmp_path):
        for name in FILES:
            heading, *rows = files.lines(name)
            commas = "," * heading.count(",")
            files.write(name, "\n".join([heading, "", *rows, commas, "   ", ""]))
        assert self.same_as_whole(files, tmp_path)

    def test_the_line_is_that_of_the_file_whatever_is_skipped(self, files):
        lines = files.lines("entries.csv")
        files.write("entries.csv", "\r\n".join([lines[0], "", *lines[1:3], "", lines[3].replace("1.25", "x")]))
        assert only_error(files) == ("entries.csv", 6, "value", f"“x” {PLAIN}")

    def test_columns_may_stand_in_any_order_and_beside_others(self, files, tmp_path):
        files.write(
            "units.csv",
            "remark,parent,kind,code,name\n,,township,T,青山乡\n近,T,village,V,东村\n远,T,village,W,西村\n",
        )
        assert self.same_as_whole(files, tmp_path)

    @pytest.mark.parametrize(
        ("row", "cells"), [("W,西村,village", 3), ("W,西村,village,T,", 5), ("W,西村,village,T,X", 5)]
    )
    def test_a_line_has_as_many_cells_as_the_heading(self, files, row, cells):
        files.write("units.csv", "\n".join([*files.lines("units.csv")[:3], row]))
        assert ("units.csv", 4, "", f"The line has {cells} cells, the heading 4.") in errors_of(files)

    @pytest.mark.parametrize("encoding", ["gbk", "utf-16"])
    def test_another_encoding_is_said(self, files, encoding):
        (files.directory / "units.csv").write_text(HOUSE["units.csv"], encoding=encoding)
        assert (
            "units.csv",
            1,
            "",
            "The file is not encoded in UTF-8. Save it as CSV UTF-8.",
        ) in errors_of(files)

    def test_a_quote_that_does_not_end_where_the_cell_ends_names_its_line(self, files):
        files.change("checkpoints.csv", 4, "value", '"12.5"x')
        file, line, column, reason = only_error(files)
        assert (file, line, column) == ("checkpoints.csv", 4, "")
        assert reason.startswith("The file cannot be read:")

    def test_a_directory_in_place_of_a_file_is_said(self, files):
        (files.directory / "checks.csv").mkdir()
        file, line, column, reason = only_error(files)
        assert (file, line, column) == ("checks.csv", 1, "")
        assert reason.startswith("The file cannot be read:")

    def test_the_digest_changes_with_any_file_that_is_read(self, files):
        before = digest(files.directory)
        assert digest(files.directory) == before
        files.write("summary.csv", "anything")
        assert digest(files.directory) == before
        files.change("entries.csv", 4, "value", "1.26")
        assert digest(files.directory) != before


@pytest.mark.django_db
class TestLoading:
    def test_everything_is_there_as_typed(self, files):
        load(files)

        assert list(Unit.objects.values_list("code", "kind", "parent__code")) == [
            ("T", "township", None),
            ("V", "village", "T"),
            ("W", "village", "T"),
        ]
        target = Target.objects.get(unit__code="W", indicator__code="ROADS")
        assert (target.year, target.weight, target.interpolation, target.figures, target.baseline) == (
            2023,
            2,
            "step",
            "own",
            None,
        )
        assert Target.objects.get(unit__code="V", indicator__code="FARMS").baseline == 10
        assert list(target.revisions.get().checkpoints.values_list("month", "value")) == [(12, Decimal("12.5"))]
        entries = ProgressEntry.objects.order_by("id").values_list(
            "from_month", "month", "answer", "typed_as", "value", "numerator", "denominator", "state", "version"
        )
        assert list(entries) == [
            (1, 3, "value", "cumulative", Decimal("3.7"), None, None, "approved", 1),
            (4, 4, "no_change", "", None, None, None, "approved", 1),
            (5, 5, "value", "month", Decimal("1.25"), None, None, "submitted", 1),
            (3, 3, "value", "month", 12, None, None, "approved", 1),
            (6, 6, "value", "month", None, 17, 20, "approved", 1),
            (12, 12, "not_applicable", "", None, None, None, "draft", 1),
        ]
        first, second = Milestone.objects.all()
        assert first.entries.values_list("state", "done", "done_on", "recorded_month").get() == (
            "approved",
            True,
            date(2023, 4, 24),
            4,
        )
        assert not second.entries.exists()

    def test_what_counts_has_the_time_of_its_approval(self, files):
        load(files)
        for entry in ProgressEntry.objects.all():
            entry.full_clean()
            assert (entry.approved_at is not None) == (entry.state == "approved")
            assert (entry.submitted_at is not None) == (entry.state == "submitted")

    def test_corrections_are_numbered_in_the_order_of_the_file(self, files):
        lines = files.lines("entries.csv")
        old = lines[1].replace("approved", "superseded")
        files.write("entries.csv", "\n".join([lines[0], old, *lines[1:], lines[1].replace("approved", "draft")]))
        load(files)
        march = ProgressEntry.objects.filter(target__indicator__code="ROADS", month=3).order_by("version")
        assert list(march.values_list("version", "state")) == [(1, "superseded"), (2, "approved"), (3, "draft")]
        assert all((entry.superseded_at is not None) == (entry.version == 1) for entry in march)

    def test_sections_that_are_only_named_are_made_in_the_order_of_the_indicators(self, files):
        files.change("indicators.csv", 3, "section", "culture")
        load(files)
        assert list(Section.objects.values_list("code", "name")) == [
            ("economy", "经济发展"),
            ("culture", "culture"),
            ("livelihood", "民生保障"),
            ("governance", "社会治理"),
        ]

    def test_sections_may_be_named_in_a_file_of_their_own(self, files):
        files.write("sections.csv", "code,name,name_en\nrural,三农,Farming\neconomy,经济,Economy\n")
        load(files)
        assert list(Section.objects.values_list("code", "name")) == [
            ("rural", "三农"),
            ("economy", "经济"),
            ("livelihood", "民生保障"),
            ("governance", "社会治理"),
        ]

    def test_checks_are_loaded_with_their_parts(self, files):
        files.add("indicators.csv", "PAVED,rural,硬化道路,千米,quantity,flow,at_least,1,month")
        files.add("indicators.csv", "REPAIRED,rural,维修道路,米,quantity,flow,at_least,1,month")
        files.write("checks.csv", "code,left,operator,right,meaning\nV1,ROADS,>=,PAVED + REPAIRED,大于等于\n")
        load(files)
        check = IndicatorCheck.objects.get()
        assert (check.left.code, check.operator) == ("ROADS", ">=")
        assert {indicator.code for indicator in check.right.all()} == {"PAVED", "REPAIRED"}

    def test_a_parent_may_stand_below_its_children_and_order_is_that_of_the_file(self, files):
        heading, township, *villages = files.lines("units.csv")
        files.write("units.csv", "\n".join([heading, *villages, township]))
        load(files)
        assert list(Unit.objects.values_list("code", "parent__code")) == [("V", "T"), ("W", "T"), ("T", None)]

    def test_the_year_is_opened_and_is_no_sample(self, files):
        load(files)
        assert list(Year.objects.values_list("year", "is_sample")) == [(2023, False)]

    def test_what_is_there_by_code_is_kept(self, files, build):
        township = build.unit("T", kind="township", name="原名")
        economy = build.section("economy", name="原板块")
        indicator = build.indicator("ROADS", economy, name="原指标", unit_of_measure="千米")
        load(files)
        for instance, name in ((township, "原名"), (economy, "原板块"), (indicator, "原指标")):
            instance.refresh_from_db()
            assert instance.name == name
        assert Indicator.objects.count() == 4
        assert Target.objects.filter(indicator=indicator).count() == 3

    def test_an_indicator_of_the_same_code_and_another_nature_is_not_kept(self, files, build):
        build.indicator("ROADS", unit_of_measure="公里", decimals=0)
        build.indicator("COVER", kind="quantity", accumulation="stock", unit_of_measure="%", frequency="half_year")
        before = Change.objects.count()
        with pytest.raises(CommandError) as refusal:
            call_command("import_csv", files.directory)
        assert str(refusal.value).splitlines() == [
            "Indicator “ROADS”: unit of measure is “公里” in the database and “千米” in the file.",
            "Indicator “COVER”: kind is “quantity” in the database and “rate” in the file.",
            "Indicator “COVER”: accumulation is “stock” in the database and “latest” in the file.",
        ]
        assert (Change.objects.count(), Unit.objects.count(), Year.objects.count()) == (before, 0, 0)

    def test_every_row_is_recorded_with_where_it_came_from(self, files):
        out = StringIO()
        call_command("import_csv", files.directory, stdout=out)
        assert out.getvalue() == "Loaded 3 units, 4 indicators, 6 targets and 6 entries.\n"
        source = f"house, SHA-256 {digest(files.directory)}"
        assert set(Change.objects.values_list("source", "actor_label")) == {(source, "system")}
        assert Change.objects.values("batch").distinct().count() == 1
        counts = {
            action: Change.objects.filter(action=action).count()
            for action in Change.objects.order_by().values_list("action", flat=True).distinct()
        }
        assert counts == {
            "year.create": 1,
            "section.create": 4,
            "unit.create": 3,
            "indicator.create": 4,
            "target.load": 6,
        }

    def test_one_record_of_a_target_holds_its_plan_and_how_much_came_with_it(self, files):
        load(files)
        (roads,) = Change.objects.filter(target__indicator__code="ROADS", target__unit__code="V")
        target = roads.target
        assert (roads.object_type, roads.object_id, roads.unit) == ("target", target.pk, target.unit)
        assert json.loads(roads.after) == {
            "indicator": target.indicator_id,
            "unit": target.unit_id,
            "year": 2023,
            "figures": "own",
            "interpolation": "linear",
            "baseline": None,
            "weight": "1.0000",
            "checkpoints": {"6": "5.0000", "12": "10.0000"},
            "entries": 3,
        }
        (task,) = Change.objects.filter(target__indicator__code="TASK")
        assert json.loads(task.after)["steps"] == 2
        # A draft is known to who types it alone: of the two rows of COVER one is told.
        (cover,) = Change.objects.filter(target__indicator__code="COVER")
        assert json.loads(cover.after)["entries"] == 1

    def test_what_was_loaded_is_recorded_once_it_is_changed(self, files):
        load(files)
        draft = ProgressEntry.objects.get(state="draft")
        record_progress(
            Author.system("test"),
            target=draft.target,
            month=12,
            numerator=Decimal(9),
            denominator=Decimal(10),
            lock_version=0,
        )
        changed = Change.objects.get(object_type="progressentry")
        assert changed.object_id == draft.pk
        assert json.loads(changed.before)["answer"] == "not_applicable"

    def test_more_rows_take_no_more_statements(self, files, tmp_path, django_assert_num_queries):
        with CaptureQueriesContext(connection) as few, transaction.atomic():
            load(files)
            transaction.set_rollback(True)
        more = Files(tmp_path / "more")
        villages = [f"V{number}" for number in range(30)]
        more.add("units.csv", *(f"{code},村{code},village,T" for code in villages))
        more.add("targets.csv", *(f"{code},ROADS,2023,,1,linear,own" for code in villages))
        more.add("checkpoints.csv", *(f"{code},ROADS,2023,12,9" for code in villages))
        more.add("targets.csv", *(f"{code},TASK,2023,,1,linear,own" for code in villages))
        more.add("milestones.csv", *(f"{code},TASK,2023,1,开工,1,2023-04-30,yes,2023-04-24,4" for code in villages))
        more.add("entries.csv", *(f"{code},ROADS,2023,1,3,value,month,2,,,approved" for code in villages))
        with django_assert_num_queries(len(few)), transaction.atomic():
            load(more)
            transaction.set_rollback(True)


@pytest.mark.django_db
class TestTheCommand:
    def refused(self, *args):
        with pytest.raises(CommandError) as refusal:
            call_command("import_csv", *args)
        return str(refusal.value)

    def nothing_is_there(self):
        return not any(
            model.objects.exists() for model in (Unit, Section, Indicator, Target, ProgressEntry, Year, Change)
        )

    def test_with_one_broken_row_nothing_is_loaded_and_the_row_is_named(self, files):
        files.change("entries.csv", 4, "value", "NaN")
        message = self.refused(files.directory)
        assert message.startswith("Nothing was loaded.\n")
        assert f"entries.csv, line 4, column value: “NaN” {PLAIN}" in message
        assert self.nothing_is_there()

    def test_a_command_speaks_one_language(self, files):
        files.change("entries.csv", 4, "value", "NaN")
        with translation.override("zh-hans"):
            message = self.refused(files.directory)
        assert message == f"Nothing was loaded.\nentries.csv, line 4, column value: “NaN” {PLAIN}"

    def test_a_directory_that_is_not_there_is_said(self, tmp_path):
        assert self.refused(tmp_path / "nowhere") == f"There is no directory {tmp_path / 'nowhere'}."

    def test_an_empty_directory_lacks_every_file(self, tmp_path):
        message = self.refused(tmp_path)
        for name in FILES:
            assert f"{name}, line 1: The file is missing." in message
        assert self.nothing_is_there()
