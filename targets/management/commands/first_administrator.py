from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from targets.models import Membership, Role, Unit, UnitKind, User
from targets.services.people import create_person, grant_role, made_password
from targets.services.units import create_unit
from targets.services.writing import Author, verb


class Command(BaseCommand):
    help = (
        "Give an empty house its first security administrator, who then adds everybody else on the pages. Makes the "
        "top unit where there is none, and the account, with a password shown once, where there is none."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="of a new account, or of the one made by createsuperuser")
        parser.add_argument("--full-name", default="", help="what the person is called")
        parser.add_argument("--unit", default="", help="name of the top unit, needed where there is none yet")
        parser.add_argument("--unit-code", default="T", help="its code (default: T)")
        parser.add_argument(
            "--unit-kind", default=UnitKind.TOWNSHIP, choices=UnitKind.values, help="its kind (default: township)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        there = Membership.objects.filter(
            role=Role.SECURITY_ADMINISTRATOR, ended_at__isnull=True, user__is_active=True
        ).first()
        if there is not None:
            raise CommandError(
                f"{there.user.username} is security administrator already and can give the role to others on the "
                "page of people. A forgotten password is changed with: manage.py changepassword."
            )
        user = User.objects.filter(username=options["username"]).first()
        if user is not None and not user.is_active:
            raise CommandError(f"The account {user.username} is disabled; name another one.")
        unit = Unit.objects.filter(parent__isnull=True, archived_at__isnull=True).order_by("position", "id").first()
        if unit is None and not options["unit"]:
            raise CommandError("There is no unit yet; name the township: --unit 青山乡.")
        password = made_password()
        # Before the transaction opens: hashing is slow on purpose.
        password_hash = "" if user is not None else make_password(password)
        with translation.override("en"):
            try:
                unit = _make(Author.system("first_administrator"), user, unit, password_hash, options)
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{options['username']} is security administrator of {unit.name}.")
        if user is None:
            self.stdout.write(f"Password, shown only now: {password}")
            self.stdout.write("It must be changed at the first sign-in.")


@verb
def _make(by: Author, user: User | None, unit: Unit | None, password_hash: str, options: dict[str, Any]) -> Unit:
    if unit is None:
        unit = create_unit(by, code=options["unit_code"], name=options["unit"], kind=options["unit_kind"], position=1)
    if user is None:
        user = create_person(
            by,
            username=options["username"],
            full_name=options["full_name"],
            password_hash=password_hash,
            must_change_password=True,
        )
    grant_role(by, user=user, unit=unit, role=Role.SECURITY_ADMINISTRATOR)
    return unit
