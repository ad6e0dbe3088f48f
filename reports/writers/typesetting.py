"""The typesetter: typst with the fonts of this machine, and an open Chinese font where a paper's own is not there."""

import json
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal
from unicodedata import category

import typst
from fontTools.ttLib import TTFont, TTLibError

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


#: The folders of the package of fonts: the open font of the product, then those that have rare characters besides.
FOLDERS = ("notosanssc", "notosanstc", "notosansjp")


@cache
def fonts() -> typst.Fonts:
    """The fonts of the machine and those that the requirements bring. Found once: it reads every font's head."""
    package = find_spec("justmytype_intl_cjk")
    places = (package.submodule_search_locations or []) if package else []
    folders = [Path(place, "fonts", "ofl", folder) for place in places for folder in FOLDERS]
    return typst.Fonts(font_paths=[folder for folder in folders if folder.is_dir()])


@cache
def _files() -> tuple[tuple[str, int], ...]:
    """The font files with the number of each font in its file, those of the product first."""
    found = {(font.path, font.index or 0) for font in fonts().fonts() if font.path}
    return tuple(sorted(found, key=lambda file: (FOLDERS[0] not in file[0], file)))


@cache
def _characters(path: str, index: int) -> frozenset[int]:
    """What a font file can show; nothing of one that cannot be read."""
    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (TTLibError, OSError):
        return frozenset()


def lacking(texts: Iterable[str]) -> str:
    """The characters that no font of this machine has, each once, in the order in which they are read.

    Letters and signs below the Chinese ones that are in no file are taken for those that the typesetter itself brings.
    """
    rest = [letter for letter in dict.fromkeys("".join(texts)) if category(letter) not in UNSEEN]
    for path, index in _files():
        if not rest:
            break
        known = _characters(path, index)
        rest = [letter for letter in rest if ord(letter) not in known]
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


@cache
def families() -> frozenset[str]:
    """The names of all fonts found, in small letters."""
    return frozenset(name.lower() for name in fonts().families())


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
    compiler = typst.Compiler(font_paths=fonts())
    try:
        made = compiler.compile(
            input=template, format=form, ppi=ppi, sys_inputs={"values": json.dumps(values, ensure_ascii=False)}
        )
    except typst.TypstError as error:
        raise TypesettingError(f"{error.message} {error.diagnostic}") from error
    if not isinstance(made, bytes):
        raise TypesettingError("One page was expected." if made else "Nothing was set.")
    return made


def pages_of(template: bytes, values: dict[str, Any]) -> int:
    """How many pages a template makes of the values. The template leaves the number at its end as ``<pages>``."""
    compiler = typst.Compiler(
        input=template, font_paths=fonts(), sys_inputs={"values": json.dumps(values, ensure_ascii=False)}
    )
    return int(compiler.query("<pages>", field="value", one=True))


PICTURE = b"""
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image(bytes(json(bytes(sys.inputs.values)).svg), format: "svg")
"""
#: Sharp on paper at the width of the text: 620 units are 465 pt, so 200 dots an inch are 1292 across.
PICTURE_PPI = 200


def as_png(svg: str) -> bytes:
    """A drawing as PNG, for Word."""
    return typeset(PICTURE, {"svg": svg}, "png", PICTURE_PPI)
