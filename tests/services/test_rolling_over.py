"""Roll-over: what goes on, what a draft is, and the way back."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from targets.models import Change, Target, Year
from targets.permissions import scope_of
from targets.services import planning, plans, units, years
from targets.services.base import Author
from targets.services.plan_import import Outcome, PlannedTarget, compare_plan
from targets.services.progress import record_progress, record_step
from targets.services.rolling_over import Continued, discard_draft, open_past_year, put_in_force, roll_over
from targets.summaries.rolling_over import Ending, compare_plans, to_carry


def person(user):
    return Author.person(user, scope_of(user))


@pytest.fixture
def source(cast, build):
    return build.year()


@pytest.fixture
def admin(cast):
    return person(cast.system_administrator)


@pytest.fixture
def rows(cast, source):
    return tuple(to_carry(scope_of(cast.system_administrator), source))


def go_on(rows):
    return [Continued(row.target, row.baseline, row.checkpoints, row.open_steps) for row in rows if row.ending is None]


@pytest.fixture
def draft(admin, source, rows):
    return roll_over(admin, source=source, year=2024, continued=go_on(rows))


def test_each_target_brings_its_last_figure_and_its_checkpoints(cast, rows):
    found = {row.target: row for row in rows}
    east = found[cast.east_target]
    assert (east.baseline, east.baseline_month, east.is_result) == (Decimal("3.7000"), 6, False)
    assert east.checkpoints == {6: 5, 12: 10}


def test_the_supporting_units_go_on_while_they_are_in_use(admin, build, cast, source):
    gone = build.unit("GONE", cast.township, last_year=2023)
    planning.change_target(build.by, target=cast.east_target, supporting_units=[cast.office, gone])
    rows = tuple(to_carry(scope_of(cast.system_administrator), source))
    roll_over(admin, source=source, year=2024, continued=go_on(rows))
    assert list(Target.objects.get(year=2024, unit=cast.east).supporting_units.all()) == [cast.office]


def test_a_year_that_ended_brings_its_result(cast, build, source):
    # 8.9 by June and 4.2 more from July to December: 13.1.
    build.approved(cast.west_target, 12, "4.2", from_month=7)
    found = {row.target: row for row in to_carry(scope_of(cast.system_administrator), source)}
    assert (found[cast.west_target].baseline, found[cast.west_target].is_result) == (Decimal("13.1"), True)


def test_a_rate_is_kept_as_stored_amounts_are(cast, build, source):
    rate = build.indicator("RATE", kind="rate", accumulation="latest")
    target = build.target(rate, cast.office, {12: 90})
    build.approved(target, 12, numerator=Decimal(2), denominator=Decimal(3))
    found = {row.target: row for row in to_carry(scope_of(cast.system_administrator), source)}
    assert found[target].baseline == Decimal("66.6667")  # 2/3 = 66.666…, four decimals are kept


def test_what_was_not_reported_has_no_baseline(cast, build, source):
    silent = build.target(build.indicator("SILENT"), cast.office, {12: 5})
    found = {row.target: row for row in to_carry(scope_of(cast.system_administrator), source)}
    assert (found[silent].baseline, found[silent].baseline_month) == (None, None)


def test_a_finished_task_and_an_ended_unit_do_not_go_on_by_themselves(cast, build, source, admin):
    task = build.indicator("TASK", kind="milestone", accumulation="")
    steps = [{"name": "开工", "due": date(2023, 3, 31)}, {"name": "完工", "due": date(2023, 9, 30)}]
    half = build.target(task, cast.office, steps=steps)
    whole = build.target(build.indicator("WHOLE", kind="milestone", accumulation=""), cast.office, steps=steps[:1])
    for target in (half, whole):
        step = target.milestones.first()
        from targets.services.progress import approve, submit

        entry = record_step(build.by, milestone=step, done=True, month=3)
        submit(build.by, entry)
        approve(build.by, entry)
    found = {row.target: row for row in to_carry(scope_of(cast.system_administrator), source)}
    assert [step.name for step in found[half].open_steps] == ["完工"]
    assert (found[half].ending, found[whole].ending) == (None, Ending.ALL_STEPS_DONE)


def test_the_draft_has_the_settings_and_targets_of_the_year_before(cast, draft, source):
    assert draft.is_draft
    assert draft.due_day == source.due_day
    new = Target.objects.get(year=2024, indicator=cast.roads, unit=cast.east)
    assert new.baseline == Decimal("3.7")
    points = new.revisions.get().checkpoints.values_list("month", "value")
    assert dict(points) == {6: Decimal(5), 12: Decimal(10)}
    assert new.indicator == cast.east_target.indicator  # the thread for year on year


def test_open_steps_go_on_without_their_old_dates(cast, build, source, admin):
    task = build.indicator("TASK", kind="milestone", accumulation="")
    build.target(task, cast.office, steps=[{"name": "开工", "weight": Decimal(2), "due": date(2023, 3, 31)}])
    rows = tuple(to_carry(scope_of(cast.system_administrator), source))
    roll_over(admin, source=source, year=2024, continued=go_on(rows))
    step = Target.objects.get(year=2024, indicator=task).milestones.get()
    assert (step.name, step.weight, step.due) == ("开工", Decimal(2), None)


def test_nobody_reports_on_a_draft(cast, draft):
    target = Target.objects.get(year=2024, indicator=cast.roads, unit=cast.east)
    with pytest.raises(ValidationError, match="draft"):
        record_progress(person(cast.east_clerk), target=target, month=1, value=Decimal(1))


def test_only_who_makes_the_plan_sees_a_draft(cast, draft):
    def years(user):
        return set(Year.objects.visible_to(scope_of(user)).values_list("year", flat=True))

    assert years(cast.system_administrator) == {2023, 2024}
    assert years(cast.leader) == years(cast.east_clerk) == years(cast.auditor) == {2023}


def test_in_force_it_takes_figures(cast, admin, draft):
    put_in_force(admin, draft)
    target = Target.objects.get(year=2024, indicator=cast.roads, unit=cast.east)
    assert record_progress(person(cast.east_clerk), target=target, month=1, value=Decimal(1)).state == "draft"
    with pytest.raises(ValidationError, match="in force"):
        put_in_force(admin, Year.objects.get(year=2024))


def test_undone_as_one_step_it_can_be_made_again(cast, admin, source, rows, draft):
    discard_draft(admin, draft)
    assert not Year.objects.filter(year=2024).exists()
    assert not Target.objects.in_force(2024).exists()
    assert Change.objects.filter(action="year.discard").exists()
    again = roll_over(admin, source=source, year=2024, continued=go_on(rows))
    assert Target.objects.in_force(again.year).count() == 3  # roads in two villages, visits in the office


def test_what_went_with_a_draft_stands_in_nobodys_way(cast, admin, build, draft):
    gone = Target.objects.get(year=2024, unit=cast.east)
    discard_draft(admin, draft)
    gone.refresh_from_db()
    with pytest.raises(ValidationError, match="gone with its draft"):
        planning.restore_target(admin, target=gone, reason="Back.")
    # Neither when its year is planned by hand, nor when the plan of that year comes in by a file.
    build.year(2024)
    row = PlannedTarget(5, cast.east, cast.roads, checkpoints={12: Decimal(10)})
    assert [one.outcome for one in compare_plan(2024, [row])] == [Outcome.NEW]
    again = planning.plan_target(admin, indicator=cast.roads, unit=cast.east, year=2024, checkpoints={12: Decimal(10)})
    assert [one.outcome for one in compare_plan(2024, [row])] == [Outcome.SAME]
    # What is then taken out of the plan in force does.
    plans.archive(admin, again, reason="Given up.")
    assert [one.outcome for one in compare_plan(2024, [row])] == [Outcome.ARCHIVED]
    assert list(Target.objects.archived(2024)) == [again]


def test_what_was_taken_out_of_the_draft_goes_with_it_as_well(cast, admin, build, draft):
    one = Target.objects.get(year=2024, unit=cast.east)
    plans.archive(admin, one, reason="Not next year.")
    discard_draft(admin, draft)
    assert not Target.objects.archived(2024).exists()
    build.year(2024)
    planning.plan_target(admin, indicator=cast.roads, unit=cast.east, year=2024, checkpoints={12: Decimal(10)})


def test_no_target_goes_on_in_a_unit_that_ends(cast, admin, build, source, rows):
    # Ended after the page was shown.
    units.end_unit(build.by, unit=cast.east, last_year=2023, reason="Merged.")
    with pytest.raises(ValidationError, match="not in use in 2024"):
        roll_over(admin, source=source, year=2024, continued=go_on(rows))
    assert not Year.objects.filter(year=2024).exists()


def test_who_manages_one_village_opens_no_year(cast, build, source, rows):
    village = person(build.person("village", "system_administrator", cast.east))
    for act in (
        lambda: roll_over(village, source=source, year=2024, continued=go_on(rows)),
        lambda: open_past_year(village, source=source),
        lambda: years.create_year(village, year=2024),
        lambda: years.change_year(village, year=source, rankings=True),
    ):
        with pytest.raises(PermissionDenied, match="one plan for all units"):
            act()
    assert list(Year.objects.values_list("year", flat=True)) == [2023]


def test_a_plan_in_force_is_not_undone(admin, draft):
    put_in_force(admin, draft)
    with pytest.raises(ValidationError, match="in force"):
        discard_draft(admin, Year.objects.get(year=2024))


def test_the_two_plans_differ_in_what_was_changed(cast, build, admin, source, rows, draft):
    bridges = build.target(build.indicator("BRIDGES", cast.economy), cast.east, {12: 6}, year=2024)
    scope = scope_of(cast.system_administrator)
    east = Target.objects.get(year=2024, indicator=cast.roads, unit=cast.east)
    plans.adjust_target(admin, target=east, effective_month=2, checkpoints={12: Decimal(11)}, reason="文件")
    west = Target.objects.get(year=2024, indicator=cast.roads, unit=cast.west)
    plans.archive(admin, west, reason="不再承担")
    found = compare_plans(scope, source, draft)
    assert found.new == (bridges,)
    assert found.dropped == (cast.west_target,)
    assert [(one.new, one.annual, one.half_year) for one in found.changed] == [(east, (10, 11), (5, None))]
    assert found.same == 1  # visits


def test_a_successor_continues_the_thread(cast, build, admin, source, draft):
    old = Target.objects.get(year=2024, indicator=cast.visits)
    plans.archive(admin, old, reason="改为户次")
    successor = build.indicator("VISITS-2", cast.governance, succeeds=cast.visits, unit_of_measure="户")
    build.target(successor, cast.office, {6: 60, 12: 120}, year=2024)
    found = compare_plans(scope_of(cast.system_administrator), source, draft)
    assert (found.new, found.dropped, found.same) == ((), (), 3)


@pytest.mark.parametrize(
    ("unit_of_measure", "checkpoints", "same", "annual"),
    [
        ("万户", {6: "0.006", 12: "0.012"}, 3, None),
        ("万户", {6: "0.006", 12: "0.013"}, 2, (Fraction(12, 1000), Fraction(13, 1000))),
        ("户次", {6: 60, 12: 120}, 2, (120, 120)),  # of something else, and said so
    ],
)
def test_a_successor_in_another_unit_of_measure_is_compared_after_conversion(
    cast, build, admin, source, draft, unit_of_measure, checkpoints, same, annual
):
    plans.archive(admin, Target.objects.get(year=2024, indicator=cast.visits), reason="改计量单位")
    successor = build.indicator(
        "VISITS-2", cast.governance, succeeds=cast.visits, unit_of_measure=unit_of_measure, decimals=4
    )
    build.target(successor, cast.office, checkpoints, year=2024)
    found = compare_plans(scope_of(cast.system_administrator), source, draft)
    assert found.same == same
    assert [one.annual for one in found.changed] == ([] if annual is None else [annual])
    assert all(one.is_comparable == (unit_of_measure == "万户") for one in found.changed)


@pytest.mark.parametrize(("year", "match"), [(2023, "later"), (2022, "later")])
def test_a_plan_is_rolled_forward_only(admin, source, rows, year, match):
    with pytest.raises(ValidationError, match=match):
        roll_over(admin, source=source, year=year, continued=go_on(rows))


def test_nothing_is_half_made(admin, source, rows, draft):
    with pytest.raises(ValidationError, match="already"):
        roll_over(admin, source=source, year=2024, continued=go_on(rows))
    assert Target.objects.in_force(2024).count() == 3


def test_others_may_not(cast, source, rows):
    for user in (cast.reviewer, cast.leader, cast.east_clerk, cast.auditor, cast.security_administrator):
        with pytest.raises(PermissionDenied):
            roll_over(person(user), source=source, year=2024, continued=go_on(rows))


def test_the_year_before_has_no_targets_of_units_that_begin_this_year(cast, build, admin, source):
    new = build.unit("NEW", cast.township, first_year=2023, first_month=7)
    build.target(cast.roads, new, {12: 5})
    open_past_year(admin, source=source)
    assert not Target.objects.filter(year=2022, unit=new).exists()


def test_the_result_of_a_unit_that_ended_is_that_of_its_last_month(cast, build, source):
    """The sum of both villages is the result of the year: West ended in June with all its months."""
    total = build.target(cast.roads, cast.township, {12: 22}, figures="sum")
    build.approved(cast.east_target, 12, 9, typed_as="cumulative")
    units.end_unit(build.by, unit=cast.west, last_year=2023, last_month=6, reason="并入东村")
    (row,) = (row for row in to_carry(scope_of(cast.system_administrator), source) if row.target == total)
    assert (row.baseline, row.is_result) == (Decimal("17.9"), True)  # 9 + 8.9


def test_the_year_before_is_opened_for_figures_and_judges_nothing(cast, build, admin, source):
    past = open_past_year(admin, source=source)
    assert (past.year, past.is_draft) == (2022, False)
    target = Target.objects.get(year=2022, indicator=cast.roads, unit=cast.east)
    assert not target.revisions.exists()
    record_progress(person(cast.east_clerk), target=target, month=6, from_month=1, value=Decimal(3))
    with pytest.raises(ValidationError, match="already"):
        open_past_year(admin, source=source)


@pytest.mark.parametrize("act", [put_in_force, discard_draft])
def test_who_manages_one_village_decides_nothing_for_the_others(cast, build, draft, act):
    village = person(build.person("village", "system_administrator", cast.east))
    with pytest.raises(PermissionDenied, match="one plan for all units"):
        act(village, draft)
    assert Year.objects.get(year=2024).is_draft
    assert Target.objects.in_force(2024).count() == 3
