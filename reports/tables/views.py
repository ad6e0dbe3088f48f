"""Files made of what is seen."""

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reports.document import Table
from reports.downloads import download_file
from reports.tables.cells import indicator_table
from reports.tables.people_form import people_form
from reports.tables.plan import plan_table
from reports.tables.progress_form import progress_form
from reports.tables.second_half import second_half_table
from reports.writers import blank_xlsx, form_xlsx, table_csv, workbook_xlsx
from targets import display
from targets.models import Section, Year
from targets.permissions import (
    NotVisibleError,
    manages_people_in,
    may_enter_for,
    may_manage_people,
    may_manage_plan,
)
from targets.summaries.month import month_grid
from targets.summaries.overview import group, led_by
from targets.summaries.plan import whole_plan
from targets.summaries.rows import Group
from targets.summaries.selection import Selection
from targets.tables import IndicatorTable
from targets.views.base import Request
from targets.views.pages import figures
from targets.views.people_import import house_of
from targets.views.second_half import groups_of, read_half
from targets.views.selecting import NoPlanYet, Page, read_filter, read_page


@require_safe
def month_form(request: Request) -> HttpResponse:
    """The form of a unit's month, to be filled offline and brought in again."""
    try:
        page = read_page(request)
    except NoPlanYet as error:
        raise NotVisibleError from error
    selection = page.selection
    may_enter_for(selection.scope, selection.unit.pk).require()
    form = progress_form(month_grid(selection.scope, selection.year, selection.unit, selection.as_of))
    return download_file(
        request,
        selection.scope,
        form_xlsx.write_form(form),
        form_xlsx.CONTENT_TYPE,
        f"{form.file_name}.xlsx",
        unit=selection.unit,
        month=selection.as_of,
    )


@require_safe
def people_file(request: Request) -> HttpResponse:
    """The form for a list of people, to be filled offline and brought in again."""
    scope = request.scope
    may_manage_people(scope).require()
    house = house_of(scope)
    form = people_form(house.units, house.sections)
    unit = scope.tree.units[manages_people_in(scope)[0]]
    content, name = blank_xlsx.write_blank(form), f"{form.file_name}.xlsx"
    return download_file(request, scope, content, blank_xlsx.CONTENT_TYPE, name, unit=unit)


WRITERS: dict[str, tuple[Callable[[Table], bytes], str]] = {
    "csv": (table_csv.write_csv, table_csv.CONTENT_TYPE),
    "xlsx": (workbook_xlsx.write_table, workbook_xlsx.CONTENT_TYPE),
}


@figures
def indicator_file(request: Request, page: Page, form: str) -> HttpResponse:
    """The list of indicators exactly as it is seen: same selection, filter and order of rows."""
    code = request.GET.get("section", "")
    section = Section.objects.visible_to(page.selection.scope).filter(code=code).first() if code else None
    if code and section is None:
        raise NotVisibleError(_("There is no section “%(code)s” that you may see.") % {"code": code[:40]})
    kept = read_filter(request).apply(led_by(group(page.selection, section), page.selection.lead))
    in_order = (row.record for row in IndicatorTable(kept.rows, viewed=page, request=request).rows)
    kept = Group(tuple(in_order), section)
    title = display.name(section) if section is not None else _("Indicators")
    included = request.GET.getlist("include")
    return _download(request, page.selection, indicator_table(page.selection, kept, title, included), form)


@figures
def second_half_file(request: Request, page: Page, form: str) -> HttpResponse:
    """The rest of the year exactly as it is seen: same selection, filter and order."""
    half = read_half(request, page)
    table = second_half_table(half, groups_of(request, half), request.GET.getlist("include"))
    return _download(request, page.selection, table, form)


@require_safe
def plan_file(request: Request, form: str) -> HttpResponse:
    """The year's plan in the shape in which a plan is imported."""
    scope = request.scope
    may_manage_plan(scope).require()
    asked = request.GET.get("year", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else 0
    year = Year.objects.visible_to(scope).filter(year=number).first()
    if year is None:
        raise NotVisibleError(_("There is no plan for the year “%(asked)s”.") % {"asked": asked[:20]})
    unit = scope.tree.units[scope.top_units[0]]
    chosen = request.GET.getlist("include")
    table = plan_table(whole_plan(scope, year), title=_("Plan"), unit=display.name(unit), chosen=chosen)
    write, content_type = WRITERS[form]
    name = f"{table.file_name}.{form}"
    return download_file(request, scope, write(table), content_type, name, unit=unit, included=chosen)


def _download(request: Request, selection: Selection, table: Table, form: str) -> HttpResponse:
    write, content_type = WRITERS[form]
    return download_file(
        request,
        selection.scope,
        write(table),
        content_type,
        f"{table.file_name}.{form}",
        unit=selection.unit,
        month=selection.as_of,
        included=request.GET.getlist("include"),
    )
