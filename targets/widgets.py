"""Small pieces of HTML that tables and templates share: a status light, an icon, a bar.

Places in a bar are attributes and not styles, which the content security policy would refuse.
"""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from targets import display
from targets.calculations.periods import MONTHS, month_end
from targets.calculations.rollup import Standing
from targets.calculations.terms import Period, Status
from targets.calculations.timeline import StepState, place_of

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


def actual_with_missing(row: Any) -> SafeString | str:
    """The actual of a row, with the due months that are missing behind it."""
    text = display.reported(row)
    if not row.missing_count:
        return text
    notes = []
    for missing in row.first_missing:
        note = display.owed(row, missing)
        notes.append(note if row.unit_count == 1 else f"{display.name(missing.unit)} {note}")
    if row.missing_count > len(notes):
        notes.append("…")
    return format_html('{} <small class="missing">{}</small>', text, display.joined(notes))


def prospect_light(remaining: Any) -> SafeString:
    """What the rest of the year asks of a target, with its difficulty where it has one."""
    times = display.difficulty(remaining.outlook) if remaining.has_difficulty else ""
    return format_html(
        '<span class="prospect {}"><b>{}</b> {}</span>',
        remaining.prospect,
        times,
        display.prospect(remaining.prospect),
    )


# The line of the year. Every mark is drawn around its own origin, so that a place in percent can hold it.

#: How far the year is drawn in from both ends of the line, so that a mark at an end is not cut off.
MARGIN = Fraction(2, 100)

MARKS = {
    StepState.DONE: '<circle r="6"/><path d="M-3 0 -1 2.2 3-2.2"/>',
    StepState.OPEN: '<circle r="5"/>',
    StepState.OVERDUE: '<path d="M0-7 7 0 0 7-7 0Z"/><path class="sign" d="M0-3.5V.8M0 3.2v.3"/>',
}


def step_light(state: StepState) -> SafeString:
    """What is with a step, as word, icon and colour."""
    look = display.STEP_LIGHTS[state]
    return format_html('<span class="light {}">{}{}</span>', look.colour, icon(look.icon), display.step_state(state))


def timeline(steps: Iterable[Any], year: int, cut_off: Fraction | None, today: Fraction | None) -> SafeString:
    """The steps of a task on the line of a year, as plain SVG: a mark each, the cut-off and today as lines.

    The words beside it say the same, so it is hidden from readers of the screen. Steps have a ``state`` and a
    ``place``; one without a place is in the words alone.
    """
    # Steps of many units stand in the same place: one mark for those that look alike.
    marks = dict.fromkeys((step.state, step.place) for step in steps if step.place is not None and step.state in MARKS)
    return format_html(
        '<svg class="timeline" height="28" aria-hidden="true">{}{}{}{}{}</svg>',
        mark_safe('<rect class="track" x="0" y="13" width="100%" height="2"/>'),
        format_html_join(
            "",
            '<rect class="tick" x="{}" y="9" width="1" height="10"/>',
            ((_along(place_of(month_end(year, month), year)),) for month in MONTHS[:-1]),
        ),
        _line("cut-off", cut_off),
        _line("today", today),
        # What is done first, so that it covers nothing that is open.
        format_html_join(
            "",
            '<svg class="mark {}" x="{}" y="14" width="1" height="1" overflow="visible">{}</svg>',
            (
                (state, _along(place), mark_safe(MARKS[state]))  # constants of ours
                for state, place in sorted(marks, key=lambda mark: mark[0] is not StepState.DONE)
            ),
        ),
    )


def month_scale(year: int) -> SafeString:
    """The names of the months over the lines of the year."""
    return format_html(
        '<svg class="timeline scale" height="16" role="img" aria-label="{}">{}</svg>',
        _("January to December"),
        format_html_join(
            "",
            '<text x="{}" y="12">{}</text>',
            ((_along(place_of(date(year, month, 15), year)), display.month_short(month)) for month in MONTHS),
        ),
    )


def _line(name: str, place: Fraction | None) -> SafeString:
    if place is None:
        return mark_safe("")
    return format_html('<rect class="{}" x="{}" y="0" width="2" height="28"/>', name, _along(place))


def _along(place: Fraction | None) -> str:
    return f"{display.rounded((MARGIN + (place or Fraction(0)) * (1 - 2 * MARGIN)) * 100, 2)}%"
