"""The history of an indicator's figures: from, to, who, when, why and from where; only what the reader may see."""

from decimal import Decimal

import pytest

from targets.permissions import scope_of
from targets.services import plans, progress, remedies
from targets.services.base import Author
from tests.pages import read

ADDRESS = "/indicators/ROADS/?year=2023&as_of=7"


def history(client, query="&unit=T-E"):
    return read(client.get(ADDRESS + query)).table("history").rows


@pytest.fixture
def clerk(cast):
    return Author.person(cast.east_clerk, scope_of(cast.east_clerk), source="/month/")


def test_a_figure_is_followed_from_typing_to_approval_the_newest_first(cast, clerk, signed_in):
    entry = progress.record_progress(clerk, target=cast.east_target, month=7, value=Decimal("1.30"))
    progress.submit(clerk, entry)
    reviewer = Author.person(cast.reviewer, scope_of(cast.reviewer), source="/review/")
    progress.return_entry(reviewer, entry, reason="Measured where?")
    entry.refresh_from_db()
    progress.record_progress(
        clerk,
        target=cast.east_target,
        month=7,
        value=Decimal("5.1"),
        typed_as="cumulative",
        reason="By the survey",
        lock_version=entry.lock_version,
    )
    rows = history(signed_in(cast.leader, "en"))[:4]
    shown = [
        (row["By"].text, row["Month"].text, row["What was done"].text, row["From what to what"].text) for row in rows
    ]
    assert shown == [
        ("人员east", "July", "figure saved", "1.30 → 5.10 (running total)"),
        ("人员reviewer", "July", "figure returned", "—"),
        ("人员east", "July", "figure submitted", "—"),
        ("人员east", "July", "figure created", "1.30"),
    ]
    assert [row["Reason"].text for row in rows] == ["By the survey", "Measured where?", "—", "—"]
    assert [row["From where"].text for row in rows] == ["My month", "Review", "My month", "My month"]


def test_a_draft_is_known_to_who_types_it_alone(cast, clerk, signed_in):
    before = len(history(signed_in(cast.leader, "en")))
    progress.record_progress(clerk, target=cast.east_target, month=7, value=Decimal("77.7"))
    response = signed_in(cast.leader, "en").get(f"{ADDRESS}&unit=T-E")
    assert len(read(response).table("history").rows) == before
    assert "77.7" not in response.content.decode()


def test_a_discarded_draft_leaves_no_line(cast, clerk, signed_in):
    draft = progress.record_progress(clerk, target=cast.east_target, month=7, value=Decimal("77.7"))
    progress.discard(clerk, draft)
    assert "77.7" not in signed_in(cast.leader, "en").get(f"{ADDRESS}&unit=T-E").content.decode()


def test_a_sibling_sees_nothing_of_it(cast, build, signed_in):
    build.approved(cast.west_target, 7, "55.5")
    response = signed_in(cast.east_clerk, "en").get(f"{ADDRESS}&unit=T-E")
    assert "55.5" not in response.content.decode()
    assert "West Village" not in {row["Unit"].text for row in read(response).table("history").rows}
    assert "55.50" in {row["From what to what"].text for row in history(signed_in(cast.leader, "en"), "")}


def test_adjustments_and_remedies_are_in_it(cast, build, signed_in):
    plans.adjust_target(
        build.by, target=cast.east_target, effective_month=7, checkpoints={12: Decimal(8)}, reason="Document 8"
    )
    remedies.state_remedy(build.by, target=cast.east_target, month=7, cause="Rain.", measure="Two shifts")
    rows = history(signed_in(cast.leader, "en"))
    assert rows[0]["From what to what"].text == "Cause: Rain.; Measure: Two shifts"
    assert rows[1]["What was done"].text == "target: plan adjusted"
    assert "December: 10.00 → 8.00" in rows[1]["From what to what"].text
    assert rows[1]["Reason"].text == "Document 8"


def test_steps_are_in_it(cast, build, signed_in):
    from datetime import date

    task = build.target(
        build.indicator("TASK", cast.economy, kind="milestone", accumulation="", name_en="Bridge"),
        cast.east,
        steps=[{"name": "Begin"}],
    )
    step = task.milestones.get()
    report = progress.record_step(build.by, milestone=step, done=True, done_on=date(2023, 7, 3), month=7)
    progress.submit(build.by, report)
    page = read(signed_in(cast.leader, "en").get("/indicators/TASK/?year=2023&as_of=7&unit=T-E"))
    rows = page.table("history").rows
    assert [row["From what to what"].text for row in rows[:2]] == ["—", "Done 3 July 2023"]


def test_a_long_history_is_folded_and_paged(cast, build, signed_in):
    for month in range(7, 13):
        build.approved(cast.east_target, month, "1")  # created, submitted, approved: three lines each
    client = signed_in(cast.leader, "en")
    first = read(client.get(f"{ADDRESS}&unit=T-E"))
    assert len(first.table("history").rows) == 20
    assert ("details", {"class": "folded"}) in first.tags
    later = read(client.get(f"{ADDRESS}&unit=T-E&history=2"))
    assert ("details", {"class": "folded", "open": ""}) in later.tags
    beyond = read(client.get(f"{ADDRESS}&unit=T-E&history=999&per_page=100000"))
    assert 0 < len(beyond.table("history").rows) <= 20


def test_a_file_is_named_without_its_digest(cast, signed_in):
    from targets import display

    assert display.source("plan-2023, SHA-256 0123abcd") == "plan-2023"
    assert display.source("") == ""
