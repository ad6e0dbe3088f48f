"""Sentences of papers, made of figures. Every figure is the one of the page and carries what it is a figure of.

A sentence is a translated text with places such as ``%(actual)s``; what stands in a place that is a ``Run`` stays a
piece of its own, so that a paper knows its figures.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.document import Run
from targets import display
from targets.calculations.facts import Thresholds
from targets.calculations.terms import Direction, Kind, Period, Status
from targets.models import Remedy
from targets.summaries.rows import IndicatorRow

PLACE = re.compile(r"%\((\w+)\)s")


def sentence(text: str, **values: Run | str) -> tuple[Run, ...]:
    """The runs of a text, what stands in its places filled in."""
    runs: list[Run] = []
    end = 0
    for found in PLACE.finditer(text):
        runs.append(Run(text[end : found.start()]))
        value = values[found.group(1)]
        runs.append(value if isinstance(value, Run) else Run(value))
        end = found.end()
    runs.append(Run(text[end:]))
    return tuple(run for run in runs if run.text)


def figure_of(row: IndicatorRow, name: str, text: str) -> Run:
    """A figure of an indicator, as a sentence has it."""
    return Run(display.in_paper(text), f"{row.indicator.code}.{name}")


def joined(parts: Iterable[tuple[Run, ...]], between: str) -> tuple[Run, ...]:
    """Pieces of a sentence with what stands between them."""
    runs: list[Run] = []
    for place, part in enumerate(parts):
        runs += [Run(between)] if place else []
        runs += part
    return tuple(runs)


def how_it_stands(row: IndicatorRow, period: Period, thresholds: Thresholds) -> tuple[Run, ...]:
    """Target, actual, completion and distance to the schedule of one indicator, in one sentence.

    What was not reported says so, and so does a sum of some units only; a figure that is not there is not spoken of.
    """
    standing, indicator = row.standing, row.indicator
    word = display.status(standing, period)
    if indicator.kind == Kind.MILESTONE:
        return _task(row, word)
    target = display.with_unit(display.target(row), indicator)
    values: dict[str, Run | str] = {
        "target_name": display.period_target(period),
        "target": figure_of(row, "target", target),
        "month": display.month(standing.month),
        "status": word,
    }
    if standing.status is Status.NOT_REPORTED:
        return sentence(_("%(target_name)s %(target)s; nothing was reported by the end of %(month)s."), **values)
    actual = display.with_unit(display.reported(row), indicator)
    values["actual"] = figure_of(row, "actual", display.marked_partial(actual, is_partial=bool(row.missing_count)))
    if standing.target is None:
        return sentence(_("By the end of %(month)s %(actual)s."), **values)
    if indicator.direction == Direction.AT_MOST:
        allowance = display.with_unit(display.amount(standing.expected, indicator), indicator)
        values["allowance"] = figure_of(row, "expected", allowance)
        return sentence(
            _(
                "Ceiling %(target)s; by the end of %(month)s %(actual)s against an allowance of %(allowance)s "
                "(%(status)s)."
            ),
            **values,
        )
    parts = [sentence(_("%(target_name)s %(target)s; by the end of %(month)s %(actual)s"), **values)]
    if standing.completion is not None:
        completion = figure_of(row, "completion", display.completion(standing, thresholds))
        parts.append(sentence(_("completion %(completion)s"), completion=completion))
    distance = distance_to_schedule(row)
    return (*joined([*parts, *([distance] if distance else [])], display.comma()), Run(display.full_stop()))


def distance_to_schedule(row: IndicatorRow) -> tuple[Run, ...]:
    """How far above or below the schedule, in percentage points; nothing where that cannot be said."""
    apart = row.standing.gap_points
    if apart is None:
        return ()
    points = figure_of(row, "gap_points", display.points_apart(apart))
    if apart < 0:
        return sentence(_("%(points)s below schedule"), points=points)
    if apart > 0:
        return sentence(_("%(points)s above schedule"), points=points)
    return (Run(_("level with the schedule")),)


def _task(row: IndicatorRow, word: str) -> tuple[Run, ...]:
    """A task by its steps."""
    task = row.standing.task
    if task is None or not task.counts.counting:
        return sentence(_("No step falls due in the period (%(status)s)."), status=word)
    counts = task.counts
    return sentence(
        _("%(done)s of %(counting)s steps are done, %(overdue)s overdue (%(status)s)."),
        done=figure_of(row, "steps_done", display.number(counts.counting_done)),
        counting=figure_of(row, "steps", display.number(counts.counting)),
        overdue=figure_of(row, "steps_overdue", display.number(counts.overdue)),
        status=word,
    )


@dataclass(frozen=True)
class Remedied:
    """Why an indicator lags, what is done, by whom and until when, of every unit that said so; empty where none did."""

    cause: str = ""
    measure: str = ""
    responsible: str = ""
    deadline: str = ""


def remedied(row: IndicatorRow, remedies: Sequence[Remedy]) -> Remedied:
    """The open remedies of an indicator as texts of a paper."""
    return Remedied(
        cause=display.causes(row, remedies),
        measure=display.told(row, remedies, lambda remedy: remedy.measure),
        responsible=display.told(row, remedies, lambda remedy: remedy.responsible),
        deadline=display.told(row, remedies, lambda remedy: display.deadline(remedy.deadline, is_past=False)),
    )


def remedy_sentences(told: Remedied) -> str:
    """A sentence for each thing that somebody said; empty where nobody said any."""
    said = (
        (_("Cause: %(text)s"), told.cause),
        (_("Measure: %(text)s"), told.measure),
        (_("Responsible: %(text)s"), told.responsible),
        (_("Deadline: %(text)s"), told.deadline),
    )
    return "".join(_as_sentence(label % {"text": text.strip()}) for label, text in said if text.strip())


def _as_sentence(text: str) -> str:
    """With one full stop at its end, whatever the person typed there."""
    end = display.full_stop()
    return f"{' '.join(text.split()).rstrip('。.;；')}{end}"
