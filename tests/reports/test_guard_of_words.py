"""What hand-typed words may not tell of, the same in the live report and in a kept version."""

import pytest

from reports.half_year.content import Content
from reports.half_year.guard import BOUND, Guard
from reports.models import ReportVersion
from targets.models import Change, Indicator
from targets.services import plans
from tests.pages import read
from tests.reports.readers import word_text
from tests.reports.test_half_year_page import DONE, Desk, begin, behind, farm, secret  # noqa: F401

pytestmark = pytest.mark.once


def indicator(code, name, measure="个", *, sensitive=False):
    return Indicator(code=code, name=name, unit_of_measure=measure, sensitive=sensitive)


HOUSE = Guard(
    {
        one.code: one
        for one in (
            indicator("R15", "旱厕改造"),
            indicator("R16", "黑臭污水整治"),
            indicator("R20", "新风培训", "次"),
            indicator("L07", "高龄补贴（80岁以上）", "人"),
            indicator("L08", "高龄补贴", "人"),
            indicator("G03", "简易程序执法", "件", sensitive=True),
        )
    },
    lagging=frozenset({"R15", "R16", "L08"}),
    planned={"R15": frozenset({"5", "10"})},
)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        # A figure behind the name, with or without its measure, in digits or in Chinese.
        ("旱厕改造仅完成2个，大幅低于序时进度。", ["R15"]),
        ("旱厕改造完成2。", ["R15"]),
        ("旱厕改造仅完成两个。", ["R15"]),
        ("旱厕改造完成三成。", ["R15"]),
        ("旱厕改造完成率20%。", ["R15"]),
        # A figure right before it.
        ("仅完成2个旱厕改造。", ["R15"]),
        ("完成两个旱厕改造。", ["R15"]),
        # A word that says that it lags.
        ("旱厕改造进度滞后。", ["R15"]),
        ("旱厕改造、黑臭污水整治均低于序时进度。", ["R16"]),
        # The name alone, its dates and what the plan says tell nothing.
        ("下半年抓好旱厕改造。", []),
        ("旱厕改造2023年9月30日前开工，1至4月培训到位，第3季度验收。", []),
        ("旱厕改造上半年目标5个，全年完成10个。", []),
        ("旱厕改造全年完成10个，已完成2个。", ["R15"]),
        # A figure of another one, and of another sentence.
        ("抓好旱厕改造，新风培训18次。", []),
        ("抓好旱厕改造。完成18次。", []),
        ("完成18次新风培训、旱厕改造。", []),
        # A bound figure is looked after by its name.
        (f"旱厕改造全年完成{BOUND}。", []),
        # A longer name is another one.
        ("高龄补贴（80岁以上）发放90人。", []),
        ("高龄补贴发放90人。", ["L08"]),
        ("", []),
    ],
)
def test_what_lags_is_told_of_by_its_name_with_a_figure_or_a_word(words, codes):
    assert list(HOUSE.lagging_in(words)) == codes
    assert HOUSE.with_choice(["R15", "R16", "L08"], []).lagging_in(words) == ()


def test_what_is_sensitive_is_told_of_by_its_name():
    assert HOUSE.sensitive_in("简易程序执法有序开展。") == ("G03",)
    assert HOUSE.sensitive_in("执法有序开展4件。") == ()
    assert HOUSE.with_choice([], ["G03"]).sensitive_in("简易程序执法4件。") == ()
    assert HOUSE.with_choice(["G03"], []).sensitive_in("简易程序执法4件。") == ()


def test_a_guard_of_nothing_notices_nothing():
    assert Guard().lagging_in("旱厕改造2个") == Guard().sensitive_in("简易程序执法4件") == ()


def add(desk, words):
    desk.press("add:opening")
    desk.open().save({"own:1": words})
    return desk


def refused_live(desk, sentence):
    for act in ("docx", "pdf", "keep"):
        response = desk.press(act)
        assert response.status_code == 422
        assert sentence in read(response).text
    assert not ReportVersion.objects.exists()
    assert not Change.objects.filter(action="report.export").exists()


def kept_as(desk, words):
    """A version as it could be kept before words were looked at."""
    desk.press("add:opening")
    desk.open().save({"own:1": "平常的话。"})
    desk.press("keep")
    version = ReportVersion.objects.get()
    changed = version.content.replace("平常的话。", words)
    assert changed != version.content
    from targets.services.base import verb

    verb(ReportVersion.objects.filter(pk=version.pk).update)(content=changed)
    assert words in "".join(run.text for _key, _level, runs in Content.from_json(changed).paragraphs for run in runs)


LAGGING = "路边整治仅完成30万元。"
SECRET = "保密事项77万元。"


def test_a_typed_figure_of_what_lags_is_refused_live(begin, behind):  # noqa: F811
    desk = add(begin(), LAGGING)
    assert "is not ticked above, so the report cannot leave the house: Roadside" in desk.page.text
    refused_live(desk, "A paragraph tells of Roadside, which lags or was not reported and is not ticked")
    desk.open().save(tick=["ROADSIDE"])
    assert LAGGING in word_text(desk.press("docx").content)


def test_a_typed_figure_of_what_lags_is_refused_in_a_kept_version(begin, behind):  # noqa: F811
    desk = begin()
    kept_as(desk, LAGGING)
    for form in ("docx", "pdf"):
        response = desk.client.post(f"{desk.address}versions/1/", {"make": form})
        assert response.status_code == 422
        assert "This version tells of Roadside, which lags or was not reported" in read(response).text


def test_a_typed_figure_of_what_is_sensitive_is_refused_live(begin, secret):  # noqa: F811
    desk = add(begin(), SECRET)
    assert (
        "This is sensitive and not chosen by name above, so the report cannot leave the house: Secret" in desk.page.text
    )
    refused_live(desk, "A paragraph names Secret, which is sensitive and was not chosen by name.")
    desk.open().save(include=["SECRET"])
    assert SECRET in word_text(desk.press("docx").content)


def test_a_typed_figure_of_what_is_sensitive_is_refused_in_a_kept_version(begin, secret):  # noqa: F811
    desk = begin()
    kept_as(desk, SECRET)
    response = desk.client.post(f"{desk.address}versions/1/", {"make": "docx"})
    assert response.status_code == 422
    assert "This version names Secret, which is sensitive and was not chosen by name" in read(response).text


def test_a_figure_typed_over_a_bound_one_is_noticed(begin, behind):  # noqa: F811
    """Also in a paragraph that the figures made."""
    desk = begin()
    desk.save({DONE: f"{desk.texts[DONE]}路边整治完成30万元。"})
    assert "is not ticked above, so the report cannot leave the house: Roadside" in desk.page.text


def test_what_is_left_out_tells_nothing(begin, behind):  # noqa: F811
    desk = add(begin(), LAGGING)
    desk.press("leave:own:1")
    assert LAGGING not in word_text(desk.open().press("docx").content)


def test_what_becomes_sensitive_is_noticed_in_both(begin, build, farm):  # noqa: F811
    desk = add(begin(), "高标准农田又好又快。")
    desk.press("keep")
    assert ReportVersion.objects.count() == 1
    plans.change_indicator(build.by, indicator=farm.indicator, sensitive=True)
    said = "Farmland, which is sensitive and was not chosen by name"
    assert f"A paragraph names {said}" in read(desk.open().press("docx")).text
    assert f"This version names {said}" in read(desk.client.post(f"{desk.address}versions/1/", {"make": "docx"})).text
