"""Remedies and instructions: stated, given, answered, closed, reopened, and refused with a reason."""

import pytest

from targets.models import Change, Instruction, Remedy


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
