"""The guard of the tests catches a business write outside the services, and every verb leaves a record of itself."""

import importlib
import inspect
import pkgutil
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.hashers import make_password

from reports.half_year import services as reporting
from reports.half_year.content import Part
from targets import services
from targets.models import Change, Indicator, ProgressEntry, Target, Unit, User, Year
from targets.permissions import scope_of
from targets.querysets.changes import AppendOnlyError
from targets.services import (
    accounts,
    auditing,
    instructions,
    invitations,
    loading,
    months,
    people,
    people_import,
    plan_import,
    planning,
    plans,
    progress,
    progress_import,
    remedies,
    rolling_over,
    units,
    uploads,
    years,
)
from targets.services.base import Author, is_writing, verb

BY = Author.system("test")


# Each of these would be a business write past the services.
PAST_THE_SERVICES = {
    "save of a changed row": lambda: Unit.objects.get(code="T-E").save(),
    "insert": lambda: Unit(code="NEW", name="新", kind="village").save(),
    "create": lambda: Year.objects.create(year=2031),
    "get_or_create": lambda: Year.objects.get_or_create(year=2031),
    "update": lambda: Target.objects.update(weight=2),
    "update of nothing": lambda: Target.objects.filter(year=1999).update(weight=2),
    "bulk_create": lambda: Unit.objects.bulk_create([Unit(code="NEW", name="新", kind="village")]),
    "bulk_create that ignores conflicts": lambda: Unit.objects.bulk_create(
        [Unit(code="NEW", name="新", kind="village")], ignore_conflicts=True
    ),
    "bulk_create that updates": lambda: Unit.objects.bulk_create(
        [Unit(code="T-E", name="新", kind="village")],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name"],
    ),
    "bulk_update": lambda: Target.objects.bulk_update(list(Target.objects.all()), ["weight"]),
    "delete of a queryset": lambda: ProgressEntry.objects.all().delete(),
    "delete of a row": lambda: ProgressEntry.objects.first().delete(),
    "sections of a role": lambda: User.objects.get(username="governance").memberships.get().sections.clear(),
    "password of a person and more": lambda: User.objects.update(language="en", password="!"),
}


@pytest.mark.parametrize("write", PAST_THE_SERVICES.values(), ids=PAST_THE_SERVICES.keys())
def test_the_guard_refuses_a_write_past_the_services(cast, write):
    with pytest.raises(AssertionError, match="A business write outside the services"):
        write()


def test_the_guard_lets_a_verb_write(cast):
    verb(lambda: Target.objects.update(weight=2))()
    assert set(Target.objects.values_list("weight", flat=True)) == {Decimal(2)}


def test_the_guard_lets_everybody_read(cast):
    assert Target.objects.count() == 3


def test_a_verb_that_fails_leaves_nothing_and_ends_the_writing(cast):
    @verb
    def fails():
        Target.objects.update(weight=2)
        raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        fails()
    assert not is_writing()
    assert set(Target.objects.values_list("weight", flat=True)) == {Decimal(1)}


# Changes are append-only.

ALTERATIONS = {
    "update": lambda: Change.objects.update(reason="other"),
    "update of some": lambda: Change.objects.filter(action="unit.create").update(reason="other"),
    "delete": lambda: Change.objects.all().delete(),
    "bulk_update": lambda: Change.objects.bulk_update(list(Change.objects.all()), ["reason"]),
    "delete of one": lambda: Change.objects.first().delete(),
    "save of one": lambda: Change.objects.first().save(),
}


@pytest.mark.parametrize("alteration", ALTERATIONS.values(), ids=ALTERATIONS.keys())
def test_a_change_is_never_altered_nor_removed_even_by_a_verb(cast, alteration):
    before = list(Change.objects.values_list("pk", "reason"))
    with pytest.raises(AppendOnlyError):
        verb(alteration)()
    assert list(Change.objects.values_list("pk", "reason")) == before


# Every verb leaves a change.


class Acts:
    """One act for every verb, on a house with something of each kind."""

    def __init__(self, build):
        self.build = build
        self.unit = build.unit("T", kind="township")
        self.section = build.section("economy")
        self.indicator = build.indicator("ROADS")
        self.target = build.target(self.indicator, self.unit, {6: 6, 12: 12})
        self.task = build.target(
            build.indicator("TASK", kind="milestone", accumulation=""), self.unit, steps=[{"name": "Begin"}]
        )
        self.person = build.person("somebody")
        self.reviewer, self.leader = (
            self.author(build.person(role, role, self.unit)) for role in ("reviewer", "leader")
        )

    @staticmethod
    def author(person):
        return Author.person(person, scope_of(person), source="test")

    def create_year(self):
        years.create_year(BY, year=2030)

    def create_unit(self):
        units.create_unit(BY, code="N", name="新", kind="village", parent=self.unit)

    def create_section(self):
        units.create_section(BY, code="rural", name="乡村振兴")

    def create_indicator(self):
        self.build.indicator("NEW")

    def change_indicator(self):
        plans.change_indicator(BY, indicator=self.indicator, name="改名", reason="A clearer name.")

    def create_indicators(self):
        nature = {"kind": "quantity", "accumulation": "flow", "direction": "at_least"}
        plans.create_indicators(BY, [{"section": self.section, "code": "NEW", "name": "新", **nature}])

    def create_check(self):
        plans.create_check(
            BY,
            code="V1",
            left=self.indicator,
            operator=">=",
            right=[self.build.indicator("PART")],
            meaning="部分不超过总数",
        )

    def change_check(self):
        check = plans.create_check(BY, left=self.indicator, operator="=", right=[self.build.indicator("PART")])
        plans.change_check(BY, check=check, operator=">=", right=check.right.all(), meaning="", reason="A new form.")

    def end_check(self):
        check = plans.create_check(BY, left=self.indicator, operator="=", right=[self.build.indicator("PART")])
        plans.end_check(BY, check=check, reason="No longer so.")

    def create_target(self):
        plans.create_target(BY, indicator=self.build.indicator("NEW"), unit=self.unit, year=2023)

    def create_targets(self):
        plans.create_targets(BY, [plans.NewTarget(self.build.indicator("NEW"), self.unit, 2023)])

    def adjust_target(self):
        plans.adjust_target(
            BY, target=self.target, effective_month=7, checkpoints={12: Decimal(10)}, reason="Document 8"
        )

    def archive(self):
        plans.archive(BY, self.target, reason="Given up.")

    def plan_targets(self):
        planning.plan_targets(BY, [plans.NewTarget(self.build.indicator("NEW"), self.unit, 2023)])

    def plan_target(self):
        planning.plan_target(
            BY,
            indicator={
                "section": self.section,
                "code": "NEW",
                "name": "新",
                "kind": "quantity",
                "accumulation": "flow",
                "direction": "at_least",
            },
            unit=self.unit,
            year=2023,
            checkpoints={12: Decimal(1)},
        )

    def change_target(self):
        planning.change_target(
            BY, target=self.target, checkpoints={12: Decimal(9)}, supporting_units=[self.build.unit("S")], weight=2
        )

    def change_targets(self):
        planning.change_targets(BY, [(self.target, 0)], weight=Decimal(2))

    def archive_targets(self):
        planning.archive_targets(BY, [(self.target, 0)], reason="Given up.")

    def restore_target(self):
        plans.archive(BY, self.target, reason="Given up.")
        planning.restore_target(BY, target=self.target, reason="After all.")

    def break_down(self):
        part = planning.Part(self.build.unit("P", self.unit), {12: Decimal(3)})
        planning.break_down(BY, indicator=self.indicator, year=2023, parts=[part])

    def archive_indicator(self):
        planning.archive_indicator(BY, indicator=self.build.indicator("OLD"), reason="Measured no more.")

    def restore_indicator(self):
        self.archive_indicator()
        indicator = Indicator.objects.get(code="OLD")
        planning.restore_indicator(BY, indicator=indicator, reason="After all.")

    def succeed_indicator(self):
        planning.succeed_indicator(BY, indicator=self.indicator, code="ROADS-2")

    def roll_over(self):
        going_on = [rolling_over.Continued(self.target, None, {12: Decimal(12)})]
        return rolling_over.roll_over(BY, source=self.build.year(), year=2024, continued=going_on)

    def open_past_year(self):
        rolling_over.open_past_year(BY, source=self.build.year())

    def put_in_force(self):
        rolling_over.put_in_force(BY, self.roll_over())

    def discard_draft(self):
        rolling_over.discard_draft(BY, self.roll_over())

    def _upload(self):
        return uploads.keep_upload(BY, purpose="plan", year=2024, name="a.csv", content=b"x", detected_type="csv")

    def choose(self):
        uploads.choose(BY, self._upload(), {"sheet": "A"})

    def import_plan(self):
        row = plan_import.PlannedTarget(2, self.unit, self.build.indicator("NEW"), checkpoints={12: Decimal(5)})
        plan_import.import_plan(BY, upload=self._upload(), year=2023, rows=[row])

    def make_missing(self):
        plan_import.make_missing(BY, listed=[plan_import.Missing("section", "乡村振兴")], parent=self.unit)

    def file_progress(self):
        answers = [progress_import.FiledAnswer(2, self.target, 6, 6, value=Decimal(1))]
        progress_import.file_progress(BY, upload=self._upload(), unit=self.unit, answers=answers, submit=False)

    def record_progress(self):
        self.build.draft(self.target, 6, 1)

    def correct_progress(self):
        self.build.approved(self.target, 6, 1)
        progress.correct_progress(BY, target=self.target, month=6, value=Decimal(2), reason="Counted again.")

    def record_step(self):
        progress.record_step(BY, milestone=self.task.milestones.get(), done=True, month=6)

    def submit(self):
        progress.submit(BY, self.build.draft(self.target, 6, 1))

    def recompute(self):
        accounts.recompute(BY, Year.objects.get(year=2023))

    def submit_each(self):
        progress.submit_each(BY, self.build.draft(self.target, 6, 1))

    def withdraw(self):
        progress.withdraw(BY, self.build.submitted(self.target, 6, 1))

    def approve(self):
        progress.approve(BY, self.build.submitted(self.target, 6, 1))

    def discard(self):
        progress.discard(BY, self.build.draft(self.target, 6, 1))

    def return_entries(self):
        progress.return_entries(BY, {self.build.submitted(self.target, 6, 1): "Which road?"})

    def close_month(self):
        months.close_month(BY, unit=self.unit, year=2023, month=6)

    def close_months(self):
        months.close_months(BY, units=[self.unit], year=2023, month=6)

    def reopen_months(self):
        self.close_months()
        months.reopen_months(BY, units=[self.unit], year=2023, month=6, reason="A figure was forgotten.")

    def reopen_month(self):
        self.close_month()
        months.reopen_month(BY, unit=self.unit, year=2023, month=6, reason="A figure was forgotten.")

    def state_remedy(self):
        return remedies.state_remedy(self.reviewer, target=self.target, month=6, cause="Rain.")

    def close_remedy(self):
        remedies.close_remedy(self.reviewer, self.state_remedy())

    def reopen_remedy(self):
        remedy = self.state_remedy()
        remedies.close_remedy(self.reviewer, remedy)
        remedies.reopen_remedy(self.reviewer, remedy, reason="It rains again.")

    def give_instruction(self):
        return instructions.give_instruction(
            self.leader, unit=self.unit, year=2023, text="Why so late?", indicator=self.indicator
        )

    def answer_instruction(self):
        instructions.answer_instruction(self.reviewer, self.give_instruction(), unit=self.unit, answer="Rain.")

    def close_instruction(self):
        instructions.close_instruction(self.leader, self.give_instruction())

    def create_person(self):
        self.build.person("new")

    def grant_role(self):
        self.build.role(self.person, "leader", self.unit, self.section)

    def note_report(self):
        auditing.note_report(
            BY, unit=self.unit, month=6, name="通报.docx", content=b"PK", names_what_lags=True, ticked=["ROADS"]
        )

    def note_changes_export(self):
        auditing.note_changes_export(BY, user=self.person, rows=3, asked={"unit": "T"})

    def note_file(self):
        auditing.note_file(BY, unit=self.unit, name="指标.csv", content=b"1")

    def note_sign_in(self):
        auditing.note_sign_in(BY, user=self.person)

    def note_sign_out(self):
        auditing.note_sign_out(BY, user=self.person)

    def note_failed_sign_in(self):
        auditing.note_failed_sign_in(BY, username=self.person.username, locked=False)

    def note_refusal(self):
        auditing.note_refusal(BY, user=self.person, reason="No role.")

    def choose_appearance(self):
        people.choose_appearance(BY, user=self.person, language="en")

    def change_person(self):
        people.change_person(BY, user=self.person, full_name="改名")

    def disable_person(self):
        people.disable_person(BY, user=self.person, reason="Transferred.")

    def enable_person(self):
        self.disable_person()
        people.enable_person(BY, user=self.person)

    def add_person(self):
        invitations.add_person(BY, username="new", full_name="新人")

    def invite_person(self):
        return invitations.invite_person(BY, user=self.person)

    def accept_invitation(self):
        code = self.invite_person().code
        by = self.author(self.person)
        invitations.accept_invitation(by, user=self.person, code=code, password_hash=make_password("mine alone"))

    def take_people(self):
        row = people_import.ListedRole(2, "新人", "new", self.unit, "clerk", (self.section,))
        people_import.take_people(BY, rows=[row])

    def unlock_person(self):
        people.unlock_person(BY, user=self.person)

    def end_role(self):
        people.end_role(BY, self.build.role(self.person, "leader", self.unit))

    def change_own_account(self):
        by = self.author(self.person)
        people.change_own_account(by, user=self.person, email="", language="en", large_text=True)

    def change_own_password(self):
        people.change_own_password(self.author(self.person), user=self.person, password_hash="!")

    def change_unit(self):
        units.change_unit(BY, unit=self.unit, name="改名")

    def place_unit(self):
        units.place_unit(BY, unit=self.build.unit("T-N"), place=1)

    def move_unit(self):
        units.move_unit(BY, unit=self.build.unit("T-N"), parent=self.unit)

    def end_unit(self):
        units.end_unit(BY, unit=self.build.unit("T-N", self.unit), last_year=2023, reason="Merged.")

    def continue_unit(self):
        unit = self.build.unit("T-N", self.unit)
        units.end_unit(BY, unit=unit, last_year=2023, reason="Merged.")
        units.continue_unit(BY, unit=unit)

    def change_section(self):
        units.change_section(BY, section=self.section, name="改名")

    def place_section(self):
        units.place_section(BY, section=self.build.section("rural"), place=1)

    def archive_section(self):
        units.archive_section(BY, section=self.build.section("rural"), reason="Merged.")

    def restore_section(self):
        section = self.build.section("rural")
        units.archive_section(BY, section=section, reason="Merged.")
        units.restore_section(BY, section=section)

    def change_year(self):
        years.change_year(BY, year=self.build.year(), due_day=6)

    def prepare_report(self):
        return reporting.prepare_report(
            BY, unit=self.unit, year=2023, as_of=6, title="工作总结", addressees="", signature="", day=date(2023, 7, 8)
        )

    def change_report(self):
        reporting.change_report(BY, self.prepare_report(), [Part("own:1", 0, "走访入户。")])

    def keep_version(self):
        reporting.keep_version(BY, self.prepare_report(), content="{}", lock_version=0)

    def archive_report(self):
        report = self.prepare_report()
        reporting.archive_report(BY, report)
        return report

    def restore_report(self):
        reporting.restore_report(BY, self.archive_report())


#: Loads into a house without plans: it has a test of its own.
ALONE = {"load_house"}


def verbs():
    """The name of every public verb of the services."""
    names = [module.name for module in pkgutil.iter_modules(services.__path__, "targets.services.")]
    for module in (*names, "reports.half_year.services"):
        for name, function in inspect.getmembers(importlib.import_module(module), inspect.isfunction):
            wrapped = getattr(function, "__wrapped__", None)
            if wrapped is not None and function.__module__ == module and not name.startswith("_"):
                yield name


#: Contexts, which write nothing.
NO_VERBS = {"coming_from", "of_row"}

VERBS = sorted(set(verbs()) - ALONE - NO_VERBS)


def test_every_verb_has_its_act():
    assert set(VERBS) == {name for name in vars(Acts) if not name.startswith("_")} - {"author"}


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_leaves_a_change(build, name):
    acts = Acts(build)
    before = set(Change.objects.values_list("pk", flat=True))
    getattr(acts, name)()
    left = Change.objects.exclude(pk__in=before)
    assert left.exists()
    for change in left:
        assert change.actor_label
        assert change.action
        assert change.object_id
        assert change.source == "test"
        assert change.batch


@pytest.mark.parametrize("name", VERBS)
def test_after_every_verb_the_accounts_say_what_the_answers_say(build, name):
    acts = Acts(build)
    getattr(acts, name)()
    assert Year.objects.filter(accounts_version=0).count() == 0
    assert [str(row) for year in Year.objects.all() for row in accounts.differences(year.year)] == []


def test_loading_a_house_leaves_a_change_for_every_row(db):
    house = loading.House(
        sections=[{"code": "economy", "name": "经济发展"}],
        units=[({"code": "T", "name": "青山乡", "kind": "township"}, "")],
        indicators=[
            (
                {
                    "code": "ROADS",
                    "name": "新修道路",
                    "kind": "quantity",
                    "accumulation": "flow",
                    "direction": "at_least",
                },
                "economy",
            )
        ],
        targets=[(("T", "ROADS", 2023), {})],
    )
    loading.load_house(BY, house)
    actions = list(Change.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["year.create", "section.create", "unit.create", "indicator.create", "target.load"]
    assert Change.objects.values("batch").distinct().count() == 1


def test_a_record_names_who_from_what_to_what_and_why(build):
    acts = Acts(build)
    acts.build.approved(acts.target, 6, "1.5")
    clerk = acts.build.person("clerk", "clerk", acts.unit)
    by = Author.person(clerk, scope_of(clerk), source="/month/", address="10.0.0.7")
    progress.correct_progress(by, target=acts.target, month=6, value=Decimal("2.25"), reason="Counted again.")
    change = Change.objects.first()
    assert (change.actor, change.actor_label) == (clerk, "人员clerk")
    assert (change.target, change.unit, change.month) == (acts.target, acts.unit, 6)
    assert '"value": "2.25"' in change.after
    assert (change.reason, change.source, change.address) == ("Counted again.", "/month/", "10.0.0.7")


def test_what_was_refused_leaves_no_record(build):
    acts = Acts(build)
    count = Change.objects.count()
    with pytest.raises(Exception, match="reason"):
        plans.archive(BY, acts.target, reason=" ")
    assert Change.objects.count() == count
