"""waitress within bounds: no client holds up the others by being slow, idle or many.

waitress reads and writes in one loop and gives a thread only to a request that has arrived as a whole, so a slow
client costs a connection and no thread; servers with a thread for each connection stop at as many slow clients as
they have threads. Bounded here is what waitress leaves open: how long a connection may wait for its client, and
who makes room when all connections are taken.
"""

import ctypes
import errno
import os
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ErrorTask, Task, WSGITask

#: Connections at a time. A browser opens six and keeps them; select(), all that Windows has, takes 512 files.
CONNECTIONS = 1000 if os.name == "posix" else 400
#: So many are kept free: from there on each new connection closes the one that waits longest.
SPARE = 20
#: So many more wait in the system until one is free.
BACKLOG = 1024
#: How long answers that are being made may take when the server is stopped.
STOPPING_SECONDS = 30
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


def give_memory_back() -> None:
    """Let the C library return to the system what is freed, where it is that of GNU.

    Left alone it keeps a heap for every thread, each as large as the largest answer that the thread ever made.
    """
    if not sys.platform.startswith("linux"):
        return
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_ARENA_MAX, 2)
        library.mallopt(_TRIM_THRESHOLD, 256 * 1024)
        library.malloc_trim(0)


#: The names of the options in malloc.h.
_TRIM_THRESHOLD, _ARENA_MAX = -1, -8


def listen(host: str, port: int) -> list[socket.socket]:
    """A listening socket on every address of ``host``.

    Raises:
        OSError: it cannot listen there.
    """
    sockets = []
    for family, kind, protocol, _name, place in socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    ):
        try:
            one = socket.socket(family, kind, protocol)
        except OSError as error:
            if error.errno == errno.EAFNOSUPPORT:  # a host name with an address of IPv6 on a machine without it
                continue
            raise
        sockets.append(one)
        if os.name == "posix":
            # On Windows the option would let two programs share the port.
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind(place)
        one.listen(BACKLOG)
    return sockets


class Server:
    """waitress on sockets that listen already, and that other processes may share."""

    def __init__(self, application: Any, sockets: list[socket.socket], **options: Any) -> None:
        connections = min(CONNECTIONS, _allowed_files() // 2)
        #: Everything that waits for the network, by the number of its file.
        self._map: dict[int, Any] = {}
        self._server = create_server(
            application,
            map=self._map,
            sockets=sockets,
            backlog=BACKLOG,
            connection_limit=connections,
            asyncore_use_poll=True,
            **options,
        )
        self._listening = [one for one in self._map.values() if isinstance(one, BaseWSGIServer)]
        for one in self._listening:
            one.channel_class = Channel
        self._stopping = False

    def stop(self) -> None:
        """Take no more connections, and let ``run`` return when what was asked is answered. For signal handlers."""
        self._stopping = True
        self._listening[0].pull_trigger()

    def run(self, goes_on: Callable[[], bool] = lambda: True) -> None:
        """Answer until ``stop`` is called, or ``goes_on``, asked every second, says no."""
        while not self._stopping and goes_on():
            wasyncore.loop(timeout=1, use_poll=True, map=self._map, count=1)
        for one in self._listening:
            # Its trigger, by which the threads wake this loop, is still needed.
            one.del_channel()
            one.socket.close()
        end = time.time() + STOPPING_SECONDS
        while self._answering() and time.time() < end:
            wasyncore.loop(timeout=1, use_poll=True, map=self._map, count=1)
        self._listening[0].task_dispatcher.shutdown(timeout=1)

    def _answering(self) -> bool:
        """Whether somebody still waits for an answer. Connections of all others are closed."""
        channels = [one for one in self._map.values() if isinstance(one, Channel)]
        for one in channels:
            if not one.requests and not one.total_outbufs_len:
                one.will_close = True
        return any(not one.will_close for one in channels)


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
