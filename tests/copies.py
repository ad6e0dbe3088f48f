"""What a fixture builds by the services is built once in a while, then copied row by row.

A house of two dozen figures takes hundreds of statements to build and two dozen to copy. ``@copied`` below
``@pytest.fixture`` does it, for a fixture that writes by the services alone, the same in every test, and gives back
models, or dataclasses and tuples of them. It may stand on another copied fixture, such as ``cast``.
"""

import functools
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from time import monotonic
from typing import Any, ParamSpec, TypeVar

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model

from targets.models import Change
from targets.services.base import verb

P = ParamSpec("P")
R = TypeVar("R")

Rows = dict[type[Model], dict[Any, dict[str, Any]]]

#: Seconds. The moments in a copy are those of its building: no test should meet "just now" long ago.
LONGEST = 300

#: SQLite takes some 30,000 values in a statement.
ROWS_AT_ONCE = 200


@dataclass(frozen=True)
class Copy:
    """``result`` is what the fixture gave back, pickled; ``changes`` are there once the statements were executed."""

    statements: list[tuple[str, list[Any]]]
    result: bytes
    changes: int
    day: date = field(default_factory=date.today)
    moment: float = field(default_factory=monotonic)

    def is_fresh(self) -> bool:
        return self.day == date.today() and monotonic() - self.moment < LONGEST


#: By the fixtures that were built, one upon the other.
_copies: dict[tuple[Callable[..., Any], ...], Copy] = {}
#: What the database of the running test holds.
_standing: tuple[Callable[..., Any], ...] = ()
_changes = 0


def forget() -> None:
    """A test begins, with an empty database."""
    global _standing, _changes
    _standing, _changes = (), 0


def copied(build: Callable[P, R]) -> Callable[P, R]:
    """Copy what the fixture built before, wherever the database holds just what it held then."""

    @functools.wraps(build)
    def fixture(*args: P.args, **kwargs: P.kwargs) -> R:
        global _standing, _changes
        # Every write of the services leaves a change, and none is ever removed: as many say that nothing was added.
        if Change.objects.count() != _changes:
            return build(*args, **kwargs)
        chain = (*_standing, build)
        copy = _copies.get(chain)
        if copy is not None and copy.is_fresh():
            _execute(copy.statements)
            made: R = pickle.loads(copy.result)
        else:
            before = _rows()
            made = build(*args, **kwargs)
            copy = Copy(_statements(before, _rows()), pickle.dumps(made), Change.objects.count())
            # What was built upon an older one names keys that this one need not have.
            for longer in [one for one in _copies if one[: len(chain)] == chain]:
                del _copies[longer]
            _copies[chain] = copy
        _standing, _changes = chain, copy.changes
        return made

    return fixture


def _rows() -> Rows:
    """Everything of ours in the database, by model and primary key."""
    models = [
        model
        for label in ("targets", "reports")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]
    found: Rows = {}
    for model in models:
        names = [one.attname for one in model._meta.concrete_fields]
        found[model] = {row["pk"]: row for row in model._base_manager.order_by("pk").values("pk", *names)}
    return found


def _statements(before: Rows, after: Rows) -> list[tuple[str, list[Any]]]:
    """What removes the rows that are gone, writes those that have come and alters those that are others now."""

    def quote(name: str | None) -> str:
        return connection.ops.quote_name(str(name))

    statements: list[tuple[str, list[Any]]] = []
    grown = []
    for model, rows in after.items():
        table, fields = quote(model._meta.db_table), model._meta.concrete_fields
        old = before[model]

        def stored(row: dict[str, Any], fields: Any = fields) -> list[Any]:
            return [one.get_db_prep_save(row[one.attname], connection) for one in fields]

        key_column = quote(model._meta.pk.column)
        gone = [(f"DELETE FROM {table} WHERE {key_column} = %s", [key]) for key in old if key not in rows]
        statements = [*gone, *statements]
        new = [stored(row) for key, row in rows.items() if key not in old]
        columns = ", ".join(quote(one.column) for one in fields)
        places = f"({', '.join(['%s'] * len(fields))})"
        for start in range(0, len(new), ROWS_AT_ONCE):
            some = new[start : start + ROWS_AT_ONCE]
            sql = f"INSERT INTO {table} ({columns}) VALUES {', '.join([places] * len(some))}"
            statements.append((sql, [value for row in some for value in row]))
        if new:
            grown.append(model)
        altered = [(key, row) for key, row in rows.items() if key in old and row != old[key]]
        columns = ", ".join(f"{quote(one.column)} = %s" for one in fields)
        for key, row in altered:
            sql = f"UPDATE {table} SET {columns} WHERE {key_column} = %s"
            statements.append((sql, [*stored(row), key]))
    # PostgreSQL counts on from where it was, whatever keys were given.
    resets = connection.ops.sequence_reset_sql(no_style(), grown)
    return [*statements, *([("; ".join(sql.rstrip(";") for sql in resets), [])] if resets else [])]


@verb
def _execute(statements: list[tuple[str, list[Any]]]) -> None:
    with connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values or None)
