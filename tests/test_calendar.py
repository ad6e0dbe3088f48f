"""The year's calendar on every page: nobody owes a month before its opening day, and pages open where the work is."""

import re
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from targets.models import Unit, Year
from targets.permissions import everything
from targets.querysets.units import UnitTree
from targets.services import years
from targets.summaries.current_month import default_as_of, month_to_enter
from tests.copies import copied
from tests.pages import read


@pytest.fixture
def on(monkeypatch):
    def set_day(day: date) -> None:
        monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: day)

    return set_day


@pytest.fixture
@copied
def turn_of_the_year(cast, build):
    """East has reported January to November 2023; the plan of 2024 is in force."""
    people = build.indicator(
        "POP", cast.economy, name="培训人次", name_en="Trained", unit_of_measure="人次", decimals=0
    )
    target = build.target(people, cast.east, {6: 60, 12: 120})
    for month in range(1, 12):
        build.approved(target, month, 11)
    build.target(people, cast.east, {6: 66, 12: 132}, year=2024)
    return target


def shown_month(page):
    """The year and month that a page says it is about."""
    found = re.search(r"<h1>.*?<small>(?:.*? · )?(\d{4})年(\d{1,2})月", page.content.decode(), re.S)
    assert found is not None
    return int(found[1]), int(found[2])


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2024, 1, 3), (2023, 12)),
        (date(2024, 1, 24), (2023, 12)),
        (date(2024, 1, 25), (2024, 1)),
        (date(2024, 2, 24), (2024, 1)),
        (date(2023, 12, 24), (2023, 11)),
        (date(2023, 12, 25), (2023, 12)),
    ],
)
def test_my_month_the_reminder_and_what_is_missing_open_on_the_same_month(
    cast, turn_of_the_year, signed_in, on, today, expected
):
    on(today)
    assert shown_month(signed_in(cast.east_clerk).get("/month/")) == expected
    assert shown_month(signed_in(cast.reviewer).get("/missing/")) == expected
    out = StringIO()
    call_command("remind", stdout=out, as_of_date=today)
    assert f"up to month {expected[1]} of {expected[0]}" in out.getvalue()


def test_a_leader_sees_december_until_january_is_half_complete(cast, build, signed_in, on):
    for year in (2023, 2024):
        targets = [
            build.target(build.indicator(f"{code}{year}", cast.economy), cast.east, {12: 12}, year=year)
            for code in ("A", "B")
        ]
    old = [target for target in cast.east.targets.filter(year=2023) if target.indicator.code != "ROADS"]
    for target in old:
        build.approved(target, 12, 1)
    leader = signed_in(build.person("east-leader", "leader", cast.east))
    on(date(2024, 1, 26))
    # Of the three targets of the east village two are answered for December, none for January.
    assert shown_month(leader.get("/")) == (2023, 12)
    assert shown_month(leader.get("/missing/")) == (2024, 1)
    build.approved(targets[0], 1, 1)  # one of two: half of January
    assert shown_month(leader.get("/")) == (2024, 1)


def test_december_is_collected_in_january_without_a_plan_of_the_new_year(cast, signed_in, on):
    on(date(2024, 1, 3))
    assert shown_month(signed_in(cast.east_clerk).get("/month/")) == (2023, 12)
    out = StringIO()
    call_command("remind", stdout=out, as_of_date=date(2024, 1, 3))
    assert "up to month 12 of 2023" in out.getvalue()


def test_the_first_year_opens_on_its_january_and_says_that_nothing_is_due(cast, build, signed_in, on):
    years.create_year(build.by, year=2030)
    build.target(cast.roads, cast.east, {12: 12}, year=2030)
    on(date(2030, 1, 3))
    page = signed_in(cast.east_clerk).get("/month/?year=2030")
    assert shown_month(page) == (2030, 1)
    assert "1月自2030年1月25日起填报，目前尚无到期数据。" in page.content.decode()


def test_the_months_of_two_years_lie_side_by_side(cast, turn_of_the_year, signed_in, on):
    on(date(2024, 1, 3))
    client = signed_in(cast.east_clerk)
    december = client.get("/month/?unit=T-E&year=2023&as_of=12").content.decode()
    assert "year=2024&amp;period=Y&amp;as_of=1&amp;unit=T-E" in december.replace("period=H1", "period=Y")
    january = client.get("/month/?unit=T-E&year=2024&as_of=1").content.decode()
    assert re.search(r"year=2023&amp;period=\w+&amp;as_of=12&amp;unit=T-E", january)
    assert "培训人次" in january  # early figures may be typed


def test_nobody_owes_january_on_the_third_of_january(cast, turn_of_the_year, signed_in, on):
    on(date(2024, 1, 3))
    client = signed_in(cast.reviewer, "en")
    missing = read(client.get("/missing/?year=2024&as_of=1")).text
    assert "Every answer that fell due is in." in missing
    overview = client.get("/?year=2024&as_of=1")
    total = overview.context["overview"].total
    assert (len(total.missing), dict(total.mean.counts)["not_reported"]) == (0, 0)
    on(date(2024, 1, 25))
    assert "Trained not reported (January)" in read(client.get("/missing/?year=2024&as_of=1")).text
    total = client.get("/?year=2024&as_of=1").context["overview"].total
    assert (len(total.missing), dict(total.mean.counts)["not_reported"]) == (0, 1)


def test_july_is_not_owed_on_the_tenth_of_july(cast, signed_in, on):
    """June is in; July opens on the 25th. Whoever looks at July before sees what was due: June."""
    on(date(2023, 7, 10))
    client = signed_in(cast.reviewer, "en")
    assert "Every answer that fell due is in." in read(client.get("/missing/?year=2023&as_of=7")).text
    assert len(client.get("/?year=2023&as_of=7").context["overview"].total.missing) == 0
    on(date(2023, 7, 25))
    assert "Roads built missing: July" in read(client.get("/missing/?year=2023&as_of=7")).text
    assert len(client.get("/?year=2023&as_of=7").context["overview"].total.missing) == 2


def test_leaders_and_reviewers_see_the_old_year_until_a_month_of_the_new_one_is_in(
    cast, turn_of_the_year, build, signed_in, on
):
    build.submitted(turn_of_the_year, 12, 9)
    on(date(2024, 1, 3))
    assert signed_in(cast.leader).get("/").context["selection"].year.year == 2023
    assert signed_in(cast.reviewer).get("/review/").context["total"] == 1
    on(date(2024, 1, 25))
    assert signed_in(cast.leader).get("/").context["selection"].year.year == 2023  # nothing of January is in


# The month that a leader's page shows by itself


def month_shown(unit="T", today=date(2026, 11, 30), year=2023):
    tree = Unit.objects.all().tree()
    return default_as_of(everything(tree), Year.objects.get(year=year), tree.by_code[unit], today)


def test_one_early_figure_does_not_move_the_page(cast, build):
    """Three answers fall due each month: East, West and the office. All of June are in, one of July."""
    assert month_shown() == 6
    build.approved(cast.east_target, 7, "1")
    assert month_shown() == 6  # 1 of 3
    build.submitted(cast.west_target, 7, "1")
    assert month_shown() == 6  # what waits is not approved
    build.approved(cast.office_target, 7, "1")
    assert month_shown() == 7  # 2 of 3


def test_each_unit_has_a_month_of_its_own(cast, build):
    build.approved(cast.east_target, 7, "1")
    assert (month_shown("T-E"), month_shown("T-W")) == (7, 6)


def test_not_applicable_is_not_due(cast, build):
    """Of July two do not apply and one is in: 1 of 1."""
    for target in (cast.west_target, cast.office_target):
        build.approved(target, 7, answer="not_applicable")
    assert month_shown() == 6  # 0 of 1
    build.approved(cast.east_target, 7, "1")
    assert month_shown() == 7


def test_a_rate_of_nothing_over_nothing_is_not_due(cast, build):
    rate = build.indicator("RATE", cast.economy, kind="rate", accumulation="latest", unit_of_measure="%")
    targets = [build.target(rate, unit, {12: 90}) for unit in (cast.east, cast.west, cast.office)]
    build.approved(cast.east_target, 7, "1")
    build.approved(cast.west_target, 7, "1")
    assert month_shown() == 6  # 2 of 6
    for target in targets[:2]:
        build.approved(target, 7, numerator=0, denominator=0)
    assert month_shown() == 7  # 2 of 4


def test_a_quarterly_indicator_is_due_in_its_own_months_alone(cast, build):
    quarterly = build.indicator("Q", cast.economy, frequency="quarter")
    for unit in (cast.east, cast.west, cast.office):
        build.target(quarterly, unit, {12: 4})
    build.approved(cast.east_target, 7, "1")
    build.approved(cast.west_target, 7, "1")
    assert month_shown() == 7  # 2 of 3; of June it was 3 of 6


def test_a_breakdown_below_an_own_target_is_not_asked_of_the_whole(cast, build):
    """The township reports bridges itself; the villages only break it down."""
    bridges = build.indicator("BRIDGES", cast.economy)
    whole = build.target(bridges, cast.township, {12: 12})
    for unit in (cast.east, cast.west, cast.office):
        build.target(bridges, unit, {12: 4})
    build.approved(cast.east_target, 7, "1")
    build.approved(whole, 7, "1")
    assert month_shown() == 7  # 2 of 4, and not 2 of 7


def test_where_no_month_is_half_complete_the_latest_with_an_answer_is_shown(build, cast):
    bridges = build.indicator("BRIDGES", cast.economy)
    targets = [build.target(bridges, unit, {12: 12}, year=2024) for unit in (cast.east, cast.west, cast.office)]
    assert month_shown(year=2024, today=date(2024, 4, 26)) == 4  # nothing is in: what is collected
    build.approved(targets[0], 2, "1")
    assert month_shown(year=2024, today=date(2024, 4, 26)) == 2
    build.approved(targets[0], 3, "1")
    assert month_shown(year=2024, today=date(2024, 4, 26)) == 3


def test_a_month_that_is_not_open_is_never_half_complete(cast, build):
    """On 20 July everything of July is in early: June stays until July opens."""
    for target in (cast.east_target, cast.west_target, cast.office_target):
        build.approved(target, 7, "1")
    assert month_shown(today=date(2023, 7, 20)) == 6
    assert month_shown(today=date(2023, 7, 25)) == 7


@pytest.mark.parametrize(
    ("today", "expected"),
    [(date(2022, 12, 31), 1), (date(2023, 1, 3), 1), (date(2023, 7, 24), 6), (date(2023, 7, 25), 7),
     (date(2024, 1, 3), 12), (date(2024, 1, 25), 7), (date(2026, 11, 30), 7)],
)  # fmt: skip
def test_the_month_to_enter(cast, today, expected):
    """Once December is not collected any more, the month after the last one that is half complete: June."""
    tree: UnitTree = Unit.objects.all().tree()
    assert month_to_enter(everything(tree), Year.objects.get(), tree.by_code["T"], today) == expected
