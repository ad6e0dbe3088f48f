"""A Word file holds the values of GB/T 9704-2012, read back from its XML."""

import io
import zipfile
from decimal import Decimal

import docx
import pytest
from django.utils import timezone
from django.utils.translation import override

from reports.document import (
    Bar,
    BarChart,
    Cell,
    Column,
    Document,
    Grid,
    Heading,
    Layout,
    Paragraph,
    Run,
    Signature,
)
from reports.writers.docx import write_docx
from tests.reports.readers import W, word_paragraphs, word_text, word_xml

#: What typst and XML might take for markup, and what a person may paste.
AWKWARD = "#set $x^2$ *b* _i_ \\ @a // `c` <w:p>&amp;{{ x }} =1+1 [k] ~\u000b"


@pytest.fixture(scope="module")
def written():
    """A paper with everything in it, in Chinese."""
    document = Document(
        title=("大崇乡人民政府", "关于2023年上半年目标任务完成情况的通报"),
        blocks=(
            Paragraph((Run("各村："),), flush=True),
            Heading("总体情况"),
            Paragraph((Run("完成"), Run("634.29万元", "FARM.actual"), Run(AWKWARD))),
            *(Heading("层次", level) for level in (2, 3, 4)),
            Grid(
                (Column("板块", 10), Column("完成率", 8), Column("状态", 10)),
                tuple(
                    (Cell("经济发展"), Cell("79.3%", Decimal("0.793"), True, 1), Cell("欠进度", colour="red"))
                    for _row in range(40)
                ),
                caption="表",
            ),
            BarChart("图", (Bar("经济发展", 0.93, "93.1%", mark=1.0),), ("完成率", "序时进度"), "经济发展93.1%"),
            Signature("大崇乡人民政府", "2023年7月8日"),
            Paragraph((Run("新页"),), lead="（一）"),
        ),
        notes=("工作调度数据",),
        file_name="通报",
        author="大崇乡人民政府",
    )
    with override("zh-hans"):
        return write_docx(document)


@pytest.fixture(scope="module")
def section(written):
    return word_xml(written).find(f".//{W}sectPr")


@pytest.fixture(scope="module")
def styles(written):
    return word_xml(written, "word/styles.xml")


def style(styles, name):
    return next(one for one in styles.iter(f"{W}style") if one.find(f"{W}name").get(f"{W}val") == name)


def test_the_page_is_a4_with_the_margins_of_the_standard(section):
    size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
    assert (size.get(f"{W}w"), size.get(f"{W}h")) == ("11906", "16838")
    # 37, 26, 35 and 28 mm.
    found = {side: int(margins.get(f"{W}{side}")) for side in ("top", "right", "bottom", "left", "footer")}
    expected = {"top": 2098, "right": 1474, "bottom": 1984, "left": 1588, "footer": 1400}
    assert all(abs(found[side] - expected[side]) <= 1 for side in expected), found


def test_the_grid_is_one_of_lines(section):
    grid = section.find(f"{W}docGrid")
    assert (grid.get(f"{W}type"), grid.get(f"{W}linePitch")) == ("lines", "579")


def test_a_line_is_28_95_points_and_a_page_holds_22_of_them(styles, section):
    spacing = styles.find(f"{W}docDefaults/{W}pPrDefault/{W}pPr/{W}spacing")
    assert (spacing.get(f"{W}line"), spacing.get(f"{W}lineRule")) == ("579", "exact")
    high = 16838 - 2098 - 1984
    assert high // 579 == 22


def test_28_characters_fill_a_line(styles):
    run = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
    assert run.find(f"{W}sz").get(f"{W}val") == "32"
    closer = int(run.find(f"{W}spacing").get(f"{W}val"))
    assert closer == -5
    # 16 pt are 320 twips, 5 closer 315; the line has 11906 − 1588 − 1474 = 8844.
    assert 8844 // (320 + closer) == 28


def test_nothing_stretches_a_line_or_tears_the_grid(styles):
    paragraph = styles.find(f"{W}docDefaults/{W}pPrDefault/{W}pPr")
    for name in ("widowControl", "autoSpaceDE", "autoSpaceDN", "snapToGrid"):
        assert paragraph.find(f"{W}{name}").get(f"{W}val") == "0", name


@pytest.mark.parametrize(
    ("name", "font"),
    [
        ("Title", "方正小标宋简体"),
        ("heading 1", "黑体"),
        ("heading 2", "楷体_GB2312"),
        ("heading 3", "仿宋_GB2312"),
        ("heading 4", "仿宋_GB2312"),
        ("footer", "宋体"),
    ],
)
def test_each_level_has_its_font(styles, name, font):
    fonts = style(styles, name).find(f"{W}rPr/{W}rFonts")
    assert {fonts.get(f"{W}{script}") for script in ("ascii", "hAnsi", "eastAsia")} == {font}
    assert fonts.get(f"{W}hint") == "eastAsia"


def test_the_title_is_of_the_second_size_in_the_middle(styles):
    title = style(styles, "Title")
    assert title.find(f"{W}rPr/{W}sz").get(f"{W}val") == "44"
    assert title.find(f"{W}pPr/{W}jc").get(f"{W}val") == "center"
    # The grid of the text would stretch it.
    assert title.find(f"{W}rPr/{W}spacing").get(f"{W}val") == "0"


def test_the_text_is_in_the_body_font_in_every_script(styles):
    fonts = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}rFonts")
    assert {fonts.get(f"{W}{script}") for script in ("ascii", "hAnsi", "eastAsia", "cs")} == {"仿宋_GB2312"}
    assert fonts.get(f"{W}hint") == "eastAsia"


def test_headings_are_known_to_the_navigation_by_their_level(styles):
    levels = [style(styles, f"heading {level}").find(f"{W}pPr/{W}outlineLvl") for level in (1, 2, 3, 4)]
    assert [level.get(f"{W}val") for level in levels] == ["0", "1", "2", "3"]
    assert style(styles, "Body Text").find(f"{W}pPr/{W}outlineLvl") is None


def test_one_line_parts_title_and_addressees_who_begin_at_the_margin(written):
    paragraphs = list(word_xml(written)[0].iter(f"{W}p"))
    texts = ["".join(text.text or "" for text in paragraph.iter(f"{W}t")) for paragraph in paragraphs]
    assert texts[:3] == ["大崇乡人民政府关于2023年上半年目标任务完成情况的通报", "", "各村："]
    # Two lines of a title are one paragraph, broken where a person broke them.
    assert len(list(paragraphs[0].iter(f"{W}br"))) == 1
    assert paragraphs[2].find(f"{W}pPr/{W}ind") is None
    assert paragraphs[2].find(f"{W}pPr/{W}pStyle") is None


def test_what_leads_a_paragraph_is_in_the_second_font(written):
    run = next(run for run in word_xml(written).iter(f"{W}r") if run.findtext(f"{W}t") == "（一）")
    fonts = run.find(f"{W}rPr/{W}rFonts")
    assert {fonts.get(f"{W}{script}") for script in ("ascii", "hAnsi", "eastAsia")} == {"楷体_GB2312"}


def test_page_numbers_are_of_the_fourth_size(styles):
    assert style(styles, "footer").find(f"{W}rPr/{W}sz").get(f"{W}val") == "28"


def test_no_level_is_bold(written, styles):
    assert not list(styles.iter(f"{W}b"))
    assert not list(word_xml(written).iter(f"{W}b"))


def test_a_paragraph_begins_two_characters_in(styles):
    for name in ("Body Text", "heading 1", "heading 2", "heading 3", "heading 4"):
        indent = style(styles, name).find(f"{W}pPr/{W}ind")
        assert (indent.get(f"{W}firstLineChars"), indent.get(f"{W}firstLine")) == ("200", "630"), name


def test_fonts_have_their_other_names(written):
    fonts = word_xml(written, "word/fontTable.xml")
    others = {
        font.get(f"{W}name"): font.find(f"{W}altName").get(f"{W}val").split(",") for font in fonts.iter(f"{W}font")
    }
    assert {"仿宋", "FangSong"} <= set(others["仿宋_GB2312"])
    assert {"楷体", "KaiTi"} <= set(others["楷体_GB2312"])
    assert "SimHei" in others["黑体"]


def test_page_numbers_stand_outside_between_dashes(written):
    assert word_xml(written, "word/settings.xml").find(f"{W}evenAndOddHeaders") is not None
    document = docx.Document(io.BytesIO(written))
    section = document.sections[0]
    for footer, side, indent in ((section.footer, "right", "right"), (section.even_page_footer, "left", "left")):
        paragraph = footer.paragraphs[0]
        assert paragraph.text == "— 1 —"
        properties = paragraph._p.pPr
        assert properties.find(f"{W}jc").get(f"{W}val") == side
        # One character of the fourth size: 14 pt.
        assert properties.find(f"{W}ind").get(f"{W}{indent}") == "280"
        assert " PAGE " in [text.text for text in paragraph._p.iter(f"{W}instrText")]


def test_headings_and_their_numbers_are_texts_of_their_level(written):
    found = [(name, text) for name, text in word_paragraphs(written) if name.lower().startswith("heading")]
    assert found == [
        ("Heading 1", "一、总体情况"),
        ("Heading 2", "（一）层次"),
        ("Heading 3", "1.层次"),
        ("Heading 4", "（1）层次"),
    ]


def test_the_date_stands_without_leading_zeros_two_right_of_the_signature(written):
    ends = {}
    for paragraph in word_xml(written).iter(f"{W}p"):
        text = "".join(one.text or "" for one in paragraph.iter(f"{W}t"))
        if text in ("大崇乡人民政府", "2023年7月8日"):
            indent = paragraph.find(f"{W}pPr/{W}ind")
            if indent is not None:
                ends[text] = (indent.get(f"{W}rightChars"), indent.get(f"{W}right"))
    # Seven characters against six: two from the margin, and one.
    assert ends == {"大崇乡人民政府": ("200", "630"), "2023年7月8日": ("100", "315")}


def test_under_a_short_name_a_long_date_stands_two_from_the_margin():
    with override("zh-hans"):
        content = write_docx(Document(("单",), (Signature("党政办", "2023年12月28日"),), "单"))
    ends = {
        "".join(text.text or "" for text in paragraph.iter(f"{W}t")): paragraph.find(f"{W}pPr/{W}ind").get(
            f"{W}rightChars"
        )
        for paragraph in word_xml(content).iter(f"{W}p")
        if paragraph.find(f"{W}pPr/{W}ind") is not None
    }
    # The date has 4 + 2 + 2 digits of half a character and three signs: 7. It begins two right of the name, which
    # has three: 2 + 7 + 2 − 3 = 8 from the margin.
    assert ends == {"党政办": "800", "2023年12月28日": "200"}


def test_one_empty_line_parts_text_and_signature(written):
    texts = [text for _style, text in word_paragraphs(written)]
    place = texts.index("大崇乡人民政府")
    assert texts[place - 1 : place + 2] == ["", "大崇乡人民政府", "2023年7月8日"]


def test_a_table_repeats_its_heading_and_tears_no_row(written):
    table = word_xml(written).find(f".//{W}tbl")
    rows = list(table.iter(f"{W}tr"))
    assert len(rows) == 41
    heads = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows]
    assert heads == [True] + [False] * 40
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    widths = [int(column.attrib[f"{W}w"]) for column in table.iter(f"{W}gridCol")]
    assert sum(widths) <= 8844
    sides = [cell.find(f"{W}p/{W}pPr/{W}jc").get(f"{W}val") for cell in rows[1].iter(f"{W}tc")]
    assert sides == ["left", "right", "left"]


def test_a_status_stands_as_a_word_in_its_colour(written):
    cell = list(word_xml(written).find(f".//{W}tbl").iter(f"{W}tr"))[1].findall(f"{W}tc")[2]
    assert "".join(text.text for text in cell.iter(f"{W}t")) == "欠进度"
    assert cell.find(f"{W}tcPr/{W}shd").get(f"{W}fill") == "fbe7e5"


def test_a_chart_is_a_picture_with_its_sentence(written):
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        pictures = [name for name in archive.namelist() if name.startswith("word/media/")]
        assert len(pictures) == 1
        assert archive.read(pictures[0]).startswith(b"\x89PNG")
    assert 'descr="经济发展93.1%"' in zipfile.ZipFile(io.BytesIO(written)).read("word/document.xml").decode()


def test_what_a_person_typed_stays_text(written):
    assert f"完成634.29万元{AWKWARD[:-1]}" in word_text(written).replace("\u000b", "")


def test_a_sheet_may_lie_across():
    grid = Grid((Column("一"),), ((Cell("<二>&"),),))
    content = write_docx(Document(("单",), (grid,), "单", layout=Layout.SHEET, landscape=True))
    size = word_xml(content).find(f".//{W}sectPr/{W}pgSz")
    assert (size.get(f"{W}w"), size.get(f"{W}h"), size.get(f"{W}orient")) == ("16838", "11906", "landscape")
    assert "<二>&" in word_text(content)


def test_the_properties_are_true(written):
    properties = docx.Document(io.BytesIO(written)).core_properties
    unit = "大崇乡人民政府"
    assert properties.title == f"{unit}关于2023年上半年目标任务完成情况的通报"
    assert (properties.author, properties.last_modified_by, properties.comments) == (unit, unit, "")
    assert properties.created == properties.modified
    assert abs(timezone.now() - properties.created).total_seconds() < 600
    extended = {one.tag.partition("}")[2]: one.text or "" for one in word_xml(written, "docProps/app.xml")}
    assert (extended["Application"], extended["Company"]) == ("乡镇目标任务管理", unit)
    # The text and forty rows of a table.
    assert int(extended["Pages"]) == 2
    # Eight of each row: 经济发展 four, 79.3% one, 欠进度 three.
    assert int(extended["Words"]) > 40 * 8
    assert int(extended["Characters"]) <= int(extended["CharactersWithSpaces"])
    assert "Microsoft" not in zipfile.ZipFile(io.BytesIO(written)).read("docProps/app.xml").decode()


def test_the_notes_are_one_annotation_in_brackets_below_the_date():
    document = Document(
        ("单",), (Signature("党政办", "2023年7月8日"),), "单", notes=("数据截至2023年6月", "以公布为准。")
    )
    with override("zh-hans"):
        content = write_docx(document)
    assert word_paragraphs(content)[-2:] == [
        ("Normal", "2023年7月8日"),
        ("Body Text", "（数据截至2023年6月；以公布为准）"),
    ]
    with override("en"):
        assert word_paragraphs(write_docx(document))[-1][1] == "(数据截至2023年6月; 以公布为准)"


def test_a_sheet_keeps_its_notes_in_small_type():
    content = write_docx(Document(("单",), (), "单", notes=("一", "二"), layout=Layout.SHEET))
    assert word_paragraphs(content)[-2:] == [("Note", "一"), ("Note", "二")]


def test_what_stands_below_a_row_spans_the_table_and_stays_with_it():
    grid = Grid(
        (Column("一"), Column("二")), ((Cell("甲"), Cell("乙")), (Cell("丙"), Cell("丁"))), notes=("原因：<雨>", "")
    )
    rows = list(word_xml(write_docx(Document(("单",), (grid,), "单"))).iter(f"{W}tr"))
    texts = [["".join(text.text or "" for text in cell.iter(f"{W}t")) for cell in row.iter(f"{W}tc")] for row in rows]
    assert texts == [["一", "二"], ["甲", "乙"], ["原因：<雨>"], ["丙", "丁"]]
    assert rows[2].find(f"{W}tc/{W}tcPr/{W}gridSpan").get(f"{W}val") == "2"
    kept = [row.find(f"{W}tc/{W}p/{W}pPr/{W}keepNext") is not None for row in rows]
    assert kept == [True, True, False, False]


def test_two_tables_stay_two():
    grid = Grid((Column("一"),), ((Cell("二"),),))
    body = list(word_xml(write_docx(Document(("单",), (grid, grid), "单")))[0])
    kinds = [element.tag.removeprefix(W) for element in body]
    assert kinds[-5:] == ["tbl", "p", "tbl", "p", "sectPr"]


def test_nothing_spare_is_left_of_the_template(written):
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        names = archive.namelist()
    assert not [name for name in names if "numbering" in name or "Effects" in name or "thumbnail" in name]
