"""The cache: answers survive, tampering does not, and one question is asked once however many want it."""

from __future__ import annotations

import asyncio
import os
import pickle
import sqlite3
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from factcheck.errors import SettingsError
from factcheck.llm import cache as cache_module
from factcheck.llm.cache import AnswerCache
from factcheck.llm.memory import MemoryStore

ENDPOINT = "http://127.0.0.1:1/v1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cache directory that does not exist yet."""
    return tmp_path / "answers"


@pytest.fixture
def cache(folder: Path) -> Iterator[AnswerCache]:
    """An open cache in `folder`."""
    with AnswerCache(folder, ENDPOINT) as opened:
        yield opened


def change(folder: Path, statement: str, *values: Any) -> None:
    """Tamper with the database behind the cache's back."""
    connection = sqlite3.connect(folder / "cache.db")
    with connection:
        connection.execute(statement, values)
    connection.close()


@pytest.mark.parametrize("value", [{"a": [1, 2.5, None, True]}, "perché 🎉", [], 0, "\ud800", {"x": "y" * 300_000}])
async def test_an_answer_comes_back_as_it_was_put(cache: AnswerCache, value: Any) -> None:
    """Any JSON value, large and odd ones too, and the hit is counted."""
    assert cache.get("key") is None
    await cache.put("key", value)
    assert cache.get("key") == value
    assert (cache.hits, cache.warnings) == (1, [])


async def test_answers_outlive_the_process_and_belong_to_one_endpoint(folder: Path) -> None:
    """Reopened, the answer is there; under another address it is not."""
    with AnswerCache(folder, ENDPOINT) as first:
        await first.put("key", [1])
    with AnswerCache(folder, ENDPOINT) as again, AnswerCache(folder, "http://other/v1") as other:
        assert (again.get("key"), other.get("key")) == ([1], None)
    assert not list(folder.glob("**/*.val"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    """A shared folder stays open to those whom it is open to; the answers in it are the user's alone."""
    tmp_path.chmod(0o755)
    database = tmp_path / "cache.db"
    for _ in range(2):
        with AnswerCache(tmp_path, ENDPOINT) as cache:
            await cache.put("key", [1])
            modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        assert modes == {0o600}
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
        database.chmod(0o644)


class _Trap:
    """Creates a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self._path,)


@pytest.mark.parametrize("kind", ["pickle", "pickle file", "file", "checksum", "number", "bytes", "other row"])
async def test_a_row_that_was_tampered_with_is_never_used(folder: Path, tmp_path: Path, kind: str) -> None:
    """It runs nothing, reads and deletes no file, is told once, and the answer asked for anew replaces it."""
    secret, sprung = tmp_path / "secret.txt", tmp_path / "sprung"
    secret.write_text("secret")
    with AnswerCache(folder, ENDPOINT) as cache:
        await cache.put("key", [1])
        await cache.put("other", [2])
        name = cache._name("key")
        trap = pickle.dumps(_Trap(sprung))
        (folder / "trap.val").write_bytes(trap)
        if kind == "pickle":
            change(folder, "UPDATE Cache SET mode = 4, value = ? WHERE key = ?", trap, name)
        elif kind == "pickle file":
            change(folder, "UPDATE Cache SET mode = 4, filename = 'trap.val', value = NULL WHERE key = ?", name)
        elif kind == "file":
            change(folder, "UPDATE Cache SET mode = 3, filename = '../secret.txt', value = NULL WHERE key = ?", name)
        elif kind == "checksum":
            change(folder, "UPDATE Cache SET value = replace(value, '[1]', '[3]') WHERE key = ?", name)
        elif kind == "number":
            change(folder, "UPDATE Cache SET value = 5 WHERE key = ?", name)
        elif kind == "bytes":
            change(folder, "UPDATE Cache SET value = ? WHERE key = ?", b"[3]", name)
        else:
            other = cache._name("other")
            change(
                folder, "UPDATE Cache SET value = (SELECT value FROM Cache WHERE key = ?) WHERE key = ?", other, name
            )
        assert cache.get("key") is None
        assert cache.get("key") is None
        assert (len(cache.warnings), cache.hits) == (1, 0)
        await cache.put("key", [4])
        assert cache.get("key") == [4]
    assert not sprung.exists()
    assert secret.read_text() == "secret"


async def test_settings_of_a_hostile_directory_are_overridden(folder: Path, tmp_path: Path) -> None:
    """A planted eviction policy, size limit, pragma or attribute has no effect on what is kept."""
    with AnswerCache(folder, ENDPOINT):
        pass
    for key, value in [("eviction_policy", "least-recently-stored"), ("size_limit", 1), ("cull_limit", 1000)]:
        change(folder, "UPDATE Settings SET value = ? WHERE key = ?", value, key)
    for key, value in [("get", "boom"), ("disk_evil", "x"), ("sqlite_temp_store_directory", str(tmp_path))]:
        change(folder, "INSERT INTO Settings VALUES (?, ?)", key, value)
    with AnswerCache(folder, ENDPOINT) as cache:
        for number in range(50):
            await cache.put(str(number), "x" * 1000)
        assert [cache.get(str(number)) for number in range(50)] == ["x" * 1000] * 50


def test_a_directory_that_cannot_be_used_is_refused_at_once_with_the_remedy(tmp_path: Path) -> None:
    """A broken database and a file in place of the folder are told before anything is spent."""
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "cache.db").write_bytes(b"this is no database" * 100)
    blocked = tmp_path / "file"
    blocked.write_text("x")
    for path in (broken, blocked):
        with pytest.raises(SettingsError, match="--no-cache"):
            AnswerCache(path, ENDPOINT)


async def test_trouble_during_the_run_costs_the_caching_only(cache: AnswerCache, folder: Path) -> None:
    """A table that vanishes makes warnings, each once, and no exception."""
    change(folder, "DROP TABLE Cache")
    for _ in range(2):
        await cache.put("key", 1)
        assert cache.get("key") is None
        async with cache.flight("key"):
            pass
    assert 1 <= len(cache.warnings) <= 3


@pytest.mark.parametrize("kind", ["memory", "disk"])
async def test_many_tasks_that_want_one_answer_ask_once(cache: AnswerCache, kind: str) -> None:
    """Of a hundred tasks one finds nothing and asks; the others find what it stored."""
    store = MemoryStore() if kind == "memory" else cache
    asked = 0

    async def want() -> Any:
        nonlocal asked
        async with store.flight("key"):
            value = store.get("key")
            if value is None:
                asked += 1
                await asyncio.sleep(0.01)
                value = {"n": asked}
                await store.put("key", value)
            return value

    values = await asyncio.gather(*(want() for _ in range(100)))
    assert (asked, store.hits) == (1, 99)
    assert values == [{"n": 1}] * 100


async def test_flights_of_different_keys_do_not_wait_for_each_other(cache: AnswerCache) -> None:
    """Holding one key leaves the others free, and an error inside gives the key back."""
    async with cache.flight("a"), asyncio.timeout(5), cache.flight("b"):
        pass
    with pytest.raises(RuntimeError):
        async with cache.flight("a"):
            raise RuntimeError
    async with asyncio.timeout(5), cache.flight("a"):
        pass


WORKER = """
import asyncio, sys
from pathlib import Path
from factcheck.llm.cache import AnswerCache

async def main(folder, log):
    with AnswerCache(Path(folder), "http://127.0.0.1:1/v1") as cache:
        for number in range(5):
            async with cache.flight(str(number)):
                if cache.get(str(number)) is None:
                    with open(log, "a") as file:
                        file.write(f"{number}\\n")
                    await asyncio.sleep(0.1)
                    await cache.put(str(number), number + 1)

asyncio.run(main(*sys.argv[1:]))
"""


def test_two_processes_ask_each_question_once(folder: Path, tmp_path: Path) -> None:
    """Whoever comes second waits and finds the answer stored."""
    log = tmp_path / "asked"
    workers = [subprocess.Popen([sys.executable, "-c", WORKER, str(folder), str(log)]) for _ in range(2)]
    assert [worker.wait(60) for worker in workers] == [0, 0]
    assert sorted(log.read_text().split()) == [str(number) for number in range(5)]


async def test_the_lock_of_a_dead_process_is_taken_over(folder: Path) -> None:
    """A process killed while it asked keeps nobody waiting."""
    code = """
        import asyncio, os, signal, sys
        from pathlib import Path
        from factcheck.llm.cache import AnswerCache
        async def main():
            async with AnswerCache(Path(sys.argv[1]), "http://127.0.0.1:1/v1").flight("key"):
                os.kill(os.getpid(), signal.SIGKILL)
        asyncio.run(main())
        """
    died = subprocess.run([sys.executable, "-c", textwrap.dedent(code), str(folder)], check=False)
    assert died.returncode < 0
    with AnswerCache(folder, ENDPOINT) as cache:
        started = time.monotonic()
        async with asyncio.timeout(10), cache.flight("key"):
            assert time.monotonic() - started < 5


async def test_the_lock_of_another_machine_lasts_until_it_expires(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A holder that cannot be asked whether it lives is waited for only as long as its lock runs."""
    monkeypatch.setattr(cache_module, "LOCK_SECONDS", 0.5)
    with AnswerCache(folder, ENDPOINT) as cache:
        monkeypatch.setattr(cache, "_owner", f"elsewhere:{os.getpid()}")
        assert cache._take("lock:x")
        assert not cache._take("lock:x")
        await asyncio.sleep(0.6)
        assert cache._take("lock:x")
