"""Who is to be reminded of what: due answers and what was returned, for the people who must type them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from targets.calculations.terms import Period
from targets.models import Membership, Role, Unit, User, Year
from targets.permissions import everything
from targets.summaries.missing import MissingRow, MissingStep, MissingUnit, missing_units
from targets.summaries.selection import Selection


@dataclass(frozen=True)
class Duty:
    """What one person is to type for a unit. ``as_reviewer``: the unit has no clerk for it."""

    owed: MissingUnit
    as_reviewer: bool


@dataclass(frozen=True)
class Reminder:
    """Everything that one person is to type."""

    person: User
    duties: tuple[Duty, ...]


@dataclass(frozen=True)
class Reminders:
    """Who is to type what. ``nobodys`` is owed by units for which nobody may enter it."""

    year: Year
    month: int
    people: tuple[Reminder, ...]
    nobodys: tuple[MissingUnit, ...]


def reminders(year: Year, month: int, today: date) -> Reminders:
    """What is open up to the end of ``month``, for whom. ``today`` decides what is due by now, and overdue.

    A figure is typed by the clerks of its unit and section; where there are none, by those of the nearest unit above
    that enter for it; where there are none either, by the nearest reviewers. Disabled accounts are nobody.
    """
    tree = Unit.objects.all().tree()
    scope = everything(tree)
    period = Period.FIRST_HALF if month <= 6 else Period.YEAR
    posts = _posts()
    owed: dict[int, list[Duty]] = defaultdict(list)
    people: dict[int, User] = {}
    nobodys: list[MissingUnit] = []
    for root in tree.roots:
        for unit in missing_units(Selection(scope, year, period, month, tree.units[root]), today):
            near = list(tree.above(unit.unit.pk))
            shares: dict[tuple[int, bool], list[MissingRow | MissingStep]] = defaultdict(list)
            left: list[MissingRow | MissingStep] = []
            everything_owed: list[MissingRow | MissingStep] = [*unit.rows, *unit.steps]
            for one in everything_owed:
                if isinstance(one, MissingRow) and not one.months and not one.returned:
                    continue  # all of it waits for review
                found, is_reviewer = _who(posts, near, _section_of(one))
                if not found:
                    left.append(one)
                for person in found:
                    people[person.pk] = person
                    shares[(person.pk, is_reviewer)].append(one)
            for (person_id, is_reviewer), share in shares.items():
                owed[person_id].append(Duty(_only(unit, share), is_reviewer))
            if left:
                nobodys.append(_only(unit, left))
    return Reminders(
        year, month, tuple(Reminder(people[pk], tuple(duties)) for pk, duties in owed.items()), tuple(nobodys)
    )


def _section_of(one: MissingRow | MissingStep) -> int:
    indicator = one.indicator if isinstance(one, MissingRow) else one.milestone.target.indicator
    return int(indicator.section_id)


def _only(unit: MissingUnit, share: Iterable[MissingRow | MissingStep]) -> MissingUnit:
    listed = list(share)
    return replace(
        unit,
        rows=tuple(one for one in listed if isinstance(one, MissingRow)),
        steps=tuple(one for one in listed if isinstance(one, MissingStep)),
    )


#: By unit and role: who holds it, in which sections (none: all).
Posts = dict[tuple[int, str], list[tuple[User, frozenset[int]]]]


def _posts() -> Posts:
    posts: Posts = defaultdict(list)
    held = Membership.objects.filter(
        ended_at__isnull=True, role__in=[Role.CLERK, Role.REVIEWER], user__is_active=True
    ).select_related("user")
    for membership in held.prefetch_related("sections").order_by("pk"):
        sections = frozenset(section.pk for section in membership.sections.all())
        posts[(membership.unit_id, membership.role)].append((membership.user, sections))
    return posts


def _who(posts: Posts, near: list[int], section_id: int) -> tuple[list[User], bool]:
    """Who types a figure of a section, and whether as a reviewer. ``near``: its unit and those above, nearest first."""
    for role in (Role.CLERK, Role.REVIEWER):
        for unit_id in near:
            found = [
                user for user, sections in posts.get((unit_id, role), ()) if not sections or section_id in sections
            ]
            if found:
                return found, role == Role.REVIEWER
    return [], False
