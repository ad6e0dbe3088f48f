"""Checks between indicators and breakdowns: what is named, to whom, and what proves nothing."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import translation

from targets import display
from targets.calculations.facts import Answer
from targets.calculations.terms import AnswerKind, TypedAs
from targets.models import Target, User
from targets.permissions import scope_of
from targets.services.plans import create_check
from targets.summaries.checks import BrokenCheck, broken_checks, relations
from tests.builders import Builder
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def broken(cast: Cast, build: Builder, person: User, month: int = 1, **options: object) -> tuple[BrokenCheck, ...]:
    units: Iterable[int] = options.pop("units", [cast.office.pk])  # type: ignore[assignment]
    return broken_checks(scope_of(person), build.year(), units, month, **options)  # type: ignore[arg-type]


def disputes(cast: Cast, build: Builder, operator: str = "=") -> tuple[Target, Target, Target]:
    """All disputes, which are those over land and those between neighbours."""
    named = [build.indicator(code, cast.governance, decimals=0) for code in ("ALL", "LAND", "NEAR")]
    create_check(
        build.by, code="V", left=named[0], operator=operator, right=named[1:], meaning="合计", meaning_en="The whole"
    )
    return tuple(build.target(one, cast.office, {12: 60}) for one in named)  # type: ignore[return-value]


def test_parts_that_do_not_add_up_are_named_with_their_figures(cast: Cast, build: Builder) -> None:
    whole, land, near = disputes(cast, build)
    build.submitted(whole, 1, 5)
    build.approved(land, 1, 2)
    build.approved(near, 1, 2)
    (found,) = broken(cast, build, cast.office_clerk)
    # 2 + 2 = 4, not 5; what waits counts as well.
    assert (found.left.amount, found.total) == (Fraction(5), Fraction(4))
    with translation.override("en"):
        assert display.broken_check(found) == (
            "Does not add up: Indicator ALL 5 should equal Indicator LAND 2 + Indicator NEAR 2 = 4."
        )
    assert found.concerns(near.indicator_id, cast.office.pk)
    assert not found.concerns(cast.visits.pk, cast.office.pk)


def test_what_holds_or_is_not_complete_says_nothing(cast: Cast, build: Builder) -> None:
    whole, land, near = disputes(cast, build)
    build.approved(whole, 1, 5)
    build.approved(land, 1, 2)
    assert broken(cast, build, cast.office_clerk) == ()  # one part is missing
    build.approved(near, 1, 3)
    assert broken(cast, build, cast.office_clerk) == ()  # 2 + 3 = 5
    build.approved(whole, 2, 1)
    assert broken(cast, build, cast.office_clerk, 2) == ()  # February of the parts is missing


@pytest.mark.parametrize(("operator", "whole_is", "is_broken"), [(">=", 4, False), (">=", 3, True), ("<=", 4, False),
                                                                 ("<=", 5, True)])  # fmt: skip
def test_a_bound_is_kept_or_not(cast: Cast, build: Builder, operator: str, whole_is: int, is_broken: bool) -> None:
    whole, land, near = disputes(cast, build, operator)
    build.approved(whole, 1, whole_is)
    build.approved(land, 1, 2)
    build.approved(near, 1, 2)
    assert bool(broken(cast, build, cast.office_clerk)) is is_broken


def test_a_draft_is_judged_as_if_it_were_approved(cast: Cast, build: Builder) -> None:
    whole, land, near = disputes(cast, build)
    for target, value in ((whole, 4), (land, 2), (near, 2)):
        build.approved(target, 1, value)
    draft = Answer(1, 1, AnswerKind.VALUE, TypedAs.MONTH, Decimal(7), None, None)
    (found,) = broken(cast, build, cast.office_clerk, drafts={near.pk: [draft]})
    assert found.total == 2 + 7


def test_a_breakdown_is_held_against_its_whole_where_the_reader_sees_both(cast: Cast, build: Builder) -> None:
    own = build.target(cast.roads, cast.township, {12: 22})
    build.approved(own, 6, 12, typed_as="cumulative")
    (found,) = broken(cast, build, cast.reviewer, 6, units=[cast.east.pk])
    # East 3.7 + West 8.9 = 12.6; the township says 12.
    assert (found.check, found.left.amount, found.total) == (None, Fraction(12), Fraction("12.6"))
    with translation.override("en"):
        assert display.broken_check(found) == (
            "Does not add up: Qingshan Township 12.00, its parts East Village 3.70 + West Village 8.90 = 12.60."
        )
    assert found.concerns(cast.roads.pk, cast.west.pk)
    assert broken(cast, build, cast.east_clerk, 6, units=[cast.east.pk]) == ()


def test_only_what_was_asked_about_is_read(cast: Cast, build: Builder) -> None:
    whole, land, near = disputes(cast, build)
    for target, value in ((whole, 5), (land, 2), (near, 2)):
        build.approved(target, 1, value)
    assert broken(cast, build, cast.office_clerk, indicators=[cast.visits.pk]) == ()
    assert len(broken(cast, build, cast.office_clerk, indicators=[land.indicator_id])) == 1


def test_what_is_held_against_nothing_is_not_read(cast: Cast, build: Builder) -> None:
    build.submitted(cast.east_target, 1, 1)
    held = relations(scope_of(cast.reviewer), build.year(), [cast.east.pk])
    assert held.groups == {}  # a village has nothing below it
    build.target(cast.roads, cast.township, {12: 6})
    held = relations(scope_of(cast.reviewer), build.year(), [cast.east.pk])
    assert {group.indicator for group in held.groups.values()} == {cast.roads}
