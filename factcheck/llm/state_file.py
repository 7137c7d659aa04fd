"""SQLite files that a run keeps its state in: their troubles are told with the file's name and the remedy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from factcheck.errors import SettingsError


class StateFile(sqlite3.Connection):
    """A connection whose statements, and rows, raise SettingsError where those of sqlite3 raise their own errors."""

    path: Path

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """As sqlite3; raises SettingsError."""
        try:
            return self.cursor(_Rows).execute(sql, parameters)
        except sqlite3.Error as error:
            raise _told(self.path, error) from error

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        """As sqlite3; raises SettingsError."""
        try:
            return self.cursor(_Rows).executemany(sql, parameters)
        except sqlite3.Error as error:
            raise _told(self.path, error) from error


class _Rows(sqlite3.Cursor):
    """SQLite reads a row when it is fetched, and meets a damaged page there and not in the statement."""

    connection: StateFile

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except sqlite3.Error as error:
            raise _told(self.connection.path, error) from error

    def fetchone(self) -> Any:
        try:
            return super().fetchone()
        except sqlite3.Error as error:
            raise _told(self.connection.path, error) from error

    def fetchall(self) -> list[Any]:
        return list(self)


def _told(path: Path, error: sqlite3.Error) -> SettingsError:
    """What happened, and what helps: against damage, room and permissions do not."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the kind of error
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return SettingsError(
            f"{path} is damaged ({error}); move it away and run the same command again, or name another folder"
            " (--run-dir DIR); what is in the cache is not paid for again"
        )
    return SettingsError(
        f"{path} cannot be written or read ({error}); make room on its disk and look at its permissions, then"
        " run the same command again, or name another folder (--run-dir DIR)"
    )


def open_state(path: Path, tables: str, *, lasting: bool = False) -> StateFile:
    """The file with these tables, made where it is missing, in autocommit. Raises SettingsError.

    What is `lasting` is on the disk when a statement ends; else a power cut may take the latest statements away.
    """
    db: StateFile | None = None
    try:
        db = sqlite3.connect(path, timeout=30, isolation_level=None, factory=StateFile)
        db.path = path
        db.execute("PRAGMA journal_mode=WAL")
        db.execute(f"PRAGMA synchronous={'FULL' if lasting else 'NORMAL'}")
        db.executescript(tables)
    except (sqlite3.Error, SettingsError) as error:
        if db is not None:
            db.close()
        if isinstance(error, SettingsError):
            raise
        raise _told(path, error) from error
    return db
