"""Review: what was submitted, approved or returned."""

import pytest

from targets.models import ProgressEntry

ADDRESS = "/review/?year=2023"


@pytest.fixture
def waiting(cast, build):
    """A figure of East for July that waits for review."""
    return build.submitted(cast.east_target, 7, "1.3")


def state(entry):
    return ProgressEntry.objects.get(pk=entry.pk).state


def test_the_reviewer_sees_what_waits_with_what_was_before_it(cast, signed_in, waiting):
    page = signed_in(cast.reviewer).get(ADDRESS).content.decode()
    assert "东村" in page
    assert "1.30" in page
    assert "+1.30" in page  # 5.0 by July against 3.7 by June


def test_approving_makes_it_count(cast, signed_in, waiting):
    client = signed_in(cast.reviewer)
    client.post(ADDRESS, {"entry": [f"entry-{waiting.pk}"], "approve": "1"})
    assert state(waiting) == "approved"
    page = client.get("/indicators/ROADS/?unit=T-E&as_of=7&period=Y").content.decode()
    assert "5.00" in page  # 3.7 + 1.3


def test_returning_asks_for_a_reason_and_shows_it_to_the_clerk(cast, client, waiting):
    client.force_login(cast.reviewer)
    assert client.post(ADDRESS, {"return": f"entry-{waiting.pk}", "reason": " "}).status_code == 422
    assert state(waiting) == "submitted"
    client.post(ADDRESS, {"return": f"entry-{waiting.pk}", "reason": "与验收单不符"})
    assert state(waiting) == "returned"
    client.force_login(cast.east_clerk)
    assert "与验收单不符" in client.get("/month/?year=2023&as_of=7").content.decode()


def test_a_correction_leaves_the_approved_figure_on_the_pages_until_it_is_approved(cast, build, client):
    from decimal import Decimal

    from targets.services.progress import correct_progress, submit

    correction = correct_progress(
        build.by, target=cast.east_target, month=6, reason="复测", value=Decimal("4.4"), typed_as="cumulative"
    )
    submit(build.by, correction)
    client.force_login(cast.reviewer)
    address = "/indicators/ROADS/?unit=T-E&as_of=6"
    assert "3.70" in client.get(address).content.decode()
    client.post(ADDRESS, {"entry": [f"entry-{correction.pk}"], "approve": "1"})
    assert "4.40" in client.get(address).content.decode()


def test_what_was_entered_on_behalf_is_approved_by_another_person(cast, client, build):
    client.force_login(cast.reviewer)
    field = f"t{cast.east_target.pk}"
    client.post(
        "/month/?unit=T-E&year=2023&as_of=7",
        {f"{field}-value": "1", f"{field}-typed_as": "month", f"{field}-chosen": "on", "submit": "1"},
    )
    entry = ProgressEntry.objects.get(target=cast.east_target, month=7)
    assert client.post(ADDRESS, {"entry": [f"entry-{entry.pk}"], "approve": "1"}).status_code == 422
    assert state(entry) == "submitted"
    client.force_login(build.person("second", "reviewer", cast.township))
    client.post(ADDRESS, {"entry": [f"entry-{entry.pk}"], "approve": "1"})
    assert state(entry) == "approved"


@pytest.mark.parametrize("who", ["east_clerk", "leader", "auditor", "system_administrator", "security_administrator"])
def test_only_a_reviewer_reviews(cast, signed_in, waiting, who):
    client = signed_in(getattr(cast, who))
    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS, {"entry": [f"entry-{waiting.pk}"], "approve": "1"}).status_code == 403
    assert state(waiting) == "submitted"


@pytest.mark.parametrize("key", ["entry-0", "entry-x", "step-1", "nonsense", "entry-99999999999999999999", ""])
def test_a_forged_key_finds_nothing(cast, signed_in, waiting, key):
    assert signed_in(cast.reviewer).post(ADDRESS, {"entry": [key], "approve": "1"}).status_code == 404
    assert state(waiting) == "submitted"


def test_a_village_reviewer_reviews_only_the_village(cast, build, signed_in, waiting):
    client = signed_in(build.person("west-reviewer", "reviewer", cast.west))
    assert "1.30" not in client.get(ADDRESS).content.decode()
    assert client.post(ADDRESS, {"entry": [f"entry-{waiting.pk}"], "approve": "1"}).status_code == 404


def test_nothing_chosen_is_said(cast, signed_in, waiting):
    assert signed_in(cast.reviewer).post(ADDRESS, {"approve": "1"}).status_code == 422


def test_the_queue_asks_the_same_number_of_queries_for_1_and_for_20_figures(
    cast, build, signed_in, waiting, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(cast.reviewer)
    with CaptureQueriesContext(connection) as few:
        client.get(ADDRESS)
    for number in range(20):
        target = build.target(build.indicator(f"N{number}", cast.economy), cast.east, {12: 6})
        build.submitted(target, 7, "1")
    with django_assert_num_queries(len(few)):
        client.get(ADDRESS)
