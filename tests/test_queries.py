"""A page asks the database the same number of questions, however many indicators, units and months there are."""

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

BY = Author.system("test")

#: Address → the most queries it may ask. Session, person, tree, roles and years are five of them.
PINS = {
    "/": 13,
    "/?year=2023&period=Y&as_of=6&waiting=1": 11,
    "/indicators/?year=2023&as_of=6": 11,
    "/sections/economy/?year=2023&as_of=6": 13,
    "/sections/economy/chart.json?year=2023&as_of=6": 11,
    "/indicators/I-0/?year=2023&as_of=6": 22,
    "/indicators/I-0/chart.json?year=2023&as_of=6": 15,
    "/indicators/TASK/?year=2023&as_of=6": 20,
    "/month/?year=2023&as_of=7&unit=V-0": 22,
    "/missing/?year=2023&as_of=6": 14,
    "/second-half/?year=2023&as_of=6": 19,
    "/second-half/?year=2023&as_of=6&by=section": 19,
    "/reports/?year=2023&as_of=6": 12,
    "/reports/half-year/?year=2023&as_of=6": 10,
    "/files/indicators.csv?year=2023&as_of=6": 13,
    "/files/second-half.csv?year=2023&as_of=6": 22,
    "/files/indicators.xlsx?year=2023&as_of=6": 13,
}


#: The same for those who set up the plan's surroundings: the role that opens the page, and the most queries.
SETUP_PINS = {
    "/setup/units/": (Role.SYSTEM_ADMINISTRATOR, 9),
    "/setup/sections/": (Role.SYSTEM_ADMINISTRATOR, 7),
    "/setup/years/": (Role.SYSTEM_ADMINISTRATOR, 6),
    "/setup/years/2023/": (Role.SYSTEM_ADMINISTRATOR, 6),
    "/people/": (Role.SECURITY_ADMINISTRATOR, 10),
    "/me/": (Role.LEADER, 8),
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


def asked(address: str, indicators: int, units: int, months: int, role: str = Role.LEADER) -> list[str]:
    """The queries of a page on a house of this size, which is gone again afterwards."""
    with transaction.atomic():
        load_house(BY, house(indicators, units, months))
        leader = people.create_person(BY, username="leader", full_name="乡领导", password_hash=make_password("x"))
        people.grant_role(BY, user=leader, unit=Unit.objects.get(code="T"), role=role)
        client = Client()
        client.force_login(leader)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        assert response.status_code == 200
        transaction.set_rollback(True)
    return [query["sql"] for query in queries]


@pytest.mark.parametrize("address", PINS)
def test_a_page_asks_no_more_for_more_indicators_units_and_months(db, address):
    few = asked(address, indicators=2, units=3, months=1)
    sizes: tuple[dict[str, int], ...] = (
        {"indicators": 30, "units": 3, "months": 1},
        {"indicators": 2, "units": 15, "months": 1},
        {"indicators": 2, "units": 3, "months": 6},
    )
    for size in sizes:
        many = asked(address, indicators=size["indicators"], units=size["units"], months=size["months"])
        assert len(many) == len(few), f"{size}:\n" + "\n".join(sql[:160] for sql in many)


@pytest.mark.parametrize(("address", "most"), PINS.items())
def test_a_page_stays_within_its_budget(db, address, most):
    queries = asked(address, indicators=3, units=3, months=3)
    assert len(queries) <= most, "\n".join(sql[:160] for sql in queries)


@pytest.mark.parametrize("address", SETUP_PINS)
def test_a_page_of_the_set_up_asks_no_more_for_more_units(db, address):
    role, most = SETUP_PINS[address]
    few = asked(address, indicators=2, units=3, months=1, role=role)
    many = asked(address, indicators=2, units=15, months=1, role=role)
    assert len(few) == len(many) <= most, "\n".join(sql[:160] for sql in many)


#: The pages of the plan, for who manages it: address → the most queries it may ask.
PLAN_PINS = {
    "/plan/?year=2023": 16,
    "/plan/?year=2023&section=economy": 17,
    "/plan/?year=2023&warnings=1&q=I": 17,
    "/files/plan.csv?year=2023": 14,
    "/plan/indicators/I-0/units/?year=2023": 12,
    "/plan/targets/?year=2023": 9,
}


@pytest.mark.parametrize(("address", "most"), PLAN_PINS.items())
def test_the_plan_asks_the_same_for_ten_and_for_two_hundred_targets(db, address, most):
    # With the task of each unit: 3 × 2 + 2 = 8 and 97 × 2 + 2 = 196 targets, 10 × 18 + 18 = 198 in many units.
    few = asked(address, indicators=3, units=2, months=1, role=Role.SYSTEM_ADMINISTRATOR)
    assert len(few) <= most, "\n".join(sql[:160] for sql in few)
    for size in ({"indicators": 97, "units": 2, "months": 1}, {"indicators": 10, "units": 18, "months": 1}):
        many = asked(address, **size, role=Role.SYSTEM_ADMINISTRATOR)
        assert len(many) == len(few), f"{size}:\n" + "\n".join(sql[:160] for sql in many)


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
