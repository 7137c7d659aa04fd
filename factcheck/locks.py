"""Locks between processes that die with their holder: the system drops them, whatever ends the process."""

from __future__ import annotations

import errno
import os
import struct
import sys
from pathlib import Path
from types import TracebackType

if sys.platform != "win32":
    import fcntl

_TAKEN = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK})


class FileLocks:
    """Many locks in one small file: number N is its Nth byte, which need not be there.

    Locks of the open file where the system has them (Linux), so that two holders in one process keep each other out as
    two processes do; elsewhere POSIX record locks, which only tell processes apart. No lock outlives its process, and
    nothing needs to be cleaned up after a kill. Raises OSError where the file system keeps no locks.
    """

    def __init__(self, path: Path) -> None:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
        self._descriptor = os.open(path, flags, 0o600)

    def __enter__(self) -> FileLocks:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def take(self, number: int) -> bool:
        """Take lock `number` (0 to 2**62) and say whether it was free; never waits."""
        try:
            self._set(number, free=False)
        except OSError as error:
            if error.errno in _TAKEN:
                return False
            raise
        return True

    def drop(self, number: int) -> None:
        """Give lock `number` back."""
        self._set(number, free=True)

    def close(self) -> None:
        """Give everything back; again is no harm."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _set(self, number: int, *, free: bool) -> None:
        if sys.platform == "win32":
            raise OSError(errno.ENOTSUP, "no locks of this kind on Windows")
        kind = fcntl.F_UNLCK if free else fcntl.F_WRLCK
        command = getattr(fcntl, "F_OFD_SETLK", None)
        if command is None:
            fcntl.lockf(self._descriptor, fcntl.LOCK_UN if free else fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
        else:
            # struct flock: type, whence, start, length, process (0 for locks of the open file)
            fcntl.fcntl(self._descriptor, command, struct.pack("hhqqi", kind, os.SEEK_SET, number, 1, 0))
