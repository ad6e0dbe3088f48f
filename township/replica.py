"""With REPLICA_URL: pages that only look read from a streaming replica of PostgreSQL, all else from the primary.

A page of somebody signed in that writes nothing (GET, HEAD) reads from the replica, but for who it is: sessions,
accounts and sign-ins are always those of the primary, and so is everything inside a transaction. Whoever has just
written reads the primary until the replica is known to hold what they wrote. Where the replica is down or lags, the
primary answers and the log says so once.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature
from django.db import DatabaseError, InterfaceError, OperationalError, connections
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

PRIMARY, REPLICA = "default", "replica"

logger = logging.getLogger(__name__)

#: So far behind it may be, in seconds; how often it is asked, and after how long again where it did not answer.
MOST_LAG, ASKED_EVERY, AGAIN_AFTER = 5, 1, 10
#: Seconds by which the clocks of the machines that serve may differ.
CLOCKS = 1
#: The cookie with the moment of the last write. Beyond the most lag whatever is read from the replica holds it.
COOKIE, COOKIE_AGE = "written", MOST_LAG + AGAIN_AFTER

#: Apps whose rows are always read from the primary.
SIGNING_IN = frozenset({"sessions", "auth", "axes", "contenttypes", "admin"})


class _Looking:
    """What one request reads and has written."""

    def __init__(self) -> None:
        self.on_replica = self.wrote = False


_looking: ContextVar[_Looking | None] = ContextVar("looking", default=None)


class Router:
    """Which database a query goes to. Every answer is explicit: Django's own follows where a row was read."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str:
        looking = _looking.get()
        on_replica = (
            looking is not None
            and looking.on_replica
            and not _is_about_signing_in(model)
            and not connections[PRIMARY].in_atomic_block
        )
        return REPLICA if on_replica else PRIMARY

    def db_for_write(self, model: type[Model], **_hints: Any) -> str:
        looking = _looking.get()
        if looking is not None and not _is_about_signing_in(model):
            looking.wrote, looking.on_replica = True, False
        return PRIMARY

    def allow_relation(self, *_objects: Model, **_hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, *_what: Any, **_hints: Any) -> bool:
        return db == PRIMARY


def _is_about_signing_in(model: type[Model]) -> bool:
    return model._meta.app_label in SIGNING_IN or model._meta.label == settings.AUTH_USER_MODEL


class Replay:
    """How far the replica has replayed what the primary wrote. A request asks, at most one each second."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holds_until = self._ask_at = 0.0
        #: When the primary was at a place that the replica had not reached yet, and that place.
        self._behind: tuple[float, int] | None = None
        self._trouble = ""

    def holds(self, moment: float) -> bool:
        """Whether everything written before a moment is in the replica, and it lags by no more than it may."""
        if time.time() >= self._ask_at and self._lock.acquire(blocking=False):
            try:
                self._ask()
            finally:
                self._lock.release()
        return not self._trouble and self._holds_until > max(moment, time.time() - MOST_LAG - ASKED_EVERY)

    def fails(self, error: Exception) -> None:
        """A query failed there: for a while nobody asks again."""
        with self._lock:
            self._give_up(error)

    def _ask(self) -> None:
        now = time.time()
        self._ask_at = now + ASKED_EVERY
        # The primary first: what it held before this moment lies before its place.
        wanted = _place(PRIMARY, "pg_current_wal_insert_lsn()")
        try:
            reached = _place(REPLICA, "pg_last_wal_replay_lsn()")
        except (OperationalError, InterfaceError) as error:
            self._give_up(error)
            return
        if reached is None or wanted is None:
            self._tell("REPLICA_URL leads to no replica")
        elif reached >= wanted:
            self._holds_until, self._behind = now, None
            self._tell("")
        elif self._behind is None:
            self._behind = (now, wanted)
        elif reached >= self._behind[1]:
            self._holds_until, self._behind = self._behind[0], (now, wanted)
            self._tell("")
        elif now - self._behind[0] > MOST_LAG:
            self._tell(f"it lags by more than {MOST_LAG} seconds")

    def _give_up(self, error: Exception) -> None:
        connections[REPLICA].close()
        self._ask_at = time.time() + AGAIN_AFTER
        self._tell(f"it cannot be used ({(str(error).strip() or type(error).__name__).splitlines()[0]})")

    def _tell(self, trouble: str) -> None:
        """Once for each time that things change."""
        if trouble != self._trouble:
            self._trouble = trouble
            if trouble:
                logger.warning("Pages are read from the primary, not from the replica: %s.", trouble)
            else:
                logger.warning("Pages are read from the replica again.")


def _place(database: str, function: str) -> int | None:
    """A place in the log of the primary, as a number; ``None`` where there is none."""
    with connections[database].cursor() as cursor:
        cursor.execute(f"SELECT CASE WHEN pg_is_in_recovery() = %s THEN {function} END", [database == REPLICA])
        (found,) = cursor.fetchone()
    if found is None:
        return None
    high, low = (int(part, 16) for part in found.split("/"))
    return high << 32 | low


#: One for each process.
replay = Replay()


class ReplicaMiddleware:
    """Stands last: who asks is known, and the view comes next."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        looking = _Looking()
        token = _looking.set(looking)
        try:
            response = self.get_response(request)
        finally:
            _looking.reset(token)
        if looking.wrote:
            response.set_signed_cookie(
                COOKIE,
                f"{time.time():.3f}",
                max_age=COOKIE_AGE,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Answer from the replica, and once more from the primary where that fails."""
        looking = _looking.get()
        if looking is None or request.method not in ("GET", "HEAD") or not request.user.is_authenticated:
            return None
        if not replay.holds(_written_at(request) + CLOCKS):
            return None
        looking.on_replica = True
        try:
            response = view(request, *args, **kwargs)
            if hasattr(response, "render"):
                response = response.render()
            return response
        except DatabaseError as error:
            if looking.wrote:
                raise
            looking.on_replica = False
            # A query that it cancels to go on itself (40, a conflict with recovery) is no failure.
            code = getattr(error.__cause__, "pgcode", None) or ""
            if isinstance(error, OperationalError | InterfaceError) and not code.startswith("40"):
                replay.fails(error)
            return view(request, *args, **kwargs)


def _written_at(request: HttpRequest) -> float:
    """When this browser last wrote; 0 where that is long ago."""
    try:
        return float(request.get_signed_cookie(COOKIE, default="0", max_age=COOKIE_AGE) or 0)
    except (BadSignature, ValueError):
        return 0
