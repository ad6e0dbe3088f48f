"""The product beyond one machine: two processes, a real pgbouncer in transaction mode, a real streaming replica.

One product, one primary, one standby for all of them: they are started here, once, and told to lag, to stop and to
come back.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import psycopg2
import pytest

from tests import system
from tests.run import throwaway_postgres
from tests.running import BASE_DIR, Clerk, Running, environment, passwords_of, running
from township.replica import AGAIN_AFTER, MOST_LAG

pytestmark = pytest.mark.once

#: Connections that pgbouncer has to PostgreSQL: far fewer than the product has threads.
POOL = 3


def as_postgres(*command: str) -> list[str]:
    """PostgreSQL and pgbouncer refuse to run as root."""
    user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
    return [*user, *command]


def until(found: Callable[[], Any], seconds: float = 30) -> Any:
    """What is found in the end."""
    end = time.monotonic() + seconds
    while not (it := found()):
        assert time.monotonic() < end
        time.sleep(0.1)
    return it


def run_on(folder: Path, port: int, sql: str) -> None:
    connection = psycopg2.connect(host=str(folder), port=port, user="postgres", dbname="postgres")
    connection.autocommit = True
    with closing(connection), connection.cursor() as cursor:
        cursor.execute(sql)


@dataclass
class Standby:
    """A copy of the primary that follows it, in the folder of the primary's socket."""

    folder: Path
    PORT = 5433

    @property
    def url(self) -> str:
        return f"postgres://postgres@{quote(str(self.folder), safe='')}:{self.PORT}/postgres"

    @property
    def log(self) -> Path:
        return self.folder / "standby.log"

    def call(self, program: str, *arguments: str) -> None:
        programs = system.postgres_folder()
        assert programs is not None
        done = subprocess.run(
            as_postgres(str(programs / program), *arguments), cwd=self.folder, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr

    def copy(self) -> None:
        self.call("pg_basebackup", "-h", str(self.folder), "-p", "5432", "-D", "standby", "-R", "-c", "fast", "-N")

    def start(self) -> None:
        options = f"-k {self.folder} -p {self.PORT} -c listen_addresses= -c log_statement=all"
        self.call("pg_ctl", "-D", "standby", "-w", "-l", str(self.log), "-o", options, "start")

    def stop(self) -> None:
        self.call("pg_ctl", "-D", "standby", "-w", "-m", "fast", "stop")

    @contextmanager
    def seen(self) -> Iterator[list[str]]:
        """The tables of the product that are read there meanwhile."""
        tables: list[str] = []
        begin = self.log.stat().st_size
        yield tables
        written = self.log.read_bytes()[begin:].decode()
        tables += sorted(set(re.findall(r'(?:FROM|JOIN) "(\w+)"', written)))


@contextmanager
def pgbouncer(folder: Path) -> Iterator[str]:
    """The address of a pgbouncer in front of the primary."""
    program = system.server_program("pgbouncer")
    assert program is not None
    (folder / "pgbouncer.ini").write_text(
        f"""
[databases]
postgres = host={folder} port=5432 user=postgres

[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = {POOL}
max_client_conn = 200
logfile = {folder}/pgbouncer.log
"""
    )
    server = subprocess.Popen(as_postgres(program, "-q", str(folder / "pgbouncer.ini")))
    try:
        until((folder / ".s.PGSQL.6432").exists)
        yield f"postgres://postgres@{quote(str(folder), safe='')}:6432/postgres"
    finally:
        server.terminate()
        server.wait(timeout=30)


@dataclass
class House:
    product: Running
    standby: Standby
    variables: dict[str, str]

    def client(self, username: str) -> Running:
        """A browser of somebody of the sample."""
        product = self.product.another_browser()
        product.sign_in(username, passwords_of(self.product.var_dir)[username])
        return product


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    if missing := [need for need in (system.POSTGRES, system.PGBOUNCER) if not need.found()]:
        line = f"missing: {system.install_line(missing)}"
        (pytest.fail if system.in_ci() else pytest.skip)(line)
    with throwaway_postgres() as url:
        folder = Path(unquote(urlsplit(url).netloc.partition("@")[2]))
        standby = Standby(folder)
        # As an office may have it: a connection of the product counts in UTC all the same.
        run_on(folder, 5432, "ALTER DATABASE postgres SET timezone = 'Asia/Shanghai'")
        standby.copy()
        standby.start()
        try:
            with pgbouncer(folder) as pooled:
                variables = {"DATABASE_URL": pooled, "PGBOUNCER": "on", "REPLICA_URL": standby.url, "WORKERS": "2"}
                with running(tmp_path_factory.mktemp("scale"), **variables) as product:
                    yield House(product, standby, variables)
                    assert product.stop() == 0
        finally:
            if (folder / "standby" / "postmaster.pid").exists():
                standby.stop()
            shutil.rmtree(folder / "standby")


def pages(client: Running, *paths: str) -> list[bytes]:
    return [client.get(path)[1] for path in paths]


FIRST_HALF = "?year=2023&period=H1&as_of=6"
LOOKED_AT = ("/", f"/{FIRST_HALF}", f"/indicators/{FIRST_HALF}", f"/sections/economy/chart.json{FIRST_HALF}")


class TestPgbouncer:
    def test_many_people_share_few_connections(self, house):
        """They sign in, look, save and take files along, all at once, and none of them is refused."""
        with ThreadPoolExecutor(8) as pool:
            people = [name for name in ("leader", "reviewer", "clerk2", "auditor") for _ in range(2)]
            clients = list(pool.map(house.client, people))
            answers = [answer for found in pool.map(lambda one: pages(one, *LOOKED_AT), clients) for answer in found]
            assert len(answers) == 4 * len(people)
            clerks = list(pool.map(lambda _: Clerk(house.product.another_browser()), range(3)))
            list(pool.map(lambda pair: pair[0].save(pair[1], "11"), zip(clerks, clerks[0].rows[:3], strict=True)))
            assert [float(clerks[0].value(row)) for row in clerks[0].rows[:3]] == [11, 11, 11]

    def test_the_record_is_taken_along_by_several_at_once(self, house):
        """Row by row: without PGBOUNCER, by a cursor of a connection that is somebody else's at the next row."""
        auditor = house.client("auditor")
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', auditor.get("/changes/")[1].decode())[-1]
        with ThreadPoolExecutor(6) as pool:
            files = pool.map(lambda _: auditor.get("/changes.csv", {"csrfmiddlewaretoken": token})[1], range(6))
            assert [len(file.splitlines()) > 150 for file in files] == [True] * 6

    def test_a_year_is_written_to_files(self, house, tmp_path):
        done = subprocess.run(
            [sys.executable, "manage.py", "export_csv", str(tmp_path / "year"), "--year", "2023", "--as-of", "6"],
            cwd=BASE_DIR,
            env=environment(house.product.var_dir, house.product.port, **house.variables),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "year" / "summary.csv").stat().st_size > 10_000


class TestReplica:
    """In this order: the replica lags, stops, and comes back."""

    def test_pages_are_read_from_it_and_sign_ins_are_not(self, house):
        leader = house.client("leader")

        def tables() -> list[str]:
            with house.standby.seen() as found:
                leader.get(f"/{FIRST_HALF}")
            return found

        # Whoever has just signed in reads the primary until the replica holds that.
        found = until(tables)
        assert "targets_monthlyaccount" in found
        assert not {"django_session", "targets_user", "axes_accessattempt"} & set(found)

    def test_who_has_written_reads_it_and_the_others_read_on_until_it_lags_too_far(self, house):
        writer, other = (Clerk(house.product.another_browser()) for _ in range(2))
        row = writer.rows[-1]

        def is_looking_there() -> bool:
            with house.standby.seen() as found:
                other.page()
            return bool(found)

        until(lambda: is_looking_there() and is_looking_there() and is_looking_there())
        run_on(house.standby.folder, Standby.PORT, "SELECT pg_wal_replay_pause()")
        writer.save(row, "23")
        assert float(writer.value(row)) == 23
        assert other.value(row) == ""
        assert float(until(lambda: other.value(row), MOST_LAG + 10)) == 23
        lags = f"not from the replica: it lags by more than {MOST_LAG} seconds."
        until(lambda: other.page() and lags in house.product.output)
        run_on(house.standby.folder, Standby.PORT, "SELECT pg_wal_replay_resume()")
        until(lambda: is_looking_there() and "Pages are read from the replica again." in house.product.output)

    def test_one_that_stops_is_done_without_and_taken_up_again(self, house):
        leader = house.client("leader")
        house.standby.stop()
        for _ in range(6):
            assert b"</html>" in leader.get(f"/{FIRST_HALF}")[1]
        assert "not from the replica: it cannot be used (connection to server" in house.product.output
        house.standby.start()

        def is_looking_there() -> bool:
            with house.standby.seen() as found:
                leader.get(f"/{FIRST_HALF}")
            return bool(found)

        until(is_looking_there, AGAIN_AFTER + 20)
