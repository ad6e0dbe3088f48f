"""Progress: record, submit, approve, return, correct. Entries and steps pass the same states.

A correction is a new version beside the approved one; approving it supersedes the old one in the same transaction,
so an approved figure never vanishes while its correction waits.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.calculations import answers, terms
from targets.calculations.facts import Answer, Measure
from targets.calculations.milestones import DayDoubt, doubtful_day
from targets.calculations.oddities import falls
from targets.calculations.rollup import RollUp
from targets.models import Milestone, MilestoneEntry, ProgressEntry, Remedy, State, Target, UnitMonth, Year
from targets.models.progress import OPEN_STATES
from targets.permissions import enters_on_behalf, may_enter, may_review, needs_another_reviewer
from targets.querysets.plans import measure_of, places_of_steps, thresholds_of
from targets.querysets.progress import as_answer, courses
from targets.services.base import (
    Author,
    ConflictError,
    change,
    clean,
    conflict,
    lock_all,
    record,
    record_all,
    refusal_by,
    refuse,
    snapshot,
    update,
    update_all,
    verb,
    write_each,
)
from targets.services.entries import (
    Entry,
    fields_of,
    kind_of,
    last_save,
    last_saves,
    month_of,
    moved,
    record_save,
    settle,
    state_of,
    target_of,
    unrecorded,
)
from targets.services.months import lock_months

#: In percent: what grew more than tenfold is a slip of the pen.
MOST_GROWTH = 1000


class RefusedEntryError(ValidationError):
    """Of several entries the one that stands in the way, and why."""

    def __init__(self, error: ValidationError, entry: Entry) -> None:
        super().__init__(error)
        self.entry = entry


@verb
def record_progress(
    by: Author,
    *,
    target: Target,
    month: int,
    from_month: int | None = None,
    answer: str = ProgressEntry.Answer.VALUE,
    typed_as: str = ProgressEntry.TypedAs.MONTH,
    value: Decimal | None = None,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    approximation: str = "",
    note: str = "",
    reason: str = "",
    lock_version: int | None = None,
    **fields: Any,
) -> ProgressEntry:
    """Save an answer as a draft: a new one, or the one of this month that is still open.

    Raises:
        PermissionDenied: the author may not enter for this unit.
        ValidationError: the answer breaks a rule, or the month is approved (then ``correct``).
        ConflictError: somebody else saved this month first.
    """
    by.require(may_enter, target)
    _require_open(_lock_month(target, month))
    versions = _versions(target)
    if _approved(versions, month) is not None and _open(versions, month) is None:
        raise refuse(_("The figure of this month is approved. Correct it, with a reason."), "month")
    values = {
        "from_month": from_month or month,
        "month": month,
        "answer": answer,
        "typed_as": typed_as if answer == ProgressEntry.Answer.VALUE else "",
        "value": value,
        "numerator": numerator,
        "denominator": denominator,
        "approximation": approximation,
        "note": note,
        "reason": reason,
        **fields,
    }
    return _save_entry(by, target, versions, values, lock_version)


@verb
def correct_progress(
    by: Author, *, target: Target, month: int, reason: str, lock_version: int | None = None, **values: Any
) -> ProgressEntry:
    """更正: a new version beside the approved figure, which counts until the correction is approved.

    Without another one given, it keeps the months, the note and the official growth rate.

    Raises:
        ValidationError: there is nothing approved to correct, or no reason is given.
    """
    by.require(may_enter, target)
    _lock_month(target, month)
    versions = _versions(target)
    approved = _approved(versions, month)
    if approved is None:
        raise refuse(_("This month has no approved figure to correct. Enter it instead."), "month")
    if not reason.strip():
        raise refuse(_("Say why the approved figure is corrected."), "reason")
    answer = values.pop("answer", ProgressEntry.Answer.VALUE)
    given: dict[str, Any] = {
        "from_month": approved.from_month,
        "month": month,
        "answer": answer,
        "typed_as": values.pop("typed_as", ProgressEntry.TypedAs.MONTH) if answer == "value" else "",
        "value": None,
        "numerator": None,
        "denominator": None,
        "approximation": "",
        "official_growth": (_open(versions, month) or approved).official_growth,
        "note": approved.note,
        "reason": reason,
        **values,
    }
    return _save_entry(by, target, versions, given, lock_version)


def _save_entry(
    by: Author, target: Target, versions: Sequence[ProgressEntry], values: dict[str, Any], lock_version: int | None
) -> ProgressEntry:
    """``versions``: everything that was ever reported of the target, read once its month was locked."""
    _check_answer(target, versions, values)
    entry = _open(versions, values["month"])
    if entry is not None:
        if entry.state == State.SUBMITTED:
            raise refuse(_("This figure is submitted and waits for review. Withdraw it first."), "month")
        _refuse_unseen(by, entry, lock_version)
        before = snapshot(entry, *fields_of(entry))
        update(entry, lock_version, **values, **_typed_by(by, target))
        record_save(by, entry, before, values)
        return entry
    of_month = [version for version in versions if version.month == values["month"]]
    entry = ProgressEntry(target=target, version=_next_version(of_month), **values)
    _insert_draft(by, target, entry)
    record(by, "entry.create", entry, target=target, month=entry.month, after=values, reason=values["reason"])
    return entry


@verb
def record_step(
    by: Author,
    *,
    milestone: Milestone,
    done: bool,
    month: int,
    done_on: date | None = None,
    note: str = "",
    reason: str = "",
    lock_version: int | None = None,
) -> MilestoneEntry:
    """Report on a step as a draft: done (on a date, where one is known) or not, in a month.

    Raises:
        PermissionDenied: the author may not enter for this unit.
        ValidationError: the report breaks a rule, corrects an approved one without a reason, or is a first one in a
            month that is closed.
        ConflictError: somebody else reported on this step first.
    """
    target = milestone.target
    by.require(may_enter, target)
    _require_in_force(target)
    if milestone.archived_at is not None:
        raise refuse(_("This step was archived, so nothing is reported on it any more. Ask the administrator."))
    unit_month = _lock_month(target, month)
    _check_day(target, done_on, month, reason)
    values = {"done": done, "done_on": done_on, "recorded_month": month, "note": note, "reason": reason}
    # A step may be reported in any month, so the month alone does not keep two reports apart.
    Milestone.objects.select_for_update(no_key=True).get(pk=milestone.pk)
    reports = list(milestone.entries.all())
    for report in reports:
        report.milestone = milestone
    is_correction = _corrects(next((report for report in reports if report.state == State.APPROVED), None), month)
    if not is_correction:
        _require_open(unit_month)
    elif not reason.strip():
        raise refuse(_("Say why the approved report on this step is corrected."), "reason")
    entry = next((report for report in reports if report.state in OPEN_STATES), None)
    if entry is not None:
        if entry.state == State.SUBMITTED:
            raise refuse(_("This step is submitted and waits for review. Withdraw it first."))
        _refuse_unseen(by, entry, lock_version)
        before = snapshot(entry, *fields_of(entry))
        update(entry, lock_version, **values, **_typed_by(by, target))
        record_save(by, entry, before, values)
        return entry
    entry = MilestoneEntry(milestone=milestone, version=_next_version(reports), **values)
    _insert_draft(by, target, entry)
    record(by, "step.create", entry, target=target, month=month, after=values, reason=reason)
    return entry


@verb
def submit(by: Author, *entries: Entry) -> None:
    """Hand over drafts for review; where the year asks for no review, they are approved at once.

    However many there are, all of them in a bounded number of statements.

    Raises:
        RefusedEntryError: of the first that is no draft, is of a closed month, has a running total that falls or a
            step done on a day that is none without a reason, overlaps an approved run of months, or is behind in a
            year that asks for a remedy of it and none is open. Then none is submitted.
        ConflictError: somebody else changed one of them since it was read.
    """
    _submit(by, entries, together=True)


@verb
def submit_each(by: Author, *entries: Entry) -> dict[Entry, ValidationError | ConflictError]:
    """Hand over drafts as ``submit`` does, but for those that are refused: these are given back with the reason."""
    return _submit(by, entries, together=False)


def _submit(by: Author, entries: Sequence[Entry], *, together: bool) -> dict[Entry, ValidationError | ConflictError]:
    _read_targets(entries)
    for entry in entries:
        by.require(may_enter, target_of(entry))
    months = _lock(entries)
    years = _years_of(entries)
    replaced = _replaced(entries)
    refused: dict[Entry, ValidationError | ConflictError] = {entry: conflict() for entry in lock_all(entries)}
    refused |= {entry: error for entry, error in _refused_together(entries).items() if entry not in refused}
    runs = _approved_runs(entries)
    for entry in entries:
        if entry in refused:
            continue
        target = target_of(entry)
        unit_month = months[(target.unit_id, target.year, month_of(entry))]
        try:
            if entry.state not in (State.DRAFT, State.RETURNED):
                raise refuse(_("Only a draft or a returned figure can be submitted."))
            if not _is_correction(entry, replaced.get(entry)):
                _require_open(unit_month)
            if _counts_at_once(entry, years):
                runs.take(entry)
        except ValidationError as error:
            refused[entry] = RefusedEntryError(error, entry)
    accepted = [entry for entry in entries if entry not in refused]
    for year in years.values():
        if year.remedy_required:
            refused |= _refused_without_remedy(year, [one for one in accepted if target_of(one).year == year.year])
    if together:
        for entry in entries:
            if entry in refused:
                raise refused[entry]
    _hand_over(by, [entry for entry in accepted if entry not in refused], years, replaced)
    return refused


def _hand_over(
    by: Author, entries: Sequence[Entry], years: Mapping[int, Year], replaced: Mapping[Entry, Entry]
) -> None:
    now = timezone.now()
    saves = last_saves(entries)
    changes = []
    before = {entry: state_of(entry) for entry in entries}
    unsaid = {entry: unrecorded(by, entry, saves.get(entry), snapshot(entry, *fields_of(entry))) for entry in entries}
    update_all(entries, state=State.SUBMITTED, submitted_by=by.user, submitted_at=now, return_reason="")
    for entry in entries:
        changes += unsaid[entry]
        changes.append(change(by, f"{kind_of(entry)}.submit", entry, **moved(entry, before[entry])))
    record_all(changes)
    _approve(by, [entry for entry in entries if _counts_at_once(entry, years)], replaced, now)


def _counts_at_once(entry: Entry, years: Mapping[int, Year]) -> bool:
    """Whether what is submitted is approved by that, in a year without review."""
    year = years.get(target_of(entry).year)
    return year is not None and not year.review_required


def _refused_without_remedy(year: Year, entries: Sequence[Entry]) -> dict[Entry, ValidationError]:
    """What is behind is handed in with a remedy. Judged with what is submitted, as if it were approved."""
    targets = {target.pk: target for target in map(target_of, entries)}
    stated = set(Remedy.objects.filter(target__in=targets, closed_at__isnull=True).values_list("target_id", flat=True))
    groups = {
        target.pk: (group, unit_id)
        for group in Target.objects.filter(pk__in=targets.keys() - stated).facts(waiting=True)
        for unit_id, target in group.targets.items()
    }
    places = places_of_steps(groups)
    for entry in entries:
        if target_of(entry).pk in groups:
            group, unit_id = groups[target_of(entry).pk]
            groups[target_of(entry).pk] = (group.with_entry(unit_id, entry, places), unit_id)
    refused: dict[Entry, ValidationError] = {}
    for entry in entries:
        target, month = target_of(entry), month_of(entry)
        if target.pk not in groups:
            continue
        group, unit_id = groups[target.pk]
        standing = RollUp(
            group.measure,
            {unit_id: group.facts[unit_id]},  # its own entries are the whole, whatever stands below it
            {},
            year=year.year,
            period=terms.Period.FIRST_HALF if month <= 6 else terms.Period.YEAR,
            as_of=month,
            thresholds=thresholds_of(year),
        ).standing(unit_id)
        if standing is not None and standing.status is terms.Status.BEHIND:
            error = refuse(
                _(
                    "It is behind schedule, and this year what is behind is handed in with a remedy. "
                    "Say in its remedy why it lags, then submit it again."
                )
            )
            refused[entry] = RefusedEntryError(error, entry)
    return refused


@verb
def withdraw(by: Author, *entries: Entry) -> None:
    """Take back what was submitted, until it is reviewed."""
    _read_targets(entries)
    for entry in entries:
        by.require(may_enter, target_of(entry))
    _lock(entries)
    if any(entry.state != State.SUBMITTED for entry in entries):
        raise refuse(_("Only a submitted figure can be withdrawn."))
    before = {entry: state_of(entry) for entry in entries}
    update_all(entries, state=State.DRAFT, submitted_by=None, submitted_at=None)
    record_all(change(by, f"{kind_of(entry)}.withdraw", entry, **moved(entry, before[entry])) for entry in entries)


@verb
def discard(by: Author, entry: Entry, *, lock_version: int | None = None) -> None:
    """Delete a draft: the month is unanswered again. Nothing but drafts is ever deleted.

    ``lock_version`` is the one that the person saw; without it, the one of the entry as read.

    Raises:
        ValidationError: it was submitted or returned; its history stays.
        ConflictError: somebody else changed it since it was read.
    """
    target = target_of(entry)
    by.require(may_enter, target)
    _lock_month(target, month_of(entry))
    if entry.state != State.DRAFT:
        raise refuse(_("Only a draft can be discarded."))
    before = snapshot(entry, *fields_of(entry))
    settle(by, entry, last_save(entry), before)
    record(by, f"{kind_of(entry)}.discard", entry, target=target, month=month_of(entry), before=before)
    # By its lock_version: what was submitted or approved since it was read stays.
    seen = entry.lock_version if lock_version is None else lock_version
    deleted, _counts = type(entry)._default_manager.filter(pk=entry.pk, lock_version=seen).delete()
    if not deleted:
        raise ConflictError(_("Somebody else has just saved this month. Load the page again."))


@verb
def approve(by: Author, *entries: Entry) -> None:
    """Approve what was submitted: from now on it counts, and what it corrects is superseded.

    Raises:
        PermissionDenied: the author reviews no figures of this unit.
        RefusedEntryError: of one that was not submitted, or was entered on behalf by the same person, or whose
            run of months overlaps an approved one. Then none of them is approved.
        ConflictError: somebody else changed one of them since it was read.
    """
    _read_targets(entries)
    for entry in entries:
        by.require(may_review, target_of(entry))
    _lock(entries)
    years = _years_of(entries)
    runs = _approved_runs(entries)
    for entry in entries:
        try:
            if entry.state != State.SUBMITTED:
                raise refuse(_("Only a submitted figure can be approved."))
            person_id = by.user.pk if by.user is not None else None
            if needs_another_reviewer(entry, person_id, years.get(target_of(entry).year)):
                raise refuse(_("You entered or submitted this figure; another reviewer approves it."))
            if isinstance(entry, MilestoneEntry) and _is_impossible(entry):
                raise refuse(_("The step cannot have been done on this day. Return it, so that the unit checks it."))
            runs.take(entry)
        except ValidationError as error:
            raise RefusedEntryError(error, entry) from error
    _approve(by, entries, _replaced(entries), timezone.now())


def _refused_together(entries: Iterable[Entry]) -> dict[Entry, ValidationError]:
    """What was typed before is held against what stands now, and against what is handed in with it.

    Gives back each answer that needs a reason and has none.
    """
    figures = [entry for entry in entries if isinstance(entry, ProgressEntry)]
    course_of = courses(ProgressEntry.objects.filter(target__in={entry.target_id for entry in figures}).reported())
    for figure in figures:
        course_of[figure.target_id][figure.month] = as_answer(figure)
    refused: dict[Entry, ValidationError] = {}
    for entry in entries:
        try:
            if isinstance(entry, MilestoneEntry):
                _check_day(target_of(entry), entry.done_on, entry.recorded_month, entry.reason)
            elif _asks_for_a_reason(entry):
                measure, course = measure_of(entry.target.indicator), course_of[entry.target_id]
                _check_course(measure, course, course[entry.month])
        except ValidationError as error:
            refused[entry] = RefusedEntryError(error, entry)
    return refused


def _approve(by: Author, entries: Sequence[Entry], replaced: Mapping[Entry, Entry], now: datetime) -> None:
    """What is replaced is superseded first: there is never more than one approved version."""
    old = [replaced[entry] for entry in entries if entry in replaced]
    before = {entry: state_of(entry) for entry in (*old, *entries)}
    update_all(old, state=State.SUPERSEDED, superseded_at=now)
    update_all(entries, state=State.APPROVED, approved_at=now, reviewed_at=now, reviewed_by=by.user)
    changes = []
    for entry in entries:
        for action, one in (("supersede", replaced.get(entry)), ("approve", entry)):
            if one is not None:
                changes.append(change(by, f"{kind_of(one)}.{action}", one, **moved(one, before[one])))
    record_all(changes)


@verb
def return_entries(by: Author, reasons: Mapping[Entry, str]) -> None:
    """退回: send figures back to their units, each with its reason; all of them or none, in a few statements.

    Raises:
        PermissionDenied: the author reviews no figures of this unit.
        RefusedEntryError: of one that was not submitted, or has no reason.
        ConflictError: somebody else changed one of them since it was read.
    """
    entries = list(reasons)
    _read_targets(entries)
    for entry in entries:
        by.require(may_review, target_of(entry))
    _lock(entries)
    for entry, reason in reasons.items():
        if entry.state != State.SUBMITTED:
            raise RefusedEntryError(refuse(_("Only a submitted figure can be returned.")), entry)
        if not reason.strip():
            error = refuse(_("Say why the figure is returned, so that the unit can mend it."), "reason")
            raise RefusedEntryError(error, entry)
    before = {entry: state_of(entry) for entry in entries}
    update_all(entries, state=State.RETURNED, reviewed_by=by.user, reviewed_at=timezone.now())
    write_each(entries, return_reason=reasons)
    record_all(
        change(by, f"{kind_of(entry)}.return", entry, reason=reason, **moved(entry, before[entry]))
        for entry, reason in reasons.items()
    )


def return_entry(by: Author, entry: Entry, *, reason: str) -> None:
    """Send one figure back; see ``return_entries``."""
    return_entries(by, {entry: reason})


def _check_answer(target: Target, versions: Sequence[ProgressEntry], values: dict[str, Any]) -> None:
    """The rules of an answer that need the target: runs, totals, "no change" with nothing to repeat."""
    indicator = target.indicator
    measure = measure_of(indicator)
    if measure.kind is terms.Kind.MILESTONE:
        raise refuse(_("A milestone task is reported by its steps, not by a monthly figure."))
    _require_in_force(target)
    _require_there(target, values["from_month"], values["month"])
    _check_overlap(target, versions, values["from_month"], values["month"])
    if values["numerator"] is not None and not measure.is_rate:
        raise refuse(_("Only a rate has numerator and denominator. Type the value instead."), "numerator")
    repeats = values["answer"] == ProgressEntry.Answer.NO_CHANGE and not measure.is_flow
    if repeats and target.baseline is None and not _has_figure_before(versions, values["month"]):
        raise refuse(
            _("There is no earlier figure and no baseline that could stay unchanged. Type the value."), "answer"
        )
    _check_growth(values)
    if values["typed_as"] == ProgressEntry.TypedAs.CUMULATIVE and not measure.is_flow:
        raise refuse(_("Only a figure that adds up has a running total. Type the value."), "typed_as")
    typed = ProgressEntry(target=target, **values)
    if _asks_for_a_reason(typed) and 1 <= typed.from_month <= typed.month:
        _check_course(measure, courses(versions)[target.pk], as_answer(typed))


def _has_figure_before(versions: Iterable[ProgressEntry], month: int) -> bool:
    """Whether a figure is approved for an earlier month. 0/0 counts as not applicable."""
    return any(
        one.state == State.APPROVED and one.month < month and one.answer == "value" and one.denominator != 0
        for one in versions
    )


def _check_growth(values: dict[str, Any]) -> None:
    """An official growth rate, in percent, belongs to a figure and is one that can be.

    What did not fall below zero fell by 100 % at most.
    """
    growth = values.get("official_growth")
    if growth is None:
        return
    if values["answer"] == ProgressEntry.Answer.NOT_APPLICABLE:
        raise refuse(_("What is not applicable has no growth rate."), "official_growth")
    is_loss = values["value"] is not None and values["value"] < 0
    lowest = -MOST_GROWTH if is_loss else -100
    if not lowest <= growth <= MOST_GROWTH:
        raise refuse(
            _("A growth rate lies between %(lowest)s%% and %(highest)s%%. Check it.")
            % {"lowest": lowest, "highest": MOST_GROWTH},
            "official_growth",
        )


def _asks_for_a_reason(entry: ProgressEntry) -> bool:
    """Whether a fall of the running total is to be explained with this figure, and is not yet."""
    value = entry.value
    is_figure = entry.answer == ProgressEntry.Answer.VALUE and value is not None and Decimal(value).is_finite()
    return is_figure and measure_of(entry.target.indicator).is_flow and not entry.reason.strip()


def _check_course(measure: Measure, course: Mapping[int, Answer], given: Answer) -> None:
    """A running total that falls needs a reason: at this answer, or at one that was reported for a later month."""
    others = [answer for month, answer in course.items() if month != given.month]
    before = [answer for answer in others if answer.month < given.month]
    levels = answers.reported(measure, None, [*before, given])
    if not levels or levels[-1].month != given.month:
        return
    for odd in falls(levels[-1], answers.later_total(measure, [*others, given], given.month)):
        if odd.month is None:
            raise refuse(_("The running total falls below that of the months before. Say why, or check it."), "reason")
        raise refuse(
            _(
                "With this, the months before come to more than the running total reported for month %(month)d. "
                "Say why, or check both."
            )
            % {"month": odd.month},
            "reason",
        )


def _check_day(target: Target, done_on: date | None, month: int, reason: str) -> None:
    """A step is done on a day that has come, within what the month reports; before the year only with a reason."""
    doubt = doubtful_day(done_on, target.year, month, timezone.localdate())
    if doubt is None or done_on is None:
        return
    day = done_on.isoformat()
    if doubt is DayDoubt.NOT_COME:
        raise refuse(_("%(day)s has not come yet. Check the date.") % {"day": day}, "done_on")
    if doubt is DayDoubt.AFTER_THE_MONTH:
        raise refuse(
            _("%(day)s is after the month that is reported here. Check the date, or report the step in its month.")
            % {"day": day},
            "done_on",
        )
    if not reason.strip():
        raise refuse(
            _("%(day)s is before the year of this plan. Check the date; if it is right, say so in the reason.")
            % {"day": day},
            "reason",
        )


def _check_overlap(target: Target, versions: Iterable[ProgressEntry], from_month: int, month: int) -> None:
    approved = (version for version in versions if version.state == State.APPROVED)
    runs = _ApprovedRuns((target.pk, version.from_month, version.month) for version in approved)
    runs.check(target.pk, from_month, month)


class _ApprovedRuns:
    """The months that approved figures answer: those of one target never overlap."""

    def __init__(self, runs: Iterable[tuple[int, int, int]]) -> None:
        self.by_target: dict[int, dict[int, int]] = defaultdict(dict)
        for target_id, from_month, month in runs:
            self.by_target[target_id][month] = from_month

    def check(self, target_id: int, from_month: int, month: int) -> None:
        """The figure of the same month is corrected, not overlapped."""
        for last, first in sorted(self.by_target[target_id].items()):
            if last != month and first <= month and last >= from_month:
                raise refuse(
                    _("Months %(first)s to %(last)s are already answered by one figure. Correct that one instead.")
                    % {"first": first, "last": last},
                    "from_month",
                )

    def take(self, entry: Entry) -> None:
        """Check what is approved now, and count it in for those after it. Reports on steps answer no months."""
        if isinstance(entry, ProgressEntry):
            self.check(entry.target_id, entry.from_month, entry.month)
            self.by_target[entry.target_id][entry.month] = entry.from_month


def _approved_runs(entries: Iterable[Entry]) -> _ApprovedRuns:
    targets = {entry.target_id for entry in entries if isinstance(entry, ProgressEntry)}
    approved = ProgressEntry.objects.approved().filter(target__in=targets)
    return _ApprovedRuns(approved.values_list("target_id", "from_month", "month"))


def _replaced(entries: Iterable[Entry]) -> dict[Entry, Entry]:
    """The approved version whose place each entry is to take, where there is one. Two queries."""
    figures = {(entry.target_id, entry.month): entry for entry in entries if isinstance(entry, ProgressEntry)}
    reports = {entry.milestone_id: entry for entry in entries if isinstance(entry, MilestoneEntry)}
    found: dict[Entry, Entry] = {}
    targets, months = ({key[place] for key in figures} for place in (0, 1))
    for old in ProgressEntry.objects.approved().filter(target__in=targets, month__in=months):
        entry = figures.get((old.target_id, old.month))
        if entry is not None:
            old.target = entry.target
            found[entry] = old
    for report in MilestoneEntry.objects.filter(milestone__in=reports, state=State.APPROVED):
        report.milestone = reports[report.milestone_id].milestone
        found[reports[report.milestone_id]] = report
    return found


def _read_targets(entries: Iterable[Entry]) -> None:
    """Read the targets of entries with their units and indicators, for all of them at once.

    Not by ``prefetch_related_objects``: for SQLite it writes a condition for every key, of which a thousand are too
    many.
    """
    figures = [entry for entry in entries if isinstance(entry, ProgressEntry)]
    reports = [entry for entry in entries if isinstance(entry, MilestoneEntry)]
    targets = Target.objects.filter(pk__in={entry.target_id for entry in figures})
    found = {target.pk: target for target in targets.select_related("unit", "indicator")}
    for entry in figures:
        entry.target = found[entry.target_id]
    milestones = Milestone.objects.filter(pk__in={report.milestone_id for report in reports})
    steps = {step.pk: step for step in milestones.select_related("target__unit", "target__indicator")}
    for report in reports:
        report.milestone = steps[report.milestone_id]


def _years_of(entries: Iterable[Entry]) -> dict[int, Year]:
    return {year.year: year for year in Year.objects.filter(year__in={target_of(entry).year for entry in entries})}


def _require_in_force(target: Target) -> None:
    """Figures are entered for what is in force and has figures of its own."""
    if target.figures == Target.Figures.SUM:
        raise refuse(_("The figures of this target are the sum of the units below. Enter them there instead."))
    if target.archived_at is not None:
        raise refuse(_("This target was archived, so nothing is reported on it any more. Ask the administrator."))
    if Year.objects.filter(year=target.year, is_draft=True).exists():
        raise refuse(_("The plan of %(year)s is still a draft. Ask the administrator.") % {"year": target.year})


def _require_there(target: Target, from_month: int, month: int) -> None:
    """Nothing is reported for months in which the unit did not exist."""
    there = target.unit.months_in(target.year)
    if from_month in there and month in there:
        return
    if month >= there.stop:
        raise refuse(
            _("%(unit)s ended in month %(month)d of %(year)d, so nothing is reported for later months.")
            % {"unit": target.unit.name, "month": there.stop - 1, "year": target.year},
            "month",
        )
    raise refuse(
        _("%(unit)s began in month %(month)d of %(year)d, so nothing is reported for earlier months.")
        % {"unit": target.unit.name, "month": there.start, "year": target.year},
        "from_month",
    )


def _is_impossible(entry: MilestoneEntry) -> bool:
    doubt = doubtful_day(entry.done_on, target_of(entry).year, entry.recorded_month, timezone.localdate())
    return doubt in (DayDoubt.NOT_COME, DayDoubt.AFTER_THE_MONTH)


def _refuse_unseen(by: Author, entry: Entry, lock_version: int | None) -> None:
    """Without a ``lock_version`` the person saw no row: what stands there must not be lost, not even one's own."""
    if lock_version is not None or (by.user is None and entry.entered_by_id is None):
        return
    if by.user is not None and entry.entered_by_id == by.user.pk:
        raise ConflictError(_("You have saved this in another window in the meantime. Load the page again."))
    raise ConflictError(_("Somebody else has just saved this month. Load the page again."))


def _typed_by(by: Author, target: Target) -> dict[str, Any]:
    """Whose figure it is, once typed over: it decides who may approve it."""
    return {
        "entered_by": by.user,
        "entered_at": timezone.now(),
        "on_behalf": by.scope is not None and enters_on_behalf(by.scope, target),
    }


def _insert_draft(by: Author, target: Target, entry: Entry) -> None:
    for name, value in _typed_by(by, target).items():
        setattr(entry, name, value)
    clean(entry)
    try:
        # Without a savepoint of its own: whatever is refused here undoes the whole verb.
        entry.save(force_insert=True)
    except IntegrityError as error:
        broken = refusal_by(error, entry, models.CheckConstraint)
        raise broken or ConflictError(_("Somebody else has just saved this month. Load the page again.")) from error


def _versions(target: Target) -> list[ProgressEntry]:
    """Every version of every month of a target, by month and version. One query."""
    versions = list(target.entries.all())
    for version in versions:
        version.target = target
    return versions


def _open(versions: Iterable[ProgressEntry], month: int) -> ProgressEntry | None:
    return next((one for one in versions if one.month == month and one.state in OPEN_STATES), None)


def _approved(versions: Iterable[ProgressEntry], month: int) -> ProgressEntry | None:
    return next((one for one in versions if one.month == month and one.state == State.APPROVED), None)


def _next_version(versions: Iterable[Entry]) -> int:
    return max((one.version for one in versions), default=0) + 1


def _lock_month(target: Target, month: int) -> UnitMonth:
    """Lock the row of the unit's month first, so that closing and submitting follow one another."""
    if not 1 <= month <= 12:
        raise refuse(_("A month is a number from 1 to 12."), "month")
    of_month = {"unit_id": target.unit_id, "year": target.year, "month": month}
    locked = UnitMonth.objects.select_for_update().filter(**of_month)
    row = locked.first()
    if row is None:
        # Waits for whoever is just making the same row, and then takes that one.
        UnitMonth.objects.bulk_create([UnitMonth(**of_month)], ignore_conflicts=True)
        row = locked.get()
    return row


def _is_correction(entry: Entry, approved: Entry | None) -> bool:
    """Whether an open version is to replace what was approved, which a closed month still takes."""
    if isinstance(approved, MilestoneEntry):
        return _corrects(approved, month_of(entry))
    return approved is not None


def _corrects(approved: MilestoneEntry | None, month: int) -> bool:
    """Whether a report on a step in ``month`` corrects the approved one.

    "Not done yet" of an earlier month was no mistake, and needs no correction.
    """
    return approved is not None and (approved.done or approved.recorded_month >= month)


def _require_open(month: UnitMonth) -> None:
    """After closing only a correction with a reason is taken."""
    if month.closed_at is not None:
        raise refuse(
            _("This month is closed. Correct an approved figure with a reason, or ask the reviewer to reopen it.")
        )


def _lock(entries: Iterable[Entry]) -> dict[tuple[int, int, int], UnitMonth]:
    """Lock all that several entries touch, always in the same order: two who approve at once wait for each other.

    The targets as well: runs of different months may overlap, and then only one of them may be approved. Gives back
    the months by unit, year and month.
    """
    targets = {entry: target_of(entry) for entry in entries}
    locked = lock_months((target.unit_id, target.year, month_of(entry)) for entry, target in targets.items())
    chosen = {target.pk for target in targets.values()}
    list(Target.objects.select_for_update(no_key=True).filter(pk__in=chosen).order_by("pk").values_list("pk"))
    return locked
