"""People, their roles, and the choices they make for themselves."""

from collections.abc import Iterable

from targets.models import Membership, Section, Unit, User
from targets.permissions import may_manage_people
from targets.services.writing import Author, create, record, snapshot, verb


@verb
def create_person(by: Author, *, username: str, full_name: str, password_hash: str, is_sample: bool = False) -> User:
    """A new account. ``password_hash`` was made before the transaction opened: hashing is slow on purpose."""
    by.require(may_manage_people)
    user = User(username=username, full_name=full_name, password=password_hash, is_sample=is_sample)
    create(by, "person.create", user, "username", "full_name", "is_sample")
    return user


@verb
def grant_role(by: Author, *, user: User, unit: Unit, role: str, sections: Iterable[Section] = ()) -> Membership:
    """Give a person a role in a unit, in all sections or in the named ones."""
    by.require(may_manage_people)
    membership = Membership(user=user, unit=unit, role=role)
    create(by, "membership.create", membership, "user", "unit", "role", unit=unit)
    chosen = list(sections)
    if chosen:
        membership.sections.set(chosen)
        record(by, "membership.sections", membership, unit=unit, after={"sections": [s.code for s in chosen]})
    return membership


@verb
def choose_appearance(by: Author, *, user: User, **chosen: str | bool) -> None:
    """Remember how a person wants the pages: ``language``, ``large_text``. Choosing the same again changes nothing."""
    before = snapshot(user, *chosen)
    if before == chosen:
        return
    for name, value in chosen.items():
        setattr(user, name, value)
    user.clean_fields(exclude=["password"])
    User.objects.filter(pk=user.pk).update(**chosen)
    record(by, "person.appearance", user, before=before, after=chosen)
