"""What a migration does to data that an installation holds."""

from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.builders import PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.unguarded]


def at(*name: str) -> Any:
    """The apps as they were after a migration, to which the database is brought."""
    executor = MigrationExecutor(connection)
    executor.migrate([name])  # type: ignore[list-item]
    return MigrationExecutor(connection).loader.project_state([name]).apps  # type: ignore[list-item]


@pytest.fixture(autouse=True)
def _newest_again():
    yield
    call_command("migrate", verbosity=0)


def test_given_passwords_are_taken_back_and_own_ones_stay():
    before = at("targets", "0005_upload").get_model("targets", "User")
    for username, given in (("given", True), ("own", False)):
        before.objects.create(
            username=username, password=make_password(PASSWORD), must_change_password=given, full_name=username
        )
    after = at("targets", "0006_invitations").get_model("targets", "User")
    found = {user.username: (user.password[0], user.invitation, user.invited_until) for user in after.objects.all()}
    assert found == {"given": ("!", "", None), "own": ("m", "", None)}  # md5, the hasher of the tests
