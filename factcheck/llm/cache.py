"""Answers already paid for, on disk, shared by runs and processes."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import diskcache
from pydantic import JsonValue

from factcheck.errors import SettingsError
from factcheck.llm.memory import Flights

LOCK_SECONDS = 60.0
"""A lock that its holder has not renewed for this long belongs to nobody."""
POLL_SECONDS = (0.05, 1.0)
"""First and longest pause between two looks at another process's lock."""
_SETTINGS = {
    "cull_limit": 0,
    "disk_min_file_size": 2**62,
    "disk_pickle_protocol": 0,
    "eviction_policy": "none",
    "size_limit": 2**62,
    "sqlite_auto_vacuum": 1,
    "sqlite_cache_size": 2**13,
    "sqlite_journal_mode": "wal",
    "sqlite_mmap_size": 2**26,
    "sqlite_synchronous": 1,
    "statistics": 0,
    "tag_index": 0,
}
_COUNTERS = ("count", "hits", "misses", "size")

T = TypeVar("T")


class UnreadableEntry(Exception):
    """A row that this cache did not write: another type, a file name, a pickle, a wrong checksum."""


class _TextDisk(diskcache.Disk):  # type: ignore[misc] # diskcache has no types
    """Keys and values are text inside the database; never a pickle, never a file (CVE-2025-69872)."""

    def put(self, key: Any) -> tuple[str, bool]:
        if type(key) is not str:
            raise TypeError("cache keys are text")
        return key, True

    def get(self, key: Any, raw: Any) -> str:
        if type(key) is not str or not raw:
            raise UnreadableEntry("a key that is not text")
        return key

    def store(self, value: Any, read: bool, key: Any = None) -> tuple[int, int, None, str]:  # noqa: ARG002
        if type(value) is not str or read:
            raise TypeError("cache values are text")
        return 0, diskcache.core.MODE_RAW, None, value

    def fetch(self, mode: Any, filename: Any, value: Any, read: bool) -> str:
        if mode != diskcache.core.MODE_RAW or filename is not None or type(value) is not str or read:
            raise UnreadableEntry("a value that is not text inside the database")
        return value

    def filename(self, key: Any = None, value: Any = None) -> tuple[str, str]:  # noqa: ARG002
        raise UnreadableEntry("values are never files")

    def remove(self, file_path: Any) -> None:
        """Nothing: a planted row could name any file of the user's."""


class AnswerCache:
    """An `AnswerStore` in `directory`, for the answers of one `endpoint`; close it, or use it with `with`.

    Never evicts. A directory that cannot be used raises SettingsError at once, before anything is spent, rather than
    going on without a cache: answers that are paid for and then lost are the worse surprise. Later trouble, such as a
    full disk, costs only the caching and is told in `warnings`.
    """

    def __init__(self, directory: Path, endpoint: str) -> None:
        self._directory = directory
        self._endpoint = endpoint
        self._flights = Flights()
        self._owner = f"{socket.gethostname()}:{os.getpid()}"
        self.hits = 0
        """How many `get` calls found an answer."""
        self.warnings: list[str] = []
        """What went wrong with the cache, each kind once, for a person."""
        # One thread for all writes: they never block the event loop, never contend, and close their connection.
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="cache")
        try:
            _private(directory)
            _disarm(directory / diskcache.core.DBNAME)
            self._cache = diskcache.Cache(str(directory), timeout=60, disk=_TextDisk, **_SETTINGS)
            self._cache.set("probe", "writable")
        except (OSError, sqlite3.Error, diskcache.Timeout, TypeError, ValueError) as error:
            self._writer.shutdown()
            raise SettingsError(
                f"the cache {directory} cannot be used ({type(error).__name__}: {error})."
                " Give another directory, move this one away, or run without a cache (--no-cache)."
            ) from error

    def __enter__(self) -> AnswerCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Finish what is being written and close the database."""
        self._writer.submit(self._cache.close)
        self._writer.shutdown()
        self._cache.close()

    def get(self, key: str) -> JsonValue | None:
        """The stored answer, or None; an entry that cannot be trusted is told in `warnings` and counts as None.

        It stays in place, never read again, until the answer asked for anew overwrites it.
        """
        name = self._name(key)
        try:
            text = self._cache.get(name)
            value = None if text is None else _unpacked(name, text)
        except UnreadableEntry as error:
            self._warn(f"entries of the cache {self._directory} were unreadable and are asked for again: {error}")
            return None
        except (sqlite3.Error, diskcache.Timeout, OSError) as error:
            self._warn(f"the cache {self._directory} could not be read: {error}")
            return None
        self.hits += value is not None
        return value

    async def put(self, key: str, value: JsonValue) -> None:
        """Keep an answer; a failure to write it is told in `warnings`, for the answer itself is in hand."""
        name = self._name(key)
        try:
            await self._write(lambda: self._cache.set(name, _packed(name, value), retry=True))
        except (sqlite3.Error, diskcache.Timeout, OSError) as error:
            self._warn(f"answers could not be written to the cache {self._directory}: {error}")

    @asynccontextmanager
    async def flight(self, key: str) -> AsyncIterator[None]:
        """Held by the one task, over processes too, that asks for `key`; others wait, then find it stored."""
        async with self._flights.hold(key):
            name = f"lock:{self._name(key)}"
            held = await self._acquire(name)
            renewing = asyncio.create_task(self._renew(name)) if held else None
            try:
                yield
            finally:
                if renewing is not None:
                    renewing.cancel()
                    with contextlib.suppress(sqlite3.Error, diskcache.Timeout, OSError):
                        await asyncio.shield(self._write(lambda: self._release(name)))

    async def _acquire(self, name: str) -> bool:
        """Wait for the lock; False when the database cannot keep one, and we go on without."""
        pause, longest = POLL_SECONDS
        try:
            while not await self._write(lambda: self._take(name)):
                await asyncio.sleep(pause)
                pause = min(longest, pause * 1.5)
        except (sqlite3.Error, diskcache.Timeout, OSError) as error:
            self._warn(f"the cache {self._directory} cannot be shared with other processes: {error}")
            return False
        return True

    def _take(self, name: str) -> bool:
        with self._cache.transact(retry=True):
            try:
                owner = self._cache.get(name)
            except UnreadableEntry:
                owner = None
            if owner is not None and _alive(owner):
                return False
            self._cache.set(name, self._owner, expire=LOCK_SECONDS)
            return True

    def _release(self, name: str) -> None:
        with self._cache.transact(retry=True):
            if self._cache.get(name) == self._owner:
                self._cache.delete(name)

    async def _renew(self, name: str) -> None:
        while True:
            await asyncio.sleep(LOCK_SECONDS / 3)
            with contextlib.suppress(sqlite3.Error, diskcache.Timeout, OSError):
                await self._write(lambda: self._cache.touch(name, expire=LOCK_SECONDS, retry=True))

    async def _write(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, work)

    def _name(self, key: str) -> str:
        return hashlib.sha256(f"{self._endpoint}\n{key}".encode()).hexdigest()

    def _warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)


def _alive(owner: str) -> bool:
    """Whether the process that wrote a lock may still run; of another machine only the expiry tells."""
    host, _, pid = owner.rpartition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return bool(host)
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _packed(name: str, value: JsonValue) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # Lone surrogates are legal JSON and illegal UTF-8.
    text = text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
    return f"{_checksum(name, text)} {text}"


def _unpacked(name: str, packed: str) -> JsonValue:
    checksum, _, text = packed.partition(" ")
    if checksum != _checksum(name, text):
        raise UnreadableEntry("a checksum is wrong")
    value: JsonValue = json.loads(text)
    return value


def _checksum(name: str, text: str) -> str:
    # The name goes in, so that a row copied to another key is noticed.
    return hashlib.sha256(f"{name}\n{text}".encode()).hexdigest()


def _private(directory: Path) -> None:
    """A folder that we make is closed to others; one that is there may serve other ends, so only our files are."""
    try:
        directory.mkdir(parents=True)
    except FileExistsError:
        pass
    else:
        directory.chmod(0o700)
    database = directory / diskcache.core.DBNAME
    os.close(os.open(database, os.O_RDWR | os.O_CREAT, 0o600))
    for ending in ("", "-wal", "-shm"):
        file = database.with_name(database.name + ending)
        # A link may lead to any file of the user's, and a shared database belongs to whoever made it.
        if file.exists() and not file.is_symlink():
            with contextlib.suppress(PermissionError):
                file.chmod(0o600)


def _disarm(database: Path) -> None:
    """Delete settings that are not ours before diskcache runs them as pragmas and attributes of its own."""
    if not database.exists():
        return
    with contextlib.closing(sqlite3.connect(database, timeout=60)) as connection, connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "Settings" in tables:
            known = (*_SETTINGS, *_COUNTERS)
            marks = ", ".join("?" * len(known))
            connection.execute(f"DELETE FROM Settings WHERE key NOT IN ({marks})", known)  # noqa: S608 - marks only
