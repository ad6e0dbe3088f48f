"""Numbers, percentages and counts: the one place that rounds.

Once, half up, and never so that a value below a threshold looks as if it reached it.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .language import NONE, is_english

MINUS = "−"
PERCENT_DECIMALS = 1
HIGHEST_RATIO = Fraction(999, 100)
#: What Chinese counts large numbers in, largest first.
SCALES = ((10**8, "亿"), (10**4, "万"))
Amount = Fraction | Decimal | int


def rounded(
    value: Amount,
    decimals: int,
    never_reach: Iterable[Amount | None] = (),
    never_within: Iterable[Amount | None] = (),
) -> Decimal:
    """``value`` rounded half up, unless that would carry it to a bound that it is below, or back to one it is above."""
    # A ledger prints some hundred thousand: whole numbers over one denominator, since fractions are ten times as slow.
    # Exact at any size: a decimal context would round to its precision first.
    over, below = value.as_integer_ratio()
    scaled = over * 10**decimals
    whole = (abs(scaled) * 2 + below) // (below * 2) * (-1 if over < 0 else 1)
    for bound in never_reach:
        if bound is not None:
            reached, of = bound.as_integer_ratio()
            if over * of < reached * below and reached * 10**decimals <= whole * of:
                whole = scaled // below
    for bound in never_within:
        if bound is not None:
            reached, of = bound.as_integer_ratio()
            if whole * of <= reached * 10**decimals and reached * below < over * of:
                whole = -(-scaled // below)
    return Decimal(whole).scaleb(-decimals)


def rounded_up(value: Amount, decimals: int) -> Decimal:
    """``value`` rounded up: an amount that is needed is never shown as less than it is."""
    scaled = Fraction(value) * 10**decimals
    whole = -(-scaled.numerator // scaled.denominator)
    return rounded(Fraction(whole, 10**decimals), decimals)


def number(
    value: Amount | None,
    decimals: int = 0,
    *,
    signed: bool = False,
    never_reach: Iterable[Amount | None] = (),
    never_within: Iterable[Amount | None] = (),
) -> str:
    """A number with its decimals, grouped from five digits on; ``signed`` puts a plus before what is above zero."""
    if value is None:
        return NONE
    return _printed(rounded(value, decimals, never_reach, never_within), signed)


def _printed(result: Decimal, signed: bool = False) -> str:
    text = format(abs(result), ",f" if abs(result) >= 10000 else "f")
    if result < 0:
        return MINUS + text
    return f"+{text}" if signed and result > 0 else text


def decimals_of(value: Amount | None, at_least: int) -> int:
    """The decimals an amount needs to be shown as it is, at most four: a plan of 2.5 is never shown as 3."""
    if value is None:
        return at_least
    over, below = value.as_integer_ratio()
    for decimals in range(at_least, 4):
        if over * 10**decimals % below == 0:
            return decimals
    return 4 if over * 10**4 % below == 0 else at_least


def plain_amount(value: Amount | None) -> str:
    """An amount as it was typed, of no particular indicator."""
    return number(value, decimals_of(value, 0))


def axis(marks: Sequence[Amount]) -> list[str]:
    """The numbers beside an axis, all of one scale: Chinese counts large ones in 万 and 亿, English writes them out.

    Marks that lie close together are written out as well: 10,200 and 10,400, not 1.02万 and 1.04万.
    """
    exact = [Fraction(mark) for mark in marks]
    highest = max((abs(mark) for mark in exact), default=Fraction(0))
    step = min((abs(after - before) for before, after in pairwise(exact)), default=Fraction(0))
    scales = [] if is_english() else [one for one in SCALES if highest >= one[0] and step * 10 >= one[0]]
    scale, word = scales[0] if scales else (1, "")
    scaled = [mark / scale for mark in exact]
    return [number(mark, decimals_of(mark, 0)) + (word if mark else "") for mark in scaled]


def weight(value: Decimal) -> str:
    """A weight with the decimals it has."""
    return number(value, decimals_of(value, 0))


def percent(ratio: Fraction | None, never_reach: Iterable[Amount | None] = ()) -> str:
    """A ratio as a percentage with one decimal, bounded at <0 and >999 %."""
    if ratio is None:
        return NONE
    if ratio < 0:
        return "<0"
    if ratio > HIGHEST_RATIO:
        return ">999%"
    return f"{_printed(rounded(ratio, PERCENT_DECIMALS + 2, never_reach).scaleb(2))}%"


def points(value: Fraction | None, never_reach: Iterable[Amount | None] = ()) -> str:
    """A difference in percentage points."""
    if value is None:
        return NONE
    text = number(value, PERCENT_DECIMALS, signed=True, never_reach=never_reach)
    return _("%(points)s percentage points") % {"points": text}


def points_apart(value: Fraction) -> str:
    """A distance in percentage points without its sign; never 0 where there is one."""
    return _("%(points)s percentage points") % {"points": points_number(abs(value))}


def points_number(value: Fraction) -> str:
    """A difference in percentage points, its number alone; never 0 where there is one."""
    decimals = PERCENT_DECIMALS
    while decimals < 4 and value != 0 and rounded(value, decimals) == 0:
        decimals += 1
    return number(value, decimals)


def share(part: int, whole: int) -> str:
    """A count out of a count, such as coverage."""
    return f"{part}/{whole}"


def count_of_steps(count: int) -> str:
    return ngettext("%(count)d step", "%(count)d steps", count) % {"count": count}


def count_of_indicators(count: int) -> str:
    return ngettext("%(count)d indicator", "%(count)d indicators", count) % {"count": count}
