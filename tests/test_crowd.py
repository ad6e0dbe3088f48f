"""Twenty people at once through the pages, each with a connection of their own: on SQLite's file and on PostgreSQL.

Nobody's figure is lost, nobody reads "database is locked", and what is handed in together stands or falls together.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from targets.models import Change, ProgressEntry, State, UnitMonth
from tests.pages import read
from tests.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 20
QUERY = "unit=V&year=2023&as_of=3"


@pytest.fixture
def crowd(build):
    """A village with twenty indicators, twenty clerks, a reviewer, and a browser for each of them."""
    village = build.unit("V", build.unit("T", kind="township"))

    class Crowd:
        unit = village
        targets = [build.target(build.indicator(f"I{n:02d}"), village, {12: 120}) for n in range(CROWD)]
        clerks = [browser(build.person(f"clerk-{n}", "clerk", village)) for n in range(CROWD)]
        reviewer = browser(build.person("reviewer", "reviewer", village))

    return Crowd


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def save(client: Client, target: Any, value: int, lock_version: int | str = "") -> Callable[[], Any]:
    """What the page sends when a cell is left."""
    form = {"row": f"t{target.pk}", f"t{target.pk}-value": str(value), f"t{target.pk}-lock_version": str(lock_version)}
    return lambda: client.post(f"/month/row/?{QUERY}", form)


def statuses(results: list[Any]) -> Counter[int]:
    for result in results:
        assert not isinstance(result, Exception), result
        assert b"locked" not in result.content
    return Counter(result.status_code for result in results)


def test_twenty_cells_are_saved_by_twenty_people(crowd):
    results = at_once(*(save(c, t, n) for n, (c, t) in enumerate(zip(crowd.clerks, crowd.targets, strict=True))))
    assert statuses(results) == {200: CROWD}
    values = ProgressEntry.objects.order_by("target__indicator__code").values_list("value", flat=True)
    assert list(values) == list(range(CROWD))
    assert Change.objects.filter(action="entry.create").count() == CROWD


def test_one_cell_is_saved_once_and_the_others_are_told_whose_value_stands(crowd):
    target = crowd.targets[0]
    results = at_once(*(save(client, target, n) for n, client in enumerate(crowd.clerks)))
    assert statuses(results) == {200: 1, 409: CROWD - 1}
    entry = target.entries.get()
    (winner,) = [n for n, result in enumerate(results) if result.status_code == 200]
    assert entry.value == winner
    for result in results:
        if result.status_code == 409:
            conflict = result.json()["conflict"]
            assert conflict["who"] == str(entry.entered_by)
            assert conflict["lock_version"] == entry.lock_version
            assert conflict["may_keep"]


def test_one_draft_typed_over_by_twenty_keeps_exactly_one(crowd, build):
    target = crowd.targets[0]
    build.draft(target, 3, 99)
    seen = target.entries.get().lock_version
    results = at_once(*(save(client, target, n, seen) for n, client in enumerate(crowd.clerks)))
    assert statuses(results) == {200: 1, 409: CROWD - 1}
    (winner,) = [n for n, result in enumerate(results) if result.status_code == 200]
    entry = target.entries.get()
    assert (entry.value, entry.lock_version) == (winner, seen + 1)


def test_approving_while_a_clerk_types_over_the_others(crowd, build):
    """The submitted figure is approved; the drafts beside it are saved; no figure is both."""
    for target in crowd.targets[:10]:
        build.submitted(target, 3, 7)
    shown = read(crowd.reviewer.get("/review/?year=2023"))
    boxes = [values["value"] for tag, values in shown.tags if tag == "input" and values.get("name") == "entry"]
    assert len(boxes) == 10
    approval = {"approve": "1", "entry": boxes}
    typing = [save(c, t, 5) for c, t in zip(crowd.clerks[10:], crowd.targets[10:], strict=True)]
    over = [save(c, t, 9) for c, t in zip(crowd.clerks[:10], crowd.targets[:10], strict=True)]
    results = at_once(lambda: crowd.reviewer.post("/review/?year=2023", approval), *typing, *over)
    assert results[0].status_code == 302
    assert statuses(results[1:11]) == {200: 10}
    # Submitted or approved by then: it can no longer be typed over.
    assert statuses(results[11:]) == {409: 10}
    by_state = Counter(ProgressEntry.objects.values_list("state", "value"))
    assert by_state == {(State.APPROVED, 7): 10, (State.DRAFT, 5): 10}


def test_closing_while_clerks_submit_leaves_nothing_half_handed_in(crowd, build):
    """Whoever comes first wins for the whole page: a closed month has no submitted figure."""
    for target in crowd.targets:
        build.draft(target, 3, 4)
    entries = {entry.target_id: entry for entry in ProgressEntry.objects.all()}
    form = {"submit": "1"}
    for target in crowd.targets:
        form[f"t{target.pk}-value"] = "4"
        form[f"t{target.pk}-lock_version"] = str(entries[target.pk].lock_version)
        form[f"t{target.pk}-chosen"] = "on"
    seen = crowd.reviewer.get(f"/month/closing/?{QUERY}").context["found"]
    closing = {"close": "1", "unit": crowd.unit.code, "shown": seen.fingerprint}
    results = at_once(
        lambda: crowd.clerks[0].post(f"/month/?{QUERY}", form),
        lambda: crowd.reviewer.post(f"/month/closing/?{QUERY}", closing),
    )
    for result in results:
        assert not isinstance(result, Exception), result
        assert result.status_code in (302, 409, 422)
    states = Counter(ProgressEntry.objects.values_list("state", flat=True))
    is_closed = UnitMonth.objects.filter(unit=crowd.unit, month=3, closed_at__isnull=False).exists()
    if is_closed:
        assert states == {State.DRAFT: CROWD}
        assert results[0].status_code == 422
    else:
        # Figures wait for review, so closing was refused: as seen before the lock was taken, or after.
        assert states == {State.SUBMITTED: CROWD}
        assert results[1].status_code in (409, 422)


def test_two_who_submit_the_same_page_submit_it_once(crowd, build):
    for target in crowd.targets:
        build.draft(target, 3, 4)
    form = {"submit": "1"}
    for entry in ProgressEntry.objects.all():
        form |= {
            f"t{entry.target_id}-value": "4",
            f"t{entry.target_id}-lock_version": str(entry.lock_version),
            f"t{entry.target_id}-chosen": "on",
        }
    results = at_once(*(lambda c=c: c.post(f"/month/?{QUERY}", form) for c in crowd.clerks[:2]))
    for result in results:
        assert not isinstance(result, Exception), result
    assert Counter(ProgressEntry.objects.values_list("state", flat=True)) == {State.SUBMITTED: CROWD}
    assert Change.objects.filter(action="entry.submit").count() == CROWD
