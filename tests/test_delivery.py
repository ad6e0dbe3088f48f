"""How answers travel: what is compressed, and what is not sent again because nothing changed."""

import gzip
import threading
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from targets.models import Change, Year
from targets.services import people, plans, progress, units, years

QUERY = "?year=2023&period=H1&as_of=6"


@pytest.fixture
def leader(cast, signed_in) -> Client:
    return signed_in(cast.leader)


def packed(client, address, **headers):
    return client.get(address, headers={"Accept-Encoding": "gzip, deflate", **headers})


@pytest.mark.parametrize("address", ["/", "/indicators/", "/indicators/ROADS/chart.json", "/files/indicators.csv"])
def test_pages_data_and_csv_are_compressed_where_the_browser_takes_it(leader, address):
    plain, answer = leader.get(address + QUERY), packed(leader, address + QUERY)
    assert answer["Content-Encoding"] == "gzip"
    assert int(answer["Content-Length"]) == len(answer.content) < len(plain.content)
    assert not plain.has_header("Content-Encoding")
    for one in (plain, answer):
        assert "Accept-Encoding" in one["Vary"]
    assert gzip.decompress(answer.content)[:30] == plain.content[:30]


def test_a_page_is_a_third_of_its_size(leader):
    address = "/indicators/" + QUERY
    assert len(packed(leader, address).content) * 3 < len(leader.get(address).content)


def test_a_file_that_is_written_line_by_line_is_compressed_as_it_goes(cast, signed_in):
    auditor = signed_in(cast.auditor)
    answer = auditor.post("/changes.csv", headers={"Accept-Encoding": "gzip"})
    assert answer.streaming
    assert answer["Content-Encoding"] == "gzip"
    assert not answer.has_header("Content-Length")
    assert "Accept-Encoding" in answer["Vary"]
    lines = gzip.decompress(b"".join(answer.streaming_content)).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("时间,")
    assert len(lines) > 3


@pytest.mark.parametrize("address", ["/files/indicators.xlsx", "/files/month.xlsx", "/files/plan.xlsx"])
def test_what_is_compressed_already_is_not_compressed_again(cast, signed_in, address):
    answer = packed(signed_in(cast.system_administrator), f"{address}?year=2023&month=6")
    if answer.status_code == 403:
        answer = packed(signed_in(cast.east_clerk), f"{address}?year=2023&month=6&unit=T-E")
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")
    assert not answer.has_header("Content-Encoding")


def test_two_answers_of_the_same_words_have_different_lengths(leader):
    """So that the length tells nothing of what stands in them."""
    lengths = {len(packed(leader, "/indicators/ROADS/chart.json" + QUERY).content) for _ in range(30)}
    assert len(lengths) > 5


def test_the_mask_of_the_token_and_the_nonce_are_new_in_every_answer(leader):
    pages = [gzip.decompress(packed(leader, "/sections/economy/" + QUERY).content).decode() for _ in range(2)]
    for mark in ('name="csrfmiddlewaretoken" value="', 'nonce="'):
        first, second = (page.split(mark)[1].split('"')[0] for page in pages)
        assert first
        assert first != second


# 304: a chart that did not change

CHARTS = ("/indicators/ROADS/chart.json" + QUERY, "/sections/economy/chart.json" + QUERY)


def looked_at(client: Client, address: str, tag: str = "") -> Any:
    """As the script of the page asks, with the tag of what the browser keeps."""
    return client.get(address, headers={"Accept": "application/json", **({"If-None-Match": tag} if tag else {})})


@pytest.mark.parametrize("address", CHARTS)
def test_a_chart_that_did_not_change_is_not_sent_again(leader, address):
    # A transaction that runs in another test's database on the same server makes another tag.
    for _attempt in range(20):
        first = looked_at(leader, address)
        assert first["Cache-Control"] == "private, no-cache"
        assert {"Accept", "Cookie", "Accept-Encoding"} <= set(first["Vary"].split(", "))
        with CaptureQueriesContext(connection) as queries:
            again = looked_at(leader, address, first["ETag"])
        if again.status_code == 304:
            break
    assert again.status_code == 304
    # Who asks, and whether anything was recorded since; nothing of the figures.
    assert len(queries) == 3
    assert again.content == b""
    for name in ("ETag", "Cache-Control"):
        assert again[name] == first[name]
    assert {"Accept", "Cookie"} <= set(again["Vary"].split(", "))


def test_the_tag_of_a_compressed_chart_is_known_again(leader):
    def again() -> int:
        first = packed(leader, CHARTS[0], Accept="application/json")
        assert first["Content-Encoding"] == "gzip"
        asked = {"Accept": "application/json", "If-None-Match": first["ETag"]}
        return packed(leader, CHARTS[0], **asked).status_code

    # A transaction that runs in another test's database on the same server makes another tag.
    assert 304 in (again() for _ in range(20))


def writes(cast: Any, build: Any) -> Iterator[Callable[[], object]]:
    """One act after the other that changes what a chart shows, or might."""
    yield lambda: build.submitted(cast.east_target, 7, "4.1", typed_as="cumulative")
    yield lambda: progress.approve(build.by, cast.east_target.entries.get(month=7))
    yield lambda: plans.adjust_target(
        build.by, target=cast.east_target, effective_month=8, checkpoints={12: Decimal(9)}, reason="县里调整"
    )
    yield lambda: years.change_year(build.by, year=Year.objects.get(), on_schedule_ratio=Decimal("0.95"))
    yield lambda: units.change_unit(build.by, unit=cast.east, name="东新村")
    yield lambda: plans.change_indicator(build.by, indicator=cast.roads, name="新修公路")
    yield lambda: units.end_unit(build.by, unit=cast.west, last_year=2023, last_month=9, reason="并入东村")
    yield lambda: people.end_role(build.by, cast.leader.memberships.get())
    yield lambda: build.role(cast.leader, "leader", cast.east)


def test_after_every_write_it_is_sent_anew(cast, build, leader):
    tags = [Change.objects.version()]
    for act in writes(cast, build):
        act()
        tags.append(Change.objects.version())
    assert len(set(tags)) == len(tags) > 9
    # What is asked for now is computed, and with the old tag as well.
    assert looked_at(leader, CHARTS[0] + "&unit=T-E", f'W/"{tags[0]}"').status_code == 200


def test_what_a_write_changed_is_seen_at_once(cast, build, leader):
    address = "/indicators/ROADS/chart.json?year=2023&period=Y&as_of=7"
    first = looked_at(leader, address)
    build.approved(cast.east_target, 7, "4.1", typed_as="cumulative")
    build.approved(cast.west_target, 7, "9.0", typed_as="cumulative")
    second = looked_at(leader, address, first["ETag"])
    assert second.status_code == 200
    assert second["ETag"] != first["ETag"]
    assert "13.10" in second.json()["sentence"]


def test_another_person_language_address_day_or_program_is_another_answer(cast, signed_in, monkeypatch):
    def tag(person: Any, language: str = "zh-hans", address: str = CHARTS[0]) -> str:
        answer = looked_at(signed_in(person, language), address)
        assert answer.status_code == 200
        return str(answer["ETag"])

    tags = [
        tag(cast.leader),
        tag(cast.reviewer),
        tag(cast.leader, "en"),
        tag(cast.leader, address=CHARTS[0] + "&waiting=1"),
    ]
    monkeypatch.setattr("targets.views.unchanged.timezone.localdate", lambda: date(2031, 1, 1))
    tags.append(tag(cast.leader))
    monkeypatch.setattr("targets.views.unchanged._program", lambda: 0.0)
    tags.append(tag(cast.leader))
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("address", CHARTS)
def test_what_is_sensitive_is_not_kept(cast, build, leader, address):
    plans.change_indicator(build.by, indicator=cast.roads, sensitive=True)
    answer = looked_at(leader, address)
    assert answer["Cache-Control"] == "private, no-store"
    assert not answer.has_header("ETag")


def test_whoever_opens_the_data_as_a_page_keeps_nothing(leader):
    answer = leader.get(CHARTS[0], headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert answer["Cache-Control"] == "private, no-store"
    assert not answer.has_header("ETag")


@pytest.mark.parametrize("address", ["/", "/indicators/", "/indicators/ROADS/", "/files/indicators.csv"])
def test_pages_and_files_are_kept_by_no_browser(leader, address):
    answer = looked_at(leader, address + QUERY)
    assert answer["Cache-Control"] == "private, no-store"
    assert not answer.has_header("ETag")


def test_who_has_signed_out_is_told_nothing(leader):
    tag = looked_at(leader, CHARTS[0])["ETag"]
    leader.logout()
    assert looked_at(leader, CHARTS[0], tag).status_code == 302


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite writes follow one another")
def test_a_write_that_is_seen_later_than_a_newer_one_makes_another_version(cast, build):
    """It took its number first and ends last: the newest number is the same before and after."""
    begun, go_on = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with transaction.atomic():
            units.change_section(build.by, section=cast.economy, name="经济")
            begun.set()
            go_on.wait(timeout=30)
        connection.close()

    slow = threading.Thread(target=write_slowly)
    slow.start()
    assert begun.wait(timeout=30)
    units.change_section(build.by, section=cast.governance, name="治理")
    newest, before = Change.objects.order_by("-pk").values_list("pk", flat=True)[0], Change.objects.version()
    assert Change.objects.version() == before
    go_on.set()
    slow.join()
    assert Change.objects.order_by("-pk").values_list("pk", flat=True)[0] == newest
    assert Change.objects.version() != before
