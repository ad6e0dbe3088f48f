"""Columns that several models share, so that one kind of thing is stored in one way."""

import json
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

#: Eleven integer digits and four decimals: the most that SQLite keeps exactly.
AMOUNT_DIGITS, AMOUNT_DECIMALS = 15, 4


#: Of a text without a limit of its own in the database: what a person may write of a definition or a wording.
LONGEST_TEXT = 2000


def longest(model: type[models.Model], field: str) -> int:
    """How many characters a field keeps."""
    limit: int | None = getattr(model._meta.get_field(field), "max_length", None)
    return limit or LONGEST_TEXT


class AmountField(models.DecimalField):
    """An amount in an indicator's unit of measure (rates: percent)."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("max_digits", AMOUNT_DIGITS)
        kwargs.setdefault("decimal_places", AMOUNT_DECIMALS)
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


def as_amount(value: Fraction) -> Decimal:
    """A computed figure as an amount that can be stored: rounded half up to the decimals that are kept."""
    exact = Context(prec=60)
    quotient = exact.divide(Decimal(value.numerator), Decimal(value.denominator))
    return quotient.quantize(Decimal(1).scaleb(-AMOUNT_DECIMALS), ROUND_HALF_UP, exact)


class MonthField(models.PositiveSmallIntegerField):
    """A month from 1 to 12."""

    default_validators = [MinValueValidator(1), MaxValueValidator(12)]


class SheetField(models.Field):
    """A ``Sheet`` of ``calculations.accounts`` as JSON text; its whole numbers are exact however long they are."""

    def get_internal_type(self) -> str:
        return "TextField"

    def from_db_value(self, value: str | None, *_args: object) -> object:
        return None if value is None else json.loads(value)

    def to_python(self, value: object) -> object:
        return json.loads(value) if isinstance(value, str) else value

    def get_prep_value(self, value: object) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
