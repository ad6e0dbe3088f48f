"""Bulletin, red-and-yellow list and briefing: the figures of the page in sentences, and only what was ticked."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from reports.document import Grid, Heading, Paragraph, Run
from reports.notices.papers import Wishes, bulletin, default_day, lagging, red_and_yellow_list
from reports.notices.sentences import sentence
from targets.calculations.terms import Period
from targets.models import Indicator, Remedy, User, Year
from targets.permissions import scope_of
from targets.services import progress, remedies
from targets.services.base import Author, verb
from targets.summaries.overview import overview
from targets.summaries.selection import Selection
from tests.copies import copied
from tests.reports.readers import W, pdf_pages, pdf_text, word_paragraphs, word_text, word_xml

pytestmark = pytest.mark.once

CHOSEN = "year=2023&period=H1&as_of=6"
FORM = {"day": "2023-07-08", "signature": "Qingshan Township", "addressees": "To all:", "requests": "Find out.\n\nAct."}


def make(client, what, query=CHOSEN, **form):
    answer = client.post(f"/reports/?{query}", {"make": what, **FORM, **form})
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content


@pytest.fixture
@copied
def house(cast, build):
    """Red: a farm with 634.29 of 800. Yellow: 87.5 %. Sensitive and red: 4 of 10."""
    farm = build.indicator("FARM", cast.economy, name="高标准农田建设投入", name_en="Farmland")
    build.approved(build.target(farm, cast.office, {6: 800, 12: 1200}), 6, "634.29", from_month=1)
    yellow = build.indicator("YELLOW", cast.economy, name="黄", name_en="Yellow one")
    build.approved(build.target(yellow, cast.office, {6: 800, 12: 1200}), 6, 700, from_month=1)
    secret = build.indicator("SECRET", cast.economy, name="密", name_en="Secret one", sensitive=True)
    build.approved(build.target(secret, cast.office, {6: 10, 12: 20}), 6, 4, from_month=1)
    silent = build.indicator("SILENT", cast.governance, name="未", name_en="Silent one")
    build.target(silent, cast.west, {6: 10, 12: 20})
    return cast


@pytest.fixture
def leader(house, signed_in):
    return signed_in(house.leader, "en")


def selection_of(person, unit):
    return Selection(scope_of(person), Year.objects.get(year=2023), Period.FIRST_HALF, 6, unit)


def test_a_sentence_keeps_its_figures_as_pieces():
    runs = sentence("%(unit)s has %(count)s.", unit="东村", count=Run("3", "total"))
    assert runs == (Run("东村"), Run(" has "), Run("3", "total"), Run("."))


def test_the_bulletin_says_what_lags_with_the_figures_of_the_page(leader):
    text = word_text(make(leader, "bulletin.docx", tick="FARM"))
    # 634.29 of 800 is 79.2862...; the schedule asks for all of it, so 20.7137... points are missing.
    assert "A. Farmland (Safety Office, Behind)." in text
    assert (
        "First-half target 800 CNY 10k; by the end of June 634.29 CNY 10k, completion 79.3%, "
        "20.7 percentage points below schedule." in text
    )
    assert "Find out." in text
    assert "Act." in text


def test_the_bulletin_counts_as_the_page_does(leader):
    text = word_text(make(leader, "bulletin.docx"))
    # Six targets: roads and visits completed, two behind, one yellow, one silent; 1 ÷ 6 is 16.7 %.
    assert "Qingshan Township has 6 targets: Completed 2 (33.3%); Slightly behind 1 (16.7%); Behind 2 (33.3%); " in text
    assert "Not reported 1 (16.7%)." in text
    page = leader.get(f"/?{CHOSEN}").content.decode()
    # (1 + 1 + 0.7928625 + 0.875 + 0.4) ÷ 5 = 4.0678625 ÷ 5 = 0.8135725, so 81.4 %.
    assert "81.4%" in page
    assert "The 5 judged have a mean completion of 81.4% against 100% by schedule." in text


@pytest.mark.parametrize("what", ["bulletin.docx", "briefing.docx"])
def test_nothing_that_lags_is_named_unless_it_was_ticked(leader, what):
    assert not any(name in word_text(make(leader, what)) for name in ("Farmland", "Yellow one", "Secret one"))
    text = word_text(make(leader, what, tick=["YELLOW"]))
    assert "Yellow one" in text
    assert not any(name in text for name in ("Farmland", "Secret one"))


def test_a_sensitive_one_is_named_where_its_name_was_ticked(leader):
    assert "Secret one" in word_text(make(leader, "bulletin.docx", tick=["SECRET"]))


def test_what_does_not_lag_cannot_be_ticked(leader):
    assert "Roads built" not in word_text(make(leader, "bulletin.docx", tick=["ROADS", "NOTHING"]))


def test_cause_measure_responsible_and_deadline_follow(leader, house):
    by = Author.person(house.reviewer, scope_of(house.reviewer))
    target = next(row.targets[0] for row in lagging(overview(selection_of(house.leader, house.township)).total))
    remedies.state_remedy(
        by,
        target=target,
        month=6,
        cause="#Rain*.",
        measure="Two $shifts$",
        responsible="Office",
        deadline=date(2023, 9, 5),
    )
    text = word_text(make(leader, "bulletin.docx", tick="FARM"))
    assert "Cause: #Rain*.Measure: Two $shifts$.Responsible: Office.Deadline: 5 September 2023." in text
    listed = pdf_text(make(leader, "list.pdf", tick="FARM"))
    assert "#Rain*." in listed
    assert "Two$shifts$" in listed


def test_who_has_not_reported_and_the_ranking_are_off_until_the_year_allows_them(leader, house):
    wanted = {"missing": "on", "ranking": "on"}
    assert "West Village" not in word_text(make(leader, "bulletin.docx", **wanted))
    verb(Year.objects.update)(rankings=True)
    assert "West Village" not in word_text(make(leader, "bulletin.docx"))
    text = word_text(make(leader, "bulletin.docx", **wanted))
    assert "Not reported: West Village (1 indicator)." in text
    # West 8.9 of 6 completed; the office (1 + 0.7928625 + 0.875 + 0.4) ÷ 4 = 3.0678625 ÷ 4 = 0.7669...; East 3.7 of 5.
    table = word_xml(make(leader, "bulletin.docx", **wanted)).findall(f".//{W}tbl")[1]
    rows = [
        ["".join(t.text or "" for t in cell.iter(f"{W}t")) for cell in row.iter(f"{W}tc")]
        for row in table.iter(f"{W}tr")
    ]
    assert [row[:3] for row in rows[1:]] == [
        ["1", "West Village", "100.0%"],
        ["2", "Safety Office", "76.7%"],
        ["3", "East Village", "74.0%"],
    ]


def not_reported(client, query=CHOSEN):
    """The sentences of a bulletin that name who owes answers; empty where nobody does."""
    lines = word_text(make(client, "bulletin.docx", query, missing="on")).splitlines()
    labels = ("Not reported: ", "Months missing: ", "Steps due", "Counted as not reported")
    return "\n".join(line for line in lines if line.startswith(labels))


def test_who_did_its_part_is_not_named_among_those_who_have_not_reported(house, build, leader):
    """Waiting for review is reported, so is a correction that was handed back; a first answer handed back is not."""
    verb(Year.objects.update)(rankings=True)
    south = build.unit("T-S", house.township, name="南村", name_en="South Village")
    wells = build.target(build.indicator("WELLS", house.economy, name="水井", name_en="Wells"), south, {6: 10, 12: 20})
    for month in range(1, 7):
        build.submitted(wells, month, 2)
    assert not_reported(leader) == (
        "Not reported: West Village (1 indicator).\n"
        "Counted as not reported, handed in and not reviewed yet: 1 indicator."
    )
    progress.return_entry(build.by, wells.entries.get(month=5), reason="Why?")
    assert "South Village (1 indicator)" in not_reported(leader)
    again = progress.correct_progress(build.by, target=house.east_target, month=6, reason="Again.", value=Decimal(4))
    progress.submit(build.by, again)
    progress.return_entry(build.by, again, reason="Why?")
    assert "East Village" not in not_reported(leader)


def test_a_step_that_was_done_and_is_corrected_is_no_step_that_is_owed(house, build, leader):
    verb(Year.objects.update)(rankings=True)
    task = build.indicator("TASK", house.economy, kind="milestone", accumulation="", unit_of_measure="")
    steps = [{"name": "开工", "due": date(2023, 5, 1)}, {"name": "竣工", "due": date(2023, 6, 1)}]
    target = build.target(task, house.east, steps=steps)
    assert "Steps due and not reported as done: East Village (2 steps)." in not_reported(leader)
    first = target.milestones.get(step=1)
    done = progress.record_step(build.by, milestone=first, done=True, month=5)
    progress.submit(build.by, done)
    progress.approve(build.by, done)
    assert "East Village (1 step)" in not_reported(leader)
    undone = progress.record_step(build.by, milestone=first, done=False, month=6, reason="Not yet.")
    progress.submit(build.by, undone)
    progress.return_entry(build.by, undone, reason="It is.")
    assert "East Village (1 step)" in not_reported(leader)


def test_nobody_is_named_for_months_after_the_cut_off_of_the_paper(house, build, leader):
    """The first half is counted up to June, whatever month is looked at."""
    verb(Year.objects.update)(rankings=True)
    in_june = not_reported(leader)
    assert "West Village (1 indicator)" in in_june
    assert "East Village" not in in_june
    assert not_reported(leader, "year=2023&period=H1&as_of=8") == in_june
    assert "East Village" in not_reported(leader, "year=2023&period=Y&as_of=8")


def test_the_words_of_the_table_and_of_the_list_below_it_are_the_same(house, build, leader):
    """Not reported is what the table counts so; a farm without May and June only has months missing."""
    verb(Year.objects.update)(rankings=True)
    wells = build.target(build.indicator("WELLS", house.economy, name="水井", name_en="Wells"), house.east, {12: 24})
    build.approved(wells, 4, 8, from_month=1)
    assert not_reported(leader).splitlines() == [
        "Not reported: West Village (1 indicator).",
        "Months missing: East Village (1 indicator).",
    ]
    table = word_xml(make(leader, "bulletin.docx", missing="on")).findall(f".//{W}tbl")[0]
    last = ["".join(t.text or "" for t in cell.iter(f"{W}t")) for cell in list(table.iter(f"{W}tr"))[-1].iter(f"{W}tc")]
    head = ["".join(t.text or "" for t in cell.iter(f"{W}t")) for cell in next(table.iter(f"{W}tr")).iter(f"{W}tc")]
    assert last[head.index("Not reported")] == "1"


def test_the_paper_is_numbered_signed_and_dated(leader):
    found = word_paragraphs(make(leader, "bulletin.docx", tick="FARM"))
    headings = [text for name, text in found if name.startswith("Heading")]
    assert headings == ["I. As a whole", "II. How each section stands", "III. What lags", "IV. What is asked"]
    assert ("Title", "Bulletin on the targets of the first half of 2023") in found
    assert [text for _name, text in found if text][-3:-1] == ["Qingshan Township", "8 July 2023"]
    # The notes are its annotation, below the date and in brackets.
    assert found[-1][0] == "Body Text"
    assert found[-1][1].startswith("(Data as of June 2023; Working data for coordination;")
    assert found[-1][1].endswith(")")


def test_word_and_pdf_hold_the_same(leader):
    word = word_text(make(leader, "bulletin.docx", tick="FARM"))
    pdf = pdf_text(make(leader, "bulletin.pdf", tick="FARM"))
    for line in word.splitlines():
        assert "".join(line.split()) in pdf, line


def test_the_list_stands_on_one_page_with_red_first(leader):
    pages = pdf_pages(make(leader, "list.pdf", tick=["YELLOW", "FARM", "SECRET"]))
    assert len(pages) == 1
    places = [pages[0].index(name) for name in ("Farmland", "Secret", "Yellow")]
    assert places == sorted(places)
    for text in ("634.29", "79.3%", "−165.71", "700.00", "87.5%", "Slightly"):
        assert text in pages[0]


def test_a_list_of_nothing_is_refused_with_a_sentence_and_not_recorded(leader):
    answer = leader.post(f"/reports/?{CHOSEN}", {"make": "list.pdf", **FORM})
    assert answer.status_code == 422
    assert "Tick at least one indicator that lags" in answer.content.decode()
    assert "Taken along" not in answer.content.decode()


def test_the_briefing_is_one_page_with_the_means_and_two_charts(leader):
    pages = pdf_pages(make(leader, "briefing.pdf", tick=["FARM"]))
    assert len(pages) == 1
    for text in ("81.4%", "100.0%", "Farmland", "634.29"):
        assert text in pages[0]


def test_every_paper_says_what_its_figures_are(leader):
    for what in ("bulletin.docx", "list.docx", "briefing.docx"):
        text = word_text(make(leader, what, tick="FARM"))
        assert "the figures published by the statistics department prevail" in text
        assert "June 2023" in text
        assert "as if what waits" not in text
        assert "as if what waits" in word_text(make(leader, what, f"{CHOSEN}&waiting=1", tick="FARM"))


def test_who_sees_some_sections_makes_a_paper_of_these_and_it_says_so(house, signed_in):
    client = signed_in(house.governance_leader, "en")
    text = word_text(make(client, "bulletin.docx"))
    assert "Only the sections that the author may see are in it;" in text
    assert "Economy" not in text
    assert "has 2 targets" in text


def test_a_published_target_keeps_its_wording(house, build):
    about = build.indicator("ABOUT", house.economy, name="造林", unit_of_measure="亩", decimals=0)
    build.approved(build.target(about, house.office, {6: 100, 12: 200}, approximation="over"), 6, 40, from_month=1)
    whole = overview(selection_of(house.leader, house.township))
    row = next(row for row in lagging(whole.total) if row.indicator.code == "ABOUT")
    with override("zh-hans"):
        document = bulletin(whole, Wishes(day=date(2023, 7, 8), ticked=(row,)))
    assert "100余亩" in "".join(getattr(block, "text", "") for block in document.blocks)


@pytest.mark.parametrize(
    ("word", "said", "in_english"),
    [("over", "累计完成30余个", "over 30"), ("nearly", "累计完成近30个", "nearly 30"), ("", "累计完成30个", "30")],
)
def test_a_reported_figure_keeps_its_wording(house, build, signed_in, word, said, in_english):
    about = build.indicator("ABOUT", house.economy, name="警示牌", unit_of_measure="个", decimals=0)
    target = build.target(about, house.office, {6: 40, 12: 60})
    build.approved(target, 6, 30, from_month=1, approximation=word)
    client = signed_in(house.leader)
    assert said in word_text(make(client, "bulletin.docx", tick="ABOUT"))
    assert in_english in word_text(make(signed_in(house.leader, "en"), "bulletin.docx", tick="ABOUT"))


def test_what_waits_brings_its_own_wording(house, build, signed_in):
    about = build.indicator("ABOUT", house.economy, name="警示牌", unit_of_measure="个", decimals=0)
    target = build.target(about, house.office, {6: 40, 12: 60})
    build.approved(target, 5, 20, from_month=1, approximation="over")
    build.submitted(target, 6, 30, typed_as="cumulative", approximation="nearly")
    client = signed_in(house.leader, "en")
    assert "over 20" in word_text(make(client, "bulletin.docx", tick="ABOUT"))
    assert "nearly 30" in word_text(make(client, "bulletin.docx", f"{CHOSEN}&waiting=1", tick="ABOUT"))


def test_many_units_are_counted_and_not_named(house, build):
    villages = [build.unit(f"T-{number}", house.township) for number in range(5)]
    shared = build.indicator("SHARED", house.economy, name="共", name_en="Shared")
    for village in villages:
        build.approved(build.target(shared, village, {6: 10, 12: 20}), 6, 1, from_month=1)
    whole = overview(selection_of(house.leader, house.township))
    row = next(row for row in lagging(whole.total) if row.indicator.code == "SHARED")
    with override("en"):
        document = bulletin(whole, Wishes(day=date(2023, 7, 8), ticked=(row,)))
    assert "Shared (5 units, Behind)." in "".join(getattr(block, "text", "") for block in document.blocks)


def test_in_chinese_a_figure_stands_without_grouping_and_blanks(house, build):
    big = build.indicator("BIG", house.economy, name="税收", decimals=0)
    build.approved(build.target(big, house.office, {6: 50000, 12: 90000}), 6, 37395, from_month=1)
    whole = overview(selection_of(house.leader, house.township))
    row = next(row for row in lagging(whole.total) if row.indicator.code == "BIG")
    with override("zh-hans"):
        document = bulletin(whole, Wishes(day=date(2023, 7, 8), signature="青山乡人民政府", ticked=(row,)))
    assert "37395万元" in "".join(getattr(block, "text", "") for block in document.blocks)
    assert {"BIG.actual", "BIG.target", "BIG.completion", "BIG.gap_points", "total.completion"} <= set(document.figures)
    assert document.file_name.endswith("_青山乡_上半年_2023年6月")


def test_a_list_without_anything_ticked_says_so(house):
    whole = overview(selection_of(house.leader, house.township))
    with override("en"):
        document = red_and_yellow_list(whole, Wishes(day=date(2023, 7, 8)))
    assert [block.text for block in document.blocks] == ["Nothing that lags was chosen."]


def test_the_bulletin_of_the_sample_fits_two_pages_and_the_others_one(sample, signed_in):
    client = signed_in(User.objects.get(username="leader"))
    ticks = ["E03", "E06", "R06", "R10"]
    query = f"{CHOSEN}&unit=DC"
    form = {
        "signature": "大崇乡人民政府",
        "addressees": "各村：",
        "requests": "逐项分析原因。\n落实整改措施。",
        "tick": ticks,
    }
    assert len(pdf_pages(make(client, "bulletin.pdf", query, **form))) == 2
    everything = [row.indicator.code for row in lagging(overview(selection_of(*_of_sample())).total)]
    assert len(everything) == 15
    assert len(pdf_pages(make(client, "bulletin.pdf", query, **{**form, "tick": everything}))) == 2
    assert len(pdf_pages(make(client, "list.pdf", query, tick=everything))) == 1
    assert len(pdf_pages(make(client, "briefing.pdf", query, tick=ticks))) == 1


def test_many_that_lag_stand_in_a_table_with_what_is_done(sample, signed_in):
    leader, unit = _of_sample()
    whole = overview(selection_of(leader, unit))
    rows = lagging(whole.total)
    with override("zh-hans"):
        few = bulletin(whole, Wishes(day=date(2023, 7, 8), ticked=rows[:4]))
        many = bulletin(whole, Wishes(day=date(2023, 7, 8), ticked=rows))
        remedy = Remedy(cause="征地未完成", measure="抽调专人")
        told = bulletin(whole, Wishes(day=date(2023, 7, 8), ticked=rows, remedies={rows[1].indicator.pk: (remedy,)}))
    assert not [grid for grid in few.blocks if isinstance(grid, Grid) and len(grid.rows) == 4]
    headings = [block.text if isinstance(block, Heading) else "" for block in many.blocks]
    place = headings.index("存在问题")
    paragraph, grid = many.blocks[place + 1 : place + 3]
    assert (
        "".join(run.text for run in paragraph.runs) == "现列出滞后指标15项（欠进度7项、略欠进度8项），具体情况见下表。"
    )
    assert [cells[2].text for cells in grid.rows] == [row.indicator.name for row in rows]
    assert "原因" not in "".join(column.title for column in grid.columns)
    grid = told.blocks[place + 2]
    assert grid.columns == many.blocks[place + 2].columns
    assert grid.notes[:3] == ("", "原因：征地未完成。整改措施：抽调专人。", "")


def test_no_page_holds_the_signature_alone(sample, signed_in):
    """Whatever the length of what stands before it: a page with it holds at least some of that as well."""
    client = signed_in(User.objects.get(username="leader"))
    for lines in range(1, 16):
        form = {"signature": "大崇乡人民政府", "requests": "\n".join(["落实整改措施。"] * lines), "tick": ["E03"]}
        *_before, last = pdf_pages(make(client, "bulletin.pdf", f"{CHOSEN}&unit=DC", **form))
        text = "".join(last.split())
        assert "落实整改措施。大崇乡人民政府" in text, lines


def _of_sample():
    leader = User.objects.get(username="leader")
    scope = scope_of(leader)
    return leader, scope.tree.by_code["DC"]


@pytest.mark.parametrize("what", ["bulletin.docx", "list.docx", "briefing.docx", "list.pdf"])
def test_a_sum_of_some_villages_is_never_printed_as_the_whole(cast, build, signed_in, what):
    wells = build.indicator("WELLS", cast.economy, name="水井", name_en="Wells", unit_of_measure="口", decimals=0)
    build.approved(build.target(wells, cast.east, {6: 50, 12: 100}), 6, 41, from_month=1)
    west = build.target(wells, cast.west, {6: 30, 12: 60})
    client = signed_in(cast.leader, "en")
    text = pdf_text if what.endswith("pdf") else word_text
    # 41 of 50 + 30 = 80, and nothing of West.
    assert "incomplete" in text(make(client, what, tick="WELLS"))
    build.approved(west, 6, 7, from_month=1)
    assert "incomplete" not in text(make(client, what, tick="WELLS"))


@pytest.fixture
@copied
def two_causes(cast, build):
    """Wells: East 9 and West 1 of 10 each, both with a remedy."""
    wells = build.indicator("WELLS", cast.economy, name="水井", name_en="Wells", unit_of_measure="口", decimals=0)
    for unit, value, cause, responsible, day in (
        (cast.west, 1, "Money is late.", "West head", date(2023, 9, 30)),
        (cast.east, 9, "Much rain.", "East head", date(2023, 8, 31)),
    ):
        target = build.target(wells, unit, {6: 10, 12: 20})
        build.approved(target, 6, value, from_month=1)
        remedies.state_remedy(
            build.by,
            target=target,
            month=6,
            cause=cause,
            measure="Two shifts.",
            responsible=responsible,
            deadline=day,
        )
    return cast


CAUSES = "Much rain (East Village); Money is late (West Village)"


def test_the_cause_of_one_village_never_stands_for_the_whole(two_causes, build, signed_in):
    client = signed_in(two_causes.leader, "en")
    text = word_text(make(client, "bulletin.docx", tick="WELLS"))
    assert (
        f"Cause: {CAUSES}.Measure: Two shifts (East Village, West Village)."
        "Responsible: East head (East Village); West head (West Village)."
        "Deadline: 31 August 2023 (East Village); 30 September 2023 (West Village)." in text
    )
    listed = word_text(make(client, "list.docx", tick="WELLS"))
    assert CAUSES in listed
    assert "East head (East Village); West head (West Village)" in listed
    assert CAUSES in client.get(f"/?{CHOSEN}").content.decode()
    # One that says nothing leaves the other named.
    remedies.close_remedy(build.by, Remedy.objects.get(cause="Much rain."))
    assert "Cause: Money is late (West Village)." in word_text(make(client, "bulletin.docx", tick="WELLS"))


def test_a_village_alone_says_it_as_it_was_typed(two_causes, signed_in):
    text = word_text(make(signed_in(two_causes.leader, "en"), "list.docx", f"{CHOSEN}&unit=T-W", tick="WELLS"))
    assert "Money is late." in text
    assert "West Village)" not in text


def test_what_the_whole_says_of_a_sum_is_told_as_well(two_causes, build, signed_in):
    """The township's own target, whose figures are those of the villages."""
    wells = Indicator.objects.get(code="WELLS")
    own = build.target(wells, two_causes.township, {6: 20, 12: 40}, figures="sum")
    remedies.state_remedy(build.by, target=own, month=6, cause="No steel.")
    text = word_text(make(signed_in(two_causes.leader, "en"), "bulletin.docx", tick="WELLS"))
    assert f"Cause: No steel (Qingshan Township); {CAUSES}." in text


RARE = "\U00021484"


def test_a_character_that_no_font_has_is_named_before_the_file_leaves(cast, build, signed_in):
    village = build.unit("RARE", cast.township, name=f"{RARE}上村")
    target = build.target(build.indicator("RR", cast.economy, name="农田改造"), village, {6: 60, 12: 120})
    build.approved(target, 6, 20, typed_as="cumulative")
    client = signed_in(cast.leader)
    said = f"本机的字体都没有这些字，文件中会显示为空框：{RARE}。"
    for what in ("bulletin.pdf", "list.pdf"):
        answer = client.post(f"/reports/?{CHOSEN}", {"make": what, "tick": "RR", **FORM})
        assert answer.status_code == 422
        assert said in answer.content.decode()
        # What was chosen is chosen still.
        assert 'value="RR" checked' in answer.content.decode()
    assert (
        said in client.post(f"/reports/?{CHOSEN}", {"make": "bulletin.preview", "tick": "RR", **FORM}).content.decode()
    )
    assert f"{RARE}上村" in word_text(make(client, "bulletin.docx", tick="RR"))
    # A paper without the village has no such character.
    assert pdf_text(make(client, "bulletin.pdf"))
    assert said not in client.post(f"/reports/?{CHOSEN}", {"make": "bulletin.preview", **FORM}).content.decode()


def test_the_first_sentence_of_what_is_asked_is_a_heading_run_in(cast):
    whole = overview(selection_of(cast.leader, cast.township))
    asked = (
        "逐项分析原因。对照目标查找差距。",
        "按时报送。",
        "这一句话太长了因此不能算作一个标题而只是正文的第一句。后一句。",
    )
    blocks = bulletin(whole, Wishes(day=date(2023, 7, 8), requests=asked)).blocks
    found = [
        (block.lead, "".join(run.text for run in block.runs)) for block in blocks[-3:] if isinstance(block, Paragraph)
    ]
    assert found == [
        ("（一）逐项分析原因。", "对照目标查找差距。"),
        ("（二）", "按时报送。"),
        ("（三）", asked[2]),
    ]


def test_the_title_names_who_issues_it_and_may_be_another(cast, signed_in):
    client = signed_in(cast.leader)
    page = client.get(f"/reports/?{CHOSEN}&period=Y").content.decode()
    usual = "青山乡人民政府\n关于2023年1月至6月目标任务完成情况的通报"
    assert f">\n{usual}</textarea>" in page
    form = {**FORM, "signature": "青山乡人民政府", "make": "bulletin.docx"}
    query = "year=2023&period=Y&as_of=6"
    for typed, title in (("", usual), ("关于表扬\n\n 先进村的通报 ", "关于表扬\n先进村的通报")):
        content = client.post(f"/reports/?{query}", {**form, "title": typed}).content
        assert word_paragraphs(content)[0] == ("Title", title)


@pytest.mark.parametrize(
    ("today", "month", "day"),
    [
        # June is worked on until its closing day, the 10th of July.
        (date(2023, 7, 6), 6, date(2023, 7, 6)),
        (date(2023, 7, 10), 6, date(2023, 7, 10)),
        (date(2026, 11, 30), 6, date(2023, 7, 10)),
        (date(2023, 7, 6), 3, date(2023, 4, 10)),
        (date(2024, 3, 1), 12, date(2024, 1, 10)),
    ],
)
def test_the_date_of_a_paper_on_an_old_cut_off_is_that_of_its_work(cast, build, today, month, day):
    verb(Year.objects.filter(year=2023).update)(closing_day=10)
    selection = Selection(scope_of(cast.leader), Year.objects.get(year=2023), Period.YEAR, month, cast.township)
    assert default_day(selection, today) == day
