"""Names, lists and punctuation in the reader's language."""

from collections.abc import Iterable
from typing import Any, Protocol

from django.utils.translation import get_language, pgettext

NONE = "—"


class Named(Protocol):
    """What carries a name in Chinese and perhaps in English."""

    name: str
    name_en: str


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def localized(instance: Any, field: str) -> str:
    """A field in the reader's language: the English one where it is filled and English was chosen."""
    english = getattr(instance, f"{field}_en", "")
    return str(english if english and is_english() else getattr(instance, field))


def name(instance: Named) -> str:
    """The name of a unit, section, indicator or step."""
    return localized(instance, "name")


def separator() -> str:
    """What stands between the parts of a list: 、 in Chinese, a comma in English."""
    return pgettext("between the parts of a list", ", ")


def joined(texts: Iterable[str]) -> str:
    """A list within a sentence."""
    listed = list(texts)
    return separator().join(listed) if len(listed) > 1 else "".join(listed)


def comma() -> str:
    """What stands between the clauses of a sentence."""
    return ", " if is_english() else "，"


def between_clauses() -> str:
    """What stands between the parts of a sentence that have commas of their own."""
    return "; " if is_english() else "；"


def bracketed(text: str, note: str) -> str:
    """A text with what must be known of it in brackets behind it."""
    return f"{text} ({note})" if is_english() else f"{text}（{note}）"


def full_stop() -> str:
    return "." if is_english() else "。"


def labelled(label: str, text: str) -> str:
    """A text after what it is: with a colon in Chinese, and one with a blank in English."""
    return f"{label}: {text}" if is_english() else f"{label}：{text}"
