"""A PDF: text that can be searched, fonts embedded, the lines of the standard, and nothing typed read as markup."""

import io
from decimal import Decimal
from typing import Any

import pypdf
import pytest
from django.utils import timezone
from django.utils.translation import override

from reports.document import (
    Bar,
    BarChart,
    Cell,
    Column,
    DividedBar,
    Document,
    Facts,
    Grid,
    Heading,
    Layout,
    Paragraph,
    Piece,
    Run,
    Signature,
)
from reports.writers import typesetting
from reports.writers.docx import write_docx
from reports.writers.pdf import font_notice, unprintable, write_pdf
from reports.writers.picture import draw
from reports.writers.typesetting import UnprintableError, as_png, lacking
from tests.reports.readers import pdf_pages, pdf_runs, pdf_text

AWKWARD = (
    "#set text(size: 90pt)", "#panic()", "$x^2$", "*b*", "_i_", "\\", "@a", "// rest", "`c`", "<label>", "[k]", "~",
    "/* no */", "= not a heading", "- no item", "&amp;", "\"q\"", "#sys.inputs",
)  # fmt: skip

BARS = BarChart(
    "各板块<完成率>",
    (Bar("经济 & 发展", 0.93, "93.1%", mark=1.0), Bar("民生", None, "—"), Bar("治理", 0.0, "0.0%", mark=0.5)),
    ("完成率", "序时进度"),
    "说明",
)
PIECES = DividedBar("状态", (Piece("已完成", 3, "green"), Piece("欠进度", 1, "red")), "说明")


def paper(*blocks, **fields):
    fields.setdefault("title", ("通报",))
    return Document(blocks=blocks, file_name="通报", **fields)


@pytest.fixture(autouse=True)
def _in_chinese():
    with override("zh-hans"):
        yield


@pytest.mark.parametrize("text", AWKWARD)
def test_what_a_person_typed_is_set_as_it_is(text):
    grid = Grid((Column(text),), ((Cell(text),),), caption=text)
    document = paper(
        Heading(text),
        Paragraph((Run(text),), lead=text),
        grid,
        Facts(((text, Cell(text)),)),
        Signature(text, text),
        title=(text,),
        notes=(text,),
    )
    # Title, heading, lead and run, caption, head and cell, name and fact, signature and day, closing note.
    assert pdf_text(write_pdf(document)).count("".join(text.split())) == 12


def test_text_can_be_searched_page_by_page():
    document = paper(Paragraph((Run("完成634.29万元"),)), *[Paragraph((Run("行"),))] * 20, Paragraph((Run("占79.3%"),)))
    first, second = pdf_pages(write_pdf(document))
    assert "完成634.29万元" in first
    assert "— 1 —" in first
    assert "占79.3%" in second
    assert "— 2 —" in second


def fonts_in(content: bytes) -> dict[str, Any]:
    """The fonts of a PDF by their names."""
    fonts = [
        font.get_object()
        for page in pypdf.PdfReader(io.BytesIO(content)).pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    ]
    return {font["/BaseFont"]: font["/DescendantFonts"][0].get_object() for font in fonts}


def test_every_font_is_embedded():
    fonts = fonts_in(write_pdf(paper(Paragraph((Run("仿宋"),)), Heading("黑体"), Heading("楷", 2))))
    assert fonts
    for font in fonts.values():
        assert {"/FontFile2", "/FontFile3"} & set(font["/FontDescriptor"].get_object())


def test_726_characters_fill_26_lines_of_22_to_a_page():
    # The first line has 26 characters, 25 more have 28: 26 + 25 × 28 = 726. Two lines of title and space go before.
    pages = pdf_pages(write_pdf(paper(Paragraph((Run("国" * 726),)), title=("题",))))
    lines = [line for page in pages for line in page.splitlines() if "国" in line]
    assert [len(line.strip()) for line in lines] == [26] + [28] * 25
    assert sum("国" in line for line in pages[0].splitlines()) == 20
    one_more = pdf_pages(write_pdf(paper(Paragraph((Run("国" * 727),)), title=("题",))))
    assert sum("国" in line for page in one_more for line in page.splitlines()) == 27


def test_the_page_is_a4():
    page = pypdf.PdfReader(io.BytesIO(write_pdf(paper()))).pages[0]
    # 210 × 297 mm in points.
    assert [round(float(side)) for side in (page.mediabox.width, page.mediabox.height)] == [595, 842]


def test_the_page_and_not_the_paper_says_that_an_open_font_stands_in(monkeypatch):
    monkeypatch.setattr(typesetting, "families", lambda: frozenset({"noto sans sc"}))
    assert font_notice() == "本机未安装仿宋_GB2312，以Noto Sans SC代替显示。"
    assert pdf_text(write_pdf(paper())) == "通报"
    monkeypatch.setattr(typesetting, "families", lambda: frozenset({"noto sans sc", "仿宋_gb2312"}))
    assert font_notice() == ""


def test_the_font_of_the_requirements_is_found():
    from reports.writers.official import FACES
    from reports.writers.typesetting import chain_of, families

    assert "noto sans sc" in families()
    assert all(chain_of(face) for face in FACES)


@pytest.mark.parametrize("chart", [BARS, PIECES], ids=lambda chart: type(chart).__name__)
def test_a_chart_is_drawn_without_a_browser(chart):
    picture = as_png(draw(chart))
    assert picture.startswith(b"\x89PNG")
    # It is 620 units wide, at 72 units an inch and 200 dots an inch more than 1200.
    assert int.from_bytes(picture[16:20], "big") > 1200
    assert len(pdf_pages(write_pdf(paper(chart)))) == 1


def test_a_reported_zero_is_drawn_and_no_report_is_not():
    def bars(share):
        one = BarChart("", (Bar("一", share, "字"),), ("", ""), "")
        # Two boxes belong to the keys.
        return draw(one).count("<rect") - 2

    assert (bars(0.0), bars(None)) == (1, 0)


def test_words_in_a_drawing_stay_words():
    svg = draw(BARS)
    assert "各板块&lt;完成率&gt;" in svg
    assert "经济 &amp; 发展" in svg


def test_a_chart_without_anything_is_no_error():
    for chart in (BarChart("", (), ("", ""), ""), DividedBar("", (), "")):
        assert as_png(draw(chart)).startswith(b"\x89PNG")


@pytest.mark.parametrize(("rows", "pages"), [(5, 1), (30, 1)])
def test_a_sheet_is_made_smaller_until_it_fits_a_page(rows, pages):
    listed = tuple((Cell(f"{row}", Decimal(row)), Cell("高标准农田建设投入")) for row in range(rows))
    grid = Grid((Column("序号", 4), Column("指标", 40)), listed)
    assert len(pdf_pages(write_pdf(paper(grid, layout=Layout.SHEET, landscape=True)))) == pages


def test_a_long_table_repeats_its_heading():
    rows = tuple((Cell("经济发展"), Cell("1", Decimal(1))) for _row in range(80))
    pages = pdf_pages(write_pdf(paper(Grid((Column("板块名"), Column("项数名")), rows))))
    assert len(pages) > 1
    assert all("板块名" in page for page in pages)


def test_the_notes_are_one_annotation_in_brackets_below_the_date():
    document = paper(Signature("党政办", "2023年7月8日"), notes=("数据截至2023年6月", "以公布为准。"))
    assert pdf_text(write_pdf(document)).endswith("2023年7月8日（数据截至2023年6月；以公布为准）")
    # In the size of the text: 15.75 pt.
    assert {size for page in pdf_runs(write_pdf(document)) for *_place, size in page} == {22.0, 15.75, 14.0}


def test_the_properties_are_true():
    found = pypdf.PdfReader(io.BytesIO(write_pdf(paper(author="大崇乡人民政府")))).metadata
    assert (found.title, found.author) == ("通报", "大崇乡人民政府")
    assert found.creation_date is not None
    assert abs(timezone.now() - found.creation_date).total_seconds() < 600


RARE = "\U00021484"


def test_a_character_that_no_font_has_is_named_and_no_file_leaves():
    rare = f"{RARE}上村"
    for block in (
        Heading(rare),
        Paragraph((Run(rare),)),
        Paragraph((Run("村"),), lead=rare),
        Grid((Column(rare),), ((Cell("一"),),)),
        Grid((Column("一"),), ((Cell(rare),),)),
        Grid((Column("一"),), ((Cell("一"),),), notes=(rare,)),
        Grid((Column("一"),), ((Cell("一"),),), caption=rare),
        Facts(((rare, Cell("1")),)),
        Signature(rare, "2023年7月8日"),
        BarChart("", (Bar(rare, 0.5, ""),), ("", ""), ""),
        DividedBar("", (Piece(rare, 1, ""),), ""),
    ):
        assert unprintable(paper(block)) == RARE
        with pytest.raises(UnprintableError) as refused:
            write_pdf(paper(block))
        assert refused.value.characters == RARE
    for fields in ({"title": (rare,)}, {"notes": (rare,)}, {"above": (rare,)}):
        assert unprintable(paper(**fields)) == RARE


def test_what_the_first_font_lacks_another_one_draws():
    """U+20021 is in no Chinese font of ours and in one of Taiwan."""
    content = write_pdf(paper(Paragraph((Run("\U00020021村"),))))
    assert any("NotoSansTC" in name for name in fonts_in(content))


@pytest.mark.parametrize("text", ["大崇乡123万元−20.7%", "㙍䶮禤𬒈", "①℃…—“”", "A\u200bB\ufe0f", "αβ±≥→"])
def test_what_can_be_drawn_is_not_named(text):
    assert lacking([text]) == ""


def test_a_word_file_is_refused_only_for_its_charts():
    assert write_docx(paper(Paragraph((Run(f"{RARE}上村"),)))).startswith(b"PK")
    with pytest.raises(UnprintableError):
        write_docx(paper(BarChart("", (Bar(RARE, 0.5, ""),), ("", ""), "")))


class TestTypesetter:
    """The program that sets papers, apart from the server."""

    def test_it_ends_when_nothing_is_asked_and_begins_anew(self):
        write_pdf(paper())
        first = typesetting.typesetter._process
        typesetting.typesetter.stop()
        assert first.poll() == 0
        assert write_pdf(paper()).startswith(b"%PDF")

    def test_one_that_was_killed_is_replaced(self):
        write_pdf(paper())
        typesetting.typesetter._process.kill()
        typesetting.typesetter._process.wait()
        assert write_pdf(paper()).startswith(b"%PDF")

    def test_one_that_dies_over_a_paper_is_said_and_the_next_paper_is_set(self):
        with pytest.raises(typesetting.TypesettingError, match="ended with code"):
            typesetting.typesetter.ask("set", nonsense=1)
        assert write_pdf(paper()).startswith(b"%PDF")

    def test_what_a_template_cannot_take_is_said(self):
        with pytest.raises(typesetting.TypesettingError, match="unknown variable"):
            typesetting.typeset(b"#nothing", {})
