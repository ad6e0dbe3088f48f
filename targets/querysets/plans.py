from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, FilteredRelation, Q

from targets.calculations import terms
from targets.calculations.answers import Reported, reported
from targets.calculations.facts import Answer, Measure, Plan, Revision, Step, TargetFacts, Thresholds
from targets.querysets.progress import as_answer
from targets.querysets.units import months_there

if TYPE_CHECKING:
    from targets.models import Indicator, MilestoneEntry, ProgressEntry, Target, Year
    from targets.permissions import Scope


@dataclass(frozen=True)
class IndicatorFacts:
    """What the rules need of one indicator in a year.

    Attributes:
        indicator: with its section.
        targets: the indicator's targets by unit id.
        facts: the same targets as the rules see them; judged on approved figures.
        waiting: how many submitted answers wait for review, by unit id.
        account: the monthly account of the viewed unit, where a summary has read it: what standings may be taken from.
    """

    indicator: "Indicator"
    measure: Measure
    targets: dict[int, "Target"] = field(default_factory=dict)
    facts: dict[int, TargetFacts] = field(default_factory=dict)
    waiting: dict[int, int] = field(default_factory=dict)
    account: Any = None
    #: The running levels of the targets that were asked for, each with the facts they are of.
    known_levels: dict[int, tuple[TargetFacts, tuple[Reported, ...]]] = field(default_factory=dict, repr=False)

    def levels(self, facts: TargetFacts) -> tuple[Reported, ...]:
        """The running level of one of the targets after each of its answers; computed once."""
        known = self.known_levels.get(id(facts))
        if known is None or known[0] is not facts:
            known = facts, reported(self.measure, facts.plan.baseline, facts.answers, facts.plan.months)
            self.known_levels[id(facts)] = known
        return known[1]

    def with_answers(self, unit_id: int, answers: tuple[Answer, ...]) -> "IndicatorFacts":
        """The same, as if the target of a unit had been answered like this."""
        return replace(self, facts={**self.facts, unit_id: replace(self.facts[unit_id], answers=answers)}, account=None)

    def with_entry(
        self, unit_id: int, entry: "ProgressEntry | MilestoneEntry", places: Mapping[int, int]
    ) -> "IndicatorFacts":
        """The same, as if an entry of the unit's target were approved. ``places`` are those of ``places_of_steps``."""
        from targets.models import ProgressEntry

        facts = self.facts[unit_id]
        if isinstance(entry, ProgressEntry):
            others = [answer for answer in facts.answers if answer.month != entry.month]
            return self.with_answers(unit_id, tuple(sorted([*others, as_answer(entry)], key=lambda one: one.month)))
        place = places.get(entry.milestone_id)
        if place is None:
            return self  # the step was given up since
        old = facts.steps[place]
        new = Step(old.weight, old.due, entry.done, entry.done_on, entry.recorded_month)
        steps = (*facts.steps[:place], new, *facts.steps[place + 1 :])
        return replace(self, facts={**self.facts, unit_id: replace(facts, steps=steps)}, account=None)


def places_of_steps(target_ids: Iterable[int]) -> dict[int, int]:
    """Where the facts of its target hold each step, by its key. One query; none for no target."""
    from targets.models import Milestone

    places: dict[int, int] = {}
    counted: Counter[int] = Counter()
    steps = Milestone.objects.filter(target__in=list(target_ids), archived_at__isnull=True).order_by(
        "target_id", "step"
    )
    for pk, target_id in steps.values_list("pk", "target_id"):
        places[pk] = counted[target_id]
        counted[target_id] += 1
    return places


#: What of its unit the facts of a target need.
_OF_UNIT = ("first_year", "first_month", "last_year", "last_month", "succeeds", "merged_into")


def _carried_on(targets: list[Any]) -> dict[int, tuple[int, ...]]:
    """The units that went on with what another did, among those of the targets: its successors, or what it joined."""
    found: dict[int, set[int]] = defaultdict(set)
    for target in targets:
        if target.succeeds is not None:
            found[target.succeeds].add(target.unit_id)
        if target.merged_into is not None:
            found[target.unit_id].add(target.merged_into)
    return {unit_id: tuple(sorted(others)) for unit_id, others in found.items()}


def measure_of(indicator: "Indicator") -> Measure:
    """The nature of an indicator as the rules see it."""
    return Measure(
        terms.Kind(indicator.kind),
        terms.Accumulation(indicator.accumulation),
        terms.Direction(indicator.direction),
        terms.Frequency(indicator.frequency),
    )


def thresholds_of(year: "Year") -> Thresholds:
    """The thresholds of a year as the rules take them."""
    return Thresholds(
        basis=terms.Basis(year.basis),
        ahead_ratio=Fraction(year.ahead_ratio),
        on_schedule_ratio=Fraction(year.on_schedule_ratio),
        slightly_behind_ratio=Fraction(year.slightly_behind_ratio),
        ahead_points=Fraction(year.ahead_points),
        on_schedule_points=Fraction(year.on_schedule_points),
        slightly_behind_points=Fraction(year.slightly_behind_points),
        exceeded_ratio=Fraction(year.exceeded_ratio),
        two_slightly_behind_is_behind=year.two_slightly_behind_is_behind,
    )


def portions(counts: Mapping[int, int], most: int) -> Iterator[list[int]]:
    """The keys in portions that count up to ``most`` together, or of one where that alone counts more."""
    portion: list[int] = []
    size = 0
    for key, count in counts.items():
        if portion and size + count > most:
            yield portion
            portion, size = [], 0
        portion.append(key)
        size += count
    if portion:
        yield portion


class YearQuerySet(models.QuerySet[Any]):
    def in_force(self) -> "YearQuerySet":
        """The years whose plan is more than a draft."""
        return self.filter(is_draft=False)

    def visible_to(self, scope: "Scope") -> "YearQuerySet":
        """Drafts are seen by those who make the plan, and by nobody else."""
        return self if scope.has({"system_administrator"}) else self.in_force()


class TargetQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: "Scope") -> "TargetQuerySet":
        return self.filter(scope.target_filter())

    def in_force(self, year: int) -> "TargetQuerySet":
        """The targets of a year that were not archived."""
        return self.filter(year=year, archived_at__isnull=True)

    def archived(self, year: int) -> "TargetQuerySet":
        """The targets that were taken out of the plan of a year. What went with a discarded draft never was in it."""
        return self.filter(year=year, archived_at__isnull=False, discarded=False)

    def facts(self, *, waiting: bool = False, steps: bool = True) -> list[IndicatorFacts]:
        """Everything the rules need of these targets, by indicator in display order: always five queries.

        With ``waiting`` the facts are as if what was submitted were approved; without ``steps``, where tasks are not
        judged by them, one query less. The one place from which figures reach the rules.
        """
        return self._grouped(*self._answers(waiting), waiting=waiting, with_steps=steps)

    def facts_and_waiting(self) -> tuple[list[IndicatorFacts], list[IndicatorFacts]]:
        """The facts as they count, and as if what was submitted were approved; these are empty where nothing waits."""
        counting = self.facts()
        if not any(any(group.waiting.values()) for group in counting):
            return counting, []
        answers, _submitted = self._answers(True)
        steps, _submitted_steps = self._steps(True)

        def awaited(group: IndicatorFacts, unit_id: int, facts: TargetFacts) -> TargetFacts:
            pk = group.targets[unit_id].pk
            return replace(facts, answers=tuple(answers.get(pk, ())), steps=tuple(steps.get(pk, ())))

        return counting, [
            replace(group, facts={unit_id: awaited(group, unit_id, facts) for unit_id, facts in group.facts.items()})
            for group in counting
        ]

    def plans(self) -> list[IndicatorFacts]:
        """The facts for pages about what is planned, without the answers: five queries, mostly.

        Of a unit that carries another one on they are there: from them it shows whether the other is still a part.
        """
        from targets.models import Unit

        others = Unit.objects.filter(Q(succeeds__isnull=False) | Q(merged__isnull=False))
        carrying = self.filter(unit__in=others).order_by()
        # Asked first, since there is mostly none: an index of the entries begins with their target.
        wanted = list(carrying.values_list("pk", flat=True))
        found = self.filter(pk__in=wanted)._answers(False) if wanted else ({}, defaultdict(int))
        return self._grouped(*found, waiting=False)

    def _grouped(
        self, answers: dict[int, list[Answer]], submitted: dict[int, int], *, waiting: bool, with_steps: bool = True
    ) -> list[IndicatorFacts]:
        from targets.models import Indicator

        in_order = self.order_by(
            "indicator__section__position", "indicator__position", "indicator_id", "unit__position", "id"
        )
        targets = list(in_order.annotate(**{name: F(f"unit__{name}") for name in _OF_UNIT}))
        # Each indicator once, not joined to each of its targets: a ledger of 200 villages has them by the thousand.
        indicators = Indicator.objects.select_related("section").in_bulk({target.indicator_id for target in targets})
        revisions = self._revisions()
        steps, submitted_steps = self._steps(waiting) if with_steps else ({}, {})
        grouped: dict[int, IndicatorFacts] = {}
        carried = _carried_on(targets)
        for target in targets:
            target.indicator = indicators[target.indicator_id]
            group = grouped.get(target.indicator_id)
            if group is None:
                group = IndicatorFacts(target.indicator, measure_of(target.indicator))
                grouped[target.indicator_id] = group
            group.targets[target.unit_id] = target
            group.facts[target.unit_id] = TargetFacts(
                plan=Plan(
                    terms.Interpolation(target.interpolation),
                    target.baseline,
                    tuple(revisions.get(target.pk, ())),
                    months_there(
                        target.year, (target.first_year, target.first_month), (target.last_year, target.last_month)
                    ),
                ),
                figures=terms.Figures(target.figures),
                answers=tuple(answers.get(target.pk, ())),
                steps=tuple(steps.get(target.pk, ())),
                carried_on_by=carried.get(target.unit_id, ()),
            )
            group.waiting[target.unit_id] = submitted[target.pk] + submitted_steps.get(target.pk, 0)
        return list(grouped.values())

    def _ids(self) -> models.QuerySet[Any]:
        return self.order_by().values("pk")

    def _revisions(self) -> dict[int, list[Revision]]:
        from targets.models import TargetRevision

        rows = (
            TargetRevision.objects.filter(target__in=self._ids())
            .order_by("target_id", "effective_month", "checkpoints__month")
            .values_list("target_id", "effective_month", "checkpoints__month", "checkpoints__value")
        )
        points: dict[tuple[int, int], list[tuple[int, Decimal]]] = defaultdict(list)
        for target_id, effective_month, month, value in rows:
            checkpoints = points[(target_id, effective_month)]
            if month is not None and value is not None:
                checkpoints.append((month, value))
        found: dict[int, list[Revision]] = defaultdict(list)
        for (target_id, effective_month), checkpoints in points.items():
            found[target_id].append(Revision(effective_month, tuple(checkpoints)))
        return found

    def _answers(self, waiting: bool) -> tuple[dict[int, list[Answer]], dict[int, int]]:
        from targets.models import ProgressEntry

        rows = ProgressEntry.objects.filter(target__in=self._ids(), state__in=["approved", "submitted"]).values_list(
            "target_id",
            "state",
            "from_month",
            "month",
            "answer",
            "typed_as",
            "value",
            "numerator",
            "denominator",
            "approximation",
            "official_growth",
        )
        # What waits replaces the approved answer of its month, so it is laid on top.
        by_month: dict[int, dict[int, Answer]] = defaultdict(dict)
        submitted: dict[int, int] = defaultdict(int)
        for row in rows.order_by("state"):
            target_id, state, from_month, month, answer, typed_as = row[:6]
            value, numerator, denominator, approximation, growth = row[6:]
            if state == "submitted":
                submitted[target_id] += 1
                if not waiting:
                    continue
            by_month[target_id][month] = Answer(
                from_month,
                month,
                terms.AnswerKind(answer),
                terms.TypedAs(typed_as or terms.TypedAs.MONTH),
                value,
                numerator,
                denominator,
                approximation,
                growth,
            )
        answers = {target_id: list(months.values()) for target_id, months in by_month.items()}
        return answers, submitted

    def _steps(self, waiting: bool) -> tuple[dict[int, list[Step]], dict[int, int]]:
        from targets.models import Milestone

        rows = (
            Milestone.objects.filter(target__in=self._ids(), archived_at__isnull=True)
            .annotate(
                settled=FilteredRelation("entries", condition=Q(entries__state="approved")),
                open=FilteredRelation("entries", condition=Q(entries__state="submitted")),
            )
            .order_by("target_id", "step")
            .values_list(
                "target_id",
                "weight",
                "due",
                F("settled__done"),
                F("settled__done_on"),
                F("settled__recorded_month"),
                F("open__done"),
                F("open__done_on"),
                F("open__recorded_month"),
            )
        )
        steps: dict[int, list[Step]] = defaultdict(list)
        submitted: dict[int, int] = defaultdict(int)
        for target_id, weight, due, *reports in rows:
            settled, open_ = reports[:3], reports[3:]
            if open_[0] is not None:
                submitted[target_id] += 1
            done, done_on, recorded = open_ if waiting and open_[0] is not None else settled
            steps[target_id].append(Step(weight, due, bool(done), done_on, recorded))
        return steps, submitted


def holds_sample() -> bool:
    """Whether any year is one of a sample."""
    from targets.models import Year

    return Year.objects.filter(is_sample=True).exists()
