"""Every figure of every format is the one of the page: each file is read by an independent reader."""

import re
from datetime import date

import pytest

from targets.models import User
from tests.pages import read
from tests.reports.readers import W, pdf_text, sheet_rows, word_xml, workbook

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
        table = read(client.get(f"/indicators/?{query}&page={number}")).table("indicators")
        # Beside a name stands that it is sensitive, beside a figure which months are missing.
        rows = {
            row["Indicator"].text.removesuffix(" Sensitive"): {
                name: cell.text.partition(" missing: ")[0] for name, cell in row.items()
            }
            for row in table.rows
        }
        if not rows.keys() - found.keys():
            return found
        found |= rows
    raise AssertionError("The list has no end.")


def as_shown(cell):
    """What a spreadsheet shows of a cell, by its number format."""
    value, shown = cell.value, cell.number_format
    if not isinstance(value, int | float):
        return value
    before, pattern, after = re.fullmatch(r'(?:"(.*?)")?([^"]+)(?:"(.*?)")?', shown).groups()
    decimals = len(pattern.rstrip("%").partition(".")[2])
    scaled = value * 100 if pattern.endswith("%") else value
    text = f"{abs(scaled):.{decimals}f}"
    grouped = f"{abs(scaled):,.{decimals}f}" if abs(scaled) >= 10000 else text
    return f"{before or ''}{'−' if value < 0 else ''}{grouped}{'%' if pattern.endswith('%') else ''}{after or ''}"


def in_the_ledger(content):
    """The wholes of every section, by the name of the indicator."""
    book = workbook(content)
    lines = [line for sheet in book.sheetnames[1:-1] for line in sheet_rows(book[sheet]) if line["Number"].value]
    return {line["Indicator"].value: {name: as_shown(cell) for name, cell in line.items()} for line in lines}


def in_word(content):
    """The rows of the last table of a paper, by the name of the indicator."""
    rows = [
        ["".join(text.text or "" for text in cell.iter(f"{W}t")) for cell in row.iter(f"{W}tc")]
        for row in word_xml(content).findall(f".//{W}tbl")[-1].iter(f"{W}tr")
    ]
    return {row[2]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}


def bare(text):
    """A printed figure without its plus, which a number of a spreadsheet has not."""
    return text.lstrip("+")


@pytest.fixture
def kinds(cast, build):
    """A zero, one not reported, an approximate one, a ceiling that is exceeded, a task, a sensitive one, a big one."""

    def one(code, name, given, targets=None, section=cast.economy, more=None, **values):
        made = build.indicator(code, section, name=name, name_en=name, **values)
        target = build.target(made, cast.office, targets or {6: 10, 12: 20}, **(more or {}))
        if given is not None:
            build.approved(target, 6, given, from_month=1)

    one("ZERO", "Zero", 0)
    one("SILENT", "Silent", None)
    one("ABOUT", "About", 40, {6: 100, 12: 200}, more={"approximation": "over"}, decimals=0)
    one("CAP", "Ceiling", 5, {6: 2, 12: 4}, direction="at_most", decimals=0)
    one("SECRET", "Hidden", "4.25", sensitive=True)
    one("BIG", "Big", "37395.08", {6: 50000, 12: 90000})
    task = build.indicator(
        "TASK", cast.governance, name="Square", name_en="Square", kind="milestone", accumulation="", unit_of_measure=""
    )
    build.target(task, cast.office, steps=[{"name": "开工", "due": date(2023, 5, 1)}])
    return cast


TICKS = ["ZERO", "ABOUT", "CAP", "BIG", "TASK"]


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
    assert set(word) == {"Zero", "About", "Ceiling", "Big", "Square"}
    for name, line in word.items():
        for ours, theirs in {"Target": "First-half target", "Actual": "Actual", "Completion": "Completion"}.items():
            assert line[theirs] == page[name][ours], (name, ours)
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
