"""Targets changed as a whole, many at once and by unit: what is written, recorded and refused."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from targets.models import Change, Milestone, Target
from targets.services import planning, plans, progress
from targets.services.base import ConflictError
from targets.services.planning import Part, StepLine
from tests.services.conftest import author, who_may

D = Decimal
PLANNING = "Only a system administrator changes the plan. Ask the system administrator."


@pytest.fixture
def village(build):
    return build.unit("V", build.unit("T", kind="township"))


@pytest.fixture
def flow(build, village):
    return build.target(build.indicator("FLOW"), village, {6: 60, 12: 120})


@pytest.fixture
def task(build, village):
    indicator = build.indicator("TASK", kind="milestone", accumulation="", unit_of_measure="")
    return build.target(indicator, village, steps=[{"name": "开工", "weight": 30}, {"name": "竣工", "weight": 70}])


def fresh(instance):
    return type(instance).objects.get(pk=instance.pk)


def refused(verb, *args, **fields):
    """The sentences of a refusal."""
    with pytest.raises(ValidationError) as refusal:
        verb(*args, **fields)
    return refusal.value.messages


def points(target):
    return dict(target.revisions.last().checkpoints.values_list("month", "value"))


def test_only_a_system_administrator_changes_the_plan(build, cast):
    target = cast.east_target
    part = Part(cast.east, {12: D(3)}, target=target)
    verbs = [
        lambda by: planning.plan_target(by, indicator=cast.roads, unit=cast.office, year=2023, checkpoints={12: D(1)}),
        lambda by: planning.change_target(by, target=fresh(target), weight=D(2)),
        lambda by: planning.change_targets(by, [(fresh(target), target.lock_version)], weight=D(2)),
        lambda by: planning.archive_targets(by, [(fresh(target), target.lock_version)], reason="停用"),
        lambda by: planning.break_down(by, indicator=cast.roads, year=2023, parts=[part], reason="调整"),
        lambda by: planning.succeed_indicator(by, indicator=cast.roads, code="R2"),
    ]
    for verb in verbs:
        assert who_may(cast, verb) == ({"system administrator"}, {PLANNING})


def test_who_manages_one_unit_changes_nothing_outside_of_it(build, cast):
    by = author(build.person("east-admin", "system_administrator", cast.east))
    west = cast.west_target
    acts = [
        lambda: planning.plan_target(by, indicator=cast.visits, unit=cast.west, year=2023, checkpoints={}),
        lambda: planning.change_target(by, target=fresh(west), weight=D(2)),
        lambda: planning.change_targets(by, [(fresh(west), west.lock_version)], weight=D(2)),
        lambda: planning.archive_targets(by, [(fresh(west), west.lock_version)], reason="停用"),
        lambda: planning.break_down(
            by, indicator=cast.roads, year=2023, parts=[Part(cast.west, {}, target=fresh(west))]
        ),
        lambda: plans.create_target(by, indicator=cast.visits, unit=cast.west, year=2023),
        lambda: plans.adjust_target(by, target=fresh(west), effective_month=7, checkpoints={}, reason="调整"),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied, match="outside of what you manage"):
            act()


class TestPlanning:
    def test_a_new_indicator_stands_at_the_end_of_its_section(self, build, village):
        old = build.indicator("OLD", position=7)
        fields = {"section": old.section, "code": "NEW", "name": "新", "unit_of_measure": "亩"}
        nature = {"kind": "quantity", "accumulation": "stock", "direction": "at_least"}
        target = planning.plan_target(
            build.by, indicator={**fields, **nature}, unit=village, year=2023, checkpoints={12: D(5)}
        )
        assert (target.indicator.code, target.indicator.position) == ("NEW", 8)
        assert points(target) == {12: 5}

    def test_a_refusal_leaves_no_indicator_behind(self, build, village):
        fields = {"section": build.section(), "code": "NEW", "name": "新"}
        nature = {"kind": "rate", "accumulation": "flow", "direction": "at_least"}
        refused(planning.plan_target, build.by, indicator={**fields, **nature}, unit=village, year=2023, checkpoints={})
        assert not Change.objects.filter(action="indicator.create").exists()

    def test_a_unit_out_of_use_gets_no_target(self, build, village):
        gone = build.unit("G", last_year=2022)
        late = build.unit("L", first_year=2024)
        for unit in (gone, late):
            assert refused(
                planning.plan_target,
                build.by,
                indicator=build.indicator(f"I-{unit.code}"),
                unit=unit,
                year=2023,
                checkpoints={},
            ) == ["This unit is not in use in 2023. Choose another one."]

    def test_an_archived_target_is_brought_back_and_not_made_twice(self, build, flow):
        plans.archive(build.by, flow, reason="停用")
        again = {"indicator": flow.indicator, "unit": flow.unit, "year": 2023, "checkpoints": {12: D(1)}}
        assert "Bring that one back." in refused(planning.plan_target, build.by, **again)[0]
        planning.restore_target(build.by, target=fresh(flow), reason="恢复")
        assert Target.objects.in_force(2023).get() == flow
        change = Change.objects.get(action="target.restore")
        assert (change.reason, json.loads(change.after)) == ("恢复", {"archived_at": None})

    def test_bringing_back_says_why_and_only_what_is_archived(self, build, flow):
        assert refused(planning.restore_target, build.by, target=flow, reason=" ") == ["Say why it is brought back."]
        assert "in the plan already" in refused(planning.restore_target, build.by, target=flow, reason="恢复")[0]

    def test_supporting_units_are_recorded_and_are_others(self, build, village):
        helper = build.unit("H")
        target = planning.plan_target(
            build.by,
            indicator=build.indicator("FLOW"),
            unit=village,
            year=2023,
            checkpoints={},
            supporting_units=[helper],
        )
        change = Change.objects.get(action="target.support")
        assert json.loads(change.after) == {"supporting_units": ["H"]}
        assert change.target == target
        assert refused(planning.change_target, build.by, target=target, supporting_units=[village]) == [
            "The unit that reports does not support itself. Untick it."
        ]


class TestChanging:
    def test_nothing_new_writes_nothing(self, build, flow):
        count = Change.objects.count()
        planning.change_target(
            build.by, target=flow, weight=D(1), checkpoints={6: D(60), 12: D("120.0000")}, supporting_units=[]
        )
        assert Change.objects.count() == count
        assert fresh(flow).lock_version == 0

    def test_details_are_recorded_from_what_to_what(self, build, flow):
        planning.change_target(build.by, target=flow, lead_leader="副乡长", weight=D("2.5"))
        change = Change.objects.get(action="target.change")
        assert json.loads(change.before) == {"lead_leader": "", "weight": "1"}
        assert json.loads(change.after) == {"lead_leader": "副乡长", "weight": "2.5"}
        assert fresh(flow).lock_version == 1

    def test_checkpoints_are_corrected_in_place(self, build, flow):
        planning.change_target(build.by, target=flow, checkpoints={3: D(20), 6: D(50), 9: D(80)})
        assert points(flow) == {3: 20, 6: 50, 9: 80}
        assert flow.revisions.count() == 1
        change = Change.objects.get(action="target.redraw")
        kept = json.loads(change.before)["checkpoints"]
        assert {month: D(value) for month, value in kept.items()} == {"6": 60, "12": 120}
        assert json.loads(change.after) == {"checkpoints": {"3": "20", "6": "50", "9": "80"}}

    def test_of_an_adjusted_target_the_latest_is_corrected(self, build, flow):
        plans.adjust_target(build.by, target=flow, effective_month=8, checkpoints={12: D(90)}, reason="调整")
        planning.change_target(build.by, target=flow, checkpoints={12: D(95)})
        assert points(flow) == {12: 95}
        assert dict(flow.revisions.first().checkpoints.values_list("month", "value")) == {6: 60, 12: 120}

    def test_a_target_without_checkpoints_gets_its_first(self, build, village):
        target = build.target(build.indicator("FLOW"), village)
        planning.change_target(build.by, target=target, checkpoints={12: D(0)})
        assert points(target) == {12: 0}

    def test_what_judged_figures_is_changed_with_a_reason(self, build, flow):
        build.approved(flow, 1, 5)
        changes = ({"checkpoints": {12: D(99)}}, {"baseline": D(3)}, {"interpolation": "step"})
        for change in changes:
            target = fresh(flow)
            said = refused(planning.change_target, build.by, target=target, **change)
            assert said == ["Figures were already approved on this plan. Say why it is changed."]
        planning.change_target(build.by, target=fresh(flow), lead_leader="副乡长")  # judges nothing
        planning.change_target(build.by, target=fresh(flow), reason="录入错误", checkpoints={12: D(99)})
        assert Change.objects.get(action="target.redraw").reason == "录入错误"

    def test_a_target_with_figures_becomes_no_sum(self, build, flow):
        build.draft(flow, 1, 5)
        assert "so they would be lost" in refused(planning.change_target, build.by, target=flow, figures="sum")[0]

    def test_an_archived_target_stays_as_it_is(self, build, flow):
        plans.archive(build.by, flow, reason="停用")
        archived = fresh(flow)
        said = ["This target is archived. Bring it back before you change it."]
        assert refused(planning.change_target, build.by, target=archived, weight=D(2)) == said
        adjusting = {"effective_month": 7, "checkpoints": {12: D(1)}, "reason": "调整"}
        assert refused(plans.adjust_target, build.by, target=archived, **adjusting) == said

    @pytest.mark.parametrize(
        "change", [{"weight": D(2)}, {"checkpoints": {12: D(1)}}, {"supporting_units": []}, {"weight": D(1)}]
    )
    def test_two_who_change_different_things_are_in_conflict(self, build, flow, change):
        helper = build.unit("H")
        planning.change_target(build.by, target=fresh(flow), lock_version=0, supporting_units=[helper])
        stale = fresh(flow)
        if change == {"weight": D(1)}:
            planning.change_target(build.by, target=stale, lock_version=0, **change)  # it would change nothing
            return
        with pytest.raises(ConflictError):
            planning.change_target(build.by, target=stale, lock_version=0, **change)

    def test_an_adjustment_sees_who_was_faster(self, build, flow):
        planning.change_target(build.by, target=fresh(flow), weight=D(2))
        with pytest.raises(ConflictError):
            plans.adjust_target(
                build.by, target=flow, effective_month=7, checkpoints={12: D(1)}, reason="调整", lock_version=0
            )
        assert flow.revisions.count() == 1


class TestSteps:
    def lines(self, task, *more, **drops):
        found = [
            StepLine(one.name, one.weight, one.due, one, drop=drops.get(f"step{one.step}", False))
            for one in task.milestones.filter(archived_at__isnull=True)
        ]
        return [*found, *more]

    def test_they_are_changed_added_and_removed(self, build, task):
        begin, end = self.lines(task)
        steps = [
            StepLine("开工建设", D(40), date(2023, 5, 31), begin.milestone),
            StepLine(end.name, end.weight, None, end.milestone, drop=True),
            StepLine("验收", D(60)),
            StepLine("", drop=True),
        ]
        planning.change_target(build.by, target=task, steps=steps)
        found = task.milestones.values_list("step", "name", "weight", "due")
        assert list(found) == [(1, "开工建设", 40, date(2023, 5, 31)), (3, "验收", 60, None)]
        actions = (
            Change.objects.filter(action__startswith="milestone.").order_by("-pk").values_list("action", flat=True)
        )
        assert set(actions[:3]) == {"milestone.create", "milestone.remove", "milestone.change"}

    def test_one_with_an_approved_report_is_archived_and_says_why(self, build, task):
        begin = task.milestones.get(step=1)
        progress.approve(build.by, self.submitted(build, begin))
        steps = self.lines(task, step1=True)
        assert refused(planning.change_target, build.by, target=task, steps=steps) == [
            "The step “开工” has an approved report, so it is archived. Say why."
        ]
        planning.change_target(build.by, target=fresh(task), steps=self.lines(task, step1=True), reason="取消")
        assert Milestone.objects.get(pk=begin.pk).archived_at is not None
        assert Milestone.objects.get(pk=begin.pk).entries.count() == 1
        assert Change.objects.get(action="milestone.archive").reason == "取消"

    def submitted(self, build, milestone):
        entry = progress.record_step(build.by, milestone=milestone, done=True, month=3)
        progress.submit(build.by, entry)
        return entry

    def test_one_with_a_report_in_progress_stays(self, build, task):
        self.submitted(build, task.milestones.get(step=2))
        said = refused(planning.change_target, build.by, target=task, steps=self.lines(task, step2=True), reason="取消")
        assert said == ["The step “竣工” has a report in progress. Approve or return it first, then take it out."]

    def test_only_a_task_has_steps(self, build, flow):
        said = refused(planning.change_target, build.by, target=flow, steps=[StepLine("开工")])
        assert said == ["Only a milestone task has steps."]


class TestManyAtOnce:
    def test_all_or_nothing(self, build, flow, task):
        count = planning.change_targets(build.by, [(flow, 0), (task, 0)], lead_leader="副乡长", weight=D(3))
        assert count == 2
        with pytest.raises(ConflictError):
            planning.change_targets(build.by, [(fresh(flow), 1), (fresh(task), 0)], weight=D(4))
        assert set(Target.objects.values_list("weight", flat=True)) == {3}

    def test_only_what_is_shared_is_set_for_many(self, build, flow):
        for values in ({}, {"baseline": D(1)}, {"unit": flow.unit}):
            assert refused(planning.change_targets, build.by, [(flow, 0)], **values) == [
                "Choose what is to be set for the ticked targets."
            ]

    def test_one_that_may_not_be_archived_keeps_all(self, build, flow, task):
        build.draft(flow, 1, 5)
        assert (
            "figures in progress"
            in refused(planning.archive_targets, build.by, [(task, 0), (flow, 0)], reason="停用")[0]
        )
        assert Target.objects.in_force(2023).count() == 2


class TestBreakingDown:
    def test_targets_are_made_changed_and_left(self, build, flow):
        two, three = build.unit("V2", flow.unit.parent), build.unit("V3", flow.unit.parent)
        parts = [
            Part(flow.unit, {6: D(50), 12: D(100)}, target=flow, lock_version=0),
            Part(two, {12: D(20)}, baseline=D(4)),
            Part(three, {}),
        ]
        assert planning.break_down(build.by, indicator=flow.indicator, year=2023, parts=parts) == 2
        assert points(flow) == {6: 50, 12: 100}
        made = Target.objects.get(unit=two)
        assert (points(made), made.baseline) == ({12: 20}, 4)
        assert not Target.objects.filter(unit=three).exists()

    def test_the_same_again_changes_nothing(self, build, flow):
        part = Part(flow.unit, {6: D(60), 12: D(120)}, target=flow, lock_version=0)
        assert planning.break_down(build.by, indicator=flow.indicator, year=2023, parts=[part]) == 0

    def test_one_in_conflict_stops_all(self, build, flow):
        two = build.unit("V2", flow.unit.parent)
        parts = [Part(two, {12: D(20)}), Part(flow.unit, {12: D(1)}, target=flow, lock_version=9)]
        with pytest.raises(ConflictError):
            planning.break_down(build.by, indicator=flow.indicator, year=2023, parts=parts)
        assert not Target.objects.filter(unit=two).exists()


def test_a_successor_takes_over_what_is_not_said(build, flow):
    made = planning.succeed_indicator(build.by, indicator=flow.indicator, code="FLOW-2", unit_of_measure="亿元")
    old = flow.indicator
    assert (made.succeeds, made.section, made.name, made.unit_of_measure) == (old, old.section, old.name, "亿元")
    assert (made.kind, made.accumulation, made.position) == (old.kind, old.accumulation, old.position)
    assert fresh(old).unit_of_measure == "万元"


class TestIndicatorsOutOfUse:
    def test_one_with_targets_in_the_plan_stays(self, build, flow):
        assert refused(planning.archive_indicator, build.by, indicator=flow.indicator, reason="停用") == [
            "This indicator still has targets in the plan. Archive these first."
        ]
        plans.archive(build.by, flow, reason="停用")
        planning.archive_indicator(build.by, indicator=fresh(flow.indicator), reason="停用")
        assert fresh(flow.indicator).archived_at is not None

    def test_targets_of_earlier_years_do_not_hold_it(self, build, flow):
        build.year(2024)
        planning.archive_indicator(build.by, indicator=flow.indicator, reason="停用")
        assert fresh(flow.indicator).archived_at is not None

    def test_those_of_a_draft_do(self, build, flow):
        plans.archive(build.by, flow, reason="停用")
        build.year(2024, is_draft=True)
        build.target(flow.indicator, flow.unit, {12: 1}, year=2024)
        assert refused(planning.archive_indicator, build.by, indicator=flow.indicator, reason="停用")

    def test_it_is_brought_back_and_says_why(self, build):
        indicator = build.indicator("OLD")
        assert refused(planning.restore_indicator, build.by, indicator=indicator, reason="恢复") == [
            "This indicator is in use already."
        ]
        planning.archive_indicator(build.by, indicator=indicator, reason="停用")
        assert refused(planning.restore_indicator, build.by, indicator=indicator, reason="") == [
            "Say why it is brought back."
        ]
        planning.restore_indicator(build.by, indicator=fresh(indicator), reason="恢复")
        assert fresh(indicator).archived_at is None


def test_english_words_go_with_the_words_they_were_said_of(build, village):
    target = build.target(
        build.indicator("FLOW"), village, {12: 1}, lead_leader="副乡长", lead_leader_en="Deputy", wording="十个",
        wording_en="Ten",
    )  # fmt: skip
    planning.change_target(build.by, target=target, lead_leader="乡长")
    saved = fresh(target)
    assert (saved.lead_leader_en, saved.wording_en) == ("", "Ten")
