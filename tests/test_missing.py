"""Not reported: what is open where, and for how long."""

from datetime import date

import pytest

from tests.pages import read

ADDRESS = "/missing/?year=2023&as_of=6"


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2023, 4, 5), ""),  # March was due on 5 April: on the day itself nothing is overdue
        (date(2023, 4, 6), "逾期1天"),
        (date(2023, 6, 4), "逾期60天"),  # 25 days of April, 31 of May, 4 of June
        (date(2023, 6, 5), "2023年4月5日已到期"),
        (date(2026, 11, 30), "2023年4月5日已到期"),
    ],
)
def test_the_first_month_that_is_open_says_how_late_a_unit_is(cast, build, signed_in, monkeypatch, today, words):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: today)
    bridges = build.target(build.indicator("BRIDGES", cast.economy, name="危桥改造"), cast.east, {12: 6})
    build.approved(bridges, 2, "1", from_month=1)
    page = signed_in(cast.reviewer).get(ADDRESS).content.decode()
    assert f"东村 <small>{words}</small>" in page


def test_of_what_was_due_long_ago_the_oldest_is_named(cast, build, signed_in, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: date(2026, 11, 30))
    bridges = build.target(build.indicator("BRIDGES", cast.economy, name="危桥改造"), cast.east, {12: 6})
    build.approved(bridges, 2, "1", from_month=1)
    task = build.indicator("TASK", cast.economy, kind="milestone", accumulation="")
    build.target(task, cast.east, steps=[{"name": "开工", "due": date(2023, 3, 31)}])
    page = signed_in(cast.reviewer, "en").get(ADDRESS).content.decode()
    assert "was due on 31 March 2023" in page
    assert "days overdue" not in page


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


def test_a_reviewer_finds_the_way_to_enter_for_a_unit_that_phoned(cast, build, signed_in):
    bridges = build.target(build.indicator("BRIDGES", cast.economy, name="危桥改造"), cast.east, {12: 6})
    build.approved(bridges, 1, "4", from_month=1)
    for who, finds in ((cast.reviewer, True), (cast.east_clerk, True), (cast.leader, False), (cast.auditor, False)):
        page = read(signed_in(who, "en").get(f"{ADDRESS}&unit=T-E"))
        links = [tag["href"] for name, tag in page.tags if name == "a" and tag.get("href", "").startswith("/month/?")]
        ways = [link for link in links if "unit=T-E" in link]
        assert [link.split("as_of=")[1].split("&")[0] for link in ways] == (["2", "3", "4", "5", "6"] if finds else [])


def test_what_was_returned_stands_there_a_correction_as_well(cast, build, signed_in):
    from decimal import Decimal

    from targets.services.progress import correct_progress, return_entry, submit

    june = correct_progress(build.by, target=cast.west_target, month=6, reason="Again.", value=Decimal(9))
    submit(build.by, june)
    return_entry(build.by, june, reason="Why?")
    page = read(signed_in(cast.reviewer, "en").get(ADDRESS))
    assert "Roads built returned: June" in page.text


def test_steps_that_fell_due_stand_there_until_they_are_handed_in(cast, build, signed_in):
    from targets.services.progress import record_step, submit

    task = build.target(
        build.indicator("TASK", cast.economy, kind="milestone", accumulation="", name_en="Bridge"),
        cast.east,
        steps=[
            {"name": "Begin", "due": date(2023, 6, 30)},
            {"name": "End", "due": date(2023, 7, 1)},
        ],
    )
    client = signed_in(cast.reviewer, "en")
    text = read(client.get(ADDRESS)).text
    assert "Bridge · Begin Due 30 June 2023" in text
    assert "Bridge · End" not in text
    submit(build.by, record_step(build.by, milestone=task.milestones.get(step=1), done=True, month=6))
    assert "Bridge · Begin" not in read(client.get(ADDRESS)).text


def test_the_text_to_copy_names_nothing_sensitive(cast, build, signed_in):
    petitions = build.indicator("PETITIONS", cast.economy, name="信访", name_en="Petitions", sensitive=True)
    build.target(petitions, cast.east, {12: 3})
    page = signed_in(cast.reviewer, "en").get(ADDRESS).content.decode()
    text = page.split("<textarea")[1].split("</textarea>")[0]
    assert "Petitions" in page
    assert "Petitions" not in text
    assert "1 sensitive indicator (named after signing in)" in text


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
