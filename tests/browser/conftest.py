"""A server on the test database, a browser, people who sign in through the form, and a watch over what they meet.

The server runs in a thread of its own with connections of its own: the guard against writes outside the services,
which hangs on the connection of the tests, is not in its way. The house is loaded once for a module and removed
after it; tests that need another house than the sample have a fixture ``people`` of their own.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from targets.models import User
from targets.sample.loader import load_sample
from targets.services.base import Author
from targets.services.people import choose_appearance
from tests import system

HERE = Path(__file__).parent
DESKTOP: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
WALL: ViewportSize = {"width": 1920, "height": 1080}

#: Milliseconds: enough for a busy machine, and short where something never comes.
TIMEOUT = 15_000
expect.set_options(timeout=TIMEOUT)

PageAs = Callable[..., Page]


#: Begun first, so that several processes end together; the other files take a minute at most.
LONGEST = ("every_page", "entering", "print", "half_year", "accessibility", "choosing", "setting_up", "charts")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder opens a browser. The longest files come first, each in its own order."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")
    places = {f"test_{name}": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONGEST)) if HERE in item.path.parents else -1)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    program = system.browser()
    if program is None:
        pytest.fail(f"There is no browser. On Debian: {system.install_line([system.BROWSER])}")
    return {
        **browser_type_launch_args,
        "executable_path": program,
        "args": [
            "--no-sandbox",
            # The browser's own calls home: none, and nothing but this machine is found.
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-domain-reliability",
            "--disable-sync",
            "--no-first-run",
            # No graphics card is imitated: the processor draws at once.
            "--disable-gpu",
            "--no-pings",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], server: str) -> dict[str, Any]:
    """A browser in English: the product does not follow it."""
    return {**browser_context_args, "base_url": server, "locale": "en-GB"}


def is_test_database() -> bool:
    return bool(connection.settings_dict["NAME"] == connection.creation._get_test_db_name())  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database. pytest-django makes it only where a test asks for ``db``, which none here does."""
    with django_db_blocker.unblock():
        made = [] if is_test_database() else setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def server(database: None) -> Iterator[str]:
    """The address of the product. Not pytest-django's fixture, which would empty the database after every test."""
    running = LiveServer("localhost")
    yield running.url
    running.stop()


def draw_chart(page: Page) -> None:
    """Scroll to the chart of the page, if it has one, wait until it is drawn, and go back to the top."""
    chart = page.locator("[data-chart]")
    if chart.count():
        chart.evaluate("chart => chart.scrollIntoView({ block: 'center' })")
        page.locator("[data-drawn=yes]").wait_for()
        page.evaluate("window.scrollTo(0, 0)")


@dataclass
class People:
    """Who can sign in to the house of a module, and who has done so already."""

    passwords: dict[str, str]
    signed_in: dict[str, Any] = field(default_factory=dict)


@contextmanager
def house(blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database is open to tests and server, and empty again afterwards."""
    assert is_test_database()
    with blocker.unblock():
        try:
            yield
        finally:
            call_command("flush", verbosity=0, interactive=False)
            # Playwright's event loop has a connection of its own, which nobody else would close.
            connection.close()


@pytest.fixture(scope="module")
def people(
    server: str, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[People]:
    """The sample township and its accounts."""
    passwords = tmp_path_factory.mktemp("sample") / "accounts.txt"
    with house(django_db_blocker):
        load_sample(passwords)
        lines = passwords.read_text(encoding="utf-8").splitlines()
        yield People({line.split("\t")[0]: line.split("\t")[1] for line in lines})


def sign_in(page: Page, username: str, password: str) -> None:
    """Fill in the form of the open sign-in page."""
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.click("form.sign-in button")


@pytest.fixture
def page_as(people: People, new_context: Callable[..., BrowserContext]) -> PageAs:
    """A new page of a person, who reads Chinese in normal size unless told otherwise.

    The form is filled in once for a person and module; further pages take over the session.
    """

    def open_page(username: str, language: str = "zh-hans", **options: Any) -> Page:
        person = User.objects.get(username=username)
        choose_appearance(Author.system("test"), user=person, language=language, large_text=False)
        if username not in people.signed_in:
            context = new_context()
            page = context.new_page()
            page.goto("/sign-in/")
            sign_in(page, username, people.passwords[username])
            page.locator(".menu").wait_for()
            people.signed_in[username] = context.storage_state()
            context.close()
        return new_context(storage_state=people.signed_in[username], **options).new_page()

    return open_page


class Quiet:
    """What a page must not do: errors in the console or in a script, refused or failed requests, other hosts."""

    def __init__(self, server: str) -> None:
        self.host = urlsplit(server).netloc
        self.problems: list[str] = []
        self.expected: list[str] = []

    def expect(self, *patterns: str) -> None:
        """Problems that belong to this test; each must come."""
        self.expected += patterns

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"script: {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    def check(self) -> None:
        left = [text for text in self.problems if not any(re.search(one, text) for one in self.expected)]
        assert left == []
        assert [one for one in self.expected if not any(re.search(one, text) for text in self.problems)] == []

    def _console(self, message: ConsoleMessage) -> None:
        # What the server refused is counted by its response.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.problems.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.netloc != self.host:
            self.problems.append(f"another host: {request.url}")

    def _failed(self, request: Request) -> None:
        # Aborted: the page was left, or the answer became a download.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"failed: {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.problems.append(f"{response.status} {response.url}")


@pytest.fixture
def quiet(server: str) -> Iterator[Quiet]:
    watch = Quiet(server)
    yield watch
    watch.check()


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext], quiet: Quiet) -> Callable[..., BrowserContext]:
    """Every context of every test is watched; its window is that of an office PC."""

    def make(**options: Any) -> BrowserContext:
        context = new_context(**{"viewport": DESKTOP, **options})
        context.set_default_timeout(TIMEOUT)
        quiet.watch(context)
        return context

    return make
