"""The cache in trouble: tampering, damage, a full disk, one that can only be read; never a wrong answer."""

from __future__ import annotations

import asyncio
import errno
import os
import pickle
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.errors import SettingsError
from factcheck.llm import cache_care, text_cache
from factcheck.llm.cache import AnswerCache

ENDPOINT = "http://127.0.0.1:1/v1"


def change(folder: Path, statement: str, *values: Any) -> None:
    """Tamper with the database behind the cache's back."""
    connection = sqlite3.connect(folder / "cache.db")
    with connection:
        connection.execute(statement, values)
    connection.close()


class Bomb:
    """Says so when it is unpickled."""

    def __reduce__(self) -> Any:
        """Make a folder, which is seen."""
        return os.mkdir, (BOMB,)


BOMB = str(Path(tempfile.gettempdir()) / f"factcheck-unpickled-{os.getpid()}")


TAMPERED: dict[str, tuple[str, Any]] = {
    "flipped": ("value = replace(value, '[1]', '[3]')", None),
    "number": ("value = json_set(value, '$.stored_at', 'yesterday')", None),
    "bytes": ("value = ?", b"\xff[3]"),
    "bytes as text": ("value = CAST(? AS TEXT)", b'{"value":"\xff"}'),
    "model": ("value = json_set(value, '$.model', 'better')", None),
    "not text": ("value = json_set(value, '$.checksum', 5)", None),
    "no JSON": ("value = ?", "{"),
    "deep JSON": ("value = ?", "[" * 100_000),
    "nothing": ("value = NULL", None),
    "huge": ("value = zeroblob(31000000)", None),
    "pickle": ("mode = 4, value = ?", pickle.dumps(Bomb())),
    "text file": ("mode = 3, value = NULL, filename = ?", "../precious"),
    "binary file": ("mode = 2, value = NULL, filename = ?", "../precious"),
    "pickle file": ("mode = 4, value = NULL, filename = ?", "../precious"),
    "text and file": ("filename = ?", "../precious"),
    "expiring": ("expire_time = 9e9", None),
}


@pytest.mark.parametrize("kind", [*TAMPERED, "other row"])
async def test_a_row_that_was_tampered_with_is_never_used(folder: Path, tmp_path: Path, kind: str) -> None:
    """It is told once and counts as not there, is never unpickled nor opened, and the answer asked anew replaces it."""
    precious = tmp_path / "precious"
    precious.write_bytes(pickle.dumps(Bomb()))
    with AnswerCache(folder, ENDPOINT) as cache:
        await cache.put("key", [1])
        await cache.put("other", [2])
        name = cache._name("key")
        if kind == "other row":
            change(
                folder,
                "UPDATE Cache SET value = (SELECT value FROM Cache WHERE key = ?) WHERE key = ?",
                *(cache._name("other"), name),
            )
        else:
            assignment, value = TAMPERED[kind]
            change(folder, f"UPDATE Cache SET {assignment} WHERE key = ?", *([] if value is None else [value]), name)
        assert cache.get("key") is None
        assert cache.get("key") is None
        assert (len(cache.warnings), cache.hits) == (1, 0)
        assert cache_care.info(folder).unreadable == 1
        await cache.put("key", [4])
        assert (cache.get("key"), cache.get("other")) == ([4], [2])
    assert precious.exists()
    assert not Path(BOMB).exists()


async def test_a_key_that_is_pickled_or_no_text_is_never_used(
    folder: Path,
) -> None:
    """Planted keys are counted as unreadable, and going through the rows does not unpickle them."""
    with AnswerCache(folder, ENDPOINT) as cache:
        await cache.put("key", [1])
        change(folder, "UPDATE Cache SET raw = 0")
        change(folder, "INSERT INTO Cache (key, raw, mode, value) VALUES (?, 0, 4, ?)", *[pickle.dumps(Bomb())] * 2)
        assert cache.get("key") is None
        assert (cache_care.info(folder).answers, cache_care.info(folder).unreadable) == (0, 2)
        assert len(list(cache_care.export_lines(folder))) == 1
    assert not Path(BOMB).exists()


HOSTILE = [
    "CREATE TRIGGER t AFTER INSERT ON Cache BEGIN DELETE FROM Cache; END",
    "CREATE VIEW v AS SELECT 1",
    "CREATE TABLE more (key TEXT, value)",
    "ALTER TABLE Cache ADD COLUMN more TEXT DEFAULT 'x'",
    "CREATE INDEX i ON Cache (value)",
    "INSERT INTO Settings VALUES ('sqlite_writable_schema', 1)",
    "INSERT INTO Settings VALUES ('disk', 'x')",
    "UPDATE Settings SET value = 'least-recently-used' WHERE key = 'eviction_policy'",
    "UPDATE Settings SET value = 1 WHERE key = 'cull_limit'",
    "UPDATE Settings SET value = 0 WHERE key = 'disk_min_file_size'",
    "UPDATE Settings SET value = 'off; DROP TABLE Cache' WHERE key = 'sqlite_journal_mode'",
    "UPDATE Settings SET value = 'x' WHERE key = 'count'",
    "UPDATE Settings SET value = 67108864 WHERE key = 'sqlite_mmap_size'",  # as of 0.1.0
]


@pytest.mark.parametrize("statement", HOSTILE)
async def test_a_file_that_holds_more_than_diskcache_makes_for_us_is_set_aside(folder: Path, statement: str) -> None:
    """Planted triggers, views, tables, columns and settings are never run, nothing is deleted, and the run goes on."""
    with AnswerCache(folder, ENDPOINT) as cache:
        await cache.put("key", [1])
    change(folder, statement)
    with AnswerCache(folder, ENDPOINT) as cache:
        (warning,) = cache.warnings
        assert "is damaged" in warning
        assert "was set aside as cache.db.damaged-" in warning
        assert len(list(folder.glob("cache.db.damaged-*Z-*"))) >= 1
        assert cache.get("key") is None
        await cache.put("key", [2])
        assert cache.get("key") == [2]


@pytest.mark.parametrize(
    "lost", ["TABLE Cache", "TABLE Settings", "TRIGGER Settings_size_insert", "INDEX Cache_key_raw"]
)
async def test_a_file_that_holds_less_is_made_whole(folder: Path, lost: str) -> None:
    """What a kill at the first start leaves is no damage: nothing is told, and answers are kept."""
    with AnswerCache(folder, ENDPOINT) as cache:
        await cache.put("key", [1])
    change(folder, f"DROP {lost}")
    for value in ("new", "newer"):
        with AnswerCache(folder, ENDPOINT) as cache:
            await cache.put("key", value)
            assert cache.get("key") == value
            assert cache.warnings == []


async def test_one_key_that_stands_twice_is_damage(folder: Path) -> None:
    """diskcache cannot make its index over such rows: the file is set aside."""
    with AnswerCache(folder, ENDPOINT) as cache:
        await cache.put("key", [1])
    change(folder, "DROP INDEX Cache_key_raw")
    change(folder, "INSERT INTO Cache (key, raw, mode, value) SELECT key, raw, mode, value FROM Cache")
    with AnswerCache(folder, ENDPOINT) as cache:
        assert "was set aside" in cache.warnings[0]
        await cache.put("key", [2])
        assert cache.get("key") == [2]


def test_the_folder_is_taken_as_it_is_spelt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """diskcache replaces ~ and $NAME in a path; ours leads where it says."""
    monkeypatch.setenv("NAME", "elsewhere")
    monkeypatch.chdir(tmp_path)
    for folder in (tmp_path / "$NAME", Path("~")):
        with AnswerCache(folder, ENDPOINT):
            assert (folder / "cache.db").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["$NAME", "~"]


@pytest.mark.parametrize("damage", ["no database", "truncated", "flipped pages", "garbage in the journal", "empty"])
async def test_a_damaged_file_costs_what_it_held_and_never_gives_a_wrong_answer(folder: Path, damage: str) -> None:
    """Whatever happened to the bytes: no exception, only right answers or none, and new answers are kept."""
    with AnswerCache(folder, ENDPOINT) as cache:
        await cache.put_all({str(number): ["x" * 500, number] for number in range(400)})
    path = folder / "cache.db"
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
        (folder / "cache.db-wal").write_bytes(os.urandom(20_000))
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
        path = folder / "cache.db"
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
    return (folder / "cache.db").read_bytes()


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
    (folder / "cache.db").symlink_to(precious)
    with pytest.raises(SettingsError, match="cannot be used"):
        AnswerCache(folder, ENDPOINT)
    assert precious.read_bytes() == b""


async def test_a_cache_that_cannot_be_written_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it holds is used; the new answers serve this run, and the word says that they are not kept."""
    with AnswerCache(folder, ENDPOINT) as cache:
        await cache.put("old", [1])

    def refuse(_: Path) -> sqlite3.Connection:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(text_cache, "connect", refuse)
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

    def refuse(_: Path) -> sqlite3.Connection:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(text_cache, "connect", refuse)
    with AnswerCache(folder, ENDPOINT) as cache:
        assert "No space left on device" in cache.warnings[0]
        assert cache.get("key") is None
        async with cache.flight("key"):
            await cache.put("key", [1])
        assert cache.get("key") == [1]
        assert len(cache.warnings) == 1


async def test_what_is_only_in_the_journal_is_read_without_writing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a kill the latest answers stand in the journal; on a disk that is full they are found all the same."""
    code = """
        import asyncio, os, signal, sys
        from pathlib import Path
        from factcheck.llm.cache import AnswerCache
        async def main():
            await AnswerCache(Path(sys.argv[1]), "http://127.0.0.1:1/v1").put("key", [1])
            os.kill(os.getpid(), signal.SIGKILL)
        asyncio.run(main())
        """
    died = subprocess.run([sys.executable, "-c", textwrap.dedent(code), str(folder)], check=False)
    assert died.returncode < 0
    assert (folder / "cache.db-wal").stat().st_size > 0

    def refuse(_: Path) -> sqlite3.Connection:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(text_cache, "connect", refuse)
    with AnswerCache(folder, ENDPOINT) as cache:
        assert cache.get("key") == [1]


FULL_BEFORE = """
import asyncio, resource, signal, sys
from pathlib import Path
from factcheck.llm.cache import AnswerCache

async def main(folder):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
    with AnswerCache(Path(folder), "http://127.0.0.1:1/v1") as cache:
        await cache.put("new", [2])
        print(cache.get("old"), cache.get("new"), *cache.warnings)

asyncio.run(main(sys.argv[1]))
"""


async def test_a_disk_without_a_byte_left_lets_what_is_kept_be_read(folder: Path) -> None:
    """Not even SQLite's journal can be begun: what is there is used, the rest serves this run."""
    with AnswerCache(folder, ENDPOINT) as cache:
        await cache.put("old", [1])
    command = [sys.executable, "-c", FULL_BEFORE, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("[1] [2] the cache"), done.stderr
    assert "cannot be written" in done.stdout


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
