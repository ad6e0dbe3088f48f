"""The office's own spreadsheet becomes a plan: through the pages, step by step, and twice is once."""

import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from targets.models import Change, Indicator, IndicatorCheck, Section, Target, Unit, Upload, Year
from targets.services import planning, plans
from targets.services.planning import archive_targets
from tests.office_plan import SHEET, office_plan
from tests.pages import read


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def admin(client, cast):
    client.force_login(cast.system_administrator)
    client.post("/appearance/", {"language": "en"})
    return client


def office_sheet(*rows):
    """A table as offices make it: a title, headings of two rows with merged cells, a total and a note below."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "目标任务分解表"
    sheet.append(["青山乡2024年目标任务分解表"])
    sheet.merge_cells("A1:I1")
    sheet.append(["序号", "板块", "指标名称", "计量单位", "上年实绩", "目标值", None, "责任单位", "分管领导"])
    sheet.append([None, None, None, None, None, "上半年", "全年", None, None])
    sheet.merge_cells("F2:G2")
    for column in "ABCDEHI":
        sheet.merge_cells(f"{column}2:{column}3")
    for number, row in enumerate(rows, start=1):
        sheet.append([number, *row])
    sheet.append(["填表人：党政办"])
    return book


GOOD = [
    ("经济发展", "新修道路", "千米", 12, 8, 16, "东村", "副乡长"),
    ("经济发展", "招商引资", "万元", 900, 500, 1000, "平安办", "乡长"),
    ("社会治理", "入户走访", "户", 110, 60, 130, "平安办", "副书记"),
]


def bring_in(client, book, name="分解表.xlsx", year="2024"):
    buffer = io.BytesIO()
    book.save(buffer)
    return client.post(
        "/plan/import/", {"year": year, "file": SimpleUploadedFile(name, buffer.getvalue())}, follow=True
    )


def address_of(answer):
    return answer.redirect_chain[-1][0]


def test_a_sheet_with_two_row_headings_becomes_a_year(admin, cast):
    preview = bring_in(admin, office_sheet(*GOOD))
    page = read(preview)
    assert "招商引资" in page.text
    assert not Target.objects.filter(year=2024).exists()  # nothing is written by looking
    done = admin.post(address_of(preview), {"take": "1"})
    assert done.status_code == 302, read(done).text
    roads = Target.objects.get(year=2024, indicator=cast.roads)
    assert (roads.unit, roads.baseline, roads.lead_leader) == (cast.east, Decimal(12), "副乡长")
    points = roads.revisions.get().checkpoints.values_list("month", "value")
    assert dict(points) == {6: Decimal(8), 12: Decimal(16)}
    new = Indicator.objects.get(name="招商引资")
    assert (new.section, new.unit_of_measure, new.kind, new.code) == (cast.economy, "万元", "quantity", "E01")
    assert Year.objects.get(year=2024).is_draft is False
    assert Target.objects.filter(year=2024).count() == 3


def test_the_same_file_again_changes_nothing_and_says_so(admin, cast):
    preview = bring_in(admin, office_sheet(*GOOD))
    admin.post(address_of(preview), {"take": "1"})
    before = Change.objects.exclude(action__startswith="upload.").count()
    again = bring_in(admin, office_sheet(*GOOD))
    page = read(again)
    assert "brings nothing new" in page.text
    assert not [values for tag, values in page.tags if tag == "button" and values.get("name") == "take"]
    assert Change.objects.exclude(action__startswith="upload.").count() == before


def test_a_changed_file_changes_what_it_changes(admin, cast):
    admin.post(address_of(bring_in(admin, office_sheet(*GOOD))), {"take": "1"})
    other = [GOOD[0], ("经济发展", "招商引资", "万元", 900, 500, 1200, "平安办", "书记"), GOOD[2]]
    preview = bring_in(admin, office_sheet(*other))
    assert "1000" in read(preview).text
    admin.post(address_of(preview), {"take": "1"})
    target = Target.objects.get(year=2024, indicator__name="招商引资")
    assert target.lead_leader == "书记"
    assert dict(target.revisions.get().checkpoints.values_list("month", "value")) == {6: 500, 12: 1200}


def test_a_target_with_approved_figures_is_adjusted_and_not_imported_over(admin, cast, build):
    row = ("经济发展", "新修道路", "千米", None, 5, 99, "东村", "")
    preview = bring_in(admin, office_sheet(row), year="2023")
    page = read(preview)
    assert "Adjust it on its page" in page.text
    refused = admin.post(address_of(preview), {"take": "1"})
    assert refused.status_code == 422
    assert dict(cast.east_target.revisions.get().checkpoints.values_list("month", "value"))[12] == 10


def test_words_are_asked_about_and_the_answer_is_kept(admin, cast):
    asked = ("社会治理", "群众满意度", "%", None, None, "年终根据全省平均水平确定", "平安办", "")
    preview = bring_in(admin, office_sheet(*GOOD, asked))
    page = read(preview)
    questions = [values for tag, values in page.tags if tag == "input" and values.get("name", "").startswith("answer-")]
    assert questions
    assert admin.post(address_of(preview), {"take": "1"}).status_code == 422
    assert not Target.objects.filter(year=2024).exists()
    form = {"settle": "1", **current_form(page)}
    form |= {values["name"]: "95" for values in questions}
    settled = read(admin.post(address_of(preview), form, follow=True))
    assert "95" in settled.text


def current_form(page):
    """What the page would send: chosen options and typed fields."""
    form, select = {}, None
    for tag, values in page.tags:
        if tag == "select":
            select = values.get("name")
        elif tag == "option" and select and "selected" in values:
            form[select] = values.get("value", "")
        elif tag == "input" and values.get("type") == "text" and values.get("name"):
            form[values["name"]] = values.get("value", "")
    return form


def test_what_a_column_is_can_be_changed_and_is_remembered(admin, cast):
    preview = bring_in(admin, office_sheet(*GOOD))
    form = current_form(read(preview))
    chosen = next(name for name, value in form.items() if value == "lead_leader")
    settled = admin.post(address_of(preview), {"settle": "1", **form, chosen: "responsible_person"}, follow=True)
    admin.post(address_of(settled), {"take": "1"})
    target = Target.objects.get(year=2024, indicator__name="招商引资")
    assert (target.lead_leader, target.responsible_person) == ("", "乡长")
    later = read(bring_in(admin, office_sheet(*GOOD), year="2025"))
    assert current_form(later)[chosen] == "responsible_person"
    assert "as settled for the last file" in later.text


def test_another_sheet_and_heading_can_be_chosen(admin, cast):
    book = office_sheet(*GOOD)
    other = book.create_sheet("说明", 0)
    other.append(["本表由党政办制"])
    preview = bring_in(admin, book)
    page = read(preview)
    assert current_form(page)["sheet"] == "目标任务分解表"
    moved = read(admin.post(address_of(preview), {"settle": "1", **current_form(page), "sheet": "说明"}, follow=True))
    assert "No heading was found" in moved.text


def test_sheets_that_are_not_read_are_named(admin, cast):
    book = office_sheet(*GOOD)
    assert "Nothing is taken from" not in read(bring_in(admin, book)).text
    book.create_sheet("选项").append(["东村"])
    book["选项"].sheet_state = "hidden"
    for name, state in (("生态环境", "visible"), ("旧表", "hidden")):
        other = book.create_sheet(name)
        other.append(["板块", "指标名称", "计量单位", "责任单位", "全年目标"])
        other.append(["生态环境", "造林", "亩", "东村", 300])
        other.sheet_state = state
    page = read(bring_in(admin, book))
    assert "Only the sheet “目标任务分解表” is read. Nothing is taken from: 生态环境、旧表." in page.text


def test_the_marked_file_names_the_faulty_cell(admin, cast):
    bad = ("经济发展", "新修道路", "千米", 12, 8, 16, "不存在的村", "")
    preview = bring_in(admin, office_sheet(bad))
    answer = admin.get(address_of(preview) + "marked.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book["目标任务分解表"]["H4"].comment is not None
    assert admin.post(address_of(preview), {"take": "1"}).status_code == 422


def test_all_or_nothing_when_a_row_is_refused_in_the_end(admin, cast, build, monkeypatch):
    preview = bring_in(admin, office_sheet(*GOOD))
    create = plans.create_targets

    def refuses_the_last(by, new):
        return create(by, [*new[:-1], replace(new[-1], fields={"weight": Decimal(-1)})])

    monkeypatch.setattr(planning, "create_targets", refuses_the_last)
    refused = admin.post(address_of(preview), {"take": "1"})
    assert refused.status_code == 422
    assert "Row 6, 入户走访: A weight is zero or more." in read(refused).text
    assert not Target.objects.filter(year=2024).exists()
    assert not Year.objects.filter(year=2024).exists()
    assert not Indicator.objects.filter(name="招商引资").exists()


@pytest.mark.parametrize(("year", "content"), [("24", b"a,b"), ("", b"a,b"), ("99999", b"a"), ("2024", b"%PDF-1.7")])
def test_a_wrong_year_or_file_is_refused_in_a_sentence(admin, year, content):
    answer = admin.post("/plan/import/", {"year": year, "file": SimpleUploadedFile("a.csv", content)})
    assert answer.status_code == 422
    assert f'value="{year}"' in answer.content.decode()  # what was typed is still there
    assert not Upload.objects.exists()


def test_nobody_else_looks_into_it(admin, client, cast):
    address = address_of(bring_in(admin, office_sheet(*GOOD)))
    for user in (cast.reviewer, cast.leader, cast.east_clerk, cast.auditor, cast.security_administrator):
        client.force_login(user)
        assert client.get(address).status_code == 403
        assert client.get("/plan/import/").status_code == 403


def test_the_record_names_the_file(admin, cast):
    preview = bring_in(admin, office_sheet(*GOOD))
    admin.post(address_of(preview), {"take": "1"})
    change = Change.objects.filter(action="target.create").first()
    assert "分解表.xlsx" in change.source
    with translation.override("en"):
        assert Change.objects.filter(action="upload.take").exists()


def test_sections_and_units_that_do_not_exist_are_made_from_the_file(admin, cast):
    rows = [
        ("乡村振兴", "高标准农田", "亩", None, 100, 200, "农业农村办", ""),
        ("乡村振兴", "改厕", "户", None, 10, 20, "农业农村办", ""),
        ("乡村振兴", "清洁村庄", "次", None, 10, 20, "桃源村", ""),
    ]
    preview = bring_in(admin, office_sheet(*rows))
    page = read(preview)
    offered = {values["value"] for tag, values in page.tags if values.get("name", "").startswith("make-")}
    assert offered == {"乡村振兴", "农业农村办", "桃源村"}
    ticks = {
        values["name"]: values["value"]
        for tag, values in page.tags
        if values.get("name", "").startswith("make-") and "checked" in values
    }
    form = {"make": "1", **current_form(page), **ticks}
    made = read(admin.post(address_of(preview), form, follow=True))
    assert Section.objects.get(name="乡村振兴").code == "rural"
    village = Unit.objects.get(name="桃源村")
    assert (village.kind, village.parent) == ("village", cast.township)
    assert Unit.objects.get(name="农业农村办").kind == "office"
    assert "Not there yet" not in made.text
    assert admin.post(address_of(preview), {"take": "1"}).status_code == 302
    assert Target.objects.filter(year=2024).count() == 3


def test_nothing_is_made_that_is_not_ticked(admin, cast):
    preview = bring_in(admin, office_sheet(("乡村振兴", "改厕", "户", None, 10, 20, "农业农村办", "")))
    before = Unit.objects.count(), Section.objects.count()
    refused = admin.post(address_of(preview), {"make": "1", **current_form(read(preview))})
    assert refused.status_code == 422
    assert "Tick what is to be made" in read(refused).text
    assert (Unit.objects.count(), Section.objects.count()) == before


def test_a_unit_written_otherwise_is_asked_once_and_chosen_by_its_name(admin, cast):
    rows = [
        ("经济发展", "改厕", "户", None, 10, 20, "不存在的村", ""),
        ("经济发展", "改水", "户", None, 10, 20, "不存在的村", ""),
    ]
    preview = bring_in(admin, office_sheet(*rows))
    page = read(preview)
    assert {v["name"] for _tag, v in page.tags if v.get("name", "").startswith("answer-")} == {"answer-H4"}
    form = {"settle": "1", **current_form(page), "answer-H4": cast.east.code}
    admin.post(address_of(preview), form)
    admin.post(address_of(preview), {"take": "1"})
    assert set(Target.objects.filter(year=2024).values_list("unit", flat=True)) == {cast.east.pk}


def test_words_are_kept_for_all_that_is_left_open_when_the_person_says_so(admin, cast):
    asked = [
        ("社会治理", f"满意度{name}", "%", None, None, "年终根据全省平均水平确定", "平安办", "") for name in "甲乙丙"
    ]
    preview = bring_in(admin, office_sheet(*asked))
    typed = next(v["name"] for tag, v in read(preview).tags if v.get("name", "").startswith("typed-"))
    form = {"settle": "1", **current_form(read(preview)), typed: "95", "words_for_rest": "1"}
    page = read(admin.post(address_of(preview), form, follow=True))
    assert "Answers given (3)" in page.text
    admin.post(address_of(preview), {"take": "1"})
    assert list(Target.objects.filter(year=2024).values_list("indicator__direction", flat=True).order_by("pk")) == [
        "at_least",
        "monitor",
        "monitor",
    ]


def test_an_answer_that_is_emptied_is_asked_again(admin, cast):
    asked = ("社会治理", "群众满意度", "%", None, None, "年终根据全省平均水平确定", "平安办", "")
    preview = bring_in(admin, office_sheet(asked))
    form = {"settle": "1", **current_form(read(preview)), "typed-G4": "95"}
    page = read(admin.post(address_of(preview), form, follow=True))
    assert current_form(page)["typed-G4"] == "95"
    again = read(admin.post(address_of(preview), {"settle": "1", **current_form(page), "typed-G4": ""}, follow=True))
    assert "Answers given" not in again.text
    assert "Questions 1" in again.text


def test_rows_are_shown_by_names_with_what_was_assumed_marked(admin, cast):
    preview = bring_in(admin, office_sheet(*GOOD, ("经济发展", "改厕", "户", None, 10, 20, "不存在的村", "")))
    page = read(preview)
    assert "filled in as usual" in page.text
    assert "adds up over the months*" in page.text
    assert cast.east.code not in page.text.split()
    assert shown_rows(page) == ["row-7", "row-4", "row-5", "row-6"]  # what is open stands first
    assert shown_rows(read(admin.get(address_of(preview) + "?show=open"))) == ["row-7"]
    assert shown_rows(read(admin.get(address_of(preview) + "?show=taken"))) == ["row-4", "row-5", "row-6"]


def shown_rows(page):
    return [values["id"] for tag, values in page.tags if tag == "tr" and values.get("id", "").startswith("row-")]


def test_a_monitored_indicator_that_exists_needs_no_target(admin, cast, build):
    build.indicator("C07", cast.governance, name="矛盾纠纷调解", direction="monitor", unit_of_measure="件")
    page = read(bring_in(admin, office_sheet(("社会治理", "矛盾纠纷调解", "件", None, None, None, "平安办", ""))))
    assert "Questions 0" in page.text
    assert "To be taken 1" in page.text


def test_the_same_file_again_asks_nothing_that_was_answered(admin, cast):
    asked = ("社会治理", "群众满意度", "%", None, None, "年终根据全省平均水平确定", "平安办", "")
    buffer = io.BytesIO()
    office_sheet(*GOOD, asked).save(buffer)

    def upload():
        file = SimpleUploadedFile("分解表.xlsx", buffer.getvalue())
        return admin.post("/plan/import/", {"year": "2024", "file": file}, follow=True)

    preview = upload()
    admin.post(address_of(preview), {"settle": "1", **current_form(read(preview)), "answer-G7": "words"})
    admin.post(address_of(preview), {"take": "1"})
    assert Target.objects.filter(year=2024).count() == 4
    again = read(upload())
    assert "Questions 0" in again.text
    assert "brings nothing new" in again.text


def test_a_section_that_a_row_above_names_is_asked_about_once(admin, cast):
    def asked(page):
        names = (values.get("name", "") for tag, values in page.tags if tag == "input")
        return {name for name in names if name.startswith("answer-") and name.endswith("/section")}

    assert asked(read(bring_in(admin, office_plan(), year="2024"))) == set()  # both exist
    book = office_plan()
    book[SHEET]["A9"] = "二、生态建设"
    preview = bring_in(admin, book, year="2024")
    page = read(preview)
    assert asked(page) == {"answer-B10/section"}
    form = {"settle": "1", **current_form(page), "answer-B10/section": "governance"}
    settled = read(admin.post(address_of(preview), form, follow=True))
    assert asked(settled) == set()
    assert "生态建设" not in settled.text  # in all of its five rows


class TestALongPlan:
    @pytest.fixture(autouse=True)
    def _few(self, monkeypatch):
        monkeypatch.setattr("targets.views.plan_import.PER_PAGE", 2)

    def rows_of(self, answer):
        return [v["id"] for tag, v in read(answer).tags if tag == "tr" and v.get("id", "").startswith("row-")]

    def test_the_preview_is_paged_with_the_open_rows_first(self, admin):
        rows = [*GOOD, ("经济发展", "植树造林", "亩", 80, 40, "再议", "东村", "副乡长")]
        answer = bring_in(admin, office_sheet(*rows))
        address = address_of(answer)
        # The table begins in row 4; the last of its four rows asks what 再议 is.
        assert self.rows_of(answer) == ["row-7", "row-4"]
        assert self.rows_of(admin.get(f"{address}?page=2")) == ["row-5", "row-6"]
        assert self.rows_of(admin.get(f"{address}?show=open&page=9")) == ["row-7"]

    def test_questions_come_a_page_at_a_time_and_all_are_counted(self, admin):
        rows = [("经济发展", f"{tree}栽植", "亩", 80, 40, "再议", "东村", "副乡长") for tree in "松柏桃李杏"]
        answer = bring_in(admin, office_sheet(*rows))
        asked = {v["name"] for tag, v in read(answer).tags if tag == "input" and v.get("name", "").startswith("typed-")}
        assert len(asked) == 2
        assert "Questions 5" in read(answer).text
        # What was answered makes room for the others.
        form = {"settle": "1", **current_form(read(answer)), **dict.fromkeys(asked, "120")}
        answer = admin.post(address_of(answer), form, follow=True)
        again = {v["name"] for tag, v in read(answer).tags if tag == "input" and v.get("name", "").startswith("typed-")}
        assert len(again - asked) == 2
        assert "Questions 3" in read(answer).text


def test_a_plan_comes_in_for_a_year_whose_draft_was_undone(admin, cast, build):
    """What a roll-over archived when it was undone stands in nobody's way."""
    admin.post("/plan/roll-over/?from=2023", {"make": "1", "target": [cast.east_target.pk, cast.office_target.pk]})
    admin.post("/plan/roll-over/?from=2023", {"discard": "1"})
    assert Target.objects.filter(year=2024, archived_at__isnull=False).count() == 2
    preview = bring_in(admin, office_sheet(*GOOD))
    assert admin.post(address_of(preview), {"take": "1"}).status_code == 302
    assert Target.objects.in_force(2024).count() == 3
    assert "Nothing was archived" in read(admin.get("/plan/?year=2024&archived=1")).text
    # What somebody archived in that plan still stands in the way.
    roads = Target.objects.in_force(2024).get(indicator=cast.roads)
    archive_targets(build.by, [(roads, roads.lock_version)], reason="取消")
    assert admin.post(address_of(bring_in(admin, office_sheet(*GOOD))), {"take": "1"}).status_code == 422


TAXES = [
    ("经济发展", "财税总收入", "万元", None, 400, 740, "东村", "乡长"),
    ("经济发展", "其中：国税收入", "万元", None, 70, 137, "东村", "乡长"),
    ("经济发展", "地税收入", "万元", None, 330, 603, "东村", "乡长"),
    ("经济发展", "招商引资", "万元", None, 500, 1000, "东村", "乡长"),
]


def test_parts_below_their_whole_are_offered_as_a_relation(admin, cast):
    preview = bring_in(admin, office_sheet(*TAXES))
    page = read(preview)
    # 137 + 603 = 740: the row without 其中 is a part as well, the next one is not.
    assert "财税总收入 = 国税收入 + 地税收入" in page.text
    offered = [values["value"] for tag, values in page.tags if values.get("name") == "relation"]
    assert offered == ["4=5+6"]
    done = admin.post(address_of(preview), {"take": "1", "relation": offered})
    assert done.status_code == 302, read(done).text
    check = IndicatorCheck.objects.get()
    assert (check.left.name, check.operator) == ("财税总收入", "=")
    assert [part.name for part in check.right.all()] == ["国税收入", "地税收入"]
    assert check.left.targets.get().unit == cast.east
    # The same file again means the same indicators, and the relation stands.
    again = admin.post(address_of(bring_in(admin, office_sheet(*TAXES))), {"take": "1", "relation": offered})
    assert again.status_code in (200, 302)
    assert Indicator.objects.filter(name__contains="国税").count() == IndicatorCheck.objects.count() == 1


def test_nothing_is_related_without_a_tick(admin, cast):
    assert admin.post(address_of(bring_in(admin, office_sheet(*TAXES))), {"take": "1"}).status_code == 302
    assert not IndicatorCheck.objects.exists()
    assert Indicator.objects.filter(name="国税收入").exists()


@pytest.mark.parametrize(
    ("parts", "offered"),
    [
        # 137 + 500 is not 740: only what says 其中 is offered, as not exceeding the whole.
        ([("其中：国税收入", "万元", 137), ("地税收入", "万元", 500)], ["4>=5"]),
        ([("其中：国税收入", "万元", 137), ("其中：地税收入", "万元", 500)], ["4>=5+6"]),
        # Households are no part of money; without the word nothing is suggested.
        ([("其中：纳税户", "户", 137)], []),
        ([("国税收入", "万元", 137), ("地税收入", "万元", 603)], []),
    ],
)
def test_only_what_can_be_a_part_is_offered(admin, cast, parts, offered):
    rows = [TAXES[0], *(("经济发展", name, unit, None, None, year, "东村", "乡长") for name, unit, year in parts)]
    page = read(bring_in(admin, office_sheet(*rows)))
    assert [values["value"] for tag, values in page.tags if values.get("name") == "relation"] == offered


@pytest.mark.parametrize(("village", "named"), [(None, True), ("东村", False), ("平安办", True)])
def test_a_sum_that_nobody_below_reports_is_named(admin, cast, build, village, named):
    """The office has no unit below it; a row of the file for a village of the township is one that reports."""
    total = build.indicator("TOTAL", cast.economy, name="培训人次", unit_of_measure="人次", decimals=0)
    build.target(total, cast.township, {12: 100}, year=2024, figures="sum")
    rows = [("经济发展", "培训人次", "人次", None, 60, 120, "青山乡", "乡长")]
    if village == "东村":
        rows.append(("经济发展", "培训人次", "人次", None, 60, 120, village, "乡长"))
    elif village:
        build.target(total, cast.office, {12: 100}, year=2024, figures="sum")
        rows = [("经济发展", "培训人次", "人次", None, 60, 120, village, "乡长")]
    page = read(bring_in(admin, office_sheet(*rows)))
    assert ("nobody reports it" in page.text) is named
