"""One row of my month, saved by the page's script: what is answered, what is refused, who meets whom."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from targets.models import Change, ProgressEntry
from targets.services import months, progress
from targets.services.base import Author

WHERE = "?unit=T-E&year=2023&as_of=7"


@pytest.fixture
def clerk(cast, signed_in):
    return signed_in(cast.east_clerk, "en")


@pytest.fixture
def second(cast, build):
    """A second clerk of the eastern village."""
    return build.person("east2", "clerk", cast.east)


@pytest.fixture
def colleague(second):
    """The second clerk, at another computer."""
    client = Client()
    client.force_login(second)
    return client


@pytest.fixture
def step(cast, build):
    task = build.indicator("ROAD", cast.economy, kind="milestone", accumulation="")
    return build.target(task, cast.east, steps=[{"name": "开工"}, {"name": "完工"}]).milestones.get(step=1)


def save(client, row, where=WHERE, **fields):
    return client.post(f"/month/row/{where}", {f"{row}-{name}": v for name, v in fields.items()} | {"row": row})


def prefix(target):
    return f"t{target.pk}"


def entry(target):
    return ProgressEntry.objects.get(target=target, month=7)


class TestSaving:
    def test_a_row_becomes_a_draft_and_the_answer_says_what_it_would_give(self, cast, clerk):
        response = save(clerk, prefix(cast.east_target), value="1.2", typed_as="month")
        assert response.status_code == 200
        answer = response.json()
        assert (answer["lock_version"], answer["state"], answer["warnings"]) == (0, "draft", [])
        assert answer["other"] == "running total: 4.90 km"  # 3.7 + 1.2
        assert 'class="light yellow"' in answer["light"]  # 4.9 of 5.83 expected
        saved = entry(cast.east_target)
        assert (saved.state, saved.value, saved.entered_by) == ("draft", Decimal("1.2"), cast.east_clerk)

    def test_the_answer_to_a_running_total_is_what_the_months_brought(self, cast, clerk):
        answer = save(clerk, prefix(cast.east_target), value="5", typed_as="cumulative").json()
        assert answer["other"] == "July alone: 1.30 km"

    def test_a_fraction_is_answered_with_its_percentage(self, cast, clerk, build):
        rate = build.target(
            build.indicator(
                "RATE", cast.economy, kind="rate", accumulation="latest", unit_of_measure_en="%", decimals=1
            ),
            cast.east,
            {12: 90},
        )
        assert save(clerk, prefix(rate), numerator="2", denominator="3").json()["other"] == "= 66.7%"

    @pytest.mark.parametrize(
        ("typed", "value", "approximation", "box"),
        [
            ("700余", 700, "over", "over 700"),
            ("近700", 700, "nearly", "nearly 700"),
            ("1.5万余米", 15, "over", "over 15"),  # of 千米
            ("500米", Decimal("0.5"), "", "0.5"),
            ("1.5公里", Decimal("1.5"), "", "1.5"),
        ],
    )
    def test_an_approximate_figure_is_kept_with_its_mark(self, cast, clerk, typed, value, approximation, box):
        assert save(clerk, prefix(cast.east_target), value=typed, typed_as="month").status_code == 200
        saved = entry(cast.east_target)
        assert (saved.value, saved.approximation) == (value, approximation)
        page = clerk.get(f"/month/{WHERE}").content.decode()
        assert f'name="{prefix(cast.east_target)}-value" value="{box}"' in page
        # The box is read back as it is: saving the page changes nothing.
        clerk.post(
            f"/month/{WHERE}",
            {f"{prefix(cast.east_target)}-value": box}
            | {
                f"{prefix(cast.east_target)}-typed_as": "month",
                f"{prefix(cast.east_target)}-lock_version": saved.lock_version,
            },
        )
        assert entry(cast.east_target).lock_version == saved.lock_version
        # Typed over with an exact figure, the mark goes.
        save(clerk, prefix(cast.east_target), value="701", typed_as="month", lock_version=saved.lock_version)
        assert (entry(cast.east_target).value, entry(cast.east_target).approximation) == (701, "")

    def test_an_approximate_figure_is_approved_and_printed_with_its_mark(self, cast, clerk, build, signed_in):
        save(clerk, prefix(cast.east_target), value="700余", typed_as="month")
        progress.submit(Author.system(source=""), entry(cast.east_target))
        reviewer = signed_in(cast.reviewer, "zh-hans")
        assert "700.00余" in reviewer.get("/review/?year=2023").content.decode()
        progress.approve(Author.system(source=""), entry(cast.east_target))
        code = cast.east_target.indicator.code
        page = reviewer.get(f"/indicators/{code}/?unit=T-E&year=2023&as_of=7").content.decode()
        assert "700.00余" in page

    def test_a_small_share_is_asked_and_confirmed_by_its_sign(self, cast, clerk, build):
        rate = build.indicator("RATE", cast.economy, kind="rate", accumulation="latest", unit_of_measure="%")
        target = build.target(rate, cast.east, {12: 90})
        refused = save(clerk, prefix(target), value="0.95", typed_as="month")
        assert refused.status_code == 422
        assert "Is this 95% or 0.95%?" in refused.json()["errors"]["value"][0]
        assert not target.entries.exists()
        assert save(clerk, prefix(target), value="0.95%", typed_as="month").status_code == 200
        assert entry(target).value == Decimal("0.95")
        page = clerk.get(f"/month/{WHERE}").content.decode()
        assert f'name="{prefix(target)}-value" value="0.95%"' in page

    def test_nothing_new_and_not_applicable_are_saved_as_such(self, cast, clerk):
        row = prefix(cast.east_target)
        assert save(clerk, row, answer="no_change").json()["other"] == "running total: 3.70 km"
        assert entry(cast.east_target).answer == "no_change"
        assert save(clerk, row, answer="not_applicable", lock_version=0).json()["other"] == ""
        assert entry(cast.east_target).answer == "not_applicable"

    def test_what_is_odd_is_said_and_saved(self, cast, clerk):
        answer = save(clerk, prefix(cast.east_target), value="90", typed_as="month").json()
        # 3.7 until June and 90 are 93.70, more than twice the annual target of 10.
        assert "93.70 km is more than twice the target of the period, 10.00 km." in answer["warnings"]
        assert entry(cast.east_target).value == 90

    def test_the_next_save_goes_on_from_the_lock_version_of_the_last(self, cast, clerk):
        row = prefix(cast.east_target)
        assert save(clerk, row, value="1", typed_as="month").json()["lock_version"] == 0
        assert save(clerk, row, value="12", typed_as="month", lock_version=0).json()["lock_version"] == 1
        assert entry(cast.east_target).value == 12

    def test_a_save_whose_answer_was_lost_may_be_sent_again(self, cast, clerk):
        row = prefix(cast.east_target)
        save(clerk, row, value="1", typed_as="month")
        save(clerk, row, value="2", typed_as="month", lock_version=0)
        again = save(clerk, row, value="2", typed_as="month", lock_version=0)
        assert (again.status_code, again.json()["lock_version"]) == (200, 1)

    def test_an_emptied_row_is_unanswered_again(self, cast, clerk):
        row = prefix(cast.east_target)
        save(clerk, row, value="1", typed_as="month")
        answer = save(clerk, row, value="", typed_as="month", lock_version=0).json()
        assert (answer["lock_version"], answer["state"], answer["light"]) == (None, "Nothing yet", "")
        assert not ProgressEntry.objects.filter(target=cast.east_target, month=7).exists()
        assert Change.objects.filter(action="entry.discard").count() == 1

    def test_an_empty_row_saves_nothing(self, cast, clerk):
        before = Change.objects.count()
        assert save(clerk, prefix(cast.east_target), value="", typed_as="month").json()["lock_version"] is None
        assert Change.objects.count() == before

    def test_a_step_is_saved_and_unticked_again(self, clerk, step):
        row = f"s{step.pk}"
        assert save(clerk, row, done="on", done_on="2023-07-10").json()["state"] == "draft"
        assert str(step.entries.get().done_on) == "2023-07-10"
        assert save(clerk, row, lock_version=0).json()["lock_version"] is None
        assert not step.entries.exists()

    def test_what_is_said_of_an_open_step_is_kept(self, clerk, step):
        assert save(clerk, f"s{step.pk}", note="等批复").status_code == 200
        assert (step.entries.get().done, step.entries.get().note) == (False, "等批复")


class TestRefusals:
    @pytest.mark.parametrize(
        ("fields", "field", "reason"),
        [
            ({"value": "abc"}, "value", "“abc” is not a number"),
            ({"value": "1e5"}, "value", "shortened figure"),
            ({"value": "9" * 10000}, "value", "too long"),
            ({"value": "3", "typed_as": "cumulative"}, "reason", "The running total falls"),
            ({"value": "3", "answer": "no_change"}, "answer", "not both"),
            ({"note": "只有备注"}, "note", "A note is saved together with an answer"),
            ({"value": "1", "note": "x" * 501}, "note", "500"),
        ],
    )
    def test_what_is_refused_says_why_by_field(self, cast, clerk, fields, field, reason):
        response = save(clerk, prefix(cast.east_target), **fields)
        assert response.status_code == 422
        assert reason in " ".join(response.json()["errors"][field])
        assert not ProgressEntry.objects.filter(target=cast.east_target, month=7).exists()

    def test_a_late_month_above_a_later_total_asks_for_a_reason(self, cast, clerk, build):
        trees = build.target(build.indicator("TREES", cast.economy, decimals=0), cast.east, {6: 60, 12: 120})
        build.approved(trees, 8, 40, typed_as="cumulative")
        refused = save(clerk, prefix(trees), value="55", typed_as="month")
        assert refused.status_code == 422
        assert "running total reported for month 8" in refused.json()["errors"]["reason"][0]
        assert not trees.entries.filter(month=7).exists()
        taken = save(clerk, prefix(trees), value="55", typed_as="month", reason="补报漏报的造林")
        assert "The running total of August, 40 CNY 10k, is below the 55 CNY 10k before it." in taken.json()["warnings"]

    def test_a_negative_month_asks_for_a_reason_as_a_falling_total_does(self, cast, clerk):
        refused = save(clerk, prefix(cast.east_target), value="-0.5", typed_as="month")
        assert "The running total falls below" in refused.json()["errors"]["reason"][0]
        assert save(clerk, prefix(cast.east_target), value="-0.5", typed_as="month", reason="核减").status_code == 200

    @pytest.mark.parametrize(
        ("day", "field", "reason"),
        [
            ("2032-03-15", "done_on", "2032-03-15"),
            ("2023-08-01", "done_on", "after the month that is reported here"),
            ("2013-06-30", "reason", "before the year of this plan"),
        ],
    )
    def test_a_step_is_done_on_a_possible_day(self, clerk, step, day, field, reason):
        refused = save(clerk, f"s{step.pk}", done="on", done_on=day)
        assert refused.status_code == 422
        assert reason in refused.json()["errors"][field][0]
        assert not step.entries.exists()

    def test_a_returned_figure_is_mended_and_not_emptied(self, cast, clerk, build):
        returned = build.submitted(cast.east_target, 7, "1")
        progress.return_entry(build.by, returned, reason="错")
        row, seen = prefix(cast.east_target), entry(cast.east_target).lock_version
        assert save(clerk, row, value="", lock_version=seen).status_code == 422
        assert save(clerk, row, value="2", lock_version=seen).status_code == 200
        assert entry(cast.east_target).value == 2

    def test_a_closed_month_says_so(self, cast, clerk, build):
        months.close_month(build.by, unit=cast.east, year=2023, month=7)
        response = save(clerk, prefix(cast.east_target), value="1")
        assert response.status_code == 422
        assert "This month is closed" in response.json()["errors"][""][0]

    @pytest.mark.parametrize("name", ["", "t", "t0", "x1", "t1 ", "t٣", "t" + "9" * 30, "s1", "t-1"])
    def test_a_row_that_is_none_is_not_found(self, cast, clerk, name):
        assert save(clerk, name, value="1").status_code == 404

    def test_a_row_of_another_unit_is_not_found(self, cast, clerk):
        assert save(clerk, prefix(cast.west_target), value="1").status_code == 404
        there = WHERE.replace("T-E", "T-W")
        assert save(clerk, prefix(cast.west_target), where=there, value="1").status_code == 404
        assert not ProgressEntry.objects.filter(month=7).exists()

    def test_what_is_not_due_is_not_found(self, cast, clerk, build):
        yearly = build.target(build.indicator("HARVEST", cast.economy, frequency="year"), cast.east, {12: 6})
        assert save(clerk, prefix(yearly), value="1").status_code == 404

    @pytest.mark.parametrize("where", ["", "?unit=T-E&year=2023", "?unit=T-E&as_of=7", "?unit=T-E&year=2023&as_of=13"])
    def test_nothing_is_saved_into_a_month_that_was_not_asked_for(self, cast, clerk, where):
        assert save(clerk, prefix(cast.east_target), where=where, value="1").status_code == 404
        assert not ProgressEntry.objects.exclude(state="approved").exists()

    @pytest.mark.parametrize("who", ["leader", "auditor", "system_administrator", "security_administrator", "stranger"])
    def test_who_only_looks_is_refused(self, cast, signed_in, who):
        response = save(signed_in(getattr(cast, who)), prefix(cast.east_target), value="1")
        assert response.status_code == 403
        assert not ProgressEntry.objects.filter(month=7).exists()

    def test_whoever_is_not_signed_in_is_led_to_the_sign_in(self, cast, client):
        assert save(client, prefix(cast.east_target), value="1")["Location"].startswith("/sign-in/")

    def test_it_is_for_saving_only(self, clerk):
        assert clerk.get(f"/month/row/{WHERE}").status_code == 405


class TestTwoPeople:
    def test_the_second_reads_whose_value_stands_and_may_choose(self, cast, clerk, colleague, second):
        row = prefix(cast.east_target)
        save(colleague, row, value="5", typed_as="month", note="实测")
        response = save(clerk, row, value="2", typed_as="month")
        assert response.status_code == 409
        conflict = response.json()["conflict"]
        assert (conflict["who"], conflict["value"], conflict["may_keep"]) == (str(second), "5.00", True)
        assert conflict["when"]
        assert conflict["fields"]["value"] == "5"
        assert conflict["fields"]["note"] == "实测"
        assert entry(cast.east_target).value == 5

        mine = save(clerk, row, value="2", typed_as="month", lock_version=conflict["lock_version"])
        assert mine.status_code == 200
        assert (entry(cast.east_target).value, entry(cast.east_target).entered_by) == (2, cast.east_clerk)

    def test_who_saw_an_older_value_is_told_as_well(self, cast, clerk, colleague):
        row = prefix(cast.east_target)
        save(clerk, row, value="1", typed_as="month")
        save(colleague, row, value="5", typed_as="month", lock_version=0)
        response = save(clerk, row, value="2", typed_as="month", lock_version=0)
        assert response.status_code == 409
        assert response.json()["conflict"]["lock_version"] == 1

    @pytest.mark.parametrize("seen", ["", 0])
    def test_emptying_never_removes_what_somebody_else_has_typed(self, cast, clerk, colleague, seen):
        row = prefix(cast.east_target)
        save(clerk, row, value="1", typed_as="month")
        save(colleague, row, value="5", typed_as="month", lock_version=0)
        assert save(clerk, row, value="", typed_as="month", lock_version=seen).status_code == 409
        assert entry(cast.east_target).value == 5

    def test_the_plain_page_leaves_alone_what_was_typed_since_it_was_shown_empty(self, cast, clerk, colleague):
        save(colleague, prefix(cast.east_target), value="5", typed_as="month")
        clerk.post(f"/month/{WHERE}", {f"{prefix(cast.east_target)}-value": "", "submit": "1"})
        assert (entry(cast.east_target).value, entry(cast.east_target).state) == (5, "draft")

    def test_two_windows_of_one_person_meet_alike(self, cast, clerk):
        assert save(clerk, prefix(cast.east_target), value="7", typed_as="month", lock_version="").status_code == 200
        other = save(clerk, prefix(cast.east_target), value="9", typed_as="month", lock_version="")
        assert other.status_code == 409
        conflict = other.json()["conflict"]
        assert "in another window" in conflict["message"]
        assert (conflict["value"], conflict["lock_version"], conflict["may_keep"]) == ("7.00", 0, True)
        assert entry(cast.east_target).value == 7
        # The same figure is no conflict, and who has chosen saves it over what stands.
        assert save(clerk, prefix(cast.east_target), value="7", typed_as="month", lock_version="").status_code == 200
        assert save(clerk, prefix(cast.east_target), value="9", typed_as="month", lock_version=0).status_code == 200
        assert entry(cast.east_target).value == 9

    def test_the_plain_page_in_two_windows_alike(self, cast, clerk):
        save(clerk, prefix(cast.east_target), value="7", typed_as="month")
        form = {f"{prefix(cast.east_target)}-value": "9", f"{prefix(cast.east_target)}-typed_as": "month"}
        page = clerk.post(f"/month/{WHERE}", form)
        assert page.status_code == 422
        assert "in another window" in page.content.decode()
        assert entry(cast.east_target).value == 7

    def test_what_was_submitted_since_stands(self, cast, clerk, build):
        submitted = build.submitted(cast.east_target, 7, "5")
        response = save(clerk, prefix(cast.east_target), value="2", lock_version=submitted.lock_version - 1)
        assert response.status_code == 409
        assert response.json()["conflict"]["may_keep"] is False
        progress.approve(build.by, submitted)
        conflict = save(clerk, prefix(cast.east_target), value="2", lock_version=0).json()["conflict"]
        assert (conflict["may_keep"], conflict["fields"]["value"]) == (False, "5")

    def test_the_same_value_is_no_conflict(self, cast, clerk, colleague, second):
        save(colleague, prefix(cast.east_target), value="5", typed_as="month")
        assert save(clerk, prefix(cast.east_target), value="5", typed_as="month").status_code == 200
        assert entry(cast.east_target).entered_by == second


class TestCost:
    def test_a_row_costs_the_same_number_of_queries_among_2_and_among_30(self, cast, clerk, build):
        def cost(value, seen):
            with CaptureQueriesContext(connection) as queries:
                fields = {"value": value, "typed_as": "month", "lock_version": seen}
                assert save(clerk, prefix(cast.east_target), **fields).status_code == 200
            return len(queries)

        build.target(build.indicator("ONE", cast.economy), cast.east, {12: 6})
        save(clerk, prefix(cast.east_target), value="1", typed_as="month")
        few = cost("2", 0)
        for number in range(29):
            build.draft(build.target(build.indicator(f"N{number}", cast.economy), cast.east, {12: 6}), 7, 1)
        assert cost("3", 1) == few
        assert few <= 25


class TestRecords:
    """What one person saves of a draft within ten minutes is one record."""

    @pytest.fixture
    def clock(self, monkeypatch):
        """Moves the time on by minutes."""
        passed = timedelta()
        real = timezone.now
        monkeypatch.setattr(timezone, "now", lambda: real() + passed)

        def advance(minutes):
            nonlocal passed
            passed += timedelta(minutes=minutes)

        return advance

    def type_in(self, client, target, *values):
        for value in values:
            lock_version = entry(target).lock_version if target.entries.filter(month=7).exists() else ""
            assert (
                save(client, prefix(target), value=value, typed_as="month", lock_version=lock_version).status_code
                == 200
            )

    def records(self, target):
        """Who saved which value over which, in the order of the records."""

        def value(text):
            found = json.loads(text).get("value") if text else None
            return None if found is None else Decimal(found)

        kept = Change.objects.filter(target=target, month=7).order_by("id")
        return [(one.action, str(one.actor), value(one.before), value(one.after)) for one in kept]

    def test_typing_on_is_one_record(self, cast, clerk):
        self.type_in(clerk, cast.east_target, "1", "12", "12.5")
        who = str(cast.east_clerk)
        assert self.records(cast.east_target) == [("entry.create", who, None, 1)]

    def test_submitting_records_what_was_typed_last(self, cast, clerk):
        self.type_in(clerk, cast.east_target, "1", "12", "12.5")
        by = Author(user=cast.east_clerk, label="")
        progress.submit(by, entry(cast.east_target))
        who = str(cast.east_clerk)
        assert self.records(cast.east_target) == [
            ("entry.create", who, None, 1),
            ("entry.save", who, 1, Decimal("12.5")),
            ("entry.submit", who, None, None),
        ]

    def test_what_ended_as_it_was_recorded_needs_no_second_record(self, cast, clerk):
        self.type_in(clerk, cast.east_target, "12.5", "1", "12.5")
        progress.submit(Author(user=cast.east_clerk, label=""), entry(cast.east_target))
        assert [action for action, *_rest in self.records(cast.east_target)] == ["entry.create", "entry.submit"]

    def test_after_ten_minutes_a_record_follows_on_from_the_last_one(self, cast, clerk, clock):
        self.type_in(clerk, cast.east_target, "1", "2")
        clock(9)
        self.type_in(clerk, cast.east_target, "3")
        clock(2)
        self.type_in(clerk, cast.east_target, "4", "5")
        who = str(cast.east_clerk)
        assert self.records(cast.east_target) == [("entry.create", who, None, 1), ("entry.save", who, 1, 4)]

    def test_another_person_is_recorded_at_once_and_never_for_what_the_first_typed(
        self, cast, clerk, colleague, second
    ):
        self.type_in(clerk, cast.east_target, "1", "2")
        self.type_in(colleague, cast.east_target, "9", "8")
        first, second = str(cast.east_clerk), str(second)
        assert self.records(cast.east_target) == [
            ("entry.create", first, None, 1),
            ("entry.save", first, 1, 2),
            ("entry.save", second, 2, 9),
        ]
        self.type_in(clerk, cast.east_target, "7")
        assert self.records(cast.east_target)[3:] == [("entry.save", second, 9, 8), ("entry.save", first, 8, 7)]

    def test_what_another_submits_is_recorded_as_typed_by_the_first(self, cast, clerk):
        self.type_in(clerk, cast.east_target, "1", "2")
        progress.submit(Author(user=cast.reviewer, label=""), entry(cast.east_target))
        assert self.records(cast.east_target)[1:] == [
            ("entry.save", str(cast.east_clerk), 1, 2),
            ("entry.submit", str(cast.reviewer), None, None),
        ]

    def test_a_discarded_draft_is_recorded_as_it_was(self, cast, clerk):
        self.type_in(clerk, cast.east_target, "1", "2")
        progress.discard(Author(user=cast.east_clerk, label=""), entry(cast.east_target))
        assert [record[0::2] for record in self.records(cast.east_target)] == [
            ("entry.create", None),
            ("entry.save", 1),
            ("entry.discard", 2),
        ]

    def test_after_a_withdrawal_the_next_save_is_recorded(self, cast, clerk):
        by = Author(user=cast.east_clerk, label="")
        self.type_in(clerk, cast.east_target, "1")
        draft = entry(cast.east_target)
        progress.submit(by, draft)
        progress.withdraw(by, draft)
        self.type_in(clerk, cast.east_target, "2", "3")
        assert self.records(cast.east_target)[3:] == [("entry.save", str(cast.east_clerk), 1, 2)]

    def test_steps_are_recorded_alike(self, clerk, step, cast):
        row = f"s{step.pk}"
        save(clerk, row, done="on", done_on="2023-07-10")
        save(clerk, row, done="on", done_on="2023-07-11", lock_version=0)
        assert Change.objects.filter(object_type="milestoneentry").count() == 1
        progress.submit(Author(user=cast.east_clerk, label=""), step.entries.get())
        actions = Change.objects.filter(object_type="milestoneentry").order_by("id").values_list("action", flat=True)
        assert list(actions) == ["step.create", "step.save", "step.submit"]

    def test_a_correction_in_progress_is_one_record_as_well(self, cast):
        by = Author(user=cast.east_clerk, label="")
        for value, seen in ((4, None), (5, 0)):
            progress.correct_progress(
                by,
                target=cast.east_target,
                month=6,
                value=Decimal(value),
                reason="复核",
                lock_version=seen,
            )
        kept = Change.objects.filter(target=cast.east_target, month=6, actor=cast.east_clerk)
        assert [one.action for one in kept.order_by("id")] == ["entry.create"]


class TestPasting:
    """What the preview of a pasted block is told: what each cell puts into the boxes, or why it cannot."""

    @pytest.fixture
    def share(self, cast, build):
        rate = build.indicator("SHARE", cast.economy, kind="rate", accumulation="latest", unit_of_measure="%")
        return build.target(rate, cast.east, {12: 90})

    def read(self, client, *cells, where=WHERE):
        data: dict[str, list[str]] = {"row": [], "box": [], "text": []}
        for target, text, *box in cells:
            data["row"].append(prefix(target))
            data["text"].append(text)
            data["box"].append(box[0] if box else "value")
        return client.post(f"/month/paste/{where}", data)

    @pytest.mark.parametrize(
        ("text", "boxes"),
        [
            ("1,234.50", {"value": "1234.5"}),
            ("1500米", {"value": "1.5"}),
            ("700余", {"value": "over 700"}),
            ("十二", {"value": "12"}),
            ("=", {"answer": "no_change"}),
            ("本月无新增", {"answer": "no_change"}),
            ("／", {"answer": "not_applicable"}),
            ("Not applicable", {"answer": "not_applicable"}),
        ],
    )
    def test_a_cell_is_read_as_it_would_be_typed_and_nothing_is_saved(self, cast, clerk, text, boxes):
        (cell,) = self.read(clerk, (cast.east_target, text)).json()["cells"]
        assert cell == {
            "boxes": {"answer": "", "value": "", "numerator": "", "denominator": "", **boxes},
            "error": "",
            "readings": [],
        }
        assert not cast.east_target.entries.filter(month=7).exists()
        # What it puts there is saved as it was read.
        fields = {name: value for name, value in cell["boxes"].items() if value}
        assert save(clerk, prefix(cast.east_target), **fields).status_code == 200

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("3\n5", "holds two figures"),
            ("12 18", "holds two figures"),
            ("—", "is not a figure"),
            ("见附表3", "number"),
        ],
    )
    def test_a_cell_that_is_none_says_why(self, cast, clerk, text, reason):
        (cell,) = self.read(clerk, (cast.east_target, text)).json()["cells"]
        assert (cell["boxes"], cell["readings"]) == (None, [])
        assert reason in cell["error"]

    def test_what_can_mean_two_things_comes_with_both(self, clerk, share):
        (cell,) = self.read(clerk, (share, "0.95")).json()["cells"]
        assert cell["boxes"] is None
        assert [(one["text"], one["boxes"]["value"]) for one in cell["readings"]] == [
            ("95%", "95"),
            ("0.95%", "0.95%"),
        ]

    def test_fractions_and_the_box_that_was_pasted_at(self, clerk, share):
        whole, part = self.read(clerk, (share, "12/15"), (share, "0.5", "numerator")).json()["cells"]
        assert (whole["boxes"]["numerator"], whole["boxes"]["denominator"]) == ("12", "15")
        assert (part["boxes"]["numerator"], part["boxes"]["value"]) == ("0.5", "")

    def test_a_block_of_any_length_costs_the_same(self, cast, clerk, share, django_assert_max_num_queries):
        self.read(clerk, (share, "1.5"))
        with django_assert_max_num_queries(12):
            answer = self.read(clerk, *[(cast.east_target, "1"), (share, "95")] * 200)
        assert len(answer.json()["cells"]) == 400

    def test_rows_of_another_unit_are_not_found(self, cast, clerk):
        assert self.read(clerk, (cast.west_target, "1")).status_code == 404
        assert clerk.post(f"/month/paste/{WHERE}", {"row": "x1", "box": "value", "text": "1"}).status_code == 404
        assert clerk.post(f"/month/paste/{WHERE}", {"row": "t1", "box": "note", "text": "1"}).status_code == 404
        assert clerk.post(f"/month/paste/{WHERE}", {"row": "t1", "text": "1"}).status_code == 404

    @pytest.mark.parametrize("who", ["leader", "auditor", "west_clerk"])
    def test_who_does_not_enter_reads_nothing(self, cast, signed_in, who):
        assert self.read(signed_in(getattr(cast, who)), (cast.east_target, "1")).status_code in (403, 404)


class TestWords:
    @pytest.mark.parametrize(
        ("typed", "answer"), [("=", "no_change"), ("/", "not_applicable"), ("本月不涉及", "not_applicable")]
    )
    def test_the_keys_of_an_answer_work_without_a_script(self, cast, clerk, typed, answer):
        name = prefix(cast.east_target)
        clerk.post(f"/month/{WHERE}", {f"{name}-value": typed, f"{name}-typed_as": "month"})
        assert (entry(cast.east_target).answer, entry(cast.east_target).value) == (answer, None)

    def test_what_can_mean_two_things_is_refused_with_both(self, cast, clerk):
        refused = save(clerk, prefix(cast.east_target), value="(123)", typed_as="month").json()
        assert refused["readings"] == {"value": ["-123", "123"]}
