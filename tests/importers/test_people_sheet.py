"""Lists of people as offices keep them: headings by any of their names, every error with its place and what to do."""

import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from targets.importers.files.workbook import read_workbook
from targets.importers.people import MOST_ROWS, ROLES, House, as_text, pasted, read_people
from targets.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(cast):
    """West lies outside of what the person manages."""
    return House([cast.township, cast.office, cast.east], [cast.west], [cast.economy, cast.governance])


def table(*rows):
    return "\n".join("\t".join(row) for row in rows)


HEADINGS = ("姓名", "用户名", "单位", "角色", "板块", "邮箱")


def read(house, *rows, headings=HEADINGS):
    return read_people(pasted(table(headings, *rows)), house)


def wrong(house, *row):
    """What is wrong with a row: column, value, reason and advice."""
    sheet = read(house, row)
    assert not sheet.listed
    return [(one.letter, one.value, one.reason, one.advice) for one in sheet.errors]


def test_a_row_says_who_has_which_role_where(house, cast):
    sheet = read(
        house,
        ("王一", "wangyi", "东村", "填报人", "经济发展、社会治理", "wang@example.org"),
        ("李二", "lier", "T", "auditor"),
    )
    assert not sheet.problems
    first, second = sheet.listed
    assert (first.line, first.full_name, first.username, first.unit, first.role, first.sections, first.email) == (
        2, "王一", "wangyi", cast.east, "clerk", (cast.economy, cast.governance), "wang@example.org",
    )  # fmt: skip
    assert (second.line, second.unit, second.role, second.sections, second.email) == (
        3, cast.township, "auditor", (), "",
    )  # fmt: skip


@pytest.mark.parametrize(
    "headings",
    [
        ("角色", "所在单位", "登录账号（拼音）", "人员姓名 *"),
        ("Role", "Unit code", "User name:", "Full name"),
        ("role", "DEPARTMENT", "login", "name"),
        ("系统角色", "部门", "帐 号", "姓　名"),
    ],
)
def test_headings_go_by_many_names_in_any_order(house, headings):
    sheet = read(house, ("领导", "平安办", "wangyi", "王一"), headings=headings)
    assert [(one.full_name, one.username, one.unit.code, one.role) for one in sheet.listed] == [
        ("王一", "wangyi", "T-O", "leader")
    ]


@pytest.mark.parametrize("word", ROLES)
def test_roles_go_by_chinese_and_english_words(house, word):
    assert read(house, ("王一", "wangyi", "T", f" {word.upper()} ")).listed[0].role == ROLES[word]


def test_every_role_has_its_words_in_both_languages(house):
    for role in Role:
        for language in ("zh-hans", "en"):
            with translation.override(language):
                word = str(role.label)
            assert read(house, ("王一", "wangyi", "T", word)).listed[0].role == role


@pytest.mark.parametrize("word", ["", "全部", "所有板块", "all", "—"])
def test_no_sections_and_all_sections_are_the_same(house, word):
    assert read(house, ("王一", "wangyi", "T", "领导", word)).listed[0].sections == ()


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (("", "wangyi", "T", "领导"), [("A", "", "The full name is missing.", "Write it in every row.")]),
        (
            ("王" * 61, "wangyi", "T", "领导"),
            [("A", "王" * 60, "The full name is too long.", "At most 60 characters.")],
        ),
        (
            ("王一", "wang yi", "T", "领导"),
            [("B", "wang yi", "This cannot be a user name.",
              "Letters, digits and @ . + - _ only, without blanks, at most 150.")],
        ),
        (("王一", "x" * 151, "T", "领导"), [("B", "x" * 60, "This cannot be a user name.",
          "Letters, digits and @ . + - _ only, without blanks, at most 150.")]),
        (("王一", "wangyi", "", "领导"), [("C", "", "The unit is missing.", "Write its name or code.")]),
        (
            ("王一", "wangyi", "东山", "领导"),
            [("C", "东山", "There is no such unit.", "Is one of these meant? East Village (T-E)")],
        ),
        (
            ("王一", "wangyi", "财政所", "领导"),
            [("C", "财政所", "There is no such unit.",
              "Write name or code of one that there is, such as: Qingshan Township, Safety Office, East Village")],
        ),
        (
            ("王一", "wangyi", "T", "领导", "经济发展、党建"),
            [("E", "经济发展、党建", "There is no section “党建”.",
              "Write name or code of one that there is, such as: Economy, Governance")],
        ),
        (("王一", "wangyi", "T", "领导", "", "x@"), [("F", "x@", "This is no e-mail address.",
          "Correct it, or leave it empty.")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_what_to_do(house, row, found):
    assert wrong(house, *row) == found


def test_no_user_name_is_made_up(house):
    ((column, value, reason, advice),) = wrong(house, "王一", "", "T", "领导")
    assert (column, value, reason) == ("B", "", "The user name is missing.")
    assert "such as the name in pinyin" in advice


def test_an_unknown_role_is_told_which_there_are(house):
    ((column, value, reason, advice),) = wrong(house, "王一", "wangyi", "T", "填报人、审核人")
    assert (column, value, reason) == ("D", "填报人、审核人", "There is no such role.")
    assert all(str(role.label) in advice for role in Role)


def test_all_that_is_wrong_is_said_at_once(house):
    sheet = read(
        house, ("", "a b", "财政所", "经办", "党建", "x"), ("王一", "wangyi", "T", "领导"), ("", "", "", "审核人")
    )
    assert [one.address for one in sheet.errors] == ["A2", "B2", "C2", "D2", "E2", "F2", "A4", "B4", "C4"]
    assert [one.line for one in sheet.listed] == [3]
    assert [row.line for row in sheet.rows] == [2, 3, 4]  # the preview shows them all


def test_two_units_of_one_name_are_told_apart_by_their_codes(house, build, cast):
    other = build.unit("T-E2", cast.township, name="东村", name_en="East")
    twice = House([*house.units, other], [], house.sections)
    assert wrong(twice, "王一", "wangyi", "东村", "领导") == [
        ("C", "东村", "Several have this name.", "Write the code instead: East Village (T-E), East (T-E2).")
    ]
    assert read(twice, ("王一", "wangyi", "T-E2", "领导")).listed[0].unit == other


def test_an_abbreviation_is_understood_and_said(house, build, cast):
    office = build.unit("T-F", cast.township, kind="office", name="经济发展办公室", name_en="")
    sheet = read(House([*house.units, office], [], house.sections), ("王一", "wangyi", "经发办", "领导"))
    assert sheet.listed[0].unit == office
    assert [(one.address, one.reason) for one in sheet.notes] == [("C2", "Read as “经济发展办公室”.")]


def test_a_unit_that_is_not_managed_is_known_only_by_its_exact_name(house, cast):
    """The row goes on, and the service says that no roles are given there; nothing like it is offered."""
    assert read(house, ("王一", "wangyi", "西村", "领导")).listed[0].unit == cast.west
    ((_column, _value, _reason, advice),) = wrong(house, "王一", "wangyi", "西山", "领导")
    assert "西村" not in advice


@pytest.mark.parametrize("name", ["张　三", "张 三", " 张三 ", "张\u00a0\u00a0三"])
def test_a_name_padded_to_three_letters_is_the_same_name(house, name):
    assert read(house, (name, "zhangsan", "T", "领导")).listed[0].full_name == "张三"


def test_foreign_names_keep_their_blanks_and_wide_letters_become_narrow(house):
    row = read(house, ("Anna  Maria", "ａｎｎａ＠ｘ", "T", "领导")).listed[0]
    assert (row.full_name, row.username) == ("Anna Maria", "anna@x")


def test_rows_without_anything_are_no_people(house):
    sheet = read(house, ("",) * 6, ("王一", "wangyi", "T", "领导"), ("",) * 6)
    assert [one.line for one in sheet.listed] == [3]
    numbered = read(house, ("1", "王一", "wangyi", "T", "领导"), ("2",), headings=("序号", *HEADINGS[:4]))
    assert [one.line for one in numbered.listed] == [2]


def test_missing_headings_are_named(house):
    with pytest.raises(ValidationError) as refusal:
        read(house, ("王一", "东村"), headings=("姓名", "单位"))
    assert refusal.value.messages == [
        "These headings are missing: User name, Role. Copy the headings along, or fill in the form that is offered."
    ]
    with pytest.raises(ValidationError, match="missing: Full name, User name, Unit, Role"):
        read_people(pasted("hello\nworld"), house)


def test_a_list_is_bounded(house):
    rows = [("王一", f"w{number}", "T", "领导") for number in range(MOST_ROWS)]
    assert len(read(house, *rows).listed) == MOST_ROWS
    with pytest.raises(ValidationError, match=f"more than {MOST_ROWS} rows"):
        read(house, *rows, ("王一", "one", "T", "领导"))
    with pytest.raises(ValidationError, match=f"more than {MOST_ROWS} rows"):
        as_text(pasted(table(HEADINGS, *[("王" * 110_000, "w", "T", "领导")] * 3)))


def workbook_of(fill):
    book = openpyxl.Workbook()
    fill(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return read_workbook(buffer.getvalue(), "人员.xlsx")


def test_a_file_becomes_text_row_for_row(house, cast):
    """Titles above, a sheet before it, a name merged over the rows of its person, commas and quotes in cells."""

    def fill(book):
        book.active.append(["说明"])
        sheet = book.create_sheet("人员")
        sheet.append(["青山乡人员名单"])
        sheet.merge_cells("A1:F1")
        sheet.append([])
        sheet.append(HEADINGS)
        sheet.append(["王一", "wangyi", "东村", "填报人", None, None])
        sheet.append([None, None, "T", "领导", "经济发展, 社会治理", None])
        sheet.merge_cells("A4:A5")
        sheet.merge_cells("B4:B5")
        sheet.append(['"李"\n二', "lier", "T", "审计员"])

    workbook = workbook_of(fill)
    for again in (workbook, pasted(as_text(workbook))):
        sheet = read_people(again, house)
        assert [(one.line, one.full_name, one.username, one.unit.code, len(one.sections)) for one in sheet.listed] == [
            (4, "王一", "wangyi", "T-E", 0),
            (5, "王一", "wangyi", "T", 2),
            (6, '"李" 二', "lier", "T", 0),
        ]
        assert not sheet.problems


def test_hidden_sheets_are_not_read(house):
    def fill(book):
        book.active.append(["说明"])
        sheet = book.create_sheet("人员")
        sheet.append(HEADINGS)
        sheet.sheet_state = "hidden"

    with pytest.raises(ValidationError, match="headings are missing"):
        read_people(workbook_of(fill), house)
