"""Figures as people type and paste them: understood where they are certain, refused with the reason where not."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from targets.models.fields import AMOUNT_DECIMALS, AMOUNT_DIGITS

LONGEST = 40
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_WITH_WORDS = re.compile(r"[+-]?[0-9][0-9,.]*([^0-9,.].*)")
_EXPONENT = re.compile(r"[eE][+-]?[0-9]+")
_MULTIPLES = {"万": 10_000, "亿": 100_000_000}
#: Units of measure that count in thousands, ten thousands and the like; 千米 and 百分点 are units of their own.
_COUNTS_IN_MULTIPLES = re.compile(r"[万亿]|百(?!分)|千(?![米克瓦伏])")


def read_figure(text: str, unit_of_measure: str = "", unit_in_english: str = "") -> Decimal | None:
    """The number that a person typed; ``None`` for an empty text.

    Full-width digits, blanks, thousands separators and the indicator's own unit of measure behind the number are
    understood; 万 and 亿 multiply, unless the unit of measure itself counts in multiples: 1亿 is never 1亿 of 万元.

    Raises:
        ValidationError: it is no plain number, is in another unit of measure, has more than four decimals, or more
            than eleven digits before the point.
    """
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    if not plain:
        return None
    if len(plain) > LONGEST:
        raise ValidationError(_("This is too long for a figure. Type digits only, such as 634.29."))
    number = re.sub(r"\s", "", plain)
    unit = unicodedata.normalize("NFKC", unit_of_measure).strip()
    for known in (unit, unit_in_english):
        if known and number.endswith(known):
            number = number[: -len(known)]
            break
    factor = 1
    if number[-1:] in _MULTIPLES and _COUNTS_IN_MULTIPLES.match(unit) is None:
        factor = _MULTIPLES[number[-1]]
        number = number[:-1]
    if _GROUPED.fullmatch(number):
        number = number.replace(",", "")
    if not _PLAIN.fullmatch(number) or not number.isascii():
        words = _WITH_WORDS.fullmatch(number)
        if unit and words is not None and words[1][0].isalpha() and not _EXPONENT.fullmatch(words[1]):
            raise ValidationError(
                _("“%(typed)s” was typed, and the indicator is in %(unit)s. Convert the figure, then type digits only.")
                % {"typed": words[1], "unit": unit}
            )
        raise ValidationError(_("“%(text)s” is not a number. Type digits only, such as 634.29.") % {"text": plain})
    try:
        value = Decimal(number) * factor
    except InvalidOperation as error:
        raise ValidationError(_("“%(text)s” is not a number.") % {"text": plain}) from error
    if value.normalize().as_tuple().exponent < -AMOUNT_DECIMALS:  # type: ignore[operator]
        raise ValidationError(_("“%(text)s” has more than four decimals. Round it.") % {"text": plain})
    if abs(value) >= Decimal(10) ** (AMOUNT_DIGITS - AMOUNT_DECIMALS):
        raise ValidationError(
            _("“%(text)s” has more than eleven digits before the point. Check the unit of measure.") % {"text": plain}
        )
    return value


def read_fraction(text: str) -> tuple[str, str] | None:
    """Numerator and denominator of what was typed as one, such as 12/15; ``None`` where it is something else."""
    parts = [part.strip() for part in unicodedata.normalize("NFKC", text[: 3 * LONGEST]).split("/")]
    if len(parts) != 2 or not all(any(sign.isdigit() for sign in part) for part in parts):
        return None
    return parts[0], parts[1]


def plain_figure(amount: Decimal | None) -> str:
    """A figure as it would be typed: no thousands separators, no zeros at its end; empty for ``None``."""
    if amount is None:
        return ""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
