"""Pictures of every kind of page, in both languages and three sizes: `make screenshots`.

A server of its own, in a temporary folder and with a fresh sample, is photographed by the browser of the tests.
All pictures land in docs/screenshots/out/ (not committed), the few of the READMEs, smaller, in docs/screenshots/.
Look at every one before committing those.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, FloatRect, Page, ViewportSize, sync_playwright

BASE_DIR = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE_DIR))

from tests import system  # noqa: E402
from tests.run import clean_environment  # noqa: E402
from tests.small_png import smaller  # noqa: E402

PICTURES = BASE_DIR / "docs" / "screenshots"
OUT = PICTURES / "out"

SIZES: dict[str, ViewportSize] = {
    "desktop": {"width": 1366, "height": 768},
    "phone": {"width": 390, "height": 844},
    "wall": {"width": 1920, "height": 1080},
}
LANGUAGES = {"zh": "中文", "en": "English"}

#: Name, account that opens it (none: before sign-in), address.
PAGES = (
    ("sign-in", "", "/sign-in/"),
    ("overview", "leader", "/"),
    ("indicators", "leader", "/indicators/"),
    ("section", "leader", "/sections/economy/"),
    ("indicator", "leader", "/indicators/E06/"),
    ("rate", "leader", "/indicators/R04/"),
    ("milestones", "leader", "/indicators/L18/"),
    ("second-half", "leader", "/second-half/"),
    ("reports", "leader", "/reports/"),
    ("half-year", "leader", "/reports/half-year/"),
    ("missing", "reviewer", "/missing/"),
    ("review", "reviewer", "/review/"),
    ("month", "office", "/month/"),
    ("month-village", "clerk", "/month/"),
    ("file", "clerk", "/month/file/"),
    ("changes", "auditor", "/changes/"),
    ("method", "leader", "/method/"),
    ("plan", "admin", "/plan/?year=2023"),
    ("new-target", "admin", "/plan/targets/?year=2023"),
    ("targets-by-unit", "admin", "/plan/indicators/R15/units/?year=2023"),
    ("indicator-of-the-plan", "admin", "/plan/indicators/E06/?year=2023"),
    ("roll-over", "admin", "/plan/roll-over/"),
    ("import", "admin", "/plan/import/"),
    ("sections", "admin", "/setup/sections/"),
    ("years", "admin", "/setup/years/"),
    ("units", "admin", "/setup/units/"),
    ("year-settings", "admin", "/setup/years/2023/"),
    ("people", "security", "/people/"),
    ("own-account", "security", "/me/"),
    ("people-list", "security", "/people/list/"),
    ("invitation", "", "/invitation/"),
    ("404", "leader", "/indicators/E99/"),
    ("403", "security", "/"),
)

#: What the READMEs show of a picture: file and height from the top, by the picture's name.
BEST = {
    "zh-overview-desktop": ("overview.png", 800),
    "zh-overview-phone": ("overview-phone.png", 844),
    "zh-section-desktop": ("section.png", 800),
    "en-indicator-desktop": ("indicator-english.png", 1110),
}


def main() -> int:
    if system.provide([system.BROWSER, system.PLAYWRIGHT, system.CHINESE_FONT]):
        return 1
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    with (
        tempfile.TemporaryDirectory(prefix="township-") as folder,
        server(Path(folder)) as (url, passwords),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=system.browser(), args=["--no-sandbox"])
        for account in sorted({account for _name, account, _address in PAGES}):
            photograph(browser, url, account, passwords.get(account, ""))
        browser.close()
    print(f"{len(list(OUT.iterdir()))} pictures in {OUT.relative_to(BASE_DIR)}/")
    return 0


@contextmanager
def server(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a server with a fresh sample, and the passwords of its accounts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**clean_environment(folder), "PORT": str(port)}
    log = folder / "server.log"
    with log.open("wb") as lines:
        command = [sys.executable, "manage.py", "start"]
        child = subprocess.Popen(command, cwd=BASE_DIR, env=environment, stdout=lines, stderr=lines)
    url = f"http://127.0.0.1:{port}"
    try:
        if not answers(f"{url}/sign-in/", child):
            sys.exit(f"The server does not answer:\n{log.read_text(encoding='utf-8', errors='replace')}")
        accounts = (folder / "sample-accounts.txt").read_text(encoding="utf-8").splitlines()
        yield url, {line.split("\t")[0]: line.split("\t")[1] for line in accounts}
    finally:
        child.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
        child.wait(timeout=20)


def answers(address: str, child: "subprocess.Popen[bytes]") -> bool:
    """Wait for the server, two minutes at most."""
    for _try in range(240):
        try:
            with urllib.request.urlopen(address):
                return True
        except urllib.error.URLError:
            if child.poll() is not None:
                return False
            time.sleep(0.5)
    return False


def photograph(browser: Browser, url: str, account: str, password: str) -> None:
    """Every page that an account opens, in each language and size."""
    context = browser.new_context(base_url=url, locale="zh-CN", viewport=SIZES["desktop"])
    page = context.new_page()
    if account:
        page.goto("/sign-in/")
        page.fill("[name=username]", account)
        page.fill("[name=password]", password)
        page.click("button.primary")
    for language, button in LANGUAGES.items():
        choose_language(page, button)
        for name, opened_by, address in PAGES:
            if opened_by == account:
                for size, viewport in SIZES.items():
                    photograph_page(context, viewport, address, f"{language}-{name}-{size}")
    context.close()


def choose_language(page: Page, button: str) -> None:
    page.goto("/method/")
    switch = page.locator(".appearance").get_by_role("button", name=button)
    if switch.count():
        switch.click()


def photograph_page(context: BrowserContext, viewport: ViewportSize, address: str, picture: str) -> None:
    page = context.new_page()
    page.set_viewport_size(viewport)
    page.goto(address)
    chart = page.locator("[data-chart]")
    if chart.count():
        # It is drawn when it is seen.
        chart.scroll_into_view_if_needed()
        page.locator("[data-drawn=yes]").wait_for()
        page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=OUT / f"{picture}.png", full_page=True)
    if picture in BEST:
        file, height = BEST[picture]
        part: FloatRect = {"x": 0, "y": 0, "width": viewport["width"], "height": height}
        (PICTURES / file).write_bytes(smaller(page.screenshot(full_page=True, clip=part)))
    page.close()


if __name__ == "__main__":
    sys.exit(main())
