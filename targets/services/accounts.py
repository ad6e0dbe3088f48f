"""Keeping the monthly accounts: whatever changes what a target says changes its account, in the same transaction.

``verb`` calls ``follow`` with what it changed. Of the units concerned, the accounts up to the top are locked
first, then their answers are read: who comes second sees what the first one wrote. Only differences travel up, so that
it costs the same whatever lies beside.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import pairwise

from django.db.models import Count

from targets.calculations.accounts import VERSION, Sheet, add, hand_up, owing_marks
from targets.models import Indicator, MonthlyAccount, Target, Unit, Year
from targets.querysets.plans import IndicatorFacts, measure_of, portions
from targets.services.base import AT_ONCE, Author, Touched, forget_touched, record, snapshot, verb

#: Whose account: an indicator at a unit.
Place = tuple[int, int]

#: So many targets are worked on at a time: all their answers are in memory then.
IN_MEMORY = 2000
_FIELDS = (
    "target",
    "handed_to",
    "alone",
    "below",
    "up",
    "below_waiting",
    "up_waiting",
    "owing",
    "owing_waiting",
)


def follow(touched: Iterable[Touched]) -> None:
    """Bring the accounts in line with what was just changed. Of years whose accounts are not kept nothing is done."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for kind, pk in touched:
        by_kind[kind].add(pk)
    if not by_kind:
        return
    years = Year.objects.filter(accounts_version=VERSION).values("year")
    seeds: dict[int, set[Place]] = defaultdict(set)
    for model, condition, values in (
        (Target, "pk__in", by_kind["target"]),
        (Target, "unit__in", by_kind["unit"]),
        (MonthlyAccount, "unit__in", by_kind["unit"]),
        (Target, "indicator__in", by_kind["indicator"]),
    ):
        if values:
            rows = model._default_manager.filter(year__in=years, **{condition: values})
            for indicator, unit, year in rows.values_list("indicator", "unit", "year"):
                seeds[year].add((indicator, unit))
    for year, places in seeds.items():
        refresh(year, places)


def refresh(year: int, places: Iterable[Place]) -> None:
    """Make the accounts of a year at these places anew from the answers, and carry what differs up to the top."""
    by_indicator: dict[int, set[int]] = defaultdict(set)
    for indicator, unit in places:
        by_indicator[indicator].add(unit)
    parents = _parents({unit for units in by_indicator.values() for unit in units})
    for indicators in portions({pk: len(units) for pk, units in by_indicator.items()}, IN_MEMORY):
        wanted = {
            (indicator, above)
            for indicator in indicators
            for unit in by_indicator[indicator]
            for above in _up(parents, unit)
        }
        rows = _locked(year, wanted)
        before = {row.pk: snapshot(row, *_FIELDS) for row in rows.values()}
        changed: list[MonthlyAccount] = []
        for facts in _facts(year, indicators, {unit for _, unit in wanted}):
            pk = facts[0].indicator.pk
            here = {unit: row for (indicator, unit), row in rows.items() if indicator == pk}
            changed += _carry_up(facts, here, by_indicator[pk], parents)
        others = [name for name in _FIELDS if any(snapshot(row, name)[name] != before[row.pk][name] for row in changed)]
        if others:
            MonthlyAccount.objects.bulk_update(changed, others, batch_size=500)


def rebuild(year: Year, told: Callable[[int, int], None] = lambda done, of: None) -> None:
    """Make all accounts of a year anew from the answers, within a verb.

    ``told`` hears how many indicators are done, of how many.
    """
    MonthlyAccount.objects.filter(year=year.year).delete()
    for rows, done, of in computed(year.year):
        MonthlyAccount.objects.bulk_create(rows, batch_size=AT_ONCE)
        told(done, of)
    Year.objects.filter(pk=year.pk).update(accounts_version=VERSION)
    year.accounts_version = VERSION
    forget_touched(Target.objects.filter(year=year.year).values_list("pk", flat=True))


@verb
def recompute(by: Author, year: Year) -> None:
    """Make all accounts of a year anew because some said something else than their answers, and record it."""
    rebuild(year)
    record(by, "year.recompute", year, after={"year": year.year})


def rebuild_outdated(told: Callable[[int, int, int], None]) -> None:
    """Make the accounts of all years anew that were made by other rules, or never. ``told`` hears the year as well."""
    for year in Year.objects.exclude(accounts_version=VERSION).order_by("year"):
        verb(rebuild)(year, partial(told, year.year))


def differences(year: int) -> Iterator[MonthlyAccount]:
    """The accounts of a year that are not what the answers say: as they ought to be."""
    for rows, _done, _of in computed(year):
        indicators = {row.indicator_id for row in rows}
        kept = {
            (row.indicator_id, row.unit_id): row
            for row in MonthlyAccount.objects.filter(year=year, indicator__in=indicators)
        }
        for row in rows:
            one = kept.pop((row.indicator_id, row.unit_id), None)
            if one is None or snapshot(one, *_FIELDS) != snapshot(row, *_FIELDS):
                yield row
        # What no target is behind any more may be left, empty.
        yield from (row for row in kept.values() if row.up or row.below)


def computed(year: int) -> Iterator[tuple[list[MonthlyAccount], int, int]]:
    """The accounts of a year as the answers have them, not saved: of some indicators at a time.

    With how many of them are done, and of how many.
    """
    targets = Target.objects.in_force(year).order_by("indicator_id")
    counts = dict(targets.values_list("indicator").annotate(Count("pk")))
    parents: dict[int, int | None] = dict(Unit.objects.values_list("pk", "parent_id"))
    done = 0
    for indicators in portions(counts, IN_MEMORY):
        found: list[MonthlyAccount] = []
        for facts in _facts(year, indicators, None):
            planned, pk = facts[0].targets, facts[0].indicator.pk
            places = {above for unit in planned for above in _up(parents, unit)}
            rows = {unit: MonthlyAccount(indicator_id=pk, unit_id=unit, year=year) for unit in places}
            _carry_up(facts, rows, planned, parents)
            found += rows.values()
        done += len(indicators)
        yield found, done, len(counts)


#: The facts of an indicator as they count, and as if what waits were approved; these only where something waits.
Facts = tuple[IndicatorFacts, IndicatorFacts | None]


def _facts(year: int, indicators: list[int], units: set[int] | None) -> Iterator[Facts]:
    targets = Target.objects.in_force(year).filter(indicator__in=indicators)
    if units is not None:
        targets = targets.filter(unit__in=units)
    approved, waiting = ({facts.indicator.pk: facts for facts in listed} for listed in targets.facts_and_waiting())
    # Where the last target here is gone, the accounts are emptied.
    gone = [pk for pk in indicators if pk not in approved]
    for indicator in Indicator.objects.filter(pk__in=gone) if gone else ():
        approved[indicator.pk] = IndicatorFacts(indicator, measure_of(indicator))
    for pk in indicators:
        yield approved[pk], waiting.get(pk)


def _carry_up(
    facts: Facts, rows: Mapping[int, MonthlyAccount], places: Iterable[int], parents: Mapping[int, int | None]
) -> list[MonthlyAccount]:
    """Make the accounts at these units anew, and those above them as far as they change: the rows to be saved."""
    depths = {unit: sum(1 for _ in _up(parents, unit)) for unit in rows}
    waiting = set(places)
    changed: dict[int, MonthlyAccount] = {}
    while waiting:
        unit = max(waiting, key=lambda one: (depths[one], one))
        waiting.discard(unit)
        row = rows[unit]
        before = snapshot(row, *_FIELDS)
        _compute(facts, row, parents[unit])
        after = snapshot(row, *_FIELDS)
        if before != after:
            changed[unit] = row
        handed = ("handed_to", "up", "up_waiting")
        if all(before[name] == after[name] for name in handed):
            continue
        for said, times in ((before, -1), (after, 1)):
            above = said["handed_to"]
            if above is not None:
                _hand(rows[above], said["up"], said["up_waiting"], times)
                changed[above] = rows[above]
                waiting.add(above)
    return list(changed.values())


def _compute(facts: Facts, row: MonthlyAccount, parent: int | None) -> None:
    """Make one account anew from the answers and from what it was handed."""
    counting, awaited = facts
    unit = row.unit_id
    target = counting.targets.get(unit)
    lead = (target.lead_leader, target.lead_leader_en) if target is not None else ("", "")
    if row.below_waiting == row.below:
        row.below_waiting = None
    waits, approved = counting.waiting.get(unit, 0), counting.facts.get(unit)
    up, row.alone = hand_up(counting.measure, row.year, approved, row.below, lead, waits)
    up_waiting = None
    if row.below_waiting is not None or waits:
        below = row.below if row.below_waiting is None else row.below_waiting
        with_waiting = approved if awaited is None else awaited.facts.get(unit)
        up_waiting, _alone = hand_up(counting.measure, row.year, with_waiting, below, lead, waits)
    row.up = up
    row.up_waiting = up_waiting if up_waiting != up else None
    row.owing = owing_marks(row.up)
    row.owing_waiting = row.owing if row.up_waiting is None else owing_marks(row.up_waiting)
    row.target_id = target.pk if target is not None else None
    row.handed_to_id = parent


def _hand(row: MonthlyAccount, sheet: Sheet, with_waiting: Sheet | None, times: int) -> None:
    """Put what is handed up into an account, or with ``times`` −1 take it out of it."""
    if with_waiting is not None and row.below_waiting is None:
        row.below_waiting = row.below
    row.below = add(row.below, sheet, times)
    if row.below_waiting is not None:
        row.below_waiting = add(row.below_waiting, sheet if with_waiting is None else with_waiting, times)


def _locked(year: int, wanted: set[Place]) -> dict[Place, MonthlyAccount]:
    """The rows of these places, locked in one order; those that are not there are made first."""
    rows = _read(year, wanted)
    if len(rows) < len(wanted):
        new = [MonthlyAccount(indicator_id=place[0], unit_id=place[1], year=year) for place in wanted - rows.keys()]
        # Somebody else may be making the same ones: who comes second waits here, and goes on with those.
        MonthlyAccount.objects.bulk_create(new, batch_size=AT_ONCE, ignore_conflicts=True)
        rows = _read(year, wanted)
    return rows


def _read(year: int, wanted: set[Place]) -> dict[Place, MonthlyAccount]:
    indicators, units = {place[0] for place in wanted}, {place[1] for place in wanted}
    found = MonthlyAccount.objects.filter(year=year, indicator__in=indicators, unit__in=units)
    rows = {(row.indicator_id, row.unit_id): row for row in found.select_for_update().order_by("pk")}
    return {place: row for place, row in rows.items() if place in wanted}


def _parents(units: set[int]) -> dict[int, int | None]:
    """The unit above each of these, and of those above."""
    found: dict[int, int | None] = {}
    while units:
        for chain in Unit.objects.filter(pk__in=units).values_list(
            "pk", "parent", "parent__parent", "parent__parent__parent", "parent__parent__parent__parent"
        ):
            for unit, above in pairwise(chain):
                if unit is not None:
                    found[unit] = above
            units = units | {chain[-1]} if chain[-1] is not None else units
        units -= found.keys()
    return found


def _up(parents: Mapping[int, int | None], unit: int) -> Iterator[int]:
    current: int | None = unit
    while current is not None:
        yield current
        current = parents.get(current)
