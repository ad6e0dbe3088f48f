"""A report as it stands: what the figures generate, with what a person made of it laid over it.

A paragraph that nobody touched follows the figures, words and all. One that a person changed keeps its words, and the
figures in it follow the data; whoever looks sees which of them are others than when it was written. A paragraph that
the figures no longer generate goes, unless somebody wrote in it.
"""

import json
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

from django.utils import translation

from reports.document import Block, Document, Heading, Paragraph, Run, Signature, numbered, words_in
from reports.half_year.draft import LANGUAGE, Draft
from reports.half_year.guard import BOUND, Guard
from reports.half_year.placeholders import names_in, pieces, runs_of, typed_by_hand, unknown
from reports.models import Report, ReportParagraph
from targets import display

OWN = "own:"
#: Begins the key of what is said of one that lags, before its code.
LAGS = "lags:"


@dataclass(frozen=True)
class ChangedFigure:
    """A figure in somebody's words that is another than when they were written; ``now`` is empty where it is gone."""

    name: str
    before: str
    now: str


@dataclass(frozen=True)
class Part:
    """A paragraph or heading of a report.

    Attributes:
        text: what a person made of it, with placeholders; empty where it is as generated.
        generated: as the figures make it; ``None`` of a person's own, and of one that is no longer generated.
        seen: the bound figures of ``text`` as the person saw them.
    """

    key: str
    level: int
    text: str = ""
    generated: str | None = None
    seen: Mapping[str, str] | None = None
    left_out: bool = False

    @property
    def template(self) -> str:
        return self.text or self.generated or ""

    @property
    def is_own(self) -> bool:
        return self.key.startswith(OWN)

    @property
    def is_edited(self) -> bool:
        return bool(self.text) and not self.is_own

    @property
    def is_orphan(self) -> bool:
        """Somebody wrote in it, and the figures would no longer make it."""
        return self.generated is None and not self.is_own

    def changed(self, figures: Mapping[str, str]) -> tuple[ChangedFigure, ...]:
        """The figures that are others than when a person wrote."""
        if not self.text:
            return ()
        seen = self.seen or {}
        return tuple(
            ChangedFigure(name, seen[name], figures.get(name, ""))
            for name in names_in(self.text)
            if name in seen and seen[name] != figures.get(name)
        )

    @property
    def typed_by_hand(self) -> tuple[str, ...]:
        return typed_by_hand(self.text, self.generated) if self.text else ()

    def unknown(self, draft: Draft) -> tuple[str, ...]:
        """Figures that it is bound to and that are not there."""
        return tuple(name for name in unknown(self.template, draft.figures) if name not in draft.withheld)

    def is_without_tick(self, draft: Draft) -> bool:
        """Whether it stands among the problems, though its indicator is not ticked or lags no longer."""
        code = _code_of_problem(self.key)
        return bool(code) and code not in draft.ticked

    def unticked(self, draft: Draft) -> tuple[str, ...]:
        """The names of the indicators that lag, or were not reported, and that it tells of though nobody chose so."""
        codes = [draft.withheld[name] for name in names_in(self.template) if name in draft.withheld]
        if self.is_without_tick(draft):
            codes.insert(0, _code_of_problem(self.key))
        return names_of((*codes, *draft.guard.lagging_in(self.typed)), draft)

    def sensitive(self, draft: Draft) -> tuple[str, ...]:
        """The names of the sensitive indicators that its words tell of though nobody chose so."""
        return names_of(draft.guard.sensitive_in(self.typed), draft)

    @property
    def typed(self) -> str:
        """The words that a person typed, without the figures that are bound to the data; empty where nobody did."""
        return "".join(BOUND if piece.name else piece.words for piece in pieces(self.text))


def names_of(codes: Iterable[str], draft: Draft) -> tuple[str, ...]:
    """What the indicators are called, each once; the code of one that is no longer there."""
    known = draft.guard.indicators
    return tuple(display.name(known[code]) if code in known else code for code in dict.fromkeys(codes))


def _code_of_problem(key: str) -> str:
    """The code of the indicator of which a paragraph says that it lags; empty of any other paragraph."""
    return key.removeprefix(LAGS) if key.startswith(LAGS) else ""


def parts_of(rows: Iterable[ReportParagraph], draft: Draft) -> tuple[Part, ...]:
    """The paragraphs in order: stored ones in theirs, newly generated ones after the one they are generated after."""
    generated = {paragraph.key: paragraph for paragraph in draft.paragraphs}
    parts: list[Part] = []
    for row in rows:
        made = generated.get(row.key)
        if made is None and not row.text and not row.key.startswith(OWN):
            continue
        parts.append(
            Part(
                row.key,
                made.level if made is not None else row.level,
                row.text,
                made.template if made is not None else None,
                json.loads(row.figures) if row.figures else None,
                row.left_out,
            )
        )
    places = {part.key for part in parts}
    before = ""
    for paragraph in draft.paragraphs:
        if paragraph.key not in places:
            place = next((i + 1 for i, part in enumerate(parts) if part.key == before), 0)
            parts.insert(place, Part(paragraph.key, paragraph.level, generated=paragraph.template))
        before = paragraph.key
    return tuple(parts)


@dataclass(frozen=True)
class Content:
    """What a report says, word for word: what is exported, and what a version keeps.

    ``paragraphs`` are key, level and runs, without what is left out. ``ticked`` and ``included`` are the codes that
    were chosen to be named.
    """

    title: tuple[str, ...]
    addressees: str
    signature: str
    day: date
    paragraphs: tuple[tuple[str, int, tuple[Run, ...]], ...]
    notes: tuple[str, ...]
    file_name: str
    ticked: tuple[str, ...] = ()
    included: tuple[str, ...] = ()

    def as_json(self) -> str:
        paragraphs = [
            {"key": key, "level": level, "runs": [[run.text, run.figure] for run in runs]}
            for key, level, runs in self.paragraphs
        ]
        values = {
            "title": self.title,
            "addressees": self.addressees,
            "signature": self.signature,
            "day": self.day.isoformat(),
            "paragraphs": paragraphs,
            "notes": self.notes,
            "file_name": self.file_name,
            "ticked": self.ticked,
            "included": self.included,
        }
        return json.dumps(values, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Content":
        values: dict[str, Any] = json.loads(text)
        return cls(
            tuple(values["title"]),
            values["addressees"],
            values["signature"],
            date.fromisoformat(values["day"]),
            tuple(
                (one["key"], one["level"], tuple(Run(words, figure) for words, figure in one["runs"]))
                for one in values["paragraphs"]
            ),
            tuple(values["notes"]),
            values["file_name"],
            tuple(values["ticked"]),
            tuple(values["included"]),
        )

    @cached_property
    def document(self) -> Document:
        """The paper. It is Chinese, so it must be written while Chinese is active: ``in_chinese`` does so."""
        with translation.override(LANGUAGE):
            day = display.day(self.day)
        blocks: list[Block] = []
        if self.addressees:
            blocks.append(Paragraph((Run(self.addressees),), flush=True))
        for _key, level, runs in self.paragraphs:
            if level:
                text = " ".join("".join(run.text for run in runs).split("\n"))
                blocks.append(Heading(text, level))
            else:
                blocks += [Paragraph(line) for line in lines_of(runs)]
        if self.signature:
            blocks.append(Signature(self.signature, day))
        return Document(
            title=self.title,
            blocks=tuple(_with_something_below(blocks)),
            file_name=self.file_name,
            notes=self.notes,
            author=self.signature,
        )

    @property
    def unticked(self) -> tuple[str, ...]:
        """The codes of those that it says lag, though nobody ticked them when it was written."""
        codes = (_code_of_problem(key) for key, _level, _runs in self.paragraphs)
        return tuple(code for code in codes if code and code not in self.ticked)

    def sensitive(self, guard: Guard) -> tuple[str, ...]:
        """The codes of what is sensitive and was not chosen: of its figures, as a problem, or by name."""
        guard = guard.with_choice(self.ticked, self.included)
        by_code = [_code_of_problem(key) for key, _level, _runs in self.paragraphs]
        by_code += [run.figure.rpartition(".")[0] for _key, _level, runs in self.paragraphs for run in runs]
        return (*(code for code in by_code if guard.is_closed(code)), *guard.sensitive_in(self._typed))

    def lagging(self, guard: Guard) -> tuple[str, ...]:
        """The codes of what lags by now and that its words tell of, though nobody had ticked it."""
        return guard.with_choice(self.ticked, self.included).lagging_in(self._typed)

    @property
    def _typed(self) -> str:
        """Its words without the figures that were bound to the data."""
        return "\n".join(
            "".join(BOUND if run.figure else run.text for run in runs) for _key, _level, runs in self.paragraphs
        )

    @property
    def words(self) -> int:
        """字数 of the whole paper, as Word counts what is typed in it."""
        return sum(words_in(text) for text in (*self.title, *texts_of(self.document), self.annotation))

    @property
    def annotation(self) -> str:
        with translation.override(LANGUAGE):
            return self.document.annotation


def lines_of(runs: Iterable[Run]) -> list[tuple[Run, ...]]:
    """The paragraphs of a text: each line is one."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        first, *others = run.text.split("\n")
        lines[-1].append(replace(run, text=first))
        lines += [[replace(run, text=text)] for text in others]
    return [tuple(run for run in line if run.text) for line in lines if any(run.text.strip() for run in line)]


def texts_of(document: Document) -> list[str]:
    """What is read in a paper, with the numbers of its headings."""
    found = []
    with translation.override(LANGUAGE):
        for number, block in numbered(document.blocks):
            if isinstance(block, Heading):
                found.append(number + block.text)
            elif isinstance(block, Paragraph):
                found.append(block.text)
            elif isinstance(block, Signature):
                found += [block.name, block.day]
    return found


def _with_something_below(blocks: list[Block]) -> Iterable[Block]:
    """A heading under which nothing stands, since all was left out, goes as well."""
    for place, block in enumerate(blocks):
        if isinstance(block, Heading):
            following = blocks[place + 1] if place + 1 < len(blocks) else None
            below = next(
                (
                    one
                    for one in blocks[place + 1 :]
                    if isinstance(one, Paragraph | Signature) or _ends(one, block.level)
                ),
                None,
            )
            if following is None or not isinstance(below, Paragraph):
                continue
        yield block


def _ends(block: Block, level: int) -> bool:
    return isinstance(block, Heading) and block.level <= level


def content_of(report: Report, parts: Iterable[Part], draft: Draft) -> Content:
    """What the report says now.

    Raises:
        KeyError: a paragraph is bound to a figure that is not there.
    """
    return Content(
        tuple(line for line in report.title.split("\n") if line.strip()),
        report.addressees,
        report.signature,
        report.day,
        tuple((part.key, part.level, runs_of(part.template, draft.figures)) for part in parts if not part.left_out),
        draft.notes,
        draft.file_name,
        report.ticked_codes,
        report.included_codes,
    )


@dataclass(frozen=True)
class Difference:
    """A paragraph that reads otherwise in two contents: pieces of ``("", text)``, ``("del", …)``, ``("ins", …)``."""

    pieces: tuple[tuple[str, str], ...]


def differences(before: Content, now: Content) -> tuple[Difference, ...]:
    """What reads otherwise, paragraph by paragraph in the order of reading."""
    old, new = ([*one.title, one.addressees, *texts_of(one.document)] for one in (before, now))
    found = []
    # Too much alike to look for what belongs together: line by line, as they stand.
    whole = [("replace", 0, len(old), 0, len(new))]
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if _is_comparable(old, new) else whole
    for tag, start, end, other_start, other_end in opcodes:
        if tag == "equal":
            continue
        pairs = max(end - start, other_end - other_start)
        for place in range(pairs):
            was = old[start + place] if start + place < end else ""
            now_ = new[other_start + place] if other_start + place < other_end else ""
            if was != now_:
                found.append(Difference(_pieces(was, now_)))
    return tuple(found)


#: So many pairs of equal things are looked at in a second; a report has some ten thousand.
MOST_PAIRS = 2_000_000


def _is_comparable(one: Sequence[Hashable], other: Sequence[Hashable]) -> bool:
    """Whether two sequences are compared in a moment: thousands of equal lines or letters would take hours."""
    counts = Counter(other)
    return sum(count * counts[thing] for thing, count in Counter(one).items()) <= MOST_PAIRS


def _pieces(was: str, now: str) -> tuple[tuple[str, str], ...]:
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    # Two texts that have little in common are easier read one after the other.
    if not _is_comparable(was, now) or matcher.ratio() < 0.4:
        return tuple(piece for piece in (("del", was), ("ins", now)) if piece[1])
    found: list[tuple[str, str]] = []
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            found.append(("", was[start:end]))
            continue
        found += [("del", was[start:end])] if end > start else []
        found += [("ins", now[other_start:other_end])] if other_end > other_start else []
    return tuple(found)
