"""A log file that rotates although several processes write to it."""

import os
from logging import LogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where one process serves; a second one with the file open prevents the rotation
    fcntl = None  # type: ignore[assignment]


class SharedFileHandler(RotatingFileHandler):
    """One process rotates the file; the others notice and go on in the new one."""

    def shouldRollover(self, record: LogRecord) -> bool:
        if self._was_moved():
            self._reopen()
        return bool(super().shouldRollover(record))

    def doRollover(self) -> None:
        if fcntl is None:
            super().doRollover()
            return
        with Path(f"{self.baseFilename}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Another process may have been faster.
            if self._was_moved():
                self._reopen()
            else:
                super().doRollover()

    def _was_moved(self) -> bool:
        if self.stream is None:
            return False
        try:
            there = os.stat(self.baseFilename)
        except FileNotFoundError:
            return True
        return not os.path.samestat(there, os.fstat(self.stream.fileno()))

    def _reopen(self) -> None:
        self.close()
        self.stream = self._open()
