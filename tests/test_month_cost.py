"""My month asks no more of the database for 200 rows than for 10, and saving one cell nothing of the others."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models.sql.compiler import SQLCompiler
from django.test import Client
from django.test.utils import CaptureQueriesContext

from targets.models import ProgressEntry, Role, Target, Unit
from targets.services import people, progress
from targets.services.base import Author
from targets.services.loading import CheckpointRow, EntryRow, House, MilestoneRow, load_house
from targets.services.plans import create_check

BY = Author.system("test")
ADDRESS = "/month/?unit=V&year=2023&as_of=7"
ROW = "/month/row/?unit=V&year=2023&as_of=7"

#: Session, person, tree, roles and years are five of them, relations with their facts five.
MOST_OF_A_PAGE = 16
#: Those five, the row as it was, the write under the lock of its month, and what it means by then.
MOST_OF_A_SAVE = 25
#: The page as it is read before anything is done, and a bounded number of statements for all that is handed in.
MOST_OF_A_SUBMIT = 42


def house(rows: int, villages: int = 0) -> House:
    """A village with so many indicators, answered until June, and half of them drafted in July.

    With so many ``villages`` beside it that report the same, and a township that says itself what they come to.
    """
    codes = [f"I-{number}" for number in range(rows)]
    beside = [f"V-{number}" for number in range(villages)]
    shared = {"kind": "quantity", "accumulation": "flow", "direction": "at_least", "unit_of_measure": "千米"}
    units = ["V", *beside, *(["T"] if villages else [])]
    keys = [(unit, code, 2023) for code in codes for unit in units]
    drafted = [("V", code, 2023) for code in codes[::2]]
    task = ("V", "TASK", 2023)
    answer = {"answer": "value", "typed_as": "month", "value": Decimal("0.1")}
    return House(
        sections=[{"code": "economy", "name": "经济发展"}],
        units=[
            ({"code": "T", "name": "青山乡", "kind": "township"}, ""),
            *(({"code": code, "name": code, "kind": "village"}, "T") for code in ("V", *beside)),
        ],
        indicators=[
            *(({"code": code, "name": code, "decimals": 1, **shared}, "economy") for code in codes),
            ({"code": "TASK", "name": "建成冷库", "kind": "milestone", "direction": "at_least"}, "economy"),
        ],
        targets=[(key, {}) for key in (*keys, task)],
        milestones=[MilestoneRow(task, {"step": 1, "name": "开工", "due": date(2023, 1, 31)})],
        checkpoints=[CheckpointRow(key, 12, Decimal(6)) for key in keys],
        entries=[
            *(
                EntryRow(key, {"from_month": month, "month": month, "state": "approved", **answer})
                for key in keys
                for month in range(1, 7)
            ),
            *(EntryRow(key, {"from_month": 7, "month": 7, "state": "draft", **answer}) for key in drafted),
        ],
    )


def signed_in(role: str, unit: str) -> Client:
    person = people.create_person(BY, username=role, full_name=role, password_hash=make_password("x"))
    people.grant_role(BY, user=person, unit=Unit.objects.get(code=unit), role=role)
    client = Client()
    client.force_login(person)
    return client


def cost(rows: int) -> tuple[list[str], list[str]]:
    """The queries of the page, and of one cell's save on it."""
    with transaction.atomic():
        load_house(BY, house(rows))
        client = signed_in(Role.CLERK, "V")
        with CaptureQueriesContext(connection) as page:
            assert client.get(ADDRESS).content.count(b'data-row="t') == rows
        target = Target.objects.get(indicator__code="I-1")
        name = f"t{target.pk}"
        with CaptureQueriesContext(connection) as save:
            answer = client.post(ROW, {"row": name, f"{name}-value": "0.2", f"{name}-typed_as": "month"})
        assert answer.json()["answered"] == f"{rows // 2 + 1}/{rows}"
        transaction.set_rollback(True)
    return [query["sql"] for query in page], [query["sql"] for query in save]


@pytest.mark.django_db
def test_a_grid_of_200_rows_costs_what_one_of_10_costs():
    small, large = cost(10), cost(200)
    assert [len(queries) for queries in large] == [len(queries) for queries in small]
    assert len(large[0]) <= MOST_OF_A_PAGE, "\n".join(sql[:200] for sql in large[0])
    assert len(large[1]) <= MOST_OF_A_SAVE, "\n".join(sql[:200] for sql in large[1])


def test_a_save_reads_no_rows_of_the_others(cast, build, client, monkeypatch):
    read: list[int] = []
    results_iter = SQLCompiler.results_iter

    def counted(self, *args, **kwargs):
        for row in results_iter(self, *args, **kwargs):
            read.append(1)
            yield row

    monkeypatch.setattr(SQLCompiler, "results_iter", counted)

    def rows_of_a_save(value: str, seen: int) -> int:
        read.clear()
        name = f"t{cast.east_target.pk}"
        typed = {"row": name, f"{name}-value": value, f"{name}-lock_version": seen}
        assert client.post("/month/row/?unit=T-E&year=2023&as_of=7", typed).status_code == 200
        return len(read)

    client.force_login(cast.east_clerk)
    seen = build.draft(cast.east_target, 7, 1).lock_version
    rows_of_a_save("2", seen)  # from now on the draft is the clerk's own
    few = rows_of_a_save("3", seen + 1)
    for number in range(30):
        build.draft(build.target(build.indicator(f"N{number}", cast.economy), cast.east, {12: 6}), 7, 1)
    assert rows_of_a_save("4", seen + 2) == few


def submitting(rows: int) -> list[str]:
    """The queries of handing over every draft of the month on the page."""
    with transaction.atomic():
        load_house(BY, house(rows))
        client = signed_in(Role.CLERK, "V")
        drafts = list(ProgressEntry.objects.filter(state="draft"))
        form = {"submit": "1"}
        for draft in drafts:
            form |= {
                f"t{draft.target_id}-{name}": value
                for name, value in {
                    "value": "0.1",
                    "typed_as": "month",
                    "lock_version": str(draft.lock_version),
                    "chosen": "on",
                }.items()
            }
        with CaptureQueriesContext(connection) as queries:
            assert client.post(ADDRESS, form).status_code == 302
        assert ProgressEntry.objects.filter(state="submitted").count() == len(drafts) == rows / 2
        transaction.set_rollback(True)
    return [query["sql"] for query in queries]


@pytest.mark.django_db
def test_handing_over_60_drafts_costs_what_2_cost():
    assert len(submitting(4)) == len(submitting(120)) <= MOST_OF_A_SUBMIT


def ways_to_save(indicators: int, villages: int) -> dict[str, int]:
    """What each way to save a row, by the clerk of the village and by the reviewer on behalf, asks of the database."""
    found: dict[str, int] = {}

    def ask(way: str, client: Client, address: str, form: dict[str, str]) -> None:
        with CaptureQueriesContext(connection) as queries:
            response = client.post(address, form)
        assert response.status_code in (200, 302), f"{way}: {response.content.decode()}"
        found[way] = len(queries)

    def save(way: str, client: Client, row: str, month: int = 7, **fields: str) -> None:
        address = f"/month/row/?unit=V&year=2023&as_of={month}"
        ask(way, client, address, {"row": row, **{f"{row}-{name}": value for name, value in fields.items()}})

    with transaction.atomic():
        load_house(BY, house(indicators, villages))
        clerk, reviewer = signed_in(Role.CLERK, "V"), signed_in(Role.REVIEWER, "T")
        target = Target.objects.get(indicator__code="I-1", unit__code="V")
        task = Target.objects.get(indicator__code="TASK")
        row, step, remedy = f"t{target.pk}", f"s{task.milestones.get().pk}", f"r{task.pk}"
        save("the first of the month", clerk, row, value="0.2", typed_as="month")
        save("typed over", clerk, row, value="0.3", typed_as="month", lock_version="0")
        save("a running total", clerk, row, value="0.9", typed_as="cumulative", lock_version="1")
        save("not applicable", clerk, row, answer="not_applicable", lock_version="2")
        save("on behalf", reviewer, row, value="0.2", typed_as="month", lock_version="3")
        progress.submit(BY, target.entries.get(month=7))
        ask("withdrawn", clerk, ADDRESS, {"withdraw": row})
        save("emptied", clerk, row, lock_version="6")
        save("corrected", clerk, row, 6, value="0.2", typed_as="month", reason="重算", corrects="1")
        save("corrected on behalf", reviewer, row, 6, value="0.3", reason="再算", corrects="1", lock_version="0")
        save("a step", clerk, step, done="on")
        save("a step typed over", clerk, step, note="还没有", lock_version="0")
        save("a remedy", clerk, remedy, cause="下雨")
        save("a remedy in other words", clerk, remedy, cause="下大雨", lock_version="0")
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_a_save_costs_the_same_whatever_lies_beside():
    few = ways_to_save(2, 1)
    # What waited is taken out of the accounts up to the top.
    assert few["withdrawn"] <= MOST_OF_A_SUBMIT, few
    assert max(asked for way, asked in few.items() if way != "withdrawn") <= MOST_OF_A_SAVE, few
    assert ways_to_save(60, 1) == few
    assert ways_to_save(2, 199) == few


class TestEverySave:
    """No kind of row, and no kind of save, costs more than the limit."""

    @pytest.fixture
    def saved(self, cast, client):
        client.force_login(cast.east_clerk)

        def save(row, client=client, **fields):
            typed = {"row": row} | {f"{row}-{name}": value for name, value in fields.items()}
            with CaptureQueriesContext(connection) as queries:
                response = client.post("/month/row/?unit=T-E&year=2023&as_of=7", typed)
            assert response.status_code == 200, response.content.decode()
            asked = [query["sql"] for query in queries]
            assert len(asked) <= MOST_OF_A_SAVE, "\n".join(sql[:200] for sql in asked)
            readings = [sql for sql in asked if sql.startswith("SELECT") and "unitmonth" not in sql]
            assert len(readings) == len(set(readings)), "a query is repeated"
            return response.json()

        return save

    def test_a_figure_that_is_held_against_others(self, cast, build, saved):
        parts = [
            build.target(build.indicator(f"P{n}", cast.economy, unit_of_measure="千米"), cast.east, {12: 6})
            for n in range(2)
        ]
        sum_of = {"left": cast.roads, "right": [part.indicator for part in parts], "operator": "="}
        create_check(build.by, code="SUM", meaning="合计", **sum_of)
        for part in parts:
            build.draft(part, 7, 1)
        row = f"t{cast.east_target.pk}"
        answer = saved(row, value="1", typed_as="month")
        assert len(answer["checks"]) == 3
        saved(row, value="0.9", typed_as="cumulative", reason="重算", lock_version=0)
        saved(row, answer="not_applicable", lock_version=1)
        saved(row, lock_version=2)  # emptied again

    def test_a_figure_typed_over_by_a_colleague(self, cast, build, client, saved):
        row = f"t{cast.east_target.pk}"
        saved(row, value="1", typed_as="month")
        saved(row, value="2", typed_as="month", lock_version=0)
        colleague = Client()
        colleague.force_login(build.person("east2", "clerk", cast.east))
        saved(row, colleague, value="3", typed_as="month", lock_version=1)

    def test_a_correction(self, cast, build, saved):
        build.approved(cast.east_target, 7, 1)
        saved(f"t{cast.east_target.pk}", value="2", typed_as="month", reason="重算", corrects=1)

    def test_a_step_and_the_remedy_of_its_task(self, cast, build, saved):
        task = build.indicator("ROAD", cast.economy, kind="milestone", accumulation="")
        steps = [{"name": "开工", "due": date(2023, 1, 31)}, {"name": "完工"}]
        target = build.target(task, cast.east, steps=steps)
        first, last = target.milestones.order_by("step")
        assert saved(f"s{first.pk}", note="还没有")["remedy"] == ""  # it stands below the last step
        assert saved(f"s{last.pk}", done="on", note="好")["remedy"]
        saved(f"s{last.pk}", done="on", note="很好", lock_version=0)
        saved(f"r{target.pk}", cause="下雨")
        saved(f"r{target.pk}", cause="下大雨", lock_version=0)
