"""What every benchmark shares: time, processor, statements and memory of a piece of work, and a process of its own
with an empty database."""

import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

T = TypeVar("T")

MIGRATE = ("migrate", "-v0", "--skip-checks")
COLLECT = ("collectstatic", "-v0", "--no-input")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """The seconds that a piece of work took by the clock on the wall, and what it gave."""
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def shortest_by_turns(*works: Callable[[], object], turns: int = 3) -> list[float]:
    """The shortest time of each, run by turns, so that what warms up or slows the machine down does so for all."""
    taken = [[timed(work)[0] for work in works] for _turn in range(turns)]
    return [min(seconds) for seconds in zip(*taken, strict=True)]


def used() -> int:
    """The most memory that the process has had so far, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


# With a database


@dataclass(frozen=True)
class Cost:
    """What a piece of work took.

    Attributes:
        cpu: seconds of the processor, of this process and of the database's server together.
        sql: those of it that went into statements: on PostgreSQL the server's, on SQLite those of this process while a
            statement ran.
        wall: seconds by the clock on the wall.
        statements: how many were sent, savepoints included.
        peak: the most memory that the process had meanwhile, in KiB.
    """

    cpu: float
    sql: float
    wall: float
    statements: int
    peak: int

    @classmethod
    def median_of(cls, costs: Sequence["Cost"]) -> "Cost":
        return cls(
            median(one.cpu for one in costs),
            median(one.sql for one in costs),
            median(one.wall for one in costs),
            max(one.statements for one in costs),
            max(one.peak for one in costs),
        )


def measured(work: Callable[[], T]) -> tuple[Cost, T]:
    """What a piece of work costs, and what it gave."""
    from django.db import connection

    statements, inside = 0, 0.0

    def count(execute: Any, *statement: Any) -> Any:
        nonlocal statements, inside
        statements += 1
        begin = time.process_time()
        try:
            return execute(*statement)
        finally:
            inside += time.process_time() - begin

    gc.collect()
    forget_peak()
    server = _server_cpu()
    with connection.execute_wrapper(count):
        before, begin = time.process_time(), time.perf_counter()
        result = work()
        wall, own = time.perf_counter() - begin, time.process_time() - before
    served = _server_cpu() - server
    sql = inside if connection.vendor == "sqlite" else served
    return Cost(own + served, sql, wall, statements, peak()), result


def forget_peak() -> None:
    """Begin to look for the peak of memory anew, where the system lets one."""
    with _allowed():
        Path("/proc/self/clear_refs").write_text("5")


def peak() -> int:
    """The peak of memory since it was forgotten, in KiB; where the system does not tell, since the process began."""
    with _allowed():
        return _status("VmHWM")
    return used()


def memory() -> int:
    """The memory of the process now, in KiB."""
    with _allowed():
        return _status("VmRSS")
    return used()


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def _server_cpu() -> float:
    """The seconds that the server's process for this connection has used; 0 for SQLite and where it is out of sight."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    process = Path("/proc") / str(connection.connection.info.backend_pid)
    with _allowed():
        if b"postgres" in (process / "cmdline").read_bytes():
            return int((process / "schedstat").read_text().split()[0]) / 1e9
    return 0.0


@contextmanager
def _allowed() -> Iterator[None]:
    """What lies below /proc may be missing or closed."""
    with suppress(OSError):
        yield


# In a process of its own


def run_apart(
    module: str,
    *steps: str,
    arguments: Iterable[str] = (),
    commands: Iterable[Sequence[str]] = (MIGRATE,),
    database: str = "",
) -> None:
    """Run ``module`` once for every step, each in a process of its own on the same database.

    Without the address of another one it is one of SQLite in a temporary folder. The ``commands`` of manage.py prepare
    it. A step is the first argument of its run.
    """
    with tempfile.TemporaryDirectory(prefix="township-bench-") as folder:
        environment = environment_in(folder, database)
        for command in commands:
            manage(*command, environment=environment)
        for step in steps:
            subprocess.run([sys.executable, "-m", module, step, *arguments], env=environment, check=True)


def environment_in(folder: str, database: str = "") -> dict[str, str]:
    """This process's environment with a folder of its own for everything that is written.

    The database is always named: without a name it would be that of the .env file.
    """
    database = database or f"sqlite:///{folder}/bench.sqlite3"
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "township.settings", "VAR_DIR": folder, "DATABASE_URL": database}


def manage(*command: str, environment: dict[str, str]) -> None:
    """Run a command of manage.py and say nothing of it but its errors."""
    subprocess.run([sys.executable, "manage.py", *command], env=environment, check=True, stdout=subprocess.DEVNULL)
