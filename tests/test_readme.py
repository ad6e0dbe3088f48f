"""What the README says about settings, commands and files is held against the code."""

import re

import pytest
from django.conf import settings
from django.core.management import get_commands

from targets.importers.csv_dump import FILES
from township.env import SETTINGS

README = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
README_ZH = (settings.BASE_DIR / "README.zh-CN.md").read_text(encoding="utf-8")
MAKEFILE = (settings.BASE_DIR / "Makefile").read_text(encoding="utf-8")


def table_below(heading: str) -> list[list[str]]:
    """The cells of the first table after a heading of README.md, without its own heading lines."""
    _, _, rest = README.partition(f"\n{heading}\n")
    lines = rest[rest.index("\n| ") :].splitlines()[1:]
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows[2:]


def test_the_table_of_settings_is_that_of_the_code():
    in_code = [
        [
            f"`{setting.name}`",
            f"`{setting.default}`" if setting.default else setting.default_text,
            setting.meaning,
        ]
        for setting in SETTINGS
    ]

    assert table_below("## Settings") == in_code


def test_the_example_environment_names_every_setting():
    example = (settings.BASE_DIR / ".env.example").read_text(encoding="utf-8")

    assert re.findall(r"^# ([A-Z_]+)=", example, re.MULTILINE) == [setting.name for setting in SETTINGS]


def test_the_first_line_says_what_a_minimal_debian_lacks():
    for readme in (README, README_ZH):
        assert "`apt-get install -y git make python3-venv`" in readme.splitlines()[0]


@pytest.mark.parametrize("readme", [README, README_ZH], ids=["English", "Chinese"])
def test_every_make_command_is_a_task_of_the_makefile(readme):
    tasks = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))

    named = set(re.findall(r"(?:^|`|# |wheels )make ([a-z]+)", readme, re.MULTILINE))

    assert {"run", "test"} <= named <= tasks


@pytest.mark.parametrize("readme", [README, README_ZH], ids=["English", "Chinese"])
def test_every_management_command_exists(readme):
    named = set(re.findall(r"manage\.py ([a-z_]+)", readme))

    assert named
    assert named <= set(get_commands())


def test_the_lines_for_powershell_are_those_of_the_makefile():
    _, _, windows = README.partition("```powershell\n")
    windows, _, _ = windows.partition("```")
    in_makefile = {line.strip().removeprefix("@").removeprefix("$(PY) ") for line in MAKEFILE.splitlines()}
    called = re.findall(r"\.venv\\Scripts\\python (.+)", windows)

    for line in called:
        plain = line.replace("\\", "/")
        if "pip install" in plain:
            requirements = plain.rpartition(" ")[2]
            assert f"-r {requirements} ||" in MAKEFILE
        else:
            assert plain in in_makefile or f"{plain} $(ARGS)" in in_makefile


def test_the_table_of_files_has_the_columns_that_are_read():
    columns = {
        file.strip("`"): tuple(re.findall(r"`([a-z_]+)`", text)) for file, text in table_below("## Moving house")
    }

    assert {file: columns[file] for file in FILES} == FILES
