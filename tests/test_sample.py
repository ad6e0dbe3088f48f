"""The sample township: what a real township published about its first half of 2023, and accounts for every role."""

import csv
import os
import shutil
import stat
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import translation

from targets.calculations.rollup import Standing
from targets.calculations.terms import Period, Status
from targets.models import (
    Change,
    Indicator,
    IndicatorCheck,
    Membership,
    MilestoneEntry,
    ProgressEntry,
    Role,
    Section,
    Target,
    Unit,
    User,
    Year,
)
from targets.sample import DATA
from targets.sample.accounts import ACCOUNTS
from targets.sample.loader import load_sample
from targets.summaries.selection import roll_up

pytestmark = pytest.mark.django_db

#: What the township published: the figure at the end of June, in the indicator's unit of measure (rates: percent).
PUBLISHED = {
    "E01": "3",
    "E03": "100",
    "E04": "34",
    "E05": "4151.5",
    "E06": "634.29",
    "E07": "7.1",
    "E08": "18.85",
    "E09": "2500",
    "E11": "6000",
    "E13": "1100",
    "E15": "100",
    "E16": "127",
    "E17": "21",
    "R01": "501",
    "R02": "23",
    "R03": "1",
    "R04": "100",
    "R05": "100",
    "R06": "110",
    "R07": "11400",
    "R08": "5208.7",
    "R09": "2648.1",
    "R10": "180",
    "R11": "134.2",
    "R12": "10",
    "R13": "5",
    "R14": "3",
    "R15": "2",
    "R16": "5",
    "R17": "3",
    "R18": "3",
    "R19": "23",
    "R20": "18",
    "R21": "84",
    "R22": "13.8",
    "L01": "5",
    "L02": "3",
    "L03": "115",
    "L04": "203",
    "L05": "153",
    "L06": "50",
    "L07": "378",
    "L08": "83",
    "L09": "4.2",
    "L10": "160",
    "L11": "7000",
    "L12": "20",
    "L13": "200",
    "L14": "11",
    "L15": "2",
    "L16": "30",
    "G01": "42",
    "G02": "8",
    "G03": "4",
    "G04": "27",
    "G05": "17",
    "G06": "20",
    "G07": "20",
    "G08": "30",
    "G09": "5",
    "G10": "2",
    "G11": "3",
    "G12": "100",
    "G13": "0",
    # Derived from what was published: 500 + 500 + 300, and every one of the seven villages.
    "E02": "1300",
    "G14": "7",
    # For illustration: the report names the places and calls the coverage complete, without a figure.
    "E18": "4",
    "L17": "100",
}
#: Published as what the year's harvest is expected to bring; nothing is reported by June.
EXPECTED_OF_THE_YEAR = {"E10": "500", "E12": "1500", "E14": "44"}

UNITS = {
    "DC": ("大崇乡", "township", None),
    "DC-O1": ("党政办", "office", "DC"),
    "DC-O2": ("经济发展办", "office", "DC"),
    "DC-O3": ("农业农村办", "office", "DC"),
    "DC-O4": ("社会事务办", "office", "DC"),
    "DC-O5": ("平安法治办", "office", "DC"),
    "DC-O6": ("应急办", "office", "DC"),
    "DC-V1": ("石板桥村", "village", "DC"),
    "DC-V2": ("兰家村", "village", "DC"),
    "DC-V3": ("和平村", "village", "DC"),
    "DC-V4": ("赤溪村", "village", "DC"),
    "DC-V5": ("岩脚村", "village", "DC"),
    "DC-V6": ("盘龙村", "village", "DC"),
}
#: The report names these as the work of one village.
IN_THE_VILLAGE = {"E22", "R15", "R16", "R17", "R18", "R19", "R20", "R21"}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def passwords(tmp_path: Path, settings) -> Path:
    """Where the command keeps the sign-ins in this test."""
    settings.SAMPLE_ACCOUNTS_FILE = tmp_path / "sign-ins" / "sample-accounts.txt"
    return settings.SAMPLE_ACCOUNTS_FILE


def standings(period: Period = Period.FIRST_HALF, as_of: int = 6) -> dict[str, Standing[int]]:
    """How every indicator stands at the township."""
    year = Year.objects.get()
    tree = Unit.objects.all().tree()
    township = tree.by_code["DC"].pk
    found = {}
    for group in Target.objects.in_force(year.year).facts():
        standing = roll_up(group, tree, year, period, as_of).standing(township)
        assert standing is not None
        found[group.indicator.code] = standing
    return found


def counts() -> dict[str, int]:
    return {
        model._meta.label: model._default_manager.count()
        for app in ("targets", "reports")
        for model in apps.get_app_config(app).get_models()
    }


class TestFigures:
    def test_every_published_figure_is_what_stands_at_the_end_of_june(self, sample):
        found = standings()
        assert len(PUBLISHED) == 68
        wrong = {
            code: (found[code].actual, figure)
            for code, figure in PUBLISHED.items()
            if found[code].actual != Decimal(figure)
        }
        assert wrong == {}

    def test_the_harvests_are_targets_of_the_year_and_nothing_is_reported(self, sample):
        found = standings(Period.YEAR)
        for code, figure in EXPECTED_OF_THE_YEAR.items():
            assert found[code].target == Decimal(figure)
            assert found[code].actual is None
            assert not ProgressEntry.objects.filter(target__indicator__code=code).exists()

    def test_the_eighty_indicators_are_all_there(self, sample):
        kinds = Counter(Indicator.objects.values_list("kind", flat=True))
        # 66 + 5 + 9 = 80
        assert kinds == {"quantity": 66, "rate": 5, "milestone": 9}
        with_figures = {*PUBLISHED, *EXPECTED_OF_THE_YEAR}
        others = set(Indicator.objects.exclude(code__in=with_figures).values_list("kind", flat=True))
        assert others == {"milestone"}
        assert Target.objects.count() == 80

    def test_only_approved_figures_are_in_it(self, sample):
        assert set(ProgressEntry.objects.values_list("state", flat=True)) == {"approved"}
        assert set(MilestoneEntry.objects.values_list("state", flat=True)) == {"approved"}
        assert not ProgressEntry.objects.filter(month__gt=6).exists()

    def test_the_checks_between_figures_hold_in_every_month(self, sample):
        assert IndicatorCheck.objects.count() == 3
        for month in range(1, 7):
            found = {code: standing.actual for code, standing in standings(as_of=month).items()}
            for whole, parts in (("L04", ("L05", "L06")), ("G09", ("G10", "G11"))):
                assert found[whole] == sum(found[part] or 0 for part in parts)
            # Dryland grain includes maize, soybean and both grown together.
            assert (found["R08"] or 0) >= sum(found[part] or 0 for part in ("R09", "R10", "R11"))

    def test_a_ceiling_of_zero_was_reported_as_zero(self, sample):
        assert standings()["G13"].actual == 0
        assert ProgressEntry.objects.filter(target__indicator__code="G13", value__gt=0).count() == 0

    def test_the_township_stands_as_expected_in_june(self, sample):
        found = standings()
        assert Counter(standing.status for standing in found.values()) == {
            Status.COMPLETED: 42,
            Status.SLIGHTLY_BEHIND: 8,
            Status.BEHIND: 7,
            Status.NOT_DUE: 8,
            Status.MONITORED: 15,
        }
        # 634.29 of 800 is 0.7928625.
        assert found["E06"].completion == Fraction("0.7928625")
        assert found["E06"].status is Status.BEHIND
        assert (found["E08"].target, found["E08"].status) == (15, Status.COMPLETED)
        assert found["E10"].status is Status.NOT_DUE
        assert (found["G13"].target, found["G13"].status) == (0, Status.COMPLETED)

    def test_the_road_has_done_its_half_year_and_is_on_its_way(self, sample):
        # Work began on 24 April; it opens in November.
        assert standings()["L18"].status is Status.COMPLETED
        assert standings(Period.YEAR)["L18"].status is Status.ON_SCHEDULE

    def test_what_was_published_for_january_to_april_leaves_may_and_june_open(self, sample):
        for code in ("R12", "R13", "R14"):
            (entry,) = ProgressEntry.objects.filter(target__indicator__code=code)
            assert (entry.from_month, entry.month) == (1, 4)
            standing = standings()[code]
            assert (standing.answered, standing.due) == (4, 6)
            assert [owing.months for owing in standing.owing] == [(5, 6)]


class TestPlaces:
    def test_units_are_named_as_in_the_report_and_offices_as_usual(self, sample):
        found = {
            unit.code: (unit.name, unit.kind, unit.parent.code if unit.parent else None)
            for unit in Unit.objects.select_related("parent")
        }
        assert found == UNITS
        assert list(found) == list(UNITS)

    def test_figures_of_a_village_stand_in_the_village_and_the_others_in_offices(self, sample):
        places = dict(Target.objects.values_list("indicator__code", "unit__code"))
        assert {code for code, unit in places.items() if unit == "DC-V1"} == IN_THE_VILLAGE
        assert {unit[:4] for code, unit in places.items() if code not in IN_THE_VILLAGE} == {"DC-O"}

    def test_the_five_sections_carry_the_headings_of_the_report(self, sample):
        assert list(Section.objects.values_list("code", "name", "report_heading")) == [
            ("economy", "经济发展", "抓项目稳增长"),
            ("rural", "乡村振兴", "抓巩固促衔接"),
            ("livelihood", "民生保障", "抓普惠强保障"),
            ("governance", "社会治理", "抓治理重防范"),
            ("conduct", "干部作风", "抓作风提效能"),
        ]

    def test_everything_has_an_english_name(self, sample):
        for model in (Unit, Section, Indicator):
            assert not model._default_manager.filter(name_en="").exists()

    def test_every_wording_is_rendered_in_english(self, sample):
        worded = Target.objects.exclude(wording="")
        assert worded.count() == 65
        assert not worded.filter(wording_en="").exists()
        assert not Target.objects.filter(wording="").exclude(wording_en="").exists()
        for target in worded:
            assert target.wording_en.isascii()
            assert ("示例" in target.wording) == target.wording_en.endswith("(illustration)")

    def test_it_says_that_it_is_a_sample_and_where_each_figure_comes_from(self, sample):
        assert list(Year.objects.values_list("year", "is_sample")) == [(2023, True)]
        assert not ProgressEntry.objects.filter(provenance="").exists()
        judged = Target.objects.filter(revisions__isnull=False)
        assert not judged.filter(provenance="").exists()
        assert not judged.filter(provenance="illustrative").exclude(wording__contains="示例").exists()


class TestLoadingTwice:
    def test_the_second_time_changes_nothing(self, passwords):
        out = StringIO()
        call_command("load_sample", stdout=out)
        assert out.getvalue() == f"Sample township loaded. Sign-ins: {passwords}\n"
        before, text = counts(), passwords.read_bytes()
        changes = list(Change.objects.values_list("pk", flat=True))

        out = StringIO()
        call_command("load_sample", stdout=out)
        assert out.getvalue() == "The sample township is there already; nothing was changed.\n"
        assert counts() == before
        assert list(Change.objects.values_list("pk", flat=True)) == changes
        assert passwords.read_bytes() == text

    def test_figures_that_were_changed_since_stay(self, passwords, build):
        call_command("load_sample", stdout=StringIO())
        build.approved(Target.objects.get(indicator__code="E06"), 7, 100)
        before = counts()
        call_command("load_sample", stdout=StringIO())
        assert counts() == before
        # 634.29 + 100
        assert standings(Period.YEAR, 7)["E06"].actual == Decimal("734.29")

    def test_an_account_that_is_there_by_name_is_left_alone(self, build, passwords):
        own = build.person("admin")
        call_command("load_sample", stdout=StringIO())
        own.refresh_from_db()
        assert not own.is_sample
        assert not own.memberships.exists()
        assert "admin\t" not in passwords.read_text("utf-8")


class TestAccounts:
    def test_there_is_one_for_every_role(self, sample):
        assert set(Membership.objects.values_list("role", flat=True)) == set(Role.values)
        assert User.objects.count() == len(ACCOUNTS)
        assert not User.objects.filter(is_sample=False).exists()
        assert not User.objects.filter(is_superuser=True).exists()

    def test_two_clerks_are_of_sibling_villages_and_one_leader_of_one_section(self, sample):
        found = set(Membership.objects.values_list("user__username", "unit__code", "role", "sections__code"))
        assert {
            ("clerk", "DC-V1", "clerk", None),
            ("clerk2", "DC-V2", "clerk", None),
            ("office", "DC-O3", "clerk", None),
            ("reviewer", "DC", "reviewer", None),
            ("economy-leader", "DC", "leader", "economy"),
        } <= found

    def test_the_sign_ins_are_kept_where_only_this_account_reads_them(self, passwords, client):
        call_command("load_sample", stdout=StringIO())
        lines = [line.split("\t") for line in passwords.read_text("utf-8").splitlines()]
        assert [line[0] for line in lines] == [account.username for account in ACCOUNTS]
        if os.name == "posix":
            assert stat.S_IMODE(passwords.stat().st_mode) == 0o600

        secrets = [password for _username, password, _name in lines]
        assert len(set(secrets)) == len(secrets)
        assert min(map(len, secrets)) >= 20
        for username, password, _name in lines:
            answer = client.post("/sign-in/", {"username": username, "password": password})
            assert (answer.status_code, client.session.get("_auth_user_id")) == (
                302,
                str(User.objects.get(username=username).pk),
            )
            client.logout()

    @pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
    def test_a_file_of_sign_ins_that_was_open_to_all_is_closed(self, passwords):
        passwords.parent.mkdir(parents=True, exist_ok=True)
        passwords.write_text("old\told\t旧\n", "utf-8")
        passwords.chmod(0o644)
        call_command("load_sample", stdout=StringIO())
        assert stat.S_IMODE(passwords.stat().st_mode) == 0o600
        assert len(passwords.read_text("utf-8").splitlines()) == 1 + len(ACCOUNTS)

    def test_passwords_are_made_anew_for_every_house(self, tmp_path, db):
        for name in ("one", "two"):
            with transaction.atomic():
                load_sample(tmp_path / name)
                transaction.set_rollback(True)
        one, two = (set((tmp_path / name).read_text("utf-8").split()) for name in ("one", "two"))
        assert {account.username for account in ACCOUNTS} <= one & two
        assert not {word for word in one & two if len(word) >= 20 and word.isascii()}

    def test_nothing_is_loaded_where_the_sign_ins_cannot_be_kept(self, passwords):
        # Else there were accounts whose passwords nobody knows.
        passwords.mkdir(parents=True)
        with pytest.raises(CommandError) as refusal:
            call_command("load_sample", stdout=StringIO())
        assert str(refusal.value) == f"The sample was not loaded: {passwords} cannot be written (Is a directory)."
        assert not any(counts().values())


class TestRefused:
    def test_it_is_not_mixed_into_a_plan_of_ones_own(self, build, passwords):
        build.target(build.indicator("FLOW"), build.unit("V"), {12: 10})
        before = counts()
        with pytest.raises(CommandError) as refusal:
            call_command("load_sample", stdout=StringIO())
        assert str(refusal.value) == "The database already holds a plan; the sample is not mixed into it."
        assert counts() == before
        assert not passwords.exists()

    @pytest.mark.parametrize(
        ("file", "line", "column", "value", "reason"),
        [
            ("units.csv", 3, "kind", "bureau", "“bureau” is not one of: county, township, village, office."),
            ("indicators.csv", 2, "direction", "up", "“up” is not one of: at_least, at_most, monitor."),
            ("targets.csv", 2, "unit", "DC-O9", "There is no unit with the code “DC-O9”."),
            ("checkpoints.csv", 3, "value", "1e3", "“1e3” is not a number. Write plain digits, such as 634.29."),
            ("milestones.csv", 2, "due", "June", "“June” is not a date. Write it as 2023-06-30."),
            ("entries.csv", 300, "month", "0", "“0” is not a whole number from 1 to 12."),
            ("sections.csv", 3, "name", "", "This must not be empty."),
            ("checks.csv", 2, "left", "X", "There is no indicator with the code “X”."),
        ],
    )
    def test_a_broken_row_is_named_and_nothing_is_loaded(self, passwords, tmp_path, file, line, column, value, reason):
        data = shutil.copytree(DATA, tmp_path / "data")
        with (data / file).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        rows[line - 1][rows[0].index(column)] = value
        with (data / file).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)

        with pytest.raises(CommandError) as refusal:
            call_command("load_sample", data=data, stdout=StringIO())
        message = str(refusal.value)
        assert message.startswith("The sample was not loaded.\n")
        assert f"{file}, line {line}, column {column}: {reason}" in message.splitlines()
        assert not any(counts().values())
        assert not passwords.exists()

    def test_a_missing_data_file_is_named(self, passwords, tmp_path):
        data = shutil.copytree(DATA, tmp_path / "data")
        (data / "entries.csv").unlink()
        with pytest.raises(CommandError, match=r"entries\.csv, line 1: The file is missing\."):
            call_command("load_sample", data=data, stdout=StringIO())
        assert not any(counts().values())
