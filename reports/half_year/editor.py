"""The paragraphs of a half-year report on the page: as they are shown, and as they come back from it.

A person sees words with the figures between brackets. What was shown comes back beside what was typed, so that a
figure stays bound to the data whatever words are put around it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils import translation

from reports.document import heading_number, legible
from reports.half_year.content import OWN, ChangedFigure, Part
from reports.half_year.draft import LANGUAGE, Draft
from reports.half_year.placeholders import names_in, parse, show
from targets.forms.entering import TextField


@dataclass(frozen=True)
class Row:
    """A paragraph on the page.

    Attributes:
        text: as the person sees it, figures between brackets.
        shown: JSON text of what that was made of, for when it comes back.
        unknown: figures that it is bound to and that are not there.
        unticked: names of what lags and that it tells of without a tick; ``sensitive`` of what is sensitive.
        stands: what stands now, where somebody else was faster.
    """

    part: Part
    number: str
    text: str
    shown: str
    changed: tuple[ChangedFigure, ...] = ()
    unknown: tuple[str, ...] = ()
    unticked: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    stands: str = ""

    @property
    def anchor(self) -> str:
        return anchor_of(self.part.key)

    @property
    def lines(self) -> int:
        """How high its box is."""
        return max(2, sum(len(line) // 44 + 1 for line in self.text.split("\n")))


def rows_of(parts: Sequence[Part], made: Draft) -> list[Row]:
    """The paragraphs as the page shows them, with the figures as they are now."""
    found, figures = [], made.figures
    for part, number in zip(parts, heading_numbers(parts), strict=True):
        known = {name: figures[name] for name in names_in(part.template) if name in figures}
        found.append(
            Row(
                part,
                number,
                show(part.template, figures),
                json.dumps({"text": part.template, "figures": known}, ensure_ascii=False),
                # One that is withheld is no other than it was: the page says why it is not there.
                tuple(one for one in part.changed(figures) if one.name not in made.withheld),
                part.unknown(made),
                () if part.left_out else part.unticked(made),
                () if part.left_out else part.sensitive(made),
            )
        )
    return found


def heading_numbers(parts: Sequence[Part]) -> list[str]:
    """The number before each heading, as the paper will have it; one that is left out has none."""
    counts, found = [0, 0], []
    with translation.override(LANGUAGE):
        for part in parts:
            if not part.level or part.left_out:
                found.append("")
                continue
            counts[part.level - 1] += 1
            counts[part.level :] = [0] * (len(counts) - part.level)
            found.append(heading_number(part.level, counts[part.level - 1]))
    return found


@dataclass(frozen=True)
class Typed:
    """A paragraph as it came back: its words, what they were made of, and its level where it is a person's own."""

    text: str
    template: str
    figures: dict[str, str]
    level: int | None = None

    @property
    def is_as_shown(self) -> bool:
        return self.text == _cleaned(show(self.template, self.figures))


def _cleaned(text: str) -> str:
    return TextField(required=False).clean(text)


def typed_in(data: QueryDict) -> dict[str, Typed]:
    """What came back, by paragraph. The lists run side by side: every box has its key and what was shown in it."""
    sent = (data.getlist(name) for name in ("key", "text", "shown"))
    found = {}
    for key, text, shown_ in zip(*sent, strict=False):
        template, figures = _read_shown(shown_)
        level = data.get(f"level:{key}", "")
        found[key] = Typed(_cleaned(text), template, figures, int(level) if level in ("0", "1", "2") else None)
    return found


def _read_shown(text: str) -> tuple[str, dict[str, str]]:
    """What was shown; whatever else somebody sends shows nothing."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return "", {}
    if not isinstance(values, dict) or not isinstance(values.get("figures"), dict):
        return "", {}
    figures = {legible(str(name)): legible(str(value)) for name, value in values["figures"].items()}
    return legible(str(values.get("text", ""))), figures


def as_typed(part: Part, typed: dict[str, Typed], made: Draft) -> Part:
    """The paragraph with the words that came back; bound figures stay bound."""
    came = typed.get(part.key)
    if came is None:
        return part
    level = came.level if part.is_own and came.level is not None else part.level
    if came.is_as_shown:
        return replace(part, level=level)
    template = parse(came.text, came.template, came.figures)
    # A figure that was pasted from the generated text is bound as it was there.
    template = parse(template, part.generated or "", made.figures)
    if level:
        template = " ".join(template.split())
    if not template and not part.is_own:
        return replace(part, text="", seen=None, left_out=True)
    if template == part.generated:
        return replace(part, text="", seen=None)
    figures = {**made.figures, **came.figures}
    seen = {name: figures[name] for name in names_in(template) if name in made.figures}
    return replace(part, level=level, text=template, seen=seen)


def rows_as_typed(rows: Sequence[Row], parts: Sequence[Part], typed: dict[str, Typed]) -> list[Row]:
    """The page once more with what the person typed; what was made of it meanwhile stands beside.

    ``rows`` are those that stand, ``parts`` the paragraphs with the words that came back.
    """
    levels = {part.key: part.level for part in parts}
    found = []
    for row in rows:
        came = typed.get(row.part.key)
        if came is None or came.is_as_shown:
            found.append(row)
            continue
        sent = json.dumps({"text": came.template, "figures": came.figures}, ensure_ascii=False)
        level = levels.get(row.part.key, row.part.level)
        was_shown = _cleaned(show(came.template, came.figures))
        stands = row.text if row.text != was_shown and row.text != came.text else ""
        found.append(replace(row, part=replace(row.part, level=level), text=came.text, shown=sent, stands=stands))
    return found


def arranged(parts: Sequence[Part], act: str, key: str, made: Draft) -> tuple[Part, ...]:
    """The paragraphs after one was moved, left out, taken in, restored, accepted or added after another."""
    listed = list(parts)
    place = next((number for number, part in enumerate(listed) if part.key == key), None)
    if place is None:
        return tuple(listed)
    part = listed[place]
    if act == "up" and place > 0:
        listed[place - 1], listed[place] = part, listed[place - 1]
    elif act == "down" and place + 1 < len(listed):
        listed[place + 1], listed[place] = part, listed[place + 1]
    elif act in ("leave", "take"):
        listed[place] = replace(part, left_out=act == "leave")
    elif act == "restore" and not part.is_own:
        listed[place] = replace(part, text="", seen=None, left_out=False)
    elif act == "accept":
        now = {name: made.figures[name] for name in names_in(part.text) if name in made.figures}
        listed[place] = replace(part, seen=now)
    elif act == "add":
        listed.insert(place + 1, Part(next_own(listed), 0))
    return tuple(listed)


def next_own(parts: Sequence[Part]) -> str:
    numbers = [int(part.key.removeprefix(OWN)) for part in parts if part.is_own]
    return f"{OWN}{max(numbers, default=0) + 1}"


def anchor_of(key: str) -> str:
    return "p-" + key.replace(":", "-")
