"""What files ask of a printed text: numbers of cells, figures within the sentences of papers, names of files."""

import re
from decimal import Decimal, InvalidOperation

from .language import NONE, is_english
from .numbers import MINUS


def as_number(text: str) -> Decimal | None:
    """The number that a printed text shows, a percentage as its share of 1; ``None`` where it shows none.

    Files take their numbers from here, so that they show what the page shows and nothing is rounded twice.
    """
    if text == NONE:
        return None
    plain = text.replace(MINUS, "-").replace(",", "").lstrip("+")
    is_percent = plain.endswith("%")
    try:
        value = Decimal(plain.rstrip("%"))
    except InvalidOperation:
        return None
    return value.scaleb(-2) if is_percent else value


#: A spreadsheet set to Chinese takes the full-width signs for the same.
_FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def spreadsheet_text(text: str) -> str:
    """Text of a cell that a spreadsheet would take for a formula is kept text by an apostrophe.

    One that begins with such an apostrophe gets another, so that `from_spreadsheet` gives back every text.
    """
    return f"'{text}" if _begins_a_formula(text.lstrip("'")) else text


def from_spreadsheet(text: str) -> str:
    """A cell that `spreadsheet_text` has written, as it was."""
    return text[1:] if text.startswith("'") and _begins_a_formula(text.lstrip("'")) else text


def _begins_a_formula(text: str) -> bool:
    return text.lstrip(" ")[:1] in _FORMULA_SIGNS and any(letter.isalnum() for letter in text)


def in_text(text: str) -> str:
    """A printed figure within a Chinese sentence of a paper: no grouping, no blank before its unit (GB/T 15835)."""
    return text if is_english() else text.replace(",", "").replace(" ", "")


def in_paper(text: str) -> str:
    """A printed figure as an official paper writes it: as within a sentence, and without zeros at its end: 50%, 4.2."""
    return re.sub(r"\.(\d*?)0+(?!\d)", lambda kept: f".{kept[1]}" if kept[1] else "", in_text(text))


def file_name(*parts: str) -> str:
    """A file's name without its ending: what, whose, when; without what a file system refuses."""
    return "_".join(re.sub(r'[\\/:*?"<>|\s]+', "-", part).strip("-") for part in parts if part)
