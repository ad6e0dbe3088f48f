"""Ten thousand rows through the page: in bounded memory, and while others are answered."""

import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from waitress.server import create_server

from targets.bench.plan_import import VILLAGES, YEAR, workbook
from targets.importers.files.workbook import read_workbook
from targets.management.commands.start import server_options
from targets.models import ProgressEntry, Target, Upload
from tests.cast import make_cast
from tests.pages import read

pytestmark = pytest.mark.once

ROWS = 10_000
#: How often the file is read for others to be answered meanwhile, each time for about a second.
MOST_TURNS = 10
MEBIBYTE = 1024 * 1024
#: Where Linux tells of this process, and where it is told to count its highest memory anew.
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@pytest.fixture(scope="module")
def content() -> bytes:
    return workbook(ROWS)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def district(build):
    """The cast, in a township with as many villages as the file names."""
    cast = make_cast(build)
    for number in range(VILLAGES):
        build.unit(f"V{number:03}", cast.township, name=f"村{number:03}")
    return cast


def upload(content: bytes) -> dict[str, Any]:
    return {"year": str(YEAR), "file": SimpleUploadedFile("plan.xlsx", content)}


def highest_memory() -> int:
    """The most that this process has held since ``forget_highest_memory``, in bytes; beyond what Python counts."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def forget_highest_memory() -> int:
    """Begin to count anew; gives back what is held now, in bytes."""
    CLEAR.write_text("5")
    return highest_memory()


@pytest.mark.skipif(not CLEAR.exists(), reason="only Linux tells the highest memory of a part of a run")
def test_ten_thousand_rows_end_in_a_preview_in_bounded_memory(signed_in, district, content):
    client = signed_in(district.system_administrator, "en")
    before = forget_highest_memory()
    answer = client.post("/plan/import/", upload(content), follow=True)
    held = highest_memory() - before
    assert answer.status_code == 200
    page = read(answer)
    assert f"To be taken {ROWS}" in page.text
    assert len(page.table("preview").rows) == 200  # a page of them
    assert len(answer.content) < 2 * MEBIBYTE
    assert not Target.objects.filter(year=YEAR).exists()
    # 110,000 cells and what they mean took 100 MiB; nothing at all would say that nothing was counted.
    assert 10 * MEBIBYTE < held < 200 * MEBIBYTE


@pytest.fixture
def server() -> Iterator[int]:
    """The product's own server, on some port."""
    running = create_server(get_wsgi_application(), host="127.0.0.1", port=0, **server_options())
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    yield running.effective_port
    # In the server's own thread: from here the sockets would go away while it waits for them.
    running.trigger.pull_trigger(running.close)
    running.task_dispatcher.shutdown()
    thread.join(timeout=30)
    assert not thread.is_alive()


class Browser:
    """A person who is signed in, on a connection of its own."""

    def __init__(self, port: int, person: Any) -> None:
        client = Client()
        client.force_login(person)
        self.port = port
        token = "a" * 32
        self.headers = {
            "Cookie": f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}",
            "X-CSRFToken": token,
        }

    def get(self, address: str) -> int:
        return self.ask("GET", address, None, {})

    def post(self, address: str, fields: dict[str, Any]) -> int:
        return self.ask("POST", address, encode_multipart(BOUNDARY, fields), {"Content-Type": MULTIPART_CONTENT})

    def ask(self, method: str, address: str, body: bytes | None, headers: dict[str, str]) -> int:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, address, body, {**self.headers, **headers})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()


@pytest.mark.django_db(transaction=True)
def test_others_are_answered_while_a_large_file_is_read(server, district, content, monkeypatch):
    """The file is really read, again and again, until somebody else was answered twice. If a lock or a single thread
    kept that back, the reading would end first; the order of events says which, and no clock is asked."""
    events: list[str] = []
    reading, others_answered = threading.Event(), threading.Event()

    def read_until_others_are_answered(given: bytes, name: str) -> Any:
        events.append("reading")
        reading.set()
        for _turn in range(MOST_TURNS):
            found = read_workbook(given, name)
            if others_answered.is_set():
                break
        events.append("read")
        return found

    monkeypatch.setattr("targets.views.plan_import.read_workbook", read_until_others_are_answered)
    planner, clerk = Browser(server, district.system_administrator), Browser(server, district.east_clerk)
    statuses: list[int] = []
    thread = threading.Thread(target=lambda: statuses.append(planner.post("/plan/import/", upload(content))))
    thread.start()
    assert reading.wait(timeout=60)
    assert clerk.get("/month/?unit=T-E&year=2023&as_of=7") == 200
    events.append("page")
    row = f"t{district.east_target.pk}"
    typed = {"row": row, f"{row}-value": "1.2", f"{row}-typed_as": "month"}
    assert clerk.post("/month/row/?unit=T-E&year=2023&as_of=7", typed) == 200
    events.append("draft")
    others_answered.set()
    thread.join(timeout=120)
    assert statuses == [302]
    assert events == ["reading", "page", "draft", "read"]
    assert ProgressEntry.objects.get(month=7).state == "draft"
    assert Upload.objects.count() == 1
