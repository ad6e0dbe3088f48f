"""Template tags that hand values to ``targets.display``: templates print strings and format nothing themselves."""

from typing import Any

from django import template

from targets import display, widgets
from targets.calculations.rollup import Standing
from targets.calculations.terms import Period, Status
from targets.permissions import may_audit, may_manage_people, may_manage_plan, may_review_some, may_see_figures
from targets.querysets.plans import holds_sample

register = template.Library()

for function in (
    display.name,
    display.unit_of_measure,
    display.percent,
    display.period,
    display.month,
    display.day,
    display.moment,
    display.points,
    display.growth,
    display.no_forecast,
    display.forecast_method,
    display.oddity,
    display.day_doubt,
    display.broken_check,
    display.filing_outcome,
    display.growth_rate,
    display.official_growth,
    display.import_outcome,
    display.plain_amount,
    display.planned_changes,
    display.plan_ending,
    display.weight,
    display.shape,
    display.relation,
    display.slip,
    display.misfit,
    display.answer,
    display.other_form,
    display.report,
    display.state,
    display.still_needed,
    display.day_of_year,
    display.delay,
    display.remaining,
    display.needed,
    display.difficulty,
    display.prospect,
    display.no_pace,
    display.step_day,
    display.forecast_base,
    display.allowance,
    display.localized,
    display.status_word,
    display.amount,
    display.reported,
    display.target,
    display.typed_amount,
    display.pace,
    display.gap_to_schedule,
    display.with_unit,
    display.completion,
    display.schedule_ratio,
    display.mean_percent,
):
    register.filter(function.__name__, function)


for tag in (
    widgets.light,
    widgets.status_light,
    widgets.bar,
    widgets.actual_with_missing,
    widgets.prospect_light,
    widgets.step_light,
    widgets.timeline,
    widgets.month_scale,
    display.forecast,
    display.shortfall,
    display.comparison_note,
):
    register.simple_tag(tag)


@register.simple_tag
def planned_annual(row: Any) -> str:
    """The annual target of a row of the plan, as its document words it."""
    return display.worded_amount(row.annual.value, row.target.indicator, row.target.approximation)


@register.simple_tag
def annual_target(page: Any) -> str:
    """The annual target of an indicator's page, as its document words it, with its unit of measure."""
    indicator = page.row.indicator
    return display.with_unit(
        display.worded_amount(page.year_standing.target, indicator, page.row.approximation), indicator
    )


@register.filter
def names(instances: Any) -> str:
    return display.joined(display.name(instance) for instance in instances)


@register.filter
def first_names(instances: Any, most: int = 20) -> str:
    return display.first_of((display.name(instance) for instance in instances), most)


@register.filter
def units_in_short(row: Any) -> str:
    return display.units_in_short(row)


@register.filter
def people(persons: Any) -> str:
    return display.joined(str(person) for person in persons)


@register.filter
def colour(status: Status) -> str:
    return display.LIGHTS[status].colour


@register.filter
def gap(standing: Standing, indicator: Any) -> str:
    return display.gap_with_unit(standing, indicator)


for sentence in (display.statistics_prevail, display.sample_notice):
    register.simple_tag(sentence)


@register.simple_tag
def as_of(year: int, month: int) -> str:
    return display.as_of(year, month)


@register.simple_tag
def count_of_indicators(count: int) -> str:
    return display.count_of_indicators(count)


@register.simple_tag
def period_target(period: Period) -> str:
    return display.period_target(period)


@register.simple_tag
def missing_months(months: tuple[int, ...]) -> str:
    return display.missing(months)


@register.simple_tag
def owed(row: Any, owing: Any) -> str:
    return display.owed(row, owing)


@register.simple_tag
def not_reported_months(months: tuple[int, ...]) -> str:
    return display.not_reported(months)


@register.simple_tag
def unit_query(page: Any, unit: Any) -> str:
    return str(page.query_with(unit=unit))


@register.simple_tag
def lead_query(page: Any, target: Any) -> str:
    return str(page.query_with(lead=target.lead_leader))


@register.simple_tag
def status_text(standing: Standing[Any], period: Period) -> str:
    return display.status(standing, period)


@register.simple_tag
def causes_of(overview: Any, row: Any) -> str:
    """Why a row that is behind lags; empty where nobody said so."""
    return display.causes(row, overview.remedies.get(row.indicator.pk, ()))


@register.simple_tag
def shows_sample(selection: Any) -> bool:
    """Whether the page belongs to a sample: that of the viewed year, on pages without figures any year's."""
    if selection:
        return bool(selection.year.is_sample)
    return holds_sample()


@register.simple_tag
def month_run(first: int, last: int) -> str:
    return display.month_run(first, last)


@register.simple_tag
def duties(request: Any) -> dict[str, bool]:
    """What the person has to do beside looking: entering, reviewing. Nothing before sign-in."""
    scope = getattr(request, "scope", None)
    if scope is None or not request.user.is_authenticated:
        return {}
    return {
        "sees": bool(may_see_figures(scope)),
        "enters": scope.has({"clerk", "reviewer"}),
        "reviews": bool(may_review_some(scope)),
        "audits": bool(may_audit(scope)),
        "sets_up": bool(may_manage_plan(scope)),
        "manages_people": bool(may_manage_people(scope)),
    }


@register.filter
def signed_amount(value: Any, indicator: Any) -> str:
    return display.number(value, display.decimals_of(value, indicator.decimals), signed=True)


@register.filter
def field_errors(names: str, form: Any) -> list[str]:
    """The errors of the named fields of a form, for one place beside them."""
    return [error for name in names.split() if name in form.fields for error in form[name].errors]


@register.simple_tag
def months(values: tuple[int, ...]) -> str:
    return display.months(values)


@register.simple_tag
def thresholds(year: Any) -> str:
    return display.thresholds(year)


register.filter("checkpoint_name", display.checkpoint)


@register.simple_tag
def checkpoint_at(row: Any, month: int) -> str:
    """The target of a row of a plan by the end of a month; — where it has none. The last as its document words it."""
    text = display.plain_amount(row.checkpoints.get(month))
    is_annual = bool(row.checkpoints) and month == max(row.checkpoints)
    return display.approximate(text, row.approximation) if is_annual else text
