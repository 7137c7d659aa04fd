"""What a watch could fail to see: behind a closed folder, before it begins, just before it ends."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import watchfiles

from factcheck.batch import watching
from factcheck.batch.scanning import scan
from factcheck.batch.spool import Spool
from factcheck.batch.watching import Missed, rounds, run_rounds
from factcheck.engine.base import Stop
from factcheck.index import BatchIndex
from factcheck.ingestion.parsing import ReadOptions
from tests.batch.desk import Desk


class System:
    """Stands for the system's watch, which a closed folder would stop: what it was to watch, and what it tells of."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.closed = set[Path]()
        self.watched = list[tuple[list[str], bool]]()
        """Names of the folders of each watch, and whether what is below them was meant too."""
        self.changes = asyncio.Queue[Path]()
        self._scandir = os.scandir
        monkeypatch.setattr(os, "scandir", self._listed)
        monkeypatch.setattr(watchfiles, "awatch", self._awatch)
        monkeypatch.setattr(watching, "QUIET", 0.1)
        monkeypatch.setattr(watching, "ALIVE", 20)

    def _listed(self, folder: Any) -> Any:
        if Path(folder) in self.closed:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
        return self._scandir(folder)

    async def _awatch(
        self, *paths: Path, stop_event: asyncio.Event, recursive: bool = True, **_: Any
    ) -> AsyncIterator[set[Any]]:
        self.watched.append(([path.name for path in paths], recursive))
        while not stop_event.is_set():
            await asyncio.sleep(0.02)
            yield set() if self.changes.empty() else {(watchfiles.Change.modified, str(self.changes.get_nowait()))}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A root with three folders."""
    for name in "abc":
        (tmp_path / "desk" / name).mkdir(parents=True)
    return tmp_path / "desk"


async def test_folders_behind_one_that_cannot_be_listed_are_watched(
    desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One by one, for the system would stop at the closed one; once that opens there is a round and all is watched."""
    system, over, notes = System(monkeypatch), asyncio.Event(), list[str]()
    system.closed.add(desk / "b")
    async with asyncio.timeout(20):
        async for number in rounds(desk, tmp_path / "runs", over, watch=True, note=notes.append):
            if number == 1:
                system.changes.put_nowait(desk / "c" / "a.txt")
            if number == 2:
                system.closed.clear()
            if number == 3:
                over.set()
    assert system.watched == [(["desk", "a", "c"], False), (["desk"], True)]
    assert notes[1:] == [f"{desk} has changed: 1 gone", f"{desk} has changed: 1 folder"]


async def test_a_closed_folder_that_comes_later_takes_no_other_out_of_sight(
    desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was moved in with a folder that cannot be listed; what comes after it is watched, too."""
    system, over = System(monkeypatch), asyncio.Event()
    async with asyncio.timeout(20):
        async for number in rounds(desk, tmp_path / "runs", over, watch=True, note=print):
            if number == 1:
                system.changes.put_nowait(desk / "a" / "a.txt")
            if number == 2:
                for folder in ("later/closed", "later/open"):
                    (desk / folder).mkdir(parents=True)
                system.closed.add(desk / "later" / "closed")
                system.changes.put_nowait(desk / "later")
            if number == 3:
                (desk / "last").mkdir()
            if number == 4:
                over.set()
    tree = ["desk", "a", "b", "c"]
    assert system.watched == [
        (["desk"], True),
        ([*tree, "later", "open"], False),
        ([*tree, "last", "later", "open"], False),
    ]


async def test_what_comes_in_during_the_first_round_is_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The watch begins after it: what was added, changed and taken away until then has a round; else there is none."""
    system, over, notes = System(monkeypatch), asyncio.Event(), list[str]()
    desk, known = Desk(tmp_path).stories("Eastley", "Sund"), dict[str, str]()
    missed = Missed(desk.root, ReadOptions(), lambda: known)

    def read() -> None:
        known.clear()
        known.update({file.shown: file.stamp for file in scan(desk.root, ReadOptions())})

    async with asyncio.timeout(20):
        async for number in rounds(desk.root, tmp_path / "runs", over, watch=True, note=notes.append, missed=missed):
            read()
            if number == 1:
                desk.put("sund/echo.txt", "12 people died in the Sund fire, says Echo.")
                desk.put("sund/herald.txt", "13 people died in the Sund fire.")
                (desk.root / "sund" / "gazette.txt").unlink()
            if number == 2:
                system.changes.put_nowait(desk.root / "eastley" / "herald.txt")
            if number == 3:
                over.set()
    assert notes[1:] == [f"{desk.root} has changed: 2 files, 1 gone", f"{desk.root} has changed: 1 file"]


@pytest.mark.parametrize("stopped", [None, "the budget is spent"])
async def test_what_came_in_just_before_the_end_is_told(tmp_path: Path, stopped: str | None) -> None:
    """And makes the end an interruption; not what a round left that ended early, for the index tells of that."""
    desk, stop, notes = Desk(tmp_path).stories("Eastley"), Stop(), list[str]()
    index = (await desk.run()).model_copy(update={"stopped": stopped})
    with Spool(desk.out) as spool:
        missed = Missed(desk.root, ReadOptions(), spool.stamps)

        async def numbers() -> AsyncIterator[int]:
            yield 1
            desk.put("eastley/echo.txt", "12 people died in the Eastley fire, says Echo.")
            stop.request()

        async def one_round() -> BatchIndex:
            return index

        assert await run_rounds(numbers(), one_round, stop, patient=True, note=notes.append, missed=missed) is index
    assert notes == ([] if stopped else ["changed and not looked at: 1 file"])
    assert stop.at_rest == (stopped is not None)


@pytest.mark.parametrize(("after", "ahead", "told"), [(-1.0, 0.0, 0), (1.0, 0.0, 1), (1.0, 86_400.0, 0)])
async def test_a_file_that_had_just_changed_when_it_was_read_is_missed_by_its_time(
    tmp_path: Path, after: float, ahead: float, told: int
) -> None:
    """It has no stamp to be known by, and is not read again for that alone; nor for a time that is yet to come."""
    desk = Desk(tmp_path)
    file = desk.put("eastley/herald.txt", "12 people died in the Eastley fire.")
    os.utime(file, (file.stat().st_atime, file.stat().st_mtime + ahead))
    missed = Missed(desk.root, ReadOptions(), lambda: {str(file): ""})
    missed.since = file.stat().st_mtime - after
    assert len(missed.files()) == told
