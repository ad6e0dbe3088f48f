"""How long the papers of the sample township take, from the press of the button to the last byte.

    .venv/bin/python -m reports.bench.papers

It makes a database of its own in a temporary folder and loads the sample. Each paper is asked for twice as its writer
would: what only the first one after a start costs (fonts, templates) is printed beside. Wanted: about a second.
"""

import sys
from collections.abc import Callable
from typing import Any

from targets.bench.measuring import COLLECT, MIGRATE, run_apart, timed

CHOSEN = "year=2023&period=H1&as_of=6"
MAKING = ("bulletin.preview", "bulletin.docx", "bulletin.pdf", "list.pdf", "briefing.docx", "briefing.pdf")
FILES = ("ledger.xlsx", "ledger.csv")


def asked_twice(name: str, ask: Callable[[], Any]) -> None:
    """Print the seconds of the first and of the second time, and the size in bytes."""
    first, answer = timed(ask)
    second, answer = timed(ask)
    if answer.status_code != 200:
        raise SystemExit(f"{name}: {answer.status_code}")
    sys.stdout.write(f"{name}: {second:.2f} s (the first {first:.2f} s), {len(answer.content)} bytes\n")


def measure() -> None:
    from django.test import Client

    from reports.models import Report
    from targets.models import User

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username="reviewer"))
    form = {"day": "2023-07-08", "signature": "大崇乡人民政府", "tick": ["E06"], "requests": "查找原因。"}
    for make in (*FILES, *MAKING):
        asked_twice(make, lambda make=make: client.post(f"/reports/?{CHOSEN}", {"make": make, **form}))  # type: ignore[misc]
    client.post(f"/reports/half-year/?{CHOSEN}", {})
    report = Report.objects.get()
    address = f"/reports/half-year/{report.pk}/"
    asked_twice("half-year report, its page", lambda: client.get(address))
    kept = {
        "title": report.title,
        "addressees": report.addressees,
        "signature": report.signature,
        "day": report.day.isoformat(),
    }
    for act in ("docx", "pdf"):

        def take(act: str = act) -> Any:
            report.refresh_from_db()
            return client.post(address, {**kept, "lock_version": report.lock_version, "act": act})

        asked_twice(f"half-year report, {act}", take)


def main() -> None:
    if sys.argv[1:] == ["measure"]:
        import django

        django.setup()
        measure()
        return
    run_apart("reports.bench.papers", "measure", commands=(MIGRATE, ("load_sample",), COLLECT))


if __name__ == "__main__":
    main()
