"""Setting up 设置: units, sections and the settings of each year, for system administrators."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from targets.calculations.presets import PRESETS
from targets.forms.setup import (
    PRESET_NAMES,
    EndUnitForm,
    MoveUnitForm,
    NewSectionForm,
    NewUnitForm,
    NewYearForm,
    PlaceForm,
    ReasonForm,
    SectionForm,
    UnitFilterForm,
    UnitForm,
    YearForm,
    as_typed,
)
from targets.forms.units import UnitChoices
from targets.models import Section, Unit, Year
from targets.permissions import (
    NotVisibleError,
    Scope,
    may_manage_every_unit,
    may_manage_plan,
    may_manage_sections,
    units_managed_in,
)
from targets.services import units, years
from targets.services.base import Author, ConflictError
from targets.summaries.units import UnitFilter, UnitList, cut_targets, ended, place_of, reported_until, section_rows
from targets.summaries.year_settings import Effect, current_view, effect_of, with_settings
from targets.views.base import METHODS, Request, attempt, author_of

#: How many units a page lists.
PER_PAGE = 50


def _scope(request: Request) -> Scope:
    """The scope of a person who manages the plan.

    Raises:
        PermissionDenied: the person does not.
    """
    scope = request.scope
    may_manage_plan(scope).require()
    return scope


def _new(
    request: Request, tab: str, form: forms.Form, act: Callable[[], object], *, title: str, done: str
) -> HttpResponse:
    """The page that adds something to the list of a tab; once it is added, that list and the word that it is done."""
    status = attempt(form, act) if request.method == "POST" else 200
    if status == 302:
        messages.success(request, done)
        return HttpResponseRedirect(reverse(f"setup_{tab}"))
    return render(request, "targets/setup_new.html", {"tab": tab, "title": title, "form": form}, status=status)


def _number(text: str) -> int:
    """The id that was sent; 0, which nothing has, where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _this_year() -> int:
    """The year at which the lists look: the one going on where it has a plan, else the nearest."""
    today = timezone.localdate().year
    opened = list(Year.objects.values_list("year", flat=True))
    return min(opened, key=lambda year: (abs(year - today), -year), default=today)


# Units


@require_http_methods(METHODS)
def unit_list(request: Request) -> HttpResponse:
    """The tree of units, page by page; one step up or down is a form of its own that needs no script."""
    scope = _scope(request)
    form_of_filter = UnitFilterForm(request.GET)
    form_of_filter.is_valid()
    chosen = form_of_filter.cleaned_data
    kept = UnitFilter(_this_year(), chosen.get("q", ""), chosen.get("kind", ""), chosen.get("state") or "current")
    if request.method == "POST":
        pk, _separator, place = request.POST.get("place", "").partition(":")
        unit = _unit(scope, pk)
        form = PlaceForm({"place": place})
        if attempt(form, lambda: units.place_unit(author_of(request), unit=unit, **form.cleaned_data)) != 302:
            raise Http404
        # It may have stepped onto another page.
        after = Unit.objects.all().tree()
        number = UnitList(after, units_managed_in(scope), kept).page_of(unit.pk, PER_PAGE)
        query = request.GET.copy()
        query["page"] = str(number)
        return HttpResponseRedirect(f"?{query.urlencode()}#unit-{unit.pk}")
    listed = UnitList(scope.tree, units_managed_in(scope), kept)
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    context = {
        "tab": "units",
        "form": form_of_filter,
        "filter": kept,
        "rows": rows,
        "rows_page": page,
        "above": listed.above(rows[0].unit.pk) if rows and page.number > 1 and not kept.is_flat else (),
    }
    return render(request, "targets/setup_units.html", context)


def _unit(scope: Scope, pk: str | int) -> Unit:
    """A unit that the person manages; any other looks as if it did not exist."""
    number = _number(str(pk))
    if number not in units_managed_in(scope):
        raise NotVisibleError(_("There is no such unit that you manage."))
    return get_object_or_404(Unit.objects.select_related("parent", "succeeds", "merged_into"), pk=number)


@require_http_methods(METHODS)
def new_unit(request: Request) -> HttpResponse:
    scope = _scope(request)
    choices = UnitChoices(scope.tree, _current(scope))
    form = NewUnitForm(
        request.POST or None, choices=choices, initial={"kind": "village", "parent": _asked_parent(request, choices)}
    )

    def act() -> None:
        last = max((unit.position for unit in scope.tree.units.values()), default=0)
        units.create_unit(author_of(request), position=last + 1, **form.cleaned_data)

    return _new(request, "units", form, act, title=_("Add a unit"), done=_("The unit is added."))


def _asked_parent(request: Request, choices: UnitChoices) -> int | None:
    asked = _number(request.GET.get("parent", ""))
    return asked if asked in choices.ids else None


def _current(scope: Scope) -> list[int]:
    """The managed units that have not ended."""
    year = _this_year()
    return [pk for pk in units_managed_in(scope) if not ended(scope.tree.units[pk], year)]


@require_http_methods(METHODS)
def unit_page(request: Request, pk: int) -> HttpResponse:
    """One unit: what it is called, its place, where it hangs, and its end. Each is a form of its own."""
    scope = _scope(request)
    unit = _unit(scope, pk)
    by = author_of(request)
    choices = UnitChoices(scope.tree, set(_current(scope)) - set(scope.tree.below(unit.pk)))
    version = {"lock_version": unit.lock_version}
    parent = {"parent": unit.parent_id or ""}
    bound = {
        "change": (UnitForm, UnitForm.of(unit), {}),
        "place": (PlaceForm, {"place": place_of(scope.tree, unit)}, {}),
        "move": (MoveUnitForm, version | parent, {"choices": choices}),
        "end": (EndUnitForm, version | parent | _end_of(unit), {"choices": choices}),
    }
    act = request.POST.get("act", "") if request.method == "POST" else ""
    shown: dict[str, forms.Form] = {
        name: made(request.POST if name == act else None, initial=initial, prefix=name, **more)
        for name, (made, initial, more) in bound.items()
    }
    refused, status = "", 200
    if act in shown:
        form = shown[act]
        # The forms below change the instance they are given; the page goes on showing what stands.
        status = attempt(form, lambda: _UNIT_ACTS[act](by, _unit(scope, pk), form.cleaned_data))
    elif act == "continue":
        try:
            units.continue_unit(by, unit=_unit(scope, pk))
            status = 302
        except ValidationError as error:
            refused, status = " ".join(error.messages), 422
        except ConflictError as error:
            refused, status = str(error), 409
    elif request.method == "POST":
        raise Http404
    if status == 302:
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("setup_unit", args=[unit.pk]))
    latest = reported_until(unit)
    return render(
        request,
        "targets/setup_unit.html",
        {
            "tab": "units",
            "unit": unit,
            "forms": shown,
            "failed": act,
            "refused": refused,
            "has_entries": units.has_entries(set(scope.tree.below(unit.pk))),
            "successors": list(unit.successors.all()),
            "reported_until": latest,
            "ends_later": latest is not None and latest < (unit.last_year or 0, unit.last_month),
            "targets_cut": cut_targets(unit),
        },
        status=status,
    )


def _end_of(unit: Unit) -> dict[str, Any]:
    """When a unit ends as its form shows it: this year, where nobody said yet."""
    if unit.last_year is None:
        return {"last_year": _this_year()}
    return {"last_year": unit.last_year, "last_month": unit.last_month, "merged_into": unit.merged_into_id or ""}


def _end(by: Author, unit: Unit, typed: dict[str, Any]) -> None:
    successor = (
        units.Successor(typed["code"], typed["name"], typed["parent"], typed["name_en"]) if typed["code"] else None
    )
    units.end_unit(
        by,
        unit=unit,
        last_year=typed["last_year"],
        last_month=typed["last_month"],
        merged_into=typed["merged_into"],
        reason=typed["reason"],
        successor=successor,
        lock_version=typed["lock_version"],
    )


_UNIT_ACTS: dict[str, Callable[[Author, Unit, dict[str, Any]], object]] = {
    "change": lambda by, unit, typed: units.change_unit(by, unit=unit, **typed),
    "place": lambda by, unit, typed: units.place_unit(by, unit=unit, **typed),
    "move": lambda by, unit, typed: units.move_unit(by, unit=unit, **typed),
    "end": _end,
}


# Sections


@require_http_methods(METHODS)
def section_list(request: Request) -> HttpResponse:
    scope = _scope(request)
    if request.method == "POST":
        pk, _separator, place = request.POST.get("place", "").partition(":")
        section = get_object_or_404(Section, pk=_number(pk), archived_at__isnull=True)
        form = PlaceForm({"place": place})
        by = author_of(request)
        if attempt(form, lambda: units.place_section(by, section=section, **form.cleaned_data)) != 302:
            raise Http404
        return HttpResponseRedirect(request.get_full_path())
    may_change = may_manage_sections(scope)
    return render(
        request, "targets/setup_sections.html", {"tab": "sections", "rows": section_rows(), "may_change": may_change}
    )


@require_http_methods(METHODS)
def new_section(request: Request) -> HttpResponse:
    scope = _scope(request)
    may_manage_sections(scope).require()
    form = NewSectionForm(request.POST or None)

    def act() -> None:
        last = max(Section.objects.values_list("position", flat=True), default=0)
        units.create_section(author_of(request), position=last + 1, **form.cleaned_data)

    return _new(request, "sections", form, act, title=_("Add a section"), done=_("The section is added."))


@require_http_methods(METHODS)
def section_page(request: Request, pk: int) -> HttpResponse:
    """One section: its names, and whether it is in use."""
    scope = _scope(request)
    section = get_object_or_404(Section, pk=pk)
    by = author_of(request)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    form = SectionForm(request.POST if act == "change" else None, initial=SectionForm.of(section), prefix="change")
    end = ReasonForm(request.POST if act == "archive" else None, prefix="archive")
    status = 200
    again = get_object_or_404(Section, pk=pk)
    if act == "change":
        status = attempt(form, lambda: units.change_section(by, section=again, **form.cleaned_data))
    elif act == "archive":
        status = attempt(end, lambda: units.archive_section(by, section=again, **end.cleaned_data))
    elif act == "restore":
        restored = forms.Form(request.POST)
        status = attempt(restored, lambda: units.restore_section(by, section=again))
    elif request.method == "POST":
        raise Http404
    if status == 302:
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("setup_sections"))
    return render(
        request,
        "targets/setup_section.html",
        {
            "tab": "sections",
            "setup_section": section,
            "form": form,
            "archive": end,
            "may_change": may_manage_sections(scope),
        },
        status=status,
    )


# Years


@require_safe
def year_list(request: Request) -> HttpResponse:
    scope = _scope(request)
    return render(request, "targets/setup_years.html", {"tab": "years", "years": Year.objects.visible_to(scope)})


@require_http_methods(METHODS)
def new_year(request: Request) -> HttpResponse:
    """Open a year without targets. Its settings begin as those of the latest year."""
    scope = _scope(request)
    may_manage_every_unit(scope).require()
    latest = Year.objects.first()
    begins = YearForm.of(latest or Year(year=0))
    begins["year"] = latest.year + 1 if latest is not None else timezone.localdate().year
    form = _filled(NewYearForm, request, begins)
    status = 200
    if request.method == "POST" and "preset" not in request.POST:
        status = attempt(
            form,
            lambda: years.create_year(
                author_of(request),
                year=form.cleaned_data["year"],
                **form.settings(),
            ),
        )
        if status == 302:
            messages.success(request, _("The year is open; it has no targets yet."))
            return HttpResponseRedirect(reverse("setup_years"))
    return _year_form(request, form, status, title=_("Open a year"))


def _filled(made: type[YearForm], request: Request, initial: dict[str, Any]) -> YearForm:
    """What was typed; with a preset's thresholds in it where one was asked for, not yet judged and not saved."""
    preset = PRESETS.get(request.POST.get("preset", ""))
    if request.method != "POST":
        return made(initial=initial)
    if preset is not None:
        typed = request.POST.dict()
        # A box that is not ticked is not sent: absent stays absent.
        return made(initial=dict.fromkeys(made.base_fields) | as_typed(preset, typed))
    return made(request.POST, initial=initial)


@require_http_methods(METHODS)
def year_page(request: Request, year: int) -> HttpResponse:
    """The settings of a year. What would give an indicator another status is shown first and saved when confirmed."""
    scope = _scope(request)
    may_manage_every_unit(scope).require()
    found = get_object_or_404(Year.objects.visible_to(scope), year=year)
    form = _filled(YearForm, request, YearForm.of(found))
    effect, status = None, 200
    if request.method == "POST" and "preset" not in request.POST:
        by = author_of(request)
        again = get_object_or_404(Year.objects.visible_to(scope), year=year)

        def act() -> None:
            years.change_year(by, year=again, lock_version=form.cleaned_data["lock_version"], **form.settings())

        effect = _effect(scope, found, form)
        if effect is None or effect.count == 0 or request.POST.get("confirmed") == effect.fingerprint:
            status, effect = attempt(form, act), None
    if status == 302:
        messages.success(request, _("The settings are saved."))
        return HttpResponseRedirect(reverse("setup_year", args=[found.year]))
    return _year_form(request, form, status, title=_("Settings of the year"), year=found, effect=effect)


def _effect(scope: Scope, year: Year, form: YearForm) -> Effect | None:
    """What the typed settings would change; ``None`` where they cannot be judged, and the verb will say why."""
    if not form.is_valid():
        return None
    changed = with_settings(year, form.settings())
    try:
        changed.full_clean()
    except ValidationError:
        return None
    return effect_of(current_view(scope, year, timezone.localdate()), changed)


def _year_form(request: Request, form: YearForm, status: int, **context: Any) -> HttpResponse:
    groups = {
        name: [form[field] for field in getattr(YearForm, name.upper())]
        for name in ("ratios", "points", "calendar", "switches")
    }
    preset = request.POST.get("preset", "") if request.method == "POST" else ""
    return render(
        request,
        "targets/setup_year.html",
        {
            "tab": "years",
            "form": form,
            "presets": PRESET_NAMES.items(),
            "preset": PRESET_NAMES.get(preset),
            **groups,
            **context,
        },
        status=status,
    )
