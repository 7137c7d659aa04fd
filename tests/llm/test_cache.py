"""The cache: answers survive, tampering does not, and one question is asked once however many want it."""

from __future__ import annotations

import asyncio
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from factcheck.llm.answer_file import Entry
from factcheck.llm.cache import AnswerCache
from factcheck.llm.memory import MemoryStore

ENDPOINT = "http://127.0.0.1:1/v1"


@pytest.fixture
def cache(folder: Path) -> Iterator[AnswerCache]:
    """An open cache in `folder`."""
    with AnswerCache(folder, ENDPOINT) as opened:
        yield opened


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


async def test_answers_that_come_together_are_kept_together(cache: AnswerCache, folder: Path) -> None:
    """All of them are on the disk when the call returns."""
    await cache.put_all({"a": 1, "b": None, "c": [2]})
    with AnswerCache(folder, ENDPOINT) as other:
        assert (other.get("a"), other.get("c")) == (1, [2])


async def test_many_answers_are_written_in_few_transactions(
    cache: AnswerCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What arrives while the writer is busy goes to the disk together."""
    written: list[int] = []
    put = cache._file.put

    def slowly(entries: list[Entry]) -> int:
        written.append(len(entries))
        time.sleep(0.02)
        return put(entries)

    monkeypatch.setattr(cache._file, "put", slowly)
    await asyncio.gather(*(cache.put(str(number), number) for number in range(200)))
    assert sum(written) == 200
    assert len(written) <= 3
    assert [cache.get(str(number)) for number in range(200)] == list(range(200))


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


async def test_who_wants_overlapping_keys_in_another_order_never_waits_for_ever(folder: Path) -> None:
    """Two processes' worth of flights over shared keys, taken in the order of the keys, all get their turn."""
    with AnswerCache(folder, ENDPOINT) as one, AnswerCache(folder, ENDPOINT) as two:
        done: list[int] = []

        async def want(cache: AnswerCache, number: int, *keys: str) -> None:
            async with cache.flight(*keys):
                await asyncio.sleep(0.001)
                done.append(number)

        async with asyncio.timeout(30):
            await asyncio.gather(
                *(want(one if n % 2 else two, n, *"abcd"[n % 3 :], *"dcba"[n % 2 :]) for n in range(20))
            )
        assert sorted(done) == list(range(20))
        assert one.warnings == two.warnings == []


async def test_no_descriptor_is_left_open(folder: Path) -> None:
    """Caches opened and closed leave as many open files as before."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(25):
        with AnswerCache(folder, ENDPOINT) as cache:
            await cache.put("key", 1)
            async with cache.flight("a", "b"):
                pass
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1
