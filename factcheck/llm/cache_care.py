"""Looking after a cache: what is in it, what may go, and answers that travel from one machine to another."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from factcheck.errors import InputError, SettingsError
from factcheck.llm.answer_file import (
    AnswerFile,
    Entry,
    Row,
    entry_from,
    open_to_read,
    size_of,
    size_on_disk,
)
from factcheck.llm.text_cache import FILE, Damaged, UnreadableEntry

HEADER = {"factcheck_answers": 1}
"""First line of an export; the number is that of its form."""
_FIELDS = {"name": str, "value": str, "task": str, "model": str, "stored_at": int, "checksum": str}
_CHUNK = 500
_LEFTOVERS = (f"{FILE}.damaged-*", f"{FILE}.new-*")
"""Set aside, or left by a kill; nothing reads them."""


@dataclass(frozen=True)
class CacheInfo:
    """What a cache holds; sizes in bytes, times in seconds since 1970."""

    size: int
    answers: int
    unreadable: int
    """Rows that no run would use."""
    by_kind: Mapping[tuple[str, str], int]
    """(task, model) -> answers."""
    oldest: int | None
    newest: int | None
    leftovers: tuple[Path, ...]
    """Files beside it that nothing reads."""


@dataclass(frozen=True)
class Choice:
    """Which answers may go: those that meet every condition that is set; `keep` bytes of the newest stay."""

    stored_before: int | None = None
    model: str | None = None
    task: str | None = None
    keep: int | None = None

    @property
    def any(self) -> bool:
        """Whether a condition is set at all."""
        return any(value is not None for value in (self.stored_before, self.model, self.task, self.keep))


@dataclass
class Imported:
    """What became of the lines of an export."""

    added: int = 0
    present: int = 0
    """Already there; what is there stays."""
    refused: list[str] = field(default_factory=list)
    """One line each: which line, and why."""


def info(directory: Path) -> CacheInfo:
    """What is in the cache at `directory`. Raises SettingsError when it is damaged or cannot be read."""
    kinds: Counter[tuple[str, str]] = Counter()
    unreadable, times = 0, list[int]()
    for row in _rows(directory):
        try:
            entry = entry_from(row)
        except UnreadableEntry:
            unreadable += 1
            continue
        kinds[entry.task, entry.model] += 1
        times.append(entry.stored_at)
    return CacheInfo(
        size=size_on_disk(directory),
        answers=sum(kinds.values()),
        unreadable=unreadable,
        by_kind=dict(sorted(kinds.items())),
        oldest=min(times, default=None),
        newest=max(times, default=None),
        leftovers=_leftovers(directory),
    )


def chosen(directory: Path, choice: Choice) -> Mapping[str | int, int]:
    """Name -> bytes of the answers that `choice` means; rows that no run would use always go, by their number."""
    found: dict[str | int, int] = {}
    matching: list[tuple[int, str, int]] = []
    for row in _rows(directory):
        size = size_of(row)
        try:
            entry = entry_from(row)
        except UnreadableEntry:
            found[row[0]] = size
            continue
        if (
            (choice.stored_before is None or entry.stored_at < choice.stored_before)
            and choice.model in (None, entry.model)
            and choice.task in (None, entry.task)
        ):
            matching.append((entry.stored_at, entry.name, size))
    kept = 0
    for _, name, size in sorted(matching, reverse=True):
        kept += size
        if choice.keep is None or kept > choice.keep:
            found[name] = size
    return found


def remove(directory: Path, names: Iterable[str | int]) -> int:
    """Remove answers and give their room back; how many there were. Raises SettingsError as `info` does."""
    with _opened(directory) as file:
        try:
            removed = file.delete(names)
        except (sqlite3.Error, Damaged) as error:
            raise _unusable(directory, error) from error
        with suppress(sqlite3.Error, Damaged):  # a run that has it open keeps the room a little longer
            file.shrink()
    return removed


def clear(directory: Path) -> None:
    """Remove every answer and every leftover. Raises SettingsError when that cannot be done."""
    try:
        if (directory / FILE).exists():
            try:
                with closing(AnswerFile(directory)) as file:
                    file.clear()
                    file.shrink()
            except Damaged:
                for ending in ("", "-wal", "-shm"):
                    (directory / (FILE + ending)).unlink(missing_ok=True)
        for path in _leftovers(directory):
            path.unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as error:
        raise _unusable(directory, error) from error


def export_lines(directory: Path) -> Iterator[str]:
    """The answers as JSON Lines, each with its checksum; rows that no run would use are left out."""
    yield json.dumps(HEADER) + "\n"
    for row in _rows(directory):
        with suppress(UnreadableEntry):
            entry = entry_from(row)
            fields = {name: getattr(entry, name) for name in _FIELDS}
            yield json.dumps(fields, ensure_ascii=True) + "\n"


def import_lines(directory: Path, lines: Iterable[bytes]) -> Imported:
    """Take in answers that `export_lines` wrote. A line that is not whole, true to its checksum and of a form that is
    known is refused; what is in the cache already stays.

    Raises InputError when the first line does not say what the file is, SettingsError when nothing can be written.
    """
    numbered = enumerate(lines, 1)
    if _parsed(next(numbered, (0, b""))[1]) != HEADER:
        raise InputError("this is no export of a factcheck cache of a form that this version knows; nothing was read")
    outcome = Imported()

    def sound() -> Iterator[Entry]:
        for number, line in numbered:
            entry = _entry(_parsed(line))
            if isinstance(entry, Entry):
                yield entry
            elif line.strip():
                outcome.refused.append(f"line {number}: {entry}")

    entries = sound()
    with _opened(directory) as file:
        while part := list(islice(entries, _CHUNK)):
            try:
                added = file.put(part, replace=False)
            except (sqlite3.Error, Damaged) as error:
                raise _unusable(directory, error) from error
            outcome.added += added
            outcome.present += len(part) - added
    return outcome


def _parsed(line: bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _entry(fields: object) -> Entry | str:
    """The entry, or why it is refused."""
    if not isinstance(fields, dict):
        return "not a JSON object"
    if set(fields) != set(_FIELDS) or any(type(fields[name]) is not kind for name, kind in _FIELDS.items()):
        return "not the fields of an answer"
    checksum = fields.pop("checksum")
    entry = Entry(**fields)
    try:
        entry.unpacked()
        if entry.checksum != checksum:
            return "its checksum is wrong"
        (entry.name + entry.value).encode()
    except (UnreadableEntry, ValueError):
        return "its value is no JSON"
    return entry


def _rows(directory: Path) -> Iterator[Row]:
    if not (directory / FILE).exists():
        return
    try:
        opened = closing(open_to_read(directory))
    except (OSError, sqlite3.Error, Damaged) as error:
        raise _unusable(directory, error) from error
    with opened as file:
        try:
            yield from file.rows()
        except (sqlite3.Error, Damaged) as error:
            raise _unusable(directory, error) from error


def _opened(directory: Path) -> closing[AnswerFile]:
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        return closing(AnswerFile(directory))
    except (OSError, sqlite3.Error, Damaged) as error:
        raise _unusable(directory, error) from error


def _unusable(directory: Path, error: Exception) -> SettingsError:
    remedy = (
        "the next run will set it aside and begin a new one" if isinstance(error, Damaged) else "see its permissions"
    )
    return SettingsError(f"the cache {directory} cannot be used ({error}); {remedy}")


def _leftovers(directory: Path) -> tuple[Path, ...]:
    return tuple(sorted(path for pattern in _LEFTOVERS for path in directory.glob(pattern)))
