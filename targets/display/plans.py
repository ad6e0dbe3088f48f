"""The year's plan: directions, checkpoints and paths, slips, and what an import would change."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from targets.calculations.checks import Operator
from targets.calculations.layouts import Layout, Shape
from targets.calculations.slips import Slip
from targets.calculations.terms import Direction

from .amounts import typed_amount
from .dates import month
from .language import NONE, joined
from .numbers import decimals_of, number, plain_amount


def direction(value: Direction) -> str:
    return {
        Direction.AT_LEAST: _("at least"),
        Direction.AT_MOST: _("at most"),
        Direction.MONITOR: _("monitored only"),
    }[value]


def checkpoint(month_: int) -> str:
    """What the target by the end of a month is called."""
    if month_ == 12:
        return _("Annual target")
    return _("First-half target") if month_ == 6 else _("By the end of %(month)s") % {"month": month(month_)}


def layout(value: Layout) -> str:
    """A way of laying a target over the months."""
    return {
        Layout.EVEN: _("Evenly, a straight line"),
        Layout.MONTHLY: _("By month, in equal parts"),
        Layout.QUARTERLY: _("By quarter, by the shares"),
        Layout.HALVES: _("Half-year and year"),
        Layout.YEAR_END: _("At the year's end only"),
    }[value]


def shape(value: Shape) -> str:
    """What a plan path looks like, in a word or two."""
    return {
        Shape.NONE: NONE,
        Shape.EVEN: _("straight line"),
        Shape.HALVES: _("June and December"),
        Shape.QUARTERLY: _("by quarter"),
        Shape.MONTHLY: _("month by month"),
        Shape.STEPS: _("path in steps"),
        Shape.YEAR_END: _("year's end"),
    }[value]


def relation(value: Operator) -> str:
    """How a whole is related to its parts."""
    return {
        Operator.EQUAL: _("The parts add up to the whole (=)"),
        Operator.AT_LEAST: _("The parts together do not exceed the whole (≥)"),
        Operator.AT_MOST: _("The parts together are not below the whole (≤)"),
    }[value]


def slip(value: Slip) -> str:
    """What in a plan is probably a slip."""
    return {
        Slip.FALLING_CHECKPOINTS: _("The checkpoints fall, though the target is to be reached."),
        Slip.HALF_YEAR_ABOVE_YEAR: _("The half-year target is above the annual target."),
        Slip.NO_CHECKPOINTS: _("No checkpoints: it is not judged."),
        Slip.NO_STEPS: _("The task has no steps."),
        Slip.NOBODY_REPORTS: _(
            "It is the sum of the units below, and none of them has this target: nobody reports it."
        ),
        Slip.PARTS_ARE_NOT_THE_WHOLE: _("The parts do not make the whole."),
    }[value]


def misfit(value: Any, indicator: Any) -> str:
    """Parts of a plan that do not make the whole, with the figures."""
    return _("%(month)s: the units below add up to %(parts)s, here stands %(whole)s (%(difference)s).") % {
        "month": month(value.month),
        "parts": typed_amount(value.parts, indicator),
        "whole": typed_amount(value.whole, indicator),
        "difference": number(
            value.parts - value.whole, decimals_of(value.parts - value.whole, indicator.decimals), signed=True
        ),
    }


def plan_ending(value: str) -> str:
    """Why a target does not go on into the next year by itself."""
    return {
        "unit_ended": _("The unit ends with this year."),
        "indicator_archived": _("The indicator is archived."),
        "all_steps_done": _("Every step is done."),
    }[value]


def import_outcome(value: str) -> str:
    """What taking a row of a plan would do, or why it cannot be taken."""
    return {
        "new_indicator": _("new, with its indicator"),
        "new": _("new"),
        "changed": _("changed"),
        "same": _("as it stands"),
        "adjust": _("Figures were already approved on this target. Adjust it on its page, with the document."),
        "archived": _("This target was archived. Bring it back on its page first."),
    }[value]


def planned_changes(changed: Mapping[str, tuple[Any, Any]]) -> str:
    """What taking a row of a plan would change in the target that stands, each from what to what."""
    words = {
        "lead_leader": _("lead leader"),
        "responsible_person": _("responsible person"),
        "wording": _("original wording"),
        "definition": _("definition"),
        "approximation": _("approximate"),
        "interpolation": _("plan path"),
        "baseline": _("baseline"),
        "weight": _("weight"),
        "checkpoints": _("targets by month"),
        "steps": _("steps"),
        "supporting_units": _("supporting units"),
    }
    return "; ".join(
        f"{words[name]}: {_planned(before)} → {_planned(after)}" for name, (before, after) in changed.items()
    )


def _planned(value: Any) -> str:
    if isinstance(value, Decimal):
        return plain_amount(value)
    if isinstance(value, Mapping):
        return joined(f"{month(point)} {plain_amount(amount_)}" for point, amount_ in sorted(value.items())) or NONE
    if isinstance(value, list | tuple):
        parts = [part if isinstance(part, str) else part[0] for part in value]
        return joined(parts) or NONE
    return str(value) if value not in (None, "") else NONE
