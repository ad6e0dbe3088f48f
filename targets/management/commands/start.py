"""`manage.py start`: from an empty folder to a running product, the same on every machine.

What the environment can get wrong (a taken port, an unreachable database, a full disk) ends in one sentence;
`--traceback` shows where it came from.
"""

import errno
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

OUR_APPS = ("targets", "reports")


class Command(BaseCommand):
    help = "Prepares the database and the static files, loads the sample into an empty database, and serves."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.prepare()
            self.serve()
        except CommandError as refusal:
            if not is_full_disk(refusal.__cause__):
                raise
            leave_nothing_half_made()
            raise CommandError(f"{refusal} The disk is full; free some space and start again.") from refusal
        except KeyboardInterrupt:
            self.stdout.write("")

    def prepare(self) -> None:
        check_port(settings.HOST, settings.PORT)
        check_database()
        refuse_newer_database()
        refuse_changed_database()
        self.stdout.write("Preparing the database ...")
        with one_sentence("The database could not be brought up to date"):
            call_command("migrate", interactive=False, verbosity=0)
        self.load_sample()
        refuse_exposed_sample()
        with one_sentence("The static files could not be collected"):
            call_command("collectstatic", interactive=False, verbosity=0)

    def load_sample(self) -> None:
        if get_user_model().objects.exists():
            return
        if settings.EXPOSED:
            raise CommandError(
                "The database has no users yet, and the sample is not loaded while HOST or ALLOWED_HOSTS "
                "reaches beyond this machine; make the first user with: python manage.py first_administrator."
            )
        self.stdout.write("Loading the sample township ...")
        with one_sentence("The sample could not be loaded"):
            call_command("load_sample")

    def serve(self) -> None:
        # Here, not above: the static files must be collected before whitenoise looks at them.
        from township import workers
        from township.server import give_memory_back, listen
        from township.wsgi import application

        try:
            sockets = listen(settings.HOST, settings.PORT)
        except OSError as error:
            raise CommandError(bind_problem(settings.HOST, settings.PORT, error)) from error
        give_memory_back()
        self.announce()
        # Returns on Ctrl-C and on SIGTERM.
        workers.serve(application, sockets, server_options(), self.workers())
        self.stdout.write("\nStopped.")

    def workers(self) -> int:
        """In how many processes it is served."""
        if settings.WORKERS > 1 and os.name != "posix":
            self.stderr.write("WORKERS counts on Linux and macOS alone; one process serves.")
            return 1
        return int(settings.WORKERS)

    def announce(self) -> None:
        self.stdout.write(f"Ready: {address(settings.HOST, settings.PORT)}")
        if settings.SAMPLE_ACCOUNTS_FILE.exists():
            self.stdout.write(f"Sample sign-ins: {shown_path(settings.SAMPLE_ACCOUNTS_FILE)}")
        if settings.EXPOSED and not settings.SECURE_COOKIES:
            self.stderr.write(
                "Warning: other machines reach it over plain HTTP, so passwords and figures travel unencrypted; "
                "put a proxy that ends TLS in front and name it by TLS_PROXY."
            )
        self.stdout.write("Stop with Ctrl-C.")
        self.stdout.flush()


@contextmanager
def one_sentence(what: str) -> Iterator[None]:
    """Turns what the database or the disk refuses into one sentence."""
    try:
        yield
    except (DatabaseError, OSError) as error:
        raise CommandError(f"{what}: {first_line(error)}.") from error


def first_line(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(". ")


def is_full_disk(error: BaseException | None) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return "disk is full" in str(error)  # SQLite


def leave_nothing_half_made() -> None:
    """Static files that were cut off, and of a first start everything, its database included."""
    shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
    if settings.IS_FIRST_START and settings.VAR_DIR in Path(connection.settings_dict["NAME"]).parents:
        connection.close()
        for made in settings.VAR_DIR.rglob("*"):
            if made.is_file():
                made.unlink()


def check_port(host: str, port: int) -> None:
    """Binds and lets go again, so that a taken port is said before anything is touched."""
    try:
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise CommandError(f"HOST={host} is not an address or name of this machine.") from error
    for family, kind, protocol, _, place in places:
        try:
            with socket.socket(family, kind, protocol) as probe:
                # Like the server: else a port closed a minute ago counts as taken. On Windows the option
                # would let two programs share the port.
                if os.name == "posix":
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(place)
        except OSError as error:
            if error.errno == errno.EAFNOSUPPORT:
                continue
            raise CommandError(bind_problem(host, port, error)) from error


def bind_problem(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken; choose another: make run PORT={port + 1 if port < 65535 else 8001}."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used by this account; choose one above 1023: make run PORT=8000."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"HOST={host} is not an address of this machine."
    return f"The server cannot listen on {host}, port {port}: {first_line(error)}."


def check_database() -> None:
    try:
        connection.ensure_connection()
    except (DatabaseError, OSError) as error:
        raise CommandError(f"The database {database_place()} cannot be used: {first_line(error)}.") from error


def database_place() -> str:
    """Where it is, without user and password."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(database["NAME"])
    where = database["HOST"] or "the default socket"
    return f"{database['NAME']} at {where}" + (f", port {database['PORT']}" if database["PORT"] else "")


def refuse_newer_database() -> None:
    """A migration that is recorded but not on disk was made by later code, which this code would damage."""
    with one_sentence("The record of migrations cannot be read"):
        applied = set(MigrationRecorder(connection).applied_migrations())
    unknown = sorted(name for app, name in applied - known_migrations() if app in OUR_APPS)
    if unknown:
        raise CommandError(f"The database was made by a newer version ({', '.join(unknown)}); it has not been touched.")


def known_migrations() -> set[tuple[str, str]]:
    """Those on disk, and those that a squashed migration on disk stands for."""
    migrations = MigrationLoader(None).disk_migrations
    return {*migrations, *(replaced for migration in migrations.values() for replaced in migration.replaces)}


def refuse_changed_database() -> None:
    """A database that lacks columns which its record of migrations promises would fail on every page.

    It was made by a trial version, before the first release, of whose migrations one was changed later.
    """
    with one_sentence("The tables cannot be read"):
        loader = MigrationLoader(connection)
        applied = [node for node in loader.graph.nodes if node in loader.applied_migrations and node[0] in OUR_APPS]
        if not applied:
            return
        promised = {
            (model._meta.db_table, str(field.column))
            for model in loader.project_state(applied).apps.get_models(include_auto_created=True)
            if model._meta.app_label in OUR_APPS
            for field in model._meta.local_concrete_fields
        }
        with connection.cursor() as cursor:
            there = {
                (table, column.name)
                for table in connection.introspection.table_names(cursor)
                for column in connection.introspection.get_table_description(cursor, table)
            }
    if lacking := sorted(promised - there):
        names = ", ".join(".".join(one) for one in lacking)
        raise CommandError(
            f"The database was made by a trial version and cannot be brought up to date (it lacks {names}); it has "
            "not been touched. Export its data with that version (export_csv), or begin with a new database."
        )


def refuse_exposed_sample() -> None:
    if not settings.EXPOSED:
        return
    from targets.querysets.people import sample_accounts_active

    if sample_accounts_active():
        raise CommandError(
            "Sample accounts are active, so the server does not start while HOST or ALLOWED_HOSTS reaches "
            "beyond this machine; deactivate them first, or start with the defaults."
        )


def server_options() -> dict[str, Any]:
    options: dict[str, Any] = {
        "threads": 8,
        "ident": None,
        "max_request_body_size": settings.MAX_REQUEST_BYTES,
        # Forwarded-For and Forwarded-Proto from anyone but the proxy are dropped.
        "clear_untrusted_proxy_headers": True,
    }
    if settings.TLS_PROXY:
        options["trusted_proxy"] = settings.TLS_PROXY
        options["trusted_proxy_headers"] = {"x-forwarded-for", "x-forwarded-proto"}
    return options


def address(host: str, port: int) -> str:
    """Something to click: on all interfaces the server is on this one as well."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
    if ":" in name and not name.startswith("["):
        name = f"[{name}]"
    return f"http://{name}:{port}/"


def shown_path(path: Any) -> str:
    """Below the project folder as a relative path, else in full."""
    return str(path.relative_to(settings.BASE_DIR) if path.is_relative_to(settings.BASE_DIR) else path)
