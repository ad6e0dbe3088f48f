"""The rows below a heading: which are targets, and which name a section, add up, repeat the heading or only remark."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy

from targets.importers.files.grid import Sheet
from targets.importers.plan.headings import Heading
from targets.importers.plan.meanings import Field, Meaning, plain


class RowKind(models.TextChoices):
    DATA = "data", gettext_lazy("target")
    GROUP = "group", gettext_lazy("name of a section")
    TOTAL = "total", gettext_lazy("total")
    NOTE = "note", gettext_lazy("note below the table")
    REPEATED = "repeated", gettext_lazy("heading repeated")


@dataclass(frozen=True)
class Line:
    """A row below the heading. ``text`` is the name that a group row gives, or what made it no target."""

    row: int
    kind: RowKind
    text: str = ""


_NUMERAL = r"[一二三四五六七八九十]{1,3}"
_NUMBERED = re.compile(
    rf"(?:第?{_NUMERAL}(?:部分|章|类)?[、.．:：\s]|[(（]{_NUMERAL}[)）]|第{_NUMERAL}(?:部分|章|类))\s*(.+)", re.S
)
_TOTAL = re.compile(r".{0,12}?(合计|总计|小计|共计|总分|合计分|总得分)(\(.*\))?")
_NOTE = re.compile(
    r"(备注|注|说明|附注|填表人|制表人?|审核人?|单位负责人|负责人|填报人|联系电话|联系人|报出日期|填报日期|填表日期|填报单位|制表单位|"
    r"主要领导|分管领导|签字|盖章|填表说明|统计负责人)(\([^)]*\))?[:\d、.]"
)


def lines(sheet: Sheet, heading: Heading, mapping: Mapping[int, Meaning]) -> list[Line]:
    """The rows below the heading that hold something, each with what it is."""
    found: list[Line] = []
    below = False
    for row, cells in sheet.rows.items():
        if row <= heading.last_row:
            continue
        line = _line(sheet, heading, mapping, row, [cell.text for cell in cells if cell.text], below=below)
        if line is not None:
            found.append(line)
            below = below or line.kind == RowKind.NOTE
    return found


def _line(
    sheet: Sheet, heading: Heading, mapping: Mapping[int, Meaning], row: int, texts: list[str], *, below: bool
) -> Line | None:
    if not texts:
        # Only faults of formulas and uncalculated ones: a row all the same.
        return Line(row, RowKind.DATA) if any(mapping.get(cell.column) for cell in sheet.row(row)) else None
    if len(texts) > 1 and all(any(plain(text) in label for label in heading.plain_labels) for text in texts):
        return Line(row, RowKind.REPEATED, texts[0])
    first = texts[0]
    used = [number for number in mapping if sheet.text(row, number)]
    words = re.sub(r"\s", "", unicodedata.normalize("NFKC", first))
    if len(used) < 4 and (_NOTE.match(words) or (len(texts) == 1 and _NOTE.match(f"{words}:"))):
        return Line(row, RowKind.NOTE, first)
    if any(_TOTAL.fullmatch(plain(text)) for text in texts[:3]):
        return Line(row, RowKind.TOTAL, next(text for text in texts[:3] if _TOTAL.fullmatch(plain(text))))
    group = _group(sheet, mapping, row, texts)
    if group:
        return Line(row, RowKind.GROUP, group)
    if below and len(used) < 3:
        return Line(row, RowKind.NOTE, first)
    if not used:
        # A number in front of an empty row, or a remark beside the table.
        return None
    return Line(row, RowKind.DATA)


def _group(sheet: Sheet, mapping: Mapping[int, Meaning], row: int, texts: Sequence[str]) -> str:
    """The section that a row names for those below it, empty where it is a target's row."""
    beside = {Field.SECTION, Field.NAME, Field.WEIGHT}
    cells = list(sheet.row(row))
    if any(
        (meaning := mapping.get(cell.column)) is not None
        and meaning.field not in beside
        and not _spans(sheet, row, cell.column)
        for cell in cells[1:]
    ):
        return ""
    numeral = re.fullmatch(rf"[(（]?{_NUMERAL}[)）]?[、.]?", plain(texts[0]))
    if numeral and len(texts) > 1 and len(texts) < 4:
        return texts[1]
    match = _NUMBERED.fullmatch(texts[0].strip())
    if match:
        return match[1].strip()
    if len(texts) == 1 and _spans(sheet, row, cells[0].column):
        return texts[0]
    return ""


def _spans(sheet: Sheet, row: int, column: int) -> bool:
    """Whether a cell is merged over several columns."""
    merge = sheet.merge(row, column)
    return merge is not None and merge.width > 2
