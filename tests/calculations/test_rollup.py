"""From the targets to any unit above them (rule 3.2, up the tree).

Most cases look at the whole year as of June: half of an annual target of a linear path is expected. T is a township
over the villages A to D; C is a county over the townships T and U.
"""

from dataclasses import replace

import pytest

from targets.calculations.facts import Thresholds
from targets.calculations.rollup import Owing
from targets.calculations.terms import Basis, Status

from .builders import (
    CEILING,
    FLOW,
    H1,
    NO_PLAN,
    QUARTERLY,
    RATE,
    RATE_CEILING,
    STOCK,
    STOCK_CEILING,
    TASK,
    F,
    Y,
    alone,
    each,
    measure,
    no_change,
    not_applicable,
    own,
    plan,
    revised,
    roll_up,
    share,
    standing,
    step,
    sum_of,
    task,
    total,
    value,
)

COMPLETED, AHEAD, ON_SCHEDULE = Status.COMPLETED, Status.AHEAD, Status.ON_SCHEDULE
SLIGHTLY_BEHIND, BEHIND = Status.SLIGHTLY_BEHIND, Status.BEHIND
NOT_DUE, NOT_REPORTED, MONITORED = Status.NOT_DUE, Status.NOT_REPORTED, Status.MONITORED

HUNDRED = plan({12: 100})  # 50 is expected in June
LATER = plan({12: 100}, step=True)  # nothing is expected before December
MONITORED_FLOW = measure("flow", "monitor")
COUNTY = {"C": "TU", "T": "AB", "U": "DE"}


def june(amount):
    """A typed running total of June: the months before it are covered."""
    return total(6, amount)


def excused():
    return not_applicable(6, since=1)


def amounts(found):
    return found.actual, found.expected, found.target


# --- one part -------------------------------------------------------------------------------------


@pytest.mark.parametrize("above", [{}, {"T": sum_of()}])
@pytest.mark.parametrize(
    ("indicator", "part"),
    [
        (FLOW, own(HUNDRED, june(45))),
        (FLOW, own(HUNDRED)),
        (FLOW, own(HUNDRED, excused())),
        (FLOW, own(NO_PLAN, june(45))),
        (STOCK, own(plan({12: 10500}, baseline=10000), value(6, 10050))),
        (RATE, own(plan({12: 90}), share(6, 8, 10))),
        (RATE, own(plan({12: 90}), value(6, 80))),  # a bare percentage
        (CEILING, own(HUNDRED, june(55))),
    ],
)
@pytest.mark.parametrize("period", [H1, Y])
def test_one_part_passes_up_unchanged(indicator, part, above, period):
    of_part = standing(indicator, {"A": part} | above, unit="A", period=period)
    # Only the plan is still the part's own.
    assert standing(indicator, {"A": part} | above, period=period) == replace(of_part, unit="T", own_plan=False)


def test_checkpoints_of_a_part_that_passes_up_are_not_the_units_own():
    one = {"A": own(HUNDRED, june(45))}
    assert standing(FLOW, one, unit="A").own_plan
    assert not standing(FLOW, one).own_plan
    assert not standing(FLOW, one | {"B": own(HUNDRED, excused())}).own_plan  # A alone is left
    below = {"T": sum_of(plan({12: 200})), "A": own(HUNDRED, june(45))}
    assert standing(FLOW, below, COUNTY).own_plan
    assert not standing(FLOW, below, COUNTY, unit="C").own_plan


def test_one_part_under_checkpoints_of_the_units_own_is_judged_by_them():
    found = standing(FLOW, {"A": own(HUNDRED, june(45)), "T": sum_of(plan({12: 200}))})
    assert amounts(found) == (45, 100, 200)  # 200 × 6/12, not A's 50
    assert (found.status, found.schedule_ratio, found.own_plan) == (BEHIND, F("0.45"), True)


# --- who is a part --------------------------------------------------------------------------------


def test_own_figures_are_the_whole_and_those_below_a_breakdown():
    villages = {"A": own(HUNDRED, june(30)), "B": own(HUNDRED, june(40))}
    found = standing(FLOW, {"T": own(plan({12: 160}), june(80))} | villages)
    assert amounts(found) == (80, 80, 160)  # not 80 + 30 + 40
    assert found.parts == ("T",)


def test_seen_from_above_own_figures_stand_for_everything_below():
    targets = {"T": own(HUNDRED, june(50)), "A": own(HUNDRED, june(999)), "U": own(HUNDRED, june(20))}
    found = standing(FLOW, targets, COUNTY, unit="C")
    assert amounts(found) == (70, 100, 200)  # 50 + 20, 50 + 50, 100 + 100
    assert found.parts == ("T", "U")


def test_a_sum_without_checkpoints_is_looked_through():
    targets = {"T": sum_of(), "A": own(HUNDRED, june(10)), "B": own(HUNDRED, june(20)), "U": own(HUNDRED, june(40))}
    found = standing(FLOW, targets, COUNTY, unit="C")
    assert amounts(found) == (70, 150, 300)  # 10 + 20 + 40
    assert found.parts == ("A", "B", "U")


def test_a_unit_without_a_target_is_looked_through():
    targets = {"A": own(HUNDRED, june(10)), "B": own(HUNDRED, june(20)), "D": own(HUNDRED, june(40))}
    assert standing(FLOW, targets, COUNTY, unit="C").parts == ("A", "B", "D")


def test_a_sum_with_checkpoints_stands_as_one_part():
    targets = {
        "T": sum_of(plan({12: 300})),
        "A": own(HUNDRED, june(10)),
        "B": own(HUNDRED, june(20)),
        "U": own(HUNDRED, june(40)),
    }
    found = standing(FLOW, targets, COUNTY, unit="C")
    assert amounts(found) == (70, 200, 400)  # 30 + 40, 150 + 50, 300 + 100
    assert found.parts == ("T", "U")


def test_a_sum_stands_as_one_part_from_the_month_in_which_its_checkpoints_are_in_force():
    targets = {
        "T": sum_of(revised({5: {12: 300}})),
        "A": own(HUNDRED, total(4, 10)),
        "B": own(HUNDRED, total(4, 20)),
        "U": own(HUNDRED, total(4, 40)),
    }
    assert standing(FLOW, targets, COUNTY, unit="C", as_of=4).parts == ("A", "B", "U")
    assert standing(FLOW, targets, COUNTY, unit="C", as_of=5).parts == ("T", "U")
    assert standing(FLOW, targets, COUNTY, as_of=4).expected == F(200, 3)  # 2 × 100 × 4/12
    assert standing(FLOW, targets, COUNTY, as_of=5).expected == 125  # 300 × 5/12


def test_parts_come_in_the_order_of_the_tree():
    targets = {unit: own(HUNDRED, june(1)) for unit in "ABCD"}
    assert standing(FLOW, targets, {"T": "CADB"}).parts == ("C", "A", "D", "B")


def test_a_unit_with_nothing_at_or_below_it_has_no_standing():
    rolled = roll_up(FLOW, {"A": own(HUNDRED, june(1)), "U": sum_of()}, COUNTY)
    assert rolled.standing("B") is None
    assert rolled.standing("D") is None
    assert rolled.standing("T") is not None


@pytest.mark.parametrize(
    ("unit", "expected"), [("A", True), ("T", True), ("C", True), ("B", False), ("U", False), ("D", False)]
)
def test_own_figures_are_found_at_or_below_a_unit(unit, expected):
    rolled = roll_up(FLOW, {"A": own(HUNDRED), "U": sum_of(HUNDRED)}, COUNTY)
    assert rolled.has_own_below(unit) is expected


# --- flows and stocks add up ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "expected_status", "ratio"),
    [
        (60, 50, AHEAD, F("1.1")),  # 110 of 50 + 50
        (60, 40, ON_SCHEDULE, 1),
        (10, 70, SLIGHTLY_BEHIND, F("0.8")),
        (10, "69.9999", BEHIND, F("0.799999")),
        (150, 50, COMPLETED, 2),  # 200 of 100 + 100
        (0, 0, BEHIND, 0),
    ],
)
@pytest.mark.parametrize("above", [{}, {"T": sum_of()}])
def test_parts_add_up_and_the_sum_is_judged_like_a_target(first, second, expected_status, ratio, above):
    found = standing(FLOW, {"A": own(HUNDRED, june(first)), "B": own(HUNDRED, june(second))} | above)
    assert (found.status, found.schedule_ratio) == (expected_status, ratio)
    assert (found.expected, found.target, found.start, found.own_plan) == (100, 200, 0, False)


def test_each_part_brings_its_own_path():
    targets = {"A": own(plan({6: 80, 12: 100}), june(70)), "B": own(plan({9: 90}), june(20))}
    # 80 + 90 × 6/9, 100 + 90; (70 + 20)/140
    assert amounts(standing(FLOW, targets)) == (90, 140, 190)
    half = standing(FLOW, targets, period=H1)
    assert amounts(half) == (90, 140, 140)  # 80 is set, 60 is read off the path
    assert half.target_derived


def test_stocks_add_up_from_their_own_starts():
    targets = {
        "A": own(plan({12: 220}, baseline=100), value(6, 170)),  # expected 160
        "B": own(plan({12: 110}, baseline=50), value(6, 60)),  # expected 80
    }
    found = standing(STOCK, targets)
    assert amounts(found) == (230, 240, 330)
    assert (found.start, found.gap) == (150, -10)
    assert found.schedule_ratio == F(8, 9)  # (230 − 150)/(240 − 150)
    assert found.completion == F(4, 9)  # 80/(330 − 150)


def test_half_of_a_sum_reported_is_not_shown_as_the_whole():
    found = standing(FLOW, {"A": own(HUNDRED, june(50)), "B": own(HUNDRED)})
    assert amounts(found) == (50, 100, 200)  # B is expected as well
    assert (found.status, found.schedule_ratio) == (BEHIND, F(1, 2))
    assert (found.answered, found.due) == (6, 12)
    assert found.is_hatched
    assert found.silent == ("B",)
    assert found.owing == (Owing("B", (1, 2, 3, 4, 5, 6)),)


def test_a_sum_is_not_reported_exactly_when_all_its_due_parts_are_silent():
    silent = standing(FLOW, {"A": own(HUNDRED), "B": own(HUNDRED)})
    assert (silent.status, silent.actual, silent.expected, silent.gap) == (NOT_REPORTED, None, 100, None)
    assert silent.silent == ("A", "B")
    zero = standing(FLOW, {"A": own(HUNDRED), "B": own(HUNDRED, june(0))})
    assert (zero.status, zero.actual, zero.gap) == (BEHIND, 0, -100)


def test_what_other_parts_gave_early_is_shown_while_the_due_parts_are_silent():
    found = standing(FLOW, {"A": own(HUNDRED), "B": own(LATER, june(30))})
    assert amounts(found) == (30, 50, 200)
    assert (found.status, found.completion, found.schedule_ratio) == (NOT_REPORTED, None, None)
    assert found.gap == -20  # both sides are there
    assert found.silent == ("A",)


def test_what_other_parts_gave_early_counts_once_a_due_part_has_reported():
    found = standing(FLOW, {"A": own(HUNDRED, june(20)), "B": own(LATER, june(30))})
    assert (found.status, found.schedule_ratio) == (ON_SCHEDULE, 1)  # (20 + 30)/50


def test_a_sum_is_not_due_while_no_part_is():
    found = standing(FLOW, {"A": own(LATER, june(30)), "B": own(LATER)})
    assert (found.status, found.actual, found.expected) == (NOT_DUE, 30, None)
    zero = plan({6: 0, 12: 100})
    nothing_asked = standing(FLOW, {"A": own(zero, june(3)), "B": own(LATER)})
    assert (nothing_asked.status, nothing_asked.expected) == (NOT_DUE, 0)


def test_a_silent_part_of_which_nothing_is_expected_is_not_named_silent():
    found = standing(FLOW, {"A": own(HUNDRED, june(50)), "B": own(LATER)})
    assert (found.status, found.silent) == (ON_SCHEDULE, ())
    assert found.owing == (Owing("B", (1, 2, 3, 4, 5, 6)),)  # it owes its months all the same


def test_months_that_a_part_still_owes_are_named_at_any_depth():
    targets = {
        "T": sum_of(plan({12: 200})),
        "A": own(HUNDRED, *each(10, 10, 10, None, 10, None)),
        "B": own(HUNDRED, june(50)),
        "D": own(HUNDRED, *each(9, 9, 9, 9, 9)),
    }
    found = standing(FLOW, targets, COUNTY, unit="C")
    assert found.owing == (Owing("A", (4, 6)), Owing("D", (6,)))
    assert (found.answered, found.due) == (4 + 6 + 5, 18)


# --- parts without checkpoints --------------------------------------------------------------------

ONE_UNPLANNED = {"A": own(HUNDRED, june(30)), "B": own(HUNDRED, june(40)), "D": own(NO_PLAN, june(1000))}


def test_parts_without_checkpoints_stay_out_of_a_judged_sum():
    found = standing(FLOW, ONE_UNPLANNED)
    assert amounts(found) == (70, 100, 200)
    assert (found.parts, found.unplanned) == (("A", "B"), ("D",))
    assert (found.answered, found.due) == (12, 12)


def test_all_parts_enter_under_checkpoints_of_the_units_own():
    found = standing(FLOW, ONE_UNPLANNED | {"T": sum_of(plan({12: 1200}))})
    assert amounts(found) == (1070, 600, 1200)  # 30 + 40 + 1000
    assert (found.parts, found.unplanned) == (("A", "B", "D"), ())
    assert (found.answered, found.due) == (18, 18)


def test_all_parts_enter_a_sum_that_nobody_judges():
    found = standing(MONITORED_FLOW, ONE_UNPLANNED)
    assert (found.status, found.actual, found.answered, found.due) == (MONITORED, 1070, 18, 18)
    assert (found.expected, found.target, found.completion, found.gap) == (None, None, None, None)


def test_a_sum_of_parts_without_checkpoints_is_monitored():
    found = standing(FLOW, {"A": own(NO_PLAN, june(3)), "B": own(NO_PLAN), "D": own(NO_PLAN, june(4))})
    assert (found.status, found.actual, found.answered, found.due) == (MONITORED, 7, 12, 18)


def test_one_part_with_checkpoints_among_others_is_judged_alone():
    found = standing(FLOW, {"A": own(HUNDRED, june(30)), "B": own(NO_PLAN, june(1000))})
    assert amounts(found) == (30, 50, 100)
    assert found.unplanned == ("B",)


# --- checkpoints of the unit's own ----------------------------------------------------------------


def test_a_sum_with_checkpoints_is_judged_by_them_and_not_by_its_parts():
    found = standing(FLOW, {"A": own(HUNDRED, june(50)), "B": own(HUNDRED, june(40)), "T": sum_of(plan({12: 240}))})
    assert amounts(found) == (90, 120, 240)
    assert (found.status, found.schedule_ratio, found.completion) == (BEHIND, F(3, 4), F(3, 8))


def test_a_sum_with_checkpoints_starts_at_its_own_baseline():
    targets = {
        "A": own(plan({12: 220}, baseline=100), value(6, 170)),
        "B": own(plan({12: 110}, baseline=50), value(6, 70)),
        "T": sum_of(plan({12: 300}, baseline=200)),
    }
    found = standing(STOCK, targets)
    assert (amounts(found), found.start) == ((240, 250, 300), 200)
    assert found.schedule_ratio == F(4, 5)  # (240 − 200)/(250 − 200)
    assert found.completion == F(2, 5)  # 40/100


def test_under_checkpoints_of_the_units_own_every_part_is_due():
    targets = {"A": own(LATER), "B": own(NO_PLAN), "T": sum_of(HUNDRED)}
    found = standing(FLOW, targets)
    assert (found.status, found.expected, found.silent) == (NOT_REPORTED, 50, ("A", "B"))
    one_spoke = standing(FLOW, targets | {"B": own(NO_PLAN, june(10))})
    assert (one_spoke.status, one_spoke.actual, one_spoke.silent) == (BEHIND, 10, ("A",))


def test_own_checkpoints_that_ask_nothing_yet_are_not_due():
    targets = {"A": own(HUNDRED, june(5)), "B": own(HUNDRED), "T": sum_of(LATER)}
    found = standing(FLOW, targets)
    assert (found.status, found.actual, found.expected, found.completion) == (NOT_DUE, 5, None, None)


def test_a_sum_with_checkpoints_and_no_parts_is_reported_by_nobody():
    for indicator in (FLOW, RATE, CEILING):
        found = standing(indicator, {"T": sum_of(HUNDRED)})
        assert (found.status, found.actual, found.answered, found.due) == (NOT_REPORTED, None, 0, 0)
        assert found.nobody_reports
        assert not found.all_not_applicable  # there was nothing to apply
        # As a part it is silent, and expected as well.
    above = standing(FLOW, {"A": sum_of(HUNDRED), "B": own(HUNDRED, june(50))})
    assert (above.silent, above.expected, above.status) == (("A",), 100, BEHIND)  # 50 of 100


@pytest.mark.parametrize(
    ("indicator", "promised"),
    [(FLOW, LATER), (FLOW, plan({12: 0})), (CEILING, plan({12: 0})), (FLOW, plan({9: 0, 12: 9}))],
)
def test_a_sum_without_parts_of_which_nothing_is_expected_is_not_due(indicator, promised):
    assert standing(indicator, {"T": sum_of(promised)}).status is NOT_DUE


@pytest.mark.parametrize(
    ("gave", "status", "actual"),
    [
        (value(6, 50), ON_SCHEDULE, 50),  # 50 % of 50 % expected
        (value(6, 30), BEHIND, 30),  # 30/50 = 60 %
        (share(6, 1, 2), ON_SCHEDULE, 50),
        (None, NOT_REPORTED, None),
    ],
)
def test_one_part_alone_passes_a_rate_up_to_the_checkpoints_of_the_unit(gave, status, actual):
    """The part itself has none, or others: a percentage as well as a numerator over a denominator."""
    for promised in (NO_PLAN, plan({12: 40})):
        part = own(promised, *([gave] if gave else []))
        found = standing(RATE, {"A": part, "T": sum_of(FIFTY)})
        assert (found.status, found.actual, found.expected) == (status, actual, 50)
    apart = standing(
        RATE, {"A": own(NO_PLAN, value(6, 50)), "B": own(NO_PLAN, not_applicable(6, 1)), "T": sum_of(FIFTY)}
    )
    assert (apart.status, apart.actual, apart.left_out) == (ON_SCHEDULE, 50, ("B",))
    # One of two: the other one is silent, and the whole is not known.
    both = standing(RATE, {"A": own(NO_PLAN, value(6, 50)), "B": own(NO_PLAN), "T": sum_of(FIFTY)})
    assert (both.status, both.actual) == (MONITORED, None)


def test_what_cannot_be_added_up_is_monitored_at_whatever_height():
    """B and C gave percentages, so A has no actual; T has checkpoints of its own and no other part."""
    tree = {"T": ["A"], "A": ["B", "C"]}
    targets = {"A": sum_of(FIFTY), "T": sum_of(FIFTY)} | {unit: own(FIFTY, value(6, 50)) for unit in "BC"}
    found = standing(RATE, targets, tree)
    assert (found.status, found.actual, found.answered) == (MONITORED, None, 2)


def test_a_percentage_that_passed_up_is_still_no_numerator_in_the_sum_above():
    tree = {"T": ["A", "D"], "A": ["B"]}
    targets = {"B": own(NO_PLAN, value(6, 50)), "A": sum_of(FIFTY), "D": own(FIFTY, share(6, 1, 2))}
    found = standing(RATE, targets, tree)
    assert (found.status, found.actual, found.percentage_only) == (MONITORED, None, True)


def test_a_sum_without_checkpoints_and_parts_is_monitored():
    assert standing(FLOW, {"T": sum_of()}).status is MONITORED


# --- starts: parts not due, silent parts ----------------------------------------------------------


def test_a_part_of_which_nothing_is_expected_yet_is_expected_at_its_start():
    targets = {
        "A": own(plan({12: 220}, baseline=100), value(6, 160)),  # expected 160
        "B": own(plan({12: 80}, baseline=50, step=True), value(6, 55)),  # nothing yet: its start 50
    }
    found = standing(STOCK, targets)
    assert amounts(found) == (215, 210, 300)
    assert (found.start, found.gap) == (150, 5)
    assert found.schedule_ratio == F(13, 12)  # (215 − 150)/(210 − 150)
    assert found.completion == F(13, 30)  # 65/150


def test_a_part_that_has_no_target_in_the_period_is_targeted_at_its_start():
    targets = {
        "A": own(plan({12: 220}, baseline=100), value(6, 130)),
        "B": own(plan({12: 80}, baseline=50, step=True), value(6, 50)),
    }
    half = standing(STOCK, targets, period=H1)
    assert amounts(half) == (180, 210, 210)  # 160 + 50 for both
    assert half.completion == F(1, 2)  # (180 − 150)/(210 − 150)


def test_a_silent_part_stands_at_its_start_in_the_two_ratios_only():
    targets = {
        "A": own(plan({12: 220}, baseline=100), value(6, 160)),  # expected 160
        "B": own(plan({12: 110}, baseline=50)),  # expected 80, silent
    }
    found = standing(STOCK, targets)
    assert (found.actual, found.gap) == (160, -80)  # 160 − 240: the stock of B is not made up
    assert found.schedule_ratio == F(2, 3)  # (160 + 50 − 150)/(240 − 150)
    assert found.completion == F(1, 3)  # 60/(330 − 150)
    assert (found.status, found.silent) == (BEHIND, ("B",))


def test_a_silent_part_stands_at_its_start_under_checkpoints_of_the_units_own():
    targets = {
        "A": own(plan({12: 220}, baseline=100), value(6, 160)),
        "B": own(plan({12: 110}, baseline=50)),
        "T": sum_of(plan({12: 350}, baseline=150)),
    }
    found = standing(STOCK, targets)
    assert (found.actual, found.expected, found.gap) == (160, 250, -90)
    assert found.schedule_ratio == F(3, 5)  # (160 + 50 − 150)/(250 − 150)
    assert found.completion == F(3, 10)  # 60/200


def test_a_silent_part_stands_at_its_start_at_whatever_depth():
    targets = {
        "T": sum_of(plan({12: 350}, baseline=150)),  # expected 250
        "A": own(plan({12: 220}, baseline=100), value(6, 160)),
        "B": own(plan({12: 110}, baseline=50)),  # silent: 50 in the ratios
        "U": own(plan({12: 60}, baseline=20), value(6, 30)),  # expected 40
    }
    found = standing(STOCK, targets, COUNTY, unit="C")
    assert (amounts(found), found.start) == ((190, 290, 410), 170)  # 160 + 30, 250 + 40, 350 + 60, 150 + 20
    assert found.gap == -100
    assert found.schedule_ratio == F(7, 12)  # (160 + 50 + 30 − 170)/(290 − 170)
    assert found.completion == F(7, 24)  # 70/240


def test_a_wholly_silent_sum_stands_at_its_own_start():
    targets = {
        "T": sum_of(plan({12: 350}, baseline=160)),  # expected 255
        "A": own(plan({12: 220}, baseline=100)),
        "B": own(plan({12: 110}, baseline=50)),
        "U": own(plan({12: 60}, baseline=20), value(6, 40)),  # expected 40
    }
    found = standing(STOCK, targets, COUNTY, unit="C")
    assert (found.actual, found.expected, found.start) == (40, 295, 180)
    assert found.schedule_ratio == F(4, 23)  # (160 + 40 − 180)/(295 − 180)
    assert found.silent == ("T",)


# --- named at whatever depth ----------------------------------------------------------------------


def test_who_is_silent_or_left_out_below_a_sum_with_checkpoints_is_named_above_it():
    targets = {
        "T": sum_of(plan({12: 200})),  # one part for A, B and D
        "A": own(HUNDRED, june(60)),
        "B": own(HUNDRED),
        "D": own(HUNDRED, excused()),
        "U": own(HUNDRED, june(40)),
    }
    tree = {"C": "TU", "T": "ABD"}
    found = standing(FLOW, targets, tree, unit="C")
    assert amounts(found) == (100, 150, 300)  # 60 + 40, 100 + 50: T's own 200 × 6/12
    assert (found.parts, found.silent, found.left_out) == (("T", "U"), ("B",), ("D",))
    assert found.is_hatched
    # Under checkpoints of the county's own, and with U left out beside them, in the order of the tree.
    county = standing(FLOW, targets | {"C": sum_of(plan({12: 300})), "U": own(HUNDRED, excused())}, tree, unit="C")
    assert (county.parts, county.silent, county.left_out) == (("T",), ("B",), ("D", "U"))


def test_below_a_sum_of_which_nothing_is_expected_nobody_is_silent():
    targets = {
        "T": sum_of(LATER),
        "A": own(HUNDRED, june(60)),
        "B": own(HUNDRED),
        "U": own(HUNDRED, june(40)),
    }
    assert standing(FLOW, targets, COUNTY).silent == ("B",)
    assert standing(FLOW, targets, COUNTY, unit="C").silent == ()


def test_a_sum_that_is_wholly_silent_is_named_in_place_of_its_parts():
    targets = {"T": sum_of(plan({12: 200})), "A": own(HUNDRED), "B": own(HUNDRED), "U": own(HUNDRED, june(40))}
    assert standing(FLOW, targets, COUNTY, unit="C").silent == ("T",)


# --- not applicable -------------------------------------------------------------------------------


def test_a_part_whose_every_due_answer_is_not_applicable_is_no_part():
    two = {"A": own(HUNDRED, june(30)), "B": own(HUNDRED, june(40))}
    with_excused = standing(FLOW, two | {"D": own(plan({12: 1000}), excused())})
    assert with_excused == replace(standing(FLOW, two), left_out=("D",))
    assert amounts(with_excused) == (70, 100, 200)  # D leaves actual, expected and target


def test_a_part_that_is_none_takes_its_start_along():
    two = {
        "A": own(plan({12: 220}, baseline=100), value(6, 170)),
        "B": own(plan({12: 110}, baseline=50), value(6, 60)),
    }
    found = standing(STOCK, two | {"D": own(plan({12: 900}, baseline=700), excused())})
    assert (found.start, found.schedule_ratio) == (150, F(8, 9))


def test_a_part_with_one_due_answer_that_applies_stays_a_part():
    found = standing(FLOW, {"A": own(HUNDRED, june(30)), "B": own(HUNDRED, not_applicable(5, since=1))})
    assert (found.expected, found.left_out) == (100, ())
    assert (found.answered, found.due) == (6, 7)  # June alone is due of B


def test_a_part_left_after_others_were_not_applicable_passes_up_unchanged():
    part = own(plan({12: 90}), value(6, 80))  # a bare percentage, judged by its own path
    found = standing(RATE, {"A": part, "B": own(plan({12: 70}), excused())})
    assert found == replace(standing(RATE, {"A": part}, unit="A"), unit="T", own_plan=False, left_out=("B",))
    assert found.status is SLIGHTLY_BEHIND  # 80/90 = 0.89


def test_all_parts_not_applicable_are_not_due():
    found = standing(FLOW, {"A": own(HUNDRED, excused()), "B": own(HUNDRED, excused())})
    assert (found.status, found.all_not_applicable, found.actual, found.due) == (NOT_DUE, True, None, 0)
    assert found.left_out == ("A", "B")


def test_parts_not_applicable_are_not_due_if_one_of_them_was_promised_something():
    found = standing(FLOW, {"A": own(HUNDRED, excused()), "B": own(NO_PLAN, excused())})
    assert (found.status, found.all_not_applicable) == (NOT_DUE, True)


def test_all_parts_not_applicable_under_own_checkpoints_are_not_due():
    targets = {"A": own(NO_PLAN, excused()), "B": own(NO_PLAN, excused()), "T": sum_of(HUNDRED)}
    found = standing(FLOW, targets)
    assert (found.status, found.all_not_applicable, found.actual) == (NOT_DUE, True, None)


def test_parts_not_applicable_that_nobody_judges_stay_monitored():
    found = standing(FLOW, {"A": own(NO_PLAN, excused()), "B": own(NO_PLAN, excused())})
    assert (found.status, found.actual, found.due) == (MONITORED, None, 0)


def test_under_own_checkpoints_a_part_not_applicable_is_not_waited_for():
    targets = {
        "A": own(NO_PLAN, share(6, 96, 100, since=1)),
        "B": own(NO_PLAN, excused()),
        "T": sum_of(plan({6: 95})),
    }
    found = standing(RATE, targets, period=H1)
    assert (found.status, found.actual, found.parts, found.left_out) == (COMPLETED, 96, ("A",), ("B",))


def test_a_part_not_applicable_does_not_spoil_the_comparison_of_paths():
    same = {"A": own(plan({6: 50}), share(6, 30, 40)), "B": own(plan({6: 50}), share(6, 10, 60))}
    found = standing(RATE, same | {"D": own(plan({6: 99}), excused())})
    assert (found.status, found.actual, found.left_out) == (SLIGHTLY_BEHIND, 40, ("D",))


def test_zero_over_zero_leaves_a_sum_like_not_applicable():
    answers = tuple(share(month, 0, 0) for month in range(1, 7))
    same = {"A": own(plan({6: 50}), share(6, 30, 40)), "B": own(plan({6: 50}), share(6, 10, 60))}
    assert standing(RATE, same | {"D": own(plan({6: 50}), *answers)}).left_out == ("D",)


# --- rates ----------------------------------------------------------------------------------------

FIFTY = plan({6: 50})


def test_a_rate_is_numerators_over_denominators_and_never_a_mean_of_percentages():
    found = standing(RATE, {"A": own(FIFTY, share(6, 30, 40)), "B": own(FIFTY, share(6, 10, 60))})
    # (30 + 10)/(40 + 60); the mean of 75 % and 16.7 % would be 45.8 %
    assert (found.actual, found.numerator, found.denominator) == (40, 40, 100)
    assert amounts(found) == (40, 50, 50)
    assert (found.status, found.schedule_ratio, found.gap) == (SLIGHTLY_BEHIND, F(4, 5), -10)


def test_a_rate_is_taken_of_those_that_reported():
    found = standing(RATE, {"A": own(FIFTY, share(6, 30, 40)), "B": own(FIFTY)})
    assert (found.actual, found.status, found.silent) == (75, AHEAD, ("B",))
    assert found.is_hatched
    silent = standing(RATE, {"A": own(FIFTY), "B": own(FIFTY)})
    assert (silent.status, silent.actual, silent.numerator) == (NOT_REPORTED, None, None)


def test_rates_without_checkpoints_are_monitored_as_a_whole():
    found = standing(RATE, {"A": own(NO_PLAN, share(6, 30, 40)), "B": own(NO_PLAN, share(6, 10, 60))})
    assert (found.status, found.actual, found.answered, found.due) == (MONITORED, 40, 2, 12)


@pytest.mark.parametrize(
    ("of_township", "of_neighbour", "expected_status"),
    [
        (FIFTY, FIFTY, SLIGHTLY_BEHIND),  # (40 + 40)/(100 + 100) = 40 of 50
        (FIFTY, plan({6: 60}), MONITORED),
        (plan({6: 60}), FIFTY, MONITORED),
        (plan({6: 50}, baseline=10), FIFTY, MONITORED),
    ],
)
def test_the_checkpoints_of_a_sum_are_compared_and_not_those_of_its_parts(of_township, of_neighbour, expected_status):
    targets = {
        "T": sum_of(of_township),
        "A": own(plan({6: 70}), share(6, 30, 40)),
        "B": own(NO_PLAN, share(6, 10, 60)),
        "U": own(of_neighbour, share(6, 40, 100)),
    }
    found = standing(RATE, targets, COUNTY, unit="C")
    assert (found.status, found.actual) == (expected_status, 40)


def test_the_numbers_of_a_rate_are_year_to_date_and_not_summed_over_months():
    targets = {
        "A": own(FIFTY, share(5, 10, 20), share(6, 30, 40)),
        "B": own(FIFTY, share(5, 5, 50), share(6, 10, 60)),
    }
    assert standing(RATE, targets).actual == 40  # of June's numbers


@pytest.mark.parametrize(
    "other",
    [
        plan({6: 51}),
        plan({5: 50}),
        plan({6: 50, 12: 60}),
        plan({6: 50}, baseline=50),
        plan({6: 50}, step=True),
        NO_PLAN,
    ],
)
def test_rates_with_different_paths_are_monitored_as_a_whole(other):
    found = standing(RATE, {"A": own(FIFTY, share(6, 30, 40)), "B": own(other, share(6, 10, 60))})
    assert (found.status, found.actual, found.expected) == (MONITORED, 40, None)
    assert (found.parts, found.unplanned) == (("A", "B"), ())  # all parts enter


def test_rates_with_different_paths_are_judged_by_the_units_own_checkpoints():
    targets = {
        "A": own(FIFTY, share(6, 30, 40)),
        "B": own(NO_PLAN, share(6, 10, 60)),
        "T": sum_of(plan({6: 60}, baseline=20)),
    }
    found = standing(RATE, targets)
    assert amounts(found) == (40, 60, 60)
    assert (found.start, found.schedule_ratio) == (20, F(1, 2))  # (40 − 20)/(60 − 20)


@pytest.mark.parametrize("above", [{}, {"T": sum_of(FIFTY)}])
def test_a_bare_percentage_leaves_the_whole_empty_and_monitored(above):
    targets = {"A": own(FIFTY, share(6, 30, 40)), "B": own(FIFTY, value(6, 90)), **above}
    found = standing(RATE, targets)
    assert (found.status, found.actual, found.numerator, found.denominator) == (MONITORED, None, None, None)
    assert found.percentage_only
    assert standing(RATE, targets, unit="B").status is AHEAD  # alone it is judged: 90/50


def test_a_bare_percentage_leaves_the_whole_empty_at_whatever_depth():
    targets = {
        "T": sum_of(FIFTY),
        "A": own(FIFTY, share(6, 30, 40)),
        "B": own(FIFTY, value(6, 90)),
        "U": own(FIFTY, share(6, 1, 2)),
    }
    found = standing(RATE, targets, COUNTY, unit="C")
    assert (found.status, found.actual) == (MONITORED, None)


def test_no_change_from_a_baseline_is_a_bare_percentage_as_well():
    promised = plan({6: 50}, baseline=40)
    found = standing(RATE, {"A": own(promised, share(6, 1, 2)), "B": own(promised, no_change(6))})
    assert (found.status, found.actual) == (MONITORED, None)


def test_a_silent_rate_is_no_bare_percentage():
    assert not standing(RATE, {"A": own(FIFTY, share(6, 1, 2)), "B": own(FIFTY)}).percentage_only


def to_may_and(*june):
    return own(FIFTY, share(5, 30, 40, since=1), *june)


@pytest.mark.parametrize("above", [{}, {"T": sum_of(FIFTY)}])
@pytest.mark.parametrize(
    ("june_of_b", "as_of", "period", "expected_status"),
    [
        (share(6, 30, 40), 6, H1, COMPLETED),
        (no_change(6), 6, H1, COMPLETED),
        (not_applicable(6), 6, H1, COMPLETED),  # not applicable is an answer
        (None, 6, H1, AHEAD),  # June of B is missing
        (share(6, 30, 40), 5, H1, AHEAD),  # the period has not ended
        (share(6, 30, 40), 6, Y, AHEAD),
    ],
)
def test_a_sum_of_rates_is_completed_only_when_every_part_gave_its_last_answer(
    june_of_b, as_of, period, expected_status, above
):
    targets = {"A": to_may_and(share(6, 30, 40)), "B": to_may_and(*([june_of_b] if june_of_b else []))}
    found = standing(RATE, targets | above, as_of=as_of, period=period)
    assert (found.actual, found.status) == (75, expected_status)


# --- ceilings -------------------------------------------------------------------------------------

TEN = plan({6: 10, 12: 20})


@pytest.mark.parametrize(
    ("first", "second", "period", "expected_status", "done"),
    [
        (4, 16, H1, COMPLETED, 1),  # 20 of 10 + 10, whoever used it
        (4, 16, Y, ON_SCHEDULE, 1),
        (5, 16, H1, BEHIND, F(20, 21)),
        (5, 16, Y, SLIGHTLY_BEHIND, 1),  # within the year's 40
        (0, 41, Y, BEHIND, F(40, 41)),
    ],
)
def test_ceilings_add_up(first, second, period, expected_status, done):
    targets = {"A": own(TEN, june(first)), "B": own(TEN, june(second))}
    found = standing(CEILING, targets, period=period)
    assert (found.status, found.completion, found.schedule_ratio) == (expected_status, done, None)


@pytest.mark.parametrize("above", [{}, {"T": sum_of(plan({6: 20, 12: 40}))}])
def test_a_sum_of_ceilings_is_completed_once_every_part_answered_every_month(above):
    whole = own(TEN, june(4))
    missing = own(TEN, *each(1, 1, 1, 1, None, 1))
    excused_once = own(TEN, *each(1, 1, 1, 1), not_applicable(5), value(6, 1))
    assert standing(CEILING, {"A": whole, "B": missing} | above, period=H1).status is ON_SCHEDULE
    assert standing(CEILING, {"A": whole, "B": excused_once} | above, period=H1).status is COMPLETED


def test_of_ceilings_every_part_is_due_also_those_allowed_nothing():
    nothing = plan({6: 0, 12: 0})
    found = standing(CEILING, {"A": own(nothing), "B": own(nothing)}, period=H1)
    assert (found.status, found.silent) == (NOT_REPORTED, ("A", "B"))
    one = standing(CEILING, {"A": own(nothing, june(0)), "B": own(nothing)}, period=H1)
    assert (one.status, one.actual, one.silent) == (ON_SCHEDULE, 0, ("B",))
    both = standing(CEILING, {"A": own(nothing, june(0)), "B": own(nothing, june(0))}, period=H1)
    assert (both.status, both.completion) == (COMPLETED, 1)


def test_a_sum_of_ceilings_is_not_due_before_the_first_due_month():
    yearly = measure("flow", "at_most", "year")
    targets = {"A": own(TEN, june(99)), "B": own(TEN, june(99))}
    found = standing(yearly, targets)
    assert (found.status, found.actual, found.expected) == (NOT_DUE, 198, None)


def test_a_sum_is_a_reduction_when_its_ceilings_lie_below_its_starts():
    falling = own(plan({12: 60}, baseline=100), value(6, 85))  # allowed 80
    rising = own(plan({12: 20}, baseline=10), value(6, 10))  # allowed 15
    found = standing(STOCK_CEILING, {"A": falling, "B": rising})
    assert amounts(found) == (95, 95, 80)  # 80 lies below 100 + 10
    assert found.status is ON_SCHEDULE
    above = standing(STOCK_CEILING, {"A": falling, "B": replace(rising, answers=(value(6, 11),))})
    assert (above.status, above.completion) == (BEHIND, F(95, 96))  # no yellow in a reduction


def test_a_sum_is_no_reduction_when_the_growth_of_one_outweighs_the_other():
    falling = own(plan({12: 60}, baseline=100), value(6, 85))  # allowed 80
    rising = own(plan({12: 90}, baseline=10), value(6, 55))  # allowed 50
    found = standing(STOCK_CEILING, {"A": falling, "B": rising})
    assert amounts(found) == (140, 130, 150)  # 150 lies above 100 + 10
    assert (found.status, found.completion) == (SLIGHTLY_BEHIND, 1)


def test_a_sum_counts_the_first_checkpoint_of_a_part_without_baseline_as_its_paths_start():
    falling = own(plan({3: 100, 12: 60}), value(6, 85))  # allowed 100 − 40 × 3/9 = 86⅔
    kept = own(plan({12: 10}), value(6, 12))  # allowed 10
    found = standing(STOCK_CEILING, {"A": falling, "B": kept})
    assert found.expected == F(290, 3)  # 86⅔ + 10
    assert (found.target, found.status) == (70, BEHIND)  # 97 > 96⅔, and 70 lies below 100 + 10


def test_a_ceiling_of_a_rate_is_judged_over_all_parts():
    cap = plan({6: 5, 12: 5})
    targets = {"A": own(cap, share(6, 6, 100, since=1)), "B": own(cap, share(6, 3, 100, since=1))}
    found = standing(RATE_CEILING, targets, period=H1)
    assert (found.actual, found.status) == (F(9, 2), COMPLETED)  # 9/200; A alone is over its ceiling
    assert standing(RATE_CEILING, targets, unit="A", period=H1).status is BEHIND


# --- periods and coverage -------------------------------------------------------------------------


def test_the_first_half_sees_nothing_after_june():
    targets = {"A": own(plan({6: 50, 12: 100}), *each(5, 5, 5, 5, 5, 5, 500)), "B": own(HUNDRED, total(8, 90))}
    half = standing(FLOW, targets, as_of=8, period=H1)
    assert (half.month, amounts(half)) == (6, (30, 100, 100))  # B's total of August is not seen
    assert half.owing == (Owing("B", (1, 2, 3, 4, 5, 6)),)
    assert amounts(standing(FLOW, targets, as_of=8)) == (620, F(400, 3), 200)  # 530 + 90; 66⅔ + 66⅔


@pytest.mark.parametrize(
    ("answers", "answered", "due"),
    [
        (each(1, 0, 2), 3 + 6, 12),
        ((), 6, 12),
        ((total(4, 9),), 4 + 6, 12),
        ((not_applicable(2), value(6, 5, since=3)), 4 + 6, 11),
        ((excused(),), 6, 6),
    ],
)
def test_a_sum_travels_with_the_months_answered_and_due_of_its_parts(answers, answered, due):
    found = standing(FLOW, {"A": own(HUNDRED, *answers), "B": own(HUNDRED, june(50))})
    assert (found.answered, found.due) == (answered, due)


def test_a_quarterly_sum_counts_quarters():
    targets = {
        "A": own(HUNDRED, value(3, 25, since=1), value(6, 25, since=4)),
        "B": own(HUNDRED, value(3, 30, since=1)),
    }
    found = standing(QUARTERLY, targets, as_of=7)
    assert (found.answered, found.due, found.actual, found.expected) == (3, 4, 80, 100)


# --- two yellows are red --------------------------------------------------------------------------

STRICT = Thresholds(two_slightly_behind_is_behind=True)


@pytest.mark.parametrize(
    ("months", "expected_status"),
    [
        # Of 120 a year, 10 is expected each month.
        (each(10, 10, 10, 10, 5, 10), BEHIND),  # May 45/50 = 0.9, June 55/60 = 0.92: yellow twice
        (each(10, 10, 10, 10, 10, 5), SLIGHTLY_BEHIND),  # May 50/50, June 55/60
        (each(10, 10, 10, 10, -5, 20), SLIGHTLY_BEHIND),  # May 35/50 is red, June 55/60
        (each(10, 10, 10, 10, 5, 15), ON_SCHEDULE),  # May yellow, June 60/60
        (each(5, 10, 10, 10, 10, 0), BEHIND),  # May 45/50, June 45/60 = 0.75 is red anyway
    ],
)
def test_two_yellow_due_months_in_a_row_may_count_as_red(months, expected_status):
    assert alone(FLOW, plan({12: 120}), *months, thresholds=STRICT).status is expected_status


def test_two_yellows_stay_yellow_unless_the_year_counts_them_as_red():
    assert alone(FLOW, plan({12: 120}), *each(10, 10, 10, 10, 5, 10)).status is SLIGHTLY_BEHIND


def test_the_first_due_month_has_none_before_it():
    assert alone(FLOW, plan({12: 120}), value(1, 9), as_of=1, thresholds=STRICT).status is SLIGHTLY_BEHIND


@pytest.mark.parametrize("as_of", [6, 7, 8])
def test_two_yellow_quarters_are_two_due_months_in_a_row(as_of):
    both = (value(3, 27, since=1), value(6, 30, since=4))  # 27/30 = 0.9 and 57/60 = 0.95
    second = (value(3, 30, since=1), value(6, 27, since=4))  # 30/30 and 57/60
    assert alone(QUARTERLY, plan({12: 120}), *both, as_of=as_of, thresholds=STRICT).status is BEHIND
    assert alone(QUARTERLY, plan({12: 120}), *second, as_of=as_of, thresholds=STRICT).status is SLIGHTLY_BEHIND


def test_two_yellows_of_a_sum_are_judged_of_the_sum():
    targets = {
        "A": own(plan({12: 120}), *each(10, 10, 10, 10, 0, 10)),  # 40/50, 50/60
        "B": own(plan({12: 120}), *each(10, 10, 10, 10, 10, 10)),
    }
    # The sum: May 90/100, June 110/120.
    assert standing(FLOW, targets, thresholds=STRICT).status is BEHIND
    assert standing(FLOW, targets, unit="B", thresholds=STRICT).status is ON_SCHEDULE


def test_two_yellows_of_a_ceiling_are_red_as_well():
    promised = plan({12: 12})
    twice = alone(CEILING, promised, *each(1, 1, 1, 1, 2, 1), thresholds=STRICT)  # 6 of 5, 7 of 6
    once = alone(CEILING, promised, *each(1, 1, 1, 1, 1, 2), thresholds=STRICT)  # 5 of 5, 7 of 6
    assert (twice.status, once.status) == (BEHIND, SLIGHTLY_BEHIND)


def test_two_yellows_by_percentage_points():
    by_points = replace(STRICT, basis=Basis.POINTS)
    # May 45 − 50, June 55 − 60 of 120: −4.2 points each
    found = alone(FLOW, plan({12: 120}), *each(10, 10, 10, 10, 5, 10), thresholds=by_points)
    assert found.status is BEHIND


# --- percentage points in a sum -------------------------------------------------------------------


def test_a_sum_may_be_judged_by_percentage_points():
    targets = {"A": own(HUNDRED, june(10)), "B": own(HUNDRED, june(50))}
    found = standing(FLOW, targets, thresholds=Thresholds(basis=Basis.POINTS))
    assert (found.gap_points, found.status) == (-20, SLIGHTLY_BEHIND)  # (60 − 100)/200 × 100
    assert standing(FLOW, targets).status is BEHIND  # 60/100 by the ratio


# --- milestone tasks ------------------------------------------------------------------------------


def test_tasks_combine_by_their_steps_and_weights():
    targets = {
        "A": task(step("2023-03-31", "2023-03-30", weight=3), step("2023-11-30")),
        "B": task(step("2023-10-31", weight=4)),
    }
    found = standing(TASK, targets)
    assert found.status is ON_SCHEDULE
    assert (found.completion, found.schedule_share) == (F(3, 8), F(3, 8))  # 3 of 3 + 1 + 4
    assert [(one.unit, one.index) for one in found.steps] == [("A", 0), ("A", 1), ("B", 0)]
    assert found.parts == ("A", "B")


def test_one_overdue_step_makes_the_combined_task_late():
    targets = {"A": task(step("2023-03-31", "2023-03-30")), "B": task(step("2023-05-31"))}
    assert [standing(TASK, targets, as_of=month).status for month in (4, 5, 6)] == [
        ON_SCHEDULE,
        SLIGHTLY_BEHIND,
        BEHIND,
    ]


def test_a_task_of_the_units_own_is_not_combined_with_those_below():
    targets = {"T": task(step("2023-03-31", "2023-03-30")), "A": task(step("2023-03-31"))}
    assert standing(TASK, targets).status is COMPLETED
    assert standing(TASK, targets, {"C": "T", "T": "A"}, unit="C").parts == ("T",)


def test_tasks_combine_through_a_sum():
    targets = {"T": sum_of(), "A": task(step("2023-03-31", "2023-03-30")), "U": task(step("2023-12-31"))}
    assert standing(TASK, targets, COUNTY).completion == 1
    assert standing(TASK, targets, COUNTY, unit="C").completion == F(1, 2)
    assert standing(TASK, targets, COUNTY, unit="C", period=H1).status is COMPLETED


def test_a_task_has_no_amounts_and_no_months_to_answer():
    found = standing(TASK, {"A": task(step("2023-03-31", "2023-03-30"))})
    assert amounts(found) == (None, None, None)
    assert (found.answered, found.due, found.owing, found.schedule_ratio, found.gap) == (0, 0, (), None, None)


def test_a_task_without_steps_is_not_due():
    assert standing(TASK, {"A": task()}).status is NOT_DUE


def test_a_monitored_task_carries_no_judgement():
    monitored = measure("", "monitor")
    found = standing(monitored, {"A": task(step("2023-03-31"))})
    assert (found.status, found.completion, found.schedule_share, found.task) == (MONITORED, None, None, None)


def test_a_step_done_in_july_is_not_done_in_the_first_half():
    targets = {"A": task(step("2023-06-30", "2023-07-02"))}
    half = standing(TASK, targets, as_of=9, period=H1)
    assert (half.status, half.month) == (SLIGHTLY_BEHIND, 6)  # June is the month in which it fell due
    assert standing(TASK, targets, as_of=9, period=Y).status is COMPLETED
