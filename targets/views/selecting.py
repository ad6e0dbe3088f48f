"""From an address to a ``Selection``: what is wrong in it becomes the nearest sensible choice, and is said."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial, wraps
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from targets import display
from targets.calculations.periods import last_month
from targets.calculations.terms import Period, Status
from targets.models import Unit, Year
from targets.permissions import NotVisibleError, Scope, may_see_figures
from targets.summaries.current_month import current_year, default_as_of, month_to_enter, year_to_show
from targets.summaries.filters import RowFilter
from targets.summaries.rows import Lead
from targets.summaries.selection import Selection
from targets.views.base import Request
from targets.views.choosing import Choice, UnitPicker, found_units, unit_picker


class NoPlanYet(Exception):
    """There is no year in the database: nothing can be shown until a plan is brought in."""


@dataclass(frozen=True)
class Page:
    """A selection with what its pickers offer and what had to be put right in the address."""

    selection: Selection
    years: tuple[int, ...]
    notes: tuple[str, ...]

    @property
    def query(self) -> str:
        """The selection as a query string: every address says in full what it shows."""
        return query_of(self.selection)

    @property
    def place_query(self) -> str:
        """The unit and year alone, for a page that chooses the month itself."""
        return urlencode({"year": self.selection.year.year, "unit": self.selection.unit.code})

    def query_with(self, **changes: object) -> str:
        return query_of(self.selection.at(**changes))

    @property
    def year_choices(self) -> list[Choice]:
        return [Choice(str(year), str(year), year == self.selection.year.year) for year in self.years]

    @property
    def period_choices(self) -> list[Choice]:
        return [Choice(period, display.period(period), period == self.selection.period) for period in Period]

    @property
    def month_choices(self) -> list[Choice]:
        return [Choice(str(m), display.month(m), m == self.selection.as_of) for m in range(1, 13)]

    @cached_property
    def units(self) -> UnitPicker:
        """The visible units of the year, or of many those near the viewed one with a search."""
        selection = self.selection
        return unit_picker(selection.scope, selection.scope.unit_ids, selection.unit, selection.year.year)

    def lead_choices(self, leads: Iterable[Lead]) -> list[Choice]:
        """The lead leaders to choose from, after "all"."""
        chosen = self.selection.lead
        everyone = [Choice("", _("All"), not chosen)]
        return everyone + [
            Choice(lead.lead_leader, display.localized(lead, "lead_leader"), lead.lead_leader == chosen)
            for lead in leads
        ]

    @property
    def path(self) -> list[Unit]:
        """The visible units from the top down to the viewed one."""
        tree = self.selection.tree
        above = [tree.units[pk] for pk in tree.above(self.selection.unit.pk) if pk in self.selection.scope.unit_ids]
        return above[::-1]


def query_of(selection: Selection) -> str:
    chosen: dict[str, object] = {
        "year": selection.year.year,
        "period": selection.period,
        "as_of": selection.as_of,
        "unit": selection.unit.code,
    }
    if selection.waiting:
        chosen["waiting"] = 1
    if selection.lead:
        chosen["lead"] = selection.lead
    return urlencode(chosen)


def read_page(
    request: Request,
    *,
    default_year: Callable[[Scope, Iterable[Year], Unit, date], Year] = year_to_show,
    default_month: Callable[[Scope, Year, Unit, date], int] = default_as_of,
    default_unit: Callable[[Scope], Iterable[int]] = lambda scope: scope.top_units,
) -> Page:
    """What the address asks for, within what the person may see. What it leaves open is chosen by the defaults.

    Raises:
        PermissionDenied: the person sees no figures, with the reason.
        NotVisibleError: the unit does not exist or must not be seen; both look the same.
        NoPlanYet: there is no year.
    """
    scope = request.scope
    may_see_figures(scope).require()
    notes: list[str] = []
    years = {year.year: year for year in Year.objects.visible_to(scope)}
    if not years:
        raise NoPlanYet
    unit = _unit(request, scope, default_unit)
    today = timezone.localdate()
    year = _year(request, years, notes, lambda: default_year(scope, years.values(), unit, today))
    asked = request.GET.get("as_of", "")
    as_of = _month(asked) or default_month(scope, year, unit, today)
    if asked and _month(asked) is None:
        notes.append(
            _("“%(asked)s” is not a month from 1 to 12; %(month)s is shown.")
            % {"asked": asked[:20], "month": display.month(as_of)}
        )
    period = _period(request, as_of, notes)
    waiting = request.GET.get("waiting") == "1"
    lead = request.GET.get("lead", "")[:60]
    return Page(Selection(scope, year, period, as_of, unit, waiting, lead, today), tuple(years), tuple(notes))


def with_page(
    view: Callable[..., HttpResponse], read: Callable[[Request], Page] = read_page
) -> Callable[..., HttpResponse]:
    """Give the view the ``Page`` that the address asks for, or say that there is no plan.

    What was typed into the search of the unit comes first.
    """

    @wraps(view)
    def run(request: Request, **kwargs: str) -> HttpResponse:
        if (found := found_units(request)) is not None:
            return found
        try:
            page = read(request)
        except NoPlanYet:
            return render(request, "targets/no_plan.html")
        return view(request, page, **kwargs)

    return run


def with_month_collected(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """``with_page`` for what is still owed: the address leaves open the month that is being collected."""
    return with_page(view, partial(read_page, default_year=_year_collected, default_month=month_to_enter))


def with_month_to_enter(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """``with_page`` for who enters: what the address leaves open is the unit and month that wait for the person."""
    return with_page(
        view, partial(read_page, default_year=_year_collected, default_month=month_to_enter, default_unit=unit_to_enter)
    )


def read_filter(request: Request) -> RowFilter:
    """The filter of a list of indicators; what is not known, or not to be seen, keeps everything."""
    asked = request.GET.get("status", "")
    status = Status(asked) if asked in set(Status) else None
    office = request.scope.tree.by_code.get(request.GET.get("office", ""))
    if office is not None and office.pk not in request.scope.unit_ids:
        office = None
    return RowFilter(status, office, request.GET.get("q", "").strip()[:60])


def status_choices(chosen: Status | None) -> list[Choice]:
    everything = [Choice("", _("All"), chosen is None)]
    return everything + [Choice(status, display.status_word(status), status is chosen) for status in Status]


def office_choices(units: Iterable[Unit], chosen: Unit | None) -> list[Choice]:
    everything = [Choice("", _("All"), chosen is None)]
    return everything + [Choice(unit.code, display.name(unit), unit == chosen) for unit in units]


def _year(request: Request, years: dict[int, Year], notes: list[str], default: Callable[[], Year]) -> Year:
    asked = request.GET.get("year", "")
    chosen = years.get(int(asked)) if asked.isascii() and asked.isdigit() and len(asked) <= 4 else None
    if chosen is not None:
        return chosen
    year = default()
    if asked:
        notes.append(
            _("There is no plan for the year “%(asked)s”; %(year)s is shown.")
            % {"asked": asked[:20], "year": year.year}
        )
    return year


def _year_collected(_scope: Scope, years: Iterable[Year], _unit: Unit, today: date) -> Year:
    return current_year(years, today)


def _period(request: Request, as_of: int, notes: list[str]) -> Period:
    """The period asked for; by itself the first half until June and the whole year from July on."""
    default = Period.FIRST_HALF if as_of <= last_month(Period.FIRST_HALF) else Period.YEAR
    asked = request.GET.get("period", "")
    if asked and asked not in set(Period):
        notes.append(
            _("The period “%(asked)s” is not known; this is shown instead: %(period)s.")
            % {"asked": asked[:20], "period": display.period(default)}
        )
    return Period(asked) if asked in set(Period) else default


def _month(asked: str) -> int | None:
    is_month = asked.isascii() and asked.isdigit() and len(asked) <= 2 and 1 <= int(asked) <= 12
    return int(asked) if is_month else None


def _unit(request: Request, scope: Scope, default_unit: Callable[[Scope], Iterable[int]]) -> Unit:
    asked = request.GET.get("unit", "")
    if not asked:
        return scope.tree.units[next(iter(default_unit(scope)))]
    unit = scope.tree.by_code.get(asked)
    if unit is None or unit.pk not in scope.unit_ids:
        raise NotVisibleError(
            _("There is no unit “%(asked)s” that you may see. Choose one of your own units.") % {"asked": asked[:40]}
        )
    return unit


def unit_to_enter(scope: Scope) -> Iterable[int]:
    """The units that the person enters for, own ones first."""
    return (*scope.units_with({"clerk"}), *scope.top_units)
