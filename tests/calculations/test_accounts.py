"""Monthly accounts say what the roll-up from the answers says, on random plans and after random changes."""

import json
import random
from collections import Counter, defaultdict
from dataclasses import fields, replace
from pathlib import Path

from targets.calculations.accounts import (
    Sheet,
    add,
    hand_up,
    is_exact,
    missing_months,
    parts_at,
    standing_at,
    whole_of,
)
from targets.calculations.facts import Measure, TargetFacts, Thresholds
from targets.calculations.periods import MONTHS, cut_off
from targets.calculations.rollup import RollUp, Standing
from targets.calculations.terms import Figures, Period

from .builders import YEAR
from .test_oracle import CHOICES, SEEDS, folder_of, measure_of, rows, targets_of

__all__ = ["folder_of"]

#: What an account does not hold: the names of units, which are looked up, and what tasks alone have.
NAMES = {"parts", "owing", "silent", "left_out", "unplanned", "steps"}
FIELDS = [field.name for field in fields(Standing) if field.name not in NAMES]


class House:
    """Units with the sheets of one indicator, kept as the services keep them."""

    def __init__(self, measure: Measure, parents: dict[str, str], targets: dict[str, TargetFacts]) -> None:
        self.measure, self.parents, self.targets = measure, parents, targets
        self.below: dict[str, Sheet] = defaultdict(dict)
        self.up: dict[str, Sheet] = defaultdict(dict)
        self.alone: dict[str, int] = defaultdict(int)

    def refresh(self, unit: str) -> None:
        while unit:
            before = self.up[unit]
            after, self.alone[unit] = hand_up(self.measure, YEAR, self.targets.get(unit), self.below[unit])
            after = json.loads(json.dumps(after))
            parent = self.parents[unit]
            self.below[parent] = add(add(self.below[parent], before, -1), after)
            self.up[unit] = after
            unit = parent


def fields_of(standing: Standing[str]) -> dict[str, object]:
    found = {name: getattr(standing, name) for name in FIELDS}
    return found | {"task": standing.task and standing.task.counts}


def check(house: House, children: dict[str, list[str]], thresholds: Thresholds, seen: Counter[str]) -> None:
    for month in MONTHS:
        for period in Period:
            if month != cut_off(period, month):
                continue
            rolled = RollUp(
                house.measure, house.targets, children, year=YEAR, period=period, as_of=month, thresholds=thresholds
            )
            for unit in house.parents:
                wanted = rolled.standing(unit)
                sheet = house.up[unit]
                if wanted is None:
                    assert not sheet
                    continue
                if not is_exact(house.measure, sheet, thresholds):
                    seen["not exact"] += 1
                    continue
                alone = bool(house.alone[unit] >> month & 1)
                found = standing_at(unit, house.measure, sheet, month, period, thresholds, alone=alone)
                assert fields_of(found) == fields_of(wanted), (unit, month, period)
                whole = whole_of(house.measure, parts_at(sheet, month, period))
                assert whole.owing == len(wanted.owing)
                if wanted.parts:
                    assert whole.units == len(wanted.parts)
                own = house.targets.get(unit)
                if own is not None and own.figures is Figures.OWN:
                    assert missing_months(sheet, month) == (wanted.owing[0].months if wanted.owing else ())
                seen[f"{house.measure.kind} {'alone' if alone else 'sum'} {wanted.status}"] += 1


def compare(folder: Path, seed: int, seen: Counter[str]) -> None:
    """All accounts of one plan, as it is, after some changes, and after these were undone."""
    drawn = random.Random(seed)
    units = rows(folder, "units")
    parents = {row["code"]: row["parent"] for row in units}
    children: dict[str, list[str]] = defaultdict(list)
    for code, parent in parents.items():
        children[parent].append(code)
    targets = targets_of(folder)
    _settings, thresholds = CHOICES[seed % len(CHOICES)]
    for row in rows(folder, "indicators"):
        measure = measure_of(row)
        house = House(measure, parents, dict(targets[row["code"]]))
        for unit in drawn.sample(sorted(house.targets), len(house.targets)):
            house.refresh(unit)
        check(house, children, thresholds, seen)
        # Some targets lose answers or go, in any order; then all of it comes back, and nothing is left of the change.
        kept = json.dumps([house.below, house.up], sort_keys=True)
        changed = drawn.sample(sorted(house.targets), min(4, len(house.targets)))
        before = dict(house.targets)
        for unit in changed:
            if drawn.random() < 0.3:
                del house.targets[unit]
            else:
                answers = house.targets[unit].answers
                house.targets[unit] = replace(house.targets[unit], answers=answers[: drawn.randrange(len(answers) + 1)])
            house.refresh(unit)
        check(house, children, thresholds, seen)
        for unit in drawn.sample(changed, len(changed)):
            house.targets[unit] = before[unit]
            house.refresh(unit)
        assert json.dumps([house.below, house.up], sort_keys=True) == kept


def test_accounts_say_what_the_answers_say(folder_of) -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS[:10]:
        compare(folder_of(seed), seed, seen)
    judged = {"completed", "on_schedule", "slightly_behind", "behind", "not_due"}
    for kind, statuses in (
        ("quantity", judged | {"ahead", "not_reported", "monitored"}),
        ("rate", judged | {"not_reported", "monitored"}),
        ("milestone", judged),
    ):
        for how in ("alone", "sum"):
            for status in statuses:
                assert seen[f"{kind} {how} {status}"] >= 5, (kind, how, status)
    assert seen["not exact"] < sum(seen.values()) / 2
