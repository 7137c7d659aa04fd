"""All model traffic of a run in one file: recorded when the file is new, replayed without network when it exists."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from factcheck.errors import CassetteError
from factcheck.llm.retries import without_waits
from factcheck.llm.tape_format import CassetteHeader, dump, load
from factcheck.llm.tape_journal import Journal

if TYPE_CHECKING:
    from factcheck.llm.reel import Reel

__all__ = ["CassetteHeader", "Tape", "cassette", "read_header"]

_OPEN: list[Path] = []
"""The cassette that is open; vcrpy patches the whole process, so there can be only one."""


class Tape:
    """An open cassette."""

    def __init__(self, path: Path, reel: Reel) -> None:
        self.path = path
        self.whole = True
        self.trouble: str | None = None
        """Why no cassette was written, known when the block has ended."""
        self._reel = reel

    @property
    def replaying(self) -> bool:
        """True when the network is off and answers come from the file."""
        return self._reel.replaying

    def keep_apart(self) -> None:
        """Say that the recording lacks what the run did not come to; it then stays as `path` + `.partial`."""
        self.whole = False

    @property
    def header(self) -> CassetteHeader:
        """What the recording was, or is being, made with."""
        return self._reel.recorded_header

    @property
    def exchanges(self) -> int:
        """Recorded exchanges so far."""
        return len(self._reel.exchanges)

    @property
    def begun(self) -> int:
        """How many of them an earlier recording left that was broken off."""
        return self._reel.begun

    @property
    def unplayed(self) -> int:
        """Recorded exchanges that this replay has not asked for; 0 while recording."""
        return self._reel.unplayed


def read_header(path: Path) -> CassetteHeader:
    """What the cassette at `path` was recorded with. Raises CassetteError when it is none."""
    return load(path)[0]


@contextmanager
def cassette(path: Path, header: CassetteHeader | None = None, secrets: Sequence[str] = ()) -> Iterator[Tape]:
    """Record the model traffic inside the block to `path`, or replay it when `path` exists.

    `header` says what this run is made with: it is written when recording, and compared when a replay finds nothing.
    `secrets`, and what a request carries of such, are kept out of the file.
    A recording appears at `path` only when the block ends without an exception. Until then each exchange stands in
    `path` + `.partial` as soon as it has happened, and the next recording made with the same header goes on after it.
    Open it before the client. Raises CassetteError for a file that is no cassette and for a folder that cannot be
    written to, both before any request.
    """
    if _OPEN:
        raise CassetteError(f"the cassette {_OPEN[0]} is still open; only one can be at a time")
    if header is None:
        header = CassetteHeader(version="unknown", model="unknown")
    recorded = load(path) if os.path.lexists(path) else None
    if recorded is None:
        _require_writable(path)
    from factcheck.llm.reel import Reel

    journal = None if recorded is not None else Journal(path.with_name(path.name + ".partial"), header)
    _OPEN.append(path)
    try:
        with contextlib.ExitStack() as stack:
            if recorded is not None:
                stack.enter_context(without_waits())
            opened = Reel.use(path=str(path), header=header, recorded=recorded, journal=journal, secrets=secrets)
            reel = stack.enter_context(opened)
            tape = Tape(path, reel)
            whole = False
            try:
                yield tape
                whole = tape.whole
                if journal is not None and whole and reel.wanted:
                    try:
                        _write(path, dump(header, reel.wanted))
                    except OSError as error:
                        # What the run found is worth more than its recording, and the journal still has the answers.
                        whole, tape.trouble = False, f"the cassette {path} was not written: {error.strerror or error}"
            finally:
                if journal is not None:
                    journal.close(whole=whole)
    finally:
        _OPEN.clear()


def _require_writable(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise CassetteError(
            f"the cassette {path} cannot be recorded: {error.strerror or error}."
            " Name a file in a folder that you can write to."
        ) from error


def _write(path: Path, text: str) -> None:
    """Write all of a file or nothing."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
