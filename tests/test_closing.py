"""Closing a month closes what it says: a unit and all that report below it, after what is still open was named."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from targets.models import Change, UnitMonth
from targets.permissions import scope_of
from targets.services import months, progress
from targets.services.base import Author
from tests.pages import read

TOWNSHIP = "/month/closing/?unit=T&year=2023&as_of=7"


@pytest.fixture
def reviewer(cast, signed_in):
    return signed_in(cast.reviewer, "en")


def closed_units(month=7):
    found = UnitMonth.objects.filter(year=2023, month=month, closed_at__isnull=False)
    return set(found.values_list("unit__code", flat=True))


def shown(client, address=TOWNSHIP):
    return client.get(address).context["found"]


def close(client, *units, address=TOWNSHIP, fingerprint=None):
    seen = fingerprint or shown(client, address).fingerprint
    return client.post(address, {"close": "1", "unit": units, "shown": seen})


def test_the_township_closes_all_its_units_after_naming_what_is_open(cast, build, reviewer):
    """East has handed its figure in and it is approved, West has a draft, the office nothing."""
    build.approved(cast.east_target, 7, 1)
    build.draft(cast.west_target, 7, 1)
    page = read(reviewer.get(TOWNSHIP))
    rows = {row["Unit"].text: row for row in page.table("closing").rows}
    assert {unit: row["Still open"].text for unit, row in rows.items()} == {
        "East Village": "Nothing",
        "West Village": "1 not handed in: Roads built",
        "Safety Office": "1 not handed in: Home visits",
    }
    assert {row["Month closed"].text for row in rows.values()} == {"Not closed"}
    answer = reviewer.post(
        TOWNSHIP, {"close": "1", "unit": ["T-E", "T-W", "T-O"], "shown": shown(reviewer).fingerprint}, follow=True
    )
    assert "Closed for 3 units: Safety Office, East Village, West Village." in read(answer).text
    assert closed_units() == {"T-E", "T-W", "T-O"}
    with pytest.raises(ValidationError, match="closed"):
        build.draft(cast.office_target, 7, 1)
    assert Change.objects.filter(action="month.close", month=7).count() == 3
    assert len(set(Change.objects.filter(action="month.close").values_list("batch", flat=True))) == 1


def test_the_button_of_my_month_names_what_is_open_and_closes_nothing_by_itself(cast, reviewer):
    for unit in ("T", "T-E"):
        answer = reviewer.post(f"/month/?unit={unit}&year=2023&as_of=7", {"close": "1"})
        assert answer.status_code == 302
        assert answer["Location"].startswith("/month/closing/?")
        assert f"unit={unit}" in answer["Location"]
    assert closed_units() == set()


def test_a_unit_of_which_nothing_is_open_is_closed_at_once(cast, build, reviewer):
    build.approved(cast.east_target, 7, 1)
    answer = reviewer.post("/month/?unit=T-E&year=2023&as_of=7", {"close": "1"}, follow=True)
    assert "The month is closed." in read(answer).text
    assert closed_units() == {"T-E"}


def test_what_waits_for_review_is_named_and_nothing_is_closed(cast, build, reviewer):
    build.submitted(cast.west_target, 7, 1)
    found = {one.unit.code: one for one in shown(reviewer).units}
    assert (found["T-W"].waiting, found["T-W"].can_close, found["T-E"].can_close) == (1, False, True)
    answer = close(reviewer, "T-E", "T-W")
    assert answer.status_code == 422
    assert "Figures of these units wait for review: West Village." in read(answer).text
    assert closed_units() == set()
    assert close(reviewer, "T-E").status_code == 302
    assert closed_units() == {"T-E"}


def test_a_report_on_a_step_that_waits_stands_in_the_way_too(cast, build, reviewer):
    task = build.target(
        build.indicator("TASK", cast.economy, kind="milestone", accumulation="", name_en="Bridge"),
        cast.west,
        steps=[{"name": "Begin", "name_en": "Begin", "due": date(2023, 7, 31)}],
    )
    (west,) = (one for one in shown(reviewer).units if one.unit == cast.west)
    assert [step.name for step in west.steps] == ["Begin"]
    progress.submit(build.by, progress.record_step(build.by, milestone=task.milestones.get(), done=True, month=7))
    assert close(reviewer, "T-W").status_code == 422


def test_what_changed_since_it_was_shown_is_looked_at_again(cast, build, reviewer):
    before = shown(reviewer).fingerprint
    progress.return_entry(build.by, build.submitted(cast.west_target, 7, 1), reason="Why?")
    answer = close(reviewer, "T-E", "T-W", "T-O", fingerprint=before)
    assert answer.status_code == 409
    assert "1 returned: Roads built" in read(answer).text
    assert closed_units() == set()


def test_never_closed_for_nothing(cast, reviewer):
    assert close(reviewer).status_code == 422
    assert close(reviewer, "T-E").status_code == 302
    again = close(reviewer, "T-E")
    assert again.status_code == 422
    assert "Nothing was closed: the month of these units is closed already." in read(again).text
    assert Change.objects.filter(action="month.close").count() == 1


def test_a_unit_without_figures_has_nothing_to_close(cast, build, reviewer):
    build.unit("T-S", cast.township, name="南村", name_en="South Village")
    answer = reviewer.post("/month/?unit=T-S&year=2023&as_of=7", {"close": "1"}, follow=True)
    assert "There is nothing to close" in read(answer).text
    assert not UnitMonth.objects.filter(month=7).exists()


def test_a_month_that_has_not_opened_is_not_closed(cast, reviewer, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: date(2023, 7, 24))
    assert shown(reviewer).units == ()
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: date(2023, 7, 25))
    assert len(shown(reviewer).units) == 3


def test_the_ticked_ones_are_reopened_with_a_reason(cast, reviewer):
    close(reviewer, "T-E", "T-W", "T-O")
    assert reviewer.post(TOWNSHIP, {"reopen": "1", "unit": ["T-E", "T-W"], "reason": " "}).status_code == 422
    assert closed_units() == {"T-E", "T-W", "T-O"}
    assert reviewer.post(TOWNSHIP, {"reopen": "1", "unit": ["T-E", "T-W"], "reason": "One is new."}).status_code == 302
    assert closed_units() == {"T-O"}
    nothing = reviewer.post(TOWNSHIP, {"reopen": "1", "unit": ["T-E"], "reason": "One is new."})
    assert nothing.status_code == 422
    assert "Nothing was reopened: the month of these units is open." in read(nothing).text
    recorded = Change.objects.filter(action="month.reopen").order_by("unit_id")
    assert list(recorded.values_list("unit__code", "reason")) == [
        ("T-E", "One is new."),
        ("T-W", "One is new."),
    ]


def test_a_unit_outside_the_scope_is_not_closed_by_naming_it(cast, build, signed_in):
    east = build.person("east-reviewer", "reviewer", cast.east)
    client = signed_in(east)
    address = TOWNSHIP.replace("unit=T&", "unit=T-E&")
    assert close(client, "T-E", "T-W", address=address).status_code == 302
    assert closed_units() == {"T-E"}
    with pytest.raises(PermissionDenied):
        months.close_months(Author.person(east, scope_of(east)), units=[cast.east, cast.west], year=2023, month=8)
    assert closed_units(8) == set()


def test_the_review_page_leads_to_it(cast, signed_in):
    assert 'href="/month/closing/?year=2023&amp;unit=T"' in signed_in(cast.reviewer).get("/review/").content.decode()
    of_one_section = signed_in(cast.governance_leader).get("/month/?unit=T&year=2023").content.decode()
    assert "closing" not in of_one_section


def test_the_page_asks_the_same_number_of_queries_for_3_and_for_13_units(
    cast, build, reviewer, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        reviewer.get(TOWNSHIP)
    for number in range(10):
        build.target(cast.roads, build.unit(f"T-{number}", cast.township), {12: 6})
    with django_assert_num_queries(len(few)):
        reviewer.get(TOWNSHIP)
    before = shown(reviewer)
    units = [one.unit.code for one in before.units]
    with CaptureQueriesContext(connection) as closing_three:
        close(reviewer, *units[:3], fingerprint=before.fingerprint)
    with CaptureQueriesContext(connection) as closing_ten:
        close(reviewer, *units[3:])
    assert len(closing_ten) - len(few) <= len(closing_three) + 1
