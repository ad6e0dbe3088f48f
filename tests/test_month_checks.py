"""My month: relations between figures that do not hold are named on the rows concerned, and never in the way."""

from datetime import date

import pytest

from targets.services.plans import create_check

WHERE = "?unit=T-E&year=2023&as_of=7"
ADDRESS = f"/month/{WHERE}"


@pytest.fixture
def clerk(cast, signed_in):
    return signed_in(cast.east_clerk, "en")


@pytest.fixture
def parts(cast, build):
    """All roads of the eastern village (3.7 km by June) are new ones and mended ones; both adding up to them."""

    def target(code, name, *, at=None):
        fields = {"name_en": name, "unit_of_measure": "千米", "unit_of_measure_en": "km", "decimals": 1}
        made = build.target(build.indicator(code, cast.economy, **fields), cast.east, {12: 10})
        build.approved(made, 6, at, typed_as="cumulative")
        return made

    new, mended = target("NEW", "New roads", at="2.5"), target("MENDED", "Mended roads", at="1.2")
    other = target("OTHER", "Something else", at=1)

    create_check(
        build.by, code="SUM", left=cast.roads, operator="=", right=[new.indicator, mended.indicator], meaning="合计"
    )
    return new, mended, other


def save(client, target, **values):
    name = f"t{target.pk}"
    return client.post(f"/month/row/{WHERE}", {f"{name}-{key}": value for key, value in values.items()} | {"row": name})


def beside(page, target):
    row = page.content.decode().split(f'id="t{target.pk}"')[1].split("</tr>")[0]
    return row.split('data-part="checks">')[1].split("</div>")[0]


def test_what_does_not_add_up_with_the_drafts_is_named_on_every_row_concerned(cast, clerk, build, parts):
    new, mended, other = parts
    assert "Does not add up" not in clerk.get(ADDRESS).content.decode()
    # 3.7 + 1 against 2.5 + 0.5 and 1.2 + 0.4
    for target, value in ((cast.east_target, "1"), (new, "0.5"), (mended, "0.4")):
        build.draft(target, 7, value)
    page = clerk.get(ADDRESS)
    for target in (cast.east_target, new, mended):
        assert "Does not add up: Roads built 4.70 should equal New roads 3.0 + Mended roads 1.6" in beside(page, target)
    assert beside(page, other) == ""


def test_saving_a_row_says_what_became_of_all_that_it_is_compared_with(cast, clerk, build, parts):
    new, mended, other = parts
    build.draft(cast.east_target, 7, "1")
    build.draft(new, 7, "0.5")
    answer = save(clerk, mended, value="0.4", typed_as="month").json()["checks"]
    assert set(answer) == {f"t{cast.east_target.pk}", f"t{new.pk}", f"t{mended.pk}"}
    assert all("Does not add up" in words[0] for words in answer.values())
    # 3.0 + 1.7 is 4.7
    answer = save(clerk, mended, value="0.5", typed_as="month", lock_version=0).json()["checks"]
    assert answer == {f"t{cast.east_target.pk}": [], f"t{new.pk}": [], f"t{mended.pk}": []}
    assert save(clerk, other, value="1").json()["checks"] == {f"t{other.pk}": []}


def test_it_never_stands_in_the_way(cast, clerk, build, parts):
    new, mended, _other = parts
    build.draft(new, 7, "0.5")
    build.draft(mended, 7, "0.4")
    row = f"t{cast.east_target.pk}"
    typed = {f"{row}-value": "1", f"{row}-typed_as": "month", f"{row}-chosen": "on", "submit": "1"}
    assert clerk.post(ADDRESS, typed).status_code == 302
    assert cast.east_target.entries.get(month=7).state == "submitted"


def test_a_breakdown_is_held_against_its_whole_where_both_are_seen(cast, signed_in, build):
    """The township reports its roads itself: 20 km by July, of which the villages have 4.7 and 8.9."""
    whole = build.target(cast.roads, cast.township, {12: 40})
    build.submitted(whole, 7, 20, typed_as="cumulative")
    build.submitted(cast.west_target, 7, 0)
    reviewer = signed_in(cast.reviewer, "en")
    answer = save(reviewer, cast.east_target, value="1", typed_as="month").json()["checks"]
    (words,) = answer[f"t{cast.east_target.pk}"]
    assert "Does not add up: Qingshan Township 20.00" in words
    clerk = signed_in(cast.east_clerk, "en")
    assert "Qingshan" not in clerk.get(ADDRESS).content.decode().split("<h1>")[1]
    assert beside(clerk.get(ADDRESS), cast.east_target) == ""


class TestCalendar:
    @pytest.fixture
    def today(self, monkeypatch):
        """Opens the page on a day."""

        def be(day):
            monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: day)

        return be

    def line(self, client):
        return client.get(ADDRESS).content.decode().split('class="facts calendar"')[1].split("</p>")[0]

    def test_the_days_of_the_month_stand_on_the_page(self, clerk):
        line = self.line(clerk)
        for day in ("25 July", "5 August", "8 August", "15 August"):
            assert day in line

    @pytest.mark.parametrize(
        ("day", "words"),
        [
            (date(2023, 8, 3), "(2 days left)"),
            (date(2023, 8, 5), "(today is the last day)"),
            (date(2023, 8, 6), "(1 day overdue)"),
            (date(2023, 10, 4), "(60 days overdue)"),
            (date(2023, 10, 5), "(overdue)"),
            (date(2026, 11, 30), "(overdue)"),
        ],
    )
    def test_how_long_there_is_is_said(self, clerk, today, day, words):
        today(day)
        assert words in self.line(clerk)

    def test_what_is_handed_in_is_not_overdue(self, cast, clerk, build, today):
        build.submitted(cast.east_target, 7, 1)
        today(date(2023, 8, 20))
        assert "overdue" not in self.line(clerk)


def test_the_count_of_answers_follows_every_save(cast, clerk, build):
    bridges = build.target(build.indicator("BRIDGES", cast.economy), cast.east, {12: 6})
    quarterly = build.target(build.indicator("Q", cast.economy, frequency="quarter"), cast.east, {12: 6})
    assert '<b id="answered">0/2</b>' in clerk.get(ADDRESS).content.decode()
    assert save(clerk, bridges, value="1").json()["answered"] == "1/2"
    build.draft(quarterly, 7, 1)  # not asked for, and given: it stands on the page
    assert save(clerk, cast.east_target, value="1").json()["answered"] == "3/3"
    assert '<b id="answered">3/3</b>' in clerk.get(ADDRESS).content.decode()
    assert save(clerk, bridges, value="", lock_version=0).json()["answered"] == "2/3"
