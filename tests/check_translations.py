"""Are the committed translations current? Part of `make lint`; `make messages` collects them.

The texts are collected anew in a copy, so that the check changes nothing, and the compiled catalogue must
hold what the .po says. Not a comparison of files: dates and line references in them change without meaning.
"""

import ast
import gettext
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE_DIR))

from tests import system  # noqa: E402

PARTS = ("manage.py", "township", "targets", "reports", "templates", "static", "locale")
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES")


def main() -> int:
    if system.provide([system.GETTEXT]):
        print("Translations were not checked.", file=sys.stderr)
        return 1 if system.in_ci() else 0
    problems = []
    for domain in domains():
        problems += check(domain)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print("Translations are not current: run make messages, and fill in what is missing.", file=sys.stderr)
        return 1
    print("Translations are current.")
    return 0


def domains() -> list[str]:
    """`django` always; `djangojs` once it has a catalogue."""
    return ["django", *(["djangojs"] if (BASE_DIR / CATALOGUE / "djangojs.po").exists() else [])]


def check(domain: str) -> list[str]:
    committed = BASE_DIR / CATALOGUE / f"{domain}.po"
    if not committed.exists():
        return [f"{CATALOGUE}/{domain}.po is missing"]
    with tempfile.TemporaryDirectory(prefix="township-") as folder:
        fresh = collect(Path(folder), domain)
        return [
            # Collected anew, a text that is not in the committed file is empty or, by similarity, fuzzy.
            *listed("missing or empty", fresh, "--untranslated", "--no-obsolete"),
            *listed("fuzzy (new or changed)", fresh, "--only-fuzzy", "--no-obsolete"),
            *listed("obsolete", fresh, "--only-obsolete"),
            *compare_compiled(committed, Path(folder)),
        ]


def collect(folder: Path, domain: str) -> Path:
    for part in PARTS:
        source = BASE_DIR / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, folder / part)
    command = [sys.executable, "manage.py", "makemessages", "-l", "zh_Hans", "-d", domain, "--no-wrap"]
    environment = {**os.environ, "VAR_DIR": str(folder / "var")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"makemessages failed:\n{done.stdout}{done.stderr}")
    return folder / CATALOGUE / f"{domain}.po"


def listed(what: str, catalogue: Path, *selection: str) -> list[str]:
    """One line for each entry that msgattrib selects."""
    command = ["msgattrib", "--no-wrap", *selection, str(catalogue)]
    text = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    # A text of several lines continues as quoted strings; obsolete entries stand behind "#~".
    pattern = re.compile(r'^(?:#~ )?msgid ((?:"(?:[^"\\]|\\.)*"\n?(?:#~ )?)+)', re.MULTILINE)
    found = (ast.literal_eval("(" + match[1].replace("#~ ", "") + ")") for match in pattern.finditer(text))
    return [f"{catalogue.name}: {what}: {msgid!r}" for msgid in found if msgid]


def compare_compiled(committed: Path, folder: Path) -> list[str]:
    compiled = committed.with_suffix(".mo")
    fresh = folder / "fresh.mo"
    command = ["msgfmt", "--check-format", "-o", str(fresh), str(committed)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        return [f"{committed.name} does not compile: {line}" for line in done.stderr.splitlines()]
    if not compiled.exists():
        return [f"{compiled.name} is missing"]
    if catalogue(fresh) != catalogue(compiled):
        return [f"{compiled.name} does not hold what {committed.name} says"]
    return []


def catalogue(path: Path) -> dict[object, str]:
    with path.open("rb") as file:
        # _catalog is private, but no other way leads to all entries. The empty key is the header.
        entries = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {key: text for key, text in entries.items() if key}


if __name__ == "__main__":
    sys.exit(main())
