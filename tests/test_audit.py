"""The audit page: read by auditors only, filtered, and complete."""

import pytest

from targets.models import Change


@pytest.fixture
def auditor(cast, signed_in):
    return signed_in(cast.auditor)


def test_the_auditor_reads_who_changed_what_from_what_to_what(cast, build, auditor):
    build.draft(cast.east_target, 7, "1")
    build.draft(cast.east_target, 7, "2.5")
    page = auditor.get("/changes/").content.decode()
    assert "新修道路" in page
    assert "value: 1.0000 → 2.5" in page


@pytest.mark.parametrize("who", ["east_clerk", "reviewer", "leader", "system_administrator", "security_administrator"])
def test_nobody_else_reads_the_record(cast, signed_in, who):
    assert signed_in(getattr(cast, who)).get("/changes/").status_code == 403


def test_an_auditor_of_a_village_reads_that_villages_changes_only(cast, build, signed_in):
    build.draft(cast.west_target, 7, "77")
    page = signed_in(build.person("east-auditor", "auditor", cast.east)).get("/changes/").content.decode()
    assert "77" not in page
    assert "西村 · 新修道路" not in page
    assert "东村 · 新修道路" in page


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("unit=T-E", {"T-E"}),
        ("indicator=VISITS", {"T-O"}),
        ("month=6&indicator=ROADS", {"T-E", "T-W"}),
        ("since=2999-01-01", set()),
        ("until=1999-01-01", set()),
        ("person=nobody", set()),
    ],
)
def test_filters_keep_what_they_name(cast, auditor, query, kept):
    response = auditor.get(f"/changes/?{query}")
    shown = {row.record.unit.code for row in response.context["table"].rows if row.record.unit_id}
    assert shown == kept


@pytest.mark.parametrize("query", ["month=13", "month=x", "since=yesterday", "page=999", "page=x", "unit=nowhere"])
def test_a_wrong_filter_is_no_error_page(auditor, query):
    assert auditor.get(f"/changes/?{query}").status_code == 200


def test_the_record_is_only_ever_read(auditor):
    before = Change.objects.count()
    assert auditor.post("/changes/").status_code == 405
    assert Change.objects.count() == before


def test_the_page_asks_the_same_number_of_queries_for_few_and_many_changes(
    cast, build, auditor, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        auditor.get("/changes/")
    for month in range(7, 13):
        build.approved(cast.east_target, month, "1")
    with django_assert_num_queries(len(few)):
        auditor.get("/changes/")
