"""Writing the half-year report: edited words keep their figures, nothing typed is lost, and the file says the same."""

import json
import re
from datetime import date
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.document import words_in
from reports.half_year.content import Content
from reports.models import Report, ReportParagraph, ReportVersion
from targets.models import Change, Target
from targets.permissions import scope_of
from targets.services import plans, progress, remedies
from targets.services.base import Author, verb
from tests.copies import copied
from tests.pages import read, shows
from tests.reports.readers import pdf_text, word_paragraphs, word_text

CHOSEN = "year=2023&period=H1&as_of=6&unit=T"


class _FormReader(HTMLParser):
    """The fields of a page in order: what a browser would send without a button."""

    def __init__(self):
        super().__init__()
        self.fields, self.box, self.chooser, self.buttons = [], None, None, []

    def handle_starttag(self, tag, attrs):
        values = {name: value if value is not None else "" for name, value in attrs}
        name = values.get("name")
        if tag == "textarea":
            self.box = [name, ""]
        elif tag == "select":
            self.chooser = name
        elif tag == "option" and "selected" in values and self.chooser:
            self.fields.append((self.chooser, values["value"]))
        elif tag == "button" and name:
            self.buttons.append((name, values["value"], "disabled" in values))
        elif tag == "input" and name and (values.get("type") != "checkbox" or "checked" in values):
            self.fields.append((name, values.get("value", "")))

    def handle_endtag(self, tag):
        if tag == "textarea" and self.box is not None:
            # A browser drops the line break right after the tag.
            self.fields.append((self.box[0], self.box[1].removeprefix("\n")))
            self.box = None
        elif tag == "select":
            self.chooser = None

    def handle_data(self, data):
        if self.box is not None:
            self.box[1] += data


class Desk:
    """A person at the page: reads the boxes, types into them, presses buttons."""

    def __init__(self, client, address):
        self.client, self.address = client, address
        self.open()

    def open(self):
        self.take(self.client.get(self.address))
        return self

    def take(self, response):
        reader = _FormReader()
        reader.feed(response.content.decode())
        self.response, self.fields, self.buttons = response, reader.fields, reader.buttons
        self.page = read(response)
        self.keys = [value for name, value in self.fields if name == "key"]
        self.texts = dict(zip(self.keys, [value for name, value in self.fields if name == "text"], strict=True))

    def press(self, act, typed=None, **others):
        """Send the whole form; ``typed`` are other words by key, ``others`` fields that were set."""
        texts = {**self.texts, **(typed or {})}
        data: dict[str, list[str]] = {}
        for name, value in self.fields:
            data.setdefault(name, []).append(value)
        data["text"] = [texts[key] for key in self.keys]
        data.update({name: value if isinstance(value, list) else [value] for name, value in others.items()})
        return self.client.post(self.address, {**data, "act": act})

    def save(self, typed=None, **others):
        response = self.press("save", typed, **others)
        assert response.status_code == 302
        return self.open()


@pytest.fixture
@copied
def farm(cast, build):
    """72 of 60 by June and 120 by December: completed in the first half."""
    indicator = build.indicator("FARM", cast.economy, name="高标准农田", name_en="Farmland")
    target = build.target(indicator, cast.office, {6: 60, 12: 120})
    build.approved(target, 6, 72, from_month=1)
    return target


@pytest.fixture
def begin(cast, farm, signed_in):
    """A leader or somebody else who has just begun a report."""

    def begun(person=None, language="en"):
        client = signed_in(person or cast.leader, language)
        response = client.post(f"/reports/half-year/?{CHOSEN}")
        assert response.status_code == 302
        return Desk(client, response["Location"])

    return begun


def again(build, target, value):
    """The figure of June is corrected."""
    progress.correct_progress(build.by, target=target, month=6, value=value, reason="Counted again.", from_month=1)
    entry = target.entries.exclude(state__in=["approved", "superseded"]).get()
    progress.submit(build.by, entry)
    progress.approve(build.by, entry)


DONE = "done:economy"


# Words and figures


def test_a_report_begins_as_the_figures_make_it(begin):
    desk = begin()
    assert desk.texts["opening"].startswith("2023年上半年，青山乡承担目标任务〖3项|total.indicators〗。")
    assert "高标准农田累计完成〖72万元〗，占年度目标的〖60%〗，〖超序时进度10个百分点〗。" in desk.texts[DONE]
    assert not ReportParagraph.objects.exists()


def test_what_nobody_touched_follows_the_figures_words_and_all(begin, build, farm):
    desk = begin().save()
    assert not ReportParagraph.objects.exists()
    again(build, farm, 120)
    assert "高标准农田累计完成〖120万元〗，完成年度目标任务。" in desk.open().texts[DONE]


def test_edited_words_keep_their_figures_and_say_when_these_change(begin, build, farm):
    desk = begin()
    desk.save({DONE: "大力建设高标准农田，累计完成〖72万元〗，成效明显。"})
    assert ReportParagraph.objects.get(key=DONE).text == "大力建设高标准农田，累计完成{{FARM.actual}}，成效明显。"
    assert "Figures changed" not in desk.page.text
    again(build, farm, "75.5")
    desk.open()
    assert desk.texts[DONE] == "大力建设高标准农田，累计完成〖75.5万元〗，成效明显。"
    assert "Figures changed since this was edited; see whether the words still fit: 72万元 → 75.5万元" in desk.page.text
    assert desk.press(f"accept:{DONE}").status_code == 302
    assert "Figures changed" not in desk.open().page.text


def test_a_figure_that_changes_between_reading_and_saving_stays_bound(begin, build, farm):
    desk = begin()
    again(build, farm, 90)
    desk.save({DONE: "累计完成〖72万元〗。"})
    assert ReportParagraph.objects.get(key=DONE).text == "累计完成{{FARM.actual}}。"
    assert desk.texts[DONE] == "累计完成〖90万元〗。"
    assert "72万元 → 90万元" in desk.page.text


def test_a_figure_typed_over_is_told_and_is_what_the_file_says(begin, build, farm):
    desk = begin().save({DONE: "累计完成〖80万元〗。"})
    assert "Typed by hand, so it no longer follows the data: 80万元" in desk.page.text
    again(build, farm, 90)
    assert "累计完成80万元。" in word_text(desk.press("docx").content)


def test_a_paragraph_can_be_restored(begin):
    desk = begin()
    before = desk.texts[DONE]
    desk.save({DONE: "别的话。"})
    assert "Edited" in desk.page.text
    desk.press(f"restore:{DONE}")
    assert desk.open().texts[DONE] == before


def test_typing_the_generated_words_again_is_no_edit(begin):
    desk = begin()
    before = desk.texts[DONE]
    desk.save({DONE: "别的话。"}).save({DONE: before})
    assert ReportParagraph.objects.get(key=DONE).text == ""


def test_a_paragraph_that_was_emptied_is_left_out(begin):
    desk = begin().save({DONE: "  "})
    assert ReportParagraph.objects.get(key=DONE).left_out
    assert "高标准农田累计" not in word_text(desk.press("docx").content)


def test_what_was_edited_stays_when_the_figures_no_longer_make_it(begin, build, cast):
    desk = begin().save({"done:governance": "走访〖61户〗。"})
    again(build, cast.office_target, 10)
    desk.open()
    assert "the figures no longer make this paragraph" in desk.page.text
    # It lags by now: its figure keeps its place, and is told only once somebody ticked it.
    assert desk.texts["done:governance"] == "走访〖？|VISITS.actual〗。"
    assert desk.save(tick=["VISITS"]).texts["done:governance"] == "走访〖10户〗。"


def test_what_the_figures_make_anew_stands_in_its_place(begin, build, cast):
    desk = begin().save({DONE: "累计完成〖72万元〗。"})
    build.approved(build.target(build.indicator("WATCH", cast.economy, direction="monitor"), cast.office), 6, 5)
    desk.open()
    assert desk.keys.index("watched:economy") == desk.keys.index(DONE) + 1


# Own paragraphs, order


def test_own_paragraphs_are_added_written_set_and_moved(begin):
    desk = begin()
    assert desk.press("add:opening")["Location"].endswith("#p-own-1")
    desk.open()
    assert desk.keys[:2] == ["opening", "own:1"]
    desk.save({"own:1": "总体要求\n第二行"}, **{"level:own:1": "0"})
    assert desk.texts["own:1"] == "总体要求\n第二行"
    styles = word_paragraphs(desk.press("docx").content)
    assert ("Body Text", "总体要求") in styles
    assert ("Body Text", "第二行") in styles
    desk.save({"own:1": "总体要求"}, **{"level:own:1": "1"})
    assert ("Heading 1", "一、总体要求") not in word_paragraphs(desk.press("docx").content)  # nothing stands under it
    desk.press("up:own:1")
    desk.open()
    assert desk.keys[:2] == ["own:1", "opening"]
    assert ("Heading 1", "一、总体要求") in word_paragraphs(desk.press("docx").content)
    desk.press("down:own:1")
    desk.open().press("add:own:1")
    assert desk.open().keys[:3] == ["opening", "own:1", "own:2"]


def test_an_own_paragraph_may_be_bound_to_any_figure_that_may_be_named(begin, build, farm):
    desk = begin()
    desk.press("add:opening")
    desk.open().save({"own:1": "投入{{FARM.actual}}。"})
    assert desk.texts["own:1"] == "投入〖72万元〗。"
    assert "投入72万元。" in word_text(desk.press("docx").content)


def test_what_is_left_out_can_be_taken_in_again(begin):
    desk = begin()
    desk.press(f"leave:{DONE}")
    assert "高标准农田累计" not in word_text(desk.open().press("docx").content)
    desk.press(f"take:{DONE}")
    assert "高标准农田累计" in word_text(desk.open().press("docx").content)


def test_a_heading_under_which_all_is_left_out_goes_too(begin):
    desk = begin()
    for key in [key for key in desk.keys if key.endswith(":governance") and not key.startswith("heading")]:
        desk.press(f"leave:{key}")
        desk.open()
    assert "Governance" not in word_text(desk.press("docx").content)
    assert "社会治理" not in word_text(desk.press("docx").content)


def test_the_first_cannot_go_up_nor_the_last_down(begin):
    desk = begin()
    disabled = [value for name, value, is_disabled in desk.buttons if is_disabled]
    assert disabled == [f"up:{desk.keys[0]}", f"down:{desk.keys[-1]}"]
    assert desk.press(f"up:{desk.keys[0]}").status_code == 302
    assert desk.press("up:nothing").status_code == 302
    assert desk.open().keys[0] == "opening"


# What lags, and what is sensitive


@pytest.fixture
def behind(cast, build):
    indicator = build.indicator("ROADSIDE", cast.economy, name="路边整治", name_en="Roadside")
    target = build.target(indicator, cast.office, {6: 60, 12: 120})
    build.approved(target, 6, 30, from_month=1)
    by = Author.person(cast.reviewer, scope_of(cast.reviewer))
    remedies.state_remedy(by, target=target, month=6, cause="雨季停工", measure="抢抓晴天")
    return target


def test_nothing_that_lags_is_in_it_until_a_person_ticks_it(begin, behind):
    desk = begin()
    assert ("tick", "ROADSIDE") not in desk.fields
    for form in ("docx", "pdf"):
        content = desk.press(form).content
        text = word_text(content) if form == "docx" else pdf_text(content)
        assert "30万元" not in text
        assert "雨季停工" not in text
        assert "抢抓晴天" not in text
        assert "存在的主要问题" not in text
    desk.save(tick=["ROADSIDE"])
    text = word_text(desk.press("docx").content)
    assert "路边整治累计完成30万元，占年度目标的25%，低于年度序时进度25个百分点。主要原因：雨季停工。" in text
    assert "抢抓晴天" in text
    after = json.loads(Change.objects.filter(action="report.export").first().after)
    assert after["ticked"] == ["ROADSIDE"]


def test_a_tick_for_what_does_not_lag_is_not_kept(begin):
    desk = begin().save(tick=["FARM", "NOTHING"])
    assert Report.objects.get().ticked == ""
    assert desk.response.status_code == 200


def refused(desk, sentence):
    """Neither issued nor kept, and each time for the reason that the page gave before."""
    assert sentence in desk.page.text
    before = Change.objects.filter(action__in=("report.export", "report.keep")).count()
    for act in ("docx", "pdf", "keep"):
        response = desk.press(act)
        assert response.status_code == 422
        assert sentence in read(response).text
    assert Change.objects.filter(action__in=("report.export", "report.keep")).count() == before
    assert not ReportVersion.objects.exists()


def test_edited_words_do_not_tell_of_what_has_come_to_lag(begin, build, farm):
    desk = begin()
    desk.save({DONE: f"我们高度重视。{desk.texts[DONE]}"})
    again(build, farm, 30)
    desk.open()
    assert desk.texts[DONE].startswith("我们高度重视。")
    assert not shows(desk.texts[DONE], "30")
    assert "72万元 → —" not in desk.page.text
    assert "is not ticked above, so the report cannot leave the house: Farmland" in desk.page.text
    assert "<code>FARM.actual</code>" not in desk.response.content.decode()
    refused(desk, "A paragraph tells of Farmland, which lags or was not reported and is not ticked")
    # Nothing was lost: with the tick the figures are where they were.
    desk.open().save(tick=["FARM"])
    # 30 ÷ 120 = 25 %; (30 − 60) ÷ 120 = −25 points.
    assert "高标准农田累计完成〖30万元〗，占年度目标的〖25%〗" in desk.texts[DONE]
    assert desk.press("docx").status_code == 200
    assert json.loads(Change.objects.filter(action="report.export").first().after)["ticked"] == ["FARM"]


def test_edited_words_on_what_lags_may_be_left_out_instead(begin, build, farm):
    desk = begin()
    desk.save({DONE: f"我们高度重视。{desk.texts[DONE]}"})
    again(build, farm, 30)
    desk.press(f"leave:{DONE}")
    assert "cannot leave the house" not in desk.open().page.text
    assert "高标准农田累计" not in word_text(desk.press("docx").content)


def test_no_figure_that_tells_of_what_lags_can_be_bound_without_a_tick(begin, behind):
    desk = begin()
    desk.press("add:opening")
    desk.open()
    for figure in ("actual", "completion", "annual_share", "against_schedule", "remaining", "needed"):
        desk.save({"own:1": f"路边整治{{{{ROADSIDE.{figure}}}}}。"})
        refused(desk, "A paragraph tells of Roadside, which lags or was not reported and is not ticked")
    assert desk.open().save(tick=["ROADSIDE"]).press("docx").status_code == 200


def test_the_annual_target_of_what_lags_is_no_secret(begin, behind):
    desk = begin()
    desk.press("add:opening")
    desk.open().save({"own:1": "路边整治年度目标{{ROADSIDE.annual_target}}。"})
    assert "路边整治年度目标120万元。" in word_text(desk.press("docx").content)


def unticked(desk):
    """The form without its ticks, as a browser sends it once they are taken away."""
    desk.fields = [(name, value) for name, value in desk.fields if name != "tick"]
    return desk


def test_an_edited_problem_does_not_stay_once_its_tick_is_taken_away(begin, behind):
    desk = begin().save(tick=["ROADSIDE"])
    desk.save({"lags:ROADSIDE": "路边整治请领导关注。"})
    unticked(desk).save()
    assert desk.texts["lags:ROADSIDE"] == "路边整治请领导关注。"
    refused(desk, "The paragraph on Roadside stands among the problems, but Roadside is not ticked")
    desk.press("leave:lags:ROADSIDE")
    assert "路边整治请领导关注" not in word_text(desk.open().press("docx").content)


def test_an_edited_problem_does_not_stay_once_it_lags_no_longer(begin, build, behind):
    desk = begin().save(tick=["ROADSIDE"])
    desk.save({"lags:ROADSIDE": "路边整治请领导关注。"})
    again(build, behind, 72)
    assert "lags no longer" in desk.open().page.text
    refused(desk.save(), "The paragraph on Roadside stands among the problems, but Roadside is not ticked")


def test_several_that_were_above_the_schedule_are_not_told_so_when_one_has_come_to_it(begin, build, cast):
    targets = []
    for code in "ABC":
        target = build.target(build.indicator(code, cast.economy, name=f"{code}投入"), cast.office, {6: 60, 12: 120})
        build.approved(target, 6, 66, from_month=1)
        targets.append(target)
    desk = begin()
    assert "，分别超序时进度〖" in desk.texts[DONE]
    desk.save({DONE: f"我们高度重视。{desk.texts[DONE]}"})
    again(build, targets[0], 60)
    refused(desk.open(), "A paragraph holds the figure {{A.points_ahead}}, which is not there")


def test_a_kept_version_says_what_it_said_and_no_problem_without_its_tick(begin, build, farm, behind):
    desk = begin().save(tick=["ROADSIDE"])
    desk.press("keep")
    again(build, farm, 30)
    address = f"{desk.address}versions/1/"
    text = word_text(desk.client.post(address, {"make": "docx"}).content)
    assert "高标准农田累计完成72万元" in text
    assert "路边整治累计完成30万元" in text
    # One that was kept before ticks were asked for.
    content = ReportVersion.objects.get().content.replace('"ticked": ["ROADSIDE"]', '"ticked": []')
    verb(ReportVersion.objects.update)(content=content)
    exported = Change.objects.filter(action="report.export").count()
    response = desk.client.post(address, {"make": "docx"})
    assert response.status_code == 422
    assert "This version says that Roadside lags, which was not ticked when it was kept." in read(response).text
    assert Change.objects.filter(action="report.export").count() == exported


@pytest.fixture
def secret(cast, build):
    indicator = build.indicator("SECRET", cast.economy, name="保密事项", name_en="Secret", sensitive=True)
    target = build.target(indicator, cast.office, {6: 60, 12: 120})
    build.approved(target, 6, 77, from_month=1)
    return target


def test_a_sensitive_figure_stays_out_and_cannot_be_bound_by_its_name(begin, secret):
    desk = begin()
    assert "保密事项" not in word_text(desk.press("docx").content)
    desk.press("add:opening")
    desk.open().save({"own:1": "秘密{{SECRET.actual}}。"})
    assert "77" not in desk.texts["own:1"]
    assert not shows(desk.page.text, "77")
    for form in ("docx", "pdf", "keep"):
        response = desk.press(form)
        assert response.status_code == 422
        assert "A paragraph holds the figure {{SECRET.actual}}, which is not there" in read(response).text
    assert not ReportVersion.objects.exists()
    assert not Change.objects.filter(action="report.export", after__contains="own").exists()
    desk.open().save(include=["SECRET"])
    assert "秘密77万元。" in word_text(desk.press("docx").content)


def test_an_archived_indicator_in_saved_words_is_one_clear_sentence(begin, build, farm):
    desk = begin().save({DONE: "累计完成〖72万元〗。"})
    plans.archive(build.by, farm, reason="Given up.")
    exported = Change.objects.filter(action="report.export").count()
    response = desk.open().press("docx")
    assert response.status_code == 422
    assert "A paragraph holds the figure {{FARM.actual}}, which is not there" in read(response).text
    assert Change.objects.filter(action="report.export").count() == exported
    desk.press(f"leave:{DONE}")
    assert desk.open().press("docx").status_code == 200


# Two people


def test_who_was_slower_keeps_what_was_typed_and_sees_what_stands(begin, cast):
    slow = begin(cast.leader)
    fast = Desk(slow.client, slow.address)
    fast.save({DONE: "快的人写的。"})
    response = slow.press("save", {DONE: "慢的人写的〖72万元〗。", "opening": slow.texts["opening"]})
    assert response.status_code == 409
    slow.take(response)
    assert slow.texts[DONE] == "慢的人写的〖72万元〗。"
    assert "Somebody else has written here meanwhile. It now reads: 快的人写的。" in slow.page.text
    assert ReportParagraph.objects.get(key=DONE).text == "快的人写的。"
    # Saved once more it is a choice, and the figure is still bound.
    slow.save()
    assert ReportParagraph.objects.get(key=DONE).text == "慢的人写的{{FARM.actual}}。"


def test_what_is_wrong_in_the_form_keeps_what_was_typed(begin, behind):
    desk = begin()
    response = desk.press(
        "save", {DONE: "打了一半的话。"}, title="", day="tomorrow", tick=["ROADSIDE"], note="备注", signature="乡政府"
    )
    assert response.status_code == 422
    desk.take(response)
    assert desk.texts[DONE] == "打了一半的话。"
    for field in (("tick", "ROADSIDE"), ("note", "备注"), ("signature", "乡政府"), ("day", "tomorrow")):
        assert field in desk.fields
    assert "Something in the form is not filled in as it should be." in desk.page.text


def test_saving_nothing_changes_nothing(begin):
    desk = begin()
    before = Change.objects.count()
    desk.save()
    assert Change.objects.count() == before
    assert "Nothing was changed." in read(desk.client.get(desk.address)).text or Report.objects.get().lock_version == 0


# Versions


def test_a_kept_version_stays_as_it_was_and_is_compared_with_now(begin, build, farm):
    desk = begin()
    desk.press("keep", note="送审稿")
    version = ReportVersion.objects.get()
    assert (version.number, version.note, version.made_by.username) == (1, "送审稿", "leader")
    address = f"{desk.address}versions/1/"
    assert "the report reads today as it was kept" in read(desk.client.get(address)).text
    again(build, farm, 90)
    page = read(desk.client.get(address))
    changed = [cell.text for cell in page.listed if "高标准农田" in cell.text]
    # 90 ÷ 120 = 75 %, (90 − 60) ÷ 120 = 25 points.
    assert any("72" in text and "90" in text for text in changed)
    kept = desk.client.post(address, {"make": "docx"})
    assert "高标准农田累计完成72万元，占年度目标的60%，超序时进度10个百分点。" in word_text(kept.content)
    assert "第1版.docx" in unquote(kept["Content-Disposition"])
    now = word_text(desk.open().press("docx").content)
    assert "高标准农田累计完成90万元，占年度目标的75%，超序时进度25个百分点。" in now
    desk.press("keep")
    assert list(ReportVersion.objects.values_list("number", flat=True)) == [2, 1]


def test_a_kept_version_does_not_take_along_what_has_become_sensitive(begin, build, farm):
    desk = begin()
    desk.press("keep")
    plans.change_indicator(build.by, indicator=farm.indicator, sensitive=True)
    exported = Change.objects.filter(action="report.export").count()
    for form in ("docx", "pdf"):
        response = desk.client.post(f"{desk.address}versions/1/", {"make": form})
        assert response.status_code == 422
        assert "This version names Farmland, which is sensitive and was not chosen by name" in read(response).text
    assert Change.objects.filter(action="report.export").count() == exported
    # Chosen by name and kept anew it is taken along, and the record says so.
    desk.open().save(include=["FARM"])
    desk.press("keep")
    assert "高标准农田累计完成72万元" in word_text(
        desk.client.post(f"{desk.address}versions/2/", {"make": "docx"}).content
    )
    assert json.loads(Change.objects.filter(action="report.export").first().after)["included"] == ["FARM"]


def test_what_is_sensitive_may_be_named_by_its_name_alone(begin, build, cast, farm):
    """A task that is done has no figure in its sentence; a longer name of which this one is a part is another's."""
    longer = build.target(build.indicator("LONG", cast.economy, name="农田水利"), cast.office, {6: 60, 12: 120})
    build.approved(longer, 6, 72, from_month=1)
    short = build.indicator("SHORT", cast.economy, name="农田", name_en="Fields", sensitive=True)
    desk = begin()
    desk.press("keep")
    assert desk.client.post(f"{desk.address}versions/1/", {"make": "docx"}).status_code == 200
    desk.open().press("add:opening")
    desk.open().save({"own:1": "农田水利到位。"})
    desk.press("keep")
    assert desk.client.post(f"{desk.address}versions/2/", {"make": "docx"}).status_code == 200
    desk.open().save({"own:1": "农田保护到位。"})
    assert f"A paragraph names {short.name_en}, which is sensitive" in read(desk.press("keep")).text
    assert not ReportVersion.objects.filter(number=3).exists()


def test_a_version_holds_its_whole_content(begin):
    desk = begin()
    desk.press("keep")
    text = ReportVersion.objects.get().content
    content = Content.from_json(text)
    assert content.as_json() == text
    assert "FARM.actual" in content.document.figures


def test_an_archived_report_is_read_and_brought_back(begin):
    desk = begin()
    desk.press("archive")
    page = read(desk.client.get(desk.address))
    assert "This report is archived." in page.text
    assert desk.press("save", {DONE: "话"}).status_code == 302
    assert not ReportParagraph.objects.exists()
    desk.client.post(desk.address, {"act": "restore", "lock_version": "1"})
    assert Report.objects.get().archived_at is None


# Files


def test_the_file_says_what_the_page_says(begin):
    desk = begin()
    desk.press("add:opening")
    desk.open().save({"own:1": "<b>坚持</b> & 落实", DONE: "累计完成〖72万元〗。"}, addressees="县人民政府：")
    content = desk.press("docx")
    paragraphs = [text for _style, text in word_paragraphs(content.content)]
    assert "青山乡2023年上半年工作总结及下半年目标任务和工作安排" in paragraphs[0].replace("\n", "")
    for words in ("县人民政府：", "<b>坚持</b> & 落实", "累计完成72万元。", "青山乡人民政府"):
        assert words in paragraphs
    assert not [text for text in paragraphs if "〖" in text or "{{" in text]
    assert unquote(content["Content-Disposition"]).endswith(
        "2023年上半年工作总结及下半年目标任务和工作安排_青山乡_截至2023年6月.docx"
    )
    pdf = pdf_text(desk.press("pdf").content)
    for words in ("县人民政府：", "累计完成72万元。", "一、上半年工作完成情况", "二、下半年目标任务和工作安排"):
        assert words in pdf


def test_what_was_typed_just_now_is_saved_before_the_file_is_made(begin):
    desk = begin()
    response = desk.press("docx", {DONE: "刚打的话。"})
    assert response.status_code == 302
    assert "take=docx" in response["Location"]
    desk.address = response["Location"].partition("?")[0]
    assert "刚打的话。" in word_text(desk.open().press("docx").content)


def test_the_date_has_no_leading_zeros(begin):
    desk = begin().save(day="2023-07-08")
    assert "2023年7月8日" in word_text(desk.press("docx").content)


def test_one_number_from_the_entry_to_page_ledger_and_report(begin, cast, build):
    target = build.target(build.indicator("E06", cast.governance, name="农田投入"), cast.office, {6: 600, 12: 1200})
    build.approved(target, 6, "634.29", from_month=1)
    desk = begin()
    # 634.29 ÷ 1200 = 52.8575 %; (634.29 − 600) ÷ 1200 = 2.8575 points.
    assert "农田投入累计完成634.29万元，占年度目标的52.9%，超序时进度2.9个百分点。" in word_text(
        desk.press("docx").content
    )
    page = read(desk.client.get("/indicators/E06/?year=2023&period=Y&as_of=6&unit=T"))
    assert page.facts["Actual"] == "634.29 CNY 10k"
    assert page.facts["Completion"] == "52.9%"
    ledger = desk.client.post(f"/reports/?{CHOSEN}", {"make": "ledger.csv"}).content.decode("utf-8-sig")
    assert "634.29" in next(line for line in ledger.splitlines() if "E06" in line)


# Length


def test_the_length_is_that_of_the_paper(begin):
    desk = begin()
    shown = next(cell for tag, cell in desk.page.tags if tag == "p" and "length" in cell.get("class", ""))
    text = word_text(desk.press("docx").content)
    assert f"Length {words_in(text)} characters" in desk.page.text
    boxes = sum(words_in(re.sub(r"〖([^〖〗|]*)[^〗]*〗", r"\1", text)) for text in desk.texts.values())
    assert int(shown["data-other"]) + boxes == words_in(text)


@pytest.mark.parametrize(("length", "mark"), [(3000, ""), (4001, "near"), (5001, "over")])
def test_a_report_that_is_too_long_says_so(begin, length, mark):
    desk = begin()
    desk.press("add:opening")
    desk.open()
    other = int(desk.page.text.partition("Length ")[2].partition(" ")[0])
    desk.save({"own:1": "字" * (length - other)})
    shown = next(cell for tag, cell in desk.page.tags if tag == "p" and "length" in cell.get("class", ""))
    assert f"Length {length} characters" in desk.page.text
    assert shown["class"].split()[1:] == ([mark] if mark else [])


# Bad input


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "[]",
        "null",
        "{",
        "[" * 50_000,
        '{"figures": {"FARM.actual": "\\ud800"}}',
        '{"figures": 5}',
        '{"text": [], "figures": {"a": {}}}',
        '{"figures": {}}',
        '"x"',
    ],
)
def test_a_forged_note_of_what_was_shown_binds_nothing(begin, shown):
    desk = begin()
    desk.save({DONE: "累计完成〖71万元〗。"}, shown=[shown] * len(desk.keys))
    assert ReportParagraph.objects.get(key=DONE).text == "累计完成〖71万元〗。"


def test_forged_figures_can_be_stored(begin):
    """A lone surrogate in what was allegedly shown would break the database."""
    desk = begin()
    forged = '{"text": "{{FARM.actual}}", "figures": {"FARM.actual": "\\ud800x\\u0000"}}'
    desk.save({DONE: "完成{{FARM.actual}}。"}, shown=[forged] * len(desk.keys))
    assert ReportParagraph.objects.get(key=DONE).figures == '{"FARM.actual": "x"}'
    assert desk.texts[DONE] == "完成〖72万元〗。"


def test_no_report_is_begun_of_a_unit_without_targets(cast, build, signed_in):
    build.unit("T-Z", cast.township)
    client = signed_in(cast.reviewer, "en")
    response = client.post("/reports/half-year/?year=2023&as_of=6&unit=T-Z", follow=True)
    assert "so there is nothing to make a report of" in read(response).text
    assert not Report.objects.exists()


def test_no_report_is_begun_of_a_year_without_targets(cast, build, signed_in):
    build.year(2024)
    client = signed_in(cast.reviewer, "en")
    response = client.post("/reports/half-year/?year=2024&as_of=6&unit=T", follow=True)
    assert "so there is nothing to make a report of" in read(response).text
    assert not Report.objects.exists()


def test_a_report_whose_targets_are_all_given_up_is_neither_kept_nor_taken_along(begin, build):
    desk = begin()
    for target in Target.objects.in_force(2023):
        plans.archive(build.by, target, reason="Given up.")
    exported = Change.objects.filter(action="report.export").count()
    for act in ("docx", "pdf", "keep"):
        response = desk.open().press(act)
        assert response.status_code == 422
        assert "so there is nothing to make a report of" in read(response).text
    assert Change.objects.filter(action="report.export").count() == exported
    assert not ReportVersion.objects.exists()


def test_a_section_without_a_figure_is_left_out_of_what_was_done(begin, cast, build):
    build.target(build.indicator("R1", build.section("rural"), name="造林"), cast.office, {6: 60, 12: 120})
    text = word_text(begin().press("docx").content)
    assert "None" not in text
    done, _heading, second = text.partition("下半年目标任务和工作安排\n（一）")
    assert "造林" not in done
    # Nobody reported it, which is said only where a person chose to; its target stands all the same.
    assert "确保造林全年完成120万元。" in second


def test_a_paragraph_of_a_forged_name_is_not_taken(begin):
    desk = begin()
    forged = {"key": ["own:9", "x"], "text": ["a", "b"], "shown": ["{}", "{}"]}
    head = {"act": "save", "title": "题", "day": "2023-07-08", "lock_version": "0"}
    assert desk.client.post(desk.address, {**head, **forged}).status_code == 302
    assert not ReportParagraph.objects.exists()


def test_control_characters_go_and_markup_stays_text(begin):
    desk = begin()
    desk.save({DONE: "甲\x00\x0b\x1b乙<script>alert(1)</script>\r\n丙"})
    assert ReportParagraph.objects.get(key=DONE).text == "甲乙<script>alert(1)</script>\n丙"
    assert "<script>alert(1)" not in desk.response.content.decode()
    assert "甲乙<script>alert(1)</script>" in word_text(desk.press("docx").content)
    assert desk.press("pdf").status_code == 200


def test_a_huge_text_is_refused_and_kept_on_the_page(begin):
    desk = begin()
    response = desk.press("save", {DONE: "长" * 10_001})
    assert response.status_code == 422
    assert "A paragraph has at most 10000 characters." in read(response).text
    assert not ReportParagraph.objects.exists()


@pytest.mark.parametrize("number", ["", "x", "-1", "99999999999999999999"])
def test_a_bad_lock_version_is_refused(begin, number):
    assert begin().press("save", {DONE: "话"}, lock_version=number).status_code == 422


@pytest.mark.parametrize("address", ["/reports/half-year/99999999999999999999999/", "/reports/half-year/0/"])
def test_a_report_that_is_not_there_is_not_found(begin, address):
    assert begin().client.get(address).status_code == 404


def test_a_file_of_another_kind_is_not_there(begin):
    desk = begin()
    desk.press("keep")
    assert desk.client.post(f"{desk.address}versions/1/", {"make": "exe"}).status_code == 404
    assert desk.press("exe").status_code == 302


# Who


def test_who_does_not_prepare_it_reads_it(begin, cast, signed_in):
    desk = begin()
    page = read(signed_in(cast.auditor, "en").get(desk.address))
    assert "高标准农田累计完成72万元" in page.text
    assert "Only a reviewer or leader of the whole unit prepares its half-year report." in page.text
    assert not [tag for tag, _attrs in page.tags if tag == "textarea"]


@pytest.mark.parametrize("act", ["save", "docx", "pdf", "keep", "archive", "restore", "add:opening"])
def test_who_does_not_prepare_it_is_told_so_and_nothing_is_stored_or_issued(begin, cast, signed_in, act):
    desk = begin()
    desk.press("keep")
    made = Change.objects.exclude(action__startswith="account.")
    before = (made.count(), ReportParagraph.objects.count(), ReportVersion.objects.count())
    client = signed_in(cast.auditor, "en")
    for address, sent in (
        (desk.address, {"act": act, "title": "题", "day": "2023-07-08", "lock_version": "0"}),
        (f"{desk.address}versions/1/", {"make": act}),
        (f"/reports/half-year/?{CHOSEN}", {}),
    ):
        answer = client.post(address, sent)
        assert answer.status_code == 403, address
        assert "Only a reviewer or leader of the whole unit prepares its half-year report." in read(answer).text
    assert (made.count(), ReportParagraph.objects.count(), ReportVersion.objects.count()) == before
    assert Report.objects.get().archived_at is None


def test_who_sees_no_figures_gets_no_report(begin, cast, signed_in):
    desk = begin()
    # Signing in and being refused are records of their own.
    made = Change.objects.exclude(action__startswith="account.")
    before = made.count()
    client = signed_in(cast.security_administrator, "en")
    for answer in (client.get(desk.address), client.post(desk.address, {"act": "docx"})):
        assert answer.status_code == 403
        assert "高标准农田" not in answer.content.decode()
    assert made.count() == before


def test_the_report_is_chinese_and_the_page_is_in_the_readers_language(begin):
    english = begin(language="en")
    assert "Keep this version" in english.page.text
    assert english.texts["opening"].startswith("2023年上半年，青山乡承担目标任务")
    assert ("Heading 1", "一、上半年工作完成情况") in word_paragraphs(english.press("docx").content)


def test_every_act_is_recorded(begin, cast):
    desk = begin()
    desk.save({DONE: "话。"})
    desk.press("keep")
    desk.press("docx")
    desk.open().press("archive")
    actions = list(
        Change.objects.filter(unit=cast.township, action__startswith="report.").values_list("action", flat=True)
    )
    assert actions == ["report.archive", "report.export", "report.keep", "report.change", "report.create"]
    change = Change.objects.get(action="report.change")
    assert json.loads(change.after) == {DONE: "话。"}


def test_the_page_asks_no_more_for_more_indicators(begin, cast, build):
    def asked(desk):
        with CaptureQueriesContext(connection) as queries:
            desk.client.get(desk.address)
        return len(queries)

    desk = begin()
    few = asked(desk)
    for number in range(12):
        indicator = build.indicator(f"N{number}", cast.economy)
        target = build.target(indicator, cast.east if number % 2 else cast.office, {6: 60, 12: 120})
        build.approved(target, 6, 10 * number, from_month=1)
    assert asked(desk) == few <= 32


# The database


DAY = date(2023, 7, 8)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (lambda report: Report(unit=report.unit, year=2023, as_of=13, title="题", day=DAY), "A month is a number"),
        (lambda report: Report(unit=report.unit, year=2023, as_of=6, title="", day=DAY), "A report needs a title"),
        (lambda report: ReportParagraph(report=report, position=1, key="own:1", level=3), "headings of two levels"),
    ],
)
def test_the_database_holds_what_a_report_is(begin, row, message):
    from django.core.exceptions import ValidationError
    from django.db import IntegrityError, transaction
    from django.utils.translation import override

    begin()
    instance = row(Report.objects.get())
    with override("en"), pytest.raises(ValidationError, match=message):
        instance.validate_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        verb(instance.save)()
