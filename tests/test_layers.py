"""Who may import whom, read from the source: a number is made in one place only while the layers hold."""

import ast
import functools
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

#: What each package may import of the others; its own modules always. Everything of ours stands here.
#: "models" of display, charts and tables are the rows' types: see the test on managers.
LAYERS = {
    "targets.calculations": "",
    "targets.querysets": "calculations models permissions",
    "targets.models": "querysets",
    "targets.permissions": "querysets models",
    "targets.services": "models permissions querysets calculations",
    "targets.summaries": "querysets models permissions calculations",
    "targets.display": "calculations",
    "targets.widgets": "display calculations",
    "targets.explanations": "display calculations summaries",
    "targets.charts": "display calculations summaries",
    "targets.tables": "display widgets calculations summaries models",
    "targets.templatetags": "display widgets calculations permissions querysets",
    "targets.forms": "summaries querysets models calculations display",
    "targets.importers": "forms services models calculations display",
    "targets.sample": "importers services models",
    "targets.middleware": "permissions services",
    "targets.admin": "models",
    "targets.apps": "signals",
    "targets.lockout": "querysets",
    "targets.signals": "models services",
    "targets.views": (
        "forms importers services summaries querysets models permissions "
        "calculations display charts tables explanations widgets"
    ),
    "targets.bench": "importers services models views",
    "targets.urls": "views",
    "targets.management": (
        "importers services summaries querysets models permissions calculations sample display explanations"
    ),
}
#: The reports stand on everything of the targets; the wiring on nothing of ours, and only the start command on it.
ELSEWHERE = {"reports": ("reports", "targets"), "township": ("township",)}
MAY_START = "targets/management/commands/start.py"

STANDARD_LIBRARY = set(sys.stdlib_module_names)


def sources(*tops: str) -> list[Path]:
    found = [path for top in tops for path in sorted((ROOT / top).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


@functools.cache
def nodes(path: Path) -> list[ast.AST]:
    """Everything that stands in a file, at whatever depth."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imports(path: Path) -> Iterator[str]:
    """The full names of everything that a file imports, at whatever depth, relative ones resolved."""
    package = ".".join(path.relative_to(ROOT).with_suffix("").parts[:-1])
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = ".".join(parts[: len(parts) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def layer_of(name: str) -> str:
    """The package of ``targets`` that a dotted name lies in."""
    return ".".join(name.split(".")[:2])


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def is_ours(name: str) -> bool:
    return name.split(".")[0] in ("targets", "reports", "township", "tests")


FILES = sources("targets")


def test_every_package_of_the_targets_has_its_layer():
    found = {layer_of(name_of(path)) for path in FILES} - {"targets.__init__"}
    assert found == set(LAYERS)


def test_a_file_imports_only_what_lies_below_it():
    wrong = {}
    for path in FILES:
        layer = layer_of(name_of(path))
        allowed = {layer, *(f"targets.{name}" for name in LAYERS.get(layer, "").split())}
        used = {layer_of(name) for name in imports(path) if is_ours(name)}
        if path.relative_to(ROOT).as_posix() == MAY_START:
            allowed |= {name for name in used if name.startswith("township.")}
        if used - allowed:
            wrong[name_of(path)] = used - allowed
    assert wrong == {}


@pytest.mark.parametrize("top", ELSEWHERE)
def test_reports_and_wiring_import_only_what_lies_below_them(top):
    for path in sources(top):
        used = {name.split(".")[0] for name in imports(path) if is_ours(name)}
        assert used <= set(ELSEWHERE[top]), path


def test_the_targets_never_import_the_reports():
    wrong = [name_of(path) for path in FILES if any(name.startswith("reports") for name in imports(path))]
    assert wrong == []


def test_nothing_that_is_delivered_imports_the_tests():
    delivered = sources("targets", "reports", "township")
    assert [path for path in delivered if any(name.startswith("tests") for name in imports(path))] == []


def test_the_rules_need_the_standard_library_only():
    for path in sources("targets/calculations"):
        for name in imports(path):
            assert is_ours(name) or name.split(".")[0] in STANDARD_LIBRARY, f"{path.name}: {name}"


def attributes(path: Path) -> set[str]:
    """Every name that is taken of something: ``objects``, ``save`` ..."""
    return {node.attr for node in nodes(path) if isinstance(node, ast.Attribute)}


def calls(path: Path) -> set[str]:
    """Every name that is called, alone or of something."""
    called = (node.func for node in nodes(path) if isinstance(node, ast.Call))
    return {part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", "") for part in called}


WITHOUT_A_CLOCK = ("targets/calculations", "targets/summaries", "targets/querysets", "targets/charts")


@pytest.mark.parametrize("top", WITHOUT_A_CLOCK)
def test_today_is_an_argument(top):
    for path in sources(top):
        assert not {"now", "today", "localdate", "localtime"} & calls(path), path


#: They take what a summary gives them and ask the database nothing.
WITHOUT_THE_DATABASE = ("display", "widgets", "explanations", "charts", "tables", "templatetags")


def test_what_only_shows_never_asks_the_database():
    for path in FILES:
        if layer_of(name_of(path)).removeprefix("targets.") in WITHOUT_THE_DATABASE:
            assert not {"objects", "_default_manager"} & attributes(path), path


def test_only_services_write():
    writes = {"save", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "delete", "select_for_update"}
    for path in FILES:
        layer = layer_of(name_of(path))
        # A measurement writes bare rows to compare with, and takes them back.
        if layer not in ("targets.services", "targets.models", "targets.querysets", "targets.bench"):
            assert not writes & calls(path), path
    for path in sources("reports"):
        # A Word document is saved into memory.
        allowed = {"save"} if name_of(path) == "reports.writers.docx" else set()
        if name_of(path) != "reports.half_year.services":
            assert not (writes - allowed) & calls(path), path


def test_only_one_place_rounds():
    """``display.numbers`` rounds what is shown; ``models.fields`` alone knows how many decimals are stored."""
    rounding = {"round", "quantize", "floatformat", "intcomma"}
    for path in [*FILES, *sources("reports")]:
        if name_of(path) not in ("targets.display.numbers", "targets.models.fields"):
            assert not rounding & (calls(path) | attributes(path)), path


def test_only_the_numbers_of_what_is_shown_are_turned_into_digits():
    """The other modules of ``display`` ask ``display.numbers``."""
    for path in sources("targets/display"):
        divides = any(isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv) for node in nodes(path))
        makes_digits = divides or "format" in calls(path)
        assert makes_digits == (path.name == "numbers.py"), path


def test_templates_format_no_number():
    formats = ("|floatformat", "|intcomma", "|date:", "|add:", "|divisibleby", "widthratio", "|stringformat")
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        # The value of a date field is for the browser.
        text = text.replace("|date:'Y-m-d'", "")
        assert not [name for name in formats if name in text], path
