"""The file that answers are kept in: one SQLite table of JSON text, each row under its own checksum."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pydantic import JsonValue

FILE = "answers-1.db"
"""The number is that of the table's form: another form is another file, so that versions do not meet in one."""
_TABLE = (
    "CREATE TABLE answers (name TEXT PRIMARY KEY, value TEXT NOT NULL, checksum TEXT NOT NULL,"
    " task TEXT NOT NULL, model TEXT NOT NULL, stored_at INTEGER NOT NULL) WITHOUT ROWID"
)
_COLUMNS = "name, value, checksum, task, model, stored_at"
_BUSY_SECONDS = 60.0
_LARGEST = 30_000_000
"""Bytes of one row; an answer is never that long, and a planted row must not fill the memory."""


class Damaged(Exception):
    """The file is no database of ours, or no longer one; `args[0]` says how it shows."""


class UnreadableEntry(Exception):
    """A row that this cache did not write as it stands: its checksum is wrong, or its value is no JSON."""


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

    def unpacked(self) -> JsonValue:
        """The answer; raises UnreadableEntry when it is no JSON."""
        try:
            value: JsonValue = json.loads(self.value)
        except (ValueError, RecursionError) as error:
            raise UnreadableEntry("a value is no JSON") from error
        return value


def entry_of(name: str, value: JsonValue, task: str, model: str) -> Entry:
    """An answer on its way to the file."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # Lone surrogates are legal JSON and illegal UTF-8.
    text = text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
    return Entry(name, text, task, model, int(time.time()))


def entry_from(row: tuple[object, ...]) -> Entry:
    """A row as an entry. Raises UnreadableEntry when anything in it is not as it was written."""
    try:
        name, value, checksum, task, model = (field.decode() for field in row[:5] if isinstance(field, bytes))
        stored_at = row[5]
    except (ValueError, IndexError) as error:
        raise UnreadableEntry("a row that is not ours") from error
    if not isinstance(stored_at, int):
        raise UnreadableEntry("a row that is not ours")
    entry = Entry(name, value, task, model, stored_at)
    if entry.checksum != checksum:
        raise UnreadableEntry("a checksum is wrong")
    return entry


class AnswerFile:
    """An open connection to the file in `directory`; of one thread. Raises `sqlite3.Error` for trouble with the disk.

    With `memory` it is none, and holds nothing. A file that holds anything but our one table raises Damaged: no view,
    trigger or setting of somebody else's is run.
    """

    def __init__(self, directory: Path, *, readonly: bool = False, name: str = FILE, memory: bool = False) -> None:
        self.path = directory / name
        self._connection = _opened(":memory:") if memory else _connect(self.path, readonly)
        try:
            self._prepare(readonly)
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self, readonly: bool) -> None:
        run = self._connection.execute
        run("PRAGMA trusted_schema = OFF")
        run("PRAGMA cell_size_check = ON")
        with _damage_told():
            if not readonly:
                self._write_ahead()
                run("PRAGMA synchronous = NORMAL")
            found = run("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
            if not found and not readonly:
                run("BEGIN IMMEDIATE")
                run(_TABLE.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"))
                run("COMMIT")
                return
        if [tuple(map(_text, row)) for row in found] != [("table", "answers", _TABLE)]:
            raise Damaged("it holds other tables than ours")

    def _write_ahead(self) -> None:
        """Set the journal that survives a kill and lets readers go on; SQLite does not wait for its lock by itself."""
        for pause in (*[0.02] * 100, None):
            try:
                self._connection.execute("PRAGMA journal_mode = WAL").fetchone()
                return
            except sqlite3.OperationalError as error:
                if pause is None or _code(error) not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                    raise
                time.sleep(pause)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def get(self, name: str) -> Entry | None:
        """The entry, or None. Raises UnreadableEntry for one that cannot be trusted, Damaged when the file cannot."""
        with _damage_told():
            row = self._connection.execute(f"SELECT {_COLUMNS} FROM answers WHERE name = ?", (name,)).fetchone()  # noqa: S608
        if row is None:
            return None
        entry = entry_from(row)
        if entry.name != name:
            raise UnreadableEntry("a row under another name")
        return entry

    def put(self, entries: Iterable[Entry], *, replace: bool = True) -> int:
        """Keep entries, all or none; how many are new or changed. With `replace` off, what is there stays."""
        rows = [(e.name, e.value, e.checksum, e.task, e.model, e.stored_at) for e in entries]
        verb = "REPLACE" if replace else "IGNORE"
        with self._transaction():
            before = self._connection.total_changes
            self._connection.executemany(
                f"INSERT OR {verb} INTO answers ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
                rows,
            )
            return self._connection.total_changes - before

    def sound(self) -> Iterator[Entry]:
        """The entries that can be trusted, as far as the file can be read."""
        with suppress(Damaged):
            for row in self.rows():
                with suppress(UnreadableEntry):
                    yield entry_from(row)

    def rows(self) -> Iterator[tuple[object, ...]]:
        """Every row as it stands, in the order of names; a part at a time, so that writers are never kept waiting."""
        last: object = b""
        while True:
            with _damage_told():
                part = self._connection.execute(
                    f"SELECT {_COLUMNS} FROM answers WHERE name > CAST(? AS TEXT) AND typeof(name) = 'text'"  # noqa: S608
                    " ORDER BY name LIMIT 500",
                    (last,),
                ).fetchall()
            if not part:
                return
            yield from part
            last = part[-1][0]

    def delete(self, names: Iterable[str | bytes]) -> int:
        """Remove entries, all or none; how many there were."""
        with self._transaction():
            before = self._connection.total_changes
            self._connection.executemany(
                "DELETE FROM answers WHERE name = CAST(? AS TEXT)", [(name,) for name in names]
            )
            return self._connection.total_changes - before

    def shrink(self) -> None:
        """Give the room of deleted entries back to the disk."""
        with _damage_told():
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _damage_told():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def _connect(path: Path, readonly: bool) -> sqlite3.Connection:
    if not readonly:
        # SQLite would make it readable to all; a link may lead to any file of the user's and is not followed.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            with suppress(PermissionError):  # a shared file belongs to whoever made it
                os.fchmod(descriptor, 0o600)
        finally:
            os.close(descriptor)
    return _opened(f"{path.absolute().as_uri()}?mode={'ro&immutable=1' if readonly else 'rw'}")


def _opened(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.text_factory = bytes
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST)
    return connection


@contextmanager
def _damage_told() -> Iterator[None]:
    """Tell a file that is damaged from a disk that is full, locked or read-only."""
    try:
        yield
    except sqlite3.DataError as error:
        raise UnreadableEntry("a row that is larger than any answer") from error
    except sqlite3.DatabaseError as error:
        # SQLITE_ERROR: the table is gone or has other columns.
        if _code(error) in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise Damaged(str(error)) from error
        raise


def _code(error: sqlite3.Error) -> int | None:
    """SQLite's primary result code; None for an error of the binding's own, such as a closed connection."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def is_unwritable(error: Exception) -> bool:
    """Whether the file, its folder, its file system or its lack of room lets nobody of ours write."""
    if isinstance(error, OSError):
        return error.errno in (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT)
    return isinstance(error, sqlite3.Error) and _code(error) in (
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_FULL,
    )


def open_to_read(directory: Path) -> AnswerFile:
    """The file for reading: as it is, or without a lock and its latest journal where nothing can be written.

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


def _text(field: object) -> object:
    return field.decode("utf-8", "replace") if isinstance(field, bytes) else field
