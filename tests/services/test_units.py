"""Units and sections: names, order, moves, ends and successors."""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from targets.models import Change, Section, Unit
from targets.services import planning, plans, units
from targets.services.base import ConflictError
from targets.services.units import Successor
from tests.services.conftest import author, who_may

ONLY = "Only a system administrator changes the plan. Ask the system administrator."


def names(parent):
    return list(Unit.objects.filter(parent=parent).values_list("code", flat=True))


ACTS = {
    "change": lambda by, cast: units.change_unit(by, unit=cast.east, name="新名"),
    "place": lambda by, cast: units.place_unit(by, unit=cast.east, place=1),
    "move": lambda by, cast: units.move_unit(by, unit=Unit.objects.get(code="T-N"), parent=cast.west),
    "end": lambda by, cast: units.end_unit(by, unit=cast.east, last_year=2023, reason="Merged."),
    "change of a section": lambda by, cast: units.change_section(by, section=cast.economy, name="新名"),
    "place of a section": lambda by, cast: units.place_section(by, section=cast.governance, place=1),
    "restored section": lambda by, cast: units.restore_section(by, section=cast.economy),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_only_a_system_administrator_changes_units_and_sections(cast, build, act):
    build.unit("T-N", cast.township)
    may, reasons = who_may(cast, lambda by: act(by, cast))
    assert (may, reasons) == ({"system administrator"}, {ONLY})


def test_an_administrator_of_one_village_changes_that_village_only(cast, build):
    by = author(build.person("local", "system_administrator", cast.east))
    units.change_unit(by, unit=cast.east, name="东村")
    for act in (
        lambda: units.change_unit(by, unit=cast.west, name="西村二"),
        lambda: units.place_unit(by, unit=cast.township, place=1),
        lambda: units.create_unit(by, code="N", name="新", kind="village", parent=cast.west),
    ):
        with pytest.raises(PermissionDenied, match="outside of what you manage"):
            act()


def test_sections_and_indicators_that_units_share_are_for_who_manages_all_units(cast, build):
    by = author(build.person("local", "system_administrator", cast.east))
    for act in (
        lambda: units.create_section(by, code="health", name="卫生健康"),
        lambda: units.change_section(by, section=cast.economy, name="经济"),
        lambda: units.place_section(by, section=cast.economy, place=1),
        lambda: units.archive_section(by, section=cast.economy, reason="不用"),
        lambda: units.restore_section(by, section=cast.economy),
    ):
        with pytest.raises(PermissionDenied, match="All units share the sections"):
            act()
    unused = build.indicator("UNUSED")
    own = build.target(build.indicator("OWN"), cast.east, {12: 1}).indicator
    with pytest.raises(PermissionDenied, match="Units that you do not manage have this indicator"):
        planning.succeed_indicator(by, indicator=cast.roads, code="ROADS2", unit_of_measure="米")
    with pytest.raises(PermissionDenied, match="No unit has this indicator yet"):
        plans.change_indicator(by, indicator=unused, name="改名")
    assert planning.succeed_indicator(by, indicator=own, code="OWN2", unit_of_measure="米").succeeds == own
    assert Section.objects.get(code="economy").name == "经济发展"


def test_a_change_is_recorded_with_what_is_new_only(cast, build):
    units.change_unit(build.by, unit=cast.east, name="东新村", name_en="East Village", kind="village", first_year=None)
    change = Change.objects.get(action="unit.change")
    assert (json.loads(change.before), json.loads(change.after), change.unit) == (
        {"name": "东村"},
        {"name": "东新村"},
        cast.east,
    )
    units.change_unit(build.by, unit=Unit.objects.get(code="T-E"), name="东新村")
    assert Change.objects.filter(action="unit.change").count() == 1


def test_who_was_slower_is_told(cast, build):
    seen = cast.east.lock_version
    units.change_unit(build.by, unit=Unit.objects.get(code="T-E"), name="东新村")
    with pytest.raises(ConflictError):
        units.change_unit(build.by, unit=Unit.objects.get(code="T-E"), lock_version=seen, name="另名")
    assert Unit.objects.get(code="T-E").name == "东新村"


def test_a_unit_does_not_begin_after_its_targets(cast, build):
    with pytest.raises(ValidationError) as refusal:
        units.change_unit(build.by, unit=cast.east, first_year=2024)
    assert "first_year" in refusal.value.error_dict
    units.change_unit(build.by, unit=Unit.objects.get(code="T-E"), first_year=2023)
    assert Unit.objects.get(code="T-E").first_year == 2023


@pytest.mark.parametrize(
    ("code", "place", "order"),
    [
        ("T-W", 1, ["T-W", "T-O", "T-E"]),
        ("T-W", 2, ["T-O", "T-W", "T-E"]),
        ("T-O", 3, ["T-E", "T-W", "T-O"]),
        ("T-O", 99, ["T-E", "T-W", "T-O"]),
        ("T-E", 2, ["T-O", "T-E", "T-W"]),
    ],
)
def test_a_unit_takes_the_place_it_is_given(cast, build, code, place, order):
    assert names(cast.township) == ["T-O", "T-E", "T-W"]
    units.place_unit(build.by, unit=Unit.objects.get(code=code), place=place)
    assert names(cast.township) == order


def test_units_in_the_same_position_are_told_apart(build):
    top = build.unit("A", kind="township", position=5)
    for code in ("B", "C", "D"):
        build.unit(code, top, position=7)
    units.place_unit(build.by, unit=Unit.objects.get(code="D"), place=1)
    assert names(top) == ["D", "B", "C"]


def test_a_unit_without_figures_is_moved_with_what_is_below_it(cast, build):
    new = build.unit("T-N", cast.township)
    below = build.unit("T-N-1", new)
    units.move_unit(build.by, unit=new, parent=cast.west)
    new.refresh_from_db()
    below.refresh_from_db()
    assert (new.parent, below.parent) == (cast.west, new)
    assert json.loads(Change.objects.get(action="unit.move").before) == {"parent": cast.township.pk}


def test_a_unit_with_figures_is_never_moved(cast, build):
    """Nor one above figures: its past sums would move with it. Even a draft counts."""
    west = build.unit("T-2", kind="township")
    build.draft(build.target(build.indicator("N", cast.economy), build.unit("T-2-1", west), {12: 1}), 1, 1)
    for unit, parent in ((cast.east, cast.west), (cast.township, west), (west, cast.township)):
        with pytest.raises(ValidationError) as refusal:
            units.move_unit(build.by, unit=unit, parent=parent)
        assert "begin a successor" in refusal.value.messages[0]


def test_a_unit_with_a_reported_step_is_never_moved(cast, build):
    from targets.services import progress

    unit = build.unit("T-N", cast.township)
    task = build.target(build.indicator("TASK", kind="milestone", accumulation=""), unit, steps=[{"name": "Begin"}])
    progress.record_step(build.by, milestone=task.milestones.get(), done=True, month=6)
    with pytest.raises(ValidationError, match="begin a successor"):
        units.move_unit(build.by, unit=unit, parent=cast.west)


def test_no_unit_hangs_under_itself(build):
    top = build.unit("A", kind="township")
    below = build.unit("B", top)
    for parent in (top, below):
        with pytest.raises(ValidationError, match="under itself"):
            units.move_unit(build.by, unit=top, parent=parent)


def test_a_unit_ends_and_its_successor_begins_in_the_next_year_in_its_place(cast, build):
    begun = units.end_unit(
        build.by,
        unit=cast.east,
        last_year=2023,
        reason="合并",
        successor=Successor("T-EW", "东西村", cast.township),
    )
    cast.east.refresh_from_db()
    assert cast.east.last_year == 2023
    assert begun is not None
    assert (begun.first_year, begun.succeeds, begun.parent, begun.kind) == (2024, cast.east, cast.township, "village")
    assert names(cast.township) == ["T-O", "T-E", "T-EW", "T-W"]
    assert cast.east.targets.count() == 1
    change = Change.objects.get(action="unit.end")
    assert (change.reason, json.loads(change.after)) == ("合并", {"last_year": 2023})


@pytest.mark.parametrize("reason", ["", "  "])
def test_an_end_needs_a_reason(cast, build, reason):
    with pytest.raises(ValidationError, match="Say why the unit ends"):
        units.end_unit(build.by, unit=cast.east, last_year=2023, reason=reason)


def test_a_unit_does_not_end_before_its_targets_or_the_units_below_it(cast, build):
    build.target(cast.roads, cast.east, {12: 10}, year=2024)
    with pytest.raises(ValidationError, match="1 target after 2023"):
        units.end_unit(build.by, unit=cast.east, last_year=2023, reason="Merged.")
    with pytest.raises(ValidationError, match="go on after 2023: 平安办, 东村, 西村"):
        units.end_unit(build.by, unit=cast.township, last_year=2023, reason="Merged.")
    assert not Unit.objects.filter(last_year__isnull=False).exists()


def test_a_successor_with_a_taken_code_leaves_the_unit_as_it_was(cast, build):
    with pytest.raises(ValidationError):
        units.end_unit(
            build.by, unit=cast.east, last_year=2023, reason="M.", successor=Successor("T-W", "新", cast.township)
        )
    assert Unit.objects.get(code="T-E").last_year is None


def test_a_successor_does_not_hang_under_what_ends(cast, build):
    with pytest.raises(ValidationError, match="cannot hang under the unit that ends"):
        units.end_unit(
            build.by, unit=cast.east, last_year=2023, reason="M.", successor=Successor("T-N", "新", cast.east)
        )


def test_an_end_is_undone_until_a_successor_has_begun(cast, build):
    units.end_unit(build.by, unit=cast.west, last_year=2023, reason="M.")
    units.continue_unit(build.by, unit=Unit.objects.get(code="T-W"))
    assert Unit.objects.get(code="T-W").last_year is None
    units.end_unit(
        build.by, unit=cast.east, last_year=2023, reason="M.", successor=Successor("T-N", "新", cast.township)
    )
    with pytest.raises(ValidationError, match="has a successor"):
        units.continue_unit(build.by, unit=Unit.objects.get(code="T-E"))


def test_a_section_with_indicators_in_use_stays(cast, build):
    with pytest.raises(ValidationError, match="1 indicator of this section is in use"):
        units.archive_section(build.by, section=cast.economy, reason="Merged.")
    assert Section.objects.get(code="economy").archived_at is None


def test_a_section_out_of_use_is_brought_back(build):
    section = build.section("rural")
    with pytest.raises(ValidationError, match="Say why"):
        units.archive_section(build.by, section=section, reason=" ")
    units.archive_section(build.by, section=section, reason="Merged.")
    assert Section.objects.get(code="rural").archived_at is not None
    units.restore_section(build.by, section=section)
    assert Section.objects.get(code="rural").archived_at is None


def test_sections_out_of_use_keep_their_places_between_the_others(build):
    for code in ("a", "b", "c"):
        build.section(code)
    units.archive_section(build.by, section=Section.objects.get(code="b"), reason="Merged.")
    units.place_section(build.by, section=Section.objects.get(code="c"), place=1)
    assert list(Section.objects.values_list("code", flat=True)) == ["c", "b", "a"]
