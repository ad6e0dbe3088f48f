"""Numbers in Chinese words: 十二, 两千三百, 一点二万. ``None`` where a number can be meant in two ways.

一万五 may be 15,000 or 10,005, 三五 three to five, 几十 any of them: these are no certain numbers.
"""

import re
from fractions import Fraction

_DIGITS = {sign: number for number, signs in enumerate(
    ("零〇○", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
) for sign in signs}  # fmt: skip
_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1_000, "仟": 1_000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
#: Characters that numbers are written with.
NUMERAL = "".join([*_DIGITS, *_PLACES, *_GROUPS]) + "点"
_DECIMAL = re.compile(r"(?P<whole>[^点万亿]+)点(?P<part>[^点十拾百佰千仟万亿]+)(?P<group>[万亿]?)")


def read_numeral(text: str) -> Fraction | None:
    """The number that the words say, in full and for certain; else ``None``."""
    if (decimal := _DECIMAL.fullmatch(text)) is not None:
        whole = _whole(decimal["whole"])
        if whole is None or not all(sign in _DIGITS for sign in decimal["part"]):
            return None
        digits = "".join(str(_DIGITS[sign]) for sign in decimal["part"])
        return (whole + Fraction(int(digits), 10 ** len(digits))) * _GROUPS.get(decimal["group"], 1)
    whole = _whole(text)
    return None if whole is None else Fraction(whole)


def _whole(text: str) -> int | None:
    """From the largest group down: what stands before 亿, then before 万, then the rest."""
    total, rest, above = 0, text, 0
    for sign, times in (("亿", 100_000_000), ("万", 10_000)):
        before, found, behind = rest.partition(sign)
        if not found:
            continue
        group = _below_ten_thousand(before, above)
        if not group:
            return None
        total, rest, above = total + group * times, behind, times
    if not rest:
        return total if above else None
    last = _below_ten_thousand(rest, above)
    return None if last is None else total + last


def _below_ten_thousand(text: str, above: int) -> int | None:
    """一千二百三十四; ``above`` is the group that stands before it, 0 where none does."""
    if len(text) == 1 and text in _DIGITS and not above:
        return _DIGITS[text]
    total, digit, last_place, zero = 0, None, above or 100_000, False
    for sign in text:
        if sign in _DIGITS:
            if digit is not None:
                return None  # 三五, 二〇二三
            if _DIGITS[sign] == 0:
                if zero:
                    return None
                zero = True
            else:
                digit = _DIGITS[sign]
            continue
        place = _PLACES.get(sign)
        if place is None or place >= last_place or (digit is None and (place != 10 or total)):
            return None
        total, digit, last_place, zero = total + (digit or 1) * place, None, place, False
    if digit is None:
        return None if zero else total
    # 一百五: fifty or five. 一百零五 and 十五 are certain.
    return total + digit if last_place in (10, 100_000) or zero else None
