"""Whether two indicators are probably the same thing under two names.

Names are compared without their form: full width, capitals, blanks, punctuation, and words that say nothing about
what is measured (完成, 任务, 工作, a unit of measure in brackets); 公里 and 千米 are one word. Two names are alike when
they are the same then, or when the pairs of neighbouring characters that they share are at least 80 % of those they
have (twice the shared pairs ÷ the pairs of both). Names with other numbers in them are never alike: people over 60
and over 80 are two indicators. Two definitions are alike when they are the same without their form. Only ever a
warning.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Mapping
from fractions import Fraction
from itertools import combinations, pairwise
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

#: From this share of shared pairs on two names are alike.
ALIKE_FROM = Fraction(8, 10)
#: A definition shorter than this says too little to compare.
SHORTEST_DEFINITION = 8

_SAME_WORDS = (("公里", "千米"), ("公斤", "千克"), ("个数", "数"), ("数量", "数"))
_SAYS_NOTHING = ("工作任务", "目标任务", "完成", "任务", "工作", "情况", "全年", "年度", "累计", "the ", " of ")
_UNIT_IN_BRACKETS = re.compile(
    r"[(\[](%|‰|亿元|万元|元|公里|千米|米|亩|公顷|平方米|立方米|吨|公斤|千克|斤|人次|户次|人|户|个|件|次|处|条|场|座|口|头|只)[)\]]"
)


def plain_name(name: str) -> str:
    """A name without its form; two names with the same plain name are the same to a reader."""
    text = _UNIT_IN_BRACKETS.sub(" ", unicodedata.normalize("NFKC", name).casefold())
    for word in _SAYS_NOTHING:
        text = text.replace(word, " ")
    for word, same in _SAME_WORDS:
        text = text.replace(word, same)
    plain = re.sub(r"[\W_]+", "", text)
    # A name made of nothing else keeps its words.
    return plain or re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())


def _pairs(plain: str) -> frozenset[str]:
    return frozenset(one + other for one, other in pairwise(plain))


def _numbers(plain: str) -> list[str]:
    return re.findall(r"\d+", plain)


def likeness(one: str, other: str) -> Fraction:
    """How much of two names is the same: 1 where they are the same without their form, 0 with other numbers."""
    first, second = plain_name(one), plain_name(other)
    if first == second:
        return Fraction(1)
    if _numbers(first) != _numbers(second):
        return Fraction(0)
    pairs, others = _pairs(first), _pairs(second)
    both = len(pairs) + len(others)
    return Fraction(2 * len(pairs & others), both) if both else Fraction(0)


def alike(one: str, other: str) -> bool:
    """Whether two names are the same or nearly the same."""
    return likeness(one, other) >= ALIKE_FROM


def same_definition(one: str, other: str) -> bool:
    """Whether two definitions say the same; short ones say too little."""
    first, second = plain_name(one), plain_name(other)
    return len(first) >= SHORTEST_DEFINITION and first == second


def alike_among(named: Mapping[Key, tuple[str, str]]) -> dict[Key, tuple[Key, ...]]:
    """Of indicators as (name, definition): those that each is alike to, in the order given; none where none is.

    Only those that share a pair of characters are compared, so that some hundred names take no time.
    """
    by_pair: dict[str, list[Key]] = defaultdict(list)
    by_definition: dict[str, list[Key]] = defaultdict(list)
    by_name: dict[str, list[Key]] = defaultdict(list)
    for key, (name, definition) in named.items():
        plain, meaning = plain_name(name), plain_name(definition)
        by_name[plain].append(key)
        if len(meaning) >= SHORTEST_DEFINITION:
            by_definition[meaning].append(key)
        for pair in _pairs(plain):
            by_pair[pair].append(key)
    shared: dict[tuple[Key, Key], int] = defaultdict(int)
    for keys in by_pair.values():
        for couple in combinations(keys, 2):
            shared[couple] += 1
    found: set[tuple[Key, Key]] = set()
    for group in (*by_name.values(), *by_definition.values()):
        found.update(combinations(group, 2))
    sizes = {key: len(_pairs(plain_name(name))) for key, (name, _definition) in named.items()}
    for (first, second), count in shared.items():
        if Fraction(2 * count, sizes[first] + sizes[second]) >= ALIKE_FROM:
            numbers = [_numbers(plain_name(named[key][0])) for key in (first, second)]
            if numbers[0] == numbers[1]:
                found.add((first, second))
    places = {key: place for place, key in enumerate(named)}
    result: dict[Key, list[Key]] = defaultdict(list)
    for first, second in found:
        result[first].append(second)
        result[second].append(first)
    return {key: tuple(sorted(others, key=places.__getitem__)) for key, others in result.items()}
