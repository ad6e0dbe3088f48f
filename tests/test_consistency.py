"""One number all the way: from the clerk who types it to page, list, chart and file, and the same for 0 and for —."""

import csv
from fractions import Fraction

import pytest
from django.core.management import call_command
from django.utils.translation import override

from reports.tables.csv_dump import house_tables
from targets import display
from targets.calculations.terms import Status
from targets.models import Indicator, ProgressEntry, User, Year
from targets.permissions import scope_of
from targets.services import progress
from targets.services.base import Author
from targets.summaries.selection import thresholds_of
from tests.copies import copied
from tests.pages import read
from tests.reports.readers import pdf_text, sheet_rows, word_text, workbook

CHOSEN = "year=2023&period=H1&as_of=6"


@pytest.fixture
@copied
def farm(build):
    """High-standard farmland of an office: 800 万元 by June, 1200 by December."""
    township = build.unit("T", kind="township")
    office = build.unit("T-O", township, kind="office")
    indicator = build.indicator("FARM", name="高标准农田建设投入", name_en="Farmland", decimals=2)
    return build.target(indicator, office, {6: 800, 12: 1200})


class Writers:
    """A clerk who types and a reviewer who approves, each with the own rights."""

    def __init__(self, build, target):
        township, office = target.unit.parent, target.unit
        self.target = target
        self.clerk = self.author(build.person("clerk", "clerk", office))
        self.reviewer = self.author(build.person("reviewer", "reviewer", township))
        self.leader = build.person("leader", "leader", township)

    @staticmethod
    def author(user):
        return Author.person(user, scope_of(user))

    def record(self, **values):
        return progress.record_progress(self.clerk, target=self.target, month=6, from_month=1, **values)

    def submit(self, entry):
        progress.submit(self.clerk, entry)
        return entry

    def approve(self, entry):
        progress.approve(self.reviewer, entry)
        return entry


@pytest.fixture
def writers(build, farm):
    return Writers(build, farm)


@pytest.fixture
def leader(writers, signed_in):
    """The leader of the township, reading English."""
    return signed_in(writers.leader, "en")


def summary(year=2023, as_of=6, unit="T"):
    """The rows of summary.csv for a unit, by indicator and period."""
    table = next(t for t in house_tables(Year.objects.get(year=year), as_of) if t.name == "summary.csv")
    rows = [dict(zip(table.heading, row, strict=True)) for row in table.rows]
    return {(row["indicator"], row["period"]): row for row in rows if row["unit"] == unit}


def section_row(client, query=CHOSEN):
    return read(client.get(f"/sections/economy/?{query}")).table("indicators").row("Indicator", "Farmland")


def facts(client, query=CHOSEN):
    return read(client.get(f"/indicators/FARM/?{query}")).facts


def actual_in_june(client, query=CHOSEN):
    """What the course of the indicator says of June: its height and its words, nothing where nothing is drawn."""
    chart = client.get(f"/indicators/FARM/chart.json?{query}").json()
    trace = next(trace for trace in chart["data"] if trace.get("name") == "Actual")
    points = dict(zip(trace["x"], zip(trace["y"], trace["customdata"], strict=True), strict=True))
    return points.get("Jun", (None, None))


def bar_trace(client, query=CHOSEN):
    return client.get(f"/sections/economy/chart.json?{query}").json()["data"][0]


def overview_item(client, query=CHOSEN):
    """The overview's lines about the indicator, as one text."""
    return " ".join(cell.text for cell in read(client.get(f"/?{query}")).listed if "Farmland" in cell.text)


def test_one_approved_figure_is_the_same_everywhere(leader, writers, tmp_path):
    # 634.29 ÷ 800 = 0.7928625, so 79.3 %, below 80 %: behind. 634.29 − 800 = −165.71.
    writers.approve(writers.submit(writers.record(value="634.29")))

    row = section_row(leader)
    shown = [row[name].text for name in ("Actual", "Completion", "Schedule ratio", "Gap to schedule", "Status")]
    assert shown == ["634.29", "79.3%", "79.3%", "−165.71", "Behind"]
    assert "red" in row["Status"].classes

    assert "634.29 / 800.00 CNY 10k" in overview_item(leader)
    assert "79.3%" in overview_item(leader)

    page = facts(leader)
    assert page["Actual"] == "634.29 CNY 10k"
    assert page["Completion"] == page["Schedule ratio"] == "79.3%"
    assert page["Gap to schedule"] == "−165.71 CNY 10k"
    assert page["Status"] == "Behind"

    bar = bar_trace(leader)
    assert bar["customdata"][0][:2] == ["79.3%", "Behind"]
    assert bar["x"] == [0.7928625]
    assert actual_in_june(leader) == (634.29, ["634.29"])

    call_command("export_csv", tmp_path, "--year", "2023", "--as-of", "6", stdout=(tmp_path / "log").open("w"))
    with (tmp_path / "summary.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["period"] == "H1"]
    assert {row["unit"] for row in rows} == {"T", "T-O"}
    for exported in rows:
        assert exported["actual"] == "634.29"
        assert exported["completion"] == exported["schedule_ratio"] == "0.7928625"
        assert exported["gap"] == "-165.71"
        assert exported["status"] == "behind"
        assert (exported["answered"], exported["due"]) == ("6", "6")


def files(client, query=CHOSEN):
    """The ledger's row of the indicator, by heading, and the bulletin as Word and as PDF, which name it."""
    form = {"day": "2023-07-08", "tick": "FARM"}

    def made(what):
        return client.post(f"/reports/?{query}", {"make": what, **form}).content

    book = workbook(made("ledger.xlsx"))
    economy = next(name for name in book.sheetnames if name.startswith("Section economy 2023"))
    cells = next(row for row in sheet_rows(book[economy]))
    return (
        {name: cell.value for name, cell in cells.items()},
        word_text(made("bulletin.docx")),
        pdf_text(made("bulletin.pdf")),
    )


def test_an_approved_figure_stands_alike_in_cell_and_sentence(leader, writers):
    # 634.29 ÷ 800 = 79.3 %; 634.29 − 800 = −165.71, which is 20.7 of 100 points of the way.
    writers.approve(writers.submit(writers.record(value="634.29")))
    cells, word, pdf = files(leader)
    names = (
        "Actual",
        "First-half target",
        "Annual target",
        "Completion",
        "Schedule ratio",
        "Gap to schedule",
        "Status",
    )
    assert [cells[name] for name in names] == [634.29, 800, 1200, 0.793, 0.793, -165.71, "Behind"]
    said = (
        "First-half target 800 CNY 10k; by the end of June 634.29 CNY 10k, completion 79.3%, "
        "20.7 percentage points below schedule."
    )
    assert said in word
    assert "".join(said.split()) in pdf


def test_a_reported_zero_stands_alike_in_cell_and_sentence(leader, writers):
    writers.approve(writers.submit(writers.record(value="0")))
    cells, word, pdf = files(leader)
    assert [cells[name] for name in ("Actual", "Completion", "Gap to schedule")] == [0, 0, -800]
    said = "by the end of June 0 CNY 10k, completion 0%, 100 percentage points below schedule."
    assert said in word
    assert "".join(said.split()) in pdf


def test_what_was_not_reported_is_no_number_in_any_file(leader, writers):
    writers.submit(writers.record(value="634.29"))
    cells, word, pdf = files(leader)
    assert [cells[name] for name in ("Actual", "Completion", "Status", "Answered")] == ["—", "—", "Not reported", "0/6"]
    assert "Not reported 1 (100%)." in word
    assert "634.29" not in word + pdf
    cells, word, pdf = files(leader, f"{CHOSEN}&waiting=1")
    assert cells["Actual"] == 634.29
    assert "634.29" in word
    assert "634.29" in pdf


def test_a_figure_just_below_the_target_reaches_it_in_no_file(leader, writers):
    # 799.996 of 800: 0.0005 of 100 points are missing. One and two decimals would show 0, so it takes a third: 0.001.
    writers.approve(writers.submit(writers.record(value="799.996")))
    cells, word, _pdf = files(leader)
    assert [cells[name] for name in ("Actual", "Completion", "Gap to schedule")] == [799.99, 0.999, -0.004]
    assert "by the end of June 799.99 CNY 10k, completion 99.9%, 0.001 percentage points below schedule." in word


def test_a_chinese_reader_sees_the_same_figure(signed_in, writers):
    writers.approve(writers.submit(writers.record(value="634.29")))
    client = signed_in(writers.leader, "zh-hans")
    row = read(client.get(f"/sections/economy/?{CHOSEN}")).table("indicators").rows[0]
    shown = [cell.text for cell in row.values()]
    assert {"634.29", "79.3%", "−165.71", "欠进度"} <= set(shown)


@pytest.mark.parametrize("submitted", [False, True])
def test_before_approval_a_figure_counts_nowhere(leader, writers, submitted):
    entry = writers.record(value="634.29")
    if submitted:
        writers.submit(entry)
    row = section_row(leader)
    assert [row[name].text.split(" ")[0] for name in ("Actual", "Completion", "Schedule ratio")] == ["—", "—", "—"]
    assert row["Status"].text == "Not reported"
    page = facts(leader)
    assert page["Actual"] == "—"
    assert page["Status"] == "Not reported"
    assert "634.29" not in overview_item(leader)
    assert actual_in_june(leader)[0] is None
    assert bar_trace(leader)["x"] == []
    exported = summary()["FARM", "H1"]
    assert (exported["actual"], exported["completion"], exported["status"]) == ("", "", "not_reported")


def test_what_waits_counts_only_where_the_page_says_so(leader, writers):
    writers.submit(writers.record(value="634.29"))
    waiting = f"{CHOSEN}&waiting=1"
    assert section_row(leader, waiting)["Actual"].text == "634.29"
    assert facts(leader, waiting)["Completion"] == "79.3%"
    assert "634.29" in overview_item(leader, waiting)
    assert actual_in_june(leader, waiting)[0] == 634.29
    for address in ("/", "/sections/economy/", "/indicators/FARM/"):
        shown = read(leader.get(f"{address}?{waiting}")).text
        assert "Shown as if what waits for review were approved." in shown
        assert "as if what waits" not in read(leader.get(f"{address}?{CHOSEN}")).text


def test_a_draft_does_not_even_count_as_waiting(leader, writers):
    writers.record(value="634.29")
    assert section_row(leader, f"{CHOSEN}&waiting=1")["Actual"].text.split(" ")[0] == "—"


def test_a_reported_zero_is_zero_everywhere(leader, writers):
    # 0 ÷ 800 = 0 %; 0 − 800 = −800.
    writers.approve(writers.submit(writers.record(value="0")))
    row = section_row(leader)
    shown = [row[name].text for name in ("Actual", "Completion", "Schedule ratio", "Gap to schedule", "Status")]
    assert shown == ["0.00", "0.0%", "0.0%", "−800.00", "Behind"]
    assert facts(leader)["Actual"] == "0.00 CNY 10k"
    assert "0.00 / 800.00 CNY 10k" in overview_item(leader)
    assert bar_trace(leader)["x"] == [0.0]
    assert actual_in_june(leader) == (0.0, ["0.00"])
    exported = summary()["FARM", "H1"]
    assert (exported["actual"], exported["completion"], exported["schedule_ratio"]) == ("0", "0", "0")
    entries = next(t for t in house_tables(Year.objects.get(), 6) if t.name == "entries.csv")
    assert dict(zip(entries.heading, next(iter(entries.rows)), strict=True))["value"] == "0"


def test_nothing_new_is_zero_and_keeps_its_own_word(leader, writers):
    writers.approve(writers.submit(writers.record(answer="no_change")))
    assert section_row(leader)["Actual"].text == "0.00"
    entries = read(leader.get(f"/indicators/FARM/?{CHOSEN}")).table("entries")
    assert entries.rows[0]["As typed"].text == "Nothing new"
    table = next(t for t in house_tables(Year.objects.get(), 6) if t.name == "entries.csv")
    exported = dict(zip(table.heading, next(iter(table.rows)), strict=True))
    assert (exported["answer"], exported["value"]) == ("no_change", "")


@pytest.mark.parametrize(("language", "word"), [("en", "Not reported"), ("zh-hans", "未报")])
def test_what_was_not_reported_is_words_and_an_empty_cell(writers, signed_in, language, word):
    leader = signed_in(writers.leader, language)
    row = [cell.text for cell in read(leader.get(f"/sections/economy/?{CHOSEN}")).table("indicators").rows[0].values()]
    assert word in row
    assert "0.00" not in row
    assert any(cell.startswith("—") for cell in row)
    trend = read(leader.get(f"/indicators/FARM/?{CHOSEN}")).table("trend")
    assert word in [cell.text for cell in trend.rows[5].values()]
    assert leader.get(f"/indicators/FARM/chart.json?{CHOSEN}").json()["data"][-1]["y"][1:] == [None] * 6
    exported = summary()["FARM", "H1"]
    assert [exported[name] for name in ("actual", "completion", "schedule_ratio", "gap")] == [""] * 4
    assert exported["expected"] == "800"


def test_an_approved_figure_stays_until_its_correction_is_approved(leader, writers, farm):
    writers.approve(writers.submit(writers.record(value="634.29")))
    correction = progress.correct_progress(
        writers.clerk, target=farm, month=6, value="700", reason="An invoice was found later."
    )
    for step in (lambda entry: entry, writers.submit):
        step(correction)
        assert section_row(leader)["Actual"].text == "634.29"
        assert facts(leader)["Actual"] == "634.29 CNY 10k"
        assert actual_in_june(leader)[0] == 634.29
        assert summary()["FARM", "H1"]["actual"] == "634.29"
    assert section_row(leader, f"{CHOSEN}&waiting=1")["Actual"].text == "700.00"

    writers.approve(correction)
    # 700 ÷ 800 = 87.5 %: from 80 % and below 100 % slightly behind.
    row = section_row(leader)
    assert [row[name].text for name in ("Actual", "Completion", "Status")] == ["700.00", "87.5%", "Slightly behind"]
    assert summary()["FARM", "H1"]["completion"] == "0.875"
    versions = read(leader.get(f"/indicators/FARM/?{CHOSEN}")).table("entries").rows
    assert [(row["As typed"].text, row["State"].text) for row in versions] == [
        ("700.00", "approved"),
        ("634.29", "superseded"),
    ]


def test_a_figure_just_below_the_target_reaches_it_nowhere(leader, build, farm, writers):
    # 799.996 of 800: rounded it would be 800.00, with 100.0 %.
    writers.approve(writers.submit(writers.record(value="799.996")))
    row = section_row(leader)
    shown = [row[name].text for name in ("Actual", "Completion", "Schedule ratio", "Gap to schedule", "Status")]
    assert shown == ["799.99", "99.9%", "99.9%", "−0.004", "Slightly behind"]
    assert facts(leader)["Actual"] == "799.99 CNY 10k"
    assert actual_in_june(leader)[1] == ["799.99"]
    assert bar_trace(leader)["customdata"][0][:2] == ["99.9%", "Slightly behind"]
    page = read(leader.get(f"/indicators/FARM/?{CHOSEN}"))
    assert page.table("trend").rows[5]["Actual"].text == "799.99"
    assert "800.00 CNY 10k against 800.00" not in page.text
    exported = leader.get(f"/files/indicators.csv?{CHOSEN}").content.decode("utf-8-sig")
    assert "799.99,99.9%,800.00,99.9%,-0.004" in exported
    assert summary()["FARM", "H1"]["actual"] == "799.996"


def test_a_returned_figure_counts_nowhere(leader, writers):
    entry = writers.submit(writers.record(value="634.29"))
    progress.return_entry(writers.reviewer, entry, reason="Which invoices?")
    assert section_row(leader)["Status"].text == "Not reported"
    assert section_row(leader, f"{CHOSEN}&waiting=1")["Status"].text == "Not reported"


SECTIONS = ("economy", "rural", "livelihood", "governance", "conduct")


def words():
    """With which word the latest figure of every indicator of the sample was reported, by code: that of its total."""
    entries = ProgressEntry.objects.filter(state="approved", value__isnull=False, target__year=2023).order_by("month")
    said = entries.values_list("target__indicator__code", "approximation")
    return {code: {"over": "over ", "nearly": "nearly ", "": ""}[word] for code, word in said}


def expected_cells(row, indicator, period, thresholds, word_before):
    """A row of the export as the section page must print it."""

    def number(name):
        return Fraction(row[name]) if row[name] else None

    status = Status(row["status"])
    exceeded = (
        status is Status.COMPLETED
        and indicator.direction == "at_least"
        and number("completion") >= thresholds.exceeded_ratio
    )
    word = {
        Status.COMPLETED: "Exceeded" if exceeded else "First-half target completed" if period == "H1" else "Completed",
        Status.AHEAD: "Ahead of schedule",
        Status.ON_SCHEDULE: "On schedule",
        Status.SLIGHTLY_BEHIND: "Slightly behind",
        Status.BEHIND: "Behind",
        Status.NOT_DUE: "Not due",
        Status.NOT_REPORTED: "Not reported",
        Status.MONITORED: "Monitored",
    }[status]
    bounds = (thresholds.slightly_behind_ratio, thresholds.on_schedule_ratio, thresholds.ahead_ratio)
    actual = number("actual")
    return {
        "Actual": word_before + display.amount(actual, indicator, never_reach=(number("target"),)),
        "Completion": display.percent(number("completion"), (Fraction(1), thresholds.exceeded_ratio)),
        "Expected by schedule": display.amount(number("expected"), indicator),
        "Schedule ratio": display.percent(number("schedule_ratio"), bounds),
        "Gap to schedule": display.amount(number("gap"), indicator, signed=True),
        "Status": word,
    }


@pytest.mark.parametrize("period", ["H1", "Y"])
@pytest.mark.parametrize("unit", ["DC", "DC-O2", "DC-V1"])
def test_the_pages_of_the_sample_show_what_the_export_holds(sample, signed_in, unit, period):
    client = signed_in(User.objects.get(username="leader"), "en")
    thresholds = thresholds_of(Year.objects.get(year=2023))
    indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}
    exported = {code: row for (code, of), row in summary(unit=unit).items() if of == period}
    found, expected, said = {}, {}, words()
    assert sorted(word for word in said.values() if word) == ["nearly ", *["over "] * 8]
    with override("en"):
        for section in SECTIONS:
            page = read(client.get(f"/sections/{section}/?year=2023&period={period}&as_of=6&unit={unit}"))
            if not page.has_table("indicators"):
                continue
            for cells in page.table("indicators").rows:
                code = cells["Indicator"].links[0].split("/")[2]
                expected[code] = expected_cells(
                    exported[code], indicators[code], period, thresholds, said.get(code, "")
                )
                # What stands behind the actual names the months that are missing.
                shown = {name: cells[name].text for name in expected[code]}
                found[code] = {**shown, "Actual": shown["Actual"].split(" missing")[0]}
    assert found == expected
    assert set(found) == set(exported)
    assert len(found) == {"DC": 80}.get(unit, len(found))
