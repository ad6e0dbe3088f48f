"""The audit page: read by auditors only, filtered, and complete."""

import csv
import hashlib
import io
import json

import pytest
from django.db import connection

from targets import display
from targets.models import Change
from targets.permissions import scope_of
from targets.services import auditing, instructions, people
from targets.services.base import Author, coming_from
from tests.builders import PASSWORD
from tests.pages import read, shows


@pytest.fixture
def auditor(cast, signed_in):
    return signed_in(cast.auditor)


def test_the_auditor_reads_who_changed_what_from_what_to_what(cast, build, auditor):
    build.draft(cast.east_target, 7, "1")
    build.draft(cast.east_target, 7, "2.5")
    page = auditor.get("/changes/").content.decode()
    assert "新修道路" in page
    assert "数值：1 → 2.5" in page
    assert "draft" not in page


def test_what_a_record_holds_the_key_of_is_named(cast, build, auditor):
    build.role(cast.stranger, "clerk", cast.east, cast.economy)
    build.unit("NEW", cast.township)
    page = read(auditor.get("/changes/")).text
    assert f"单位：东村；人员：{cast.stranger}" in page
    assert "上级单位：青山乡" in page
    assert f"单位：{cast.east.pk}" not in page


@pytest.mark.parametrize("who", ["east_clerk", "reviewer", "leader", "system_administrator", "security_administrator"])
def test_nobody_else_reads_the_record(cast, signed_in, who):
    assert signed_in(getattr(cast, who)).get("/changes/").status_code == 403


def test_an_auditor_of_a_village_reads_that_villages_changes_only(cast, build, signed_in):
    build.draft(cast.west_target, 7, "77")
    page = read(signed_in(build.person("east-auditor", "auditor", cast.east)).get("/changes/")).text
    assert not shows(page, "77")
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


@pytest.mark.parametrize(
    "query",
    [
        "month=13",
        "month=x",
        "since=yesterday",
        "page=999",
        "page=x",
        "unit=nowhere",
        "until=9999-12-31",
        "since=0001-01-01",
    ],
)
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


# The file


def file(client, query=""):
    response = client.post(f"/changes.csv{query}")
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    *lines, _note = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    return lines


def test_the_file_holds_exactly_what_the_page_shows(cast, build, signed_in):
    build.approved(cast.west_target, 7, "77")
    client = signed_in(cast.auditor, "en")
    # What is taken is recorded, so the page is asked first.
    for query in ("", "?unit=T-E", "?indicator=ROADS&month=7", "?person=system&until=1999-01-01"):
        shown = [row.record.pk for row in client.get(f"/changes/{query}").context["table"].rows]
        assert len(shown) < 100  # one page holds them
        lines = file(client, query)
        kept = [Change.objects.get(pk=pk) for pk in shown]
        assert [line["What was done"] for line in lines] == [display.action(change.action) for change in kept]


def test_taking_the_file_is_recorded_with_the_filter_and_the_number_of_rows(cast, signed_in):
    lines = file(signed_in(cast.auditor), "?unit=T-E&month=6&month=6")
    taken = Change.objects.get(action="changes.export")
    assert taken.actor == cast.auditor
    assert json.loads(taken.after) == {"rows": len(lines), "unit": "T-E", "month": "6"}
    assert taken.source == "/changes.csv"


def test_an_auditor_of_a_village_takes_that_villages_changes_only(cast, build, signed_in):
    build.draft(cast.west_target, 7, "77")
    lines = file(signed_in(build.person("east-auditor", "auditor", cast.east)))
    assert {line["单位"] for line in lines} <= {"东村", ""}
    assert "77" not in str(lines)


def test_the_file_holds_no_formula(cast, build, signed_in):
    build.draft(cast.east_target, 7, "1", reason='=HYPERLINK("http://x")', note=" @sum")
    lines = file(signed_in(cast.auditor, "en"), "?unit=T-E&month=7")
    assert lines[0]["Reason"] == '\'=HYPERLINK("http://x")'


def test_the_file_is_streamed_by_a_fixed_number_of_queries(cast, build, auditor, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        file(auditor)
    for month in range(7, 13):
        build.approved(cast.east_target, month, "1")
    with django_assert_num_queries(len(few)):
        file(auditor)


@pytest.mark.parametrize(
    "query", ["unit=T-E", "unit=T-E&since=2023-01-01", "indicator=ROADS&month=6", "since=2023-01-01"]
)
def test_no_filter_reads_the_whole_record(cast, query):
    from django.http import QueryDict

    from targets.forms.entering import ChangeFilterForm
    from targets.permissions import scope_of

    form = ChangeFilterForm(QueryDict(query))
    plan = form.apply(Change.objects.auditable_by(scope_of(cast.auditor))).explain()
    if connection.vendor == "sqlite":  # PostgreSQL reads a small table in one go, whatever indexes it has
        assert "SCAN targets_change" not in plan
        assert "targets_change USING INDEX" in plan


def test_an_auditor_of_one_section_reads_what_was_done_about_its_targets_only(cast, build, signed_in):
    build.draft(cast.east_target, 7, "77")  # roads belong to the economy
    build.draft(cast.office_target, 7, "88")
    instructions.give_instruction(
        build.by, unit=cast.township, year=2023, text="只修了三点七千米", indicator=cast.roads
    )
    client = signed_in(build.person("governance-auditor", "auditor", cast.township, cast.governance))
    page = read(client.get("/changes/")).text
    assert shows(page, "88")
    assert not shows(page, "77")
    assert "新修道路 7" not in page
    assert "只修了三点七千米" not in page
    assert "只修了三点七千米" not in str(file(client))


def test_the_record_names_the_address_from_which_a_page_was_sent(cast, client):
    client.force_login(cast.east_clerk)
    form = {"month": "6", "cause": "雨季停工"}
    client.post(f"/targets/{cast.east_target.pk}/remedy/", form, REMOTE_ADDR="10.0.0.7")
    assert Change.objects.get(action="remedy.create").address == "10.0.0.7"


@pytest.mark.parametrize(
    ("address", "known"), [("fe80::1%eth0", "fe80::1"), ("", None), ("unix:/run/x", None), ("::1", "::1")]
)
def test_what_is_no_address_is_none_in_the_record(cast, address, known):
    with coming_from(address):
        assert Author.person(cast.leader, scope_of(cast.leader)).address == known
    assert Author.person(cast.leader, scope_of(cast.leader)).address is None


# Sign-ins, refusals and files


def accounts(**kept):
    """Action, actor and address of what was recorded of accounts, oldest first."""
    found = Change.objects.filter(action__startswith="account.", **kept).order_by("pk")
    return [(change.action.removeprefix("account."), change.actor, change.address) for change in found]


def test_signing_in_and_out_is_recorded(cast, client):
    client.post("/sign-in/", {"username": "leader", "password": PASSWORD}, REMOTE_ADDR="10.0.0.7")
    client.post("/sign-out/", REMOTE_ADDR="10.0.0.7")
    assert accounts() == [("sign_in", cast.leader, "10.0.0.7"), ("sign_out", cast.leader, "10.0.0.7")]


def test_wrong_passwords_stay_in_the_record_after_the_right_one(cast, client):
    for _try in range(2):
        client.post("/sign-in/", {"username": "leader", "password": "wrong"})
    client.post("/sign-in/", {"username": "leader", "password": PASSWORD})
    assert [action for action, *_rest in accounts()] == ["fail", "fail", "sign_in"]
    failed = Change.objects.filter(action="account.fail").first()
    assert (failed.actor, failed.object_id, json.loads(failed.after)) == (None, cast.leader.pk, {"username": "leader"})
    assert "wrong" not in failed.after


def test_a_lock_is_recorded_once_however_often_it_is_tried(cast, client):
    for _try in range(9):
        client.post("/sign-in/", {"username": "leader", "password": "wrong"})
    assert [action for action, *_rest in accounts()] == ["fail"] * 4 + ["lock"]


def test_a_name_that_no_account_has_is_not_kept(cast, client):
    for name in ("my secret password", "another secret"):
        client.post("/sign-in/", {"username": name, "password": "x"})
    assert [action for action, *_rest in accounts()] == ["fail"]
    assert "secret" not in str(list(Change.objects.values_list("after", "actor_label", "reason", "source")))


def test_a_refusal_is_recorded_once_for_each_page(cast, signed_in):
    client = signed_in(cast.east_clerk)
    for path in ("/changes/", "/changes/", "/people/"):
        assert client.get(path).status_code == 403
    refused = Change.objects.filter(action="account.refuse").order_by("pk")
    assert [(change.actor, change.source) for change in refused] == [
        (cast.east_clerk, "/changes/"),
        (cast.east_clerk, "/people/"),
    ]
    assert all(change.reason for change in refused)


FILES = ["indicators.csv", "indicators.xlsx", "second-half.csv", "second-half.xlsx", "month.xlsx"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_downloaded_is_recorded_with_its_digest(cast, signed_in, name):
    client = signed_in(cast.reviewer)
    address = f"/files/{name}?year=2023&as_of=6&unit=T-E&include=VISITS"
    client.head(address)
    assert not Change.objects.filter(action="file.export").exists()
    content = client.get(address).content
    taken = Change.objects.get(action="file.export")
    assert (taken.actor, taken.unit, taken.month) == (cast.reviewer, cast.east, 6)
    after = json.loads(taken.after)
    assert after["file"].endswith(name.partition(".")[2])
    assert after["sha256"] == hashlib.sha256(content).hexdigest()
    # The form of a month holds whatever its clerk types; nothing is chosen for it.
    assert after["included"] == ([] if name == "month.xlsx" else ["VISITS"])


def test_plan_and_form_of_people_are_recorded_as_well(cast, signed_in):
    signed_in(cast.system_administrator).get("/files/plan.xlsx?year=2023")
    signed_in(cast.security_administrator).get("/files/people.xlsx")
    taken = Change.objects.filter(action="file.export").order_by("pk")
    assert [change.actor for change in taken] == [cast.system_administrator, cast.security_administrator]


def test_the_page_names_the_user_name_beside_a_name_that_two_people_have(cast, build, auditor):
    twin = build.person("twin", "clerk", cast.east)
    people.change_person(build.by, user=twin, full_name=cast.east_clerk.full_name)
    twin.refresh_from_db()
    for person in (twin, cast.east_clerk):
        auditing.note_sign_in(Author.of(person), user=person)
    page = read(auditor.get("/changes/")).text
    assert "人员east（twin）" in page
    assert "人员east（east）" in page
    lines = file(auditor, "?person=twin")
    assert {line["操作人"] for line in lines} == {"人员east（twin）"}


def test_who_is_not_signed_in_and_the_system_have_words(cast, client, signed_in):
    client.post("/sign-in/", {"username": "leader", "password": "wrong"})
    page = read(signed_in(cast.auditor).get("/changes/")).text
    assert "未登录" in page
    assert "系统" in page
    assert "unknown" not in page


def test_a_scoped_auditor_reads_no_name_of_what_lies_outside(cast, build, signed_in):
    build.section("health", name="卫生健康")
    build.indicator("SECRET", cast.governance, name="西村专项")
    for auditor_of in (
        build.person("a1", "auditor", cast.east),
        build.person("a2", "auditor", cast.township, cast.economy),
    ):
        client = signed_in(auditor_of)
        text = read(client.get("/changes/")).text + str(file(client))
        for name in ("卫生健康", "西村专项", "SECRET", "人员west"):
            assert name not in text
    whole = read(signed_in(cast.auditor).get("/changes/")).text
    assert "卫生健康" in whole
    assert "西村专项" in whole
