"""The indicators of a unit from their monthly accounts: rows that cost the same however much lies below.

Names of units are looked up from the accounts of those below, level by level, for what is shown and never for more than
a few of each indicator.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import takewhile
from typing import Any

from django.db.models import Q, Window
from django.db.models.functions import RowNumber, Substr

from targets.calculations.accounts import (
    VERSION,
    Sheet,
    answers_waiting,
    completeness,
    is_exact,
    leads,
    missing_months,
    parts_at,
    position_of,
    standing_at,
    whole_of,
)
from targets.calculations.completeness import Completeness
from targets.calculations.facts import Measure, Thresholds
from targets.calculations.periods import MONTHS, cut_off
from targets.calculations.rollup import RollUp, Standing
from targets.calculations.tallies import Enters, Tally
from targets.calculations.terms import Direction, Period
from targets.models import Indicator, MonthlyAccount, Section, Target, Unit, Year
from targets.querysets.plans import IndicatorFacts, measure_of, thresholds_of
from targets.summaries.rows import NAMED, IndicatorRow, Lead, MissingMonths, indicator_row
from targets.summaries.rows import rows as from_answers
from targets.summaries.selection import Selection


def are_kept(selection: Selection) -> bool:
    """Whether the accounts of the year say what is asked: made by the rules in use, of months that have come."""
    clock = selection.clock
    return is_current(selection.year) and (clock is None or selection.month <= clock.opened)


def is_current(year: Year) -> bool:
    """Whether the accounts of a year were made by the rules in use."""
    return year.accounts_version == VERSION


@dataclass(frozen=True)
class AccountView:
    """The account of an indicator at a unit, as a month of it is viewed. ``months_alone`` is that of the account."""

    indicator_id: int
    unit_id: int
    handed_to: int | None
    target_id: int | None
    month: int
    months_alone: int
    is_own: bool
    sheet: Sheet = field(repr=False)

    @property
    def alone(self) -> bool:
        """Whether the unit stands alone in the month."""
        return self.is_alone_in(self.month)

    def is_alone_in(self, month: int) -> bool:
        return bool(self.months_alone >> month & 1)

    @classmethod
    def of(cls, selection: Selection, row: Mapping[str, Any]) -> "AccountView":
        sheet = row["up_waiting"] if selection.waiting and row["up_waiting"] is not None else row["up"]
        is_own = row["target__figures"] == Target.Figures.OWN
        places = (row["indicator"], row["unit"], row["handed_to"], row["target"])
        return cls(*places, selection.month, row["alone"], is_own, sheet)


_READ = ("indicator", "unit", "handed_to", "target", "target__figures", "alone", "up", "up_waiting")


def accounts_at(selection: Selection, section: Section | None = None) -> dict[int, AccountView]:
    """The accounts of the viewed unit by indicator, in no order; of one section where named. One query."""
    rows = MonthlyAccount.objects.filter(unit=selection.unit, year=selection.year.year)
    sections = selection.scope.sections_at(selection.unit.pk)
    if sections is not None:
        rows = rows.filter(indicator__section__in=sections)
    if section is not None:
        rows = rows.filter(indicator__section=section)
    found = (AccountView.of(selection, row) for row in rows.values(*_READ))
    return {one.indicator_id: one for one in found if one.sheet or one.target_id is not None}


def completeness_by_month(selection: Selection) -> dict[int, Completeness]:
    """How complete each month of the year is at the viewed unit."""
    found = accounts_at(selection).values()
    by_month = {}
    for month in MONTHS:
        each = [completeness(account.sheet, month) for account in found]
        by_month[month] = Completeness(sum(one.due for one in each), sum(one.answered for one in each))
    return by_month


class Below:
    """What lies below the accounts of a page, looked up for all of them at once when it is first asked for."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.accounts: dict[int, AccountView] = {}
        self.measures: dict[int, Measure] = {}
        self.indicators: list[Indicator] = []
        self._made_of: dict[int, set[int]] = {}

    @cached_property
    def thresholds(self) -> Thresholds:
        return thresholds_of(self.selection.year)

    def whole(self, account: AccountView) -> Tally:
        view = self.selection
        return whole_of(self.measures[account.indicator_id], parts_at(account.sheet, view.month, view.period))

    @cached_property
    def facts(self) -> dict[int, IndicatorFacts]:
        """What the rules need of the answers, where a page asks for more than the accounts hold: of all at once."""
        return {facts.indicator.pk: facts for facts in self.selection.facts(indicators=self.indicators)}

    @cached_property
    def parts(self) -> dict[int, tuple[Unit, ...]]:
        """The units that make up the figure, by indicator, where they are few."""
        found: dict[int, list[int]] = defaultdict(list)
        walks = []
        for account in self.accounts.values():
            whole = self.whole(account)
            if account.is_own:
                found[account.indicator_id].append(account.unit_id)
            elif 0 < whole.units <= NAMED:
                walks.append(self._walk(account, whole))
        while walks:
            by_unit = {(walk.indicator_id, walk.unit_id): walk for walk in walks}
            walks = []
            for account in self._below(by_unit):
                walk = by_unit[account.indicator_id, account.handed_to or 0]
                if not account.alone:
                    walks.append(replace(walk, unit_id=account.unit_id))
                elif walk.takes(parts_at(account.sheet, self.selection.month, self.selection.period)):
                    if walk.is_single and not account.is_own:
                        walks.append(Walk(account.indicator_id, account.unit_id))
                    else:
                        found[account.indicator_id].append(account.unit_id)
        return {pk: tuple(self._units(units)) for pk, units in found.items()}

    @cached_property
    def targets(self) -> dict[tuple[int, int], Target]:
        """The targets of these units, by indicator and unit."""
        units = {unit.pk for units in self.parts.values() for unit in units}
        targets = Target.objects.in_force(self.selection.year.year).filter(indicator__in=self.parts, unit__in=units)
        return {(target.indicator_id, target.unit_id): target for target in targets}

    @cached_property
    def missing(self) -> dict[int, tuple[MissingMonths, ...]]:
        """The months that are missing, of a few units of each indicator."""
        month = self.selection.month
        found: dict[int, dict[int, MissingMonths]] = defaultdict(dict)
        walks = []

        def meet(account: AccountView, *, is_silent: bool) -> bool:
            """Whether it has figures of its own, of which months are missing."""
            months = missing_months(account.sheet, month) if account.is_own else ()
            if months:
                unit = self.selection.tree.units[account.unit_id]
                found[account.indicator_id][account.unit_id] = MissingMonths(unit, months, is_silent)
            return account.is_own

        for account in self.accounts.values():
            whole = self.whole(account)
            if whole.owing and not meet(account, is_silent=False):
                walks.append(self._walk(account, whole))
        while walks:
            by_unit = {(walk.indicator_id, walk.unit_id): walk for walk in walks}
            walks = []
            for account in self._below(by_unit, owing=True):
                walk = by_unit[account.indicator_id, account.handed_to or 0]
                if len(found[account.indicator_id]) >= NAMED:
                    continue
                if not account.alone:
                    walks.append(replace(walk, unit_id=account.unit_id))
                    continue
                is_silent = walk.names_silent(self.whole(account))
                if not meet(account, is_silent=is_silent):
                    named = walk.is_named or is_silent
                    walks.append(Walk(account.indicator_id, account.unit_id, is_named=named))
        return {pk: tuple(months[unit.pk] for unit in self._units(months))[:NAMED] for pk, months in found.items()}

    def made_of(self, units: Iterable[Unit]) -> dict[int, set[int]]:
        """The indicators whose figure is made of what a unit hands up, by unit. One query for those not asked yet."""
        view, tree, listed = self.selection, self.selection.tree, list(units)
        chains = {
            unit.pk: list(takewhile(lambda above: above != view.unit.pk, tree.above(unit.pk)))
            for unit in listed
            if unit.pk not in self._made_of and view.unit.pk in tree.above(unit.pk)
        }
        wanted = {above for chain in chains.values() for above in chain}
        alone: dict[tuple[int, int], AccountView] = {}
        if wanted:
            rows = MonthlyAccount.objects.filter(year=view.year.year, unit__in=wanted, indicator__in=self.accounts)
            found = (AccountView.of(view, row) for row in rows.values(*_READ))
            alone = {(one.indicator_id, one.unit_id): one for one in found if one.alone}
        for unit in listed:
            if unit.pk not in self._made_of:
                chain = chains.get(unit.pk, [])
                on_the_way = {pk: [alone[pk, at] for at in chain if (pk, at) in alone] for pk in self.accounts}
                self._made_of[unit.pk] = {
                    pk for pk, account in self.accounts.items() if self._is_part(account, unit, on_the_way[pk])
                }
        return {unit.pk: self._made_of[unit.pk] for unit in listed}

    def _is_part(self, account: AccountView, unit: Unit, on_the_way: list[AccountView]) -> bool:
        """Whether a unit is a part of a figure. ``on_the_way`` are those up to it that stand alone, from below."""
        if account.is_own or unit.pk == account.unit_id:
            return account.is_own and unit.pk == account.unit_id
        if not on_the_way or on_the_way[0].unit_id != unit.pk:
            return False
        walk = self._walk(account, self.whole(account))
        if walk.is_single and not on_the_way[-1].is_own:
            # The only part passes up what it is made of itself.
            on_the_way, walk = on_the_way[:-1], Walk(account.indicator_id, unit.pk)
        if len(on_the_way) != 1:
            return False
        return walk.takes(parts_at(on_the_way[0].sheet, self.selection.month, self.selection.period))

    def _walk(self, account: AccountView, whole: Tally) -> "Walk":
        view, measure = self.selection, self.measures[account.indicator_id]
        parts = parts_at(account.sheet, view.month, view.period)
        takes_all = account.alone or measure.is_rate or measure.direction is Direction.MONITOR
        return Walk(
            account.indicator_id,
            account.unit_id,
            unplanned=takes_all or Enters.PLANNED not in parts,
            left_out=set(parts) == {Enters.LEFT_OUT} and whole.parts == 1,
            all_due=account.alone or measure.direction is Direction.AT_MOST,
            is_single=not account.alone and whole.parts == 1,
            # Nobody is called silent of what is only watched.
            is_named=position_of(measure, parts, view.month, view.period).is_monitored,
        )

    def _below(self, walks: Mapping[tuple[int, int], "Walk"], *, owing: bool = False) -> Iterator[AccountView]:
        """The accounts handed to these, in display order; ``owing``: where months are missing, a few of each."""
        view = self.selection
        rows = MonthlyAccount.objects.filter(
            year=view.year.year,
            handed_to__in={unit for _indicator, unit in walks},
            indicator__in={indicator for indicator, _unit in walks},
        )
        if owing:
            mark = Substr("owing_waiting" if view.waiting else "owing", view.month, 1)
            planned = Q(indicator__in={walk.indicator_id for walk in walks.values() if not walk.unplanned}, mark="p")
            others = Q(indicator__in={walk.indicator_id for walk in walks.values() if walk.unplanned}) & ~Q(mark=".")
            place = Window(RowNumber(), partition_by=["indicator", "handed_to"], order_by=["unit__position", "unit"])
            rows = rows.annotate(mark=mark).filter(planned | others).annotate(place=place).filter(place__lte=NAMED)
        for row in rows.order_by("unit__position", "unit").values(*_READ):
            if (row["indicator"], row["handed_to"]) in walks:
                yield AccountView.of(view, row)

    def _units(self, units: Iterable[int]) -> list[Unit]:
        """In display order: each after the one it hangs under."""
        tree = self.selection.tree

        def place(pk: int) -> list[tuple[int, int]]:
            return [(tree.units[above].position, above) for above in tree.above(pk)][::-1]

        return [tree.units[pk] for pk in sorted(units, key=place)]


@dataclass(frozen=True)
class Walk:
    """On the way down from an account to what it is made of: a unit, and what of it enters above.

    Attributes:
        unplanned, left_out: parts without a plan enter, and one of which nothing is applicable.
        all_due: every part is due, not only those of which something is expected.
        is_single: there is one part alone, which passes up as it is.
        is_named: a unit above was named as silent, and stands for what is below it.
    """

    indicator_id: int
    unit_id: int
    unplanned: bool = True
    left_out: bool = False
    all_due: bool = True
    is_single: bool = False
    is_named: bool = False

    def takes(self, parts: Mapping[Enters, Tally]) -> bool:
        """Whether a part that stands alone enters."""
        refused = {Enters.UNPLANNED: not self.unplanned, Enters.LEFT_OUT: not self.left_out}
        return not any(refused.get(enters, False) for enters in parts)

    def names_silent(self, one: Tally) -> bool:
        """Whether a part is named as one that reported nothing."""
        is_silent = not one.reported and not one.percentage_only
        return (
            is_silent and not self.is_single and not self.is_named and bool(one.begun and (self.all_due or one.asked))
        )


class AccountRow(IndicatorRow):
    """An indicator at the viewed unit, from its account; what the account does not hold is read from the answers."""

    def __init__(self, below: Below, account: AccountView, indicator: Indicator, own_target: Target | None) -> None:
        self.selection, self.indicator, self.own_target = below.selection, indicator, own_target
        self.below, self.account = below, account
        self.standing = self._standing_at(below.selection.month)
        self.whole = below.whole(account)

    def _standing_at(self, month: int) -> Standing[int]:
        view = self.selection
        return standing_at(
            view.unit.pk,
            self.below.measures[self.indicator.pk],
            self.account.sheet,
            month,
            view.period,
            self.below.thresholds,
            alone=self.account.is_alone_in(month),
        )

    def standing_at(self, as_of: int) -> Standing[int] | None:
        return self._standing_at(cut_off(self.selection.period, as_of))

    @cached_property
    def facts(self) -> IndicatorFacts:  # type: ignore[override]
        return self.below.facts[self.indicator.pk]

    @cached_property
    def rolled(self) -> RollUp[int]:  # type: ignore[override]
        return self.selection.roll_up(self.facts)

    @cached_property
    def from_answers(self) -> IndicatorRow:
        row = indicator_row(self.selection, self.facts)
        assert row is not None
        return row

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        return self.named_units if self.unit_count <= NAMED else self.from_answers.units

    @property
    def unit_count(self) -> int:
        return self.whole.units

    @property
    def named_units(self) -> tuple[Unit, ...]:
        return self.below.parts.get(self.indicator.pk, ())

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        if self.unit_count > NAMED:
            return self.from_answers.targets
        found = (self.below.targets.get((self.indicator.pk, unit.pk)) for unit in self.named_units)
        return tuple(target for target in found if target is not None)

    @property
    def single_target(self) -> Target | None:
        return self.targets[0] if self.unit_count == 1 and self.targets else None

    @cached_property
    def missing(self) -> tuple[MissingMonths, ...]:
        return self.first_missing if self.missing_count <= NAMED else self.from_answers.missing

    @property
    def missing_count(self) -> int:
        return self.whole.owing

    @property
    def first_missing(self) -> tuple[MissingMonths, ...]:
        return self.below.missing.get(self.indicator.pk, ())

    @property
    def silent(self) -> tuple[Unit, ...]:
        return self.from_answers.silent

    @property
    def left_out(self) -> tuple[Unit, ...]:
        return self.from_answers.left_out

    @property
    def unplanned(self) -> tuple[Unit, ...]:
        return self.from_answers.unplanned

    @property
    def waiting(self) -> int:
        return answers_waiting(self.account.sheet)

    @cached_property
    def leads(self) -> tuple[Lead, ...]:
        return tuple(Lead(*lead) for lead in leads(self.account.sheet))

    @property
    def official_growth(self) -> Decimal | None:
        return self.from_answers.official_growth

    @property
    def is_of_one(self) -> bool:
        own = self.own_target is not None and not self.account.is_own
        return self.unit_count + own <= 1

    def is_made_of(self, unit: Unit) -> bool:
        return self.indicator.pk in self.below.made_of([unit])[unit.pk]

    @property
    def reported_as(self) -> str:
        return self.whole.word if self.unit_count == 1 else ""


def rows(selection: Selection, section: Section | None = None) -> tuple[IndicatorRow, ...]:
    """The indicators of the viewed unit, in display order; what accounts cannot say is computed from the answers.

    These are levels of units that begin or end within the year.
    """
    below = Below(selection)
    found: dict[int, IndicatorRow] = {}
    accounts = accounts_at(selection, section)
    indicators = Indicator.objects.filter(pk__in=accounts).select_related("section").in_bulk()
    own = {one.target_id: one for one in accounts.values() if one.target_id is not None}
    targets = {target.indicator_id: target for target in Target.objects.filter(pk__in=own)}
    inexact = []
    for pk, account in accounts.items():
        measure = measure_of(indicators[pk])
        if not is_exact(measure, account.sheet, below.thresholds):
            inexact.append(pk)
            continue
        below.accounts[pk], below.measures[pk] = account, measure
        below.indicators.append(indicators[pk])
        found[pk] = AccountRow(below, account, indicators[pk], targets.get(pk))
    if inexact:
        rest = selection.targets().filter(indicator__in=inexact)
        found |= {row.indicator.pk: row for row in from_answers(selection, rest.facts(waiting=selection.waiting))}
    return tuple(sorted(found.values(), key=_place))


def with_accounts(selection: Selection, groups: Iterable[IndicatorFacts]) -> list[IndicatorFacts]:
    """The same facts with the account of the viewed unit, as far as it says what the answers say. One query."""
    listed = list(groups)
    thresholds = thresholds_of(selection.year)
    rows = MonthlyAccount.objects.filter(
        unit=selection.unit,
        year__in=Year.objects.filter(year=selection.year.year, accounts_version=VERSION).values("year"),
        indicator__in=[group.indicator.pk for group in listed],
    )
    found = {row["indicator"]: AccountView.of(selection, row) for row in rows.values(*_READ)}
    return [
        replace(group, account=account)
        if (account := found.get(group.indicator.pk)) and is_exact(group.measure, account.sheet, thresholds)
        else group
        for group in listed
    ]


def standing_by(selection: Selection, group: IndicatorFacts, month: int) -> Standing[int] | None:
    """Where an indicator stood in the whole year by the end of a month, whatever the calendar has reached.

    From its account, where there is one, without the names of the units that it is made of.
    """
    account: AccountView | None = group.account
    if account is None:
        year = selection.at(today=None).roll_up(group, as_of=month, period=Period.YEAR)
        return year.standing(selection.unit.pk)
    thresholds = thresholds_of(selection.year)
    return standing_at(
        selection.unit.pk,
        group.measure,
        account.sheet,
        month,
        Period.YEAR,
        thresholds,
        alone=account.is_alone_in(month),
    )


def _place(row: IndicatorRow) -> tuple[int, int, int]:
    return row.indicator.section.position, row.indicator.position, row.indicator.pk


def targets_with_remedies(rows: Iterable[AccountRow]) -> dict[int, int]:
    """The targets with a remedy that these rows are made of, in display order, each with its indicator."""
    listed = {row.indicator.pk: row for row in rows}
    if not listed:
        return {}
    below = next(iter(listed.values())).below
    view = below.selection
    found = (
        Target.objects.in_force(view.year.year)
        .filter(indicator__in=listed, unit__in=list(view.tree.below(view.unit.pk)), remedies__month__lte=view.month)
        .distinct()
        .order_by("unit__position", "pk")
    )
    stated = list(found.values_list("pk", "indicator", "unit"))
    made_of = below.made_of(view.tree.units[unit] for unit in {unit for _pk, _indicator, unit in stated})
    return {pk: indicator for pk, indicator, unit in stated if unit == view.unit.pk or indicator in made_of[unit]}
