"""A disk that is full, or may not be written: the batch ends, names the file and the remedy, and goes on later."""

from __future__ import annotations

import errno
import gc
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from factcheck.batch import filing
from factcheck.batch.merging import merge
from factcheck.batch.spool import Spool
from factcheck.errors import SettingsError
from factcheck.llm.mailbox import Mailbox
from factcheck.runs import folder as run_folder
from factcheck.runs.files import write_whole
from tests.batch.desk import Desk
from tests.batch.sharding import PLACES, shards

MANY = 5_000
"""Rows that fill many pages."""


def full(path: Path, _: str) -> None:
    """Instead of writing a text to a file."""
    raise OSError(errno.ENOSPC, "No space left on device", str(path))


async def test_what_is_remembered_has_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite says that its disk is full: no story is reported as done that is not kept, and with room all goes on."""
    desk = Desk(tmp_path).stories(*PLACES)

    class Cramped(Spool):
        def __init__(self, folder: Path) -> None:
            super().__init__(folder)
            (pages,) = self._db.execute("PRAGMA page_count").fetchone()
            self._db.execute(f"PRAGMA max_page_count = {pages}")

    with monkeypatch.context() as patched:
        patched.setattr("tests.batch.desk.Spool", Cramped)
        with pytest.raises(SettingsError, match=r"batch\.sqlite cannot be written .*full\); make room on its disk"):
            await desk.run()
    index = await desk.run()
    assert (index.totals.done, index.stopped) == (len(PLACES), None)


async def test_a_report_has_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No further story is begun or paid for, none is called failed; the next run asks nothing that was answered."""
    desk = Desk(tmp_path).stories(*PLACES)
    with monkeypatch.context() as patched:
        patched.setattr(
            run_folder, "write_whole", lambda path, text: (full if "claims" in path.name else write_whole)(path, text)
        )
        with pytest.raises(SettingsError, match=r"claims\.jsonl cannot be written: No space left on device; make room"):
            await desk.run()
    index = await desk.run()
    assert (index.totals.done, index.totals.failed) == (len(PLACES), 0)
    assert desk.asked == 4 * len(PLACES)


async def test_a_run_folder_cannot_be_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is known before anything is asked, ends the batch, and is no failure of a story."""
    desk = Desk(tmp_path).stories(*PLACES)
    with monkeypatch.context() as patched:
        patched.setattr(run_folder, "write_whole", full)
        with pytest.raises(SettingsError, match=r"cannot be written: No space left on device"):
            await desk.run()
    assert desk.asked == 0
    assert (await desk.run()).totals.done == len(PLACES)


async def test_the_index_has_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stories are kept; the message names the index."""
    desk = Desk(tmp_path).stories(*PLACES)
    with monkeypatch.context() as patched:
        patched.setattr(filing, "write_pieces", full)
        with pytest.raises(SettingsError, match=r"index\.json cannot be written: No space left .* --run-dir"):
            await desk.run()
    asked = desk.asked
    assert (await desk.run()).totals.done == len(PLACES)
    assert desk.asked == asked


def test_files_of_the_state_that_cannot_be_opened_are_named(tmp_path: Path) -> None:
    """A folder where the lock should be, something else where the state should be: said with the remedy."""
    (tmp_path / ".lock").mkdir()
    with pytest.raises(SettingsError, match=r"\.lock cannot be written: Is a directory; .*--run-dir"):
        Spool(tmp_path)
    (tmp_path / "mail.sqlite").write_text("a letter to somebody, and long enough for that" * 99)
    with pytest.raises(SettingsError, match=r"mail\.sqlite is damaged \(file is not a database\); move it away"):
        Mailbox(tmp_path / "mail.sqlite")
    (tmp_path / "gone").mkdir()
    with pytest.raises(SettingsError, match=r"gone cannot be written or read .*; make room .* permissions"):
        Mailbox(tmp_path / "gone")
    gc.collect()  # from Python 3.13 on a file that was left open is a warning, and so a failure


def test_a_state_of_another_version_is_let_go_again(tmp_path: Path) -> None:
    """Refused for the same reason each time, by one process, and not because the first refusal still holds it."""
    with Spool(tmp_path) as spool:
        spool.state("format", "1")
    refusals = []
    for _ in range(2):
        with pytest.raises(SettingsError, match="written by another version") as refused:
            Spool(tmp_path)
        refusals.append(refused)  # holds the frames, and with them what they had open
    assert len(refusals) == 2


@pytest.mark.parametrize(
    "read",
    [list, lambda rows: rows.fetchall(), lambda rows: [rows.fetchone() for _ in range(MANY)]],
    ids=["one by one", "all", "each"],
)
def test_a_damaged_page_of_what_is_remembered_is_told(tmp_path: Path, read: Callable[[sqlite3.Cursor], object]) -> None:
    """SQLite meets it when a row is fetched, after the statement has been taken: file and remedy are named as well."""
    with Spool(tmp_path) as spool:
        spool._db.executemany("INSERT INTO files VALUES (?, 'x')", [(f"{number:06}",) for number in range(MANY)])
    file = tmp_path / "batch.sqlite"
    content, page = bytearray(file.read_bytes()), 4096
    for start in range(len(content) // page * 2 // 3 * page, len(content), page):
        content[start : start + page] = b"\xff" * page
    file.write_bytes(content)
    with Spool(tmp_path) as spool:
        rows = spool._db.execute("SELECT path FROM files")
        with pytest.raises(SettingsError, match=r"batch\.sqlite is damaged .*malformed.*move it away .*another"):
            read(rows)


@pytest.mark.parametrize(
    ("open_", "level"), [(Mailbox, 2), (lambda path: Spool(path.parent), 1)], ids=["mail", "batch"]
)
def test_a_mailing_that_went_out_is_on_the_disk(tmp_path: Path, open_: Callable[[Path], Any], level: int) -> None:
    """FULL (2), for a power cut that took it away would have it sent and paid for again.

    What a batch remembers is found again by its files; there NORMAL (1) is enough, and faster.
    """
    with open_(tmp_path / "mail.sqlite") as opened:
        assert opened._db.execute("PRAGMA synchronous").fetchone() == (level,)


async def test_shards_cannot_be_put_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file where the folder should be, and no room for the index: said with the place."""
    folders = await shards(Desk(tmp_path).stories(*PLACES), 2)
    (tmp_path / "taken").write_text("")
    with pytest.raises(SettingsError, match=r"taken is no folder; name one that is empty or not there with --into DIR"):
        merge(folders, tmp_path / "taken")
    monkeypatch.setattr(filing, "write_pieces", full)
    with pytest.raises(SettingsError, match=r"index\.json: No space left on device; make room on the disk of .*merged"):
        merge(folders, tmp_path / "merged")


async def test_a_folder_in_the_place_of_the_index_is_named(tmp_path: Path) -> None:
    """The index itself is named, and not the file that was to become it."""
    desk = Desk(tmp_path).stories("Eastley")
    (desk.out / "index.html").mkdir()
    with pytest.raises(SettingsError, match=r"out/index\.html cannot be written: Is a directory"):
        await desk.run()
