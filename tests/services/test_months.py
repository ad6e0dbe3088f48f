"""Closing and reopening a month."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from targets.models import Change
from targets.permissions import scope_of
from targets.services.base import Author
from targets.services.months import close_month, reopen_month
from targets.services.progress import correct_progress, record_progress, submit
from targets.summaries.month import month_grid


@pytest.fixture
def reviewer(cast):
    return Author.person(cast.reviewer, scope_of(cast.reviewer))


@pytest.fixture
def closed(cast, reviewer):
    close_month(reviewer, unit=cast.east, year=2023, month=6)


def test_a_closed_month_takes_no_new_figure_and_says_whom_to_ask(cast, build, closed):
    bridges = build.target(build.indicator("BRIDGES", cast.economy), cast.east, {12: 6})
    with pytest.raises(ValidationError, match="reviewer"):
        record_progress(build.by, target=bridges, month=6, value=Decimal(1))


def test_a_closed_month_takes_a_correction_with_a_reason(cast, build, closed):
    entry = correct_progress(
        build.by, target=cast.east_target, month=6, reason="复测", value=Decimal(4), typed_as="cumulative"
    )
    assert entry.version == 2


def test_other_units_and_months_stay_open(cast, build, closed):
    assert record_progress(build.by, target=cast.east_target, month=7, value=Decimal(1)).state == "draft"
    assert record_progress(build.by, target=cast.west_target, month=7, value=Decimal(1)).state == "draft"


def test_a_month_with_figures_that_wait_is_not_closed(cast, build, reviewer):
    build.submitted(cast.east_target, 7, "1")
    with pytest.raises(ValidationError):
        close_month(reviewer, unit=cast.east, year=2023, month=7)


def test_reopening_needs_a_reason_and_is_recorded(cast, build, reviewer, closed):
    with pytest.raises(ValidationError):
        reopen_month(reviewer, unit=cast.east, year=2023, month=6, reason=" ")
    reopen_month(reviewer, unit=cast.east, year=2023, month=6, reason="漏报一项")
    assert list(Change.objects.filter(action__startswith="month.").order_by("id").values_list("action", "reason")) == [
        ("month.close", ""),
        ("month.reopen", "漏报一项"),
    ]


def test_closing_twice_records_once(cast, reviewer, closed):
    close_month(reviewer, unit=cast.east, year=2023, month=6)
    assert Change.objects.filter(action="month.close").count() == 1


@pytest.mark.parametrize("who", ["east_clerk", "leader", "auditor", "system_administrator"])
def test_only_a_reviewer_closes(cast, who):
    person = getattr(cast, who)
    with pytest.raises(PermissionDenied):
        close_month(Author.person(person, scope_of(person)), unit=cast.east, year=2023, month=6)


def test_a_closed_month_says_so_on_the_page(cast, closed, signed_in):
    page = signed_in(cast.east_clerk).get("/month/?year=2023&as_of=6").content.decode()
    assert f"t{cast.east_target.pk}-value" not in page


def test_the_reviewer_closes_and_reopens_on_the_months_page(cast, signed_in):
    client = signed_in(cast.reviewer)
    address = "/month/?unit=T-E&year=2023&as_of=6"
    assert client.post(address, {"close": "1"}).status_code == 302
    assert cast.east.months.get(month=6).closed_at is not None
    assert client.post(address, {"reopen": "1", "reason": ""}).status_code == 422
    assert client.post(address, {"reopen": "1", "reason": "漏报一项"}).status_code == 302
    assert cast.east.months.get(month=6).closed_at is None


def test_a_draft_of_a_closed_month_is_not_handed_in_but_a_correction_is(cast, build, reviewer):
    draft = build.draft(cast.east_target, 7, 1)
    correction = correct_progress(build.by, target=cast.east_target, month=6, reason="复测", value=Decimal(4))
    for month in (6, 7):
        close_month(reviewer, unit=cast.east, year=2023, month=month)
    with pytest.raises(ValidationError, match="closed"):
        submit(build.by, draft)
    submit(build.by, correction)
    assert correction.state == "submitted"


def test_a_reviewer_of_one_section_closes_no_month_and_is_not_named_for_it(cast, build, closed):
    person = build.person("governance-reviewer", "reviewer", cast.township, cast.governance)
    by = Author.person(person, scope_of(person))
    with pytest.raises(PermissionDenied):
        close_month(by, unit=cast.east, year=2023, month=7)
    with pytest.raises(PermissionDenied):
        reopen_month(by, unit=cast.east, year=2023, month=6, reason="Asked for.")
    grid = month_grid(scope_of(cast.east_clerk), build.year(), cast.east, 6)
    assert grid.reviewers == (cast.reviewer,)
