"""People from a spreadsheet or a pasted table: one row for a role of a person, headings in Chinese or English.

Every row is read and everything that is wrong is listed, with row, column, value, reason and what to do. Nothing is
guessed that a person would have to live with: a user name is typed every day, so that none is made up.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from targets import display
from targets.importers.files import csv_text
from targets.importers.files.grid import Sheet, Workbook
from targets.importers.names import Known, Match, find, plain
from targets.importers.problems import Problem, Severity, in_order
from targets.models import Role, Section, Unit, User
from targets.services.people_import import Listed, ListedRole, Outcome

#: How far down the headings are looked for, below titles and hints.
HEADINGS_WITHIN = 30
#: Rows of a list: a large township has some two hundred people.
MOST_ROWS = 500
#: Characters of a list as text; a cell is no novel.
LONGEST_TEXT = 300_000

#: Column headings, half-width, without blanks, brackets and marks, in lower case.
WORDS: Mapping[str, frozenset[str]] = {
    name: frozenset(words)
    for name, words in {
        "full_name": {"姓名", "人员姓名", "人员", "名字", "全名", "fullname", "name", "person"},
        "username": {
            "用户名", "登录名", "登陆名", "账号", "帐号", "账号名", "登录账号", "登录帐号", "登录用户名", "username",
            "user", "login", "loginname", "account",
        },
        "unit": {
            "单位", "单位名称", "单位代码", "单位编码", "所在单位", "所属单位", "填报单位", "责任单位", "部门",
            "unit", "unitname", "unitcode", "department",
        },
        "role": {"角色", "权限", "岗位角色", "系统角色", "role", "roles"},
        "sections": {"板块", "分管板块", "负责板块", "板块范围", "section", "sections"},
        "email": {"邮箱", "电子邮箱", "电子邮件", "邮件", "邮箱地址", "email", "mail", "emailaddress"},
    }.items()
}  # fmt: skip
REQUIRED = ("full_name", "username", "unit", "role")
ROLES: Mapping[str, Role] = {
    word: role
    for role, words in {
        Role.CLERK: ("填报人", "填报员", "填报", "clerk"),
        Role.REVIEWER: ("审核人", "审核员", "审核", "reviewer"),
        Role.LEADER: ("领导", "分管领导", "主要领导", "乡领导", "镇领导", "leader"),
        Role.SYSTEM_ADMINISTRATOR: ("系统管理员", "systemadministrator"),
        Role.SECURITY_ADMINISTRATOR: ("安全管理员", "securityadministrator"),
        Role.AUDITOR: ("审计员", "安全审计员", "审计", "auditor"),
    }.items()
    for word in words
}
_LONGEST_NAME = User.full_name.field.max_length or 0
#: What says that a role is for all sections, as an empty cell does.
ALL_SECTIONS = frozenset({"全部", "所有", "全部板块", "所有板块", "all", "allsections", "-", "—", "/"})
_BETWEEN_SECTIONS = re.compile(r"[、,;/\n]+")
_CHINESE_BLANKS = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")


def heading_words() -> dict[str, str]:
    """What each column is called, in the reader's language; the import knows all of them again."""
    return {
        "full_name": _("Full name"),
        "username": _("User name"),
        "unit": _("Unit"),
        "role": _("Role"),
        "sections": _("Sections"),
        "email": _("E-mail"),
    }


@dataclass(frozen=True)
class House:
    """What the cells of a list are read against.

    Attributes:
        units: those in which the person gives roles.
        others: those in which the person does not; a row that names one is refused as that.
        sections: those in use.
    """

    units: Sequence[Unit]
    others: Sequence[Unit]
    sections: Sequence[Section]


@dataclass(frozen=True)
class PeopleRow:
    """A row below the headings: its cells by what they are, and what it says; ``None`` where that is not clear."""

    line: int
    cells: Mapping[str, str]
    listed: ListedRole | None


@dataclass(frozen=True)
class PeopleSheet:
    """A list as it was read. ``columns`` are the numbers of the columns by what they hold."""

    columns: Mapping[str, int]
    rows: tuple[PeopleRow, ...]
    problems: tuple[Problem, ...]

    @property
    def listed(self) -> tuple[ListedRole, ...]:
        return tuple(row.listed for row in self.rows if row.listed is not None)

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.blocks)

    @property
    def notes(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if not problem.blocks)

    def with_refusals(self, compared: Iterable[Listed]) -> "PeopleSheet":
        """The list with what the house says against its rows, and what a person should know of the others."""
        found = list(self.problems)
        by_line = {row.line: row.cells for row in self.rows}
        for one in compared:
            cells = by_line[one.row.line]
            for hindrance in one.hindrances:
                found.append(self._problem(one.row.line, hindrance.field, cells, hindrance.reason, hindrance.advice))
            person = one.person
            if one.outcome != Outcome.REFUSED and person and one.row.email and person.email != one.row.email:
                reason = _("The account has another e-mail address, which stays.")
                found.append(self._problem(one.row.line, "email", cells, reason, severity=Severity.NOTE))
        return PeopleSheet(self.columns, self.rows, in_order(found))

    def _problem(
        self,
        line: int,
        field: str,
        cells: Mapping[str, str],
        reason: str,
        advice: str = "",
        severity: Severity = Severity.ERROR,
    ) -> Problem:
        return Problem(severity, "", line, self.columns.get(field, 0), cells.get(field, ""), reason, advice)


def pasted(text: str) -> Workbook:
    """A table as it is copied from Excel, WPS or a page. It is text, whatever unprintable blanks are among it.

    Raises:
        ValidationError: broken quotation marks, or larger than a plan.
    """
    return Workbook("", "csv", tuple(csv_text.read(text.encode("utf-8", "replace"))))


def as_text(workbook: Workbook) -> str:
    """The sheet that holds the list as tab-separated text, row for row as in the sheet.

    Raises:
        ValidationError: no sheet has the headings, or the list is too long.
    """
    sheet = _sheet_with_headings(workbook)
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter="\t", lineterminator="\n")
    for row in range(1, sheet.last_row + 1):
        cells = [_text(sheet, row, column) for column in range(1, sheet.last_column + 1)]
        writer.writerow(cells if any(cells) else [])
        if buffer.tell() > LONGEST_TEXT:
            raise _too_long()
    return buffer.getvalue()


def read_people(workbook: Workbook, house: House) -> PeopleSheet:
    """Read a list.

    Raises:
        ValidationError: no sheet has the headings, nothing stands below them, or the list is too long.
    """
    return _Reader(_sheet_with_headings(workbook), house).read()


def _too_long() -> ValidationError:
    return ValidationError(_("The list has more than %(count)d rows. Bring it in in parts.") % {"count": MOST_ROWS})


def _sheet_with_headings(workbook: Workbook) -> Sheet:
    missing: set[str] = set(REQUIRED)
    for sheet in workbook.sheets:
        if sheet.hidden:
            continue
        found = _headings(sheet)[1]
        if not set(REQUIRED) - found.keys():
            return sheet
        missing = min(missing, set(REQUIRED) - found.keys(), key=len)
    words = heading_words()
    raise ValidationError(
        _("These headings are missing: %(missing)s. Copy the headings along, or fill in the form that is offered.")
        % {"missing": display.joined(words[name] for name in REQUIRED if name in missing)}
    )


def _headings(sheet: Sheet) -> tuple[int, dict[str, int]]:
    """The row with most of the headings, and the columns by what they hold."""
    best: tuple[int, dict[str, int]] = (0, {})
    for row in range(1, min(sheet.last_row, HEADINGS_WITHIN) + 1):
        named: dict[str, int] = {}
        for cell in sheet.row(row):
            text = re.sub(r"\(.*?\)|[\s*:_\-]", "", unicodedata.normalize("NFKC", cell.text).lower())
            name = next((name for name, words in WORDS.items() if text in words), None)
            if name is not None:
                named.setdefault(name, cell.column)
        if len(named) > len(best[1]):
            best = row, named
    return best


def _text(sheet: Sheet, row: int, column: int) -> str:
    """What a reader sees in a cell. A name that is merged over the rows of its person stands in each of them."""
    merge = sheet.merge(row, column)
    cell = sheet.covering(row, column) if merge is not None and merge.width == 1 else sheet.cell(row, column)
    return cell.text if cell is not None else ""


class _Reader:
    def __init__(self, sheet: Sheet, house: House) -> None:
        self.sheet, self.house = sheet, house
        self.heading_row, self.columns = _headings(sheet)
        self.problems: list[Problem] = []
        self.units, self.other_units = _Named(house.units), _Named(house.others)
        self.sections = _Named(house.sections)

    def read(self) -> PeopleSheet:
        rows: list[PeopleRow] = []
        for line in range(self.heading_row + 1, self.sheet.last_row + 1):
            cells = {name: _text(self.sheet, line, column) for name, column in self.columns.items()}
            # A number in front of an empty row is no person.
            if not any(cells.values()):
                continue
            if len(rows) == MOST_ROWS:
                raise _too_long()
            rows.append(PeopleRow(line, cells, self._listed(line, cells)))
        if not rows:
            raise ValidationError(_("There is nothing below the headings. Fill in the list first."))
        return PeopleSheet(self.columns, tuple(rows), in_order(self.problems))

    def _listed(self, line: int, cells: Mapping[str, str]) -> ListedRole | None:
        full_name, username = self._full_name(line, cells), self._username(line, cells)
        unit, role = self._unit(line, cells), self._role(line, cells)
        sections, email = self._sections(line, cells), self._email(line, cells)
        if not full_name or not username or unit is None or role is None or sections is None or email is None:
            return None
        return ListedRole(line, full_name, username, unit, role, sections, email)

    def _fail(self, line: int, field: str, cells: Mapping[str, str], reason: str, advice: str) -> None:
        self._note(line, field, cells, reason, advice, Severity.ERROR)

    def _note(
        self, line: int, field: str, cells: Mapping[str, str], reason: str, advice: str, severity: Severity
    ) -> None:
        value = cells.get(field, "")[:60]
        self.problems.append(Problem(severity, "", line, self.columns[field], value, reason, advice))

    def _full_name(self, line: int, cells: Mapping[str, str]) -> str:
        # 张　三 is padded to the width of three letters.
        text = _CHINESE_BLANKS.sub("", " ".join(cells["full_name"].split()))
        if not text:
            self._fail(line, "full_name", cells, _("The full name is missing."), _("Write it in every row."))
        elif len(text) > _LONGEST_NAME:
            advice = _("At most %(count)d characters.") % {"count": _LONGEST_NAME}
            self._fail(line, "full_name", cells, _("The full name is too long."), advice)
            return ""
        return text

    def _username(self, line: int, cells: Mapping[str, str]) -> str:
        text = User.normalize_username(cells["username"])
        if not text:
            advice = _(
                "Choose one that the person types every day, such as the name in pinyin, and write it in every row "
                "of the person."
            )
            self._fail(line, "username", cells, _("The user name is missing."), advice)
            return ""
        try:
            User._meta.get_field("username").run_validators(text)
        except ValidationError:
            advice = _("Letters, digits and @ . + - _ only, without blanks, at most 150.")
            self._fail(line, "username", cells, _("This cannot be a user name."), advice)
            return ""
        return text

    def _unit(self, line: int, cells: Mapping[str, str]) -> Unit | None:
        text = cells["unit"]
        if not text:
            self._fail(line, "unit", cells, _("The unit is missing."), _("Write its name or code."))
            return None
        match, other = self.units.find(text), self.other_units.find(text)
        if other.exact and other.found is not None and not match.exact:
            # The service refuses it: no roles are given there.
            return self.other_units.by_code[other.found.code]
        if match.found is None:
            missing = _("There is no such unit.")
            self._fail(line, "unit", cells, *self.units.unknown(match, text, missing))
            return None
        self._read_as(line, "unit", cells, match, self.units.name(match.found))
        return self.units.by_code[match.found.code]

    def _role(self, line: int, cells: Mapping[str, str]) -> str | None:
        text = cells["role"]
        found = ROLES.get(plain(text).replace("_", "").replace("-", ""))
        if found is None:
            reason = _("There is no such role.") if text else _("The role is missing.")
            words = display.joined(str(role.label) for role in Role)
            advice = _("One role in a row, of these: %(roles)s. A person with several roles has several rows.")
            self._fail(line, "role", cells, reason, advice % {"roles": words})
        return found

    def _sections(self, line: int, cells: Mapping[str, str]) -> tuple[Section, ...] | None:
        text = unicodedata.normalize("NFKC", cells.get("sections", ""))
        if not text or plain(text) in ALL_SECTIONS:
            return ()
        codes = []
        for name in filter(None, (part.strip() for part in _BETWEEN_SECTIONS.split(text))):
            match = self.sections.find(name)
            if match.found is None:
                missing = _("There is no section “%(name)s”.") % {"name": name[:30]}
                self._fail(line, "sections", cells, *self.sections.unknown(match, name, missing))
                return None
            self._read_as(line, "sections", cells, match, self.sections.name(match.found))
            codes.append(match.found.code)
        return tuple(section for code, section in self.sections.by_code.items() if code in codes)

    def _email(self, line: int, cells: Mapping[str, str]) -> str | None:
        text = unicodedata.normalize("NFKC", cells.get("email", ""))
        if not text:
            return ""
        try:
            User._meta.get_field("email").run_validators(text)
        except ValidationError:
            advice = _("Correct it, or leave it empty.")
            self._fail(line, "email", cells, _("This is no e-mail address."), advice)
            return None
        return text

    def _read_as(self, line: int, field: str, cells: Mapping[str, str], match: Match, name: str) -> None:
        """Say so where an abbreviation was understood: rights are given by it."""
        if not match.exact:
            advice = _("If another is meant, write its code.")
            self._note(line, field, cells, _("Read as “%(name)s”.") % {"name": name}, advice, Severity.NOTE)


AnyNamed = TypeVar("AnyNamed", Unit, Section)


class _Named(Generic[AnyNamed]):
    """Units or sections by what a list calls them."""

    def __init__(self, things: Sequence[AnyNamed]) -> None:
        self.by_code: dict[str, AnyNamed] = {thing.code: thing for thing in things}
        self.known = [Known(thing.code, thing.name, (thing.name_en,) if thing.name_en else ()) for thing in things]

    def find(self, name: str) -> Match:
        """What a name or code stands for."""
        return find(name, self.known)

    def name(self, one: Known) -> str:
        """What it is called in the reader's language."""
        return display.name(self.by_code[one.code])

    def unknown(self, match: Match, name: str, missing: str) -> tuple[str, str]:
        """Why a name is not known, and what may have been meant."""
        names = display.joined(f"{self.name(one)} ({one.code})" for one in match.nearest)
        if sum(_is_called(one, name) for one in match.nearest) > 1:
            return _("Several have this name."), _("Write the code instead: %(names)s.") % {"names": names}
        if names:
            return missing, _("Is one of these meant? %(names)s") % {"names": names}
        listed = display.joined(self.name(one) for one in self.known[:5])
        return missing, _("Write name or code of one that there is, such as: %(names)s") % {"names": listed}


def _is_called(one: Known, name: str) -> bool:
    return plain(name) in {plain(word) for word in (one.name, *one.aliases)}
