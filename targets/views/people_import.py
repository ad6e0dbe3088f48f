"""People from a list: look at every row as it would be stored, then take all of them; invitations to cut out."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from targets import display
from targets.forms.setup import PeopleListForm
from targets.importers.files.workbook import read_workbook
from targets.importers.people import House, PeopleRow, PeopleSheet, as_text, heading_words, pasted, read_people
from targets.models import Role, Section
from targets.permissions import Scope, manages_people_in, may_manage_people
from targets.services.base import Author, ConflictError
from targets.services.people_import import Listed, Outcome, Taken, compare_people, take_people
from targets.views.base import METHODS, Request, author_of
from targets.views.people import address_of


@require_http_methods(METHODS)
def people_from_list(request: Request) -> HttpResponse:
    """A list is pasted or brought in as a file, looked at, and taken.

    Between the look and the taking it is carried in the form, a file as the text of its table: nothing is kept, and
    what is wrong can be mended in place. What is taken must be what was shown, which ``shown`` stands for.
    """
    scope = request.scope
    may_manage_people(scope).require()
    if request.method != "POST":
        return _page(request, PeopleListForm())
    form = PeopleListForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    by = author_of(request)
    try:
        look = _look(by, scope, _text_of(form))
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, form, status=422)
    # The answer with the slips, loaded again: everything stands already.
    if "take" not in request.POST or look.brings_nothing:
        return _page(request, form, look)
    if look.sheet.errors:
        return _page(request, form, look, status=422)
    if request.POST.get("shown") != look.token:
        failed = _("What stands has changed since you looked. Look at the rows again; nothing was written.")
        return _page(request, form, look, failed=failed, status=409)
    try:
        taken = take_people(by, rows=look.sheet.listed)
    except ValidationError as error:
        return _page(request, form, look, failed=" ".join(error.messages), status=422)
    except ConflictError as error:
        return _page(request, form, look, failed=str(error), status=409)
    return _answer(request, taken)


@dataclass(frozen=True)
class Look:
    """A list as it is understood now, beside what stands. ``text`` is what the form carries."""

    text: str
    sheet: PeopleSheet
    compared: tuple[Listed, ...]

    @property
    def token(self) -> str:
        """Stands for exactly what was shown."""
        said = [
            (
                one.row.line, one.outcome, one.row.full_name, one.row.username, one.row.unit.pk, one.row.role,
                [section.pk for section in one.row.sections], one.row.email,
            )
            for one in self.compared
        ]  # fmt: skip
        return hashlib.sha256(repr(said).encode()).hexdigest()

    @property
    def brings_nothing(self) -> bool:
        """Whether everything in the list stands already."""
        return not self.sheet.errors and not any(one.outcome.is_taken for one in self.compared)

    def count(self, *outcomes: Outcome) -> int:
        return sum(one.outcome in outcomes for one in self.compared)


def _text_of(form: PeopleListForm) -> str:
    """The list as text; a file counts before what was pasted."""
    given = form.cleaned_data["file"]
    if given is None:
        return str(form.cleaned_data["text"])
    return as_text(read_workbook(given.read(), given.name or ""))


def _look(by: Author, scope: Scope, text: str) -> Look:
    sheet = read_people(pasted(text), house_of(scope))
    compared = compare_people(by, sheet.listed)
    return Look(text, sheet.with_refusals(compared), compared)


def house_of(scope: Scope) -> House:
    """What a list is read against: the units of this year, told apart by whether the person gives roles there."""
    managed, year = set(manages_people_in(scope)), timezone.localdate().year
    units = [unit for unit in scope.tree.units.values() if unit.is_in_use(year)]
    return House(
        units=[unit for unit in units if unit.pk in managed],
        others=[unit for unit in units if unit.pk not in managed],
        sections=list(Section.objects.filter(archived_at__isnull=True)),
    )


@dataclass(frozen=True)
class ShownRow:
    """A row as it would be stored, or as it stands in the list where that is not clear. ``outcome`` of a faulty one
    is ``refused``.
    """

    line: int
    full_name: str
    username: str
    unit: str
    role: str
    sections: str
    email: str
    outcome: Outcome


def _shown_rows(rows: Iterable[PeopleRow], compared: Sequence[Listed]) -> Iterable[ShownRow]:
    outcomes = {one.row.line: one.outcome for one in compared}
    for row in rows:
        listed = row.listed
        if listed is None:
            full_name, username, unit, role, sections, email = (row.cells.get(name, "") for name in heading_words())
            yield ShownRow(row.line, full_name, username, unit, role, sections, email, Outcome.REFUSED)
            continue
        yield ShownRow(
            row.line,
            listed.full_name,
            listed.username,
            display.name(listed.unit),
            str(Role(listed.role).label),
            display.joined(display.name(section) for section in listed.sections) or _("all"),
            listed.email,
            outcomes[row.line],
        )


def _page(
    request: Request, form: PeopleListForm, look: Look | None = None, *, failed: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {"tab": "people", "form": form, "failed": failed, "words": heading_words()}
    if look is not None:
        new, roles = look.count(Outcome.NEW_PERSON), look.count(Outcome.NEW_PERSON, Outcome.NEW_ROLE)
        context |= {
            # A file goes on as its text, to be mended in place.
            "form": PeopleListForm(initial={"text": look.text}),
            "look": look,
            "rows": list(_shown_rows(look.sheet.rows, look.compared)),
            "counts": {"new": new, "roles": roles, "same": look.count(Outcome.SAME)},
            "may_take": bool(roles) and not look.sheet.errors,
        }
    return render(request, "targets/people_list.html", context, status=status)


def _answer(request: Request, taken: Taken) -> HttpResponse:
    """The invitations of new people as slips, once; without any, back to the list of people."""
    said = ngettext("%(count)d role given.", "%(count)d roles given.", taken.roles) % {"count": taken.roles}
    if not taken.invitations:
        messages.success(request, said)
        return HttpResponseRedirect(reverse("people"))
    slips = [(invitation, address_of(request, invitation)) for invitation in taken.invitations]
    return render(request, "targets/people_slips.html", {"tab": "people", "slips": slips, "said": said})
