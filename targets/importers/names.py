"""Which section, unit or indicator a name in a sheet stands for: by code, name, alias or abbreviation."""

import difflib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

from targets.models.indicators import Accumulation, Direction, Kind

#: How alike two names must be to be offered as each other.
ALIKE = 0.5
#: How alike two indicators must be to ask whether they are one.
NEARLY_THE_SAME = 0.82
MOST_OFFERED = 5
#: A longer text is none: comparing takes time with the square of its length.
LONGEST_NAME = 200

_ENDINGS = re.compile(r"(办公室|工作站|服务中心|管理所|社区|村|办|所|站|中心|室|科|股)$")
_NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十]{1,3}[)）]|\d{1,3}[、.．])")


@dataclass(frozen=True)
class Known:
    """Something that exists, under its code. ``aliases`` are other names it goes by."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class KnownIndicator(Known):
    """An indicator that exists; the fields are those of the model, ``section`` its section's code."""

    unit_of_measure: str = ""
    kind: str = Kind.QUANTITY
    accumulation: str = Accumulation.FLOW
    direction: str = Direction.AT_LEAST
    decimals: int = 0
    section: str = ""


AnyKnown = TypeVar("AnyKnown", bound=Known)


@dataclass(frozen=True)
class Names:
    """What the house knows when a sheet is read."""

    sections: Sequence[Known] = ()
    units: Sequence[Known] = ()
    indicators: Sequence[KnownIndicator] = ()
    #: The targets that stand in the year: code of the indicator and of the unit.
    targets: frozenset[tuple[str, str]] = frozenset()
    #: The codes of all indicators, those out of use among them.
    codes: frozenset[str] = frozenset()

    @cached_property
    def indicators_by_code(self) -> dict[str, KnownIndicator]:
        return {entry.code: entry for entry in reversed(self.indicators)}  # the first of a code is the one

    @cached_property
    def _indicators_by_name(self) -> dict[str, list[KnownIndicator]]:
        found: dict[str, list[KnownIndicator]] = defaultdict(list)
        for entry in self.indicators:
            found[plain(entry.name)].append(entry)
        return found

    def indicators_named(self, name: str) -> Sequence[KnownIndicator]:
        """The indicators of a name; 1、油茶种植 and 2、油茶种植 are of one."""
        return self._indicators_by_name.get(plain(name), ()) if name else ()

    @cached_property
    def indicators_alike(self) -> "Alike[KnownIndicator]":
        return Alike(self.indicators)

    def section(self, name: str) -> "Match":
        """What a name stands for among the sections (``find``)."""
        if name not in self._found_sections:
            self._found_sections[name] = find(name, self.sections)
        return self._found_sections[name]

    def unit(self, name: str) -> "Match":
        """What a name stands for among the units (``find``)."""
        if name not in self._found_units:
            self._found_units[name] = find(name, self.units)
        return self._found_units[name]

    @cached_property
    def _found_sections(self) -> dict[str, "Match"]:
        return {}

    @cached_property
    def _found_units(self) -> dict[str, "Match"]:
        return {}


@dataclass(frozen=True)
class Match:
    """What a name stands for.

    ``found`` is ``None`` where it is unknown or could be several. ``exact``: by code, name or alias; otherwise by an
    abbreviation that only one name fits. ``nearest`` are the ones to offer, the likeliest first.
    """

    found: Known | None = None
    exact: bool = False
    nearest: tuple[Known, ...] = ()


#: Said in front of the first part of a whole: 其中：国税收入 is 国税收入.
AMONG = re.compile(r"^其中\s*[:：,，]?\s*(?=\S)")


# A sheet of ten thousand rows names the same few units and indicators again and again.
@lru_cache(maxsize=16_384)
def plain(name: str) -> str:
    """A name for comparison: half-width, without blanks, and without numbering and 其中 in front.

    What stands in brackets stays: 低保人数（城市） and 低保人数（农村） are two indicators.
    """
    return AMONG.sub("", _NUMBERING.sub("", re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).lower()))


@lru_cache(maxsize=16_384)
def bare(name: str) -> str:
    """The name of a section or unit, without what is said of it in brackets: 经济发展（30分） is 经济发展."""
    text = plain(name)
    text = re.sub(r"\([^()]*\)$", "", text) or text
    # 东村村民委员会 and 东村委会 are both 东村.
    return re.sub(r"(村|社区|居)(?:村|社区|居)?(?:民委员会|委会)$", r"\1", text)


def find(name: str, known: Iterable[Known]) -> Match:
    """What the name of a section or unit stands for among what is known."""
    listed = list(known)
    wanted = bare(name)
    if not wanted or len(wanted) > LONGEST_NAME:
        return Match()
    exact = [entry for entry in listed if plain(name) in (plain(entry.code), plain(entry.name))]
    exact = exact or [
        entry for entry in listed if wanted in (bare(entry.code), bare(entry.name), *map(bare, entry.aliases))
    ]
    if len(exact) == 1:
        return Match(exact[0], exact=True)
    if len(exact) > 1:
        return Match(nearest=tuple(exact[:MOST_OFFERED]))
    short = [
        entry for entry in listed if any(_abbreviates(wanted, bare(full)) for full in (entry.name, *entry.aliases))
    ]
    if len(short) == 1:
        return Match(short[0])
    return Match(nearest=tuple(short[:MOST_OFFERED]) or nearest(wanted, listed))


def nearest(name: str, known: Iterable[AnyKnown], *, alike: float = ALIKE) -> tuple[AnyKnown, ...]:
    """The names most like one, the likeliest first."""
    return Alike(known).nearest(name, alike=alike)


class Alike(Generic[AnyKnown]):
    """Names in the order of their letters, so that one is compared with few of them."""

    def __init__(self, known: Iterable[AnyKnown]) -> None:
        self.known = list(known)
        self.names = [plain(entry.name) for entry in self.known]
        self.found: dict[tuple[str, float], tuple[AnyKnown, ...]] = {}
        #: Of a letter, the numbers of the names that have it, and how many times.
        self.letters: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, name in enumerate(self.names):
            for letter, times in Counter(name).items():
                self.letters[letter].append((number, times))

    def nearest(self, name: str, *, alike: float) -> tuple[AnyKnown, ...]:
        """The names most like one, the likeliest first. ``alike`` is from 0 to 1, the least that counts."""
        wanted = plain(name)
        if len(wanted) > LONGEST_NAME:
            return ()
        if (wanted, alike) not in self.found:
            self.found[wanted, alike] = self._nearest(wanted, alike)
        return self.found[wanted, alike]

    def _nearest(self, wanted: str, alike: float) -> tuple[AnyKnown, ...]:
        shared: dict[int, int] = defaultdict(int)
        for letter, times in Counter(wanted).items():
            for number, there in self.letters.get(letter, ()):
                shared[number] += min(times, there)
        matcher = difflib.SequenceMatcher(None, autojunk=False)
        matcher.set_seq2(wanted)
        measured = []
        for number, count in shared.items():
            # The exact measure is slow. It is never above that of the shared letters, wherever they stand.
            if 2.0 * count / (len(wanted) + len(self.names[number])) >= alike:
                matcher.set_seq1(self.names[number])
                ratio = matcher.ratio()
                if ratio >= alike:
                    measured.append((-ratio, number))
        return tuple(self.known[number] for _ratio, number in sorted(measured)[:MOST_OFFERED])


def _abbreviates(short: str, full: str) -> bool:
    """Whether one name is the other cut short: 经发办 of 经济发展办公室, 党政办 of 党政办公室.

    The letters in order, the first and the kind of office the same: 农业办 is not 农村农业服务中心.
    """
    if short == full:
        return True
    for one, other in ((short, full), (full, short)):
        if _ENDINGS.sub("", one) == _ENDINGS.sub("", other) and len(_ENDINGS.sub("", one)) > 1:
            return one[-1:] == other[-1:] or _kind(one) == _kind(other) or not _ENDINGS.search(one)
    if len(short) < 2 or len(short) >= len(full) or short[0] != full[0]:
        return False
    if _ENDINGS.search(short) and _kind(short) != _kind(full):
        return False
    stem, whole = _ENDINGS.sub("", short), iter(_ENDINGS.sub("", full))
    return len(stem) > 1 and all(letter in whole for letter in stem)


def _kind(name: str) -> str:
    """办公室 and 办 are one kind of office."""
    ending = _ENDINGS.search(name)
    if ending is None:
        return ""
    return {"办公室": "办", "工作站": "站", "服务中心": "中心", "管理所": "所"}.get(ending[1], ending[1])
