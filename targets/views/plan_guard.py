"""What the pages of the plan share: who may open them, the year and units asked for, and the guard before a save."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from targets.models import Indicator, Section, Target, Unit, Year
from targets.permissions import Scope, may_manage_plan
from targets.summaries.current_month import latest_answered
from targets.summaries.plan_effect import (
    PlanEffect,
    effect,
    facts_of,
    replanned,
    with_target,
)
from targets.summaries.year_settings import current_view
from targets.views.base import METHODS, Request

#: What a form sends beside what was typed; it is not carried through a confirmation.
NOT_CARRIED = {"csrfmiddlewaretoken", "confirmed", "act"}

View = Callable[..., HttpResponse]


def managed(view: View) -> View:
    """A page for who manages the plan; anybody else is told why not."""

    @require_http_methods(METHODS)
    @wraps(view)
    def run(request: Request, **kwargs: Any) -> HttpResponse:
        may_manage_plan(request.scope).require()
        return view(request, **kwargs)

    return run


def all_valid(asked: Iterable[BaseForm]) -> bool:
    """Whether every form is valid. Each is asked, so that all that is wrong is said at once."""
    answers = [form.is_valid() for form in asked]
    return all(answers)


def act_of(request: Request) -> str:
    return request.POST.get("act", "save")


def years_by_number() -> dict[int, Year]:
    return {year.year: year for year in Year.objects.all()}


def year_asked(request: Request, years: dict[int, Year]) -> Year:
    """The year asked for, drafts among them; else this year's, else the nearest."""
    asked = request.GET.get("year", "")
    if asked.isascii() and asked.isdigit() and len(asked) == 4 and int(asked) in years:
        return years[int(asked)]
    today = timezone.localdate().year
    return years[min(years, key=lambda year: (abs(year - today), -year))]


def year_row(number: int) -> Year:
    """The settings of a year; with their defaults where there are none."""
    return Year.objects.filter(year=number).first() or Year(year=number)


def target_in(scope: Scope, pk: int) -> Target:
    """A target that the person sees; any other looks as if it did not exist."""
    targets = Target.objects.visible_to(scope).select_related("indicator__section", "unit")
    found: Target = get_object_or_404(targets, pk=pk)
    return found


def units_in_use(scope: Scope, year: int) -> list[Unit]:
    """The visible units that exist in a year and are in use, in the order of the tree."""
    found = []
    for top in scope.top_units:
        for unit_id in scope.tree.below(top):
            unit = scope.tree.units[unit_id]
            if unit_id in scope.unit_ids and unit.is_in_use(year):
                found.append(unit)
    return found


# The guard


@dataclass(frozen=True)
class Guard:
    """What is shown before it is saved: statuses that would change, and indicators that are nearly the same."""

    effects: tuple[PlanEffect, ...] = ()
    alike: tuple[Indicator, ...] = ()

    @property
    def changes(self) -> list[Any]:
        return [change for one in self.effects for change in one.changes]

    @property
    def token(self) -> str:
        """What the confirmation must send back: it stands for exactly what was shown."""
        return "-".join([*(one.fingerprint for one in self.effects), *(str(one.pk) for one in self.alike)])

    def lets_pass(self, request: Request) -> bool:
        return not (self.changes or self.alike) or request.POST.get("confirmed") == self.token


def confirm(request: Request, guard: Guard, year: Year, title: str, back: str) -> HttpResponse:
    """Nothing is written yet: what would change, with everything typed kept in hidden fields."""
    carried = [(name, value) for name, values in request.POST.lists() if name not in NOT_CARRIED for value in values]
    return render(
        request,
        "targets/plan_confirm.html",
        {
            "guard": guard,
            "year": year,
            "as_of": guard.effects[0].as_of if guard.effects else 12,
            "title": title,
            "back": back,
            "act": act_of(request),
            "carried": carried,
        },
    )


def current_month(scope: Scope, year: Year) -> int:
    """The month by whose end a change is judged: that of the latest answer, which the month on show may not reach."""
    return max(current_view(scope, year, timezone.localdate()).as_of, latest_answered(scope, year))


def guard_many(request: Request, year: Year, targets: list[Target], values: dict[str, Any] | None) -> Guard:
    """What setting ``values``, or with ``None`` archiving, does to statuses. Weight and names do nothing to them."""
    if values is not None and "interpolation" not in values:
        return Guard()
    scope = request.scope
    as_of = current_month(scope, year)
    groups = facts_of(scope, year, [target.indicator for target in targets])
    found = []
    for pk, group in groups.items():
        units = [target.unit_id for target in targets if target.indicator_id == pk and target.unit_id in group.facts]
        after = group
        for unit in units:
            new = None
            if values is not None:
                new = replanned(group.facts[unit], interpolation=values["interpolation"])
            after = with_target(after, unit, new)
        found.append(effect(scope, year, as_of, group, after, units))
    return Guard(tuple(found))


def sections_in_use() -> list[Section]:
    return list(Section.objects.filter(archived_at__isnull=True))
