"""What every page costs, each beside a floor below which nobody can go.

    .venv/bin/python -m targets.bench.pages              20 villages × 60 indicators × 12 months
    .venv/bin/python -m targets.bench.pages M            200 villages × 100 indicators × 24 months
    .venv/bin/python -m targets.bench.pages L            2,000 villages × 100 indicators × 12 months
    .venv/bin/python -m targets.bench.pages M --database postgres://postgres@localhost/bench
    .venv/bin/python -m targets.bench.pages --markdown   the table of docs/performance.md
    .venv/bin/python -m targets.bench.pages --only overview,review

The house is made by rule (``targets.bench.dataset``), loaded by ``import_csv``, and asked in this process, without
HTTP. It lies in a database of SQLite in a temporary folder, or in that of ``--database``: one that is empty, or holds
this very house. Page and floor are measured by turns, at most five times each, and the medians are printed.

Floor of a page: session and person looked up, one aggregate query over the entries that it speaks of, and a plain
template with as many cells. Of a chart the same with the numbers as JSON, of a workbook openpyxl writing as many rows,
of a save a bare upsert that is committed, of other writes bare statements that write as many rows.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from gzip import compress
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from targets.bench.dataset import LAST_YEAR, SIZES, TOP, Size, indicator_code, village_code, write_house
from targets.bench.floors import (
    AS_OF,
    Floor,
    approve_floor,
    chart_floor,
    page_floor,
    targets_floor,
    upsert_floor,
    workbook_floor,
)
from targets.bench.measuring import COLLECT, MIGRATE, Cost, environment_in, manage, measured, memory

if TYPE_CHECKING:
    from django.test import Client

CURRENT = 12
LOOKED_AT = f"year={LAST_YEAR}&period=Y&as_of={AS_OF}"
#: Of this indicator the townships have no targets, so that every village is a part of the whole.
VILLAGE, INDICATOR, SECTION = village_code(0), indicator_code(2), "economy"
TURNS = 5
#: No further turn once a page has taken so many seconds.
PATIENCE = 20.0
PAPERS = ("bulletin.pdf", "bulletin.docx", "briefing.pdf")
PAPER = {"day": f"{LAST_YEAR}-12-08", "signature": "基准人民政府"}

#: What is wanted of M, in times of the floor unless it says otherwise.
WANTED = {
    "overview": "≤ 3",
    "indicators": "≤ 3",
    "indicator": "≤ 5, 150 KiB",
    "its chart": "≤ 5",
    "second half": "≤ 4",
    "missing": "≤ 100 ms",
    "plan list": "≤ 100 ms",
    "reports page": "≤ 3",
    "bulletin.pdf": "overview + 100 ms",
    "ledger.xlsx": "≤ 2",
    "plan.xlsx": "≤ 2, 100 statements",
    "roll-over, page": "100 statements",
    "roll-over, made": "100 statements",
    "save one figure": "≤ 8, 25 statements",
}

#: A response, or why there is none.
Answer = Any


@dataclass(frozen=True)
class Job:
    """A page, or what is done on it.

    Attributes:
        ready: makes a request ready and gives back what sends it; the clock runs for the sending alone.
        floor: of a response, what nobody can do without.
        takes_back: whether what it writes is rolled back, so that the next turn finds the same.
        is_committed: whether it ends with a commit: what it waits for then is not the processor, so that the clock on
            the wall is compared.
    """

    name: str
    ready: Callable[[], Callable[[], Answer]]
    floor: Floor
    takes_back: bool = False
    is_committed: bool = False


@dataclass(frozen=True)
class Line:
    """A measured job; ``refused`` is the status of a response that is none, and nothing else is known then."""

    name: str
    cost: Cost | None = None
    floor: Cost | None = None
    size: int = 0
    packed: int = 0
    refused: int = 0
    by_wall: bool = False

    @property
    def ratios(self) -> tuple[float | None, float | None]:
        """How many times the floor, in all and without the statements; ``None`` where the floor is too low to tell."""
        if self.cost is None or self.floor is None:
            return None, None
        cost, floor = self.cost, self.floor
        if self.by_wall:
            return _ratio(cost.wall, floor.wall), None
        return _ratio(cost.cpu, floor.cpu), _ratio(cost.cpu - cost.sql, floor.cpu - floor.sql)


def _ratio(cost: float, floor: float) -> float | None:
    return cost / floor if floor > 0 else None


# The house


def load(size: Size, directory: Path) -> None:
    """The house by the product's own import, in this process."""
    from django.core.management import call_command

    write_house(size, directory)
    call_command("import_csv", directory, stdout=sys.stderr)


def people(size: Size) -> None:
    """One person for every role at the top, and the clerk of a village."""
    from targets.models import Role, Unit, User
    from targets.services.base import Author
    from targets.services.people import create_person, grant_role

    if User.objects.exists():
        return
    by = Author.system(f"bench {size.name}")
    for role in Role:
        person = create_person(by, username=role.value, full_name=str(role.label))
        unit = VILLAGE if role == Role.CLERK else TOP
        grant_role(by, user=person, unit=Unit.objects.get(code=unit), role=role)


def holds(size: Size) -> bool:
    """Whether the database holds this very house already.

    Raises:
        SystemExit: it holds something else.
    """
    from targets.models import Indicator, Target, Unit, User

    if not (Unit.objects.exists() or Target.objects.exists() or User.objects.exists()):
        return False
    top = Unit.objects.filter(code=TOP, name=size.top_name).first()
    units = 1 + size.townships + size.all_villages
    if top is None or Unit.objects.count() != units or Indicator.objects.count() != size.indicators:
        sys.exit(f"The database is neither empty nor holds the house of size {size.name}. Nothing was touched.")
    return True


# What is measured


def client_of(role: str) -> "Client":
    from django.test import Client

    from targets.models import User

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username=role), "django.contrib.auth.backends.ModelBackend")
    return client


def jobs() -> Iterator[Job]:
    """Every page of the table, for the whole house and for one village."""
    leader, administrator = client_of("leader"), client_of("system_administrator")
    reviewer, auditor, clerk = client_of("reviewer"), client_of("auditor"), client_of("clerk")

    def get(client: "Client", address: str) -> Callable[[], Callable[[], Answer]]:
        return lambda: lambda: client.get(address)

    def make(query: str, what: str) -> Callable[[], Callable[[], Answer]]:
        return lambda: lambda: leader.post(f"/reports/?{query}", {"make": what, **PAPER})

    every: dict[str, Any] = {}
    for where, query, only in (
        ("", LOOKED_AT, every),
        (", village", f"{LOOKED_AT}&unit={VILLAGE}", {"target__unit__code": VILLAGE}),
    ):
        whole = page_floor(leader, only)
        section = page_floor(leader, only | {"target__indicator__section__code": SECTION})
        indicator = only | {"target__indicator__code": INDICATOR}
        yield Job(f"overview{where}", get(leader, f"/?{query}"), whole)
        yield Job(f"section{where}", get(leader, f"/sections/{SECTION}/?{query}"), section)
        yield Job(f"indicators{where}", get(leader, f"/indicators/?{query}"), whole)
        yield Job(f"indicator{where}", get(leader, f"/indicators/{INDICATOR}/?{query}"), page_floor(leader, indicator))
        yield Job(
            f"its chart{where}",
            get(leader, f"/indicators/{INDICATOR}/chart.json?{query}"),
            chart_floor(leader, indicator),
        )
        yield Job(f"second half{where}", get(leader, f"/second-half/?{query}"), whole)
        yield Job(f"missing{where}", get(leader, f"/missing/?{query}"), whole)
        yield Job(f"reports page{where}", get(leader, f"/reports/?{query}"), whole)
        for paper in PAPERS:
            yield Job(f"{paper}{where}", make(query, paper), whole)
        yield Job(f"ledger.xlsx{where}", make(query, "ledger.xlsx"), workbook_floor(leader))
        yield Job(f"half-year report{where}", half_year(reviewer, query), whole, takes_back=True)
    yield Job("plan list", get(administrator, f"/plan/?year={LAST_YEAR}"), page_floor(administrator, every))
    yield Job("plan.xlsx", get(administrator, f"/files/plan.xlsx?year={LAST_YEAR}"), workbook_floor(administrator))
    roll_over = f"/plan/roll-over/?from={LAST_YEAR}"
    yield Job("roll-over, page", get(administrator, roll_over), page_floor(administrator, every))
    yield Job("roll-over, made", press(administrator, roll_over, "make"), targets_floor, takes_back=True)
    review = f"/review/?year={LAST_YEAR}"
    yield Job("review", get(reviewer, review), page_floor(reviewer, every))
    for many in (100, 300):
        yield Job(f"approve {many}", approve(reviewer, review, many), approve_floor(many), takes_back=True)
    month = f"year={LAST_YEAR}&as_of={CURRENT}&unit={VILLAGE}"
    yield Job("my month", get(clerk, f"/month/?{month}"), page_floor(clerk, {"target__unit__code": VILLAGE}))
    yield Job("save one figure", save(clerk, f"/month/row/?{month}"), upsert_floor, is_committed=True)
    yield Job("changes", get(auditor, "/changes/"), page_floor(auditor, every))


def press(client: "Client", address: str, button: str) -> Callable[[], Callable[[], Answer]]:
    """Press a button of a page: send its form as the page filled it in."""

    def ready() -> Callable[[], Answer]:
        form = Filled.of(client.get(address).content.decode(), button)
        return lambda: client.post(address, {**form, button: "1"})

    return ready


def half_year(client: "Client", query: str) -> Callable[[], Callable[[], Answer]]:
    """Look at a half-year report that was just begun."""

    def ready() -> Callable[[], Answer]:
        address = client.post(f"/reports/half-year/?{query}")["Location"]
        return lambda: client.get(address)

    return ready


def approve(client: "Client", address: str, many: int) -> Callable[[], Callable[[], Answer]]:
    """Approve the first figures that wait."""
    from targets.models import ProgressEntry

    def ready() -> Callable[[], Answer]:
        waiting = ProgressEntry.objects.filter(state="submitted", target__year=LAST_YEAR).order_by("pk")[:many]
        shown = [f"entry-{entry.pk}-{entry.lock_version}" for entry in waiting]
        return lambda: client.post(address, {"approve": "1", "entry": shown})

    return ready


def save(client: "Client", address: str) -> Callable[[], Callable[[], Answer]]:
    """Type another figure into a row of December that is open."""
    from targets.models import ProgressEntry, Target

    mine = Target.objects.filter(unit__code=VILLAGE, year=LAST_YEAR, indicator__accumulation="flow")
    settled = ProgressEntry.objects.filter(month=CURRENT).exclude(state="draft")
    target = mine.exclude(entries__in=settled).order_by("pk")[0]
    name, typed = f"t{target.pk}", count(1)

    def ready() -> Callable[[], Answer]:
        form = {"row": name, f"{name}-value": f"{next(typed)}.5", f"{name}-typed_as": "month"}
        version = target.entries.filter(month=CURRENT).values_list("lock_version", flat=True).first()
        if version is not None:
            form[f"{name}-lock_version"] = str(version)
        return lambda: client.post(address, form)

    return ready


class Filled(HTMLParser):
    """The fields of the form on a page that has a button of a name, as the page filled them in."""

    @classmethod
    def of(cls, html: str, button: str) -> dict[str, list[str]]:
        parser = cls()
        parser.feed(html)
        return next((form for form, buttons in parser.forms if button in buttons), {})

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[dict[str, list[str]], set[str]]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        name, kind = found.get("name") or "", found.get("type") or "text"
        if tag == "form":
            self.forms.append(({}, set()))
        elif not self.forms or not name:
            return
        elif tag == "button":
            self.forms[-1][1].add(name)
        elif tag == "input" and (kind not in ("checkbox", "radio") or "checked" in found):
            self.forms[-1][0].setdefault(name, []).append(found.get("value") or "")


# Measuring


def measure(job: Job) -> Line:
    """A job beside its floor, by turns; the first time warms up and does not count."""
    response = _once(job)[1]
    if response.status_code >= 400:
        return Line(job.name, refused=response.status_code)
    content = response.getvalue()
    floor = job.floor(response)
    bare = replace(job, ready=lambda: floor)
    _once(bare)
    pages: list[Cost] = []
    floors: list[Cost] = []
    while len(pages) < TURNS and sum(cost.cpu for cost in pages) < PATIENCE:
        floors.append(_once(bare)[0])
        pages.append(_once(job)[0])
    return Line(
        job.name,
        Cost.median_of(pages),
        Cost.median_of(floors),
        len(content),
        len(compress(content, 6)),
        by_wall=job.is_committed,
    )


def _once(job: Job) -> tuple[Cost, Answer]:
    from django.db import transaction

    if not job.takes_back:
        return measured(job.ready())
    with transaction.atomic():
        result = measured(job.ready())
        transaction.set_rollback(True)
    return result


def run(size: Size, only: Iterable[str] = (), say: Callable[[Line], object] = lambda line: None) -> list[Line]:
    """Measure every page of a house that is there, or those whose names begin as ``only`` says."""
    from django.db import connection

    begins = tuple(only)
    people(size)
    lines = []
    try:
        for job in jobs():
            if not begins or job.name.startswith(begins):
                lines.append(measure(job))
                say(lines[-1])
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bench_floor")
    return lines


# The table

HEADING = (
    *("page", "CPU ms", "of it SQL", "wall ms", "statements", "KiB", "gzip KiB", "peak MiB"),
    *("floor CPU ms", "of it SQL", "wall ms", "× floor", "× without SQL", "wanted"),
)


def cells(line: Line) -> tuple[str, ...]:
    if line.cost is None or line.floor is None:
        return line.name, f"refused: {line.refused}", *("",) * (len(HEADING) - 2)
    cost, floor = line.cost, line.floor
    return (
        line.name,
        *(_ms(seconds) for seconds in (cost.cpu, cost.sql, cost.wall)),
        str(cost.statements),
        *(f"{size / 1024:,.0f}" if size >= 10240 else f"{size / 1024:.1f}" for size in (line.size, line.packed)),
        f"{cost.peak / 1024:.0f}",
        *(_ms(seconds) for seconds in (floor.cpu, floor.sql, floor.wall)),
        *("–" if ratio is None else f"{ratio:.1f}" for ratio in line.ratios),
        WANTED.get(line.name, ""),
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f}" if seconds >= 0.01 else f"{seconds * 1000:.1f}"


def as_markdown(row: Iterable[str]) -> str:
    return f"| {' | '.join(row)} |"


def as_text(row: Iterable[str]) -> str:
    first, *others = row
    return f"{first:26}" + "".join(f"{cell:>14}" for cell in others)


def circumstances(size: Size) -> list[str]:
    """What was measured, where and when."""
    import django
    from django.db import connection

    from targets.models import ProgressEntry, Target, Unit

    with connection.cursor() as cursor:
        cursor.execute("SELECT version()" if connection.vendor == "postgresql" else "SELECT sqlite_version()")
        version = " ".join(str(cursor.fetchone()[0]).split()[:2])
    units, targets, entries = (model.objects.count() for model in (Unit, Target, ProgressEntry))
    return [
        f"{size.name}: {units:,} units, {size.indicators} indicators, {targets:,} targets, {entries:,} entries.",
        f"{date.today().isoformat()}, {_processor()}, {os.cpu_count()} cores, load {_load()}; Python "
        f"{platform.python_version()}, Django {django.get_version()}, {connection.vendor} {version}.",
    ]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


# The program


def work(size: Size, only: list[str], markdown: bool) -> None:
    """Measure in this process, on the database of its environment."""
    import django

    django.setup()
    row = as_markdown if markdown else as_text
    write = sys.stdout.write
    write("\n".join([*circumstances(size), "", row(HEADING), ""]))
    if markdown:
        write(row(["---", *["--:"] * (len(HEADING) - 1)]) + "\n")

    def say(line: Line) -> None:
        write(row(cells(line)) + "\n")
        sys.stdout.flush()

    run(size, only, say)
    write(f"\nLoad at the end {_load()}.\n")


def look(requests: int) -> None:
    """Ask for pages in turn, each for the whole house and for one village, and say what memory the process then has."""
    import django

    django.setup()
    pages = [job for job in jobs() if not job.takes_back and not job.is_committed]
    begin = memory()
    for number in range(requests):
        pages[number % len(pages)].ready()()
    sys.stdout.write(
        f"Memory after {requests} requests in turn: {memory() / 1024:.0f} MiB, {begin / 1024:.0f} before.\n"
    )


def check(size: Size) -> None:
    """Say by the exit code whether the house is there: 0 that it is, 3 that the database is empty."""
    import django

    django.setup()
    sys.exit(0 if holds(size) else 3)


def again(size: Size, environment: dict[str, str], *step: str) -> int:
    """A step of this program in a process of its own; its exit code."""
    command = [sys.executable, "-m", "targets.bench.pages", size.name, "--step", *step]
    return subprocess.run(command, env=environment, check=False).returncode


def prepare(size: Size, environment: dict[str, str], folder: str) -> str:
    """Migrate and load, unless the house is there; what the loading took."""
    manage(*MIGRATE, environment=environment)
    manage(*COLLECT, environment=environment)
    found = again(size, environment, "check")
    if found not in (0, 3):
        sys.exit(found)
    if found == 0:
        return "The house was there."
    house = Path(folder) / "house"
    house.mkdir()
    write_house(size, house)
    begin = time.perf_counter()
    child = subprocess.Popen([sys.executable, "manage.py", "import_csv", str(house)], env=environment)
    _pid, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit("import_csv refused the house.")
    seconds = time.perf_counter() - begin
    return (
        f"import_csv: {used.ru_utime + used.ru_stime:.0f} s CPU without the database's server, {seconds:.0f} s, "
        f"{used.ru_maxrss / 1024:.0f} MiB."
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m targets.bench.pages", description="What every page costs.")
    parser.add_argument("size", nargs="?", default="S", choices=SIZES, metavar="S|M|L")
    parser.add_argument("--database", default="", help="address of a database that is empty or holds this very house")
    parser.add_argument("--markdown", action="store_true", help="print the table for docs/performance.md")
    parser.add_argument("--only", default="", help="beginnings of the names of pages, separated by commas")
    parser.add_argument("--requests", type=int, default=200, help="how many requests the memory is looked at after")
    parser.add_argument("--step", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    size = SIZES[asked.size]
    if asked.step == "check":
        check(size)
    if asked.step == "measure":
        work(size, [name for name in asked.only.split(",") if name], asked.markdown)
        return
    if asked.step == "look":
        look(asked.requests)
        return
    with tempfile.TemporaryDirectory(prefix="township-bench-") as folder:
        environment = environment_in(folder, asked.database)
        # A worker's time is not seen here; so nothing is spread over several.
        environment["PGOPTIONS"] = "-c max_parallel_workers_per_gather=0"

        sys.stdout.write(prepare(size, environment, folder) + "\n")
        sys.stdout.flush()
        markdown = ["--markdown"] if asked.markdown else []
        failed = again(size, environment, "measure", "--only", asked.only, *markdown)
        if asked.requests and not asked.only and not failed:
            failed = again(size, environment, "look", "--requests", str(asked.requests))
        sys.exit(failed)


if __name__ == "__main__":
    main()
