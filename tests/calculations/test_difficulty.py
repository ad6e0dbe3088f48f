"""What the rest of the year asks of a target, and in which order (rule 3.6)."""

import pytest

from targets.calculations.answers import reported
from targets.calculations.difficulty import Allowance, Prospect, allowance, hardness, prospect
from targets.calculations.outlook import NoForecast, Outlook, outlook
from targets.calculations.paths import opening
from targets.calculations.terms import Interpolation, Status

from .builders import CEILING, FLOW, RATE, STOCK, STOCK_CEILING, F, each, no_change, plan, share, total, value


def look(target, *answers, month, indicator=FLOW, interpolation=Interpolation.LINEAR, baseline=None, last_year=()):
    return outlook(
        indicator,
        interpolation,
        F(target),
        reported(indicator, plan({}, baseline).baseline, answers),
        opening=opening(indicator, plan({}, baseline)),
        month=month,
        last_year=reported(indicator, None, last_year),
    )


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (look(120, *each(10, 10, 10, 5, 5, 5), month=6), Prospect.FASTER),  # 75/6 = 12.5 needed, 5 of late: 2.5
        (look(120, *each(10, 10, 10, 10, 10, 10), month=6), Prospect.STEADY),  # 60/6 = 10 needed, 10 of late: 1
        (look(120, *each(10, 10, 10, 11, 11, 11), month=6), Prospect.STEADY),  # 57/6 = 9.5 needed, 11 of late
        (look(120, *each(20, 0, 0, 0), month=4), Prospect.STALLED),
        (look(120, *each(20, 0, -1, 0), month=4), Prospect.STALLED),
        (look(300, *each(110, 105, 104, 103), month=4, indicator=STOCK, baseline=100), Prospect.STALLED),  # −7/3
        (look(120, *each(30, 30, 30, 30), month=4), Prospect.FINISHED),
        (look(120, month=4), Prospect.NO_PACE),  # never reported
        (look(0, month=4), Prospect.NO_PACE),  # nothing is asked for, and nobody has said anything yet
        (look(0, *each(0), month=4), Prospect.FINISHED),
        (look(120, *each(8), month=1), Prospect.FASTER),  # 112/11 ÷ 8 = 14/11
        (look(120, *each(110), month=1, indicator=STOCK), Prospect.NO_PACE),  # nothing to have changed from
        (look(120, *each(*[10] * 11, 5), month=12), Prospect.NO_PACE),  # 115 of 120, and the year is over
        (None, Prospect.NO_PACE),
    ],
)
def test_what_the_rest_of_the_year_asks(found, expected):
    assert prospect(Status.BEHIND, found) is expected


def test_a_harvest_that_is_not_due_is_not_stalled():
    found = look(120, *each(0, 0, 0), month=3, interpolation=Interpolation.STEP)
    assert found.stalled
    assert prospect(Status.NOT_DUE, found) is Prospect.NO_PACE


def test_a_rate_has_no_pace_even_where_it_stands_above_its_target():
    found = look(95, share(5, 80, 100), share(6, 96, 100), month=6, indicator=RATE, baseline=70)
    assert (found.remaining, found.no_forecast) == (0, NoForecast.RATE)
    assert prospect(Status.AHEAD, found) is Prospect.NO_PACE


@pytest.mark.parametrize("found", [None, Outlook(no_forecast=NoForecast.YEAR_ENDED)])
def test_what_is_completed_is_finished_whatever_its_outlook(found):
    assert prospect(Status.COMPLETED, found) is Prospect.FINISHED


def test_the_hardest_comes_first_and_what_is_finished_last():
    looks = {
        "finished": look(30, *each(10, 10, 10), month=3),
        "easy": look(120, *each(20, 20, 20), month=3),  # 60/9 ÷ 20 = 1/3
        "stalled": look(120, *each(20, 0, 0, 0), month=4),
        "silent": look(120, month=3),
        "hard": look(120, *each(2, 2, 2), month=3),  # 114/9 ÷ 2 = 19/3
        "even": look(120, *each(10, 10, 10), month=3),  # 90/9 ÷ 10 = 1
    }
    order = sorted(looks, key=lambda name: hardness(prospect(Status.BEHIND, looks[name]), looks[name]))
    assert order == ["stalled", "hard", "even", "easy", "silent", "finished"]


def test_by_difficulty_a_step_target_stands_among_what_has_no_pace():
    found = look(120, *each(10, 20), month=2, interpolation=Interpolation.STEP)
    assert found.difficulty == F(3, 5)  # 90/10 ÷ 15
    assert hardness(prospect(Status.NOT_DUE, found), found) == hardness(Prospect.NO_PACE, None)


# --- ceilings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "month", "expected"),
    [
        (each(2, 3, 1), 3, Allowance(F(6), 9, F(2, 3), F(2))),  # 12 − 6, over 9 months; 6/3 of late
        (each(0, 0, 0), 3, Allowance(F(12), 9, F(4, 3), F(0))),
        ((), 3, Allowance(F(12), 9, F(4, 3), None)),  # nothing reported, so nothing used up
        ((total(3, 12),), 3, Allowance(F(0), 9, F(0), F(4))),  # used up, not exceeded; 12/3
        ((total(3, 15),), 3, Allowance(F(-3), 9, None, F(5))),  # exceeded: there is nothing to share out
        (each(*[1] * 12), 12, Allowance(F(0), 0, None, F(1))),  # December: no month is left
    ],
)
def test_what_is_left_of_a_ceiling(answers, month, expected):
    assert allowance(CEILING, F(12), reported(CEILING, None, answers), month) == expected


def test_a_ceiling_of_zero_leaves_nothing():
    levels = reported(CEILING, None, (value(1, 0), no_change(2)))
    assert allowance(CEILING, F(0), levels, 2) == Allowance(F(0), 10, F(0), F(0))


@pytest.mark.parametrize(("answers", "left"), [(each(70, 65), -5), (each(70, 58), 2), ((), None)])
def test_a_level_lies_under_its_ceiling_or_above_and_uses_nothing_up(answers, left):
    levels = reported(STOCK_CEILING, None, answers)
    assert allowance(STOCK_CEILING, F(60), levels, 2) == Allowance(None if left is None else F(left), 10)
