"""Recording, submitting, approving, returning, withdrawing and correcting: entries and steps."""

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from targets.calculations import answers
from targets.models import Change, MilestoneEntry, ProgressEntry, State, UnitMonth
from targets.models import Target as TargetModel
from targets.services import entries, plans, progress, remedies
from targets.services.base import Author, ConflictError, verb
from targets.services.months import close_month
from tests.services.conftest import author, who_may

#: Of the cast, those who enter figures of the eastern village.
ENTERING = {"clerk", "reviewer"}


@pytest.fixture
def flow(build):
    """A village's monthly flow without any entry."""
    township = build.unit("T", kind="township")
    return build.target(build.indicator("FLOW"), build.unit("V", township), {6: 60, 12: 120})


def level_target(build, kind="quantity", accumulation="stock", **fields):
    indicator = build.indicator("LEVEL", kind=kind, accumulation=accumulation)
    return build.target(indicator, build.unit("V"), {6: 60, 12: 90}, **fields)


@pytest.fixture
def stock(build):
    return level_target(build)


@pytest.fixture
def rate(build):
    return level_target(build, "rate", "latest")


@pytest.fixture
def task(build):
    """A milestone task of two steps in a village."""
    indicator = build.indicator("TASK", kind="milestone", accumulation="", decimals=0)
    steps = [{"name": "开工", "due": date(2023, 4, 30)}, {"name": "完工", "due": date(2023, 11, 30)}]
    return build.target(indicator, build.unit("V"), steps=steps)


def actual(target, month, *, waiting=False):
    """What counts at the end of a month, as the rules see it."""
    (group,) = TargetModel.objects.filter(pk=target.pk).facts(waiting=waiting)
    facts = group.facts[target.unit_id]
    return answers.account(group.measure, facts.plan.baseline, facts.answers, month).actual


def first_step(task):
    return task.milestones.get(step=1)


def counted_step(milestone):
    """Whether a step is done, as the rules see it."""
    target = milestone.target
    (group,) = TargetModel.objects.filter(pk=target.pk).facts()
    return group.facts[target.unit_id].steps[milestone.step - 1].done


def fresh(entry):
    return type(entry).objects.get(pk=entry.pk)


def states(owner):
    return list(owner.entries.order_by("version").values_list("version", "state"))


class TestStates:
    def test_a_draft_keeps_what_was_typed_and_counts_nowhere(self, build, flow):
        build.draft(flow, 3, "12.3456", typed_as="cumulative", note="三月")

        entry = flow.entries.get()
        assert (entry.state, entry.version, entry.from_month, entry.month) == ("draft", 1, 3, 3)
        assert (entry.value, entry.typed_as, entry.note) == (Decimal("12.3456"), "cumulative", "三月")
        assert entry.approved_at is None
        assert actual(flow, 3) is None
        assert actual(flow, 3, waiting=True) is None

    def test_saving_again_changes_the_same_draft(self, build, flow):
        build.draft(flow, 3, 12)
        build.draft(flow, 3, 13)

        entry = flow.entries.get()
        assert (entry.value, entry.version, entry.lock_version) == (13, 1, 1)

    def test_a_value_may_become_another_answer_and_leaves_no_number_behind(self, build, flow):
        build.draft(flow, 3, 12)
        build.draft(flow, 3, answer="not_applicable")

        entry = flow.entries.get()
        assert (entry.answer, entry.value, entry.typed_as) == ("not_applicable", None, "")

    def test_a_reported_zero_is_a_zero_and_no_answer_is_none(self, build, flow):
        assert actual(flow, 1) is None
        build.approved(flow, 1, 0)
        assert actual(flow, 1) == 0
        assert flow.entries.get().value == Decimal(0)

    def test_what_is_submitted_waits_and_does_not_count_yet(self, build, flow):
        entry = build.submitted(flow, 3, 12)

        entry.refresh_from_db()
        assert entry.state == State.SUBMITTED
        assert entry.submitted_at is not None
        assert actual(flow, 3) is None
        assert actual(flow, 3, waiting=True) == 12

    def test_what_is_approved_counts(self, build, flow):
        entry = build.approved(flow, 3, 12)

        entry.refresh_from_db()
        assert entry.state == State.APPROVED
        assert entry.approved_at == entry.reviewed_at is not None
        assert actual(flow, 3) == 12

    def test_what_is_returned_says_why_and_can_be_mended(self, build, flow):
        entry = build.submitted(flow, 3, 12)
        progress.return_entry(build.by, entry, reason="与台账不符")
        entry.refresh_from_db()
        assert (entry.state, entry.return_reason) == ("returned", "与台账不符")

        mended = build.draft(flow, 3, 11)
        progress.submit(build.by, mended)
        mended.refresh_from_db()
        assert mended.pk == entry.pk
        assert (mended.state, mended.value, mended.return_reason) == ("submitted", 11, "")

    def test_what_is_withdrawn_is_a_draft_again(self, build, flow):
        entry = build.submitted(flow, 3, 12)
        progress.withdraw(build.by, entry)

        entry.refresh_from_db()
        assert (entry.state, entry.submitted_at, entry.submitted_by) == ("draft", None, None)
        build.draft(flow, 3, 13)

    def test_what_waits_for_review_cannot_be_typed_over(self, build, flow):
        build.submitted(flow, 3, 12)
        with pytest.raises(ValidationError, match=r"submitted and waits for review\. Withdraw it first"):
            build.draft(flow, 3, 13)
        assert flow.entries.get().value == 12

    @pytest.mark.parametrize("state", ["submitted", "approved"])
    def test_only_a_draft_or_a_returned_figure_is_submitted(self, build, flow, state):
        entry = getattr(build, state)(flow, 3, 12)
        with pytest.raises(ValidationError, match="Only a draft or a returned figure can be submitted"):
            progress.submit(build.by, entry)

    @pytest.mark.parametrize("verb", [progress.approve, progress.withdraw])
    @pytest.mark.parametrize("state", ["draft", "approved"])
    def test_only_what_was_submitted_is_approved_or_withdrawn(self, build, flow, verb, state):
        entry = getattr(build, state)(flow, 3, 12)
        with pytest.raises(ValidationError, match="Only a submitted figure can be"):
            verb(build.by, entry)

    def test_only_what_was_submitted_is_returned_and_only_with_a_reason(self, build, flow):
        entry = build.draft(flow, 3, 12)
        with pytest.raises(ValidationError, match="Only a submitted figure can be returned"):
            progress.return_entry(build.by, entry, reason="错")
        progress.submit(build.by, entry)
        with pytest.raises(ValidationError, match="Say why the figure is returned"):
            progress.return_entry(build.by, entry, reason="  ")

    def test_a_draft_is_discarded_and_its_month_is_unanswered_again(self, build, flow):
        entry = build.draft(flow, 3, 12)
        progress.discard(build.by, entry)
        assert not flow.entries.exists()
        change = Change.objects.get(action="entry.discard")
        assert Decimal(json.loads(change.before)["value"]) == 12
        build.draft(flow, 3, 13)

    @pytest.mark.parametrize("state", ["submitted", "approved", "returned"])
    def test_nothing_but_a_draft_is_discarded(self, build, flow, state):
        if state == "returned":
            entry = build.submitted(flow, 3, 12)
            progress.return_entry(build.by, entry, reason="错")
        else:
            entry = getattr(build, state)(flow, 3, 12)
        with pytest.raises(ValidationError, match="Only a draft can be discarded"):
            progress.discard(build.by, entry)
        assert flow.entries.get().state == state

    def test_a_draft_that_was_approved_since_it_was_read_is_not_discarded(self, build, flow):
        entry = build.draft(flow, 3, 12)
        seen = fresh(entry)
        progress.submit(build.by, entry)
        progress.approve(build.by, entry)
        with pytest.raises(ConflictError):
            progress.discard(build.by, seen)
        assert actual(flow, 3) == 12

    def test_discarding_a_correction_leaves_the_approved_figure(self, build, flow):
        build.approved(flow, 3, 12)
        correction = progress.correct_progress(build.by, target=flow, month=3, value=Decimal(13), reason="重算")
        progress.discard(build.by, correction)
        assert states(flow) == [(1, "approved")]

    def test_several_are_submitted_together_or_none(self, build, flow):
        good, submitted = build.draft(flow, 3, 12), build.submitted(flow, 4, 12)
        with pytest.raises(ValidationError):
            progress.submit(build.by, good, submitted)
        good.refresh_from_db()
        assert good.state == State.DRAFT

    def test_where_no_review_is_asked_for_submitting_approves_at_once(self, build):
        build.year(2023, review_required=False)
        target = build.target(build.indicator("FLOW"), build.unit("V"), {12: 10})
        build.submitted(target, 3, 12)

        entry = target.entries.get()
        assert entry.state == State.APPROVED
        assert entry.approved_at is not None
        assert actual(target, 3) == 12

    def test_without_review_a_correction_supersedes_at_once(self, build):
        build.year(2023, review_required=False)
        target = build.target(build.indicator("FLOW"), build.unit("V"), {12: 10})
        build.submitted(target, 3, 12)
        correction = progress.correct_progress(build.by, target=target, month=3, value=Decimal(11), reason="重算")
        progress.submit(build.by, correction)

        assert states(target) == [(1, "superseded"), (2, "approved")]


class TestCorrections:
    def correct(self, build, target, value, reason="漏报一笔"):
        return progress.correct_progress(build.by, target=target, month=3, value=Decimal(value), reason=reason)

    def test_an_approved_month_is_not_typed_over(self, build, flow):
        build.approved(flow, 3, 12)
        with pytest.raises(ValidationError, match=r"The figure of this month is approved\. Correct it, with a reason"):
            build.draft(flow, 3, 13)

    def test_a_correction_needs_a_reason(self, build, flow):
        build.approved(flow, 3, 12)
        with pytest.raises(ValidationError, match="Say why the approved figure is corrected"):
            self.correct(build, flow, 13, reason=" ")

    def test_there_must_be_something_to_correct(self, build, flow):
        build.submitted(flow, 3, 12)
        with pytest.raises(ValidationError, match="This month has no approved figure to correct"):
            self.correct(build, flow, 13)

    def test_the_approved_figure_counts_until_its_correction_is_approved(self, build, flow):
        build.approved(flow, 3, 12)

        correction = self.correct(build, flow, 13)
        assert states(flow) == [(1, "approved"), (2, "draft")]
        assert actual(flow, 3) == 12

        progress.submit(build.by, correction)
        assert states(flow) == [(1, "approved"), (2, "submitted")]
        assert actual(flow, 3) == 12
        assert actual(flow, 3, waiting=True) == 13

        progress.return_entry(build.by, correction, reason="请附凭证")
        assert states(flow) == [(1, "approved"), (2, "returned")]
        assert actual(flow, 3) == 12

        again = self.correct(build, flow, 14)
        progress.submit(build.by, again)
        progress.approve(build.by, again)
        assert states(flow) == [(1, "superseded"), (2, "approved")]
        assert actual(flow, 3) == 14

    def test_the_old_figure_ends_at_the_moment_at_which_the_new_one_begins(self, build, flow):
        build.approved(flow, 3, 12)
        correction = self.correct(build, flow, 13)
        progress.submit(build.by, correction)
        progress.approve(build.by, correction)

        old, new = flow.entries.order_by("version")
        assert old.superseded_at == new.approved_at
        assert old.approved_at < old.superseded_at
        assert old.value == 12

    def test_an_approval_that_fails_half_way_leaves_the_old_figure_in_force(self, build, flow, monkeypatch):
        build.approved(flow, 3, 12)
        correction = self.correct(build, flow, 13)
        progress.submit(build.by, correction)

        def fail(changes):
            raise RuntimeError("the disk is full")

        monkeypatch.setattr(progress, "record_all", fail)
        with pytest.raises(RuntimeError):
            progress.approve(build.by, correction)

        assert states(flow) == [(1, "approved"), (2, "submitted")]
        assert flow.entries.get(version=1).superseded_at is None
        assert actual(flow, 3) == 12

    def test_a_third_version_supersedes_the_second(self, build, flow):
        build.approved(flow, 3, 12)
        for value in (13, 14):
            correction = self.correct(build, flow, value)
            progress.submit(build.by, correction)
            progress.approve(build.by, correction)
        assert states(flow) == [(1, "superseded"), (2, "superseded"), (3, "approved")]
        assert actual(flow, 3) == 14

    def test_a_correction_keeps_the_run_of_months_and_the_note_unless_told_otherwise(self, build, flow):
        build.approved(flow, 3, 12, from_month=1, note="一季度")
        correction = self.correct(build, flow, 13)
        assert (correction.from_month, correction.month, correction.note) == (1, 3, "一季度")

    def test_a_correction_keeps_the_official_growth_rate_unless_told_otherwise(self, build, flow):
        build.approved(flow, 3, 12, official_growth=Decimal("8.2"))
        assert self.correct(build, flow, 13).official_growth == Decimal("8.2")
        given = progress.correct_progress(
            build.by, target=flow, month=3, value=Decimal(13), official_growth=Decimal("7.9"), reason="公报"
        )
        assert given.official_growth == Decimal("7.9")
        # Saved once more, as a row of my month is: without a word about the rate.
        assert self.correct(build, flow, 14).official_growth == Decimal("7.9")
        assert flow.entries.get(state="approved").official_growth == Decimal("8.2")

    def test_a_correction_may_take_the_official_growth_rate_away(self, build, flow):
        build.approved(flow, 3, 12, official_growth=Decimal("8.2"))
        given = progress.correct_progress(
            build.by, target=flow, month=3, value=Decimal(12), official_growth=None, reason="尚未公布"
        )
        assert given.official_growth is None

    def test_a_month_has_one_correction_in_progress(self, build, flow):
        build.approved(flow, 3, 12)
        first = self.correct(build, flow, 13)
        second = self.correct(build, flow, 14)
        assert first.pk == second.pk
        assert states(flow) == [(1, "approved"), (2, "draft")]

    def test_a_correction_may_say_that_the_month_was_not_applicable(self, build, flow):
        build.approved(flow, 3, 12)
        correction = progress.correct_progress(
            build.by, target=flow, month=3, answer="not_applicable", reason="项目已取消"
        )
        progress.submit(build.by, correction)
        progress.approve(build.by, correction)
        assert actual(flow, 3) is None
        assert flow.entries.get(state="approved").typed_as == ""

    def test_correcting_march_leaves_the_running_total_that_april_typed(self, build, flow):
        build.approved(flow, 3, 10)
        build.approved(flow, 4, 35, typed_as="cumulative")
        before = flow.entries.filter(month=4).values().get()
        correction = self.correct(build, flow, 12)
        progress.submit(build.by, correction)
        progress.approve(build.by, correction)

        assert flow.entries.filter(month=4).values().get() == before
        assert actual(flow, 3) == 12
        # The total stands as typed; what April itself brought is derived: 35 - 12 = 23 instead of 35 - 10 = 25.
        assert actual(flow, 4) == 35

    def test_correcting_march_leaves_the_month_that_april_typed(self, build, flow):
        build.approved(flow, 3, 10)
        build.approved(flow, 4, 20)
        before = flow.entries.filter(month=4).values().get()
        correction = self.correct(build, flow, 12)
        progress.submit(build.by, correction)
        progress.approve(build.by, correction)

        assert flow.entries.filter(month=4).values().get() == before
        # The total is derived: 12 + 20 = 32 instead of 10 + 20 = 30.
        assert actual(flow, 4) == 32


class TestConflicts:
    def test_a_stale_lock_version_is_a_conflict_and_changes_nothing(self, build, flow):
        build.draft(flow, 3, 12)
        build.draft(flow, 3, 13, lock_version=0)
        with pytest.raises(ConflictError, match="Somebody else changed this while you were working on it"):
            build.draft(flow, 3, 14, lock_version=0)
        assert flow.entries.get().value == 13

    def test_the_seen_lock_version_saves(self, build, flow):
        build.draft(flow, 3, 12)
        build.draft(flow, 3, 13, lock_version=0)
        build.draft(flow, 3, 14, lock_version=1)
        assert (flow.entries.get().value, flow.entries.get().lock_version) == (14, 2)

    def test_a_figure_changed_since_it_was_read_is_not_submitted_blindly(self, build, flow):
        seen = build.draft(flow, 3, 12)
        build.draft(flow, 3, 99)
        with pytest.raises(ConflictError):
            progress.submit(build.by, seen)
        assert flow.entries.get().state == State.DRAFT

    def test_a_figure_approved_by_somebody_else_is_not_returned(self, build, flow):
        entry = build.submitted(flow, 3, 12)
        seen = ProgressEntry.objects.get(pk=entry.pk)
        progress.approve(build.by, entry)
        with pytest.raises(ConflictError):
            progress.return_entry(build.by, seen, reason="错")
        assert actual(flow, 3) == 12

    def test_approving_twice_from_two_pages_is_a_conflict_and_approves_once(self, build, flow):
        entry = build.submitted(flow, 3, 12)
        seen = ProgressEntry.objects.get(pk=entry.pk)
        progress.approve(build.by, entry)
        with pytest.raises(ConflictError):
            progress.approve(build.by, seen)
        assert states(flow) == [(1, "approved")]

    def test_a_simultaneous_first_insert_is_a_conflict(self, build, flow, monkeypatch):
        build.draft(flow, 3, 12)
        # As if the other row had become visible only after everything was checked.
        monkeypatch.setattr(progress, "_versions", lambda target: [])
        with pytest.raises(ConflictError, match="Somebody else has just saved this month"):
            build.draft(flow, 3, 13)
        assert flow.entries.get().value == 12

    def test_the_draft_of_a_colleague_is_not_lost_under_a_page_that_did_not_show_it(self, build, cast):
        colleague = build.person("east-2", "clerk", cast.east)
        first = progress.record_progress(
            author(cast.east_clerk), target=cast.east_target, month=7, value=Decimal("0.4")
        )
        with pytest.raises(ConflictError, match="Somebody else has just saved this month"):
            progress.record_progress(author(colleague), target=cast.east_target, month=7, value=Decimal("0.5"))
        assert cast.east_target.entries.get(month=7).value == Decimal("0.4")

        progress.record_progress(
            author(colleague),
            target=cast.east_target,
            month=7,
            value=Decimal("0.5"),
            lock_version=first.lock_version,
        )
        assert cast.east_target.entries.get(month=7).value == Decimal("0.5")

    def test_ones_own_draft_is_saved_again_by_who_has_seen_it(self, cast):
        by = author(cast.east_clerk)
        first = progress.record_progress(by, target=cast.east_target, month=7, value=Decimal("0.4"))
        # In another window of the same person the row is still empty.
        with pytest.raises(ConflictError, match="in another window"):
            progress.record_progress(by, target=cast.east_target, month=7, value=Decimal("0.6"))
        progress.record_progress(
            by, target=cast.east_target, month=7, value=Decimal("0.5"), lock_version=first.lock_version
        )
        assert cast.east_target.entries.get(month=7).value == Decimal("0.5")

    def test_ones_own_step_and_remedy_alike(self, build, cast):
        by = author(cast.east_clerk)
        task = build.indicator("TASK", cast.economy, kind="milestone", accumulation="", unit_of_measure="")
        step = build.target(task, cast.east, steps=[{"name": "开工"}]).milestones.get()
        progress.record_step(by, milestone=step, done=True, month=7)
        with pytest.raises(ConflictError, match="in another window"):
            progress.record_step(by, milestone=step, done=True, done_on=date(2023, 7, 3), month=7)
        remedies.state_remedy(by, target=cast.east_target, month=7, cause="雨季停工")
        with pytest.raises(ConflictError, match="in the meantime"):
            remedies.state_remedy(by, target=cast.east_target, month=7, cause="征地未完成")
        remedies.state_remedy(by, target=cast.east_target, month=7, cause="雨季停工")


class TestRefusedAnswers:
    def refused(self, build, target, month, value=None, **fields):
        with pytest.raises(ValidationError) as refusal:
            build.draft(target, month, value, **fields)
        assert not target.entries.filter(month=month, state="draft").exists()
        return " ".join(refusal.value.messages)

    def test_no_change_of_a_stock_needs_something_that_could_stay(self, build, stock):
        message = self.refused(build, stock, 3, answer="no_change")
        assert message == ("There is no earlier figure and no baseline that could stay unchanged. Type the value.")

    def test_no_change_of_a_rate_needs_something_that_could_stay(self, build, rate):
        assert "could stay unchanged" in self.refused(build, rate, 3, answer="no_change")

    def test_a_figure_that_is_not_approved_is_nothing_that_could_stay(self, build, stock):
        build.submitted(stock, 2, 50)
        assert "could stay unchanged" in self.refused(build, stock, 3, answer="no_change")

    def test_a_figure_of_a_later_month_is_nothing_that_could_stay(self, build, stock):
        build.approved(stock, 4, 50)
        assert "could stay unchanged" in self.refused(build, stock, 3, answer="no_change")

    def test_no_case_at_all_is_nothing_that_could_stay(self, build, rate):
        # 0/0 counts as not applicable.
        build.approved(rate, 2, numerator=Decimal(0), denominator=Decimal(0))
        assert "could stay unchanged" in self.refused(build, rate, 3, answer="no_change")

    def test_no_change_repeats_an_approved_predecessor(self, build, stock):
        build.approved(stock, 2, 50)
        build.approved(stock, 3, answer="no_change")
        assert actual(stock, 3) == 50
        assert stock.entries.get(month=3).value is None

    def test_no_change_repeats_the_baseline(self, build):
        target = level_target(build, baseline=Decimal(41))
        build.approved(target, 1, answer="no_change")
        assert actual(target, 1) == 41

    def test_no_change_of_a_flow_is_zero(self, build, flow):
        build.approved(flow, 1, answer="no_change")
        assert actual(flow, 1) == 0

    @pytest.mark.parametrize(("first", "last"), [(1, 3), (2, 2), (3, 5), (4, 12), (1, 6)])
    def test_approved_runs_never_overlap(self, build, flow, first, last):
        build.approved(flow, 4, 12, from_month=2)
        message = self.refused(build, flow, last, 5, from_month=first)
        assert message == "Months 2 to 4 are already answered by one figure. Correct that one instead."

    @pytest.mark.parametrize(("first", "last"), [(1, 1), (5, 5), (5, 12)])
    def test_runs_beside_each_other_are_taken(self, build, flow, first, last):
        build.approved(flow, 4, 12, from_month=2)
        build.approved(flow, last, 5, from_month=first)
        assert actual(flow, 12) == 17

    def test_two_open_runs_that_overlap_are_not_both_approved(self, build, flow):
        quarter = build.submitted(flow, 6, 12, from_month=4)
        may = build.submitted(flow, 5, 5)
        progress.approve(build.by, may)
        with pytest.raises(ValidationError, match="Months 5 to 5 are already answered by one figure"):
            progress.approve(build.by, quarter)
        assert actual(flow, 12) == 5

    def test_a_longer_correction_may_not_swallow_a_neighbour(self, build, flow):
        build.approved(flow, 2, 3)
        build.approved(flow, 3, 12)
        with pytest.raises(ValidationError, match="Months 2 to 2 are already answered"):
            progress.correct_progress(
                build.by, target=flow, month=3, from_month=1, value=Decimal(15), reason="合并填报"
            )

    def test_a_denominator_of_zero_is_refused(self, build, rate):
        message = self.refused(build, rate, 3, numerator=Decimal(3), denominator=Decimal(0))
        assert message == (
            "A rate needs numerator and denominator together, and a denominator above zero. "
            "Where there was no case at all, type 0 and 0."
        )

    @pytest.mark.parametrize(
        ("numerator", "denominator"),
        [
            ("3", None),
            ("0", None),
            (None, "4"),
            (None, "0"),
            ("3", "-4"),
            ("0", "-1"),
        ],
    )
    def test_a_rate_needs_both_its_numbers(self, build, rate, numerator, denominator):
        given = {
            "numerator": None if numerator is None else Decimal(numerator),
            "denominator": None if denominator is None else Decimal(denominator),
        }
        value = None if numerator else 75
        assert "A rate needs numerator and denominator together" in self.refused(build, rate, 3, value, **given)

    def test_zero_of_zero_is_taken_and_counts_as_not_applicable(self, build, rate):
        build.approved(rate, 3, numerator=Decimal(0), denominator=Decimal(0))
        assert actual(rate, 3) is None

    def test_a_rate_is_kept_as_its_two_numbers(self, build, rate):
        build.approved(rate, 3, numerator=Decimal(2), denominator=Decimal(3))
        # 2 of 3 are two thirds of 100 %, exactly.
        assert actual(rate, 3) == Fraction(200, 3)

    @pytest.mark.parametrize("accumulation", ["flow", "stock"])
    def test_a_quantity_has_no_numerator(self, build, accumulation):
        target = level_target(build, "quantity", accumulation)
        message = self.refused(build, target, 3, numerator=Decimal(2), denominator=Decimal(3))
        assert message == "Only a rate has numerator and denominator. Type the value instead."

    def test_a_running_total_that_falls_asks_for_a_reason(self, build, flow):
        build.approved(flow, 2, "12.5", typed_as="cumulative")
        message = self.refused(build, flow, 3, "12.4999", typed_as="cumulative")
        assert message == "The running total falls below that of the months before. Say why, or check it."

        build.draft(flow, 3, "12.4999", typed_as="cumulative", reason="核减一笔")
        assert flow.entries.get(month=3).reason == "核减一笔"

    def test_a_running_total_is_held_against_months_that_were_added_up(self, build, flow):
        build.approved(flow, 1, 5)
        build.approved(flow, 2, 7)
        # 5 + 7 = 12 is what stood before.
        assert "falls below" in self.refused(build, flow, 3, 11, typed_as="cumulative")
        build.draft(flow, 3, 12, typed_as="cumulative")

    def test_a_month_that_takes_something_back_asks_for_a_reason_as_a_falling_total_does(self, build, flow):
        build.approved(flow, 1, 5)
        assert (
            self.refused(build, flow, 2, -2)
            == "The running total falls below that of the months before. Say why, or check it."
        )
        build.approved(flow, 2, -2, reason="退回两件")
        assert actual(flow, 2) == 3

    def test_a_late_month_above_a_later_total_asks_for_a_reason(self, build, flow):
        build.approved(flow, 1, 20)
        build.approved(flow, 4, 40, typed_as="cumulative")
        # 20 by January and 35 in March make 55 by March, and 40 by April cannot both be.
        later = "With this, the months before come to more than the running total reported for month 4."
        assert later in self.refused(build, flow, 3, 35)
        assert later in self.refused(build, flow, 3, 55, typed_as="cumulative")
        assert later in self.refused(build, flow, 2, "20.01")
        # Up to it there is nothing to ask, nor after it.
        build.draft(flow, 2, 20)
        build.draft(flow, 5, 1)
        build.approved(flow, 3, 35, reason="四月重新核定")
        assert (actual(flow, 3), actual(flow, 4)) == (55, 40)

    def test_a_total_that_waits_is_asked_about_as_well(self, build, flow):
        build.submitted(flow, 4, 40, typed_as="cumulative")
        assert "reported for month 4" in self.refused(build, flow, 3, 55)

    def test_what_is_handed_in_together_is_held_against_each_other(self, build, flow):
        late, total = build.draft(flow, 3, 55), build.draft(flow, 4, 40, typed_as="cumulative")
        with pytest.raises(progress.RefusedEntryError, match="reported for month 4") as refusal:
            progress.submit(build.by, late, total)
        assert refusal.value.entry == late
        assert set(flow.entries.values_list("state", flat=True)) == {"draft"}
        # By itself the total falls below what was handed in before it.
        progress.submit(build.by, late)
        with pytest.raises(progress.RefusedEntryError, match="running total falls below"):
            progress.submit(build.by, total)

    def test_a_later_total_does_not_bind_an_earlier_month(self, build, flow):
        build.approved(flow, 4, 35, typed_as="cumulative")
        build.approved(flow, 3, 30, typed_as="cumulative")
        assert actual(flow, 3) == 30
        assert actual(flow, 4) == 35

    @pytest.mark.parametrize(("kind", "accumulation"), [("quantity", "stock"), ("rate", "latest")])
    def test_only_what_adds_up_has_a_running_total(self, build, kind, accumulation):
        target = level_target(build, kind, accumulation)
        message = self.refused(build, target, 3, 50, typed_as="cumulative")
        assert message == "Only a figure that adds up has a running total. Type the value."

    def test_a_milestone_task_has_no_monthly_figure(self, build, task):
        message = self.refused(build, task, 3, 1)
        assert message == "A milestone task is reported by its steps, not by a monthly figure."

    def test_a_sum_is_entered_below(self, build):
        target = build.target(build.indicator("FLOW"), build.unit("T", kind="township"), figures="sum")
        message = self.refused(build, target, 3, 5)
        assert message == ("The figures of this target are the sum of the units below. Enter them there instead.")

    def test_a_value_needs_a_figure(self, build, flow):
        assert self.refused(build, flow, 3) == (
            'A value needs a figure; "no change" and "not applicable" carry none. Type one or the other.'
        )

    @pytest.mark.parametrize("answer", ["no_change", "not_applicable"])
    def test_the_other_answers_carry_no_figure(self, build, flow, answer):
        assert "A value needs a figure" in self.refused(build, flow, 3, 5, answer=answer)

    def test_the_months_run_forward(self, build, flow):
        assert self.refused(build, flow, 3, 5, from_month=4) == (
            "The months of an entry run forward from 1 to 12. Check both."
        )

    @pytest.mark.parametrize("month", [-1, 0, 13])
    def test_a_year_has_twelve_months(self, build, flow, month):
        assert self.refused(build, flow, month, 5) == "A month is a number from 1 to 12."
        assert not UnitMonth.objects.filter(month=month).exists()

    @pytest.mark.parametrize(
        ("value", "reason"),
        [
            ("0.00001", "no more than 4 decimal places"),
            ("100000000000", "no more than 11 digits before the decimal point"),
            ("NaN", "must be a decimal number"),
            ("Infinity", "must be a decimal number"),
        ],
    )
    def test_what_the_database_cannot_keep_exactly_is_refused(self, build, flow, value, reason):
        assert reason in self.refused(build, flow, 3, value)

    @pytest.mark.parametrize("value", ["99999999999.9999", "-99999999999.9999", "0.0001"])
    def test_the_largest_and_the_smallest_come_back_exactly(self, build, flow, value):
        build.approved(flow, 3, value)
        assert actual(flow, 3) == Fraction(value)


class TestPermissions:
    REASON = "Only the clerks of this unit and its reviewers enter its figures. Ask the reviewer to enter it."

    def test_clerks_of_the_unit_and_its_reviewers_enter(self, cast):
        target = cast.east_target
        may, reasons = who_may(cast, lambda by: progress.record_progress(by, target=target, month=7, value=Decimal(1)))
        assert may == ENTERING
        assert reasons == {self.REASON}
        assert not target.entries.filter(month=7).exists()

    def test_they_correct(self, cast):
        may, reasons = who_may(
            cast,
            lambda by: progress.correct_progress(by, target=cast.east_target, month=6, value=Decimal(4), reason="重算"),
        )
        assert (may, reasons) == (ENTERING, {self.REASON})

    def test_they_submit(self, build, cast):
        entry = build.draft(cast.east_target, 7, 1)
        may, reasons = who_may(cast, lambda by: progress.submit(by, fresh(entry)))
        assert (may, reasons) == (ENTERING, {self.REASON})

    def test_they_withdraw(self, build, cast):
        entry = build.submitted(cast.east_target, 7, 1)
        may, reasons = who_may(cast, lambda by: progress.withdraw(by, fresh(entry)))
        assert (may, reasons) == (ENTERING, {self.REASON})

    def test_they_discard(self, build, cast):
        entry = build.draft(cast.east_target, 7, 1)
        may, reasons = who_may(cast, lambda by: progress.discard(by, fresh(entry)))
        assert (may, reasons) == (ENTERING, {self.REASON})

    def test_they_report_on_a_step(self, build, cast):
        indicator = build.indicator("TASK", cast.economy, kind="milestone", accumulation="")
        target = build.target(indicator, cast.east, steps=[{"name": "开工"}])
        may, reasons = who_may(
            cast, lambda by: progress.record_step(by, milestone=first_step(target), done=True, month=4)
        )
        assert (may, reasons) == (ENTERING, {self.REASON})

    def test_only_a_reviewer_approves(self, build, cast):
        entry = build.submitted(cast.east_target, 7, 1)
        may, reasons = who_may(cast, lambda by: progress.approve(by, fresh(entry)))
        assert may == {"reviewer"}
        assert reasons == {"Only a reviewer of this unit approves or returns figures. Ask the reviewer."}

    def test_only_a_reviewer_returns(self, build, cast):
        entry = build.submitted(cast.east_target, 7, 1)
        may, _reasons = who_may(cast, lambda by: progress.return_entry(by, fresh(entry), reason="错"))
        assert may == {"reviewer"}

    def test_the_author_stands_beside_the_figure(self, cast):
        entry = progress.record_progress(author(cast.east_clerk), target=cast.east_target, month=7, value=Decimal(1))
        progress.submit(author(cast.east_clerk), entry)
        progress.approve(author(cast.reviewer), entry)
        entry.refresh_from_db()
        assert (entry.entered_by, entry.submitted_by) == (cast.east_clerk, cast.east_clerk)
        assert entry.reviewed_by == cast.reviewer

    def test_one_figure_out_of_reach_keeps_all_from_being_approved(self, build, cast):
        reviewer = build.person("east-reviewer", "reviewer", cast.east)
        mine, other = build.submitted(cast.east_target, 7, 1), build.submitted(cast.west_target, 7, 1)
        with pytest.raises(PermissionDenied):
            progress.approve(author(reviewer), mine, other)
        mine.refresh_from_db()
        assert mine.state == State.SUBMITTED

    @pytest.mark.parametrize("role", ["clerk", "reviewer"])
    def test_a_role_in_some_sections_ends_with_them(self, build, cast, role):
        person = build.person("part", role, cast.township, cast.governance)
        by = author(person)
        progress.record_progress(by, target=cast.office_target, month=7, value=Decimal(1))
        with pytest.raises(PermissionDenied):
            progress.record_progress(by, target=cast.east_target, month=7, value=Decimal(1))
        entry = build.submitted(cast.east_target, 8, 1)
        with pytest.raises(PermissionDenied):
            progress.approve(by, entry)

    def test_a_role_that_has_ended_enters_nothing(self, cast):
        verb(cast.east_clerk.memberships.update)(ended_at=timezone.now())
        with pytest.raises(PermissionDenied):
            progress.record_progress(author(cast.east_clerk), target=cast.east_target, month=7, value=Decimal(1))

    def test_a_sum_says_where_to_enter_instead(self, build, cast):
        target = build.target(cast.roads, cast.township, figures="sum")
        with pytest.raises(PermissionDenied, match="are the sum of the units below"):
            progress.record_progress(author(cast.reviewer), target=target, month=7, value=Decimal(1))


class TestOnBehalf:
    def enter(self, cast, person, month=7, value=1, **fields):
        return progress.record_progress(
            author(person), target=cast.east_target, month=month, value=Decimal(value), **fields
        )

    def test_what_a_reviewer_enters_is_marked_and_approved_by_another(self, build, cast):
        entry = self.enter(cast, cast.reviewer)
        assert entry.on_behalf
        assert entry.entered_by == cast.reviewer
        progress.submit(author(cast.reviewer), entry)
        with pytest.raises(ValidationError, match="You entered or submitted this figure; another reviewer"):
            progress.approve(author(cast.reviewer), entry)

        another = build.person("reviewer-2", "reviewer", cast.township)
        entry.refresh_from_db()
        progress.approve(author(another), entry)
        entry.refresh_from_db()
        assert (entry.state, entry.reviewed_by, entry.on_behalf) == ("approved", another, True)

    def test_what_a_clerk_enters_is_not_marked(self, cast):
        entry = self.enter(cast, cast.east_clerk)
        assert not entry.on_behalf
        progress.submit(author(cast.east_clerk), entry)
        progress.approve(author(cast.reviewer), entry)

    def test_a_reviewer_who_types_over_what_a_clerk_sent_enters_on_behalf(self, cast):
        entry = self.enter(cast, cast.east_clerk)
        entry = self.enter(cast, cast.reviewer, value=9, lock_version=entry.lock_version)
        assert (entry.on_behalf, entry.entered_by) == (True, cast.reviewer)
        progress.submit(author(cast.reviewer), entry)
        with pytest.raises(ValidationError, match="another reviewer approves it"):
            progress.approve(author(cast.reviewer), entry)

    def test_a_clerk_who_types_over_it_makes_it_the_units_own_again(self, cast):
        entry = self.enter(cast, cast.reviewer)
        entry = self.enter(cast, cast.east_clerk, value=9, lock_version=entry.lock_version)
        assert (entry.on_behalf, entry.entered_by) == (False, cast.east_clerk)

    def test_a_reviewer_who_is_clerk_of_the_unit_as_well_enters_as_clerk(self, build, cast):
        build.role(cast.reviewer, "clerk", cast.east)
        assert not self.enter(cast, cast.reviewer).on_behalf

    def test_a_clerk_of_other_sections_enters_on_behalf(self, build, cast):
        build.role(cast.reviewer, "clerk", cast.east, cast.governance)
        assert self.enter(cast, cast.reviewer).on_behalf

    def test_a_correction_by_a_reviewer_is_marked_as_well(self, cast):
        correction = progress.correct_progress(
            author(cast.reviewer), target=cast.east_target, month=6, value=Decimal(4), reason="电话更正"
        )
        assert correction.on_behalf

    def test_a_setting_allows_one_person(self, build):
        build.year(2023, own_entry_approved_by_another=False)
        township = build.unit("T", kind="township")
        target = build.target(build.indicator("FLOW"), build.unit("V", township), {12: 10})
        reviewer = build.person("reviewer", "reviewer", township)
        entry = progress.record_progress(author(reviewer), target=target, month=3, value=Decimal(1))
        progress.submit(author(reviewer), entry)
        progress.approve(author(reviewer), entry)
        assert target.entries.get().state == State.APPROVED

    def test_a_step_reported_by_a_reviewer_is_marked_and_approved_by_another(self, build, task):
        reviewer = build.person("reviewer", "reviewer", task.unit)
        entry = progress.record_step(author(reviewer), milestone=first_step(task), done=True, month=4)
        assert entry.on_behalf
        progress.submit(author(reviewer), entry)
        with pytest.raises(ValidationError, match="another reviewer approves it"):
            progress.approve(author(reviewer), entry)


def test_an_archived_target_takes_no_figure_and_no_correction(build, flow):
    build.approved(flow, 3, 10)
    plans.archive(build.by, flow, reason="撤销")
    sentence = "This target was archived, so nothing is reported on it any more"
    with pytest.raises(ValidationError, match=sentence):
        build.draft(flow, 4, 1)
    with pytest.raises(ValidationError, match=sentence):
        progress.correct_progress(build.by, target=flow, month=3, reason="误报", value=Decimal(1))
    assert [entry.state for entry in flow.entries.all()] == ["approved"]


class TestSteps:
    def report(self, build, milestone, done=True, month=4, **fields):
        return progress.record_step(build.by, milestone=milestone, done=done, month=month, **fields)

    def approve(self, build, entry):
        progress.submit(build.by, entry)
        progress.approve(build.by, entry)

    def test_a_step_passes_the_same_states_and_counts_once_approved(self, build, task):
        step = first_step(task)
        entry = self.report(build, step, done_on=date(2023, 4, 24), note="开工")
        assert states(step) == [(1, "draft")]
        progress.submit(build.by, entry)
        progress.withdraw(build.by, entry)
        progress.submit(build.by, entry)
        progress.return_entry(build.by, entry, reason="请附照片")
        assert states(step) == [(1, "returned")]
        assert not counted_step(step)
        self.approve(build, entry)

        entry = MilestoneEntry.objects.get()
        assert (entry.state, entry.done, entry.done_on) == ("approved", True, date(2023, 4, 24))
        assert (entry.recorded_month, entry.note, entry.return_reason) == (4, "开工", "")
        assert counted_step(step)

    def test_saving_again_changes_the_same_row(self, build, task):
        step = first_step(task)
        self.report(build, step, done=False)
        self.report(build, step, done_on=date(2023, 4, 24))
        assert states(step) == [(1, "draft")]
        assert step.entries.get().done_on == date(2023, 4, 24)

    def test_a_later_report_stands_beside_the_approved_one_until_it_is_approved(self, build, task):
        step = first_step(task)
        self.approve(build, self.report(build, step, month=4, done_on=date(2023, 4, 24)))
        later = self.report(build, step, done=False, month=5, reason="停工")
        assert states(step) == [(1, "approved"), (2, "draft")]
        assert counted_step(step)

        progress.submit(build.by, later)
        assert counted_step(step)
        progress.approve(build.by, later)
        assert states(step) == [(1, "superseded"), (2, "approved")]
        assert not counted_step(step)
        old, new = step.entries.order_by("version")
        assert old.superseded_at == new.approved_at

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_an_approved_report_is_corrected_with_a_reason(self, build, task, reason):
        step = first_step(task)
        self.approve(build, self.report(build, step, done_on=date(2023, 4, 24)))
        for done in (False, True):
            with pytest.raises(ValidationError) as refusal:
                self.report(build, step, done=done, month=5, reason=reason)
            assert refusal.value.message_dict == {
                "reason": ["Say why the approved report on this step is corrected."],
            }
        assert states(step) == [(1, "approved")]

        self.report(build, step, done=False, month=5, reason="误报")
        with pytest.raises(ValidationError, match="Say why"):
            self.report(build, step, done=False, month=5)  # nor is the reason taken out again

    def test_not_done_yet_of_an_earlier_month_is_followed_without_a_reason(self, build, task):
        step = first_step(task)
        self.approve(build, self.report(build, step, done=False, month=4))
        with pytest.raises(ValidationError, match="Say why"):
            self.report(build, step, month=4)
        self.approve(build, self.report(build, step, month=5))
        assert counted_step(step)

    def test_nothing_is_reported_on_a_step_or_task_that_was_archived(self, build, task):
        step, other = task.milestones.all()
        self.approve(build, self.report(build, step))
        other.archived_at = timezone.now()
        with pytest.raises(ValidationError, match="This step was archived, so nothing is reported on it any more"):
            self.report(build, other)
        plans.archive(build.by, task, reason="撤销")
        with pytest.raises(ValidationError, match="This target was archived, so nothing is reported on it any more"):
            self.report(build, first_step(task), done=False, month=5, reason="误报")

    def test_a_closed_month_takes_no_first_report_but_a_correction(self, build, task):
        step = first_step(task)
        close_month(build.by, unit=task.unit, year=task.year, month=4)
        with pytest.raises(ValidationError, match="This month is closed"):
            self.report(build, step, month=4)
        self.approve(build, self.report(build, step, month=3))
        self.approve(build, self.report(build, step, done=False, month=4, reason="误报"))
        assert not counted_step(step)

    def test_a_step_that_is_not_done_has_no_date(self, build, task):
        with pytest.raises(ValidationError, match="A step that is not done has no date on which it was done"):
            self.report(build, first_step(task), done=False, done_on=date(2023, 4, 24))

    @pytest.mark.parametrize("month", [0, 13])
    def test_a_step_is_recorded_in_a_month_of_the_year(self, build, task, month):
        with pytest.raises(ValidationError, match="A month is a number from 1 to 12"):
            self.report(build, first_step(task), month=month)

    def test_what_waits_cannot_be_typed_over(self, build, task):
        entry = self.report(build, first_step(task))
        progress.submit(build.by, entry)
        with pytest.raises(ValidationError, match="This step is submitted and waits for review"):
            self.report(build, first_step(task), done=False)

    def test_a_stale_lock_version_is_a_conflict(self, build, task):
        step = first_step(task)
        self.report(build, step)
        self.report(build, step, month=5, lock_version=0)
        with pytest.raises(ConflictError):
            self.report(build, step, month=6, lock_version=0)
        assert step.entries.get().recorded_month == 5

    def test_a_simultaneous_first_insert_is_a_conflict(self, build, task, monkeypatch):
        step = first_step(task)
        self.report(build, step)
        monkeypatch.setattr(progress, "OPEN_STATES", [])
        with pytest.raises(ConflictError):
            self.report(build, step, done=False)
        assert step.entries.get().done

    def test_the_report_of_a_colleague_is_not_lost_unseen(self, build, task):
        step = first_step(task)
        first, second = (build.person(name, "clerk", task.unit) for name in ("a", "b"))
        progress.record_step(author(first), milestone=step, done=True, month=4)
        with pytest.raises(ConflictError):
            progress.record_step(author(second), milestone=step, done=False, month=5)
        assert step.entries.get().done

    def test_a_step_of_a_sum_is_reported_below(self, build):
        indicator = build.indicator("TASK", kind="milestone", accumulation="")
        target = build.target(indicator, build.unit("T", kind="township"), figures="sum", steps=[{"name": "开工"}])
        with pytest.raises(ValidationError, match="are the sum of the units below"):
            self.report(build, first_step(target))

    def test_without_review_a_step_is_approved_at_once(self, build):
        build.year(2023, review_required=False)
        indicator = build.indicator("TASK", kind="milestone", accumulation="")
        target = build.target(indicator, build.unit("V"), steps=[{"name": "开工"}])
        entry = self.report(build, first_step(target))
        progress.submit(build.by, entry)
        assert counted_step(first_step(target))


class TestRecord:
    """Who, what, when, from what, to what, why and from where."""

    def changes(self, action):
        return list(Change.objects.filter(action=action).order_by("id"))

    def one(self, action):
        (change,) = self.changes(action)
        return change

    def test_a_new_figure_is_recorded_with_all_that_was_typed(self, cast):
        by = author(cast.east_clerk)
        entry = progress.record_progress(
            by,
            target=cast.east_target,
            month=8,
            from_month=7,
            value=Decimal("4.25"),
            typed_as="cumulative",
            note="七八月",
            reason="合并填报",
        )
        change = Change.objects.filter(actor=cast.east_clerk).get()
        assert change.action == "entry.create"
        assert (change.object_type, change.object_id) == ("progressentry", entry.pk)
        assert (change.unit, change.target, change.month) == (cast.east, cast.east_target, 8)
        assert (change.actor_label, change.source, change.address) == (
            cast.east_clerk.full_name,
            "page under test",
            "10.1.2.3",
        )
        assert change.batch == by.batch
        assert change.reason == "合并填报"
        assert change.before == ""
        assert json.loads(change.after) == {
            "from_month": 7,
            "month": 8,
            "answer": "value",
            "typed_as": "cumulative",
            "value": "4.25",
            "numerator": None,
            "denominator": None,
            "approximation": "",
            "note": "七八月",
            "reason": "合并填报",
        }

    def test_a_changed_draft_is_recorded_from_what_to_what(self, build, flow):
        build.draft(flow, 3, 12)
        build.draft(flow, 3, 13, reason="漏报")
        change = self.one("entry.save")
        before, after = json.loads(change.before), json.loads(change.after)
        assert (Decimal(before["value"]), Decimal(after["value"])) == (12, 13)
        assert isinstance(after["value"], str)
        assert (before["reason"], after["reason"], change.reason) == ("", "漏报", "漏报")

    def save(self, person, target, value, **fields):
        seen = target.entries.filter(month=7).values_list("lock_version", flat=True).first()
        fields = {"lock_version": seen, **fields}
        progress.record_progress(author(person), target=target, month=7, value=Decimal(value), **fields)

    def saves(self, target):
        """Who typed what instead of what, as recorded."""
        found = Change.objects.filter(target=target, month=7, action__startswith="entry.").order_by("id")
        return [
            (
                change.action,
                change.actor.username if change.actor is not None else None,
                *(
                    Decimal(json.loads(text)["value"]) if "value" in text else None
                    for text in (change.before, change.after)
                ),
            )
            for change in found
        ]

    def test_what_one_person_goes_on_typing_is_one_record(self, cast):
        for value in (1, 2, 3):
            self.save(cast.east_clerk, cast.east_target, value)
        assert self.saves(cast.east_target) == [("entry.create", "east", None, 1)]
        # Handed over, it is recorded what it came to.
        progress.submit(author(cast.east_clerk), cast.east_target.entries.get(month=7))
        assert self.saves(cast.east_target) == [
            ("entry.create", "east", None, 1),
            ("entry.save", "east", 1, 3),
            ("entry.submit", "east", None, None),
        ]

    def test_after_ten_minutes_it_is_another_record(self, cast, monkeypatch):
        self.save(cast.east_clerk, cast.east_target, 1)
        self.save(cast.east_clerk, cast.east_target, 2)
        monkeypatch.setattr(entries, "ONE_RECORD", timedelta(0))
        self.save(cast.east_clerk, cast.east_target, 3)
        assert self.saves(cast.east_target) == [("entry.create", "east", None, 1), ("entry.save", "east", 1, 3)]

    def test_what_somebody_else_types_over_is_recorded_under_the_name_of_its_author(self, cast):
        self.save(cast.east_clerk, cast.east_target, 1)
        self.save(cast.east_clerk, cast.east_target, 2)
        seen = cast.east_target.entries.get(month=7).lock_version
        self.save(cast.reviewer, cast.east_target, 3, lock_version=seen)
        assert self.saves(cast.east_target) == [
            ("entry.create", "east", None, 1),
            ("entry.save", "east", 1, 2),
            ("entry.save", "reviewer", 2, 3),
        ]

    def test_what_was_typed_and_thrown_away_stays_on_record(self, cast):
        self.save(cast.east_clerk, cast.east_target, 1)
        self.save(cast.east_clerk, cast.east_target, 2)
        progress.discard(author(cast.east_clerk), cast.east_target.entries.get(month=7))
        assert self.saves(cast.east_target) == [
            ("entry.create", "east", None, 1),
            ("entry.save", "east", 1, 2),
            ("entry.discard", "east", 2, None),
        ]

    def test_a_correction_keeps_its_reason(self, build, flow):
        build.approved(flow, 3, 12)
        progress.correct_progress(build.by, target=flow, month=3, value=Decimal(11), reason="重算")
        assert [change.reason for change in self.changes("entry.create")] == ["", "重算"]

    @pytest.mark.parametrize("kind", ["entry", "step"])
    def test_every_change_of_state_is_recorded_from_what_to_what(self, build, request, kind):
        if kind == "entry":
            entry = build.draft(request.getfixturevalue("flow"), 3, 12)
        else:
            task = request.getfixturevalue("task")
            entry = progress.record_step(build.by, milestone=first_step(task), done=True, month=3)
        progress.submit(build.by, entry)
        progress.withdraw(build.by, entry)
        progress.submit(build.by, entry)
        progress.return_entry(build.by, entry, reason="错")
        progress.submit(build.by, entry)
        progress.approve(build.by, entry)

        moves = [
            (change.action, json.loads(change.before)["state"], json.loads(change.after)["state"], change.reason)
            for change in Change.objects.filter(object_id=entry.pk, action__startswith=f"{kind}.").order_by("id")
            if change.before
        ]
        assert moves == [
            (f"{kind}.submit", "draft", "submitted", ""),
            (f"{kind}.withdraw", "submitted", "draft", ""),
            (f"{kind}.submit", "draft", "submitted", ""),
            (f"{kind}.return", "submitted", "returned", "错"),
            (f"{kind}.submit", "returned", "submitted", ""),
            (f"{kind}.approve", "submitted", "approved", ""),
        ]
        assert set(Change.objects.filter(action__startswith=f"{kind}.").values_list("month", flat=True)) == {3}

    def test_what_one_act_changed_is_tied_together(self, build, flow):
        old = build.approved(flow, 3, 12)
        correction = progress.correct_progress(build.by, target=flow, month=3, value=Decimal(11), reason="重算")
        progress.submit(build.by, correction)
        by = Author.system("one act")
        progress.approve(by, correction)

        superseded, approved = Change.objects.filter(source="one act").order_by("id")
        assert (superseded.action, superseded.object_id) == ("entry.supersede", old.pk)
        assert (approved.action, approved.object_id) == ("entry.approve", correction.pk)
        assert superseded.batch == approved.batch == by.batch
        assert json.loads(superseded.after) == {"state": "superseded"}

    def test_the_system_is_named_as_such(self, build, flow):
        build.draft(flow, 3, 12)
        change = self.one("entry.create")
        assert (change.actor, change.actor_label, change.source) == (None, "system", "test")

    def test_a_step_is_recorded_with_its_date(self, build, task):
        progress.record_step(
            build.by, milestone=first_step(task), done=True, done_on=date(2023, 4, 24), month=4, note="开工"
        )
        progress.record_step(build.by, milestone=first_step(task), done=False, month=5, reason="误报")
        created, saved = self.one("step.create"), self.one("step.save")
        assert json.loads(created.after)["done_on"] == "2023-04-24"
        assert json.loads(saved.before)["done"] is True
        assert json.loads(saved.after)["done"] is False
        assert (saved.reason, saved.month, saved.target) == ("误报", 5, task)

    def test_what_is_refused_leaves_no_record(self, build, stock):
        before = Change.objects.count()
        with pytest.raises(ValidationError):
            build.draft(stock, 3, answer="no_change")
        assert Change.objects.count() == before
        assert not UnitMonth.objects.exists()


class TestDaysOfSteps:
    """A step is done on a day that has come, in a month that is reported, and before the year only with a reason."""

    @pytest.fixture
    def step(self, build):
        task = build.indicator("ROADOPEN", kind="milestone", accumulation="", unit_of_measure="")
        target = build.target(task, build.unit("V"), steps=[{"name": "开工", "due": date(2023, 3, 31)}])
        return target.milestones.get()

    @pytest.mark.parametrize(
        ("day", "month", "field", "reason"),
        [
            (date(2032, 3, 15), 7, "done_on", "2032-03-15 "),
            (date(2023, 8, 1), 7, "done_on", "2023-08-01 is after the month that is reported here"),
            (date(2024, 1, 1), 12, "done_on", "2024-01-01 is after the month that is reported here"),
            (date(9999, 12, 31), 7, "done_on", "9999-12-31 has not come yet"),
            (date(2013, 6, 30), 7, "reason", "2013-06-30 is before the year of this plan"),
            (date(2022, 12, 31), 1, "reason", "2022-12-31 is before the year of this plan"),
        ],
    )
    def test_an_impossible_day_is_refused_and_one_before_the_year_asked(self, build, step, day, month, field, reason):
        with pytest.raises(ValidationError) as refusal:
            progress.record_step(build.by, milestone=step, done=True, done_on=day, month=month)
        assert reason in " ".join(refusal.value.message_dict[field])
        assert not step.entries.exists()

    def test_a_day_that_has_not_come_is_refused_within_the_month_as_well(self, build, step, monkeypatch):
        monkeypatch.setattr(timezone, "localdate", lambda: date(2023, 7, 10))
        with pytest.raises(ValidationError, match="2023-07-11 has not come yet"):
            progress.record_step(build.by, milestone=step, done=True, done_on=date(2023, 7, 11), month=7)
        progress.record_step(build.by, milestone=step, done=True, done_on=date(2023, 7, 10), month=7)

    @pytest.mark.parametrize(
        ("day", "month", "reason"),
        [
            (date(2023, 1, 1), 1, ""),
            (date(2023, 7, 31), 7, ""),
            (date(2023, 2, 3), 7, ""),
            (date(2022, 12, 30), 1, "上年已提前开工"),
        ],
    )
    def test_a_possible_day_passes_up_to_approval(self, build, step, day, month, reason):
        entry = progress.record_step(build.by, milestone=step, done=True, done_on=day, month=month, reason=reason)
        progress.submit(build.by, entry)
        progress.approve(build.by, entry)
        entry.refresh_from_db()
        assert (entry.state, entry.done_on) == ("approved", day)

    def test_it_is_held_up_at_submitting_and_approving_as_well(self, build, step, monkeypatch):
        def today(day):
            monkeypatch.setattr(timezone, "localdate", lambda: date(2023, 7, day))

        today(20)
        entry = progress.record_step(build.by, milestone=step, done=True, done_on=date(2023, 7, 20), month=7)
        today(10)  # the clock of the server was wrong
        with pytest.raises(progress.RefusedEntryError, match="2023-07-20 has not come yet"):
            progress.submit(build.by, entry)
        today(20)
        progress.submit(build.by, entry)
        today(10)
        with pytest.raises(progress.RefusedEntryError, match="cannot have been done on this day"):
            progress.approve(build.by, entry)


class TestOwnFigures:
    """Nobody approves what they typed or submitted, whatever roles they hold, while another reviewer is asked for."""

    @pytest.fixture
    def both(self, build, cast):
        person = build.person("both")
        build.role(person, "clerk", cast.east)
        build.role(person, "reviewer", cast.township)
        return person

    def sent(self, typed_by, submitted_by, target):
        entry = progress.record_progress(author(typed_by), target=target, month=7, value=Decimal("0.4"))
        progress.submit(author(submitted_by), entry)
        return entry

    def refused(self, person, entry):
        with pytest.raises(progress.RefusedEntryError, match="You entered or submitted this figure; another reviewer"):
            progress.approve(author(person), entry)
        entry.refresh_from_db()
        return entry.state

    def test_neither_who_typed_nor_who_submitted_it(self, cast, both):
        typed = self.sent(both, both, cast.east_target)
        assert not typed.on_behalf
        assert self.refused(both, typed) == "submitted"
        progress.approve(author(cast.reviewer), typed)

    @pytest.mark.parametrize("role", ["typed", "submitted"])
    def test_one_of_the_two_is_enough(self, cast, both, role):
        people = (both, cast.east_clerk) if role == "typed" else (cast.east_clerk, both)
        entry = self.sent(*people, cast.east_target)
        assert self.refused(both, entry) == "submitted"
        progress.approve(author(cast.reviewer), entry)

    def test_one_that_is_not_the_persons_own_is_approved(self, cast, both):
        progress.approve(author(both), self.sent(cast.east_clerk, cast.east_clerk, cast.east_target))

    def test_a_correction_and_a_step_alike(self, build, cast, both):
        by = author(both)
        correction = progress.correct_progress(
            by, target=cast.east_target, month=6, reason="复测", value=Decimal(4), typed_as="cumulative"
        )
        progress.submit(by, correction)
        assert self.refused(both, correction) == "submitted"
        task = build.indicator("TASK", cast.economy, kind="milestone", accumulation="", unit_of_measure="")
        step = build.target(task, cast.east, steps=[{"name": "开工"}]).milestones.get()
        report = progress.record_step(by, milestone=step, done=True, month=7)
        progress.submit(by, report)
        assert self.refused(both, report) == "submitted"
