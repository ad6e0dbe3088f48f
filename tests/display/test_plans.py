"""The words of the plan."""

from targets import display
from targets.calculations.terms import Direction


def test_directions_have_words():
    words = [display.direction(direction) for direction in Direction]
    assert words == ["at least", "at most", "monitored only"]
