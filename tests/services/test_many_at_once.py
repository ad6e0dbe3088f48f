"""Many figures in one act: a bounded number of statements, and every rule of a single one."""

from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from targets.models import Change, MilestoneEntry, ProgressEntry, State, Target, Year
from targets.services import months, progress
from targets.services.base import Author, ConflictError, verb
from targets.services.loading import CheckpointRow, EntryRow, House, MilestoneRow, load_house

BY = Author.system("test")


def load(rows: int, state: str) -> None:
    """So many figures of July in twelve villages, each correcting nothing, and a task in each with a step."""
    villages = [f"V-{number}" for number in range(12)]
    codes = [f"I-{number}" for number in range(rows // 12 + 1)]
    keys = [(village, code, 2023) for code in codes for village in villages][:rows]
    tasks = [(village, "TASK", 2023) for village in villages]
    answer = {"from_month": 7, "month": 7, "answer": "value", "typed_as": "month", "value": Decimal("0.5")}
    shared = {"kind": "quantity", "accumulation": "flow", "direction": "at_least", "unit_of_measure": "千米"}
    load_house(
        BY,
        House(
            sections=[{"code": "economy", "name": "经济发展"}],
            units=[
                ({"code": "T", "name": "青山乡", "kind": "township"}, ""),
                *(({"code": code, "name": code, "kind": "village"}, "T") for code in villages),
            ],
            indicators=[
                *(({"code": code, "name": code, **shared}, "economy") for code in codes),
                ({"code": "TASK", "name": "工程", "kind": "milestone", "direction": "at_least"}, "economy"),
            ],
            targets=[(key, {}) for key in keys + tasks],
            checkpoints=[CheckpointRow(key, 12, Decimal(6)) for key in keys],
            milestones=[
                MilestoneRow(key, {"step": 1, "name": "开工"}, done=False, recorded_month=None) for key in tasks
            ],
            entries=[EntryRow(key, {**answer, "state": state}) for key in keys],
        ),
    )


def reports_on_steps() -> list[MilestoneEntry]:
    tasks = Target.objects.filter(indicator__code="TASK")
    return [
        progress.record_step(BY, milestone=task.milestones.get(), done=True, month=7) for task in tasks.order_by("pk")
    ]


def statements(rows: int, state: str, act: str, steps: int = 2) -> int:
    """How many statements an act asks for so many figures and some steps, read as a page reads them."""
    with transaction.atomic():
        load(rows, state)
        reports = reports_on_steps()[:steps]
        if state == State.SUBMITTED:
            progress.submit(BY, *reports)
        entries: list[ProgressEntry | MilestoneEntry] = [
            *ProgressEntry.objects.all(),
            *MilestoneEntry.objects.filter(pk__in=[one.pk for one in reports]),
        ]
        assert len(entries) == rows + steps
        with CaptureQueriesContext(connection) as queries:
            if act == "return_entries":
                progress.return_entries(BY, {entry: f"错{entry.pk}" for entry in entries})
            else:
                getattr(progress, act)(BY, *entries)
        transaction.set_rollback(True)
    return len(queries)


ACTS = [
    ("approve", "submitted"),
    ("withdraw", "submitted"),
    ("return_entries", "submitted"),
    ("submit", "draft"),
    ("submit_each", "draft"),
]


@pytest.mark.parametrize(("act", "state"), ACTS)
def test_sixty_figures_ask_no_more_statements_than_two(db, act, state):
    assert statements(60, state, act, steps=5) == statements(2, state, act) <= 45


@pytest.mark.parametrize(("act", "state"), ACTS)
def test_a_thousand_figures_ask_more_only_where_each_has_values_of_its_own(db, act, state):
    # SQLite takes 999 values in a statement: 66 changes, 333 rows with a value each, or 76 accounts of the 1200 figures
    # and of the 101 sums.
    assert statements(1200, state, act) <= statements(2, state, act) + 1200 // 66 + 1200 // 333 + 1301 // 76 + 4


@pytest.fixture
def flows(build):
    village = build.unit("V", build.unit("T", kind="township"))
    return [build.target(build.indicator(f"F{number}"), village, {12: 12}) for number in range(4)]


def states() -> list[str]:
    return list(ProgressEntry.objects.order_by("target_id", "version").values_list("state", flat=True))


def test_corrections_supersede_what_they_correct_and_each_is_recorded(build, flows):
    for flow in flows[:2]:
        build.approved(flow, 3, 1)
    corrections = [
        progress.correct_progress(build.by, target=flow, month=3, reason="复测", value=Decimal(2)) for flow in flows[:2]
    ]
    first = build.draft(flows[2], 3, 1)
    progress.submit(build.by, *corrections, first)
    before = Change.objects.count()
    progress.approve(build.by, *corrections, first)
    assert states() == ["superseded", "approved", "superseded", "approved", "approved"]
    recorded = Change.objects.order_by("pk")[before:]
    assert [change.action for change in recorded] == [
        *["entry.supersede", "entry.approve"] * 2,
        "entry.approve",
    ]
    assert [change.target_id for change in recorded] == [flows[n].pk for n in (0, 0, 1, 1, 2)]
    assert [change.before for change in recorded[:2]] == ['{"state": "approved"}', '{"state": "submitted"}']
    assert all(entry.lock_version == ProgressEntry.objects.get(pk=entry.pk).lock_version for entry in corrections)


def test_one_that_somebody_changed_keeps_all_as_they_are(build, flows):
    entries = [build.submitted(flow, 3, 1) for flow in flows]
    progress.return_entry(build.by, ProgressEntry.objects.get(pk=entries[3].pk), reason="错")
    for act in (progress.approve, progress.withdraw):
        with pytest.raises(ConflictError):
            act(build.by, *entries)
    assert states() == ["submitted"] * 3 + ["returned"]


def test_of_two_runs_that_overlap_only_the_first_is_approved(build, flows):
    entries = [build.submitted(flows[0], 3, 1), build.submitted(flows[0], 4, 1, from_month=3)]
    with pytest.raises(progress.RefusedEntryError, match="Months 3 to 3 are already answered") as refusal:
        progress.approve(build.by, *entries)
    assert refusal.value.entry == entries[1]
    assert states() == ["submitted", "submitted"]


def test_each_hands_over_what_it_can_and_says_why_not_the_rest(build, flows):
    good, changed, approved, closed = (build.draft(flow, 3, 1) for flow in flows)
    build.draft(flows[1], 3, 5)
    progress.submit(build.by, approved)
    progress.approve(build.by, approved)
    approved.refresh_from_db()
    with pytest.raises(ConflictError):
        progress.submit(build.by, good, changed, approved)
    assert states() == ["draft", "draft", "approved", "draft"]
    refused = progress.submit_each(build.by, good, changed, approved)
    assert states() == ["submitted", "draft", "approved", "draft"]
    assert (good.state, good.lock_version) == ("submitted", ProgressEntry.objects.get(pk=good.pk).lock_version)
    assert list(refused) == [changed, approved]
    assert isinstance(refused[changed], ConflictError)
    assert "Only a draft or a returned figure can be submitted." in refused[approved].messages
    progress.withdraw(build.by, good)
    months.close_month(build.by, unit=flows[3].unit, year=2023, month=3)
    (reason,) = progress.submit_each(build.by, closed).values()
    assert "This month is closed." in reason.messages[0]


def test_each_asks_for_a_remedy_of_what_is_behind_alone(build, flows):
    verb(Year.objects.filter(year=2023).update)(remedy_required=True)
    task = build.target(
        build.indicator("TASK", kind="milestone", accumulation=""),
        flows[0].unit,
        steps=[{"name": "Begin", "due": "2023-01-31"}, {"name": "End", "due": "2023-11-30"}],
    )
    begun = progress.record_step(build.by, milestone=task.milestones.get(step=1), done=True, month=3)
    ahead, behind = build.draft(flows[0], 3, 3), build.draft(flows[1], 3, 1)
    refused = progress.submit_each(build.by, ahead, behind, begun)
    assert list(refused) == [behind]
    assert "handed in with a remedy" in refused[behind].messages[0]
    assert states() == ["submitted", "draft"]
    assert MilestoneEntry.objects.get().state == "submitted"
