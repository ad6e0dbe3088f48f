"""What every verb shares: who writes, the transaction, the record of the change, the lock against lost updates."""

import functools
import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from ipaddress import ip_address
from itertools import islice
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from targets.models import Change, Target, Unit, User
from targets.permissions import Decision, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

#: How many rows one statement inserts.
AT_ONCE = 5000

P = ParamSpec("P")
R = TypeVar("R")

#: What the running verb has changed so far that figures are made of; ``None`` where none is running.
_touched: "ContextVar[set[Touched] | None]" = ContextVar("touched", default=None)
_address: ContextVar[str | None] = ContextVar("address", default=None)


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    """Whatever a person writes meanwhile is recorded with this IP address; with none where it is no such address."""
    try:
        known = str(ip_address(address.partition("%")[0]))  # without the zone that a link-local one carries
    except ValueError:
        known = None
    token = _address.set(known)
    try:
        yield
    finally:
        _address.reset(token)


#: What a change may alter the figures of: a target, a unit or an indicator, by its id.
Touched = tuple[str, int]

#: Of these a record names the target, though its figures stay what they are.
_ABOUT_NO_FIGURE = frozenset({"remedy", "instruction", "attachment"})
#: An answer counts, or waits, once it was submitted: what happens to a draft changes nothing.
_OF_A_DRAFT = frozenset({"create", "save", "discard"})
#: What a change of a unit or an indicator must touch to change figures.
_MAKING_FIGURES = {
    "unit": {"parent", "first_year", "first_month", "last_year", "last_month", "succeeds", "merged_into"},
    "indicator": {"kind", "accumulation", "direction", "frequency"},
}


def touched_by(change: "Change") -> "Iterator[Touched]":
    """What figures may be others by a change that was recorded."""
    kind, _, action = change.action.partition(".")
    if change.target_id is not None:
        if change.object_type not in _ABOUT_NO_FIGURE and not (kind in ("entry", "step") and action in _OF_A_DRAFT):
            yield "target", change.target_id
    elif change.after and json.loads(change.after).keys() & _MAKING_FIGURES.get(kind, frozenset()):
        yield kind, change.object_id
        # What a unit handed up is taken back from where it hung.
        above = json.loads(change.before or "{}").get("parent")
        if above:
            yield kind, above


class ConflictError(Exception):
    """Somebody else changed the same row first. The message says what stands now."""


class RowError(ValidationError):
    """What is refused of one of many rows; ``place`` counts them from 0. For one row it is like any other refusal."""

    def __init__(self, error: ValidationError, place: int) -> None:
        super().__init__(error)
        self.place = place


@contextmanager
def of_row(place: int) -> Iterator[None]:
    """Whatever is refused meanwhile is refused of this row."""
    try:
        yield
    except RowError:
        raise
    except ValidationError as error:
        raise RowError(error, place) from error


@dataclass(frozen=True)
class Author:
    """Who writes, and from where.

    Attributes:
        user: the person; ``None`` for the system itself (commands), which may do everything.
        scope: the person's scope; ``None`` for the system.
        label: how the record names the author.
        source: the page, or the file's name and digest.
        address: the IP address of the request; of a person, unless given, that of ``coming_from``.
        batch: ties together the changes of one act.
    """

    user: User | None
    label: str
    scope: Scope | None = None
    source: str = ""
    address: str | None = None
    batch: str = field(default_factory=lambda: str(uuid.uuid4()))

    @classmethod
    def system(cls, source: str) -> "Author":
        """The system itself, acting by a command."""
        return cls(user=None, label="system", source=source)

    @classmethod
    def of(cls, user: User, *, source: str = "") -> "Author":
        """A person whose act needs no permission: signing in and out, being refused."""
        return cls(user=user, label=str(user), source=source, address=_address.get())

    @classmethod
    def nobody(cls, *, source: str = "") -> "Author":
        """Who is not signed in, at the address of ``coming_from``."""
        return cls(user=None, label="unknown", source=source, address=_address.get())

    @classmethod
    def person(cls, user: User, scope: Scope, *, source: str = "", address: str | None = None) -> "Author":
        return cls(user=user, label=str(user), scope=scope, source=source, address=address or _address.get())

    def require(
        self, predicate: "Callable[Concatenate[Scope, P], Decision]", *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Ask a predicate of ``permissions``.

        Raises:
            PermissionDenied: with the predicate's reason.
        """
        if self.scope is not None:
            predicate(self.scope, *args, **kwargs).require()


def verb(function: Callable[P, R]) -> Callable[P, R]:
    """Run in one transaction, as an act of writing; the monthly accounts follow what the outermost one recorded."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _touched.get() is not None:
            with transaction.atomic():
                return function(*args, **kwargs)
        from targets.services import accounts

        touched: set[Touched] = set()
        token = _touched.set(touched)
        try:
            with transaction.atomic():
                result = function(*args, **kwargs)
                accounts.follow(touched)
                return result
        finally:
            _touched.reset(token)

    return run


def forget_touched(target_ids: "Iterable[int]") -> None:
    """These targets need no following: their accounts were made anew since they were changed."""
    touched = _touched.get()
    if touched:
        touched.difference_update(("target", pk) for pk in target_ids)


def is_writing() -> bool:
    """Whether a verb is running: what the tests' guard against other writes asks."""
    return _touched.get() is not None


def as_text(values: Mapping[str, Any] | None) -> str:
    """Values as the JSON text of a change: decimals and dates as strings, empty where there is nothing."""
    if not values:
        return ""
    return json.dumps(values, ensure_ascii=False, default=str, sort_keys=True)


def snapshot(instance: models.Model, *names: str) -> dict[str, Any]:
    """The named fields of an instance, foreign keys as ids."""
    return {name: getattr(instance, instance._meta.get_field(name).attname) for name in names}  # type: ignore[union-attr]


def change(
    by: Author,
    action: str,
    instance: models.Model,
    *,
    unit: Unit | None = None,
    target: Target | None = None,
    month: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Change:
    """The record of one change, not yet saved."""
    return Change(
        actor=by.user,
        actor_label=by.label,
        action=action,
        object_type=instance._meta.model_name or "",
        object_id=instance.pk,
        unit=unit or (target.unit if target is not None else None),
        target=target,
        month=month,
        before=as_text(before),
        after=as_text(after),
        reason=reason,
        source=by.source,
        batch=by.batch,
        address=by.address,
    )


def record(by: Author, action: str, instance: models.Model, **details: Any) -> None:
    """Record one change in the running transaction."""
    one = change(by, action, instance, **details)
    one.save(force_insert=True)
    _noted([one])


def record_all(changes: "Iterable[Change]") -> None:
    """Record many changes in the running transaction, as many at a time as one statement inserts."""
    rest = iter(changes)
    while portion := list(islice(rest, AT_ONCE)):
        _noted(Change.objects.bulk_create(portion))


def _noted(changes: "Iterable[Change]") -> None:
    touched = _touched.get()
    if touched is not None:
        touched.update(found for change in changes for found in touched_by(change))


def create(by: Author, action: str, instance: models.Model, *names: str, **details: Any) -> None:
    """Validate, insert and record a new row; ``names`` are the fields that the record keeps."""
    clean(instance)
    try:
        with transaction.atomic():
            instance.save(force_insert=True)
    except IntegrityError:
        instance.full_clean()  # says which rule it breaks, as far as another row has not just come in between
        raise
    record(by, action, instance, after=snapshot(instance, *names), **details)


def clean(instance: models.Model, names: "Iterable[str] | None" = None) -> None:
    """Validate a row by itself, or its named fields, without asking the database anything.

    What the database holds beyond that (constraints, keys of others) it checks when the row is written: see
    ``refusal_by``.

    Raises:
        ValidationError: a field cannot hold its value.
    """
    checked = {field.name for field in instance._meta.concrete_fields if not field.is_relation}
    if names is not None:
        checked &= set(names)
    instance.clean_fields(exclude={field.name for field in instance._meta.concrete_fields} - checked)
    instance.clean()


def refusal_by(
    error: IntegrityError, instance: models.Model, kind: type[models.BaseConstraint] = models.BaseConstraint
) -> ValidationError | None:
    """What a constraint of the ``kind`` says of a row that the database refused; ``None`` where it names none.

    Both databases name a check that failed. Of uniqueness only PostgreSQL names the constraint; SQLite lists columns.
    """
    named = set(re.findall(r"\w+", str(error)))
    for constraint in instance._meta.constraints:
        if isinstance(constraint, kind) and constraint.name in named:
            return ValidationError({NON_FIELD_ERRORS: [constraint.get_violation_error_message()]})
    return None


def insert_all(instances: Sequence[models.Model], places: Sequence[int] | None = None) -> None:
    """Validate and insert new rows of one model, however many, in a few statements.

    Fields are checked here. What concerns other rows as well is left to the constraints of the database; where these
    refuse, the rows are validated and inserted one by one, to say which of them and why. ``places`` are those that a
    refusal names, where a row is not its own.

    Raises:
        RowError: for the first row that breaks a rule.
    """
    if not instances:
        return
    numbered = list(zip(range(len(instances)) if places is None else places, instances, strict=True))
    model = type(instances[0])
    for place, instance in numbered:
        try:
            # Asking the database for every foreign key would take longer than the insert, which refuses them as well.
            clean(instance)
        except ValidationError as error:
            raise RowError(error, place) from error
    try:
        with transaction.atomic():
            model._default_manager.bulk_create(instances, batch_size=AT_ONCE)
    except IntegrityError:
        for place, instance in numbered:
            instance.pk, instance._state.adding = None, True
            with of_row(place):
                instance.full_clean()
            instance.save(force_insert=True)
        raise


@functools.cache
def _kept_apart_by(model: type[models.Model]) -> frozenset[str]:
    """The fields by which a constraint keeps the rows of a model apart, its condition included."""
    names = {field.name for field in model._meta.concrete_fields if field.unique}
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            names.update(constraint.fields)
            if constraint.condition is not None:
                names.update(constraint.condition.referenced_base_fields)
    return frozenset(names)


def update(instance: Any, lock_version: int | None = None, **values: Any) -> None:
    """Validate and update named fields of an editable row, unless somebody was faster.

    ``lock_version`` is the one that the person saw; without it, the one of the instance as read. Other rows are asked
    only where a field changes that keeps rows apart.

    Raises:
        ConflictError: the row was changed since it was read.
        ValidationError: the new values break a rule.
    """
    seen = instance.lock_version if lock_version is None else lock_version
    before = snapshot(instance, *values)
    for name, value in values.items():
        setattr(instance, name, value)
    changed = {name for name, value in snapshot(instance, *values).items() if value != before[name]}
    model: type[models.Model] = type(instance)
    if changed & _kept_apart_by(model):
        instance.full_clean()
    else:
        clean(instance, values)
    instance.lock_version = seen + 1
    rows = model._default_manager.filter(pk=instance.pk, lock_version=seen)
    try:
        found = rows.update(lock_version=seen + 1, **values)
    except IntegrityError as error:
        refusal = refusal_by(error, instance)
        if refusal is None:
            raise
        raise refusal from error
    if not found:
        raise conflict()


def lock_all(instances: "Iterable[Any]") -> list[Any]:
    """Lock editable rows, however many, always in the same order; a statement for each model among them.

    Returns:
        Those that somebody changed or removed since they were read.
    """
    changed = []
    for model, rows in _by_model(instances):
        found = model._default_manager.filter(pk__in=[row.pk for row in rows]).order_by("pk").select_for_update()
        stand = dict(found.values_list("pk", "lock_version"))
        changed += [row for row in rows if stand.get(row.pk) != row.lock_version]
    return changed


def update_all(instances: "Iterable[Any]", **values: Any) -> None:
    """Give editable rows the same values, however many: unless somebody was faster with one of them.

    Two statements for each model among them. The values are the caller's own and are held up by the database alone.

    Raises:
        ConflictError: a row was changed since it was read. Then none is.
    """
    listed = list(instances)
    if lock_all(listed):
        raise conflict()
    for model, rows in _by_model(listed):
        model._default_manager.filter(pk__in=[row.pk for row in rows]).update(
            lock_version=F("lock_version") + 1, **values
        )
    for instance in listed:
        for name, value in values.items():
            setattr(instance, name, value)
        instance.lock_version += 1


def write_each(instances: "Iterable[Any]", **values: "Mapping[Any, Any]") -> None:
    """Give rows that ``update_all`` has just changed a value each, by row. A statement for each model among them."""
    for model, rows in _by_model(instances):
        for row in rows:
            for name, of in values.items():
                setattr(row, name, of[row])
        model._default_manager.bulk_update(rows, list(values))


def _by_model(instances: "Iterable[Any]") -> list[tuple[type[models.Model], list[Any]]]:
    found: dict[type[models.Model], list[Any]] = {}
    for instance in instances:
        found.setdefault(type(instance), []).append(instance)
    return sorted(found.items(), key=lambda pair: pair[0]._meta.label)


def conflict() -> ConflictError:
    return ConflictError(_("Somebody else changed this while you were working on it. Load the page again and compare."))


def refuse(message: str, field_name: str | None = None) -> ValidationError:
    """A refusal in the person's language, beside a field where one is named."""
    return ValidationError({field_name: message}) if field_name else ValidationError(message)
