"""How answers travel: what is compressed and what is not."""

import gzip

import pytest
from django.test import Client

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
