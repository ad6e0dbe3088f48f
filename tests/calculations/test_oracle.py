"""The rules against an independent recomputation, on random plans: every field of every row, exactly."""

import csv
import os
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from targets.calculations.facts import Answer, Measure, Plan, Revision, Step, TargetFacts, Thresholds
from targets.calculations.means import mean
from targets.calculations.rollup import RollUp, Standing
from targets.calculations.terms import (
    Accumulation,
    AnswerKind,
    Basis,
    Direction,
    Figures,
    Frequency,
    Interpolation,
    Kind,
    Period,
    Status,
    TypedAs,
)
from tests.oracle.random_plans import write_random_plan
from tests.oracle.recompute import Settings, load, means, recompute_plan

from .builders import YEAR

#: How many plans are drawn; RANDOM_PLANS=160 draws more.
SEEDS = range(int(os.environ.get("RANDOM_PLANS", "40")))
MONTHS_VIEWED = (1, 3, 6, 8, 12)
FIELDS = (
    "status",
    "actual",
    "expected",
    "target",
    "completion",
    "schedule_ratio",
    "gap",
    "gap_points",
    "answered",
    "due",
)

Rows = list[dict[str, str]]
Found = dict[tuple[str, str, str], dict[str, object]]


@pytest.fixture(scope="module")
def folder_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """The folder of a seed's plan, written once."""
    base = tmp_path_factory.mktemp("plans")

    @cache
    def written(seed: int) -> Path:
        folder = base / str(seed)
        write_random_plan(folder, seed, year=YEAR)
        return folder

    return written


# --- from the files to the facts ------------------------------------------------------------------


def rows(folder: Path, name: str) -> Rows:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def measure_of(row: dict[str, str]) -> Measure:
    return Measure(
        Kind(row["kind"]),
        Accumulation(row["accumulation"]),
        Direction(row["direction"]),
        Frequency(row["frequency"]),
    )


def answer_of(row: dict[str, str]) -> Answer:
    return Answer(
        int(row["from_month"]),
        int(row["month"]),
        AnswerKind(row["answer"]),
        TypedAs(row["typed_as"] or "month"),
        decimal(row["value"]),
        decimal(row["numerator"]),
        decimal(row["denominator"]),
    )


def step_of(row: dict[str, str]) -> Step:
    return Step(
        Decimal(row["weight"]),
        day(row["due"]),
        row["done"] == "yes",
        day(row["done_on"]),
        int(row["recorded_month"]) if row["recorded_month"] else None,
    )


def plan_of(row: dict[str, str], checkpoints: Rows, revisions: Rows, months: range) -> Plan:
    by_month: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for one in checkpoints:
        by_month[1][int(one["month"])] = Decimal(one["value"])
    for one in revisions:
        by_month[int(one["effective_month"])][int(one["month"])] = Decimal(one["value"])
    return Plan(
        Interpolation(row["interpolation"]),
        decimal(row["baseline"]),
        tuple(Revision(effective, tuple(sorted(points.items()))) for effective, points in sorted(by_month.items())),
        months,
    )


def targets_of(folder: Path) -> dict[str, dict[str, TargetFacts]]:
    """The facts by indicator and unit."""
    grouped: dict[str, dict[tuple[str, str], Rows]] = {}
    for name in ("checkpoints", "revisions", "milestones", "entries"):
        grouped[name] = defaultdict(list)
        for row in rows(folder, name):
            if row.get("state", "approved") == "approved":
                grouped[name][row["indicator"], row["unit"]].append(row)
    units = {row["code"]: row for row in rows(folder, "units")}
    months = {
        code: range(int(row["first_month"] or 1), int(row["last_month"] or 12) + 1) for code, row in units.items()
    }
    carried = {code: [row["merged_into"]] if row["merged_into"] else [] for code, row in units.items()}
    for code, row in units.items():
        if row["succeeds"]:
            carried[row["succeeds"]].append(code)
    found: dict[str, dict[str, TargetFacts]] = defaultdict(dict)
    for row in rows(folder, "targets"):
        key = row["indicator"], row["unit"]
        found[row["indicator"]][row["unit"]] = TargetFacts(
            plan_of(row, grouped["checkpoints"][key], grouped["revisions"][key], months[row["unit"]]),
            Figures(row["figures"]),
            tuple(map(answer_of, grouped["entries"][key])),
            tuple(map(step_of, grouped["milestones"][key])),
            tuple(carried[row["unit"]]),
        )
    return found


#: What a year may choose, by turns: both ways of judging, with and without two yellows in a row being red.
CHOICES = [
    (
        Settings(by_points, two),
        Thresholds(Basis.POINTS if by_points else Basis.RATIO, two_slightly_behind_is_behind=two),
    )
    for by_points in (False, True)
    for two in (False, True)
]


def standings(folder: Path, as_of: int, thresholds: Thresholds) -> dict[tuple[str, str, str], Standing[str]]:
    """A standing for every unit that has the target itself or an own target at or below it."""
    children: dict[str, list[str]] = defaultdict(list)
    units = rows(folder, "units")
    for row in units:
        children[row["parent"]].append(row["code"])
    targets = targets_of(folder)
    found: dict[tuple[str, str, str], Standing[str]] = {}
    for row in rows(folder, "indicators"):
        for period in Period:
            rolled = RollUp(
                measure_of(row),
                targets[row["code"]],
                children,
                year=YEAR,
                period=period,
                as_of=as_of,
                thresholds=thresholds,
            )
            for unit in (one["code"] for one in units):
                if unit in rolled.targets or rolled.has_own_below(unit):
                    standing = rolled.standing(unit)
                    assert standing is not None, (unit, row["code"])
                    found[unit, row["code"], period.value] = standing
    return found


def means_of(folder: Path, found: dict[tuple[str, str, str], Standing[str]]) -> Found:
    """Completion, schedule and coverage of every unit, by section and over all."""
    weights = {(row["unit"], row["indicator"]): Decimal(row["weight"] or 1) for row in rows(folder, "targets")}
    sections = {row["code"]: row["section"] for row in rows(folder, "indicators")}
    listed: dict[tuple[str, str, str], list[tuple[Standing[str], Decimal]]] = defaultdict(list)
    for (unit, code, period), standing in found.items():
        for section in ("", sections[code]):
            listed[unit, section, period].append((standing, weights.get((unit, code), Decimal(1))))
    result: Found = {}
    for key, weighted in listed.items():
        one = mean(weighted)
        result[key] = {name: getattr(one, name) for name in ("completion", "schedule", "judged", "due")}
    return result


# --- the comparison -------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_every_row_of_a_random_plan_is_recomputed_the_same(seed: int, folder_of: Callable[[int], Path]) -> None:
    folder, plan = folder_of(seed), load(folder_of(seed), YEAR)
    settings, thresholds = CHOICES[seed % len(CHOICES)]
    for as_of in MONTHS_VIEWED:
        recomputed = recompute_plan(plan, as_of, settings)
        wanted = {key: {name: row[name] for name in FIELDS} for key, row in recomputed.items()}
        judged = standings(folder, as_of, thresholds)
        found = {key: {name: getattr(one, name) for name in FIELDS} for key, one in judged.items()}
        assert found.keys() == wanted.keys()
        different = {key: (found[key], wanted[key]) for key in wanted if found[key] != wanted[key]}
        assert different == {}, f"as of {as_of}"
        sections, averaged = means_of(folder, judged), means(plan, recomputed)
        apart = {key: (sections.get(key), averaged[key]) for key in averaged if sections.get(key) != averaged[key]}
        assert apart == {}, f"means as of {as_of}"


def test_the_comparison_meets_every_status_in_both_directions_and_at_every_height(
    folder_of: Callable[[int], Path],
) -> None:
    seen: Counter[tuple[str, str, bool]] = Counter()
    for seed in SEEDS:
        folder, plan = folder_of(seed), load(folder_of(seed), YEAR)
        settings, _thresholds = CHOICES[seed % len(CHOICES)]
        direction = {
            row["code"]: "task" if row["kind"] == "milestone" else row["direction"]
            for row in rows(folder, "indicators")
        }
        own = {(row["unit"], row["indicator"]) for row in rows(folder, "targets") if row["figures"] == "own"}
        for as_of in MONTHS_VIEWED:
            for (unit, code, _), row in recompute_plan(plan, as_of, settings).items():
                seen[direction[code], str(row["status"]), (unit, code) in own] += 1
    judged = {"completed", "on_schedule", "slightly_behind", "behind", "not_due"}
    wanted = {
        "at_least": judged | {"ahead", "not_reported", "monitored"},
        "at_most": judged | {"not_reported", "monitored"},  # a ceiling is never ahead
        "monitor": {"monitored"},
        "task": judged | {"monitored"},  # nor is a task, and it has nothing to report
    }
    for is_own in (True, False):
        for kind, statuses in wanted.items():
            found = {status for (of, status, below), count in seen.items() if (of, below) == (kind, is_own)}
            assert found == statuses, (kind, is_own)
    assert {status for _, status, _ in seen} == {status.value for status in Status}
    assert min(seen.values()) >= 5


@pytest.mark.parametrize(
    ("name", "column", "words"),
    [
        ("indicators", "kind", Kind),
        ("indicators", "accumulation", Accumulation),
        ("indicators", "direction", Direction),
        ("indicators", "frequency", Frequency),
        ("targets", "interpolation", Interpolation),
        ("targets", "figures", Figures),
        ("entries", "answer", AnswerKind),
        ("entries", "typed_as", TypedAs),
    ],
)
def test_the_random_plans_hold_every_word_of_the_rules(
    name: str, column: str, words: type, folder_of: Callable[[int], Path]
) -> None:
    found = {row[column] for seed in SEEDS for row in rows(folder_of(seed), name)}
    assert {word.value for word in words} <= found  # type: ignore[attr-defined]


def test_the_random_plans_hold_every_form_of_answer(folder_of: Callable[[int], Path]) -> None:
    forms: Counter[str] = Counter()
    for seed in SEEDS:
        rates = {row["code"] for row in rows(folder_of(seed), "indicators") if row["kind"] == "rate"}
        for row in rows(folder_of(seed), "entries"):
            forms["run"] += row["from_month"] != row["month"]
            forms["zero"] += bool(row["value"]) and Decimal(row["value"]) == 0
            forms["negative"] += row["value"].startswith("-")
            forms["four decimals"] += len(row["value"].rpartition(".")[2]) == 4 and "." in row["value"]
            forms["ten digits"] += len(row["value"].lstrip("-").partition(".")[0]) >= 10
            forms["two numbers"] += row["denominator"] not in ("", "0")
            forms["0/0"] += row["denominator"] == "0"
            forms["bare percentage"] += row["indicator"] in rates and row["value"] != ""
            forms["waiting"] += row["state"] != "approved"
        for row in rows(folder_of(seed), "targets"):
            forms["baseline"] += bool(row["baseline"])
        for row in rows(folder_of(seed), "checkpoints"):
            forms["zero promised"] += Decimal(row["value"]) == 0
            forms["less than zero promised"] += Decimal(row["value"]) < 0
        for row in rows(folder_of(seed), "milestones"):
            forms["undated step"] += row["due"] == ""
            forms["step done without a date"] += row["done"] == "yes" and row["done_on"] == ""
    assert min(forms.values()) > 0, forms


def test_the_comparison_meets_what_is_rare(folder_of: Callable[[int], Path]) -> None:
    found: Counter[str] = Counter()
    for seed in SEEDS:
        folder = folder_of(seed)
        _settings, thresholds = CHOICES[seed % len(CHOICES)]
        for row in rows(folder, "units"):
            found["ends"] += bool(row["last_month"])
            found["merged"] += bool(row["merged_into"])
            found["begins"] += bool(row["first_month"])
            found["succeeds"] += bool(row["succeeds"])
        found["adjusted"] += len({(row["unit"], row["indicator"]) for row in rows(folder, "revisions")})
        one_yellow = standings(folder, 12, Thresholds(thresholds.basis))
        for (unit, *key), standing in standings(folder, 12, thresholds).items():
            found["reported by nobody"] += standing.nobody_reports and standing.status is Status.NOT_REPORTED
            found["a percentage passed up and judged"] += (
                standing.percentage_only and standing.own_plan and standing.is_judged and standing.parts != (unit,)
            )
            found["red by two yellows"] += one_yellow[(unit, *key)].status is not standing.status  # type: ignore[index]
            found["judged by points"] += thresholds.basis is Basis.POINTS and standing.gap_points is not None
    assert min(found.values()) >= 3, found
    assert len(found) == 9
