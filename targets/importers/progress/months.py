"""Months as headings and cells name them: 7月, 1-4月, 一季度, 2023年7月, 2023.7, a date.

A heading names the months in which something was done. One that speaks of a target, of last year or of a rate derived
from the figures names none.
"""

import calendar
import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from targets.importers.files.grid import Cell


class Months(NamedTuple):
    """A run of months; ``year`` is ``None`` where none is named."""

    first: int
    last: int
    year: int | None = None


_SPANS = {
    "上半年": (1, 6), "下半年": (7, 12), "全年": (1, 12), "上半年累计": (1, 6), "全年累计": (1, 12),
    "firsthalf": (1, 6), "secondhalf": (7, 12), "wholeyear": (1, 12),
    "q1": (1, 3), "q2": (4, 6), "q3": (7, 9), "q4": (10, 12),
}  # fmt: skip
_ENGLISH = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
for _number, _name in enumerate(_ENGLISH, start=1):
    _SPANS |= {_name: (_number, _number), _name[:3]: (_number, _number)}
_SPANS["sept"] = (9, 9)

_DIGITS = {"十一": 11, "十二": 12, "十": 10, "两": 2}
_DIGITS |= {sign: number for number, sign in enumerate("一二三四五六七八九", start=1)}
#: Numbers in words, where a month or a quarter follows.
_IN_WORDS = re.compile(rf"({'|'.join(_DIGITS)})(?=个?月|个?季度)|({'|'.join(_DIGITS)})(?=[-~—–至到].*月)")
_YEAR_IN_WORDS = re.compile(r"[〇○零一二三四五六七八九]{4}(?=年)")
_YEAR_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
#: 2023年7月, 23年7月, 2023.7, 2023-07, 2023/7/31, 202307; behind it, July 2023 and Jul-23.
_YEAR = re.compile(r"(?P<year>20\d{2}|\d{2}(?=年))(?:年度?)(?P<rest>.+)")
_YEAR_AND_MONTH = re.compile(r"(?P<year>20\d{2})[-./](?P<month>\d{1,2})(?:[-./](?P<day>\d{1,2}))?月?(?P<rest>.*)")
_CLOSED_UP = re.compile(r"(?P<year>20\d{2})(?P<month>0[1-9]|1[0-2])")
_ENGLISH_YEAR = re.compile(r"(?P<rest>[a-z]+)[-,.]?(?P<year>20\d{2}|\d{2})")
_THIS_YEAR = re.compile(r"^(?:本年度?|今年|当年)")
#: What a heading may add without meaning other months. 累计 does mean others, so it stays: 3月累计 begins in January.
_ENDING = re.compile(r"(?:实际|当月|本月|本期|单月)*(?:完成|实绩|实际)?(?:数|值|情况|额|量)?$")
_RUN = re.compile(r"(\d{1,2})月?份?[-~—–至到](\d{1,2})月份?(?:累计|合计)?")
_MONTH = re.compile(r"(\d{1,2})月份?")
#: From January to the end of a month or quarter: 3月累计, 6月末, 截至9月, 前三季度, 二季度末.
_TO_MONTH = re.compile(r"(?:截至|截止到?)?(?P<last>\d{1,2})月份?(?:末|底|止)?(?:本年)?(?:累计)?")
_FIRST_MONTHS = re.compile(r"前(?P<last>\d{1,2})个?月(?:累计)?")
_QUARTER = re.compile(r"(前)?第?([1-4])个?季度(末|底)?(累计)?")
#: In a heading or its brackets: figures that are planned, of another year, or derived, and no actual ones.
_NO_ACTUAL = re.compile(
    r"目标|计划|任务数|上年|去年|同期|同比|环比|增速|增幅|增长|比重|占比|完成率|排名|位次|预计|"
    r"target|plan|lastyear|growth"
)


# A long table says the same few things again and again.
@lru_cache(maxsize=4_096)
def plain(text: str) -> str:
    """A heading as it is compared: without blanks, and without what stands in brackets (units, hints)."""
    text = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"\s", "", re.sub(r"\(.*?\)|[*:]", "", text))


def is_no_actual(text: str) -> bool:
    """Whether a heading is of something else than what was done."""
    return _NO_ACTUAL.search(re.sub(r"\s", "", unicodedata.normalize("NFKC", text).lower())) is not None


def months_of(text: str) -> Months | None:
    """The months that a heading names; ``None`` where it names none, or not what was done in them."""
    if is_no_actual(text):
        return None
    said = plain(text)
    said = _YEAR_IN_WORDS.sub(lambda found: found[0].translate(_YEAR_DIGITS), said)
    said = _IN_WORDS.sub(lambda found: str(_DIGITS[found[1] or found[2]]), said)
    said, year = _without_year(said)
    found = _run(said) or _run(_ENDING.sub("", said))
    if found is None or not 1 <= found.first <= found.last <= 12:
        return None
    return found._replace(year=year)


def _without_year(said: str) -> tuple[str, int | None]:
    if found := _YEAR.fullmatch(said):
        return found["rest"], int(found["year"]) % 100 + 2000
    if found := _CLOSED_UP.fullmatch(said):
        return f"{int(found['month'])}月", int(found["year"])
    if found := _YEAR_AND_MONTH.fullmatch(said):
        year, month, day = int(found["year"]), int(found["month"]), found["day"]
        if day is None:
            return f"{month}月{found['rest']}", year
        is_end = 1 <= month <= 12 and int(day) in (1, calendar.monthrange(year, month)[1])
        return (f"{month}月{found['rest']}" if is_end else said), year
    if (found := _ENGLISH_YEAR.fullmatch(said)) and found["rest"] in _SPANS:
        return found["rest"], int(found["year"]) % 100 + 2000
    return _THIS_YEAR.sub("", said), None


def _run(said: str) -> Months | None:
    if said in _SPANS:
        return Months(*_SPANS[said])
    if run := _RUN.fullmatch(said):
        return Months(int(run[1]), int(run[2]))
    if one := _MONTH.fullmatch(said):
        return Months(int(one[1]), int(one[1]))
    if quarter := _QUARTER.fullmatch(said):
        last = 3 * int(quarter[2])
        return Months(1 if quarter[1] or quarter[3] or quarter[4] else last - 2, last)
    if run := _TO_MONTH.fullmatch(said) or _FIRST_MONTHS.fullmatch(said):
        return Months(1, int(run["last"]))
    return None


def months_in(cell: Cell) -> Months | None:
    """The months that a cell names, be it a date.

    A date that is neither the first nor the last of its month names none: it may be two numbers that a spreadsheet took
    for a date (1-7). Nor does the number 2023.1, which January and October look like.
    """
    if isinstance(cell.value, date):
        day = cell.value
        is_end = day.day in (1, calendar.monthrange(day.year, day.month)[1])
        return Months(day.month, day.month, day.year) if is_end else None
    return None if cell.is_number and cell.text.endswith(".1") else months_of(cell.text)
