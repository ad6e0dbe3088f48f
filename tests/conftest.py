"""What every test may use: the guard against writes outside services, the sample township, the cast."""

import gc
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from targets.models import User
from targets.services.base import is_writing, verb
from tests.builders import Builder
from tests.cast import Cast, make_cast
from tests.copies import copied, forget

#: SQLite writes INSERT OR IGNORE for a bulk_create that ignores conflicts.
BUSINESS_WRITE = re.compile(r'^\s*(INSERT( OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(targets_|reports_)', re.IGNORECASE)
#: Django itself notes the sign-in on the account.
FRAMEWORK_WRITE = re.compile(r'^\s*UPDATE "targets_user" SET "(last_login|password)"', re.IGNORECASE)


def refuse_business_writes(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if BUSINESS_WRITE.match(sql) and not FRAMEWORK_WRITE.match(sql) and not is_writing():
        raise AssertionError(f"A business write outside the services: {sql[:200]}")
    return execute(sql, params, many, context)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what asks the database: the rest says nothing new there."""
    if connection.vendor != "postgresql":
        return
    asking: list[pytest.Item] = []
    silent: list[pytest.Item] = []
    for item in items:
        fixtures = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
        (asking if fixtures or item.get_closest_marker("django_db") else silent).append(item)
    if silent:
        config.hook.pytest_deselected(items=silent)
        items[:] = asking


def pytest_collection_finish() -> None:
    """What was imported and collected stays: the collector, else a sixth of the run, need not look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def _guard(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every business write in every test comes from a verb of the services."""
    if "unguarded" in request.keywords:
        yield
        return
    with connection.execute_wrapper(refuse_business_writes):
        yield


@pytest.fixture(autouse=True)
def _chinese(settings: Any) -> Iterator[None]:
    """Every test begins in Chinese: what a request of an earlier one chose stays active in the thread."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _nothing_copied() -> None:
    """Every test begins with an empty database."""
    forget()


@pytest.fixture
def build(db: None) -> Builder:
    """A builder of small plans."""
    return Builder()


@pytest.fixture
@copied
def cast(build: Builder) -> Cast:
    """A township with two sibling villages and a person for every role."""
    return make_cast(build)


@pytest.fixture
def signed_in(client: Client) -> Any:
    """Sign a person in and give back the client, which reads Chinese unless another language is asked for."""

    def sign_in(person: Any, language: str = "zh-hans") -> Client:
        verb(User.objects.filter(pk=person.pk).update)(language=language)
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
@copied
def sample(db: None, tmp_path: Any) -> None:
    """The sample township."""
    from targets.sample.loader import load_sample

    load_sample(tmp_path / "sample-accounts.txt")
