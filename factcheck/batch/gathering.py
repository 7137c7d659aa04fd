"""The reports of shards, copied to where they are put together; of each that cannot be, the row says what helps."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from factcheck.batch import filing
from factcheck.errors import InputError
from factcheck.index import BatchIndex, Shard, StoryRow
from factcheck.ingestion.cleaning import printable
from factcheck.runs.folder import LOCK, PAGES

REPORT = PAGES["json"]
"""File of a run folder."""
BLOCK = 1 << 20
"""Bytes that are read at a time to see whether a file can be."""


def gathered(folder: Path, index: BatchIndex, into: Path) -> BatchIndex:
    """The index of a shard whose reports are copied from its folder to the same places below `into`.

    A row whose report is not whole says which file of it is gone, damaged or cannot be read, and how to have it again;
    unless an earlier merge left it whole. Raises OSError when `into` cannot be written, and InputError when the index
    names a report outside of the folder.
    """
    return index.model_copy(update={"stories": tuple(_row(row, folder, index.shard, into) for row in index.stories)})


def _row(row: StoryRow, folder: Path, part: Shard | None, into: Path) -> StoryRow:
    if row.report is None:
        return row
    if Path(row.report).is_absolute() or ".." in Path(row.report).parts:
        raise InputError(f"{printable(os.fspath(folder))} names a report outside of it: {printable(row.report)}")
    found = filing.unsound(folder, row.report)
    if found is not None and filing.unsound(into, row.report) is None:
        return row
    unread = _copied(folder / row.report, into / row.report)
    found = found or unread or filing.unsound(into, row.report)
    return row if found is None else _lacking(row, found, folder, part)


def _lacking(row: StoryRow, found: tuple[str, str], folder: Path, part: Shard | None) -> StoryRow:
    """The row without what was found to be of no use of its report, and why."""
    name, why = found
    file, failed = printable(os.fspath(folder / str(row.report) / name)), name == REPORT
    again = f"run shard {part.number}/{part.of} again (answers come from the cache) and merge again" if part else ""
    return row.model_copy(
        update={
            "status": "failed" if failed or row.status == "failed" else "incomplete",
            "report": None if failed else row.report,
            "missing": f"{row.report}/{name}",
            "reasons": (f"{file} is {why}; {again}", *row.reasons),
        }
    )


def _copied(report: Path, to: Path) -> tuple[str, str] | None:
    """Copy the folder of a report, if it is there; the first file of it that cannot be read, and why.

    Raises OSError when it cannot be written.
    """
    lost: tuple[str, str] | None = None
    for file in _files(report):
        beside = to / file.relative_to(report)
        beside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            shutil.copy2(file, beside)
        except OSError:
            why = _unreadable(file)
            if why is None:  # so it is the other end
                raise
            lost = lost or (file.relative_to(report).as_posix(), f"not readable ({why})")
    return lost


def _files(report: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(report):
        found = (Path(folder, name) for name in sorted(names) if name != LOCK)
        yield from (file for file in found if file.is_symlink() or file.is_file())  # a pipe would be read for ever


def _unreadable(file: Path) -> str | None:
    """Why a file cannot be read; None when it can."""
    try:
        with file.open("rb") as read:
            while read.read(BLOCK):
                pass
    except OSError as error:
        return error.strerror or str(error)
    return None
