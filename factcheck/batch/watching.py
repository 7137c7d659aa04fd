"""Rounds of a batch that is watched: one now, and one more each time the files below the root have come to rest."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path

from factcheck.batch.scanning import RootClosed
from factcheck.engine.base import Stop
from factcheck.errors import InputError
from factcheck.index import BatchIndex

QUIET = 2.5
"""Seconds without a change after which a file counts as written; longer than `scanning.SETTLED`, so that what a round
reads is settled."""
LONGEST_WAIT = 60.0
"""Seconds after which a round begins although files still come in, as in an import of many."""
LOOK = 0.25
ALIVE = 2_000
"""Milliseconds between two looks whether the root still is there, for nothing tells of a share that is unmounted."""


async def run_rounds(
    numbers: AsyncIterator[int],
    one_round: Callable[[], Awaitable[BatchIndex]],
    stop: Stop,
    *,
    patient: bool,
    note: Callable[[str], None],
) -> BatchIndex:
    """What the last of the rounds gave. Whoever is `patient` waits for files where there are none, or none to be seen.

    Between two rounds `stop` is told that nothing is under way.

    Raises InputError when there were none to the end, and RootClosed when none could be seen.
    """
    index, nothing = None, None
    async for _ in numbers:
        stop.resting = False
        try:
            index = await one_round()
        except (InputError, RootClosed) as error:
            if not patient:
                raise
            nothing = error
            note(f"{error}; waiting for files")
        stop.resting = patient
    if index is None:
        raise nothing or InputError("no round was run")
    return index


async def rounds(
    root: Path, aside: Path, over: asyncio.Event, *, watch: bool, note: Callable[[str], None], stop: Stop | None = None
) -> AsyncIterator[int]:
    """Number of each round, the first at once; the only one when not watching. Ends when `over`, or cancelled.

    What changes below `aside` is our own doing and begins none. A root that goes away, as a share that is unmounted, is
    waited for; once it is back there is a round, for anything may have changed meanwhile. `stop` is told that something
    is under way as soon as a change is known, long before its round.
    """
    number = 1
    yield number
    if not watch or over.is_set():
        return
    watched, ours = _resolved(root), _resolved(aside)
    note(f"watching {root}; Ctrl-C ends it")
    while True:
        async for paths in _changes(watched, ours, over, stop or Stop()):
            if over.is_set():
                return
            number += 1
            note(f"{len(paths):,} {'file' if len(paths) == 1 else 'files'} changed below {root}")
            yield number
        if not over.is_set():
            why = "may not be listed" if _is_folder(watched) else "is no longer there"
            note(f"{root} {why}; the index keeps what was found. Waiting until it is back; Ctrl-C ends it")
        if not await _back(watched, over):
            return
        number += 1
        note(f"{root} is back")
        yield number


async def _changes(watched: Path, ours: Path, over: asyncio.Event, stop: Stop) -> AsyncIterator[set[Path]]:
    """The paths that changed together, once they have come to rest. Ends when `over`, and when `watched` is gone."""
    from watchfiles import awatch

    if not _is_there(watched):  # what may not be listed would be watched in vain, also once it may
        return
    # Not by extension: what is an article and what is not is ingestion's to say, and a round without one is cheap.
    # In short steps, for whoever ends the watch must hear of changes that still come in.
    coming = awatch(
        watched,
        debounce=round(QUIET * 1000),
        step=round(min(LOOK, QUIET) * 1000),
        watch_filter=None,
        stop_event=over,
        yield_on_timeout=True,
        rust_timeout=min(ALIVE, round(QUIET * 1000)),
        ignore_permission_denied=True,
    )
    paths, first, last = set[Path](), 0.0, 0.0
    try:
        async for changes in coming:
            if not _is_there(watched):
                return
            now = time.monotonic()
            if foreign := {path for _, name in changes if not (path := Path(name)).is_relative_to(ours)}:
                stop.resting = False
                first, last = first if paths else now, now
                paths |= foreign
            if paths and (now - last >= QUIET or now - first >= LONGEST_WAIT):
                await _written(paths)
                yield paths
                paths = set()
    except OSError:
        if _is_there(watched):  # then it is something else, such as the system's limit on watches
            raise


async def _back(watched: Path, over: asyncio.Event) -> bool:
    """Wait until the folder is there again; whether it is, and not the end instead."""
    while not over.is_set():
        if _is_there(watched):
            return True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), ALIVE / 1000)
    return False


def _is_there(root: Path) -> bool:
    """Whether the folder is there and may be listed."""
    return _is_folder(root) and os.access(root, os.R_OK | os.X_OK)


def _is_folder(root: Path) -> bool:
    try:
        return root.is_dir()
    except OSError:  # a stale handle, a server that does not answer
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
