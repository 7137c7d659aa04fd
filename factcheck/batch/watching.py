"""Rounds of a batch that is watched: one now, and one more each time the files below the root have come to rest."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

QUIET_MS = 2_500
"""Milliseconds without a change after which what was changed counts as written; longer than `scanning.SETTLED`, so that
what a round reads is settled."""
LONGEST_WAIT_MS = 60_000
"""Milliseconds after which a round begins although files still come in, as in an import of many."""


async def rounds(root: Path, *, watch: bool, note: Callable[[str], None]) -> AsyncIterator[int]:
    """Number of each round, the first at once; the only one when not watching. Ends when cancelled."""
    number = 1
    yield number
    if not watch:
        return
    from watchfiles import awatch

    note(f"watching {root}; Ctrl-C ends it")
    # Not by extension: what is an article and what is not is ingestion's to say, and a round without one is cheap.
    async for changes in awatch(root, debounce=LONGEST_WAIT_MS, step=QUIET_MS, watch_filter=None, recursive=True):
        number += 1
        note(f"{len(changes)} files changed below {root}")
        yield number
