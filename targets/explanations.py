"""How things stand, and why a status is what it is, in sentences with the numbers and thresholds that decided."""

from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from targets import display
from targets.calculations.completeness import Completeness
from targets.calculations.facts import Thresholds
from targets.calculations.standings import is_way
from targets.calculations.terms import Basis, Direction, Kind, Period, Status
from targets.summaries.missing import MissingUnit
from targets.summaries.overview import Overview
from targets.summaries.reminding import Reminder, Reminders
from targets.summaries.rows import IndicatorRow
from targets.summaries.selection import Selection


def state_of_things(overview: Overview) -> str:
    """One sentence that says how the viewed unit stands."""
    mean = overview.total.mean
    selection = overview.selection
    values = {
        "as_of": display.as_of(selection.year.year, selection.month),
        "judged": display.count_of_indicators(mean.judged),
        "completion": display.percent(mean.completion, (Fraction(1),)),
        "schedule": display.percent(mean.schedule, (Fraction(1),)),
    }
    if not mean.judged and mean.due:
        values["due"] = display.count_of_indicators(mean.due)
        return _("As of %(as_of)s, %(due)s are due and nothing was reported yet.") % values
    if not mean.judged:
        return _("As of %(as_of)s no indicator has fallen due with figures that could be judged.") % values
    late = len(overview.total.late)
    behind = _("%(count)d behind")
    if late:
        behind = _("%(count)d behind (%(late)d of them for want of reports alone)")
    groups = (
        (_("%(count)d completed"), (Status.COMPLETED,)),
        (_("%(count)d on or ahead of schedule"), (Status.ON_SCHEDULE, Status.AHEAD)),
        (_("%(count)d slightly behind"), (Status.SLIGHTLY_BEHIND,)),
        (behind, (Status.BEHIND,)),
        (_("%(count)d not reported"), (Status.NOT_REPORTED,)),
    )
    counted = [(text, sum(mean.counts[status] for status in statuses)) for text, statuses in groups]
    values["counts"] = display.joined(text % {"count": count, "late": late} for text, count in counted if count)
    return (
        _(
            "As of %(as_of)s, %(judged)s are judged: %(counts)s. "
            "Mean completion %(completion)s, by schedule %(schedule)s."
        )
        % values
    )


def how_complete(selection: Selection, completeness: Completeness) -> str:
    """How many answers of the month are in; empty where none fell due."""
    if not completeness.due:
        return ""
    values = {
        "month": display.month(selection.month),
        "due": completeness.due,
        "answered": completeness.answered,
        "missing": completeness.missing,
    }
    if selection.waiting:
        text = _("%(month)s: %(due)d answers due, %(answered)d approved or waiting for review, %(missing)d missing.")
    else:
        text = _("%(month)s: %(due)d answers due, %(answered)d approved, %(missing)d missing.")
    return text % values


def reminder(selection: Selection, unit: MissingUnit) -> str:
    """A text ready to copy that reminds one unit of what it owes, and of nothing else. It names nothing sensitive."""
    lines = _owed(unit)
    if not lines:
        return ""
    return _("%(unit)s: these answers of %(year)s are still open: %(list)s. Please enter and submit them.") % {
        "unit": display.name(unit.unit),
        "year": selection.year.year,
        "list": display.joined(lines),
    }


def _with_months(name: str, months: str) -> str:
    return _("%(name)s (%(months)s)") % {"name": name, "months": months} if months else name


def _owed(unit: MissingUnit) -> list[str]:
    """What is to be typed: its name, and for which months, until when, or that it was returned.

    These words leave the house, so what is sensitive is only counted.
    """
    found = []
    sensitive = 0
    for row in unit.rows:
        parts = [display.months(row.months)] if row.months else []
        if row.returned:
            parts.append(_("returned: %(months)s") % {"months": display.months(row.returned)})
        if parts and row.indicator.sensitive:
            sensitive += 1
        elif parts:
            found.append(_with_months(display.name(row.indicator), display.joined(parts)))
    for step in unit.steps:
        indicator, due = step.milestone.target.indicator, step.milestone.due
        if indicator.sensitive:
            sensitive += 1
            continue
        text = _("returned") if step.is_returned else ""
        if due is not None and not step.is_returned:
            text = _("due %(day)s") % {"day": display.day(due)}
        found.append(_with_months(f"{display.name(indicator)} · {display.name(step.milestone)}", text))
    if sensitive:
        text = ngettext("%(count)d sensitive indicator", "%(count)d sensitive indicators", sensitive)
        found.append(_with_months(text % {"count": sensitive}, _("named after signing in")))
    return found


def reminder_subject(found: Reminders) -> str:
    return _("Township targets: answers to enter up to %(month)s") % {
        "month": display.as_of(found.year.year, found.month)
    }


def reminder_text(found: Reminders, reminder: Reminder) -> str:
    """What one person is to type, by unit. It leaves the house, so it names no figure and nothing sensitive."""
    lines = [
        _("%(person)s, these answers up to %(month)s are still open:")
        % {"person": str(reminder.person), "month": display.as_of(found.year.year, found.month)}
    ]
    for duty in reminder.duties:
        heading = display.name(duty.owed.unit)
        lines += ["", _with_months(heading, display.delay(duty.owed.delay))]
        if duty.as_reviewer:
            lines.append(_("No clerk enters this for the unit; it comes to you as its reviewer."))
        lines += [f"- {line}" for line in _owed(duty.owed)]
    return "\n".join([*lines, "", _("Please sign in, enter and submit them.")])


def why(row: IndicatorRow, period: Period, thresholds: Thresholds) -> list[str]:
    """The sentences under "Why this status"."""
    sentences = [*_judgement(row, period, thresholds), *_circumstances(row)]
    return [sentence for sentence in sentences if sentence]


def _judgement(row: IndicatorRow, period: Period, thresholds: Thresholds) -> list[str]:
    standing, indicator = row.standing, row.indicator
    word = display.status(standing, period)
    if standing.status is Status.MONITORED:
        if indicator.direction == Direction.MONITOR:
            return [_("The indicator is only monitored: it is shown and not judged.")]
        if standing.percentage_only:
            return [_("A unit gave only a percentage, so the units cannot be added up. The whole is not judged.")]
        return [_("No checkpoints are in force that could judge this figure: it is shown and not judged.")]
    if indicator.kind == Kind.MILESTONE:
        return _task(row, word)
    if standing.status is Status.NOT_DUE:
        if standing.all_not_applicable:
            return [_("Every answer that fell due was “not applicable”.")]
        return [_("Nothing is expected by the end of %(month)s yet.") % {"month": display.month(standing.month)}]
    if standing.status is Status.NOT_REPORTED:
        values = {"month": display.month(standing.month), "expected": _amount(row, standing.expected)}
        if standing.nobody_reports:
            return [
                _(
                    "By the end of %(month)s %(expected)s is expected, and nobody reports it: it is the sum of the "
                    "units below, and none of them has this target."
                )
                % values
            ]
        return [_("By the end of %(month)s %(expected)s is expected, and no approved answer is in.") % values]
    if indicator.direction == Direction.AT_MOST:
        return _ceiling(row, word)
    return _at_least(row, period, thresholds, word)


def _amount(row: IndicatorRow, value: object) -> str:
    text = display.amount(value, row.indicator)  # type: ignore[arg-type]
    return display.with_unit(text, row.indicator)


def _actual(row: IndicatorRow) -> str:
    return display.with_unit(display.reported(row), row.indicator)


def _target(row: IndicatorRow) -> str:
    return display.with_unit(display.target(row), row.indicator)


def _at_least(row: IndicatorRow, period: Period, thresholds: Thresholds, word: str) -> list[str]:
    standing = row.standing
    if standing.status is Status.COMPLETED:
        values = {
            "actual": _actual(row),
            "target": _target(row),
            "target_name": display.period_target(period).lower(),
            "completion": display.completion(standing, thresholds),
            "status": word,
        }
        return [
            _("%(actual)s reaches the %(target_name)s of %(target)s (completion %(completion)s): %(status)s.") % values,
            *_counted_from(row),
        ]
    values = {
        "actual": _actual(row),
        "expected": _amount(row, standing.expected),
        "month": display.month(standing.month),
        "status": word,
    }
    if thresholds.basis is Basis.POINTS and standing.gap_points is not None:
        edges = (thresholds.slightly_behind_points, thresholds.on_schedule_points, thresholds.ahead_points)
        gap = display.points(standing.gap_points, edges)
        return [
            _("%(actual)s against %(expected)s expected by the end of %(month)s is %(gap)s: %(status)s.")
            % {**values, "gap": gap},
            *_counted_from(row),
        ]
    if standing.schedule_ratio is None:
        return [_("%(actual)s against %(expected)s expected by the end of %(month)s: %(status)s.") % values]
    ratio = display.schedule_ratio(standing, thresholds)
    sentences = [
        _("%(actual)s against %(expected)s expected by the end of %(month)s is a schedule ratio of %(ratio)s.")
        % {**values, "ratio": ratio}
    ]
    bounds = {
        Status.AHEAD: _("From %(ahead)s on: %(status)s."),
        Status.ON_SCHEDULE: _("From %(on_schedule)s and below %(ahead)s: %(status)s."),
        Status.SLIGHTLY_BEHIND: _("From %(slightly_behind)s and below %(on_schedule)s: %(status)s."),
        Status.BEHIND: _("Below %(slightly_behind)s: %(status)s."),
    }
    percents = {
        "ahead": display.percent(thresholds.ahead_ratio),
        "on_schedule": display.percent(thresholds.on_schedule_ratio),
        "slightly_behind": display.percent(thresholds.slightly_behind_ratio),
        "status": word,
    }
    sentences += _counted_from(row)
    two_yellow = standing.status is Status.BEHIND and standing.schedule_ratio >= thresholds.slightly_behind_ratio
    if two_yellow:
        sentences.append(_("Slightly behind for the second time in a row: %(status)s.") % {"status": word})
    else:
        sentences.append(bounds[standing.status] % percents)
    return sentences


def _counted_from(row: IndicatorRow) -> list[str]:
    """Of what the two ratios are taken where there is a start: of the way from it, or of the levels.

    Each by itself: a level that is kept until June and raised by December has one of either.
    """
    standing, indicator = row.standing, row.indicator
    if not standing.start or standing.counted is None:
        return []
    ratios = (
        (_("Completion"), standing.completion, standing.target, display.typed_amount(standing.target, indicator)),
        (_("Schedule ratio"), standing.schedule_ratio, standing.expected, display.amount(standing.expected, indicator)),
    )
    told: dict[tuple[str, str], list[str]] = {}
    for name, ratio, goal, shown in ratios:
        if ratio is None or goal is None:
            continue
        if is_way(goal, standing.start):
            taken_of = (_amount(row, standing.start), "")
        else:
            taken_of = (display.amount(standing.counted, indicator, never_reach=(goal,)), shown)
        told.setdefault(taken_of, []).append(name)
    return [
        _("%(ratios)s by level: %(actual)s ÷ %(goal)s.")
        % {"ratios": display.joined(names), "actual": one, "goal": goal}
        if goal
        else _("%(ratios)s counted from the start of %(start)s.") % {"ratios": display.joined(names), "start": one}
        for (one, goal), names in told.items()
    ]


def _ceiling(row: IndicatorRow, word: str) -> list[str]:
    standing = row.standing
    values = {
        "actual": _actual(row),
        "allowance": _amount(row, standing.expected),
        "ceiling": _target(row),
        "month": display.month(standing.month),
        "status": word,
    }
    if standing.status in (Status.COMPLETED, Status.ON_SCHEDULE):
        return [_("%(actual)s is within the allowance of %(allowance)s by the end of %(month)s: %(status)s.") % values]
    if standing.status is Status.SLIGHTLY_BEHIND:
        return [
            _("%(actual)s is above the allowance of %(allowance)s, but within the ceiling of %(ceiling)s: %(status)s.")
            % values
        ]
    return [
        _("%(actual)s is above the allowance of %(allowance)s and above what the period may reach: %(status)s.")
        % values
    ]


def _task(row: IndicatorRow, word: str) -> list[str]:
    task = row.standing.task
    if task is None or not task.counts.steps:
        return [_("The task has no steps yet, so nothing falls due.")]
    counts = task.counts
    if not counts.counting:
        return [_("No step falls due in the period viewed: %(status)s.") % {"status": word}]
    values = {
        "done": counts.counting_done,
        "counting": counts.counting,
        "overdue": counts.overdue,
        "status": word,
    }
    if counts.overdue:
        return [_("%(done)d of the %(counting)d steps that count are done, %(overdue)d overdue: %(status)s.") % values]
    return [_("%(done)d of the %(counting)d steps that count are done, none overdue: %(status)s.") % values]


def _circumstances(row: IndicatorRow) -> list[str]:
    """What else the reader must know about the figure."""
    standing = row.standing
    sentences = []
    if standing.target_derived:
        sentences.append(_("The target of the period was not set; it is read off the plan path."))
    if standing.due and row.missing:
        sentences.append(
            _("%(answered)d of %(due)d due answers are in; it is judged on what is in.")
            % {"answered": standing.answered, "due": standing.due}
        )
    if standing.is_late:
        sentences.append(
            _("It would not be behind, had the missing answers brought what the plan asks for: reports are wanting.")
        )
    if row.silent:
        sentences.append(
            _("Nothing was reported by: %(units)s.")
            % {"units": display.first_of(display.name(unit) for unit in row.silent)}
        )
    if row.ended:
        ended = [
            display.bracketed(display.name(unit), _("until %(month)s") % {"month": display.month(last)})
            for unit, last in row.ended
        ]
        sentences.append(
            _("Ended, with what was given and expected until then: %(units)s.") % {"units": display.first_of(ended)}
        )
    if row.carried_on:
        sentences.append(
            _("Ended and no longer counted, since another unit reports its level by now: %(units)s.")
            % {"units": display.first_of(display.name(unit) for unit in row.carried_on)}
        )
    if row.left_out:
        sentences.append(
            _("Not applicable and left out: %(units)s.")
            % {"units": display.first_of(display.name(unit) for unit in row.left_out)}
        )
    if row.unplanned:
        sentences.append(
            _("Without checkpoints and left out of the sum: %(units)s.")
            % {"units": display.first_of(display.name(unit) for unit in row.unplanned)}
        )
    return sentences
