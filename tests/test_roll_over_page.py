"""The page on which a plan is rolled over: by the administrator, step by step, and what it says on the way."""

import pytest

from targets.models import Target, Year
from targets.services import planning
from tests.pages import read

ADDRESS = "/plan/roll-over/"


@pytest.fixture
def admin(client, cast):
    client.force_login(cast.system_administrator)
    client.post("/appearance/", {"language": "en"})
    return client


def ticked(page):
    return [values["value"] for tag, values in page.tags if tag == "input" and values.get("name") == "target"
            and "checked" in values]  # fmt: skip


def test_every_target_that_goes_on_is_ticked_with_its_figure(admin, cast):
    page = read(admin.get(ADDRESS))
    assert set(ticked(page)) == {str(t.pk) for t in (cast.east_target, cast.west_target, cast.office_target)}
    assert "3.70" in page.text
    assert "do not reach December 2023" in page.text


def test_the_ticked_ones_become_the_draft_and_others_are_dropped(admin, cast):
    answer = admin.post(ADDRESS, {"make": "1", "target": [cast.east_target.pk, cast.office_target.pk]}, follow=True)
    page = read(answer)
    assert "The draft has 2 targets" in page.text
    assert Target.objects.in_force(2024).count() == 2
    dropped = next(item for item in page.listed if "Roads built" in item.text)
    assert "West Village" in dropped.text


def test_nothing_ticked_is_refused_and_the_ticks_stay(admin, cast):
    answer = admin.post(ADDRESS, {"make": "1"})
    assert answer.status_code == 422
    page = read(answer)
    assert "Choose at least one target" in page.text
    assert ticked(page) == []
    assert not Year.objects.filter(year=2024).exists()


def test_it_is_undone_or_put_in_force(admin, client, cast):
    chosen = {"make": "1", "target": [cast.east_target.pk]}
    admin.post(ADDRESS, chosen)
    assert "is undone" in read(admin.post(ADDRESS, {"discard": "1"}, follow=True)).text
    assert not Year.objects.filter(year=2024).exists()
    admin.post(ADDRESS, chosen)
    assert "is in force" in read(admin.post(ADDRESS + "?from=2023", {"force": "1"}, follow=True)).text
    assert not Year.objects.get(year=2024).is_draft
    again = admin.post(ADDRESS + "?from=2023", {"discard": "1"})
    assert again.status_code == 422


def test_others_do_not_see_a_draft_in_any_picker(admin, client, cast):
    admin.post(ADDRESS, {"make": "1", "target": [cast.east_target.pk]})
    assert 'value="2024"' in admin.get("/").content.decode()
    client.force_login(cast.leader)
    assert 'value="2024"' not in client.get("/").content.decode()
    assert client.get("/?year=2024").status_code == 200  # said in a note, and another year shown
    assert "2024" in read(client.get("/?year=2024")).text


def test_the_year_before_is_opened_on_the_same_page(admin, cast):
    page = read(admin.post(ADDRESS, {"past": "1"}, follow=True))
    assert "2022 is open for figures" in page.text
    assert not [v for tag, v in page.tags if tag == "button" and v.get("name") == "past"]


def test_the_list_of_a_draft_marks_what_differs_from_last_year(admin, cast, build):
    admin.post(ADDRESS, {"make": "1", "target": [cast.east_target.pk, cast.office_target.pk]})
    east = Target.objects.in_force(2024).get(unit=cast.east)
    planning.change_target(build.by, target=east, weight=east.weight + 1)
    build.target(build.indicator("NEW", cast.economy, name_en="Bridges"), cast.east, {12: 3}, year=2024)
    page = read(admin.get("/plan/?year=2024"))
    marks = [row["Indicator"].text for row in page.table("plan").rows]
    assert [text for text in marks if " changed" in text] == ["Roads built ROADS changed"]
    assert [text for text in marks if " new" in text] == ["Bridges NEW new"]
    assert len(marks) == 3
    assert "1 target of last year is not carried on" in page.text
    assert "last year" not in read(admin.get("/plan/?year=2023")).text
