"""Rows from monthly accounts name and count what rows from the answers do."""

import random
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from targets.calculations.terms import Period
from targets.models import Target, Unit, Year
from targets.permissions import scope_of
from targets.summaries import accounts
from targets.summaries.overview import group, open_remedies
from targets.summaries.rows import NAMED, IndicatorRow, rows
from targets.summaries.selection import Selection
from tests.builders import Builder

AFTER_THE_YEAR = date(2024, 2, 1)


@pytest.fixture
def county(build: Builder) -> list[Target]:
    """Townships with targets of their own, as sums with a plan and without, and villages in two of them."""
    top = build.unit("county", kind="county")
    towns = [build.unit(f"t{number}", top, kind="township") for number in range(4)]
    villages = [build.unit(f"v{number}", towns[number % 3]) for number in range(7)]
    kinds: list[dict[str, Any]] = [
        {},
        {"direction": "at_most", "accumulation": "stock"},
        {"kind": "rate", "accumulation": "latest", "unit_of_measure": "%"},
        {"direction": "monitor"},
        {"frequency": "quarter"},
        {"kind": "milestone", "accumulation": ""},
    ]
    drawn = random.Random(7)
    targets = []
    for number, fields in enumerate(kinds):
        indicator = build.indicator(f"i{number}", **fields)
        if fields.get("kind") == "milestone":
            steps = [{"name": "开工", "due": date(2023, 4, 30)}, {"name": "完工", "due": date(2023, 11, 30)}]
            targets += [build.target(indicator, village, steps=steps) for village in villages[:4]]
            continue
        for unit in [*towns, *villages]:
            if drawn.random() < 0.3:
                continue
            figures = drawn.choice(["own", "sum", "sum"]) if unit.kind == "township" else "own"
            points = {6: 40, 12: 90} if drawn.random() < 0.75 else {}
            lead = drawn.choice(["", "甲", "乙"])
            targets.append(
                build.target(indicator, unit, points, figures=figures, lead_leader=lead, approximation="over")
            )
    return targets


def report(build: Builder, targets: list[Target], seed: int) -> None:
    drawn = random.Random(seed)
    for target in targets:
        if target.figures == "sum" or target.indicator.kind == "milestone" or drawn.random() < 0.2:
            continue
        for month in range(1, drawn.randrange(2, 8)):
            if drawn.random() < 0.25:
                continue
            fields: dict[str, Any] = {"value": drawn.randrange(1, 20)}
            if target.indicator.kind == "rate" and drawn.random() < 0.8:
                fields = {"numerator": drawn.randrange(1, 9), "denominator": 10}
            if drawn.random() < 0.15:
                fields = {"answer": "not_applicable"}
            if "value" in fields and drawn.random() < 0.3:
                fields["approximation"] = drawn.choice(["over", "nearly"])
            write = build.submitted if drawn.random() < 0.1 else build.approved
            try:
                write(target, month, reason="核实", **fields)
            except ValidationError:
                continue


def said(row: IndicatorRow) -> dict[str, Any]:
    standing = row.standing
    few = row.unit_count <= NAMED
    return {
        "figures": (standing.status, standing.actual, standing.expected, standing.target, standing.completion),
        "answered": (standing.answered, standing.due, standing.is_hatched, standing.is_late),
        "units": (row.unit_count, [unit.code for unit in row.units] if few else None),
        "targets": [target.pk for target in row.targets] if few else None,
        "single": row.single_target and row.single_target.pk,
        "own": row.own_target and row.own_target.pk,
        "missing": (
            row.missing_count,
            {(one.unit.code, one.months, one.is_silent) for one in row.missing} if row.missing_count <= NAMED else None,
            len(row.first_missing),
        ),
        "leads": row.leads,
        "waiting": row.waiting,
        "word": (row.reported_as, row.approximation),
        "of one": row.is_of_one,
    }


@pytest.mark.parametrize("seed", range(2))
def test_rows_from_accounts_say_what_rows_from_answers_say(seed: int, build: Builder, county: list[Target]) -> None:
    report(build, county, seed)
    leader = build.person("leader", "leader", Unit.objects.get(code="county"))
    scope, year = scope_of(leader), Year.objects.get(year=2023)
    some = [unit for unit in scope.tree.units.values() if unit.code in ("t0", "v0", "v4")]
    seen = 0
    for unit in list(scope.tree.units.values()):
        for month, period, waiting in (
            (1, Period.FIRST_HALF, False),
            (5, Period.YEAR, True),
            (6, Period.FIRST_HALF, False),
            (9, Period.YEAR, False),
        ):
            view = Selection(scope, year, period, month, unit, waiting=waiting, today=AFTER_THE_YEAR)
            assert accounts.are_kept(view)
            found = {row.indicator.code: row for row in group(view).rows}
            wanted = {row.indicator.code: row for row in rows(view, view.facts())}
            assert list(found) == list(wanted)
            for code, row in found.items():
                here = (unit.code, code, month, period, waiting)
                assert said(row) == said(wanted[code]), here
                before, then = (one.standing_at(view.month - 1 or 1) for one in (row, wanted[code]))
                assert before is not None
                assert then is not None
                assert (before.status, before.actual) == (then.status, then.actual), here
                for below in some:
                    assert row.is_made_of(below) == wanted[code].is_made_of(below), (*here, below.code)
                seen += 1
    assert seen > 150


def test_remedies_of_what_is_behind_are_those_of_its_parts(build: Builder, county: list[Target]) -> None:
    from targets.services import remedies

    report(build, county, 1)
    for target in county:
        if target.figures == "own":
            remedies.state_remedy(build.by, target=target, month=5, cause=f"原因{target.pk}")
    leader = build.person("leader", "leader", Unit.objects.get(code="county"))
    for unit in Unit.objects.all():
        view = Selection(scope_of(leader), Year.objects.get(year=2023), Period.YEAR, 6, unit, today=AFTER_THE_YEAR)
        found = open_remedies(group(view).rows, 6)
        wanted = open_remedies(rows(view, view.facts()), 6)
        assert {pk: {one.target_id for one in listed} for pk, listed in found.items()} == {
            pk: {one.target_id for one in listed} for pk, listed in wanted.items()
        }
