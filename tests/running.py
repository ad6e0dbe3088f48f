"""The product as an office starts it: a process of its own, a folder of its own, on SQLite."""

import copy
import http.cookiejar
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from township.env import SETTINGS

BASE_DIR = Path(__file__).resolve().parent.parent


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(var_dir: Path, port: int, **variables: str) -> dict[str, str]:
    """As on a fresh machine, whatever is set where the tests run."""
    own = {setting.name for setting in SETTINGS}
    clean = {name: text for name, text in os.environ.items() if name not in own and not name.startswith("PG")}
    return {
        **clean,
        "PYTHONUNBUFFERED": "1",
        "VAR_DIR": str(var_dir),
        "DATABASE_URL": f"sqlite:///{var_dir / 'township.sqlite3'}",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "DEBUG": "off",
        **variables,
    }


class Running:
    """A started product, asked over HTTP."""

    def __init__(self, var_dir: Path, **variables: str) -> None:
        self.var_dir = var_dir
        self.port = a_free_port()
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "start"],
            cwd=BASE_DIR,
            env=environment(var_dir, self.port, **variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # Where the tests run in the background, Ctrl-C is ignored, and a child would inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        # Read on, or the process stops at a full pipe.
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self._open_browser()

    def _open_browser(self) -> None:
        self.jar = http.cookiejar.CookieJar()
        self.browser = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.jar)
        )

    def another_browser(self) -> "Running":
        """The same product, asked by somebody who is not signed in."""
        other = copy.copy(self)
        other._open_browser()
        return other

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(self.process.stdout)

    @property
    def output(self) -> str:
        return "".join(self.lines)

    def wait_until_ready(self) -> None:
        end = time.monotonic() + 120
        while "Stop with Ctrl-C." not in self.output:
            assert self.process.poll() is None, self.output
            assert time.monotonic() < end, self.output
            time.sleep(0.05)

    def get(self, path: str, data: dict[str, str] | None = None) -> tuple[str, bytes, Any]:
        """Where one ends up, the body and the headers."""
        body = urllib.parse.urlencode(data).encode() if data is not None else None
        with self.browser.open(f"http://127.0.0.1:{self.port}{path}", body, timeout=60) as answer:
            return urllib.parse.urlsplit(answer.url).path, answer.read(), answer.headers

    def sign_in(self, username: str, password: str) -> tuple[str, bytes, Any]:
        _path, page, _headers = self.get("/sign-in/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.decode())
        assert token is not None
        return self.get("/sign-in/", {"username": username, "password": password, "csrfmiddlewaretoken": token[1]})

    def stop(self, by: int = signal.SIGINT) -> int:
        """Ctrl-C, or another signal."""
        self.process.send_signal(by)
        code = self.process.wait(timeout=60)
        self.reader.join(timeout=10)
        return code


@contextmanager
def running(var_dir: Path, **variables: str) -> Iterator[Running]:
    product = Running(var_dir, **variables)
    try:
        product.wait_until_ready()
        yield product
    finally:
        if product.process.poll() is None:
            product.process.kill()
            product.process.wait(timeout=60)


def passwords_of(var_dir: Path) -> dict[str, str]:
    lines = (var_dir / "sample-accounts.txt").read_text("utf-8").splitlines()
    return {username: password for username, password, _name in (line.split("\t") for line in lines)}


class Clerk:
    """The clerk of a village on the page of its open month."""

    def __init__(self, product: Running) -> None:
        self.product = product
        product.sign_in("clerk", passwords_of(product.var_dir)["clerk"])
        html = self.page()
        self.token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)[-1]
        self.address = re.findall(r'data-address="([^"]+)"', html)[0].replace("&amp;", "&")
        #: Rows that nobody has answered yet.
        self.rows = re.findall(r'name="(t\d+)-value"(?![^>]*value="\d)', html)

    def page(self) -> str:
        return self.product.get("/month/?year=2023&as_of=7")[1].decode()

    def value(self, row: str) -> str:
        """What stands in the box of a row."""
        (box,) = re.findall(f'<input[^>]*name="{row}-value"[^>]*>', self.page())
        found = re.search(r'value="([^"]*)"', box)
        return found[1] if found else ""

    def save(self, row: str, value: str) -> None:
        form = {"row": row, f"{row}-value": value, f"{row}-lock_version": "", "csrfmiddlewaretoken": self.token}
        self.product.get(self.address, form)


@contextmanager
def database_of(var_dir: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(var_dir / "township.sqlite3")) as database, database:
        yield database
