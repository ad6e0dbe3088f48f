"""What the tests of the verbs share: messages in English, and a person as author."""

from collections.abc import Callable, Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation

from targets.models import User
from targets.permissions import scope_of
from targets.services.base import Author
from tests.cast import Cast


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def author(person: User) -> Author:
    """A person at a page, with the scope of this moment."""
    return Author.person(person, scope_of(person), source="page under test", address="10.1.2.3")


def who_may(cast: Cast, act: Callable[[Author], object]) -> tuple[set[str], set[str]]:
    """Who of the cast may do something, and the reasons the others are given. Nothing of it stays."""
    may, reasons = set(), set()
    for name, person in cast.people.items():
        try:
            with transaction.atomic():
                act(author(person))
                transaction.set_rollback(True)
            may.add(name)
        except PermissionDenied as denied:
            reasons.add(str(denied))
    return may, reasons
