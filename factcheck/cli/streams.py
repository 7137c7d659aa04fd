"""stdin, stdout and stderr as they were given: closed, without a reader, full, or set not to wait."""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from typing import Any


class _Deaf(io.FileIO):
    """A file that nobody may be listening to."""

    def write(self, data: Any, /) -> int:
        """Write, or drop what cannot be written, also by a file that does not wait until there is room."""
        try:
            return super().write(data) or len(data)
        except OSError:
            return len(data)


class _Patient(io.FileIO):
    """A file all of which is wanted, whether or not it waits by itself until there is room."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self._is_terminal = self.isatty()
        self.unread = False
        """Whether a reader has closed the pipe."""

    def write(self, data: Any, /) -> int:
        """Write what there is room for, once there is some; what nobody reads any more, or to a terminal that was
        closed since, is dropped.

        Raises OSError.
        """
        if self.unread:
            return len(data)
        try:
            while (written := super().write(data)) is None:  # none was taken, by a file that does not wait
                select.select((), (self,), ())
        except BrokenPipeError:  # the command ends as it would have: who reads no further is no error of it
            self.unread = True
            return len(data)
        except OSError as error:
            if error.errno != errno.EIO or not self._is_terminal:
                raise
            return len(data)
        return written


def occupy_standard_files() -> None:
    """Keep a file or socket of ours from getting the number of a closed stdin, stdout or stderr.

    What would be said on a closed stderr, or on one whose reader has gone, is dropped: the report, the exit code and
    the answers under way are worth more. So is what is written to a stdout whose reader has gone, which is neither an
    error nor a success. A closed stdout stays None, and who needs it says so.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(number)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 -- lasts as long as the process
    else:
        sys.stderr = _over(_Deaf(sys.stderr.fileno(), "w", closefd=False), sys.stderr, line_buffering=True)
    # A console of Windows, which is no FileIO, waits.
    if sys.stdout is not None and isinstance(getattr(sys.stdout.buffer, "raw", sys.stdout.buffer), io.FileIO):
        sys.stdout = _over(_Patient(sys.stdout.fileno()), sys.stdout, line_buffering=bool(sys.stdout.line_buffering))


def is_unread() -> bool:
    """Whether whoever read stdout has closed it, such as `head`; what is written then is dropped."""
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return isinstance(raw, _Patient) and raw.unread


def _over(raw: io.FileIO, before: Any, *, line_buffering: bool) -> io.TextIOWrapper:
    """A stream of text over `raw` that writes as `before` did."""
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        before.encoding,
        before.errors,
        line_buffering=line_buffering,
        write_through=before.write_through,
    )


def flush_stdout(*, interrupted: bool = False) -> None:
    """Write what stdout still holds.

    Every command has flushed its report itself, so that nothing unsaid is lost here: what an `interrupted` one has left
    is dropped, for its reader may have stopped reading.
    """
    if sys.stdout is None:
        return
    try:
        if not interrupted:
            sys.stdout.flush()
            return
    except (OSError, KeyboardInterrupt):
        pass
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
