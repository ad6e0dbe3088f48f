from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import translation

from targets import display
from targets.models import Membership, Role, Unit, UnitKind, User
from targets.services.base import Author, verb
from targets.services.invitations import Invitation, add_person, invite_person
from targets.services.people import grant_role
from targets.services.units import create_unit


class Command(BaseCommand):
    help = (
        "Give an empty house its first security administrator, who then adds everybody else on the pages. Makes the "
        "top unit where there is none, and the account where there is none, with an invitation to choose a password. "
        "Called again for a security administrator who has not chosen one yet, it makes a new invitation."
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
        user = User.objects.filter(username=options["username"]).first()
        if user is not None and not user.is_active:
            raise CommandError(f"The account {user.username} is disabled; name another one.")
        held = Membership.objects.filter(
            role=Role.SECURITY_ADMINISTRATOR, ended_at__isnull=True, user__is_active=True
        ).select_related("user", "unit")
        own = held.filter(user=user).first()
        by = Author.system("first_administrator")
        with translation.override("en"):
            if user is not None and own is not None and not user.has_usable_password():
                self._say(user.username, own.unit, invite_person(by, user=user))
                return
            there = held.first()
            if there is not None:
                raise CommandError(
                    f"{there.user.username} is security administrator already and can give the role to others on the "
                    "page of people. A forgotten password is changed with: manage.py changepassword."
                )
            unit = Unit.objects.filter(parent__isnull=True, archived_at__isnull=True).order_by("position", "id").first()
            if unit is None and not options["unit"]:
                raise CommandError("There is no unit yet; name the township: --unit 青山乡.")
            try:
                unit, invitation = _make(by, user, unit, options)
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from error
            self._say(options["username"], unit, invitation)

    def _say(self, username: str, unit: Unit, invitation: Invitation | None) -> None:
        self.stdout.write(f"{username} is security administrator of {unit.name}.")
        if invitation is None:
            return
        self.stdout.write(f"Invitation, shown only now and valid until {display.moment(invitation.until)}:")
        self.stdout.write(f"  code:    {invitation.code}")
        self.stdout.write(f"  address: {reverse('invitation_code', args=[invitation.code])} (after that of the server)")
        self.stdout.write("There the person chooses a password. If it runs out, call the command again.")


@verb
def _make(by: Author, user: User | None, unit: Unit | None, options: dict[str, Any]) -> tuple[Unit, Invitation | None]:
    """An account that exists keeps its password, such as one of createsuperuser."""
    if unit is None:
        unit = create_unit(by, code=options["unit_code"], name=options["unit"], kind=options["unit_kind"], position=1)
    invitation = None
    if user is None:
        invitation = add_person(by, username=options["username"], full_name=options["full_name"])
        user = invitation.person
    grant_role(by, user=user, unit=unit, role=Role.SECURITY_ADMINISTRATOR)
    return unit, invitation
