"""The year's plan: creating, changing, adjusting, archiving, and what is refused with which sentence."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from targets.calculations.terms import Period, Status
from targets.models import Change, Checkpoint, Indicator, Target, TargetRevision, Unit, Year
from targets.services import plans, progress, units, years
from targets.services.base import ConflictError
from targets.summaries.selection import roll_up
from tests.services.conftest import who_may

PLANNING = "Only a system administrator changes the plan. Ask the system administrator."


@pytest.fixture
def village(build):
    return build.unit("V", build.unit("T", kind="township"))


@pytest.fixture
def flow(build, village):
    return build.target(build.indicator("FLOW"), village, {6: 60, 12: 120})


def refused(verb, *args, **fields):
    """The sentences of a refusal."""
    with pytest.raises(ValidationError) as refusal:
        verb(*args, **fields)
    return refusal.value.messages


def standing(target, as_of, period=Period.YEAR):
    """How a target stands in the eyes of the rules."""
    (group,) = Target.objects.filter(pk=target.pk).facts()
    year = Year.objects.get(year=target.year)
    found = roll_up(group, Unit.objects.all().tree(), year, period, as_of).standing(target.unit_id)
    assert found is not None
    return found


class TestCreating:
    def test_only_a_system_administrator_makes_the_plan(self, build, cast):
        paved = build.indicator("PAVED", unit_of_measure="千米")
        verbs = [
            lambda by: years.create_year(by, year=2024),
            lambda by: units.create_unit(by, code="N", name="新村", kind="village"),
            lambda by: units.create_section(by, code="new", name="新板块"),
            lambda by: plans.create_indicator(
                by, section=cast.economy, code="N", name="新", kind="rate", accumulation="latest", direction="monitor"
            ),
            lambda by: plans.create_check(by, code="N", left=cast.roads, operator="=", right=[paved], meaning="相等"),
            lambda by: plans.create_target(by, indicator=cast.roads, unit=cast.office, year=2023),
            lambda by: plans.change_indicator(by, indicator=fresh(cast.roads), name="道路"),
            lambda by: plans.adjust_target(
                by, target=cast.east_target, effective_month=7, checkpoints={12: Decimal(9)}, reason="调整"
            ),
            lambda by: plans.archive(by, fresh(cast.roads), reason="停用"),
        ]
        for verb in verbs:
            assert who_may(cast, verb) == ({"system administrator"}, {PLANNING})

    def test_a_target_keeps_its_plan_and_the_definition_of_its_time(self, build, village):
        indicator = build.indicator("FLOW", definition="当年口径")
        target = build.target(indicator, village, {12: "120.5", 6: 60}, baseline=Decimal("3.25"), weight=Decimal(2))
        plans.change_indicator(build.by, indicator=indicator, definition="新口径")

        target.refresh_from_db()
        assert (target.baseline, target.weight, target.definition) == (Decimal("3.25"), 2, "当年口径")
        (revision,) = target.revisions.all()
        assert revision.effective_month == 1
        assert list(revision.checkpoints.values_list("month", "value")) == [(6, 60), (12, Decimal("120.5"))]

    def test_no_checkpoints_are_no_revision_and_no_zero(self, build, village):
        target = build.target(build.indicator("FLOW"), village)
        assert not target.revisions.exists()
        assert standing(target, 6).status is Status.MONITORED
        assert standing(target, 6).target is None

    def test_a_checkpoint_of_zero_is_a_zero(self, build, village):
        target = build.target(build.indicator("FLOW", direction="at_most"), village, {12: 0})
        assert standing(target, 6).target == 0

    def test_steps_are_numbered_in_their_order(self, build, village):
        indicator = build.indicator("TASK", kind="milestone", accumulation="")
        steps = [{"name": "开工", "due": date(2023, 4, 30), "weight": Decimal(2)}, {"name": "完工"}]
        target = build.target(indicator, village, steps=steps)
        assert list(target.milestones.values_list("step", "name", "weight", "due")) == [
            (1, "开工", 2, date(2023, 4, 30)),
            (2, "完工", 1, None),
        ]

    def test_what_is_created_is_recorded(self, build, village):
        target = build.target(build.indicator("FLOW"), village, {6: "60.5"}, baseline=Decimal("1.5"))
        created = Change.objects.get(action="target.create")
        assert (created.actor_label, created.source, created.unit, created.target) == (
            "system",
            "test",
            village,
            target,
        )
        assert json.loads(created.after)["baseline"] == "1.5"
        planned = Change.objects.get(action="target.plan")
        assert (planned.target, planned.month, planned.before) == (target, 1, "")
        assert json.loads(planned.after) == {"checkpoints": {"6": "60.5"}}
        assert set(Change.objects.values_list("action", flat=True)) == {
            "unit.create",
            "section.create",
            "indicator.create",
            "year.create",
            "target.create",
            "target.plan",
        }

    def test_a_target_is_made_whole_or_not_at_all(self, build, village):
        indicator = build.indicator("FLOW")
        build.year()
        before = Change.objects.count()
        messages = refused(build.target, indicator, village, {6: 60, 13: 120})
        assert messages == ["Ensure this value is less than or equal to 12."]
        assert not Target.objects.exists()
        assert not Checkpoint.objects.exists()
        assert Change.objects.count() == before

    def test_a_check_names_its_parts(self, build):
        whole, one, other = (build.indicator(code) for code in ("W", "A", "B"))
        check = plans.create_check(
            build.by, code="V1", left=whole, operator="=", right=[one, other], meaning="合计等于分项之和"
        )
        assert set(check.right.all()) == {one, other}


class TestRefused:
    def test_a_unit_does_not_end_before_it_begins(self, build):
        assert refused(build.unit, "V", first_year=2024, last_year=2023) == [
            "A unit cannot end before it begins. Check when it begins and ends."
        ]

    def test_a_code_is_there_once(self, build, village):
        assert refused(build.unit, "V") == ["Unit with this Code already exists."]

    @pytest.mark.parametrize(
        ("kind", "accumulation"),
        [
            ("quantity", "latest"),
            ("quantity", ""),
            ("rate", "flow"),
            ("rate", ""),
            ("milestone", "flow"),
            ("milestone", "latest"),
        ],
    )
    def test_an_accumulation_fits_its_kind(self, build, kind, accumulation):
        assert refused(build.indicator, "X", kind=kind, accumulation=accumulation) == [
            "A quantity adds up (flow) or stands (stock), a rate counts by its latest value, and a milestone task "
            "has no accumulation. Choose an accumulation that fits the kind."
        ]

    def test_an_indicator_keeps_at_most_four_decimals(self, build):
        assert refused(build.indicator, "X", decimals=5) == ["Ensure this value is less than or equal to 4."]

    def test_a_section_code_can_stand_in_an_address(self, build):
        assert "letters, numbers, underscores or hyphens" in refused(build.section, "经济 发展")[0]

    def test_a_unit_has_one_target_per_indicator_and_year(self, build, flow):
        assert refused(build.target, flow.indicator, flow.unit) == [
            "This unit already has a target for this indicator in this year."
        ]
        build.target(flow.indicator, flow.unit, year=2024)

    def test_a_weight_is_zero_or_more(self, build, village):
        indicator = build.indicator("FLOW")
        assert refused(build.target, indicator, village, weight=Decimal("-0.0001")) == ["A weight is zero or more."]
        build.target(indicator, village, weight=Decimal(0))

    def test_a_steps_weight_is_above_zero(self, build, village):
        indicator = build.indicator("TASK", kind="milestone", accumulation="")
        assert refused(build.target, indicator, village, steps=[{"name": "开工", "weight": Decimal(0)}]) == [
            "A step's weight is above zero."
        ]

    @pytest.mark.parametrize(("kind", "accumulation"), [("quantity", "flow"), ("rate", "latest")])
    def test_only_a_milestone_task_has_steps(self, build, village, kind, accumulation):
        indicator = build.indicator("X", kind=kind, accumulation=accumulation)
        assert refused(build.target, indicator, village, steps=[{"name": "开工"}]) == [
            "Only a milestone task has steps."
        ]

    def test_a_milestone_task_has_no_checkpoints(self, build, village):
        sentence = "A milestone task is judged by its steps and has no checkpoints."
        indicator = build.indicator("TASK", kind="milestone", accumulation="")
        assert refused(build.target, indicator, village, {6: 1, 12: 2}) == [sentence]
        task = build.target(indicator, village, steps=[{"name": "开工"}])
        with pytest.raises(ValidationError, match=sentence):
            plans.adjust_target(
                build.by, target=task, effective_month=4, checkpoints={12: Decimal(2)}, reason="国土空间规划调整"
            )
        assert not TargetRevision.objects.exists()

    @pytest.mark.parametrize("value", ["0.00001", "100000000000"])
    def test_a_checkpoint_is_kept_exactly_or_refused(self, build, village, value):
        assert (
            "Ensure that there are no more than" in refused(build.target, build.indicator("X"), village, {6: value})[0]
        )

    def test_thresholds_fall(self, build):
        assert refused(build.year, 2030, ahead_ratio=Decimal("0.9")) == [
            "The thresholds must fall from ahead over on schedule to slightly behind. Correct the order."
        ]
        assert refused(build.year, 2030, slightly_behind_points=Decimal(1)) == [
            "The thresholds in points must fall from ahead over on schedule to slightly behind. Correct the order."
        ]

    def test_the_calendar_is_in_order(self, build):
        assert refused(build.year, 2030, due_day=9) == ["Due day, review day and closing day must follow one another."]

    def test_a_year_is_opened_once(self, build):
        build.year(2023)
        assert refused(years.create_year, build.by, year=2023) == ["Year with this Year already exists."]


def fresh(instance):
    return type(instance).objects.get(pk=instance.pk)


class TestChanging:
    FIXED = (
        "This indicator already has approved figures, so its kind, accumulation, direction and unit of measure stay. "
        "Create an indicator that succeeds it instead."
    )

    @pytest.mark.parametrize("state", ["draft", "submitted"])
    def test_until_a_figure_is_approved_the_nature_of_an_indicator_may_change(self, build, flow, state):
        getattr(build, state)(flow, 3, 12)
        indicator = plans.change_indicator(
            build.by,
            indicator=flow.indicator,
            kind="quantity",
            accumulation="stock",
            direction="at_most",
            unit_of_measure="亩",
        )
        assert fresh(indicator).accumulation == "stock"

    @pytest.mark.parametrize(
        "values",
        [
            {"kind": "rate", "accumulation": "latest"},
            {"accumulation": "stock"},
            {"direction": "at_most"},
            {"unit_of_measure": "亿元"},
        ],
    )
    def test_with_an_approved_figure_it_stays(self, build, flow, values):
        build.approved(flow, 3, 12)
        assert refused(plans.change_indicator, build.by, indicator=flow.indicator, **values) == [self.FIXED]
        assert fresh(flow.indicator).accumulation == "flow"

    def test_it_stays_while_and_after_the_figure_is_corrected(self, build, flow):
        build.approved(flow, 3, 12)
        correction = progress.correct_progress(build.by, target=flow, month=3, answer="not_applicable", reason="不涉及")
        progress.submit(build.by, correction)
        progress.approve(build.by, correction)
        assert refused(plans.change_indicator, build.by, indicator=flow.indicator, direction="at_most") == [self.FIXED]

    def test_a_step_that_was_approved_fixes_a_milestone_task(self, build, village):
        indicator = build.indicator("TASK", kind="milestone", accumulation="")
        target = build.target(indicator, village, steps=[{"name": "开工"}])
        entry = progress.record_step(build.by, milestone=target.milestones.get(), done=True, month=3)
        progress.submit(build.by, entry)
        progress.approve(build.by, entry)
        assert refused(plans.change_indicator, build.by, indicator=indicator, kind="quantity", accumulation="flow") == [
            self.FIXED
        ]

    def test_name_definition_and_decimals_may_change_all_the_same(self, build, flow):
        build.approved(flow, 3, 12)
        plans.change_indicator(
            build.by, indicator=flow.indicator, name="新名", decimals=1, accumulation="flow", reason="规范名称"
        )
        assert (fresh(flow.indicator).name, fresh(flow.indicator).decimals) == ("新名", 1)
        change = Change.objects.get(action="indicator.change")
        assert (json.loads(change.before)["name"], json.loads(change.after)["name"]) == ("指标FLOW", "新名")
        assert change.reason == "规范名称"

    def test_a_successor_takes_its_place(self, build, flow):
        build.approved(flow, 3, 12)
        successor = build.indicator("FLOW2", unit_of_measure="亿元", succeeds=flow.indicator)
        assert list(flow.indicator.successors.all()) == [successor]

    def test_an_indicator_does_not_succeed_itself(self, build, flow):
        assert refused(plans.change_indicator, build.by, indicator=flow.indicator, succeeds=flow.indicator) == [
            "An indicator cannot succeed itself. Choose another one or none."
        ]

    def test_two_who_change_the_same_indicator_are_in_conflict(self, build, flow):
        first, second = fresh(flow.indicator), fresh(flow.indicator)
        plans.change_indicator(build.by, indicator=first, name="甲")
        with pytest.raises(ConflictError):
            plans.change_indicator(build.by, indicator=second, name="乙")
        assert fresh(flow.indicator).name == "甲"


class TestAdjusting:
    def adjust(self, build, target, month=4, reason="国土空间规划调整", **fields):
        return plans.adjust_target(
            build.by,
            target=target,
            effective_month=month,
            checkpoints={6: Decimal(120), 12: Decimal(240)},
            reason=reason,
            **fields,
        )

    @pytest.mark.parametrize("reason", ["", "  \n"])
    def test_an_adjustment_says_why(self, build, flow, reason):
        assert refused(self.adjust, build, flow, reason=reason) == [
            "Say why the target is adjusted, or name the document that does."
        ]
        assert flow.revisions.count() == 1

    def test_an_adjustment_is_kept_with_its_document(self, build, flow):
        revision = self.adjust(build, flow, document_number="洪政办发〔2023〕7号", document_date=date(2023, 4, 10))
        revision = TargetRevision.objects.get(pk=revision.pk)
        assert (revision.effective_month, revision.reason) == (4, "国土空间规划调整")
        assert (revision.document_number, revision.document_date) == ("洪政办发〔2023〕7号", date(2023, 4, 10))
        # The plan as set is still there.
        first = flow.revisions.get(effective_month=1)
        assert list(first.checkpoints.values_list("month", "value")) == [(6, 60), (12, 120)]

    def test_it_is_recorded_from_what_to_what_and_why(self, build, flow):
        self.adjust(build, flow)
        change = Change.objects.get(action="target.adjust")
        assert {month: Decimal(value) for month, value in json.loads(change.before)["checkpoints"].items()} == {
            "6": 60,
            "12": 120,
        }
        assert json.loads(change.after) == {"checkpoints": {"6": "120", "12": "240"}}
        assert (change.reason, change.month, change.target) == ("国土空间规划调整", 4, flow)

    def test_a_month_is_adjusted_once(self, build, flow):
        self.adjust(build, flow)
        assert refused(self.adjust, build, flow) == ["The target was already adjusted from this month on."]
        assert refused(self.adjust, build, flow, month=1) == ["The target was already adjusted from this month on."]
        self.adjust(build, flow, month=5)

    @pytest.mark.parametrize("month", [0, 13])
    def test_it_begins_in_a_month_of_the_year(self, build, flow, month):
        assert "Ensure this value is" in refused(self.adjust, build, flow, month=month)[0]

    def test_it_judges_from_its_month_on_only(self, build, flow):
        build.approved(flow, 3, 30, typed_as="cumulative")
        build.approved(flow, 4, 44, typed_as="cumulative")
        # Set: 60 by June, so 10 a month: 30 by March (30 of 30), 40 by April (44 of 40 is 110 %, ahead).
        assert (standing(flow, 3).expected, standing(flow, 3).status) == (30, Status.ON_SCHEDULE)
        assert (standing(flow, 4).expected, standing(flow, 4).status) == (40, Status.AHEAD)

        self.adjust(build, flow, month=4)
        # From April on 120 by June, so 20 a month: 80 by April, and 44 of 80 is 55 %.
        april = standing(flow, 4)
        assert (april.expected, april.target, april.gap) == (80, 240, -36)
        assert april.status is Status.BEHIND
        # March is judged as it was.
        march = standing(flow, 3)
        assert (march.expected, march.target, march.status) == (30, 120, Status.ON_SCHEDULE)
        # The half-year target is that of the path in force: 60 seen from March, 120 seen from April.
        assert standing(flow, 3, Period.FIRST_HALF).target == 60
        assert standing(flow, 4, Period.FIRST_HALF).target == 120

    def test_the_later_of_two_adjustments_counts_from_its_own_month_on(self, build, flow):
        self.adjust(build, flow, month=4)
        plans.adjust_target(build.by, target=flow, effective_month=8, checkpoints={12: Decimal(60)}, reason="再次调整")
        # June: 120. August: a straight line from 0 to 60 in December, 8 of 12 months, is 40.
        assert standing(flow, 6).expected == 120
        assert standing(flow, 8).expected == 40
        change = Change.objects.filter(action="target.adjust").first()
        assert change is not None
        assert set(json.loads(change.before)["checkpoints"]) == {"6", "12"}

    def test_an_adjustment_may_take_the_checkpoints_away(self, build, flow):
        plans.adjust_target(build.by, target=flow, effective_month=7, checkpoints={}, reason="取消任务")
        assert standing(flow, 6).target == 120
        assert standing(flow, 7).status is Status.MONITORED


class TestArchiving:
    def test_it_says_why(self, build, flow):
        for instance in (flow, flow.indicator, flow.unit, flow.indicator.section):
            assert refused(plans.archive, build.by, instance, reason=" ") == ["Say why it is archived."]

    def test_a_target_with_figures_in_progress_is_not_archived(self, build, flow):
        for state, verb in (("draft", None), ("submitted", progress.submit)):
            entry = build.draft(flow, 3, 12, lock_version=None)
            if verb is not None:
                verb(build.by, entry)
            assert flow.entries.get().state == state
            assert refused(plans.archive, build.by, fresh(flow), reason="停用") == [
                "This target has figures in progress. Approve or return them first, then archive it."
            ]
        progress.return_entry(build.by, flow.entries.get(), reason="错")
        assert refused(plans.archive, build.by, fresh(flow), reason="停用")

    def test_nor_one_with_a_step_in_progress(self, build, village):
        indicator = build.indicator("TASK", kind="milestone", accumulation="")
        target = build.target(indicator, village, steps=[{"name": "开工"}])
        progress.record_step(build.by, milestone=target.milestones.get(), done=True, month=3)
        assert "figures in progress" in refused(plans.archive, build.by, target, reason="停用")[0]

    def test_an_archived_target_leaves_the_plan_and_keeps_its_past(self, build, flow):
        build.approved(flow, 3, 12)
        plans.archive(build.by, flow, reason="任务取消")
        assert not Target.objects.in_force(2023).exists()
        assert fresh(flow).entries.get().value == 12

        change = Change.objects.get(action="target.archive")
        assert (change.reason, change.target, change.unit) == ("任务取消", flow, flow.unit)
        assert json.loads(change.before) == {"archived_at": None}
        assert json.loads(change.after)["archived_at"]

    def test_units_sections_and_indicators_are_archived_as_well(self, build, flow):
        for instance in (flow.indicator, flow.unit, flow.indicator.section):
            plans.archive(build.by, instance, reason="停用")
            assert fresh(instance).archived_at is not None
        assert Indicator.objects.get().archived_at is not None
        assert set(Change.objects.filter(reason="停用").values_list("action", flat=True)) == {
            "indicator.archive",
            "unit.archive",
            "section.archive",
        }

    def test_two_who_archive_and_change_are_in_conflict(self, build, flow):
        first, second = fresh(flow.indicator), fresh(flow.indicator)
        plans.archive(build.by, first, reason="停用")
        with pytest.raises(ConflictError):
            plans.change_indicator(build.by, indicator=second, name="乙")
