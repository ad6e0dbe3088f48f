"""What is printed: an indicator and how it stands, without a database."""

from types import SimpleNamespace

from targets.calculations.facts import Thresholds
from targets.calculations.rollup import Standing
from targets.calculations.terms import Period, Status

THRESHOLDS = Thresholds()
H1, YEAR = Period.FIRST_HALF, Period.YEAR


def indicator(decimals=2, unit="万元", unit_en="CNY 10k", accumulation="flow", direction="at_least"):
    return SimpleNamespace(
        decimals=decimals,
        unit_of_measure=unit,
        unit_of_measure_en=unit_en,
        accumulation=accumulation,
        kind="quantity",
        direction=direction,
    )


def standing(status=Status.BEHIND, **values):
    return Standing(unit="T", month=6, status=status, **values)
