"""Our styles and scripts stay within what Chromium 86 understands: offices do not choose their browser.

The numbers are the versions of Chromium that brought a feature. Libraries are not read here; docs/browsers.md says
how they were tried.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings

STATIC = settings.BASE_DIR / "static"

NEWER_CSS = {
    r":is\(": 88,
    r":where\(": 88,
    r":has\(": 105,
    r":not\([^()]*,": 88,
    r":user-(valid|invalid)": 119,
    r"(?<![-\w])inset(-(block|inline)(-(start|end))?)?\s*:": 87,
    r"(?<![-\w])(margin|padding)-(block|inline)\s*:": 87,
    r"(?<![-\w])border-(start|end)-(start|end)-radius": 89,
    r"aspect-ratio\s*:": 88,
    r"overflow(-[xy])?\s*:\s*clip": 90,
    r"accent-color": 93,
    r"scrollbar-gutter": 94,
    r"@layer": 99,
    r"@container": 105,
    r"@scope": 118,
    r"@starting-style": 117,
    r"(?<![-\w])(translate|rotate|scale)\s*:": 104,
    r"\d(d|s|l)v[hwib]": 108,
    r"@media[^{]*[<>]": 104,
    r"subgrid": 117,
    r"text-wrap": 114,
    r"(?<![-\w])(color|color-mix|oklch|oklab|lab|lch|hwb|light-dark)\(": 101,
    r"(?<![-\w])print-color-adjust": 136,
    r"^\s*&": 112,
}

NEWER_JS = {
    r"\.at\(": 92,
    r"\.findLast(Index)?\(": 97,
    r"\.(toSorted|toReversed|toSpliced|with)\(": 110,
    r"\.groupBy\(": 117,
    r"Object\.hasOwn\(": 93,
    r"structuredClone": 98,
    r"randomUUID": 92,
    r"AbortSignal\.(timeout|any)": 103,
    r"\.checkVisibility\(": 105,
    r"\.(show|hide|toggle)Popover": 114,
    r"\.inert\b": 102,
    r"Intl\.Segmenter": 87,
    r"\bstatic\s*\{": 94,
    r"#\w+\s+in\s": 91,
    r"^await\s": 89,
    r"/[a-z]*[dv][a-z]*\.(test|exec)\(": 90,
    r"Promise\.(withResolvers|try)": 119,
    r":(is|where|has)\(": 88,
}


def without_comments(text: str) -> str:
    """The code alone; lines keep their numbers."""
    return re.sub(
        r"/\*.*?\*/|(?<![:\"'])//[^\n]*",
        lambda found: "\n" * found[0].count("\n"),
        text,
        flags=re.DOTALL,
    )


def found_in(path: Path, newer: dict[str, int]) -> list[str]:
    """What a file uses that came later: file, line, version, code."""
    lines = without_comments(path.read_text(encoding="utf-8")).splitlines()
    return [
        f"{path.relative_to(STATIC)}:{number} needs Chromium {version}: {line.strip()}"
        for number, line in enumerate(lines, start=1)
        for pattern, version in newer.items()
        if re.search(pattern, line) and not line.lstrip().startswith("@supports")  # which asks whether it is there
    ]


@pytest.mark.parametrize(("ending", "newer"), [("css", NEWER_CSS), ("js", NEWER_JS)])
def test_nothing_of_ours_needs_a_browser_newer_than_chromium_86(ending, newer):
    files = sorted(STATIC.rglob(f"*.{ending}"))
    assert files
    assert [problem for path in files for problem in found_in(path, newer)] == []


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("css", ".a:is(h1, h2) {}"),
        ("css", "  inset: 0;"),
        ("css", "  aspect-ratio: 16 / 9;"),
        ("css", "@media (width >= 40rem) {"),
        ("css", "  height: 100dvh;"),
        ("js", "last = list.at(-1);"),
        ("js", "if (Object.hasOwn(a, b)) {"),
    ],
)
def test_the_scan_finds_what_is_newer(tmp_path, monkeypatch, ending, code):
    monkeypatch.setattr("tests.test_static.STATIC", tmp_path)
    file = tmp_path / f"new.{ending}"
    file.write_text(f"/* at(1) :is() */\n{code}\n", encoding="utf-8")
    assert len(found_in(file, {"css": NEWER_CSS, "js": NEWER_JS}[ending])) == 1


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("css", ".a:not(.b) { gap: 1rem; padding: 0 max(1rem, 2%); transform: rotate(3deg); }"),
        ("css", "  border-inset: 0; background: rgba(0, 0, 0, 0.5);"),
        ("js", 'a ??= b?.c ?? "x".replaceAll("a", "b");  // not .at('),
    ],
)
def test_the_scan_lets_pass_what_chromium_86_knows(tmp_path, monkeypatch, ending, code):
    monkeypatch.setattr("tests.test_static.STATIC", tmp_path)
    file = tmp_path / f"old.{ending}"
    file.write_text(code, encoding="utf-8")
    assert found_in(file, {"css": NEWER_CSS, "js": NEWER_JS}[ending]) == []
