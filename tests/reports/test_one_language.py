"""Every paper of every month is in one language: what else stands in it was brought by the data."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date

import pytest
from django.utils.translation import override

from reports.document import Cell, Run
from reports.half_year.content import parts_of
from reports.half_year.draft import Wishes as Chosen
from reports.half_year.draft import draft
from reports.half_year.placeholders import runs_of
from reports.notices import papers
from reports.tables.cells import indicator_table
from reports.tables.ledger import ledger, ledger_table
from reports.tables.plan import plan_table
from reports.tables.progress_form import progress_form
from reports.tables.second_half import second_half_table
from targets import display
from targets.calculations.terms import Period
from targets.models import Indicator, Milestone, ProgressEntry, Section, Target, Unit, User, Year
from targets.permissions import scope_of
from targets.summaries.half_year import half_year
from targets.summaries.missing import missing_units
from targets.summaries.month import month_grid
from targets.summaries.overview import open_remedies, overview
from targets.summaries.plan import whole_plan
from targets.summaries.ranking import ranked_units
from targets.summaries.second_half import second_half
from targets.summaries.selection import Selection
from tests.reports.readers import pdf_text, word_text, workbook

pytestmark = pytest.mark.once

MONTHS = range(1, 13)
TODAY = date(2023, 7, 8)
LATIN = re.compile("[A-Za-z]+(?: [A-Za-z]+)*")
CHINESE = re.compile("[\u3001-\u303f\u3400-\u9fff\uff00-\uffef]+")


def texts_in(thing: object) -> Iterator[str]:
    """Every text that a reader of a table, workbook or paper meets."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, Cell | Run):
        yield thing.text
    elif is_dataclass(thing):
        for field in fields(thing):
            # The mark of a form, colours and layouts are read by programs.
            if field.name not in ("mark", "colour", "colours", "layout"):
                yield from texts_in(getattr(thing, field.name))
    elif hasattr(thing, "__iter__"):
        for one in thing:
            yield from texts_in(one)


@pytest.fixture
def brought(sample) -> re.Pattern[str]:
    """What the data bring: names, codes, units of measure, wordings, notes; the longest first."""
    found = set()
    for rows, columns in (
        (Unit.objects, ("code", "name", "name_en")),
        (Section.objects, ("code", "name", "name_en")),
        (Indicator.objects, ("code", "name", "name_en", "unit_of_measure", "definition", "source")),
        (Milestone.objects, ("name", "name_en")),
        (Target.objects, ("lead_leader", "responsible_person", "wording", "definition")),
        (ProgressEntry.objects, ("note", "reason")),
    ):
        for values in rows.values_list(*columns):
            found |= {text for text in values if text}
    return re.compile("|".join(re.escape(text) for text in sorted(found, key=len, reverse=True)))


@pytest.fixture
def reviewer(sample) -> User:
    return User.objects.get(username="reviewer")


def selection_of(person, code, period, month):
    scope, year = scope_of(person), Year.objects.get(year=2023)
    return Selection(scope, year, period, month, Unit.objects.get(code=code))


def notices_of(selection) -> Iterator[tuple[str, object]]:
    whole = overview(selection, compared=False)
    rows = papers.lagging(whole.total)
    wishes = papers.Wishes(
        day=TODAY,
        signature=papers.default_signature(selection),
        ticked=rows,
        requests=tuple(papers.default_requests().splitlines()),
        missing=missing_units(selection, TODAY),
        ranked=ranked_units(selection, list(selection.facts())),
        remedies=open_remedies(rows, selection.month),
    )
    codes = [row.indicator.code for row in rows]
    yield "bulletin", papers.bulletin(whole, wishes)
    yield "bulletin in words", papers.bulletin(whole, replace(wishes, ticked=rows[:4]))
    yield "list", papers.red_and_yellow_list(whole, wishes)
    yield "briefing", papers.briefing(whole, wishes)
    yield "ledger", ledger(whole, wishes.remedies, ticked=codes, chosen=codes)
    yield "ledger as CSV", ledger_table(whole, wishes.remedies, ticked=codes, chosen=codes)
    yield "indicators", indicator_table(selection, whole.total, "")


def tables_of(selection) -> Iterator[tuple[str, object]]:
    half = second_half(selection, today=TODAY)
    yield "second half", second_half_table(half, (half.total,))
    yield "form", progress_form(month_grid(selection.scope, selection.year, selection.unit, selection.month))


def half_year_of(selection) -> Iterator[tuple[str, object]]:
    half = half_year(selection, today=TODAY)
    everything = [row.code for row in half.rows]
    made = draft(half, Chosen(everything, everything))
    yield (
        "half-year report",
        [
            (
                made.title,
                made.addressees,
                made.signature,
                made.notes,
                made.file_name,
                made.names.values(),
                made.figures.values(),
            ),
            [runs_of(part.template, made.figures) for part in parts_of((), made)],
        ],
    )


def foreign(thing, foreign_words, brought) -> set[str]:
    return {words for text in texts_in(thing) for words in foreign_words.findall(brought.sub(" ", text))}


@pytest.mark.parametrize(
    ("code", "language", "foreign_words"),
    [("DC", "zh-hans", LATIN), ("DC", "en", CHINESE), ("DC-V1", "zh-hans", LATIN)],
    ids=["township", "township in English", "village"],
)
def test_no_word_of_the_other_language_in_any_paper_of_any_month(reviewer, brought, code, language, foreign_words):
    found = {}
    with override(language):
        for period in Period:
            for month in MONTHS:
                selection = selection_of(reviewer, code, period, month)
                made = list(notices_of(selection))
                if period is Period.YEAR:
                    made += tables_of(selection)
                for name, thing in made:
                    if words := foreign(thing, foreign_words, brought):
                        found[name, period, month] = words
    assert found == {}


@pytest.mark.parametrize("code", ["DC", "DC-V1"])
def test_the_half_year_report_is_chinese_in_every_month(reviewer, brought, code):
    with override("en"):
        for month in range(1, 7):
            for name, thing in half_year_of(selection_of(reviewer, code, Period.FIRST_HALF, month)):
                assert foreign(thing, LATIN, brought) == set(), (name, month)


def test_the_plan_is_chinese(brought):
    year = Year.objects.get(year=2023)
    plan = whole_plan(scope_of(User.objects.get(username="admin")), year)
    made = plan_table(plan, title="目标管理", unit="大崇乡")
    assert foreign(made, LATIN, brought) == set()


#: The first month of a half, and several of the year: papers that name the first month.
ADDRESSES = ("period=H1&as_of=1", "period=Y&as_of=9")


def words_of(content: bytes, form: str) -> str:
    if form == "docx":
        return word_text(content)
    if form == "pdf":
        return pdf_text(content)
    if form == "csv":
        return content.decode("utf-8-sig")
    book = workbook(content)
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    return "\n".join([*book.sheetnames, *cells])


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_latin_word_in_a_chinese_file(reviewer, brought, signed_in, address):
    client = signed_in(reviewer)
    page = client.get(f"/reports/?year=2023&{address}&tick=all").content.decode()
    ticked = re.findall(r'name="tick" value="(\w+)" checked', page)
    form = {"day": "2023-07-08", "signature": "大崇乡人民政府", "requests": "抓紧。", "tick": ticked}
    found = {}
    for kind in ("bulletin", "list", "briefing", "ledger"):
        for ending in ("xlsx", "csv") if kind == "ledger" else ("docx", "pdf"):
            what = f"{kind}.{ending}"
            answer = client.post(f"/reports/?year=2023&{address}", {**form, "make": what})
            if not ticked and kind == "list":
                # A list of nothing is refused.
                assert answer.status_code == 422
                continue
            assert answer.status_code == 200
            found[what] = answer.content
    for what in ("indicators.xlsx", "indicators.csv", "second-half.xlsx", "second-half.csv"):
        found[what] = client.get(f"/files/{what}?year=2023&{address}").content
    words = {
        what: set(LATIN.findall(brought.sub(" ", words_of(content, what.rpartition(".")[2]))))
        for what, content in found.items()
    }
    assert {what: those for what, those in words.items() if those} == {}


@pytest.mark.parametrize(
    ("period", "last", "chinese", "english"),
    [
        (Period.FIRST_HALF, 1, "2023年1月", "January 2023"),
        (Period.FIRST_HALF, 3, "2023年1月至3月", "January to March 2023"),
        (Period.FIRST_HALF, 6, "2023年上半年", "the first half of 2023"),
        (Period.YEAR, 6, "2023年1月至6月", "January to June 2023"),
        (Period.YEAR, 11, "2023年1月至11月", "January to November 2023"),
        (Period.YEAR, 12, "2023年", "the year 2023"),
    ],
)
def test_the_months_that_a_paper_is_about(period, last, chinese, english):
    assert display.period_covered(2023, period, last) == chinese
    with override("en"):
        assert display.period_covered(2023, period, last) == english
