"""Remedies and instructions: stated, given, answered, closed, reopened, and refused with a reason."""

import pytest
from django.core.exceptions import ValidationError

from targets.models import Change, Instruction, Remedy
from targets.permissions import may_close_instruction, scope_of
from targets.services import plans, remedies
from targets.services.base import Author


@pytest.fixture
def behind(cast):
    """East built 3.7 of 5 km by June: 74 %, behind."""
    return cast.east_target


def remedy_form(**fields):
    return {
        "cause": "雨季停工",
        "measure": "增派机械",
        "responsible": "村主任",
        "deadline": "2023-08-31",
        "month": "6",
    } | fields


def test_a_clerk_states_why_a_target_lags_and_everybody_above_reads_it(cast, client, behind):
    client.force_login(cast.east_clerk)
    client.post(f"/targets/{behind.pk}/remedy/", remedy_form())
    remedy = Remedy.objects.get()
    assert (remedy.cause, remedy.measure, str(remedy.deadline)) == ("雨季停工", "增派机械", "2023-08-31")
    client.force_login(cast.leader)
    assert "雨季停工" in client.get("/?unit=T-E&as_of=6").content.decode()  # on the overview, beside what is red
    assert "雨季停工" in client.get("/indicators/ROADS/?unit=T-E&as_of=7").content.decode()  # and next month still


def test_the_open_remedy_is_put_in_other_words_and_both_are_recorded(cast, client, behind):
    client.force_login(cast.east_clerk)
    client.post(f"/targets/{behind.pk}/remedy/", remedy_form())
    client.post(f"/targets/{behind.pk}/remedy/", remedy_form(cause="征地未完成", lock_version="0"))
    assert Remedy.objects.get().cause == "征地未完成"
    assert list(Change.objects.filter(action__startswith="remedy").order_by("id").values_list("action", flat=True)) == [
        "remedy.create",
        "remedy.change",
    ]


def test_without_a_cause_nothing_is_saved(cast, client, behind):
    client.force_login(cast.east_clerk)
    client.post(f"/targets/{behind.pk}/remedy/", remedy_form(cause=" "))
    assert not Remedy.objects.exists()


def test_the_reviewer_closes_and_reopens(cast, client, behind):
    client.force_login(cast.east_clerk)
    client.post(f"/targets/{behind.pk}/remedy/", remedy_form())
    remedy = Remedy.objects.get()
    assert client.post(f"/remedies/{remedy.pk}/close/").status_code == 403  # not by the clerk
    client.force_login(cast.reviewer)
    client.post(f"/remedies/{remedy.pk}/close/")
    assert Remedy.objects.get().closed_at is not None
    client.post(f"/remedies/{remedy.pk}/reopen/", {"reason": " "})
    assert Remedy.objects.get().closed_at is not None, "reopening needs a reason"
    client.post(f"/remedies/{remedy.pk}/reopen/", {"reason": "再次停工"})
    assert Remedy.objects.get().closed_at is None


def test_the_sibling_village_finds_no_such_target_or_remedy(cast, client, behind):
    client.force_login(cast.east_clerk)
    client.post(f"/targets/{behind.pk}/remedy/", remedy_form())
    client.force_login(cast.west_clerk)
    assert client.post(f"/targets/{behind.pk}/remedy/", remedy_form()).status_code == 404
    assert client.post(f"/remedies/{Remedy.objects.get().pk}/close/").status_code == 404


def give(client, **fields):
    return client.post(
        "/instructions/", {"unit": "T", "year": "2023", "indicator": "ROADS", "text": "请说明滞后原因"} | fields
    )


def test_an_instruction_stands_on_the_unit_s_month_and_is_answered_and_closed(cast, client):
    client.force_login(cast.leader)
    give(client)
    client.force_login(cast.east_clerk)
    assert "请说明滞后原因" in client.get("/month/?year=2023&as_of=7").content.decode()
    pk = Instruction.objects.get().pk
    client.post(f"/instructions/{pk}/answer/", {"unit": "T-E", "answer": "8月底前补齐"})
    client.force_login(cast.leader)
    assert "8月底前补齐" in client.get("/indicators/ROADS/?as_of=7").content.decode()
    client.post(f"/instructions/{pk}/close/")
    client.force_login(cast.east_clerk)
    assert "请说明滞后原因" not in client.get("/month/?year=2023&as_of=7").content.decode()


def test_an_instruction_on_a_section_reaches_who_reports_in_it(cast, client):
    client.force_login(cast.leader)
    give(client, indicator="", section="governance")
    client.force_login(cast.office_clerk)
    assert "请说明滞后原因" in client.get("/month/?year=2023&as_of=7").content.decode()
    client.force_login(cast.east_clerk)
    assert "请说明滞后原因" not in client.get("/month/?year=2023&as_of=7").content.decode()


@pytest.mark.parametrize("who", ["east_clerk", "reviewer", "auditor", "system_administrator", "security_administrator"])
def test_only_a_leader_gives_instructions(cast, signed_in, who):
    assert give(signed_in(getattr(cast, who))).status_code in (403, 404)
    assert not Instruction.objects.exists()


def test_a_section_leader_instructs_in_the_own_section_only(cast, signed_in):
    client = signed_in(cast.governance_leader)
    assert give(client).status_code == 404  # roads belong to the economy
    assert give(client, indicator="VISITS").status_code == 302
    assert Instruction.objects.count() == 1


def test_an_instruction_is_not_closed_by_who_is_asked(cast, client):
    client.force_login(cast.leader)
    give(client)
    client.force_login(cast.east_clerk)
    assert client.post(f"/instructions/{Instruction.objects.get().pk}/close/").status_code == 403


def test_an_empty_instruction_is_not_given(cast, signed_in):
    give(signed_in(cast.leader), text="  ")
    assert not Instruction.objects.exists()


def test_the_way_back_never_leads_to_another_host(cast, signed_in):
    response = give(signed_in(cast.leader), next="https://example.org/")
    assert response.headers["Location"] == "/"


def answer(client, who, unit, text):
    client.force_login(who)
    client.post(f"/instructions/{Instruction.objects.get().pk}/answer/", {"unit": unit, "answer": text})


def test_a_village_never_reads_what_its_sibling_answered(cast, client):
    client.force_login(cast.leader)
    give(client)
    answer(client, cast.east_clerk, "T-E", "东边已修三千米\n西村：更正")
    answer(client, cast.west_clerk, "T-W", "西边已修八千米")
    for address in ("/month/?year=2023&as_of=7", "/indicators/ROADS/?as_of=7"):
        client.force_login(cast.east_clerk)
        page = client.get(address).content.decode()
        assert "东边已修三千米" in page
        assert "西边已修八千米" not in page
        client.force_login(cast.west_clerk)
        page = client.get(address).content.decode()
        assert "东边已修三千米" not in page
        assert "更正" not in page
        assert "西边已修八千米" in page
    client.force_login(cast.leader)
    page = client.get("/indicators/ROADS/?unit=T-E&as_of=7").content.decode()
    assert "东边已修三千米" in page
    assert "西边已修八千米" in page
    # What was only not shown is still there.
    assert Instruction.objects.get().answer == "东村：东边已修三千米 西村：更正\n西村：西边已修八千米"


def test_nothing_is_stated_about_an_archived_target(cast, build, client, behind):
    plans.archive(build.by, behind, reason="No longer in the plan.")
    client.force_login(cast.east_clerk)
    client.post(f"/targets/{behind.pk}/remedy/", remedy_form())
    assert not Remedy.objects.exists()


def test_a_target_of_a_draft_year_is_not_there(cast, build, client):
    build.year(2024, is_draft=True)
    target = build.target(cast.roads, cast.east, {12: 10}, year=2024)
    by = Author.person(cast.east_clerk, scope_of(cast.east_clerk))
    with pytest.raises(ValidationError):
        remedies.state_remedy(by, target=target, month=6, cause="雨季停工")
    client.force_login(cast.east_clerk)
    assert client.post(f"/targets/{target.pk}/remedy/", remedy_form()).status_code == 404
    assert not Remedy.objects.exists()


@pytest.mark.parametrize("year", [2024, 2190])
def test_no_instruction_is_given_for_a_year_without_a_plan_in_force(cast, build, signed_in, year):
    build.year(2024, is_draft=True)
    give(signed_in(cast.leader), year=str(year))
    assert not Instruction.objects.exists()


def test_a_reviewer_of_another_section_closes_no_instruction(cast, build, client):
    client.force_login(cast.leader)
    give(client)
    reviewer = build.person("governance-reviewer", "reviewer", cast.township, cast.governance)
    instruction = Instruction.objects.get()
    assert not may_close_instruction(scope_of(reviewer), instruction, reviewer.pk)
    assert may_close_instruction(scope_of(cast.reviewer), instruction, cast.reviewer.pk)
