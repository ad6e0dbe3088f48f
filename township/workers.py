"""`manage.py start` with WORKERS: several processes that take connections from one socket.

They share nothing else but the database: no cache, no lock, no counter lives in a process. Each begins as a copy of
the first one, which has loaded the product and only watches over them.
"""

import gc
import logging
import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from types import FrameType
from typing import Any

from django.db import connections

from township.server import STOPPING_SECONDS, Server

logger = logging.getLogger(__name__)

#: A process that ends sooner is not replaced at once: it would most likely end again.
SOON = 5


#: What asks the product to stop.
STOP = (signal.SIGTERM, signal.SIGINT)

Sockets = list[socket.socket]


def serve(application: Any, sockets: Sockets, options: dict[str, Any], workers: int) -> None:
    """Answer until SIGTERM or Ctrl-C, then finish what is being answered. More than one worker needs POSIX."""
    if workers == 1:
        server = Server(application, sockets, **options)
        _at_signals(STOP, server.stop)
        server.run()
    else:
        _Crew(application, sockets, options, workers).run()


def _at_signals(numbers: tuple[int, ...], stop: Callable[[], None]) -> None:
    """Stop at the first signal; a second one ends the process at once."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        for one in numbers:
            signal.signal(one, signal.SIG_DFL)
        stop()

    for number in numbers:
        signal.signal(number, handle)


def _work(application: Any, sockets: Sockets, options: dict[str, Any], first: int) -> None:
    """A worker, until the first process tells it to stop or is no longer there."""
    server = Server(application, sockets, **options)
    _at_signals((signal.SIGTERM,), server.stop)
    # Ctrl-C reaches every process of a terminal; the first one passes it on.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP)
    server.run(lambda: os.getppid() == first)


class _Crew:
    """The processes that serve, each replaced when it dies."""

    def __init__(self, application: Any, sockets: Sockets, options: dict[str, Any], size: int) -> None:
        self._arguments = (application, sockets, options, os.getpid())
        self._size = size
        self._working: dict[int, tuple[multiprocessing.process.BaseProcess, float]] = {}
        self._stopping = False

    def run(self) -> None:
        # A connection to the database cannot be shared.
        connections.close_all()
        # What is loaded stays in memory that the processes share: the collector would write to it.
        gc.freeze()
        _at_signals(STOP, self._stop)
        while not self._stopping:
            while len(self._working) < self._size:
                self._begin()
            wait(list(self._working), timeout=1)
            self._replace_the_dead()
        self._end()

    def _begin(self) -> None:
        process = multiprocessing.get_context("fork").Process(target=_work, args=self._arguments, daemon=True)
        # Until it has handlers of its own, the new process would take a signal for one to this process.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP)
        self._working[process.sentinel] = (process, time.monotonic())

    def _replace_the_dead(self) -> None:
        for sentinel, (process, began) in list(self._working.items()):
            if process.is_alive() or self._stopping:
                continue
            process.join()
            del self._working[sentinel]
            logger.error("Process %s ended with code %s; another one takes its place.", process.pid, process.exitcode)
            if time.monotonic() - began < SOON:
                time.sleep(1)

    def _stop(self) -> None:
        self._stopping = True

    def _end(self) -> None:
        for process, _began in self._working.values():
            process.terminate()
        end = time.monotonic() + STOPPING_SECONDS + SOON
        for process, _began in self._working.values():
            process.join(max(0, end - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()
