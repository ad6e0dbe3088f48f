"""My month: typed, saved, submitted, as a plain form without a script."""

from decimal import Decimal

import pytest

from targets.models import Change, ProgressEntry

ADDRESS = "/month/?unit=T-E&year=2023&as_of=7"


@pytest.fixture
def clerk(cast, signed_in):
    return signed_in(cast.east_clerk)


def typed(target, **fields):
    return {f"t{target.pk}-{name}": value for name, value in fields.items()}


def entry(target):
    return ProgressEntry.objects.get(target=target, month=7)


def test_the_clerk_sees_only_the_own_units_month(cast, clerk):
    page = clerk.get("/month/?year=2023&as_of=7").content.decode()
    assert "新修道路" in page
    assert "3.7" in page  # last reported, January to June
    assert "8.90" not in page  # the sibling's figure
    assert clerk.get("/month/?unit=T-W&year=2023&as_of=7").status_code == 404


def test_a_month_value_is_saved_as_a_draft_and_counts_nowhere(cast, clerk):
    response = clerk.post(ADDRESS, typed(cast.east_target, value="1.2", typed_as="month") | {"save": "1"})
    assert response.status_code == 302
    saved = entry(cast.east_target)
    assert (saved.state, saved.value, saved.typed_as) == ("draft", Decimal("1.2"), "month")
    assert saved.entered_by == cast.east_clerk
    assert "4.9" not in clerk.get("/indicators/ROADS/?as_of=7&period=Y").content.decode()  # 3.7 + 1.2


def test_a_ticked_row_is_submitted_and_an_unticked_one_only_saved(cast, clerk, build):
    bridges = build.target(build.indicator("BRIDGES", cast.economy), cast.east, {12: 6})
    clerk.post(
        ADDRESS,
        typed(cast.east_target, value="1", typed_as="month", chosen="on")
        | typed(bridges, value="2", typed_as="month")
        | {"submit": "1"},
    )
    assert entry(cast.east_target).state == "submitted"
    assert entry(bridges).state == "draft"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("１２．５", "12.5"),  # full-width digits
        ("1,234.5", "1234.5"),
        (" 7 ", "7"),
        ("3千米", "3"),  # the indicator's own unit of measure behind it
        ("0", "0"),
        ("−2", "-2"),
        ("1.5万", "15000"),  # 1.5 × 10,000
    ],
)
def test_a_figure_is_understood_as_people_type_it(cast, clerk, text, value):
    clerk.post(ADDRESS, typed(cast.east_target, value=text, typed_as="month", reason="核减") | {"save": "1"})
    assert entry(cast.east_target).value == Decimal(value)


@pytest.mark.parametrize(
    "text", ["abc", "1e5", "NaN", "Infinity", "=1+1", "<b>1</b>", "1.23456", "9" * 12, "9" * 10000, "1\x002", "1,23"]
)
def test_what_is_no_figure_is_refused_beside_the_cell_and_stays_typed(cast, clerk, build, text):
    bridges = build.target(build.indicator("BRIDGES", cast.economy), cast.east, {12: 6})
    response = clerk.post(
        ADDRESS,
        typed(cast.east_target, value=text, typed_as="month")
        | typed(bridges, value="2", typed_as="month")
        | {"save": "1"},
    )
    assert response.status_code == 422
    assert not ProgressEntry.objects.filter(target=cast.east_target, month=7).exists()
    assert entry(bridges).value == 2, "the other row is kept"
    assert b'class="wrong"' in response.content


def test_the_four_answers_stay_four_different_things(cast, clerk, build):
    targets = [build.target(build.indicator(f"I{n}", cast.economy), cast.east, {12: 6}) for n in range(4)]
    clerk.post(
        ADDRESS,
        typed(targets[0], value="0", typed_as="month")
        | typed(targets[1], answer="no_change")
        | typed(targets[2], answer="not_applicable")
        | typed(targets[3], value="", typed_as="month")
        | {"save": "1"},
    )
    assert (entry(targets[0]).answer, entry(targets[0]).value) == ("value", 0)
    assert (entry(targets[1]).answer, entry(targets[1]).value) == ("no_change", None)
    assert (entry(targets[2]).answer, entry(targets[2]).value) == ("not_applicable", None)
    assert not ProgressEntry.objects.filter(target=targets[3], month=7).exists()


def test_a_falling_running_total_asks_for_a_reason(cast, clerk):
    fields = typed(cast.east_target, value="3", typed_as="cumulative")  # 3.7 was reported by June
    assert clerk.post(ADDRESS, fields | {"save": "1"}).status_code == 422
    with_reason = fields | typed(cast.east_target, reason="复测核减")
    assert clerk.post(ADDRESS, with_reason | {"save": "1"}).status_code == 302
    assert entry(cast.east_target).reason == "复测核减"


def test_an_emptied_draft_is_discarded_and_recorded(cast, clerk, build):
    draft = build.draft(cast.east_target, 7, "1")
    clerk.post(
        ADDRESS, typed(cast.east_target, value="", typed_as="month", lock_version=draft.lock_version) | {"save": "1"}
    )
    assert not ProgressEntry.objects.filter(pk=draft.pk).exists()
    assert Change.objects.filter(action="entry.discard", object_id=draft.pk).exists()


def test_an_unchanged_row_writes_nothing(cast, clerk, build):
    draft = build.draft(cast.east_target, 7, "1")
    before = Change.objects.count()
    clerk.post(
        ADDRESS, typed(cast.east_target, value="1", typed_as="month", lock_version=draft.lock_version) | {"save": "1"}
    )
    assert Change.objects.count() == before


def test_somebody_elses_newer_figure_is_never_overwritten_silently(cast, clerk, build):
    draft = build.draft(cast.east_target, 7, "1")
    build.draft(cast.east_target, 7, "5")  # somebody else was faster
    response = clerk.post(
        ADDRESS, typed(cast.east_target, value="2", typed_as="month", lock_version=draft.lock_version) | {"save": "1"}
    )
    assert response.status_code == 422
    assert entry(cast.east_target).value == 5


def test_a_yearly_indicator_is_not_asked_for_in_july(cast, clerk, build):
    build.target(build.indicator("HARVEST", cast.economy, name="秋粮产量", frequency="year"), cast.east, {12: 6})
    assert "秋粮产量" not in clerk.get(ADDRESS).content.decode()
    assert "秋粮产量" in clerk.get(ADDRESS.replace("as_of=7", "as_of=12")).content.decode()


def test_the_steps_of_a_task_are_reported_with_their_date(cast, clerk, build):
    task = build.indicator("ROAD", cast.economy, kind="milestone", accumulation="")
    target = build.target(task, cast.east, steps=[{"name": "开工"}])
    step = target.milestones.get()
    clerk.post(
        ADDRESS,
        {f"s{step.pk}-done": "on", f"s{step.pk}-done_on": "2023-07-10", f"s{step.pk}-chosen": "on", "submit": "1"},
    )
    report = step.entries.get()
    assert (report.done, str(report.done_on), report.state) == (True, "2023-07-10", "submitted")


def test_a_reviewer_enters_on_behalf_and_is_marked(cast, signed_in):
    signed_in(cast.reviewer).post(ADDRESS, typed(cast.east_target, value="1", typed_as="month") | {"save": "1"})
    assert entry(cast.east_target).on_behalf


@pytest.mark.parametrize("who", ["leader", "auditor", "system_administrator"])
def test_who_only_looks_is_refused_with_the_reason(cast, signed_in, who):
    client = signed_in(getattr(cast, who))
    response = client.post(ADDRESS, typed(cast.east_target, value="1", typed_as="month") | {"save": "1"})
    assert response.status_code == 403
    assert not ProgressEntry.objects.filter(month=7).exists()


def test_a_forged_target_in_the_body_is_ignored(cast, clerk):
    clerk.post(ADDRESS, typed(cast.west_target, value="1", typed_as="month") | {"save": "1"})
    assert not ProgressEntry.objects.filter(target=cast.west_target, month=7).exists()


def test_the_grid_asks_the_same_number_of_queries_for_2_and_for_30_rows(cast, clerk, build, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        clerk.get(ADDRESS)
    for number in range(30):
        build.target(build.indicator(f"N{number}", cast.economy), cast.east, {12: 6})
    with django_assert_num_queries(len(few)):
        clerk.get(ADDRESS)
