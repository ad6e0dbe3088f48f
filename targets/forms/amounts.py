"""The one reader of an amount that a person wrote, wherever it was written: a box, a pasted cell, a file.

What is certain is understood: full-width digits, thousands separators (a blank only between groups of three), signs,
numbers in Chinese words, the unit of measure behind the number by any of its names, another unit that converts exactly
(1.5公里 where 米 is asked for), 万 and 亿, 余 and 近. What can mean two things is a question, which names both and the
texts that say each for certain; all else is refused with the reason. Nothing is guessed:

* “12 18” and a line break between two numbers are two figures, “3-5” is a range.
* (123), 123-, △123 may be below zero or not.
* 0.95 where percent is asked for may be 95 % or 0.95 %; with its sign, 0.95%, it is certain.
* 约700 is approximate in a way that no mark holds; 700余 and 近700 are.
* 2023.6 may be a month; with its separator, 2,023.6, it is certain.
* 5千 where 万元 is asked for may be 5,000 元 or 5,000 万元. 12万 is 12 of 万元, never 12万 of 万元.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from targets.calculations import units_of_measure
from targets.display import approximate
from targets.forms.numerals import NUMERAL, read_numeral
from targets.models.fields import AMOUNT_DECIMALS, AMOUNT_DIGITS
from targets.models.plans import Approximation

LONGEST = 40


#: What may stand where a figure could, and answers in its place; lower case. Input methods may turn / into 、.
ANSWER_WORDS = {
    "=": "no_change",
    "本月无新增": "no_change",
    "无新增": "no_change",
    "本月无变化": "no_change",
    "无变化": "no_change",
    "nothing new": "no_change",
    "no change": "no_change",
    "/": "not_applicable",
    "、": "not_applicable",
    "本月不涉及": "not_applicable",
    "不涉及": "not_applicable",
    "not applicable": "not_applicable",
}


class TypedAmount(NamedTuple):
    """An amount in the unit of measure asked for (rates: percent), ``None`` for an empty text; ``approximation`` is a
    value of ``Approximation`` or empty.
    """

    value: Decimal | None
    approximation: str = ""


class AmountError(ValidationError):
    """A text that is no certain amount; ``code`` says why, for good:

    ``two_figures``, ``range``, ``date``, ``fraction``, ``separators``, ``sign``, ``share``, ``approximate``,
    ``other_unit``, ``multiple``, ``exponent``, ``formula``, ``no_figure`` (—, 无 and the like), ``not_a_number``,
    ``too_long``, ``too_many_decimals``, ``too_many_digits``.

    ``readings`` are the texts that would say for certain what can be meant, each read by this module without a
    question; empty where it is no question.
    """

    def __init__(self, message: str, code: str, readings: Iterable[str] = ()) -> None:
        super().__init__(message, code=code)
        self.readings = tuple(readings)


def read_amount(text: str, unit_of_measure: str = "", unit_in_english: str = "") -> TypedAmount:
    """The amount that a person wrote, in ``unit_of_measure``; of an empty text there is none.

    Raises:
        AmountError: it is no certain amount of this unit, has more than four decimals, or more than eleven digits
            before the point.
    """
    plain = _one_line(text)
    if not plain:
        return TypedAmount(None)
    if len(plain) > LONGEST:
        raise AmountError(_("This is too long for a figure. Type digits only, such as 634.29."), "too_long")
    _refuse_no_figure(plain)
    body, approximation, hint = _without_manner(_signed(plain, unit_of_measure, unit_in_english))
    value, is_with_unit, behind, hint_behind = _value(plain, body, unit_of_measure, unit_in_english)
    approximation, hint = approximation or behind, hint or hint_behind
    amount = _kept(value, plain)
    if hint or (approximation and amount <= 0):
        _ask_how_approximate(plain, amount, unit_of_measure, hint)
    if not is_with_unit and _is_maybe_a_share(amount, unit_of_measure):
        _ask_share(amount)
    if _YEAR_AND_MONTH.fullmatch(plain):
        raise AmountError(
            _("“%(text)s” can be a month or an amount. If it is the amount, type %(amount)s.")
            % {"text": plain, "amount": plain_figure(amount, unit_of_measure)},
            "date",
            [plain_figure(amount, unit_of_measure)],
        )
    return TypedAmount(amount, approximation)


def read_amount_of(text: str, indicator: Any) -> TypedAmount:
    """The amount of an indicator as a person wrote it; rates are in percent whatever their unit is called.

    Raises:
        AmountError: as ``read_amount``.
    """
    return read_amount(text, unit_asked(indicator), indicator.unit_of_measure_en)


def unit_asked(indicator: Any) -> str:
    """The unit of measure in which an indicator is typed."""
    return str(indicator.unit_of_measure or ("%" if indicator.kind == "rate" else ""))


def read_figure(text: str, unit_of_measure: str = "", unit_in_english: str = "") -> Decimal | None:
    """An exact amount, for boxes that hold no 余 and 近.

    Raises:
        AmountError: as ``read_amount``, and of an approximate amount.
    """
    amount = read_amount(text, unit_of_measure, unit_in_english)
    if amount.value is not None and amount.approximation:
        figure = plain_figure(amount.value, unit_of_measure)
        raise AmountError(
            _("“%(text)s” is approximate, and an exact figure is needed here. Type %(amount)s, or the exact one.")
            % {"text": text.strip(), "amount": figure},
            "approximate",
            [figure],
        )
    return amount.value


def read_number(value: Decimal, unit_of_measure: str = "") -> Decimal:
    """A number that a file holds as one, such as a cell of a spreadsheet that is not shown in percent.

    Raises:
        AmountError: it may be a share where percent is asked for, or cannot be kept as it is.
    """
    amount = _kept(Fraction(value), f"{value:f}")
    if _is_maybe_a_share(amount, unit_of_measure):
        _ask_share(amount)
    return amount


def read_word(text: str) -> str:
    """The answer that stands instead of a figure, ``no_change`` or ``not_applicable``; empty where none does."""
    return ANSWER_WORDS.get(unicodedata.normalize("NFKC", text[:LONGEST]).strip().lower(), "")


def read_cell(text: str, indicator: Any, box: str = "value") -> dict[str, str]:
    """What a cell that is pasted at a ``box`` puts into the boxes of an answer: as it would be typed there.

    Raises:
        AmountError: as ``read_amount``; each of its readings is read in the same way.
    """
    boxes = {"answer": read_word(text), "value": "", "numerator": "", "denominator": ""}
    if boxes["answer"]:
        return boxes
    if indicator.kind == "rate" and (fraction := read_fraction(text)) is not None:
        numerator, denominator = (plain_figure(read_figure(part)) for part in fraction)
        return boxes | {"numerator": numerator, "denominator": denominator}
    if box != "value":
        return boxes | {box: plain_figure(read_figure(text))}
    amount = read_amount_of(text, indicator)
    return boxes | {"value": plain_figure(amount.value, unit_asked(indicator), amount.approximation)}


def read_fraction(text: str) -> tuple[str, str] | None:
    """Numerator and denominator of what was typed as one, such as 12/15; ``None`` where it is something else."""
    parts = [part.strip() for part in unicodedata.normalize("NFKC", text[: 3 * LONGEST]).split("/")]
    if len(parts) != 2 or not all(any(sign.isdigit() for sign in part) for part in parts):
        return None
    return parts[0], parts[1]


def plain_figure(amount: Decimal | None, unit_of_measure: str = "", approximation: str = "") -> str:
    """An amount as it would be typed, so that ``read_amount`` reads just this; empty for ``None``."""
    if amount is None:
        return ""
    text = format(amount, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    text = "0" if text == "-0" else text
    if _YEAR_AND_MONTH.fullmatch(text):
        text = f"{text[0]},{text[1:]}"
    if _is_maybe_a_share(amount, unit_of_measure):
        text += "%"
    return approximate(text, approximation)


# Before the number is looked for

_BREAK = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_ANY_FIGURE = re.compile(r"[0-9零〇一二两三四五六七八九十]")
_YEAR_AND_MONTH = re.compile(r"20[0-9]{2}\.(?:0?[1-9]|1[0-2])")
_NO_FIGURE = {
    *"-–—―−/\\*空无",
    "--",
    "——",
    "――",
    "//",
    "...",
    "没有",
    "暂无",
    "未报",
    "待定",
    "n/a",
    "na",
    "n.a.",
    "none",
}
_SHEET_ERROR = re.compile(r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|#*)", re.IGNORECASE)
_MINUS = "\u2010\u2011\u2012\u2013\u207b\u2212负"
_IN_BRACKETS = re.compile(r"\(\s*([^()]*[0-9][^()]*)\)")
_BEHIND = re.compile(r"(.*[0-9]\s*)[-\u2010-\u2015\u2212]")
_ARROW = re.compile(r"[△▲▽▼↑↓\u2014\u2015]\s*([0-9.].*)")


def _one_line(text: str) -> str:
    """Half-width and without what surrounds it.

    Raises:
        AmountError: there is a figure in more than one line.
    """
    lines = [unicodedata.normalize("NFKC", line).strip() for line in _BREAK.split(text[: 10 * LONGEST])]
    if sum(_ANY_FIGURE.search(line) is not None for line in lines) > 1:
        raise _two_figures(" ".join(line for line in lines if line))
    return " ".join(line for line in lines if line).removeprefix("'").rstrip("。").strip()


def _two_figures(plain: str) -> AmountError:
    return AmountError(
        _("“%(text)s” holds two figures. Type one; a space may only separate groups of three digits, as in 1 234.")
        % {"text": plain[:LONGEST]},
        "two_figures",
    )


def _no_number(plain: str) -> AmountError:
    return AmountError(
        _("“%(text)s” is not a number. Type digits only, such as 634.29.") % {"text": plain}, "not_a_number"
    )


def _refuse_no_figure(plain: str) -> None:
    if plain.lower() in _NO_FIGURE:
        raise AmountError(
            _("“%(text)s” is not a figure. Type 0 if it is zero, or leave it empty if there is none.")
            % {"text": plain},
            "no_figure",
        )
    if plain.startswith("=") or _SHEET_ERROR.fullmatch(plain):
        raise AmountError(_("“%(text)s” is a formula or its error. Type the figure.") % {"text": plain}, "formula")


def _signed(plain: str, unit_of_measure: str, unit_in_english: str) -> str:
    """The text with its sign as a plain + or - before it.

    Raises:
        AmountError: what stands around the number may be a sign or not.
    """
    if plain[0] in _MINUS:
        return "-" + plain[1:]
    inner = _IN_BRACKETS.fullmatch(plain)
    if inner is not None and inner[1][0] in "-" + _MINUS:
        return "-" + inner[1][1:]
    for pattern in (_IN_BRACKETS, _BEHIND, _ARROW):
        found = pattern.fullmatch(plain)
        if found is None:
            continue
        amount = read_amount(found[1], unit_of_measure, unit_in_english).value
        if amount is None:
            break
        both = [plain_figure(one, unit_of_measure) for one in (-amount, amount)]
        raise AmountError(
            _("“%(text)s” can be %(below)s or %(above)s. Type which of the two it is.")
            % {"text": plain, "below": both[0], "above": both[1]},
            "sign",
            both,
        )
    return plain


# 余, 近 and their like

_MARKED = {
    Approximation.OVER: re.compile(r"(?:逾|超过|超|多于|more than\s|over\s)\s*", re.IGNORECASE),
    Approximation.NEARLY: re.compile(r"(?:将近|接近|近|nearly\s|almost\s)\s*", re.IGNORECASE),
}
_MORE, _LESS, _ABOUT = "more", "less", "about"
_HINTS = {
    _MORE: re.compile(r"(?:至少|最少|不少于|不低于|高于|大于|≥|>=?|at least\s|above\s)\s*", re.IGNORECASE),
    _LESS: re.compile(r"(?:不足|不到|未满|不满|less than\s|below\s)\s*", re.IGNORECASE),
    _ABOUT: re.compile(
        r"(?:大?约为?|大概|大致|至多|最多|不超过|不高于|≈|~|≤|<=?|about\s|around\s|approximately\s|up to\s)\s*",
        re.IGNORECASE,
    ),
}
_HINTS_BEHIND = {
    _MORE: re.compile(r"(.*?)(?:及?以上|\+)"),
    _ABOUT: re.compile(r"(.*?)(?:左右|上下|及?以下|以内|许)"),
}
_MANY = re.compile(r"([百千万亿]*)(?:有余|余|多)(.*)")


def _without_manner(body: str) -> tuple[str, str, str]:
    """The text behind 近, 约 and their like; the mark that holds the word, or which way it hints."""
    for mark, pattern in _MARKED.items():
        if (found := pattern.match(body)) is not None:
            return body[found.end() :], mark, ""
    for hint, pattern in _HINTS.items():
        if (found := pattern.match(body)) is not None:
            return body[found.end() :], "", hint
    return body, "", ""


def _without_manner_behind(rest: str, unit_of_measure: str, unit_in_english: str) -> tuple[str, str, str]:
    """The same of what stands behind the number: 余万元, 万元以上."""
    if _is_own(rest, unit_of_measure, unit_in_english):
        return rest, "", ""
    hint = ""
    for one, pattern in _HINTS_BEHIND.items():
        if (found := pattern.fullmatch(rest)) is not None:
            rest, hint = found[1].strip(), one
    if (found := _MANY.fullmatch(rest)) is not None:
        return (found[1] + found[2]).strip(), Approximation.OVER, hint
    if rest.endswith(("余", "多")):
        return rest[:-1], Approximation.OVER, hint
    return rest, "", hint


def _ask_how_approximate(plain: str, amount: Decimal, unit_of_measure: str, hint: str) -> None:
    figure = plain_figure(amount, unit_of_measure)
    readings = [figure]
    if amount > 0 and hint in (_MORE, _LESS):
        mark = Approximation.OVER if hint == _MORE else Approximation.NEARLY
        readings.append(plain_figure(amount, unit_of_measure, mark))
    raise AmountError(
        _("“%(text)s” is approximate. Type %(choices)s, or the exact figure.")
        % {"text": plain, "choices": _(" or ").join(readings)},
        "approximate",
        readings,
    )


# The number

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)\s*(?P<digits>(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+|[0-9]+)(?:\.[0-9]*)?"
    r"|\.[0-9]+)\s*"
)
#: 1亿2000万, 1亿2千万, 3万5千, 3万5000.
_COMPOUND = re.compile(r"[+-]?\s*(?:([0-9]+)亿)?(?:([0-9]+千?)万)?(?:([0-9]+)千)?([0-9]+)?(?![0-9.,])")
_MULTIPLE_BEHIND = re.compile(r"\s*(?:有余|余|多)?[百千万亿]")
_PER_CENT = re.compile(r"(-?)百分之(.+)")
_WORDS = re.compile(rf"(-?)([{NUMERAL}]+)")
_MULTIPLES = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}


def _value(plain: str, body: str, unit_of_measure: str, unit_in_english: str) -> tuple[Fraction, bool, str, str]:
    """The value in the unit asked for, whether a unit stands behind it, and the mark and hint that do."""
    refused: AmountError | None = None
    for number, rest in _numbers(plain, body):
        rest, mark, hint = _without_manner_behind(rest, unit_of_measure, unit_in_english)
        try:
            return *_in_unit(plain, number, rest, unit_of_measure, unit_in_english), mark, hint
        except AmountError as error:
            refused = refused or error
    raise refused or _no_number(plain)


def _numbers(plain: str, body: str) -> Iterator[tuple[Fraction, str]]:
    """The number at the beginning, and what stands behind it, as they can be told apart: 五千克 is 五千 of 克, or 五 of
    千克. 万 and 亿 stay behind the number, since the unit may begin with them.
    """
    if (share := _PER_CENT.fullmatch(body)) is not None:
        yield from ((number, f"{rest}%") for number, rest in _numbers(plain, share[1] + share[2]))
        return
    compound = _COMPOUND.match(body)
    if compound is not None and sum(part is not None for part in compound.groups()) > 1:
        number, multiple = _compound(plain, compound)
        yield number, multiple + body[compound.end() :].strip()
    elif (found := _NUMBER.match(body)) is not None:
        digits = re.sub("[, ]", "", found["digits"])
        yield Fraction(Decimal(found["sign"] + digits)), body[found.end() :].strip()
    elif (words := _WORDS.match(body)) is not None:
        for end in range(words.end(), words.start(2), -1):
            if (in_words := read_numeral(body[words.start(2) : end])) is not None:
                multiple = next((sign for sign in "亿万" if sign in body[:end]), "")
                number = in_words / _MULTIPLES.get(multiple, 1)
                yield (-number if words[1] else number), multiple + body[end:].strip()


def _compound(plain: str, found: re.Match[str]) -> tuple[Fraction, str]:
    """3万5千 as 3.5 and 万.

    Raises:
        AmountError: 3万5 can be 30,005 or 35,000, and the last part of 1亿2千500万 is counted in 万 once more.
    """
    multiple = next(sign for sign in "亿万千" if sign in found[0])
    if multiple != "千" and _MULTIPLE_BEHIND.match(found.string, found.end()) is not None:
        raise _no_number(plain)
    total, above = 0, 0
    for text, times in zip(found.groups(), (100_000_000, 10_000, 1_000, 1), strict=True):
        if text is None:
            continue
        part = int(text.replace("千", "000")) * times
        if above and (part >= above or (times == 1 and part * 10 < above)):
            raise _no_number(plain)
        total, above = total + part, times
    return Fraction(-total if found[0].startswith("-") else total, _MULTIPLES[multiple]), multiple


# In the unit asked for


def _is_own(rest: str, unit_of_measure: str, unit_in_english: str) -> bool:
    if not rest:
        return True
    if unit_in_english and rest.lower() == unicodedata.normalize("NFKC", unit_in_english).strip().lower():
        return True
    return bool(unit_of_measure) and units_of_measure.same(rest, unit_of_measure)


def _in_unit(
    plain: str, number: Fraction, rest: str, unit_of_measure: str, unit_in_english: str
) -> tuple[Fraction, bool]:
    """The number in the unit asked for, and whether a unit was written behind it.

    Raises:
        AmountError: what stands behind the number is no unit that comes to this one.
    """
    rest = re.sub(r"^\((.+)\)$", r"\1", rest)
    if _is_own(rest, unit_of_measure, unit_in_english):
        return number, bool(rest)
    if rest and (times := units_of_measure.factor(rest, unit_of_measure)) is not None and unit_of_measure:
        return number * times, True
    behind, multiple = rest, 1
    while behind[:1] in _MULTIPLES:
        multiple *= _MULTIPLES[behind[0]]
        behind = behind[1:]
        if behind and _is_own(behind, unit_of_measure, unit_in_english):
            return number * multiple, True
        if behind and unit_of_measure and (times := units_of_measure.factor(behind, unit_of_measure)) is not None:
            return number * multiple * times, True
    if not behind:
        return _counted(plain, number, multiple, unit_of_measure), False
    raise _misfit(plain, rest, unit_of_measure)


def _counted(plain: str, number: Fraction, multiple: int, unit_of_measure: str) -> Fraction:
    """12万 without a unit behind it: where the unit itself counts in 万, it is meant by that.

    Raises:
        AmountError: both can be meant.
    """
    times, _unit = units_of_measure.without_multiple(unit_of_measure)
    if times == 1:
        return number * multiple
    whole = number * multiple / times
    if times in (10_000, 100_000_000) and multiple >= times:
        return whole
    both = [plain_figure(_kept(one, plain), unit_of_measure) for one in (whole, number * multiple)]
    raise AmountError(
        _("“%(text)s” can be %(one)s or %(other)s, counted in %(unit)s. Type which of the two it is.")
        % {"text": plain, "one": both[0], "other": both[1], "unit": unit_of_measure},
        "multiple",
        both,
    )


_EXPONENT = re.compile(r"[eE][+-]?[0-9]+")
_RANGE = re.compile(r"[^0-9,.]{0,6}?(?:[-~\u2010-\u2015\u2212至到])\s*[0-9]")
_DATE = re.compile(r"/[0-9]{1,2}/[0-9]{1,2}|月(?:份|底|末|初|[0-9].*)?|年[0-9].*")


def _misfit(plain: str, rest: str, unit_of_measure: str) -> AmountError:
    """Why what stands behind a number makes it no amount of this unit."""
    if _EXPONENT.fullmatch(rest):
        return AmountError(
            _("“%(text)s” is a shortened figure that may have lost digits. Type all digits.") % {"text": plain},
            "exponent",
        )
    if _RANGE.match(rest):
        return AmountError(
            _("“%(text)s” is a range or a date. Type the one figure that is meant.") % {"text": plain}, "range"
        )
    if re.fullmatch(r"[/\u2044]\s*[0-9.,]+", rest):
        return AmountError(_("“%(text)s” is a fraction or a date. Type the figure.") % {"text": plain}, "fraction")
    if _DATE.fullmatch(rest) or re.fullmatch(r"20[0-9]{2}\.[0-9]{1,2}\.[0-9]{1,2}", plain):
        return AmountError(_("“%(text)s” is a date. Type the figure.") % {"text": plain}, "date")
    if re.match(r"[,'][0-9]", rest) or (re.match(r"[0-9]", rest) and "," in plain):
        return AmountError(
            _("“%(text)s” is not a number: a comma may only separate groups of three digits, as in 1,234.")
            % {"text": plain},
            "separators",
        )
    if re.search(r"[0-9]", rest) and not re.match(r"[+*×x_.]", rest):
        return _two_figures(plain)
    if re.match(r"[+-]?[0-9.]", plain) and re.fullmatch(r"[^\W\d_][^0-9]*|[%‰]", rest):
        if not unit_of_measure:
            return AmountError(
                _("“%(typed)s” was typed, and a plain number is asked for here.") % {"typed": rest}, "other_unit"
            )
        return AmountError(
            _("“%(typed)s” was typed, and the indicator is in %(unit)s. Convert the figure, then type digits only.")
            % {"typed": rest, "unit": unit_of_measure},
            "other_unit",
        )
    return _no_number(plain)


# What is kept


def _kept(value: Fraction, plain: str) -> Decimal:
    """The value with the digits that are stored.

    Raises:
        AmountError: it has more of them.
    """
    scaled = value * 10**AMOUNT_DECIMALS
    if scaled.denominator != 1:
        raise AmountError(_("“%(text)s” has more than four decimals. Round it.") % {"text": plain}, "too_many_decimals")
    if abs(value) >= 10 ** (AMOUNT_DIGITS - AMOUNT_DECIMALS):
        raise AmountError(
            _("“%(text)s” has more than eleven digits before the point. Check the unit of measure.") % {"text": plain},
            "too_many_digits",
        )
    text = format(Decimal(scaled.numerator).scaleb(-AMOUNT_DECIMALS), "f")
    return Decimal(text.rstrip("0").rstrip("."))


def _is_maybe_a_share(amount: Decimal, unit_of_measure: str) -> bool:
    """Whether 0.95 may be meant as 95 %; a zero is zero either way."""
    return amount != 0 and abs(amount) <= 1 and units_of_measure.normal(unit_of_measure) == "%"


def _ask_share(amount: Decimal) -> None:
    hundredfold = plain_figure(amount * 100, "%")
    both = [hundredfold if hundredfold.endswith("%") else f"{hundredfold}%", plain_figure(amount, "%")]
    raise AmountError(
        _("Is this %(hundredfold)s or %(value)s? Type it with its sign.") % {"hundredfold": both[0], "value": both[1]},
        "share",
        both,
    )
