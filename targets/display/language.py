"""Names, lists and punctuation in the reader's language."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Protocol, TypeVar

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

NONE = "—"

Words = TypeVar("Words")


def once_per_language(make: Callable[[], Words]) -> Callable[[], Words]:
    """Make a table of translated words once for each language, not for every cell that prints one of them."""
    made: dict[str | None, Words] = {}

    @wraps(make)
    def words() -> Words:
        language = get_language()
        if language not in made:
            made[language] = make()
        return made[language]

    return words


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


def first_of(texts: Iterable[str], most: int = 20) -> str:
    """A list within a sentence; of many the first, and how many more there are."""
    listed = list(texts)
    if len(listed) <= most:
        return joined(listed)
    return _("%(units)s and %(count)d more") % {"units": joined(listed[:most]), "count": len(listed) - most}


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
