"""Relations between indicators 指标关系 as they are managed: by section, and what could be part of a whole."""

from collections import defaultdict
from dataclasses import dataclass

from targets.calculations.checks import fault
from targets.models import Indicator, IndicatorCheck, Target
from targets.models.indicators import Kind
from targets.permissions import Decision, Scope, may_manage_indicator
from targets.querysets.indicators import IndicatorCheckQuerySet, measured


@dataclass(frozen=True)
class Relation:
    """A relation with its parts in the order of the plan, and whether the person may change it."""

    check: IndicatorCheck
    parts: tuple[Indicator, ...]
    may_change: Decision


def relations(scope: Scope, asked: IndicatorCheckQuerySet) -> list[Relation]:
    """The relations asked for, in the order of their wholes. Three queries."""
    found = asked.select_related("left__section").prefetch_related("right")
    found = found.order_by("left__section__position", "left__position", "left_id", "code")
    parts = {one.pk: tuple(one.right.all()) for one in found}
    members = {one.pk: {one.left_id, *(part.pk for part in parts[one.pk])} for one in found}
    units: dict[int, set[int]] = defaultdict(set)
    targets = Target.objects.filter(indicator__in=set().union(*members.values())).order_by()
    for indicator, unit in targets.values_list("indicator_id", "unit_id").distinct():
        units[indicator].add(unit)
    return [
        Relation(
            one,
            parts[one.pk],
            may_manage_indicator(scope, set().union(*(units[member] for member in members[one.pk]))),
        )
        for one in found
    ]


def possible_wholes() -> list[Indicator]:
    """The indicators in use that have figures to hold against others."""
    return list(
        Indicator.objects.filter(archived_at__isnull=True).exclude(kind=Kind.MILESTONE).select_related("section")
    )


def possible_parts(whole: Indicator, *, check: IndicatorCheck | None = None) -> list[Indicator]:
    """The indicators in use whose figures can be part of the whole; beside ``check``, which is being changed."""
    others = IndicatorCheck.objects.in_use()
    if check is not None:
        others = others.exclude(pk=check.pk)
    standing = others.wholes_and_parts()
    # One part alone may stand in a relation already: with others beside it, it is a new one.
    standing = [(one, parts) for one, parts in standing if (one, len(parts)) != (whole.pk, 1)]
    return [
        part
        for part in possible_wholes()
        if fault(whole.pk, [part.pk], {whole.pk: measured(whole), part.pk: measured(part)}, standing) is None
    ]
