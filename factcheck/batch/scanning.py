"""Which files of a batch are new or changed, and reading those, beside the event loop and not ahead of need."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import time
import zlib
from collections import deque
from collections.abc import AsyncGenerator, Collection, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path, PurePath

from factcheck.errors import SettingsError
from factcheck.index import GroupBy
from factcheck.ingestion.cleaning import printable
from factcheck.ingestion.parsing import ReadOptions
from factcheck.ingestion.reading import iter_outcomes
from factcheck.ingestion.sidecars import META, TABLE
from factcheck.ingestion.walking import FoundFile, Refusal, Unseen, walk
from factcheck.models import Article

SETTLED = 2.0
"""Seconds since its last change from which a file's stamp is trusted: a later change within the clock's grain would
leave size and time as they are."""
AT_A_TIME = 8
"""Files read between two looks at whether more are needed."""
IN_VAIN = "in vain "
"""Before the stamp that is remembered of a file of which nothing could be read."""


class RootClosed(SettingsError):
    """The root cannot be looked into, as far as can be told for a while only."""


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """A file or refusal below the root."""

    found: FoundFile | Refusal
    shown: str
    part: str
    """The folder directly below the root that it is in; empty for one in the root itself."""
    stamp: str
    """Changes whenever the file or what stands beside it about it may have changed; empty when it just did."""
    recalled: bool = False
    """Whether it cannot be seen now, so that what was read of it the last time stands."""

    def is_due(self, known: str | None) -> bool:
        """Whether it is to be read, by the stamp `known` of it; what was read in vain is, for it may have been mended
        without a trace on the file: a package was installed, a share answers again."""
        return not self.recalled and (not self.stamp or known != self.stamp)

    def failed_before(self, known: str | None) -> bool:
        """Whether it was read in vain as it is, by the stamp `known` of it."""
        return bool(self.stamp) and known == IN_VAIN + self.stamp

    def stamp_of(self, outcomes: Iterable[Article | Refusal]) -> str:
        """What to know it by when it gave these; nothing when the rest of it may be read another time."""
        found = list(outcomes)
        lost = [outcome for outcome in found if isinstance(outcome, Refusal) and outcome.failed]
        if lost and not any(isinstance(outcome, Article) for outcome in found):
            return IN_VAIN + self.stamp if self.stamp else ""
        return "" if any(refusal.passing for refusal in lost) else self.stamp


def scan(root: Path, options: ReadOptions) -> list[ScannedFile]:
    """Everything below `root` in the order of the walk.

    Raises InputError when it is missing or empty, and RootClosed when it cannot be looked into.
    """
    found = list(walk([root]))
    first = found[0]
    if isinstance(first, Unseen) and first.file.path == printable(os.fspath(root)):
        raise RootClosed(f"{first.file.path}: {first.file.reason}")
    status = {file.path: _stat(file.path) for file in found if isinstance(file, FoundFile)}
    said = _Said(root, {path: known for path, known in status.items() if _is_sidecar(path)})
    chosen = json.dumps(options.model_dump(mode="json"), sort_keys=True)
    now = time.time()
    return [_scanned(file, root, status, said, chosen, now) for file in found]


def _scanned(
    file: FoundFile | Refusal,
    root: Path,
    status: dict[Path, tuple[int, int, int]],
    said: _Said,
    chosen: str,
    now: float,
) -> ScannedFile:
    shown = file.file.path if isinstance(file, Refusal) else file.shown
    part = part_of(shown, root)
    if isinstance(file, Refusal):
        return ScannedFile(file, shown, part, _hash([file.file.reason, file.failed]))
    size, changed, touched = status[file.path]
    stamp = "" if now - changed / 1e9 < SETTLED else _hash([size, changed, touched, said.about(file.path), chosen])
    return ScannedFile(file, shown, part, stamp)


def _stat(path: Path) -> tuple[int, int, int]:
    """Size, time of change as it is said, and of change in fact; zeros for a file that went away since.

    A program that exports articles may give a corrected one the time of its publication, and the old length.
    """
    try:
        known = path.stat()
    except OSError:
        return 0, 0, 0
    return known.st_size, known.st_mtime_ns, known.st_ctime_ns


def _is_sidecar(path: Path) -> bool:
    return path.name == TABLE or path.name.endswith(META)


class _Said:
    """The state of what the user wrote about files beside them."""

    def __init__(self, root: Path, sidecars: dict[Path, tuple[int, int, int]]) -> None:
        self._root = root
        self._sidecars = sidecars

    def about(self, path: Path) -> list[tuple[int, int, int]]:
        """State of the tables of its folders up to the root, and of its own metadata files."""
        if not self._sidecars:
            return []
        tables = [self._sidecars.get(folder / TABLE) for folder in path.parents]
        own = [self._sidecars.get(path.with_name(name + META)) for name in (path.name, path.stem)]
        return [known for known in (*tables, *own) if known is not None]


def part_of(shown: str, root: Path) -> str:
    """The folder directly below the root that a file is in, by its path as shown; empty for one in the root itself."""
    parts = PurePath(shown).relative_to(PurePath(printable(os.fspath(root)))).parts
    return parts[0] if len(parts) > 1 else ""


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]


class Listing:
    """Files by the folder they are in, packed until their turn comes: those of an archive are many."""

    def __init__(self, files: Iterable[ScannedFile], changed: Collection[str]) -> None:
        """`changed` are the paths, as shown, of the files to be read."""
        parts = dict[str, list[ScannedFile]]()
        for file in files:
            parts.setdefault(file.part, []).append(file)
        self._refused = list[Refusal]()
        self._packed = {part: self._pack(each, changed) for part, each in parts.items()}
        self.left = dict.fromkeys(parts)
        """The folders that were not taken yet, in the order of the walk."""

    def due(self) -> Iterator[ScannedFile]:
        """The files to be read, folder by folder."""
        for part in self._packed:
            yield from (file for file, due in self._files(part) if due)

    def take(self, part: str) -> tuple[list[ScannedFile], set[str]]:
        """The files of a folder, and which of them are to be read, as shown."""
        del self.left[part]
        files = self._files(part)
        return [file for file, _ in files], {file.shown for file, due in files if due}

    def _pack(self, files: Iterable[ScannedFile], changed: Collection[str]) -> bytes:
        rows = []
        for file in files:
            known = file.found
            if isinstance(known, Refusal):
                self._refused.append(known)
                where: tuple[object, ...] = (None, None, len(self._refused) - 1)
            else:
                where = (str(known.path), str(known.root), known.identity)
            rows.append((*where, file.shown, file.stamp, file.shown in changed))
        return zlib.compress(json.dumps(rows).encode(), 1)

    def _files(self, part: str) -> list[tuple[ScannedFile, bool]]:
        """The files of a folder, each with whether it is to be read."""
        found = []
        for path, root, which, shown, stamp, due in json.loads(zlib.decompress(self._packed[part])):
            file = self._refused[which] if path is None else FoundFile(Path(path), shown, tuple(which), Path(root))
            found.append((ScannedFile(file, shown, part, stamp), due))
        return found


Reading = tuple[ScannedFile, list[Article | Refusal]]


async def readings(files: Iterable[ScannedFile], options: ReadOptions) -> AsyncGenerator[Reading, None]:
    """What each of `files` gave, in their order; a thread parses the next few while the caller takes these.

    `files` are gone through once, and not ahead of need.
    """
    loop = asyncio.get_running_loop()
    source = _by_file(files, options)
    with ThreadPoolExecutor(1, thread_name_prefix="reading") as thread:
        try:
            ahead = loop.run_in_executor(thread, _some, source)
            while found := await ahead:
                ahead = loop.run_in_executor(thread, _some, source)
                for reading in found:
                    yield reading
        finally:
            # In the thread that runs it, for a generator cannot be closed while it works.
            thread.submit(source.close)


def _some(source: Iterator[Reading]) -> list[Reading]:
    return list(islice(source, AT_A_TIME))


def _by_file(files: Iterable[ScannedFile], options: ReadOptions) -> Generator[Reading, None, None]:
    begun = deque[ScannedFile]()

    def found() -> Iterator[FoundFile | Refusal]:
        for file in files:
            begun.append(file)
            yield file.found

    outcomes = iter_outcomes(found(), options=options)
    try:
        for _, group in groupby(outcomes, key=lambda pair: id(pair[0])):
            yield begun.popleft(), [outcome for _, outcome in group]
    finally:
        outcomes.close()


def gone(known: Iterable[str], files: Iterable[ScannedFile]) -> list[str]:
    """Paths that were read once and are no more."""
    return sorted(set(known) - {file.shown for file in files})


def fitting(files: Iterable[ScannedFile]) -> GroupBy:
    """How stories are found when nobody says: by folder where there are some, else by event."""
    return "folder" if any(file.part for file in files if not isinstance(file.found, Refusal)) else "event"
