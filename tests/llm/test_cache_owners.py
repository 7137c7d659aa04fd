"""A cache that others could have touched: files of another user, links, pipes; nothing of theirs is used or harmed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from factcheck.errors import SettingsError
from factcheck.llm import cache_care
from factcheck.llm.cache import AnswerCache

ENDPOINT = "http://127.0.0.1:1/v1"
STRANGER = 54321


def give_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make `path` another user's: root can; for anyone else we are the other user from now on."""
    if os.geteuid() == 0:
        os.lchown(path, STRANGER, STRANGER)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: STRANGER)


async def kept(folder: Path) -> None:
    """An answer in the cache, under `old`."""
    with AnswerCache(folder, ENDPOINT) as cache:
        await cache.put("old", [1])


async def used(folder: Path) -> tuple[object, list[str]]:
    """What stands under `old`, and the words of a run, which goes on and finds its own answer."""
    with AnswerCache(folder, ENDPOINT) as cache:
        old = cache.get("old")
        async with cache.flight("new"):
            await cache.put("new", [2])
        assert cache.get("new") == [2]
        return old, cache.warnings


@pytest.mark.parametrize("whose", ["cache.db", "cache.db-wal", "cache.db-shm"])
async def test_a_file_of_another_user_is_neither_read_nor_written(
    folder: Path, whose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows may be sound by their checksums and yet be planted: the run goes on without, and is told why."""
    await kept(folder)
    path = folder / whose
    if not path.exists():
        path.write_bytes(b"")
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    give_away(path, monkeypatch)
    old, (warning,) = await used(folder)
    assert old is None
    assert "belongs to another user" in warning
    assert "--cache-dir" in warning
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    with pytest.raises(SettingsError, match="belongs to another user"):
        cache_care.info(folder)


async def test_a_cache_of_roots_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root could do anything anyway, and machines come with caches that were filled when they were made."""
    await kept(folder)
    if os.geteuid() != 0:
        pytest.skip("only root can make a file of root's")
    monkeypatch.setattr(os, "geteuid", lambda: STRANGER)
    assert (await used(folder))[0] == [1]


async def test_locks_of_another_user_are_not_waited_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever owns them could hold them for ever: answers are kept, two processes may ask twice, and that is told."""
    folder.mkdir()
    (folder / "locks").write_bytes(b"")
    if os.geteuid() != 0:
        pytest.skip("only root can give a single file away")
    give_away(folder / "locks", monkeypatch)
    _, (warning,) = await used(folder)
    assert "cannot be shared with other processes" in warning
    with AnswerCache(folder, ENDPOINT) as cache:
        assert cache.get("new") == [2]


async def test_a_planted_link_to_a_journal_leads_nowhere(folder: Path, tmp_path: Path) -> None:
    """What the link leads to is not written, the answers are read, and the run goes on."""
    await kept(folder)
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious" * 100)
    journal = folder / "cache.db-wal"
    journal.unlink(missing_ok=True)
    journal.symlink_to(precious)
    old, (warning,) = await used(folder)
    assert old == [1]
    assert "cannot be written" in warning
    assert precious.read_bytes() == b"precious" * 100


@pytest.mark.parametrize("what", ["pipe as journal", "folder as file", "pipe as locks"])
async def test_what_is_no_file_is_not_waited_for(folder: Path, what: str) -> None:
    """Neither a pipe, which would be waited for, nor a folder ends the run."""
    folder.mkdir()
    if what == "folder as file":
        (folder / "cache.db").mkdir()
    elif what == "pipe as locks":
        os.mkfifo(folder / "locks")
    else:
        await kept(folder)
        (folder / "cache.db-wal").unlink(missing_ok=True)
        os.mkfifo(folder / "cache.db-wal")
    old, warnings = await used(folder)
    assert old == ([1] if what == "pipe as journal" else None)
    assert len(warnings) == (what != "pipe as locks")


def test_a_pipe_in_place_of_the_file_is_refused_at_once(folder: Path) -> None:
    """Before anything is spent, with the remedy."""
    folder.mkdir()
    os.mkfifo(folder / "cache.db")
    with pytest.raises(SettingsError, match="--cache-dir"):
        AnswerCache(folder, ENDPOINT)


@pytest.mark.parametrize("mode", [0o700, 0o775])
async def test_a_folder_behind_a_link_or_open_to_a_group_is_used(folder: Path, tmp_path: Path, mode: int) -> None:
    """Both are common and the user's own choice; what is made in it is closed to others."""
    folder.mkdir()
    folder.chmod(mode)
    link = tmp_path / "link"
    link.symlink_to(folder)
    await kept(link)
    assert await used(folder) == ([1], [])
    assert (folder / "cache.db").stat().st_mode & 0o077 == 0
