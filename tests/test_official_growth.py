"""The official growth rate: typed with the figure, recorded, reviewed, and shown wherever one part makes the whole."""

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError

from targets.calculations.comparison import official_growth
from targets.calculations.facts import Answer
from targets.calculations.terms import AnswerKind, Period
from targets.models import Change, ProgressEntry, Unit, Year
from targets.permissions import everything
from targets.services import progress
from targets.summaries.half_year import half_year
from targets.summaries.indicator import indicator_page
from targets.summaries.selection import Selection
from tests.pages import read

ADDRESS = "/month/?unit=T-E&year=2023&as_of=7"


def growth_at(code, unit, month=6, period=Period.FIRST_HALF, waiting=False):
    """Year on year of an indicator's page."""
    tree = Unit.objects.all().tree()
    selection = Selection(everything(tree), Year.objects.get(year=2023), period, month, tree.by_code[unit], waiting)
    (group,) = [one for one in selection.facts() if one.indicator.code == code]
    page = indicator_page(selection, group)
    assert page is not None
    return page.year_on_year


def in_the_report(code, unit):
    tree = Unit.objects.all().tree()
    selection = Selection(everything(tree), Year.objects.get(year=2023), Period.FIRST_HALF, 6, tree.by_code[unit])
    (row,) = [one for one in half_year(selection, today=date(2023, 7, 8)).rows if one.code == code]
    return row.growth


@pytest.fixture
def grant(cast, build):
    """Machinery grants of the office alone: 634.29 by June, 5.5 % above the year before as published."""
    target = build.target(build.indicator("GRANT", cast.governance, name="农机补贴", name_en="Grants"), cast.office,
                          {6: 600, 12: 1200})  # fmt: skip
    build.approved(target, 6, "634.29", from_month=1, official_growth=Decimal("5.5"))
    return target


def test_it_reaches_every_page_above_the_one_part_that_makes_the_whole(cast, grant, signed_in):
    for unit in ("T-O", "T"):
        for found in (growth_at("GRANT", unit), in_the_report("GRANT", unit)):
            assert (found.change, found.is_official) == (Fraction(55, 1000), True)
        page = read(signed_in(cast.leader, "en").get(f"/indicators/GRANT/?unit={unit}&year=2023&as_of=6&period=H1"))
        assert page.facts["Year on year"] == "+5.5% official"


def test_it_reaches_through_a_sum_with_checkpoints_and_an_office_between(cast, build):
    """The township judges by checkpoints of its own; the county above sees it as one part, which has one part."""
    taxes = build.indicator("TAX", cast.economy)
    build.target(taxes, cast.township, {12: 100}, figures="sum")
    target = build.target(taxes, cast.east, {12: 100})
    build.approved(target, 6, 60, from_month=1, official_growth=Decimal("-3.2"))
    assert growth_at("TAX", "T").change == Fraction(-32, 1000)


def test_it_is_not_that_of_a_sum_of_several(cast, build, grant):
    other = build.target(grant.indicator, cast.east, {12: 100})
    build.approved(other, 6, 10, from_month=1, official_growth=Decimal("9"))
    assert growth_at("GRANT", "T").is_official is False
    assert growth_at("GRANT", "T-O").is_official is True
    assert in_the_report("GRANT", "T").is_official is False


def test_a_part_to_which_nothing_applied_is_no_part(cast, build, grant):
    other = build.target(grant.indicator, cast.east, {12: 100})
    build.approved(other, 6, answer="not_applicable", from_month=1)
    assert growth_at("GRANT", "T").change == Fraction(55, 1000)


def test_a_part_without_a_plan_that_the_sum_leaves_out_is_a_part_all_the_same(cast, build, grant):
    build.target(grant.indicator, cast.east)
    assert growth_at("GRANT", "T").is_official is False


def test_what_waits_counts_only_where_the_page_says_so(cast, build, grant):
    entry = progress.correct_progress(
        build.by, target=grant, month=6, value=Decimal("634.29"), official_growth=Decimal("6.1"), reason="公报"
    )
    progress.submit(build.by, entry)
    assert growth_at("GRANT", "T").change == Fraction(55, 1000)
    assert growth_at("GRANT", "T", waiting=True).change == Fraction(61, 1000)


def test_it_is_of_the_answer_with_which_the_actual_ends(cast, build, grant):
    """It is of the year to date: July without one has none, August unanswered keeps that of July."""
    assert growth_at("GRANT", "T", 7, Period.YEAR).change == Fraction(55, 1000)  # the actual is that of June
    build.approved(grant, 7, 10)
    assert growth_at("GRANT", "T", 7, Period.YEAR).is_official is False
    assert growth_at("GRANT", "T", 6).change == Fraction(55, 1000)
    build.approved(grant, 8, 10, official_growth=Decimal(0))
    assert growth_at("GRANT", "T", 9, Period.YEAR).change == 0


@pytest.mark.parametrize(
    ("months", "at", "expected"),
    [
        ([(6, "5.5")], 6, "5.5"),
        ([(6, "5.5")], 5, None),
        ([(6, "5.5"), (7, None)], 7, None),
        ([(6, "0")], 6, "0"),
        ([], 6, None),
    ],
)
def test_the_rule(months, at, expected):
    answers = [
        Answer(month, month, AnswerKind.VALUE, value=Decimal(1), official_growth=Decimal(text) if text else None)
        for month, text in months
    ]
    assert official_growth(answers, at) == (Decimal(expected) if expected else None)


def test_the_rule_passes_over_what_did_not_apply():
    answers = [
        Answer(6, 6, AnswerKind.VALUE, value=Decimal(1), official_growth=Decimal("5.5")),
        Answer(7, 7, AnswerKind.NOT_APPLICABLE),
    ]
    assert official_growth(answers, 7) == Decimal("5.5")


# Typed on My month


@pytest.fixture
def clerk(cast, signed_in):
    return signed_in(cast.east_clerk)


def typed(target, **fields):
    return {f"t{target.pk}-{name}": value for name, value in fields.items()}


def entry(target, month=7):
    return ProgressEntry.objects.exclude(state="superseded").filter(target=target, month=month).latest("version")


@pytest.mark.parametrize(
    ("text", "stored"),
    [("5.5", "5.5"), ("5.5%", "5.5"), ("＋５.５％", "5.5"), ("-3.2", "-3.2"), ("0", "0"), ("0.5%", "0.5"), ("", None)],
)
def test_it_is_typed_beside_the_figure(cast, clerk, text, stored):
    form = typed(cast.east_target, value="1.2", typed_as="month", official_growth=text)
    assert clerk.post(ADDRESS, form | {"save": "1"}).status_code == 302
    assert entry(cast.east_target).official_growth == (None if stored is None else Decimal(stored))
    page = clerk.get(ADDRESS).content.decode()
    name = f"t{cast.east_target.pk}-official_growth"
    assert (f'name="{name}" value="' in page) is (stored is not None)


def test_a_row_saved_by_itself_keeps_what_it_was_given(cast, clerk):
    """As the script sends it; a page that does not ask for the rate leaves it alone."""
    row = {"row": f"t{cast.east_target.pk}"}
    address = "/month/row/?unit=T-E&year=2023&as_of=7"
    first = clerk.post(address, row | typed(cast.east_target, value="1.2", typed_as="month", official_growth="5.5"))
    assert first.status_code == 200, first.content
    version = first.json()["lock_version"]
    again = clerk.post(address, row | typed(cast.east_target, value="1.3", typed_as="month", lock_version=version))
    assert again.status_code == 200, again.content
    assert (entry(cast.east_target).value, entry(cast.east_target).official_growth) == (Decimal("1.3"), Decimal("5.5"))
    version = again.json()["lock_version"]
    fields = typed(cast.east_target, value="1.3", typed_as="month", official_growth="", lock_version=version)
    assert clerk.post(address, row | fields).status_code == 200
    assert entry(cast.east_target).official_growth is None


def test_a_rate_alone_is_not_an_answer(cast, clerk):
    answer = clerk.post(ADDRESS, typed(cast.east_target, official_growth="5.5") | {"save": "1"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "同比增速须与同期数值一并填报" in page
    assert 'value="5.5"' in page  # it stays on the page
    assert not ProgressEntry.objects.filter(month=7).exists()


@pytest.mark.parametrize("text", ["1000.1", "-100.1", "5500", "about five", "12345678901234567890"])
def test_what_no_growth_can_be_is_refused_with_the_row_as_typed(cast, clerk, text):
    answer = clerk.post(
        ADDRESS, typed(cast.east_target, value="1.2", typed_as="month", official_growth=text) | {"save": "1"}
    )
    assert answer.status_code == 422
    assert f'value="{text}"' in answer.content.decode()
    assert not ProgressEntry.objects.filter(month=7).exists()


def test_the_bounds_hold_for_every_way_in(cast, build):
    for growth in ("1000.1", "-100.1"):
        with pytest.raises(ValidationError) as refused:
            build.draft(cast.east_target, 7, 1, official_growth=Decimal(growth))
        assert set(refused.value.error_dict) == {"official_growth"}
    assert build.draft(cast.east_target, 7, -1, reason="亏损", official_growth=Decimal("-150")).official_growth == -150
    with pytest.raises(ValidationError) as refused:
        build.draft(cast.office_target, 7, answer="not_applicable", official_growth=Decimal("5"))
    assert set(refused.value.error_dict) == {"official_growth"}


def test_the_rate_alone_of_an_approved_figure_is_corrected_with_a_reason(cast, clerk, build):
    build.approved(cast.east_target, 7, "1.2", official_growth=Decimal("5.5"))
    approved = entry(cast.east_target)
    fields = typed(cast.east_target, value="1.2", typed_as="month", official_growth="5.8", corrects=approved.version)
    address = f"{ADDRESS}&correct=t{cast.east_target.pk}"
    assert clerk.post(address, fields | {"save": "1"}).status_code == 422  # without a reason
    fields |= typed(cast.east_target, reason="统计公报更正")
    assert clerk.post(address, fields | {"save": "1"}).status_code == 302
    found = entry(cast.east_target)
    assert (found.state, found.value, found.official_growth) == ("draft", Decimal("1.2"), Decimal("5.8"))


def test_the_reviewer_sees_it_and_what_stood_before(cast, build, signed_in):
    build.approved(cast.east_target, 7, "1.2", official_growth=Decimal("5.5"))
    correction = progress.correct_progress(
        build.by, target=cast.east_target, month=7, value=Decimal("1.2"), official_growth=Decimal("5.8"), reason="公报"
    )
    progress.submit(build.by, correction)
    text = read(signed_in(cast.reviewer, "en").get("/review/?year=2023")).text
    assert "Official growth rate +5.8% · instead of Official growth rate +5.5%" in text


def test_it_stands_in_the_record_of_changes_from_what_to_what(cast, build, signed_in):
    draft = build.draft(cast.east_target, 7, "1.2", official_growth=Decimal("5.5"))
    progress.submit(build.by, draft)
    progress.withdraw(build.by, draft)
    build.draft(cast.east_target, 7, "1.2", official_growth=Decimal("5.8"))
    created, saved = Change.objects.filter(action__in=["entry.create", "entry.save"], month=7).order_by("id")
    assert json.loads(created.after)["official_growth"] == "5.5"
    assert Decimal(json.loads(saved.before)["official_growth"]) == Decimal("5.5")
    assert json.loads(saved.after)["official_growth"] == "5.8"
    text = read(signed_in(cast.auditor, "en").get("/changes/?month=7")).text
    assert "Official growth rate (%): 5.5 → 5.8" in text


def test_entries_of_the_indicator_page_show_it(cast, grant, signed_in):
    page = read(signed_in(cast.leader, "en").get("/indicators/GRANT/?unit=T&year=2023&as_of=6"))
    assert "Official growth rate +5.5%" in page.text
