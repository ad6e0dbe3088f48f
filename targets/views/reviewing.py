"""Review 审核: what was submitted, to approve one, many or all without warnings, or to return one with a reason.

What a person decides on is what the page showed: every row carries the ``lock_version`` that it was shown with, and
a figure that was changed since is never approved unseen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from targets import display
from targets.forms.entering import ReturnForm
from targets.models import MilestoneEntry, ProgressEntry, Section, State, Target, Unit
from targets.permissions import may_close, may_review_some
from targets.services import progress
from targets.services.base import Author, ConflictError
from targets.services.progress import RefusedEntryError
from targets.summaries.review import (
    ReviewFilter,
    Waiting,
    arrived_since,
    review_queue,
    review_rows,
    still_waiting,
)
from targets.summaries.selection import thresholds_of
from targets.views.base import METHODS, Request, author_of
from targets.views.selecting import Page, with_page

Entry = ProgressEntry | MilestoneEntry
REASON = "reason-"

#: More units than these are not offered as links; the others are found by name.
MOST_UNITS = 20


@dataclass(frozen=True)
class Asked:
    """What the address asks for, beside the year: the filter, by what the rows are grouped, and the page of them."""

    page: Page
    kept: ReviewFilter
    by_section: bool
    number: str | None

    def query(self, **changes: object) -> str:
        """The address of the same queue from its first page, with something else chosen; ``None`` chooses all."""
        chosen: dict[str, object] = {
            "year": self.page.selection.year.year,
            "unit": self.kept.unit.code if self.kept.unit is not None else None,
            "section": self.kept.section.code if self.kept.section is not None else None,
            "month": self.kept.month,
            "by": "section" if self.by_section else None,
        }
        return urlencode({name: value for name, value in (chosen | changes).items() if value is not None})


@dataclass(frozen=True)
class Kept:
    """What was typed and is shown again after a refusal. Reasons and refusals by the key of their row."""

    ticked: frozenset[str] = frozenset()
    reasons: Mapping[str, str] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A row of the page. ``version`` is what it was shown as; ``link`` leads to its indicator, at its month."""

    row: Waiting
    key: str
    version: str
    link: str
    ticked: bool
    reason: str
    refusal: str


@require_http_methods(METHODS)
@with_page
def review_page(request: Request, page: Page) -> HttpResponse:
    may_review_some(page.selection.scope).require()
    asked = _asked(request, page)
    if request.method == "POST":
        return _decide(request, asked)
    return _shown(request, asked)


def _asked(request: Request, page: Page) -> Asked:
    """The filter of the address; what is not known keeps everything."""
    sections = Section.objects.visible_to(page.selection.scope)
    section = sections.filter(code=request.GET.get("section", "")[:32]).first() if "section" in request.GET else None
    month = request.GET.get("month", "")
    is_month = month.isascii() and month.isdigit() and len(month) <= 2 and 1 <= int(month) <= 12
    kept = ReviewFilter(
        page.selection.unit if request.GET.get("unit") else None, section, int(month) if is_month else None
    )
    return Asked(page, kept, request.GET.get("by") == "section", request.GET.get("page"))


def _shown(request: Request, asked: Asked, failed: str = "", kept: Kept = Kept(), *, status: int = 200) -> HttpResponse:
    selection = asked.page.selection
    queue = review_queue(
        selection.scope,
        selection.year,
        asked.kept,
        person_id=request.user.pk,
        by_section=asked.by_section,
        number=asked.number,
    )
    lines = {_key(row.entry): _line(asked, row, kept) for row in queue.waiting}
    counts = queue.counts
    # A refusal whose row is no longer there would be silent.
    gone = [text for key, text in kept.refusals.items() if key not in lines]
    return render(
        request,
        "targets/review.html",
        {
            "page": asked.page,
            "selection": selection,
            "thresholds": thresholds_of(selection.year),
            "query": asked.query(page=asked.number),
            "kept": asked.kept,
            "by_section": asked.by_section,
            "groups": [
                (
                    group.heading,
                    [lines[_key(row.entry)] for row in group.rows],
                    [lines[_key(row.entry)] for row in group.steps],
                )
                for group in queue.groups
            ],
            "closing_query": _closing_query(asked),
            "total": counts.total,
            **_units(request, asked, counts.units),
            "all_units": asked.query(unit=None),
            "sections": [(section, count, asked.query(section=section.code)) for section, count in counts.sections],
            "all_sections": asked.query(section=None),
            "months": [(month, count, asked.query(month=month)) for month, count in counts.months],
            "all_months": asked.query(month=None),
            "grouped_by_unit": asked.query(by=None),
            "grouped_by_section": asked.query(by="section"),
            "clean": sum(1 for row in queue.waiting if _is_clean(row)),
            "shown": " ".join(line.version for line in lines.values()),
            "newest": counts.newest.isoformat() if counts.newest is not None else "",
            "pages": queue.page,
            "failed": " ".join([failed, *gone]).strip(),
        },
        status=status,
    )


def _units(request: Request, asked: Asked, counted: Sequence[tuple[Unit, int]]) -> dict[str, Any]:
    """The units of which something waits, as links: of very many those with the most, or with words in their name."""
    words = request.GET.get("unit_name", "").strip()[:60]
    found = [(unit, count) for unit, count in counted if unit.has_words(words)]
    many = len(found) > MOST_UNITS
    if many:
        found = sorted(found, key=lambda counted: -counted[1])[:MOST_UNITS]
    return {
        "units": [(unit, count, asked.query(unit=unit.code)) for unit, count in found],
        "unit_words": words,
        # The form of the search sends what else the address chooses.
        "unit_query": parse_qsl(asked.query()),
        "is_searched": many or bool(words),
    }


def _closing_query(asked: Asked) -> str:
    """Where the person closes the month of what is looked at; empty where they may not."""
    selection = asked.page.selection
    unit = asked.kept.unit or selection.unit
    if not may_close(selection.scope, unit.pk):
        return ""
    chosen = {"year": selection.year.year, "unit": unit.code}
    return urlencode(chosen if asked.kept.month is None else {**chosen, "as_of": asked.kept.month})


def _line(asked: Asked, row: Waiting, kept: Kept) -> Line:
    key = _key(row.entry)
    at_its_month = asked.page.query_with(
        unit=row.target.unit, as_of=row.month, period=row.period, waiting=False, lead=""
    )
    return Line(
        row,
        key,
        _version(row.entry),
        f"{reverse('indicator', args=[row.target.indicator.code])}?{at_its_month}",
        key in kept.ticked,
        kept.reasons.get(key, ""),
        kept.refusals.get(key, ""),
    )


def _is_clean(row: Waiting) -> bool:
    """Without warnings, no correction of an approved figure, and not the person's own."""
    return not row.has_warnings and not row.is_correction and not row.needs_another


def _decide(request: Request, asked: Asked) -> HttpResponse:
    by = author_of(request)
    ticked = request.POST.getlist("entry")
    reasons = {
        name.removeprefix(REASON): str(text).strip() for name, text in request.POST.items() if name.startswith(REASON)
    }
    kept = Kept(frozenset(map(_key_of, ticked)), reasons)
    # Those of the rows shown beside which a reason was typed.
    meant = [version for version in _versions(request) if reasons.get(_key_of(version))]
    try:
        if "return" in request.POST:
            return _return(request, asked, by, [request.POST["return"]], kept)
        if "return_all" in request.POST:
            return _return(request, asked, by, meant, kept)
        if "approve_clean" in request.POST:
            return _approve_clean(request, asked, by, kept)
        if "approve" in request.POST:
            return _approve(request, asked, by, ticked, kept)
        # Enter was pressed in a field. Beside exactly one reason it is clear what was meant.
        if len(meant) == 1:
            return _return(request, asked, by, meant, kept)
        return _shown(request, asked, _("Press the button that says what you want."), kept, status=422)
    except RefusedEntryError as error:
        refusals = {_key(error.entry): " ".join(error.messages)}
        is_approval = "approve" in request.POST or "approve_clean" in request.POST
        words = _("Nothing was approved: one row stands in the way. Its reason stands beside it.")
        failed = words if is_approval else ""
        return _shown(request, asked, failed, Kept(kept.ticked, kept.reasons, refusals), status=422)
    except ValidationError as error:
        return _shown(request, asked, " ".join(error.messages), kept, status=422)
    except ConflictError as error:
        return _shown(request, asked, str(error), kept, status=409)


def _versions(request: Request) -> list[str]:
    """The rows that the page showed, as it showed them."""
    return [version for text in request.POST.getlist("shown") for version in str(text).split()]


def _return(request: Request, asked: Asked, by: Author, versions: list[str], kept: Kept) -> HttpResponse:
    if not versions:
        return _shown(request, asked, _("Type a reason beside each figure that you return."), kept, status=422)
    entries = _entries(asked.page, versions)
    refusals = {}
    for entry in entries:
        form = ReturnForm({"reason": kept.reasons.get(_key(entry), "")})
        if not form.is_valid():
            refusals[_key(entry)] = " ".join(map(str, form.errors["reason"]))
    if refusals:
        return _shown(request, asked, "", Kept(kept.ticked, kept.reasons, refusals), status=422)
    progress.return_entries(by, {entry: kept.reasons[_key(entry)] for entry in entries})
    if len(entries) == 1:
        messages.success(request, _("Returned: %(figure)s.") % {"figure": _named(entries[0])})
    else:
        words = ngettext("%(count)d answer returned.", "%(count)d answers returned.", len(entries))
        messages.success(request, words % {"count": len(entries)})
    return _back(asked)


def _back(asked: Asked) -> HttpResponse:
    """To the same page of the queue: what waits behind it has moved up."""
    return HttpResponseRedirect(f"{reverse('review')}?{asked.query(page=asked.number)}")


def _approve(request: Request, asked: Asked, by: Author, versions: list[str], kept: Kept) -> HttpResponse:
    if not versions:
        return _shown(request, asked, _("Choose at least one figure to approve."), kept, status=422)
    entries = _entries(asked.page, versions)
    progress.approve(by, *entries)
    messages.success(request, _approved(len(entries)))
    return _back(asked)


def _approve_clean(request: Request, asked: Asked, by: Author, kept: Kept) -> HttpResponse:
    """Approve what was shown and is without warnings, as it is now; say how many were left, and why."""
    selection = asked.page.selection
    shown = set(_versions(request))
    wanted = _wanted(shown)
    keys = [[pk for kind, pk in wanted.values() if kind == one] for one in ("entry", "step")]
    waiting = [
        entry for entry in still_waiting(selection.scope, selection.year, asked.kept, keys) if _version(entry) in shown
    ]
    rows = review_rows(selection.scope, selection.year, waiting, request.user.pk)
    clean = [row for row in rows if _is_clean(row)]
    newest = parse_datetime(request.POST.get("newest", ""))
    late = arrived_since(selection.scope, selection.year, asked.kept, newest) if newest is not None else 0
    why = _left([row for row in rows if not _is_clean(row)], late)
    if not clean:
        nothing = _("There is nothing without warnings to approve.")
        return _shown(request, asked, " ".join([nothing, *why]), kept, status=422)
    progress.approve(by, *(row.entry for row in clean))
    messages.success(request, " ".join([_approved(len(clean)), *why]))
    return _back(asked)


def _approved(count: int) -> str:
    return ngettext("%(count)d answer approved.", "%(count)d answers approved.", count) % {"count": count}


def _left(rows: Sequence[Waiting], late: int) -> list[str]:
    """How many rows were left and why, and how many arrived too late to be shown, in sentences."""
    own = [row for row in rows if row.needs_another]
    corrections = [row for row in rows if row not in own and row.is_correction]
    warned = len(rows) - len(own) - len(corrections)
    sentences = []
    if warned:
        sentences.append(
            ngettext("%(count)d was left: it has a warning.", "%(count)d were left: they have warnings.", warned)
            % {"count": warned}
        )
    if own:
        sentences.append(
            ngettext(
                "%(count)d was left: you entered or submitted it, and another reviewer approves it.",
                "%(count)d were left: you entered or submitted them, and another reviewer approves them.",
                len(own),
            )
            % {"count": len(own)}
        )
    if corrections:
        sentences.append(
            ngettext(
                "%(count)d was left: it corrects an approved figure and is looked at by itself.",
                "%(count)d were left: they correct approved figures and are looked at one by one.",
                len(corrections),
            )
            % {"count": len(corrections)}
        )
    if late:
        sentences.append(
            ngettext(
                "%(count)d was left: it arrived or was changed after the page was loaded.",
                "%(count)d were left: they arrived or were changed after the page was loaded.",
                late,
            )
            % {"count": late}
        )
    return sentences


def _key(entry: Entry) -> str:
    """What a row is called in the form."""
    return f"{'step' if isinstance(entry, MilestoneEntry) else 'entry'}-{entry.pk}"


def _version(entry: Entry) -> str:
    """A row as it was shown."""
    return f"{_key(entry)}-{entry.lock_version}"


def _key_of(version: str) -> str:
    return version.rpartition("-")[0]


def _entries(page: Page, versions: Iterable[str]) -> list[Entry]:
    """The submitted versions that the page showed, within what the person may see.

    Raises:
        Http404: a key that no page ever showed.
        ConflictError: one of them no longer waits as it was shown; the message says what became of it.
    """
    wanted = _wanted(versions)
    targets = Target.objects.visible_to(page.selection.scope)
    steps = MilestoneEntry.objects.filter(
        pk__in=[pk for kind, pk in wanted.values() if kind == "step"], milestone__target__in=targets
    ).select_related("milestone__target__unit", "milestone__target__indicator", "reviewed_by")
    figures = ProgressEntry.objects.filter(
        pk__in=[pk for kind, pk in wanted.values() if kind == "entry"], target__in=targets
    ).select_related("target__unit", "target__indicator", "reviewed_by")
    found: dict[str, Entry] = {_key(step): step for step in steps}
    found |= {_key(figure): figure for figure in figures}
    problems = [_became(found.get(_key_of(version)), version) for version in wanted]
    if any(problems):
        raise ConflictError(
            " ".join([*filter(None, problems), _("Nothing was changed; the page shows what waits now.")])
        )
    return [found[_key_of(version)] for version in wanted]


def _wanted(versions: Iterable[str]) -> dict[str, tuple[str, int]]:
    """What kind of answer each row is, and its key in the database.

    Raises:
        Http404: a key that no page ever showed.
    """
    wanted: dict[str, tuple[str, int]] = {}
    for version in versions:
        kind, *numbers = version.split("-")
        if kind not in ("entry", "step") or len(numbers) != 2 or not all(map(_is_number, numbers)):
            raise Http404
        wanted[version] = (kind, int(numbers[0]))
    return wanted


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _became(entry: Entry | None, version: str) -> str:
    """What became of a figure since the page was loaded; empty while it waits as it was shown."""
    if entry is None:
        return _("A figure of this page is no longer there: its unit took it back.")
    values = {"figure": _named(entry), "person": entry.reviewed_by or ""}
    if entry.state == State.SUBMITTED:
        if _version(entry) == version:
            return ""
        return _("%(figure)s was changed after the page was loaded. Look at it again.") % values
    if entry.state == State.RETURNED:
        return _("%(figure)s was returned by %(person)s meanwhile.") % values
    if entry.state == State.DRAFT:
        return _("%(figure)s was taken back by its unit meanwhile.") % values
    return _("%(figure)s was approved by %(person)s meanwhile.") % values


def _named(entry: Entry) -> str:
    """A figure or a step in a sentence."""
    if isinstance(entry, MilestoneEntry):
        what, unit, months = display.name(entry.milestone), entry.milestone.target.unit, ""
    else:
        what, unit = display.name(entry.target.indicator), entry.target.unit
        months = display.month_run(entry.from_month, entry.month)
    return " · ".join(part for part in (display.name(unit), what, months) if part)
