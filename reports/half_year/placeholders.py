"""Words bound to figures: a text holds ``{{E06.actual}}``, a person sees 〖634.29万元〗, and the file says 634.29万元.

A figure stands between 〖 and 〗, which no office types by itself: the brackets of document numbers 〔2026〕 stay free.
Where one printed figure could be two of them it carries the code of its indicator, 〖100%|R04〗, or its whole name.
Brackets around anything else are figures typed by hand: they follow nothing, and the page says so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reports.document import Run

#: A placeholder in a stored text. Its name is that of a figure, or of one that is gone.
PLACEHOLDER = re.compile(r"\{\{\s*([^{}|〖〗\s](?:[^{}|〖〗\n]{0,78}[^{}|〖〗\s])?)\s*\}\}")
#: A figure in a text that a person sees.
MARKED = re.compile(r"〖([^〖〗|\n]*)(?:\|\s*([^{}|〖〗\s](?:[^{}|〖〗\n]{0,78}[^{}|〖〗\s])?)\s*)?〗")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
GONE = "？"


@dataclass(frozen=True)
class Piece:
    """A piece of a text: words, or the figure that ``name`` names."""

    words: str
    name: str = ""


def pieces(template: str) -> list[Piece]:
    """A stored text taken apart."""
    found, end = [], 0
    for match in PLACEHOLDER.finditer(template):
        found += [Piece(template[end : match.start()]), Piece("", match.group(1))]
        end = match.end()
    found.append(Piece(template[end:]))
    return [piece for piece in found if piece.words or piece.name]


def names_in(template: str) -> tuple[str, ...]:
    """The figures that a text is bound to, each once."""
    return tuple(dict.fromkeys(piece.name for piece in pieces(template) if piece.name))


def as_template(runs: tuple[Run, ...]) -> str:
    """A generated sentence as a text. What others typed, such as a cause, can neither bind nor look bound."""
    return "".join(f"{{{{{run.figure}}}}}" if run.figure else _harmless(run.text) for run in runs)


def _harmless(text: str) -> str:
    return text.replace("{{", "｛｛").replace("}}", "｝｝").replace("〖", "【").replace("〗", "】")


def show(template: str, figures: Mapping[str, str]) -> str:
    """The text as a person sees and changes it."""
    marks = _marks(template, figures)
    return "".join(f"〖{marks[piece.name]}〗" if piece.name else piece.words for piece in pieces(template))


def _marks(template: str, figures: Mapping[str, str]) -> dict[str, str]:
    """What stands between the brackets for each figure of a text: as little as leaves no doubt which one it is.

    That is the printed figure alone, the code of its indicator with it, or its whole name.
    """
    names = names_in(template)
    by_hand = set(marked_by_hand(template))
    found = {}
    for name in names:
        text = figures.get(name)
        if text is None:
            found[name] = f"{GONE}|{name}"
            continue
        code = name.partition(".")[0]
        same = [other for other in names if figures.get(other) == text]
        is_plain = text == _plain(text)
        if is_plain and len(same) == 1 and text not in by_hand:
            found[name] = text
        elif is_plain and code not in names and sum(other.partition(".")[0] == code for other in same) == 1:
            found[name] = f"{text}|{code}"
        else:
            found[name] = f"{_plain(text)}|{name}"
    return found


def _plain(text: str) -> str:
    return re.sub(r"[〖〗|\n]", " ", text)


def parse(typed: str, template: str = "", figures: Mapping[str, str] | None = None) -> str:
    """What a person typed, as a text to store. ``template`` and ``figures`` are what the person saw."""
    by_mark = {mark: name for name, mark in _marks(template, figures or {}).items()}

    def bound(match: re.Match[str]) -> str:
        mark = match.group(1) if match.group(2) is None else f"{match.group(1)}|{match.group(2)}"
        name = by_mark.get(mark, match.group(2))
        return f"{{{{{name}}}}}" if name else match.group()

    return PLACEHOLDER.sub(r"{{\1}}", MARKED.sub(bound, typed))


def marked_by_hand(template: str) -> tuple[str, ...]:
    """Figures between brackets that are bound to nothing."""
    words = "\n".join(piece.words if not piece.name else "" for piece in pieces(template))
    return tuple(dict.fromkeys(match.group(1) for match in MARKED.finditer(words) if not match.group(2)))


def typed_by_hand(template: str, generated: str | None) -> tuple[str, ...]:
    """Figures that a person typed over bound ones: they stay as typed whatever the data say.

    Beside those between brackets the numbers that the generated text does not have as words. ``generated`` is
    ``None`` of a person's own paragraph, whose numbers are its own business.
    """
    found = list(marked_by_hand(template))
    if generated is not None:
        usual = {number for piece in pieces(generated) for number in NUMBER.findall(piece.words)}
        words = [MARKED.sub("", piece.words) for piece in pieces(template)]
        found += [number for word in words for number in NUMBER.findall(word) if number not in usual]
    return tuple(dict.fromkeys(found))


def unknown(template: str, figures: Mapping[str, str]) -> tuple[str, ...]:
    """Figures that a text is bound to and that are not there: archived, sensitive and not chosen, or mistyped."""
    return tuple(name for name in names_in(template) if name not in figures)


def runs_of(template: str, figures: Mapping[str, str]) -> tuple[Run, ...]:
    """The text as the file says it.

    Raises:
        KeyError: it is bound to a figure that is not there.
    """
    return tuple(
        Run(figures[piece.name], piece.name) if piece.name else Run(MARKED.sub(r"\1", piece.words))
        for piece in pieces(template)
    )
