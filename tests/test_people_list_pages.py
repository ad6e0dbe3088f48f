"""People from a list through its page: a look, then all of it or nothing, and invitations to cut out."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from targets.models import Change, Membership, Upload, User
from targets.services import people, people_import
from tests.pages import read

ADDRESS = "/people/list/"
HEADINGS = "姓名\t用户名\t单位\t角色\t板块\t邮箱"
TWO = f"""{HEADINGS}
王一\twangyi\t东村\t填报人\t\t
王一\twangyi\tT-W\t领导\t经济发展\t
李二\tlier\t平安办\t填报人\t\tli@example.org
"""
OWN = "a long password of my own"


@pytest.fixture(params=["en", "zh-hans"])
def language(request):
    return request.param


@pytest.fixture
def security(cast, signed_in, language):
    return signed_in(cast.security_administrator, language)


def look(client, text):
    return client.post(ADDRESS, {"text": text})


def hidden(answer):
    """What the form of the preview sends when the list is taken."""
    fields = {
        values["name"]: values.get("value", "")
        for tag, values in read(answer).tags
        if tag == "input" and values.get("type") == "hidden" and values["name"] in ("text", "shown")
    }
    return {**fields, "take": "1"}


def counts():
    return User.objects.count(), Membership.objects.count(), Change.objects.count()


def test_a_list_is_looked_at_and_taken_and_its_people_sign_in(security, language):
    before = counts()
    preview = look(security, TWO)
    assert preview.status_code == 200
    assert counts() == before  # nothing is written by looking
    rows = read(preview).table("listed").rows
    word = {"en": ("Full name", "Unit", "Role", "Sections"), "zh-hans": ("姓名", "单位", "角色", "板块")}[language]
    stored = {
        "en": ["王一", "West Village", "leader", "Economy"],
        "zh-hans": ["王一", "西村", "领导", "经济发展"],
    }[language]
    assert [rows[1][heading].text for heading in word] == stored
    assert [rows[0][word[3]].text, rows[2][word[3]].text] == [{"en": "all", "zh-hans": "全部"}[language]] * 2

    answer = security.post(ADDRESS, hidden(preview))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    slips = answer.context["slips"]
    assert [invitation.person.username for invitation, _address in slips] == ["wangyi", "lier"]
    text = answer.content.decode()
    for invitation, address in slips:
        assert address == f"http://testserver/invitation/{invitation.code}/"
        assert text.count(invitation.code) == 2  # in the address and alone
    assert Membership.objects.filter(user__username__in=["wangyi", "lier"]).count() == 3
    assert {change.source for change in Change.objects.filter(action="person.invite")} == {ADDRESS}

    visitor = Client()
    code = slips[0][0].code
    assert visitor.post("/invitation/", {"code": code, "new": OWN, "again": OWN}).status_code == 302
    assert visitor.post("/sign-in/", {"username": "wangyi", "password": OWN})["Location"] == "/"
    assert visitor.get("/?unit=T-E").status_code == 200


def test_the_same_list_again_changes_nothing_and_says_so(security, language):
    """Looked at again, or the answer with the slips loaded again."""
    sent = hidden(look(security, TWO))
    security.post(ADDRESS, sent)
    before = counts()
    said = {"en": "The list brings nothing new", "zh-hans": "名单中没有新内容"}[language]
    for again in (look(security, TWO), security.post(ADDRESS, sent)):
        assert again.status_code == 200
        assert said in read(again).text
        assert 'name="take"' not in again.content.decode()
    assert counts() == before


def test_roles_for_people_who_have_come_already_need_no_slips(security, language, cast):
    preview = look(security, f"{HEADINGS}\n人员east\teast\t西村\t填报人\t\t\n")
    answer = security.post(ADDRESS, hidden(preview))
    assert answer["Location"] == "/people/"
    said = {"en": "1 role given.", "zh-hans": "已授予1个角色。"}[language]
    assert said in read(security.get("/people/")).text
    assert cast.east_clerk.memberships.count() == 2


def test_errors_are_listed_with_their_places_and_stop_everything(security, language):
    text = f"{TWO}别人\teast\t东村\t填报人\t\t\n赵三\t\t东山\t经办人\t\t\n人员security\tsecurity\t东村\t领导\t\t\n"
    before = counts()
    preview = look(security, text)
    found = [(one.address, one.value) for one in preview.context["look"].sheet.errors]
    assert found == [("A5", "别人"), ("B6", ""), ("C6", "东山"), ("D6", "经办人"), ("B7", "security")]
    page = read(preview).text
    for words in {
        "en": ("The account “east” is that of “人员east”.", "Accounts are not shared.", "these meant? East Village"),
        "zh-hans": ("账号“east”属于“人员east”。", "账号不得共用", "是不是其中之一？东村"),
    }[language]:
        assert words in page
    assert 'name="take"' not in preview.content.decode()
    # The list stands in the box again, to be mended in place.
    assert preview.context["form"]["text"].value() == text
    forged = security.post(ADDRESS, {"text": text, "shown": preview.context["look"].token, "take": "1"})
    assert forged.status_code == 422
    assert counts() == before


def test_only_what_was_shown_is_taken(security, cast, build):
    """The list was changed behind the page, or the house was."""
    preview = hidden(look(security, TWO))
    before = counts()
    assert security.post(ADDRESS, {**preview, "text": TWO.replace("填报人", "审核人")}).status_code == 409
    assert security.post(ADDRESS, {**preview, "shown": ""}).status_code == 409
    assert counts() == before
    build.person("wangyi", "clerk", cast.east)
    answer = security.post(ADDRESS, preview)
    assert answer.status_code == 422  # the user name is somebody else's now
    assert not User.objects.filter(username="lier").exists()


def test_what_the_service_refuses_stands_on_the_page(security, monkeypatch):
    from targets.services.base import ConflictError

    preview = hidden(look(security, TWO))

    def conflict(*_given, **_named):
        raise ConflictError("Somebody was faster.")

    monkeypatch.setattr("targets.views.people_import.take_people", conflict)
    answer = security.post(ADDRESS, preview)
    assert answer.status_code == 409
    assert "Somebody was faster." in read(answer).text


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, {"en": "Choose a file or paste a table first.", "zh-hans": "请先选择文件或粘贴表格。"}),
        ({"text": "  \n"}, {"en": "Choose a file or paste a table first.", "zh-hans": "请先选择文件或粘贴表格。"}),
        (
            {"text": "王一\twangyi"},
            {"en": "These headings are missing", "zh-hans": "缺少表头：姓名、用户名、单位、角色。"},
        ),
        ({"text": "x" * 300_001}, {"en": "at most 300000", "zh-hans": "300000"}),
    ],
)
def test_what_is_no_list_is_refused_in_one_sentence(security, language, sent, words):
    answer = security.post(ADDRESS, sent)
    assert answer.status_code == 422
    assert words[language] in read(answer).text


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x00\x01\x02" * 50, b"PK\x03\x04broken"])
def test_what_is_no_spreadsheet_is_refused(security, content):
    answer = security.post(ADDRESS, {"file": SimpleUploadedFile("人员.xlsx", content)})
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert "look" not in answer.context


def test_a_village_administrator_gives_roles_in_the_own_village_only(cast, build, signed_in):
    client = signed_in(build.person("local", "security_administrator", cast.east), "en")
    errors = look(client, TWO).context["look"].sheet.errors
    assert [(one.address, one.reason) for one in errors] == [
        ("C3", "You do not give roles in this unit."),
        ("C4", "You do not give roles in this unit."),
    ]


# The form to fill in


def form(client):
    answer = client.get("/files/people.xlsx")
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def bring_in(client, book):
    buffer = io.BytesIO()
    book.save(buffer)
    return client.post(ADDRESS, {"file": SimpleUploadedFile("人员.xlsx", buffer.getvalue())})


def test_the_form_that_goes_out_comes_in_again(security, cast):
    book = form(security)
    sheet, choices = book.worksheets
    units, roles = ([cell.value for cell in choices[letter] if cell.value] for letter in "CD")
    assert len(units) == 1 + 4
    assert len(roles) == 1 + 6
    for number, role in enumerate(roles[1:]):
        row = [f"人{number}", f"00{number}", units[1 + number % 4], role]
        for place, value in enumerate(row, start=1):
            sheet.cell(5 + number, place).value = value
    preview = bring_in(security, book)
    looked = preview.context["look"]
    assert not looked.sheet.problems
    assert [one.username for one in looked.sheet.listed] == [f"00{number}" for number in range(6)]
    assert [str(one.role) for one in looked.sheet.listed] == list(listing_roles())
    assert not Upload.objects.exists()  # it is carried in the form, and kept nowhere
    security.post(ADDRESS, hidden(preview))
    assert User.objects.filter(username__startswith="00").count() == 6


def listing_roles():
    from targets.models import Role

    return Role.values


def test_an_empty_form_is_no_list(security, language):
    answer = bring_in(security, form(security))
    assert answer.status_code == 422
    said = {"en": "There is nothing below the headings.", "zh-hans": "表头下面没有内容"}[language]
    assert said in read(answer).text


def test_the_form_offers_units_that_are_managed_and_choices_of_any_length(cast, build, signed_in):
    for number in range(40):
        build.unit(f"T-E{number}", cast.east, name=f"第{number}村民小组")
    client = signed_in(build.person("local", "security_administrator", cast.east), "en")
    book = form(client)
    sheet, choices = book.worksheets
    assert [cell.value for cell in choices["C"]][1:3] == ["East Village", "Unit T-E0"]
    assert choices.max_row == 1 + 41
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules["C5:C504"] == "'Choices'!$C$2:$C$42"


def test_a_person_of_the_list_who_was_disabled_stays_so(security, cast, build):
    people.disable_person(build.by, user=cast.east_clerk)
    preview = look(security, f"{HEADINGS}\n人员east\teast\t东村\t填报人\t\t\n")
    assert [one.address for one in preview.context["look"].sheet.errors] == ["B2"]
    assert people_import.Outcome.REFUSED in [one.outcome for one in preview.context["look"].compared]
