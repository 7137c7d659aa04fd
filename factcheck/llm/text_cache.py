"""diskcache for text alone: no pickle, no file beside, no eviction, nothing of somebody else's that is run."""

from __future__ import annotations

import errno
import functools
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import diskcache

FILE: str = diskcache.core.DBNAME
SETTINGS = {
    "cull_limit": 0,
    "disk_min_file_size": 2**62,
    "disk_pickle_protocol": 0,
    "eviction_policy": "none",
    "size_limit": 2**62,
    "sqlite_auto_vacuum": 1,
    "sqlite_cache_size": 2**13,
    "sqlite_journal_mode": "wal",
    "sqlite_mmap_size": 0,  # a file that is cut short while it is mapped kills the process
    "sqlite_synchronous": 1,
    "statistics": 0,
    "tag_index": 0,
}
"""Every setting that diskcache has, so that none is taken from the file."""
_PAGES_HELD = 2**8
"""Pages of 4 kB that a connection keeps in memory, fewer than the setting in the file. Names of answers are hashes, so
any number of pages fills up in a long batch with what is not looked up again: 2,048 of them saved no microsecond of
the twelve that a look-up among 60,000 answers takes."""
_COUNTERS = ("count", "hits", "misses", "size")
_SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master"
_BUSY_SECONDS = 60.0
_LARGEST = 30_000_000
"""Bytes of one row; an answer is never that long, and a planted row must not fill the memory."""


class Damaged(Exception):
    """The file is no database of ours, or no longer one; `args[0]` says how it shows."""


class UnreadableEntry(Exception):
    """A row that this cache did not write as it stands: no text, a file, a pickle, a wrong checksum, no JSON."""


class Foreign(PermissionError):
    """A file of another user's, who could have put answers, or a link, there; `args` are those of an OSError."""


def require_own(*paths: Path) -> None:
    """Raise Foreign for a file that belongs to neither this user nor root: a checksum does not tell who wrote a row."""
    if not hasattr(os, "geteuid"):  # Windows, where a file's owner is no number
        return
    for path in paths:
        with suppress(FileNotFoundError, NotADirectoryError):
            owner = path.lstat().st_uid
            if owner not in (os.geteuid(), 0):
                raise Foreign(errno.EPERM, f"it belongs to another user (number {owner})", str(path))


class _TextDisk(diskcache.Disk):  # type: ignore[misc] # diskcache has no types
    """Keys and values are text inside the database, on the way in and out (CVE-2025-69872)."""

    def put(self, key: Any) -> tuple[str, bool]:
        if type(key) is not str:
            raise TypeError("cache keys are text")
        return key, True

    def get(self, key: Any, raw: Any) -> str:
        if type(key) is not str or not raw:
            raise UnreadableEntry("a key that is no text")
        return key

    def store(self, value: Any, read: bool, key: Any = None) -> tuple[int, int, None, str]:  # noqa: ARG002
        if type(value) is not str or read:
            raise TypeError("cache values are text")
        return 0, diskcache.core.MODE_RAW, None, value

    def fetch(self, mode: Any, filename: Any, value: Any, read: bool) -> str:
        if read:
            raise UnreadableEntry("values are never files")
        return text_in(mode, filename, value)

    def filename(self, key: Any = None, value: Any = None) -> tuple[str, str]:  # noqa: ARG002
        raise UnreadableEntry("values are never files")

    def remove(self, file_path: Any) -> None:
        """Nothing: a planted row could name any file of the user's."""


class TextCache(diskcache.Cache):  # type: ignore[misc] # diskcache has no types
    """A `diskcache.Cache` of text in the file `path`; None keeps it in memory.

    Its one connection is ours, for whichever thread has its turn: opened without following links, and looked through
    before diskcache reads a word of it. Raises Damaged, OSError and `sqlite3.Error`.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        try:
            # Not the folder: diskcache would replace ~ and $NAME in it, and needs it for files alone.
            super().__init__(os.curdir, timeout=_BUSY_SECONDS, disk=_TextDisk, **SETTINGS)
            self._con.execute(f"PRAGMA cache_size = {_PAGES_HELD}")
        except BaseException:
            self.close()
            raise

    @property
    def _con(self) -> sqlite3.Connection:
        if self._connection is None:
            connection = opened(":memory:") if self._path is None else connect(self._path)
            try:
                if self._path is not None:
                    look_through(connection)
                for pragma in ("cache_size", "mmap_size", "synchronous"):
                    connection.execute(f"PRAGMA {pragma} = {SETTINGS['sqlite_' + pragma]}")
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    @property
    def connection(self) -> sqlite3.Connection:
        """For what diskcache has no word for."""
        return self._con

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction, all or nothing, that raises what SQLite said and leaves none open."""
        try:
            with self.transact():
                yield
        except (diskcache.Timeout, sqlite3.Error) as error:
            raise _cause(error) from None
        finally:
            if self._connection is not None and self._connection.in_transaction:  # a COMMIT that failed
                self._connection.execute("ROLLBACK")


class _Reference(TextCache):
    """What diskcache makes, seen before its constructor closes the connection and the memory is gone."""

    schema: frozenset[Any] = frozenset()

    def close(self) -> None:
        if self._connection is not None and not self.schema:
            self.schema = frozenset(self._connection.execute(_SCHEMA))
        super().close()


@functools.cache
def _made_by_diskcache() -> frozenset[Any]:
    reference = _Reference(None)
    reference.close()
    return reference.schema


def look_through(connection: sqlite3.Connection) -> frozenset[str]:
    """The names of the tables; raises Damaged unless all that is in the file is what diskcache makes for us.

    Less than that is what a kill at the first start leaves, and diskcache makes the rest.
    """
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    found = set(connection.execute(_SCHEMA).fetchall())
    if not found <= _made_by_diskcache():
        raise Damaged("it holds other tables than ours")
    tables = frozenset(name for kind, name, *_ in found if kind == "table")
    if "Settings" in tables:
        for key, value in connection.execute("SELECT key, value FROM Settings"):
            ours = SETTINGS.get(key)
            if type(value) is not int if key in _COUNTERS else (type(value), value) != (type(ours), ours):
                raise Damaged("its settings are not those of this version")
    return tables


def text_in(mode: object, filename: object, value: object) -> str:
    """The text of a row; raises UnreadableEntry for any other mode, a pickle or a file."""
    if mode != diskcache.core.MODE_RAW or filename is not None or type(value) is not str:
        raise UnreadableEntry("a value that is no text inside the database")
    return value


def connect(path: Path) -> sqlite3.Connection:
    """A connection to write with; the file is made for the user alone when it is not there."""
    _make_private(path)
    return opened(f"{path.absolute().as_uri()}?mode=rw")


def _make_private(path: Path) -> None:
    """Make the file when it is not there, closed to others, which SQLite would not; a link is not followed.

    One that is there is never opened: to close it would drop the locks of every connection that this process has to it.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if path.is_symlink():  # it may lead to any file of the user's
            raise OSError(errno.ELOOP, "a link in place of the file", str(path)) from None
        if not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, "it may not be written", str(path)) from None
        with suppress(PermissionError):  # a shared file belongs to whoever made it
            path.chmod(0o600)


def opened(address: str) -> sqlite3.Connection:
    """A connection with our limits; text that is no UTF-8 is read as text that no checksum fits."""
    connection = sqlite3.connect(
        address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST)
    return connection


@contextmanager
def damage_told() -> Iterator[None]:
    """Tell a file that is damaged from a disk that is full, locked or read-only."""
    try:
        yield
    except sqlite3.DataError as error:
        raise UnreadableEntry("a row that is larger than any answer") from error
    except sqlite3.DatabaseError as error:
        # SQLITE_ERROR: the table is gone or has other columns. SQLITE_CONSTRAINT: one key stands twice.
        damage = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CONSTRAINT)
        if result_code(error) in damage:
            raise Damaged(str(error)) from error
        raise
    except (ValueError, TypeError) as error:  # diskcache takes apart rows that must be there once
        raise Damaged(f"its rows are not as they should be: {error}") from error


def result_code(error: sqlite3.Error) -> int | None:
    """SQLite's primary result code; None for an error of the binding's own, such as a closed connection."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _cause(error: BaseException) -> BaseException:
    """The error of SQLite's behind diskcache's Timeout, or behind a ROLLBACK that SQLite had done itself."""
    while error.__context__ is not None and (
        isinstance(error, diskcache.Timeout) or str(error).startswith("cannot rollback")
    ):
        error = error.__context__
    return error
