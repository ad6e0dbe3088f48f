"""Who may see and do what: the one place that knows roles.

A ``Scope`` is what a person may see: computed once per request from the memberships, applied by the querysets'
``visible_to`` alone. A predicate answers whether a person may do something, and if not, why and whom to ask.

=========================  =========================================================================
clerk 填报人               sees and enters own unit and what is below it
reviewer 审核人            sees its unit and below; approves, returns, enters on behalf
leader 领导                sees its unit and below, in all or in chosen sections
system administrator       sees figures, manages the plan; enters and approves nothing
security administrator     people, roles and locks; sees no business figures
auditor                    sees figures and who changed what; changes nothing
=========================  =========================================================================
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from targets.querysets.units import UnitTree

if TYPE_CHECKING:
    from targets.models import Instruction, MilestoneEntry, ProgressEntry, Target, User, Year


class NotVisibleError(Http404):
    """There is no such thing, or the person may not see it: both look the same.

    Its message, in the reader's language, stands on the page; that of any other ``Http404`` does not, since Django's
    own speak English and name models.
    """


_SEE_FIGURES = frozenset({"clerk", "reviewer", "leader", "system_administrator", "auditor"})
_ENTER = frozenset({"clerk", "reviewer"})
_REVIEW = frozenset({"reviewer"})
_MANAGE_PLAN = frozenset({"system_administrator"})
_INSTRUCT = frozenset({"leader"})
_ISSUE = frozenset({"reviewer", "leader"})
_AUDIT = frozenset({"auditor"})
_MANAGE_PEOPLE = frozenset({"security_administrator"})


@dataclass(frozen=True)
class Grant:
    """One membership: a role in a set of units. ``section_ids`` is ``None`` for all sections."""

    role: str
    unit_ids: frozenset[int]
    section_ids: frozenset[int] | None

    def covers(self, target: "Target") -> bool:
        return target.unit_id in self.unit_ids and (
            self.section_ids is None or target.indicator.section_id in self.section_ids
        )


@dataclass(frozen=True)
class Scope:
    """What a person may see. ``tree`` holds every unit; a unit outside ``unit_ids`` must not be shown."""

    tree: UnitTree
    grants: tuple[Grant, ...]

    @cached_property
    def _seeing(self) -> tuple[Grant, ...]:
        return tuple(grant for grant in self.grants if grant.role in _SEE_FIGURES)

    @cached_property
    def unit_ids(self) -> frozenset[int]:
        return frozenset().union(*(grant.unit_ids for grant in self._seeing))

    @cached_property
    def all_sections(self) -> bool:
        return any(grant.section_ids is None for grant in self._seeing)

    @cached_property
    def section_ids(self) -> frozenset[int]:
        """The sections visible somewhere; meaningful where ``all_sections`` is false."""
        return frozenset().union(*(grant.section_ids or frozenset() for grant in self._seeing))

    @cached_property
    def top_units(self) -> tuple[int, ...]:
        """The highest visible units, in display order: where a person's pages begin."""
        return tuple(
            unit_id
            for unit_id in self.tree.units
            if unit_id in self.unit_ids and self.tree.parent(unit_id) not in self.unit_ids
        )

    def sections_at(self, unit_id: int) -> frozenset[int] | None:
        """The sections visible at a unit, ``None`` for all: a sum is shown only where all of it may be seen."""
        sections: frozenset[int] = frozenset()
        for grant in self._seeing:
            if unit_id in grant.unit_ids:
                if grant.section_ids is None:
                    return None
                sections |= grant.section_ids
        return sections

    def target_filter(self, prefix: str = "", roles: Iterable[str] = _SEE_FIGURES) -> Q:
        """The condition for visible targets; ``prefix`` leads to the target. Nothing when nothing is granted.

        With ``roles`` the targets for which the person holds one of them.
        """
        condition = Q(pk__in=[])
        for grant in self.grants:
            if grant.role not in roles:
                continue
            # A list of every unit would only slow the query down.
            whole = len(grant.unit_ids) == len(self.tree.units)
            granted = Q(**{f"{prefix}unit__isnull": False} if whole else {f"{prefix}unit__in": grant.unit_ids})
            if grant.section_ids is not None:
                granted &= Q(**{f"{prefix}indicator__section__in": grant.section_ids})
            condition |= granted
        return condition

    def units_with(self, roles: Iterable[str]) -> tuple[int, ...]:
        """The units in which the person holds one of the roles, in display order."""
        held = {unit_id for grant in self.grants if grant.role in roles for unit_id in grant.unit_ids}
        return tuple(unit_id for unit_id in self.tree.units if unit_id in held)

    def holds(self, roles: Iterable[str], unit_id: int) -> bool:
        """Whether the person holds one of the roles in a unit, for whatever sections."""
        return any(grant.role in roles and unit_id in grant.unit_ids for grant in self.grants)

    def has(self, roles: Iterable[str], target: "Target | None" = None) -> bool:
        """Whether the person holds one of the roles, for the unit and section of ``target`` where one is given."""
        return any(grant.role in roles and (target is None or grant.covers(target)) for grant in self.grants)


def scope_of(user: "User") -> Scope:
    """The scope of a person: two queries. A person without memberships sees nothing."""
    from targets.models import Unit

    tree = Unit.objects.all().tree()
    rows = user.memberships.filter(ended_at__isnull=True).values_list("pk", "role", "unit_id", "sections")
    sections: dict[tuple[int, str, int], set[int]] = {}
    for pk, role, unit_id, section_id in rows.order_by("pk"):
        chosen = sections.setdefault((pk, role, unit_id), set())
        if section_id is not None:
            chosen.add(section_id)
    return Scope(
        tree,
        tuple(
            Grant(role, frozenset(tree.below(unit_id)), frozenset(chosen) if chosen else None)
            for (_pk, role, unit_id), chosen in sections.items()
        ),
    )


@dataclass(frozen=True)
class Decision:
    """The answer of a predicate. ``reason`` says, in the reader's language, why not and whom to ask."""

    allowed: bool
    reason: Promise | str = ""

    def __bool__(self) -> bool:
        return self.allowed

    def require(self) -> None:
        """Raises:
        PermissionDenied: with the reason, when the answer is no.
        """
        if not self.allowed:
            raise PermissionDenied(str(self.reason))


_YES = Decision(True)


def may_see_figures(scope: Scope) -> Decision:
    """Whether the pages with figures are open to the person."""
    if scope.unit_ids:
        return _YES
    if scope.has(_MANAGE_PEOPLE):
        return Decision(
            False,
            _(
                "A security administrator manages people and roles and sees no business figures. "
                "Ask the system administrator if you need another role."
            ),
        )
    return Decision(
        False, _("Your account has no role in any unit yet. Ask the security administrator to give you one.")
    )


def may_enter(scope: Scope, target: "Target") -> Decision:
    """Whether the person may enter figures for a target."""
    if not scope.has(_ENTER, target):
        return Decision(
            False,
            _("Only the clerks of this unit and its reviewers enter its figures. Ask the reviewer to enter it."),
        )
    if target.figures == "sum":
        return Decision(
            False, _("The figures of this target are the sum of the units below. Enter them there instead.")
        )
    return _YES


def may_enter_for(scope: Scope, unit_id: int) -> Decision:
    """Whether the person may enter any figures for a unit."""
    if scope.holds(_ENTER, unit_id):
        return _YES
    return Decision(
        False, _("Only the clerks of this unit and its reviewers enter its figures. Ask the reviewer to enter it.")
    )


def may_close(scope: Scope, unit_id: int) -> Decision:
    """Whether the person may close and reopen the months of a unit: who reviews all of its sections."""
    if any(grant.role in _REVIEW and unit_id in grant.unit_ids and grant.section_ids is None for grant in scope.grants):
        return _YES
    return Decision(False, _("Only a reviewer of this unit closes and reopens its months. Ask the reviewer."))


def may_instruct(scope: Scope, unit_id: int, section_id: int) -> Decision:
    """Whether the person may leave an instruction about a section (or an indicator of it) at a unit."""
    leads = any(
        grant.role in _INSTRUCT
        and unit_id in grant.unit_ids
        and (grant.section_ids is None or section_id in grant.section_ids)
        for grant in scope.grants
    )
    if leads:
        return _YES
    return Decision(False, _("Only a leader of this unit and section gives instructions. Ask the leader."))


def may_answer(scope: Scope, unit_id: int) -> Decision:
    """Whether the person may answer an instruction for a unit."""
    return may_enter_for(scope, unit_id)


def may_close_instruction(scope: Scope, instruction: "Instruction", person_id: int | None) -> Decision:
    """Whether the person may close an instruction: who gave it, or a reviewer of its unit and section."""
    about = instruction.section_id if instruction.indicator is None else instruction.indicator.section_id
    reviews = any(
        grant.role in _REVIEW
        and instruction.unit_id in grant.unit_ids
        and (grant.section_ids is None or about in grant.section_ids)
        for grant in scope.grants
    )
    if reviews or (person_id is not None and instruction.given_by_id == person_id):
        return _YES
    return Decision(False, _("An instruction is closed by who gave it or by the reviewer."))


def may_review_some(scope: Scope) -> Decision:
    """Whether the person reviews the figures of any unit."""
    if scope.has(_REVIEW):
        return _YES
    return Decision(False, _("Only a reviewer approves or returns figures. Ask the reviewer of your township."))


def may_review(scope: Scope, target: "Target") -> Decision:
    """Whether the person may approve or return figures of a target."""
    if scope.has(_REVIEW, target):
        return _YES
    return Decision(False, _("Only a reviewer of this unit approves or returns figures. Ask the reviewer."))


def may_issue(scope: Scope, unit_id: int) -> Decision:
    """Whether the person may make papers of a unit that name what lags: bulletin, list and briefing."""
    if scope.holds(_ISSUE, unit_id):
        return _YES
    return Decision(
        False, _("Only a reviewer or leader of this unit makes bulletins, lists and briefings. Ask the reviewer.")
    )


def may_prepare_report(scope: Scope, unit_id: int) -> Decision:
    """Whether the person may write, keep and take along the half-year report of a unit.

    Who issues its papers does, as far as the person does so for all sections: the report is one of the whole unit.
    Others who see the whole unit read it.
    """
    if any(grant.role in _ISSUE and unit_id in grant.unit_ids and grant.section_ids is None for grant in scope.grants):
        return _YES
    return Decision(
        False,
        _("Only a reviewer or leader of the whole unit prepares its half-year report. Ask the reviewer."),
    )


def may_compare_units(scope: Scope, unit_id: int, year: "Year") -> Decision:
    """Whether the person may name who has not reported and how units rank: off until the year's setting allows it."""
    if not year.rankings:
        return Decision(False, _("Rankings are off in this year's settings."))
    return may_issue(scope, unit_id)


def may_audit(scope: Scope) -> Decision:
    """Whether the person may read who changed what."""
    if scope.has(_AUDIT):
        return _YES
    return Decision(
        False,
        _("Only an auditor reads the record of all changes. The history of a figure stands on its indicator's page."),
    )


def may_manage_plan(scope: Scope) -> Decision:
    """Whether the person may change units, indicators and targets."""
    if scope.has(_MANAGE_PLAN):
        return _YES
    return Decision(False, _("Only a system administrator changes the plan. Ask the system administrator."))


def may_manage_unit(scope: Scope, unit_id: int) -> Decision:
    """Whether the person may change a unit, and units directly below it."""
    may_manage_plan(scope).require()
    if scope.holds(_MANAGE_PLAN, unit_id):
        return _YES
    return Decision(False, _("This unit lies outside of what you manage. Ask its system administrator."))


def _manages_every_unit(scope: Scope) -> bool:
    return len(scope.units_with(_MANAGE_PLAN)) == len(scope.tree.units)


def may_manage_every_unit(scope: Scope) -> Decision:
    """Whether the person may open a year, settle its rules and put it in force: what holds for every unit."""
    decision = may_manage_plan(scope)
    if not decision or _manages_every_unit(scope):
        return decision
    return Decision(False, _("A year is one plan for all units. Ask the system administrator who manages all of them."))


def may_manage_sections(scope: Scope) -> Decision:
    """Whether the person may add, rename, reorder, archive and restore sections, which all units share."""
    decision = may_manage_plan(scope)
    if not decision or _manages_every_unit(scope):
        return decision
    return Decision(False, _("All units share the sections. Ask the system administrator who manages all of them."))


def may_manage_indicator(scope: Scope, unit_ids: Iterable[int]) -> Decision:
    """Whether the person may change an indicator, or make one that succeeds it.

    The person manages every unit that has ever had a target of it (``unit_ids``), or every unit at all where none has.
    """
    decision = may_manage_plan(scope)
    ids = set(unit_ids)
    if not decision or _manages_every_unit(scope):
        return decision
    if not ids:
        return Decision(
            False, _("No unit has this indicator yet. Ask the system administrator who manages all units to change it.")
        )
    if ids <= set(scope.units_with(_MANAGE_PLAN)):
        return decision
    return Decision(
        False, _("Units that you do not manage have this indicator as well. Ask the system administrator above them.")
    )


def units_managed_in(scope: Scope) -> tuple[int, ...]:
    """The units whose plan the person makes, in display order."""
    return scope.units_with(_MANAGE_PLAN)


def may_manage_people(scope: Scope) -> Decision:
    """Whether the person may change people and roles."""
    if scope.has(_MANAGE_PEOPLE):
        return _YES
    return Decision(False, _("Only a security administrator changes people and roles. Ask the administrator."))


def manages_people_in(scope: Scope) -> tuple[int, ...]:
    """The units in which the person gives and ends roles, in display order."""
    return scope.units_with(_MANAGE_PEOPLE)


def may_manage_people_of(scope: Scope, unit_ids: Iterable[int]) -> Decision:
    """Whether the person may change accounts and roles that reach into these units: all of them, or none."""
    decision = may_manage_people(scope)
    if not decision or set(unit_ids) <= set(manages_people_in(scope)):
        return decision
    return Decision(
        False, _("This person has a role in a unit that you do not manage. Ask its security administrator.")
    )


def may_give_role_to(scope: Scope, author_id: int | None, person_id: int) -> Decision:
    """Whether the person may give a role to somebody: to anybody but themselves."""
    decision = may_manage_people(scope)
    if not decision or author_id != person_id:
        return decision
    return Decision(False, _("Nobody gives a role to themselves. Ask another security administrator."))


def may_change_own_account(scope: Scope, author_id: int | None, person_id: int) -> Decision:
    """Whether an account is the person's own: name, e-mail, password and appearance are for its owner."""
    if author_id is not None and author_id == person_id:
        return _YES
    return Decision(False, _("Only the owner of an account changes this. Ask the person."))


def enters_on_behalf(scope: Scope, target: "Target") -> bool:
    """代填: a reviewer who is no clerk of the unit enters for it."""
    return not scope.has({"clerk"}, target) and scope.has(_REVIEW, target)


def needs_another_reviewer(entry: "ProgressEntry | MilestoneEntry", person_id: int | None, year: "Year | None") -> bool:
    """Whether the figure is the person's own, typed or submitted in whatever role, so that another one approves it.

    A setting of the year lets one person do both.
    """
    is_own = person_id is not None and person_id in (entry.entered_by_id, entry.submitted_by_id)
    return is_own and (year is None or year.own_entry_approved_by_another)


def everything(tree: UnitTree) -> Scope:
    """The scope of the system itself: commands that export or load a whole house."""
    return Scope(tree, tuple(Grant(role, frozenset(tree.units), None) for role in sorted(_SEE_FIGURES | _MANAGE_PLAN)))
