"""The product in two processes: figures are saved through both, one that dies is replaced, and a stop loses nothing."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from logging import makeLogRecord
from pathlib import Path
from types import SimpleNamespace

import pytest

from targets.management.commands import start
from tests.running import BASE_DIR, Clerk, Running, database_of, passwords_of, running
from township.logs import SharedFileHandler

pytestmark = pytest.mark.once
on_posix = pytest.mark.skipif(os.name != "posix", reason="several processes serve on POSIX alone")


def workers_of(product: Running) -> list[int]:
    found = Path(f"/proc/{product.process.pid}/task/{product.process.pid}/children").read_text().split()
    return sorted(int(one) for one in found)


@contextmanager
def only(worker: int, workers: list[int]) -> Iterator[None]:
    """Only this one answers: the others stand still meanwhile."""
    # Not in the middle of something: what stands still with a lock on the file of SQLite lets nobody write.
    time.sleep(0.5)
    others = [one for one in workers if one != worker]
    for one in others:
        os.kill(one, signal.SIGSTOP)
    try:
        yield
    finally:
        for one in others:
            os.kill(one, signal.SIGCONT)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("workers"), WORKERS="2") as product:
        yield product


@on_posix
class TestTwoProcesses:
    """In this order: the last one ends the product."""

    def test_figures_are_saved_through_both(self, product):
        clerk = Clerk(product)
        workers = workers_of(product)
        assert len(workers) == 2
        saved = dict(zip(workers, clerk.rows, strict=False))
        for worker, row in saved.items():
            with only(worker, workers):
                clerk.save(row, "17")
        assert len(saved) == 2
        for worker in workers:
            with only(worker, workers):
                assert [float(clerk.value(row)) for row in saved.values()] == [17, 17]
        with database_of(product.var_dir) as database:
            told = database.execute("SELECT count(*) FROM targets_change WHERE action = 'entry.create'")
            assert told.fetchone()[0] >= 2

    def test_wrong_passwords_are_counted_in_both_together(self, product):
        workers = workers_of(product)
        product.jar.clear()
        statuses = []
        for turn in range(6):
            with only(workers[turn % 2], workers):
                try:
                    product.sign_in("clerk2", "wrong")
                    statuses.append(200)
                except urllib.error.HTTPError as refused:
                    statuses.append(refused.code)
        assert statuses == [200, 200, 200, 200, 429, 429]

    def test_one_that_dies_is_replaced(self, product):
        victim, other = workers_of(product)
        os.kill(victim, signal.SIGKILL)
        end = time.monotonic() + 30
        while len(workers_of(product)) < 2 or victim in workers_of(product):
            assert time.monotonic() < end
            time.sleep(0.1)
        (new,) = set(workers_of(product)) - {other}
        with only(new, workers_of(product)):
            assert b'name="password"' in product.get("/")[1]
        assert f"Process {victim} ended with code -9; another one takes its place." in product.output

    def test_a_stop_waits_for_the_answers_that_are_being_made(self, product):
        workers = workers_of(product)
        Clerk(product)
        answers: list[bytes] = []
        asking = [
            threading.Thread(target=lambda: answers.append(product.get("/second-half/?year=2023")[1]))
            for _ in range(12)
        ]
        for one in asking:
            one.start()
        while not answers:
            time.sleep(0.01)
        in_time = len(answers)
        assert product.stop(signal.SIGTERM) == 0
        for one in asking:
            one.join(timeout=30)
        assert in_time < len(asking)
        assert [answer[-8:].strip() for answer in answers] == [b"</html>"] * len(asking)
        assert product.output.splitlines()[-1] == "Stopped."
        assert not [one for one in workers if Path(f"/proc/{one}").exists()]
        # The port is free again.
        start.check_port("127.0.0.1", product.port)


@on_posix
def test_workers_end_when_the_first_process_is_killed(product, tmp_path):
    with running(product.var_dir, WORKERS="2") as second:
        workers = workers_of(second)
        second.process.kill()
        second.process.wait(timeout=30)
        end = time.monotonic() + 30
        while any(Path(f"/proc/{one}").exists() for one in workers):
            assert time.monotonic() < end
            time.sleep(0.1)


#: A process keeps no more than so many KiB, whatever it was asked for.
MOST_MEMORY = 150 * 1024
FIRST_HALF = "year=2023&period=H1&as_of=6"
PAGES = (
    "/", "/indicators/", "/indicators/E06/", "/indicators/E06/chart.json", "/sections/economy/",
    "/sections/economy/chart.json", "/second-half/", "/missing/", "/reports/", "/files/indicators.xlsx",
    "/files/indicators.csv",
)  # fmt: skip
PAPERS = ("bulletin.pdf", "bulletin.docx", "briefing.pdf", "ledger.xlsx")


@on_posix
def test_one_process_stays_small_and_stops_on_sigterm_as_on_ctrl_c(product):
    with running(product.var_dir) as single:
        single.sign_in("leader", passwords_of(single.var_dir)["leader"])
        for address in PAGES:
            single.get(f"{address}?{FIRST_HALF}")
        reports = f"/reports/?{FIRST_HALF}"
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', single.get(reports)[1].decode())[-1]
        for paper in PAPERS:
            form = {"make": paper, "day": "2023-07-05", "signature": "办公室", "csrfmiddlewaretoken": token}
            assert single.get(reports, form)[1][:4] in (b"%PDF", b"PK\x03\x04")
        if sys.platform.startswith("linux"):
            memory = Path(f"/proc/{single.process.pid}/status").read_text().partition("VmRSS:")[2].split()
            assert memory[1] == "kB"
            assert int(memory[0]) < MOST_MEMORY
        assert single.stop(signal.SIGTERM) == 0
        assert single.output.splitlines()[-1] == "Stopped."


def test_what_is_large_is_loaded_when_it_is_needed():
    """To read workbooks, write Word and set PDF; the figures of charts need nothing."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "township.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert "reports" in loaded
    assert not loaded & {"openpyxl", "xlrd", "lxml", "docx", "typst", "plotly", "fontTools"}


LOADED = """
import sys
from township.wsgi import application
from django.urls import get_resolver
get_resolver().url_patterns
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_on_windows_one_process_serves_and_says_so(settings, monkeypatch, capsys):
    settings.WORKERS = 4
    assert start.Command().workers() == 4
    monkeypatch.setattr(start, "os", SimpleNamespace(name="nt"))
    assert start.Command().workers() == 1
    assert capsys.readouterr().err == "WORKERS counts on Linux and macOS alone; one process serves.\n"


class TestLogFile:
    """Two handlers on one file stand for two processes."""

    def handlers(self, path: Path) -> tuple[SharedFileHandler, SharedFileHandler]:
        first, second = (SharedFileHandler(path, maxBytes=200, backupCount=3, encoding="utf-8") for _ in range(2))
        return first, second

    def test_no_line_is_lost_and_all_go_on_in_the_new_file(self, tmp_path):
        path = tmp_path / "a.log"
        handlers = self.handlers(path)
        for number in range(12):
            handlers[number % 2].emit(makeLogRecord({"msg": f"line {number:02d} {'.' * 30}"}))
        lines = [line for file in sorted(tmp_path.glob("a.log*")) for line in file.read_text("utf-8").splitlines()]
        assert {line[:7] for line in lines} == {f"line {number:02d}" for number in range(12)}
        assert path.read_text("utf-8").splitlines()[-1].startswith("line 11")
        assert max(file.stat().st_size for file in tmp_path.glob("a.log*")) <= 200
