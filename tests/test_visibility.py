"""Who sees which figures: two sibling villages, a section, and a sum that is shown only where all of it may be seen."""

import pytest

from targets.models import Indicator, Membership, ProgressEntry, Section, Target, Unit
from targets.permissions import (
    enters_on_behalf,
    everything,
    may_enter,
    may_manage_people,
    may_manage_plan,
    may_review,
    may_see_figures,
    scope_of,
)
from targets.services.progress import record_step
from tests.pages import read, shows

CHOSEN = "year=2023&period=H1&as_of=6"
# East reported 3.7 km, West 8.9 km: 3.7 + 8.9 = 12.6 km. East promised 5 and 10, West 6 and 12: 11 and 22 together.
PAGES = ["/", "/indicators/", "/sections/economy/", "/indicators/ROADS/", "/month/", "/missing/", "/second-half/"]
CHARTS = [
    "/sections/economy/chart.json",
    "/indicators/ROADS/chart.json",
    "/files/indicators.csv",
    "/files/second-half.csv",
]
LANGUAGES = ["zh-hans", "en"]


def content(client, address, query=CHOSEN):
    """The text of a page, the JSON of a chart, the text of a file; empty where the page is refused."""
    response = client.get(f"{address}?{query}")
    if response.status_code != 200:
        return ""
    return response.content.decode() if address.endswith((".json", ".csv")) else read(response).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("query", [CHOSEN, f"{CHOSEN}&waiting=1", "year=2023&period=Y&as_of=12"])
def test_a_clerk_never_sees_a_figure_of_the_sibling_village_nor_the_sum(cast, signed_in, build, language, query):
    build.submitted(cast.west_target, 7, "17.3", typed_as="cumulative")
    client = signed_in(cast.east_clerk, language)
    for address in PAGES + CHARTS:
        text = content(client, address, query)
        assert text
        # 3.7 + 17.3 = 21; the targets 5 + 6 = 11 and 10 + 12 = 22. With a decimal, for a clock may show 21 as well.
        for hidden in ("8.9", "12.6", "17.3", "21.0", "11.0", "22.0"):
            assert not shows(text, hidden), f"{hidden} in {address}"
        assert "西村" not in text
        assert "West" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clerk_sees_the_own_figure(cast, signed_in, language):
    client = signed_in(cast.east_clerk, language)
    assert shows(content(client, "/"), "3.70")  # 3.7 of 5 is 74 %: behind, so the overview lists it
    assert shows(content(client, "/sections/economy/"), "3.70")
    assert shows(content(client, "/indicators/ROADS/"), "3.70")
    assert shows(content(client, "/indicators/ROADS/chart.json"), "3.7")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_leader_sees_the_sum_and_both_parts(cast, signed_in, language):
    client = signed_in(cast.leader, language)
    page = content(client, "/indicators/ROADS/")
    assert all(shows(page, number) for number in ("3.70", "8.90", "12.60"))
    assert shows(content(client, "/sections/economy/"), "12.60")
    assert shows(content(client, "/indicators/ROADS/chart.json"), "12.6")


def test_the_parts_of_the_sum_lead_to_themselves(cast, signed_in):
    client = signed_in(cast.leader, "en")
    parts = read(client.get(f"/indicators/ROADS/?{CHOSEN}")).table("parts")
    assert parts.row("Unit", "East Village")["Actual"].text == "3.70"
    assert parts.row("Unit", "West Village")["Actual"].text == "8.90"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("unit", ["T", "T-E", "T-W", "T-O"])
def test_a_leader_of_one_section_sees_no_figure_of_another_at_any_unit(cast, signed_in, language, unit):
    client = signed_in(cast.governance_leader, language)
    for address in PAGES + CHARTS:
        text = content(client, address, f"{CHOSEN}&unit={unit}")
        for hidden in ("3.7", "8.9", "12.6"):
            assert not shows(text, hidden), f"{hidden} in {address}"
        for hidden in ("ROADS", "新修道路", "Roads built", "经济发展", "Economy"):
            assert hidden not in text, f"{hidden} in {address}"


def test_a_leader_of_one_section_sees_the_figures_of_that_section(cast, signed_in):
    client = signed_in(cast.governance_leader, "en")
    page = read(client.get(f"/sections/governance/?{CHOSEN}"))
    assert page.table("indicators").row("Indicator", "Home visits")["Actual"].text.startswith("61")


@pytest.fixture
def villager_and_leader(cast, build):
    """Clerk of East in all sections, and leader of the township in governance only."""
    person = build.person("both", "clerk", cast.east)
    build.role(person, "leader", cast.township, cast.governance)
    return person


@pytest.mark.parametrize("language", LANGUAGES)
def test_half_the_villages_are_never_shown_as_the_whole(cast, signed_in, villager_and_leader, language):
    client = signed_in(villager_and_leader, language)
    for address in PAGES + CHARTS:
        text = content(client, address, f"{CHOSEN}&unit=T")
        for hidden in ("3.7", "8.9", "12.6"):
            assert not shows(text, hidden), f"{hidden} in {address}"
        assert "新修道路" not in text
        assert "Roads built" not in text
    assert client.get(f"/indicators/ROADS/?{CHOSEN}&unit=T").status_code == 404


def test_two_roles_show_each_what_it_grants(cast, signed_in, villager_and_leader):
    client = signed_in(villager_and_leader, "en")
    at_home = content(client, "/indicators/ROADS/", f"{CHOSEN}&unit=T-E")
    assert shows(at_home, "3.70")
    assert shows(content(client, "/indicators/VISITS/", f"{CHOSEN}&unit=T"), "61")
    assert client.get(f"/indicators/ROADS/?{CHOSEN}&unit=T-W").status_code == 404


def test_the_pickers_offer_only_visible_units(cast, signed_in, build):
    values = [
        attrs.get("value")
        for tag, attrs in read(signed_in(cast.leader).get("/")).tags
        if tag == "option" and attrs.get("value", "").startswith("T")
    ]
    assert values == ["T", "T-O", "T-E", "T-W"]
    assert "T-W" not in signed_in(cast.east_clerk).get("/").content.decode()


# What the querysets give, by person: targets by unit, indicators and sections by code, entries by unit, units.
EVERYTHING = ({"T-E", "T-W", "T-O"}, {"ROADS", "VISITS"}, {"economy", "governance"}, {"T", "T-E", "T-W", "T-O"})
NOTHING: tuple[set[str], ...] = (set(), set(), set(), set())
VISIBLE = {
    "clerk": ({"T-E"}, {"ROADS"}, {"economy", "governance"}, {"T-E"}),
    "sibling clerk": ({"T-W"}, {"ROADS"}, {"economy", "governance"}, {"T-W"}),
    "office clerk": ({"T-O"}, {"VISITS"}, {"economy", "governance"}, {"T-O"}),
    "reviewer": EVERYTHING,
    "leader": EVERYTHING,
    "section leader": ({"T-O"}, {"VISITS"}, {"governance"}, {"T", "T-E", "T-W", "T-O"}),
    "system administrator": EVERYTHING,
    "security administrator": NOTHING,
    "auditor": EVERYTHING,
    "no role": NOTHING,
}


@pytest.mark.parametrize("role", VISIBLE)
def test_the_querysets_give_what_the_scope_holds(cast, role):
    scope = scope_of(cast.people[role])
    targets, indicators, sections, units = VISIBLE[role]
    assert {target.unit.code for target in Target.objects.visible_to(scope)} == targets
    assert {entry.target.unit.code for entry in ProgressEntry.objects.visible_to(scope)} == targets
    assert {indicator.code for indicator in Indicator.objects.visible_to(scope)} == indicators
    assert {section.code for section in Section.objects.visible_to(scope)} == sections
    assert {unit.code for unit in Unit.objects.visible_to(scope)} == units


def test_no_queryset_gives_a_row_twice_to_who_sees_it_by_two_roles(cast, build):
    build.role(cast.leader, "reviewer", cast.township)
    build.role(cast.leader, "clerk", cast.east)
    scope = scope_of(cast.leader)
    for queryset in (Target.objects, ProgressEntry.objects, Indicator.objects, Section.objects, Unit.objects):
        seen = [row.pk for row in queryset.visible_to(scope)]
        assert len(seen) == len(set(seen))


@pytest.mark.unguarded
def test_a_role_that_ended_shows_nothing(cast):
    Membership.objects.filter(user=cast.leader).update(ended_at="2023-07-01T00:00:00+08:00")
    scope = scope_of(cast.leader)
    assert not scope.unit_ids
    assert not Target.objects.visible_to(scope).exists()
    assert not Section.objects.visible_to(scope).exists()


def test_the_system_itself_sees_everything(cast):
    scope = everything(scope_of(cast.stranger).tree)
    assert Target.objects.visible_to(scope).count() == 3
    assert scope.all_sections


# Predicates: what each may, asked about the target of East; no means a reason that says whom to ask.
MAY = {
    #                          see figures, enter, review, manage the plan, manage people, enters on behalf
    "clerk": (True, True, False, False, False, False),
    "sibling clerk": (True, False, False, False, False, False),
    "office clerk": (True, False, False, False, False, False),
    "reviewer": (True, True, True, False, False, True),
    "leader": (True, False, False, False, False, False),
    "section leader": (True, False, False, False, False, False),
    "system administrator": (True, False, False, True, False, False),
    "security administrator": (False, False, False, False, True, False),
    "auditor": (True, False, False, False, False, False),
    "no role": (False, False, False, False, False, False),
}


@pytest.mark.parametrize("role", MAY)
def test_a_predicate_answers_by_role_and_says_whom_to_ask(cast, role):
    scope = scope_of(cast.people[role])
    decisions = (
        may_see_figures(scope),
        may_enter(scope, cast.east_target),
        may_review(scope, cast.east_target),
        may_manage_plan(scope),
        may_manage_people(scope),
    )
    assert tuple(map(bool, decisions)) == MAY[role][:5]
    assert enters_on_behalf(scope, cast.east_target) is MAY[role][5]
    for decision in decisions:
        assert decision.allowed or "Ask the" in str(decision.reason) or "请" in str(decision.reason)


def test_nobody_enters_into_a_target_that_is_the_sum_of_those_below(cast, build):
    whole = build.target(cast.roads, cast.township, figures="sum")
    decision = may_enter(scope_of(cast.reviewer), whole)
    assert not decision
    assert str(decision.reason)


def test_everybody_of_the_cast_stands_in_both_tables(cast):
    assert set(VISIBLE) == set(MAY) == set(cast.people)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("leader", False),
        ("auditor", False),
        ("system_administrator", False),
        ("reviewer", True),  # enters on behalf of the unit
        ("east_clerk", True),
    ],
)
def test_a_draft_is_known_to_who_enters_the_figures_alone(cast, build, signed_in, who, sees):
    build.draft(cast.east_target, 7, "77.7", note="not ready")
    task = build.indicator("TASK", cast.economy, kind="milestone", accumulation="", unit_of_measure="")
    target = build.target(task, cast.east, steps=[{"name": "开工"}])
    record_step(build.by, milestone=target.milestones.get(), done=True, month=7, note="half done")
    page = signed_in(getattr(cast, who)).get("/month/?unit=T-E&year=2023&as_of=7").content.decode()
    assert [words in page for words in ("77.7", "not ready", "half done")] == [sees] * 3
