"""Rounds of a batch that is watched: one now, and one more each time the files below the root have come to rest."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path

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
    *,
    patient: bool,
    note: Callable[[str], None],
) -> BatchIndex:
    """What the last of the rounds gave. Whoever is `patient` waits for files where there are none.

    Raises InputError when there were none to the end.
    """
    index, nothing = None, None
    async for _ in numbers:
        try:
            index = await one_round()
        except InputError as error:
            if not patient:
                raise
            nothing = error
            note(f"{error}; waiting for files")
    if index is None:
        raise nothing or InputError("no round was run")
    return index


async def rounds(
    root: Path, aside: Path, over: asyncio.Event, *, watch: bool, note: Callable[[str], None]
) -> AsyncIterator[int]:
    """Number of each round, the first at once; the only one when not watching. Ends when `over`, or cancelled.

    What changes below `aside` is our own doing and begins none.
    """
    number = 1
    yield number
    if not watch or over.is_set():
        return
    from watchfiles import awatch

    note(f"watching {root}; Ctrl-C ends it")
    # Not by extension: what is an article and what is not is ingestion's to say, and a round without one is cheap.
    quiet, longest = round(QUIET * 1000), round(LONGEST_WAIT * 1000)
    watched, ours = _resolved(root), _resolved(aside)

    def foreign(_: object, path: str) -> bool:
        return not Path(path).is_relative_to(ours)

    lost = InputError(f"{root} is no longer there, so there is nothing to watch; the index holds what was found")
    coming = awatch(
        watched,
        debounce=longest,
        step=quiet,
        watch_filter=foreign,
        stop_event=over,
        yield_on_timeout=True,
        rust_timeout=ALIVE,
    )
    try:
        async for changes in coming:
            if not _is_there(watched):
                raise lost
            if not changes:
                continue
            paths = {Path(path) for _, path in changes}
            await _written(paths)
            number += 1
            note(f"{len(paths):,} {'file' if len(paths) == 1 else 'files'} changed below {root}")
            yield number
    except FileNotFoundError:
        raise lost from None


def _is_there(root: Path) -> bool:
    return root.is_dir()


def _resolved(path: Path) -> Path:
    """As the system's watch names it."""
    return path.resolve()


async def _written(paths: Iterable[Path]) -> None:
    """Wait until none of the files grows any more: the system's watch tells of one file once, however long it grows."""
    deadline = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < deadline and any(  # noqa: ASYNC110 -- nothing tells that a file has ceased to grow
        time.time() - _changed_at(path) < QUIET for path in paths
    ):
        await asyncio.sleep(min(LOOK, QUIET))


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # gone again
        return 0.0
