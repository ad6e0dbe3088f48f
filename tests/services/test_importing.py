"""Taking a plan that comes as a file: what stands meanwhile, what was adjusted, and steps that somebody reported on."""

from decimal import Decimal as D

import pytest
from django.utils import translation

from targets.models import Indicator, MilestoneEntry
from targets.services import plans
from targets.services.base import ConflictError
from targets.services.plan_import import Outcome, PlannedTarget, compare_plan, import_plan, token_of
from targets.services.plans import NewTarget
from targets.services.progress import record_step
from targets.services.uploads import keep_upload


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def upload(build, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return keep_upload(build.by, purpose="plan", year=2023, name="a.csv", content=b"a", detected_type="csv")


def target_of(build, standing, **more):
    unit, indicator = build.unit("E"), build.indicator("ROADS")
    target = build.target(indicator, unit, standing)
    return target, PlannedTarget(4, unit, indicator, **more)


def outcome(row):
    (one,) = compare_plan(2023, [row])
    return one.outcome


def test_what_changed_since_it_was_shown_is_not_overwritten(build, upload):
    target, row = target_of(build, {12: 100}, checkpoints={12: D(120)})
    shown = token_of(compare_plan(2023, [row]))
    from targets.services.planning import change_target

    change_target(build.by, target=target, checkpoints={12: D(150)})
    with pytest.raises(ConflictError, match="nothing was written"):
        import_plan(build.by, upload=upload, year=2023, rows=[row], shown=shown)
    assert target.revisions.get().checkpoints.get().value == D(150)
    again = token_of(compare_plan(2023, [row]))
    assert import_plan(build.by, upload=upload, year=2023, rows=[row], shown=again) == (0, 1)


def test_an_indicator_made_meanwhile_is_not_made_twice(build, upload):
    nature = {"kind": "quantity", "accumulation": "flow", "direction": "at_least", "section": build.section()}
    row = PlannedTarget(4, build.unit("E"), None, "招商引资", nature, checkpoints={12: D(1)})
    build.indicator("E01", name="招商引资")
    with pytest.raises(ConflictError):
        import_plan(build.by, upload=upload, year=2023, rows=[row])
    assert Indicator.objects.count() == 1


def test_sections_with_the_same_letter_in_another_case_share_their_codes(build, upload):
    unit = build.unit("E")
    nature = {"kind": "quantity", "accumulation": "flow", "direction": "at_least"}
    rows = [
        PlannedTarget(line, unit, None, name, {**nature, "section": build.section(code)})
        for line, (code, name) in enumerate((("economy", "甲"), ("Energy", "乙")), 4)
    ]
    assert import_plan(build.by, upload=upload, year=2023, rows=rows) == (2, 0)
    assert list(Indicator.objects.order_by("code").values_list("code", "name")) == [("E01", "甲"), ("E02", "乙")]


def test_the_file_of_the_plan_as_set_does_not_undo_an_adjustment(build, upload):
    target, row = target_of(build, {6: 50, 12: 100}, checkpoints={6: D(50), 12: D(100)})
    plans.adjust_target(
        build.by, target=target, effective_month=7, checkpoints={6: D(50), 12: D(80)}, reason="县政发〔2023〕1号"
    )
    assert outcome(row) is Outcome.SAME
    assert import_plan(build.by, upload=upload, year=2023, rows=[row]) == (0, 0)
    # Neither as it was set nor as it was adjusted: that is another adjustment, and wants its document.
    other = PlannedTarget(4, row.unit, row.indicator, checkpoints={12: D(70)})
    assert outcome(other) is Outcome.ADJUST


def test_a_target_kept_in_words_alone_loses_its_figures_visibly(build, upload):
    target, row = target_of(build, {12: 100}, in_words_only=True)
    (one,) = compare_plan(2023, [row])
    assert (one.outcome, one.changed["checkpoints"]) == (Outcome.CHANGED, ({12: D(100)}, {}))
    assert import_plan(build.by, upload=upload, year=2023, rows=[row]) == (0, 1)
    assert not target.revisions.get().checkpoints.exists()
    # A row that only says nothing of them leaves them alone.
    silent = PlannedTarget(4, row.unit, row.indicator)
    assert outcome(silent) is Outcome.SAME


def test_a_report_stays_with_its_step_whatever_comes_before_it(build, upload):
    unit, task = build.unit("E"), build.indicator("HALL", kind="milestone", accumulation="")
    build.year()
    steps = [{"name": "开工"}, {"name": "封顶"}, {"name": "完工"}]
    (made,) = plans.create_targets(build.by, [NewTarget(task, unit, 2023, steps=steps)])
    begun = made.steps[0]
    record_step(build.by, milestone=begun, month=3, done=True, done_on=None)
    row = PlannedTarget(4, unit, task, steps=tuple((name, None, None) for name in ("立项", "开工", "主体封顶", "完工")))
    assert import_plan(build.by, upload=upload, year=2023, rows=[row]) == (0, 1)
    left = made.target.milestones.filter(archived_at__isnull=True)
    assert set(left.values_list("name", flat=True)) == {"立项", "开工", "主体封顶", "完工"}
    assert MilestoneEntry.objects.get().milestone.name == "开工"
    # The same file again changes nothing, though the new step stands behind the others.
    assert outcome(row) is Outcome.SAME
    # What nobody reported on may change its name.
    assert left.get(pk=made.steps[1].pk).name in ("立项", "主体封顶")
