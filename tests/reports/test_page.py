"""材料生成: what is offered to whom, what is refused and why, and the record of what left the house."""

import hashlib
import json
from urllib.parse import unquote

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from targets.models import Change, Role, Unit, Year
from targets.services import people
from targets.services.base import verb
from targets.services.loading import load_house
from tests.copies import copied
from tests.pages import read
from tests.reports.readers import pdf_text, sheet_of, word_text, workbook
from tests.test_queries import BY, house

pytestmark = pytest.mark.once

CHOSEN = "year=2023&period=H1&as_of=6"
FORM = {"day": "2023-07-08", "signature": "青山乡人民政府", "addressees": "各村：", "requests": "查找原因。"}


def post(client, make, query=CHOSEN, **form):
    return client.post(f"/reports/?{query}", {"make": make, **FORM, **form})


@pytest.fixture
@copied
def lagging_house(cast, build):
    """East's roads are red already (3.7 of 5); one of the office is yellow, a sensitive one red."""
    yellow = build.indicator("YELLOW", cast.economy, name="黄", name_en="Yellow one")
    build.approved(build.target(yellow, cast.office, {6: 10, 12: 20}), 6, 9, from_month=1)
    red = build.indicator("RED", cast.economy, name="红", name_en="Red one")
    build.approved(build.target(red, cast.office, {6: 10, 12: 20}), 6, 1, from_month=1)
    secret = build.indicator("SECRET", cast.economy, name="密", name_en="Secret one", sensitive=True)
    build.approved(build.target(secret, cast.office, {6: 10, 12: 20}), 6, 1, from_month=1)
    return cast


def boxes(page, name="tick"):
    """The boxes of a name: value → whether it is ticked."""
    inputs = [values for tag, values in page.tags if tag == "input" and values.get("name") == name]
    return {values["value"]: "checked" in values for values in inputs}


@pytest.mark.parametrize(
    ("tick", "ticked"),
    [("", set()), ("red", {"RED"}), ("all", {"RED", "YELLOW"}), ("nonsense", set())],
)
def test_nothing_is_ticked_until_a_person_does_and_the_sensitive_by_hand_only(lagging_house, signed_in, tick, ticked):
    client = signed_in(lagging_house.leader, "en")
    found = boxes(read(client.get(f"/reports/?{CHOSEN}&tick={tick}")))
    assert set(found) == {"RED", "SECRET", "YELLOW"}
    assert {code for code, is_ticked in found.items() if is_ticked} == ticked


def test_red_stands_before_yellow(lagging_house, signed_in):
    page = read(signed_in(lagging_house.leader, "en").get(f"/reports/?{CHOSEN}"))
    assert list(boxes(page)) == ["RED", "SECRET", "YELLOW"]


def test_each_kind_is_a_button_of_one_form(cast, signed_in):
    page = read(signed_in(cast.leader, "en").get(f"/reports/?{CHOSEN}"))
    made = [values["value"] for tag, values in page.tags if tag == "button" and values.get("name") == "make"]
    assert made == [
        "ledger.xlsx", "ledger.csv", "bulletin.preview", "bulletin.docx", "bulletin.pdf", "list.preview", "list.docx",
        "list.pdf", "briefing.preview", "briefing.docx", "briefing.pdf",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "word"), [("reviewer", "Write"), ("leader", "Write"), ("auditor", "Read"), ("governance_leader", "")]
)
def test_the_half_year_report_stands_among_the_papers(cast, signed_in, who, word):
    page = read(signed_in(getattr(cast, who), "en").get(f"/reports/?{CHOSEN}"))
    links = [
        (attrs["aria-label"], attrs["href"])
        for tag, attrs in page.tags
        if tag == "a" and attrs.get("href", "").startswith("/reports/half-year/")
    ]
    assert [label for label, _address in links] == ([f"Half-year report · {word}"] if word else [])
    assert ("you see some of its sections only" in page.text) == (not word)


def test_a_clerk_is_offered_the_ledger_and_told_who_makes_the_rest(cast, signed_in):
    page = read(signed_in(cast.east_clerk, "en").get(f"/reports/?{CHOSEN}"))
    made = [values["value"] for tag, values in page.tags if tag == "button" and values.get("name") == "make"]
    assert made == ["ledger.xlsx", "ledger.csv"]
    assert "Only a reviewer or leader of this unit makes bulletins, lists and briefings. Ask the reviewer." in page.text


@pytest.mark.parametrize("who", ["clerk", "system administrator", "auditor", "security administrator", "no role"])
@pytest.mark.parametrize("make", ["bulletin.docx", "list.pdf", "briefing.pdf"])
def test_papers_are_refused_to_who_may_not_issue_them(cast, signed_in, who, make):
    answer = post(signed_in(cast.people[who], "en"), make, tick="ROADS")
    assert answer.status_code == 403
    assert not Change.objects.filter(action="report.export").exists()


@pytest.mark.parametrize(
    "make", ["", "ledger", "ledger.pdf", "ledger.preview", "bulletin.xlsx", "../etc.passwd", "half.docx"]
)
def test_what_does_not_exist_is_not_found(cast, signed_in, make):
    answer = post(signed_in(cast.leader, "en"), make)
    assert answer.status_code == 404
    assert "There is no such report." in answer.content.decode()


def test_every_export_is_recorded_with_its_digest(lagging_house, signed_in):
    client = signed_in(lagging_house.leader, "zh-hans")
    answer = post(client, "bulletin.pdf", tick=["RED"], include="SECRET")
    change = Change.objects.get(action="report.export")
    assert (change.actor, change.unit, change.month) == (lagging_house.leader, lagging_house.township, 6)
    after = json.loads(change.after)
    assert after["sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert (after["ticked"], after["included"]) == (["RED"], ["SECRET"])
    assert after["file"] in unquote(answer["Content-Disposition"])
    assert after["file"].endswith("_青山乡_上半年_2023年6月.pdf")
    page = read(client.get(f"/reports/?{CHOSEN}"))
    assert after["sha256"] in page.text
    assert after["file"] in page.text


def test_who_issues_papers_sees_what_others_took_along_and_a_clerk_the_own(cast, signed_in):
    # Two people at one unit: the clerk of East, and the reviewer of the township, who looks at East.
    east = f"{CHOSEN}&unit=T-E"
    post(signed_in(cast.reviewer, "en"), "bulletin.docx", east)
    clerk = signed_in(cast.east_clerk, "en")
    assert not read(clerk.get(f"/reports/?{east}")).has_table("exports")
    post(clerk, "ledger.csv", east)
    assert len(read(clerk.get(f"/reports/?{east}")).table("exports").rows) == 1
    assert len(read(signed_in(cast.reviewer, "en").get(f"/reports/?{east}")).table("exports").rows) == 2


def test_a_unit_without_targets_has_nothing_to_make_a_report_of(cast, build, signed_in):
    build.unit("T-N", cast.township, name="新村")
    client = signed_in(cast.leader, "en")
    assert "There are no targets for this unit" in read(client.get(f"/reports/?{CHOSEN}&unit=T-N")).text
    answer = post(client, "ledger.xlsx", f"{CHOSEN}&unit=T-N")
    assert answer.status_code == 422
    assert "there is nothing to make a report of" in read(answer).text
    assert not Change.objects.filter(action="report.export").exists()


def test_a_year_without_targets_likewise(cast, build, signed_in):
    build.year(2024)
    answer = post(signed_in(cast.leader, "en"), "bulletin.docx", "year=2024&period=H1&as_of=6")
    assert answer.status_code == 422


def test_without_any_year_the_page_says_that_there_is_no_plan(build, signed_in):
    township = build.unit("T", kind="township")
    client = signed_in(build.person("leader", "leader", township), "en")
    assert client.get("/reports/").status_code == 200
    assert post(client, "ledger.xlsx", "").status_code == 200
    assert not Change.objects.filter(action="report.export").exists()


def test_what_was_typed_stays_when_something_is_wrong(lagging_house, signed_in):
    client = signed_in(lagging_house.leader, "en")
    answer = post(client, "bulletin.docx", day="8 July", tick="RED", requests="Find <b>out</b>.")
    page = read(answer)
    assert answer.status_code == 422
    assert "Something in the form is not filled in as it should be." in page.text
    assert boxes(page)["RED"]
    assert "Find &lt;b&gt;out&lt;/b&gt;." in answer.content.decode()
    # Choosing another unit from here leads to the page, not to the file.
    assert "report.export" not in Change.objects.values_list("action", flat=True)


def test_a_ledger_does_not_mind_an_empty_form(cast, signed_in):
    answer = signed_in(cast.leader, "en").post(f"/reports/?{CHOSEN}", {"make": "ledger.xlsx"})
    assert answer.status_code == 200


def test_naming_and_ranking_of_units_is_offered_only_where_the_year_allows_it(cast, signed_in):
    def offered(client):
        page = read(client.get(f"/reports/?{CHOSEN}"))
        return {values.get("name") for _tag, values in page.tags} & {"missing", "ranking"}

    assert offered(signed_in(cast.leader, "en")) == set()
    verb(Year.objects.update)(rankings=True)
    assert offered(signed_in(cast.leader, "en")) == {"missing", "ranking"}
    assert offered(signed_in(cast.east_clerk, "en")) == set()


def test_a_lead_leader_in_the_address_does_not_make_a_part_look_like_the_whole(cast, signed_in):
    client = signed_in(cast.leader, "en")
    assert "lead=" not in read(client.get(f"/reports/?{CHOSEN}&lead=somebody")).text
    assert boxes(read(client.get(f"/reports/?{CHOSEN}&lead=somebody"))) == boxes(
        read(client.get(f"/reports/?{CHOSEN}"))
    )


@pytest.fixture
@copied
def two_sections(lagging_house, build):
    """Of governance: visits of East (in the cast), and a red one."""
    poor = build.indicator("POOR", lagging_house.governance, name="差", name_en="Poor one")
    build.approved(build.target(poor, lagging_house.office, {6: 10, 12: 20}), 6, 2, from_month=1)
    return lagging_house


def test_all_sections_are_in_a_report_until_a_person_leaves_some_out(two_sections, signed_in):
    page = read(signed_in(two_sections.leader, "en").get(f"/reports/?{CHOSEN}"))
    assert boxes(page, "section") == {"economy": True, "governance": True}


def test_a_ledger_holds_the_chosen_sections_only_and_its_name_says_so(two_sections, signed_in):
    client = signed_in(two_sections.leader, "en")
    answer = post(client, "ledger.xlsx", sections="offered", section="governance")
    book = workbook(answer.content)
    assert [name.split(" 2023")[0] for name in book.sheetnames] == ["Overview", "Governance", "Notes"]
    texts = [cell.value for line in sheet_of(book, "Overview").iter_rows() for cell in line]
    assert "Only these sections: Governance" in texts
    assert "Ledger-of-targets_Governance_" in unquote(answer["Content-Disposition"])
    # Visits and the poor one; the economy is neither listed nor counted.
    total = next(line for line in sheet_of(book, "Overview").iter_rows(min_row=4) if line[0].value == "Total")
    assert total[1].value == 2
    everything = post(client, "ledger.xlsx", sections="offered", section=["economy", "governance"])
    assert "Ledger-of-targets_Qingshan" in unquote(everything["Content-Disposition"])


FILES = (
    "ledger.xlsx", "ledger.csv", "bulletin.docx", "bulletin.pdf", "list.docx", "list.pdf", "briefing.docx",
    "briefing.pdf", "indicators.xlsx", "indicators.csv", "second-half.xlsx", "second-half.csv",
)  # fmt: skip
ONLY_SEEN = "Only the sections that the author may see are in it"


@pytest.mark.parametrize("what", FILES)
def test_a_file_of_who_sees_some_sections_says_so_in_words_and_in_its_name(two_sections, signed_in, what):
    """It bears the township's name, so it would be taken for the township's."""

    def taken(person):
        client = signed_in(person, "en")
        if what.startswith(("indicators", "second")):
            answer = client.get(f"/files/{what}?{CHOSEN}")
        else:
            answer = post(client, what, tick="POOR")
        assert answer.status_code == 200
        content = answer.content
        if what.endswith("xlsx"):
            cells = (cell.value for cell in workbook(content).worksheets[0]["A"])
            text = " ".join(str(value) for value in cells if value)
        elif what.endswith("pdf"):
            text = pdf_text(content)
        else:
            text = word_text(content) if what.endswith("docx") else content.decode("utf-8-sig")
        return "".join(text.split()), unquote(answer["Content-Disposition"])

    said = "".join(ONLY_SEEN.split())
    text, name = taken(two_sections.governance_leader)
    assert said in text
    assert "_Governance_Qingshan" in name
    text, name = taken(two_sections.leader)
    assert said not in text
    assert "Governance" not in name


def test_a_list_of_one_section_names_it_once(two_sections, signed_in):
    answer = signed_in(two_sections.governance_leader, "en").get(f"/files/indicators.csv?{CHOSEN}&section=governance")
    assert unquote(answer["Content-Disposition"]).count("Governance") == 1
    assert ONLY_SEEN in answer.content.decode()


def test_a_paper_names_and_counts_the_chosen_sections_only(two_sections, signed_in):
    client = signed_in(two_sections.leader, "en")
    text = word_text(
        post(client, "bulletin.docx", sections="offered", section="governance", tick=["RED", "POOR"]).content
    )
    assert "has 2 targets in Governance: " in text
    assert "Only these sections: Governance" in text
    assert "Poor one" in text
    assert "Red one" not in text
    assert "Economy" not in text


@pytest.mark.parametrize("section", [[], ["nonsense"], ["rural"]])
@pytest.mark.parametrize("make", ["ledger.xlsx", "ledger.csv", "bulletin.docx", "list.pdf", "briefing.preview"])
def test_without_a_section_that_has_targets_nothing_is_made(two_sections, signed_in, make, section):
    answer = post(signed_in(two_sections.leader, "en"), make, sections="offered", section=section, tick="RED")
    assert answer.status_code == 422
    assert "Choose at least one section that has targets here" in read(answer).text
    assert not Change.objects.filter(action="report.export").exists()


@pytest.mark.parametrize("kind", ["bulletin", "list", "briefing"])
def test_a_paper_is_seen_before_it_is_taken_along_and_nothing_is_recorded(two_sections, signed_in, kind):
    client = signed_in(two_sections.leader, "en")
    sent = {"sections": "offered", "section": ["economy"], "tick": ["RED"], "requests": "Find <b>out</b>."}
    answer = post(client, f"{kind}.preview", **sent)
    assert answer.status_code == 200
    assert not Change.objects.filter(action="report.export").exists()
    page = read(answer)
    assert "Red one" in page.text
    assert "Poor one" not in page.text
    assert "<b>out" not in answer.content.decode()
    # What was chosen and typed goes along to the file and back to the form.
    hidden = [(v["name"], v["value"]) for tag, v in page.tags if tag == "input" and v.get("type") == "hidden"]
    assert {("section", "economy"), ("sections", "offered"), ("tick", "RED"), ("day", "2023-07-08")} <= set(hidden)
    again = {name: [value for key, value in hidden if key == name] for name, _value in hidden}
    again.pop("csrfmiddlewaretoken", None)
    text = word_text(client.post(f"/reports/?{CHOSEN}", {**again, "make": f"{kind}.docx"}).content)
    assert "Red one" in text
    assert "Poor one" not in text
    back = client.post(f"/reports/?{CHOSEN}", {**again, "make": "edit"})
    assert back.status_code == 200
    form = read(back)
    assert boxes(form, "section") == {"economy": True, "governance": False}
    assert {code for code, is_ticked in boxes(form).items() if is_ticked} == {"RED"}
    assert "Find &lt;b&gt;out&lt;/b&gt;." in back.content.decode()


@pytest.mark.parametrize("kind", ["bulletin", "list", "briefing"])
def test_what_is_seen_has_the_words_and_figures_of_the_file(two_sections, signed_in, kind):
    client = signed_in(two_sections.leader, "en")
    seen = read(post(client, f"{kind}.preview", tick=["RED", "POOR"]))
    text = word_text(post(client, f"{kind}.docx", tick=["RED", "POOR"]).content)
    shown = "".join(seen.text.split())
    for line in text.splitlines():
        assert "".join(line.split()) in shown


@pytest.mark.parametrize("who", ["clerk", "system administrator", "auditor", "security administrator", "no role"])
def test_who_may_not_issue_a_paper_does_not_see_it_either(cast, signed_in, who):
    answer = post(signed_in(cast.people[who], "en"), "bulletin.preview", tick="ROADS")
    assert answer.status_code == 403


def test_the_charts_of_a_preview_are_pictures_with_a_description(two_sections, signed_in):
    page = read(post(signed_in(two_sections.leader, "en"), "briefing.preview"))
    pictures = [values for tag, values in page.tags if tag == "img"]
    assert len(pictures) == 2
    for picture in pictures:
        assert picture["src"].startswith("data:image/svg+xml;base64,")
        assert picture["alt"]


def test_a_script_learns_that_its_file_has_come(cast, signed_in):
    client = signed_in(cast.leader, "en")
    assert post(client, "ledger.csv", mark="1700000000000").cookies["made"].value == "1700000000000"
    assert "made" not in post(client, "ledger.csv", mark="x; path=/").cookies


def queries_of(make, **size):
    """How many questions a file asks on a house of a size, which is gone again afterwards."""
    with transaction.atomic():
        load_house(BY, house(**size))
        leader = people.create_person(BY, username="leader", full_name="乡领导", password_hash=make_password("x"))
        people.grant_role(BY, user=leader, unit=Unit.objects.get(code="T"), role=Role.LEADER)
        client = Client()
        client.force_login(leader)
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(f"/reports/?{CHOSEN}", {"make": make, **FORM, "tick": [f"I-{n}" for n in range(30)]})
        assert answer.status_code == 200
        transaction.set_rollback(True)
    return [query["sql"] for query in queries]


@pytest.mark.parametrize("make", ["ledger.xlsx", "ledger.csv", "bulletin.docx", "bulletin.preview", "briefing.pdf"])
def test_a_file_asks_no_more_for_more_indicators_units_and_months(db, make):
    few = queries_of(make, indicators=2, units=3, months=1)
    for size in (
        {"indicators": 12, "units": 3, "months": 1},
        {"indicators": 2, "units": 12, "months": 1},
        {"indicators": 2, "units": 3, "months": 6},
    ):
        many = queries_of(make, **size)
        # Names are looked up where units are few, and what is missing where something is.
        assert len(many) <= len(few), f"{size}:\n" + "\n".join(sql[:160] for sql in many)
