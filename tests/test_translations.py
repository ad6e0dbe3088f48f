"""The Chinese catalogue is whole and keeps to the fixed terms; no page shows a word of the other language."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from targets.calculations.terms import Period
from targets.models import Indicator, Section, User
from targets.services.base import Author
from targets.services.people import choose_appearance
from tests.builders import Builder

pytestmark = pytest.mark.once

CATALOGUE = settings.LOCALE_PATHS[0] / "zh_Hans" / "LC_MESSAGES" / "django.po"


# The catalogue


@dataclass
class Message:
    """An entry of the catalogue. ``obsolete``: no source holds its text any more."""

    flags: set[str] = field(default_factory=set)
    obsolete: bool = False
    parts: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        return self.parts.get("msgctxt", ""), self.parts.get("msgid", "")

    @property
    def translations(self) -> list[str]:
        return [text for part, text in self.parts.items() if part.startswith("msgstr")]


def read_catalogue(text: str) -> list[Message]:
    """All entries, the header first. Blank lines part the entries; a text may continue on the next lines."""
    found = []
    for block in re.split(r"\n\s*\n", text.strip()):
        message, part = Message(), ""
        for line in block.splitlines():
            if line.startswith("#,"):
                message.flags |= {flag.strip() for flag in line[2:].split(",")}
            if line.startswith("#~"):
                message.obsolete = True
                line = line[2:].strip()
            if not line or line.startswith(("#", "|")):
                continue
            keyword = re.match(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?) ", line)
            if keyword:
                part = keyword[1]
                line = line[keyword.end() :]
            message.parts[part] = message.parts.get(part, "") + ast.literal_eval(line)
        found.append(message)
    return found


@pytest.fixture(scope="module")
def catalogue() -> list[Message]:
    return read_catalogue(CATALOGUE.read_text("utf-8"))


@pytest.fixture(scope="module")
def chinese(catalogue: list[Message]) -> dict[tuple[str, str], str]:
    """The translations by context and text, without the header."""
    return {message.key: message.translations[0] for message in catalogue[1:] if message.translations[0]}


def test_reader_understands_what_gettext_writes() -> None:
    header, plural, continued, obsolete = read_catalogue(
        'msgid ""\nmsgstr ""\n"Language: zh\\n"\n\n'
        '#: a.py\n#, fuzzy, python-format\nmsgid "%(n)d \\"day\\""\nmsgid_plural "%(n)d days"\nmsgstr[0] "%(n)d天"\n\n'
        'msgctxt "c"\nmsgid ""\n"one "\n"two"\nmsgstr ""\n\n'
        '#~ msgid "gone"\n#~ msgstr "没了"\n'
    )
    assert header.translations == ["Language: zh\n"]
    assert (plural.flags, plural.key, plural.translations) == (
        {"fuzzy", "python-format"},
        ("", '%(n)d "day"'),
        ["%(n)d天"],
    )
    assert (continued.key, continued.translations) == (("c", "one two"), [""])
    assert obsolete.obsolete
    assert not continued.obsolete


def test_catalogue_is_complete(catalogue: list[Message]) -> None:
    header, *messages = catalogue
    assert "nplurals=1; plural=0;" in header.translations[0]
    assert "fuzzy" not in header.flags
    assert len(messages) > 200
    assert [m.key for m in messages if len(m.translations) != 1 or not m.translations[0].strip()] == []
    assert [m.key for m in messages if "fuzzy" in m.flags] == []
    assert [m.key for m in messages if m.obsolete] == []


def test_placeholders_are_those_of_the_english_text(chinese: dict[tuple[str, str], str]) -> None:
    def placeholders(text: str) -> set[str]:
        return set(re.findall(r"%\(\w+\)[sd]", text))

    assert [key for key, text in chinese.items() if placeholders(key[1]) != placeholders(text)] == []


#: Statements that stand by themselves, on every page or file, without a full stop.
WITHOUT_FULL_STOP = {
    "工作调度数据，以统计部门公布为准",
    "非涉密系统，严禁录入、传输涉密信息",
}


def test_punctuation_is_full_width(chinese: dict[tuple[str, str], str]) -> None:
    half_width = re.compile(r"[\u4e00-\u9fff][,.:;!?()\"']|[,;!?(\"'][\u4e00-\u9fff]")
    assert [text for text in chinese.values() if half_width.search(text)] == []
    blanks = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef] | [\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
    assert [text for text in chinese.values() if blanks.search(text)] == []


def test_sentences_end_as_sentences(chinese: dict[tuple[str, str], str]) -> None:
    sentences = {text for (_context, english), text in chinese.items() if english.endswith(".")}
    assert {text for text in sentences if not text.endswith("。")} == WITHOUT_FULL_STOP
    labels = {text for (_context, english), text in chinese.items() if not english.endswith(".")}
    assert {text for text in labels if text.endswith("。")} == set()


#: One word for one thing: on pages, in files, in reports.
TERMS = {
    "Completed": "已完成",
    "First-half target completed": "已完成上半年目标",
    "Exceeded": "超额完成",
    "Ahead of schedule": "超进度",
    "On schedule": "达进度",
    "Slightly behind": "略欠进度",
    "Behind": "欠进度",
    "Not due": "未到节点",
    "Not applicable": "本月不涉及",
    "Not reported": "未报",
    "Monitored": "监测",
    "Completion": "完成率",
    "Schedule ratio": "序时完成率",
    "Expected by schedule": "序时应完成",
    "Gap to schedule": "与序时差距",
    "Coverage": "覆盖面",
    "Actual": "累计完成",
    "Added": "本月完成",
    "Target": "目标",
    "First-half target": "上半年目标",
    "Annual target": "全年目标",
    "As of": "数据截至",
    "Period": "考核区间",
    "First half": "上半年",
    "Whole year": "全年",
    "Overview": "总览",
    "Section": "板块",
    "Indicator": "指标",
    "How this is calculated": "计算口径",
    "Include what waits for review": "含待审",
    "Checkpoint": "阶段目标",
    "Plan path": "序时计划",
    "Steps": "工作节点",
    "Entries": "填报记录",
    "Definition": "口径",
    "Data source": "数据来源",
    "Lead leader": "分管领导",
    "Reporting unit": "责任单位",
    "Original wording": "目标原文",
    "Unit": "单位",
    "Unit of measure": "计量单位",
    "missing: %(months)s": "缺%(months)s",
    "%(first)s to %(last)s": "%(first)s至%(last)s",
    "%(points)s percentage points": "%(points)s个百分点",
    "Nothing new": "本月无新增",
    "No change": "本月无变化",
    "Township targets": "乡镇目标任务管理",
    "clerk": "填报人",
    "reviewer": "审核人",
    "leader": "领导",
    "system administrator": "系统管理员",
    "security administrator": "安全管理员",
    "auditor": "审计员",
    "quantity": "定量",
    "rate": "比率",
    "milestone task": "节点任务",
}


def test_terms_are_the_fixed_words(chinese: dict[tuple[str, str], str]) -> None:
    assert {english: chinese.get(("", english)) for english in TERMS} == TERMS
    assert chinese["between the parts of a list", ", "] == "、"
    assert chinese["approximate amount", "over %(amount)s"] == "%(amount)s余"
    assert chinese["approximate amount", "nearly %(amount)s"] == "近%(amount)s"
    # An amount and what it is measured in keep a blank on screen: 634.29 万元.
    assert chinese["amount and unit of measure", "%(amount)s %(unit)s"] == "%(amount)s %(unit)s"


# The pages

#: Attributes whose text a person sees or hears.
SPOKEN = ("alt", "aria-label", "placeholder", "title", "data-label", "data-failed", "data-offline")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class _Texts(HTMLParser):
    """The texts of a page, without what is marked as being in another language."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if self.hidden or ("lang" in values and tag != "html"):
            self._hide(tag)
            return
        self.texts += [value for name, value in attrs if value and name in SPOKEN]
        if tag == "input" and values.get("type") in ("submit", "button"):
            self.texts.append(values.get("value") or "")
        if tag in ("script", "style"):
            self._hide(tag)

    def _hide(self, tag: str) -> None:
        if tag not in VOID:
            self.hidden.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.hidden and tag == self.hidden[-1]:
            self.hidden.pop()

    def handle_data(self, data: str) -> None:
        if not self.hidden and data.strip():
            self.texts.append(" ".join(data.split()))


def texts_of(page: str) -> list[str]:
    reader = _Texts()
    reader.feed(page)
    reader.close()
    assert reader.hidden == []
    return reader.texts


def test_texts_of_a_page() -> None:
    page = (
        '<html lang="zh-CN"><head><title>总览</title><style>a {}</style></head>'
        '<body><p title="why">甲 <b>乙</b><br></p><script data-failed="no">x</script>'
        '<button lang="en">English <i>x</i></button><svg aria-label="bar"><path d="M3"/></svg></body></html>'
    )
    assert texts_of(page) == ["总览", "why", "甲", "乙", "no", "bar"]


#: What is not translated: names of programs, formats, methods and keys.
UNTRANSLATED = {"CSV", "Esc", "Excel", "PNG", "SHA-256", "UTF-8", "English"}
CODE = re.compile(r"[A-Z]{1,3}(-?[A-Z]?\d+)?$")
ASCII_WORD = re.compile(r"[A-Za-z][A-Za-z0-9'-]*")
CHINESE_TEXT = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


def english_words(texts: list[str]) -> list[tuple[str, str]]:
    """Words of English in the texts of a Chinese page, with the text around each."""
    return [
        (word, text)
        for text in texts
        for word in ASCII_WORD.findall(text)
        if word not in UNTRANSLATED and not CODE.match(word)
    ]


def chinese_texts(texts: list[str]) -> list[str]:
    """Texts of an English page with Chinese in them."""
    return [text for text in texts if CHINESE_TEXT.search(text)]


def assert_in_language(language: str, content: str, address: str, *names: str) -> None:
    """No text of the page is in the other language; people's names stay as they are."""
    for name in names:
        content = content.replace(name, "")
    texts = texts_of(content)
    assert texts
    if language == "en":
        assert chinese_texts(texts) == [], address
    else:
        assert english_words(texts) == [], address


JUNE = "year=2023&as_of=6"


def addresses() -> Iterator[str]:
    """The pages that are read in both languages."""
    for period in Period:
        yield f"{reverse('overview')}?{JUNE}&period={period}"
    yield f"{reverse('overview')}?{JUNE}&period={Period.FIRST_HALF}&unit=DC-V1&waiting=1"
    # What is wrong in an address is said on the page.
    yield f"{reverse('overview')}?year=1999&period=7&as_of=13"
    yield reverse("method")


@pytest.fixture(params=["zh-hans", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def reading(client: Client, username: str, language: str) -> tuple[Client, str]:
    """Sign a sample person in who reads in a language; gives back the person's name as well."""
    user = User.objects.get(username=username)
    choose_appearance(Author.system("test"), user=user, language=language)
    user.refresh_from_db()
    client.force_login(user)
    return client, user.full_name


@pytest.mark.usefixtures("sample")
def test_pages_keep_to_one_language(client: Client, language: str) -> None:
    client, name = reading(client, "leader", language)
    for address in addresses():
        response = client.get(address)
        assert response.status_code == 200, address
        assert_in_language(language, response.content.decode(), address, name)


@pytest.mark.usefixtures("sample")
def test_sections_and_their_charts_keep_to_one_language(client: Client, language: str) -> None:
    client, name = reading(client, "leader", language)
    for section in Section.objects.all():
        address = f"{reverse('section', args=[section.code])}?{JUNE}&period={Period.FIRST_HALF}"
        assert_in_language(language, client.get(address).content.decode(), address, name)
        address = f"{reverse('section_chart', args=[section.code])}?{JUNE}&period={Period.FIRST_HALF}"
        assert_chart_in_language(language, client.get(address).json(), address)


def different_indicators() -> list[Indicator]:
    """One for each combination of what the pages show in different words."""
    found: dict[tuple[str, ...], Indicator] = {}
    for indicator in Indicator.objects.select_related("section"):
        traits = (indicator.kind, indicator.accumulation, indicator.direction, indicator.frequency)
        found.setdefault((indicator.section.code, *traits), indicator)
    return list(found.values())


@pytest.mark.usefixtures("sample")
def test_indicators_and_their_charts_keep_to_one_language(client: Client, language: str) -> None:
    client, name = reading(client, "leader", language)
    indicators = different_indicators()
    assert {indicator.kind for indicator in indicators} == {"quantity", "rate", "milestone"}
    assert {indicator.direction for indicator in indicators} == {"at_least", "at_most", "monitor"}
    for indicator in indicators:
        address = f"{reverse('indicator', args=[indicator.code])}?{JUNE}&period={Period.YEAR}"
        response = client.get(address)
        assert response.status_code == 200, address
        assert_in_language(language, response.content.decode(), address, name)
        address = f"{reverse('indicator_chart', args=[indicator.code])}?{JUNE}&period={Period.YEAR}"
        assert_chart_in_language(language, client.get(address).json(), address)


@pytest.mark.usefixtures("sample")
def test_list_and_file_of_all_indicators_keep_to_one_language(client: Client, language: str) -> None:
    client, name = reading(client, "leader", language)
    query = f"?{JUNE}&period={Period.FIRST_HALF}"
    assert_in_language(language, client.get(reverse("indicators") + query).content.decode(), "list", name)
    lines = client.get(reverse("indicators_csv") + query).content.decode("utf-8-sig").splitlines()
    assert len(lines) > 70
    assert (chinese_texts(lines) if language == "en" else english_words(lines)) == []


@pytest.mark.usefixtures("sample")
def test_entering_keeps_to_one_language(client: Client, language: str) -> None:
    client, name = reading(client, "office", language)
    for month in (6, 7):
        address = f"{reverse('month')}?year=2023&as_of={month}"
        response = client.get(address)
        assert response.status_code == 200, address
        assert_in_language(language, response.content.decode(), address, name)


def test_reviewing_keeps_to_one_language(cast: Any, build: Builder, client: Client, language: str) -> None:
    build.submitted(cast.east_target, 7, "0.8")
    choose_appearance(Author.system("test"), user=cast.reviewer, language=language)
    client.force_login(User.objects.get(pk=cast.reviewer.pk))
    address = f"{reverse('review')}?year=2023"
    content = client.get(address).content.decode()
    assert ("新修道路" if language == "zh-hans" else "Roads built") in content
    assert_in_language(language, content, address, cast.reviewer.full_name)


def assert_chart_in_language(language: str, chart: dict[str, Any], address: str) -> None:
    """The sentence, the file's name, and all that the figure prints."""
    texts = list(printed(chart["data"])) + list(printed(chart["layout"])) + [chart["sentence"], chart["fileName"]]
    if language == "en":
        assert chinese_texts(texts) == [], address
    else:
        assert english_words(texts) == [], address


def printed(part: Any, key: str = "") -> Iterator[str]:
    """The texts of a figure: names, labels and titles, not its settings."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from printed(value, name)
    elif isinstance(part, list):
        for value in part:
            yield from printed(value, key)
    elif isinstance(part, str) and key in ("name", "text", "ticktext", "customdata", "x", "y"):
        yield part


@pytest.mark.usefixtures("sample")
def test_refusals_keep_to_one_language(client: Client, language: str) -> None:
    client, name = reading(client, "clerk", language)
    for address in ("/nowhere/", reverse("section", args=["nothing"]), reverse("overview") + "?unit=DC"):
        response = client.get(address)
        assert response.status_code == 404, address
        # What was asked for is repeated as it was typed.
        content = response.content.decode().replace("“nothing”", "").replace("“DC”", "")
        assert_in_language(language, content, address, name)
    client, name = reading(client, "security", language)
    response = client.get(reverse("overview"))
    assert response.status_code == 403
    assert_in_language(language, response.content.decode(), "403", name)


@pytest.mark.django_db
def test_sign_in_keeps_to_one_language(client: Client, language: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    address = reverse("sign_in")
    assert_in_language(language, client.get(address).content.decode(), address)
    refused = client.post(address, {"username": "nobody", "password": "wrong"})
    assert_in_language(language, refused.content.decode(), address)
    empty = client.post(address, {})
    assert_in_language(language, empty.content.decode(), address)


def test_inviting_and_listing_people_keep_to_one_language(cast: Any, client: Client, language: str) -> None:
    choose_appearance(Author.system("test"), user=cast.security_administrator, language=language)
    client.force_login(User.objects.get(pk=cast.security_administrator.pk))
    address = reverse("people_from_list")
    faults = (
        "姓名\t用户名\t单位\t角色\t板块\t邮箱\n赵\t\t无\t无\t无\t无\n赵\teast\tT\t领导\n赵\tz z\t\t\n钱\tq\tT\t领导"
    )
    for text in ("", "无", faults):
        content = client.post(address, {"text": text}).content.decode()
        # What was pasted, as it was pasted.
        content = re.sub(r"<textarea.*?</textarea>", "", content, flags=re.DOTALL)
        formats = ("xlsx", "xls", "ods", "csv", "WPS")
        typed = ("人员east", "人员security", "赵", "钱", "无", "z z", "east", ">q<")
        assert_in_language(language, content, address, *typed, *formats)
    person = reverse("person", args=[cast.east_clerk.pk])
    made = client.post(person, {"act": "invite"})
    code = made.context["slip"][0].code
    own = ("人员east", "人员security", "http://testserver", "/invitation/", code, "east", "system")
    assert_in_language(language, made.content.decode(), person, *own)
    waiting = f"{reverse('people')}?state=waiting"
    assert_in_language(language, client.get(waiting).content.decode(), waiting, *own)
    client.logout()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = reverse("invitation")
    for sent in ({"code": "abcd"}, {"code": code}, {"code": code, "new": "12345", "again": "x"}):
        assert_in_language(language, client.post(page, sent).content.decode(), page, *own, "abcd")


def test_names_are_those_of_the_language(cast: Any, client: Client, language: str) -> None:
    choose_appearance(Author.system("test"), user=cast.leader, language=language)
    client.force_login(User.objects.get(pk=cast.leader.pk))
    address = f"{reverse('overview')}?{JUNE}"
    content = client.get(address).content.decode()
    assert_in_language(language, content, address, cast.leader.full_name)
    assert ("东村" in content) == (language == "zh-hans")
