"""A batch by the provider's Batch API: passes that collect what to ask, mailings between them, one round at a time.

Each pass runs the stories as far as the answers reach: it extracts, then judges, then confirms. What it lacks goes out
in one mailing; the next pass, in this process or in another a day later, finds the answers. A pass runs only when no
mailing is under way, because a story with half of its answers would ask for its other half in other requests.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from factcheck.batch.filing import file_index, unwritten
from factcheck.batch.merging import read_index
from factcheck.batch.neighbours import seen as across_seen
from factcheck.batch.options import BatchOptions
from factcheck.batch.rows import place, totals
from factcheck.batch.rows import seen as row_seen
from factcheck.errors import InputError, ModelError, SettingsError
from factcheck.findings import Usage
from factcheck.index import BatchIndex
from factcheck.llm.endpoint import wire_model
from factcheck.llm.mailbox import MAIL, Mailbox
from factcheck.llm.mailing import Post
from factcheck.settings import Settings

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 300.0
"""Seconds between two looks at a mailing."""
NEXT = "the same command goes on from there"


async def run_by_mail(
    run_pass: Callable[[], Awaitable[BatchIndex]],
    post: Post,
    mailbox: Mailbox,
    options: BatchOptions,
    over: asyncio.Event,
    note: Callable[[str], None],
) -> BatchIndex:
    """Go as far as the answers reach; with `options.wait` on until `over`. `stopped` says what is under way.

    While that is a mailing of an earlier run, what that one found is given and its index left on the disk as it is.
    """
    index: BatchIndex | None = None
    while True:
        waiting = await _settled(post, over, wait=options.wait, note=note)
        if waiting:
            told = "with the provider: " + "; ".join(waiting)
            if index is None and (known := _known(options)) is not None:
                return _earlier(known, f"{told}; this run looked at nothing and asked nothing; {NEXT}")
            return _saying(index or await run_pass(), options, f"{told}; {NEXT}")
        mailbox.nothing_wanted()
        index = await run_pass()
        if over.is_set():
            return index
        try:
            sent = await post.submit() if mailbox.count_wanted() else 0
        except ModelError as error:
            _saying(index, options, str(error))
            raise
        if not sent:
            return index
        told = f"{sent:,} {'request is' if sent == 1 else 'requests are'} with the provider"
        note(told)
        if not options.wait:
            return _saying(index, options, f"{told}; {NEXT}")


@contextlib.contextmanager
def open_mailbox(options: BatchOptions, settings: Settings, note: Callable[[str], None]) -> Iterator[Mailbox | None]:
    """The mailbox in the folder of a batch by mail. Raises SettingsError.

    None for a live run: `note` is told, before anything is spent, how many requests are with the provider all the same.
    """
    file = options.folder / MAIL
    if options.by_mail:
        with Mailbox(file) as mailbox:
            yield mailbox
    else:
        _tell_under_way(file, settings, note)
        yield None


def _tell_under_way(file: Path, settings: Settings, note: Callable[[str], None]) -> None:
    model, replayed = settings.model, settings.cassette is not None and settings.cassette.exists()
    if replayed or not file.is_file():
        return
    with contextlib.suppress(SettingsError), Mailbox(file) as mailbox:  # a live run does without it
        count = mailbox.count_under_way({wire_model(model.model), wire_model(model.confirm_model or model.model)})
        if count:
            note(
                f"{count:,} {'request is' if count == 1 else 'requests are'} with the provider's Batch API: what this"
                " run needs of that it asks too, and both are billed; end it (Ctrl-C) and add --via batch-api to"
                " collect the answers instead"
            )


async def _settled(post: Post, over: asyncio.Event, *, wait: bool, note: Callable[[str], None]) -> list[str]:
    """What is still under way after collecting; with `wait` nothing, however long it takes."""
    pause, said = FIRST_PAUSE, list[str]()
    while True:
        waiting = await post.collect(note)
        if waiting != said:
            for line in waiting:
                note(line)
            said = waiting
        if not waiting or not wait or over.is_set():
            return waiting
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), pause)
        pause = min(LONGEST_PAUSE, pause * 1.5)


def _known(options: BatchOptions) -> BatchIndex | None:
    """The index in the folder of the batch; None when there is none that can be read."""
    with contextlib.suppress(InputError, SettingsError):
        return read_index(options.folder)
    return None


def _earlier(index: BatchIndex, words: str) -> BatchIndex:
    """The index of an earlier run for one that looked at nothing: nothing in it is new any more."""
    rows = tuple(sorted(map(row_seen, index.stories), key=place))
    across = None if index.across is None else across_seen(index.across).model_copy(update={"status": "waiting"})
    now = {"stopped": words, "earlier": True, "usage": Usage(), "removed": ()}
    return index.model_copy(update={"stories": rows, "totals": totals(rows), "across": across, **now})


def _saying(index: BatchIndex, options: BatchOptions, words: str) -> BatchIndex:
    """The index with the reason why it is not finished, also on the disk."""
    told = index.model_copy(update={"stopped": words})
    try:
        file_index(options.folder, told, options.style)
    except OSError as error:
        raise unwritten(error, options.folder) from error
    return told
