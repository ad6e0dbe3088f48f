"""Bring in the sample township: its house once, and the accounts that are not there yet."""

import os
from collections.abc import Mapping
from pathlib import Path

from django.contrib.auth.hashers import make_password

from targets.importers.csv_dump import digest, read_house
from targets.models import Section, Unit, User, Year
from targets.sample import DATA
from targets.sample.accounts import ACCOUNTS, new_password
from targets.services.base import Author, verb
from targets.services.loading import House, has_plans, load_house
from targets.services.people import create_person, grant_role


class ForeignPlanError(Exception):
    """The database holds a plan that is not the sample's: nothing is mixed into it."""


def load_sample(passwords_file: Path, directory: Path = DATA) -> list[str]:
    """Load the sample and give back the names of the accounts that were made; a second call changes nothing.

    Raises:
        FileErrors: a data file is broken; nothing was loaded.
        ForeignPlanError: the database holds an office's own plan.
    """
    by = Author.system(f"sample, SHA-256 {digest(directory)}")
    if has_plans():
        if not Year.objects.filter(is_sample=True).exists():
            raise ForeignPlanError
        house = None
    else:
        house = read_house(directory)
    known = set(User.objects.values_list("username", flat=True))
    passwords = {account.username: new_password() for account in ACCOUNTS if account.username not in known}
    # Hashing is slow on purpose and happens before the transaction opens.
    hashes = {username: make_password(password) for username, password in passwords.items()}
    _load(by, house, hashes, passwords, passwords_file)
    return list(passwords)


@verb
def _load(
    by: Author, house: House | None, hashes: Mapping[str, str], passwords: Mapping[str, str], passwords_file: Path
) -> None:
    if house is not None:
        load_house(by, house, is_sample=True)
    for account in ACCOUNTS:
        if account.username not in hashes:
            continue
        person = create_person(
            by,
            username=account.username,
            full_name=account.full_name,
            password_hash=hashes[account.username],
            is_sample=True,
        )
        grant_role(
            by,
            user=person,
            unit=Unit.objects.get(code=account.unit),
            role=account.role,
            sections=Section.objects.filter(code__in=account.sections),
        )
    if passwords:
        # In the transaction: an account whose password could not be kept would be of no use to anybody.
        _keep(passwords_file, passwords)


def _keep(file: Path, passwords: Mapping[str, str]) -> None:
    """Write the sign-ins where only this account can read them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    roles = {account.username: account.full_name for account in ACCOUNTS}
    lines = [f"{username}\t{password}\t{roles[username]}\n" for username, password in passwords.items()]
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    # A file that was there keeps the permissions it had.
    file.chmod(0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as stream:
        stream.writelines(lines)
