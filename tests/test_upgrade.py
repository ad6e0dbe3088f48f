"""Databases of earlier versions come to the present with everything in them, and every page opens.

``tests/data/upgrade/`` holds them as SQL, each named by the commit that made it, and the digests of the migrations that
landed; tests/data/README.md says how both grow. PostgreSQL is given the tables by its own migrations and the same rows.
"""

import gzip
import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django.plugin import DjangoDbBlocker

from targets.management.commands import start
from targets.models import Indicator, IndicatorCheck, Membership, Role, Section, Target, Unit, User, Year

FOLDER = Path(__file__).parent / "data" / "upgrade"
DATABASES = sorted(FOLDER.glob("*.sql.gz"))

#: What Django and its apps write anew, and what they keep for themselves.
NOT_OURS = ("django_", "auth_", "axes_", "sqlite_")

pytestmark = pytest.mark.unguarded


def test_no_migration_that_landed_was_changed():
    """A database that has applied it would otherwise differ from what the code takes it for."""
    lines = (FOLDER / "migrations.sha256").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split() for line in lines)}
    found = {
        name: hashlib.sha256((settings.BASE_DIR / name).read_bytes().replace(b"\r\n", b"\n")).hexdigest()
        for name in listed
        if (settings.BASE_DIR / name).exists()
    }
    assert found == listed


# Databases


def rows_of(file: Path) -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
    """Columns and rows of every table."""
    with closing(sqlite3.connect(":memory:")) as old:
        old.executescript(gzip.decompress(file.read_bytes()).decode())
        found = {}
        for (table,) in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            cursor = old.execute(f'SELECT * FROM "{table}"')
            found[table] = ([column[0] for column in cursor.description], cursor.fetchall())
        return found


@contextmanager
def database(name: str) -> Iterator[None]:
    """Everything speaks to another database meanwhile."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@contextmanager
def restored(file: Path, folder: Path) -> Iterator[None]:
    """The database of an earlier version, as it was."""
    if connection.vendor == "sqlite":
        path = folder / "old.sqlite3"
        with closing(sqlite3.connect(path)) as old:
            old.executescript(gzip.decompress(file.read_bytes()).decode())
        with database(str(path)):
            yield
        return
    name = f"{connection.settings_dict['NAME']}_upgrade"
    quoted = connection.ops.quote_name(name)

    def anew(*statements: str) -> None:
        with connection._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    anew(f"DROP DATABASE IF EXISTS {quoted}", f"CREATE DATABASE {quoted}")
    try:
        with database(name):
            fill(rows_of(file))
            yield
    finally:
        anew(f"DROP DATABASE IF EXISTS {quoted}")


def fill(tables: dict[str, tuple[list[str], list[tuple[Any, ...]]]]) -> None:
    """The tables as the migrations of that version make them, and its rows."""
    columns, rows = tables["django_migrations"]
    applied = [(row[columns.index("app")], row[columns.index("name")]) for row in rows]
    executor = MigrationExecutor(connection)
    executor.migrate([node for node in applied if node in executor.loader.graph.nodes])
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        for table, (names, values) in tables.items():
            if table in ("django_migrations", "sqlite_sequence") or not values:
                continue
            places = ", ".join(["%s"] * len(names))
            insert = f"INSERT INTO {quote(table)} ({', '.join(map(quote, names))}) VALUES ({places})"
            # Everything as text, which PostgreSQL reads by the type of the column.
            cursor.executemany(insert, [[None if one is None else str(one) for one in row] for row in values])
    models = MigrationExecutor(connection).loader.project_state(applied).apps.get_models(include_auto_created=True)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)


@pytest.fixture(scope="module", params=DATABASES, ids=lambda path: path.name.split(".")[0])
def upgraded(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    """An earlier database, brought to the present."""
    with django_db_blocker.unblock(), restored(request.param, tmp_path_factory.mktemp("upgrade")):
        start.refuse_newer_database()
        start.refuse_changed_database()
        call_command("migrate", verbosity=0, interactive=False)
        yield request.param


def test_every_row_is_still_there(upgraded):
    tables = {name: len(rows) for name, (_, rows) in rows_of(upgraded).items() if not name.startswith(NOT_OURS)}
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        found = {}
        for table in tables.keys() & there:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            found[table] = cursor.fetchone()[0]
    assert {table: found[table] for table in tables} == tables


def test_the_tables_are_those_of_the_models(upgraded):
    start.refuse_changed_database()
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# Pages


def addresses(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif not pattern.namespace:
            yield from addresses(pattern.url_patterns)


def arguments_of(pattern: URLPattern) -> dict[str, Any]:
    """Something of the house that fits into an address; 1 where the house has nothing of the kind."""
    first: dict[str, Any] = {
        "target": Target.objects.order_by("pk"),
        "unit": Unit.objects.order_by("pk"),
        "section": Section.objects.order_by("pk"),
        "person": User.objects.order_by("pk"),
        "relation": IndicatorCheck.objects.order_by("pk"),
    }
    name = pattern.name or ""
    about = next((row for word, rows in first.items() if word in name and (row := rows.first())), None)
    known: dict[str, Any] = {
        "pk": about.pk if about else 1,
        "target": Target.objects.order_by("pk")[0].pk,
        "code": (Section if "section" in name else Indicator).objects.order_by("pk")[0].code,
        "year": Year.objects.order_by("year")[0].year,
    }
    return {one: known.get(one, 1) for one in pattern.pattern.converters}


def test_every_page_opens_for_every_role(upgraded):
    patterns = list(addresses(get_resolver().url_patterns))
    roles = {role: Membership.objects.filter(role=role).order_by("pk")[0].user for role in Role.values}
    broken, opened = [], Counter[str]()
    for role, person in roles.items():
        client = Client(raise_request_exception=False)
        client.force_login(person)
        for pattern in patterns:
            address = reverse(pattern.name, kwargs=arguments_of(pattern))
            if pattern.name == "sign_out":
                continue
            answer = client.get(address)
            if answer.status_code >= 500:
                broken.append(f"{role} {address}")
            opened[role] += answer.status_code == 200
    assert broken == []
    # Without the pages of plan, people and record, which are open to one role each.
    assert all(opened[role] >= 20 for role in ("clerk", "reviewer", "leader", "system_administrator", "auditor")), (
        opened
    )


def test_the_figures_are_there(upgraded):
    """Of 30 projects that were to be applied for, 34 were: published, and so in the list."""
    client = Client()
    client.force_login(User.objects.get(username="leader"))
    assert "大崇乡" in client.get("/").content.decode()
    listed = client.get("/files/indicators.csv?year=2023&period=H1&as_of=6").content.decode("utf-8-sig")
    (line,) = [line for line in listed.splitlines() if line.startswith("E04,")]
    assert ",30,34,113.3%," in line


# A version of before the first release


def test_one_of_which_a_migration_was_changed_later_is_refused_untouched(django_db_setup, django_db_blocker, tmp_path):
    with django_db_blocker.unblock(), restored(DATABASES[0], tmp_path):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE targets_year DROP COLUMN is_draft")
        with pytest.raises(CommandError) as refusal:
            start.refuse_changed_database()
        assert str(refusal.value).startswith(
            "The database was made by a trial version and cannot be brought up to date "
            "(it lacks targets_year.is_draft); it has not been touched."
        )
