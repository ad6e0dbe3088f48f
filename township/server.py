"""waitress within bounds: no client holds up the others by being slow, idle or many.

waitress reads and writes in one loop and gives a thread only to a request that has arrived as a whole, so a slow
client costs a connection and no thread; servers with a thread for each connection stop at as many slow clients as
they have threads. Bounded here is what waitress leaves open: how long a connection may wait for its client, and
who makes room when all connections are taken.
"""

import os
import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ErrorTask, Task, WSGITask

#: Connections at a time. A browser opens six and keeps them; select(), all that Windows has, takes 512 files.
CONNECTIONS = 1000 if os.name == "posix" else 400
#: So many are kept free: from there on each new connection closes the one that waits longest.
SPARE = 20
#: How long a connection waits for its client: for the next request as a whole, or to take more of an answer.
WAITING_SECONDS = 30
#: One second more for so many bytes of the request that have arrived.
BYTES_A_SECOND = 1000


class _Bodiless(Task):
    """Send no body after HEAD where waitress answers by itself, without `wsgi.application`."""

    @property
    def is_head(self) -> bool:
        # Not self.request: after a failure that is a stand-in without a method.
        return any(getattr(request, "command", "") == "HEAD" for request in self.channel.requests[:1])

    @property
    def has_body(self) -> bool:
        # Without a length waitress ends an answer with an empty chunk, which is a body too.
        return bool(super().has_body) and not (self.is_head and self.content_length is None)

    def write(self, data: bytes) -> None:
        super().write(b"" if self.is_head else data)


class _Answer(_Bodiless, WSGITask):
    pass


class _Refusal(_Bodiless, ErrorTask):
    pass


class Channel(HTTPChannel):
    """A connection that is closed when its client keeps it waiting."""

    task_class = _Answer
    error_task_class = _Refusal

    def __init__(self, server: BaseWSGIServer, *arguments: Any, **options: Any) -> None:
        self._begin_waiting()
        super().__init__(server, *arguments, **options)
        if len(self._map) > self.adj.connection_limit - SPARE:
            self._close_another()

    def _close_another(self) -> None:
        """The one that waits longest."""
        others = [one for one in self._map.values() if isinstance(one, Channel) and one is not self and one.is_waiting]
        if others:
            # By its next `readable`: closed here, its number could go to a connection of this very turn.
            min(others, key=lambda one: one.waiting_since).waiting_since = 0

    def _begin_waiting(self) -> None:
        self.waiting_since, self.arrived = time.time(), 0

    @property
    def is_waiting(self) -> bool:
        """Whether it is the client's turn, and not that of a thread."""
        return not self.requests or self.total_outbufs_len > 0

    def readable(self) -> bool:
        """Asked of every connection in every turn of the loop."""
        if self.is_waiting and time.time() - self.waiting_since > WAITING_SECONDS + self.arrived / BYTES_A_SECOND:
            # Not `will_close`, which waits until the client takes what it was sent.
            self.handle_close()
            return False
        return bool(super().readable())

    def recv(self, size: int) -> bytes:
        data: bytes = super().recv(size)
        self.arrived += len(data)
        return data

    def send(self, data: bytes, do_close: bool = True) -> int:
        sent: int = super().send(data, do_close)
        if sent:
            self._begin_waiting()
        return sent

    def write_soon(self, data: Any) -> int:
        if not self.total_outbufs_len:
            self._begin_waiting()
        return int(super().write_soon(data))

    def service(self) -> None:
        super().service()
        if not self.total_outbufs_len:
            self._begin_waiting()


def make_server(application: Any, **options: Any) -> Any:
    """A server on every address of `host`, ready to run.

    Raises:
        OSError: it cannot listen there.
    """
    connections = min(CONNECTIONS, _allowed_files() // 2)
    everything: dict[int, Any] = {}
    server = create_server(application, map=everything, connection_limit=connections, asyncore_use_poll=True, **options)
    for one in everything.values():
        if isinstance(one, BaseWSGIServer):
            one.channel_class = Channel
    return server


def _allowed_files() -> int:
    """How many files this process may have open: as many as it needs, where the system lets it.

    A connection takes one, and two more while a large upload or answer lies in temporary files.
    """
    try:
        import resource
    except ImportError:  # Windows
        return 2 * CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * CONNECTIONS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return wanted if soft == resource.RLIM_INFINITY else soft
