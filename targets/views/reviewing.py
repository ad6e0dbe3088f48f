"""Review 审核: what was submitted, to approve one, many or all without warnings, or to return one with a reason.

What a person decides on is what the page showed: every row carries the ``lock_version`` that it was shown with, and
a figure that was changed since is never approved unseen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from targets import display
from targets.forms.entering import ReturnForm
from targets.models import MilestoneEntry, ProgressEntry, Section, State, Target
from targets.permissions import may_close, may_review_some
from targets.services import progress
from targets.services.base import Author, ConflictError
from targets.services.progress import RefusedEntryError
from targets.summaries.review import MOST_ROWS, ReviewFilter, ReviewQueue, Waiting, review_queue
from targets.summaries.selection import thresholds_of
from targets.views.base import METHODS, Request, author_of
from targets.views.selecting import Page, with_page

Entry = ProgressEntry | MilestoneEntry
REASON = "reason-"


@dataclass(frozen=True)
class Asked:
    """What the address asks for, beside the year: the filter, and by what the rows are grouped."""

    page: Page
    kept: ReviewFilter
    by_section: bool

    def query(self, **changes: object) -> str:
        """The address of the same queue, with something else chosen; ``None`` chooses all."""
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
    return Asked(page, kept, request.GET.get("by") == "section")


def _queue(request: Request, asked: Asked) -> ReviewQueue:
    selection = asked.page.selection
    return review_queue(
        selection.scope, selection.year, asked.kept, person_id=request.user.pk, by_section=asked.by_section
    )


def _shown(request: Request, asked: Asked, failed: str = "", kept: Kept = Kept(), *, status: int = 200) -> HttpResponse:
    queue = _queue(request, asked)
    lines = {_key(row.entry): _line(asked, row, kept) for row in queue.waiting}
    counts = queue.counts
    # A refusal whose row is no longer there would be silent.
    gone = [text for key, text in kept.refusals.items() if key not in lines]
    return render(
        request,
        "targets/review.html",
        {
            "page": asked.page,
            "selection": asked.page.selection,
            "thresholds": thresholds_of(asked.page.selection.year),
            "query": asked.query(),
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
            "units": [(unit, count, asked.query(unit=unit.code)) for unit, count in counts.units],
            "all_units": asked.query(unit=None),
            "sections": [(section, count, asked.query(section=section.code)) for section, count in counts.sections],
            "all_sections": asked.query(section=None),
            "months": [(month, count, asked.query(month=month)) for month, count in counts.months],
            "all_months": asked.query(month=None),
            "grouped_by_unit": asked.query(by=None),
            "grouped_by_section": asked.query(by="section"),
            "clean": sum(1 for row in queue.waiting if _is_clean(row)),
            "unseen": queue.unseen,
            "most_rows": MOST_ROWS,
            "failed": " ".join([failed, *gone]).strip(),
        },
        status=status,
    )


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
    reasons = {name.removeprefix(REASON): text for name, text in request.POST.items() if name.startswith(REASON)}
    typed = {key: text for key, text in reasons.items() if str(text).strip()}
    kept = Kept(frozenset(map(_key_of, ticked)), {key: str(text) for key, text in reasons.items()})
    try:
        if "return" in request.POST:
            return _return(request, asked, by, request.POST["return"], kept)
        if "approve_clean" in request.POST:
            return _approve_clean(request, asked, by, kept)
        if "approve" in request.POST:
            return _approve(request, asked, by, ticked, kept)
        # Enter was pressed in a field. Beside exactly one reason it is clear what was meant.
        meant = [shown for shown in request.POST.getlist("shown") if _key_of(shown) in typed]
        if len(meant) == 1:
            return _return(request, asked, by, meant[0], kept)
        return _shown(request, asked, _("Press the button that says what you want."), kept, status=422)
    except RefusedEntryError as error:
        refusals = {_key(error.entry): " ".join(error.messages)}
        failed = _("Nothing was approved: one row stands in the way. Its reason stands beside it.")
        return _shown(request, asked, failed, Kept(kept.ticked, kept.reasons, refusals), status=422)
    except ValidationError as error:
        return _shown(request, asked, " ".join(error.messages), kept, status=422)
    except ConflictError as error:
        return _shown(request, asked, str(error), kept, status=409)


def _return(request: Request, asked: Asked, by: Author, version: str, kept: Kept) -> HttpResponse:
    (entry,) = _entries(asked.page, [version])
    key = _key_of(version)
    form = ReturnForm({"reason": kept.reasons.get(key, "")})
    if not form.is_valid():
        refusals = {key: " ".join(map(str, form.errors["reason"]))}
        return _shown(request, asked, "", Kept(kept.ticked, kept.reasons, refusals), status=422)
    progress.return_entry(by, entry, reason=form.cleaned_data["reason"])
    messages.success(request, _("Returned: %(figure)s.") % {"figure": _named(entry)})
    return HttpResponseRedirect(f"{reverse('review')}?{asked.query()}")


def _approve(request: Request, asked: Asked, by: Author, versions: list[str], kept: Kept) -> HttpResponse:
    if not versions:
        return _shown(request, asked, _("Choose at least one figure to approve."), kept, status=422)
    entries = _entries(asked.page, versions)
    progress.approve(by, *entries)
    messages.success(request, _approved(len(entries)))
    return HttpResponseRedirect(f"{reverse('review')}?{asked.query()}")


def _approve_clean(request: Request, asked: Asked, by: Author, kept: Kept) -> HttpResponse:
    """Approve what was shown and is without warnings, as it is now; say how many were left, and why."""
    shown = set(request.POST.getlist("shown"))
    waiting = _queue(request, asked).waiting
    clean = [row for row in waiting if _is_clean(row) and _version(row.entry) in shown]
    left = [row for row in waiting if row not in clean]
    why = _left(left, shown)
    if not clean:
        nothing = _("There is nothing without warnings to approve.")
        return _shown(request, asked, " ".join([nothing, *why]), kept, status=422)
    progress.approve(by, *(row.entry for row in clean))
    messages.success(request, " ".join([_approved(len(clean)), *why]))
    return HttpResponseRedirect(f"{reverse('review')}?{asked.query()}")


def _approved(count: int) -> str:
    return ngettext("%(count)d answer approved.", "%(count)d answers approved.", count) % {"count": count}


def _left(rows: Iterable[Waiting], shown: set[str]) -> list[str]:
    """How many rows were left and why, in sentences."""
    listed = list(rows)
    unseen = [row for row in listed if _version(row.entry) not in shown]
    own = [row for row in listed if row not in unseen and row.needs_another]
    corrections = [row for row in listed if row not in unseen and row not in own and row.is_correction]
    warned = len(listed) - len(unseen) - len(own) - len(corrections)
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
    if unseen:
        sentences.append(
            ngettext(
                "%(count)d was left: it arrived or was changed after the page was loaded.",
                "%(count)d were left: they arrived or were changed after the page was loaded.",
                len(unseen),
            )
            % {"count": len(unseen)}
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
    wanted: dict[str, tuple[str, int]] = {}
    for version in versions:
        kind, *numbers = version.split("-")
        if kind not in ("entry", "step") or len(numbers) != 2 or not all(map(_is_number, numbers)):
            raise Http404
        wanted[version] = (kind, int(numbers[0]))
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
