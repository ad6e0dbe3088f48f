"""Many targets at once: the same rules as for one, in the same few statements."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from targets.models import Change, Indicator, Target
from targets.permissions import scope_of
from targets.services import planning, plans
from targets.services.base import Author, RowError
from targets.services.plan_import import PlannedTarget, import_plan
from targets.services.plans import NewTarget
from targets.services.uploads import keep_upload


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def by(build):
    return build.by


@pytest.fixture
def upload(build, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return keep_upload(build.by, purpose="plan", year=2024, name="a.csv", content=b"a", detected_type="csv")


def new(indicator, unit, **more):
    return NewTarget(indicator, unit, 2023, **more)


def test_each_target_comes_with_its_plan_steps_and_supporting_units(build, by):
    east, west = build.unit("E"), build.unit("W")
    roads = build.indicator("ROADS", definition="按县道计")
    office = build.indicator("HALL", kind="milestone", accumulation="")
    one, other = plans.create_targets(
        by,
        [
            new(roads, east, checkpoints={12: D(16), 6: D(8)}, supporting_units=[west], fields={"baseline": D(0)}),
            new(office, west, steps=[{"name": "开工", "due": date(2023, 3, 31)}, {"name": "完工", "weight": D(2)}]),
        ],
    )
    assert dict(one.revision.checkpoints.values_list("month", "value")) == {6: D(8), 12: D(16)}
    assert [unit.code for unit in one.target.supporting_units.all()] == ["W"]
    assert (one.target.baseline, one.target.definition) == (D(0), "按县道计")
    assert other.revision is None
    stored = other.target.milestones.values_list("step", "name", "weight", "due")
    assert list(stored) == [(1, "开工", D(1), date(2023, 3, 31)), (2, "完工", D(2), None)]
    # As if they had been made one after the other.
    actions = list(Change.objects.order_by("pk").values_list("action", "target_id"))[-6:]
    mine = [(action, one.target.pk) for action in ("target.create", "target.plan", "target.support")]
    assert actions == [*mine, *((action, other.target.pk) for action in ("target.create", *["milestone.create"] * 2))]


def test_the_number_of_statements_does_not_grow(build, by):
    unit = build.unit("E")
    indicators = [build.indicator(f"N{number}") for number in range(33)]

    def plan(some):
        with CaptureQueriesContext(connection) as statements:
            planning.plan_targets(by, [new(one, unit, checkpoints={6: D(1), 12: D(2)}) for one in some])
        return len(statements)

    # 66 changes are one statement more than 6 where a statement may hold 999 values, as on SQLite.
    assert plan(indicators[3:]) <= plan(indicators[:3]) + 1
    assert Target.objects.count() == len(indicators)


LONG = "Ensure this value has at most 60 characters (it has 61)."


def refusal(act):
    with pytest.raises(RowError) as refused:
        act()
    return refused.value.place, refused.value.messages


def test_what_is_refused_is_told_of_its_row_and_nothing_is_kept(build, by):
    unit, roads = build.unit("E"), build.indicator("ROADS")
    task = build.indicator("HALL", kind="milestone", accumulation="")
    good = [new(build.indicator(f"N{number}"), unit, checkpoints={12: D(1)}) for number in range(3)]
    faulty = [
        (new(roads, unit, fields={"weight": D(-1)}), "A weight is zero or more."),
        (
            new(roads, unit, fields={"lead_leader": "长" * 61}),
            "Ensure this value has at most 60 characters (it has 61).",
        ),
        (new(good[0].indicator, unit), "This unit already has a target for this indicator in this year."),
        (new(roads, unit, checkpoints={13: D(1)}), "Ensure this value is less than or equal to 12."),
        (new(roads, unit, checkpoints={6: D("0.12345")}), "Ensure that there are no more than 4 decimal places."),
        (new(task, unit, checkpoints={12: D(1)}), "A milestone task is judged by its steps and has no checkpoints."),
        (new(roads, unit, steps=[{"name": "开工"}]), "Only a milestone task has steps."),
        (new(task, unit, steps=[{"name": "开工", "weight": D(0)}]), "A step's weight is above zero."),
        (new(roads, unit, supporting_units=[unit]), "The unit that reports does not support itself. Untick it."),
    ]
    for row, said in faulty:
        assert refusal(lambda row=row: plans.create_targets(by, [*good, row])) == (3, [said])
        assert not Target.objects.exists()


def test_who_manages_only_some_of_the_units_makes_none(build, cast):
    by = Author.person(cast.system_administrator, scope_of(cast.system_administrator))
    elsewhere = build.unit("ELSEWHERE")
    before = Target.objects.count()
    with pytest.raises(PermissionDenied):
        plans.create_targets(by, [NewTarget(cast.roads, cast.office, 2023), NewTarget(cast.roads, elsewhere, 2023)])
    assert Target.objects.count() == before


def planned(line, unit, section, name, code="", **more):
    nature = {"kind": "quantity", "accumulation": "flow", "direction": "at_least"}
    return PlannedTarget(line, unit, None, name, {"section": section, "code": code, **nature}, **more)


def test_new_indicators_are_shared_by_name_and_take_free_codes(build, by, upload):
    east, west = build.unit("E"), build.unit("W")
    economy, ecology = build.section("economy"), build.section("ecology")
    build.indicator("E02", section=economy)
    rows = [
        planned(4, east, economy, "招商引资"),
        planned(5, west, economy, "招商引资"),
        planned(6, east, ecology, "造林"),
        planned(7, east, economy, "粮食", code="E03"),
    ]
    assert import_plan(by, upload=upload, year=2024, rows=rows) == (4, 0)
    # E02 is taken, E03 is given to another row; both sections begin with an E.
    found = Indicator.objects.exclude(code="E02").order_by("code").values_list("code", "name", "section__code")
    assert list(found) == [("E01", "招商引资", "economy"), ("E03", "粮食", "economy"), ("E04", "造林", "ecology")]
    assert Target.objects.filter(indicator__code="E01", year=2024).count() == 2


def test_a_refused_row_of_a_file_is_named_by_its_line(build, by, upload):
    unit, economy = build.unit("E"), build.section("economy")
    build.indicator("TAKEN", section=economy)
    rows = [planned(4, unit, economy, "甲"), planned(9, unit, economy, "乙", code="TAKEN")]
    with pytest.raises(Exception, match=r"Row 9, 乙: .*already exists"):
        import_plan(by, upload=upload, year=2024, rows=rows)
    assert not Indicator.objects.filter(name="甲").exists()
