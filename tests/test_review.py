"""Review: what was submitted, approved or returned."""

from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest

from targets.models import ProgressEntry
from tests.pages import read
from tests.test_long_lists import rows_read

ADDRESS = "/review/?year=2023"


@pytest.fixture
def waiting(cast, build):
    """A figure of East for July that waits for review."""
    return build.submitted(cast.east_target, 7, "1.3")


def state(entry):
    return ProgressEntry.objects.get(pk=entry.pk).state


def shown_as(entry):
    """The row as the page shows it now."""
    return f"entry-{entry.pk}-{ProgressEntry.objects.get(pk=entry.pk).lock_version}"


def test_the_reviewer_sees_what_waits_with_what_was_before_it(cast, signed_in, waiting):
    page = signed_in(cast.reviewer).get(ADDRESS).content.decode()
    assert "东村" in page
    assert "1.30" in page
    assert "+1.30" in page  # 5.0 by July against 3.7 by June


def test_approving_makes_it_count(cast, signed_in, waiting):
    client = signed_in(cast.reviewer)
    client.post(ADDRESS, {"entry": [shown_as(waiting)], "approve": "1"})
    assert state(waiting) == "approved"
    page = client.get("/indicators/ROADS/?unit=T-E&as_of=7&period=Y").content.decode()
    assert "5.00" in page  # 3.7 + 1.3


def test_returning_asks_for_a_reason_and_shows_it_to_the_clerk(cast, client, waiting):
    client.force_login(cast.reviewer)
    assert client.post(ADDRESS, {"return": shown_as(waiting), f"reason-entry-{waiting.pk}": " "}).status_code == 422
    assert state(waiting) == "submitted"
    client.post(ADDRESS, {"return": shown_as(waiting), f"reason-entry-{waiting.pk}": "与验收单不符"})
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
    client.post(ADDRESS, {"entry": [shown_as(correction)], "approve": "1"})
    assert "4.40" in client.get(address).content.decode()


def test_what_was_entered_on_behalf_is_approved_by_another_person(cast, client, build):
    client.force_login(cast.reviewer)
    field = f"t{cast.east_target.pk}"
    client.post(
        "/month/?unit=T-E&year=2023&as_of=7",
        {f"{field}-value": "1", f"{field}-typed_as": "month", f"{field}-chosen": "on", "submit": "1"},
    )
    entry = ProgressEntry.objects.get(target=cast.east_target, month=7)
    assert client.post(ADDRESS, {"entry": [shown_as(entry)], "approve": "1"}).status_code == 422
    assert state(entry) == "submitted"
    client.force_login(build.person("second", "reviewer", cast.township))
    client.post(ADDRESS, {"entry": [shown_as(entry)], "approve": "1"})
    assert state(entry) == "approved"


@pytest.mark.parametrize("who", ["east_clerk", "leader", "auditor", "system_administrator", "security_administrator"])
def test_only_a_reviewer_reviews(cast, signed_in, waiting, who):
    client = signed_in(getattr(cast, who))
    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS, {"entry": [shown_as(waiting)], "approve": "1"}).status_code == 403
    assert state(waiting) == "submitted"


@pytest.mark.parametrize(
    "key", ["entry-1", "entry-x-0", "entry-1-x", "step-1-0-0", "nonsense", "entry-99999999999999999999-0", "", "-1-0"]
)
def test_a_forged_key_finds_nothing(cast, signed_in, waiting, key):
    assert signed_in(cast.reviewer).post(ADDRESS, {"entry": [key], "approve": "1"}).status_code == 404
    assert state(waiting) == "submitted"


@pytest.mark.parametrize("key", ["entry-0-0", "step-1-0"])
def test_a_figure_that_is_no_longer_there_is_said(cast, signed_in, waiting, key):
    response = signed_in(cast.reviewer, "en").post(ADDRESS, {"entry": [key, shown_as(waiting)], "approve": "1"})
    assert response.status_code == 409
    assert "A figure of this page is no longer there" in read(response).text
    assert state(waiting) == "submitted"


def test_a_village_reviewer_reviews_only_the_village(cast, build, signed_in, waiting):
    client = signed_in(build.person("west-reviewer", "reviewer", cast.west))
    assert "1.30" not in client.get(ADDRESS).content.decode()
    assert client.post(ADDRESS, {"entry": [shown_as(waiting)], "approve": "1"}).status_code == 409
    assert state(waiting) == "submitted"


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
    # One more where no month is half complete: which was answered last.
    with django_assert_num_queries(len(few) + 1):
        client.get(ADDRESS)


# What was shown is what is decided on.


def test_a_figure_changed_since_the_page_was_loaded_is_not_approved_unseen(cast, build, signed_in, waiting):
    from targets.services.progress import submit, withdraw

    seen = shown_as(waiting)
    withdraw(build.by, ProgressEntry.objects.get(pk=waiting.pk))
    changed = build.draft(cast.east_target, 7, "13", lock_version=ProgressEntry.objects.get(pk=waiting.pk).lock_version)
    submit(build.by, changed)
    response = signed_in(cast.reviewer, "en").post(ADDRESS, {"entry": [seen], "approve": "1"})
    assert response.status_code == 409
    assert "East Village · Roads built · July was changed after the page was loaded" in read(response).text
    assert state(waiting) == "submitted"


def test_who_was_faster_is_named_and_nothing_else_is_approved(cast, build, signed_in, waiting):
    from targets.permissions import scope_of
    from targets.services.base import Author
    from targets.services.progress import return_entry

    other = build.submitted(cast.west_target, 7, "0.5")
    seen = [shown_as(waiting), shown_as(other)]
    second = build.person("second", "reviewer", cast.township)
    return_entry(Author.person(second, scope_of(second)), ProgressEntry.objects.get(pk=waiting.pk), reason="Why?")
    response = signed_in(cast.reviewer, "en").post(ADDRESS, {"entry": seen, "approve": "1"})
    page = read(response)
    assert response.status_code == 409
    assert "East Village · Roads built · July was returned by 人员second meanwhile." in page.text
    assert state(other) == "submitted"
    ticked = [tag for name, tag in page.tags if name == "input" and "checked" in tag]
    assert [tag["value"] for tag in ticked] == [shown_as(other)]


def test_a_refusal_keeps_ticks_and_reasons_and_stands_in_its_row(cast, build, signed_in, waiting):
    other = build.submitted(cast.west_target, 7, "0.5")
    form = {
        "entry": [shown_as(other)],
        "return": shown_as(waiting),
        f"reason-entry-{waiting.pk}": "",
        f"reason-entry-{other.pk}": "still typing",
    }
    response = signed_in(cast.reviewer, "en").post(ADDRESS, form)
    page = read(response)
    assert response.status_code == 422
    fields = {tag["name"]: tag.get("value") for name, tag in page.tags if name == "input" and "name" in tag}
    assert fields[f"reason-entry-{other.pk}"] == "still typing"
    assert [tag["value"] for name, tag in page.tags if name == "input" and "checked" in tag] == [shown_as(other)]
    row = next(tag for name, tag in page.tags if name == "tr" and tag.get("id") == f"entry-{waiting.pk}")
    assert row["class"] == "wrong"


def test_enter_beside_the_only_reason_returns_that_row(cast, build, signed_in, waiting):
    other = build.submitted(cast.west_target, 7, "0.5")
    form = {"shown": [shown_as(waiting), shown_as(other)], f"reason-entry-{waiting.pk}": "与验收单不符"}
    signed_in(cast.reviewer).post(ADDRESS, form)
    assert (state(waiting), state(other)) == ("returned", "submitted")


def test_enter_beside_two_reasons_decides_nothing(cast, build, signed_in, waiting):
    other = build.submitted(cast.west_target, 7, "0.5")
    form = {
        "shown": [shown_as(waiting), shown_as(other)],
        f"reason-entry-{waiting.pk}": "a",
        f"reason-entry-{other.pk}": "b",
    }
    assert signed_in(cast.reviewer).post(ADDRESS, form).status_code == 422
    assert (state(waiting), state(other)) == ("submitted", "submitted")


# All without warnings.


def all_clean(client, *entries, address=ADDRESS):
    return client.post(address, {"approve_clean": "1", "shown": [shown_as(entry) for entry in entries]}, follow=True)


def test_all_without_warnings_are_approved_and_the_others_are_counted(cast, build, signed_in, waiting):
    odd = build.submitted(cast.west_target, 7, "1.23456789"[:6])  # more decimals than the two of the indicator
    page = read(all_clean(signed_in(cast.reviewer, "en"), waiting, odd))
    assert (state(waiting), state(odd)) == ("approved", "submitted")
    assert "1 answer approved. 1 was left: it has a warning." in page.text


def test_a_warning_names_the_figures(cast, build, signed_in):
    farmland = build.indicator(
        "LAND", cast.economy, accumulation="stock", unit_of_measure="亩", unit_of_measure_en="mu"
    )
    land = build.target(farmland, cast.east, {12: 2600}, baseline=2500)
    build.submitted(land, 7, 5)
    page = read(signed_in(cast.reviewer, "en").get(ADDRESS))
    assert "It collapses from 2500.00 mu to 5.00 mu: less than a third." in page.text


def test_what_the_page_did_not_show_is_left(cast, build, signed_in, waiting):
    client = signed_in(cast.reviewer, "en")
    fields = [tag for name, tag in read(client.get(ADDRESS)).tags if name == "input" and tag.get("type") == "hidden"]
    form = {tag["name"]: tag["value"] for tag in fields if tag["name"] in ("shown", "newest")}
    late = build.submitted(cast.west_target, 7, "0.5")
    page = read(client.post(ADDRESS, form | {"approve_clean": "1"}, follow=True))
    assert (state(waiting), state(late)) == ("approved", "submitted")
    assert "1 was left: it arrived or was changed after the page was loaded." in page.text


def test_with_nothing_but_warnings_nothing_is_approved(cast, build, signed_in):
    odd = build.submitted(cast.west_target, 7, "0.1234")
    response = all_clean(signed_in(cast.reviewer, "en"), odd)
    assert response.status_code == 422
    assert "There is nothing without warnings to approve. 1 was left: it has a warning." in read(response).text
    assert state(odd) == "submitted"


def test_what_would_turn_red_is_a_warning(cast, build, signed_in):
    pears = build.target(
        build.indicator("PEARS", cast.economy, accumulation="stock", unit_of_measure="亩"), cast.east, {6: 100, 12: 100}
    )
    build.approved(pears, 6, "2500", from_month=1)
    entry = build.submitted(pears, 7, "5")  # 5 of 100
    response = all_clean(signed_in(cast.reviewer, "en"), entry)
    assert state(entry) == "submitted"
    assert "What goes well would be behind with it." in read(response).text


def test_a_broken_check_is_a_warning(cast, build, signed_in):
    from targets.services import plans

    part = build.indicator("PART", cast.economy, name="部分", name_en="Part", unit_of_measure="千米")
    target = build.target(part, cast.east, {12: 1})
    plans.create_check(build.by, code="V1", left=cast.roads, operator=">=", right=[part], meaning="部分不超过总数")
    build.approved(target, 6, "0", from_month=1)
    build.approved(cast.east_target, 7, "0.3")
    # 3.7 + 0.3 = 4 km of roads by July, of which the part alone would be 5
    entry = build.submitted(target, 7, "5")
    response = all_clean(signed_in(cast.reviewer, "en"), entry)
    assert state(entry) == "submitted"
    assert "Does not fit: Roads built 4.00 should be at least Part 5.00." in read(response).text


def test_a_late_month_above_a_later_total_is_a_warning(cast, build, signed_in):
    trees = build.target(build.indicator("TREES", cast.economy, unit_of_measure="亩", decimals=0), cast.east, {12: 120})
    build.approved(trees, 4, 40, typed_as="cumulative")
    late = build.submitted(trees, 3, 55, reason="补报")
    page = read(all_clean(signed_in(cast.reviewer, "en"), late))
    assert state(late) == "submitted"
    assert "The running total of April, 40 CNY 10k, is below the 55 CNY 10k before it." in page.text


def test_two_waiting_months_that_cannot_both_be_are_both_left(cast, build, signed_in):
    trees = build.target(build.indicator("TREES", cast.economy, decimals=0), cast.east, {12: 120})
    late = build.submitted(trees, 3, 55)
    total = build.submitted(trees, 4, 40, typed_as="cumulative", reason="核减")
    all_clean(signed_in(cast.reviewer), late, total)
    assert (state(late), state(total)) == ("submitted", "submitted")


def test_a_correction_is_left_by_the_one_click_and_approved_by_itself(cast, build, signed_in, waiting):
    from targets.services.progress import correct_progress, submit

    correction = correct_progress(
        build.by, target=cast.east_target, month=6, reason="复测", value=Decimal("3.8"), typed_as="cumulative"
    )
    submit(build.by, correction)
    client = signed_in(cast.reviewer, "en")
    assert "Corrects an approved figure." in read(client.get(ADDRESS)).text
    page = read(all_clean(client, waiting, correction))
    assert (state(waiting), state(correction)) == ("approved", "submitted")
    assert "1 was left: it corrects an approved figure and is looked at by itself." in page.text
    client.post(ADDRESS, {"entry": [shown_as(correction)], "approve": "1"})
    assert state(correction) == "approved"


def test_a_clerk_who_reviews_as_well_approves_nothing_of_the_own(cast, build, client):
    both = build.person("both", "clerk", cast.east)
    build.role(both, "reviewer", cast.east)
    client.force_login(both)
    field = f"t{cast.east_target.pk}"
    form = {f"{field}-value": "1", f"{field}-typed_as": "month", f"{field}-chosen": "on", "submit": "1"}
    client.post("/month/?unit=T-E&year=2023&as_of=7", form)
    own = cast.east_target.entries.get(month=7)
    assert (own.state, own.on_behalf) == ("submitted", False)
    assert "由您填报或提交，须由其他审核人审核" in client.get(ADDRESS).content.decode()
    assert "由您填报或提交" in all_clean(client, own).content.decode()
    assert client.post(ADDRESS, {"entry": [shown_as(own)], "approve": "1"}).status_code == 422
    assert state(own) == "submitted"
    client.force_login(cast.reviewer)
    client.post(ADDRESS, {"entry": [shown_as(own)], "approve": "1"})
    assert state(own) == "approved"


def test_a_step_done_before_its_year_is_a_warning(cast, build, signed_in):
    from datetime import date

    from targets.services.progress import record_step, submit

    task = build.indicator("TASK", cast.economy, kind="milestone", accumulation="", unit_of_measure="")
    step = build.target(task, cast.east, steps=[{"name": "开工"}]).milestones.get()
    report = record_step(build.by, milestone=step, done=True, done_on=date(2013, 6, 30), month=7, reason="早已完成")
    submit(build.by, report)
    client = signed_in(cast.reviewer, "en")
    page = read(client.post(ADDRESS, {"approve_clean": "1", "shown": [f"step-{report.pk}-1"]}))
    assert "It was done before the year of this plan." in page.text
    assert "There is nothing without warnings to approve." in page.text
    report.refresh_from_db()
    assert report.state == "submitted"


def test_what_one_entered_on_behalf_is_left_with_its_reason_beside_the_row(cast, build, signed_in, waiting):
    from targets.permissions import scope_of
    from targets.services.base import Author
    from targets.services.progress import record_progress, submit

    by = Author.person(cast.reviewer, scope_of(cast.reviewer))
    own = record_progress(by, target=cast.west_target, month=7, value=Decimal("0.5"))
    submit(by, own)
    client = signed_in(cast.reviewer, "en")
    page = read(client.get(ADDRESS))
    assert "You entered or submitted it; another reviewer approves it." in page.text
    refused = client.post(ADDRESS, {"entry": [shown_as(waiting), shown_as(own)], "approve": "1"})
    assert refused.status_code == 422
    assert "Nothing was approved: one row stands in the way." in read(refused).text
    assert (state(waiting), state(own)) == ("submitted", "submitted")
    page = read(all_clean(client, waiting, own))
    assert (state(waiting), state(own)) == ("approved", "submitted")
    assert "1 was left: you entered or submitted it, and another reviewer approves it." in page.text


# The filter


def rows_of(response):
    return {tag["id"] for name, tag in read(response).tags if name == "tr" and "id" in tag}


def test_the_queue_is_filtered_by_unit_section_and_month(cast, build, signed_in, waiting):
    west = build.submitted(cast.west_target, 8, "0.5")
    office = build.submitted(cast.office_target, 7, 9)
    client = signed_in(cast.reviewer)
    entries = {"east": f"entry-{waiting.pk}", "west": f"entry-{west.pk}", "office": f"entry-{office.pk}"}
    for query, kept in {
        "": {"east", "west", "office"},
        "&unit=T-E": {"east"},
        "&unit=T": {"east", "west", "office"},
        "&section=governance": {"office"},
        "&month=8": {"west"},
        "&month=7&section=economy": {"east"},
        "&month=7&section=economy&by=section": {"east"},
        "&month=13&section=nowhere": {"east", "west", "office"},
    }.items():
        assert rows_of(client.get(ADDRESS + query)) == {entries[name] for name in kept}, query


def test_units_sections_and_months_are_counted_as_links(cast, build, signed_in, waiting):
    build.submitted(cast.east_target, 8, "1")
    build.submitted(cast.office_target, 7, 9)
    page = read(signed_in(cast.reviewer, "en").get(ADDRESS))
    assert "East Village 2" in page.text
    assert "Safety Office 1" in page.text
    assert "Economy 2" in page.text
    assert "July 2" in page.text


def test_the_button_approves_within_the_filter_only(cast, build, signed_in, waiting):
    office = build.submitted(cast.office_target, 7, 9)
    all_clean(signed_in(cast.reviewer), waiting, office, address=f"{ADDRESS}&unit=T-E")
    assert (state(waiting), state(office)) == ("approved", "submitted")


def test_a_figure_is_shown_after_the_one_before_it_that_waits_as_well(cast, build, signed_in, waiting):
    august = build.submitted(cast.east_target, 8, "0.7")
    page = read(signed_in(cast.reviewer, "en").get(ADDRESS))
    row = next(r for r in page.table("reviewing").rows if r["Months"].text == "August")
    # 3.7 by June, 1.3 in July waits: 5.0 by July; 0.7 more in August
    assert row["Last reported"].text == "5.00waits as well"
    assert row["Change"].text == "+0.70"
    assert state(august) == "submitted"


def test_remedy_status_now_and_status_to_be_stand_in_the_row(cast, build, signed_in):
    from targets.services import remedies

    remedies.state_remedy(build.by, target=cast.east_target, month=6, cause="Rain.", measure="Two shifts")
    # Expected by July 5 + 5/6 = 5.83; 3.7 of it is 63 %: behind. With 2.2 more it is 5.9: on schedule.
    build.submitted(cast.east_target, 7, "2.2")
    page = read(signed_in(cast.reviewer, "en").get(ADDRESS))
    row = page.table("reviewing").rows[0]
    assert "Rain. → Two shifts" in row["Note and remedy"].text
    assert row["Status and what it would be"].text.split("→")[0].strip() == "Behind"
    assert row["Status and what it would be"].text.endswith("On schedule")


def test_steps_are_reviewed_with_the_status_that_the_task_would_have(cast, build, signed_in):
    from datetime import date

    from targets.models import MilestoneEntry
    from targets.services.progress import record_step, submit

    task = build.target(
        build.indicator("TASK", cast.economy, kind="milestone", accumulation="", name_en="Bridge"),
        cast.east,
        steps=[{"name": "Begin", "due": date(2023, 5, 31)}, {"name": "End", "due": date(2023, 11, 30)}],
    )
    report = record_step(build.by, milestone=task.milestones.get(step=1), done=True, month=7)
    submit(build.by, report)
    client = signed_in(cast.reviewer, "en")
    row = read(client.get(ADDRESS)).table("reviewing").rows[0]
    assert row["Indicator"].text.startswith("Begin")
    assert row["Status and what it would be"].text == "Behind →would become On schedule"
    report.refresh_from_db()
    client.post(ADDRESS, {"approve_clean": "1", "shown": [f"step-{report.pk}-{report.lock_version}"]})
    assert MilestoneEntry.objects.get(pk=report.pk).state == "approved"


def test_a_year_without_review_says_so_and_keeps_what_waited(cast, build, signed_in, waiting):
    from targets.models import Year
    from targets.services.base import verb

    verb(Year.objects.filter(year=2023).update)(review_required=False)
    page = read(signed_in(cast.reviewer, "en").get(ADDRESS))
    assert "Figures of 2023 are not reviewed: what is submitted counts at once." in page.text
    assert "What was submitted before that still waits here." in page.text
    assert page.has_table("reviewing")


@pytest.fixture
def many(cast, build):
    """Seven villages with three figures and two steps each, all waiting, and what each is shown as."""
    from targets.services.progress import record_step, submit

    pears = build.indicator("PEARS", cast.economy)
    task = build.indicator("TASK", cast.governance, kind="milestone", accumulation="")
    keys = []
    for number in range(7):
        unit = build.unit(f"N-{number}", cast.township)
        for target, months in ((build.target(cast.roads, unit, {12: 6}), (7, 8)), (build.target(pears, unit), (7,))):
            keys += [f"entry-{build.submitted(target, month, '0.5').pk}" for month in months]
        steps = build.target(task, unit, steps=[{"name": "Begin"}, {"name": "End"}]).milestones.all()
        reports = [record_step(build.by, milestone=step, done=True, month=7) for step in steps]
        submit(build.by, *reports)
        keys += [f"step-{report.pk}" for report in reports]
    return keys


@pytest.mark.parametrize("query", ["", "&by=section", "&month=7", "&section=economy&by=section", "&unit=N-3"])
def test_all_pages_together_show_what_one_long_page_shows(signed_in, cast, many, monkeypatch, query):
    client = signed_in(cast.reviewer)
    monkeypatch.setattr("targets.summaries.review.ROWS_PER_PAGE", 1000)
    whole = [tag["id"] for name, tag in read(client.get(ADDRESS + query)).tags if name == "tr" and "id" in tag]
    assert len(whole) == {"": 35, "&by=section": 35, "&month=7": 28, "&unit=N-3": 5}.get(query, 21)
    assert set(whole) <= set(many)
    for size in (1, 3, 4, 11):
        monkeypatch.setattr("targets.summaries.review.ROWS_PER_PAGE", size)
        seen = []
        for number in range(1, -(-len(whole) // size) + 1):
            page = read(client.get(f"{ADDRESS}{query}&page={number}"))
            seen += [tag["id"] for name, tag in page.tags if name == "tr" and "id" in tag]
        assert seen == whole
    assert f"{len(whole)}" in page.text


def test_after_an_approval_the_same_page_shows_what_has_moved_up(signed_in, cast, many, monkeypatch):
    monkeypatch.setattr("targets.summaries.review.ROWS_PER_PAGE", 10)
    client = signed_in(cast.reviewer, "en")
    page = read(client.get(f"{ADDRESS}&page=2"))
    assert "11 to 20 of 35" in page.text
    fields = {tag["name"]: tag["value"] for name, tag in page.tags if name == "input" and tag.get("type") == "hidden"}
    response = client.post(f"{ADDRESS}&page=2", {"shown": fields["shown"], "approve_clean": "1"}, follow=True)
    assert response.redirect_chain == [("/review/?year=2023&page=2", 302)]
    assert "10 answers approved." in read(response).text
    assert "11 to 20 of 25" in read(response).text


def test_what_has_warnings_stands_first(cast, build, signed_in, many, waiting):
    odd = build.submitted(cast.east_target, 8, "0.1234")  # more decimals than its indicator has
    rows = [tag["id"] for name, tag in read(signed_in(cast.reviewer).get(ADDRESS)).tags if name == "tr" and "id" in tag]
    assert rows.index(f"entry-{odd.pk}") + 1 == rows.index(f"entry-{waiting.pk}")


def test_a_figure_is_shown_after_an_earlier_one_that_waits_on_another_page(cast, build, signed_in, monkeypatch):
    monkeypatch.setattr("targets.summaries.review.ROWS_PER_PAGE", 1)
    build.submitted(cast.east_target, 7, "1.3")
    build.submitted(cast.east_target, 8, "0.7")
    client = signed_in(cast.reviewer, "en")
    for address in (f"{ADDRESS}&page=2", f"{ADDRESS}&month=8"):
        row = read(client.get(address)).table("reviewing").rows[0]
        assert (row["Months"].text, row["Last reported"].text) == ("August", "5.00waits as well")


def test_a_page_loads_what_it_shows(cast, signed_in, many, monkeypatch):
    monkeypatch.setattr("targets.summaries.review.ROWS_PER_PAGE", 4)
    client = signed_in(cast.reviewer)
    assert rows_read(client, ADDRESS, monkeypatch, "progressentry") < 25
    assert rows_read(client, ADDRESS, monkeypatch, "milestoneentry") < 10


def test_of_very_many_units_those_with_the_most_are_offered(cast, build, signed_in, many, waiting, monkeypatch):
    monkeypatch.setattr("targets.views.reviewing.MOST_UNITS", 2)
    client = signed_in(cast.reviewer, "en")
    page = read(client.get(f"{ADDRESS}&month=7"))
    links = [urlsplit(tag.get("href", "")) for name, tag in page.tags if name == "a"]
    offered = {parse_qs(link.query).get("unit", [""])[0] for link in links if not link.path}
    assert offered == {"", "N-0", "N-1"}
    page = read(client.get(f"{ADDRESS}&month=7&unit_name=n-6"))
    assert any("unit=N-6&month=7" in tag.get("href", "") for name, tag in page.tags if name == "a")
    hidden = [(tag["name"], tag["value"]) for name, tag in page.tags if tag.get("type") == "hidden"]
    assert {("year", "2023"), ("month", "7")} <= set(hidden)


def test_rows_are_returned_each_with_its_own_reason(cast, build, signed_in, waiting):
    other, third = build.submitted(cast.west_target, 7, "0.5"), build.submitted(cast.office_target, 7, 9)
    form = {
        "return_all": "1",
        "shown": " ".join(shown_as(entry) for entry in (waiting, other, third)),
        f"reason-entry-{waiting.pk}": "与验收单不符",
        f"reason-entry-{other.pk}": " ",
        f"reason-entry-{third.pk}": "请附凭证",
    }
    client = signed_in(cast.reviewer, "en")
    assert "2 answers returned." in read(client.post(ADDRESS, form, follow=True)).text
    assert [state(entry) for entry in (waiting, other, third)] == ["returned", "submitted", "returned"]
    reasons = dict(ProgressEntry.objects.filter(state="returned").values_list("pk", "return_reason"))
    assert reasons == {waiting.pk: "与验收单不符", third.pk: "请附凭证"}
    refused = client.post(ADDRESS, {"return_all": "1", "shown": shown_as(other), f"reason-entry-{other.pk}": ""})
    assert refused.status_code == 422
    assert "Type a reason beside each figure that you return." in read(refused).text


def test_more_units_and_steps_ask_no_more_queries(cast, build, signed_in, waiting, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from targets.services.progress import record_step, submit

    def village(number):
        unit = build.unit(f"N-{number}", cast.township)
        build.submitted(build.target(cast.roads, unit, {12: 6}), 7, "1")
        task = build.target(task_of_all, unit, steps=[{"name": "Begin"}, {"name": "End"}])
        for milestone in task.milestones.all():
            submit(build.by, record_step(build.by, milestone=milestone, done=True, month=7))

    task_of_all = build.indicator("TASK", cast.economy, kind="milestone", accumulation="")
    village(0)
    client = signed_in(cast.reviewer)
    with CaptureQueriesContext(connection) as few:
        client.get(ADDRESS)
    for number in range(1, 9):
        village(number)
    # One more where no month is half complete: which was answered last.
    with django_assert_num_queries(len(few) + 1):
        client.get(ADDRESS)


@pytest.mark.parametrize(
    "query", ["month=x", "month=٧", "section=" + "x" * 99, "by=nothing", "unit=", "unit=T-W&section=governance&month=1"]
)
def test_no_choice_in_the_address_breaks_the_page(cast, signed_in, waiting, query):
    assert signed_in(cast.reviewer).get(f"{ADDRESS}&{query}").status_code == 200
