"""Why something lags and what is done about it, as the units say it."""

from collections.abc import Callable, Iterable
from typing import Any

from .language import between_clauses, bracketed, joined, name


def told(row: Any, remedies: Iterable[Any], text_of: Callable[[Any], str]) -> str:
    """One part of the open remedies of a row, such as their measures; ``text_of`` makes the text of one.

    As it was typed where one unit alone can say it. Where the row is made of several, whose a text is stands behind
    it, also of a single one, which would else stand for the whole; what many say alike stands once.
    """
    if row.is_of_one:
        return "".join(text_of(remedy) for remedy in remedies)
    said: dict[str, list[str]] = {}
    for remedy in remedies:
        text = " ".join(text_of(remedy).split()).rstrip("。.;；，, ")
        if text:
            said.setdefault(text, []).append(name(remedy.target.unit))
    return between_clauses().join(bracketed(text, joined(units)) for text, units in said.items())


def causes(row: Any, remedies: Iterable[Any]) -> str:
    """Why a row lags, as far as somebody said so; empty where nobody did."""
    return told(row, remedies, lambda remedy: remedy.cause)
