"""Every figure of every format is the one of the page: each file is read by an independent reader."""

import json
import re
from datetime import date

import pytest

from targets.models import Indicator, Target, User
from tests.copies import copied
from tests.pages import read
from tests.reports.readers import as_shown, csv_rows, pdf_text, sheet_rows, word_tables, word_text, workbook

CHOSEN = "year=2023&period=H1&as_of=6"
FORM = {"day": "2023-07-08", "signature": "Qingshan", "requests": "Act."}
#: The names of a list's columns in the ledger.
SAME = {name: name for name in ("Actual", "Completion", "Expected by schedule", "Schedule ratio", "Gap to schedule")}


def make(client, what, query=CHOSEN, **form):
    answer = client.post(f"/reports/?{query}", {"make": what, **FORM, **form})
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content


def on_the_pages(client, query):
    """What the list of indicators prints, by the name of the indicator: all of its pages, texts by their heading."""
    found: dict[str, dict[str, str]] = {}
    for number in range(1, 9):
        rows = by_indicator(read(client.get(f"/indicators/?{query}&page={number}")).table("indicators"))
        if not rows.keys() - found.keys():
            return found
        found |= rows
    raise AssertionError("The list has no end.")


OWED = re.compile(r" (?:[A-Z][^:(]*)?(?:missing: |not reported \(January).*")


def by_indicator(table):
    """Beside a name stands that it is sensitive, beside a figure which months are missing."""
    return {
        row["Indicator"].text.partition(" Sensitive")[0]: {name: OWED.sub("", cell.text) for name, cell in row.items()}
        for row in table.rows
    }


def on_the_second_half(client, query):
    """What the page of the second half prints of targets with figures, by the name of the indicator."""
    page = read(client.get(f"/second-half/?{query}&by=section"))
    found: dict[str, dict[str, str]] = {}
    for table in page.tables:
        if "remaining" in table.classes:
            found |= by_indicator(table)
    return found


def on_the_overview(client, query):
    """The table of sections, by their names; the whole under its own."""
    rows = read(client.get(f"/?{query}")).table("groups").rows
    # Behind a name stands how many indicators there are.
    return {
        row["Section"].text.rpartition(" ")[0]: {
            "Indicators": row["Section"].text.rpartition(" ")[2],
            **{name: cell.text for name, cell in row.items()},
        }
        for row in rows
    }


def in_a_file(client, address, query, form):
    """A list as it was taken along, by the name of the indicator, texts by their heading."""
    content = client.get(f"/files/{address}.{form}?{query}").content
    if form == "csv":
        return {line["Indicator"]: line for line in csv_rows(content)}
    rows = sheet_rows(workbook(content).active)
    return {row["Indicator"].value: {name: as_shown(cell) for name, cell in row.items()} for row in rows}


def as_in(form, text):
    """A figure of a page as a file says it: without plus, and in CSV without grouping and with the plain minus."""
    if form == "csv" and any(letter.isdigit() for letter in text):
        text = text.replace(",", "").replace("−", "-")
    return bare(text)


def in_the_ledger(content):
    """The wholes of every section, by the name of the indicator."""
    book = workbook(content)
    lines = [line for sheet in book.sheetnames[1:-1] for line in sheet_rows(book[sheet]) if line["Number"].value]
    return {line["Indicator"].value: {name: as_shown(cell) for name, cell in line.items()} for line in lines}


def in_word(content):
    """The rows of the last table of a paper, by the name of the indicator."""
    rows = word_tables(content)[-1]
    return {row[2]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}


def bare(text):
    """A printed figure without its plus, which a number of a spreadsheet has not."""
    return text.lstrip("+")


@pytest.fixture
@copied
def kinds(cast, build):
    """One of each kind.

    A zero, one not reported, approximate targets, an approximate actual, a sum with a silent part, a ceiling that is
    exceeded, a task, a sensitive one, a big one.
    """

    def one(code, name, given, targets=None, section=cast.economy, more=None, **values):
        made = build.indicator(code, section, name=name, name_en=name, **values)
        target = build.target(made, cast.office, targets or {6: 10, 12: 20}, **(more or {}))
        if given is not None:
            build.approved(target, 6, given, from_month=1)

    one("ZERO", "Zero", 0)
    one("SILENT", "Silent", None)
    one("ABOUT", "About", 40, {6: 100, 12: 200}, more={"approximation": "over"}, decimals=0)
    one("CAP", "Ceiling", 5, {6: 2, 12: 4}, direction="at_most", decimals=0)
    one("NEARLY", "Nearly", None, {6: 40, 12: 60}, more={"approximation": "over"}, decimals=0)
    build.approved(Target.objects.get(indicator__code="NEARLY"), 6, 30, from_month=1, approximation="nearly")
    part = build.indicator("PART", cast.economy, name="Part", name_en="Part", decimals=0)
    build.approved(build.target(part, cast.east, {6: 50, 12: 100}), 6, 41, from_month=1)
    build.target(part, cast.west, {6: 30, 12: 60})
    one("SECRET", "Hidden", "4.25", sensitive=True)
    one("BIG", "Big", "37395.08", {6: 50000, 12: 90000})
    task = build.indicator(
        "TASK", cast.governance, name="Square", name_en="Square", kind="milestone", accumulation="", unit_of_measure=""
    )
    build.target(task, cast.office, steps=[{"name": "开工", "due": date(2023, 5, 1)}])
    return cast


TICKS = ["ZERO", "ABOUT", "NEARLY", "PART", "CAP", "BIG", "TASK"]


def test_the_ledger_shows_what_the_page_shows(kinds, signed_in):
    client = signed_in(kinds.leader, "en")
    page, ledger = on_the_pages(client, CHOSEN), in_the_ledger(make(client, "ledger.xlsx"))
    assert set(page) - set(ledger) == {"Hidden"}
    for name, line in ledger.items():
        for ours, theirs in SAME.items():
            assert line[theirs] == bare(page[name][ours]), (name, ours)
        assert line["First-half target"] == page[name]["Target"], name
    assert (ledger["Zero"]["Actual"], ledger["Silent"]["Actual"]) == ("0.00", "—")
    assert ledger["About"]["First-half target"] == "over 100"
    assert ledger["Square"]["Actual"] == "—"
    assert in_the_ledger(make(client, "ledger.xlsx", include="SECRET"))["Hidden"]["Actual"] == "4.25"


@pytest.mark.parametrize("kind", ["list", "briefing"])
def test_a_table_of_a_paper_prints_what_the_page_prints(kinds, signed_in, kind):
    client = signed_in(kinds.leader, "en")
    page, word = on_the_pages(client, CHOSEN), in_word(make(client, f"{kind}.docx", tick=TICKS))
    pdf = pdf_text(make(client, f"{kind}.pdf", tick=TICKS))
    assert set(word) == {"Zero", "About", "Nearly", "Part", "Ceiling", "Big", "Square"}
    for name, line in word.items():
        for ours, theirs in {"Target": "First-half target", "Actual": "Actual", "Completion": "Completion"}.items():
            incomplete = " (incomplete)" if (name, ours) == ("Part", "Actual") else ""
            assert line[theirs] == page[name][ours] + incomplete, (name, ours)
        assert line["Gap to schedule"] == page[name]["Gap to schedule"], name
        for text in (page[name][heading] for heading in ("Actual", "Completion", "Gap to schedule", "Target")):
            assert "".join(text.split()) in pdf, (name, text)
    assert word["Zero"]["Actual"] == "0.00"
    assert word["About"]["First-half target"] == "over 100"
    assert "Hidden" not in pdf


@pytest.mark.parametrize("period", ["H1", "Y"])
def test_every_figure_of_the_sample_is_that_of_the_page(sample, signed_in, period):
    client = signed_in(User.objects.get(username="reviewer"), "en")
    query = f"year=2023&period={period}&as_of=6"
    page, ledger = on_the_pages(client, query), in_the_ledger(make(client, "ledger.xlsx", query))
    assert len(page) == 80
    assert len(ledger) == 71
    for name, line in ledger.items():
        for ours, theirs in SAME.items():
            assert line[theirs] == bare(page[name][ours]), (name, ours)
    everything = [
        values["value"]
        for tag, values in read(client.get(f"/reports/?{query}")).tags
        if tag == "input" and values.get("name") == "tick"
    ]
    word = in_word(make(client, "list.docx", query, tick=everything))
    pdf = pdf_text(make(client, "list.pdf", query, tick=everything))
    assert len(word) == len(everything)
    for name, line in word.items():
        for heading in ("Actual", "Completion", "Gap to schedule"):
            assert line[heading] == page[name][heading], (name, heading)
            assert "".join(line[heading].split()) in pdf, (name, heading)


#: The columns of a list of indicators and those of the second half, in a file as on the page.
LISTED = ("Target", *SAME)
REMAINING = ("Annual target", "Actual", "Remaining", "Needed per month", "Recently per month")
FORMS = ("csv", "xlsx")


def expect_the_files_to_say_what_the_pages_say(client, query, *, rows):
    """Both lists in both forms, figure by figure; ``rows`` indicators are not sensitive."""
    page, rest = on_the_pages(client, query), on_the_second_half(client, query)
    target = "First-half target" if "H1" in query else "Annual target"
    for form in FORMS:
        listed = in_a_file(client, "indicators", query, form)
        assert len(listed) == rows
        for name, line in listed.items():
            for heading in LISTED:
                text = line[target if heading == "Target" else heading]
                assert text == as_in(form, page[name][heading]), (form, name, heading)
        remaining = in_a_file(client, "second-half", query, form)
        assert {name for name, line in remaining.items() if any(line[heading] != "—" for heading in REMAINING[2:4])}
        for name, line in remaining.items():
            if name not in rest:  # a task, or only monitored: no figure of the second half
                assert line["Remaining"] == line["Needed per month"] == "—", name
                continue
            for heading in REMAINING:
                # Of a ceiling the page says so behind the figure.
                text = rest[name][heading].removesuffix(" left of the allowance").removesuffix(" allowed")
                assert line[heading] == as_in(form, text), (form, name, heading)
            forecast = rest[name]["Forecast for the year's end"].split(" ")[0]
            is_figure = any(letter.isdigit() for letter in forecast)
            assert line["Forecast for the year's end"] == (as_in(form, forecast) if is_figure else "—"), (form, name)


def test_the_files_say_of_every_kind_what_the_pages_say(kinds, signed_in):
    client = signed_in(kinds.leader, "en")
    expect_the_files_to_say_what_the_pages_say(client, CHOSEN, rows=10)
    listed = in_a_file(client, "indicators", CHOSEN, "csv")
    assert (listed["Nearly"]["First-half target"], listed["Nearly"]["Actual"]) == ("over 40", "nearly 30")
    assert (listed["Zero"]["Actual"], listed["Silent"]["Actual"], listed["Part"]["Actual"]) == ("0.00", "—", "41")
    assert listed["Part"]["Missing"] == "West Village January to June"


@pytest.mark.parametrize("period", ["H1", "Y"])
def test_the_files_say_of_the_sample_what_the_pages_say(sample, signed_in, period):
    client = signed_in(User.objects.get(username="reviewer"), "en")
    expect_the_files_to_say_what_the_pages_say(client, f"year=2023&period={period}&as_of=6", rows=71)


def expect_the_ledger_to_say_what_the_pages_say(client, *, rows):
    """The wholes of the workbook and of the CSV, with the targets of both periods."""
    half, year = (on_the_pages(client, f"year=2023&period={period}&as_of=6") for period in ("H1", "Y"))
    table = {line["Indicator"]: line for line in csv_rows(make(client, "ledger.csv")) if line["Number"]}
    for form, ledger in (("xlsx", in_the_ledger(make(client, "ledger.xlsx"))), ("csv", table)):
        assert len(ledger) == rows
        for name, line in ledger.items():
            for heading in SAME:
                assert line[heading] == as_in(form, half[name][heading]), (form, name, heading)
            assert line["First-half target"] == as_in(form, half[name]["Target"]), (form, name)
            assert line["Annual target"] == as_in(form, year[name]["Target"]), (form, name)


def test_both_ledgers_say_of_every_kind_what_the_pages_say(kinds, signed_in):
    expect_the_ledger_to_say_what_the_pages_say(signed_in(kinds.leader, "en"), rows=10)


def test_both_ledgers_say_of_the_sample_what_the_pages_say(sample, signed_in):
    expect_the_ledger_to_say_what_the_pages_say(signed_in(User.objects.get(username="reviewer"), "en"), rows=71)


#: The columns of the table of sections in a paper, and the statuses of the overview that are in each.
COUNTED = {
    "Completed": ("Completed",),
    "On or ahead of schedule": ("Ahead of schedule", "On schedule"),
    "Slightly behind": ("Slightly behind",),
    "Behind": ("Behind",),
    "Not reported": ("Not reported",),
    "Not due": ("Not due",),
    "Monitored": ("Monitored",),
}


def section_table(overview):
    """The table of sections as a paper should have it, made of what the overview prints."""
    return [
        [
            "Total" if name == "All indicators" else name,
            row["Indicators"],
            *(str(sum(int(row.get(status, "0")) for status in statuses)) for statuses in COUNTED.values()),
            row["Completion"],
            row["By schedule"],
        ]
        for name, row in overview.items()
    ]


def expect_the_papers_to_count_as_the_overview_does(client, query):
    overview = on_the_overview(client, query)
    whole, expected = overview["All indicators"], section_table(overview)
    for what in ("bulletin", "briefing"):
        content = make(client, f"{what}.docx", query)
        pdf = pdf_text(make(client, f"{what}.pdf", query))
        heads, *rows = next(table for table in word_tables(content) if table[0][0] == "Section")
        assert heads == ["Section", "Indicators", *COUNTED, "Completion", "By schedule"]
        assert rows == expected, what
        for row in expected:
            assert "".join("".join(row).split()) in pdf, (what, row)
    text = word_text(make(client, "bulletin.docx", query)).splitlines()
    counts = next(line for line in text if line.startswith("As of the end of"))
    assert f"has {whole['Indicators']} targets: " in counts
    printed = dict(re.findall(r"(?:: |; )([A-Z][a-z ]+) (\d+) \(", counts))
    statuses = {status for listed in COUNTED.values() for status in listed}
    assert printed == {status: whole[status] for status in statuses if whole.get(status, "0") != "0"}
    judged, completion, schedule = re.search(
        r"The (\d+) judged have a mean completion of (\S+) against (\S+) by", counts
    ).groups()
    assert judged == whole["Coverage"].partition("/")[0]
    # A sentence of a paper has no zeros at the end of a figure.
    assert completion == whole["Completion"].replace(".0%", "%")
    assert schedule == whole["By schedule"].replace(".0%", "%")
    names, figures = (row for row in word_tables(make(client, "briefing.docx", query))[0])
    facts = dict(zip(names, figures, strict=True))
    assert facts == {name: text for name, text in zip(heads, expected[-1], strict=True) if name in facts}
    assert len(facts) == 8


def test_the_papers_count_every_kind_as_the_overview_does(kinds, signed_in):
    expect_the_papers_to_count_as_the_overview_does(signed_in(kinds.leader, "en"), CHOSEN)


@pytest.mark.parametrize("period", ["H1", "Y"])
def test_the_papers_count_the_sample_as_the_overview_does(sample, signed_in, period):
    client = signed_in(User.objects.get(username="reviewer"), "en")
    expect_the_papers_to_count_as_the_overview_does(client, f"year=2023&period={period}&as_of=6")


#: What the half-year report is bound to, and the column of a page that shows it: of the half, of the year, of the rest.
BOUND = {
    "actual": ("half", "Actual"),
    "half_target": ("half", "Target"),
    "completion": ("half", "Completion"),
    "expected": ("half", "Expected by schedule"),
    "annual_target": ("year", "Target"),
    "annual_share": ("year", "Completion"),
    "remaining": ("rest", "Remaining"),
    "needed": ("rest", "Needed per month"),
}


def in_the_report(text, unit):
    """A figure of an English page as a Chinese report has it."""
    text = re.sub(r"\.(\d*?)0+(?!\d)", lambda kept: f".{kept[1]}" if kept[1] else "", text.replace(",", ""))
    text = re.sub(r"^over (.*)", r"\1余", re.sub(r"^nearly (.*)", r"近\1", text))
    return text if text.endswith("%") else f"{text}{unit}"


def expect_the_report_to_be_bound_to_what_the_pages_say(client, unit):
    """Every figure that the half-year report may hold, by its name; gives how many were compared."""
    where = f"year=2023&as_of=6&unit={unit}"
    pages = {
        "half": on_the_pages(client, f"{where}&period=H1"),
        "year": on_the_pages(client, f"{where}&period=Y"),
        "rest": on_the_second_half(client, f"{where}&period=H1"),
    }
    answer = client.post(f"/reports/half-year/?{where}&period=H1")
    content = client.get(answer["Location"]).content.decode()
    bound = dict(re.findall(r"<tr><td><code>([^<]+)</code></td><td>[^<]*</td><td>([^<]*)</td></tr>", content))
    indicators = {one.code: one for one in Indicator.objects.all()}
    compared = 0
    for name, text in bound.items():
        code, _point, figure = name.rpartition(".")
        if code in indicators and figure in BOUND:
            page, column = BOUND[figure]
            shown = pages[page][indicators[code].name_en or indicators[code].name][column]
            assert text == in_the_report(shown, indicators[code].unit_of_measure), (name, shown)
            compared += 1
    whole = on_the_overview(client, f"{where}&period=H1")["All indicators"]
    assert bound["total.indicators"] == f"{whole['Indicators']}项"
    assert bound["total.judged"] == f"{whole['Coverage'].partition('/')[0]}项"
    assert bound["total.completion"] == in_the_report(whole["Completion"], "")
    assert bound["total.completed"] == f"{whole['Completed']}项"
    return compared


def test_the_half_year_report_is_bound_to_what_the_pages_say(kinds, signed_in):
    # Of 9 with figures that are not sensitive, what there is of each.
    assert expect_the_report_to_be_bound_to_what_the_pages_say(signed_in(kinds.leader, "en"), "T") > 30


def test_the_half_year_report_of_the_sample_is_bound_to_what_the_pages_say(sample, signed_in):
    client = signed_in(User.objects.get(username="reviewer"), "en")
    assert expect_the_report_to_be_bound_to_what_the_pages_say(client, "DC") > 200


def test_an_approximate_figure_is_told_as_it_was_reported_everywhere(cast, build, signed_in):
    """Target 40余 and 60余, actual 30余: on every page, on the chart, in every file and paper."""
    signs = build.indicator("SIGNS", cast.economy, name="警示牌", name_en="Signs", unit_of_measure="个", decimals=0)
    target = build.target(signs, cast.office, {6: 40, 12: 60}, approximation="over")
    build.approved(target, 6, 30, from_month=1, approximation="over")
    client = signed_in(cast.leader)

    def row(address, table):
        found = read(client.get(f"{address}?{CHOSEN}")).table(table)
        return [cell.text for cell in found.row("指标", "警示牌").values()]

    assert {"40余", "30余"} <= set(row("/indicators/", "indicators"))
    assert {"60余", "30余"} <= set(row("/second-half/", "remaining"))
    assert "30余 / 40" in read(client.get(f"/?{CHOSEN}")).text
    own = read(client.get(f"/indicators/SIGNS/?{CHOSEN}"))
    assert (own.facts["累计完成"], own.facts["全年目标"]) == ("30余 个", "60余 个")
    assert "40余 个" in own.facts.values()
    # In words above and beside the chart, and in the table of its figures.
    assert "30余 个" in own.text.partition("评价依据")[2]
    assert "30余" in [cell.text for line in own.table("trend").rows for cell in line.values()]
    assert "30余" in json.dumps(client.get(f"/indicators/SIGNS/chart.json?{CHOSEN}").json(), ensure_ascii=False)

    for form in FORMS:
        for address, first in (("indicators", "40余"), ("second-half", "60余")):
            content = client.get(f"/files/{address}.{form}?{CHOSEN}").content
            if form == "csv":
                line = next(line for line in csv_rows(content) if line["指标"] == "警示牌")
            else:
                cells = next(line for line in sheet_rows(workbook(content).active) if line["指标"].value == "警示牌")
                assert cells["累计完成"].value == 30  # still a number
                line = {name: as_shown(cell) for name, cell in cells.items()}
            assert {first, "30余"} <= set(line.values()), (address, form)
    book = workbook(make(client, "ledger.xlsx"))
    (cells,) = (
        line for sheet in book.sheetnames[1:-1] for line in sheet_rows(book[sheet]) if line["指标"].value == "警示牌"
    )
    assert cells["累计完成"].value == 30
    assert {"40余", "60余", "30余"} <= {as_shown(cell) for cell in cells.values()}
    (line,) = (line for line in csv_rows(make(client, "ledger.csv")) if line["指标"] == "警示牌")
    assert {"40余", "60余", "30余"} <= set(line.values())

    assert "累计完成30余个" in word_text(make(client, "bulletin.docx", tick="SIGNS"))
    for what in ("list", "briefing"):
        assert {"40余", "30余"} <= set(word_tables(make(client, f"{what}.docx", tick="SIGNS"))[-1][1])
    # So many that the bulletin has a table of them.
    for number in range(4):
        other = build.indicator(f"OTHER{number}", cast.economy, name=f"其他{number}")
        build.approved(build.target(other, cast.office, {6: 10, 12: 20}), 6, 1, from_month=1)
    ticks = ["SIGNS", *(f"OTHER{number}" for number in range(4))]
    rows = word_tables(make(client, "bulletin.docx", tick=ticks))[-1]
    assert {"40余", "30余"} <= set(next(row for row in rows if "警示牌" in row))
    assert "40余30余" in pdf_text(make(client, "bulletin.pdf", tick=ticks))
