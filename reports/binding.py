"""Words bound to figures: a text holds ``{{E06.actual}}``, a person sees 〖634.29万元〗, and the file says 634.29万元.

A figure stands between 〖 and 〗, which no office types by itself: the brackets of document numbers 〔2026〕 stay free.
Where one printed figure could be two of them it carries its name, 〖100%|R04.actual〗. Brackets around anything else
are figures typed by hand: they follow nothing, and the page says so.
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
    by_text = _by_text(template, figures)
    return "".join(
        _mark(piece.name, figures.get(piece.name), by_text) if piece.name else piece.words for piece in pieces(template)
    )


def _mark(name: str, text: str | None, by_text: Mapping[str, str]) -> str:
    if text is None:
        return f"〖{GONE}|{name}〗"
    return f"〖{text}〗" if by_text.get(text) == name else f"〖{_plain(text)}|{name}〗"


def _plain(text: str) -> str:
    return re.sub(r"[〖〗|\n]", " ", text)


def _by_text(template: str, figures: Mapping[str, str]) -> dict[str, str]:
    """What each printed figure of a text is, as far as there is no doubt."""
    printed: dict[str, set[str]] = {}
    for name in names_in(template):
        text = figures.get(name)
        if text is not None and text == _plain(text):
            printed.setdefault(text, set()).add(name)
    by_hand = set(marked_by_hand(template))
    return {text: names.pop() for text, names in printed.items() if len(names) == 1 and text not in by_hand}


def parse(typed: str, template: str = "", figures: Mapping[str, str] | None = None) -> str:
    """What a person typed, as a text to store. ``template`` and ``figures`` are what the person saw."""
    by_text = _by_text(template, figures or {})

    def bound(match: re.Match[str]) -> str:
        name = match.group(2) or by_text.get(match.group(1), "")
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
