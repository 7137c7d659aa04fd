"""A batch by the provider's Batch API: passes that collect what to ask, mailings between them, one round at a time.

Each pass runs the stories as far as the answers reach: it extracts, then judges, then confirms. What it lacks goes out
in one mailing; the next pass, in this process or in another a day later, finds the answers. A pass runs only when no
mailing is under way, because a story with half of its answers would ask for its other half in other requests.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from factcheck.batch.filing import INDEX, file_index, unwritten
from factcheck.batch.merging import read_index
from factcheck.batch.options import BatchOptions
from factcheck.index import BatchIndex
from factcheck.llm.mailbox import Mailbox
from factcheck.llm.mailing import Post

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 300.0
"""Seconds between two looks at a mailing."""


async def run_by_mail(
    run_pass: Callable[[], Awaitable[BatchIndex]],
    post: Post,
    mailbox: Mailbox,
    options: BatchOptions,
    over: asyncio.Event,
    note: Callable[[str], None],
) -> BatchIndex:
    """Go as far as the answers reach; with `options.wait` on until `over`. `stopped` says what is under way."""
    while True:
        waiting = await _settled(post, over, wait=options.wait, note=note)
        if waiting:
            known = read_index(options.folder) if (options.folder / INDEX).is_file() else await run_pass()
            return _saying(known, options, "with the provider: " + "; ".join(waiting))
        mailbox.nothing_wanted()
        index = await run_pass()
        if over.is_set():
            return index
        sent = await post.submit() if mailbox.count_wanted() else 0
        if not sent:
            return index
        told = f"{sent:,} {'request is' if sent == 1 else 'requests are'} with the provider"
        note(told)
        if not options.wait:
            return _saying(index, options, f"{told}; the same command goes on from there")


async def _settled(post: Post, over: asyncio.Event, *, wait: bool, note: Callable[[str], None]) -> list[str]:
    """What is still under way after collecting; with `wait` nothing, however long it takes."""
    pause, said = FIRST_PAUSE, list[str]()
    while True:
        waiting = await post.collect()
        if waiting != said:
            for line in waiting:
                note(line)
            said = waiting
        if not waiting or not wait or over.is_set():
            return waiting
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), pause)
        pause = min(LONGEST_PAUSE, pause * 1.5)


def _saying(index: BatchIndex, options: BatchOptions, words: str) -> BatchIndex:
    """The index with the reason why it is not finished, also on the disk."""
    told = index.model_copy(update={"stopped": words})
    try:
        file_index(options.folder, told, options.style)
    except OSError as error:
        raise unwritten(error, options.folder) from error
    return told
