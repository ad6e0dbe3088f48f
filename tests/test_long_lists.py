"""Long lists are turned over by pages: what a page loads and sends does not grow with what lies behind it."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.hashers import make_password
from django.core.paginator import Paginator
from django.db.models.sql.compiler import SQLCompiler
from django.test import Client

from targets.models import Change, ProgressEntry, Role, Unit, UnitMonth, User
from targets.services import people
from targets.services.base import verb
from targets.services.loading import load_house
from targets.tables import UncountedPaginator
from targets.views import auditing
from tests.pages import read
from tests.test_queries import BY, house

ADDRESS = "/indicators/I-0/?year=2023&as_of=6&period=H1"
#: No page is heavier than this, before it is compressed.
MOST_BYTES = 150_000


def township(units: int, role: Role = Role.LEADER, indicators: int = 1) -> Client:
    """A township of so many villages with six months of figures each, seen by its leader or somebody else."""
    load_house(BY, house(indicators, units, 6))
    person = people.create_person(BY, username="leader", full_name="乡领导", password_hash=make_password("x"))
    people.grant_role(BY, user=person, unit=Unit.objects.get(code="T"), role=role)
    client = Client()
    client.force_login(person)
    return client


def links(page, name: str) -> list[dict[str, list[str]]]:
    """What the links to other pages of a list choose; ``name`` is that of its page's number."""
    found = (parse_qs(urlsplit(tag.get("href", "")).query) for kind, tag in page.tags if kind == "a")
    return [query for query in found if name in query]


def test_entries_come_fifty_at_a_time_the_latest_month_first(db):
    client = township(12)  # 72 entries
    first = read(client.get(f"{ADDRESS}&waiting=1"))
    rows = first.table("entries").rows
    assert len(rows) == 50
    assert [row["月份"].text for row in rows[:13]] == ["6月"] * 12 + ["5月"]
    (following,) = links(first, "entries")
    assert following["entries"] == ["2"]
    # The link keeps everything else that the address chooses.
    assert following.items() >= parse_qs("year=2023&as_of=6&period=H1&waiting=1").items()
    second = read(client.get(f"{ADDRESS}&entries=2"))
    assert len(second.table("entries").rows) == 22
    assert ["1"] in [query["entries"] for query in links(second, "entries")]
    for asked in ("99", "0", "x", "٣", "9" * 30):
        assert client.get(f"{ADDRESS}&entries={asked}").status_code == 200
    assert len(read(client.get(f"{ADDRESS}&entries=99")).table("entries").rows) == 22


def test_of_many_units_those_that_need_somebody_come_first(db):
    client = township(60)
    behind = ProgressEntry.objects.filter(target__unit__code__in=["V-57", "V-58"], month__gte=2)
    verb(ProgressEntry.objects.update)(value=1)  # of 6 by June
    verb(behind.update)(state="superseded")
    page = read(client.get(ADDRESS))
    rows = page.table("parts").rows
    assert len(rows) == 50
    assert [row["单位"].text for row in rows[:3]] == ["V-57", "V-58", "V-0"]
    assert [query["parts"] for query in links(page, "parts")] == [["2"]]
    second = read(client.get(f"{ADDRESS}&parts=2"))
    assert [row["单位"].text for row in second.table("parts").rows] == [f"V-{n}" for n in (*range(48, 57), 59)]


def test_a_unit_is_found_by_name_or_code(db):
    client = township(60)
    page = read(client.get(f"{ADDRESS}&unit_name=v-5&lead="))
    assert [row["单位"].text for row in page.table("parts").rows] == ["V-5", *(f"V-5{n}" for n in range(10))]
    hidden = {tag["name"]: tag["value"] for kind, tag in page.tags if kind == "input" and tag.get("type") == "hidden"}
    assert hidden.items() >= {"year": "2023", "as_of": "6", "period": "H1"}.items()
    assert read(client.get(f"{ADDRESS}&unit_name=nowhere")).table("parts").rows == []


def test_few_units_stand_in_their_own_order_without_a_search(db):
    page = read(township(3).get(ADDRESS))
    assert [row["单位"].text for row in page.table("parts").rows] == ["V-0", "V-1", "V-2"]
    assert not [tag for _kind, tag in page.tags if tag.get("name") == "unit_name"]


def test_no_page_grows_without_bound(db):
    client = township(200)
    # Nobody has reported June: every unit owes it.
    verb(ProgressEntry.objects.filter(month=6).update)(state="superseded")
    pages = [
        "/",
        "/indicators/",
        "/indicators/I-0/",
        "/indicators/TASK/",
        "/sections/economy/",
        "/second-half/",
        "/reports/",
    ]
    bytes_of = {page: len(client.get(f"{page}?year=2023&as_of=6").content) for page in pages}
    assert {page: size for page, size in bytes_of.items() if size > MOST_BYTES} == {}


def test_of_many_steps_of_a_task_the_first_stand_in_the_second_half(db):
    page = read(township(12).get("/second-half/?year=2023&as_of=6"))
    # Six steps at each of twelve units.
    assert "全部72个工作节点" in page.text
    (row,) = page.table("tasks").rows
    assert row["工作节点"].text.count("V-") == 20


@pytest.mark.parametrize("role", [Role.LEADER, Role.REVIEWER])
def test_who_owes_stands_on_pages_of_fifty_units(db, role):
    client = township(120, role, indicators=7)
    verb(ProgressEntry.objects.filter(month=6).update)(state="superseded")
    verb(ProgressEntry.objects.filter(target__unit__code="V-99", month=5).update)(state="superseded")
    address = "/missing/?year=2023&as_of=6"
    response = client.get(address)
    assert len(response.content) < MOST_BYTES
    page = read(response)
    shown = [item.owed.unit.code for item in response.context["units"]]
    assert len(shown) == 50
    assert shown[0] == "V-99"  # late since May
    assert links(page, "page")[0]["page"] == ["2"]
    # 7 figures are open at each: the first five stand here, all of them on the unit's own page.
    assert "另有2项，在该单位页面查看并复制催报短信" in page.text
    assert not any(tag.get("id", "").startswith("text-") for _kind, tag in page.tags)
    alone = read(client.get(f"{address}&unit=V-99"))
    assert "I-6" in alone.text
    assert "另有" not in alone.text
    assert any(tag.get("id", "").startswith("text-") for _kind, tag in alone.tags)
    found = client.get(f"{address}&unit_name=v-11").context["units"]
    assert {item.owed.unit.code for item in found} == {"V-11", *(f"V-11{n}" for n in range(10))}
    assert "欠报单位中没有符合该名称或编码的单位。" in read(client.get(f"{address}&unit_name=nowhere")).text
    compared = client.get(f"{address}&completeness=3").context["completeness"]
    assert len(compared) == (20 if role == Role.REVIEWER else 0)


def test_a_month_of_many_units_is_closed_page_by_page(db):
    client = township(60, Role.REVIEWER)
    address = "/month/closing/?unit=T&year=2023&as_of=6"
    page = read(client.get(f"{address}&page=2"))
    assert len(page.table("closing").rows) == 10
    (action,) = [tag["action"] for kind, tag in page.tags if kind == "form" and "page=2" in tag.get("action", "")]
    (shown,) = [tag["value"] for kind, tag in page.tags if tag.get("name") == "shown"]
    form = {"shown": shown, "close": "1", "unit": [f"V-{number}" for number in range(60)]}
    response = client.post(f"/month/closing/{action}", form)
    assert response.status_code == 302
    assert response["Location"].endswith("&page=2")
    # Those of the other page were not seen, so they stay open.
    assert UnitMonth.objects.filter(closed_at__isnull=False).count() == 10


def rows_read(client: Client, address: str, monkeypatch: pytest.MonkeyPatch, table: str) -> int:
    """How many rows of a table a page loads."""
    read_rows: list[int] = []
    results_iter = SQLCompiler.results_iter

    def counted(self, *args, **kwargs):
        for row in results_iter(self, *args, **kwargs):
            if self.query.model is not None and self.query.model._meta.model_name == table:
                read_rows.append(1)
            yield row

    with monkeypatch.context() as patch:
        patch.setattr(SQLCompiler, "results_iter", counted)
        assert client.get(address).status_code == 200
    return len(read_rows)


def test_the_record_of_changes_reads_one_page(cast, build, signed_in, monkeypatch):
    client = signed_in(cast.auditor)
    for number in range(20):
        build.approved(build.target(build.indicator(f"N{number}", cast.economy), cast.east, {12: 6}), 7, 1)
    assert User.objects.count() < 51
    assert rows_read(client, "/changes/", monkeypatch, "change") == 51
    first = read(client.get("/changes/?unit=T-E"))
    assert len(first.table("changes").rows) == 50
    (following,) = links(first, "page")
    assert (following["page"], following["unit"]) == (["2"], ["T-E"])
    assert "第1页" in first.text


@pytest.mark.parametrize("paginator", [Paginator, UncountedPaginator])
@pytest.mark.parametrize(
    ("asked", "number", "rows"),
    [(None, 1, "abc"), ("2", 2, "def"), ("3", 3, "g"), ("4", 3, "g"), ("x", 1, "abc"), ("9" * 5000, None, None)],
)
def test_a_page_beyond_the_end_is_the_last_one(paginator, asked, number, rows):
    page = paginator("abcdefg", 3).get_page(asked)
    if number is not None:
        assert (page.number, "".join(page.object_list)) == (number, rows)
        assert (page.has_previous(), page.has_next()) == (number > 1, number < 3)
    assert list(paginator([], 3).get_page(asked)) == []


def test_the_record_is_counted_up_to_a_thousand(cast, signed_in, monkeypatch):
    client = signed_in(cast.auditor)
    assert f"共{Change.objects.count()}条" in read(client.get("/changes/")).text
    monkeypatch.setattr(auditing, "MOST_COUNTED", 3)
    assert "共3条以上" in read(client.get("/changes/")).text
