"""How a target is laid over the months, and what a path is called (calculations.layouts)."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from targets.calculations.facts import Plan, Revision
from targets.calculations.layouts import Layout, NoLayout, Shape, lay_out, shape
from targets.calculations.terms import Interpolation

from .builders import CEILING, FLOW, RATE, STOCK

F = Fraction


@pytest.mark.parametrize(
    ("layout", "indicator", "given", "expected"),
    [
        (Layout.EVEN, FLOW, {"annual": 120}, {12: 120}),
        (Layout.EVEN, FLOW, {"annual": 120, "half_year": 60}, {6: 60, 12: 120}),
        (Layout.HALVES, FLOW, {"annual": 120, "half_year": 50}, {6: 50, 12: 120}),
        (Layout.YEAR_END, STOCK, {"annual": 7}, {12: 7}),
        # A twelfth of 100 is 8 1/3.
        (Layout.MONTHLY, FLOW, {"annual": 100}, {month: F(100 * month, 12) for month in range(1, 13)}),
        (Layout.QUARTERLY, FLOW, {"annual": 200}, {3: 40, 6: 100, 9: 150, 12: 200}),
        (Layout.QUARTERLY, CEILING, {"annual": 10}, {3: 2, 6: 5, 9: F("7.5"), 12: 10}),
        # From 10,000 to 10,500 mu: 20 % of the way of 500 is 100, half of it 250, 75 % 375.
        (
            Layout.QUARTERLY,
            STOCK,
            {"annual": 10500, "baseline": 10000},
            {3: 10100, 6: 10250, 9: 10375, 12: 10500},
        ),
        # From 90 % to 96 %: half a point a month.
        (
            Layout.MONTHLY,
            RATE,
            {"annual": 96, "baseline": 90},
            {month: 90 + F(month, 2) for month in range(1, 13)},
        ),
        # A baseline of a flow is no start: it begins at 0.
        (Layout.QUARTERLY, FLOW, {"annual": 100, "baseline": 80}, {3: 20, 6: 50, 9: 75, 12: 100}),
        (Layout.QUARTERLY, FLOW, {"annual": 0}, {3: 0, 6: 0, 9: 0, 12: 0}),
    ],
)
def test_a_layout_gives_checkpoints(layout, indicator, given, expected):
    amounts = {name: Decimal(amount) for name, amount in given.items()}
    arguments: dict[str, Any] = {"annual": None, **amounts}
    assert lay_out(layout, indicator, **arguments) == expected


def test_shares_may_be_others():
    shares = [F(15, 100), F(40, 100), F(70, 100), F(1)]
    found = lay_out(Layout.QUARTERLY, FLOW, annual=Decimal(1000), shares=shares)
    assert found == {3: 150, 6: 400, 9: 700, 12: 1000}


@pytest.mark.parametrize(
    ("layout", "indicator", "given", "lacks"),
    [
        (Layout.EVEN, FLOW, {}, "annual"),
        (Layout.HALVES, FLOW, {"annual": Decimal(1)}, "half_year"),
        (Layout.MONTHLY, STOCK, {"annual": Decimal(1)}, "baseline"),
        (Layout.QUARTERLY, RATE, {"annual": Decimal(1)}, "baseline"),
    ],
)
def test_what_a_layout_lacks_is_named(layout, indicator, given, lacks):
    with pytest.raises(NoLayout) as refused:
        lay_out(layout, indicator, **{"annual": None, **given})
    assert refused.value.lacks == lacks


@pytest.mark.parametrize(
    ("indicator", "checkpoints", "interpolation", "baseline", "expected"),
    [
        (FLOW, {}, "linear", None, Shape.NONE),
        (FLOW, {12: 100}, "linear", None, Shape.EVEN),
        (FLOW, {6: 50, 12: 100}, "linear", None, Shape.EVEN),
        (FLOW, {6: 40, 12: 100}, "linear", None, Shape.HALVES),
        (FLOW, {3: 20, 6: 50, 9: 75, 12: 100}, "linear", None, Shape.QUARTERLY),
        (FLOW, {3: 25, 6: 50, 9: 75, 12: 100}, "linear", None, Shape.EVEN),
        (FLOW, {4: 20, 12: 100}, "linear", None, Shape.MONTHLY),
        (FLOW, {6: 100}, "linear", None, Shape.QUARTERLY),  # done by June
        (FLOW, {12: 100}, "step", None, Shape.YEAR_END),
        (FLOW, {8: 60, 12: 100}, "step", None, Shape.STEPS),
        (STOCK, {12: 10500}, "linear", 10000, Shape.EVEN),
        (STOCK, {6: 10250, 12: 10500}, "linear", 10000, Shape.EVEN),
        (STOCK, {12: 10500}, "linear", None, Shape.EVEN),
        (STOCK, {6: 10500, 12: 10500}, "linear", None, Shape.HALVES),
    ],
)
def test_what_a_path_is_called(indicator, checkpoints, interpolation, baseline, expected):
    points = tuple((month, Decimal(value)) for month, value in checkpoints.items())
    plan = Plan(Interpolation(interpolation), None if baseline is None else Decimal(baseline), (Revision(1, points),))
    assert shape(indicator, plan, points) is expected
