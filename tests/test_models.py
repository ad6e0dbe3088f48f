"""What the database itself holds: every constraint with its sentence, nothing deleted, amounts kept exactly."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError
from django.utils import translation

from targets.models import (
    Attachment,
    Change,
    Checkpoint,
    Indicator,
    Instruction,
    Membership,
    Milestone,
    MilestoneEntry,
    MonthlyAccount,
    ProgressEntry,
    Remedy,
    Section,
    Target,
    TargetRevision,
    Unit,
    UnitMonth,
    User,
    Year,
)
from targets.querysets.changes import AppendOnlyError
from tests.builders import Builder

pytestmark = pytest.mark.django_db

NOW = datetime(2023, 7, 5, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


class World:
    """One row of everything, made by the services, for others to clash with."""

    def __init__(self, build: Builder) -> None:
        self.year = build.year(2023)
        self.township = build.unit("T", kind="township")
        self.village = build.unit("V", self.township)
        self.indicator = build.indicator("FLOW")
        self.target = build.target(self.indicator, self.village, {6: 60, 12: 120})
        self.revision = self.target.revisions.get()
        self.approved = build.approved(self.target, 3, 12)
        self.draft = build.draft(self.target, 4, 12)
        task = build.indicator("TASK", kind="milestone", accumulation="")
        self.task = build.target(task, self.village, steps=[{"name": "开工"}, {"name": "完工"}])
        self.first, self.second = self.task.milestones.all()
        self.person = build.person("wang", "clerk", self.village)

    def entry(self, **fields: Any) -> ProgressEntry:
        """An entry that breaks nothing: a draft for May."""
        given = {"from_month": 5, "month": 5, "typed_as": "month", "value": Decimal(1), **fields}
        return ProgressEntry(target=self.target, **given)

    def step_entry(self, **fields: Any) -> MilestoneEntry:
        """A report on the first step that breaks nothing."""
        return MilestoneEntry(milestone=self.first, **{"done": True, "recorded_month": 4, **fields})


@pytest.fixture
def world(build: Builder) -> World:
    return World(build)


def its_own(instance: Any, name: str) -> Any:
    setattr(instance, name, instance)
    return instance


def twice(instance: Any) -> Any:
    """The same row once more, after the first was saved."""
    instance.save()
    instance.pk = None
    instance._state.adding = True
    return instance


MONTH = "A month is a number from 1 to 12."
#: Constraint → a row that breaks it and nothing else, and the sentence for the person.
BROKEN: dict[str, tuple[Callable[[World], models.Model], str]] = {
    "unit_is_not_its_own_parent": (
        lambda world: its_own(world.village, "parent"),
        "A unit cannot be its own parent. Choose another unit or none.",
    ),
    "unit_months_in_order": (
        lambda world: Unit(
            code="N", name="新村", kind="village", first_year=2023, first_month=7, last_year=2023, last_month=6
        ),
        "A unit cannot end before it begins. Check when it begins and ends.",
    ),
    "unit_ends_in_a_month": (
        lambda world: Unit(code="N", name="新村", kind="village", last_year=2023, last_month=13),
        "A month is a number from 1 to 12.",
    ),
    "unit_is_not_merged_into_itself": (
        lambda world: its_own(world.village, "merged_into"),
        "A unit cannot be merged into itself. Choose another one or none.",
    ),
    "indicator_kind_fits_accumulation": (
        lambda world: Indicator(
            section=world.indicator.section, code="N", name="新", kind="rate", accumulation="flow", direction="at_least"
        ),
        "A quantity adds up (flow) or stands (stock), a rate counts by its latest value, and a milestone task has no "
        "accumulation. Choose an accumulation that fits the kind.",
    ),
    "indicator_decimals_at_most_four": (
        lambda world: Indicator(
            section=world.indicator.section,
            code="N",
            name="新",
            kind="quantity",
            accumulation="flow",
            direction="at_least",
            decimals=5,
        ),
        "An indicator keeps at most four decimals.",
    ),
    "indicator_does_not_succeed_itself": (
        lambda world: its_own(world.indicator, "succeeds"),
        "An indicator cannot succeed itself. Choose another one or none.",
    ),
    "membership_once": (
        lambda world: Membership(user=world.person, unit=world.village, role="clerk"),
        "This person already has this role in this unit.",
    ),
    "year_ratios_fall": (
        lambda world: Year(year=2030, on_schedule_ratio=Decimal("0.7")),
        "The thresholds must fall from ahead over on schedule to slightly behind. Correct the order.",
    ),
    "year_points_fall": (
        lambda world: Year(year=2030, ahead_points=Decimal(-1)),
        "The thresholds in points must fall from ahead over on schedule to slightly behind. Correct the order.",
    ),
    "year_calendar_in_order": (
        lambda world: Year(year=2030, review_day=16),
        "Due day, review day and closing day must follow one another.",
    ),
    "target_once_per_unit_and_year": (
        lambda world: Target(indicator=world.indicator, unit=world.village, year=2023),
        "This unit already has a target for this indicator in this year.",
    ),
    "target_weight_not_negative": (
        lambda world: Target(indicator=world.indicator, unit=world.township, year=2023, weight=Decimal("-0.0001")),
        "A weight is zero or more.",
    ),
    "target_discarded_is_archived": (
        lambda world: Target(indicator=world.indicator, unit=world.township, year=2023, discarded=True),
        "Only an archived target has gone with its draft.",
    ),
    "revision_once_per_month": (
        lambda world: TargetRevision(target=world.target, effective_month=1),
        "The target was already adjusted from this month on.",
    ),
    "revision_month_of_year": (lambda world: TargetRevision(target=world.target, effective_month=13), MONTH),
    "account_once": (
        lambda world: MonthlyAccount(indicator=world.target.indicator, unit=world.target.unit, year=world.target.year),
        "There is already an account of this indicator at this unit.",
    ),
    "checkpoint_once_per_month": (
        lambda world: Checkpoint(revision=world.revision, month=6, value=Decimal(1)),
        "There is already a checkpoint for this month.",
    ),
    "checkpoint_month_of_year": (
        lambda world: Checkpoint(revision=world.revision, month=0, value=Decimal(1)),
        MONTH,
    ),
    "milestone_step_once": (
        lambda world: Milestone(target=world.task, step=2, name="验收"),
        "This task already has a step with this number.",
    ),
    "milestone_weight_positive": (
        lambda world: Milestone(target=world.task, step=3, name="验收", weight=Decimal(0)),
        "A step's weight is above zero.",
    ),
    "entry_one_approved": (
        lambda world: world.entry(from_month=3, month=3, version=2, state="approved", approved_at=NOW),
        "This month already has an approved figure. Correct that one.",
    ),
    "entry_one_open": (
        lambda world: world.entry(from_month=4, month=4, version=2, state="returned"),
        "This month already has a figure in progress. Continue with that one.",
    ),
    "entry_version_once": (
        lambda world: world.entry(
            from_month=4, month=4, version=1, state="superseded", approved_at=NOW, superseded_at=NOW
        ),
        "Somebody else has just saved this month. Load the page again.",
    ),
    "entry_months_in_order": (
        lambda world: world.entry(from_month=6),
        "The months of an entry run forward from 1 to 12. Check both.",
    ),
    "entry_value_fits_answer": (
        lambda world: world.entry(answer="no_change", typed_as="", value=Decimal(0)),
        'A value needs a figure; "no change" and "not applicable" carry none. Type one or the other.',
    ),
    "entry_rate_has_two_numbers": (
        lambda world: world.entry(numerator=Decimal(3), denominator=Decimal(0)),
        "A rate needs numerator and denominator together, and a denominator above zero. Where there was no case at "
        "all, type 0 and 0.",
    ),
    "entry_approved_has_time": (
        lambda world: world.entry(state="approved"),
        "An approved figure carries the time of its approval, and no other does.",
    ),
    "milestone_entry_one_approved": (
        lambda world: twice(world.step_entry(state="approved", approved_at=NOW)),
        "This step already has an approved report. Correct that one.",
    ),
    "milestone_entry_one_open": (
        lambda world: twice(world.step_entry()),
        "This step already has a report in progress. Continue with that one.",
    ),
    "milestone_entry_version_once": (
        lambda world: twice(world.step_entry(state="superseded", approved_at=NOW)),
        "Somebody else has just saved this step. Load the page again.",
    ),
    "milestone_entry_date_when_done": (
        lambda world: world.step_entry(done=False, done_on=date(2023, 4, 24)),
        "A step that is not done has no date on which it was done.",
    ),
    "milestone_entry_month_of_year": (lambda world: world.step_entry(recorded_month=13), MONTH),
    "milestone_entry_approved_has_time": (
        lambda world: world.step_entry(state="approved"),
        "An approved report carries the time of its approval, and no other does.",
    ),
    "unit_month_once": (
        lambda world: UnitMonth(unit=world.village, year=2023, month=3),
        "This unit's month exists already.",
    ),
    "unit_month_of_year": (lambda world: UnitMonth(unit=world.village, year=2023, month=13), MONTH),
    "instruction_is_about_one_thing": (
        lambda world: Instruction(
            unit=world.village,
            indicator=world.indicator,
            section=world.indicator.section,
            year=2023,
            text="抓紧",
            given_by=world.person,
        ),
        "An instruction is about one indicator or one section.",
    ),
    "instruction_says_something": (
        lambda world: Instruction(unit=world.village, indicator=world.indicator, year=2023, given_by=world.person),
        "Write what is asked.",
    ),
    "remedy_one_open": (
        lambda world: twice(Remedy(target=world.target, month=3, cause="汛期", entered_by=world.person)),
        "This target has an open remedy already. Continue with that one.",
    ),
    "remedy_names_a_cause": (
        lambda world: Remedy(target=world.target, month=3, entered_by=world.person),
        "Say in a line why the target lags.",
    ),
    "remedy_month_of_year": (
        lambda world: Remedy(target=world.target, month=0, cause="汛期", entered_by=world.person),
        MONTH,
    ),
}


def all_constraints() -> dict[str, Any]:
    return {
        constraint.name: constraint
        for model in apps.get_app_config("targets").get_models()
        for constraint in model._meta.constraints
    }


def test_every_constraint_is_in_the_table():
    assert set(BROKEN) == set(all_constraints())


def is_refused(row: models.Model) -> list[str]:
    """The sentences for a row that the database does not take either. Nothing of it stays."""
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    return refusal.value.messages


@pytest.mark.unguarded
def test_a_constraint_says_its_sentence_and_the_database_holds_it(world):
    constraints = all_constraints()
    for name, (make, sentence) in BROKEN.items():
        with transaction.atomic():
            row = make(world)
            with pytest.raises(ValidationError) as refusal:
                constraints[name].validate(type(row), row)
            assert refusal.value.messages == [sentence], name
            # Where a field says the same first, its sentence is that of the field.
            assert is_refused(row), name
            transaction.set_rollback(True)
        world.village.refresh_from_db()
        world.indicator.refresh_from_db()


@pytest.mark.unguarded
def test_what_the_table_starts_from_breaks_nothing(world):
    for row in (world.entry(), world.step_entry()):
        row.full_clean()
        row.save()


@pytest.mark.unguarded
def test_a_rate_is_never_half_there(world):
    # SQL takes a comparison with NULL for no violation; a lone numerator would later break every page.
    for numerator, denominator in (
        (3, None),
        (0, None),
        (None, 3),
        (None, 0),
        (3, -3),
        (0, -3),
        (3, 0),
        (-3, 0),
    ):
        (sentence,) = is_refused(world.entry(numerator=numerator, denominator=denominator))
        assert sentence.startswith("A rate needs numerator and denominator together"), (numerator, denominator)


@pytest.mark.unguarded
def test_a_rate_has_its_two_numbers(world):
    for month, (numerator, denominator) in enumerate([("0", "0"), ("0", "3"), ("-3", "4"), ("3", "0.0001")], start=5):
        entry = world.entry(
            from_month=month,
            month=month,
            value=None,
            numerator=Decimal(numerator),
            denominator=Decimal(denominator),
        )
        entry.full_clean()
        entry.save()


@pytest.mark.unguarded
def test_an_answer_and_its_figure_belong_together(world):
    for fields in (
        {"value": None},
        {"typed_as": ""},
        {"answer": "not_applicable", "typed_as": ""},
        {"answer": "no_change", "value": None, "numerator": Decimal(0), "denominator": Decimal(0)},
    ):
        (sentence,) = is_refused(world.entry(**fields))
        assert sentence.startswith("A value needs a figure"), fields


@pytest.mark.unguarded
def test_only_what_was_approved_has_the_time_of_it(world):
    for state, approved_at in (
        ("approved", None),
        ("superseded", None),
        ("draft", NOW),
        ("submitted", NOW),
        ("returned", NOW),
    ):
        assert is_refused(world.entry(state=state, approved_at=approved_at)) == [
            "An approved figure carries the time of its approval, and no other does."
        ]


@pytest.mark.unguarded
def test_each_state_that_is_open_takes_the_one_open_place(world):
    for state in ("draft", "submitted", "returned"):
        assert is_refused(world.entry(from_month=4, month=4, version=2, state=state)) == [
            "This month already has a figure in progress. Continue with that one."
        ]
    # Beside it stand any number that once counted.
    for version in (2, 3):
        world.entry(
            from_month=4, month=4, version=version, state="superseded", approved_at=NOW, superseded_at=NOW
        ).save()


class TestNothingIsDeleted:
    def everything(self, world: World) -> list[models.Model]:
        """Rows that others point to, from the leaf up."""
        return [
            world.revision,
            world.target,
            world.task,
            world.indicator,
            world.indicator.section,
            world.village,
            world.township,
            world.person,
        ]

    @pytest.mark.unguarded
    def test_what_something_hangs_on_is_protected(self, world):
        for row in self.everything(world):
            with pytest.raises(ProtectedError):
                row.delete()
            with pytest.raises(ProtectedError):
                type(row)._default_manager.filter(pk=row.pk).delete()

    def test_every_reference_protects(self):
        found = {
            f"{model.__name__}.{field.name}"
            for app in ("targets", "reports")
            for model in apps.get_app_config(app).get_models()
            for field in model._meta.concrete_fields
            if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is not models.PROTECT
        }
        assert found == set()

    @pytest.mark.unguarded
    def test_the_database_itself_refuses_to_lose_what_something_hangs_on(self, world):
        def delete() -> None:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("DELETE FROM targets_target WHERE id = %s", [world.target.pk])
                connection.check_constraints()

        with pytest.raises(IntegrityError):
            delete()

    @pytest.mark.unguarded
    def test_the_author_of_a_change_cannot_be_deleted(self, build):
        from targets.permissions import scope_of
        from targets.services import units
        from targets.services.base import Author

        person = build.person("admin", "system_administrator", build.unit("T", kind="township"))
        units.create_section(Author.person(person, scope_of(person)), code="new", name="新")
        Membership.objects.filter(user=person).delete()
        with pytest.raises(ProtectedError):
            person.delete()


class TestTheRecordOfChanges:
    @pytest.mark.unguarded
    def test_it_is_only_ever_added_to(self, world):
        changes = Change.objects.all()
        first = changes[0]
        for write in (
            lambda: changes.update(reason="别的原因"),
            lambda: changes.delete(),
            lambda: changes.bulk_update([first], ["reason"]),
            lambda: changes.filter(pk=first.pk).update(reason="别的原因"),
        ):
            with pytest.raises(AppendOnlyError):
                write()

    def test_the_latest_stands_first(self, world):
        ids = list(Change.objects.values_list("pk", flat=True))
        assert ids == sorted(ids, reverse=True)


AMOUNTS = [
    "99999999999.9999",
    "-99999999999.9999",
    "12345678901.2345",
    "10000000000.0001",
    "0.0001",
    "-0.0001",
    "0.1",
    "634.29",
    "0",
]


@pytest.mark.unguarded
class TestAmounts:
    """Eleven integer digits and four decimals: the most that SQLite keeps exactly."""

    def test_an_amount_comes_back_exactly(self, world):
        for amount in AMOUNTS:
            with transaction.atomic():
                entry = world.entry(value=Decimal(amount))
                entry.full_clean()
                entry.save()
                read = ProgressEntry.objects.values_list("value", flat=True).get(pk=entry.pk)
                assert read == Decimal(amount)
                assert isinstance(read, Decimal)
                assert ProgressEntry.objects.filter(pk=entry.pk, value=Decimal(amount)).exists(), amount
                transaction.set_rollback(True)

    def test_so_does_every_other_amount_of_the_plan(self, world):
        target = Target.objects.create(indicator=world.indicator, unit=world.township, year=2023)
        checkpoint = Checkpoint.objects.create(revision=world.revision, month=1, value=Decimal(0))
        for amount in AMOUNTS:
            Target.objects.filter(pk=target.pk).update(baseline=Decimal(amount))
            Checkpoint.objects.filter(pk=checkpoint.pk).update(value=Decimal(amount))
            assert Target.objects.get(pk=target.pk).baseline == Decimal(amount)
            assert Checkpoint.objects.get(pk=checkpoint.pk).value == Decimal(amount)

    def test_the_largest_and_the_smallest_add_up_without_loss(self, world):
        for month, amount in ((5, "99999999999.9999"), (6, "-99999999999.9998")):
            world.entry(from_month=month, month=month, value=Decimal(amount)).save()
        values = ProgressEntry.objects.filter(month__in=(5, 6)).values_list("value", flat=True)
        # 99999999999.9999 - 99999999999.9998
        assert sum((value for value in values if value is not None), Decimal(0)) == Decimal("0.0001")

    def test_none_is_none_and_zero_is_zero(self, world):
        target = Target.objects.create(indicator=world.indicator, unit=world.township, year=2023)
        assert Target.objects.get(pk=target.pk).baseline is None
        Target.objects.filter(pk=target.pk).update(baseline=Decimal(0))
        assert Target.objects.get(pk=target.pk).baseline == 0
        assert Target.objects.filter(baseline__isnull=True).count() == 2

    def test_what_would_not_come_back_exactly_is_refused(self, world):
        for amount in ("100000000000", "0.00001", "NaN", "Infinity"):
            with pytest.raises(ValidationError):
                world.entry(value=Decimal(amount)).full_clean()


class TestReading:
    def test_units_sections_and_indicators_stand_by_position(self, build):
        # Neither by code, nor by name, nor in the order in which they were made.
        for position, code in ((3, "A"), (1, "C"), (2, "B")):
            build.unit(code, position=position)
            build.section(code.lower(), position=position)
        for position, code in ((2, "X"), (1, "Y")):
            build.indicator(code, Section.objects.get(code="b"), position=position)
        build.indicator("Z", Section.objects.get(code="c"), position=9)
        assert list(Unit.objects.values_list("code", flat=True)) == ["C", "B", "A"]
        assert list(Section.objects.values_list("code", flat=True)) == ["c", "b", "a"]
        assert list(Indicator.objects.values_list("code", flat=True)) == ["Z", "Y", "X"]

    def test_text_is_empty_and_never_null(self):
        found = {
            f"{model.__name__}.{field.name}"
            for model in apps.get_app_config("targets").get_models()
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField) and field.null
        }
        assert found == set()

    def test_every_row_can_be_named(self, world):
        attachment = Attachment(target=world.target, month=3, original_name="台账.xlsx")
        remedy = Remedy(target=world.target, month=3, cause="汛期停工")
        rows = [
            world.year,
            world.township,
            world.indicator,
            world.indicator.section,
            world.target,
            world.revision,
            world.revision.checkpoints.first(),
            world.first,
            world.approved,
            world.step_entry(),
            world.person,
            world.person.memberships.get(),
            UnitMonth.objects.first(),
            Change.objects.first(),
            attachment,
            remedy,
        ]
        assert all(str(row).strip() for row in rows)
        assert str(world.target) == "指标FLOW · 单位V · 2023"
        assert str(User(username="li", password=make_password("x"))) == "li"
