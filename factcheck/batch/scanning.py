"""Which files of a batch are new or changed, and reading those, beside the event loop and not ahead of need."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import time
from collections import deque
from collections.abc import AsyncGenerator, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path, PurePath

from factcheck.ingestion.cleaning import printable
from factcheck.ingestion.parsing import ReadOptions
from factcheck.ingestion.reading import iter_outcomes
from factcheck.ingestion.sidecars import META, TABLE
from factcheck.ingestion.walking import FoundFile, Refusal, walk
from factcheck.models import Article

SETTLED = 2.0
"""Seconds since its last change from which a file's stamp is trusted: a later change within the clock's grain would
leave size and time as they are."""
AT_A_TIME = 8
"""Files read between two looks at whether more are needed."""


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """A file or refusal below the root."""

    found: FoundFile | Refusal
    shown: str
    part: str
    """The folder directly below the root that it is in; empty for one in the root itself."""
    stamp: str
    """Changes whenever the file or what stands beside it about it may have changed; empty when it just did."""


def scan(root: Path, options: ReadOptions) -> list[ScannedFile]:
    """Everything below `root` in the order of the walk. Raises InputError when it is missing or empty."""
    found = list(walk([root]))
    status = {file.path: _stat(file.path) for file in found if isinstance(file, FoundFile)}
    said = _Said(root, {path: known for path, known in status.items() if _is_sidecar(path)})
    chosen = json.dumps(options.model_dump(mode="json"), sort_keys=True)
    now = time.time()
    return [_scanned(file, root, status, said, chosen, now) for file in found]


def _scanned(
    file: FoundFile | Refusal,
    root: Path,
    status: dict[Path, tuple[int, int]],
    said: _Said,
    chosen: str,
    now: float,
) -> ScannedFile:
    shown = file.file.path if isinstance(file, Refusal) else file.shown
    part = _part(shown, root)
    if isinstance(file, Refusal):
        return ScannedFile(file, shown, part, _hash([file.file.reason, file.failed]))
    size, changed = status[file.path]
    stamp = "" if now - changed / 1e9 < SETTLED else _hash([size, changed, said.about(file.path), chosen])
    return ScannedFile(file, shown, part, stamp)


def _stat(path: Path) -> tuple[int, int]:
    """Size and time of change; zeros for a file that went away since."""
    try:
        known = path.stat()
    except OSError:
        return 0, 0
    return known.st_size, known.st_mtime_ns


def _is_sidecar(path: Path) -> bool:
    return path.name == TABLE or path.name.endswith(META)


class _Said:
    """The state of what the user wrote about files beside them."""

    def __init__(self, root: Path, sidecars: dict[Path, tuple[int, int]]) -> None:
        self._root = root
        self._sidecars = sidecars

    def about(self, path: Path) -> list[tuple[int, int] | None]:
        """State of the tables of its folders up to the root, and of its own metadata files."""
        if not self._sidecars:
            return []
        tables = [self._sidecars.get(folder / TABLE) for folder in path.parents]
        own = [self._sidecars.get(path.with_name(name + META)) for name in (path.name, path.stem)]
        return [known for known in (*tables, *own) if known is not None]


def _part(shown: str, root: Path) -> str:
    parts = PurePath(shown).relative_to(PurePath(printable(os.fspath(root)))).parts
    return parts[0] if len(parts) > 1 else ""


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]


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
