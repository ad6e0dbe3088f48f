"""People from a list: accounts and roles at once, all of them or none, and the invitations of those who are new."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from targets.models import Membership, Section, Unit, User
from targets.permissions import manages_people_in, may_give_role_to, may_manage_people
from targets.querysets.people import people_managed_by
from targets.services.base import Author, ConflictError, refuse, verb
from targets.services.invitations import Invitation, add_person
from targets.services.people import grant_role


@dataclass(frozen=True)
class ListedRole:
    """A row of a list: one role of one person. ``line`` is its row; no sections means all of them."""

    line: int
    full_name: str
    username: str
    unit: Unit
    role: str
    sections: tuple[Section, ...] = ()
    email: str = ""

    @property
    def key(self) -> str:
        """The user name as accounts are told apart: two that differ in capitals only would be taken for one."""
        return self.username.lower()


class Outcome(StrEnum):
    """What taking a row would do."""

    NEW_PERSON = "new_person"
    NEW_ROLE = "new_role"
    SAME = "same"
    REFUSED = "refused"

    @property
    def is_taken(self) -> bool:
        """Whether something would be written."""
        return self in (Outcome.NEW_PERSON, Outcome.NEW_ROLE)


@dataclass(frozen=True)
class Hindrance:
    """Why a row is refused, beside the field of ``ListedRole`` that it is about, and what to do."""

    field: str
    reason: str
    advice: str = ""


@dataclass(frozen=True)
class Listed:
    """A row of a list beside what stands. ``person``: the account of this user name, where there is one.

    ``NEW_PERSON`` is the first row of somebody without an account; further rows are ``NEW_ROLE``.
    """

    row: ListedRole
    outcome: Outcome
    person: User | None
    hindrances: tuple[Hindrance, ...] = ()


@dataclass(frozen=True)
class Taken:
    """What a list brought: the invitations of new people, in the order of the list, and how many roles were given."""

    invitations: tuple[Invitation, ...]
    roles: int


def compare_people(by: Author, rows: Sequence[ListedRole]) -> tuple[Listed, ...]:
    """What taking each row would do. Four queries, whatever their number."""
    return tuple(_Comparison(by, rows).rows())


class _Comparison:
    def __init__(self, by: Author, rows: Sequence[ListedRole]) -> None:
        self.by, self.listed = by, rows
        self.managed = None if by.scope is None else set(manages_people_in(by.scope))
        people = User.objects.annotate(lower=Lower("username")).filter(
            Q(lower__in={row.key for row in rows}) | Q(username__in={row.username for row in rows})
        )
        self.people: dict[str, User] = {}
        for person in people.order_by("pk"):
            self.people.setdefault(person.username.lower(), person)
        ids = [person.pk for person in self.people.values()]
        reached = people_managed_by(by.scope, by.user) if by.scope is not None else User.objects.all()
        self.reached = set(reached.filter(pk__in=ids).values_list("pk", flat=True))
        self.held = {
            (held.user_id, held.unit_id, held.role): {section.pk for section in held.sections.all()}
            for held in Membership.objects.filter(user__in=ids, ended_at__isnull=True).prefetch_related("sections")
        }
        #: The first row of each user name, and of each role in the list.
        self.first: dict[str, ListedRole] = {}
        self.given: dict[tuple[str, int, str], ListedRole] = {}

    def rows(self) -> Iterable[Listed]:
        for row in self.listed:
            person = self.people.get(row.key)
            earlier = self.given.setdefault((row.key, row.unit.pk, row.role), row)
            hindrances = [*self._within(row, earlier, person), *self._about(row, person)]
            sections = {section.pk for section in row.sections}
            held = self.held.get((person.pk, row.unit.pk, row.role)) if person is not None else None
            is_new = row.key not in self.first
            self.first.setdefault(row.key, row)
            if hindrances:
                outcome = Outcome.REFUSED
            elif held == sections or earlier is not row:
                outcome = Outcome.SAME
            else:
                hindrances = [*self._rights(row, person)]
                if held is not None:
                    hindrances.append(
                        Hindrance(
                            "sections",
                            _("The person has this role already, for other sections."),
                            _("End it on the person's page first, then give it anew."),
                        )
                    )
                outcome = Outcome.NEW_PERSON if person is None and is_new else Outcome.NEW_ROLE
            yield Listed(row, Outcome.REFUSED if hindrances else outcome, person, tuple(hindrances))

    def _within(self, row: ListedRole, earlier: ListedRole, person: User | None) -> Iterable[Hindrance]:
        """What contradicts an earlier row of the list. Whose an account is that exists, it says itself."""
        first = self.first.get(row.key, row)
        if person is None and first.full_name != row.full_name:
            yield Hindrance(
                "full_name",
                _("Row %(line)d gives this user name to “%(name)s”.") % {"line": first.line, "name": first.full_name},
                _("Accounts are not shared. Give each person a user name of their own."),
            )
        if first.email and row.email and first.email != row.email:
            yield Hindrance(
                "email",
                _("Row %(line)d names another e-mail address of this person.") % {"line": first.line},
                _("Keep one of them."),
            )
        if {section.pk for section in earlier.sections} != {section.pk for section in row.sections}:
            yield Hindrance(
                "sections",
                _("Row %(line)d gives this role for other sections.") % {"line": earlier.line},
                _("Put all sections of a role into one row."),
            )

    def _about(self, row: ListedRole, person: User | None) -> Iterable[Hindrance]:
        """What speaks against the account of this user name."""
        if person is None:
            return
        if person.pk not in self.reached:
            yield Hindrance(
                "username",
                _("This user name is taken by somebody whom you do not manage."),
                _("Choose another one, or ask the security administrator above."),
            )
        elif person.full_name != row.full_name:
            yield Hindrance(
                "full_name",
                _("The account “%(username)s” is that of “%(name)s”.") % {"username": person.username, "name": person},
                _(
                    "Accounts are not shared. Choose another user name; if it is the same person, correct the name "
                    "on the person's page first."
                ),
            )
        elif not person.is_active:
            yield Hindrance(
                "username", _("This account is disabled."), _("Open it again on the person's page, or leave it out.")
            )

    def _rights(self, row: ListedRole, person: User | None) -> Iterable[Hindrance]:
        """What the author may not do."""
        if self.by.scope is None or self.managed is None:
            return
        author_id = self.by.user.pk if self.by.user is not None else None
        if person is not None and not (may := may_give_role_to(self.by.scope, author_id, person.pk)):
            yield Hindrance("username", str(may.reason))
        if row.unit.pk not in self.managed:
            yield Hindrance("unit", _("You do not give roles in this unit."), _("Ask its security administrator."))


@verb
def take_people(by: Author, *, rows: Sequence[ListedRole]) -> Taken:
    """Make the accounts and give the roles of a list, all or nothing. What stands already is left alone.

    Raises:
        PermissionDenied: the author manages no people.
        ValidationError: a row is refused; the message names it.
        ConflictError: somebody else made one of the accounts or roles at the same moment.
    """
    by.require(may_manage_people)
    listed = compare_people(by, rows)
    for one in listed:
        for hindrance in one.hindrances:
            raise refuse(_("Row %(row)d: %(reason)s") % {"row": one.row.line, "reason": hindrance.reason})
    emails: dict[str, str] = {}
    for row in rows:
        emails[row.key] = emails.get(row.key) or row.email
    made: dict[str, Invitation] = {}
    taken = [one for one in listed if one.outcome.is_taken]
    try:
        with transaction.atomic():
            for one in taken:
                row, person = one.row, one.person
                if person is None and row.key not in made:
                    made[row.key] = add_person(
                        by, username=row.username, full_name=row.full_name, email=emails[row.key]
                    )
                person = person or made[row.key].person
                grant_role(by, user=person, unit=row.unit, role=row.role, sections=row.sections)
    except IntegrityError as error:
        raise ConflictError(
            _("Somebody else added the same person or role at this moment. Look at the list again.")
        ) from error
    return Taken(tuple(made.values()), len(taken))
