"""The typesetter: typst with the fonts of this machine, and an open Chinese font where a paper's own is not there."""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import typst

from reports.writers.official import FACES, Face

#: What stands in on a machine without the fonts of official papers: best first, the last one comes with the product.
OPEN_FACES = ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "Noto Sans SC")


class TypesettingError(Exception):
    """The document could not be set. The message is for the log."""


@cache
def fonts() -> typst.Fonts:
    """The fonts of the machine and the one that the requirements bring. Found once: it reads every font's head."""
    package = find_spec("justmytype_intl_cjk")
    folders = (
        [Path(place, "fonts", "ofl", "notosanssc") for place in (package.submodule_search_locations or [])]
        if package
        else []
    )
    return typst.Fonts(font_paths=[folder for folder in folders if folder.is_dir()])


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


def missing_faces() -> tuple[str, ...]:
    """The typefaces of official papers that this machine has not, by the name that Word writes."""
    return tuple(
        face.name for face in FACES if not any(name.lower() in families() for name in (face.name, *face.others))
    )


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
