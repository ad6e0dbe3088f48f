"""The typesetter: typst with the fonts of this machine, and an open Chinese font where a paper's own is not there."""

import base64
import json
import subprocess
import sys
import threading
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from operator import itemgetter
from typing import Any, Literal
from unicodedata import category

from django.conf import settings

from reports.writers.official import Face

#: What stands in on a machine without the fonts of official papers: best first, the last one comes with the product.
OPEN_FACES = ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "Noto Sans SC")


class TypesettingError(Exception):
    """The document could not be set. The message is for the log."""


class UnprintableError(Exception):
    """No font of this machine has some characters, so a file would show empty boxes for them."""

    def __init__(self, characters: str) -> None:
        super().__init__(characters)
        self.characters = characters


class _Typesetter:
    """``reports.writers.typesetter``, started with the first paper and ended when none was asked for a while."""

    IDLE_SECONDS = 10

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._end = threading.Timer(0, self.stop)

    def ask(self, do: str, **job: Any) -> Any:
        """Raises ``TypesettingError`` where nothing comes of it."""
        with self._lock:
            self._end.cancel()
            try:
                answer = self._ask(json.dumps({"do": do, **job}).encode() + b"\n")
            finally:
                self._end = threading.Timer(self.IDLE_SECONDS, self.stop)
                self._end.daemon = True
                self._end.start()
        if "error" in answer:
            raise TypesettingError(answer["error"])
        return answer["made"]

    def _ask(self, line: bytes) -> dict[str, Any]:
        process = self._process
        if process is None or process.poll() is not None:
            program = [sys.executable, "-m", "reports.writers.typesetter"]
            process = self._process = subprocess.Popen(
                program, cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(line)
            process.stdin.flush()
            return dict(json.loads(process.stdout.readline()))
        except (OSError, ValueError) as error:
            process.kill()
            code = process.wait()
            raise TypesettingError(f"The typesetter ended with code {code}.") from error

    def stop(self) -> None:
        with self._lock:
            if self._process is not None:
                # The end of its input is its own.
                self._process.communicate()
                self._process = None


#: One for each process of the server.
typesetter = _Typesetter()


@cache
def _fonts() -> tuple[frozenset[str], tuple[tuple[str, int], ...]]:
    """The names of all fonts, in small letters, and their files with the number of each font, the product's first."""
    found = typesetter.ask("fonts")
    files = tuple((str(path), int(index)) for path, index in found["files"])
    return frozenset(name.lower() for name in found["families"]), files


def _files() -> tuple[tuple[str, int], ...]:
    return _fonts()[1]


@cache
def _characters(path: str, number: int) -> tuple[tuple[int, int], ...]:
    """What a font can show, as ranges with both ends in order."""
    return tuple((first, last) for first, last in typesetter.ask("characters", path=path, number=number))


def _shows(path: str, number: int, letter: str) -> bool:
    ranges = _characters(path, number)
    place = bisect_right(ranges, ord(letter), key=itemgetter(0)) - 1
    return place >= 0 and ord(letter) <= ranges[place][1]


def lacking(texts: Iterable[str]) -> str:
    """The characters that no font of this machine has, each once, in the order in which they are read.

    Letters and signs below the Chinese ones that are in no file are taken for those that the typesetter itself brings.
    """
    rest = [letter for letter in dict.fromkeys("".join(texts)) if category(letter) not in UNSEEN]
    for path, number in _files():
        if not rest:
            break
        rest = [letter for letter in rest if not _shows(path, number, letter)]
    return "".join(letter for letter in rest if not _is_brought_along(letter))


#: Blanks, controls, and marks that change the character before them, such as variation selectors.
UNSEEN = ("Cc", "Cf", "Mn", "Zl", "Zp", "Zs")


def _is_brought_along(letter: str) -> bool:
    """Latin, Greek and Cyrillic letters, signs of mathematics, arrows and the like."""
    return ord(letter) < 0x0530 or 0x1E00 <= ord(letter) < 0x2C00


def require_printable(texts: Iterable[str]) -> None:
    """Raises ``UnprintableError`` for characters that no font has."""
    characters = lacking(texts)
    if characters:
        raise UnprintableError(characters)


def families() -> frozenset[str]:
    """The names of all fonts found, in small letters."""
    return _fonts()[0]


def chain_of(face: Face) -> list[str]:
    """The fonts to try for a typeface: its own names where one is there, then what stands in."""
    known = families()
    return [name for name in (face.name, *face.others, *OPEN_FACES) if name.lower() in known]


def stands_in(face: Face) -> str:
    """The open font that stands in for a typeface; empty where its own is there."""
    first = next(iter(chain_of(face)), "")
    return first if first in OPEN_FACES else ""


def typeset(
    template: bytes, values: dict[str, Any], form: Literal["pdf", "png"] = "pdf", ppi: float | None = None
) -> bytes:
    """Set a template of ours. ``values`` reach it as JSON text, so nothing that a person typed is ever markup.

    Raises:
        TypesettingError: the template does not fit the values.
    """
    made = typesetter.ask("set", template=template.decode(), values=_as_text(values), format=form, ppi=ppi)
    if made is None:
        raise TypesettingError("One page was expected.")
    return base64.b64decode(made)


def pages_of(template: bytes, values: dict[str, Any]) -> int:
    """How many pages a template makes of the values. The template leaves the number at its end as ``<pages>``."""
    return int(typesetter.ask("count", template=template.decode(), values=_as_text(values)))


def _as_text(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False)


PICTURE = b"""
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image(bytes(json(bytes(sys.inputs.values)).svg), format: "svg")
"""
#: Sharp on paper at the width of the text: 620 units are 465 pt, so 200 dots an inch are 1292 across.
PICTURE_PPI = 200


def as_png(svg: str) -> bytes:
    """A drawing as PNG, for Word."""
    return typeset(PICTURE, {"svg": svg}, "png", PICTURE_PPI)
