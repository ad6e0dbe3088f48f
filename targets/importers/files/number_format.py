"""What a cell's number format makes of the number that the cell holds.

A format may show 23450000 as 2345.0万元: a comma behind the last digit divides by a thousand (``0,"千元"``), a point
that is put in as a letter moves the digits behind it (``0!.0,``), % multiplies by a hundred. Who reads the sheet reads
what is shown, so that is what counts here. Rounding is not: 2.6 shown as 3 stays 2.6.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

_GENERAL = re.compile(r"General|G/通用格式|标准|Standard", re.IGNORECASE)
_CONDITION = re.compile(r"\s*(<=|>=|<>|<|>|=)\s*(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)\s*")
_MONEY = re.compile(r"\$([^-\]]*)")
_NO_DATE = re.compile(r'"[^"]*"|\\.|!.|_.|\*.|\[[^\]]*\]')
#: The letter of months is that of minutes, beside hours and seconds.
_TIME = re.compile(r"h+[^ymdhs]*m+|m+[^ymdhs]*s+|h+|s+")
#: Signs, and signs of money: the number beside them is the same without.
_NO_WORDS = "+-−()（）¥￥$ \u00a0\u3000"
#: How accounts write a zero.
DASHES = ("-", "—", "–", "－")
#: The point that is put in as a letter.
_POINTS = (".", "．")
_LONGEST = 255
_RELATIONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
    "=": lambda value, bound: value == bound,
    "<>": lambda value, bound: value != bound,
}


@dataclass(frozen=True, slots=True)
class Look:
    """How a section of a format shows a number.

    ``factor``: what is shown is the number times this. ``percent``: a % stands behind it. ``prefix`` and ``suffix`` are
    the words around it (约, 万元). ``constant``: words that stand in its place, ``None`` where it is shown itself.
    ``parts``: places of digits and the letters between them by turns (0, 年, 00), where these make it no number.
    ``unsigned``: a negative number is shown as a positive one.
    """

    factor: Fraction = Fraction(1)
    percent: bool = False
    prefix: str = ""
    suffix: str = ""
    constant: str | None = None
    parts: tuple[str, ...] = ()
    unsigned: bool = False

    def times(self, value: Decimal) -> Decimal:
        """The number that is shown."""
        return value if self.factor == 1 else value * self.factor.numerator / self.factor.denominator

    def laid_out(self, value: Decimal) -> str:
        """The digits between the letters of the format: 202307 as 2023年07月."""
        digits = str(int(abs(self.times(value)) + Decimal("0.5"))).rjust(sum(map(len, self.parts[::2])), "0")
        found: list[str] = []
        # From behind: digits for which there is no place stand in front.
        for number, part in reversed(list(enumerate(self.parts))):
            cut = len(digits) - len(part) if number else 0
            found.insert(0, part if number % 2 else digits[cut:])
            digits = digits if number % 2 else digits[:cut]
        return ("-" if value < 0 else "") + self.prefix + "".join(found) + self.suffix


PLAIN = Look()
_Condition = tuple[str, Decimal] | None


def look_of(number_format: str, value: Decimal) -> Look:
    """How a format shows a number: positive, negative and zero, or by the conditions of its sections."""
    sections = _sections(number_format)
    if any(condition is not None for condition, _look in sections):
        for place, (condition, look) in enumerate(sections):
            if condition is None and (place in (2, len(sections) - 1) or value < 0):
                return look
            if condition is not None and _RELATIONS[condition[0]](value, condition[1]):
                return look
        return PLAIN
    place = 1 if value < 0 else 2 if value == 0 else 0
    return sections[place if place < min(len(sections), 3) else 0][1]


def shows_no_day(number_format: str) -> bool:
    """Whether a date is shown as its month or its year alone: 2023年7月."""
    letters = _date_letters(number_format)
    return "d" not in letters and "a" not in letters and ("m" in letters or "y" in letters)


def without_day(day: date, number_format: str) -> str:
    """A date as the month, or the year, that is shown of it; its year is told in any case."""
    return f"{day.year}年{day.month}月" if "m" in _date_letters(number_format) else f"{day.year}年"


def _date_letters(number_format: str) -> str:
    return _TIME.sub("", _NO_DATE.sub("", number_format[:_LONGEST].partition(";")[0]).lower())


_NEGATIVE: tuple[_Condition, ...] = (("<", Decimal(0)), ("<=", Decimal(0)))
_NOT_NEGATIVE: tuple[_Condition, ...] = ((">", Decimal(0)), (">=", Decimal(0)))


@dataclass(frozen=True, slots=True)
class _Token:
    """``kind`` is ``word`` (letters to show), ``place`` (of a digit), ``general``, or the sign itself: . , % E / [ ;"""

    kind: str
    text: str = ""


@lru_cache(maxsize=2_048)
def _sections(number_format: str) -> tuple[tuple[_Condition, Look], ...]:
    sections: list[list[_Token]] = [[]]
    for token in _tokens(number_format[:_LONGEST]):
        if token.kind == ";":
            sections.append([])
        else:
            sections[-1].append(token)
    conditions = [_condition(tokens) for tokens in sections]
    found = []
    for place, (condition, tokens) in enumerate(zip(conditions, sections, strict=True)):
        others = conditions[:place] if condition is None else []
        is_negative = condition in _NEGATIVE or any(other in _NOT_NEGATIVE for other in others)
        is_negative = is_negative or (place == 1 and not any(conditions))
        found.append((condition, _look(tokens, negative=is_negative)))
    return tuple(found)


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(text):
        letter, width = text[at], 1
        if letter in '"[':
            end = text.find({'"': '"', "[": "]"}[letter], at + 1)
            end = end if end > 0 else len(text)
            token, width = _Token("word" if letter == '"' else "[", text[at + 1 : end]), end - at + 1
        elif letter in "\\!":
            token, width = _Token("word", text[at + 1 : at + 2]), 2
        elif letter in "_*":
            token, width = _Token("word"), 2
        elif letter in "0#?":
            token = _Token("place", letter)
        elif letter in ".,%;/":
            token = _Token(letter, letter)
        elif letter in "Ee" and text[at + 1 : at + 2] in ("+", "-"):
            token, width = _Token("E"), 2
        elif letter == "@":
            token = _Token("general")
        elif (general := _GENERAL.match(text, at)) is not None:
            token, width = _Token("general"), len(general[0])
        else:
            token = _Token("word", letter)
        found.append(token)
        at += width
    return found


def _condition(tokens: Sequence[_Token]) -> _Condition:
    for token in tokens:
        if token.kind == "[" and (match := _CONDITION.fullmatch(token.text)) is not None:
            return match[1], Decimal(match[2])
    return None


def _look(tokens: Sequence[_Token], *, negative: bool) -> Look:
    listed = []
    for token in tokens:
        if token.kind != "[":
            listed.append(token)
        elif (money := _MONEY.match(token.text)) is not None:
            listed.append(_Token("word", money[1]))
    places = [at for at, token in enumerate(listed) if token.kind in ("place", "general")]
    words = _words(listed)
    unsigned = negative and not any(sign in words for sign in "-−(（")
    if not places:
        return Look(constant=words.strip(), unsigned=unsigned)
    factor, percent = _percent(listed)
    body, behind = listed[places[0] : places[-1] + 1], listed[places[-1] + 1 :]
    thousands = next((at for at, token in enumerate(behind) if token.kind != ","), len(behind))
    factor /= 1000**thousands
    if any(token.kind in ("E", "/") for token in listed):
        # 2.35E+07, 1 1/2: the number itself, in another spelling.
        return Look(factor, percent, unsigned=unsigned)
    moved, parts = _body(body)
    return Look(
        factor / moved,
        percent,
        _words(listed[: places[0]]).strip(_NO_WORDS),
        _words(behind).partition("\n")[0].strip(_NO_WORDS),
        parts=parts,
        unsigned=unsigned,
    )


def _words(tokens: Sequence[_Token]) -> str:
    return "".join(token.text for token in tokens if token.kind == "word")


def _percent(tokens: Sequence[_Token]) -> tuple[Fraction, bool]:
    """What the signs of percent multiply by, and whether one is seen: not one that a line break hides."""
    signs = [at for at, token in enumerate(tokens) if token.kind == "%"]
    return Fraction(100) ** len(signs), any("\n" not in _words(tokens[:at]) for at in signs)


def _body(tokens: Sequence[_Token]) -> tuple[Fraction, tuple[str, ...]]:
    """What stands between the first place of a digit and the last: by what it divides, and its parts if it has any."""
    parts = [""]
    pointed, put_in = False, False
    behind, thousands = 0, 0
    for at, token in enumerate(tokens):
        if token.kind in ("place", "general"):
            behind += pointed or put_in
            parts[-1] += "0" if len(parts) % 2 else ""
        elif token.kind == ".":
            pointed = True
            parts += [".", ""]
        elif token.kind == ",":
            # Before the point it divides, between two digits it groups.
            thousands += next((one.kind for one in tokens[at:] if one.kind != ","), "") == "."
        elif token.text in _POINTS and not pointed and not put_in:
            put_in = True
            parts += [".", ""]
        elif token.text.strip(" \u00a0,，'"):
            parts += [token.text, ""]
    letters = len(parts) // 2
    if letters > (pointed or put_in):
        return Fraction(1, 10**behind) if pointed else Fraction(1), tuple(parts)
    return Fraction(1000) ** thousands * (Fraction(10) ** behind if put_in else 1), ()
