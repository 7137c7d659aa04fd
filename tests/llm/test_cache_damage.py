"""The cache in trouble: tampering, damage, a full disk, one that can only be read; never a wrong answer."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.errors import SettingsError
from factcheck.llm import answer_file
from factcheck.llm.cache import AnswerCache

ENDPOINT = "http://127.0.0.1:1/v1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cache directory that does not exist yet."""
    return tmp_path / "answers"


def change(folder: Path, statement: str, *values: Any) -> None:
    """Tamper with the database behind the cache's back."""
    connection = sqlite3.connect(folder / "answers-1.db")
    with connection:
        connection.execute(statement, values)
    connection.close()


@pytest.mark.parametrize("kind", ["flipped", "number", "bytes", "other row", "model", "not text", "huge"])
async def test_a_row_that_was_tampered_with_is_never_used(folder: Path, kind: str) -> None:
    """It is told once, counts as not there, and the answer asked for anew replaces it."""
    with AnswerCache(folder, ENDPOINT) as cache:
        await cache.put("key", [1])
        await cache.put("other", [2])
        name = cache._name("key")
        if kind == "flipped":
            change(folder, "UPDATE answers SET value = replace(value, '[1]', '[3]') WHERE name = ?", name)
        elif kind == "number":
            change(folder, "UPDATE answers SET stored_at = 'yesterday' WHERE name = ?", name)
        elif kind == "bytes":
            change(folder, "UPDATE answers SET value = ? WHERE name = ?", b"\xff[3]", name)
        elif kind == "other row":
            other = cache._name("other")
            change(
                folder,
                "UPDATE answers SET value = (SELECT value FROM answers WHERE name = ?),"
                " checksum = (SELECT checksum FROM answers WHERE name = ?) WHERE name = ?",
                *(other, other, name),
            )
        elif kind == "model":
            change(folder, "UPDATE answers SET model = 'better' WHERE name = ?", name)
        elif kind == "not text":
            change(folder, "UPDATE answers SET checksum = 5 WHERE name = ?", name)
        else:
            change(folder, "UPDATE answers SET value = zeroblob(31000000) WHERE name = ?", name)
        assert cache.get("key") is None
        assert cache.get("key") is None
        assert (len(cache.warnings), cache.hits) == (1, 0)
        await cache.put("key", [4])
        assert (cache.get("key"), cache.get("other")) == ([4], [2])


HOSTILE = [
    "CREATE TRIGGER t AFTER INSERT ON answers BEGIN DELETE FROM answers; END",
    "CREATE VIEW v AS SELECT 1",
    "CREATE TABLE Settings (key TEXT, value)",
    "ALTER TABLE answers ADD COLUMN more TEXT DEFAULT 'x'",
    "DROP TABLE answers",
    "CREATE INDEX i ON answers (value)",
]


@pytest.mark.parametrize("statement", HOSTILE)
async def test_a_file_that_holds_more_than_our_table_is_set_aside(folder: Path, statement: str) -> None:
    """Planted triggers, views, tables and columns are never run, nothing is deleted, and the run goes on."""
    with AnswerCache(folder, ENDPOINT) as cache:
        await cache.put("key", [1])
    change(folder, statement)
    with AnswerCache(folder, ENDPOINT) as cache:
        if statement.startswith("DROP"):  # nothing but an empty file is left, which is no harm
            assert cache.warnings == []
        else:
            (warning,) = cache.warnings
            assert "is damaged" in warning
            assert "was set aside as answers-1.db.damaged-" in warning
            assert len(list(folder.glob("answers-1.db.damaged-*Z-*"))) >= 1
        assert cache.get("key") is None
        await cache.put("key", [2])
        assert cache.get("key") == [2]


@pytest.mark.parametrize("damage", ["no database", "truncated", "flipped pages", "garbage in the journal", "empty"])
async def test_a_damaged_file_costs_what_it_held_and_never_gives_a_wrong_answer(folder: Path, damage: str) -> None:
    """Whatever happened to the bytes: no exception, only right answers or none, and new answers are kept."""
    with AnswerCache(folder, ENDPOINT) as cache:
        await cache.put_all({str(number): ["x" * 500, number] for number in range(400)})
    path = folder / "answers-1.db"
    whole = path.read_bytes()
    if damage == "no database":
        path.write_bytes(b"this is no database" * 1000)
    elif damage == "truncated":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "flipped pages":
        broken = bytearray(whole)
        for at in range(5000, len(broken), 3001):
            broken[at] ^= 0xFF
        path.write_bytes(broken)
    elif damage == "garbage in the journal":
        (folder / "answers-1.db-wal").write_bytes(os.urandom(20_000))
    else:
        path.write_bytes(b"")
    for _ in range(2):
        with AnswerCache(folder, ENDPOINT) as cache:
            for number in range(400):
                assert cache.get(str(number)) in (None, ["x" * 500, number])
                await cache.put(str(number), ["x" * 500, number])
            kept = [cache.get(str(number)) for number in range(400)]
    assert kept == [["x" * 500, number] for number in range(400)]


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_no_flipped_byte_ever_gives_a_wrong_answer(data: st.DataObject) -> None:
    """Any few bytes of the file changed: each answer is right or not there, and nothing is raised."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "answers"
        whole = _a_small_file(folder)
        path = folder / "answers-1.db"
        broken = bytearray(whole)
        for _ in range(data.draw(st.integers(1, 8))):
            broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(broken)

        async def look() -> None:
            with AnswerCache(folder, ENDPOINT) as cache:
                for number in range(20):
                    assert cache.get(f"k{number}") in (None, {"n": number})
                await cache.put("new", 1)
                assert cache.get("new") == 1

        asyncio.run(look())


def _a_small_file(folder: Path) -> bytes:
    async def fill() -> None:
        with AnswerCache(folder, ENDPOINT) as cache:
            await cache.put_all({f"k{number}": {"n": number} for number in range(20)})

    asyncio.run(fill())
    return (folder / "answers-1.db").read_bytes()


def test_a_directory_that_cannot_be_used_is_refused_at_once_with_the_remedy(tmp_path: Path) -> None:
    """A file in place of the folder, or of a folder above it, is told before anything is spent."""
    blocked = tmp_path / "file"
    blocked.write_text("x")
    for path in (blocked, blocked / "below"):
        with pytest.raises(SettingsError, match="--no-cache"):
            AnswerCache(path, ENDPOINT)


def test_a_link_in_place_of_the_file_is_not_followed(folder: Path, tmp_path: Path) -> None:
    """A planted link leads to a file of the user's: that one is neither read nor written."""
    precious = tmp_path / "precious.db"
    precious.write_bytes(b"")
    folder.mkdir()
    (folder / "answers-1.db").symlink_to(precious)
    with pytest.raises(SettingsError, match="cannot be used"):
        AnswerCache(folder, ENDPOINT)
    assert precious.read_bytes() == b""


async def test_a_cache_that_cannot_be_written_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it holds is used; the new answers serve this run, and the word says that they are not kept."""
    with AnswerCache(folder, ENDPOINT) as cache:
        await cache.put("old", [1])
    connect = answer_file._connect

    def refuse(path: Path, readonly: bool) -> sqlite3.Connection:
        if not readonly:
            raise OSError(errno.EROFS, "Read-only file system")
        return connect(path, readonly)

    monkeypatch.setattr(answer_file, "_connect", refuse)
    with AnswerCache(folder, ENDPOINT) as cache:
        async with cache.flight("new"):
            await cache.put("new", [2])
        assert (cache.get("old"), cache.get("new")) == ([1], [2])
        (warning,) = cache.warnings
        assert "cannot be written" in warning
        assert "--cache-dir" in warning
    monkeypatch.undo()
    with AnswerCache(folder, ENDPOINT) as cache:
        assert (cache.get("old"), cache.get("new")) == ([1], None)


async def test_a_cache_without_room_to_begin_costs_the_keeping_only(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full before the first answer: told at once, and the answers serve this run."""

    def refuse(*_: object) -> sqlite3.Connection:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(answer_file, "_connect", refuse)
    with AnswerCache(folder, ENDPOINT) as cache:
        assert "No space left on device" in cache.warnings[0]
        assert cache.get("key") is None
        async with cache.flight("key"):
            await cache.put("key", [1])
        assert cache.get("key") == [1]
        assert len(cache.warnings) == 1


FULL = """
import asyncio, resource, signal, sys
from pathlib import Path
from factcheck.llm.cache import AnswerCache

async def main(folder):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
    with AnswerCache(Path(folder), "http://127.0.0.1:1/v1") as cache:
        for number in range(100):
            await cache.put(str(number), ["x" * 10_000, number])
        assert [cache.get(str(number)) for number in range(100)] == [["x" * 10_000, number] for number in range(100)]
        print(*cache.warnings, sep="\\n")

asyncio.run(main(sys.argv[1]))
"""


async def test_a_disk_that_is_full_costs_the_keeping_and_not_the_answer(folder: Path) -> None:
    """A file that may not grow: one warning, all answers at hand in this run, what was kept is whole afterwards."""
    done = subprocess.run([sys.executable, "-c", FULL, str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (warning,) = done.stdout.splitlines()
    assert "answers could not be written to the cache" in warning
    with AnswerCache(folder, ENDPOINT) as cache:
        found = [cache.get(str(number)) for number in range(100)]
        assert cache.warnings == []
    assert all(value in (None, ["x" * 10_000, number]) for number, value in enumerate(found))
    assert 0 < sum(value is not None for value in found) < 100
