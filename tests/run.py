"""All tests: on SQLite, on a throw-away PostgreSQL, and the pages in a real browser.

`make test ARGS="-k path"` passes its arguments to every pytest. Nothing is left behind: the runs have
a folder of their own for what the product writes, and the database server lives in another.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

BASE_DIR = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE_DIR))

from tests import system  # noqa: E402
from township.env import SETTINGS  # noqa: E402

NO_TESTS = 5  # pytest's exit code when nothing was collected

# Each worker has a database of its own, and in the browser run a server and a browser. There the tests of a file
# stay together and in order: they share a house, and some tell a story. conftest.py puts the longest files first.
EVERY_CORE = ["-n", "auto"]
TWO_BROWSERS = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]


def main(arguments: list[str]) -> int:
    # A CI system stops a job with SIGTERM; leave in the same way as with Ctrl-C, so that all is removed.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    of_browser = [system.BROWSER, system.PLAYWRIGHT, system.CHINESE_FONT]
    missing = system.provide([system.POSTGRES, *of_browser, system.NGINX, system.PGBOUNCER])
    summary: list[tuple[str, str, bool]] = []
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="township-") as folder:
            base = clean_environment(Path(folder))
            summary.append(run("SQLite", base, [*EVERY_CORE, "-m", "not browser", *arguments]))
            if system.POSTGRES in missing:
                summary.append(left_out("PostgreSQL"))
            else:
                with throwaway_postgres() as url:
                    environment = {**base, "DATABASE_URL": url}
                    chosen = "not browser and not once"
                    summary.append(run("PostgreSQL", environment, [*EVERY_CORE, "-m", chosen, *arguments]))
            if any(need in missing for need in of_browser):
                summary.append(left_out("Browser"))
            else:
                # Playwright's event loop runs in the tests' thread, where Django would refuse the database.
                environment = {**base, "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
                summary.append(run("Browser", environment, [*TWO_BROWSERS, "-m", "browser", *arguments]))
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130
    # A selection (-k) need not hit every run, but an empty one everywhere is a slip.
    if arguments and any(text.startswith("passed") for _, text, _ in summary):
        summary = [(name, text, good or text.startswith("no tests")) for name, text, good in summary]
    print()
    for name, text, _ in summary:
        print(f"{name:<12}{text}")
    print(f"{'Together':<12}{time.monotonic() - began:.0f} s")
    return 0 if all(good for _, _, good in summary) else 1


def clean_environment(folder: Path) -> dict[str, str]:
    """This process's environment without settings of the person who runs the tests."""
    own = {setting.name for setting in SETTINGS}
    # PG*: libpq would take port, user or options from them.
    kept = {name: text for name, text in os.environ.items() if name not in own and not name.startswith("PG")}
    if kept.pop("PYTHONDONTWRITEBYTECODE", ""):
        # Not beside the sources then, but once for all the processes that follow: compiling takes each ten seconds.
        kept["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    return {**kept, "VAR_DIR": str(folder)}


def run(name: str, environment: dict[str, str], arguments: list[str]) -> tuple[str, str, bool]:
    print(f"\n=== {name}", flush=True)
    began = time.monotonic()
    child = subprocess.Popen([sys.executable, "-m", "pytest", *arguments], cwd=BASE_DIR, env=environment)
    try:
        code = child.wait()
    except KeyboardInterrupt:
        stop(child)
        raise
    text = {0: "passed", NO_TESTS: "no tests were selected"}.get(code, f"FAILED (exit code {code})")
    return name, f"{text} in {time.monotonic() - began:.0f} s", code == 0


def stop(child: "subprocess.Popen[bytes]") -> None:
    """Ctrl-C has reached the child as well, SIGTERM has not. It gets time to close browser and database."""
    child.send_signal(signal.SIGINT)
    try:
        child.wait(timeout=20)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        child.kill()
        child.wait()


def left_out(name: str) -> tuple[str, str, bool]:
    if system.in_ci():
        return name, "FAILED: left out, see above what is missing", False
    return name, "LEFT OUT: see above what is missing", True


@contextmanager
def throwaway_postgres() -> Iterator[str]:
    """The address of an empty server in a temporary folder, reached by a unix socket: no port, no clash.

    PostgreSQL refuses to run as root; there it runs as Debian's user postgres. Not below TMPDIR or the
    project then, which that user may not be able to enter.
    """
    programs = system.postgres_folder()
    assert programs is not None
    as_root = os.name == "posix" and os.geteuid() == 0
    user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if as_root else []
    # Short: the path of a socket has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="township-pg-", dir="/tmp"))
    data, log = folder / "data", folder / "log"

    def call(program: str, *arguments: str) -> None:
        command = [*user, str(programs / program), *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            more = log.read_text(errors="replace") if log.exists() else ""
            sys.exit(f"{program} failed:\n{done.stdout}{done.stderr}{more}")

    locale = "C.UTF-8" if sys.platform.startswith("linux") else "C"
    # Safety is switched off: the data need not outlive a power cut. Nor do tables that are emptied at once need care.
    fast = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c jit=off"
    options = f"-k {folder} -p 5432 -c listen_addresses= {fast}"
    try:
        if as_root:
            shutil.chown(folder, "postgres", "postgres")
        call(
            "initdb",
            "-D",
            str(data),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            f"--locale={locale}",
            "-N",
        )
        call("pg_ctl", "-D", str(data), "-w", "-l", str(log), "-o", options, "start")
        yield f"postgres://postgres@{quote(str(folder), safe='')}/postgres"
    finally:
        # A second Ctrl-C must not leave a server behind.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        if (data / "postmaster.pid").exists():
            command = [*user, str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop"]
            subprocess.run(command, cwd=folder, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)
        signal.signal(signal.SIGINT, before)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
