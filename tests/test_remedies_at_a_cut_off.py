"""Remedies at a cut-off: what was stated, reworded, closed or reopened for a later month was not known then."""

from datetime import date

import pytest

from targets.models import Remedy
from targets.services import remedies
from tests.reports.readers import csv_rows, pdf_text, word_text

FORM = {"day": "2023-07-08", "signature": "青山乡人民政府", "addressees": "", "requests": ""}


@pytest.fixture
def lagging(cast, build):
    """East Village is behind in roads in March and in June: 1 of 3, then 3.7 of 5."""
    build.approved(cast.east_target, 3, 1, typed_as="cumulative")
    return cast.east_target


def state(build, target, month, cause, **said):
    open_ = target.remedies.filter(closed_at__isnull=True).first()
    version = open_.lock_version if open_ is not None else None
    return remedies.state_remedy(build.by, target=target, month=month, cause=cause, lock_version=version, **said)


def known(month):
    return [(one.cause, one.measure, one.deadline) for one in Remedy.objects.all().open_at(month).values()]


def test_a_remedy_is_known_from_the_month_it_was_stated_for(lagging, build):
    state(build, lagging, 3, "征地未完成")
    assert [known(month) for month in (2, 3, 6)] == [[], [("征地未完成", "", None)], [("征地未完成", "", None)]]


def test_at_an_earlier_cut_off_it_stands_in_the_words_of_then(lagging, build):
    state(build, lagging, 3, "征地未完成", measure="专班推进", deadline=date(2023, 5, 31))
    state(build, lagging, 5, "雨季停工", deadline=date(2023, 8, 31))
    state(build, lagging, 6, "3个标段5月份才完成招投标")
    assert known(4) == [("征地未完成", "专班推进", date(2023, 5, 31))]
    assert known(5) == [("雨季停工", "", date(2023, 8, 31))]
    assert known(6) == [("3个标段5月份才完成招投标", "", None)]
    # What is corrected for March later on is what is known of March.
    state(build, lagging, 3, "征地只完成一半")
    assert known(3) == [("征地只完成一半", "", None)]


def test_one_that_was_closed_later_was_open_then(lagging, build):
    remedy = state(build, lagging, 3, "征地未完成")
    remedies.close_remedy(build.by, remedy, month=5)
    assert [len(known(month)) for month in (3, 4, 5, 6)] == [1, 1, 0, 0]
    remedy.refresh_from_db()
    remedies.reopen_remedy(build.by, remedy, reason="又停工", month=6)
    assert [len(known(month)) for month in (3, 4, 5, 6)] == [1, 1, 0, 1]


def test_one_that_is_closed_without_a_month_is_closed_from_its_own_on(lagging, build):
    remedies.close_remedy(build.by, state(build, lagging, 3, "征地未完成"))
    assert known(3) == known(12) == []


def test_after_a_closed_one_the_next_is_known_from_its_month(lagging, build):
    remedies.close_remedy(build.by, state(build, lagging, 3, "征地未完成"), month=4)
    state(build, lagging, 6, "雨季停工")
    assert [[cause for cause, *_rest in known(month)] for month in (3, 5, 6)] == [["征地未完成"], [], ["雨季停工"]]


PAPERS = ("bulletin.docx", "bulletin.pdf", "list.docx", "list.pdf", "briefing.docx", "briefing.pdf")


def paper(client, what, month):
    form = {**FORM, "make": what, "tick": ["ROADS"]}
    answer = client.post(f"/reports/?year=2023&period=Y&unit=T-E&as_of={month}", form)
    assert answer.status_code == 200
    return word_text(answer.content) if what.endswith("docx") else pdf_text(answer.content)


@pytest.fixture
def reworded(lagging, build):
    """Stated for March, put in other words for June; in March the deadline was another one."""
    state(build, lagging, 3, "征地未完成", measure="专班推进", responsible="王某", deadline=date(2023, 5, 31))
    state(build, lagging, 6, "标段重招", measure="倒排工期", responsible="李某", deadline=date(2023, 9, 30))
    return lagging


@pytest.mark.parametrize("what", PAPERS)
def test_no_paper_of_march_says_what_was_stated_in_june(reworded, cast, signed_in, what):
    client = signed_in(cast.leader)
    for month, said, unsaid in ((3, "征地未完成", "标段重招"), (6, "标段重招", "征地未完成")):
        text = paper(client, what, month)
        assert said in text
        assert unsaid not in text
    if what.startswith("briefing"):
        return
    text = paper(client, what, 3)
    assert all(words in text for words in ("专班推进", "王某", "2023年5月31日"))
    assert not any(words in text for words in ("倒排工期", "李某", "2023年9月30日"))


def test_ledger_second_half_and_pages_say_the_same(reworded, cast, signed_in):
    client = signed_in(cast.leader)
    for month, said, unsaid in ((3, "征地未完成", "标段重招"), (6, "标段重招", "征地未完成")):
        query = f"year=2023&period=Y&unit=T-E&as_of={month}"
        ledger = client.post(f"/reports/?{query}", {**FORM, "make": "ledger.csv", "tick": ["ROADS"]}).content
        half = csv_rows(client.get(f"/files/second-half.csv?{query}").content)
        pages = [client.get(f"{address}?{query}").content.decode() for address in ("/", "/second-half/")]
        detail = client.get(f"/indicators/ROADS/?{query}").content.decode()
        pages.append(detail.partition('id="remedies-title"')[2].partition("</section>")[0])
        for text in (ledger.decode(), str(half), *pages):
            assert said in text
            assert unsaid not in text


def test_what_is_put_in_other_words_is_what_stands_now(reworded, cast, signed_in):
    """Who views March and changes the remedy must not bring its old words back."""
    client = signed_in(cast.east_clerk)
    for address in ("/second-half/", "/indicators/ROADS/"):
        page = client.get(f"{address}?year=2023&period=Y&unit=T-E&as_of=3").content.decode()
        assert 'name="cause" required maxlength="500" value="标段重招"' in page
        assert 'name="lock_version" value="1"' in page


def test_it_is_closed_for_the_month_that_is_viewed(reworded, cast, signed_in):
    client = signed_in(cast.reviewer)
    (remedy,) = Remedy.objects.all()
    page = client.get("/indicators/ROADS/?year=2023&period=Y&unit=T-E&as_of=6").content.decode()
    assert f'action="/remedies/{remedy.pk}/close/"' in page
    assert '<input type="hidden" name="month" value="6">' in page
    client.post(f"/remedies/{remedy.pk}/close/", {"month": "6", "next": "/"})
    assert len(known(5)) == 1
    assert known(6) == []
    # In May it was open, and nothing is closed or reopened from there.
    page = client.get("/indicators/ROADS/?year=2023&period=Y&unit=T-E&as_of=5").content.decode()
    assert "征地未完成" in page
    assert f"/remedies/{remedy.pk}/" not in page


@pytest.mark.parametrize("month", ["", "0", "13", "x", "²"])
def test_a_month_that_is_none_closes_it_for_its_own(reworded, cast, signed_in, month):
    (remedy,) = Remedy.objects.all()
    answer = signed_in(cast.reviewer).post(f"/remedies/{remedy.pk}/close/", {"month": month, "next": "/"})
    assert answer.status_code == 302
    assert known(3) == []
