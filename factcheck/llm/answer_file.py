"""The file that answers are kept in: a diskcache of JSON text, each entry under its own checksum."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pydantic import JsonValue

from factcheck.llm.text_cache import (
    FILE,
    Damaged,
    TextCache,
    UnreadableEntry,
    damage_told,
    look_through,
    opened,
    require_own,
    result_code,
    text_in,
)

_FIELDS = {"value": str, "task": str, "model": str, "stored_at": int, "checksum": str}
_PART = 500

Row = tuple[int, object, object, object, object, object, object]
"""A row as it stands: its number, key, raw, expire_time, mode, filename, value."""


@dataclass(frozen=True)
class Entry:
    """One answer as it is kept; `name` is a hash of endpoint and key, `stored_at` seconds since 1970."""

    name: str
    value: str
    task: str
    model: str
    stored_at: int

    @property
    def checksum(self) -> str:
        """Over everything, the name too, so that a row copied to another name is noticed."""
        parts = json.dumps([self.name, self.value, self.task, self.model, self.stored_at])
        return hashlib.sha256(parts.encode()).hexdigest()

    @property
    def packed(self) -> str:
        """The text that is kept under `name`."""
        return _json({field: getattr(self, field) for field in _FIELDS})

    def unpacked(self) -> JsonValue:
        """The answer; raises UnreadableEntry when it is no JSON."""
        try:
            value: JsonValue = json.loads(self.value)
        except (ValueError, RecursionError) as error:
            raise UnreadableEntry("a value is no JSON") from error
        return value


def entry_of(name: str, value: JsonValue, task: str, model: str) -> Entry:
    """An answer on its way to the file."""
    return Entry(name, _json(value), task, model, int(time.time()))


def entry_from(row: Row) -> Entry:
    """A row as an entry. Raises UnreadableEntry when anything in it is not as it was written."""
    _, key, raw, expires, mode, filename, value = row
    if type(key) is not str or raw != 1:
        raise UnreadableEntry("a key that is no text")
    return _entry(key, text_in(mode, filename, value), expires)


def size_of(row: Row) -> int:
    """Bytes of key and value."""
    return sum(len(part.encode("utf-8", "surrogateescape")) for part in row if isinstance(part, str))


class AnswerFile:
    """The file in `directory`, open; of one thread at a time. Raises `sqlite3.Error` for trouble with the disk.

    What can be written is a diskcache of text alone. diskcache cannot open what can only be read, so that is read with
    a connection of our own. With `memory` it is none, and holds nothing. A file that holds anything but what diskcache
    makes raises Damaged: no view, trigger or setting of somebody else's is run. One that belongs to another user raises
    Foreign.
    """

    def __init__(self, directory: Path, *, readonly: bool = False, name: str = FILE, memory: bool = False) -> None:
        self.path = directory / name
        self._cache: TextCache | None = None
        if not memory:
            require_own(*(directory / (name + ending) for ending in ("", "-wal", "-shm", "-journal")))
        with damage_told():
            if memory:
                self._connection = opened(":memory:")
                self._connection.execute("CREATE TABLE Cache (key, raw, expire_time, mode, filename, value)")
            elif readonly:
                self._connection = _read_only(self.path)
            else:
                self._cache = TextCache(self.path)
        if self._cache is not None:
            self._connection = self._cache.connection

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
        if self._cache is not None:
            self._cache.close()

    def get(self, name: str) -> Entry | None:
        """The entry, or None. Raises UnreadableEntry for one that cannot be trusted, Damaged when the file cannot."""
        with damage_told():
            if self._cache is not None:
                text, expires = self._cache.get(name, expire_time=True)
            else:
                query = "SELECT mode, filename, value, expire_time FROM Cache WHERE key = ? AND raw = 1"
                found = self._connection.execute(query, (name,)).fetchone()
                text, expires = (None, None) if found is None else (text_in(*found[:3]), found[3])
        return None if text is None else _entry(name, text, expires)

    def put(self, entries: Iterable[Entry], *, replace: bool = True) -> int:
        """Keep entries, all or none; how many are new or changed. With `replace` off, what is there stays."""
        packed = [(entry.name, entry.packed) for entry in entries]
        cache = self._writable
        keep = cache.set if replace else cache.add
        with damage_told(), cache.writing():
            return sum(keep(name, text) for name, text in packed)

    def sound(self) -> Iterator[Entry]:
        """The entries that can be trusted, as far as the file can be read."""
        with suppress(Damaged):
            for row in self.rows():
                with suppress(UnreadableEntry):
                    yield entry_from(row)

    def rows(self) -> Iterator[Row]:
        """Every row as it stands, the oldest first; a part at a time, so that writers are never kept waiting."""
        last = -(2**63)
        while True:
            with damage_told():
                part = self._connection.execute(
                    "SELECT rowid FROM Cache WHERE rowid > ? ORDER BY rowid LIMIT ?", (last, _PART)
                ).fetchall()
            for (number,) in part:
                row = self._row(number)
                if row is not None:
                    yield row
            if not part:
                return
            last = part[-1][0]

    def _row(self, number: int) -> Row | None:
        """One by one, so that one that is larger than any answer does not hide the others."""
        query = "SELECT rowid, key, raw, expire_time, mode, filename, value FROM Cache WHERE rowid = ?"
        try:
            with damage_told():
                row: Row | None = self._connection.execute(query, (number,)).fetchone()
        except UnreadableEntry:
            return number, None, None, None, None, None, None
        return row

    def delete(self, names: Iterable[str | int]) -> int:
        """Remove entries, all or none; how many there were. A row that is not ours goes by its number."""
        with damage_told(), self._writable.writing():
            return sum(
                self._delete_unsound(name) if isinstance(name, int) else self._writable.delete(name) for name in names
            )

    def _delete_unsound(self, number: int) -> bool:
        row = self._row(number)
        if row is None:
            return False
        with suppress(UnreadableEntry):
            entry_from(row)
            return False  # since it was looked at, an answer has taken its place
        return self._connection.execute("DELETE FROM Cache WHERE rowid = ?", (number,)).rowcount == 1

    def clear(self) -> None:
        """Remove every row."""
        with damage_told(), self._writable.writing():
            self._connection.execute("DELETE FROM Cache")

    def shrink(self) -> None:
        """Give the room of deleted entries back to the disk."""
        with damage_told():
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @property
    def _writable(self) -> TextCache:
        if self._cache is None:
            raise OSError(errno.EROFS, "opened to be read only")
        return self._cache


def _entry(name: str, text: str, expires: object) -> Entry:
    if expires is not None:
        raise UnreadableEntry("a row that expires")
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableEntry("a value is no JSON") from error
    if (
        not isinstance(fields, dict)
        or set(fields) != set(_FIELDS)
        or any(type(fields[field]) is not kind for field, kind in _FIELDS.items())
    ):
        raise UnreadableEntry("a row that is not ours")
    checksum = fields.pop("checksum")
    entry = Entry(name, **fields)
    if entry.checksum != checksum:
        raise UnreadableEntry("a checksum is wrong")
    return entry


def _json(value: JsonValue) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # Lone surrogates are legal JSON and illegal UTF-8.
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _read_only(path: Path) -> sqlite3.Connection:
    """With its journal where SQLite can read that, as on a full disk; else as the file stands, without a lock."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    try:
        return _looked_through(address)
    except sqlite3.OperationalError:
        return _looked_through(address + "&immutable=1")


def _looked_through(address: str) -> sqlite3.Connection:
    connection = opened(address)
    try:
        if "Cache" not in look_through(connection):
            raise Damaged("it holds no answers")
    except BaseException:
        connection.close()
        raise
    return connection


def is_unwritable(error: Exception) -> bool:
    """Whether the file, its folder, its file system or its lack of room lets nobody of ours write."""
    if isinstance(error, OSError):
        return error.errno in (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT)
    if not isinstance(error, sqlite3.Error):
        return False
    if result_code(error) == sqlite3.SQLITE_IOERR:  # what a full disk looks like while the journal is opened
        return error.sqlite_errorcode in (
            sqlite3.SQLITE_IOERR_SHMOPEN,
            sqlite3.SQLITE_IOERR_SHMSIZE,
            sqlite3.SQLITE_IOERR_WRITE,
        )
    return result_code(error) in (
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_FULL,
    )


def open_to_read(directory: Path) -> AnswerFile:
    """The file for reading, also where nothing can be written.

    Raises OSError, `sqlite3.Error` and Damaged.
    """
    try:
        return AnswerFile(directory)
    except (OSError, sqlite3.Error) as error:
        if not is_unwritable(error):
            raise
        return AnswerFile(directory, readonly=True)


def set_aside(directory: Path) -> Path | None:
    """Move a damaged file out of the way, nothing deleted; its new path, None when somebody else has done so."""
    path = directory / FILE
    target = directory / f"{FILE}.damaged-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{os.getpid()}"
    moved = None
    for ending in ("", "-wal", "-shm"):
        try:
            path.with_name(path.name + ending).replace(target.with_name(target.name + ending))
        except FileNotFoundError:
            continue
        moved = target if ending == "" else moved
    return moved


def rebuild(directory: Path) -> Path | None:
    """Put what is sound into a new file and set the old one aside; its new path. Raises OSError and `sqlite3.Error`."""
    beside = f"{FILE}.new-{os.getpid()}"
    with closing(AnswerFile(directory)) as old, closing(AnswerFile(directory, name=beside)) as new:
        entries = old.sound()
        while part := list(islice(entries, 500)):
            new.put(part)
        new.shrink()
    aside = set_aside(directory)
    (directory / beside).replace(directory / FILE)
    return aside


def size_on_disk(directory: Path) -> int:
    """Bytes of the file and its journal; 0 when there is none."""
    files = [directory / (FILE + ending) for ending in ("", "-wal", "-shm")]
    return sum(file.stat().st_size for file in files if file.exists())
