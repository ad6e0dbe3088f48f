"""Relations between indicators, and of a breakdown to its whole (rule 3.6)."""

import pytest

from targets.calculations.checks import CheckResult, Fault, Measured, Operator, check, common_month, fault
from targets.calculations.terms import Frequency

from .builders import F


def amounts(*given):
    return [None if amount is None else F(amount) for amount in given]


@pytest.mark.parametrize(
    ("left", "operator", "right", "total", "holds"),
    [
        # The relations of the published report.
        (203, "=", (153, 50), 203, True),  # disability allowances: severe care and hardship
        (5, "=", (2, 3), 5, True),  # disputes: over land and between neighbours
        ("5208.7", ">=", ("2648.1", 180, "134.2"), "2962.3", True),  # dryland grain and what is sown of it
        (203, "=", (153, 51), 204, False),
        (204, "=", (153, 50), 203, False),
        (10, ">=", (4, 6), 10, True),
        ("9.9999", ">=", (4, 6), 10, False),
        (11, ">=", (4, 6), 10, True),
        (10, "<=", (4, 6), 10, True),
        ("10.0001", "<=", (4, 6), 10, False),
        (9, "<=", (4, 6), 10, True),
        # Exactly: 0.1 + 0.2 is 0.3.
        ("0.3", "=", ("0.1", "0.2"), "0.3", True),
        # A reported zero is a figure.
        (0, "=", (0, 0), 0, True),
        (0, ">=", (1,), 1, False),
        (-1, "=", (2, -3), -1, True),
    ],
)
def test_a_figure_is_compared_with_the_sum_of_the_others(left, operator, right, total, holds):
    assert check(F(left), Operator(operator), amounts(*right)) == CheckResult(F(left), F(total), holds)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (None, (1, 2)),
        (3, (1, None)),
        (3, (None, None)),
        (3, ()),
        (None, ()),
        (0, (None,)),  # an unreported part is no zero
    ],
)
@pytest.mark.parametrize("operator", list(Operator))
def test_a_missing_figure_proves_nothing(left, operator, right):
    assert check(amounts(left)[0], operator, amounts(*right)).holds is None


def test_a_missing_part_shows_the_whole_but_no_sum():
    assert check(F(3), Operator.EQUAL, amounts(1, None)) == CheckResult(F(3), None, None)


@pytest.mark.parametrize(
    ("frequencies", "month", "shared"),
    [
        (("month", "month"), 5, 5),
        (("month", "quarter"), 5, 3),  # answers of both: 3
        (("month", "quarter"), 2, None),  # no quarter has ended
        (("quarter", "half_year"), 11, 6),  # 3, 6, 9 and 6
        (("year", "month"), 11, None),
        (("year", "quarter", "month"), 12, 12),
    ],
)
def test_figures_are_compared_in_the_latest_month_in_which_all_fell_due(frequencies, month, shared):
    assert common_month([Frequency(one) for one in frequencies], month) == shared


FLOW = ("quantity", "flow")
INDICATORS = {
    "taxes": Measured(*FLOW, "万元"),
    "national": Measured(*FLOW, "万元"),
    "local": Measured(*FLOW, "元"),
    "roads": Measured(*FLOW, "千米"),
    "debt": Measured("quantity", "stock", "万元"),
    "insured": Measured("rate", "latest", "%"),
    "bridge": Measured("milestone", "", ""),
}


@pytest.mark.parametrize(
    ("whole", "parts", "others", "found"),
    [
        ("taxes", ["national"], [], None),
        ("taxes", ["national", "local"], [], None),  # 元 and 万元 convert exactly
        ("taxes", [], [], (Fault.NO_PART, "taxes")),
        ("taxes", ["taxes"], [], (Fault.CIRCLE, "taxes")),
        ("taxes", ["national", "national"], [], (Fault.REPEATED, "national")),
        ("taxes", ["national", "roads"], [], (Fault.OTHER_MEASURE, "roads")),
        ("taxes", ["debt"], [], (Fault.OTHER_KIND, "debt")),
        ("taxes", ["insured"], [], (Fault.OTHER_KIND, "insured")),
        ("taxes", ["bridge"], [], (Fault.TASK, "bridge")),
        ("bridge", ["taxes"], [], (Fault.TASK, "bridge")),
        # The same parts in whatever order; with another part it is another relation.
        ("taxes", ["local", "national"], [("taxes", {"national", "local"})], (Fault.TWICE, "taxes")),
        ("taxes", ["local"], [("taxes", {"national", "local"})], None),
        # A part that has the whole among its own parts, or among theirs.
        ("taxes", ["national"], [("national", {"taxes"})], (Fault.CIRCLE, "national")),
        ("taxes", ["national"], [("national", {"local"}), ("local", {"taxes"})], (Fault.CIRCLE, "national")),
        ("taxes", ["national"], [("local", {"taxes"})], None),
    ],
)
def test_a_relation_is_between_figures_that_can_be_added_up(whole, parts, others, found):
    assert fault(whole, parts, INDICATORS, others) == found
