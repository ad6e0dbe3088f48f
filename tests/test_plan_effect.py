"""What a change of the plan would do to statuses, before it is written: against what the pages show afterwards."""

from decimal import Decimal

import pytest

from targets.calculations.terms import Period, Status
from targets.models import Target, Year
from targets.permissions import scope_of
from targets.services import planning, plans
from targets.summaries.plan_effect import effect, facts_of, replanned, with_target
from targets.summaries.selection import roll_up

D = Decimal


@pytest.fixture
def scope(cast):
    return scope_of(cast.system_administrator)


def year():
    return Year.objects.get(year=2023)


def would_be(scope, cast, unit, as_of=6, **new):
    """What replanning a unit's target of roads would change: (unit, period) → (before, after)."""
    group = facts_of(scope, year(), [cast.roads])[cast.roads.pk]
    after = with_target(group, unit.pk, replanned(group.facts[unit.pk], **new) if new else None)
    found = effect(scope, year(), as_of, group, after, [unit.pk])
    return {(one.unit.code, one.period): (one.before.status, one.after and one.after.status) for one in found.changes}


def statuses(scope, cast, as_of=6):
    group = facts_of(scope, year(), [cast.roads])[cast.roads.pk]
    return {
        (unit.code, period): roll_up(group, scope.tree, year(), period, as_of).standing(unit.pk).status
        for unit in (cast.township, cast.east, cast.west)
        for period in Period
    }


def test_the_unit_and_those_above_it(cast, scope):
    # East 3.7 of 5: 74 %, behind. Of 20 it is behind as well. Township: 12.6 of 11 is ahead (115 %), of 26 48 %.
    # First half: completed (12.6 of 11) becomes behind.
    found = would_be(scope, cast, cast.east, checkpoints={6: D(20), 12: D(40)})
    assert found == {
        ("T", Period.FIRST_HALF): (Status.COMPLETED, Status.BEHIND),
        ("T", Period.YEAR): (Status.AHEAD, Status.BEHIND),
    }


def test_what_is_foretold_is_what_comes(build, cast, scope):
    before = statuses(scope, cast)
    foretold = would_be(scope, cast, cast.east, checkpoints={6: D("3.7"), 12: D(40)})
    assert foretold
    planning.change_target(build.by, target=cast.east_target, checkpoints={6: D("3.7"), 12: D(40)}, reason="录入错误")
    after = statuses(scope, cast)
    assert foretold == {key: (before[key], after[key]) for key in before if before[key] is not after[key]}


def test_an_adjustment_from_a_later_month_changes_nothing_yet(build, cast, scope):
    new = {"checkpoints": {12: D(100)}, "effective_month": 7}
    assert would_be(scope, cast, cast.east, **new) == {}
    # Reported nothing in July: the path of July asks more, and the figures are those of June.
    foretold = would_be(scope, cast, cast.west, as_of=7, **new)
    assert foretold[("T-W", Period.YEAR)][1] is Status.BEHIND
    plans.adjust_target(build.by, target=cast.west_target, effective_month=7, checkpoints={12: D(100)}, reason="调整")
    assert statuses(scope, cast, 7)[("T-W", Period.YEAR)] is Status.BEHIND


def test_a_target_taken_out_leaves_nothing_at_its_unit(cast, scope):
    found = would_be(scope, cast, cast.east)
    assert found[("T-E", Period.YEAR)] == (Status.BEHIND, None)


def test_another_path_between_the_checkpoints(cast, scope):
    # In May, a straight line asks 5/6 of 5; in steps nothing is asked before June.
    assert would_be(scope, cast, cast.east, as_of=5, interpolation="step")[("T-E", Period.YEAR)] == (
        Status.NOT_REPORTED,
        Status.NOT_DUE,
    )


def test_the_fingerprint_stands_for_exactly_the_changes(cast, scope):
    group = facts_of(scope, year(), [cast.roads])[cast.roads.pk]

    def of(value, as_of=6):
        new = replanned(group.facts[cast.east.pk], checkpoints={6: D(value), 12: D(40)})
        return effect(scope, year(), as_of, group, with_target(group, cast.east.pk, new), [cast.east.pk])

    assert of(20).fingerprint == of(21).fingerprint  # the same statuses
    assert of(20).fingerprint != of(3).fingerprint
    assert of(5).fingerprint != of(5, 7).fingerprint
    assert Target.objects.count() == 3


def test_nothing_is_judged_in_a_draft(build, cast, scope):
    build.year(2024, is_draft=True)
    build.target(cast.roads, cast.east, {6: 1, 12: 2}, year=2024)
    draft = Year.objects.get(year=2024)
    group = facts_of(scope, draft, [cast.roads])[cast.roads.pk]
    assert effect(scope, draft, 6, group, with_target(group, cast.east.pk, None), [cast.east.pk]).changes == ()
