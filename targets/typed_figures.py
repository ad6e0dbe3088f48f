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
_MULTIPLES = {"万": 10_000, "亿": 100_000_000}


def read_figure(text: str, unit_of_measure: str = "") -> Decimal | None:
    """The number that a person typed; ``None`` for an empty text.

    Full-width digits, blanks, thousands separators and the indicator's own unit of measure behind the number are
    understood; 万 and 亿 multiply, unless the unit of measure itself counts in them.

    Raises:
        ValidationError: it is no plain number, has more than four decimals, or more than eleven digits before
            the point.
    """
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    if not plain:
        return None
    if len(plain) > LONGEST:
        raise ValidationError(_("This is too long for a figure. Type digits only, such as 634.29."))
    number = re.sub(r"\s", "", plain)
    unit = unicodedata.normalize("NFKC", unit_of_measure).strip()
    if unit and number.endswith(unit):
        number = number[: -len(unit)]
    factor = 1
    if number[-1:] in _MULTIPLES and not unit.startswith(number[-1]):
        factor = _MULTIPLES[number[-1]]
        number = number[:-1]
    if _GROUPED.fullmatch(number):
        number = number.replace(",", "")
    if not _PLAIN.fullmatch(number) or not number.isascii():
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
