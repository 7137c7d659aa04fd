"""Answers already paid for, on disk, shared by runs and processes."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from pydantic import JsonValue

from factcheck.errors import SettingsError
from factcheck.llm.answer_file import (
    AnswerFile,
    Entry,
    entry_of,
    is_unwritable,
    rebuild,
    set_aside,
)
from factcheck.llm.memory import Flights
from factcheck.llm.text_cache import Damaged, Foreign, UnreadableEntry, require_own
from factcheck.locks import FileLocks

POLL_SECONDS = (0.05, 1.0)
"""First and longest pause between two looks at a lock that another process holds."""
LOCKS = "locks"


@dataclass
class _Batch:
    """Entries that go to the disk together, and who waits for that."""

    entries: list[Entry] = field(default_factory=list)
    written: asyncio.Future[None] | None = None


class AnswerCache:
    """An `AnswerStore` in `directory`, for the answers of one `endpoint`; close it, or use it with `with`.

    Never evicts. A directory that cannot be made or entered raises SettingsError at once, before anything is spent:
    another one is easily named, and answers that are paid for and then lost are the worse surprise. All other trouble
    is told in `warnings`, and the run goes on: a damaged file is set aside and a new one begun, one that can only be
    read is read, one of another user's is left alone, and a disk that is full costs the keeping and not the answer.
    """

    def __init__(self, directory: Path, endpoint: str) -> None:
        self._directory = directory
        self._endpoint = endpoint
        self._flights = Flights()
        self._fresh: dict[str, Entry] = {}
        """What could not be written; this run at least shall not ask twice."""
        self._readonly = False
        self._moved = False
        """Whether the writer has begun a new file that the reader does not know yet."""
        self._suspect = False
        """Whether the file has shown damage, of which there may be more."""
        self.hits = 0
        """How many `get` calls found an answer."""
        self.warnings: list[str] = []
        """What went wrong with the cache, each kind once, for a person."""
        self._batch = _Batch()
        self._guard = threading.Lock()
        # One thread for all writes: they never block the event loop and never contend.
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="cache")
        try:
            _private(directory)
            self._file = self._opened()
            self._reader = self._reading()
            self._locks = self._open_locks()
        except (OSError, sqlite3.Error, Damaged) as error:
            self._writer.shutdown()
            raise SettingsError(
                f"the cache {directory} cannot be used ({error})."
                " Make room on its disk, give another directory (--cache-dir), move this one away, or run without a"
                " cache (--no-cache)."
            ) from error

    def __enter__(self) -> AnswerCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Finish what is being written and close the file; one that showed damage is built anew from what is sound."""
        self._writer.shutdown()
        self._file.close()
        self._reader.close()
        if self._suspect and not self._readonly:
            with suppress(sqlite3.Error, OSError, Damaged):
                rebuild(self._directory)
        if self._locks is not None:
            self._locks.close()

    @property
    def lost(self) -> bool:
        """Whether an answer came that could not be written, and so ends with this run."""
        return bool(self._fresh)

    def get(self, key: str) -> JsonValue | None:
        """The stored answer, or None; an entry that cannot be trusted is told in `warnings` and counts as None.

        It stays in place, never used, until the answer asked for anew overwrites it.
        """
        name = self._name(key)
        try:
            if self._moved:
                self._moved = False
                self._reader.close()
                self._reader = self._reading()
            entry = self._fresh.get(name) or self._reader.get(name)
            value = None if entry is None else entry.unpacked()
        except UnreadableEntry as error:
            self._suspect = True
            self._warn(f"entries of the cache {self._directory} were unreadable and are asked for again: {error}")
            return None
        except Damaged as error:
            self._suspect = True
            self._warn(_told(self._directory, error, None))
            return None
        except (sqlite3.Error, OSError) as error:
            self._warn(f"the cache {self._directory} could not be read: {error}")
            return None
        self.hits += value is not None
        return value

    def get_all(self, keys: Iterable[str]) -> dict[str, JsonValue]:
        """Those of the answers that are stored."""
        return {key: value for key in keys if (value := self.get(key)) is not None}

    async def put(self, key: str, value: JsonValue) -> None:
        """Keep an answer; a failure to write it is told in `warnings`, for the answer itself is in hand."""
        await self.put_all({key: value})

    async def put_all(self, answers: Mapping[str, JsonValue]) -> None:
        """Keep answers, in one transaction with whatever else waits to be written; on return they are on the disk."""
        entries = [entry_of(self._name(key), value, *_about(key)) for key, value in answers.items()]
        if self._readonly:
            self._fresh.update((entry.name, entry) for entry in entries)
            return
        with self._guard:
            batch = self._batch
            batch.entries.extend(entries)
        if batch.written is None:
            batch.written = asyncio.get_running_loop().run_in_executor(self._writer, self._write, batch)
        # Shielded, because others wait for the same write.
        await asyncio.shield(batch.written)

    @asynccontextmanager
    async def flight(self, *keys: str) -> AsyncIterator[None]:
        """Held by the one task, over processes too, that asks for these keys; others wait, then find them stored.

        In the order of the keys, so that two who want the same ones never wait for each other.
        """
        async with AsyncExitStack() as stack:
            for key in sorted(set(keys)):
                await stack.enter_async_context(self._flights.hold(key))
                number = int(self._name(key)[:15], 16)
                if await self._acquired(number):
                    stack.callback(self._release, number)
            yield

    async def _acquired(self, number: int) -> bool:
        """Wait for the lock; False when the file system keeps none, and we go on without."""
        pause, longest = POLL_SECONDS
        while self._locks is not None:
            try:
                if self._locks.take(number):
                    return True
            except OSError as error:
                self._warn(f"the cache {self._directory} cannot be shared with other processes: {error}")
                return False
            await asyncio.sleep(pause)
            pause = min(longest, pause * 1.5)
        return False

    def _release(self, number: int) -> None:
        if self._locks is not None:
            with suppress(OSError):
                self._locks.drop(number)

    def _write(self, batch: _Batch) -> None:
        """In the writer's thread."""
        with self._guard:
            self._batch = _Batch()  # who comes from now on goes with the next one
        try:
            try:
                self._file.put(batch.entries)
            except Damaged as error:
                self._begin_anew(error)
                self._file.put(batch.entries)
        except (sqlite3.Error, OSError, Damaged) as error:
            self._fresh.update((entry.name, entry) for entry in batch.entries)
            self._warn(
                f"answers could not be written to the cache {self._directory}: {error}. They are kept for this run"
                " only; make room there or name another --cache-dir, or the next run pays for them again"
            )

    def _opened(self) -> AnswerFile:
        """The file; a damaged one is set aside, one that cannot be written is only read. Raises what it cannot heal."""
        try:
            return AnswerFile(self._directory)
        except Damaged as error:
            aside = set_aside(self._directory)
            self._warn(_told(self._directory, error, aside))
            return AnswerFile(self._directory)
        except Foreign as error:
            self._readonly = True
            self._warn(
                f"the cache {self._directory} is not used ({error}): whoever owns it could have put answers into it."
                " Those of this run are not kept; give a directory of your own with --cache-dir to keep them."
            )
            return AnswerFile(self._directory, memory=True)
        except (sqlite3.Error, OSError) as error:
            if not is_unwritable(error):
                raise
            self._readonly = True
            found = self._reading()
            self._warn(
                f"the cache {self._directory} cannot be written ({error}); what can be read in it is used, and the"
                " answers of this run are not kept. Give another directory with --cache-dir to keep them."
            )
            return found

    def _reading(self) -> AnswerFile:
        """A connection of the event loop's own, so that reading never waits for the writer."""
        if not self._readonly:
            return AnswerFile(self._directory)
        try:
            return AnswerFile(self._directory, readonly=True)
        except (OSError, sqlite3.Error, Damaged):  # nothing there to be read
            return AnswerFile(self._directory, memory=True)

    def _begin_anew(self, error: Damaged) -> None:
        """In the writer's thread: go on in a new file when the old one shows damage in the middle of a run."""
        self._file.close()
        aside = set_aside(self._directory)
        self._warn(_told(self._directory, error, aside))
        self._file = AnswerFile(self._directory)
        self._moved = True

    def _open_locks(self) -> FileLocks | None:
        if self._readonly:
            return None
        try:
            require_own(self._directory / LOCKS)  # whoever owns it could hold every lock, and we would wait
            return FileLocks(self._directory / LOCKS)
        except OSError as error:
            self._warn(f"the cache {self._directory} cannot be shared with other processes: {error}")
            return None

    def _name(self, key: str) -> str:
        return hashlib.sha256(f"{self._endpoint}\n{key}".encode()).hexdigest()

    def _warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)


def _about(key: str) -> tuple[str, str]:
    """Task and model, which an `answer_key` says behind its hash; empty for any other key."""
    _, _, rest = key.partition(" ")
    task, _, model = rest.partition(" ")
    return task, model


def _told(directory: Path, error: Damaged, aside: Path | None) -> str:
    kept = f"it was set aside as {aside.name}, and a new one is begun" if aside else "it is not used"
    return f"the cache {directory} is damaged ({error}): {kept}; what it held is asked for again"


def _private(directory: Path) -> None:
    """A folder that we make is closed to others; one that is there may serve other ends, so only our files are."""
    try:
        directory.mkdir(parents=True)
    except FileExistsError:
        if not directory.is_dir():
            raise
    else:
        directory.chmod(0o700)
    if not os.access(directory, os.R_OK | os.X_OK):
        raise PermissionError(f"{directory} may not be read by this user")
