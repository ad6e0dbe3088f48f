"""Small pieces of HTML that tables and templates share: a status light, an icon, a bar.

Places in a bar are attributes and not styles, which the content security policy would refuse.
"""

from fractions import Fraction

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from targets import display
from targets.calculations.rollup import Standing
from targets.calculations.terms import Period, Status

#: The right end of a bar: a completion beyond it is cut, its text is not.
LONGEST_BAR = Fraction(5, 4)

ICONS = {
    "check": "M3 8.5 6.5 12 13 4.5",
    "up": "M8 13V4M4 7.5 8 3.5 12 7.5",
    "dot": "M3.5 8h9",
    "half": "M8 3.5v6M8 12v.6",
    "down": "M8 3v9M4 8.5 8 12.5 12 8.5",
    "clock": "M8 4.5V8l2.5 1.5M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Z",
    "question": "M5.8 6a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M8 12v.6",
    "eye": "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8ZM8 6.2a1.8 1.8 0 1 0 .1 0Z",
}


def icon(name: str) -> SafeString:
    """A small line drawing; the word beside it is what counts, so it is hidden from readers of the screen."""
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="{}"/></svg>',
        ICONS[name],
    )


def light(standing: Standing, period: Period) -> SafeString:
    """A status as word, icon and colour; hatched where due answers are missing."""
    look = display.LIGHTS[standing.status]
    hatched = " hatched" if standing.is_hatched else ""
    title = _("Judged on what is in; due answers are missing.") if standing.is_hatched else ""
    return format_html(
        '<span class="light {}{}"{}>{}{}</span>',
        look.colour,
        hatched,
        format_html(' title="{}"', title) if title else "",
        icon(look.icon),
        display.status(standing, period),
    )


def status_light(status: Status) -> SafeString:
    """A status by itself, for counts and legends."""
    look = display.LIGHTS[status]
    return format_html('<span class="light {}">{}{}</span>', look.colour, icon(look.icon), display.status_word(status))


def bar(completion: Fraction | None, schedule: Fraction | None, colour: str) -> SafeString:
    """A bar for completion with a mark at what is expected by schedule, as plain SVG.

    Places are attributes and not styles, which the content security policy would refuse. The figures stand
    in the columns beside it.
    """
    if completion is None:
        return mark_safe("")
    width = _place(completion)
    parts = [
        format_html('<rect class="track" x="0" y="5" width="{}%" height="10"/>', _place(Fraction(1))),
        format_html('<rect class="fill {}" x="0" y="5" width="{}%" height="10"/>', colour, width),
    ]
    if schedule is not None:
        parts.append(format_html('<rect class="mark" x="{}%" y="1" width="2" height="18"/>', _place(schedule)))
    return format_html(
        '<svg class="bar" height="20" role="img" aria-label="{}">{}</svg>',
        _("Completion %(completion)s, by schedule %(schedule)s")
        % {"completion": display.percent(completion, (Fraction(1),)), "schedule": display.percent(schedule)},
        mark_safe("".join(parts)),  # made by format_html above
    )


def _place(share: Fraction) -> str:
    inside = min(max(share, Fraction(0)), LONGEST_BAR)
    return str(display.rounded(inside / LONGEST_BAR * 100, 2))
