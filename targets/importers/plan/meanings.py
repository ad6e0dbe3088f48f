"""What a column of a plan can be, and what the words over it say it is."""

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.importers.plan import heading_words

LAST_MONTH, HALF_YEAR = 12, 6


class Field(models.TextChoices):
    """What a column can be of a target."""

    CODE = "code", gettext_lazy("code")
    SECTION = "section", gettext_lazy("section")
    NAME = "name", gettext_lazy("indicator")
    UNIT_OF_MEASURE = "unit_of_measure", gettext_lazy("unit of measure")
    KIND = "kind", gettext_lazy("kind")
    ACCUMULATION = "accumulation", gettext_lazy("accumulation")
    DIRECTION = "direction", gettext_lazy("direction")
    UNIT = "unit", gettext_lazy("responsible unit")
    SUPPORTING = "supporting", gettext_lazy("supporting units")
    LEAD_LEADER = "lead_leader", gettext_lazy("lead leader")
    RESPONSIBLE_PERSON = "responsible_person", gettext_lazy("responsible person")
    BASELINE = "baseline", gettext_lazy("last year's result")
    CHECKPOINT = "checkpoint", gettext_lazy("target by the end of a month")
    PHASE = "phase", gettext_lazy("target of a quarter or month")
    PATH = "path", gettext_lazy("plan path")
    WEIGHT = "weight", gettext_lazy("weight")
    DEADLINE = "deadline", gettext_lazy("deadline")
    STEPS = "steps", gettext_lazy("steps of a task")
    WORDING = "wording", gettext_lazy("original wording")
    DEFINITION = "definition", gettext_lazy("definition")
    SOURCE = "source", gettext_lazy("data source")
    FREQUENCY = "frequency", gettext_lazy("reported")
    NOTE = "note", gettext_lazy("note")


WITH_MONTH = (Field.CHECKPOINT, Field.PHASE)


class Confidence(IntEnum):
    """How sure a guess is."""

    NONE = 0
    LIKELY = 1
    CERTAIN = 2


@dataclass(frozen=True, order=True)
class Meaning:
    """What one column is.

    ``month`` is that of a checkpoint (6: the first-half target, 12: the annual one), or the last one of a phase;
    0 for all else. A checkpoint counts from January. The heading of a phase (二季度, 5月) leaves open whether it
    does or stands for that quarter or month alone; ``plan_sheet`` tells by the figures or asks.
    """

    field: Field
    month: int = 0

    def __post_init__(self) -> None:
        if (self.field in WITH_MONTH) != (1 <= self.month <= LAST_MONTH):
            raise ValueError("A checkpoint or a phase has a month from 1 to 12, and nothing else has one.")

    @property
    def key(self) -> str:
        """The meaning as a form's choice: ``name``, ``checkpoint-6``."""
        return f"{self.field.value}-{self.month}" if self.month else str(self.field.value)

    @property
    def label(self) -> str:
        if self.field == Field.PHASE:
            return _("Target of the quarter or month that ends with month %(month)d") % {"month": self.month}
        if self.field != Field.CHECKPOINT:
            return str(self.field.label)
        if self.month == LAST_MONTH:
            return _("Annual target")
        if self.month == HALF_YEAR:
            return _("First-half target")
        return _("Target by the end of month %(month)d") % {"month": self.month}

    @classmethod
    def of(cls, key: str) -> "Meaning":
        """The meaning of a form's choice.

        Raises:
            ValueError: there is no such meaning.
        """
        name, _dash, month = key.partition("-")
        return cls(Field(name), int(month) if month else 0)


ANNUAL, HALF = Meaning(Field.CHECKPOINT, LAST_MONTH), Meaning(Field.CHECKPOINT, HALF_YEAR)


def choices() -> list[tuple[str, str]]:
    """Everything that a column can be, for a form: keys and labels, the common ones first."""
    meanings = [Meaning(field) for field in Field if field not in WITH_MONTH]
    months = range(1, LAST_MONTH + 1)
    meanings += [HALF, ANNUAL]
    meanings += [Meaning(Field.CHECKPOINT, month) for month in months if month not in (HALF_YEAR, LAST_MONTH)]
    meanings += [Meaning(Field.PHASE, month) for month in months]
    return [(meaning.key, meaning.label) for meaning in meanings]


# The words of headings

_CHINESE_NUMBERS = {
    "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "十一": 11, "十二": 12,
}  # fmt: skip
_MONTH = re.compile(
    r"(?:(?:1|一)(?:月份?)?[-~至到—－～])?(1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月份?(底|末|累计)?"
)
_QUARTER = re.compile(r"(?:第)?([1-4一二三四])(?:个)?季度?(?:末|底|累计)?|[Qq]([1-4])")
_FIRST_QUARTERS = {"前两季度": 6, "前二季度": 6, "前2季度": 6, "前三季度": 9, "前3季度": 9}
BRACKETS = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
YEAR = re.compile(r"(19[5-9][0-9]|20[0-9]{2}|21[0-9]{2})年?(度)?")


# Every cell of a sheet is compared with the words of its heading.
@lru_cache(maxsize=16_384)
def plain(text: str) -> str:
    """A heading's text for comparison: half-width, without blanks, small letters, without a colon behind."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).strip(":*").lower()


@dataclass(frozen=True)
class Reading:
    """What a heading's words say. ``options`` are what they can mean, the likeliest first."""

    options: tuple[Meaning, ...] = ()
    confidence: Confidence = Confidence.NONE
    unused: bool = False


def read_label(text: str, year: int | None = None, plan_year: int | None = None) -> Reading:
    """What the words of one heading say, without looking at its column.

    ``year``: the one the heading names; a result of a year before the plan's is the baseline.
    """
    if (year is not None and plan_year is not None and year > plan_year) or heading_words.LATER_YEAR.search(text):
        # A target of a later year is none of this plan.
        return Reading(confidence=Confidence.CERTAIN, unused=True)
    whole = YEAR.sub("", plain(text))
    label = BRACKETS.sub("", whole).strip(":-、.")
    if not label and not whole:
        return Reading()
    for candidate in dict.fromkeys((whole, label)):
        for field, words in heading_words.FIELDS.items():
            if candidate in words:
                return Reading((Meaning(Field(field)),), Confidence.CERTAIN)
        if candidate in heading_words.AMBIGUOUS:
            return Reading(tuple(Meaning.of(key) for key in heading_words.AMBIGUOUS[candidate]), Confidence.LIKELY)
    earlier = year is not None and plan_year is not None and year < plan_year
    if label in heading_words.UNUSED and not earlier:
        return Reading(confidence=Confidence.CERTAIN, unused=True)
    if (reading := _comparison(label, earlier)) is not None:
        return reading
    if (reading := _checkpoint(whole, label, planned=year is not None and year == plan_year)) is not None:
        return reading
    return _containing(label)


def _comparison(label: str, earlier: bool) -> Reading | None:
    """A result of last year, or one of this year, which a plan does not keep."""
    if any(word in label for word in heading_words.LAST_YEAR) and not any(
        word in label for word in ("目标", "任务", "增", "比")
    ):
        return Reading((Meaning(Field.BASELINE),), Confidence.LIKELY)
    is_actual = any(word in label for word in heading_words.RESULT) and not any(
        word in label for word in heading_words.TARGET
    )
    if earlier and (is_actual or not label):
        return Reading((Meaning(Field.BASELINE),), Confidence.CERTAIN if is_actual else Confidence.LIKELY)
    if is_actual and not any(word in label for word in ("时限", "时间", "期限", "日期", "单位", "部门", "完成人")):
        return Reading(confidence=Confidence.LIKELY, unused=True)
    return None


def _checkpoint(whole: str, label: str, *, planned: bool) -> Reading | None:
    """A target by the end of a month, a quarter, the half-year or the year."""
    month, running = _month_of(whole)
    is_target = any(word in whole for word in heading_words.TARGET)
    if month:
        rest = re.sub(r"[0-9一二三四五六七八九十第前个月份季度半年全上底末累计至到~～—－\-q()]", "", whole)
        if is_target or len(rest) <= 1:
            certain = is_target or (running and month in (HALF_YEAR, LAST_MONTH))
            meaning = Meaning(Field.CHECKPOINT if running else Field.PHASE, month)
            return Reading((meaning,), Confidence.CERTAIN if certain else Confidence.LIKELY)
        return None
    if label in heading_words.ANNUAL:
        return Reading((ANNUAL,), Confidence.CERTAIN if planned else Confidence.LIKELY)
    return None


def _month_of(text: str) -> tuple[int, bool]:
    """The month with which a heading's target ends, 0 for none, and whether it surely counts from January."""
    if any(word in text for word in ("上半年", "半年")) and "下半年" not in text:
        return HALF_YEAR, True
    if any(word in text for word in ("全年", "年度", "年底", "年末", "年终", "本年", "当年")):
        return LAST_MONTH, True
    for words, month in _FIRST_QUARTERS.items():
        if words in text:
            return month, True
    if (quarter := _QUARTER.search(text)) is not None:
        number = _number(quarter[1] or quarter[2])
        return number * 3, re.search(r"季度?[末底累]", text) is not None
    if (named := _MONTH.search(text)) is not None:
        number = _number(named[1])
        from_january = re.search(r"(?:^|[^0-9一二三四五六七八九十])(?:1|一)(?:月份?)?[-~至到—－～]", text) is not None
        return number, from_january or bool(named[2])
    return 0, False


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _CHINESE_NUMBERS.get(text, 0)


def _containing(label: str) -> Reading:
    """The longest known word that the label ends with, else the longest that it holds."""
    found: list[tuple[bool, int, Reading]] = []
    for field, words in heading_words.FIELDS.items():
        for word in words:
            if len(word) > 1 and word in label:
                reading = Reading((Meaning(Field(field)),), Confidence.LIKELY)
                found.append((label.endswith(word), len(word), reading))
    for word in heading_words.UNUSED:
        if len(word) > 1 and word in label:
            found.append((label.endswith(word), len(word), Reading(confidence=Confidence.LIKELY, unused=True)))
    for word in heading_words.ANNUAL:
        if len(word) > 2 and label.endswith(word):
            found.append((True, len(word), Reading((ANNUAL,), Confidence.LIKELY)))
    for word, keys in heading_words.AMBIGUOUS.items():
        if len(word) > 2 and label.endswith(word):
            options = tuple(Meaning.of(key) for key in keys)
            found.append((True, len(word), Reading(options, Confidence.LIKELY)))
    # A sentence that happens to hold a word of ours is no heading.
    if not found or len(label) > 16:
        return Reading()
    return max(found, key=lambda entry: entry[:2])[2]
