"""Two people at once: nothing is lost, nothing counts twice, and nobody reads "database is locked".

Every act runs in a thread with a connection of its own, on SQLite's file and on PostgreSQL alike.
"""

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import connections, transaction

from targets.calculations import answers
from targets.models import Change, MilestoneEntry, ProgressEntry, Target, Unit, UnitMonth, User
from targets.permissions import scope_of
from targets.services import invitations, months, people, people_import, progress, units
from targets.services.base import Author, ConflictError
from targets.services.people_import import ListedRole

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(build):
    """A village with a flow, a milestone task, two clerks and two reviewers."""
    village = build.unit("V", build.unit("T", kind="township"))

    class House:
        flow = build.target(build.indicator("FLOW"), village, {6: 60, 12: 120})
        task = build.target(
            build.indicator("TASK", kind="milestone", accumulation=""), village, steps=[{"name": "开工"}]
        )
        clerks = [by(build.person(f"clerk-{number}", "clerk", village)) for number in (1, 2)]
        reviewers = [by(build.person(f"reviewer-{number}", "reviewer", village)) for number in (1, 2)]

    return House


def by(person: Any) -> Author:
    return Author.person(person, scope_of(person), source="at once")


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run acts in threads that start together; give back what each returned or raised."""
    start = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=30)
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive(), "waits for ever"
    return results


def kinds(results: list[Any]) -> Counter[str]:
    """How many acts went through ("done"), and which refusals the others met."""
    return Counter(type(result).__name__ if isinstance(result, Exception) else "done" for result in results)


def meeting(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Let two threads meet right after ``name``, where the database lets them come so far; else go on."""
    original = getattr(owner, name)
    meet = threading.Barrier(2)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):
            meet.wait(timeout=1)
        return result

    monkeypatch.setattr(owner, name, wrapped)


def actual(target: Target) -> Any:
    (group,) = Target.objects.filter(pk=target.pk).facts()
    facts = group.facts[target.unit_id]
    return answers.account(group.measure, facts.plan.baseline, facts.answers, 12).actual


class TestRecording:
    def record(self, author: Author, target: Target, value: int, **fields: Any) -> Callable[[], Any]:
        return lambda: progress.record_progress(author, target=target, month=3, value=Decimal(value), **fields)

    def test_two_clerks_type_the_same_empty_cell_and_exactly_one_wins(self, house):
        results = at_once(*(self.record(clerk, house.flow, 10 + n) for n, clerk in enumerate(house.clerks)))
        assert kinds(results) == {"done": 1, "ConflictError": 1}

        entry = house.flow.entries.get()
        winner = next(result for result in results if isinstance(result, ProgressEntry))
        assert (entry.pk, entry.value, entry.entered_by) == (winner.pk, winner.value, winner.entered_by)
        # What was refused left no trace.
        change = Change.objects.get(action__startswith="entry.")
        assert (change.action, change.actor) == ("entry.create", entry.entered_by)

    def test_they_collide_even_when_both_have_passed_every_check(self, house, monkeypatch):
        meeting(monkeypatch, ProgressEntry, "clean_fields")
        results = at_once(*(self.record(clerk, house.flow, 10 + n) for n, clerk in enumerate(house.clerks)))
        assert kinds(results) == {"done": 1, "ConflictError": 1}
        assert house.flow.entries.count() == 1

    def test_two_clerks_who_saw_the_same_draft_do_not_overwrite_each_other(self, build, house):
        draft = build.draft(house.flow, 3, 10)
        results = at_once(
            *(
                self.record(clerk, house.flow, 11 + n, lock_version=draft.lock_version)
                for n, clerk in enumerate(house.clerks)
            )
        )
        assert kinds(results) == {"done": 1, "ConflictError": 1}
        entry = house.flow.entries.get()
        assert entry.lock_version == draft.lock_version + 1
        assert Change.objects.filter(action="entry.save").count() == 1

    def test_one_person_in_two_windows_meets_the_own_figure_as_somebody_elses(self, house):
        clerk = house.clerks[0]
        results = at_once(self.record(clerk, house.flow, 10), self.record(clerk, house.flow, 11))
        assert kinds(results) == {"done": 1, "ConflictError": 1}
        entry = house.flow.entries.get()
        winner = next(result for result in results if isinstance(result, ProgressEntry))
        assert entry.value == winner.value
        # What the other window shows is saved once the person has seen what stands.
        progress.record_progress(clerk, target=house.flow, month=3, value=Decimal(12), lock_version=entry.lock_version)
        assert house.flow.entries.get().value == 12

    def test_two_corrections_of_the_same_figure_are_one(self, build, house):
        build.approved(house.flow, 3, 10)
        results = at_once(
            *(
                lambda clerk=clerk, n=n: progress.correct_progress(
                    clerk, target=house.flow, month=3, value=Decimal(11 + n), reason="重算"
                )
                for n, clerk in enumerate(house.clerks)
            )
        )
        assert kinds(results) == {"done": 1, "ConflictError": 1}
        assert sorted(house.flow.entries.values_list("version", "state")) == [(1, "approved"), (2, "draft")]

    @pytest.mark.parametrize("together", [False, True])
    def test_two_reports_on_one_step_in_different_months_are_one(self, house, monkeypatch, together):
        if together:
            meeting(monkeypatch, MilestoneEntry, "clean_fields")
        step = house.task.milestones.get()
        results = at_once(
            *(
                lambda clerk=clerk, n=n: progress.record_step(clerk, milestone=step, done=True, month=4 + n)
                for n, clerk in enumerate(house.clerks)
            )
        )
        assert kinds(results) == {"done": 1, "ConflictError": 1}
        assert step.entries.count() == 1

    def test_many_who_write_at_once_all_get_their_turn(self, build, house):
        indicators = [build.indicator(f"I{number}") for number in range(6)]
        targets = [build.target(indicator, house.flow.unit, {12: 10}) for indicator in indicators]

        def fill(target: Target, author: Author) -> Callable[[], None]:
            def act() -> None:
                for month in range(1, 6):
                    entry = progress.record_progress(author, target=target, month=month, value=Decimal(month))
                    progress.submit(author, entry)

            return act

        results = at_once(*(fill(target, house.clerks[n % 2]) for n, target in enumerate(targets)))
        assert [result for result in results if result is not None] == []
        assert ProgressEntry.objects.filter(target__in=targets, state="submitted").count() == 30
        # One row for each month of the unit, however many came first.
        assert UnitMonth.objects.count() == 5


class TestApproving:
    def approve(self, author: Author, *entries: Any) -> Callable[[], None]:
        # Each page read the rows for itself.
        read = [type(entry).objects.get(pk=entry.pk) for entry in entries]
        return lambda: progress.approve(author, *read)

    def test_two_reviewers_approve_the_same_figure_and_it_is_approved_once(self, build, house):
        entry = build.submitted(house.flow, 3, 10)
        results = at_once(*(self.approve(reviewer, entry) for reviewer in house.reviewers))
        assert kinds(results) == {"done": 1, "ConflictError": 1}
        assert house.flow.entries.values_list("state", flat=True).get() == "approved"
        assert Change.objects.filter(action="entry.approve").count() == 1
        assert actual(house.flow) == 10

    def test_a_correction_approved_twice_supersedes_once(self, build, house):
        build.approved(house.flow, 3, 10)
        correction = progress.correct_progress(build.by, target=house.flow, month=3, value=Decimal(12), reason="重算")
        progress.submit(build.by, correction)
        results = at_once(*(self.approve(reviewer, correction) for reviewer in house.reviewers))
        assert kinds(results) == {"done": 1, "ConflictError": 1}
        assert sorted(house.flow.entries.values_list("version", "state")) == [(1, "superseded"), (2, "approved")]
        assert Change.objects.filter(action="entry.supersede").count() == 1

    def test_one_approves_while_another_returns(self, build, house):
        entry = build.submitted(house.flow, 3, 10)
        first, second = (ProgressEntry.objects.get(pk=entry.pk) for _ in range(2))
        results = at_once(
            lambda: progress.approve(house.reviewers[0], first),
            lambda: progress.return_entry(house.reviewers[1], second, reason="错"),
        )
        assert kinds(results) == {"done": 1, "ConflictError": 1}
        entry.refresh_from_db()
        assert (entry.state == "approved") == (entry.approved_at is not None)
        assert entry.state == ("approved" if results[0] is None else "returned")

    def test_runs_of_different_months_that_overlap_are_not_both_approved(self, build, house, monkeypatch):
        may, quarter = build.submitted(house.flow, 5, 10), build.submitted(house.flow, 6, 20, from_month=4)
        # Both look whether the months are free before either has written.
        meeting(monkeypatch, progress, "_check_overlap")
        results = at_once(self.approve(house.reviewers[0], may), self.approve(house.reviewers[1], quarter))
        assert kinds(results) == {"done": 1, "RefusedEntryError": 1}
        assert house.flow.entries.filter(state="approved").count() == 1
        assert actual(house.flow) in (10, 20)

    def test_two_who_approve_the_same_rows_in_another_order_do_not_block_each_other(self, build, house, monkeypatch):
        march, april = build.submitted(house.flow, 3, 10), build.submitted(house.flow, 4, 20)
        meeting(monkeypatch, progress, "_approve")
        results = at_once(
            self.approve(house.reviewers[0], march, april), self.approve(house.reviewers[1], april, march)
        )
        assert kinds(results) == {"done": 1, "ConflictError": 1}
        assert set(house.flow.entries.values_list("state", flat=True)) == {"approved"}
        assert actual(house.flow) == 30

    def test_a_reader_never_waits_and_sees_the_approved_figure_until_the_end(self, build, house):
        build.approved(house.flow, 3, 10)
        correction = progress.correct_progress(build.by, target=house.flow, month=3, value=Decimal(12), reason="重算")
        progress.submit(build.by, correction)
        found: list[Any] = []

        def look() -> None:
            try:
                found.append(actual(Target.objects.get(pk=house.flow.pk)))
            finally:
                connections.close_all()

        with transaction.atomic():
            progress.approve(build.by, correction)
            reader = threading.Thread(target=look, daemon=True)
            reader.start()
            reader.join(timeout=10)
            assert found == [10]
        look()
        assert found == [10, 12]


class TestClosing:
    @pytest.fixture
    def villages(self, build, house):
        """Six villages, each with a draft of March."""
        top = house.flow.unit.parent
        found = [build.unit(f"V-{number}", top) for number in range(6)]
        targets = [build.target(house.flow.indicator, village, {12: 120}) for village in found]
        return found, [build.draft(target, 3, 10) for target in targets]

    def test_two_who_close_all_in_opposite_order_close_each_month_once(self, build, house, villages):
        units, _drafts = villages
        reviewer = by(build.person("whole", "reviewer", house.flow.unit.parent))

        def close(listed: list[Unit]) -> Callable[[], Any]:
            return lambda: months.close_months(reviewer, units=listed, year=2023, month=3)

        results = at_once(close(units), close(units[::-1]))
        assert kinds(results) == {"done": 1, "ValidationError": 1}  # the other is told that they are closed already
        assert UnitMonth.objects.filter(month=3, closed_at__isnull=False).count() == 6
        assert Change.objects.filter(action="month.close").count() == 6

    def test_who_hands_in_while_all_are_closed_comes_first_or_is_refused(self, build, house, villages):
        units, drafts = villages
        reviewer = by(build.person("whole", "reviewer", house.flow.unit.parent))
        clerk = by(build.person("clerk", "clerk", house.flow.unit.parent))
        results = at_once(
            lambda: months.close_months(reviewer, units=units, year=2023, month=3),
            lambda: progress.submit(clerk, *drafts[::-1]),
        )
        closed = UnitMonth.objects.filter(month=3, closed_at__isnull=False).count()
        states = Counter(ProgressEntry.objects.filter(month=3).values_list("state", flat=True))
        assert (closed, states) in [(6, {"draft": 6}), (0, {"submitted": 6})]
        assert sorted(kinds(results)) == sorted(["done", "RefusedEntryError" if closed else "WaitingError"])


class TestAStaleRow:
    def test_a_draft_that_is_submitted_while_it_is_typed_over(self, build, house):
        draft = build.draft(house.flow, 3, 10)
        seen = ProgressEntry.objects.get(pk=draft.pk)
        results = at_once(
            lambda: progress.submit(house.clerks[0], seen),
            lambda: progress.record_progress(
                house.clerks[1], target=house.flow, month=3, value=Decimal(11), lock_version=draft.lock_version
            ),
        )
        # Either it was typed over first, and the submission is a conflict; or it was submitted first, and what waits
        # for review is not typed over.
        entry = house.flow.entries.get()
        if entry.state == "draft":
            assert isinstance(results[0], ConflictError)
            assert entry.value == 11
        else:
            assert isinstance(results[1], ValidationError | ConflictError)
            assert (entry.state, entry.value) == ("submitted", 10)


class TestSettingUp:
    def test_the_two_last_security_administrators_disable_each_other_and_one_stays(self, build):
        top = build.unit("T", kind="township")
        people_ = [build.person(f"security-{n}", "security_administrator", top) for n in (1, 2)]
        authors = [by(person) for person in people_]
        results = at_once(
            *(
                lambda author=author, other=other: people.disable_person(author, user=other)
                for author, other in zip(authors, reversed(people_), strict=True)
            )
        )
        assert kinds(results) == {"done": 1, "ValidationError": 1}
        assert User.objects.filter(is_active=True).count() == 1

    def test_two_units_hung_under_each_other_make_no_circle(self, build):
        one, two = build.unit("A"), build.unit("B")
        results = at_once(
            lambda: units.move_unit(build.by, unit=one, parent=two),
            lambda: units.move_unit(build.by, unit=two, parent=one),
        )
        assert kinds(results) == {"done": 1, "ValidationError": 1}
        assert Unit.objects.filter(parent__isnull=True).count() == 1

    def test_two_presses_put_each_unit_in_one_place(self, build):
        top = build.unit("T", kind="township")
        for code in "ABCD":
            build.unit(code, top)
        at_once(
            lambda: units.place_unit(build.by, unit=Unit.objects.get(code="D"), place=1),
            lambda: units.place_unit(build.by, unit=Unit.objects.get(code="C"), place=1),
        )
        found = list(Unit.objects.filter(parent=top).values_list("code", "position"))
        assert {code for code, _position in found[:2]} == {"C", "D"}
        assert len({position for _code, position in found}) == 4


class TestInvitations:
    def test_of_two_who_use_one_code_exactly_one_chooses_the_password(self, build):
        person = build.person("wang")
        code = invitations.invite_person(build.by, user=person).code
        hashes = [make_password(f"the password of {who}") for who in ("one", "two")]
        results = at_once(
            *(
                lambda chosen=chosen: invitations.accept_invitation(
                    by(person), user=person, code=code, password_hash=chosen
                )
                for chosen in hashes
            )
        )
        assert kinds(results) == {"done": 1, "ValidationError": 1}
        assert User.objects.get(pk=person.pk).password in hashes
        assert Change.objects.filter(action="person.password").count() == 1

    def test_one_list_taken_twice_at_once_makes_nobody_twice(self, build):
        top = build.unit("T", kind="township")
        author = by(build.person("security", "security_administrator", top))
        rows = [ListedRole(line, f"人{line}", f"person-{line}", top, "clerk") for line in range(5)]
        results = at_once(*(lambda: people_import.take_people(author, rows=rows) for _press in range(2)))
        assert set(kinds(results)) <= {"done", "ConflictError", "ValidationError"}
        assert "done" in kinds(results)
        assert User.objects.filter(username__startswith="person-").count() == 5
        assert Change.objects.filter(action="person.invite").count() == 5
