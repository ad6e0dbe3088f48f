"""A document as a Word file, laid out by GB/T 9704-2012.

The grid is one of lines only: one of lines and characters would stretch the title. Spaces between digits and Chinese
are switched off, and so is the control of lone lines, which would leave pages of 21 lines.
"""

import io
from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape

import docx
from django.utils import timezone
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from reports.document import (
    BarChart,
    Block,
    Cell,
    Chart,
    Column,
    DividedBar,
    Document,
    Facts,
    Grid,
    Heading,
    Layout,
    Paragraph,
    Signature,
    legible,
    numbered,
    signature_indents,
    words_in,
)
from reports.writers import official
from reports.writers.columns import fitted
from reports.writers.official import Face
from reports.writers.pdf import laid_out
from reports.writers.picture import draw, words_of
from reports.writers.typesetting import as_png, require_printable
from targets import display

TWIPS = 20
#: What a cell keeps free on both sides together. LibreOffice takes it from the table alone, not from the style.
CELL_PADDING_PT = 6
CELL_MARGINS = f"""<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="{CELL_PADDING_PT * 10}" w:type="dxa"/>
<w:bottom w:w="0" w:type="dxa"/><w:right w:w="{CELL_PADDING_PT * 10}" w:type="dxa"/></w:tblCellMar>"""
LINE = Pt(official.LINE_PT).twips
CHARACTER = Pt(official.CHARACTER_PT).twips


def write_docx(document: Document) -> bytes:
    """The whole file.

    Raises:
        UnprintableError: no font of this machine has a character of one of its charts, which are pictures.
    """
    require_printable(
        words for block in document.blocks if isinstance(block, BarChart | DividedBar) for words in words_of(block)
    )
    word = docx.Document()
    scale, pages = laid_out(document)
    _set_styles(word, document.layout, scale)
    _set_fonts(word)
    _set_page(word, document)
    _set_settings(word)
    _drop_spare_parts(word)
    writer = _Writer(word, document, _table_size(document.layout, scale))
    writer.write()
    _set_properties(word, document, pages)
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def _set_properties(word: WordDocument, document: Document, pages: int) -> None:
    """What the file says of itself: whose it is, when and with what it was made, and how long it is."""
    properties, made_at = word.core_properties, timezone.now()
    properties.title, properties.author = legible("".join(document.title)), legible(document.author)
    properties.last_modified_by, properties.comments, properties.revision = properties.author, "", 1
    properties.created = properties.modified = made_at.replace(microsecond=0, tzinfo=None)
    texts = ["".join(text.text or "" for text in one.iter(qn("w:t"))) for one in word.element.body.iter(qn("w:p"))]
    characters = "".join(texts)
    values = {
        "Application": display.program_name(),
        "Company": properties.author,
        "Pages": str(pages),
        "Words": str(sum(map(words_in, texts))),
        "Characters": str(len("".join(characters.split()))),
        "CharactersWithSpaces": str(len(characters)),
        "Paragraphs": str(sum(1 for text in texts if text.strip())),
    }
    listed = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items())
    for related in word.part.package.rels.values():
        if related.reltype.endswith("/extended-properties"):
            related.target_part._blob = (
                '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="http://schemas.openxmlformats'
                f'.org/officeDocument/2006/extended-properties">{listed}</Properties>'
            ).encode()


# Styles, fonts, page


def _set_styles(word: WordDocument, layout: Layout, scale: float) -> None:
    """Our own styles in place of the template's: Word shows the headings in its navigation by them."""
    root = word.styles.element
    for child in list(root):
        root.remove(child)
    for style in _styles(layout, scale):
        root.append(parse_xml(style))


def _fonts(face: Face) -> str:
    name = face.name
    return f'<w:rFonts w:hint="eastAsia" w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def _size(points: float) -> str:
    halves = Pt(points).twips // 10
    return f'<w:sz w:val="{halves}"/><w:szCs w:val="{halves}"/>'


def _styles(layout: Layout, scale: float) -> list[str]:
    """The style sheet; what the defaults say holds wherever a style is silent. ``scale`` is that of a sheet's table."""
    is_official = layout is Layout.OFFICIAL
    text = official.WORD_SIZE_PT if is_official else official.SHEET_TEXT_PT
    line = LINE if is_official else official.SHEET_LINE_PT * TWIPS
    closer = Pt(official.WORD_CLOSER_PT).twips if is_official else 0
    title = official.TITLE_PT if is_official else official.SHEET_TITLE_PT
    wide = CHARACTER if is_official else official.SHEET_TEXT_PT * TWIPS
    indent = f'<w:ind w:firstLineChars="200" w:firstLine="{2 * wide}"/>'
    found = [
        f"""<w:docDefaults {nsdecls("w")}><w:rPrDefault><w:rPr>{_fonts(official.BODY)}<w:spacing w:val="{closer}"/>
        {_size(text)}<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>
        <w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/>
        <w:spacing w:before="0" w:after="0" w:line="{line}" w:lineRule="exact"/><w:jc w:val="both"/>
        </w:pPr></w:pPrDefault></w:docDefaults>""",
        f'<w:style {nsdecls("w")} w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        "<w:qFormat/></w:style>",
        f'<w:style {nsdecls("w")} w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/></w:style>',
        f"""<w:style {nsdecls("w")} w:type="table" w:default="1" w:styleId="TableNormal">
        <w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>{CELL_MARGINS}</w:tblPr></w:style>""",
        _style(
            "Title",
            f'<w:spacing w:line="{line if is_official else 2 * title * TWIPS * 7 // 10}" w:lineRule="exact"/>'
            '<w:jc w:val="center"/>',
            f'{_fonts(official.TITLE)}<w:spacing w:val="0"/>{_size(title)}',
        ),
        _style("Body Text", indent, ""),
        _style(
            "Subtitle",
            '<w:jc w:val="center"/>',
            _fonts(official.SECOND) if is_official else _size(official.SHEET_TEXT_PT - 2),
        ),
    ]
    for level, face in official.LEVELS.items():
        found.append(
            _style(f"heading {level}", f'<w:keepNext/>{indent}<w:outlineLvl w:val="{level - 1}"/>', _fonts(face))
        )
    small = _table_size(layout, scale)
    high = Pt(small * official.TABLE_LINE).twips
    single = '<w:spacing w:line="240" w:lineRule="auto"/>'
    above = single.replace("w:line=", 'w:before="60" w:line=')
    found += [
        _style(
            "Table Text",
            f'<w:spacing w:before="20" w:after="20" w:line="{high}" w:lineRule="exact"/><w:jc w:val="left"/>',
            f'<w:spacing w:val="0"/>{_size(small)}',
        ),
        _style("caption", f'<w:keepNext/>{above}<w:jc w:val="left"/>', _fonts(official.FIRST)),
        _style("Picture", f'<w:keepNext/>{above}<w:jc w:val="center"/>', ""),
        _style(
            "Note",
            f'{above}<w:jc w:val="left"/>',
            f'<w:spacing w:val="0"/>{_size(official.NOTE_PT if is_official else official.SHEET_TEXT_PT - 3)}',
        ),
        _style(
            "footer",
            f'{single}<w:jc w:val="left"/>',
            f'{_fonts(official.NUMBER)}<w:spacing w:val="0"/>{_size(official.PAGE_NUMBER_PT if is_official else 9)}',
        ),
    ]
    return found


def _table_size(layout: Layout, scale: float) -> float:
    """The size of a table, in points. Word sets one less tightly than the PDF that the scale was found with."""
    if layout is Layout.OFFICIAL:
        return official.TABLE_PT
    return (official.SHEET_TEXT_PT - 2) * scale * official.WORD_TABLE_SCALE


def _style(name: str, paragraph: str, run: str) -> str:
    number = name.title().replace(" ", "")
    return (
        f'<w:style {nsdecls("w")} w:type="paragraph" w:styleId="{number}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>'
    )


def _set_fonts(word: WordDocument) -> None:
    """What Word and WPS take where a font is not installed: the same face under its other names."""
    fonts = "".join(
        f'<w:font w:name="{face.name}"><w:altName w:val="{",".join(face.others)}"/><w:charset w:val="86"/></w:font>'
        for face in official.FACES
    )
    for related in word.part.rels.values():
        if related.reltype.endswith("/fontTable"):
            related.target_part._blob = (
                f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{fonts}</w:fonts>'
            ).encode()


def _set_page(word: WordDocument, document: Document) -> None:
    section = word.sections[0]
    is_official = document.layout is Layout.OFFICIAL
    wide, high = official.PAGE_MM
    if document.landscape:
        wide, high = high, wide
        section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(wide), Mm(high)
    if is_official:
        margins = (official.TOP_MM, official.RIGHT_MM, official.BOTTOM_MM, official.LEFT_MM)
    else:
        margins = (official.SHEET_MARGIN_MM,) * 4
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Mm, margins)
    section.footer_distance = Mm(official.FOOTER_MM if is_official else 7)
    section.header_distance = Mm(15 if is_official else 7)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is not None:
        section._sectPr.remove(grid)
    if is_official:
        section._sectPr.append(parse_xml(f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="{LINE}"/>'))
    word.settings.odd_and_even_pages_header_footer = True
    one = official.PAGE_NUMBER_PT * TWIPS
    _page_number(section.footer, f'<w:ind w:rightChars="100" w:right="{one}"/><w:jc w:val="right"/>')
    _page_number(section.even_page_footer, f'<w:ind w:leftChars="100" w:left="{one}"/><w:jc w:val="left"/>')


def _page_number(footer: Any, place: str) -> None:
    """— 1 —, outside: on odd pages right, on even pages left."""
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]._p
    for child in list(paragraph):
        paragraph.remove(child)
    paragraph.append(parse_xml(f'<w:pPr {nsdecls("w")}><w:pStyle w:val="Footer"/>{place}</w:pPr>'))
    for part in (
        "<w:t>— </w:t>",
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
        '<w:t xml:space="preserve"> —</w:t>',
    ):
        part = part.replace("<w:t>", '<w:t xml:space="preserve">')
        paragraph.append(parse_xml(f"<w:r {nsdecls('w')}>{part}</w:r>"))


#: What the library's template brings along and nobody needs: lists and their styles, a picture of an empty page.
SPARE = ("/numbering", "/stylesWithEffects", "/customXml", "/webSettings", "/thumbnail")


def _drop_spare_parts(word: WordDocument) -> None:
    """Numbering would name styles that are no longer there."""
    for relations in (word.part.rels, word.part.package.rels):
        for key in [key for key, related in relations.items() if related.reltype.endswith(SPARE)]:
            del relations[key]


def _set_settings(word: WordDocument) -> None:
    """The layout of today's Word, and no tint of another language in the spelling."""
    settings = word.settings.element
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
    for language in settings.iter(qn("w:themeFontLang")):
        language.set(qn("w:eastAsia"), "zh-CN")


# Blocks


class _Writer:
    """Lays one block after the other into a Word document."""

    def __init__(self, word: WordDocument, document: Document, table_size: float) -> None:
        self.word, self.document, self.table_size = word, document, table_size
        self.is_official = document.layout is Layout.OFFICIAL
        section = word.sections[0]
        widths = (section.page_width, section.left_margin, section.right_margin)
        page, left, right = (width or 0 for width in widths)
        self.width = page - left - right

    def write(self) -> None:
        title = self.paragraph("Title")
        for place, line in enumerate(self.document.title):
            if place:
                title.add_run().add_break(WD_BREAK.LINE)
            title.add_run(legible(line))
        if self.is_official:
            for line in self.document.above:
                self.paragraph("Subtitle", line)
            self.paragraph("Normal")
        elif self.document.above:
            self.paragraph("Subtitle", "　".join(self.document.above))
        writers: dict[type, Callable[..., None]] = {
            Paragraph: self.write_paragraph,
            Grid: self.write_grid,
            Facts: self.write_facts,
            Signature: self.write_signature,
            BarChart: self.write_chart,
            DividedBar: self.write_chart,
        }
        for number, block in numbered(self.document.blocks):
            self.write_block(number, block, writers)
        if self.is_official and self.document.notes:
            self.paragraph("Body Text", self.document.annotation)
        else:
            for note in self.document.notes:
                self.paragraph("Note", note)
        if self.word.element.body[-2].tag == qn("w:tbl"):
            self.paragraph("Note")

    def write_block(self, number: str, block: Block, writers: dict[type, Callable[..., None]]) -> None:
        if isinstance(block, Heading):
            self.paragraph(f"heading {block.level}", number + block.text)
        else:
            writers[type(block)](block)

    def paragraph(self, style: str, text: str = "") -> WordParagraph:
        paragraph = self.word.add_paragraph(style=style)
        if text:
            paragraph.add_run(legible(text))
        return paragraph

    def write_paragraph(self, block: Paragraph) -> None:
        paragraph = self.paragraph("Normal" if block.flush else "Body Text")
        if block.lead:
            _set_face(paragraph.add_run(legible(block.lead)), official.SECOND)
        for run in block.runs:
            paragraph.add_run(legible(run.text))

    def write_signature(self, block: Signature) -> None:
        """Under an empty line; both lines stay together with what stands above, so that no page holds them alone."""
        if self.word.paragraphs:
            self.word.paragraphs[-1].paragraph_format.keep_with_next = True
        self.paragraph("Normal").paragraph_format.keep_with_next = True
        for text, indent in zip((block.name, block.day), signature_indents(block), strict=True):
            paragraph = self.paragraph("Normal", text)
            paragraph.paragraph_format.keep_with_next = text == block.name or bool(self.document.notes)
            properties = paragraph._p.get_or_add_pPr()
            chars, twips = int(indent * 100), int(indent * CHARACTER)
            # The indent of a paragraph comes before its alignment.
            properties.append(parse_xml(f'<w:ind {nsdecls("w")} w:rightChars="{chars}" w:right="{twips}"/>'))
            properties.append(parse_xml(f'<w:jc {nsdecls("w")} w:val="right"/>'))

    def write_chart(self, block: Chart) -> None:
        paragraph = self.paragraph("Picture")
        picture = paragraph.add_run().add_picture(io.BytesIO(as_png(draw(block))), width=self.width)
        for side in ("distT", "distB", "distL", "distR"):
            # Left out, some programs keep a distance of their own and push the picture over the margin.
            picture._inline.set(side, "0")
        described = picture._inline.docPr
        described.set("descr", legible(block.sentence))
        described.set("title", legible(block.title))

    def write_facts(self, block: Facts) -> None:
        columns = tuple(Column(name) for name, _cell in block.pairs)
        self.write_grid(Grid(columns, (tuple(cell for _name, cell in block.pairs),)))

    def write_grid(self, block: Grid) -> None:
        """A table of the text's width, its heading repeated on every page and no row torn."""
        if block.caption:
            self.paragraph("Caption", block.caption)
        size, points = fitted(block, self.width / Pt(1), self.table_size, CELL_PADDING_PT)
        widths = [int(width * TWIPS) for width in points]
        # A table that has to be smaller than the others says so in each of its runs.
        smaller = _size(size) if size < self.table_size else ""
        table = parse_xml(
            f"""<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>
            <w:tblBorders>{
                "".join(
                    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="7f7f7f"/>'
                    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
                )
            }</w:tblBorders><w:tblLayout w:type="fixed"/>{CELL_MARGINS}</w:tblPr><w:tblGrid>{
                "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
            }</w:tblGrid></w:tbl>"""
        )
        head = [Cell(column.title) for column in block.columns]
        table.append(_row(head, widths, smaller, is_head=True))
        for row, note in block.noted_rows:
            table.append(_row(row, widths, smaller, keeps_next=bool(note)))
            if note:
                table.append(_note_row(note, widths, smaller))
        body = self.word.element.body
        if body[-2].tag == qn("w:tbl"):
            # Two tables without a paragraph between them would become one.
            self.paragraph("Note")
        body.insert(len(body) - 1, table)


def _set_face(run: Any, face: Face) -> None:
    run._r.get_or_add_rPr().insert(0, parse_xml(_fonts(face).replace("<w:rFonts", f"<w:rFonts {nsdecls('w')}")))


def _row(
    cells: Sequence[Cell], widths: Sequence[int], smaller: str, *, is_head: bool = False, keeps_next: bool = False
) -> Any:
    """A row, kept with the next one where that belongs to it. Texts are set as text and never as markup."""
    row = _empty_row(is_head=is_head)
    keeps = "<w:keepNext/>" if is_head or keeps_next else ""
    for cell, width in zip(cells, widths, strict=True):
        ground, ink = official.STATUS_COLOURS.get(cell.colour, ("", ""))
        ground = "#f2f2f2" if is_head else ground
        shading = f'<w:shd w:val="clear" w:color="auto" w:fill="{ground[1:]}"/>' if ground else ""
        side = "center" if is_head else "right" if cell.value is not None or cell.text == "—" else "left"
        colour = f'<w:color w:val="{ink[1:]}"/>' if ink and not is_head else ""
        face = _fonts(official.FIRST) if is_head else ""
        indent = f'<w:ind w:left="{200 * cell.level}"/>' if cell.level else ""
        made = parse_xml(
            f"""<w:tc {nsdecls("w")}><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shading}<w:vAlign w:val="center"/>
            </w:tcPr><w:p><w:pPr><w:pStyle w:val="TableText"/>{keeps}{indent}
            <w:jc w:val="{side}"/></w:pPr><w:r><w:rPr>{face}{colour}{smaller}</w:rPr>
            <w:t xml:space="preserve"/></w:r></w:p></w:tc>"""
        )
        made.find(f".//{qn('w:t')}").text = legible(cell.text)
        row.append(made)
    return row


def _empty_row(*, is_head: bool = False) -> Any:
    """A row that is not torn by the end of a page."""
    repeated = "<w:tblHeader/>" if is_head else ""
    return parse_xml(f"<w:tr {nsdecls('w')}><w:trPr><w:cantSplit/>{repeated}</w:trPr></w:tr>")


def _note_row(text: str, widths: Sequence[int], smaller: str) -> Any:
    """What stands below a row, across all columns."""
    row = _empty_row()
    made = parse_xml(
        f"""<w:tc {nsdecls("w")}><w:tcPr><w:tcW w:w="{sum(widths)}" w:type="dxa"/><w:gridSpan w:val="{len(widths)}"/>
        </w:tcPr><w:p><w:pPr><w:pStyle w:val="TableText"/><w:jc w:val="both"/></w:pPr><w:r><w:rPr>{smaller}</w:rPr>
        <w:t xml:space="preserve"/></w:r></w:p></w:tc>"""
    )
    made.find(f".//{qn('w:t')}").text = legible(text)
    row.append(made)
    return row
