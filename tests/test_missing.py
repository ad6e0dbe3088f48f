"""Not reported: what is open where, and for how long."""

from datetime import date

import pytest

from targets.calculations.deadlines import day_after_month, days_overdue

ADDRESS = "/missing/?year=2023&as_of=6"


@pytest.mark.parametrize(
    ("month", "today", "days"),
    [
        (6, date(2023, 7, 5), 0),  # due on 5 July: on the day itself nothing is overdue
        (6, date(2023, 7, 6), 1),
        (6, date(2023, 6, 30), 0),  # before
        (6, date(2023, 8, 5), 31),  # July has 31 days
        (12, date(2024, 1, 8), 3),  # December falls due in January of the next year
    ],
)
def test_days_overdue_are_counted_from_the_due_day_of_the_next_month(month, today, days):
    assert days_overdue(2023, month, 5, today) == days


def test_december_falls_due_in_january():
    assert day_after_month(2023, 12, 5) == date(2024, 1, 5)


def test_the_months_nobody_answered_are_named_with_a_text_to_copy(cast, build, signed_in):
    bridges = build.target(build.indicator("BRIDGES", cast.economy, name="危桥改造"), cast.east, {12: 6})
    build.approved(bridges, 1, "1")
    build.submitted(bridges, 2, "1")
    page = signed_in(cast.reviewer).get(ADDRESS).content.decode()
    assert "危桥改造" in page
    assert "3月至6月" in page  # January is in, February waits
    assert "东村" in page
    assert "西村" in page  # in the completeness, with 6/6


def test_a_typed_total_leaves_nothing_open(cast, signed_in):
    page = signed_in(cast.reviewer).get(ADDRESS).content.decode()
    assert "缺" not in page  # East and West typed totals at June, the office answered January to June


def test_a_clerk_sees_the_own_unit_and_no_comparison(cast, build, signed_in):
    build.target(build.indicator("BRIDGES", cast.economy, name="危桥改造"), cast.west, {12: 6})
    page = signed_in(cast.east_clerk).get(ADDRESS).content.decode()
    assert "危桥改造" not in page
    assert "西村" not in page
    assert "completeness-title" not in page


def test_the_page_asks_the_same_number_of_queries_for_2_and_for_30_indicators(
    cast, build, signed_in, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(cast.reviewer)
    with CaptureQueriesContext(connection) as few:
        client.get(ADDRESS)
    for number in range(30):
        build.target(build.indicator(f"N{number}", cast.economy), cast.east, {12: 6})
    with django_assert_num_queries(len(few)):
        client.get(ADDRESS)
