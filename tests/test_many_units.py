"""Two hundred units: pages stay small, ask no more than for two, and a unit is found by a search."""

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from targets.models import Indicator, Role, Target, Unit, Year
from targets.services import people
from targets.services.loading import load_house
from tests.pages import read
from tests.test_queries import BY, house

MANY = 200
LARGEST = 150_000


def person(role, unit="T"):
    made = people.create_person(BY, username=role, full_name=role, password_hash=make_password("x"))
    people.grant_role(BY, user=made, unit=Unit.objects.get(code=unit), role=role)
    client = Client()
    client.force_login(made)
    client.post("/appearance/", {"language": "en"})
    return client


@pytest.fixture
def many(db):
    load_house(BY, house(indicators=1, units=MANY, months=1))


@pytest.fixture
def admin(many):
    return person(Role.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def leader(many):
    return person(Role.LEADER)


@pytest.fixture
def clerk(many):
    return person(Role.CLERK, "V-7")


#: Pages that list units, or choose one, with the role that opens them.
PAGES = {
    Role.SYSTEM_ADMINISTRATOR: [
        "/plan/?year=2023",
        "/plan/?year=2023&unit=V-1",
        "/plan/?year=2023&warnings=1",
        "/plan/indicators/I-0/",
        "/plan/indicators/I-0/units/?year=2023",
        "/plan/targets/?year=2023",
        "/setup/units/new/",
        "/setup/units/",
        "/setup/units/?page=2",
    ],
    Role.LEADER: ["/?year=2023&as_of=6", "/missing/?year=2023&as_of=6", "/indicators/I-0/?year=2023&as_of=6"],
}


def looked_at(role, units):
    """The statements and the bytes of each page of a role, in a house of so many villages."""
    load_house(BY, house(indicators=1, units=units, months=1))
    client = person(role)
    found = {}
    for address in PAGES[role]:
        with CaptureQueriesContext(connection) as statements:
            answer = client.get(address)
        assert answer.status_code == 200, address
        found[address] = (len(statements), len(answer.content))
    return found


@pytest.fixture(params=PAGES)
def at_two(request, db):
    with transaction.atomic():
        found = looked_at(request.param, 2)
        transaction.set_rollback(True)
    return request.param, found


def test_a_page_for_two_hundred_units_asks_no_more_than_for_two_and_stays_small(at_two):
    role, few = at_two
    for address, (statements, size) in looked_at(role, MANY).items():
        # Fewer where the first page shows no task.
        assert statements <= few[address][0], address
        assert size <= LARGEST, address


# The choice of a unit


def offered(answer):
    page = read(answer)
    return [values.get("value") for tag, values in page.tags if tag == "option"], page


def test_of_few_units_all_are_listed_and_nothing_is_searched(cast, signed_in):
    values, page = offered(signed_in(cast.leader, "en").get("/?unit=T"))
    assert {"T", "T-O", "T-E", "T-W"} <= set(values)
    assert not [values for tag, values in page.tags if values.get("name") == "find"]


def test_of_many_units_the_near_ones_are_listed_beside_a_search(leader):
    values, page = offered(leader.get("/?unit=V-7&year=2023"))
    assert "V-7" in values
    assert "T" in values
    assert "V-8" not in values
    assert [values for tag, values in page.tags if values.get("name") == "find"]
    at_the_top, _page = offered(leader.get("/?unit=T&year=2023"))
    assert 50 <= len([value for value in at_the_top if value and value.startswith("V-")]) <= 60


def test_a_code_or_a_name_that_is_one_unit_leads_to_it_without_javascript(leader):
    answer = leader.get("/?find=V-7&unit=T&year=2023&as_of=6")
    assert answer.status_code == 302
    assert answer["Location"] == "/?year=2023&as_of=6&unit=V-7"
    assert leader.get(answer["Location"]).context["page"].selection.unit.code == "V-7"


def test_where_several_units_fit_they_are_listed_page_by_page(leader):
    page = read(leader.get("/missing/?find=V-1&year=2023&page=2"))
    # V-1 is the code of one; without it, those that contain the words.
    assert leader.get("/missing/?find=V-1&year=2023").status_code == 302
    answer = leader.get("/missing/?find=v-&year=2023&page=2")
    page = read(answer)
    assert "200 units" in page.text
    assert "2 / 4" in page.text
    assert "/missing/?year=2023&unit=V-60" in answer.content.decode().replace("&amp;", "&")


def test_where_no_unit_fits_it_is_said_with_the_way_back(leader):
    answer = leader.get("/?find=nowhere&year=2023")
    page = read(answer)
    assert answer.status_code == 200
    assert "No unit that you may see is called “nowhere”" in page.text
    assert 'href="/?year=2023"' in answer.content.decode()


def test_only_visible_units_are_found_and_suggested(clerk):
    assert clerk.get("/units.json?q=V-").json() == {"units": [{"code": "V-7", "name": "V-7", "above": ""}]}
    assert "No unit that you may see" in read(clerk.get("/?find=V-8")).text


def test_suggestions_are_few_in_one_query_and_say_what_a_unit_belongs_to(leader):
    found = leader.get("/units.json?q=v-1").json()["units"]
    assert len(found) == 20
    assert found[0] == {"code": "V-1", "name": "V-1", "above": "青山乡"}
    assert leader.get("/units.json?q=").json() == {"units": []}
    assert Client().get("/units.json?q=V").status_code in (302, 401, 403)


def test_the_plan_of_one_unit_is_searched_for_in_the_list_of_targets(admin):
    answer = admin.get("/plan/?year=2023&section=economy&find=V-7", follow=True)
    rows = read(answer).table("plan").rows
    assert {row["Reporting unit"].text for row in rows} == {"V-7"}
    assert answer.context["count"] == 2


# The targets of an indicator by unit


def test_many_units_are_planned_page_by_page_and_the_sum_is_that_of_all(admin):
    address = "/plan/indicators/I-0/units/?year=2023&unit=T&page=2"
    page = read(admin.get(address))
    sent = {v["name"]: v.get("value", "") for tag, v in page.tags if tag == "input" and v.get("name", "")[:1] == "u"}
    assert len({name.partition("-")[0] for name in sent}) == 51  # the township and fifty villages
    assert "Units 51 to 100 of 200 are shown" in page.text
    assert "2400" in page.text  # 12 of each
    village = Unit.objects.get(code="V-60")
    sent[f"u{village.pk}-m12"] = "20"
    checked = read(admin.post(address, {**sent, "act": "check"}))
    assert "2408" in checked.text
    sent["reason"] = "Agreed with the village."
    answer = admin.post(address, {**sent, "act": "save"})
    confirmed = [v["value"] for _tag, v in read(answer).tags if v.get("name") == "confirmed"]
    if confirmed:
        answer = admin.post(address, {**sent, "act": "save", "confirmed": confirmed[0]})
    assert answer.status_code == 302, read(answer).text
    assert "2408" in read(admin.get(address)).text


# The list of units


def test_units_are_listed_fifty_to_a_page_with_what_they_hang_under(admin):
    first = admin.get("/setup/units/")
    assert [row.unit.code for row in first.context["rows"]] == ["T", *(f"V-{number}" for number in range(49))]
    second = admin.get("/setup/units/?page=2")
    assert [row.unit.code for row in second.context["rows"]] == [f"V-{number}" for number in range(49, 99)]
    assert [unit.code for unit in second.context["above"]] == ["T"]
    assert "2 / 5" in read(second).text


def test_a_unit_that_steps_over_the_end_of_a_page_is_shown_where_it_went(admin):
    first = admin.get("/setup/units/?page=2").context["rows"][0]
    answer = admin.post("/setup/units/?page=2", {"place": f"{first.unit.pk}:{first.up}"})
    assert answer["Location"] == f"?page=1#unit-{first.unit.pk}"
    assert admin.get("/setup/units/").context["rows"][-1].unit == first.unit


# Roll-over


ROLL_OVER = "/plan/roll-over/?from=2023"


def kept(answer):
    """What the form of a page sends beside its ticks."""
    page = read(answer)
    return {
        values["name"]: values.get("value", "")
        for tag, values in page.tags
        if tag == "input" and values.get("name") in ("choice", "place")
    }


def ticks(answer, name):
    return [
        values["value"]
        for tag, values in read(answer).tags
        if tag == "input" and values.get("name") == name and "checked" in values
    ]


def test_many_targets_go_on_by_indicator_and_what_was_chosen_is_kept(admin):
    answer = admin.get(ROLL_OVER)
    # All steps of the task are done: by itself it does not go on.
    (roads,) = ticks(answer, "indicator")
    (task,) = (f"{one.pk}" for one in Indicator.objects.filter(code="TASK"))
    assert f"{MANY} of {2 * MANY} targets go on" in read(answer).text
    answer = admin.post(ROLL_OVER, {**kept(answer), "indicator": [roads, task], "to": ":1"})
    assert f"{2 * MANY} of {2 * MANY} targets go on" in read(answer).text
    # The task is left out again, then two villages of the other on the second page of its units.
    answer = admin.post(ROLL_OVER, {**kept(answer), "indicator": [roads], "to": f"{roads}:2"})
    assert f"{MANY} of {2 * MANY} targets go on" in read(answer).text
    shown = ticks(answer, "target")
    assert len(shown) == 50
    answer = admin.post(ROLL_OVER, {**kept(answer), "target": shown[2:], "to": f"{roads}:1"})
    assert f"{MANY - 2} of {2 * MANY} targets go on" in read(answer).text
    answer = admin.post(ROLL_OVER, {**kept(answer), "target": ticks(answer, "target"), "to": ""})
    assert ticks(answer, "indicator") == [roads]
    admin.post(ROLL_OVER, {**kept(answer), "indicator": [roads], "make": "1"})
    assert Year.objects.get(year=2024).is_draft
    made = Target.objects.in_force(2024)
    assert made.count() == MANY - 2
    left_out = Target.objects.filter(pk__in=shown[:2]).values("unit")
    assert not made.filter(unit__in=left_out).exists()
    assert not made.filter(indicator__code="TASK").exists()


def test_a_roll_over_takes_as_many_statements_for_many_targets(db):
    counts = []
    for units in (30, MANY):
        with transaction.atomic():
            load_house(BY, house(indicators=1, units=units, months=1))
            client = person(Role.SYSTEM_ADMINISTRATOR)
            sent = {"choice": "", "place": ":1", "make": "1"}
            with CaptureQueriesContext(connection) as shown:
                answer = client.get(ROLL_OVER)
            assert len(answer.content) <= LARGEST
            sent["indicator"] = ticks(answer, "indicator")
            with CaptureQueriesContext(connection) as made:
                assert client.post(ROLL_OVER, sent).status_code == 302
            with CaptureQueriesContext(connection) as compared:
                answer = client.get(ROLL_OVER)
            assert len(answer.content) <= LARGEST
            counts.append((len(shown), len(made), len(compared)))
            transaction.set_rollback(True)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 100
