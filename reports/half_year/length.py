"""How long a paper is, counted as Word counts 字数, against the limits that the rules set.

Papers of a general kind are kept to 5,000 characters and those on a single matter to 4,000
(《整治形式主义为基层减负若干规定》, 2024).
"""

import re

SPECIAL, GENERAL = 4000, 5000

#: Chinese characters and full-width marks count one each; letters, digits and signs without a blank count one together.
_WIDE = r"\u2e80-\u2fff\u3001-\u9fff\uf900-\ufaff\uff00-\uffef\u2014\u2018\u2019\u201c\u201d\u2026\U00020000-\U0003ffff"
_COUNTED = re.compile(rf"[{_WIDE}]|[^\s{_WIDE}]+")


def words_in(text: str) -> int:
    """字数 of a text."""
    return sum(1 for _found in _COUNTED.finditer(text))
