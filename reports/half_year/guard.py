"""What words that a person typed tell of, though nobody chose it: what is sensitive, and what lags or was not reported.

Figures that are bound to the data are known by their names; this is about the words around them.

- A sensitive indicator is told of where its name stands.
- One that lags, or was not reported, is told of where its name stands with a figure or with a word such as 滞后 or
  低于: behind the name as far as the next name or the end of the sentence, or a figure right before it. A figure that
  the plan gives for it tells nothing, nor does a date.

A name is meant where it stands in full and is no part of a longer name of another indicator.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from targets.models import Indicator

SENTENCE = re.compile(r"[。；;！？!?\n]")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
#: Months, days and quarters are no figures of an indicator.
DATE = re.compile(
    r"\d{4}年(?:度)?|\d{1,2}月?(?:至|到|[-—~、])\d{1,2}月(?:份|底|末)?|\d{1,2}月(?:\d{1,2}日|份|底|末|初|[上中下]旬)?"
    r"|\d{1,2}日|第?\d季度"
)
CHINESE_NUMBER = "[一二两三四五六七八九十百千万零〇]+[余多]?"
#: Words that say that something lags.
LAGS = re.compile("欠进度|滞后|落后|低于|慢于|未完成|未达|未报|缺报|尚未|缓慢|偏慢")
#: What stands for a bound figure: no word and no number.
BOUND = "\ufffc"


@dataclass(frozen=True)
class Guard:
    """What may not be told of.

    Attributes:
        indicators: all whose names are known, by code.
        lagging: the codes of what lags or was not reported.
        planned: the numbers that the plan gives for these, as a paper prints them.
        ticked: the codes of what lags and may be named; ``included`` of what is sensitive and may be named.
    """

    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    lagging: frozenset[str] = frozenset()
    planned: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ticked: frozenset[str] = frozenset()
    included: frozenset[str] = frozenset()

    def with_choice(self, ticked: Iterable[str], included: Iterable[str]) -> "Guard":
        """The same with what was chosen to be named when a version was kept."""
        return replace(self, ticked=frozenset(ticked), included=frozenset(included))

    def is_closed(self, code: str) -> bool:
        """Whether an indicator is sensitive and was not chosen by name."""
        indicator = self.indicators.get(code)
        return indicator is not None and indicator.sensitive and code not in self.ticked | self.included

    def sensitive_in(self, words: str) -> tuple[str, ...]:
        """The codes of the sensitive indicators that words tell of."""
        return _once(code for code, _before, _behind in self._named(words) if self.is_closed(code))

    def lagging_in(self, words: str) -> tuple[str, ...]:
        """The codes of what lags and that words tell of."""
        return _once(
            code
            for code, before, behind in self._named(words)
            if code in self.lagging
            and code not in self.ticked
            and not self.is_closed(code)
            and self._is_told(code, before, behind)
        )

    def _named(self, words: str) -> Iterator[tuple[str, str, str]]:
        """Each indicator that is named, with the words before and behind its name that may be about it."""
        if self._names is None:
            return
        for sentence in SENTENCE.split(words):
            found = list(self._names.finditer(sentence))
            for place, name in enumerate(found):
                start = found[place - 1].end() if place else 0
                end = found[place + 1].start() if place + 1 < len(found) else len(sentence)
                for code in self._codes[name.group()]:
                    yield code, sentence[start : name.start()], sentence[name.end() : end]

    def _is_told(self, code: str, before: str, behind: str) -> bool:
        if LAGS.search(behind):
            return True
        measure = re.escape(self.indicators[code].unit_of_measure) or "个"
        before, behind = DATE.sub(" ", before), DATE.sub(" ", behind)
        numbers = NUMBER.findall(behind)
        # Right before the name, as in 仅完成2个旱厕改造.
        counted = rf"({NUMBER.pattern}|{CHINESE_NUMBER})[余多]?(?:{measure}|个|项|%)$"
        right_before = re.search(counted, before)
        if right_before:
            numbers.append(right_before[1])
        if re.search(rf"{CHINESE_NUMBER}(?:{measure}|个百分点|成|倍)", behind):
            return True
        known = self.planned.get(code, frozenset())
        return any(number not in known for number in numbers)

    @cached_property
    def _codes(self) -> dict[str, list[str]]:
        codes: dict[str, list[str]] = {}
        for code, indicator in self.indicators.items():
            if indicator.name:
                codes.setdefault(indicator.name, []).append(code)
        return codes

    @cached_property
    def _names(self) -> re.Pattern[str] | None:
        """All names, the longer ones first; ``None`` where there are none."""
        names = sorted(self._codes, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, names))) if names else None


def _once(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


def numbers_of(texts: Collection[str]) -> frozenset[str]:
    """The numbers in printed figures."""
    return frozenset(number for text in texts for number in NUMBER.findall(text))
