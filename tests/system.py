"""Programs of the operating system that the tests and checks need, and how to get them.

Standard library only: it is asked before anything else works. What is missing is installed from Debian where
that needs no password; else the exact line is printed. With CI=true a missing program is a failure, on a
laptop the part that needs it is left out with a notice.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True)
class Need:
    """`packages` are Debian's; `found` looks for the program itself, wherever it came from, and `problem` says more."""

    name: str
    packages: tuple[str, ...]
    found: Callable[[], object]
    problem: Callable[[], str] = str


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true", "yes", "on")


def postgres_folder() -> Path | None:
    """The folder with initdb and pg_ctl. Debian links only the client programs into the PATH."""
    folders = [Path(path) for path in os.environ.get("PATH", "").split(os.pathsep) if path]
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    brew = sorted(Path("/opt/homebrew/opt").glob("postgresql*/bin"), key=_version, reverse=True)
    for folder in [*debian, *brew, *folders]:
        if all((folder / program).is_file() for program in ("initdb", "pg_ctl", "postgres")):
            return folder
    return None


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", str(folder)))


def browser() -> str | None:
    """The Chromium that playwright is pointed to; playwright's own download is never used."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if path := shutil.which(name):
            return path
    places = (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    )
    return next((place for place in places if Path(place).is_file()), None)


def has_chinese_font() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    if shutil.which("fc-list"):
        listed = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True)
        return bool(listed.stdout.strip())
    fonts = (path.name.lower() for path in Path("/usr/share/fonts").rglob("*.tt[cf]"))
    return any("wqy" in name or "cjk" in name for name in fonts)


def has_gettext() -> bool:
    return all(shutil.which(program) for program in ("xgettext", "msgmerge", "msgfmt", "msgattrib", "msguniq"))


def playwright_problem() -> str:
    """Why Playwright's own program, a Node.js that comes with the package, does not start; empty where it does."""
    spec = find_spec("playwright")
    if spec is None or not spec.origin:
        return "the package playwright is not installed"
    bundled = Path(spec.origin).parent / "driver" / ("node.exe" if os.name == "nt" else "node")
    program = os.environ.get("PLAYWRIGHT_NODEJS_PATH") or str(bundled)
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True)
    except OSError as error:
        return f"{program}: {error.strerror}"
    return "" if done.returncode == 0 else done.stderr.strip() or f"{program} ends with {done.returncode}"


def server_program(name: str) -> str | None:
    """Debian keeps servers out of the PATH of everybody but root."""
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))


POSTGRES = Need("PostgreSQL", ("postgresql",), postgres_folder)
BROWSER = Need("a Chromium browser", ("chromium",), browser)
# Debian's slim images have no libatomic1, which that Node.js is linked to.
PLAYWRIGHT = Need("what Playwright needs", ("libatomic1",), lambda: not playwright_problem(), playwright_problem)
# Without one every Chinese character is an empty box, and pictures and widths mean nothing.
CHINESE_FONT = Need("a Chinese font", ("fonts-wqy-microhei",), has_chinese_font)
# One test puts it in front of the product.
NGINX = Need("nginx", ("nginx",), lambda: server_program("nginx"))
# One module of tests puts it between the product and PostgreSQL.
PGBOUNCER = Need("pgbouncer", ("pgbouncer",), lambda: server_program("pgbouncer"))
GETTEXT = Need("GNU gettext", ("gettext",), has_gettext)


def provide(needs: Iterable[Need]) -> list[Need]:
    """Installs what is missing where that needs no password, and returns what is still missing."""
    missing = [need for need in needs if not need.found()]
    if missing and (prefix := _root_prefix()) is not None:
        _install(prefix, missing)
        missing = [need for need in missing if not need.found()]
    if missing:
        names = ", ".join(need.name for need in missing)
        problems = "".join(f"  {problem}\n" for need in missing if (problem := need.problem()))
        print(f"Missing: {names}.\n{problems}On Debian or Ubuntu:\n  {install_line(missing)}", file=sys.stderr)
    return missing


def install_line(needs: Iterable[Need]) -> str:
    packages = " ".join(package for need in needs for package in need.packages)
    return f"sudo apt-get update && sudo apt-get install -y --no-install-recommends {packages}"


def _root_prefix() -> list[str] | None:
    """What to put before a command to run it as root without a password; None where that is not possible."""
    if os.name != "posix" or not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def _install(prefix: list[str], needs: list[Need]) -> None:
    packages = [package for need in needs for package in need.packages]
    print(f"Installing from Debian: {' '.join(packages)}", flush=True)
    # Through env, because sudo drops the caller's environment. The lock may be held by unattended upgrades.
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=120"]
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run([*apt, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        # A failing update may still leave usable lists; a failing installation is reported by the caller.
        if done.returncode != 0:
            print(done.stdout[-2000:], file=sys.stderr)
