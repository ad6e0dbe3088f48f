"""How an official paper looks: the values of GB/T 9704-2012 that the Word and the PDF writer share.

Lengths are in the unit that the name says. The standard's third size is 15.75 pt; Word knows 16 pt by that name, so
its characters are set 0.25 pt closer. 22 lines of 28.95 pt and 28 characters of 15.75 pt fill 156 × 225 mm; with
29 pt only 21 lines would fit.
"""

from dataclasses import dataclass

PAGE_MM = (210, 297)
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 37, 35, 28, 26
LINE_PT = 28.95
LINES, CHARACTERS = 22, 28
CHARACTER_PT = 15.75
#: Third size as Word names it, and what makes 28 of its characters fit a line.
WORD_SIZE_PT, WORD_CLOSER_PT = 16, -0.25
TITLE_PT = 22
PAGE_NUMBER_PT = 14
TABLE_PT, TABLE_LINE = 10.5, 1.25
NOTE_PT = 9
#: From the foot of the page to the page number: its dash stands 7 mm below the text.
FOOTER_MM = 24.7

#: A sheet for a meeting: the same fonts, more on a page.
SHEET_MARGIN_MM = 15
SHEET_TITLE_PT = 20
SHEET_TEXT_PT = 12
SHEET_LINE_PT = 20
WORD_TABLE_SCALE = 0.9


@dataclass(frozen=True)
class Face:
    """A typeface by the name that Word writes.

    ``others`` are what other systems call it or have in its place, ``latin`` its name in a font file, ``weight`` the
    weight in which one open font stands in for all of them.
    """

    name: str
    others: tuple[str, ...]
    weight: int


TITLE = Face(
    "方正小标宋简体",
    (
        "FZXiaoBiaoSong-B05S",
        "FZXiaoBiaoSong-B05",
        "方正小标宋_GBK",
        "FZXiaoBiaoSong-B05 GBK",
        "华文中宋",
        "STZhongsong",
    ),
    700,
)
BODY = Face("仿宋_GB2312", ("FangSong_GB2312", "仿宋", "FangSong", "华文仿宋", "STFangsong"), 350)
FIRST = Face("黑体", ("SimHei", "华文黑体", "STHeiti"), 600)
SECOND = Face("楷体_GB2312", ("KaiTi_GB2312", "楷体", "KaiTi", "华文楷体", "STKaiti"), 500)
NUMBER = Face("宋体", ("SimSun", "新宋体", "NSimSun", "华文宋体", "STSong"), 350)

FACES = (TITLE, BODY, FIRST, SECOND, NUMBER)
#: The face of a heading by its level.
LEVELS = {1: FIRST, 2: SECOND, 3: BODY, 4: BODY}

#: Ground and ink of a status, as on the pages and in workbooks; the word stands with it.
STATUS_COLOURS = {
    "green": ("#e3f2ea", "#17603c"),
    "yellow": ("#fcf1d8", "#7a4f00"),
    "red": ("#fbe7e5", "#9a1f18"),
    "grey": ("#eceff2", "#47525d"),
    "none": ("#ffffff", "#47525d"),
}
