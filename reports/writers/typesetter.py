"""The program that sets papers and draws their charts: typst, apart from the server.

A line of JSON is asked on its input and answered on its output, until the input ends. Fonts and what typst keeps of
the last papers take more memory than all the rest of the product; they go with this process.
"""

import base64
import json
import signal
import sys
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

import typst
from fontTools.ttLib import TTFont

#: The folders of the package of fonts: the open font of the product, then those that have rare characters besides.
FOLDERS = ("notosanssc", "notosanstc", "notosansjp")


def main() -> None:
    package = find_spec("justmytype_intl_cjk")
    places = (package.submodule_search_locations or []) if package else []
    folders = [Path(place, "fonts", "ofl", folder) for place in places for folder in FOLDERS]
    fonts = typst.Fonts(font_paths=[folder for folder in folders if folder.is_dir()])
    # Ctrl-C in a terminal is for the server, which may still need it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin.buffer:
        try:
            answer = {"made": _answer(fonts, **json.loads(line))}
        except typst.TypstError as error:
            answer = {"error": f"{error.message} {error.diagnostic}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _answer(fonts: typst.Fonts, do: str, template: str = "", values: str = "", **options: Any) -> Any:
    if do == "fonts":
        files = {(font.path, font.index or 0) for font in fonts.fonts() if font.path}
        return {
            "families": list(fonts.families()),
            "files": sorted(files, key=lambda file: (FOLDERS[0] not in file[0], file)),
        }
    if do == "characters":
        return _characters(**options)
    compiler = typst.Compiler(input=template.encode(), font_paths=fonts, sys_inputs={"values": values})
    if do == "count":
        return int(compiler.query("<pages>", field="value", one=True))
    made = compiler.compile(**options)
    if not isinstance(made, bytes):
        return None
    return base64.b64encode(made).decode()


def _characters(path: str, number: int) -> list[tuple[int, int]]:
    """What a font can show, as ranges with both ends: a Chinese font has tens of thousands of characters in hundreds.

    Nothing of a font that cannot be read.
    """
    try:
        with TTFont(path, fontNumber=number, lazy=True) as font:
            letters = sorted(font.getBestCmap() or ())
    except Exception:  # a damaged font of the machine fails in many ways, and prevents no paper
        return []
    runs = groupby(enumerate(letters), key=lambda item: item[1] - item[0])
    ranges = ([letter for _place, letter in run] for _distance, run in runs)
    return [(letters[0], letters[-1]) for letters in ranges]


if __name__ == "__main__":
    main()
