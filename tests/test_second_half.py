"""The second half: what remains, at what pace, where it is heading, in which order, and what is planned for it."""

import csv
import io
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from targets.calculations.difficulty import NoPace, Prospect
from targets.calculations.outlook import ForecastMethod, NoForecast
from targets.calculations.terms import Period, Status
from targets.calculations.timeline import StepState
from targets.models import Milestone, Remedy, Role, Unit, User, Year
from targets.permissions import everything, scope_of
from targets.services import plans, progress, remedies
from targets.summaries.filters import RowFilter
from targets.summaries.indicator import indicator_course
from targets.summaries.second_half import second_half
from targets.summaries.selection import Selection
from tests.pages import read
from tests.test_queries import asked

F = Fraction
TODAY = date(2023, 7, 20)
ADDRESS = "/second-half/?year=2023&as_of=6"
MARKS = re.compile(r'<svg class="mark (\w+)"')


@pytest.fixture
def village(build):
    """A township with a village; the reader sees everything."""
    township = build.unit("T", kind="township", name="青山乡")
    return build.unit("V", township, name="东村", name_en="East")


def at(month, *, unit="V", year=2023, today=TODAY, person=None, period=Period.YEAR, **chosen):
    found = Unit.objects.get(code=unit)
    scope = everything(Unit.objects.all().tree()) if person is None else scope_of(person)
    selection = Selection(scope, Year.objects.get(year=year), period, month, found, **chosen)
    return second_half(selection, today=today)


def only(month, **chosen):
    (row,) = at(month, **chosen).total.rows
    return row


def monthly(build, target, *values):
    """Approve an answer for each month from January on; ``None`` stays silent."""
    for month, value in enumerate(values, start=1):
        if value is not None:
            build.approved(target, month, value)


# --- figures, worked by hand ----------------------------------------------------------------------


def test_what_remains_is_set_against_the_recent_pace(build, village):
    target = build.target(build.indicator("I"), village, {6: 60, 12: 120})
    monthly(build, target, 10, 10, 10, 5, 5, 5)
    row = only(6)
    assert (row.outlook.remaining, row.outlook.months_left) == (75, 6)  # 120 − 45
    assert (row.outlook.needed_per_month, row.outlook.recent_per_month) == (F("12.5"), 5)  # 75/6; 15/3
    assert (row.outlook.difficulty, row.prospect) == (F("2.5"), Prospect.FASTER)
    assert (row.outlook.forecast, row.outlook.method) == (75, ForecastMethod.RECENT_PACE)  # 45 + 5 × 6
    assert row.reason is None


def test_a_seasonal_flow_follows_last_years_shape(build, village):
    indicator = build.indicator("I")
    last = build.target(indicator, village, {12: 120}, year=2022)
    monthly(build, last, 30, 20, 10, 0, 0, 0, 0, 0, 0, 0, 20, 40)  # 60 by June, 120 in all
    monthly(build, build.target(indicator, village, {12: 100}), 20, 15, 10, 0, 0, 0)
    row = only(6)
    assert (row.outlook.forecast, row.outlook.method) == (90, ForecastMethod.LAST_YEARS_SHAPE)  # 45 × 120/60
    assert (row.outlook.remaining, row.prospect) == (55, Prospect.STALLED)  # nothing since April, all the same
    assert only(3).outlook.forecast == 90  # 45 × 120/60
    assert only(2).outlook.forecast == 84  # 35 × 120/50


def test_a_stock_goes_by_the_change_of_its_level(build, village):
    target = build.target(build.indicator("I", accumulation="stock"), village, {12: 300}, baseline=Decimal(100))
    monthly(build, target, 110, 130, 145, 150)
    found = only(4).outlook
    assert (found.remaining, found.needed_per_month) == (150, F(75, 4))  # 300 − 150, over 8 months
    assert (found.recent_per_month, found.forecast) == (F(40, 3), F(770, 3))  # (150 − 110)/3; 150 + 40/3 × 8
    assert found.difficulty == F(45, 32)  # 18.75 ÷ 40/3


def test_of_a_ceiling_stands_what_is_left_of_it(build, village):
    target = build.target(build.indicator("I", direction="at_most"), village, {6: 6, 12: 12})
    monthly(build, target, 2, 1, 0, 2, 0, 1)
    row = only(6)
    assert row.outlook is None
    assert (row.allowance.left, row.allowance.per_month, row.allowance.recent_per_month) == (
        6,
        1,
        1,
    )  # 12 − 6; 6/6; 3/3
    assert (row.prospect, row.reason) == (Prospect.NO_PACE, NoPace.CEILING)


def test_an_exceeded_ceiling_stands_before_what_is_not_due(build, village):
    build.target(build.indicator("LATER"), village, {12: 10}, interpolation="step")
    over = build.target(build.indicator("OVER", direction="at_most"), village, {6: 1, 12: 2})
    monthly(build, over, 3, 0, 0, 0, 0, 0)
    first, second = at(6).total.rows
    assert (first.indicator.code, first.allowance.left, first.standing.status) == ("OVER", -1, Status.BEHIND)  # 2 − 3
    assert second.indicator.code == "LATER"


def test_what_is_finished_asks_nothing_and_comes_last(build, village):
    done = build.target(build.indicator("DONE"), village, {12: 30})
    open_ = build.target(build.indicator("OPEN"), village, {12: 120})
    monthly(build, done, 10, 10, 15)
    monthly(build, open_, 20, 20, 20)
    first, last = at(3).total.rows
    assert (first.indicator.code, first.prospect) == ("OPEN", Prospect.STEADY)  # 60/9 ÷ 20 = 1/3
    assert (last.prospect, last.outlook.remaining, last.outlook.difficulty) == (Prospect.FINISHED, 0, None)


def test_what_was_never_reported_says_so(build, village):
    build.target(build.indicator("I"), village, {6: 60, 12: 120})
    row = only(6)
    assert (row.prospect, row.reason) == (Prospect.NO_PACE, NoForecast.NOT_REPORTED)
    assert (row.outlook.remaining, row.outlook.needed_per_month) == (120, 20)  # 120/6
    assert row.standing.status is Status.NOT_REPORTED


def test_a_reported_zero_is_a_pace_of_nothing(build, village):
    target = build.target(build.indicator("I"), village, {6: 60, 12: 120})
    monthly(build, target, 0, 0, 0, 0, 0, 0)
    row = only(6)
    assert (row.prospect, row.outlook.recent_per_month, row.outlook.forecast) == (Prospect.STALLED, 0, 0)


def test_in_january_one_month_is_the_pace(build, village):
    monthly(build, build.target(build.indicator("I"), village, {12: 120}), 8)
    found = only(1).outlook
    assert (found.months_left, found.needed_per_month) == (11, F(112, 11))  # 112/11
    assert (found.recent_per_month, found.forecast, found.difficulty) == (8, 96, F(14, 11))  # 8 + 8 × 11


def test_in_december_the_year_has_ended(build, village):
    monthly(build, build.target(build.indicator("SHORT"), village, {12: 120}), *[9] * 12)
    monthly(build, build.target(build.indicator("DONE"), village, {12: 120}), *[10] * 12)
    short, done = at(12).total.rows
    assert (short.indicator.code, short.prospect, short.reason) == ("SHORT", Prospect.NO_PACE, NoForecast.YEAR_ENDED)
    assert (short.outlook.remaining, short.outlook.forecast) == (None, None)
    assert done.prospect is Prospect.FINISHED


def test_a_sum_over_villages_goes_at_the_pace_of_all(build, village):
    indicator = build.indicator("I")
    west = build.unit("W", village.parent)
    monthly(build, build.target(indicator, village, {12: 60}), 5, 5, 5, 5, 5, 5)
    monthly(build, build.target(indicator, west, {12: 60}), 2, 2, 2, 1, 1, None)  # June is missing
    row = only(6, unit="T")
    # 30 + 8 = 38 of 120
    assert (row.outlook.remaining, row.outlook.needed_per_month) == (82, F(41, 3))
    # Both have answered up to May: 25 + 8 = 33; March to May brought 7, 6 and 6; 33 + 19/3 × 7.
    assert (row.outlook.recent_per_month, row.outlook.forecast) == (F(19, 3), F(232, 3))
    assert (row.outlook.difficulty, row.outlook.base_month) == (F(41, 19), 5)
    assert [missing.months for missing in row.row.missing] == [(6,)]


def test_a_target_adjusted_after_june_counts_from_then(build, village):
    target = build.target(build.indicator("I"), village, {6: 60, 12: 120})
    monthly(build, target, *[10] * 8)
    plans.adjust_target(build.by, target=target, effective_month=8, checkpoints={12: Decimal(100)}, reason="调整")
    assert only(7).outlook.remaining == 50  # 120 − 70, by the plan as set
    assert (only(8).outlook.remaining, only(8).outlook.needed_per_month) == (20, 5)  # 100 − 80, over 4 months


def test_a_rate_and_a_step_target_have_no_pace_and_say_why(build, village):
    rate = build.target(
        build.indicator("RATE", kind="rate", accumulation="latest", unit_of_measure="%"), village, {12: 95}
    )
    build.approved(rate, 6, 90)
    build.target(build.indicator("STEP"), village, {12: 500}, interpolation="step")
    found = {row.indicator.code: row for row in at(6).total.rows}
    assert (found["RATE"].outlook.remaining, found["RATE"].reason) == (5, NoForecast.RATE)  # percentage points
    assert (found["STEP"].outlook.remaining, found["STEP"].reason) == (500, NoForecast.STEP_TARGET)
    assert {row.prospect for row in found.values()} == {Prospect.NO_PACE}
    assert not any(row.has_pace for row in found.values())


def test_what_does_not_apply_says_so(build, village):
    target = build.target(build.indicator("I"), village, {6: 60, 12: 120})
    build.approved(target, 6, answer="not_applicable", from_month=1)
    row = only(6)
    assert (row.prospect, row.reason, row.outlook) == (Prospect.NO_PACE, NoPace.NOT_APPLICABLE, None)


def test_the_hardest_comes_first(build, village):
    for code, values in {
        "EASY": (20, 20, 20),
        "HARD": (2, 2, 2),
        "STALLED": (20, 0, 0, 0),
        "EVEN": (10, 10, 10),
    }.items():
        monthly(build, build.target(build.indicator(code), village, {12: 120}), *values)
    build.target(build.indicator("SILENT"), village, {12: 120})
    # By June, with what was answered: 60/6 ÷ 20, 114/6 ÷ 2, stalled, 90/6 ÷ 10
    codes = [row.indicator.code for row in at(6).total.rows]
    assert codes == ["STALLED", "HARD", "EVEN", "EASY", "SILENT"]


def test_it_is_of_the_whole_year_whatever_period_is_viewed(build, village):
    target = build.target(build.indicator("I"), village, {6: 60, 12: 120})
    monthly(build, target, *[12] * 8)
    row = only(8, period=Period.FIRST_HALF)
    assert (row.standing.target, row.standing.actual, row.outlook.remaining) == (120, 96, 24)


def test_what_waits_is_counted_where_it_is_asked_for(build, village):
    target = build.target(build.indicator("I"), village, {12: 120})
    build.approved(target, 5, 50, from_month=1)
    build.submitted(target, 6, 10)
    assert only(6).outlook.remaining == 70
    assert only(6, waiting=True).outlook.remaining == 60


def test_the_monitored_stand_apart(build, village):
    build.target(build.indicator("SEEN", direction="monitor"), village)
    build.target(build.indicator("I"), village, {12: 10})
    half = at(6)
    assert [row.indicator.code for row in half.monitored] == ["SEEN"]
    assert [row.indicator.code for row in half.total.rows] == ["I"]


def test_the_filter_of_the_list_keeps_what_it_keeps_there(cast):
    selection = Selection(
        everything(Unit.objects.all().tree()), Year.objects.get(year=2023), Period.YEAR, 6, cast.township
    )
    kept = second_half(selection, today=TODAY, row_filter=RowFilter(office=Unit.objects.get(code="T-O")))
    assert [row.indicator.code for row in kept.total.rows] == ["VISITS"]
    assert {row.indicator.code for row in kept.whole.rows} == {"ROADS", "VISITS"}


def test_every_outlook_of_the_sample_is_that_of_the_indicators_own_page(sample):
    selection = Selection(
        everything(Unit.objects.all().tree()),
        Year.objects.get(year=2023),
        Period.FIRST_HALF,
        6,
        Unit.objects.get(kind="township"),
    )
    facts = {group.indicator.pk: group for group in selection.facts()}
    half = second_half(selection, today=TODAY)
    rows = [row for row in half.total.targets if row.outlook is not None]
    assert len(rows) > 40
    for row in rows:
        assert row.outlook == indicator_course(selection, facts[row.indicator.pk]).outlook, row.indicator.code


# --- tasks ----------------------------------------------------------------------------------------


@pytest.fixture
def task(build, village):
    """Steps due in March (done on 20 April), in May (open), in October (open), undated (open), undated (done)."""
    indicator = build.indicator(
        "TASK", kind="milestone", accumulation="", unit_of_measure="", name="公路", name_en="Road"
    )
    steps = [
        {"name": "开工", "name_en": "Start", "due": date(2023, 3, 31)},
        {"name": "路基", "name_en": "Bed", "due": date(2023, 5, 31)},
        {"name": "通车", "name_en": "Open road", "due": date(2023, 10, 31)},
        {"name": "移交", "name_en": "Handover"},
        {"name": "立项", "name_en": "Project"},
    ]
    target = build.target(indicator, village, steps=steps)
    for step, month, done_on in ((1, 4, date(2023, 4, 20)), (5, 2, None)):
        milestone = Milestone.objects.get(target=target, step=step)
        entry = progress.record_step(build.by, milestone=milestone, month=month, done=True, done_on=done_on)
        progress.submit(build.by, entry)
        progress.approve(build.by, entry)
    return target


def test_steps_stand_on_the_line_of_the_year(task):
    row = only(6)
    found = [(step.milestone.step, step.state, step.day) for step in row.in_order]
    assert found == [
        (2, StepState.OVERDUE, date(2023, 5, 31)),
        (3, StepState.OPEN, date(2023, 10, 31)),
        (4, StepState.UNDATED, None),
        (5, StepState.DONE, date(2023, 2, 28)),
        (1, StepState.DONE, date(2023, 4, 20)),
    ]
    assert [step.place for step in row.in_order] == [
        F(151, 365),  # 31 + 28 + 31 + 30 + 31
        F(304, 365),  # 181 by June + 31 + 31 + 30 + 31
        None,
        F(59, 365),  # 31 + 28
        F(110, 365),  # 90 by March + 20
    ]
    assert row.standing.status is Status.BEHIND  # due in May, and it is June


def test_today_has_a_line_in_its_own_year_alone(task):
    assert at(6).today == F(201, 365)  # 181 + 20
    assert at(6, today=date(2026, 1, 1)).today is None
    assert at(6).cut_off == F(181, 365)


def test_the_task_with_the_earliest_open_step_comes_first(build, village, task):
    later = build.indicator("LATER", kind="milestone", accumulation="", unit_of_measure="")
    build.target(later, village, steps=[{"name": "完工", "due": date(2023, 8, 31)}])
    assert [row.indicator.code for row in at(6).total.tasks] == ["TASK", "LATER"]  # 31 May before 31 August


def test_the_page_says_each_step_in_words_and_as_a_mark(task, build, signed_in, village):
    response = signed_in(build.person("leader", "leader", village), "en").get(ADDRESS)
    page = read(response)
    steps = page.table("tasks").row("Task", "Road")["Steps"].text
    assert steps == (
        "Overdue Bed 31 May Open Open road 31 October Not dated Handover Done Project February Done Start 20 April"
    )
    assert sorted(MARKS.findall(response.content.decode())) == [
        "done",
        "done",
        "open",
        "overdue",
    ]  # the undated has none


# --- the page -------------------------------------------------------------------------------------


def cells(row, *names):
    return [row[name].text for name in names]


def test_the_page_shows_what_remains(cast, signed_in):
    page = read(signed_in(cast.east_clerk, "en").get(ADDRESS))
    row = page.table("remaining").row("Indicator", "Roads built")
    # 10 − 3.7 = 6.3; 6.3/6 = 1.05; 3.7/6 = 0.61667; 1.05 ÷ 0.61667 = 1.7027; 3.7 + 3.7 = 7.4; 10 − 7.4 = 2.6
    assert cells(row, "Annual target", "Actual", "Remaining", "Needed per month", "Recently per month") == [
        "10.00",
        "3.70",
        "6.30",
        "1.05",
        "0.62",
    ]
    assert row["Difficulty"].text == "1.7× Has to go faster"
    assert row["Forecast for the year's end"].text.startswith("7.40 2.60 short of the target")
    assert row["Who"].text.startswith("East Village")


def test_a_pace_that_is_not_enough_never_looks_as_if_it_were(build, village, signed_in):
    # 120 − 59.8 = 60.2, over 6 months 10.0333 against 59.8/6 = 9.9667: 1.00669 times, shown as 1.1
    build.approved(
        build.target(build.indicator("I", name_en="Near"), village, {12: 120}), 6, "59.8", typed_as="cumulative"
    )
    page = read(signed_in(build.person("leader", "leader", village), "en").get(ADDRESS))
    assert page.table("remaining").row("Indicator", "Near")["Difficulty"].text == "1.1× Has to go faster"


@pytest.mark.parametrize(
    ("done", "shown"),
    [
        # Remaining ÷ what was done, both over six months
        ("118", "<0.1× Recent pace is enough"),  # 2/118 = 0.017: something remains, so never 0.0
        ("100", "0.2× Recent pace is enough"),  # 20/100
        ("60.1", "0.9× Recent pace is enough"),  # 59.9/60.1 = 0.9967: enough, never shown as 1.0
        ("60", "1.0× Recent pace is enough"),
        ("1", ">99× Has to go faster"),  # 119/1
    ],
)
def test_how_many_times_the_recent_pace_is_needed(build, village, signed_in, done, shown):
    build.approved(build.target(build.indicator("I"), village, {12: 120}), 6, done, typed_as="cumulative")
    page = read(signed_in(build.person("leader", "leader", village), "en").get(ADDRESS))
    assert page.table("remaining").row("Indicator", "Indicator I")["Difficulty"].text == shown


def test_by_section_every_section_has_its_own_table(cast, signed_in):
    client = signed_in(cast.leader, "en")
    one_list = read(client.get(ADDRESS))
    by_section = read(client.get(f"{ADDRESS}&by=section"))
    assert len([table for table in one_list.tables if "remaining" in table.classes]) == 1
    assert len([table for table in by_section.tables if "remaining" in table.classes]) == 2
    assert read(client.get(f"{ADDRESS}&by=nonsense")).text == one_list.text


def test_a_filter_that_fits_nothing_leads_back(cast, signed_in):
    page = read(signed_in(cast.leader, "en").get(f"{ADDRESS}&q=nothing"))
    assert not page.has_table("remaining")
    assert "No indicator fits this filter." in page.text


def test_what_is_viewed_elsewhere_is_kept_for_the_way_back(cast, signed_in):
    page = signed_in(cast.leader, "en").get(f"{ADDRESS}&period=H1").content.decode()
    assert '<input type="hidden" name="period" value="H1">' in page
    assert "/indicators/ROADS/?year=2023&amp;period=Y&amp;as_of=6&amp;unit=T" in page
    assert 'href="/?year=2023&amp;period=H1&amp;as_of=6&amp;unit=T"' in page


# --- remedies -------------------------------------------------------------------------------------


def actions(client, address=ADDRESS):
    tags = read(client.get(address)).tags
    return [values["action"] for name, values in tags if name == "form" and "remed" in values.get("action", "")]


def test_who_enters_plans_measures_here(cast, signed_in):
    client = signed_in(cast.east_clerk)
    assert actions(client) == [f"/targets/{cast.east_target.pk}/remedy/"]
    form = {"cause": "雨季停工", "measure": "增派机械", "responsible": "村主任", "deadline": "2023-08-31", "month": "6"}
    response = client.post(actions(client)[0], {**form, "next": ADDRESS})
    assert (response.status_code, response["Location"]) == (302, ADDRESS)
    page = client.get(ADDRESS).content.decode()
    assert "雨季停工" in page
    assert 'value="增派机械"' in page
    assert 'value="2023-08-31"' in page
    assert 'name="lock_version" value="0"' in page
    assert len(actions(client)) == 1  # closing is the reviewer's


def test_the_reviewer_closes_and_the_leader_looks(cast, build, signed_in):
    remedy = remedies.state_remedy(build.by, target=cast.east_target, month=6, cause="雨季停工")
    # The roads of the township are two villages together: their remedies are read here, and stated at the village.
    assert actions(signed_in(cast.reviewer)) == [
        f"/targets/{cast.office_target.pk}/remedy/",
        f"/remedies/{remedy.pk}/close/",
    ]
    assert actions(signed_in(cast.leader)) == []
    assert "雨季停工" in signed_in(cast.leader).get(ADDRESS).content.decode()


def test_a_remedy_past_its_deadline_says_so(cast, build):
    remedies.state_remedy(build.by, target=cast.east_target, month=6, cause="雨季停工", deadline=date(2023, 7, 19))
    for today, is_past in ((date(2023, 7, 19), False), (date(2023, 7, 20), True)):
        (row,) = at(6, unit="T-E", today=today).total.rows
        assert [one.is_past for one in row.arrangements] == [is_past]


def test_a_closed_remedy_is_planned_no_longer(cast, build):
    remedies.close_remedy(build.by, remedies.state_remedy(build.by, target=cast.east_target, month=6, cause="雨"))
    (row,) = at(6, unit="T-E").total.rows
    assert row.arrangements == ()
    assert Remedy.objects.exists()


def test_of_a_finished_target_nothing_new_is_planned(build, village, signed_in):
    build.approved(build.target(build.indicator("I"), village, {12: 10}), 6, 12, typed_as="cumulative")
    assert actions(signed_in(build.person("clerk", "clerk", village))) == []


# --- visibility -----------------------------------------------------------------------------------


def test_a_sibling_village_reads_neither_figure_nor_remedy(cast, build, signed_in):
    remedies.state_remedy(build.by, target=cast.east_target, month=6, cause="雨季停工")
    page = signed_in(cast.west_clerk).get(ADDRESS).content.decode()
    assert "新修道路" in page
    assert "雨季停工" not in page
    assert "3.70" not in page


def test_a_leader_of_one_section_plans_that_section_alone(cast, build, signed_in):
    remedies.state_remedy(build.by, target=cast.east_target, month=6, cause="雨季停工")
    page = signed_in(cast.governance_leader).get(ADDRESS).content.decode()
    assert "入户走访" in page
    assert "新修道路" not in page
    assert "雨季停工" not in page


def test_last_year_is_that_of_what_the_person_may_see(build, village):
    indicator = build.indicator("I")
    west = build.unit("W", village.parent)
    monthly(build, build.target(indicator, village, {12: 120}, year=2022), *[10] * 12)
    monthly(build, build.target(indicator, west, {12: 240}, year=2022), *[0] * 11, 240)
    monthly(build, build.target(indicator, village, {12: 120}), *[8] * 6)
    clerk = build.person("clerk", "clerk", village)
    assert only(6, person=clerk).outlook.forecast == 96  # 48 × 120/60; with West it were 48 × 360/60 = 288


# --- files ----------------------------------------------------------------------------------------


def test_the_file_holds_what_the_page_shows_in_its_order(cast, build, signed_in):
    remedies.state_remedy(
        build.by, target=cast.east_target, month=6, cause="=SUM(A1)", measure="增派机械", deadline=date(2023, 8, 31)
    )
    client = signed_in(cast.leader, "en")
    lines = list(
        csv.reader(io.StringIO(client.get("/files/second-half.csv?year=2023&as_of=6").content.decode("utf-8-sig")))
    )
    headings, *rows = lines[1:4]
    named = [dict(zip(headings, row, strict=True)) for row in rows]
    page = read(client.get(ADDRESS)).table("remaining")
    assert [row["Indicator"] for row in named] == ["Home visits", "Roads built"]
    for row in named:
        shown = page.row("Indicator", row["Indicator"])
        for heading in ("Annual target", "Actual", "Remaining", "Needed per month", "Recently per month"):
            assert row[heading] == shown[heading].text, heading
        assert shown["Difficulty"].text.startswith(row["Difficulty"])
        assert shown["Forecast for the year's end"].text.startswith(row["Forecast for the year's end"])
    assert named[1]["Cause"] == "'=SUM(A1) (East Village)"
    workbook = openpyxl.load_workbook(io.BytesIO(client.get("/files/second-half.xlsx?year=2023&as_of=6").content))
    sheet = workbook.active
    titles = [cell.value for cell in sheet[3]]
    values = {title: sheet.cell(5, place).value for place, title in enumerate(titles, start=1)}
    # 22 − 12.6 = 9.4 of both villages
    assert (values["Indicator"], values["Remaining"]) == ("Roads built", 9.4)
    assert values["Cause"] == "=SUM(A1) (East Village)"


def test_a_sensitive_indicator_stays_out_of_the_file_unless_it_is_named(build, village, signed_in):
    build.target(build.indicator("DRUGS", name="涉毒人员", sensitive=True), village, {12: 10})
    client = signed_in(build.person("leader", "leader", village))
    assert "涉毒人员" in client.get(ADDRESS).content.decode()
    assert "涉毒人员" not in client.get("/files/second-half.csv?year=2023&as_of=6").content.decode()
    assert "涉毒人员" in client.get("/files/second-half.csv?year=2023&as_of=6&include=DRUGS").content.decode()


# --- queries --------------------------------------------------------------------------------------


def test_two_hundred_indicators_ask_what_ten_ask(db):
    few = asked([ADDRESS], Role.LEADER, indicators=10, units=2, months=2)[ADDRESS]
    many = asked([ADDRESS], Role.LEADER, indicators=200, units=2, months=2)[ADDRESS]
    assert len(many) == len(few) <= 22, "\n".join(sql[:160] for sql in many)


def test_remedies_ask_once(cast, build, signed_in):
    client = signed_in(cast.leader)
    remedies.state_remedy(build.by, target=cast.east_target, month=6, cause="雨季停工")
    with CaptureQueriesContext(connection) as with_one:
        client.get(ADDRESS)
    for target in (cast.west_target, cast.office_target):
        remedies.state_remedy(build.by, target=target, month=6, cause="雨季停工")
    with CaptureQueriesContext(connection) as with_three:
        client.get(ADDRESS)
    # All remedies in one, their words in another.
    assert len(with_three) == len(with_one) <= 22


def test_the_sample_is_convincing(sample, signed_in):
    """As of June: what has to go faster stands on top, by the figures of the sample's own file."""
    page = read(signed_in(User.objects.get(username="leader"), "en").get(ADDRESS))
    first = page.table("remaining").rows[0]
    # Latrines: 2 of 20 by June, 18/6 = 3 needed, 1/3 of late: 9 times
    assert cells(first, "Annual target", "Actual", "Remaining", "Needed per month") == ["20", "2", "18", "3.0"]
    assert first["Difficulty"].text == "9.0× Has to go faster"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_file_says_who_is_missing_in_a_figure(cast, build, signed_in, form):
    wells = build.indicator("WELLS", cast.economy, name="水井", name_en="Wells")
    build.approved(build.target(wells, cast.east, {6: 50, 12: 100}), 6, 41, from_month=1)
    build.target(wells, cast.west, {6: 30, 12: 60})
    content = signed_in(cast.leader, "en").get(f"/files/second-half.{form}?year=2023&as_of=6").content
    if form == "csv":
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    else:
        lines = [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]
    headings = next(line for line in lines if "Indicator" in line)
    row = dict(zip(headings, next(line for line in lines if "Wells" in line), strict=True))
    # East answered six months of twelve due ones, West none.
    assert (row["Answered"], row["Missing"]) == ("6/12", "West Village January to June")
