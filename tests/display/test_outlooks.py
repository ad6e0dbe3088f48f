"""What is still needed, never said to be less than it is."""

from fractions import Fraction

import pytest

from targets import display
from targets.calculations.outlook import NoForecast, Outlook

from .builders import indicator

NEEDED = "still needed this year"


@pytest.mark.parametrize(
    ("decimals", "values", "text"),
    [
        # 3.2 over six months is 0.533…: 0.53 a month would end at 3.18
        (1, {"remaining": Fraction(32, 10), "needed_per_month": Fraction(32, 60)}, f"3.2 km {NEEDED}, 0.54 a month"),
        (0, {"remaining": Fraction(18), "needed_per_month": Fraction(18, 7)}, f"18 km {NEEDED}, 2.6 a month"),
        (0, {"remaining": Fraction(18), "needed_per_month": Fraction(3)}, f"18 km {NEEDED}, 3 a month"),
        (
            2,
            {"remaining": Fraction(1, 1000), "needed_per_month": Fraction(1, 6000)},
            f"0.001 km {NEEDED}, 0.01 a month",
        ),
        (2, {"remaining": Fraction(1, 3), "needed_per_month": Fraction(1, 18)}, f"0.34 km {NEEDED}, 0.06 a month"),
        (2, {"remaining": Fraction(0), "needed_per_month": Fraction(0)}, "The annual target is reached."),
        (2, {"remaining": Fraction(5), "needed_per_month": Fraction(5), "months_left": 1}, f"5.00 km {NEEDED}"),
        (2, {"no_forecast": NoForecast.YEAR_ENDED}, ""),
    ],
)
def test_what_is_still_needed_is_never_said_to_be_less(decimals, values, text):
    outlook = Outlook(**{"months_left": 6, **values})
    assert display.still_needed(outlook, indicator(decimals, "千米", "km")) == text


def test_of_a_target_in_steps_and_of_a_rate_no_pace_is_said():
    steps = Outlook(Fraction(5), 6, Fraction(5, 6), no_forecast=NoForecast.STEP_TARGET)
    assert display.still_needed(steps, indicator(1, "千米", "km")) == f"5.0 km {NEEDED}"
    rate = indicator(1, "%", "%", accumulation="latest")
    rate.kind = "rate"
    # From 2/3 to 90 %: 23.33… points
    points = Outlook(Fraction(90) - Fraction(200, 3), 6, no_forecast=NoForecast.RATE)
    assert display.still_needed(points, rate) == f"23.4 percentage points {NEEDED}"


def test_nothing_is_needed_where_there_is_no_outlook():
    assert display.still_needed(None, indicator()) == ""
