"""Serves one file of the installed plotly package as static "vendor/plotly.min.js".

Its whole package_data folder in STATICFILES_DIRS would also publish a second bundle of 5 MB and data sets.
"""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

FILE = "plotly.min.js"
PREFIX = "vendor"


class PlotlyFinder(BaseFinder):
    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        # find_spec, not import: importing plotly takes long and nothing of it is needed here.
        spec = find_spec("plotly")
        folders = (spec and spec.submodule_search_locations) or []
        self.storage = FileSystemStorage(location=Path(next(iter(folders))) / "package_data")
        # collectstatic puts the prefix before the path that list() gives.
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]
        super().__init__(*args, **kwargs)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path.replace("\\", "/") != f"{PREFIX}/{FILE}":
            return []
        found = self.storage.path(FILE)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        yield FILE, self.storage
