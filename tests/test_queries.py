"""A page asks the database the same number of questions, however many indicators, units and months there are."""

from collections.abc import Iterable
from decimal import Decimal

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from targets.models import Role, Unit
from targets.services import people
from targets.services.base import Author
from targets.services.loading import CheckpointRow, EntryRow, House, MilestoneRow, load_house

pytestmark = pytest.mark.once

BY = Author.system("test")

#: Address → the most queries it may ask. Session, person, tree, roles and years are five of them.
PINS = {
    "/": 13,
    "/?year=2023&period=Y&as_of=6&waiting=1": 11,
    "/indicators/?year=2023&as_of=6": 11,
    "/sections/economy/?year=2023&as_of=6": 13,
    "/sections/economy/chart.json?year=2023&as_of=6": 11,
    "/indicators/I-0/?year=2023&as_of=6": 24,
    "/indicators/I-0/chart.json?year=2023&as_of=6": 17,
    "/indicators/TASK/?year=2023&as_of=6": 22,
    "/month/?year=2023&as_of=7&unit=V-0": 22,
    "/missing/?year=2023&as_of=6": 14,
    "/second-half/?year=2023&as_of=6": 22,
    "/second-half/?year=2023&as_of=6&by=section": 22,
    "/reports/?year=2023&as_of=6": 12,
    "/reports/half-year/?year=2023&as_of=6": 10,
    "/files/indicators.csv?year=2023&as_of=6": 13,
    "/files/second-half.csv?year=2023&as_of=6": 24,
    "/files/indicators.xlsx?year=2023&as_of=6": 13,
}


#: The same for those who set up the plan's surroundings, audit or review, by the role that opens the pages.
SETUP_PINS = {
    Role.SYSTEM_ADMINISTRATOR: {"/setup/units/": 9, "/setup/sections/": 7, "/setup/years/": 6, "/setup/years/2023/": 6},
    Role.SECURITY_ADMINISTRATOR: {"/people/": 10},
    Role.LEADER: {"/me/": 8},
    Role.AUDITOR: {"/changes/": 10},
    Role.REVIEWER: {"/review/?year=2023": 13, "/month/closing/?year=2023&as_of=6": 17},
}


def house(indicators: int, units: int, months: int) -> House:
    """A township with villages; every village has every indicator, answered in the first months, and a task."""
    villages = [f"V-{number}" for number in range(units)]
    codes = [f"I-{number}" for number in range(indicators)]
    targets = [(village, code, 2023) for code in codes for village in villages]
    tasks = [(village, "TASK", 2023) for village in villages]
    shared = {"kind": "quantity", "accumulation": "flow", "direction": "at_least", "unit_of_measure": "千米"}
    return House(
        sections=[{"code": "economy", "name": "经济发展"}],
        units=[
            ({"code": "T", "name": "青山乡", "kind": "township"}, ""),
            *(({"code": village, "name": village, "kind": "village"}, "T") for village in villages),
        ],
        indicators=[
            *(({"code": code, "name": code, **shared}, "economy") for code in codes),
            ({"code": "TASK", "name": "工程", "kind": "milestone", "direction": "at_least"}, "economy"),
        ],
        targets=[(key, {"lead_leader": f"副乡长{key[1]}"}) for key in targets + tasks],
        checkpoints=[
            CheckpointRow(key, month, value) for key in targets for month, value in ((6, Decimal(6)), (12, Decimal(12)))
        ],
        milestones=[
            MilestoneRow(
                key, {"step": step, "name": f"{step}"}, done=step == 1, recorded_month=1 if step == 1 else None
            )
            for key in tasks
            for step in range(1, months + 1)
        ],
        entries=[
            EntryRow(
                key,
                {
                    "from_month": month,
                    "month": month,
                    "answer": "value",
                    "typed_as": "month",
                    "value": Decimal("0.5"),
                    "state": "approved",
                },
            )
            for key in targets
            for month in range(1, months + 1)
        ],
    )


def asked(addresses: Iterable[str], role: Role, *, indicators: int, units: int, months: int) -> dict[str, list[str]]:
    """The queries of each page on a house of this size, which is gone again afterwards."""
    found = {}
    with transaction.atomic():
        load_house(BY, house(indicators, units, months))
        person = people.create_person(BY, username="reader", full_name="某人", password_hash=make_password("x"))
        people.grant_role(BY, user=person, unit=Unit.objects.get(code="T"), role=role)
        for address in addresses:
            client = Client()
            client.force_login(person)
            with CaptureQueriesContext(connection) as queries:
                response = client.get(address)
            assert response.status_code == 200
            found[address] = [query["sql"] for query in queries]
        transaction.set_rollback(True)
    return found


def counted(asked: dict[str, list[str]]) -> dict[str, int]:
    return {address: len(queries) for address, queries in asked.items()}


def beyond(asked: dict[str, list[str]], most: dict[str, int]) -> dict[str, list[str]]:
    """The queries of the pages that ask more than they may, one a line."""
    return {address: [sql[:160] for sql in sqls] for address, sqls in asked.items() if len(sqls) > most[address]}


def test_no_page_asks_more_for_more_indicators_units_and_months(db):
    few = counted(asked(PINS, Role.LEADER, indicators=2, units=3, months=1))
    # Names are looked up where units are few, and what is missing where something is: never more than here.
    assert beyond(asked(PINS, Role.LEADER, indicators=30, units=3, months=1), few) == {}
    assert beyond(asked(PINS, Role.LEADER, indicators=2, units=15, months=1), few) == {}
    assert beyond(asked(PINS, Role.LEADER, indicators=2, units=3, months=6), few) == {}


def test_every_page_stays_within_its_budget(db):
    assert beyond(asked(PINS, Role.LEADER, indicators=3, units=3, months=3), PINS) == {}


@pytest.mark.parametrize(("role", "pins"), SETUP_PINS.items())
def test_no_page_of_another_role_asks_more_for_more_units(db, role, pins):
    few = asked(pins, role, indicators=2, units=3, months=1)
    assert beyond(few, pins) == {}
    assert counted(asked(pins, role, indicators=2, units=15, months=1)) == counted(few)


#: The pages of the plan, for who manages it: address → the most queries it may ask.
PLAN_PINS = {
    "/plan/?year=2023": 16,
    "/plan/?year=2023&section=economy": 17,
    "/plan/?year=2023&warnings=1&q=I": 17,
    "/files/plan.csv?year=2023": 14,
    "/plan/indicators/I-0/units/?year=2023": 12,
    "/plan/targets/?year=2023": 9,
}


def test_the_plan_asks_the_same_for_ten_and_for_two_hundred_targets(db):
    # With the task of each unit: 3 × 2 + 2 = 8 and 97 × 2 + 2 = 196 targets, 10 × 18 + 18 = 198 in many units.
    few = asked(PLAN_PINS, Role.SYSTEM_ADMINISTRATOR, indicators=3, units=2, months=1)
    assert beyond(few, PLAN_PINS) == {}
    for indicators, units in ((97, 2), (10, 18)):
        many = asked(PLAN_PINS, Role.SYSTEM_ADMINISTRATOR, indicators=indicators, units=units, months=1)
        assert counted(many) == counted(few)


@pytest.mark.parametrize("address", ["/method/", "/sign-in/"])
def test_a_page_without_figures_asks_next_to_nothing(cast, signed_in, address):
    client = signed_in(cast.leader)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) <= 5


def test_reading_a_page_writes_nothing(cast, signed_in):
    client = signed_in(cast.leader)
    for address in ("/", "/sections/economy/", "/indicators/ROADS/", "/indicators/ROADS/chart.json", "/method/"):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        assert all(query["sql"].startswith("SELECT") for query in queries), address
