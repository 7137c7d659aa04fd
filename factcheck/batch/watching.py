"""Rounds of a batch that is watched: one now, and one more each time the files below the root have come to rest."""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Mapping, Set
from pathlib import Path, PurePath

from factcheck.batch.scanning import RootClosed, ScannedFile, gone, scan
from factcheck.batch.unseen import recalled
from factcheck.engine.base import Stop
from factcheck.errors import InputError
from factcheck.index import BatchIndex
from factcheck.ingestion.cleaning import printable
from factcheck.ingestion.parsing import ReadOptions
from factcheck.ingestion.walking import FoundFile

QUIET = 2.5
"""Seconds without a change after which a file counts as written; longer than `scanning.SETTLED`, so that what a round
reads is settled."""
LONGEST_WAIT = 60.0
"""Seconds after which a round begins although files still come in, as in an import of many."""
LOOK = 0.25
LOOKING_SHARE = 0.05
"""Of the time of a watch that may go into looking which folders can be listed, where some cannot."""
ALIVE = 2_000
"""Milliseconds between two looks whether the root still is there, for nothing tells of a share that is unmounted."""


class Missed:
    """What of the files below a root was not read as it is now, by the stamps that are known of them."""

    def __init__(self, root: Path, options: ReadOptions, stamps: Callable[[], Mapping[str, str]]) -> None:
        self._root = root
        self._options = options
        self._stamps = stamps
        self.since = 0.0
        """When they were last listed, in seconds of the epoch: of a file that had just changed then its time tells."""
        self.is_left = False
        """Whether the last round ended early, so that what it did not read is no news."""

    def files(self) -> set[Path]:
        """Where those are that are new, changed or gone; none when the root cannot be listed."""
        if self.is_left:
            return set()
        known = self._stamps()
        try:
            files, _ = recalled(scan(self._root, self._options), known, self._root)
        except (InputError, RootClosed):
            return set()
        there, shown_root = _resolved(self._root), printable(os.fspath(self._root))
        shown = [file.shown for file in files if _is_missed(file, known.get(file.shown), self.since)]
        return {there / PurePath(path).relative_to(shown_root) for path in (*shown, *gone(known, files))}


def _is_missed(file: ScannedFile, known: str | None, since: float) -> bool:
    if known == "" and isinstance(file.found, FoundFile):
        # A time that is yet to come, as of a clock that goes wrong, says nothing.
        return not file.recalled and since <= _changed(file.found.path) <= time.time()
    return file.is_due(known) and not file.failed_before(known)


def _changed(path: Path) -> float:
    """When it last changed, in seconds of the epoch; 0 when that cannot be told."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


async def run_rounds(
    numbers: AsyncIterator[int],
    one_round: Callable[[], Awaitable[BatchIndex]],
    stop: Stop,
    *,
    patient: bool,
    note: Callable[[str], None],
    missed: Missed | None = None,
) -> BatchIndex:
    """What the last of the rounds gave. Whoever is `patient` waits for files where there are none, or none to be seen.

    Between two rounds `stop` is told that nothing is under way; and at the end that something was, when files that are
    `missed` then wait for a round.

    Raises InputError when there were none to the end, and RootClosed when none could be seen.
    """
    index, nothing = None, None
    async for _ in numbers:
        stop.resting = False
        if missed is not None:
            missed.since = time.time()
        try:
            index = await one_round()
        except (InputError, RootClosed) as error:
            if not patient:
                raise
            nothing = error
            note(f"{error}; waiting for files")
        if missed is not None and index is not None:
            missed.is_left = index.stopped is not None
        stop.resting = patient
    if stop.at_rest and missed is not None and (left := missed.files()):
        stop.at_rest = False
        note(f"changed and not looked at: {_counted(left)}")
    if index is None:
        raise nothing or InputError("no round was run")
    return index


async def rounds(
    root: Path,
    aside: Path,
    over: asyncio.Event,
    *,
    watch: bool,
    note: Callable[[str], None],
    missed: Missed | None = None,
    index: Path | None = None,
) -> AsyncIterator[int]:
    """Number of each round, the first at once; the only one when not watching. Ends when `over`, or cancelled.

    Files that are `missed` when the watch begins came in during the round before it. What changes below `aside` is our
    own doing and begins none. A root that goes away, as a share that is unmounted, is waited for; once it is back there
    is a round, for anything may have changed meanwhile. Where the `index` is, is said once.
    """
    number = 1
    yield number
    if not watch or over.is_set():
        return
    watched, ours = _resolved(root), _resolved(aside)
    place = f" what is found is in {index};" if index is not None else ""
    note(f"watching {root};{place} Ctrl-C ends it")
    while True:
        async for paths in _changes(watched, ours, over, missed):
            if over.is_set():
                return
            number += 1
            note(f"{root} has changed: {_counted(paths)}")
            yield number
        if not over.is_set():
            why = "may not be listed" if _is_folder(watched) else "is no longer there"
            note(f"{root} {why}; the index keeps what was found. Waiting until it is back; Ctrl-C ends it")
        if not await _back(watched, over):
            return
        number += 1
        note(f"{root} is back")
        yield number


async def _changes(watched: Path, ours: Path, over: asyncio.Event, missed: Missed | None) -> AsyncIterator[set[Path]]:
    """The paths that changed together, once they have come to rest. Ends when `over`, and when `watched` is gone."""
    paths, first, last = set[Path](), 0.0, 0.0
    while not over.is_set() and _is_there(watched):  # what may not be listed would be watched in vain, also once it may
        reach, begun = _Reach(watched), False
        async with contextlib.aclosing(_told(reach, over)) as coming:
            async for names in coming:
                if not _is_there(watched):
                    return
                now = time.monotonic()
                foreign = {path for name in names if reach.holds(path := Path(name)) and not path.is_relative_to(ours)}
                foreign |= (moved := reach.moved(foreign)) | (set() if begun or missed is None else missed.files())
                begun = True
                if foreign:
                    first, last = first if paths else now, now
                    paths |= foreign
                if moved:
                    break
                if paths and (now - last >= QUIET or now - first >= LONGEST_WAIT):
                    await _written(paths)
                    yield paths
                    paths = set()


async def _told(reach: _Reach, over: asyncio.Event) -> AsyncGenerator[set[str], None]:
    """The paths that the system's watch names, none now and then. Ends when `over`, and when the root is gone."""
    from watchfiles import awatch

    # Not by extension: what is an article and what is not is ingestion's to say, and a round without one is cheap.
    # In short steps, for how long it has been quiet is counted by whoever is told.
    coming = awatch(
        *reach.watched,
        recursive=reach.is_deep,
        debounce=round(QUIET * 1000),
        step=round(min(LOOK, QUIET) * 1000),
        watch_filter=None,
        stop_event=over,
        yield_on_timeout=True,
        rust_timeout=min(ALIVE, round(QUIET * 1000)),
        ignore_permission_denied=True,
    )
    try:
        async with contextlib.aclosing(coming):
            async for changes in coming:
                yield {name for _, name in changes}
    except OSError:
        if _is_there(reach.root):  # then it is something else, such as the system's limit on watches
            raise


class _Reach:
    """Which folders below a root can be listed, as of now.

    Where all can, the system watches the tree. At the first that cannot it would stop and leave those behind it
    unwatched, so then the others are watched one by one, and looked for again from time to time.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._is_folder = _is_folder(root)
        self._folders, self._whole = frozenset[Path](), True
        """What can be listed, and whether that is all."""
        self._next_look = 0.0
        self._look()

    @property
    def is_deep(self) -> bool:
        """Whether all below what is watched is meant, and not only what is directly in it."""
        return self._whole and self._is_folder

    @property
    def watched(self) -> list[Path]:
        """What the system is to watch; of a file its folder, for who saves one may put another one in its place."""
        if not self._is_folder:
            return [self.root.parent]
        return [self.root] if self._whole else sorted(self._folders)

    def holds(self, path: Path) -> bool:
        """Whether what is told of this path is about the root."""
        return self._is_folder or path == self.root

    def moved(self, changed: Iterable[Path]) -> set[Path]:
        """Folders for which the watch must begin anew, `changed` ones among them."""
        if self._whole:
            return {path for path in changed if not _listed(path)[1]}
        if time.monotonic() < self._next_look:
            return set()
        before = self._folders
        self._look()
        return set(before ^ self._folders)

    def _look(self) -> None:
        began = time.monotonic()
        self._folders, self._whole = _listed(self.root)
        ended = time.monotonic()
        self._next_look = ended + max(ALIVE / 1000, (ended - began) / LOOKING_SHARE)


def _listed(root: Path) -> tuple[frozenset[Path], bool]:
    """The folders of a tree that can be listed, and whether none is left out; of a file or what is gone none."""
    closed = list[OSError]()
    folders = frozenset(Path(folder) for folder, _, _ in os.walk(root, onerror=closed.append))
    return folders, all(isinstance(error, FileNotFoundError | NotADirectoryError) for error in closed)


def _counted(paths: Set[Path]) -> str:
    """`3 files, 1 gone`: folders only where nothing is told of what is in them."""
    holders = {parent for path in paths for parent in path.parents}
    folders = {path for path in paths if _is_folder(path)}
    there = {path for path in paths - folders if os.path.lexists(path)}
    counts = (
        (len(there), "file" if len(there) == 1 else "files"),
        (len(folders - holders), "folder" if len(folders - holders) == 1 else "folders"),
        (len(paths - folders - there - holders), "gone"),
    )
    return ", ".join(f"{number:,} {what}" for number, what in counts if number)


async def _back(watched: Path, over: asyncio.Event) -> bool:
    """Wait until the folder is there again; whether it is, and not the end instead."""
    while not over.is_set():
        if _is_there(watched):
            return True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), ALIVE / 1000)
    return False


def _is_there(root: Path) -> bool:
    """Whether the folder is there and may be listed; or the file."""
    try:
        mode = root.stat().st_mode
    except OSError:  # a stale handle, a server that does not answer
        return False
    return not stat.S_ISDIR(mode) or os.access(root, os.R_OK | os.X_OK)


def _is_folder(root: Path) -> bool:
    try:
        return root.is_dir()
    except OSError:
        return False


def _resolved(path: Path) -> Path:
    """As the system's watch names it."""
    return path.resolve()


async def _written(paths: Iterable[Path]) -> None:
    """Wait until none of the files grows any more: the system's watch tells of one file once, however long it grows."""
    deadline = time.monotonic() + LONGEST_WAIT
    looks = dict[Path, tuple[float, int, int]]()
    while time.monotonic() < deadline and any(  # noqa: ASYNC110 -- nothing tells that a file has ceased to grow
        _grows(path, looks) for path in paths
    ):
        await asyncio.sleep(min(LOOK, QUIET))


def _grows(path: Path, looks: dict[Path, tuple[float, int, int]]) -> bool:
    """Whether the file may still be written to, by its time or, as clocks differ and jump, by how it was before.

    `looks` holds when it was first seen as it is, with its time and size.
    """
    try:
        now = path.stat()
    except OSError:  # gone again
        return False
    if time.time() - now.st_mtime >= QUIET:
        return False
    since, *before = looks.get(path, (0.0, 0, 0))
    if before != [now.st_mtime_ns, now.st_size]:
        looks[path] = (time.monotonic(), now.st_mtime_ns, now.st_size)
        return True
    return time.monotonic() - since < QUIET
