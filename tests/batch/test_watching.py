"""A batch that is watched: a round at once, then one for each time the files have come to rest."""

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
from factcheck.batch.watching import _counted, rounds


async def test_without_watching_there_is_one_round(tmp_path: Path) -> None:
    """And nothing is said about it."""
    notes: list[str] = []
    assert [
        number async for number in rounds(tmp_path, tmp_path / "runs", asyncio.Event(), watch=False, note=notes.append)
    ] == [1]
    assert notes == []


async def test_files_that_land_begin_a_round_and_cancelling_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that land together are one round, our own reports none; whoever watches can be stopped at any time."""
    monkeypatch.setattr(watching, "QUIET", 0.1)
    notes: list[str] = []
    seen: asyncio.Queue[int] = asyncio.Queue()

    async def watch() -> None:
        async for number in rounds(tmp_path, tmp_path / "runs", asyncio.Event(), watch=True, note=notes.append):
            await seen.put(number)

    watcher = asyncio.create_task(watch())
    async with asyncio.timeout(20):
        assert await seen.get() == 1
        while not notes:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)  # the system's watch is set a moment after the words
        (tmp_path / "runs").mkdir()
        (tmp_path / "runs" / "index.json").write_text("ours")
        await asyncio.sleep(0.5)
        assert seen.empty()
        (tmp_path / "a.txt").write_text("one")
        (tmp_path / "b.txt").write_text("two")
        assert await seen.get() == 2
        watcher.cancel()
        with pytest.raises(asyncio.CancelledError):
            await watcher
    assert any("has changed" in note for note in notes)


async def test_a_file_from_the_future_is_not_waited_for_until_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock was put back, or is another machine's: at rest is what has not changed for a while."""
    monkeypatch.setattr(watching, "QUIET", 0.1)
    monkeypatch.setattr(watching, "LONGEST_WAIT", 3600.0)
    seen: asyncio.Queue[int] = asyncio.Queue()
    notes: list[str] = []

    async def watch() -> None:
        async for number in rounds(tmp_path, tmp_path / "runs", asyncio.Event(), watch=True, note=notes.append):
            await seen.put(number)

    watcher = asyncio.create_task(watch())
    async with asyncio.timeout(20):
        assert await seen.get() == 1
        while not notes:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
        file = tmp_path / "a.txt"
        file.write_text("one")
        os.utime(file, (file.stat().st_atime, file.stat().st_mtime + 86_400))
        assert await seen.get() == 2
        watcher.cancel()
        with pytest.raises(asyncio.CancelledError):
            await watcher


async def test_a_file_that_grows_slowly_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A round begins when the last piece has been written, not when the first has."""
    monkeypatch.setattr(watching, "QUIET", 1.5)
    seen: asyncio.Queue[str] = asyncio.Queue()
    notes: list[str] = []
    file = tmp_path / "slow.txt"

    async def watch() -> None:
        async for number in rounds(tmp_path, tmp_path / "runs", asyncio.Event(), watch=True, note=notes.append):
            await seen.put(file.read_text() if number > 1 else "")

    watcher = asyncio.create_task(watch())
    async with asyncio.timeout(30):
        await seen.get()
        while not notes:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
        for piece in range(12):
            with file.open("a") as stream:
                stream.write(f"{piece} ")
            await asyncio.sleep(0.1)
        assert (await seen.get()).split()[-1] == "11"
        watcher.cancel()
        with pytest.raises(asyncio.CancelledError):
            await watcher


async def test_whoever_ends_it_ends_the_wait(tmp_path: Path) -> None:
    """Without cancelling anything: the rounds are over, and what the last one gave stands."""
    over = asyncio.Event()
    numbers = [
        number async for number in _until(over, rounds(tmp_path, tmp_path / "runs", over, watch=True, note=print))
    ]
    assert numbers == [1]


async def _until(over: asyncio.Event, numbers: AsyncIterator[int]) -> AsyncIterator[int]:
    """The numbers, with the end wished after the first."""
    async for number in numbers:
        yield number
        asyncio.get_running_loop().call_later(0.2, over.set)


async def test_a_root_that_is_taken_away_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unmounted share is no end: it is said, and once it is back there is a round, also for what changes then."""
    monkeypatch.setattr(watching, "ALIVE", 100)
    monkeypatch.setattr(watching, "QUIET", 0.1)
    root, notes, seen = tmp_path / "desk", list[str](), asyncio.Queue[int]()
    root.mkdir()

    async def watch() -> None:
        async for number in rounds(root, tmp_path / "runs", over, watch=True, note=notes.append):
            await seen.put(number)

    over = asyncio.Event()
    watcher = asyncio.create_task(watch())
    async with asyncio.timeout(30):
        assert await seen.get() == 1
        for number in (2, 4):
            await _said(notes, "watching")
            await asyncio.sleep(0.3)  # the system's watch is set a moment after the words
            root.rmdir() if not list(root.iterdir()) else root.rename(tmp_path / "away")
            await _said(notes, "no longer there")
            assert seen.empty()
            root.mkdir()
            assert await seen.get() == number
            assert "is back" in notes[-1]
            await asyncio.sleep(0.3)
            (root / "a.txt").write_text("one")
            assert await seen.get() == number + 1
            notes.clear()
            notes.append("watching")
        over.set()
        await watcher


@pytest.mark.parametrize("number", [errno.ESTALE, errno.ENOTCONN, errno.EIO], ids=errno.errorcode.get)
async def test_a_share_that_answers_with_an_error_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A stale handle or a dead server does not end the watch either; once the share answers there is a round."""
    monkeypatch.setattr(watching, "ALIVE", 50)
    over, notes, asked, stat = asyncio.Event(), list[str](), 0, os.stat

    def answers(path: Any, **how: Any) -> os.stat_result:
        nonlocal asked
        if str(path) == str(tmp_path):
            asked += 1
            if asked <= 3:
                raise OSError(number, os.strerror(number), str(path))
        return stat(path, **how)

    monkeypatch.setattr(os, "stat", answers)
    async with asyncio.timeout(20):
        async for count in rounds(tmp_path, tmp_path / "runs", over, watch=True, note=notes.append):
            if count == 2:
                over.set()
    assert [note.removeprefix(str(tmp_path)) for note in notes[-1:]] == [" is back"]
    assert asked >= 3


async def _said(notes: list[str], words: str) -> None:
    """Wait for a note with these words."""
    while not any(words in note for note in notes):
        await asyncio.sleep(0.02)


async def test_whoever_ends_it_while_the_root_is_away_need_not_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end is heard there too."""
    monkeypatch.setattr(watching, "ALIVE", 100)
    root, notes, over = tmp_path / "desk", list[str](), asyncio.Event()
    root.mkdir()

    async def watch() -> list[int]:
        return [number async for number in rounds(root, tmp_path / "runs", over, watch=True, note=notes.append)]

    watcher = asyncio.create_task(watch())
    async with asyncio.timeout(20):
        await _said(notes, "watching")
        await asyncio.sleep(0.3)
        root.rmdir()
        await _said(notes, "no longer there")
        monkeypatch.setattr(watching, "ALIVE", 60_000)
        over.set()
        assert await watcher == [1]


async def test_a_folder_that_may_not_be_listed_does_not_end_the_watch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can be seen beside it is watched all the same."""
    monkeypatch.setattr(watching, "QUIET", 0.1)
    over = asyncio.Event()

    async def awatch(*_: Any, ignore_permission_denied: bool = False, **__: Any) -> AsyncIterator[set[Any]]:
        if not ignore_permission_denied:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        yield {(watchfiles.Change.added, str(tmp_path / "a.txt"))}
        await asyncio.sleep(0.2)
        yield set()

    monkeypatch.setattr(watchfiles, "awatch", awatch)
    async with asyncio.timeout(20):
        async for number in rounds(tmp_path, tmp_path / "runs", over, watch=True, note=print):
            if number == 2:
                break


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (["a", "a/1.txt", "a/2.txt"], "2 files"),
        (["b"], "1 folder"),
        (["old", "old/1.txt", "b", "c"], "2 folders, 1 gone"),
        (["a/1.txt", "old"], "1 file, 1 gone"),
    ],
)
def test_changes_are_counted_as_files_where_they_are_files(tmp_path: Path, changed: list[str], told: str) -> None:
    """A folder counts when nothing is told of what is in it, and what is gone once: nobody knows what it was."""
    for name in "abc":
        (tmp_path / name).mkdir()
    for name in ("1.txt", "2.txt"):
        (tmp_path / "a" / name).write_text("one")
    assert _counted({tmp_path / name for name in changed}) == told


async def test_a_root_that_may_be_listed_later_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said that it may not be, and there is a round once it may."""
    monkeypatch.setattr(watching, "ALIVE", 50)
    over, notes, access, asked = asyncio.Event(), list[str](), os.access, 0

    def closed(path: Any, mode: int, **how: Any) -> bool:
        nonlocal asked
        asked += str(path) == str(tmp_path)
        return (str(path) != str(tmp_path) or asked > 3) and access(path, mode, **how)

    monkeypatch.setattr(os, "access", closed)
    async with asyncio.timeout(20):
        async for number in rounds(tmp_path, tmp_path / "runs", over, watch=True, note=notes.append):
            if number == 2:
                over.set()
    assert "may not be listed" in notes[1]
    assert notes[-1] == f"{tmp_path} is back"


async def test_one_file_is_watched_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that is written to, then saved as editors do, another file in its place; what lies beside it is not."""
    monkeypatch.setattr(watching, "QUIET", 0.1)
    table, notes, seen, over = tmp_path / "articles.csv", list[str](), asyncio.Queue[int](), asyncio.Event()
    table.write_text("one")
    index = tmp_path / "runs" / "index.html"

    async def watch() -> None:
        async for number in rounds(table, tmp_path / "runs", over, watch=True, note=notes.append, index=index):
            await seen.put(number)

    watcher = asyncio.create_task(watch())
    async with asyncio.timeout(20):
        assert await seen.get() == 1
        await _said(notes, f"watching {table}; what is found is in {index}; Ctrl-C ends it")
        await asyncio.sleep(0.3)
        (tmp_path / "beside.txt").write_text("no matter")
        await asyncio.sleep(0.5)
        assert seen.empty()
        for number in (2, 3):
            (tmp_path / "new").write_text(f"one, {number}")
            (tmp_path / "new").replace(table)
            assert await seen.get() == number
        over.set()
        await watcher
    assert notes[1:] == [f"{table} has changed: 1 file"] * 2
